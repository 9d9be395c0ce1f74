"""Control charts: limits worked out by hand and by numpy, and every reason for having none."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kscb_analysis.control import (
    LEAST_POINTS,
    LIMIT_FACTOR,
    RANGE_FACTOR,
    Limits,
    Run,
    run,
    xmr,
)

GAP = math.nan
COUNTS = st.lists(st.integers(0, 500).map(float), min_size=LEAST_POINTS, max_size=40)


def test_limits_are_those_worked_out_by_hand():
    # Six of 10 and six of 14: mean 12, every moving range 4, limits 12 - 10.64 and 12 + 10.64.
    found = xmr([10, 14] * 6)
    assert isinstance(found, Limits)
    assert found[:4] == pytest.approx((12.0, 1.36, 22.64, 4.0))
    assert (found.outside, found.points) == ((), 12)


def test_a_leap_does_not_widen_the_limits():
    # Moving ranges: eleven of 2, then 40 and 39. Their average of 7.77 drops whatever is above
    # 25.4, which leaves 2.
    values = [10.0, 12.0] * 6 + [52.0, 13.0]
    found = xmr(values)
    assert found.average_moving_range == 2.0
    mean = sum(values) / 14
    assert (found.lower, found.upper) == pytest.approx((mean - 5.32, mean + 5.32))
    assert found.outside == (12,)


def test_moving_ranges_are_dropped_only_once():
    # Of the thirty-one ranges 100 goes, for their average of 4.35 drops from 14.2; 10 stays,
    # although the average of the rest, 1.17, would drop from 3.8.
    values = [0.0, 1.0] * 14 + [0.0, 10.0, 110.0, 109.0]
    found = xmr(values)
    assert found.average_moving_range == pytest.approx((28 * 1 + 10 + 1) / 30)


def by_numpy(values: list[float]) -> tuple[float, float, float]:
    ranges = np.abs(np.diff(np.array(values)))
    ranges = ranges[~np.isnan(ranges)]
    kept = ranges[ranges <= 3.267 * ranges.mean()]
    mean = float(np.nanmean(values))
    return mean, mean - 2.66 * kept.mean(), mean + 2.66 * kept.mean()


@given(COUNTS)
def test_limits_are_those_of_numpy(values):
    found = xmr(values)
    if isinstance(found, Run):
        assert by_numpy(values)[1] == by_numpy(values)[2]
        return
    assert found[:3] == pytest.approx(by_numpy(values))
    for at, value in enumerate(values):
        assert (at in found.outside) is not (found.lower <= value <= found.upper)


@given(COUNTS, st.integers(-200, 200), st.booleans())
def test_moving_every_figure_moves_the_limits_and_nothing_else(values, by, turn):
    one = xmr(values)
    other = xmr([by - value if turn else by + value for value in values])
    assert type(one) is type(other)
    if isinstance(one, Limits):
        assert other.average_moving_range == pytest.approx(one.average_moving_range)
        assert other.mean == pytest.approx(by - one.mean if turn else by + one.mean)
        assert other.upper - other.lower == pytest.approx(one.upper - one.lower)


def test_the_factors_are_those_of_the_chart_of_individuals():
    # For ranges of two, d2 is 2 / sqrt(pi), and D4 is 1 + 3 d3 / d2.
    d2 = 2 / math.sqrt(math.pi)
    d3 = math.sqrt(2 - 4 / math.pi)
    assert pytest.approx(3 / d2, abs=0.005) == LIMIT_FACTOR
    assert pytest.approx(1 + 3 * d3 / d2, abs=0.001) == RANGE_FACTOR


# ------------------------------------------------------------------------------------------ gaps


def test_no_moving_range_is_taken_across_a_gap():
    # From 14 to 40 there is a gap: all ranges taken are 4, or 26 would be one of them.
    found = xmr([10, 14] * 5 + [GAP, 40, 44, 40])
    assert found.average_moving_range == 4.0
    assert found.points == 13
    assert found.mean == pytest.approx((5 * 24 + 124) / 13)
    assert found.outside == (11, 12, 13), "positions count the gap"


@pytest.mark.parametrize("gaps", [1, 3])
def test_gaps_at_either_end_change_only_the_positions(gaps):
    values = [10.0, 14.0] * 6 + [99.0]
    one, other = xmr(values), xmr([GAP] * gaps + values + [GAP])
    assert other[:4] == one[:4]
    assert other.outside == tuple(at + gaps for at in one.outside) == (12 + gaps,)


# ---------------------------------------------------------------------------------- no limits


@pytest.mark.parametrize(("points", "limits"), [(0, False), (1, False), (11, False), (12, True)])
def test_twelve_points_are_needed(points, limits):
    values = [float(at % 3) for at in range(points)]
    found = xmr([*values, GAP])
    assert isinstance(found, Limits) is limits
    assert found.points == points
    if not limits:
        assert found.reason == f"{points} figures are too few for limits"


def test_a_run_chart_has_the_median_of_what_is_known():
    assert run([3.0, GAP, 1.0, 10.0]) == Run(3.0, 3, "")
    assert run([3, 1], "because") == Run(2.0, 2, "because")
    assert math.isnan(run([GAP]).median)
    assert xmr([5.0, 1.0, 9.0]).median == 5.0


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([7.0, GAP] * 12, "no two figures follow one another without a gap"),
        ([0.1] * 12, "the figures hardly ever change"),
        ([0.0] * 12 + [5.0] + [0.0] * 3, "the figures hardly ever change"),
    ],
)
def test_without_usual_movement_there_are_no_limits(values, reason):
    found = xmr(values)
    assert isinstance(found, Run)
    assert found.reason == reason


# --------------------------------------------------------------------------------- floor_at_zero


def test_a_count_has_no_limit_below_nought():
    values = [0.0, 4.0] * 6
    assert xmr(values).lower == pytest.approx(2 - 10.64)
    floored = xmr(values, floor_at_zero=True)
    assert floored.lower == 0.0
    assert floored.upper == xmr(values).upper
    assert floored.outside == ()


@given(COUNTS)
def test_the_floor_touches_nothing_but_the_lower_limit(values):
    one, other = xmr(values), xmr(values, floor_at_zero=True)
    if isinstance(one, Limits):
        assert other == one._replace(lower=max(0.0, one.lower))
    else:
        assert other == one


def test_a_count_below_nought_is_refused():
    with pytest.raises(ValueError, match="below nought"):
        xmr([-1.0] * 12, floor_at_zero=True)
