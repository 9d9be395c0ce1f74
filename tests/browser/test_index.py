"""The index of many areas: the field finds an area, and the list is whole without script."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_index import AREAS, made_index

pytestmark = pytest.mark.browser

Open = Callable[..., Any]
SHOWN = """() => [...document.querySelectorAll('.areas > li')]
  .filter(e => e.checkVisibility()).map(e => e.querySelector('summary').textContent)"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_index(tmp_path_factory.mktemp("areas"))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("sus", ["East Sussex", "West Sussex"]),
        ("SUS", ["East Sussex", "West Sussex"]),
        (" süs", ["East Sussex", "West Sussex"]),
        ("mon", ["Môn and Ynys"]),
        ("st helens", ["St. Helens"]),
        ("stockton on", ["Stockton-on-Tees"]),
        ("-on-tees", ["Stockton-on-Tees"]),
        ("poole", ["Bournemouth, Christchurch and Poole"]),
        ("county durham", []),
        ("zz", []),
    ],
)
def test_typing_leaves_the_areas_with_that_in_their_name(
    open_file: Open, index: Path, typed: str, found: list[str]
) -> None:
    opened = open_file(index, 320)
    page = opened.page
    assert page.evaluate(SHOWN) == list(AREAS)
    field = page.get_by_role("searchbox", name="Find an area by part of its name")
    field.press_sequentially(typed)
    assert page.evaluate(SHOWN) == found
    said = page.get_by_role("status").inner_text()
    assert said == (f"{len(found)} of 12 areas" if found else "No area has that in its name")
    field.fill("")
    assert page.evaluate(SHOWN) == list(AREAS)
    assert page.get_by_role("status").inner_text() == "12 areas"
    assert opened.failures == []


def test_the_keyboard_leads_from_the_field_to_a_paper(open_file: Open, index: Path) -> None:
    page = open_file(index).page
    for _ in range(2):  # past the link to the content
        page.keyboard.press("Tab")
    page.keyboard.type("west")
    for _ in range(4):  # a field of this kind may have a button of its own
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    assert page.evaluate("document.activeElement.textContent") == "West Sussex"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Safeguarding activity"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/area-{AREAS.index('West Sussex')}/paper-0.html")


def test_without_script_the_list_is_whole_and_opens(open_file: Open, index: Path) -> None:
    page = open_file(index, script=False).page
    assert page.get_by_role("searchbox").count() == 0
    areas = page.locator(".areas > li")
    assert areas.count() == len(AREAS)
    assert all(one.is_visible() for one in areas.all())
    link = areas.first.get_by_role("link", name="Private fostering")
    assert not link.is_visible()
    areas.first.locator("summary").click()
    assert link.is_visible()


def test_no_other_script_may_run(open_file: Open, index: Path, tmp_path: Path) -> None:
    changed = index.with_name("changed.html")
    content = index.read_text(encoding="utf-8")
    changed.write_text(
        content.replace("</body>", "<script>document.title = 'mine'</script></body>"),
        encoding="utf-8",
    )
    opened = open_file(changed)
    assert opened.page.title() == "Children’s services performance papers"
    assert any("Content Security Policy" in one for one in opened.failures)
    assert opened.page.get_by_role("searchbox").count() == 1


def test_the_field_can_be_seen_in_forced_colours_and_is_not_printed(
    open_file: Open, index: Path
) -> None:
    page = open_file(index).page
    field = page.get_by_role("searchbox")
    page.emulate_media(forced_colors="active")
    edge, ground = field.evaluate(
        "e => [getComputedStyle(e).borderTopColor, getComputedStyle(e).backgroundColor]"
    )
    assert edge != ground
    page.emulate_media(media="print", forced_colors="none")
    assert not field.is_visible()
    names = page.locator(".areas summary")
    assert all(one.is_visible() for one in names.all()), "areas are printed with their papers"
    links = page.locator(".areas a")
    assert all(one.bounding_box() for one in links.all())
