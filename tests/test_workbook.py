"""Spreadsheets: their parts, the types of their cells, notes, markers, and nothing that runs."""

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from made_pages import SERIES, TITLE, document, link, made_page, real_page

from kscb_analysis import workbook as room
from kscb_analysis.dataset import Dataset
from kscb_analysis.downloads import data_of
from kscb_analysis.page import finish
from kscb_analysis.page_reading import read_page
from kscb_analysis.sheet_cells import NOTHING, Number, is_naming, printed
from kscb_analysis.tables import gathered
from kscb_analysis.workbook import NoSpreadsheet, workbook
from kscb_analysis.worksheets import sheet_of

FRAME = ("Cover", "Contents", "Notes")
TABLES = ("Table 1", "Figure 1", "Table 2")


@pytest.fixture(scope="module")
def openpyxl() -> Any:
    pytest.importorskip("gptables", reason="gptables is not installed: `make xlsx` installs it")
    return pytest.importorskip("openpyxl", reason="openpyxl is not installed")


def made(page: str) -> bytes:
    return workbook(page, data_of(page, Path()))


@pytest.fixture(scope="module")
def book(openpyxl: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(made(made_page())))


def cells(place: Any) -> list[list[Any]]:
    """Give the cells of the one table of a sheet, its headings first."""
    (table,) = place.tables.values()
    return [list(row) for row in place[table.ref]]


def values(place: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in cells(place)]


def column(place: Any, name: str) -> list[Any]:
    head, *rows = cells(place)
    at = [str(cell.value).partition("\n")[0] for cell in head].index(name)
    return [row[at] for row in rows]


def lines(place: Any) -> list[str]:
    """Give what stands above the table of a sheet."""
    (table,) = place.tables.values()
    above = int(re.findall(r"\d+", table.ref)[0]) - 1
    return [str(place.cell(at, 1).value) for at in range(1, above + 1)]


# Parts.


def test_a_workbook_has_cover_contents_notes_and_a_sheet_a_table(book):
    assert tuple(book.sheetnames) == (*FRAME, *TABLES)


def test_the_cover_says_what_the_page_says(book):
    told = [row[0].value for row in book["Cover"].iter_rows() if row[0].value]
    assert told[0] == TITLE
    assert {"Figures of 2011.", "Where things stand", "Visits rose to 71.5%."} <= set(told)
    assert "A pack of tables. Northshire. Open Government Licence" in told
    assert "Date of the data: newest source published 5 March 2012" in told


def test_contents_lead_to_every_sheet(book):
    rows = cells(book["Contents"])[1:]
    assert [row[0].value for row in rows] == list(TABLES)
    assert [row[0].hyperlink.location for row in rows] == [f"'{name}'!A1" for name in TABLES]
    assert rows[1][1].value.rstrip() == "Data for figure 1: Visits, 2009 to 2011"


def test_a_sheet_names_measure_place_period_and_source(book):
    told = lines(book["Figure 1"])
    assert re.fullmatch(r"Data for figure 1: Visits, 2009 to 2011( ?\[note \d+\])+", told[0])
    assert told[1] == "Safeguarding. Northshire, year ending 31 March 2011"
    assert told[2] == "Measure: Visits made on time, in percent"
    assert "[c] withheld, because a small number could identify a child" in told
    assert f"{NOTHING} nothing is known from the sources" in told
    assert re.fullmatch(r"Source: A pack of tables ?\[note \d+\]", told[-2])
    assert told[-1] == "Row numbers are those of data/raw/pack_2011/visits.csv."


def test_the_document_has_a_title_and_the_date_of_the_data(book):
    assert book.properties.title == TITLE
    assert book.properties.created.date() == date(2012, 3, 5)


# Cells.


def test_numbers_are_numbers_and_shown_as_they_are_printed(book):
    scores = column(book["Table 1"], "Figure")
    assert [cell.value for cell in scores] == [71.5, "[c]", 12, 1621]
    assert [scores[at].number_format for at in (0, 2, 3)] == ["#,##0.0", "#,##0", "#,##0"]
    assert [cell.value for cell in column(book["Figure 1"], "2009")] == [70, 68.25, NOTHING, 61]
    shown = [cell.number_format for cell in column(book["Figure 1"], "2009")]
    assert shown[:2] == ["#,##0", "#,##0.0"]
    parts = column(book["Table 2"], "2011")
    assert [cell.value for cell in parts] == [1204, -3.5, 1.2]
    assert [cell.number_format for cell in parts] == ["#,##0", '#,##0.0"%"', '"£"#,##0.0"m"']


