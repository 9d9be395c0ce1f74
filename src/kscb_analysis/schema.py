"""The tidy tables: their columns, what each means, and what makes a row the only one."""

from collections import namedtuple
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from kscb_analysis.vocabulary import GeographicLevel, Role, Statistic, ValueStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

TEXT, NUMBER, WHOLE, DAY = "str", "float64", "int64", "datetime64[s]"

_PERIOD = {
    "time_period": (TEXT, "Year or month in the open-data standard; 2011 is the year to 31 March"),
    "time_identifier": (TEXT, "Reporting, Calendar or Academic year, a month, part of a year"),
    "period_end": (DAY, "Last day of the period"),
}
_AREA = {
    "geographic_level": (TEXT, "National, Regional or Local authority"),
    "area_code": (TEXT, "Nine-character code of the area"),
    "area_name": (TEXT, "Name of the area, one spelling throughout"),
}
_PLACE = {
    "source_id": (TEXT, "Folder below data/raw"),
    "source_table": (TEXT, "Table of that source"),
    "source_row": (WHOLE, "Line of the raw file, from 1"),
    "source_column": (WHOLE, "Cell in that line, from 1"),
    "published_on": (DAY, "Day the source was published, empty when not recorded"),
    "corrected_from": (TEXT, "Text in the raw file when a recorded correction was laid over it"),
}


@dataclass(frozen=True)
class Table:
    """One tidy table: columns as (type, meaning), key, and the words a column may hold."""

    name: str
    columns: dict[str, tuple[str, str]]
    key: tuple[str, ...]
    allowed: dict[str, tuple[str, ...]]
    may_be_empty: tuple[str, ...] = ()


OBSERVATIONS = Table(
    "observations",
    {
        "indicator_id": (TEXT, "Indicator in data/metadata/indicators.toml"),
        **_AREA,
        **_PERIOD,
        "breakdown": (TEXT, "Part of the population the figure is about; Total for all"),
        "statistic": (TEXT, "The area's own value, or a statistic printed beside it"),
        "value": (NUMBER, "The figure, empty when there is none"),
        "value_status": (TEXT, "published, or why there is no figure"),
        "printed": (TEXT, "The cell as it was read"),
        "numerator": (NUMBER, "Count above the line, where the same paper prints it"),
        "denominator": (NUMBER, "Count below the line, where the same paper prints it"),
        **_PLACE,
    },
    (
        "indicator_id", "area_code", "time_period", "time_identifier", "breakdown", "statistic",
        "source_id", "source_table",
    ),
    {
        "statistic": tuple(Statistic),
        "value_status": tuple(ValueStatus),
        "geographic_level": tuple(GeographicLevel),
    },
    ("value", "numerator", "denominator", "published_on", "corrected_from"),
)  # fmt: skip

TARGETS = Table(
    "targets",
    {
        "indicator_id": (TEXT, "Indicator in data/metadata/indicators.toml"),
        **_AREA,
        **_PERIOD,
        "target": (NUMBER, "Target for the period, empty when the paper prints a marker"),
        "floor": (NUMBER, "Figure at which a rating turns red, empty when none is recorded"),
        "value_status": (TEXT, "published, or why there is no target"),
        "printed": (TEXT, "The cell as it was read"),
        **_PLACE,
    },
    ("indicator_id", "area_code", "time_period", "time_identifier", "source_id", "source_table"),
    {"value_status": tuple(ValueStatus)},
    ("target", "floor", "published_on", "corrected_from"),
)

RATINGS = Table(
    "ratings",
    {
        "indicator_id": (TEXT, "Indicator, empty for a count or key about all indicators"),
        "series": (TEXT, "Label printed at the row or column"),
        **_AREA,
        **_PERIOD,
        "kind": (TEXT, "What was printed: rating, previous rating, direction, trend, band, …"),
        "printed": (TEXT, "The cell as it was read"),
        **_PLACE,
    },
    (
        "indicator_id", "series", "area_code", "time_period", "time_identifier", "kind",
        "source_id", "source_table",
    ),
    {"kind": tuple(str(role) for role in Role if role.is_rating)},
    ("indicator_id", "series", "published_on", "corrected_from"),
)  # fmt: skip

JUDGEMENTS = Table(
    "judgements",
    {
        **_AREA,
        "judged_on": (DAY, "Day of the judgement; the month's last where only that is printed"),
        "judged_words": (TEXT, "The day or month as the paper prints it"),
        "group": (TEXT, "Heading that the judgement stands under, empty for none"),
        "judgement": (TEXT, "What was judged"),
        "printed": (TEXT, "The grade as it was read"),
        "scale_id": (TEXT, "Scale in data/metadata/scales.toml"),
        "ordinal": (WHOLE, "Place of the grade on its scale: 4 the best, 1 the lowest"),
        "words": (TEXT, "What the grade means, in the scale's own words"),
        **_PLACE,
    },
    ("area_code", "judged_on", "source_id", "source_table", "group", "judgement"),
    {"geographic_level": tuple(GeographicLevel)},
    ("group", "published_on", "corrected_from"),
)

