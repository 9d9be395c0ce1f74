"""Words in; measured rows of text, and places where none overlaps another, out."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from kscb_analysis.scales import Numbers, Scale

TEXT_SIZE = 14
"""All text has one size, of which 8.8 CSS pixels are left when a phone shrinks a chart to 290."""

FONT = "DejaVu Sans"
"""Ships with matplotlib, so every computer measures alike; wider than the page's own type."""

ROW = 18  # from one line of text to the next
TO_BASELINE = 0.36 * TEXT_SIZE  # from the middle of a line of text down to its baseline
GAP = 8
SWATCH = 20  # of the key: a mark and the space behind it

Key = Sequence[Sequence[tuple[float, str, str]]]
"""Rows of (x, what it is about, words); words that go on in a further row are about nothing."""


@cache
def font(bold: bool) -> FontProperties:
    """Give the charts' one typeface."""
    return FontProperties(family=FONT, size=TEXT_SIZE, weight="bold" if bold else "normal")


@cache
def text_width(text: str, *, bold: bool = False) -> float:
    """Measure a row of text in pixels."""
    width, _, _ = text_to_path.get_text_width_height_descent(text, font(bold), False)
    return 1.015 * float(width) + 1  # renderers that fit letters to whole pixels need a bit more


def wrapped(text: str, limit: float, *, bold: bool = False) -> list[str]:
    """Fill rows with words; a word longer than the limit keeps its row to itself, uncut."""
    rows: list[str] = []
    for word in text.split():
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and text_width(longer, bold=bold) <= limit:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows or [""]


def key_rows(entries: Mapping[str, str], width: float) -> Key:
    """Place the entries of a key (what, words) side by side, in as many rows as they need."""
    rows: list[list[tuple[float, str, str]]] = []
    x = 0.0
    for what, words in entries.items():
        length = SWATCH + text_width(words)
        if not rows or x + length > width:
            first, *more = wrapped(words, width - SWATCH)
            rows += [[(0.0, what, first)], *([(0.0, "", each)] for each in more)]
            x = width if more else length + 2 * GAP
        else:
            rows[-1].append((x, what, words))
            x += length + 2 * GAP
    return rows


@dataclass(slots=True)
class Label:
    """Rows of text, the place that they are anchored to, and how."""

    rows: list[str]
    x: float
    anchor: str = "center"


def period_labels(
    positions: Numbers, periods: Sequence[str], across: Scale, width: float
) -> list[Label]:
    """Name the last period and as many before it, evenly, as fit; in two rows if more fit so."""
    choices = []
    for split in (False, True):
        labels = []
        for position, period in zip(positions, periods, strict=True):
            rows = period.rsplit(" ", 1) if split else [period]
            half = max(text_width(row) for row in rows) / 2
            labels.append(Label(rows, min(max(across(position), half), width - half)))
        choices.append(thinned(labels))
    return max(choices, key=len)


def thinned(labels: list[Label]) -> list[Label]:
    """Keep every so many labels, counted from the last, and the first if that costs little."""
    steps = range(1, len(labels) + 1)
    least = next(step for step in steps if _apart(labels[::-1][::step]))
    even = [step for step in steps[least - 1 : 2 * least] if (len(labels) - 1) % step == 0]
    return labels[::-1][:: (even or [least])[0]]


def _apart(labels: list[Label]) -> bool:
    """Tell whether labels, listed from right to left, leave a gap between each other."""
    spans = [(x.x, max(text_width(row) for row in x.rows) / 2) for x in labels]
    return all(
        left + half + GAP <= right - own for (right, own), (left, half) in itertools.pairwise(spans)
    )


def beside(text: str, line: float, width: float) -> Label:
    """Put words on the side of an upright line that has more room."""
    if line <= width / 2:
        return Label(wrapped(text, width - line - 5), line + 5, "left")
    return Label(wrapped(text, line - 5), line - 5, "right")


def spread(
    wanted: Sequence[float], heights: Sequence[float], top: float, bottom: float
) -> list[float]:
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
    middles = [0.0] * len(wanted)
    for upper, _, members in blocks:
        for m in members:
            middles[m] = upper + heights[m] / 2
            upper += heights[m]
    return middles
