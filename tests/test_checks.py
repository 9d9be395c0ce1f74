"""Checks: each has figures that trip it and figures that do not, and none is forgotten."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from kscb_analysis import checks
from kscb_analysis.catalogue import Arithmetic, Catalogue, Growth, Share, Sum
from kscb_analysis.checks import (
    CHECKS,
    PROMISES,
    Checked,
    Finding,
    decimals,
    empty_values_have_a_reason,
    figures_are_plausible,
    find_all,
    inspectors_agree_on_a_judgement,
    off_by_more_than_rounding,
    papers_agree_on_a_figure,
    percentages_stay_below_100,
    promise,
    require_promises,
    rows_are_the_only_ones,
    run_all,
    years_stay_near_their_neighbours,
)
from kscb_analysis.errors import ChecksFailed
from kscb_analysis.rate import computed_rating
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
    COMPARATORS,
    FINDINGS,
    JUDGEMENTS,
    OBSERVATIONS,
    RATINGS,
    TARGETS,
    Table,
    typed,
)
from kscb_analysis.vocabulary import Polarity

Row = dict[str, object]
Tables = dict[str, pd.DataFrame]

ABOUT: Row = {
    "indicator_id": "assessments_in_time_pct",
    "geographic_level": "Local authority",
    "area_code": "E10000016",
    "area_name": "Kent",
    "time_period": "2011",
    "time_identifier": "Reporting year",
    "breakdown": "Total",
    "statistic": "value",
    "value_status": "published",
    "source_id": "paper",
    "source_table": "table",
    "source_row": 2,
    "source_column": 3,
    "corrected_from": "",
}
ENGLAND: Row = {"area_code": "E92000001", "area_name": "England", "geographic_level": "National"}
ESSEX: Row = {"area_code": "E10000012", "area_name": "Essex"}
SUSSEX: Row = {"area_code": "E10000011", "area_name": "East Sussex"}
MEAN: Row = {"statistic": "statistical_neighbour_mean"}
CHANGE: Row = {"statistic": "change_since_first", "source_table": "table_summary"}
MARKER: Row = {"value": None, "value_status": "not_available"}


EMPTY: Tables = {
    table.name: typed(pd.DataFrame(), table)
    for table in (OBSERVATIONS, TARGETS, RATINGS, JUDGEMENTS, COMPARATORS)
}


def figure(printed: str, *about: Row, **more: object) -> Row:
    row: Row = dict(ABOUT)
    try:
        row["value"] = float(printed.replace(",", "").rstrip("%"))
    except ValueError:
        row |= MARKER
    for one in (*about, more):
        row |= one
    year = int(str(row["time_period"]))
    return {**row, "printed": printed, "period_end": pd.Timestamp(year, 3, 31)}


def rating(printed: str, **more: object) -> Row:
    about = {"kind": "rag", "series": "Children with a plan", "source_table": "summary"}
    return {**figure(printed), **about, **more}


def judgement(ordinal: int, **more: object) -> Row:
    about = {name: ABOUT[name] for name in JUDGEMENTS.columns if name in ABOUT}
    return {
        **about,
        "judged_on": pd.Timestamp(2010, 11, 19),
        "judged_words": "19 November 2010",
        "group": "Safeguarding services",
        "judgement": "Children feel safe",
        "printed": f"Grade {5 - ordinal}",
        "scale_id": "inspection",
        "ordinal": ordinal,
        "words": "A service",
        **more,
    }


def neighbour(member: str, **more: object) -> Row:
    return {
        "set_id": "printed: statistical neighbours",
        "set_name": "Statistical Neighbours, as printed",
        "indicator_id": "assessments_in_time_pct",
        "area_code": "E10000016",
        "area_name": "Kent",
        "member_code": member,
        "member_name": member,
        "source": "paper, page 3",
        "source_table": "paper/table",
        **more,
    }


def target(printed: str, **more: object) -> Row:
    row = figure(printed)
    return {**row, "target": row["value"], "source_table": "trend", "source_row": 4, **more}


PLANS: Row = {"indicator_id": "plan_number"}
ENDED: Row = {"indicator_id": "plans_ended_number"}
LONG: Row = {"indicator_id": "long_plans_ended_number"}
LONG_SHARE: Row = {"indicator_id": "long_plans_pct"}
PLAN_RATE: Row = {"indicator_id": "plan_rate"}

# What the made-up papers print that can be worked out again.
ARITHMETIC = Arithmetic(
    sums=(
        Sum("plan_number", "paper/table", "Total", (), (), ()),
        Sum("plans_ended_number", "paper/table", "Total", ("Boys", "Girls"), ("Twice",), ()),
        Sum(
            "notifications_number",
            "paper/table",
            "Total",
            (),
            (),
            ("in_care_number", "found_number"),
        ),
    ),
    growths=(
        Growth("bullied_pct", "plan_number", "2009", falls=False),
        Growth("stability_pct", "plans_ended_number", "2009", falls=True),
    ),
    shares=(
        Share("bullied_pct", "plan_number", (), None),
        Share("stability_pct", "plans_ended_number", ("Twice",), None),
        Share("long_plans_pct", "in_care_number", (), 6),
    ),
    rests={"long_plans_pct": date(2009, 4, 1)},
)


@pytest.fixture
def catalogue(small_data) -> Catalogue:
    """The small project's catalogue, with the sums above."""
    return replace(small_data.catalogue, arithmetic=ARITHMETIC)


