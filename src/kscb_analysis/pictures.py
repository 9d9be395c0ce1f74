"""The SVG of a chart in, a PNG of it out: the same bytes on every computer."""

import base64
import io

from kscb_analysis.html5 import Element, svg_document
from kscb_analysis.typeface import FAMILY, font_files

SHARPNESS = 3.0
"""Dots to a pixel of the page: 288 to the inch, where a printer needs about 300."""

_COLOURS = 64


def png(svg: Element) -> bytes:
    """Draw an inline SVG of a page with the typeface that its words were measured for."""
    from PIL import Image
    from resvg_py import svg_to_bytes

    drawn = svg_to_bytes(
        svg_string=svg_document(svg),
        zoom=SHARPNESS,
        skip_system_fonts=True,
        font_files=[str(path) for path in font_files().values()],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
        background="#ffffff",
    )
    # A chart has a dozen colours and the shades between them: a palette more than halves the file.
    few = Image.open(io.BytesIO(drawn)).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    out = io.BytesIO()
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


def size_of(svg: Element) -> tuple[float, float]:
    """Give the width and height of a picture in pixels of the page."""
    _, _, width, height = map(float, str(svg.get("viewbox") or svg.get("viewBox")).split())
    return float(svg.get("width") or width), float(svg.get("height") or height)


def data_uri(picture: bytes) -> str:
    """Give a PNG as the address that an image carries it in."""
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"
