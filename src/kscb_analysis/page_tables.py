"""The tables of a page in, tables that can be read aloud and down a column out."""

import re

from kscb_analysis.html5 import Element, classes, free_name, make, remove, words
from kscb_analysis.page_checks import printed_number

_MANY_COLUMNS = 8
_CELL_MARKER = re.compile(r"\[[^\]]*\]")


def give_plain_tables_their_parts(main: Element) -> None:
    """Make tables from Markdown and pandas readable aloud: caption, scopes, alignment, scrolling.

    Only `table.dataframe` and `table.markdown` are touched. A caption that is missing is the
    heading above; row numbers that pandas adds are dropped; what cannot be mended (merged cells)
    is left for the checks.
    """
    taken = set(map(str, main.xpath("//@id")))
    for table in list(main.iter("table")):
        if not {"dataframe", "markdown"} & classes(table):
            continue
        for name in ("border", "style", "class"):
            table.attrib.pop(name, None)
        _give_caption(table, taken)
        _settle_header(table)
        _settle_rows(table)
        _wrap_in_region(table)


def _give_caption(table: Element, taken: set[str]) -> None:
    caption = table.find("caption")
    if caption is None:
        headings = table.xpath("preceding::*[self::h1 or self::h2 or self::h3 or self::h4]")
        caption = make("caption", text=words(headings[-1]) if headings else "Table")
        table.insert(0, caption)
    if not caption.get("id"):
        caption.set("id", free_name(f"caption {words(caption)}", taken))


def _settle_header(table: Element) -> None:
    """Keep one header row: pandas writes the index's name in a second one."""
    rows = table.findall("thead/tr")
    if len(rows) == 2 and all(cell.get("colspan") is None for cell in rows[0]):
        for above, below in zip(rows[0], rows[1], strict=False):
            if words(below):
                above.text = words(below)
                for child in list(above):
                    above.remove(child)
        remove(rows[1])
        rows = rows[:1]
    for cell in table.iterfind("thead/tr/th"):
        cell.attrib.pop("style", None)
        cell.set("scope", "col")
    for row in rows:
        row.attrib.pop("style", None)


def _settle_rows(table: Element) -> None:
    head = table.find("thead/tr")
    rows = table.findall("tbody/tr")
    if head is None or len(head) == 0 or not rows:
        return
    if not words(head[0]):
        labels = [words(row[0]) for row in rows if len(row)]
        if labels == [str(number) for number in range(len(rows))]:
            for row in (head, *rows):
                remove(row[0])
        else:
            head[0].text = "Row"
    for row in rows:
        if len(row) and words(row[0]):
            row[0].tag = "th"
        for cell in row.iterfind("th"):
            cell.set("scope", "row")
    for column in range(1, len(head)):
        cells = [row[column] for row in rows if len(row) > column]
        if all(map(_is_figure, cells)):
            for cell in cells:
                cell.set("class", "n")
    for cell in table.iter("td", "th"):
        cell.attrib.pop("style", None)


def lay_out_columns(root: Element) -> None:
    """Set the header of a column of numbers to the right, and mark tables of many columns."""
    for table in root.iter("table"):
        head = table.find("thead/tr")
        if head is None:
            continue
        columns = zip(*table.iterfind("tbody/tr"), strict=False)
        for header, cells in zip(head, columns, strict=False):
            if not header.get("class") and all(cell.get("class") == "n" for cell in cells):
                header.set("class", "n")
        if len(head) >= _MANY_COLUMNS and not table.get("class"):
            table.set("class", "many")


def _is_figure(cell: Element) -> bool:
    text = words(cell)
    if _CELL_MARKER.fullmatch(text):
        return True
    bare = re.sub(r"[\s£%+−–,.-]|\d", "", _CELL_MARKER.sub("", text))
    return not bare and printed_number(text) is not None


def _wrap_in_region(table: Element) -> None:
    caption = table.find("caption")
    parent = table.getparent()
    if caption is None or parent is None:
        return
    region = make(
        "div",
        {
            "class": "scroll",
            "role": "region",
            "aria-labelledby": str(caption.get("id")),
            "tabindex": "0",
        },
    )
    region.tail, table.tail = table.tail, None
    parent.replace(table, region)
    region.append(table)
