"""A finished page in, a list of what is wrong with it out: every check runs, nothing is changed."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise

from kscb_analysis.html5 import BLOCKS, Element, classes, words

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

_UNWANTED = ("script", "iframe", "object", "embed", "base", "link", "form", "audio", "video")
_LOADING = ("src", "srcset", "poster", "data", "background", "xlink:href")
_STYLED = ("style", "fill", "stroke", "filter", "mask", "clip-path", "cursor", "marker-end")
_CSS_ADDRESS = re.compile(
    r"url\(\s*[\"']?(?!data:|#)([^)\"']*)|@import[^;]*|image-set\(\s*[\"'](?!data:)", re.IGNORECASE
)
_SAFE_LINK = re.compile(r"#|https?://|mailto:|data:text/csv[;,]|(?![a-z][a-z0-9+.-]*:|//)", re.I)
_OBJECT = re.compile(r"<[^<>]{1,200}? at 0x[0-9a-f]+>|\bat 0x[0-9a-f]{4,}", re.IGNORECASE)
_NO_FIGURE = re.compile(r"nan|NaN|None|NaT|<NA>|-?inf")
_PLACEHOLDER = re.compile(
    r"no description has been provided for this image"
    r"|(?:[\W\d_]*(?:image|img|picture|png|svg|jpe?g|plot|chart|graph|figure|output|alt|text|todo"
    r"|line|bar|a|an|the|of)\b)*[\W\d_]*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"([-+−–]\s?)?[£$€]?(\d[\d,]*(?:\.\d+)?)")
_SIGN_WORDS = {
    -1: re.compile(r"\b(?:down|fell|fall|fallen|lower|fewer|less|below|decrease[ds]?)\b", re.I),
    1: re.compile(r"\b(?:up|rose|rise|risen|higher|more|above|increase[ds]?)\b", re.I),
}


def find_faults(root: Element) -> list[str]:
    """Give everything that is wrong with a page, one sentence each, in the order of `CHECKS`."""
    return [fault for check in CHECKS for fault in check(root)]


def ids_are_unique(root: Element) -> Iterator[str]:
    """No two elements share an id."""
    for name, count in Counter(map(str, root.xpath("//@id"))).items():
        if count > 1:
            yield f"the id {name!r} is used {count} times, so a link to it could mean any of them"


def links_lead_somewhere(root: Element) -> Iterator[str]:
    """Every link in the page has words, and a target that exists or may be opened."""
    ids = set(map(str, root.xpath("//@id")))
    for link in root.iter("a"):
        target = link.get("href")
        if target is None:
            continue
        if target.startswith("#") and target[1:] not in ids:
            yield f"a link {place(link)} leads to {target!r}, and nothing on the page has that id"
        elif not _SAFE_LINK.match(target.strip()):
            yield f"a link {place(link)} leads to {target[:60]!r}: only https, mailto and CSV may"
        if not words(link) and not link.get("aria-label"):
            yield f"a link {place(link)} to {target[:60]!r} has no words"
    for element in root.iter():
        for attribute in ("aria-labelledby", "aria-describedby", "headers", "for"):
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    yield (
                        f"<{element.tag}> {place(element)} names {name!r} in {attribute}, "
                        "and nothing on the page has that id"
                    )


def nothing_comes_from_elsewhere(root: Element) -> Iterator[str]:
    """The page is one file: no script, no frame, no style sheet or picture from another address."""
    for element in root.iter():
        tag = str(element.tag)
        if tag in _UNWANTED:
            yield f"<{tag}> {place(element)}: a paper holds no <{tag}>, only words and pictures"
        for name, value in element.attrib.items():
            name, value = str(name).lower(), str(value)
            if name.startswith("on"):
                yield f"<{tag}> {place(element)} has {name}: a paper runs no script"
            elif name in _LOADING and not value.startswith("data:image/"):
                yield (
                    f"<{tag}> {place(element)} loads {value[:60]!r}: put the picture in the page, "
                    "in a notebook by pasting it into the cell"
                )
            elif (
                name == "href" and tag in {"image", "use"} and not value.startswith(("#", "data:"))
            ):
                yield f"<{tag}> {place(element)} loads {value[:60]!r} from outside the page"
            elif name in _STYLED and _CSS_ADDRESS.search(value):
                yield f"<{tag}> {place(element)} has a {name} that loads something: {value[:60]!r}"
            elif name == "http-equiv" and value.lower() == "refresh":
                yield "the page sends its reader elsewhere with a refresh"
    for style in root.iter("style"):
        for found in _CSS_ADDRESS.finditer(style.text or ""):
            yield f"a style sheet loads something from outside the page: {found.group()[:60]!r}"


def headings_are_in_order(root: Element) -> Iterator[str]:
    """The page has one title, and no heading skips a level or is empty."""
    headings = list(root.iter(*HEADINGS))
    titles = [heading for heading in headings if heading.tag == "h1"]
    if len(titles) != 1:
        found = ", ".join(f"“{words(title)}”" for title in titles) or "none"
        yield f"a paper has exactly one title, written as # in Markdown or <h1>; found: {found}"
    for heading in headings:
        if not words(heading):
            yield f"a heading <{heading.tag}> {place(heading)} is empty"
    for before, heading in pairwise(headings):
        if int(str(heading.tag)[1]) > int(str(before.tag)[1]) + 1:
            yield (
                f"the heading “{words(heading)}” is <{heading.tag}> straight after "
                f"<{before.tag}> “{words(before)}”: it skips a level"
            )


def pictures_say_what_they_show(root: Element) -> Iterator[str]:
    """Every picture has a description that a reader who cannot see it can use."""
    ids = {str(element.get("id")): element for element in root.xpath("//*[@id]")}
    for caption in root.iter("figcaption"):
        if not words(caption):
            yield f"a figure {place(caption)} has an empty caption"
    for picture in root.iter("img", "svg"):
        if picture.xpath("ancestor::svg or ancestor-or-self::*[@aria-hidden='true']"):
            continue
        if picture.tag == "img":
            alt = picture.get("alt")
        else:
            named = [
                words(ids[name])
                for name in (picture.get("aria-labelledby") or "").split()
                if name in ids
            ]
            titles = [words(title) for title in picture.findall("title")]
            alt = picture.get("aria-label") or " ".join(named + titles)
            if picture.get("role") != "img":
                yield f'<svg> {place(picture)} needs role="img"'
        if not (alt or "").strip():
            yield f"<{picture.tag}> {place(picture)} has no text that says what it shows"
        elif _PLACEHOLDER.fullmatch(str(alt).strip()):
            yield f"<{picture.tag}> {place(picture)} is described as {alt!r}, which says nothing"


def tables_can_be_read_aloud(root: Element) -> Iterator[str]:
    """Every table has a caption, a scope on each header, and no merged or empty cell."""
    for table in root.iter("table"):
        caption = table.find("caption")
        if caption is None or not words(caption):
            yield f"a table {place(table)} has no caption"
        headers = list(table.iter("th"))
        if not headers:
            yield f"a table {place(table)} has no header cells"
        for header in headers:
            if header.get("scope") not in {"col", "row", "colgroup", "rowgroup"}:
                yield f"a header cell “{words(header)}” {place(header)} has no scope"
            if not words(header):
                yield f"a header cell {place(header)} is empty"
        for cell in table.iter("td", "th"):
            if cell.get("colspan", "1") != "1" or cell.get("rowspan", "1") != "1":
                yield (
                    f"a cell “{words(cell)}” {place(cell)} spans others: give each row and column "
                    "its own header (for a DataFrame, reset_index() and flat column names)"
                )
            if cell.tag == "td" and not words(cell) and cell.find(".//img") is None:
                yield f"a cell {place(cell)} is empty: say why, with a marker such as [x]"


def scroll_regions_are_named(root: Element) -> Iterator[str]:
    """What takes the keyboard's focus without being a link has a role and a name."""
    for region in root.iterfind(".//*[@tabindex='0']"):
        if not (region.get("role") and (region.get("aria-labelledby") or region.get("aria-label"))):
            yield f"<{region.tag}> {place(region)} takes the focus but has no role and name"


