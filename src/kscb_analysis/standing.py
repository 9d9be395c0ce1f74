"""Figures in, where an area stands out: change, neighbours, England, rank, interval, trend.

What is given are numbers with the rows they come from; words are made elsewhere.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from kscb_analysis import intervals, ranks, trends
from kscb_analysis.areas import ENGLAND, Area, NeighbourSet
from kscb_analysis.catalogue import Indicator
from kscb_analysis.intervals import Against, Interval
from kscb_analysis.measures import (
    Figure,
    difference,
    direction,
    figure_at,
    figure_of,
    key_of,
    moved,
    verdict,
)
from kscb_analysis.periods import (
    REPORTING_YEAR,
    Period,
    financial_year,
    month,
    period_of,
    reporting_year,
)
from kscb_analysis.rate import computed_rating
from kscb_analysis.vocabulary import Direction, GeographicLevel, Role, Statistic, Verdict

if TYPE_CHECKING:
    from kscb_analysis.dataset import Dataset


@dataclass(frozen=True)
class Standing:
    """Where one area stands on one indicator in one year: everything a scorecard row shows.

    `previous` is the earlier figure to compare with; one that a break in the series forbids to
    compare is `before_break` instead. `first` is the earliest figure that may be compared.
    `neighbours` are those of the set that have a figure; `missing` names those that have none.
    """

    indicator: Indicator
    area: Area
    latest: Figure | None
    previous: Figure | None
    before_break: Figure | None
    neighbours_mean: Figure | None
    neighbours: ranks.Neighbours | None
    neighbours_in_set: int
    neighbours_spread: float | None
    missing: tuple[str, ...]
    against_neighbours: Against
    england: Figure | None
    against_england: Against
    interval: Interval | None
    place: ranks.Place | None
    everyone: tuple[float, float] | None
    trend: trends.Trend | None
    target: Figure | None
    floor: Figure | None
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
        return moved(self.latest, self.previous, self.indicator)

    @property
    def change_since_first(self) -> float | None:
        """Latest less the first comparable figure, or None when there is no earlier one."""
        return moved(self.latest, self.first, self.indicator)

    @property
    def direction(self) -> Direction:
        """Which way the figure moved from the previous period; a small change is no movement."""
        return direction(self.change, self.indicator, self.previous)

    @property
    def verdict(self) -> Verdict:
        """What the movement means once polarity is applied."""
        return verdict(self.change, self.indicator, self.previous)

    @property
    def gap_to_neighbours(self) -> float | None:
        """Latest less the neighbours' mean as both are shown, or None when either is missing."""
        mean, decimals = self.neighbours_mean, self.indicator.decimals
        if self.latest is None or mean is None or mean.value is None:
            return None
        return difference(self.latest.value, round(mean.value, decimals), decimals)

    @property
    def computed_rating(self) -> str:
        """The rating by target and floor, empty where no floor is recorded for the figure."""
        if self.target is None or self.floor is None:
            return ""
        day = self.target.period.end
        rated = [one for one in (self.since, self.latest) if one and one.period.end == day]
        if not rated:
            return ""
        here = rated[0]
        found = computed_rating(
            here.value,
            self.target.value,
            self.floor.value,
            self.indicator.polarity,
            self.indicator.tolerance,
        )
        return str(found or "")

    @property
    def has_figure(self) -> bool:
        """True when there is a number for the year or since."""
        return any(figure is not None and figure.known for figure in (self.latest, self.since))

    @property
    def has_anything(self) -> bool:
        """True when there is a figure or a rating to show."""
        return self.has_figure or bool(self.rating)


