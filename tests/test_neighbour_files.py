"""Lists of neighbours: made-up ones in both published shapes, faulty ones, and the real ones.

The real lists are not part of the project. They are looked for in the folder named by the
environment variable KSCB_NATIONAL, or else in `../shared/data/dfe` beside the checkout.
"""

import csv
import io
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from small_project import REPOSITORY

from kscb_analysis.areas import Areas, NeighbourSet, load_areas
from kscb_analysis.errors import KscbError, LayoutFault, MetadataFault, SourceFault
from kscb_analysis.neighbour_models import find_neighbour_files, load_models

METADATA = REPOSITORY / "data" / "metadata"
NATIONAL = Path(os.environ.get("KSCB_NATIONAL", REPOSITORY.parent / "shared" / "data" / "dfe"))
APRIL_2021 = "New_Statistical_Neighbour_Groupings_April_2021.csv"
IN_2025 = "sn_model_2025_wide.csv"

# Thirteen made-up authorities; 113, Old Elmby, became 112, Elmby, in April 2021.
NAMES = ["Ashby", "Bly", "Coxley", "Denholm", "Eyam", "Fenby", "Girton", "Holt", "Ives", "Jarrow"]
AUTHORITIES = {str(101 + at): name for at, name in enumerate([*NAMES, "Kirby", "Elmby"])}
WORDS = ["Extremely Close", "Very Close", "Close", "Somewhat close", "Not Close"] * 2
# Ten neighbours for two authorities, nearest first; 113 is one that has been abolished.
ROWS = {
    "101": ["104", "102", "103", "105", "106", "107", "108", "109", "110", "113"],
    "112": ["101", "102", "103", "104", "105", "106", "107", "108", "109", "110"],
}


@dataclass(frozen=True)
class Folders:
    """A folder of metadata and a folder of national files."""

    metadata: Path
    national: Path

    def load(self) -> Areas:
        return load_areas(self.metadata, self.national)

    def put(self, name: str, content: str | bytes) -> Path:
        path = self.national / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def refusal(self, kind: type[KscbError] = SourceFault) -> str:
        with pytest.raises(kind) as caught:
            self.load()
        return str(caught.value)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    metadata, national = tmp_path / "metadata", tmp_path / "dfe"
    metadata.mkdir()
    national.mkdir()
    lines = ["area_code,la_code,area_name,geographic_level,exists_from,exists_to,predecessors"]
    lines += ["E92000001,,England,National,,,", "E12000001,,North East,Regional,,,"]
    lines += [
        f"E06000{code},{code},{name},Local authority,,,"
        for code, name in AUTHORITIES.items()
        if name != "Elmby"
    ]
    lines += [
        "E06000112,112,Elmby,Local authority,2021-04-01,,E10000113",
        "E10000113,113,Old Elmby,Local authority,,2021-03-31,",
        "E06000101 / E06000102,101 / 102,Ashby and Bly,Local authority,,,",
    ]
    (metadata / "areas.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (metadata / "area_spellings.csv").write_text(
        "spelling,area_code\nAshby Borough,E06000101\nE10000901,E06000101\n", encoding="utf-8"
    )
    (metadata / "neighbour_sets.csv").write_text(
        "set_id,set_name,area_code,member_code,valid_from,valid_to,source,place\n"
        "printed,As printed,E06000101,E06000102,,2012,a_paper,table 1\n",
        encoding="utf-8",
    )
    shutil.copy(METADATA / "neighbour_models.toml", metadata)
    return Folders(metadata, national)


def as_csv(rows: Sequence[Sequence[str]], end: str = "\n") -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerows(rows)
    return out.getvalue()


def list_of_2021(rows: dict[str, list[str]] = ROWS) -> str:
    """Write a list as that of 2021 is: columns of one name, an empty last one, a heading."""
    head = ["LA num", "LA Name", "LA number", "GOInd", "GOReg"]
    for place in range(1, 11):
        head += [f"SN{place}", "SNP"]
    lines = [[*head, ""]]
    for code, members in rows.items():
        beside = [cell for pair in zip(members, WORDS, strict=False) for cell in pair]
        name = {"101": "Ashby Borough"}.get(code) or AUTHORITIES.get(code, "")
        lines.append([code, name, code, "4", "North East", *beside, ""])
    heading = [[""] * 26, ["", "Old SNs:", *[""] * 24], [""] * 26]
    return "\ufeff" + as_csv([*lines[:2], *heading, *lines[2:]], "\r\n")


