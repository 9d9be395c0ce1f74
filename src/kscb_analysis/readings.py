"""The whole data set in; how many cells of each source were read, missing and corrected out."""

import pandas as pd
from markupsafe import Markup

from kscb_analysis.corrections import Correction
from kscb_analysis.dataset import Dataset
from kscb_analysis.markup import cell, row, table
from kscb_analysis.open_data import filled_cells
from kscb_analysis.paths import NATIONAL
from kscb_analysis.sources import RawTable, read_raw
from kscb_analysis.vocabulary import ValueStatus

TABLES = ("observations", "targets", "ratings", "judgements")
Corrections = tuple[Correction, ...]


def read_counts(data: Dataset, corrections: Corrections) -> pd.DataFrame:
    """Count what each source holds and what of it was read.

    Columns: title, published, tables, cells (that hold something), figures, markers, corrected
    (cells that a correction changes).
    """
    tidy = _tidy(data)
    rows = []
    for source in data.sources.values():
        mine = tidy[tidy["source_id"] == source.source_id]
        status = mine["value_status"].dropna()
        rows.append(
            {
                "title": source.title,
                "published": source.published_words.removeprefix("published "),
                "tables": len(source.tables),
                "cells": sum(map(_filled_cells, source.tables)),
                "figures": len(mine),
                "markers": int((status != ValueStatus.PUBLISHED).sum()),
                "corrected": sum(
                    cells_changed(one) for one in corrections if one.source_id == source.source_id
                ),
            }
        )
    return pd.DataFrame(rows)


def cells_changed(correction: Correction) -> int:
    """Count the cells that a correction reads otherwise; that of a whole row may change many."""
    return len(_changes(correction))


def shown(correction: Correction) -> tuple[str, str]:
    """Give the cells that a correction changes, as printed and as read."""
    pairs = _changes(correction)
    printed, read = ([pair[at].strip() or "(blank)" for pair in pairs] for at in (0, 1))
    return ", ".join(printed), ", ".join(read)


def markers_table(data: Dataset) -> Markup:
    """Count the missing figures by reason; nothing where none is missing."""
    status = _tidy(data)["value_status"].dropna()
    counts = status[status != ValueStatus.PUBLISHED].value_counts()
    if counts.empty:
        return Markup()
    body = [
        row(
            ValueStatus(str(name)).words.capitalize(),
            [cell(ValueStatus(str(name)).symbol, numeric=False), cell(f"{count:,}")],
        )
        for name, count in counts.items()
    ]
    head = ["Reason", "Marker", "Cells"]
    return table("Missing figures by reason", head, body, "markers", text_columns=(0, 1))


def _tidy(data: Dataset) -> pd.DataFrame:
    """Give one row for each tidy row: its source, and its status where it has one."""
    columns = ["source_id", "value_status"]
    return pd.concat(
        [getattr(data, name).reindex(columns=columns) for name in TABLES], ignore_index=True
    )


def _changes(one: Correction) -> list[tuple[str, str]]:
    return [pair for pair in zip(one.printed, one.read_as, strict=True) if pair[0] != pair[1]]


def _filled_cells(table: RawTable) -> int:
    if table.source_id == NATIONAL:
        return filled_cells(table.path)
    rows = read_raw(table, check_fingerprint=False)
    return sum(bool(text.strip()) for line in rows for text in line)
