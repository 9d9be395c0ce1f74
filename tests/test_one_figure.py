"""One figure: every mention of it comes from its raw cell, and none can be edited by hand."""

import re
from collections import Counter
from typing import Any
from urllib.parse import unquote

import nbformat
import pytest
from counted_project import REVIEWS
from made_up import parse
from shown_papers import ShownPaper, shown_paper
from small_project import damage

from kscb_analysis.build import make_data
from kscb_analysis.dataset import Dataset
from kscb_analysis.exporter import KscbExporter
from kscb_analysis.page import PageFault
from kscb_analysis.paths import Project

NUMBER = re.compile(r"(?<![\d.])\d+\.\d+(?!\d)")
SAID_IN = ("alt", "aria-label", "title", "value")
# Where a page shows a figure, as paths to the elements that do.
PLACES = {
    "a finding": "//section[contains(@class,'findings')]//li",
    "the message": "//section[@id='{id}']//p[@class='message']",
    "the headline": "//section[@id='{id}']//figcaption/span[@class='headline']",
    "a chart": "//section[@id='{id}']//figure//svg",
    "the data": "//section[@id='{id}']//details//td",
    "the scorecard": "//table[caption[contains(@id,'-scorecard-')]]//td",
    "the comparison": "//table[caption[contains(@id,'-comparison-')]]//td",
}


def published(shown: ShownPaper) -> str:
    """Finish a page from what its notebook holds: every promise is held against it."""
    return finish(shown.html)


def finish(html: str) -> str:
    output = nbformat.v4.new_output("display_data", {"text/html": html})
    cell = nbformat.v4.new_code_cell("paper", outputs=[output], execution_count=1, id="paper")
    page, _ = KscbExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    return page


def built(project: Project, notebook: str) -> Any:
    """Build the data and give a finished page of the project."""
    make_data(project)
    return parse(published(shown_paper(notebook, Dataset(project))))


def texts(element: Any) -> list[str]:
    """Give everything that an element says: to the eye, to the ear, to a machine, in a file."""
    said = [str(text) for text in element.xpath(".//text()")]
    for one in element.iter():
        said += [str(one.get(name)) for name in SAID_IN if one.get(name)]
        if str(one.get("href") or "").startswith("data:text/csv"):
            said.append(unquote(one.get("href")))
    return said


def numbers(element: Any) -> Counter[str]:
    """Count every number with a decimal that an element says."""
    return Counter(found for text in texts(element) for found in NUMBER.findall(text))


def csv_of(page: Any, within: str) -> str:
    (link,) = page.xpath(f"{within}//a[@class='csv']/@href")
    return unquote(link)


@pytest.mark.parametrize(
    ("notebook", "file", "old", "new", "indicator_id", "lacks"),
    [
        ("looked_after_children", "comparison_2011/stability", "73.0", "71.3", "stability_pct", ()),
        (
            "safeguarding_activity",
            "kpi_2011/plan_rate",
            "51.6",
            "50.9",
            "plan_rate",
            ("the comparison",),  # no other area is printed for that day
        ),
    ],
)
def test_one_raw_cell_changes_every_mention_and_nothing_else_keeps_the_old(
    small_project: Project,
    notebook: str,
    file: str,
    old: str,
    new: str,
    indicator_id: str,
    lacks: tuple[str, ...],
) -> None:
    before = built(small_project, notebook)
    damage(small_project, f"data/raw/{file}.csv", old, new)
    after = built(small_project, notebook)
    assert numbers(before)[new] == numbers(after)[old] == 0
    assert numbers(after)[new] == numbers(before)[old] > len(PLACES)
    anchor = indicator_id.replace("_", "-")
    for place, path in PLACES.items():
        if place in lacks:
            continue
        for page, value in ((before, old), (after, new)):
            shown = page.xpath(path.format(id=anchor))
            assert any(numbers(one)[value] for one in shown), f"{place} does not show {value}"
    for within in (f"//section[@id='{anchor}']", "//p[contains(.,'Download the scorecard')]"):
        assert NUMBER.findall(csv_of(after, within)).count(new) >= 1


