"""Trends: the weighted slope by another route, one point too few, and words for both halves."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kscb_analysis.intervals import normal_quantile, proportion
from kscb_analysis.trends import (
    CRITICAL,
    POINTS,
    Point,
    Trend,
    TrendWords,
    movement,
    recent_trend,
    two_halves,
)
from kscb_analysis.vocabulary import Direction, Verdict

RISING, FALLING = TrendWords.RISING, TrendWords.FALLING
NO_CLEAR_TREND, TOO_FEW = TrendWords.NO_CLEAR_TREND, TrendWords.TOO_FEW

# A figure and the standard error that its interval is made from.
MEASURED = st.tuples(
    st.floats(0, 100).map(lambda value: round(value, 1)),
    st.floats(0.1, 20).map(lambda error: round(error, 2)),
)
FIVE = st.lists(MEASURED, min_size=POINTS, max_size=POINTS)
GAP = Point(None, None, None)


def point(value: float, error: float = 1.0) -> Point:
    reach = normal_quantile() * error
    return Point(value, value - reach, value + reach)


def points(*values: float, error: float = 1.0) -> list[Point]:
    return [point(value, error) for value in values]


# ---------------------------------------------------------------------------------- recent_trend


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((10, 12, 14, 16, 18), RISING),
        ((18, 16, 14, 12, 10), FALLING),
        ((10, 10, 10, 10, 10), NO_CLEAR_TREND),
        ((10, 11, 10, 11, 10), NO_CLEAR_TREND),
        ((10, 10.5, 11, 11.5, 12), NO_CLEAR_TREND),  # half a standard error a year
        ((30, 10, 12, 14, 16, 18), RISING),  # the sixth point from the end does not count
    ],
)
def test_a_slope_too_steep_for_chance_is_a_trend(values, words):
    assert recent_trend(points(*values)).words is words


def test_the_slope_and_its_statistic_are_those_worked_out_by_hand():
    # Equal weights of 1: slope 20 / 10, chi-squared 2 squared times the spread of 10.
    found = recent_trend(points(10, 12, 14, 16, 18))
    assert found.slope == pytest.approx(2.0)
    assert found.chi_squared == pytest.approx(40.0)
    assert (found.points, found.known) == (5, True)


@given(FIVE, st.sampled_from([None, (0, 1, 2, 3, 4), (2006, 2007, 2009, 2010, 2014)]))
def test_slope_and_statistic_are_those_of_numpys_weighted_fit(measured, positions):
    found = recent_trend([point(*one) for one in measured], positions)
    values, errors = np.array(measured).T
    (slope, _), covariance = np.polyfit(
        positions or range(POINTS), values, 1, w=1 / errors, cov="unscaled"
    )
    assert found.slope == pytest.approx(slope, rel=1e-6, abs=1e-6)
    assert found.chi_squared == pytest.approx(slope**2 / covariance[0, 0], rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("chi_squared", "words"), [(9.549, NO_CLEAR_TREND), (9.550, RISING)])
def test_the_statistic_must_be_above_the_critical_value(chi_squared, words):
    found = recent_trend(points(1, 2, 3, 4, 5, error=math.sqrt(10 / chi_squared)))
    assert found.chi_squared == pytest.approx(chi_squared)
    assert found.words is words


def test_the_critical_value_is_the_square_of_z_at_the_outer_level():
    assert pytest.approx(normal_quantile(0.998) ** 2, abs=5e-5) == CRITICAL


@pytest.mark.parametrize(
    "values",
    [
        (0, 0, 0, 0, 10),  # level but for the last
        (10, 9, 8, 7, 30),  # falling but for the last
        (0, 20, 19, 18, 17),  # falling but for the first
    ],
)
def test_one_point_alone_makes_no_trend(values):
    found = recent_trend(points(*values, error=0.5))
    assert found.slope > 0
    assert found.chi_squared > CRITICAL
    assert found.words is NO_CLEAR_TREND


@given(
    st.floats(0.1, 90).map(lambda value: round(value, 1)),
    st.lists(st.floats(0.1, 0.9).map(lambda error: round(error, 2)), min_size=5, max_size=5),
)
def test_four_equal_figures_are_level_however_they_are_weighed(value, errors):
    made = [point(value, error) for error in errors[:4]] + [point(value + 100, errors[4])]
    assert recent_trend(made).chi_squared > CRITICAL
    assert recent_trend(made).words is NO_CLEAR_TREND
    assert recent_trend(made[::-1]).words is NO_CLEAR_TREND


def test_a_figure_with_a_wide_interval_weighs_little():
    steady = points(10, 12, 14, 16)
    assert recent_trend([*steady, point(9)]).words is NO_CLEAR_TREND
    assert recent_trend([*steady, point(9, error=20)]).words is RISING


@pytest.mark.parametrize("known", range(POINTS))
def test_fewer_than_five_points_are_no_trend(known):
    found = recent_trend([GAP, *points(*range(known)), GAP])
    assert found == Trend(TOO_FEW, known, None, None)
    assert not found.known
    assert str(found.words) == "fewer than five years with counts"


@pytest.mark.parametrize(
    "gap",
    [
        GAP,
        Point(math.nan, 1.0, 2.0),
        Point(1.0, math.nan, 2.0),
        Point(1.0, 0.0, None),
        Point(1.0, None, 2.0),
    ],
)
def test_a_year_without_a_figure_keeps_its_place(gap):
    five = points(10, 12, 14, 18, 20)
    with_gap = recent_trend([*five[:3], gap, *five[3:]])
    placed = recent_trend(five, (0, 1, 2, 4, 5))
    assert (with_gap.slope, with_gap.points) == (pytest.approx(placed.slope), 5)
    assert with_gap.slope == pytest.approx(2.0)
    assert recent_trend(five).slope == pytest.approx(2.6)


@given(FIVE)
def test_turning_the_figures_round_turns_the_trend_round(measured):
    turned = {RISING: FALLING, FALLING: RISING, NO_CLEAR_TREND: NO_CLEAR_TREND}
    one = recent_trend([point(*each) for each in measured])
    other = recent_trend([point(-value, error) for value, error in measured])
    assert other.words is turned[one.words]


@given(FIVE, st.lists(MEASURED, max_size=4))
def test_only_the_last_five_count(measured, before):
    one = recent_trend([point(*each) for each in measured])
    other = recent_trend([point(*each) for each in before + measured])
    assert other.words is one.words
    assert other.slope == pytest.approx(one.slope, abs=1e-9)


def test_shares_with_their_intervals_are_points():
    counts = [(120, 1000), (150, 1000), (185, 1000), (210, 1000), (260, 1000)]
    made = [
        Point(100 * count / of, one.lower, one.upper)
        for count, of in counts
        for one in [proportion(count, of)]
    ]
    assert recent_trend(made).words is RISING


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Point(1.0, 1.0, 1.0), "1 to 1 is no interval of 1"),
        (Point(1.0, 2.0, 0.0), "2 to 0 is no interval"),
        (Point(9.0, 0.0, 2.0), "0 to 2 is no interval of 9"),
    ],
)
def test_an_interval_that_is_none_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        recent_trend([wrong])


@pytest.mark.parametrize(
    ("positions", "said"),
    [((2010, 2011), "3 points cannot stand at 2"), ((1, 1, 2), "must rise"), ((3, 2, 1), "rise")],
)
def test_positions_are_one_for_each_point_and_in_order(positions, said):
    with pytest.raises(ValueError, match=said):
        recent_trend(points(1, 2, 3), positions)


# -------------------------------------------------------------------------- movement and its words


@pytest.mark.parametrize(
    ("change", "smallest", "expected"),
    [
        (None, 0, Direction.UNKNOWN),
        (math.nan, 0.5, Direction.UNKNOWN),
        (0.0, 0, Direction.UNCHANGED),
        (-0.0, 0, Direction.UNCHANGED),
        (0.1, 0, Direction.RISING),
        (-0.1, 0, Direction.FALLING),
        (0.4, 0.5, Direction.UNCHANGED),
        (-0.4, 0.5, Direction.UNCHANGED),
        (0.5, 0.5, Direction.RISING),
        (-0.5, 0.5, Direction.FALLING),
    ],
)
def test_a_movement_counts_from_the_smallest_change_on(change, smallest, expected):
    assert movement(change, smallest) is expected


@given(st.floats(-9, 9), st.floats(0, 9))
def test_turning_a_change_round_turns_its_direction_round(change, smallest):
    turned = {
        Direction.RISING: Direction.FALLING,
        Direction.FALLING: Direction.RISING,
        Direction.UNCHANGED: Direction.UNCHANGED,
    }
    assert movement(-change, smallest) is turned[movement(change, smallest)]


@given(st.floats(-9, 9), st.floats(0, 9), st.floats(0, 9))
def test_asking_for_more_change_never_makes_a_movement(change, smallest, more):
    if movement(change, smallest) is Direction.UNCHANGED:
        assert movement(change, smallest + more) is Direction.UNCHANGED


@pytest.mark.parametrize("smallest", [-0.1, math.nan])
def test_a_smallest_change_has_no_sign(smallest):
    with pytest.raises(ValueError, match="smallest change"):
        movement(1.0, smallest)


SAID = {
    (Direction.RISING, Verdict.BETTER): "rising, and getting better",
    (Direction.RISING, Verdict.WORSE): "rising, and getting worse",
    (Direction.RISING, Verdict.SAME): "rising",
    (Direction.RISING, Verdict.NOT_JUDGED): "rising",
    (Direction.FALLING, Verdict.BETTER): "falling, and getting better",
    (Direction.FALLING, Verdict.WORSE): "falling, and getting worse",
    (Direction.FALLING, Verdict.SAME): "falling",
    (Direction.FALLING, Verdict.NOT_JUDGED): "falling",
    **dict.fromkeys(product([Direction.UNCHANGED], Verdict), "little changed"),
    **dict.fromkeys(product([Direction.UNKNOWN], Verdict), "change not known"),
}


@pytest.mark.parametrize(("direction", "verdict"), list(product(Direction, Verdict)))
def test_both_halves_are_said_where_there_are_two(direction, verdict):
    assert two_halves(direction, verdict) == SAID[direction, verdict]
