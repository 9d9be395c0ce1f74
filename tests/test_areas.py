"""Areas: found by every name they go by; reference tables that do not agree are refused.

The national files that the reference is held against are not part of the project. They are looked
for in the folder named by the environment variable KSCB_NATIONAL, or else in
`../shared/data/dfe` beside the checkout.
"""

import csv
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_project import REPOSITORY, damage, replace_file

from kscb_analysis.areas import ENGLAND, Area, Areas, NeighbourSet, load_areas
from kscb_analysis.errors import KscbError, MetadataFault, SourceFault, UnknownName
from kscb_analysis.vocabulary import GeographicLevel

REAL = load_areas(REPOSITORY / "data" / "metadata")
KENT = "E10000016"
NATIONAL = Path(os.environ.get("KSCB_NATIONAL", REPOSITORY.parent / "shared" / "data" / "dfe"))


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
        ("e10000022", "Northumberland"),
        ("E08000016", "Barnsley"),
        ("E10000002", "Buckinghamshire"),
        ("820", "Bedfordshire"),
        ("st  helens", "St. Helens"),
        ("E10000009", "Dorset (before April 2019)"),
        ("314 / 318", "Kingston upon Thames and Richmond upon Thames"),
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


def test_the_reference_table_has_england_nine_regions_and_two_halves_of_london():
    levels = [area.level for area in REAL.by_code.values()]
    assert levels.count(GeographicLevel.NATIONAL) == 1
    assert levels.count(GeographicLevel.REGIONAL) == 11
    assert REAL.by_code[ENGLAND].name == "England"
    codes = [area.la_code for area in REAL.by_code.values() if area.la_code]
    assert len(codes) == len(set(codes))


@given(st.sampled_from([area for area in REAL.by_code.values() if area.la_code]))
def test_the_region_of_an_authority_is_one_of_those(area):
    region = REAL.by_code[area.region_code]
    assert region.level is GeographicLevel.REGIONAL
    assert region.name == area.region_name
    assert region.name != "London"
    assert (region.region_code, region.region_name) == (region.code, region.name)


# ----------------------------------------------------------------- authorities come and go


@pytest.mark.parametrize(
    ("year", "count"),
    [
        *[(2006, 150), (2009, 150), (2010, 152), (2019, 152), (2020, 151), (2021, 151)],
        *[(2022, 152), (2023, 152), (2024, 153), (2026, 153)],
    ],
)
def test_the_authorities_of_a_year_are_those_of_its_31_march(year, count):
    assert len(REAL.existing(year)) == count


@pytest.mark.parametrize(
    ("day", "there", "not_there"),
    [
        (date(2009, 3, 31), ["Bedfordshire", "Cheshire"], ["Bedford", "Cheshire East"]),
        (date(2009, 4, 1), ["Central Bedfordshire", "Cheshire West and Chester"], ["Cheshire"]),
        (date(2019, 3, 31), ["Poole", "Bournemouth", "Dorset (before April 2019)"], ["Dorset"]),
        (date(2019, 6, 30), ["Bournemouth, Christchurch and Poole", "Dorset"], ["Poole"]),
        (date(2021, 3, 31), ["Northamptonshire"], ["West Northamptonshire"]),
        (date(2023, 4, 1), ["Cumberland", "Westmorland and Furness"], ["Cumbria"]),
        (date(2026, 3, 31), ["City of London", "Isles of Scilly", "Kent"], ["London", "England"]),
    ],
)
def test_an_authority_is_there_from_its_first_day_to_its_last(day, there, not_there):
    names = {area.name for area in REAL.existing(day)}
    assert names >= set(there)
    assert names.isdisjoint(not_there)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("820", ["Bedford", "Central Bedfordshire"]),
        ("875", ["Cheshire East", "Cheshire West and Chester"]),
        ("835", ["Bournemouth, Christchurch and Poole", "Dorset"]),
        ("836", ["Bournemouth, Christchurch and Poole"]),
        ("837", ["Bournemouth, Christchurch and Poole"]),
        ("928", ["North Northamptonshire", "West Northamptonshire"]),
        ("909", ["Cumberland", "Westmorland and Furness"]),
        ("886", []),
    ],
)
def test_an_abolished_authority_leads_to_its_successors(code, names):
    successors = REAL.successors(REAL.find(code).code)
    assert sorted(area.name for area in successors) == names


