"""National files as read in, what their publisher's own screener would point at out.

A figure that cannot be read has stopped the run before. What is found here does not: it is kept
with the other findings and shown. The first line of each docstring is the promise as readers are
told it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from kscb_analysis.areas import ENGLAND, Area, Areas
from kscb_analysis.catalogue import Catalogue
from kscb_analysis.file_kinds import STANDARD
from kscb_analysis.findings import NOISE, Checked, Finding, finding, place, promise
from kscb_analysis.national import ROUNDED_BY, Tidied
from kscb_analysis.paths import NATIONAL
from kscb_analysis.placing import Placed
from kscb_analysis.schema import FINDINGS, each
from kscb_analysis.vocabulary import GeographicLevel

# A region's code; inner and outer London have codes of their own and are parts of London.
REGION = "E12"
PLACE = ["source_table", "period_end"]
KEY = ["indicator_id", "area_code", "breakdown", "time_period", "time_identifier"]


@dataclass(frozen=True)
class Screened:
    """What the screens look at: the tidy rows with the files they come from, and the reference."""

    tidied: Tidied
    catalogue: Catalogue
    areas: Areas


Screen = Callable[[Screened], Checked]


def national_files_have_the_standard_columns(read: Screened) -> Checked:
    """Every national file has all columns that the open-data standard asks for."""
    found = [
        Finding(
            f"{placed.file.path.name} has no column {name!r}, which the open-data standard asks "
            "for. Its figures are read all the same.",
            _cell(placed, 1, 1),
        )
        for placed in read.tidied.files
        for name in STANDARD
        if name not in placed.file.header
    ]
    return Checked(found, len(read.tidied.files) * len(STANDARD))


def national_files_are_read_in_full(read: Screened) -> Checked:
    """Every row of a national file is read, as UTF-8 text, and has the other files it needs."""
    found = []
    for placed in read.tidied.files:
        name = placed.file.path.name
        if placed.file.encoding != "utf-8-sig":
            found.append(
                Finding(
                    f"{name} is not UTF-8 text and was read as Windows-1252. Names with accents "
                    "may have suffered.",
                    _cell(placed, 1, 1),
                )
            )
        found += [
            Finding(
                f"{name}: {count:,} rows of the level {level!r} are not read; papers show "
                "England, its regions and local authorities.",
                _cell(placed, 1, 1),
            )
            for level, count in placed.not_shown.items()
        ]
    found += [
        Finding(
            f"{read.catalogue[indicator].short_title}: not worked out, since it needs a file of "
            f"the kind {kind!r} and none is in data/raw/{NATIONAL}.",
            f"data/metadata/indicators.toml, {indicator}",
            indicator,
        )
        for indicator, kind in read.tidied.wanting.items()
    ]
    return Checked(found, len(read.tidied.files) + len(read.tidied.wanting))


def national_codes_and_names_agree(read: Screened) -> Checked:
    """Each code of a national file stands beside the name and number of the same area."""
    found, looked_at = [], 0
    for placed in read.tidied.files:
        for code, name, number, line in _labels(placed):
            looked_at += 1
            area = read.areas.find(code)
            told = f"{placed.file.path.name}, row {line}: {code} is {area.name}"
            if name is not None and not read.areas.is_called(area.code, name):
                found.append(
                    _about_area(f"{told}, but the row names {name!r}.", placed, line, area)
                )
            if number and area.la_code and number != area.la_code:
                found.append(
                    _about_area(
                        f"{told} with the number {area.la_code}, but the row has {number}.",
                        placed,
                        line,
                        area,
                    )
                )
    return Checked(found, looked_at)


_NAMES = {
    GeographicLevel.NATIONAL: ("country_code", "country_name", None),
    GeographicLevel.REGIONAL: ("region_code", "region_name", None),
    GeographicLevel.LOCAL_AUTHORITY: ("new_la_code", "la_name", "old_la_code"),
}


def _labels(placed: Placed) -> Iterator[tuple[str, str | None, str, int]]:
    """Give every code with the names and numbers that stand beside it, and the first such line."""
    for level, (code, name, number) in _NAMES.items():
        mine = placed.rows[placed.rows["geographic_level"] == level]
        held = [one for one in (code, name, number) if one in mine]
        for label in each(mine[held].drop_duplicates().assign(line=lambda one: one.index)):
            yield (
                getattr(label, code),
                getattr(label, str(name), None),
                getattr(label, number, "") if number else "",
                label.line,
            )


def _about_area(message: str, placed: Placed, line: int, area: Area) -> Finding:
    return Finding(message, _cell(placed, line, 1), area_name=area.name)


def national_rows_are_the_only_ones(read: Screened) -> Checked:
    """A national file has one row about each area and period, and none again."""
    found = []
    for placed in read.tidied.files:
        again = sorted({at for places in placed.doubled.values() for at in places})
        if again:
            line = int(placed.rows.index[again[0]])
            found.append(
                Finding(
                    f"{placed.file.path.name} has {len(again)} row(s) twice, with the same "
                    f"figures; row {line} is the first of them. Each is read once.",
                    _cell(placed, line, 1),
                )
            )
    return Checked(found, sum(len(placed.rows) for placed in read.tidied.files))


def national_levels_are_complete(read: Screened) -> Checked:
    """Each year of a national file has England, nine regions and every authority there was."""
    regions = {code for code in read.areas.by_code if code.startswith(REGION)}
    rows = read.tidied.rows
    figures = rows[rows["value"].notna()] if len(rows) else pd.DataFrame(columns=[*KEY, *PLACE])
    having = figures.groupby(PLACE)["area_code"].unique()
    found, looked_at = [], 0
    for placed in read.tidied.files:
        for number, period in enumerate(placed.periods):
            at = np.flatnonzero(placed.period == number)
            held = {code for one in np.unique(placed.area[at]) for code in _codes(placed, one)}
            own = {area.code for area in read.areas.existing(period.end)}
            wanted = own | regions | {ENGLAND}
            # An authority abolished since, or not yet created, may stand there with markers.
            known = set(having.get((placed.file.table_id, pd.Timestamp(period.end)), ()))
            odd = {code for code in known - own if read.areas.by_code[code].is_authority}
            looked_at += len(wanted)
            found += [
                Finding(
                    f"{placed.file.path.name}, {period.label}, {what} "
                    f"{read.areas.by_code[code].name}.",
                    _cell(placed, int(placed.rows.index[at[0]]), 1),
                    area_name=read.areas.by_code[code].name,
                    time_period=period.time_period,
                )
                for what, codes in (
                    ("has no row for", wanted - held),
                    ("has figures for an authority that there was not:", odd),
                )
                for code in sorted(codes)
            ]
    return Checked(found, looked_at)


def _codes(placed: Placed, at: int) -> tuple[str, ...]:
    """Give the code of an area, and of each authority that a joint return is about."""
    return (placed.areas[at].code, *placed.areas[at].parts)


def national_years_follow_one_another(read: Screened) -> Checked:
    """The years of a national file follow one another without a gap."""
    found, looked_at = [], 0
    for placed in read.tidied.files:
        years = np.unique(placed.year)
        looked_at += len(years)
        for before, after in pairwise(years.tolist()):
            if after - before > 1:
                at = int(np.argmax(placed.year == after))
                found.append(
                    Finding(
                        f"{placed.file.path.name} goes from {before} to {after}: the years "
                        "between are missing, or one of the two is a slip.",
                        _cell(placed, int(placed.rows.index[at]), 1),
                        time_period=str(after),
                    )
                )
    return Checked(found, looked_at)


def authorities_add_up_to_england(read: Screened) -> Checked:
    """The authorities' counts add up to England's, as far as rounding to the nearest 10 allows.

    Only counts of which every authority has one are added up.
    """
    rows = read.tidied.rows
    counts = {one.indicator_id for one in read.catalogue.indicators.values() if one.is_count}
    if rows.empty:
        return Checked([], 0)
    rows = rows[rows["indicator_id"].isin(counts)]
    key = ["source_table", "indicator_id", "breakdown", "time_period", "time_identifier"]
    groups = rows[rows["geographic_level"] == GeographicLevel.LOCAL_AUTHORITY].groupby(key)["value"]
    sums = pd.DataFrame({"total": groups.sum(), "known": groups.count(), "rows": groups.size()})
    england = rows[rows["geographic_level"] == GeographicLevel.NATIONAL]
    both = england.merge(sums.reset_index(), on=key, validate="one_to_one")
    both = both[(both["known"] == both["rows"]) & both["value"].notna()]
    odd = both[(both["total"] - both["value"]).abs() > ROUNDED_BY + NOISE]
    found = [
        finding(
            f"{read.catalogue[row.indicator_id].short_title}, {row.time_period}: England has "
            f"{row.value:,.0f} in {row.source_table} and its {row.rows} authorities add up to "
            f"{row.total:,.0f}.",
            row,
            row.value - row.total,
        )
        for row in each(odd)
    ]
    return Checked(found, len(both))


def national_percentages_follow_from_their_counts(read: Screened) -> Checked:
    """A published percentage or rate is that of the counts published beside it."""
    rows = read.tidied.rows
    if rows.empty:
        return Checked([], 0)
    per = {
        one.indicator_id: float(feed.per)
        for one in read.catalogue.indicators.values()
        for feed in one.national
        if feed.value is not None and feed.numerator and feed.denominator
    }
    rows = rows[
        rows["indicator_id"].isin(per)
        & rows["value"].notna()
        & rows["numerator"].notna()
        & (rows["denominator"] > 0)
    ]
    share = rows["indicator_id"].map(per).astype(float)
    made = share * rows["numerator"] / rows["denominator"]
    # Where counts are rounded to the nearest 10, both of them may be 5 off.
    large = rows["geographic_level"] != GeographicLevel.LOCAL_AUTHORITY
    moved = large * ROUNDED_BY * (share + made) / rows["denominator"]
    off = (made - rows["value"]).abs()
    odd = rows.assign(made=made)[off > 0.5 * 10.0 ** -_places(rows) + moved + NOISE]
    found = [
        finding(
            f"{read.catalogue[row.indicator_id].short_title}, {row.area_name}, {row.time_period}: "
            f"published as {row.printed} beside {row.numerator:,.0f} of {row.denominator:,.0f}, "
            f"which makes {row.made:.{read.catalogue[row.indicator_id].decimals + 1}f}.",
            row,
            row.value - row.made,
        )
        for row in each(odd)
    ]
    return Checked(found, len(rows))


def _places(rows: pd.DataFrame) -> "pd.Series[float]":
    """Give the decimal places of each indicator's column: 5 stands for 5.0 beside 5.4."""
    printed = rows["printed"]
    point = printed.str.find(".")
    places = (printed.str.len() - point - 1).where(point >= 0, 0)
    return (
        places.groupby([rows["source_table"], rows["indicator_id"]]).transform("max").astype(float)
    )


