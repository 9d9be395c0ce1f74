"""Charts: nothing invented between values, nothing hidden, nothing overlapping."""

import itertools
import re
from importlib.resources import files

import matplotlib
import numpy as np
import pandas as pd
import pytest
from afcharts.af_colours import get_af_colours
from drawn_charts import (
    NONE,
    assert_legible,
    bars,
    contrast_with_white,
    drawn_bars,
    drawn_line,
    line,
    outlined,
    said,
    whiskers,
    words,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from kscb_analysis import charts, sheet
from kscb_analysis.charts import axis_start, ranked_chart, trend_chart
from kscb_analysis.svg import to_svg

AREA = [100.0, 100.0, 96.9, 95.9, 94.5, 74.8, 64.2, 47.5, 46.4, 57.0]
ENGLAND = [45.9, 46.3, 50.8, 52.6, 52.7, 56.0, 59.4, 63.8, 65.5, 71.5]
MEAN = [54.7, 56.2, 60.6, 62.4, 64.4, 67.0, 67.8, 67.3, 63.7, 71.1]
ESSEX = [53.2, 64.8, 54.5, 52.0, 38.0, 39.4, 43.5, 48.6, 72.4, 83.9]


def trend(*lines: pd.DataFrame, unit: str = "percent", decimals: int = 1, **options) -> Figure:
    return trend_chart(pd.concat(lines), unit=unit, decimals=decimals, **options)


def ranked(*rows: tuple[str, str, float], unit: str = "percent", **options) -> Figure:
    return ranked_chart(bars(*rows), unit=unit, decimals=1, **options)


def joined_spans(figure: Figure, label: str) -> list[tuple[float, float]]:
    """From and to of each stroke between two points of a line."""
    xs, ys = drawn_line(figure, label).get_data()
    points = itertools.pairwise(zip(xs, ys, strict=True))
    return [(a, b) for (a, above), (b, below) in points if np.isfinite([above, below]).all()]


def marked(figure: Figure, label: str) -> list[float]:
    """The positions of the points that carry a marker."""
    drawn = drawn_line(figure, label)
    assert drawn.get_marker() not in {"", "None", None}
    return [float(drawn.get_xdata()[i]) for i in drawn.get_markevery()]


def pale_lines(figure: Figure) -> list[np.ndarray]:
    """The strokes of the single neighbours, in data units."""
    grey = to_hex(charts.PALE_GREY)
    (pale,) = [
        each
        for each in figure.axes[0].collections
        if isinstance(each, LineCollection) and {to_hex(c) for c in each.get_colors()} == {grey}
    ]
    return pale.get_segments()


# ---- Gaps


def test_an_empty_value_is_a_gap_and_never_bridged():
    values = [*AREA[:4], NONE, NONE, *AREA[6:]]
    spans = joined_spans(trend(line("Kent", "area", values)), "Kent")
    assert len(spans) == 3 + 3
    assert not any(a < 2007 and b > 2006 for a, b in spans)


def test_a_period_that_a_line_lacks_is_a_gap_too():
    kent = line("Kent", "area", AREA)
    figure = trend(kent[kent["position"] != 2006], line("England", "england", ENGLAND))
    assert len(joined_spans(figure, "England")) == 9
    assert not any(a < 2006 < b or 2006 in (a, b) for a, b in joined_spans(figure, "Kent"))


def test_neighbours_keep_their_gaps_in_one_collection():
    essex = [*ESSEX[:3], NONE, *ESSEX[4:]]
    figure = trend(
        line("Kent", "area", AREA),
        line("Essex", "neighbour", essex),
        line("Swindon", "neighbour", ESSEX[::-1]),
    )
    runs = [[float(x) for x, _ in run] for run in pale_lines(figure)]
    assert [2002.0, 2003.0, 2004.0] in runs
    assert [2006.0, 2007.0, 2008.0, 2009.0, 2010.0, 2011.0] in runs
    assert len(runs) == 3


def test_a_target_with_a_gap_is_not_drawn_across_it():
    figure = trend(line("Kent", "area", AREA), line("Target", "target", [50.0] * 3 + [NONE] * 7))
    xs, ys = drawn_line(figure, "Target").get_data()
    assert max(x for x, y in zip(xs, ys, strict=True) if np.isfinite(y)) == 2004.5
    assert "Target 50.0% (2004)" in said(figure)


def test_a_missing_value_may_be_pandas_own():
    kent = line("Kent", "area", AREA).astype({"value": "Float64"})
    kent.loc[3, "value"] = pd.NA
    assert len(joined_spans(trend(kent), "Kent")) == 7


def test_an_isolated_value_is_marked():
    figure = trend(line("Kent", "area", [436.0, NONE, 387.6], start=2009))
    assert joined_spans(figure, "Kent") == []
    assert marked(figure, "Kent") == [2009.0, 2011.0]


def test_an_isolated_value_is_marked_where_periods_are_too_close_for_markers():
    values = [float(i % 7) for i in range(60)]
    values[20] = values[22] = NONE
    figure = trend(line("Kent", "area", values, start=0))
    assert marked(figure, "Kent") == [21.0, 59.0]


def test_an_isolated_value_of_a_neighbour_is_a_dot():
    figure = trend(
        line("Kent", "area", AREA[:4]), line("Essex", "neighbour", [50.0, NONE, 53.0, 54.0])
    )
    (dots,) = [each for each in figure.axes[0].lines if each.get_color() == charts.PALE_GREY]
    assert list(dots.get_xdata()) == [2002.0]
    assert list(dots.get_ydata()) == [50.0]
    assert [len(run) for run in pale_lines(figure)] == [2]


def test_lines_stop_at_a_break_and_the_chart_says_why():
    figure = trend(
        line("Kent", "area", AREA),
        line("Essex", "neighbour", ESSEX),
        breaks=[charts.Break(2006.5, "New rules for counting")],
    )
    assert not any(a < 2006.5 < b for a, b in joined_spans(figure, "Kent"))
    assert sorted(len(run) for run in pale_lines(figure)) == [5, 5]
    assert "New rules for counting" in said(figure)


# ---- What stands out, and what is said


def test_the_area_lies_on_top_and_is_the_strongest_line():
    figure = trend(
        line("Kent", "area", AREA),
        line("England", "england", ENGLAND),
        line("Neighbours", "neighbour_mean", MEAN),
        line("Target", "target", [70.0] * 10),
    )
    kent = drawn_line(figure, "Kent")
    others = [drawn_line(figure, label) for label in ("England", "Neighbours", "Target")]
    assert kent.get_color() == charts.DARK_BLUE
    assert all(kent.get_zorder() > each.get_zorder() for each in others)
    assert all(kent.get_linewidth() > each.get_linewidth() for each in others)


def test_lines_differ_without_colour():
    figure = trend(
        line("Kent", "area", AREA),
        line("England", "england", ENGLAND),
        line("Neighbours", "neighbour_mean", MEAN),
        line("Target", "target", [70.0] * 10),
    )
    lines = [drawn_line(figure, each) for each in ("Kent", "England", "Neighbours", "Target")]
    assert len({each.get_marker() for each in lines}) == 4
    dashes = re.findall('stroke-dasharray="[^"]+"', to_svg(figure, alt="Kent", id_prefix="a"))
    assert len(set(dashes)) == len(dashes) == 2
    assert drawn_line(figure, "Kent").get_linewidth() >= 1.5 * lines[3].get_linewidth()
    assert figure.axes[0].get_legend() is None


def test_lines_are_named_with_their_last_value():
    figure = trend(
        line("Kent", "area", AREA),
        line("England", "england", ENGLAND),
        line("Essex", "neighbour", ESSEX),
        line("Target", "target", [70.0] * 10),
    )
    for label in ("Kent 57.0%", "England 71.5%", "Target 70.0%"):
        assert label in said(figure)
    assert "Essex" not in said(figure)


def test_a_line_that_ends_early_names_its_last_period():
    figure = trend(line("Kent", "area", [*AREA[:9], NONE]), line("England", "england", ENGLAND))
    assert "Kent 46.4% (2010)" in said(figure)
    assert "England 71.5% (" not in said(figure)


def test_large_and_negative_values_are_written_for_readers():
    figure = trend(line("Kent", "area", [-0.04, 1234.5]), unit="cases")
    assert "Kent 1,234.5" in said(figure)
    assert "0.0" in said(trend(line("Kent", "area", [3.0, -0.04])))
    assert "-" not in said(trend(line("Kent", "area", [3.0, -5.0])))


def test_the_last_period_is_always_named_and_names_are_evenly_spread():
    named = [each for each in words(trend(line("Kent", "area", AREA))) if each.startswith("20")]
    years = sorted(int(each) for each in named)
    assert years[-1] == 2011
    assert len(set(np.diff(years))) == 1
    assert len(years) >= 4


def test_months_with_a_target_from_the_board_paper():
    months = ["Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep"]
    result, target = [561, 202, 36, 9, 35, 39, 1], [200] * 6 + [100]
    table = pd.DataFrame(
        {
            "label": ["Kent"] * 7 + ["Target"] * 7,
            "role": ["area"] * 7 + ["target"] * 7,
            "period_label": [f"{month} 11" for month in months] * 2,
            "position": [*range(7)] * 2,
            "value": [*result, *target],
        }
    )
    figure = trend_chart(table, unit="cases", decimals=0)
    assert "Kent 1" in said(figure)
    assert "Target 100" in said(figure)
    assert set(months) <= set(words(figure))
    xs, ys = drawn_line(figure, "Target").get_data()
    assert min(x for x, y in zip(xs, ys, strict=True) if y == 100) == 5.5


@pytest.mark.parametrize("periods", [1, 2])
def test_one_or_two_periods_still_make_a_chart(periods):
    figure = trend(
        line("Kent", "area", AREA[:periods]),
        line("England", "england", ENGLAND[:periods]),
        line("Essex", "neighbour", ESSEX[:periods]),
    )
    assert len(marked(figure, "Kent")) == periods
    assert "2002" in words(figure)
    assert_legible(figure)


# ---- Targets and floors, intervals, ratings


def with_intervals(table: pd.DataFrame, half: float) -> pd.DataFrame:
    return table.assign(lower=table["value"] - half, upper=table["value"] + half)


def test_a_floor_is_a_thin_dashed_step_apart_from_the_target():
    figure = trend(
        line("Kent", "area", AREA),
        line("Target", "target", [70.0] * 10),
        line("Floor", "floor", [50.0] * 5 + [55.0] * 5),
    )
    target, floor = drawn_line(figure, "Target"), drawn_line(figure, "Floor")
    assert floor.is_dashed()
    assert not target.is_dashed()
    assert floor.get_linewidth() < target.get_linewidth()
    assert "Floor 55.0%" in said(figure)
    xs, ys = floor.get_data()
    assert {x for x, y in zip(xs, ys, strict=True) if y == 50} >= {2006.5}
    assert {x for x, y in zip(xs, ys, strict=True) if y == 55} >= {2006.5}


def test_the_areas_intervals_are_whiskers_and_nobody_elses_are():
    figure = trend(
        with_intervals(line("Kent", "area", [*AREA[:4], NONE, *AREA[5:]]), 8),
        with_intervals(line("Essex", "neighbour", ESSEX), 20),
    )
    axes = figure.axes[0]
    ends = [axes.transData.inverted().transform(each)[[0, -1]] for each in whiskers(figure)]
    bars_only = ends[1:]  # the first is the key's
    assert "95% interval" in words(figure)
    assert len(bars_only) == 9
    own = [value for i, value in enumerate(AREA) if i != 4]
    for (low, high), value in zip(bars_only, own, strict=True):
        assert [low[1], high[1]] == pytest.approx([value - 8, value + 8])
    assert axes.get_ylim()[1] >= 108


def test_without_intervals_there_is_no_word_of_them():
    none = line("Kent", "area", AREA).assign(lower=NONE, upper=NONE)
    assert "95% interval" not in words(trend(none))
    assert whiskers(trend(none)) == []


def test_ratings_have_a_shape_each_in_a_row_below_the_plot():
    ratings = {2008.0: "Red", 2009.0: "Amber", 2010.0: "Green", 2011.0: "Not rated"}
    figure = trend(line("Kent", "area", AREA), ratings=ratings)
    floor = figure.axes[0].get_window_extent().y0
    rows = {}
    for each in outlined(figure):
        for x, y in each.get_transform().transform(np.transpose(each.get_data())):
            rows.setdefault(y < floor, []).append((x, each))
    rows[True].sort(key=lambda place: place[0])
    places = figure.axes[0].transData.transform([(year, 0) for year in ratings])[:, 0]
    assert [x for x, _ in rows[True]] == pytest.approx(list(places))
    marks = [(each.get_marker(), each.get_markerfacecolor()) for _, each in rows[True]]
    assert [shape for shape, _ in marks] == ["s", "D", "o", "o"]
    assert len({to_hex(fill) for _, fill in marks[2:]}) == 2
    assert all(contrast_with_white(each.get_markeredgecolor()) >= 3 for _, each in rows[True])
    # In the key stand the same shapes, with their words.
    assert len(rows[False]) == 4
    assert {"Rating", *ratings.values()} <= set(words(figure))


def test_ratings_of_many_months_do_not_touch():
    months = pd.DataFrame(
        {
            "label": "Kent",
            "role": "area",
            "period_label": [f"Month {i}" for i in range(30)],
            "position": [i / 12 for i in range(30)],
            "value": [50.0 + i for i in range(30)],
        }
    )
    ratings = dict.fromkeys(months["position"], "Amber")
    (amber,) = [
        each for each in outlined(trend(months, ratings=ratings)) if len(each.get_xdata()) > 1
    ]
    step = min(np.diff(sorted(amber.get_xdata())))
    assert amber.get_markersize() * 2**0.5 + amber.get_markeredgewidth() <= step


def test_the_ratings_colours_are_those_of_the_pages():
    page = files("kscb_analysis") / "templates" / "kscb" / "page.css"
    css = page.read_text(encoding="utf-8").lower()
    for word, colour in (("red", sheet.RED), ("amber", sheet.AMBER), ("green", sheet.GREEN)):
        assert re.search(rf"\.{word} {{ background: {colour.lower()};", css), word


# ---- The axis


def ticks(figure: Figure) -> list[float]:
    return sorted(float(each) for each in words(figure) if each.replace(".", "", 1).isdigit())


def test_the_axis_starts_at_zero():
    figure = trend(line("Kent", "area", AREA))
    assert axis_start(figure) is None
    assert "axis starts" not in said(figure)
    assert figure.axes[0].get_ylim() == (0, 100)
    assert axis_start(trend(line("Kent", "area", [95.0, 95.0]))) is None


def test_an_axis_far_from_zero_says_where_it_starts():
    figure = trend(line("Kent", "area", [91.2, 93.4, 95.0]))
    start = axis_start(figure)
    assert start is not None
    assert 0 < start <= 91.2
    assert f"Percent (axis starts at {start:.0f})" in said(figure)
    assert f"{start:.0f}" in words(figure)


def test_a_cut_axis_does_not_blow_up_a_small_change():
    low, high = trend(line("Kent", "area", [98.1, 98.6, 98.2])).axes[0].get_ylim()
    assert high - low >= 0.2 * 98.6


def test_negative_values_keep_zero_on_the_axis():
    figure = trend(line("Kent", "area", [-43.0, 25.6, 1.0]))
    low, high = figure.axes[0].get_ylim()
    assert low <= -43.0 < 25.6 <= high
    assert axis_start(figure) is None


def test_only_zeros_make_a_chart():
    figure = trend(line("Kent", "area", [0.0, 0.0]), unit="cases")
    assert "Kent 0.0" in said(figure)
    assert axis_start(figure) is None


def test_a_figure_without_axes_has_no_axis_start():
    assert axis_start(Figure()) is None


@given(
    st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 2)), min_size=1, max_size=6),
    st.booleans(),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_every_value_lies_on_the_axis_and_ticks_are_few(values, whole):
    figure = trend(line("Kent", "area", values), unit="cases", decimals=0 if whole else 1)
    low, high = figure.axes[0].get_ylim()
    slack = 1e-6 * max(1.0, high - low)
    assert low - slack <= min(values)
    assert max(values) <= high + slack
    grid = [each for each in figure.axes[0].texts if each.get_horizontalalignment() == "right"]
    assert 2 <= len(grid) <= 7
    if whole:
        assert all("." not in each.get_text() for each in grid)


