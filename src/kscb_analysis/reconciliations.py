"""Printed figures in, those that do not follow from the other printed figures out.

A paper often prints a sum beside its parts, a percentage beside its counts, an average beside
its members. Each check here works such a figure out again. The first line of its docstring is
its promise as readers are told it.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd

from kscb_analysis.catalogue import Catalogue, Growth, Indicator, Share, Sum
from kscb_analysis.findings import (
    NOISE,
    Checked,
    Tables,
    decimals,
    finding,
    half_a_digit,
    off_by_more_than_rounding,
    place,
    place_of,
    rounds_to,
)
from kscb_analysis.layouts import TOTAL
from kscb_analysis.periods import period_of
from kscb_analysis.schema import each
from kscb_analysis.vocabulary import Statistic

WHEN = ["source_id", "area_code", "time_period", "time_identifier"]


def printed_neighbour_means_recompute(tables: Tables, catalogue: Catalogue) -> Checked:
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
    found = [
        finding(
            f"{catalogue[row.indicator_id].short_title}, {row.time_period}: the average of the "
            f"statistical neighbours is printed as {row.printed} and recomputes to "
            f"{row.recomputed:.{decimals(row.printed) + 1}f}. One of them or the average may be "
            "misprinted.",
            row,
            row.value - row.recomputed,
        )
        for row in each(both)
        # Every average in the papers is rounded the same way, a half upwards. Holding to that
        # finds an error that moves an average from one end of what a figure stands for to the
        # other, which is what 1 more in one of ten neighbours can do.
        if not rounds_to(row.recomputed, row.value, row.printed)
    ]
    return Checked(found, len(both))


def printed_changes_recompute(tables: Tables, catalogue: Catalogue) -> Checked:
    """Each printed change over time is the last figure of its table less the first there is."""
    observations = tables["observations"]
    values = observations[
        (observations["statistic"] == Statistic.VALUE)
        & (observations["breakdown"] == TOTAL)
        & observations["value"].notna()
    ].sort_values("period_end", kind="stable")
    changes = observations[observations["statistic"] == Statistic.CHANGE_SINCE_FIRST]
    places = values.groupby(["source_id", "source_table", "indicator_id", "area_code"]).indices
    found, looked_at = [], 0
    for row in each(changes):
        table = row.source_table.removesuffix("_summary")
        at = places.get((row.source_id, table, row.indicator_id, row.area_code))
        if at is None or len(at) < 2 or pd.isna(row.value):
            continue
        looked_at += 1
        first, last = values.iloc[at[0]], values.iloc[at[-1]]
        recomputed = last["value"] - first["value"]
        if off_by_more_than_rounding(row.value, recomputed, row.printed):
            found.append(
                finding(
                    f"{catalogue[row.indicator_id].short_title}, {row.area_name}: the change is "
                    f"printed as {row.printed} and recomputes to {recomputed:.1f} "
                    f"({first['printed']} in {first['time_period']}, {last['printed']} in "
                    f"{last['time_period']}). The paper may have used unrounded figures.",
                    row,
                    row.value - recomputed,
                    place_of(first),
                    place_of(last),
                )
            )
    return Checked(found, looked_at)


def printed_parts_add_up_to_their_total(tables: Tables, catalogue: Catalogue) -> Checked:
    """The parts that a table prints add up to the whole printed with them, within rounding."""
    values = _printed_values(tables)
    named = values["source_id"] + "/" + values["source_table"]
    found, looked_at = [], 0
    for one in catalogue.arithmetic.sums:
        mine = values[(named == one.table) & values["indicator_id"].isin([one.indicator, *one.of])]
        for _, rows in mine.groupby(WHEN, sort=False):
            for whole, parts, less in _wholes(one, rows):
                looked_at += 1
                recomputed = sum(part.value for part in parts) - sum(part.value for part in less)
                indicator = catalogue[one.indicator]
                members = [*parts, *less]
                if abs(whole.value - recomputed) <= _rounding(indicator, [whole, *members]):
                    continue
                label = "the total" if whole.breakdown == TOTAL else f"“{whole.breakdown}”"
                found.append(
                    finding(
                        f"{indicator.short_title}, {whole.area_name}, {_when(whole)}: {label} is "
                        f"printed as {whole.printed}, and its {len(members)} parts make "
                        f"{recomputed:,.{max(decimals(row.printed) for row in members)}f}. "
                        "A part may be misprinted or not printed.",
                        whole,
                        whole.value - recomputed,
                        *map(place, members),
                    )
                )
    return Checked(found, looked_at)


Parts = tuple[Any, list[Any], list[Any]]


def _wholes(one: Sum, rows: pd.DataFrame) -> list[Parts]:
    """Give each printed whole with its parts and those taken off, where all are printed."""
    cells = {(row.indicator_id, row.breakdown): row for row in each(rows)}
    mine = {breakdown: row for (of, breakdown), row in cells.items() if of == one.indicator}
    sums: list[Parts]
    if one.of:
        sums = [
            (whole, [cells.get((part, breakdown)) for part in one.of], [])
            for breakdown, whole in mine.items()
        ]
    elif one.parts:
        sums = [
            (mine.get(one.whole), [mine.get(p) for p in one.parts], [mine.get(p) for p in one.less])
        ]
    else:
        sums = _sums_of_a_table(mine, one.whole)
    return [
        (whole, [*parts], [*less])
        for whole, parts, less in sums
        if whole is not None and parts and None not in (*parts, *less)
    ]


def _sums_of_a_table(cells: dict[str, Any], total: str) -> list[Parts]:
    """Give the sums of a printed table: of its parts or, in a cross table, of both its sides."""
    sides = [
        (row, column)
        for label in cells
        for row, _, column in [label.partition(", ")]
        if row in cells and column in cells
    ]
    if not sides:
        return [(cells.get(total), [row for name, row in cells.items() if name != total], [])]
    sums: list[Parts] = []
    for side in (0, 1):
        labels = list(dict.fromkeys(pair[side] for pair in sides))
        sums.append((cells.get(total), [cells[label] for label in labels], []))
        for label in labels:
            inner = [cells[", ".join(pair)] for pair in sides if pair[side] == label]
            sums.append((cells[label], inner, []))
    return sums


def _rounding(indicator: Indicator, rows: list[Any]) -> float:
    """Say how far a sum may be off: counts are exact, amounts of money and rates are rounded."""
    rounded = "pound" in indicator.unit or "thousand" in indicator.unit or not indicator.is_count
    return NOISE + (sum(half_a_digit(row.printed) for row in rows) if rounded else 0.0)


def printed_percentages_recompute(tables: Tables, catalogue: Catalogue) -> Checked:
    """Each printed percentage is that of the two counts, where the same paper prints both.

    Counts that their table prints to the nearest 5 or 100 stand for all that rounds to them.
    """
    values = _printed_values(tables)
    rounded = _rounded_to(values)
    cells: dict[Any, list[Any]] = {}
    for row in each(values):
        key = (row.indicator_id, row.breakdown, *(getattr(row, name) for name in WHEN))
        cells.setdefault(key, []).append(row)
    found, looked_at = [], 0
    for row in each(values):
        indicator = catalogue[row.indicator_id]
        above, below = indicator.numerator_indicator, indicator.denominator_indicator
        if above is None or below is None:
            continue
        when = tuple(getattr(row, name) for name in WHEN)
        over = next(iter(cells.get((above, row.breakdown, *when), [])), None)
        under = next(iter(cells.get((below, row.breakdown, *when), [])), None)
        if over is None or under is None or under.value <= 0:
            continue
        looked_at += 1
        rest = catalogue.arithmetic.is_rest(row.indicator_id, row.period_end.date())
        low, made, high = _percentages(
            over.value, under.value, rounded(over) / 2, rounded(under) / 2, rest=rest
        )
        half = half_a_digit(row.printed) + NOISE
        if not low - half <= row.value <= high + half:
            counts = (
                f"{over.value:,.10g} and {under.value:,.10g}"
                if rest
                else f"{over.value:,.10g} of {under.value:,.10g}"
            )
            found.append(
                finding(
                    f"{indicator.short_title}, {row.area_name}, {_when(row)}: printed as "
                    f"{row.printed.rstrip('%')}%, and {counts} make "
                    f"{made:.{decimals(row.printed)}f}%. The percentage may be misprinted, or be "
                    "of another date or other counts.",
                    row,
                    row.value - made,
                    place(over),
                    place(under),
                )
            )
    return Checked(found, looked_at)


def printed_shares_recompute(tables: Tables, catalogue: Catalogue) -> Checked:
    """Each printed share of a whole is that of the part and the whole that the paper prints."""
    values = _printed_values(tables)
    found, looked_at = [], 0
    for share in catalogue.arithmetic.shares:
        counts = values[values["indicator_id"] == share.of]
        shares = values[values["indicator_id"] == share.indicator]
        for when, rows in shares.groupby(WHEN, sort=False):
            beside = counts[(counts[WHEN] == list(when)).all(axis="columns")]
            parts = {row.breakdown: row for row in each(beside)}
            whole = _whole_of(share, parts)
            for row in each(rows[rows["breakdown"].isin(list(parts))] if whole else rows[:0]):
                part = parts[row.breakdown]
                looked_at += 1
                made = 100 * part.value / whole
                if off_by_more_than_rounding(row.value, made, row.printed):
                    found.append(
                        finding(
                            f"{catalogue[share.indicator].short_title} ({row.breakdown}), "
                            f"{row.area_name}, {_when(row)}: printed as "
                            f"{row.printed.rstrip('%')}%, and {part.value:,.0f} of {whole:,.0f} "
                            f"make {made:.{decimals(row.printed) + 1}f}%. One may be misprinted.",
                            row,
                            row.value - made,
                            place(part),
                        )
                    )
    return Checked(found, looked_at)


def _whole_of(share: Share, parts: dict[str, Any]) -> float:
    """Give what a share is a share of, or 0 where the paper does not print it."""
    if share.out_of is not None:
        return share.out_of
    if TOTAL not in parts or not parts.keys() >= set(share.less):
        return 0.0
    return float(parts[TOTAL].value - sum(parts[part].value for part in share.less))


def _percentages(
    over: float, under: float, slack_over: float, slack_under: float, *, rest: bool
) -> tuple[float, float, float]:
    """Give the least, the printed counts' own and the greatest percentage they can stand for."""

    def percentage(above: float, below: float) -> float:
        whole = above + below if rest else below
        return 100 * above / whole if whole > 0 else 0.0

    return (
        percentage(max(over - slack_over, 0), under + slack_under),
        percentage(over, under),
        percentage(over + slack_over, max(under - slack_under, 0)),
    )