def tables(
    *observations: Row,
    targets: tuple[Row, ...] = (),
    ratings: tuple[Row, ...] = (),
    judgements: tuple[Row, ...] = (),
    comparators: tuple[Row, ...] = (),
) -> Tables:
    made = dict(EMPTY)
    for table, rows in (
        (OBSERVATIONS, observations),
        (TARGETS, targets),
        (RATINGS, ratings),
        (JUDGEMENTS, judgements),
        (COMPARATORS, comparators),
    ):
        if rows:
            columns = list(table.columns)
            frame = pd.DataFrame(list(rows), columns=columns, dtype=object)
            made[table.name] = typed(frame, table)
    return made


NEIGHBOURS = (neighbour("E10000012"), neighbour("E10000011"))
SERIES = ("50", "51", "49", "50", "52", "51", "50", "49")


def england(*printed: str, **more: object) -> list[Row]:
    return [
        figure(text, ENGLAND, time_period=str(2004 + n), source_column=n + 3, **more)
        for n, text in enumerate(printed)
    ]


# For each check: tables that trip it, words that its finding holds, and tables that do not.
EXAMPLES: dict[Callable[..., Checked], tuple[Tables, list[str], Tables]] = {
    printed_neighbour_means_recompute: (
        tables(
            figure("60.0", ESSEX),
            figure("63.0", SUSSEX),
            figure("61.4", MEAN, source_row=9),
            comparators=NEIGHBOURS,
        ),
        ["Assessments in time, 2011", "printed as 61.4", "recomputes to 61.50"],
        tables(
            figure("60.0", ESSEX),
            figure("63.0", SUSSEX),
            figure("x", {"area_code": "E10000017", "area_name": "Lancashire"}),
            figure("99.0"),
            figure("61.5", MEAN, source_row=9),
            comparators=(*NEIGHBOURS, neighbour("E10000017")),
        ),
    ),
    printed_changes_recompute: (
        tables(
            figure("60.0", time_period="2009"),
            figure("54.0"),
            figure("-6.1", CHANGE, source_row=2, source_column=4),
        ),
        ["Assessments in time, Kent", "printed as -6.1", "-6.0", "60.0 in 2009", "54.0 in 2011"],
        tables(
            figure("-", time_period="2008"),
            figure("60.0", time_period="2009"),
            figure("54.0"),
            figure("-", time_period="2012"),
            figure("-6.0", CHANGE),
            figure("-", CHANGE, area_code="E10000012"),
            figure("3.0", CHANGE, area_code="E10000011"),
        ),
    ),
    printed_parts_add_up_to_their_total: (
        tables(
            figure("10", PLANS),
            figure("4", PLANS, breakdown="Boys", source_row=3),
            figure("5", PLANS, breakdown="Girls", source_row=4),
        ),
        ["Kent, 2011", "the total is printed as 10", "its 2 parts make 9"],
        tables(
            # A cross table adds up both ways.
            figure("10", PLANS),
            figure("4", PLANS, breakdown="Boys"),
            figure("6", PLANS, breakdown="Girls"),
            figure("7", PLANS, breakdown="Old"),
            figure("3", PLANS, breakdown="New"),
            figure("2", PLANS, breakdown="Boys, Old"),
            figure("2", PLANS, breakdown="Boys, New"),
            figure("5", PLANS, breakdown="Girls, Old"),
            figure("1", PLANS, breakdown="Girls, New"),
            # Parts that were named: a child that is in both is taken off again.
            figure("9", ENDED),
            figure("4", ENDED, breakdown="Boys"),
            figure("6", ENDED, breakdown="Girls"),
            figure("1", ENDED, breakdown="Twice"),
            figure("3", ENDED, breakdown="Something else"),
            # A whole without all its parts cannot be added up, nor can parts of another table.
            figure("9", ENDED, time_period="2010"),
            figure("4", ENDED, breakdown="Boys", time_period="2010"),
            figure("9", PLANS, source_table="other"),
            figure("1", PLANS, source_table="other", breakdown="Boys"),
            # Other indicators that make one.
            figure("9", indicator_id="notifications_number"),
            figure("4", indicator_id="in_care_number"),
            figure("5", indicator_id="found_number"),
        ),
    ),
    printed_percentages_recompute: (
        tables(
            figure("10.4%", LONG_SHARE),
            figure("5", LONG, source_row=4),
            figure("50", ENDED, source_row=5),
        ),
        ["printed as 10.4%", "5 of 50 make 10.0%"],
        tables(
            figure("10%", LONG_SHARE),
            figure("5", LONG),
            figure("50", ENDED),
            # Another paper's counts, and counts of nobody, make no percentage.
            figure("30%", LONG_SHARE, source_id="other"),
            figure("30%", LONG_SHARE, ESSEX),
            figure("0", LONG, ESSEX),
            figure("0", ENDED, ESSEX),
            # Up to 2009 the count below the line leaves out those above it.
            figure("9.1", LONG_SHARE, time_period="2009"),
            figure("5", LONG, time_period="2009"),
            figure("50", ENDED, time_period="2009"),
        ),
    ),
    printed_shares_recompute: (
        tables(
            figure("46%", breakdown="Boys", indicator_id="bullied_pct"),
            figure("100", PLANS, source_row=3),
            figure("40", PLANS, breakdown="Boys", source_row=4),
        ),
        ["(Boys), Kent", "printed as 46%", "40 of 100 make 40.0%"],
        tables(
            figure("40%", breakdown="Boys", indicator_id="bullied_pct"),
            figure("7%", breakdown="Nobody printed them", indicator_id="bullied_pct"),
            figure("100", PLANS),
            figure("40", PLANS, breakdown="Boys"),
            figure("50%", breakdown="Boys", indicator_id="stability_pct"),
            figure("100", ENDED),
            figure("40", ENDED, breakdown="Boys"),
            figure("20", ENDED, breakdown="Twice"),
            figure("1%", ESSEX, breakdown="Boys", indicator_id="stability_pct"),
            figure("40", ENDED, ESSEX, breakdown="Boys"),
            figure("67", LONG_SHARE, breakdown="Lead member"),
            figure("4", indicator_id="in_care_number", breakdown="Lead member"),
        ),
    ),
    printed_growth_recomputes: (
        tables(
            figure("245%", indicator_id="bullied_pct"),
            figure("11", PLANS, time_period="2009", source_row=4),
            figure("38", PLANS, time_period="2010", source_row=5),
            figure("44", PLANS, source_row=6),
        ),
        ["printed as 245%", "11 to 44 is 300%", "11 to 38", "2010", "would make 245%"],
        tables(
            figure("300%", indicator_id="bullied_pct"),
            figure("11", PLANS, time_period="2009"),
            figure("44", PLANS),
            figure("27%", indicator_id="stability_pct"),
            figure("78", ENDED, time_period="2009"),
            figure("57", ENDED),
            figure("27%", ESSEX, indicator_id="stability_pct"),
            figure("57", ENDED, ESSEX),
        ),
    ),
    figures_are_plausible: (
        tables(figure("19.9")),
        ["Kent, 2011", "19.9", "outside the plausible range 20 to 105"],
        tables(figure("20.0"), figure("105.0", ESSEX), figure("x", SUSSEX), figure("-900", CHANGE)),
    ),
    percentages_stay_below_100: (
        tables(figure("100.1%")),
        ["Kent, 2011: 100.1% is above 100. The definition allows it."],
        tables(figure("100.0%"), figure("400", indicator_id="plan_rate"), figure("117", CHANGE)),
    ),
    years_stay_near_their_neighbours: (
        tables(*england("50", "51", "49", "50", "90", "51", "50", "49")),
        ["England: 90 in 2008 stands far from 50 the year before and 51 the year after"],
        tables(*england(*SERIES)),
    ),
    papers_agree_on_a_figure: (
        tables(figure("54.0"), figure("54.1%", source_id="other", source_row=7)),
        ["Kent, 2011", "54.0 (paper) and 54.1% (other)", "Both are kept"],
        tables(
            figure("54.0"),
            figure("54%", source_id="other"),
            figure("x", source_id="third"),
            figure("60.0", source_id="other", time_period="2010"),
            figure("60.0", ESSEX, source_id="other"),
            figure("60.0", MEAN, source_id="other"),
        ),
    ),
    counts_of_ratings_agree: (
        tables(
            ratings=(
                rating("Red"),
                rating("Red", kind="previous_rag"),
                rating("2", kind="count_of_ratings", series="Current ratings: RED"),
            )
        ),
        ["Current ratings: 2 printed as Red, 1 listed"],
        tables(
            ratings=(
                rating("Red"),
                rating("Red", kind="previous_rag"),
                # A rating in the trend table of the indicator is not listed in the summary.
                rating("Green", source_table="trend"),
                rating("1", kind="count_of_ratings", series="Current ratings: RED"),
                rating("0", kind="count_of_ratings", series="Current ratings: GREEN"),
                rating("1", kind="count_of_ratings", series="Current ratings: TOTAL"),
                rating("1", kind="count_of_ratings", series="Previous ratings: TOTAL"),
                rating("5", kind="count_of_ratings", series="Further ratings: TOTAL"),
            )
        ),
    ),
    ratings_are_known_words: (
        tables(ratings=(rating("Purple"),)),
        ["Children with a plan: the rating 'Purple' is not one of", "'Red'"],
        tables(
            ratings=(rating("Red"), rating("Green", kind="previous_rag"), rating("↑", kind="trend"))
        ),
    ),
    ratings_agree_with_targets: (
        tables(
            figure("70%", source_row=3),
            targets=(target("70%"),),
            ratings=(rating("Amber", source_table="trend", source_row=5),),
        ),
        ["70% is rated amber", "the target of 70% is met"],
        tables(
            figure("70%"),
            figure("60%", ESSEX),
            figure("30", PLAN_RATE),
            figure("31", PLAN_RATE, ESSEX),
            figure("5", PLANS),
            targets=(
                target("70%"),
                target("70%", **ESSEX),
                target("30", **PLAN_RATE),
                target("30", **PLAN_RATE | ESSEX),
                target("9", **PLANS),
                target("x", **SUSSEX),
            ),
            ratings=(
                rating("Green"),
                rating("Amber", **ESSEX),
                rating("Green", **PLAN_RATE),
                rating("Red", **PLAN_RATE | ESSEX),
                # Without a polarity, a figure or a target there is nothing to say.
                rating("Red", **PLANS),
                rating("Red", time_period="2010"),
                rating("Red", **SUSSEX),
                rating("Red", indicator_id=""),
            ),
        ),
    ),
    floors_lie_beyond_their_targets: (
        tables(targets=(target("70%", floor=75.5, source_row=9),)),
        ["Kent, 2011: the floor of 75.5 is better than the target of 70%", "no rating is computed"],
        tables(
            targets=(
                target("70%", floor=60.0),
                # Target and floor in one place leave no room for amber, and rate all the same.
                target("70%", floor=70.0, **ESSEX),
                target("30", floor=35.0, **PLAN_RATE),
                target("30", floor=30.0, **PLAN_RATE | ESSEX),
                # Without a side that is better, a floor or a target there is nothing to say.
                target("9", floor=12.0, **PLANS),
                target("70%", **SUSSEX),
                target("x", floor=60.0, **ENGLAND),
            ),
        ),
    ),
    trends_agree_with_changes: (
        tables(
            figure("-3.0", CHANGE, source_row=3),
            ratings=(rating("↑", kind="trend", source_table="table_summary"),),
        ),
        ["the trend is printed as ↑ beside a change of -3.0, which is ↓"],
        tables(
            figure("3.0", CHANGE),
            figure("-3.0", CHANGE, ESSEX),
            figure("0.0", CHANGE, ENGLAND),
            ratings=(
                rating("↑", kind="trend", source_table="table_summary"),
                rating("↓", kind="trend", source_table="table_summary", **ESSEX),
                rating("↔", kind="trend", source_table="table_summary", **ENGLAND),
                rating("↓", kind="trend", source_table="table_summary", **SUSSEX),
            ),
        ),
    ),
    directions_agree_with_figures: (
        tables(
            figure("80%", time_period="2009", source_row=3),
            figure("60%", time_period="2010", source_row=4),
            figure("70%", source_row=5),
            ratings=(rating("↓", kind="direction_of_travel"),),
        ),
        ["printed as ↓", "60% (2010) to 70%", "is better"],
        tables(
            figure("60%", time_period="2010"),
            figure("70%"),
            figure("30", PLAN_RATE, time_period="2010"),
            figure("31", PLAN_RATE),
            figure("5", PLANS, time_period="2010"),
            figure("6", PLANS),
            figure("70%", ESSEX),
            ratings=(
                rating("↑", kind="direction_of_travel"),
                rating("↓", kind="direction_of_travel", **PLAN_RATE),
                rating("↓", kind="direction_of_travel", **PLANS),
                rating("↓", kind="direction_of_travel", **ESSEX),
                rating("↓", kind="direction_of_travel", **SUSSEX),
            ),
        ),
    ),
    inspectors_agree_on_a_judgement: (
        tables(
            judgements=(
                judgement(2),
                judgement(1, source_table="record", source_row=6),
            )
        ),
        ["Children feel safe, Kent, 19 November 2010", "'Grade 3'", "'Grade 4'"],
        tables(
            judgements=(
                judgement(2),
                judgement(2, source_table="record"),
                judgement(3, source_table="record", group="Looked after", source_row=9),
                judgement(3, source_table="other", judged_on=pd.Timestamp(2009, 1, 1)),
            )
        ),
    ),
}


