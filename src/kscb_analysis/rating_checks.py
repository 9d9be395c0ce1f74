"""Printed ratings, arrows and counts in, those that disagree with the printed figures out.

The first line of each check's docstring is its promise as readers are told it.
"""

from typing import Any

import pandas as pd

from kscb_analysis.catalogue import Catalogue
from kscb_analysis.findings import Checked, Finding, Tables, finding, place
from kscb_analysis.layouts import TOTAL
from kscb_analysis.periods import period_of
from kscb_analysis.schema import each
from kscb_analysis.vocabulary import Polarity, Rag, Role, Statistic

RISING, FALLING = "↑", "↓"
_POSITION = ["source_id", "indicator_id", "area_code", "time_period", "time_identifier"]


def counts_of_ratings_agree(tables: Tables, _catalogue: Catalogue) -> Checked:
    """The printed count of each rating is the number of KPIs printed with that rating."""
    ratings = tables["ratings"]
    counts = ratings[ratings["kind"] == Role.COUNT_OF_RATINGS]
    kinds = {"Current ratings": Role.RAG, "Previous ratings": Role.PREVIOUS_RAG}
    # A summary of KPIs is the table that prints previous ratings; each KPI's own page does not.
    summaries = ratings.loc[ratings["kind"] == Role.PREVIOUS_RAG, "source_table"].unique()
    found, looked_at = [], 0
    for row in each(counts):
        which, _, rating = row.series.partition(": ")
        if which not in kinds:
            continue
        looked_at += 1
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
    return Checked(found, looked_at)


def ratings_are_known_words(tables: Tables, _catalogue: Catalogue) -> Checked:
    """Every printed rating is red, amber or green."""
    ratings = tables["ratings"]
    rated = ratings[ratings["kind"].isin([Role.RAG, Role.PREVIOUS_RAG])]
    known = [str(word) for word in Rag]
    found = [
        finding(f"{row.series}: the rating {row.printed!r} is not one of {known}.", row)
        for row in each(rated)
        if row.printed not in known
    ]
    return Checked(found, len(rated))


def ratings_agree_with_targets(tables: Tables, catalogue: Catalogue) -> Checked:
    """A figure is rated green where it meets the target printed for it, and only there."""
    ratings = tables["ratings"]
    rated = ratings[ratings["kind"] == Role.RAG]
    values, targets = _by_position(_figures(tables)), _by_position(tables["targets"])
    found, looked_at = [], 0
    for row in each(rated):
        at = tuple(getattr(row, name) for name in _POSITION)
        indicator = catalogue[row.indicator_id] if row.indicator_id else None
        value, target = values.get(at), targets.get(at)
        if indicator is None or value is None or target is None or pd.isna(target.target):
            continue
        if indicator.polarity.sign == 0:  # whether such a target is met, the papers do not say
            continue
        looked_at += 1
        over = (value.value - target.target) * indicator.polarity.sign
        if (over >= 0) != (row.printed == Rag.GREEN):
            found.append(
                finding(
                    f"{indicator.short_title}, {row.area_name}, {_when(row)}: {value.printed} is "
                    f"rated {row.printed.casefold()}, and the target of {target.printed} is "
                    f"{'met' if over >= 0 else 'not met'}. The rating may go by an unrounded "
                    "figure or another target.",
                    row,
                    value.value - target.target,
                    place(value),
                    place(target),
                )
            )
    return Checked(found, looked_at)