# ---- Ranked bars

RANKED = [
    ("Wigan", "other", 101.1),
    ("West Sussex", "neighbour", 100.2),
    ("England", "england", 71.5),
    ("Neighbours’ mean", "neighbour_mean", 71.1),
    ("Kent", "area", 57.0),
    ("Kingston Upon Hull, City of", "other", 34.7),
]


def test_bars_keep_their_order_and_are_as_long_as_their_values():
    figure = ranked(*RANKED)
    boxes = [path.get_extents() for path in drawn_bars(figure).get_paths()]
    boxes = [box for box in boxes if box.width != box.height]  # not the key's squares
    assert [round(box.width / boxes[0].width, 6) for box in boxes] == [
        round(value / 101.1, 6) for _, _, value in RANKED
    ]
    assert [box.y0 for box in boxes] == sorted(box.y0 for box in boxes)
    assert len({box.x0 for box in boxes}) == 1


def test_every_bar_has_its_whole_name_and_its_value():
    figure = ranked(*RANKED, ("Bournemouth, Christchurch and Poole and Other Bays", "other", 3.0))
    for label, _, value in RANKED:
        assert label in words(figure)
        assert f"{value:.1f}%" in words(figure)
    assert "Bournemouth, Christchurch and Poole and Other Bays" in said(figure)


