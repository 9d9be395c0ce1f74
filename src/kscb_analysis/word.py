"""A finished page in; a Word document out, made by pandoc."""

import subprocess
from copy import deepcopy
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

from kscb_analysis.errors import KscbError
from kscb_analysis.html5 import Element
from kscb_analysis.markup import MANY_COLUMNS
from kscb_analysis.ooxml import parts_of, tag, zipped
from kscb_analysis.word_page import word_page
from kscb_analysis.word_style import reference_document

_MAIN, _STYLES = "word/document.xml", "word/styles.xml"
_FEW_ROWS = 9
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_DUBLIN = "http://purl.org/dc/elements/1.1/"
_TERMS = "http://purl.org/dc/terms/"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


class WordFault(KscbError):
    """pandoc could not make a document of a page."""


def document(page: str) -> bytes:
    """Give a finished page as a Word document: the same bytes for the same page and libraries.

    Headings, numbered captions above tables and figures, charts as pictures with a text for those
    who do not see them, header rows that repeat, and a foot with the title and the page's number.
    Raises `WordFault` with what pandoc said.
    """
    plain_page = word_page(page)
    plain = _pandoc(["--print-default-data-file=reference.docx"])
    with TemporaryDirectory() as folder:
        reference = Path(folder) / "reference.docx"
        reference.write_bytes(reference_document(plain, plain_page.title))
        made = _pandoc(
            [
                "--from=html",
                "--to=docx",
                "--sandbox",
                f"--reference-doc={reference}",
                "--figure-caption-position=above",
                "--table-caption-position=above",
                "--metadata=lang:en-GB",
                "--output=-",
            ],
            plain_page.html,
        )
    parts = parts_of(made)
    parts[_MAIN] = _settled(parts[_MAIN], parts[_STYLES])
    parts["docProps/core.xml"] = _properties(plain_page.title, plain_page.day)
    return zipped(parts)


def _pandoc(arguments: list[str], html: str = "") -> bytes:
    import pypandoc

    command = [pypandoc.get_pandoc_path(), *arguments]
    done = subprocess.run(command, input=html.encode(), capture_output=True, check=False)
    if done.returncode:
        raise WordFault(f"pandoc: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def _settled(main: bytes, styles: bytes) -> bytes:
    """Settle what pandoc leaves open in tables and pictures."""
    root, look = etree.fromstring(main), etree.fromstring(styles)
    letters = {
        str(style.get(tag("styleId"))): style.find(tag("rPr"))
        for style in look.iterfind(tag("style"))
        if style.get(tag("type")) == "character"
    }
    for table in root.iter(tag("tbl")):
        _settle_table(table)
        for run in table.iter(tag("r")):
            _spell_out_style(run, letters)
    for number, picture in enumerate(root.iter(f"{{{_PICTURE}}}pic"), start=1):
        # Of a picture that a page carries in itself, pandoc repeats the whole as its name.
        told = next(picture.iterancestors(f"{{{_DRAWING}}}inline")).find(f"{{{_DRAWING}}}docPr")
        for named in (told, picture.find(f".//{{{_PICTURE}}}cNvPr")):
            named.set("name", f"Picture {number}")
            named.set("descr", told.get("descr"))
            named.attrib.pop("title", None)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _settle_table(table: Element) -> None:
    """Keep rows whole and small tables together, set the size of words, and say what heads rows."""
    columns = len(table.findall(f"{tag('tblGrid')}/{tag('gridCol')}"))
    style = "SmallTableText" if columns >= MANY_COLUMNS else "TableText"
    look = table.find(f"{tag('tblPr')}/{tag('tblLook')}")
    if look is not None:
        look.set(tag("firstColumn"), "1")
        look.set(tag("val"), "00A0")
    rows = table.findall(tag("tr"))
    # The header row and one more stay with what follows; a table of a few rows stays on one sheet.
    together = len(rows) - 1 if len(rows) <= _FEW_ROWS else 2
    for at, row in enumerate(rows):
        settings = _first(row, "trPr")
        if settings.find(tag("cantSplit")) is None:
            settings.insert(0, etree.Element(tag("cantSplit")))
        for paragraph in row.iter(tag("p")):
            properties = _first(paragraph, "pPr")
            _first(properties, "pStyle").set(tag("val"), style)
            if at < together:
                properties.insert(1, etree.Element(tag("keepNext")))


def _spell_out_style(run: Element, letters: dict[str, Element]) -> None:
    """Write a character style's colours and sizes into a run.

    LibreOffice lets those of a table's paragraphs win over the style otherwise.
    """
    properties = run.find(tag("rPr"))
    named = None if properties is None else properties.find(tag("rStyle"))
    style = None if named is None else letters.get(str(named.get(tag("val"))))
    if properties is None or style is None:
        return
    there = {one.tag for one in properties}
    properties.extend(deepcopy(one) for one in style if one.tag not in there)


def _first(around: Element, name: str) -> Element:
    """Give the child of this name, made as the first one where there is none."""
    found = around.find(tag(name))
    if found is None:
        found = etree.Element(tag(name))
        around.insert(0, found)
    return found


def _properties(title: str, day: date) -> bytes:
    """Give the document's title, language and date, and nothing about who made it or when."""
    names = {"cp": _CORE, "dc": _DUBLIN, "dcterms": _TERMS, "xsi": _INSTANCE}
    root = etree.Element(f"{{{_CORE}}}coreProperties", nsmap=names)
    etree.SubElement(root, f"{{{_DUBLIN}}}title").text = title
    etree.SubElement(root, f"{{{_DUBLIN}}}language").text = "en-GB"
    for name in ("created", "modified"):
        when = etree.SubElement(root, f"{{{_TERMS}}}{name}")
        when.set(f"{{{_INSTANCE}}}type", "dcterms:W3CDTF")
        when.text = f"{day.isoformat()}T00:00:00Z"
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
