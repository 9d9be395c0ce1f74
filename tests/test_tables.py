"""Tables as a reader sees them: each figure with its key, marker and printed place."""

import csv
import io
from dataclasses import replace
from datetime import date
from urllib.parse import unquote

import pandas as pd
import pytest
from made_up import (
    HOSTILE,
    KENT,
    broken,
    count,
    figure,
    indicator,
    moved,
    neighbours,
    parse,
    standing,
    words,
)
from markupsafe import escape

from kscb_analysis import tables
from kscb_analysis.periods import month, reporting_year
from kscb_analysis.standing import Standing
from kscb_analysis.views import MEAN_LABEL
from kscb_analysis.vocabulary import Rag, ValueStatus

FULL = standing(
    latest=figure(54.0, cell="assessments, row 5, column 5"),
    previous=figure(68.5, 2010),
    neighbours_mean=figure(71.04, what="neighbours_mean"),
    neighbours=neighbours(70, 71, 72),
    neighbours_in_set=3,
    england=figure(67.0, what="england"),
    printed_rank=figure(117, what="national_rank"),
    printed_band="D",
    target=figure(70.0, what="target"),
    rating=Rag.RED,
    rating_period=month(2011, 9),
    previous_rating="Amber",
    since=figure(61.2, month(2011, 10)),
)


def scorecard(*standings: Standing) -> "pd.DataFrame":
    """Give the words of a scorecard: a column for each heading, a row for each indicator."""
    page = parse(tables.scorecard(list(standings), KENT, 2011, "card"))
    head = [" ".join(one.text_content().split()) for one in page.xpath("//thead//th")]
    rows = [
        [" ".join(cell.text_content().split()) for cell in row.xpath("./th | ./td")]
        for row in page.xpath("//tbody/tr")
    ]
    return pd.DataFrame(rows, columns=head)


def downloaded(page: object) -> list[list[str]]:
    """Read the one CSV that a page carries."""
    (link,) = parse(page).xpath("//a[@class='csv']/@href")
    assert link.startswith("data:text/csv")
    return list(csv.reader(io.StringIO(unquote(link.partition(",")[2]))))


def test_a_scorecard_row_holds_all_that_is_known() -> None:
    (row,) = scorecard(FULL).to_dict("records")
    assert row == {
        "Indicator": "Short assessments_pct %",
        "Latest": "54.0%",
        "Before": "68.5%",
        "Change": "▼ down 14.5 points, worse",
        "Neighbours’ mean": "71.0%",
        "England": "67.0%",
        "Target": "70.0%",
        "Rating": "■ Red Sep 2011, was Amber",
        "Since then": "61.2% Oct 2011, up, better",
    }


def test_a_column_without_a_figure_is_left_out_and_a_gap_is_not_a_blank() -> None:
    shown = scorecard(moved(50, 60), standing(count(), latest=figure(7)))
    assert list(shown.columns) == ["Indicator", "Latest", "Before", "Change"]
    assert shown["Before"].tolist() == ["60.0%", tables.NOT_PRINTED]
    text = words(tables.scorecard([moved(50, 60)], KENT, 2011, "card"))
    assert f"{tables.NOT_PRINTED} nothing is known from the sources" in text


def test_nothing_known_is_no_row() -> None:
    shown = scorecard(standing(indicator("empty")), standing(latest=figure(None)), moved(50, 60))
    assert len(shown) == 1


def test_a_rating_alone_is_a_row() -> None:
    rated = standing(rating=Rag.RED, rating_period=month(2011, 9))
    (row,) = scorecard(rated).to_dict("records")
    assert row["Rating"] == "■ Red Sep 2011"
    assert row["Change"] == "not known"


@pytest.mark.parametrize("status", [one for one in ValueStatus if one is not ValueStatus.PUBLISHED])
def test_each_marker_that_is_shown_is_explained_and_no_other(status: ValueStatus) -> None:
    one = moved(50, 60, england=figure(None, what="england", status=str(status)))
    text = words(tables.scorecard([one], KENT, 2011, "card"))
    assert status.symbol in text
    assert f"{status.symbol} {status.words}" in text
    others = {other.symbol for other in ValueStatus} - {status.symbol, ""}
    assert not any(other in text for other in others)


