"""Bundles: what is in the zip, what is said of it, and what keeps a paper out."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_pages import SCORES, SERIES, TITLE, document, draft, link, made_page, real_page
from made_up import KENT

from kscb_analysis.areas import Area
from kscb_analysis.bundle import Bundle, BundleFault, bundle, write_bundle
from kscb_analysis.csv_metadata import metadata
from kscb_analysis.dataset import Dataset
from kscb_analysis.downloads import data_of
from kscb_analysis.page import finish, finish_with_data
from kscb_analysis.page_reading import read_page
from kscb_analysis.paths import Project
from kscb_analysis.record import Record
from kscb_analysis.selection import PaperNotebook, Unit
from kscb_analysis.sheet_cells import parse_csv


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Give a project of two papers that were never built."""
    project = Project(tmp_path)
    project.notebooks.mkdir()
    for name in ("plans", "visits"):
        about = {"metadata": {"kscb": {"paper": name.title()}}}
        (project.notebooks / f"{name}.ipynb").write_text(json.dumps(about))
    return project


def published(project: Project, name: str, page: str | None = None, area: Area = KENT) -> Unit:
    """Put a page and its CSVs where the reports are, and note both in the record."""
    unit = Unit(
        PaperNotebook(name, name.title(), 1, Path(name)), area, {"area": area.name}, "made of"
    )
    record = Record.read(project)
    html, files = (page, {}) if page else finish_with_data(draft(), f"{name}-data")
    path = project.reports / unit.output
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8", newline="")
    for beside, text in files.items():
        (path.parent / beside).parent.mkdir(exist_ok=True)
        (path.parent / beside).write_bytes(text.encode())
    record.add(unit, html, {one: text.encode() for one, text in files.items()})
    record.write(project)
    return unit


def in_format(project: Project, unit: Unit, suffix: str, content: bytes = b"made") -> None:
    """Put a file of another format beside a page."""
    (project.reports / unit.output).with_suffix(f".{suffix}").write_bytes(content)


def always(unit: Unit, suffix: str) -> bool:
    return True


def opened(made: Bundle) -> dict[str, bytes]:
    """Give the files of a bundle by their path in its one folder."""
    with zipfile.ZipFile(io.BytesIO(made.content)) as zipped:
        assert zipped.testzip() is None
        assert {name.partition("/")[0] for name in zipped.namelist()} == {made.name}
        return {name.partition("/")[2]: zipped.read(name) for name in zipped.namelist()}


DATA = ("kent/visits-data/northshire-scorecard.csv", "kent/visits-data/northshire-visits.csv")


def test_a_bundle_holds_page_data_descriptions_and_what_says_so(project):
    unit = published(project, "visits")
    made = bundle(project, [unit])
    assert made.name == "visits-kent-2012-03-05"
    files = opened(made)
    described = {f"{name}-metadata.json" for name in DATA}
    assert set(files) == {
        "README.txt", "SHA256SUMS", "manifest.json", "kent/visits.html", *DATA, *described
    }  # fmt: skip
    assert files["kent/visits.html"] == (project.reports / unit.output).read_bytes()
    assert [files[name].decode() for name in DATA] == [SCORES, SERIES]


def test_the_links_of_a_page_lead_to_files_of_the_bundle(project):
    files = opened(bundle(project, [published(project, "visits")]))
    page = files["kent/visits.html"].decode()
    links = re.findall(r'href="?([^" >]+\.csv)', page)
    assert {f"kent/{one}" for one in links} == set(DATA)


def test_other_formats_come_along(project):
    unit = published(project, "visits")
    in_format(project, unit, "pdf", b"%PDF")
    in_format(project, unit, "docx")
    files = opened(bundle(project, [unit], ["pdf"], always))
    assert files["kent/visits.pdf"] == b"%PDF"
    assert "kent/visits.docx" not in files


def test_the_same_papers_give_the_same_bytes_in_any_order(project):
    units = [published(project, "visits"), published(project, "plans")]
    first = bundle(project, units)
    assert first.name == "papers-kent-2012-03-05"
    for path in project.reports.rglob("*"):
        path.touch()
    assert bundle(project, units[::-1]) == first


