"""The glossary: abbreviations in full at their first use, listed at the end, and none unknown."""

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from shown_papers import shown_paper
from small_project import REPOSITORY
from test_page import document

from kscb_analysis.catalogue import load_catalogue
from kscb_analysis.dataset import Dataset
from kscb_analysis.errors import MetadataFault
from kscb_analysis.exporter import KscbExporter
from kscb_analysis.glossary import ABBREVIATION, Glossary, Term, load_glossary
from kscb_analysis.page import PageFault, finish
from kscb_analysis.sources import load_sources

MOST_BYTES = 2000
REAL = load_glossary(REPOSITORY / "data" / "metadata")
GLOSSARY = Glossary(
    {
        "KCC": Term("KCC", "Kent County Council", "Kent County Councils", ""),
        "KPI": Term("KPI", "key figure", "key figures", "A figure with a target."),
        "LAC": Term("LAC", "looked after children", "looked after children", ""),
        "NI": Term("NI", "national indicator", "national indicators", ""),
        "RAG": Term("RAG", "red, amber, green", "", ""),
        "Core assessment": Term("Core assessment", "", "", "A thorough look."),
        "Section 47 enquiry": Term("Section 47 enquiry", "", "", "What must be found out."),
    },
    {"CSV": "a kind of file"},
)


def page(body: str) -> Any:
    return html.document_fromstring(finish(document(body), GLOSSARY))


def told(element: Any) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("KCC runs it. KCC pays.", "KCC (Kent County Council) runs it. KCC pays."),
        ("Three KPIs and one KPI.", "Three KPIs (key figures) and one KPI."),
        ("KCC's money", "KCC's (Kent County Council) money"),
        ("It is NI 59 now", "It is NI 59 (national indicator) now"),
        ("<b>KCC</b> pays", "KCC (Kent County Council) pays"),
        ("Paid by <b>them</b> at KCC.", "Paid by them at KCC (Kent County Council)."),
        ("a system (KCC) of theirs", "a system (KCC: Kent County Council) of theirs"),
        # The words around say it.
        ("Children in care (LAC) in Kent", "Children in care (LAC: looked after children) in Kent"),
        ("Looked after children (LAC)", "Looked after children (LAC)"),
        ("KCC, which is Kent County Council", "KCC, which is Kent County Council"),
        ("National indicator 68 (NI 68)", "National indicator 68 (NI 68)"),
        ("Key numbers (KPI)", "Key numbers (KPI)"),
        ("RAG (Red/Amber/Green)", "RAG (Red/Amber/Green)"),
        # Code, ids and files are left alone.
        ("<code>KCC</code> and CF/C63", "KCC and CF/C63"),
        ("A CSV of 2 kB in E10000016", "A CSV of 2 kB in E10000016"),
    ],
)
def test_an_abbreviation_is_said_in_full_where_it_first_stands(written: str, read: str) -> None:
    (paragraph,) = page(f"<p>{written}</p>").xpath("//main/p")
    assert told(paragraph) == read


def test_the_next_paragraph_needs_no_words() -> None:
    found = page("<p>KCC pays.</p><p>KCC runs it.</p>").xpath("//main/p")
    assert [told(one) for one in found] == ["KCC (Kent County Council) pays.", "KCC runs it."]


def test_a_use_that_is_closed_is_not_the_only_one_said_in_full() -> None:
    closed = "<details><summary>More</summary><p>KCC</p><p>KCC</p></details>"
    shown = page(f"{closed}<p>KCC</p><p>KCC</p>").xpath("//p")
    full = "KCC (Kent County Council)"
    assert [told(one) for one in shown] == [full, "KCC", full, "KCC"]
    assert [told(one) for one in page(f"<p>KCC</p>{closed}").xpath("//p")] == [full, "KCC", "KCC"]


def test_the_title_the_contents_and_drawings_stay_as_they_are() -> None:
    body = (
        "<h2>One</h2><h2>Two</h2><h2>KCC</h2><figure><figcaption>Its money</figcaption>"
        '<svg role="img" aria-label="What KCC pays"><text>KCC</text></svg></figure>'
    )
    made = html.document_fromstring(
        finish(document(body).replace("<h1>A paper", "<h1>KCC pays"), GLOSSARY)
    )
    assert told(made.xpath("//h1")[0]) == made.xpath("string(//title)") == "KCC pays"
    assert made.xpath("//nav//a/text()")[2] == "KCC"
    assert told(made.xpath("//h2[@id='kcc']")[0]) == "KCC (Kent County Council)"
    assert told(made.xpath("//svg")[0]) == "KCC"


def test_the_terms_that_a_page_uses_are_listed_at_its_end() -> None:
    body = (
        "<p>Three KPIs.</p><p>Section 47 enquiries by KCC.</p><footer class=provenance>x</footer>"
    )
    made = page(body)
    assert told(made.xpath("//main/*[last()]/h2")[0]) == "Words and abbreviations"
    assert [told(one) for one in made.xpath("//dl/dt | //dl/dd")] == [
        "KCC", "Kent County Council",
        "KPI", "Key figure. A figure with a target.",
        "Section 47 enquiry", "What must be found out.",
    ]  # fmt: skip
    assert not page("<p>Nothing to explain.</p>").xpath("//dl")


def test_a_word_in_closed_parts_alone_is_not_listed() -> None:
    closed = "<details><summary>More</summary><p>Core assessments by KCC</p></details>"
    assert [told(one) for one in page(closed).xpath("//dt")] == ["KCC"]
    assert [told(one) for one in page(f"{closed}<p>A core assessment</p>").xpath("//dt")] == [
        "Core assessment", "KCC",
    ]  # fmt: skip


