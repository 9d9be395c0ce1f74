"""An indicator, an area and a year in; every figure and measure of the comparison, a row each, out.

This is what an analyst asks for in one line; papers go by `standing`.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kscb_analysis.areas import Area
from kscb_analysis.intervals import Comparison
from kscb_analysis.measures import bounds, role_of
from kscb_analysis.periods import reporting_year
from kscb_analysis.standing import Standing, standing

if TYPE_CHECKING:
    from kscb_analysis.dataset import Dataset

CELLS = ["source_id", "source_table", "source_row", "source_column"]
COLUMNS = [
    "area_name", "role", "value", "lower_95", "upper_95", "lower_998", "upper_998", "words",
    "value_status", "method", *CELLS,
]  # fmt: skip


def comparison_table(
    data: "Dataset", indicator_id: str, area: Area, year: int, set_id: str | None = None
) -> pd.DataFrame:
    """Set an area beside every area that has a row for the year, then measure where it stands.

    Columns: area_name, role, value, lower_95, upper_95, lower_998, upper_998 (95 % and 99.8 %
    intervals, empty where no counts are known), words, value_status, method and the source cell.
    First come the figures as printed, highest first and markers last; their roles are area,
    neighbour, england and other, and `words` of England's row judge the area against it. Then come
    the computed rows: the neighbours' mean (whose `words` judge the area against it), median,
    lowest, highest, lower_quartile and upper_quartile; change and change_since_first; rank (with
    the band in `words`), trend and rating, each where it can be known, and the printed rank. The
    formulas and their sources are in docs/methods.md.
    """
    indicator = data.indicator(indicator_id)
    neighbours = data.neighbours(area, year, set_id)
    one = standing(data, indicator, area, year, neighbours)
    rows = data.figures(indicator_id)
    # What is counted every month or quarter stands at its newest period up to a year on.
    newest = reporting_year(data.year_of(indicator_id, year) or year)
    when = one.latest.period if one.latest else newest
    at = rows[
        (rows["time_period"] == when.time_period)
        & (rows["time_identifier"] == when.time_identifier)
    ].sort_values("value", ascending=False, kind="stable")
    members = neighbours.members if neighbours else ()
    lower, upper = bounds(at, indicator)
    widest = bounds(at, indicator, 0.998)
    printed = at.assign(
        role=[role_of(code, area, members) for code in at["area_code"]],
        lower_95=lower,
        upper_95=upper,
        lower_998=widest[0],
        upper_998=widest[1],
        words="",
        method=np.where(np.isfinite(lower), data.methods["interval"].short, "As printed"),
    )
    printed.loc[printed["role"] == "england", "words"] = _judged(one.against_england.verdict)
    computed = pd.DataFrame(_measures(data, one), columns=COLUMNS)
    made = pd.concat([printed[COLUMNS].astype(object), computed.astype(object)], ignore_index=True)
    numbers = dict.fromkeys(COLUMNS[2:7], "float64")
    return made.astype({**numbers, "source_row": "Int64", "source_column": "Int64"})


def _measures(data: "Dataset", one: Standing) -> list[dict[str, Any]]:
    """List what can be worked out, each with its method."""
    methods, rows = data.methods, []

    def add(role: str, value: float | None, method: str, words: str = "", name: str = "") -> None:
        if value is not None or words:
            named = name or one.area.name
            told = {"area_name": named, "role": role, "value": value, "words": words}
            rows.append({**told, "value_status": "published", "method": method})

    if (theirs := one.neighbours) is not None:
        name = f"Statistical neighbours ({theirs.known} of {one.neighbours_in_set})"
        missing = f"no figure for {', '.join(one.missing)}" if one.missing else ""
        judged = _judged(one.against_neighbours.verdict)
        told = "; ".join(filter(None, (judged, missing)))
        add("neighbour_mean", theirs.mean, methods["neighbours_mean"].short, told, name)
        spread = methods["neighbours_spread"]
        add("neighbour_median", theirs.median, spread.short, "", name)
        for role in ("lowest", "highest"):
            value = getattr(theirs, role)
            add(f"neighbour_{role}", value, f"{role.capitalize()} of the neighbours", "", name)
        for role in ("lower_quartile", "upper_quartile"):
            add(f"neighbour_{role}", getattr(theirs, role), spread.formula, "", name)
    short = methods["movement"].short
    add("change", one.change, short, str(one.direction) if one.change is not None else "")
    add("change_since_first", one.change_since_first, "Latest figure less the first comparable one")
    if one.place is not None:
        rank, of, band = one.place
        add("rank", rank, methods["rank"].short, f"of {of}, band {band}")
    if one.trend is not None and one.trend.known:
        add("trend", one.trend.slope, methods["trend"].short, str(one.trend.words))
    if one.computed_rating:
        add("rating", None, methods["rating"].short, one.computed_rating)
    if one.printed_rank is not None and one.printed_rank.known:
        told = f"band {one.printed_band}" if one.printed_band else ""
        add("printed_rank", one.printed_rank.value, "As printed", told)
    return rows


def _judged(verdict: Comparison) -> str:
    """Word a verdict: what goes beyond chance is clear."""
    clear = verdict not in (Comparison.SIMILAR, Comparison.NOT_COMPARED)
    return f"clearly {verdict}" if clear else str(verdict)
