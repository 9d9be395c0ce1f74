"""The scorecard, the partnership and the data quality papers, their parts and their words."""

import re
from dataclasses import replace
from inspect import signature

import pandas as pd
import pytest
from markupsafe import Markup

from kscb_analysis import Paper
from kscb_analysis.cells import MOST_AT_ONCE, few, titled, told
from kscb_analysis.contradictions import contradictions, shared_out
from kscb_analysis.council_ratings import (
    WORDS,
    Counts,
    arrow_cell,
    compared,
    count_ratings,
    counts_table,
    verdict,
)
from kscb_analysis.dataset import Dataset
from kscb_analysis.html5 import parse
from kscb_analysis.judgements import judgements, last_overall, level
from kscb_analysis.markup import amount, said
from kscb_analysis.measures import Figure
from kscb_analysis.page_checks import numbers_agree
from kscb_analysis.parts import _ends_sentence, cross, has_parts, parts_block
from kscb_analysis.paths import NATIONAL
from kscb_analysis.periods import reporting_year
from kscb_analysis.quality import DataQuality
from kscb_analysis.scorecard import PerformanceScorecard
from kscb_analysis.screen import screens
from kscb_analysis.sentences import MOST
from kscb_analysis.sparkline import sparkline

SCORECARD = (
    "title", "findings", "targets_and_ratings", "counts_of_ratings", "judgements", "all_figures",
    "not_known", "sources_and_provenance",
)  # fmt: skip
PARTNERSHIP = (
    "title", "findings", "scorecard", "sections", "not_known", "sources_and_provenance",
)  # fmt: skip
QUALITY = (
    "title", "findings", "what_was_read", "contradictions", "checks", "other_findings",
    "what_was_corrected", "what_is_lost", "sources_and_provenance",
)  # fmt: skip


def partnership(data: Dataset, area: str) -> Paper:
    return Paper(
        ("partnership", "resources"), title="Partnership and resources", area=area, data=data
    )


def words_of(html: Markup) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


# ---------------------------------------------------------------- the three papers


@pytest.mark.parametrize("area", ["Kent", "Essex"])
def test_every_block_of_every_paper_is_built(real_data: Dataset, area: str) -> None:
    papers = (
        (PerformanceScorecard(area=area, data=real_data), SCORECARD),
        (partnership(real_data, area), PARTNERSHIP),
        (DataQuality(area=area, data=real_data), QUALITY),
    )
    for paper, blocks in papers:
        shown = Markup("").join(getattr(paper, name)().html for name in blocks)
        assert area in shown
        ids = re.findall(r'\sid="([^"]+)"', shown)
        assert len(ids) == len(set(ids))
        assert "nan" not in words_of(shown).split()


def test_the_scorecard_shows_value_target_rating_and_direction(real_data: Dataset) -> None:
    paper = PerformanceScorecard(data=real_data)
    shown = words_of(paper.targets_and_ratings().html)
    row = shown[shown.index("Children looked after (rate)") :][:200]
    assert "56.4" in row
    assert "47.0" in row
    assert "missed, 9.4 above" in row
    assert row.count("Red") == 2
    assert "↓ worsened 56.0 in Jun 2011, then 56.4 in Sep 2011" in row
    assert "performance worsened, even where the number rose" in shown


def test_a_figure_is_not_set_against_the_target_of_another_year(real_data: Dataset) -> None:
    paper = PerformanceScorecard(data=real_data)
    shown = words_of(paper.targets_and_ratings().html)
    row = shown[shown.index("Initial assessments within 7 working days") :][:140]
    # 73.2 is of October 2011, the target of 69.0 for 2010/11.
    assert "54.0% 2011 69.0%" in row
    assert "missed, 15.0 below" in row


def test_printed_counts_stand_beside_ours(real_data: Dataset) -> None:
    shown = words_of(PerformanceScorecard(data=real_data).counts_of_ratings().html)
    assert "Now: council’s count Now: our count" in shown
    assert "■ Red 3 4 4 3" in shown
    assert "● Green 3 2 2 3" in shown
    assert "All 7 7 7 7" in shown
    assert "3 printed as Red, 4 listed" in shown


