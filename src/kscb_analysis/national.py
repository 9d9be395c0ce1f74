"""Placed rows of national files and the catalogue's feeds in, tidy observations out."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from kscb_analysis.areas import Areas
from kscb_analysis.catalogue import Catalogue, Count, Indicator, NationalFeed
from kscb_analysis.errors import MetadataFault, UnreadableCells, did_you_mean
from kscb_analysis.layouts import TOTAL
from kscb_analysis.open_data import OpenData
from kscb_analysis.paths import NATIONAL
from kscb_analysis.placing import (
    PUBLISHED,
    STATUSES,
    Floats,
    Ints,
    Numbers,
    Placed,
    divided,
    first_marker,
    listed,
    place_all,
    read_numbers,
    take_places,
)
from kscb_analysis.vocabulary import Statistic, ValueStatus

Flags = np.ndarray[Any, np.dtype[np.bool_]]
NOT_AVAILABLE = STATUSES.index(ValueStatus.NOT_AVAILABLE)
# Counts for England and its regions are published to the nearest 10.
ROUNDED_BY = 5.0


@dataclass(frozen=True)
class Tidied:
    """The observations, the files they come from, and the indicators that lack another file."""

    rows: pd.DataFrame
    files: tuple[Placed, ...]
    wanting: dict[str, str]


def tidy_national(data: OpenData, catalogue: Catalogue, areas: Areas) -> Tidied:
    """Read every file into rows with the columns of `schema.OBSERVATIONS`.

    `UnknownName` lists every code that is no known area, and `UnreadableCells` every cell that is
    neither a number nor a known marker, or that another row contradicts.
    """
    files = tuple(place_all(data, areas))
    reader = _Reader(files)
    pieces = [
        piece
        for indicator in catalogue.indicators.values()
        for feed in indicator.national
        for placed in files
        if placed.file.kind.kind == feed.file
        and (piece := reader.read(indicator, feed, placed)) is not None
    ]
    if reader.unreadable:
        raise UnreadableCells(
            f"{len(reader.unreadable)} cell(s) of national files cannot be read:\n"
            + listed(reader.unreadable)
            + "\nA new marker is decided on in markers.py; where two rows are about one figure, "
            "add a filter to the feed in data/metadata/indicators.toml, or correct the file."
        )
    return Tidied(_joined(pieces), files, reader.wanting)


@dataclass(frozen=True)
class _Piece:
    """The rows that one feed takes from one file."""

    indicator_id: str
    breakdown: str
    placed: Placed
    chosen: Ints
    printed: "pd.Series[str]"
    column: int
    value: Numbers
    numerator: Floats
    denominator: Floats


class _Reader:
    """Reads feeds from the placed files; each column, and each table of counts, is made once."""

    def __init__(self, files: tuple[Placed, ...]) -> None:
        self.files = files
        self.unreadable: list[str] = []
        self.wanting: dict[str, str] = {}
        self._counts: dict[tuple[Any, ...], pd.DataFrame] = {}
        self._masks: dict[tuple[Any, ...], Flags] = {}

    def read(self, indicator: Indicator, feed: NationalFeed, placed: Placed) -> _Piece | None:
        """Read what a feed takes from a file; None where it needs a file that is not there."""
        where = f"indicators.toml, [indicators.{indicator.indicator_id}]"
        chosen = self._chosen(placed, feed.filters, where)
        top = self._count(feed.numerator, feed, placed, chosen, where)
        bottom = self._count(feed.denominator, feed, placed, chosen, where)
        if feed.value is not None:
            columns: tuple[str, ...] = (feed.value,)
            value = take_places(self._numbers(placed, feed.value), chosen)
            top, bottom = _agreeing(value, top, bottom, feed, placed, chosen)
        else:
            if top is None or bottom is None:
                other = next(
                    one.file for one in (feed.numerator, feed.denominator) if one and one.file
                )
                self.wanting[indicator.indicator_id] = other
                return None
            assert feed.numerator is not None  # the catalogue has seen to it
            columns = feed.numerator.columns
            value = divided(top, bottom, feed.per)
        texts = placed.rows
        printed = texts[columns[0]].iloc[chosen]
        for column in columns[1:]:
            printed = printed + " + " + texts[column].iloc[chosen]
        if feed.value is None and top is not None:
            printed = _with_reason(printed, top, value)
        single = self._one_row_each(placed, chosen, columns[0])
        return _Piece(
            indicator_id=indicator.indicator_id,
            breakdown=feed.breakdown or TOTAL,
            placed=placed,
            chosen=chosen[single],
            printed=printed.iloc[single],
            column=placed.file.header.index(columns[0]) + 1,
            value=take_places(value, single),
            **_both_or_neither(top, bottom, single),
        )

    def _chosen(self, placed: Placed, filters: dict[str, str], where: str) -> Ints:
        chosen = np.ones(len(placed.rows), dtype=bool)
        for column, text in filters.items():
            key = (placed.file.path, column, text)
            if key not in self._masks:
                held = placed.rows[column]
                self._masks[key] = (held == text).to_numpy(dtype=bool)
                if not self._masks[key].any():
                    raise MetadataFault(
                        f"{where}: no row of {placed.file.where} has {text!r} in its column "
                        f"{column!r}.{did_you_mean(text, held.unique())}"
                    )
            chosen &= self._masks[key]
        return np.flatnonzero(chosen)

    def _numbers(self, placed: Placed, column: str) -> Numbers:
        if column not in placed.numbers:
            made, unreadable = read_numbers(placed.rows[column])
            placed.numbers[column] = made
            at = placed.file.header.index(column) + 1
            self.unreadable += [
                f"{placed.file.where}, row {placed.rows.index[place]}, column {at} ({column}): "
                f"{placed.rows[column].iloc[place]!r} is neither a number nor a known marker"
                for place in unreadable
            ]
        return placed.numbers[column]

    def _sum(self, placed: Placed, columns: tuple[str, ...], chosen: Ints) -> Numbers:
        read = [take_places(self._numbers(placed, column), chosen) for column in columns]
        values = np.sum([one.values for one in read], axis=0)
        return Numbers(values, first_marker(*(one.status for one in read)))

    def _count(
        self, count: Count | None, feed: NationalFeed, placed: Placed, chosen: Ints, where: str
    ) -> Numbers | None:
        """Give a feed's count beside each of its rows; None when nothing or no file holds it."""
        if count is None:
            return None
        if not (count.file or count.filters or count.year_before):
            return self._sum(placed, count.columns, chosen)
        if count.file:
            files = [one for one in self.files if one.file.kind.kind == count.file]
            filters = count.filters
        else:
            files, filters = [placed], {**feed.filters, **count.filters}
        if not files:
            return None
        table = self._table(files, count.columns, filters, where)
        codes = np.array([area.code for area in placed.areas], dtype=object)[placed.area[chosen]]
        wanted = pd.MultiIndex.from_arrays([codes, placed.year[chosen] - count.year_before])
        found = table.reindex(wanted)
        status = found["status"].fillna(NOT_AVAILABLE).to_numpy(dtype=np.int64)
        return Numbers(found["value"].to_numpy(dtype=np.float64), status)

    def _table(
        self, files: list[Placed], columns: tuple[str, ...], filters: dict[str, str], where: str
    ) -> pd.DataFrame:
        """Tabulate a count by area and year; of two files the later one goes first."""
        key = (tuple(one.file.path for one in files), columns, tuple(sorted(filters.items())))
        if key not in self._counts:
            made = []
            for one in sorted(files, key=_release, reverse=True):
                chosen = self._chosen(one, filters, where)
                read = self._sum(one, columns, chosen)
                codes = np.array([area.code for area in one.areas], dtype=object)
                made.append(
                    pd.DataFrame(
                        {"value": read.values, "status": read.status},
                        index=pd.MultiIndex.from_arrays(
                            [codes[one.area[chosen]], one.year[chosen]]
                        ),
                    )
                )
            table = pd.concat(made)
            self._counts[key] = table[~table.index.duplicated()]
        return self._counts[key]

    def _one_row_each(self, placed: Placed, chosen: Ints, column: str) -> Ints:
        """Keep the first row about each area and period; another figure there cannot be read."""
        key = placed.area[chosen] * len(placed.periods) + placed.period[chosen]
        _, first, which = np.unique(key, return_index=True, return_inverse=True)
        if len(first) == len(key):
            return np.arange(len(key))
        again = np.flatnonzero(first[which] != np.arange(len(key)))
        at = placed.file.header.index(column) + 1
        texts = placed.rows[column].to_numpy()
        for place in again:
            row, other = chosen[place], chosen[first[which[place]]]
            if texts[row] != texts[other]:
                self.unreadable.append(
                    f"{placed.file.where}, row {placed.rows.index[row]}, column {at} ({column}): "
                    f"{texts[row]!r}, but row {placed.rows.index[other]} about the same area and "
                    f"period has {texts[other]!r}"
                )
            placed.doubled.setdefault(column, []).append(int(row))
        return np.sort(first)


