"""Notebooks in; the finished pages that formats are made from out, without a kernel."""

from functools import cache
from shutil import which

import pytest
from lxml import html
from sample_notebook import code, notebook, sample_notebook, shows
from shown_papers import shown_paper

from kscb_analysis.dataset import Dataset
from kscb_analysis.exporter import KscbExporter
from kscb_analysis.formats import missing

SAMPLE = "sample"


@cache
def sample_page() -> str:
    """Give a page of made-up figures with every kind of block."""
    return KscbExporter().from_notebook_node(sample_notebook())[0]


def real_page(name: str, data: Dataset) -> str:
    """Give a published paper on Kent as its notebook makes it."""
    blocks = shown_paper(name, data).blocks.values()
    cells = [code("x", shows("text/html", str(block.html))) for block in blocks if block.html]
    return KscbExporter().from_notebook_node(notebook(*cells))[0]


def page_of(name: str, data: Dataset) -> str:
    """Give the made-up page or that of a published paper."""
    return sample_page() if name == SAMPLE else real_page(name, data)


def needs(format_name: str) -> pytest.MarkDecorator:
    """Skip, with the reason, where a format cannot be made."""
    lacking = missing(format_name)
    return pytest.mark.skipif(bool(lacking), reason=lacking)


def needs_modules(*names: str) -> None:
    """Skip the tests of a file where packages that they look at files with are not there."""
    for name in names:
        pytest.importorskip(name, reason=f"{name} is not installed. Run: make formats")


needs_libreoffice = pytest.mark.skipif(
    which("soffice") is None, reason="LibreOffice is not installed (libreoffice-writer-nogui)"
)


def tree_of(page: str) -> html.HtmlElement:
    """Read a page."""
    return html.document_fromstring(page)


def line(text: str) -> str:
    """Give text on one line."""
    return " ".join(text.split())


def bare(text: str) -> str:
    """Give text without white space, for what a line's end may have parted."""
    return "".join(text.split())


def headings_of(page: str) -> list[tuple[int, str]]:
    """List the headings of a page with their levels, without that of the list of contents."""
    found = tree_of(page).xpath("//*[self::h1 or self::h2 or self::h3 or self::h4]")
    return [
        (int(one.tag[1]), line(one.text_content())) for one in found if one.getparent().tag != "nav"
    ]


def pictures_of(page: str) -> list[str]:
    """List what the pictures of a page say that they show, in their order."""
    return [line(one) for one in tree_of(page).xpath("//svg[@role='img']/@aria-label|//img/@alt")]
