"""Intervals: the limits other implementations give, the laws they obey, and the verdicts."""

import math
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from kscb_analysis.intervals import (
    EXACT_BELOW,
    LEVELS,
    Against,
    Comparison,
    Interval,
    Method,
    against,
    normal_quantile,
    proportion,
    proportions,
    rate,
    rates,
)
from kscb_analysis.vocabulary import Polarity

SHARES = st.integers(1, 200_000).flatmap(
    lambda total: st.tuples(st.integers(0, total), st.just(total))
)
EVENTS = st.tuples(st.integers(0, 50_000), st.integers(1, 2_000_000))
LEVEL = st.sampled_from(LEVELS)
NEAR = {"rel": 1e-12, "abs": 1e-9}


# ---------------------------------------------------------------- against other implementations

SHARES_AT_THE_EDGES = [
    (0, 1), (1, 1), (0, 7), (7, 7), (1, 29), (1, 2), (9, 10), (10, 10), (9, 100), (10, 100),
    (221, 1896), (8500, 81770), (1, 100_000), (99_999, 100_000), (500_000, 1_000_000),
]  # fmt: skip


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("count", "of"), SHARES_AT_THE_EDGES)
def test_a_share_has_the_limits_that_scipy_gives(count, of, level):
    theirs = stats.binomtest(count, of).proportion_ci(confidence_level=level, method="wilson")
    ours = proportion(count, of, level)
    assert (ours.lower, ours.upper) == pytest.approx(
        (100 * theirs.low, 100 * theirs.high), abs=1e-6
    )
    assert (ours.level, ours.method) == (level, Method.WILSON)


# Newcombe (1998), Two-sided confidence intervals for the single proportion, Statistics in
# Medicine 17, 857-872, table I, method 3; the limits are printed to four places.
@pytest.mark.parametrize(
    ("count", "of", "lower", "upper"),
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0, 16.11), (1, 29, 0.61, 17.18)],
)
def test_the_published_examples_of_wilsons_method_come_out(count, of, lower, upper):
    one = proportion(count, of)
    assert (round(one.lower, 2), round(one.upper, 2)) == (lower, upper)


def exact_by_search(count: int, level: float) -> tuple[float, float]:
    """Find the two means under which so few or so many events are as rare as the level says."""
    tail, far = (1 - level) / 2, 10 * count + 40
    upper = optimize.brentq(lambda mean: stats.poisson.cdf(count, mean) - tail, 1e-12, far)
    if count == 0:
        return 0.0, upper
    lower = optimize.brentq(lambda mean: stats.poisson.sf(count - 1, mean) - tail, 1e-12, far)
    return lower, upper


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("count", range(EXACT_BELOW))
def test_few_events_have_the_exact_limits(count, level):
    ours = rate(count, 10_000, level)
    assert (ours.lower, ours.upper) == pytest.approx(exact_by_search(count, level), abs=1e-6)
    tail = (1 - level) / 2
    assert ours.upper == pytest.approx(stats.chi2.ppf(1 - tail, 2 * count + 2) / 2, abs=1e-6)
    assert ours.method == Method.EXACT


def byar(count: int, level: float) -> tuple[float, float]:
    """Evaluate the formula of Breslow and Day (1987), Statistical methods in cancer research II."""
    z = stats.norm.isf((1 - level) / 2)
    first = 1 - 1 / (9 * count) - z / 3 / math.sqrt(count)
    second = 1 - 1 / (9 * (count + 1)) + z / 3 / math.sqrt(count + 1)
    return count * first * first * first, (count + 1) * second * second * second


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("count", [10, 11, 57, 65, 389, 1045, 75_000])
def test_more_events_have_byars_limits(count, level):
    ours = rate(count, 33_000, level)
    expected = [limit / 33_000 * 10_000 for limit in byar(count, level)]
    assert (ours.lower, ours.upper) == pytest.approx(expected, abs=1e-6)
    assert ours.method == Method.BYAR


