"""Spines: where a figure stands, told without colour, small, higher to the right."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kscb_analysis.spine import HEIGHT, WIDTH, spine, spine_key

GIVEN: dict[str, Any] = {
    "value": 57.0,
    "interval": (54.0, 60.0),
    "everyone": (20.0, 98.0),
    "neighbours": (45.0, 88.0),
    "middle": (58.0, 76.0),
    "england": 70.0,
    "mean": 66.0,
    "words": "Kent 57.0%, England 70.0%",
}
NOTHING = dict.fromkeys(("value", "interval", "everyone", "neighbours", "england", "mean"))


def drawn(**changes: Any) -> ElementTree.Element:
    return ElementTree.fromstring(spine(**{**GIVEN, **changes}))


def dot(svg: ElementTree.Element) -> float:
    (circle,) = svg.iter("circle")
    return float(circle.get("cx"))


def bars(svg: ElementTree.Element) -> list[tuple[float, float]]:
    return [
        (float(each.get("x")), float(each.get("x")) + float(each.get("width")))
        for each in svg.iter("rect")
    ]


def starts(svg: ElementTree.Element) -> list[float]:
    """Where each path starts, from left to right: England's, the mean's, the interval's."""
    return [float(re.match(r"M([\d.]+)", each.get("d"))[1]) for each in svg.iter("path")]


def test_it_is_a_small_image_that_says_what_it_shows():
    text = spine(**GIVEN)
    svg = drawn()
    assert (svg.get("role"), svg.get("aria-label")) == ("img", GIVEN["words"])
    assert (svg.get("width"), svg.get("height")) == (str(WIDTH), str(HEIGHT))
    assert len(text.encode()) < 1200


def test_bars_lie_within_each_other_and_differ_without_colour():
    everyone, neighbours, middle = bars(drawn())
    assert everyone[0] < neighbours[0] < middle[0] < middle[1] < neighbours[1] < everyone[1]
    fills = [each.get("fill") for each in drawn().iter("rect")]
    brightness = [int(fill[1:3], 16) for fill in fills]
    assert brightness == sorted(brightness, reverse=True)
    assert len(set(brightness)) == 3
    heights = [float(each.get("height")) for each in drawn().iter("rect")]
    assert heights[0] > heights[1]


def test_higher_is_to_the_right_whichever_way_is_better():
    at = [dot(drawn(value=value, interval=None)) for value in (30.0, 57.0, 90.0)]
    assert at == sorted(at)
    assert len(set(at)) == 3
    # Nothing can turn the picture round: it is not told which way is better.
    with pytest.raises(TypeError, match="sign"):
        spine(**GIVEN, sign=-1)


def test_a_part_that_is_not_given_is_not_drawn():
    assert list(drawn(value=None, interval=None).iter("circle")) == []
    assert len(bars(drawn(middle=None))) == 2
    assert len(bars(drawn(middle=None, everyone=None, neighbours=None))) == 0
    only = drawn(england=None, interval=None)
    assert len(starts(only)) == 1


def test_marks_stand_at_their_figures():
    svg = drawn(everyone=(0.0, 100.0), value=25.0, interval=None, england=50.0, mean=75.0)
    (left, right), *_ = bars(svg)
    at = [left + (right - left) * share for share in (0.25, 0.5, 0.75)]
    assert dot(svg) == pytest.approx(at[0], abs=0.2)
    rim, england, mean = starts(svg)
    assert (rim, england, mean) == pytest.approx((at[1], at[1], at[2]), abs=0.2)


def test_equal_figures_stand_in_the_middle():
    svg = drawn(**{**NOTHING, "value": 5.0, "england": 5.0, "middle": None})
    assert dot(svg) == WIDTH / 2
    assert set(starts(svg)) == {WIDTH / 2}


def test_fewer_than_two_figures_are_refused():
    for alone in ({}, {"value": 5.0}, {"england": 5.0}):
        with pytest.raises(ValueError, match="needs another figure"):
            drawn(**{**NOTHING, "middle": None, **alone})
    with pytest.raises(ValueError, match="lower to its higher end"):
        drawn(neighbours=(88.0, 45.0))


def test_words_are_inert():
    text = spine(**{**GIVEN, "words": "<b>\"Kent\" & 'Essex'"})
    assert "<b>" not in text
    assert ElementTree.fromstring(text).get("aria-label") == "<b>\"Kent\" & 'Essex'"


@given(st.lists(st.floats(-1e6, 1e6), min_size=11, max_size=11))
@example([0.0] * 10 + [5e-324])  # a range so narrow that one over it is infinite
def test_nothing_leaves_the_picture(figures):
    value, england, mean, *ends = figures
    spans = [tuple(sorted(ends[i : i + 2])) for i in (0, 2, 4, 6)]
    names = ("interval", "everyone", "neighbours", "middle")
    svg = drawn(value=value, england=england, mean=mean, **dict(zip(names, spans, strict=True)))
    assert 5 <= dot(svg) <= WIDTH - 5
    assert all(left >= 0 and right <= WIDTH for left, right in bars(svg))
    assert all(5 <= x <= WIDTH - 5 for x in starts(svg))
    assert len(ElementTree.tostring(svg)) < 1200


def test_the_key_shows_every_mark_and_names_it():
    items = list(ElementTree.fromstring(spine_key(everyone=True)))
    said = ["".join(item.itertext()) for item in items]
    assert len(said) == len(set(said)) == 6
    assert all(item.find("svg").get("aria-hidden") == "true" for item in items)
    shapes = {each.tag for each in drawn().iter()} - {"svg"}
    assert {each.tag for item in items for each in item.find("svg").iter()} - {"svg"} == shapes


def test_the_key_leaves_out_what_no_picture_shows():
    with_all, without = (
        ["".join(item.itertext()) for item in ElementTree.fromstring(spine_key(everyone=everyone))]
        for everyone in (True, False)
    )
    assert with_all == ["range of all authorities in England", *without]
