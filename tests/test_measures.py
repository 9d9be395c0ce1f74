"""Figures: their intervals, how far they moved, the neighbours' means, the name of a cell."""

import math
import statistics
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import count, counted, figure, indicator

from kscb_analysis import ranks
from kscb_analysis.measures import (
    bounds,
    difference,
    direction,
    figure_at,
    finest,
    key_of,
    neighbour_values,
    role_of,
    side,
    verdict,
)
from kscb_analysis.periods import reporting_year
from kscb_analysis.vocabulary import Direction, Polarity, Statistic, Verdict

ASSESSMENTS = "assessments_in_time_pct"
KENT = "E10000016"
MEMBERS = ("a", "b", "c", "d")
END = pd.Timestamp(2011, 3, 31)
VALUES = st.floats(0, 1000).map(lambda value: round(value, 1))


# --------------------------------------------------------------- what a figure's counts can tell

RATE = indicator("plan_rate", unit="rate per 10,000", polarity=Polarity.LOW_IS_GOOD)


@pytest.mark.parametrize(
    ("made", "about", "expected"),
    [
        (counted(221, 1896), indicator(decimals=0), (10.29, 13.18)),
        (counted(0, 20), indicator(), (0.0, 16.11)),
        (counted(20, 20), indicator(), (83.89, 100.0)),
        (counted(5, 10_000, RATE), RATE, (1.62, 11.67)),
        (counted(1676, 311_500, RATE), RATE, (51.26, 56.44)),
        (counted(30, 20), indicator(), None),  # a count that is no part of its whole
        (counted(5.5, 20), indicator(), None),
        (counted(5, 20.5), indicator(), None),
        (counted(-1, 20), indicator(), None),
        (counted(1, 20, count()), count(), None),  # a count has no whole to be a share of
        (figure(50.0), indicator(), None),
        (replace(counted(10, 20), denominator=None), indicator(), None),
        (replace(counted(10, 20), denominator=0.0), indicator(), None),
        (replace(counted(10, 20), numerator=None), indicator(), None),
        (replace(counted(10, 20), value=None), indicator(), None),
    ],
)
def test_an_interval_needs_counts_that_make_a_share_or_rate(made, about, expected):
    found = made.interval(about)
    if expected is None:
        assert found is None
    else:
        assert (found.lower, found.upper) == pytest.approx(expected, abs=0.006)


def test_a_rate_may_be_of_a_population_that_was_estimated_to_a_fraction():
    assert counted(50, 311_500.5, RATE).interval(RATE) is not None


@pytest.mark.parametrize(
    ("made", "about", "expected"),
    [
        (counted(104, 1000, indicator(decimals=0)), indicator(decimals=0), 10.4),
        (counted(5, 8000, RATE), RATE, 6.25),
        (figure(10.0), indicator(), 10.0),
        (replace(counted(10, 20), denominator=0.0), indicator(), 50.0),
        (replace(counted(10, 20), value=None), indicator(), None),
        (counted(7, 20, count()), count(), 0.0),
    ],
)
def test_a_figure_is_as_exact_as_its_counts(made, about, expected):
    assert made.exact(about) == expected


@pytest.mark.parametrize("about", [indicator(), RATE])
def test_many_intervals_are_those_of_each_alone(about):
    made = [counted(5, 40, about), counted(30, 40, about), counted(0, 7, about), figure(50.0)]
    rows = pd.DataFrame(
        {
            "numerator": [one.numerator for one in made],
            "denominator": [one.denominator for one in made],
            "value": [one.value for one in made],
        }
    )
    lower, upper = bounds(rows, about)
    for one, low, high in zip(made, lower, upper, strict=True):
        alone = one.interval(about)
        assert (low, high) == pytest.approx(
            (alone.lower, alone.upper) if alone else (math.nan, math.nan), nan_ok=True
        )


def test_counts_have_no_intervals():
    rows = pd.DataFrame({"numerator": [5.0], "denominator": [9.0], "value": [5.0]})
    assert all(math.isnan(ends[0]) for ends in bounds(rows, count()))
    assert all(len(ends) == 0 for ends in bounds(rows.iloc[:0], indicator()))


@pytest.mark.parametrize(
    ("value", "inside"),
    [
        # 5,000,000 of 10,000,000 is between 49.97 and 50.03.
        (50.0, True),
        (49.97, True),
        (50.03, True),
        (49.9, False),
        (50.1, False),
        (math.nan, False),
    ],
)
def test_an_interval_that_the_printed_figure_is_not_in_is_none(value, inside):
    rows = pd.DataFrame(
        {"numerator": [5_000_000.0], "denominator": [10_000_000.0], "value": [value]}
    )
    (lower,), (upper,) = bounds(rows, indicator())
    assert (lower <= value <= upper) if inside else math.isnan(lower) and math.isnan(upper)


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


@settings(max_examples=25)
@given(st.lists(VALUES, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_a_mean_is_the_same_to_the_last_digit_whoever_adds_up(values, random):
    held = dict(zip(MEMBERS, values, strict=False))
    shuffled = list(held.items())
    random.shuffle(shuffled)
    by_period = neighbour_values(figures(dict(shuffled)), MEMBERS).loc[END, "mean"]
    alone = ranks.neighbours(pd.Series(held), MEMBERS, KENT)
    assert by_period == alone.mean == round(statistics.fmean(held.values()), 9)


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
    ("places", "expected"),
    [((0, 0), 0), ((0, 1), 1), ((2, 0), 2), ((0, None), None), ((None, None), None), ((), None)],
)
def test_a_difference_is_shown_as_finely_as_the_finer_of_its_figures(places, expected):
    held = [replace(figure(5.0), places=one) for one in places]
    assert finest(*held) == finest(*held, None) == expected


@pytest.mark.parametrize(
    ("change", "smallest", "expected"),
    [
        (None, None, Direction.UNKNOWN),
        (0.0, None, Direction.UNCHANGED),
        (0.1, None, Direction.RISING),
        (-0.1, None, Direction.FALLING),
        (0.9, 1.0, Direction.UNCHANGED),
        (-0.9, 1.0, Direction.UNCHANGED),
        (1.0, 1.0, Direction.RISING),
        (-1.0, 1.0, Direction.FALLING),
    ],
)
def test_a_movement_of_the_smallest_size_has_a_direction(change, smallest, expected):
    about = indicator(smallest_change=smallest)
    assert direction(change, about) is expected
    if expected is Direction.UNCHANGED:
        assert verdict(change, about) is Verdict.SAME, "little change is neither better nor worse"


@pytest.mark.parametrize(
    ("change", "expected"), [(1.9, Direction.UNCHANGED), (-2.0, Direction.FALLING)]
)
def test_the_smallest_change_may_be_a_share_of_the_earlier_figure(change, expected):
    about = count(smallest_share=0.02)
    assert direction(change, about, figure(100.0)) is expected


def test_any_gap_to_a_target_has_a_side():
    about = indicator(smallest_change=5.0)
    assert side(0.1, about) is Verdict.BETTER
    assert side(-0.1, about) is Verdict.WORSE
    assert side(0.0, about) is Verdict.SAME
    assert side(None, about) is Verdict.NOT_JUDGED
    assert side(9.0, indicator(polarity=Polarity.NO_JUDGEMENT)) is Verdict.NOT_JUDGED


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


# ---------------------------------------------------------------------------- roles and keys


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
