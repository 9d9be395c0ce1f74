"""Standings and figures in, the tables a reader sees out, each with the rows behind it."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pandas as pd
from markupsafe import Markup

from kscb_analysis.areas import Area
from kscb_analysis.catalogue import Indicator
from kscb_analysis.markup import (
    amount,
    cell,
    csv_link,
    figure_text,
    join,
    legend,
    marker,
    movement,
    paragraph,
    rating,
    row,
    table,
)
from kscb_analysis.measures import Figure
from kscb_analysis.schema import each
from kscb_analysis.sentences import change_words, since_words
from kscb_analysis.standing import Standing

NOT_PRINTED = "–"
MOST_ROWS_NAMED = 3


def scorecard(standings: list[Standing], area: Area, year: int, name: str) -> Markup:
    """Make the scorecard: a row for each indicator that has a figure or a rating."""
    shown = [one for one in standings if one.has_anything]
    heads = [
        "Latest",
        "Before",
        "Change",
        "Neighbours’ mean",
        "England",
        "Target",
        "Rating",
        "Since then",
    ]
    made = [(scorecard_head(one), _scorecard_cells(one, year)) for one in shown]
    # A column in which nothing is printed for any indicator would only pad the page.
    kept = [at for at in range(len(heads)) if any(cells[at] is not None for _, cells in made)]
    in_words = {heads.index(one) for one in ("Change", "Rating")}
    rows = [
        row(
            title,
            [cells[at] or cell(NOT_PRINTED, numeric=at not in in_words) for at in kept],
        )
        for title, cells in made
    ]
    head = ["Indicator", *(heads[at] for at in kept)]
    words = {0, *(place for place, at in enumerate(kept, start=1) if at in in_words)}
    caption = Markup("Where {} stands, {}").format(area.name, year)
    statuses = {
        figure.status
        for one in shown
        for figure in (
            one.latest,
            one.previous or one.before_break,
            one.england,
            one.neighbours_mean,
            one.since,
        )
        if figure is not None
    }
    undated = f"A figure without a date is of the year to 31 March {year}, or of the year before."
    note = [f"{undated} {NOT_PRINTED} nothing is known from the sources."]
    if any(one.neighbours_mean for one in shown):
        note.append("The neighbours’ mean is unweighted and leaves the area itself out.")
    if any(one.rating for one in shown):
        note.append(
            "Ratings are those printed by the council at the date given; where no floor is "
            "recorded, none is computed."
        )
    return join(
        [
            table(caption, head, rows, name, text_columns=sorted(words)),
            legend(statuses),
            paragraph("note", " ".join(note)),
            csv_link(scorecard_rows(shown), name, "the scorecard with the cell of each figure"),
        ]
    )


def scorecard_head(one: Standing) -> Markup:
    """Name an indicator at the head of its row, with its unit, leading to its section."""
    return Markup('<a href="#{}">{}</a> <small>{}</small>').format(
        anchor(one.indicator), one.indicator.short_title, unit_words(one.indicator)
    )


def _scorecard_cells(one: Standing, year: int) -> list[Markup | None]:
    """Give a scorecard row's cells in the order of its headings, None where nothing is printed."""
    indicator, mean = one.indicator, one.neighbours_mean
    before = one.previous or one.before_break
    known = one.neighbours.known if one.neighbours else 0
    some = 0 < known < one.neighbours_in_set
    return [
        _cell(one.latest, indicator, dated(one.latest, year)),
        _cell(before, indicator, dated(before, year - 1)),
        cell(movement(one.direction, one.verdict, change_words(one)), numeric=False),
        _cell(mean, indicator, f"of {known}" if some else ""),
        None if indicator.is_count else _cell(one.england, indicator),
        _cell(one.target, indicator, dated(one.target, year)),
        _rating_cell(one),
        _cell(one.since, indicator, _since_note(one)),
    ]


def _cell(figure: Figure | None, indicator: Indicator, note: str = "") -> Markup | None:
    if figure is None:
        return None
    after = Markup(" <small>{}</small>").format(note) if note else ""
    return cell(Markup("{}{}").format(figure_text(figure, indicator), after), key=figure.key)


