"""Notebooks, areas and parameters in; published papers and their index out.

One unit of work is one paper for one area. A unit whose inputs have not changed is left alone;
one that fails leaves the last good paper in place and the others finish.
"""

import json
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from time import monotonic
from typing import Any

from kscb_analysis import __version__
from kscb_analysis.areas import Area, Areas
from kscb_analysis.build import make_data
from kscb_analysis.errors import KscbError, MetadataFault, UnknownName, WrongRequest, did_you_mean
from kscb_analysis.files import fingerprint, fingerprint_files, library_files, write_whole
from kscb_analysis.paths import Project

RECORD = ".record.json"
DEFAULT_AREA = "Kent"
INDEX = "index.html"
LONGEST_CELL = 600  # seconds; a cell that takes longer is taken to hang


@dataclass(frozen=True)
class PaperNotebook:
    """A notebook that is published: its metadata names it as a paper."""

    name: str
    title: str
    order: int
    path: Path


@dataclass(frozen=True)
class Unit:
    """One paper for one area, with the parameters it is run with."""

    paper: PaperNotebook
    area: Area
    parameters: dict[str, Any]
    inputs: str

    @property
    def output(self) -> str:
        """The published file, below the reports folder."""
        return f"{self.area.slug}/{self.paper.name}.html"


@dataclass(frozen=True)
class Outcome:
    """What became of one unit: built, left alone since nothing changed, or failed."""

    unit: Unit
    status: str
    seconds: float = 0.0
    problem: str = ""


_ENTRY = {"inputs": str, "sha256": str, "area": str, "title": str, "summary": str, "order": int}


@dataclass
class Record:
    """What is known about each published paper, by file name."""

    papers: dict[str, dict[str, Any]] = field(default_factory=dict)
    index: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def read(project: Project) -> "Record":
        """Read the record; a missing or damaged one is an empty one."""
        try:
            held = json.loads((project.reports / RECORD).read_text(encoding="utf-8"))
            record = Record(dict(held["papers"]), dict(held["index"]))
            whole = all(
                isinstance(entry[name], kind)
                for entry in record.papers.values()
                for name, kind in _ENTRY.items()
            )
            return record if whole else Record()
        except (OSError, ValueError, KeyError, TypeError):
            return Record()

    def write(self, project: Project) -> None:
        """Write the record beside the papers."""
        papers = dict(sorted(self.papers.items()))
        content = json.dumps({"papers": papers, "index": self.index}, indent=1, ensure_ascii=False)
        write_whole(project.reports / RECORD, content + "\n")


def find_papers(project: Project) -> dict[str, PaperNotebook]:
    """List the notebooks that are papers, in the order in which the index shows them."""
    found = []
    for path in sorted(project.notebooks.glob("*.ipynb")):
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            about = document["metadata"].get("kscb", {})
            if "paper" in about:
                order = int(about.get("order", 99))
                found.append(PaperNotebook(path.stem, str(about["paper"]), order, path))
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise MetadataFault(f"notebooks/{path.name} is not a notebook: {fault!r}.") from None
    return {paper.name: paper for paper in sorted(found, key=lambda one: (one.order, one.name))}


def choose_papers(project: Project, names: Iterable[str]) -> list[PaperNotebook]:
    """Give the papers of these names, or all when none is named."""
    known = find_papers(project)
    for name in names:
        if name not in known:
            raise UnknownName(
                f"No paper {name!r} in notebooks/.{did_you_mean(name, known)} "
                "`kscb list reports` shows all."
            )
    return [known[name] for name in names] or list(known.values())


def choose_areas(areas: Areas, names: Iterable[str]) -> list[Area]:
    """Give the areas of these names, each once; Kent when none is named."""
    chosen = [areas.find(name) for name in names] or [areas.find(DEFAULT_AREA)]
    return list(dict.fromkeys(chosen))


def plan(
    project: Project, papers: list[PaperNotebook], areas: list[Area], settings: dict[str, str]
) -> list[Unit]:
    """List the units of work, each with the fingerprint of everything it depends on."""
    if "area" in settings:
        raise WrongRequest("Give the area with --area, not with --set.")
    data = make_data(project).fingerprint
    lock = project.root / "requirements.txt"
    lock_content = lock.read_bytes() if lock.is_file() else b""
    units = []
    for paper in papers:
        typed = _typed_settings(paper, settings) if settings else {}
        content = paper.path.read_bytes()
        for area in areas:
            parameters = {"area": area.name, **typed}
            depends = json.dumps([data, __version__, parameters], sort_keys=True).encode()
            inputs = fingerprint(b"\0".join([depends, content, lock_content]))
            units.append(Unit(paper, area, parameters, inputs))
    return units


