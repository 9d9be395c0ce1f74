"""The project's data in one place: what is asked is answered, or refused with the nearest name."""

import csv

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_project import REPOSITORY, add_table, damage, keep_only

import kscb_analysis
from kscb_analysis.build import make_data
from kscb_analysis.dataset import MOST_YEARS_LATE, Dataset, latest_published, with_places
from kscb_analysis.errors import SourceFault, UnknownName, WrongRequest
from kscb_analysis.markers import NUMBER
from kscb_analysis.paths import find_project
from kscb_analysis.vocabulary import Statistic

ASSESSMENTS = "assessments_in_time_pct"
COMPARISON = "national_comparison_2011"


# ------------------------------------------------------------------------------------- loading


def test_loading_brings_the_tables_up_to_date(small_project):
    data = kscb_analysis.load(small_project.root)
    assert len(data.observations) > 80
    damage(small_project, "data/raw/comparison_2011/assessments.csv", "54.0", "55.0")
    again = kscb_analysis.load(str(small_project.root))
    assert again.series(ASSESSMENTS)["value"].iloc[-2] == 55.0


def test_the_project_around_a_folder_is_found(built_project, tmp_path, monkeypatch):
    monkeypatch.delenv("KSCB_ROOT", raising=False)
    monkeypatch.chdir(built_project.notebooks)
    assert find_project().root == built_project.root.resolve()
    assert kscb_analysis.load().project == find_project()
    monkeypatch.chdir(tmp_path)
    assert find_project().root == REPOSITORY
    monkeypatch.setenv("KSCB_ROOT", str(built_project.root))
    assert find_project().root == built_project.root.resolve()


def test_a_folder_that_is_not_there_is_a_message(tmp_path):
    with pytest.raises(SourceFault, match=r"indicators\.toml is missing"):
        kscb_analysis.load(tmp_path / "nowhere")


def test_a_dataset_that_nobody_built_says_what_to_run(small_project):
    with pytest.raises(SourceFault, match="make data"):
        Dataset(small_project).observations.head()


# ---------------------------------------------------------------------- areas, years, indicators


@pytest.mark.parametrize("name", ["Kent", "kent", "886", "E10000016"])
def test_an_area_with_figures_is_found(small_data, name):
    assert small_data.area(name).name == "Kent"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Barnet", ["no figures for Barnet", "kscb list areas"]),
        ("Kant", ["No area 'Kant'", "Did you mean 'Kent'?"]),
        ("South East", ["no figures for South East"]),
    ],
)
def test_an_area_without_figures_is_refused(small_data, name, said):
    with pytest.raises(UnknownName) as caught:
        small_data.area(name)
    assert all(part in str(caught.value) for part in said)


def test_areas_and_years_are_those_with_figures(small_data):
    names = small_data.area_names()
    assert names == sorted(names)
    assert set(names) == {
        "East Sussex", "England", "Essex", "Kent", "Kingston upon Hull", "Lancashire", "Rutland",
    }  # fmt: skip
    assert small_data.years() == [2008, 2009, 2010, 2011]


@pytest.mark.parametrize("period", [2011, "2011", "2010/11", " 2011 "])
def test_a_year_is_read_in_any_of_its_spellings(small_data, period):
    assert small_data.year(period) == 2011


@pytest.mark.parametrize(
    ("period", "said"),
    [
        (2012, ["period is 2012", "runs from 2008 to 2011", "Did you mean 2011?"]),
        ("1999", ["period is '1999'", "Did you mean 2008?"]),
        ("soon", ["period is 'soon'", "not a year"]),
        (True, ["period is True", "not a year"]),
        (None, ["period is None", "not a year"]),
    ],
)
def test_a_year_without_figures_is_refused(small_data, period, said):
    with pytest.raises(WrongRequest) as caught:
        small_data.year(period)
    assert all(part in str(caught.value) for part in said)


@pytest.mark.parametrize(
    ("indicator_id", "year", "expected"),
    [
        (ASSESSMENTS, 2011, 2011),
        (ASSESSMENTS, 2010, 2010),
        (ASSESSMENTS, 2008, None),  # before its first
        ("bullied_pct", 2009, 2009),
        ("bullied_pct", 2009 + MOST_YEARS_LATE, 2009),
        ("bullied_pct", 2010 + MOST_YEARS_LATE, None),
        ("plan_rate", 2011, None),  # counted by the quarter
    ],
)
def test_an_indicator_is_shown_for_its_newest_year_while_it_is_new(
    small_data, indicator_id, year, expected
):
    assert small_data.year_of(indicator_id, year) == expected


