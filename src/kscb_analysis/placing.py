"""Rows of national files as text in; the area, the period and the figures of each row out.

A file may hold tens of thousands of rows, so that every step works on whole columns.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kscb_analysis.areas import Area, Areas
from kscb_analysis.errors import UnknownName
from kscb_analysis.markers import read_cell
from kscb_analysis.open_data import OpenData, OpenFile, read_rows
from kscb_analysis.periods import MONTHS, REPORTING_YEAR, Period, month, period_of
from kscb_analysis.vocabulary import GeographicLevel, ValueStatus

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]

STATUSES = tuple(ValueStatus)
PUBLISHED = STATUSES.index(ValueStatus.PUBLISHED)
NOT_APPLICABLE = STATUSES.index(ValueStatus.NOT_APPLICABLE)
CODE_COLUMNS = {
    GeographicLevel.NATIONAL: "country_code",
    GeographicLevel.REGIONAL: "region_code",
    GeographicLevel.LOCAL_AUTHORITY: "new_la_code",
}
_PLAIN = r"[+-]?\d+(?:\.\d+)?"
_MOST_LISTED = 20


@dataclass(frozen=True)
class Numbers:
    """One column read: the figures, the reason for each that is empty, and its decimal places."""

    values: Floats
    status: Ints
    decimals: int = 0


@dataclass
class Placed:
    """The rows of a file that are about a known area, with what and when each is about.

    `area` and `period` number the entries of `areas` and `periods`; `year` is that of the
    period. `not_shown` counts the rows of levels that no paper shows, which are not in `rows`.
    """

    file: OpenFile
    rows: pd.DataFrame
    areas: list[Area]
    periods: list[Period]
    area: Ints
    period: Ints
    year: Ints
    not_shown: dict[str, int]
    numbers: dict[str, Numbers] = field(default_factory=dict)
    doubled: dict[str, list[int]] = field(default_factory=dict)


def listed(lines: list[str]) -> str:
    """Give the first lines of a long list, and how many more there are."""
    more = len(lines) - _MOST_LISTED
    shown = "\n".join(f"  {line}" for line in lines[:_MOST_LISTED])
    return shown + (f"\n  … and {more} more" if more > 0 else "")


# ------------------------------------------------------------------------------- where and when


def place_all(data: OpenData, areas: Areas) -> list[Placed]:
    """Find area and period of every row of every file; every fault is found before one is told."""
    faults: list[str] = []
    placed = [_place(file, areas, faults) for file in data.files]
    if faults:
        raise UnknownName(
            f"{len(faults)} code(s) or period(s) of national files are not known:\n"
            + listed(faults)
            + "\nA new authority is a line of data/metadata/areas.csv; a former code of a known "
            "one goes into area_spellings.csv; nothing was read."
        )
    return placed


def _place(file: OpenFile, areas: Areas, faults: list[str]) -> Placed:
    rows = read_rows(file)
    known: list[Area] = []
    at = np.full(len(rows), -1)
    not_shown: dict[str, int] = {}
    level_of, levels = pd.factorize(rows["geographic_level"])
    for number, level in enumerate(levels):
        mine = level_of == number
        if level not in CODE_COLUMNS:
            not_shown[str(level)] = int(mine.sum())
            continue
        code_of, codes = pd.factorize(rows[CODE_COLUMNS[level]].to_numpy()[mine])
        found = np.full(len(codes), -1)
        for place, code in enumerate(codes):
            try:
                known.append(areas.find(code, among=()))
            except UnknownName:
                line = rows.index[int(np.flatnonzero(mine)[np.argmax(code_of == place)])]
                faults.append(
                    f"{file.where}, row {line}, column {CODE_COLUMNS[level]}: {code!r} is no area "
                    "of data/metadata/areas.csv"
                )
                continue
            found[place] = len(known) - 1
        at[mine] = found[code_of]
    kept = at >= 0
    rows, at = rows[kept], at[kept]
    when, periods = _periods(rows, file, faults)
    years = np.array([one.end.year for one in periods], dtype=np.int64)
    return Placed(file, rows, known, periods, at, when, years[when], not_shown)


def _periods(rows: pd.DataFrame, file: OpenFile, faults: list[str]) -> tuple[Ints, list[Period]]:
    pairs = rows["time_period"] + "|" + rows["time_identifier"]
    when, labels = pd.factorize(pairs)
    periods = []
    for number, label in enumerate(labels):
        time_period, _, time_identifier = label.partition("|")
        try:
            period = period_of(time_period.strip(), time_identifier.strip())
        except (ValueError, KeyError):
            line = rows.index[int(np.argmax(when == number))]
            faults.append(
                f"{file.where}, row {line}: time_period {time_period!r} with time_identifier "
                f"{time_identifier!r} is no period that is known"
            )
            period = month(1900, 1)
        if file.kind.month and period.time_identifier == REPORTING_YEAR:
            period = month(period.end.year, MONTHS[file.kind.month])
        periods.append(period)
    return when.astype(np.int64), periods


# ------------------------------------------------------------------------------------- figures


def read_numbers(texts: "pd.Series[str]") -> tuple[Numbers, list[int]]:
    """Read a column of cells as `markers.read_cell` does; also the places it cannot read."""
    plain = texts.str.fullmatch(_PLAIN).to_numpy(dtype=bool)
    values = np.full(len(texts), np.nan)
    status = np.full(len(texts), PUBLISHED)
    figures = texts[plain]
    values[plain] = figures.astype("float64")
    dotted = figures[figures.str.contains(".", regex=False)]
    places = int((dotted.str.len() - dotted.str.find(".") - 1).max()) if len(dotted) else 0
    unreadable: list[int] = []
    others = np.flatnonzero(~plain)
    which, unique = pd.factorize(texts.to_numpy()[others])
    for number, text in enumerate(unique):
        mine = others[which == number]
        try:
            value, reason = read_cell(text)
        except ValueError:
            unreadable.extend(mine.tolist())
            continue
        values[mine] = np.nan if value is None else value
        status[mine] = STATUSES.index(reason)
    return Numbers(values, status, places), unreadable


def first_marker(*each: Ints) -> Ints:
    """Give, row by row, the first status that is not "published"."""
    status = each[0]
    for other in each[1:]:
        status = np.where(status == PUBLISHED, other, status)
    return status


def take_places(numbers: Numbers, places: Ints) -> Numbers:
    """Give the figures and reasons that stand at some places of a column."""
    return Numbers(numbers.values[places], numbers.status[places], numbers.decimals)


def divided(top: Numbers, bottom: Numbers, per: int) -> Numbers:
    """Divide, and say why there is no result where one of the two is a marker or nobody counts."""
    nobody = bottom.values == 0
    whole = np.where(nobody, np.nan, bottom.values)
    status = first_marker(top.status, bottom.status, np.where(nobody, NOT_APPLICABLE, PUBLISHED))
    return Numbers(per * top.values / whole, status)
