"""Points over time in; a control chart, or without limits a run chart, out."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from kscb_analysis.lettering import key_rows, wrapped
from kscb_analysis.scales import Numbers, floats, require, value_text
from kscb_analysis.sheet import (
    DARK_BLUE,
    DARK_GREY,
    DARK_PINK,
    ORANGE,
    OUTLINE,
    WHITE,
    WIDTH,
    BarStyle,
    LineStyle,
    Sheet,
    house_style,
)
from kscb_analysis.time_axes import (
    End,
    draw_ends,
    held,
    is_crowded,
    left_out,
    marked_values,
    nearest,
    time_sheet,
)

Level = float | Sequence[float]
"""One number for all points, or one for each."""

_POINTS = LineStyle(DARK_BLUE, 2, "-", "o", 6, text=DARK_BLUE, bold=True)
_CENTRE = LineStyle(DARK_GREY, 1.5, "-", text=DARK_GREY)
_TARGET = LineStyle(ORANGE, 2, "-")
_LIMIT = LineStyle(OUTLINE, 1.5, (0, (4, 2)), text=DARK_GREY)
_MARKS = {"outside": ("D", 10.0, BarStyle(DARK_PINK, WHITE))}  # shape, size, look


def control_chart(
    points: pd.DataFrame,
    *,
    unit: str,
    decimals: int,
    centre: Level,
    lower: Level | None = None,
    upper: Level | None = None,
    target: Level | None = None,
    outside: Collection[float] = (),
    name: str = "Latest",
    centre_name: str = "Mean",
    outside_name: str = "Outside the limits",
    width: float = WIDTH,
) -> Figure:
    """Draw points joined by a line, with their centre line and limits named at the right.

    `points` has one row per period: `period_label`, `position` (its place on the x axis) and
    `value`. Points are not joined across an empty value, nor across periods that are left out:
    where two points lie further apart than the nearest two do. `centre`, `lower`, `upper` and
    `target` are one number or one per row of `points`; what changes is drawn as steps. `outside`
    are the positions of points to emphasise, by shape and size; `outside_name` says in a key what
    they are. `name` and `centre_name` stand before the last value and before the centre.

    Raises `ValueError` when a column is missing, a period comes twice, there is no value to draw,
    a limit lies on the wrong side of the centre, or a point outside is not among the points.
    """
    positions, periods, values, order = _read_points(points)
    strange = set(outside) - set(positions[np.isfinite(values)].tolist())
    if strange:
        raise ValueError(f"no point has a value at {min(strange)}, which is said to lie outside")
    given = {"Target": target, centre_name: centre, "Upper limit": upper, "Lower limit": lower}
    levels = _levels(given, order)
    _check_order(levels, centre_name)
    styles = dict.fromkeys(levels, _LIMIT) | {centre_name: _CENTRE, "Target": _TARGET}

    def end(label: str, numbers: Numbers, style: LineStyle) -> End:
        at = int(np.flatnonzero(np.isfinite(numbers))[-1])
        current = at == len(positions) - 1
        words = f"{label} {value_text(numbers[at], unit, decimals)}"
        rows = wrapped(
            words if current else f"{words} ({periods[at]})", 0.3 * width, bold=style.bold
        )
        return End(rows, style, float(positions[at]), float(numbers[at]), current)

    ends = [end(name, values, _POINTS)]
    ends += [end(label, level, styles[label]) for label, level in levels.items()]
    with house_style():
        sheet = time_sheet(
            positions,
            periods,
            np.concatenate([values, *levels.values()]),
            unit=unit,
            whole=decimals == 0,
            ends=ends,
            width=width,
            key=key_rows({"outside": outside_name} if outside else {}, width),
            swatch=_swatch,
        )
        for label, level in levels.items():
            sheet.line(label, *_level_line(sheet, positions, level), styles[label], 3)
        xs, ys = _with_gaps(positions, values)
        kept = marked_values(ys, crowded=is_crowded(sheet, positions))
        sheet.line(name, xs, ys, _POINTS, 4, markers=kept)
        where = [
            (sheet.across(x), sheet.up(y))
            for x, y in zip(positions, values, strict=True)
            if x in outside
        ]
        if where:
            marker, size, style = _MARKS["outside"]
            # Told by size too, but not so large as to hide the points beside it.
            size = min(size, max(nearest(sheet, positions), 8))
            sheet.points(where, marker, size, style)
        draw_ends(sheet, ends)
        return sheet.finished()


def _read_points(table: pd.DataFrame) -> tuple[Numbers, list[str], Numbers, NDArray[np.intp]]:
    """Give positions, names of the periods and values in order, and that order."""
    require(table, ["period_label", "position", "value"])
    places = floats(table["position"])
    if not np.isfinite(places).all() or len(np.unique(places)) < len(places):
        raise ValueError("each point of the chart needs a period of its own")
    order = np.argsort(places)
    values = floats(table["value"])[order]
    if not np.isfinite(values).any():
        raise ValueError("no point has a value: say so in words instead of drawing a chart")
    return places[order], table["period_label"].astype(str).iloc[order].tolist(), values, order


def _with_gaps(positions: Numbers, values: Numbers) -> tuple[Numbers, Numbers]:
    """Put an empty value where periods are left out."""
    between = left_out(positions)
    where = np.searchsorted(positions, between)
    return np.insert(positions, where, between), np.insert(values, where, np.nan)


def _levels(levels: dict[str, Level | None], order: NDArray[np.intp]) -> dict[str, Numbers]:
    """Give each level that there is as one number per point, in the order of the periods."""
    return {
        label: np.broadcast_to(np.asarray(level, dtype=np.float64), len(order))[order]
        for label, level in levels.items()
        if level is not None
    }


def _check_order(levels: dict[str, Numbers], centre_name: str) -> None:
    if not all(np.isfinite(level).all() for level in levels.values()):
        raise ValueError("the centre, the limits and the target must be numbers")
    centre = levels[centre_name]
    if (levels.get("Lower limit", centre) > centre).any() or (
        levels.get("Upper limit", centre) < centre
    ).any():
        raise ValueError("a limit lies on the wrong side of the centre")


def _level_line(sheet: Sheet, positions: Numbers, level: Numbers) -> tuple[Numbers, Numbers]:
    """Draw a level that never changes from edge to edge, and any other in steps."""
    xs, ys = held(sheet, positions, level)
    return (xs, ys) if np.ptp(level) else (xs[[0, -1]], ys[[0, -1]])


def _swatch(sheet: Sheet, what: str, x: float, middle: float) -> None:
    marker, size, style = _MARKS[what]
    sheet.points([(x + 7, middle)], marker, size, style)