def test_whoever_was_abolished_has_a_successor_that_began_the_next_day():
    abolished = [area for area in REAL.by_code.values() if area.exists_to]
    assert len(abolished) == 7
    for area in abolished:
        for successor in REAL.successors(area.code):
            assert (successor.exists_from - area.exists_to).days == 1
        assert REAL.successors(area.code)


def test_a_name_that_has_passed_on_is_that_of_the_authority_of_the_day():
    assert REAL.find("Dorset").code == "E06000059"
    assert REAL.find("dorset", on=date(2019, 3, 31)).code == "E10000009"
    assert REAL.find("Dorset", on=date(2019, 4, 1)).code == "E06000059"
    assert REAL.find("Kent", on=date(1999, 3, 31)).code == KENT


@pytest.mark.parametrize(
    ("code", "name", "called"),
    [
        ("E10000009", "Dorset", True),
        ("E06000059", "DORSET", True),
        ("E06000047", "Durham", True),
        ("E06000005", "Durham", False),
        ("E10000016", "Essex", False),
        ("E10000016", "", False),
    ],
)
def test_an_area_is_called_by_its_names_and_by_no_other(code, name, called):
    assert REAL.is_called(code, name) is called


def test_a_joint_return_is_no_authority():
    joint = REAL.find("E06000061 / E06000062")
    assert [REAL.name_of(code) for code in joint.parts] == [
        "North Northamptonshire",
        "West Northamptonshire",
    ]
    assert not joint.is_authority
    assert joint not in REAL.existing(2025)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("886", KENT),
        ("e10000016", KENT),
        ("E10000027", "E06000066"),
        ("Kent", None),
        ("999", None),
        ("E92000001", None),
        ("314 / 318", None),
        ("", None),
    ],
)
def test_only_a_code_of_an_authority_is_one(text, code):
    assert REAL.authority_code(text) == code


def national_files() -> list[Path]:
    return sorted(NATIONAL.glob("*.csv"))


# A workforce census is of 30 September, a population estimate of 30 June, all else of 31 March.
NUMBER = re.compile(r"-?\d+(\.\d+)?")
DAYS = {"csww": (9, 30), "ons_": (6, 30)}
ABOUT = {
    "time_period", "time_identifier", "geographic_level", "country_code", "country_name",
    "region_code", "region_name", "old_la_code", "new_la_code", "la_name",
}  # fmt: skip


