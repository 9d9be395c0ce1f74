"""A paper on the newest year of made-up national files: ranks, intervals, neighbours by year."""

import math
import re
from typing import Any

import pytest
from crowded_project import EARLY, LATE, build_crowded_project, raw_figures, share_of
from lxml import html
from made_up import parse, untied
from national_files import ENGLAND, KENT
from test_paper import finish, unfinished

from kscb_analysis import Paper
from kscb_analysis.build import make_data
from kscb_analysis.dataset import Dataset
from kscb_analysis.markup import ordinal
from kscb_analysis.paths import Project
from kscb_analysis.views import MEAN_LABEL

TOPIC = "looked_after_children"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = build_crowded_project(tmp_path_factory.mktemp("crowded") / "project")
    make_data(made)
    return made


@pytest.fixture(scope="module")
def data(project: Project) -> Dataset:
    return Dataset(project)


@pytest.fixture(scope="module")
def paper(data: Dataset) -> Paper:
    return Paper(TOPIC, data=data)


@pytest.fixture(scope="module")
def page(paper: Paper) -> Any:
    """The whole page as published; a number without its cell would stop it."""
    blocks = unfinished(paper)
    assert untied(parse(blocks)) == []
    return html.document_fromstring(finish(blocks))


def told(element: Any) -> str:
    return " ".join(element.text_content().split())


def row(page: Any, table: str, indicator: str) -> dict[str, str]:
    """Give the words of an indicator's row in a table, by the heading of each column."""
    (found,) = page.xpath(f"//table[caption[contains(@id,'-{table}-')]]")
    head = [told(one) for one in found.xpath(".//thead//th")]
    (mine,) = found.xpath(f".//tbody/tr[th//a[@href='#{indicator}']]")
    return dict(zip(head, [told(one) for one in mine.xpath("./th | ./td")], strict=True))


def wilson(count: int, of: int) -> tuple[float, float]:
    z, share = 1.959964, count / of
    middle, spread = (
        share + z * z / (2 * of),
        z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)),
    )
    return tuple(100 * (middle + s * spread) / (1 + z * z / of) for s in (-1, 1))  # type: ignore[return-value]


def test_without_a_period_the_paper_is_on_the_newest_year(paper: Paper, page: Any) -> None:
    assert paper.year == 2025
    assert "Kent, year ending 31 March 2025" in told(page.xpath("//h1")[0])
    assert Paper(TOPIC, period=2011, data=paper.data).year == 2011


def test_files_without_a_day_of_publication_are_as_new_as_their_figures(
    paper: Paper, page: Any
) -> None:
    assert "figures up to 31 March 2025" in told(page.xpath("//footer")[0])


def test_a_comparison_without_a_period_is_of_the_newest_year(data: Dataset) -> None:
    assert data.compare("settled_pct").equals(data.compare("settled_pct", period=2025))
    assert data.compare("waiting_pct").equals(data.compare("waiting_pct", period=2024))
    assert not data.compare("settled_pct").equals(data.compare("settled_pct", period=2024))


@pytest.mark.parametrize(
    ("indicator", "group", "year", "high_is_good"),
    [("settled-pct", "settled", 2025, True), ("waiting-pct", "waiting", 2024, False)],
)
def test_rank_and_band_are_those_of_the_file(
    project: Project, page: Any, indicator: str, group: str, year: int, high_is_good: bool
) -> None:
    values = raw_figures(project, group, year).drop(ENGLAND)
    kent = values[KENT]
    rank = 1 + int(((values > kent) if high_is_good else (values < kent)).sum())
    cuts = values.quantile([0.25, 0.5, 0.75])
    past = int(((cuts > kent) if high_is_good else (cuts < kent)).sum())
    ends = {0: ", the best quarter", 3: ", the worst quarter"}
    said = f"{ordinal(rank)} of 105 band {'ABCD'[past]}{ends.get(past, '')}"
    assert row(page, "comparison", indicator)["Rank, band"] == said


@pytest.mark.parametrize(
    ("indicator", "group", "year"),
    [("settled-pct", "settled", 2025), ("waiting-pct", "waiting", 2024)],
)
def test_the_interval_and_what_lies_beyond_it(
    project: Project, page: Any, indicator: str, group: str, year: int
) -> None:
    shown = row(page, "comparison", indicator)
    low, high = wilson(*share_of(group, KENT, year))
    assert f"interval {low:.1f} to {high:.1f}" in shown["Latest"]

    def verdict(benchmark: float) -> str:
        if low <= benchmark <= high:
            return "similar to"
        lower_is_better = group == "waiting"
        return f"clearly {'better' if (low > benchmark) is not lower_is_better else 'worse'} than"

    exact = [100 * count / of for count, of in (share_of(group, one, year) for one in LATE)]
    count, of = share_of(group, ENGLAND, year)
    ours = {"the neighbours": sum(exact) / len(exact), "England": 100 * count / of}
    said = {whom: verdict(benchmark) for whom, benchmark in ours.items()}
    for words in set(said.values()):
        whom = " and ".join(one for one, theirs in said.items() if theirs == words)
        assert f"{words} {whom}" in shown["Beyond chance"]


