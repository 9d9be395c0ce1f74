"""Kent in 2025 by the numbers: papers on the published files, held against pandas on the same.

The files are not part of the project. They are looked for in the folder named by the environment
variable KSCB_NATIONAL, or else in `../shared/data/dfe` beside the checkout; without them
everything here is skipped.
"""

import os
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from made_up import parse, words
from shown_papers import NOTEBOOKS, shown_paper
from small_project import REPOSITORY

from kscb_analysis import Paper
from kscb_analysis.build import make_data
from kscb_analysis.dataset import Dataset
from kscb_analysis.exporter import KscbExporter
from kscb_analysis.intervals import Comparison
from kscb_analysis.markup import ordinal
from kscb_analysis.paths import Project
from kscb_analysis.standing import Standing

FOLDER = Path(os.environ.get("KSCB_NATIONAL", REPOSITORY.parent / "shared" / "data" / "dfe"))
NEEDED = {
    "cared": "cla_number_and_rate_per_10k_children.csv",
    "stability": "la_cla_placement_stability.csv",
    "second": "d3_cpps_subsequent_plan_2013_to_2025.csv",
    "ended": "d7_cpps_ending_by_duration_2013_to_2024.csv",
    "neighbours": "sn_model_2025_wide.csv",
}
LACKING = [name for name in NEEDED.values() if not (FOLDER / name).is_file()]
KENT = "E10000016"

