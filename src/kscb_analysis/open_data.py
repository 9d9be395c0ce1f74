"""A folder of downloaded national files in, those of a known kind with their rows as text out."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kscb_analysis.errors import SourceFault, did_you_mean
from kscb_analysis.file_kinds import NEEDED, STANDARD, FileKind, Kinds
from kscb_analysis.files import fingerprint
from kscb_analysis.paths import NATIONAL
from kscb_analysis.sources import RawTable, Source

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class OpenFile:
    """One recognised file: its kind, its headings and its bytes."""

    kind: FileKind
    path: Path
    header: tuple[str, ...]
    content: bytes
    encoding: str
    released: date | None = None

    @property
    def table_id(self) -> str:
        """The name under which its rows are kept."""
        return self.path.stem

    @property
    def where(self) -> str:
        """The file as messages name it."""
        return f"data/raw/{NATIONAL}/{self.path.name}"


@dataclass(frozen=True)
class OpenData:
    """The files that were recognised, and the others with the reason why they are not used."""

    files: tuple[OpenFile, ...] = ()
    unused: dict[str, str] = field(default_factory=dict)


def find_files(folder: Path, kinds: Kinds) -> OpenData:
    """Recognise the files of a folder by their headings; a folder that is not there has none.

    Raises `SourceFault` for a file that is named as a known kind and lacks a column of it, or
    that may be of two kinds: the analyst meant it to be read.
    """
    files: list[OpenFile] = []
    unused: dict[str, str] = {}
    for path in sorted(folder.glob("[!.]*")):
        if path.is_dir() or path.suffix.casefold() != ".csv":
            unused[path.name] = "not a CSV file"
            continue
        where = f"data/raw/{NATIONAL}/{path.name}"
        try:
            content = path.read_bytes()
        except OSError as fault:
            raise SourceFault(f"{where} cannot be read: {fault.strerror}.") from None
        encoding = _encoding_of(content, where)
        header = _header_of(content, encoding)
        kind = _kind_of(path.name, header, kinds, where)
        if kind is None:
            unused[path.name] = "its columns are those of no kind of file in national.toml"
            continue
        released = kinds.released.get(path.stem)
        files.append(OpenFile(kind, path, header, content, encoding, released))
    return OpenData(tuple(files), unused)


def _kind_of(name: str, header: tuple[str, ...], kinds: Kinds, where: str) -> FileKind | None:
    held = set(header)
    wanted = {one.kind: (*NEEDED, *one.columns) for one in kinds.by_id.values() if one.columns}
    fits = [kinds.by_id[kind] for kind, columns in wanted.items() if held.issuperset(columns)]
    named = [kinds.by_id[kind] for kind in wanted if kinds.by_id[kind].is_named(name)]
    both = [kind for kind in fits if kind in named] or fits
    # A kind that asks for more columns than another, and for all of its, is the nearer one.
    both = [one for one in both if not any(set(one.columns) < set(other.columns) for other in both)]
    if len(both) == 1:
        return both[0]
    if both:
        raise SourceFault(
            f"{where} has the columns of {len(both)} kinds of file: "
            + ", ".join(f"{one.kind} ({one.pattern})" for one in both)
            + ". Give it a name that one of the patterns fits."
        )
    if named:
        missing = next(column for column in wanted[named[0].kind] if column not in held)
        raise SourceFault(
            f"{where} is named as {named[0].title!r} but has no column {missing!r}."
            f"{did_you_mean(missing, header)} If the publisher has renamed it, change the "
            "feeds from this file in data/metadata/indicators.toml; if it is another file, "
            "rename that."
        )
    return None


def _encoding_of(content: bytes, where: str) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as fault:
            line = content[: fault.start].count(b"\n") + 1
            continue
        if "\0" in text:
            line = text[: text.index("\0")].count("\n") + 1
            raise SourceFault(
                f"{where}, row {line}: holds a NUL character; this is not a CSV file."
            )
        return encoding
    raise SourceFault(f"{where}, row {line}: neither UTF-8 nor Windows-1252 text.")


def _header_of(content: bytes, encoding: str) -> tuple[str, ...]:
    first = content.split(b"\n", 1)[0].rstrip(b"\r").decode(encoding)
    return tuple(cell.strip() for cell in next(csv.reader([first]), []))


def read_rows(file: OpenFile) -> "pd.DataFrame":
    """Read the columns that a file is read for, every cell as text; the index is the line.

    Lines are those of the raw file, the headings being line 1; a row of several lines has its
    first. Rows without any text are left out. Raises `SourceFault` for what is no CSV, and for
    a row with more or fewer cells than the headings: its figures would stand in wrong columns.
    """
    import pandas as pd

    wanted = [name for name in file.header if name in {*STANDARD, *file.kind.columns}]
    for name in wanted:
        if file.header.count(name) > 1:
            raise SourceFault(f"{file.where} has two columns {name!r}. Keep one of them.")
    lines = _lines_of_rows(file)
    if not len(lines):
        raise SourceFault(f"{file.where} has headings and no rows.")
    try:
        rows = pd.read_csv(
            io.BytesIO(file.content),
            dtype=str,
            keep_default_na=False,
            encoding=file.encoding,
            header=None,
            # Headings that nobody asks for may be blank, or stand twice.
            names=[name if name in wanted else at for at, name in enumerate(file.header)],
            usecols=wanted,
            skiprows=1,
        )
    except pd.errors.ParserError as fault:
        raise SourceFault(f"{file.where} cannot be read as CSV: {fault}.") from None
    if len(rows) != len(lines):
        raise SourceFault(
            f"{file.where} cannot be read as CSV: a quotation mark stands inside a cell."
        )
    rows.index = pd.Index(lines)
    return rows[(rows != "").any(axis=1)] if (rows["time_period"] == "").any() else rows


def _lines_of_rows(file: OpenFile) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """Give the line on which each row begins, having counted the cells of every row."""
    import numpy as np

    text = np.frombuffer(file.content, dtype=np.uint8)
    breaks = np.flatnonzero(text == ord("\n"))
    ends, commas = breaks, np.flatnonzero(text == ord(","))
    if b'"' in file.content:
        inside = np.bitwise_and(np.cumsum(text == ord('"'), dtype=np.int32), 1).astype(bool)
        ends, commas = breaks[~inside[breaks]], commas[~inside[commas]]
        if inside[-1]:
            begins = int(ends[-1]) + 1 if len(ends) else 0
            line = int(np.searchsorted(breaks, begins)) + 1
            raise SourceFault(f"{file.where}, row {line}: a quotation mark is never closed.")
    if not len(ends) or ends[-1] != len(text) - 1:
        ends = np.append(ends, len(text))
    starts = np.concatenate([[0], ends[:-1] + 1])
    cells = np.diff(np.searchsorted(commas, np.concatenate([[0], ends]))) + 1
    size = ends - starts
    blank = (size == 0) | ((size == 1) & (text[np.minimum(starts, len(text) - 1)] == ord("\r")))
    lines = np.searchsorted(breaks, starts) + 1
    odd = np.flatnonzero((cells != cells[0]) & ~blank)
    if len(odd):
        raise SourceFault(
            f"{file.where}, row {lines[odd[0]]}: has {cells[odd[0]]} cells where the headings "
            f"have {cells[0]}, so that its figures would stand in wrong columns."
        )
    return lines[1:][~blank[1:]]


def filled_cells(path: Path) -> int:
    """Count the cells of a national file that hold something, its headings among them."""
    content = path.read_bytes()
    text = content.decode(_encoding_of(content, path.name))
    reader = csv.reader(io.StringIO(text, newline=""))
    return sum(len(cells) - cells.count("") for cells in reader)


def national_sources(data: OpenData) -> dict[str, Source]:
    """Describe the recognised files as one source whose tables they are; none makes no source."""
    if not data.files:
        return {}
    kinds = [file.kind for file in data.files]
    days = [file.released for file in data.files if file.released]
    tables = tuple(
        RawTable(
            source_id=NATIONAL,
            table_id=file.table_id,
            path=file.path,
            title=file.kind.title,
            place=f"{file.kind.publication}, {file.path.name}",
            layout="open data",
            area="",
            period="",
            sha256=fingerprint(file.content),
            markers={},
            notes=(file.kind.page,) if file.kind.page else (),
        )
        for file in data.files
    )
    return {
        NATIONAL: Source(
            source_id=NATIONAL,
            title="National open data on children's social care",
            publisher=", ".join(dict.fromkeys(one.publisher for one in kinds)),
            published_on=max(days) if len(days) == len(kinds) else None,
            published_on_note="files as downloaded; their days of release are not recorded",
            item=", ".join(dict.fromkeys(one.publication for one in kinds)),
            licence=", ".join(dict.fromkeys(one.licence for one in kinds)),
            transcribed="read from the published CSV files as they are",
            status="published",
            figures="Official statistics as published; counts for England and regions are rounded.",
            tables=tables,
        )
    }
