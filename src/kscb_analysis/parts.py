"""Figures about parts of a whole in, the tables that show them out.

A part is named in `breakdown`: "Aged 17", or "Substantiated, Dismissal" where the printed table
is broken down by rows and by columns.
"""

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from kscb_analysis.catalogue import Indicator
from kscb_analysis.files import file_name
from kscb_analysis.markup import (
    amount,
    cell,
    csv_link,
    is_money,
    join,
    legend,
    marker,
    paragraph,
    row,
    table,
)
from kscb_analysis.periods import period_of, reporting_year
from kscb_analysis.schema import each
from kscb_analysis.sentences import when
from kscb_analysis.tables import NOT_PRINTED, anchor, common_note, common_table, short_places
from kscb_analysis.views import View

BETWEEN = ", "
# A table of parts by periods is worth its width when this share of it is filled.
LEAST_FILLED = 0.6
MOST_PERIODS = 12
# A list as long as this is summed up in a sentence; ends that few parts share are named.
LEAST_PARTS_TO_SUM_UP = 6
MOST_NAMED = 3
# As many figures as this of a single part are said in a sentence.
MOST_TO_SAY = 3
# Whoever wants three figures copies them; a link would be longer than they are.
LEAST_ROWS_FOR_A_CSV = 4


@dataclass(frozen=True)
class Grid:
    """Parts crossed with parts: labels down and across, and the row of each pair.

    The empty label stands for the whole, down or across.
    """

    down: tuple[str, ...]
    across: tuple[str, ...]
    cells: dict[tuple[str, str], pd.Series]


def parts_of(view: View, indicator: Indicator) -> pd.DataFrame:
    """Give an area's rows about parts of a whole, from the first year shown to a year on.

    Columns are those of `observations`, with `period` (as a reader is told it) and `place`.
    """
    rows = view.data.breakdowns(indicator.indicator_id)
    first = pd.Timestamp(reporting_year(view.first_year).end)
    last = pd.Timestamp(reporting_year(view.year + 1).end)
    mine = rows[
        (rows["area_code"] == view.area.code)
        & (rows["period_end"] >= first)
        & (rows["period_end"] <= last)
    ]
    return _with_words(mine)


def has_parts(view: View, indicator: Indicator) -> bool:
    """Say whether anything is printed about parts of the whole."""
    return not parts_of(view, indicator).empty


def parts_block(view: View, indicator: Indicator) -> Markup:
    """Make a table for each printed cross table, and one for all other parts; nothing for none."""
    rows = parts_of(view, indicator)
    if rows.empty:
        return Markup()
    totals = _with_words(_totals(view, indicator))
    made: list[Markup] = []
    rest = []
    for _, mine in rows.groupby(["source_id", "source_table", "period"], sort=False):
        grid = cross(mine)
        if grid is None:
            rest.append(mine)
        else:
            made.append(_cross_table(grid, mine, totals, indicator, len(made) + 1))
    if rest:
        made.append(_plain_table(pd.concat(rest), totals, indicator))
    return join(made)


def cross(rows: pd.DataFrame) -> Grid | None:
    """Read parts as rows crossed with columns; None when they are a plain list.

    They are crossed when every pair of labels is there. A part that is one of the labels alone is
    a printed total of that row or column.
    """
    by_label = {str(one["breakdown"]): one for _, one in rows.iterrows()}
    for split in (str.rpartition, str.partition):
        pairs = {
            (first, second): label
            for label in by_label
            for first, between, second in [split(label, BETWEEN)]
            if between
        }
        down = tuple(dict.fromkeys(first for first, _ in pairs))
        across = tuple(dict.fromkeys(second for _, second in pairs))
        alone = [label for label in by_label if label not in pairs.values()]
        if (
            len(down) > 1
            and len(across) > 1
            and len(pairs) == len(down) * len(across)
            and all(label in down or label in across for label in alone)
        ):
            cells = {pair: by_label[label] for pair, label in pairs.items()}
            cells |= {(label, ""): by_label[label] for label in alone if label in down}
            cells |= {("", label): by_label[label] for label in alone if label in across}
            return Grid(down, across, cells)
    return None


