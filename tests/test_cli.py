"""The `kscb` command: what it prints, how it ends, and that a fault is a message of one piece."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from national_files import national_project, put
from small_project import REPOSITORY, damage, files_below, replace_file
from tiny_notebooks import write_notebook
from typer.testing import CliRunner

from kscb_analysis import cli, report
from kscb_analysis.dataset import Dataset
from kscb_analysis.paths import Project

COMMANDS = (
    (),
    ("data",),
    ("reports",),
    ("export",),
    ("bundle",),
    ("list",),
    ("list", "indicators"),
    ("list", "areas"),
    ("list", "sources"),
    ("list", "reports"),
    ("show",),
    ("check",),
    ("accept",),
    ("template",),
    ("coverage",),
    ("methods",),
    ("national",),
)
GROUPS = ((), ("list",))


@dataclass
class Ran:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Kscb = Callable[..., Ran]


@pytest.fixture
def kscb(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Kscb:
    """Give a function that runs the command in a project, as a shell would."""

    def run(project: Project, *arguments: str) -> Ran:
        monkeypatch.setenv("KSCB_ROOT", str(project.root))
        monkeypatch.setattr(sys, "argv", ["kscb", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        code = ended.value.code
        return Ran(code if isinstance(code, int) else int(bool(code)), printed.out, printed.err)

    return run


@pytest.fixture
def published(built_project: Project) -> Project:
    """Give a small project with tiny papers, two of which have been published before."""
    for path in built_project.notebooks.iterdir():
        path.unlink()
    write_notebook(built_project, "first", order=1)
    write_notebook(built_project, "second", order=2)
    for name in ("index.html", "kent/first.html", "kent/second.html"):
        path = built_project.reports / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"<p>the last good {name}</p>", encoding="utf-8")
    return built_project


def shown_plainly(text: str) -> str:
    """Give help without the frames and colours that a terminal is given."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m|[│╭╮╰╯─]", " ", text).split())


