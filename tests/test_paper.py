"""Whole papers from the real data: for whom they can be made, and that what they say holds."""

from datetime import date
from typing import Any

import nbformat
import pandas as pd
import pytest
from made_up import HOSTILE, parse, untied, words
from small_project import damage, keep_only

from kscb_analysis import Paper, comparisons, sentences
from kscb_analysis.areas import ENGLAND
from kscb_analysis.build import make_data
from kscb_analysis.dataset import Dataset
from kscb_analysis.errors import UnknownName, WrongRequest
from kscb_analysis.exporter import KscbExporter
from kscb_analysis.paths import Project
from kscb_analysis.standing import standing
from kscb_analysis.vocabulary import Polarity

TOPICS = ("safeguarding", "plans_over_time", "looked_after_children", "private_fostering")
BLOCKS = (
    "title", "findings", "scorecard", "comparison", "sections", "not_known",
    "sources_and_provenance",
)  # fmt: skip
# The council itself, an authority that stands in one table, the nation, one about which nothing is
# printed; the test after these finds those that are unlike them.
CHOSEN = (
    *(("Kent", topic) for topic in TOPICS),
    ("Wigan", "safeguarding"),
    ("Wigan", "looked_after_children"),
    ("England", "private_fostering"),
    ("Rutland", "private_fostering"),
)
OTHER_YEARS = (
    ("safeguarding", {"period": 2005}),
    ("looked_after_children", {"first_year": 2008}),
    ("safeguarding", {"first_year": 2010}),
    ("private_fostering", {"period": 2010, "first_year": 2008}),
    ("private_fostering", {"period": 2005}),
)
# Ten are meant; the longest titles of indicators take three more, "similar to neighbours" one.
MOST_WORDS_IN_A_HEADLINE = 14


def unfinished(paper: Paper) -> str:
    """Give a paper's blocks as a notebook holds them, each number with the figure it names."""
    return "".join(getattr(paper, name)()._repr_html_() for name in BLOCKS)


def finish(blocks: str) -> str:
    """Publish a paper's blocks: every promise that a page makes is held against them."""
    output = nbformat.v4.new_output("display_data", {"text/html": blocks})
    cell = nbformat.v4.new_code_cell("paper", outputs=[output], execution_count=1, id="paper")
    page, _ = KscbExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    return page


@pytest.fixture(scope="module")
def papers(real_data: Dataset) -> dict[tuple[str, str], Paper]:
    """Give the papers of 2011 for the chosen areas; what they work out is worked out once."""
    return {name: Paper(name[1], area=name[0], data=real_data) for name in CHOSEN}


@pytest.fixture(scope="module")
def blocks(papers: dict[tuple[str, str], Paper]) -> dict[tuple[str, str], str]:
    """Give what their notebooks hold."""
    return {name: unfinished(paper) for name, paper in papers.items()}


@pytest.fixture(scope="module")
def pages(blocks: dict[tuple[str, str], str]) -> dict[tuple[str, str], Any]:
    """Give the pages made from that."""
    return {name: parse(finish(held)) for name, held in blocks.items()}


def shapes(data: Dataset) -> dict[tuple[str, str], set[tuple[object, ...]]]:
    """Say for each area and topic what there is: each indicator, a few figures or many, markers."""
    topics = {one.indicator_id: one.topic for one in data.catalogue.indicators.values()}
    found: dict[tuple[str, str], set[tuple[object, ...]]] = {}
    rows = data.observations[data.observations["statistic"] == "value"]
    for (area, indicator_id), own in rows.groupby(["area_name", "indicator_id"]):
        if topics[indicator_id] in TOPICS:
            known = own["value"].notna()
            in_2011 = bool((known & (own["time_period"] == "2011")).any())
            shape = (indicator_id, min(int(known.sum()), 3), bool((~known).any()), in_2011)
            found.setdefault((str(area), topics[indicator_id]), set()).add(shape)
    return found


def test_papers_for_every_kind_of_area_are_made_without_a_fault(
    real_data: Dataset, pages: dict[tuple[str, str], Any]
) -> None:
    """Every area in the data has, for each indicator, what one of the areas built here has."""
    there = shapes(real_data)
    assert 40 < len({area for area, _ in there}) <= len(real_data.area_names())
    missing = set().union(*there.values())
    missing -= set().union(*(shape for name, shape in there.items() if name in pages))
    while missing:
        area, topic = max(there, key=lambda name: len(there[name] & missing))
        missing -= there[area, topic]
        assert finish(unfinished(Paper(topic, area=area, data=real_data)))


