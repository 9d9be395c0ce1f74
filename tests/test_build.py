"""From inputs to processed tables: only when something changed, and all of it or nothing."""

import json
import shutil
from pathlib import Path

import pytest
from small_project import add_table, build_small_project, damage, files_below, keep_only

from kscb_analysis.build import current, inputs_fingerprint, make_data
from kscb_analysis.dataset import Dataset
from kscb_analysis.errors import ChecksFailed, KscbError, SourceFault, UnreadableCells
from kscb_analysis.paths import Project
from kscb_analysis.schema import TABLES

RAW = "data/raw/comparison_2011/assessments.csv"
TEXT = "data/raw/annual_2011/text.csv"
PLANS_ENDED = 'Plans ended,Kent,2010/11,"1,115","Section 6, paragraph 4"\n'


def files_of_record(path: Path) -> dict[str, str]:
    return json.loads(path.read_text(encoding="utf-8"))["files"]


def test_the_second_build_does_nothing(small_project):
    first = make_data(small_project)
    assert first.fresh
    data = Dataset(small_project)
    assert first.rows == {name: len(getattr(data, name)) for name in TABLES}
    before = files_below(small_project.root)
    times = {path: path.stat().st_mtime_ns for path in small_project.processed.iterdir()}
    second = make_data(small_project)
    assert not second.fresh
    assert (second.rows, second.fingerprint) == (first.rows, first.fingerprint)
    assert files_below(small_project.root) == before
    assert times == {path: path.stat().st_mtime_ns for path in small_project.processed.iterdir()}


def test_building_by_force_gives_the_same_bytes(built_project):
    before = files_below(built_project.processed)
    assert make_data(built_project, force=True).fresh
    assert files_below(built_project.processed) == before


def test_two_roots_get_the_same_bytes(built_project, tmp_path):
    other = build_small_project(tmp_path / "elsewhere" / "with a longer name")
    make_data(other)
    assert files_below(other.processed) == files_below(built_project.processed)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (RAW, "54.0", "55.0"),
        ("data/raw/kpi_2011/source.toml", "Quarterly", "Monthly"),
        ("data/metadata/indicators.toml", "Assessments in time", "Assessments on time"),
        ("data/metadata/areas.csv", "Barnet", "Barnet Borough"),
        ("data/metadata/neighbour_sets.csv", ",made up,", ",made up again,"),
    ],
)
def test_any_change_of_an_input_makes_it_again(built_project, file, old, new):
    assert current(built_project)
    damage(built_project, file, old, new)
    assert current(built_project) is None


def test_a_new_or_deleted_input_makes_it_again(built_project):
    before = inputs_fingerprint(built_project)
    (built_project.metadata / "glossary.toml").write_text("", encoding="utf-8")
    assert inputs_fingerprint(built_project) != before
    (built_project.metadata / "glossary.toml").unlink()
    assert inputs_fingerprint(built_project) == before


def test_another_library_makes_it_again(built_project, tmp_path, monkeypatch):
    (tmp_path / "more.py").write_text("x = 1\n", encoding="utf-8")
    from kscb_analysis.files import library_files

    files = [*library_files(), tmp_path / "more.py"]
    monkeypatch.setattr("kscb_analysis.build.library_files", lambda: files)
    assert current(built_project) is None


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "null", "[1]", "3", '"text"', "{}",
        '{"inputs": 3}', '{"inputs": "%(inputs)s"}',
        '{"inputs": "%(inputs)s", "rows": {}, "files": {}}',
        '{"inputs": "%(inputs)s", "rows": {}, "files": []}',
        '{"inputs": "%(inputs)s", "rows": 3, "files": %(files)s}',
        '{"inputs": "%(inputs)s", "rows": {"observations": 3}, "files": %(files)s}',
        '{"inputs": "%(inputs)s", "files": %(files)s}',
    ],
)  # fmt: skip
def test_a_damaged_record_is_no_record(built_project, content):
    path = built_project.processed / "build.json"
    known = json.loads(path.read_bytes())
    path.write_text(
        content.replace("%(inputs)s", known["inputs"]).replace(
            "%(files)s", json.dumps(known["files"])
        ),
        encoding="utf-8",
    )
    assert current(built_project) is None