def dated(figure: Figure | None, year: int) -> str:
    """Give a figure's own period where it is not the year of its column."""
    if figure is None or figure.period.label == str(year):
        return ""
    return figure.period.label


def _since_note(one: Standing) -> str:
    if one.since is None:
        return ""
    return ", ".join(part for part in (one.since.period.label, since_words(one)) if part)


def _rating_cell(one: Standing) -> Markup | None:
    """Show the printed rating, and the one by target and floor where it is alone or differs."""
    computed = one.computed_rating
    if not one.rating or one.rating_period is None:
        if not computed:
            return None
        return cell(Markup("{} <small>computed</small>").format(rating(computed)), numeric=False)
    before = f", was {one.previous_rating}" if one.previous_rating else ""
    differs = f"; by target and floor {computed}" if computed not in ("", one.rating) else ""
    shown = Markup("{} <small>{}{}{}</small>").format(
        rating(one.rating), one.rating_period.label, before, differs
    )
    return cell(shown, numeric=False)


def scorecard_rows(standings: list[Standing]) -> pd.DataFrame:
    """List every figure of a scorecard with its source cell.

    Columns: indicator_id, what, period, value, status (empty for a published figure), source.
    """
    rows = []
    for one in standings:
        for what, figure in (
            ("latest", one.latest),
            ("before", one.previous or one.before_break),
            ("neighbours' mean", one.neighbours_mean),
            ("England", one.england),
            ("printed rank", one.printed_rank),
            ("target", one.target),
            ("since then", one.since),
        ):
            if figure is not None:
                rows.append(
                    {
                        "indicator_id": one.indicator.indicator_id,
                        "what": what,
                        "period": figure.period.label,
                        "value": figure.value
                        if figure.value is None
                        else round(figure.value, one.indicator.decimals),
                        "status": "" if figure.known else figure.status,
                        "source": f"{figure.source_id}/{figure.cell}"
                        if figure.source_id
                        else "computed",
                    }
                )
    return pd.DataFrame(rows)


def trend_table(lines: pd.DataFrame, indicator: Indicator, caption: object, name: str) -> Markup:
    """Make the table behind a trend chart: a row for each line, a column for each period.

    `lines` are those of the chart, with `status`, `key` and `place` beside them. A note under the
    table names the rows of the raw table that each line is from.
    """
    periods = _periods(lines)
    rows, places = [], {}
    for (label, role), by_period in _by_line(lines).items():
        cells = [
            _trend_cell(by_period[period], indicator) if period in by_period else cell(NOT_PRINTED)
            for period in periods
        ]
        rows.append(row(label, cells, strong=role == "area"))
        named = dict.fromkeys(one.place for one in by_period.values() if one.place)
        places[label, role] = list(named)
    return join(
        [
            table(caption, ["Area", *periods], rows, name),
            legend(lines["status"]),
            _rows_note(places, common_table(lines["place"])),
        ]
    )


