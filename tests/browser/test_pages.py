"""What readers meet: every paper opened in a browser, by keyboard, on a phone and on paper."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

MOST_BYTES = 120_000
PHONE = 320
AXE_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
A4 = (595, 842)  # in points
PRINTED_WIDTH = 673  # A4 less the margins of the style sheet, in CSS pixels

FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const s = getComputedStyle(e), r = e.getBoundingClientRect();
  return {
    what: e.tagName.toLowerCase() + ' ' + (e.getAttribute('aria-labelledby') || e.textContent || '')
      .trim().slice(0, 60),
    ring: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
    seen: r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth,
  };
}"""

TAB_STOPS = """() => [...document.querySelectorAll('a[href], summary, input, [tabindex="0"]')]
  .filter(e => e.checkVisibility({contentVisibilityAuto: true})).length"""

# What sticks out although nothing around it scrolls.
STICKING_OUT = """() => {
  const width = document.documentElement.clientWidth;
  const scrolls = e => {
    for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
      if (/auto|scroll/.test(getComputedStyle(p).overflowX)) return true;
    return false;
  };
  const out = [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > width + 1 && !scrolls(e))
    .map(e => e.tagName + ' ' + e.textContent.trim().slice(0, 40));
  return {scroll: document.scrollingElement.scrollWidth - width, out: out.slice(0, 5)};
}"""

CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(e => {
  const hides = /hidden|clip/.test(getComputedStyle(e).overflow);
  return hides && !e.children.length && e.textContent.trim() && e.clientHeight > 0
    && (e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2);
}).map(e => e.tagName + ' ' + e.textContent.trim().slice(0, 40))"""

CLIPPED_WORDS = """() => [...document.querySelectorAll('svg[role=img]')].flatMap(svg => {
  const whole = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter(text => {
    const r = text.getBoundingClientRect();
    return r.left < whole.left - 1 || r.right > whole.right + 1
      || r.top < whole.top - 1 || r.bottom > whole.bottom + 1;
  }).map(text => svg.id + ': ' + text.textContent);
})"""

HIDDEN_DATA = """() => [...document.querySelectorAll('details table')]
  .filter(t => t.getBoundingClientRect().height < 10)
  .map(t => t.caption && t.caption.textContent)"""

# Text and ground as luminance alone: what a black-and-white copy keeps.
RATINGS = """() => [...document.querySelectorAll('.rating')].map(e => {
  const light = colour => {
    const [r, g, b, a] = colour.match(/[\\d.]+/g).map(Number);
    if (a === 0) return 1;
    const [x, y, z] = [r, g, b].map(c => {
      c /= 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const s = getComputedStyle(e);
  const [high, low] = [light(s.color), light(s.backgroundColor)].sort((a, b) => b - a);
  return {said: e.textContent.replace(/\\s+/g, ' ').trim(), contrast: (high + 0.05) / (low + 0.05)};
})"""

Open = Callable[..., Any]


def test_nothing_is_asked_for_elsewhere_and_nothing_fails(open_paper: Open) -> None:
    opened = open_paper()
    opened.page.wait_for_timeout(200)
    assert opened.asked_for == []
    assert opened.failures == []


def test_a_paper_is_small_enough_to_send(paper: Path) -> None:
    assert paper.stat().st_size < MOST_BYTES


@pytest.mark.parametrize("width", [1280, PHONE])
def test_there_is_no_barrier_that_axe_knows_of(open_paper: Open, width: int) -> None:
    page = open_paper(width).page
    if width != PHONE:  # once is enough for the tables that are closed
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    options = {
        "runOnly": {"type": "tag", "values": list(AXE_RULES)},
        "resultTypes": ["violations"],
    }
    found = Axe().run(page, options=options).response["violations"]
    assert [
        f"{one['id']} ({len(one['nodes'])}): {one['nodes'][0]['target']}" for one in found
    ] == []


def test_readers_who_ask_for_dark_pages_get_the_tested_colours(open_paper: Open) -> None:
    page = open_paper().page
    colours = (
        "[...document.querySelectorAll('body, main, th, a, summary')].map(e => "
        "[getComputedStyle(e).color, getComputedStyle(e).backgroundColor].join())"
    )
    light = page.evaluate(colours)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(colours) == light
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


def test_nothing_sticks_out_on_a_phone(open_paper: Open) -> None:
    found = open_paper(PHONE, 640).page.evaluate(STICKING_OUT)
    assert found == {"scroll": 0, "out": []}


def test_nothing_is_wider_than_the_printed_page(open_paper: Open) -> None:
    page = open_paper(PRINTED_WIDTH, 1000).page
    page.emulate_media(media="print")
    # A browser would shrink every sheet until the widest thing fits.
    assert page.evaluate(STICKING_OUT) == {"scroll": 0, "out": []}


def test_wider_spacing_of_letters_and_lines_cuts_nothing_off(open_paper: Open) -> None:
    page = open_paper().page
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: .12em !important;"
        " word-spacing: .16em !important } p { margin-bottom: 2em !important }"
    )
    assert page.evaluate(CUT_OFF) == []


def test_every_stop_of_the_tab_key_can_be_seen(open_paper: Open) -> None:
    page = open_paper().page
    stops = []
    for _ in range(page.evaluate(TAB_STOPS)):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUS))
    assert stops
    assert all(stops), "the tab key leaves the page early"
    assert [stop["what"] for stop in stops if not (stop["ring"] and stop["seen"])] == []
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS) is None, "there are more stops than links and named regions"


def test_the_first_link_skips_to_the_paper(open_paper: Open) -> None:
    page = open_paper().page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"


def test_the_page_has_its_landmarks_and_one_title(open_paper: Open) -> None:
    page = open_paper().page
    count = "s => document.querySelectorAll(s).length"
    for selector in ("main", "h1", "body > header"):
        assert page.evaluate(count, selector) == 1, selector
    for selector in ("body > footer", "nav", "main footer"):
        assert page.evaluate(count, selector) <= (selector != "main footer"), selector
    assert page.title() == page.inner_text("h1")
    assert page.evaluate("document.documentElement.lang") == "en-GB"
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])"
    )
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_findings_stand_on_the_first_screen(open_paper: Open) -> None:
    page = open_paper().page
    for summary in page.locator(".findings").all()[:1]:
        first = summary.locator("li, p").first.bounding_box()
        assert first is not None
        assert first["y"] + first["height"] < 900


@pytest.mark.parametrize("width", [1280, PHONE])
def test_no_word_of_a_chart_is_cut_off(open_paper: Open, width: int) -> None:
    assert open_paper(width).page.evaluate(CLIPPED_WORDS) == []


def test_pictures_are_there(open_paper: Open) -> None:
    broken = "[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.alt)"
    assert open_paper().page.evaluate(broken) == []


def test_ratings_survive_a_black_and_white_copy(open_paper: Open) -> None:
    page = open_paper().page
    ratings = page.evaluate(RATINGS)
    for rating in ratings:
        assert rating["said"] in {"■ Red", "◆ Amber", "● Green", "○ Not rated"}
        assert rating["contrast"] >= 4.5, rating
    page.emulate_media(media="print")
    assert page.evaluate(RATINGS) == ratings


def test_charts_can_be_read_in_forced_colours(open_paper: Open) -> None:
    page = open_paper().page
    page.emulate_media(forced_colors="active")
    kept = (
        "[...document.querySelectorAll('.chart svg, .chart img')].filter(e => "
        "getComputedStyle(e).forcedColorAdjust !== 'none').length"
    )
    assert page.evaluate(kept) == 0


def test_closed_data_is_printed(open_paper: Open) -> None:
    page = open_paper().page
    page.emulate_media(media="print")
    assert page.evaluate(HIDDEN_DATA) == []


def test_the_paper_prints_on_a4(open_paper: Open) -> None:
    printed = open_paper().page.pdf(prefer_css_page_size=True, tagged=True).decode("latin-1")
    assert re.search(r"/Marked true", printed)
    sizes = re.findall(r"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert sizes
    assert {(round(float(width)), round(float(height))) for width, height in sizes} == {A4}


def test_links_to_other_files_find_them(open_paper: Open) -> None:
    addresses = open_paper().page.evaluate(
        "[...document.querySelectorAll('a[href]')].map(link => link.href)"
    )
    files = {unquote(urlsplit(one).path) for one in addresses if one.startswith("file:")}
    assert [name for name in sorted(files) if not Path(name).exists()] == []


def test_the_data_of_a_paper_can_be_saved(open_paper: Open, tmp_path: Path) -> None:
    page = open_paper().page
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    for link in page.locator("a[download]").all()[:1]:
        with page.expect_download() as caught:
            link.click()
        saved = tmp_path / caught.value.suggested_filename
        caught.value.save_as(saved)
        lines = saved.read_text(encoding="utf-8-sig").splitlines()
        assert saved.suffix == ".csv"
        assert len(lines) > 1
        assert "," in lines[0]
