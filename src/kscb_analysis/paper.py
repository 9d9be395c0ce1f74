"""An area, a year and a topic in; the blocks of one committee paper out, in the order shown."""

from functools import cached_property

import pandas as pd
from markupsafe import Markup

from kscb_analysis import __version__, comparisons, figures, sentences, tables
from kscb_analysis.areas import ENGLAND, Area, NeighbourSet
from kscb_analysis.catalogue import Indicator, Section
from kscb_analysis.cells import listed
from kscb_analysis.dataset import MOST_YEARS_LATE, Dataset, load
from kscb_analysis.errors import WrongRequest
from kscb_analysis.files import file_name
from kscb_analysis.front_matter import FrontMatter
from kscb_analysis.markup import (
    Block,
    amount,
    bullets,
    csv_link,
    details,
    is_money,
    join,
    paragraph,
)
from kscb_analysis.parts import LEAST_ROWS_FOR_A_CSV, has_parts, parts_block
from kscb_analysis.paths import NATIONAL
from kscb_analysis.periods import Period, parse_year, period_of, reporting_year
from kscb_analysis.schema import each
from kscb_analysis.sources import RawTable, Source
from kscb_analysis.standing import Standing, standing
from kscb_analysis.views import View
from kscb_analysis.vocabulary import ValueStatus

# Fewer periods than this are easier read as a table than as a line.
LEAST_PERIODS_FOR_A_CHART = 3
LEAST_BARS_FOR_A_CHART = 4
TRACING = (
    "Every figure’s source is named as source/table, row and column of the raw file; the raw "
    "files are kept as printed."
)


