"""Text and figures in, escaped HTML out: the small parts that a page is made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import pandas as pd
from markupsafe import Markup, escape

from kscb_analysis.cards import live
from kscb_analysis.catalogue import Indicator
from kscb_analysis.measures import Figure
from kscb_analysis.vocabulary import Direction, Rag, ValueStatus, Verdict

# From this many columns on a table is set smaller, so that it fits a wide screen.
MANY_COLUMNS = 7


@dataclass(frozen=True)
class Block:
    """A piece of a paper: shows itself in a notebook, and is published as it stands.

    `table` holds the rows behind it where there are some, `svg` the picture.
    """

    html: Markup
    text: str = ""
    svg: str = ""
    table: pd.DataFrame = field(default_factory=pd.DataFrame)

    def _repr_html_(self) -> str:
        return str(self.html)

    def _repr_mimebundle_(self, **_asked: object) -> dict[str, str]:
        return {"text/html": live(str(self.html)), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return self.text or "Block"


def join(parts: Iterable[object], between: str = "") -> Markup:
    """Join parts, escaping those that are not markup yet."""
    return Markup(between).join(escape(part) for part in parts)


def number(value: float, decimals: int) -> str:
    """Write a number as a reader expects it: thousands separated, a true minus sign.

    >>> number(1621.0, 0), number(-6.5, 1)
    ('1,621', '−6.5')
    """
    return f"{value:z,.{decimals}f}".replace("-", "−")


# How a unit of money is written: what a figure is multiplied by, and what follows it.
_MONEY = {"pounds": (1, ""), "thousand pounds": (1000, ""), "million pounds": (1, "m")}


def is_money(indicator: Indicator) -> bool:
    """Say whether an indicator counts money."""
    return indicator.unit in _MONEY


def amount(
    value: float, indicator: Indicator, *, suffix: bool = True, places: int | None = None
) -> str:
    """Write a value in its indicator's unit: 57.0%, £12.6m, £5,875,800, 1,621.

    Without `suffix` the column's heading says what is counted in percent or thousands. `places`
    are the decimals, those of the indicator when left out; money has its own.
    """
    if not is_money(indicator):
        # In a sentence nothing else says that the figure counts thousands.
        after = " thousand" if indicator.unit.startswith("thousand ") else indicator.suffix
        return number(value, indicator.decimals if places is None else places) + (
            after if suffix else ""
        )
    times, after = _MONEY[indicator.unit]
    digits = number(abs(value) * times, indicator.decimals if times == 1 else 0)
    # What rounds to nothing has no sign.
    sign = "−" if value < 0 and digits.strip("0.,") else ""
    return f"{sign}£{digits}{after}"


def _machine_value(value: float, indicator: Indicator) -> str:
    return repr(value * _MONEY.get(indicator.unit, (1, ""))[0])


def ordinal(place: int) -> str:
    """Write a place in an order.

    >>> [ordinal(place) for place in (1, 2, 3, 11, 22)]
    ['1st', '2nd', '3rd', '11th', '22nd']
    """
    teen = 10 < place % 100 < 20
    return f"{place}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(place % 10, 'th')}"


def marker(status: str) -> Markup:
    """Give the marker for an empty value, such as [x]."""
    return escape(ValueStatus(status).symbol)


def figure_text(figure: Figure | None, indicator: Indicator) -> str:
    """Write a figure with its unit, or its marker, or "none printed"."""
    if figure is None:
        return "not printed"
    if figure.value is None:
        return str(marker(figure.status))
    return amount(figure.value, indicator, places=figure.places)


def said(figure: Figure, indicator: Indicator) -> Markup:
    """Write a figure in a sentence, tied to the table cell that shows it."""
    if figure.value is None:
        raise ValueError("a sentence needs a number")
    return Markup('<data value="{}" data-row="{}">{}</data>').format(
        _machine_value(figure.value, indicator), figure.key, figure_text(figure, indicator)
    )


def cell(content: object, *, key: str = "", numeric: bool = True) -> Markup:
    """Make one table cell."""
    row = Markup(' data-row="{}"').format(key) if key else ""
    # Most cells hold numbers, so the table's own style aligns those and words are the marked ones.
    kind = "" if numeric else Markup(' class="t"')
    return Markup("<td{}{}>{}</td>").format(kind, row, content)


def table(
    caption: object,
    head: Sequence[object],
    rows: Iterable[Markup],
    name: str,
    *,
    text_columns: Sequence[int] = (0,),
) -> Markup:
    """Make a table with a caption, one header row and rows made by `row`, in a scrolling region.

    `text_columns` are the places, from 0, of columns that hold words rather than numbers.
    """
    words = set(text_columns)
    columns = join(
        Markup('<th scope="col"{}>{}</th>').format(Markup(' class="t"') if at in words else "", one)
        for at, one in enumerate(head)
    )
    kind = "figures many" if len(head) >= MANY_COLUMNS else "figures"
    made = Markup(
        '<table class="{}"><caption id="{}">{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>"
    ).format(kind, f"{name}-caption", caption, columns, join(rows))
    return Markup(
        '<div class="scroll" role="region" aria-labelledby="{}" tabindex="0">{}</div>'
    ).format(f"{name}-caption", made)


def row(head: object, cells: Iterable[Markup], *, strong: bool = False) -> Markup:
    """Make a table row that begins with its header."""
    kind = Markup(' class="strong"') if strong else ""
    return Markup('<tr{}><th scope="row">{}</th>{}</tr>').format(kind, head, join(cells))


def rating(printed: str) -> Markup:
    """Show a rating as a shape and a word on its colour."""
    try:
        rag = Rag(printed)
    except ValueError:
        return escape(printed)
    return Markup(
        '<span class="rating {}"><span aria-hidden="true" class="shape">{}</span> {}</span>'
    ).format(str(rag).lower().replace(" ", "-"), rag.shape, rag)


def movement(direction: Direction, verdict: Verdict, words: object) -> Markup:
    """Show a movement: an arrow for where the figure went, words for what that means."""
    kinds = {Verdict.BETTER: "better", Verdict.WORSE: "worse"}
    arrow = (
        Markup('<span aria-hidden="true">{}</span> ').format(direction.arrow)
        if direction.arrow
        else ""
    )
    return Markup('<span class="dot {}">{}{}</span>').format(
        kinds.get(verdict, "same"), arrow, words
    )


def csv_link(rows: pd.DataFrame, name: str, what: object) -> Markup:
    """Link to a table as CSV, carried in the page itself."""
    text = rows.to_csv(index=False, lineterminator="\n")
    size = max(1, round(len(text.encode()) / 1024))
    return Markup(
        '<p><a class="csv" download="{}.csv" href="data:text/csv;charset=utf-8,{}">'
        "Download {} (CSV, {} kB)</a></p>"
    ).format(name, quote(text, safe=" ,.-_()/:;'!*"), what, size)


def details(summary: object, content: object) -> Markup:
    """Fold the data behind a figure away; it is printed open."""
    return Markup('<details class="data"><summary>{}</summary>{}</details>').format(
        summary, content
    )


def paragraph(kind: str, content: object) -> Markup:
    """Make a paragraph of a kind that the page's style knows."""
    return Markup('<p class="{}">{}</p>').format(kind, content)


def bullets(items: Iterable[object]) -> Markup:
    """Make a list."""
    return Markup("<ul>{}</ul>").format(join(Markup("<li>{}</li>").format(one) for one in items))


def legend(statuses: Iterable[str]) -> Markup:
    """Explain the markers that a table shows; nothing when it shows none."""
    shown = sorted({status for status in statuses if status and status != "published"})
    if not shown:
        return Markup()
    words = join((f"{ValueStatus(one).symbol} {ValueStatus(one).words}" for one in shown), "; ")
    return paragraph("note", Markup("{}.").format(words))
