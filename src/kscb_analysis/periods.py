"""A printed period in, the days behind it out."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from kscb_analysis.errors import WrongRequest

REPORTING_YEAR = "Reporting year"
FINANCIAL_YEAR = "Financial year"
CALENDAR_YEAR = "Calendar year"
SCHOOL_YEAR = "Academic year"
MONTHS = {name: number for number, name in enumerate(calendar.month_name) if number}
_SHORT = {name[:3].lower(): number for name, number in MONTHS.items()}


class PeriodBasis(StrEnum):
    """What stretch of time one figure of an indicator covers."""

    YEAR = "year ending 31 March"
    POSITION_YEAR_END = "position at 31 March"
    POSITION_QUARTER_END = "position at quarter end"
    POSITION_MONTH_END = "position at month end"
    SURVEY_YEAR = "survey year"
    CALENDAR_YEAR = "calendar year"
    SCHOOL_YEAR = "school year"
    QUARTER = "quarter"

    @property
    def is_yearly(self) -> bool:
        """True when a figure dated March stands for the whole reporting year."""
        return self in (PeriodBasis.YEAR, PeriodBasis.POSITION_YEAR_END, PeriodBasis.SURVEY_YEAR)


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of time: its last day, its first day, and its open-data name.

    `time_period` and `time_identifier` follow the Department for Education's open-data
    standard: ("2011", "Reporting year") is the year ending 31 March 2011.
    """

    end: date
    start: date
    time_period: str
    time_identifier: str

    @property
    def label(self) -> str:
        """The period as a reader is told it.

        >>> read_period("2011").label
        '2011'
        >>> read_period("Sep 11", PeriodBasis.POSITION_MONTH_END).label
        'Sep 2011'
        >>> read_period("2010", PeriodBasis.SCHOOL_YEAR).label
        'school year 2009/10'
        """
        if self.time_identifier == REPORTING_YEAR:
            return self.time_period
        if self.time_identifier in MONTHS:
            return f"{self.time_identifier[:3]} {self.time_period}"
        if self.time_identifier in _YEARS_NAMED:
            return self.words
        return f"{_month_and_year(self.start)} to {_month_and_year(self.end)}"

    @property
    def words(self) -> str:
        """The period in a sentence.

        >>> read_period("2011").words
        'year ending 31 March 2011'
        """
        if self.time_identifier == REPORTING_YEAR:
            return f"year ending 31 March {self.time_period}"
        if self.time_identifier in MONTHS:
            return f"{self.time_identifier} {self.time_period}"
        if self.time_identifier == CALENDAR_YEAR:
            return f"calendar year {self.time_period}"
        if self.time_identifier == SCHOOL_YEAR:
            return f"school year {self.time_period[:4]}/{self.time_period[4:]}"
        return f"{_day(self.start)} to {_day(self.end)}"


def reporting_year(year: int) -> Period:
    """Give the year ending 31 March of `year`."""
    return Period(date(year, 3, 31), date(year - 1, 4, 1), str(year), REPORTING_YEAR)


def last_year_over(day: date) -> int:
    """Give the last reporting year that is over by a day.

    >>> last_year_over(date(2011, 9, 30)), last_year_over(date(2011, 3, 30))
    (2011, 2010)
    """
    return day.year if (day.month, day.day) >= (3, 31) else day.year - 1


def calendar_year(year: int) -> Period:
    """Give 1 January to 31 December of `year`."""
    return Period(date(year, 12, 31), date(year, 1, 1), str(year), CALENDAR_YEAR)


def school_year(year: int) -> Period:
    """Give the school year that ends in the summer of `year`: 1 September to 31 August."""
    name = f"{year - 1}{year % 100:02d}"
    return Period(date(year, 8, 31), date(year - 1, 9, 1), name, SCHOOL_YEAR)


def month(year: int, number: int) -> Period:
    """Give one calendar month."""
    last = calendar.monthrange(year, number)[1]
    return Period(
        date(year, number, last), date(year, number, 1), str(year), calendar.month_name[number]
    )


