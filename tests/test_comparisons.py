"""The comparison table: what each cell says, what is left out, and that picture and words agree."""

import csv
import io
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pytest
from made_up import (
    HOSTILE,
    KENT,
    NOT_COMPARED,
    count,
    counted,
    figure,
    indicator,
    moved,
    neighbours,
    parse,
    standing,
    words,
)
from markupsafe import escape

from kscb_analysis.comparisons import compared, comparison_rows, comparison_table
from kscb_analysis.intervals import Against, Comparison, proportion
from kscb_analysis.ranks import Place
from kscb_analysis.standing import Standing
from kscb_analysis.tables import NOT_PRINTED
from kscb_analysis.trends import Trend, TrendWords
from kscb_analysis.vocabulary import Polarity

TEN = neighbours(*range(60, 80, 2))
KNOWN = {"neighbours": TEN, "neighbours_in_set": 10}


def against(verdict: Comparison) -> Against:
    return Against(verdict, 70.0, "made up")


def table(*standings: Standing) -> pd.DataFrame:
    """Give the words of a comparison: a column for each heading, a row for each indicator."""
    page = parse(comparison_table(list(standings), KENT, 2011, "beside"))
    head = [" ".join(one.text_content().split()) for one in page.xpath("//thead//th")]
    rows = [
        [" ".join(cell.text_content().split()) for cell in row.xpath("./th | ./td")]
        for row in page.xpath("//tbody/tr")
    ]
    return pd.DataFrame(rows, columns=head)


def first(one: Standing) -> dict[str, str]:
    return dict(table(one).iloc[0])


FULL = standing(
    latest=counted(840, 1000),
    previous=figure(78.0, 2010),
    first=figure(60.0, 2007),
    interval=proportion(840, 1000),
    neighbours_mean=figure(69.0, what="neighbours_mean"),
    england=figure(83.0, what="england"),
    against_neighbours=against(Comparison.BETTER),
    against_england=against(Comparison.SIMILAR),
    place=Place(12, 150, "A"),
    everyone=(40.0, 99.0),
    printed_rank=figure(13.0, what="national_rank"),
    printed_band="A",
    trend=Trend(TrendWords.RISING, 5, 6.0, 200.0),
    missing=("Surrey", "Devon"),
    **KNOWN,
)


def test_a_row_holds_all_that_is_known() -> None:
    assert first(FULL) == {
        "Indicator": "Short assessments_pct %",
        "Latest": "84.0% interval 81.6 to 86.1",
        "Where it stands": "above all neighbours: the better side",
        "The neighbours’ range": (
            "60.0 to 78.0 median 69.0; middle half 64.5 to 73.5; no figure for Surrey and Devon"
        ),
        "Beyond chance": "clearly better than the neighbours similar to England",
        "Rank, band": "12th of 150 band A, the best quarter 13th printed, band A, the best quarter",
        "Since the first year": "up 24.0 since 2007",
        "Trend over the last 5 years": "rising, and getting better",
    }


def test_a_column_that_no_row_needs_is_left_out_and_a_gap_is_not_a_blank() -> None:
    bare = standing(count("b", polarity=Polarity.LOW_IS_GOOD), latest=figure(50.0), **KNOWN)
    assert list(table(bare).columns) == [
        "Indicator", "Latest", "Where it stands", "The neighbours’ range",
    ]  # fmt: skip
    both = table(FULL, bare)
    assert both["Trend over the last 5 years"].tolist() == [
        "rising, and getting better",
        NOT_PRINTED,
    ]