def test_the_partnership_paper_gives_each_topic_a_share_of_its_findings(
    real_data: Dataset,
) -> None:
    shown = words_of(partnership(real_data, "Kent").findings().html)
    assert "common assessments" in shown
    assert "£" in shown


def test_every_check_stands_with_its_promise_and_counts(real_data: Dataset) -> None:
    from kscb_analysis import checks
    from kscb_analysis.findings import promise

    paper = DataQuality(data=real_data)
    shown = words_of(paper.checks().html)
    for check in checks.CHECKS:
        assert str(Markup.escape(promise(check))) in shown
    found = real_data.findings.groupby("check").size()
    assert {name: number for name, (_, number) in paper._results.items() if number} == dict(found)


def test_cells_and_markers_are_counted_from_the_files(real_data: Dataset) -> None:
    rows = DataQuality(data=real_data).what_was_read().table.set_index("title")
    assert len(rows) == len(real_data.sources)
    markers = sum(
        int((table["value_status"] != "published").sum())
        for table in (real_data.observations, real_data.targets)
    )
    assert rows["markers"].sum() == markers
    source = real_data.sources["kscb_annual_report_2011"]
    cells = sum(
        bool(cell.strip())
        for one in source.tables
        for line in pd.read_csv(
            one.path, header=None, dtype=str, keep_default_na=False, names=range(60)
        ).itertuples(index=False)
        for cell in line
    )
    assert rows.loc[source.title, "cells"] == cells


def test_contradictions_name_both_sources_by_title(real_data: Dataset) -> None:
    shown = words_of(DataQuality(data=real_data).contradictions().html)
    first = shown[shown.index("Children adopted from care") :]
    assert first.startswith("Children adopted from care Kent, 2009 78 ")
    assert "the national statistical release" in first
    assert real_data.sources["adoption_review_2012"].title in first
    assert "adoption_review_2012" not in shown


def test_an_average_of_neighbours_is_not_called_the_areas_own(real_data: Dataset) -> None:
    shown = words_of(contradictions(real_data, real_data.area("Kent")).html)
    own, _, others = shown.partition("Average of Kent’s neighbours, 2011")
    assert "Children with a child protection plan Kent, 2011 1,621" in own
    assert "Kent, 2011" not in others.replace("Kent’s neighbours, 2011", "")
    assert others.index("48 ") < others.index("50.7 ") < others.index("71.9% ")


def test_what_is_counted_about_an_area_is_what_stands_in_the_table(real_data: Dataset) -> None:
    block = contradictions(real_data, real_data.area("Kent"))
    subjects = re.findall(r'<th scope="row">[^<]*<small>(.*?)</small>', block.html)
    counted = shared_out(real_data, real_data.area("Kent"))
    means = sum(one.startswith("Average") for one in subjects)
    own = sum(one.startswith("Kent, ") for one in subjects)
    assert counted == (
        f"{own} about Kent, {means} about the average of Kent’s neighbours and "
        f"{len(subjects) - own - means} about other areas"
    )
    assert (
        shared_out(real_data, real_data.area("Essex")) == "0 about Essex and 12 about other areas"
    )


def test_two_prints_of_one_figure_have_one_form(real_data: Dataset) -> None:
    block = contradictions(real_data, real_data.area("Kent"))
    for line in re.findall(r"<tr>(.*?)</tr>", block.html):
        percent = [one.endswith("%") for one in re.findall(r"<strong>(.*?)</strong>", line)]
        assert percent in ([], [True, True], [False, False])
    shown = words_of(block.html)
    assert "8.3% A summary" in shown
    assert "0.1 points" in shown
    assert "Inadequate Inspection" in shown
    assert "Grade 3 (adequate) Inspection" in shown


