"""Sidecars and raw files: what is read is what was recorded, cell for cell."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_project import TABLES, add_table, damage, files_below, replace_file

from kscb_analysis.errors import KscbError, MetadataFault, SourceFault
from kscb_analysis.files import fingerprint
from kscb_analysis.sources import accept_changes, load_sources, read_raw
from kscb_analysis.vocabulary import ValueStatus

SIDECAR = "data/raw/comparison_2011/source.toml"
CSV = "data/raw/comparison_2011/assessments.csv"


def refusal(project, *, kind=KscbError) -> str:
    with pytest.raises(kind) as caught:
        load_sources(project.raw)
    return str(caught.value)


def table_of(project, source_id="comparison_2011", table_id="assessments"):
    tables = load_sources(project.raw)[source_id].tables
    return next(one for one in tables if one.table_id == table_id)


def test_a_sidecar_says_everything_about_its_source(small_project):
    sources = load_sources(small_project.raw)
    assert list(sources) == sorted(TABLES)
    source = sources["comparison_2011"]
    assert source.title == "National comparison"
    assert source.published_on == date(2012, 1, 11)
    assert source.published_words == "published 11 January 2012"
    assert sources["fostering_2011"].published_on is None
    assert sources["fostering_2011"].published_words == "The date is not recorded."
    table = source.tables[0]
    assert table.name == "comparison_2011/assessments"
    assert (table.layout, table.area) == ("national_comparison", "Kent")
    assert table.markers == {"-": ValueStatus.NOT_AVAILABLE}


def test_a_source_without_date_and_note_says_that_much(small_project):
    damage(
        small_project,
        "data/raw/fostering_2011/source.toml",
        'published_on_note = "The date is not recorded."\n',
        "",
    )
    words = load_sources(small_project.raw)["fostering_2011"].published_words
    assert words == "publication date not recorded"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('publisher = "Kent', 'publischer = "Kent', ["unknown key 'publischer'", "'publisher'"]),
        ('licence = "None is printed."\n', "", ["no 'licence'"]),
        ("published_on = 2012-01-11", 'published_on = "2012-01-11"', ["published_on", "a day"]),
        (
            "published_on = 2012-01-11",
            "published_on = 2012-01-11T10:00:00",
            ["published_on", "a day"],
        ),
        (
            "published_on = 2012-01-11",
            "published_on = 2012-01-11T10:00:00Z",
            ["published_on", "a day"],
        ),
        ('status = "published"', 'status = "secret"', ["status is 'secret'", "'internal'"]),
        ('title = "National comparison"', "title = 3", ["title is 3", "text"]),
        ('id = "stability"', 'id = "assessments"', ["two tables have the id 'assessments'"]),
        ('id = "stability"', "", ["a [[table]]", "no 'id'"]),
        (
            'place = "Table of stability"',
            'plaice = "x"',
            ["table 'stability'", "unknown key 'plaice'", "'place'"],
        ),
        (
            'file = "stability.csv"',
            'file = "../stability.csv"',
            ["table 'stability'", "a name without folders"],
        ),
        ('file = "stability.csv"', 'file = "stability.CSV"', ["does not list stability.csv"]),
        (
            'period = "2011"',
            "period = 2011",
            ["table 'assessments_summary'", "period is 2011", "text"],
        ),
        ('layout = "national_comparison_summary"', "layout = true", ["layout is True", "text"]),
        (
            '"-" = "not_available" }\nsha256 = "%(stability)s"',
            '"-" = "not_avail" }\nsha256 = "%(stability)s"',
            ["table 'stability'", "'-' means 'not_avail'", "Did you mean 'not_available'?"],
        ),
        (
            '"-" = "not_available" }\nsha256 = "%(stability)s"',
            '"-" = 0 }\nsha256 = "%(stability)s"',
            ["table 'stability'", "'-' means 0"],
        ),
        (
            '"-" = "not_available" }\nsha256 = "%(stability)s"',
            '"-" = [] }\nsha256 = "%(stability)s"',
            ["table 'stability'", "'-' means []"],
        ),
        (
            '"-" = "not_available" }\nsha256 = "%(stability)s"',
            '"-" = "published" }\nsha256 = "%(stability)s"',
            ["table 'stability'", "'-' means 'published'"],
        ),
        (
            'markers = { "-" = "not_available" }\nsha256 = "%(stability)s"',
            'notes = [3]\nsha256 = "%(stability)s"',
            ["table 'stability'", "notes", "3", "text"],
        ),
        (
            'markers = { "-" = "not_available" }\nsha256 = "%(stability)s"',
            'markers = "-"\nsha256 = "%(stability)s"',
            ["table 'stability'", "markers is '-'"],
        ),
        ('period = "2011"', "heading_rows = -1", ["heading_rows is -1", "0 or more"]),
        ('period = "2011"', 'heading_rows = "2"', ["heading_rows is '2'", "a whole number"]),
        ('period = "2011"', 'label_columns = "Title"', ["label_columns is 'Title'", "a list"]),
        ('period = "2011"', 'column_periods = "2011"', ["column_periods is '2011'"]),
        (
            'period = "2011"',
            'column_periods = { "Last year" = 2010 }',
            ["column_periods has 2010 for 'Last year'", "text"],
        ),
        ('period = "2011"', "total_row = 3", ["total_row is 3", "text"]),
        ('period = "2011"', "scale = 4", ["scale is 4", "text"]),
        ('title = "National comparison"', "title = ", ["not readable TOML", "line 1"]),
    ],
)
def test_a_fault_in_a_sidecar_names_it_and_the_table(small_project, old, new, said):
    shas = {
        table: fingerprint(parts[2].encode()) for table, parts in TABLES["comparison_2011"].items()
    }
    damage(
        small_project,
        SIDECAR,
        old % shas if "%(" in old else old,
        new % shas if "%(" in new else new,
    )
    message = refusal(small_project)
    assert "comparison_2011/source.toml" in message
    assert all(part in message for part in said), message


@pytest.mark.parametrize(
    "entry", ["table = 3", "table = [3]", "table = ['x']", "table = ['id']", ""]
)
def test_a_sidecar_without_tables_is_named(small_project, entry):
    path = small_project.root / SIDECAR
    about = path.read_text(encoding="utf-8").partition("[[table]]")[0]
    path.write_text(about + entry, encoding="utf-8")
    message = refusal(small_project, kind=MetadataFault)
    assert SIDECAR in message
    assert "table" in message


def test_a_csv_that_no_sidecar_lists_is_named_with_what_to_do(small_project):
    (small_project.raw / "kpi_2011" / "stray.csv").write_text("a\n", encoding="utf-8")
    message = refusal(small_project, kind=SourceFault)
    assert "data/raw/kpi_2011/source.toml does not list stray.csv" in message
    assert "Add a [[table]] for it, or take the file away" in message


def test_a_folder_of_csvs_without_a_sidecar_is_named_with_what_to_do(small_project):
    (small_project.raw / "new").mkdir()
    (small_project.raw / "new" / "table.csv").write_text("a\n", encoding="utf-8")
    message = refusal(small_project, kind=SourceFault)
    assert "data/raw/new has table.csv but no source.toml" in message
    assert "CONTRIBUTING.md" in message


@pytest.mark.parametrize("folder", ["dfe", "local"])
def test_files_that_a_user_brings_need_no_sidecar(small_project, folder):
    (small_project.raw / folder).mkdir()
    (small_project.raw / folder / "open_data.csv").write_text("a\n", encoding="utf-8")
    assert folder not in load_sources(small_project.raw)


def test_a_folder_without_any_csv_is_left_alone(small_project):
    (small_project.raw / "notes").mkdir()
    assert "notes" not in load_sources(small_project.raw)


def test_no_raw_data_at_all_is_said(tmp_path):
    with pytest.raises(SourceFault, match=r"No source\.toml in any folder of data/raw"):
        load_sources(tmp_path / "data" / "raw")


# ------------------------------------------------------------------------------- raw files


@pytest.mark.parametrize("source_id", TABLES)
def test_every_cell_is_read_as_printed(small_project, source_id):
    import csv

    for table in load_sources(small_project.raw)[source_id].tables:
        written = TABLES[source_id][table.table_id][2].splitlines()
        assert read_raw(table) == list(csv.reader(written))


def test_blank_cells_spaces_and_leading_zeros_stay(small_project):
    path = add_table(
        small_project, "kpi_2011", "odd", ' a ,,"b,""c""",007\n,,,\n', layout="rating_key"
    )
    assert path.is_file()
    assert read_raw(table_of(small_project, "kpi_2011", "odd")) == [
        [" a ", "", 'b,"c"', "007"],
        ["", "", "", ""],
    ]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_byte_order_mark_and_line_ends_are_not_cells(small_project, mark, end):
    before = read_raw(table_of(small_project))
    content = (small_project.root / CSV).read_bytes()
    replace_file(small_project, CSV, mark + content.replace(b"\n", end))
    assert read_raw(table_of(small_project)) == before


