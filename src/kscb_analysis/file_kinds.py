"""national.toml and the catalogue in, the kinds of national file and the columns of each out.

What a kind is called, who publishes it and how its files are named stands in
data/metadata/national.toml. The columns that it must have are those that the feeds in
indicators.toml ask for, so that no list of columns is kept twice.
"""

from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from kscb_analysis.catalogue import (
    Catalogue,
    NationalFeed,
    read_toml,
    refuse_unknown_keys,
    take,
)
from kscb_analysis.errors import MetadataFault, did_you_mean
from kscb_analysis.periods import MONTHS

# What tells when and where a row is about. Without the first six nothing can be placed; the
# others are asked for by the publisher's standard, and their absence is a finding.
NEEDED = (
    "time_period", "time_identifier", "geographic_level",
    "country_code", "region_code", "new_la_code",
)  # fmt: skip
STANDARD = (*NEEDED, "country_name", "region_name", "old_la_code", "la_name")


@dataclass(frozen=True)
class FileKind:
    """One kind of national file: its words, how its files are named, the columns it must have.

    `month` is set where the file calls a year what is the position at the end of that month.
    """

    kind: str
    title: str
    publication: str
    publisher: str
    licence: str
    page: str
    pattern: str
    month: str
    columns: tuple[str, ...]

    def is_named(self, name: str) -> bool:
        """True for a file that is named as files of this kind are."""
        return fnmatch(name.casefold(), self.pattern.casefold())


@dataclass(frozen=True)
class Kinds:
    """Every kind of national file, and the days of release that are recorded, by file name."""

    by_id: dict[str, FileKind] = field(default_factory=dict)
    released: dict[str, date] = field(default_factory=dict)


_FILE_KEYS = {"title", "publication", "publisher", "licence", "page", "pattern", "month"}


def load_kinds(metadata: Path, catalogue: Catalogue) -> Kinds:
    """Read national.toml, and gather the columns that each kind must have from the catalogue."""
    path = metadata / "national.toml"
    asked = _columns_asked_for(catalogue)
    document = read_toml(path) if path.exists() else {}
    refuse_unknown_keys(document, {"files", "released"}, path.name)
    entries = take(document, "files", dict, path.name, {})
    for kind, wanted in asked.items():
        if kind not in entries:
            raise MetadataFault(
                f"indicators.toml, [indicators.{next(iter(wanted.values()))}]: no kind of file "
                f"{kind!r} in data/metadata/{path.name}.{did_you_mean(kind, entries)}"
            )
    return Kinds(
        {
            kind: _read_kind(
                kind, entry, tuple(asked.get(kind, {})), f"{path.name}, [files.{kind}]"
            )
            for kind, entry in entries.items()
        },
        {
            name: take(document["released"], name, date, f"{path.name}, [released]")
            for name in take(document, "released", dict, path.name, {})
        },
    )


def _read_kind(kind: str, entry: Any, columns: tuple[str, ...], where: str) -> FileKind:
    refuse_unknown_keys(entry, _FILE_KEYS, where)
    month = take(entry, "month", str, where, "")
    if month and month not in MONTHS:
        raise MetadataFault(
            f"{where}: month is {month!r}, which is no month.{did_you_mean(month, MONTHS)}"
        )
    return FileKind(
        kind=kind,
        title=take(entry, "title", str, where),
        publication=take(entry, "publication", str, where),
        publisher=take(entry, "publisher", str, where),
        licence=take(entry, "licence", str, where),
        page=take(entry, "page", str, where, ""),
        pattern=take(entry, "pattern", str, where),
        month=month,
        columns=columns,
    )


def _columns_asked_for(catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """Give each kind's columns beside the standard's, each with an indicator that needs it."""
    asked: dict[str, dict[str, str]] = {}
    for indicator in catalogue.indicators.values():
        for feed in indicator.national:
            for kind, columns in columns_of(feed).items():
                for column in columns:
                    asked.setdefault(kind, {}).setdefault(column, indicator.indicator_id)
    return asked


def columns_of(feed: NationalFeed) -> dict[str, list[str]]:
    """Give the columns that a feed reads, by kind of file."""
    needed: dict[str, list[str]] = {feed.file: [*feed.filters]}
    if feed.value is not None:
        needed[feed.file].append(feed.value)
    for count in (feed.numerator, feed.denominator):
        if count is not None:
            needed.setdefault(count.file or feed.file, []).extend([*count.columns, *count.filters])
    return needed
