"""Recorded misprints, each with its reason and evidence, laid over the cells as printed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kscb_analysis.catalogue import read_toml, refuse_unknown_keys, take, take_texts
from kscb_analysis.errors import MetadataFault, StaleCorrection
from kscb_analysis.sources import RawTable

FILE = "corrections.toml"
_KEYS = {
    "source", "table", "row", "column", "printed", "read_as", "reason", "evidence", "status",
}  # fmt: skip


@dataclass(frozen=True)
class Correction:
    """One misprint: the place, the text that stands there, and how it is to be read.

    A `column` of None means the whole row.
    """

    source_id: str
    table_id: str
    row: int
    column: int | None
    printed: tuple[str, ...]
    read_as: tuple[str, ...]
    reason: str
    evidence: str
    status: str

    @property
    def place(self) -> str:
        """The corrected place, in words."""
        column = "" if self.column is None else f", column {self.column}"
        return f"{self.source_id}/{self.table_id}, row {self.row}{column}"


def load_corrections(metadata: Path) -> tuple[Correction, ...]:
    """Read corrections.toml; no file means no corrections."""
    path = metadata / FILE
    if not path.exists():
        return ()
    document = read_toml(path)
    refuse_unknown_keys(document, {"correction"}, FILE)
    found = [_read(entry) for entry in take(document, "correction", list, FILE, [])]
    places = [(one.source_id, one.table_id, one.row, one.column) for one in found]
    for correction, place in zip(found, places, strict=True):
        if places.count(place) > 1:
            raise MetadataFault(f"{FILE}: two corrections for {correction.place}.")
    return tuple(found)


def _read(entry: Any) -> Correction:
    refuse_unknown_keys(entry, _KEYS, f"{FILE}, a [[correction]]")
    where = f"{FILE}, the correction for {entry.get('source')}/{entry.get('table')}"
    row = take(entry, "row", int, where)
    column = take(entry, "column", int, where, None)
    for name, number in (("row", row), ("column", column)):
        if number is not None and number < 1:
            raise MetadataFault(f"{where}: {name} is {number}; rows and columns count from 1.")
    if column is None:
        printed = take_texts(entry, "printed", where)
        read_as = take_texts(entry, "read_as", where)
    else:
        printed = (take(entry, "printed", str, where),)
        read_as = (take(entry, "read_as", str, where),)
    if len(printed) != len(read_as):
        raise MetadataFault(f"{where}: printed and read_as have different numbers of cells.")
    if printed == read_as:
        raise MetadataFault(f"{where} changes nothing. Take it out.")
    return Correction(
        source_id=take(entry, "source", str, where),
        table_id=take(entry, "table", str, where),
        row=row,
        column=column,
        printed=printed,
        read_as=read_as,
        reason=take(entry, "reason", str, where),
        evidence=take(entry, "evidence", str, where),
        status=take(entry, "status", str, where),
    )


def apply_corrections(
    rows: list[list[str]], table: RawTable, corrections: tuple[Correction, ...]
) -> tuple[list[list[str]], dict[tuple[int, int], str]]:
    """Lay a table's corrections over its rows.

    Gives the rows as they are to be read, and the printed text of each corrected cell by
    (row, column), both from 1. Raises `StaleCorrection` when a place no longer holds the text
    that its correction quotes: the source has changed, and a person must look.
    """
    read = [list(row) for row in rows]
    corrected: dict[tuple[int, int], str] = {}
    for one in corrections:
        if (one.source_id, one.table_id) != (table.source_id, table.table_id):
            continue
        first = one.column or 1
        there = rows[one.row - 1][first - 1 :] if 0 < one.row <= len(rows) else []
        there = there[: len(one.printed)] if one.column else there
        if there != list(one.printed):
            raise StaleCorrection(
                f"The correction for {one.place} expects {_show(one.printed)} and found "
                f"{_show(there)}. If the source has changed, compare the new print with the "
                f"correction in data/metadata/{FILE} and change or delete it."
            )
        for offset, (printed, text) in enumerate(zip(one.printed, one.read_as, strict=True)):
            if printed != text:
                if (one.row, first + offset) in corrected:
                    raise MetadataFault(
                        f"{FILE}: {table.name}, row {one.row}, column {first + offset}: two "
                        "corrections for one cell."
                    )
                read[one.row - 1][first - 1 + offset] = text
                corrected[one.row, first + offset] = printed
    return read, corrected


def _show(cells: tuple[str, ...] | list[str]) -> str:
    return repr(cells[0]) if len(cells) == 1 else repr(list(cells))
