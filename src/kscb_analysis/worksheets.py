"""A table of a page and the CSV behind it in; a sheet of typed cells out.

A cell is a number with the decimals that the page prints, a marker in square brackets, or words.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kscb_analysis.page_reading import PageTable, Read
from kscb_analysis.sheet_cells import (
    MEANINGS,
    NOTHING,
    NOTHING_WORDS,
    PRINTED,
    STATUSES,
    Cell,
    Number,
    cell_words,
    csv_cell,
    heading,
    own_decimals,
    parse_csv,
    printed,
)
from kscb_analysis.vocabulary import ValueStatus


@dataclass(frozen=True)
class Sheet:
    """A table ready for a spreadsheet: headings, rows of cells, and the markers it shows."""

    table: PageTable
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def markers(self) -> tuple[str, ...]:
        """What each marker on the sheet means, as "[x] not available"."""
        shown = {cell for row in self.rows for cell in row if isinstance(cell, str)}
        known = {**MEANINGS, NOTHING: NOTHING_WORDS}
        return tuple(f"{one} {meaning}" for one, meaning in known.items() if one in shown)

    @property
    def unit(self) -> str:
        """The unit of the sheet's figures, as the page names it or else prints it; may be empty."""
        if self.table.unit:
            return self.table.unit
        signs = {(one.before, one.after): one for one in _page_numbers(self.table)}
        if set(signs) == {("", "%")}:
            return "percent"
        if set(signs) == {("£", "m")}:
            return "million pounds"
        if set(signs) != {("£", "")}:
            return ""
        ours = {cell.value for row in self.rows for cell in row if isinstance(cell, Number)}
        theirs = {one.value for one in _page_numbers(self.table)}
        return "pounds" if ours <= theirs else "thousand pounds"


def sheet_of(table: PageTable, read: Read, data: Mapping[str, str]) -> Sheet:
    """Make a sheet of a table: of the CSV behind it, else of the cells that the page shows."""
    rows = parse_csv(data[table.download]) if data.get(table.download, "").strip() else []
    if not rows:
        return _of_page(table)
    return _of_csv(table, read, rows[0], rows[1:])


# ------------------------------------------------------------------------------- from the page


def _page_numbers(table: PageTable) -> list[Number]:
    return [
        number
        for row in table.cells
        for at, text in enumerate(row)
        if at and at not in table.in_words and isinstance(number := printed(text), Number)
    ]


def _of_page(table: PageTable) -> Sheet:
    rows = tuple(
        tuple(
            cell_words(text) if at == 0 or at in table.in_words else printed(text)
            for at, text in enumerate(row)
        )
        for row in table.cells
    )
    width = max([len(table.head), *map(len, rows)])
    heads = [*table.head, *[""] * (width - len(table.head))]
    filled = tuple((*row, *[NOTHING] * (width - len(row))) for row in rows)
    return Sheet(table, _unique(heads), filled or ((NOTHING,) * max(width, 1),))


# -------------------------------------------------------------------------------- from the CSV


def _of_csv(table: PageTable, read: Read, head: list[str], body: list[list[str]]) -> Sheet:
    body = body or [[""] * len(head)]
    body = _with_reasons(head, body)
    places, ranks = _places(table, head), [_is_rank(head, row) for row in body]
    own = [own_decimals([row[at] for row in body]) for at in range(len(head))]
    rows = [
        [
            csv_cell(
                column, at, text, 0 if ranks[number] else places(number, row[0], column), own[at]
            )
            for at, (column, text) in enumerate(zip(head, row, strict=True))
        ]
        for number, row in enumerate(body)
    ]
    headings = [heading(column) for column in head]
    if "status" in head and _said_in_value(head, body):
        rows, headings = _drop(rows, headings, head.index("status"))
    if head[0] == "indicator_id":
        rows, headings = _named(rows, headings, read, ranks)
        rows += _in_words(table, headings, read)
    return Sheet(table, _unique(headings), tuple(map(tuple, rows)))


def _with_reasons(head: list[str], body: list[list[str]]) -> list[list[str]]:
    """Write into an empty value why it is empty, where a column of its own says so."""
    if not {"value", "status"} <= set(head):
        return body
    value, status = head.index("value"), head.index("status")
    return [
        [
            row[status] if at == value and not text and row[status] in STATUSES else text
            for at, text in enumerate(row)
        ]
        for row in body
    ]


