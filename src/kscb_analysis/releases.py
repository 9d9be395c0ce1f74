"""The catalogue and what is known of national files in; tables for docs/national-data.md out.

The page is written by hand but for the tables between two marks, which `kscb national` renews.
"""

from itertools import groupby

from kscb_analysis import files
from kscb_analysis.catalogue import Catalogue, Indicator, load_catalogue
from kscb_analysis.errors import MetadataFault
from kscb_analysis.file_kinds import FileKind, columns_of, load_kinds
from kscb_analysis.neighbour_models import Model, load_models
from kscb_analysis.paths import Project

BEGINS = "<!-- From here to the next mark `kscb national` writes; edits here are lost. -->"
ENDS = "<!-- From here on the page is written by hand. -->"
PAGE = "docs/national-data.md"


def bring_up_to_date(project: Project, *, check: bool = False) -> bool:
    """Renew the tables of docs/national-data.md where they differ; give True when written.

    With `check` nothing is written, and a page out of date raises `MetadataFault`.
    """
    path = project.root / PAGE
    return files.bring_up_to_date(path, national_page(project), "kscb national", check=check)


def national_page(project: Project) -> str:
    """Give docs/national-data.md with its tables as the metadata has them now."""
    path = project.root / PAGE
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    before, begins, rest = text.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise MetadataFault(
            f"{PAGE} has lost a mark. It needs the lines\n{BEGINS}\n{ENDS}\nin this order."
        )
    return f"{before}{BEGINS}\n\n{tables(project)}\n{ENDS}{after}"


def tables(project: Project) -> str:
    """Write what each release gives, where meanings changed, and the lists of neighbours."""
    catalogue = load_catalogue(project.metadata)
    kinds = load_kinds(project.metadata, catalogue).by_id
    models, _ = load_models(project.metadata)
    return "\n".join(
        [
            *_releases(kinds, catalogue),
            *_continued(catalogue),
            *_neighbours(models),
        ]
    )


def _releases(kinds: dict[str, FileKind], catalogue: Catalogue) -> list[str]:
    """One table for each publication: its files, how they are named and what they give."""
    parts = []
    by_publication = sorted(kinds.values(), key=lambda one: one.publication)
    for publication, mine in groupby(by_publication, key=lambda one: one.publication):
        parts += [f"### {publication}", "", "| File | Named | Gives |", "| --- | --- | --- |"]
        for kind in mine:
            given = ", ".join(
                _named(one, kind, kinds)
                for one in catalogue.indicators.values()
                if any(feed.file == kind.kind for feed in one.national)
            )
            parts.append(f"| {kind.title} | `{kind.pattern}` | {given} |")
        parts.append("")
    return parts


def _named(indicator: Indicator, kind: FileKind, kinds: dict[str, FileKind]) -> str:
    """Give an indicator's name, and the other file that it cannot be worked out without."""
    needed = {
        other: None
        for feed in indicator.national
        if feed.file == kind.kind and feed.value is None
        for other in columns_of(feed)
        if other != kind.kind
    }
    also = " and ".join(f"“{kinds[other].title}”" for other in needed)
    return f"{indicator.short_title} [with {also}]" if also else indicator.short_title


def _continued(catalogue: Catalogue) -> list[str]:
    """List the indicators that national files and printed tables both feed, and their breaks."""
    parts = [
        "### Where printed series go on",
        "",
        "| Indicator | What changed in meaning |",
        "| --- | --- |",
    ]
    for one in catalogue.indicators.values():
        if one.national and one.feeds:
            breaks = " ".join(
                f"From {broken.starts.day} {broken.starts:%B %Y}: {broken.reason}"
                for broken in one.breaks
            )
            parts.append(f"| {one.short_title} | {breaks or 'nothing'} |")
    return [*parts, ""]


def _neighbours(models: tuple[Model, ...]) -> list[str]:
    parts = [
        "### Lists of neighbours",
        "",
        "| List | Named | Reporting years |",
        "| --- | --- | --- |",
    ]
    for one in models:
        years = f"{one.valid_from} to {one.valid_to}" if one.valid_to else f"from {one.valid_from}"
        parts.append(f"| {one.name} | `{one.pattern}` | {years} |")
    return [*parts, ""]
