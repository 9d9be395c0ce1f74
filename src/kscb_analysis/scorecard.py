"""An area and a year in; the paper with every indicator that has a target or a rating out."""

from functools import cached_property
from typing import Any

import pandas as pd
from markupsafe import Markup

from kscb_analysis import council_ratings, judgements, sentences, tables, trends
from kscb_analysis.catalogue import Indicator
from kscb_analysis.cells import listed as list_findings
from kscb_analysis.dataset import Dataset
from kscb_analysis.every_topic import EveryTopic, summary_box
from kscb_analysis.markup import (
    Block,
    amount,
    cell,
    csv_link,
    details,
    figure_text,
    join,
    legend,
    movement,
    paragraph,
    rating,
    row,
    table,
)
from kscb_analysis.measures import Figure, difference, finest, same_year, side
from kscb_analysis.rating_checks import counts_of_ratings_agree
from kscb_analysis.sparkline import sparkline
from kscb_analysis.standing import Standing
from kscb_analysis.vocabulary import Direction, Rag, Role, Verdict

RATED = (Role.RAG, Role.PREVIOUS_RAG)
_ORDER = [str(one) for one in Rag]


class PerformanceScorecard(EveryTopic):
    """Every indicator, of any topic, that has a printed target or rating, on one page.

    Parameters are those of `Paper`. Indicators are the ones with a target or rating for any area,
    so that another area's page shows its figures for the same ones.
    """

    heading = "Performance scorecard"

    _by_topic = False

    def _chosen(self, indicators: list[Indicator]) -> list[Indicator]:
        judged = _judged_indicators(self.data)
        return [one for one in indicators if one.indicator_id in judged]

    def findings(self) -> Block:
        """The council's ratings counted, the last inspection, and what stands out: six at most."""
        opening = [
            one
            for one in (
                council_ratings.verdict(self._counts),
                judgements.last_overall(self.data, self.area, self.year),
            )
            if one
        ]
        found = sentences.findings(self.standings, sentences.MOST - len(opening), link=True)
        said = [*opening, *(one.sentence for one in found)]
        return summary_box("Where things stand", said) if said else super().findings()

    def targets_and_ratings(self) -> Block:
        """The table of the page: each indicator against its target, rated ones first."""
        rated = self._rated
        aimed = [one for one in self._known if not one.rating and _target(one)]
        others = [one for one in self._known if not one.rating and not _target(one)]
        groups = (
            ("rated", "Rated by the council", rated),
            ("with-a-target", "With a target, not rated", aimed),
            ("without-a-target", f"No target or rating printed for {self.year}", others),
        )
        shown = [
            Markup('<h2 id="{}">{}</h2>{}').format(name, title, self._table(title, name, group))
            for name, title, group in groups
            if group
        ]
        if not shown:
            shown = [
                paragraph(
                    "note",
                    f"The papers print no target or rating for {self.area.name} in {self.year}.",
                )
            ]
        return Block(join(shown), table=tables.scorecard_rows(self._known))

    def counts_of_ratings(self) -> Block:
        """The ratings of the indicators listed, counted, beside the counts that are printed."""
        heading = Markup('<h2 id="counts">How many of each rating</h2>')
        counts = self._counts
        if not counts.ours["now", council_ratings.ALL] and not counts.printed:
            nothing = f"The papers print no ratings for {self.area.name} in {self.year}."
            return Block(join([heading, paragraph("note", nothing)]))
        made = [heading, council_ratings.counts_table(counts, self.area, "rating-counts")]
        if counts.printed:
            made += self._beside_printed_counts(counts)
        return Block(join(made))

    def judgements(self) -> Block:
        """What inspectors and assessors judged, as a timeline and one by one."""
        block = judgements.judgements(self.data, self.area)
        odd = self.data.findings
        odd = odd[
            odd["check"].str.contains("judgement") & odd["area_name"].isin([self.area.name, ""])
        ]
        if odd.empty or "timeline" not in block.html:
            return block
        said = list_findings(odd, self.data.sources)
        return Block(join([block.html, Markup("<h3>Where prints disagree</h3>"), said]))

    def all_figures(self) -> Block:
        """The year, the year before and the change, folded, and what each indicator counts."""
        if not self._known:
            return Block(Markup())
        name = f"{self.area.slug}-{self._slug}-{self.year}"
        return Block(
            join(
                [
                    Markup('<h2 id="all-figures">This year and the year before</h2>'),
                    # Most of it stands above: only the year before and the change are new.
                    details(
                        "The indicators above once more, with the year before and the change",
                        tables.scorecard(self.standings, self.area, self.year, name),
                    ),
                    Markup('<h2 id="definitions">What each indicator counts</h2>'),
                    *(self._defined(one.indicator) for one in self._known),
                ]
            ),
            table=tables.scorecard_rows(self._known),
        )

    @cached_property
    def _rated(self) -> list[Standing]:
        """The indicators that the council rates, red ones first."""
        rated = [one for one in self._known if one.rating]
        return sorted(rated, key=lambda one: _order(one.rating))

    @cached_property
    def _counts(self) -> council_ratings.Counts:
        return council_ratings.count_ratings(self.data, self.area, self.year, self._rated)

    # ------------------------------------------------------------------ the table

    def _table(self, title: str, name: str, group: list[Standing]) -> Markup:
        """Make one group's table; a column that nobody in the group needs is left out."""
        columns = {
            "Figure": (self._latest, False),
            "Target": (self._target_cell, False),
            "Against target": (self._against, True),
            "Rating now": (self._rating, True),
            "Before": (self._rating_before, True),
            "Council’s arrow": (self._arrow, True),
            "Over time": (self._over_time, True),
            "Neighbours’ mean": (self._mean, False),
            "England": (self._england, False),
        }
        made = {head: [make(one) for one in group] for head, (make, _) in columns.items()}
        kept = {head: cells for head, cells in made.items() if any(cells)}
        body = [
            row(
                self._head(one),
                [
                    cells[at] or cell(tables.NOT_PRINTED, numeric=not columns[head][1])
                    for head, cells in kept.items()
                ],
            )
            for at, one in enumerate(group)
        ]
        words = (0, *(at for at, head in enumerate(kept, start=1) if columns[head][1]))
        figures = (
            figure
            for one in group
            for figure in (_shown(one), one.neighbours_mean, one.england, _target(one))
        )
        caption = f"{title}: {self.area.name}, {self.year} and since"
        return join(
            [
                table(caption, ["Indicator", *kept], body, f"{name}-table", text_columns=words),
                legend(figure.status for figure in figures if figure is not None),
                paragraph("note", _note(kept)),
                csv_link(tables.scorecard_rows(group), f"{self.area.slug}-{name}", "this table"),
            ]
        )

    def _head(self, one: Standing) -> Markup:
        indicator = one.indicator
        return Markup('<a id="{}" href="#{}-definition">{}</a> <small>{}; {}</small>').format(
            tables.anchor(indicator),
            tables.anchor(indicator),
            indicator.short_title,
            tables.unit_words(indicator),
            indicator.polarity.words,
        )

    def _latest(self, one: Standing) -> Markup | None:
        return _figure_cell(_shown(one), one, dated=True)

    def _target_cell(self, one: Standing) -> Markup | None:
        return _figure_cell(_target(one), one, dated=not _may_be_compared(one))

    def _mean(self, one: Standing) -> Markup | None:
        return _figure_cell(one.neighbours_mean, one, dated=True)

    def _england(self, one: Standing) -> Markup | None:
        return _figure_cell(one.england, one, dated=True)

    def _against(self, one: Standing) -> Markup | None:
        """Say on which side of its target a figure is, and what that means."""
        here, target = _shown(one), _target(one)
        if here is None or target is None or here.value is None or target.value is None:
            return None
        if not _may_be_compared(one):
            return cell("target is for another year", numeric=False)
        gap = difference(here.value, target.value, one.indicator.decimals)
        meaning = side(gap, one.indicator)
        if gap is None or gap == 0:
            return cell("on target", numeric=False)
        places = finest(here, target)
        size = amount(abs(gap), one.indicator, suffix=False, places=places)
        where = "above" if gap > 0 else "below"
        ends = {Verdict.BETTER: "target met, ", Verdict.WORSE: "missed, "}.get(meaning, "")
        return cell(movement(trends.movement(gap), meaning, f"{ends}{size} {where}"), numeric=False)

    def _rating(self, one: Standing) -> Markup | None:
        if not one.rating or one.rating_period is None:
            return None
        shown = Markup("{} <small>{}</small>").format(rating(one.rating), one.rating_period.label)
        return cell(shown, numeric=False)

    def _rating_before(self, one: Standing) -> Markup | None:
        return cell(rating(one.previous_rating), numeric=False) if one.previous_rating else None

    def _arrow(self, one: Standing) -> Markup | None:
        return council_ratings.arrow_cell(self.data, self.area, one)

    def _over_time(self, one: Standing) -> Markup | None:
        lines = self.view.lines(one.indicator)
        own = lines[(lines["role"] == "area") & lines["value"].notna()].sort_values("position")
        if len(own) < 2:
            return None
        first, last = own.iloc[0], own.iloc[-1]

        def told(line: "pd.Series[Any]") -> str:
            places = int(line["places"])
            value = amount(float(line["value"]), one.indicator, suffix=False, places=places)
            return f"{value} in {line['period_label']}"

        change = difference(last["value"], first["value"], one.indicator.decimals)
        moved = trends.movement(change, one.indicator.least_movement(float(first["value"])))
        verb = {Direction.RISING: "up", Direction.FALLING: "down"}.get(
            moved, "little change" if change else "no change"
        )
        words = f"Over time, {verb}: {told(first)}, {told(last)}"
        years = f"{first['period_label']}–{last['period_label']}"
        drawn = sparkline(own["value"].tolist(), words, own["position"].tolist())
        return cell(Markup("{}<small>{}</small>").format(drawn, years), numeric=False)

    # ------------------------------------------------------------------ below the table

    def _beside_printed_counts(self, counts: council_ratings.Counts) -> list[Markup]:
        """Say what the two counts are, where they disagree and where the printed one stands."""
        said = (
            "The council’s count is the one that its paper prints; ours is of the indicators in "
            '<a class="ref" href="#rated-table-caption"></a>.'
            if self._rated
            else "The council’s count is the one that its paper prints."
        )
        found = self.data.findings
        found = found[
            (found["check"] == counts_of_ratings_agree.__name__)
            & found["cells"].str.partition("/")[0].isin(counts.sources)
        ]
        places = [f"{self.data.sources[one].title} (data/raw/{one})" for one in counts.sources]
        made = [paragraph("note", Markup(said))]
        if not found.empty:
            made += [
                Markup("<h3>Where the counts disagree</h3>"),
                list_findings(found, self.data.sources),
            ]
        return [*made, paragraph("source", f"Source: {sentences.list_words(places)}.")]

    def _defined(self, indicator: Indicator) -> Markup:
        """Define an indicator where its name in the tables leads to."""
        judged = indicator.polarity.words
        return Markup(
            '<p class="definition" id="{}-definition"><strong>{}.</strong> {} {}{}. {}</p>'
        ).format(
            tables.anchor(indicator),
            indicator.short_title,
            indicator.definition,
            judged[:1].upper(),
            judged[1:],
            indicator.polarity_reason,
        )