def test_each_likely_reason_is_said_once(real_data: Dataset) -> None:
    shown = words_of(contradictions(real_data, real_data.area("Kent")).html)
    assert shown.count("may count or round differently") == 1
    assert shown.count("one of the two may be a misprint") == 1
    assert "a revised figure" not in shown


def test_the_summary_counts_what_the_tables_list(real_data: Dataset) -> None:
    paper = DataQuality(data=real_data)
    said = paper.findings().text
    changed = paper.what_was_read().table["corrected"].sum()
    listed = paper.what_was_corrected().html.count('<th scope="row">')
    assert f"{changed} cells are read otherwise than printed. {listed} recorded" in said
    made = paper.checks().html.count('<th scope="row">')
    assert f"{made} checks were made: 2 that would have stopped the run" in said
    found = len(real_data.findings)
    assert f"and the others {found} things.\nAmong those are 12 contradictions" in said
    assert 'listed under <a href="#corrected"></a>' in paper.what_was_read().html


def test_screens_are_listed_only_where_they_had_files(real_data: Dataset) -> None:
    paper = DataQuality(data=real_data)
    screened = set(screens()) & set(paper._promises)
    assert bool(screened) == (NATIONAL in real_data.sources)


def test_papers_on_every_topic_take_the_same_parameters() -> None:
    assert signature(DataQuality) == signature(PerformanceScorecard)
    assert {"area", "period", "first_year", "comparators", "front", "data"} == set(
        signature(DataQuality).parameters
    )


# ---------------------------------------------------------------- the scorecard's opening


def test_the_scorecard_begins_with_the_ratings_and_the_last_inspection(
    real_data: Dataset,
) -> None:
    said = PerformanceScorecard(data=real_data).findings().text.splitlines()
    assert said[0] == (
        "The council rated 7 indicators in September 2011, as listed below: 4 red, 1 amber and 2 "
        "green. The count that it prints says 3 red, 1 amber and 3 green."
    )
    assert said[1] == (
        "Inspectors’ last overall judgements, of 19 November 2010: overall effectiveness "
        "“Inadequate” for safeguarding services and “Inadequate” for services for looked after "
        "children."
    )
    assert 2 < len(said) <= MOST


def test_the_opening_is_held_to_the_table_of_counts(real_data: Dataset) -> None:
    paper = PerformanceScorecard(data=real_data)
    opening = verdict(paper._counts)
    counts = str(paper.counts_of_ratings().html)
    page = "<!doctype html><html><body><main>{}{}</main></body></html>"
    assert list(numbers_agree(parse(page.format(opening, counts)))) == []
    damaged = counts.replace(
        'data-row="ratings-now-red-ours">4', 'data-row="ratings-now-red-ours">5'
    )
    assert damaged != counts
    assert len(list(numbers_agree(parse(page.format(opening, damaged))))) == 1


def test_ratings_are_counted_for_the_year_of_the_paper(real_data: Dataset) -> None:
    kent = real_data.area("Kent")
    standings = PerformanceScorecard(data=real_data)._rated
    assert count_ratings(real_data, kent, 2011, standings).printed["now", "All"] == "7"
    assert count_ratings(real_data, kent, 2009, standings).printed == {}


def counts(red: int, printed: dict[tuple[str, str], str]) -> Counts:
    ours = {(time, word): 0 for time in ("now", "before") for word in (*WORDS, "All")}
    return Counts(ours | {("now", "Red"): red, ("now", "All"): red}, printed, (), "")


def test_a_verdict_says_no_more_than_is_counted() -> None:
    same = {("now", "Red"): "1", ("now", "Amber"): "0", ("now", "Green"): "0"}
    alone = "The council rated 1 indicator, as listed below: 1 red, 0 amber and 0 green."
    assert verdict(counts(1, {})).striptags() == alone
    assert verdict(counts(1, same)).striptags() == alone
    other = verdict(counts(1, same | {("now", "Green"): "2"})).striptags()
    assert other == f"{alone} The count that it prints says 1 red, 0 amber and 2 green."
    assert verdict(counts(0, same)) == ""


