"""Tidy tables to and from disk, each with a twin that describes it."""

import io
import json
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kscb_analysis.errors import SourceFault
from kscb_analysis.files import fingerprint, write_whole
from kscb_analysis.paths import Project
from kscb_analysis.schema import DAY, TEXT, Table
from kscb_analysis.sources import Source


def save_table(
    rows: pd.DataFrame, table: Table, project: Project, sources: dict[str, Source]
) -> dict[str, str]:
    """Write a table as Parquet and CSV, the same rows, and its `.meta.json` twin.

    Gives the fingerprint of each file by name. The files hold no time of writing, so the same
    inputs give the same bytes.
    """
    arrow = pa.Table.from_pandas(rows, preserve_index=False).replace_schema_metadata(None)
    buffer = io.BytesIO()
    pq.write_table(arrow, buffer, compression="zstd")
    text = rows.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
    used = set(rows["source_id"]) if "source_id" in rows else set()
    description = {
        "table": table.name,
        "rows": len(rows),
        "key": list(table.key),
        "columns": [
            {"name": name, "type": kind, "meaning": meaning}
            for name, (kind, meaning) in table.columns.items()
        ],
        "corrected_rows": int((rows["corrected_from"] != "").sum())
        if "corrected_from" in rows
        else 0,
        "sources": {
            source.source_id: {
                "title": source.title,
                "publisher": source.publisher,
                "published_on": source.published_on and source.published_on.isoformat(),
                "files": {one.path.name: one.sha256 for one in source.tables},
            }
            for source in sources.values()
            if source.source_id in used
        },
    }
    contents: dict[str, bytes] = {
        f"{table.name}.parquet": buffer.getvalue(),
        f"{table.name}.csv": text.encode(),
        f"{table.name}.meta.json": as_json(description).encode(),
    }
    for name, content in contents.items():
        write_whole(project.processed / name, content)
    return {name: fingerprint(content) for name, content in contents.items()}


def read_table(
    table: Table,
    project: Project,
    *,
    columns: list[str] | None = None,
    filters: list[tuple[str, str, Any]] | None = None,
) -> pd.DataFrame:
    """Read a processed table, or only some of its columns and rows.

    Raises `SourceFault` when it has not been made, or somebody damaged it.
    """
    path = project.processed / f"{table.name}.parquet"
    if not path.is_file():
        raise SourceFault(f"{project.relative(path)} is not there yet. Run `make data`.")
    try:
        rows = pq.read_table(path, columns=columns, filters=filters).to_pandas()
    except (pa.ArrowInvalid, OSError) as fault:
        raise SourceFault(
            f"{project.relative(path)} is damaged: run `kscb data --force`. ({fault})"
        ) from None
    text = {name: "str" for name in rows.columns if table.columns[name][0] == TEXT}
    days = {name: DAY for name in rows.columns if table.columns[name][0] == DAY}
    return rows.astype({**text, **days})


def as_json(content: object) -> str:
    """Write JSON the same way every time: sorted as given, two spaces, one line end."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
