"""Standings in, the few sentences that say where things stand out.

Each sentence follows from one standing; each number in it is tied to its table cell. No word says
more than its rule in data/metadata/methods.toml allows. The order is stated: rated red and getting
worse; rated red; furthest on the worse side of the neighbours' average; what got worse most; what
improved most; then other changes, two of a section before the rest of it. One place is always kept
for what improved, if anything did.
"""

from collections import Counter
from dataclasses import dataclass
from typing import TypeAlias

from markupsafe import Markup, escape

from kscb_analysis.catalogue import Indicator
from kscb_analysis.intervals import Comparison
from kscb_analysis.markup import amount, join, said
from kscb_analysis.measures import (
    Figure,
    difference,
    direction,
    finest,
    moved,
    same_year,
    side,
    verdict,
)
from kscb_analysis.periods import MONTHS, REPORTING_YEAR, Period, PeriodBasis
from kscb_analysis.standing import Standing
from kscb_analysis.vocabulary import Direction, Rag, Verdict

MOST = 6
# In standard deviations of the neighbours' figures: nearer than this counts as among them.
FAR_FROM_NEIGHBOURS = 1.0
OTHER_CHANGES = 5  # the last place in the order
MOST_OF_A_SECTION = 2

_Ranked: TypeAlias = tuple[int, float, int, Standing, str]
"""Place in the order, what counts within it (least first), order of the catalogue, and why."""


@dataclass(frozen=True)
class Finding:
    """One sentence with the reason it was chosen."""

    indicator: Indicator
    sentence: Markup
    reason: str


def findings(standings: list[Standing], most: int = MOST, *, link: bool = False) -> list[Finding]:
    """Choose at most `most` findings, one for each indicator, in the stated order."""
    ranked = sorted(
        (
            (tier, -score, order, standing, reason)
            for order, standing in enumerate(standings)
            for tier, score, reason in [_rank(standing)]
            if reason
        ),
        key=lambda item: item[:3],
    )
    ranked = _spread(ranked)
    chosen = [(standing, reason) for *_, standing, reason in ranked[:most]]
    if not any(_improved(standing) for standing, _ in chosen):
        better = [(s, "improved") for *_, s, _ in ranked[most:] if _improved(s)]
        better.sort(key=lambda item: -_relative_change(item[0]))
        chosen = chosen[: most - len(better[:1])] + better[:1]
    return [
        Finding(standing.indicator, sentence(standing, link=link), reason)
        for standing, reason in chosen
    ]


def _spread(ranked: list[_Ranked]) -> list[_Ranked]:
    """Move behind the others what would be one section's third finding without a verdict.

    Five counts of one small group move more than any share, and would crowd out the rest.
    """
    told: Counter[str] = Counter()
    first: list[_Ranked] = []
    later: list[_Ranked] = []
    for one in ranked:
        section = one[3].indicator.section
        told[section] += 1
        crowds = one[0] == OTHER_CHANGES and told[section] > MOST_OF_A_SECTION
        (later if crowds else first).append(one)
    return first + later


def sentence(standing: Standing, *, link: bool = False) -> Markup:
    """Write what one standing says: a level or movement, and the comparison that gives it meaning.

    With `link` the sentence's subject leads to the indicator on the page.
    """
    subject = escape(standing.indicator.subject)
    made = _sentence(standing)
    if link:
        target = standing.indicator.indicator_id.replace("_", "-")
        linked = Markup('<a href="#{}">{}</a>').format(target, subject)
        made = Markup(str(made).replace(str(subject), str(linked), 1))
    return made


def _sentence(standing: Standing) -> Markup:
    if standing.rating == Rag.RED and standing.since and standing.since.known:
        return _rated_sentence(standing, standing.since, standing.latest)
    if standing.rating == Rag.RED and standing.latest and standing.latest.known:
        return _rated_sentence(standing, standing.latest, standing.previous)
    here = standing.latest
    if here is None or not here.known:
        since = standing.since
        if since is None or not since.known:
            raise ValueError(f"{standing.indicator.indicator_id}: nothing to say")
        return Markup("{} was {} {}.").format(
            _subject(standing), _amount(since, standing), _when(since, standing.indicator)
        )
    before = standing.previous if standing.previous and standing.previous.known else None
    movement = _movement(standing, here, before) if before else None
    said_first = movement or Markup("{} was {} {}").format(
        _subject(standing), _amount(here, standing), _when(here, standing.indicator)
    )
    comparison = _comparison(standing, here)
    # One comparison a sentence: the movement first, then the company.
    return Markup("{}.{}").format(
        said_first, Markup(" {}.").format(comparison) if comparison else ""
    )


def headline(standing: Standing) -> Markup:
    """Write a chart's message in ten words or so: the movement, and the side of the neighbours."""
    here, before = standing.latest, standing.previous
    title = escape(standing.indicator.short_title)
    if here is None or not here.known:
        return title
    text = said(here, standing.indicator)
    if before is None or not before.known:
        return Markup("{}: {} {}").format(title, text, _when(here, standing.indicator))
    verb = {
        Direction.RISING: "up to",
        Direction.FALLING: "down to",
        Direction.UNCHANGED: "little change, at" if standing.change else "unchanged at",
    }[standing.direction]
    return Markup("{}: {} {}{}").format(title, verb, text, _side_words(standing))


