"""A matplotlib figure in, one small `<svg>` element out: text as text, and few bytes.

Matplotlib's own SVG writer wraps every line, tick and label in groups, repeats the style on each,
and hands out ids that clash between two charts on a page. This one draws the same artists through
matplotlib's renderer interface and joins what looks alike. A chart becomes about a fifth of the
size, in less time. What it would draw wrongly (images, hatches, mathematical text, clipping to a
shape) it refuses with `NotImplementedError`.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from markupsafe import escape
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, weight_dict
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, IdentityTransform, Transform
from matplotlib.typing import ColorType

from kscb_analysis.svg_path import Box, Pen, short

FONT_STACK = "Arial,Helvetica,'Liberation Sans',sans-serif"
"""The page's type. Charts are laid out for DejaVu Sans, which is wider, so their text fits."""

UNITS_PER_INCH = 72
"""One unit of the picture is one point of the figure: 460 points become 460 CSS pixels."""

Look = tuple[tuple[str, str], ...]
Colour = tuple[float, float, float, float]

_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_SVG_CAPS = {"butt": "butt", "projecting": "square", "round": "round"}
_measured: dict[tuple[str, int, bool | str], tuple[float, float, float]] = {}
_PLAIN_ID = re.compile(r"[A-Za-z][\w-]*", re.ASCII)

# A mark that touches the edge of its axes needs no clipping; only one that leaves them does.
_CLIP_SLACK = 1.0

# In forced colours a browser would turn the text white and leave the picture's own white ground.
_STYLE = "<style>#{id} text{{forced-color-adjust:none}}</style>"


def to_svg(figure: Figure, *, alt: str, id_prefix: str, page_styles: bool = False) -> str:
    """Draw a figure as one `<svg>` element for an HTML page.

    `alt` becomes the picture's accessible name. `id_prefix` becomes the element's id and starts
    every other id inside it, so each chart on a page needs its own. The picture is as many CSS
    pixels wide as the figure has points, and shrinks with its column. The same figure gives the
    same text every time.

    With `page_styles` the element leaves to the page's style sheet what is the same for every
    chart: the typeface, that a picture is no wider than its column, and that forced colours leave
    its text alone. Without it the picture looks right anywhere, as in a notebook.

    Raises `ValueError` for an empty `alt` or an `id_prefix` that is no plain id, and
    `NotImplementedError` for artists that this writer does not draw.
    """
    if not alt.strip():
        raise ValueError("a chart needs alt text that says what it shows")
    if not _PLAIN_ID.fullmatch(id_prefix):
        raise ValueError(f"id_prefix {id_prefix!r} must be a letter, then letters, digits, - or _")
    width, height = (float(inches) * UNITS_PER_INCH for inches in figure.get_size_inches())
    renderer = _SvgRenderer(width, height, id_prefix)
    own_dpi = figure.dpi
    figure.dpi = UNITS_PER_INCH
    try:
        figure.draw(renderer)
    finally:
        figure.dpi = own_dpi
    return renderer.document(alt, page_styles=page_styles)


@dataclass(slots=True)
class _Marks:
    """Marks that look alike and become one element, and where each of them lies."""

    tag: str
    look: Look
    parts: list[str]
    boxes: list[Box]

    def meets(self, box: Box) -> bool:
        left, top, right, bottom = box
        return any(
            a <= right and left <= c and b <= bottom and top <= d for a, b, c, d in self.boxes
        )