def list_of_2025(rows: dict[str, list[str]] = ROWS) -> str:
    """Write a list as that of 2025 is: a name for each column, blanks after some words."""
    head = ["old_la_code", "la_name", "region_ind", "region_name"]
    for place in range(1, 11):
        head += [f"SN_{place}", f"SN_{place}P"]
    lines = [head]
    for code, members in rows.items():
        words = [f"{word.capitalize()} " for word in WORDS]
        beside = [cell for pair in zip(members, words, strict=False) for cell in pair]
        lines.append([code, AUTHORITIES.get(code, ""), "4", "North East", *beside])
    return "\ufeff" + as_csv(lines)


SHAPES = [(APRIL_2021, list_of_2021), (IN_2025, list_of_2025)]


def the_set(areas: Areas, area_code: str, set_id: str) -> NeighbourSet:
    found = areas.neighbours(area_code, 2021, set_id)
    assert found is not None
    return found


# --------------------------------------------------------------------------- lists that are read


@pytest.mark.parametrize(("name", "write"), SHAPES)
def test_both_shapes_give_the_same_neighbours_in_their_order(folders, name, write):
    folders.put(name, write())
    areas = folders.load()
    (file,) = find_neighbour_files(folders.metadata, folders.national)
    one = the_set(areas, "E06000101", file.model.set_id)
    assert one.members == (*[f"E06000{code}" for code in ROWS["101"][:9]], "E10000113")
    assert one.closeness == tuple(word.lower() for word in WORDS)
    assert one.place == f"{name}, row 2"
    assert one.stands_in is False
    # The second stands below a heading in the list of 2021.
    row = 6 if name == APRIL_2021 else 3
    assert the_set(areas, "E06000112", file.model.set_id).place == f"{name}, row {row}"


def test_each_year_has_the_set_in_force_or_the_next_one_which_says_so(folders):
    folders.put(APRIL_2021, list_of_2021())
    folders.put(IN_2025, list_of_2025())
    areas = folders.load()
    chosen = {
        year: (one.set_id, one.stands_in)
        for year in (2006, 2012, 2013, 2020, 2021, 2024, 2025, 2040)
        if (one := areas.neighbours("E06000101", year))
    }
    assert chosen == {
        2006: ("printed", False),
        2012: ("printed", False),
        2013: ("dfe_april_2021", True),
        2020: ("dfe_april_2021", True),
        2021: ("dfe_april_2021", False),
        2024: ("dfe_april_2021", False),
        2025: ("dfe_2025", False),
        2040: ("dfe_2025", False),
    }


def test_a_set_that_is_pinned_does_not_stand_in(folders):
    folders.put(IN_2025, list_of_2025())
    areas = folders.load()
    pinned = areas.neighbours("E06000101", 2013, "dfe_2025")
    assert (pinned.set_id, pinned.stands_in) == ("dfe_2025", False)
    assert areas.neighbours("E06000101", 2013).stands_in is True


def test_a_set_is_not_used_for_years_after_its_own(folders):
    folders.put(APRIL_2021, list_of_2021())
    assert folders.load().neighbours("E06000101", 2025) is None


def test_an_authority_that_a_list_leaves_out_has_no_neighbours(folders):
    folders.put(IN_2025, list_of_2025())
    assert folders.load().neighbours("E06000105", 2025) is None


def test_an_analysts_own_set_goes_before_a_published_one_of_the_same_year(folders):
    folders.put(IN_2025, list_of_2025())
    with (folders.metadata / "neighbour_sets.csv").open("a", encoding="utf-8") as file:
        file.write("a_own,Our own,E06000101,E06000105,2025,,us,\n")
    areas = folders.load()
    assert areas.neighbours("E06000101", 2025).set_id == "a_own"
    assert areas.neighbours("E06000112", 2025).set_id == "dfe_2025"


