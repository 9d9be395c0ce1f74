"""The bytes of a Word document in, its parts out; and back, the same bytes every time."""

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold
_FIRST_PART = "[Content_Types].xml"


def tag(name: str) -> str:
    """Give the full name of an element or attribute of Word.

    >>> tag("p")
    '{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p'
    """
    return f"{{{W}}}{name}"


def parts_of(document: bytes) -> dict[str, bytes]:
    """Give the files that a document is made of, by name."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Put files together into a document: in one order, with one date."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(parts, key=lambda one: (one != _FIRST_PART, one)):
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    return out.getvalue()