def test_a_mean_of_some_of_the_neighbours_says_of_how_many() -> None:
    mean = figure(60.0, what="neighbours_mean")
    for known, said in ((3, "60.0% of 3"), (10, "60.0%"), (0, "60.0%")):
        one = moved(
            50,
            60,
            neighbours_mean=mean,
            neighbours=neighbours(*[60.0] * known) if known else None,
            neighbours_in_set=10,
        )
        assert scorecard(one)["Neighbours’ mean"].tolist() == [said]


def test_a_figure_of_another_period_than_its_column_says_so() -> None:
    one = standing(
        latest=figure(50, month(2011, 9)),
        previous=figure(40, month(2011, 3)),
        target=figure(45, 2012, "target"),
    )
    (row,) = scorecard(one).to_dict("records")
    assert row["Latest"] == "50.0% Sep 2011"
    assert row["Before"] == "40.0% Mar 2011"
    assert row["Target"] == "45.0% 2012"


def test_an_earlier_figure_behind_a_break_is_shown_and_not_compared() -> None:
    told = indicator(breaks=broken(date(2010, 4, 1)))
    one = standing(told, latest=figure(50.5), before_break=figure(60.0, 2010))
    (row,) = scorecard(one).to_dict("records")
    assert (row["Before"], row["Change"]) == ("60.0%", "not comparable")
    assert tables.scorecard_rows([one])["value"].tolist() == [50.5, 60.0]


def test_a_rank_is_left_to_the_comparison_and_kept_in_the_csv() -> None:
    assert not [head for head in scorecard(FULL).columns if "ank" in head]
    rows = tables.scorecard_rows([FULL]).set_index("what")
    assert rows.loc["printed rank", "value"] == 117


@pytest.mark.parametrize(
    ("printed", "floor", "shown"),
    [
        ("", 50.0, "◆ Amber computed"),
        ("", None, None),
        (Rag.AMBER, 50.0, "◆ Amber 2011"),
        (Rag.RED, 50.0, "■ Red 2011; by target and floor Amber"),
        (Rag.RED, None, "■ Red 2011"),
    ],
)
def test_a_computed_rating_is_shown_where_it_is_alone_or_differs(
    printed: str, floor: float | None, shown: str | None
) -> None:
    one = moved(
        60,
        60,
        target=figure(70, what="target"),
        floor=None if floor is None else figure(floor, what="floor"),
        rating=printed,
        rating_period=reporting_year(2011) if printed else None,
    )
    (row,) = scorecard(one).to_dict("records")
    assert row.get("Rating") == shown


def test_every_cell_of_a_scorecard_names_its_figure() -> None:
    page = parse(tables.scorecard([FULL], KENT, 2011, "card"))
    keys = {cell.get("data-row").partition("|")[2]: cell for cell in page.xpath("//td[@data-row]")}
    assert set(keys) == {
        "E10000016|2011 Reporting year|value",
        "E10000016|2010 Reporting year|value",
        "E10000016|2011 Reporting year|neighbours_mean",
        "E10000016|2011 Reporting year|england",
        "E10000016|2011 Reporting year|target",
        "E10000016|2011 October|value",
    }


def test_every_line_of_the_scorecards_csv_names_a_cell_or_says_computed() -> None:
    rows = tables.scorecard_rows([FULL, moved(50, 60)])
    assert rows["source"].str.fullmatch(r"paper/\w+, row \d+, column \d+|computed").all()
    mean = replace(figure(71.04, what="neighbours_mean"), source_id="", cell="")
    computed = standing(latest=figure(50), neighbours_mean=mean)
    told = tables.scorecard_rows([computed]).set_index("what")["source"].to_dict()
    assert told == {"latest": "paper/table, row 2, column 3", "neighbours' mean": "computed"}