@pytest.mark.parametrize("name", CHOSEN, ids=" ".join)
def test_a_page_names_its_area_and_says_only_what_its_tables_show(
    blocks: dict[tuple[str, str], str], pages: dict[tuple[str, str], Any], name: tuple[str, str]
) -> None:
    held, page = parse(blocks[name]), pages[name]
    assert name[0] in page.xpath("string(//h1)")
    assert untied(held) == []
    findings = held.xpath("//section[contains(@class,'findings')]//li")
    assert len(findings) <= 6
    assert all(one.xpath(".//data") for one in findings)


def test_each_area_finds_the_papers_that_have_something_to_say(
    pages: dict[tuple[str, str], Any],
) -> None:
    said = {
        name: bool(page.xpath("//section[contains(@class,'findings')]//li"))
        for name, page in pages.items()
    }
    assert all(said["Kent", topic] for topic in TOPICS)
    wigan = [said["Wigan", topic] for topic in ("safeguarding", "looked_after_children")]
    assert wigan.count(True) == 1, "it stands in one table"
    assert not said["Rutland", "private_fostering"]
    nothing = pages["Rutland", "private_fostering"]
    assert "hold no figures on this topic for Rutland" in nothing.text_content()


@pytest.mark.parametrize(("topic", "changes"), OTHER_YEARS, ids=str)
def test_other_years_are_made_without_a_fault(
    real_data: Dataset, topic: str, changes: dict[str, int]
) -> None:
    area = "Kent" if topic == "private_fostering" else "East Sussex"
    held = unfinished(Paper(topic, area=area, data=real_data, **changes))
    assert finish(held)
    page = parse(held)
    assert untied(page) == []
    figures = page.xpath("//td/@data-row")
    years = [int(key.split("|")[2][:4]) for key in figures if "Reporting year" in key]
    assert years or changes["period"] == 2005
    assert all(year <= changes.get("period", 2011) for year in years)
    heads = [int(head) for head in page.xpath("//details//th/text()") if head.isdigit()]
    assert all(year >= changes.get("first_year", 0) for year in heads)


def test_every_finding_of_kents_is_in_its_scorecard(papers: dict[tuple[str, str], Paper]) -> None:
    for topic in TOPICS:
        paper = papers["Kent", topic]
        page = parse(paper.findings().html, paper.scorecard().html)
        assert page.xpath("//data")
        assert untied(page) == []


def test_the_comparison_holds_whatever_can_be_set_beside_another_area(
    papers: dict[tuple[str, str], Paper],
) -> None:
    for paper in papers.values():
        block = paper.comparison()
        shown = comparisons.compared(paper.standings)
        page = parse(block.html or "<p></p>")
        assert len(page.xpath("//tbody/tr")) == len(shown) == len(block.table)
        assert page.xpath("string(//h2)") == ("Beside other authorities" if shown else "")
    assert sum(len(papers["Kent", one].comparison().table) for one in TOPICS) > 8
    assert papers["Rutland", "private_fostering"].comparison().html == ""


def test_a_comparison_shows_intervals_verdicts_and_trends(counted_data: Dataset) -> None:
    held = unfinished(Paper("safeguarding", data=counted_data))
    assert untied(parse(held)) == []
    page = parse(finish(held))
    rows = page.xpath(
        "//table[caption[contains(@id,'comparison')]]//tr[th//a[@href='#reviews-pct']]"
    )
    said = " ".join(words(*(one.text_content() for one in rows[0].xpath("./td"))).split())
    assert "84.0% interval 81.6 to 86.1" in said
    assert "clearly worse than the neighbours similar to England" in said
    assert "rising, and getting better" in said
    read = page.xpath("string(//*[@id='how-to-read']/following-sibling::ul[1])")
    for method in ("interval", "against", "trend"):
        assert counted_data.methods[method].reading in " ".join(read.split())


