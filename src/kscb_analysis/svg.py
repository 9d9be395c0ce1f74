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
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from markupsafe import escape
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, weight_dict
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, Transform
from matplotlib.typing import ColorType

FONT_STACK = "Arial,Helvetica,'Liberation Sans',sans-serif"
"""The page's type. Charts are laid out for DejaVu Sans, which is wider, so their text fits."""

UNITS_PER_INCH = 72
"""One unit of the picture is one point of the figure: 460 points become 460 CSS pixels."""

Look = tuple[tuple[str, str], ...]
Colour = tuple[float, float, float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom

_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_SVG_CAPS = {"butt": "butt", "projecting": "square", "round": "round"}
_SEGMENTS = {int(Path.LINETO): "l", int(Path.CURVE3): "q", int(Path.CURVE4): "c"}
_measured: dict[tuple[str, int, bool | str], tuple[float, float, float]] = {}
_PLAIN_ID = re.compile(r"[A-Za-z][\w-]*", re.ASCII)

# A mark that touches the edge of its axes needs no clipping; only one that leaves them does.
_CLIP_SLACK = 1.0

# In forced colours a browser would turn the text white and leave the picture's own white ground.
_STYLE = "<style>#{id} text{{forced-color-adjust:none}}</style>"


def to_svg(figure: Figure, *, alt: str, id_prefix: str) -> str:
    """Draw a figure as one `<svg>` element for an HTML page.

    `alt` becomes the picture's accessible name. `id_prefix` becomes the element's id and starts
    every other id inside it, so each chart on a page needs its own. The picture is as many CSS
    pixels wide as the figure has points, and shrinks with its column. The same figure gives the
    same text every time.

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
    return renderer.document(alt)


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


@dataclass(slots=True)
class _Pen:
    """Path data in relative steps, counted in tenths so that rounding never adds up."""

    x: int = 0
    y: int = 0
    last: str = ""
    data: list[str] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)

    def follow(self, path: Path, transform: Transform) -> None:
        """Follow a path; where it has no number the pen is lifted."""
        start: list[int] = []
        down = False
        for points, code in path.iter_segments(transform, simplify=False):
            tenths = [round(number * 10) for number in np.ravel(points).tolist()]
            if code == Path.MOVETO:
                start, down = tenths, False
            elif code != Path.CLOSEPOLY:
                if not down:
                    self._move(*start)
                    down = True
                self._step(_SEGMENTS[int(code)], tenths)
            elif down:
                self._say("z", [])
                self.x, self.y = start

    def circle(self, x: float, y: float, radius: float) -> None:
        r = round(radius * 10)
        self._move(round(x * 10) - r, round(y * 10))
        for across in (2 * r, -2 * r):
            self._say("a", [r, r, 0, 10, 0, across, 0])
        self.places += [(self.x, self.y - r), (self.x + 2 * r, self.y + r)]

    def box(self, margin: float) -> Box:
        xs, ys = zip(*self.places, strict=True)
        return (
            min(xs) / 10 - margin,
            min(ys) / 10 - margin,
            max(xs) / 10 + margin,
            max(ys) / 10 + margin,
        )

    def _move(self, x: int, y: int) -> None:
        self._say("M", [x, y])
        self.x, self.y = x, y
        self.places.append((x, y))

    def _step(self, letter: str, tenths: list[int]) -> None:
        steps = [n - (self.y if i % 2 else self.x) for i, n in enumerate(tenths)]
        if letter == "l" and not steps[1]:
            letter, steps = "h", steps[:1]
        elif letter == "l" and not steps[0]:
            letter, steps = "v", steps[1:]
        self._say(letter, steps)
        self.x, self.y = tenths[-2:]
        self.places += zip(tenths[::2], tenths[1::2], strict=True)

    def _say(self, letter: str, tenths: list[int]) -> None:
        """Write one command; SVG reads a repeated letter, and a space before a minus, as given."""
        numbers = " ".join(map(_tenths, tenths)).replace(" -", "-")
        if letter != self.last or letter == "M":
            self.data.append(letter + numbers)
        else:
            self.data.append(numbers if numbers.startswith("-") else " " + numbers)
        self.last = letter


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
        pen = _Pen()
        pen.follow(path, transform + self.downwards)
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
        shape = marker_trans + Affine2D().scale(1, -1)
        radius = marker_path.get_extents(shape).width / 2
        for points, _ in path.iter_segments(trans + self.downwards, simplify=False):
            x, y = points[-2:]
            pen = _Pen()
            if marker_path is Path.unit_circle():
                pen.circle(x, y, radius)
            else:
                pen.follow(marker_path, shape + Affine2D().translate(x, y))
            self._add_path(gc, pen, rgbFace)

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
            turned = f' transform="rotate({-angle:g} {_short(x)} {_short(y)})"'
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
            ("font-size", _short(prop.get_size_in_points())),
            ("font-style", prop.get_style()),
            ("font-weight", "bold" if weight == 700 else str(weight)),
            ("fill-opacity", _opacity(gc, gc.get_rgb())),
            ("text-anchor", anchor),
        ]
        words = f'<text x="{_short(x)}" y="{_short(y)}"{turned}>{escape(s)}</text>'
        self._add("g", gc, look, words, box)

    def _add_path(self, gc: GraphicsContextBase, pen: _Pen, face: ColorType | None) -> None:
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
                ("stroke-width", _short(gc.get_linewidth())),
                ("stroke-dasharray", ",".join(map(_short, dashes))),
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

    def document(self, alt: str) -> str:
        """Write the whole element."""
        sizes = Counter(
            value
            for marks in self.drawn
            for name, value in marks.look * len(marks.parts)
            if name == "font-size"
        )
        size = sizes.most_common(1)[0][0] if sizes else "14"
        width, height = _short(self.width), _short(self.height)
        root = (
            f'<svg xmlns="http://www.w3.org/2000/svg" id="{self.id_prefix}" role="img"'
            f' aria-label="{escape(alt)}" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" style="max-width:100%;height:auto"'
            f' font-family="{FONT_STACK}" font-size="{size}">'
        )
        body = [root, _STYLE.format(id=self.id_prefix)]
        for (left, top, right, bottom), name in self.clips.items():
            corners = f"M{_short(left)} {_short(top)}H{_short(right)}V{_short(bottom)}"
            body.append(f'<clipPath id="{name}"><path d="{corners}H{_short(left)}z"/></clipPath>')
        for marks in self.drawn:
            look = _attributes(pair for pair in marks.look if pair != ("font-size", size))
            if marks.tag == "path":
                body.append(f'<path{look} d="{"".join(marks.parts)}"/>')
            elif not look:
                body += marks.parts
            elif len(marks.parts) == 1:
                body.append(marks.parts[0].replace("<text", f"<text{look}", 1))
            else:
                body.append(f"<g{look}>{''.join(marks.parts)}</g>")
        return "".join([*body, "</svg>"])


# What SVG assumes anyway, and what matplotlib says when it means "nothing special".
_DEFAULTS = {
    "clip-path": "",
    "fill": "#000",
    "fill-opacity": "1",
    "font-style": "normal",
    "font-weight": "400",
    "stroke-dasharray": "",
    "stroke-linecap": "butt",
    "stroke-linejoin": "miter",
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


def _short(number: float) -> str:
    return _tenths(round(number * 10))


def _tenths(count: int) -> str:
    """Write a count of tenths as a number, as short as SVG reads it.

    >>> [_tenths(n) for n in (125, -5, 40, 0)]
    ['12.5', '-.5', '4', '0']
    """
    sign, (whole, tenth) = "-" if count < 0 else "", divmod(abs(count), 10)
    if not tenth:
        return f"{sign}{whole}"
    return f"{sign}{whole or ''}.{tenth}"
