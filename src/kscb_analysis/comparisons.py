"""Standings in; the table that sets an area beside its neighbours and England, a row each, out."""

from collections.abc import Callable

import pandas as pd
from markupsafe import Markup

from kscb_analysis.areas import Area
from kscb_analysis.intervals import Comparison, Interval
from kscb_analysis.markup import (
    amount,
    cell,
    csv_link,
    join,
    number,
    ordinal,
    paragraph,
    row,
    table,
)
from kscb_analysis.measures import LEAST_QUARTERED, direction, finest
from kscb_analysis.ranks import Neighbours
from kscb_analysis.sentences import list_words
from kscb_analysis.spine import spine, spine_key
from kscb_analysis.standing import Standing
from kscb_analysis.tables import NOT_PRINTED, dated, scorecard_head
from kscb_analysis.trends import TrendWords, two_halves
from kscb_analysis.vocabulary import Direction, Verdict

_Cell = Callable[[Standing], Markup | None]


def compared(standings: list[Standing]) -> list[Standing]:
    """Give those whose figure can be set beside another area's."""
    return [
        one
        for one in standings
        if one.latest is not None
        and one.latest.known
        and not one.indicator.is_count
        and (one.neighbours is not None or one.place is not None or one.everyone is not None)
    ]


def comparison_table(standings: list[Standing], area: Area, year: int, name: str) -> Markup:
    """Make the table: where the area stands, the neighbours' spread, verdicts, rank and trend.

    `standings` are those that `compared` gives. A column that none of them needs is left out.
    """
    columns: dict[str, tuple[_Cell, bool]] = {
        "Latest": (lambda one: _figure(one, year), False),
        "Where it stands": (_spine, True),
        "The neighbours’ range": (_range, True),
        "Beyond chance": (_against, True),
        "Rank, band": (_rank, True),
        "Since the first year": (_since_first, True),
        "Trend over the last 5 years": (_trend, True),
    }
    made = {head: [make(one) for one in standings] for head, (make, _) in columns.items()}
    if all(one.interval is None for one in standings):
        del made["Beyond chance"]
    kept = {head: cells for head, cells in made.items() if any(cells)}
    body = [
        row(
            scorecard_head(one),
            [
                cells[at] or cell(NOT_PRINTED, numeric=not columns[head][1])
                for head, cells in kept.items()
            ],
        )
        for at, one in enumerate(standings)
    ]
    words = (0, *(at for at, head in enumerate(kept, start=1) if columns[head][1]))
    drawn = "Where it stands" in kept
    return join(
        [
            spine_key(everyone=any(one.everyone for one in standings)) if drawn else "",
            table(
                f"{area.name} beside other authorities, {year}",
                ["Indicator", *kept],
                body,
                name,
                text_columns=words,
            ),
            paragraph("note", _note(standings, kept)),
            csv_link(comparison_rows(standings), name, "the comparison"),
        ]
    )


def comparison_rows(standings: list[Standing]) -> pd.DataFrame:
    """List what the table shows, unrounded.

    Columns: indicator_id, period, value, lower_95, upper_95, neighbours_mean, neighbours_median,
    neighbours_lowest, neighbours_lower_quartile, neighbours_upper_quartile, neighbours_highest,
    neighbours_known, against_neighbours, against_england, rank, of, band, printed_rank,
    printed_band, trend.
    """
    return pd.DataFrame([_values(one) for one in standings])


