"""Made-up national files in the shape of the published ones: every figure, marker and fault."""

import time

import pandas as pd
import pytest
from national_files import (
    CARE,
    CARE_ROWS,
    CODE_COLUMNS,
    ENGLAND,
    ENTRIES,
    ESSEX,
    KENT,
    KINDS,
    PEOPLE_COLUMNS,
    PEOPLE_ROWS,
    PLACES,
    RUTLAND,
    SPEED,
    SPEED_ROWS,
    STABILITY,
    STABILITY_ROWS,
    add_metadata,
    entry,
    national_project,
    put,
    reference,
    text_of,
    tidied,
)
from small_project import build_small_project, damage

from kscb_analysis.build import make_data
from kscb_analysis.dataset import Dataset, latest_published
from kscb_analysis.errors import KscbError, MetadataFault, UnknownName, UnreadableCells
from kscb_analysis.national import tidy_national
from kscb_analysis.open_data import OpenData, OpenFile
from kscb_analysis.schema import OBSERVATIONS, typed


@pytest.fixture
def project(tmp_path):
    return national_project(tmp_path / "national")


def one(rows: pd.DataFrame, indicator: str, area: str, year: str = "", part: str = "Total"):
    """Give the only row about an indicator, area, year and part of the whole."""
    mine = rows[
        (rows["indicator_id"] == indicator)
        & (rows["area_name"] == area)
        & (rows["breakdown"] == part)
        & (rows["time_period"].isin([year]) if year else True)
    ]
    assert len(mine) == 1
    return mine.iloc[0]


def test_rows_fit_the_schema_and_every_level_is_there(project):
    rows = tidied(project).rows
    made = typed(rows, OBSERVATIONS)
    assert list(made.columns) == list(rows.columns)
    assert set(rows["geographic_level"]) == {"National", "Regional", "Local authority"}
    assert set(rows["source_id"]) == {"dfe"}
    assert not rows.duplicated(list(OBSERVATIONS.key)).any()


def test_no_files_make_no_rows(small_project):
    assert tidied(small_project).rows.empty
    assert tidied(small_project).files == ()


def test_a_published_rate_keeps_its_text_its_counts_and_its_cell(project):
    row = one(tidied(project).rows, "cared_for_rate", "Kent", "2025")
    assert (row["value"], row["printed"], row["value_status"]) == (53.0, "53", "published")
    assert (row["numerator"], row["denominator"]) == (1896.0, 355390.0)
    assert (row["time_identifier"], str(row["period_end"].date())) == (
        "Reporting year",
        "2025-03-31",
    )
    lines = (project.national / "care_numbers.csv").read_text(encoding="utf-8-sig").split("\n")
    assert lines[row["source_row"] - 1].split(",")[row["source_column"] - 1] == "53"
    assert "Kent" in lines[row["source_row"] - 1]


@pytest.mark.parametrize(
    ("indicator", "area", "year", "status"),
    [
        ("cared_for_rate", "Essex", "2024", "suppressed"),
        ("cared_for_number", "Rutland", "2025", "not_applicable"),
        ("stable_pct", "Essex", "2025", "rounds_to_zero"),
        ("quick_assessments_pct", "Essex", "2024", "suppressed"),
        ("quick_assessments_pct", "Rutland", "2024", "not_applicable"),
        ("own_assessments_rate", "Rutland", "2024", "not_available"),
    ],
)
def test_a_marker_is_an_empty_figure_with_its_reason(project, indicator, area, year, status):
    row = one(tidied(project).rows, indicator, area, year)
    assert row["value_status"] == status
    assert row[["value", "numerator", "denominator"]].isna().all()


def test_a_percentage_has_its_whole_from_another_row_of_the_file(project):
    rows = tidied(project).rows
    whole, part = (one(rows, "stable_pct", "Kent", part=part) for part in ("Total", "One year"))
    assert (whole["value"], whole["numerator"], whole["denominator"]) == (69.0, 321.0, 468.0)
    assert (part["value"], part["numerator"], part["denominator"]) == (21.0, 100.0, 468.0)
    assert one(rows, "stable_pct", "Essex", part="One year")["value_status"] == "low_reliability"


