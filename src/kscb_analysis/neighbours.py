"""Lines of neighbour_sets.csv in, sets of statistical neighbours out, each with its years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kscb_analysis.errors import MetadataFault
from kscb_analysis.reference import Line, read_lines, year_in

FILE = "neighbour_sets.csv"
_NEEDED = ("set_id", "set_name", "area_code", "member_code", "valid_from", "valid_to")


@dataclass(frozen=True)
class NeighbourSet:
    """The statistical neighbours of one area, and the reporting years they are in force for.

    `members` are nine-character codes, in the order of the source. `closeness` says for each
    how like the area it is, in the source's words; it is empty when the source does not say.
    `stands_in` is True when the set was asked for a year in which none is recorded as in force.
    """

    set_id: str
    name: str
    area_code: str
    members: tuple[str, ...]
    valid_from: int | None
    valid_to: int | None
    source: str
    place: str
    closeness: tuple[str, ...] = ()
    stands_in: bool = False

    def holds_in(self, year: int) -> bool:
        """True when the set is in force for the year ending 31 March of `year`."""
        return (self.valid_from or 0) <= year <= (self.valid_to or 9999)


def set_for_year(known: Sequence[NeighbourSet], year: int) -> NeighbourSet | None:
    """Choose among the sets of one area the one to compare a year with.

    The set in force for the year, the newest where two overlap, the one listed last where both
    began together. When none is recorded for the year, the next later one, marked `stands_in`.
    None when there is no later one either.
    """
    began = {at: one.valid_from or 0 for at, one in enumerate(known)}
    holding = [at for at, one in enumerate(known) if one.holds_in(year)]
    if holding:
        return known[max(holding, key=lambda at: (began[at], at))]
    later = [at for at in began if began[at] > year]
    if later:
        return replace(known[min(later, key=lambda at: (began[at], -at))], stands_in=True)
    return None


def read_recorded_sets(path: Path, names: Mapping[str, str]) -> tuple[NeighbourSet, ...]:
    """Read the sets recorded line by line: those printed in a paper, and an analyst's own.

    `names` has the name of each area by its code. Raises `MetadataFault` with the line for an
    area that is not there, one that is its own neighbour or is listed twice, and dates that
    differ.
    """
    sets: dict[tuple[str, str], NeighbourSet] = {}
    for line, cells in read_lines(path, _NEEDED, never_blank=("set_id",)):
        where = f"{path.name}, line {line}"
        _require_areas(cells, names, where)
        first, last = (year_in(cells, name, where) for name in ("valid_from", "valid_to"))
        if first is not None and last is not None and first > last:
            raise MetadataFault(f"{where}: valid_from {first} is after valid_to {last}.")
        key = (cells["set_id"], cells["area_code"])
        known = sets.setdefault(
            key,
            NeighbourSet(
                cells["set_id"],
                cells["set_name"],
                cells["area_code"],
                (),
                first,
                last,
                cells.get("source", ""),
                cells.get("place", ""),
            ),
        )
        if (known.valid_from, known.valid_to) != (first, last):
            raise MetadataFault(
                f"{where}: every line of the set {cells['set_id']!r} has the same "
                "dates. A set that changed is a new set with an id of its own."
            )
        if cells["member_code"] in known.members:
            raise MetadataFault(
                f"{where}: {names[cells['member_code']]} is in the set {cells['set_id']!r} twice."
            )
        sets[key] = replace(known, members=(*known.members, cells["member_code"]))
    return tuple(sets.values())


def _require_areas(cells: Line, names: Mapping[str, str], where: str) -> None:
    for column in ("area_code", "member_code"):
        if cells[column] not in names:
            raise MetadataFault(f"{where}: no area {cells[column]!r} in areas.csv ({column}).")
    if cells["area_code"] == cells["member_code"]:
        raise MetadataFault(f"{where}: an area is not its own neighbour.")
