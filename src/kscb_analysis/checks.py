"""Tidy rows in, what is wrong with them out.

A broken *promise* stops the run, since every later room relies on it. A *finding* is something
a reader should know about the printed figures; it is kept, shown, and never mended silently.
The first line of each check's docstring is the promise as readers are told it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd

from kscb_analysis.catalogue import Catalogue
from kscb_analysis.errors import ChecksFailed
from kscb_analysis.layouts import TOTAL
from kscb_analysis.periods import period_of, reporting_year
from kscb_analysis.schema import FINDINGS, OBSERVATIONS, RATINGS, TARGETS, Table, each
from kscb_analysis.vocabulary import GeographicLevel, Rag, Role, Statistic

Tables = dict[str, pd.DataFrame]

# A printed figure stands for anything that rounds to it: half of its last decimal either way.
SPIKE_TIMES_USUAL = 6.0
SPIKE_SHARE = 0.25
SPIKE_LEAST_POINTS = 6


class Finding(NamedTuple):
    """One thing found: what, about which figure, how large, and in which cells."""

    message: str
    cells: str
    indicator_id: str = ""
    area_name: str = ""
    time_period: str = ""
    difference: float | None = None


def require_promises(tables: Tables) -> Tables:
    """Hand the tables back unchanged, or raise `ChecksFailed` with every broken promise."""
    broken = [
        f"  [{check.__name__}] {message}"
        for check in PROMISES
        for name, table in (
            ("observations", OBSERVATIONS),
            ("targets", TARGETS),
            ("ratings", RATINGS),
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
        f"{same.iloc[0]['indicator_id'] or same.iloc[0].get('series')}, "
        f"{same.iloc[0]['area_name']}, {same.iloc[0]['time_period']}: "
        f"{len(same)} rows for one figure: " + "; ".join(map(place, each(same)))
        for _, same in doubled.groupby(list(table.key), sort=False, dropna=False)
    ]


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


def find_all(tables: Tables, catalogue: Catalogue) -> pd.DataFrame:
    """Run every check and gather all findings, with the columns of `schema.FINDINGS`."""
    rows: list[dict[str, Any]] = [
        {"check": check.__name__, **finding._asdict()}
        for check in CHECKS
        for finding in check(tables, catalogue)
    ]
    return pd.DataFrame(rows, columns=list(FINDINGS.columns))


def printed_neighbour_means_recompute(tables: Tables, catalogue: Catalogue) -> list[Finding]:
    """Each printed statistical-neighbour average is the mean of the neighbours printed with it."""
    observations, sets = tables["observations"], tables["comparators"]
    members = sets[sets["set_id"] == "printed: statistical neighbours"]
    members = members[["indicator_id", "area_code", "member_code", "source_table"]]
    values = observations[
        (observations["statistic"] == Statistic.VALUE) & (observations["breakdown"] == TOTAL)
    ]
    # A group printed in one table says nothing about another year's table of the same indicator.
    table = values["source_id"] + "/" + values["source_table"]
    joined = members.merge(
        values[["indicator_id", "time_period", "time_identifier", "value"]].assign(
            member_code=values["area_code"], source_table=table
        ),
        on=["indicator_id", "member_code", "source_table"],
        validate="one_to_many",
    )
    key = ["indicator_id", "area_code", "source_table", "time_period", "time_identifier"]
    means = joined.groupby(key)["value"].mean().rename("recomputed").reset_index()
    printed = observations[observations["statistic"] == Statistic.NEIGHBOUR_MEAN]
    both = printed.assign(
        table=printed["source_table"],
        source_table=printed["source_id"] + "/" + printed["source_table"],
    ).merge(means, on=key, validate="one_to_one")
    both["source_table"] = both["table"]
    return [
        Finding(
            f"{catalogue[row.indicator_id].short_title}, {row.time_period}: the average of the "
            f"statistical neighbours is printed as {row.printed} and recomputes to "
            f"{row.recomputed:.{decimals(row.printed) + 1}f}.",
            place(row),
            row.indicator_id,
            row.area_name,
            row.time_period,
            row.value - row.recomputed,
        )
        for row in each(both)
        if off_by_more_than_rounding(row.value, row.recomputed, row.printed)
    ]


def printed_changes_recompute(tables: Tables, catalogue: Catalogue) -> list[Finding]:
    """Each printed change over time is the last figure of its table less the first there is."""
    observations = tables["observations"]
    values = observations[
        (observations["statistic"] == Statistic.VALUE)
        & (observations["breakdown"] == TOTAL)
        & observations["value"].notna()
    ].sort_values("period_end", kind="stable")
    changes = observations[observations["statistic"] == Statistic.CHANGE_SINCE_FIRST]
    places = values.groupby(["source_id", "source_table", "indicator_id", "area_code"]).indices
    found = []
    for row in each(changes):
        table = row.source_table.removesuffix("_summary")
        at = places.get((row.source_id, table, row.indicator_id, row.area_code))
        if at is None or len(at) < 2:
            continue
        first, last = values.iloc[at[0]], values.iloc[at[-1]]
        recomputed = last["value"] - first["value"]
        if off_by_more_than_rounding(row.value, recomputed, row.printed):
            found.append(
                Finding(
                    f"{catalogue[row.indicator_id].short_title}, {row.area_name}: the change is "
                    f"printed as {row.printed} and recomputes to {recomputed:.1f} "
                    f"({first['printed']} in {first['time_period']}, {last['printed']} in "
                    f"{last['time_period']}). The paper may have used unrounded figures.",
                    f"{place(row)}; {place_of(first)}; {place_of(last)}",
                    row.indicator_id,
                    row.area_name,
                    row.time_period,
                    row.value - recomputed,
                )
            )
    return found


def figures_are_plausible(tables: Tables, catalogue: Catalogue) -> list[Finding]:
    """Every figure lies inside the range that its catalogue entry allows."""
    observations = tables["observations"]
    values = observations[
        (observations["statistic"] == Statistic.VALUE) & observations["value"].notna()
    ]
    found = []
    for row in each(values):
        indicator = catalogue[row.indicator_id]
        national = row.geographic_level == GeographicLevel.NATIONAL
        low, high = indicator.plausible_england if national else indicator.plausible
        if not low <= row.value <= high:
            found.append(
                Finding(
                    f"{indicator.short_title}, {row.area_name}, {row.time_period}: {row.printed} "
                    f"is outside the plausible range {low:g} to {high:g}.",
                    place(row),
                    row.indicator_id,
                    row.area_name,
                    row.time_period,
                )
            )
    return found


def percentages_stay_below_100(tables: Tables, catalogue: Catalogue) -> list[Finding]:
    """A percentage above 100 is pointed at, even where its definition allows it."""
    observations = tables["observations"]
    values = observations[
        (observations["statistic"] == Statistic.VALUE) & (observations["value"] > 100)
    ]
    return [
        Finding(
            f"{catalogue[row.indicator_id].short_title}, {row.area_name}, {row.time_period}: "
            f"{row.printed.rstrip('%')}% is above 100."
            + (
                " The definition allows it."
                if row.value <= catalogue[row.indicator_id].plausible[1]
                else ""
            ),
            place(row),
            row.indicator_id,
            row.area_name,
            row.time_period,
            row.value - 100,
        )
        for row in each(values)
        if catalogue[row.indicator_id].unit == "percent"
    ]


def years_stay_near_their_neighbours(tables: Tables, catalogue: Catalogue) -> list[Finding]:
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
    found = []
    key = ["indicator_id", "area_code", "source_id", "source_table", "breakdown"]
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
            out, back = here.value - before.value, here.value - after.value
            least = min(abs(out), abs(back))
            level = abs(before.value + after.value) / 2
            if out * back > 0 and least > SPIKE_TIMES_USUAL * usual and least > SPIKE_SHARE * level:
                found.append(
                    Finding(
                        f"{catalogue[here.indicator_id].short_title}, {here.area_name}: "
                        f"{here.printed} in {here.time_period} stands far from {before.printed} "
                        f"the year before and {after.printed} the year after. It may be a "
                        "misprint; it is shown as printed.",
                        place(here),
                        here.indicator_id,
                        here.area_name,
                        here.time_period,
                        least if out > 0 else -least,
                    )
                )
    return found


def papers_agree_on_a_figure(tables: Tables, catalogue: Catalogue) -> list[Finding]:
    """The same indicator, area and period has the same figure wherever it is printed."""
    observations = tables["observations"]
    values = observations[observations["value"].notna()]
    key = ["indicator_id", "area_code", "time_period", "time_identifier", "breakdown", "statistic"]
    values = values[values.duplicated(key, keep=False)]
    found = []
    for _, same in values.groupby(key, sort=False):
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
            *others, last = (f"{row.printed} ({row.source_id})" for row in each(same))
            kept = "Both" if len(same) == 2 else "All"
            found.append(
                Finding(
                    f"{catalogue[first['indicator_id']].short_title}, {about}, {when.label}: "
                    f"printed as {', '.join(others)} and {last}. {kept} are kept.",
                    "; ".join(place(row) for row in each(same)),
                    first["indicator_id"],
                    first["area_name"],
                    first["time_period"],
                    float(high["value"] - low["value"]),
                )
            )
    return found


def counts_of_ratings_agree(tables: Tables, _catalogue: Catalogue) -> list[Finding]:
    """The printed count of each rating is the number of KPIs printed with that rating."""
    ratings = tables["ratings"]
    counts = ratings[ratings["kind"] == Role.COUNT_OF_RATINGS]
    kinds = {"Current ratings": Role.RAG, "Previous ratings": Role.PREVIOUS_RAG}
    # A summary of KPIs is the table that prints previous ratings; each KPI's own page does not.
    summaries = ratings.loc[ratings["kind"] == Role.PREVIOUS_RAG, "source_table"].unique()
    found = []
    for row in each(counts):
        which, _, rating = row.series.partition(": ")
        if which not in kinds:
            continue
        listed = ratings[
            (ratings["kind"] == kinds[which])
            & (ratings["source_id"] == row.source_id)
            & ratings["source_table"].isin(summaries)
        ]
        if rating != "TOTAL":
            listed = listed[listed["printed"].str.upper() == rating]
        count = int(row.printed) if row.printed.isdecimal() else None
        if count != len(listed):
            found.append(
                Finding(
                    f"{which}: {row.printed} printed as {rating.title()}, {len(listed)} listed.",
                    place(row),
                    time_period=row.time_period,
                    difference=None if count is None else count - len(listed),
                )
            )
    return found


def ratings_are_known_words(tables: Tables, _catalogue: Catalogue) -> list[Finding]:
    """Every printed rating is red, amber or green."""
    ratings = tables["ratings"]
    rated = ratings[ratings["kind"].isin([Role.RAG, Role.PREVIOUS_RAG])]
    known = [str(word) for word in Rag]
    return [
        Finding(
            f"{row.series}: the rating {row.printed!r} is not one of {known}.",
            place(row),
            row.indicator_id,
            row.area_name,
            row.time_period,
        )
        for row in each(rated)
        if row.printed not in known
    ]


CHECKS: tuple[Callable[[Tables, Catalogue], list[Finding]], ...] = (
    printed_neighbour_means_recompute,
    printed_changes_recompute,
    figures_are_plausible,
    percentages_stay_below_100,
    years_stay_near_their_neighbours,
    papers_agree_on_a_figure,
    counts_of_ratings_agree,
    ratings_are_known_words,
)


def decimals(printed: str) -> int:
    """Count the decimal places of a printed figure.

    >>> decimals("54.0%"), decimals("1,695")
    (1, 0)
    """
    return len(printed.rstrip("%").partition(".")[2])


def off_by_more_than_rounding(value: float, other: float, printed: str) -> bool:
    """Say whether two figures differ by more than the rounding of a printed one explains.

    >>> off_by_more_than_rounding(54.0, 54.04, "54.0")
    False
    >>> off_by_more_than_rounding(54.0, 54.1, "54.0")
    True
    """
    # The last digits of a binary fraction are noise: a billionth is far below any figure printed.
    return abs(value - other) > 0.5 * 10.0 ** -decimals(printed) + 1e-9


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
