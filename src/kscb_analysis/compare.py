"""Figures in, where an area stands out: change, neighbours, England, printed rank.

Every function gives numbers with the rows they come from; words are made elsewhere.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from kscb_analysis.areas import ENGLAND, Area, NeighbourSet
from kscb_analysis.catalogue import Indicator
from kscb_analysis.periods import REPORTING_YEAR, Period, period_of, reporting_year
from kscb_analysis.vocabulary import Direction, Role, Statistic, Verdict

if TYPE_CHECKING:
    from kscb_analysis.dataset import Dataset

MEAN_METHOD = "Unweighted mean of the neighbours that have a figure, the authority left out"
MEDIAN_METHOD = "Median of the neighbours that have a figure, the authority left out"


@dataclass(frozen=True)
class Figure:
    """One figure, or the marker in its place, with its period and the key that names its cell."""

    key: str
    period: Period
    value: float | None
    status: str
    source_id: str = ""
    cell: str = ""

    @property
    def known(self) -> bool:
        """True when there is a number."""
        return self.value is not None


@dataclass(frozen=True)
class Standing:
    """Where one area stands on one indicator in one year: everything a scorecard row shows.

    `previous` is the earlier figure to compare with; one that a break in the series forbids to
    compare is `before_break` instead.
    """

    indicator: Indicator
    area: Area
    latest: Figure | None
    previous: Figure | None
    before_break: Figure | None
    neighbours_mean: Figure | None
    neighbours_median: float | None
    neighbours_with_figure: int
    neighbours_in_set: int
    neighbours_spread: float | None
    england: Figure | None
    target: Figure | None
    rating: str
    rating_period: Period | None
    previous_rating: str
    printed_direction: str
    printed_rank: Figure | None
    printed_band: str
    since: Figure | None
    first: Figure | None
    sources: tuple[str, ...] = field(default=())

    @property
    def change(self) -> float | None:
        """Latest less previous, or None when either is missing."""
        if self.latest is None or self.previous is None:
            return None
        return difference(self.latest.value, self.previous.value, self.indicator.decimals)

    @property
    def direction(self) -> Direction:
        """Which way the figure moved from the previous period."""
        return direction(self.change)

    @property
    def verdict(self) -> Verdict:
        """What the movement means once polarity is applied."""
        return verdict(self.change, self.indicator)

    @property
    def gap_to_neighbours(self) -> float | None:
        """Latest less the neighbours' mean as both are shown, or None when either is missing."""
        mean, decimals = self.neighbours_mean, self.indicator.decimals
        if self.latest is None or mean is None or mean.value is None:
            return None
        return difference(self.latest.value, round(mean.value, decimals), decimals)

    @property
    def has_figure(self) -> bool:
        """True when there is a number for the year or since."""
        return any(figure is not None and figure.known for figure in (self.latest, self.since))

    @property
    def has_anything(self) -> bool:
        """True when there is a figure or a rating to show."""
        return self.has_figure or bool(self.rating)


def difference(value: float | None, other: float | None, places: int) -> float | None:
    """Subtract two figures, rounded to their printed decimals, or None when one is missing."""
    if value is None or other is None:
        return None
    return round(value - other, places) + 0.0


def direction(change: float | None) -> Direction:
    """Name the direction of a change: any movement counts.

    >>> direction(-0.1)
    <Direction.FALLING: 'falling'>
    """
    if change is None:
        return Direction.UNKNOWN
    if change == 0:
        return Direction.UNCHANGED
    return Direction.RISING if change > 0 else Direction.FALLING


def verdict(change: float | None, indicator: Indicator) -> Verdict:
    """Say what a change or a difference means by the indicator's polarity."""
    if change is None or indicator.polarity.sign == 0:
        return Verdict.NOT_JUDGED
    if change == 0:
        return Verdict.SAME
    return Verdict.BETTER if change * indicator.polarity.sign > 0 else Verdict.WORSE


def neighbour_values(rows: pd.DataFrame, members: tuple[str, ...]) -> pd.DataFrame:
    """Give mean, median, count and standard deviation over a set's members for each period.

    Indexed by `period_end`. The mean is unweighted, over the members that have a figure: a
    missing figure is left out, never counted as nothing. Method of the Department for
    Education's Local Authority Interactive Tool and of the 2012 papers.
    """
    theirs = rows[rows["area_code"].isin(members) & rows["value"].notna()]
    # One paper may print a year and another the position at its end: one figure all the same.
    theirs = theirs.drop_duplicates(["area_code", "period_end"], keep="last")
    return theirs.groupby("period_end")["value"].agg(["mean", "median", "count", "std"])


