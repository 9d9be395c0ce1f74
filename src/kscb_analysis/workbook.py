"""A finished page and the CSVs behind it in; a spreadsheet of all its tables out.

gptables gives it the parts that official statistics have: cover, contents, notes, and one sheet a
table, each marked as a table, so that a screen reader finds its way.
"""

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from datetime import date, datetime
from importlib import import_module
from typing import Any

from kscb_analysis.errors import KscbError
from kscb_analysis.page_front import Front
from kscb_analysis.page_reading import PageTable, Read, read_page
from kscb_analysis.sheet_cells import NOTHING, SOURCE_CELLS, Number
from kscb_analysis.workbook_layout import COVER_WIDTH, lay_out
from kscb_analysis.worksheets import Sheet, sheet_of

_LONGEST_LABEL = 31
_NOT_IN_A_LABEL = re.compile(r"[\[\]:*?/\\']+")
_LONGEST_LINE = 120  # of what stands above a table and runs on to its right
HOW_TO_READ = (
    "Markers in square brackets stand where there is no figure; their meaning is on each sheet.",
    "A number keeps all the digits that are known, and is shown with those that are printed.",
    "Years and other labels are text. No cell is empty.",
)
# A date of its own, so that a page without one gives the same bytes every day.
_NO_DATE = date(2000, 1, 1)


class NoSpreadsheet(KscbError):
    """The package that makes spreadsheets is not installed."""


def workbook(page: str, data: Mapping[str, str]) -> bytes:
    """Make the spreadsheet (XLSX) of a finished page; the same page gives the same bytes.

    `data` is the text of each CSV by the name of its download. A table without one is made from
    the cells that the page shows. Raises `NoSpreadsheet` where gptables is not installed.
    """
    gptables = _gptables()
    read = read_page(page)
    sheets = _labelled([sheet_of(table, read, data) for table in read.tables] or [_said(read)])
    notes = _Notes()
    tables = {
        label: _gptable(gptables, sheet, read, label, notes) for label, sheet in sheets.items()
    }
    return _written(gptables, read.front, sheets, tables, notes)


def _said(read: Read) -> Sheet:
    """Make a sheet of what a page without tables says: an area of which little is known has one."""
    front = read.front
    title = front.findings_title or front.paper
    table = PageTable(
        measure="", unit="", definition="", sources=(), source_places="",
        label="", title=title, remarks=(), rows_of="", download="",
        head=(title,), cells=(), leads=(), in_words=frozenset({0}),
    )  # fmt: skip
    return Sheet(table, (title,), tuple((line,) for line in front.findings or (front.title,)))


def _gptables() -> Any:
    try:
        with warnings.catch_warnings():
            # It reads its theme from a file that it leaves open.
            warnings.simplefilter("ignore", ResourceWarning)
            return import_module("gptables")
    except ImportError:
        raise NoSpreadsheet(
            "A spreadsheet needs the package gptables, which is not installed. "
            "`make xlsx` installs it."
        ) from None


# --------------------------------------------------------------------------------------- sheets


def _labelled(sheets: Iterable[Sheet]) -> dict[str, Sheet]:
    """Give each sheet a name of its own that every spreadsheet program takes."""
    labelled: dict[str, Sheet] = {}
    taken = {"cover", "contents", "notes", "history"}  # Excel keeps the last one for itself
    for sheet in sheets:
        told = sheet.table.label or sheet.table.title
        bare = " ".join(_NOT_IN_A_LABEL.sub(" ", told).split()) or "Table"
        label, again = bare[:_LONGEST_LABEL].strip(), 1
        while label.casefold() in taken:
            again += 1
            behind = f" ({again})"
            label = bare[: _LONGEST_LABEL - len(behind)].strip() + behind
        taken.add(label.casefold())
        labelled[label] = sheet
    return labelled