class _SvgRenderer(RendererBase):
    """Collects what matplotlib draws, to be written down as few elements."""

    def __init__(self, width: float, height: float, id_prefix: str) -> None:
        super().__init__()
        self.width, self.height = width, height
        self.id_prefix = id_prefix
        self.drawn: list[_Marks] = []
        self.clips: dict[Box, str] = {}
        self.downwards = Affine2D().scale(1, -1).translate(0, height)

    def flipy(self) -> bool:
        return True

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self.width, self.height

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: bool | Literal["TeX"]
    ) -> tuple[float, float, float]:
        # Matplotlib forgets a width with each figure; a report's charts repeat the same names.
        key = (s, hash(prop), ismath)
        if key not in _measured:
            _measured[key] = super().get_text_width_height_descent(s, prop, ismath)
        return _measured[key]

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Transform,
        rgbFace: ColorType | None = None,  # noqa: N803 (matplotlib's name for it)
    ) -> None:
        pen = Pen()
        pen.follow(path, transform + self.downwards, snapped=bool(gc.get_snap()))
        self._add_path(gc, pen, rgbFace)

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: ColorType | None = None,  # noqa: N803 (matplotlib's name for it)
    ) -> None:
        shape = (marker_trans + Affine2D().scale(1, -1)).transform_path(marker_path)
        corners = np.asarray(shape.vertices, dtype=np.float64)
        radius = float(np.ptp(corners[:, 0])) / 2
        is_round = marker_path is Path.unit_circle()
        as_dots = self._round_pen(gc, rgbFace, 2 * radius) if is_round else None
        for points, _ in path.iter_segments(trans + self.downwards, simplify=False):
            x, y = points[-2:]
            pen = Pen()
            if as_dots is not None:
                pen.dot(x, y)
                self._add_path(as_dots, pen, None)
                continue
            if is_round:
                pen.circle(x, y, radius)
            else:
                pen.follow(Path(corners + np.array([x, y]), shape.codes), IdentityTransform())
            self._add_path(gc, pen, rgbFace)

    def _round_pen(
        self, gc: GraphicsContextBase, face: ColorType | None, width: float
    ) -> GraphicsContextBase | None:
        """Give a pen that draws a round marker in one dot, if the marker has no outline."""
        if face is None or gc.get_linewidth():
            return None
        pen = self.new_gc()
        pen.copy_properties(gc)
        pen.set_foreground(face)
        pen.set_linewidth(width)
        pen.set_capstyle("round")
        pen.set_dashes(0, None)
        return pen

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: bool | Literal["TeX"] = False,
        mtext: Text | None = None,
    ) -> None:
        if ismath:
            raise NotImplementedError(f"mathematical text is not drawn: {s!r}")
        anchor = "start"
        width, height, descent = self.get_text_width_height_descent(s, prop, False)
        box = (x, y - height, x + width, y + descent)
        turned = ""
        if angle:
            turned = f' transform="rotate({-angle:g} {short(x)} {short(y)})"'
            reach = width + height
            box = (x - reach, y - reach, x + reach, y + reach)
        elif mtext is not None:
            # Anchored where the author put it, the text stays put in a narrower typeface.
            anchor = _ANCHORS[mtext.get_horizontalalignment()]
            x, _ = mtext.get_transform().transform(mtext.get_unitless_position())
        weight = prop.get_weight()
        weight = weight_dict[weight] if isinstance(weight, str) else weight
        look = [
            ("fill", _short_hex(gc.get_rgb())),
            ("font-size", short(prop.get_size_in_points())),
            ("font-style", prop.get_style()),
            ("font-weight", "bold" if weight == 700 else str(weight)),
            ("fill-opacity", _opacity(gc, gc.get_rgb())),
            ("text-anchor", anchor),
        ]
        words = f'<text x="{short(x)}" y="{short(y)}"{turned}>{escape(s)}</text>'
        self._add("g", gc, look, words, box)

    def _add_path(self, gc: GraphicsContextBase, pen: Pen, face: ColorType | None) -> None:
        if gc.get_hatch():
            raise NotImplementedError("hatches are not drawn; tell bars apart by fill and outline")
        inside = to_rgba(face) if face is not None else (0, 0, 0, 0)
        stroked = gc.get_linewidth() > 0 and gc.get_rgb()[3] > 0
        if not pen.places or not (inside[3] or stroked):
            return
        look = [("fill", "none")]
        if inside[3]:
            look = [("fill", _short_hex(inside)), ("fill-opacity", _opacity(gc, inside))]
        if stroked:
            dashes = np.ravel(gc.get_dashes()[1] or []).tolist()
            look += [
                ("stroke", _short_hex(gc.get_rgb())),
                ("stroke-opacity", _opacity(gc, gc.get_rgb())),
                ("stroke-width", short(gc.get_linewidth())),
                ("stroke-dasharray", ",".join(map(short, dashes))),
                ("stroke-linecap", _SVG_CAPS[gc.get_capstyle()]),
                ("stroke-linejoin", gc.get_joinstyle()),
            ]
        margin = gc.get_linewidth() / 2 if stroked else 0.0
        self._add("path", gc, look, "".join(pen.data), pen.box(margin))

    def _add(
        self,
        tag: str,
        gc: GraphicsContextBase,
        look: list[tuple[str, str]],
        part: str,
        box: Box,
    ) -> None:
        """Join a mark to those that look like it, unless that changes what covers what."""
        look = [*look, ("clip-path", self._clip(gc, box))]
        said = tuple((name, value) for name, value in look if value != _DEFAULTS.get(name))
        for marks in reversed(self.drawn):
            if (marks.tag, marks.look) == (tag, said) and not (
                marks.meets(box) and _shows_overlap(tag, said)
            ):
                marks.parts.append(part)
                marks.boxes.append(box)
                return
            if marks.meets(box):
                break
        self.drawn.append(_Marks(tag, said, [part], [box]))

    def _shared(self) -> list[tuple[str, str]]:
        """Give the value that most elements have of what they can take over from the picture."""
        shared = []
        for inherited in _INHERITED:
            values = Counter(
                value for marks in self.drawn for name, value in marks.look if name == inherited
            )
            shared += [(inherited, value) for value, _ in values.most_common(1)]
        return shared

    def _clip(self, gc: GraphicsContextBase, box: Box) -> str:
        """Name the clipping that a mark needs, which is none when it lies inside its axes."""
        if gc.get_clip_path()[0] is not None:
            raise NotImplementedError("clipping to a shape is not drawn")
        frame: Bbox | None = gc.get_clip_rectangle()
        if frame is None:
            return ""
        window = (frame.x0, self.height - frame.y1, frame.x1, self.height - frame.y0)
        if all(
            sign * (edge - limit) <= _CLIP_SLACK
            for edge, limit, sign in zip(box, window, (-1, -1, 1, 1), strict=True)
        ):
            return ""
        name = self.clips.setdefault(window, f"{self.id_prefix}-clip{len(self.clips) + 1}")
        return f"url(#{name})"

    def document(self, alt: str, *, page_styles: bool) -> str:
        """Write the whole element."""
        shared = self._shared()
        width, height = short(self.width), short(self.height)
        own = f' style="max-width:100%;height:auto" font-family="{FONT_STACK}"'
        root = (
            f'<svg xmlns="http://www.w3.org/2000/svg" id="{self.id_prefix}" role="img"'
            f' aria-label="{escape(alt)}" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}"{"" if page_styles else own}'
            f"{_attributes(shared)}>"
        )
        body = [root, "" if page_styles else _STYLE.format(id=self.id_prefix)]
        for (left, top, right, bottom), name in self.clips.items():
            corners = f"M{short(left)} {short(top)}H{short(right)}V{short(bottom)}"
            body.append(f'<clipPath id="{name}"><path d="{corners}H{short(left)}z"/></clipPath>')
        for marks in self.drawn:
            look = _attributes(pair for pair in marks.look if pair not in shared)
            if marks.tag == "path":
                body.append(f'<path{look} d="{"".join(marks.parts)}"/>')
            elif not look:
                body += marks.parts
            elif len(marks.parts) == 1:
                body.append(marks.parts[0].replace("<text", f"<text{look}", 1))
            else:
                body.append(f"<g{look}>{''.join(marks.parts)}</g>")
        return "".join([*body, "</svg>"])


