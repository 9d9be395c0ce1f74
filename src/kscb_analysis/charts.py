"""Plain tables in, matplotlib figures out: a line chart over time and a ranked bar chart.

A figure's points are the page's CSS pixels. Everything is placed by measured text, with no layout
engine, so that the same table gives the same picture on every computer.
"""

import itertools
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Any, NamedTuple

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray

# The Government Analysis Function's palette, and each colour's contrast with white. Text needs
# 4.5 to 1. A mark needs 3 to 1, or an outline that has it.
DARK_BLUE = "#12436D"  # 10.2: the area, marks and text
DARK_PINK = "#801650"  # 9.8: the neighbours' mean, marks and text
DARK_GREY = "#3D3D3D"  # 10.9: England, marks and text
ORANGE = "#F46A25"  # 3.0: the target's line, never text
PALE_GREY = "#BFBFBF"  # 1.8: single neighbours; bars of it are outlined
# Our additions to it.
WHITE = "#FFFFFF"
INK = "#1A1A1A"  # 17.4: all other text
OUTLINE = "#6B6B6B"  # 5.3: outlines, axis lines, leaders
GRID = "#DEDEDE"  # 1.4: grid lines, which say nothing on their own

WIDTH = 460
"""A chart's natural width in CSS pixels: half a wide page."""

TEXT_SIZE = 14
"""All text has one size, of which 8.8 CSS pixels are left when a phone shrinks a chart to 290."""

FONT = "DejaVu Sans"
"""Ships with matplotlib, so every computer measures alike; wider than the page's own type."""

_PIXELS_PER_INCH = 72  # a point is a pixel
_ROW = 18
_TO_BASELINE = 0.36 * TEXT_SIZE  # from the middle of a line of text down to its baseline
_GAP = 8
_SWATCH = 20  # of the key: a square and the space behind it
_PLOT_HEIGHT = 268
_PADDING = 10  # between the edges of the plot and its first and last period
_CROWDED = 16  # periods closer than this get no marker each
_FAR_FROM_ZERO = 2 / 3  # the smallest value's share of the largest, above which zero is left out
_LEAST_STEPS, _MOST_STEPS = 3, 6  # between ticks
_LEAST_WINDOW = 0.2  # the share of the largest value that a cut axis shows at least

Numbers = NDArray[np.float64]
Point = tuple[float, float]


class Break(NamedTuple):
    """Where a series changed its meaning: an x position between two periods, and why, in short."""

    position: float
    label: str


@dataclass(frozen=True, slots=True)
class _LineStyle:
    colour: str
    width: float
    linestyle: Any  # matplotlib's notation: a dash pattern counts in line widths
    marker: str = ""
    marker_size: float = 0
    text: str = INK
    bold: bool = False


# Told apart without colour too: by weight, dashes and the shape of the markers. Later is on top.
_LINES = {
    "target": _LineStyle(ORANGE, 2, "-"),
    "england": _LineStyle(DARK_GREY, 2, (0, (1, 1.5)), "^", 7, text=DARK_GREY),
    "neighbour_mean": _LineStyle(DARK_PINK, 2, (0, (4, 2)), "s", 6, text=DARK_PINK),
    "area": _LineStyle(DARK_BLUE, 3.5, "-", "o", 8, text=DARK_BLUE, bold=True),
}


@dataclass(frozen=True, slots=True)
class _BarStyle:
    fill: str
    outline: str
    thickness: float = 18
    text: str = INK
    bold: bool = False


# Means are slim, so that nobody takes them for one more authority.
_BARS = {
    "area": _BarStyle(DARK_BLUE, DARK_BLUE, text=DARK_BLUE, bold=True),
    "neighbour": _BarStyle(PALE_GREY, OUTLINE),
    "other": _BarStyle(WHITE, OUTLINE),
    "neighbour_mean": _BarStyle(DARK_PINK, DARK_PINK, thickness=8, text=DARK_PINK),
    "england": _BarStyle(DARK_GREY, DARK_GREY, thickness=8, text=DARK_GREY),
}


