"""Printed cells in, tidy rows out: a chain of verbs, each a few lines."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from kscb_analysis.areas import ENGLAND, Area, Areas
from kscb_analysis.catalogue import Catalogue, Feed, Indicator, Scale
from kscb_analysis.corrections import Correction, apply_corrections
from kscb_analysis.errors import (
    MetadataFault,
    StaleCorrection,
    UnknownName,
    UnreadableCells,
    did_you_mean,
)
from kscb_analysis.layouts import TOTAL, PrintedCell, as_part, grade_key, read_layout
from kscb_analysis.markers import read_cell
from kscb_analysis.periods import PeriodBasis, read_day, read_period
from kscb_analysis.sources import RawTable, Source, read_raw
from kscb_analysis.vocabulary import Role

_WITHOUT_INDICATOR = (Role.COUNT_OF_RATINGS, Role.KEY)


@dataclass
class Gathered:
    """Rows for each tidy table while sources are read, and cells that nobody can read yet."""

    observations: list[dict[str, Any]] = field(default_factory=list)
    targets: list[dict[str, Any]] = field(default_factory=list)
    ratings: list[dict[str, Any]] = field(default_factory=list)
    judgements: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    series: set[tuple[str, str | None]] = field(default_factory=set)
    unreadable: list[str] = field(default_factory=list)


def tidy_sources(
    sources: dict[str, Source],
    catalogue: Catalogue,
    areas: Areas,
    corrections: tuple[Correction, ...],
    *,
    check_fingerprints: bool = True,
) -> dict[str, pd.DataFrame]:
    """Read every table of every source into the rows of the tidy tables.

    Gives frames `observations`, `targets`, `ratings`, `judgements` and `comparators` with the
    columns of `schema`; one without rows has no columns either. Every cell is read before any
    is complained of: `UnreadableCells` lists all.
    """
    _require_known_feeds(sources, catalogue)
    _require_known_places(sources, corrections)
    feeds = _feeds_by_table(catalogue)
    gathered = Gathered()
    for source in sources.values():
        for table in source.tables:
            rows = read_raw(table, check_fingerprint=check_fingerprints)
            rows, corrected = apply_corrections(rows, table, corrections)
            cells = read_layout(rows, table)
            if table.layout == grade_key.__name__:
                require_same_key(cells, table, _scale_of(table, catalogue))
                continue
            for cell in cells:
                gathered.series.add((table.name, cell.series))
                if cell.role is Role.JUDGEMENT:
                    scale = _scale_of(table, catalogue)
                    _gather_judgement(gathered, cell, scale, source, table, areas, corrected)
                else:
                    fed = _fed_by(cell, table, feeds)
                    _gather(gathered, cell, fed, source, table, areas, corrected)
    if gathered.unreadable:
        listed = "\n".join(f"  {line}" for line in gathered.unreadable[:20])
        more = len(gathered.unreadable) - 20
        raise UnreadableCells(
            f"{len(gathered.unreadable)} printed cell(s) cannot be read:\n{listed}"
            + (f"\n  … and {more} more" if more > 0 else "")
            + "\nIf the paper explains a mark, add it to the table's `markers` in source.toml; "
            "if it is a misprint, record it in data/metadata/corrections.toml."
        )
    _require_printed_series(gathered.series, catalogue)
    observations = pd.DataFrame(gathered.observations).pipe(add_counts, catalogue)
    return {
        "observations": observations,
        "targets": pd.DataFrame(gathered.targets),
        "ratings": pd.DataFrame(gathered.ratings),
        "judgements": pd.DataFrame(gathered.judgements),
        "comparators": comparators(areas, gathered.groups),
    }


def add_counts(observations: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Put printed counts beside the percentages that are made of them.

    `numerator` and `denominator` are filled where the catalogue names the indicators that count
    them, the same source prints both for the same area and period, and the two make the printed
    percentage within its rounding. Elsewhere both are empty: a count that does not make the
    percentage counts something else.
    """
    if observations.empty:
        return observations
    key = ["source_id", "area_code", "time_period", "time_identifier", "breakdown"]
    values = observations[observations["statistic"] == "value"]
    rows = observations.assign(numerator=float("nan"), denominator=float("nan"))
    for indicator in catalogue.indicators.values():
        counted = {
            "numerator": indicator.numerator_indicator,
            "denominator": indicator.denominator_indicator,
        }
        if None in counted.values():
            continue
        mine = (rows["indicator_id"] == indicator.indicator_id) & (rows["statistic"] == "value")
        for column, other in counted.items():
            counts = (
                values[values["indicator_id"] == other].drop_duplicates(key).set_index(key)["value"]
            )
            wanted = pd.MultiIndex.from_frame(rows.loc[mine, key])
            rows.loc[mine, column] = counts.reindex(wanted).to_numpy()
    places = rows["printed"].str.rstrip("%").str.partition(".")[2].str.len()
    made = 100 * rows["numerator"] / rows["denominator"].where(rows["denominator"] > 0)
    agrees = (made - rows["value"]).abs() <= 0.5 * 10.0**-places + 1e-9
    rows.loc[~agrees, ["numerator", "denominator"]] = float("nan")
    return rows