def test_the_neighbours_of_the_papers_year_are_those_of_its_set(
    project: Project, page: Any
) -> None:
    for indicator, group, year in (
        ("settled-pct", "settled", 2025),
        ("waiting-pct", "waiting", 2024),
    ):
        theirs = raw_figures(project, group, year)[LATE]
        shown = row(page, "comparison", indicator)["The neighbours’ range"]
        assert f"median {theirs.median():.1f}" in shown
        card = row(page, "scorecard", indicator)["Neighbours’ mean"]
        assert card == f"{theirs.mean():.1f}%"


def means(paper: Paper, indicator_id: str) -> dict[str, float]:
    lines = paper.view.lines(paper.data.catalogue[indicator_id])
    mean = lines[lines["label"] == MEAN_LABEL]
    return dict(zip(mean["period_label"], mean["value"], strict=True))


@pytest.mark.parametrize(
    ("indicator_id", "group", "last"),
    [("settled_pct", "settled", 2025), ("waiting_pct", "waiting", 2024)],
)
def test_each_years_mean_is_over_the_set_in_force_then(
    project: Project, paper: Paper, indicator_id: str, group: str, last: int
) -> None:
    expected = {
        str(year): raw_figures(project, group, year)[EARLY if year < 2023 else LATE].mean()
        for year in range(2019, last + 1)
    }
    assert means(paper, indicator_id) == pytest.approx(expected)


def test_from_the_latest_figures_year_on_it_is_the_papers_own_set(data: Dataset) -> None:
    # A paper on 2023 whose latest figures are of 2022 would else speak of two sets at once.
    rows = data.observations
    older = rows[~((rows["indicator_id"] == "waiting_pct") & (rows["time_period"] >= "2023"))]
    held = Dataset(data.project)
    held.__dict__["observations"] = older
    paper = Paper(TOPIC, period=2023, data=held)
    one = paper.standing("waiting_pct")
    assert one.latest is not None
    assert one.latest.period.label == "2022"
    theirs = raw_figures(data.project, "waiting", 2022)
    assert one.neighbours_mean is not None
    assert one.neighbours_mean.value == pytest.approx(theirs[LATE].mean())
    assert means(paper, "waiting_pct")["2022"] == one.neighbours_mean.value
    before = raw_figures(data.project, "waiting", 2021)[EARLY].mean()
    assert means(paper, "waiting_pct")["2021"] == pytest.approx(before)


def test_a_pinned_set_is_used_for_every_year(project: Project, data: Dataset) -> None:
    paper = Paper(TOPIC, comparators="kent_early", data=data)
    expected = {
        str(year): raw_figures(project, "settled", year)[EARLY].mean() for year in range(2019, 2026)
    }
    assert means(paper, "settled_pct") == pytest.approx(expected)
    assert {one.set_id for one in paper.view.sets(2025).values()} == {"kent_early"}


def test_how_to_read_says_which_set_is_used_when(page: Any) -> None:
    (read,) = page.xpath("//*[@id='how-to-read']/following-sibling::ul[1]")
    assert "The neighbours are those of “Made-up set kent_late”: Borough 10, Borough 11" in told(
        read
    )
    assert "2013 to 2022: “Made-up set kent_early”; 2023 to 2025: “Made-up set kent_late”" in told(
        read
    )


def test_a_series_that_ended_is_named_once_and_shown_nowhere(page: Any) -> None:
    assert told(page).count("Stopped pct") == 1
    (where,) = page.xpath("//h3[starts-with(., 'Series that had ended by 2023')]")
    assert "Stopped pct" in told(where.getnext())
    assert not page.xpath("//*[@id='stopped-pct']")


def test_a_series_published_later_is_dated(page: Any) -> None:
    shown = row(page, "scorecard", "waiting-pct")
    assert re.fullmatch(r"[\d.]+% 2024", shown["Latest"])
    assert re.fullmatch(r"[\d.]+% 2023", shown["Before"])
    assert re.fullmatch(r"[\d.]+%", row(page, "scorecard", "settled-pct")["Latest"])