ROUNDED_TO = (100, 5)
SERIES_LEAST = 4


def _rounded_to(values: pd.DataFrame) -> Callable[[Any], int]:
    """Tell what a count is rounded to: 100 or 5 when nearly all of its series are multiples."""
    key = ["source_id", "source_table", "indicator_id", "area_code"]
    steps = {}
    for name, series in values.groupby(key, sort=False)["value"]:
        if len(series) >= SERIES_LEAST:
            for step in ROUNDED_TO:
                # Series change over time: the last years of some are exact, the first rounded.
                if (series % step == 0).mean() > 0.5:
                    steps[name] = step
                    break

    def rounded(row: Any) -> int:
        step = steps.get(tuple(getattr(row, name) for name in key), 0)
        return step if step and row.value % step == 0 else 0

    return rounded


def printed_growth_recomputes(tables: Tables, catalogue: Catalogue) -> Checked:
    """Each printed rise or fall in percent follows from the figures that the same paper prints."""
    values = _printed_values(tables)
    found, looked_at = [], 0
    for growth in catalogue.arithmetic.growths:
        for row in each(values[values["indicator_id"] == growth.indicator]):
            series = values[
                (values["indicator_id"] == growth.of)
                & (values["source_id"] == row.source_id)
                & (values["area_code"] == row.area_code)
                & (values["breakdown"] == row.breakdown)
            ]
            by_period = {one.time_period: one for one in each(series)}
            before, now = by_period.get(growth.since), by_period.get(row.time_period)
            if before is None or now is None or before.value <= 0:
                continue
            looked_at += 1
            recomputed = _growth(growth, before.value, now.value)
            if off_by_more_than_rounding(row.value, recomputed, row.printed):
                found.append(
                    finding(
                        f"{catalogue[growth.indicator].short_title}, {row.area_name}, "
                        f"{_when(row)}: printed as {row.printed}, and {before.printed} to "
                        f"{now.printed} is {recomputed:.{decimals(row.printed)}f}%."
                        + _other_growth(growth, row, before, by_period),
                        row,
                        row.value - recomputed,
                        place(before),
                        place(now),
                    )
                )
    return Checked(found, looked_at)


def _growth(growth: Growth, before: float, now: float) -> float:
    rise = 100 * (now / before - 1)
    return -rise if growth.falls else rise


def _other_growth(growth: Growth, row: Any, before: Any, by_period: dict[str, Any]) -> str:
    """Say which other printed year would give the printed percentage, if there is one."""
    for other in by_period.values():
        if other is not before and not off_by_more_than_rounding(
            row.value, _growth(growth, before.value, other.value), row.printed
        ):
            return (
                f" {before.printed} to {other.printed}, the figure for {_when(other)}, would make "
                f"{row.printed}: the wrong year may have been taken."
            )
    return ""


def _printed_values(tables: Tables) -> pd.DataFrame:
    observations = tables["observations"]
    return observations[
        (observations["statistic"] == Statistic.VALUE) & observations["value"].notna()
    ]


def _when(row: Any) -> str:
    return period_of(row.time_period, row.time_identifier).label
