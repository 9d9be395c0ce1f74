"""A notebook's HTML in, the finished paper out: numbered, with contents, and checked throughout."""

import re
from collections.abc import Iterable
from itertools import takewhile

from kscb_analysis.downloads import take_out
from kscb_analysis.errors import KscbError
from kscb_analysis.files import slug
from kscb_analysis.html5 import (
    Element,
    classes,
    free_name,
    make,
    parse,
    remove,
    serialise,
    words,
)
from kscb_analysis.page_checks import HEADINGS, find_faults
from kscb_analysis.page_tables import give_plain_tables_their_parts, lay_out_columns

_IN_CONTENTS = ("h2", "h3")
_FEWEST_CONTENTS = 3


class PageFault(KscbError):
    """A paper that must not be published as it is; the message lists everything found."""


def finish(html: str) -> str:
    """Give an HTML document as `finish_with_data` does, with its CSVs left in their links."""
    return serialise(_finished(html))


def finish_with_data(html: str, folder: str) -> tuple[str, dict[str, str]]:
    """Number, link, check and compact one whole HTML document, and take its CSVs out.

    Gives the page, whose downloads lead into `folder` beside it, and the text of each by its path
    from the page's own folder.

    Figures and tables are numbered in the order they stand; a table inside `<details class="data">`
    is the data for the figure before it and takes that figure's number. `<a class="ref"
    href="#id">`, or a link without words, becomes "Figure 3", "Table 2" or the heading's words.
    The contents list, missing heading ids, the document's title and the running title of the
    printed page are added, and `footer.provenance` becomes the footer of the page.

    The same text in gives the same text out. Raises `PageFault` with every fault of the page.
    """
    root = _finished(html)
    files = take_out(root, folder)
    return serialise(root), files


def _finished(html: str) -> Element:
    root = parse(html)
    body = root.find("body")
    main = root.find("body/main")
    if body is None or main is None:
        raise PageFault("This is no paper: it has no <main> element.")
    give_plain_tables_their_parts(main)
    lay_out_columns(root)
    leave_style_to_the_page(main)
    labels = number_figures_and_tables(main)
    move_data_behind_figures(main)
    name_headings(root)
    resolve_references(main, labels)
    move_provenance_to_the_end(body, main)
    add_contents(root, main)
    set_title(root)
    if faults := find_faults(root):
        listed = "\n".join(f"  {fault}" for fault in faults)
        raise PageFault(f"{len(faults)} fault(s) in the page “{title_of(root)}”:\n{listed}")
    for marked in root.xpath("//*[@data-row or @data-figure or @data-short]"):
        for name in ("data-row", "data-figure", "data-short"):
            marked.attrib.pop(name, None)
    return root


def leave_style_to_the_page(main: Element) -> None:
    """Take from each chart what it repeats of the page's own style: its type and its colours."""
    for svg in main.xpath(".//figure[contains(@class,'chart')]//svg"):
        svg.attrib.pop("font-family", None)
        svg.attrib.pop("style", None)
        for style in svg.findall("style"):
            if (style.text or "") == f"#{svg.get('id')} text{{forced-color-adjust:none}}":
                remove(style)


def number_figures_and_tables(main: Element) -> dict[str, str]:
    """Put "Figure 1: " and "Table 1: " in front of captions; give what each id is called."""
    labels: dict[str, str] = {}
    numbers: dict[Element, int] = {}
    tables = 0
    for element in main.iter("figure", "table", "details"):
        caption = element.find("figcaption" if element.tag == "figure" else "caption")
        if caption is not None and not words(caption):
            continue
        if element.tag == "figure" and caption is not None:
            numbers[element] = len(numbers) + 1
            label = f"Figure {numbers[element]}"
            headline = caption.find("span[@class='headline']")
            _put_in_front(caption if headline is None else headline, label)
        elif element.tag == "details" and (behind := figures_behind(element, numbers)):
            label = f"Data for {_name_figures(numbers[figure] for figure in behind)}"
            _name_data(element, label, several=len(behind) > 1)
        elif element.tag == "table" and caption is not None:
            around = next(element.iterancestors("details"), None)
            if around is not None and figures_behind(around, numbers):
                continue
            tables += 1
            label = f"Table {tables}"
            _put_in_front(caption, label)
        else:
            continue
        for named in (element, caption):
            if named is not None and named.get("id"):
                labels[str(named.get("id"))] = label
    return labels


def figures_behind(details: Element, numbers: dict[Element, int]) -> list[Element]:
    """Give the numbered figures whose data `<details class="data">` holds, in their order.

    These are the ones it names in `data-figure`, else the one it stands in, else the last one
    before it in the same section. Behind a pair, two such blocks are for one figure each, and a
    single one is for both.
    """
    if "data" not in classes(details):
        return []
    if named := (details.get("data-figure") or "").split():
        return [figure for figure in numbers if figure.get("id") in named]
    around = next(details.iterancestors("figure"), None)
    if around is not None:
        return [around] if around in numbers else []
    section = _section_of(details)
    before = [figure for figure in numbers if _section_of(figure) is section]
    pair = _pair_of(before[-1]) if before else None
    if pair is None or pair is _pair_of(details):
        return before[-1:]
    figures = [figure for figure in before if _pair_of(figure) is pair]
    blocks = _data_behind(pair)
    if details in blocks and len(blocks) == len(figures):
        return [figures[blocks.index(details)]]
    return figures


def _section_of(element: Element) -> Element | None:
    return next(element.iterancestors("section", "main"), None)