def test_counts_that_are_not_printed_have_no_column(real_data: Dataset) -> None:
    shown = words_of(counts_table(counts(1, {}), real_data.area("Kent"), "counted"))
    assert "council’s count" not in shown
    assert "■ Red 1 0" in shown


def test_an_arrow_says_what_it_compares_where_the_paper_bears_it_out(real_data: Dataset) -> None:
    kent, paper = real_data.area("Kent"), PerformanceScorecard(data=real_data)
    backlog = paper.standing("initial_assessments_out_of_timescale_number")
    assert compared(real_data, kent, backlog) == "50 in Aug 2011, then 63 in Sep 2011"
    assert compared(real_data, kent, replace(backlog, printed_direction="↑")) == ""
    adopted = paper.standing("adopted_pct")
    assert "↓</span> worsened</span> <small>as the council prints it<" in str(
        arrow_cell(real_data, kent, adopted)
    )
    assert arrow_cell(real_data, kent, replace(adopted, printed_direction="")) is None


def test_a_paper_whose_figures_moved_the_other_way_is_not_quoted(real_data: Dataset) -> None:
    kent, paper = real_data.area("Kent"), PerformanceScorecard(data=real_data)
    backlog = paper.standing("initial_assessments_out_of_timescale_number")
    turned = Dataset(real_data.project)
    arrows = real_data.ratings["printed"].replace({"↓": "↑"})
    turned.__dict__["ratings"] = real_data.ratings.assign(printed=arrows)
    assert compared(turned, kent, replace(backlog, printed_direction="↑")) == ""


def test_every_indicator_of_the_scorecard_leads_to_its_definition(real_data: Dataset) -> None:
    paper = PerformanceScorecard(data=real_data)
    tables, below = paper.targets_and_ratings().html, paper.all_figures().html
    links = re.findall(r'href="#([^"]+-definition)"', tables)
    assert len(links) == tables.count('<th scope="row">') > 10
    assert set(links) == set(re.findall(r'<p class="definition" id="([^"]+)"', below))
    assert below.index("<details") < below.index("<table") < below.index("</details>")
    assert "target is for another year" in tables


# ---------------------------------------------------------------- judgements


def test_the_last_overall_judgement_is_given_as_printed(real_data: Dataset) -> None:
    kingston = real_data.areas.find("Kingston upon Thames")
    assert last_overall(real_data, kingston, 2009).striptags() == (
        "Inspectors’ last overall judgement, of 26 November 2007: overall effectiveness of "
        "children's services “Grade 4” (outstanding)."
    )
    assert (
        last_overall(real_data, kingston, 2011)
        .striptags()
        .startswith(
            "Inspectors’ last overall judgement in these sources, which hold no later one, of 26"
        )
    )
    assert last_overall(real_data, real_data.area("Essex"), 2011) == ""
    # The inspection of November 2010 is not news to a paper on the year to March 2009.
    assert last_overall(real_data, real_data.area("Kent"), 2009) == ""


def test_judgements_read_the_right_way_round(real_data: Dataset) -> None:
    shown = words_of(judgements(real_data, real_data.area("Kent")).html)
    assert shown.index("Outstanding") < shown.index("Inadequate")
    assert "4 is the best grade and 1 the lowest" in shown
    assert "1 is the best grade and 4 the lowest" in shown
    assert "average" not in shown.replace("never averaged", "")


def test_an_area_without_judgements_is_told_so_in_a_line(real_data: Dataset) -> None:
    shown = words_of(judgements(real_data, real_data.area("Essex")).html)
    assert shown == "Inspection judgements The papers print no judgements on Essex."


def test_a_level_says_its_place_in_words() -> None:
    assert "Good" in level(3)
    assert "3 of 4" in level(3)


# ---------------------------------------------------------------- parts


def observations(labels: list[str], **more: object) -> pd.DataFrame:
    return pd.DataFrame({"breakdown": labels, **more})


