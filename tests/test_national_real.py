"""The published files themselves, where somebody has them: figures, cells, screens and time.

They are not part of the project. They are looked for in the folder named by the environment
variable KSCB_NATIONAL, or else in `../shared/data/dfe` beside the checkout; without them
everything here is skipped.
"""

import csv
import os
import time
from pathlib import Path

import pandas as pd
import pytest
from national_files import reference
from small_project import REPOSITORY

from kscb_analysis.areas import Areas
from kscb_analysis.catalogue import Catalogue
from kscb_analysis.file_kinds import load_kinds
from kscb_analysis.findings import Checked
from kscb_analysis.national import Tidied, tidy_national
from kscb_analysis.open_data import OpenData, find_files
from kscb_analysis.paths import Project
from kscb_analysis.schema import OBSERVATIONS, typed
from kscb_analysis.screen import SCREENS, Screened

FOLDER = Path(os.environ.get("KSCB_NATIONAL", REPOSITORY.parent / "shared" / "data" / "dfe"))
FILES = sorted(FOLDER.glob("*.csv"))

pytestmark = pytest.mark.skipif(
    not FILES, reason=f"no national files in {FOLDER.name}; name their folder in KSCB_NATIONAL"
)


@pytest.fixture(scope="module")
def about() -> tuple[Catalogue, Areas]:
    return reference(Project(REPOSITORY))


@pytest.fixture(scope="module")
def data(about: tuple[Catalogue, Areas]) -> OpenData:
    return find_files(FOLDER, load_kinds(REPOSITORY / "data" / "metadata", about[0]))


@pytest.fixture(scope="module")
def read(data: OpenData, about: tuple[Catalogue, Areas]) -> Tidied:
    return tidy_national(data, *about)


@pytest.fixture(scope="module")
def found(read: Tidied, about: tuple[Catalogue, Areas]) -> dict[str, Checked]:
    return {one.__name__: one(Screened(read, *about)) for one in SCREENS}


def about_kent(read: Tidied, indicator: str, year: str) -> pd.Series:
    rows = read.rows
    mine = rows[
        (rows["indicator_id"] == indicator)
        & (rows["area_name"] == "Kent")
        & (rows["time_period"] == year)
        & (rows["breakdown"] == "Total")
    ]
    if mine.empty:
        pytest.skip(f"no file here has {indicator} for {year}")
    return mine.iloc[-1]


def cell(row: pd.Series) -> str:
    """Read the very cell that a row names, by the csv module alone."""
    path = FOLDER / f"{row['source_table']}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        for cells in reader:
            if reader.line_num == row["source_row"]:
                assert "Kent" in cells
                return cells[row["source_column"] - 1]
    raise AssertionError(f"{path.name} has no row {row['source_row']}")


def test_every_file_with_periods_is_recognised(data):
    """Whether a file has periods is seen in its first line alone."""
    dated = [
        path.name
        for path in FILES
        if "time_period" in path.read_text(encoding="utf-8-sig").partition("\n")[0]
    ]
    assert [one.path.name for one in data.files] == dated
    assert dated


def test_every_row_fits_the_schema_and_is_the_only_one(read):
    made = typed(read.rows, OBSERVATIONS)
    assert not made.duplicated(list(OBSERVATIONS.key)).any()
    assert (made["value"].notna() == (made["value_status"] == "published")).all()


@pytest.mark.parametrize(
    ("indicator", "year", "value", "numerator", "denominator"),
    [
        ("children_looked_after_rate", "2025", 53.0, 1896, 355390),
        ("children_looked_after_number", "2025", 1896.0, None, None),
        ("second_or_subsequent_plans_pct", "2025", 24.3, 310, 1274),
        ("three_or_more_placements_pct", "2025", 12.0, 221, 1896),
        ("same_placement_2_years_pct", "2025", 69.0, 321, 468),
        ("plans_ended_after_2_years_pct", "2024", 5.0, 73, 1471),
        ("child_protection_reviews_in_timescale_pct", "2024", 99.8, 852, 854),
        ("care_leavers_in_eet_pct", "2025", 51.0, 610, 1198),
    ],
)
def test_a_figure_of_kent_is_the_one_in_the_cell_it_names(
    read, indicator, year, value, numerator, denominator
):
    row = about_kent(read, indicator, year)
    assert float(cell(row)) == row["value"] == value
    assert cell(row) == row["printed"]
    if numerator is None:
        assert pd.isna(row["numerator"])
    else:
        assert (row["numerator"], row["denominator"]) == (numerator, denominator)


@pytest.mark.parametrize(
    ("indicator", "year", "per", "numerator", "denominator"),
    [
        ("assessments_within_45_days_pct", "2024", 100, 18394, 21680),
        ("child_protection_conferences_within_15_days_pct", "2024", 100, 148 + 1216, 1558),
        ("children_in_need_rate", "2025", 10_000, 11247, 355390),
    ],
)
def test_a_figure_that_is_worked_out_follows_from_its_counts(
    read, indicator, year, per, numerator, denominator
):
    row = about_kent(read, indicator, year)
    assert row["value"] == pytest.approx(per * numerator / denominator)
    assert cell(row) == row["printed"].split(" + ")[0]


def test_published_rates_are_those_of_the_population_of_the_year_before(read):
    """Until 2022 every one is; then the estimates were revised after publication."""
    rows = read.rows
    rates = rows[
        rows["indicator_id"].isin(
            [
                "assessments_completed_rate", "section_47_enquiries_rate",
                "child_protection_conferences_rate", "child_protection_plans_started_rate",
                "children_on_protection_plan_rate",
            ]
        )
        & (rows["value"] > 0)
        & (rows["time_period"] <= "2022")
    ]  # fmt: skip
    if rates.empty:
        pytest.skip("no file here has these rates")
    assert rates["denominator"].notna().mean() > 0.999


def test_what_the_screens_find_is_little(found, read):
    assert all(one.looked_at for one in found.values())
    assert found["national_codes_and_names_agree"] == []
    assert found["national_levels_are_complete"] == []
    assert found["authorities_add_up_to_england"] == []
    assert sum(map(len, found.values())) < len(read.files)


def test_cleaning_takes_at_most_six_times_as_long_as_reading(data, about):
    """Both are timed in this run, the quickest of five, so that the machine does not matter."""

    def quickest(work) -> float:
        times = []
        for _ in range(5):
            start = time.process_time()
            work()
            times.append(time.process_time() - start)
        return min(times)

    def reading() -> None:
        for one in data.files:
            pd.read_csv(one.path, dtype=str, keep_default_na=False)

    def cleaning() -> None:
        kinds = load_kinds(REPOSITORY / "data" / "metadata", about[0])
        tidy_national(find_files(FOLDER, kinds), *about)

    assert quickest(cleaning) <= 6 * quickest(reading)
