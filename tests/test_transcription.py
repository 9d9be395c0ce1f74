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
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from transcription_lines import LINES_IN_THE_PACK, PAPERS_OF_THEIR_OWN

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
    "early_intervention_2012": "EARLY INTERVENTION AND PREVENTION – A PROGRESS",
    "budget_monitoring_2012": "SPECIALIST CHILDREN'S SERVICES BUDGET FORECAST REPORT 2011/12**",
    "budget_2012": "BUDGET 2012/13 AND MEDIUM TERM FINANCIAL PLAN 2012/15**",
    "kscb_progress_report_2011": "Progress report (December 2011)",
    "committee_minutes_2011": (
        "MINUTES of a meeting of the Specialist Children's Services Policy Overview"
    ),
    "adoption_review_2012": "MINUTES of a meeting of the Corporate Parenting Panel",
}
WORDS_IN_THE_PARAGRAPH_FOR = {
    "Kent": (),
    "England": ("national",),
    "Statistical neighbours of Kent": ("statistical neighbours",),
    "South East": ("south east",),
    "Target for Kent": ("target",),
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
    table for table in TABLES if table.source_id in FIRST_PAGE_OF and table.source_id != COMPARISON
]


def named(table: RawTable) -> str:
    return f"{table.source_id}/{table.table_id}"


READ_FROM_SENTENCES = [table for table in IN_THE_PAPERS if table.layout == "figures_list"]
KNOWN_BY_LINE = [table for table in IN_THE_PAPERS if named(table) in LINES_IN_THE_PACK]
PRINTED_AS_TABLES = [
    table for table in IN_THE_PAPERS if table not in [*READ_FROM_SENTENCES, *KNOWN_BY_LINE]
]
OF_THEIR_OWN = [table for table in TABLES if table.source_id in PAPERS_OF_THEIR_OWN]


@pytest.fixture(scope="module")
def pack() -> list[str]:
    """The lines of the agenda pack that most sources come from."""
    return paper_that_says(PACK_SAYS)


def paper_that_says(words: str) -> list[str]:
    """The lines of the one paper that holds these words."""
    if not PAPERS.is_dir():
        pytest.skip(f"the source papers are not here: no folder {PAPERS}")
    for paper in sorted(PAPERS.glob("*.txt")):
        text = paper.read_text(encoding="utf-8")
        if words in text:
            return text.split("\n")
    pytest.fail(f"no paper in {PAPERS} holds the line {words!r}")


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


def is_heading(line: str, heading: str) -> bool:
    return cells(line)[0].replace("*", "").rstrip(":").strip() == heading.rstrip(":")


def passage(lines: list[str], place: str) -> str:
    """What a place such as "Section 2: Private Fostering, paragraph 6" names.

    After the headings comes a paragraph, a list item or a line, counted from the heading, or the
    row of a table with one of its cells.
    """
    found = re.fullmatch(r"(.+), (paragraph|list item|line|row) (.+?)", place)
    assert found, f"{place!r} names no passage"
    headings, kind, which = found.groups()
    for depth, heading in enumerate(headings.split(": ")):
        places = [number for number, line in enumerate(lines) if is_heading(line, heading)]
        # The contents of the annual report name its sections before they begin.
        last = depth == 0 and heading.startswith("Section ")
        lines = lines[places[-1 if last else 0] + 1 :]
    if kind == "row":
        return next(line for line in lines if "\t" in line and which in cells(line))
    if kind == "line":
        counted = [line for line in lines if line.strip() and "\t" not in line]
    elif kind == "list item":
        counted = [line for line in lines if line.strip().startswith("- ")]
    else:
        # In the quarterly report one line holds all paragraphs of a commentary, each in its <p>.
        pieces = [piece.strip() for line in lines for piece in re.split(r"</?p>", line)]
        tagged = any("<p>" in line for line in lines[:1])
        counted = [piece for piece in pieces if piece and (tagged or piece.endswith("."))]
    return counted[int(which) - 1]


