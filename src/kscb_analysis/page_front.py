"""A finished page in; its title, findings, sources and provenance out, as plain words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from kscb_analysis.html5 import Element, classes, words

_DAY = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")


@dataclass(frozen=True)
class PageSource:
    """A source as a page names it: all its words, its title, its licence line and its tables.

    `tables` are the raw files that the page used, with the first digits of their fingerprints.
    """

    source_id: str
    words: str
    title: str
    licence: str
    tables: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Front:
    """What a page says before and after its figures."""

    title: str
    about: tuple[str, ...]
    findings_title: str
    findings: tuple[str, ...]
    reading: tuple[str, ...]
    sources: tuple[PageSource, ...]
    made_with: tuple[tuple[str, str], ...]
    date: date | None

    @property
    def paper(self) -> str:
        """The paper's own name: the title up to the colon."""
        return self.title.partition(": ")[0]

    @property
    def place(self) -> str:
        """The area and the period: the title after the colon."""
        return self.title.partition(": ")[2]


def read_front(root: Element) -> Front:
    """Read what a page says of itself; what it lacks is empty."""
    heading = root.find(".//h1")
    findings = next(of_class(root, "section", "findings"), None)
    title = findings.find(".//h2") if findings is not None else None
    footer = next(of_class(root, "footer", "provenance"), None)
    made = () if footer is None else tuple(_pairs(footer))
    found = _DAY.search(dict(made).get("Date of the data", ""))
    return Front(
        title=words(heading) if heading is not None else "A paper",
        about=tuple(words(one) for one in of_class(root, "p", "status")),
        findings_title="" if title is None else words(title),
        findings=() if findings is None else tuple(_points(findings)),
        reading=tuple(_without(one, "details") for one in _entries_under(root, "how-to-read")),
        sources=tuple(_source(one) for one in _entries_under(root, "sources")),
        made_with=made,
        date=_day(found[0]) if found else None,
    )


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%d %B %Y").date()  # noqa: DTZ007  (a day has no zone)
    except ValueError:
        return None


def _points(findings: Element) -> Iterator[str]:
    listed = list(findings.iter("li"))
    for one in listed or findings.iter("p"):
        yield words(one)


def _entries_under(root: Element, name: str) -> list[Element]:
    """Give the entries of the first list after a heading."""
    path = f"//*[@id='{name}']/following-sibling::*[self::ul or self::ol][1]/li"
    return list(root.xpath(path))


def _source(entry: Element) -> PageSource:
    title = entry.find("strong")
    licence = next((words(one) for one in of_class(entry, "span", "licence")), "")
    source_id = str(entry.get("id") or "").removeprefix("source-")
    tables = [
        (f"{source_id}/{words(one).partition(', ')[0]}", words(one[-1]))
        for one in entry.iterfind("details//li")
        if len(one) and one[-1].tag == "code"
    ]
    return PageSource(
        source_id=source_id,
        words=_without(entry, "details"),
        title="" if title is None else words(title),
        licence=licence,
        tables=tuple(tables),
    )


def _without(element: Element, tag: str) -> str:
    """Give the words of an element but for those of one kind of its children."""
    inner = [element.text or ""]
    for child in element:
        inner += ["" if child.tag == tag else words(child), child.tail or ""]
    return " ".join("".join(inner).split())


def _pairs(footer: Element) -> Iterator[tuple[str, str]]:
    for term in footer.iter("dt"):
        said = term.getnext()
        if said is not None:
            yield words(term), words(said)


def of_class(root: Element, tag: str, name: str) -> Iterator[Element]:
    """Give the elements of a kind that have a class."""
    return (one for one in root.iter(tag) if name in classes(one))
