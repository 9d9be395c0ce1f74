"""Published papers in; one zip for a meeting, with what is in it and where that came from, out."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

from kscb_analysis.csv_metadata import SUFFIX, metadata
from kscb_analysis.downloads import data_of, folder_of
from kscb_analysis.errors import KscbError
from kscb_analysis.files import fingerprint, slug, write_whole
from kscb_analysis.front_matter import meeting_day
from kscb_analysis.page_reading import Read, read_page
from kscb_analysis.paths import Project
from kscb_analysis.record import Record
from kscb_analysis.selection import Unit

IsCurrent: TypeAlias = Callable[[Unit, str], bool]

MANIFEST, SUMS, README = "manifest.json", "SHA256SUMS", "README.txt"

_KINDS = {
    "html": "the paper as a page",
    "pdf": "the paper for print",
    "docx": "the paper for Word",
    "xlsx": "its tables as a spreadsheet",
}
# Letters that mean the same on every computer, and no way out of the folder.
_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip knows no earlier day, and the day of the run says nothing
_MOST_AREAS_NAMED = 3


class BundleFault(KscbError):
    """Papers that are asked for are missing or out of date; the message lists them all."""


@dataclass(frozen=True)
class _Paper:
    """A page that is current, with what the record says of it."""

    unit: Unit
    html: bytes
    entry: Mapping[str, Any]
    read: Read


@dataclass
class _Contents:
    """The files of a bundle by their path in it, and what each is and was made from."""

    files: dict[str, bytes] = field(default_factory=dict)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, path: str, content: bytes, **told: Any) -> None:
        parts = PurePosixPath(path).parts
        if path != "/".join(parts) or not all(map(_SAFE.fullmatch, parts)):
            raise BundleFault(
                f"{path!r} cannot go into a bundle: the name of a file there has letters, digits, "
                "dots, dashes and underscores only."
            )
        if path.casefold() in {one.casefold() for one in self.files}:
            raise BundleFault(f"Two files of the bundle would be called {path}.")
        self.files[path] = content
        self.told[path] = told


@dataclass(frozen=True)
class Bundle:
    """A zip, and its name without the ending, which is also that of the one folder in it."""

    name: str
    content: bytes


def bundle(
    project: Project,
    units: Iterable[Unit],
    formats: Sequence[str] = (),
    is_current: IsCurrent | None = None,
) -> Bundle:
    """Make one zip of papers; the same papers give the same bytes.

    It holds each paper as a page and in the `formats`, the CSVs where the page links to them with
    a description beside each, a read-me, a manifest and the fingerprints of all files. The formats
    are endings such as "pdf"; `is_current` says whether a paper is there in a format as it was made
    from the page that is there now, and without it none counts as current.

    Raises `BundleFault` with everything that is missing or not up to date.
    """
    papers = _current(project, list(units), formats, is_current)
    contents = _Contents()
    for paper in papers:
        _add_paper(contents, project, paper, formats)
    name = _name(papers)
    contents.add(README, _readme(papers, contents), what="what is here, how to check it")
    contents.add(MANIFEST, _manifest(papers, contents), what="what each file was made from")
    contents.add(SUMS, _sums(contents), what="the fingerprints of all files")
    return Bundle(name, _zipped(name, contents.files))


def write_bundle(
    project: Project,
    units: Iterable[Unit],
    formats: Sequence[str] = (),
    is_current: IsCurrent | None = None,
) -> Path:
    """Write the zip of papers into the reports folder, whole or not at all; give its path."""
    zipped = bundle(project, units, formats, is_current)
    path = project.reports / f"{zipped.name}.zip"
    write_whole(path, zipped.content)
    return path


# -------------------------------------------------------------------------- what goes into one


def _current(
    project: Project, units: list[Unit], formats: Sequence[str], is_current: IsCurrent | None
) -> list[_Paper]:
    """Give the papers, each once and in order; refuse all when any part of one is out of date."""
    if not units:
        raise BundleFault("No paper was named for the bundle.")
    record, papers, faults = Record.read(project), [], []
    for unit in sorted(units, key=lambda one: (one.area.slug, one.paper.order, one.output)):
        asked = f'{unit.paper.name} --area "{unit.area.name}"'
        if not record.is_current(project, unit):
            faults.append(f"{unit.output} is missing or out of date. Run: kscb reports {asked}")
            continue
        entry = record.papers[unit.output]
        html = (project.reports / unit.output).read_bytes()
        papers.append(_Paper(unit, html, entry, read_page(html.decode())))
        for suffix in formats:
            if is_current is None or not is_current(unit, suffix):
                name = unit.in_format(suffix)
                fault = "out of date" if (project.reports / name).is_file() else "missing"
                faults.append(f"{name} is {fault}. Run: kscb export {suffix} {asked}")
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults)
        raise BundleFault(f"Nothing was bundled: {len(faults)} file(s) first.\n{listed}")
    return papers


def _add_paper(
    contents: _Contents, project: Project, paper: _Paper, formats: Sequence[str]
) -> None:
    unit, page = paper.unit, paper.unit.output
    contents.add(page, paper.html, what=_KINDS["html"], paper=page)
    for suffix in formats:
        name = unit.in_format(suffix)
        content = (project.reports / name).read_bytes()
        contents.add(name, content, what=_KINDS.get(suffix, suffix), paper=page, made_from=[page])
    tables = {one.download: one for one in paper.read.tables if one.download}
    folder = f"{unit.area.slug}/{folder_of(PurePosixPath(page).name)}"
    for name, text in data_of(paper.html.decode(), project.reports / unit.area.slug).items():
        path, table = f"{folder}/{name}", tables[name]
        beside = project.reports / path
        content = beside.read_bytes() if beside.is_file() else text.encode()
        contents.add(path, content, what=table.caption, paper=page)
        described = metadata(table, paper.read, name, text)
        contents.add(
            f"{path}{SUFFIX}",
            described.encode(),
            what="the meaning of its columns, its sources and their licences",
            paper=page,
            made_from=[path, page],
        )


# ------------------------------------------------------------------------- what is said of them


def _name(papers: Sequence[_Paper]) -> str:
    """Name a bundle for its areas and the day of its meeting, or the newest day of its data.

    One paper's bundle has that paper's name, so that two of a day do not take each other's place.
    """
    titles = {one.unit.paper.name for one in papers}
    what = titles.pop() if len(titles) == 1 else "papers"
    areas = list(dict.fromkeys(one.unit.area.slug for one in papers))
    many = len(areas) > _MOST_AREAS_NAMED
    meetings = [meeting_day(one.entry["parameters"].get("report_date", "")) for one in papers]
    newest = [one.read.front.date for one in papers]
    days = [day for day in (meetings if any(meetings) else newest) if day]
    day = max(days).isoformat() if days else ""
    return slug(" ".join([what, *([f"{len(areas)} areas"] if many else areas), day]))


def _manifest(papers: Sequence[_Paper], contents: _Contents) -> bytes:
    """List the papers with what they were made from, and every file with its fingerprint."""
    listed = {}
    for one in papers:
        front = one.read.front
        listed[one.unit.output] = {
            "title": front.title,
            "area": one.unit.area.name,
            "parameters": one.entry["parameters"],
            "parameters_used": dict(front.made_with).get("Parameters", ""),
            "library": dict(front.made_with).get("Library", ""),
            "date_of_the_data": front.date.isoformat() if front.date else "",
            "inputs": one.entry["inputs"],
            "raw_tables": {name: begins for each in front.sources for name, begins in each.tables},
        }
    files = [
        {"path": path, "bytes": len(content), "sha256": fingerprint(content), **contents.told[path]}
        for path, content in sorted(contents.files.items())
    ]
    about = (
        "papers says what each paper was made from: inputs is one fingerprint (SHA-256) of the "
        "notebook, its parameters, the data, the library and its packages; raw_tables gives the "
        "first digits of that of each raw table."
    )
    told = {"about": about, "papers": listed, "files": files}
    return (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode()


def _readme(papers: Sequence[_Paper], contents: _Contents) -> bytes:
    """Say in plain words what is here, where to begin and how to check it."""
    lines = [
        "Papers for a meeting",
        "====================",
        "",
        "Begin with a page (.html): it opens in any browser, without the internet.",
        "",
    ]
    for paper in papers:
        page = paper.unit.output
        mine = [path for path, told in contents.told.items() if told.get("paper") == page]
        lines.append(paper.read.front.title)
        lines += [f"    {path}" for path in mine if PurePosixPath(path).parent.name == _area(paper)]
        if data := [path for path in mine if path.endswith(".csv")]:
            lines.append(f"    {PurePosixPath(data[0]).parent}/  {_count(len(data))} a description")
        lines.append("")
    lines += [
        "A CSV is the table of which it has the name, or the data behind a chart. The file with",
        f"{SUFFIX} behind that name says what it holds: the meaning of each column, its unit, the",
        "sources and their licences, in the form of the W3C standard CSV on the Web.",
        "",
        f"{MANIFEST} says of each file what it is and what it was made from.",
        "",
        "To check that nothing was changed on the way, in this folder:",
        f"    sha256sum --check {SUMS}      (Linux)",
        f"    shasum -a 256 --check {SUMS}  (macOS)",
        f"On Windows, Get-FileHash gives the fingerprint of one file to compare with {SUMS}.",
        "",
    ]
    return "\n".join(lines).encode()


def _area(paper: _Paper) -> str:
    return paper.unit.area.slug


def _count(number: int) -> str:
    return "1 CSV, with" if number == 1 else f"{number} CSVs, each with"


def _sums(contents: _Contents) -> bytes:
    """List the fingerprints of all files so far as `sha256sum --check` reads them."""
    lines = [f"{fingerprint(content)}  {path}\n" for path, content in contents.files.items()]
    return "".join(sorted(lines, key=lambda line: line[66:])).encode()


def _zipped(folder: str, files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for path, content in sorted(files.items()):
            about = zipfile.ZipInfo(f"{folder}/{path}", _EARLIEST)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.create_system = 3  # else the name of the system that it was made on
            about.external_attr = 0o644 << 16
            zipped.writestr(about, content, compresslevel=9)
    return stream.getvalue()