def comparators(areas: Areas, groups: list[dict[str, Any]]) -> pd.DataFrame:
    """List the members of every neighbour set and of every group printed in a comparison."""
    sets = [
        {
            "set_id": one.set_id,
            "set_name": one.name,
            "indicator_id": "",
            "area_code": one.area_code,
            "area_name": areas.by_code[one.area_code].name,
            "member_code": member,
            "member_name": areas.by_code[member].name,
            "valid_from": str(one.valid_from or ""),
            "valid_to": str(one.valid_to or ""),
            "source": f"{one.source}, {one.place}".strip(", "),
            "source_table": "",
        }
        for one in areas.neighbour_sets
        for member in one.members
    ]
    # A group is printed once for each year, and its members are listed once.
    return pd.DataFrame([*sets, *groups]).drop_duplicates(ignore_index=True)


def require_same_key(cells: list[PrintedCell], table: RawTable, scale: Scale) -> None:
    """Raise `MetadataFault` where a printed key of grades and its scale in scales.toml differ."""
    printed: dict[str, list[str]] = {}
    for cell in cells:
        printed.setdefault(cell.series, []).append(cell.text.strip())
    recorded = {
        grade.printed: [words for words in (grade.words, grade.words_for_capacity) if words]
        for grade in scale.grades
    }
    if printed != recorded:
        raise MetadataFault(
            f"scales.toml, [scales.{scale.scale_id}]: the grades and their words are not those "
            f"that {table.name} prints: {printed}."
        )


# The indicator that a series of a table feeds, through which feed.
_Fed = tuple[Indicator, Feed]
_Feeds = dict[str, dict[str | None, _Fed]]


def _feeds_by_table(catalogue: Catalogue) -> _Feeds:
    feeds: _Feeds = {}
    for indicator in catalogue.indicators.values():
        for feed in indicator.feeds:
            table = feeds.setdefault(feed.table, {})
            if feed.series in table:
                raise MetadataFault(
                    f"indicators.toml: {feed.table}, series {feed.series!r}, feeds both "
                    f"{table[feed.series][0].indicator_id} and {indicator.indicator_id}."
                )
            table[feed.series] = (indicator, feed)
    return feeds


def _require_known_feeds(sources: dict[str, Source], catalogue: Catalogue) -> None:
    known = {table.name for source in sources.values() for table in source.tables}
    for indicator in catalogue.indicators.values():
        for feed in indicator.feeds:
            if feed.table not in known:
                raise MetadataFault(
                    f"indicators.toml, [indicators.{indicator.indicator_id}]: no table "
                    f"{feed.table!r} in any source.toml.{did_you_mean(feed.table, known)}"
                )


def _require_printed_series(printed: set[tuple[str, str | None]], catalogue: Catalogue) -> None:
    for indicator in catalogue.indicators.values():
        for feed in indicator.feeds:
            if feed.series is not None and (feed.table, feed.series) not in printed:
                others = sorted(series or "" for table, series in printed if table == feed.table)
                raise MetadataFault(
                    f"indicators.toml, [indicators.{indicator.indicator_id}]: {feed.table} prints "
                    f"nothing for the series {feed.series!r}.{did_you_mean(feed.series, others)}"
                )


def _require_known_places(sources: dict[str, Source], corrections: tuple[Correction, ...]) -> None:
    known = {table.name for source in sources.values() for table in source.tables}
    for one in corrections:
        if f"{one.source_id}/{one.table_id}" not in known:
            raise StaleCorrection(
                f"corrections.toml corrects {one.place}, but there is no such table any more."
            )


def _scale_of(table: RawTable, catalogue: Catalogue) -> Scale:
    try:
        return catalogue.scales[table.scale]
    except KeyError:
        raise MetadataFault(
            f"{table.name}: `scale` in source.toml is {table.scale!r}, which is no scale of "
            f"data/metadata/scales.toml.{did_you_mean(table.scale, catalogue.scales)}"
        ) from None


def _fed_by(cell: PrintedCell, table: RawTable, feeds: _Feeds) -> _Fed | None:
    mine = feeds.get(table.name, {})
    found = mine.get(cell.series) or mine.get(None)
    if found is None and cell.role not in _WITHOUT_INDICATOR:
        series = f", series {cell.series!r}" if cell.series else ""
        raise MetadataFault(
            f"data/raw/{table.source_id}/{table.path.name}, row {cell.row}: no indicator is fed by "
            f"{table.name}{series}. Add a feed to an entry of data/metadata/indicators.toml."
        )
    return found