def test_no_check_is_forgotten():
    assert list(EXAMPLES) == list(CHECKS)
    named = {
        name
        for name, held in vars(checks).items()
        if callable(held) and getattr(held, "__annotations__", {}).get("return") == Checked
    }
    assert named == {check.__name__ for check in CHECKS}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_check_finds_what_it_is_for_and_where(check, catalogue):
    tripped, said, _ = EXAMPLES[check]
    (finding,) = check(tripped, catalogue)
    assert all(part in finding.message for part in said), finding.message
    assert "paper/" in finding.cells
    assert "row " in finding.cells
    assert "column " in finding.cells


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_check_is_quiet_when_there_is_nothing_to_find(check, catalogue):
    _, _, quiet = EXAMPLES[check]
    assert check(quiet, catalogue) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_check_is_quiet_on_no_rows_at_all(check, catalogue):
    assert check(tables(), catalogue) == []


@pytest.mark.parametrize("check", [*CHECKS, *PROMISES], ids=lambda check: check.__name__)
def test_a_check_says_in_a_sentence_what_it_promises(check):
    words = promise(check)
    assert words.endswith(".")
    assert words[0].isupper()
    assert "\n" not in words


def test_all_findings_are_gathered_with_the_name_of_their_check(catalogue):
    tripped, _, _ = EXAMPLES[percentages_stay_below_100]
    found = find_all(tripped, catalogue)
    assert list(found.columns) == list(FINDINGS.columns)
    assert found["check"].tolist() == ["percentages_stay_below_100"]
    assert found["difference"].tolist() == [pytest.approx(0.1)]
    assert typed(found, FINDINGS)["area_name"].tolist() == ["Kent"]


