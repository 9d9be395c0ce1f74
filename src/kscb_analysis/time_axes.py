"""Periods and values in; a sheet with its axes, and the names at the ends of lines, out."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kscb_analysis.lettering import (
    GAP,
    ROW,
    Key,
    beside,
    period_labels,
    spread,
    text_width,
    wrapped,
)
from kscb_analysis.scales import Numbers, Scale, capitalised, round_ticks, tick_texts
from kscb_analysis.sheet import GRID, OUTLINE, LineStyle, Sheet

_PLOT_HEIGHT = 268
_PADDING = 10  # between the edges of the plot and its first and last period
_CROWDED = 16  # periods closer than this get no marker each
_LEAST_SHARE = 0.96  # of the width that the periods take, for steps of whole pixels
STRIP = 26
"""The height of a row of marks between the plot and the names of the periods."""


class Break(NamedTuple):
    """Where a series changed its meaning: an x position between two periods, and why, in short."""

    position: float
    label: str


@dataclass(slots=True)
class End:
    """The name and last value of a line, to stand where it ends."""

    rows: list[str]
    style: LineStyle
    position: float
    value: float
    current: bool  # whether the line goes on to the last period

    @property
    def width(self) -> float:
        """The room that the name needs, in pixels."""
        return max(text_width(row, bold=self.style.bold) for row in self.rows)

    @property
    def height(self) -> float:
        """The height of the name's rows, in pixels."""
        return ROW * len(self.rows)


def left_out(positions: Numbers) -> list[float]:
    """Give a position in the middle of each stretch where periods are left out.

    A step more than half as long again as the shortest leaves some out; lines stop there.
    """
    steps = np.diff(positions)
    if not len(steps):
        return []
    wide = np.flatnonzero(steps > 1.5 * steps.min())
    return [float(positions[at] + positions[at + 1]) / 2 for at in wide]


def time_sheet(
    positions: Numbers,
    periods: Sequence[str],
    values: Numbers,
    *,
    unit: str,
    whole: bool,
    ends: Sequence[End],
    width: float,
    cuts: Sequence[Break] = (),
    key: Key = (),
    swatch: Callable[[Sheet, str, float, float], None] | None = None,
    strip: str = "",
) -> Sheet:
    """Lay out a chart over time, and draw all of it that is no data.

    The value axis takes in all `values`, the room at the right all `ends`. `cuts` are upright
    lines with their reasons above the plot; `key` stands above them, each entry with the mark
    that `swatch` draws at a given x and height. `strip` is the caption of a row of marks below
    the plot, for which room is left when there is one.
    """
    ticks = round_ticks(values, whole=whole)
    texts = tick_texts(ticks)
    from_zero = ticks[0] <= 0 <= ticks[-1]
    heading = capitalised(unit) + ("" if from_zero else f" (axis starts at {texts[0]})")
    headings = wrapped(heading, width)

    left = math.ceil(max(text_width(text) for text in [*texts, strip]) + GAP)
    right = width - max((end.width + GAP for end in ends), default=0)
    across = _in_whole_pixels(positions, left + _PADDING, right - _PADDING)
    right = max(across(positions[-1]) + _PADDING, right if len(positions) == 1 else 0)
    notes = [beside(cut.label, across(cut.position), width) for cut in cuts]
    labels = period_labels(positions, periods, across, width)

    above = ROW * (len(headings) + len(key))
    top = above + ROW * sum(len(note.rows) for note in notes) + 1.5 * GAP
    bottom = top + max(_PLOT_HEIGHT, sum(end.height for end in ends))
    below = bottom + GAP + (STRIP if strip else 0)
    height = below + ROW * max(len(label.rows) for label in labels)
    up = Scale(float(ticks[0]), bottom, (top - bottom) / float(ticks[-1] - ticks[0]))

    sheet = Sheet(width, height, (left, top, right, bottom), across, up)
    sheet.text(0, ROW * len(headings) / 2, headings)
    if swatch is not None:
        sheet.key(key, ROW * len(headings), swatch)
    for tick, text in zip(ticks, texts, strict=True):
        strong = tick == (0 if from_zero else ticks[0])
        sheet.rule((left, up(tick)), (right, up(tick)), OUTLINE if strong else GRID)
        sheet.text(left - GAP, up(tick), [text], anchor="right")
    for position in positions:
        sheet.rule((across(position), bottom), (across(position), bottom + 4), OUTLINE)
    for label in labels:
        sheet.text(label.x, below + ROW * len(label.rows) / 2, label.rows, anchor=label.anchor)
    if strip:
        sheet.text(left - GAP, strip_middle(sheet), [strip], anchor="right")
    for cut, note in zip(cuts, notes, strict=True):
        x = across(cut.position)
        sheet.rule((x, above + 3), (x, bottom), OUTLINE, (3, 3))
        sheet.text(note.x, above + ROW * len(note.rows) / 2, note.rows, anchor=note.anchor)
        above += ROW * len(note.rows)
    return sheet


