"""The SVG writer: the same picture as matplotlib draws, small, inert and the same every time."""

import hashlib
import itertools
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle

import kscb_analysis
from kscb_analysis.charts import ranked_chart, trend_chart
from kscb_analysis.svg import to_svg

SVG = "{http://www.w3.org/2000/svg}"


def made_up_trend() -> Figure:
    """Fourteen lines over ten years, of made-up figures."""
    rows = []
    for i in range(14):
        role = {0: "area", 12: "neighbour_mean", 13: "england"}.get(i, "neighbour")
        rows += [
            {
                "label": {"area": "Kent", "england": "England"}.get(role, f"Neighbour {i}"),
                "role": role,
                "period_label": str(2002 + year),
                "position": 2002.0 + year,
                "value": 60 + 35 * np.sin(i * 1.7 + year * (0.4 + i / 20)),
            }
            for year in range(10)
        ]
    return trend_chart(pd.DataFrame(rows), unit="percent", decimals=1)


def made_up_ranking() -> Figure:
    """Eighteen bars of made-up figures."""
    rows = [
        {
            "label": f"Authority number {i}",
            "role": {4: "area", 7: "england", 9: "neighbour_mean"}.get(i, "neighbour"),
            "value": 101.7 - i**1.4,
        }
        for i in range(15)
    ]
    rows += [{"label": f"Other {i}", "role": "other", "value": 20.3 - i} for i in range(3)]
    return ranked_chart(pd.DataFrame(rows), unit="percent", decimals=1)


CHARTS = {"trend": made_up_trend, "ranking": made_up_ranking}


def canvas() -> Figure:
    return Figure(figsize=(460 / 72, 300 / 72), dpi=72, facecolor="none")


def drawn(figure: Figure) -> ElementTree.Element:
    return ElementTree.fromstring(to_svg(figure, alt="A chart", id_prefix="fig"))


def said(svg: ElementTree.Element, each: ElementTree.Element, name: str) -> str | None:
    """What an element says of itself, or takes over from the picture."""
    return each.get(name, svg.get(name))


def with_artist(artist) -> Figure:
    figure = canvas()
    figure.add_artist(artist)
    return figure


