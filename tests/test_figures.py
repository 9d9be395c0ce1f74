"""Figures on a page: run charts of what is counted each month, and places told by size."""

import math
from itertools import pairwise
from statistics import fmean
from typing import Any

import pandas as pd
import pytest
from made_up import figure, indicator, moved, parse, standing

from kscb_analysis import charts, figures
from kscb_analysis.catalogue import Indicator
from kscb_analysis.control import LEAST_POINTS, LIMIT_FACTOR
from kscb_analysis.periods import PeriodBasis, month
from kscb_analysis.standing import Standing
from kscb_analysis.vocabulary import Polarity

MONTHLY = indicator(
    "plans_rate",
    unit="rate per 10,000",
    polarity=Polarity.LOW_IS_GOOD,
    period_basis=PeriodBasis.POSITION_MONTH_END,
)


def months(*values: float, role: str = "area", skip: tuple[int, ...] = ()) -> pd.DataFrame:
    """Give the rows of a monthly series from April 2010, without the months to skip."""
    rows = []
    for at, value in enumerate(values):
        if at in skip:
            continue
        year, number = divmod(2010 * 12 + 3 + at, 12)
        period = month(year, number + 1)
        rows.append(
            {
                "label": "Kent" if role == "area" else role,
                "role": role,
                "period_label": period.label,
                "position": year + (number + 1 - 3) / 12,
                "value": value,
                "places": 1,
                "status": "published",
                "key": f"{role}|{at}",
                "place": "paper/table, row 2",
            }
        )
    return pd.DataFrame(rows)


def stands(*values: float) -> Standing:
    return standing(
        MONTHLY,
        latest=figure(values[-1], month(2011, 9), name=MONTHLY.indicator_id),
        previous=figure(values[0], month(2011, 3), name=MONTHLY.indicator_id),
    )


class Drawn(dict[str, Any]):
    """What the control chart was asked to draw, with the rows under "rows"."""


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    asked = Drawn()
    real = charts.control_chart

    def spy(rows: pd.DataFrame, **told: Any) -> Any:
        asked.update(told, rows=rows)
        return real(rows, **told)

    monkeypatch.setattr(charts, "control_chart", spy)
    return asked


@pytest.mark.parametrize(
    ("about", "roles", "is_run"),
    [
        (MONTHLY, ("area",), True),
        (MONTHLY, ("area", "target", "floor"), True),
        (MONTHLY, ("area", "england"), False),
        (MONTHLY, ("area", "neighbour"), False),
        (MONTHLY, ("area", "neighbour_mean"), False),
        (indicator(), ("area",), False),
    ],
)
def test_a_run_chart_is_of_months_with_nothing_of_other_areas(
    about: Indicator, roles: tuple[str, ...], is_run: bool
) -> None:
    lines = pd.concat([months(1.0, 2.0, role=role) for role in roles])
    assert figures.is_run_chart(standing(about), lines) is is_run


def test_few_months_have_a_middle_and_no_limits(drawn: Drawn) -> None:
    values = (40.0, 44.0, 41.0, 47.0, 52.0)
    page = parse(figures.run_figure(stands(*values), months(*values)))
    assert (drawn["centre"], drawn["centre_name"]) == (44.0, "Middle")
    assert "lower" not in drawn
    assert "upper" not in drawn
    assert drawn["outside"] == []
    subtitle = page.xpath("string(//*[@class='subtitle'])")
    assert "Run chart with its middle value, the median; 5 figures are too few" in subtitle
    assert "Apr 2010 to Aug 2010" in subtitle


def test_many_months_have_limits_and_what_lies_outside_is_marked(drawn: Drawn) -> None:
    values = [40.0, 42.0] * 9 + [90.0]
    lines = months(*values)
    figures.run_figure(stands(*values), lines)
    steps = [abs(later - earlier) for earlier, later in pairwise(values)]
    # The leap to 90 is far above 3.267 average ranges, and is left out once.
    average = fmean(step for step in steps if step <= 3.267 * fmean(steps))
    assert average == 2.0
    assert drawn["centre_name"] == "Mean"
    assert drawn["centre"] == pytest.approx(fmean(values))
    assert drawn["upper"] == pytest.approx(fmean(values) + LIMIT_FACTOR * average)
    assert drawn["lower"] == pytest.approx(fmean(values) - LIMIT_FACTOR * average)
    outside = [
        place
        for place, value in zip(lines["position"], values, strict=True)
        if not drawn["lower"] <= value <= drawn["upper"]
    ]
    assert drawn["outside"] == outside
    assert lines["position"].iloc[-1] in outside


