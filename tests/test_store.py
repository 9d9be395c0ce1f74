"""Tables on disk: Parquet and CSV hold the same rows, and the twin tells what they are."""

import json
from io import StringIO

import pandas as pd
import pytest

from kscb_analysis.errors import SourceFault
from kscb_analysis.files import fingerprint
from kscb_analysis.schema import DAY, OBSERVATIONS, RATINGS, TABLES, TEXT, typed
from kscb_analysis.sources import load_sources
from kscb_analysis.store import as_json, read_table, save_table

ALL = pytest.mark.parametrize("table", TABLES.values(), ids=lambda one: one.name)


def read_csv(text: str, table) -> pd.DataFrame:
    """Read a processed CSV as any user of it would who knows the column types."""
    kinds = {name: kind for name, (kind, _) in table.columns.items()}
    days = [name for name, kind in kinds.items() if kind == DAY]
    rows = pd.read_csv(
        StringIO(text),
        dtype={name: kind for name, kind in kinds.items() if kind != DAY},
        parse_dates=days,
        keep_default_na=False,  # "N/A" and an empty text are what is printed
        na_values={name: [""] for name, kind in kinds.items() if kind != TEXT},
    )
    return rows.astype(dict.fromkeys(days, DAY))


@ALL
def test_csv_and_parquet_hold_the_same_rows(real_data, table):
    project = real_data.project
    text = (project.processed / f"{table.name}.csv").read_text(encoding="utf-8")
    kept = read_table(table, project)
    assert len(kept) > 0
    pd.testing.assert_frame_equal(read_csv(text, table), kept, check_exact=True)


@ALL
def test_a_table_without_rows_goes_to_disk_and_back(small_project, table):
    save_table(typed(pd.DataFrame(), table), table, small_project, {})
    kept = read_table(table, small_project)
    assert kept.empty
    assert {name: str(kind) for name, kind in kept.dtypes.items()} == {
        name: kind for name, (kind, _) in table.columns.items()
    }
    header = (small_project.processed / f"{table.name}.csv").read_text(encoding="utf-8")
    assert header == ",".join(table.columns) + "\n"


@ALL
def test_the_twin_tells_columns_rows_and_sources(real_data, table):
    project = real_data.project
    told = json.loads((project.processed / f"{table.name}.meta.json").read_text(encoding="utf-8"))
    rows = getattr(real_data, table.name)
    assert told["table"] == table.name
    assert told["rows"] == len(rows)
    assert told["key"] == list(table.key)
    assert [one["name"] for one in told["columns"]] == list(rows.columns)
    assert [one["type"] for one in told["columns"]] == [str(kind) for kind in rows.dtypes]
    assert all(one["meaning"] for one in told["columns"])
    used = set(rows["source_id"]) if "source_id" in rows else set()
    assert set(told["sources"]) == used
    for source_id, source in told["sources"].items():
        for name, sha256 in source["files"].items():
            content = (project.raw / source_id / name).read_bytes()
            assert fingerprint(content) == sha256
    corrected = (rows["corrected_from"] != "").sum() if "corrected_from" in rows else 0
    assert told["corrected_rows"] == corrected
    assert (corrected > 0) == (table is OBSERVATIONS)


def test_every_printed_text_survives(small_project):
    odd = ["↓", "“£1,695”", "a,b", 'say "so"', "  x", "ii)", "NA", "None", "nan", "0", "-"]
    rows = typed(
        pd.DataFrame(
            {
                "indicator_id": "i", "series": "s", "geographic_level": "National",
                "area_code": "E92000001", "area_name": "England", "time_period": "2011",
                "time_identifier": "Reporting year", "period_end": pd.Timestamp(2011, 3, 31),
                "kind": "key", "printed": odd, "source_id": "p", "source_table": "t",
                "source_row": range(len(odd)), "source_column": 1, "published_on": None,
                "corrected_from": "",
            }
        ),
        RATINGS,
    )  # fmt: skip
    save_table(rows, RATINGS, small_project, {})
    pd.testing.assert_frame_equal(read_table(RATINGS, small_project), rows)
    text = (small_project.processed / "ratings.csv").read_text(encoding="utf-8")
    pd.testing.assert_frame_equal(read_csv(text, RATINGS), rows)


def test_some_columns_and_rows_can_be_read_alone(real_data):
    rows = read_table(
        OBSERVATIONS,
        real_data.project,
        columns=["area_name", "value"],
        filters=[("indicator_id", "=", "adopted_number")],
    )
    whole = real_data.observations
    mine = whole[whole["indicator_id"] == "adopted_number"]
    assert rows["value"].tolist() == pytest.approx(mine["value"].tolist(), nan_ok=True)
    assert list(rows.columns) == ["area_name", "value"]


def test_a_table_that_has_not_been_made_says_what_to_run(small_project):
    with pytest.raises(SourceFault) as caught:
        read_table(OBSERVATIONS, small_project)
    assert "data/processed/observations.parquet is not there yet" in str(caught.value)
    assert "make data" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PAR1 no more than that PAR1", b"\x00" * 64])
def test_a_damaged_table_says_what_to_run(built_project, content):
    (built_project.processed / "observations.parquet").write_bytes(content)
    with pytest.raises(SourceFault) as caught:
        read_table(OBSERVATIONS, built_project)
    assert "data/processed/observations.parquet" in str(caught.value)
    assert "kscb data --force" in str(caught.value)


def test_the_same_rows_make_the_same_bytes(built_project, tmp_path):
    from kscb_analysis.paths import Project

    sources = load_sources(built_project.raw)
    rows = read_table(OBSERVATIONS, built_project)
    other = Project(tmp_path / "other")
    made = save_table(rows, OBSERVATIONS, other, sources)
    for name, known in made.items():
        content = (other.processed / name).read_bytes()
        assert content == (built_project.processed / name).read_bytes()
        assert fingerprint(content) == known
    assert set(made) == {f"observations.{kind}" for kind in ("parquet", "csv", "meta.json")}


def test_json_is_written_one_way():
    assert as_json({"b": "£", "a": [1]}) == '{\n  "b": "£",\n  "a": [\n    1\n  ]\n}\n'
