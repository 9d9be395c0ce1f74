"""The rows behind charts: who is in them, in what order, with intervals, targets and breaks."""

import math
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from counted_project import REVIEWS, VISITS, crowd, turned, with_floor, with_rows
from hypothesis import given, settings
from hypothesis import strategies as st

from kscb_analysis.catalogue import Break, Indicator
from kscb_analysis.dataset import MOST_YEARS_LATE, Dataset
from kscb_analysis.standing import standing
from kscb_analysis.views import MOST_OTHERS, View
from kscb_analysis.vocabulary import Polarity

ASSESSMENTS = "assessments_in_time_pct"


def view(data: Dataset, area: str = "Kent", year: int = 2011, first_year: int = 2000) -> View:
    found = data.areas.find(area)
    return View(data, found, data.neighbours(found, year), first_year, year)


def with_crowd(data: Dataset, number: int) -> Dataset:
    more = crowd(data, ASSESSMENTS, [float(at) for at in range(number)], 2011)
    return with_rows(data, pd.concat([data.observations, more]))


# -------------------------------------------------------------------------------------- lines


def test_lines_are_the_area_then_what_it_is_set_beside(small_data):
    lines = view(small_data).lines(small_data.catalogue[ASSESSMENTS])
    assert lines["role"].drop_duplicates().tolist() == [
        "area", "neighbour_mean", "england", "target", "neighbour", "other",
    ]  # fmt: skip
    own = lines[lines["role"] == "area"]
    assert own["period_label"].tolist() == ["2009", "2010", "2011"]
    assert own["value"].tolist() == [70.0, 68.5, 54.0]
    assert own["place"].tolist() == ["comparison_2011/assessments, row 5"] * 3
    mean = lines[lines["role"] == "neighbour_mean"]
    assert mean["value"].tolist() == pytest.approx([63.0, 212 / 3, 71.0])
    assert set(lines.loc[lines["role"] == "neighbour", "label"]) == {
        "Essex", "East Sussex", "Lancashire",
    }  # fmt: skip


def test_a_marker_is_a_row_without_a_value(small_data):
    lines = view(small_data).lines(small_data.catalogue[ASSESSMENTS])
    gap = lines[(lines["label"] == "Rutland") & (lines["period_label"] == "2010")]
    assert gap["value"].isna().tolist() == [True]
    assert gap["status"].tolist() == ["not_available"]


def test_only_what_has_counts_has_bounds(counted_data):
    about = counted_data.catalogue[REVIEWS]
    lines = view(counted_data).lines(about).set_index(["label", "period_label"])
    assert lines.loc[("Kent", "2011"), ["lower", "upper"]].tolist() == pytest.approx(
        [81.60, 86.14], abs=0.006
    )
    bounded = lines["lower"].notna()
    assert (bounded == lines["upper"].notna()).all()
    assert set(lines.loc[bounded, "role"]) == {"area", "neighbour", "england"}
    inside = lines[bounded]
    assert ((inside["lower"] <= inside["value"]) & (inside["value"] <= inside["upper"])).all()
    assert lines.loc[("Lancashire", "2011"), "lower"] != lines.loc[("Lancashire", "2011"), "lower"]


def test_a_floor_has_a_line_of_its_own_key(counted_data):
    about = counted_data.catalogue[REVIEWS]
    assert "floor" not in set(view(counted_data).lines(about)["role"])
    lines = view(with_floor(counted_data, REVIEWS, 80.0)).lines(about)
    floor = lines[lines["role"] == "floor"]
    assert floor[["label", "period_label", "value"]].values.tolist() == [["Floor", "2011", 80.0]]
    assert floor["key"].tolist() == [f"{REVIEWS}|E10000016|2011 Reporting year|floor"]
    assert floor["place"].str.startswith("counts_2011/aims, row").all()
    assert lines.loc[lines["role"] == "target", "value"].tolist() == [95.0]
    assert floor[["lower", "upper"]].isna().all(axis=None)


def test_a_window_of_years_is_kept_to(counted_data):
    about = counted_data.catalogue[REVIEWS]
    lines = view(counted_data, year=2010, first_year=2008).lines(about)
    assert sorted(lines["period_label"].unique()) == ["2008", "2009", "2010"]


def test_what_is_counted_each_quarter_is_shown_by_the_quarter(small_data):
    lines = view(small_data).lines(small_data.catalogue["plan_rate"])
    own = lines[lines["role"] == "area"]
    assert own["period_label"].tolist() == [
        "Mar 2009",
        "Mar 2010",
        "Mar 2011",
        "Jun 2011",
        "Sep 2011",
    ]
    assert own["position"].tolist() == pytest.approx([2009, 2010, 2011, 2011.25, 2011.5])


