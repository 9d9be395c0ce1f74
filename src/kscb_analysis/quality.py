"""The whole data set in; the paper on what was read, checked, contradicted and lost out."""

from collections.abc import Callable
from functools import cached_property

import pandas as pd
from markupsafe import Markup

from kscb_analysis import checks, contradictions, markup
from kscb_analysis.cells import few, told
from kscb_analysis.corrections import Correction, load_corrections
from kscb_analysis.every_topic import EveryTopic, summary_box
from kscb_analysis.findings import promise
from kscb_analysis.markup import Block, bullets, cell, details, join, paragraph, row
from kscb_analysis.paths import NATIONAL
from kscb_analysis.readings import TABLES, cells_changed, markers_table, read_counts, shown
from kscb_analysis.schema import each
from kscb_analysis.screen import screens
from kscb_analysis.sources import Source

SUMMARY = (
    Markup(
        "{read} figures, targets, ratings and judgements were read from {cells} cells; {marked} "
        "of them are markers, such as a dash for a figure that is not available."
    ),
    Markup(
        '<a href="#corrected">{changed} cells are read otherwise than printed</a>. {corrections} '
        "recorded corrections do so, each with its reason: one of them may mend a whole row."
    ),
    Markup(
        '<a href="#checks">{made} checks were made</a>: {stopping} that would have stopped the '
        "run, and {reporting} that report. Of these, {clean} found nothing and the others {found} "
        "things."
    ),
    Markup(
        'Among those are <a href="#contradictions">{between} contradictions between two '
        "prints</a>: {shared}."
    ),
)