def test_the_scorecards_csv_shows_what_the_scorecard_shows() -> None:
    marked = moved(50, 60, england=figure(None, what="england", status="suppressed"))
    head, *lines = downloaded(tables.scorecard([FULL, marked], KENT, 2011, "card"))
    assert head == ["indicator_id", "what", "period", "value", "status", "source"]
    assert lines[0] == [
        "assessments_pct",
        "latest",
        "2011",
        "54.0",
        "",
        "paper/assessments, row 5, column 5",
    ]
    assert lines[2][1:4] == ["neighbours' mean", "2011", "71.0"]
    assert ["assessments_pct", "England", "2011", "", "suppressed"] in [one[:5] for one in lines]


def lines_of(*rows: tuple[str, str, int, float | None, str]) -> pd.DataFrame:
    """Give the rows of a trend chart from label, role, year, value, place."""
    return pd.DataFrame(
        [
            {
                "label": label,
                "role": role,
                "period_label": str(year),
                "position": float(year),
                "value": float("nan") if value is None else value,
                "status": "published" if value is not None else "suppressed",
                "places": 0,
                "key": f"{label}|{year}",
                "place": place,
            }
            for label, role, year, value, place in rows
        ]
    )


TREND = lines_of(
    ("Kent", "area", 2010, 1234.0, "paper/table, row 5"),
    ("Kent", "area", 2011, None, "paper/table, row 5"),
    ("Neighbours’ mean", "neighbour_mean", 2011, 1200.44449, ""),
    ("Essex", "neighbour", 2010, 999.0, "paper/table, row 4"),
    ("Target", "target", 2011, 1000.0, "other/targets, row 9"),
)


def test_a_trend_table_shows_every_figure_and_its_row() -> None:
    page = parse(tables.trend_table(TREND, count(), "A caption", "trend"))
    shown = [
        [" ".join(cell.text_content().split()) for cell in row.xpath("./th | ./td")]
        for row in page.xpath("//tr")
    ]
    assert shown == [
        ["Area", "2010", "2011"],
        ["Kent", "1,234", "[c]"],
        ["Neighbours’ mean", "–", "1,200"],
        ["Essex", "999", "–"],
        ["Target", "–", "1,000"],
    ]
    text = words(tables.trend_table(TREND, count(), "A caption", "trend"))
    assert "[c] withheld, because a small number could identify a child." in text
    assert (
        "Row numbers are those of data/raw/paper/table.csv. Kent: row 5; "
        "Neighbours’ mean: computed; Essex: row 4; Target: other/targets, row 9." in text
    )


def test_many_rows_of_a_neighbour_are_named_in_the_csv_alone() -> None:
    years = range(2005, 2009)
    lines = lines_of(
        *(("Kent", "area", year, 1.0, f"dfe/file, row {year}") for year in years),
        *(("Essex", "neighbour", year, 2.0, f"dfe/file, row {year + 50}") for year in years),
    )
    text = words(tables.trend_table(lines, count(), "A caption", "trend"))
    assert "Kent: rows 2005, 2006, 2007, 2008; neighbours: see the CSV." in text
    assert "2055" not in text
    assert tables.trend_rows(lines)["source"].iloc[1].count("dfe/file, row 20") == 4


def test_the_trends_csv_holds_markers_in_words_and_the_table_in_full() -> None:
    made = tables.trend_rows(TREND)
    assert made.columns.tolist() == ["area", "role", "2010", "2011", "source"]
    kent, mean, essex, target = made.astype(object).where(made.notna(), "").values.tolist()
    assert kent == ["Kent", "area", 1234.0, "suppressed", "paper/table, row 5"]
    assert mean == ["Neighbours’ mean", "neighbour_mean", "", 1200.444, "computed"]
    assert essex == ["Essex", "neighbour", 999.0, "", "paper/table, row 4"]
    assert target[-1] == "other/targets, row 9"


def test_a_plain_table_of_few_figures_names_each_cell() -> None:
    page = tables.figures_table(TREND.iloc[:2], count(), "A caption", "figures")
    assert words(page).count("paper/table, row 5") == 2
    assert "[c] withheld" in words(page)
    assert [cell.get("data-row") for cell in parse(page).xpath("//td[@data-row]")] == [
        "Kent|2010",
        "Kent|2011",
    ]


