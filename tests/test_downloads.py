"""The CSVs that links carry become files beside the page, and are found again."""

from pathlib import Path

import pandas as pd
import pytest
from made_up import parse

from kscb_analysis.downloads import data_of, folder_of, take_out
from kscb_analysis.files import file_name
from kscb_analysis.markup import csv_link

FRAME = pd.DataFrame({"area": ["Kent", "Stoke’s & <b>"], "2011": ["57.0", 'a "quoted", cell']})
OTHER = pd.DataFrame({"area": ["Essex"]})


def page(*links: str) -> str:
    return f"<html><body><main>{''.join(links)}</main></body></html>"


def test_each_csv_becomes_a_file_that_its_link_leads_to(tmp_path: Path) -> None:
    root = parse(page(csv_link(FRAME, "kent-plans", "it"), csv_link(OTHER, "kent-visits", "it")))
    files = take_out(root, "paper-data")
    assert files == {
        "paper-data/kent-plans.csv": FRAME.to_csv(index=False, lineterminator="\n"),
        "paper-data/kent-visits.csv": "area\nEssex\n",
    }
    assert [link.get("href") for link in root.iter("a")] == list(files)
    assert [link.get("download") for link in root.iter("a")] == [
        "kent-plans.csv",
        "kent-visits.csv",
    ]


def test_two_csvs_of_one_name_are_kept_apart_and_the_same_csv_is_kept_once() -> None:
    links = [csv_link(one, "kent-plans", "it") for one in (FRAME, OTHER, FRAME, OTHER)]
    root = parse(page(*links))
    files = take_out(root, "paper-data")
    assert list(files) == ["paper-data/kent-plans.csv", "paper-data/kent-plans-2.csv"]
    assert [link.get("href") for link in root.iter("a")] == list(files) * 2


@pytest.mark.parametrize("name", ["../../etc/passwd", "/srv/x", "a b/ü.csv", "..", "", "x" * 500])
def test_a_name_never_leads_out_of_the_folder(name: str) -> None:
    root = parse(page(csv_link(OTHER, name, "it")))
    ((path, _),) = take_out(root, "paper-data").items()
    folder, _, file = path.partition("/")
    assert folder == "paper-data"
    assert "/" not in file
    assert file.endswith(".csv")
    assert len(file) <= 104
    assert not file.startswith(".")


def test_other_links_stay_as_they_are() -> None:
    link = '<a href="https://www.gov.uk/">gov</a><a href="#x">x</a>'
    root = parse(page(link))
    assert take_out(root, "paper-data") == {}
    assert [one.get("href") for one in root.iter("a")] == ["https://www.gov.uk/", "#x"]


def test_the_data_of_a_page_is_found_in_its_links_or_beside_it(tmp_path: Path) -> None:
    html = page(csv_link(FRAME, "kent-plans", "it"))
    root = parse(html)
    carried = data_of(html, tmp_path)
    files = take_out(root, folder_of("paper.html"))
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    (link,) = root.iter("a")
    published = page(f'<a download={link.get("download")} href="{link.get("href")}">it</a>')
    assert carried == data_of(published, tmp_path) == {"kent-plans.csv": files.popitem()[1]}
    (tmp_path / str(link.get("href"))).unlink()
    with pytest.raises(FileNotFoundError):
        data_of(published, tmp_path)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("Kent", "Plans (rate), 2008 to 2011"), "kent-plans-rate-2008-to-2011"),
        (("St Helens", "Children’s homes"), "st-helens-childrens-homes"),
        (("…",), "part"),
    ],
)
def test_a_file_has_a_name_for_people(words: tuple[str, ...], name: str) -> None:
    assert file_name(*words) == name