def test_many_other_authorities_are_left_to_the_shade(small_data):
    about = small_data.catalogue[ASSESSMENTS]
    for number, listed in ((MOST_OTHERS - 2, True), (MOST_OTHERS - 1, False)):  # two are printed
        held = view(with_crowd(small_data, number))
        assert ("other" in set(held.lines(about)["role"])) is listed
        assert ("other" in set(held.bars(about)["role"])) is listed
        # Whoever is left out of the picture, the area and its company stay.
        assert {"area", "neighbour", "england"} <= set(held.bars(about)["role"])


# --------------------------------------------------------------------------------------- bars


@pytest.mark.parametrize("polarity", [Polarity.HIGH_IS_GOOD, Polarity.LOW_IS_GOOD])
def test_bars_stand_best_first(small_data, polarity):
    about = replace(small_data.catalogue[ASSESSMENTS], polarity=polarity)
    bars = view(small_data).bars(about)
    worst_last = bars["value"].tolist()
    assert worst_last == sorted(worst_last, reverse=polarity.sign > 0)
    other = view(small_data).bars(replace(about, polarity=turned(polarity)))
    assert set(bars["label"]) == set(other["label"])
    assert (bars["label"] == "Neighbours’ mean").sum() == 1


def test_bars_have_bounds_where_there_are_counts(counted_data):
    bars = view(counted_data).bars(counted_data.catalogue[VISITS]).set_index("label")
    assert bars["lower"].notna().sum() == 5
    assert math.isnan(bars.loc["Neighbours’ mean", "lower"])
    assert (bars["lower"].dropna() <= bars.loc[bars["lower"].notna(), "value"]).all()


def test_a_counts_bars_leave_the_nation_out(counted_data):
    bars = view(counted_data).bars(counted_data.catalogue["reviews_due_number"])
    assert "england" not in set(bars["role"])
    assert bars["lower"].isna().all()


def test_the_bars_mean_is_the_standings(counted_data):
    kent = counted_data.area("Kent")
    for indicator_id in (REVIEWS, VISITS):
        about = counted_data.catalogue[indicator_id]
        one = standing(counted_data, about, kent, 2011, counted_data.neighbours(kent, 2011))
        bars = view(counted_data).bars(about).set_index("role")
        assert bars.loc["neighbour_mean", "value"] == one.neighbours_mean.value
        lines = view(counted_data).lines(about)
        mean = lines[(lines["role"] == "neighbour_mean") & (lines["period_label"] == "2011")]
        assert mean["value"].tolist() == [one.neighbours_mean.value]
        assert mean["key"].tolist() == [one.neighbours_mean.key]


# -------------------------------------------------------------------------------------- shade


def test_three_neighbours_have_no_middle_half(small_data):
    assert view(small_data).shade(small_data.catalogue[ASSESSMENTS]) is None


def test_the_shade_is_the_middle_half_of_the_neighbours(small_data):
    about = small_data.catalogue[ASSESSMENTS]
    held = view(with_crowd(small_data, 8))
    four = replace(
        held.neighbours,
        members=tuple(held.data.figures(ASSESSMENTS)["area_code"].iloc[-8:].unique()[:4]),
    )
    rows = held.data.figures(ASSESSMENTS)
    theirs = rows[rows["area_code"].isin(four.members) & (rows["time_period"] == "2011")]
    shade = replace(held, neighbours=four).shade(about)
    cuts = theirs["value"].quantile([0.25, 0.75]).tolist()
    assert shade == (*cuts, "Middle half of the neighbours")


def test_the_shade_is_of_all_authorities_where_enough_are_known(small_data):
    about = small_data.catalogue[ASSESSMENTS]
    held = with_crowd(small_data, 94)  # six are printed
    low, high, what = view(held).shade(about)
    assert what == "Middle half of authorities in England"
    rows = held.figures(ASSESSMENTS)
    rows = rows[
        (rows["geographic_level"] == "Local authority")
        & (rows["time_period"] == "2011")
        & (rows["time_identifier"] == "Reporting year")
    ]
    assert [low, high] == rows["value"].quantile([0.25, 0.75]).tolist()
    assert view(with_crowd(small_data, 93)).shade(about) is None


# ---------------------------------------------------------------- ratings, breaks, what is later


def test_ratings_stand_at_the_areas_own_periods(small_data):
    about = small_data.catalogue["plan_rate"]
    held = view(small_data)
    found = held.ratings(about, held.lines(about))
    assert found == {2009.0: "Amber", 2010.0: "Red", 2011.0: "Red", 2011.25: "Red", 2011.5: "Red"}
    kept = held.lines(about)
    kept = kept[kept["position"] > 2011]
    assert held.ratings(about, kept) == {2011.25: "Red", 2011.5: "Red"}
    essex = view(small_data, "Essex")
    assert essex.ratings(about, kept) == {}


def broken(about: Indicator, *days: date) -> Indicator:
    return replace(about, breaks=tuple(Break(day, "Counted in another way.") for day in days))


