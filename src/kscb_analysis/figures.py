"""The rows behind a chart in; the figure with its words, and the data folded under it, out."""

import pandas as pd
from markupsafe import Markup

from kscb_analysis import charts, tables
from kscb_analysis.catalogue import Indicator
from kscb_analysis.compare import Standing
from kscb_analysis.markup import amount, csv_link, details, join
from kscb_analysis.sentences import headline
from kscb_analysis.svg import to_svg

IN_THE_TABLE = "The figures are in the table that follows."


def trend_figure(one: Standing, lines: pd.DataFrame, breaks: list[tuple[float, str]]) -> Markup:
    """Draw an indicator over time, with a headline that says what happened."""
    indicator = one.indicator
    # A nation's count would flatten every authority's; it stands in the table.
    shown = lines[lines["role"] != "england"] if indicator.is_count else lines
    figure = charts.trend_chart(
        shown, unit=_unit(indicator), decimals=indicator.decimals, breaks=breaks
    )
    first, last = span(lines)
    pale = "; each pale line is one statistical neighbour"
    subtitle = f"{_measure(indicator)}, {first} to {last}" + (
        pale if (lines["role"] == "neighbour").any() else ""
    )
    name = name_of(indicator, "trend")
    svg = to_svg(figure, alt=trend_alt(one, shown), id_prefix=name)
    return _figure(name, headline(one), subtitle, svg)


def trend_alt(one: Standing, lines: pd.DataFrame) -> str:
    """Say in words what a trend chart shows, from its own rows."""
    indicator = one.indicator
    own = lines[(lines["role"] == "area") & lines["value"].notna()].sort_values("position")
    by_value = own.sort_values("value", kind="stable")

    def told(row: "pd.Series[float]") -> str:
        return f"{amount(float(row['value']), indicator, suffix=False)} in {row['period_label']}"

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
            text += (
                f" In {end['period_label']} {label} is "
                f"{amount(float(end['value']), indicator, suffix=False)}."
            )
    return f"{text} {IN_THE_TABLE}"


def trend_details(one: Standing, lines: pd.DataFrame) -> Markup:
    """Fold the table and the CSV behind a trend chart."""
    indicator = one.indicator
    name = name_of(indicator, "trend-data")
    first, last = span(lines)
    step = "year" if indicator.period_basis.is_yearly else "period"
    caption = f"{indicator.short_title}, {first} to {last}"
    return details(
        f"Data: {indicator.short_title} by {step}",
        join(
            [
                tables.trend_table(lines, indicator, caption, name),
                csv_link(tables.trend_rows(lines), name, "the trend"),
            ]
        ),
    )


def ranked_figure(one: Standing, bars: pd.DataFrame, year: int) -> Markup:
    """Draw the authorities of a year in order, with the area's place among its neighbours."""
    indicator, area = one.indicator, one.area.name
    figure = charts.ranked_chart(bars, unit=_unit(indicator), decimals=indicator.decimals)
    judged = indicator.polarity.sign
    order = "from lowest to highest" if judged < 0 else "from highest to lowest"
    order += ", best first" if judged else ", neither being better"
    shown = authorities(bars)
    # A place among the best and worst three in England says nothing: neighbours are the field.
    field = shown[shown["role"].isin(["area", "neighbour"])]
    among = "with its neighbours" if len(field) > 1 else "of those printed"
    field = field if len(field) > 1 else shown
    rank = _place_of_area(field)
    title = Markup("{} is {}{} of {} {}, {}").format(
        area,
        f"{_ordinal(rank)} " if rank > 1 else "",
        "best" if judged else "highest",
        len(field),
        among,
        year,
    )

    def told(row: "pd.Series[float]") -> str:
        return amount(float(row["value"]), indicator, suffix=False)

    place = _place_of_area(shown)
    top, here, bottom = shown.iloc[0], shown.iloc[place - 1], shown.iloc[-1]
    alt = (
        f"Bar chart of {indicator.short_title.lower()} in {year}, {order}: {area} at {told(here)} "
        f"stands {_ordinal(place)} of {len(shown)}; first is {top['label']} at {told(top)}, "
        f"last {bottom['label']} at {told(bottom)}. {IN_THE_TABLE}"
    )
    name = name_of(indicator, "ranked")
    svg = to_svg(figure, alt=alt, id_prefix=name)
    return _figure(name, title, f"{_measure(indicator)}, {order}", svg)


def ranked_details(one: Standing, bars: pd.DataFrame, year: int) -> Markup:
    """Fold the table and the CSV behind a ranked chart."""
    indicator = one.indicator
    name = name_of(indicator, "ranked-data")
    caption = f"{indicator.short_title}, authorities in order, {year}"
    return details(
        f"Data: {indicator.short_title}, authorities in order",
        join(
            [
                tables.ranked_table(bars, indicator, caption, name),
                csv_link(tables.ranked_rows(bars), name, "the order"),
            ]
        ),
    )


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


def _ordinal(place: int) -> str:
    """Write a place in an order.

    >>> [_ordinal(place) for place in (1, 2, 3, 11, 22)]
    ['1st', '2nd', '3rd', '11th', '22nd']
    """
    teen = 10 < place % 100 < 20
    return f"{place}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(place % 10, 'th')}"