def test_rows_crossed_with_columns_are_recognised() -> None:
    grid = cross(observations(["A, with b, x", "A, with b, y", "C, x", "C, y", "C", "x"]))
    assert grid is not None
    assert grid.down == ("A, with b", "C")
    assert grid.across == ("x", "y")
    assert ("C", "") in grid.cells
    assert ("", "x") in grid.cells


@pytest.mark.parametrize("labels", [["A, x", "B, y"], ["A", "B"], ["A, x", "A, y"], []])
def test_other_labels_are_a_plain_list(labels: list[str]) -> None:
    assert cross(observations(labels)) is None


def test_allegations_are_a_table_of_outcomes_by_action(real_data: Dataset) -> None:
    paper = partnership(real_data, "Kent")
    indicator = real_data.indicator("allegations_against_staff_number")
    shown = words_of(parts_block(paper.view, indicator))
    assert "Substantiated 26 17 92 0 135" in shown
    assert "All 26 22 155 297 500" in shown
    assert "Of 500, the most are “Substantiated”: 135." in shown


def test_an_area_without_parts_has_no_table(real_data: Dataset) -> None:
    paper = partnership(real_data, "Essex")
    indicator = real_data.indicator("allegations_against_staff_number")
    assert not has_parts(paper.view, indicator)
    assert parts_block(paper.view, indicator) == ""


def test_what_is_highest_says_of_what(real_data: Dataset) -> None:
    paper = partnership(real_data, "Kent")
    meetings = parts_block(paper.view, real_data.indicator("board_meetings_attended_number"))
    assert (
        "The highest figure is 6 meetings, in 9 of the 35 lines of the table. The lowest is 1: "
        in (words_of(meetings))
    )
    income = parts_block(paper.view, real_data.indicator("board_income"))
    assert "The highest figure is £241,327: CFE. The lowest is £750: CAFCASS." in words_of(income)


def held(value: float) -> pd.DataFrame:
    return observations(list("abcdef"), value=[value] * 6)


def test_lines_that_are_all_the_same_have_no_ends(real_data: Dataset) -> None:
    indicator = real_data.indicator("board_meetings_attended_number")
    same = "All 6 lines of the table have the same figure: "
    assert _ends_sentence(held(6.0), indicator) == f"{same}6 meetings."
    assert _ends_sentence(held(1.0), indicator) == f"{same}1."
    assert _ends_sentence(held(1.0).head(2), indicator) == ""


def test_a_single_part_is_a_sentence_and_no_table(real_data: Dataset) -> None:
    paper = partnership(real_data, "Kent")
    deaths = parts_block(paper.view, real_data.indicator("child_deaths_number"))
    assert "<table" not in deaths
    assert words_of(deaths).startswith(
        "One part is printed. Unexpected: 29 in the year to March 2009 (kscb_annual_report_2011/"
    )
    assert "; 41 in the year to March 2011 (" in words_of(deaths)
    two = parts_block(paper.view, real_data.indicator("vulnerable_children_pct"))
    assert "<table" in two


def test_lines_of_money_without_a_printed_total_are_added_up(real_data: Dataset) -> None:
    paper = partnership(real_data, "Kent")
    shown = words_of(parts_block(paper.view, real_data.indicator("board_income")))
    assert "Sum of the lines £598,211 computed" in shown


# ---------------------------------------------------------------- small parts


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "written"),
    [
        (5875800, "pounds", 0, "£5,875,800"),
        (12.6, "million pounds", 1, "£12.6m"),
        (-0.005, "million pounds", 3, "−£0.005m"),
        (-0.0, "million pounds", 1, "£0.0m"),
        (102298, "thousand pounds", 0, "£102,298,000"),
        (57.0, "percent", 1, "57.0%"),
        (301, "thousand calls", 0, "301 thousand"),
        (1621, "children", 0, "1,621"),
    ],
)
def test_amounts_are_written_as_people_write_them(
    real_data: Dataset, value: float, unit: str, decimals: int, written: str
) -> None:
    indicator = replace(real_data.indicator("adopted_pct"), unit=unit, decimals=decimals)
    assert amount(value, indicator) == written
    figure = Figure("key", reporting_year(2011), value, "published")
    assert f">{written}<" in said(figure, indicator)