# What an element takes over from the whole picture: there the most frequent value is said once.
_INHERITED = ("fill", "font-size", "stroke-linejoin")

# What SVG assumes anyway, and what matplotlib says when it means "nothing special".
_DEFAULTS = {
    "clip-path": "",
    "fill-opacity": "1",
    "font-style": "normal",
    "font-weight": "400",
    "stroke-dasharray": "",
    "stroke-linecap": "butt",
    "stroke-opacity": "1",
    "stroke-width": "1",
    "text-anchor": "start",
}


def _shows_overlap(tag: str, look: Look) -> bool:
    """Say whether two overlapping marks of this look differ from one mark made of both."""
    values = dict(look)
    return tag == "path" and (values.get("fill") != "none" or "stroke-opacity" in values)


def _opacity(gc: GraphicsContextBase, colour: Colour) -> str:
    return f"{gc.get_alpha() if gc.get_forced_alpha() else colour[3]:.3g}"


def _attributes(look: Iterable[tuple[str, str]]) -> str:
    return "".join(f' {name}="{value}"' for name, value in look)


def _short_hex(colour: Colour) -> str:
    """Write a colour as #rgb where that says the same as #rrggbb."""
    full = to_hex(colour)
    return "#" + full[1::2] if full[1::2] == full[2::2] else full