class _Notes:
    """The notes of a workbook: each text once, with the sheets that refer to it."""

    def __init__(self) -> None:
        self.sheets: dict[str, list[str]] = {}

    def refer(self, text: str, label: str) -> str:
        """Give the mark that gptables turns into [note 1]."""
        used = self.sheets.setdefault(text, [])
        if label not in used:
            used.append(label)
        return f"$${list(self.sheets).index(text)}$$"

    def frame(self) -> Any:
        """List the notes as gptables takes them: reference, text and sheets."""
        import pandas as pd

        return pd.DataFrame(
            [(str(at), _inert(text), ", ".join(used)) for at, (text, used) in _numbered(self)],
            columns=["reference", "Note", "Sheets that refer to it"],
            dtype=object,
        )


def _numbered(notes: _Notes) -> Iterator[tuple[int, tuple[str, list[str]]]]:
    return enumerate(notes.sheets.items())


def _gptable(gptables: Any, sheet: Sheet, read: Read, label: str, notes: _Notes) -> Any:
    import pandas as pd

    told = sheet.table
    texts = ([told.definition] if told.definition else []) + list(told.remarks)
    about = f"{told.measure}: " if told.measure else ""
    references = "".join(notes.refer(f"{about}{_for_a_sheet(text)}", label) for text in texts)
    rows = [[_plain(cell) for cell in row] for row in sheet.rows]
    headings = [_inert(one) for one in sheet.headings]
    at_source = headings.index("Source") if "Source" in headings else None
    return gptables.GPTable(
        table=pd.DataFrame(rows, columns=headings, dtype=object),
        table_name=_table_name(label),
        title=f"{_inert(told.caption)} {references}".strip(),
        subtitles=[_inert(one) for one in _subtitles(sheet, read.front)],
        instructions=_instructions(sheet, bool(texts) or at_source is not None),
        legend=[_inert(one) for one in sheet.markers],
        source=_source(sheet, label, notes),
        scope=_inert(told.rows_of) if told.rows_of else None,
        table_notes={at_source: notes.refer(SOURCE_CELLS, label)} if at_source else None,
        index_columns={2: 0},
        additional_formatting=list(_formats(sheet)),
    )


def _table_name(label: str) -> str:
    """Name the table of a sheet: letters, digits and underscores, unlike a cell's own name."""
    return "t_" + re.sub(r"\W+", "_", label.casefold(), flags=re.ASCII).strip("_")


def _subtitles(sheet: Sheet, front: Front) -> Iterator[str]:
    """Say what is counted, where and when."""
    if front.place:
        yield f"{front.paper}. {front.place[:1].upper()}{front.place[1:]}"
    counted = ", in ".join(part for part in (sheet.table.measure, sheet.unit) if part)
    if counted:
        yield f"Measure: {counted}"


def _instructions(sheet: Sheet, has_notes: bool) -> str:
    count = len(sheet.rows)
    rows = f"{count} row{'' if count == 1 else 's'}"
    notes = " Numbered notes are on the sheet Notes." if has_notes else ""
    return f"This sheet holds one table of {rows}.{notes}"


def _source(sheet: Sheet, label: str, notes: _Notes) -> str:
    """Name the sources in one line, and their pages and tables in a note."""
    told = sheet.table
    if not told.source_places:
        return "Source: as listed on the cover"
    titles = list(dict.fromkeys(told.sources)) or [told.source_places]
    line = "; ".join(titles)
    if len(line) > _LONGEST_LINE and len(titles) > 1:
        line = f"{titles[0]}, and {len(titles) - 1} more"
    about = f"{told.measure}: " if told.measure else ""
    note = notes.refer(f"{about}from {told.source_places}", label)
    return f"Source: {_inert(line)} {note}"


def _for_a_sheet(text: str) -> str:
    """Write a remark of the page for a sheet, where a marker stands in place of a dash."""
    return re.sub(r"(^|(?<=[.;] ))– (?=\w)", f"{NOTHING} ", text)