def test_without_the_files_the_recorded_sets_are_known(folders):
    recorded = load_areas(folders.metadata)
    assert [one.set_id for one in recorded.neighbour_sets] == ["printed"]
    assert folders.load() == recorded
    assert load_areas(folders.metadata, folders.national / "not there") == recorded


def test_without_models_every_file_is_left_alone(folders):
    folders.put(IN_2025, list_of_2025())
    (folders.metadata / "neighbour_models.toml").unlink()
    assert [one.set_id for one in folders.load().neighbour_sets] == ["printed"]


def test_other_files_in_the_folder_are_left_alone(folders):
    folders.put("referrals.csv", "time_period,la_name\n2025,Ashby\n")
    folders.put("latin.csv", "name,größe\n".encode("cp1252"))
    folders.put("long.csv", b'"' + b"x" * 200_000 + b'"\n')
    folders.put("empty.csv", "")
    folders.put("sn_model_2025_wide.txt", "a note")
    (folders.national / "sn_model_2025_folder.csv").mkdir()
    assert find_neighbour_files(folders.metadata, folders.national) == ()


def test_a_copy_of_a_list_counts_once(folders):
    folders.put(IN_2025, list_of_2025())
    folders.put("SN_model_2025_wide (1).CSV", list_of_2025())
    files = find_neighbour_files(folders.metadata, folders.national)
    assert [file.model.set_id for file in files] == ["dfe_2025"]
    assert len(folders.load().neighbour_sets) == 3


def test_columns_may_stand_in_any_order_where_each_has_its_own_name(folders):
    rows = list(csv.reader(io.StringIO(list_of_2025().removeprefix("\ufeff"))))
    folders.put(IN_2025, list_of_2025())
    usual = the_set(folders.load(), "E06000101", "dfe_2025")
    folders.put(IN_2025, as_csv([row[::-1] for row in rows]))
    assert the_set(folders.load(), "E06000101", "dfe_2025") == usual


def test_a_code_of_nine_characters_and_a_former_one_do_as_well(folders):
    folders.put(IN_2025, list_of_2025().replace("112,Elmby,4,North East,101", "112,Elmby,4,,#"))
    text = (folders.national / IN_2025).read_text(encoding="utf-8")
    for code in ("E06000101", "e06000101", "E10000901"):
        folders.put(IN_2025, text.replace("#", code))
        assert the_set(folders.load(), "E06000112", "dfe_2025").members[0] == "E06000101"


# ---------------------------------------------------------------------------- lists at fault


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",104,", ",999,", ["row 2, column 6 (SN1)", "no authority", "'999'", "areas.csv"]),
        (",104,", ",E12000001,", ["row 2, column 6 (SN1)", "no authority", "'E12000001'"]),
        (",104,", ",101 / 102,", ["row 2, column 6 (SN1)", "no authority", "'101 / 102'"]),
        (",104,", ",Denholm,", ["row 2, column 6 (SN1)", "no authority", "'Denholm'"]),
        (",104,", ",101,", ["row 2, column 6 (SN1)", "Ashby is not its own neighbour"]),
        (",102,", ",104,", ["row 2, column 8 (SN2)", "Denholm is a neighbour twice"]),
        (",113,", ",,", ["row 2, column 24 (SN10)", "the cell is empty", "10 neighbours"]),
        (
            "Extremely Close",
            "Quite Close",
            ["row 2, column 7 (SNP)", "'Quite Close'", "very close"],
        ),
        ("Extremely Close", "", ["row 2, column 7 (SNP)", "''", "how close"]),
        ("Ashby Borough", "Elmby", ["row 2, column 2 (LA Name)", "'Elmby'", "101, Ashby", "spell"]),
        ("\n101,", "\n999,", ["row 2, column 1 (LA num)", "no authority", "'999'"]),
        ("\n101,", "\n,", ["row 2, column 1 (LA num)", "the cell is empty"]),
    ],
)
def test_a_faulty_cell_is_named_with_file_row_and_column(folders, old, new, said):
    text = list_of_2021()
    assert old in text
    folders.put(APRIL_2021, text.replace(old, new, 1))
    message = folders.refusal()
    assert APRIL_2021 in message
    assert all(part in message for part in said), message