COMPARATORS = Table(
    "comparators",
    {
        "set_id": (TEXT, "Neighbour set, or the printed group of one table"),
        "set_name": (TEXT, "The set's name"),
        "indicator_id": (TEXT, "Indicator that a printed group is about; empty for all"),
        "area_code": (TEXT, "Area that the set belongs to"),
        "area_name": (TEXT, "Its name"),
        "member_code": (TEXT, "Member of the set"),
        "member_name": (TEXT, "Its name"),
        "valid_from": (TEXT, "First reporting year in force, empty for the first there is"),
        "valid_to": (TEXT, "Last reporting year in force, empty for no end"),
        "source": (TEXT, "Where the set is printed"),
        "source_table": (TEXT, "Raw table of a printed group, source/table; empty for a set"),
    },
    ("set_id", "indicator_id", "area_code", "member_code", "source_table"),
    {},
    ("indicator_id", "valid_from", "valid_to", "source", "source_table"),
)

FINDINGS = Table(
    "findings",
    {
        "check": (TEXT, "The check, named for the promise it keeps"),
        "indicator_id": (TEXT, "Indicator that the finding is about"),
        "area_name": (TEXT, "Area"),
        "time_period": (TEXT, "Period"),
        "message": (TEXT, "What was found, in a sentence"),
        "difference": (NUMBER, "Size of the difference, where there is one"),
        "cells": (TEXT, "The cells it was found in: source/table, row, column"),
    },
    ("check", "message", "cells"),
    {},
    ("indicator_id", "area_name", "time_period", "difference"),
)

TABLES = {
    table.name: table
    for table in (OBSERVATIONS, TARGETS, RATINGS, JUDGEMENTS, COMPARATORS, FINDINGS)
}


def each(rows: "pd.DataFrame", *columns: str) -> "Iterable[Any]":
    """Give the rows one by one, each a named tuple of its columns, or of the columns named.

    `itertuples` makes a new type each time, which costs more than a few rows do.
    """
    # A column's type is promised by its table above, and pandas cannot tell a type checker.
    names = columns or tuple(rows.columns)
    make = _row_type(names)._make
    return map(make, zip(*(rows[name].tolist() for name in names), strict=True))


@cache
def _row_type(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names, rename=True)


def typed(rows: "pd.DataFrame", table: Table) -> "pd.DataFrame":
    """Give the rows the table's columns, order and types, and check them against its schema.

    No rows at all make an empty table. Raises `ChecksFailed` with everything that is wrong.
    pandera is imported here alone: reading a finished table does not need it.
    """
    import pandas as pd
    import pandera.pandas as pa

    from kscb_analysis.errors import ChecksFailed

    if rows.empty:
        rows = pd.DataFrame(columns=list(table.columns), dtype=object)
    missing = [name for name in table.columns if name not in rows]
    if missing:
        raise ChecksFailed(f"{table.name}: no column {missing}.")
    made = pd.DataFrame(
        {
            name: _cast(rows[name], kind, empty="" if name in table.may_be_empty else None)
            for name, (kind, _) in table.columns.items()
        }
    )
    schema = pa.DataFrameSchema(
        {
            name: pa.Column(
                kind if kind != TEXT else None,
                checks=_checks(pa, name, kind, table),
                nullable=name in table.may_be_empty and kind != TEXT,
            )
            for name, (kind, _) in table.columns.items()
        },
        strict=True,
        ordered=True,
    )
    try:
        schema.validate(made, lazy=True)
    except pa.errors.SchemaErrors as fault:
        cases = fault.failure_cases.head(10)
        lines = "\n".join(
            f"  {case.column}: {case.check} fails for {case.failure_case!r}" for case in each(cases)
        )
        raise ChecksFailed(f"{table.name} does not fit its schema:\n{lines}") from None
    return made


def _cast(column: "pd.Series[Any]", kind: Any, empty: str | None) -> "pd.Series[Any]":
    import pandas as pd

    if kind == TEXT:
        return column.astype("str") if empty is None else column.fillna(empty).astype("str")
    if kind == DAY:
        return pd.to_datetime(column).astype(kind)
    return column.astype(kind)


def _checks(pa: Any, name: str, kind: str, table: Table) -> list[Any]:
    checks: list[Any] = []
    if name in table.allowed:
        checks.append(pa.Check.isin([str(word) for word in table.allowed[name]]))
    if kind == TEXT and name not in table.may_be_empty:
        checks.append(pa.Check.str_length(min_value=1))
    return checks
