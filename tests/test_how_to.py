"""The how-to pages: each is done as it stands, in a copy of the project, and does what it says."""

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from how_to import Step, change_file, commands, missing_lines, steps
from small_project import REPOSITORY

from kscb_analysis import Paper, cli
from kscb_analysis.catalogue import load_catalogue
from kscb_analysis.dataset import Dataset
from kscb_analysis.paths import Project

PAGES = sorted((REPOSITORY / "docs" / "how-to").glob("*.md"))
# The papers that a page's commands make when they name none: quick ones that show what it is about.
PAPERS = {
    "make-this-quarters-papers": ("private_fostering",),
    "use-national-data": ("child_protection_plans",),
    "write-a-new-paper": ("social_work_staff",),
}
# What a page leaves behind in a paper.
SHOWN = {
    "make-this-quarters-papers": (
        "kent/private_fostering.html",
        ("21 March 2012", "Ask schools to tell the council of arrangements.", "37"),
    ),
    "use-national-data": ("east-sussex/child_protection_plans.html", ("31 March 2024", "25.0%")),
    "write-a-new-paper": (
        "kent/staff_and_money.html",
        ("Staff and money: Kent", "Posts come first"),
    ),
}


@pytest.fixture
def project(real_data: Dataset, tmp_path: Path, request: pytest.FixtureRequest) -> Project:
    """Give a copy of the repository's project, with the tidy tables made."""
    root = tmp_path / "project"
    shutil.copytree(real_data.project.root / "data", root / "data")
    for name in PAPERS.get(request.node.callspec.params["page"].stem, ()):
        (root / "notebooks").mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / "notebooks" / f"{name}.ipynb", root / "notebooks")
    return Project(root)


@pytest.fixture
def run(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[list[str]], str]:
    """Give a function that runs a command in the project, as a shell would, and gives its words."""
    monkeypatch.setenv("KSCB_ROOT", str(project.root))
    monkeypatch.chdir(project.root)

    def kscb(words: list[str]) -> str:
        if words[0] == "cp":
            shutil.copy(*words[1:])
            return ""
        assert words[0] == "kscb", f"a page may use kscb, make and cp, not {words[0]}"
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        assert not ended.value.code, f"{' '.join(words)}: {printed.err}"
        return printed.out

    return kscb


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_does_what_it_says(
    page: Path, project: Project, run: Callable[[list[str]], str]
) -> None:
    printed = ""
    for step in steps(page.read_text(encoding="utf-8")):
        if step.kind == "sh":
            printed = "".join(run(words) for words in commands(step, REPOSITORY / "Makefile"))
        elif step.kind == "text":
            assert missing_lines(step.text, printed) == [], printed
        else:
            change_file(project.root, step)
    if page.stem in SHOWN:
        name, words = SHOWN[page.stem]
        html = (project.reports / name).read_text(encoding="utf-8")
        assert [one for one in words if one not in html] == []


def test_there_is_a_page_for_each_of_the_five_jobs() -> None:
    assert [page.stem for page in PAGES] == [
        "add-a-table", "add-an-indicator", "make-this-quarters-papers", "use-national-data",
        "write-a-new-paper",
    ]  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_short_numbered_and_ends_in_a_command(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [one.kind for one in steps(text)][-2:] == ["sh", "text"]
    numbers = [int(one) for one in re.findall(r"^(\d+)\. ", text, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert 3 <= len(numbers) <= 5
    assert len(text.splitlines()) < 100


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_names_is_there(page: Path) -> None:
    """In its sentences too, which nobody runs."""
    text = page.read_text(encoding="utf-8")
    known = load_catalogue(REPOSITORY / "data" / "metadata").indicators
    for name, indicator_id in re.findall(r"paper\.(\w+)\((?:\"(\w+)\")?\)", text):
        assert callable(getattr(Paper, name))
        assert not indicator_id or indicator_id in known
    for name in re.findall(r"`((?:src|docs|notebooks|data/metadata)/[\w./-]*\w)`(?!:)", text):
        assert (REPOSITORY / name).exists(), name
    for command in re.findall(r"kscb (?!-)(\w+)", text):
        assert command in {
            one.name or one.callback.__name__ for one in cli.app.registered_commands
        } | {"list"}


def test_the_readme_leads_to_each_page() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES if f"(docs/how-to/{page.name})" not in readme] == []


# ------------------------------------------------------------------------- the reader of pages


def test_blocks_are_read_with_the_file_they_are_about() -> None:
    page = (
        "1. Write it.\n\n   `a/b.csv`:\n\n   ```csv\n   x,y\n\n   1,2\n   ```\n\n"
        "   `c.toml`, at the end of the file:\n\n   ```toml\n   d = 1\n   ```\n\n"
        "```sh\nkscb data\n```\n\n```text\nmade: …\n```\n"
    )
    assert steps(page) == [
        Step("write", "a/b.csv", "x,y\n\n1,2\n"),
        Step("add", "c.toml", "d = 1\n"),
        Step("sh", "", "kscb data\n"),
        Step("text", "", "made: …\n"),
    ]


@pytest.mark.parametrize(
    "page", ["```toml\na = 1\n```\n", "Write `a.csv`\n\n```csv\n1\n```\n", "```sh\nkscb data\n"]
)
def test_a_block_that_nobody_could_carry_out_is_an_error(page: str) -> None:
    with pytest.raises(AssertionError):
        steps(page)


def test_a_difference_that_does_not_fit_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("x = 1\ny = 2\n", encoding="utf-8")
    change_file(tmp_path, Step("diff", "a.toml", " x = 1\n-y = 2\n+y = 3\n+z = 4\n"))
    assert (tmp_path / "a.toml").read_text(encoding="utf-8") == "x = 1\ny = 3\nz = 4\n"
    with pytest.raises(AssertionError, match="0 times"):
        change_file(tmp_path, Step("diff", "a.toml", "-y = 2\n+y = 3\n"))


def test_expected_lines_are_found_in_their_order() -> None:
    printed = "made: 3 rows\n  read a.csv\nDone\t4\n"
    assert missing_lines("made: …\nDone 4\n", printed) == []
    assert missing_lines("Done 4\nmade: …\nread b.csv\n", printed) == ["made: …", "read b.csv"]


def test_make_is_read_as_the_command_that_it_runs() -> None:
    step = Step("sh", "", 'make reports AREA="East Sussex; Kent" MEETING=meeting.toml\n')
    assert commands(step, REPOSITORY / "Makefile") == [
        ["kscb", "reports", "--area", "East Sussex; Kent", "--meeting", "meeting.toml"]
    ]