def test_the_area_is_dark_and_bold_and_alone_in_it():
    figure = ranked(*RANKED)
    bold = [text.get_text() for text in figure.axes[0].texts if text.get_weight() == "bold"]
    assert bold == ["Kent", "57.0%"]
    fills = [to_hex(colour) for colour in drawn_bars(figure).get_facecolors()]
    assert fills.count(charts.DARK_BLUE.lower()) == 1


def test_neighbours_and_others_differ_and_a_key_says_so():
    figure = ranked(*RANKED, others="Best and lowest in England")
    assert {"Statistical neighbours", "Best and lowest in England"} <= set(words(figure))
    without = ranked(*(row for row in RANKED if row[1] != "other"))
    assert "Statistical neighbours" not in words(without)


def test_a_key_too_wide_for_one_row_takes_two():
    figure = ranked(
        *RANKED, neighbours="Statistical neighbours set in 2009", others="All others" * 3
    )
    assert_legible(figure)


def test_an_authority_without_a_figure_keeps_its_row():
    table = bars(("Kent", "area", 57.0), ("Essex", "neighbour", NONE)).assign(mark=["", "[x]"])
    figure = ranked_chart(table, unit="percent", decimals=1)
    assert "[x]" in words(figure)
    assert len(drawn_bars(figure).get_paths()) == 1
    assert "no figure" in words(ranked(("Kent", "area", 57.0), ("Essex", "neighbour", NONE)))


