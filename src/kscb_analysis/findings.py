"""What a check hands back, and the small sums and words that all checks share."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pandas as pd

Tables = dict[str, pd.DataFrame]


class Finding(NamedTuple):
    """One thing found: what, about which figure, how large, and in which cells."""

    message: str
    cells: str
    indicator_id: str = ""
    area_name: str = ""
    time_period: str = ""
    difference: float | None = None


class Checked(list[Finding]):
    """What one check found, a list of findings, and how many printed things it looked at."""

    def __init__(self, found: Iterable[Finding], looked_at: int) -> None:
        super().__init__(found)
        self.looked_at = looked_at

    @property
    def passed(self) -> int:
        """How many of the things looked at have no finding."""
        return self.looked_at - len(self)


def finding(message: str, row: Any, difference: float | None = None, *cells: str) -> Finding:
    """Make a finding about a tidy row; its own cell is named first, then the others."""
    return Finding(
        message,
        "; ".join([place(row), *cells]),
        row.indicator_id,
        row.area_name,
        row.time_period,
        difference,
    )


def decimals(printed: str) -> int:
    """Count the decimal places of a printed figure.

    >>> decimals("54.0%"), decimals("1,695"), decimals("+£2.593m")
    (1, 0, 3)
    """
    return len(printed.strip().rstrip("%m").partition(".")[2])


def half_a_digit(printed: str) -> float:
    """Give half of a printed figure's last decimal: how far it may be from what it stands for.

    >>> half_a_digit("54.0%")
    0.05
    """
    return float(0.5 * 10.0 ** -decimals(printed))


# The last digits of a binary fraction are noise: a billionth is far below any figure printed.
NOISE = 1e-9


def off_by_more_than_rounding(value: float, other: float, printed: str) -> bool:
    """Say whether two figures differ by more than the rounding of a printed one explains.

    >>> off_by_more_than_rounding(54.0, 54.04, "54.0")
    False
    >>> off_by_more_than_rounding(54.0, 54.1, "54.0")
    True
    """
    return abs(value - other) > half_a_digit(printed) + NOISE


def rounds_to(exact: float, value: float, printed: str) -> bool:
    """Say whether a figure is printed as rounding makes it; a half goes away from zero.

    >>> rounds_to(85.25, 85.3, "85.3"), rounds_to(85.35, 85.3, "85.3")
    (True, False)
    """
    over = (abs(exact) - abs(value)) if exact * value >= 0 else abs(exact - value)
    half = half_a_digit(printed)
    return -half - NOISE <= over < half - NOISE


def place(row: Any) -> str:
    """Name the cell that a tidy row (as a named tuple) came from."""
    return f"{row.source_id}/{row.source_table}, row {row.source_row}, column {row.source_column}"


def place_of(row: "pd.Series[Any]") -> str:
    """Name the cell that a tidy row (as a series) came from."""
    return (
        f"{row['source_id']}/{row['source_table']}, row {row['source_row']}, "
        f"column {row['source_column']}"
    )


def promise(check: Callable[..., object]) -> str:
    """Give a check's promise as readers are told it."""
    return (check.__doc__ or "").strip().splitlines()[0]
