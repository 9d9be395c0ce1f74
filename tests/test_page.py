"""The finishing pass: numbers, links, contents, and every fault that stops a page."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kscb_analysis import page_checks
from kscb_analysis.html5 import Element, make, parse, serialise, words
from kscb_analysis.page import PageFault, finish

TABLE = (
    "<table><caption>{caption}</caption><thead><tr><th scope=col>Area<th scope=col>2011</thead>"
    '<tbody><tr><th scope=row>Northshire<td class=n data-row="{key}">{shown}</table>'
)
FIGURE = (
    "<figure class=chart id={name}><figcaption><span class=headline>{name}</span></figcaption>"
    '<svg role="img" aria-label="A line that rises from 3 to 9."><path d="M0 0h9"/></svg></figure>'
)


def document(body: str) -> str:
    return (
        "<!doctype html><html lang=en-GB><head><title></title></head><body>"
        f"<main><h1>A paper</h1>{body}</main></body></html>"
    )


def table(caption: str = "A table", key: str = "k", shown: str = "57.0") -> str:
    return TABLE.format(caption=caption, key=key, shown=shown)


def figure(name: str) -> str:
    return FIGURE.format(name=name)


def data(caption: str, attributes: str = "") -> str:
    summary = "<summary>Data for this figure</summary>"
    link = '<p><a class=csv href="data:text/csv,a">Download the data for this figure</a></p>'
    return f"<details class=data {attributes}>{summary}{table(caption)}{link}</details>"


def finished(body: str) -> Element:
    return parse(finish(document(body)))


def texts(root: Element, path: str) -> list[str]:
    return [words(element) for element in root.findall(path)]


def faults(body: str) -> str:
    with pytest.raises(PageFault) as caught:
        finish(document(body))
    return str(caught.value)


# Numbers and references.


def test_figures_and_tables_are_numbered_in_the_order_they_stand() -> None:
    page = finished(figure("a") + table("First") + figure("b") + table("Second"))
    assert texts(page, ".//figcaption") == ["Figure 1: a", "Figure 2: b"]
    assert texts(page, ".//caption") == ["Table 1: First", "Table 2: Second"]


def test_a_table_behind_a_figure_takes_its_number() -> None:
    page = finished(figure("a") + data("By year") + figure("b") + data("By area") + table("Last"))
    assert texts(page, ".//caption") == [
        "Data for figure 1: By year",
        "Data for figure 2: By area",
        "Table 1: Last",
    ]
    assert texts(page, ".//summary") == ["Data for figure 1", "Data for figure 2"]
    assert texts(page, ".//a[@class='csv']")[1] == "Download the data for figure 2"


def test_the_data_of_a_pair_belongs_to_one_each_or_to_both() -> None:
    pair = f"<div class=pair>{figure('a')}{figure('b')}</div>"
    each = finished(pair + data("One") + data("Two"))
    assert texts(each, ".//caption") == ["Data for figure 1: One", "Data for figure 2: Two"]
    both = finished(pair + data("Both"))
    assert texts(both, ".//caption") == ["Data for figures 1 and 2: Both"]
    named = finished(pair + data("Second", "data-figure=b"))
    assert texts(named, ".//caption") == ["Data for figure 2: Second"]


def test_data_inside_a_figure_is_moved_behind_it_or_behind_the_pair() -> None:
    inside = [figure(name).replace("</figure>", data(name) + "</figure>") for name in "ab"]
    page = finished(f"<div class=pair>{''.join(inside)}</div><p>After</p>")
    main = page.find(".//main")
    assert [child.tag for child in main] == ["h1", "div", "details", "details", "p"]
    assert texts(page, ".//caption") == ["Data for figure 1: a", "Data for figure 2: b"]


def test_details_without_a_figure_hold_an_ordinary_table() -> None:
    page = finished(f"<section>{figure('a')}</section><section>{data('Lists')}</section>")
    assert texts(page, ".//caption") == ["Table 1: Lists"]


def test_references_are_written_from_what_they_point_to() -> None:
    page = finished(
        "<p>See <a class=ref href='#b'>old words</a>, <a href='#t'></a> and <a href='#part'></a>,"
        " not <a href='#b'>the second chart</a>.</p><h2 id=part>Front door</h2>"
        + figure("a")
        + figure("b")
        + table().replace("<caption>", "<caption id=t>")
    )
    assert texts(page, ".//p/a") == ["Figure 2", "Table 1", "Front door", "the second chart"]


# Contents, title, footer.


def test_the_contents_list_stands_between_the_opening_and_the_rest() -> None:
    page = finished(
        "<section class=findings><h2>Where things stand</h2></section>"
        "<h2 id=door>Front door</h2><h3 data-short=Referrals>Referrals in the year</h3>"
        "<h3>Referrals in the year</h3><h2>Sources</h2>"
    )
    main = page.find(".//main")
    assert [child.get("class") for child in main] == ["opening", "contents", "paper"]
    assert texts(main, "nav/ul/li/a") == ["Where things stand", "Front door", "Sources"]
    nested = main.findall("nav/ul/li/ul/li/a")
    assert [words(link) for link in nested] == ["Referrals", "Referrals in the year"]
    assert [link.get("href") for link in nested] == [
        "#referrals-in-the-year",
        "#referrals-in-the-year-2",
    ]
    assert "data-short" not in serialise(page)


def test_a_short_paper_has_no_contents_list() -> None:
    assert finished("<h2>One</h2><h2>Two</h2>").find(".//nav") is None


def test_headings_in_closed_details_are_not_in_the_contents() -> None:
    body = "<h2>A</h2><h2>B</h2><h2>C</h2><details><summary>S</summary><h2>Hidden</h2></details>"
    assert texts(finished(body), ".//nav/ul/li/a") == ["A", "B", "C"]


def test_provenance_becomes_the_footer_of_the_page() -> None:
    page = finished("<footer class=provenance><p>Made from…</p></footer><p>Last words</p>")
    assert [child.tag for child in page.find("body")] == ["main", "footer"]


def test_the_title_is_the_first_heading_and_cannot_end_the_style_sheet() -> None:
    title = 'Kent &lt;/style> "2011" \\'
    page = finish(document("").replace("A paper", title))
    assert '<title>Kent &lt;/style> "2011" \\</title>' in page
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert style == '@page{@bottom-left{content:"Kent \\3c /style> \\22 2011\\22  \\5c "}}'


# Plain tables.


def test_a_dataframe_becomes_a_table_that_can_be_read_aloud() -> None:
    page = finished(
        "<h2>By area</h2><div><table border=1 class=dataframe><thead>"
        "<tr style='text-align:right'><th></th><th>Area</th><th>Rate</th><th>Note</th></tr></thead>"
        "<tbody><tr><th>0</th><td>Ashford</td><td>1,204</td><td>late</td></tr>"
        "<tr><th>1</th><td>Dover</td><td>[c]</td><td>-</td></tr></tbody></table></div>"
    )
    region = page.find(".//div[@role='region']")
    found = region.find("table")
    assert not found.attrib
    assert texts(found, "caption") == ["Table 1: By area"]
    assert region.get("aria-labelledby") == found.find("caption").get("id")
    assert [(words(th), th.get("scope"), th.get("class")) for th in found.iter("th")] == [
        ("Area", "col", None),
        ("Rate", "col", "n"),
        ("Note", "col", None),
        ("Ashford", "row", None),
        ("Dover", "row", None),
    ]
    assert [td.get("class") for td in found.iter("td")] == ["n", None, "n", None]


def test_a_named_index_shares_the_header_row() -> None:
    page = finished(
        "<table class=dataframe><thead><tr><th></th><th>2011</th></tr>"
        "<tr><th>Area</th><th></th></tr></thead><tbody><tr><th>Dover</th><td>3</td></tr></tbody>"
        "</table>"
    )
    assert texts(page, ".//thead/tr/th") == ["Area", "2011"]


def test_row_labels_without_a_name_are_called_row() -> None:
    page = finished(
        "<table class=dataframe><thead><tr><th></th><th>2011</th></tr></thead>"
        "<tbody><tr><th>mean</th><td>3</td></tr></tbody></table>"
    )
    assert texts(page, ".//thead/tr/th") == ["Row", "2011"]


def test_a_header_follows_the_alignment_of_its_column() -> None:
    page = finished(table())
    assert [th.get("class") for th in page.findall(".//thead/tr/th")] == [None, "n"]


def test_tables_of_many_columns_are_marked() -> None:
    headers = "<th scope=col>Year" * 9
    page = finished(
        f"<table><caption>C</caption><thead><tr>{headers}</thead><tbody><tr>"
        f"<th scope=row>a{'<td class=n>1' * 8}</table>"
    )
    assert page.find(".//table").get("class") == "many"


# What stops a page.

SVG = "<svg role=img aria-label='{}'></svg>"

FAULTS: list[tuple[Callable[..., object], str, str]] = [
    (page_checks.ids_are_unique, "<p id=a></p><p id=a></p>", "the id 'a' is used 2 times"),
    (page_checks.links_lead_somewhere, "<a href='#gone'>Data</a>", "leads to '#gone'"),
    (page_checks.links_lead_somewhere, "<a class=ref href='#gone'></a>", "leads to '#gone'"),
    (page_checks.links_lead_somewhere, "<a href=' JavaScript:x()'>Data</a>", "JavaScript:x()"),
    (page_checks.links_lead_somewhere, "<a href='data:text/html,x'>Data</a>", "data:text/html"),
    (page_checks.links_lead_somewhere, "<a href='file:///etc'>Data</a>", "file:///etc"),
    (page_checks.links_lead_somewhere, "<a href='//example.org'>Data</a>", "//example.org"),
    (page_checks.links_lead_somewhere, "<a href='https://example.org'></a>", "has no words"),
    (page_checks.links_lead_somewhere, "<section aria-labelledby=x></section>", "names 'x'"),
    (page_checks.nothing_comes_from_elsewhere, "<script>1</script>", "holds no <script>"),
    (page_checks.nothing_comes_from_elsewhere, "<iframe></iframe>", "holds no <iframe>"),
    (page_checks.nothing_comes_from_elsewhere, "<p onclick='x()'>a</p>", "has onclick"),
    (
        page_checks.nothing_comes_from_elsewhere,
        "<img alt='A map of Kent' src='https://example.org/a.png'>",
        "loads 'https://example.org/a.png'",
    ),
    (
        page_checks.nothing_comes_from_elsewhere,
        "<img alt='A map of Kent' src='map.png'>",
        "pasting it into the cell",
    ),
    (
        page_checks.nothing_comes_from_elsewhere,
        "<style>a{background:url(https://example.org/a)}</style>",
        "a style sheet loads something",
    ),
    (
        page_checks.nothing_comes_from_elsewhere,
        "<style>@import 'https://example.org/a.css';</style>",
        "a style sheet loads something",
    ),
    (
        page_checks.nothing_comes_from_elsewhere,
        "<p style='background:url(//example.org)'>a</p>",
        "a style that loads something",
    ),
    (
        page_checks.nothing_comes_from_elsewhere,
        "<svg role=img aria-label='A map of Kent'><use href='https://example.org/a#b'/></svg>",
        "from outside the page",
    ),
    (
        page_checks.nothing_comes_from_elsewhere,
        "<svg role=img aria-label='A map of Kent'><g fill='url(https://example.org/a#b)'/></svg>",
        "has a fill that loads something",
    ),
    (
        page_checks.nothing_comes_from_elsewhere,
        "<style>a{background:image-set('https://example.org/a' 1x)}</style>",
        "a style sheet loads something",
    ),
    (
        page_checks.nothing_comes_from_elsewhere,
        "<meta http-equiv=refresh content='0;url=https://example.org'>",
        "elsewhere with a refresh",
    ),
    (page_checks.headings_are_in_order, "<h1>Another</h1>", "found: “A paper”, “Another”"),
    (page_checks.headings_are_in_order, "<h3>Deep</h3>", "“Deep” is <h3> straight after <h1>"),
    (page_checks.headings_are_in_order, "<h2></h2>", "a heading <h2> under “A paper” is empty"),
    (page_checks.pictures_say_what_they_show, "<img src='data:image/png,'>", "no text that says"),
    (page_checks.pictures_say_what_they_show, SVG.format(""), "no text that says"),
    (page_checks.pictures_say_what_they_show, SVG.format("Line chart"), "which says nothing"),
    (page_checks.pictures_say_what_they_show, SVG.format("image.png"), "which says nothing"),
    (
        page_checks.pictures_say_what_they_show,
        SVG.format("No description has been provided for this image"),
        "which says nothing",
    ),
    (
        page_checks.pictures_say_what_they_show,
        "<figure><figcaption></figcaption></figure>",
        "an empty caption",
    ),
    (page_checks.pictures_say_what_they_show, "<svg aria-label='Kent rose'></svg>", 'role="img"'),
    (page_checks.tables_can_be_read_aloud, table().replace("A table", ""), "has no caption"),
    (page_checks.tables_can_be_read_aloud, table().replace("scope=col", ""), "has no scope"),
    (
        page_checks.tables_can_be_read_aloud,
        table().replace("Northshire", ""),
        "a header cell in “Table 1: A table” is empty",
    ),
    (page_checks.tables_can_be_read_aloud, table(shown=""), "is empty: say why"),
    (
        page_checks.tables_can_be_read_aloud,
        table().replace("<td ", "<td colspan=2 "),
        "spans others",
    ),
    (
        page_checks.tables_can_be_read_aloud,
        "<table><caption>C</caption><tr><td>1</table>",
        "no header cells",
    ),
    (page_checks.scroll_regions_are_named, "<div tabindex=0>a</div>", "no role and name"),
    (page_checks.nothing_half_made_is_shown, "<p>&lt;Axes at 0x7f3a9c></p>", "object's address"),
    (page_checks.nothing_half_made_is_shown, table(shown="nan"), "'nan' is printed as a figure"),
    (page_checks.nothing_half_made_is_shown, table(shown="None"), "marker such as [x]"),
    (
        page_checks.nothing_half_made_is_shown,
        "<pre>Traceback (most recent call last)</pre>",
        "an error is printed",
    ),
    (
        page_checks.blocks_are_not_inside_paragraphs,
        f"<p>See {SVG.format('Kent rose')}<span><table></table></span></p>",
        "stands inside a <p>",
    ),
    (
        page_checks.numbers_agree,
        table() + "<p>It was <data value=75.0 data-row=k>75.0%</data>.</p>",
        "a sentence says '75.0%' under “A paper”, and in “Table 1: A table” shows '57.0'",
    ),
    (
        page_checks.numbers_agree,
        "<p>It was <data value=57.0 data-row=k>57.0%</data>.</p>",
        "no table on the page shows 'k'",
    ),
    (page_checks.numbers_agree, table() + table("B", shown="58"), "different figures for 'k'"),
    (
        page_checks.numbers_agree,
        table() + "<p>It was <data value=57.2 data-row=k>57.0%</data>.</p>",
        "its value is '57.2'",
    ),
]


@pytest.mark.parametrize(("check", "body", "message"), FAULTS)
def test_each_fault_stops_the_page(check: Callable[..., object], body: str, message: str) -> None:
    assert message in faults(body)


def test_every_check_has_an_example_that_trips_it() -> None:
    assert {check for check, _, _ in FAULTS} == set(page_checks.CHECKS)


def test_all_faults_are_listed_at_once() -> None:
    message = faults("<h2></h2><h2>Data</h2><img src='data:image/png,'><script>1</script>")
    assert message.startswith("3 fault(s) in the page “A paper”:\n  ")
    assert len(message.splitlines()) == 4


def test_a_document_without_a_main_part_is_no_paper() -> None:
    with pytest.raises(PageFault, match="no <main> element"):
        finish("<p>Hello</p>")


@pytest.mark.parametrize(
    "body",
    [
        "<a href='https://www.gov.uk/'>Guidance</a>",
        "<a href='mailto:a@example.org'>Write to us</a>",
        "<a href='looked-after.html'>The other paper</a>",
        "<span aria-hidden=true><svg></svg></span>",
        "<svg role=img aria-labelledby=n></svg><p id=n>Kent rose by 3 points</p>",
        "<p>Met at 0x, as planned</p>",
    ],
)
def test_what_is_sound_is_let_through(body: str) -> None:
    assert "<main>" in finish(document(body))


# Numbers in sentences.


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("57.0%", "57.0"),
        ("57%", "57.0"),
        ("1,621 children", "1621"),
        ("£2,593", "2,593"),
        ("6.4 lower", "−6.4"),
        ("6.4", "-6.4"),
        ("down 6.4", "down 6.4"),
        ("57.0", "57.0 [note 1]"),
        ("[c]", "[c]"),
    ],
)
def test_the_same_number_is_the_same_however_it_is_dressed(said: str, shown: str) -> None:
    assert page_checks.same_number(said, shown)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("57.0%", "57.1"),
        ("57.0", "75.0"),
        ("up 6.4", "−6.4"),
        ("+6.4", "-6.4"),
        ("1.6", "16"),
        ("[c]", "3"),
        ("[c]", "[x]"),
        ("0", "[z]"),
    ],
)
def test_another_number_is_another(said: str, shown: str) -> None:
    assert not page_checks.same_number(said, shown)


def test_keys_are_gone_from_the_finished_page() -> None:
    page = finish(document(table() + "<p><data value=57.02 data-row=k>57.0%</data></p>"))
    assert "data-row" not in page
    assert "<data value=57.02>57.0%</data>" in page


# Bytes.


def test_the_same_page_gives_the_same_bytes() -> None:
    body = figure("a") + data("By year") + table()
    assert finish(document(body)) == finish(document(body))


def test_white_space_goes_only_where_no_reader_sees_it() -> None:
    page = finish(
        document(
            "\n  <p>\n  One <b>two</b> <i>three</i>\n four<br> five </p>\n\n"
            "<pre>a\n  b</pre> <ul> <li>x </li> <li>y</li> </ul>"
            "<svg role=img viewBox='0 0 1 1' aria-label='Kent rose'> <g> <path d='M0 0'/> </g>"
            "<text>a <tspan>b</tspan></text></svg>"
        )
    )
    assert "<p>One <b>two</b> <i>three</i> four<br>five</p>" in page
    assert "<pre>a\n  b</pre><ul><li>x<li>y</ul>" in page
    assert '<g><path d="M0 0"/></g><text>a <tspan>b</tspan></text></svg>' in page
    assert "viewBox=" in page


def test_the_page_is_still_the_same_page_for_a_reader() -> None:
    html = document(
        figure("a") + data("By year") + table("Last") + "<h2>A</h2><h2>B</h2><h2>C</h2>"
    )
    once = parse(finish(html))
    again = parse(serialise(once))
    assert [(e.tag, dict(e.attrib)) for e in again.iter()] == [
        (e.tag, dict(e.attrib)) for e in once.iter()
    ]
    assert words(again) == words(once)


ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40)


@given(ANY_TEXT, ANY_TEXT)
def test_any_words_survive_being_written_and_read(text: str, attribute: str) -> None:
    page = make("html")
    page.append(make("body"))
    page[0].append(make("p", {"title": attribute}, text))
    read = parse(serialise(page)).find(".//p")
    assert words(read) == " ".join(text.split())
    assert (read.get("title") or "") == attribute
