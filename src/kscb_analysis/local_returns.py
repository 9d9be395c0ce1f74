"""A council's own returns in, tidy observations and targets out; one long layout for all.

Each line of a CSV in data/raw/local is one figure: which indicator, area and period it is about,
the figure or a marker, and what is known beside it. `kscb template local` writes an example.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from kscb_analysis.areas import Area, Areas
from kscb_analysis.catalogue import Catalogue, Indicator
from kscb_analysis.errors import (
    SourceFault,
    UnknownName,
    UnreadableCells,
    WrongRequest,
    did_you_mean,
)
from kscb_analysis.files import fingerprint, write_whole
from kscb_analysis.layouts import TOTAL
from kscb_analysis.markers import read_cell
from kscb_analysis.paths import LOCAL
from kscb_analysis.periods import Period, read_period
from kscb_analysis.sources import RawTable, Source
from kscb_analysis.vocabulary import Statistic, ValueStatus

COLUMNS = (
    "indicator_id", "area", "period", "value", "numerator", "denominator", "target", "floor",
    "published_on", "note",
)  # fmt: skip
NEEDED = COLUMNS[:4]
TEMPLATE = """\
indicator_id,area,period,value,numerator,denominator,target,floor,published_on,note
children_looked_after_number,Kent,Sep 2025,1900,,,,,2025-10-20,made-up: a position
rereferrals_pct,Kent,2025,25.0,250,1000,22.0,28.0,2025-05-15,made-up: a year to 31 March
rereferrals_pct,Kent,Apr 2025 to Jun 2025,24.0,60,250,22.0,28.0,2025-07-15,made-up: a quarter
plans_ended_after_2_years_number,Kent,2025,c,,,,,2025-05-15,made-up: a small count withheld
"""
_MOST_LISTED = 20


def write_template(path: Path | None = None) -> str:
    """Give the example of a return, and write it where a path is given that is still free."""
    if path is not None:
        if path.exists():
            raise WrongRequest(f"{path} is already there; give another name.")
        write_whole(path, TEMPLATE)
    return TEMPLATE


@dataclass
class Returns:
    """Rows for the observations and the targets, the files read, and what is wrong with lines."""

    observations: list[dict[str, Any]] = field(default_factory=list)
    targets: list[dict[str, Any]] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def read_returns(folder: Path, catalogue: Catalogue, areas: Areas) -> Returns:
    """Read every CSV of a folder; one that is not there has none.

    `UnreadableCells` lists every bad line with file, row and column; `SourceFault` says what is
    wrong with a file as a whole.
    """
    read = Returns(sources=local_sources(folder))
    for path in _files(folder):
        where = f"data/raw/{LOCAL}/{path.name}"
        header, lines = _lines(path.read_bytes(), where)
        for number, cells in lines:
            _Line(read, path.stem, where, number, header, cells).gather(catalogue, areas)
    if read.faults:
        more = len(read.faults) - _MOST_LISTED
        raise UnreadableCells(
            f"{len(read.faults)} cell(s) of data/raw/{LOCAL} cannot be read:\n"
            + "\n".join(f"  {line}" for line in read.faults[:_MOST_LISTED])
            + (f"\n  … and {more} more" if more > 0 else "")
            + "\n`kscb template local` shows how each column is written."
        )
    return read


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("[!.]*.csv"))


def local_sources(folder: Path) -> dict[str, Source]:
    """Describe the returns as one source whose tables are the files; none makes no source."""
    tables = tuple(
        RawTable(
            source_id=LOCAL,
            table_id=path.stem,
            path=path,
            title=path.stem.replace("_", " "),
            place=path.name,
            layout="local return",
            area="",
            period="",
            sha256=fingerprint(path.read_bytes()),
            markers={},
            notes=(),
        )
        for path in _files(folder)
    )
    source = Source(
        source_id=LOCAL,
        title="The council's own returns",
        publisher="The council itself",
        published_on=None,
        published_on_note="each line has its own day",
        item="files put into data/raw/local",
        licence="For the council's own use",
        transcribed="read from the files as they are",
        status="internal",
        figures="The council's own figures, not validated nationally.",
        tables=tables,
    )
    return {LOCAL: source} if tables else {}


def _lines(content: bytes, where: str) -> tuple[tuple[str, ...], Iterator[tuple[int, list[str]]]]:
    """Give the headings, and each line that has any text with the number it begins on."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        row = content[: fault.start].count(b"\n") + 1
        raise SourceFault(
            f"{where}, row {row}: not UTF-8 text. Save the file as CSV in UTF-8."
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            rows.append((begins, [cell.strip() for cell in cells]))
            begins = reader.line_num + 1
    except csv.Error as fault:
        raise SourceFault(f"{where}, row {begins}: cannot be read as CSV: {fault}.") from None
    header = tuple(rows[0][1]) if rows else ()
    for name in NEEDED:
        if name not in header:
            raise SourceFault(
                f"{where} has no column {name!r}.{did_you_mean(name, header)} "
                "`kscb template local` writes the headings."
            )
    for name in header:
        if name not in COLUMNS or header.count(name) > 1:
            what = "twice" if name in COLUMNS else "which is not one of the layout's"
            raise SourceFault(
                f"{where} has a column {name!r}, {what}.{did_you_mean(name, COLUMNS)}"
            )
    return header, ((number, cells) for number, cells in rows[1:] if any(cells))


@dataclass
class _Line:
    """One line of a return."""

    read: Returns
    table_id: str
    where: str
    number: int
    header: tuple[str, ...]
    cells: list[str]

    def text(self, name: str) -> str:
        if name not in self.header or self.header.index(name) >= len(self.cells):
            return ""
        return self.cells[self.header.index(name)]

    def fault(self, name: str, message: str) -> None:
        column = self.header.index(name) + 1
        self.read.faults.append(
            f"{self.where}, row {self.number}, column {column} ({name}): {message}"
        )

    def taken(self, name: str, take: Callable[[str], Any]) -> Any:
        """Take a cell with a function; what that raises is a fault of this cell, and None."""
        try:
            return take(self.text(name))
        except (ValueError, UnknownName) as fault:
            self.fault(name, str(fault))
            return None

    def gather(self, catalogue: Catalogue, areas: Areas) -> None:
        before = len(self.read.faults)
        if len(self.cells) > len(self.header):
            self.fault(self.header[-1], f"the line has {len(self.cells)} cells")
        indicator: Indicator | None = self.taken("indicator_id", catalogue.__getitem__)
        area: Area | None = self.taken("area", areas.find)
        if indicator is None or area is None:
            return
        period: Period | None = self.taken(
            "period", lambda text: read_period(text, indicator.period_basis)
        )
        value, status = self.taken("value", _figure) or (None, None)
        counts = {name: self.taken(name, _number) for name in ("numerator", "denominator")}
        target, floor = self.taken("target", _number), self.taken("floor", _number)
        published_on = self.taken("published_on", _day)
        if not self.text("value") and not self.text("target"):
            self.fault("value", "the line has neither a figure or marker nor a target")
        if len(self.read.faults) > before or period is None:
            return
        row = {
            "indicator_id": indicator.indicator_id,
            "geographic_level": str(area.level),
            "area_code": area.code,
            "area_name": area.name,
            "time_period": period.time_period,
            "time_identifier": period.time_identifier,
            "period_end": period.end,
            "source_id": LOCAL,
            "source_table": self.table_id,
            "source_row": self.number,
            "published_on": published_on,
            "corrected_from": "",
        }
        if status is not None:
            self.read.observations.append(
                {
                    **row,
                    "breakdown": TOTAL,
                    "statistic": str(Statistic.VALUE),
                    "value": value,
                    "value_status": str(status),
                    "printed": self.text("value"),
                    **(counts if None not in counts.values() else dict.fromkeys(counts)),
                    "source_column": self.header.index("value") + 1,
                }
            )
        if target is not None:
            self.read.targets.append(
                {
                    **row,
                    "target": target,
                    "floor": floor,
                    "value_status": str(ValueStatus.PUBLISHED),
                    "printed": self.text("target"),
                    "source_column": self.header.index("target") + 1,
                }
            )


def _figure(text: str) -> tuple[float | None, ValueStatus] | None:
    return read_cell(text) if text else None


def _number(text: str) -> float | None:
    value, status = read_cell(text) if text else (None, ValueStatus.PUBLISHED)
    if status is not ValueStatus.PUBLISHED:
        raise ValueError(f"{text!r} is no number; leave the cell empty when there is none")
    return value


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"{text!r} is no day; write it as 2025-10-20") from None


def frames(read: Returns) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the observations and the targets as frames; one without rows has no columns either."""
    return pd.DataFrame(read.observations), pd.DataFrame(read.targets)
