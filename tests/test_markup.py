"""The small parts of a page: numbers as a reader expects them, and nothing that is not escaped."""

import csv
import io
from decimal import ROUND_HALF_EVEN, Decimal
from urllib.parse import unquote

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import HOSTILE, count, figure, indicator, parse, words
from markupsafe import Markup

from kscb_analysis import markup
from kscb_analysis.cards import published
from kscb_analysis.catalogue import Indicator
from kscb_analysis.vocabulary import Direction, Rag, ValueStatus, Verdict


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (1621.0, 0, "1,621"),
        (1234567.0, 0, "1,234,567"),
        (999.0, 0, "999"),
        (-6.5, 1, "−6.5"),
        (54.0, 1, "54.0"),
        (0.0, 1, "0.0"),
        (-0.0, 1, "0.0"),
        (-0.04, 1, "0.0"),
        (100.0, 1, "100.0"),
    ],
)
def test_a_number_as_a_reader_expects_it(value: float, decimals: int, shown: str) -> None:
    assert markup.number(value, decimals) == shown


@given(whole=st.integers(-(10**9), 10**9), places=st.integers(0, 3))
def test_a_printed_figure_is_shown_as_it_is(whole: int, places: int) -> None:
    exact = Decimal(whole).scaleb(-places)
    shown = markup.number(float(exact), places)
    assert Decimal(shown.replace(",", "").replace("−", "-")) == exact
    assert not shown.startswith("−0") or exact != 0


@given(value=st.floats(-1e9, 1e9), places=st.integers(0, 2))
def test_what_is_shown_is_nearest_to_the_figure(value: float, places: int) -> None:
    shown = Decimal(markup.number(value, places).replace(",", "").replace("−", "-"))
    assert shown == Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


@pytest.mark.parametrize("status", list(ValueStatus))
def test_a_figure_or_its_marker_is_shown(status: ValueStatus) -> None:
    value = 7.0 if status is ValueStatus.PUBLISHED else None
    told = markup.figure_text(figure(value, status=str(status)), count())
    assert told == (status.symbol or "7")
    assert markup.figure_text(None, count()) == "not printed"


def test_a_sentence_needs_a_number() -> None:
    with pytest.raises(ValueError, match="needs a number"):
        markup.said(figure(None), indicator())


def test_a_number_in_a_sentence_names_the_row_it_comes_from() -> None:
    (tag,) = parse(markup.said(figure(1621.0), count())).xpath("//data")
    assert (tag.get("value"), tag.text) == ("1621.0", "1,621")
    assert tag.get("data-row") == "assessments_pct|E10000016|2011 Reporting year|value"


def test_text_is_escaped_and_markup_is_not_escaped_twice() -> None:
    assert markup.join([HOSTILE, Markup("<b>&amp;</b>")]) == Markup.escape(HOSTILE) + Markup(
        "<b>&amp;</b>"
    )
    for made in (
        markup.cell(HOSTILE, key=HOSTILE),
        markup.table(HOSTILE, [HOSTILE], [markup.row(HOSTILE, [markup.cell(HOSTILE)])], HOSTILE),
        markup.rating(HOSTILE),
        markup.movement(Direction.RISING, Verdict.BETTER, HOSTILE),
        markup.details(HOSTILE, HOSTILE),
        markup.paragraph("note", HOSTILE),
        markup.bullets([HOSTILE]),
        markup.csv_link(pd.DataFrame({HOSTILE: [HOSTILE]}), HOSTILE, HOSTILE),
    ):
        assert not parse(made).xpath("//script")
        assert "<script" not in made
        assert "</table> " not in made
        assert " ".join(HOSTILE.split()) in words(made)


def test_hostile_text_in_an_attribute_is_that_text() -> None:
    (cell,) = parse("<table><tr>" + markup.cell("1", key=HOSTILE) + "</tr></table>").xpath("//td")
    assert cell.get("data-row") == HOSTILE
    assert set(cell.attrib) == {"data-row"}