@pytest.mark.parametrize(
    ("one", "kept"),
    [
        (standing(latest=figure(50.0), **KNOWN), True),
        (standing(latest=figure(50.0), everyone=(1.0, 99.0)), True),
        # An interval alone is about nobody else.
        (standing(latest=counted(5, 10), interval=proportion(5, 10)), False),
        (standing(latest=figure(50.0), printed_rank=figure(3.0), printed_band="A"), False),
        (standing(latest=figure(50.0), england=figure(40.0, what="england")), False),
        (standing(latest=figure(50.0), place=Place(1, 100, "A")), True),
        (standing(latest=figure(50.0)), False),
        (standing(latest=figure(None), **KNOWN), False),
        (standing(**KNOWN), False),
        (standing(count(), latest=figure(50.0), **KNOWN), False),
    ],
)
def test_only_what_can_be_set_beside_another_area_is_compared(one: Standing, kept: bool) -> None:
    assert (compared([one]) == [one]) is kept


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (59.9, "below all neighbours: the worse side"),
        (60.0, "below their middle half: the worse side"),
        (64.4, "below their middle half: the worse side"),
        (64.5, "in their middle half"),
        (73.5, "in their middle half"),
        (73.6, "above their middle half: the better side"),
        (78.0, "above their middle half: the better side"),
        (78.1, "above all neighbours: the better side"),
    ],
)
def test_where_a_figure_stands_among_the_neighbours(value: float, said: str) -> None:
    one = standing(latest=figure(value), **KNOWN)
    page = parse(comparison_table([one], KENT, 2011, "beside"))
    assert page.xpath("string(//tbody//td[2]/small)") == said
    label = page.xpath("string(//tbody//td[2]//svg/@aria-label)")
    assert label == f"Kent {said}; higher is to the right"


@pytest.mark.parametrize(
    ("known", "value", "said"),
    [
        ((60.0, 70.0, 80.0), 61.0, "within the neighbours’ range"),
        ((60.0, 70.0, 80.0), 59.0, "below all neighbours: the worse side"),
        ((60.0,), 60.0, "within the neighbours’ range"),
    ],
)
def test_few_neighbours_have_no_middle_half(
    known: tuple[float, ...], value: float, said: str
) -> None:
    one = standing(latest=figure(value), neighbours=neighbours(*known), neighbours_in_set=10)
    shown = first(one)
    assert shown["Where it stands"] == said
    assert "middle half" not in shown["The neighbours’ range"]


@pytest.mark.parametrize(
    ("polarity", "below", "above"),
    [
        (Polarity.HIGH_IS_GOOD, ": the worse side", ": the better side"),
        (Polarity.LOW_IS_GOOD, ": the better side", ": the worse side"),
        (Polarity.NEAR_TARGET_IS_GOOD, "", ""),
        (Polarity.NO_JUDGEMENT, "", ""),
    ],
)
def test_the_side_is_told_in_words_where_one_is_better(
    polarity: Polarity, below: str, above: str
) -> None:
    about = indicator(polarity=polarity)
    for value, where in (
        (50.0, f"below all neighbours{below}"),
        (62.0, f"below their middle half{below}"),
        (70.0, "in their middle half"),
        (76.0, f"above their middle half{above}"),
        (90.0, f"above all neighbours{above}"),
    ):
        one = standing(about, latest=figure(value), **KNOWN)
        page = parse(comparison_table([one], KENT, 2011, "x"))
        assert page.xpath("string(//tbody//td[2]/small)") == where
        label = page.xpath("string(//td//svg/@aria-label)")
        assert label == f"Kent {where}; higher is to the right"


@pytest.mark.parametrize(
    ("theirs", "england", "said"),
    [
        (Comparison.WORSE, Comparison.WORSE, "clearly worse than the neighbours and England"),
        (Comparison.SIMILAR, Comparison.SIMILAR, "similar to the neighbours and England"),
        (
            Comparison.WORSE,
            Comparison.BETTER,
            "clearly worse than the neighbours clearly better than England",
        ),
        (Comparison.NOT_COMPARED, Comparison.HIGHER, "clearly higher than England"),
        (Comparison.LOWER, Comparison.NOT_COMPARED, "clearly lower than the neighbours"),
        (Comparison.NOT_COMPARED, Comparison.NOT_COMPARED, NOT_PRINTED),
    ],
)
def test_what_goes_beyond_chance(theirs: Comparison, england: Comparison, said: str) -> None:
    one = standing(
        latest=counted(840, 1000),
        interval=proportion(840, 1000),
        against_neighbours=against(theirs),
        against_england=against(england),
        **KNOWN,
    )
    assert first(one).get("Beyond chance", NOT_PRINTED) == said


def test_who_has_no_counts_is_told_and_a_column_of_such_is_dropped() -> None:
    bare = standing(count("b", unit="percent", decimals=1), latest=figure(50.0), **KNOWN)
    assert table(FULL, bare)["Beyond chance"].tolist() == [
        "clearly better than the neighbours similar to England",
        "no counts",
    ]
    assert "Beyond chance" not in table(bare, bare)


