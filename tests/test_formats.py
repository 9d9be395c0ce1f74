"""Formats beside the pages: made when asked for, left alone when current, told of on failure."""

import ast
import importlib
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from small_project import REPOSITORY
from test_report import PAGE
from tiny_notebooks import write_notebook
from typer.testing import CliRunner

from kscb_analysis import cli, formats, report
from kscb_analysis.errors import UnknownName
from kscb_analysis.formats import (
    FORMATS,
    Format,
    MissingPart,
    export,
    is_current,
    missing,
    part_words,
    require_parts,
)
from kscb_analysis.paths import Project
from kscb_analysis.record import Record
from kscb_analysis.selection import Unit, choose_areas, choose_papers, plan

HEAVY = {
    "weasyprint", "pydyf", "pypandoc", "resvg_py", "gptables", "openpyxl", "pikepdf", "xlsxwriter",
}  # fmt: skip


def shout(page: str, folder: Path) -> bytes:
    if "upside down" in page:
        raise ValueError("there is no way up")
    return f"{folder.name}: {page}".upper().encode()


@pytest.fixture
def project(built_project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Give a small project with two papers, a format of our own, and no other processes."""
    for path in built_project.notebooks.iterdir():
        path.unlink()
    write_notebook(built_project, "first", order=1)
    write_notebook(built_project, "second", order=2)
    monkeypatch.setitem(FORMATS, "loud", Format("loud", (), shout))

    def render_all(
        project: Project, units: list[Unit], workers: int
    ) -> Iterator[tuple[Unit, report.Page, str, float]]:
        for unit in units:
            said = unit.paper.path.read_text(encoding="utf-8")
            if "no page" in said:
                yield unit, report.NO_PAGE, f"{unit.paper.path.name}: no page", 0.1
            else:
                told = "upside down" if "upside down" in said else len(said)
                html = PAGE.format(area=unit.area.name, said=told)
                yield unit, report.Page(html), "", 0.1

    def make_all(
        project: Project, stale: list[tuple[Unit, str]], jobs: int | None
    ) -> Iterator[tuple[Unit, str, bytes, str, float]]:
        for unit, name in stale:
            yield unit, name, *formats.make(str(project.reports / unit.output), name)

    monkeypatch.setattr(report, "_render_all", render_all)
    monkeypatch.setattr(formats, "_make_all", make_all)
    return built_project


def units_of(project: Project) -> list[Unit]:
    return plan(project, choose_papers(project, []), choose_areas(project, ["Kent"]), {})


def run(project: Project, *, force: bool = False) -> dict[str, str]:
    done = export(project, units_of(project), ["loud"], jobs=1, force=force)
    return {outcome.output: outcome.status for outcome in done}


def test_a_format_stands_beside_its_page_and_is_made_of_it(project: Project) -> None:
    assert run(project) == {
        "kent/first.html": "built",
        "kent/second.html": "built",
        "kent/first.loud": "built",
        "kent/second.loud": "built",
    }
    page = (project.reports / "kent/first.html").read_text(encoding="utf-8")
    assert (project.reports / "kent/first.loud").read_bytes() == f"KENT: {page}".upper().encode()
    assert not [path for path in project.reports.rglob("*") if ".part" in path.name]


def test_what_is_current_is_left_alone(project: Project) -> None:
    run(project)
    assert set(run(project).values()) == {"current"}
    assert set(run(project, force=True).values()) == {"current", "built"}


def test_a_new_page_or_a_file_that_is_not_ours_is_made_again(project: Project) -> None:
    run(project)
    write_notebook(project, "first", "'changed'", order=1)
    (project.reports / "kent/second.loud").write_bytes(b"written over")
    assert run(project) == {
        "kent/first.html": "built",
        "kent/second.html": "current",
        "kent/first.loud": "built",
        "kent/second.loud": "built",
    }


def test_a_page_built_again_with_the_same_bytes_keeps_its_formats(project: Project) -> None:
    run(project)
    list(report.build(project, units_of(project), force=True))
    assert set(run(project).values()) == {"current"}


def test_other_tools_make_every_format_again(project: Project) -> None:
    run(project)
    (project.root / formats.LOCK).write_text("weasyprint==99\n", encoding="utf-8")
    assert [name for name, status in run(project).items() if status == "built"] == [
        "kent/first.loud",
        "kent/second.loud",
    ]


def test_a_page_that_fails_is_not_exported_and_the_old_files_stay(project: Project) -> None:
    run(project)
    before = (project.reports / "kent/first.loud").read_bytes()
    write_notebook(project, "first", "'no page'", order=1)
    assert run(project) == {
        "kent/first.html": "failed",
        "kent/second.html": "current",
        "kent/second.loud": "current",
    }
    assert (project.reports / "kent/first.loud").read_bytes() == before


def test_a_format_that_fails_is_told_of_and_the_others_are_made(project: Project) -> None:
    run(project)
    before = (project.reports / "kent/first.loud").read_bytes()
    write_notebook(project, "first", "'upside down'", order=1)
    (project.reports / "kent/second.loud").unlink()
    done = list(export(project, units_of(project), ["loud"], jobs=1))
    problems = {one.output: one.problem for one in done if one.status == "failed"}
    assert problems == {"kent/first.loud": "kent/first.loud: ValueError: there is no way up"}
    assert (project.reports / "kent/second.loud").is_file()
    assert (project.reports / "kent/first.loud").read_bytes() == before
    record, (first, second) = Record.read(project), units_of(project)
    assert not is_current(project, record, first, "loud")
    assert is_current(project, record, second, "loud")


@pytest.mark.parametrize("damage", ["[]", '{"loud": 3}', '{"loud": {}}'])
def test_a_damaged_record_makes_a_format_again(project: Project, damage: str) -> None:
    import json

    run(project)
    path = project.reports / ".record.json"
    held = json.loads(path.read_text(encoding="utf-8"))
    held["papers"]["kent/first.html"]["formats"] = json.loads(damage)
    path.write_text(json.dumps(held), encoding="utf-8")
    assert run(project)["kent/first.loud"] == "built"


# ---------------------------------------------------------------- what is asked for


def test_words_are_formats_or_papers() -> None:
    papers = ["private_fostering"]
    assert part_words([], papers) == (list(FORMATS), [])
    assert part_words(["docx", "pdf", "docx"], papers) == (["docx", "pdf"], [])
    assert part_words(papers, papers) == (list(FORMATS), papers)
    with pytest.raises(UnknownName, match=r"'pfd' is neither .* Did you mean 'pdf'\?"):
        part_words(["pfd"], papers)


def test_make_has_a_command_for_every_format() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for name in FORMATS:
        assert f"\n{name}: formats ##" in makefile


# ---------------------------------------------------------------- what is missing


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_package_that_is_missing_is_one_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(module: str) -> None:
        raise ModuleNotFoundError(f"No module named {module!r}")

    monkeypatch.setattr(formats, "import_module", refuse)
    told = missing(name)
    first = FORMATS[name].modules[0]
    assert told == f"{name}: the Python package {first} is not installed. Run: make formats"


def test_a_library_of_the_system_that_is_missing_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(module: str) -> None:
        raise OSError("cannot load library 'libpango-1.0-0': not found.\nAdditionally, …")

    monkeypatch.setattr(formats, "import_module", refuse)
    told = missing("pdf")
    assert "\n" not in told
    assert told.startswith("pdf: a library of the system is missing (cannot load library 'libpango")
    assert "apt-get install libpango-1.0-0" in told
    assert "brew install pango" in told


@pytest.mark.skipif(
    find_spec("weasyprint") is None, reason="WeasyPrint is not installed. Run: make formats"
)
def test_without_pango_the_command_says_one_line(project: Project) -> None:
    script = (
        "import cffi\n"
        "def refuse(*_):\n"
        "    raise OSError('cannot load library: no such file')\n"
        "cffi.FFI.dlopen = refuse\n"
        "from kscb_analysis.cli import main\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "export", "pdf"],
        env={**os.environ, "KSCB_ROOT": str(project.root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    (told,) = done.stderr.splitlines()
    assert told.startswith("kscb: pdf: a library of the system is missing (cannot load library)")


def test_nothing_is_built_where_a_part_is_missing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking = Format("loud", ("no_such_package",), shout)
    monkeypatch.setitem(FORMATS, "loud", lacking)
    with pytest.raises(MissingPart, match="no_such_package is not installed"):
        run(project)
    assert not (project.reports / "kent/first.html").exists()


# gptables leaves a file of its own open when it is first imported.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_what_is_there_is_not_missing() -> None:
    for name, one in FORMATS.items():
        try:
            for module in one.modules:
                importlib.import_module(module)
        except (ImportError, OSError):
            with pytest.raises(MissingPart):
                require_parts([name])
        else:
            require_parts([name])


# ---------------------------------------------------------------- papers alone need none of it


def test_no_module_imports_a_formats_package_when_it_is_imported() -> None:
    found = {}
    for path in sorted((REPOSITORY / "src" / "kscb_analysis").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [str(node.module)]
            if heavy := {name.partition(".")[0] for name in names} & HEAVY:
                found[path.stem] = heavy
    assert found == {}


def test_a_page_is_made_without_a_formats_package() -> None:
    script = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "import kscb_analysis.cli, kscb_analysis.report, kscb_analysis.index\n"
        "import kscb_analysis.formats\n"
        "from sample_notebook import sample_notebook\n"
        "from kscb_analysis.exporter import KscbExporter\n"
        "page, _ = KscbExporter().from_notebook_node(sample_notebook())\n"
        "assert page.startswith('<!doctype html>')\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


# ---------------------------------------------------------------- the commands


def kscb(project: Project, *words: str) -> Any:
    return CliRunner().invoke(cli.app, words, env={"KSCB_ROOT": str(project.root)})


def test_export_makes_the_formats_and_papers_that_are_named(project: Project) -> None:
    ran = kscb(project, "export", "loud", "first", "--area", "Kent; Essex")
    assert ran.exit_code == 0, ran.output
    assert re.findall(r"built (\S+) in", ran.output) == [
        "reports/kent/first.html",
        "reports/essex/first.html",
        "reports/kent/first.loud",
        "reports/essex/first.loud",
    ]
    assert "2 file(s) in loud in reports/." in ran.output
    again = kscb(project, "export", "loud", "first", "--area", "Kent")
    assert again.output == "Nothing to do: 1 file(s) in loud are up to date.\n"


def test_bundle_brings_everything_up_to_date_and_zips_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(FORMATS):
        monkeypatch.delitem(FORMATS, name)
    monkeypatch.setitem(FORMATS, "pdf", Format("pdf", (), shout))
    ran = kscb(project, "bundle", "first", "--area", "Essex")
    assert ran.exit_code == 0, ran.output
    assert re.search(r"^reports/first-essex\S*\.zip: \d+\.\d MB\.$", ran.output, re.MULTILINE)
    (path,) = project.reports.glob("*.zip")
    with zipfile.ZipFile(path) as zipped:
        names = {name.partition("/")[2] for name in zipped.namelist()}
    assert {"essex/first.html", "essex/first.pdf", "manifest.json", "SHA256SUMS"} <= names
