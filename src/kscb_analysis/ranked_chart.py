"""Authorities in order in; a bar chart with each one's name and value out."""

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kscb_analysis.lettering import GAP, ROW, Key, key_rows, text_width, wrapped
from kscb_analysis.scales import (
    Numbers,
    Scale,
    capitalised,
    floats,
    intervals,
    require,
    value_text,
)
from kscb_analysis.sheet import (
    DARK_BLUE,
    DARK_GREY,
    DARK_PINK,
    INK,
    OUTLINE,
    PALE_GREY,
    WHITE,
    WIDTH,
    BarStyle,
    Point,
    Sheet,
    house_style,
    whisker,
)

Shade = tuple[float, float, str]
"""A stretch of the value axis: from, to, and what it is."""

# Means are slim, so that nobody takes them for one more authority.
BARS = {
    "area": BarStyle(DARK_BLUE, DARK_BLUE, text=DARK_BLUE, bold=True),
    "neighbour": BarStyle(PALE_GREY, OUTLINE),
    "other": BarStyle(WHITE, OUTLINE),
    "neighbour_mean": BarStyle(DARK_PINK, DARK_PINK, thickness=8, text=DARK_PINK),
    "england": BarStyle(DARK_GREY, DARK_GREY, thickness=8, text=DARK_GREY),
}


def ranked_chart(
    bars: pd.DataFrame,
    *,
    unit: str,
    decimals: int,
    neighbours: str = "Statistical neighbours",
    others: str = "Other authorities",
    interval: str = "95% interval",
    shade: Shade | None = None,
    width: float = WIDTH,
) -> Figure:
    """Draw one bar per row, in the order of the rows, with its value at its end.

    `bars` has `label`, `role` ("area", "neighbour", "other", "neighbour_mean" or "england") and
    `value`, and may have `mark`, the words or symbol that stand in place of an empty value, and
    `lower` and `upper`, the ends of an interval, drawn as a whisker over its bar. `neighbours`
    and `others` name the two kinds of bar in a key, which is there when both are; `interval`
    names the whiskers. A column `places` gives a row decimals of its own. `shade` is a band behind
    the bars: (from, to, words for the key).
    Bars start at zero. Long names take two lines; none is cut.

    Raises `ValueError` when a column is missing, a role is unknown, a number is negative, an
    interval does not hold its value, or there is no value to draw.
    """
    read = read_bars(bars, shade)
    marks = bars["mark"] if "mark" in bars else ["no figure"] * len(bars)
    places = bars["places"] if "places" in bars else [decimals] * len(bars)
    rows = [
        _Bar(
            wrapped(str(label), 0.45 * width, bold=BARS[role].bold),
            BARS[role],
            float(value),
            value_text(value, unit, int(digits)) if np.isfinite(value) else str(mark),
            float(lower),
            float(upper),
        )
        for label, role, value, mark, lower, upper, digits in zip(
            bars["label"],
            bars["role"],
            read.values,
            marks,
            read.lower,
            read.upper,
            places,
            strict=True,
        )
    ]
    headings = wrapped(capitalised(unit), width)
    spans = interval if np.isfinite(read.upper).any() else ""
    key = bar_key(set(bars["role"]), neighbours, others, spans, shade, width)

    left = math.ceil(max(row.name_width for row in rows) + GAP)
    right = width - max(row.text_width for row in rows) - GAP
    top = ROW * len([*headings, *key]) + GAP / 2
    height = top + sum(row.height for row in rows)
    across = Scale(0, left, (right - left) / (read.highest or 1))

    with house_style():
        sheet = Sheet(width, height, (left, top, right, height), across, Scale(0, height, 1))
        sheet.text(0, ROW * len(headings) / 2, headings)
        sheet.key(key, ROW * len(headings), swatch)
        if shade:
            sheet.shade(across(shade[0]), across(shade[1]), top, height)
        edge = top
        whiskers: list[list[Point]] = []
        on_dark: list[list[Point]] = []
        for row in rows:
            middle, edge = edge + row.height / 2, edge + row.height
            colour, bold = row.style.text, row.style.bold
            end = left if math.isnan(row.value) else across(row.value)
            sheet.text(left - GAP, middle, row.name, anchor="right", colour=colour, bold=bold)
            sheet.bar(left, middle, end - left, row.style.thickness, row.style)
            if math.isfinite(row.upper):
                whiskers.append(whisker((across(row.lower), middle), (across(row.upper), middle)))
                on_dark += [whiskers[-1]] if row.style.is_dark else []
                end = across(row.upper)
            sheet.text(end + 6, middle, [row.text], colour=colour, bold=bold)
        sheet.rule((left, top), (left, height), OUTLINE)
        draw_whiskers(sheet, whiskers, on_dark)
        return sheet.finished()


@dataclass(frozen=True, slots=True)
class ReadBars:
    """The numbers of a table of bars, each as long as the table."""

    values: Numbers
    lower: Numbers
    upper: Numbers
    highest: float  # that the chart needs room for


def read_bars(bars: pd.DataFrame, shade: Shade | None) -> ReadBars:
    """Read the numbers of a table of bars; raise `ValueError` for what a chart cannot show."""
    require(bars, ["label", "role", "value"], BARS)
    values = floats(bars["value"])
    if not np.isfinite(values).any():
        raise ValueError("no bar has a value: say so in words instead of drawing a chart")
    lower, upper = intervals(bars, values)
    ends = shade[:2] if shade else (0.0, 0.0)
    if np.nanmin([*values, *lower, *ends]) < 0:
        raise ValueError("a ranked chart starts at zero and cannot show a negative value")
    if not ends[0] <= ends[1]:
        raise ValueError("a band goes from its lower to its higher end")
    return ReadBars(values, lower, upper, float(np.nanmax([*values, *upper, *ends])))


def bar_key(
    roles: Set[str], neighbours: str, others: str, interval: str, shade: Shade | None, width: float
) -> Key:
    """Place the key of a chart of bars; what the chart does not show has no entry."""
    kinds = {"neighbour": neighbours, "other": others}
    entries = kinds if set(kinds) <= roles else {}
    entries |= {"interval": interval} if interval else {}
    return key_rows(entries | ({"shade": shade[2]} if shade else {}), width)


def draw_whiskers(
    sheet: Sheet, spans: Sequence[list[Point]], on_dark: Sequence[list[Point]], zorder: float = 3
) -> None:
    """Draw intervals over bars; those on a dark bar get a white rim."""
    if on_dark:
        sheet.strokes(on_dark, WHITE, 4, zorder)
    if spans:
        sheet.strokes(spans, INK, 1.5, zorder + 0.5)


def swatch(sheet: Sheet, what: str, x: float, middle: float) -> None:
    """Draw the mark of an entry of the key."""
    if what == "shade":
        sheet.shade(x, x + 14, middle - 6, middle + 6)
    elif what == "interval":
        sheet.strokes([whisker((x, middle), (x + 14, middle))], INK, 1.5, 4)
    else:
        sheet.bar(x + 1, middle, 12, 12, BARS[what])


@dataclass(frozen=True, slots=True)
class _Bar:
    name: list[str]
    style: BarStyle
    value: float
    text: str
    lower: float
    upper: float

    @property
    def name_width(self) -> float:
        return max(text_width(row, bold=self.style.bold) for row in self.name)

    @property
    def text_width(self) -> float:
        return text_width(self.text, bold=self.style.bold)

    @property
    def height(self) -> float:
        return ROW * len(self.name) + GAP