def test_a_check_counts_what_it_looked_at(catalogue):
    looked_at = {
        check.__name__: run_all(quiet, catalogue)[check].looked_at
        for check, (_, _, quiet) in EXAMPLES.items()
    }
    assert looked_at == {
        "printed_neighbour_means_recompute": 1,
        "printed_changes_recompute": 1,
        "printed_parts_add_up_to_their_total": 8,
        "printed_percentages_recompute": 2,
        "printed_shares_recompute": 3,
        "printed_growth_recomputes": 2,
        "figures_are_plausible": 2,
        "percentages_stay_below_100": 1,
        "years_stay_near_their_neighbours": 6,
        "papers_agree_on_a_figure": 1,
        "counts_of_ratings_agree": 4,
        "ratings_are_known_words": 2,
        "ratings_agree_with_targets": 4,
        "floors_lie_beyond_their_targets": 4,
        "trends_agree_with_changes": 3,
        "directions_agree_with_figures": 2,
        "inspectors_agree_on_a_judgement": 1,
    }
    tripped, _, _ = EXAMPLES[percentages_stay_below_100]
    assert percentages_stay_below_100(tripped, catalogue).passed == 0


# ----------------------------------------------------------------------- edges of single checks


@pytest.mark.parametrize(
    ("value", "found"), [("19.9", True), ("20", False), ("105", False), ("105.1", True)]
)
def test_the_plausible_range_has_closed_ends(value, found, small_data):
    made = tables(figure(value))
    assert bool(figures_are_plausible(made, small_data.catalogue)) is found