def test_every_fault_of_a_list_is_told_at_once(folders):
    folders.put(IN_2025, list_of_2025().replace(",105,", ",999,"))
    message = folders.refusal()
    assert "2 fault(s)" in message
    assert "row 2, column 11 (SN_4): no authority" in message
    assert "row 3, column 13 (SN_5): no authority" in message


def test_many_faults_are_counted_rather_than_listed(folders):
    folders.put(IN_2025, list_of_2025({"101": ["999"] * 10, "112": ["998"] * 10, "105": ["997"]}))
    message = folders.refusal()
    assert "30 fault(s)" in message
    assert "… and 10 more" in message


def test_an_authority_with_neighbours_twice_is_named(folders):
    lines = list_of_2025().splitlines(keepends=True)
    folders.put(IN_2025, "".join([*lines, lines[1]]))
    message = folders.refusal()
    assert "row 4, column 1 (old_la_code): Ashby has its neighbours in row 2 already" in message


def test_a_row_with_fewer_than_ten_names_each_empty_cell(folders):
    folders.put(IN_2025, list_of_2025({"101": ROWS["101"][:8]}))
    message = folders.refusal()
    assert "column 21 (SN_9)" in message
    assert "column 23 (SN_10)" in message


def test_a_list_of_nobody_is_a_fault(folders):
    folders.put(IN_2025, list_of_2025({}))
    assert f"{IN_2025}: there is no authority in it" in folders.refusal()


def test_a_list_that_is_not_utf8_is_named(folders):
    folders.put(
        IN_2025, list_of_2025().removeprefix("\ufeff").replace("Ashby", "Äshby").encode("cp1252")
    )
    assert f"{IN_2025} is not UTF-8 text" in folders.refusal()


def test_a_list_that_is_no_csv_is_named(folders):
    folders.put(IN_2025, list_of_2025() + '"' + "x" * 200_000 + '"\n')
    assert f"{IN_2025}, row 4, cannot be read as CSV" in folders.refusal()


def test_a_list_without_one_of_its_columns_names_it_and_the_nearest(folders):
    folders.put(IN_2025, list_of_2025().replace(",SN_4,", ",SN4,"))
    message = folders.refusal(LayoutFault)
    assert all(part in message for part in (IN_2025, "'dfe_2025'", "'SN_4'", "Did you mean 'SN4'?"))


def test_a_closeness_column_of_a_shared_name_stands_beside_its_neighbour(folders):
    folders.put(APRIL_2021, list_of_2021().replace("SN3,SNP,", "SN3,note,"))
    message = folders.refusal(LayoutFault)
    assert "column 11 should be 'SNP'" in message
    assert "column 10 (SN3)" in message


def test_a_list_that_no_entry_names_is_not_taken_for_another(folders):
    folders.put("sn_model_2028_wide.csv", list_of_2025())
    message = folders.refusal(MetadataFault)
    assert "sn_model_2028_wide.csv has the columns of a list of neighbours" in message
    assert "neighbour_models.toml. Add an entry" in message


def test_an_entry_is_all_that_a_new_list_needs(folders):
    folders.put("sn_model_2028_wide.csv", list_of_2025())
    with (folders.metadata / "neighbour_models.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[models.dfe_2028]\nname = "2028"\npattern = "sn_model_2028*.csv"\n'
            'authority = "old_la_code"\nauthority_name = "la_name"\nneighbour = "SN_{}"\n'
            'closeness = "SN_{}P"\nvalid_from = 2028\npublication = "made up"\n'
        )
    areas = folders.load()
    assert areas.neighbours("E06000101", 2028).set_id == "dfe_2028"
    assert areas.neighbours("E06000101", 2027).stands_in is True


