"""One printed cell in, a number or the reason why there is none out."""

import re

from kscb_analysis.vocabulary import ValueStatus

_DIGITS = r"((?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?)"
# The m or million after a sum of money is the unit, which the catalogue has; it scales nothing.
NUMBER = re.compile(rf"([+-]?)(?:{_DIGITS}%?|£{_DIGITS}(?:m| million)?)")

# "-" is not here: some papers print it for zero, so each table's sidecar says what it means.
MARKERS = {
    "c": ValueStatus.SUPPRESSED,
    "*": ValueStatus.SUPPRESSED,
    "x": ValueStatus.NOT_AVAILABLE,
    "..": ValueStatus.NOT_AVAILABLE,
    ":": ValueStatus.NOT_AVAILABLE,
    "z": ValueStatus.NOT_APPLICABLE,
    "n/a": ValueStatus.NOT_APPLICABLE,
    "N/A": ValueStatus.NOT_APPLICABLE,
    "low": ValueStatus.ROUNDS_TO_ZERO,
    "k": ValueStatus.ROUNDS_TO_ZERO,
    "~": ValueStatus.ROUNDS_TO_ZERO,
    "u": ValueStatus.LOW_RELIABILITY,
    "To be confirmed": ValueStatus.AWAITED,
}


def read_cell(
    text: str, markers: dict[str, ValueStatus] | None = None
) -> tuple[float | None, ValueStatus]:
    """Read a printed cell as (number, "published") or (None, reason).

    `markers` are the table's own marks; they go before the standard ones. Raises `ValueError`
    for text that is neither a number nor a known mark, so that a person decides what it means.
    Sums of money are read in the unit they are printed in: £2.3m is 2.3.

    >>> read_cell("1,695")
    (1695.0, <ValueStatus.PUBLISHED: 'published'>)
    >>> read_cell("-£0.450m")
    (-0.45, <ValueStatus.PUBLISHED: 'published'>)
    >>> read_cell("c")
    (None, <ValueStatus.SUPPRESSED: 'suppressed'>)
    """
    printed = text.strip()
    known = {**MARKERS, **(markers or {})}
    if printed in known:
        return None, known[printed]
    if found := NUMBER.fullmatch(printed):
        sign, figure, sum_of_money = found.groups()
        return float(sign + (figure or sum_of_money).replace(",", "")), ValueStatus.PUBLISHED
    raise ValueError(f"{text!r} is neither a number nor a known marker")
