"""A table of a page and the CSV behind it in; a sheet of typed cells out.

A cell is a number with the decimals that the page prints, a marker in square brackets, or words.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kscb_analysis.page_reading import PageTable, Read
from kscb_analysis.vocabulary import ValueStatus

NOTHING = "[none]"
NOTHING_WORDS = "nothing is known from the sources"
SOURCE_CELLS = (
    "The column names the cell that a figure was read from: source and table, then row and column "
    "of the raw file, which is kept as printed. Computed is what the library worked out."
)

_STATUSES = {one.value: one.symbol for one in ValueStatus if one is not ValueStatus.PUBLISHED}
_MEANINGS = {one.symbol: one.words for one in ValueStatus if one.symbol}
_PLAIN = re.compile(r"-?\d+(?:\.(\d+))?")
_PRINTED = re.compile(r"([-−+]?)(£?)(\d[\d,]*(?:\.(\d+))?)(%|m)?")
_DASHES = {"", "-", "–", "—"}

# Columns that name or describe; a number in them is a name too, such as a year.
_NAMING = {
    "indicator_id", "what", "period", "time_period", "year", "date", "area", "role", "part",
    "source", "source_id", "source_table", "title", "published", "group", "judged_words",
    "judgement", "printed", "band", "printed_band", "trend", "against_neighbours",
    "against_england", "status", "code", "name",
}  # fmt: skip
# Columns that count or place: whole numbers, whatever the table's figures are.
_WHOLE = {"rank", "of", "printed_rank", "neighbours_known", "ordinal", "source_row"}
_HEADINGS = {
    "indicator_id": "Indicator",
    "value": "Figure",
    "lower_95": "95% interval, lower end",
    "upper_95": "95% interval, upper end",
    "against_neighbours": "Against the neighbours",
    "against_england": "Against England",
    "of": "Rank is out of",
    "judged_words": "Judged",
    "source_id": "Source",
    "source_table": "Table of the source",
    "source_row": "Row of the source",
    "ordinal": "Level, 1 being the best",
}
_WORDS = {
    "role": {
        "area": "this area",
        "neighbour": "statistical neighbour",
        "neighbour_mean": "neighbours’ mean",
        "england": "England",
        "other": "other authority",
    }
}


@dataclass(frozen=True)
class Number:
    """A number, with how many decimals the page prints and what it prints around it."""

    value: float | int
    decimals: int = 0
    before: str = ""
    after: str = ""

    @property
    def format(self) -> str:
        """The number format of a spreadsheet that shows it as the page does."""
        digits = "#,##0" + (f".{'0' * self.decimals}" if self.decimals else "")
        before, after = (f'"{one}"' if one else "" for one in (self.before, self.after))
        return f"{before}{digits}{after}"


Cell = Number | str


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
        known = {**_MEANINGS, NOTHING: NOTHING_WORDS}
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


def parse_csv(text: str) -> list[list[str]]:
    """Give the rows of a CSV, header first; rows that lack cells at the end get empty ones."""
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def is_naming(column: str, place: int) -> bool:
    """Say whether the column of a CSV holds names: years are names, and the first column is."""
    return place == 0 or column in _NAMING


def is_whole(column: str) -> bool:
    """Say whether a column counts or places, whatever the unit of the table's figures is."""
    return column in _WHOLE


def heading(column: str) -> str:
    """Give the name of a CSV's column as a person reads it.

    >>> heading("neighbours_lower_quartile"), heading("lower_95"), heading("2011")
    ('Neighbours’ lower quartile', '95% interval, lower end', '2011')
    """
    told = _HEADINGS.get(column) or column.replace("_", " ")
    told = re.sub(r"^neighbours (?!known)", "neighbours’ ", told)
    return told[:1].upper() + told[1:]


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
            _words(text) if at == 0 or at in table.in_words else printed(text)
            for at, text in enumerate(row)
        )
        for row in table.cells
    )
    width = max([len(table.head), *map(len, rows)])
    heads = [*table.head, *[""] * (width - len(table.head))]
    filled = tuple((*row, *[NOTHING] * (width - len(row))) for row in rows)
    return Sheet(table, _unique(heads), filled or ((NOTHING,) * max(width, 1),))


def printed(text: str) -> Cell:
    """Read a cell as a page prints it: a number, a marker or words.

    >>> printed("1,621"), printed("57.0%").value, printed("–"), printed("about 3")
    (Number(value=1621, decimals=0, before='', after=''), 57.0, '[none]', 'about 3')
    """
    found = _PRINTED.fullmatch(text.replace(" ", ""))
    if not found:
        return _words(text)
    sign, before, digits, fraction, after = found.groups()
    bare = digits.replace(",", "")
    value = float(bare) if fraction else int(bare)
    return Number(
        -value if sign in {"-", "−"} else value, len(fraction or ""), before or "", after or ""
    )


def _words(text: str) -> str:
    return NOTHING if text.strip() in _DASHES else text


# -------------------------------------------------------------------------------- from the CSV


def _of_csv(table: PageTable, read: Read, head: list[str], body: list[list[str]]) -> Sheet:
    body = body or [[""] * len(head)]
    body = _with_reasons(head, body)
    places, ranks = _places(table, head), [_is_rank(head, row) for row in body]
    own = [_own_decimals([row[at] for row in body]) for at in range(len(head))]
    rows = [
        [
            _cell(column, at, text, 0 if ranks[number] else places(number, row[0], column), own[at])
            for at, (column, text) in enumerate(zip(head, row, strict=True))
        ]
        for number, row in enumerate(body)
    ]
    headings = [heading(column) for column in head]
    if "status" in head and _said_in_value(head, body):
        rows, headings = _drop(rows, headings, head.index("status"))
    if head[0] == "indicator_id":
        rows, headings = _named(rows, headings, read, ranks)
    return Sheet(table, _unique(headings), tuple(map(tuple, rows)))


def _with_reasons(head: list[str], body: list[list[str]]) -> list[list[str]]:
    """Write into an empty value why it is empty, where a column of its own says so."""
    if not {"value", "status"} <= set(head):
        return body
    value, status = head.index("value"), head.index("status")
    return [
        [
            row[status] if at == value and not text and row[status] in _STATUSES else text
            for at, text in enumerate(row)
        ]
        for row in body
    ]


def _said_in_value(head: list[str], body: list[list[str]]) -> bool:
    value, status = (head.index(name) if name in head else -1 for name in ("value", "status"))
    return value >= 0 and all(
        row[status] in {"", ValueStatus.PUBLISHED} or row[status] == row[value] for row in body
    )


def _own_decimals(texts: Sequence[str]) -> int:
    """Give the decimals that a column needs: a column that may be empty writes 36 as 36.0."""
    found = [number[1] or "" for text in texts if (number := _PLAIN.fullmatch(text))]
    return max((len(fraction.rstrip("0")) for fraction in found), default=0)


def _cell(column: str, at: int, text: str, decimals: int | None, own: int) -> Cell:
    if text.strip() in _DASHES:
        return NOTHING
    if is_naming(column, at):
        return _WORDS.get(column, {}).get(text, text)
    if text in _STATUSES:
        return _STATUSES[text]
    found = _PLAIN.fullmatch(text)
    if not found:
        return text
    value = float(text) if found[1] else int(text)
    if is_whole(column):
        decimals = 0
    return Number(value, own if decimals is None else decimals)


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
        if at and at not in in_words and (number := _PRINTED.match(text))
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