def test_two_different_files_of_one_list_are_named(folders):
    folders.put(IN_2025, list_of_2025())
    folders.put("sn_model_2025_old.csv", list_of_2025({"101": ROWS["101"]}))
    message = folders.refusal()
    assert "sn_model_2025_old.csv and sn_model_2025_wide.csv are both the list" in message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('neighbour = "SN{}"', 'neighbour = "SN"', ["models.dfe_april_2021", "'SN'", "{}"]),
        ('neighbour = "SN{}"', 'nieghbour = "SN{}"', ["'nieghbour'", "Did you mean 'neighbour'?"]),
        ("valid_to = 2024", "valid_to = 2020", ["dfe_april_2021", "2021 is after valid_to 2020"]),
        ("valid_from = 2025", 'valid_from = "2025"', ["models.dfe_2025", "a whole number"]),
        ("valid_from = 2025\n", "", ["models.dfe_2025", "no 'valid_from'"]),
        ("[models.dfe_2025]", "[model.dfe_2025]", ["unknown key 'model'", "'models'"]),
        ("[models.dfe_2025]", "[models.dfe_2025", ["neighbour_models.toml", "TOML"]),
    ],
)
def test_a_fault_in_the_models_is_named(folders, old, new, said):
    path = folders.metadata / "neighbour_models.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    message = folders.refusal(MetadataFault)
    assert all(part in message for part in said), message


# ------------------------------------------------------------------------- the published lists


@pytest.fixture(scope="module")
def published() -> Areas:
    for name in (APRIL_2021, IN_2025):
        if not (NATIONAL / name).is_file():
            pytest.skip(f"the published lists are not here: no {name} in {NATIONAL}")
    return load_areas(METADATA, NATIONAL)


def names_of(areas: Areas, set_id: str) -> list[str]:
    return [areas.name_of(code) for code in the_set(areas, areas.find("Kent").code, set_id).members]


def test_kent_has_four_neighbours_in_both_published_lists(published):
    in_2021, in_2025 = names_of(published, "dfe_april_2021"), names_of(published, "dfe_2025")
    assert len(in_2021) == len(in_2025) == 10
    assert set(in_2021) & set(in_2025) == {"Essex", "East Sussex", "Nottinghamshire", "Suffolk"}


@pytest.mark.parametrize("set_id", ["dfe_april_2021", "dfe_2025"])
def test_the_members_of_a_set_stand_in_the_row_that_it_names(published, set_id):
    """Read the cells anew, by their place in the row alone."""
    files = find_neighbour_files(METADATA, NATIONAL)
    (file,) = [one for one in files if one.model.set_id == set_id]
    rows = list(csv.reader(io.StringIO(file.path.read_bytes().decode("utf-8-sig"), newline="")))
    first = rows[0].index(file.model.neighbour.format(1))
    sets = [one for one in published.neighbour_sets if one.set_id == set_id]
    assert len(sets) > 150
    for one in sets:
        row = rows[int(one.place.rpartition(" ")[2]) - 1]
        assert published.find(row[0]).code == one.area_code
        printed = [published.by_code[code].la_code for code in one.members]
        assert row[first : first + 20 : 2] == printed
        assert [cell.strip().lower() for cell in row[first + 1 : first + 20 : 2]] == [
            *one.closeness
        ]


def test_every_authority_has_neighbours_from_2013_on(published):
    without = {
        (area.name, year)
        for year in range(2013, 2027)
        for area in published.existing(year)
        if published.neighbours(area.code, year) is None
    }
    assert without == set()


def test_authorities_of_2023_have_a_set_that_stands_in_for_2024(published):
    standing_in = [
        area.name
        for area in published.existing(2024)
        if (one := published.neighbours(area.code, 2024)) and one.stands_in
    ]
    assert standing_in == ["Cumberland", "Westmorland and Furness"]


def test_a_member_that_did_not_exist_yet_is_listed_all_the_same(published):
    kent = published.neighbours(published.find("Kent").code, 2015)
    there = {area.code for area in published.existing(2015)}
    assert [published.name_of(code) for code in kent.members if code not in there] == [
        "West Northamptonshire"
    ]


def test_the_models_say_where_each_list_comes_from():
    models, words = load_models(METADATA)
    assert {model.set_id for model in models} == {"dfe_april_2021", "dfe_2025"}
    assert all("Department for Education" in model.publication for model in models)
    assert len(words) == 5
