"""data/metadata/*.toml in, one typed entry for each indicator, section, topic and scale out."""

import math
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kscb_analysis.cards import Fact, card, live
from kscb_analysis.errors import MetadataFault, SourceFault, UnknownName, did_you_mean
from kscb_analysis.periods import PeriodBasis
from kscb_analysis.vocabulary import Polarity


@dataclass(frozen=True)
class Feed:
    """A printed table (`source/table`), and the row or column of it, that feeds an indicator.

    With a `breakdown` its figures are about that part of the whole, whatever the table says.
    """

    source_id: str
    table_id: str
    series: str | None
    breakdown: str | None = None

    @property
    def table(self) -> str:
        """The table's full name."""
        return f"{self.source_id}/{self.table_id}"


@dataclass(frozen=True)
class Count:
    """Where a national file holds a count: columns, added up where there are several.

    `file` names another kind of file, and is empty for the feed's own; `filters` go before those
    of the feed. With `year_before` the count is that of the year before the figure's.
    """

    columns: tuple[str, ...]
    file: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    year_before: bool = False


@dataclass(frozen=True)
class NationalFeed:
    """A kind of national file (data/metadata/national.toml), and what of it feeds an indicator.

    Of the rows whose cells are those of `filters`, the figure is the column `value`; without one
    it is numerator divided by denominator, times `per`. With a `breakdown` it is about that part
    of the whole.
    """

    file: str
    filters: dict[str, str]
    value: str | None
    numerator: Count | None
    denominator: Count | None
    per: int
    breakdown: str | None = None


@dataclass(frozen=True)
class Break:
    """A day from which figures are no longer comparable with earlier ones, and why.

    `label` names it in a chart, in a word or three.
    """

    starts: date
    reason: str
    label: str = "break"


@dataclass(frozen=True, repr=False)
class Indicator:
    """What one indicator means: the words, the unit, which way is better, where it comes from.

    `more` gives what else is known where there is data: its figures and their sources.
    """

    indicator_id: str
    title: str
    short_title: str
    subject: str
    definition: str
    numerator: str
    denominator: str
    unit: str
    decimals: int
    polarity: Polarity
    polarity_reason: str
    period_basis: PeriodBasis
    plausible: tuple[float, float]
    plausible_england: tuple[float, float]
    section: str
    topic: str
    feeds: tuple[Feed, ...]
    breaks: tuple[Break, ...]
    notes: tuple[str, ...]
    numerator_indicator: str | None
    denominator_indicator: str | None
    national: tuple[NationalFeed, ...] = ()
    smallest_change: float | None = None
    smallest_share: float = 0.0
    tolerance: float | None = None
    chart: bool = True
    more: Callable[["Indicator"], Iterable[Fact]] | None = field(default=None, compare=False)

    @property
    def per(self) -> int | None:
        """What a share or rate is counted out of: 100, 1,000 or 10,000; None for anything else."""
        if self.unit == "percent":
            return 100
        found = re.match(r"rate per ([\d,]+)", self.unit)
        return int(found[1].replace(",", "")) if found else None

    def least_movement(self, before: float) -> float:
        """Give the smallest change from an earlier figure that counts as a movement."""
        if self.smallest_change is not None:
            return self.smallest_change
        return self.smallest_share * abs(before)

    @property
    def suffix(self) -> str:
        """What follows a figure at once: "%" for a percentage, otherwise nothing."""
        return "%" if self.unit == "percent" else ""

    @property
    def measure(self) -> str:
        """The unit as the heading of a chart or table."""
        return "Percentage" if self.unit == "percent" else _begun(self.unit)

    @property
    def is_count(self) -> bool:
        """True for a number of children, cases or events, which grows with the area's size."""
        return self.unit != "percent" and not self.unit.startswith(("rate", "score"))

    def __repr__(self) -> str:
        return f"Indicator({self.indicator_id!r})"

    @property
    def facts(self) -> list[Fact]:
        """What it means in a few lines, for somebody who asks a notebook; some may be empty."""
        return [
            ("Id", self.indicator_id),
            ("Definition", self.definition),
            ("Unit", self.measure),
            ("Above the line", self.numerator),
            ("Below the line", self.denominator),
            ("Which way is better", f"{_begun(self.polarity.words)}. {self.polarity_reason}"),
            ("Period", _begun(self.period_basis)),
            ("Not comparable", " ".join(f"From {b.starts}: {b.reason}" for b in self.breaks)),
            ("Notes", " ".join(self.notes)),
            *(self.more(self) if self.more else ()),
        ]

    def _repr_html_(self) -> str:
        return live(card(self.title, self.facts), "card")


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