@given(
    st.lists(
        st.tuples(st.text(max_size=9), st.one_of(st.none(), st.floats(allow_infinity=False))),
        min_size=1,
        max_size=4,
    )
)
def test_the_csv_in_a_page_is_the_table_whatever_it_holds(
    rows: list[tuple[str, float | None]],
) -> None:
    frame = pd.DataFrame(rows, columns=["area", "value"])
    frame["area"] = frame["area"].str.replace(r"[\x00-\x1f\ud800-\udfff]", " ", regex=True)
    link = parse(markup.csv_link(frame, "name", "the data")).xpath("//a/@href")[0]
    kind, _, held = link.partition(",")
    assert kind == "data:text/csv;charset=utf-8"
    assert unquote(held) == frame.to_csv(index=False, lineterminator="\n")
    head, *lines = csv.reader(io.StringIO(unquote(held)))
    assert head == ["area", "value"]
    assert [line[0] for line in lines] == frame["area"].tolist()
    assert not set(held) & set('"#<>&\n')


def test_a_download_says_what_it_is_and_how_large() -> None:
    page = parse(markup.csv_link(pd.DataFrame({"a": range(1000)}), "kent-trend", "the trend"))
    (link,) = page.xpath("//a")
    assert link.get("download") == "kent-trend.csv"
    assert link.text == "Download the trend (CSV, 4 kB)"


@pytest.mark.parametrize("rag", list(Rag))
def test_a_rating_survives_a_copy_in_black_and_white(rag: Rag) -> None:
    page = parse(markup.rating(str(rag)))
    assert words(markup.rating(str(rag))) == f"{rag.shape} {rag}"
    (shape,) = page.xpath("//*[@aria-hidden='true']")
    assert shape.text == rag.shape
    assert len({one.shape for one in Rag}) == len(Rag)


def test_an_arrow_is_for_the_eye_and_the_meaning_in_words() -> None:
    made = markup.movement(Direction.FALLING, Verdict.BETTER, "down 2, better")
    (arrow,) = parse(made).xpath("//*[@aria-hidden='true']")
    assert arrow.text == "▼"
    assert parse(made).xpath("//span[contains(@class, 'better')]")
    assert words(markup.movement(Direction.UNKNOWN, Verdict.NOT_JUDGED, "not known")) == "not known"


def test_a_legend_explains_each_marker_once_and_published_figures_not_at_all() -> None:
    assert markup.legend(["published", "published"]) == ""
    assert markup.legend([]) == ""
    made = words(markup.legend(["suppressed", "not_available", "suppressed", "published"]))
    assert made == (
        "[x] not available; [c] withheld, because a small number could identify a child."
    )


def test_a_block_shows_itself_in_a_notebook() -> None:
    block = markup.Block(Markup("<p>Hello</p>"), "Hello")
    assert block._repr_html_() == "<p>Hello</p>"
    # A notebook shows it with a style, which a page leaves out.
    shown = block._repr_mimebundle_(include=None, exclude=None)
    assert "<style>" in shown["text/html"]
    assert published(shown["text/html"]) == "<p>Hello</p>"
    assert shown["text/plain"] == "Hello"
    assert repr(block) == "Hello"
    assert " at 0x" not in repr(markup.Block(Markup("<p></p>")))


@pytest.mark.parametrize(("columns", "kind"), [(6, "figures"), (7, "figures many")])
def test_a_table_of_many_columns_is_set_smaller(columns: int, kind: str) -> None:
    (table,) = parse(markup.table("c", ["h"] * columns, [], "n")).xpath("//table")
    assert table.get("class") == kind


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (10, "10th"), (11, "11th"), (12, "12th"),
        (13, "13th"), (21, "21st"), (22, "22nd"), (97, "97th"), (101, "101st"), (111, "111th"),
        (112, "112th"), (113, "113th"), (123, "123rd"), (153, "153rd"),
    ],
)  # fmt: skip
def test_a_place_is_written_with_its_ending(place: int, said: str) -> None:
    assert markup.ordinal(place) == said


@pytest.mark.parametrize(
    ("places", "about", "shown"),
    [
        (0, indicator(), "12%"),
        (2, indicator(), "12.00%"),
        (None, indicator(), "12.0%"),
        (1, count(), "12.0"),
        # Money has its own decimals, whatever a table prints.
        (0, indicator(unit="million pounds"), "£12.0m"),
    ],
)
def test_an_amount_has_the_decimals_of_its_table(
    places: int | None, about: Indicator, shown: str
) -> None:
    assert markup.amount(12.0, about, places=places) == shown