def _release(placed: Placed) -> tuple[date, int, str]:
    """Order files of a kind as `dataset.latest_published` does: the newest is the largest."""
    released = placed.file.released or date.min
    return released, int(placed.year.max()), placed.file.table_id


def _with_reason(printed: "pd.Series[str]", top: Numbers, value: Numbers) -> "pd.Series[str]":
    """Put the reason behind a count from which no figure could be made: "11 / [x]"."""
    words = np.array([f" / {one.symbol}" for one in STATUSES], dtype=object)
    symbols = pd.Series(words[value.status], index=printed.index, dtype="str")
    empty = (top.status == PUBLISHED) & (value.status != PUBLISHED)
    return printed.where(~empty, printed + symbols)


def _agreeing(
    value: Numbers,
    top: Numbers | None,
    bottom: Numbers | None,
    feed: NationalFeed,
    placed: Placed,
    chosen: Ints,
) -> tuple[Numbers | None, Numbers | None]:
    """Leave counts out where they do not make the figure that is published.

    Only a count from another file is doubted: populations are revised after a rate is published.
    """
    other = (feed.numerator and feed.numerator.file) or (feed.denominator and feed.denominator.file)
    if top is None or bottom is None or not other:
        return top, bottom
    made = divided(top, bottom, feed.per).values
    large = np.array([not area.la_code for area in placed.areas])[placed.area[chosen]]
    # The count above the line may itself be rounded, as far as this moves the figure.
    moved = np.where(large, ROUNDED_BY * feed.per / bottom.values, 0.0)
    agrees = np.abs(made - value.values) <= 0.5 * 10.0**-value.decimals + moved + 1e-9
    kept = (
        Numbers(np.where(agrees, one.values, np.nan), one.status, one.decimals)
        for one in (top, bottom)
    )
    return next(kept), next(kept)