def trend_chart(
    lines: pd.DataFrame,
    *,
    unit: str,
    decimals: int,
    breaks: Sequence[Break | tuple[float, str]] = (),
    width: float = WIDTH,
) -> Figure:
    """Draw values over time: the area strongly, each neighbour pale, the others named at the end.

    `lines` has one row per line and period: `label`, `role` ("area", "neighbour",
    "neighbour_mean", "england" or "target"), `period_label`, `position` (the period's place on
    the x axis) and `value`. No line is joined across an empty value, a period that it lacks, or a
    break. `unit` stands above the axis, and "percent" also puts % behind the values; `decimals`
    are those of the value at the end of each line. A line that ends early names its last period.

    The y axis starts at zero unless the values differ and all are far from it. Then the chart
    says where it starts, and so does `axis_start`.

    Raises `ValueError` when a column is missing, a role is unknown, a line has two values for one
    period, or there is no value to draw.
    """
    series = _read_lines(lines)
    ticks = _ticks(series, whole=decimals == 0)
    tick_texts = _tick_texts(ticks)
    from_zero = ticks[0] <= 0 <= ticks[-1]
    heading = _capitalised(unit) + ("" if from_zero else f" (axis starts at {tick_texts[0]})")
    headings = _wrapped(heading, width)
    ends = _ends(series, unit, decimals, limit=0.3 * width)

    left = max(_text_width(text) for text in tick_texts) + _GAP
    right = width - max((end.width + _GAP for end in ends), default=0)
    across = _Scale.over(series.positions, left + _PADDING, right - _PADDING)
    cuts = [Break(*each) for each in sorted(breaks)]
    notes = [_break_label(cut.label, across(cut.position), width) for cut in cuts]
    periods = _period_labels(series, across, width)

    top = _ROW * (len(headings) + sum(len(note.rows) for note in notes)) + 1.5 * _GAP
    bottom = top + max(_PLOT_HEIGHT, sum(end.height for end in ends))
    height = bottom + _GAP + _ROW * max(len(period.rows) for period in periods)
    up = _Scale(float(ticks[0]), bottom, (top - bottom) / float(ticks[-1] - ticks[0]))

    with _house_style():
        sheet = _Sheet(width, height, (left, top, right, bottom), across, up)
        sheet.text(0, _ROW * len(headings) / 2, headings)
        for tick, text in zip(ticks, tick_texts, strict=True):
            strong = tick == (0 if from_zero else ticks[0])
            sheet.rule((left, up(tick)), (right, up(tick)), OUTLINE if strong else GRID)
            sheet.text(left - _GAP, up(tick), [text], anchor="right")
        for position in series.positions:
            sheet.rule((across(position), bottom), (across(position), bottom + 4), OUTLINE)
        for period in periods:
            middle = bottom + _GAP + _ROW * len(period.rows) / 2
            sheet.text(period.x, middle, period.rows, anchor=period.anchor)
        note_top = _ROW * len(headings)
        for cut, note in zip(cuts, notes, strict=True):
            x = across(cut.position)
            sheet.rule((x, note_top + 3), (x, bottom), OUTLINE, (3, 3))
            sheet.text(note.x, note_top + _ROW * len(note.rows) / 2, note.rows, anchor=note.anchor)
            note_top += _ROW * len(note.rows)
        _draw_lines(sheet, series, [cut.position for cut in cuts])
        _draw_ends(sheet, series, ends)
        return sheet.finished()