def nothing_half_made_is_shown(root: Element) -> Iterator[str]:
    """No object address, error or missing value has slipped in among the words."""
    for element in root.iter():
        if element.tag in {"style", "script"}:
            continue
        own = [element.text or "", *(child.tail or "" for child in element)]
        own += [str(element.get(name) or "") for name in ("alt", "aria-label", "title")]
        for text in own:
            if found := _OBJECT.search(text):
                yield f"an object's address, {found.group()!r}, is printed {place(element)}"
            if "Traceback (most recent call last)" in text:
                yield f"an error is printed {place(element)}"
        if element.tag in {"td", "data"} and _NO_FIGURE.fullmatch(words(element)):
            yield (
                f"{words(element)!r} is printed as a figure {place(element)}: say why there is "
                "none, with a marker such as [x]"
            )


def blocks_are_not_inside_paragraphs(root: Element) -> Iterator[str]:
    """A paragraph holds words: a browser would close it before a table or a figure."""
    for paragraph in root.iter("p"):
        for inner in paragraph.iterdescendants():
            if inner.tag in BLOCKS:
                yield f"<{inner.tag}> stands inside a <p> {place(paragraph)}"


def numbers_agree(root: Element) -> Iterator[str]:
    """A number in a sentence is the one that the page's tables show for the same row."""
    cells: dict[str, list[Element]] = defaultdict(list)
    for cell in root.xpath("//td[@data-row]"):
        cells[str(cell.get("data-row"))].append(cell)
    for key, same in cells.items():
        shown = [words(cell) for cell in same]
        if not all(same_number(shown[0], other) for other in shown):
            yield f"the tables of the page show different figures for {key!r}: {', '.join(shown)}"
    for said in root.xpath("//data[@data-row]"):
        key, text = str(said.get("data-row")), words(said)
        if key not in cells:
            yield f"a sentence says {text!r} {place(said)}, and no table on the page shows {key!r}"
        for cell in cells[key]:
            if not same_number(text, words(cell)):
                yield (
                    f"a sentence says {text!r} {place(said)}, and {place(cell)} shows "
                    f"{words(cell)!r} for the same figure, {key!r}"
                )
        machine = said.get("value")
        if machine is not None and not rounds_to(machine, text):
            yield f"a sentence says {text!r} {place(said)} but its value is {machine!r} ({key!r})"