def test_years_and_labels_are_text(book):
    assert [cell.value for cell in column(book["Table 1"], "Period")] == ["2011", "2010"] + [
        "2011"
    ] * 2
    assert [cell.value for cell in column(book["Table 2"], "Remark")] == ["7", NOTHING, "Red"]
    assert values(book["Figure 1"])[0][2:5] == ["2009", "2010", "2011"]


def test_indicators_have_their_names_and_units(book):
    rows = values(book["Table 1"])[1:]
    assert [row[:2] for row in rows] == [
        ["Visits on time", "percent"],
        ["Visits on time", "percent"],
        ["Visits on time", "place in order"],
        ["Plans", "children"],
    ]


def test_what_a_scorecard_says_in_words_is_kept(openpyxl):
    page = made_page().replace("<th scope=col>Before", "<th scope=col class=t>Rating", 1)
    page = page.replace("<td>[c]", "<td class=t><span aria-hidden=true>■</span> Red, was Amber", 1)
    rows = values(openpyxl.load_workbook(io.BytesIO(made(page)))["Table 1"])[1:]
    assert rows[4:] == [["Visits on time", "in words", "rating", "[z]", "Red, was Amber", "[z]"]]


def test_a_remark_that_announces_a_list_comes_with_it():
    listed = "<p class=note>It runs both ways:</p><ul><li>One is best.<li>Four is best.</ul>"
    table = _table("Sizes") + listed
    (read,) = read_page(finish(document(f"<h2 id=a>A</h2>{table}"))).tables
    assert read.remarks == ("It runs both ways: One is best; Four is best.",)


def test_markers_stand_for_the_reason_of_an_empty_value(book):
    assert column(book["Figure 1"], "2010")[0].value == "[c]"
    assert column(book["Figure 1"], "2011")[2].value == "[x]"
    assert "[x] not available" in lines(book["Figure 1"])
    assert "[x] not available" not in lines(book["Table 1"])


def test_no_cell_of_a_table_is_empty(book):
    for name in (*FRAME[1:], *TABLES):
        assert all(cell.value not in (None, "") for row in cells(book[name]) for cell in row)


def test_what_looks_like_a_formula_or_a_link_is_words(book):
    areas = [cell.value for cell in column(book["Figure 1"], "Area")]
    assert areas[2:] == ["=1+1", "@risk [here] (https://example.org) $ $0$ $"]
    for place in book:
        for row in place.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
            assert place.title == "Contents" or all(cell.hyperlink is None for cell in row)


def test_a_sign_alone_is_said_to_be_one(book):
    assert column(book["Table 2"], "Part")[2].value == "? (a sign)"


# Notes.


def test_each_note_is_listed_once_and_referred_to(book):
    rows = values(book["Notes"])
    listed = {f"[note {row[0]}]": row[1] for row in rows[1:]}
    assert len(set(listed.values())) == len(listed) == 6
    referred = set()
    for name in TABLES:
        here = " ".join([*lines(book[name]), *map(str, values(book[name])[0])])
        found = re.findall(r"\[note \d+\]", here)
        referred |= set(found)
        told = {f"[note {row[0]}]" for row in rows[1:] if name in row[2].split(", ")}
        assert told == set(found)
    assert referred == set(listed)


def test_a_definition_and_a_remark_are_notes(book):
    notes = [row[1] for row in values(book["Notes"])[1:]]
    assert "Visits made on time: Of every hundred visits, how many were on time." in notes
    assert "Visits made on time: From April 2010 on visits are counted anew." in notes
    assert f"{NOTHING} nothing is known from the sources. All is made up." in notes
    assert not [note for note in notes if note.startswith("[c] withheld")]


def test_a_page_without_notes_has_no_sheet_of_them(openpyxl):
    page = finish(document("<h2 id=a>A</h2>" + _table("Sizes")))
    book = openpyxl.load_workbook(io.BytesIO(made(page)))
    assert book.sheetnames == ["Cover", "Contents", "Table 1"]


# Names of sheets.


def _table(caption: str) -> str:
    return (
        f"<table><caption>{caption}</caption><thead><tr><th scope=col>Area<th scope=col>2011"
        "</thead><tbody><tr><th scope=row>Northshire<td>5</table>"
    )


def test_sheets_have_names_that_every_program_takes(openpyxl):
    long = "A caption that is much too long for the name of a sheet"
    body = "".join(
        f"<table><caption>{one}</caption><tr><td>a<td>5</table>"
        for one in (long, long.upper(), "Notes", "a/b:c*[d]?'e'", "a b c d e")
    )
    book = openpyxl.load_workbook(io.BytesIO(made(f"<main><h1>T</h1>{body}</main>")))
    names = book.sheetnames[2:]
    assert len({name.casefold() for name in book.sheetnames}) == 7
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\']", name) for name in names)
    assert names[2:4] == ["Notes (2)", "a b c d e"]


