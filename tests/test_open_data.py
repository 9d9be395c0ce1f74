"""A folder of national files: which are recognised, how they are read, what is said of the rest."""

import re

import pytest
from national_files import (
    CARE,
    CARE_ROWS,
    CODE_COLUMNS,
    ENTRIES,
    KENT,
    KINDS,
    SPEED,
    SPEED_ROWS,
    add_metadata,
    found,
    national_project,
    put,
    reference,
    text_of,
)

from kscb_analysis.errors import KscbError, MetadataFault, SourceFault
from kscb_analysis.file_kinds import load_kinds
from kscb_analysis.open_data import filled_cells, find_files, national_sources, read_rows


@pytest.fixture
def project(tmp_path):
    return national_project(tmp_path / "national")


def recognised(project) -> dict[str, str]:
    return {one.path.name: one.kind.kind for one in found(project).files}


def file_of(project, name):
    return next(one for one in found(project).files if one.path.name == name)


def refusal(project) -> str:
    with pytest.raises(KscbError) as caught:
        found(project)
    return str(caught.value)


# ------------------------------------------------------------------------------- recognising


def test_files_are_recognised_by_their_columns(project):
    assert recognised(project) == {
        "care_numbers.csv": "care",
        "people_2012_to_2024.csv": "people",
        "speed_2014_to_2024.csv": "speed",
        "stability_2025.csv": "stability",
    }


def test_a_file_with_another_name_is_recognised_too(project):
    (project.national / "care_numbers.csv").rename(project.national / "as downloaded (2).CSV")
    assert recognised(project)["as downloaded (2).CSV"] == "care"


def test_no_folder_and_no_metadata_make_no_files(small_project):
    catalogue, _ = reference(small_project)
    kinds = load_kinds(small_project.metadata, catalogue)
    assert kinds.by_id == {}
    assert find_files(small_project.national, kinds).files == ()
    assert national_sources(find_files(small_project.national, kinds)) == {}


def test_a_file_of_no_kind_is_listed_and_not_used(project):
    put(project, "other.csv", "a,b\n1,2\n")
    put(project, "notes.txt", "hello")
    put(project, "empty.csv", "")
    assert found(project).unused == {
        "other.csv": "its columns are those of no kind of file in national.toml",
        "empty.csv": "its columns are those of no kind of file in national.toml",
        "notes.txt": "not a CSV file",
    }
    assert len(recognised(project)) == 4


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("rate", "rates", ["no column 'rate'", "Did you mean 'rates'?"]),
        ("new_la_code", "new_la_kode", ["no column 'new_la_code'", "'new_la_kode'"]),
    ],
)
def test_a_file_with_a_known_name_that_lacks_a_column_is_named(project, old, new, said):
    path = project.national / "care_numbers.csv"
    head, _, rest = path.read_text(encoding="utf-8-sig").partition("\n")
    path.write_text(re.sub(rf"\b{old}\b", new, head) + "\n" + rest, encoding="utf-8")
    message = refusal(project)
    assert "data/raw/dfe/care_numbers.csv is named as 'Children in care'" in message
    assert all(part in message for part in said), message


TWIN = KINDS + KINDS[: KINDS.index("[files.stability]")].replace("care", "twin")


def twins(tmp_path, name: str):
    project = national_project(tmp_path / "national")
    twin = ENTRIES[1].replace("cared_for_number", "twin_number").replace('"care"', '"twin"')
    feed = ENTRIES[0].replace("cared_for_rate", "twin_rate").replace('"care"', '"twin"')
    add_metadata(project, twin, feed.replace("Cared for", "Twin"), kinds=TWIN)
    (project.national / "care_numbers.csv").rename(project.national / name)
    return project


@pytest.mark.parametrize(
    ("name", "kind"), [("care_numbers_2025", "care"), ("twin_numbers", "twin")]
)
def test_the_name_decides_between_kinds_with_the_same_columns(tmp_path, name, kind):
    assert recognised(twins(tmp_path, f"{name}.csv"))[f"{name}.csv"] == kind