CHECKS: tuple[Callable[[Element], Iterator[str]], ...] = (
    ids_are_unique,
    links_lead_somewhere,
    nothing_comes_from_elsewhere,
    headings_are_in_order,
    pictures_say_what_they_show,
    tables_can_be_read_aloud,
    scroll_regions_are_named,
    nothing_half_made_is_shown,
    blocks_are_not_inside_paragraphs,
    numbers_agree,
)


def printed_number(text: str) -> tuple[int, Decimal] | None:
    """Give the sign (0 when none is said) and the size of the first number in a text.

    >>> printed_number("57.0%"), printed_number("down 1,204 [note 1]")
    ((0, Decimal('57.0')), (-1, Decimal('1204')))
    >>> printed_number("[c]") is None, printed_number("[c] 2023") is None
    (True, True)
    """
    # A marker stands in place of a figure; what follows it is its date.
    if text.lstrip().startswith("["):
        return None
    bare = re.sub(r"\[[^\]]*\]", " ", text)
    found = _NUMBER.search(bare)
    if found is None:
        return None
    sign = 0
    if found[1]:
        sign = 1 if found[1].strip() == "+" else -1
    else:
        sign = next((way for way, said in _SIGN_WORDS.items() if said.search(bare)), 0)
    return sign, Decimal(found[2].replace(",", ""))


def same_number(one: str, other: str) -> bool:
    """Say whether two texts show the same number, whatever the unit, commas and words around it.

    A direction counts only where both texts give one: "fell by 6.4" may stand for −6.4.
    """
    mine, theirs = printed_number(one), printed_number(other)
    if mine is None or theirs is None:
        return mine is theirs and one.split()[:1] == other.split()[:1]
    return mine[1] == theirs[1] and (mine[0] * theirs[0] >= 0)


def rounds_to(value: str, shown: str) -> bool:
    """Say whether a number shows as a text does, once it has as many decimals as the text.

    >>> rounds_to("66.7111", "66.7%"), rounds_to("66.8", "66.7%")
    (True, False)
    """
    exact, rounded = printed_number(value), printed_number(shown)
    if exact is None or rounded is None:
        return same_number(value, shown)
    last_place = Decimal(1).scaleb(int(rounded[1].as_tuple().exponent))
    return abs(exact[1] - rounded[1]) <= last_place / 2 and exact[0] * rounded[0] >= 0


def place(element: Element) -> str:
    """Say where on the page an element stands, in words that a person can look for."""
    for around in element.iterancestors("figure", "table"):
        title = around.find("figcaption") if around.tag == "figure" else around.find("caption")
        if title is not None and words(title):
            return f"in “{words(title)[:80]}”"
    if element.tag == "table" and element.find("caption") is not None:
        return f"“{words(element.find('caption'))[:80]}”"
    before = [
        heading
        for heading in element.xpath("preceding::*[self::h1 or self::h2 or self::h3]")
        if words(heading)
    ]
    if "findings" in {name for around in element.iterancestors() for name in classes(around)}:
        return "in the summary"
    return f"under “{words(before[-1])[:80]}”" if before else "at the top of the page"
