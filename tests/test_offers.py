"""Indicators and areas by name: offered by Tab, shown with what is known, taken for their names."""

import copy
import pickle

import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_markdown_cell
from sample_notebook import code, notebook, result
from traitlets.config import Config

import kscb_analysis
from kscb_analysis.dataset import Dataset
from kscb_analysis.errors import KscbError, UnknownName
from kscb_analysis.exporter import KscbExporter
from kscb_analysis.facts import spans
from kscb_analysis.html5 import parse, words
from kscb_analysis.offers import NotOffered
from kscb_analysis.paper import Paper

ASSESSMENTS = "assessments_in_time_pct"
HELD = {
    "East Sussex", "England", "Essex", "Kent", "Kingston upon Hull", "Lancashire", "Rutland",
}  # fmt: skip


@pytest.fixture(scope="module")
def shell(small_data, tmp_path_factory):
    """Give an IPython that has the data, as a kernel has it, and keeps no history."""
    quiet = Config({"HistoryManager": {"enabled": False}})
    folder = str(tmp_path_factory.mktemp("ipython"))
    return InteractiveShell(user_ns={"data": small_data}, config=quiet, ipython_dir=folder)


@pytest.fixture(params=[False, True], ids=["without jedi", "with jedi"])
def offered(request, shell):
    """Give a function from what somebody typed to what the Tab key offers then."""
    completer = shell.Completer
    completer.use_jedi = request.param

    def complete(typed: str) -> list[str]:
        with provisionalcompleter():
            found = list(completer.completions(typed, len(typed)))
        # One of the two writes the dot as well.
        return [one.text.rpartition(".")[2] for one in found]

    return complete


# ------------------------------------------------------------------------------------- the Tab key


def test_indicators_with_figures_are_offered_after_the_dot(offered, small_data):
    assert sorted(offered("data.indicators.")) == sorted(small_data.indicator_ids())
    assert offered("data.indicators.assess") == [ASSESSMENTS]
    assert offered("data.series(data.indicators.assess") == [ASSESSMENTS]


def test_areas_with_figures_are_offered_after_the_dot(offered):
    every = {name.lower().replace(" ", "_") for name in HELD}
    found = set(offered("data.areas."))
    assert every <= found
    assert not {"barnet", "south_east"} & found
    assert {"east_sussex", "england", "essex"} <= set(offered("x = data.areas.e")) < found


def test_indicators_and_then_areas_are_offered_between_the_brackets(offered, small_data):
    assert sorted(offered('data["')) == sorted(small_data.indicator_ids())
    assert offered('data["assess') == [ASSESSMENTS]
    assert set(offered(f'data["{ASSESSMENTS}", "')) == HELD
    assert offered('data.indicators["assess') == [ASSESSMENTS]
    assert set(offered('data.areas["')) == HELD


def test_what_a_dataset_can_do_is_offered(offered):
    assert {"find", "series", "compare", "chart", "indicators", "areas"} <= set(offered("data."))


# ----------------------------------------------------------------------------- names and objects


def test_an_attribute_is_the_entry_of_the_catalogue(small_data):
    assert small_data.indicators.assessments_in_time_pct == small_data.catalogue[ASSESSMENTS]
    assert small_data.indicators[ASSESSMENTS] == small_data.indicator(ASSESSMENTS)
    assert small_data.areas.east_sussex == small_data.area("845")
    assert small_data.areas["east sussex"] is not None
    assert [one.indicator_id for one in small_data.indicators] == list(
        small_data.catalogue.indicators
    )
    assert {area.name for area in small_data.areas} > HELD


@pytest.mark.parametrize(
    "ask",
    [
        lambda data, one, area: data.series(one, area),
        lambda data, one, area: data.compare(one, area, 2010),
        lambda data, one, area: data[one],
        lambda data, one, area: data[one, area],
        lambda data, one, area: data.figures(one),
        lambda data, one, area: data.figures(one, latest=False),
        lambda data, one, area: data.breakdowns(one),
        lambda data, one, area: data.chart(one, area).table,
        lambda data, one, area: Paper(area=area, period=2011, data=data).trend(one).table,
    ],
)
def test_an_object_does_as_well_as_its_name(small_data, ask):
    one, area = small_data.indicators.assessments_in_time_pct, small_data.areas.kent
    by_object, by_name = ask(small_data, one, area), ask(small_data, ASSESSMENTS, "Kent")
    pd.testing.assert_frame_equal(by_object, by_name)
    assert list(by_name.columns)


