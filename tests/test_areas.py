"""Areas: found by every name they go by; reference tables that do not agree are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_project import REPOSITORY, damage, replace_file

from kscb_analysis.areas import ENGLAND, Area, Areas, NeighbourSet, load_areas
from kscb_analysis.errors import KscbError, MetadataFault, SourceFault, UnknownName
from kscb_analysis.vocabulary import GeographicLevel

REAL = load_areas(REPOSITORY / "data" / "metadata")
KENT = "E10000016"


def refusal(project) -> str:
    with pytest.raises(KscbError) as caught:
        load_areas(project.metadata)
    return str(caught.value)


@pytest.mark.parametrize(
    "wanted",
    ["Kent", "kent", " KENT ", "886", "E10000016", "e10000016"],
)
def test_kent_is_found_by_each_of_its_names(wanted):
    assert REAL.find(wanted).code == KENT


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Herefordshire", "Herefordshire, County of"),
        ("Kingston Upon Hull, City of", "Kingston upon Hull, City of"),
        ("E06000048", "Northumberland"),
    ],
)
def test_a_recorded_spelling_or_former_code_leads_to_the_area(spelling, name):
    assert REAL.find(spelling).name == name


@given(st.sampled_from(list(REAL.by_code.values())))
def test_every_area_is_found_by_its_own_name_and_codes(area):
    for wanted in (
        area.name,
        area.name.upper(),
        area.code,
        *([area.la_code] if area.la_code else []),
    ):
        assert REAL.find(wanted) == area


def test_the_reference_table_has_every_authority_of_2011_once():
    levels = [area.level for area in REAL.by_code.values()]
    assert levels.count(GeographicLevel.NATIONAL) == 1
    assert levels.count(GeographicLevel.LOCAL_AUTHORITY) >= 152
    assert REAL.by_code[ENGLAND].name == "England"
    codes = [area.la_code for area in REAL.by_code.values() if area.la_code]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [("Kant", "Did you mean 'Kent'?"), ("Nottinghamshir", "Did you mean 'Nottinghamshire'?")],
)
def test_a_mistyped_name_gets_the_nearest_one(wanted, hint):
    with pytest.raises(UnknownName) as caught:
        REAL.find(wanted)
    assert repr(wanted) in str(caught.value)
    assert "data/metadata/areas.csv" in str(caught.value)
    assert hint in str(caught.value)
    assert "kscb list areas" in str(caught.value)


@pytest.mark.parametrize("wanted", ["", " ", "999", "E99999999"])
def test_nothing_is_found_by_nothing(wanted):
    with pytest.raises(UnknownName):
        REAL.find(wanted)


def test_the_nearest_name_is_taken_from_those_that_are_held():
    with pytest.raises(UnknownName, match="Did you mean 'Essex'"):
        REAL.find("Sussex", among=["Essex", "Kent"])


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Kent", "kent"),
        ("East Sussex", "east-sussex"),
        ("King's Lynn", "kings-lynn"),
        ("Kingston upon Hull, City of", "kingston-upon-hull-city-of"),
    ],
)
def test_a_slug_is_fit_for_a_folder(name, slug):
    assert Area("E1", "", name, GeographicLevel.LOCAL_AUTHORITY).slug == slug


def test_no_two_areas_share_a_slug():
    slugs = [area.slug for area in REAL.by_code.values()]
    assert len(slugs) == len(set(slugs))


# ------------------------------------------------------------------------ neighbour sets


def neighbour_set(set_id: str, valid_from: int | None, valid_to: int | None) -> NeighbourSet:
    return NeighbourSet(set_id, set_id, KENT, ("E10000012",), valid_from, valid_to, "", "")


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "year", "holds"),
    [
        (None, None, 1990, True),
        (None, 2012, 2012, True),
        (None, 2012, 2013, False),
        (2013, None, 2012, False),
        (2013, None, 2013, True),
        (2010, 2012, 2011, True),
    ],
)
def test_a_set_is_in_force_from_its_first_year_to_its_last(valid_from, valid_to, year, holds):
    assert neighbour_set("a", valid_from, valid_to).holds_in(year) is holds


def test_the_newest_set_in_force_is_taken_and_another_can_be_pinned():
    sets = (
        neighbour_set("old", None, None),
        neighbour_set("new", 2010, 2020),
        neighbour_set("later", 2021, None),
    )
    areas = Areas(REAL.by_code, REAL.spellings, sets)
    assert areas.neighbours(KENT, 2009).set_id == "old"
    assert areas.neighbours(KENT, 2011).set_id == "new"
    assert areas.neighbours(KENT, 2021).set_id == "later"
    assert areas.neighbours(KENT, 2011, "old").set_id == "old"
    assert areas.neighbours("E10000012", 2011) is None


def test_an_unknown_set_gets_the_nearest_one():
    with pytest.raises(UnknownName) as caught:
        REAL.neighbours(KENT, 2011, "kent_2011_prnt")
    message = str(caught.value)
    assert "No neighbour set 'kent_2011_prnt' for Kent" in message
    assert "data/metadata/neighbour_sets.csv" in message
    assert "Did you mean 'kent_2011_print'?" in message


def test_an_area_without_sets_says_so():
    with pytest.raises(UnknownName, match="it has none"):
        REAL.neighbours("E10000012", 2011, "kent_2011_print")


def test_kent_has_the_ten_neighbours_that_are_printed_and_is_not_one_of_them():
    members = REAL.neighbours(KENT, 2011).members
    assert len(set(members)) == 10
    assert KENT not in members
    assert REAL.neighbours(KENT, 2013) is None


# ----------------------------------------------------------------- reference tables at fault

AREAS, SPELLINGS, SETS = (
    f"data/metadata/{name}.csv" for name in ("areas", "area_spellings", "neighbour_sets")
)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (AREAS, "area_name,", "name,", ["areas.csv", "no column 'area_name'"]),
        (
            AREAS,
            "England,National",
            "England,Nation",
            ["areas.csv, line 2", "'Nation'", "'National'"],
        ),
        (AREAS, "E10000012,881,Essex", "E10000016,881,Essex", ["line 8", "is there twice"]),
        (
            AREAS,
            "E10000012,881,Essex",
            "E10000012,881,East Sussex",
            ["East Sussex", "is there twice"],
        ),
        (AREAS, "E10000012,881,Essex", "E10000012,845,Essex", ["line 6", "845", "East Sussex"]),
        (AREAS, "E10000012,881,Essex", ",881,Essex", ["line 6", "no area_code"]),
        (AREAS, "E10000012,881,Essex", "E10000012,881,", ["line 6", "no area_name"]),
        (SPELLINGS, "E06000010", "E06000099", ["area_spellings.csv, line 2", "E06000099"]),
        (
            SPELLINGS,
            '"Kingston Upon Hull, City of",E06000010',
            "Kent,E06000010",
            ["area_spellings.csv, line 2", "'Kent' already means Kent"],
        ),
        (
            SPELLINGS,
            '"Kingston Upon Hull, City of"',
            "",
            ["area_spellings.csv, line 2", "no spelling"],
        ),
        (
            SETS,
            "E10000016,E10000012,1,,2012",
            "E10000016,E1,1,,2012",
            ["line 2", "'E1'", "member_code"],
        ),
        (
            SETS,
            "E10000016,E10000012,1,,2012",
            "E10000016,E10000016,1,,2012",
            ["neighbour_sets.csv, line 2", "not its own neighbour"],
        ),
        (
            SETS,
            "E10000012,1,,2012",
            "E10000012,1,soon,2012",
            ["neighbour_sets.csv, line 2", "valid_from", "'soon'", "a year such as 2011"],
        ),
        (SETS, "1,,2012", "1,,2012.5", ["neighbour_sets.csv, line 2", "valid_to", "'2012.5'"]),
        (SETS, "1,,2012", "1,2013,2012", ["neighbour_sets.csv, line 2", "2013", "2012"]),
        (SETS, "2,,2012", "2,,2011", ["neighbour_sets.csv, line 3", "kent_print", "same dates"]),
        (
            SETS,
            "E10000011,2,,2012",
            "E10000012,2,,2012",
            ["neighbour_sets.csv, line 3", "Essex", "twice"],
        ),
    ],
)
def test_a_fault_in_a_reference_table_names_file_and_line(small_project, file, old, new, said):
    damage(small_project, file, old, new)
    message = refusal(small_project)
    assert all(part in message for part in said), message


@pytest.mark.parametrize("file", [AREAS, SPELLINGS, SETS])
def test_a_reference_table_that_is_not_there_is_named(small_project, file):
    (small_project.root / file).unlink()
    with pytest.raises(SourceFault, match=f"{file} is missing"):
        load_areas(small_project.metadata)


@pytest.mark.parametrize("file", [AREAS, SPELLINGS, SETS])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no column"),
        ("spelling,Gda\u0144sk\n".encode("utf-16"), "UTF-8"),
        (b"area_code\n" + b'"' + b"x" * 200_000 + b'"\n', "no column"),
    ],
)
def test_a_reference_table_that_is_no_csv_is_named(small_project, file, content, said):
    replace_file(small_project, file, content)
    message = refusal(small_project)
    assert file.rpartition("/")[2] in message
    assert said in message


def test_a_cell_too_long_for_a_csv_is_named(small_project):
    header = (small_project.metadata / "areas.csv").read_bytes().splitlines()[0]
    replace_file(small_project, AREAS, header + b'\n"' + b"x" * 200_000 + b'"\n')
    assert "areas.csv cannot be read as CSV" in refusal(small_project)


def test_a_folder_in_place_of_a_reference_table_is_named(small_project):
    path = small_project.metadata / "areas.csv"
    path.unlink()
    path.mkdir()
    with pytest.raises(SourceFault, match=r"data/metadata/areas\.csv cannot be read"):
        load_areas(small_project.metadata)


def test_line_ends_and_a_byte_order_mark_do_not_matter(small_project):
    before = load_areas(small_project.metadata)
    for file in (AREAS, SPELLINGS, SETS):
        content = (small_project.root / file).read_bytes().replace(b"\n", b"\r\n")
        replace_file(small_project, file, b"\xef\xbb\xbf" + content + b"\r\n")
    assert load_areas(small_project.metadata) == before


def test_a_faulty_set_is_a_fault_of_the_metadata(small_project):
    damage(small_project, SETS, "1,,2012", "1,x,2012")
    with pytest.raises(MetadataFault):
        load_areas(small_project.metadata)
