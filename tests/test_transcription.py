"""Raw tables and the text of the source papers in; a verdict on every transcribed cell out.

The papers are not part of the project. They are looked for in the folder named by the
environment variable KSCB_SEEDS, or else in `../shared/seeds` beside the checkout; without
them the comparison is skipped and only the totals and fingerprints are checked.
"""

import csv
import hashlib
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
RAW = PROJECT / "data" / "raw"
PAPERS = Path(os.environ.get("KSCB_SEEDS", PROJECT.parent / "shared" / "seeds"))
PACK_SAYS = "KCC Quarterly Performance Report Quarter 2, 2011/12"
LOCAL_FOLDERS = {"dfe", "local"}  # files the user brings; never part of the repository

NOT_IN_THE_PAPERS = {
    "private_fostering_england": "national figures noted from published pages outside the papers",
}
COMPARISON = "national_comparison_2011"
FIRST_PAGE_OF = {
    COMPARISON: "A SUMMARY OF THE NATIONAL STATISTICAL RELEASE",
    "kpi_report_2011_q2": PACK_SAYS,
    "kscb_annual_report_2011": "Annual Report 2010 -2011",
    "missing_uasc_2012": "Subject: **MISSING UNACCOMPANIED ASYLUM SEEKING CHILDREN**",
}
WORDS_IN_THE_PARAGRAPH_FOR = {
    "Kent": (),
    "England": ("national",),
    "Statistical neighbours of Kent": ("statistical neighbours",),
}

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class RawTable:
    """One transcribed table, with what its sidecar says about it."""

    source_id: str
    table_id: str
    file: Path
    title: str
    layout: str
    sha256: str

    @property
    def rows(self) -> Rows:
        with self.file.open(encoding="utf-8", newline="") as cells:
            return list(csv.reader(cells))


def raw_tables() -> list[RawTable]:
    """All transcribed tables, in the order of their sidecars."""
    return [
        RawTable(
            source_id=sidecar.parent.name,
            table_id=table["id"],
            file=sidecar.parent / table["file"],
            title=table["title"],
            layout=table["layout"],
            sha256=table["sha256"],
        )
        for sidecar in sorted(RAW.glob("*/source.toml"))
        if sidecar.parent.name not in LOCAL_FOLDERS
        for table in tomllib.loads(sidecar.read_text(encoding="utf-8"))["table"]
    ]


TABLES = raw_tables()
COMPARISONS = [table for table in TABLES if table.layout == "national_comparison"]
IN_THE_PAPERS = [
    table
    for table in TABLES
    if table.source_id not in NOT_IN_THE_PAPERS and table.source_id != COMPARISON
]
PRINTED_AS_TABLES = [table for table in IN_THE_PAPERS if table.layout != "figures_list"]
READ_FROM_SENTENCES = [table for table in IN_THE_PAPERS if table.layout == "figures_list"]


def named(table: RawTable) -> str:
    return f"{table.source_id}/{table.table_id}"


@pytest.fixture(scope="module")
def pack() -> list[str]:
    """The lines of the agenda pack all these sources come from."""
    if not PAPERS.is_dir():
        pytest.skip(f"the source papers are not here: no folder {PAPERS}")
    for paper in sorted(PAPERS.glob("*.txt")):
        text = paper.read_text(encoding="utf-8")
        if PACK_SAYS in text:
            return text.split("\n")
    pytest.fail(f"no paper in {PAPERS} holds the line {PACK_SAYS!r}")


def pages_of(source_id: str, pack: list[str]) -> list[str]:
    """The lines of one paper of the pack, from its first page to the next paper's."""
    starts = sorted(
        next(number for number, line in enumerate(pack) if first_page in line)
        for first_page in FIRST_PAGE_OF.values()
    )
    start = next(n for n, line in enumerate(pack) if FIRST_PAGE_OF[source_id] in line)
    return pack[start : next((later for later in starts if later > start), len(pack))]


def cells(line: str) -> list[str]:
    return line.split("\t")


def without_trailing_blanks(row: list[str]) -> list[str]:
    # A page of the quarterly report pads its rows to the width of the chart beside the table.
    width = max((place for place, cell in enumerate(row, 1) if cell), default=0)
    return row[:width]


def printed_table(lines: list[str], title: str) -> Rows:
    """The first run of tab-separated lines after the line that is the title."""
    places = [number for number, line in enumerate(lines) if line == title]
    assert len(places) == 1, f"{title!r} stands {len(places)} times on these pages"
    start = next(n for n in range(places[0], len(lines)) if "\t" in lines[n])
    end = next(n for n in range(start, len(lines)) if "\t" not in lines[n])
    return [cells(line) for line in lines[start:end]]


def printed_trend(lines: list[str], title: str) -> Rows:
    """The rows from "Trend Data" to "Commentary" on the page whose heading is the title."""
    page = max(n for n, line in enumerate(lines) if "\t" in line and cells(line)[0] == title)
    start = next(n for n in range(page, len(lines)) if lines[n].startswith("Trend Data"))
    end = next(n for n in range(start, len(lines)) if cells(lines[n])[0] == "Commentary")
    return [without_trailing_blanks(cells(line)) for line in lines[start:end]]


def paragraph(lines: list[str], place: str) -> str:
    """The paragraph a place such as "Section 2: Private Fostering, paragraph 6" names."""
    headings, _, number = place.rpartition(", paragraph ")
    for heading in headings.split(": "):
        start = next(n for n, line in enumerate(lines) if cells(line)[0] == heading)
        lines = lines[start + 1 :]
    # In the quarterly report one line holds all paragraphs of a commentary, each in its own <p>.
    pieces = [piece.strip() for line in lines for piece in re.split(r"</?p>", line)]
    tagged = any("<p>" in line for line in lines[:1])
    prose = [piece for piece in pieces if piece and (tagged or piece.endswith("."))]
    return prose[int(number) - 1]


