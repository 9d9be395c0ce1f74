"""What is found in national files that can be read: each screen trips once and is quiet else."""

import pytest
from national_files import (
    CARE,
    CARE_ROWS,
    KENT,
    KINDS,
    PLACES,
    RUTLAND,
    add_metadata,
    national_project,
    put,
    reference,
    text_of,
    tidied,
)
from small_project import damage

from kscb_analysis import screen as room
from kscb_analysis.build import make_data
from kscb_analysis.dataset import Dataset
from kscb_analysis.findings import Checked
from kscb_analysis.schema import FINDINGS, typed
from kscb_analysis.screen import (
    SCREENS,
    Screened,
    authorities_add_up_to_england,
    later_national_files_agree_with_earlier_ones,
    national_codes_and_names_agree,
    national_files_are_read_in_full,
    national_files_have_the_standard_columns,
    national_levels_are_complete,
    national_percentages_follow_from_their_counts,
    national_rows_are_the_only_ones,
    national_years_follow_one_another,
    screen,
    screens,
)

CARE_FILE = "data/raw/dfe/care_numbers.csv"


@pytest.fixture
def project(tmp_path):
    return national_project(tmp_path / "national")


def screened(project) -> Screened:
    return Screened(tidied(project), *reference(project))


def messages(check, project) -> list[str]:
    return [one.message for one in check(screened(project))]


def test_no_screen_is_forgotten():
    made = {
        name
        for name, held in vars(room).items()
        if callable(held) and getattr(held, "__annotations__", {}).get("return") is Checked
    }
    assert made == {one.__name__ for one in SCREENS}
    assert list(screens()) == [one.__name__ for one in SCREENS]
    assert all(promise.endswith(".") and promise[0].isupper() for promise in screens().values())


@pytest.mark.parametrize("check", SCREENS, ids=lambda check: check.__name__)
def test_a_screen_is_quiet_where_there_are_no_files(check, small_project):
    found = check(screened(small_project))
    assert found == []
    assert found.looked_at == 0


def test_findings_fit_the_schema_and_name_their_cells(project):
    damage(project, CARE_FILE, "Rutland", "Rutlend", count=4)
    found = typed(screen(screened(project)), FINDINGS)
    assert "national_codes_and_names_agree" in set(found["check"])
    assert found["cells"].str.fullmatch(r"dfe/\w+, row \d+, column \d+").all()


def test_a_column_of_the_standard_that_is_not_there_is_found(project):
    text = text_of(CARE, CARE_ROWS, leave_out=("la_name", "old_la_code"))
    put(project, "care_numbers.csv", text)
    found = messages(national_files_have_the_standard_columns, project)
    assert [message.partition(",")[0] for message in found] == [
        "care_numbers.csv has no column 'old_la_code'",
        "care_numbers.csv has no column 'la_name'",
    ]
    assert messages(national_codes_and_names_agree, project) == []


def test_what_is_not_read_in_full_is_found(project):
    assert messages(national_files_are_read_in_full, project) == []
    damage(project, CARE_FILE, "2025,Reporting year,Regional", "2025,Reporting year,Ward", count=2)
    content = (project.root / CARE_FILE).read_text(encoding="utf-8-sig").replace("Kent", "Kênt")
    (project.root / CARE_FILE).write_bytes(content.encode("cp1252"))
    (project.national / "people_2012_to_2024.csv").unlink()
    windows, level, wanting = messages(national_files_are_read_in_full, project)
    assert windows.startswith("care_numbers.csv is not UTF-8 text")
    assert "2 rows of the level 'Ward' are not read" in level
    assert wanting.startswith("Own assessments rate: not worked out")
    assert "'people'" in wanting


def test_a_code_beside_another_name_or_number_is_found(project):
    assert messages(national_codes_and_names_agree, project) == []
    damage(project, CARE_FILE, "886,E10000016,Kent", "887,E10000016,Medway", count=4)
    name, number = messages(national_codes_and_names_agree, project)
    assert name == ("care_numbers.csv, row 4: E10000016 is Kent, but the row names 'Medway'.")
    assert number == (
        "care_numbers.csv, row 4: E10000016 is Kent with the number 886, but the row has 887."
    )


def test_a_row_that_stands_twice_is_found(project):
    again = "At 31 March,355390,1896,53"
    damage(project, CARE_FILE, "Started,355390,1896,53", again)
    (message,) = messages(national_rows_are_the_only_ones, project)
    assert message.startswith("care_numbers.csv has 1 row(s) twice, with the same figures; row 19")


def test_a_region_or_an_authority_that_is_not_there_is_found(project):
    # The small project knows one region and more authorities than the file has.
    found = messages(national_levels_are_complete, project)
    mine = [one for one in found if one.startswith("care_numbers.csv, 2025")]
    assert mine == [
        f"care_numbers.csv, 2025, has no row for {name}."
        for name in ("Kingston upon Hull", "Barnet", "East Sussex", "Lancashire")
    ]
    damage(project, CARE_FILE, "2025,Reporting year,Regional", "2025,Reporting year,Ward", count=2)
    assert "care_numbers.csv, 2025, has no row for South East." in messages(
        national_levels_are_complete, project
    )


