"""Papers as PDF: tagged for those who listen, whole for those who read on paper."""

import io
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from finished_pages import (
    SAMPLE,
    bare,
    headings_of,
    line,
    needs,
    needs_modules,
    page_of,
    pictures_of,
    sample_page,
    tree_of,
)

from kscb_analysis.dataset import Dataset
from kscb_analysis.offprint import day_of, offprint
from kscb_analysis.printing import printed

needs_modules("pikepdf", "pymupdf", "outloud")
pytestmark = needs("pdf")

PAGES = (
    SAMPLE,
    "private_fostering",
    pytest.param("performance_scorecard", marks=pytest.mark.slow),
    pytest.param("child_protection_plans", marks=pytest.mark.slow),
)
FOOT = re.compile(r"Page (\d+) of (\d+)")


@dataclass
class Printed:
    """A page and the PDF that was made of it."""

    page: str
    content: bytes
    path: Path

    @property
    def text(self) -> list[str]:
        """The text of each sheet."""
        import pymupdf

        with pymupdf.open(self.path) as opened:
            return [sheet.get_text() for sheet in opened]


@pytest.fixture(scope="module", params=PAGES)
def made(
    request: pytest.FixtureRequest, real_data: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> Printed:
    page = page_of(request.param, real_data)
    path = tmp_path_factory.mktemp("pdf") / f"{request.param}.pdf"
    content = printed(page)
    path.write_bytes(content)
    return Printed(page, content, path)


@pytest.fixture
def pdf(made: Printed) -> Any:
    import pikepdf

    with pikepdf.open(io.BytesIO(made.content)) as opened:
        yield opened


def elements(pdf: Any, *kinds: str) -> list[Any]:
    """List the elements of the structure of some kinds, in the order in which they are read."""
    import pikepdf

    found, waiting = [], [pdf.Root.StructTreeRoot.K[0]]
    while waiting:
        element = waiting.pop()
        if not isinstance(element, pikepdf.Dictionary):
            continue
        if str(element.get("/S")) in kinds:
            found.append(element)
        below = element.get("/K", [])
        waiting += reversed(list(below)) if isinstance(below, pikepdf.Array) else [below]
    return found


# ---------------------------------------------------------------- the document


def test_title_language_and_standard_are_said(made: Printed, pdf: Any) -> None:
    assert str(pdf.Root.Lang) == "en-GB"
    assert pdf.Root.MarkInfo.Marked is True
    assert pdf.Root.ViewerPreferences.DisplayDocTitle is True
    assert str(pdf.docinfo.Title) == headings_of(made.page)[0][1]
    with pdf.open_metadata() as told:
        assert told["pdfuaid:part"] == "1"
        assert told["dc:title"] == str(pdf.docinfo.Title)


def test_a_validator_finds_nothing_against_the_standard(made: Printed) -> None:
    from outloud import check

    result = check(str(made.path), layers=["conformance"])
    assert result.error is None
    assert [
        f"{one.rule}: {one.message}" for one in result.findings if one.severity == "error"
    ] == []


def test_the_validator_would_find_something(tmp_path: Path) -> None:
    from outloud import check
    from weasyprint import HTML

    path = tmp_path / "plain.pdf"
    path.write_bytes(HTML(string="<p>No title, no tags, no language.").write_pdf())
    assert check(str(path), layers=["conformance"]).errors > 0


def test_the_date_is_that_of_the_data(made: Printed, pdf: Any) -> None:
    day = day_of(offprint(made.page)).strftime("D:%Y%m%d")
    assert str(pdf.docinfo.CreationDate).startswith(day)


def test_the_typeface_is_inside(pdf: Any) -> None:
    import pikepdf

    fonts = [
        one
        for one in pdf.objects
        if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
    ]
    assert fonts
    assert all("/FontFile2" in one for one in fonts)
    assert {re.sub(r".*\+", "", str(one.FontName)) for one in fonts} <= {
        "DejaVu-Sans", "DejaVu-Sans-Bold", "DejaVu-Sans-Oblique", "DejaVu-Sans-Mono",
    }  # fmt: skip


# ---------------------------------------------------------------- the structure


def test_the_outline_is_the_headings(made: Printed, pdf: Any) -> None:
    found: list[tuple[int, str]] = []

    def walk(items: Any, level: int) -> None:
        for item in items:
            found.append((level, line(item.title)))
            walk(item.children, level + 1)

    with pdf.open_outline() as outline:
        walk(outline.root, 1)
    assert found == headings_of(made.page)


def test_headings_keep_their_levels_and_leave_none_out(made: Printed, pdf: Any) -> None:
    levels = [int(str(one.S)[2]) for one in elements(pdf, "/H1", "/H2", "/H3", "/H4")]
    written = tree_of(made.page).xpath("//*[self::h1 or self::h2 or self::h3 or self::h4]")
    assert levels == [int(one.tag[1]) for one in written]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_picture_is_there_once_and_says_what_it_shows(made: Printed, pdf: Any) -> None:
    told = [str(one.Alt) for one in elements(pdf, "/Figure")]
    said = pictures_of(made.page)
    assert [one for one in told if not one.startswith("Symbol: ")] == said
    assert len(told) == len(tree_of(made.page).xpath("//svg|//img"))


def test_pictures_lie_on_the_sheet(pdf: Any) -> None:
    for one in elements(pdf, "/Figure"):
        left, low, right, high = map(float, one.A.BBox)
        _, _, width, height = map(float, one.Pg.MediaBox)
        assert 0 < left < right < width
        assert 0 < low < high < height


def test_header_cells_say_what_they_head_and_each_sheet_has_them(made: Printed, pdf: Any) -> None:
    tables = elements(pdf, "/Table")
    assert len(tables) >= len(tree_of(made.page).xpath("//table"))
    for one in elements(pdf, "/TH"):
        assert str(one.A.Scope) == ("/Column" if str(one.P.P.S) == "/THead" else "/Row")
    for table in tables:
        kinds = [str(child.S) for child in table.K]
        assert kinds.count("/THead") == 1, "a part of a table without its header row"


def test_no_row_is_cut_in_two(made: Printed, pdf: Any) -> None:
    tables = tree_of(made.page).xpath("//table")
    again = len(elements(pdf, "/Table")) - len(tables)
    rows = len(tree_of(made.page).xpath("//tr"))
    assert len(elements(pdf, "/TR")) == rows + again


def test_links_lead_somewhere_and_say_where(made: Printed, pdf: Any) -> None:
    import pikepdf

    known = set(pikepdf.NameTree(pdf.Root.Names.Dests).keys())
    links = [one for sheet in pdf.pages for one in sheet.get("/Annots", [])]
    assert links
    for link in links:
        if "/A" in link:
            assert str(link.A.URI).startswith("https://")
            continue
        assert str(link.Dest) in known
        assert len(str(link.Contents)) > 1
        assert not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+){2,}", str(link.Contents))