@pytest.mark.parametrize("count", [2, 10, 40, 200])
def test_a_sparkline_is_small_and_says_what_it_shows(count: int) -> None:
    drawn = sparkline([float(at % 7) for at in range(count)], "Trend, up: 1 in 2002, 9 in 2011")
    assert len(drawn) <= 600
    assert 'role="img"' in drawn
    assert 'aria-label="Trend, up' in drawn


def test_a_level_sparkline_runs_through_the_middle() -> None:
    assert 'd="M3 12 93 12"' in sparkline([5.0, 5.0], "Trend, level")


def test_a_sparkline_breaks_where_years_are_left_out() -> None:
    years = [2008.0, 2009.0, 2010.0, 2021.0, 2022.0]
    whole = sparkline([1.0, 2.0, 3.0], "Trend", years[:3])
    (path,) = re.findall(r' d="([^"]+)"', whole)
    assert path.count("M") == 1
    broken = sparkline([1.0, 2.0, 3.0, 4.0, 5.0], "Trend", years)
    (path,) = re.findall(r' d="([^"]+)"', broken)
    before, after = path.removeprefix("M").split("M")
    assert len(before.split()) == 6, "three points, two numbers each"
    assert int(after.split()[0]) - int(before.split()[-2]) > 50, "the gap is as wide as the years"


def test_a_sparkline_needs_two_figures() -> None:
    with pytest.raises(ValueError, match="two figures"):
        sparkline([1.0], "Trend")


def test_what_comes_from_data_is_escaped(real_data: Dataset) -> None:
    assert "<b>" not in sparkline([1.0, 2.0], "<b>")
    rows = real_data.findings.head(1).assign(message="<b>", cells="<i>")
    assert told(next(rows.itertuples()), real_data.sources) == (
        '&lt;b&gt; <small class="cells">&lt;i&gt;</small>'
    )
    damaged = real_data.judgements.assign(judgement="<script>", group="<b>", words="<i>")
    spoilt = Dataset(real_data.project)
    spoilt.__dict__["judgements"] = damaged
    shown = judgements(spoilt, real_data.area("Kent")).html
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "<b>" not in shown


def test_a_long_list_of_findings_is_folded_after_the_first() -> None:
    short, long = ([Markup("one")] * number for number in (MOST_AT_ONCE, MOST_AT_ONCE + 1))
    assert "<details" not in few(short)
    assert few(long).count("<li>") == len(long)
    assert "6 more of the same kind" in few(long)


def test_cells_are_named_by_titles(real_data: Dataset) -> None:
    source = real_data.sources["kscb_annual_report_2011"]
    place = f"{source.source_id}/{source.tables[0].table_id}, row 3, column 4"
    assert titled(place, real_data.sources) == (
        f"{source.title}: {source.tables[0].title}, row 3, column 4"
    )
    assert titled("elsewhere/table, row 1", real_data.sources) == "elsewhere/table, row 1"


# ---------------------------------------------------------------- nothing there


def test_papers_without_figures_say_so(small_data: Dataset) -> None:
    empty = Dataset(small_data.project)
    for name in ("targets", "ratings", "findings"):
        empty.__dict__[name] = getattr(small_data, name).iloc[:0]
    empty.__dict__["judgements"] = small_data.judgements.iloc[:0]
    scorecard = PerformanceScorecard(data=empty)
    assert "print no target or rating" in scorecard.targets_and_ratings().html
    assert "print no ratings" in scorecard.counts_of_ratings().html
    assert "print no judgements" in scorecard.judgements().html
    quality = DataQuality(data=empty)
    assert "No two prints contradict each other" in quality.contradictions().html
    assert "Nothing else." in quality.other_findings().html
