"""What a committee's clerk writes above a paper in; the block that says it out, or nothing."""

import re
from dataclasses import dataclass, fields
from datetime import date, datetime

from markupsafe import Markup

from kscb_analysis.errors import WrongRequest
from kscb_analysis.markup import Block, join

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class FrontMatter:
    """To whom, by whom, when, how confidential, and what the committee is asked to do.

    Each is text, and empty when nobody gave it: then the paper has no sign of it. `report_date` is
    written 2012-03-21 or 21 March 2012. Several `recommendations` have a line each or ";" between
    them; with line breaks, ";" is a part of one. Raises `WrongRequest` for a date that is none,
    and for a character that no printer has.
    """

    report_to: str = ""
    report_by: str = ""
    report_date: str = ""
    classification: str = ""
    recommendations: str = ""

    def __post_init__(self) -> None:
        _read_date(self.report_date)
        for one in fields(self):
            _refuse_unprintable(str(getattr(self, one.name)), one.name)

    def block(self) -> Block:
        """The lines that stand under the title; an empty block when none is given."""
        told = {
            "Report to": _one_line(self.report_to),
            "Report by": _one_line(self.report_by),
            "Date": _read_date(self.report_date),
            "Classification": _one_line(self.classification),
        }
        given = {name: text for name, text in told.items() if text}
        if not given:
            return Block(Markup())
        # The page reads the classification from its class, to print it at the head of each sheet.
        entries = [
            Markup("<div><dt>{}</dt><dd{}>{}</dd></div>").format(
                name, Markup(' class="classification"') if name == "Classification" else "", text
            )
            for name, text in given.items()
        ]
        return Block(
            Markup('<dl class="front">{}</dl>').format(join(entries)),
            "\n".join(f"{name}: {text}" for name, text in given.items()),
        )

    def recommended(self) -> Block:
        """The recommendations as a numbered list; an empty block when none is given."""
        asked = self.each_recommendation()
        if not asked:
            return Block(Markup())
        return Block(
            Markup(
                '<section class="recommendations"><h2 id="recommendations">Recommendations</h2>'
                "<ol>{}</ol></section>"
            ).format(join(Markup("<li>{}</li>").format(one) for one in asked)),
            "\n".join(asked),
        )

    def each_recommendation(self) -> list[str]:
        """Give the recommendations one by one.

        >>> FrontMatter(recommendations="Note the figures; ask for more.").each_recommendation()
        ['Note the figures', 'ask for more.']
        """
        text = str(self.recommendations)
        parts = text.splitlines() if "\n" in text else text.split(";")
        return [line for part in parts if (line := _one_line(part))]


PARAMETERS = tuple(one.name for one in fields(FrontMatter))
"""The names under which a notebook declares these."""


def _one_line(text: object) -> str:
    return " ".join(str(text).split())


def _read_date(text: object) -> str:
    """Give a date as a reader is told it: 21 March 2012."""
    day = meeting_day(text)
    return f"{day.day} {day:%B} {day.year}" if day else ""


def meeting_day(text: object) -> date | None:
    """Read a meeting's day as people write it, None when nobody gave one.

    >>> meeting_day("21 March 2012") == meeting_day("2012-03-21") == date(2012, 3, 21)
    True
    """
    written = _one_line(text)
    if not written:
        return None
    try:
        if _ISO.fullmatch(written):
            return date.fromisoformat(written)
        return datetime.strptime(written, "%d %B %Y").date()  # noqa: DTZ007  (a day has no zone)
    except ValueError:
        raise WrongRequest(
            f"report_date is {written!r}, which is no day. Write it 2012-03-21 or 21 March 2012."
        ) from None


def _refuse_unprintable(text: str, name: str) -> None:
    for character in "".join(text.split()):
        if not character.isprintable():
            raise WrongRequest(
                f"{name} holds the character U+{ord(character):04X}, which cannot be printed. "
                "Type its words afresh."
            )
