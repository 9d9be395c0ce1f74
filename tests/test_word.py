"""Papers as Word documents: nothing of the page is lost, here or in another program."""

import io
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from finished_pages import (
    SAMPLE,
    bare,
    headings_of,
    line,
    needs,
    needs_libreoffice,
    page_of,
    pictures_of,
    sample_page,
    tree_of,
)
from lxml import etree

from kscb_analysis.dataset import Dataset
from kscb_analysis.offprint import day_of, offprint
from kscb_analysis.ooxml import tag
from kscb_analysis.word import WordFault, document

pytestmark = needs("docx")

PAGES = (
    SAMPLE,
    "private_fostering",
    pytest.param("performance_scorecard", marks=pytest.mark.slow),
)
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"


@dataclass
class Written:
    """A page and the Word document that was made of it."""

    page: str
    content: bytes
    path: Path

    def part(self, name: str) -> etree._Element:
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            return etree.fromstring(archive.read(name))

    @property
    def body(self) -> etree._Element:
        return self.part("word/document.xml")


@pytest.fixture(scope="module", params=PAGES)
def made(
    request: pytest.FixtureRequest, real_data: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> Written:
    page = page_of(request.param, real_data)
    path = tmp_path_factory.mktemp("docx") / f"{request.param}.docx"
    content = document(page)
    path.write_bytes(content)
    return Written(page, content, path)


def text_of(element: etree._Element) -> str:
    return line("".join(element.itertext(tag("t"))))


def style_of(paragraph: etree._Element) -> str:
    named = paragraph.find(f"{tag('pPr')}/{tag('pStyle')}")
    return "" if named is None else str(named.get(tag("val")))


def captions_of(page: str) -> list[str]:
    found = tree_of(page).xpath("//table/caption|//figure/figcaption")
    return [bare(one.text_content()) for one in found]


# ---------------------------------------------------------------- the document


def test_title_language_and_date_are_those_of_the_page(made: Written) -> None:
    told = {etree.QName(one).localname: one.text for one in made.part("docProps/core.xml")}
    day = day_of(offprint(made.page)).isoformat()
    assert told == {
        "title": headings_of(made.page)[0][1],
        "language": "en-GB",
        "created": f"{day}T00:00:00Z",
        "modified": f"{day}T00:00:00Z",
    }
    (language,) = made.part("word/styles.xml").iterfind(f"{tag('docDefaults')}//{tag('lang')}")
    assert language.get(tag("val")) == "en-GB"


def test_the_sheet_is_a4_with_title_and_number_at_its_foot(made: Written) -> None:
    (section,) = made.body.iter(tag("sectPr"))
    size = section.find(tag("pgSz"))
    assert (size.get(tag("w")), size.get(tag("h"))) == ("11906", "16838")
    assert section.find(tag("footerReference")) is not None
    foot = made.part("word/footer1.xml")
    assert text_of(foot) == f"{headings_of(made.page)[0][1]}Page 1 of 1"
    fields = [one.get(tag("instr")) for one in foot.iter(tag("fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_headings_are_headings(made: Written) -> None:
    found = [
        (int(kind[1]), text_of(one))
        for one in made.body.iter(tag("p"))
        if (kind := re.fullmatch(r"Heading(\d)", style_of(one)))
    ]
    assert found == headings_of(made.page)


def test_captions_stand_above_with_their_numbers(made: Written) -> None:
    captions = [
        one
        for one in made.body.iter(tag("p"))
        if style_of(one) in {"TableCaption", "ImageCaption"} and text_of(one)
    ]
    assert [bare(text_of(one)) for one in captions] == captions_of(made.page)
    for one in captions:
        after = one.getnext()
        while after.tag in {tag("bookmarkStart"), tag("bookmarkEnd")}:
            after = after.getnext()
        if style_of(one) == "TableCaption":
            assert after.tag == tag("tbl")
        else:
            assert next(after.iter(DRAWN), None) is not None


def test_pictures_say_what_they_show_and_are_not_carried_twice(made: Written) -> None:
    told = [str(one.get("descr")) for one in made.body.iter(DRAWN)]
    assert [one for one in told if not one.startswith("Symbol: ")] == pictures_of(made.page)
    assert b"data:image" not in etree.tostring(made.body)
    numbers = [str(one.get("id")) for one in made.body.iter(DRAWN)]
    assert len(set(numbers)) == len(numbers)


def test_pictures_fit_the_sheet(made: Written) -> None:
    wide, high = 6.9 * 914400, 10 * 914400
    for one in made.body.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}ext"):
        if one.get("cx"):
            assert 0 < int(one.get("cx")) < wide
            assert 0 < int(one.get("cy")) < high


def test_tables_hold_every_cell_and_their_header_rows_repeat(made: Written) -> None:
    tables = list(made.body.iter(tag("tbl")))
    written = tree_of(made.page).xpath("//table")
    assert len(tables) == len(written)
    for table, shown in zip(tables, written, strict=True):
        rows = table.findall(tag("tr"))
        heads = [row.find(f"{tag('trPr')}/{tag('tblHeader')}") is not None for row in rows]
        assert heads == [True, *[False] * (len(rows) - 1)]
        assert all(row.find(f"{tag('trPr')}/{tag('cantSplit')}") is not None for row in rows)
        cells = [[bare(text_of(cell)) for cell in row.findall(tag("tc"))] for row in rows]
        assert cells == [
            [bare("".join(cell.xpath(".//text()[not(ancestor::svg)]"))) for cell in row]
            for row in shown.iter("tr")
        ]


def test_numbers_stand_to_the_right(made: Written) -> None:
    tables, written = made.body.iter(tag("tbl")), tree_of(made.page).iter("table")
    for table, shown in zip(tables, written, strict=True):
        if shown.get("class") != "figures":
            continue
        for row, line_of in zip(table.iter(tag("tr")), shown.iter("tr"), strict=True):
            for cell, other in zip(row.iterfind(tag("tc")), line_of, strict=True):
                side = cell.find(f".//{tag('jc')}")
                right = other.tag == "td" and other.get("class") != "t"
                if right:
                    assert side.get(tag("val")) == "right"


def test_columns_take_the_whole_line_and_none_is_too_narrow(made: Written) -> None:
    for table in made.body.iter(tag("tbl")):
        widths = [int(one.get(tag("w"))) for one in table.iter(tag("gridCol"))]
        assert 7000 < sum(widths) < 8100
        assert min(widths) > 250


def test_links_lead_to_what_is_there(made: Written) -> None:
    wanted = {one.get(tag("anchor")) for one in made.body.iter(tag("hyperlink"))} - {None}
    known = {one.get(tag("name")) for one in made.body.iter(tag("bookmarkStart"))}
    assert wanted
    assert wanted - known == set()


def test_a_rating_keeps_its_colour_word_and_shape(made: Written) -> None:
    colours = ("red", "amber", "green")
    shown = tree_of(made.page).xpath("//*[contains(@class,'rating ')]")
    coloured = [one for one in shown if {*colours} & {*one.get("class").split()}]
    runs = [
        one
        for one in made.body.iter(tag("r"))
        for named in one.iterfind(f"{tag('rPr')}/{tag('rStyle')}")
        if named.get(tag("val")).lower() in colours
    ]
    assert bare("".join(map(text_of, runs))) == bare(
        "".join(one.text_content() for one in coloured)
    )
    in_tables = [one for one in runs if next(one.iterancestors(tag("tc")), None) is not None]
    # LibreOffice needs the colour in the run itself there.
    assert all(one.find(f"{tag('rPr')}/{tag('shd')}") is not None for one in in_tables)


def test_nothing_of_the_screen_alone_is_written(made: Written) -> None:
    whole = text_of(made.body)
    assert "Download" not in whole
    assert "Skip to" not in whole


# ---------------------------------------------------------------- the same again


def test_the_same_page_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    page, again = tmp_path / "page.html", tmp_path / "again.docx"
    page.write_text(sample_page(), encoding="utf-8")
    script = (
        "import sys; from pathlib import Path; from kscb_analysis.word import document\n"
        "Path(sys.argv[2]).write_bytes(document(Path(sys.argv[1]).read_text('utf-8')))"
    )
    surroundings = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", script, page, again], env=surroundings, check=True)
    assert again.read_bytes() == document(sample_page())


def test_what_pandoc_says_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import pypandoc

    monkeypatch.setattr(pypandoc, "get_pandoc_path", lambda: "false")
    with pytest.raises(WordFault, match=r"^pandoc: "):
        document(sample_page())


# ---------------------------------------------------------------- in another program


def converted(made: Written, kind: str, folder: Path) -> Path:
    """Let LibreOffice open the document and save it as something else."""
    place = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    command = ["soffice", place, "--headless", "--convert-to", kind, "--outdir", folder, made.path]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder / f"{made.path.stem}.{kind}"


@needs_libreoffice
def test_libreoffice_keeps_headings_captions_texts_and_header_rows(
    made: Written, tmp_path: Path
) -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    names = {one: f"{office}{one}:1.0" for one in ("text", "table", "drawing", "style")}
    names["svg"] = "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
    with zipfile.ZipFile(converted(made, "odt", tmp_path)) as archive:
        saved = etree.fromstring(archive.read("content.xml"))

    def find(path: str) -> list[etree._Element]:
        return list(saved.xpath(path, namespaces=names))

    headings = [
        (int(one.get(f"{{{names['text']}}}outline-level")), line("".join(one.itertext())))
        for one in find("//text:h")
    ]
    assert headings == headings_of(made.page)
    tables = tree_of(made.page).xpath("//table")
    assert len(find("//table:table")) == len(tables)
    assert len(find("//table:table/table:table-header-rows")) == len(tables)
    told = [line("".join(one.itertext())) for one in find("//svg:desc|//svg:title")]
    assert [one for one in told if not one.startswith("Symbol: ")] == pictures_of(made.page)
    whole = [bare("".join(one.itertext())) for one in find("//text:p")]
    assert [one for one in captions_of(made.page) if one not in whole] == []


@needs_libreoffice
def test_libreoffice_prints_it_whole(made: Written, tmp_path: Path) -> None:
    pymupdf = pytest.importorskip("pymupdf", reason="pymupdf is not installed. Run: make formats")
    with pymupdf.open(converted(made, "pdf", tmp_path)) as opened:
        whole = bare("".join(sheet.get_text() for sheet in opened))
        pictures = sum(len(sheet.get_image_info()) for sheet in opened)
        for sheet in opened:
            assert max(one[2] for one in sheet.get_text("words")) < sheet.rect.width - 30
    assert pictures == len(tree_of(made.page).xpath("//svg|//img"))
    for words in [*captions_of(made.page), *(bare(text) for _, text in headings_of(made.page))]:
        assert words in whole
