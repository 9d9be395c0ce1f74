"""A page and the glossary in; every abbreviation said in full at its first use, and listed, out.

This is done to the whole page and not by the blocks it is made of: only the page knows which use is
the first, and words come from printed titles, the catalogue and cells of Markdown alike.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kscb_analysis.glossary import ABBREVIATION, Glossary, Term
from kscb_analysis.html5 import Element, classes, make, words
from kscb_analysis.page_checks import place

HEADING = "Words and abbreviations"

_AS_IT_STANDS = {"code", "nav", "pre", "script", "style", "svg"}
# What a clerk types above a paper: names, posts and decisions, in words that are not ours to mend.
_TYPED = {"front", "recommendations"}
_LIST = "words"
_IN_ONE_BREATH = ("p", "li", "td", "th", "dd", "caption", "figcaption", "summary", "h2", "h3", "h4")
_IDS = re.compile(r"https?://\S+|\b[A-Z]{2}/[A-Z]\d+\b")
_REST_OF_WORD = re.compile(r"(?:['’]s\b)?(?: \d{1,3}\b(?![/,.]\d))?")


class _Text(NamedTuple):
    """A piece of text of the page: before an element's children, or after the element."""

    element: Element
    is_tail: bool
    is_closed: bool

    @property
    def text(self) -> str:
        return (self.element.tail if self.is_tail else self.element.text) or ""

    def write(self, text: str) -> None:
        if self.is_tail:
            self.element.tail = text
        else:
            self.element.text = text

    @property
    def around(self) -> Element:
        """The paragraph, cell or heading that the text is a part of."""
        parent = self.element.getparent() if self.is_tail else self.element
        for element in (parent, *parent.iterancestors()) if parent is not None else ():
            if element.tag in _IN_ONE_BREATH:
                return element
        return self.element


def expand_first_uses(main: Element, glossary: Glossary) -> None:
    """Write after each abbreviation what it stands for, where a reader first meets it.

    A first use in a part that is closed is expanded there and once more in plain sight. Nothing is
    written where the words around say it already.
    """
    told: dict[bool, set[str]] = {True: set(), False: set()}
    for piece in _texts(main):
        parts, end = [], 0
        for found in ABBREVIATION.finditer(_without_ids(piece.text)):
            term = glossary.term(found[0])
            if term is None or term.name in told[False] | told[piece.is_closed]:
                continue
            told[piece.is_closed].add(term.name)
            if _is_said(term, found, piece):
                continue
            stop, said = _insertion(term, found, piece.text)
            parts += [piece.text[end:stop], said]
            end = stop
        if parts:
            piece.write("".join([*parts, piece.text[end:]]))


def add_list_of_words(main: Element, glossary: Glossary) -> None:
    """Add at the end the terms of the glossary that the page uses, each with what it means.

    A word of the trade that stands in closed parts alone is a part of what is printed there, and
    would make the list long.
    """
    texts = list(_texts(main, typed=True))
    written = ABBREVIATION.findall(_without_ids(" | ".join(piece.text for piece in texts)))
    used = {term.name: term for one in written if (term := glossary.term(one))}
    flat = _flat(" | ".join(piece.text for piece in texts if not piece.is_closed))
    for term in glossary.terms.values():
        if not term.is_abbreviation and _any_form(term.name).search(flat):
            used[term.name] = term
    if not used:
        return
    listed = make("dl")
    for name in sorted(used, key=str.casefold):
        listed.append(make("dt", text=name))
        listed.append(make("dd", text=_entry(used[name])))
    section = make("section", {"class": f"sources {_LIST}"})
    section.append(make("h2", {"id": _LIST}, HEADING))
    section.append(listed)
    main.append(section)


def unknown_abbreviations(root: Element, glossary: Glossary) -> Iterator[str]:
    """Every abbreviation on the page is in the glossary."""
    named: set[str] = set()
    for text, element in _everything_said(root):
        for found in ABBREVIATION.finditer(_without_ids(text)):
            if not glossary.knows(found[0]) and found[0] not in named:
                named.add(found[0])
                yield (
                    f"{found[0]!r} stands {place(element)} and not in the glossary: say what it "
                    "stands for in data/metadata/glossary.toml, under [terms], or under [names] "
                    "why it stands for nothing"
                )


def _texts(element: Element, *, typed: bool = False, closed: bool = False) -> Iterator[_Text]:
    """Give the texts of an element in their order, without code, drawings, title and list.

    With `typed` those that a clerk typed are among them.
    """
    kinds = classes(element)
    if element.tag in _AS_IT_STANDS or element.tag == "h1" or _LIST in kinds:
        return
    if kinds & _TYPED and not typed:
        return
    closed = (closed or element.tag == "details") and element.tag != "summary"
    yield _Text(element, False, closed)
    for child in element:
        yield from _texts(child, typed=typed, closed=closed)
        yield _Text(child, True, closed)


def _everything_said(root: Element) -> Iterator[tuple[str, Element]]:
    """Give each text of the body, and what is said of pictures, with its element."""
    for part in root.iterfind("body/*"):
        for element in part.iter():
            around = {str(one.tag) for one in (element, *element.iterancestors())}
            typed = any(classes(one) & _TYPED for one in (element, *element.iterancestors()))
            if typed or around & {"code", "pre", "script", "style"}:
                continue
            yield element.text or "", element
            yield from ((str(element.get(name) or ""), element) for name in ("alt", "aria-label"))
            for child in element:
                yield child.tail or "", element


def _is_said(term: Term, found: re.Match[str], piece: _Text) -> bool:
    """Say whether the words around an abbreviation are what it stands for."""
    before, after = piece.text[: found.start()], piece.text[found.end() :]
    first = _flat(term.expansion).split()[0]
    if before.endswith("(") and after.startswith(")") and first in _flat(before).split():
        return True
    around = f" {_flat(words(piece.around))} "
    return any(f" {_flat(one)} " in around for one in (term.expansion, term.plural))


def _insertion(term: Term, found: re.Match[str], text: str) -> tuple[int, str]:
    """Say where in a text the words of an abbreviation go, and how: no brackets within brackets."""
    said = term.expanded(found[0])
    if text[: found.start()].endswith("(") and text[found.end() :].startswith(")"):
        return found.end(), f": {said}"
    rest = _REST_OF_WORD.match(text, found.end())
    return (rest.end() if rest else found.end()), f" ({said})"


def _any_form(name: str) -> re.Pattern[str]:
    """Find a word of the trade in flat text, one or several of it."""
    flat = _flat(name)
    stem = f"{flat[:-1]}(?:y|ies)" if flat.endswith("y") else f"{flat}s?"
    return re.compile(rf"\b{stem}\b")


def _entry(term: Term) -> str:
    said = [one for one in (term.expansion[:1].upper() + term.expansion[1:], term.meaning) if one]
    return ". ".join(said)


def _without_ids(text: str) -> str:
    return _IDS.sub(lambda found: " " * len(found[0]), text)


def _flat(text: str) -> str:
    """Give text as words alone, in small letters.

    >>> _flat("Children’s plans: Red/Amber")
    "children's plans red amber"
    """
    return " ".join(re.sub(r"[^\w'|]+", " ", text.replace("’", "'").casefold()).split())