def floors_found(data, indicator, printed: str, floor: float) -> list[Finding]:
    """Ask about one target and floor of an indicator that stands in place of a known one."""
    known = data.catalogue
    catalogue = Catalogue(known.topics, known.sections, {"assessments_in_time_pct": indicator})
    return floors_lie_beyond_their_targets(
        tables(targets=(target(printed, floor=floor),)), catalogue
    )


@pytest.mark.parametrize(
    ("polarity", "tolerance", "floor", "said"),
    [
        (Polarity.HIGH_IS_GOOD, None, 70.1, "70.1 is better than the target of 70%"),
        (Polarity.HIGH_IS_GOOD, None, 70.0, ""),
        (Polarity.HIGH_IS_GOOD, None, 10.0, ""),
        (Polarity.LOW_IS_GOOD, None, 69.9, "69.9 is better than the target of 70%"),
        (Polarity.LOW_IS_GOOD, None, 70.0, ""),
        (Polarity.NEAR_TARGET_IS_GOOD, 2.0, 71.5, "71.5 lies within 2 of the target of 70%"),
        (Polarity.NEAR_TARGET_IS_GOOD, 2.0, 68.5, "68.5 lies within 2 of the target of 70%"),
        (Polarity.NEAR_TARGET_IS_GOOD, 2.0, 72.0, ""),
        (Polarity.NEAR_TARGET_IS_GOOD, 2.0, 60.0, ""),
        # Without a tolerance or a better side no floor is on the wrong one.
        (Polarity.NEAR_TARGET_IS_GOOD, None, 70.1, ""),
        (Polarity.NO_JUDGEMENT, None, 70.1, ""),
    ],
)
def test_a_floor_is_told_of_where_it_stops_the_rating_and_only_there(
    polarity, tolerance, floor, said, small_data
):
    indicator = replace(
        small_data.catalogue["assessments_in_time_pct"], polarity=polarity, tolerance=tolerance
    )
    found = floors_found(small_data, indicator, "70%", floor)
    assert [said in one.message for one in found] == ([True] if said else [])
    assert [one.cells for one in found] == ["paper/trend, row 4, column 3"] * bool(said)
    rated = computed_rating(70.0, 70.0, floor, polarity, tolerance)
    judged = polarity.sign or tolerance
    assert (rated is None) is bool(said or not judged)


def test_england_may_have_a_range_of_its_own(small_data):
    known = small_data.catalogue
    indicator = replace(known["assessments_in_time_pct"], plausible_england=(60.0, 70.0))
    catalogue = Catalogue(known.topics, known.sections, {indicator.indicator_id: indicator})
    (finding,) = figures_are_plausible(tables(figure("59.0", ENGLAND), figure("59.0")), catalogue)
    assert "England" in finding.message
    assert "60 to 70" in finding.message


def test_more_than_a_hundred_that_the_definition_does_not_allow_is_only_told(small_data):
    (finding,) = percentages_stay_below_100(tables(figure("106%")), small_data.catalogue)
    assert finding.message.endswith("106% is above 100.")


