"""The same inputs give the same bytes; the notebooks run under the plain commands."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
PAPER = "private_fostering"
BIN = Path(sys.executable).parent


def copy_of_the_project(place: Path) -> Path:
    for name in ("data/raw", "data/metadata"):
        shutil.copytree(ROOT / name, place / name)
    (place / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / f"{PAPER}.ipynb", place / "notebooks")
    shutil.copy(ROOT / "requirements.txt", place)
    return place


def run(*command: str, project: Path, **environment: str) -> str:
    surroundings = {**os.environ, "KSCB_ROOT": str(project), **environment}
    done = subprocess.run(
        command, cwd=project, env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
def test_two_builds_give_the_same_bytes(tmp_path):
    settings = [
        {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "America/Lima", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"},
    ]
    made = []
    for name, environment in zip(("one", "another place"), settings, strict=True):
        project = copy_of_the_project(tmp_path / name)
        told = run(sys.executable, "-m", "kscb_analysis", "reports", project=project, **environment)
        assert "1 of 1 paper(s) built" in told
        made.append(bytes_below(project / "reports") | bytes_below(project / "data" / "processed"))
    assert made[0].keys() == made[1].keys()
    assert [name for name in made[0] if made[0][name] != made[1][name]] == []


@pytest.mark.slow
def test_a_second_build_has_nothing_to_do(tmp_path):
    project = copy_of_the_project(tmp_path / "project")
    command = (sys.executable, "-m", "kscb_analysis", "reports")
    run(*command, project=project)
    before = {path: path.stat().st_mtime_ns for path in (project / "reports").rglob("*.html")}
    assert "Nothing to do" in run(*command, project=project)
    assert before == {
        path: path.stat().st_mtime_ns for path in (project / "reports").rglob("*.html")
    }


@pytest.mark.slow
def test_a_notebook_runs_under_the_plain_command(tmp_path):
    executed = tmp_path / "out.ipynb"
    notebook = ROOT / "notebooks" / "looked_after_children.ipynb"
    options = ["-p", "area", "East Sussex"]
    run(str(BIN / "papermill"), str(notebook), str(executed), *options, project=ROOT)
    document = nbformat.read(executed, as_version=4)
    shown = "".join(
        str(output["data"].get("text/html", ""))
        for cell in document.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
    assert "East Sussex, year ending 31 March 2011" in shown