def test_a_percentage_is_worked_out_from_columns_that_are_added_up(project):
    row = one(tidied(project).rows, "quick_assessments_pct", "Kent")
    assert row["value"] == pytest.approx(100 * (2919 + 1949) / 21680)
    assert (row["numerator"], row["denominator"]) == (4868.0, 21680.0)
    assert (row["printed"], row["source_column"]) == ("2919 + 1949", 13)


def test_a_rate_is_worked_out_with_the_population_of_the_year_before(project):
    rows = tidied(project).rows
    row = one(rows, "own_assessments_rate", "Kent")
    assert row["value"] == pytest.approx(10_000 * 21680 / 348330)
    assert (row["printed"], row["denominator"]) == ("21680", 348330.0)
    assert one(rows, "own_assessments_rate", "Rutland")["printed"] == "0 / [x]"


def test_counts_that_do_not_make_the_published_rate_are_left_out(project):
    rows = tidied(project).rows
    kent, essex = (one(rows, "published_assessments_rate", area) for area in ("Kent", "Essex"))
    assert (kent["value"], kent["denominator"]) == (622.4, 348330.0)
    assert essex["value"] == 300.0  # 9,000 of 330,000 would make 272.7
    assert essex[["numerator", "denominator"]].isna().all()
    england = one(rows, "published_assessments_rate", "England")
    assert england["denominator"] == 12_000_000.0


def test_a_rate_that_needs_another_file_waits_for_it(project):
    (project.national / "people_2012_to_2024.csv").unlink()
    read = tidied(project)
    assert read.wanting == {"own_assessments_rate": "people"}
    assert "own_assessments_rate" not in set(read.rows["indicator_id"])
    row = one(read.rows, "published_assessments_rate", "Kent")
    assert row["value"] == 622.4
    assert pd.isna(row["denominator"])


def test_a_new_file_is_read_by_metadata_alone(project):
    add_metadata(project, entry("agency_numbers", "children", '{ file = "staff", value = "n" }'))
    put(project, "whatever.csv", text_of(("n", "agency_rate"), ((2024, KENT, (7, "13.5")),)))
    rows = tidied(project).rows
    row = one(rows, "agency_pct", "Kent")
    assert (row["value"], row["source_table"], row["source_row"]) == (13.5, "whatever", 2)
    # The kind's `month`: what the file calls a year is a position in September.
    assert (row["time_identifier"], str(row["period_end"].date())) == ("September", "2024-09-30")
    assert one(rows, "agency_numbers", "Kent")["value"] == 7.0


@pytest.mark.parametrize(
    ("identifier", "written", "period", "end"),
    [
        ("Reporting year", "2025", ("2025", "Reporting year"), "2025-03-31"),
        ("Financial year", "202425", ("2025", "Reporting year"), "2025-03-31"),
        ("Calendar year", "2024", ("2024", "Calendar year"), "2024-12-31"),
        ("Academic year", "202425", ("202425", "Academic year"), "2025-08-31"),
        ("September", "2024", ("2024", "September"), "2024-09-30"),
    ],
)
def test_periods_are_read_as_the_standard_writes_them(project, identifier, written, period, end):
    rows = ((written, KENT, ("At 31 March", 355390, 1896, 53)),)
    put(project, "care_numbers.csv", text_of(CARE, rows, identifier=identifier))
    row = one(tidied(project).rows, "cared_for_number", "Kent")
    assert (row["time_period"], row["time_identifier"]) == period
    assert str(row["period_end"].date()) == end


