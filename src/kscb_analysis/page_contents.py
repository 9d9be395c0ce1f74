"""A page in; its headings named, linked and listed as contents out."""

from kscb_analysis.html5 import Element, classes, free_name, make, words

_IN_CONTENTS = ("h2", "h3")
_FEWEST_CONTENTS = 3


def name_headings(root: Element) -> None:
    """Give an id to every heading of the contents list that has none, from its words."""
    taken = set(map(str, root.xpath("//@id")))
    for heading in root.iter(*_IN_CONTENTS):
        if not heading.get("id"):
            heading.set("id", free_name(words(heading), taken))


def add_contents(root: Element, main: Element) -> None:
    """Put the contents list after the opening: beside the paper where there is room.

    The opening is the title and, where there are some, the summary and the recommendations; a
    paper with fewer than three headings gets no list.
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
            after = children[index + 1 : index + 2]
            return index + 1 + any("recommendations" in classes(one) for one in after)
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


def link_indicators_to_themselves(main: Element) -> None:
    """Make each indicator's heading a link to it, for a reader to copy; the style marks it with #.

    The heading's own words are the link: a link beside it would need words of its own.
    """
    for section in main.iter("section"):
        heading = section.find("h3")
        if "indicator" not in classes(section) or heading is None or not section.get("id"):
            continue
        link = make("a", {"href": f"#{section.get('id')}"}, heading.text or "")
        link.extend(list(heading))
        heading.text = None
        heading.append(link)