def test_each_verdict_stands_in_a_span_of_its_own() -> None:
    page = parse(comparison_table([FULL], KENT, 2011, "beside"))
    spans = page.xpath("//tbody//span[contains(@class, 'dot')]")
    assert [(one.get("class"), one.text_content()) for one in spans] == [
        ("dot better", "clearly better than the neighbours"),
        ("dot same", "similar to England"),
    ]


def test_the_key_names_the_range_of_all_where_a_picture_shows_it() -> None:
    few = standing(latest=figure(50.0), **KNOWN)
    for shown, told in (([FULL, few], True), ([few], False)):
        text = words(comparison_table(shown, KENT, 2011, "beside"))
        assert ("range of all authorities in England" in text) is told
        assert "range of the neighbours" in text


def test_what_is_printed_in_whole_percentages_is_compared_in_them() -> None:
    whole, before = replace(figure(12.0), places=0), replace(figure(9.0, 2007), places=0)
    shown = first(standing(latest=whole, first=before, **KNOWN))
    assert shown["Latest"] == "12%"
    assert shown["Since the first year"] == "up 3 since 2007"
    # Beside 9.4 a reader would subtract to 2.6.
    finer = replace(figure(9.4, 2007), places=1)
    shown_finer = first(standing(latest=whole, first=finer, **KNOWN))
    assert shown_finer["Since the first year"] == "up 2.6 since 2007"
    assert shown["The neighbours’ range"].startswith("60 to 78 median 69.0; middle half 64 to 74")


@pytest.mark.parametrize(
    ("place", "printed", "band", "said"),
    [
        (Place(97, 153, "C"), None, "", "97th of 153 band C"),
        (Place(1, 140, "A"), None, "", "1st of 140 band A, the best quarter"),
        (Place(122, 140, "D"), None, "", "122nd of 140 band D, the worst quarter"),
        (None, 117.0, "D", "117th printed, band D, the worst quarter"),
        (None, 117.0, "B", "117th printed, band B"),
        (None, 117.0, "", "117th printed"),
        (Place(43, 140, "B"), 4.0, "A", "43rd of 140 band B 4th printed, band A, the best quarter"),
        (None, None, "D", None),
    ],
)
def test_a_rank_says_among_how_many_or_that_it_is_printed(
    place: Place | None, printed: float | None, band: str, said: str | None
) -> None:
    rank = None if printed is None else figure(printed, what="national_rank")
    one = standing(latest=figure(70.0), place=place, printed_rank=rank, printed_band=band, **KNOWN)
    assert first(one).get("Rank, band") == said


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        (84.0, 60.0, "up 24.0 since 2007"),
        (60.0, 84.0, "down 24.0 since 2007"),
        (84.0, 83.5, "little change, up 0.5 since 2007"),
        (83.0, 84.0, "down 1.0 since 2007"),
        (84.0, 84.0, "no change since 2007"),
    ],
)
def test_a_small_change_over_the_years_is_called_little(now: float, then: float, said: str) -> None:
    about = indicator(smallest_change=1.0)
    one = standing(about, latest=figure(now), first=figure(then, 2007), **KNOWN)
    assert first(one)["Since the first year"] == said


def test_the_year_before_is_left_to_the_scorecard() -> None:
    one = moved(84.0, 60.0, first=figure(60.0, 2010), **KNOWN)
    assert "Since the first year" not in first(one)


@pytest.mark.parametrize(
    ("found", "polarity", "said"),
    [
        (TrendWords.RISING, Polarity.HIGH_IS_GOOD, "rising, and getting better"),
        (TrendWords.RISING, Polarity.LOW_IS_GOOD, "rising, and getting worse"),
        (TrendWords.FALLING, Polarity.HIGH_IS_GOOD, "falling, and getting worse"),
        (TrendWords.FALLING, Polarity.NO_JUDGEMENT, "falling"),
        (TrendWords.NO_CLEAR_TREND, Polarity.LOW_IS_GOOD, "no clear trend"),
        (TrendWords.TOO_FEW, Polarity.LOW_IS_GOOD, None),
    ],
)
def test_a_trend_and_what_it_means(found: TrendWords, polarity: Polarity, said: str | None) -> None:
    one = standing(
        indicator(polarity=polarity), latest=figure(70.0), trend=Trend(found, 5), **KNOWN
    )
    assert first(one).get("Trend over the last 5 years") == said