@pytest.mark.parametrize(
    ("identifier", "written"), [("Week", "2025"), ("Reporting year", "x"), ("Tax year", "202425")]
)
def test_a_period_that_is_none_is_named(project, identifier, written):
    rows = ((written, KENT, ("At 31 March", 355390, 1896, 53)),)
    put(project, "care_numbers.csv", text_of(CARE, rows, identifier=identifier))
    with pytest.raises(UnknownName, match=r"care_numbers\.csv, row 2: time_period") as caught:
        tidied(project)
    assert repr(written) in str(caught.value)
    assert repr(identifier) in str(caught.value)


def test_other_orders_of_columns_and_other_line_ends_give_the_same_rows(project):
    before = tidied(project).rows
    order = (*CODE_COLUMNS[:7], "old_la_code", "la_name", "new_la_code")
    put(project, "care_numbers.csv", text_of(CARE, CARE_ROWS, order=order, end="\r\n", quoted=True))
    pd.testing.assert_frame_equal(tidied(project).rows, before)


def test_numbers_may_have_commas_and_spaces_around_them(project):
    rows = ((2025, KENT, ("At 31 March", "355,390", " 1,896 ", "53")),)
    put(project, "care_numbers.csv", text_of(CARE, rows))
    row = one(tidied(project).rows, "cared_for_rate", "Kent")
    assert (row["numerator"], row["denominator"]) == (1896.0, 355390.0)


# ------------------------------------------------------------------------------------ faults


def test_every_cell_that_cannot_be_read_is_listed_with_its_place(project):
    file = "data/raw/dfe/care_numbers.csv"
    damage(project, file, "355390,1896,53", "355390,1896?,inf", count=2)
    damage(project, file, "8000,30,38", "8000,,1e3", count=2)
    with pytest.raises(UnreadableCells) as caught:
        tidied(project)
    message = str(caught.value)
    assert f"{file}, row 9, column 13 (count): '1896?' is neither" in message
    assert f"{file}, row 9, column 14 (rate): 'inf' is neither a number nor a known" in message
    assert f"{file}, row 6, column 13 (count): '' is neither" in message
    assert "'1e3'" in message
    assert message.startswith("8 cell(s)")  # both groups of children stand in the two columns


def test_a_long_list_of_unreadable_cells_is_cut_and_counted(project):
    rows = tuple((year, KENT, ("At 31 March", 1, "?", "?")) for year in range(1990, 2020))
    put(project, "care_numbers.csv", text_of(CARE, rows))
    with pytest.raises(UnreadableCells, match="… and 40 more"):
        tidied(project)


def test_every_unknown_code_is_listed_with_where_a_new_authority_goes(project):
    file = "data/raw/dfe/care_numbers.csv"
    damage(project, file, RUTLAND, "E06999999", count=4)
    damage(project, "data/raw/dfe/people_2012_to_2024.csv", ESSEX, "E10999999")
    with pytest.raises(UnknownName) as caught:
        tidied(project)
    message = str(caught.value)
    assert f"{file}, row 6, column new_la_code: 'E06999999' is no area" in message
    assert "people_2012_to_2024.csv, row 4, column new_la_code: 'E10999999'" in message
    assert "data/metadata/areas.csv" in message
    assert "area_spellings.csv" in message


def test_a_filter_that_no_row_has_offers_the_nearest_text(project):
    damage(project, "data/raw/dfe/care_numbers.csv", "At 31 March", "On 31 March", count=10)
    with pytest.raises(MetadataFault) as caught:
        tidied(project)
    message = str(caught.value)
    assert "[indicators.cared_for_rate]" in message
    assert (
        "no row of data/raw/dfe/care_numbers.csv has 'At 31 March' in its column 'group'" in message
    )
    assert "Did you mean 'On 31 March'?" in message


def test_two_rows_with_other_figures_about_one_thing_cannot_be_read(project):
    file = "data/raw/dfe/care_numbers.csv"
    damage(project, file, "Started,355390,1896,53", "At 31 March,355390,1897,53")
    with pytest.raises(UnreadableCells) as caught:
        tidied(project)
    assert "(count): '1897', but row 9 about the same area and period has '1896'" in str(
        caught.value
    )