def test_hostile_names_stay_words_in_every_table() -> None:
    told = indicator(short_title=HOSTILE, unit=HOSTILE)
    one = moved(50, 60, told, rating=HOSTILE, rating_period=reporting_year(2011))
    lines = TREND.assign(label=HOSTILE, place=HOSTILE, key=HOSTILE)
    for made in (
        tables.scorecard([one], KENT, 2011, "card"),
        tables.trend_table(lines, told, HOSTILE, "trend"),
        tables.figures_table(lines, told, HOSTILE, "figures"),
    ):
        page = parse(made)
        assert not page.xpath("//script")
        assert len(page.xpath("//table")) == 1
        assert "<script" not in made
        assert str(escape(HOSTILE)) in made
        assert " ".join(HOSTILE.split()) in words(made)


def test_every_table_can_be_read_aloud_and_reached_by_keyboard() -> None:
    for made in (
        tables.scorecard([FULL], KENT, 2011, "card"),
        tables.trend_table(TREND, count(), "A caption", "trend"),
        tables.figures_table(TREND, count(), "A caption", "figures"),
    ):
        page = parse(made)
        assert page.xpath("//caption")
        assert not page.xpath("//th[not(@scope)]")
        assert not [cell for cell in page.xpath("//td | //th") if not cell.text_content().strip()]
        (region,) = page.xpath("//div[@role='region']")
        assert region.get("tabindex") == "0"
        assert page.xpath(f"//caption[@id='{region.get('aria-labelledby')}']")


def page_of(lines: pd.DataFrame) -> str:
    return tables.trend_table(lines, indicator(), "A caption", "trend")


def test_each_line_of_a_trend_has_the_decimals_of_its_table() -> None:
    lines = lines_of(
        ("Kent", "area", 2010, 12.0, "paper/table, row 5"),
        ("Kent", "area", 2011, 11.6, "other/table, row 5"),
        (MEAN_LABEL, "neighbour_mean", 2011, 9.25, ""),
    ).assign(places=[0, 1, 1])
    page = parse(page_of(lines))
    shown = [[one.text_content() for one in row.xpath("./td")] for row in page.xpath("//tbody/tr")]
    assert shown == [["12", "11.6"], [tables.NOT_PRINTED, "9.2"]]
    # The common table is named once, another one in full.
    assert f"Kent: row 5; paper/table, row 5; {MEAN_LABEL}: computed." in words(page_of(lines))
    made = tables.trend_rows(lines)
    assert made[["2010", "2011"]].iloc[0].tolist() == [12, 11.6]
    assert made["2011"].iloc[1] == 9.25


def test_a_plain_table_has_the_decimals_of_each_figures_table() -> None:
    lines = lines_of(
        ("Kent", "area", 2010, 12.0, "paper/table, row 5"),
        ("Kent", "area", 2011, 11.6, "other/table, row 5"),
    ).assign(places=[0, 1])
    page = parse(tables.figures_table(lines, indicator(), "A caption", "figures"))
    assert [row.xpath("./td")[0].text_content() for row in page.xpath("//tbody/tr")] == [
        "12",
        "11.6",
    ]


def test_a_counts_row_has_neither_the_neighbours_mean_nor_england() -> None:
    about = count()
    nation = figure(80_000.0, what="england", name=about.indicator_id)
    shown = scorecard(FULL, standing(about, latest=figure(7), england=nation))
    assert shown["England"].tolist() == ["67.0%", tables.NOT_PRINTED]
    assert shown["Neighbours’ mean"].tolist() == ["71.0%", tables.NOT_PRINTED]
    assert "80,000" not in words(
        tables.scorecard([standing(about, latest=figure(7), england=nation)], KENT, 2011, "card")
    )


def test_a_change_is_as_fine_as_the_finer_of_its_figures() -> None:
    for before, said in ((9.0, "up 3 points, better"), (11.0, "up 1 point, better")):
        one = standing(
            latest=replace(figure(12.0), places=0), previous=replace(figure(before, 2010), places=0)
        )
        assert scorecard(one)["Change"].str.endswith(said).all()
    one = standing(
        latest=replace(figure(12.0), places=0), previous=replace(figure(11.6, 2010), places=1)
    )
    assert scorecard(one)[["Latest", "Before", "Change"]].values.tolist() == [
        ["12%", "11.6%", "▲ up 0.4 points, better"]
    ]