def numbered_paragraph(lines: list[str], place: str) -> str:
    """The paragraph that a place names by its printed number, "7" or "2 (1)"."""
    heading, _, number = place.rpartition(", paragraph ")
    if found := re.fullmatch(r"(\d+) (\(\d+\))", number):
        begins: tuple[str, ...] = (f"{found[1]}. {found[2]}", found[2])
        return next(line for line in lines if line.startswith(begins))
    start = next(n for n, line in enumerate(lines) if line.startswith(f"{number}. "))
    assert heading.lower() in "\n".join(lines[:start]).lower(), f"no heading {heading!r} above"
    following = f"{int(number) + 1}. "
    ends = (n for n, line in enumerate(lines) if n > start and line.startswith(following))
    return "\n".join(lines[start : next(ends, len(lines))])


def counted_paragraph(lines: list[str], place: str) -> str:
    """The paragraph that a place names by counting from its heading, list items left out."""
    heading, _, number = place.rpartition(", paragraph ")
    assert lines[0].strip("* ").startswith(heading), f"{heading!r} is not the first line"
    prose = [line for line in lines[1:] if line.strip().endswith(".") and line[:2] != "- "]
    return prose[int(number) - 1]


def stems(text: str) -> set[str]:
    """The longer words of a text, cut short so that "referral" meets "referrals"."""
    return {word[:6] for word in re.findall(r"[a-z]{5,}", text.lower())}


def test_every_csv_is_in_its_sidecar_with_its_fingerprint() -> None:
    files = [table.file for table in TABLES]
    on_disk = {file for file in RAW.glob("*/*.csv") if file.parent.name not in LOCAL_FOLDERS}
    assert len(files) == len(set(files))
    assert set(files) == on_disk
    changed = [
        named(table)
        for table in TABLES
        if hashlib.sha256(table.file.read_bytes()).hexdigest() != table.sha256
    ]
    assert changed == []


def test_every_source_is_held_against_its_paper_or_is_known_to_be_from_elsewhere() -> None:
    held = {*FIRST_PAGE_OF, *PAPERS_OF_THEIR_OWN, *NOT_IN_THE_PAPERS}
    assert {table.source_id for table in TABLES} == held
    assert set(map(named, KNOWN_BY_LINE)) == set(LINES_IN_THE_PACK)
    for source, paper in PAPERS_OF_THEIR_OWN.items():
        mine = {table.table_id for table in OF_THEIR_OWN if table.source_id == source}
        assert mine == set(paper["tables"]), source


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


@pytest.mark.parametrize("table", KNOWN_BY_LINE, ids=named)
def test_a_table_known_by_its_lines_is_as_printed(table: RawTable, pack: list[str]) -> None:
    assert table.rows == tabbed(pack, LINES_IN_THE_PACK[named(table)])


def tabbed(lines: list[str], ranges: list[tuple[int, int]]) -> Rows:
    """The rows of a table in ranges of lines, counted from 1; page turns hold no tab."""
    printed = [line for first, last in ranges for line in lines[first - 1 : last]]
    return [cells(line) for line in printed if "\t" in line]


@pytest.mark.parametrize("table", READ_FROM_SENTENCES, ids=named)
def test_a_figure_stands_in_the_place_named(table: RawTable, pack: list[str]) -> None:
    lines = pages_of(table.source_id, pack)
    figures_stand(table, lambda place: passage(lines, place), WORDS_IN_THE_PARAGRAPH_FOR)


def figures_stand(
    table: RawTable, read: Callable[[str], str], words_for: dict[str, tuple[str, ...]]
) -> None:
    """Each figure of a list stands in the passage that its place names, in reading order."""
    header, *rows = table.rows
    assert header == ["series", "area", "period", "figure", "place"]
    assert len({tuple(row[:3]) for row in rows}) == len(rows), "a figure is recorded twice"
    last_place, read_to = "", 0
    for series, area, period, figure, place in rows:
        text = read(place)
        assert len(stems(series) & stems(text)) >= 2, f"{series!r} is not what {place} is about"
        words = words_for[area]
        assert not words or any(word in text.lower() for word in words), (
            f"{place} does not speak of {area}"
        )
        # Figures of one paragraph are recorded in reading order, so two of them cannot change
        # places unseen.
        found = whole(figure).search(text, read_to if place == last_place else 0)
        assert found, f"{figure} ({series}, {area}, {period}) is not where it should be in {place}"
        last_place, read_to = place, found.end()


