"""The small project in, the same with counts behind its figures out: intervals, trends, verdicts.

Two percentages are made of counts that are printed beside them, for Kent and its neighbours:

* `reviews_pct`: many are counted for five years, so Kent rises beyond chance, is clearly worse
  than the neighbours' mean and similar to England;
* `visits_pct`: few are counted for two years, so that nothing is clear.

Both have a target for 2011; `with_floor` puts the figure beside it at which a rating turns red.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from small_project import add_table, build_small_project

from kscb_analysis.catalogue import Indicator
from kscb_analysis.dataset import Dataset
from kscb_analysis.paths import Project
from kscb_analysis.vocabulary import Polarity

SOURCE = "counts_2011"
REVIEWS, VISITS = "reviews_pct", "visits_pct"
YEARS = (2007, 2008, 2009, 2010, 2011)
PLACES = {
    "Essex": "881,Essex",
    "Kent": "886,Kent",
    "East Sussex": "845,East Sussex",
    "Lancashire": ",888 Lancashire",
    "England": "970,England",
}


@dataclass(frozen=True)
class Counts:
    """How many there are of a whole, a year each, for one authority."""

    of: int
    counts: tuple[int, ...]


# Lancashire prints nothing for the last year.
COUNTED = {
    REVIEWS: {
        "Essex": Counts(1000, (880, 890, 900, 910, 920)),
        "Kent": Counts(1000, (600, 660, 720, 780, 840)),
        "East Sussex": Counts(500, (430, 440, 450, 450, 450)),
        "Lancashire": Counts(1000, (870, 870, 870, 880)),
        "England": Counts(50_000, (40_000, 40_500, 41_000, 41_500, 41_500)),
    },
    VISITS: {
        "Essex": Counts(50, (45, 46)),
        "Kent": Counts(24, (20, 21)),
        "East Sussex": Counts(40, (36, 37)),
        "Lancashire": Counts(50, (44, 45)),
        "England": Counts(2000, (1800, 1820)),
    },
}
# Target, and what the annual table prints for the two years before it.
AIMS = {REVIEWS: "95.0", VISITS: "80.0"}
CODES = {REVIEWS: "NI 11", VISITS: "NI 12"}

ENTRY = """
[indicators.{name}]
title = "{title}"
short_title = "{title}"
subject = "{subject}"
definition = "{title}, in the year."
unit = "{unit}"
decimals = {decimals}
polarity = "{polarity}"
polarity_reason = "A late one leaves a child waiting."
period_basis = "year ending 31 March"
plausible = [0, {most}]
section = "front_door"
feeds = [ {feeds} ]
"""
PARTS = 'numerator_indicator = "{kind}_done_number"\ndenominator_indicator = "{kind}_due_number"\n'


def build_counted_project(root: Path) -> Project:
    """Write the small project into `root`, with the counted source and its indicators."""
    project = build_small_project(root)
    folder = project.raw / SOURCE
    folder.mkdir()
    (folder / "source.toml").write_text(
        'title = "Counts of reviews"\npublisher = "Kent County Council"\n'
        'published_on = 2012-01-20\nitem = "Appendix 2"\nlicence = "None is printed."\n'
        'transcribed = "Made up for the tests."\nstatus = "published"\nfigures = "Made up."\n',
        encoding="utf-8",
    )
    entries = ["\n[smallest_change]\npercent = 1.0\nother = 0.02\n"]
    for name in COUNTED:
        kind = name.removesuffix("_pct")
        for what, cells in _tables(name).items():
            add_table(
                project, SOURCE, f"{kind}_{what}", cells, layout="national_comparison",
                more='area = "Kent"\nmarkers = { "-" = "not_available" }\n',
            )  # fmt: skip
        entries += _entries(name, kind)
    add_table(project, SOURCE, "aims", _aims(), layout="indicator_table", more='area = "Kent"\n')
    with (project.metadata / "indicators.toml").open("a", encoding="utf-8") as file:
        file.write("".join(entries))
    return project


def with_floor(data: Dataset, indicator_id: str, floor: float) -> Dataset:
    """Give the same data with a floor beside every target of an indicator."""
    held = Dataset(data.project)
    mine = data.targets["indicator_id"] == indicator_id
    held.__dict__["targets"] = data.targets.assign(
        floor=data.targets["floor"].mask(mine, floor).astype(data.targets["target"].dtype)
    )
    return held


def with_indicator(data: Dataset, indicator: Indicator) -> Dataset:
    """Give the same figures with another meaning for one indicator."""
    held = Dataset(data.project)
    known = {**data.catalogue.indicators, indicator.indicator_id: indicator}
    held.__dict__["catalogue"] = replace(data.catalogue, indicators=known)
    held.__dict__["observations"] = data.observations
    return held


def with_rows(data: Dataset, rows: pd.DataFrame) -> Dataset:
    """Give the same data with these observations in place of its own."""
    held = Dataset(data.project)
    held.__dict__["observations"] = rows
    return held


def crowd(data: Dataset, indicator_id: str, values: list[float | None], year: int) -> pd.DataFrame:
    """Give a row for each value, of authorities that are made up, like one of Kent's."""
    rows = data.observations
    like = rows[
        (rows["indicator_id"] == indicator_id)
        & (rows["area_name"] == "Kent")
        & (rows["time_period"] == str(year))
        & (rows["time_identifier"] == "Reporting year")
        & (rows["statistic"] == "value")
    ].tail(1)
    assert len(like) == 1
    known = pd.Series(values, dtype=rows["value"].dtype)
    more = pd.concat([like] * len(values), ignore_index=True)
    names = [f"Made up {at}" for at in range(len(values))]
    return more.assign(
        area_code=[f"E0900{at:04}" for at in range(5000, 5000 + len(values))],
        area_name=names,
        value=known,
        value_status=["not_available" if pd.isna(one) else "published" for one in known],
        numerator=None,
        denominator=None,
    ).astype(rows.dtypes.to_dict())