def test_a_file_that_may_be_of_two_kinds_is_named(tmp_path):
    message = refusal(twins(tmp_path, "x.csv"))
    assert "data/raw/dfe/x.csv has the columns of 2 kinds of file" in message
    assert "care (care_numbers*.csv), twin (twin_numbers*.csv)" in message


def test_a_kind_that_asks_for_more_columns_is_the_nearer_one(project):
    add_metadata(
        project,
        ENTRIES[1]
        .replace("cared_for_number", "wide_number")
        .replace("Cared for", "Wide")
        .replace(
            '"care", filters = { group = "At 31 March" }, value = "count"',
            '"wide", value = "count"',
        ),
        kinds=KINDS + KINDS[: KINDS.index("[files.stability]")].replace("care", "wide"),
    )
    (project.national / "care_numbers.csv").rename(project.national / "x.csv")
    assert recognised(project)["x.csv"] == "care"


# ---------------------------------------------------------------------------------- metadata


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[files.care]", "[files.car]", ["[indicators.cared_for_rate]", "Did you mean 'car'?"]),
        ('title = "Children in care"', "title = 3", ["[files.care]", "title is 3"]),
        ('pattern = "care', 'patern = "care', ["[files.care]", "'patern'", "'pattern'"]),
        ('month = "June"', 'month = "Juin"', ["[files.people]", "Did you mean 'June'?"]),
        ("[files.care]", "[file.care]", ["unknown key 'file'", "Did you mean 'files'?"]),
        (
            "[files.care]",
            '[released]\ncare_numbers = "2025"\n[files.care]',
            ["[released]", "a day such as"],
        ),
    ],
)
def test_a_fault_in_the_metadata_names_entry_and_key(project, old, new, said):
    add_metadata(project, kinds=KINDS.replace(old, new, 1))
    message = refusal(project)
    assert "national.toml" in message
    assert all(part in message for part in said), message


def test_a_day_of_release_is_that_of_every_figure(project):
    add_metadata(project, kinds=KINDS + "\n[released]\ncare_numbers = 2025-11-20\n")
    assert str(file_of(project, "care_numbers.csv").released) == "2025-11-20"
    assert file_of(project, "people_2012_to_2024.csv").released is None


# ----------------------------------------------------------------------------------- reading


def test_every_cell_is_read_as_text_under_the_line_it_stands_on(project):
    rows = read_rows(file_of(project, "speed_2014_to_2024.csv"))
    assert rows.index.tolist() == [2, 3, 4, 5]
    assert rows["all_rate"].tolist() == ["536.0", "622.4", "300", "0"]
    assert rows["1-10_days"].tolist() == ["83300", "2919", "c", "0"]
    assert "21+_days" not in rows  # nothing is fed by it
    quoted = read_rows(file_of(project, "stability_2025.csv"))
    assert quoted["region_name"].tolist() == [""] * 6


def test_either_order_of_columns_and_a_byte_order_mark_read_the_same(project):
    straight = read_rows(file_of(project, "care_numbers.csv"))
    other = ("la_name", "new_la_code", *CODE_COLUMNS[:8])
    put(project, "care_numbers.csv", text_of(CARE, CARE_ROWS, order=other, end="\r\n"))
    turned = read_rows(file_of(project, "care_numbers.csv"))
    assert turned[straight.columns].equals(straight)


def test_lines_are_counted_past_blank_ones_and_cells_of_several_lines(project):
    text = (
        text_of(SPEED, SPEED_ROWS).replace("Kent", '"Ke\nnt"').replace("E06000017", "\nE06000017")
    )
    head, _, rest = text.partition("\n")
    put(project, "speed_2014_to_2024.csv", f"{head}\n\n{rest}".replace("\nE06000017", "E06000017"))
    rows = read_rows(file_of(project, "speed_2014_to_2024.csv"))
    assert rows.index.tolist() == [3, 4, 6, 7]
    assert rows["la_name"].tolist() == ["", "Ke\nnt", "Essex", "Rutland"]