# The same again, and without what it needs.


def test_the_same_page_gives_the_same_bytes(openpyxl):
    page = made_page()
    assert made(page) == made(page)


def test_a_csv_of_several_folded_tables_has_a_sheet_of_its_own(openpyxl):
    folded = "".join(
        f"<details class=data><summary>S</summary>{_table(one)}</details>" for one in "ab"
    )
    body = f"<h2 id=a>A</h2>{folded}{link('all.csv', SERIES, 'every row')}"
    book = openpyxl.load_workbook(io.BytesIO(made(finish(document(body)))))
    assert book.sheetnames[-3:] == ["Table 1", "Table 2", "Tables 1 to 2"]
    assert lines(book["Tables 1 to 2"])[0].startswith("Tables 1 to 2: Every row")
    assert len(values(book["Tables 1 to 2"])) == 5


def test_without_gptables_one_line_says_how_to_get_it(monkeypatch):
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(room, "import_module", missing)
    with pytest.raises(NoSpreadsheet, match=r"make xlsx") as caught:
        workbook(made_page(), {})
    assert "\n" not in str(caught.value)


# What a cell is, without a spreadsheet.


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [("1,621", 1621, 0), ("−6.50", -6.5, 2), ("97.9%", 97.9, 1), ("£0.450m", 0.45, 3), ("0", 0, 0)],
)
def test_printed_numbers_are_read(text, value, decimals):
    read = printed(text)
    assert isinstance(read, Number)
    assert (read.value, read.decimals) == (value, decimals)


@pytest.mark.parametrize("text", ["1 to 3", "about 5", "[c]", "57.0% Oct 2011", "2010/11", "1e5"])
def test_words_stay_words(text):
    assert printed(text) == text


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ("a/b, row 2; a/b, row 3; c/d, row 1; a/b, row 9", "a/b, rows 2, 3, 9; c/d, row 1"),
        (
            "a/b, row 2, column 3; a/b, row 2, column 4",
            "a/b, row 2, column 3; a/b, row 2, column 4",
        ),
        ("rows 7, 9; a/b, row 2", "rows 7, 9; a/b, row 2"),
        ("computed", "computed"),
    ],
)
def test_the_cells_of_a_source_are_named_in_short(places, told):
    assert "; ".join(gathered(places.split("; "))) == told


# The repository's own papers.


@pytest.mark.parametrize("notebook", ["safeguarding_activity", "private_fostering"])
def test_every_number_of_a_real_paper_is_that_of_its_csv(
    openpyxl: Any, real_data: Dataset, notebook: str
) -> None:
    page = real_page(notebook, real_data)
    data = data_of(page, Path())
    book = openpyxl.load_workbook(io.BytesIO(workbook(page, data)))
    with_csv = [one for one in read_page(page).tables if one.download]
    assert len(with_csv) == len(data) > 2
    for table in with_csv:
        head, *rows = csv.reader(io.StringIO(data[table.download]))
        told = sorted(
            float(text)
            for row in rows
            for at, (name, text) in enumerate(zip(head, row, strict=True))
            if not is_naming(name, at) and re.fullmatch(r"-?\d+(\.\d+)?", text)
        )
        body = cells(book[table.label])[1:]
        assert sorted(c.value for row in body for c in row if c.data_type == "n") == told
        in_words = sum("in words" in [cell.value for cell in row] for row in body)
        assert len(body) - in_words == len(rows)


def test_a_real_sheet_shows_the_decimals_of_the_page(openpyxl: Any, real_data: Dataset) -> None:
    read = read_page(page := real_page("safeguarding_activity", real_data))
    data = data_of(page, Path())
    series = next(one for one in read.tables if one.label.startswith("Figure") and one.cells)
    sheet = sheet_of(series, read, data)
    compared = 0
    for ours, theirs in zip(sheet.rows, series.cells, strict=True):
        for name, cell in zip(sheet.headings, ours, strict=True):
            if name in series.head and isinstance(cell, Number):
                shown = f"{cell.value:,.{cell.decimals}f}".replace("-", "−")
                assert shown == theirs[series.head.index(name)]
                compared += 1
    assert compared > 50


def test_a_page_without_tables_still_has_a_workbook(openpyxl):
    page = finish(
        document(
            "<section class=findings aria-labelledby=w><h2 id=w>Where things stand</h2>"
            "<p>The sources hold no figures on this topic.</p></section>"
        )
    )
    made = openpyxl.load_workbook(io.BytesIO(workbook(page, {})))
    *_, last = made.sheetnames
    told = [str(cell.value) for row in made[last].iter_rows() for cell in row if cell.value]
    assert "The sources hold no figures on this topic." in told