def test_the_chart_grows_with_its_bars():
    heights = [
        ranked(*[(f"Authority {i}", "neighbour", 10.0 + i) for i in range(n)]).get_figheight()
        for n in (1, 10, 20)
    ]
    assert heights[2] - heights[1] == pytest.approx(10 / 9 * (heights[1] - heights[0]))


def ranked_with(rows, halves, **options) -> Figure:
    table = bars(*rows)
    lower, upper = table["value"] - halves, table["value"] + halves
    return ranked_chart(
        table.assign(lower=lower, upper=upper), unit="percent", decimals=1, **options
    )


def test_intervals_lie_over_their_bars_and_values_stand_behind_them():
    halves = [5.0, 30.0, NONE, NONE, 10.0, 34.7]
    figure = ranked_with(RANKED, halves)
    drawn = whiskers(figure)[1:]  # the first is the key's
    assert len(drawn) == 4
    boxes = [path.get_extents() for path in drawn_bars(figure).get_paths()]
    boxes = [box for box in boxes if box.width != box.height]
    scale = boxes[0].width / 101.1
    for i, ends in zip([0, 1, 4, 5], drawn, strict=True):
        left, right = boxes[0].x0, figure.axes[0].transAxes.transform((0, 0))[0]
        assert left == pytest.approx(right)
        value = RANKED[i][2]
        assert np.ptp(ends[:, 0]) == pytest.approx(2 * halves[i] * scale)
        assert ends[:, 0].max() == pytest.approx(left + (value + halves[i]) * scale)
        (text,) = [t for t in figure.axes[0].texts if t.get_text() == f"{value:.1f}%"]
        assert text.get_position()[0] >= ends[:, 0].max() + 4
    assert "95% interval" in words(figure)
    assert_legible(figure)