def _data_behind(pair: Element) -> list[Element]:
    return list(
        takewhile(
            lambda sibling: sibling.tag == "details" and "data" in classes(sibling),
            pair.itersiblings(),
        )
    )


def _pair_of(element: Element) -> Element | None:
    return next((div for div in element.iterancestors("div") if "pair" in classes(div)), None)


def _name_figures(numbers: Iterable[int]) -> str:
    *first, last = map(str, numbers)
    return f"figures {', '.join(first)} and {last}" if first else f"figure {last}"


def _name_data(details: Element, label: str, *, several: bool) -> None:
    """Write the figure's number into the words of its data, which may say "this figure"."""
    name = label.removeprefix("Data for ")
    unnumbered = "these figures" if several else "this figure"
    for part in details.iter("summary", "caption", "a"):
        for element in part.iter():
            element.text = (element.text or "").replace(unnumbered, name)
            if element is not part:
                element.tail = (element.tail or "").replace(unnumbered, name)
        if part.tag != "a" and name not in words(part):
            part.text = re.sub(r"^\s*Data:\s*", "", part.text or "")
            _put_in_front(part, label)


def move_data_behind_figures(main: Element) -> None:
    """Put the data of a figure after it, or after its pair: then a picture stays on one sheet."""
    for around in list(main.iter("figure", "div")):
        if around.tag == "div" and "pair" not in classes(around):
            continue
        inside = [details for details in around.iter("details") if "data" in classes(details)]
        for details in reversed(inside):
            remove(details)
            around.addnext(details)


def _put_in_front(caption: Element, label: str) -> None:
    number = make("span", {"class": "number"}, f"{label}: ")
    number.tail, caption.text = (caption.text or "").lstrip(), None
    caption.insert(0, number)


def name_headings(root: Element) -> None:
    """Give an id to every heading of the contents list that has none, from its words."""
    taken = set(map(str, root.xpath("//@id")))
    for heading in root.iter(*_IN_CONTENTS):
        if not heading.get("id"):
            heading.set("id", free_name(words(heading), taken))


def resolve_references(main: Element, labels: dict[str, str]) -> None:
    """Write the words of each cross-reference; one that leads nowhere is left for the checks.

    A link to a heading may be written as Jupyter names it: `#Front-door` finds `#front-door`.
    """
    ids = {str(element.get("id")): element for element in main.xpath("//*[@id]")}
    for link in main.iter("a"):
        target = (link.get("href") or "").removeprefix("#")
        if link.get("href") != f"#{target}":
            continue
        if target not in ids and slug(target) in ids:
            target = slug(target)
            link.set("href", f"#{target}")
        if target not in ids or ("ref" not in classes(link) and words(link)):
            continue
        label = labels.get(target) or (words(ids[target]) if ids[target].tag in HEADINGS else "")
        if label:
            for child in list(link):
                link.remove(child)
            link.text = label


def move_provenance_to_the_end(body: Element, main: Element) -> None:
    """Make the paper's provenance the footer of the page, outside the main part."""
    for footer in list(main.iter("footer")):
        if "provenance" in classes(footer):
            remove(footer)
            body.append(footer)


def add_contents(root: Element, main: Element) -> None:
    """Put the contents list after the opening: beside the paper where there is room.

    The opening is the title and, where there is one, the summary; a paper with fewer than three
    headings gets no list.
    """
    nav = contents_list(root)
    if nav is None:
        return
    opening, rest = make("div", {"class": "opening"}), make("div", {"class": "paper"})
    opening.text, main.text = main.text, None
    children = list(main)
    cut = _end_of_opening(children)
    opening.extend(children[:cut])
    rest.extend(children[cut:])
    main.extend([opening, nav, rest])
    main.set("class", "with-contents")


def _end_of_opening(children: list[Element]) -> int:
    for index, child in enumerate(children):
        if any("findings" in classes(part) for part in child.iter("section")):
            return index + 1
    for index, child in enumerate(children):
        if next(child.iter(*_IN_CONTENTS), None) is not None:
            return index
    return len(children)


def contents_list(root: Element) -> Element | None:
    """Give the contents as a list of links, third-level headings under second-level ones."""
    headings = [
        h for h in root.iter(*_IN_CONTENTS) if next(h.iterancestors("details"), None) is None
    ]
    if len(headings) < _FEWEST_CONTENTS:
        return None
    taken = set(map(str, root.xpath("//@id")))
    name = free_name("contents", taken)
    nav = make("nav", {"class": "contents", "aria-labelledby": name})
    nav.append(make("h2", {"id": name}, "Contents"))
    top = make("ul")
    nav.append(top)
    under: Element | None = None
    for heading in headings:
        item = make("li")
        text = heading.get("data-short") or words(heading)
        item.append(make("a", {"href": f"#{heading.get('id')}"}, text))
        if heading.tag == "h2" or len(top) == 0:
            top.append(item)
            under = None
            continue
        if under is None:
            under = make("ul")
            top[-1].append(under)
        under.append(item)
    return nav


def title_of(root: Element) -> str:
    """Give the words of the paper's title, or a stand-in for a fault's message."""
    heading = root.find(".//h1")
    return words(heading) if heading is not None else "without a title"


def set_title(root: Element) -> None:
    """Make the paper's title the document's, and print it at the foot of each page."""
    title = title_of(root)
    head = root.find("head")
    if head is None:
        return
    for element in head.findall("title"):
        element.text = title
    # As a CSS string: only these three could end it, or the style element.
    quoted = re.sub(r"[\"\\<]", lambda found: f"\\{ord(found.group()):x} ", title)
    head.append(make("style", text=f'@page{{@bottom-left{{content:"{quoted}"}}}}'))
