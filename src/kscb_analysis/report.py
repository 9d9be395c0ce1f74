"""Units of work in; published papers and their index out.

One unit of work is one paper for one area. A unit whose inputs have not changed is left alone;
one that fails leaves the last good paper in place and the others finish.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from time import monotonic
from typing import Any

from kscb_analysis.downloads import folder_of
from kscb_analysis.errors import KscbError
from kscb_analysis.files import fingerprint, fingerprint_files, library_files, write_whole
from kscb_analysis.paths import Project
from kscb_analysis.record import Record
from kscb_analysis.selection import DEFAULT_AREA, Unit, require_known_values

INDEX = "index.html"
LONGEST_CELL = 600  # seconds; a cell that takes longer is taken to hang


@dataclass(frozen=True)
class Page:
    """A finished page, and the files it links to by their path from its own folder."""

    html: str = ""
    files: dict[str, bytes] = field(default_factory=dict)


NO_PAGE = Page()


@dataclass(frozen=True)
class Outcome:
    """What became of one unit: built, left alone since nothing changed, or failed."""

    unit: Unit
    status: str
    seconds: float = 0.0
    problem: str = ""

    @property
    def output(self) -> str:
        """The file, below the reports folder."""
        return self.unit.output


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
    stale = []
    for unit in units:
        if force or not record.is_current(project, unit):
            stale.append(unit)
        else:
            yield Outcome(unit, "current")
    if stale:
        require_known_values(project, stale)
        workers = max(1, min(jobs or os.cpu_count() or 1, len(stale)))
        for unit, page, problem, seconds in _render_all(project, stale, workers):
            if problem:
                yield Outcome(unit, "failed", seconds, problem)
            else:
                _publish(project, unit, page, record)
                yield Outcome(unit, "built", seconds)
    write_index(project, record)
    record.write(project)


def _render_all(
    project: Project, units: list[Unit], workers: int
) -> Iterator[tuple[Unit, Page, str, float]]:
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
                yield unit, NO_PAGE, f"{where}: the process that ran it died.", 0.0
            else:
                yield unit, *future.result()


def _processes(workers: int) -> ProcessPoolExecutor:
    # Fresh interpreters: a fork of a process with threads may hang.
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def _submit(
    pool: ProcessPoolExecutor, project: Project, unit: Unit
) -> Future[tuple[Page, str, float]]:
    return pool.submit(render, str(project.root), str(unit.paper.path), unit.parameters)


def _publish(project: Project, unit: Unit, page: Page, record: Record) -> None:
    path = project.reports / unit.output
    # The data first: a page never links to a file that is not there yet.
    for name, content in page.files.items():
        write_whole(path.parent / name, content)
    write_whole(path, page.html)
    named = {path.parent / name for name in page.files}
    for old in (path.parent / folder_of(path.name)).glob("*.csv"):
        if old not in named:
            old.unlink()
    record.add(unit, page.html, page.files)
    record.write(project)


def render(root: str, notebook: str, parameters: dict[str, Any]) -> tuple[Page, str, float]:
    """Run one notebook and turn it into a page: (page, "", seconds), or (none, problem, seconds).

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
        html, resources = KscbExporter().from_notebook_node(  # type: ignore[no-untyped-call]
            executed, {"unique_key": path.stem}
        )
    except PapermillExecutionError as fault:
        line = next((one for one in str(fault.source).splitlines() if one.strip()), "")
        problem = f"{where}, cell {fault.cell_index} ({line!r}): {fault.ename}: {fault.evalue}"
        return NO_PAGE, problem, monotonic() - began
    except KscbError as fault:
        return NO_PAGE, f"{where}: {fault}", monotonic() - began
    except Exception as fault:  # noqa: BLE001  (whatever a kernel throws, the other papers go on)
        return NO_PAGE, f"{where}: {type(fault).__name__}: {fault}", monotonic() - began
    return Page(html, resources["outputs"]), "", monotonic() - began


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
