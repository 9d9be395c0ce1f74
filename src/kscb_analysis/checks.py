"""Tidy rows in, what is wrong with them out.

A broken *promise* stops the run, since every later room relies on it. A *finding* is something
a reader should know about the printed figures; it is kept, shown, and never mended silently.
The first line of each check's docstring is the promise as readers are told it. What can be worked
out again is checked in `reconciliations`, ratings and arrows in `rating_checks`.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd

from kscb_analysis.catalogue import Catalogue, Indicator
from kscb_analysis.errors import ChecksFailed
from kscb_analysis.findings import (
    Checked,
    Finding,
    Tables,
    decimals,
    finding,
    off_by_more_than_rounding,
    place,
    promise,
)
from kscb_analysis.layouts import TOTAL
from kscb_analysis.paths import NATIONAL
from kscb_analysis.periods import period_of, reporting_year
from kscb_analysis.rating_checks import (
    counts_of_ratings_agree,
    directions_agree_with_figures,
    floors_lie_beyond_their_targets,
    ratings_agree_with_targets,
    ratings_are_known_words,
    trends_agree_with_changes,
)
from kscb_analysis.reconciliations import (
    printed_changes_recompute,
    printed_growth_recomputes,
    printed_neighbour_means_recompute,
    printed_parts_add_up_to_their_total,
    printed_percentages_recompute,
    printed_shares_recompute,
)
from kscb_analysis.schema import (
    FINDINGS,
    JUDGEMENTS,
    OBSERVATIONS,
    RATINGS,
    TARGETS,
    Table,
    each,
)
from kscb_analysis.vocabulary import GeographicLevel, Statistic

# A single year stands out when it leaps by this many times the usual change and this share.
SPIKE_TIMES_USUAL = 6.0
SPIKE_SHARE = 0.25
SPIKE_LEAST_POINTS = 6


Check = Callable[[Tables, Catalogue], Checked]

# What other rooms ask this one for.
__all__ = [
    "CHECKS",
    "Check",
    "Checked",
    "Finding",
    "decimals",
    "find_all",
    "off_by_more_than_rounding",
    "place",
    "promise",
    "require_promises",
    "run_all",
]


def require_promises(tables: Tables) -> Tables:
    """Hand the tables back unchanged, or raise `ChecksFailed` with every broken promise."""
    broken = [
        f"  [{check.__name__}] {message}"
        for check in PROMISES
        for name, table in (
            ("observations", OBSERVATIONS),
            ("targets", TARGETS),
            ("ratings", RATINGS),
            ("judgements", JUDGEMENTS),
        )
        for message in check(tables[name], table)
    ]
    if broken:
        shown = "\n".join(broken[:20])
        more = f"\n  … and {len(broken) - 20} more" if len(broken) > 20 else ""
        raise ChecksFailed(
            f"{len(broken)} fault(s) in the tidy tables:\n{shown}{more}\n"
            "Mend the raw table's sidecar or the metadata named above; nothing was written."
        )
    return tables


def rows_are_the_only_ones(rows: pd.DataFrame, table: Table) -> list[str]:
    """One row for each indicator, area, period, breakdown and source."""
    doubled = rows[rows.duplicated(list(table.key), keep=False)]
    return [
        f"{_about(same.iloc[0])}: {len(same)} rows for one figure: "
        + "; ".join(map(place, each(same)))
        for _, same in doubled.groupby(list(table.key), sort=False, dropna=False)
    ]


def _about(row: "pd.Series[Any]") -> str:
    if "judgement" in row:
        return f"{row['judgement']}, {row['area_name']}, {row['judged_words']}"
    what = row["indicator_id"] or row.get("series")
    return f"{what}{_part_of(row)}, {row['area_name']}, {row['time_period']}"


def _part_of(row: Any) -> str:
    """Name the part of the whole that a figure is about, nothing for the whole."""
    part = getattr(row, "breakdown", TOTAL)
    return "" if part == TOTAL else f" ({part})"


def empty_values_have_a_reason(rows: pd.DataFrame, _table: Table) -> list[str]:
    """A figure is published, and an empty one says why it is empty."""
    column = "value" if "value" in rows else "target"
    if column not in rows:
        return []
    odd = rows[rows[column].notna() != (rows["value_status"] == "published")]
    return [f"{place(row)}: the value and its status disagree" for row in each(odd)]


PROMISES: tuple[Callable[[pd.DataFrame, Table], list[str]], ...] = (
    rows_are_the_only_ones,
    empty_values_have_a_reason,
)


def run_all(tables: Tables, catalogue: Catalogue) -> dict[Check, Checked]:
    """Run every check: its findings, and how many printed things it looked at.

    What works a print out again looks at the printed tables alone: national files print no sums,
    and are held against themselves when they are read.
    """
    observations = tables["observations"]
    printed = {**tables, "observations": observations[observations["source_id"] != NATIONAL]}
    return {
        check: check(tables if check in ON_EVERY_FIGURE else printed, catalogue) for check in CHECKS
    }


def find_all(tables: Tables, catalogue: Catalogue) -> pd.DataFrame:
    """Run every check and gather all findings, with the columns of `schema.FINDINGS`."""
    rows: list[dict[str, Any]] = [
        {"check": check.__name__, **one._asdict()}
        for check, found in run_all(tables, catalogue).items()
        for one in found
    ]
    return pd.DataFrame(rows, columns=list(FINDINGS.columns))


def figures_are_plausible(tables: Tables, catalogue: Catalogue) -> Checked:
    """Every figure lies inside the range that its catalogue entry allows."""
    observations = tables["observations"]
    values = observations[
        (observations["statistic"] == Statistic.VALUE) & observations["value"].notna()
    ]
    ranges = {
        (one.indicator_id, str(level)): _plausible_at(one, level)
        for one in catalogue.indicators.values()
        for level in GeographicLevel
    }
    key = pd.MultiIndex.from_frame(values[["indicator_id", "geographic_level"]])
    low, high = (
        key.map({about: bounds[at] for about, bounds in ranges.items()}).to_numpy(dtype=float)
        for at in (0, 1)
    )
    # National files hold the smallest authorities too, where a count or a rate may be nought.
    small = (values["source_id"] == NATIONAL) & ~values["indicator_id"].isin(
        [one.indicator_id for one in catalogue.indicators.values() if one.suffix]
    )
    low = low * ~small
    odd = values[~((low <= values["value"]) & (values["value"] <= high))]
    found = []
    for row in each(odd):
        lowest, highest = ranges[row.indicator_id, row.geographic_level]
        found.append(
            finding(
                f"{catalogue[row.indicator_id].short_title}{_part_of(row)}, {row.area_name}, "
                f"{row.time_period}: {row.printed} is outside the plausible range {lowest:g} to "
                f"{highest:g}.",
                row,
            )
        )
    return Checked(found, len(values))


def _plausible_at(indicator: Indicator, level: GeographicLevel) -> tuple[float, float]:
    """Give the range for a level: a region lies between its authorities and England."""
    own, england = indicator.plausible, indicator.plausible_england
    if level is GeographicLevel.REGIONAL:
        return min(own[0], england[0]), max(own[1], england[1])
    return england if level is GeographicLevel.NATIONAL else own


def percentages_stay_below_100(tables: Tables, catalogue: Catalogue) -> Checked:
    """A percentage above 100 is pointed at, even where its definition allows it."""
    observations = tables["observations"]
    rises = {growth.indicator for growth in catalogue.arithmetic.growths}  # have no such limit
    percentages = {one.indicator_id for one in catalogue.indicators.values() if one.suffix} - rises
    values = observations[
        (observations["statistic"] == Statistic.VALUE)
        & observations["value"].notna()
        & observations["indicator_id"].isin(percentages)
    ]
    found = [
        finding(
            f"{catalogue[row.indicator_id].short_title}{_part_of(row)}, {row.area_name}, "
            f"{row.time_period}: {row.printed.rstrip('%')}% is above 100."
            + (
                " The definition allows it."
                if row.value <= catalogue[row.indicator_id].plausible[1]
                else ""
            ),
            row,
            row.value - 100,
        )
        for row in each(values[values["value"] > 100])
    ]
    return Checked(found, len(values))


def years_stay_near_their_neighbours(tables: Tables, catalogue: Catalogue) -> Checked:
    """No single year of a national series leaps away from the years on both sides of it.

    A leap is a change up and back (or down and back) of which each half is more than 6 times
    the series' usual yearly change and more than a quarter of the level. Only England is
    looked at: one authority's figures do leap, since its numbers are small.
    """
    observations = tables["observations"]
    values = observations[
        (observations["statistic"] == Statistic.VALUE)
        & (observations["geographic_level"] == GeographicLevel.NATIONAL)
        & (observations["time_identifier"] == reporting_year(2000).time_identifier)
    ].sort_values(["source_id", "source_table", "period_end"], kind="stable")
    found, looked_at = [], 0
    key = ["indicator_id", "area_code", "breakdown", "source_id", "source_table"]
    for _, series in values.groupby(key, sort=False):
        change = series["value"].diff()
        if change.notna().sum() < SPIKE_LEAST_POINTS:
            continue
        usual = change.abs().median()
        for before, here, after in zip(
            each(series.iloc[:-2]),
            each(series.iloc[1:-1]),
            each(series.iloc[2:]),
            strict=True,
        ):
            looked_at += 1
            out, back = here.value - before.value, here.value - after.value
            least = min(abs(out), abs(back))
            level = abs(before.value + after.value) / 2
            if out * back > 0 and least > SPIKE_TIMES_USUAL * usual and least > SPIKE_SHARE * level:
                found.append(
                    finding(
                        f"{catalogue[here.indicator_id].short_title}, {here.area_name}: "
                        f"{here.printed} in {here.time_period} stands far from {before.printed} "
                        f"the year before and {after.printed} the year after. It may be a "
                        "misprint; it is shown as printed.",
                        here,
                        least if out > 0 else -least,
                    )
                )
    return Checked(found, looked_at)


def papers_agree_on_a_figure(tables: Tables, catalogue: Catalogue) -> Checked:
    """The same indicator, area and period has the same figure wherever it is printed."""
    observations = tables["observations"]
    values = observations[observations["value"].notna()]
    # National files that repeat a figure are held against each other when they are read.
    again = ["indicator_id", "area_code", "breakdown", "time_period", "time_identifier"]
    repeated = (values["source_id"] == NATIONAL) & values.duplicated(
        [*again, "source_id"], keep="last"
    )
    values = values[~repeated]
    key = ["indicator_id", "area_code", "time_period", "time_identifier", "breakdown", "statistic"]
    values = values[values.duplicated(key, keep=False)]
    found, looked_at = [], 0
    for _, same in values.groupby(key, sort=False):
        looked_at += 1
        low, high = (same.iloc[int(at)] for at in (same["value"].argmin(), same["value"].argmax()))
        coarse = min((low["printed"], high["printed"]), key=decimals)
        if off_by_more_than_rounding(float(high["value"]), float(low["value"]), coarse):
            first = same.iloc[0]
            about = (
                "the statistical-neighbour average"
                if first["statistic"] == Statistic.NEIGHBOUR_MEAN
                else first["area_name"]
            )
            when = period_of(first["time_period"], first["time_identifier"])
            one_paper = same["source_id"].nunique() == 1
            *others, last = (
                f"{row.printed} ({row.source_table if one_paper else row.source_id})"
                for row in each(same)
            )
            kept = "Both" if len(same) == 2 else "All"
            found.append(
                Finding(
                    f"{catalogue[first['indicator_id']].short_title}{_part_of(first)}, {about}, "
                    f"{when.label}: printed as {', '.join(others)} and {last}. {kept} are kept. "
                    + _why_papers_differ(same),
                    "; ".join(place(row) for row in each(same)),
                    first["indicator_id"],
                    first["area_name"],
                    first["time_period"],
                    float(high["value"] - low["value"]),
                )
            )
    return Checked(found, looked_at)


def _why_papers_differ(same: pd.DataFrame) -> str:
    """Give the likely reason for two figures, as far as the rows tell it."""
    if same["source_id"].nunique() == 1:
        return "They stand in two places of one paper, which may count differently."
    if (same["statistic"] == Statistic.NEIGHBOUR_MEAN).all():
        return "The papers may average other neighbours, or figures since revised."
    days = same["published_on"].dropna()
    if days.nunique() > 1:
        first, last = (f"{day.day} {day:%B %Y}" for day in (days.min(), days.max()))
        return f"The figure may have been revised between {first} and {last}."
    return "The papers may count differently, or at another date."


def inspectors_agree_on_a_judgement(tables: Tables, _catalogue: Catalogue) -> Checked:
    """The same judgement of the same day has the same grade wherever it is printed."""
    # One report may judge the same things in two services; a table's first heading names its own.
    rows = tables["judgements"].sort_values("source_row", kind="stable")
    service = rows.groupby(["source_id", "source_table"])["group"].transform("first")
    key = ["area_code", "judged_on", "service", "group", "judgement"]
    found, looked_at = [], 0
    for _, same in rows.assign(service=service).groupby(key, sort=False):
        looked_at += len(same) > 1
        if same["ordinal"].nunique() < 2:
            continue
        first = same.iloc[0]
        *others, last = (
            f"{row.printed!r} ({row.source_table}, row {row.source_row})" for row in each(same)
        )
        found.append(
            Finding(
                f"{first['judgement']}, {first['area_name']}, {first['judged_words']}: graded "
                f"{', '.join(others)} and {last}. {'Both' if len(same) == 2 else 'All'} are kept; "
                "the paper does not say which is meant.",
                "; ".join(place(row) for row in each(same)),
                area_name=first["area_name"],
                time_period=str(first["judged_on"].year),
                difference=float(same["ordinal"].max() - same["ordinal"].min()),
            )
        )
    return Checked(found, looked_at)


CHECKS: tuple[Check, ...] = (
    printed_neighbour_means_recompute,
    printed_changes_recompute,
    printed_parts_add_up_to_their_total,
    printed_percentages_recompute,
    printed_shares_recompute,
    printed_growth_recomputes,
    figures_are_plausible,
    percentages_stay_below_100,
    years_stay_near_their_neighbours,
    papers_agree_on_a_figure,
    counts_of_ratings_agree,
    ratings_are_known_words,
    ratings_agree_with_targets,
    floors_lie_beyond_their_targets,
    trends_agree_with_changes,
    directions_agree_with_figures,
    inspectors_agree_on_a_judgement,
)

ON_EVERY_FIGURE = (
    figures_are_plausible,
    percentages_stay_below_100,
    years_stay_near_their_neighbours,
    papers_agree_on_a_figure,
)
