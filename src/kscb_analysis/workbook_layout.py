"""A workbook's sheets in; the same sheets with widths, heights and how they are printed set, out.

Nothing of what the cells say is changed here.
"""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from math import ceil
from typing import Any

from kscb_analysis.sheet_cells import Number
from kscb_analysis.worksheets import Sheet

COVER_WIDTH = 72
_WIDEST, _WIDEST_OF_MANY, _SOURCE, _NARROWEST = 46, 30, 80, 6
_MANY_COLUMNS = 8
# Characters across an A4 sheet, upright and on its side, at a size that can be read.
_WIDEST_UPRIGHT, _WIDEST_ACROSS = 100, 220
_LINE = 15.75  # points
# How wide the type is, in the letters that a spreadsheet counts widths by: digits are wider.
_DIGIT, _LETTER = 1.2, 1.05


def lay_out(
    book: Any,
    sheets: Mapping[str, Sheet],
    tables: Mapping[str, Any],
    notes: Mapping[str, Sequence[str]],
    cover: Any,
) -> None:
    """Set widths and heights, and how each sheet is printed: as wide as an A4 sheet."""
    for place in book.worksheets():
        name = place.get_name()
        place.set_paper(9)
        place.set_margins(left=0.5, right=0.5)
        place.fit_to_pages(1, 0)
        place.set_footer("&L&A&RPage &P of &N")
        place.set_default_row(_LINE)
        if name in sheets:
            _lay_out_table(place, sheets[name], tables[name].data_range)
    _set_heights(
        book.get_worksheet_by_name(cover.cover_label), 0, _cover_rows(cover), [COVER_WIDTH]
    )
    contents = [(label, sheet.table.caption) for label, sheet in sheets.items()]
    _lay_out_list(book.get_worksheet_by_name("Contents"), contents, (24, 100))
    if notes:
        listed = [("1", text, ", ".join(used)) for text, used in notes.items()]
        _lay_out_list(book.get_worksheet_by_name("Notes"), listed, (16, 84, 30))


def _lay_out_table(place: Any, sheet: Sheet, cells: Sequence[int]) -> None:
    many = len(sheet.headings) > _MANY_COLUMNS
    columns = list(zip(sheet.headings, *sheet.rows, strict=True))
    widest = _WIDEST_OF_MANY if many else _WIDEST
    widths = [_width(one, widest if one[0] != "Source" or many else _SOURCE) for one in columns]
    for at, width in enumerate(widths):
        place.set_column(at, at, width)
    if sum(widths) > _WIDEST_UPRIGHT:
        place.set_landscape()
        place.fit_to_pages(ceil(sum(widths) / _WIDEST_ACROSS), 0)
        place.repeat_columns(0)
    place.repeat_rows(cells[0])
    # Years are labels: no warning that they are numbers written as text.
    place.ignore_errors({"number_stored_as_text": _range(*cells)})
    noted = [f"{one}\n[note]" if one == "Source" else one for one in sheet.headings]
    _set_heights(place, cells[0], [noted, *sheet.rows], widths)


def _range(*cells: int) -> str:
    # Part of what gptables is made with: it is installed or not along with that.
    return str(import_module("xlsxwriter.utility").xl_range(*cells))


def _lay_out_list(place: Any, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    for at, width in enumerate(widths):
        place.set_column(at, at, width)
    place.set_landscape()
    above = 2  # the title and the line below it; then the headings
    _set_heights(place, above + 1, rows, widths)


def _cover_rows(cover: Any) -> list[list[str]]:
    """Give the texts of a cover in the rows in which gptables writes them."""
    rows = [cover.title]
    for part in (cover.intro, cover.about):
        rows += ["", *(one if isinstance(one, str) else one.string for one in part)]
    return [[row] for row in rows]


def _set_heights(
    place: Any, first: int, rows: Iterable[Sequence[Number | str]], widths: Sequence[float]
) -> None:
    """Make each row as high as its longest cell: not every program does so on opening a file."""
    for at, row in enumerate(rows, start=first):
        lines = max(_lines(cell, width) for cell, width in zip(row, widths, strict=True))
        if lines > 1:
            place.set_row(at, lines * _LINE)


def _lines(cell: Number | str, width: float) -> int:
    if isinstance(cell, Number):
        return 1
    across = max(1, int(width / _LETTER))
    return sum(max(1, len(textwrap.wrap(line, across))) for line in cell.split("\n"))


def _width(column: Iterable[Number | str], widest: int) -> float:
    """Give the width of a column in characters: words of any length wrap, a number never does."""
    heading, *cells = column
    numbers = [len(f"{one.value:,.{one.decimals}f}") for one in cells if isinstance(one, Number)]
    texts = [min(len(one), widest) for one in cells if isinstance(one, str)]
    texts += [max(map(len, str(heading).split()), default=0), _NARROWEST]
    return max([max(numbers, default=0) * _DIGIT, max(texts) * _LETTER]) + 2
