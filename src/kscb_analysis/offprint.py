"""A finished page in; what of it can stand outside a browser out, for print and for Word."""

import re
from copy import deepcopy
from datetime import date

from lxml import etree

from kscb_analysis.html5 import Element, classes, make, parse, remove, words

# What only a screen has a use for: jumping, unfolding, fetching a file.
_ON_SCREEN_ALONE = (
    "//*[contains(concat(' ', @class, ' '), ' skip ')]"
    "|//*[contains(concat(' ', @class, ' '), ' more ')]"
    "|//script|//head/meta[@http-equiv]"
)
# More columns of figures than this are wider than a sheet.
_MOST_COLUMNS = 12
_NEVER_PUBLISHED = date(2000, 1, 1)
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAY = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})\b")


def offprint(page: str) -> Element:
    """Give a finished page as a tree that needs no screen.

    What was folded away is open: `<details>` is a `<div>` of the same class, and its summary, where
    no table says the same in its caption, is a `<p class="label">`. Links to CSV files are gone,
    with the paragraphs that held nothing else. A table of more columns than a sheet has room for is
    several, one below the other, each with the first column. Every picture says in a `<title>` of
    its own what it shows.
    """
    root = parse(page)
    for element in root.xpath(_ON_SCREEN_ALONE):
        remove(element)
    for link in root.xpath("//a[contains(concat(' ', @class, ' '), ' csv ')]"):
        _remove_with_its_paragraph(link)
    for details in list(root.iter("details")):
        _open(details)
    for table in list(root.iter("table")):
        _split_where_too_wide(table)
    for svg in root.iter("svg"):
        _say_what_it_shows(svg)
    for figure in list(root.iter("data")):
        # Those who read findings look for the numbers first.
        in_link = next(figure.iterancestors("a"), None) is not None
        in_findings = any(is_kind(one, "findings") for one in figure.iterancestors("section"))
        figure.attrib.clear()
        figure.tag = "strong" if in_findings and not in_link else "data"
    etree.strip_tags(root, "data")
    for group in root.xpath("//dl/div"):
        _unwrap(group)
    for element in root.xpath("//*[@tabindex]"):
        element.attrib.pop("tabindex")
    return root


def title_of(root: Element) -> str:
    """Give the document's title."""
    title = root.find("head/title")
    return "" if title is None else words(title)


def day_of(root: Element) -> date:
    """Give the newest day that the page's provenance names: that of its data, never of the run."""
    named = []
    for footer in root.xpath("//footer[contains(@class,'provenance')]"):
        for day, month, year in _DAY.findall(" ".join(map(str, footer.itertext()))):
            named.append(date(int(year), _MONTHS.index(month) + 1, int(day)))
    return max(named, default=_NEVER_PUBLISHED)


def _remove_with_its_paragraph(link: Element) -> None:
    around = link.getparent()
    remove(link)
    if around is not None and around.tag == "p" and len(around) == 0 and not words(around):
        remove(around)


def _open(details: Element) -> None:
    summary = details.find("summary")
    if summary is not None:
        if details.find(".//caption") is None:
            summary.tag = "p"
            summary.set("class", "label")
        else:
            remove(summary)
    details.tag = "div"
    details.attrib.pop("open", None)


def _split_where_too_wide(table: Element) -> None:
    """Part a table's columns of figures into as many tables as a sheet's width asks for.

    They are of like length, so that no table is left with a single column.
    """
    rows = [list(row) for row in table.iter("tr")]
    figures = max((len(row) for row in rows), default=1) - 1
    parts = -(-figures // _MOST_COLUMNS)
    if parts < 2 or any(len(row) != figures + 1 for row in rows):
        return
    width = -(-figures // parts)
    heads = [words(head) for head in rows[0][1:]]
    # The same step for all, from the last part on: what stays behind is the first part.
    for start in range(width * (parts - 1), 0, -width):
        later = deepcopy(table)
        later.tail = None
        _keep_columns(later, start, start + width)
        _say_which(later, heads[start : start + width], again=True)
        table.addnext(later)
    _keep_columns(table, 0, width)
    _say_which(table, heads[:width])


def _keep_columns(table: Element, first: int, end: int) -> None:
    for row in table.iter("tr"):
        for at, cell in enumerate(list(row)[1:]):
            if not first <= at < end:
                row.remove(cell)


def _say_which(table: Element, heads: list[str], *, again: bool = False) -> None:
    caption = table.find("caption")
    if caption is None:
        return
    if again:
        caption.attrib.pop("id", None)
        table.attrib.pop("id", None)
    told = make("span", {"class": "part"}, f" ({heads[0]} to {heads[-1]})")
    caption.append(told)


def _unwrap(group: Element) -> None:
    """Put what is in a group in its place: what reads a list looks for the items right below it."""
    for child in list(group):
        group.addprevious(child)
    remove(group)


def _say_what_it_shows(svg: Element) -> None:
    """Put what a picture shows where a program that draws it looks for it."""
    said = " ".join(str(svg.attrib.pop("aria-label", "")).split())
    if not said:
        # A picture in a key: the words beside it are all that there is to say.
        around = svg.getparent()
        said = f"Symbol: {words(around)}" if around is not None else "Symbol"
    svg.attrib.pop("aria-hidden", None)
    for title in svg.findall("title"):
        remove(title)
    svg.insert(0, make("title", text=said))


def said_by(svg: Element) -> str:
    """Give what a picture of an offprint shows, in words."""
    title = svg.find("title")
    return "" if title is None else words(title)


def is_kind(element: Element, *kinds: str) -> bool:
    """True when an element has one of these class names."""
    return not classes(element).isdisjoint(kinds)
