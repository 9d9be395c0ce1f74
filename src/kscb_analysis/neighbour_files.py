"""Published lists of statistical neighbours (CSV) in, one dated set for each authority out."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from kscb_analysis.errors import LayoutFault, SourceFault, did_you_mean
from kscb_analysis.neighbour_models import NeighbourFile, find_neighbour_files, load_models
from kscb_analysis.neighbours import NeighbourSet

FAULTS_SHOWN = 20


class Reference(Protocol):
    """What has to be known of areas to read a list of neighbours."""

    def authority_code(self, text: str) -> str | None:
        """Give the nine-character code of an authority by a code of either kind."""

    def is_called(self, code: str, name: str) -> bool:
        """True when an area goes by a name."""

    def name_of(self, code: str) -> str:
        """Give an area's name."""


def read_neighbour_files(
    metadata: Path, national: Path, areas: Reference
) -> tuple[NeighbourSet, ...]:
    """Read every list of neighbours in a folder: one set for each authority in each list.

    Raises `SourceFault` that names every unreadable cell of a file with its row and column.
    """
    _, words = load_models(metadata)
    sets: list[NeighbourSet] = []
    for file in find_neighbour_files(metadata, national):
        sets += _Reader(file, areas, words).read()
    return tuple(sets)


class _Reader:
    """One list of neighbours, read row by row; faults are gathered and told together."""

    def __init__(self, file: NeighbourFile, areas: Reference, words: tuple[str, ...]) -> None:
        self.path, self.model = file.path, file.model
        self.areas, self.words = areas, words
        self.faults: list[str] = []
        self.header: list[str] = []
        self.rows_of: dict[str, int] = {}

    def read(self) -> list[NeighbourSet]:
        lines = self._lines()
        self.header = [name.strip() for name in next(lines)[1]]
        authority = self.header.index(self.model.authority)
        name = self.header.index(self.model.authority_name)
        places = self._places()
        sets = []
        for row, cells in lines:
            cells = [cell.strip() for cell in cells]
            cells += [""] * (len(self.header) - len(cells))
            # A blank line, or a heading between two parts of the list.
            if not cells[authority] and not any(cells[at] for at, _ in places):
                continue
            code = self._area(cells, row, authority)
            if code and not self.areas.is_called(code, cells[name]):
                self._fault(
                    row,
                    name,
                    f"{cells[name]!r} is not the name of {cells[authority]}, "
                    f"{self.areas.name_of(code)}. If it is one more way to write it, add it to "
                    "data/metadata/area_spellings.csv",
                )
            if code in self.rows_of:
                self._fault(
                    row,
                    authority,
                    f"{self.areas.name_of(code)} has its neighbours in row {self.rows_of[code]} "
                    "already",
                )
                continue
            members = self._members(cells, row, code, places)
            if code:
                self.rows_of[code] = row
                sets.append(self._set(code, members, row))
        if not sets and not self.faults:
            self.faults.append(f"  {self.path.name}: there is no authority in it")
        self._tell()
        return sets

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        try:
            text = self.path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            raise SourceFault(
                f"{self.path.name} is not UTF-8 text: {fault.reason}. Save it as CSV UTF-8."
            ) from None
        reader = csv.reader(io.StringIO(text, newline=""))
        try:
            for cells in reader:
                yield reader.line_num, cells
        except csv.Error as fault:
            raise SourceFault(
                f"{self.path.name}, row {reader.line_num}, cannot be read as CSV: {fault}."
            ) from None

    def _places(self) -> list[tuple[int, int]]:
        """Find the columns of each neighbour and of its closeness."""
        places = []
        for place in range(1, self.model.members + 1):
            at = self.header.index(self.model.neighbour.format(place))
            wanted = self.model.closeness.format(place)
            own_name = wanted != self.model.closeness
            beside = self.header.index(wanted) if own_name else at + 1
            if self.header[beside : beside + 1] != [wanted]:
                raise LayoutFault(
                    f"{self.path.name}: column {at + 2} should be {wanted!r}, which says how "
                    f"close the neighbour in column {at + 1} ({self.header[at]}) is. Download "
                    "the file anew."
                )
            places.append((at, beside))
        return places

    def _members(
        self, cells: list[str], row: int, own: str, places: list[tuple[int, int]]
    ) -> dict[str, str]:
        """Read the neighbours in one row: how close each is, by its code, in order."""
        members: dict[str, str] = {}
        for at, beside in places:
            code = self._area(cells, row, at)
            if not code:
                continue
            if code == own:
                self._fault(row, at, f"{self.areas.name_of(code)} is not its own neighbour")
            elif code in members:
                self._fault(row, at, f"{self.areas.name_of(code)} is a neighbour twice")
            words = cells[beside].lower()
            if words not in self.words:
                self._fault(
                    row,
                    beside,
                    f"{cells[beside]!r} does not say how close the neighbour is; known are "
                    f"{', '.join(self.words)}.{did_you_mean(words, self.words)}",
                )
            members[code] = words
        return members

    def _area(self, cells: list[str], row: int, at: int) -> str:
        code = self.areas.authority_code(cells[at])
        if not cells[at]:
            self._fault(
                row,
                at,
                "the cell is empty and should hold the code of an authority; each has "
                f"{self.model.members} neighbours",
            )
        elif code is None:
            self._fault(
                row, at, f"no authority in data/metadata/areas.csv has the code {cells[at]!r}"
            )
        return code or ""

    def _set(self, code: str, members: dict[str, str], row: int) -> NeighbourSet:
        return NeighbourSet(
            set_id=self.model.set_id,
            name=self.model.name,
            area_code=code,
            members=tuple(members),
            valid_from=self.model.valid_from,
            valid_to=self.model.valid_to,
            source=self.model.publication,
            place=f"{self.path.name}, row {row}",
            closeness=tuple(members.values()),
        )

    def _fault(self, row: int, column: int, what: str) -> None:
        self.faults.append(
            f"  {self.path.name}, row {row}, column {column + 1} ({self.header[column]}): {what}"
        )

    def _tell(self) -> None:
        if not self.faults:
            return
        more = len(self.faults) - FAULTS_SHOWN
        raise SourceFault(
            f"{len(self.faults)} fault(s) in a list of neighbours:\n"
            + "\n".join(self.faults[:FAULTS_SHOWN])
            + (f"\n  … and {more} more" if more > 0 else "")
            + "\nDownload the file anew, or correct it; an authority that is new goes into "
            "data/metadata/areas.csv."
        )
