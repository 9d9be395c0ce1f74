"""A finished page in; what it says of itself, and of each of its tables, out.

The other formats are made from the page that a committee reads, so they can say nothing else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kscb_analysis.html5 import Element, classes, parse, words
from kscb_analysis.page_front import Front, of_class, read_front

_STOPS = {"h1", "h2", "h3", "h4", "section", "details", "figure", "table"}
_LEGEND = re.compile(r"\[\w+\] ")
_DOWNLOAD = re.compile(r"^Download |\s*\(CSV[^)]*\)$")


@dataclass(frozen=True)
class _Said:
    """What the section of an indicator says of each table in it."""

    measure: str
    unit: str
    definition: str
    sources: tuple[str, ...]
    source_places: str


@dataclass(frozen=True)
class PageTable(_Said):
    """One table as the page shows it, or a CSV that holds several of them.

    Measure, unit, definition, sources (titles) and their places are those of its indicator.

    `label` is "Table 1" or "Figures 1 and 2", `title` the caption without it, `download` the name
    of the CSV behind it where there is one, `head` and `cells` the words of the table, `leads` what
    the head of each row links to, and `in_words` the places of its columns that hold no numbers.
    """

    label: str
    title: str
    remarks: tuple[str, ...]
    rows_of: str
    download: str
    head: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    leads: tuple[str, ...]
    in_words: frozenset[int]

    @property
    def caption(self) -> str:
        """The caption as the page prints it."""
        if not self.label:
            return self.title
        behind = self.label.startswith("Figure")
        number = f"Data for {self.label[0].lower()}{self.label[1:]}" if behind else self.label
        return f"{number}: {self.title}"


@dataclass(frozen=True)
class Read:
    """A page that was read: its front, its tables in order, and how it names indicators.

    `names` and `units` are by the id of an indicator's section on the page.
    """

    front: Front
    tables: tuple[PageTable, ...]
    names: dict[str, str]
    units: dict[str, str]


def read_page(page: str) -> Read:
    """Read a finished page.

    What a page lacks is empty: every page has a title, but few have everything else.
    """
    root = parse(page)
    names, units = _indicators(root)
    return Read(read_front(root), tuple(_tables(root, units)), names, units)


# -------------------------------------------------------------------------------------- tables


def _indicators(root: Element) -> tuple[dict[str, str], dict[str, str]]:
    """Give how the heads of table rows call an indicator, and its unit, by what they link to."""
    names: dict[str, str] = {}
    units: dict[str, str] = {}
    for row in root.xpath("//tbody/tr"):
        if target := _lead(row):
            names.setdefault(target, words(row.find("th/a")))
            small = row.find("th/small")
            units.setdefault(target, "" if small is None else unit_in_words(words(small)))
    return names, units


def _spoken(cell: Element) -> str:
    """Give the words of a cell as they are read aloud: without shapes that stand for a word."""
    return " ".join("".join(_audible(cell)).split())


def _audible(element: Element) -> Iterator[str]:
    if element.get("aria-hidden") != "true":
        yield element.text or ""
        for child in element:
            yield from _audible(child)
            yield child.tail or ""


def _lead(row: Element) -> str:
    link = row.find("th/a")
    target = "" if link is None else str(link.get("href") or "")
    return target[1:] if target.startswith("#") else ""


def unit_in_words(unit: str) -> str:
    """Give a unit that can be read aloud.

    >>> unit_in_words("%"), unit_in_words("children")
    ('percent', 'children')
    """
    return "percent" if unit == "%" else unit


def _tables(root: Element, units: dict[str, str]) -> Iterator[PageTable]:
    """Give the tables and the CSVs that stand alone, in the order of the page."""
    claimed: set[Element] = set()
    for element in root.iter("table", "a"):
        if element.tag == "table":
            link = _link_after(element)
            if link is not None:
                claimed.add(link)
            yield _table(element, link, units)
        elif _is_download(element) and element not in claimed:
            yield _alone(element, units)


def _link_after(table: Element) -> Element | None:
    """Give the link to the CSV of a table: it stands below it, before anything else begins."""
    around = _region(table)
    for sibling in around.itersiblings():
        if sibling.tag in _STOPS or next(sibling.iter("table", "figure"), None) is not None:
            return None
        for link in sibling.iter("a"):
            if _is_download(link):
                return link
    return None


def _is_download(link: Element) -> bool:
    return str(link.get("download") or "").endswith(".csv")


def _region(table: Element) -> Element:
    parent = table.getparent()
    return parent if parent is not None and "scroll" in classes(parent) else table


def _table(table: Element, link: Element | None, units: dict[str, str]) -> PageTable:
    label, title = _caption(table)
    head = tuple(unit_in_words(words(cell)) for cell in table.iterfind("thead/tr/th"))
    rows = table.findall("tbody/tr") or table.findall("tr")
    return PageTable(
        label=label,
        title=title,
        **vars(_said_of(table, units)),
        remarks=tuple(_remarks(table)),
        rows_of=_rows_of(table),
        download="" if link is None else str(link.get("download") or ""),
        head=head,
        cells=tuple(tuple(_spoken(cell) for cell in row) for row in rows),
        leads=tuple(_lead(row) for row in rows),
        in_words=frozenset(
            at for at, cell in enumerate(table.iterfind("thead/tr/th")) if "t" in classes(cell)
        ),
    )


def _alone(link: Element, units: dict[str, str]) -> PageTable:
    """Describe a CSV below several folded tables: it holds all of them."""
    about = _DOWNLOAD.sub("", words(link))
    folded = [one for one in _before(link) for one in one.iter("table")]
    numbers = [
        number for one in reversed(folded) if (number := _caption(one)[0].removeprefix("Table "))
    ]
    label = f"Tables {numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else ""
    return PageTable(
        label=label,
        title=about[:1].upper() + about[1:],
        **vars(_said_of(link, units)),
        remarks=(),
        rows_of="",
        download=str(link.get("download") or ""),
        head=(),
        cells=(),
        leads=(),
        in_words=frozenset(),
    )


def _before(link: Element) -> Iterator[Element]:
    """Give the folded parts that stand right before the paragraph of a link, nearest first."""
    paragraph = next(link.iterancestors("p"), link)
    for sibling in paragraph.itersiblings(preceding=True):
        if sibling.tag != "details":
            return
        yield sibling


def _caption(table: Element) -> tuple[str, str]:
    """Give "Table 1" or "Figures 1 and 2", and what the caption says after it."""
    caption = table.find("caption")
    if caption is None:
        return "", "Table"
    number = next((one for one in caption.iter("span") if "number" in classes(one)), None)
    if number is None:
        return "", words(caption)
    label = words(number).rstrip(": ")
    title = words(caption).removeprefix(words(number)).strip()
    label = label.removeprefix("Data for ")
    return label[:1].upper() + label[1:], title


def _said_of(element: Element, units: dict[str, str]) -> _Said:
    """Give measure, unit, definition and source: what the section of an indicator says of it."""
    section = next(
        (one for one in element.iterancestors("section") if "indicator" in classes(one)), None
    )
    if section is None:
        return _Said("", "", "", (), "")
    heading = section.find(".//h3")
    subtitle = next((one for one in of_class(section, "span", "subtitle")), None)
    unit = units.get(str(section.get("id") or ""), "")
    if not unit and subtitle is not None:
        unit = words(subtitle).partition(",")[0].lower()
    definition = next((words(one) for one in of_class(section, "p", "definition")), "")
    told = [one for one in of_class(section, "p", "source") if words(one).startswith("Source:")]
    return _Said(
        measure="" if heading is None else words(heading),
        unit=unit,
        definition=definition.removeprefix("Definition. "),
        sources=tuple(words(link) for one in told for link in one.iter("a")),
        source_places="; ".join(words(one).removeprefix("Source:").strip() for one in told),
    )


def _remarks(table: Element) -> Iterator[str]:
    """Give the small print that goes with a table, but for the meanings of its markers."""
    section = next(
        (one for one in table.iterancestors("section") if "indicator" in classes(one)), None
    )
    for one in _below(table) if section is None else of_class(section, "p", "note"):
        if "note" in classes(one) and not _LEGEND.match(words(one)):
            yield " ".join([words(one), *_announced(one)])


def _announced(note: Element) -> Iterator[str]:
    """Give the entries of the list that a remark ends in a colon for."""
    listed = note.getnext()
    if words(note).endswith(":") and listed is not None and listed.tag in {"ul", "ol"}:
        yield "; ".join(words(one).rstrip(".") for one in listed.iter("li")) + "."


def _below(table: Element) -> Iterator[Element]:
    for sibling in _region(table).itersiblings():
        if sibling.tag in _STOPS or next(sibling.iter("table", "figure"), None) is not None:
            return
        yield sibling


def _rows_of(table: Element) -> str:
    """Give the sentence that says of which file the row numbers in a table are."""
    for one in _below(table):
        if "source" in classes(one) and not words(one).startswith("Source:"):
            return words(one)
    return ""