# Worked out in SAS and printed to five places in the SAS Communities (SAS Procedures, "How to
# calculate confidence interval for crude rate", 17 April 2020), after an example of OpenEpi.
@pytest.mark.parametrize(
    ("count", "of", "per", "lower", "upper"),
    [
        (4060, 76_513_290, 100_000, 5.14429, 5.47205),  # Byar
        (5, 25, 10, 0.64939, 4.66733),  # exact
    ],
)
def test_the_published_examples_of_rates_come_out(count, of, per, lower, upper):
    one = rate(count, of, per=per)
    assert (round(one.lower, 5), round(one.upper, 5)) == (lower, upper)


def test_at_ten_events_the_approximation_is_within_a_fifth_of_a_per_cent():
    ours = rate(EXACT_BELOW, 10_000)
    assert (ours.lower, ours.upper) == pytest.approx(exact_by_search(10, 0.95), rel=0.002)


@pytest.mark.parametrize("level", LEVELS)
def test_the_limits_rise_with_the_count_across_the_change_of_method(level):
    bounds = rates(np.arange(40), np.full(40, 5000), level)
    assert (np.diff(bounds.lower) > 0).all()
    assert (np.diff(bounds.upper) > 0).all()


@pytest.mark.parametrize(("level", "printed"), [(0.95, 1.959964), (0.998, 3.0902)])
def test_z_is_the_printed_one_to_its_last_place(level, printed):
    places = len(str(printed).partition(".")[2])
    assert round(normal_quantile(level), places) == printed


@pytest.mark.parametrize(("count", "of"), SHARES_AT_THE_EDGES)
def test_the_printed_z_of_the_95_per_cent_interval_would_change_nothing(count, of):
    z, share = 1.959964, count / of
    root = math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    limits = [
        100 * (share + z * z / (2 * of) + sign * z * root) / (1 + z * z / of) for sign in (-1, 1)
    ]
    one = proportion(count, of)
    assert (one.lower, one.upper) == pytest.approx(limits, abs=1e-6)


# ----------------------------------------------------------------------------------------- laws


@given(SHARES, LEVEL)
def test_a_share_lies_in_its_interval(share, level):
    count, of = share
    one = proportion(count, of, level)
    assert 0 <= one.lower <= 100 * count / of <= one.upper <= 100
    assert one.lower < one.upper


@given(EVENTS, LEVEL)
def test_a_rate_lies_in_its_interval(events, level):
    count, of = events
    one = rate(count, of, level)
    assert 0 <= one.lower <= count / of * 10_000 < one.upper


@given(SHARES, LEVEL)
def test_those_who_did_and_those_who_did_not_have_mirrored_intervals(share, level):
    count, of = share
    one, other = proportion(count, of, level), proportion(of - count, of, level)
    assert (one.lower, one.upper) == pytest.approx((100 - other.upper, 100 - other.lower), **NEAR)


@given(SHARES)
def test_a_share_has_the_wider_interval_at_the_higher_level(share):
    inner, outer = (proportion(*share, level) for level in LEVELS)
    assert outer.upper - outer.lower > inner.upper - inner.lower
    assert outer.lower <= inner.lower
    assert inner.upper <= outer.upper


@given(EVENTS)
def test_a_rate_has_the_wider_interval_at_the_higher_level(events):
    inner, outer = (rate(*events, level) for level in LEVELS)
    assert outer.lower <= inner.lower
    assert inner.upper < outer.upper


@given(SHARES, st.integers(2, 40), LEVEL)
def test_the_same_share_of_more_has_the_narrower_interval(share, times, level):
    count, of = share
    few, many = proportion(count, of, level), proportion(times * count, times * of, level)
    assert many.upper - many.lower < few.upper - few.lower


@given(EVENTS, st.integers(2, 40), LEVEL)
def test_the_same_rate_among_more_has_the_narrower_interval(events, times, level):
    count, of = events
    few, many = rate(count, of, level), rate(times * count, times * of, level)
    assert many.upper - many.lower < few.upper - few.lower


