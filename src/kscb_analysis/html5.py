"""HTML text in, a tree out, and the tree back as text: compact, and the same bytes every time."""

import re
from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from kscb_analysis.files import slug

Element: TypeAlias = etree._Element


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOID = _names("area base br col hr img input link meta wbr")
RAW = _names("script style")
BLOCKS = _names(
    "address article aside blockquote body caption dd details dialog div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html li link main meta nav ol p"
    " pre script section style summary table tbody td tfoot th thead title tr ul"
)
# A line break before these costs little, and lets a person read the source and compare two pages.
_NEW_LINE_BEFORE = _names(
    "body details figure footer h1 h2 h3 head header main nav section style table title"
)
_SVG_WORDS = _names("text tspan textpath title desc style")
# The parser gives names in lower case; a browser mends these, a stricter reader may not.
_SVG_CASE = {
    name.lower(): name
    for name in _names(
        "clipPath clipPathUnits gradientTransform gradientUnits lengthAdjust linearGradient"
        " markerHeight markerUnits markerWidth pathLength patternContentUnits patternTransform"
        " patternUnits preserveAspectRatio radialGradient refX refY textLength textPath viewBox"
    )
}
# HTML lets these go unclosed before one of their followers, or at the end of what they stand in.
_END_IS_CLEAR = {
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"tr"},
    "thead": {"tbody", "tfoot"},
    "tbody": {"tbody", "tfoot"},
    "li": {"li"},
    "dd": {"dd", "dt"},
}
_NEEDS_NO_QUOTES = re.compile(r"[A-Za-z0-9_.:;,#%()*+!?|@~^-]+")
_SPACE = re.compile(r"[ \t\n\r\f]+")


def parse(html: str) -> Element:
    """Give the `<html>` element of a document, without comments."""
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(html.encode(), parser)


def make(tag: str, attributes: dict[str, str] | None = None, text: str = "") -> Element:
    """Give a new element of the page."""
    element = etree.Element(tag, attributes or {})
    element.text = text or None
    return element


def words(element: Element) -> str:
    """Give an element's text as one line."""
    return " ".join("".join(map(str, element.itertext())).split())


def classes(element: Element) -> set[str]:
    """Give an element's class names."""
    return set((element.get("class") or "").split())


def free_name(text: str, taken: set[str]) -> str:
    """Give an id made from words that is not among those taken, and take it."""
    name, count = slug(text), 1
    while name in taken:
        count += 1
        name = f"{slug(text)}-{count}"
    taken.add(name)
    return name


def remove(element: Element) -> None:
    """Take an element out of its parent and leave the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    element.tail = None
    parent.remove(element)


def serialise(root: Element) -> str:
    """Write a document as HTML with a doctype, in few bytes.

    White space that no reader sees, quotes and closing tags that HTML does not ask for, and
    namespaces that it implies are left out.
    """
    return "<!doctype html>" + "".join(_pieces(root, in_svg=False, keep=False)) + "\n"


def svg_document(svg: Element) -> str:
    """Write a picture that stands in a page as an SVG document of its own."""
    alone = etree.fromstring(etree.tostring(svg, with_tail=False))
    for element in alone.iter():
        element.tag = _SVG_CASE.get(str(element.tag), str(element.tag))
        for name, value in list(element.attrib.items()):
            if mended := _SVG_CASE.get(str(name)):
                del element.attrib[name]
                element.set(mended, value)
    text = str(etree.tostring(alone, encoding="unicode"))
    return text.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)


def _pieces(element: Element, *, in_svg: bool, keep: bool) -> Iterator[str]:
    tag = str(element.tag)
    in_svg = in_svg or tag == "svg"
    keep = keep or tag in {"pre", "textarea"}
    name = _SVG_CASE.get(tag, tag) if in_svg else tag
    start = f"<{name}{''.join(_attributes(element, in_svg=in_svg))}"
    if tag in _NEW_LINE_BEFORE and not in_svg:
        yield "\n"
    if in_svg and len(element) == 0 and not element.text:
        # A slash straight after a value without quotes would be part of it.
        yield f"{start}/>" if start.endswith('"') else f"{start} />"
        return
    yield f"{start}>"
    if tag in VOID:
        return
    if tag in RAW:
        yield f"{element.text or ''}</{name}>"
        return
    yield from _content(element, in_svg=in_svg, keep=keep)
    if not _closes_itself(element):
        yield f"</{name}>"


def _content(element: Element, *, in_svg: bool, keep: bool) -> Iterator[str]:
    edge = element.tag in BLOCKS
    silent = in_svg and element.tag not in _SVG_WORDS
    after_edge, text = edge, element.text or ""
    for child in [*element, None]:
        before_edge = edge if child is None else child.tag in BLOCKS or child.tag == "br"
        yield _text(text, silent=silent, keep=keep, left=after_edge, right=before_edge)
        if child is not None:
            yield from _pieces(child, in_svg=in_svg, keep=keep)
            after_edge, text = before_edge, child.tail or ""


def _closes_itself(element: Element) -> bool:
    followers = _END_IS_CLEAR.get(str(element.tag))
    if followers is None or (element.tail or "").strip():
        return False
    after = element.getnext()
    return after is None or after.tag in followers


def _text(text: str, *, silent: bool, keep: bool, left: bool, right: bool) -> str:
    """Write text; `left` and `right` say where the edge of a block swallows a space."""
    if silent and not text.strip(" \t\n\r\f"):
        return ""
    if not keep:
        text = _SPACE.sub(" ", text)
        text = text.lstrip(" ") if left else text
        text = text.rstrip(" ") if right else text
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _attributes(element: Element, *, in_svg: bool) -> Iterator[str]:
    for name, value in element.attrib.items():
        name, text = str(name), str(value)
        if name.startswith("xmlns"):
            continue
        name = _SVG_CASE.get(name, name) if in_svg else name
        if not text:
            yield f" {name}"
        elif _NEEDS_NO_QUOTES.fullmatch(text):
            yield f" {name}={text}"
        else:
            text = text.replace("&", "&amp;").replace('"', "&quot;")
            yield f' {name}="{text}"'