def test_rows_of_unequal_length_are_read_as_they_are(small_project):
    replace_file(small_project, CSV, b"a\nb,c\n\nd,e,f\n")
    assert read_raw(table_of(small_project)) == [["a"], ["b", "c"], [], ["d", "e", "f"]]


def test_a_missing_raw_file_is_named_with_what_to_do(small_project):
    (small_project.root / CSV).unlink()
    with pytest.raises(SourceFault) as caught:
        read_raw(table_of(small_project))
    message = str(caught.value)
    assert f"{CSV} is missing" in message
    assert "Put the file back" in message


@pytest.mark.parametrize("change", [(b"54.0", b"45.0"), (b"54.0", b"54.0 "), (b"\n", b"\r\n")])
def test_a_changed_raw_file_is_named_with_what_to_do(small_project, change):
    content = (small_project.root / CSV).read_bytes()
    replace_file(small_project, CSV, content.replace(*change), accept=False)
    with pytest.raises(SourceFault) as caught:
        read_raw(table_of(small_project))
    message = str(caught.value)
    assert f"{CSV} has changed" in message
    assert "kscb accept comparison_2011" in message


def test_a_changed_raw_file_can_be_read_before_it_is_accepted(small_project):
    replace_file(small_project, CSV, b"a,b\n", accept=False)
    assert read_raw(table_of(small_project), check_fingerprint=False) == [["a", "b"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b",,\n ,\t,\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"a,b\nc,\xa3d\n", "row 2: not UTF-8 text. Save the file as CSV in UTF-8"),
        ("a,b\n".encode("utf-16"), "row 1: not UTF-8 text"),
        (b"a,b\nc,d\x00\n", "row 2: holds a NUL character"),
        (b"PK\x03\x04\x14\x00\x00", "row 1: holds a NUL character"),
        (b'a,b\nc,"d\n', "row 2: cannot be read as CSV"),
        (b'a,b\nc,"d"e\n', "row 2: cannot be read as CSV"),
        (b"a,b\n" + b"c" * 200_000, "row 2: cannot be read as CSV"),
    ],
)
def test_a_file_that_is_no_csv_is_named_with_the_row(small_project, content, said):
    replace_file(small_project, CSV, content)
    with pytest.raises(SourceFault) as caught:
        read_raw(table_of(small_project))
    message = str(caught.value)
    assert CSV in message
    assert said in message


