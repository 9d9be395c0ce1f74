"""A data set, an indicator and an area in; the rows behind its charts out."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kscb_analysis.areas import ENGLAND, Area, NeighbourSet
from kscb_analysis.catalogue import Indicator
from kscb_analysis.dataset import MOST_YEARS_LATE, Dataset
from kscb_analysis.measures import LEAST_QUARTERED, bounds, key_of, neighbour_values, role_of
from kscb_analysis.periods import REPORTING_YEAR, Period, financial_year, period_of, reporting_year
from kscb_analysis.ranks import LEAST_RANKED, quartiles
from kscb_analysis.schema import each
from kscb_analysis.vocabulary import GeographicLevel, Rag, Role

MEAN_LABEL = "Neighbours’ mean"
_ROLES = ("area", "neighbour_mean", "england", "target", "floor", "neighbour", "other")
_ORDER = {role: place for place, role in enumerate(_ROLES)}
# The 2012 papers print six other authorities; of all there are in England a band says more.
MOST_OTHERS = 10


@dataclass(frozen=True)
class View:
    """What a chart looks at: one area with its neighbours, over a stretch of reporting years.

    With `pinned` every year is compared with `neighbours`, otherwise with the set in force then.
    """

    data: Dataset
    area: Area
    neighbours: NeighbourSet | None
    first_year: int
    year: int
    pinned: bool = False

    @property
    def members(self) -> tuple[str, ...]:
        """Codes of the neighbours, none when no set is known."""
        return self.neighbours.members if self.neighbours else ()

    def has_rows(self, indicator: Indicator) -> bool:
        """Say whether the area has a row for the indicator, or England alone has.

        A series that ended years before the paper's year is not shown any more.
        """
        if self.has_ended(indicator):
            return False
        rows = self._in_window(self.data.figures(indicator.indicator_id), indicator)
        return bool((rows["area_code"] == self.area.code).any()) or set(rows["area_code"]) == {
            ENGLAND
        }

    def has_ended(self, indicator: Indicator) -> bool:
        """Say whether every figure of the indicator, of any area, is too old for the year."""
        last = self.data.last_day(indicator.indicator_id)
        oldest = pd.Timestamp(reporting_year(self.year - MOST_YEARS_LATE).end)
        return last is not None and last < oldest

    def year_of(self, indicator: Indicator) -> int:
        """Give the year that a ranked chart of the indicator is about."""
        return self.data.year_of(indicator.indicator_id, self.year) or self.year

    def lines(self, indicator: Indicator) -> pd.DataFrame:
        """Give the rows of a trend chart, and of the table behind it.

        Columns: label, role (area, neighbour_mean, england, target, floor, neighbour, other),
        period_label, position, value, lower, upper (95 % interval, empty where unknown), places
        (decimals to show), status, key, place. A yearly indicator gives reporting years; one
        counted every month or quarter gives those. Other authorities are there for the table
        where few are printed beside the neighbours.
        """
        rows = self._in_window(self.data.figures(indicator.indicator_id), indicator)
        everyone = rows
        rows = rows.assign(
            role=[role_of(code, self.area, self.members) for code in rows["area_code"]]
        )
        if indicator.is_count:
            # A count grows with the size of the area: only the whole nation's stands beside it.
            rows = rows[rows["role"].isin(["area", "england"])]
            everyone = everyone.iloc[:0]
        others = rows.loc[rows["role"] == "other", "area_code"].nunique()
        if others > MOST_OTHERS or not (rows["role"] == "neighbour").any():
            rows = rows[rows["role"] != "other"]
        drawn = [_lines(rows, rows["area_name"], indicator)]
        stats = self.means(indicator, everyone)
        if not stats.empty:
            drawn.append(self._mean_lines(indicator, everyone, stats))
        drawn += self._target_lines(indicator, rows)
        return pd.concat(drawn, ignore_index=True).sort_values(
            ["role", "label", "position"],
            key=lambda column: column.map(_ORDER) if column.name == "role" else column,
            kind="stable",
            ignore_index=True,
        )

    def bars(self, indicator: Indicator) -> pd.DataFrame:
        """Give the rows of a ranked chart for the year, best first, or highest first if unjudged.

        Columns: label, role, value, lower, upper, places, place. Empty for a count, which grows
        with the size of the area. Where many other authorities are known they are left out, and
        `shade` tells what they have.
        """
        rows = self._of_the_year(indicator)
        if indicator.is_count:
            rows = rows.iloc[:0]
        lower, upper = bounds(rows, indicator)
        bars = pd.DataFrame(
            {
                "label": rows["area_name"],
                "role": [role_of(code, self.area, self.members) for code in rows["area_code"]],
                "value": rows["value"],
                "lower": lower,
                "upper": upper,
                "places": rows["places"],
                "place": _places(rows),
            }
        )
        if (bars["role"] == "other").sum() > MOST_OTHERS:
            bars = bars[bars["role"] != "other"]
        means = neighbour_values(rows, self.members)["mean"]
        if not means.empty:
            mean = {
                "label": MEAN_LABEL,
                "role": "neighbour_mean",
                "place": "",
                "places": indicator.decimals,
            }
            bars = pd.concat([bars, pd.DataFrame([{**mean, "value": float(means.iloc[0])}])])
        lowest_first = indicator.polarity.sign < 0
        return bars.sort_values(
            ["value", "label"], ascending=[lowest_first, True], ignore_index=True
        )

    def shade(self, indicator: Indicator) -> tuple[float, float, str] | None:
        """Give the middle half of all authorities in the year, or of the neighbours; else None.

        (from, to, what it is), for the band behind a ranked chart.
        """
        rows = self._of_the_year(indicator)
        rows = rows[rows["geographic_level"] == GeographicLevel.LOCAL_AUTHORITY]
        theirs = rows[rows["area_code"].isin(self.members)]
        if len(rows) >= LEAST_RANKED:
            cuts, whose = quartiles(rows["value"]), "authorities in England"
        elif len(theirs) >= LEAST_QUARTERED:
            cuts, whose = quartiles(theirs["value"]), "the neighbours"
        else:
            return None
        return cuts.lower, cuts.upper, f"Middle half of {whose}"

    def _of_the_year(self, indicator: Indicator) -> pd.DataFrame:
        """Every area's figure for the year that the ranked chart is about."""
        rows = self.data.figures(indicator.indicator_id)
        return rows[
            (rows["time_period"] == str(self.year_of(indicator)))
            & (rows["time_identifier"] == REPORTING_YEAR)
            & rows["value"].notna()
        ]

    def later(self, indicator: Indicator) -> pd.DataFrame:
        """Give the area's positions and part-years in the year after, with `observations` columns.

        Empty for an indicator that is counted every month or quarter anyway.
        """
        rows = self.data.figures(indicator.indicator_id)
        if not indicator.period_basis.is_yearly:
            return rows.iloc[:0]
        return rows[
            (rows["area_code"] == self.area.code)
            & (rows["time_identifier"] != REPORTING_YEAR)
            & (rows["period_end"] > pd.Timestamp(reporting_year(self.year).end))
            & (rows["period_end"] <= pd.Timestamp(reporting_year(self.year + 1).end))
        ]

    def ratings(self, indicator: Indicator, lines: pd.DataFrame) -> dict[float, str]:
        """Give the area's printed ratings by position, for the periods of its own figures."""
        rows = self.data.ratings_of(indicator.indicator_id, self.area)
        rows = rows[(rows["kind"] == Role.RAG) & rows["printed"].isin([str(one) for one in Rag])]
        own = set(lines.loc[lines["role"] == "area", "position"])
        placed = {
            _position(period_of(one.time_period, one.time_identifier)): str(one.printed)
            for one in each(rows.sort_values("published_on", kind="stable"))
        }
        return {place: rating for place, rating in placed.items() if place in own}

    def breaks(self, indicator: Indicator, lines: pd.DataFrame) -> list[tuple[float, str]]:
        """Give the breaks in series that fall inside a trend chart, as (position, label)."""
        low, high = lines["position"].min(), lines["position"].max()
        placed = [(_position_of_day(one.starts), one.label) for one in indicator.breaks]
        return [(place, label) for place, label in placed if low < place < high]

    def _in_window(self, rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
        first = pd.Timestamp(reporting_year(self.first_year).end)
        whole = rows["time_identifier"] == REPORTING_YEAR
        mine = rows[rows["area_code"] == self.area.code]
        yearly = indicator.period_basis.is_yearly and bool(
            (mine["time_identifier"] == REPORTING_YEAR).any() or mine.empty
        )
        last = pd.Timestamp(reporting_year(self.year if yearly else self.year + 1).end)
        inside = (rows["period_end"] >= first) & (rows["period_end"] <= last)
        return rows[inside & (whole if yearly else ~whole)]

    def sets(self, latest: int) -> dict[int, NeighbourSet]:
        """Give the neighbour set of each year shown: the one pinned, or the one in force then.

        From the year of the latest figures on it is the paper's own, so that everything a paper
        says about where the area stands now is about the same neighbours.
        """
        years = range(self.first_year, self.year + 2)
        known = {
            year: self.neighbours
            if self.pinned or year >= latest
            else self.data.neighbours(self.area, year)
            for year in years
        }
        return {year: one for year, one in known.items() if one is not None}

    def neighbours_since(self, indicator: Indicator) -> int | None:
        """Give the first year compared with the paper's own set, None when all years are."""
        earlier = [
            year
            for year, one in self.sets(self.year_of(indicator)).items()
            if self.neighbours and one.set_id != self.neighbours.set_id
        ]
        return max(earlier) + 1 if earlier else None

    def means(self, indicator: Indicator, rows: pd.DataFrame) -> pd.DataFrame:
        """Give what `neighbour_values` does, for each period over the neighbour set of its year."""
        sets = self.sets(self.year_of(indicator))
        members = {year: frozenset(one.members) for year, one in sets.items()}
        # A position in the months after March belongs to the year that ends next.
        kept = [
            code in members.get(financial_year(end), ())
            for code, end in each(rows, "area_code", "period_end")
        ]
        return neighbour_values(
            rows[np.array(kept, dtype=bool)], tuple(frozenset().union(*members.values()))
        )

    def _mean_lines(
        self, indicator: Indicator, rows: pd.DataFrame, stats: pd.DataFrame
    ) -> pd.DataFrame:
        """The neighbours' mean, one row for each period, keyed as the scorecard keys it."""
        periods = {
            end: period_of(name, identifier)
            for end, name, identifier in each(rows, "period_end", "time_period", "time_identifier")
        }
        shown = [periods[end] for end in stats.index]
        return pd.DataFrame(
            {
                "label": MEAN_LABEL,
                "role": "neighbour_mean",
                "period_label": [period.label for period in shown],
                "position": [_position(period) for period in shown],
                "value": stats["mean"].to_numpy(),
                "lower": np.nan,
                "upper": np.nan,
                "places": indicator.decimals,
                "status": "published",
                "key": [
                    key_of(indicator.indicator_id, self.area.code, period, "neighbours_mean")
                    for period in shown
                ],
                "place": "",
            }
        )

    def _target_lines(self, indicator: Indicator, rows: pd.DataFrame) -> list[pd.DataFrame]:
        """The area's targets and floors for the periods that the chart shows."""
        targets = self.data.targets_of(indicator.indicator_id, self.area)
        made = []
        for what in ("target", "floor"):
            mine = targets[
                targets[what].notna() & targets["period_end"].isin(rows["period_end"])
            ].drop_duplicates("period_end", keep="last")
            if mine.empty:
                continue
            mine = mine.assign(role=what, value=mine[what], numerator=None, denominator=None)
            lines = _lines(mine, pd.Series(what.capitalize(), index=mine.index), indicator)
            keys = [key.replace("|value", f"|{what}") for key in lines["key"]]
            made.append(lines.assign(key=keys))
        return made


def _lines(rows: pd.DataFrame, labels: "pd.Series[str]", indicator: Indicator) -> pd.DataFrame:
    named = zip(rows["time_period"].tolist(), rows["time_identifier"].tolist(), strict=True)
    periods = [period_of(*one) for one in named]
    codes = rows["area_code"].tolist()
    lower, upper = bounds(rows, indicator)
    return pd.DataFrame(
        {
            "label": labels.to_numpy(),
            "role": rows["role"].to_numpy(),
            "period_label": [period.label for period in periods],
            "position": [_position(period) for period in periods],
            "value": rows["value"].to_numpy(),
            "lower": lower,
            "upper": upper,
            "places": rows["places"].to_numpy() if "places" in rows else indicator.decimals,
            "status": rows["value_status"].to_numpy(),
            "key": [
                key_of(indicator.indicator_id, code, period)
                for code, period in zip(codes, periods, strict=True)
            ],
            "place": _places(rows),
        }
    )


def _places(rows: pd.DataFrame) -> list[str]:
    cells = each(rows, "source_id", "source_table", "source_row")
    return [f"{source}/{table}, row {number}" for source, table, number in cells]


def _position(period: Period) -> float:
    """Place a period on the x axis: a year is one step, its end at the whole number."""
    return period.end.year + (period.end.month - 3) / 12


def _position_of_day(day: date) -> float:
    """Place the day on which something changed, between the period before and the one after."""
    return day.year + (day.month - 3.5) / 12