def _plain(cell: Number | str) -> object:
    if isinstance(cell, Number):
        return cell.value
    text = _inert(cell)
    # gptables refuses a cell of signs alone, since nobody can read one aloud.
    return text if re.search(r"[A-Za-z0-9]", text) else f"{text} (a sign)"


def _inert(text: str) -> str:
    """Keep gptables from reading its own marks, for links and notes, into words of ours."""
    return text.replace("](", "] (").replace("$$", "$ $")


def _formats(sheet: Sheet) -> Iterator[dict[str, Any]]:
    """Say how each number is shown, and that a column of numbers stands to the right."""
    for at, column in enumerate(zip(*sheet.rows, strict=True)):
        numbers = any(isinstance(cell, Number) for cell in column)
        aligned = {"align": "right"} if numbers else {"align": "left", "indent": int(at > 0)}
        yield {"column": {"columns": [at], "format": aligned, "include_names": True}}
        for number, cell in enumerate(column, start=1):  # 0 is the row of the headings
            if isinstance(cell, Number):
                form = {"num_format": cell.format}
                yield {"cell": {"cells": (number, at), "format": form}}


# -------------------------------------------------------------------------------------- writing


def _written(
    gptables: Any, front: Front, sheets: Mapping[str, Sheet], tables: dict[str, Any], notes: _Notes
) -> bytes:
    stream, cover = io.BytesIO(), _cover(gptables, front, len(sheets))
    with warnings.catch_warnings():
        # gptables asks pandas for a setting that pandas gives up, and says so where there are no
        # notes: neither is for the reader of our messages.
        warnings.filterwarnings("ignore", module=r"gptables(\.|$)")
        book = gptables.produce_workbook(
            stream,
            tables,
            theme=_theme(gptables),
            cover=cover,
            contentsheet_options={
                "column_names": ["Sheet", "What it holds"],
                "instructions": "This sheet holds one table, with a link to each sheet.",
            },
            notes_table=notes.frame() if notes.sheets else None,
            notesheet_options={
                "instructions": "This sheet holds one table: the notes that the sheets refer to."
            },
            auto_width=False,
            # What begins with = or looks like an address stays the words that it is.
            workbook_options={
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
    day = front.date or _NO_DATE
    book.set_properties(
        {
            "title": front.title,
            "subject": front.place,
            "comments": "The tables of the paper of the same name, and the data of its charts.",
            "created": datetime(day.year, day.month, day.day),  # noqa: DTZ001  (a day has no zone)
        }
    )
    lay_out(book, sheets, tables, notes.sheets, cover)
    book.close()
    return stream.getvalue()


def _theme(gptables: Any) -> Any:
    """Give gptables' own theme, with short cells beside long ones beginning on one line."""
    theme = deepcopy(gptables.gptheme)
    at_top = {"valign": "top"}
    theme.apply_config({"data": at_top, "index_2": at_top, "cover_text": at_top})
    return theme


def _cover(gptables: Any, front: Front, count: int) -> Any:
    holds = (
        f"This workbook holds the tables of the paper and the data behind its charts, {count} "
        "in all, each on a sheet of its own. Contents lists them."
    )
    intro: list[Any] = [*map(_inert, front.about), holds]
    if front.findings:
        intro += [_bold(front.findings_title), *map(_inert, front.findings)]
    about: list[Any] = [_bold("How to read the sheets"), *HOW_TO_READ]
    if front.reading:
        about += [_bold("How the figures were made"), *map(_inert, front.reading)]
    if front.sources:
        about += [_bold("Sources and licences"), *(_inert(one.words) for one in front.sources)]
    if front.made_with:
        about += [
            _bold("Made from"),
            *(_inert(f"{name}: {said}") for name, said in front.made_with),
        ]
    return gptables.Cover(title=_inert(front.title), intro=intro, about=about, width=COVER_WIDTH)


def _bold(text: str) -> list[Any]:
    return [{"bold": True}, _inert(text)]