def test_headlines_are_short(pages: dict[tuple[str, str], Any]) -> None:
    headlines = [
        " ".join(one.text_content().partition(": ")[2].split())
        for page in pages.values()
        for one in page.xpath("//figcaption//*[@class='headline']")
    ]
    assert len(headlines) > 25
    assert [one for one in headlines if len(one.split()) > MOST_WORDS_IN_A_HEADLINE] == []


def test_no_sentence_judges_where_neither_side_is_better(
    papers: dict[tuple[str, str], Paper],
) -> None:
    looked_at = 0
    for paper in papers.values():
        for one in paper.standings:
            judged = one.indicator.polarity in (Polarity.HIGH_IS_GOOD, Polarity.LOW_IS_GOOD)
            if one.latest and one.latest.known and not judged:
                said = words(sentences.sentence(one), sentences.change_words(one))
                assert "better" not in said
                assert "worse" not in said
                looked_at += 1
    assert looked_at > 10


def test_markers_are_explained_in_the_block_that_shows_them(
    pages: dict[tuple[str, str], Any],
) -> None:
    shown = 0
    for page in pages.values():
        for table in page.xpath("//table"):
            text = table.text_content()
            for marker in ("[c]", "[x]", "[z]", "[low]", "[u]", "[w]"):
                if marker in text:
                    after = table.xpath("string((following::p[contains(@class,'note')])[1])")
                    assert marker in after, f"{marker} in {text[:80]}"
                    shown += 1
    assert shown > 0


@pytest.mark.parametrize("topic", TOPICS)
def test_every_line_of_kents_scorecard_csv_names_a_printed_cell_that_holds_it(
    real_data: Dataset, papers: dict[tuple[str, str], Paper], topic: str
) -> None:
    rows = papers["Kent", topic].scorecard().table
    assert rows["source"].str.fullmatch(r"\w+/\w+, row \d+, column \d+|computed").all()
    places = pd.concat(
        [real_data.observations, real_data.targets.rename(columns={"target": "value"})]
    )
    cells = {
        f"{one.source_id}/{one.source_table}, row {one.source_row}, column {one.source_column}": one
        for one in places.itertuples()
    }
    for one in rows[rows["source"] != "computed"].itertuples():
        cell = cells[one.source]
        assert cell.indicator_id == one.indicator_id
        if pd.isna(one.value):
            assert cell.value_status == one.status != ""
        else:
            assert cell.value == pytest.approx(one.value, abs=0.5)


@pytest.mark.parametrize(
    ("asked", "fault", "message"),
    [
        ({"area": "Kant"}, UnknownName, "Did you mean 'Kent'"),
        ({"area": "east susex"}, UnknownName, "Did you mean 'East Sussex'"),
        ({"area": ""}, UnknownName, "No area ''"),
        ({"area": HOSTILE}, UnknownName, "No area"),
        ({"period": 2090}, UnknownName, r"Did you mean 20\d\d\?"),
        ({"period": 1990}, UnknownName, "Did you mean 2002"),
        ({"period": "last year"}, WrongRequest, "not a year"),
        ({"period": True}, WrongRequest, "not a year"),
        ({"period": 2005, "first_year": 2008}, WrongRequest, "after period 2005"),
        ({"first_year": "x"}, WrongRequest, "first_year is 'x'"),
        ({"comparators": "kent_2011_prnt"}, UnknownName, "Did you mean"),
        ({"topic": "safegarding"}, UnknownName, "Did you mean 'safeguarding'"),
    ],
)
def test_what_the_data_does_not_have_is_refused_with_the_nearest(
    real_data: Dataset, asked: dict[str, Any], fault: type[Exception], message: str
) -> None:
    with pytest.raises(fault, match=message):
        Paper(data=real_data, **asked)


def test_an_area_is_found_by_name_spelling_or_code(real_data: Dataset) -> None:
    for name in ("Kent", "kent", "KENT ", "E10000016", "886"):
        assert Paper(area=name, data=real_data).area.name == "Kent"
    assert Paper(area="E92000001", data=real_data).area.code == ENGLAND
    assert Paper(period="2010/11", data=real_data).year == 2011
    newest = Paper("safeguarding", period=0, data=real_data)
    assert newest.year == real_data.newest_year(newest.indicators)
    assert Paper(period="2010", first_year="2008", data=real_data).first_year == 2008