class DataQuality(EveryTopic):
    """What was read from each source, what was corrected, and what every check found.

    Parameters are those of `Paper`; all sources are shown for every area. The area is named in
    the title, and its own contradictions stand first.
    """

    heading = "Data quality"

    def title(self) -> Block:
        """The paper's title, and that it is about all sources."""
        heading = f"Data quality: every source, with {self.area.name} first"
        tables = sum(len(source.tables) for source in self._all)
        said = (
            f"{len(self._all)} printed sources, {tables} tables. Nothing that a check finds is "
            "changed: both prints are kept and shown."
        )
        return Block(
            Markup(
                '<header class="paper-title"><h1>{}</h1><p class="status">{}</p></header>'
            ).format(heading, said),
            heading,
        )

    def findings(self) -> Block:
        """At most five sentences on how far the figures can be trusted."""
        found = self.data.findings
        stopping = {check.__name__ for check in checks.PROMISES}
        reporting = [name for name in self._promises if name not in stopping]
        broken = set(found["check"])
        between = contradictions.contradicting(found)
        figures = {
            "read": f"{self._read['figures'].sum():,}",
            "cells": f"{self._read['cells'].sum():,}",
            "marked": f"{self._read['markers'].sum():,}",
            "changed": sum(map(cells_changed, self.corrections)),
            "corrections": len(self.corrections),
            "made": len(self._promises),
            "stopping": len(self._promises) - len(reporting),
            "reporting": len(reporting),
            "clean": len([name for name in reporting if name not in broken]),
            "found": len(found),
            "between": len(between),
            "shared": contradictions.shared_out(self.data, self.area),
        }
        said = [one.format(**figures) for one in (SUMMARY if len(between) else SUMMARY[:-1])]
        worst = found.groupby("check").size().sort_values(ascending=False)
        if not worst.empty:
            name = str(worst.index[0])
            words = self._promises.get(name, name)
            said.append(
                Markup("Most often broken ({} times): {}{}").format(
                    worst.iloc[0], words[:1].lower(), words[1:]
                )
            )
        return summary_box("How far the figures can be trusted", said)

    def what_was_read(self) -> Block:
        """Tables, cells and markers of each source, counted."""
        rows = self._read
        columns = ["tables", "cells", "figures", "markers", "corrected"]
        body = [
            row(
                one.title,
                [
                    cell(one.published, numeric=False),
                    *(cell(f"{getattr(one, name):,}") for name in columns),
                ],
            )
            for one in each(rows)
        ]
        totals = [cell(f"{rows[name].sum():,}") for name in columns]
        body.append(row("All", [cell(f"{len(rows)} sources", numeric=False), *totals], strong=True))
        head = ["Source", "Published", "Tables", "Cells", "Read as figures", "Markers", "Corrected"]
        note = Markup(
            "Cells are those of the raw files that hold something, headings and labels included. "
            "Read as figures counts figures, targets, ratings and judgements; markers are those "
            "among them that stand for a missing figure. Corrected counts the cells that are read "
            'otherwise than printed; they are listed under <a href="#corrected"></a>.'
        )
        return Block(
            join(
                [
                    Markup('<h2 id="read">What was read</h2>'),
                    markup.table("What was read", head, body, "what-was-read", text_columns=(0, 1)),
                    paragraph("note", note),
                    markup.csv_link(rows, "what-was-read", "this table"),
                    markers_table(self.data),
                ]
            ),
            table=rows,
        )

    def what_was_corrected(self) -> Block:
        """Every recorded correction with reason and evidence."""
        heading = Markup('<h2 id="corrected">What was corrected</h2>')
        if not self.corrections:
            return Block(join([heading, paragraph("note", "Nothing is corrected.")]))
        body = [self._correction(one) for one in self.corrections]
        head = ["Place", "Printed", "Read as", "Reason and evidence"]
        return Block(
            join(
                [
                    heading,
                    paragraph(
                        "lead",
                        "The raw files stay as printed; these readings are laid over them. A row "
                        "of this table is one correction, which may change several cells.",
                    ),
                    markup.table("Corrections", head, body, "corrections", text_columns=range(4)),
                ]
            )
        )

    def checks(self) -> Block:
        """Every check: what it promises, how much it looked at, and what it found."""
        body = []
        for name, promised in self._promises.items():
            looked_at, found = self._results.get(name, (None, 0))
            counts = ("not counted", "not counted")
            if looked_at is not None:
                counts = (f"{looked_at:,}", f"{looked_at - found:,}")
            body.append(row(promised, [*map(cell, counts), cell(f"{found:,}")]))
        head = ["Promise", "Looked at", "Passed", "Found"]
        return Block(
            join(
                [
                    Markup('<h2 id="checks">Every check and its result</h2>'),
                    markup.table("Checks", head, body, "checks-table"),
                    paragraph(
                        "note",
                        "The first two are promises that stop the run when they are broken. A "
                        "finding does not stop it: every paper that uses the figure shows it.",
                    ),
                ]
            )
        )

    def contradictions(self) -> Block:
        """Each contradiction between two prints, side by side."""
        return contradictions.contradictions(self.data, self.area)

    def other_findings(self) -> Block:
        """Everything else that the checks found, check by check."""
        rows = self.data.findings
        rows = rows.drop(contradictions.contradicting(rows).index)
        parts = [Markup('<h2 id="other-findings">What else the checks found</h2>')]
        for name, mine in rows.groupby("check", sort=False):
            said = few([told(one, self.data.sources) for one in each(mine)])
            title = self._promises.get(str(name), str(name))
            parts.append(Markup("<h3>{}</h3>{}").format(title.rstrip("."), said))
        if rows.empty:
            parts.append(paragraph("note", "Nothing else."))
        return Block(join(parts))

    def what_is_lost(self) -> Block:
        """What the sources do not hold, hold only as a picture, or print in a way worth a note."""
        parts = [Markup('<h2 id="lost">What is lost, or only a picture</h2>')]
        topics = [
            Markup("<strong>{}</strong>, {}: {}").format(topic.title, area, text)
            for topic in self.data.catalogue.topics.values()
            for area, text in sorted(topic.not_known, key=lambda one: one[0] != self.area.name)
        ]
        if topics:
            parts.append(bullets(topics))
        for source in self._all:
            noted = [one for one in source.tables if one.notes]
            if noted:
                parts.append(
                    details(
                        f"{source.title}: notes on tables ({len(noted)})",
                        bullets(
                            Markup("<strong>{}</strong>, {}: {}").format(
                                one.title, one.place, " ".join(one.notes)
                            )
                            for one in noted
                        ),
                    )
                )
        return Block(join(parts))

    # ------------------------------------------------------------------ counting

    @cached_property
    def corrections(self) -> tuple[Correction, ...]:
        """The recorded corrections."""
        return load_corrections(self.data.project.metadata)

    @cached_property
    def _promises(self) -> dict[str, str]:
        """What each check promises, by its name; screens only where they had files to look at."""
        every: list[Callable[..., object]] = [*checks.PROMISES, *checks.CHECKS]
        made = {check.__name__: promise(check) for check in every}
        return made | screens() if NATIONAL in self.data.sources else made

    @cached_property
    def _results(self) -> dict[str, tuple[int | None, int]]:
        """How many things each check looked at, where it counts them, and how many it found."""
        tables = {name: getattr(self.data, name) for name in (*TABLES, "comparators")}
        # A broken promise would have stopped the run before there was a data set to ask.
        results: dict[str, tuple[int | None, int]] = {
            checks.rows_are_the_only_ones.__name__: (sum(len(tables[name]) for name in TABLES), 0),
            checks.empty_values_have_a_reason.__name__: (
                len(tables["observations"]) + len(tables["targets"]),
                0,
            ),
        }
        for check, found in checks.run_all(tables, self.data.catalogue).items():
            results[check.__name__] = (getattr(found, "looked_at", None), len(found))
        # Screens looked at files as they were read; what they found is kept with the tables.
        held = self.data.findings["check"].value_counts()
        results |= {name: (None, int(held.get(name, 0))) for name in screens()}
        return results

    @cached_property
    def _read(self) -> pd.DataFrame:
        return read_counts(self.data, self.corrections)

    @cached_property
    def _tables_used(self) -> set[str]:
        return {one.name for source in self._all for one in source.tables}

    @property
    def _all(self) -> list[Source]:
        return list(self.data.sources.values())

    def _correction(self, one: Correction) -> Markup:
        column = "the whole row" if one.column is None else f"column {one.column}"
        title = self.data.sources[one.source_id].title
        printed, read = shown(one)
        return row(
            Markup("{} <small>{}, row {}, {}</small>").format(title, one.table_id, one.row, column),
            [
                cell(printed, numeric=False),
                cell(read, numeric=False),
                cell(
                    Markup("{} <small>{}</small>").format(one.reason, one.evidence), numeric=False
                ),
            ],
        )