def test_an_interval_over_a_dark_bar_has_a_white_rim():
    figure = ranked_with(RANKED, [5.0, 5.0, NONE, NONE, 5.0, 5.0])
    rims = [
        each
        for each in figure.axes[0].collections
        if isinstance(each, LineCollection) and to_hex(each.get_colors()[0]) == "#ffffff"
    ]
    (rim,) = rims
    assert len(rim.get_paths()) == 1
    assert rim.get_linewidth()[0] > 2


def test_a_band_lies_behind_the_bars_and_is_named():
    figure = ranked(*RANKED, shade=(40.0, 60.0, "Middle half of the neighbours"))
    (behind,) = [
        each
        for each in figure.axes[0].collections
        if isinstance(each, PolyCollection)
        and each.get_zorder() == 0
        and each.get_paths()[0].get_extents().width > 14
    ]
    box = behind.get_paths()[0].get_extents()
    bar = max(path.get_extents().width for path in drawn_bars(figure).get_paths())
    assert box.width / bar == pytest.approx(20 / 101.1)
    assert behind.get_zorder() < drawn_bars(figure).get_zorder()
    assert "Middle half of the neighbours" in words(figure)
    assert contrast_with_white(sheet.INK) / contrast_with_white(sheet.BAND) >= 4.5
    assert_legible(figure)


