"""Counts in; intervals of proportions and rates out, and where a benchmark lies against one.

Proportions have Wilson's score interval. Rates have Byar's approximation, or below ten events the
exact limits by the link between Poisson and chi-squared. All limits are two-sided.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kscb_analysis.vocabulary import Polarity

LEVELS = (0.95, 0.998)
"""95 % decides a verdict; 99.8 % is the outer pair of limits in public health practice."""

EXACT_BELOW = 10
"""Byar's approximation is close enough from ten events on."""

Floats = npt.NDArray[np.float64]


class Method(StrEnum):
    """How an interval was computed, as a note under a table names it."""

    WILSON = "Wilson's score method"
    BYAR = "Byar's approximation"
    EXACT = "exact Poisson limits"


class Comparison(StrEnum):
    """Where an area stands against a benchmark once chance is allowed for."""

    BETTER = "better"
    SIMILAR = "similar"
    WORSE = "worse"
    HIGHER = "higher"
    LOWER = "lower"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True, slots=True)
class Interval:
    """Two limits in the unit of the figure, with the level and method that gave them."""

    lower: float
    upper: float
    level: float
    method: str


class Bounds(NamedTuple):
    """Lower and upper limits of many figures, NaN where there is none."""

    lower: Floats
    upper: Floats


class Against(NamedTuple):
    """A verdict, the benchmark it was reached against, and why it is this one."""

    verdict: Comparison
    benchmark: float | None
    reason: str


def proportion(count: float, of: float, level: float = 0.95) -> Interval:
    """Give the interval of a share in percent; `ValueError` when the counts cannot be a share.

    >>> one = proportion(221, 1896)
    >>> round(one.lower, 2), round(one.upper, 2)
    (10.29, 13.18)
    """
    _require_count("count", count)
    _require_count("total", of)
    if of == 0:
        raise ValueError("There is no share of a total of nought.")
    if count > of:
        raise ValueError(f"A count of {count:g} is above its total of {of:g}: it is no share.")
    return _only(proportions([count], [of], level), level, Method.WILSON)


def rate(count: float, of: float, level: float = 0.95, per: float = 10_000) -> Interval:
    """Give the interval of a rate per so many; `ValueError` when the counts cannot be a rate.

    The lower limit of no events is nought.

    >>> one = rate(0, 5000)
    >>> one.lower, round(one.upper, 2), one.method.value
    (0.0, 7.38, 'exact Poisson limits')
    """
    _require_count("count", count)
    if not (math.isfinite(of) and of > 0):
        raise ValueError(f"A rate needs a population above nought, not {of:g}.")
    method = Method.EXACT if count < EXACT_BELOW else Method.BYAR
    return _only(rates([count], [of], level, per), level, method)


def proportions(counts: npt.ArrayLike, totals: npt.ArrayLike, level: float = 0.95) -> Bounds:
    """Give the limits of many shares in percent by Wilson's method.

    NaN where a count or total is missing, no whole number, below nought, or the count above its
    total: some printed percentages exceed 100 because the count is no part of its total.
    """
    count, total = _pairs(counts, totals)
    valid = _whole(count) & _whole(total) & (total > 0) & (count <= total)
    return _limits(_wilson, count, total, valid, normal_quantile(level), 100.0)


def rates(
    counts: npt.ArrayLike, populations: npt.ArrayLike, level: float = 0.95, per: float = 10_000
) -> Bounds:
    """Give the limits of many rates: exact below ten events, Byar's approximation from there on.

    NaN where a count or population is missing or not above nought, or a count is no whole number.
    """
    count, population = _pairs(counts, populations)
    valid = _whole(count) & np.isfinite(population) & (population > 0)
    return _limits(_poisson, count, population, valid, normal_quantile(level), per)