@pytest.mark.parametrize(
    ("series", "found"),
    [
        # a leap is more than 6 times the usual change, up and back, and a quarter of the level
        (("50", "51", "50", "51", "64", "51", "50", "51"), ["64"]),
        (("50", "51", "50", "51", "57", "51", "50", "51"), []),
        (("50", "51", "50", "51", "63", "51", "50", "51"), []),
        (("50", "51", "50", "51", "37", "51", "50", "51"), ["37"]),
        (("50", "51", "50", "51", "90", "91", "90", "91"), []),
        (("50", "51", "50", "90", "x", "51", "50", "51", "50"), []),
        (("50", "51", "90", "51", "50", "51"), []),
        (("50", "50", "50", "50", "90", "50", "50", "50"), ["90"]),
        ((), []),
    ],
)
def test_a_leap_of_a_single_year_is_told_and_a_step_is_not(series, found, small_data):
    made = tables(*england(*series))
    findings = years_stay_near_their_neighbours(made, small_data.catalogue)
    assert [one.message.partition(": ")[2].split()[0] for one in findings] == found


def test_only_england_is_looked_at_for_leaps(small_data):
    kent = [
        {**row, "area_name": "Kent", "geographic_level": "Local authority"}
        for row in england("50", "51", "49", "50", "90", "51", "50", "49")
    ]
    assert years_stay_near_their_neighbours(tables(*kent), small_data.catalogue) == []


def test_three_papers_that_disagree_are_one_finding(small_data):
    made = tables(
        figure("54.0"), figure("54%", source_id="b"), figure("60", source_id="c", source_row=8)
    )
    (finding,) = papers_agree_on_a_figure(made, small_data.catalogue)
    assert "54.0 (paper), 54% (b) and 60 (c). All are kept." in finding.message
    assert finding.cells.count(";") == 2
    assert finding.difference == 6.0


def test_a_disagreement_on_the_neighbours_names_them(small_data):
    made = tables(figure("54.0", MEAN), figure("55.0", MEAN, source_id="b"))
    (finding,) = papers_agree_on_a_figure(made, small_data.catalogue)
    assert "the statistical-neighbour average, 2011" in finding.message


@pytest.mark.parametrize("printed", ["three", "-", "1.5", ""])
def test_a_count_that_is_no_number_is_told(printed, small_data):
    made = tables(
        ratings=(
            rating("Red", kind="previous_rag"),
            rating(printed or "?", kind="count_of_ratings", series="Previous ratings: RED"),
        )
    )
    (finding,) = counts_of_ratings_agree(made, small_data.catalogue)
    assert "printed as Red, 1 listed" in finding.message


def test_the_summary_of_ratings_may_have_any_name(small_data):
    made = tables(
        ratings=(
            rating("Red", source_table="overview"),
            rating("Red", source_table="overview", kind="previous_rag"),
            rating("Red", source_table="trend"),
            rating("1", kind="count_of_ratings", series="Current ratings: RED", source_table="c"),
        )
    )
    assert counts_of_ratings_agree(made, small_data.catalogue) == []


def test_groups_of_two_years_with_other_neighbours_recompute_each_by_itself(small_data):
    lancashire: Row = {"area_code": "E10000017", "area_name": "Lancashire"}
    later = {"source_table": "later", "time_period": "2012"}
    made = tables(
        figure("60.0", ESSEX),
        figure("63.0", SUSSEX),
        figure("61.5", MEAN, source_row=9),
        # A year later Lancashire has taken the place of East Sussex, which is still printed.
        figure("60.0", ESSEX, later),
        figure("30.0", SUSSEX, later),
        figure("70.0", lancashire, later),
        figure("65.0", MEAN, later),
        comparators=(
            *NEIGHBOURS,
            neighbour("E10000012", source_table="paper/later"),
            neighbour("E10000017", source_table="paper/later"),
        ),
    )
    assert printed_neighbour_means_recompute(made, small_data.catalogue) == []


def test_two_authorities_may_have_the_same_neighbour(small_data):
    medway: Row = {"area_code": "E06000035", "area_name": "Medway"}
    other = {"source_table": "other"}
    made = tables(
        figure("60.0", ESSEX),
        figure("60.0", MEAN, source_row=9),
        figure("60.0", ESSEX, other),
        figure("61.0", MEAN, medway, other),
        comparators=(
            NEIGHBOURS[0],
            neighbour("E10000012", area_code="E06000035", source_table="paper/other"),
        ),
    )
    (finding,) = printed_neighbour_means_recompute(made, small_data.catalogue)
    assert finding.area_name == "Medway"
    assert finding.cells == "paper/other, row 2, column 3"


@pytest.mark.parametrize(
    "check",
    [
        printed_neighbour_means_recompute,
        printed_changes_recompute,
        years_stay_near_their_neighbours,
        papers_agree_on_a_figure,
    ],
    ids=lambda check: check.__name__,
)
def test_a_part_of_the_whole_is_no_other_figure_of_the_whole(check, small_data):
    _, _, quiet = EXAMPLES[check]
    rows = quiet["observations"]
    parts = rows[rows["statistic"] == "value"].assign(
        breakdown="Police", value=lambda part: part["value"] / 2
    )
    made = {**quiet, "observations": pd.concat([rows, parts], ignore_index=True)}
    assert check(made, small_data.catalogue) == []


