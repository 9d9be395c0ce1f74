"""The same inputs give the same bytes; the notebooks run under the plain commands."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
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
        {"TZ": "Asia/Tokyo", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "America/Lima", "LC_ALL": "C.UTF-8", "LANG": "de_DE", "PYTHONHASHSEED": "2"},
    ]
    command = (sys.executable, "-m", "kscb_analysis", "reports")

    def build(name: str, environment: dict[str, str]) -> dict[str, bytes]:
        project = copy_of_the_project(tmp_path / name)
        assert "1 of 1 paper(s) built" in run(*command, project=project, **environment)
        return bytes_below(project / "reports") | bytes_below(project / "data" / "processed")

    with ThreadPoolExecutor(2) as at_once:
        made = list(at_once.map(build, ("one", "another place"), settings))
    assert made[0].keys() == made[1].keys()
    assert [name for name in made[0] if made[0][name] != made[1][name]] == []

    project = tmp_path / "one"
    before = {path: path.stat().st_mtime_ns for path in (project / "reports").rglob("*.html")}
    assert "Nothing to do" in run(*command, project=project)
    assert before == {
        path: path.stat().st_mtime_ns for path in (project / "reports").rglob("*.html")
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "area"),
    [
        (("papermill", "{notebook}", "{out}", "-p", "area", "East Sussex"), "East Sussex"),
        (
            (
                "jupyter-nbconvert",
                "--to",
                "notebook",
                "--execute",
                "{notebook}",
                "--output",
                "{out}",
            ),
            "Kent",
        ),
    ],
    ids=["papermill", "nbconvert"],
)
def test_a_notebook_runs_under_the_plain_command(tmp_path, command, area):
    project = copy_of_the_project(tmp_path / "project")
    executed = tmp_path / "out.ipynb"
    notebook = project / "notebooks" / f"{PAPER}.ipynb"
    program, *options = (word.format(notebook=notebook, out=executed) for word in command)
    run(str(BIN / program), *options, project=project)
    document = nbformat.read(executed, as_version=4)
    shown = "".join(
        str(output["data"].get("text/html", ""))
        for cell in document.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
    assert f"{area}, year ending 31 March 2011" in shown
