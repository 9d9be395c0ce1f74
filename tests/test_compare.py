"""Comparing: the mean of neighbours, where an area stands, and nothing set beside a gap."""

import math
import statistics
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_project import damage

import kscb_analysis
from kscb_analysis.catalogue import Break
from kscb_analysis.compare import (
    MEAN_METHOD,
    MEDIAN_METHOD,
    comparison_table,
    difference,
    direction,
    figure_at,
    key_of,
    neighbour_values,
    role_of,
    standing,
    verdict,
)
from kscb_analysis.dataset import Dataset
from kscb_analysis.errors import UnknownName
from kscb_analysis.periods import month, reporting_year
from kscb_analysis.vocabulary import Direction, Polarity, Statistic, Verdict

ASSESSMENTS = "assessments_in_time_pct"
KENT = "E10000016"
MEMBERS = ("a", "b", "c", "d")
END = pd.Timestamp(2011, 3, 31)
VALUES = st.floats(0, 1000).map(lambda value: round(value, 1))


def stand(data: Dataset, indicator_id: str, area: str = "Kent", year: int = 2011):
    found = data.areas.find(area)
    return standing(data, data.catalogue[indicator_id], found, year, data.neighbours(found, year))


# ------------------------------------------------------------------------------ neighbour_values


def figures(values: dict[str, float | None]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area_code": pd.Series(list(values), dtype=str),
            "value": pd.Series(list(values.values()), dtype=float),
            "period_end": END,
        }
    )


HELD = st.dictionaries(st.sampled_from(MEMBERS), st.one_of(st.none(), VALUES), min_size=1)


def has_figures(values: dict[str, float | None]) -> bool:
    return any(value is not None for value in values.values())


@settings(max_examples=25)
@given(HELD.filter(has_figures))
def test_the_mean_and_median_are_those_of_the_members_with_a_figure(values):
    known = [value for value in values.values() if value is not None]
    stats = neighbour_values(figures(values), MEMBERS).loc[END]
    assert stats["mean"] == pytest.approx(statistics.mean(known))
    assert stats["median"] == pytest.approx(statistics.median(known))
    assert stats["count"] == len(known)


@settings(max_examples=25)
@given(HELD.filter(has_figures), st.permutations(MEMBERS), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_members_does_not_matter(values, members, random):
    shuffled = list(values.items())
    random.shuffle(shuffled)
    one = neighbour_values(figures(values), MEMBERS).loc[END]
    other = neighbour_values(figures(dict(shuffled)), tuple(members)).loc[END]
    assert one.to_dict() == pytest.approx(other.to_dict(), nan_ok=True)


@settings(max_examples=25)
@given(HELD.filter(has_figures), st.one_of(st.none(), VALUES))
def test_who_has_no_figure_or_is_no_member_changes_nothing(values, outside):
    before = neighbour_values(figures(values), MEMBERS)
    more = {**values, "kent": outside}
    pd.testing.assert_frame_equal(neighbour_values(figures(more), MEMBERS), before)
    pd.testing.assert_frame_equal(neighbour_values(figures(values), (*MEMBERS, "e")), before)
    pd.testing.assert_frame_equal(
        neighbour_values(figures({**values, "e": None}), (*MEMBERS, "e")), before
    )


def test_without_figures_there_is_no_mean_rather_than_nought():
    assert neighbour_values(figures({"a": None, "b": None}), MEMBERS).empty
    assert neighbour_values(figures({"a": 1.0}), ()).empty
    assert neighbour_values(figures({}), MEMBERS).empty


def test_an_authority_counts_once_for_a_day():
    # One paper prints the year, another the position at its end.
    twice = pd.concat([figures({"a": 10.0, "b": 40.0}), figures({"a": 10.0})])
    assert neighbour_values(twice, MEMBERS).loc[END, "mean"] == 25.0
    assert neighbour_values(twice, MEMBERS).loc[END, "count"] == 2


def test_every_period_has_a_mean_of_its_own():
    later = figures({"a": 30.0}).assign(period_end=pd.Timestamp(2012, 3, 31))
    stats = neighbour_values(pd.concat([figures({"a": 10.0, "b": 20.0}), later]), MEMBERS)
    assert stats["mean"].tolist() == [15.0, 30.0]


# ------------------------------------------------------------ difference, direction and verdict


@pytest.mark.parametrize(
    ("value", "other", "places", "expected"),
    [
        (54.0, 68.5, 1, -14.5),
        (0.3, 0.1, 1, 0.2),
        (1.0, 1.0, 1, 0.0),
        (64.2, 64.2000001, 1, 0.0),
        (None, 1.0, 1, None),
        (1.0, None, 1, None),
    ],
)
def test_a_difference_is_that_of_the_printed_figures(value, other, places, expected):
    found = difference(value, other, places)
    assert found == expected
    assert found is None or math.copysign(1, found) == math.copysign(1, expected or 1)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (None, Direction.UNKNOWN),
        (0.0, Direction.UNCHANGED),
        (0.1, Direction.RISING),
        (-0.1, Direction.FALLING),
    ],
)
def test_any_movement_has_a_direction(change, expected):
    assert direction(change) is expected


