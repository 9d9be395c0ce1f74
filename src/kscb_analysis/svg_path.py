"""Matplotlib's paths in; SVG path data in few bytes, and the boxes that it fills, out."""

from dataclasses import dataclass, field

import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import Transform

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_SEGMENTS = {int(Path.LINETO): "l", int(Path.CURVE3): "q", int(Path.CURVE4): "c"}


@dataclass(slots=True)
class Pen:
    """Path data in relative steps, counted in tenths so that rounding never adds up."""

    x: int = 0
    y: int = 0
    last: str = ""
    data: list[str] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)

    def follow(self, path: Path, transform: Transform, *, snapped: bool = False) -> None:
        """Follow a path, from whole unit to whole unit if `snapped`.

        Where the path has no number the pen is lifted.
        """
        start: list[int] = []
        down = False
        grain = 10 if snapped else 1
        for points, code in path.iter_segments(transform, simplify=False):
            grains = [round(number * 10 / grain) for number in np.ravel(points).tolist()]
            tenths = [count * grain for count in grains]
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

    def dot(self, x: float, y: float) -> None:
        """Set the pen down on a place and lift it: a round pen leaves a dot."""
        self._move(round(x * 10), round(y * 10))
        self._say("h", [0])

    def circle(self, x: float, y: float, radius: float) -> None:
        """Go once around a place, in two arcs."""
        r = round(radius * 10)
        self._move(round(x * 10) - r, round(y * 10))
        for across in (2 * r, -2 * r):
            self._say("a", [r, r, 0, 10, 0, across, 0])
        self.places += [(self.x, self.y - r), (self.x + 2 * r, self.y + r)]

    def box(self, margin: float) -> Box:
        """Give what the pen has reached, and a margin around it."""
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


def short(number: float) -> str:
    """Write a number to a tenth, as short as SVG reads it."""
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
