"""Links into a paper: each indicator has an id that stays, and a heading that leads to itself."""

from typing import Any

import pytest
from lxml import html
from shown_papers import shown_paper
from small_project import REPOSITORY
from test_page import document

from kscb_analysis.catalogue import load_catalogue
from kscb_analysis.dataset import Dataset
from kscb_analysis.page import finish
from kscb_analysis.tables import anchor

CATALOGUE = load_catalogue(REPOSITORY / "data" / "metadata")
SECTION = (
    '<section class="indicator" id="{0}"><h3 data-short="{1}">{1} <b>now</b> and then</h3>'
    "<p>It rose.</p></section>"
)


def page(body: str) -> Any:
    return html.document_fromstring(finish(document(body)))


def test_the_id_of_a_section_is_the_id_of_its_indicator() -> None:
    """Whoever kept a link finds its place in next year's paper; only - stands for _."""
    ids = {one.indicator_id: anchor(one) for one in CATALOGUE.indicators.values()}
    assert ids == {name: name.replace("_", "-") for name in CATALOGUE.indicators}
    assert len(set(ids.values())) == len(CATALOGUE.indicators)


@pytest.mark.parametrize("notebook", ["private_fostering", "safeguarding_activity"])
def test_every_indicator_of_a_paper_can_be_linked_to(small_data: Dataset, notebook: str) -> None:
    shown = shown_paper(notebook, small_data)
    made = html.document_fromstring(finish(document(shown.html).replace("<h1>A paper</h1>", "")))
    sections = made.xpath("//section[@class='indicator']")
    expected = {anchor(one) for one in small_data.catalogue.of_topic(shown.paper.topics[0])}
    assert {one.get("id") for one in sections} == expected
    every_id = made.xpath("//@id")
    assert len(every_id) == len(set(every_id))
    for one in sections:
        (link,) = one.xpath("./h3/a")
        assert link.get("href") == f"#{one.get('id')}"
        assert link.text_content() == one.find("h3").text_content() != ""


def test_the_words_of_a_heading_are_its_link() -> None:
    (heading,) = page("<h2>A</h2>" + SECTION.format("referrals-number", "Referrals")).xpath("//h3")
    assert [child.tag for child in heading] == ["a"]
    assert heading[0].get("href") == "#referrals-number"
    assert heading.text_content() == "Referrals now and then"
    assert not heading.text


def test_other_headings_stay_as_they_are() -> None:
    made = page(
        "<h2>A</h2><section class=indicator><h3>Without an id</h3></section>"
        "<section id=a><h3>No indicator</h3></section>"
    )
    assert not made.xpath("//h3/a")


def test_the_contents_list_has_the_short_words() -> None:
    made = page("<h2>A</h2><h2>B</h2>" + SECTION.format("referrals-number", "Referrals"))
    assert made.xpath("//nav//a/text()")[-1] == "Referrals"
    assert "data-short" not in html.tostring(made, encoding="unicode")
