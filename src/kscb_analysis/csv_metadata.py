"""A table of a page and the CSV behind it in; what the W3C calls CSV on the Web metadata out.

The file stands beside the CSV under its name with `-metadata.json` behind it, where programs that
know the standard look for it; a person can read it as well.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from kscb_analysis.page_front import PageSource
from kscb_analysis.page_reading import PageTable, Read
from kscb_analysis.sheet_cells import SOURCE_CELLS, heading, is_naming, is_whole, parse_csv
from kscb_analysis.vocabulary import ValueStatus

SUFFIX = "-metadata.json"

_EMPTY = [one.value for one in ValueStatus if one is not ValueStatus.PUBLISHED]
_INTEGER, _DECIMAL = re.compile(r"-?\d+"), re.compile(r"-?\d+(?:\.\d+)?")
_DESCRIPTIONS = {
    "indicator_id": "The indicator, by its name in the library's catalogue.",
    "role": "What the row is to the paper's area: itself, a neighbour, the neighbours' mean, "
    "England, a target, or another authority.",
    "value": "The figure; empty or a reason where there is none.",
    "status": "Why a value is empty; empty or published where it is not.",
    "source": SOURCE_CELLS,
}


def metadata(table: PageTable, read: Read, name: str, text: str) -> str:
    """Describe a CSV: title, definition, place, sources with licences, and each column.

    `name` is the file's own name and `text` what is in it. The same CSV gives the same text.
    """
    head, *body = parse_csv(text) or [[]]
    front, sources = read.front, _sources(table, read, head, body)
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"language": "en"}],
        "url": name,
        "dc:title": table.title,
        "dc:description": " ".join(
            [table.measure and f"{table.measure}.", table.definition]
        ).strip(),
        "dc:isPartOf": f"{front.title}: {table.caption}",
        "dc:coverage": front.place,
        "dc:date": front.date.isoformat() if front.date else "",
        "dc:source": [
            {"dc:identifier": one.source_id, "dc:title": one.title, "dc:description": one.words}
            for one in sources
        ],
        "dc:rights": list(dict.fromkeys(one.licence for one in sources if one.licence)),
        "notes": _notes(table, read, head, body),
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "quoteChar": '"'},
        "tableSchema": {"columns": _columns(table, head, body)},
    }
    kept = {key: value for key, value in described.items() if value not in ("", [])}
    return json.dumps(kept, indent=1, ensure_ascii=False) + "\n"


def _sources(
    table: PageTable, read: Read, head: Sequence[str], body: Sequence[Sequence[str]]
) -> list[PageSource]:
    """Give the sources that the CSV's cells name, else those of its section, else the page's."""
    places = [at for at, column in enumerate(head) if column in {"source", "source_id"}]
    named = {
        place.strip().partition("/")[0]
        for row in body
        for at in places
        for place in row[at].split(";")
    }
    known = read.front.sources
    return (
        [one for one in known if one.source_id in named]
        or [one for one in known if one.title in table.sources]
        or list(known)
    )


def _notes(
    table: PageTable, read: Read, head: Sequence[str], body: Sequence[Sequence[str]]
) -> list[dict[str, Any]]:
    notes: list[dict[str, Any]] = [{"rows": len(body)}]
    if head and head[0] == "indicator_id":
        ids = list(dict.fromkeys(row[0] for row in body))
        units = {one: read.units.get(one.replace("_", "-"), "") for one in ids}
        notes.append({"units": {one: unit for one, unit in units.items() if unit}})
    if table.remarks:
        notes.append({"remarks": list(table.remarks)})
    if table.rows_of:
        notes.append({"sources": table.rows_of})
    return notes


def _columns(
    table: PageTable, head: Sequence[str], body: Sequence[Sequence[str]]
) -> list[dict[str, Any]]:
    taken: set[str] = set()
    one_unit = bool(head) and head[0] != "indicator_id"
    columns = []
    for at, column in enumerate(head):
        readable = heading(column)
        made: dict[str, Any] = {
            "name": _free(column, taken),
            "titles": [column] if column == readable else [column, readable],
        }
        if column in _DESCRIPTIONS:
            made["dc:description"] = _DESCRIPTIONS[column]
        kind = "string" if is_naming(column, at) else _kind([row[at] for row in body])
        made["datatype"] = kind
        if kind != "string":
            shown = {row[at] for row in body}
            made["null"] = ["", *(one for one in _EMPTY if one in shown)]
            if one_unit and table.unit and not is_whole(column):
                made["schema:unitText"] = table.unit
        columns.append(made)
    return columns


def _kind(texts: Sequence[str]) -> str:
    """Give the datatype of a column whose cells are numbers or the reasons for having none."""
    known = [text for text in texts if text and text not in _EMPTY]
    if known and all(_INTEGER.fullmatch(text) for text in known):
        return "integer"
    return "decimal" if all(_DECIMAL.fullmatch(text) for text in known) else "string"


def _free(column: str, taken: set[str]) -> str:
    """Give a column a name that programs take, and that no other column has."""
    bare = re.sub(r"[^a-z0-9]+", "_", column.casefold()).strip("_") or "column"
    name, again = bare, 1
    while name in taken:
        again += 1
        name = f"{bare}_{again}"
    taken.add(name)
    return name
