"""A council's own returns: each line one figure, and every fault with file, row and column."""

import pandas as pd
import pytest
from small_project import REPOSITORY, build_small_project, files_below

from kscb_analysis.areas import load_areas
from kscb_analysis.build import make_data
from kscb_analysis.catalogue import load_catalogue
from kscb_analysis.dataset import Dataset
from kscb_analysis.errors import KscbError, SourceFault, UnreadableCells, WrongRequest
from kscb_analysis.local_returns import COLUMNS, frames, local_sources, read_returns, write_template
from kscb_analysis.schema import OBSERVATIONS, TARGETS, typed
from kscb_analysis.standing import standing

HEAD = ",".join(COLUMNS)


def put(project, *lines: str, name: str = "kpis.csv", head: str = HEAD, encoding: str = "utf-8"):
    project.local.mkdir(parents=True, exist_ok=True)
    path = project.local / name
    path.write_bytes("\n".join([head, *lines, ""]).encode(encoding))
    return path


def read(project):
    return read_returns(
        project.local, load_catalogue(project.metadata), load_areas(project.metadata)
    )


def refusal(project) -> str:
    with pytest.raises(KscbError) as caught:
        read(project)
    return str(caught.value)


def test_no_folder_is_no_fault(small_project):
    returns = read(small_project)
    assert (returns.observations, returns.targets, returns.sources) == ([], [], {})
    assert all(rows.empty for rows in frames(returns))


def test_a_line_is_a_figure_with_its_counts_target_and_floor(small_project):
    put(small_project, "long_plans_pct,Kent,2025,5.0,73,1471,6,10,2025-05-15,our return")
    observations, targets = frames(read(small_project))
    row = typed(observations, OBSERVATIONS).iloc[0]
    assert (row["value"], row["printed"], row["value_status"]) == (5.0, "5.0", "published")
    assert (row["numerator"], row["denominator"]) == (73.0, 1471.0)
    assert (row["time_period"], row["time_identifier"]) == ("2025", "Reporting year")
    assert (row["source_id"], row["source_table"]) == ("local", "kpis")
    assert (row["source_row"], row["source_column"]) == (2, 4)
    assert str(row["published_on"].date()) == "2025-05-15"
    target = typed(targets, TARGETS).iloc[0]
    assert (target["target"], target["floor"], target["source_column"]) == (6.0, 10.0, 7)


@pytest.mark.parametrize(
    ("indicator", "written", "period"),
    [
        ("plan_number", "Sep 2025", ("2025", "September")),
        ("plan_number", "Mar 2025", ("2025", "March")),
        ("in_care_number", "Mar 2025", ("2025", "Reporting year")),
        ("plan_number", "2024/25", ("2025", "Reporting year")),
        ("plan_number", "Apr 2025 to Jun 2025", ("202526", "Financial year Q1")),
        ("plan_number", "Apr 2025 to Dec 2025", ("202526", "Financial year Q1-Q3")),
    ],
)
def test_periods_are_written_as_in_the_papers(small_project, indicator, written, period):
    put(small_project, f"{indicator},Kent,{written},5,,,,,,")
    (row,) = read(small_project).observations
    assert (row["time_period"], row["time_identifier"]) == period


def test_a_marker_is_an_empty_figure_and_a_target_may_stand_alone(small_project):
    put(
        small_project,
        "plan_number,886,2025,c,,,,,,",
        "plan_number,E10000016,2024,,,,900,,,",
    )
    observations, targets = frames(read(small_project))
    assert observations["value_status"].tolist() == ["suppressed"]
    assert observations["value"].isna().all()
    assert targets["target"].tolist() == [900.0]
    assert targets["floor"].isna().all()


def test_columns_may_stand_in_any_order_and_some_be_left_out(small_project):
    put(small_project, "", "2025,Kent,5,plan_number", head="period,area,value,indicator_id")
    (row,) = read(small_project).observations
    assert (row["value"], row["source_row"], row["source_column"]) == (5.0, 3, 3)
    assert row["numerator"] is None


def test_every_bad_cell_is_listed_with_its_place_and_what_to_write(small_project):
    put(
        small_project,
        "plan_numbre,Kent,2025,5,,,,,,",
        "plan_number,Kant,2025,5,,,,,,",
        "plan_number,Kent,last year,5,,,,,,",
        "plan_number,Kent,2025,5x,6x,c,7x,8x,15/05/2025,",
        "plan_number,Kent,2025,,,,,,,",
        "plan_number,Kent,2025,5,,,,,,,extra",
    )
    message = refusal(small_project)
    for said in (
        "11 cell(s) of data/raw/local cannot be read",
        "kpis.csv, row 2, column 1 (indicator_id): No indicator 'plan_numbre'",
        "Did you mean 'plan_number'?",
        "row 3, column 2 (area): No area 'Kant'",
        "row 4, column 3 (period): 'last year'",
        "row 5, column 4 (value): '5x' is neither a number nor a known marker",
        "row 5, column 5 (numerator): '6x'",
        "row 5, column 6 (denominator): 'c' is no number; leave the cell empty",
        "row 5, column 7 (target): '7x'",
        "row 5, column 8 (floor): '8x'",
        "row 5, column 9 (published_on): '15/05/2025' is no day; write it as 2025-10-20",
        "row 6, column 4 (value): the line has neither a figure or marker nor a target",
    ):
        assert said in message, said
    assert "kscb template local" in message


