"""A count of each month in; the limits of its usual variation out, or why there are none.

The chart of individuals and moving ranges (XmR): points outside the limits are unusual, points
inside them are not worth explaining one by one.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, median
from typing import NamedTuple

LEAST_POINTS = 12
"""With fewer known figures there is a run chart and no limits."""

LIMIT_FACTOR = 2.66
"""Average moving ranges from the mean to either limit: 3 / 1.128, three standard deviations."""

RANGE_FACTOR = 3.267
"""A moving range above this many averages is unusual itself, and would widen the limits."""


class Limits(NamedTuple):
    """Mean and limits, and which of the given values lie outside (positions from 0, gaps counted).

    `points` counts the known figures.
    """

    mean: float
    lower: float
    upper: float
    average_moving_range: float
    outside: tuple[int, ...]
    points: int


class Run(NamedTuple):
    """The middle of a run chart, NaN without a figure, and why there are no limits."""

    median: float
    points: int
    reason: str


def xmr(values: Sequence[float], *, floor_at_zero: bool = False) -> Limits | Run:
    """Give the control limits of a series, or its median where limits cannot be set.

    `values` are in order of time; NaN stands for one that is not known, so that no moving range
    is taken across it. Moving ranges above 3.267 times their average are dropped once. With
    `floor_at_zero`, for counts, a limit below nought is nought.
    """
    figures = [float(value) for value in values]
    known = [value for value in figures if not math.isnan(value)]
    if floor_at_zero and any(value < 0 for value in known):
        raise ValueError("A count below nought cannot have limits that stop at nought.")
    if len(known) < LEAST_POINTS:
        return run(figures, f"{len(known)} figures are too few for limits")
    ranges = [
        abs(later - earlier)
        for earlier, later in pairwise(figures)
        if not (math.isnan(earlier) or math.isnan(later))
    ]
    if not ranges:
        return run(figures, "no two figures follow one another without a gap")
    average = _average_moving_range(ranges)
    if average == 0:
        # Any figure but the usual one would stand out, however little it differed.
        return run(figures, "the figures hardly ever change")
    mean = fmean(known)
    lower, upper = mean - LIMIT_FACTOR * average, mean + LIMIT_FACTOR * average
    if floor_at_zero:
        lower = max(0.0, lower)
    outside = tuple(at for at, value in enumerate(figures) if value < lower or value > upper)
    return Limits(mean, lower, upper, average, outside, len(known))


def run(values: Sequence[float], reason: str = "") -> Run:
    """Give the median of the known figures, with the reason why there are no limits."""
    known = [value for value in values if not math.isnan(value)]
    return Run(float(median(known)) if known else math.nan, len(known), reason)


def _average_moving_range(ranges: Sequence[float]) -> float:
    most = RANGE_FACTOR * fmean(ranges)
    return fmean(one for one in ranges if one <= most)