def test_papers_of_several_areas_stand_in_a_folder_each(project):
    essex = replace(KENT, code="E10000012", name="Essex")
    units = [published(project, "visits"), published(project, "visits", area=essex)]
    made = bundle(project, units)
    assert made.name == "visits-essex-kent-2012-03-05"
    files = opened(made)
    assert files["kent/visits.html"] == files["essex/visits.html"]
    assert {name.replace("kent", "essex") for name in files if name.startswith("kent/")} < set(
        files
    )


def test_a_bundle_is_written_beside_the_reports(project):
    unit = published(project, "visits")
    path = write_bundle(project, [unit])
    assert path == project.reports / "visits-kent-2012-03-05.zip"
    assert path.read_bytes() == bundle(project, [unit]).content


def test_a_bundle_is_named_for_the_day_of_its_meeting(project):
    unit = published(project, "visits")
    record = Record.read(project)
    record.papers[unit.output]["parameters"] = {"report_date": "14 January 2026"}
    record.write(project)
    assert bundle(project, [unit]).name == "visits-kent-2026-01-14"


# What is said of the files.


def test_the_manifest_has_every_file_and_what_it_was_made_from(project):
    unit = published(project, "visits")
    in_format(project, unit, "xlsx")
    files = opened(bundle(project, [unit], ["xlsx"], always))
    manifest = json.loads(files["manifest.json"])
    paper = manifest["papers"]["kent/visits.html"]
    assert paper["title"] == TITLE
    assert (paper["parameters"], paper["inputs"]) == ({"area": "Kent"}, "made of")
    assert paper["raw_tables"] == {"pack_2011/visits.csv": "0b8f2d5f6c1e"}
    listed = {one["path"]: one for one in manifest["files"]}
    assert set(listed) == set(files) - {"manifest.json", "SHA256SUMS"}
    for path, one in listed.items():
        assert one["sha256"] == hashlib.sha256(files[path]).hexdigest()
        assert one["bytes"] == len(files[path])
    assert listed["kent/visits.xlsx"]["made_from"] == ["kent/visits.html"]
    assert listed[DATA[1]]["what"] == "Data for figure 1: Visits, 2009 to 2011"


def test_the_fingerprints_stand_as_sha256sum_reads_them(project):
    files = opened(bundle(project, [published(project, "visits")]))
    lines = files["SHA256SUMS"].decode().splitlines()
    told = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
    assert told == {
        path: hashlib.sha256(content).hexdigest()
        for path, content in files.items()
        if path != "SHA256SUMS"
    }
    assert list(told) == sorted(told)


def test_the_read_me_names_every_paper_and_how_to_check(project):
    units = [published(project, "visits"), published(project, "plans")]
    text = opened(bundle(project, units))["README.txt"].decode()
    assert text.count(TITLE) == 2
    for told in ("kent/visits.html", "kent/plans-data/  2 CSVs", "sha256sum --check SHA256SUMS"):
        assert told in text
    assert str(project.root) not in text


# What keeps a paper out.


def _gone(project: Project, unit: Unit) -> None:
    (project.reports / unit.output).unlink()


def _edited(project: Project, unit: Unit) -> None:
    with (project.reports / unit.output).open("a") as page:
        page.write(" ")


def _data_edited(project: Project, unit: Unit) -> None:
    (project.reports / DATA[0]).write_text("a,b\n")


@pytest.mark.parametrize("damage", [_gone, _edited, _data_edited])
def test_a_page_that_is_not_current_keeps_all_out(
    project: Project, damage: Callable[[Project, Unit], None]
) -> None:
    units = [published(project, "plans"), published(project, "visits")]
    damage(project, units[1])
    with pytest.raises(BundleFault) as caught:
        bundle(project, units)
    told = "kent/visits.html is missing or out of date. Run: kscb reports visits"
    assert told in str(caught.value)
    assert "plans" not in str(caught.value)
    assert not list(project.reports.glob("*.zip"))


