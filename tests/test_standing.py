"""Standing: everything known about one area and indicator, and nothing across a gap or break."""

import statistics
from dataclasses import fields, replace
from datetime import date

import made_up
import pandas as pd
import pytest
from counted_project import (
    REVIEWS,
    VISITS,
    crowd,
    turned,
    with_floor,
    with_indicator,
    with_rows,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import figure, words

from kscb_analysis import sentences
from kscb_analysis.build import make_data
from kscb_analysis.catalogue import Break
from kscb_analysis.dataset import Dataset
from kscb_analysis.intervals import Comparison
from kscb_analysis.periods import Period, month, reporting_year
from kscb_analysis.standing import Standing, standing
from kscb_analysis.trends import TrendWords
from kscb_analysis.vocabulary import Direction, Polarity, Verdict

ASSESSMENTS = "assessments_in_time_pct"


def stand(data: Dataset, indicator_id: str, area: str = "Kent", year: int = 2011) -> Standing:
    found = data.areas.find(area)
    return standing(data, data.catalogue[indicator_id], found, year, data.neighbours(found, year))


def test_a_yearly_indicator_stands_with_all_that_is_known_about_it(small_data):
    one = stand(small_data, ASSESSMENTS)
    assert (one.latest.value, one.previous.value, one.first.value) == (54.0, 68.5, 70.0)
    assert (one.latest.period, one.previous.period) == (reporting_year(2011), reporting_year(2010))
    assert one.latest.cell == "assessments, row 5, column 5"
    assert one.latest.source_id == "comparison_2011"
    assert (one.change, one.direction, one.verdict) == (-14.5, Direction.FALLING, Verdict.WORSE)
    assert one.neighbours_mean.value == pytest.approx(71.0)
    assert (one.neighbours.median, one.neighbours.known) == (75.0, 3)
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
    assert (one.neighbours.known, one.neighbours_in_set) == (2, 3)
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
    assert one.neighbours is None


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


# ------------------------------------------------------------------- counts, intervals, verdicts


def test_with_counts_a_figure_has_an_interval_a_verdict_and_a_trend(counted_data):
    one = stand(counted_data, REVIEWS)
    assert (one.latest.value, one.latest.numerator, one.latest.denominator) == (84.0, 840, 1000)
    assert (one.interval.lower, one.interval.upper) == pytest.approx((81.60, 86.14), abs=0.006)
    assert one.against_neighbours.verdict is Comparison.WORSE
    assert one.against_neighbours.benchmark == pytest.approx(91.0)
    assert one.against_england.verdict is Comparison.SIMILAR
    assert (one.trend.words, one.trend.slope) == (TrendWords.RISING, pytest.approx(6.0))
    assert (one.first.value, one.first.period) == (60.0, reporting_year(2007))
    assert one.change_since_first == 24.0
    assert one.missing == ("Lancashire",)


def test_few_counts_make_nothing_clear(counted_data):
    one = stand(counted_data, VISITS)
    assert one.against_neighbours.verdict is one.against_england.verdict is Comparison.SIMILAR
    assert not one.trend.known
    assert one.gap_to_neighbours == -4.0


def test_without_counts_nothing_is_judged(small_data):
    one = stand(small_data, ASSESSMENTS)
    assert one.interval is None
    assert one.against_neighbours.verdict is Comparison.NOT_COMPARED
    assert one.against_england.verdict is Comparison.NOT_COMPARED
    assert one.trend is not None
    assert not one.trend.known


def test_a_verdict_does_not_turn_on_the_rounding_of_a_printed_share(counted_data):
    whole = replace(counted_data.catalogue[REVIEWS], decimals=0)
    rows = counted_data.observations
    mine = (rows["indicator_id"] == REVIEWS) & (rows["area_name"] == "England")
    # 86.14 % of 50,000 is printed as 86 and lies just inside Kent's interval; 86.4 % does not.
    for count, verdict in ((43_070, Comparison.SIMILAR), (43_200, Comparison.WORSE)):
        changed = rows.assign(
            value=rows["value"].mask(mine, 86.0), numerator=rows["numerator"].mask(mine, count)
        )
        held = with_rows(with_indicator(counted_data, whole), changed)
        one = standing(held, whole, held.area("Kent"), 2011, None)
        assert one.england.value == 86.0
        assert one.against_england.verdict is verdict


@pytest.mark.parametrize("indicator_id", [REVIEWS, VISITS, ASSESSMENTS])
@pytest.mark.parametrize("year", [2010, 2011])
def test_turning_polarity_round_turns_every_verdict_round(
    small_data, counted_data, indicator_id, year
):
    opposite = {
        Comparison.BETTER: Comparison.WORSE,
        Comparison.WORSE: Comparison.BETTER,
        Verdict.BETTER: Verdict.WORSE,
        Verdict.WORSE: Verdict.BETTER,
    }
    data = small_data if indicator_id == ASSESSMENTS else counted_data
    about = data.catalogue[indicator_id]
    one = stand(data, indicator_id, year=year)
    other = stand(
        with_indicator(data, replace(about, polarity=turned(about.polarity))),
        indicator_id,
        year=year,
    )
    for pair in (
        (one.against_neighbours.verdict, other.against_neighbours.verdict),
        (one.against_england.verdict, other.against_england.verdict),
        (one.verdict, other.verdict),
    ):
        assert pair[1] == opposite.get(pair[0], pair[0])
    assert (one.direction, one.change, one.trend) == (other.direction, other.change, other.trend)
    neither = stand(
        with_indicator(data, replace(about, polarity=Polarity.NO_JUDGEMENT)),
        indicator_id,
        year=year,
    )
    assert neither.verdict is Verdict.NOT_JUDGED
    assert neither.place is None
    assert neither.against_neighbours.verdict not in (Comparison.BETTER, Comparison.WORSE)


# ------------------------------------------------------------------------ ranks among a crowd

CROWD = [float(value) for value in range(101, 300, 2)]


def test_a_rank_needs_a_hundred_authorities(small_data):
    rows = small_data.observations
    for number, ranked in ((93, False), (94, True)):  # six are printed
        more = crowd(small_data, ASSESSMENTS, CROWD[:number], 2011)
        one = stand(with_rows(small_data, pd.concat([rows, more])), ASSESSMENTS)
        assert (one.place is not None) is ranked
        assert (one.everyone is not None) is ranked


def test_england_and_regions_have_no_place_among_authorities(small_data):
    more = crowd(small_data, ASSESSMENTS, CROWD, 2011)
    nations = crowd(small_data, ASSESSMENTS, [0.0, 999.0], 2011).assign(
        geographic_level=["National", "Regional"], area_code=["E9", "E8"]
    )
    without = with_rows(small_data, pd.concat([small_data.observations, more]))
    with_them = with_rows(small_data, pd.concat([small_data.observations, more, nations]))
    one = stand(with_them, ASSESSMENTS)
    assert one.place == stand(without, ASSESSMENTS).place
    assert one.everyone == (25.0, 299.0)
    # Kent's 54.0 is above Kingston upon Hull's 25.0 alone.
    assert (one.place.rank, one.place.of, one.place.band) == (105, 106, "D")


PLACES = st.lists(st.sampled_from(["made up", "Barnet"]), min_size=1, max_size=4)


@settings(max_examples=20)
@given(PLACES, st.sampled_from([2009, 2010, 2011]), st.sampled_from([REVIEWS, VISITS]))
def test_an_authority_without_a_figure_changes_nothing(counted_data, names, year, indicator_id):
    if indicator_id == VISITS and year == 2009:
        year = 2010
    rows = counted_data.observations
    more = crowd(counted_data, indicator_id, [None] * len(names), year)
    barnet = counted_data.areas.find("Barnet")
    codes = [barnet.code if name == "Barnet" else None for name in names]
    more["area_code"] = [code or own for code, own in zip(codes, more["area_code"], strict=True)]
    held = with_rows(counted_data, pd.concat([rows, more.drop_duplicates("area_code")]))
    before = stand(counted_data, indicator_id, year=year)
    assert stand(held, indicator_id, year=year) == before


# ------------------------------------------------------------------------------ target and floor


def test_a_floor_stands_beside_its_target_and_rates_the_figure(counted_data):
    plain = stand(counted_data, REVIEWS)
    assert (plain.target.value, plain.floor, plain.computed_rating) == (95.0, None, "")
    for floor, rating in ((80.0, "Amber"), (84.0, "Red"), (95.0, "Red")):
        one = stand(with_floor(counted_data, REVIEWS, floor), REVIEWS)
        assert (one.floor.value, one.computed_rating) == (floor, rating)
        assert one.floor.key.endswith("|floor")
        assert one.floor.period == one.target.period
    assert stand(with_floor(counted_data, VISITS, 70.0), VISITS).computed_rating == "Green"


def test_a_rating_is_computed_for_the_day_of_its_target_alone(small_data):
    # The target is for 2011, so 54.0 of that year is rated and 61.2 of October is not.
    for floor, rated in ((50.0, "Amber"), (54.0, "Red"), (60.0, "Red")):
        one = stand(with_floor(small_data, ASSESSMENTS, floor), ASSESSMENTS)
        assert (one.latest.value, one.since.value, one.target.value) == (54.0, 61.2, 70.0)
        assert one.target.period == reporting_year(2011)
        assert (one.floor.value, one.computed_rating) == (floor, rated)


def made_standing(now: float, since: float | None, aims: int | Period) -> Standing:
    return made_up.standing(
        latest=figure(now),
        since=None if since is None else figure(since, month(2011, 10)),
        target=figure(70.0, aims, "target"),
        floor=figure(50.0, aims, "floor"),
    )


@pytest.mark.parametrize(
    ("now", "since", "aims", "rated"),
    [
        (54.0, 80.0, 2011, "Amber"),
        (80.0, 54.0, 2011, "Green"),
        (54.0, 80.0, month(2011, 10), "Green"),
        (80.0, 54.0, month(2011, 10), "Amber"),
        (54.0, None, 2011, "Amber"),
        # No figure is of the target's day.
        (54.0, 80.0, 2012, ""),
        (54.0, None, month(2011, 10), ""),
    ],
)
def test_the_figure_of_the_targets_own_day_is_rated(now, since, aims, rated):
    assert made_standing(now, since, aims).computed_rating == rated


def test_a_floor_on_the_good_side_stops_no_paper(counted_data):
    one = stand(with_floor(counted_data, REVIEWS, 99.0), REVIEWS)
    assert (one.target.value, one.floor.value, one.computed_rating) == (95.0, 99.0, "")


# --------------------------------------------------------------------------- breaks in the series


def break_days() -> st.SearchStrategy[date]:
    return st.dates(date(2006, 4, 1), date(2011, 12, 31))


@settings(max_examples=40)
@given(st.lists(break_days(), max_size=3))
def test_nothing_is_compared_across_a_break(counted_data, days):
    breaks = tuple(Break(day, "Counted in another way.") for day in sorted(days))
    about = replace(counted_data.catalogue[REVIEWS], breaks=breaks)
    one = stand(with_indicator(counted_data, about), REVIEWS)
    end = one.latest.period.end
    last = max((day for day in days if day <= end), default=date.min)
    free = [year for year in range(2007, 2012) if date(year, 3, 31) >= last]
    assert one.latest.value == 84.0
    assert (one.first is None) if len(free) < 2 else (one.first.period.end.year == free[0])
    assert (one.previous is not None) == (2010 in free)
    assert (one.before_break is not None) == (2010 not in free)
    assert (one.change is not None) == (2010 in free)
    assert one.trend is None or one.trend.points == len(free)
    assert bool(one.trend and one.trend.known) == (len(free) == 5)
    said = words(sentences.sentence(one), sentences.headline(one), sentences.change_words(one))
    if 2010 not in free:
        assert "78.0" not in said
        assert not any(word in said for word in ("rose", "fell", "up", "down", "better,"))
        assert "not comparable" in said
    else:
        assert "rose from 78.0% to 84.0%" in said


def test_a_later_position_is_not_set_against_a_year_before_a_break(small_data):
    about = small_data.catalogue[ASSESSMENTS]
    for day, compared in ((date(2011, 4, 1), False), (date(2011, 11, 1), True)):
        broken = replace(about, breaks=(Break(day, "Counted in another way."),))
        one = stand(with_indicator(small_data, broken), ASSESSMENTS)
        assert one.since.value == 61.2
        assert sentences.comparable(one) is compared
        assert (sentences.since_words(one) == "not comparable") is not compared


# ------------------------------------------------------------------------------- sets and means


def test_a_mean_that_is_only_printed_is_taken_from_print(small_data):
    rows = small_data.observations
    theirs = (rows["indicator_id"] == ASSESSMENTS) & rows["area_name"].isin(
        ["Essex", "East Sussex", "Lancashire"]
    )
    held = with_rows(small_data, rows[~theirs])
    one = stand(held, ASSESSMENTS)
    assert one.neighbours is None
    assert (one.neighbours_mean.value, one.neighbours_mean.source_id) == (71.0, "comparison_2011")
    assert one.against_neighbours.verdict is Comparison.NOT_COMPARED


def test_a_dataset_that_was_built_anew_stands_the_same(counted_project, counted_data):
    make_data(counted_project)
    one, other = stand(Dataset(counted_project), REVIEWS), stand(counted_data, REVIEWS)
    assert [
        f.name for f in fields(Standing) if getattr(one, f.name) != getattr(other, f.name)
    ] == []


# ----------------------------------------------------------------- what a position is set against


def monthly(*ends: tuple[int, int]) -> pd.DataFrame:
    """Give rows of positions, a different figure for each month told as year and month."""
    periods = [month(*end) for end in ends]
    return pd.DataFrame(
        {
            "indicator_id": "plan_rate",
            "area_code": made_up.KENT.code,
            "statistic": "value",
            "time_period": [one.time_period for one in periods],
            "time_identifier": [one.time_identifier for one in periods],
            "period_end": [pd.Timestamp(one.end) for one in periods],
            "value": [10.0 + at for at in range(len(periods))],
            "value_status": "published",
            "source_id": "paper",
            "source_table": "table",
            "source_row": 2,
            "source_column": 3,
            "numerator": None,
            "denominator": None,
        }
    )


@pytest.mark.parametrize(
    ("ends", "against"),
    [
        ([(2010, 9), (2011, 3), (2011, 6), (2011, 9)], (2011, 3)),
        # Without the year's end, the same month a year before.
        ([(2010, 9), (2011, 6), (2011, 9)], (2010, 9)),
        ([(2010, 8), (2011, 6), (2011, 9)], None),
        ([(2009, 9), (2011, 9)], None),
        ([(2011, 9)], None),
        # February has as many days as the year gives it.
        ([(2011, 2), (2012, 2)], (2011, 2)),
    ],
)
def test_a_position_is_set_against_the_years_end_or_the_same_month_before(
    small_data, ends, against
):
    rows = small_data.observations
    more = monthly(*ends)
    kent = (rows["indicator_id"] == "plan_rate") & (rows["area_name"] == "Kent")
    like = rows[kent].head(1)
    filled = more.assign(
        **{name: like[name].iloc[0] for name in rows.columns if name not in more.columns}
    )
    held = with_rows(
        small_data,
        pd.concat([rows[~kent], filled[list(rows.columns)].astype(rows.dtypes.to_dict())]),
    )
    one = stand(held, "plan_rate")
    assert one.latest.period == month(*ends[-1])
    found = one.previous.period if one.previous else None
    assert found == (month(*against) if against else None)


def test_a_count_is_set_beside_no_neighbour(counted_data):
    one = stand(counted_data, "reviews_due_number")
    assert one.latest.value == 1000
    assert (one.neighbours, one.neighbours_mean, one.place, one.everyone) == (None,) * 4
    assert (one.neighbours_in_set, one.missing) == (0, ())
    assert one.against_neighbours.verdict is Comparison.NOT_COMPARED


def test_a_figure_knows_the_decimals_of_its_table(small_data):
    assert stand(small_data, ASSESSMENTS).latest.places == 1
    assert stand(small_data, "went_missing_number").latest.places == 0