def test_a_band_beyond_all_values_has_room():
    figure = ranked(*RANKED, shade=(110.0, 120.0, "Where it should be"))
    low, high = figure.axes[0].get_xlim()
    assert low == 0
    assert high >= 120


def test_a_ranked_chart_has_no_cut_axis():
    assert axis_start(ranked(*RANKED)) is None


# ---- Wrong tables


def test_wrong_tables_are_named():
    kent = line("Kent", "area", AREA)
    with pytest.raises(ValueError, match="lacks position"):
        trend(kent.drop(columns="position"))
    with pytest.raises(ValueError, match="no such role in a chart: 'county'"):
        trend(line("Kent", "county", AREA))
    with pytest.raises(ValueError, match="two values for one period"):
        trend(kent, kent)
    with pytest.raises(ValueError, match="no line has a value"):
        trend(line("Kent", "area", [NONE]))
    with pytest.raises(ValueError, match="no position"):
        trend(kent.assign(position=NONE))
    with pytest.raises(ValueError, match="lacks role"):
        ranked_chart(bars(*RANKED).drop(columns="role"), unit="cases", decimals=0)
    with pytest.raises(ValueError, match="no bar has a value"):
        ranked(("Kent", "area", NONE))
    with pytest.raises(ValueError, match="negative"):
        ranked(("Kent", "area", -1.0))
    with pytest.raises(ValueError, match="negative"):
        ranked_with(RANKED, 40.0)
    with pytest.raises(ValueError, match="lower to its higher end"):
        ranked(*RANKED, shade=(2.0, 1.0, "Band"))
    with pytest.raises(ValueError, match="lacks upper"):
        trend(kent.assign(lower=1.0))
    with pytest.raises(ValueError, match="needs both its ends"):
        trend(kent.assign(lower=1.0, upper=NONE))
    with pytest.raises(ValueError, match="does not hold its value"):
        ranked_chart(
            bars(("Kent", "area", 5.0)).assign(lower=6.0, upper=7.0), unit="percent", decimals=1
        )
    with pytest.raises(ValueError, match="no such rating: 'Blue'"):
        trend(kent, ratings={2002.0: "Blue"})
    with pytest.raises(ValueError, match=r"no period at 1999\.0"):
        trend(kent, ratings={1999.0: "Red"})


# ---- Legible, whatever the figures


NAMES = st.sampled_from(
    ["Kent", "Telford and Wrekin", "Bournemouth, Christchurch and Poole", "Statistical neighbours"]
)
PERIODS = st.sampled_from(["{}", "{}/12", "Sep {}", "31 March {}", "Q2 {}/12"])
FIGURES = st.floats(0, 2000).map(lambda value: round(value, 1))
VALUES = st.one_of(st.none(), FIGURES, st.sampled_from([50.0, 50.2]))


@st.composite
def trend_tables(draw) -> pd.DataFrame:
    periods = draw(st.integers(1, 14))
    form = draw(PERIODS)
    last = draw(FIGURES)
    rows = []
    for role in ("area", "england", "neighbour_mean", "target", "floor", "neighbour"):
        label = draw(NAMES)
        values = draw(st.lists(VALUES, min_size=periods, max_size=periods))
        if role == "area":
            values[-1] = last
        rows += [
            {
                "label": label,
                "role": role,
                "period_label": form.format(1990 + i),
                "position": float(i),
                "value": np.nan if value is None else value,
            }
            for i, value in enumerate(values)
        ]
    half = draw(st.sampled_from([NONE, 0.0, 30.0]))
    return with_intervals(pd.DataFrame(rows), half)