def test_every_chart_has_a_line_of_the_areas_own(page: Any) -> None:
    charts = page.xpath("//figure[contains(@class,'chart')]")
    drawn = {one.get("id") for one in charts}
    for one in ("settled-pct", "waiting-pct"):
        assert {f"figure-{one}-trend", f"figure-{one}-ranked"} <= drawn
    for chart in charts:
        assert chart.xpath(".//*[local-name()='path']")
        (section,) = chart.xpath("./ancestor::section[@class='indicator']")
        own = section.xpath(
            ".//details//tr[th[contains(., 'Kent')]]/td[contains(@class,'num') or not(@class)]"
        )
        known = [told(cell) for cell in own if re.fullmatch(r"[\d,.]+", told(cell))]
        assert len(known) >= 2, chart.get("id")


def test_one_dot_is_no_chart(paper: Paper, page: Any) -> None:
    lines = paper.view.lines(paper.data.catalogue["helped_pct"])
    assert lines["period_label"].nunique() == 7
    assert (lines["role"] == "area").sum() == 1
    (section,) = page.xpath("//section[@id='helped-pct']")
    assert not section.xpath(".//figure")
    kent = raw_figures(paper.data.project, "helped", 2025)[KENT]
    assert f"{kent:.1f}" in told(section)


def test_a_count_is_set_beside_nobody(paper: Paper, page: Any) -> None:
    shown = row(page, "scorecard", "homes-number")
    assert (shown["Neighbours’ mean"], shown["England"]) == ("–", "–")
    assert not page.xpath(
        "//table[caption[contains(@id,'-comparison-')]]//a[@href='#homes-number']"
    )
    assert page.xpath("//figure[@id='figure-homes-number-trend']")
    assert not page.xpath("//figure[@id='figure-homes-number-ranked']")
    names = page.xpath("//section[@id='homes-number']//details//tbody/tr/th")
    assert [told(one) for one in names] == ["Kent", "England"]
    assert paper.view.bars(paper.data.catalogue["homes_number"]).empty
    one = paper.standing("homes_number")
    assert (one.neighbours, one.neighbours_mean, one.place, one.everyone) == (None,) * 4
    assert one.neighbours_in_set == 0


def test_what_is_printed_in_whole_percentages_is_shown_in_them(project: Project, page: Any) -> None:
    whole = raw_figures(project, "settled", 2025)[KENT]
    assert row(page, "scorecard", "settled-pct")["Latest"] == f"{whole:.0f}%"
    assert row(page, "comparison", "settled-pct")["Latest"].startswith(f"{whole:.0f}% interval")
    tenth = raw_figures(project, "waiting", 2024)[KENT]
    assert row(page, "comparison", "waiting-pct")["Latest"].startswith(
        f"{tenth:.1f}% 2024; interval"
    )
    (table,) = page.xpath("//section[@id='settled-pct']//details//table")
    kent, mean = (
        [told(cell) for cell in table.xpath(f".//tr[th[.='{name}']]/td")][:-1]
        for name in ("Kent", MEAN_LABEL)
    )
    assert all(re.fullmatch(r"\d+", cell) for cell in kent)
    assert all(re.fullmatch(r"\d+\.\d", cell) for cell in mean)


@pytest.mark.parametrize(
    ("indicator", "group", "year"),
    [("settled-pct", "settled", 2025), ("waiting-pct", "waiting", 2024)],
)
def test_a_ranked_chart_counts_from_the_nearer_end_by_size(
    project: Project, page: Any, indicator: str, group: str, year: int
) -> None:
    values = raw_figures(project, group, year)[[KENT, *LATE]]
    over, under = int((values > values[KENT]).sum()), int((values < values[KENT]).sum())
    (head,) = page.xpath(f"//figure[@id='figure-{indicator}-ranked']//*[@class='headline']")
    place, end = (over + 1, "highest") if over <= under else (under + 1, "lowest")
    counted = f"{ordinal(place)} {end}" if place > 1 else end
    assert f"Kent is {counted} of 8 with its neighbours, {year}" in told(head)


def test_the_status_tells_national_figures_from_the_councils_own(page: Any) -> None:
    status = " ".join(told(one) for one in page.xpath("//header//p"))
    assert "National figures are the Department for Education’s open data." in status
    assert "provisional" not in status


def test_places_are_those_of_each_indicators_own_cells(data: Dataset) -> None:
    for indicator_id, places in (("settled_pct", 0), ("waiting_pct", 1), ("homes_number", 0)):
        assert set(data.figures(indicator_id)["places"]) == {places}


def test_pandas_reads_the_file_as_the_library_does(project: Project, data: Dataset) -> None:
    rows = data.figures("settled_pct")
    mine = rows[rows["time_period"] == "2025"].set_index("area_code")["value"]
    expected = raw_figures(project, "settled", 2025)
    assert mine.astype(float).to_dict() == expected.to_dict()
    assert len(mine) == 106