def standing(
    data: "Dataset", indicator: Indicator, area: Area, year: int, neighbours: NeighbourSet | None
) -> Standing:
    """Put together where an area stands on an indicator in the year ending 31 March.

    For an indicator counted every month or quarter, "latest" is the last position up to a year
    after, and "previous" the position at the year's end; for a yearly one, "latest" is the year,
    "previous" the year before, and positions after it are "since".
    """
    rows = data.figures(indicator.indicator_id)
    mine = _of_area(rows, area.code)
    yearly = mine[mine["time_identifier"] == REPORTING_YEAR]
    in_year = mine[_in_year(mine, year)]
    if indicator.period_basis.is_yearly and not yearly.empty:
        latest = figure_at(yearly, reporting_year(year))
        previous = figure_at(yearly, reporting_year(year - 1)) if latest else None
        since = _figure(in_year.iloc[-1]) if not in_year.empty else None
    else:
        latest = _figure(in_year.iloc[-1]) if not in_year.empty else None
        previous = _year_end_before(mine, latest, year)
        since = None
    before_break = None
    if latest and previous and _break_between(indicator, previous.period, latest.period):
        previous, before_break = None, previous
    at = latest.period if latest else reporting_year(year)
    here = rows[rows["period_end"] == pd.Timestamp(at.end)]
    members = neighbours.members if neighbours else ()
    theirs: dict[Any, float] = {}
    if members and not here.empty:
        stats = neighbour_values(here, members)
        if not stats.empty:
            theirs = stats.iloc[0].to_dict()
    england = figure_at(_of_area(here, ENGLAND), at)
    target = _target(data, indicator, area, since) if since else None
    target = target or _target(data, indicator, area, latest)
    rating, rating_period = _rating(data, indicator, area, year, Role.RAG)
    mean = None
    if theirs:
        mean = Figure(
            key_of(indicator.indicator_id, area.code, at, "neighbours_mean"),
            at,
            float(theirs["mean"]),
            "published",
        )
    elif printed := figure_at(
        _of_area(data.figures(indicator.indicator_id, Statistic.NEIGHBOUR_MEAN), area.code), at
    ):
        mean = printed
    rank = figure_at(
        _of_area(data.figures(indicator.indicator_id, Statistic.NATIONAL_RANK), area.code), at
    )
    known = yearly[yearly["value"].notna() & (yearly["period_end"] < pd.Timestamp(at.end))]
    return Standing(
        indicator=indicator,
        area=area,
        latest=latest,
        previous=previous,
        before_break=before_break,
        neighbours_mean=mean,
        neighbours_median=theirs.get("median"),
        neighbours_with_figure=int(theirs.get("count", 0)),
        neighbours_in_set=len(members),
        neighbours_spread=theirs.get("std"),
        england=england if area.code != ENGLAND else None,
        target=target,
        rating=rating,
        rating_period=rating_period,
        previous_rating=_rating(data, indicator, area, year, Role.PREVIOUS_RAG)[0],
        printed_direction=_rating(data, indicator, area, year, Role.DIRECTION)[0],
        printed_rank=rank,
        printed_band=_rating_at(data, indicator, area, at, Role.QUARTILE_BAND),
        since=since,
        first=_figure(known.iloc[0]) if not known.empty else None,
        sources=tuple(sorted(set(mine["source_id"]))),
    )


def comparison_table(
    data: "Dataset", indicator_id: str, area: Area, year: int, set_id: str | None = None
) -> pd.DataFrame:
    """Set an area beside every area that has a row for the year, best known first.

    Columns: area_name, role, value, value_status, method, source_id, source_table, source_row,
    source_column. Sorted by value, highest first; areas with a marker last.
    """
    rows = data.figures(indicator_id)
    at = rows[
        (rows["time_period"] == str(year)) & (rows["time_identifier"] == REPORTING_YEAR)
    ].copy()
    neighbours = data.neighbours(area, year, set_id)
    members = neighbours.members if neighbours else ()
    at["role"] = [role_of(code, area, members) for code in at["area_code"]]
    at["method"] = "As printed"
    columns = ["area_name", "role", "value", "value_status", "method"]
    cells = ["source_id", "source_table", "source_row", "source_column"]
    table = at[columns + cells]
    stats = neighbour_values(at, members)
    if not stats.empty:
        made = pd.DataFrame(
            {
                "area_name": ["Statistical neighbours (mean)", "Statistical neighbours (median)"],
                "role": ["neighbour_mean", "neighbour_median"],
                "value": [stats["mean"].iloc[0], stats["median"].iloc[0]],
                "value_status": "published",
                "method": [MEAN_METHOD, MEDIAN_METHOD],
            }
        )
        table = pd.concat([table, made], ignore_index=True)
    table = table.astype({"source_row": "Int64", "source_column": "Int64"})
    return table.sort_values("value", ascending=False, kind="stable", ignore_index=True)


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
    return _figure(there.iloc[-1]) if not there.empty else None