def test_the_newest_year_is_over_when_its_figure_is_published(small_data):
    catalogue, rows = small_data.catalogue, small_data.observations
    assert small_data.newest_year(catalogue.indicators.values()) == 2011
    assert small_data.newest_year([catalogue["bullied_pct"]]) == 2009
    assert small_data.newest_year([catalogue["plan_rate"]]) == 2011, "the last year of any"
    last = rows[(rows["indicator_id"] == ASSESSMENTS) & (rows["time_period"] == "2011")].head(1)
    end = pd.Timestamp(2012, 3, 31)
    for published, expected in (("2012-01-11", 2011), ("2012-03-31", 2012), (None, 2012)):
        next_year = last.assign(
            time_period="2012", period_end=end, published_on=pd.Timestamp(published)
        ).astype(rows.dtypes.to_dict())
        held = Dataset(small_data.project)
        held.__dict__["observations"] = pd.concat([rows, next_year])
        assert held.newest_year([catalogue[ASSESSMENTS]]) == expected


def test_data_without_a_single_year_says_so(small_project):
    keep_only(small_project, "kpi_2011")
    make_data(small_project)
    data = Dataset(small_project)
    assert data.years() == []
    with pytest.raises(UnknownName, match="no figures for any year"):
        data.year(2011)
    with pytest.raises(UnknownName, match="no figures for any year"):
        data.chart("plan_rate")


def test_indicators_are_listed_with_their_first_and_last_figure(small_data):
    rows = small_data.indicators().set_index("indicator_id")
    assert list(rows.index) == list(small_data.catalogue.indicators)
    first, last = rows.loc[ASSESSMENTS, ["first", "last"]]
    assert (str(first.date()), str(last.date())) == ("2009-03-31", "2011-10-31")
    assert rows.loc[ASSESSMENTS, "polarity"] == "high"
    assert list(small_data.indicators("private_fostering")["indicator_id"]) == [
        "notifications_number"
    ]


def test_a_topic_and_an_indicator_may_be_without_figures(small_project):
    path = "data/metadata/indicators.toml"
    damage(
        small_project,
        path,
        "[topics.private_fostering]",
        '[topics.empty]\ntitle = "Empty"\n\n[topics.private_fostering]',
    )
    text = (small_project.root / path).read_text(encoding="utf-8")
    entry = text.partition("[indicators.notifications_number]")[2].replace(
        'feeds = [ { table = "fostering_2011/figures", series = "New notifications" } ]',
        "feeds = []",
    )
    with (small_project.root / path).open("a", encoding="utf-8") as file:
        file.write("\n[indicators.hoped_for_number]" + entry)
    data = kscb_analysis.load(small_project.root)
    assert data.indicators("empty").empty
    assert list(data.indicators("empty").columns) == list(data.indicators().columns)
    hoped = data.indicators().set_index("indicator_id").loc["hoped_for_number"]
    assert pd.isna(hoped["first"])
    assert data.figures("hoped_for_number").empty
    assert data.series("hoped_for_number").empty
    assert data.compare("hoped_for_number").empty


@pytest.mark.parametrize("ask", ["indicator", "figures", "series", "compare", "chart"])
def test_an_unknown_indicator_is_refused_everywhere(small_data, ask):
    with pytest.raises(UnknownName, match=f"Did you mean '{ASSESSMENTS}'"):
        getattr(small_data, ask)("assessments_in_time_pc")


def test_an_unknown_topic_is_refused(small_data):
    with pytest.raises(UnknownName, match="Did you mean 'safeguarding'"):
        small_data.indicators("safeguardin")


# ------------------------------------------------------------------------------------- figures


def test_a_series_is_one_areas_figures_as_last_published(small_data):
    rows = small_data.series(ASSESSMENTS, "Kent")
    assert rows["time_period"].tolist() == ["2009", "2010", "2011", "2011"]
    assert rows["time_identifier"].tolist() == ["Reporting year"] * 3 + ["October"]
    assert rows["value"].tolist() == [70.0, 68.5, 54.0, 61.2]
    assert set(rows["source_id"]) == {"comparison_2011"}
    assert rows["source_row"].tolist() == [5, 5, 5, 2]


def test_every_source_can_be_had(small_data):
    rows = small_data.figures(ASSESSMENTS, latest=False)
    kent = rows[(rows["area_name"] == "Kent") & (rows["time_period"] == "2010")]
    assert sorted(kent["source_id"]) == ["annual_2011", "comparison_2011"]
    assert rows["period_end"].is_monotonic_increasing


