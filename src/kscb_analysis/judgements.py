"""Inspectors' judgements in, a timeline and lists that read the right way round out.

Some scales print 4 for the best grade, others 1. `ordinal` puts all on one, 4 the best. It is a
place in an order: it is compared and counted, never averaged.
"""

from datetime import date
from typing import Any

import pandas as pd
from markupsafe import Markup

from kscb_analysis.areas import Area
from kscb_analysis.dataset import Dataset
from kscb_analysis.markup import (
    Block,
    bullets,
    cell,
    csv_link,
    details,
    join,
    paragraph,
    row,
    table,
)
from kscb_analysis.schema import each
from kscb_analysis.sentences import list_words
from kscb_analysis.sources import Source

LEVELS = {4: "Outstanding", 3: "Good", 2: "Adequate", 1: "Inadequate"}
HEADING = Markup('<h2 id="judgements">Inspection judgements</h2>')
NOTHING = "–"
# What a judgement of the whole service begins with, in every paper that prints one.
OLD = 3  # years after which a judgement is called the last that the sources hold
OVERALL = "Overall effectiveness"


def judgements(data: Dataset, area: Area) -> Block:
    """Show every judgement on an area: how many at each level over time, then each one."""
    rows = data.judgements[data.judgements["area_code"] == area.code]
    rows = rows.sort_values(["judged_on", "source_id", "source_table"], kind="stable")
    if rows.empty:
        return Block(
            join([HEADING, paragraph("note", f"The papers print no judgements on {area.name}.")])
        )
    rows = rows.assign(part=_parts(rows))
    name = f"{area.slug}-judgements"
    lists = [
        _list_of(mine, data.sources[str(source_id)], f"{name}-{number}")
        for number, (source_id, mine) in enumerate(rows.groupby("source_id", sort=False), start=1)
    ]
    return Block(
        join(
            [
                HEADING,
                paragraph(
                    "lead",
                    "What inspectors and assessors judged, on one scale with the best level on "
                    "top. Levels are places in an order: they are never averaged.",
                ),
                timeline(data, rows, area, name),
                _ways_round(data, rows),
                join(lists),
                csv_link(_csv_rows(rows), name, "every judgement"),
            ]
        ),
        table=_csv_rows(rows),
    )


def timeline(data: Dataset, rows: pd.DataFrame, area: Area, name: str) -> Markup:
    """Count the judgements of each paper at each level: a column a paper, the best level on top."""
    papers = list(rows.groupby(["judged_on", "judged_words", "source_id", "part"], sort=True))
    head = [
        "Level",
        *(
            Markup("{} <small>{}</small>").format(
                words, str(part) or data.sources[str(source)].title
            )
            for (_, words, source, part), _ in papers
        ),
    ]
    body = []
    for place, word in LEVELS.items():
        end = {4: ", the best", 1: ", the lowest"}.get(place, "")
        cells = []
        for _, mine in papers:
            held = int((_settled(mine)["ordinal"] == place).sum())
            shown = (
                Markup('<span aria-hidden="true" class="count">{}</span> {}').format(
                    "■" * held, held
                )
                if held
                else NOTHING
            )
            cells.append(cell(shown, numeric=False))
        body.append(row(Markup("{}<small>{}</small>").format(word, end), cells))
    # Only papers that print an overall grade have a line here.
    overall = [_overall(mine) for _, mine in papers]
    if any(overall):
        body.append(
            row(
                "Overall effectiveness",
                [cell(one or NOTHING, numeric=False) for one in overall],
                strong=True,
            )
        )
    return table(
        f"Judgements on {area.name} at each level, by paper; one square is one judgement",
        head,
        body,
        f"{name}-timeline",
        text_columns=range(len(head)),
    )


def _parts(rows: pd.DataFrame) -> "pd.Series[str]":
    """Give each row the service its table is about: the heading that the table begins with."""
    first = rows.sort_values("source_row", kind="stable")
    return first.groupby(["source_id", "source_table"])["group"].transform("first")


