"""Values over time in; a line chart with the area's line on top, named at its end, out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kscb_analysis.lettering import key_rows, wrapped
from kscb_analysis.scales import Numbers, floats, intervals, require, value_text
from kscb_analysis.sheet import (
    AMBER,
    DARK_BLUE,
    DARK_GREY,
    DARK_PINK,
    GREEN,
    INK,
    ORANGE,
    OUTLINE,
    RED,
    WHITE,
    WIDTH,
    BarStyle,
    LineStyle,
    Sheet,
    house_style,
    whisker,
)
from kscb_analysis.time_axes import (
    Break,
    End,
    draw_ends,
    held,
    is_crowded,
    left_out,
    marked_values,
    nearest,
    strip_middle,
    time_sheet,
)
from kscb_analysis.vocabulary import Rag

# Told apart without colour too: by weight, dashes and the shape of the markers. Later is on top.
_LINES = {
    "target": LineStyle(ORANGE, 2, "-"),
    "floor": LineStyle(ORANGE, 1.5, (0, (2, 2))),
    "england": LineStyle(DARK_GREY, 2, (0, (1, 1.5)), "^", 7, text=DARK_GREY),
    "neighbour_mean": LineStyle(DARK_PINK, 2, (0, (4, 2)), "s", 6, text=DARK_PINK),
    "area": LineStyle(DARK_BLUE, 3.5, "-", "o", 8, text=DARK_BLUE, bold=True),
}

# The shapes that `Rag` names, in the colours of the pages' ratings: marker, size, look.
_RATINGS = {
    Rag.RED: ("s", 10, BarStyle(RED, INK)),
    Rag.AMBER: ("D", 9, BarStyle(AMBER, INK)),
    Rag.GREEN: ("o", 11, BarStyle(GREEN, INK)),
    Rag.NOT_RATED: ("o", 11, BarStyle(WHITE, OUTLINE)),
}


def trend_chart(
    lines: pd.DataFrame,
    *,
    unit: str,
    decimals: int,
    breaks: Sequence[Break | tuple[float, str]] = (),
    ratings: Mapping[float, str] | None = None,
    interval: str = "95% interval",
    width: float = WIDTH,
) -> Figure:
    """Draw values over time: the area strongly, each neighbour pale, the others named at the end.

    `lines` has one row per line and period: `label`, `role` ("area", "neighbour",
    "neighbour_mean", "england", "target" or "floor"), `period_label`, `position` (the period's
    place on the x axis) and `value`. No line is joined across an empty value, a period that it
    lacks, or a break. `unit` stands above the axis, and "percent" also puts % behind the values;
    `decimals` are those of the value at the end of each line, unless `lines` has a column `places`
    that says otherwise. A line that ends early names its last period. `lines` may have `lower` and
    `upper`, the ends of intervals: those of the area are drawn as whiskers, and `interval` names
    them in a key. `ratings` are words of `vocabulary.Rag` by position; their shapes stand in a row
    below the plot.

    The y axis starts at zero unless the values differ and all are far from it. Then the chart
    says where it starts, and so does `axis_start`.

    Raises `ValueError` when a column is missing, a role is unknown, a line has two values for one
    period, an interval does not hold its value, a rating is not known or belongs to no period, or
    there is no value to draw.
    """
    series = _read_lines(lines)
    rated = _read_ratings(ratings or {}, series)
    spans = [line for line in series.lines if np.isfinite(line.upper).any()]
    entries = ({"interval": interval} if spans else {}) | {
        rating: str(rating) for rating in _RATINGS if rating in rated.values()
    }
    cuts = [Break(*each) for each in sorted(breaks)]
    ends = _ends(series, unit, decimals, limit=0.3 * width)
    with house_style():
        sheet = time_sheet(
            series.positions,
            series.periods,
            np.concatenate([part for one in series.lines for part in one.all_values]),
            unit=unit,
            whole=decimals == 0,
            ends=ends,
            width=width,
            cuts=cuts,
            key=key_rows(entries, width),
            swatch=_swatch,
            strip="Rating" if rated else "",
        )
        _draw_lines(sheet, series, [cut.position for cut in cuts] + left_out(series.positions))
        _draw_whiskers(sheet, series.positions, spans)
        _draw_ratings(sheet, series.positions, rated)
        draw_ends(sheet, ends)
        return sheet.finished()


@dataclass(frozen=True, slots=True)
class _Line:
    label: str
    role: str
    values: Numbers
    lower: Numbers
    upper: Numbers
    decimals: Numbers  # NaN for those of the chart

    @property
    def all_values(self) -> tuple[Numbers, Numbers, Numbers]:
        """The numbers that the value axis must take in."""
        return self.values, self.lower, self.upper

    @property
    def last(self) -> int:
        """The index of the last period with a value."""
        return int(np.flatnonzero(np.isfinite(self.values))[-1])


@dataclass(frozen=True, slots=True)
class _Series:
    positions: Numbers
    periods: list[str]
    lines: list[_Line]  # those with a value, and all over the same periods


def _read_lines(table: pd.DataFrame) -> _Series:
    columns = ["label", "role", "period_label", "position", "value"]
    require(table, columns, [*_LINES, "neighbour"])
    places = floats(table["position"])
    if not np.isfinite(places).all():
        raise ValueError("a period of the chart has no position")
    if table.duplicated(["label", "role", "position"]).any():
        raise ValueError("a line of the chart has two values for one period")
    positions, which = np.unique(places, return_inverse=True)
    periods = dict(zip(which.tolist(), table["period_label"].astype(str), strict=True))
    found: dict[tuple[str, str], _Line] = {}
    values = floats(table["value"])
    decimals = floats(table["places"]) if "places" in table else np.full(len(table), np.nan)
    spans = intervals(table, values)
    rows = zip(table["label"], table["role"], which, values, *spans, decimals, strict=True)
    for label, role, period, value, lower, upper, digits in rows:
        name = (str(label), role)
        if name not in found:
            found[name] = _Line(*name, *np.full((4, len(positions)), np.nan))
        line = found[name]
        line.values[period], line.decimals[period] = value, digits
        if role == "area":
            line.lower[period], line.upper[period] = lower, upper
    lines = [line for line in found.values() if np.isfinite(line.values).any()]
    if not lines:
        raise ValueError("no line has a value: say so in words instead of drawing a chart")
    return _Series(positions, [periods[i] for i in range(len(positions))], lines)


def _read_ratings(ratings: Mapping[float, str], series: _Series) -> dict[float, Rag]:
    known = {str(rating) for rating in Rag}
    for position, word in ratings.items():
        if word not in known:
            raise ValueError(f"no such rating: {word!r}")
        if position not in series.positions:
            raise ValueError(f"the chart has no period at {position}, which is rated {word}")
    return {position: Rag(word) for position, word in ratings.items()}


def _ends(series: _Series, unit: str, decimals: int, limit: float) -> list[End]:
    ends = []
    for line in series.lines:
        if line.role in _LINES:
            style, last = _LINES[line.role], line.last
            current = last == len(series.periods) - 1
            own = line.decimals[last]
            digits = int(own) if np.isfinite(own) else decimals
            words = f"{line.label} {value_text(line.values[last], unit, digits)}"
            if not current:
                words += f" ({series.periods[last]})"
            rows = wrapped(words, limit, bold=style.bold)
            place, value = float(series.positions[last]), float(line.values[last])
            ends.append(End(rows, style, place, value, current))
    return ends


def _draw_lines(sheet: Sheet, series: _Series, cuts: Sequence[float]) -> None:
    cuts = sorted(set(cuts))
    where = np.searchsorted(series.positions, cuts)
    xs = np.insert(series.positions, where, cuts)
    crowded = is_crowded(sheet, series.positions)

    runs: list[Numbers] = []
    for line in series.lines:
        if line.role == "neighbour":
            ys = np.insert(line.values, where, np.nan)
            pieces = np.ma.clump_unmasked(np.ma.masked_invalid(ys))
            runs += [np.column_stack((xs[piece], ys[piece])) for piece in pieces]
    # In the order of the styles, so that the area comes last and lies on top.
    for zorder, (role, style) in enumerate(_LINES.items(), start=3):
        for line in series.lines:
            if line.role == role and role in ("target", "floor"):
                sheet.line(line.label, *held(sheet, series.positions, line.values), style, zorder)
            elif line.role == role:
                ys = np.insert(line.values, where, np.nan)
                # Lines for company differ by their dashes and are named at their ends.
                kept = marked_values(ys, crowded=crowded or role != "area")
                sheet.line(line.label, xs, ys, style, zorder, markers=kept)
    sheet.pale_lines(
        [run for run in runs if len(run) > 1], [run[0] for run in runs if len(run) == 1]
    )


def _draw_whiskers(sheet: Sheet, positions: Numbers, lines: Sequence[_Line]) -> None:
    cap = min(4.0, nearest(sheet, positions) / 2 - 1)
    spans = [
        whisker((x, sheet.up(low)), (x, sheet.up(high)), max(cap, 0))
        for line in lines
        for x, low, high in zip(map(sheet.across, positions), line.lower, line.upper, strict=True)
        if np.isfinite(high)
    ]
    if spans:
        sheet.strokes(spans, INK, 1.25, 7.5)


def _draw_ratings(sheet: Sheet, positions: Numbers, rated: Mapping[float, Rag]) -> None:
    share = min(1.0, (nearest(sheet, positions) - 2) / 15)
    for rating, (marker, points, style) in _RATINGS.items():
        where = [
            (sheet.across(position), strip_middle(sheet))
            for position, given in rated.items()
            if given == rating
        ]
        if where:
            sheet.points(where, marker, max(points * share, 3), style)


def _swatch(sheet: Sheet, what: str, x: float, middle: float) -> None:
    if what == "interval":
        sheet.strokes([whisker((x + 7, middle - 7), (x + 7, middle + 7))], INK, 1.25, 7.5)
    else:
        marker, size, style = _RATINGS[Rag(what)]
        sheet.points([(x + 7, middle)], marker, size, style)