def test_a_row_that_stands_twice_is_read_once(project):
    damage(
        project,
        "data/raw/dfe/care_numbers.csv",
        "Started,355390,1896,53",
        "At 31 March,355390,1896,53",
    )
    read = tidied(project)
    assert one(read.rows, "cared_for_number", "Kent", "2025")["source_row"] == 9
    assert {name for file in read.files for name in file.doubled} == {"count", "rate"}


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        ('{ value = "n" }', "no 'file'"),
        ('{ file = "staff" }', "needs a column as `value`, or both `numerator`"),
        ('{ file = "staff", numerator = "n" }', "needs a column as `value`"),
        ('{ file = "staff", value = 3 }', "value is 3"),
        ('{ file = "staff", vaule = "n" }', "Did you mean 'value'?"),
        ('{ file = "staff", value = "n", numerator = 3 }', "numerator is 3"),
        ('{ file = "staff", value = "n", numerator = [] }', "numerator is []"),
        ('{ file = "staff", value = "n", numerator = { columns = "n" } }', "'column'"),
        ('{ file = "staff", value = "n", filters = { a = 1 } }', "filters has 1 for 'a'"),
        ('{ file = "staff", value = "n", per = "100" }', "per is '100'"),
        ('"staff"', "is 'staff', which should be a table"),
    ],
)
def test_a_fault_in_a_feed_names_the_indicator_and_the_key(small_project, feed, said):
    add_metadata(small_project, entry("n_number", "children", feed))
    with pytest.raises(KscbError) as caught:
        reference(small_project)
    assert "[indicators.n_number]" in str(caught.value)
    assert said in str(caught.value)


# ---------------------------------------------------------------------------------- vintages


def vintages(project, later: str = "60") -> None:
    """Put two files of one kind: the one that runs to 2024, and one to 2025 that revises 2024."""
    early = tuple(row for row in CARE_ROWS if row[0] == 2024)
    put(project, "care_numbers.csv", text_of(CARE, early))
    changed = tuple(
        (year, code, (*cells[:2], cells[2], later)) if (year, code) == (2024, KENT) else
        (year, code, cells) for year, code, cells in CARE_ROWS
    )  # fmt: skip
    put(project, "a_later_release.csv", text_of(CARE, changed))


def test_of_two_releases_both_are_kept_and_the_later_one_is_used(project):
    vintages(project)
    rows = tidied(project).rows
    mine = rows[
        (rows["indicator_id"] == "cared_for_rate")
        & (rows["area_name"] == "Kent")
        & (rows["time_period"] == "2024")
    ]
    assert set(mine["source_table"]) == {"care_numbers", "a_later_release"}
    latest = latest_published(rows)
    row = one(latest, "cared_for_rate", "Kent", "2024")
    assert (row["value"], row["source_table"]) == (60.0, "a_later_release")


def test_of_two_releases_with_the_same_years_the_name_decides(project):
    put(project, "care_numbers_b.csv", text_of(CARE, CARE_ROWS))
    row = one(latest_published(tidied(project).rows), "cared_for_rate", "Kent", "2024")
    assert row["source_table"] == "care_numbers_b"


def test_a_recorded_day_of_release_goes_before_everything(project):
    vintages(project)
    add_metadata(project, kinds=KINDS + "\n[released]\ncare_numbers = 2026-01-20\n")
    row = one(latest_published(tidied(project).rows), "cared_for_rate", "Kent", "2024")
    assert (row["value"], row["source_table"]) == (56.0, "care_numbers")
    assert str(row["published_on"].date()) == "2026-01-20"


@pytest.mark.parametrize(
    ("released", "used"), [("", 348330.0), ("people_2012_to_2023 = 2026-01-20", 300000.0)]
)
def test_a_count_is_taken_from_the_later_of_two_files(project, released, used):
    rows = tuple((year, code, (age, 300000)) for year, code, (age, _) in PEOPLE_ROWS)
    put(project, "people_2012_to_2023.csv", text_of(PEOPLE_COLUMNS, rows[:-1]))
    add_metadata(project, kinds=f"{KINDS}\n[released]\n{released}\n")
    row = one(tidied(project).rows, "own_assessments_rate", "Kent")
    assert row["denominator"] == used