def test_a_file_that_is_not_utf_8_is_read_as_windows_text(project):
    text = text_of(CARE, CARE_ROWS).replace("Rutland", "Rútland")
    put(project, "care_numbers.csv", text, "cp1252")
    file = file_of(project, "care_numbers.csv")
    assert file.encoding == "cp1252"
    assert "Rútland" in set(read_rows(file)["la_name"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a\x81\n", "neither UTF-8 nor Windows-1252"),
        (b"a,b\n1,\x00\n", "row 2: holds a NUL character"),
    ],
)
def test_what_is_no_text_is_named(project, content, said):
    (project.national / "x.csv").write_bytes(content)
    assert said in refusal(project)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: text.replace("Kent,", "Kent,1,", 1), "row 4: has 15 cells where the"),
        (lambda text: text.replace(",53\n", "\n", 1), "row 9: has 13 cells where the headings"),
        (lambda text: text.replace(",Kent", ',"Kent', 1), "row 4: a quotation mark is never"),
        (lambda text: text.partition("\n")[0] + "\n", "has headings and no rows"),
        (lambda text: text.partition("\n")[0], "has headings and no rows"),
        (lambda text: text.replace("Kent", 'K"e"n\nt', 1), "row 4"),
    ],
)
def test_what_is_no_csv_is_named_with_its_line(project, damage, said):
    path = project.national / "care_numbers.csv"
    path.write_text(damage(path.read_text(encoding="utf-8-sig")), encoding="utf-8")
    with pytest.raises(SourceFault, match=re.escape("data/raw/dfe/care_numbers.csv")) as caught:
        read_rows(file_of(project, "care_numbers.csv"))
    assert said in str(caught.value)


def test_rows_that_hold_nothing_but_commas_are_left_out(project):
    path = project.national / "people_2012_to_2024.csv"
    path.write_text(path.read_text(encoding="utf-8") + "," * 11 + "\n\n", encoding="utf-8")
    assert len(read_rows(file_of(project, "people_2012_to_2024.csv"))) == 5


def test_a_column_that_stands_twice_is_named(project):
    put(project, "care_numbers.csv", text_of((*CARE, "rate"), ((2025, KENT, ("a", 1, 2, 3, 4)),)))
    with pytest.raises(SourceFault, match="two columns 'rate'"):
        read_rows(file_of(project, "care_numbers.csv"))


# ----------------------------------------------------------------------------------- sources


def test_the_files_are_one_source_whose_tables_they_are(project):
    (source,) = national_sources(found(project)).values()
    assert source.source_id == "dfe"
    assert source.published_on is None
    assert source.publisher == "Made-up department, Made-up office"
    assert [one.table_id for one in source.tables] == [
        "care_numbers", "people_2012_to_2024", "speed_2014_to_2024", "stability_2025",
    ]  # fmt: skip
    assert source.tables[0].title == "Children in care"
    assert len(source.tables[0].sha256) == 64


def test_a_feed_names_a_kind_that_there_is(small_project):
    add_metadata(small_project, *ENTRIES[:1], kinds="")
    catalogue, _ = reference(small_project)
    with pytest.raises(
        MetadataFault, match=r"no kind of file 'care' in data/metadata/national\.toml"
    ):
        load_kinds(small_project.metadata, catalogue)


def test_cells_that_hold_something_are_counted_in_either_encoding(project):
    path = put(project, "x.csv", 'é,b\n"1\n2",\n,\n', "cp1252")
    assert filled_cells(path) == 3
    assert filled_cells(put(project, "y.csv", "é,b\n1,\n", "utf-8-sig")) == 3
