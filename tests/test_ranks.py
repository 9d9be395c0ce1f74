"""Ranks, bands and neighbours: counted again by hand and by other means, and the laws they obey."""

import csv
import math
import statistics

import golden_comparison
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kscb_analysis.ranks import (
    LEAST_RANKED,
    Neighbours,
    Place,
    Quartiles,
    bands,
    neighbours,
    place,
    quartiles,
    ranks,
)
from kscb_analysis.vocabulary import Polarity, Statistic

HIGH, LOW = Polarity.HIGH_IS_GOOD, Polarity.LOW_IS_GOOD
COMPARISON = "national_comparison_2011"

# Few different figures, so that many tie.
FIGURE = st.one_of(st.integers(0, 12).map(float), st.floats(0, 1000).map(lambda x: round(x, 1)))
HELD = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=2), st.one_of(st.none(), FIGURE), max_size=24
)
JUDGED = st.sampled_from([HIGH, LOW])


def series(held: dict[str, float | None]) -> pd.Series:
    return pd.Series(list(held.values()), index=pd.Index(list(held), dtype="str"), dtype=float)


def known_of(held: dict[str, float | None]) -> list[float]:
    return [value for value in held.values() if value is not None]


def as_list(found: pd.Series) -> list:
    return [None if pd.isna(one) else one for one in found]


# ----------------------------------------------------------------------------------------- ranks


@pytest.mark.parametrize(
    ("values", "high", "low"),
    [
        ([], [], []),
        ([5.0], [1], [1]),
        ([None], [None], [None]),
        ([7.0, 9.0, 8.0], [3, 1, 2], [1, 3, 2]),
        ([9.0, 9.0, 8.0, 7.0], [1, 1, 3, 4], [3, 3, 2, 1]),
        ([4.0, 4.0, 4.0], [1, 1, 1], [1, 1, 1]),
        ([None, 9.0, None, 7.0], [None, 1, None, 2], [None, 2, None, 1]),
        ([101.1, 0.0], [1, 2], [2, 1]),
    ],
)
def test_ties_share_the_smallest_rank(values, high, low):
    figures = pd.Series(values, dtype=float)
    assert as_list(ranks(figures, HIGH)) == high
    assert as_list(ranks(figures, LOW)) == low
    assert ranks(figures, HIGH).dtype == "Int64"


@given(HELD, JUDGED)
def test_a_rank_is_one_more_than_those_that_do_better(held, polarity):
    found = ranks(series(held), polarity)
    for key, value in held.items():
        better = [
            other
            for other in known_of(held)
            if value is not None and (other - value) * polarity.sign > 0
        ]
        assert pd.isna(found[key]) if value is None else found[key] == 1 + len(better)


@given(HELD)
def test_the_two_ranks_of_a_figure_count_everyone_once(held):
    known = known_of(held)
    both = ranks(series(held), HIGH) + ranks(series(held), LOW)
    for key, value in held.items():
        if value is not None:
            assert both[key] == len(known) + 2 - known.count(value)


# -------------------------------------------------------------------------- quartiles and bands


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3.0], (3.0, 3.0, 3.0)),
        ([1.0, 2.0], (1.25, 1.5, 1.75)),
        ([4.0, 1.0, 3.0, 2.0], (1.75, 2.5, 3.25)),
        ([1.0, 2.0, 3.0, 4.0, 9.0, math.nan], (2.0, 3.0, 4.0)),
    ],
)
def test_quartiles_are_interpolated(values, expected):
    assert quartiles(pd.Series(values)) == pytest.approx(expected)


def test_nothing_known_has_no_quartiles():
    assert all(math.isnan(one) for one in quartiles(pd.Series([math.nan])))
    assert all(math.isnan(one) for one in quartiles(pd.Series([], dtype=float)))


@given(HELD.filter(lambda held: len(known_of(held)) > 1))
def test_quartiles_are_those_of_the_standard_library(held):
    expected = statistics.quantiles(known_of(held), n=4, method="inclusive")
    assert quartiles(series(held)) == pytest.approx(Quartiles(*expected))


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        # Both tables of letters have the same closed ends: 2, 3 and 4 are the quartiles here.
        ([1.0, 2.0, 3.0, 4.0, 5.0], "AABCD", "DDCBA"),
        ([1.0, 1.9, 2.0, 2.1, 3.0, 3.1, 4.0, 4.1, 5.0], "AAABBCCDD", "DDDCCBBAA"),
        ([5.0, 1.0], "DA", "AD"),
        ([7.0], "A", "D"),
        ([6.0, 6.0, 6.0], "AAA", "DDD"),
        # Three of five have the highest figure, which is the upper quartile too.
        ([100.0, 100.0, 100.0, 90.0, 80.0], "BBBAA", "CCCDD"),
    ],
)
def test_a_quartile_belongs_to_the_quarter_below_it(values, low, high):
    assert "".join(bands(pd.Series(values), LOW)) == low
    assert "".join(bands(pd.Series(values), HIGH)) == high


