"""The text of one cell of a page or of a CSV in; a number, a marker or words out.

Nothing here knows of tables: what a column is called says what its cells may be.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kscb_analysis.tables import gathered
from kscb_analysis.vocabulary import ValueStatus

NOTHING = "[none]"
NOTHING_WORDS = "nothing is known from the sources"
SOURCE_CELLS = (
    "The column names the cell that a figure was read from: source and table, then row and column "
    "of the raw file, which is kept as printed. Computed is what the library worked out."
)

STATUSES = {one.value: one.symbol for one in ValueStatus if one is not ValueStatus.PUBLISHED}
MEANINGS = {one.symbol: one.words for one in ValueStatus if one.symbol}
_PLAIN = re.compile(r"-?\d+(?:\.(\d+))?")
PRINTED = re.compile(r"([-−+]?)(£?)(\d[\d,]*(?:\.(\d+))?)(%|m)?")
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
    "ordinal": "Level, the highest being the best",
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


def printed(text: str) -> Cell:
    """Read a cell as a page prints it: a number, a marker or words.

    >>> printed("1,621"), printed("57.0%").value, printed("–"), printed("about 3")
    (Number(value=1621, decimals=0, before='', after=''), 57.0, '[none]', 'about 3')
    """
    found = PRINTED.fullmatch(text.replace(" ", ""))
    if not found:
        return cell_words(text)
    sign, before, digits, fraction, after = found.groups()
    bare = digits.replace(",", "")
    value = float(bare) if fraction else int(bare)
    return Number(
        -value if sign in {"-", "−"} else value, len(fraction or ""), before or "", after or ""
    )


def cell_words(text: str) -> str:
    """Give the words of a cell; a dash or nothing becomes the marker for that."""
    return NOTHING if text.strip() in _DASHES else text


def own_decimals(texts: Sequence[str]) -> int:
    """Give the decimals that a column needs: a column that may be empty writes 36 as 36.0."""
    found = [number[1] or "" for text in texts if (number := _PLAIN.fullmatch(text))]
    return max((len(fraction.rstrip("0")) for fraction in found), default=0)


def csv_cell(column: str, at: int, text: str, decimals: int | None, own: int) -> Cell:
    """Read a cell of a CSV: `decimals` are those of the page, `own` those of its column."""
    if text.strip() in _DASHES:
        return NOTHING
    if column == "source":
        return "; ".join(gathered(text.split("; ")))
    if is_naming(column, at):
        return _WORDS.get(column, {}).get(text, text)
    if text in STATUSES:
        return STATUSES[text]
    found = _PLAIN.fullmatch(text)
    if not found:
        return text
    value = float(text) if found[1] else int(text)
    if is_whole(column):
        decimals = 0
    return Number(value, own if decimals is None else decimals)