def _gather(
    gathered: Gathered,
    cell: PrintedCell,
    fed: _Fed | None,
    source: Source,
    table: RawTable,
    areas: Areas,
    corrected: dict[tuple[int, int], str],
) -> None:
    where = f"data/raw/{table.source_id}/{table.path.name}, row {cell.row}, column {cell.column}"
    area = _area_of(cell, areas, where)
    indicator = fed[0] if fed else None
    basis = indicator.period_basis if indicator else PeriodBasis.POSITION_MONTH_END
    try:
        period = read_period(cell.period, basis)
    except ValueError as fault:
        raise MetadataFault(f"{where}: {fault} for an indicator with the basis {basis}.") from None
    row: dict[str, Any] = {
        "indicator_id": indicator.indicator_id if indicator else "",
        **_area_columns(area),
        "time_period": period.time_period,
        "time_identifier": period.time_identifier,
        "period_end": period.end,
        "printed": cell.text.strip(),
        **_place_columns(cell, source, table, corrected),
    }
    if cell.role is Role.TARGET or cell.role.is_number:
        try:
            value, status = read_cell(cell.text, table.markers)
        except ValueError:
            gathered.unreadable.append(
                f"{where}: {cell.text!r} is neither a number nor a known marker"
            )
            return
        row["value_status"] = str(status)
        if cell.role is Role.TARGET:
            gathered.targets.append({**row, "target": value, "floor": None})
        else:
            gathered.observations.append(
                {
                    **row,
                    "breakdown": _breakdown(cell, fed),
                    "statistic": str(cell.role),
                    "value": value,
                }
            )
    else:
        gathered.ratings.append({**row, "series": cell.series, "kind": str(cell.role)})
    if cell.group and cell.role is Role.VALUE and indicator and table.area:
        home = _home_of(table, areas)
        if area.code != home.code and area.la_code:
            gathered.groups.append(_group_row(cell, indicator, home, area, table))


def _breakdown(cell: PrintedCell, fed: _Fed | None) -> str:
    """Give the part of the whole a figure is about: what its feed says, or else its place."""
    feed = fed[1] if fed else None
    if feed and feed.breakdown:
        return feed.breakdown
    # A label that has led to an indicator of its own does not name a part of it as well.
    if feed and feed.series is not None and cell.breakdown == as_part(feed.series):
        return TOTAL
    return cell.breakdown


def _gather_judgement(
    gathered: Gathered,
    cell: PrintedCell,
    scale: Scale,
    source: Source,
    table: RawTable,
    areas: Areas,
    corrected: dict[tuple[int, int], str],
) -> None:
    where = f"data/raw/{table.source_id}/{table.path.name}, row {cell.row}, column {cell.column}"
    try:
        grade = scale.grade(cell.text)
    except ValueError as fault:
        gathered.unreadable.append(f"{where}: {fault}")
        return
    gathered.judgements.append(
        {
            **_area_columns(_area_of(cell, areas, where)),
            "judged_on": read_day(cell.period),
            "judged_words": cell.period.strip(),
            "group": cell.group,
            "judgement": cell.series,
            "printed": cell.text.strip(),
            "scale_id": scale.scale_id,
            "ordinal": grade.ordinal,
            "words": grade.meaning(cell.series),
            **_place_columns(cell, source, table, corrected),
        }
    )


def _area_columns(area: Area) -> dict[str, Any]:
    return {
        "geographic_level": str(area.level),
        "area_code": area.code,
        "area_name": area.name,
    }


def _place_columns(
    cell: PrintedCell, source: Source, table: RawTable, corrected: dict[tuple[int, int], str]
) -> dict[str, Any]:
    return {
        "source_id": source.source_id,
        "source_table": table.table_id,
        "source_row": cell.row,
        "source_column": cell.column,
        "published_on": source.published_on,
        "corrected_from": corrected.get((cell.row, cell.column), ""),
    }


def _area_of(cell: PrintedCell, areas: Areas, where: str) -> Area:
    if not cell.area:
        raise MetadataFault(f"{where}: the table prints no area. Add `area = …` in source.toml.")
    try:
        area = areas.find(cell.area)
    except UnknownName as fault:
        raise UnknownName(
            f"{where}: {fault} A new spelling goes into data/metadata/area_spellings.csv."
        ) from None
    # The papers give England the number 970, which is no authority's code.
    code = "970" if area.code == ENGLAND else area.la_code
    if cell.la_code and cell.la_code != code:
        raise MetadataFault(
            f"{where}: {cell.area} is printed with code {cell.la_code}, but "
            f"data/metadata/areas.csv has {code or 'none'}. Correct the one that is wrong; a "
            "misprint is recorded in data/metadata/corrections.toml."
        )
    return area


def _home_of(table: RawTable, areas: Areas) -> Area:
    try:
        return areas.find(table.area)
    except UnknownName as fault:
        raise UnknownName(f"{table.name}, area in source.toml: {fault}") from None


def _group_row(
    cell: PrintedCell,
    indicator: Indicator,
    home: Area,
    area: Area,
    table: RawTable,
) -> dict[str, Any]:
    return {
        "set_id": f"printed: {cell.group.lower()}",
        "set_name": f"{cell.group}, as printed",
        "indicator_id": indicator.indicator_id,
        "area_code": home.code,
        "area_name": home.name,
        "member_code": area.code,
        "member_name": area.name,
        "valid_from": "",
        "valid_to": "",
        "source": f"{table.source_id}, {table.place}",
        "source_table": table.name,
    }