pytestmark = pytest.mark.skipif(
    bool(LACKING), reason=f"{FOLDER.name} lacks {LACKING}; name their folder in KSCB_NATIONAL"
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The repository's printed tables and metadata, and the published files beside them."""
    project = Project(tmp_path_factory.mktemp("kent") / "project")
    for name in ("metadata", "raw"):
        shutil.copytree(
            REPOSITORY / "data" / name,
            project.root / "data" / name,
            ignore=shutil.ignore_patterns("dfe", "local"),
        )
    project.national.mkdir()
    for path in FOLDER.glob("*.csv"):
        shutil.copy(path, project.national)
    make_data(project)
    return Dataset(project)


@pytest.fixture(scope="module")
def papers(data: Dataset) -> dict[str, Paper]:
    topics = ("safeguarding", "child_protection", "plans_over_time", "looked_after_children")
    return {topic: Paper(topic, data=data) for topic in topics}


def read(what: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / NEEDED[what], dtype=str, encoding="utf-8-sig")


def by_authority(rows: pd.DataFrame, column: str) -> "pd.Series[float]":
    """Give a column's numbers by the authority's code; a marker is no number."""
    mine = rows[rows["geographic_level"] == "Local authority"]
    values = pd.to_numeric(mine[column], errors="coerce")
    return pd.Series(values.to_numpy(), index=mine["new_la_code"]).dropna()


def of_kent(rows: pd.DataFrame) -> "pd.Series[Any]":
    """Give the one row there is."""
    assert rows["new_la_code"].tolist() == [KENT]
    return rows.iloc[0]


def neighbours_in_2025(rows: pd.DataFrame) -> list[str]:
    """Give the codes of Kent's ten neighbours from the published list, by numbers alone."""
    listed = read("neighbours")
    kent = listed[listed["old_la_code"] == "886"].iloc[0]
    numbers = [kent[f"SN_{at}"].strip() for at in range(1, 11)]
    codes = rows.dropna(subset=["new_la_code"]).drop_duplicates("old_la_code")
    return [codes.set_index("old_la_code").loc[one, "new_la_code"] for one in numbers]


def cells(paper: Paper, indicator_id: str) -> str:
    """Give the words of an indicator's row beside other authorities."""
    page = parse(paper.comparison().html)
    (row,) = page.xpath(f"//tbody/tr[th//a[@href='#{indicator_id.replace('_', '-')}']]")
    return " ".join(" ".join(one.text_content().split()) for one in row.xpath("./td"))


def assert_stands(one: Standing, values: "pd.Series[float]", members: list[str]) -> None:
    """Hold mean, median, range, rank and band against those of the file."""
    theirs = values[values.index.isin(members)]
    kent, low_is_good = values[KENT], one.indicator.polarity.sign < 0
    assert one.latest is not None
    assert one.latest.value == kent
    assert one.neighbours is not None
    assert one.neighbours_mean is not None
    assert one.neighbours_mean.value == pytest.approx(theirs.mean())
    assert one.neighbours.median == pytest.approx(theirs.median())
    assert (one.neighbours.lowest, one.neighbours.highest) == (theirs.min(), theirs.max())
    assert one.neighbours.known == len(theirs)
    assert one.everyone == (values.min(), values.max())
    rank = 1 + int(((values < kent) if low_is_good else (values > kent)).sum())
    cuts = values.quantile([0.25, 0.5, 0.75])
    past = int(((cuts < kent) if low_is_good else (cuts > kent)).sum())
    assert one.place == (rank, len(values), "ABCD"[past])


def test_papers_without_a_period_are_on_2025(papers: dict[str, Paper]) -> None:
    assert {paper.year for paper in papers.values()} == {2025}
    for paper in papers.values():
        assert paper.neighbours is not None
        assert paper.neighbours.set_id.startswith("dfe_2025")
        assert set(paper.neighbours.members) == set(neighbours_in_2025(read("ended")))


def test_children_looked_after(papers: dict[str, Paper]) -> None:
    rows = read("cared")
    kent = of_kent(
        rows[
            (rows["time_period"] == "2025")
            & (rows["population_type"] == "Children looked after on 31 March each year")
            & (rows["new_la_code"] == KENT)
        ]
    )
    assert (kent["rate_per_10000"], kent["children_count"]) == ("53", "1896")
    rate = papers["looked_after_children"].standing("children_looked_after_rate")
    number = papers["looked_after_children"].standing("children_looked_after_number")
    assert rate.latest is not None
    assert number.latest is not None
    assert (rate.latest.value, rate.latest.numerator, number.latest.value) == (53.0, 1896.0, 1896.0)
    assert (rate.latest.period.label, number.latest.period.label) == ("2025", "2025")
    said = words(papers["looked_after_children"].scorecard().html)
    assert "1,896" in said
    # A count grows with the area; a rate does not.
    assert (number.neighbours_mean, number.place) == (None, None)
    assert rate.neighbours is not None


def test_second_or_subsequent_plans(papers: dict[str, Paper]) -> None:
    one = papers["plans_over_time"].standing("second_or_subsequent_plans_pct")
    assert one.latest is not None
    assert (one.latest.value, one.latest.numerator, one.latest.denominator) == (24.3, 310, 1274)
    assert one.latest.period.label == "2025"
    rows = read("second")
    kent = of_kent(rows[(rows["time_period"] == "2025") & (rows["new_la_code"] == KENT)])
    assert {"24.3", "310", "1274"} <= set(kent.dropna())
    column = "CPP_subsequent_percent"
    assert kent[column] == "24.3"
    values = by_authority(rows[rows["time_period"] == "2025"], column)
    assert_stands(one, values, neighbours_in_2025(rows))
    assert "24.3%" in cells(papers["plans_over_time"], "second_or_subsequent_plans_pct")


def test_three_or_more_placements(papers: dict[str, Paper]) -> None:
    one = papers["looked_after_children"].standing("three_or_more_placements_pct")
    assert one.latest is not None
    assert (one.latest.value, one.latest.numerator, one.latest.denominator) == (12.0, 221, 1896)
    assert one.interval is not None
    assert (one.interval.lower, one.interval.upper) == pytest.approx((10.29, 13.18), abs=0.006)
    assert one.against_england.verdict is Comparison.SIMILAR
    said = cells(papers["looked_after_children"], "three_or_more_placements_pct")
    assert said.startswith("12% interval 10.3 to 13.2")
    assert "similar to" in said
    assert "England" in said.partition("similar to")[2]
    rows = read("stability")
    rows = rows[rows["time_period"] == "2025"]
    rows = rows[
        (rows["cla_group"] == "CLA on 31 March")
        & (rows["placement_stability"] == "With 3 or more placements during the year")
    ]
    assert of_kent(rows[rows["new_la_code"] == KENT])["children_count"] == "221"
    values = by_authority(rows, "children_percent")
    assert_stands(one, values, neighbours_in_2025(read("ended")))


def test_plans_that_ended_after_two_years(papers: dict[str, Paper]) -> None:
    indicator = "plans_ended_after_2_years_pct"
    one = papers["plans_over_time"].standing(indicator)
    rows = read("ended")
    rows = rows[rows["time_period"] == "2024"]
    kent = of_kent(rows[rows["new_la_code"] == KENT])
    assert (kent["2_years_or_more"], kent["CPP_End"], kent["2_years_or_more_percent"]) == (
        "73", "1471", "5",
    )  # fmt: skip
    assert one.latest is not None
    assert (one.latest.value, one.latest.numerator, one.latest.denominator) == (5.0, 73, 1471)
    assert one.latest.period.label == "2024", "the newest that is published"
    values = by_authority(rows, "2_years_or_more_percent")
    members = neighbours_in_2025(rows)
    assert_stands(one, values, members)
    theirs = values[values.index.isin(members)]
    said = cells(papers["plans_over_time"], indicator)
    assert f"{theirs.min():.1f} to {theirs.max():.1f} median {theirs.median():.1f}" in said
    assert one.place is not None
    assert f"{ordinal(one.place.rank)} of {len(values)} band {one.place.band}" in said
    england = rows[rows["geographic_level"] == "National"]["2_years_or_more_percent"].astype(float)
    assert one.england is not None
    assert [one.england.value] == england.tolist()


def test_what_kent_prints_in_2012_is_no_news_in_2025(papers: dict[str, Paper]) -> None:
    for paper in papers.values():
        for one in paper.standings:
            if one.latest is not None and one.latest.known:
                assert one.latest.period.end.year >= 2023
        assert "Series that had ended by 2023" in words(paper.not_known().html)


def test_every_chart_of_2025_has_two_points_of_kents(papers: dict[str, Paper]) -> None:
    drawn = 0
    for paper in papers.values():
        page = parse(paper.sections().html)
        for section in page.xpath("//section[@class='indicator'][.//figure]"):
            indicator_id = section.get("id").replace("-", "_")
            lines = paper.view.lines(paper.data.catalogue[indicator_id])
            assert lines.loc[lines["role"] == "area", "value"].notna().sum() >= 2
            drawn += 1
    assert drawn > 15


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_no_page_of_kent_is_over_120_kb(data: Dataset, notebook: str) -> None:
    shown = shown_paper(notebook, data)
    output = nbformat.v4.new_output("display_data", {"text/html": shown.html})
    cell = nbformat.v4.new_code_cell("paper", outputs=[output], execution_count=1, id="paper")
    page, resources = KscbExporter().from_notebook_node(
        nbformat.v4.new_notebook(cells=[cell]), {"unique_key": notebook}
    )
    assert len(page.encode()) <= 120_000
    assert notebook == "data_quality" or resources["outputs"]