def _said_in_value(head: list[str], body: list[list[str]]) -> bool:
    value, status = (head.index(name) if name in head else -1 for name in ("value", "status"))
    return value >= 0 and all(
        row[status] in {"", ValueStatus.PUBLISHED} or row[status] == row[value] for row in body
    )


def _places(table: PageTable, head: list[str]) -> Callable[[int, str, str], int | None]:
    """Give what tells the decimals that the page prints, by number, name and column of a CSV's row.

    The same cell on the page knows best, then the page's row of the indicator, then its table.
    """
    at = {name.casefold(): place for place, name in enumerate(table.head)}
    aligned = head[0].casefold() in at
    of_lead = {
        lead: _most_decimals([row], table.in_words)
        for lead, row in zip(table.leads, table.cells, strict=True)
        if lead
    }
    most = _most_decimals(table.cells, table.in_words)

    def decimals(number: int, name: str, column: str) -> int | None:
        place = at.get(column.casefold())
        if aligned and place is not None and number < len(table.cells):
            row = table.cells[number]
            found = printed(row[place]) if place < len(row) and row[0] == name else ""
            if isinstance(found, Number) and not found.before:
                return found.decimals
        return of_lead.get(name.replace("_", "-"), most)

    return decimals


def _most_decimals(rows: Sequence[Sequence[str]], in_words: frozenset[int]) -> int | None:
    found = [
        number
        for row in rows
        for at, text in enumerate(row)
        if at and at not in in_words and (number := PRINTED.match(text))
    ]
    # Thousands of pounds are printed in pounds: that says nothing of the CSV's decimals.
    if not found or any(one[2] and one[5] != "m" for one in found):
        return None
    return max(len(one[4] or "") for one in found)


def _drop(
    rows: list[list[Cell]], headings: list[str], at: int
) -> tuple[list[list[Cell]], list[str]]:
    return [row[:at] + row[at + 1 :] for row in rows], headings[:at] + headings[at + 1 :]


def _named(
    rows: list[list[Cell]], headings: list[str], read: Read, ranks: Sequence[bool]
) -> tuple[list[list[Cell]], list[str]]:
    """Call indicators as the page does, and put their units beside them."""
    named = []
    for row, is_rank in zip(rows, ranks, strict=True):
        anchor = str(row[0]).replace("_", "-")
        unit = "place in order" if is_rank else read.units.get(anchor, "")
        named.append([read.names.get(anchor, row[0]), unit or NOTHING, *row[1:]])
    return named, [headings[0], "Unit", *headings[1:]]


def _in_words(table: PageTable, headings: Sequence[str], read: Read) -> list[list[Cell]]:
    """Give what a scorecard says in words, such as ratings: a row for each, as for a figure."""
    if "What" not in headings or "Figure" not in headings:
        return []
    no_such = STATUSES["not_applicable"]
    rows: list[list[Cell]] = []
    for lead, cells in zip(table.leads, table.cells, strict=True):
        for what, text in _words_of(table, cells) if lead else ():
            said = {"Indicator": read.names[lead], "Unit": "in words", "What": what, "Figure": text}
            rows.append([said.get(heading, no_such) for heading in headings])
    return rows


def _words_of(table: PageTable, cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give the cells of a row that hold words, each with the heading of its column."""
    for at, (head, text) in enumerate(zip(table.head, cells, strict=False)):
        if at and at in table.in_words and any(map(str.isalpha, text)):
            yield head[:1].lower() + head[1:], text


def _is_rank(head: Sequence[str], row: Sequence[str]) -> bool:
    """Say whether a row of a scorecard is a place among authorities, not a figure."""
    return "what" in head and "rank" in row[head.index("what")].split()


def _unique(headings: Sequence[str]) -> tuple[str, ...]:
    """Give every column a name of its own: a spreadsheet's table needs that."""
    taken: set[str] = set()
    told = []
    for at, name in enumerate(headings, start=1):
        name = " ".join(name.split()) or f"Column {at}"
        unique, again = name, 1
        while unique.casefold() in taken:
            again += 1
            unique = f"{name} ({again})"
        taken.add(unique.casefold())
        told.append(unique)
    return tuple(told)