def _judged_indicators(data: Dataset) -> set[str]:
    ratings = data.ratings[data.ratings["kind"].isin(RATED)]
    targets = data.targets[data.targets["target"].notna()]
    return (set(ratings["indicator_id"]) | set(targets["indicator_id"])) - {""}


def _now(one: Standing) -> Figure | None:
    """Give the newest figure: since the year, or else of the year."""
    if one.since is not None and one.since.known:
        return one.since
    return one.latest or one.since


def _shown(one: Standing) -> Figure | None:
    """Give the figure that stands in the table.

    For an indicator that the council rates, the newest; for one that has only a target, the
    newest in the year that the target is for.
    """
    target = _target(one)
    if one.rating or target is None:
        return _now(one)
    years = [one for one in (_now(one), one.latest) if one and same_year(one, target)]
    return years[0] if years else _now(one)


def _may_be_compared(one: Standing) -> bool:
    """Say whether the figure shown is of the year that the target is for."""
    here, target = _shown(one), _target(one)
    return here is not None and target is not None and same_year(here, target)


def _target(one: Standing) -> Figure | None:
    return one.target if one.target is not None and one.target.known else None


def _order(printed: str) -> int:
    return _ORDER.index(printed) if printed in _ORDER else len(_ORDER)


def _figure_cell(figure: Figure | None, one: Standing, *, dated: bool = False) -> Markup | None:
    if figure is None:
        return None
    after = Markup(" <small>{}</small>").format(figure.period.label) if dated else ""
    return cell(Markup("{}{}").format(figure_text(figure, one.indicator), after), key=figure.key)


def _note(kept: dict[str, list[Markup | None]]) -> str:
    said = [f"{tables.NOT_PRINTED} nothing is printed in the sources."]
    if "Council’s arrow" in kept:
        said.append(
            "The council’s arrow is about performance against the target, not about the figure: "
            "↓ means that performance worsened, even where the number rose. Under it stand the "
            "last two figures of the council’s paper, where they moved that way; they may be a "
            "month apart, so that an arrow may differ from the movement over time and the rating."
        )
    if "Against target" in kept:
        said.append(
            "Against target is our subtraction: above or below is where the figure lies, met or "
            "missed follows which way is better. A figure is set against a target of its own year "
            "(to 31 March) alone. The council’s ratings also allow a margin."
        )
    if "Over time" in kept:
        said.append("Each small line has its own scale, from its lowest figure to its highest.")
    return " ".join(said)