# ---------------------------------------------------------------- help


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: " ".join(words) or "kscb")
def test_help_says_what_a_command_does_and_gives_an_example(command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli.app, [*command, "--help"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    text = shown_plainly(result.output)
    assert "Usage:" in text
    if command not in GROUPS:
        (example,) = re.findall(r"Example: (kscb .*?)$", text)
        assert example.startswith(" ".join(["kscb", *command]))


@pytest.mark.parametrize("command", GROUPS, ids=lambda words: " ".join(words) or "kscb")
def test_a_group_alone_lists_its_commands(command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli.app, list(command), env={"COLUMNS": "200"})
    text = shown_plainly(result.output)
    below = [
        one[len(command)] for one in COMMANDS if one[: len(command)] == command and one != command
    ]
    assert all(name in text for name in below)


def test_every_command_is_tried_here() -> None:
    made = {
        (one.name or one.callback.__name__,) for one in cli.app.registered_commands if one.callback
    }
    made |= {("list", one.name) for one in cli.list_app.registered_commands}
    assert made | {(), ("list",)} == set(COMMANDS)


# ---------------------------------------------------------------- what is printed


def test_data_says_what_it_made_and_then_that_it_is_up_to_date(
    small_project: Project, kscb: Kscb
) -> None:
    first = kscb(small_project, "data")
    assert (first.status, first.err) == (0, "")
    assert re.fullmatch(r"data/processed made: \d+ observations, .*\.\n", first.out)
    assert "is up to date" in kscb(small_project, "data").out
    assert "made:" in kscb(small_project, "data", "--force").out


def test_lists_are_plain_lines_in_a_pipe(built_project: Project, kscb: Kscb) -> None:
    for what, head, row in (
        ("areas", "Area\tIndicators\tFigures", "Rutland\t1\t2"),
        (
            "indicators",
            "Indicator\tTitle\tUnit\tBetter\tTopic",
            "plan_rate\tChildren with a plan (rate)\trate per 10,000\tlow\tsafeguarding",
        ),
        (
            "sources",
            "Source\tTitle\tPublished\tTables",
            "fostering_2011\tPrivate fostering\tnot recorded\t1",
        ),
    ):
        ran = kscb(built_project, "list", what)
        assert (ran.status, ran.err) == (0, "")
        assert ran.lines[0] == head
        assert row in ran.lines
        assert {line.count("\t") for line in ran.lines} == {head.count("\t")}
        assert "\x1b" not in ran.out


def test_reports_are_listed_with_their_parameters(built_project: Project, kscb: Kscb) -> None:
    ran = kscb(built_project, "list", "reports")
    assert [line.split("\t")[0] for line in ran.lines[1:]] == [
        "safeguarding_activity",
        "child_protection",
        "child_protection_plans",
        "looked_after_children",
        "leaving_care",
        "private_fostering",
        "social_work_staff",
        "performance_scorecard",
        "partnership",
        "resources",
        "data_quality",
    ]
    assert 'area="Kent", period=0' in ran.lines[1]


def test_indicators_of_one_topic(built_project: Project, kscb: Kscb) -> None:
    ran = kscb(built_project, "list", "indicators", "--topic", "private_fostering")
    assert [line.split("\t")[0] for line in ran.lines[1:]] == ["notifications_number"]
    wrong = kscb(built_project, "list", "indicators", "--topic", "private_fostring")
    assert wrong.status == 2
    assert "Did you mean 'private_fostering'" in wrong.err


def test_show_gives_each_figure_with_its_cell(built_project: Project, kscb: Kscb) -> None:
    ran = kscb(built_project, "show", "assessments_in_time_pct", "--area", "East Sussex")
    assert ran.lines == [
        "Assessments completed in time: East Sussex (percent)",
        "Period\tEast Sussex\tNeighbours' mean\tEngland\tSource\tRow, column",
        "2009\t[x]\t\t65.0\tcomparison_2011/assessments\t6, 3",
        "2010\t80.0\t\t66.0\tcomparison_2011/assessments\t6, 4",
        "2011\t75.0\t\t67.0\tcomparison_2011/assessments\t6, 5",
    ]
    kent = kscb(built_project, "show", "assessments_in_time_pct")
    assert "2011\t54.0\t71.0\t67.0\t" in kent.out, "the mean of 61.0, 75.0 and 77.0"


def test_show_of_what_is_not_known(built_project: Project, kscb: Kscb) -> None:
    none = kscb(built_project, "show", "notifications_number", "--area", "Essex")
    assert (none.status, none.err) == (0, "")
    assert none.out == "New private fostering notifications: no figure for Essex in the data.\n"
    for arguments, nearest in (
        (("notification_number",), "notifications_number"),
        (("plan_rate", "--area", "Esex"), "Essex"),
    ):
        wrong = kscb(built_project, "show", *arguments)
        assert (wrong.status, wrong.out) == (2, "")
        assert f"Did you mean '{nearest}'" in wrong.err


def test_check_prints_each_promise_and_what_breaks_it(built_project: Project, kscb: Kscb) -> None:
    ran = kscb(built_project, "check")
    assert (ran.status, ran.err) == (0, "")
    assert ran.lines[-1].endswith("printed figures.")
    promises = [line for line in ran.lines[:-1] if not line.startswith(" " * 15)]
    assert all(re.match(r"\s*(ok, [\d,]+|\d+ of [\d,]+)  \S", line) for line in promises)
    found = [line for line in ran.lines if line.startswith(" " * 15)]
    assert len(found) == int(ran.lines[-1].split()[0])
    assert all(re.search(r"\[\w+/\w+, row \d+", line) for line in found)


def test_data_says_what_it_read_and_what_it_did_not(tmp_path: Path, kscb: Kscb) -> None:
    project = national_project(tmp_path / "national")
    put(project, "other.csv", "a,b\n1,2\n")
    for ran in (kscb(project, "data"), kscb(project, "data")):
        assert "  read dfe/care_numbers.csv: 20 figures" in ran.lines
        assert (
            "  not used dfe/other.csv: its columns are those of no kind of file in national.toml"
            in ran.lines
        )
    listed = kscb(project, "list", "sources").lines
    assert "dfe\tNational open data on children's social care\tnot recorded\t4" in listed


def test_check_prints_what_was_found_in_national_files(tmp_path: Path, kscb: Kscb) -> None:
    project = national_project(tmp_path / "national")
    ran = kscb(project, "check")
    assert "  ok  The years of a national file follow one another without a gap." in ran.out
    assert "has no row for Lancashire. [dfe/care_numbers, row 2, column 1]" in ran.out
    told = int(ran.lines[-1].split()[0])
    assert told == len(Dataset(project).findings)


def test_a_template_is_written_to_the_screen_or_to_a_file(
    built_project: Project, kscb: Kscb
) -> None:
    shown = kscb(built_project, "template", "local")
    assert shown.lines[0].startswith("indicator_id,area,period,value")
    path = built_project.root / "mine.csv"
    assert "written" in kscb(built_project, "template", "local", str(path)).out
    assert path.read_text(encoding="utf-8") == shown.out
    again = kscb(built_project, "template", "local", str(path))
    assert (again.status, again.out) == (2, "")
    assert "already there" in again.err
    assert "Did you mean 'local'?" in kscb(built_project, "template", "locl").err


def test_accept_records_a_change_once(built_project: Project, kscb: Kscb) -> None:
    damage(built_project, "data/raw/comparison_2011/assessments.csv", "61.0", "61.5", accept=False)
    refused = kscb(built_project, "data")
    assert refused.status == 1
    assert "kscb accept comparison_2011" in refused.err
    accepted = kscb(built_project, "accept", "comparison_2011")
    assert (accepted.status, accepted.out) == (0, "comparison_2011: recorded assessments.csv.\n")
    assert kscb(built_project, "accept", "comparison_2011").out == (
        "comparison_2011: nothing changed.\n"
    )
    assert kscb(built_project, "data").status == 0
    wrong = kscb(built_project, "accept", "comparison_2010")
    assert "Did you mean 'comparison_2011'" in wrong.err


def test_reports_says_what_it_built_and_then_that_there_is_nothing_to_do(
    published: Project, kscb: Kscb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        report,
        "_render_all",
        lambda project, units, workers: (
            (unit, report.Page("<p>new</p>"), "", 1.25) for unit in units
        ),
    )
    ran = kscb(published, "reports", "first", "--area", "Kent", "--area", "Essex")
    assert (ran.status, ran.err) == (0, "")
    assert ran.lines == [
        "built reports/kent/first.html in 1.2 s",
        "built reports/essex/first.html in 1.2 s",
        "2 of 2 paper(s) built. Open reports/index.html.",
    ]
    again = kscb(published, "reports", "first", "--area", "Kent; Essex")
    assert again.lines == ["Nothing to do: all 2 papers are up to date. See reports/index.html."]
    year = kscb(published, "reports", "first", "--period", "2010")
    assert year.lines[-1] == "1 of 1 paper(s) built. Open reports/index.html."
    assert (
        kscb(published, "reports", "first", "--set", "period=2010").lines[0].startswith("Nothing")
    )
    every = kscb(published, "reports", "first", "--area", "all")
    assert every.lines[-1] == "5 of 6 paper(s) built. Open reports/index.html."


def test_reports_that_fail_are_told_of_and_the_others_counted(
    published: Project, kscb: Kscb, monkeypatch: pytest.MonkeyPatch
) -> None:
    def render_all(project: Project, units: list[report.Unit], workers: int) -> object:
        for unit in units:
            name = unit.paper.path.name
            problem = f"{name} (area='Kent'), cell 3: it broke" if name == "first.ipynb" else ""
            yield unit, report.Page("" if problem else "<p>new</p>"), problem, 0.5

    monkeypatch.setattr(report, "_render_all", render_all)
    ran = kscb(published, "reports")
    assert ran.status == 1
    assert ran.lines == [
        "FAILED reports/kent/first.html",
        "built reports/kent/second.html in 0.5 s",
    ]
    assert ran.err == (
        "kscb: 1 of 2 paper(s) could not be built; the last good ones are as they were:\n"
        "  first.ipynb (area='Kent'), cell 3: it broke\n"
    )


# ---------------------------------------------------------------- the fault list


def untouched(project: Project) -> None:
    """Leave the project as it is: the fault is in what is asked for."""


def lose_a_file(project: Project) -> None:
    (project.raw / "comparison_2011" / "assessments.csv").unlink()


def change_a_file(project: Project) -> None:
    damage(project, "data/raw/comparison_2011/assessments.csv", "61.0", "61.5", accept=False)


def unknown_marker(project: Project) -> None:
    damage(project, "data/raw/comparison_2011/assessments.csv", "61.0", "61.0~")


def duplicate_row(project: Project) -> None:
    row = "881,Essex,60.0,62.0,61.0\n"
    damage(project, "data/raw/comparison_2011/assessments.csv", row, row * 2)


def other_header(project: Project) -> None:
    damage(project, "data/raw/comparison_2011/assessments.csv", ",,2009,2010,2011", ",,09,then,now")


def no_utf8(project: Project) -> None:
    path = "data/raw/comparison_2011/assessments.csv"
    replace_file(project, path, (project.root / path).read_bytes() + b"\xff\xfe\n")


def misspelt_metadata(project: Project) -> None:
    damage(
        project, "data/metadata/indicators.toml", 'polarity = "high"', 'polarity = "hihg"', count=2
    )


def broken_toml(project: Project) -> None:
    damage(
        project, "data/metadata/indicators.toml", "[topics.safeguarding]", "[topics.safeguarding"
    )


def broken_notebook(project: Project) -> None:
    (project.notebooks / "first.ipynb").write_text("{", encoding="utf-8")


FAULTS = (
    (untouched, ("--area", "Kant"), 2, "Did you mean 'Kent'"),
    (untouched, ("--area", "Barnet"), 2, "no figures for Barnet"),
    (untouched, ("--set", "perod=2010"), 2, "first.ipynb has no parameter 'perod'"),
    (untouched, ("--area", "Kent; Esex"), 2, "Did you mean 'Essex'"),
    (untouched, ("--area", "All; Kent"), 2, "leave out Kent"),
    (untouched, ("--area", "Kent", "--area", "ALL"), 2, "leave out Kent"),
    (untouched, ("--area", ";"), 2, "names no area"),
    (untouched, ("--area", "East Sussex", "--period", "2008"), 2, "no figure for 2008"),
    (untouched, ("--set", "period=soon"), 2, "period is 'soon', which is not a year"),
    (untouched, ("--set", "share=half"), 2, "not of type float"),
    (untouched, ("--set", "period"), 2, "is not written key=value"),
    (untouched, ("--period", "2010", "--set", "period=2011"), 2, "gives 'period' twice"),
    (untouched, ("--period", "2031"), 2, "Did you mean 2011"),
    (untouched, ("--set", "area=Kent"), 2, "--area, not with --set"),
    (untouched, ("frist",), 2, "Did you mean 'first'"),
    (lose_a_file, (), 1, "assessments.csv is missing"),
    (change_a_file, (), 1, "has changed since its sidecar was written"),
    (unknown_marker, (), 1, "row 4, column 5: '61.0~' is neither a number nor a known marker"),
    (duplicate_row, (), 1, "2 rows for one figure"),
    (other_header, (), 1, "assessments.csv, row 1"),
    (no_utf8, (), 1, "not UTF-8"),
    (misspelt_metadata, (), 1, "Did you mean 'high'"),
    (broken_toml, (), 1, "indicators.toml is not readable TOML"),
    (broken_notebook, (), 1, "notebooks/first.ipynb is not a notebook"),
)


@pytest.mark.parametrize(
    ("spoil", "arguments", "status", "message"),
    FAULTS,
    ids=[f"{spoil.__name__} {' '.join(words)}".strip() for spoil, words, *_ in FAULTS],
)
def test_a_fault_is_one_message_and_leaves_the_reports_as_they_were(
    published: Project,
    kscb: Kscb,
    spoil: Callable[[Project], object],
    arguments: tuple[str, ...],
    status: int,
    message: str,
) -> None:
    spoil(published)
    reports, tables = files_below(published.reports), files_below(published.processed)
    ran = kscb(published, "reports", *arguments)
    assert (ran.status, ran.out) == (status, "")
    assert message in ran.err
    assert ran.err.startswith("kscb: ")
    assert "Traceback" not in ran.err
    assert files_below(published.reports) == reports
    assert files_below(published.processed) == tables


@pytest.mark.parametrize(
    "arguments", [("repots",), ("reports", "--jobs", "0"), ("list", "area"), ("show",), ("--nope",)]
)
def test_a_command_that_does_not_exist_ends_with_status_2(
    built_project: Project, kscb: Kscb, arguments: tuple[str, ...]
) -> None:
    ran = kscb(built_project, *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert "Usage:" in shown_plainly(ran.err)
    assert "Traceback" not in ran.err


def test_a_folder_that_cannot_be_written_is_a_message(published: Project, kscb: Kscb) -> None:
    for path in sorted(published.processed.iterdir()):
        path.unlink()
    published.processed.rmdir()
    published.processed.write_text("in the way", encoding="utf-8")
    ran = kscb(published, "data")
    assert ran.status == 1
    assert "Traceback" not in ran.err
    assert "processed" in ran.err


# ---------------------------------------------------------------- as a shell runs it


@pytest.mark.slow
def test_the_module_is_the_command_and_a_pipe_gets_plain_text(built_project: Project) -> None:
    def run(*arguments: str, folder: Path = built_project.root) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kscb_analysis", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src"), "KSCB_ROOT": ""},
            capture_output=True,
            text=True,
            check=False,
        )

    # The project is found from any folder inside it.
    listed = run("list", "areas", folder=built_project.raw)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "Rutland\t1\t2" in listed.stdout.splitlines()
    wrong = run("reports", "--area", "Kant")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Did you mean 'Kent'" in wrong.stderr
    assert "Traceback" not in wrong.stderr