def turned(polarity: Polarity) -> Polarity:
    """Give the polarity the other way round; one without a side stays as it is."""
    return {
        Polarity.HIGH_IS_GOOD: Polarity.LOW_IS_GOOD,
        Polarity.LOW_IS_GOOD: Polarity.HIGH_IS_GOOD,
    }.get(polarity, polarity)


def _tables(name: str) -> dict[str, str]:
    shown = {"pct": "{:.1f}", "done": "{:,.0f}", "due": "{:,.0f}"}
    years = YEARS[-max(len(one.counts) for one in COUNTED[name].values()) :]
    made = {}
    for what, text in shown.items():
        lines = [
            ",,{}".format(",".join(map(str, years))),
            "Statistical Neighbours" + "," * (len(years) + 1),
        ]
        for area, one in COUNTED[name].items():
            held = {
                "pct": [100 * count / one.of for count in one.counts],
                "done": list(one.counts),
                "due": [one.of] * len(one.counts),
            }[what]
            cells = [f'"{text.format(value)}"' for value in held]
            cells += ["-"] * (len(years) - len(cells))
            lines.append(",".join([PLACES[area], *cells]))
        made[what] = "\n".join(lines) + "\n"
    return made


def _aims() -> str:
    lines = ["Ref,Title,2009/10,2010/11,Target"]
    for name, target in AIMS.items():
        kent = COUNTED[name]["Kent"]
        before, now = (f"{100 * count / kent.of:.1f}%" for count in kent.counts[-2:])
        lines.append(f"{CODES[name]},{name},{before},{now},{target}%")
    return "\n".join(lines) + "\n"


def _entries(name: str, kind: str) -> list[str]:
    titled = kind.capitalize()
    share = _entry(
        name,
        title=f"{titled} in time",
        subject=f"The share of {kind} in time",
        unit="percent",
        decimals=1,
        polarity="high",
        most=100,
        feeds=f'{{ table = "{SOURCE}/{kind}_pct" }}, '
        f'{{ table = "{SOURCE}/aims", series = "{CODES[name]}" }}',
    )
    counts = [
        _entry(
            f"{kind}_{what}_number",
            title=f"{titled} {what}",
            subject=f"The number of {kind} {what}",
            unit=kind,
            decimals=0,
            polarity="none",
            most=90_000,
            feeds=f'{{ table = "{SOURCE}/{kind}_{what}" }}',
        )
        for what in ("done", "due")
    ]
    return [share + PARTS.format(kind=kind), *counts]


def _entry(name: str, **told: object) -> str:
    return ENTRY.format(name=name, **told)