def ranked_chart(
    bars: pd.DataFrame,
    *,
    unit: str,
    decimals: int,
    neighbours: str = "Statistical neighbours",
    others: str = "Other authorities",
    width: float = WIDTH,
) -> Figure:
    """Draw one bar per row, in the order of the rows, with its value at its end.

    `bars` has `label`, `role` ("area", "neighbour", "other", "neighbour_mean" or "england") and
    `value`, and may have `mark`, the words or symbol that stand in place of an empty value.
    `neighbours` and `others` name the two kinds of bar in a key, which is there when both are.
    Bars start at zero. Long names take two lines; none is cut.

    Raises `ValueError` when a column is missing, a role is unknown, a value is negative, or there
    is no value to draw.
    """
    _require(bars, ["label", "role", "value"], _BARS)
    values = _floats(bars["value"])
    if not np.isfinite(values).any():
        raise ValueError("no bar has a value: say so in words instead of drawing a chart")
    if np.nanmin(values) < 0:
        raise ValueError("a ranked chart starts at zero and cannot show a negative value")
    marks = bars["mark"] if "mark" in bars else ["no figure"] * len(bars)
    rows = [
        _Bar(
            _wrapped(str(label), 0.45 * width, bold=_BARS[role].bold),
            _BARS[role],
            float(value),
            _value_text(value, unit, decimals) if np.isfinite(value) else str(mark),
        )
        for label, role, value, mark in zip(bars["label"], bars["role"], values, marks, strict=True)
    ]
    headings = _wrapped(_capitalised(unit), width)
    kinds = {"neighbour": neighbours, "other": others}
    key = _key(kinds, width) if set(kinds) <= set(bars["role"]) else []

    left = max(row.name_width for row in rows) + _GAP
    right = width - max(row.text_width for row in rows) - _GAP
    top = _ROW * len([*headings, *key]) + _GAP / 2
    height = top + sum(row.height for row in rows)
    across = _Scale(0, left, (right - left) / (float(np.nanmax(values)) or 1))
    rows_up = _Scale(0, height, 1)

    with _house_style():
        sheet = _Sheet(width, height, (left, top, right, height), across, rows_up)
        sheet.text(0, _ROW * len(headings) / 2, headings)
        middle = _ROW * (len(headings) + 0.5)
        for entries in key:
            for x, role, words in entries:
                sheet.bar(x + 1, middle, 12, 12, _BARS[role])
                sheet.text(x + _SWATCH, middle, [words])
            middle += _ROW
        edge = top
        for row in rows:
            middle, edge = edge + row.height / 2, edge + row.height
            colour, bold = row.style.text, row.style.bold
            end = left if math.isnan(row.value) else across(row.value)
            sheet.text(left - _GAP, middle, row.name, anchor="right", colour=colour, bold=bold)
            sheet.text(end + 6, middle, [row.text], colour=colour, bold=bold)
            sheet.bar(left, middle, end - left, row.style.thickness, row.style)
        sheet.rule((left, top), (left, height), OUTLINE)
        return sheet.finished()


def axis_start(figure: Figure) -> float | None:
    """Give the value at which a chart's value axis starts, or nothing when zero is on the axis."""
    if not figure.axes:
        return None
    low, high = sorted(figure.axes[0].get_ylim())
    return None if low <= 0 <= high else float(low)


# ---- Reading the tables


@dataclass(frozen=True, slots=True)
class _Line:
    label: str
    role: str
    values: Numbers

    @property
    def last(self) -> int:
        """The index of the last period with a value."""
        return int(np.flatnonzero(np.isfinite(self.values))[-1])


@dataclass(frozen=True, slots=True)
class _Series:
    positions: Numbers
    periods: list[str]
    lines: list[_Line]  # those with a value, and all over the same periods


def _require(table: pd.DataFrame, columns: Sequence[str], roles: Collection[str]) -> None:
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise ValueError(f"the chart's table lacks {', '.join(missing)}")
    unknown = sorted(set(table["role"]) - set(roles))
    if unknown:
        raise ValueError(f"no such role in a chart: {unknown[0]!r}; there are {', '.join(roles)}")


def _floats(column: pd.Series) -> Numbers:
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _read_lines(table: pd.DataFrame) -> _Series:
    columns = ["label", "role", "period_label", "position", "value"]
    _require(table, columns, [*_LINES, "neighbour"])
    places = _floats(table["position"])
    if not np.isfinite(places).all():
        raise ValueError("a period of the chart has no position")
    if table.duplicated(["label", "role", "position"]).any():
        raise ValueError("a line of the chart has two values for one period")
    positions, which = np.unique(places, return_inverse=True)
    periods = dict(zip(which.tolist(), table["period_label"].astype(str), strict=True))
    found: dict[tuple[str, str], Numbers] = {}
    rows = zip(table["label"], table["role"], which, _floats(table["value"]), strict=True)
    for label, role, period, value in rows:
        values = found.setdefault((str(label), role), np.full(len(positions), np.nan))
        values[period] = value
    lines = [
        _Line(label, role, values)
        for (label, role), values in found.items()
        if np.isfinite(values).any()
    ]
    if not lines:
        raise ValueError("no line has a value: say so in words instead of drawing a chart")
    return _Series(positions, [periods[i] for i in range(len(positions))], lines)