def test_no_range_is_taken_across_a_month_that_is_missing(drawn: Drawn) -> None:
    values = [40.0, 41.0] * 8
    values[8:] = [value + 30.0 for value in values[8:]]
    lines = months(*values[:8], 0.0, *values[8:], skip=(8,))
    assert len(lines) == 16 >= LEAST_POINTS
    figures.run_figure(stands(*values), lines)
    assert drawn["upper"] - drawn["centre"] == pytest.approx(LIMIT_FACTOR * 1.0)


def test_limits_of_what_is_never_below_nought_stop_there(drawn: Drawn) -> None:
    values = [0.0, 9.0] * 8
    figures.run_figure(stands(*values), months(*values))
    assert drawn["lower"] == 0.0


def test_a_target_is_drawn_where_every_month_has_one(drawn: Drawn) -> None:
    values = (40.0, 44.0, 41.0)
    whole = months(39.0, 39.0, 39.0, role="target")
    figures.run_figure(stands(*values), pd.concat([months(*values), whole]))
    assert drawn["target"] == [39.0, 39.0, 39.0]
    figures.run_figure(stands(*values), pd.concat([months(*values), whole.iloc[1:]]))
    assert drawn["target"] is None


def test_a_run_chart_is_told_in_words() -> None:
    values = (40.0, 44.0, 41.0, 47.0, 45.0)
    page = parse(figures.run_figure(stands(*values), months(*values)))
    assert page.xpath("//figure/@id") == ["figure-plans-rate-run"]
    text = figures.run_alt(stands(*values), months(*values), "Run chart.")
    assert text == (
        "Line chart of short plans_rate, rate per 10,000 children. Kent: 40.0 in Apr 2010, 45.0 "
        "in Aug 2010; highest 47.0 in Jul 2010, lowest 40.0 in Apr 2010. Run chart. "
        f"{figures.IN_THE_TABLE}"
    )


# ------------------------------------------------------------------------------- ranked charts


def bars(kent: float, *theirs: float, role: str = "neighbour", low: bool = False) -> pd.DataFrame:
    """Give bars best first, highest first unless low is good."""
    rows = [("Kent", "area", kent)] + [(f"N {at}", role, one) for at, one in enumerate(theirs)]
    made = pd.DataFrame(rows, columns=["label", "role", "value"])
    return made.assign(lower=math.nan, upper=math.nan, places=1, place="").sort_values(
        "value", ascending=low, ignore_index=True
    )


def title(made: pd.DataFrame, polarity: Polarity) -> str:
    one = moved(50.0, 49.0, indicator(polarity=polarity))
    page = parse(figures.ranked_figure(one, made, 2011))
    return " ".join(page.xpath("string(//*[@class='headline'])").split())


TEN = [float(value) for value in range(10, 110, 10)]


@pytest.mark.parametrize(
    ("kent", "said"),
    [
        (105.0, "highest of 11"),
        (95.0, "2nd highest of 11"),
        (85.0, "3rd highest of 11"),
        (55.0, "6th highest of 11"),
        (45.0, "5th lowest of 11"),
        (25.0, "3rd lowest of 11"),
        (5.0, "lowest of 11"),
    ],
)
@pytest.mark.parametrize(
    "polarity", [Polarity.HIGH_IS_GOOD, Polarity.LOW_IS_GOOD, Polarity.NO_JUDGEMENT]
)
def test_a_place_is_counted_from_the_nearer_end_by_size(
    kent: float, said: str, polarity: Polarity
) -> None:
    made = bars(kent, *TEN, low=polarity.sign < 0)
    assert title(made, polarity) == f"Kent is {said} with its neighbours, 2011"


def test_others_in_england_are_no_field_for_a_place_among_neighbours() -> None:
    made = pd.concat([bars(25.0, 30.0, 20.0), bars(99.0, 1.0, role="other").iloc[1:]])
    made = made.sort_values("value", ascending=False, ignore_index=True)
    assert (
        title(made, Polarity.HIGH_IS_GOOD) == "Kent is 2nd highest of 3 with its neighbours, 2011"
    )
    alone = bars(25.0, 30.0, 20.0, 10.0, role="other")
    assert title(alone, Polarity.HIGH_IS_GOOD) == "Kent is 2nd highest of 4 of those printed, 2011"


def test_the_words_of_a_ranked_chart_have_the_decimals_of_their_tables() -> None:
    made = bars(50.0, 60.0, 40.0).assign(places=[0, 0, 1])
    page = parse(figures.ranked_figure(moved(50.0, 49.0), made, 2011))
    alt = page.xpath("string(//*[local-name()='svg']/@aria-label)") or page.text_content()
    assert "Kent at 50 stands 2nd of 3; first is N 0 at 60, last N 1 at 40.0" in alt