def _side_words(standing: Standing) -> str:
    """Say in a headline on which side of the neighbours' mean a figure stands."""
    gap = standing.gap_to_neighbours
    if gap is None or standing.indicator.is_count:
        return ""
    if standing.against_neighbours.verdict is Comparison.SIMILAR:
        return ", similar to neighbours"
    return ", above neighbours" if gap > 0 else ", below neighbours" if gap < 0 else ""


def change_words(standing: Standing) -> str:
    """Put a scorecard's change in words: how far, and whether that is better or worse."""
    change = standing.change
    if change is None:
        if standing.latest is None or not standing.latest.known:
            return "not known"
        return "not comparable" if standing.before_break else "no earlier figure"
    if change == 0:
        return "no change"
    places = finest(standing.latest, standing.previous)
    size = amount(abs(change), standing.indicator, suffix=False, places=places)
    points = "" if standing.indicator.unit != "percent" else " point" if size == "1" else " points"
    verb = "up" if change > 0 else "down"
    if standing.direction is Direction.UNCHANGED:
        return f"little change, {verb} {size}{points}"
    meaning = {Verdict.BETTER: ", better", Verdict.WORSE: ", worse"}.get(standing.verdict, "")
    return f"{verb} {size}{points}{meaning}"


def since_words(standing: Standing) -> str:
    """Put the movement from the latest year to a later position in words."""
    since, latest = standing.since, standing.latest
    if since is None or latest is None or latest.value is None or since.value is None:
        return ""
    if not comparable(standing):
        return "not comparable"
    change = moved(since, latest, standing.indicator)
    meaning = {Verdict.BETTER: ", better", Verdict.WORSE: ", worse"}.get(
        verdict(change, standing.indicator, latest), ""
    )
    still = "little change" if change else "no change"
    return {Direction.RISING: "up", Direction.FALLING: "down"}.get(
        direction(change, standing.indicator, latest), still
    ) + meaning


def comparable(standing: Standing) -> bool:
    """Say whether a later position may be set against the latest year.

    A part of a year cannot be set against a whole one when things are counted as they happen,
    and a break in the series forbids any comparison.
    """
    since, latest, indicator = standing.since, standing.latest, standing.indicator
    if since is None or latest is None:
        return False
    broken = any(latest.period.end < one.starts <= since.period.end for one in indicator.breaks)
    counts_events = indicator.period_basis == "year ending 31 March" and indicator.is_count
    return not broken and not counts_events


def list_words(items: list[str]) -> str:
    """Join names as a sentence does.

    >>> list_words(["a", "b", "c"])
    'a, b and c'
    """
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]


def _rank(standing: Standing) -> tuple[int, float, str]:
    """Give (tier, score, reason); no reason means nothing worth a place at the top."""
    if not standing.has_figure:
        return 9, 0.0, ""
    if standing.rating == Rag.RED:
        moving = _latest_move(standing)
        if moving is Verdict.WORSE:
            return 0, _relative_change(standing), "rated red and getting worse"
        return 1, _relative_change(standing), "rated red"
    far = distance_on_worse_side(standing)
    if far >= FAR_FROM_NEIGHBOURS:
        return 2, far, "furthest from the neighbours"
    if _worse_than_england(standing):
        return 3, _relative_change(standing), "worse than England"
    if standing.verdict is Verdict.WORSE:
        return 3, _relative_change(standing), "got worse"
    if standing.verdict is Verdict.BETTER:
        return 4, _relative_change(standing), "improved"
    return OTHER_CHANGES, _relative_change(standing), "changed" if standing.change else "level"


def _worse_than_england(standing: Standing) -> bool:
    """England stands in where no neighbour has a figure."""
    here, england = standing.latest, standing.england
    if here is None or england is None or standing.neighbours_mean is not None:
        return False
    judged = standing.against_england.verdict
    if judged is not Comparison.NOT_COMPARED:
        return judged is Comparison.WORSE
    return side(difference(here.value, england.value, 6), standing.indicator) is Verdict.WORSE


def _improved(standing: Standing) -> bool:
    return standing.verdict is Verdict.BETTER


def _latest_move(standing: Standing) -> Verdict:
    latest, since, indicator = standing.latest, standing.since, standing.indicator
    if since and latest and since.known and comparable(standing):
        return verdict(moved(since, latest, indicator), indicator, latest)
    return standing.verdict


def _relative_change(standing: Standing) -> float:
    change, before = standing.change, standing.previous
    if change is None or before is None or not before.value:
        return 0.0
    return abs(change / before.value)


def distance_on_worse_side(standing: Standing) -> float:
    """Give how far a figure is from the neighbours' mean, in standard deviations of theirs.

    0 on the better side, without polarity, or where chance could explain the gap.
    """
    gap, spread = standing.gap_to_neighbours, standing.neighbours_spread
    if gap is None or not spread or side(gap, standing.indicator) is not Verdict.WORSE:
        return 0.0
    if standing.against_neighbours.verdict is Comparison.SIMILAR:
        return 0.0
    return abs(gap) / spread