class Paper:
    """One committee paper: one topic or several for one area and one reporting year.

    `title` is the paper's own; without one it has that of its (first) topic.
    `area` is a name or code; `period` the year in which the twelve months to 31 March end, 0 for
    the newest there is; `first_year` the first year shown, 0 for the first there is; `comparators`
    the id of a neighbour set, empty for the set in force in the period; `front` what a committee's
    clerk writes above it, nothing when left out. Each method gives a `Block` that shows itself in
    a notebook. Raises `UnknownName` with the nearest match for a value that the data does not have.
    """

    # Whether each topic has a share of the findings, or the weightiest of all come first.
    _by_topic = True

    def __init__(
        self,
        topic: str | tuple[str, ...] = "safeguarding",
        *,
        title: str = "",
        area: str | Area = "Kent",
        period: object = 0,
        first_year: object = 0,
        comparators: str = "",
        front: FrontMatter | None = None,
        data: Dataset | None = None,
    ) -> None:
        self.data = data or load()
        self.front = front or FrontMatter()
        self.topics = (topic,) if isinstance(topic, str) else topic
        self.indicators = [
            one for known in self.topics for one in self.data.catalogue.of_topic(known)
        ]
        self.title_words = title or self.data.catalogue.topics[self.topics[0]].title
        self.area: Area = self.data.area(area)
        self.year: int = (
            self.data.newest_year(self.indicators) if period in (0, "0") else self.data.year(period)
        )
        self.first_year: int = (
            self.data.years()[0] if first_year in (0, "0") else parse_year(first_year, "first_year")
        )
        if self.first_year > self.year:
            raise WrongRequest(
                f"first_year is {self.first_year}, which is after period {self.year}. "
                "Give a first year that is not later."
            )
        self.neighbours: NeighbourSet | None = self.data.neighbours(
            self.area, self.year, comparators
        )
        self.view = View(
            self.data, self.area, self.neighbours, self.first_year, self.year, bool(comparators)
        )

    @cached_property
    def standings(self) -> list[Standing]:
        """Where the area stands on each indicator of the topic, in the order of the catalogue."""
        return [
            standing(self.data, indicator, self.area, self.year, self.neighbours)
            for indicator in self.indicators
        ]

    def standing(self, indicator: str | Indicator) -> Standing:
        """Where the area stands on one indicator."""
        return standing(
            self.data, self.data.catalogue[indicator], self.area, self.year, self.neighbours
        )

    @property
    def _known(self) -> list[Standing]:
        return [one for one in self.standings if one.has_anything]

    def title(self) -> Block:
        """The paper's title, area, period and the status of its figures."""
        heading = f"{self.title_words}: {self.area.name}, {reporting_year(self.year).words}"
        lines = [paragraph("status", line) for line in self._status()]
        return Block(
            Markup('<header class="paper-title"><h1>{}</h1>{}</header>').format(
                heading, join(lines)
            ),
            heading,
        )

    def front_matter(self) -> Block:
        """To whom and by whom the paper is, its date and classification; nothing when not given."""
        return self.front.block()

    def recommendations(self) -> Block:
        """What the committee is asked to do, numbered; nothing when not given."""
        return self.front.recommended()

    def _status(self) -> list[str]:
        """What the figures are: their period, what they are compared with, how new they are."""
        later = self._later()
        period = f"Figures for the {reporting_year(self.year).words}"
        if not self._known:
            return [f"{period}."]
        compared = self._neighbours_words()
        lines = [f"{period}{f', and positions up to {later}' if later else ''}. {compared}".strip()]
        used = self._sources()
        end = reporting_year(self.year).end
        own = [one for one in used if one.published_on and one.published_on > end]
        if any(one.source_id == NATIONAL for one in used):
            lines.append("National figures are the Department for Education’s open data.")
        if own:
            newest = max(own, key=lambda source: str(source.published_on))
            told = "The newest source was "
            provisional = " Positions after the year are the council’s own and provisional."
            is_own = self._later_is_own()
            lines.append(f"{told}{newest.published_words}.{provisional if is_own else ''}")
        return lines

    def _later_is_own(self) -> bool:
        """Say whether a position after the year is from another source than national files."""
        end = reporting_year(self.year).end
        shown = [one.since or one.latest for one in self._known]
        return any(one and one.period.end > end and one.source_id != NATIONAL for one in shown)

    def findings(self) -> Block:
        """At most six sentences that say where things stand."""
        found = self._found()
        if found:
            items = [one.sentence for one in found]
            content = bullets(items)
        else:
            content = Markup("<p>{}</p>").format(
                f"The printed sources hold no figures on this topic for {self.area.name} in the "
                f"{reporting_year(self.year).words}."
            )
        return Block(
            Markup(
                '<section class="findings" aria-labelledby="where-things-stand">'
                '<h2 id="where-things-stand">Where things stand</h2>{}</section>'
            ).format(content),
            "\n".join(one.sentence.striptags() for one in found),
        )

    def scorecard(self) -> Block:
        """Every indicator of the topic on one page."""
        heading = Markup('<h2 id="scorecard">Scorecard</h2>')
        if not self._known:
            return Block(
                Markup("{}<p>There is nothing to show for {}.</p>").format(heading, self.area.name)
            )
        name = f"{self.area.slug}-{self._slug}-scorecard-{self.year}"
        return Block(
            Markup("{}{}").format(
                heading, tables.scorecard(self.standings, self.area, self.year, name)
            ),
            table=tables.scorecard_rows(self._known),
        )

    def comparison(self) -> Block:
        """Where the area stands beside its neighbours and England, with intervals and ranks."""
        shown = comparisons.compared(self.standings)
        if not shown:
            return Block(Markup())
        name = f"{self.area.slug}-{self._slug}-comparison-{self.year}"
        return Block(
            Markup('<h2 id="comparison">Beside other authorities</h2>{}').format(
                comparisons.comparison_table(shown, self.area, self.year, name)
            ),
            table=comparisons.comparison_rows(shown),
        )

    def sections(self) -> Block:
        """Each section of the topic: its indicators with charts, data, definition and source."""
        shown = [
            self.section(one)
            for topic in self.topics
            for one in self.data.catalogue.sections_of(topic)
        ]
        return Block(join(shown))

    def section(self, section: Section) -> Markup:
        """One section; nothing when the area has no figures in it."""
        made = [
            self._indicator(one)
            for one in self.standings
            if one.indicator.section == section.section_id and self._shown(one.indicator)
        ]
        if not made:
            return Markup()
        return Markup('<h2 id="{}">{}</h2><p class="lead">{}</p>{}').format(
            section.section_id.replace("_", "-"), section.title, section.lead, join(made)
        )

    def indicator(self, indicator: str | Indicator) -> Block:
        """One indicator with its charts, data, definition and source."""
        return Block(self._indicator(self.standing(indicator)))

    def trend(self, indicator: str | Indicator) -> Block:
        """One indicator's trend chart with the table behind it."""
        one = self.standing(indicator)
        lines = self.view.lines(one.indicator)
        figure = figures.trend_figure(one, lines, self.view.breaks(one.indicator, lines))
        return Block(
            join([figure, figures.details_of(one, lines)]),
            f"Trend of {one.indicator.short_title}",
            svg=str(figure),
            table=tables.trend_rows(lines),
        )

    def not_known(self) -> Block:
        """What the sources do not tell: missing figures, lost tables, prints that look wrong."""
        parts = [Markup('<h2 id="not-known">What is not known</h2>')]
        # Papers on several topics would tell some of it more than once.
        lost = list(
            dict.fromkeys(
                text
                for topic in self.topics
                for text in self.data.catalogue.topics[topic].not_known_about(self.area.name)
            )
        )
        if lost:
            parts.append(bullets(lost))
        empty = [
            one.indicator
            for one in self.standings
            if not one.has_anything and not self._shown(one.indicator)
        ]
        missing = [one.short_title for one in empty if not self.view.has_ended(one)]
        if missing:
            parts.append(
                Markup("<h3>No figure for {} in {}</h3>{}").format(
                    self.area.name, self.year, bullets(missing)
                )
            )
        ended = [one.short_title for one in empty if self.view.has_ended(one)]
        if ended:
            parts.append(
                Markup("<h3>Series that had ended by {}</h3><p>{}.</p>").format(
                    self.year - MOST_YEARS_LATE, "; ".join(ended)
                )
            )
        odd = self._findings_here()
        if not odd.empty:
            parts.append(
                Markup("<h3>Printed figures that look wrong or disagree</h3>{}").format(
                    listed(odd, self.data.sources)
                )
            )
        gaps = self._gaps()
        if gaps:
            parts.append(
                Markup("<h3>Gaps in {}’s own series</h3>{}").format(self.area.name, bullets(gaps))
            )
        parts.append(
            Markup("<h3>Markers</h3>{}").format(
                bullets(
                    f"{status.symbol} {status.words}"
                    for status in ValueStatus
                    if status is not ValueStatus.PUBLISHED
                )
            )
        )
        return Block(join(parts))

    def sources_and_provenance(self) -> Block:
        """How to read the page, the sources with their fingerprints, and the footer."""
        used = self._sources()
        entries = []
        for source in used:
            mine = [one for one in source.tables if one.name in self._tables_used]
            entries.append(
                Markup(
                    '<li id="source-{}"><strong>{}</strong>. {}, {}. {}. {} '
                    '<span class="licence">{}</span>{}</li>'
                ).format(
                    source.source_id,
                    source.title,
                    source.publisher,
                    source.published_words.rstrip("."),
                    source.item.rstrip("."),
                    source.figures,
                    source.licence,
                    details(
                        f"Tables used, with fingerprints ({len(mine)})",
                        join(
                            [
                                Markup("<p>In data/raw/{}/:</p>").format(source.source_id),
                                bullets(
                                    Markup("{}, <code>{}</code>").format(
                                        one.path.name, one.sha256[:12]
                                    )
                                    for one in mine
                                ),
                            ]
                        ),
                    )
                    if mine
                    else "",
                )
            )
        reading = bullets(
            [*self.data.methods.reading(self._methods_used()), self._members_words(), TRACING]
        )
        footer = Markup(
            '<footer class="provenance"><dl>'
            "<div><dt>Parameters</dt>"
            "<dd>area {}; period {}; first_year {}; comparators {}</dd></div>"
            "<div><dt>Date of the data</dt><dd>{}</dd></div>"
            "<div><dt>Library</dt><dd>kscb-analysis {}</dd></div></dl></footer>"
        ).format(
            self.area.name,
            self.year,
            self.first_year,
            self.neighbours.set_id if self.neighbours else "none",
            self._date_of_the_data(used),
            __version__,
        )
        return Block(
            Markup(
                '<section class="sources"><h2 id="how-to-read">How to read this page</h2>{}'
                '<h2 id="sources">Sources</h2><ol>{}</ol></section>{}'
            ).format(reading, join(entries), footer)
        )

    def _date_of_the_data(self, used: list[Source]) -> str:
        """Say how new the data is; never when the page was made."""
        days = [source.published_on for source in used if source.published_on]
        ends = [one.period.end for s in self._known for one in (s.latest, s.since) if one]
        if len(days) < len(used) and ends:
            # A file that does not say when it was published is at least newer than its figures.
            return f"figures up to {max(ends):%-d %B %Y}"
        return f"newest source published {max(days):%-d %B %Y}" if days else "not recorded"

    def _found(self) -> list[sentences.Finding]:
        """Choose the findings: a paper on several topics gives each of them a share."""
        if not self._by_topic:
            return sentences.findings(self.standings, link=True)
        # A count without a chart says what its rate says.
        told = [one for one in self.standings if one.indicator.chart or one.rating]
        topics = [
            [one for one in told if one.indicator.topic == topic and one.has_figure]
            for topic in self.topics
        ]
        topics = [_what_it_is_about(one) for one in topics if one]
        share = max(1, sentences.MOST // max(1, len(topics)))
        return [found for one in topics for found in sentences.findings(one, share, link=True)]

    @cached_property
    def _slug(self) -> str:
        return "-".join(self.title_words.lower().split())

    def _shown(self, indicator: Indicator) -> bool:
        """Say whether a section has anything to show of an indicator."""
        return indicator.indicator_id in self._with_rows

    @cached_property
    def _with_rows(self) -> set[str]:
        return {
            one.indicator_id
            for one in self.indicators
            if self.view.has_rows(one)
            or (has_parts(self.view, one) and not self.view.has_ended(one))
        }

    # ------------------------------------------------------------------ one indicator

    def _indicator(self, one: Standing) -> Markup:
        indicator = one.indicator
        lines = self.view.lines(indicator)
        own = lines[(lines["role"] == "area") & lines["value"].notna()]
        periods = lines.loc[lines["value"].notna(), "period_label"].nunique()
        parts: list[object] = []
        if one.has_figure:
            parts.append(paragraph("message", sentences.sentence(one)))
        if periods >= LEAST_PERIODS_FOR_A_CHART and len(own) > 1:
            charted = indicator.chart
            parts.append(self._charts(one, lines) if charted else figures.details_of(one, lines))
        elif len(lines) == 1:
            parts.append(paragraph("note", f"One figure is printed: {lines['place'].iloc[0]}."))
        elif not lines.empty:
            name = figures.name_of(indicator, "figures")
            caption = f"{indicator.short_title}: every figure there is"
            parts.append(tables.figures_table(lines, indicator, caption, name))
            if len(lines) >= LEAST_ROWS_FOR_A_CSV:
                named = file_name(self.area.name, caption)
                parts.append(csv_link(tables.trend_rows(lines), named, "these figures"))
        if later := self._later_rows(indicator):
            parts.append(later)
        parts.append(parts_block(self.view, indicator))
        parts.append(self._definition(indicator))
        return Markup(
            '<section class="indicator" id="{}"><h3 data-short="{}">{}</h3>{}</section>'
        ).format(tables.anchor(indicator), indicator.short_title, indicator.title, join(parts))

    def _charts(self, one: Standing, lines: pd.DataFrame) -> Markup:
        """The trend chart, the ranked chart beside it where there is one, and their data."""
        breaks = self.view.breaks(one.indicator, lines)
        ratings = self.view.ratings(one.indicator, lines)
        if figures.is_run_chart(one, lines):
            drawn = [figures.run_figure(one, lines)]
        else:
            since = self.view.neighbours_since(one.indicator)
            drawn = [figures.trend_figure(one, lines, breaks, ratings, since)]
        bars = self.view.bars(one.indicator)
        enough = len(figures.authorities(bars)) >= LEAST_BARS_FOR_A_CHART
        # An order without a better end would be read as a ranking all the same.
        if one.indicator.polarity.sign and enough and "area" in set(bars["role"]):
            shade = self.view.shade(one.indicator)
            drawn.append(figures.ranked_figure(one, bars, self.view.year_of(one.indicator), shade))
        kind = "pair" if len(drawn) > 1 else "single"
        return Markup('<div class="{}">{}</div>{}').format(
            kind, join(drawn), figures.details_of(one, lines)
        )

    def _later_rows(self, indicator: Indicator) -> Markup:
        """Positions after the year, for an indicator that is otherwise yearly."""
        rows = self.view.later(indicator)
        if rows.empty:
            return Markup()
        said = [
            Markup("{} {} <small>({}/{}, row {}, column {})</small>").format(
                amount(one.value, indicator, places=one.places),
                sentences.when(period_of(one.time_period, one.time_identifier), indicator),
                one.source_id,
                one.source_table,
                one.source_row,
                one.source_column,
            )
            for one in each(rows[rows["value"].notna()])
        ]
        return paragraph(
            "since", Markup("<strong>Since then:</strong> {}.").format(join(said, "; "))
        )

    def _definition(self, indicator: Indicator) -> Markup:
        places: dict[str, list[str]] = {}
        for table in self._tables_of(indicator):
            places.setdefault(table.source_id, []).append(table.place)
        used = [
            Markup('<a href="#source-{}">{}</a>, {}').format(
                source_id, self.data.sources[source_id].title, sentences.list_words(where)
            )
            for source_id, where in places.items()
        ]
        notes = [*indicator.notes, *(one.reason for one in indicator.breaks)]
        judged = indicator.polarity.words
        return Markup(
            '<p class="definition"><strong>Definition.</strong> {} {}</p>{}'
            '<p class="source">Source: {}.</p>'
        ).format(
            indicator.definition,
            f"{judged[:1].upper()}{judged[1:]}. {indicator.polarity_reason}",
            paragraph("note", " ".join(notes)) if notes else "",
            join(used, "; "),
        )

    # ------------------------------------------------------------------ words about the data

    def _later(self) -> str:
        later = [one.since or one.latest for one in self._known if (one.since or one.latest)]
        periods: list[Period] = [figure.period for figure in later if figure]
        newest = max(
            (one for one in periods if one.end > reporting_year(self.year).end), default=None
        )
        return newest.words if newest else ""

    def _neighbours_words(self) -> str:
        if not any(one.neighbours_mean or one.england for one in self.standings):
            return ""
        if self.neighbours and not any(one.neighbours_mean for one in self.standings):
            return "Compared with England where the sources allow it."
        if self.neighbours is None:
            return (
                f"The statistical neighbours of {self.area.name} are not in the data, so it is "
                "compared with England alone."
            )
        why = ", standing in for want of one for the year" if self.neighbours.stands_in else ""
        return (
            f"Compared with {len(self.neighbours.members)} statistical neighbours "
            f"({self.neighbours.name}{why}) and England."
        )

    def _methods_used(self) -> set[str]:
        """Name the methods of data/metadata/methods.toml that the page's words go by."""
        known = self._known
        shown = [one.indicator for one in self.standings if self._shown(one.indicator)]
        needed = {
            "years": True,
            "movement": any(one.change is not None or one.since for one in known),
            "better_worse": any(one.indicator.polarity.sign for one in known),
            "neighbours_mean": any(one.neighbours_mean for one in known),
            "neighbours_spread": any(one.neighbours or one.everyone for one in known),
            "interval": any(one.interval for one in known),
            "against": any(one.interval for one in known),
            "rank": any(one.place or one.printed_rank for one in known),
            "order": any(one.neighbours for one in known),
            "trend": any(one.trend and one.trend.known for one in known),
            "target": any(one.target for one in known),
            "rating": any(one.rating or one.computed_rating for one in known),
            "run_chart": any(not one.period_basis.is_yearly for one in shown),
            "parts": any(has_parts(self.view, one) for one in shown),
            "findings": bool(known),
        }
        return {method for method, is_used in needed.items() if is_used}

    def _members_words(self) -> str:
        if self.neighbours is None:
            return f"No set of neighbours is known for {self.area.name}."
        names = sorted(self.data.areas.by_code[code].name for code in self.neighbours.members)
        said = [
            f"The neighbours are those of “{self.neighbours.name}”: {sentences.list_words(names)}."
        ]
        sets = self.view.sets(self.year)
        spans: dict[str, list[int]] = {}
        for year, one in sorted(sets.items()):
            if year <= self.year:
                spans.setdefault(f"{one.name}|{one.stands_in}", []).append(year)
        if len(spans) > 1:
            told = []
            for key, years in spans.items():
                name, _, stands_in = key.partition("|")
                when = f"{years[0]} to {years[-1]}" if len(years) > 1 else str(years[0])
                why = ", for want of one recorded for then" if stands_in == "True" else ""
                told.append(f"{when}: “{name}”{why}")
            said.append(
                "The mean of an earlier year is over the set in force then; a chart draws only the "
                f"present members: {'; '.join(told)}."
            )
        elif self.neighbours.stands_in:
            said.append("No set is recorded for the year, and the next later one stands in for it.")
        return " ".join(said)

    def _findings_here(self) -> pd.DataFrame:
        ids = {one.indicator.indicator_id for one in self.standings}
        names = {self.area.name, "England"} | {
            self.data.areas.by_code[code].name
            for code in (self.neighbours.members if self.neighbours else ())
        }
        rows = self.data.findings
        rows = rows[rows["indicator_id"].isin(ids) & rows["area_name"].isin(names)]
        # A plausible range and a leap find the same cell; the leap says more.
        leaps = set(rows.loc[rows["check"] == "years_stay_near_their_neighbours", "cells"])
        return rows[~((rows["check"] == "figures_are_plausible") & rows["cells"].isin(leaps))]

    def _gaps(self) -> list[Markup]:
        found = []
        for one in self.standings:
            rows = self.data.figures(one.indicator.indicator_id)
            own = rows[(rows["area_code"] == self.area.code) & rows["value"].isna()]
            for status, held in own.groupby("value_status", sort=False):
                when = sentences.list_words(
                    [period_of(row.time_period, row.time_identifier).label for row in each(held)]
                )
                found.append(
                    Markup("{}, {}: {}").format(
                        one.indicator.short_title, when, ValueStatus(str(status)).words
                    )
                )
        return found

    @cached_property
    def _tables_by_indicator(self) -> dict[str, list[RawTable]]:
        """The raw tables in which this area, or England, has a row, for each indicator."""
        columns = ["indicator_id", "area_code", "source_id", "source_table"]
        rows = pd.concat(
            [
                table[columns]
                for table in (self.data.observations, self.data.targets, self.data.ratings)
            ]
        ).drop_duplicates()
        rows = rows[rows["area_code"].isin([self.area.code, ENGLAND])]
        found: dict[str, set[str]] = {}
        for one in each(rows):
            found.setdefault(one.indicator_id, set()).add(f"{one.source_id}/{one.source_table}")
        tables = [table for source in self.data.sources.values() for table in source.tables]
        return {
            indicator_id: [table for table in tables if table.name in names]
            for indicator_id, names in found.items()
        }

    def _tables_of(self, indicator: Indicator) -> list[RawTable]:
        return self._tables_by_indicator.get(indicator.indicator_id, [])

    @cached_property
    def _tables_used(self) -> set[str]:
        return {table.name for one in self.standings for table in self._tables_of(one.indicator)}

    def _sources(self) -> list[Source]:
        used = {name.partition("/")[0] for name in self._tables_used}
        return [source for source in self.data.sources.values() if source.source_id in used]


def _what_it_is_about(topic: list[Standing]) -> list[Standing]:
    """Leave out, of a topic that is mostly sums of money, what is no money."""
    money = [one for one in topic if is_money(one.indicator)]
    return money if 2 * len(money) > len(topic) else topic