def _figure(row: pd.Series) -> Figure:
    period = period_of(row["time_period"], row["time_identifier"])
    return Figure(
        key_of(row["indicator_id"], row["area_code"], period, row["statistic"]),
        period,
        None if pd.isna(row["value"]) else float(row["value"]),
        row["value_status"],
        row["source_id"],
        f"{row['source_table']}, row {row['source_row']}, column {row['source_column']}",
    )


def _in_year(rows: pd.DataFrame, year: int) -> "pd.Series[bool]":
    """Positions and part-years after 31 March of `year`, up to a year on; never a whole year."""
    end = rows["period_end"]
    return (
        (end > pd.Timestamp(date(year, 3, 31)))
        & (end <= pd.Timestamp(date(year + 1, 3, 31)))
        & (rows["time_identifier"] != REPORTING_YEAR)
    )


def _year_end_before(rows: pd.DataFrame, latest: Figure | None, year: int) -> Figure | None:
    """Give the position at 31 March of the year, which positions since are set against.

    From one month to the next a small count moves by chance; a committee asks what became of
    it since the year's end. None when that position is not printed.
    """
    there = rows[rows["period_end"] == pd.Timestamp(date(year, 3, 31))]
    return None if latest is None or there.empty else _figure(there.iloc[-1])


def _break_between(indicator: Indicator, earlier: Period, later: Period) -> bool:
    return any(earlier.end < one.starts <= later.end for one in indicator.breaks)


def _of_area(rows: pd.DataFrame, area_code: str) -> pd.DataFrame:
    return rows if rows.empty else rows[rows["area_code"] == area_code]


def _target(
    data: "Dataset", indicator: Indicator, area: Area, beside: Figure | None
) -> Figure | None:
    """Give the target in force when a figure was taken; the paper published last decides."""
    mine = data.targets_of(indicator.indicator_id, area)
    mine = mine[mine["target"].notna()]
    if beside is not None and not mine.empty:
        # In force on the day: the last target printed up to it in its financial year, or else
        # the first one after it.
        day = pd.Timestamp(beside.period.end)
        mine = mine[mine["period_end"].map(_financial_year) == _financial_year(day)]
        reached = mine[mine["period_end"] <= day]
        mine = (
            reached if not reached.empty else mine[mine["period_end"] == mine["period_end"].min()]
        )
    if mine.empty:
        return None
    row = mine.sort_values(["period_end", "published_on"], kind="stable").iloc[-1]
    period = period_of(row["time_period"], row["time_identifier"])
    return Figure(
        key_of(indicator.indicator_id, area.code, period, "target"),
        period,
        float(row["target"]),
        row["value_status"],
        row["source_id"],
        f"{row['source_table']}, row {row['source_row']}, column {row['source_column']}",
    )


def _financial_year(day: pd.Timestamp) -> int:
    """Give the year in which the financial year of a day ends."""
    return int(day.year + (day.month > 3))


def _rating(
    data: "Dataset", indicator: Indicator, area: Area, year: int, kind: Role
) -> tuple[str, Period | None]:
    """Give the printed rating of the year or, where there is one, of a position up to a year on."""
    rows = data.ratings_of(indicator.indicator_id, area)
    if rows.empty:
        return "", None
    mine = rows[
        (rows["kind"] == kind)
        & (rows["period_end"] > pd.Timestamp(date(year - 1, 3, 31)))
        & (rows["period_end"] <= pd.Timestamp(date(year + 1, 3, 30)))
    ]
    if mine.empty:
        return "", None
    row = mine.sort_values("period_end", kind="stable").iloc[-1]
    return row["printed"], period_of(row["time_period"], row["time_identifier"])


def _rating_at(data: "Dataset", indicator: Indicator, area: Area, at: Period, kind: Role) -> str:
    rows = data.ratings_of(indicator.indicator_id, area)
    if rows.empty:
        return ""
    mine = rows[(rows["kind"] == kind) & (rows["period_end"] == pd.Timestamp(at.end))]
    return "" if mine.empty else str(mine.iloc[-1]["printed"])