def _rated_sentence(standing: Standing, here: Figure, before: Figure | None) -> Markup:
    subject, indicator = _subject(standing), standing.indicator
    parts: list[object] = [
        Markup("{} was {} {}").format(
            subject, _amount(here, standing), _when(here, standing.indicator)
        )
    ]
    usable = before is not None and before.known
    if usable and here is standing.since:
        usable = comparable(standing)
    if usable and before is not None and here.value is not None:
        change = moved(here, before, indicator)
        still = "little changed from" if change else "unchanged from"
        verb = {Direction.RISING: "up from", Direction.FALLING: "down from"}.get(
            direction(change, indicator, before), still
        )
        parts.append(
            Markup("{} {} {}").format(
                verb, said(before, indicator), _when(before, standing.indicator)
            )
        )
    aim = Markup()
    if standing.target and same_year(standing.target, here):
        aim = Markup(", against a target of {}").format(said(standing.target, indicator))
    when = standing.rating_period
    stamp = (
        f"It was rated red in {when.words}" if when and when != here.period else "It was rated red"
    )
    company = Markup()
    mean = standing.neighbours_mean
    days_told = {here.period, before.period if usable and before is not None else here.period}
    if not aim and mean is not None and mean.known and mean.period in days_told:
        company = Markup(" Statistical neighbours averaged {} {}.").format(
            said(mean, indicator), _when(mean, indicator)
        )
    return Markup("{}. {}{}.{}").format(join(parts, ", "), stamp, aim, company)


def _movement(standing: Standing, here: Figure, before: Figure) -> Markup:
    indicator = standing.indicator
    verb = {
        Direction.RISING: "rose",
        Direction.FALLING: "fell",
        Direction.UNCHANGED: "changed little,",
    }[standing.direction]
    if standing.change == 0:
        return Markup("{} stayed at {} {}").format(
            _subject(standing), _amount(here, standing), _when(here, standing.indicator)
        )
    meaning = {Verdict.BETTER: ", which is better", Verdict.WORSE: ", which is worse"}.get(
        standing.verdict, ""
    )
    # Two years in a row need naming once; a month and a year end need naming both.
    yearly = here.period.time_identifier == before.period.time_identifier == REPORTING_YEAR
    return Markup("{} {} from {}{} to {} {}{}").format(
        _subject(standing),
        verb,
        said(before, indicator),
        "" if yearly else f" {_when(before, standing.indicator)}",
        _amount(here, standing),
        f"in the year to March {here.period.time_period}" if yearly else _when(here, indicator),
        meaning,
    )


def _comparison(standing: Standing, here: Figure) -> Markup:
    """Set the figure beside the neighbours' average, or England, or its target.

    A count is set beside its target alone: other areas are of other sizes.
    """
    indicator = standing.indicator
    if indicator.is_count:
        if standing.target and same_year(standing.target, here):
            return Markup("The target is {}").format(said(standing.target, indicator))
        return Markup()
    mean, england = standing.neighbours_mean, standing.england
    if mean is not None and mean.known:
        judged = _judged(standing.against_neighbours.verdict)
        words = f"It is {judged} the statistical neighbours’ average of {{}}"
        return Markup(words if judged else "Statistical neighbours average {}").format(
            said(mean, indicator)
        )
    if england is not None and england.known:
        judged = _judged(standing.against_england.verdict)
        words = f"It is {judged} England’s {{}}" if judged else "England is at {}"
        return Markup(words).format(said(england, indicator))
    if standing.target and same_year(standing.target, here):
        return Markup("The target is {}").format(said(standing.target, indicator))
    return Markup()


def _judged(verdict: Comparison) -> str:
    """Word a verdict by the interval; nothing where there is none."""
    if verdict is Comparison.NOT_COMPARED:
        return ""
    return "similar to" if verdict is Comparison.SIMILAR else f"clearly {verdict} than"


def _subject(standing: Standing) -> Markup:
    return escape(standing.indicator.subject)


def _amount(figure: Figure, standing: Standing) -> Markup:
    unit = standing.indicator.unit
    after = " per 10,000 children" if unit.startswith("rate per 10,000") else ""
    return Markup("{}{}").format(said(figure, standing.indicator), after)


def when(period: Period, indicator: Indicator) -> str:
    """Say when a figure is from, as a sentence goes on: "in March 2011"."""
    if period.time_identifier == REPORTING_YEAR:
        if indicator.period_basis is PeriodBasis.POSITION_YEAR_END:
            return f"in March {period.time_period}"
        return f"in the year to March {period.time_period}"
    if period.time_identifier in MONTHS:
        return f"in {period.words}"
    first, last = f"{period.start:%B}", f"{period.end:%B %Y}"
    return f"in {first} to {last}" if period.start.year == period.end.year else f"in {period.words}"


def _when(figure: Figure, indicator: Indicator) -> str:
    return when(figure.period, indicator)