# ---- Axes and words


@dataclass(frozen=True, slots=True)
class _Scale:
    """From a value to its pixel."""

    origin: float
    pixel: float
    pixels_per_unit: float

    @classmethod
    def over(cls, values: Numbers, left: float, right: float) -> "_Scale":
        """Spread sorted values from left to right; a single one stands in the middle."""
        if len(values) == 1:
            return cls(float(values[0]), (left + right) / 2, right - left)
        return cls(float(values[0]), left, (right - left) / float(values[-1] - values[0]))

    def __call__(self, value: float) -> float:
        return self.pixel + (float(value) - self.origin) * self.pixels_per_unit

    def value_at(self, pixel: float) -> float:
        return self.origin + (pixel - self.pixel) / self.pixels_per_unit


def _ticks(series: _Series, *, whole: bool) -> Numbers:
    """Choose a few round values that take in all values, and zero unless it is far off.

    Of the round steps that give a fitting number of ticks, take the one that wastes least room.
    """
    values = np.concatenate([line.values for line in series.lines])
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if high > low > _FAR_FROM_ZERO * high:
        bottom, top = min(low, high * (1 - _LEAST_WINDOW)), high
    else:
        bottom, top = min(low, 0.0), max(high, 0.0)
    span = (top - bottom) or 1.0
    size = 10.0 ** math.floor(math.log10(span / _MOST_STEPS))
    steps = [size * unit for unit in (1, 2, 2.5, 5, 10, 20, 25)]
    if whole:
        steps = [step for step in steps if step.is_integer()] or [1.0]
    choices = []
    for step in steps:
        # Rounded, so that a value on a round number does not ask for one step more.
        first = math.floor(round(bottom / step, 9))
        last = max(math.ceil(round(top / step, 9)), first + 1)
        if last - first <= _MOST_STEPS:
            few = last - first < _LEAST_STEPS
            choices.append((few, round((last - first) * step, 9), last - first, first, step))
    _, _, count, first, step = min(choices)
    return np.array([number * step for number in range(first, first + count + 1)])


def _tick_texts(ticks: Numbers) -> list[str]:
    step = float(ticks[1] - ticks[0])
    decimals = next(n for n in range(12) if math.isclose(round(step, n), step))
    return [_number(tick, decimals) for tick in ticks]


def _number(value: float, decimals: int) -> str:
    return f"{value:z,.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def _value_text(value: float, unit: str, decimals: int) -> str:
    return _number(value, decimals) + ("%" if unit == "percent" else "")


def _capitalised(unit: str) -> str:
    return unit[:1].upper() + unit[1:]


@cache
def _font(bold: bool) -> FontProperties:
    return FontProperties(family=FONT, size=TEXT_SIZE, weight="bold" if bold else "normal")


@cache
def _text_width(text: str, *, bold: bool = False) -> float:
    width, _, _ = text_to_path.get_text_width_height_descent(text, _font(bold), False)
    return 1.015 * float(width) + 1  # renderers that fit letters to whole pixels need a bit more


def _wrapped(text: str, limit: float, *, bold: bool = False) -> list[str]:
    """Fill rows with words; a word longer than the limit keeps its row to itself, uncut."""
    rows: list[str] = []
    for word in text.split():
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and _text_width(longer, bold=bold) <= limit:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows or [""]


# ---- The parts of a line chart


@dataclass(slots=True)
class _Label:
    """Rows of text, the place that they are anchored to, and how."""

    rows: list[str]
    x: float
    anchor: str = "center"


def _period_labels(series: _Series, across: _Scale, width: float) -> list[_Label]:
    """Name the last period and as many before it, evenly, as fit; in two rows if more fit so."""
    choices = []
    for split in (False, True):
        labels = []
        for position, period in zip(series.positions, series.periods, strict=True):
            rows = period.rsplit(" ", 1) if split else [period]
            half = max(_text_width(row) for row in rows) / 2
            labels.append(_Label(rows, min(max(across(position), half), width - half)))
        choices.append(_thinned(labels))
    return max(choices, key=len)


