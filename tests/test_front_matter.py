"""Front matter: absent when not given, in its place when given, and words whatever was typed."""

import re
from pathlib import Path

import pytest
from lxml import html
from shown_papers import NOTEBOOKS, shown_paper
from small_project import REPOSITORY
from test_page import document, finish

from kscb_analysis import FrontMatter
from kscb_analysis.dataset import Dataset
from kscb_analysis.errors import KscbError, UnknownName, WrongRequest
from kscb_analysis.front_matter import PARAMETERS
from kscb_analysis.meeting import read_meeting
from kscb_analysis.paths import Project
from kscb_analysis.report import render
from kscb_analysis.selection import choose_areas, choose_papers, plan, require_known_values

GIVEN = {
    "report_to": "Children’s Social Care Committee",
    "report_by": "A. Clerk, Democratic Services",
    "report_date": "2012-03-03",
    "classification": "Unrestricted",
    "recommendations": "Note the figures.; Ask for a further report.",
}
HOSTILE = '</style><script>alert(1)</script> "quoted" \\ {braces} & <b>bold</b>'
WHOLE = FrontMatter(**GIVEN)


def page_of(*blocks: str) -> str:
    return finish(document("".join(blocks)))


def test_every_paper_declares_the_same_parameters_and_shows_both_blocks() -> None:
    for name in NOTEBOOKS:
        text = (REPOSITORY / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
        assert re.findall(r'"(\w+): str = \\"\\"  # ', text)[-5:] == list(PARAMETERS), name
        assert text.index("paper.title()") < text.index("paper.front_matter()")
        assert text.index("paper.front_matter()") < text.index("paper.findings()")
        assert text.index("paper.findings()") < text.index("paper.recommendations()")


def test_without_front_matter_the_page_has_the_bytes_that_it_had(small_data: Dataset) -> None:
    shown = shown_paper("private_fostering", small_data, area="Kent")
    without = [
        block.html
        for name, block in shown.blocks.items()
        if name not in {"front_matter", "recommendations"}
    ]
    assert len(without) == len(shown.blocks) - 2
    title = "<h1>A paper</h1>"
    as_it_is, as_it_was = (
        finish(document(text).replace(title, "")) for text in (shown.html, "".join(without))
    )
    assert as_it_is == as_it_was


def test_what_is_given_stands_between_title_and_findings(small_data: Dataset) -> None:
    shown = shown_paper("private_fostering", small_data, **GIVEN)
    page = html.document_fromstring(finish(document(shown.html).replace("<h1>A paper</h1>", "")))
    (opening,) = page.xpath("//div[@class='opening']")
    assert [one.get("class") for one in opening] == [
        "paper-title", "front", "findings", "recommendations",
    ]  # fmt: skip
    assert [one.text_content() for one in opening.xpath("dl/div/dt")] == [
        "Report to", "Report by", "Date", "Classification",
    ]  # fmt: skip
    assert [one.text_content() for one in opening.xpath("dl/div/dd")] == [
        GIVEN["report_to"], GIVEN["report_by"], "3 March 2012", "Unrestricted",
    ]  # fmt: skip
    assert [one.text_content() for one in opening.xpath("section/ol/li")] == [
        "Note the figures.", "Ask for a further report.",
    ]  # fmt: skip
    assert page.xpath("//nav//a[@href='#recommendations']")


def test_only_what_is_given_is_shown() -> None:
    assert FrontMatter(report_by="A. Clerk").block().text == "Report by: A. Clerk"
    assert FrontMatter().block().html == FrontMatter().recommended().html == ""
    assert FrontMatter(report_to="  \n ", recommendations=" ; \n;").block().html == ""
    assert FrontMatter(recommendations=" ; ").recommended().html == ""


def test_the_classification_is_printed_at_the_head_of_each_sheet() -> None:
    page = page_of(str(WHOLE.block().html))
    assert '@bottom-left{content:"A paper"}@top-right{content:"Unrestricted"}' in page
    assert "@top-right" not in page_of(str(FrontMatter(report_to="All").block().html))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2012-03-03", "3 March 2012"),
        ("3 March 2012", "3 March 2012"),
        (" 03  march 2012 ", "3 March 2012"),
        ("2024-02-29", "29 February 2024"),
    ],
)
def test_a_date_is_shown_in_words(written: str, shown: str) -> None:
    assert FrontMatter(report_date=written).block().text == f"Date: {shown}"


@pytest.mark.parametrize(
    "written", ["2012-02-30", "31 April 2012", "3/3/2012", "3 March 12", "20120303", "soon", "3"]
)
def test_what_is_no_date_is_one_clear_message(written: str) -> None:
    with pytest.raises(WrongRequest) as caught:
        FrontMatter(report_date=written)
    assert str(caught.value) == (
        f"report_date is {written!r}, which is no day. Write it 2012-03-21 or 21 March 2012."
    )


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("One", ["One"]),
        ("One; two ;three;", ["One", "two", "three"]),
        ("One\n two  \n\nthree", ["One", "two", "three"]),
        ("One; still one\nTwo", ["One; still one", "Two"]),
        ("One; still one\n", ["One; still one"]),
    ],
)
def test_recommendations_have_a_line_each_or_semicolons_between(
    written: str, found: list[str]
) -> None:
    assert FrontMatter(recommendations=written).each_recommendation() == found


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\u202e", "\u200b"])
@pytest.mark.parametrize("name", [name for name in PARAMETERS if name != "report_date"])
def test_a_character_that_cannot_be_printed_is_named(name: str, character: str) -> None:
    with pytest.raises(WrongRequest, match=rf"{name} holds the character U\+{ord(character):04X}"):
        FrontMatter(**{name: f"All{character}members"})