def _settled(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep one row for a judgement that one paper prints twice at the same level."""
    return rows.drop_duplicates(["part", "group", "judgement", "ordinal"])


def _overall(rows: pd.DataFrame) -> str:
    mine = _settled(rows[rows["judgement"].str.startswith(OVERALL)])
    return "; ".join(LEVELS[int(one.ordinal)] for one in each(mine))


def last_overall(data: Dataset, area: Area, year: int) -> Markup:
    """Say, as printed, how an area was last judged overall, up to a year after the year's end.

    Nothing where no overall judgement is printed. A grade that is a number alone is followed by
    its level, since papers number them both ways.
    """
    rows = data.judgements
    rows = rows[
        (rows["area_code"] == area.code)
        & (rows["judged_on"] <= pd.Timestamp(date(year + 1, 3, 31)))
        & rows["judgement"].str.startswith(OVERALL)
    ]
    if rows.empty:
        return Markup()
    last = rows[rows["judged_on"] == rows["judged_on"].max()]
    last = last.drop_duplicates(["group", "judgement", "ordinal"])
    several = "s" if len(last) > 1 else ""
    told = []
    for judged, mine in last.groupby("judgement", sort=False):
        grades = list_words([_graded(one) for one in each(mine)])
        told.append(f"{_lower(str(judged))} {grades}")
    # Read beside figures of years later, an old grade would pass for the present one.
    old = year - int(last["judged_on"].max().year) >= OLD
    return Markup(
        '<a href="#judgements">Inspectors’ last overall judgement{}</a>{}, of {}: {}.'
    ).format(
        several,
        " in these sources, which hold no later one" if old else "",
        last["judged_words"].iloc[0],
        "; ".join(told),
    )


def _graded(one: Any) -> str:
    """Write one grade: "“Inadequate” for safeguarding services"."""
    level_words = LEVELS[int(one.ordinal)].lower()
    after = "" if level_words in one.printed.casefold() else f" ({level_words})"
    where = f" for {_lower(one.group)}" if one.group else ""
    return f"“{one.printed}”{after}{where}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _ways_round(data: Dataset, rows: pd.DataFrame) -> Markup:
    """Say of each scale which printed grade is the best."""
    found = []
    for source_id, mine in rows.groupby("source_id", sort=False):
        graded = mine[mine["printed"].str.contains(r"\d")]
        if graded.empty:
            continue
        high = _best_is_high(graded)
        best = f"{4 if high else 1} is the best grade and {1 if high else 4} the lowest"
        found.append(
            Markup("<strong>{}</strong>: {}.").format(data.sources[str(source_id)].title, best)
        )
    return join([paragraph("note", "As printed, the numbers run both ways:"), bullets(found)])


def _best_is_high(rows: pd.DataFrame) -> bool:
    printed = rows["printed"].str.extract(r"(\d)")[0].astype(int)
    return bool((printed == rows["ordinal"].astype(int)).all())


def _list_of(rows: pd.DataFrame, source: Source, name: str) -> Markup:
    when = list_words(list(dict.fromkeys(rows["judged_words"])))
    body = [
        row(
            one.judgement,
            [
                cell(one.group or NOTHING, numeric=False),
                cell(level(int(one.ordinal)), numeric=False),
                cell(one.words, numeric=False),
                cell(one.printed, numeric=False),
                cell(f"{one.source_table}, row {one.source_row}", numeric=False),
            ],
        )
        for one in each(rows)
    ]
    head = ["Judgement", "Under", "Level", "What the grade means", "Printed", "Cell"]
    return details(
        f"Each judgement: {source.title}, {when}",
        table(f"{source.title}, {when}", head, body, name, text_columns=range(len(head))),
    )


def level(ordinal: int) -> Markup:
    """Show a level as a word, its place of four, and filled dots that say the same."""
    dots = "●" * ordinal + "○" * (4 - ordinal)
    return Markup('{} <small><span aria-hidden="true">{}</span> {} of 4</small>').format(
        LEVELS[ordinal], dots, ordinal
    )


def _csv_rows(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[
        [
            "judged_words", "source_id", "source_table", "source_row", "group", "judgement",
            "printed", "ordinal",
        ]
    ]  # fmt: skip