@given(EVENTS, st.sampled_from([1, 1000, 100_000]))
def test_a_rate_per_so_many_only_changes_the_unit(events, per):
    one, other = rate(*events), rate(*events, per=per)
    assert other.upper / per == pytest.approx(one.upper / 10_000)
    assert other.lower / per == pytest.approx(one.lower / 10_000)


# -------------------------------------------------------------------------- one and many at once


@given(st.lists(SHARES, max_size=8), LEVEL)
def test_many_shares_have_the_limits_of_each(shares, level):
    bounds = proportions([count for count, _ in shares], [of for _, of in shares], level)
    each = [proportion(*share, level) for share in shares]
    assert bounds.lower.tolist() == [one.lower for one in each]
    assert bounds.upper.tolist() == [one.upper for one in each]


@given(st.lists(EVENTS, max_size=8), LEVEL)
def test_many_rates_have_the_limits_of_each(events, level):
    bounds = rates([count for count, _ in events], [of for _, of in events], level)
    each = [rate(*one, level) for one in events]
    assert bounds.lower == pytest.approx([one.lower for one in each], rel=1e-12)
    assert bounds.upper == pytest.approx([one.upper for one in each], rel=1e-12)


@pytest.mark.parametrize("vector", [proportions, rates])
@pytest.mark.parametrize(
    ("count", "of"),
    [
        (math.nan, 10), (3, math.nan), (-1, 10), (2.5, 10), (3, 0), (0, 0), (3, -10),
        (math.inf, math.inf), (3, math.inf),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_nan_and_spoils_nothing_else(vector, count, of):
    bounds = vector([5, count, 20], [40, of, 50])
    assert np.isnan([bounds.lower, bounds.upper]).tolist() == [[False, True, False]] * 2
    alone = vector([5, 20], [40, 50])
    assert bounds.lower[[0, 2]].tolist() == alone.lower.tolist()
    assert bounds.upper[[0, 2]].tolist() == alone.upper.tolist()


def test_a_count_above_its_total_is_no_share_but_may_be_a_rate():
    assert np.isnan(proportions([1011], [1000])).all()
    assert not np.isnan(rates([1011], [1000])).any()


@pytest.mark.parametrize("kind", ["Int64", "Float64", "float64", object])
def test_columns_with_gaps_are_read_as_they_are(kind):
    count = pd.Series([5, None, 20], dtype=kind)
    total = pd.Series([40, 40, None], dtype=kind)
    bounds = proportions(count, total)
    assert np.isnan(bounds.upper).tolist() == [False, True, True]
    assert bounds.upper[0] == proportion(5, 40).upper


def test_as_many_totals_as_counts_are_needed():
    with pytest.raises(ValueError, match="3 counts cannot be set over 1 totals"):
        proportions([1, 2, 3], [10])


# -------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("count", "of", "said"),
    [
        (1011, 1000, "1011 is above its total of 1000"),
        (-1, 10, "The count is -1"),
        (2.5, 10, "The count is 2.5"),
        (math.nan, 10, "The count is nan"),
        (math.inf, 10, "The count is inf"),
        (1, 10.5, "The total is 10.5"),
        (1, -10, "The total is -10"),
        (0, 0, "a total of nought"),
    ],
)
def test_counts_that_are_no_share_are_refused(count, of, said):
    with pytest.raises(ValueError, match=said):
        proportion(count, of)


@pytest.mark.parametrize(
    ("count", "of", "said"),
    [
        (-1, 10, "The count is -1"),
        (2.5, 10, "The count is 2.5"),
        (3, 0, "above nought, not 0"),
        (3, -5, "above nought, not -5"),
        (3, math.nan, "above nought, not nan"),
    ],
)
def test_counts_that_are_no_rate_are_refused(count, of, said):
    with pytest.raises(ValueError, match=said):
        rate(count, of)


@pytest.mark.parametrize("level", [0.9, 95, 0, 1, math.nan])
@pytest.mark.parametrize("interval", [proportion, rate])
def test_a_level_of_no_use_here_is_refused(interval, level):
    with pytest.raises(ValueError, match=r"there are 0\.95 and 0\.998"):
        interval(1, 10, level)


def test_a_population_may_be_an_estimate():
    assert rate(30, 1234.5).upper > rate(30, 1235).upper


# --------------------------------------------------------------------------------------- against

HERE = Interval(10.0, 13.0, 0.95, Method.WILSON)
SAME, HIGHER, LOWER = Comparison.SIMILAR, Comparison.HIGHER, Comparison.LOWER
BETTER, WORSE = Comparison.BETTER, Comparison.WORSE


@pytest.mark.parametrize(
    ("benchmark", "high", "low", "neither"),
    [
        (9.999, BETTER, WORSE, HIGHER),
        (10.0, SAME, SAME, SAME),
        (11.5, SAME, SAME, SAME),
        (13.0, SAME, SAME, SAME),
        (13.001, WORSE, BETTER, LOWER),
    ],
)
def test_a_benchmark_is_judged_by_where_it_lies(benchmark, high, low, neither):
    def verdict(polarity):
        return against(benchmark, HERE, polarity).verdict

    assert verdict(Polarity.HIGH_IS_GOOD) is high
    assert verdict(Polarity.LOW_IS_GOOD) is low
    assert verdict(Polarity.NO_JUDGEMENT) is neither
    assert verdict(Polarity.NEAR_TARGET_IS_GOOD) is neither


@pytest.mark.parametrize("polarity", Polarity)
@pytest.mark.parametrize(
    ("benchmark", "interval", "known", "reason"),
    [
        (None, HERE, None, "there is no figure to compare with"),
        (math.nan, HERE, None, "there is no figure to compare with"),
        (11.0, None, 11.0, "there are no counts to make an interval from"),
        (11.0, Interval(math.nan, math.nan, 0.95, ""), 11.0, "there are no counts"),
        (None, None, None, "there is no figure to compare with"),
    ],
)
def test_nothing_is_guessed_where_something_is_missing(
    benchmark, interval, known, reason, polarity
):
    found = against(benchmark, interval, polarity)
    assert found.verdict is Comparison.NOT_COMPARED
    assert found.benchmark == known
    assert found.reason.startswith(reason)


@pytest.mark.parametrize(
    ("benchmark", "level", "reason"),
    [
        (11.0, 0.95, "the benchmark lies inside the 95% interval"),
        (9.0, 0.95, "the whole 95% interval lies above the benchmark"),
        (14.0, 0.998, "the whole 99.8% interval lies below the benchmark"),
    ],
)
def test_a_verdict_says_why(benchmark, level, reason):
    found = against(benchmark, Interval(10.0, 13.0, level, ""), Polarity.NO_JUDGEMENT)
    assert found == Against(found.verdict, benchmark, reason)


@given(st.floats(-50, 150), SHARES)
def test_turning_polarity_round_turns_better_and_worse_round(benchmark, share):
    turned = {BETTER: WORSE, WORSE: BETTER, SAME: SAME}
    interval = proportion(*share)
    high = against(benchmark, interval, Polarity.HIGH_IS_GOOD).verdict
    assert against(benchmark, interval, Polarity.LOW_IS_GOOD).verdict is turned[high]
    neither = against(benchmark, interval, Polarity.NO_JUDGEMENT).verdict
    assert neither is {BETTER: HIGHER, WORSE: LOWER, SAME: SAME}[high]


def test_a_rounded_benchmark_would_give_another_verdict():
    # Three or more placements, 2025: 221 of 1,896 in Kent; 8,500 of 81,770, published as 10.
    kent = proportion(221, 1896)
    assert against(100 * 8500 / 81770, kent, Polarity.LOW_IS_GOOD).verdict is SAME
    assert against(10.0, kent, Polarity.LOW_IS_GOOD).verdict is WORSE


# -------------------------------------------------------------------------------- what it imports


def test_scipy_is_only_imported_for_few_events_and_never_its_statistics():
    script = (
        "import sys; from kscb_analysis.intervals import proportion, rate; "
        "proportion(3, 10); rate(30, 100); print('scipy' in sys.modules); "
        "rate(3, 100); print('scipy.special' in sys.modules, 'scipy.stats' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True", "False"]