def test_figures_for_an_authority_that_there_was_not_are_found(project):
    path = project.metadata / "areas.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    columns = ["exists_from", "exists_to"]
    head = lines[0].split(",")
    missing = [name for name in columns if name not in head]
    lines[0] = ",".join([*head, *missing])
    at = lines[0].split(",").index("exists_to")
    for number, line in enumerate(lines[1:], start=1):
        cells = [*line.split(","), *[""] * len(missing)]
        if cells[0] == RUTLAND:
            cells[at] = "2024-03-30"
        lines[number] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = [one for one in messages(national_levels_are_complete, project) if "Rutland" in one]
    # In 2025 its row holds markers alone.
    assert [one for one in found if one.startswith("care")] == [
        "care_numbers.csv, 2024, has figures for an authority that there was not: Rutland."
    ]


def test_a_gap_in_the_years_is_found(project):
    assert messages(national_years_follow_one_another, project) == []
    rows = tuple((2052 if year == 2025 else year, code, cells) for year, code, cells in CARE_ROWS)
    put(project, "care_numbers.csv", text_of(CARE, rows))
    (message,) = messages(national_years_follow_one_another, project)
    assert message.startswith("care_numbers.csv goes from 2024 to 2052")


@pytest.mark.parametrize(("england", "found"), [(1960, 0), (1965, 0), (1955, 0), (1966, 1)])
def test_authorities_that_do_not_add_up_to_england_are_found(project, england, found):
    counts = dict(zip(PLACES, (england, 700, 1000, 900, 60), strict=True))
    rows = tuple((2025, code, ("At 31 March", 1, count, 1)) for code, count in counts.items())
    put(project, "care_numbers.csv", text_of(CARE, rows))
    result = authorities_add_up_to_england(screened(project))
    assert len(result) == found
    assert result.looked_at == 1  # the population has a marker in Rutland, and is not added up
    if found:
        assert "England has 1,966" in result[0].message
        assert "3 authorities add up to 1,960" in result[0].message


def test_authorities_are_not_added_up_where_one_is_suppressed(project):
    (project.national / "people_2012_to_2024.csv").unlink()
    assert authorities_add_up_to_england(screened(project)).looked_at == 0


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("68.6", []),
        ("69", []),
        ("68", ["published as 68 beside 321 of 468"]),
        ("69.0", ["published as 69.0 beside 321 of 468"]),
    ],
)
def test_a_percentage_that_its_counts_do_not_make_is_found(project, printed, found):
    file = "data/raw/dfe/stability_2025.csv"
    damage(project, file, '"321","69"', f'"321","{printed}"')
    if "." in printed:  # 21 would stand for 21.0 beside it
        damage(project, file, '"100","21"', '"100","21.4"')
    said = messages(national_percentages_follow_from_their_counts, project)
    assert len(said) == len(found)
    assert all(part in message for part, message in zip(found, said, strict=True))
    assert all(message.endswith("which makes 68.6.") for message in said)


def test_rounded_counts_of_england_may_make_a_little_more(project):
    counts = ("At 31 March", 120000, 811, 67)  # 67.6; with 5 fewer children 67.2
    put(
        project,
        "care_numbers.csv",
        text_of(CARE, ((2025, "E92000001", counts), (2025, KENT, counts))),
    )
    (message,) = messages(national_percentages_follow_from_their_counts, project)
    assert "Kent" in message


def test_a_revised_figure_is_found_with_both_cells(project):
    early = tuple(row for row in CARE_ROWS if row[0] == 2024)
    changed = tuple(
        (year, code, (*cells[:3], 57) if (year, code) == (2024, KENT) else cells)
        for year, code, cells in CARE_ROWS
    )
    put(project, "care_numbers.csv", text_of(CARE, changed))
    put(project, "care_numbers_early.csv", text_of(CARE, early))
    found = later_national_files_agree_with_earlier_ones(screened(project))
    (revised,) = found
    assert revised.message == (
        "Cared for rate, Kent, 2024: revised from 56 (care_numbers_early) to 57 (care_numbers). "
        "The later file is used."
    )
    assert revised.cells == (
        "dfe/care_numbers, row 4, column 14; dfe/care_numbers_early, row 4, column 14"
    )
    assert revised.difference == 1.0
    # Every figure of 2024 stands in both files: four counts and four rates, two being suppressed.
    assert found.looked_at == 8


def test_a_recorded_day_says_which_file_is_the_later_one(project):
    put(
        project, "care_numbers_early.csv", text_of(CARE, ((2024, KENT, ("At 31 March", 1, 1, 57)),))
    )
    add_metadata(project, kinds=KINDS + "\n[released]\ncare_numbers_early = 2026-01-20\n")
    count, rate = sorted(messages(later_national_files_agree_with_earlier_ones, project))
    assert "to 57 (care_numbers_early)" in rate + count
    assert "from 1950 (care_numbers)" in rate + count


@pytest.mark.parametrize(("count", "found"), [(80005, 0), (80010, 1)])
def test_a_count_for_england_may_differ_by_its_rounding(project, count, found):
    early = ((2024, "E92000001", ("At 31 March", 12000000, count, 67)),)
    put(project, "care_numbers_early.csv", text_of(CARE, early))
    assert len(later_national_files_agree_with_earlier_ones(screened(project))) == found


def test_what_is_found_is_kept_with_the_other_findings(project):
    damage(project, CARE_FILE, "Kent", "Kenya", count=4)
    make_data(project)
    data = Dataset(project)
    mine = data.findings[data.findings["check"] == "national_codes_and_names_agree"]
    assert mine["area_name"].tolist() == ["Kent"]
    assert "'Kenya'" in mine["message"].iloc[0]


def test_a_kind_that_nothing_is_fed_by_is_not_looked_for(project):
    add_metadata(project, kinds=KINDS + KINDS[: KINDS.index("[files.st")].replace("care", "spare"))
    assert len(tidied(project).files) == 4