@pytest.mark.parametrize(
    ("printed", "places"), [("54", 0), ("54%", 0), ("54.0%", 1), ("1,695", 0), ("-6.45", 2)]
)
def test_decimals_are_counted_as_printed(printed, places):
    assert decimals(printed) == places


@pytest.mark.parametrize(
    ("value", "other", "printed", "off"),
    [
        (54.0, 54.05, "54.0", False),
        (54.0, 54.06, "54.0", True),
        (54.0, 53.95, "54.0", False),
        (54.0, 54.5, "54", False),
        (54.0, 54.51, "54%", True),
        (0.1 + 0.2, 0.3, "0.30", False),
    ],
)
def test_a_printed_figure_stands_for_all_that_rounds_to_it(value, other, printed, off):
    assert off_by_more_than_rounding(value, other, printed) is off


# ----------------------------------------------------------------------------------- promises


def test_no_promise_is_forgotten():
    assert list(PROMISES) == [rows_are_the_only_ones, empty_values_have_a_reason]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (
            tables(figure("54.0"), figure("55.0", source_row=8)),
            ["rows_are_the_only_ones", "assessments_in_time_pct, Kent, 2011: 2 rows for one figure",
             "paper/table, row 2, column 3; paper/table, row 8, column 3"],
        ),
        (
            tables(figure("54.0", value_status="suppressed")),
            ["empty_values_have_a_reason", "paper/table, row 2, column 3", "disagree"],
        ),
        (
            tables(figure("x", value_status="published")),
            ["empty_values_have_a_reason", "paper/table, row 2, column 3", "disagree"],
        ),
        (
            tables(targets=({**figure("5"), "target": None}, {**figure("5"), "target": 5.0})),
            ["rows_are_the_only_ones", "empty_values_have_a_reason", "2 fault(s)"],
        ),
        (
            tables(ratings=(rating("Red", indicator_id=""), rating("Green", indicator_id=""))),
            ["rows_are_the_only_ones", "Children with a plan, Kent, 2011: 2 rows"],
        ),
    ],
)  # fmt: skip
def test_a_broken_promise_stops_the_run_and_names_the_cells(made, said):
    with pytest.raises(ChecksFailed) as caught:
        require_promises(made)
    message = str(caught.value)
    assert all(part in message for part in said), message
    assert "nothing was written" in message


def test_kept_promises_hand_the_tables_back():
    made = tables(figure("54.0"), figure("x", ESSEX), targets=({**figure("5"), "target": 5.0},))
    assert require_promises(made) is made
    assert require_promises(tables())


