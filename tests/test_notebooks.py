"""In a real kernel: faults are one message, the lesson runs, and any notebook becomes a page."""

import hashlib
import re
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.exceptions import PapermillExecutionError
from small_project import REPOSITORY

from kscb_analysis.html5 import parse, words
from kscb_analysis.paths import LOCAL, NATIONAL, Project
from kscb_analysis.report import render
from kscb_analysis.selection import find_papers

LESSON = REPOSITORY / "notebooks" / "explore.ipynb"
MESSAGE = (
    "UnknownName: No area 'Kant' in data/metadata/areas.csv. Did you mean 'Kent'? "
    "`kscb list areas` shows those that have figures."
)

installed = pytest.mark.skipif(
    not entry_points(group="nbconvert.exporters", name="kscb"),
    reason="the project is not installed in this environment: make environment",
)


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def run(notebook: nbformat.NotebookNode, **options: object) -> nbformat.NotebookNode:
    return NotebookClient(notebook, timeout=120, kernel_name="python3", **options).execute()


# ------------------------------------------------------------------------------------------ faults


def test_a_fault_is_one_message_and_a_mistake_keeps_its_traceback(built_project, monkeypatch):
    monkeypatch.setenv("KSCB_ROOT", str(built_project.root))
    asked = [
        "import kscb_analysis as kscb\ndata = kscb.load()",
        'data.series("assessments_in_time_pct", "Kant")',
        "data.areas.kant",
        "1 / 0",
        "try:\n    data.area('Kant')\nexcept Exception as fault:\n    print(type(fault).__name__)",
    ]
    made = run(new_notebook(cells=[new_code_cell(one) for one in asked]), allow_errors=True)
    outputs = [cell.outputs for cell in made.cells]
    (fault,) = outputs[1]
    assert (fault.output_type, fault.ename) == ("error", "UnknownName")
    assert fault.traceback == [MESSAGE]
    assert f"{fault.ename}: {fault.evalue}" == MESSAGE
    (fault,) = outputs[2]
    assert len(fault.traceback) == 1
    assert fault.traceback[0].startswith("NotOffered: No area 'kant'. Did you mean 'kent'?")
    (mistake,) = outputs[3]
    assert len(mistake.traceback) > 1
    assert "Traceback" in "".join(mistake.traceback)
    assert outputs[4][0].text == "UnknownName\n"


