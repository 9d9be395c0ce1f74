"""Figures of many authorities in; ranks, quartile bands and the middle of the neighbours out.

Every series holds one figure for each authority, under its area code; NaN is no figure. England,
regions and printed averages are no authorities: the caller leaves them out.
"""

from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

import numpy as np
import pandas as pd

from kscb_analysis.vocabulary import Polarity

LEAST_RANKED = 100
"""Authorities with a figure that there must be before one is given a rank or a band: of fewer
than about two in three the place among them would say more about who answered."""

BEST_FIRST = "ABCD"


class Quartiles(NamedTuple):
    """The three figures that cut the authorities into four, all NaN where none has a figure."""

    lower: float
    median: float
    upper: float


class Place(NamedTuple):
    """The rank of one authority, among how many, and its quartile band."""

    rank: int
    of: int
    band: str


class Neighbours(NamedTuple):
    """The figures of a neighbour set in brief; `missing` are the members without a figure."""

    mean: float
    median: float
    lowest: float
    highest: float
    lower_quartile: float
    upper_quartile: float
    known: int
    missing: tuple[str, ...]


def ranks(values: pd.Series, polarity: Polarity) -> pd.Series:
    """Rank the authorities, 1 the best; those that tie share the smallest rank.

    Whole numbers; <NA> without a figure, and for all of them when polarity decides no order.
    """
    figures = _figures(values)
    if polarity.sign == 0:
        return pd.Series(pd.NA, index=values.index, dtype="Int64")
    return figures.rank(method="min", ascending=polarity.sign < 0).astype("Int64")


def quartiles(values: pd.Series) -> Quartiles:
    """Cut the known figures into four by linear interpolation (type 7 of R, numpy's own).

    >>> quartiles(pd.Series([1.0, 2.0, 3.0, 4.0, 9.0]))
    Quartiles(lower=2.0, median=3.0, upper=4.0)
    """
    known = _figures(values).dropna()
    if known.empty:
        return Quartiles(np.nan, np.nan, np.nan)
    lower, median, upper = np.quantile(known, [0.25, 0.5, 0.75])
    return Quartiles(float(lower), float(median), float(upper))


def bands(values: pd.Series, polarity: Polarity) -> pd.Series:
    """Give each authority the letter of its quarter, A the best; missing like `ranks`.

    A figure that equals a quartile belongs to the quarter below it whichever way is better, so
    where many figures are the same a letter may have no authority at all.
    """
    known = _figures(values).dropna()
    if polarity.sign == 0:
        known = known.iloc[:0]
    quarter = np.searchsorted(quartiles(known), known, side="left")
    upwards = BEST_FIRST if polarity.sign < 0 else BEST_FIRST[::-1]
    letters = pd.Series([upwards[one] for one in quarter], index=known.index, dtype="str")
    return letters.reindex(values.index)


def place(
    values: pd.Series, key: str, polarity: Polarity, least: int = LEAST_RANKED
) -> Place | None:
    """Give one authority's rank and band, or None where they would say nothing.

    That is without polarity, without a figure of its own, or with fewer than `least` figures.
    """
    figures = _figures(values)
    known = int(figures.notna().sum())
    if polarity.sign == 0 or known < least or pd.isna(figures.get(key, np.nan)):
        return None
    rank = ranks(figures, polarity)[key]
    return Place(int(rank), known, str(bands(figures, polarity)[key]))


def neighbours(values: pd.Series, members: Sequence[str], own: str) -> Neighbours | None:
    """Put the figures of a neighbour set in brief, or give None when no member has one.

    The authority itself is left out even where the set lists it. A member without a figure is
    named, and counts for nothing in the rest.
    """
    listed = [member for member in dict.fromkeys(members) if member != own]
    theirs = _figures(values).reindex(listed)
    known = theirs.dropna()
    if known.empty:
        return None
    cuts = quartiles(known)
    return Neighbours(
        # A half must round the same way whoever adds up.
        mean=round(fmean(known), 9),
        median=cuts.median,
        lowest=float(known.min()),
        highest=float(known.max()),
        lower_quartile=cuts.lower,
        upper_quartile=cuts.upper,
        known=len(known),
        missing=tuple(member for member in listed if pd.isna(theirs[member])),
    )


def _figures(values: pd.Series) -> pd.Series:
    """Turn any column of figures into floats; `ValueError` when an authority has two."""
    if not values.index.is_unique:
        twice = sorted({str(key) for key in values.index[values.index.duplicated()]})
        raise ValueError(f"More than one figure is given for {', '.join(twice)}.")
    return pd.Series(values.to_numpy(dtype=float, na_value=np.nan), index=values.index)
