"""Marks addressed in pixels in, one matplotlib figure in the house's colours out.

A figure's points are the page's CSS pixels. Everything is placed by measured text, with no layout
engine, so that the same table gives the same picture on every computer.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Affine2D

from kscb_analysis.lettering import ROW, SWATCH, TO_BASELINE, Key, font
from kscb_analysis.scales import Numbers, Scale

# The Government Analysis Function's palette, and each colour's contrast with white. Text needs
# 4.5 to 1. A mark needs 3 to 1, or an outline that has it.
DARK_BLUE = "#12436D"  # 10.2: the area, marks and text
DARK_PINK = "#801650"  # 9.8: the neighbours' mean, marks and text
DARK_GREY = "#3D3D3D"  # 10.9: England, marks and text
ORANGE = "#F46A25"  # 3.0: the target's line, never text
PALE_GREY = "#BFBFBF"  # 1.8: single neighbours; bars of it are outlined
# Our additions to it.
WHITE = "#FFFFFF"
INK = "#1A1A1A"  # 17.4: all other text
OUTLINE = "#6B6B6B"  # 5.3: outlines, axis lines, leaders
GRID = "#DEDEDE"  # 1.4: grid lines, which say nothing on their own
BAND = "#E6EAEE"  # 1.2: a band behind bars, whose ends a dark lid marks; text on it has 14
# The pages' ratings; a mark of them has an outline, since shape and word come first.
RED, AMBER, GREEN = "#CA3535", "#FFBF47", "#0F7A52"

WIDTH = 460
"""A chart's natural width in CSS pixels: half a wide page."""

_PIXELS_PER_INCH = 72  # a point is a pixel

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class LineStyle:
    """How a line, its markers and its name look."""

    colour: str
    width: float
    linestyle: Any  # matplotlib's notation: a dash pattern counts in line widths
    marker: str = ""
    marker_size: float = 0
    text: str = INK
    bold: bool = False


@dataclass(frozen=True, slots=True)
class BarStyle:
    """How a bar, its name and its value look."""

    fill: str
    outline: str
    thickness: float = 18
    text: str = INK
    bold: bool = False

    @property
    def is_dark(self) -> bool:
        """Whether a dark line over the bar would be lost: pale bars have a darker outline."""
        return self.fill == self.outline


def whisker(start: Point, end: Point, cap: float = 4) -> list[Point]:
    """Give the path of an interval: a level or an upright line with a cap across each end."""
    (a, b), (c, d) = start, end
    # Along one cap, back to its middle, over to the other: one stroke of the pen.
    dx, dy = (0.0, cap) if b == d else (cap, 0.0)
    return [(a - dx, b - dy), (a + dx, b + dy), (a, b), (c, d), (c - dx, d - dy), (c + dx, d + dy)]