@pytest.fixture
def failing(built_project: Project, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a notebook whose second cell asks for an area that there is not."""
    monkeypatch.setenv("KSCB_ROOT", str(built_project.root))
    cells = [
        new_code_cell("from kscb_analysis import Paper"),
        new_code_cell('paper = Paper("safeguarding", area="Kant")'),
    ]
    path = built_project.notebooks / "wrong.ipynb"
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), path)
    return path


def test_nbclient_still_names_the_cell_and_the_message(failing):
    with pytest.raises(CellExecutionError) as caught:
        run(read(failing))
    assert 'paper = Paper("safeguarding", area="Kant")' in str(caught.value)
    assert MESSAGE in str(caught.value)


def test_papermill_still_names_the_cell_and_the_message(failing, tmp_path):
    with pytest.raises(PapermillExecutionError) as caught:
        papermill.execute_notebook(failing, tmp_path / "out.ipynb", progress_bar=False)
    assert 'area="Kant"' in caught.value.source
    assert MESSAGE in str(caught.value)


def test_a_report_still_names_the_cell_and_the_message(failing, built_project):
    page, problem, _ = render(str(built_project.root), str(failing), {})
    assert (page.html, page.files) == ("", {})
    assert problem.startswith("wrong.ipynb ()")
    assert """('paper = Paper("safeguarding", area="Kant")')""" in problem
    assert MESSAGE in problem


# ------------------------------------------------------------------------------------- the lesson


def test_a_notebook_is_a_paper_when_it_says_so():
    papers = find_papers(Project(REPOSITORY))
    notebooks = {path.stem: read(path) for path in LESSON.parent.glob("*.ipynb")}
    with_parameters = {
        name
        for name, notebook in notebooks.items()
        if any("parameters" in cell.metadata.get("tags", []) for cell in notebook.cells)
    }
    assert set(papers) == with_parameters == set(notebooks) - {"explore"}


def test_the_lesson_explains_each_step_before_it_takes_it():
    kinds = "".join("m" if c.cell_type == "markdown" else "c" for c in read(LESSON).cells)
    assert kinds.startswith("mmc")
    assert kinds.count("c") >= 12
    # Nobody has to run many cells to see what they were for.
    assert max(map(len, re.findall("c+", kinds))) <= 3


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> dict[str, nbformat.NotebookNode]:
    """Run the lesson on a copy of the project, which it must leave as it was."""
    root = tmp_path_factory.mktemp("lesson")
    theirs = shutil.ignore_patterns("processed", NATIONAL, LOCAL)
    shutil.copytree(REPOSITORY / "data", root / "data", ignore=theirs)
    before = fingerprints(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KSCB_ROOT", str(root))
        made = run(read(LESSON), resources={"metadata": {"path": str(root)}})
    assert {name: fingerprints(root)[name] for name in before} == before
    added = set(fingerprints(root)) - set(before)
    assert {Path(name).parent.as_posix() for name in added} == {"data/processed"}
    return {cell.id: cell for cell in made.cells if cell.cell_type == "code"}


def fingerprints(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def shown(cell: nbformat.NotebookNode) -> dict[str, str]:
    (result,) = [one for one in cell.outputs if one.output_type == "execute_result"]
    return dict(result.data)


@installed
@pytest.mark.slow
def test_the_lesson_shows_what_it_promises(lesson):
    assert "three_or_more_placements_pct" in shown(lesson["find"])["text/html"]
    assert "Lower is better" in shown(lesson["indicator"])["text/html"]
    assert "Statistical neighbours" in shown(lesson["area"])["text/html"]
    assert "18.0" in shown(lesson["series"])["text/html"]
    assert "neighbour_mean" in shown(lesson["compare"])["text/html"]
    assert "<svg" in shown(lesson["chart"])["text/html"]
    assert "East Sussex" in shown(lesson["table"])["text/html"]
    assert shown(lesson["accept"])["text/plain"] == "['visits.csv']"
    assert "2010 to 2012" in shown(lesson["check"])["text/html"]
    assert "90.0" in shown(lesson["check-figures"])["text/html"]
    assert "Empty DataFrame" in shown(lesson["check-findings"])["text/plain"]
    assert re.fullmatch(r"'moves\.html: \d+ kB'", shown(lesson["page"])["text/plain"])
    assert "<iframe" in shown(lesson["page-shown"])["text/html"]


# -------------------------------------------------------------------------------- somebody's own


OWN = (
    new_markdown_cell("# Visits in the year\n\nA note of our own."),
    new_code_cell(
        "import pandas as pd\n\n"
        'visits = pd.DataFrame({"Team": ["North", "South"], "Visits": [120, 95]})\n'
        "visits"
    ),
    new_markdown_cell("## By team"),
    new_code_cell(
        "#| fig-alt: Two bars, the North team's the taller one, 120 beside 95.\n"
        "#| fig-cap: The North team made most visits\n"
        "import seaborn as sns\n\n"
        'sns.barplot(visits, x="Team", y="Visits", color="#12436d");'
    ),
)


def convert(folder: Path, *cells: nbformat.NotebookNode) -> subprocess.CompletedProcess[str]:
    """Save a notebook as JupyterLab does, and turn it into a page with the plain command."""
    nbformat.write(new_notebook(cells=list(cells)), folder / "own.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "kscb", "--execute", "own.ipynb"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@installed
@pytest.mark.slow
def test_a_notebook_that_knows_nothing_of_us_becomes_a_page(tmp_path):
    done = convert(tmp_path, *OWN)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    page = (tmp_path / "own.html").read_text(encoding="utf-8")
    root = parse(page)
    assert words(root.find(".//h1")) == words(root.find("head/title")) == "Visits in the year"
    assert words(root.find(".//caption")) == "Table 1: Visits in the year"
    picture = root.find(".//figure/img")
    assert picture.get("alt").startswith("Two bars, the North team's")
    assert "Figure 1: The North team made most visits" in words(root)
    assert "<script" not in page
    assert "sns.barplot" not in page


@installed
@pytest.mark.slow
def test_a_picture_without_a_description_is_a_message_that_helps(tmp_path):
    silent = new_code_cell(OWN[3].source.split("\n", 2)[2])
    done = convert(tmp_path, OWN[0], OWN[1], silent)
    assert done.returncode != 0
    assert not (tmp_path / "own.html").exists()
    said = done.stderr
    assert "Cell 3, which begins 'import seaborn as sns'" in said
    assert "#| fig-alt:" in said
    assert "Traceback" not in said


@installed
@pytest.mark.slow
def test_a_cell_that_fails_is_told_without_the_program_around_it(tmp_path):
    done = convert(tmp_path, OWN[0], new_code_cell('{"North": 120}["South"]'))
    assert done.returncode != 0
    assert not (tmp_path / "own.html").exists()
    assert '{"North": 120}["South"]' in done.stderr
    assert done.stderr.rstrip().endswith("KeyError: 'South'")
    assert "nbconvertapp.py" not in done.stderr