def test_every_format_that_is_missing_or_stale_is_named_at_once(project):
    unit = published(project, "visits")
    for suffix in ("docx", "xlsx"):
        in_format(project, unit, suffix)
    with pytest.raises(BundleFault) as caught:
        bundle(project, [unit], ("pdf", "docx", "xlsx"), lambda _, suffix: suffix == "xlsx")
    assert str(caught.value).splitlines()[1:] == [
        '  kent/visits.pdf is missing. Run: kscb export pdf visits --area "Kent"',
        '  kent/visits.docx is out of date. Run: kscb export docx visits --area "Kent"',
    ]


def test_a_format_of_which_nothing_is_known_is_not_trusted(project):
    unit = published(project, "visits")
    in_format(project, unit, "pdf")
    with pytest.raises(BundleFault, match=r"visits\.pdf is out of date"):
        bundle(project, [unit], ["pdf"])


def test_a_bundle_of_nothing_is_refused(project):
    with pytest.raises(BundleFault, match="No paper was named"):
        bundle(project, [])


@pytest.mark.parametrize("name", ["../../out.csv", "/etc/out.csv", "a/../b.csv", "é.csv", ".x.csv"])
def test_no_file_leaves_the_folder_of_the_zip(project, name):
    page = finish(document("<h2 id=a>A</h2>" + link(name, "a,b\n1,2\n")))
    unit = published(project, "visits", page)
    with pytest.raises(BundleFault, match="cannot go into a bundle"):
        bundle(project, [unit])


# The description beside a CSV.


def described(name: str) -> dict[str, Any]:
    page = made_page()
    read = read_page(page)
    table = next(one for one in read.tables if one.download == name)
    return dict(json.loads(metadata(table, read, name, data_of(page, Path())[name])))


def test_a_description_says_what_the_table_is_and_where_it_is_from():
    told = described("northshire-visits.csv")
    assert told["url"] == "northshire-visits.csv"
    assert told["dc:title"] == "Visits, 2009 to 2011"
    assert told["dc:coverage"] == "Northshire, year ending 31 March 2011"
    assert told["dc:date"] == "2012-03-05"
    assert "Of every hundred visits, how many were on time." in told["dc:description"]
    assert [one["dc:identifier"] for one in told["dc:source"]] == ["pack_2011"]
    assert told["dc:rights"] == ["Open Government Licence"]
    assert {"rows": 4} in told["notes"]


def test_a_description_has_every_column_with_type_and_unit():
    told = described("northshire-visits.csv")["tableSchema"]["columns"]
    assert [one["titles"][0] for one in told] == SERIES.splitlines()[0].split(",")
    kinds = {one["name"]: one["datatype"] for one in told}
    numbers = dict.fromkeys(("2009", "2010", "2011"), "decimal")
    assert kinds == {"area": "string", "role": "string", **numbers, "source": "string"}
    units = {one["name"]: one["schema:unitText"] for one in told if "schema:unitText" in one}
    assert units == dict.fromkeys(numbers, "percent")
    assert {one["name"]: one["null"] for one in told if "null" in one} == {
        "2009": [""],
        "2010": ["", "suppressed"],
        "2011": ["", "not_available"],
    }


def test_a_table_of_several_indicators_has_a_unit_for_each():
    told = described("northshire-scorecard.csv")
    assert {"units": {"visits_pct": "percent", "plans_number": "children"}} in told["notes"]
    assert [one["dc:identifier"] for one in told["dc:source"]] == ["pack_2011", "board_2011"]
    assert not any("schema:unitText" in one for one in told["tableSchema"]["columns"])


def test_the_descriptions_of_a_real_paper_fit_their_csvs(real_data: Dataset) -> None:
    page = real_page("safeguarding_activity", real_data)
    read, data = read_page(page), data_of(page, Path())
    for table in read.tables:
        if not table.download:
            continue
        text = data[table.download]
        told = json.loads(metadata(table, read, table.download, text))
        head, *rows = parse_csv(text)
        columns = told["tableSchema"]["columns"]
        assert [one["titles"][0] for one in columns] == head
        assert len({one["name"] for one in columns}) == len(head)
        assert told["dc:source"]
        assert len(told["dc:rights"]) >= 1
        for row in rows:
            for cell, one in zip(row, columns, strict=True):
                if one["datatype"] != "string" and cell not in one["null"]:
                    assert re.fullmatch(r"-?\d+(\.\d+)?", cell)
                    assert one["datatype"] == "decimal" or "." not in cell
