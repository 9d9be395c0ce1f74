"""Plain tables in, matplotlib figures out: every kind of chart that the papers show."""

from matplotlib.figure import Figure

from kscb_analysis.control_chart import control_chart
from kscb_analysis.lettering import TEXT_SIZE
from kscb_analysis.ranked_chart import ranked_chart
from kscb_analysis.sheet import (
    DARK_BLUE,
    DARK_GREY,
    DARK_PINK,
    GRID,
    INK,
    ORANGE,
    OUTLINE,
    PALE_GREY,
    WHITE,
    WIDTH,
)
from kscb_analysis.time_axes import Break
from kscb_analysis.trend_chart import trend_chart

__all__ = [
    "DARK_BLUE",
    "DARK_GREY",
    "DARK_PINK",
    "GRID",
    "INK",
    "ORANGE",
    "OUTLINE",
    "PALE_GREY",
    "TEXT_SIZE",
    "WHITE",
    "WIDTH",
    "Break",
    "axis_start",
    "control_chart",
    "ranked_chart",
    "trend_chart",
]


def axis_start(figure: Figure) -> float | None:
    """Give the value at which a chart's value axis starts, or nothing when zero is on the axis."""
    if not figure.axes:
        return None
    low, high = sorted(figure.axes[0].get_ylim())
    return None if low <= 0 <= high else float(low)
