"""A finished page in; a tagged PDF for print and for screen readers out (PDF/UA-1)."""

import logging
from functools import partial
from pathlib import Path
from typing import Any

from kscb_analysis.html5 import Element, make, serialise, words
from kscb_analysis.offprint import day_of, offprint
from kscb_analysis.typeface import font_files

_STYLE = Path(__file__).parent / "templates" / "kscb" / "paper.css"
_POINTS = 0.75  # of one CSS pixel
_ON_PAPER_TOO = 4  # the flag of a link that says so


def printed(page: str) -> bytes:
    """Give a finished page as a PDF: the same bytes for the same page and libraries.

    It is tagged as PDF/UA-1 asks: title, language, outline, a text for every picture, header cells
    that say what they head, and the typeface inside.
    """
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    # What it has to say of CSS that is for browsers alone helps nobody.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    root = offprint(page)
    _set_head(root)
    for svg in root.xpath("//figure//svg"):
        # The style gives a chart its width; a height of its own would then leave a gap around it.
        for name in ("width", "height", "style"):
            svg.attrib.pop(name, None)
        svg.set("preserveaspectratio", "xMinYMin")
    finish = partial(_finish, names=_names_of_targets(root))
    here_alone = URLFetcher(allowed_protocols=("file", "data"))
    return bytes(
        HTML(string=serialise(root), url_fetcher=here_alone).write_pdf(
            pdf_variant="pdf/ua-1",
            pdf_identifier=True,
            finisher=lambda _, pdf: finish(pdf),
        )
    )


def _set_head(root: Element) -> None:
    """Add the style of the printed page and the date of its data to the document's head."""
    head = root.find("head")
    if head is None:
        return
    day = day_of(root).isoformat()
    head.append(make("meta", {"name": "dcterms.created", "content": day}))
    head.append(make("meta", {"name": "dcterms.modified", "content": day}))
    faces = "".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:{style};"
        f"src:url('{path.as_uri()}')}}\n"
        for (family, weight, style), path in font_files().items()
    )
    head.append(make("style", text=faces + _STYLE.read_text(encoding="utf-8")))


def _names_of_targets(root: Element) -> dict[str, str]:
    """Say for each id that is linked to what the first link to it calls it."""
    names: dict[str, str] = {}
    for link in root.xpath("//a[starts-with(@href,'#')]"):
        names.setdefault(str(link.get("href")).removeprefix("#"), words(link))
    return names


def _finish(pdf: Any, names: dict[str, str]) -> None:
    """Mend the structure of a PDF that is about to be written.

    WeasyPrint ties each cell to its header cells by ids, which count only with an index of all ids
    that it does not write; gives pictures their place in pixels from the top; leaves what it writes
    at the foot of a page to be read as part of the text; and describes a link by its target's id.
    """
    objects: list[Any] = pdf.objects
    known: dict[bytes, Any] = {one.reference: one for one in objects if hasattr(one, "keys")}
    for element in known.values():
        match element.get("S"):
            case "/TH":
                group = known[known[element["P"]]["P"]]
                element["A"]["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"
                element.pop("ID", None)
            case "/TD":
                element["A"].pop("Headers", None)
            case "/Figure":
                height = known[element["Pg"]]["MediaBox"][3]
                left, top, right, bottom = (_POINTS * side for side in element["A"]["BBox"])
                element["A"]["BBox"][:] = [left, height - bottom, right, height - top]
        if element.get("Subtype") == "/Link":
            target = element["Contents"].string
            element["Contents"].string = names.get(target, target)
            element["F"] = _ON_PAPER_TOO
    _leave_feet_unread(known, objects)


def _leave_feet_unread(known: dict[bytes, Any], objects: list[Any]) -> None:
    """Make what the tree of the structure does not hold, the feet of pages, artifacts."""
    import pydyf

    (root,) = (one for one in known.values() if one.get("Type") == "/StructTreeRoot")
    read, waiting = set(), list(root["K"])
    while waiting:
        reference = waiting.pop()
        if isinstance(reference, bytes) and reference not in read:
            read.add(reference)
            waiting.extend(known[reference].get("K", []))
    streams = {one.reference: one.stream for one in objects if isinstance(one, pydyf.Stream)}
    numbers = known[root["ParentTree"]]["Nums"]
    for references in numbers[1::2]:
        if not isinstance(references, list):
            continue
        unread = {at for at, one in enumerate(references) if one not in read}
        if not unread:
            continue
        holder = known[references[min(unread)]]["Pg"]
        stream = streams[known[holder]["Contents"]]
        for at, piece in enumerate(stream):
            if isinstance(piece, pydyf.Dictionary) and piece.get("MCID") in unread:
                stream[at - 1] = "/Artifact"
                stream[at] = pydyf.Dictionary({"Type": "/Pagination", "Subtype": "/Footer"})
        for at in unread:
            references[at] = b"null"