# ---------------------------------------------------------------- on paper


def test_every_sheet_is_numbered_and_none_is_empty(made: Printed) -> None:
    title = headings_of(made.page)[0][1]
    for number, text in enumerate(made.text, start=1):
        assert FOOT.search(text)
        assert FOOT.search(text).groups() == (str(number), str(len(made.text)))
        assert bare(title) in bare(text)
        assert len(bare(FOOT.sub("", text))) > len(bare(title)) + 40


def test_every_word_of_the_page_is_printed(made: Printed) -> None:
    """Tables that are folded away on the screen too, each cell of them."""
    whole = bare("".join(made.text))
    root = tree_of(made.page)
    for gone in root.xpath("//a[@class='csv' or @class='skip']|//*[@class='more']|//summary"):
        gone.drop_tree()
    for part in root.xpath("//main//td|//main//th|//main//p|//main//caption|//main//figcaption"):
        for words in part.xpath(".//text()[not(ancestor::svg)]"):
            assert bare(words) in whole, line(words)


def test_nothing_of_the_screen_alone_is_printed(made: Printed) -> None:
    whole = "".join(made.text)
    assert "Download" not in whole
    assert "(CSV, " not in whole
    assert "Skip to" not in whole


def test_nothing_is_printed_beyond_the_margin(made: Printed) -> None:
    import pymupdf

    with pymupdf.open(made.path) as opened:
        for sheet in opened:
            for left, _, right, bottom, *_ in sheet.get_text("words"):
                assert left >= 40, sheet
                assert right <= sheet.rect.width - 40, sheet
                assert bottom <= sheet.rect.height - 15


def test_no_heading_or_caption_ends_a_sheet(made: Printed) -> None:
    import pymupdf

    alone = {bare(text) for _, text in headings_of(made.page)}
    alone |= {bare(one.text_content()) for one in tree_of(made.page).xpath("//caption")}
    with pymupdf.open(made.path) as opened:
        for sheet in opened:
            blocks = [one for one in sheet.get_text("blocks") if one[1] < sheet.rect.height - 60]
            last = max(blocks, key=lambda one: one[3])
            assert bare(last[4]) not in alone, sheet


def test_a_rating_keeps_its_word_and_shape_without_colour(made: Printed) -> None:
    whole = bare("".join(made.text))
    ratings = tree_of(made.page).xpath("//*[contains(@class,'rating ')]")
    for one in ratings:
        assert re.fullmatch(r"\W+[A-Z][a-z ]+", line(one.text_content()))
        assert bare(one.text_content()) in whole


# ---------------------------------------------------------------- the same again


def test_the_same_page_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(sample_page(), encoding="utf-8")
    again = tmp_path / "again.pdf"
    script = (
        "import sys; from pathlib import Path; from kscb_analysis.printing import printed\n"
        "Path(sys.argv[2]).write_bytes(printed(Path(sys.argv[1]).read_text('utf-8')))"
    )
    surroundings = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", script, page, again], env=surroundings, check=True)
    assert again.read_bytes() == printed(sample_page())