@pytest.mark.parametrize(
    ("standings", "said", "unsaid"),
    [
        ([FULL], "Each picture has a scale of its own.", "No counts are printed"),
        ([standing(latest=figure(50.0), **KNOWN)], "No counts are printed", "A rank called"),
        (
            [FULL, standing(latest=figure(50.0), **KNOWN)],
            "A figure without an interval has no counts behind it",
            "No counts are printed",
        ),
        ([FULL], "A rank called printed is out of all authorities", "A figure without"),
    ],
)
def test_the_note_explains_what_is_shown_and_no_more(
    standings: list[Standing], said: str, unsaid: str
) -> None:
    text = words(comparison_table(standings, KENT, 2011, "beside"))
    assert said in text
    assert unsaid not in text


def downloaded(page: Any) -> list[dict[str, str]]:
    (link,) = page.xpath("//a[@class='csv']/@href")
    return list(csv.DictReader(io.StringIO(unquote(link.partition(",")[2]))))


def test_the_csv_holds_what_the_table_shows_unrounded() -> None:
    page = parse(comparison_table([FULL], KENT, 2011, "beside"))
    (row,) = downloaded(page)
    assert row == {
        "indicator_id": "assessments_pct", "period": "2011", "value": "84.0",
        "lower_95": "81.598", "upper_95": "86.141", "neighbours_mean": "69.0",
        "neighbours_median": "69.0", "neighbours_lowest": "60", "neighbours_lower_quartile": "64.5",
        "neighbours_upper_quartile": "73.5", "neighbours_highest": "78", "neighbours_known": "10",
        "against_neighbours": "better", "against_england": "similar", "rank": "12", "of": "150",
        "band": "A", "printed_rank": "13.0", "printed_band": "A", "trend": "rising",
    }  # fmt: skip


def test_a_missing_neighbour_is_no_nought_in_the_csv() -> None:
    one = standing(latest=counted(5, 10), interval=proportion(5, 10))
    (row,) = comparison_rows([one]).to_dict("records")
    assert row["neighbours_known"] == 0
    assert row["neighbours_lowest"] is None
    assert row["against_england"] == str(NOT_COMPARED.verdict) == "not compared"


def test_the_figure_of_a_row_is_tied_to_sentences_about_it() -> None:
    page = parse(comparison_table([FULL], KENT, 2011, "beside"))
    (tied,) = page.xpath("//td[@data-row]")
    assert tied.get("data-row") == FULL.latest.key  # type: ignore[union-attr]
    assert page.xpath("//tbody//th//a/@href") == ["#assessments-pct"]


def test_the_table_can_be_read_aloud_and_reached_by_keyboard() -> None:
    bare = standing(latest=figure(50.0), **KNOWN)
    page = parse(comparison_table([FULL, bare], KENT, 2011, "beside"))
    assert words(page.xpath("//caption")[0].text) == "Kent beside other authorities, 2011"
    assert not page.xpath("//th[not(@scope)]")
    assert not [one for one in page.xpath("//td | //th") if not one.text_content().strip()]
    (region,) = page.xpath("//div[@role='region']")
    assert page.xpath(f"//caption[@id='{region.get('aria-labelledby')}']")
    assert all(one.get("aria-label") for one in page.xpath("//svg[@role='img']"))
    # Numbers stand right, words left, in head and body alike.
    head = ["t" in (one.get("class") or "") for one in page.xpath("//thead//th")][1:]
    for row in page.xpath("//tbody/tr"):
        assert ["t" in (one.get("class") or "") for one in row.xpath("./td")] == head


def test_hostile_names_stay_words() -> None:
    told = indicator(short_title=HOSTILE, unit=HOSTILE)
    one = standing(
        told, latest=figure(70.0), missing=(HOSTILE,), printed_rank=figure(1.0),
        printed_band=HOSTILE, **KNOWN,
    )  # fmt: skip
    made = comparison_table([one], KENT, 2011, "beside")
    assert not parse(made).xpath("//script")
    assert str(escape(HOSTILE)) in made
    assert len(parse(made).xpath("//table")) == 1
