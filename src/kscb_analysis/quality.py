"""The whole data set in; the paper on what was read, checked, contradicted and lost out."""

from collections.abc import Callable
from functools import cached_property

import pandas as pd
from markupsafe import Markup

from kscb_analysis import checks
from kscb_analysis.cells import few, titled, told
from kscb_analysis.corrections import Correction, load_corrections
from kscb_analysis.dataset import Dataset, load
from kscb_analysis.findings import place, promise
from kscb_analysis.markup import (
    Block,
    bullets,
    cell,
    csv_link,
    details,
    join,
    paragraph,
    row,
    table,
)
from kscb_analysis.open_data import filled_cells
from kscb_analysis.paper import Paper
from kscb_analysis.paths import NATIONAL
from kscb_analysis.schema import each
from kscb_analysis.screen import screens
from kscb_analysis.sources import RawTable, Source, read_raw
from kscb_analysis.vocabulary import ValueStatus

TABLES = ("observations", "targets", "ratings", "judgements")
REVISABLE = ("papers_agree_on_a_figure",)
CONTRADICTIONS = (*REVISABLE, "inspectors_agree_on_a_judgement")


SUMMARY = (
    (
        "{read} figures, targets, ratings and judgements were read from {cells} cells; {marked} "
        "of them are markers, such as a dash for a figure that is not available."
    ),
    "{corrections} times a cell is read otherwise than printed; each has its reason below.",
    "{checks} checks were made; {clean} found nothing, the others {found} things.",
    "{between} times two prints contradict each other, {here} of them about {area}.",
)


