"""A reference table (CSV) in; its lines out, each with the number it has in the file."""

import csv
import re
from datetime import date
from pathlib import Path

from kscb_analysis.errors import MetadataFault, SourceFault

Line = dict[str, str]


def read_lines(
    path: Path, needed: tuple[str, ...], never_blank: tuple[str, ...] = ()
) -> list[tuple[int, Line]]:
    """Read a table of data/metadata as (line number, cells by column), cells without edges.

    Raises a `KscbError` naming the file, and where there is one the line, when the file cannot
    be read, lacks a `needed` column, or leaves a `never_blank` cell empty.
    """
    lines = []
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
                lines.append((reader.line_num, cells))
    except FileNotFoundError:
        raise SourceFault(f"data/metadata/{path.name} is missing.") from None
    except OSError as fault:
        raise SourceFault(f"data/metadata/{path.name} cannot be read: {fault.strerror}.") from None
    except csv.Error as fault:
        raise MetadataFault(f"{path.name} cannot be read as CSV: {fault}.") from None
    except UnicodeDecodeError as fault:
        raise MetadataFault(f"{path.name} is not UTF-8 text: {fault.reason}.") from None
    return lines


def year_in(cells: Line, name: str, where: str) -> int | None:
    """Read a cell as a year, None when it is empty; `where` is the file and line, for a fault."""
    if not re.fullmatch(r"(\d{4})?", cells[name]):
        raise MetadataFault(
            f"{where}: {name} is {cells[name]!r}. Give a year such as 2011, or "
            "leave the cell empty."
        )
    return int(cells[name]) if cells[name] else None


def day_in(cells: Line, name: str, where: str) -> date | None:
    """Read a cell as a day, None when it is empty or the table has no such column."""
    text = cells.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise MetadataFault(
            f"{where}: {name} is {text!r}. Give a day such as 2019-03-31, or leave the cell empty."
        ) from None