def against(benchmark: float | None, interval: Interval | None, polarity: Polarity) -> Against:
    """Judge an area by its own interval, after the rule of the public health profiles.

    Similar when the benchmark lies inside, ends included; otherwise better or worse by polarity,
    or higher or lower where polarity says nothing or asks for a target. Without a benchmark or an
    interval nothing is compared.

    >>> against(10.4, proportion(221, 1896), Polarity.LOW_IS_GOOD).verdict
    <Comparison.SIMILAR: 'similar'>
    """
    if benchmark is None or math.isnan(benchmark):
        return Against(Comparison.NOT_COMPARED, None, "there is no figure to compare with")
    if interval is None or math.isnan(interval.lower) or math.isnan(interval.upper):
        reason = "there are no counts to make an interval from"
        return Against(Comparison.NOT_COMPARED, benchmark, reason)
    name = f"{100 * interval.level:g}% interval"
    if interval.lower <= benchmark <= interval.upper:
        return Against(Comparison.SIMILAR, benchmark, f"the benchmark lies inside the {name}")
    is_above = interval.lower > benchmark
    reason = f"the whole {name} lies {'above' if is_above else 'below'} the benchmark"
    if polarity.sign == 0:
        verdict = Comparison.HIGHER if is_above else Comparison.LOWER
    else:
        verdict = Comparison.BETTER if is_above == (polarity.sign > 0) else Comparison.WORSE
    return Against(verdict, benchmark, reason)


@cache
def normal_quantile(level: float = 0.95) -> float:
    """Give z for a two-sided level; `ValueError` for a level that the project does not use.

    >>> round(normal_quantile(), 6)
    1.959964
    """
    if level not in LEVELS:
        known = " and ".join(map(str, LEVELS))
        raise ValueError(f"{level!r} is no level of an interval here: there are {known}.")
    return NormalDist().inv_cdf((1 + level) / 2)


def _wilson(count: Floats, total: Floats, z: float) -> Bounds:
    middle = (count + z * z / 2) / (total + z * z)
    reach = z / (total + z * z) * np.sqrt(count * (total - count) / total + z * z / 4)
    # The two ends are known without rounding.
    lower = np.where(count == 0, 0.0, middle - reach)
    upper = np.where(count == total, 1.0, middle + reach)
    return Bounds(lower, upper)


def _poisson(count: Floats, population: Floats, z: float) -> Bounds:
    lower, upper = np.empty_like(count), np.empty_like(count)
    few = count < EXACT_BELOW
    if few.any():
        lower[few], upper[few] = _exact(count[few], z)
    lower[~few], upper[~few] = _byar(count[~few], z)
    return Bounds(lower / population, upper / population)


def _byar(count: Floats, z: float) -> Bounds:
    more = count + 1
    return Bounds(
        count * (1 - 1 / (9 * count) - z / (3 * np.sqrt(count))) ** 3,
        more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3,
    )


def _exact(count: Floats, z: float) -> Bounds:
    # Half a chi-squared quantile with twice the degrees of freedom is a gamma quantile.
    from scipy.special import gammainccinv, gammaincinv  # slow to import, and seldom needed

    tail = NormalDist().cdf(-z)
    lower = np.zeros_like(count)
    some = count > 0
    lower[some] = gammaincinv(count[some], tail)
    return Bounds(lower, gammainccinv(count + 1, tail))


def _limits(
    method: Callable[[Floats, Floats, float], Bounds],
    count: Floats,
    base: Floats,
    valid: npt.NDArray[np.bool_],
    z: float,
    per: float,
) -> Bounds:
    """Apply a method where it can be applied, and leave NaN elsewhere."""
    lower, upper = np.full(count.shape, np.nan), np.full(count.shape, np.nan)
    found = method(count[valid], base[valid], z)
    lower[valid], upper[valid] = found.lower * per, found.upper * per
    return Bounds(lower, upper)


def _pairs(counts: npt.ArrayLike, bases: npt.ArrayLike) -> tuple[Floats, Floats]:
    count, base = _floats(counts), _floats(bases)
    if count.shape != base.shape:
        raise ValueError(f"{count.size} counts cannot be set over {base.size} totals.")
    return count, base


def _floats(values: Any) -> Floats:
    # Of pandas' columns only their own method turns a missing whole number into NaN.
    if hasattr(values, "to_numpy"):
        return np.asarray(values.to_numpy(dtype=float, na_value=np.nan))
    return np.asarray(values, dtype=float)


def _whole(values: Floats) -> npt.NDArray[np.bool_]:
    return np.isfinite(values) & (values >= 0) & (values == np.floor(values))


def _require_count(name: str, value: float) -> None:
    if not (math.isfinite(value) and value >= 0 and value == math.floor(value)):
        raise ValueError(f"The {name} is {value!r}; a whole number from nought on is needed.")


def _only(bounds: Bounds, level: float, method: Method) -> Interval:
    return Interval(float(bounds.lower[0]), float(bounds.upper[0]), level, method)
