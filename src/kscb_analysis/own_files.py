"""Files below data/raw that have no sidecar in; their rows, sources and findings out.

National files (data/raw/dfe) and a council's own returns (data/raw/local) are put there by
whoever has them. With neither, the papers are made from the printed tables alone.
"""

from dataclasses import dataclass

import pandas as pd

from kscb_analysis.areas import Areas
from kscb_analysis.catalogue import Catalogue
from kscb_analysis.file_kinds import load_kinds
from kscb_analysis.local_returns import frames, local_sources, read_returns
from kscb_analysis.national import tidy_national
from kscb_analysis.neighbour_models import find_neighbour_files
from kscb_analysis.open_data import OpenData, find_files, national_sources
from kscb_analysis.paths import NATIONAL, Project
from kscb_analysis.screen import Screened, screen
from kscb_analysis.sources import Source


@dataclass(frozen=True)
class OwnFiles:
    """What was read from the files: rows for three tables, the sources, and what became of each.

    `read` says what was taken from each file, `unused` why nothing was.
    """

    observations: pd.DataFrame
    targets: pd.DataFrame
    findings: pd.DataFrame
    sources: dict[str, Source]
    read: dict[str, str]
    unused: dict[str, str]


def read_own_files(project: Project, catalogue: Catalogue, areas: Areas) -> OwnFiles:
    """Read and screen every file; no file at all makes empty frames."""
    data = find_own_files(project, catalogue)
    tidied = tidy_national(data, catalogue, areas)
    returns = read_returns(project.local, catalogue, areas)
    observations, targets = frames(returns)
    sources = {**national_sources(data), **returns.sources}
    neighbours = [
        f"{NATIONAL}/{file.path.name}"
        for file in find_neighbour_files(project.metadata, project.national)
    ]
    unused = {f"{NATIONAL}/{name}": why for name, why in data.unused.items()}
    rows = [one for one in (tidied.rows, observations) if len(one)]
    every = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()
    return OwnFiles(
        observations=every,
        targets=targets,
        findings=screen(Screened(tidied, catalogue, areas)),
        sources=sources,
        read=_counted(every, sources) | dict.fromkeys(neighbours, "statistical neighbours"),
        unused={name: why for name, why in unused.items() if name not in neighbours},
    )


def find_own_files(project: Project, catalogue: Catalogue) -> OpenData:
    """Recognise the national files by their headings alone."""
    return find_files(project.national, load_kinds(project.metadata, catalogue))


def own_sources(project: Project, catalogue: Catalogue) -> dict[str, Source]:
    """Describe the files as sources, as `load_sources` does for those with a sidecar."""
    national = national_sources(find_own_files(project, catalogue))
    return {**national, **local_sources(project.local)}


def _counted(rows: pd.DataFrame, sources: dict[str, Source]) -> dict[str, str]:
    if rows.empty:
        return {}
    held = dict((rows["source_id"] + "/" + rows["source_table"]).value_counts())
    return {
        f"{source_id}/{table.path.name}": f"{held.get(table.name, 0):,} figures"
        for source_id, source in sources.items()
        for table in source.tables
    }


def with_own_rows(printed: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Put the rows of own files after the printed ones."""
    if own.empty:
        return printed
    return pd.concat([printed, own], ignore_index=True) if len(printed) else own