@given(
    trend_tables(),
    st.sampled_from([(), ("Red",), ("Red", "Amber", "Green", "Not rated")]),
    st.lists(st.tuples(st.floats(0, 13), NAMES), max_size=2),
    st.sampled_from([320, 460, 700]),
)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_no_text_overlaps_in_a_trend_chart(table, ratings, breaks, width):
    last = table["position"].max()
    inside = [(place, label) for place, label in breaks if place <= last]
    unit = "rate per 10,000 children aged under 18"
    rated = dict(zip(sorted(set(table["position"])), ratings, strict=False))
    figure = trend_chart(table, unit=unit, decimals=1, breaks=inside, ratings=rated, width=width)
    assert_legible(figure)


@given(
    st.lists(
        st.tuples(
            st.one_of(NAMES, st.just("Kingston Upon Hull, City of")),
            st.sampled_from(["area", "neighbour", "other", "england", "neighbour_mean"]),
            st.floats(0, 20000).map(lambda value: round(value, 2)),
        ),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from([NONE, 0.1, 1.0]),
    st.sampled_from([None, (10.0, 500.0, "Middle half of the statistical neighbours in 2011")]),
    st.sampled_from([400, 460, 700]),
)
@settings(max_examples=20, deadline=None, derandomize=True)
def test_no_text_overlaps_in_a_ranked_chart(rows, share, shade, width):
    halves = [value * share for _, _, value in rows]
    assert_legible(ranked_with(rows, halves, shade=shade, width=width))


# ---- Colours and style


def test_the_palette_is_the_analysis_functions():
    palette = get_af_colours("categorical", number_of_colours=6)
    assert {charts.DARK_BLUE, charts.DARK_PINK, charts.DARK_GREY, charts.ORANGE} <= set(palette)
    assert get_af_colours("focus") == [charts.DARK_BLUE, charts.PALE_GREY]


def test_text_and_marks_can_be_told_from_white():
    figures = [
        trend(
            line("Kent", "area", AREA),
            line("England", "england", ENGLAND),
            line("Neighbours", "neighbour_mean", MEAN),
            line("Target", "target", [70.0] * 10),
            line("Essex", "neighbour", ESSEX),
            breaks=[(2006.5, "New rules")],
        ),
        ranked(*RANKED),
    ]
    for figure in figures:
        for text in figure.axes[0].texts:
            assert contrast_with_white(text.get_color()) >= 4.5, text.get_text()
        for each in figure.axes[0].lines:
            assert contrast_with_white(each.get_color()) >= 3, each.get_label()
    for outline in drawn_bars(figures[1]).get_edgecolors():
        assert contrast_with_white(to_hex(outline)) >= 3


def test_a_readers_own_settings_change_nothing_and_are_left_alone():
    rows = line("Kent", "area", AREA)
    plain = trend(rows)
    with matplotlib.rc_context({"font.size": 30, "text.color": "red", "lines.marker": "x"}):
        before = dict(matplotlib.rcParams)
        theirs = trend(rows)
        assert dict(matplotlib.rcParams) == before
    for mine, other in zip(plain.axes[0].texts, theirs.axes[0].texts, strict=True):
        assert (mine.get_text(), mine.get_color(), mine.get_size()) == (
            other.get_text(),
            other.get_color(),
            other.get_size(),
        )


def test_charts_are_made_without_pyplots_list_of_figures():
    from matplotlib import _pylab_helpers

    trend(line("Kent", "area", AREA))
    assert _pylab_helpers.Gcf.figs == {}


def test_two_dollar_signs_are_words():
    figure = trend(line("A $x$ B", "area", AREA))
    assert "A $x$ B" in said(figure)
    assert not any(text.get_parse_math() for text in figure.axes[0].texts)


def test_a_column_of_decimals_goes_before_the_charts_own():
    lines = pd.concat(
        [
            line("Kent", "area", [12.0, 13.0]).assign(places=0),
            line("England", "england", [9.0, 9.5]).assign(places=1),
            line("Mean", "neighbour_mean", [5.0, 6.0]).assign(places=NONE),
        ]
    )
    text = said(trend(lines, decimals=2))
    for shown in ("Kent 13%", "England 9.5%", "Mean 6.00%"):
        assert shown in text
    rows = bars(("Kent", "area", 12.0), ("Essex", "neighbour", 11.5)).assign(places=[0, 1])
    text = said(ranked_chart(rows, unit="percent", decimals=2))
    assert "12%" in text
    assert "11.5%" in text
    assert "12.00%" in said(ranked_chart(rows.drop(columns="places"), unit="percent", decimals=2))
