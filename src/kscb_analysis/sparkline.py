"""A short series in, a picture of the size of a word out, with what it shows in words."""

from itertools import pairwise
from statistics import median

from markupsafe import Markup

WIDTH, HEIGHT, EDGE = 96, 24, 3
MOST_POINTS = 40
_INK = "#12436d"


def sparkline(values: list[float], words: str, places: list[float] | None = None) -> Markup:
    """Draw a line through the values with a dot on the last.

    `words` say what the line shows; it has no scale of its own. `places` are where the values lie
    in time, in order; the line breaks where it leaves out a step, and without them all are evenly
    spaced. Of a long series every second (third, …) value is left out, counted back from the last.
    Raises `ValueError` for fewer than two values.
    """
    if len(values) < 2:
        raise ValueError("a line needs two figures")
    step = -(-len(values) // MOST_POINTS)
    shown = values[::-1][::step][::-1]
    when = (places or [float(at) for at in range(len(values))])[::-1][::step][::-1]
    low, high = min(shown), max(shown)
    across = (WIDTH - 2 * EDGE) / (when[-1] - when[0])
    tall = HEIGHT - 2 * EDGE
    points = [
        (
            round(EDGE + (at - when[0]) * across),
            # A level line runs through the middle.
            round(HEIGHT - EDGE - (value - low) / (high - low) * tall)
            if high > low
            else HEIGHT // 2,
        )
        for at, value in zip(when, shown, strict=True)
    ]
    steps = [later - earlier for earlier, later in pairwise(when)]
    usual = median(steps)
    path = f"M{points[0][0]} {points[0][1]}"
    for (x, y), gap in zip(points[1:], steps, strict=True):
        path += f"M{x} {y}" if gap > 1.5 * usual else f" {x} {y}"
    x, y = points[-1]
    return Markup(
        '<svg role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">'
        '<path d="{}" fill="none" stroke="{}" stroke-width="1.5"/>'
        '<circle cx="{}" cy="{}" r="2.5" fill="{}"/></svg>'
    ).format(words, WIDTH, HEIGHT, WIDTH, HEIGHT, path, _INK, x, y, _INK)