def read_period(label: str, basis: PeriodBasis = PeriodBasis.YEAR) -> Period:
    """Work out the days behind a period as printed.

    `basis` decides what a March means: for an indicator that is counted once a year,
    "Mar 11" and "31 Mar 11" are the reporting year 2011; for one that is counted every month
    they are the month. It also decides which twelve months a year means: those to March, or for
    an indicator counted by calendar year or school year, that year. Raises `ValueError` for a
    label that is not a period.

    >>> read_period("2010/11").end
    datetime.date(2011, 3, 31)
    >>> read_period("Mar 11", PeriodBasis.POSITION_MONTH_END).time_identifier
    'March'
    >>> read_period("1 Apr 11 - 31 Dec 11").time_identifier
    'Financial year Q1-Q3'
    >>> read_period("2007", PeriodBasis.CALENDAR_YEAR).end
    datetime.date(2007, 12, 31)
    """
    text = re.sub(r"\s*[–—-]\s*", "-", label.strip())
    for pattern, read in (*_YEAR_FORMS.get(basis, ()), *_FORMS):
        if found := pattern.fullmatch(text):
            try:
                period = read(*found.groups())
            except (KeyError, ValueError):
                break
            if basis.is_yearly and period.time_identifier == "March":
                return reporting_year(period.end.year)
            return period
    raise ValueError(f"{label!r} is not a period")


def read_day(label: str) -> date:
    """Work out the day of an event as printed; of a month alone, its last day.

    Raises `ValueError` for a label that is neither.

    >>> read_day("19 November 2010")
    datetime.date(2010, 11, 19)
    >>> read_day("November 2007")
    datetime.date(2007, 11, 30)
    """
    text = label.strip()
    try:
        if found := re.fullmatch(r"(\d{1,2}) ([A-Za-z]+) (\d{4})", text):
            return date(int(found[3]), _month_number(found[2]), int(found[1]))
        if found := re.fullmatch(r"([A-Za-z]+) (\d{4})", text):
            return month(int(found[2]), _month_number(found[1])).end
    except (KeyError, ValueError):
        pass
    raise ValueError(f"{label!r} is neither a day nor a month")


def financial_year(day: date) -> int:
    """Give the year in which the financial year of a day ends.

    >>> financial_year(date(2011, 3, 31)), financial_year(date(2011, 4, 1))
    (2011, 2012)
    """
    return day.year + (day.month > 3)


def parse_year(text: object, name: str = "period") -> int:
    """Read a year ending 31 March from a parameter, as `2011` or `"2011"` or `"2010/11"`."""
    try:
        if isinstance(text, bool):
            raise ValueError
        period = read_period(str(text))
        if period.time_identifier != REPORTING_YEAR:
            raise ValueError
    except ValueError:
        raise WrongRequest(
            f"{name} is {text!r}, which is not a year. Give the year in which the twelve months "
            "to 31 March end, for example 2011."
        ) from None
    return period.end.year


def _year(text: str) -> int:
    # Two figures are this century: the papers print nothing before 2001.
    return int(text) if len(text) == 4 else 2000 + int(text)


def _month_number(text: str) -> int:
    number = _SHORT[text[:3].lower()]
    if not calendar.month_name[number].lower().startswith(text.lower()) and len(text) > 3:
        raise KeyError(text)
    return number


def _second_year(first: str, second: str) -> int:
    following = _year(first) + 1
    if int(second) not in (following, following % 100):
        raise ValueError("not two years in a row")
    return following


def _read_split_year(first: str, second: str) -> Period:
    return reporting_year(_second_year(first, second))


def _refuse_split_year(first: str, second: str) -> Period:
    raise ValueError(f"{first}/{second} is not a calendar year")


def _read_day(day: str, name: str, year: str) -> Period:
    there = date(_year(year), _month_number(name), int(day))
    period = month(there.year, there.month)
    if there != period.end:
        raise ValueError("not the last day of a month")
    return period


def _read_quarter(first: str, last: str, year: str) -> Period:
    start = date(_year(year), _month_number(first), 1)
    return _between(start, month(_year(year), _month_number(last)).end)


def _read_months(first: str, year: str, last: str, year_2: str) -> Period:
    start = date(int(year), _month_number(first), 1)
    return _between(start, month(int(year_2), _month_number(last)).end)


def _read_span(day: str, name: str, year: str, day_2: str, name_2: str, year_2: str) -> Period:
    start = date(_year(year), _month_number(name), int(day))
    return _between(start, date(_year(year_2), _month_number(name_2), int(day_2)))