def test_hostile_text_stays_words() -> None:
    typed = dict.fromkeys(("report_to", "report_by", "classification", "recommendations"), HOSTILE)
    front = FrontMatter(**typed)
    page = page_of(str(front.block().html), str(front.recommended().html))
    read = html.document_fromstring(page)
    assert not read.xpath("//script | //b")
    assert [one.text_content() for one in read.xpath("//dd | //ol/li")] == [HOSTILE] * 4
    # One style element follows the page's own, and what was typed does not end its string.
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert style.count('"') == 4
    assert "\\3c /style>\\3c script>" in style


# ------------------------------------------------------------------------------- the whole way


def test_front_matter_is_checked_before_anything_runs(built_project: Project) -> None:
    units = plan(
        built_project,
        choose_papers(built_project, ["private_fostering"]),
        choose_areas(built_project, []),
        {"report_date": "31 June 2012"},
    )
    with pytest.raises(WrongRequest, match="report_date is '31 June 2012', which is no day"):
        require_known_values(built_project, units)


@pytest.mark.slow
def test_what_is_typed_reaches_the_page_as_it_was_typed(built_project: Project) -> None:
    settings = {**GIVEN, "report_to": HOSTILE, "recommendations": "One 'quoted';\ntwo\n"}
    (unit,) = plan(
        built_project,
        choose_papers(built_project, ["private_fostering"]),
        choose_areas(built_project, []),
        settings,
    )
    page, problem, _ = render(str(built_project.root), str(unit.paper.path), unit.parameters)
    assert problem == ""
    read = html.document_fromstring(page.html)
    assert not read.xpath("//script")
    assert read.xpath("//dl[@class='front']//dd")[0].text_content() == HOSTILE
    asked = read.xpath("//section[@class='recommendations']//li")
    assert [one.text_content() for one in asked] == ["One 'quoted';", "two"]


# ------------------------------------------------------------------------------- a meeting's file

MEETING = """\
report_to = "Children’s Social Care Committee"
report_by = "A. Clerk"
report_date = 2012-03-21
recommendations = ["Note the figures; all of them."]

[papers.private_fostering]
classification = "Restricted"
recommendations = "Note the figures; ask for more."
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "meeting.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_meeting_speaks_for_all_papers_and_one_paper_for_itself(
    built_project: Project, tmp_path: Path
) -> None:
    papers = choose_papers(built_project, [])
    meeting = read_meeting(write(tmp_path, MEETING), [one.name for one in papers])
    units = plan(
        built_project, papers, choose_areas(built_project, []), {"report_by": "B. Clerk"}, meeting
    )
    told = {
        one.paper.name: FrontMatter(**{name: one.parameters.get(name, "") for name in PARAMETERS})
        for one in units
    }
    assert len(told) == len(NOTEBOOKS)
    safeguarding, fostering = told["safeguarding_activity"], told["private_fostering"]
    assert safeguarding.block().text.endswith("Date: 21 March 2012")
    assert safeguarding.report_to == fostering.report_to == "Children’s Social Care Committee"
    # What is said on the line counts for more than what the file says.
    assert safeguarding.report_by == fostering.report_by == "B. Clerk"
    assert (safeguarding.classification, fostering.classification) == ("", "Restricted")
    assert safeguarding.each_recommendation() == ["Note the figures; all of them."]
    assert fostering.each_recommendation() == ["Note the figures", "ask for more."]
    require_known_values(built_project, units)


def test_a_meeting_that_changes_makes_its_papers_stale(
    built_project: Project, tmp_path: Path
) -> None:
    papers, areas = choose_papers(built_project, []), choose_areas(built_project, [])
    names = [one.name for one in papers]
    first = read_meeting(write(tmp_path, MEETING), names)
    second = read_meeting(write(tmp_path, MEETING.replace('"Restricted"', '"Open"')), names)
    before, after = (plan(built_project, papers, areas, {}, one) for one in (first, second))
    changed = [b.paper.name for b, a in zip(before, after, strict=True) if b.inputs != a.inputs]
    assert changed == ["private_fostering"]


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("report_too = 'All'", WrongRequest, "Did you mean 'report_to'?"),
        ("area = 'Kent'", WrongRequest, "meeting.toml gives 'area', which no paper says"),
        ("report_by = 7", WrongRequest, "report_by is 7. Write it as text"),
        ("recommendations = [1]", WrongRequest, "recommendations is [1]. Write it as text"),
        ("papers = 'all'", WrongRequest, "stands under its name, as [papers.its_name]"),
        ("[papers]\nprivate_fostering = 1", WrongRequest, "private_fostering is 1, which is not"),
        ("[papers.fostering]", UnknownName, "Did you mean 'private_fostering'?"),
        ("[papers.private_fostering]\nto = 'All'", WrongRequest, "private_fostering gives 'to'"),
        ("report_to = All", KscbError, "meeting.toml is not readable TOML"),
    ],
)
def test_a_meeting_that_cannot_be_meant_is_one_message(
    tmp_path: Path, text: str, kind: type[KscbError], message: str
) -> None:
    with pytest.raises(kind) as caught:
        read_meeting(write(tmp_path, text), NOTEBOOKS)
    assert message in str(caught.value)


def test_a_meeting_that_is_not_there_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(KscbError, match=r"away\.toml is missing"):
        read_meeting(tmp_path / "away.toml", NOTEBOOKS)
