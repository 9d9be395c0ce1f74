"""Printed authority names and codes in, one area each out; neighbour sets with their dates."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from kscb_analysis.errors import MetadataFault, SourceFault, UnknownName, did_you_mean
from kscb_analysis.vocabulary import GeographicLevel

ENGLAND = "E92000001"


@dataclass(frozen=True)
class Area:
    """One area: nine-character code, three-digit authority code where there is one, and name."""

    code: str
    la_code: str
    name: str
    level: GeographicLevel

    @property
    def slug(self) -> str:
        """The name as a folder or link: lower case, words joined by hyphens."""
        words = "".join(c if c.isalnum() else " " for c in self.name.casefold().replace("'", ""))
        return "-".join(words.split())


@dataclass(frozen=True)
class NeighbourSet:
    """The statistical neighbours of one area, and the reporting years they are in force for."""

    set_id: str
    name: str
    area_code: str
    members: tuple[str, ...]
    valid_from: int | None
    valid_to: int | None
    source: str
    place: str

    def holds_in(self, year: int) -> bool:
        """True when the set is in force for the year ending 31 March of `year`."""
        return (self.valid_from or 0) <= year <= (self.valid_to or 9999)


@dataclass(frozen=True)
class Areas:
    """Every area the project knows, found by name, by spelling or by code."""

    by_code: dict[str, Area]
    spellings: dict[str, str]
    neighbour_sets: tuple[NeighbourSet, ...]
    _by_la_code: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """All names, in the order of the reference table."""
        return [area.name for area in self.by_code.values()]

    def find(self, wanted: str, among: Iterable[str] | None = None) -> Area:
        """Find an area by name, recorded spelling, nine-character or three-digit code.

        Upper and lower case do not matter. Raises `UnknownName` with the nearest name, taken
        from `among` when given (the areas that the data holds), otherwise from all areas.
        """
        text = str(wanted).strip()
        code = self.spellings.get(text) or self._by_la_code.get(text)
        if text.upper() in self.by_code:
            code = text.upper()
        if code is None:
            folded = {spelling.casefold(): code for spelling, code in self.spellings.items()}
            code = folded.get(text.casefold())
        if code is None:
            known = list(self.names if among is None else among)
            raise UnknownName(
                f"No area {wanted!r} in data/metadata/areas.csv.{did_you_mean(text, known)} "
                "`kscb list areas` shows those that have figures."
            )
        return self.by_code[code]

    def neighbours(
        self, area_code: str, year: int, set_id: str | None = None
    ) -> NeighbourSet | None:
        """Give the neighbour set in force for an area in a year, the newest where two overlap.

        `set_id` pins another set. None when no set is known for that area and year.
        """
        known = [s for s in self.neighbour_sets if s.area_code == area_code]
        if set_id is not None:
            for candidate in known:
                if candidate.set_id == set_id:
                    return candidate
            names = [s.set_id for s in known]
            raise UnknownName(
                f"No neighbour set {set_id!r} for {self.by_code[area_code].name} in "
                f"data/metadata/neighbour_sets.csv; it has {names or 'none'}."
                f"{did_you_mean(set_id, names)}"
            )
        holding = [s for s in known if s.holds_in(year)]
        return max(holding, key=lambda s: (s.valid_from or 0, s.set_id), default=None)


def load_areas(metadata: Path) -> Areas:
    """Read areas.csv, area_spellings.csv and neighbour_sets.csv, and check that they agree."""
    by_code: dict[str, Area] = {}
    spellings: dict[str, str] = {}
    la_codes: dict[str, str] = {}
    path = metadata / "areas.csv"
    for line, row in _rows(
        path,
        ("area_code", "la_code", "area_name", "geographic_level"),
        never_blank=("area_code", "area_name"),
    ):
        try:
            level = GeographicLevel(row["geographic_level"])
        except ValueError:
            raise MetadataFault(
                f"{path.name}, line {line}: geographic_level {row['geographic_level']!r} is not "
                f"one of {[str(known) for known in GeographicLevel]}."
            ) from None
        area = Area(row["area_code"], row["la_code"], row["area_name"], level)
        if area.code in by_code or area.name in spellings:
            raise MetadataFault(
                f"{path.name}, line {line}: {area.name} ({area.code}) is there twice. "
                "Keep one line for each area."
            )
        if area.la_code in la_codes:
            raise MetadataFault(
                f"{path.name}, line {line}: la_code {area.la_code} is already that of "
                f"{by_code[la_codes[area.la_code]].name}."
            )
        by_code[area.code] = area
        spellings[area.name] = area.code
        if area.la_code:
            la_codes[area.la_code] = area.code
    path = metadata / "area_spellings.csv"
    for line, row in _rows(path, ("spelling", "area_code"), never_blank=("spelling",)):
        if row["area_code"] not in by_code:
            raise MetadataFault(
                f"{path.name}, line {line}: no area {row['area_code']} in areas.csv."
            )
        if spellings.setdefault(row["spelling"], row["area_code"]) != row["area_code"]:
            raise MetadataFault(
                f"{path.name}, line {line}: {row['spelling']!r} already means "
                f"{by_code[spellings[row['spelling']]].name}."
            )
    sets = _read_neighbour_sets(metadata / "neighbour_sets.csv", by_code)
    return Areas(by_code, spellings, sets, la_codes)


def _read_neighbour_sets(path: Path, by_code: dict[str, Area]) -> tuple[NeighbourSet, ...]:
    needed = ("set_id", "set_name", "area_code", "member_code", "valid_from", "valid_to")
    sets: dict[tuple[str, str], NeighbourSet] = {}
    for line, row in _rows(path, needed, never_blank=("set_id",)):
        for column in ("area_code", "member_code"):
            if row[column] not in by_code:
                raise MetadataFault(
                    f"{path.name}, line {line}: no area {row[column]!r} in areas.csv ({column})."
                )
        if row["area_code"] == row["member_code"]:
            raise MetadataFault(f"{path.name}, line {line}: an area is not its own neighbour.")
        first, last = (_year_in(row, name, path, line) for name in ("valid_from", "valid_to"))
        if first is not None and last is not None and first > last:
            raise MetadataFault(
                f"{path.name}, line {line}: valid_from {first} is after valid_to {last}."
            )
        key = (row["set_id"], row["area_code"])
        known = sets.setdefault(
            key,
            NeighbourSet(
                row["set_id"],
                row["set_name"],
                row["area_code"],
                (),
                first,
                last,
                row.get("source", ""),
                row.get("place", ""),
            ),
        )
        if (known.valid_from, known.valid_to) != (first, last):
            raise MetadataFault(
                f"{path.name}, line {line}: every line of the set {row['set_id']!r} has the same "
                "dates. A set that changed is a new set with an id of its own."
            )
        if row["member_code"] in known.members:
            raise MetadataFault(
                f"{path.name}, line {line}: {by_code[row['member_code']].name} is in the set "
                f"{row['set_id']!r} twice."
            )
        sets[key] = replace(known, members=(*known.members, row["member_code"]))
    return tuple(sets.values())


def _year_in(row: dict[str, str], name: str, path: Path, line: int) -> int | None:
    if not re.fullmatch(r"(\d{4})?", row[name]):
        raise MetadataFault(
            f"{path.name}, line {line}: {name} is {row[name]!r}. Give a year such as 2011, or "
            "leave the cell empty."
        )
    return int(row[name]) if row[name] else None


def _rows(
    path: Path, needed: tuple[str, ...], never_blank: tuple[str, ...] = ()
) -> list[tuple[int, dict[str, str]]]:
    rows = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in needed if name not in (reader.fieldnames or [])]
            if missing:
                raise MetadataFault(f"{path.name} has no column {missing[0]!r} in its first line.")
            for row in reader:
                cells = {key: (value or "").strip() for key, value in row.items() if key}
                for name in never_blank:
                    if not cells[name]:
                        raise MetadataFault(
                            f"{path.name}, line {reader.line_num}: the line has no {name}."
                        )
                rows.append((reader.line_num, cells))
    except FileNotFoundError:
        raise SourceFault(f"data/metadata/{path.name} is missing.") from None
    except OSError as fault:
        raise SourceFault(f"data/metadata/{path.name} cannot be read: {fault.strerror}.") from None
    except csv.Error as fault:
        raise MetadataFault(f"{path.name} cannot be read as CSV: {fault}.") from None
    except UnicodeDecodeError as fault:
        raise MetadataFault(f"{path.name} is not UTF-8 text: {fault.reason}.") from None
    return rows