def _between(start: date, end: date) -> Period:
    """Name a stretch of whole quarters within one financial year."""
    first_day = date(start.year - (start.month < 4), 4, 1)
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    whole = start.day == 1 and (end + timedelta(days=1)).day == 1
    if not whole or months % 3 or months > 12 or start.month % 3 != 1 or end < start:
        raise ValueError("not a stretch of whole quarters in one financial year")
    if months == 12 and start == first_day:
        return reporting_year(end.year)
    first_quarter = ((start.month - 4) % 12) // 3 + 1
    last_quarter = first_quarter + months // 3 - 1
    if last_quarter > 4:
        raise ValueError("not within one financial year")
    quarters = f"Q{first_quarter}" + (f"-Q{last_quarter}" if months > 3 else "")
    name = f"{first_day.year}{(first_day.year + 1) % 100:02d}"
    return Period(end, start, name, f"Financial year {quarters}")


def _month_and_year(day: date) -> str:
    return f"{calendar.month_abbr[day.month]} {day.year}"


def _day(day: date) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


_Forms = tuple[tuple[re.Pattern[str], Callable[..., Period]], ...]
_ONE_YEAR = re.compile(r"(\d{4})(?:\.0)?")
_SPLIT_YEAR = re.compile(r"(\d{4})[/-](\d{2}|\d{4})")
_YEARS_NAMED = (CALENDAR_YEAR, SCHOOL_YEAR)

_FORMS: _Forms = (
    (_ONE_YEAR, lambda year: reporting_year(int(year))),
    (_SPLIT_YEAR, _read_split_year),
    (re.compile(r"([A-Za-z]+) (\d{2}|\d{4})"), lambda m, y: month(_year(y), _month_number(m))),
    (re.compile(r"(\d{1,2}) ([A-Za-z]+) (\d{2}|\d{4})"), _read_day),
    (re.compile(r"([A-Za-z]+) to ([A-Za-z]+) (\d{2}|\d{4})"), _read_quarter),
    (re.compile(r"([A-Za-z]+) (\d{4}) to ([A-Za-z]+) (\d{4})"), _read_months),
    (
        re.compile(
            r"(\d{1,2}) ([A-Za-z]+) (\d{2}|\d{4})(?:-| to )(\d{1,2}) ([A-Za-z]+) (\d{2}|\d{4})"
        ),
        _read_span,
    ),
)


# What a printed year means where it is not the twelve months to March; looked at first.
_YEAR_FORMS: dict[PeriodBasis, _Forms] = {
    PeriodBasis.CALENDAR_YEAR: (
        (_ONE_YEAR, lambda year: calendar_year(int(year))),
        (_SPLIT_YEAR, _refuse_split_year),
    ),
    PeriodBasis.SCHOOL_YEAR: (
        (_ONE_YEAR, lambda year: school_year(int(year))),
        (_SPLIT_YEAR, lambda first, second: school_year(_second_year(first, second))),
    ),
}


@cache
def period_of(time_period: str, time_identifier: str) -> Period:
    """Turn the open-data name of a period back into its days.

    >>> period_of("2011", "Reporting year") == reporting_year(2011)
    True
    >>> period_of("201112", "Financial year Q1-Q3").label
    'Apr 2011 to Dec 2011'
    >>> period_of("202425", "Financial year") == reporting_year(2025)
    True
    """
    if time_identifier == REPORTING_YEAR:
        return reporting_year(int(time_period))
    if time_identifier in MONTHS:
        return month(int(time_period), MONTHS[time_identifier])
    if time_identifier == CALENDAR_YEAR:
        return calendar_year(int(time_period))
    if time_identifier == FINANCIAL_YEAR and re.fullmatch(r"\d{6}", time_period):
        return reporting_year(_second_year(time_period[:4], time_period[4:]))
    if time_identifier == SCHOOL_YEAR and re.fullmatch(r"\d{6}", time_period):
        return school_year(_second_year(time_period[:4], time_period[4:]))
    if found := re.fullmatch(r"Financial year Q([1-4])(?:-Q([1-4]))?", time_identifier):
        first, last = int(found[1]), int(found[2] or found[1])
        year = int(time_period[:4])
        start = month(year + (first == 4), (3 * first) % 12 + 1).start
        return _between(start, month(year + (last == 4), (3 * last + 2) % 12 + 1).end)
    raise ValueError(f"({time_period!r}, {time_identifier!r}) is not a period")
