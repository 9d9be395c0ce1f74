"""The record beside the papers, or else the papers themselves, in; what is published out.

Everything that the index says of a paper can be read from the paper again, so a record that was
damaged or lost drops nothing: only what was built anew from what is no longer known.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kscb_analysis.areas import load_areas
from kscb_analysis.files import fingerprint, write_whole
from kscb_analysis.paths import Project
from kscb_analysis.selection import Unit, find_papers

RECORD = ".record.json"
_ENTRY = {
    "inputs": str, "sha256": str, "area": str, "title": str, "summary": str, "order": int,
    "files": dict,
}  # fmt: skip


@dataclass
class Record:
    """What is known about each published paper, by file name."""

    papers: dict[str, dict[str, Any]] = field(default_factory=dict)
    index: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def read(project: Project) -> "Record":
        """Read the record; what it lacks is read from the papers, which then count as stale.

        A page whose notebook is gone, or has another name now, is no paper any more.
        """
        record = _held(project)
        known = set(find_papers(project))
        record.papers = {
            name: entry for name, entry in record.papers.items() if Path(name).stem in known
        }
        unlisted = [
            path
            for path in sorted(project.reports.glob("*/*.html"))
            if _name(path) not in record.papers
        ]
        if unlisted:
            record.papers |= _read_papers(project, unlisted)
        return record

    def write(self, project: Project) -> None:
        """Write the record beside the papers."""
        papers = dict(sorted(self.papers.items()))
        content = json.dumps({"papers": papers, "index": self.index}, indent=1, ensure_ascii=False)
        write_whole(project.reports / RECORD, content + "\n")

    def add(self, unit: Unit, html: str, files: dict[str, bytes]) -> None:
        """Note a paper that was published just now, and the files beside it that it links to.

        What was made of it in other formats before is kept in mind.
        """
        formats = self.papers.get(unit.output, {}).get("formats")
        self.papers[unit.output] = {
            "area": unit.area.name,
            "title": unit.paper.title,
            "order": unit.paper.order,
            "summary": first_finding(html),
            "parameters": unit.parameters,
            "inputs": unit.inputs,
            "sha256": fingerprint(html.encode()),
            "files": {name: fingerprint(content) for name, content in files.items()},
            **({"formats": formats} if formats else {}),
        }

    def add_format(self, unit: Unit, name: str, inputs: str, content: bytes) -> None:
        """Note a paper that was made in a further format just now."""
        made = {"inputs": inputs, "sha256": fingerprint(content)}
        entry = self.papers[unit.output]
        entry["formats"] = {**self._formats(unit), name: made}

    def format_is_current(self, project: Project, unit: Unit, name: str, inputs: str) -> bool:
        """True when a paper is there in a format as it was made, from the same inputs."""
        known = self._formats(unit).get(name)
        if not isinstance(known, dict) or known.get("inputs") != inputs:
            return False
        try:
            found = (project.reports / unit.in_format(name)).read_bytes()
        except OSError:
            return False
        return fingerprint(found) == known.get("sha256")

    def _formats(self, unit: Unit) -> dict[str, Any]:
        held = self.papers.get(unit.output, {}).get("formats")
        return held if isinstance(held, dict) else {}

    def is_current(self, project: Project, unit: Unit) -> bool:
        """True when a paper is there as it was published, and was made from the same inputs."""
        entry = self.papers.get(unit.output)
        if entry is None or entry["inputs"] != unit.inputs:
            return False
        page = project.reports / unit.output
        published = {page: entry["sha256"]}
        published |= {page.parent / name: told for name, told in entry["files"].items()}
        try:
            return all(fingerprint(one.read_bytes()) == told for one, told in published.items())
        except OSError:
            return False


def _held(project: Project) -> Record:
    """Read the entries of the record that are whole; a missing record has none."""
    try:
        held = json.loads((project.reports / RECORD).read_text(encoding="utf-8"))
        papers, index = dict(held["papers"]), dict(held["index"])
    except (OSError, ValueError, KeyError, TypeError):
        return Record()
    return Record({name: entry for name, entry in papers.items() if _is_whole(entry)}, index)


def _is_whole(entry: Any) -> bool:
    return isinstance(entry, dict) and all(
        isinstance(entry.get(name), kind) for name, kind in _ENTRY.items()
    )


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _read_papers(project: Project, paths: list[Path]) -> dict[str, dict[str, Any]]:
    """Read from papers what the record says of them; other files are left out."""
    notebooks = find_papers(project)
    areas = {area.slug: area.name for area in load_areas(project.metadata).by_code.values()}
    found = {}
    for path in paths:
        paper, area = notebooks.get(path.stem), areas.get(path.parent.name)
        content = path.read_bytes()
        if paper is not None and area is not None and content.strip():
            found[_name(path)] = {
                "area": area,
                "title": paper.title,
                "order": paper.order,
                "summary": first_finding(content.decode("utf-8", errors="replace")),
                "inputs": "",
                "sha256": fingerprint(content),
                "files": {},
            }
    return found


def first_finding(html: str) -> str:
    """Give the first finding of a finished page in plain words, for the index."""
    from lxml import html as parser

    page = parser.document_fromstring(html)
    found = page.xpath("//section[contains(@class,'findings')]//li")
    found = found or page.xpath("//section[contains(@class,'findings')]//p")
    if not found:
        return ""
    return " ".join(found[0].text_content().split())