def band_by_hand(value: float, known: list[float], polarity: Polarity) -> str:
    lower, middle, upper = (np.quantile(known, q, method="linear") for q in (0.25, 0.5, 0.75))
    if value <= lower:
        return "A" if polarity is LOW else "D"
    if lower < value <= middle:
        return "B" if polarity is LOW else "C"
    if middle < value <= upper:
        return "C" if polarity is LOW else "B"
    return "D" if polarity is LOW else "A"


@given(HELD, JUDGED)
def test_bands_are_those_found_one_by_one(held, polarity):
    known = known_of(held)
    found = bands(series(held), polarity)
    assert as_list(found) == [
        None if value is None else band_by_hand(value, known, polarity) for value in held.values()
    ]
    assert found.dtype == "str"


@given(HELD)
def test_turning_polarity_round_turns_the_letters_round(held):
    turned = dict(zip("ABCD", "DCBA", strict=True))
    assert as_list(bands(series(held), HIGH).map(turned)) == as_list(bands(series(held), LOW))


@pytest.mark.parametrize("polarity", [Polarity.NO_JUDGEMENT, Polarity.NEAR_TARGET_IS_GOOD])
def test_without_an_order_there_is_no_rank_and_no_band(polarity):
    figures = series({"a": 1.0, "b": 2.0})
    assert ranks(figures, polarity).isna().all()
    assert ranks(figures, polarity).dtype == "Int64"
    assert bands(figures, polarity).isna().all()
    assert place(figures, "a", polarity, least=1) is None


# -------------------------------------------------------------------- laws of ranks and bands


@given(HELD, JUDGED, st.randoms(use_true_random=False))
def test_the_order_of_the_authorities_does_not_matter(held, polarity, random):
    shuffled = list(held.items())
    random.shuffle(shuffled)
    for order in (ranks, bands):
        one, other = order(series(held), polarity), order(series(dict(shuffled)), polarity)
        pd.testing.assert_series_equal(other.reindex(one.index), one)


@given(HELD, JUDGED)
def test_an_authority_without_a_figure_changes_nothing(held, polarity):
    more = series({**held, "z": None})
    for order in (ranks, bands):
        before, after = order(series(held), polarity), order(more, polarity)
        pd.testing.assert_series_equal(after.drop("z"), before)
        assert pd.isna(after["z"])
    assert quartiles(more) == pytest.approx(quartiles(series(held)), nan_ok=True)


@pytest.mark.parametrize("kind", ["Float64", "Int64", object])
def test_columns_of_any_kind_of_number_are_read(kind):
    figures = pd.Series([3, None, 1], index=list("abc"), dtype=kind)
    assert as_list(ranks(figures, LOW)) == [2, None, 1]
    assert as_list(bands(figures, LOW)) == ["D", None, "A"]
    assert neighbours(figures, ["a", "b", "c"], "kent").mean == 2.0


@pytest.mark.parametrize(
    "ask",
    [
        lambda figures: ranks(figures, HIGH),
        lambda figures: bands(figures, LOW),
        lambda figures: place(figures, "a", HIGH, 1),
        lambda figures: neighbours(figures, ["a", "b"], "kent"),
        quartiles,
    ],
)
def test_two_figures_for_one_authority_are_refused(ask):
    with pytest.raises(ValueError, match="More than one figure is given for a, b"):
        ask(pd.Series([1.0, 2.0, 2.0, 3.0, 9.0], index=list("aabbc")))


# ----------------------------------------------------------------------------------------- place


def test_a_place_is_a_rank_among_those_known_and_a_band():
    figures = series({"a": 4.0, "b": 3.0, "c": None, "d": 2.0, "e": 1.0})
    assert place(figures, "b", HIGH, least=4) == Place(2, 4, "B")
    assert place(figures, "b", LOW, least=4) == Place(3, 4, "C")


@pytest.mark.parametrize(
    ("key", "least", "given"),
    [("a", 4, True), ("a", 5, False), ("c", 1, False), ("not there", 1, False)],
)
def test_a_place_is_only_given_where_it_says_something(key, least, given):
    figures = series({"a": 4.0, "b": 3.0, "c": None, "d": 2.0, "e": 1.0})
    assert (place(figures, key, HIGH, least=least) is not None) is given


@pytest.mark.parametrize(("known", "given"), [(LEAST_RANKED - 1, False), (LEAST_RANKED, True)])
def test_a_hundred_authorities_make_a_national_rank(known, given):
    figures = pd.Series(range(150), index=[f"E{at}" for at in range(150)], dtype=float)
    figures.iloc[known:] = math.nan
    assert (place(figures, "E0", LOW) is not None) is given


