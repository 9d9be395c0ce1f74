"""Raw tables and metadata in, processed tables out, when something they depend on changed."""

import json
from dataclasses import dataclass, field

from kscb_analysis.files import fingerprint, fingerprint_files, library_files, write_whole
from kscb_analysis.paths import Project
from kscb_analysis.schema import TABLES

RECORD = "build.json"


@dataclass(frozen=True)
class Built:
    """What a build did: the rows of each table, or that there was nothing to do.

    `read` says what was taken from each file that has no sidecar, by its name below data/raw;
    `unused` says of the other files beside them why nothing was.
    """

    rows: dict[str, int]
    fingerprint: str
    fresh: bool
    read: dict[str, str] = field(default_factory=dict)
    unused: dict[str, str] = field(default_factory=dict)


def inputs_fingerprint(project: Project) -> str:
    """Fingerprint everything the processed tables depend on: raw files, metadata, the library."""
    paths = [
        *project.raw.rglob("*.csv"),
        *project.raw.rglob("*.toml"),
        *project.national.glob("*"),
        *project.local.glob("*"),
        *project.metadata.glob("*"),
        *library_files(),
    ]
    return fingerprint_files(project, [path for path in paths if path.is_file()])


def current(project: Project) -> Built | None:
    """Give the last build when it still follows from its inputs and its files are whole."""
    try:
        record = json.loads((project.processed / RECORD).read_text(encoding="utf-8"))
        whole = record["inputs"] == inputs_fingerprint(project) and all(
            fingerprint((project.processed / name).read_bytes()) == known
            for name, known in record["files"].items()
        )
        rows = {name: int(record["rows"][name]) for name in TABLES}
        whole = whole and {f"{name}.parquet" for name in TABLES} <= set(record["files"])
        read, unused = dict(record["read"]), dict(record["unused"])
        return Built(rows, record["inputs"], False, read, unused) if whole else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # No record, or one that somebody damaged: the build is made again.
        return None


def make_data(project: Project, *, force: bool = False) -> Built:
    """Bring data/processed up to date, and say what it holds.

    Every table is made and checked in memory before the first file is written; a fault in the
    data raises a `KscbError` and leaves the last good tables in place.
    """
    if not force and (known := current(project)):
        return known
    # Imported late: finding out that nothing changed needs neither pandas nor pandera.
    from kscb_analysis.areas import load_areas
    from kscb_analysis.catalogue import load_catalogue
    from kscb_analysis.checks import find_all, require_promises
    from kscb_analysis.clean import tidy_sources
    from kscb_analysis.corrections import load_corrections
    from kscb_analysis.own_files import read_own_files, with_own_rows
    from kscb_analysis.schema import typed
    from kscb_analysis.sources import load_sources
    from kscb_analysis.store import as_json, save_table

    inputs = inputs_fingerprint(project)
    catalogue = load_catalogue(project.metadata)
    areas = load_areas(project.metadata, project.national)
    sources = load_sources(project.raw)
    corrections = load_corrections(project.metadata)
    made = tidy_sources(sources, catalogue, areas, corrections)
    own = read_own_files(project, catalogue, areas)
    made["observations"] = with_own_rows(made["observations"], own.observations)
    made["targets"] = with_own_rows(made["targets"], own.targets)
    tables = require_promises({name: typed(rows, TABLES[name]) for name, rows in made.items()})
    findings = with_own_rows(find_all(tables, catalogue), own.findings)
    tables["findings"] = typed(findings, TABLES["findings"])
    sources |= own.sources
    files: dict[str, str] = {}
    for name, rows in tables.items():
        files |= save_table(rows, TABLES[name], project, sources)
    counts = {name: len(rows) for name, rows in tables.items()}
    record = {
        "inputs": inputs,
        "rows": counts,
        "files": files,
        "read": own.read,
        "unused": own.unused,
    }
    write_whole(project.processed / RECORD, as_json(record))
    return Built(counts, inputs, True, own.read, own.unused)
