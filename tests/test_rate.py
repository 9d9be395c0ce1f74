"""Ratings by target and floor: the edges, what is never guessed, and no rating without a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kscb_analysis.rate import computed_rating
from kscb_analysis.vocabulary import Polarity, Rag

HIGH, LOW, NEAR = Polarity.HIGH_IS_GOOD, Polarity.LOW_IS_GOOD, Polarity.NEAR_TARGET_IS_GOOD
ORDER = [Rag.RED, Rag.AMBER, Rag.GREEN]
NUMBERS = st.integers(-1000, 1000).map(lambda tenths: tenths / 10)


@pytest.mark.parametrize(
    ("value", "target", "floor", "polarity", "expected"),
    [
        (90.0, 90.0, 80.0, HIGH, Rag.GREEN),
        (90.1, 90.0, 80.0, HIGH, Rag.GREEN),
        (89.9, 90.0, 80.0, HIGH, Rag.AMBER),
        (80.1, 90.0, 80.0, HIGH, Rag.AMBER),
        (80.0, 90.0, 80.0, HIGH, Rag.RED),
        (0.0, 90.0, 80.0, HIGH, Rag.RED),
        (39.9, 39.9, 45.0, LOW, Rag.GREEN),
        (40.0, 39.9, 45.0, LOW, Rag.AMBER),
        (45.0, 39.9, 45.0, LOW, Rag.RED),
        (0.0, 0.0, 5.0, LOW, Rag.GREEN),
        # Target and floor in one place leave no room for amber.
        (90.0, 90.0, 90.0, HIGH, Rag.GREEN),
        (89.9, 90.0, 90.0, HIGH, Rag.RED),
    ],
)
def test_the_edges_of_each_rating(value, target, floor, polarity, expected):
    assert computed_rating(value, target, floor, polarity) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (15.0, Rag.GREEN),
        (17.0, Rag.GREEN),
        (13.0, Rag.GREEN),
        (17.1, Rag.AMBER),
        (12.9, Rag.AMBER),
        (19.9, Rag.AMBER),
        (20.0, Rag.RED),
        (10.0, Rag.RED),  # as far on the other side as the floor
    ],
)
def test_close_to_the_target_is_good_within_the_tolerance(value, expected):
    assert computed_rating(value, 15.0, 20.0, NEAR, 2.0) is expected


@pytest.mark.parametrize(
    ("value", "target", "floor", "polarity", "tolerance"),
    [
        (None, 90.0, 80.0, HIGH, None),
        (85.0, None, 80.0, HIGH, None),
        (85.0, 90.0, None, HIGH, None),
        (85.0, 90.0, 80.0, Polarity.NO_JUDGEMENT, None),
        (85.0, 90.0, 80.0, Polarity.NO_JUDGEMENT, 2.0),
        (85.0, 90.0, 80.0, NEAR, None),
    ],
)
def test_a_rating_is_never_guessed(value, target, floor, polarity, tolerance):
    assert computed_rating(value, target, floor, polarity, tolerance) is None


@pytest.mark.parametrize(
    ("target", "floor", "polarity", "tolerance"),
    [
        (80.0, 90.0, HIGH, None),
        (80.0, 80.1, HIGH, None),
        (45.0, 39.9, LOW, None),
        (45.0, 44.9, LOW, None),
        (15.0, 16.0, NEAR, 2.0),
        (15.0, 14.0, NEAR, 2.0),
    ],
)
@pytest.mark.parametrize("value", [0.0, 15.0, 42.0, 50.0, 85.0, 100.0])
def test_a_floor_on_the_good_side_of_its_target_rates_nothing(
    value, target, floor, polarity, tolerance
):
    assert computed_rating(value, target, floor, polarity, tolerance) is None


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.sampled_from([HIGH, LOW]))
def test_a_rating_never_improves_when_the_figure_worsens(one, other, aim, gap, polarity):
    target, floor = aim, aim - polarity.sign * abs(gap)
    worse, better = sorted((one, other), key=lambda value: value * polarity.sign)
    found = [computed_rating(value, target, floor, polarity) for value in (worse, better)]
    assert ORDER.index(found[0]) <= ORDER.index(found[1])


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_further_from_the_target_is_never_rated_better(one, other, target, away, some):
    tolerance, floor = abs(some), target + abs(away) + abs(some)
    near, far = sorted((one, other), key=lambda value: abs(value - target))
    found = [computed_rating(value, target, floor, NEAR, tolerance) for value in (far, near)]
    assert ORDER.index(found[0]) <= ORDER.index(found[1])


@given(NUMBERS, NUMBERS, NUMBERS)
def test_turning_polarity_and_figures_round_changes_no_rating(value, target, gap):
    floor = target - abs(gap)
    high = computed_rating(value, target, floor, HIGH)
    assert high is computed_rating(-value, -target, -floor, LOW)