def whole(figure: str) -> re.Pattern[str]:
    """The figure as printed, not as a part of a longer one."""
    return re.compile(rf"(?<![\d.,]){re.escape(figure)}(?![\w%]|[.,]\d)")


@pytest.mark.parametrize("table", OF_THEIR_OWN, ids=named)
def test_a_table_of_a_paper_of_its_own_is_as_printed(table: RawTable) -> None:
    paper = PAPERS_OF_THEIR_OWN[table.source_id]
    lines = paper_that_says(paper["paper"])
    how = paper["tables"][table.table_id]
    first, last = how["lines"]
    body = lines[first - 1 : last]
    match how["how"]:
        case "tabbed":
            plain = [re.sub("</?i>", "", line) for line in lines]
            assert table.rows == tabbed(plain, [how["lines"]])
        case "grades_under_headings":
            grades_stand_under_headings(table, body, how["heading_column"])
        case "grades_in_sentences":
            grades_stand_in_sentences(table, body)
        case "counted_table" if how["counts"]["per"] == "tabbed_cell":
            assert table.rows[1:] == points_in_cells(body[1:], how["counts"]["mark"])
        case "counted_table":
            assert table.rows[1:] == points_in_sections(lines, how["counts"])
        case "figures":
            counted = how["paragraphs"] == "counted"
            read = counted_paragraph if counted else numbered_paragraph
            figures_stand(table, lambda place: read(body, place), paper["words"])
        case other:
            pytest.fail(f"nobody knows how to hold {named(table)} against its paper: {other}")


def grades_stand_under_headings(table: RawTable, body: list[str], heading_column: int) -> None:
    """Each grade stands behind its heading, and every grade in the lines is transcribed."""
    text = "\n".join(line.replace("**", " ").strip() for line in body if line.strip())
    at = 0
    graded = [row for row in table.rows[1:] if any(row[1:])]
    for row in graded:
        heading, grade = re.escape(row[heading_column]), re.escape(row[-1])
        found = re.compile(rf"{heading}[\s.]*{grade}(?![\w)])").search(text, at)
        assert found, f"{row[-1]} does not stand under {row[heading_column]!r}"
        at = found.end()
    assert len(graded) == len(re.findall(r"Grade \d", text))


def grades_stand_in_sentences(table: RawTable, body: list[str]) -> None:
    """Each grade stands in the paragraph named, in order; one grade may cover several rows."""
    at = 0
    for judgement, place, grade in table.rows[1:]:
        found = whole(grade).search(numbered_paragraph(body, place), at)
        assert found, f"{grade} ({judgement}) is not where it should be in {place}"
        at = found.start()


def points_in_cells(body: list[str], mark: str) -> Rows:
    """The number of points in each cell of a printed table, behind the label of its row."""
    counted = []
    for line in body:
        if "\t" in line:
            label = re.search("<i>(.*?):?</i>", line)
            assert label, f"no label in {line[:40]!r}"
            counted.append([label[1], *(str(cell.count(mark)) for cell in cells(line))])
    return counted


def points_in_sections(lines: list[str], counts: dict[str, Any]) -> Rows:
    """The number of list items under each column's headings, a row for each section."""
    counted = []
    for section, (first, last) in counts["sections"].items():
        body = lines[first - 1 : last]
        assert body[0].startswith(section), f"{section!r} does not begin at line {first}"
        points, under = dict.fromkeys(counts["columns"], 0), ""
        for line in filter(str.strip, body):
            named_by = [name for name, heads in counts["columns"].items() if line.strip() in heads]
            if named_by:
                under = named_by[0]
            elif line.startswith(counts["mark"]):
                assert under, f"a list item under no heading: {line[:40]!r}"
                points[under] += 1
            else:
                under = ""
        printed = re.search(counts["sentence"], "\n".join(body))
        assert printed, f"{section!r} does not print how many recommendations there are"
        assert {"No": 0, "Two": 2}[printed[1]] == next(iter(points.values()))
        counted.append([section, *map(str, points.values())])
    return counted


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