def floors_lie_beyond_their_targets(tables: Tables, catalogue: Catalogue) -> Checked:
    """The floor beside each target is on its worse side, so that a rating can be computed."""
    targets = tables["targets"]
    aimed = targets[
        targets["target"].notna() & targets["floor"].notna() & (targets["indicator_id"] != "")
    ]
    found, looked_at = [], 0
    for row in each(aimed):
        indicator = catalogue[row.indicator_id]
        tolerance, near = indicator.tolerance, Polarity.NEAR_TARGET_IS_GOOD
        gap = (row.target - row.floor) * indicator.polarity.sign
        if indicator.polarity is near and tolerance is not None:
            gap = abs(row.floor - row.target) - tolerance
            lies = f"lies within {tolerance:.10g} of the target of {row.printed}"
        elif indicator.polarity.sign != 0:
            lies = f"is better than the target of {row.printed}"
        else:  # neither side is better, so nothing is rated
            continue
        looked_at += 1
        if gap < 0:
            found.append(
                finding(
                    f"{indicator.short_title}, {row.area_name}, {_when(row)}: the floor of "
                    f"{row.floor:.10g} {lies}, so no rating is computed. One of the two may be "
                    "mistyped.",
                    row,
                    gap,
                )
            )
    return Checked(found, looked_at)


def trends_agree_with_changes(tables: Tables, catalogue: Catalogue) -> Checked:
    """Each printed trend arrow points the way of the change printed beside it."""
    observations, ratings = tables["observations"], tables["ratings"]
    changes = observations[
        (observations["statistic"] == Statistic.CHANGE_SINCE_FIRST) & observations["value"].notna()
    ]
    beside = {
        (row.source_id, row.source_table, row.indicator_id, row.area_code): row
        for row in each(changes)
    }
    found, looked_at = [], 0
    for row in each(ratings[ratings["kind"] == Role.TREND]):
        change = beside.get((row.source_id, row.source_table, row.indicator_id, row.area_code))
        if change is None:
            continue
        looked_at += 1
        if row.printed != (points := _arrow(change.value)) and (
            change.value != 0 or row.printed in (RISING, FALLING)
        ):
            found.append(
                finding(
                    f"{catalogue[row.indicator_id].short_title}, {row.area_name}: the trend is "
                    f"printed as {row.printed} beside a change of {change.printed}, which is "
                    f"{points or 'none'}. One of the two may be misprinted.",
                    row,
                    change.value,
                    place(change),
                )
            )
    return Checked(found, looked_at)


def directions_agree_with_figures(tables: Tables, catalogue: Catalogue) -> Checked:
    """Each printed direction of travel is that of the last two figures that the paper prints."""
    values = _figures(tables).sort_values("period_end", kind="stable")
    series = values.groupby(["source_id", "indicator_id", "area_code"]).indices
    ratings = tables["ratings"]
    found, looked_at = [], 0
    for row in each(ratings[ratings["kind"] == Role.DIRECTION]):
        at = series.get((row.source_id, row.indicator_id, row.area_code))
        sign = catalogue[row.indicator_id].polarity.sign if row.indicator_id else 0
        if at is None or len(at) < 2 or sign == 0:
            continue
        before, last = each(values.iloc[at[-2:]])
        looked_at += 1
        better = (last.value - before.value) * sign
        if row.printed != _arrow(better) and (better != 0 or row.printed in (RISING, FALLING)):
            turned = {1: "better", -1: "worse", 0: "no different"}[(better > 0) - (better < 0)]
            found.append(
                finding(
                    f"{catalogue[row.indicator_id].short_title}, {row.area_name}: the direction "
                    f"of travel is printed as {row.printed} ({RISING} is improved), and "
                    f"{before.printed} ({_when(before)}) to {last.printed} ({_when(last)}) is "
                    f"{turned}. The paper may compare with another date.",
                    row,
                    last.value - before.value,
                    place(before),
                    place(last),
                )
            )
    return Checked(found, looked_at)


def _figures(tables: Tables) -> pd.DataFrame:
    observations = tables["observations"]
    return observations[
        (observations["statistic"] == Statistic.VALUE)
        & (observations["breakdown"] == TOTAL)
        & observations["value"].notna()
    ]


def _by_position(rows: pd.DataFrame) -> dict[tuple[Any, ...], Any]:
    return {tuple(getattr(row, name) for name in _POSITION): row for row in each(rows)}


def _arrow(amount: float) -> str:
    return RISING if amount > 0 else FALLING if amount < 0 else ""


def _when(row: Any) -> str:
    return period_of(row.time_period, row.time_identifier).label
