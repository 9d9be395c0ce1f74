"""Coverage: every raw table and every reason stands in docs/coverage.md, which is up to date."""

import shutil

import pytest
from small_project import REPOSITORY, damage

from kscb_analysis.coverage import coverage_page, load_passages
from kscb_analysis.errors import MetadataFault
from kscb_analysis.paths import Project
from kscb_analysis.sources import load_sources

HERE = Project(REPOSITORY)


@pytest.fixture
def copied(tmp_path) -> Project:
    """The repository's data, to damage."""
    shutil.copytree(
        HERE.root / "data", tmp_path / "data", ignore=shutil.ignore_patterns("processed")
    )
    return Project(tmp_path)


def test_the_page_is_up_to_date():
    page = (REPOSITORY / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert page == coverage_page(HERE), "Run: kscb coverage"


def test_every_raw_table_stands_in_the_page_with_what_it_feeds():
    page = coverage_page(HERE)
    for source in load_sources(HERE.raw).values():
        for table in source.tables:
            assert f"`{table.source_id}/{table.path.name}`" in page
    assert "| none |" not in page


def test_whatever_was_not_taken_has_a_reason():
    left_out = [one for one in load_passages(HERE) if not one.raw_files]
    assert len(left_out) > 50
    assert all(len(one.note) > 5 for one in left_out)


def test_a_raw_table_without_a_line_is_named(copied):
    path = copied.metadata / "coverage.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "missing_uasc_2012/uasc_missing.csv" not in line]
    path.write_text("".join(kept), encoding="utf-8", newline="")
    with pytest.raises(MetadataFault, match=r"no line for missing_uasc_2012/uasc_missing\.csv"):
        coverage_page(copied)


def test_a_line_about_a_table_that_is_not_there_is_named(copied):
    damage(copied, "data/metadata/coverage.csv", "missing_uasc_2012/uasc_missing.csv", "gone/x.csv")
    with pytest.raises(MetadataFault, match=r"no raw table 'gone/x\.csv'"):
        coverage_page(copied)


def test_a_line_without_table_and_reason_is_named(copied):
    path = copied.metadata / "coverage.csv"
    path.write_text("paper,place,what,raw_files,note\nA,B,C,,\n", encoding="utf-8")
    with pytest.raises(MetadataFault, match="row 2: neither a raw table nor a reason"):
        load_passages(copied)