def _values(one: Standing) -> dict[str, object]:
    theirs, place, here = one.neighbours, one.place, one.latest
    return {
        "indicator_id": one.indicator.indicator_id,
        "period": here.period.label if here else "",
        "value": here.value if here else None,
        "lower_95": _rounded(one.interval.lower if one.interval else None),
        "upper_95": _rounded(one.interval.upper if one.interval else None),
        "neighbours_mean": _rounded(theirs.mean if theirs else None),
        "neighbours_median": _rounded(theirs.median if theirs else None),
        "neighbours_lowest": theirs.lowest if theirs else None,
        "neighbours_lower_quartile": _rounded(theirs.lower_quartile if theirs else None),
        "neighbours_upper_quartile": _rounded(theirs.upper_quartile if theirs else None),
        "neighbours_highest": theirs.highest if theirs else None,
        "neighbours_known": theirs.known if theirs else 0,
        "against_neighbours": str(one.against_neighbours.verdict),
        "against_england": str(one.against_england.verdict),
        "rank": place.rank if place else None,
        "of": place.of if place else None,
        "band": place.band if place else "",
        "printed_rank": one.printed_rank.value if one.printed_rank else None,
        "printed_band": one.printed_band,
        "trend": str(one.trend.words) if one.trend else "",
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _between(low: float, high: float, one: Standing) -> str:
    places = one.latest.places if one.latest else None
    low_words, high_words = (
        amount(end, one.indicator, suffix=False, places=places) for end in (low, high)
    )
    return f"{low_words} to {high_words}"


def _figure(one: Standing, year: int) -> Markup | None:
    here = one.latest
    if here is None or here.value is None:
        return None
    shown: object = amount(here.value, one.indicator, places=here.places)
    said = [dated(here, year)]
    if one.interval is not None:
        said.append(f"interval {_limits(one.interval, one)}")
    if beside := "; ".join(filter(None, said)):
        shown = Markup("{} <small>{}</small>").format(shown, beside)
    return cell(shown, key=here.key)


def _limits(interval: Interval, one: Standing) -> str:
    # A whole percentage hides how wide its interval is.
    decimals = max(1, one.indicator.decimals)
    return f"{number(interval.lower, decimals)} to {number(interval.upper, decimals)}"


def _spine(one: Standing) -> Markup | None:
    here, theirs = one.latest, one.neighbours
    if here is None or here.value is None or (theirs is None and one.everyone is None):
        return None
    england = one.england.value if one.england else None
    drawn = spine(
        here.value,
        interval=(one.interval.lower, one.interval.upper) if one.interval else None,
        everyone=one.everyone,
        neighbours=(theirs.lowest, theirs.highest) if theirs else None,
        middle=_middle_of(theirs),
        england=england,
        mean=theirs.mean if theirs else None,
        words=f"{one.area.name} {_where(one)}; higher is to the right",
    )
    return cell(Markup("{}<small>{}</small>").format(drawn, _where(one)), numeric=False)


def _middle_of(theirs: Neighbours | None) -> tuple[float, float] | None:
    if theirs is None or theirs.known < LEAST_QUARTERED:
        return None
    return theirs.lower_quartile, theirs.upper_quartile


def _where(one: Standing) -> str:
    """Say where a figure stands among the neighbours', and on which side if that is known."""
    theirs, here = one.neighbours, one.latest
    if theirs is None or here is None or here.value is None:
        return "no neighbour has a figure"
    few = theirs.known < LEAST_QUARTERED
    low, high = (theirs.lower_quartile, theirs.upper_quartile)
    if here.value < theirs.lowest:
        where, way = "below all neighbours", -1
    elif here.value > theirs.highest:
        where, way = "above all neighbours", 1
    elif few:
        where, way = "within the neighbours’ range", 0
    elif here.value < low:
        where, way = "below their middle half", -1
    elif here.value > high:
        where, way = "above their middle half", 1
    else:
        where, way = "in their middle half", 0
    side = {1: ": the better side", -1: ": the worse side"}
    return where + side.get(way * one.indicator.polarity.sign, "")


def _range(one: Standing) -> Markup | None:
    """Give the neighbours' range, median and middle half, and who of them has no figure."""
    theirs = one.neighbours
    if theirs is None:
        return None
    notes = [f"median {amount(theirs.median, one.indicator, suffix=False)}"]
    if theirs.known >= LEAST_QUARTERED:
        notes.append(f"middle half {_between(theirs.lower_quartile, theirs.upper_quartile, one)}")
    if one.missing:
        notes.append(f"no figure for {list_words(list(one.missing))}")
    shown = _between(theirs.lowest, theirs.highest, one)
    return cell(Markup("{} <small>{}</small>").format(shown, "; ".join(notes)), numeric=False)


def _against(one: Standing) -> Markup | None:
    """Say what the interval allows to be said against the neighbours' mean and England."""
    judged = {
        "the neighbours": one.against_neighbours.verdict,
        "England": one.against_england.verdict,
    }
    by_verdict: dict[Comparison, list[str]] = {}
    for whom, verdict in judged.items():
        if verdict is not Comparison.NOT_COMPARED:
            by_verdict.setdefault(verdict, []).append(whom)
    if not by_verdict:
        return None if one.interval else cell("no counts", numeric=False)
    kinds = {Comparison.BETTER: "better", Comparison.WORSE: "worse"}
    said = [
        Markup('<span class="dot {}">{} {}</span>').format(
            kinds.get(verdict, "same"), _words(verdict), " and ".join(whom)
        )
        for verdict, whom in by_verdict.items()
    ]
    return cell(join(said, " "), numeric=False)


def _words(verdict: Comparison) -> str:
    return "similar to" if verdict is Comparison.SIMILAR else f"clearly {verdict} than"


def _rank(one: Standing) -> Markup | None:
    """Give our rank, and the printed one beside it."""
    told = []
    if one.place is not None:
        rank, of, band = one.place
        told.append(
            Markup("{} of {} <small>band {}</small>").format(ordinal(rank), of, _band(band))
        )
    if one.printed_rank is not None and one.printed_rank.value is not None:
        printed = ordinal(int(one.printed_rank.value))
        band = f", band {_band(one.printed_band)}" if one.printed_band else ""
        told.append(Markup("{} <small>printed{}</small>").format(printed, band))
    return cell(join(told, " "), numeric=False) if told else None


def _band(letter: str) -> str:
    """Name a band with what its ends mean."""
    return letter + {"A": ", the best quarter", "D": ", the worst quarter"}.get(letter, "")


def _since_first(one: Standing) -> Markup | None:
    """Say how far the figure has moved since the first year that may be compared."""
    change, first = one.change_since_first, one.first
    if change is None or first is None or first == one.previous:
        return None
    size = amount(abs(change), one.indicator, suffix=False, places=finest(one.latest, first))
    moved = f"{'up' if change > 0 else 'down'} {size}" if change else "no change"
    if change and direction(change, one.indicator, first) is Direction.UNCHANGED:
        moved = f"little change, {moved}"
    since = Markup("{} <small>since {}</small>").format(moved, first.period.label)
    return cell(since, numeric=False)


def _trend(one: Standing) -> Markup | None:
    if one.trend is None or not one.trend.known:
        return None
    if one.trend.words is TrendWords.NO_CLEAR_TREND:
        return cell(str(one.trend.words), numeric=False)
    way = Direction.RISING if one.trend.words is TrendWords.RISING else Direction.FALLING
    upward = way is Direction.RISING
    sign = one.indicator.polarity.sign * (1 if upward else -1)
    meaning = {1: Verdict.BETTER, -1: Verdict.WORSE}.get(sign, Verdict.NOT_JUDGED)
    return cell(two_halves(way, meaning), numeric=False)


def _note(standings: list[Standing], kept: dict[str, list[Markup | None]]) -> str:
    said = [f"{NOT_PRINTED} it cannot be known from the data."]
    if all(one.interval is None for one in standings):
        said.append(
            "No counts are printed behind these figures, so none has an interval and none is "
            "called clearly better or worse."
        )
    elif any(one.interval is None for one in standings):
        said.append("A figure without an interval has no counts behind it in the data.")
    if any(one.printed_rank for one in standings):
        said.append(
            "A rank called printed is out of all authorities in England, most of which the paper "
            "does not print, so it cannot be recomputed."
        )
    if "Where it stands" in kept:
        said.append("Each picture has a scale of its own.")
    return " ".join(said)