@settings(max_examples=30)
@given(st.dates(date(2005, 1, 1), date(2013, 1, 1)))
def test_a_break_is_drawn_between_the_figures_that_it_separates(counted_data, day):
    about = broken(counted_data.catalogue[REVIEWS], day)
    held = view(counted_data)
    drawn = held.breaks(about, held.lines(about))
    before = [year for year in range(2007, 2012) if date(year, 3, 31) < day]
    if before and len(before) < 5:
        (place, label), *_ = drawn
        assert before[-1] < place < before[-1] + 1
        assert label == "break"
    else:
        assert drawn == []


def test_what_came_after_the_year_is_told_for_yearly_figures_alone(small_data):
    held = view(small_data)
    later = held.later(small_data.catalogue[ASSESSMENTS])
    assert later["value"].tolist() == [61.2]
    assert held.later(small_data.catalogue["plan_rate"]).empty
    assert view(small_data, year=2010).later(small_data.catalogue[ASSESSMENTS]).empty


def test_an_indicator_without_rows_has_none(small_data):
    about = small_data.catalogue["notifications_number"]
    essex = view(small_data, "Essex")
    assert not essex.has_rows(about)
    assert essex.later(about).empty
    assert view(small_data).has_rows(about)


def test_a_series_that_ended_is_not_shown_for_ever(small_data):
    about = small_data.catalogue["bullied_pct"]  # its last figure is for 2009
    last = 2009
    assert view(small_data, year=last + MOST_YEARS_LATE).has_rows(about)
    assert not view(small_data, year=last + MOST_YEARS_LATE + 1).has_rows(about)


def test_a_series_has_ended_when_every_areas_figures_are_old(small_data):
    about = small_data.catalogue["bullied_pct"]
    last = 2009 + MOST_YEARS_LATE
    assert [view(small_data, year=year).has_ended(about) for year in (2009, last, last + 1)] == [
        False, False, True,
    ]  # fmt: skip
    # One area's newer figure keeps a series alive for all.
    rows = small_data.observations
    newer = rows[rows["indicator_id"] == "bullied_pct"].tail(1)
    newer = newer.assign(time_period="2011", period_end=pd.Timestamp(2011, 3, 31))
    held = with_rows(small_data, pd.concat([rows, newer.astype(rows.dtypes.to_dict())]))
    assert not view(held, year=last + 1).has_ended(about)
    # What nobody has a figure for has not ended: it is missing.
    without = with_rows(small_data, rows[rows["indicator_id"] != "bullied_pct"])
    assert not view(without, year=last + 1).has_ended(about)


def test_from_the_latest_year_on_the_set_is_the_papers_own(small_data):
    old, printed = view(small_data, year=2004), view(small_data, year=2011)
    assert (old.neighbours.set_id, printed.neighbours.set_id) == ("kent_old", "kent_print")
    mixed = replace(printed, neighbours=old.neighbours, first_year=2002)
    for latest, own in ((2011, 2011), (2008, 2008), (2002, 2002)):
        sets = mixed.sets(latest)
        assert sorted(sets) == list(range(2002, 2013))
        assert all(sets[year] is old.neighbours for year in range(own, 2013))
        before = {sets[year].set_id for year in range(2005, own)}
        assert before <= {"kent_print"}
    pinned = replace(mixed, pinned=True).sets(2011)
    assert {one.set_id for one in pinned.values()} == {"kent_old"}


def test_an_earlier_years_mean_is_over_the_set_in_force_then(small_data):
    about, printed = small_data.catalogue[ASSESSMENTS], view(small_data)
    only_essex = replace(printed.neighbours, members=("E10000012",))
    lines = replace(printed, neighbours=only_essex).lines(about)
    mean = lines[lines["role"] == "neighbour_mean"].set_index("period_label")["value"]
    assert mean["2011"] == 61.0, "Essex alone, the paper's own set"
    assert mean["2010"] == pytest.approx(212 / 3), "the set in force in 2010"
    pinned = replace(printed, neighbours=only_essex, pinned=True).lines(about)
    theirs = pinned[pinned["role"] == "neighbour"].set_index("period_label")["value"]
    means = pinned[pinned["role"] == "neighbour_mean"].set_index("period_label")["value"]
    assert means.to_dict() == theirs.dropna().to_dict()


def test_lines_and_bars_carry_the_decimals_of_their_tables(small_data):
    about = small_data.catalogue[ASSESSMENTS]
    held = view(small_data)
    rows = small_data.figures(ASSESSMENTS)
    rows = rows[rows["time_identifier"] == "Reporting year"]
    own = rows.set_index(["area_name", "time_period"])["places"]
    lines = held.lines(about)
    for one in lines[lines["role"].isin(["area", "neighbour"])].itertuples():
        assert one.places == own[one.label, one.period_label]
    assert set(lines.loc[lines["role"] == "neighbour_mean", "places"]) == {about.decimals}
    assert set(held.bars(about)["places"]) == {1}


def test_a_count_has_no_bars_and_only_its_nation_beside_it(counted_data):
    about = counted_data.catalogue["reviews_due_number"]
    assert view(counted_data).bars(about).empty
    assert list(dict.fromkeys(view(counted_data).lines(about)["role"])) == ["area", "england"]