def test_what_is_worked_out_from_a_cell_changes_with_it(small_project: Project) -> None:
    before = built(small_project, "looked_after_children")
    damage(small_project, "data/raw/comparison_2011/stability.csv", "73.0", "71.3")
    after = built(small_project, "looked_after_children")
    # The change from 78.0: shown to the eye in the scorecard.
    path = PLACES["the scorecard"]
    for page, change in ((before, "5.0"), (after, "6.7")):
        said = " ".join(one.text_content() for one in page.xpath(path))
        assert f"down {change} points, worse" in said


def test_one_count_changes_the_interval_and_the_verdict(counted_project: Project) -> None:
    before = built(counted_project, "safeguarding_activity")
    for file, old, new in (
        ("reviews_done", '"840"', '"915"'),
        ("reviews_pct", '"84.0"', '"91.5"'),
        ("aims", "84.0%", "91.5%"),
    ):
        damage(counted_project, f"data/raw/counts_2011/{file}.csv", old, new)
    after = built(counted_project, "safeguarding_activity")
    path = "//table[caption[contains(@id,'-comparison-')]]//tr[th//a[@href='#reviews-pct']]/td"
    rows = [" ".join(" ".join(one.text_content().split()) for one in page.xpath(path))
            for page in (before, after)]  # fmt: skip
    assert "84.0% interval 81.6 to 86.1" in rows[0]
    assert "clearly worse than the neighbours similar to England" in rows[0]
    assert "91.5% interval 89.6 to 93.1" in rows[1]
    assert "similar to the neighbours clearly better than England" in rows[1]
    assert "84.0" not in " ".join(texts(after))


# ------------------------------------------------------------------------ nothing is edited by hand


@pytest.fixture(scope="module")
def held(counted_data: Dataset) -> str:
    """Give a paper as its notebook holds it, which can be published as it stands."""
    html = shown_paper("safeguarding_activity", counted_data).html
    assert finish(html)
    return html


KENT = "E10000016|2011 Reporting year"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # A sentence, its machine-readable value, and one in which both are changed.
        (f'<data value="84.0" data-row="{REVIEWS}|{KENT}|value">84.0%', ">84.1%"),
        (f'<data value="84.0" data-row="{REVIEWS}|{KENT}|value">84.0%', 'value="84.1"'),
        (f'<data value="91.0" data-row="{REVIEWS}|{KENT}|neighbours_mean">91.0%', ">90.0%"),
        # The cell of the comparison table that shows the figure with its interval.
        (f'<td data-row="{REVIEWS}|{KENT}|value">84.0% <small>interval', ">48.0%"),
        # A sentence about a figure that no table shows.
        (f'<data value="84.0" data-row="{REVIEWS}|{KENT}|value">', "|2019 Reporting year|"),
    ],
)
def test_a_number_edited_by_hand_stops_the_build(held: str, old: str, new: str) -> None:
    assert old in held
    if new.startswith("value="):
        edited = old.replace('value="84.0"', new)
    elif "Reporting year" in new:
        edited = old.replace("|2011 Reporting year|", new)
    else:
        edited = re.sub(r">[\d.]+%", new, old)
    assert edited != old
    with pytest.raises(PageFault) as caught:
        finish(held.replace(old, edited, 1))
    assert REVIEWS in str(caught.value)


def test_every_place_where_a_figure_is_tied_is_watched(held: str) -> None:
    """Each cell and each number in a sentence about it stops the build when it alone is changed."""
    key = f"{REVIEWS}|{KENT}|value"
    tied = [found.end() for found in re.finditer(rf'data-row="{re.escape(key)}">', held)]
    assert len(tied) >= 5, "findings, message, headline, scorecard, comparison and data"
    for place in tied:
        assert held[place : place + 4] == "84.0"
        with pytest.raises(PageFault, match=REVIEWS):
            finish(f"{held[:place]}83.9{held[place + 4 :]}")