def test_a_printed_statistic_is_kept_apart_from_the_areas_own_value(small_data):
    means = small_data.figures(ASSESSMENTS, Statistic.NEIGHBOUR_MEAN)
    assert means["value"].tolist() == [63.0, 70.7, 71.0]
    ranks = small_data.figures(ASSESSMENTS, Statistic.NATIONAL_RANK)
    assert ranks["value"].tolist()[:1] == [117.0] or ranks["value"].tolist()[1:] == [117.0]


def test_a_marker_does_not_hide_a_figure_printed_elsewhere(small_data):
    # Awaited in the annual report, printed in the comparison.
    rows = small_data.series("stability_pct")
    assert rows.set_index("time_period").loc["2011", "value"] == 73.0


def test_a_part_of_the_whole_is_not_taken_for_the_whole(small_project):
    add_table(
        small_project,
        "missing_2012",
        "by_age",
        "Age,Went missing,Were found\nUnder 16,30,20\n16 or 17,50,39\nTotal,80,60\n",
        layout="measures_by_row",
        more='area = "Kent"\nperiod = "2011"\n',
    )
    for series in ("Went missing", "Were found"):
        damage(
            small_project,
            "data/metadata/indicators.toml",
            f'{{ table = "missing_2012/went_missing", series = "{series}" }}',
            f'{{ table = "missing_2012/went_missing", series = "{series}" }}, '
            f'{{ table = "missing_2012/by_age", series = "{series}" }}',
        )
    data = kscb_analysis.load(small_project.root)
    parts = data.observations[data.observations["source_table"] == "by_age"]
    assert parts["breakdown"].tolist() == ["Under 16"] * 2 + ["16 or 17"] * 2 + ["Total"] * 2
    assert data.series("went_missing_number")["value"].tolist() == [65.0, 103.0, 80.0, 99.0]
    everywhere = data.figures("went_missing_number", latest=False)
    assert set(everywhere["breakdown"]) == {"Total"}
    (finding,) = data.findings[data.findings["indicator_id"] == "found_number"]["message"]
    assert "59 (went_missing) and 60 (by_age)" in finding


def test_a_chart_shows_itself_with_its_rows(small_data):
    block = small_data.chart(ASSESSMENTS, "Kent", 2011)
    assert "<svg" in block.svg
    kent = block.table.set_index("area").loc["Kent"]
    assert kent[["2009", "2010", "2011"]].tolist() == [70.0, 68.5, 54.0]


# ----------------------------------------------------------------------------- latest_published


def rows_of(*figures: tuple[str, str, int, float | None, str, str | None]) -> pd.DataFrame:
    made = pd.DataFrame(
        figures,
        columns=["indicator_id", "area_name", "year", "value", "source_id", "published_on"],
    )
    return made.assign(
        area_code=made["area_name"],
        breakdown="Total",
        statistic="value",
        time_period=made["year"].astype(str),
        time_identifier="Reporting year",
        period_end=pd.to_datetime(made["year"].astype(str) + "-03-31"),
        value=made["value"].astype(float),
        published_on=pd.to_datetime(made["published_on"]),
        source_table="table",
        number=range(len(made)),
    )


def kept(*figures: tuple[str, str, int, float | None, str, str | None]) -> list[str]:
    return latest_published(rows_of(*figures))["source_id"].tolist()


def printed_in(
    source: str, day: str | None, value: float | None, year: int = 2011
) -> tuple[str, str, int, float | None, str, str | None]:
    return ("i", "Kent", year, value, source, day)


EARLY, LATE = "2011-01-01", "2012-01-01"


@pytest.mark.parametrize(
    ("figures", "source"),
    [
        # the one published last
        ([printed_in("a", LATE, 1.0), printed_in("b", EARLY, 2.0)], "a"),
        ([printed_in("a", EARLY, 1.0), printed_in("b", LATE, 2.0)], "b"),
        # a date that is not recorded counts as oldest
        ([printed_in("b", None, 1.0), printed_in("a", EARLY, 2.0)], "a"),
        # a figure goes before a marker, however old it is
        ([printed_in("b", LATE, None), printed_in("a", EARLY, 2.0)], "a"),
        ([printed_in("b", LATE, None), printed_in("a", None, 2.0)], "a"),
        # on the same day, the longest run
        (
            [
                printed_in("b", LATE, 1.0),
                printed_in("a", LATE, 2.0),
                printed_in("a", LATE, 2.0, year=2010),
            ],
            "a",
        ),
        # then the name
        ([printed_in("b", LATE, 1.0), printed_in("a", LATE, 2.0)], "b"),
    ],
)
def test_the_figure_published_last_is_kept(figures, source):
    assert kept(*figures)[-1] == source
    assert kept(*reversed(figures))[-1] == source