def test_a_line_with_too_many_cells_is_named(small_project):
    put(small_project, "plan_number,Kent,2025,5,,,,,,,extra")
    assert "row 2, column 10 (note): the line has 11 cells" in refusal(small_project)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (HEAD.replace("period", "periods"), "no column 'period'. Did you mean 'periods'?"),
        (HEAD + ",targget", "a column 'targget', which is not one of the layout's. Did you mean"),
        (HEAD + ",note", "a column 'note', twice"),
        ("", "no column 'indicator_id'"),
    ],
)
def test_a_fault_in_the_headings_is_named(small_project, head, said):
    put(small_project, head=head)
    with pytest.raises(SourceFault) as caught:
        read(small_project)
    assert said in str(caught.value)


def test_a_file_that_cannot_be_read_at_all_is_named(small_project):
    put(small_project, "plan_number,Ként,2025,5,,,,,,", encoding="cp1252")
    assert "kpis.csv, row 2: not UTF-8 text" in refusal(small_project)
    put(small_project, '"plan_number,Kent', encoding="utf-8")
    assert "kpis.csv, row 2: cannot be read as CSV" in refusal(small_project)


def test_returns_join_the_data_and_are_a_source(small_project):
    put(small_project, "plan_number,Kent,Sep 2025,900,,,1000,1100,2025-10-20,")
    built = make_data(small_project)
    assert built.read == {"local/kpis.csv": "1 figures"}
    data = Dataset(small_project)
    assert data.series("plan_number")["value"].tolist()[-1] == 900.0
    assert data.targets["floor"].dropna().tolist() == [1100.0]
    assert data.sources["local"].status == "internal"
    assert [one.table_id for one in local_sources(small_project.local)["local"].tables] == ["kpis"]


def test_the_same_figure_twice_stops_the_run_with_both_cells(small_project):
    put(small_project, *["plan_number,Kent,2025,900,,,,,,"] * 2)
    message = ""
    with pytest.raises(KscbError) as caught:
        make_data(small_project)
    message = str(caught.value)
    assert "local/kpis, row 2" in message
    assert "local/kpis, row 3" in message


def test_without_returns_the_data_are_the_same_bytes(small_project, tmp_path):
    (small_project.local).mkdir(parents=True)
    make_data(small_project)
    other = build_small_project(tmp_path / "other")
    make_data(other)
    held = files_below(small_project.processed)
    assert {n: b for n, b in held.items() if n != "build.json"} == {
        n: b for n, b in files_below(other.processed).items() if n != "build.json"
    }


def test_the_template_is_read_by_the_project_that_writes_it(tmp_path):
    path = tmp_path / "raw" / "mine.csv"
    assert path.parent.mkdir() is None
    text = write_template(path)
    assert path.read_text(encoding="utf-8") == text == write_template()
    metadata = REPOSITORY / "data" / "metadata"
    returns = read_returns(path.parent, load_catalogue(metadata), load_areas(metadata))
    assert len(returns.observations) == 4
    assert len(returns.targets) == 2
    assert all(line.count("made-up") == 1 for line in text.splitlines()[1:])
    assert pd.read_csv(path).columns.tolist() == list(COLUMNS)
    with pytest.raises(WrongRequest, match="already there"):
        write_template(path)


def test_unreadable_lines_leave_the_last_good_tables(small_project):
    make_data(small_project)
    before = files_below(small_project.processed)
    put(small_project, "plan_number,Kent,2025,5x,,,,,,")
    with pytest.raises(UnreadableCells):
        make_data(small_project)
    assert files_below(small_project.processed) == before


def test_a_floor_on_the_good_side_of_its_target_is_told_of_with_its_cell(small_project):
    put(
        small_project,
        "assessments_in_time_pct,Kent,2011,54.0,,,70.0,85.0,2025-05-15,",
        "assessments_in_time_pct,Essex,2011,61.0,,,70.0,50.0,2025-05-15,",
    )
    make_data(small_project)
    data = Dataset(small_project)
    found = data.findings[data.findings["check"] == "floors_lie_beyond_their_targets"]
    assert found["cells"].tolist() == ["local/kpis, row 2, column 7"]
    assert found["area_name"].tolist() == ["Kent"]
    assert "the floor of 85 is better than the target of 70.0" in found["message"].iloc[0]
    kent = data.area("Kent")
    one = standing(data, data.catalogue["assessments_in_time_pct"], kent, 2011, None)
    assert (one.floor.value, one.computed_rating) == (85.0, "")
