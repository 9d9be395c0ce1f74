"""One line for an analyst: each figure of a comparison, and each measure with its method."""

import pandas as pd
import pytest
from counted_project import REVIEWS, VISITS, crowd, with_floor, with_rows
from small_project import damage

import kscb_analysis
from kscb_analysis.compare import comparison_table
from kscb_analysis.dataset import Dataset
from kscb_analysis.errors import UnknownName
from kscb_analysis.standing import Standing, standing

ASSESSMENTS = "assessments_in_time_pct"


def stand(data: Dataset, indicator_id: str) -> Standing:
    kent = data.area("Kent")
    return standing(data, data.catalogue[indicator_id], kent, 2011, data.neighbours(kent, 2011))


COLUMNS = [
    "area_name", "role", "value", "lower_95", "upper_95", "lower_998", "upper_998",
    "words", "value_status", "method",
    "source_id", "source_table", "source_row", "source_column",
]  # fmt: skip


def test_a_comparison_holds_every_area_best_known_first(small_data):
    rows = small_data.compare(ASSESSMENTS, "Kent", 2011)
    assert list(rows.columns) == COLUMNS
    neighbours = "Statistical neighbours (3 of 3)"
    assert rows[["area_name", "role", "value"]].values.tolist() == [
        ["Rutland", "other", 101.0],
        ["Lancashire", "neighbour", 77.0],
        ["East Sussex", "neighbour", 75.0],
        ["England", "england", 67.0],
        ["Essex", "neighbour", 61.0],
        ["Kent", "area", 54.0],
        ["Kingston upon Hull", "other", 25.0],
        [neighbours, "neighbour_mean", 71.0],
        [neighbours, "neighbour_median", 75.0],
        [neighbours, "neighbour_lowest", 61.0],
        [neighbours, "neighbour_highest", 77.0],
        [neighbours, "neighbour_lower_quartile", 68.0],
        [neighbours, "neighbour_upper_quartile", 76.0],
        ["Kent", "change", -14.5],
        ["Kent", "change_since_first", -16.0],
        ["Kent", "printed_rank", 117.0],
    ]
    made = rows.set_index("role")
    assert made.loc["change", "words"] == "falling"
    assert made.loc["printed_rank", ["words", "method"]].tolist() == ["band D", "As printed"]
    assert made.loc["neighbour_mean", "method"] == small_data.methods["neighbours_mean"].short
    assert made.loc["neighbour_median", "method"] == small_data.methods["neighbours_spread"].short
    assert made.loc["area", "method"] == "As printed"
    assert made.loc["area", ["source_table", "source_row", "source_column"]].tolist() == [
        "assessments", 5, 5,
    ]  # fmt: skip
    assert pd.isna(made.loc["neighbour_mean", "source_row"])


def test_areas_with_a_marker_stand_last(small_data):
    rows = small_data.compare(ASSESSMENTS, "Kent", "2009/10")
    rows = rows[rows["source_id"].notna()]
    assert rows["value"].isna().tolist() == [False] * 5 + [True] * 2
    assert set(rows["area_name"].iloc[-2:]) == {"Rutland", "Kingston upon Hull"}
    assert set(rows["value_status"].iloc[-2:]) == {"not_available"}


def test_an_area_without_neighbours_is_compared_without_a_mean(small_data):
    rows = small_data.compare(ASSESSMENTS, "Essex", 2011)
    assert {"area", "england", "other"} <= set(rows["role"])
    assert not rows["role"].str.startswith("neighbour").any()


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
    assert (one.neighbours_mean.value, one.neighbours.known) == (61.0, 1)
    assert one.neighbours_spread is None
    assert one.missing == ("East Sussex", "Lancashire")
    rows = data.compare(ASSESSMENTS)
    assert rows.set_index("role").loc["neighbour_mean", "value"] == 61.0


def by_role(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the rows that are one of their kind, by what they are."""
    return rows[~rows["role"].isin(["neighbour", "other"])].set_index("role")


def test_counts_bring_intervals_verdicts_and_a_trend(counted_data):
    rows = counted_data.compare(REVIEWS)
    made = by_role(rows)
    kent = made.loc["area"]
    assert (kent["lower_95"], kent["upper_95"]) == pytest.approx((81.60, 86.14), abs=0.006)
    assert kent["method"] == counted_data.methods["interval"].short
    assert made.loc["england", "words"] == "similar"
    assert made.loc["neighbour_mean", "words"] == "clearly worse; no figure for Lancashire"
    assert made.loc["trend", ["value", "words"]].tolist() == [pytest.approx(6.0), "rising"]
    assert made.loc["change_since_first", "value"] == 24.0
    gone = rows[rows["area_name"] == "Lancashire"].iloc[0]
    assert pd.isna(gone[["value", "lower_95", "upper_95"]]).all()
    assert gone["method"] == "As printed"


def test_few_counts_are_similar_to_all_and_make_no_trend(counted_data):
    made = by_role(counted_data.compare(VISITS))
    assert made.loc["neighbour_mean", "words"] == made.loc["england", "words"] == "similar"
    assert "trend" not in made.index


def test_without_counts_nothing_is_compared(small_data):
    made = by_role(small_data.compare(ASSESSMENTS))
    assert made.loc["england", "words"] == made.loc["neighbour_mean", "words"] == "not compared"
    assert made[["lower_95", "upper_95"]].isna().all(axis=None)


def test_a_floor_brings_a_rating(counted_data):
    assert "rating" not in counted_data.compare(REVIEWS)["role"].tolist()
    made = by_role(with_floor(counted_data, REVIEWS, 80.0).compare(REVIEWS))
    assert made.loc["rating", ["words", "method"]].tolist() == [
        "Amber",
        counted_data.methods["rating"].short,
    ]


def test_a_crowd_brings_a_rank(small_data):
    more = crowd(small_data, ASSESSMENTS, [float(at) for at in range(120)], 2011)
    held = with_rows(small_data, pd.concat([small_data.observations, more]))
    made = by_role(held.compare(ASSESSMENTS))
    # Above Kent's 54.0 are 65 of the crowd and four printed authorities.
    assert made.loc["rank", ["value", "words"]].tolist() == [70.0, "of 126, band C"]
    assert made.loc["printed_rank", "value"] == 117.0


def test_what_is_counted_each_quarter_is_compared_at_its_newest(small_data):
    rows = small_data.compare("plan_rate")
    made = by_role(rows)
    assert made.loc["area", "value"] == 51.6
    assert made.loc["change", ["value", "words"]].tolist() == [-0.5, "falling"]
    assert set(rows["role"]) == {"area", "change"}


@pytest.mark.parametrize("year", [2009, 2010, 2011])
@pytest.mark.parametrize("area", ["Kent", "Essex", "England", "Rutland"])
def test_every_computed_row_says_how_and_every_printed_one_where(small_data, area, year):
    for indicator_id in small_data.catalogue.indicators:
        rows = small_data.compare(indicator_id, area, year)
        printed = rows["source_id"].notna()
        assert (rows.loc[printed, ["source_table", "source_row"]].notna()).all(axis=None)
        assert (rows.loc[printed, "role"].isin(["area", "neighbour", "england", "other"])).all()
        assert (rows["method"] != "").all()
        assert (rows.loc[~printed, "value_status"] == "published").all()
        assert not rows.loc[~printed, "role"].duplicated().any()
