"""source.toml and the raw files beside it in, tables of printed text out."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kscb_analysis.catalogue import read_toml, refuse_unknown_keys, take, take_texts
from kscb_analysis.errors import MetadataFault, SourceFault, did_you_mean
from kscb_analysis.files import fingerprint, write_whole
from kscb_analysis.vocabulary import ValueStatus

SIDECAR = "source.toml"


@dataclass(frozen=True)
class RawTable:
    """One printed table: where it stands, how it is laid out, and what its marks mean.

    The last six say what a layout cannot tell from the cells: columns without figures, how many
    rows of headings there are (None for the layout's usual number), which columns name a row,
    the periods of columns that are not of the table's own, the one row that is the whole, and
    the scale on which a table of judgements grades.
    """

    source_id: str
    table_id: str
    path: Path
    title: str
    place: str
    layout: str
    area: str
    period: str
    sha256: str
    markers: dict[str, ValueStatus]
    notes: tuple[str, ...]
    ignore_columns: tuple[str, ...] = ()
    heading_rows: int | None = None
    label_columns: tuple[str, ...] = ()
    column_periods: dict[str, str] = field(default_factory=dict)
    total_row: str = ""
    scale: str = ""

    @property
    def name(self) -> str:
        """The table's full name, `source/table`."""
        return f"{self.source_id}/{self.table_id}"


@dataclass(frozen=True)
class Source:
    """One paper: who published it, when, what may be done with it, and its tables."""

    source_id: str
    title: str
    publisher: str
    published_on: date | None
    published_on_note: str
    item: str
    licence: str
    transcribed: str
    status: str
    figures: str
    tables: tuple[RawTable, ...]

    @property
    def published_words(self) -> str:
        """When it was published, in words."""
        if self.published_on is None:
            return self.published_on_note or "publication date not recorded"
        return f"published {self.published_on.day} {self.published_on:%B %Y}"


_SOURCE_KEYS = {
    "title", "publisher", "published_on", "published_on_note", "item", "licence", "transcribed",
    "status", "figures", "table",
}  # fmt: skip
_TABLE_KEYS = {
    "id", "file", "title", "place", "layout", "area", "period", "sha256", "markers", "notes",
    "ignore_columns", "heading_rows", "label_columns", "column_periods", "total_row", "scale",
}  # fmt: skip


def load_sources(raw: Path) -> dict[str, Source]:
    """Read every sidecar below `data/raw`.

    A CSV that no sidecar lists raises `SourceFault`. A listed file that is missing, or is not the
    one recorded, is found when `read_raw` reads it.
    """
    folders = sorted(path.parent for path in raw.glob(f"*/{SIDECAR}"))
    if not folders:
        raise SourceFault(f"No {SIDECAR} in any folder of data/raw: there is nothing to read.")
    for stray in sorted(raw.glob("*/*.csv")):
        if stray.parent not in folders and stray.parent.name not in ("dfe", "local"):
            raise SourceFault(
                f"data/raw/{stray.parent.name} has {stray.name} but no {SIDECAR}. "
                "Describe the source in one, as CONTRIBUTING.md shows."
            )
    return {folder.name: _load_source(folder) for folder in folders}


def _load_source(folder: Path) -> Source:
    where = f"data/raw/{folder.name}/{SIDECAR}"
    document = read_toml(folder / SIDECAR)
    refuse_unknown_keys(document, _SOURCE_KEYS, where)
    status = take(document, "status", str, where)
    if status not in ("published", "internal"):
        raise MetadataFault(f"{where}: status is {status!r}; it is 'published' or 'internal'.")
    tables = tuple(
        _load_table(folder, entry, where) for entry in take(document, "table", list, where)
    )
    listed = {table.path.name for table in tables}
    ids = [table.table_id for table in tables]
    for table_id in ids:
        if ids.count(table_id) > 1:
            raise MetadataFault(f"{where}: two tables have the id {table_id!r}.")
    for path in sorted(folder.glob("*.csv")):
        if path.name not in listed:
            raise SourceFault(
                f"{where} does not list {path.name}. Add a [[table]] for it, or take the file away."
            )
    return Source(
        source_id=folder.name,
        title=take(document, "title", str, where),
        publisher=take(document, "publisher", str, where),
        published_on=take(document, "published_on", date, where, None),
        published_on_note=take(document, "published_on_note", str, where, ""),
        item=take(document, "item", str, where),
        licence=take(document, "licence", str, where),
        transcribed=take(document, "transcribed", str, where),
        status=status,
        figures=take(document, "figures", str, where),
        tables=tables,
    )


def _load_table(folder: Path, entry: Any, where: str) -> RawTable:
    table_id = take(entry, "id", str, f"{where}, a [[table]]")
    where = f"{where}, table {table_id!r}"
    refuse_unknown_keys(entry, _TABLE_KEYS, where)
    name = take(entry, "file", str, where)
    if Path(name).name != name:
        raise MetadataFault(f"{where}: file is {name!r}; it is a name without folders.")
    markers = {}
    reasons = [str(status) for status in ValueStatus if status is not ValueStatus.PUBLISHED]
    for mark, meaning in take(entry, "markers", dict, where, {}).items():
        if meaning not in reasons:
            raise MetadataFault(
                f"{where}: the marker {mark!r} means {meaning!r}, which is not one of {reasons}."
                f"{did_you_mean(str(meaning), reasons)}"
            )
        markers[mark] = ValueStatus(meaning)
    return RawTable(
        source_id=folder.name,
        table_id=table_id,
        path=folder / name,
        title=take(entry, "title", str, where),
        place=take(entry, "place", str, where),
        layout=take(entry, "layout", str, where),
        area=take(entry, "area", str, where, ""),
        period=take(entry, "period", str, where, ""),
        sha256=take(entry, "sha256", str, where),
        markers=markers,
        notes=take_texts(entry, "notes", where, []),
        ignore_columns=take_texts(entry, "ignore_columns", where, []),
        heading_rows=_heading_rows(entry, where),
        label_columns=take_texts(entry, "label_columns", where, []),
        column_periods=_column_periods(entry, where),
        total_row=take(entry, "total_row", str, where, ""),
        scale=take(entry, "scale", str, where, ""),
    )


def _heading_rows(entry: Any, where: str) -> int | None:
    rows: int | None = take(entry, "heading_rows", int, where, None)
    if rows is not None and rows < 0:
        raise MetadataFault(f"{where}: heading_rows is {rows}, which should be 0 or more.")
    return rows


def _column_periods(entry: Any, where: str) -> dict[str, str]:
    periods: dict[str, str] = take(entry, "column_periods", dict, where, {})
    for heading, period in periods.items():
        if type(period) is not str:
            raise MetadataFault(
                f"{where}: column_periods has {period!r} for {heading!r}, which should be text."
            )
    return periods


def read_raw(table: RawTable, *, check_fingerprint: bool = True) -> list[list[str]]:
    """Read a raw table with every cell as printed, one list of cells a line.

    Raises `SourceFault` when the file is missing, is not text, or is not the one recorded.
    """
    where = f"data/raw/{table.source_id}/{table.path.name}"
    try:
        content = table.path.read_bytes()
    except FileNotFoundError:
        raise SourceFault(
            f"{where} is missing, but {SIDECAR} lists it. Put the file back, or take its "
            "[[table]] out of the sidecar."
        ) from None
    except OSError as fault:
        raise SourceFault(f"{where} cannot be read: {fault.strerror}.") from None
    if check_fingerprint and fingerprint(content) != table.sha256:
        raise SourceFault(
            f"{where} has changed since its sidecar was written. If the change is meant, compare "
            f"it with the paper and run `kscb accept {table.source_id}`; otherwise bring the "
            "recorded file back."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise SourceFault(
            f"{where}, row {line}: not UTF-8 text. Save the file as CSV in UTF-8."
        ) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise SourceFault(f"{where}, row {line}: holds a NUL character; this is not a CSV file.")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error as fault:
        raise SourceFault(
            f"{where}, row {len(rows) + 1}: cannot be read as CSV: {fault}."
        ) from None
    if not any(any(cell.strip() for cell in row) for row in rows):
        raise SourceFault(f"{where} is empty.")
    return rows


def accept_changes(raw: Path, source_id: str) -> list[str]:
    """Record the fingerprints of a source's files as they are now; give the names that changed.

    The sidecar is edited in place: only the `sha256` lines change, comments stay.
    """
    folder = raw / source_id
    if not (folder / SIDECAR).is_file():
        known = sorted(path.parent.name for path in raw.glob(f"*/{SIDECAR}"))
        raise SourceFault(f"No source {source_id!r} in data/raw.{did_you_mean(source_id, known)}")
    source = _load_source(folder)
    text = (folder / SIDECAR).read_bytes().decode()  # line ends stay as they are
    changed = []
    for table in source.tables:
        try:
            now = fingerprint(table.path.read_bytes())
        except FileNotFoundError:
            raise SourceFault(f"data/raw/{source_id}/{table.path.name} is missing.") from None
        except OSError as fault:
            raise SourceFault(
                f"data/raw/{source_id}/{table.path.name} cannot be read: {fault.strerror}."
            ) from None
        if now != table.sha256:
            head, found, tail = text.partition(f'file = "{table.path.name}"')
            mine, following, others = tail.partition("[[table]]")
            if not found or f'sha256 = "{table.sha256}"' not in mine:
                raise MetadataFault(
                    f"data/raw/{source_id}/{SIDECAR}, table {table.table_id!r}: write `sha256` "
                    "on a line of its own below `file`, so that it can be brought up to date."
                )
            text = head + found + mine.replace(table.sha256, now, 1) + following + others
            changed.append(table.path.name)
    if changed:
        write_whole(folder / SIDECAR, text)
    return changed
