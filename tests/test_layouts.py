"""Layouts: printed cells with the labels their place gives them, and shapes that are refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_project import rows_of

from kscb_analysis.errors import KscbError, LayoutFault, MetadataFault
from kscb_analysis.layouts import LAYOUTS, PrintedCell, read_layout
from kscb_analysis.sources import RawTable
from kscb_analysis.vocabulary import Role


def table(layout: str, *, area: str = "Kent", period: str = "2011", **more: Any) -> RawTable:
    return RawTable(
        "source", "table", Path("table.csv"), "", "", layout, area, period, "", {}, (), **more
    )  # fmt: skip


def cells(layout: str, text: str, **about: Any) -> list[PrintedCell]:
    return read_layout(rows_of(text), table(layout, **about))


def brief(layout: str, text: str, *names: str, **about: Any) -> list[tuple[object, ...]]:
    return [tuple(getattr(one, name) for name in names) for one in cells(layout, text, **about)]


def refusal(layout: str, text: str, kind: type[KscbError] = LayoutFault, **about: Any) -> str:
    with pytest.raises(kind) as caught:
        cells(layout, text, **about)
    return str(caught.value)


# -------------------------------------------------------------------------- national_comparison

COMPARISON = """\
,,-,2010,2011
Higher performing authorities*,Wigan,-,92.3,101.1
,"Kingston Upon Hull, City of",-,1.0,2.0
Statistical Neighbours,,,,
938,West Sussex,,81.3,-
,888 Lancashire,-,47.9,65.0
,Statistical Neighbours,-,63.7,71.1
,970 England,-,65.5,71.5
"""


def test_a_comparison_gives_area_code_year_and_group():
    names = ("row", "column", "role", "text", "period", "area", "la_code", "group")
    high, near = "Higher performing authorities", "Statistical Neighbours"
    assert brief("national_comparison", COMPARISON, *names) == [
        (2, 4, Role.VALUE, "92.3", "2010", "Wigan", "", high),
        (2, 5, Role.VALUE, "101.1", "2011", "Wigan", "", high),
        (3, 4, Role.VALUE, "1.0", "2010", "Kingston Upon Hull, City of", "", high),
        (3, 5, Role.VALUE, "2.0", "2011", "Kingston Upon Hull, City of", "", high),
        (5, 4, Role.VALUE, "81.3", "2010", "West Sussex", "938", near),
        (5, 5, Role.VALUE, "-", "2011", "West Sussex", "938", near),
        (6, 4, Role.VALUE, "47.9", "2010", "Lancashire", "888", near),
        (6, 5, Role.VALUE, "65.0", "2011", "Lancashire", "888", near),
        (7, 4, Role.NEIGHBOUR_MEAN, "63.7", "2010", "Kent", "", near),
        (7, 5, Role.NEIGHBOUR_MEAN, "71.1", "2011", "Kent", "", near),
        (8, 4, Role.VALUE, "65.5", "2010", "England", "970", near),
        (8, 5, Role.VALUE, "71.5", "2011", "England", "970", near),
    ]


@pytest.mark.parametrize("padding", ["", "-", " ", " - "])
@pytest.mark.parametrize("width", [0, 1, 5])
def test_blank_or_hyphen_columns_in_front_hold_nothing(padding, width):
    pad = [padding] * width
    rows = [["", "", *pad, "2010", "2011"], ["886", "Kent", *pad, "1", "2"]]
    found = read_layout(rows, table("national_comparison"))
    assert [(one.period, one.text) for one in found] == [("2010", "1"), ("2011", "2")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # a header that does not fit
        (
            ",,2010,2011,\n886,Kent,-,1,2\n",
            ["row 1", "do not run to the last column", "corrections.toml"],
        ),
        (",,2010,,2011\n886,Kent,1,,2\n", ["row 1", "do not run to the last column"]),
        (",,2009,2011\n886,Kent,1,2\n", ["row 1, column 3", "[2009, 2011] do not follow on"]),
        (",,2011,2010\n886,Kent,1,2\n", ["row 1, column 3", "[2011, 2010] do not follow on"]),
        (",,2010,2010\n886,Kent,1,2\n", ["row 1, column 3", "do not follow on"]),
        (",,2010,2011*\n886,Kent,1,2\n", ["row 1, column 4", "'2011*' is not a year"]),
        (",,2010/11\n886,Kent,1\n", ["row 1, column 3", "'2010/11' is not a year"]),
        (",,,\n886,Kent,1,2\n", ["row 1, column 4", "do not run to the last column"]),
        (",,\n886,Kent,1\n", ["row 1, column 3", "do not run to the last column"]),
        (",\n886,Kent\n", ["row 1", "do not run to the last column"]),
        ("x\ny\n", ["row 1", "do not run to the last column"]),
        (",2011\nKent,1\n", ["row 1", "do not run to the last column"]),
        ("\n,,2011\n886,Kent,1\n", ["row 1", "first row is empty"]),
        # rows that do not fit
        (",,2010,2011\n886,Kent,1\n", ["row 2, column 3", "has 3 cells, the header 4"]),
        (",,2010,2011\n886,Kent,1,2,3\n", ["row 2, column 5", "has 5 cells, the header 4"]),
        (",,2011\n886,Kent,1\n\n", ["row 3", "has 0 cells, the header 3"]),
        (",,2011\n886,,1\n", ["row 2, column 3", "'1' stands in a row without a name"]),
        (",,,2011\n886,Kent,5,1\n", ["row 2, column 3", "'5' stands in a column without a year"]),
        # nothing there
        (",,2011\n", ["prints nothing"]),
        (",,2011\nStatistical Neighbours,,\n", ["prints nothing"]),
    ],
)
def test_a_comparison_of_another_shape_is_refused_with_its_place(text, said):
    message = refusal("national_comparison", text)
    assert "data/raw/source/table.csv" in message
    assert "national_comparison" in message
    assert all(part in message for part in said), message


# ------------------------------------------------------------------ national_comparison_summary

SUMMARY = """\
,,Trend over time,Change over time,National Rank,Quartile Banding,Kent Oct 2011 performance
886,Kent,↓,-43.0,-,D,86.8%
970,England,↑,25.6,,,
"""
INLINE = """\
886,Kent,Trend over time ↓,Change over time -43.0,National Rank -,Quartile Banding D,Kent Oct 2011 performance 86.8%
970,England,↑,25.6,,,
"""  # noqa: E501


@pytest.mark.parametrize(("text", "above"), [(SUMMARY, 1), (INLINE, 0)])
def test_a_summary_reads_alike_with_headings_above_and_inside_the_cells(text, above):
    names = ("row", "column", "role", "text", "period", "area", "la_code")
    assert brief("national_comparison_summary", text, *names) == [
        (1 + above, 3, Role.TREND, "↓", "2011", "Kent", "886"),
        (1 + above, 4, Role.CHANGE_SINCE_FIRST, "-43.0", "2011", "Kent", "886"),
        (1 + above, 5, Role.NATIONAL_RANK, "-", "2011", "Kent", "886"),
        (1 + above, 6, Role.QUARTILE_BAND, "D", "2011", "Kent", "886"),
        (1 + above, 7, Role.VALUE, "86.8%", "Oct 2011", "Kent", "886"),
        (2 + above, 3, Role.TREND, "↑", "2011", "England", "970"),
        (2 + above, 4, Role.CHANGE_SINCE_FIRST, "25.6", "2011", "England", "970"),
    ]


@pytest.mark.parametrize("text", [SUMMARY, INLINE])
def test_an_authority_with_two_words_in_its_name_reads_alike(text):
    found = cells("national_comparison_summary", text.replace("Kent", "East Sussex"))
    (later,) = [one for one in found if one.role is Role.VALUE]
    assert (later.text, later.period, later.area) == ("86.8%", "Oct 2011", "East Sussex")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (",,Trend\n886,Kent,↓\n", ["row 1, column 3", "'Trend' is not one", "'Trend over time'"]),
        (",,\n886,Kent,↓\n", ["row 1, column 3", "'' is not one"]),
        (
            ",,Kent Okt 2011 performance\n886,Kent,1\n",
            ["row 1, column 3", "'Okt 2011' is not a period"],
        ),
        ("886,Kent,Rank 5\n", ["row 1, column 3", "'Rank 5'"]),
        (
            "886,Kent,Trend over time ↓\n970,England\n",
            ["row 2, column 2", "has 2 cells, the header 3"],
        ),
        ("\n886,Kent,Trend over time ↓\n", ["row 1", "first row is empty"]),
        ("886\n", ["prints nothing"]),
        ("886,Kent\n", ["prints nothing"]),
        (",\n", ["prints nothing"]),
    ],
)
def test_a_summary_of_another_shape_is_refused_with_its_place(text, said):
    message = refusal("national_comparison_summary", text)
    assert "data/raw/source/table.csv" in message
    assert all(part in message for part in said), message


# ---------------------------------------------------------------------------------- kpi_trend

TREND = """\
Trend Data – quarter end,,Previous Years,,Current Year
,,Mar 10,Mar 11,Jun 11
KCC Result,,46,54,
Target,,,47,47
Statistical neighbour,,48,48,
Rag Rating,,Green,Red,
Number of LAC,,"1,475","1,695",
"""


def test_a_trend_gives_target_neighbours_and_rating_to_its_first_result():
    names = ("row", "column", "role", "text", "period", "area", "series")
    assert brief("kpi_trend", TREND, *names) == [
        (3, 3, Role.VALUE, "46", "Mar 10", "Kent", "KCC Result"),
        (3, 4, Role.VALUE, "54", "Mar 11", "Kent", "KCC Result"),
        (4, 4, Role.TARGET, "47", "Mar 11", "Kent", "KCC Result"),
        (4, 5, Role.TARGET, "47", "Jun 11", "Kent", "KCC Result"),
        (5, 3, Role.NEIGHBOUR_MEAN, "48", "Mar 10", "Kent", "KCC Result"),
        (5, 4, Role.NEIGHBOUR_MEAN, "48", "Mar 11", "Kent", "KCC Result"),
        (6, 3, Role.RAG, "Green", "Mar 10", "Kent", "KCC Result"),
        (6, 4, Role.RAG, "Red", "Mar 11", "Kent", "KCC Result"),
        (7, 3, Role.VALUE, "1,475", "Mar 10", "Kent", "Number of LAC"),
        (7, 4, Role.VALUE, "1,695", "Mar 11", "Kent", "Number of LAC"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\nKCC Result,5\n", ["row 1", "no row holds periods such as 'Mar 11'"]),
        (",Mar 10,Mar 11\nKCC Result,5\n", ["row 2, column 2", "has 2 cells, the header 3"]),
        (",Mar 10,Mar 11\n,5,6\n", ["row 2, column 1", "the row has no label"]),
        (",,Mar 10,Mar 11\nKCC Result,5,6,7\n", ["row 2, column 2", "'5' has no period above it"]),
        (",Mar 10,Mar 11\n", ["prints nothing"]),
        (",Mar 10,Mar 11\nKCC Result,,\n", ["prints nothing"]),
    ],
)
def test_a_trend_of_another_shape_is_refused_with_its_place(text, said):
    message = refusal("kpi_trend", text)
    assert "data/raw/source/table.csv" in message
    assert all(part in message for part in said), message


# ------------------------------------------------------- kpi_summary, rating_counts, rating_key


def test_a_summary_of_kpis_gives_status_now_and_before_and_direction():
    text = (
        "Indicator Description,Page,Current Status,Previous Status,Direction of Travel\n"
        "Children with a plan,34,Red,Amber,↑\n"
        "Children adopted,36,Red,,↓\n"
    )
    names = ("row", "column", "role", "text", "period", "series")
    assert brief("kpi_summary", text, *names) == [
        (2, 3, Role.RAG, "Red", "2011", "Children with a plan"),
        (2, 4, Role.PREVIOUS_RAG, "Amber", "2011", "Children with a plan"),
        (2, 5, Role.DIRECTION, "↑", "2011", "Children with a plan"),
        (3, 3, Role.RAG, "Red", "2011", "Children adopted"),
        (3, 5, Role.DIRECTION, "↓", "2011", "Children adopted"),
    ]


def test_a_summary_of_kpis_without_a_column_is_refused():
    message = refusal("kpi_summary", "Indicator,Current Status,Direction of Travel\na,Red,↑\n")
    assert "table.csv, row 1" in message
    assert "no column 'Previous Status'" in message


def test_counts_of_ratings_are_named_by_row_and_column():
    text = ",RED,TOTAL\nCurrent ratings,3,7\nPrevious ratings,4,7\n"
    assert brief("rating_counts", text, "row", "column", "role", "text", "series") == [
        (2, 2, Role.COUNT_OF_RATINGS, "3", "Current ratings: RED"),
        (2, 3, Role.COUNT_OF_RATINGS, "7", "Current ratings: TOTAL"),
        (3, 2, Role.COUNT_OF_RATINGS, "4", "Previous ratings: RED"),
        (3, 3, Role.COUNT_OF_RATINGS, "7", "Previous ratings: TOTAL"),
    ]


def test_a_key_says_what_each_sign_means():
    text = "GREEN,Target met\n↓,Worse\n"
    assert brief("rating_key", text, "row", "column", "role", "text", "series") == [
        (1, 2, Role.KEY, "Target met", "GREEN"),
        (2, 2, Role.KEY, "Worse", "↓"),
    ]


def test_a_key_has_two_columns():
    assert "row 2, column 3" in refusal("rating_key", "GREEN,met\nRED,missed,by far\n")


# ---------------------------------------------------------------------------- indicator_table


def test_an_indicator_table_gives_years_and_the_target_of_the_last():
    text = (
        "Ref,Title,2009/10,2010/11,Target\n"
        "NI 59,Assessments,69.0%,54.0%,69.0%\n"
        "N/A,Adopted,9%,To be confirmed,N/A\n"
        "NI 69,Bullying,2007/08 28%,,N/A\n"
    )
    names = ("row", "column", "role", "text", "period", "series")
    assert brief("indicator_table", text, *names) == [
        (2, 3, Role.VALUE, "69.0%", "2009/10", "NI 59"),
        (2, 4, Role.VALUE, "54.0%", "2010/11", "NI 59"),
        (2, 5, Role.TARGET, "69.0%", "2010/11", "NI 59"),
        (3, 3, Role.VALUE, "9%", "2009/10", "Adopted"),
        (3, 4, Role.VALUE, "To be confirmed", "2010/11", "Adopted"),
        (3, 5, Role.TARGET, "N/A", "2010/11", "Adopted"),
        (4, 3, Role.VALUE, "28%", "2007/08", "NI 69"),
        (4, 5, Role.TARGET, "N/A", "2010/11", "NI 69"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ref,Title,2010/11\nNI 1,A,5\n", ["row 1, column 1", "not Ref, Title, …, Target"]),
        ("Ref,Title,Target\nNI 1,A,5\n", ["row 1, column 1", "not Ref, Title, …, Target"]),
        ("Ref,Title\nNI 1,A\n", ["row 1, column 1"]),
        ("\nRef,Title,2010/11,Target\n", ["row 1", "first row is empty"]),
        (
            "Ref,Title,2010/12,Target\nNI 1,A,5,6\n",
            ["row 1, column 3", "'2010/12' is not a period"],
        ),
        (
            "Ref,Title,2010/11,Target\nNI 1,A,2007/10 5,6\n",
            ["row 2, column 3", "'2007/10' is not a period"],
        ),
        ("Ref,Title,2010/11,Target\nNI 1,A,5\n", ["row 2, column 3", "has 3 cells, the header 4"]),
    ],
)
def test_an_indicator_table_of_another_shape_is_refused_with_its_place(text, said):
    message = refusal("indicator_table", text)
    assert "data/raw/source/table.csv" in message
    assert all(part in message for part in said), message


# ------------------------------------------------------------- periods_across and periods_down


def test_periods_across_with_and_without_labels():
    names = ("row", "column", "text", "period", "series")
    assert brief("periods_across", "31 Mar 07,31 Dec 11\n680,711\n", *names) == [
        (2, 1, "680", "31 Mar 07", ""),
        (2, 2, "711", "31 Dec 11", ""),
    ]
    assert brief("periods_across", ",31 Mar 07,31 Dec 11\nIn care,680,\nLeft,1,2\n", *names) == [
        (2, 2, "680", "31 Mar 07", "In care"),
        (3, 2, "1", "31 Mar 07", "Left"),
        (3, 3, "2", "31 Dec 11", "Left"),
    ]


def test_columns_that_are_no_periods_are_left_out_or_have_one_in_the_sidecar():
    text = "Line,Apr to Jun 2011,Change to last year,12 month Totals\nCalls,10,+3%,40\n"
    about = {
        "column_periods": {"Change to last year": "Apr to Sep 2011"},
        "ignore_columns": ("12 month Totals",),
    }
    assert brief("periods_across", text, "column", "text", "period", "series", **about) == [
        (2, "10", "Apr to Jun 2011", "Calls"),
        (3, "+3%", "Apr to Sep 2011", "Calls, Change to last year"),
    ]
    assert "'Change to last year' is not a period" in refusal("periods_across", text)


def test_periods_down_with_and_without_a_header_row():
    names = ("row", "column", "text", "period", "series")
    assert brief("periods_down", "2008 - 09,24\n1 Apr 11 - 31 Dec 11,5\n", *names) == [
        (1, 2, "24", "2008 - 09", ""),
        (2, 2, "5", "1 Apr 11 - 31 Dec 11", ""),
    ]
    assert brief("periods_down", ",Missing,Found \n2006 - 07,65,ii)\n", *names) == [
        (2, 2, "65", "2006 - 07", "Missing"),
        (2, 3, "ii)", "2006 - 07", "Found"),
    ]


@pytest.mark.parametrize(
    ("layout", "text", "said"),
    [
        ("periods_across", "Mar 11,soon\n1,2\n", ["row 1, column 2", "'soon' is not a period"]),
        ("periods_across", ",\n1,2\n", ["row 1, column 2", "'' is not a period"]),
        ("periods_across", "Mar 11,Apr 11\n1\n", ["row 2, column 1", "has 1 cells, the header 2"]),
        ("periods_across", "\nMar 11\n1\n", ["row 1", "first row is empty"]),
        ("periods_across", "Mar 11\n", ["prints nothing"]),
        ("periods_down", ",Missing\nsoon,1\n", ["row 2, column 1", "'soon' is not a period"]),
        ("periods_down", "2011,1\n2012,1,2\n", ["row 2, column 3", "has 3 cells, the header 2"]),
        ("periods_down", "\n2011,1\n", ["row 1", "first row is empty"]),
        ("periods_down", "2011\n", ["prints nothing"]),
        ("periods_down", "a\n", ["prints nothing"]),
    ],
)
def test_a_run_of_periods_of_another_shape_is_refused_with_its_place(layout, text, said):
    message = refusal(layout, text)
    assert "data/raw/source/table.csv" in message
    assert all(part in message for part in said), message


# -------------------------------------------------------------------------------- figures_list

HEADINGS = "series,area,period,figure,place\n"


def test_figures_in_sentences_give_their_area_and_the_neighbours_mean_its_owner():
    text = HEADINGS + (
        "Plans ,Kent,2010/11,57%,paragraph 2\n"
        "Plans,Statistical neighbours of East Sussex,2010/11,71.9%,paragraph 2\n"
        "Plans,,2010/11,3,paragraph 3\n"
        "Plans,Target for Kent,2011/12,11%,paragraph 3\n"
    )
    names = ("row", "column", "role", "text", "period", "area", "series")
    assert brief("figures_list", text, *names) == [
        (2, 4, Role.VALUE, "57%", "2010/11", "Kent", "Plans"),
        (3, 4, Role.NEIGHBOUR_MEAN, "71.9%", "2010/11", "East Sussex", "Plans"),
        (4, 4, Role.VALUE, "3", "2010/11", "Kent", "Plans"),
        (5, 4, Role.TARGET, "11%", "2011/12", "Kent", "Plans"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("series,area,period,figure\na,Kent,2011,5\n", ["row 1, column 1", "the headings are"]),
        (HEADINGS + "a,Kent,soon,5,p\n", ["row 2, column 3", "'soon' is not a period"]),
        (HEADINGS + "a,Kent,2011,5\n", ["row 2, column 4", "has 4 cells, the header 5"]),
        (HEADINGS, ["prints nothing"]),
    ],
)
def test_a_list_of_figures_of_another_shape_is_refused_with_its_place(text, said):
    message = refusal("figures_list", text)
    assert "data/raw/source/table.csv" in message
    assert all(part in message for part in said), message


# ------------------------------------------------------------- measures_by_row, labelled_figures

A_TO_Z = """\
2011/12 Approved,Portfolio,Service,2012/13 Proposed,,Affordable Activity
Net Cost,,,Staffing,Net Cost,
,,<i>Social Services</i>,,,
"7,105",SCS,Adoption,"1,927","8,239",Permanent care
"2,386",,Total Management and Support,207,"4,658",
"102,298",,TOTAL,"75,919","150,569",
"""


def test_headings_in_two_rows_labels_inside_and_a_column_of_another_year():
    about = {
        "period": "2012/13",
        "heading_rows": 2,
        "label_columns": ("Service",),
        "ignore_columns": ("Portfolio", "Affordable Activity"),
        "column_periods": {"2011/12 Approved Net Cost": "2011/12"},
        "total_row": "TOTAL",
    }
    names = ("row", "column", "text", "period", "series", "breakdown")
    found = brief("measures_by_row", A_TO_Z, *names, **about)
    before, staffing = "2011/12 Approved Net Cost", "2012/13 Proposed Staffing"
    support = "Total Management and Support"
    assert found == [
        (4, 1, "7,105", "2011/12", before, "Adoption"),
        (4, 4, "1,927", "2012/13", staffing, "Adoption"),
        (4, 5, "8,239", "2012/13", "Net Cost", "Adoption"),
        (5, 1, "2,386", "2011/12", before, support),
        (5, 4, "207", "2012/13", staffing, support),
        (5, 5, "4,658", "2012/13", "Net Cost", support),
        (6, 1, "102,298", "2011/12", before, "Total"),
        (6, 4, "75,919", "2012/13", staffing, "Total"),
        (6, 5, "150,569", "2012/13", "Net Cost", "Total"),
    ]
    whole = brief("measures_by_row", A_TO_Z, "breakdown", **{**about, "total_row": ""})
    assert whole[3] == ("Total",), "without a total_row any label that begins with Total is one"


def test_several_columns_can_name_a_row():
    text = "Title,Representing,Present\nDirector,East Trust,6\nDirector,West Trust,3\n"
    about = {"label_columns": ("Title", "Representing")}
    assert brief("measures_by_row", text, "text", "series", "breakdown", **about) == [
        ("6", "Present", "Director, East Trust"),
        ("3", "Present", "Director, West Trust"),
    ]


@pytest.mark.parametrize(
    ("text", "about", "kind", "said"),
    [
        ("a,b\n1\n", {}, LayoutFault, "row 2, column 1: the row has 1 cells, the header 2"),
        ("a,b\n1,2\n", {"label_columns": ("c",)}, LayoutFault, "a column 'c' that is not printed"),
        ("a,b\n1,2\n", {"ignore_columns": ("c",)}, LayoutFault, "'c' that is not printed"),
        ("a,b\n1,2\n", {"heading_rows": 0}, MetadataFault, "at least one row of headings"),
        ("a,b\n1,2\n", {"period": ""}, MetadataFault, "prints no period"),
        ("a,b\n1,2\n", {"column_periods": {"b": "soon"}}, LayoutFault, "'soon' is not a period"),
    ],
)
def test_measures_by_row_of_another_shape_are_refused(text, about, kind, said):
    assert said in refusal("measures_by_row", text, kind, **about)


def test_a_label_beside_a_figure_is_its_series_and_its_part():
    text = 'Board,2010/11\nIncome,£\nCFE,"241,327"\nExpected:,5\nTotal:,9\n'
    names = ("row", "column", "text", "period", "series", "breakdown")
    assert brief("labelled_figures", text, *names, heading_rows=2) == [
        (3, 2, "241,327", "2011", "CFE", "CFE"),
        (4, 2, "5", "2011", "Expected:", "Expected"),
        (5, 2, "9", "2011", "Total:", "Total"),
    ]
    assert brief("labelled_figures", "CFE,5\n", "row", "text") == [(1, "5")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,1\n,2\n", "row 2, column 1: the row has no label"),
        ("a,1,2\n", "row 1, column 3: the row has 3 cells, the header 2"),
    ],
)
def test_labelled_figures_of_another_shape_are_refused(text, said):
    assert said in refusal("labelled_figures", text)


# --------------------------------------------------------------------- judgements and grade_key

RECORD = """\
judgement,place,grade
Safeguarding services,,
Overall effectiveness,Overall,Grade 4 (inadequate)
Leadership,,
Partnerships,Partners,Grade 3 (adequate)
"""


def test_judgements_stand_under_their_headings():
    about = {"period": "19 November 2010"}
    names = ("row", "column", "role", "text", "period", "series", "group")
    assert brief("judgements", RECORD, *names, **about) == [
        (3, 3, Role.JUDGEMENT, "Grade 4 (inadequate)", "19 November 2010",
         "Overall effectiveness", "Safeguarding services"),
        (5, 3, Role.JUDGEMENT, "Grade 3 (adequate)", "19 November 2010",
         "Partnerships", "Leadership"),
    ]  # fmt: skip
    plain = brief("judgements", "Being healthy,Good\n", *names[4:], heading_rows=0, **about)
    assert plain == [("19 November 2010", "Being healthy", "")]


@pytest.mark.parametrize(
    ("text", "period", "kind", "said"),
    [
        (RECORD, "2010", MetadataFault, "`period` in source.toml is '2010'"),
        (RECORD, "", MetadataFault, "Give the day"),
        ("a,b\n,Good\n", "May 2010", LayoutFault, "does not say what was judged"),
        ("a,b,c\nHealth,here,\n", "May 2010", LayoutFault, "'Health' has no grade"),
        ("a,b\nHealth\n", "May 2010", LayoutFault, "has 1 cells, the header 2"),
        ("a,b\nHealth,\n", "May 2010", LayoutFault, "prints nothing"),
    ],
)
def test_judgements_of_another_shape_are_refused(text, period, kind, said):
    assert said in refusal("judgements", text, kind, period=period)


def test_a_key_of_grades_says_what_each_means():
    text = "Grade,Service,Capacity\n4,Above,Outstanding\n3,At,\n"
    assert brief("grade_key", text, "row", "column", "role", "series", "text") == [
        (2, 2, Role.KEY, "4", "Above"),
        (2, 3, Role.KEY, "4", "Outstanding"),
        (3, 2, Role.KEY, "3", "At"),
    ]


# ------------------------------------------------------------ cross_table and measures_by_row


def test_a_cross_table_breaks_one_figure_down_by_rows_and_columns():
    text = (
        "Agency:,Physical,Sexual,Total:\n"
        "Police ,3,,7\n"
        "Education,1,2,3\n"
        "TOTALS,4,6,10\n"
    )  # fmt: skip
    names = ("row", "column", "text", "period", "breakdown")
    assert brief("cross_table", text, *names) == [
        (2, 2, "3", "2011", "Police, Physical"),
        (2, 4, "7", "2011", "Police"),
        (3, 2, "1", "2011", "Education, Physical"),
        (3, 3, "2", "2011", "Education, Sexual"),
        (3, 4, "3", "2011", "Education"),
        (4, 2, "4", "2011", "Physical"),
        (4, 3, "6", "2011", "Sexual"),
        (4, 4, "10", "2011", "Total"),
    ]


def test_measures_by_row_break_each_column_down_by_rows():
    text = "Age,Missing,Found,Note\nUnder 16,30,20,about\nTotal,80,60,\n"
    names = ("row", "column", "text", "series", "breakdown")
    about = replace(table("measures_by_row"), ignore_columns=("Note",))
    found = read_layout(rows_of(text), about)
    assert [tuple(getattr(one, name) for name in names) for one in found] == [
        (2, 2, "30", "Missing", "Under 16"),
        (2, 3, "20", "Found", "Under 16"),
        (3, 2, "80", "Missing", "Total"),
        (3, 3, "60", "Found", "Total"),
    ]


@pytest.mark.parametrize("layout", ["cross_table", "measures_by_row"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Age,Missing\nUnder 16,1,2\n", ["row 2, column 3", "has 3 cells, the header 2"]),
        ("Age,Missing\n", ["prints nothing"]),
        ("\nAge,Missing\n", ["row 1", "first row is empty"]),
    ],
)
def test_a_breakdown_of_another_shape_is_refused_with_its_place(layout, text, said):
    message = refusal(layout, text)
    assert "data/raw/source/table.csv" in message
    assert all(part in message for part in said), message


# --------------------------------------------------------------------------------- every layout


def test_an_unknown_layout_gets_the_nearest_one():
    message = refusal("national_comparisons", "a\n", MetadataFault)
    assert "source/table: no layout 'national_comparisons'" in message
    assert "Did you mean 'national_comparison'?" in message


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("national_comparison_summary", SUMMARY),
        ("kpi_summary", "Current Status,Previous Status,Direction of Travel\nRed,Red,↑\n"),
        ("rating_counts", ",RED\nCurrent ratings,3\n"),
        ("rating_key", "GREEN,met\n"),
        ("cross_table", "Agency,Total\nPolice,3\n"),
        ("measures_by_row", "Age,Missing\nUnder 16,3\n"),
    ],
)
@pytest.mark.parametrize(
    ("period", "said"),
    [("", "prints no period. Add `period = …`"), ("some day", "'some day' is not a period")],
)
def test_a_table_without_periods_needs_one_in_its_sidecar(layout, text, period, said):
    message = refusal(layout, text, MetadataFault, period=period)
    assert "source/table" in message
    assert "source.toml" in message
    assert said in message


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=40)
@given(
    rows=st.lists(
        st.lists(
            st.one_of(
                st.sampled_from(
                    ["", "-", "2010", "2011", "Kent", "886", "Mar 11", "Jun 11", "5", "Red"]
                ),
                st.sampled_from(
                    ["Ref", "Title", "Target", "2010/13 5", "888 Kent", "Statistical Neighbours",
                     "Current Status", "Trend over time", "series", "KCC Result", "\u0663"]
                ),
            ),
            max_size=5,
        ),
        min_size=1,
        max_size=4,
    )
)  # fmt: skip
def test_any_rows_are_cells_or_a_fault_and_no_cell_is_made_up(layout, rows):
    try:
        found = read_layout(rows, table(layout))
    except KscbError as fault:
        assert "table" in str(fault)  # noqa: PT017
        return
    for one in found:
        assert one.text.strip()
        assert one.text.strip() in rows[one.row - 1][one.column - 1]
        assert isinstance(one.role, Role)
    places = [(one.row, one.column) for one in found]
    assert len(places) == len(set(places))