def _thinned(labels: list[_Label]) -> list[_Label]:
    """Keep every so many labels, counted from the last, and the first if that costs little."""
    steps = range(1, len(labels) + 1)
    least = next(step for step in steps if _apart(labels[::-1][::step]))
    even = [step for step in steps[least - 1 : 2 * least] if (len(labels) - 1) % step == 0]
    return labels[::-1][:: (even or [least])[0]]


def _apart(labels: list[_Label]) -> bool:
    """Tell whether labels, listed from right to left, leave a gap between each other."""
    spans = [(x.x, max(_text_width(row) for row in x.rows) / 2) for x in labels]
    return all(
        left + half + _GAP <= right - own
        for (right, own), (left, half) in itertools.pairwise(spans)
    )


def _break_label(label: str, line: float, width: float) -> _Label:
    """Put a break's reason on the side of its line that has more room."""
    if line <= width / 2:
        return _Label(_wrapped(label, width - line - 5), line + 5, "left")
    return _Label(_wrapped(label, line - 5), line - 5, "right")


@dataclass(slots=True)
class _End:
    """The name and last value of a line, to stand where it ends."""

    line: _Line
    rows: list[str]
    style: _LineStyle

    @property
    def width(self) -> float:
        return max(_text_width(row, bold=self.style.bold) for row in self.rows)

    @property
    def height(self) -> float:
        return _ROW * len(self.rows)


def _ends(series: _Series, unit: str, decimals: int, limit: float) -> list[_End]:
    ends = []
    for line in series.lines:
        if line.role in _LINES:
            style = _LINES[line.role]
            words = f"{line.label} {_value_text(line.values[line.last], unit, decimals)}"
            if line.last < len(series.periods) - 1:
                words += f" ({series.periods[line.last]})"
            ends.append(_End(line, _wrapped(words, limit, bold=style.bold), style))
    return ends


def _spread(
    wanted: Sequence[float], heights: Sequence[float], top: float, bottom: float
) -> Numbers:
    """Move labels apart so that none overlap, each as little as can be; give their middles.

    Labels that touch form a block, which stands where its members want to be on average.
    """
    blocks: list[tuple[float, float, list[int]]] = []  # upper edge, height, members
    for i in sorted(range(len(wanted)), key=lambda i: (wanted[i], i)):
        members = [i]
        while True:
            height = sum(heights[m] for m in members)
            offsets = np.cumsum([0.0, *(heights[m] for m in members)])[:-1]
            uppers = [wanted[m] - heights[m] / 2 - o for m, o in zip(members, offsets, strict=True)]
            upper = min(max(float(np.mean(uppers)), top), bottom - height)
            if not blocks or blocks[-1][0] + blocks[-1][1] <= upper:
                break
            members = blocks.pop()[2] + members
        blocks.append((upper, height, members))
    middles = np.zeros(len(wanted))
    for upper, _, members in blocks:
        for m in members:
            middles[m] = upper + heights[m] / 2
            upper += heights[m]
    return middles


def _draw_ends(sheet: "_Sheet", series: _Series, ends: Sequence[_End]) -> None:
    """Name each line where it ends, with a thin leader where its name had to move."""
    _, top, right, bottom = sheet.plot
    wanted = [sheet.up(end.line.values[end.line.last]) for end in ends]
    middles = _spread(wanted, [end.height for end in ends], top - 5, bottom + 5)
    for end, y, middle in zip(ends, wanted, middles.tolist(), strict=True):
        style = end.style
        sheet.text(right + _GAP, middle, end.rows, colour=style.text, bold=style.bold)
        x = sheet.across(series.positions[end.line.last]) + style.marker_size / 2 + 2
        # A line that ends early gets none: it would look like more of the line.
        current = end.line.last == len(series.positions) - 1
        if current and (abs(middle - y) > 4 or right - x > _PADDING):
            sheet.rule((x, y), (right + _GAP - 3, middle), style.text)


