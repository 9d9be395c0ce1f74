"""What is built again and what is left alone, and that a failure leaves everything else whole."""

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from made_up import HOSTILE, parse
from small_project import damage, files_below
from tiny_notebooks import FAIL, KILL, SHOW, write_notebook

from kscb_analysis import build as build_room
from kscb_analysis import report, selection
from kscb_analysis.dataset import Dataset
from kscb_analysis.errors import MetadataFault, UnknownName, WrongRequest
from kscb_analysis.index import IN_FULL, IN_LINES, MOST_AREAS_IN_FULL, NOTHING, index_page
from kscb_analysis.paths import Project
from kscb_analysis.record import RECORD, Record, first_finding
from kscb_analysis.report import INDEX, NO_PAGE, Outcome, Page, build
from kscb_analysis.selection import (
    Unit,
    choose_areas,
    choose_papers,
    find_papers,
    plan,
)

PAGE = "<section class='findings'><ul><li>About {area}: {said}</li></ul></section>"


@pytest.fixture
def project(built_project: Project) -> Project:
    """Give a small project with two tiny notebooks for papers in place of the real ones."""
    for path in built_project.notebooks.iterdir():
        path.unlink()
    write_notebook(built_project, "first", order=1)
    write_notebook(built_project, "second", order=2)
    return built_project


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand in for the kernels: a page of a line, or a problem for a notebook that fails."""
    ran: list[str] = []

    def render_all(
        project: Project, units: list[Unit], workers: int
    ) -> Iterator[tuple[Unit, Page, str, float]]:
        for unit in units:
            ran.append(unit.output)
            content = unit.paper.path.read_text(encoding="utf-8")
            if "upside down" in content:
                yield unit, NO_PAGE, f"{unit.paper.path.name}: it is upside down", 0.1
            else:
                name = unit.paper.name
                files = {f"{name}-data/figures.csv": f"length\n{len(content)}\n".encode()}
                if "# other data" in content:
                    files = {f"{name}-data/other.csv": b"length\n"}
                html = PAGE.format(area=unit.area.name, said=len(content))
                yield unit, Page(html, files), "", 0.1

    monkeypatch.setattr(report, "_render_all", render_all)
    return ran


def units_of(project: Project, *areas: str, **settings: str) -> list[Unit]:
    chosen = choose_areas(project, areas, settings.get("period"))
    return plan(project, choose_papers(project, []), chosen, settings)


def run(project: Project, *areas: str, force: bool = False) -> dict[str, str]:
    """Build the papers for some areas, and give what became of each."""
    done = list(build(project, units_of(project, *areas), jobs=2, force=force))
    return {outcome.unit.output: outcome.status for outcome in done}


def no_halves(project: Project) -> bool:
    return not [path for path in project.root.rglob("*") if ".part" in path.name]


# ---------------------------------------------------------------- planning


def test_papers_are_the_notebooks_that_say_so_in_their_order(project: Project) -> None:
    write_notebook(project, "zero", order=0)
    write_notebook(project, "scratch", paper=False)
    assert list(find_papers(project)) == ["zero", "first", "second"]
    assert [one.name for one in choose_papers(project, ["second", "first"])] == ["second", "first"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"metadata": []}',
        '{"cells": []}',
        '{"metadata": {"kscb": {"paper": "A", "order": "x"}}}',
    ],
)
def test_a_file_that_is_no_notebook_is_named(project: Project, content: str) -> None:
    (project.notebooks / "odd.ipynb").write_text(content, encoding="utf-8")
    with pytest.raises(MetadataFault, match=r"notebooks/odd\.ipynb is not a notebook"):
        find_papers(project)


def test_an_unknown_paper_or_area_offers_the_nearest(project: Project) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'second'"):
        choose_papers(project, ["secnd"])
    with pytest.raises(UnknownName, match="Did you mean 'East Sussex'"):
        choose_areas(project, ["East Susex"])
    with pytest.raises(UnknownName, match="Did you mean 'East Sussex'"):
        choose_areas(project, ["Kent; East Susex"])


def test_areas_are_taken_once_each_and_kent_when_none_is_named(project: Project) -> None:
    assert [one.name for one in choose_areas(project, [])] == ["Kent"]
    for texts in (["Essex", "881", "kent", "Kent"], ["Essex; 881;kent", "Kent;"]):
        assert [one.name for one in choose_areas(project, texts)] == ["Essex", "Kent"]


@pytest.mark.parametrize("word", ["all", "ALL", " All ", "all;"])
def test_all_is_every_authority_with_a_figure(project: Project, word: str) -> None:
    assert [one.name for one in choose_areas(project, [word])] == [
        "East Sussex",
        "Essex",
        "Kent",
        "Kingston upon Hull",
        "Lancashire",
        "Rutland",
    ]


def test_regions_and_joint_returns_are_no_authorities(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (project.metadata / "areas.csv").open("a", encoding="utf-8") as file:
        file.write("E10000016 / E10000012,886 / 881,Kent and Essex,Local authority,,\n")
    monkeypatch.setattr(selection, "_with_recent_figures", lambda data, _: set(data.areas.by_code))
    chosen = {one.name for one in choose_areas(project, ["all"])}
    known = {one.name for one in Dataset(project).areas.by_code.values()}
    assert known - chosen == {"England", "South East", "Kent and Essex"}


def with_dates(project: Project, *more: str, **dates: str) -> None:
    """Give areas their first day, last day and predecessors, and add lines of areas."""
    path = project.metadata / "areas.csv"
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    lines = [f"{line},{dates.get(line.split(',')[2], ',,')}" for line in lines]
    head += ",exists_from,exists_to,predecessors"
    path.write_text("\n".join([head, *lines, *more]) + "\n", encoding="utf-8")


def test_all_with_a_period_is_who_had_figures_then(project: Project) -> None:
    with_dates(project, Rutland=",2010-12-31,", Essex="2011-01-01,,E06000017")

    def then(period: str | None) -> set[str]:
        return {one.name for one in choose_areas(project, ["all"], period)}

    assert then("2010") == {"Kent", "East Sussex", "Kingston upon Hull", "Lancashire", "Rutland"}
    assert then("2011") == then(None)
    assert then(None) == {"Kent", "East Sussex", "Kingston upon Hull", "Lancashire", "Essex"}


@pytest.mark.parametrize(
    ("texts", "period", "message"),
    [
        (["all", "Kent"], None, "--area all is every authority already.*leave out Kent"),
        (["Kent; ALL; Essex"], None, "leave out Kent, Essex"),
        ([" ; "], None, "' ; ' names no area"),
        (["all"], "2031", "no figures for the year ending 31 March 2031"),
        (["all"], "soon", "period is 'soon', which is not a year"),
        (["Kent"], "soon", "period is 'soon', which is not a year"),
    ],
)
def test_areas_that_cannot_be_meant_are_refused(
    project: Project, texts: list[str], period: str | None, message: str
) -> None:
    with pytest.raises(WrongRequest, match=message):
        choose_areas(project, texts, period)


def test_a_name_that_has_passed_on_is_that_of_the_authority_of_the_period(
    project: Project,
) -> None:
    with_dates(
        project,
        "E10000009,835,Dorset (before 2011),Local authority,,,,2010-12-31,",
        "E06000059,838,Dorset,Local authority,,,2011-01-01,,E10000009",
    )
    with (project.metadata / "area_spellings.csv").open("a", encoding="utf-8") as file:
        file.write("Dorset,E10000009,made up\n")
    for period, name in (("2010", "Dorset (before 2011)"), ("2011", "Dorset"), (None, "Dorset")):
        assert [one.name for one in choose_areas(project, ["dorset"], period)] == [name]


def test_a_unit_is_a_paper_for_an_area(project: Project) -> None:
    units = units_of(project, "East Sussex", "Kent", period="2010")
    assert [one.output for one in units] == [
        "east-sussex/first.html",
        "kent/first.html",
        "east-sussex/second.html",
        "kent/second.html",
    ]
    assert units[0].parameters == {"area": "East Sussex", "period": 2010}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("period", "2010", 2010),
        ("share", "0.25", 0.25),
        ("share", "1", 1.0),
        ("whole", "false", False),
        ("whole", "Yes", True),
    ],
)
def test_settings_take_the_type_that_the_notebook_declares(
    project: Project, name: str, text: str, value: object
) -> None:
    for unit in units_of(project, "Kent", **{name: text}):
        assert unit.parameters[name] == value
        assert type(unit.parameters[name]) is type(value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"perod": "2010"}, r"first\.ipynb has no parameter 'perod'.*Did you mean 'period'"),
        ({"title": "x"}, r"has no parameter 'title'.*area, period, share, whole"),
        ({"period": "soon"}, r"period is 'soon', which is not a year"),
        ({"period": "2010.5"}, r"which is not a year"),
        ({"period": "2009/10"}, r"'period' is '2009/10', which is not of type int"),
        ({"share": "half"}, r"not of type float"),
        ({"whole": "maybe"}, r"not of type bool"),
        ({"area": "Essex"}, r"--area, not with --set"),
    ],
)
def test_a_setting_that_no_notebook_can_take_is_refused(
    project: Project, settings: dict[str, str], message: str
) -> None:
    with pytest.raises(WrongRequest, match=message):
        units_of(project, "Kent", **settings)


@pytest.mark.parametrize(
    ("areas", "settings", "message"),
    [
        (["Barnet"], {}, "no figures for Barnet"),
        (["Kent"], {"period": "2031"}, "Did you mean 2011"),
        (["Kent"], {"first_year": "2031"}, "first_year is 2031, but .* Did you mean 2011"),
        (
            ["Kent"],
            {"period": "2010", "first_year": "2011"},
            "first_year is 2011, which is after period 2010",
        ),
        (
            ["Rutland"],
            {},
            (
                "Rutland ended on 31 December 2010, before 31 March 2011, the newest period. "
                "Give a period up to 2010. After it came Essex."
            ),
        ),
        (["Rutland"], {"period": "2011"}, "Rutland ended on 31 December 2010, before 31 March"),
        (
            ["Kent", "Essex", "Rutland"],
            {"period": "2009"},
            ("^Essex began on 1 January 2011, after 31 March 2009. Before it there was Rutland.$"),
        ),
        (
            ["East Sussex"],
            {"period": "2008"},
            (
                "^East Sussex has no figure for 2008 or the two years before. "
                "Its figures are from 2009 to 2011.$"
            ),
        ),
    ],
)
def test_values_that_the_data_does_not_have_are_refused_before_anything_runs(
    project: Project,
    in_process: list[str],
    areas: list[str],
    settings: dict[str, str],
    message: str,
) -> None:
    for paper in ("first", "second"):
        damage(
            project,
            f"notebooks/{paper}.ipynb",
            "share: float",
            "first_year: int = 0  # the first shown\\nshare: float",
        )
    with_dates(project, Rutland=",2010-12-31,", Essex="2011-01-01,,E06000017")
    with pytest.raises(WrongRequest, match=message):
        list(build(project, units_of(project, *areas, **settings)))
    assert in_process == []
    assert not project.reports.exists()


# ---------------------------------------------------------------- what makes a paper stale


def change_notebook(project: Project, _: pytest.MonkeyPatch) -> None:
    write_notebook(project, "first", SHOW + "\n")


def change_raw(project: Project, _: pytest.MonkeyPatch) -> None:
    damage(project, "data/raw/comparison_2011/assessments.csv", "61.0", "61.5")


def change_sidecar(project: Project, _: pytest.MonkeyPatch) -> None:
    damage(project, "data/raw/kpi_2011/source.toml", "Quarterly", "Quarter’s")


def change_metadata(project: Project, _: pytest.MonkeyPatch) -> None:
    damage(project, "data/metadata/indicators.toml", '"Went missing"\n', '"Missing"\n')


def change_neighbours(project: Project, _: pytest.MonkeyPatch) -> None:
    damage(project, "data/metadata/neighbour_sets.csv", "before 2005", "up to 2004")


def change_lock(project: Project, _: pytest.MonkeyPatch) -> None:
    (project.root / "requirements.txt").write_text("pandas==9\n", encoding="utf-8")


def change_library(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    added = project.root / "room.py"
    added.write_text("x = 1\n", encoding="utf-8")
    files = build_room.library_files()
    monkeypatch.setattr(build_room, "library_files", lambda: [*files, added])


def change_version(_: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "__version__", "99.0")


@pytest.mark.parametrize(
    "change",
    [
        change_notebook,
        change_raw,
        change_sidecar,
        change_metadata,
        change_neighbours,
        change_lock,
        change_library,
        change_version,
    ],
)
def test_a_paper_is_stale_when_what_it_depends_on_changed(
    project: Project, monkeypatch: pytest.MonkeyPatch, change: object
) -> None:
    before = units_of(project, "Kent")[0].inputs
    change(project, monkeypatch)  # type: ignore[operator]
    assert units_of(project, "Kent")[0].inputs != before


def test_a_paper_is_not_stale_for_anything_else(project: Project) -> None:
    first, second = (unit.inputs for unit in units_of(project, "Kent"))
    assert first != second
    write_notebook(project, "second", SHOW + "\n# another line")
    write_notebook(project, "third")
    (project.root / "README.md").write_text("words", encoding="utf-8")
    project.reports.mkdir()
    (project.reports / "note.txt").write_text("words", encoding="utf-8")
    for path in project.processed.iterdir():
        path.unlink()
    os.utime(project.notebooks / "first.ipynb", (0, 0))
    again = units_of(project, "Kent", "Essex")
    assert again[0].inputs == first
    assert again[2].inputs != second
    assert len({unit.inputs for unit in again}) == len(again), "areas differ"
    assert units_of(project, "Kent", period="2011")[0].inputs != first, "a parameter was given"


# ---------------------------------------------------------------- building


def test_a_second_build_has_nothing_to_do(project: Project, in_process: list[str]) -> None:
    assert set(run(project, "Kent", "Essex").values()) == {"built"}
    before = files_below(project.reports)
    times = {path: path.stat().st_mtime_ns for path in project.reports.rglob("*.html")}
    in_process.clear()
    assert set(run(project, "Kent", "Essex").values()) == {"current"}
    assert in_process == []
    assert files_below(project.reports) == before
    assert {path: path.stat().st_mtime_ns for path in times} == times
    assert set(before) == {
        RECORD,
        INDEX,
        *(f"{area}/{name}.html" for area in ("kent", "essex") for name in ("first", "second")),
        *(
            f"{area}/{name}-data/figures.csv"
            for area in ("kent", "essex")
            for name in ("first", "second")
        ),
    }


def test_only_what_changed_is_built_again(project: Project, in_process: list[str]) -> None:
    run(project, "Kent")
    write_notebook(project, "second", SHOW + "\n# other data")
    assert run(project, "Kent", "Essex") == {
        "kent/first.html": "current",
        "essex/first.html": "built",
        "kent/second.html": "built",
        "essex/second.html": "built",
    }
    kept = {path.name for path in (project.reports / "kent" / "second-data").iterdir()}
    assert kept == {"other.csv"}, "a CSV that no page links to any more is gone"
    assert set(run(project, "Kent", force=True).values()) == {"built"}


@pytest.mark.parametrize("harm", ["gone", "touched"])
def test_a_csv_that_somebody_touched_or_took_away_is_written_again(
    project: Project, in_process: list[str], harm: str
) -> None:
    run(project, "Kent")
    good = files_below(project.reports)
    data = project.reports / "kent" / "first-data" / "figures.csv"
    data.unlink()
    if harm == "touched":
        data.write_text("length\n999\n", encoding="utf-8")
    assert run(project, "Kent") == {"kent/first.html": "built", "kent/second.html": "current"}
    assert files_below(project.reports) == good


def test_a_page_whose_notebook_is_gone_is_listed_no_more(
    project: Project, in_process: list[str]
) -> None:
    run(project, "Kent")
    (project.notebooks / "second.ipynb").unlink()
    assert run(project, "Kent") == {"kent/first.html": "current"}
    assert b"kent/first.html" in index_of(project)
    assert b"second" not in index_of(project)


def test_a_page_that_somebody_touched_or_took_away_is_built_again(
    project: Project, in_process: list[str]
) -> None:
    run(project, "Kent")
    good = files_below(project.reports)
    (project.reports / "kent" / "first.html").write_text("<p>better</p>", encoding="utf-8")
    (project.reports / "kent" / "second.html").unlink()
    (project.reports / INDEX).write_text("", encoding="utf-8")
    assert set(run(project, "Kent").values()) == {"built"}
    assert files_below(project.reports) == good


@pytest.mark.parametrize(
    "held",
    [
        "",
        "{",
        "[]",
        "null",
        '{"papers": {}}',
        '{"papers": [], "index": {}}',
        '{"papers": {"kent/first.html": {}}, "index": {}}',
        '{"papers": {"kent/first.html": "x"}, "index": {}}',
        '{"papers": {"kent/first.html": null}, "index": {}}',
        '{"papers": {}, "index": {"inputs": 5, "sha256": null}}',
        "half",
        "types",
    ],
)
def test_a_damaged_record_is_made_anew(project: Project, in_process: list[str], held: str) -> None:
    run(project, "Kent")
    good = files_below(project.reports)
    record = project.reports / RECORD
    if held == "half":
        held = record.read_text(encoding="utf-8")[:-40]
    elif held == "types":
        written = json.loads(record.read_text(encoding="utf-8"))
        written["papers"]["kent/first.html"] |= {"order": "first", "area": ["Kent"]}
        held = json.dumps(written)
    record.write_text(held, encoding="utf-8")
    run(project, "Kent")
    assert files_below(project.reports) == good


@pytest.mark.parametrize("lost", ["whole", "one entry"])
def test_a_lost_record_drops_no_paper_from_the_index(
    project: Project, in_process: list[str], lost: str
) -> None:
    run(project, "Kent", "Essex", "East Sussex")
    before = index_of(project)
    record = project.reports / RECORD
    if lost == "whole":
        record.unlink()
    else:
        held = json.loads(record.read_text(encoding="utf-8"))
        held["papers"]["essex/first.html"]["order"] = "first"
        record.write_text(json.dumps(held), encoding="utf-8")
    for name in ("note/first.html", "kent/note.html"):  # no area, no paper
        (project.reports / name).parent.mkdir(exist_ok=True)
        (project.reports / name).write_text("<p>mine</p>", encoding="utf-8")
    (project.reports / "rutland").mkdir()
    (project.reports / "rutland" / "first.html").write_text("", encoding="utf-8")
    done = run(project, "Kent")
    assert set(done.values()) == ({"built"} if lost == "whole" else {"current"})
    assert index_of(project) == before
    assert set(run(project, "Essex").values()) >= {"built"}, "what it was made from is not known"
    assert index_of(project) == before


def index_of(project: Project) -> bytes:
    return (project.reports / INDEX).read_bytes()


def test_a_failure_leaves_the_last_good_paper_and_lets_the_others_finish(
    project: Project, in_process: list[str]
) -> None:
    run(project, "Kent", "Essex")
    good = files_below(project.reports)
    write_notebook(project, "first", FAIL)
    write_notebook(project, "second", SHOW + "\n# another line")
    done = run(project, "Kent", "Essex")
    assert done == {
        "kent/first.html": "failed",
        "essex/first.html": "failed",
        "kent/second.html": "built",
        "essex/second.html": "built",
    }
    now = files_below(project.reports)
    assert set(now) == set(good)
    for name in ("kent/first.html", "essex/first.html"):
        assert now[name] == good[name]
    index = parse(now[INDEX].decode())
    assert len(index.xpath("//ul[@class='papers']/li")) == 4, "the last good ones are still listed"
    assert no_halves(project)
    write_notebook(project, "first", order=1)
    assert run(project, "Kent", "Essex")["kent/first.html"] == "current", "the good one is mended"


def test_a_first_build_that_fails_publishes_the_others_alone(
    project: Project, in_process: list[str]
) -> None:
    write_notebook(project, "first", FAIL)
    run(project, "Kent")
    assert set(files_below(project.reports)) == {
        RECORD,
        INDEX,
        "kent/second.html",
        "kent/second-data/figures.csv",
    }


def test_the_index_lists_every_paper_that_is_there_with_its_line(
    project: Project, in_process: list[str]
) -> None:
    run(project, "Essex")
    run(project, "Kent")
    index = parse((project.reports / INDEX).read_text(encoding="utf-8"))
    assert [one.text_content() for one in index.xpath("//h2")] == ["Kent", "Essex"]
    listed = [
        (one.xpath("string(a/@href)"), one.xpath("string(a)"), one.xpath("string(p)"))
        for one in index.xpath("//ul[@class='papers']/li")
    ]
    assert [(link, title) for link, title, _ in listed] == [
        ("kent/first.html", "Paper first"),
        ("kent/second.html", "Paper second"),
        ("essex/first.html", "Paper first"),
        ("essex/second.html", "Paper second"),
    ]
    assert all(line.startswith(("About Kent: ", "About Essex: ")) for *_, line in listed)
    assert all((project.reports / link).is_file() for link, *_ in listed)
    (project.reports / "essex" / "first.html").unlink()
    run(project, "Kent")
    index = parse((project.reports / INDEX).read_text(encoding="utf-8"))
    assert len(index.xpath("//ul[@class='papers']/li")) == 3


def entries(areas: list[str], titles: tuple[str, ...] = ("One", "Two")) -> dict[str, Any]:
    return {
        f"{area.casefold()}/{at}.html": {
            "area": area,
            "title": title,
            "order": len(titles) - at,
            "summary": f"{area} did well.",
        }
        for area in areas
        for at, title in enumerate(titles)
    }


def test_few_areas_stand_in_full_the_first_one_first_and_without_script() -> None:
    page = parse(index_page(entries(["Essex", "Kent", "Rutland", "Barnet"]), "Kent"))
    assert [one.text_content() for one in page.xpath("//main//section/h2")] == [
        "Kent",
        "Barnet",
        "Essex",
        "Rutland",
    ]
    assert page.xpath("string(//p[@class='status'])") == IN_FULL
    first = page.xpath("//section[@class='papers'][1]//li")
    assert [one.xpath("string(a)") for one in first] == ["Two", "One"], "in the order of the papers"
    assert [one.xpath("string(p)") for one in first] == ["Kent did well."] * 2
    assert not page.xpath("//script | //input")
    assert "script-src" not in page.xpath("string(//meta[@http-equiv]/@content)")


def test_many_areas_stand_in_one_list_with_the_only_script_that_the_page_lets_run() -> None:
    names = ["Kent", "Essex", "Rutland", "Barnet", "Devon"]
    assert len(names) == MOST_AREAS_IN_FULL + 1
    html = index_page(entries(names), "Kent")
    page = parse(html)
    assert page.xpath("string(//p[@class='status'])") == IN_LINES
    items = page.xpath("//ul[@class='areas']/li")
    assert [one.xpath("string(details/summary)") for one in items] == sorted(names)
    assert [one.get("data-name") for one in items] == sorted(names)
    assert all(one.xpath("details/ul/li/a/text()") == ["Two", "One"] for one in items)
    (script,) = page.xpath("//script")
    assert script.getparent().tag == "body"
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    policy = page.xpath("string(//meta[@http-equiv]/@content)")
    assert f"default-src 'none';script-src 'sha256-{digest}';" in policy
    assert html == index_page(dict(reversed(entries(names).items())), "Kent")


def test_an_index_without_papers_says_so() -> None:
    page = parse(index_page({}, "Kent"))
    assert page.xpath("string(//p[@class='status'])") == NOTHING
    assert not page.xpath("//section")


@pytest.mark.parametrize("areas", [1, MOST_AREAS_IN_FULL + 1])
def test_hostile_titles_and_lines_stay_words_in_the_index(areas: int) -> None:
    listed = {
        f"x/{at}.html": {"area": HOSTILE * at, "title": HOSTILE, "order": 1, "summary": HOSTILE}
        for at in range(1, areas + 1)
    }
    page = parse(index_page(listed, "Kent"))
    assert len(page.xpath("//script")) == (areas > 1), "the index's own or none"
    assert " ".join(page.text_content().split()).count(" ".join(HOSTILE.split())) >= 2 * areas


@pytest.mark.parametrize(
    ("html", "line"),
    [
        (
            "<section class='findings'><ul><li>One <a>two</a>.</li><li>x</li></ul></section>",
            "One two.",
        ),
        ("<section class='findings'><p>Nothing  is\n known.</p></section>", "Nothing is known."),
        ("<section><ul><li>Elsewhere</li></ul></section>", ""),
        ("<p>&nbsp;</p>", ""),
    ],
)
def test_the_line_in_the_index_is_the_first_finding(html: str, line: str) -> None:
    assert first_finding(f"<html><body>{html}</body></html>") == line


def test_a_record_survives_being_written_and_read(project: Project) -> None:
    entry = dict.fromkeys(("inputs", "sha256", "area", "title", "summary"), "é")
    record = Record({"kent/first.html": entry | {"order": 1, "files": {"é": "é"}}}, {"inputs": "x"})
    record.write(project)
    assert Record.read(project) == record


# ---------------------------------------------------------------- with kernels


@pytest.mark.slow
def test_notebooks_that_fail_or_die_are_named_and_take_no_other_down(project: Project) -> None:
    good = b"<p>the last good one</p>"
    (project.reports / "kent").mkdir(parents=True)
    (project.reports / "kent" / "first.html").write_bytes(good)
    write_notebook(project, "first", "ready = True", FAIL)
    write_notebook(project, "killer", KILL, SHOW, order=3)
    units = units_of(project, "Kent", period="2010")
    done: dict[str, Outcome] = {
        outcome.unit.paper.name: outcome for outcome in build(project, units, jobs=2)
    }
    assert {name: one.status for name, one in done.items()} == {
        "first": "failed",
        "second": "built",
        "killer": "failed",
    }
    problem = done["first"].problem
    for part in ("first.ipynb", "cell 3", "upside down", "area='Kent'", "period=2010"):
        assert part in problem
    assert "Traceback" not in problem
    assert "killer.ipynb" in done["killer"].problem
    assert "period=2010" in done["killer"].problem
    assert (project.reports / "kent" / "first.html").read_bytes() == good
    assert b"Paper for Kent, 2010" in (project.reports / "kent" / "second.html").read_bytes()
    assert not (project.reports / "kent" / "killer.html").exists()
    assert no_halves(project)
    index = parse((project.reports / INDEX).read_text(encoding="utf-8"))
    lines = [one.text_content() for one in index.xpath("//ul[@class='papers']/li/p")]
    assert lines == ["In Kent nothing stands out."]