def _in_whole_pixels(positions: Numbers, left: float, right: float) -> Scale:
    """Spread periods from left to right, a whole number of pixels apart if that costs little.

    Steps of whole pixels make the picture's file a tenth smaller.
    """
    across = Scale.over(positions, left, right)
    if len(positions) > 1:
        step = float(min(np.diff(positions)))
        whole = math.floor(step * across.pixels_per_unit) / step
        if whole >= _LEAST_SHARE * across.pixels_per_unit:
            return Scale(across.origin, across.pixel, whole)
    return across


def strip_middle(sheet: Sheet) -> float:
    """Give the height at which a strip's marks stand."""
    return sheet.plot[3] + 4 + STRIP / 2


def draw_ends(sheet: Sheet, ends: Sequence[End]) -> None:
    """Name each line where it ends, with a thin leader where its name had to move."""
    _, top, right, bottom = sheet.plot
    wanted = [sheet.up(end.value) for end in ends]
    middles = spread(wanted, [end.height for end in ends], top - 5, bottom + 5)
    for end, y, middle in zip(ends, wanted, middles, strict=True):
        style = end.style
        sheet.text(right + GAP, middle, end.rows, colour=style.text, bold=style.bold)
        x = sheet.across(end.position) + style.marker_size / 2 + 2
        # A line that ends early gets none: it would look like more of the line.
        if end.current and (abs(middle - y) > 4 or right - x > _PADDING):
            sheet.rule((x, y), (right + GAP - 3, middle), style.text)


def is_crowded(sheet: Sheet, positions: Numbers) -> bool:
    """Tell whether periods lie too close together for a marker each."""
    return len(positions) > 1 and nearest(sheet, positions) < _CROWDED


def nearest(sheet: Sheet, positions: Numbers) -> float:
    """Give the fewest pixels between two periods, or the plot's width when there is one period."""
    pixels = [sheet.across(position) for position in positions]
    return min(np.diff(pixels)) if len(pixels) > 1 else sheet.plot[2] - sheet.plot[0]


def marked_values(values: Numbers, *, crowded: bool) -> list[int]:
    """Choose the values that get a marker: all, or if crowded those that no line reaches.

    The last value always gets one, since the eye looks for it.
    """
    if not crowded:
        return np.flatnonzero(np.isfinite(values)).tolist()
    return np.flatnonzero(_alone(values)).tolist()


def _alone(values: Numbers) -> NDArray[np.bool_]:
    there = np.concatenate(([False], np.isfinite(values), [False]))
    alone = there[1:-1] & ~there[:-2] & ~there[2:]
    alone[np.flatnonzero(there[1:-1])[-1]] = True
    return alone


def held(sheet: Sheet, positions: Numbers, values: Numbers) -> tuple[Numbers, Numbers]:
    """Let each value hold around its period, as far as halfway to the next."""
    outer = sheet.across.value_at(sheet.plot[0]), sheet.across.value_at(sheet.plot[2])
    edges = np.concatenate(([outer[0]], (positions[1:] + positions[:-1]) / 2, [outer[1]]))
    return np.repeat(edges, 2)[1:-1], np.repeat(values, 2)