def test_many_broken_promises_are_counted():
    rows = [figure("1", source_row=n, time_period=str(1990 + n // 2)) for n in range(60)]
    with pytest.raises(ChecksFailed) as caught:
        require_promises(tables(*rows))
    message = str(caught.value)
    assert message.startswith("30 fault(s)")
    assert message.count("rows for one figure") == 20
    assert "… and 10 more" in message


@pytest.mark.parametrize("promised", PROMISES, ids=lambda check: check.__name__)
@pytest.mark.parametrize("table", [OBSERVATIONS, TARGETS, RATINGS], ids=lambda one: one.name)
def test_no_rows_keep_every_promise(promised, table: Table):
    assert promised(tables()[table.name], table) == []


def test_one_oddity_printed_in_two_papers_is_two_findings(small_data):
    made = tables(figure("101%"), figure("101%", source_id="other"))
    found = typed(find_all(made, small_data.catalogue), FINDINGS)
    assert len(set(found["message"])) == 1
    assert not found.duplicated(list(FINDINGS.key)).any()
    assert len(found) == 2


# ------------------------------------------------------------------------ the repository's own


def test_what_is_known_to_be_odd_in_the_papers_is_found(real_data):
    messages = real_data.findings["message"].tolist()
    for parts in (
        ["England", "26.2", "outside the plausible range"],
        ["England: 26.2 in 2010 stands far from 13.5 the year before and 13.3 the year after"],
        ["Wigan", "101.1% is above 100. The definition allows it."],
        ["England", "-6.5", "recomputes to -6.4", "80.4 in 2003, 74.0 in 2011"],
        ["Children with a child protection plan", "1,621 (kpi_report_2011_q2)", "1,614 (kscb_"],
        ["Referrals leading", "the statistical-neighbour average", "71.9% (kscb_", "71.1 (nati"],
        ["Core assessments", "the statistical-neighbour average", "68.1% (kscb_", "68.6 (nati"],
    ):
        assert [one for one in messages if all(part in one for part in parts)], parts


def test_one_printed_change_and_no_printed_average_fails_to_recompute(real_data):
    by_check = real_data.findings["check"].value_counts()
    assert by_check["printed_changes_recompute"] == 1
    assert "printed_neighbour_means_recompute" not in by_check


def test_every_finding_names_cells_that_are_in_the_data(real_data):
    known = set()
    for name in ("observations", "targets", "ratings", "judgements"):
        for row in getattr(real_data, name).itertuples():
            known.add(checks.place(row))
    for cells in real_data.findings["cells"]:
        assert set(cells.split("; ")) <= known


def test_no_rating_in_the_papers_is_an_unknown_word(real_data):
    assert "ratings_are_known_words" not in set(real_data.findings["check"])


# -------------------------------------------------------------------------------- judgements

SEEN = judgement(1)
IN_TEXT: Row = {"source_table": "text", "source_row": 7}


def judged(*rows: Row) -> Checked:
    return inspectors_agree_on_a_judgement(tables(judgements=rows), Catalogue({}, {}, {}))


def test_a_judgement_printed_with_two_grades_is_found_with_both_cells():
    (found,) = judged(SEEN, judgement(2, **IN_TEXT))
    assert "'Grade 4' (table, row 2) and 'Grade 3' (text, row 7). Both are kept" in found.message
    assert found.message.startswith("Children feel safe, Kent, 19 November 2010")
    assert found.cells == "paper/table, row 2, column 3; paper/text, row 7, column 3"
    assert (found.area_name, found.difference) == ("Kent", 1.0)


@pytest.mark.parametrize(
    "other",
    [
        {"ordinal": 1},
        {"area_code": "E10000012"},
        {"judged_on": pd.Timestamp(2007, 11, 19)},
        {"group": "Services for looked after children"},
        {"judgement": "Children are safe"},
    ],
)
def test_the_same_grade_and_another_judgement_are_no_finding(other):
    assert judged(SEEN, {**judgement(2, **IN_TEXT), **other}) == []


def test_judgements_of_two_services_in_one_report_are_kept_apart():
    def of(service: str, ordinal: int) -> tuple[Row, Row]:
        first = judgement(1, group=service, source_table=service)
        later = {"group": "Management", "judgement": "Partnerships", "source_row": 3}
        return first, judgement(ordinal, **{**later, "source_table": service})

    assert judged(*of("Safeguarding", 1), *of("Looked after", 3)) == []


def test_a_judgement_twice_in_one_table_stops_the_run():
    with pytest.raises(ChecksFailed, match=r"Children feel safe, Kent, 19 November 2010: 2 rows"):
        require_promises(tables(judgements=(SEEN, judgement(2, source_row=3))))


def test_parts_of_the_whole_are_compared_with_the_same_part_only(small_data):
    part: Row = {"breakdown": "Aged under 5"}
    there: Row = {"source_id": "other"}
    alike = [figure("5"), figure("3", part), figure("3", part, there)]
    assert papers_agree_on_a_figure(tables(*alike), small_data.catalogue) == []
    (found,) = papers_agree_on_a_figure(
        tables(*alike[:2], figure("4", part, there)), small_data.catalogue
    )
    assert " (Aged under 5), Kent, 2011" in found.message


def test_the_repository_has_one_judgement_with_two_grades(real_data):
    found = inspectors_agree_on_a_judgement(
        {"judgements": real_data.judgements}, real_data.catalogue
    )
    assert [one.cells for one in found] == [
        (
            "ofsted_kent_2010/record_safeguarding, row 6, column 2; "
            "ofsted_kent_2010/grades_in_text_safeguarding, row 7, column 3"
        )
    ]


# ----------------------------------------------------------------- national files and regions


NATIONAL: Row = {"source_id": "dfe"}
REGION: Row = {
    "area_code": "E12000008",
    "area_name": "South East",
    "geographic_level": "Regional",
}


@pytest.mark.parametrize(
    ("row", "found"),
    [
        # A range of [5, 100]: nought is possible where an authority is very small.
        (figure("0", PLAN_RATE), 1),
        (figure("0", PLAN_RATE, NATIONAL), 0),
        (figure("101", PLAN_RATE, NATIONAL), 1),
        # A share that is nought is worth a look wherever it stands.
        (figure("19.9", NATIONAL), 1),
    ],
)
def test_the_smallest_authorities_may_have_none(catalogue, row, found):
    assert len(figures_are_plausible(tables(row), catalogue)) == found


@pytest.mark.parametrize(("printed", "found"), [("4", 1), ("8000", 0), ("90000", 0), ("90001", 1)])
def test_a_region_lies_between_its_authorities_and_england(catalogue, printed, found):
    entry = replace(catalogue["plan_number"], plausible=(5, 9000), plausible_england=(50, 90000))
    wider = replace(catalogue, indicators={**catalogue.indicators, "plan_number": entry})
    made = tables(figure(printed, PLANS, REGION))
    assert len(figures_are_plausible(made, wider)) == found


def test_releases_of_a_national_file_are_not_held_against_each_other_here(catalogue):
    made = tables(
        figure("50", PLANS, NATIONAL, source_table="a"),
        figure("60", PLANS, NATIONAL, source_table="b"),
    )
    assert papers_agree_on_a_figure(made, catalogue) == []
    (found,) = papers_agree_on_a_figure(
        {**made, **tables(figure("50", PLANS), figure("60", PLANS, NATIONAL))}, catalogue
    )
    assert "50 (paper) and 60 (dfe)" in found.message


def test_what_recomputes_a_print_leaves_national_files_alone(catalogue):
    made = tables(figure("50", PLANS, NATIONAL), figure("60", PLANS))
    looked = {check.__name__: found.looked_at for check, found in run_all(made, catalogue).items()}
    assert looked["figures_are_plausible"] == 2
    assert looked["printed_parts_add_up_to_their_total"] == 0
