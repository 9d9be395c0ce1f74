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
    read_day,
    read_period,
    reporting_year,
    school_year,
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


OWN_YEARS = (PeriodBasis.CALENDAR_YEAR, PeriodBasis.SCHOOL_YEAR)


@pytest.mark.parametrize("basis", [one for one in PeriodBasis if one not in OWN_YEARS])
def test_a_whole_year_is_a_year_on_every_basis_without_years_of_its_own(basis):
    assert read_period("2010/11", basis) == reporting_year(2011)


@pytest.mark.parametrize("label", ["2007", "2007.0"])
def test_a_calendar_year_is_january_to_december(label):
    period = read_period(label, PeriodBasis.CALENDAR_YEAR)
    assert (period.start, period.end) == (date(2007, 1, 1), date(2007, 12, 31))
    assert (period.time_period, period.time_identifier) == ("2007", "Calendar year")
    assert period.label == period.words == "calendar year 2007"
    assert period_of("2007", "Calendar year") == period


@pytest.mark.parametrize("label", ["2010", "2009/10", "2009-10", "2009/2010", "2009 – 10"])
def test_a_school_year_is_september_to_august_and_named_by_its_summer(label):
    period = read_period(label, PeriodBasis.SCHOOL_YEAR)
    assert (period.start, period.end) == (date(2009, 9, 1), date(2010, 8, 31))
    assert (period.time_period, period.time_identifier) == ("200910", "Academic year")
    assert period.label == period.words == "school year 2009/10"
    assert period_of("200910", "Academic year") == period


def test_the_school_year_that_ends_a_century_keeps_its_name():
    assert period_of("199900", "Academic year") == school_year(2000)
    assert school_year(2000).label == "school year 1999/00"


def test_two_years_are_no_calendar_year():
    with pytest.raises(ValueError, match="is not a period"):
        read_period("2009/10", PeriodBasis.CALENDAR_YEAR)


@pytest.mark.parametrize("basis", OWN_YEARS)
def test_a_basis_with_years_of_its_own_reads_other_periods_as_all_do(basis):
    assert read_period("October 2010", basis) == month(2010, 10)
    assert read_period("1 April 2010 - 31 March 2011", basis) == reporting_year(2011)
    assert not basis.is_yearly


def test_a_quarter_is_three_months():
    period = read_period("Apr to Jun 2010", PeriodBasis.QUARTER)
    assert (period.start, period.end) == (date(2010, 4, 1), date(2010, 6, 30))
    assert (period.time_period, period.time_identifier) == ("201011", "Financial year Q1")


@pytest.mark.parametrize(
    ("label", "day"),
    [
        ("19 November 2010", date(2010, 11, 19)),
        ("1 Nov 2006", date(2006, 11, 1)),
        (" November 2007 ", date(2007, 11, 30)),
        ("February 2008", date(2008, 2, 29)),
    ],
)
def test_an_event_has_its_day_or_the_last_of_its_month(label, day):
    assert read_day(label) == day


@pytest.mark.parametrize("label", ["", "2010", "2010/11", "31 February 2010", "19 Novembre 2010"])
def test_what_is_no_day_is_refused(label):
    with pytest.raises(ValueError, match="is neither a day nor a month"):
        read_day(label)


@pytest.mark.parametrize(
    "name", [("2009", "Academic year"), ("200911", "Academic year"), ("soon", "Calendar year")]
)
def test_a_name_that_is_no_year_is_refused(name):
    with pytest.raises(ValueError, match=r"."):
        period_of(*name)


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


@given(YEARS, st.integers(1, 4), st.integers(1, 4))
def test_every_part_of_a_year_survives_its_label(year, first, last):
    quarters = f"Q{first}" + (f"-Q{last}" if last > first else "")
    there = period_of(f"{year}{(year + 1) % 100:02d}", f"Financial year {quarters}")
    assert read_period(there.label) == there


def test_a_financial_year_is_the_reporting_year_it_ends_in():
    assert period_of("202425", "Financial year") == reporting_year(2025)
    assert period_of("199900", "Financial year") == reporting_year(2000)
    with pytest.raises(ValueError, match="not two years in a row"):
        period_of("202426", "Financial year")
    with pytest.raises(ValueError, match="is not a period"):
        period_of("2025", "Financial year")
