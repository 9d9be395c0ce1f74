"""Printed periods: every way the papers write one, and what is refused."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kscb_analysis.errors import WrongRequest
from kscb_analysis.periods import (
    MONTHS,
    Period,
    PeriodBasis,
    month,
    parse_year,
    period_of,
    read_period,
    reporting_year,
)

QUARTER_ENDS = st.sampled_from([3, 6, 9, 12])
YEARS = st.integers(2001, 2099)
MONTHLY = PeriodBasis.POSITION_MONTH_END


@pytest.mark.parametrize(
    ("label", "start", "end", "name"),
    [
        ("2011", date(2010, 4, 1), date(2011, 3, 31), ("2011", "Reporting year")),
        ("2011.0", date(2010, 4, 1), date(2011, 3, 31), ("2011", "Reporting year")),
        ("2010/11", date(2010, 4, 1), date(2011, 3, 31), ("2011", "Reporting year")),
        ("2010/2011", date(2010, 4, 1), date(2011, 3, 31), ("2011", "Reporting year")),
        ("2010-11", date(2010, 4, 1), date(2011, 3, 31), ("2011", "Reporting year")),
        ("2010 - 11", date(2010, 4, 1), date(2011, 3, 31), ("2011", "Reporting year")),
        ("2010 – 11", date(2010, 4, 1), date(2011, 3, 31), ("2011", "Reporting year")),
        ("1999/00", date(1999, 4, 1), date(2000, 3, 31), ("2000", "Reporting year")),
        ("1999/2000", date(1999, 4, 1), date(2000, 3, 31), ("2000", "Reporting year")),
        (" 2011 ", date(2010, 4, 1), date(2011, 3, 31), ("2011", "Reporting year")),
        ("Sep 11", date(2011, 9, 1), date(2011, 9, 30), ("2011", "September")),
        ("Sept 11", date(2011, 9, 1), date(2011, 9, 30), ("2011", "September")),
        ("SEPTEMBER 2011", date(2011, 9, 1), date(2011, 9, 30), ("2011", "September")),
        ("Feb 12", date(2012, 2, 1), date(2012, 2, 29), ("2012", "February")),
        ("31 Dec 11", date(2011, 12, 1), date(2011, 12, 31), ("2011", "December")),
        ("29 February 2012", date(2012, 2, 1), date(2012, 2, 29), ("2012", "February")),
        (
            "1 Apr 11 - 31 Dec 11",
            date(2011, 4, 1),
            date(2011, 12, 31),
            ("201112", "Financial year Q1-Q3"),
        ),
        (
            "1 April 2011 to 30 June 2011",
            date(2011, 4, 1),
            date(2011, 6, 30),
            ("201112", "Financial year Q1"),
        ),
        (
            "Jan to Mar 11",
            date(2011, 1, 1),
            date(2011, 3, 31),
            ("201011", "Financial year Q4"),
        ),
        (
            "1 Apr 10 - 31 Mar 11",
            date(2010, 4, 1),
            date(2011, 3, 31),
            ("2011", "Reporting year"),
        ),
    ],
)
def test_a_printed_period_has_its_days_and_its_open_data_name(label, start, end, name):
    period = read_period(label)
    assert (period.start, period.end) == (start, end)
    assert (period.time_period, period.time_identifier) == name


@pytest.mark.parametrize("label", ["Mar 11", "31 Mar 11", "31 March 2011", "March 2011"])
@pytest.mark.parametrize("basis", list(PeriodBasis))
def test_march_is_the_year_only_for_what_is_counted_once_a_year(label, basis):
    period = read_period(label, basis)
    assert period.end == date(2011, 3, 31)
    assert period.time_identifier == ("Reporting year" if basis.is_yearly else "March")


@pytest.mark.parametrize("basis", list(PeriodBasis))
def test_a_whole_year_is_a_year_on_every_basis(basis):
    assert read_period("2010/11", basis) == reporting_year(2011)


@pytest.mark.parametrize(
    "label",
    [
        "",
        "-",
        "0000",
        "11",
        "20111",
        "2010/12",
        "2010/10",
        "2011/10",
        "2010/2012",
        "2010/1911",
        "2010/2111",
        "Smarch 11",
        "Marching 11",
        "Ma 11",
        "30 Feb 11",
        "30 Mar 11",
        "32 Mar 11",
        "1 Mar 11",
        "2 Apr 11 - 31 Dec 11",
        "1 Apr 11 - 30 Dec 11",
        "1 May 11 - 31 Jul 11",
        "1 Apr 11 - 31 May 11",
        "1 Jul 10 - 30 Jun 11",
        "1 Apr 10 - 30 Jun 11",
        "1 Jul 11 - 30 Jun 11",
        "31 Dec 11 - 1 Apr 11",
        "Oct to Mar 11",
        "Mar to Oct 11",
        "Total",
        "Previous Years",
        "1,695",
        "99.0",
    ],
)
def test_what_is_not_a_period_is_refused(label):
    with pytest.raises(ValueError, match="is not a period") as caught:
        read_period(label)
    assert repr(label) in str(caught.value)


@pytest.mark.parametrize(
    ("period", "label", "words"),
    [
        (reporting_year(2011), "2011", "year ending 31 March 2011"),
        (month(2011, 9), "Sep 2011", "September 2011"),
        (
            read_period("1 Apr 11 - 31 Dec 11"),
            "Apr 2011 to Dec 2011",
            "1 April 2011 to 31 December 2011",
        ),
    ],
)
def test_a_reader_is_told_the_period(period, label, words):
    assert (period.label, period.words) == (label, words)


@given(YEARS)
def test_every_year_survives_its_open_data_name_and_its_label(year):
    there = reporting_year(year)
    assert period_of(there.time_period, there.time_identifier) == there
    assert read_period(there.label) == there
    assert read_period(f"{year - 1}/{year % 100:02d}") == there
    assert (there.end - there.start).days in (364, 365)


@given(YEARS, st.integers(1, 12))
def test_every_month_survives_its_open_data_name_and_its_label(year, number):
    there = month(year, number)
    assert period_of(there.time_period, there.time_identifier) == there
    assert read_period(there.label, MONTHLY) == there
    assert read_period(there.words, MONTHLY) == there
    assert read_period(f"{there.end.day} {there.label}", MONTHLY) == there
    assert (there.end + timedelta(days=1)).day == 1


@given(YEARS, st.integers(0, 3), st.integers(1, 4))
def test_every_stretch_of_quarters_survives_its_open_data_name_and_its_words(year, first, quarters):
    if first + quarters > 4:
        quarters = 4 - first
    start = date(year + (first == 3), (3 + 3 * first) % 12 + 1, 1)
    last = 3 * (first + quarters)
    end = month(year + (last > 9), (last + 2) % 12 + 1).end
    there = read_period(f"{start.day} {start:%B %Y} to {end.day} {end:%B %Y}")
    assert (there.start, there.end) == (start, end)
    assert period_of(there.time_period, there.time_identifier) == there
    if quarters < 4:
        assert read_period(there.words) == there


@given(st.text(max_size=12))
def test_any_text_is_a_period_or_a_value_error(text):
    try:
        period = read_period(text)
    except ValueError:
        return
    assert isinstance(period, Period)
    assert period.start < period.end


@given(st.text(max_size=8), st.one_of(st.sampled_from([*MONTHS, "Reporting year"]), st.text()))
def test_any_open_data_name_is_a_period_or_a_value_error(time_period, time_identifier):
    try:
        period = period_of(time_period, time_identifier)
    except ValueError:
        return
    assert period.start < period.end


@pytest.mark.parametrize("text", [2011, "2011", " 2010/11 ", "2010-11", "2011.0"])
def test_a_year_is_read_from_a_parameter(text):
    assert parse_year(text) == 2011


@pytest.mark.parametrize(
    "text", ["", "11", "Sep 11", "soon", None, True, 2011.5, "1 Apr 11 - 31 Dec 11"]
)
def test_a_parameter_that_is_no_year_is_named_with_what_to_give(text):
    with pytest.raises(WrongRequest) as caught:
        parse_year(text, "first_year")
    message = str(caught.value)
    assert message.startswith(f"first_year is {text!r}")
    assert "for example 2011" in message


def test_periods_sort_by_their_last_day():
    labels = ["1 Apr 11 - 31 Dec 11", "Sep 11", "2011", "2010/11", "Mar 10"]
    ends = [period.end for period in sorted(read_period(label) for label in labels)]
    assert ends == sorted(ends)