# -------------------------------------------------------------------------------- whole build


def test_national_rows_join_the_printed_ones(project):
    built = make_data(project)
    assert built.read["dfe/care_numbers.csv"] == "20 figures"
    assert make_data(project).read == built.read
    data = Dataset(project)
    assert data.series("cared_for_rate")["value"].tolist() == [56.0, 53.0]
    assert data.sources["dfe"].tables[0].table_id == "care_numbers"
    assert set(data.observations["source_id"]) > {"dfe", "comparison_2011"}
    assert "care_numbers.csv" in (project.processed / "observations.meta.json").read_text(
        encoding="utf-8"
    )


def test_printed_rows_are_the_same_with_and_without_national_files(project, tmp_path):
    make_data(project)
    alone = build_small_project(tmp_path / "alone")
    add_metadata(alone, *ENTRIES)
    make_data(alone)
    with_files, without = Dataset(project).observations, Dataset(alone).observations
    printed = with_files[with_files["source_id"] != "dfe"].reset_index(drop=True)
    pd.testing.assert_frame_equal(printed, without)
    pd.testing.assert_frame_equal(Dataset(project).ratings, Dataset(alone).ratings)


def test_a_new_national_file_makes_the_data_again(project):
    make_data(project)
    assert not make_data(project).fresh
    damage(project, "data/raw/dfe/care_numbers.csv", "1896,53", "1890,53", count=2)
    assert make_data(project).fresh


def test_a_file_with_its_ending_in_capitals_is_watched_too(project):
    path = project.national / "care_numbers.csv"
    path.rename(path.with_suffix(".CSV"))
    make_data(project)
    damage(project, "data/raw/dfe/care_numbers.CSV", "1896,53", "1890,53", count=2)
    assert make_data(project).fresh


def test_a_fault_in_a_national_file_leaves_the_last_good_tables(project):
    make_data(project)
    before = (project.processed / "observations.csv").read_bytes()
    damage(project, "data/raw/dfe/care_numbers.csv", "1896,53", "1896,5e", count=2)
    with pytest.raises(UnreadableCells, match="row 9, column 14"):
        make_data(project)
    assert (project.processed / "observations.csv").read_bytes() == before


# -------------------------------------------------------------------------------------- time


def many(project, times: int) -> OpenData:
    """Give a file of 300 rows for each time, as long as 300 years of Kent."""
    rows = tuple(
        (1500 + year, KENT, (f"group {time}", 355390, 1896 + time, 53))
        for time in range(times)
        for year in range(300)
    )
    text = text_of(CARE, rows).replace("group 0", "At 31 March").encode()
    (file,) = (one for one in tidied(project).files if one.file.kind.kind == "care")
    return OpenData(
        (OpenFile(file.file.kind, file.file.path, file.file.header, text, "utf-8-sig"),)
    )


def seconds(data: OpenData, catalogue, areas) -> float:
    best = 9.0
    for _ in range(3):
        start = time.process_time()
        tidy_national(data, catalogue, areas)
        best = min(best, time.process_time() - start)
    return best


def test_ten_times_the_rows_take_about_ten_times_as_long(project):
    catalogue, areas = reference(project)
    tenth, whole = many(project, 20), many(project, 200)
    assert seconds(whole, catalogue, areas) < 15 * seconds(tenth, catalogue, areas)


def test_all_places_of_the_fixture_are_areas_of_the_small_project(project):
    _, areas = reference(project)
    for code, (level, number, name, _) in PLACES.items():
        area = areas.find(code)
        assert (str(area.level), area.la_code, area.name) == (level, number, name)
    assert {ENGLAND, KENT, ESSEX, RUTLAND} < set(PLACES)
    assert len(SPEED) == len(SPEED_ROWS[0][2])
    assert len(STABILITY) == len(STABILITY_ROWS[0][2])
