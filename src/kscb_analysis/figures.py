"""The rows behind a chart in; the figure with its words, and the data folded under it, out."""

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from kscb_analysis import charts, tables
from kscb_analysis.catalogue import Indicator
from kscb_analysis.control import Limits, Run, xmr
from kscb_analysis.dataset import MOST_YEARS_LATE
from kscb_analysis.files import file_name
from kscb_analysis.markup import amount, csv_link, details, join, ordinal
from kscb_analysis.sentences import headline
from kscb_analysis.standing import Standing
from kscb_analysis.svg import to_svg

IN_THE_TABLE = "The figures are in the table that follows."


def trend_figure(
    one: Standing,
    lines: pd.DataFrame,
    breaks: list[tuple[float, str]],
    ratings: dict[float, str] | None = None,
    neighbours_since: int | None = None,
) -> Markup:
    """Draw an indicator over time, with a headline that says what happened.

    `ratings` are printed ratings by position; `neighbours_since` is the first year whose mean is
    over the neighbours that are drawn, where an earlier year has others.
    """
    indicator = one.indicator
    shown = _drawn(lines, indicator)
    figure = charts.trend_chart(
        shown, unit=_unit(indicator), decimals=indicator.decimals, breaks=breaks, ratings=ratings
    )
    first, last = span(shown)
    pale = "; each pale line is one statistical neighbour"
    subtitle = f"{_measure(indicator)}, {first} to {last}" + (
        pale if (lines["role"] == "neighbour").any() else ""
    )
    means = shown[(shown["role"] == "neighbour_mean") & shown["value"].notna()]
    if neighbours_since and (np.ceil(means["position"]) < neighbours_since).any():
        subtitle += f"; before {neighbours_since} the mean is over the neighbours of then"
    name = name_of(indicator, "trend")
    svg = to_svg(figure, alt=trend_alt(one, shown), id_prefix=name)
    return _figure(name, headline(one), subtitle, svg)


def is_run_chart(one: Standing, lines: pd.DataFrame) -> bool:
    """Say whether a series is drawn as a run or control chart.

    That is one counted every month or quarter, with nothing of other areas to draw beside it.
    """
    own = {"area", "target", "floor"}
    return not one.indicator.period_basis.is_yearly and set(lines["role"]) <= own


def run_figure(one: Standing, lines: pd.DataFrame) -> Markup:
    """Draw a monthly or quarterly series with its mean and limits, or with its median alone."""
    indicator = one.indicator
    own = lines[lines["role"] == "area"].sort_values("position")
    known = own[own["value"].notna()]
    found = xmr(_with_gaps(own), floor_at_zero=bool((known["value"] >= 0).all()))
    aims = lines[lines["role"] == "target"].set_index("position")["value"]
    target = aims.reindex(own["position"])
    said, limits, centre_name = _limits(found)
    figure = charts.control_chart(
        own,
        unit=_unit(indicator),
        decimals=indicator.decimals,
        **limits,
        outside=_outside(known, found),
        name=one.area.name,
        centre_name=centre_name,
        # A target that is not printed for every period stands in the table alone.
        target=None if target.isna().any() else target.tolist(),
    )
    first, last = span(own)
    name = name_of(indicator, "run")
    svg = to_svg(figure, alt=run_alt(one, known, said), id_prefix=name)
    return _figure(name, headline(one), f"{_measure(indicator)}, {first} to {last}. {said}", svg)


def run_alt(one: Standing, known: pd.DataFrame, said: str) -> str:
    """Say in words what a run or control chart shows, from its own rows."""
    indicator = one.indicator
    by_value = known.sort_values("value", kind="stable")

    def told(row: "pd.Series[float]") -> str:
        return f"{_shown(row, indicator)} in {row['period_label']}"

    return (
        f"Line chart of {indicator.short_title.lower()}, {tables.unit_words(indicator)}. "
        f"{one.area.name}: {told(known.iloc[0])}, {told(known.iloc[-1])}; highest "
        f"{told(by_value.iloc[-1])}, lowest {told(by_value.iloc[0])}. {said} {IN_THE_TABLE}"
    )


def _with_gaps(own: pd.DataFrame) -> list[float]:
    """Give the values in order, with NaN for each period that the series leaves out."""
    places = own["position"].to_numpy(float)
    steps = np.diff(places)
    if not len(steps):
        return own["value"].tolist()
    slots = np.rint((places - places[0]) / steps.min()).astype(int)
    values = np.full(slots[-1] + 1, np.nan)
    values[slots] = own["value"].to_numpy(float)
    return [float(value) for value in values]


def _limits(found: Limits | Run) -> tuple[str, dict[str, Any], str]:
    if isinstance(found, Run):
        said = f"Run chart with its middle value, the median; {found.reason}."
        return said, {"centre": found.median}, "Middle"
    said = "Control chart with the mean and the limits of ordinary variation."
    limits = {"centre": found.mean, "lower": found.lower, "upper": found.upper}
    return said, limits, "Mean"


def _outside(known: pd.DataFrame, found: Limits | Run) -> list[float]:
    """Give the positions of the points outside the limits."""
    if isinstance(found, Run):
        return []
    low, high = found.lower, found.upper
    return known.loc[(known["value"] < low) | (known["value"] > high), "position"].tolist()