def standing(
    data: "Dataset", indicator: Indicator, area: Area, year: int, neighbours: NeighbourSet | None
) -> Standing:
    """Put together where an area stands on an indicator in the year ending 31 March.

    For an indicator counted every month or quarter, "latest" is the last position up to a year
    after, and "previous" the position at the year's end; for a yearly one, "latest" is the year
    (or the newest before it, see `Dataset.year_of`), "previous" the year before, and positions
    after it are "since".
    """
    rows = data.figures(indicator.indicator_id)
    mine = _of_area(rows, area.code)
    yearly = mine[mine["time_identifier"] == REPORTING_YEAR]
    in_year = mine[_in_year(mine, year)]
    newest = data.year_of(indicator.indicator_id, year) or year
    if indicator.period_basis.is_yearly and not yearly.empty:
        latest = figure_at(yearly, reporting_year(newest))
        previous = figure_at(yearly, reporting_year(newest - 1)) if latest else None
        since = figure_of(in_year.iloc[-1]) if not in_year.empty else None
    else:
        latest = figure_of(in_year.iloc[-1]) if not in_year.empty else None
        previous = _year_end_before(mine, latest, year)
        since = None
    before_break = None
    if latest and previous and _break_between(indicator, previous.period, latest.period):
        previous, before_break = None, previous
    at = latest.period if latest else reporting_year(newest)
    here = rows[rows["period_end"] == pd.Timestamp(at.end)].drop_duplicates(
        "area_code", keep="last"
    )
    # A count grows with the size of the area, so no other area's is set beside it.
    members = neighbours.members if neighbours and not indicator.is_count else ()
    theirs = ranks.neighbours(here.set_index("area_code")["value"], members, area.code)
    mean = None
    if theirs is not None:
        key = key_of(indicator.indicator_id, area.code, at, "neighbours_mean")
        mean = Figure(key, at, theirs.mean, "published")
    elif not indicator.is_count and (
        printed := figure_at(
            _of_area(data.figures(indicator.indicator_id, Statistic.NEIGHBOUR_MEAN), area.code), at
        )
    ):
        mean = printed
    england = figure_at(_of_area(here, ENGLAND), at) if area.code != ENGLAND else None
    interval = latest.interval(indicator) if latest else None
    known = _comparable_years(yearly, indicator, at)
    rating, rating_period = _rating(data, indicator, area, year, Role.RAG)
    target, floor = _aims(data, indicator, area, latest, since)
    authorities = here[
        (here["geographic_level"] == GeographicLevel.LOCAL_AUTHORITY) & here["value"].notna()
    ].set_index("area_code")["value"]
    if indicator.is_count:
        authorities = authorities.iloc[:0]
    place = ranks.place(authorities, area.code, indicator.polarity)
    return Standing(
        indicator=indicator,
        area=area,
        latest=latest,
        previous=previous,
        before_break=before_break,
        neighbours_mean=mean,
        neighbours=theirs,
        neighbours_in_set=len(members),
        neighbours_spread=_spread(here, members),
        missing=tuple(data.areas.by_code[code].name for code in (theirs.missing if theirs else ())),
        against_neighbours=intervals.against(
            _exact_mean(here, members, indicator) if theirs else None, interval, indicator.polarity
        ),
        england=england,
        against_england=intervals.against(
            england.exact(indicator) if england else None, interval, indicator.polarity
        ),
        interval=interval,
        place=place,
        everyone=(
            (float(authorities.min()), float(authorities.max()))
            if len(authorities) >= ranks.LEAST_RANKED
            else None
        ),
        trend=_trend(known, indicator, latest),
        target=target,
        floor=floor,
        rating=rating,
        rating_period=rating_period,
        previous_rating=_rating(data, indicator, area, year, Role.PREVIOUS_RAG)[0],
        printed_direction=_rating(data, indicator, area, year, Role.DIRECTION)[0],
        printed_rank=figure_at(
            _of_area(data.figures(indicator.indicator_id, Statistic.NATIONAL_RANK), area.code), at
        ),
        printed_band=_rating_at(data, indicator, area, at, Role.QUARTILE_BAND),
        since=since,
        first=figure_of(known.iloc[0]) if len(known) > 1 else None,
        sources=tuple(sorted(set(mine["source_id"]))),
    )


def _comparable_years(yearly: pd.DataFrame, indicator: Indicator, at: Period) -> pd.DataFrame:
    """Give the yearly rows with a figure up to a period that no break separates from it."""
    known = yearly[yearly["value"].notna() & (yearly["period_end"] <= pd.Timestamp(at.end))]
    starts = max((one.starts for one in indicator.breaks if one.starts <= at.end), default=None)
    return known if starts is None else known[known["period_end"] >= pd.Timestamp(starts)]


