"""data/metadata/coverage.csv, sidecars and catalogue in; docs/coverage.md out.

The list says, paper by paper, what is printed, which raw table holds it or why none does. Which
indicators a raw table feeds, and which topics show them, is worked out from the catalogue.
"""

import csv
from dataclasses import dataclass
from itertools import groupby

from kscb_analysis import files
from kscb_analysis.catalogue import Catalogue, load_catalogue
from kscb_analysis.errors import MetadataFault, did_you_mean
from kscb_analysis.paths import Project
from kscb_analysis.sources import RawTable, load_sources

COLUMNS = ["paper", "place", "what", "raw_files", "note"]
HEAD = """\
# What the papers print, and where it went

Made by `kscb coverage` from `data/metadata/coverage.csv`, the sidecars and the catalogue; edits
here are lost. Each line is a table or a passage of a paper: with the raw table that holds its
figures, the indicators that the table feeds and the topics whose papers show them; or with the
reason why nothing was taken from it.
"""
PLANTED = """\
## How errors in the raw tables would be found

A raw table cannot change unnoticed: its fingerprint is recorded, and where the papers are at
hand every cell is compared with them. Without both, figures that do not fit together still give
an error away; `tests/test_planted_errors.py` plants errors of 1.0 and more to try it.

| Where in the 18 comparison tables | Errors found | By |
| --- | --- | --- |
| A statistical neighbour, a printed average, a printed change | every one | the average of the \
neighbours and the change since the first year, both worked out again |
| Kent | about a third | changes, counts beside percentages, plausible ranges |
| England | about two in five | the same, and leaps of a single year |
| Higher and lower performing authorities | about one in ten | plausible ranges alone |

What is not found stands in the paper with no other figure beside it that it has to fit. The
published national tables of the same years would find all of those, and the order of the last year,
in which each group is printed, some.
"""
WITHOUT_INDICATOR = {
    "rating_counts": "counts of ratings, held against the ratings",
    "rating_key": "what the ratings mean",
    "judgements": "judgements",
    "grade_key": "what the grades mean",
}


@dataclass(frozen=True)
class Passage:
    """A table or passage of a paper: what it prints, and the raw tables that hold it."""

    paper: str
    place: str
    what: str
    raw_files: tuple[str, ...]
    note: str


def load_passages(project: Project) -> list[Passage]:
    """Read coverage.csv. Raises `MetadataFault` for a line that says neither where nor why not."""
    path = project.metadata / "coverage.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    if not rows or list(rows[0]) != COLUMNS:
        raise MetadataFault(f"{path.name}: the headings should be {COLUMNS}.")
    passages = []
    for number, row in enumerate(rows, start=2):
        files = tuple(name.strip() for name in row["raw_files"].split(";") if name.strip())
        if not files and not row["note"].strip():
            raise MetadataFault(f"{path.name}, row {number}: neither a raw table nor a reason.")
        passages.append(Passage(row["paper"], row["place"], row["what"], files, row["note"]))
    return passages


def bring_up_to_date(project: Project, *, check: bool = False) -> bool:
    """Write docs/coverage.md where it differs; give True when it was written.

    With `check` nothing is written, and a page out of date raises `MetadataFault`.
    """
    path = project.root / "docs" / "coverage.md"
    return files.bring_up_to_date(path, coverage_page(project), "kscb coverage", check=check)


def coverage_page(project: Project) -> str:
    """Write docs/coverage.md as text.

    Raises `MetadataFault` when a raw table stands in no line, or a line names one that is not
    there.
    """
    passages = load_passages(project)
    catalogue = load_catalogue(project.metadata)
    tables = {
        f"{table.source_id}/{table.path.name}": table
        for source in load_sources(project.raw).values()
        for table in source.tables
    }
    named = {name for passage in passages for name in passage.raw_files}
    for name in sorted(named - tables.keys()):
        raise MetadataFault(f"coverage.csv: no raw table {name!r}.{did_you_mean(name, tables)}")
    if missing := sorted(tables.keys() - named):
        raise MetadataFault(f"coverage.csv has no line for {', '.join(missing)}.")
    read = sum(bool(passage.raw_files) for passage in passages)
    counted = (
        f"{len(passages):,} tables and passages are listed: {read:,} are in the {len(tables):,} "
        f"raw tables, {len(passages) - read:,} hold nothing that was taken.\n"
    )
    parts = [HEAD, counted]
    for paper, mine in groupby(
        sorted(passages, key=lambda one: _order(passages, one.paper)), key=lambda one: one.paper
    ):
        parts.append(f"## {paper}\n")
        parts.append(_table(list(mine), tables, catalogue))
    return "\n".join([*parts, PLANTED])


def _order(passages: list[Passage], paper: str) -> int:
    return next(at for at, one in enumerate(passages) if one.paper == paper)


def _table(passages: list[Passage], tables: dict[str, RawTable], catalogue: Catalogue) -> str:
    lines = [
        "| Place | What is printed | Raw table | Indicators | Topics | Note |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for one in passages:
        fed, topics = _fed_by([tables[name] for name in one.raw_files], catalogue)
        cells = [
            one.place,
            one.what,
            ", ".join(f"`{name}`" for name in one.raw_files),
            fed,
            topics,
            one.note,
        ]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _fed_by(tables: list[RawTable], catalogue: Catalogue) -> tuple[str, str]:
    """Name the indicators that raw tables feed, and the topics whose papers show these."""
    names = {table.name for table in tables}
    fed = [
        known
        for known in catalogue.indicators.values()
        if any(feed.table in names for feed in known.feeds)
    ]
    if not fed:
        return ", ".join(WITHOUT_INDICATOR.get(table.layout, "none") for table in tables), ""
    topics = dict.fromkeys(catalogue.topics[known.topic].title for known in fed)
    return ", ".join(f"`{known.indicator_id}`" for known in fed), ", ".join(topics)
