"""Corrections: they change what they quote, nothing else, and stop the run when they are stale."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_project import REPOSITORY, damage, replace_file, rows_of

from kscb_analysis.corrections import Correction, apply_corrections, load_corrections
from kscb_analysis.errors import KscbError, MetadataFault, StaleCorrection
from kscb_analysis.sources import RawTable

FILE = "data/metadata/corrections.toml"


def table(table_id: str = "table") -> RawTable:
    return RawTable("source", table_id, Path("table.csv"), "", "", "", "Kent", "", "", {}, ())


def correction(
    row: int, column: int | None, printed: tuple[str, ...], read_as: tuple[str, ...], **other: str
) -> Correction:
    names = {"source_id": "source", "table_id": "table", **other}
    return Correction(
        row=row, column=column, printed=printed, read_as=read_as,
        reason="r", evidence="e", status="open", **names,
    )  # fmt: skip


def refusal(project) -> str:
    with pytest.raises(KscbError) as caught:
        load_corrections(project.metadata)
    return str(caught.value)


ROWS = rows_of(",,2003,2004\n886,Kent,61.2%*,7\n")


def test_a_cell_is_read_as_the_correction_says():
    read, corrected = apply_corrections(ROWS, table(), (correction(2, 3, ("61.2%*",), ("61.2%",)),))
    assert read == [["", "", "2003", "2004"], ["886", "Kent", "61.2%", "7"]]
    assert corrected == {(2, 3): "61.2%*"}


def test_a_whole_row_is_read_as_the_correction_says():
    shift = correction(1, None, ("", "", "2003", "2004"), ("", "", "2002", "2003"))
    read, corrected = apply_corrections(ROWS, table(), (shift,))
    assert read == [["", "", "2002", "2003"], ["886", "Kent", "61.2%*", "7"]]
    assert corrected == {(1, 3): "2003", (1, 4): "2004"}


def test_the_rows_as_printed_are_left_as_they_are():
    before = [list(row) for row in ROWS]
    apply_corrections(ROWS, table(), (correction(2, 3, ("61.2%*",), ("61.2%",)),))
    assert before == ROWS


@pytest.mark.parametrize("other", [{"source_id": "another"}, {"table_id": "another"}])
def test_a_correction_for_another_table_does_nothing(other):
    read, corrected = apply_corrections(
        ROWS, table(), (correction(2, 3, ("61.2%*",), ("61.2%",), **other),)
    )
    assert (read, corrected) == (ROWS, {})


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (correction(2, 3, ("61.2",), ("x",)), ["row 2, column 3", "'61.2'", "'61.2%*'"]),
        (correction(2, 3, ("61.2%* ",), ("x",)), ["row 2, column 3", "'61.2%*'"]),
        (correction(2, 9, ("61.2%*",), ("x",)), ["row 2, column 9", "found []"]),
        (correction(3, 3, ("61.2%*",), ("x",)), ["row 3, column 3", "found []"]),
        (
            correction(1, None, ("", "", "2003"), ("", "", "2002")),
            ["row 1 expects", "['', '', '2003', '2004']"],
        ),
        (
            correction(1, None, ("", "", "2003", "2004", ""), ("", "", "", "2003", "2004")),
            ["row 1 expects"],
        ),
    ],
)
def test_a_stale_correction_says_what_it_expects_and_what_it_found(one, said):
    with pytest.raises(StaleCorrection) as caught:
        apply_corrections(ROWS, table(), (one,))
    message = str(caught.value)
    assert "source/table" in message
    assert "data/metadata/corrections.toml" in message
    assert all(part in message for part in said), message


def test_two_corrections_of_one_cell_are_refused():
    both = (
        correction(2, None, ("886", "Kent", "61.2%*", "7"), ("886", "Kent", "61.2", "7")),
        correction(2, 3, ("61.2%*",), ("61.2%",)),
    )
    with pytest.raises(MetadataFault, match="row 2, column 3: two corrections"):
        apply_corrections(ROWS, table(), both)


CELLS = st.text("ab1", max_size=2)


@given(st.data())
def test_corrections_never_touch_other_cells(data):
    width = data.draw(st.integers(1, 4))
    rows = data.draw(
        st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=4)
    )
    places = data.draw(
        st.sets(
            st.tuples(st.integers(1, len(rows)), st.integers(1, width)), max_size=len(rows) * width
        )
    )
    chosen = tuple(
        correction(row, column, (rows[row - 1][column - 1],), (rows[row - 1][column - 1] + "!",))
        for row, column in sorted(places)
    )
    read, corrected = apply_corrections(rows, table(), chosen)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row, start=1):
            expected = cell + "!" if (number, column) in places else cell
            assert read[number - 1][column - 1] == expected
    assert corrected == {place: rows[place[0] - 1][place[1] - 1] for place in places}


# ------------------------------------------------------------------------ corrections.toml


def test_the_file_is_read_with_reason_and_evidence(small_project):
    header, cell = load_corrections(small_project.metadata)
    assert header.place == "comparison_2011/stability, row 1"
    assert header.printed == ("", "", "2009", "2010", "2011", "")
    assert cell.place == "comparison_2011/assessments_summary, row 2, column 7"
    assert (cell.printed, cell.read_as) == (("61.2%*",), ("61.2%",))
    assert cell.reason
    assert cell.evidence


def test_no_file_and_an_empty_file_mean_no_corrections(small_project):
    replace_file(small_project, FILE, b"")
    assert load_corrections(small_project.metadata) == ()
    (small_project.root / FILE).unlink()
    assert load_corrections(small_project.metadata) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('printed = "61.2%*"', 'prited = "61.2%*"', ["unknown key 'prited'", "'printed'"]),
        ('read_as = "61.2%"', 'read_as = "61.2%*"', ["changes nothing", "Take it out"]),
        ('read_as = "61.2%"', "read_as = 61.2", ["read_as is 61.2", "text"]),
        ('read_as = "61.2%"', 'read_as = ["61.2%"]', ["read_as", "text"]),
        ('printed = "61.2%*"', 'printed = ["61.2%*"]', ["printed", "text"]),
        ("column = 7\n", "", ["printed is '61.2%*'", "a list"]),
        ("column = 7", "column = 0", ["column is 0", "count from 1"]),
        ("column = 7", "column = -1", ["column is -1", "count from 1"]),
        ("column = 7", "column = true", ["column is True", "whole number"]),
        ("row = 2", "row = 0", ["row is 0", "count from 1"]),
        ("row = 2", "row = -2", ["row is -2", "count from 1"]),
        ("row = 2", 'row = "2"', ["row is '2'", "whole number"]),
        ("row = 2\n", "", ["no 'row'"]),
        ('evidence = "The remark stands below the table."\n', "", ["no 'evidence'"]),
        (
            'read_as = ["", "", "", "2009", "2010", "2011"]',
            'read_as = ["", "2011"]',
            ["different numbers of cells"],
        ),
        (
            'read_as = ["", "", "", "2009", "2010", "2011"]',
            'read_as = ["", "", "", 2009, 2010, 2011]',
            ["read_as", "2009", "text"],
        ),
        (
            '[[correction]]\nsource = "comparison_2011"\ntable = "stability"',
            '[[corection]]\nsource = "comparison_2011"\ntable = "stability"',
            ["unknown key 'corection'", "'correction'"],
        ),
    ],
)
def test_a_fault_in_the_file_names_the_correction_and_the_key(small_project, old, new, said):
    damage(small_project, FILE, old, new)
    message = refusal(small_project)
    assert "corrections.toml" in message
    assert all(part in message for part in said), message


@pytest.mark.parametrize("text", ["correction = 3", "correction = [3]", 'correction = ["source"]'])
def test_an_entry_that_is_no_table_is_named(small_project, text):
    replace_file(small_project, FILE, text.encode())
    assert "corrections.toml" in refusal(small_project)


def test_two_corrections_for_one_place_are_refused(small_project):
    path = small_project.root / FILE
    entry = path.read_text(encoding="utf-8").rpartition("[[correction]]")[2]
    with path.open("a", encoding="utf-8") as file:
        file.write("[[correction]]" + entry)
    message = refusal(small_project)
    assert "two corrections for comparison_2011/assessments_summary, row 2, column 7" in message


WORDS = {"nine": 9, "Three quarters": 75, "three": 3, "Two": 2, "two": 2, "Five": 5, "Seven": 7,
         "six": 6, "other": 1}  # fmt: skip


def test_the_repository_reads_figures_otherwise_but_changes_none(real_data):
    """Marks, brackets and words become figures; no figure becomes another."""
    found = load_corrections(REPOSITORY / "data" / "metadata")
    assert len(found) == 20
    assert all(one.reason and one.evidence and one.status for one in found)
    rows = real_data.observations
    told = rows[rows["corrected_from"] != ""]
    assert len(told) == 16
    for row in told.itertuples():
        if row.corrected_from in WORDS:
            assert row.value == WORDS[row.corrected_from]
        elif row.corrected_from:
            digits = re.sub(r"</?u>|[*()£m%-]", "", row.corrected_from)
            assert f"{abs(row.value):g}" == f"{float(digits):g}", row.corrected_from


def test_a_label_or_heading_that_is_supplied_changes_no_figure(real_data):
    found = load_corrections(REPOSITORY / "data" / "metadata")
    supplied = [one for one in found if one.printed == ("",)]
    assert [one.place for one in supplied] == [
        "budget_2012/a_to_z_totals, row 2, column 1",
        "early_intervention_2012/costs, row 17, column 1",
    ]
