"""A few words in; indicators, figures, standings and pages for tests to ask questions of out."""

from dataclasses import fields, replace
from datetime import date
from statistics import fmean, quantiles
from typing import Any

from lxml import html
from markupsafe import Markup

from kscb_analysis.areas import Area
from kscb_analysis.catalogue import Break, Indicator
from kscb_analysis.intervals import Against, Comparison
from kscb_analysis.measures import Figure, key_of
from kscb_analysis.periods import Period, PeriodBasis, reporting_year
from kscb_analysis.ranks import Neighbours
from kscb_analysis.standing import Standing
from kscb_analysis.vocabulary import GeographicLevel, Polarity

NOT_COMPARED = Against(Comparison.NOT_COMPARED, None, "made up")
HOSTILE = """<script>alert("x")</script> & 'quoted' "twice" </table>"""
KENT = Area("E10000016", "886", "Kent", GeographicLevel.LOCAL_AUTHORITY)


def indicator(name: str = "assessments_pct", **changes: Any) -> Indicator:
    """Give an indicator of percentages, high ones good, with some things changed."""
    told: dict[str, Any] = {
        "indicator_id": name,
        "title": f"Title of {name}",
        "short_title": f"Short {name}",
        "subject": f"The share of {name}",
        "definition": "What it means.",
        "numerator": "",
        "denominator": "",
        "unit": "percent",
        "decimals": 1,
        "polarity": Polarity.HIGH_IS_GOOD,
        "polarity_reason": "A reason.",
        "period_basis": PeriodBasis.YEAR,
        "plausible": (0.0, 100.0),
        "plausible_england": (0.0, 100.0),
        "section": "section",
        "topic": "topic",
        "feeds": (),
        "breaks": (),
        "notes": (),
        "numerator_indicator": None,
        "denominator_indicator": None,
    }
    return Indicator(**{**told, **changes})


def count(name: str = "children_number", **changes: Any) -> Indicator:
    """Give an indicator that counts children in a year, few of them being good."""
    told = {"unit": "children", "decimals": 0, "polarity": Polarity.LOW_IS_GOOD}
    return indicator(name, **{**told, **changes})


def broken(day: date) -> tuple[Break, ...]:
    """Give a break in series from a day on."""
    return (Break(day, "Counted in another way."),)


def figure(
    value: float | None,
    period: Period | int = 2011,
    what: str = "value",
    *,
    name: str = "assessments_pct",
    status: str = "",
    cell: str = "table, row 2, column 3",
) -> Figure:
    """Give a figure of Kent's, or with None a marker."""
    when = reporting_year(period) if isinstance(period, int) else period
    known = "published" if value is not None else "not_available"
    return Figure(key_of(name, KENT.code, when, what), when, value, status or known, "paper", cell)


def standing(about: Indicator | None = None, **changes: Any) -> Standing:
    """Give a standing of Kent's about which nothing is known but what is told here."""
    told: dict[str, Any] = {one.name: None for one in fields(Standing)}
    told |= {"indicator": about or indicator(), "area": KENT, "sources": ()}
    told |= dict.fromkeys(("rating", "previous_rating", "printed_direction", "printed_band"), "")
    told |= {"neighbours_in_set": 0, "missing": ()}
    told |= dict.fromkeys(("against_neighbours", "against_england"), NOT_COMPARED)
    assert set(changes) <= set(told), "no such part of a standing"
    return Standing(**{**told, **changes})


def neighbours(*values: float, missing: int = 0) -> Neighbours:
    """Give the neighbours' figures in brief."""
    ordered = sorted(values)
    low, middle, high = quantiles(ordered, n=4, method="inclusive") if values[1:] else values * 3
    gone = tuple(f"missing {at}" for at in range(missing))
    lowest, highest = ordered[0], ordered[-1]
    return Neighbours(fmean(ordered), middle, lowest, highest, low, high, len(ordered), gone)


def moved(now: float, before: float, about: Indicator | None = None, **more: Any) -> Standing:
    """Give a standing with a figure for 2011 and one for 2010."""
    about = about or indicator()
    name = about.indicator_id
    years = {"latest": figure(now, name=name), "previous": figure(before, 2010, name=name)}
    return standing(about, **{**years, **more})


def parse(*parts: object) -> Any:
    """Read pieces of HTML as a page."""
    return html.document_fromstring(f"<body>{Markup().join(Markup(str(one)) for one in parts)}")


def words(*parts: object) -> str:
    """Give the words of pieces of HTML, as a reader meets them."""
    return " ".join(parse(*parts).text_content().split())


def tied(page: Any) -> dict[str, set[str]]:
    """Give what table cells show for each figure that they name."""
    shown: dict[str, set[str]] = {}
    for cell in page.xpath("//td[@data-row]"):
        shown.setdefault(cell.get("data-row"), set()).add(" ".join(cell.text_content().split()))
    return shown


def untied(page: Any) -> list[str]:
    """List the numbers in a page's sentences that no table cell of it shows."""
    cells = tied(page)
    return [
        f"{one.text_content()} ({one.get('data-row')}), cells: {cells.get(one.get('data-row'))}"
        for one in page.xpath("//data[@data-row]")
        if not any(
            shown.partition(" ")[0].rstrip("%") == one.text_content().rstrip("%")
            for shown in cells.get(one.get("data-row"), ())
        )
    ]


def counted(
    count: float, of: float, about: Indicator | None = None, period: Period | int = 2011
) -> Figure:
    """Give a figure of Kent's that is made of two counts, printed as the indicator prints it."""
    about = about or indicator()
    value = round((about.per or 1) * count / of, about.decimals)
    made = figure(value, period, name=about.indicator_id)
    return replace(made, numerator=count, denominator=of)
