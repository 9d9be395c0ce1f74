"""One printed cell: a number, the reason why there is none, or a question for a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kscb_analysis.markers import MARKERS, NUMBER, read_cell
from kscb_analysis.vocabulary import ValueStatus

DASH_IS_MISSING = {"-": ValueStatus.NOT_AVAILABLE}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("+£2.593m", 2.593),
        ("-£0.450m", -0.45),
        ("£1.0m", 1.0),
        ("£2.3", 2.3),
        ("£5.6 million", 5.6),
        ("£241,327", 241327.0),
        ("-£45", -45.0),
    ],
)
def test_a_sum_of_money_is_read_in_the_unit_it_is_printed_in(text, value):
    assert read_cell(text) == (value, ValueStatus.PUBLISHED)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.0),
        ("0.0", 0.0),
        ("7", 7.0),
        ("54.0", 54.0),
        (" 54.0 ", 54.0),
        ("54.0%", 54.0),
        ("9%", 9.0),
        ("-6.5", -6.5),
        ("+2.5", 2.5),
        ("1,695", 1695.0),
        ("1,695.5", 1695.5),
        ("12,345,678", 12345678.0),
        ("1695", 1695.0),
        ("112%", 112.0),
        ("007", 7.0),
    ],
)
def test_a_number_is_read_as_printed(text, value):
    assert read_cell(text) == (value, ValueStatus.PUBLISHED)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "--",
        "ii)",
        "61.2%*",
        "6l.0",
        "1,69",
        "16,95",
        "1,6950",
        ",695",
        "1 695",
        "54,0",
        "54.",
        ".5",
        "5.4.0",
        "54 %",
        "54%%",
        "%",
        "(132)",
        "2.593m",
        "£2.5%",
        "£-2.5m",
        "£2.5 thousand",
        "£m",
        "£",
        "5 million",
        "1e3",
        "nan",
        "inf",
        "NaN",
        "None",
        "C",
        "X",
        "N/a",
        "to be confirmed",
        "−6.5",
        "54.0 54.0",
    ],
)
def test_what_nobody_has_decided_on_is_refused(text):
    with pytest.raises(ValueError, match="neither a number nor a known marker") as caught:
        read_cell(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("c", "suppressed"),
        ("*", "suppressed"),
        ("x", "not_available"),
        ("..", "not_available"),
        (":", "not_available"),
        ("z", "not_applicable"),
        ("n/a", "not_applicable"),
        ("N/A", "not_applicable"),
        ("low", "rounds_to_zero"),
        ("k", "rounds_to_zero"),
        ("~", "rounds_to_zero"),
        ("u", "low_reliability"),
        ("To be confirmed", "awaited"),
    ],
)
def test_every_standard_marker_has_its_reason(text, status):
    assert read_cell(f" {text} ") == (None, status)


def test_no_marker_is_forgotten_above():
    assert len(MARKERS) == 13
    assert not [mark for mark in MARKERS if NUMBER.fullmatch(mark)]


def test_a_hyphen_means_what_the_table_says():
    with pytest.raises(ValueError, match="'-'"):
        read_cell("-")
    assert read_cell("-", DASH_IS_MISSING) == (None, ValueStatus.NOT_AVAILABLE)


def test_a_table_may_give_a_standard_marker_another_meaning():
    assert read_cell("x", {"x": ValueStatus.SUPPRESSED}) == (None, ValueStatus.SUPPRESSED)
    assert read_cell("x") == (None, ValueStatus.NOT_AVAILABLE)


def test_a_table_may_say_that_a_printed_zero_is_a_withheld_figure():
    assert read_cell("0", {"0": ValueStatus.SUPPRESSED}) == (None, ValueStatus.SUPPRESSED)


@given(
    st.integers(-9_999_999, 9_999_999), st.integers(0, 4), st.booleans(), st.sampled_from(["", "%"])
)
def test_any_number_survives_being_printed(number, places, commas, sign):
    exact = number / 10**places
    printed = f"{exact:,.{places}f}" if commas else f"{exact:.{places}f}"
    assert read_cell(printed + sign) == (float(f"{exact:.{places}f}"), ValueStatus.PUBLISHED)


@given(st.text(max_size=10))
def test_any_text_is_a_number_a_reason_or_a_value_error(text):
    try:
        value, status = read_cell(text, DASH_IS_MISSING)
    except ValueError:
        return
    assert (value is None) == (status is not ValueStatus.PUBLISHED)