def test_what_a_clerk_typed_is_listed_and_otherwise_left_alone() -> None:
    typed = "<dl class=front><div><dt>Report by</dt><dd>KCC, J. McNamara OBE</dd></div></dl>"
    made = page(f"{typed}<section class=recommendations><ol><li>Ask KCC</ol></section><p>KCC</p>")
    assert told(made.xpath("//dd")[0]) == "KCC, J. McNamara OBE"
    assert told(made.xpath("//li")[0]) == "Ask KCC"
    assert told(made.xpath("//main/p")[0]) == "KCC (Kent County Council)"
    assert [told(one) for one in made.xpath("//dt")] == ["Report by", "KCC"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<p>The LADO said so</p>", "'LADO' stands under “A paper” and not in the glossary"),
        ("<p>The DfE’s figures</p>", "'DfE' stands"),
        ("<p>At A&amp;E</p>", "'A&E' stands"),
        ("<p>In KS4</p>", "'KS4' stands"),
        ("<p>(SCRs)</p>", "'SCRs' stands"),
        ("<img alt='What LADO says' src='data:image/png,'>", "'LADO' stands"),
        ("<details><summary>More</summary><p>LADO</p></details>", "'LADO' stands"),
    ],
)
def test_an_abbreviation_that_nobody_explained_stops_the_page(body: str, message: str) -> None:
    with pytest.raises(PageFault, match=r"data/metadata/glossary\.toml, under") as caught:
        page(body)
    assert message in str(caught.value)
    assert finish(document(body))


def test_each_abbreviation_is_named_once() -> None:
    with pytest.raises(PageFault, match=r"^2 fault"):
        page("<p>LADO, LADO and SCR</p><p>LADO</p>")


@pytest.mark.parametrize(
    "text",
    [
        "Kent",
        "E10000016",
        "kB",
        "Stockton-on-Tees",
        "2010/11",
        "CF/A1",
        "I",
        "A4",
        "https://a.org/AB",
    ],
)
def test_what_is_no_abbreviation_is_let_through(text: str) -> None:
    assert page(f"<p>{text}</p>") is not None


# ------------------------------------------------------------------------------- the file


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[terms.KCC]\nmeaning = 'A council.'", "say what it stands for"),
        ("[terms.Placement]\nexpansion = 'placement'", "say what it means"),
        ("[terms.KCC]\nexpantion = 'Kent'", "Did you mean 'expansion'"),
        ("[names]\nCSV = ''", "say in words why"),
        ("[term.KCC]\nexpansion = 'Kent'", "Did you mean 'terms'"),
    ],
)
def test_a_glossary_that_explains_nothing_is_refused(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "glossary.toml").write_text(text, encoding="utf-8")
    with pytest.raises(MetadataFault) as caught:
        load_glossary(tmp_path)
    assert message in str(caught.value)


def test_a_project_without_a_glossary_has_none(tmp_path: Path) -> None:
    assert load_glossary(tmp_path) is None


def test_the_terms_are_in_order_and_no_name_is_a_term_too() -> None:
    assert REAL is not None
    assert list(REAL.terms) == sorted(REAL.terms, key=str.casefold)
    assert list(REAL.names) == sorted(REAL.names, key=str.casefold)
    assert set(REAL.names) & set(REAL.terms) == set()
    # A sentence, or what ends without a full stop because another sentence follows it.
    for term in REAL.terms.values():
        assert not term.meaning or term.meaning.endswith("."), term.name
        assert not term.expansion.endswith("."), term.name


def test_everything_that_a_paper_may_quote_is_in_the_glossary(real_data: Dataset) -> None:
    """For any area and year, without making its page: titles, definitions, notes, sources."""
    assert REAL is not None
    metadata = REPOSITORY / "data" / "metadata"
    said = [
        text
        for one in load_catalogue(metadata).indicators.values()
        for text in (one.title, one.short_title, one.definition, one.polarity_reason, *one.notes)
    ]
    said += [one.reading for one in real_data.methods.by_id.values()]
    for source in load_sources(REPOSITORY / "data" / "raw").values():
        said += [source.title, source.item, source.figures, source.licence]
        said += [text for one in source.tables for text in (one.title, one.place, *one.notes)]
    written = set(ABBREVIATION.findall(re.sub(r"\bCF/[A-Z]\d+", "", " | ".join(said))))
    assert len(written) > 10
    assert {one for one in written if not REAL.knows(one)} == set()


@pytest.mark.parametrize("notebook", ["partnership", "private_fostering"])
def test_the_words_cost_little(real_data: Dataset, notebook: str) -> None:
    """The paper with most abbreviations, and the one with fewest."""
    shown = shown_paper(notebook, real_data).html
    without = finish(document(shown).replace("<h1>A paper</h1>", ""))
    explained = finish(document(shown).replace("<h1>A paper</h1>", ""), REAL)
    assert 0 < len(explained.encode()) - len(without.encode()) < MOST_BYTES


def test_the_exporter_explains_the_words_of_papers_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    import nbformat

    monkeypatch.setenv("KSCB_ROOT", str(REPOSITORY))

    def exported(words: str, **metadata: object) -> str:
        cell = nbformat.v4.new_markdown_cell(f"# What {words} does\n\n{words} pays.")
        notebook = nbformat.v4.new_notebook(cells=[cell], metadata=metadata)
        page, _ = KscbExporter().from_notebook_node(notebook)
        return str(page)

    paper = {"paper": "What is paid"}
    assert "KCC (Kent County Council) pays." in exported("KCC", kscb=paper)
    assert "<p>KCC pays.</p>" in exported("KCC")
    assert "<p>XQZ pays.</p>" in exported("XQZ"), "an analyst's own notebook needs no glossary"
    with pytest.raises(PageFault, match="XQZ"):
        exported("XQZ", kscb=paper)