@dataclass(frozen=True)
class Topic:
    """What one paper is about, and what is known to be missing for an area."""

    topic_id: str
    title: str
    not_known: tuple[tuple[str, str], ...]

    def not_known_about(self, area: str) -> list[str]:
        """Sentences on what the sources do not tell about an area."""
        return [text for known, text in self.not_known if known == area]


@dataclass(frozen=True)
class Section:
    """A group of indicators that a paper shows under one heading."""

    section_id: str
    topic: str
    title: str
    lead: str


@dataclass(frozen=True)
class Grade:
    """One grade of a scale: how it is printed, where it stands (4 is the best), what it means."""

    printed: str
    also_printed: tuple[str, ...]
    ordinal: int
    words: str
    words_for_capacity: str

    def meaning(self, judgement: str) -> str:
        """Give the scale's words for the grade of this judgement."""
        if self.words_for_capacity and "capacity" in judgement.casefold():
            return self.words_for_capacity
        return self.words


@dataclass(frozen=True)
class Scale:
    """A scale on which inspectors graded, the best grade first.

    Printed scales run both ways. `ordinal` puts them on one, 1 the lowest and 4 the highest;
    ordinals are places in an order and are never averaged. `key` is the printed table
    (`source/table`) that explains the grades.
    """

    scale_id: str
    title: str
    direction: str
    key: str
    grades: tuple[Grade, ...]
    notes: tuple[str, ...]

    def grade(self, printed: str) -> Grade:
        """Find a grade by how it is printed. Raises `ValueError` for one that is none of these."""
        for grade in self.grades:
            if printed.strip() in (grade.printed, *grade.also_printed):
                return grade
        raise ValueError(f"{printed!r} is no grade of the scale {self.scale_id!r}")


@dataclass(frozen=True)
class Sum:
    """A whole that one table prints with its parts.

    The whole is a breakdown of `indicator`, and the parts are other breakdowns of it (all that
    the table prints when none is named) less those taken off again. With `of` the whole is
    the indicator itself, and the parts are those indicators, breakdown by breakdown.
    """

    indicator: str
    table: str
    whole: str
    parts: tuple[str, ...]
    less: tuple[str, ...]
    of: tuple[str, ...]


@dataclass(frozen=True)
class Growth:
    """A printed rise (or fall) in percent of another indicator since an earlier period."""

    indicator: str
    of: str
    since: str
    falls: bool


@dataclass(frozen=True)
class Share:
    """Printed percentages, part by part, of another indicator's whole.

    The whole is `out_of`, where the papers print it in words only, or else the Total of the
    indicator `of` without the parts `less`.
    """

    indicator: str
    of: str
    less: tuple[str, ...]
    out_of: int | None


@dataclass(frozen=True)
class Arithmetic:
    """What the papers print that can be worked out again from other printed figures."""

    sums: tuple[Sum, ...] = ()
    growths: tuple[Growth, ...] = ()
    shares: tuple[Share, ...] = ()
    rests: dict[str, date] = field(default_factory=dict)

    def is_rest(self, indicator_id: str, day: date) -> bool:
        """True where the count below the line leaves out those counted above it."""
        return indicator_id in self.rests and day < self.rests[indicator_id]