def test_brackets_give_the_figures_of_all_areas_or_of_one(small_data):
    pd.testing.assert_frame_equal(small_data[ASSESSMENTS], small_data.figures(ASSESSMENTS))
    pd.testing.assert_frame_equal(
        small_data[ASSESSMENTS, "Kent"], small_data.series(ASSESSMENTS, "Kent")
    )
    assert small_data.last_year(small_data.indicators[ASSESSMENTS]) == 2011


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda data: data.indicators.assesments_in_time_pct, f"Did you mean '{ASSESSMENTS}'?"),
        (lambda data: data.areas.kant, "Did you mean 'kent'?"),
        (lambda data: data["assessments_in_time"], f"Did you mean '{ASSESSMENTS}'?"),
        (lambda data: data[ASSESSMENTS, "Kant"], "Did you mean 'Kent'?"),
        (lambda data: data[[ASSESSMENTS]], "No indicator ['assessments_in_time_pct']"),
        (lambda data: data.areas.barnet and data.area(data.areas.barnet), "no figures for Barnet"),
    ],
)
def test_a_name_that_is_not_there_is_a_message(small_data, ask, said):
    with pytest.raises(UnknownName) as caught:
        ask(small_data)
    assert said in str(caught.value)


def test_pythons_own_questions_are_answered(small_data):
    assert issubclass(NotOffered, KscbError)
    for namespace in (small_data.indicators, small_data.areas):
        assert not hasattr(namespace, "nobody_is_called_this")
        assert not hasattr(namespace, "_ipython_canary_method_should_not_exist_")
        assert type(copy.copy(namespace)) is type(namespace)
    kent = small_data.areas.kent
    assert {kent: 1}[small_data.area("Kent")] == 1
    # What shows more is one with what does not.
    assert kent == small_data.areas.by_code[kent.code]
    assert pickle.loads(pickle.dumps(small_data.areas.by_code[kent.code])) == kent


# ------------------------------------------------------------------------------------------ words


def test_indicators_are_found_by_words_of_their_titles_first(small_data):
    found = small_data.find("assess")
    assert list(found["indicator_id"]) == [ASSESSMENTS]
    assert list(found.columns) == [
        "indicator_id", "short_title", "unit", "polarity", "first", "last",
    ]  # fmt: skip
    assert str(found["last"].iloc[0].date()) == "2011-10-31"
    assert list(small_data.find("TIME  hundred")["indicator_id"]) == [ASSESSMENTS]


def test_a_title_goes_before_a_definition(real_data):
    found = [real_data.catalogue[one] for one in real_data.find("care")["indicator_id"]]
    titled = [
        "care" in f"{one.indicator_id} {one.title} {one.short_title}".lower() for one in found
    ]
    assert titled == sorted(titled, reverse=True)
    assert set(titled) == {True, False}
    assert all("care" in one.definition.lower() for one in found[sum(titled) :])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("asessments", "Did you mean 'assessments'?"),
        ("zzzz", "'zzzz'"),
        ("  ", "data.indicators() lists all"),
    ],
)
def test_words_that_nobody_uses_are_a_message(small_data, typed, said):
    with pytest.raises(UnknownName) as caught:
        small_data.find(typed)
    assert said in str(caught.value)


# ------------------------------------------------------------------------------------------ shown


def facts(shown: object) -> dict[str, str]:
    """Read a card back: each heading with what is said under it."""
    root = parse(shown._repr_html_())
    heads = [head for head in root.iter("th") if head.get("scope") == "row"]
    return {words(head): words(head.getnext()) for head in heads}


