"""Findings of the checks in, the prints that contradict each other side by side out."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from kscb_analysis.areas import Area
from kscb_analysis.catalogue import Indicator
from kscb_analysis.cells import titled
from kscb_analysis.dataset import Dataset
from kscb_analysis.findings import decimals, place
from kscb_analysis.layouts import TOTAL
from kscb_analysis.markup import Block, amount, cell, join, number, paragraph, row, table
from kscb_analysis.periods import period_of
from kscb_analysis.schema import each
from kscb_analysis.sentences import list_words
from kscb_analysis.vocabulary import Statistic

REVISABLE = "papers_agree_on_a_figure"
JUDGED = "inspectors_agree_on_a_judgement"
CHECKS = (REVISABLE, JUDGED)
# The tables whose cells these two checks set against each other.
_HELD = ("observations", "judgements")

HEADING = Markup('<h2 id="contradictions">Contradictions, side by side</h2>')
LEAD = (
    "Neither print is changed. Papers show the figure that was published last or, of two from one "
    "day, the one from the longer run of years, and name the other."
)


def contradicting(findings: pd.DataFrame) -> pd.DataFrame:
    """Keep the findings about two prints of one thing."""
    return findings[findings["check"].isin(CHECKS)]


def contradictions(data: Dataset, area: Area) -> Block:
    """Show each contradiction between two prints: an area's own first, then its neighbours'."""
    rows = contradicting(data.findings)
    if rows.empty:
        return Block(join([HEADING, paragraph("note", "No two prints contradict each other.")]))
    held = _rows_by_cell(data, rows)
    rows = rows.assign(_order=[_order(one, held, area) for one in each(rows)])
    rows = rows.sort_values("_order", kind="stable")
    made = [_side_by_side(one, held, data) for one in each(rows)]
    return Block(
        join(
            [
                HEADING,
                paragraph("lead", LEAD),
                table(
                    "Where two prints disagree",
                    ["About", "One print", "The other", "Difference"],
                    made,
                    "contradictions-table",
                    text_columns=(0, 1, 2),
                ),
                paragraph("note", " ".join(_reasons(rows, data))),
            ]
        )
    )


def shared_out(data: Dataset, area: Area) -> str:
    """Say how many contradictions are about an area, its neighbours' average and other areas.

    Each contradiction counts once; what there is none of is left out, but for the area itself.
    """
    rows = contradicting(data.findings)
    held = _rows_by_cell(data, rows)
    orders = [_order(one, held, area) for one in each(rows)]
    about = (area.name, f"the average of {area.name}’s neighbours", "other areas")
    counted = [(orders.count(at), words) for at, words in enumerate(about)]
    return list_words(
        [f"{count} about {words}" for at, (count, words) in enumerate(counted) if count or at == 0]
    )


Held = Mapping[str, Any]


def _rows_by_cell(data: Dataset, findings: pd.DataFrame) -> dict[str, Any]:
    """Give the tidy row behind each cell that the findings name."""
    wanted = {name for cells in findings["cells"] for name in cells.split("; ")}
    tables = {name.partition(",")[0].partition("/")[2] for name in wanted}
    rows = [getattr(data, name) for name in _HELD]
    mine = [one for table in rows for one in each(table[table["source_table"].isin(tables)])]
    return {where: one for one in mine if (where := place(one)) in wanted}


def _is_mean(finding: Any, held: Held) -> bool:
    """Say whether a finding is about the average of an area's neighbours."""
    first = held.get(finding.cells.partition("; ")[0])
    return getattr(first, "statistic", "") == Statistic.NEIGHBOUR_MEAN


def _order(finding: Any, held: Held, area: Area) -> int:
    """Give 0 for what is about an area, 1 for its neighbours' average, 2 for other areas."""
    if finding.area_name != area.name:
        return 2
    return 1 if _is_mean(finding, held) else 0


def _side_by_side(finding: Any, held: Held, data: Dataset) -> Markup:
    indicator = data.catalogue.indicators.get(finding.indicator_id)
    places = finding.cells.split("; ")
    about = indicator.short_title if indicator else finding.message.partition(":")[0]
    prints = [
        Markup("<strong>{}</strong> <small>{}</small>").format(
            _printed(held.get(where), indicator), titled(where, data.sources)
        )
        for where in places
    ]
    return row(
        Markup("{} <small>{}</small>").format(about, _whose(finding, held)),
        [
            cell(prints[0], numeric=False),
            cell(join(prints[1:], "; ") if len(prints) > 1 else "–", numeric=False),
            cell(_difference(finding, [held.get(where) for where in places], indicator)),
        ],
    )


def _whose(finding: Any, held: Held) -> str:
    """Say whose figure it is, of which part and of when."""
    first = held.get(finding.cells.partition("; ")[0])
    name = finding.area_name
    whose = f"Average of {name}’s neighbours" if _is_mean(finding, held) else name
    part = getattr(first, "breakdown", TOTAL)
    when = finding.time_period
    if first is not None:
        judged = getattr(first, "judged_words", "")
        when = judged or period_of(first.time_period, first.time_identifier).label
    return ", ".join(said for said in (whose, "" if part == TOTAL else part, when) if said)


def _places(one: Any, indicator: Indicator) -> int:
    """Give the decimals that a print of an indicator is shown with: its own, if they mean much."""
    return min(decimals(one.printed), indicator.decimals)


def _printed(one: Any, indicator: Indicator | None) -> str:
    """Show a print in the indicator's unit, so that two prints of it differ in nothing else.

    A grade stays as printed.
    """
    if one is None:
        return "not read"
    if indicator is None or pd.isna(one.value):
        return str(one.printed)
    return amount(float(one.value), indicator, places=_places(one, indicator))


def _difference(finding: Any, prints: list[Any], indicator: Indicator | None) -> str:
    size = finding.difference
    if size is None or pd.isna(size):
        return "–"
    if indicator is None:
        return f"{number(abs(size), 0)} level{'' if abs(size) == 1 else 's'}"
    most = max((_places(one, indicator) for one in prints if one is not None), default=0)
    points = " points" if indicator.unit == "percent" else ""
    return amount(abs(size), indicator, suffix=False, places=most) + points


def _reasons(rows: pd.DataFrame, data: Dataset) -> list[str]:
    """Give the likely reasons, as far as the days on which the papers came out tell them."""
    found = set()
    for one in each(rows):
        papers = {where.partition("/")[0] for where in one.cells.split("; ")}
        days = {data.sources[name].published_on for name in papers if name in data.sources}
        if len(papers) == 1:
            found.add("One paper")
        elif one.check == REVISABLE:
            found.add("Days" if len(days) > 1 else "One day")
    told = {
        "One day": "Two papers of one day may count or round differently.",
        "Days": "Of two papers of different days, the later may hold a revised figure, or count "
        "differently.",
        "One paper": "Where one paper prints both, one of the two may be a misprint, or be of "
        "another day.",
    }
    return [words for kind, words in told.items() if kind in found]