def _by_line(lines: pd.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for one in each(lines):
        found.setdefault((one.label, one.role), {})[one.period_label] = one
    return found


def _rows_note(places: dict[tuple[str, str], list[str]], common: str) -> Markup:
    """Say which rows of which raw table the lines of a table are from, in the order of its columns.

    A column of them would be wider than the figures: open data has a row for each year.
    """
    if not common:
        return Markup()
    told, in_csv = [], False
    for (label, role), where in places.items():
        if role == "neighbour" and len(where) > MOST_ROWS_NAMED:
            in_csv = True
        else:
            told.append(f"{label}: {short_places(where, common)}")
    if in_csv:
        told.append("neighbours: see the CSV")
    return paragraph(
        "source", f"Row numbers are those of data/raw/{common}.csv. {'; '.join(told)}."
    )


def _periods(lines: pd.DataFrame) -> list[str]:
    """Give the periods of a chart in order, as labels."""
    placed = sorted(set(zip(lines["position"].tolist(), lines["period_label"], strict=True)))
    return list(dict.fromkeys(label for _, label in placed))


def _trend_cell(one: Any, indicator: Indicator) -> Markup:
    if pd.isna(one.value):
        text: object = marker(one.status)
    else:
        text = amount(one.value, indicator, suffix=False, places=one.places)
    # Only what sentences speak of is named: a page has many neighbours' cells.
    return cell(text, key=one.key if one.role != "neighbour" else "")


def common_table(places: "pd.Series[str]") -> str:
    """Give the source/table that most of the places share, so that it is named once."""
    counted = Counter(place.partition(", ")[0] for place in places.tolist() if place)
    # The commonest, and of those that tie the first by name.
    return min(counted, key=lambda name: (-counted[name], name), default="")


def short_places(places: list[str], common: str) -> str:
    """Join places, without the table that the note under the table names.

    >>> short_places(["dfe/c1, row 7", "dfe/c1, row 9", "pack/t2, row 1"], "dfe/c1")
    'rows 7, 9; pack/t2, row 1'
    """
    # The common table's rows first: behind another's name they would seem to be of that one.
    told = sorted(gathered(places), key=lambda one: not one.startswith(f"{common}, "))
    return "; ".join(one.removeprefix(f"{common}, ") for one in told) or "computed"


def gathered(places: Iterable[str]) -> list[str]:
    """Name each raw table of a list of places once, with its rows behind it.

    >>> gathered(["dfe/c1, row 7", "dfe/c1, row 9", "pack/t2, row 1, column 3"])
    ['dfe/c1, rows 7, 9', 'pack/t2, row 1, column 3']
    """
    rows: dict[str, list[str]] = {}
    for place in places:
        table, _, row = place.rpartition(", row ")
        known = rows.setdefault(table if row.isdecimal() else place, [])
        known += [row] if row.isdecimal() else []
    return [
        f"{table}, {'rows' if len(own) > 1 else 'row'} {', '.join(own)}" if own else table
        for table, own in rows.items()
    ]


def common_note(common: str) -> Markup:
    """Name the table that most places of a table share."""
    if not common:
        return Markup()
    return paragraph("source", f"Row numbers are those of data/raw/{common}.csv.")


def trend_rows(lines: pd.DataFrame) -> pd.DataFrame:
    """Give the rows behind a trend chart for a CSV: area, role, a column a period, source.

    Every line names its tables in full: cut out of its file it still says where it is from.
    """
    made: dict[tuple[str, str], dict[str, Any]] = {}
    places: dict[tuple[str, str], list[str]] = {}
    for one in each(lines):
        line = (one.label, one.role)
        made.setdefault(line, {})[one.period_label] = _csv_value(one)
        places.setdefault(line, []).append(one.place)
    rows = []
    for line, values in made.items():
        source = "; ".join(dict.fromkeys(place for place in places[line] if place)) or "computed"
        rows.append({"area": line[0], "role": line[1], **values, "source": source})
    return pd.DataFrame(rows, columns=["area", "role", *_periods(lines), "source"], dtype=object)


def _csv_value(one: Any) -> object:
    """Give a value for a CSV, or why there is none.

    Means run to many digits; two more than anybody prints are enough to compute with.
    """
    if pd.isna(one.value):
        return one.status
    return (
        int(one.value) if one.places == 0 and one.value == int(one.value) else round(one.value, 3)
    )


def figures_table(
    rows_shown: pd.DataFrame, indicator: Indicator, caption: object, name: str
) -> Markup:
    """Make a plain table of one area's few figures: period, figure, source cell."""
    rows = [
        row(
            one.period_label,
            [
                cell(
                    marker(one.status)
                    if pd.isna(one.value)
                    else amount(one.value, indicator, suffix=False, places=one.places),
                    key=one.key,
                ),
                cell(one.label, numeric=False),
                cell(one.place or "computed", numeric=False),
            ],
        )
        for one in each(rows_shown)
    ]
    head = ["Period", unit_words(indicator).capitalize(), "Area", "Source"]
    return join(
        [table(caption, head, rows, name, text_columns=(0, 2, 3)), legend(rows_shown["status"])]
    )


def unit_words(indicator: Indicator) -> str:
    """Write a unit as the small print under a name.

    A rate says what it is a rate of; a percentage is written as a sign.
    """
    if indicator.unit == "percent":
        return "%"
    return indicator.unit + (" children" if indicator.unit == "rate per 10,000" else "")


def anchor(indicator: Indicator) -> str:
    """Give the link target of an indicator on its page."""
    return indicator.indicator_id.replace("_", "-")
