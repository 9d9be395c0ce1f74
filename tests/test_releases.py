"""docs/national-data.md: its tables follow the metadata, and its years the published files."""

import csv
import os
import re
import shutil
from pathlib import Path

import pytest
from small_project import REPOSITORY, damage

from kscb_analysis.catalogue import load_catalogue
from kscb_analysis.errors import MetadataFault
from kscb_analysis.file_kinds import load_kinds
from kscb_analysis.neighbour_models import load_models
from kscb_analysis.paths import Project
from kscb_analysis.releases import BEGINS, ENDS, PAGE, bring_up_to_date, national_page

HERE = Project(REPOSITORY)
FOLDER = Path(os.environ.get("KSCB_NATIONAL", REPOSITORY.parent / "shared" / "data" / "dfe"))
# How the table of years names files that have no letter of their own.
BEGINNINGS = {
    "children looked after": "cla_number",
    "stability": "la_cla_placement_stability",
    "care leavers": "la_care_leavers",
    "workforce": "csww",
    "population": "ons_mid",
}


@pytest.fixture
def copied(tmp_path: Path) -> Project:
    """Give the metadata and the page, to change."""
    shutil.copytree(HERE.metadata, tmp_path / "data" / "metadata")
    (tmp_path / "docs").mkdir()
    shutil.copy(REPOSITORY / PAGE, tmp_path / PAGE)
    return Project(tmp_path)


def made(page: str) -> str:
    return page.split(BEGINS)[1].split(ENDS, maxsplit=1)[0]


def test_the_page_is_up_to_date() -> None:
    page = (REPOSITORY / PAGE).read_text(encoding="utf-8")
    assert page == national_page(HERE), "Run: kscb national"


def test_every_file_every_indicator_and_every_break_stands_in_the_tables() -> None:
    catalogue = load_catalogue(HERE.metadata)
    tables = made(national_page(HERE))
    kinds = load_kinds(HERE.metadata, catalogue).by_id.values()
    assert len(kinds) > 10
    for kind in kinds:
        (row,) = [line for line in tables.splitlines() if f"| `{kind.pattern}` |" in line]
        given = [
            one.short_title
            for one in catalogue.indicators.values()
            if any(feed.file == kind.kind for feed in one.national)
        ]
        assert row.startswith(f"| {kind.title} |")
        assert all(name in row for name in given)
        assert f"### {kind.publication}\n" in tables
    for one in catalogue.indicators.values():
        if one.national and one.feeds:
            (row,) = [
                line for line in tables.splitlines() if line.startswith(f"| {one.short_title} | ")
            ]
            assert all(broken.reason in row for broken in one.breaks)
            assert row.endswith("| nothing |") != bool(one.breaks)
    for model in load_models(HERE.metadata)[0]:
        assert f"| {model.name} | `{model.pattern}` |" in tables


def test_the_readme_counts_what_can_be_read() -> None:
    catalogue = load_catalogue(HERE.metadata)
    fed = [one for one in catalogue.indicators.values() if one.national]
    readme = " ".join((REPOSITORY / "README.md").read_text(encoding="utf-8").split())
    told = re.search(
        r"(\d+) kinds of national file, which feed (\d+) indicators .*?, (\d+) of them", readme
    )
    assert told is not None
    assert [int(number) for number in told.groups()] == [
        len(load_kinds(HERE.metadata, catalogue).by_id),
        len(fed),
        sum(bool(one.feeds) for one in fed),
    ]


def test_what_needs_a_second_file_says_so() -> None:
    tables = made(national_page(HERE))
    assert "Referrals in the year (rate) [with “Mid-year population estimates" in tables
    assert "Assessments completed (rate)," in tables, "a published rate needs no other file"


def test_a_change_of_metadata_is_told_and_written_once_and_words_are_kept(copied: Project) -> None:
    assert not bring_up_to_date(copied, check=True)
    damage(copied, "data/metadata/national.toml", "(table B1)", "(table B9)")
    with pytest.raises(MetadataFault, match="Run: kscb national"):
        bring_up_to_date(copied, check=True)
    before = (copied.root / PAGE).read_text(encoding="utf-8")
    assert bring_up_to_date(copied)
    assert not bring_up_to_date(copied)
    after = (copied.root / PAGE).read_text(encoding="utf-8")
    assert after == before.replace("(table B1)", "(table B9)")


@pytest.mark.parametrize("mark", [BEGINS, ENDS])
def test_a_page_without_a_mark_is_not_written_over(copied: Project, mark: str) -> None:
    damage(copied, PAGE, mark, "")
    before = (copied.root / PAGE).read_bytes()
    with pytest.raises(MetadataFault, match="has lost a mark"):
        bring_up_to_date(copied)
    assert (copied.root / PAGE).read_bytes() == before


@pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no folder {FOLDER.name}; name it in KSCB_NATIONAL"
)
def test_the_years_are_those_of_the_published_files() -> None:
    text = (REPOSITORY / PAGE).read_text(encoding="utf-8").split("## Years")[1]
    rows = re.findall(r"^\| (?:30 \w+ )?(\d{4}) to (\d{4}) \| (.*) \|$", text, re.MULTILINE)
    told = {name: (first, last) for first, last, names in rows for name in names.split(", ")}
    patterns = {
        kind.pattern: None
        for kind in load_kinds(HERE.metadata, load_catalogue(HERE.metadata)).by_id.values()
    }
    seen = set()
    for name, span in told.items():
        for path in FOLDER.glob(f"{BEGINNINGS.get(name, f'{name}_')}*.csv"):
            with path.open(encoding="utf-8-sig", newline="") as file:
                years = [row["time_period"] for row in csv.DictReader(file)]
            assert (min(years), max(years)) == span, path.name
            seen.add(path.name)
    read = {path.name for pattern in patterns for path in FOLDER.glob(pattern)}
    assert seen == read