def authorities_in(path: Path) -> Iterator[tuple[date, dict[str, str], bool]]:
    """Give the day, the cells and whether there is a figure, for each authority's row."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row.get("geographic_level") == "Local authority":
                day = date(int(row["time_period"]), *DAYS.get(path.name[:4], (3, 31)))
                figures = (row[name] for name in row if name not in ABOUT)
                yield day, row, any(map(NUMBER.fullmatch, figures))


def test_the_reference_agrees_with_the_national_files():
    """Every authority with figures existed, each that existed is listed, under our name."""
    if not national_files():
        pytest.skip(f"the national files are not here: no CSV in {NATIONAL}")
    read = 0
    for path in national_files():
        listed: dict[date, set[str]] = defaultdict(set)
        for day, row, has_figure in authorities_in(path):
            read += 1
            area = REAL.find(row["new_la_code"])
            assert area.la_code == row["old_la_code"]
            assert REAL.is_called(area.code, row["la_name"])
            assert (area.region_code, area.region_name) == (row["region_code"], row["region_name"])
            assert area.existed(day) or not has_figure, f"{path.name}: {area.name} on {day}"
            listed[day] |= {area.code, *area.parts}
        for day, codes in listed.items():
            expected = {area.code for area in REAL.existing(day)}
            assert expected <= codes, f"{path.name}, {day}: {expected - codes}"
    assert read > 10_000


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
    assert not any(areas.neighbours(KENT, year).stands_in for year in (2009, 2011, 2021))
    assert areas.neighbours(KENT, 2009).set_id == "old"
    assert areas.neighbours(KENT, 2011).set_id == "new"
    assert areas.neighbours(KENT, 2021).set_id == "later"
    assert areas.neighbours(KENT, 2011, "old").set_id == "old"
    assert areas.neighbours("E10000012", 2011) is None


def test_a_year_without_a_set_has_the_next_later_one_which_says_so():
    sets = (
        neighbour_set("last", 2025, None),
        neighbour_set("first", 2010, 2011),
        neighbour_set("next", 2021, 2024),
        neighbour_set("own", 2021, 2022),
    )
    areas = Areas(REAL.by_code, REAL.spellings, sets)
    chosen = [areas.neighbours(KENT, year) for year in (2005, 2010, 2012, 2020, 2022, 2023)]
    assert [(one.set_id, one.stands_in) for one in chosen] == [
        ("first", True),
        ("first", False),
        ("own", True),
        ("own", True),
        ("own", False),
        ("next", False),
    ]


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
        (
            AREAS,
            "area_name,geographic_level,region_code",
            "area_name,geographic_level,exists_from",
            ["areas.csv, line 3", "exists_from", "'E12000008'", "a day such as 2019-03-31"],
        ),
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


DATED = """\
area_code,la_code,area_name,geographic_level,exists_from,exists_to,predecessors
E10000012,881,Essex,Local authority,,2019-03-31,
E10000011,845,East Sussex,Local authority,,,
E10000017,888,Lancashire,Local authority,,,
E06000010,810,Kingston upon Hull,Local authority,,,
E10000016,886,Kent,Local authority,2019-04-01,,E10000012
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2019-03-31", "2019-02-30", ["line 2", "exists_to", "'2019-02-30'"]),
        ("2019-03-31", "2019-03-30", ["line 6", "Kent began on 2019-04-01", "Essex ended on 2019"]),
        ("2019-03-31", "", ["line 6", "Essex ended on no day"]),
        ("2019-04-01", "", ["line 6", "Kent began on no day"]),
        ("2019-04-01,,", "2019-04-01,2019-03-01,", ["line 6", "is after exists_to 2019-03-01"]),
        (",E10000012\n", ",E10000099\n", ["line 6", "Kent names 'E10000099'"]),
        ("E10000011,845", "E10000011 / E10000099,845", ["line 3", "East Sussex names 'E10000011'"]),
    ],
)
def test_days_and_kin_that_do_not_fit_are_named(small_project, old, new, said):
    assert DATED.count(old) == 1
    replace_file(small_project, AREAS, DATED.replace(old, new).encode())
    message = refusal(small_project)
    assert all(part in message for part in ("areas.csv", *said)), message


def test_a_name_may_pass_on_to_an_authority_that_began_later(small_project):
    replace_file(small_project, AREAS, DATED.encode())
    damage(small_project, SPELLINGS, '"Kingston Upon Hull, City of",E06000010', "Kent,E10000012")
    areas = load_areas(small_project.metadata)
    assert areas.find("Kent").name == "Kent"
    assert areas.find("Kent", on=date(2019, 3, 31)).name == "Essex"


def test_a_table_without_days_has_areas_that_were_always_there(small_project):
    areas = load_areas(small_project.metadata)
    assert areas.existing(1900) == areas.existing(2100)
    assert len(areas.existing(2011)) == 7


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