def _cross_table(
    grid: Grid, rows: pd.DataFrame, totals: pd.DataFrame, indicator: Indicator, number: int
) -> Markup:
    period = str(rows["period"].iloc[0])
    cells = dict(grid.cells)
    same = totals[totals["period"] == period]
    if not same.empty:
        cells["", ""] = same.iloc[-1]
    down = (*grid.down, *([""] if any(not first for first, _ in cells) else []))
    across = (*grid.across, *([""] if any(not second for _, second in cells) else []))
    body = [
        row(
            first or "All",
            [_figure_cell(cells.get((first, second)), indicator) for second in across],
            strong=not first,
        )
        for first in down
    ]
    name = f"{anchor(indicator)}-parts-{number}"
    caption = f"{indicator.short_title} by part, {period}"
    head = ["Part", *(label or "All" for label in across)]
    said = _largest_sentence(grid, cells, indicator)
    return join(
        [
            paragraph("message", said) if said else "",
            table(caption, head, body, name),
            legend(rows["value_status"]),
            paragraph("source", _whole_source(rows)),
            _csv(rows, caption),
        ]
    )


def _plain_table(rows: pd.DataFrame, totals: pd.DataFrame, indicator: Indicator) -> Markup:
    rows = rows.sort_values("period_end", kind="stable")
    if rows["breakdown"].nunique() == 1 and len(rows) <= MOST_TO_SAY:
        return _one_part(rows, indicator)
    periods = rows["period"].drop_duplicates().tolist()
    parts = rows["breakdown"].drop_duplicates().tolist()
    by_period = {(one.breakdown, one.period): one for one in each(rows)}
    filled = len(by_period) / (len(parts) * len(periods))
    common = common_table(rows["place"])
    if len(periods) <= MOST_PERIODS and filled >= LEAST_FILLED:
        head = ["Part", *periods, "Source"]
        body = [
            row(
                part,
                [
                    *(_figure_cell(by_period.get((part, period)), indicator) for period in periods),
                    _source_cell(rows.loc[rows["breakdown"] == part, "place"], common),
                ],
            )
            for part in parts
        ]
        body += _whole_row(rows, totals, indicator, periods, common)
        words: tuple[int, ...] = (0, len(head) - 1)
    else:
        head = ["Part", "Period", indicator.measure, "Source"]
        body = [
            row(
                one["breakdown"],
                [
                    cell(one["period"], numeric=False),
                    _figure_cell(one, indicator),
                    _source_cell(pd.Series([one["place"]]), common),
                ],
            )
            for _, one in rows.iterrows()
        ]
        words = (0, 1, 3)
    said = _ends_sentence(rows, indicator) if len(periods) == 1 else ""
    name = f"{anchor(indicator)}-parts"
    span = periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
    caption = f"{indicator.short_title} by part, {span}"
    return join(
        [
            paragraph("message", said) if said else "",
            table(caption, head, body, name, text_columns=words),
            legend(rows["value_status"]),
            common_note(common),
            _csv(rows, caption),
        ]
    )


def _one_part(rows: pd.DataFrame, indicator: Indicator) -> Markup:
    """Say in a sentence what is printed of a single part: a table of one row says no more."""
    said = [
        Markup("{} {} <small>({})</small>").format(
            _shown(one, indicator),
            when(period_of(one.time_period, one.time_identifier), indicator),
            one.place,
        )
        for one in each(rows)
    ]
    return Markup("{}{}").format(
        paragraph(
            "since",
            Markup("<strong>One part is printed.</strong> {}: {}.").format(
                rows["breakdown"].iloc[0], join(said, "; ")
            ),
        ),
        legend(rows["value_status"]),
    )


def _ends_sentence(rows: pd.DataFrame, indicator: Indicator) -> str:
    """Say which lines of a long list are highest and lowest, naming them when they are few."""
    known = rows[rows["value"].notna()]
    if len(known) < LEAST_PARTS_TO_SUM_UP:
        return ""
    lowest, highest = float(known["value"].min()), float(known["value"].max())
    if lowest == highest:
        return (
            f"All {len(known)} lines of the table have the same figure: "
            f"{_counted(highest, indicator)}."
        )
    return (
        f"The highest figure is {_counted(highest, indicator)}{_lines_at(highest, known)}. "
        f"The lowest is {amount(lowest, indicator)}{_lines_at(lowest, known)}."
    )


