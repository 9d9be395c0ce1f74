"""One figure and its company in; a picture the size of a word that says where it stands, out."""

from collections.abc import Callable

from markupsafe import Markup

WIDTH, HEIGHT = 200, 24
_EDGE = 7  # room for half of the dot at either end
_BAR = 15  # the middle of the bars; the mean's mark stands above them

Span = tuple[float, float]

_KEY: tuple[tuple[str, Callable[[], str]], ...] = (
    ("range of all authorities in England", lambda: _bar((1, 27), 12, "#e6eaee", "#6b6b6b")),
    ("range of the neighbours", lambda: _bar((1, 27), 8, "#bfbfbf")),
    ("middle half of the neighbours", lambda: _bar((1, 27), 8, "#6b6b6b")),
    ("England", lambda: _england(14)),
    ("neighbours’ mean", lambda: _mean(14)),
    ("this area, with its 95% interval", lambda: _interval((1, 27)) + _area(14)),
)


def spine(
    value: float | None,
    *,
    interval: Span | None,
    everyone: Span | None,
    neighbours: Span | None,
    england: float | None,
    mean: float | None,
    words: str,
    middle: Span | None = None,
) -> Markup:
    """Draw where a figure stands: a dot before bars of what others have, on a scale of its own.

    `interval` belongs to the value, `everyone` and `neighbours` are lowest and highest figures,
    `middle` the neighbours' quartiles. The scale takes in all that is given, and higher is always
    to the right. `words` say what the picture shows. Raises `ValueError` for fewer than two
    figures, or for a range that ends before it starts.
    """
    spans = [span for span in (everyone, neighbours, middle, interval) if span is not None]
    points = [point for point in (value, england, mean) if point is not None]
    if any(low > high for low, high in spans):
        raise ValueError("a range goes from its lower to its higher end")
    figures = [*points, *(end for span in spans for end in span)]
    if len(figures) < 2:
        raise ValueError("where a figure stands needs another figure")
    low, high = min(figures), max(figures)

    def place(figure: float) -> float:
        # Figures that are all alike stand in the middle. A share of the range is never more than
        # one, however narrow the range is.
        share = (figure - low) / (high - low) if high > low else 0.5
        return _EDGE + share * (WIDTH - 2 * _EDGE)

    def ends(span: Span) -> Span:
        start, end = sorted(map(place, span))
        return start, end

    drawn = [
        _bar(ends(everyone), 12, "#e6eaee", "#6b6b6b") if everyone else "",
        _bar(ends(neighbours), 8, "#bfbfbf") if neighbours else "",
        _bar(ends(middle), 8, "#6b6b6b") if middle else "",
        _england(place(england)) if england is not None else "",
        _mean(place(mean)) if mean is not None else "",
        _interval(ends(interval)) if interval else "",
        _area(place(value)) if value is not None else "",
    ]
    return Markup(
        '<svg class="spine" role="img" aria-label="{}" viewBox="0 0 {w} {h}" '
        'width="{w}" height="{h}">{}</svg>'
    ).format(words, Markup("".join(drawn)), w=WIDTH, h=HEIGHT)


def spine_key(*, everyone: bool) -> Markup:
    """Give a list of the marks that `spine` draws, each with its name.

    Without `everyone` the range of all authorities is left out.
    """
    items = [
        Markup(
            '<li><svg aria-hidden="true" viewBox="0 0 28 24" width="28" height="24">{}</svg>{}</li>'
        ).format(Markup(drawn()), words)
        for words, drawn in (_KEY if everyone else _KEY[1:])
    ]
    return Markup('<ul class="spine-key">{}</ul>').format(Markup("").join(items))


def _bar(span: Span, height: float, fill: str, outline: str = "") -> str:
    left, right = span
    # A range of one figure is still to be seen.
    width = max(right - left, 2)
    stroke = f' stroke="{outline}"' if outline else ""
    return (
        f'<rect x="{left:.4g}" y="{_BAR - height / 2:.4g}" width="{width:.4g}" height="{height:g}"'
        f' fill="{fill}"{stroke}/>'
    )


def _england(x: float) -> str:
    """Draw an upright line over the bars' full height and more, with a white rim."""
    line = f'<path d="M{x:.4g} 6V24" stroke='
    return f'{line}"#fff" stroke-width="4"/>{line}"#1a1a1a" stroke-width="2"/>'


def _mean(x: float) -> str:
    """Draw a triangle that stands on the bars and points at its figure."""
    return f'<path d="M{x:.4g} 11l-5-9h10z" fill="#801650" stroke="#fff"/>'


def _interval(span: Span) -> str:
    left, right = span
    line = f'<path d="M{left:.4g} {_BAR}H{right:.4g}" stroke='
    return f'{line}"#fff" stroke-width="4"/>{line}"#12436d" stroke-width="2"/>'


def _area(x: float) -> str:
    look = 'fill="#12436d" stroke="#fff" stroke-width="1.5"'
    return f'<circle cx="{x:.4g}" cy="{_BAR}" r="4.5" {look}/>'
