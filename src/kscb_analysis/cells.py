"""Cells as findings name them in, the same cells with their sources by title out."""

from collections.abc import Iterable, Mapping

import pandas as pd
from markupsafe import Markup

from kscb_analysis.markup import bullets, details, join
from kscb_analysis.schema import each
from kscb_analysis.sources import Source

# More findings of one check than this are folded away after the first few.
MOST_AT_ONCE = 8
FIRST_FEW = 3


def titled(place: str, sources: Mapping[str, Source]) -> str:
    """Name one cell, written "source/table, row, column", by the titles of source and table."""
    name, _, where = place.partition(", ")
    source_id, _, table_id = name.partition("/")
    if source_id not in sources:
        return place
    source = sources[source_id]
    known = {table.table_id: table.title for table in source.tables}
    return f"{source.title}: {known.get(table_id, table_id)}, {where}"


def told(finding: object, sources: Mapping[str, Source]) -> Markup:
    """Write a finding as a sentence, with its cells in small print: each source named once."""
    message, cells = str(finding.message), str(finding.cells)  # type: ignore[attr-defined]
    for source_id, source in sources.items():
        message = message.replace(f"({source_id})", f"({source.title})")
    by_source: dict[str, list[str]] = {}
    for place in cells.split("; "):
        source_id, slash, rest = place.partition("/")
        title = sources[source_id].title if slash and source_id in sources else ""
        by_source.setdefault(title, []).append(rest if title else place)
    named = "; ".join(
        f"{title}: {', then '.join(places)}" if title else "; ".join(places)
        for title, places in by_source.items()
    )
    return Markup('{} <small class="cells">{}</small>').format(message, named)


def listed(rows: pd.DataFrame, sources: Mapping[str, Source]) -> Markup:
    """List findings; where one check found many, all but a few of them are folded."""
    made = []
    for _, mine in rows.groupby("check", sort=False):
        said = [told(one, sources) for one in each(mine)]
        made.append(few(said))
    return join(made)


def few(said: list[Markup]) -> Markup:
    """Make a list of which only the beginning stands open when it is long."""
    if len(said) <= MOST_AT_ONCE:
        return bullets(said)
    rest: Iterable[Markup] = said[FIRST_FEW:]
    return join(
        [
            bullets(said[:FIRST_FEW]),
            details(f"{len(said) - FIRST_FEW} more of the same kind", bullets(rest)),
        ]
    )