def test_an_indicator_says_what_it_means_and_what_there_is_of_it(small_data):
    told = facts(small_data.indicators.assessments_in_time_pct)
    assert told["Definition"] == "Of every hundred assessments, how many were completed in time."
    assert told["Unit"] == "Percentage"
    assert told["Which way is better"].startswith("Higher is better. A late")
    assert told["Years to 31 March"] == "2009 to 2011"
    assert told["Other periods"] == "1 more, the last of them to 31 October 2011"
    values = small_data.observations
    mine = values[(values["indicator_id"] == ASSESSMENTS) & values["value"].notna()]
    assert told["Figures"].startswith(f"{len(mine)} for {mine['area_code'].nunique()} areas")
    for source_id in mine["source_id"].unique():
        assert small_data.sources[source_id].title in told["Sources"]
    # The catalogue alone knows no figures.
    assert "Figures" not in facts(small_data.catalogue[ASSESSMENTS])


def test_an_area_says_where_it_is_and_who_its_neighbours_are(small_data):
    told = facts(small_data.areas.kent)
    assert told["Code"] == "E10000016 (886)"
    assert told["Region"] == "South East"
    assert told["Statistical neighbours"] == (
        "Essex, East Sussex, Lancashire (Neighbours of Kent as printed)"
    )
    assert facts(small_data.areas.barnet)["Figures"] == "none in the data"
    assert "Statistical neighbours" not in facts(small_data.areas.essex)


def test_an_area_says_what_it_took_over_from(real_data):
    dorset = next(area for area in real_data.areas if area.predecessors)
    before = facts(dorset)["Before it"]
    assert before == ", ".join(real_data.areas.name_of(code) for code in dorset.predecessors)
    assert dorset.name in facts(real_data.areas[dorset.predecessors[0]])["After it"]
    assert facts(dorset)["First day"].endswith(str(dorset.exists_from.year))


def test_a_dataset_says_what_was_read_and_what_to_try(small_data):
    told = facts(small_data)
    rows = small_data.observations
    assert told["Figures"].startswith(f"{len(rows):,} rows, {rows['value'].notna().sum():,} of")
    assert told["Newest year"] == "year ending 31 March 2011"
    assert told["Areas"] == str(len(HELD))
    lines = parse(small_data._repr_html_()).findall(".//code")
    asked = [words(line) for line in lines if "(" in words(line)]
    assert len(asked) == 4
    for line in asked[1:]:
        assert eval(line, {"data": small_data}) is not None, line  # what it tells to try works


def test_all_indicators_are_shown_by_topic(small_data):
    root = parse(small_data.indicators._repr_html_())
    captions = [words(one) for one in root.iter("caption")]
    assert captions == [topic.title for topic in small_data.catalogue.topics.values()]
    assert [words(one) for one in root.iter("code")] == small_data.indicator_ids()


def test_plain_text_is_one_short_line(small_data):
    for shown in (
        small_data, small_data.indicators, small_data.areas, small_data.areas.kent,
        small_data.indicators.assessments_in_time_pct,
    ):  # fmt: skip
        assert len(repr(shown).splitlines()) == 1
        assert len(repr(shown)) < 80 + len(str(small_data.project.root))
    assert repr(small_data.areas.kent) == "Area('Kent', 'E10000016')"


def test_what_is_shown_can_be_published(small_data):
    shown = [
        small_data,
        small_data.areas.kent,
        small_data.indicators.assessments_in_time_pct,
        small_data.indicators,
    ]
    cells = [code(f"x{at}", result("text/html", one._repr_html_())) for at, one in enumerate(shown)]
    page, _ = KscbExporter().from_notebook_node(notebook(new_markdown_cell("# Shown"), *cells))
    assert "kscb-shown" not in page
    captions = [words(one) for one in parse(page).iter("caption")]
    assert len(captions) == 3 + len(small_data.catalogue.topics)


def test_a_dataset_without_figures_says_so(small_project):
    from small_project import keep_only

    keep_only(small_project, "kpi_2011")
    data = kscb_analysis.load(small_project.root)
    assert facts(data)["Newest year"] == "none"
    assert "Figures" in facts(data.areas.kent)
    assert isinstance(data, Dataset)


@pytest.mark.parametrize(
    ("years", "said"),
    [([], ""), ([2011], "2011"), ([2009, 2011, 2010, 2013], "2009 to 2011, 2013")],
)
def test_years_in_a_row_are_written_as_one(years, said):
    assert spans(years) == said