def _draw_lines(sheet: "_Sheet", series: _Series, cuts: Sequence[float]) -> None:
    where = np.searchsorted(series.positions, cuts)
    xs = np.insert(series.positions, where, cuts)
    pixels = [sheet.across(position) for position in series.positions]
    crowded = len(pixels) > 1 and min(np.diff(pixels)) < _CROWDED

    runs: list[Numbers] = []
    for line in series.lines:
        if line.role == "neighbour":
            ys = np.insert(line.values, where, np.nan)
            pieces = np.ma.clump_unmasked(np.ma.masked_invalid(ys))
            runs += [np.column_stack((xs[piece], ys[piece])) for piece in pieces]
    # In the order of the styles, so that the area comes last and lies on top.
    for zorder, (role, style) in enumerate(_LINES.items(), start=3):
        for line in series.lines:
            if line.role == role == "target":
                sheet.line(line.label, *_steps(sheet, series.positions, line.values), style, zorder)
            elif line.role == role:
                ys = np.insert(line.values, where, np.nan)
                kept = np.flatnonzero(_alone(ys) if crowded else np.isfinite(ys)).tolist()
                sheet.line(line.label, xs, ys, style, zorder, markers=kept)
    sheet.pale_lines(
        [run for run in runs if len(run) > 1], [run[0] for run in runs if len(run) == 1]
    )


def _alone(values: Numbers) -> NDArray[np.bool_]:
    """Tell which values no line reaches, and the last value, which the eye looks for."""
    there = np.concatenate(([False], np.isfinite(values), [False]))
    alone = there[1:-1] & ~there[:-2] & ~there[2:]
    alone[np.flatnonzero(there[1:-1])[-1]] = True
    return alone


def _steps(sheet: "_Sheet", positions: Numbers, values: Numbers) -> tuple[Numbers, Numbers]:
    """Let each value hold around its period, as far as halfway to the next."""
    outer = sheet.across.value_at(sheet.plot[0]), sheet.across.value_at(sheet.plot[2])
    edges = np.concatenate(([outer[0]], (positions[1:] + positions[:-1]) / 2, [outer[1]]))
    return np.repeat(edges, 2)[1:-1], np.repeat(values, 2)


# ---- The parts of a ranked chart


@dataclass(frozen=True, slots=True)
class _Bar:
    name: list[str]
    style: _BarStyle
    value: float
    text: str

    @property
    def name_width(self) -> float:
        return max(_text_width(row, bold=self.style.bold) for row in self.name)

    @property
    def text_width(self) -> float:
        return _text_width(self.text, bold=self.style.bold)

    @property
    def height(self) -> float:
        return _ROW * len(self.name) + _GAP


def _key(kinds: Mapping[str, str], width: float) -> list[list[tuple[float, str, str]]]:
    """Place the key's entries (x, role, words) in one row, or below each other in a narrow one."""
    row, x = [], 0.0
    for role, words in kinds.items():
        row.append((x, role, words))
        x += _SWATCH + _text_width(words) + 2 * _GAP
    if x - 2 * _GAP <= width:
        return [row]
    return [[(0.0, role, words)] for role, words in kinds.items()]


# ---- Drawing


@cache
def _style_settings() -> Any:  # matplotlib spells the type of its settings anew in each version
    """Matplotlib's own settings, then the Analysis Function's style, then ours.

    Starting from matplotlib's own keeps a reader's settings out of a published chart.
    """
    apart = ("animation", "backend", "interactive", "keymap", "savefig", "toolbar", "webagg")
    settings = {
        name: value
        for name, value in matplotlib.rcParamsDefault.items()
        if not name.startswith(apart)
    }
    with as_file(files("afcharts") / "afcharts.mplstyle") as style:
        settings |= matplotlib.rc_params_from_file(style, use_default_template=False)
    return settings | {
        "figure.facecolor": WHITE,
        "lines.solid_capstyle": "butt",
        "path.simplify": False,
        # An area's name is words, even if it holds two dollar signs.
        "text.parse_math": False,
    }


@contextmanager
def _house_style() -> Iterator[None]:
    with matplotlib.rc_context(_style_settings()):
        yield