def stems(text: str) -> set[str]:
    """The longer words of a text, cut short so that "referral" meets "referrals"."""
    return {word[:6] for word in re.findall(r"[a-z]{5,}", text.lower())}


def test_every_source_is_compared_or_exempt_by_name() -> None:
    transcribed = {table.source_id for table in TABLES}
    assert transcribed - set(FIRST_PAGE_OF) == {"private_fostering_england"}
    assert set(NOT_IN_THE_PAPERS) == {"private_fostering_england"}
    assert set(FIRST_PAGE_OF) <= transcribed


def test_every_csv_is_in_its_sidecar_with_its_fingerprint() -> None:
    files = [table.file for table in TABLES]
    on_disk = {file for source in FIRST_PAGE_OF for file in (RAW / source).glob("*.csv")}
    on_disk |= {file for source in NOT_IN_THE_PAPERS for file in (RAW / source).glob("*.csv")}
    assert len(files) == len(set(files))
    assert set(files) == on_disk
    changed = [
        named(table)
        for table in TABLES
        if hashlib.sha256(table.file.read_bytes()).hexdigest() != table.sha256
    ]
    assert changed == []


@pytest.mark.parametrize("table", TABLES, ids=named)
def test_rows_of_a_table_have_one_length(table: RawTable) -> None:
    assert table.rows
    assert len({len(row) for row in table.rows}) == 1


def test_comparison_tables_and_their_summaries_are_all_the_pack_prints(pack: list[str]) -> None:
    lines = pages_of(COMPARISON, pack)
    rows_of = {table.table_id: table.rows for table in TABLES if table.source_id == COMPARISON}
    starts = [
        next(n for n, line in enumerate(lines) if line == table.title) for table in COMPARISONS
    ]
    assert starts == sorted(set(starts)), "the sidecar lists the tables in another order"
    assert set(rows_of) == {
        name for t in COMPARISONS for name in (t.table_id, f"{t.table_id}_summary")
    }
    for table, start, end in zip(COMPARISONS, starts, [*starts[1:], len(lines)], strict=True):
        printed = [cells(line) for line in lines[start:end] if "\t" in line]
        transcribed = rows_of[table.table_id] + rows_of[f"{table.table_id}_summary"]
        assert transcribed == printed, named(table)
    before = [line for line in lines[: starts[0]] if "\t" in line]
    assert before == [], "a table is printed before the first one transcribed"


@pytest.mark.parametrize("table", PRINTED_AS_TABLES, ids=named)
def test_a_table_is_as_printed(table: RawTable, pack: list[str]) -> None:
    lines = pages_of(table.source_id, pack)
    if table.layout == "kpi_trend":
        transcribed = [without_trailing_blanks(row) for row in table.rows]
        assert transcribed == printed_trend(lines, table.title)
    else:
        assert table.rows == printed_table(lines, table.title)


@pytest.mark.parametrize("table", READ_FROM_SENTENCES, ids=named)
def test_a_figure_stands_in_the_paragraph_named(table: RawTable, pack: list[str]) -> None:
    lines = pages_of(table.source_id, pack)
    header, *rows = table.rows
    assert header == ["series", "area", "period", "figure", "place"]
    assert len({tuple(row[:3]) for row in rows}) == len(rows), "a figure is recorded twice"
    last_place, read_to = "", 0
    for series, area, period, figure, place in rows:
        text = paragraph(lines, place)
        assert len(stems(series) & stems(text)) >= 2, f"{series!r} is not what {place} is about"
        for words in WORDS_IN_THE_PARAGRAPH_FOR[area]:
            assert words in text.lower(), f"{place} does not speak of {area}"
        # Figures of one paragraph are recorded in reading order, so two of them cannot change
        # places unseen.
        whole = re.compile(rf"(?<![\d.,]){re.escape(figure)}(?![\w%]|[.,]\d)")
        found = whole.search(text, read_to if place == last_place else 0)
        assert found, f"{figure} ({series}, {area}, {period}) is not where it should be in {place}"
        last_place, read_to = place, found.end()


def test_figures_outside_the_papers_are_lists_of_single_figures() -> None:
    exempt = [table for table in TABLES if table.source_id in NOT_IN_THE_PAPERS]
    assert [(table.table_id, table.layout) for table in exempt] == [("figures", "figures_list")]
    rows = exempt[0].rows[1:]
    assert {row[1] for row in rows} == {"England"}
    assert all(re.fullmatch(r"\d,\d{3}|\d\d%", row[3]) for row in rows)


def cells_under_a_year(rows: Rows) -> list[str]:
    """The cells of authorities, averages and England in columns that carry a year.

    The years are always the last columns of a table, also where the header row is printed
    out of line with its figures; a body row is one with a name in its second cell.
    """
    years = sum(bool(re.fullmatch(r"\d{4}", cell)) for cell in rows[0])
    return [cell for row in rows[1:] if row[1] for cell in row[-years:]]


def test_comparison_tables_hold_2935_cells_and_73_markers() -> None:
    assert len(COMPARISONS) == 18
    figures = [cell for table in COMPARISONS for cell in cells_under_a_year(table.rows)]
    markers = [cell for cell in figures if not re.fullmatch(r"\d+(\.\d+)?", cell)]
    assert len(figures) == 2935
    assert len(markers) == 73
    assert {mark: markers.count(mark) for mark in set(markers)} == {"-": 70, "x": 2, "..": 1}