def _both_or_neither(
    top: Numbers | None, bottom: Numbers | None, single: Ints
) -> dict[str, Floats]:
    empty = np.full(len(single), np.nan)
    above = empty if top is None else top.values[single]
    below = empty if bottom is None else bottom.values[single]
    known = ~np.isnan(above) & (below > 0)  # nobody among nobody is no share
    return {
        "numerator": np.where(known, above, np.nan),
        "denominator": np.where(known, below, np.nan),
    }


# ---------------------------------------------------------------------------------------- rows


def _joined(pieces: list[_Piece]) -> pd.DataFrame:
    """Put all pieces into one frame; words are stored once and pointed at until the end."""
    if not pieces:
        return pd.DataFrame()
    sizes = [len(one.chosen) for one in pieces]

    def words(given: list[str]) -> Any:
        at, known = pd.factorize(np.array(given, dtype=object))
        return pd.array(known, dtype="str").take(np.repeat(at, sizes))

    def by_area(name: str) -> Any:
        return _pointed(
            [([str(getattr(area, name)) for area in one.placed.areas], one.placed.area[one.chosen])
             for one in pieces]
        )  # fmt: skip

    def by_period(name: str) -> Any:
        return _pointed(
            [([str(getattr(period, name)) for period in one.placed.periods],
              one.placed.period[one.chosen]) for one in pieces]
        )  # fmt: skip

    ends = [np.array([period.end for period in one.placed.periods], dtype="datetime64[s]")
            for one in pieces]  # fmt: skip
    status = np.concatenate([one.value.status for one in pieces])
    released = [np.datetime64(one.placed.file.released or "NaT", "s") for one in pieces]
    return pd.DataFrame(
        {
            "indicator_id": words([one.indicator_id for one in pieces]),
            "geographic_level": by_area("level"),
            "area_code": by_area("code"),
            "area_name": by_area("name"),
            "time_period": by_period("time_period"),
            "time_identifier": by_period("time_identifier"),
            "period_end": np.concatenate(
                [end[one.placed.period[one.chosen]] for end, one in zip(ends, pieces, strict=True)]
            ),
            "breakdown": words([one.breakdown for one in pieces]),
            "statistic": words([str(Statistic.VALUE)] * len(pieces)),
            "value": np.concatenate([one.value.values for one in pieces]),
            "value_status": pd.array([str(one) for one in STATUSES], dtype="str").take(status),
            "printed": pd.concat([one.printed for one in pieces], ignore_index=True),
            "numerator": np.concatenate([one.numerator for one in pieces]),
            "denominator": np.concatenate([one.denominator for one in pieces]),
            "source_id": words([NATIONAL] * len(pieces)),
            "source_table": words([one.placed.file.table_id for one in pieces]),
            "source_row": np.concatenate(
                [one.placed.rows.index.to_numpy()[one.chosen] for one in pieces]
            ),
            "source_column": np.repeat([one.column for one in pieces], sizes),
            "published_on": np.repeat(np.array(released, dtype="datetime64[s]"), sizes),
            "corrected_from": words([""] * len(pieces)),
        }
    )


def _pointed(tables: list[tuple[list[str], Ints]]) -> Any:
    """Turn numbers into the words they point at, each list of words standing once."""
    starts = np.cumsum([0, *(len(known) for known, _ in tables)])
    every = pd.array([word for known, _ in tables for word in known], dtype="str")
    at = [places + start for (_, places), start in zip(tables, starts, strict=False)]
    return every.take(np.concatenate(at))