# ------------------------------------------------------------------------------------ neighbours


def test_neighbours_are_put_in_brief():
    figures = series({"a": 1.0, "b": 2.0, "c": None, "d": 6.0, "kent": 99.0, "other": 50.0})
    found = neighbours(figures, ["d", "c", "gone", "a", "b", "kent", "a"], "kent")
    assert found == Neighbours(3.0, 2.0, 1.0, 6.0, 1.5, 4.0, 3, ("c", "gone"))


@pytest.mark.parametrize("members", [[], ["c"], ["gone"], ["kent"], ["c", "gone", "kent"]])
def test_members_without_a_figure_are_no_comparison(members):
    assert neighbours(series({"a": 1.0, "c": None, "kent": 9.0}), members, "kent") is None


@given(HELD, st.lists(st.text("abcdefgh", min_size=1, max_size=2), max_size=9), FIGURE)
def test_neither_the_own_figure_nor_an_outsiders_counts(held, members, other):
    before = neighbours(series(held), members, "kent")
    more = series({**held, "kent": other, "outside": other})
    assert neighbours(more, [*members, "kent"], "kent") == before


@given(HELD, st.randoms(use_true_random=False))
def test_the_order_of_the_members_only_orders_the_missing(held, random):
    members = [*held, "gone"]
    shuffled = random.sample(members, len(members))
    one, other = (neighbours(series(held), listed, "kent") for listed in (members, shuffled))
    if one is None:
        assert other is None
        assert known_of(held) == []
    else:
        assert other[:-1] == one[:-1]
        assert sorted(other.missing) == sorted(one.missing)
        assert one.known + len(one.missing) == len(members)
        assert one.mean == pytest.approx(statistics.mean(known_of(held)))


# ------------------------------------------------------------------- the printed tables of 2011


def golden_lines() -> list[dict[str, str]]:
    with golden_comparison.GOLDEN.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_golden_file_is_what_its_script_writes():
    written = [
        {key: str(line.get(key, "")) for key in golden_comparison.COLUMNS}
        for line in golden_comparison.lines()
    ]
    assert written == golden_lines(), "Run: python tests/golden_comparison.py"


def test_the_golden_file_holds_every_printed_average(real_data):
    rows = real_data.observations
    averages = rows[
        (rows["statistic"] == Statistic.NEIGHBOUR_MEAN)
        & (rows["source_id"] == COMPARISON)
        & rows["value"].notna()
    ]
    printed = averages.set_index(["source_table", "time_period"])["value"]
    golden = {(one["table"], one["year"]): float(one["mean"]) for one in golden_lines()}
    assert len(golden) == 155
    assert set(printed.index) == set(golden)
    for key, mean in golden.items():
        assert printed[key] == pytest.approx(mean, abs=0.05 + 1e-9)


def figures_of(data, table: str, year: str) -> pd.Series:
    """Give the figures of one printed table and year, as the library reads them, by area."""
    (indicator_id,) = {
        indicator.indicator_id
        for indicator in data.catalogue.indicators.values()
        for feed in indicator.feeds
        if feed.table == f"{COMPARISON}/{table}"
    }
    rows = data.figures(indicator_id, latest=False)
    there = rows[
        (rows["source_id"] == COMPARISON)
        & (rows["source_table"] == table)
        & (rows["time_period"] == year)
    ]
    return there.set_index("area_code")["value"]


@pytest.mark.parametrize("table", sorted({one["table"] for one in golden_lines()}))
def test_kent_stands_among_its_printed_neighbours_as_counted_apart(real_data, table):
    kent = real_data.area("Kent")
    members = real_data.neighbours(kent, 2011).members
    names = {code: real_data.areas.by_code[code].name for code in members}
    for line in golden_lines():
        if line["table"] != table:
            continue
        figures = figures_of(real_data, table, line["year"])
        found = neighbours(figures, members, kent.code)
        assert found[:6] == pytest.approx(
            [
                float(line[key])
                for key in ("mean", "median", "lowest", "highest", "lower_quartile",
                            "upper_quartile")
            ],
            abs=1e-6,
        ), line["year"]  # fmt: skip
        assert found.known == int(line["known"])
        assert sorted(names[code] for code in found.missing) == [
            name for name in line["missing"].split("; ") if name
        ]
        eleven = figures.reindex([kent.code, *members])
        for polarity, side in ((HIGH, "high"), (LOW, "low")):
            where = place(eleven, kent.code, polarity, least=1)
            expected = (line[f"rank_{side}"], line["of"], line[f"band_{side}"])
            if line["kent"]:
                assert tuple(map(str, where)) == expected, line["year"]
            else:
                assert where is None