class DataQuality(Paper):
    """What was read from each source, what was corrected, and what every check found.

    Parameters are those of `Paper`; all sources are shown for every area. The area is named in
    the title, and its own contradictions stand first.
    """

    def __init__(
        self,
        *,
        area: str = "Kent",
        period: object = 0,
        first_year: object = 0,
        comparators: str = "",
        data: Dataset | None = None,
    ) -> None:
        data = data or load()
        super().__init__(
            tuple(data.catalogue.topics),
            title="Data quality",
            area=area,
            period=period,
            first_year=first_year,
            comparators=comparators,
            data=data,
        )

    def title(self) -> Block:
        """The paper's title, and that it is about all sources."""
        heading = f"Data quality: every source, with {self.area.name} first"
        said = (
            f"{len(self.data.sources)} printed sources, {sum(map(self._tables_in, self._all))} "
            "tables. Nothing that a check finds is changed: both prints are kept and shown."
        )
        return Block(
            Markup(
                '<header class="paper-title"><h1>{}</h1><p class="status">{}</p></header>'
            ).format(heading, said),
            heading,
        )

    def findings(self) -> Block:
        """At most five sentences on how far the figures can be trusted."""
        read = self._read["figures"].sum()
        marked = self._read["markers"].sum()
        found = self.data.findings
        between = found[found["check"].isin(self._contradicting)]
        here = int((between["area_name"] == self.area.name).sum())
        clean = [one.__name__ for one in checks.CHECKS if one.__name__ not in set(found["check"])]
        worst = found.groupby("check").size().sort_values(ascending=False)
        said = [
            one.format(
                read=f"{read:,}",
                cells=f"{self._read['cells'].sum():,}",
                marked=f"{marked:,}",
                corrections=len(self.corrections),
                checks=len(checks.CHECKS),
                clean=len(clean),
                found=len(found),
                between=len(between),
                here=here,
                area=self.area.name,
            )
            for one in SUMMARY
        ]
        if not worst.empty:
            promised = _promises().get(str(worst.index[0]), str(worst.index[0]))
            said.append(f"Most often broken ({worst.iloc[0]} times): {_lower(promised)}")
        return Block(
            Markup(
                '<section class="findings" aria-labelledby="where-things-stand">'
                '<h2 id="where-things-stand">How far the figures can be trusted</h2>{}</section>'
            ).format(bullets(said)),
            "\n".join(said),
        )

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
        marks = self._markers()
        return Block(
            join(
                [
                    Markup('<h2 id="read">What was read</h2>'),
                    table("What was read", head, body, "what-was-read", text_columns=(0, 1)),
                    paragraph(
                        "note",
                        "Cells are those of the raw files that hold something, headings and "
                        "labels included. Read as figures counts figures, targets, ratings and "
                        "judgements; markers are those among them that stand for a missing "
                        "figure. Corrected cells are listed next.",
                    ),
                    csv_link(rows, "what-was-read", "this table"),
                    marks,
                ]
            ),
            table=rows,
        )

    def what_was_corrected(self) -> Block:
        """Every recorded correction with reason and evidence."""
        heading = Markup('<h2 id="corrected">What was corrected</h2>')
        if not self.corrections:
            return Block(join([heading, paragraph("note", "Nothing is corrected.")]))
        body = [
            row(
                Markup("{} <small>{}</small>").format(self._named(one.source_id), _where(one)),
                [
                    cell(_shown(one.printed, one.read_as, 0), numeric=False),
                    cell(_shown(one.printed, one.read_as, 1), numeric=False),
                    cell(
                        Markup("{} <small>{}</small>").format(one.reason, one.evidence),
                        numeric=False,
                    ),
                ],
            )
            for one in self.corrections
        ]
        head = ["Place", "Printed", "Read as", "Reason and evidence"]
        return Block(
            join(
                [
                    heading,
                    paragraph(
                        "lead",
                        "The raw files stay as printed; these readings are laid over them.",
                    ),
                    table("Corrections", head, body, "corrections", text_columns=range(4)),
                ]
            )
        )

    def checks(self) -> Block:
        """Every check: what it promises, how much it looked at, and what it found."""
        body = []
        for name, promised in _promises().items():
            looked_at, found = self._results.get(name, (None, 0))
            body.append(
                row(
                    promised,
                    [
                        cell("not counted" if looked_at is None else f"{looked_at:,}"),
                        cell("not counted" if looked_at is None else f"{looked_at - found:,}"),
                        cell(f"{found:,}"),
                    ],
                )
            )
        head = ["Promise", "Looked at", "Passed", "Found"]
        return Block(
            join(
                [
                    Markup('<h2 id="checks">Every check and its result</h2>'),
                    table("Checks", head, body, "checks-table"),
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
        rows = self.data.findings
        rows = rows[rows["check"].isin(self._contradicting)]
        heading = Markup('<h2 id="contradictions">Contradictions, side by side</h2>')
        if rows.empty:
            return Block(join([heading, paragraph("note", "No two prints contradict each other.")]))
        rows = rows.assign(_away=rows["area_name"] != self.area.name)
        rows = rows.sort_values("_away", kind="stable")
        made = [self._side_by_side(one) for one in each(rows)]
        head = ["About", "One print", "The other", "Difference", "Likely reason"]
        return Block(
            join(
                [
                    heading,
                    paragraph(
                        "lead",
                        "Neither print is changed. Papers show the one published last and say so.",
                    ),
                    table(
                        "Where two prints disagree",
                        head,
                        made,
                        "contradictions-table",
                        text_columns=(0, 1, 2, 4),
                    ),
                ]
            )
        )

    def other_findings(self) -> Block:
        """Everything else that the checks found, check by check."""
        rows = self.data.findings
        rows = rows[~rows["check"].isin(self._contradicting)]
        parts = [Markup('<h2 id="other-findings">What else the checks found</h2>')]
        known = _promises()
        for name, mine in rows.groupby("check", sort=False):
            said = few([told(one, self.data.sources) for one in each(mine)])
            title = known.get(str(name), str(name))
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
    def _tables_used(self) -> set[str]:
        return {one.name for source in self._all for one in source.tables}

    @property
    def _all(self) -> list[Source]:
        return list(self.data.sources.values())

    @staticmethod
    def _tables_in(source: Source) -> int:
        return len(source.tables)

    def _named(self, source_id: str) -> str:
        return self.data.sources[source_id].title

    @cached_property
    def _tidy(self) -> pd.DataFrame:
        """One row for each tidy row: its source, and its status where it has one."""
        columns = ["source_id", "value_status"]
        tidy: pd.DataFrame = pd.concat(
            [
                getattr(self.data, name).reindex(columns=columns).assign(kind=name)
                for name in TABLES
            ],
            ignore_index=True,
        )
        return tidy

    @cached_property
    def _read(self) -> pd.DataFrame:
        tidy = self._tidy
        rows = []
        for source in self._all:
            mine = tidy[tidy["source_id"] == source.source_id]
            status = mine["value_status"].dropna()
            changed = sum(
                sum(printed != read for printed, read in zip(one.printed, one.read_as, strict=True))
                for one in self.corrections
                if one.source_id == source.source_id
            )
            rows.append(
                {
                    "title": source.title,
                    "published": source.published_words.removeprefix("published "),
                    "tables": len(source.tables),
                    "cells": sum(map(_filled_cells, source.tables)),
                    "figures": len(mine),
                    "markers": int((status != ValueStatus.PUBLISHED).sum()),
                    "corrected": changed,
                }
            )
        return pd.DataFrame(rows)

    def _markers(self) -> Markup:
        status = self._tidy["value_status"].dropna()
        counts = status[status != ValueStatus.PUBLISHED].value_counts()
        if counts.empty:
            return Markup()
        body = [
            row(
                ValueStatus(str(name)).words.capitalize(),
                [cell(ValueStatus(str(name)).symbol, numeric=False), cell(f"{number:,}")],
            )
            for name, number in counts.items()
        ]
        return table("Missing figures by reason", ["Reason", "Marker", "Cells"], body, "markers",
                     text_columns=(0, 1))  # fmt: skip

    # ------------------------------------------------------------------ contradictions

    @property
    def _contradicting(self) -> list[str]:
        return [name for name in _promises() if name in CONTRADICTIONS]

    @cached_property
    def _by_cell(self) -> dict[str, str]:
        """What is printed in each cell that a finding may name."""
        held = {}
        for name in TABLES:
            for one in each(getattr(self.data, name)):
                held[place(one)] = one.printed
        return held

    def _side_by_side(self, one: object) -> Markup:
        cells = one.cells.split("; ")  # type: ignore[attr-defined]
        indicator = self.data.catalogue.indicators.get(one.indicator_id)  # type: ignore[attr-defined]
        about = indicator.short_title if indicator else one.message.partition(":")[0]  # type: ignore[attr-defined]
        size = one.difference  # type: ignore[attr-defined]
        prints = [self._print_of(place) for place in cells]
        subject = Markup("{} <small>{}</small>").format(
            about,
            ", ".join(part for part in (one.area_name, one.time_period) if part),  # type: ignore[attr-defined]
        )
        return row(
            subject,
            [
                cell(prints[0], numeric=False),
                cell(join(prints[1:], "; ") if len(prints) > 1 else "–", numeric=False),
                cell("–" if size is None or pd.isna(size) else f"{abs(size):,.4g}"),
                cell(self._reason(one, cells), numeric=False),
            ],
        )

    def _reason(self, one: object, cells: list[str]) -> str:
        """Give the likely reason, as far as the days on which the papers came out tell it."""
        names = {place.partition("/")[0] for place in cells}
        if len(names) == 1 or one.check not in REVISABLE:  # type: ignore[attr-defined]
            return "One paper prints both; one of them may be a misprint or of another day."
        days = {self.data.sources[name].published_on for name in names}
        if len(days) > 1:
            return "The later paper may hold a revised figure, or count differently."
        return "Papers of one day: they may count or round differently."

    def _print_of(self, place: str) -> Markup:
        return Markup("<strong>{}</strong> <small>{}</small>").format(
            self._by_cell.get(place, "not read"), titled(place, self.data.sources)
        )


def _promises() -> dict[str, str]:
    every: list[Callable[..., object]] = [*checks.PROMISES, *checks.CHECKS]
    return {check.__name__: promise(check) for check in every} | screens()


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _filled_cells(table: RawTable) -> int:
    if table.source_id == NATIONAL:
        return filled_cells(table.path)
    rows = read_raw(table, check_fingerprint=False)
    return sum(bool(text.strip()) for line in rows for text in line)


def _where(one: Correction) -> str:
    column = "the whole row" if one.column is None else f"column {one.column}"
    return f"{one.table_id}, row {one.row}, {column}"


def _shown(printed: tuple[str, ...], read_as: tuple[str, ...], which: int) -> str:
    """Give the cells of a correction that differ, as printed or as read."""
    pairs = [pair for pair in zip(printed, read_as, strict=True) if pair[0] != pair[1]]
    return ", ".join(pair[which].strip() or "(blank)" for pair in pairs)
