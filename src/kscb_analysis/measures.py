"""Rows of figures in; a figure with its cell, how far it moved, the neighbours' means, out."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kscb_analysis import intervals, trends
from kscb_analysis.areas import ENGLAND, Area
from kscb_analysis.catalogue import Indicator
from kscb_analysis.intervals import Floats, Interval
from kscb_analysis.periods import Period, financial_year, period_of
from kscb_analysis.vocabulary import Direction, Verdict

# Quarters of fewer figures than this are not quarters.
LEAST_QUARTERED = 4


@dataclass(frozen=True)
class Figure:
    """One figure, or the marker in its place, with its period and the key that names its cell.

    `numerator` and `denominator` are the counts it is made of, where they are known; `places` the
    decimals that its table prints, None for the indicator's.
    """

    key: str
    period: Period
    value: float | None
    status: str
    source_id: str = ""
    cell: str = ""
    numerator: float | None = None
    denominator: float | None = None
    places: int | None = None

    @property
    def known(self) -> bool:
        """True when there is a number."""
        return self.value is not None

    def exact(self, indicator: Indicator) -> float | None:
        """Give the figure from its counts, unrounded, where they are known; otherwise as printed.

        A percentage printed as 10 may be 10.4: a comparison must not turn on the rounding.
        """
        if self.value is None or indicator.per is None:
            return self.value
        if self.numerator is None or not self.denominator:
            return self.value
        return indicator.per * self.numerator / self.denominator

    def interval(self, indicator: Indicator, level: float = 0.95) -> Interval | None:
        """Give the confidence interval, or None where it cannot be known.

        It needs whole counts, and for a percentage a part that is not more than its whole.
        """
        count, of = self.numerator, self.denominator
        if self.value is None or indicator.per is None or count is None or not of:
            return None
        if count < 0 or not float(count).is_integer():
            return None
        if indicator.per == 100:
            if count > of or not float(of).is_integer():
                return None
            return intervals.proportion(count, of, level)
        return intervals.rate(count, of, level, indicator.per)


def difference(value: float | None, other: float | None, places: int) -> float | None:
    """Subtract two figures as they are shown, or None when one is missing.

    A reader who subtracts 0.17 from 0.18 must find what the page says.
    """
    if value is None or other is None:
        return None
    return round(round(value, places) - round(other, places), places) + 0.0


def direction(
    change: float | None, indicator: Indicator, before: Figure | None = None
) -> Direction:
    """Name the direction of a change from an earlier figure.

    One smaller than the indicator's smallest change is no movement.
    """
    if change is None:
        return Direction.UNKNOWN
    earlier = before.value if before is not None and before.value is not None else 0.0
    return trends.movement(change, indicator.least_movement(earlier))


def verdict(change: float | None, indicator: Indicator, before: Figure | None = None) -> Verdict:
    """Say what a movement means by the indicator's polarity; a small change means nothing."""
    moved = direction(change, indicator, before)
    if moved is Direction.UNKNOWN or indicator.polarity.sign == 0:
        return Verdict.NOT_JUDGED
    if moved is Direction.UNCHANGED:
        return Verdict.SAME
    return side(change, indicator)


def same_year(one: Figure, other: Figure) -> bool:
    """Say whether two figures are of the same financial year."""
    return financial_year(one.period.end) == financial_year(other.period.end)


def side(gap: float | None, indicator: Indicator) -> Verdict:
    """Say on which side of a target or an average a figure stands: any gap counts."""
    if gap is None or indicator.polarity.sign == 0:
        return Verdict.NOT_JUDGED
    if gap == 0:
        return Verdict.SAME
    return Verdict.BETTER if gap * indicator.polarity.sign > 0 else Verdict.WORSE


def moved(latest: Figure | None, earlier: Figure | None, indicator: Indicator) -> float | None:
    """Give how far a figure moved from an earlier one, or None when either is missing."""
    if latest is None or earlier is None:
        return None
    return difference(latest.value, earlier.value, indicator.decimals)


def finest(*figures: Figure | None) -> int | None:
    """Give the decimals to show a difference of figures with: the most that any is printed with.

    None, which stands for the indicator's, where it is not known of each.
    """
    known = [one.places for one in figures if one is not None]
    told = [places for places in known if places is not None]
    return max(told) if told and len(told) == len(known) else None


def neighbour_values(rows: pd.DataFrame, members: tuple[str, ...]) -> pd.DataFrame:
    """Give mean, median, count and standard deviation over a set's members for each period.

    Indexed by `period_end`. The mean is unweighted, over the members that have a figure: a
    missing figure is left out, never counted as nothing. Method of the Department for
    Education's Local Authority Interactive Tool and of the 2012 papers.
    """
    theirs = rows[rows["area_code"].isin(members) & rows["value"].notna()]
    # One paper may print a year and another the position at its end: one figure all the same.
    theirs = theirs.drop_duplicates(["area_code", "period_end"], keep="last")
    # A half must round the same way whoever adds up.
    return theirs.groupby("period_end")["value"].agg(["mean", "median", "count", "std"]).round(9)


def bounds(rows: pd.DataFrame, indicator: Indicator, level: float = 0.95) -> tuple[Floats, Floats]:
    """Give the intervals of rows of `observations`, at a level of `intervals.LEVELS`.

    NaN where no counts are known, or the figure as printed lies outside.
    """
    if indicator.per is None:
        return np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    counts = rows["numerator"].to_numpy(float, na_value=np.nan)
    totals = rows["denominator"].to_numpy(float, na_value=np.nan)
    if indicator.per == 100:
        lower, upper = intervals.proportions(counts, totals, level)
    else:
        lower, upper = intervals.rates(counts, totals, level, indicator.per)
    # A nation's interval may be narrower than the rounding of its printed figure.
    values = rows["value"].to_numpy(float, na_value=np.nan)
    holds = (lower <= values) & (values <= upper)
    return np.where(holds, lower, np.nan), np.where(holds, upper, np.nan)


def role_of(code: str, area: Area, members: tuple[str, ...]) -> str:
    """Say what an area is in a comparison: area, neighbour, england or other."""
    if code == area.code:
        return "area"
    if code == ENGLAND:
        return "england"
    return "neighbour" if code in members else "other"


def key_of(indicator_id: str, area_code: str, period: Period, what: str = "value") -> str:
    """Name one figure, so that a sentence and a table cell can be held against each other."""
    return f"{indicator_id}|{area_code}|{period.time_period} {period.time_identifier}|{what}"


def figure_at(rows: pd.DataFrame, period: Period) -> Figure | None:
    """Give the figure of a period, or None when nothing is printed for it."""
    if rows.empty:
        return None
    there = rows[
        (rows["time_period"] == period.time_period)
        & (rows["time_identifier"] == period.time_identifier)
    ]
    return figure_of(there.iloc[-1]) if not there.empty else None


def figure_of(row: pd.Series) -> Figure:
    """Give the figure of one row of `observations`."""
    period = period_of(row["time_period"], row["time_identifier"])
    return Figure(
        key_of(row["indicator_id"], row["area_code"], period, row["statistic"]),
        period,
        None if pd.isna(row["value"]) else float(row["value"]),
        row["value_status"],
        row["source_id"],
        f"{row['source_table']}, row {row['source_row']}, column {row['source_column']}",
        None if pd.isna(row["numerator"]) else float(row["numerator"]),
        None if pd.isna(row["denominator"]) else float(row["denominator"]),
        int(row["places"]) if "places" in row else None,
    )
