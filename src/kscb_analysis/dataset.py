"""The project's tidy tables and metadata in one place, with a line for each common question."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from kscb_analysis.areas import Area, NeighbourSet, load_areas
from kscb_analysis.build import make_data
from kscb_analysis.catalogue import Catalogue, Indicator, load_catalogue
from kscb_analysis.errors import UnknownName, did_you_mean
from kscb_analysis.layouts import TOTAL
from kscb_analysis.methods import Methods, load_methods
from kscb_analysis.own_files import own_sources
from kscb_analysis.paths import NATIONAL, Project, find_project
from kscb_analysis.periods import REPORTING_YEAR, last_year_over, parse_year
from kscb_analysis.schema import (
    COMPARATORS,
    FINDINGS,
    JUDGEMENTS,
    OBSERVATIONS,
    RATINGS,
    TARGETS,
    TEXT,
)
from kscb_analysis.sources import Source, load_sources
from kscb_analysis.store import read_table
from kscb_analysis.vocabulary import Statistic

if TYPE_CHECKING:
    from kscb_analysis.markup import Block
    from kscb_analysis.offers import Indicators, OfferedAreas

Named = TypeVar("Named", Indicator, Area)

# A figure older than this many years is no longer news in a paper on a year.
MOST_YEARS_LATE = 2


def load(root: str | Path | None = None) -> "Dataset":
    """Load the project around this folder, bringing data/processed up to date first.

    `root` names another project folder. Raises a `KscbError` with a message when something in
    the raw tables or the metadata is wrong.
    """
    project = Project(Path(root).resolve()) if root else find_project()
    make_data(project)
    return Dataset(project)


@dataclass(frozen=True, repr=False)
class Dataset:
    """Figures, targets, ratings, judgements, comparators and findings, with what they mean.

    The six tables are pandas DataFrames with the columns of `schema`; each is read when first
    asked for. `data["indicator"]` is every area's figures, `data["indicator", "area"]` one area's.
    Wherever an indicator or an area is asked for, its id or name will do, and so will what
    `data.indicators` and `data.areas` offer.
    """

    project: Project

    @cached_property
    def catalogue(self) -> Catalogue:
        """What each indicator means."""
        return load_catalogue(self.project.metadata)

    @cached_property
    def methods(self) -> Methods:
        """The rules by which reports compare."""
        return load_methods(self.project.metadata, self.catalogue)

    @cached_property
    def areas(self) -> "OfferedAreas":
        """Every area and neighbour set; press Tab after the dot for those that have figures."""
        from kscb_analysis.offers import OfferedAreas

        return OfferedAreas(load_areas(self.project.metadata, self.project.national), self)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every source, with its tables; national files and own returns make one each."""
        return {**load_sources(self.project.raw), **own_sources(self.project, self.catalogue)}

    @cached_property
    def observations(self) -> pd.DataFrame:
        """Every printed figure."""
        return read_table(OBSERVATIONS, self.project)

    @cached_property
    def targets(self) -> pd.DataFrame:
        """Every printed target."""
        return read_table(TARGETS, self.project)

    @cached_property
    def ratings(self) -> pd.DataFrame:
        """Every printed rating, direction, trend and band."""
        return read_table(RATINGS, self.project)

    @cached_property
    def judgements(self) -> pd.DataFrame:
        """Every printed grade of an inspection or assessment, on one ordinal scale."""
        return read_table(JUDGEMENTS, self.project)

    @cached_property
    def comparators(self) -> pd.DataFrame:
        """Neighbour sets and printed groups."""
        return read_table(COMPARATORS, self.project)

    @cached_property
    def findings(self) -> pd.DataFrame:
        """Everything that the checks found."""
        return read_table(FINDINGS, self.project)

    @cached_property
    def indicators(self) -> "Indicators":
        """Every indicator: press Tab after the dot for one of them, call it for a table of all."""
        from kscb_analysis.offers import Indicators

        return Indicators(self)

    def find(self, words: str) -> pd.DataFrame:
        """List the indicators with these words in their titles or definitions, titles first.

        Columns: indicator_id, short_title, unit, polarity, and the first and last day it has a
        figure for. Upper and lower case do not matter, and part of a word will do. Raises
        `UnknownName` with the nearest word when there is none.
        """
        from kscb_analysis.offers import find

        return find(self, words)

    def __getitem__(self, key: Any) -> pd.DataFrame:
        if isinstance(key, tuple) and len(key) == 2:
            return self.series(*key)
        return self.figures(key)

    def _ipython_key_completions_(self) -> list[Any]:
        from kscb_analysis.offers import keys

        return keys(self)

    def __repr__(self) -> str:
        return f"Dataset({str(self.project.root)!r})"

    def _repr_html_(self) -> str:
        from kscb_analysis.facts import overview

        return overview(self)

    def area(self, name: str | Area) -> Area:
        """Find an area that has figures; the message of `UnknownName` offers the nearest one."""
        held = self.area_names()
        area = self.areas.find(name, among=held)
        if area.name not in held:
            raise UnknownName(
                f"There are no figures for {area.name} in the data."
                f"{did_you_mean(area.name, held)} `kscb list areas` shows those that have some."
            )
        return self._told(area)

    def area_names(self) -> list[str]:
        """Names of all areas that have figures, in alphabetical order."""
        return sorted(self.observations["area_name"].unique())

    def indicator(self, indicator: str | Indicator) -> Indicator:
        """Give the catalogue entry of an indicator; it shows itself in a notebook."""
        return self._told(self.catalogue[indicator])

    def _told(self, one: Named) -> Named:
        """Let an indicator or area say what the data knows of it."""
        from kscb_analysis.facts import with_facts

        return with_facts(self, one)

    def indicator_ids(self) -> list[str]:
        """Ids of all indicators that have figures, in the order of the papers."""
        rows = self.observations
        held = set(rows.loc[rows["value"].notna(), "indicator_id"])
        return [one for one in self.catalogue.indicators if one in held]

    def year(self, period: object, name: str = "period") -> int:
        """Read a reporting year that the data has; otherwise `UnknownName` offers the nearest."""
        year = parse_year(period, name)
        held = self.years()
        if year not in held:
            last = self.last_year()
            nearest = min(held, key=lambda known: abs(known - year))
            raise UnknownName(
                f"{name} is {period!r}, but the data has no figures for the year ending 31 March "
                f"{year}: it runs from {held[0]} to {last}. Did you mean {nearest}?"
            )
        return year

    def years(self) -> list[int]:
        """Reporting years for which any area has a figure."""
        rows = self.observations
        yearly = rows[(rows["time_identifier"] == REPORTING_YEAR) & rows["value"].notna()]
        return sorted(int(year) for year in yearly["time_period"].unique())

    def last_year(self, indicator: str | Indicator | None = None) -> int:
        """Give the last reporting year with a figure, of one indicator or of any.

        Raises `UnknownName` when there is none at all.
        """
        if indicator is not None:
            rows = self.figures(indicator)
            rows = rows[(rows["time_identifier"] == REPORTING_YEAR) & rows["value"].notna()]
            if len(rows):
                return max(map(int, rows["time_period"]))
        held = self.years()
        if not held:
            raise UnknownName("The data has no figures for any year ending 31 March.")
        return held[-1]

    def newest_year(self, indicators: Iterable[Indicator]) -> int:
        """Give the last reporting year with a figure of any of the indicators.

        A year that had not ended when its figure was published, as a budget's, does not count.
        Without a figure for a year it is the last one over by the day of the newest figure, and
        without any figure the last one that the data has.
        """
        rows = self._whole
        over = rows["published_on"].isna() | (rows["period_end"] <= rows["published_on"])
        mine = rows["indicator_id"].isin([one.indicator_id for one in indicators])
        figures = rows[over & mine & rows["value"].notna()]
        years = figures.loc[figures["time_identifier"] == REPORTING_YEAR, "time_period"]
        if len(years):
            return int(years.astype(int).max())
        if len(figures):
            return last_year_over(figures["period_end"].max())
        return self.last_year()

    def year_of(self, indicator_id: str, year: int) -> int | None:
        """Give the newest year of an indicator up to a year, if it is not too old to speak of.

        National series are published months apart, so a paper on 2025 may show 2024 for some.
        None where no area has a figure for that year or the two before.
        """
        known = [one for one in self._years_of.get(indicator_id, ()) if one <= year]
        return known[-1] if known and year - known[-1] <= MOST_YEARS_LATE else None

    def last_day(self, indicator_id: str) -> "pd.Timestamp | None":
        """Give the last day that any figure of an indicator is about, of the whole or a part."""
        rows = self._rows_of(indicator_id)
        ends = rows.loc[rows["value"].notna(), "period_end"]
        return None if ends.empty else ends.max()

    @cached_property
    def _years_of(self) -> dict[str, list[int]]:
        """The reporting years for which any area has a figure, by indicator."""
        rows = self._whole
        rows = rows[(rows["time_identifier"] == REPORTING_YEAR) & rows["value"].notna()]
        rows = rows[["indicator_id", "time_period"]].drop_duplicates()
        return {
            str(indicator_id): sorted(map(int, years))
            for indicator_id, years in rows.groupby("indicator_id")["time_period"]
        }

    def neighbours(self, area: Area, year: int, set_id: str | None = None) -> NeighbourSet | None:
        """Give the neighbour set of an area in force in a year, or the one named."""
        return self.areas.neighbours(area.code, year, set_id or None)

    def figures(
        self,
        indicator: str | Indicator,
        statistic: Statistic = Statistic.VALUE,
        *,
        latest: bool = True,
    ) -> pd.DataFrame:
        """Give all areas' rows of one indicator and statistic about the whole, oldest first.

        With `latest` one row for each area and period, the one published last, with the column
        `places` beside those of `observations`: the decimals to show it with. Without it, every
        source's row. Figures about a part of the whole are in `breakdowns`.
        """
        meant = self.catalogue[indicator]
        key = (indicator_id := meant.indicator_id, str(statistic))
        if latest and key in self._asked_for:
            return self._asked_for[key]
        rows = self._rows_of(indicator_id)
        mine = rows[(rows["statistic"] == statistic) & (rows["breakdown"] == TOTAL)]
        if not latest:
            return mine.sort_values("period_end", kind="stable")
        found = with_places(latest_published(mine), meant.decimals)
        # Filtering a few rows of plain Python text takes half as long as of Arrow's.
        found = found.astype({name: object for name in found if found[name].dtype == TEXT})
        return self._asked_for.setdefault(key, found)

    def breakdowns(self, indicator: str | Indicator, *, latest: bool = True) -> pd.DataFrame:
        """Give all areas' rows of one indicator about parts of the whole, in printed order.

        The column `breakdown` names the part. With `latest` one row for each part, area and
        period: the one published last. Without it, every source's row.
        """
        indicator_id = self.catalogue[indicator].indicator_id
        key = (indicator_id, "parts")
        if latest and key in self._asked_for:
            return self._asked_for[key]
        rows = self._rows_of(indicator_id)
        rows = rows[rows["breakdown"] != TOTAL]
        found = (latest_published(rows) if latest else rows).sort_values(
            ["period_end", "source_id", "source_table", "source_row", "source_column"],
            kind="stable",
            ignore_index=True,
        )
        return self._asked_for.setdefault(key, found) if latest else found

    def _rows_of(self, indicator_id: str) -> pd.DataFrame:
        """Every row of one indicator; which rows these are is found out once for all of them."""
        return self.observations.take(self._where.get(indicator_id, []))

    @cached_property
    def _where(self) -> dict[Any, Any]:
        return self.observations.groupby("indicator_id", sort=False).indices

    @cached_property
    def _asked_for(self) -> dict[tuple[str, str], pd.DataFrame]:
        """What papers have asked for: they ask for each indicator many times."""
        return {}

    @cached_property
    def _whole(self) -> pd.DataFrame:
        return self.observations[self.observations["breakdown"] == TOTAL]

    def targets_of(self, indicator_id: str, area: Area) -> pd.DataFrame:
        """Give the printed targets of one indicator and area."""
        return self._targets_by.get((indicator_id, area.code), self.targets.iloc[:0])

    def ratings_of(self, indicator_id: str, area: Area) -> pd.DataFrame:
        """Give what is printed as rating, direction, trend or band of one indicator and area."""
        return self._ratings_by.get((indicator_id, area.code), self.ratings.iloc[:0])

    @cached_property
    def _targets_by(self) -> dict[Any, pd.DataFrame]:
        return dict(iter(self.targets.groupby(["indicator_id", "area_code"])))

    @cached_property
    def _ratings_by(self) -> dict[Any, pd.DataFrame]:
        return dict(iter(self.ratings.groupby(["indicator_id", "area_code"])))

    def series(self, indicator: str | Indicator, area: str | Area = "Kent") -> pd.DataFrame:
        """Give one area's figures over time, oldest first, as last published.

        Columns are those of `observations`; `source_id`, `source_table`, `source_row` and
        `source_column` name the printed cell.
        """
        code = self.area(area).code
        rows = self.figures(indicator)
        return rows[rows["area_code"] == code].reset_index(drop=True)

    def compare(
        self,
        indicator: str | Indicator,
        area: str | Area = "Kent",
        period: object = 0,
        comparators: str = "",
    ) -> pd.DataFrame:
        """Set one area beside its neighbours and England for a year, and measure where it stands.

        Without a `period` it is the indicator's newest year.

        Columns: area_name, role, value, lower_95, upper_95, lower_998, upper_998, words,
        value_status, method, and the source cell of each printed figure. First come the figures
        (roles area, neighbour, england, other), then what is computed from them: the neighbours'
        mean, median, range and quartiles, the change, rank, trend and rating. `method` names the
        formula; docs/methods.md has each with its source: intervals are Wilson's (percentages) and
        Byar's (rates), quartiles R's type 7, verdicts those of England's public health profiles.
        """
        from kscb_analysis.compare import comparison_table

        one = self.catalogue[indicator]
        when = self.newest_year([one]) if period in (0, "0") else self.year(period)
        return comparison_table(self, one.indicator_id, self.area(area), when, comparators or None)

    def chart(
        self,
        indicator: str | Indicator,
        area: str | Area = "Kent",
        period: object = None,
        first_year: object = 0,
    ) -> "Block":
        """Draw one area's trend with its neighbours and England behind it.

        Without a `period` it runs to the last reporting year for which an area has a figure.
        Shows itself in a notebook; `.svg` is the picture and `.table` its rows.
        """
        from kscb_analysis.paper import Paper

        year = self.last_year(indicator) if period is None else period
        return Paper(area=area, period=year, first_year=first_year, data=self).trend(indicator)


