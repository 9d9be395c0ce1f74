"""Printed authority names and codes in, one area each out; neighbour sets with their dates."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from kscb_analysis.cards import Fact, card, live
from kscb_analysis.errors import MetadataFault, UnknownName, did_you_mean
from kscb_analysis.neighbour_files import read_neighbour_files
from kscb_analysis.neighbours import NeighbourSet, read_recorded_sets, set_for_year
from kscb_analysis.reference import Line, day_in, read_lines
from kscb_analysis.vocabulary import GeographicLevel

__all__ = ["ENGLAND", "Area", "Areas", "NeighbourSet", "load_areas"]

ENGLAND = "E92000001"
_CODE = re.compile(r"\d{3}|[A-Za-z]\d{8}")


@dataclass(frozen=True, repr=False)
class Area:
    """One area: nine-character code, three-digit authority code where there is one, and name.

    `exists_from` and `exists_to` are its first and last day, None before and after the years the
    project knows. `predecessors` are the codes of the authorities it took over from. `parts` are
    the codes of the authorities that a joint return is about: it is no authority itself. `more`
    gives what else is known where there is data: its neighbours and figures.
    """

    code: str
    la_code: str
    name: str
    level: GeographicLevel
    region_code: str = ""
    region_name: str = ""
    exists_from: date | None = None
    exists_to: date | None = None
    predecessors: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    more: Callable[["Area"], Iterable[Fact]] | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        return f"Area({self.name!r}, {self.code!r})"

    @property
    def facts(self) -> list[Fact]:
        """What it is in a few lines, for somebody who asks a notebook; some may be empty."""
        return [
            ("Code", f"{self.code} ({self.la_code})" if self.la_code else self.code),
            ("Region", self.region_name),
            ("Level", str(self.level)),
            ("First day", _written(self.exists_from)),
            ("Last day", _written(self.exists_to)),
            *(self.more(self) if self.more else ()),
        ]

    def _repr_html_(self) -> str:
        return live(card(self.name, self.facts), "card")

    @property
    def slug(self) -> str:
        """The name as a folder or link: lower case, words joined by hyphens."""
        words = "".join(c if c.isalnum() else " " for c in self.name.casefold().replace("'", ""))
        return "-".join(words.split())

    @property
    def is_authority(self) -> bool:
        """True for a council with children's services, False for a region or a joint return."""
        return self.level is GeographicLevel.LOCAL_AUTHORITY and not self.parts

    def existed(self, day: date) -> bool:
        """True when the area was there on a day."""
        return (self.exists_from or date.min) <= day <= (self.exists_to or date.max)


@dataclass(frozen=True)
class Areas:
    """Every area the project knows, found by name, by spelling or by code.

    `spellings` leads from every name and spelling to a code. `former` does so for a name that
    belongs to another authority now: "Dorset" until March 2019.
    """

    by_code: dict[str, Area]
    spellings: dict[str, str]
    neighbour_sets: tuple[NeighbourSet, ...]
    _by_la_code: dict[str, str] = field(default_factory=dict)
    former: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """All names, in the order of the reference table."""
        return [area.name for area in self.by_code.values()]

    def find(
        self, wanted: str | Area, among: Iterable[str] | None = None, on: date | None = None
    ) -> Area:
        """Find an area by name, recorded spelling, nine-character or three-digit code.

        Upper and lower case do not matter. A name that has passed from one authority to another
        is that of today's, or of the one there was `on` a day. Raises `UnknownName` with the
        nearest name, taken from `among` when given (the areas that the data holds), otherwise
        from all areas.
        """
        text = _fold(wanted.code if isinstance(wanted, Area) else str(wanted))
        code = self._codes.get(text)
        if on is not None and text in self._former:
            earlier = self._former[text]
            code = earlier if self.by_code[earlier].existed(on) else code
        if code is None:
            known = list(self.names if among is None else among)
            raise UnknownName(
                f"No area {wanted!r} in data/metadata/areas.csv."
                f"{did_you_mean(str(wanted).strip(), known)} "
                "`kscb list areas` shows those that have figures."
            )
        return self.by_code[code]

    def authority_code(self, text: str) -> str | None:
        """Give the nine-character code of an authority by any of its codes, None if none has it.

        Former codes count; those of regions, of England and of joint returns do not.
        """
        code = self._codes.get(_fold(text)) if _CODE.fullmatch(text) else None
        return code if code and self.by_code[code].is_authority else None

    def name_of(self, code: str) -> str:
        """Give the name of an area by its nine-character code."""
        return self.by_code[code].name

    def is_called(self, code: str, name: str) -> bool:
        """True when an area goes by a name: its own, a recorded spelling, or its former one."""
        text = _fold(name)
        return code in (self._codes.get(text), self._former.get(text))

    def existing(self, when: int | date) -> tuple[Area, ...]:
        """List the authorities there were at 31 March of a year, or on another day.

        Regions, England and joint returns are not among them.
        """
        day = date(when, 3, 31) if isinstance(when, int) else when
        return tuple(a for a in self.by_code.values() if a.is_authority and a.existed(day))

    def successors(self, code: str) -> tuple[Area, ...]:
        """List the authorities that took over from one that was abolished."""
        return tuple(area for area in self.by_code.values() if code in area.predecessors)

    def neighbours(
        self, area_code: str, year: int, set_id: str | None = None
    ) -> NeighbourSet | None:
        """Give the neighbour set to compare an area with in a year.

        It is the one in force, or else the next later one, which then says `stands_in`: see
        `set_for_year`. `set_id` pins another set, whatever its years. None when no set is known
        for that area and year.
        """
        known = self._sets_of.get(area_code, [])
        if set_id is not None:
            for candidate in known:
                if candidate.set_id == set_id:
                    return candidate
            names = [s.set_id for s in known]
            raise UnknownName(
                f"No neighbour set {set_id!r} for {self.by_code[area_code].name} in "
                f"data/metadata/neighbour_sets.csv or in a list of neighbours in data/raw/dfe; "
                f"it has {names or 'none'}.{did_you_mean(set_id, names)}"
            )
        return set_for_year(known, year)

    @cached_property
    def _codes(self) -> dict[str, str]:
        # Folded once: a national file asks for thousands of areas. A code goes before a name.
        return {
            **{_fold(spelling): code for spelling, code in self.spellings.items()},
            **{_fold(la_code): code for la_code, code in self._by_la_code.items()},
            **{_fold(code): code for code in self.by_code},
        }

    @cached_property
    def _former(self) -> dict[str, str]:
        return {_fold(name): code for name, code in self.former.items()}

    @cached_property
    def _sets_of(self) -> dict[str, list[NeighbourSet]]:
        sets: dict[str, list[NeighbourSet]] = {}
        for one in self.neighbour_sets:
            sets.setdefault(one.area_code, []).append(one)
        return sets


