"""Units of work and formats in; the papers in those formats, beside their pages, out.

A paper is a page first. Every other format is made from the finished page alone, so it says what
the page says; it is made again when the page or what makes it has changed.
"""

import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from io import StringIO
from multiprocessing import get_context
from pathlib import Path
from time import monotonic

from kscb_analysis.errors import KscbError, UnknownName, did_you_mean
from kscb_analysis.files import fingerprint, fingerprint_files, library_files, write_whole
from kscb_analysis.paths import Project
from kscb_analysis.record import Record
from kscb_analysis.report import Outcome, build
from kscb_analysis.selection import Unit

LOCK = "requirements-formats.txt"


class MissingPart(KscbError):
    """A package or a library of the system that a format needs is not installed."""


def _pdf(page: str, _: Path) -> bytes:
    from kscb_analysis.printing import printed

    return printed(page)


def _docx(page: str, _: Path) -> bytes:
    from kscb_analysis.word import document

    return document(page)


def _xlsx(page: str, folder: Path) -> bytes:
    from kscb_analysis.downloads import data_of
    from kscb_analysis.workbook import workbook

    return workbook(page, data_of(page, folder))


@dataclass(frozen=True)
class Format:
    """One format of a paper beside its page.

    `modules` are the packages that it needs, which `make NAME` installs; `system` says how to get
    what they need of the system, where they need something. `make` takes the text of a page and
    the folder in which the page stands.
    """

    name: str
    modules: tuple[str, ...]
    make: Callable[[str, Path], bytes]
    system: str = ""


FORMATS = {
    one.name: one
    for one in (
        Format(
            "pdf",
            ("weasyprint",),
            _pdf,
            "on Debian and Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 "
            "libharfbuzz-subset0; on macOS: brew install pango",
        ),
        Format("docx", ("pypandoc", "resvg_py", "PIL"), _docx),
        Format("xlsx", ("gptables",), _xlsx),
    )
}


def missing(name: str) -> str:
    """Say in one line what a format lacks on this computer and how to get it; "" when nothing."""
    wanted = FORMATS[name]
    for module in wanted.modules:
        try:
            # WeasyPrint prints a page about it first; one line is enough. gptables leaves a file
            # of its own open.
            with redirect_stdout(StringIO()), warnings.catch_warnings():
                warnings.simplefilter("ignore", ResourceWarning)
                import_module(module)
        except ImportError:
            return f"{name}: the Python package {module} is not installed. Run: make formats"
        except OSError as fault:
            lacking = str(fault).partition("\n")[0].partition(":")[0]
            return f"{name}: a library of the system is missing ({lacking}). Get it {wanted.system}"
    return ""


@dataclass(frozen=True)
class Export(Outcome):
    """What became of one paper in one format."""

    format: str = ""

    @property
    def output(self) -> str:
        """The file, below the reports folder."""
        return self.unit.in_format(self.format)


def part_words(words: Iterable[str], papers: Iterable[str]) -> tuple[list[str], list[str]]:
    """Part words into formats, all there are when none is named, and names of papers.

    Raises `UnknownName` for a word that is neither.

    >>> part_words(["docx", "private_fostering"], ["private_fostering"])
    (['docx'], ['private_fostering'])
    """
    chosen = list(dict.fromkeys(words))
    known = [*FORMATS, *papers]
    for word in chosen:
        if word not in known:
            raise UnknownName(
                f"{word!r} is neither a format nor a paper.{did_you_mean(word, known)} "
                f"The formats are {', '.join(FORMATS)}; `kscb list reports` shows the papers."
            )
    named = [word for word in chosen if word in FORMATS]
    return named or list(FORMATS), [word for word in chosen if word not in FORMATS]


def require_parts(names: Iterable[str]) -> None:
    """Raise `MissingPart` with a line for each format that cannot be made on this computer."""
    if lacking := [line for name in names if (line := missing(name))]:
        raise MissingPart("\n".join(lacking))


def export(
    project: Project,
    units: list[Unit],
    names: Iterable[str],
    *,
    jobs: int | None = None,
    force: bool = False,
) -> Iterator[Outcome]:
    """Bring the pages of units up to date, then each in these formats; give every outcome.

    A page that fails is not exported: what there was of it stays as it was. Raises `MissingPart`
    before anything is built.
    """
    wanted = list(names)
    require_parts(wanted)
    failed = set()
    for outcome in build(project, units, jobs=jobs):
        if outcome.status == "failed":
            failed.add(outcome.unit.output)
        yield outcome
    record = Record.read(project)
    tools = _tools(project)
    stale = []
    for unit in units:
        for name in () if unit.output in failed else wanted:
            if force or not is_current(project, record, unit, name, tools):
                stale.append((unit, name))
            else:
                yield Export(unit, "current", format=name)
    if not stale:
        return
    for unit, name, content, problem, seconds in _make_all(project, stale, jobs):
        if problem:
            yield Export(unit, "failed", seconds, problem, name)
            continue
        write_whole(project.reports / unit.in_format(name), content)
        record.add_format(unit, name, _inputs(record, unit, name, tools), content)
        record.write(project)
        yield Export(unit, "built", seconds, "", name)


def is_current(
    project: Project, record: Record, unit: Unit, name: str, tools: str | None = None
) -> bool:
    """True when a paper is there in a format as it was made, from the page that is there now."""
    if unit.output not in record.papers:
        return False
    inputs = _inputs(record, unit, name, tools or _tools(project))
    return record.format_is_current(project, unit, name, inputs)


def _tools(project: Project) -> str:
    """Give one fingerprint for all that makes formats of pages."""
    return fingerprint_files(project, [*library_files(), project.root / LOCK])


def _inputs(record: Record, unit: Unit, name: str, tools: str) -> str:
    entry = record.papers[unit.output]
    page = [entry["sha256"], *sorted(entry["files"].values())]
    return fingerprint("\0".join([name, tools, *page]).encode())


def _make_all(
    project: Project, stale: list[tuple[Unit, str]], jobs: int | None
) -> Iterator[tuple[Unit, str, bytes, str, float]]:
    """Make formats in processes of their own, and give each with what `make` gives for it."""
    workers = max(1, min(jobs or os.cpu_count() or 1, len(stale)))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = {
            pool.submit(make, str(project.reports / unit.output), name): (unit, name)
            for unit, name in stale
        }
        for future in as_completed(waiting):
            unit, name = waiting[future]
            if isinstance(future.exception(), BrokenProcessPool):
                yield unit, name, b"", f"{unit.in_format(name)}: the process died.", 0.0
            else:
                yield unit, name, *future.result()


def make(page: str, name: str) -> tuple[bytes, str, float]:
    """Make one format of the page in a file: (content, "", seconds), or (b"", problem, seconds).

    Runs in a process of its own; what goes wrong comes back as a message that names the file.
    """
    began = monotonic()
    path = Path(page)
    where = f"{path.parent.name}/{path.stem}.{name}"
    try:
        content = FORMATS[name].make(path.read_text(encoding="utf-8"), path.parent)
    except KscbError as fault:
        return b"", f"{where}: {fault}", monotonic() - began
    except Exception as fault:  # noqa: BLE001  (whatever a library throws, the others go on)
        return b"", f"{where}: {type(fault).__name__}: {fault}", monotonic() - began
    return content, "", monotonic() - began