def with_places(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """Add the column `places`: the decimals that a figure's table prints, at most the indicator's.

    A table that prints whole percentages is shown in whole percentages, since "12.0" would claim
    to know more. Figures worked out from counts have the indicator's decimals.
    """
    text = rows["printed"].str.replace(",", "").str.rstrip("%")
    number = pd.to_numeric(text, errors="coerce")
    table = [rows["source_id"], rows["source_table"]]
    differs = rows["value"].notna() & ~((number - rows["value"]).abs() < 1e-9)
    worked_out = differs.groupby(table).transform("any")
    decimals = text.str.extract(r"\.(\d+)$", expand=False).str.len().fillna(0)
    decimals = decimals.where(rows["value"].notna())
    printed = decimals.groupby(table).transform("max").mask(worked_out)
    return rows.assign(places=printed.fillna(most).clip(upper=most).astype("int64"))


def latest_published(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep each figure as most recently published, one row for each area and period.

    Rows with a figure go before markers. Among sources published on the same day the one that
    prints the longest run of the area's figures is kept, so that a series is not pieced together
    from papers that count differently; then the name decides. A source whose date is not
    recorded counts as oldest. Of national files published on the same day, or on days that are
    not recorded, the one that runs on longest counts as the newest; then its name decides.
    Sorted by period, then area.
    """
    files = rows["source_table"].where(rows["source_id"] == NATIONAL)
    series = ["indicator_id", "area_code", "breakdown", "statistic"]
    key = [*series, "time_period", "time_identifier"]
    ordered = rows.assign(
        _has=rows["value"].notna(),
        _release=rows.groupby(files)["period_end"].transform("max"),
        _run=rows.groupby([*series, "source_id"])["value"].transform("count"),
        _file=files,
    ).sort_values(
        ["_has", "published_on", "_release", "_run", "source_id", "_file"],
        na_position="first",
        kind="stable",
    )
    return (
        ordered.drop_duplicates(key, keep="last")
        .drop(columns=["_has", "_release", "_run", "_file"])
        .sort_values(["period_end", "area_name", *key], kind="stable", ignore_index=True)
    )