def load_areas(metadata: Path, national: Path | None = None) -> Areas:
    """Read areas.csv, area_spellings.csv and every neighbour set, and check that they agree.

    Sets come from neighbour_sets.csv and, where the folder `national` has them, from published
    lists of neighbours. Without that folder only the recorded sets are known.
    """
    by_code, la_codes = _read_areas(metadata / "areas.csv")
    spellings = {area.name: area.code for area in by_code.values()}
    former: dict[str, str] = {}
    path = metadata / "area_spellings.csv"
    for line, cells in read_lines(path, ("spelling", "area_code"), never_blank=("spelling",)):
        spelling, code = cells["spelling"], cells["area_code"]
        if code not in by_code:
            raise MetadataFault(f"{path.name}, line {line}: no area {code} in areas.csv.")
        meant = spellings.setdefault(spelling, code)
        if meant == code:
            continue
        if not _follows(by_code[meant], by_code[code]) or spelling in former:
            raise MetadataFault(
                f"{path.name}, line {line}: {spelling!r} already means {by_code[meant].name}."
            )
        former[spelling] = code
    areas = Areas(by_code, spellings, (), la_codes, former)
    names = {code: area.name for code, area in by_code.items()}
    recorded = read_recorded_sets(metadata / "neighbour_sets.csv", names)
    published = read_neighbour_files(metadata, national, areas) if national else ()
    # A recorded set is listed last, so that it goes before a published one of the same year.
    return replace(areas, neighbour_sets=(*published, *recorded))


def _written(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def _follows(area: Area, earlier: Area) -> bool:
    """Say whether an area began only after another had ended, so that both may bear one name."""
    return (
        area.exists_from is not None
        and earlier.exists_to is not None
        and earlier.exists_to < area.exists_from
    )


def _read_areas(path: Path) -> tuple[dict[str, Area], dict[str, str]]:
    by_code: dict[str, Area] = {}
    la_codes: dict[str, str] = {}
    names: set[str] = set()
    lines: dict[str, int] = {}
    for line, cells in read_lines(
        path,
        ("area_code", "la_code", "area_name", "geographic_level"),
        never_blank=("area_code", "area_name"),
    ):
        area = _area_in(cells, f"{path.name}, line {line}")
        if area.code in by_code or area.name in names:
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
        lines[area.code] = line
        names.add(area.name)
        if area.la_code:
            la_codes[area.la_code] = area.code
    for area in by_code.values():
        _require_its_kin(area, by_code, f"{path.name}, line {lines[area.code]}")
    return by_code, la_codes


def _area_in(cells: Line, where: str) -> Area:
    try:
        level = GeographicLevel(cells["geographic_level"])
    except ValueError:
        raise MetadataFault(
            f"{where}: geographic_level {cells['geographic_level']!r} is not "
            f"one of {[str(known) for known in GeographicLevel]}."
        ) from None
    first, last = (day_in(cells, name, where) for name in ("exists_from", "exists_to"))
    if first and last and first > last:
        raise MetadataFault(f"{where}: exists_from {first} is after exists_to {last}.")
    return Area(
        code=cells["area_code"],
        la_code=cells["la_code"],
        name=cells["area_name"],
        level=level,
        region_code=cells.get("region_code", ""),
        region_name=cells.get("region_name", ""),
        exists_from=first,
        exists_to=last,
        predecessors=tuple(cells.get("predecessors", "").split()),
        parts=_parts_in(cells),
    )


def _parts_in(cells: Line) -> tuple[str, ...]:
    # Two authorities that report together are published under both codes, "A / B".
    codes = tuple(code.strip() for code in cells["area_code"].split("/"))
    return codes if len(codes) > 1 else ()


def _require_its_kin(area: Area, by_code: dict[str, Area], where: str) -> None:
    for code in (*area.predecessors, *area.parts):
        if code not in by_code:
            raise MetadataFault(f"{where}: {area.name} names {code!r}, which has no line.")
    for code in area.predecessors:
        ended, begun = by_code[code].exists_to, area.exists_from
        if ended is None or begun is None or ended + timedelta(days=1) != begun:
            raise MetadataFault(
                f"{where}: {area.name} began on {begun or 'no day'} and its predecessor "
                f"{by_code[code].name} ended on {ended or 'no day'}. It begins on the next day."
            )
