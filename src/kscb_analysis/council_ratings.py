"""What a council prints about its own performance in; its ratings counted, its arrows explained."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
from markupsafe import Markup

from kscb_analysis.areas import Area
from kscb_analysis.dataset import Dataset
from kscb_analysis.findings import NOISE
from kscb_analysis.markup import amount, cell, rating, row, table
from kscb_analysis.periods import period_of
from kscb_analysis.schema import each
from kscb_analysis.standing import Standing
from kscb_analysis.tables import NOT_PRINTED
from kscb_analysis.vocabulary import Rag, Role

WORDS = tuple(str(one) for one in Rag if one is not Rag.NOT_RATED)
ALL = "All"
AS_PRINTED = "as the council prints it"
# What the council's key says of its arrows, in a word, and which way performance then went.
DIRECTIONS = {"↑": "improved", "↓": "worsened", "↔": "unchanged"}
_WAYS = {"↑": 1, "↓": -1, "↔": 0}
_PRINTED = {"now": "Current ratings", "before": "Previous ratings"}


@dataclass(frozen=True)
class Counts:
    """How many indicators have each rating, now and before: by our count and as printed.

    `ours` and `printed` are keyed by ("now" or "before", rating), where the rating "All" is their
    sum; what is not printed is not in `printed`.
    """

    ours: dict[tuple[str, str], int]
    printed: dict[tuple[str, str], str]
    sources: tuple[str, ...]
    when: str

    @property
    def differ(self) -> bool:
        """Whether the counts printed of the ratings now are others than ours."""
        return any(
            self.printed.get(("now", word), str(self.ours["now", word])) != str(count)
            for (time, word), count in self.ours.items()
            if time == "now"
        )


def count_ratings(data: Dataset, area: Area, year: int, standings: list[Standing]) -> Counts:
    """Count the ratings of the indicators listed, and find the counts printed for the same year.

    `when` names the month of the ratings, where all are of one.
    """
    ours: dict[tuple[str, str], int] = {}
    for time, held in (
        ("now", [one.rating for one in standings]),
        ("before", [one.previous_rating for one in standings]),
    ):
        ours |= {(time, word): held.count(word) for word in WORDS}
        ours[time, ALL] = sum(ours[time, word] for word in WORDS)
    rows = data.ratings
    rows = rows[
        (rows["area_code"] == area.code)
        & (rows["kind"] == Role.COUNT_OF_RATINGS)
        & (rows["period_end"] > pd.Timestamp(date(year - 1, 3, 31)))
        & (rows["period_end"] <= pd.Timestamp(date(year + 1, 3, 30)))
    ].sort_values("period_end", kind="stable")
    by_series = {str(one.series): str(one.printed) for one in each(rows)}
    printed = {
        (time, word): by_series[series]
        for time, heading in _PRINTED.items()
        for word in (*WORDS, ALL)
        if (series := f"{heading}: {'TOTAL' if word == ALL else word.upper()}") in by_series
    }
    months = {one.rating_period.words for one in standings if one.rating_period is not None}
    when = f" in {months.pop()}" if len(months) == 1 else ""
    return Counts(ours, printed, tuple(sorted(set(rows["source_id"]))), when)


def verdict(counts: Counts) -> Markup:
    """Say how many indicators are red, amber and green; nothing where none is rated.

    Each number is tied to its cell of the table of counts.
    """
    total = counts.ours["now", ALL]
    if not total:
        return Markup()
    said = Markup(
        'The council rated <a href="#counts">{} indicator{}</a>{}, as listed below: {} red, {} '
        "amber and {} green."
    ).format(
        _said(_key("now", ALL), total),
        "" if total == 1 else "s",
        counts.when,
        *(_said(_key("now", word), counts.ours["now", word]) for word in WORDS),
    )
    if not counts.differ or any(("now", word) not in counts.printed for word in WORDS):
        return said
    own = Markup(" The count that it prints says {} red, {} amber and {} green.").format(
        *(_said(_key("now", word, "printed"), counts.printed["now", word]) for word in WORDS)
    )
    return said + own


def counts_table(counts: Counts, area: Area, name: str) -> Markup:
    """Make the table of counts; the columns of what the council printed only where it did."""
    heads = {"now": "Now", "before": "Before"}
    told = {time for time, _ in counts.printed}
    columns = []
    for time, head in heads.items():
        if time in told:
            columns.append((f"{head}: council’s count", time, "printed"))
        columns.append((f"{head}: our count", time, "ours"))
    body = [
        row(
            word if word == ALL else rating(word),
            [_count_cell(counts, time, word, who) for _, time, who in columns],
            strong=word == ALL,
        )
        for word in (*WORDS, ALL)
    ]
    return table(
        f"Ratings counted, {area.name}", ["Rating", *(head for head, _, _ in columns)], body, name
    )


def _count_cell(counts: Counts, time: str, word: str, who: str) -> Markup:
    held = counts.ours if who == "ours" else counts.printed
    return cell(held.get((time, word), NOT_PRINTED), key=_key(time, word, who))


def _key(time: str, word: str, who: str = "ours") -> str:
    return f"ratings-{time}-{word.lower()}-{who}"


def _said(key: str, count: object) -> Markup:
    return Markup('<data value="{}" data-row="{}">{}</data>').format(count, key, count)


def arrow_cell(data: Dataset, area: Area, one: Standing) -> Markup | None:
    """Show a printed arrow with its meaning by the council's key, and what it compares.

    These are the last two figures of the same paper, where they moved the way of the arrow.
    """
    if not one.printed_direction:
        return None
    word = DIRECTIONS.get(one.printed_direction, "")
    kind = {"improved": "better", "worsened": "worse"}.get(word, "same")
    return cell(
        Markup(
            '<span class="dot {}"><span aria-hidden="true">{}</span> {}</span> <small>{}</small>'
        ).format(
            kind,
            one.printed_direction,
            word or "meaning not printed",
            compared(data, area, one) or AS_PRINTED,
        ),
        numeric=False,
    )


def compared(data: Dataset, area: Area, one: Standing) -> str:
    """Say which two figures a printed arrow compares: "58 in Aug 2011, then 63 in Sep 2011".

    Nothing where the paper prints fewer than two, or two that moved another way.
    """
    indicator = one.indicator
    arrows = data.ratings_of(indicator.indicator_id, area)
    arrows = arrows[arrows["kind"] == Role.DIRECTION].sort_values("period_end", kind="stable")
    arrows = arrows[arrows["printed"] == one.printed_direction]
    if arrows.empty or not indicator.polarity.sign:
        return ""
    arrow = arrows.iloc[-1]
    rows = data.figures(indicator.indicator_id, latest=False)
    rows = rows[
        (rows["area_code"] == area.code)
        & (rows["source_id"] == arrow["source_id"])
        & rows["value"].notna()
    ]
    if len(rows) < 2:
        return ""
    before, last = each(rows.iloc[-2:])
    better = (last.value - before.value) * indicator.polarity.sign
    way = 0 if abs(better) < NOISE else 1 if better > 0 else -1
    if _WAYS.get(one.printed_direction) != way:
        return ""
    return ", then ".join(
        f"{amount(float(figure.value), indicator)} in "
        f"{period_of(figure.time_period, figure.time_identifier).label}"
        for figure in (before, last)
    )
