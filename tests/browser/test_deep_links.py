"""An indicator's heading: a link to see, to hit with a finger and to follow; on paper, words."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from shown_papers import shown_paper

from kscb_analysis.dataset import Dataset

pytestmark = pytest.mark.browser

Open = Callable[..., Any]
LEAST = 24  # CSS pixels, by WCAG 2.2
SIGN = "e => getComputedStyle(e, '::after')"


@pytest.fixture(scope="module")
def paper_file(small_data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from test_paper import finish

    front = {
        "report_to": "The committee",
        "report_by": "A. Clerk",
        "report_date": "2012-03-03",
        "classification": "Restricted",
        "recommendations": "Note the figures; ask for more",
    }
    path = tmp_path_factory.mktemp("linked") / "paper.html"
    path.write_text(finish(shown_paper("safeguarding_activity", small_data, **front).html), "utf-8")
    return path


@pytest.mark.parametrize("width", [1280, 320])
def test_a_heading_leads_to_its_own_section(open_file: Open, paper_file: Path, width: int) -> None:
    opened = open_file(paper_file, width)
    links = opened.page.locator(".indicator > h3 > a").all()
    assert len(links) > 3
    for link in links:
        box = link.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= LEAST
        assert link.evaluate(f"e => ({SIGN})(e).content").startswith('" #"')
    # The sign is a picture of a link, not a word: the name is that of the indicator.
    title = links[-1].inner_text()
    opened.page.get_by_role("link", name=title, exact=True).last.click()
    section = links[-1].evaluate("e => e.closest('section').id")
    assert opened.page.url.endswith(f"#{section}")
    assert opened.failures == []


def test_the_sign_is_not_printed(open_file: Open, paper_file: Path) -> None:
    page = open_file(paper_file).page
    page.emulate_media(media="print")
    heading = page.locator(".indicator > h3 > a").first
    assert heading.evaluate(f"e => ({SIGN})(e).display") == "none"
    colours = "e => [e, e.parentElement].map(one => getComputedStyle(one).color)"
    mine, around = heading.evaluate(colours)
    assert mine == around


@pytest.mark.parametrize("width", [1280, 320])
def test_front_matter_raises_no_barrier(open_file: Open, paper_file: Path, width: int) -> None:
    page = open_file(paper_file, width).page
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.scrollingElement.scrollWidth") == width
    tops = [
        page.locator(one).first.bounding_box()["y"]
        for one in ("h1", "dl.front", ".findings", ".recommendations")
    ]
    assert tops == sorted(tops)
