"""Rows in; tables for charts, and what a figure shows, for tests to ask questions of out."""

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from kscb_analysis import charts

NONE = float("nan")


def line(label: str, role: str, values: Sequence[float], start: int = 2002) -> pd.DataFrame:
    years = [start + i for i in range(len(values))]
    return pd.DataFrame(
        {
            "label": label,
            "role": role,
            "period_label": [str(year) for year in years],
            "position": [float(year) for year in years],
            "value": [float(value) for value in values],
        }
    )


def bars(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["label", "role", "value"])


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def said(figure: Figure) -> str:
    """All text in the order in which it was written, wrapped rows joined."""
    return " ".join(words(figure))


def drawn_line(figure: Figure, label: str) -> Line2D:
    (found,) = [each for each in figure.axes[0].lines if each.get_label() == label]
    return found


def drawn_bars(figure: Figure) -> PolyCollection:
    (found,) = [
        each
        for each in figure.axes[0].collections
        if isinstance(each, PolyCollection) and each.get_zorder() > 0
    ]
    return found


def assert_legible(figure: Figure) -> None:
    """Text is apart from other text and from marks, level, large enough, and in the picture."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    width, height = figure.get_size_inches() * figure.dpi
    texts = [(t, t.get_window_extent(renderer)) for t in figure.axes[0].texts if t.get_text()]
    for text, box in texts:
        assert box.x0 >= -0.5, text
        assert box.y0 >= -0.5, text
        assert box.x1 <= width + 0.5, text
        assert box.y1 <= height + 0.5, text
        assert text.get_size() * 290 / charts.WIDTH >= 8.5
        assert text.get_rotation() == 0
    for (a, box), (b, other) in itertools.combinations(texts, 2):
        apart = (
            box.x1 <= other.x0 + 0.5
            or other.x1 <= box.x0 + 0.5
            or box.y1 <= other.y0 + 0.5
            or other.y1 <= box.y0 + 0.5
        )
        assert apart, f"{a.get_text()!r} overlaps {b.get_text()!r}"
    for text, box in texts:
        core = Bbox([[box.x0 + 1, box.y0 + 3], [box.x1 - 1, box.y1 - 3]])
        for mark in marks_over_data(figure):
            assert not mark.intersects_bbox(core), f"a mark crosses {text.get_text()!r}"


def marks_over_data(figure: Figure) -> list[Path]:
    """Lines that carry data or lie across bars, whiskers, and outlined marks, in pixels."""
    axes = figure.axes[0]
    paths = [
        each.get_transform().transform_path(path)
        for each in axes.collections
        if isinstance(each, LineCollection) and each.get_zorder() >= 2
        for path in each.get_paths()
    ]
    for points in outlined(figure):
        half = points.get_markersize() / 2
        for x, y in points.get_transform().transform(np.transpose(points.get_data())):
            paths.append(Path([[x - half, y - half], [x + half, y + half]]))
    return paths


def outlined(figure: Figure) -> list[Line2D]:
    """Marks of one shape with an outline: ratings, and points outside limits."""
    return [
        each
        for each in figure.axes[0].lines
        if each.get_linestyle() == "None" and each.get_markeredgewidth() > 0
    ]


def whiskers(figure: Figure) -> list[np.ndarray]:
    """The intervals that are drawn in ink, each as its corners in pixels from the bottom left."""
    ink = to_hex(charts.INK)
    return [
        each.get_transform().transform(path.vertices)
        for each in figure.axes[0].collections
        if isinstance(each, LineCollection) and each.get_zorder() >= 3
        for path in each.get_paths()
        if to_hex(each.get_colors()[0]) == ink
    ]


def contrast_with_white(colour: str) -> float:
    """The WCAG 2 contrast ratio."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