def _trend(known: pd.DataFrame, indicator: Indicator, latest: Figure | None) -> trends.Trend | None:
    """Give the recent trend over consecutive years up to the latest figure; None without one."""
    if latest is None or known.empty or not latest.known:
        return None
    points: list[trends.Point] = []
    year = latest.period.end.year
    by_year = {int(end.year): row for row, end in enumerate(known["period_end"])}
    while year in by_year:
        figure = figure_of(known.iloc[by_year[year]])
        interval = figure.interval(indicator)
        if interval is None:
            break
        exact = figure.exact(indicator)
        assert exact is not None
        points.append(trends.Point(exact, interval.lower, interval.upper))
        year -= 1
    return trends.recent_trend(points[::-1])


def _exact_mean(here: pd.DataFrame, members: tuple[str, ...], indicator: Indicator) -> float | None:
    """Give the neighbours' mean of figures that are unrounded wherever their counts are known."""
    theirs = here[here["area_code"].isin(members) & here["value"].notna()]
    if theirs.empty:
        return None
    exact = theirs["value"]
    if indicator.per is not None:
        counted = (
            indicator.per
            * theirs["numerator"]
            / theirs["denominator"].where(theirs["denominator"] > 0)
        )
        exact = counted.where(counted.notna(), exact)
    return float(exact.mean())


def _spread(here: pd.DataFrame, members: tuple[str, ...]) -> float | None:
    """Give the standard deviation of the neighbours' figures; it needs two of them."""
    theirs = here.loc[here["area_code"].isin(members), "value"].dropna()
    return float(theirs.std()) if len(theirs) > 1 else None


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
    it since the year's end. A series counted on another day of the year is set against that day
    a year before. None when neither is printed.
    """
    if latest is None:
        return None
    for day in (date(year, 3, 31), _year_before(latest.period.end)):
        there = rows[rows["period_end"] == pd.Timestamp(day)]
        if not there.empty:
            return figure_of(there.iloc[-1])
    return None


def _year_before(day: date) -> date:
    """Give the last day of the same month a year before."""
    return month(day.year - 1, day.month).end


def _break_between(indicator: Indicator, earlier: Period, later: Period) -> bool:
    return any(earlier.end < one.starts <= later.end for one in indicator.breaks)


def _of_area(rows: pd.DataFrame, area_code: str) -> pd.DataFrame:
    return rows if rows.empty else rows[rows["area_code"] == area_code]


def _aims(
    data: "Dataset", indicator: Indicator, area: Area, latest: Figure | None, since: Figure | None
) -> tuple[Figure | None, Figure | None]:
    """Give the target and the floor in force: on the day of the newest figure, else of the year's.

    The paper published last decides.
    """
    mine = data.targets_of(indicator.indicator_id, area)
    mine = mine[mine["target"].notna()]
    for beside in (since, latest) if since else (latest,):
        row = _in_force(mine, beside)
        if row is not None:
            target = _aim(row, indicator, area, "target")
            return target, None if pd.isna(row["floor"]) else _aim(row, indicator, area, "floor")
    return None, None


def _in_force(mine: pd.DataFrame, beside: Figure | None) -> pd.Series | None:
    if beside is not None and not mine.empty:
        # In force on the day: the last target printed up to it in its financial year, or else
        # the first one after it.
        day = pd.Timestamp(beside.period.end)
        mine = mine[mine["period_end"].map(financial_year) == financial_year(day)]
        reached = mine[mine["period_end"] <= day]
        mine = (
            reached if not reached.empty else mine[mine["period_end"] == mine["period_end"].min()]
        )
    if mine.empty:
        return None
    return mine.sort_values(["period_end", "published_on"], kind="stable").iloc[-1]


def _aim(row: pd.Series, indicator: Indicator, area: Area, what: str) -> Figure:
    period = period_of(row["time_period"], row["time_identifier"])
    return Figure(
        key_of(indicator.indicator_id, area.code, period, what),
        period,
        float(row[what]),
        row["value_status"],
        row["source_id"],
        f"{row['source_table']}, row {row['source_row']}, column {row['source_column']}",
    )


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
