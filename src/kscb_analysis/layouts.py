"""Rows of a raw table in, printed cells with their labels out: one function a printed layout."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from kscb_analysis.errors import LayoutFault, MetadataFault, did_you_mean
from kscb_analysis.periods import read_period
from kscb_analysis.sources import RawTable
from kscb_analysis.vocabulary import Role

TOTAL = "Total"


class PrintedCell(NamedTuple):
    """One cell as printed, with the labels that its place in the table gives it.

    `row` and `column` count from 1 in the raw file. `series` is the row or column label that
    tells indicators in one table apart; `group` the heading that a row stands under; `breakdown`
    the part of the whole that the figure is about.
    """

    row: int
    column: int
    role: Role
    text: str
    period: str
    area: str = ""
    la_code: str = ""
    series: str = ""
    group: str = ""
    breakdown: str = TOTAL


Rows = list[list[str]]
NEIGHBOURS = "Statistical Neighbours"
_PADDING = ("", "-")


def read_layout(rows: Rows, table: RawTable) -> list[PrintedCell]:
    """Read a table by the layout that its sidecar names; cells that print nothing are left out.

    Raises `LayoutFault`, with row and column, where the table is not laid out as promised.
    """
    try:
        read = LAYOUTS[table.layout]
    except KeyError:
        raise MetadataFault(
            f"{table.name}: no layout {table.layout!r} in layouts.py."
            f"{did_you_mean(table.layout, LAYOUTS)}"
        ) from None
    if not rows[0]:
        raise LayoutFault(_at(table, 1, 1, "the first row is empty"))
    cells = [cell for cell in read(rows, table) if cell.text.strip()]
    if not cells:
        raise LayoutFault(_at(table, len(rows), 1, "the table prints nothing below its headings"))
    return cells


def national_comparison(rows: Rows, table: RawTable) -> Iterator[PrintedCell]:
    """Read authorities in groups, a column for each year.

    The first row holds the years, with blank or "-" cells in front; columns under those hold
    nothing. The line "Statistical Neighbours" that carries figures is the neighbours' mean.
    """
    header, *body = rows
    years = _year_columns(header, table)
    group = ""
    for number, row in enumerate(body, start=2):
        _same_width(row, header, number, table)
        first, name = row[0].strip(), row[1].strip()
        la_code = ""
        if joined := re.fullmatch(r"(\d{3}) (.+)", name):
            la_code, name = joined.groups()
        elif re.fullmatch(r"\d{3}", first):
            la_code = first
        if first and not re.fullmatch(r"\d{3}", first):
            group = first.rstrip("*").strip()
        for column, text in enumerate(row[2:], start=3):
            if column not in years or not name:
                if text.strip() not in _PADDING:
                    what = "a row without a name" if not name else "a column without a year"
                    raise LayoutFault(_at(table, number, column, f"{text!r} stands in {what}"))
                continue
            if name == NEIGHBOURS:
                yield PrintedCell(
                    number,
                    column,
                    Role.NEIGHBOUR_MEAN,
                    text,
                    years[column],
                    table.area,
                    group=group,
                )
            else:
                yield PrintedCell(
                    number, column, Role.VALUE, text, years[column], name, la_code, group=group
                )


_SUMMARY_ROLES = {
    "Trend over time": Role.TREND,
    "Change over time": Role.CHANGE_SINCE_FIRST,
    "National Rank": Role.NATIONAL_RANK,
    "Quartile Banding": Role.QUARTILE_BAND,
}


def national_comparison_summary(rows: Rows, table: RawTable) -> Iterator[PrintedCell]:
    """Read the block under a comparison: trend, change, rank, band and a later position.

    Its headings stand in a first row of their own, or in the first line's cells in front of
    each entry ("National Rank 117").
    """
    headings = [cell.strip() for cell in rows[0][2:]]
    inline = bool(rows[0][0].strip())
    if inline:
        headings = [_heading_in(cell) for cell in headings]
    roles = [_summary_role(text, column, table) for column, text in enumerate(headings, start=3)]
    for number, row in enumerate(rows, start=1):
        if number == 1 and not inline:
            continue
        _same_width(row, rows[0], number, table)
        for column, (cell, heading, (role, period)) in enumerate(
            zip(row[2:], headings, roles, strict=True), start=3
        ):
            text = cell.strip()
            if number == 1 and inline:
                text = text.removeprefix(heading).strip()
            yield PrintedCell(number, column, role, text, period, row[1].strip(), row[0].strip())


def _heading_in(cell: str) -> str:
    for heading in _SUMMARY_ROLES:
        if cell.startswith(heading):
            return heading
    if found := re.match(r".+ \w{3} \d{4} performance", cell):
        return found[0]
    return cell


def _summary_role(heading: str, column: int, table: RawTable) -> tuple[Role, str]:
    if heading in _SUMMARY_ROLES:
        return _SUMMARY_ROLES[heading], _own_period(table)
    if found := re.fullmatch(r".+ (\w{3} \d{4}) performance", heading):
        return Role.VALUE, _period(found[1], table, 1, column)
    raise LayoutFault(
        _at(table, 1, column, f"the heading {heading!r} is not one of this layout's")
        + did_you_mean(heading, _SUMMARY_ROLES)
    )


_TREND_ROLES = {
    "Target": Role.TARGET,
    "Statistical neighbour": Role.NEIGHBOUR_MEAN,
    "Rag Rating": Role.RAG,
}


def kpi_trend(rows: Rows, table: RawTable) -> Iterator[PrintedCell]:
    """Read a KPI's trend: a row of periods, the result, its target and rating, further counts.

    Rows above the periods are headings. Target, neighbour and rating belong to the first result.
    """
    at, periods = _period_row(rows, table)
    main = ""
    for number, row in enumerate(rows[at:], start=at + 1):
        _same_width(row, rows[at - 1], number, table)
        label = row[0].strip()
        if not label:
            raise LayoutFault(_at(table, number, 1, "the row has no label"))
        role = _TREND_ROLES.get(label, Role.VALUE)
        main = main or label
        series = label if role is Role.VALUE else main
        for column, text in enumerate(row[1:], start=2):
            if column in periods:
                yield PrintedCell(
                    number, column, role, text, periods[column], table.area, series=series
                )
            elif text.strip():
                raise LayoutFault(_at(table, number, column, f"{text!r} has no period above it"))


_KPI_SUMMARY_ROLES = {
    "Current Status": Role.RAG,
    "Previous Status": Role.PREVIOUS_RAG,
    "Direction of Travel": Role.DIRECTION,
}


def kpi_summary(rows: Rows, table: RawTable) -> Iterator[PrintedCell]:
    """Read the summary of KPIs: status now and before, and direction, a row for each."""
    header = [cell.strip() for cell in rows[0]]
    for heading in _KPI_SUMMARY_ROLES:
        if heading not in header:
            raise LayoutFault(_at(table, 1, 1, f"there is no column {heading!r}"))
    for number, row in enumerate(rows[1:], start=2):
        _same_width(row, rows[0], number, table)
        for column, (heading, text) in enumerate(zip(header, row, strict=True), start=1):
            if heading in _KPI_SUMMARY_ROLES:
                yield PrintedCell(
                    number,
                    column,
                    _KPI_SUMMARY_ROLES[heading],
                    text,
                    _own_period(table),
                    table.area,
                    series=row[0].strip(),
                )


def rating_counts(rows: Rows, table: RawTable) -> Iterator[PrintedCell]:
    """Read how many KPIs have each rating; the series is "Current ratings: RED"."""
    header = rows[0]
    for number, row in enumerate(rows[1:], start=2):
        _same_width(row, header, number, table)
        for column, text in enumerate(row[1:], start=2):
            series = f"{row[0].strip()}: {header[column - 1].strip()}"
            yield PrintedCell(
                number,
                column,
                Role.COUNT_OF_RATINGS,
                text,
                _own_period(table),
                table.area,
                series=series,
            )


def rating_key(rows: Rows, table: RawTable) -> Iterator[PrintedCell]:
    """Read what each rating and arrow means; the series is the rating or arrow."""
    for number, row in enumerate(rows, start=1):
        _same_width(row, ["", ""], number, table)
        yield PrintedCell(
            number, 2, Role.KEY, row[1], _own_period(table), table.area, series=row[0].strip()
        )


def indicator_table(rows: Rows, table: RawTable) -> Iterator[PrintedCell]:
    """Read references, titles, a column for each year, and a target for the last year.

    The series is the reference, or the title where the reference is "N/A". A cell may print a
    year of its own in front of its figure.
    """
    header = [cell.strip() for cell in rows[0]]
    if len(header) < 4 or header[:2] != ["Ref", "Title"] or header[-1] != "Target":
        raise LayoutFault(_at(table, 1, 1, f"the headings are {header}, not Ref, Title, …, Target"))
    years = {
        column: _period(text, table, 1, column) for column, text in enumerate(header[2:-1], start=3)
    }
    last_year = list(years.values())[-1]
    for number, row in enumerate(rows[1:], start=2):
        _same_width(row, rows[0], number, table)
        series = row[0].strip() if row[0].strip() != "N/A" else row[1].strip()
        for column, year in years.items():
            text = row[column - 1].strip()
            if own := re.fullmatch(r"(\d{4}/\d{2}) (.+)", text):
                year, text = _period(own[1], table, number, column), own[2]
            yield PrintedCell(number, column, Role.VALUE, text, year, table.area, series=series)
        yield PrintedCell(
            number, len(row), Role.TARGET, row[-1], last_year, table.area, series=series
        )


def periods_across(rows: Rows, table: RawTable) -> Iterator[PrintedCell]:
    """Read a row of periods and rows of figures; a first column that is no period holds labels."""
    header = rows[0]
    labelled = not _is_period(header[0])
    columns = {
        column: _period(text, table, 1, column)
        for column, text in enumerate(header, start=1)
        if column > labelled
    }
    for number, row in enumerate(rows[1:], start=2):
        _same_width(row, header, number, table)
        series = row[0].strip() if labelled else ""
        for column, period in columns.items():
            yield PrintedCell(
                number, column, Role.VALUE, row[column - 1], period, table.area, series=series
            )


def periods_down(rows: Rows, table: RawTable) -> Iterator[PrintedCell]:
    """Read a period in the first column and figures beside it; a first row may hold labels."""
    labelled = not _is_period(rows[0][0])
    labels = rows[0] if labelled else [""] * len(rows[0])
    for number, row in enumerate(rows, start=1):
        if number == 1 and labelled:
            continue
        _same_width(row, rows[0], number, table)
        period = _period(row[0], table, number, 1)
        for column, text in enumerate(row[1:], start=2):
            yield PrintedCell(
                number,
                column,
                Role.VALUE,
                text,
                period,
                table.area,
                series=labels[column - 1].strip(),
            )


_LIST_COLUMNS = ["series", "area", "period", "figure", "place"]


def figures_list(rows: Rows, table: RawTable) -> Iterator[PrintedCell]:
    """Read figures that stand in sentences, one a row, with our label and their place."""
    if rows[0] != _LIST_COLUMNS:
        raise LayoutFault(_at(table, 1, 1, f"the headings are {rows[0]}, not {_LIST_COLUMNS}"))
    for number, row in enumerate(rows[1:], start=2):
        _same_width(row, rows[0], number, table)
        series, area, period, figure, _ = (cell.strip() for cell in row)
        role, area = Role.VALUE, area or table.area
        # A paper quotes the neighbours' mean of its own authority without naming the members.
        if found := re.fullmatch(r"Statistical neighbours of (.+)", area):
            role, area = Role.NEIGHBOUR_MEAN, found[1]
        yield PrintedCell(
            number, 4, role, figure, _period(period, table, number, 3), area, series=series
        )


def cross_table(rows: Rows, table: RawTable) -> Iterator[PrintedCell]:
    """Read one indicator broken down by rows and by columns; a label "Total…" is the whole."""
    header = rows[0]
    for number, row in enumerate(rows[1:], start=2):
        _same_width(row, header, number, table)
        for column, text in enumerate(row[1:], start=2):
            parts = [part for label in (row[0], header[column - 1]) if (part := _part(label))]
            yield PrintedCell(
                number,
                column,
                Role.VALUE,
                text,
                _own_period(table),
                table.area,
                breakdown=", ".join(parts) or TOTAL,
            )


def measures_by_row(rows: Rows, table: RawTable) -> Iterator[PrintedCell]:
    """Read a measure in each column, broken down by rows; a row "Total…" is the whole.

    Columns that the sidecar lists in `ignore_columns` hold no figures.
    """
    header = rows[0]
    for number, row in enumerate(rows[1:], start=2):
        _same_width(row, header, number, table)
        for column, text in enumerate(row[1:], start=2):
            series = header[column - 1].strip()
            if series not in table.ignore_columns:
                yield PrintedCell(
                    number,
                    column,
                    Role.VALUE,
                    text,
                    _own_period(table),
                    table.area,
                    series=series,
                    breakdown=_part(row[0]) or TOTAL,
                )


LAYOUTS: dict[str, Callable[[Rows, RawTable], Iterator[PrintedCell]]] = {
    layout.__name__: layout
    for layout in (
        national_comparison,
        national_comparison_summary,
        kpi_trend,
        kpi_summary,
        rating_counts,
        rating_key,
        indicator_table,
        periods_across,
        periods_down,
        figures_list,
        cross_table,
        measures_by_row,
    )
}


def _part(label: str) -> str:
    """Give a row or column label as a part of the whole, nothing for a total."""
    text = label.strip().rstrip(":")
    return "" if text.casefold().startswith("total") else text


def _year_columns(header: list[str], table: RawTable) -> dict[int, str]:
    """Give the year of each column; they run to the last column, each one more than the last."""
    years = {
        column: text.strip()
        for column, text in enumerate(header, start=1)
        if column > 2 and text.strip() not in _PADDING
    }
    for column, text in years.items():
        if not re.fullmatch(r"(?:19|20)\d\d", text):
            raise LayoutFault(_at(table, 1, column, f"{text!r} is not a year"))
    expected = list(range(len(header) - len(years) + 1, len(header) + 1))
    if not years or list(years) != expected:
        raise LayoutFault(
            _at(table, 1, len(header), "the years do not run to the last column")
            + " A header that is printed shifted is corrected in data/metadata/corrections.toml."
        )
    numbers = [int(year) for year in years.values()]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        raise LayoutFault(_at(table, 1, expected[0], f"the years {numbers} do not follow on"))
    return years


def _period_row(rows: Rows, table: RawTable) -> tuple[int, dict[int, str]]:
    for at, row in enumerate(rows, start=1):
        periods = {
            column: text.strip() for column, text in enumerate(row, start=1) if _is_period(text)
        }
        if len(periods) > 1:
            return at, periods
    raise LayoutFault(_at(table, 1, 1, "no row holds periods such as 'Mar 11'"))


def _own_period(table: RawTable) -> str:
    if not table.period:
        raise MetadataFault(
            f"{table.name} prints no period. Add `period = …` to its table in source.toml."
        )
    if not _is_period(table.period):
        raise MetadataFault(
            f"{table.name}: {table.period!r} is not a period. Change `period` in source.toml to "
            "one such as '2011' or 'Sep 11'."
        )
    return table.period


def _is_period(text: str) -> bool:
    try:
        read_period(text)
    except ValueError:
        return False
    return True


def _period(text: str, table: RawTable, row: int, column: int) -> str:
    if not _is_period(text):
        raise LayoutFault(_at(table, row, column, f"{text!r} is not a period"))
    return text.strip()


def _same_width(row: list[str], header: list[str], number: int, table: RawTable) -> None:
    if len(row) != len(header):
        raise LayoutFault(
            _at(table, number, len(row), f"the row has {len(row)} cells, the header {len(header)}")
        )


def _at(table: RawTable, row: int, column: int, what: str) -> str:
    return (
        f"data/raw/{table.source_id}/{table.path.name}, row {row}, column {column}: {what} "
        f"(layout {table.layout})."
    )
