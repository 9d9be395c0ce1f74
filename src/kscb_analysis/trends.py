"""Figures over time in; whether they rise or fall beyond chance, and words for a change, out."""

import math
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from kscb_analysis.intervals import normal_quantile
from kscb_analysis.vocabulary import Direction, Verdict

POINTS = 5
"""A trend is read from the last five points, and from no fewer."""

CRITICAL = 9.5495
"""Chi-squared on one degree of freedom that chance exceeds twice in a thousand (99.8 %)."""

LEVEL_SLOPE = 1e-9
"""A slope this small a part of the whole one is level: rounding alone gives it a sign."""


class TrendWords(StrEnum):
    """What a series does, as a reader is told it."""

    RISING = "rising"
    FALLING = "falling"
    NO_CLEAR_TREND = "no clear trend"
    TOO_FEW = "fewer than five years with counts"


class Point(NamedTuple):
    """A figure with its 95 % interval; None or NaN in any of them makes it no point."""

    value: float | None
    lower: float | None
    upper: float | None


class Trend(NamedTuple):
    """What a series does, from how many points, and the slope and statistic that say so."""

    words: TrendWords
    points: int
    slope: float | None = None
    chi_squared: float | None = None

    @property
    def known(self) -> bool:
        """True when there were points enough to look for a trend."""
        return self.words is not TrendWords.TOO_FEW


class _Weighed(NamedTuple):
    position: float
    value: float
    weight: float


def recent_trend(points: Sequence[Point], positions: Sequence[float] | None = None) -> Trend:
    """Look for a trend in the last five points, oldest first, as public health profiles do.

    Rising or falling when the weighted slope is too steep for chance and keeps its sign whichever
    point is left out. `positions` are the times of the points; without them each follows the one
    before at the same distance, and one without a figure leaves its place empty. `slope` is per
    unit of position. `ValueError` when an interval has no width or does not hold its figure.

    >>> recent_trend([Point(10.0, 9.0, 11.0)] * 4).words.value
    'fewer than five years with counts'
    """
    places = list(range(len(points))) if positions is None else list(positions)
    if len(places) != len(points):
        raise ValueError(f"{len(points)} points cannot stand at {len(places)} positions.")
    if any(later <= earlier for earlier, later in pairwise(places)):
        raise ValueError("The positions of the points must rise from one to the next.")
    known = [
        weighed
        for position, point in zip(places, points, strict=True)
        if (weighed := _weigh(position, point)) is not None
    ][-POINTS:]
    if len(known) < POINTS:
        return Trend(TrendWords.TOO_FEW, len(known))
    slope, chi_squared = _slope(known)
    without_one = [_slope(known[:at] + known[at + 1 :])[0] for at in range(POINTS)]
    steady = all(one * slope > LEVEL_SLOPE * slope**2 for one in without_one)
    words = TrendWords.NO_CLEAR_TREND
    if chi_squared > CRITICAL and steady:
        words = TrendWords.RISING if slope > 0 else TrendWords.FALLING
    return Trend(words, len(known), slope, chi_squared)


def movement(change: float | None, smallest: float = 0.0) -> Direction:
    """Name the direction of a change, which must be at least `smallest` in size to count.

    A change is given as `compare.difference` rounds it: 54.3 less 54.0 must be 0.3, and no hair
    less. `UNCHANGED` is for "little changed", `UNKNOWN` for a change that is not known.

    >>> movement(-0.2, smallest=0.5)
    <Direction.UNCHANGED: 'unchanged'>
    """
    if not smallest >= 0:
        raise ValueError(f"The smallest change that counts is {smallest!r}; it has no sign.")
    if change is None or math.isnan(change):
        return Direction.UNKNOWN
    if change == 0 or abs(change) < smallest:
        return Direction.UNCHANGED
    return Direction.RISING if change > 0 else Direction.FALLING


def two_halves(direction: Direction, verdict: Verdict) -> str:
    """Say which way a figure went and, where that can be judged, whether it got better.

    >>> two_halves(Direction.RISING, Verdict.WORSE)
    'rising, and getting worse'
    """
    if direction is Direction.UNKNOWN:
        return "change not known"
    if direction is Direction.UNCHANGED:
        return "little changed"
    if verdict in (Verdict.BETTER, Verdict.WORSE):
        return f"{direction}, and getting {verdict}"
    return str(direction)


def _weigh(position: float, point: Point) -> _Weighed | None:
    value, lower, upper = point
    if value is None or lower is None or upper is None:
        return None
    if math.isnan(value) or math.isnan(lower) or math.isnan(upper):
        return None
    if not (lower < upper and lower <= value <= upper):
        raise ValueError(f"{lower:g} to {upper:g} is no interval of {value:g}.")
    standard_error = (upper - lower) / (2 * normal_quantile())
    return _Weighed(position, value, 1 / standard_error**2)


def _slope(points: Sequence[_Weighed]) -> tuple[float, float]:
    """Give the weighted least-squares slope and its chi-squared on one degree of freedom."""
    weight = math.fsum(one.weight for one in points)
    position = math.fsum(one.weight * one.position for one in points) / weight
    value = math.fsum(one.weight * one.value for one in points) / weight
    spread = math.fsum(one.weight * (one.position - position) ** 2 for one in points)
    together = math.fsum(
        one.weight * (one.position - position) * (one.value - value) for one in points
    )
    return together / spread, together**2 / spread