@given(
    st.one_of(st.none(), st.floats(-9, 9).map(lambda change: round(change, 1) + 0.0)),
    st.sampled_from(Polarity),
)
def test_turning_polarity_round_turns_the_verdict_round(small_data, change, polarity):
    opposite = {
        Verdict.BETTER: Verdict.WORSE,
        Verdict.WORSE: Verdict.BETTER,
        Verdict.SAME: Verdict.SAME,
        Verdict.NOT_JUDGED: Verdict.NOT_JUDGED,
    }
    turned = {
        Polarity.HIGH_IS_GOOD: Polarity.LOW_IS_GOOD,
        Polarity.LOW_IS_GOOD: Polarity.HIGH_IS_GOOD,
    }
    indicator = replace(small_data.catalogue[ASSESSMENTS], polarity=polarity)
    other = replace(indicator, polarity=turned.get(polarity, polarity))
    assert verdict(change, other) is opposite[verdict(change, indicator)]
    if change is None or polarity not in turned:
        assert verdict(change, indicator) is Verdict.NOT_JUDGED


# ------------------------------------------------------------------------------------- standing


def test_a_yearly_indicator_stands_with_all_that_is_known_about_it(small_data):
    one = stand(small_data, ASSESSMENTS)
    assert (one.latest.value, one.previous.value, one.first.value) == (54.0, 68.5, 70.0)
    assert (one.latest.period, one.previous.period) == (reporting_year(2011), reporting_year(2010))
    assert one.latest.cell == "assessments, row 5, column 5"
    assert one.latest.source_id == "comparison_2011"
    assert (one.change, one.direction, one.verdict) == (-14.5, Direction.FALLING, Verdict.WORSE)
    assert one.neighbours_mean.value == pytest.approx(71.0)
    assert (one.neighbours_median, one.neighbours_with_figure) == (75.0, 3)
    assert one.neighbours_spread == pytest.approx(statistics.stdev([61.0, 75.0, 77.0]))
    assert one.gap_to_neighbours == -17.0
    assert one.england.value == 67.0
    assert (one.printed_rank.value, one.printed_band) == (117.0, "D")
    assert (one.since.value, one.since.period) == (61.2, month(2011, 10))
    assert one.target.value == 70.0
    assert one.has_anything


def test_a_figure_of_each_quarter_stands_against_the_years_end(small_data):
    one = stand(small_data, "plan_rate")
    assert (one.latest.value, one.latest.period) == (51.6, month(2011, 9))
    assert (one.previous.value, one.previous.period) == (52.1, month(2011, 3))
    assert (one.direction, one.verdict) == (Direction.FALLING, Verdict.BETTER)
    assert (one.rating, one.previous_rating, one.printed_direction) == ("Red", "Red", "↑")
    assert one.rating_period == month(2011, 9)
    assert one.target.value == 39.9
    assert one.since is None
    assert one.neighbours_mean is None, "none is printed for September"
    assert one.england is None