@cache
def _style_settings() -> Any:  # matplotlib spells the type of its settings anew in each version
    """Matplotlib's own settings, then the Analysis Function's style, then ours.

    Starting from matplotlib's own keeps a reader's settings out of a published chart.
    """
    apart = ("animation", "backend", "interactive", "keymap", "savefig", "toolbar", "webagg")
    settings = {
        name: value
        for name, value in matplotlib.rcParamsDefault.items()
        if not name.startswith(apart)
    }
    with as_file(files("afcharts") / "afcharts.mplstyle") as style:
        settings |= matplotlib.rc_params_from_file(style, use_default_template=False)
    return settings | {
        "figure.facecolor": WHITE,
        "lines.solid_capstyle": "butt",
        "path.simplify": False,
        # An area's name is words, even if it holds two dollar signs.
        "text.parse_math": False,
    }


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house's style, whatever the reader's own settings are."""
    with matplotlib.rc_context(_style_settings()):
        yield


class Sheet:
    """A figure addressed in pixels from its top left corner, around one plot in data units."""

    def __init__(
        self,
        width: float,
        height: float,
        plot: tuple[float, float, float, float],
        across: Scale,
        up: Scale,
    ) -> None:
        self.plot, self.across, self.up = plot, across, up
        self.rules: list[tuple[list[Point], str, Any]] = []
        self.bars: list[tuple[list[Point], str, str]] = []
        left, top, right, bottom = plot
        inches = (width / _PIXELS_PER_INCH, height / _PIXELS_PER_INCH)
        self.figure = Figure(figsize=inches, dpi=_PIXELS_PER_INCH)
        self.axes = self.figure.add_axes(
            (left / width, 1 - bottom / height, (right - left) / width, (bottom - top) / height)
        )
        self.axes.set_axis_off()
        self.axes.set_xlim(across.value_at(left), across.value_at(right))
        self.axes.set_ylim(up.value_at(bottom), up.value_at(top))
        flip = Affine2D().scale(1 / width, -1 / height).translate(0, 1)
        self.pixels = flip + self.figure.transFigure

    def text(
        self,
        x: float,
        middle: float,
        rows: Sequence[str],
        *,
        anchor: str = "left",
        colour: str = INK,
        bold: bool = False,
    ) -> None:
        """Write rows of text around a height; each row is anchored for itself."""
        for i, words in enumerate(rows):
            y = middle + ROW * (i - (len(rows) - 1) / 2) + TO_BASELINE
            self.axes.text(
                x,
                y,
                words,
                transform=self.pixels,
                color=colour,
                fontproperties=font(bold),
                horizontalalignment=anchor,
                verticalalignment="baseline",
                zorder=9,
            )

    def key(
        self, key: Key, top: float, swatch: Callable[["Sheet", str, float, float], None]
    ) -> None:
        """Write the entries of a key, each behind the mark that `swatch` draws for it."""
        for row, entries in enumerate(key):
            middle = top + ROW * (row + 0.5)
            for x, what, words in entries:
                if what:
                    swatch(self, what, x, middle)
                self.text(x + SWATCH, middle, [words])

    def rule(self, start: Point, end: Point, colour: str, dashes: tuple[float, ...] = ()) -> None:
        """Draw a thin line behind the data, from pixel to pixel."""
        self.rules.append(([start, end], colour, (0, dashes) if dashes else "-"))

    def bar(
        self, left: float, middle: float, length: float, height: float, style: BarStyle
    ) -> None:
        """Draw a bar from pixel to pixel."""
        if length > 0:
            top, bottom, right = middle - height / 2, middle + height / 2, left + length
            corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
            self.bars.append((corners, style.fill, style.outline))

    def line(
        self,
        label: str,
        xs: Numbers,
        ys: Numbers,
        style: LineStyle,
        zorder: float,
        *,
        markers: Sequence[int] = (),
    ) -> None:
        """Draw one line in data units, broken where a value is missing."""
        line = Line2D(
            xs,
            ys,
            label=label,
            color=style.colour,
            linewidth=style.width,
            linestyle=style.linestyle,
            marker=style.marker,
            markersize=style.marker_size,
            markeredgewidth=0,
            markevery=list(markers),
            zorder=zorder,
        )
        self._add(line)

    def points(
        self, where: Sequence[Point], marker: str, size: float, style: BarStyle, zorder: float = 8
    ) -> None:
        """Draw outlined marks of one shape around pixels."""
        xs, ys = np.transpose(where)
        points = Line2D(
            xs,
            ys,
            linestyle="none",
            marker=marker,
            markersize=size,
            markerfacecolor=style.fill,
            markeredgecolor=style.outline,
            markeredgewidth=1.5,
            zorder=zorder,
        )
        self._add(points, transform=self.pixels)

    def strokes(
        self,
        paths: Sequence[Sequence[Point]],
        colour: str,
        width: float,
        zorder: float,
        dashes: tuple[float, ...] = (),
    ) -> None:
        """Draw lines of one look from pixel to pixel."""
        style = (0, dashes) if dashes else "-"
        lines = LineCollection(
            paths, colors=colour, linewidths=width, linestyles=[style], zorder=zorder
        )
        self._add(lines, transform=self.pixels)

    def shade(self, left: float, right: float, top: float, bottom: float) -> None:
        """Draw a pale band behind everything, with a lid that tells its ends without colour."""
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        self._add(PolyCollection([corners], facecolors=BAND, zorder=0), transform=self.pixels)
        lid = [(left, top + 4), (left, top), (right, top), (right, top + 4)]
        self.strokes([lid], OUTLINE, 1.5, 1)

    def pale_lines(self, runs: Sequence[Numbers], dots: Sequence[Numbers]) -> None:
        """Draw the single neighbours behind everything else that carries data."""
        if runs:
            # To the whole pixel: nobody reads a pale line closer, and ten of them cost bytes.
            lines = LineCollection(runs, colors=PALE_GREY, linewidths=1.25, zorder=2)
            self._add(lines, snap=True)
        if dots:
            xs, ys = np.transpose(dots)
            style = LineStyle(PALE_GREY, 0, "none", "o", 5)
            self.line("", xs, ys, style, 2, markers=range(len(dots)))

    def finished(self) -> Figure:
        """Put the rules and bars into the figure, each as one artist, and give it out."""
        if self.rules:
            where, colours, dashes = zip(*self.rules, strict=True)
            rules = LineCollection(where, colors=colours, linestyles=dashes, linewidths=1, zorder=1)
            self._add(rules, transform=self.pixels)
        if self.bars:
            where, fills, outlines = zip(*self.bars, strict=True)
            bars = PolyCollection(where, facecolors=fills, edgecolors=outlines, linewidths=1)
            self._add(bars, transform=self.pixels)
        return self.figure

    def _add(self, artist: Artist, **options: Any) -> None:
        artist.set(clip_on=False, **options)
        self.axes.add_artist(artist)
