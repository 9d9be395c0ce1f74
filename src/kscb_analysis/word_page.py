"""A finished page in; the plainer HTML that pandoc turns into a Word document without loss out."""

from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from lxml import etree

from kscb_analysis.html5 import Element, classes, make, remove, words
from kscb_analysis.markup import MANY_COLUMNS
from kscb_analysis.offprint import day_of, is_kind, offprint, said_by, title_of
from kscb_analysis.pictures import data_uri, png, size_of

_STYLES = {
    "band": "Band",
    "lead": "Lead",
    "status": "Lead",
    "note": "Note",
    "source": "Note",
    "single": "Note",
    "definition": "Definition Note",
    "label": "Label",
}
_LETTER_STYLES = {
    "number": "Number",
    "subtitle": "Subline",
    "red": "Red",
    "amber": "Amber",
    "green": "Green",
}
# Pixels, of which a sheet's column is 672 wide.
_CHART_WIDTH, _CHART_HEIGHT = 440, 400
# Letters, of which a line across the sheet holds so many in a table's smaller type.
_LINE = {True: 118, False: 98}
_LONGEST_WORD, _LONGEST_PHRASE = 22, 34
_MARGINS = 3
_PICTURE = 18


@dataclass(frozen=True)
class WordPage:
    """What pandoc gets, and what it is told of the document."""

    title: str
    day: date
    html: str


def word_page(page: str) -> WordPage:
    """Give a finished page as the HTML for pandoc.

    Charts are PNG images with the words of the page as their text; styles are named in
    `data-custom-style`; columns have widths; every id that a link leads to stands on a `<span>`,
    where pandoc keeps it.
    """
    root = offprint(page)
    title, day = title_of(root), day_of(root)
    for element in root.xpath("//head/*"):
        remove(element)  # pandoc would print the title once more
    for element in root.iter("main", "header", "footer"):
        element.tag = "div"  # of a page with <main>, pandoc reads that alone
    for nav in root.xpath("//nav"):
        _set_contents(nav)
    for table in root.iter("table"):
        _set_table(table)
    for figure in root.iter("figure"):
        _set_caption(figure)
    for svg in list(root.iter("svg")):
        _set_picture(svg)
    _name_styles(root)
    _keep_targets(root)
    text = str(etree.tostring(root, encoding="unicode", method="html"))
    return WordPage(title, day, text)


def _set_contents(nav: Element) -> None:
    """Leave the sections alone in the list of contents, below words that are no heading.

    Word lists all headings itself, beside the paper.
    """
    for heading in nav.iter("h2"):
        heading.tag = "p"
        heading.set("class", "label")
    for inner in nav.xpath(".//ul//ul"):
        remove(inner)


def _set_caption(figure: Element) -> None:
    """Put what a chart measures on a line of its own below its headline."""
    for line in figure.xpath("./figcaption/span[contains(@class,'subtitle')]"):
        line.addprevious(make("br"))


def _set_picture(svg: Element) -> None:
    width, height = size_of(svg)
    if next(svg.iterancestors("figure"), None) is not None:
        smaller = min(_CHART_WIDTH / width, _CHART_HEIGHT / height)
        width, height = smaller * width, smaller * height
    elif next(svg.iterancestors("td"), None) is not None:
        width, height = 0.6 * width, 0.6 * height
    image = make(
        "img",
        {
            "src": data_uri(png(svg)),
            "alt": said_by(svg),
            "width": f"{width / 96:.2f}in",
            "height": f"{height / 96:.2f}in",
        },
    )
    image.tail = svg.tail
    parent = svg.getparent()
    if parent is not None:
        parent.replace(svg, image)


def _set_table(table: Element) -> None:
    """Say in the table itself what the page leaves to its style: sides and widths of columns."""
    rows = [list(row) for row in table.iter("tr")]
    numbers_unless_said = is_kind(table, "figures")
    for cell in (cell for row in rows for cell in row):
        said = classes(cell)
        head = next(cell.iterancestors("thead"), None) is not None
        right = "n" in said or (
            numbers_unless_said and "t" not in said and (cell.tag == "td" or head)
        )
        cell.set("style", f"text-align:{'right' if right else 'left'}")
    for strong in table.xpath(".//tr[contains(@class,'strong')]/*"):
        _embolden(strong)
    small = len(rows[0]) >= MANY_COLUMNS or is_kind(table, "many")
    group = make("colgroup")
    for share in _shares([_letters(column) for column in zip_longest(*rows)], _LINE[small]):
        group.append(make("col", {"style": f"width:{share:.1f}%"}))
    caption = table.find("caption")
    table.insert(0 if caption is None else 1, group)


def _embolden(cell: Element) -> None:
    bold = make("strong")
    bold.text, cell.text = cell.text, None
    bold.extend(list(cell))
    cell.append(bold)


def _letters(cells: tuple[Element | None, ...]) -> tuple[int, int]:
    """Give the letters that a column cannot do without, and those that it would like to have.

    The first is the longest word, so that none is cut but a file's name; the second a short phrase.
    """
    known = [cell for cell in cells if cell is not None]
    texts = [words(cell) for cell in known]
    word = max((len(one) for text in texts for one in text.split()), default=0)
    phrase = max(map(len, texts), default=0)
    if any(next(cell.iter("svg"), None) is not None for cell in known):
        word = max(word, _PICTURE)
    floor = min(word, _LONGEST_WORD) + _MARGINS
    return floor, max(floor, min(phrase, _LONGEST_PHRASE) + _MARGINS)


def _shares(columns: list[tuple[int, int]], line: int) -> list[float]:
    """Share a line out among columns, in percent: first the floors, then what is left."""
    floors = sum(floor for floor, _ in columns)
    wishes = sum(wish - floor for floor, wish in columns)
    left = min(1.0, max(0, line - floors) / wishes) if wishes else 0.0
    widths = [floor + left * (wish - floor) for floor, wish in columns]
    return [100 * width / sum(widths) for width in widths]


def _name_styles(root: Element) -> None:
    for element in list(root.xpath("//body//*[@class]")):
        block = next((_STYLES[one] for one in _STYLES if is_kind(element, one)), "")
        if element.tag in {"p", "div"} and block:
            around = make("div", {"data-custom-style": block})
            around.tail, element.tail = element.tail, None
            element.addprevious(around)
            around.append(element)
        letters = next((_LETTER_STYLES[one] for one in _LETTER_STYLES if is_kind(element, one)), "")
        if element.tag == "span" and letters:
            element.set("data-custom-style", letters)
    for item in root.xpath("//section[contains(@class,'findings')]//li"):
        around, finding = make("div", {"data-custom-style": "Finding"}), make("p")
        finding.text, item.text = item.text, None
        finding.extend(list(item))
        around.append(finding)
        item.append(around)
    for small in root.iter("small"):
        small.tag = "span"
        small.set("data-custom-style", "Small")


def _keep_targets(root: Element) -> None:
    """Put each id that a link leads to where pandoc keeps it, and leave out all others."""
    wanted = {str(link.get("href"))[1:] for link in root.xpath("//a[starts-with(@href,'#')]")}
    for element in list(root.xpath("//body//*[@id]")):
        name = element.attrib.pop("id")
        if name not in wanted:
            continue
        if element.tag in {"h1", "h2", "h3", "h4"}:
            element.set("id", name)
            continue
        inside = next(element.iter("h1", "h2", "h3", "h4", "caption", "figcaption"), element)
        target = make("span", {"id": name})
        target.tail, inside.text = inside.text, None
        inside.insert(0, target)
