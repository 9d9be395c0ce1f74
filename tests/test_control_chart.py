"""Control charts: points, a centre and limits, and what lies outside told without colour."""

import itertools

import numpy as np
import pandas as pd
import pytest
from drawn_charts import (
    NONE,
    assert_legible,
    contrast_with_white,
    drawn_line,
    outlined,
    said,
    words,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from kscb_analysis import charts
from kscb_analysis.charts import control_chart
from kscb_analysis.svg import to_svg

VALUES = [42.0, 38.0, 45.0, 40.0, 77.0, 41.0, 39.0, 15.0, 44.0, 43.0]


def months(values: list[float], leave_out: tuple[int, ...] = ()) -> pd.DataFrame:
    kept = [i for i in range(len(values)) if i not in leave_out]
    return pd.DataFrame(
        {
            "period_label": [f"Month {i}" for i in kept],
            "position": [i / 12 for i in kept],
            "value": [values[i] for i in kept],
        }
    )


def control(values: list[float], centre: float = 42.0, **options) -> Figure:
    return control_chart(months(values), unit="cases", decimals=0, centre=centre, **options)


def joined(figure: Figure, name: str = "Latest") -> int:
    """Count the strokes between two points."""
    _, ys = drawn_line(figure, name).get_data()
    return sum(np.isfinite(pair).all() for pair in itertools.pairwise(ys))


def test_centre_and_limits_are_named_with_their_values():
    figure = control(VALUES, lower=20.0, upper=64.0)
    for words_at_the_end in ("Latest 43", "Mean 42", "Upper limit 64", "Lower limit 20"):
        assert words_at_the_end in said(figure)
    assert drawn_line(figure, "Upper limit").is_dashed()
    assert not drawn_line(figure, "Mean").is_dashed()
    assert set(drawn_line(figure, "Upper limit").get_ydata()) == {64.0}


def test_without_limits_it_is_a_run_chart():
    figure = control(VALUES, centre=41.5, centre_name="Median", name="Kent")
    assert "Median 42" in said(figure)
    assert "Kent 43" in said(figure)
    assert "limit" not in said(figure)
    assert outlined(figure) == []


def test_limits_that_change_are_steps():
    figure = control(VALUES, upper=[60.0] * 5 + [70.0] * 5)
    xs, ys = drawn_line(figure, "Upper limit").get_data()
    steps = {x for x, y in zip(xs, ys, strict=True) if y == 60}
    assert max(steps) == pytest.approx(4.5 / 12)
    assert "Upper limit 70" in said(figure)


def test_rows_may_come_in_any_order():
    table = months(VALUES).assign(high=[60.0] * 5 + [70.0] * 5).iloc[::-1]
    figure = control_chart(
        table, unit="cases", decimals=0, centre=42.0, upper=table["high"].tolist()
    )
    xs, ys = drawn_line(figure, "Latest").get_data()
    assert list(ys) == VALUES
    assert list(xs) == sorted(xs)
    assert "Upper limit 70" in said(figure)


def test_points_outside_are_told_by_shape_and_size():
    figure = control(VALUES, lower=20.0, upper=64.0, outside=[4 / 12, 7 / 12])
    points = max(outlined(figure), key=lambda each: len(each.get_xdata()))
    plain = drawn_line(figure, "Latest")
    assert len(points.get_xdata()) == 2
    assert points.get_marker() != plain.get_marker()
    assert points.get_markersize() >= 1.3 * plain.get_markersize()
    assert contrast_with_white(points.get_markerfacecolor()) >= 3
    inside = figure.axes[0].transData.inverted()
    where = inside.transform(points.get_transform().transform(np.transpose(points.get_data())))
    assert sorted(where[:, 1]) == pytest.approx([15.0, 77.0])
    assert "Outside the limits" in words(figure)


def test_an_empty_value_and_a_period_left_out_are_gaps():
    assert joined(control(VALUES)) == 9
    assert joined(control([*VALUES[:3], NONE, *VALUES[4:]])) == 7
    table = months(VALUES, leave_out=(3,))
    figure = control_chart(table, unit="cases", decimals=0, centre=42.0)
    assert joined(figure) == 7


def test_a_series_that_ends_early_names_its_last_period():
    assert "Latest 44 (Month 8)" in said(control([*VALUES[:9], NONE]))


def test_a_target_is_drawn_in_its_own_way():
    figure = control(VALUES, lower=20.0, upper=64.0, target=90.0)
    assert "Target 90" in said(figure)
    assert drawn_line(figure, "Target").get_color() == charts.ORANGE
    assert figure.axes[0].get_ylim()[1] >= 90


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_points_still_make_a_chart(count):
    assert_legible(control(VALUES[:count], lower=20.0, upper=64.0))


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="no point has a value: say so"):
        control([NONE])
    with pytest.raises(ValueError, match="wrong side"):
        control(VALUES, upper=10.0)
    with pytest.raises(ValueError, match="wrong side"):
        control(VALUES, lower=50.0)
    with pytest.raises(ValueError, match="must be numbers"):
        control(VALUES, upper=NONE)
    with pytest.raises(ValueError, match="said to lie outside"):
        control(VALUES, outside=[99.0])
    with pytest.raises(ValueError, match="period of its own"):
        control_chart(pd.concat([months(VALUES)] * 2), unit="cases", decimals=0, centre=42.0)
    with pytest.raises(ValueError, match="lacks value"):
        control_chart(months(VALUES).drop(columns="value"), unit="cases", decimals=0, centre=42.0)


def test_a_control_chart_is_small():
    values = [40 + 9 * np.sin(i * 1.7) for i in range(36)]
    figure = control(values, lower=20.0, upper=64.0, outside=[0.0])
    assert len(to_svg(figure, alt="A chart", id_prefix="fig").encode()) <= 4000


@given(
    st.lists(st.one_of(st.just(NONE), st.floats(0, 3000)), min_size=1, max_size=30),
    st.sampled_from([0.0, 1.0, 50.0]),
    st.sampled_from(["Latest", "Bournemouth, Christchurch and Poole"]),
    st.sampled_from([320, 460, 700]),
)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_no_text_overlaps_in_a_control_chart(values, half, name, width):
    values[-1] = 17.0
    known = [value for value in values if value == value]
    centre = sum(known) / len(known)
    outside = [i / 12 for i, value in enumerate(values) if abs(value - centre) > half]
    figure = control(
        values,
        centre=centre,
        lower=centre - half,
        upper=centre + half,
        target=centre,
        outside=outside,
        name=name,
        width=width,
    )
    assert_legible(figure)
