"""What a notebook shows: escaped, with headings that can be read aloud, styled there alone."""

import pytest
from markupsafe import Markup

from kscb_analysis.cards import card, live, published
from kscb_analysis.html5 import parse, words


def test_a_card_is_a_table_with_a_caption_and_a_heading_for_each_fact():
    table = parse(card("Kent", [("Code", "E10000016"), ("Region", "South East")])).find(".//table")
    assert words(table.find("caption")) == "Kent"
    assert [(head.get("scope"), words(head)) for head in table.iter("th")] == [
        ("row", "Code"), ("row", "Region"),
    ]  # fmt: skip
    assert [words(cell) for cell in table.iter("td")] == ["E10000016", "South East"]


def test_a_fact_with_nothing_to_say_is_left_out():
    assert "Last day" not in card("Kent", [("Last day", ""), ("Code", "E10000016")])


def test_words_are_escaped_and_markup_is_kept():
    made = card("A <b>", [("<i>", "1 < 2 & 3"), ("Try", Markup("<code>load()</code>"))])
    assert "<caption>A &lt;b&gt;</caption>" in made
    assert '<th scope="row">&lt;i&gt;</th><td class="t">1 &lt; 2 &amp; 3</td>' in made
    assert "<code>load()</code>" in made


@pytest.mark.parametrize("html", ["<p>Kent</p>", "<div><p>a</p></div>", "a\nb", ""])
@pytest.mark.parametrize("kind", ["", "card"])
def test_a_page_gets_what_a_notebook_shows_without_the_style(html, kind):
    assert published(live(html, kind)) == html
    assert published(html) == html


def test_the_style_stays_with_what_is_shown():
    shown = live("<p>Kent</p>", "card")
    assert shown.startswith('<div class="kscb-shown card"><style>.kscb-shown {')
    style = shown.partition("<style>")[2].partition("</style>")[0]
    inside = style.removeprefix(".kscb-shown {").removesuffix("}").strip().splitlines()
    assert inside
    # Nested below the one class, so that nothing else in the notebook changes.
    assert [line for line in inside if not line.startswith("&")] == []


def test_html_of_somebody_elses_is_published_as_it_is():
    other = '<div class="kscb"><style>p { color: red }</style><p>a</p></div>'
    assert published(other) == other