def _counted(value: float, indicator: Indicator) -> str:
    """Write a figure with what it counts: "6 meetings", "100%", "£241,327"."""
    text = amount(value, indicator)
    # A unit is a plural noun, which one of it is not.
    if not indicator.is_count or is_money(indicator) or value == 1:
        return text
    return f"{text} {indicator.unit.removeprefix('thousand ')}"


def _lines_at(value: float, known: pd.DataFrame) -> str:
    """Name the lines that have a figure or, when they are many, count them."""
    names = known.loc[known["value"] == value, "breakdown"].tolist()
    if len(names) > MOST_NAMED:
        return f", in {len(names)} of the {len(known)} lines of the table"
    return f": {'; '.join(names)}"


def _largest_sentence(
    grid: Grid, cells: dict[tuple[str, str], pd.Series], indicator: Indicator
) -> str:
    """Name the largest row of a cross table whose totals are printed."""
    whole = cells.get(("", ""))
    rows = {first: cells[first, ""] for first in grid.down if (first, "") in cells}
    if whole is None or not rows or pd.isna(whole["value"]):
        return ""
    name, most = max(rows.items(), key=lambda item: float(item[1]["value"]))
    return (
        f"Of {amount(float(whole['value']), indicator)}, the most are “{name}”: "
        f"{amount(float(most['value']), indicator)}."
    )


def _whole_row(
    rows: pd.DataFrame,
    totals: pd.DataFrame,
    indicator: Indicator,
    periods: list[str],
    common: str,
) -> list[Markup]:
    """Give the row of the whole: as printed, or for money of one printed list its sum."""
    printed = totals[totals["period"].isin(periods)]
    if not printed.empty:
        by_period = {one.period: one for one in each(printed)}
        cells = [_figure_cell(by_period.get(period), indicator) for period in periods]
        cells.append(_source_cell(printed["place"], common))
        return [row("The indicator itself", cells, strong=True)]
    one_list = rows[["source_id", "source_table"]].drop_duplicates()
    # Parts out of sentences may overlap, so only the lines of one printed list are added up.
    if not is_money(indicator) or len(periods) > 1 or len(one_list) > 1 or len(rows) < 3:
        return []
    if rows["value"].isna().any():
        return []
    total = cell(amount(float(rows["value"].sum()), indicator, suffix=False))
    return [row("Sum of the lines", [total, cell("computed", numeric=False)], strong=True)]


def _figure_cell(one: object, indicator: Indicator) -> Markup:
    if one is None:
        return cell(NOT_PRINTED)
    return cell(_shown(one, indicator))


def _shown(one: object, indicator: Indicator) -> str:
    value, status = one.value, one.value_status  # type: ignore[attr-defined]
    return marker(status) if pd.isna(value) else amount(float(value), indicator)


def _source_cell(places: "pd.Series[str]", common: str) -> Markup:
    return cell(short_places(places.drop_duplicates().tolist(), common), numeric=False)


def _whole_source(rows: pd.DataFrame) -> str:
    first, last = rows["source_row"].min(), rows["source_row"].max()
    name = f"{rows['source_id'].iloc[0]}/{rows['source_table'].iloc[0]}"
    return f"Rows {first} to {last} of data/raw/{name}.csv."


def _csv(rows: pd.DataFrame, caption: str) -> Markup:
    if len(rows) < LEAST_ROWS_FOR_A_CSV:
        return Markup()
    return csv_link(
        _csv_rows(rows), file_name(str(rows["area_name"].iloc[0]), caption), "these figures"
    )


def _csv_rows(rows: pd.DataFrame) -> pd.DataFrame:
    shown = rows[["breakdown", "period", "value", "value_status", "place"]]
    return shown.rename(columns={"breakdown": "part", "value_status": "status", "place": "source"})


def _totals(view: View, indicator: Indicator) -> pd.DataFrame:
    rows = view.data.figures(indicator.indicator_id)
    return rows[rows["area_code"] == view.area.code]


def _with_words(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(
        period=[period_of(one.time_period, one.time_identifier).label for one in each(rows)],
        place=[
            f"{one.source_id}/{one.source_table}, row {one.source_row}, column {one.source_column}"
            for one in each(rows)
        ],
    )