class _Sheet:
    """A figure addressed in pixels from its top left corner, around one plot in data units."""

    def __init__(
        self,
        width: float,
        height: float,
        plot: tuple[float, float, float, float],
        across: _Scale,
        up: _Scale,
    ) -> None:
        self.plot, self.across, self.up = plot, across, up
        self.rules: list[tuple[list[Point], str, Any]] = []
        self.bars: list[tuple[list[Point], str, str]] = []
        left, top, right, bottom = plot
        inches = (width / _PIXELS_PER_INCH, height / _PIXELS_PER_INCH)
        self.figure = Figure(figsize=inches, dpi=_PIXELS_PER_INCH)
        self.axes = self.figure.add_axes(
            (left / width, 1 - bottom / height, (right - left) / width, (bottom - top) / height)
        )
        self.axes.set_axis_off()
        self.axes.set_xlim(across.value_at(left), across.value_at(right))
        self.axes.set_ylim(up.value_at(bottom), up.value_at(top))
        flip = Affine2D().scale(1 / width, -1 / height).translate(0, 1)
        self.pixels = flip + self.figure.transFigure

    def text(
        self,
        x: float,
        middle: float,
        rows: Sequence[str],
        *,
        anchor: str = "left",
        colour: str = INK,
        bold: bool = False,
    ) -> None:
        """Write rows of text around a height; each row is anchored for itself."""
        for i, words in enumerate(rows):
            y = middle + _ROW * (i - (len(rows) - 1) / 2) + _TO_BASELINE
            self.axes.text(
                x,
                y,
                words,
                transform=self.pixels,
                color=colour,
                fontproperties=_font(bold),
                horizontalalignment=anchor,
                verticalalignment="baseline",
                zorder=9,
            )

    def rule(self, start: Point, end: Point, colour: str, dashes: tuple[float, ...] = ()) -> None:
        """Draw a thin line behind the data, from pixel to pixel."""
        self.rules.append(([start, end], colour, (0, dashes) if dashes else "-"))

    def bar(
        self, left: float, middle: float, length: float, height: float, style: _BarStyle
    ) -> None:
        """Draw a bar from pixel to pixel."""
        if length > 0:
            top, bottom, right = middle - height / 2, middle + height / 2, left + length
            corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
            self.bars.append((corners, style.fill, style.outline))

    def line(
        self,
        label: str,
        xs: Numbers,
        ys: Numbers,
        style: _LineStyle,
        zorder: float,
        *,
        markers: Sequence[int] = (),
    ) -> None:
        """Draw one line in data units, broken where a value is missing."""
        line = Line2D(
            xs,
            ys,
            label=label,
            color=style.colour,
            linewidth=style.width,
            linestyle=style.linestyle,
            marker=style.marker,
            markersize=style.marker_size,
            markeredgewidth=0,
            markevery=list(markers),
            zorder=zorder,
        )
        self._add(line)

    def pale_lines(self, runs: Sequence[Numbers], dots: Sequence[Numbers]) -> None:
        """Draw the single neighbours behind everything else that carries data."""
        if runs:
            self._add(LineCollection(runs, colors=PALE_GREY, linewidths=1.25, zorder=2))
        if dots:
            xs, ys = np.transpose(dots)
            style = _LineStyle(PALE_GREY, 0, "none", "o", 5)
            self.line("", xs, ys, style, 2, markers=range(len(dots)))

    def finished(self) -> Figure:
        """Put the rules and bars into the figure, each as one artist, and give it out."""
        if self.rules:
            where, colours, dashes = zip(*self.rules, strict=True)
            rules = LineCollection(where, colors=colours, linestyles=dashes, linewidths=1, zorder=1)
            self._add(rules, transform=self.pixels)
        if self.bars:
            where, fills, outlines = zip(*self.bars, strict=True)
            bars = PolyCollection(where, facecolors=fills, edgecolors=outlines, linewidths=1)
            self._add(bars, transform=self.pixels)
        return self.figure

    def _add(self, artist: Artist, **options: Any) -> None:
        artist.set(clip_on=False, **options)
        self.axes.add_artist(artist)