def later_national_files_agree_with_earlier_ones(read: Screened) -> Checked:
    """A figure published again in a later national file is the one published before."""
    rows = read.tidied.rows
    if rows.empty:
        return Checked([], 0)
    last = rows.groupby("source_table")["period_end"].transform("max")
    rows = rows.assign(last=last)[rows["value"].notna()]
    twice = rows[rows.duplicated(KEY, keep=False)]
    twice = twice.sort_values(
        ["published_on", "last", "source_table"], na_position="first", kind="stable"
    )
    first = twice[~twice.duplicated(KEY, keep="first")].set_index(KEY)
    later = twice[twice.duplicated(KEY, keep="first")]
    before = first.loc[pd.MultiIndex.from_frame(later[KEY])].reset_index()
    later = later.reset_index(drop=True)
    units = {name: one.is_count for name, one in read.catalogue.indicators.items()}
    rounded = later["indicator_id"].map(units).astype(bool) & (
        later["geographic_level"] != GeographicLevel.LOCAL_AUTHORITY
    )
    places = {name: float(one.decimals) for name, one in read.catalogue.indicators.items()}
    decimals = later["indicator_id"].map(places).astype(float)
    slack = (0.5 * 10.0**-decimals).where(~rounded, ROUNDED_BY)
    odd = np.flatnonzero((later["value"] - before["value"]).abs() > slack + NOISE)
    found = [
        finding(
            f"{read.catalogue[new.indicator_id].short_title}, {new.area_name}, {new.time_period}: "
            f"revised from {old.printed} ({old.source_table}) to {new.printed} "
            f"({new.source_table}). The later file is used.",
            new,
            new.value - old.value,
            place(old),
        )
        for new, old in zip(each(later.iloc[odd]), each(before.iloc[odd]), strict=True)
    ]
    return Checked(found, len(later))


SCREENS: tuple[Screen, ...] = (
    national_files_have_the_standard_columns,
    national_files_are_read_in_full,
    national_codes_and_names_agree,
    national_rows_are_the_only_ones,
    national_levels_are_complete,
    national_years_follow_one_another,
    authorities_add_up_to_england,
    national_percentages_follow_from_their_counts,
    later_national_files_agree_with_earlier_ones,
)


def screens() -> dict[str, str]:
    """Give the promise of each screen, by its name among the findings."""
    return {one.__name__: promise(one) for one in SCREENS}


def screen(read: Screened) -> pd.DataFrame:
    """Run every screen and gather what they find, with the columns of `schema.FINDINGS`."""
    rows = [{"check": one.__name__, **found._asdict()} for one in SCREENS for found in one(read)]
    return pd.DataFrame(rows, columns=list(FINDINGS.columns))


def _cell(placed: Placed, line: int, column: int) -> str:
    return f"{NATIONAL}/{placed.file.table_id}, row {line}, column {column}"