def test_a_folder_under_the_name_of_a_csv_is_named(small_project):
    table = table_of(small_project)
    table.path.unlink()
    table.path.mkdir()
    with pytest.raises(SourceFault, match=re.escape(f"{CSV} cannot be read")):
        read_raw(table)


@given(st.binary(max_size=60))
def test_any_bytes_are_rows_or_a_source_fault(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("raw") / "any.csv"
    path.write_bytes(content)
    table = replace(SAMPLE, path=path, sha256=fingerprint(content))
    try:
        rows = read_raw(table)
    except SourceFault as fault:
        refused = str(fault)
        rows = [["refused"]] if "any.csv" in refused else []
    assert any(cell.strip() for row in rows for cell in row)


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=6),
            min_size=1,
            max_size=4,
        ),
        min_size=1,
        max_size=4,
    ).filter(lambda rows: any(cell.strip() for row in rows for cell in row))
)
def test_whatever_is_written_as_csv_is_read_back(tmp_path_factory, rows):
    import csv
    import io

    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    content = text.getvalue().encode()
    path = tmp_path_factory.mktemp("raw") / "any.csv"
    path.write_bytes(content)
    read = read_raw(replace(SAMPLE, path=path, sha256=fingerprint(content)))
    if rows[0][0].startswith("\ufeff"):
        read[0][0] = "\ufeff" + read[0][0]
    assert read == rows


@pytest.fixture(scope="module", autouse=True)
def _sample(tmp_path_factory):
    from small_project import build_small_project

    global SAMPLE  # noqa: PLW0603
    SAMPLE = table_of(build_small_project(tmp_path_factory.mktemp("sample") / "small"))


