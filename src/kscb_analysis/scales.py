"""Values in; round ticks, pixels and written numbers out."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_FAR_FROM_ZERO = 2 / 3  # the smallest value's share of the largest, above which zero is left out
_LEAST_STEPS, _MOST_STEPS = 3, 6  # between ticks
_LEAST_WINDOW = 0.2  # the share of the largest value that a cut axis shows at least

Numbers = NDArray[np.float64]


def floats(column: pd.Series) -> Numbers:
    """Give a column as plain numbers, an empty value as no number."""
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def require(table: pd.DataFrame, columns: Sequence[str], roles: Collection[str] = ()) -> None:
    """Raise `ValueError` when a chart's table lacks a column or has a role that is not known."""
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise ValueError(f"the chart's table lacks {', '.join(missing)}")
    unknown = sorted(set(table["role"]) - set(roles)) if roles else []
    if unknown:
        raise ValueError(f"no such role in a chart: {unknown[0]!r}; there are {', '.join(roles)}")


def intervals(table: pd.DataFrame, values: Numbers) -> tuple[Numbers, Numbers]:
    """Give a table's columns `lower` and `upper`, of no numbers where there is no interval.

    Raises `ValueError` when there is one column without the other, a bound without the other, or
    an interval that does not hold its value.
    """
    there = [name for name in ("lower", "upper") if name in table.columns]
    if not there:
        none = np.full(len(table), np.nan)
        return none, none
    require(table, ["lower", "upper"])
    lower, upper = floats(table["lower"]), floats(table["upper"])
    known = np.isfinite(lower)
    if (known != np.isfinite(upper)).any():
        raise ValueError("an interval needs both its ends")
    slack = 1e-9 * np.maximum(1.0, np.abs(values[known]))
    inside = (lower[known] <= values[known] + slack) & (values[known] - slack <= upper[known])
    if not inside.all():
        raise ValueError("an interval does not hold its value")
    return lower, upper


@dataclass(frozen=True, slots=True)
class Scale:
    """From a value to its pixel."""

    origin: float
    pixel: float
    pixels_per_unit: float

    @classmethod
    def over(cls, values: Numbers, left: float, right: float) -> "Scale":
        """Spread sorted values from left to right; a single one stands in the middle."""
        if len(values) == 1:
            return cls(float(values[0]), (left + right) / 2, right - left)
        return cls(float(values[0]), left, (right - left) / float(values[-1] - values[0]))

    def __call__(self, value: float) -> float:
        """Give a value's pixel."""
        return self.pixel + (float(value) - self.origin) * self.pixels_per_unit

    def value_at(self, pixel: float) -> float:
        """Go back from a pixel to its value."""
        return self.origin + (pixel - self.pixel) / self.pixels_per_unit


def round_ticks(values: Numbers, *, whole: bool) -> Numbers:
    """Choose a few round values that take in all values, and zero unless it is far off.

    Of the round steps that give a fitting number of ticks, take the one that wastes least room.
    """
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


def tick_texts(ticks: Numbers) -> list[str]:
    """Write ticks with as many decimals as the step between them needs."""
    step = float(ticks[1] - ticks[0])
    decimals = next(n for n in range(12) if math.isclose(round(step, n), step))
    return [number_text(tick, decimals) for tick in ticks]


def number_text(value: float, decimals: int) -> str:
    """Write a number for readers.

    >>> number_text(-1234.5, 1)
    '−1,234.5'
    """
    return f"{value:z,.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def value_text(value: float, unit: str, decimals: int) -> str:
    """Write a value, with % behind it when the unit is "percent"."""
    return number_text(value, decimals) + ("%" if unit == "percent" else "")


def capitalised(unit: str) -> str:
    """Begin a unit with a capital, as it stands above an axis."""
    return unit[:1].upper() + unit[1:]