def _drawn(lines: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Leave out what only the table shows.

    That is authorities which are no neighbours, a nation's count, which would flatten every
    authority's, and aims that ended long before the last figure.
    """
    left_out = ["other", "england"] if indicator.is_count else ["other"]
    aims = lines[lines["role"].isin(["target", "floor"])]
    # Named at the end of its line, an aim of years ago would pass for the present one.
    if aims["position"].max() < lines["position"].max() - MOST_YEARS_LATE:
        left_out += ["target", "floor"]
    return lines[~lines["role"].isin(left_out)]


def trend_alt(one: Standing, lines: pd.DataFrame) -> str:
    """Say in words what a trend chart shows, from its own rows."""
    indicator = one.indicator
    own = lines[(lines["role"] == "area") & lines["value"].notna()].sort_values("position")
    by_value = own.sort_values("value", kind="stable")

    def told(row: "pd.Series[float]") -> str:
        return f"{_shown(row, indicator)} in {row['period_label']}"

    text = (
        f"Line chart of {indicator.short_title.lower()}, {tables.unit_words(indicator)}. "
        f"{one.area.name}: {told(own.iloc[0])}, {told(own.iloc[-1])}; "
        f"highest {told(by_value.iloc[-1])}, lowest {told(by_value.iloc[0])}."
    )
    names = {"neighbour_mean": "the neighbours’ mean", "england": "England", "target": "the target"}
    for role, label in names.items():
        line = lines[(lines["role"] == role) & lines["value"].notna()].sort_values("position")
        if not line.empty:
            end = line.iloc[-1]
            text += f" In {end['period_label']} {label} is {_shown(end, indicator)}."
    return f"{text} {IN_THE_TABLE}"


def details_of(one: Standing, lines: pd.DataFrame) -> Markup:
    """Fold the table and the CSV behind an indicator's charts."""
    indicator = one.indicator
    name = name_of(indicator, "data")
    first, last = span(lines)
    step = "year" if indicator.period_basis.is_yearly else "period"
    caption = f"{indicator.short_title}, {first} to {last}"
    return details(
        f"Data: {indicator.short_title} by {step}",
        join(
            [
                tables.trend_table(lines, indicator, caption, name),
                csv_link(
                    tables.trend_rows(lines), file_name(one.area.name, caption), "the figures"
                ),
            ]
        ),
    )


def ranked_figure(
    one: Standing,
    bars: pd.DataFrame,
    year: int,
    shade: tuple[float, float, str] | None = None,
) -> Markup:
    """Draw the authorities of a year in order, with the area's place among its neighbours.

    `shade` is a band behind the bars: from, to, and what it is.
    """
    indicator, area = one.indicator, one.area.name
    figure = charts.ranked_chart(
        bars,
        unit=_unit(indicator),
        decimals=indicator.decimals,
        others="Highest and lowest printed",
        shade=shade,
    )
    judged = indicator.polarity.sign
    order = "from lowest to highest" if judged < 0 else "from highest to lowest"
    order += ", best first" if judged else ", neither being better"
    shown = authorities(bars)
    # A place among the best and worst three in England says nothing: neighbours are the field.
    field = shown[shown["role"].isin(["area", "neighbour"])]
    among = "with its neighbours" if len(field) > 1 else "of those printed"
    field = field if len(field) > 1 else shown
    rank = _place_of_area(field)
    # Counted from the nearer end, and by size: "6th best of 11" would sound like praise.
    from_top = rank if judged >= 0 else len(field) + 1 - rank
    nearer = min(from_top, len(field) + 1 - from_top)
    title = Markup("{} is {}{} of {} {}, {}").format(
        area,
        f"{ordinal(nearer)} " if nearer > 1 else "",
        "highest" if nearer == from_top else "lowest",
        len(field),
        among,
        year,
    )

    place = _place_of_area(shown)
    top, here, bottom = shown.iloc[0], shown.iloc[place - 1], shown.iloc[-1]
    alt = (
        f"Bar chart of {indicator.short_title.lower()} in {year}, {order}: {area} at "
        f"{_shown(here, indicator)} stands {ordinal(place)} of {len(shown)}; first is "
        f"{top['label']} at {_shown(top, indicator)}, last {bottom['label']} at "
        f"{_shown(bottom, indicator)}. {IN_THE_TABLE}"
    )
    name = name_of(indicator, "ranked")
    svg = to_svg(figure, alt=alt, id_prefix=name)
    return _figure(name, title, f"{_measure(indicator)}, {order}", svg)


def _shown(row: "pd.Series[Any]", indicator: Indicator) -> str:
    """Write the value of a chart's row as its table shows it."""
    return amount(float(row["value"]), indicator, suffix=False, places=int(row["places"]))


def authorities(bars: pd.DataFrame) -> pd.DataFrame:
    """Give the bars that are authorities: no mean, no nation."""
    return bars[~bars["role"].isin(["england", "neighbour_mean"])].reset_index(drop=True)


def span(lines: pd.DataFrame) -> tuple[str, str]:
    """Give the first and last period of a chart's rows, as labels."""
    ordered = lines.sort_values("position")["period_label"]
    return ordered.iloc[0], ordered.iloc[-1]


def name_of(indicator: Indicator, what: str) -> str:
    """Name a part of an indicator's section: its id on the page, and its CSV's file name."""
    return f"{tables.anchor(indicator)}-{what}"


def _figure(name: str, title: object, subtitle: object, svg: str) -> Markup:
    return Markup(
        '<figure class="chart" id="figure-{}"><figcaption><span class="headline">{}</span> '
        '<span class="subtitle">{}</span></figcaption>{}</figure>'
    ).format(name, title, subtitle, Markup(svg))


def _unit(indicator: Indicator) -> str:
    return "percent" if indicator.unit == "percent" else tables.unit_words(indicator)


def _measure(indicator: Indicator) -> str:
    words = "percentage" if indicator.unit == "percent" else tables.unit_words(indicator)
    return words[:1].upper() + words[1:]


def _place_of_area(rows: pd.DataFrame) -> int:
    return rows["role"].tolist().index("area") + 1