FIGURES = st.lists(
    st.tuples(
        st.sampled_from(["i", "j"]),
        st.sampled_from(["Kent", "Essex"]),
        st.integers(2009, 2011),
        st.one_of(st.none(), st.sampled_from([1.0, 2.0])),
        st.sampled_from(["a", "b", "c"]),
        st.one_of(st.none(), st.sampled_from(["2011-01-01", "2012-01-01"])),
    ),
    max_size=8,
    unique_by=lambda one: (one[0], one[1], one[2], one[4]),
)
KEY = ["indicator_id", "area_name", "time_period"]


@settings(max_examples=25)
@given(FIGURES, st.randoms(use_true_random=False))
def test_latest_published_keeps_one_row_for_each_key_and_is_idempotent(figures, random):
    rows = rows_of(*figures)
    once = latest_published(rows)
    assert not once.duplicated(KEY).any()
    assert set(map(tuple, once[KEY].values)) == set(map(tuple, rows[KEY].values))
    assert set(once["number"]) <= set(rows["number"])
    assert list(once.columns) == list(rows.columns)
    pd.testing.assert_frame_equal(latest_published(once), once)
    figures = list(figures)
    random.shuffle(figures)
    pd.testing.assert_frame_equal(
        latest_published(rows_of(*figures)).drop(columns="number"), once.drop(columns="number")
    )
    has = rows[rows["value"].notna()].groupby(KEY).size()
    assert once.set_index(KEY)["value"].notna().sum() == len(has)


# ------------------------------------------------------------------------ the repository's own


def printed_cells(real_data) -> list[tuple[str, int, int, str]]:
    """Read every cell of the 18 comparison tables that is below a year, by the files alone."""
    cells = []
    folder = real_data.project.raw / COMPARISON
    for path in sorted(folder.glob("*.csv")):
        if path.stem.endswith("_summary"):
            continue
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        years = sum(cell.isdigit() for cell in rows[0])
        width = len(rows[0])
        for number, row in enumerate(rows[1:], start=2):
            if row[1].strip():
                for column in range(width - years, width):
                    cells.append((path.stem, number, column + 1, row[column]))
    return cells


def test_every_printed_number_of_the_comparison_tables_is_in_the_data(real_data):
    cells = printed_cells(real_data)
    assert len({table for table, *_ in cells}) == 18
    rows = real_data.observations
    rows = rows[(rows["source_id"] == COMPARISON) & ~rows["source_table"].str.endswith("_summary")]
    held = {
        (one.source_table, one.source_row, one.source_column): (one.printed, one.value)
        for one in rows.itertuples()
    }
    assert len(held) == len(rows) == len(cells) == 2935
    for table, row, column, text in cells:
        printed, value = held[table, row, column]
        assert printed == text
        assert (value == float(text)) if NUMBER.fullmatch(text) else pd.isna(value)
    assert rows["value"].isna().sum() == 73


def test_every_number_anywhere_in_the_comparison_tables_is_in_the_data(real_data):
    rows = real_data.observations
    held = {
        (one.source_id, one.source_table, one.source_row, one.source_column)
        for one in rows.itertuples()
    }
    for path in (real_data.project.raw / COMPARISON).glob("*.csv"):
        if path.stem.endswith("_summary"):
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file), start=1):
                for column, text in enumerate(row[2:], start=3):
                    if number > 1 and NUMBER.fullmatch(text):
                        assert (COMPARISON, path.stem, number, column) in held