@pytest.mark.parametrize("how", ["gone", "bytes"])
def test_a_record_that_cannot_be_read_makes_it_again(built_project, how):
    path = built_project.processed / "build.json"
    good = files_of_record(path)
    if how == "bytes":
        path.write_bytes(b"\xff\xfe\x00")
    else:
        path.unlink()
    assert current(built_project) is None
    assert make_data(built_project).fresh
    assert files_of_record(path) == good


@pytest.mark.parametrize("name", ["observations.parquet", "targets.csv", "findings.meta.json"])
@pytest.mark.parametrize("how", ["gone", "changed"])
def test_a_damaged_table_is_not_up_to_date(built_project, name, how):
    path = built_project.processed / name
    good = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(good[:-1])
    assert current(built_project) is None


def test_whatever_is_damaged_is_made_again_as_it_was(built_project):
    good = files_below(built_project.processed)
    (built_project.processed / "targets.csv").unlink()
    (built_project.processed / "observations.parquet").write_bytes(b"")
    (built_project.processed / "build.json").write_text("{}", encoding="utf-8")
    make_data(built_project)
    again = files_below(built_project.processed)
    assert again.pop("build.json")
    assert again == {name: held for name, held in good.items() if name != "build.json"}


@pytest.mark.parametrize(
    ("file", "old", "new", "kind"),
    [
        (RAW, "54.0", "S4.0", UnreadableCells),
        (RAW, "881,Essex", "881,Wessex", KscbError),
        (TEXT, PLANS_ENDED, PLANS_ENDED * 2, ChecksFailed),
        ("data/metadata/indicators.toml", "decimals = 1", "decimals = '1'", KscbError),
        ("data/metadata/corrections.toml", "row = 2", "row = 3", KscbError),
        ("data/metadata/areas.csv", "Local authority,E12000006", "Council,E12000006", KscbError),
    ],
)
def test_a_fault_leaves_the_last_good_tables_byte_for_byte(built_project, file, old, new, kind):
    before = files_below(built_project.processed)
    damage(built_project, file, old, new, count=4 if "decimals" in old else 1)
    with pytest.raises(kind):
        make_data(built_project)
    assert files_below(built_project.processed) == before


@pytest.mark.parametrize("folder", ["raw", "metadata"])
def test_a_project_without_inputs_says_what_is_missing(built_project, folder):
    before = files_below(built_project.processed)
    shutil.rmtree(built_project.root / "data" / folder)
    with pytest.raises(SourceFault) as caught:
        make_data(built_project)
    assert folder in str(caught.value)
    assert files_below(built_project.processed) == before


def test_a_folder_that_is_no_project_says_what_is_missing(tmp_path):
    with pytest.raises(SourceFault):
        make_data(Project(tmp_path))
    assert files_below(tmp_path) == {}


SOURCES = ["annual_2011", "comparison_2011", "fostering_2011", "kpi_2011", "missing_2012"]


@pytest.mark.parametrize("source_id", SOURCES)
def test_one_source_alone_is_enough(small_project, source_id):
    keep_only(small_project, source_id)
    built = make_data(small_project)
    assert built.rows["observations"] > 0
    data = Dataset(small_project)
    assert len(data.indicators()) == len(data.catalogue.indicators)
    assert data.indicators()["first"].notna().any()
    assert data.area_names()


def test_a_new_year_is_an_edit_to_the_data_alone(small_project):
    make_data(small_project)
    add_table(
        small_project, "comparison_2011", "assessments_2012",
        ",,2012\n886,Kent,57.0\n970,England,68.0\n",
        layout="national_comparison", more='area = "Kent"\n',
    )  # fmt: skip
    damage(
        small_project,
        "data/metadata/indicators.toml",
        '{ table = "comparison_2011/assessments" }',
        '{ table = "comparison_2011/assessments" }, { table = "comparison_2011/assessments_2012" }',
    )
    assert make_data(small_project).fresh
    data = Dataset(small_project)
    assert data.years()[-1] == 2012
    assert data.series("assessments_in_time_pct")["value"].iloc[-1] == 57.0


def test_a_copy_of_a_source_folder_is_refused(small_project):
    shutil.copytree(small_project.raw / "missing_2012", small_project.raw / "missing_2012 (copy)")
    with pytest.raises(KscbError, match=r"missing_2012 \(copy\)"):
        make_data(small_project)