def path_points(data: str) -> list[tuple[float, float]]:
    """Follow path data made of M, l, h, v and z, and give the points reached."""
    points: list[tuple[float, float]] = []
    x = y = 0.0
    for letter, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", data):
        numbers = [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", rest)]
        if letter == "M":
            ((x, y),) = [numbers]
            points.append((x, y))
        elif letter == "z":
            continue
        else:
            size = 2 if letter == "l" else 1
            for i in range(0, len(numbers), size):
                step = {"h": (numbers[i], 0.0), "v": (0.0, numbers[i])}.get(letter)
                dx, dy = step or (numbers[i], numbers[i + 1])
                x, y = x + dx, y + dy
                points.append((x, y))
    return points


# ---- The element


def test_the_element_is_an_image_with_a_name_and_scales():
    svg = ElementTree.fromstring(to_svg(made_up_trend(), alt="Kent fell", id_prefix="figure-1"))
    assert svg.tag == f"{SVG}svg"
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "Kent fell"
    assert svg.get("id") == "figure-1"
    assert svg.get("width") == "460"
    assert svg.get("viewBox") == f"0 0 460 {svg.get('height')}"
    assert "max-width:100%" in svg.get("style")
    assert "height:auto" in svg.get("style")


@pytest.mark.parametrize("chart", CHARTS)
def test_nothing_but_shapes_and_text(chart):
    text = to_svg(CHARTS[chart](), alt="A chart", id_prefix="fig")
    tags = {each.tag.removeprefix(SVG) for each in ElementTree.fromstring(text).iter()}
    assert tags == {"svg", "style", "g", "path", "text"}
    for unwanted in ("<?xml", "<!", "metadata", "<script", "href", "onload", "\n", "DejaVu"):
        assert unwanted not in text
    assert re.findall(r"https?:[^\"]*", text) == ["http://www.w3.org/2000/svg"]
    assert text.count("font-family") == 1
    assert re.search(r"\d\.\d\d", text) is None


@pytest.mark.parametrize("chart", CHARTS)
def test_text_stays_text_and_none_is_lost(chart):
    figure = CHARTS[chart]()
    shown = [each.text for each in drawn(figure).iter(f"{SVG}text")]
    assert sorted(shown) == sorted(text.get_text() for text in figure.axes[0].texts)


@pytest.mark.parametrize(("chart", "limit"), [("trend", 4000), ("ranking", 3500)])
def test_charts_are_small(chart, limit):
    assert len(to_svg(CHARTS[chart](), alt="A chart", id_prefix="fig").encode()) <= limit


def test_names_and_alt_text_are_inert():
    label = '<script>alert("1")</script> & <b>'
    table = pd.DataFrame({"label": [label], "role": ["area"], "value": [3.0]})
    figure = ranked_chart(table, unit='"><script>', decimals=0)
    alt = 'Kent "rose" <5 & >3 \' onload="x'
    text = to_svg(figure, alt=alt, id_prefix="fig")
    svg = ElementTree.fromstring(text)
    assert "<script" not in text
    assert svg.get("aria-label") == alt
    assert set(svg.keys()) == {
        *("id", "role", "aria-label", "viewBox", "width", "height", "style"),
        *("font-family", "font-size", "fill", "stroke-linejoin"),
    }
    shown = " ".join(each.text for each in svg.iter(f"{SVG}text"))
    assert label in shown


def test_ids_do_not_clash_between_charts():
    clipped = canvas()
    axes = clipped.add_axes((0.1, 0.1, 0.8, 0.8))
    axes.plot([0, 1, 2], [0, 5, 0])
    axes.set_ylim(0, 1)
    texts = [
        to_svg(figure, alt="A chart", id_prefix=f"fig-{i}")
        for i, figure in enumerate([made_up_trend(), made_up_ranking(), clipped, clipped])
    ]
    ids = [found for text in texts for found in re.findall(r'\bid="([^"]+)"', text)]
    assert len(ids) == len(set(ids)) == 6
    for i, text in enumerate(texts):
        named = re.findall(r'\bid="([^"]+)"', text)
        assert all(each.startswith(f"fig-{i}") for each in named)
        assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(named)
        assert set(re.findall(r"#([\w-]+) text", text)) <= set(named)


@pytest.mark.parametrize("prefix", ["", "1a", "a b", "a{", 'a"', "é"])
def test_an_id_that_could_break_the_page_is_refused(prefix):
    with pytest.raises(ValueError, match="id_prefix"):
        to_svg(canvas(), alt="A chart", id_prefix=prefix)


def test_a_chart_without_alt_text_is_refused():
    with pytest.raises(ValueError, match="alt text"):
        to_svg(canvas(), alt="  ", id_prefix="fig")


# ---- The same bytes


@pytest.mark.parametrize("chart", CHARTS)
def test_the_same_chart_gives_the_same_bytes_and_leaves_the_figure_as_it_was(chart):
    figure = CHARTS[chart]()
    figure.dpi = 150
    first = to_svg(figure, alt="A chart", id_prefix="fig")
    assert to_svg(figure, alt="A chart", id_prefix="fig") == first
    assert figure.dpi == 150
    assert to_svg(CHARTS[chart](), alt="A chart", id_prefix="fig") == first


def test_another_process_gives_the_same_bytes():
    program = (
        "import hashlib, test_svg\n"
        "for make in test_svg.CHARTS.values():\n"
        "    text = test_svg.to_svg(make(), alt='A chart', id_prefix='fig')\n"
        "    print(hashlib.sha256(text.encode()).hexdigest())\n"
    )
    here = [
        hashlib.sha256(to_svg(make(), alt="A chart", id_prefix="fig").encode()).hexdigest()
        for make in CHARTS.values()
    ]
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    rooms = [str(Path(kscb_analysis.__file__).parents[1]), str(Path(__file__).parent)]
    there = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(rooms)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.split() == here


def test_a_readers_own_settings_change_nothing():
    plain = to_svg(made_up_trend(), alt="A chart", id_prefix="fig")
    with matplotlib.rc_context({"path.simplify_threshold": 1.0, "svg.fonttype": "path"}):
        assert to_svg(made_up_trend(), alt="A chart", id_prefix="fig") == plain


# ---- The same picture


@given(
    st.lists(
        st.tuples(st.integers(-999, 9999), st.one_of(st.none(), st.integers(-999, 9999))),
        min_size=2,
        max_size=20,
    )
)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_line_goes_through_its_points_and_lifts_the_pen_at_gaps(tenths):
    points = [(x / 10, np.nan if y is None else y / 10) for x, y in tenths]
    xs, ys = np.array(points).T
    svg = drawn(with_artist(Line2D(xs / 460, 1 - ys / 300, color="k")))
    runs = [list(run) for there, run in itertools.groupby(points, lambda p: p[1] == p[1]) if there]
    runs = [run for run in runs if len(run) > 1]
    data = "".join(path.get("d") for path in svg.findall(f"{SVG}path"))
    got = [path_points("M" + each) for each in data.split("M")[1:]]
    assert len(got) == len(runs)
    for path, run in zip(got, runs, strict=True):
        assert np.allclose(path, run, atol=1e-6)


def test_lines_of_one_look_become_one_element():
    figure = canvas()
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    runs = [[(0.0, i / 10), (0.5, 0.5), (1.0, i / 20)] for i in range(8)]
    axes.add_artist(LineCollection(runs, colors="#BFBFBF"))
    (path,) = drawn(figure).findall(f"{SVG}path")
    assert path.get("d").count("M") == 8
    assert path.get("stroke") == "#bfbfbf"


def test_what_covers_what_is_kept():
    figure = canvas()
    for left, colour in ((0.1, "red"), (0.2, "blue"), (0.3, "red"), (0.8, "red")):
        figure.add_artist(Rectangle((left, 0.1), 0.15, 0.5, facecolor=colour, linewidth=0))
    svg = drawn(figure)
    fills = [
        (said(svg, each, "fill"), each.get("d").count("M")) for each in svg.findall(f"{SVG}path")
    ]
    # The last red bar overlaps nothing, so it may be drawn with either of the other two.
    assert fills == [("#f00", 1), ("#00f", 1), ("#f00", 2)]


def test_see_through_and_overlapping_fills_stay_apart():
    figure = canvas()
    for left in (0.1, 0.2):
        figure.add_artist(Rectangle((left, 0.1), 0.15, 0.5, facecolor=(0, 0, 1, 0.5), linewidth=0))
    paths = drawn(figure).findall(f"{SVG}path")
    assert [each.get("fill-opacity") for each in paths] == ["0.5", "0.5"]


def test_markers_stand_where_their_points_are():
    figure = with_artist(
        Line2D(
            [0.25, 0.5],
            [0.5, 0.5],
            marker="s",
            markersize=6,
            markeredgewidth=0,
            linestyle="none",
            color="k",
        )
    )
    (path,) = drawn(figure).findall(f"{SVG}path")
    points = np.array(path_points(path.get("d")))
    assert len(points) == 8
    assert points[:4].mean(axis=0) == pytest.approx([115, 150])
    assert points[4:].mean(axis=0) == pytest.approx([230, 150])
    assert np.ptp(points[:4], axis=0) == pytest.approx([6, 6])


@pytest.mark.parametrize("alpha", [1, 0.5])
def test_a_round_marker_is_the_dot_of_a_round_pen(alpha):
    figure = with_artist(
        Line2D([0.5], [0.5], marker="o", markersize=8, markeredgewidth=0, color="k", alpha=alpha)
    )
    (path,) = drawn(figure).findall(f"{SVG}path")
    assert path.get("d") == "M230 150h0"
    assert (path.get("stroke"), path.get("stroke-width")) == ("#000", "8")
    assert path.get("stroke-linecap") == "round"
    assert float(path.get("stroke-opacity", "1")) == alpha


def test_a_round_marker_with_an_outline_is_two_arcs():
    figure = with_artist(
        Line2D([0.5], [0.5], marker="o", markersize=8, markerfacecolor="w", markeredgecolor="k")
    )
    svg = drawn(figure)
    (path,) = svg.findall(f"{SVG}path")
    assert path.get("d") == "M226 150a4 4 0 1 0 8 0 4 4 0 1 0-8 0"
    assert (said(svg, path, "fill"), path.get("stroke")) == ("#fff", "#000")


def test_what_most_elements_share_is_said_once():
    text = to_svg(made_up_trend(), alt="A chart", id_prefix="fig")
    svg = ElementTree.fromstring(text)
    assert svg.get("fill") == "none"
    assert text.count('fill="none"') == text.count('stroke-linejoin="round"') == 1
    assert all(said(svg, each, "fill") for each in svg.iter(f"{SVG}path"))
    # Text that took over "none" would not be seen.
    groups = [(group, text) for group in svg.iter(f"{SVG}g") for text in group]
    groups += [(text, text) for text in svg.findall(f"{SVG}text")]
    assert groups
    assert all(group.get("fill", "none") != "none" for group, _ in groups)


def test_a_page_may_say_what_all_charts_share():
    figure = made_up_trend()
    whole = to_svg(figure, alt="A chart", id_prefix="fig")
    on_page = to_svg(figure, alt="A chart", id_prefix="fig", page_styles=True)
    assert len(whole) - len(on_page) > 140
    for own in ("<style>", "style=", "font-family"):
        assert own in whole
        assert own not in on_page
    shapes = [re.sub("<style>.*?</style>", "", text).partition(">")[2] for text in (whole, on_page)]
    assert shapes[0] == shapes[1]


def test_a_circle_patch_keeps_its_curves():
    (path,) = drawn(with_artist(Circle((0.5, 0.5), 0.1, linewidth=0))).findall(f"{SVG}path")
    assert path.get("d").startswith("M")
    assert "c" in path.get("d")
    assert path.get("d").endswith("z")


def test_dashes_caps_and_widths_are_kept():
    artist = Line2D([0, 1], [0, 1], linewidth=2, linestyle=(0, (4, 2)), dash_capstyle="round")
    svg = drawn(with_artist(artist))
    (path,) = svg.findall(f"{SVG}path")
    assert path.get("stroke-dasharray") == "8,4"
    assert path.get("stroke-linecap") == "round"
    assert path.get("stroke-width") == "2"
    assert said(svg, path, "fill") == "none"


@pytest.mark.parametrize(
    ("align", "anchor"), [("left", None), ("center", "middle"), ("right", "end")]
)
def test_text_is_anchored_where_its_author_put_it(align, anchor):
    figure = canvas()
    figure.text(0.5, 0.5, "Kent", ha=align, va="baseline", fontsize=14, color="#12436D")
    svg = drawn(figure)
    (text,) = svg.findall(f"{SVG}text")
    assert (text.get("x"), text.get("y")) == ("230", "150")
    assert text.get("text-anchor") == anchor
    assert said(svg, text, "fill") == "#12436d"


def test_bold_sized_and_turned_text():
    figure = canvas()
    figure.text(0.5, 0.5, "plain", fontsize=14, va="baseline")
    figure.text(0.1, 0.1, "plain too", fontsize=14, va="baseline")
    figure.text(0.5, 0.8, "turned", fontsize=11, weight="bold", rotation=90, va="baseline")
    svg = drawn(figure)
    assert svg.get("font-size") == "14"
    (turned,) = [each for each in svg.iter(f"{SVG}text") if each.text == "turned"]
    assert turned.get("font-weight") == "bold"
    assert turned.get("font-size") == "11"
    assert turned.get("transform").startswith("rotate(-90 ")


def test_only_marks_that_leave_their_axes_are_clipped():
    figure = canvas()
    axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    axes.set_axis_off()
    axes.plot([0, 1], [0.1, 0.9], color="blue")
    axes.plot([0, 1], [0.1, 5], color="red")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    svg = drawn(figure)
    clips = {each.get("stroke"): each.get("clip-path") for each in svg.findall(f"{SVG}path")}
    assert clips == {"#00f": None, "#f00": "url(#fig-clip1)"}
    (window,) = svg.findall(f"{SVG}clipPath")
    assert window.get("id") == "fig-clip1"
    assert window[0].get("d") == "M46 30H414V270H46z"


def test_nothing_invisible_is_written():
    figure = with_artist(Rectangle((0.1, 0.1), 0.2, 0.2, facecolor="none", edgecolor="none"))
    figure.add_artist(Line2D([0, 1], [0, 1], alpha=0))
    figure.add_artist(Line2D([np.nan, 1], [0, np.nan]))
    assert drawn(figure).findall(f"{SVG}path") == []


def test_what_cannot_be_drawn_faithfully_is_refused():
    with pytest.raises(NotImplementedError, match="hatches"):
        drawn(with_artist(Rectangle((0, 0), 1, 1, hatch="/")))
    figure = canvas()
    figure.text(0.5, 0.5, "$x^2$")
    with pytest.raises(NotImplementedError, match="mathematical"):
        drawn(figure)
    figure = canvas()
    figure.add_axes((0, 0, 1, 1)).imshow([[1, 2], [3, 4]])
    with pytest.raises(NotImplementedError):
        drawn(figure)
    artist = Line2D([0, 1], [0, 1])
    figure = with_artist(artist)
    artist.set_clip_path(Circle((0.5, 0.5), 0.1, transform=figure.transFigure))
    with pytest.raises(NotImplementedError, match="clipping to a shape"):
        drawn(figure)