def _typed_settings(paper: PaperNotebook, settings: dict[str, str]) -> dict[str, Any]:
    """Check settings against the parameters that a notebook declares, and give them their types."""
    import papermill

    declared = papermill.inspect_notebook(str(paper.path))
    typed: dict[str, Any] = {}
    for name, text in settings.items():
        if name not in declared:
            raise WrongRequest(
                f"{paper.path.name} has no parameter {name!r}. It declares "
                f"{', '.join(declared)}.{did_you_mean(name, declared)}"
            )
        kind = declared[name]["inferred_type_name"]
        try:
            typed[name] = _READERS.get(kind, str)(text)
        except ValueError:
            raise WrongRequest(
                f"{paper.path.name}: the parameter {name!r} is {text!r}, "
                f"which is not of type {kind}."
            ) from None
    return typed


def _read_bool(text: str) -> bool:
    known = {"true": True, "false": False, "yes": True, "no": False}
    if text.casefold() not in known:
        raise ValueError(text)
    return known[text.casefold()]


_READERS: dict[str, Callable[[str], Any]] = {"int": int, "float": float, "bool": _read_bool}


def require_known_values(project: Project, units: list[Unit]) -> None:
    """Refuse areas without figures and years that the data does not have, before anything runs."""
    from kscb_analysis.dataset import Dataset

    data = Dataset(project)
    for unit in units:
        area = data.area(unit.area.name)
        year = unit.parameters.get("period") or None
        chosen = data.year(year) if year is not None else data.last_year()
        if first := unit.parameters.get("first_year"):
            data.year(first, "first_year")
        data.neighbours(area, chosen, str(unit.parameters.get("comparators", "")))


def build(
    project: Project,
    units: list[Unit],
    *,
    jobs: int | None = None,
    force: bool = False,
) -> Iterator[Outcome]:
    """Build the units that need it, several at a time; give each outcome as it is known.

    Every paper is written whole or not at all. After the last one the record and the index are
    brought up to date with whatever was built.
    """
    record = Record.read(project)
    stale = [unit for unit in units if force or not _is_current(project, unit, record)]
    for unit in units:
        if unit not in stale:
            yield Outcome(unit, "current")
    if stale:
        require_known_values(project, stale)
        workers = max(1, min(jobs or os.cpu_count() or 1, len(stale)))
        for unit, html, problem, seconds in _render_all(project, stale, workers):
            if problem:
                yield Outcome(unit, "failed", seconds, problem)
            else:
                _publish(project, unit, html, record)
                yield Outcome(unit, "built", seconds)
    write_index(project, record)
    record.write(project)


def _render_all(
    project: Project, units: list[Unit], workers: int
) -> Iterator[tuple[Unit, str, str, float]]:
    """Render units in processes of their own, and give each with what `render` gives for it."""
    unfinished = []
    with _processes(workers) as pool:
        waiting = {_submit(pool, project, unit): unit for unit in units}
        for future in as_completed(waiting):
            if isinstance(future.exception(), BrokenProcessPool):
                unfinished.append(waiting[future])
            else:
                yield waiting[future], *future.result()
    # A process that dies takes its whole pool along; only one of its own shows whose fault it was.
    for unit in unfinished:
        with _processes(1) as pool:
            future = _submit(pool, project, unit)
            if isinstance(future.exception(), BrokenProcessPool):
                where = _where(unit.paper.path, unit.parameters)
                yield unit, "", f"{where}: the process that ran it died.", 0.0
            else:
                yield unit, *future.result()


def _processes(workers: int) -> ProcessPoolExecutor:
    # Fresh interpreters: a fork of a process with threads may hang.
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def _submit(
    pool: ProcessPoolExecutor, project: Project, unit: Unit
) -> Future[tuple[str, str, float]]:
    return pool.submit(render, str(project.root), str(unit.paper.path), unit.parameters)