def test_an_area_without_figures_is_refused(small_data: Dataset) -> None:
    with pytest.raises(UnknownName, match="no figures for Barnet"):
        Paper(area="Barnet", data=small_data)


# ---------------------------------------------------------------- the small project


@pytest.mark.parametrize("area", ["Kent", "Rutland"])
def test_a_small_projects_papers_are_made_without_a_fault(small_data: Dataset, area: str) -> None:
    for topic in small_data.catalogue.topics:
        held = unfinished(Paper(topic, area=area, data=small_data))
        assert untied(parse(held)) == []
        assert area in finish(held)


def test_sources_without_a_date_are_enough_for_a_paper(small_project: Project) -> None:
    keep_only(small_project, "fostering_2011")
    make_data(small_project)
    page = finish(unfinished(Paper("private_fostering", data=Dataset(small_project))))
    assert "The date is not recorded." in page


def test_hostile_names_stay_words_on_a_finished_page(small_project: Project) -> None:
    told = HOSTILE.replace('"', '\\"')
    metadata = "data/metadata/indicators.toml"
    for old in (
        'title = "Assessments completed in time"\n',
        'short_title = "Assessments in time"\n',
        'subject = "The share of assessments completed in time"\n',
        'definition = "Of every hundred assessments, how many were completed in time."\n',
        'title = "Referrals and assessments"\n',
        'lead = "What happens when somebody is worried about a child."\n',
    ):
        start = old.partition("= ")[0]
        damage(small_project, metadata, old, f'{start}= "{told}"\n', count=1)
    damage(
        small_project,
        "data/raw/comparison_2011/source.toml",
        'title = "National comparison"',
        f'title = "{told}"',
    )
    make_data(small_project)
    page = parse(finish(unfinished(Paper("safeguarding", data=Dataset(small_project)))))
    assert not page.xpath("//script")
    shown = " ".join(page.text_content().split())
    assert shown.count(" ".join(HOSTILE.split())) >= 6


def test_a_year_behind_a_break_is_not_compared(small_project: Project) -> None:
    damage(
        small_project,
        "data/metadata/indicators.toml",
        'notes = ["More than 100 is possible."]\n',
        'breaks = [ { from = 2010-04-01, reason = "Counted in another way." } ]\n',
    )
    make_data(small_project)
    data = Dataset(small_project)
    paper = Paper("safeguarding", data=data)
    one = paper.standing("assessments_in_time_pct")
    assert (one.previous, one.change) == (None, None)
    assert one.before_break is not None
    said = words(sentences.sentence(one))
    assert "68.5" not in said
    assert "rose" not in said
    assert "fell" not in said
    cells = parse(paper.scorecard().html).xpath("//tr[th//a[@href='#assessments-in-time-pct']]/td")
    assert [cell.text_content().strip() for cell in cells[1:3]] == ["68.5%", "not comparable"]
    assert data.catalogue["assessments_in_time_pct"].breaks[0].starts == date(2010, 4, 1)
    before = standing(data, one.indicator, paper.area, 2010, paper.neighbours)
    assert before.previous is not None


def test_counts_of_a_part_of_a_year_stand_alone(small_data: Dataset) -> None:
    one = Paper("looked_after_children", data=small_data).standing("went_missing_number")
    assert one.latest is not None
    assert one.since is not None
    assert (one.latest.value, one.since.value) == (80.0, 99.0)
    assert sentences.since_words(one) == "not comparable"
    said = words(sentences.sentence(one))
    assert "fell from 103 to 80" in said
    assert "99" not in said


def test_a_pinned_set_of_neighbours_is_used_and_said(small_data: Dataset) -> None:
    pinned = Paper("safeguarding", data=small_data, comparators="kent_old")
    in_force = Paper("safeguarding", data=small_data)
    indicator = "assessments_in_time_pct"
    for paper, mean, of in ((pinned, 61.0, 1), (in_force, (61.0 + 75.0 + 77.0) / 3, 3)):
        one = paper.standing(indicator)
        assert one.neighbours_mean is not None
        assert one.neighbours_mean.value == pytest.approx(mean)
        assert one.neighbours is not None
        assert one.neighbours.known == of
    assert "kent_old" in pinned.sources_and_provenance().html
    assert "kent_print" in in_force.sources_and_provenance().html
    assert "newest source published 11 January 2012" in in_force.sources_and_provenance().html