def test_a_neighbour_without_a_figure_is_left_out_and_counted(small_data):
    one = stand(small_data, ASSESSMENTS, year=2009)
    assert one.neighbours_mean.value == pytest.approx(63.0)
    assert (one.neighbours_with_figure, one.neighbours_in_set) == (2, 3)
    assert one.previous is None
    assert (one.change, one.direction, one.verdict) == (
        None,
        Direction.UNKNOWN,
        Verdict.NOT_JUDGED,
    )


def test_an_area_without_neighbours_has_no_mean(small_data):
    one = stand(small_data, ASSESSMENTS, "Essex")
    assert one.latest.value == 61.0
    assert one.neighbours_mean is None
    assert one.gap_to_neighbours is None
    assert one.neighbours_with_figure == 0


def test_england_is_not_set_beside_itself(small_data):
    one = stand(small_data, ASSESSMENTS, "England")
    assert one.latest.value == 67.0
    assert one.england is None


def test_a_marker_is_a_figure_without_a_number(small_data):
    one = stand(small_data, ASSESSMENTS, "Rutland", 2010)
    assert (one.latest.value, one.latest.status, one.latest.known) == (None, "not_available", False)
    assert one.change is None
    one = stand(small_data, ASSESSMENTS, "Rutland", 2011)
    assert one.previous.value is None
    assert one.change is None, "2009 is not the year before 2011"


@pytest.mark.parametrize(
    ("starts", "compared"),
    [
        (date(2010, 3, 31), True),
        (date(2010, 4, 1), False),
        (date(2011, 3, 31), False),
        (date(2011, 4, 1), True),
    ],
)
def test_figures_on_both_sides_of_a_break_are_not_compared(small_data, starts, compared):
    kent = small_data.areas.find("Kent")
    indicator = replace(small_data.catalogue[ASSESSMENTS], breaks=(Break(starts, "new rules"),))
    one = standing(small_data, indicator, kent, 2011, small_data.neighbours(kent, 2011))
    assert (one.previous is not None) is compared
    assert (one.change is not None) is compared


def test_what_has_no_rows_stands_empty(small_data):
    one = stand(small_data, "notifications_number", "Essex")
    assert not one.has_anything
    assert (one.latest, one.previous, one.since, one.first, one.target) == (None,) * 5
    assert (one.rating, one.sources) == ("", ())


@pytest.mark.parametrize("area", ["Kent", "Rutland", "England"])
def test_every_indicator_stands_somehow(small_data, area):
    for indicator_id in small_data.catalogue.indicators:
        one = stand(small_data, indicator_id, area, 2009)
        assert one.indicator.indicator_id == indicator_id
        assert (one.verdict is Verdict.NOT_JUDGED) or one.change is not None


def test_every_printed_mean_is_the_one_that_is_computed(real_data):
    kent = real_data.area("Kent")
    members = real_data.neighbours(kent, 2011).members
    compared = 0
    for indicator_id in real_data.catalogue.indicators:
        rows = real_data.figures(indicator_id, Statistic.NEIGHBOUR_MEAN, latest=False)
        printed = rows[rows["source_id"] == "national_comparison_2011"]
        computed = neighbour_values(real_data.figures(indicator_id), members)["mean"]
        for row in printed[printed["value"].notna()].itertuples():
            assert computed[row.period_end] == pytest.approx(row.value, abs=0.05 + 1e-9)
            compared += 1
    assert compared == 155


# ---------------------------------------------------------------------------- comparison_table

COLUMNS = [
    "area_name", "role", "value", "value_status", "method",
    "source_id", "source_table", "source_row", "source_column",
]  # fmt: skip