def _publish(project: Project, unit: Unit, html: str, record: Record) -> None:
    write_whole(project.reports / unit.output, html)
    record.papers[unit.output] = {
        "area": unit.area.name,
        "title": unit.paper.title,
        "order": unit.paper.order,
        "summary": first_finding(html),
        "parameters": unit.parameters,
        "inputs": unit.inputs,
        "sha256": fingerprint(html.encode()),
    }
    record.write(project)


def _is_current(project: Project, unit: Unit, record: Record) -> bool:
    entry = record.papers.get(unit.output)
    if entry is None or entry["inputs"] != unit.inputs:
        return False
    try:
        return fingerprint((project.reports / unit.output).read_bytes()) == entry["sha256"]
    except OSError:
        return False


def render(root: str, notebook: str, parameters: dict[str, Any]) -> tuple[str, str, float]:
    """Run one notebook and turn it into a page: (html, "", seconds), or ("", problem, seconds).

    Runs in a process of its own; what goes wrong comes back as a message that names notebook,
    cell, area and parameters.
    """
    import papermill
    from papermill.exceptions import PapermillExecutionError

    from kscb_analysis.exporter import KscbExporter

    began = monotonic()
    os.environ["KSCB_ROOT"] = root
    path = Path(notebook)
    where = _where(path, parameters)
    try:
        executed = papermill.execute_notebook(
            notebook,
            None,
            parameters=parameters,
            kernel_name="python3",
            progress_bar=False,
            cwd=str(path.parent),
            execution_timeout=LONGEST_CELL,
            kernel_manager_class=_kernel_manager(),
        )
        html, _ = KscbExporter().from_notebook_node(executed)  # type: ignore[no-untyped-call]
    except PapermillExecutionError as fault:
        line = next((one for one in str(fault.source).splitlines() if one.strip()), "")
        problem = f"{where}, cell {fault.cell_index} ({line!r}): {fault.ename}: {fault.evalue}"
        return "", problem, monotonic() - began
    except KscbError as fault:
        return "", f"{where}: {fault}", monotonic() - began
    except Exception as fault:  # noqa: BLE001  (whatever a kernel throws, the other papers go on)
        return "", f"{where}: {type(fault).__name__}: {fault}", monotonic() - began
    return html, "", monotonic() - began


def _kernel_manager() -> type:
    """Give a kernel manager that talks to its kernel under keys of their own, where both can."""
    from jupyter_client.manager import AsyncKernelManager
    from traitlets import default

    class PrivateKernelManager(AsyncKernelManager):
        """Starts a kernel with keys of its own and nothing to say on stderr."""

        @default("transport_encryption")
        def _encrypt(self) -> str:
            return "auto"

        async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
            # What a cell does wrong comes back as its output; what a kernel says on its way out
            # helps nobody.
            await super().start_kernel(**{**options, "stderr": subprocess.DEVNULL})

    return PrivateKernelManager


def first_finding(html: str) -> str:
    """Give the first finding of a finished page in plain words, for the index."""
    from lxml import html as parser

    page = parser.document_fromstring(html)
    found = page.xpath("//section[contains(@class,'findings')]//li")
    found = found or page.xpath("//section[contains(@class,'findings')]//p")
    if not found:
        return ""
    return " ".join(found[0].text_content().split())


def write_index(project: Project, record: Record) -> None:
    """Write reports/index.html: every paper there is, by area, with a line of what it says."""
    record.papers = {
        name: entry for name, entry in record.papers.items() if (project.reports / name).is_file()
    }
    listed = {
        name: {key: entry[key] for key in ("area", "title", "order", "summary")}
        for name, entry in sorted(record.papers.items())
    }
    inputs = fingerprint(
        json.dumps(listed, sort_keys=True).encode()
        + fingerprint_files(project, library_files()).encode()
    )
    path = project.reports / INDEX
    known = record.index
    if (
        known.get("inputs") == inputs
        and path.is_file()
        and fingerprint(path.read_bytes()) == known.get("sha256")
    ):
        return
    # Imported late: an index that is up to date needs no nbconvert.
    from kscb_analysis.index import index_page

    html = index_page(listed, DEFAULT_AREA)
    write_whole(path, html)
    record.index = {"inputs": inputs, "sha256": fingerprint(html.encode())}


def _where(notebook: Path, parameters: dict[str, Any]) -> str:
    told = ", ".join(f"{name}={value!r}" for name, value in parameters.items())
    return f"{notebook.name} ({told})"