@dataclass(frozen=True)
class Catalogue:
    """All indicators and sections, in the order in which papers show them, and the scales."""

    topics: dict[str, Topic]
    sections: dict[str, Section]
    indicators: dict[str, Indicator]
    scales: dict[str, Scale] = field(default_factory=dict)
    arithmetic: Arithmetic = field(default_factory=Arithmetic)
    smallest_change: tuple[float | None, float] = (None, 0.0)

    def __getitem__(self, indicator: str | Indicator) -> Indicator:
        """Give an indicator by its id, or raise `UnknownName` with the nearest one."""
        wanted = indicator.indicator_id if isinstance(indicator, Indicator) else indicator
        if (known := self.indicators.get(str(wanted))) is not None:
            return known
        raise UnknownName(
            f"No indicator {wanted!r} in data/metadata/indicators.toml."
            f"{did_you_mean(str(wanted), self.indicators)} `kscb list indicators` shows all."
        )

    def of_topic(self, topic: str) -> list[Indicator]:
        """Give the indicators of one topic, in order."""
        if topic not in self.topics:
            raise UnknownName(
                f"No topic {topic!r} in data/metadata/indicators.toml; it has "
                f"{sorted(self.topics)}.{did_you_mean(topic, self.topics)}"
            )
        return [known for known in self.indicators.values() if known.topic == topic]

    def sections_of(self, topic: str) -> list[Section]:
        """Give the sections of one topic, in order."""
        return [section for section in self.sections.values() if section.topic == topic]


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file, or raise a named error with the file and the line."""
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        raise SourceFault(f"{path.parent.name}/{path.name} is missing.") from None
    except OSError as fault:
        raise SourceFault(
            f"{path.parent.name}/{path.name} cannot be read: {fault.strerror}."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise MetadataFault(
            f"{path.parent.name}/{path.name} is not readable TOML: {fault}"
        ) from None


_IN_WORDS = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    list: "a list",
    dict: "a table of keys and values",
    date: "a day such as 2011-03-31",
}


def take(entry: Any, key: str, kind: type, where: str, default: Any = ...) -> Any:
    """Take a typed value out of a TOML entry, or raise `MetadataFault` saying what it should be."""
    _require_table(entry, where)
    if key not in entry:
        if default is not ...:
            return default
        raise MetadataFault(f"{where} has no {key!r}.{did_you_mean(key, entry)}")
    value = entry[key]
    # The type itself: to Python, true is a whole number and a moment is a day.
    if type(value) is not kind:
        raise MetadataFault(f"{where}: {key} is {value!r}, which should be {_IN_WORDS[kind]}.")
    return value


def take_texts(entry: Any, key: str, where: str, default: Any = ...) -> tuple[str, ...]:
    """Take a list of texts out of a TOML entry."""
    texts = take(entry, key, list, where, default)
    for text in texts:
        if type(text) is not str:
            raise MetadataFault(f"{where}: {key} holds {text!r}, which should be text.")
    return tuple(texts)


def refuse_unknown_keys(entry: Any, known: set[str], where: str) -> None:
    """Raise `MetadataFault` for a key that nobody reads: most often a misspelling."""
    _require_table(entry, where)
    for key in entry:
        if key not in known:
            raise MetadataFault(f"{where} has an unknown key {key!r}.{did_you_mean(key, known)}")


def _require_table(entry: Any, where: str) -> None:
    if not isinstance(entry, dict):
        raise MetadataFault(f"{where} is {entry!r}, which should be {_IN_WORDS[dict]}.")


def load_catalogue(metadata: Path) -> Catalogue:
    """Read indicators.toml and scales.toml; check every entry as far as it can be checked alone."""
    path = metadata / "indicators.toml"
    document = read_toml(path)
    known = {"smallest_change", "topics", "sections", "indicators"}
    refuse_unknown_keys(document, known, path.name)
    smallest = _read_smallest(
        document.get("smallest_change", {}), f"{path.name}, [smallest_change]"
    )
    topics = {
        topic: _read_topic(topic, entry, f"{path.name}, [topics.{topic}]")
        for topic, entry in take(document, "topics", dict, path.name).items()
    }
    sections: dict[str, Section] = {}
    for section_id, entry in take(document, "sections", dict, path.name).items():
        where = f"{path.name}, [sections.{section_id}]"
        refuse_unknown_keys(entry, {"topic", "title", "lead"}, where)
        topic = take(entry, "topic", str, where)
        if topic not in topics:
            raise MetadataFault(f"{where}: no topic {topic!r}.{did_you_mean(topic, topics)}")
        sections[section_id] = Section(
            section_id, topic, take(entry, "title", str, where), take(entry, "lead", str, where)
        )
    indicators = {
        indicator_id: _read_indicator(indicator_id, entry, sections, smallest, path.name)
        for indicator_id, entry in take(document, "indicators", dict, path.name).items()
    }
    for indicator in indicators.values():
        for other in (indicator.numerator_indicator, indicator.denominator_indicator):
            if other is not None and other not in indicators:
                raise MetadataFault(
                    f"{path.name}, [indicators.{indicator.indicator_id}]: no indicator {other!r}."
                    f"{did_you_mean(other, indicators)}"
                )
    arithmetic = _read_arithmetic(metadata / "arithmetic.toml", indicators)
    return Catalogue(topics, sections, indicators, load_scales(metadata), arithmetic, smallest)


def load_scales(metadata: Path) -> dict[str, Scale]:
    """Read scales.toml; no file means that no paper here grades anything."""
    path = metadata / "scales.toml"
    if not path.exists():
        return {}
    document = read_toml(path)
    refuse_unknown_keys(document, {"scales"}, path.name)
    return {
        scale_id: _read_scale(scale_id, entry, f"{path.name}, [scales.{scale_id}]")
        for scale_id, entry in take(document, "scales", dict, path.name).items()
    }


def _read_scale(scale_id: str, entry: Any, where: str) -> Scale:
    refuse_unknown_keys(entry, {"title", "direction", "key", "grades", "notes"}, where)
    grades = tuple(
        _read_grade(one, f"{where}, grades") for one in take(entry, "grades", list, where)
    )
    if [grade.ordinal for grade in grades] != [4, 3, 2, 1]:
        raise MetadataFault(f"{where}: grades have the ordinals 4, 3, 2 and 1, the best first.")
    printed = [text for grade in grades for text in (grade.printed, *grade.also_printed)]
    for text in printed:
        if printed.count(text) > 1:
            raise MetadataFault(f"{where}: {text!r} stands for two grades.")
    return Scale(
        scale_id=scale_id,
        title=take(entry, "title", str, where),
        direction=take(entry, "direction", str, where),
        key=take(entry, "key", str, where),
        grades=grades,
        notes=take_texts(entry, "notes", where, []),
    )


def _read_grade(entry: Any, where: str) -> Grade:
    known = {"printed", "also_printed", "ordinal", "words", "words_for_capacity"}
    refuse_unknown_keys(entry, known, where)
    return Grade(
        printed=take(entry, "printed", str, where),
        also_printed=take_texts(entry, "also_printed", where, []),
        ordinal=take(entry, "ordinal", int, where),
        words=take(entry, "words", str, where),
        words_for_capacity=take(entry, "words_for_capacity", str, where, ""),
    )


_KEYS = {
    "title", "short_title", "subject", "definition", "numerator", "denominator", "unit", "decimals",
    "polarity", "polarity_reason", "period_basis", "plausible", "plausible_england", "section",
    "feeds", "national", "breaks", "notes", "numerator_indicator", "denominator_indicator",
    "smallest_change", "tolerance", "chart",
}  # fmt: skip


def _read_topic(topic: str, entry: Any, where: str) -> Topic:
    refuse_unknown_keys(entry, {"title", "not_known"}, where)
    not_known = tuple(
        (take(one, "area", str, f"{where}, not_known"), take(one, "text", str, where))
        for one in take(entry, "not_known", list, where, [])
    )
    return Topic(topic, take(entry, "title", str, where), not_known)


def _read_smallest(entry: Any, where: str) -> tuple[float | None, float]:
    """Read the smallest change that counts: points for percentages, for the rest a share."""
    refuse_unknown_keys(entry, {"percent", "other"}, where)
    return _number(entry, "percent", where), _number(entry, "other", where) or 0.0


def _number(entry: Any, key: str, where: str) -> float | None:
    """Take a number of nought or more; None when there is none."""
    value = entry.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise MetadataFault(f"{where}: {key} is {value!r}, which should be a number, 0 or more.")
    return float(value)


def _read_indicator(
    indicator_id: str,
    entry: dict[str, Any],
    sections: dict[str, Section],
    smallest: tuple[float | None, float],
    file: str,
) -> Indicator:
    where = f"{file}, [indicators.{indicator_id}]"
    refuse_unknown_keys(entry, _KEYS, where)
    section = take(entry, "section", str, where)
    if section not in sections:
        raise MetadataFault(f"{where}: no section {section!r}.{did_you_mean(section, sections)}")
    plausible = _read_range(entry, "plausible", where)
    decimals = take(entry, "decimals", int, where)
    if not 0 <= decimals <= 6:
        raise MetadataFault(f"{where}: decimals is {decimals}, which should be 0 to 6.")
    unit = take(entry, "unit", str, where)
    least = _number(entry, "smallest_change", where)
    if least is None and unit == "percent":
        least = smallest[0]
    return Indicator(
        indicator_id=indicator_id,
        title=take(entry, "title", str, where),
        short_title=take(entry, "short_title", str, where),
        subject=take(entry, "subject", str, where),
        definition=take(entry, "definition", str, where).strip(),
        numerator=take(entry, "numerator", str, where, ""),
        denominator=take(entry, "denominator", str, where, ""),
        unit=unit,
        decimals=decimals,
        polarity=_read_enum(Polarity, entry, "polarity", where),
        polarity_reason=take(entry, "polarity_reason", str, where),
        period_basis=_read_enum(PeriodBasis, entry, "period_basis", where),
        plausible=plausible,
        plausible_england=(
            _read_range(entry, "plausible_england", where)
            if "plausible_england" in entry
            else plausible
        ),
        section=section,
        topic=sections[section].topic,
        feeds=tuple(_read_feed(feed, where) for feed in _take_feeds(entry, where)),
        national=tuple(
            _read_national(feed, take(entry, "unit", str, where), f"{where}, national")
            for feed in take(entry, "national", list, where, [])
        ),
        breaks=tuple(
            _read_break(one, f"{where}, breaks") for one in take(entry, "breaks", list, where, [])
        ),
        notes=take_texts(entry, "notes", where, []),
        numerator_indicator=take(entry, "numerator_indicator", str, where, None),
        denominator_indicator=take(entry, "denominator_indicator", str, where, None),
        smallest_change=least,
        smallest_share=smallest[1],
        tolerance=_number(entry, "tolerance", where),
        chart=take(entry, "chart", bool, where, True),
    )


def _read_break(entry: Any, where: str) -> Break:
    refuse_unknown_keys(entry, {"from", "reason", "label"}, where)
    return Break(
        take(entry, "from", date, where),
        take(entry, "reason", str, where),
        take(entry, "label", str, where, "break"),
    )


def _read_feed(feed: Any, where: str) -> Feed:
    if not isinstance(feed, dict):
        raise MetadataFault(f"{where}: a feed is {feed!r}, which should be {{ table = … }}.")
    refuse_unknown_keys(feed, {"table", "series", "breakdown"}, f"{where}, feeds")
    table = take(feed, "table", str, f"{where}, feeds")
    source_id, slash, table_id = table.partition("/")
    if not slash or not source_id or not table_id:
        raise MetadataFault(f"{where}: the feed {table!r} should be written 'source/table'.")
    return Feed(
        source_id,
        table_id,
        take(feed, "series", str, f"{where}, feeds", None),
        take(feed, "breakdown", str, f"{where}, feeds", None),
    )


def _take_feeds(entry: dict[str, Any], where: str) -> list[Any]:
    """Give the printed feeds; only an indicator that national files feed may have none."""
    feeds: list[Any] = (
        take(entry, "feeds", list, where, [])
        if "national" in entry
        else take(entry, "feeds", list, where)
    )
    return feeds


_PER = {"percent": 100, "rate per 10,000": 10_000}
_NATIONAL_KEYS = {"file", "filters", "value", "numerator", "denominator", "per", "breakdown"}


def _read_national(feed: Any, unit: str, where: str) -> NationalFeed:
    refuse_unknown_keys(feed, _NATIONAL_KEYS, where)
    made = NationalFeed(
        file=take(feed, "file", str, where),
        filters=_read_filters(feed, where),
        value=take(feed, "value", str, where, None),
        numerator=_read_count(feed, "numerator", where),
        denominator=_read_count(feed, "denominator", where),
        per=take(feed, "per", int, where, _PER.get(unit, 1)),
        breakdown=take(feed, "breakdown", str, where, None),
    )
    if made.value is None and (made.numerator is None or made.denominator is None):
        raise MetadataFault(
            f"{where}: the feed from {made.file!r} needs a column as `value`, or both "
            "`numerator` and `denominator`."
        )
    return made


def _read_count(feed: dict[str, Any], key: str, where: str) -> Count | None:
    """Read `"column"`, `["column", "column"]` or `{ column = …, file = …, … }`."""
    given = feed.get(key)
    where = f"{where}, {key}"
    if given is None:
        return None
    if not isinstance(given, dict):
        return Count(_read_columns(given, where))
    refuse_unknown_keys(given, {"column", "file", "filters", "year_before"}, where)
    return Count(
        columns=_read_columns(given.get("column"), where),
        file=take(given, "file", str, where, ""),
        filters=_read_filters(given, where),
        year_before=take(given, "year_before", bool, where, False),
    )


def _read_columns(given: Any, where: str) -> tuple[str, ...]:
    columns = [given] if isinstance(given, str) else given
    if not isinstance(columns, list) or not columns or any(type(one) is not str for one in columns):
        raise MetadataFault(f"{where} is {given!r}, which should be a column or a list of columns.")
    return tuple(columns)


def _read_filters(entry: dict[str, Any], where: str) -> dict[str, str]:
    filters: dict[str, str] = take(entry, "filters", dict, where, {})
    for column, text in filters.items():
        if type(text) is not str:
            raise MetadataFault(
                f"{where}: filters has {text!r} for {column!r}, which should be text."
            )
    return filters


def _read_range(entry: dict[str, Any], key: str, where: str) -> tuple[float, float]:
    bounds = take(entry, key, list, where)
    if len(bounds) != 2 or not all(
        isinstance(bound, int | float) and not isinstance(bound, bool) for bound in bounds
    ):
        raise MetadataFault(f"{where}: {key} is {bounds!r}, which should be [lowest, highest].")
    if not bounds[0] <= bounds[1]:  # true of nan too, which TOML has
        raise MetadataFault(f"{where}: {key} is {bounds!r}: the lowest stands first.")
    return (float(bounds[0]), float(bounds[1]))


def _read_enum(kind: Any, entry: dict[str, Any], key: str, where: str) -> Any:
    text = take(entry, key, str, where)
    try:
        return kind(text)
    except ValueError:
        known = [str(member) for member in kind]
        raise MetadataFault(
            f"{where}: {key} is {text!r}, which is not one of {known}.{did_you_mean(text, known)}"
        ) from None


def _read_arithmetic(path: Path, indicators: dict[str, Indicator]) -> Arithmetic:
    if not path.exists():  # a project whose papers print no sums needs none
        return Arithmetic()
    document = read_toml(path)
    refuse_unknown_keys(document, {"sums", "growths", "shares", "rests"}, path.name)

    def known(indicator_id: str, where: str) -> str:
        if indicator_id not in indicators:
            raise MetadataFault(
                f"{where}: no indicator {indicator_id!r}.{did_you_mean(indicator_id, indicators)}"
            )
        return indicator_id

    def read_sum(entry: Any, where: str) -> Sum:
        refuse_unknown_keys(entry, {"indicator", "table", "whole", "parts", "less", "of"}, where)
        return Sum(
            indicator=known(take(entry, "indicator", str, where), where),
            table=take(entry, "table", str, where),
            whole=take(entry, "whole", str, where, "Total"),
            parts=take_texts(entry, "parts", where, []),
            less=take_texts(entry, "less", where, []),
            of=tuple(known(one, where) for one in take_texts(entry, "of", where, [])),
        )

    def read_growth(entry: Any, where: str) -> Growth:
        refuse_unknown_keys(entry, {"indicator", "of", "since", "falls"}, where)
        return Growth(
            indicator=known(take(entry, "indicator", str, where), where),
            of=known(take(entry, "of", str, where), where),
            since=take(entry, "since", str, where),
            falls=take(entry, "falls", bool, where, False),
        )

    def read_share(entry: Any, where: str) -> Share:
        refuse_unknown_keys(entry, {"indicator", "of", "less", "out_of"}, where)
        return Share(
            indicator=known(take(entry, "indicator", str, where), where),
            of=known(take(entry, "of", str, where), where),
            less=take_texts(entry, "less", where, []),
            out_of=take(entry, "out_of", int, where, None),
        )

    return Arithmetic(
        sums=tuple(
            read_sum(one, f"{path.name}, sum {number}")
            for number, one in enumerate(take(document, "sums", list, path.name, []), start=1)
        ),
        growths=tuple(
            read_growth(one, f"{path.name}, growth {number}")
            for number, one in enumerate(take(document, "growths", list, path.name, []), start=1)
        ),
        shares=tuple(
            read_share(one, f"{path.name}, share {number}")
            for number, one in enumerate(take(document, "shares", list, path.name, []), start=1)
        ),
        rests={
            known(indicator_id, f"{path.name}, rests"): take(
                document["rests"], indicator_id, date, f"{path.name}, rests"
            )
            for indicator_id in take(document, "rests", dict, path.name, {})
        },
    )