def test_a_comparison_holds_every_area_best_known_first(small_data):
    rows = small_data.compare(ASSESSMENTS, "Kent", 2011)
    assert list(rows.columns) == COLUMNS
    assert rows[["area_name", "role", "value"]].values.tolist() == [
        ["Rutland", "other", 101.0],
        ["Lancashire", "neighbour", 77.0],
        ["East Sussex", "neighbour", 75.0],
        ["Statistical neighbours (median)", "neighbour_median", 75.0],
        ["Statistical neighbours (mean)", "neighbour_mean", 71.0],
        ["England", "england", 67.0],
        ["Essex", "neighbour", 61.0],
        ["Kent", "area", 54.0],
        ["Kingston upon Hull", "other", 25.0],
    ]
    made = rows.set_index("role")
    assert made.loc["neighbour_mean", "method"] == MEAN_METHOD
    assert made.loc["neighbour_median", "method"] == MEDIAN_METHOD
    assert made.loc["area", "method"] == "As printed"
    assert made.loc["area", ["source_table", "source_row", "source_column"]].tolist() == [
        "assessments", 5, 5,
    ]  # fmt: skip
    assert pd.isna(made.loc["neighbour_mean", "source_row"])


def test_areas_with_a_marker_stand_last(small_data):
    rows = small_data.compare(ASSESSMENTS, "Kent", "2009/10")
    assert rows["value"].isna().tolist() == [False] * 7 + [True] * 2
    assert set(rows["area_name"].iloc[-2:]) == {"Rutland", "Kingston upon Hull"}
    assert set(rows["value_status"].iloc[-2:]) == {"not_available"}


def test_an_area_without_neighbours_is_compared_without_a_mean(small_data):
    rows = small_data.compare(ASSESSMENTS, "Essex", 2011)
    assert set(rows["role"]) == {"area", "england", "other"}


def test_another_set_can_be_pinned(small_data):
    kent = small_data.area("Kent")
    rows = comparison_table(small_data, ASSESSMENTS, kent, 2011, "kent_old")
    assert rows.set_index("role").loc["neighbour_mean", "value"] == 61.0
    with pytest.raises(UnknownName, match="Did you mean 'kent_old'"):
        comparison_table(small_data, ASSESSMENTS, kent, 2011, "kent_odl")


def test_nothing_printed_for_the_year_is_an_empty_comparison(small_data):
    rows = small_data.compare("notifications_number", "Kent", 2008)
    assert rows.empty
    assert list(rows.columns) == COLUMNS


def test_one_neighbour_alone_has_a_mean_and_no_spread(small_project):
    for code in ("845,East Sussex,-,80.0,75.0", ",888 Lancashire,66.0,70.0,77.0"):
        damage(
            small_project,
            "data/raw/comparison_2011/assessments.csv",
            code,
            code.rpartition(",")[0] + ",x",
        )
    data = kscb_analysis.load(small_project.root)
    one = stand(data, ASSESSMENTS)
    assert (one.neighbours_mean.value, one.neighbours_with_figure) == (61.0, 1)
    assert math.isnan(one.neighbours_spread)
    rows = data.compare(ASSESSMENTS)
    assert rows.set_index("role").loc["neighbour_mean", "value"] == 61.0


@pytest.mark.parametrize(
    ("code", "role"),
    [(KENT, "area"), ("E92000001", "england"), ("E10000012", "neighbour"), ("E1", "other")],
)
def test_every_area_has_one_role(small_data, code, role):
    assert role_of(code, small_data.area("Kent"), ("E10000012",)) == role


def test_a_figure_is_named_by_indicator_area_period_and_what_it_is(small_data):
    key = key_of(ASSESSMENTS, KENT, reporting_year(2011), "target")
    assert key == f"{ASSESSMENTS}|{KENT}|2011 Reporting year|target"
    figure = figure_at(small_data.series(ASSESSMENTS), reporting_year(2011))
    assert figure.key == key_of(ASSESSMENTS, KENT, reporting_year(2011))
    assert figure_at(small_data.series(ASSESSMENTS), reporting_year(2004)) is None
