"""The data and one indicator, area or nothing in; what a notebook shows of it out, fact by fact."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pandas as pd
from markupsafe import Markup

from kscb_analysis.areas import Area
from kscb_analysis.cards import Fact, card, live
from kscb_analysis.catalogue import Indicator
from kscb_analysis.dataset import Dataset, Named
from kscb_analysis.layouts import TOTAL
from kscb_analysis.periods import REPORTING_YEAR, reporting_year

_TRY = (
    'data.find("plan")',
    'data.series("{indicator}", "{area}")',
    'data.compare("{indicator}", "{area}")',
    'data.chart("{indicator}", "{area}")',
    "data.indicators.   # and then the Tab key; data.areas. as well",
)


def about_indicator(data: Dataset, indicator: Indicator) -> Iterator[Fact]:
    """Say for which years and areas there are figures of an indicator, and from which sources."""
    rows = data.observations
    rows = rows[(rows["indicator_id"] == indicator.indicator_id) & rows["value"].notna()]
    if rows.empty:
        yield "Figures", "none in the data"
        return
    yearly = rows["time_identifier"] == REPORTING_YEAR
    areas = rows["area_code"].nunique()
    yield "Figures", f"{len(rows):,} for {areas} area{'s' if areas > 1 else ''}"
    yield "Years to 31 March", spans(map(int, rows.loc[yearly, "time_period"].unique()))
    others = rows[~yearly]
    if len(others):
        count, last = others["period_end"].nunique(), _day(others["period_end"].max())
        yield "Other periods", f"{count} more, the last of them to {last}"
    sources = [data.sources[one].title for one in sorted(rows["source_id"].unique())]
    yield "Sources", "; ".join(sources)


def about_area(data: Dataset, area: Area) -> Iterator[Fact]:
    """Say who an area's statistical neighbours are today, and which figures there are of it."""
    names = data.areas.name_of
    before = area.predecessors
    after = data.areas.successors(area.code)
    yield "Before it", ", ".join(map(names, before))
    yield "After it", ", ".join(one.name for one in after)
    rows = data.observations
    rows = rows[(rows["area_code"] == area.code) & rows["value"].notna()]
    year = _newest_year(data)
    if year is not None and (known := data.neighbours(area, year)) is not None:
        members = ", ".join(map(names, known.members))
        yield "Statistical neighbours", f"{members} ({known.name})"
    if rows.empty:
        yield "Figures", "none in the data"
        return
    count = rows["indicator_id"].nunique()
    first, last = _day(rows["period_end"].min()), _day(rows["period_end"].max())
    yield "Figures", f"{len(rows):,} of {count} indicators, from {first} to {last}"


def with_facts(data: Dataset, one: Named) -> Named:
    """Give an indicator or area that can say what the data knows of it."""
    if isinstance(one, Indicator):
        return replace(one, more=partial(about_indicator, data))
    return replace(one, more=partial(about_area, data))


def overview(data: Dataset) -> str:
    """Show what was read, how much of it there is, up to when, and what to try first."""
    rows = data.observations
    held = rows[rows["value"].notna()]
    year = _newest_year(data)
    tables = sum(len(one.tables) for one in data.sources.values())
    facts: list[Fact] = [
        ("Read", f"{tables} tables of {len(data.sources)} sources"),
        ("Figures", f"{len(rows):,} rows, {len(held):,} of them with a number"),
        ("Indicators", str(held["indicator_id"].nunique())),
        ("Areas", str(len(data.area_names()))),
        ("Newest year", "none" if year is None else reporting_year(year).words),
        ("Found by the checks", f"{len(data.findings)}: see data.findings"),
        ("Try", _to_try(data)),
    ]
    return live(card("Children’s services figures", facts), "card")


def every_indicator(data: Dataset) -> str:
    """Show the indicators that have figures, topic by topic, each with its id."""
    held = set(data.indicator_ids())
    tables = [
        card(
            topic.title,
            [
                (one.title, Markup("<code>{}</code>").format(one.indicator_id))
                for one in data.catalogue.of_topic(topic.topic_id)
                if one.indicator_id in held
            ],
        )
        for topic in data.catalogue.topics.values()
    ]
    return live("".join(tables), "card")


def _newest_year(data: Dataset) -> int | None:
    return data.newest_year(data.catalogue.indicators.values()) if data.years() else None


def _to_try(data: Dataset) -> Markup:
    """Give lines to copy into a cell, about an area and an indicator with many figures."""
    rows = data.observations
    rows = rows[rows["value"].notna() & (rows["breakdown"] == TOTAL)]
    authorities = [one.code for one in data.areas.by_code.values() if one.is_authority]
    own = rows[rows["area_code"].isin(authorities)]
    if own.empty:
        return Markup("")
    area = own["area_name"].value_counts().idxmax()
    about = own.loc[own["area_name"] == area, "indicator_id"]
    indicator = own.loc[own["indicator_id"].isin(about), "indicator_id"].value_counts().idxmax()
    lines = [Markup("<code>{}</code>").format(_filled(one, indicator, area)) for one in _TRY]
    return Markup("<br>").join(lines)


def _filled(line: str, indicator: object, area: object) -> str:
    return line.replace("{indicator}", str(indicator)).replace("{area}", str(area))


def spans(years: Iterable[int]) -> str:
    """Write years as a reader expects them, those in a row as one.

    >>> spans([2003, 2002, 2004, 2011])
    '2002 to 2004, 2011'
    """
    known = sorted(set(years))
    gaps = [at for at, (one, after) in enumerate(pairwise(known), start=1) if after - one > 1]
    runs = [known[a:b] for a, b in pairwise([0, *gaps, len(known)]) if b > a]
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _day(moment: "pd.Timestamp") -> str:
    return f"{moment.day} {moment:%B %Y}"