def test_all_155_printed_neighbour_means_recompute_from_the_printed_rows(real_data):
    recomputed = 0
    for path in sorted((real_data.project.raw / COMPARISON).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        names = [(row[1].strip(), row) for row in rows[1:]]
        means = [row for name, row in names if name == "Statistical Neighbours"]
        if path.stem.endswith("_summary"):
            assert not means
            continue
        ((at, mean),) = ((n, row) for n, (name, row) in enumerate(names) if row in means)
        first = next(n for n, row in enumerate(rows[1:]) if row[0] == "Statistical Neighbours")
        group = [row for name, row in names[first + 1 : at] if not name.endswith("Kent")]
        assert len(group) == 10
        for column, printed in enumerate(mean[2:], start=2):
            if not NUMBER.fullmatch(printed):
                continue
            values = [float(row[column]) for row in group if NUMBER.fullmatch(row[column])]
            assert sum(values) / len(values) == pytest.approx(float(printed), abs=0.05 + 1e-9)
            recomputed += 1
    assert recomputed == 155


def test_the_data_holds_what_the_papers_print(real_data):
    rows = real_data.observations
    wigan = rows[(rows["area_name"] == "Wigan") & (rows["printed"] == "101.1")]
    assert wigan["value"].tolist() == [101.1]
    kent = rows[
        (rows["indicator_id"] == "children_in_need_rate")
        & (rows["area_name"] == "Kent")
        & (rows["time_period"] == "2010")
        & (rows["statistic"] == "value")
    ]
    assert kent["value_status"].tolist() == ["not_available"]
    assert set(range(2002, 2012)) <= set(real_data.years())
    assert len(real_data.area_names()) > 50


def test_no_number_stands_in_for_a_marker(real_data):
    rows = real_data.observations
    for _, same in rows.groupby("value_status"):
        assert same["value"].isna().all() or same["value"].notna().all()
    empty = rows[rows["value"].isna()]
    assert not [text for text in empty["printed"] if NUMBER.fullmatch(text)]


def test_every_id_in_the_data_is_in_the_catalogue_and_the_other_way_round(real_data):
    catalogue = real_data.catalogue.indicators
    told = {
        held
        for rows in (real_data.observations, real_data.targets, real_data.ratings)
        for held in rows["indicator_id"]
    }
    assert told - {""} <= set(catalogue)
    # What national files alone feed is there when they are.
    assert {name for name, one in catalogue.items() if one.feeds} <= told


# ------------------------------------------------------------------------------------ decimals


def printed_as(*cells: tuple[str, str, float | None]) -> list[int]:
    """Give the decimals of cells told as table, text and value, of an indicator with two."""
    rows = pd.DataFrame(cells, columns=["source_table", "printed", "value"])
    return with_places(rows.assign(source_id="paper"), 2)["places"].tolist()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([("a", "12", 12.0), ("a", "9%", 9.0)], [0, 0]),
        # A table that prints 12.5 prints 12 as 12.0.
        ([("a", "12", 12.0), ("a", "12.5", 12.5)], [1, 1]),
        ([("a", "12", 12.0), ("b", "12.5%", 12.5)], [0, 1]),
        ([("a", "1,695", 1695.0)], [0]),
        ([("a", "-6.45", -6.45)], [2]),
        ([("a", "6.4567", 6.4567)], [2]),  # no more than the indicator's
        ([("a", "12", 12.0), ("a", "x", None)], [0, 0]),
        ([("a", "x", None)], [2]),
        # What is worked out from counts is as fine as the indicator.
        ([("a", "2919 + 1949", 22.4539)], [2]),
        ([("a", "21680", 622.4), ("a", "12", 12.0)], [2, 2]),
    ],
)
def test_a_figure_is_shown_as_finely_as_its_table_prints(cells, expected):
    assert printed_as(*cells) == expected


def test_figures_have_their_decimals_beside_them(small_data):
    rows = small_data.figures(ASSESSMENTS)
    assert set(rows["places"]) == {1}
    (whole,) = set(small_data.figures("went_missing_number")["places"])
    assert whole == 0
    assert "places" not in small_data.figures(ASSESSMENTS, latest=False)


@pytest.mark.parametrize(
    ("day", "identifier", "year"),
    [
        ("2010-09-30", "September", 2010),
        ("2010-03-31", "March", 2010),
        ("2010-02-28", "February", 2009),
    ],
)
def test_figures_of_months_alone_are_for_the_year_that_was_over_by_then(
    small_data, day, identifier, year
):
    indicator, rows = small_data.catalogue[ASSESSMENTS], small_data.observations
    of_months = rows[rows["indicator_id"] == ASSESSMENTS].head(1)
    of_months = of_months.assign(
        time_period="2010", time_identifier=identifier, period_end=pd.Timestamp(day)
    ).astype(rows.dtypes.to_dict())
    held = Dataset(small_data.project)
    others = rows[rows["indicator_id"] != ASSESSMENTS]
    held.__dict__["observations"] = pd.concat([others, of_months])
    assert held.newest_year([indicator]) == year
    held = Dataset(small_data.project)
    held.__dict__["observations"] = others
    assert held.newest_year([indicator]) == held.last_year()


def test_a_paper_without_a_period_is_on_the_newest_year(small_data):
    for period in (0, "0"):
        paper = kscb_analysis.Paper("safeguarding", period=period, data=small_data)
        assert paper.year == small_data.newest_year(paper.indicators) == 2011