# ------------------------------------------------------------------------ accepting a change


def test_accepting_a_change_brings_the_sidecar_up_to_date_and_nothing_else(small_project):
    assert accept_changes(small_project.raw, "comparison_2011") == []
    path = small_project.root / SIDECAR
    path.write_text("# Kept.\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    before = files_below(small_project.root)
    damage(small_project, CSV, "54.0", "55.0", accept=False)
    assert accept_changes(small_project.raw, "comparison_2011") == ["assessments.csv"]
    assert read_raw(table_of(small_project))[4][4] == "55.0"
    after = files_below(small_project.root)
    assert {name for name in after if after[name] != before[name]} == {SIDECAR, CSV}
    was, now = (files[SIDECAR].decode().splitlines() for files in (before, after))
    assert was[0] == now[0] == "# Kept."
    changed = [(a, b) for a, b in zip(was, now, strict=True) if a != b]
    assert len(changed) == 1
    assert all(line.startswith("sha256 = ") for line in changed[0])
    assert accept_changes(small_project.raw, "comparison_2011") == []


def test_accepting_several_changes_at_once(small_project):
    for table in ("assessments", "stability"):
        damage(
            small_project,
            f"data/raw/comparison_2011/{table}.csv",
            "970,England",
            "970, England",
            accept=False,
        )
    assert accept_changes(small_project.raw, "comparison_2011") == [
        "assessments.csv",
        "stability.csv",
    ]
    for table in ("assessments", "stability"):
        assert read_raw(table_of(small_project, table_id=table))


def test_accepting_keeps_the_line_ends_of_a_sidecar(small_project):
    path = small_project.root / SIDECAR
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    damage_raw(small_project)
    accept_changes(small_project.raw, "comparison_2011")
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n")


def damage_raw(project) -> None:
    path: Path = project.root / CSV
    path.write_bytes(path.read_bytes().replace(b"54.0", b"55.0"))


def test_accepting_does_not_touch_another_table_with_the_same_content(small_project):
    # Two files with the same bytes have the same fingerprint; only one of them changes.
    same = TABLES["comparison_2011"]["assessments"][2]
    add_table(small_project, "comparison_2011", "copy", same, layout="national_comparison")
    damage(
        small_project,
        SIDECAR,
        'file = "assessments.csv"\ntitle = "Title of assessments"',
        f'sha256 = "{fingerprint(same.encode())}"\nfile = "assessments.csv"\ntitle = "T"',
    )
    damage(
        small_project,
        SIDECAR,
        f'markers = {{ "-" = "not_available" }}\nsha256 = "{fingerprint(same.encode())}"\n',
        'markers = { "-" = "not_available" }\n',
    )
    damage_raw(small_project)
    before = (small_project.root / SIDECAR).read_bytes()
    with pytest.raises(MetadataFault, match="write `sha256` on a line of its own below `file`"):
        accept_changes(small_project.raw, "comparison_2011")
    assert (small_project.root / SIDECAR).read_bytes() == before


def test_accepting_a_file_that_is_missing_is_refused(small_project):
    (small_project.root / CSV).unlink()
    with pytest.raises(SourceFault, match=re.escape(f"{CSV} is missing")):
        accept_changes(small_project.raw, "comparison_2011")


def test_accepting_for_an_unknown_source_offers_the_nearest(small_project):
    with pytest.raises(SourceFault, match="Did you mean 'comparison_2011'"):
        accept_changes(small_project.raw, "comparisons_2011")


def test_a_sidecar_that_cannot_be_edited_says_how_it_should_be_written(small_project):
    damage(small_project, SIDECAR, 'file = "assessments.csv"', "file = 'assessments.csv'")
    damage_raw(small_project)
    with pytest.raises(MetadataFault) as caught:
        accept_changes(small_project.raw, "comparison_2011")
    assert "table 'assessments'" in str(caught.value)
    assert "write `sha256` on a line of its own below `file`" in str(caught.value)


# ------------------------------------------------------------------------ the repository's own


def test_every_raw_file_of_the_repository_is_the_one_recorded(real_data):
    tables = [table for source in real_data.sources.values() for table in source.tables]
    assert len(tables) >= 50
    for table in tables:
        assert read_raw(table)
