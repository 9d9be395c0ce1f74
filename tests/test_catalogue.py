"""indicators.toml: what it means, and that every fault in it names entry, key and remedy."""

import re
from dataclasses import replace
from datetime import date

import pytest
from small_project import REPOSITORY, damage, replace_file

from kscb_analysis.catalogue import load_catalogue, read_toml, take
from kscb_analysis.errors import KscbError, MetadataFault, SourceFault, UnknownName
from kscb_analysis.periods import PeriodBasis
from kscb_analysis.vocabulary import Polarity

REAL = load_catalogue(REPOSITORY / "data" / "metadata")
FILE = "data/metadata/indicators.toml"
FIRST = "indicators.toml, [indicators.assessments_in_time_pct]"


def refusal(project) -> str:
    with pytest.raises(KscbError) as caught:
        load_catalogue(project.metadata)
    return str(caught.value)


def test_an_entry_says_everything_about_its_indicator(small_project):
    catalogue = load_catalogue(small_project.metadata)
    rate = catalogue["plan_rate"]
    assert rate.title.startswith("Children with a child protection plan")
    assert (rate.polarity, rate.period_basis) == (
        Polarity.LOW_IS_GOOD,
        PeriodBasis.POSITION_QUARTER_END,
    )
    assert (rate.topic, rate.section) == ("safeguarding", "child_protection")
    assert [(feed.table, feed.series) for feed in rate.feeds] == [
        ("kpi_2011/plan_rate", "KCC Result"),
        ("kpi_2011/summary", "Children with a plan"),
    ]
    assert [(one.starts, one.reason) for one in rate.breaks] == [
        (date(2008, 4, 1), "The register ended.")
    ]
    assert (rate.plausible, rate.plausible_england) == ((5.0, 100.0), (5.0, 100.0))
    assert (rate.suffix, rate.measure, rate.is_count) == ("", "Rate per 10,000", False)
    share = catalogue["long_plans_pct"]
    assert (share.suffix, share.measure, share.is_count) == ("%", "Percentage", False)
    assert share.numerator_indicator == "long_plans_ended_number"
    assert catalogue["plan_number"].is_count


def test_topics_sections_and_indicators_keep_the_order_of_the_file(small_project):
    catalogue = load_catalogue(small_project.metadata)
    assert list(catalogue.topics) == ["safeguarding", "looked_after_children", "private_fostering"]
    assert [one.section_id for one in catalogue.sections_of("safeguarding")] == [
        "front_door",
        "child_protection",
    ]
    assert [one.indicator_id for one in catalogue.of_topic("looked_after_children")] == [
        "stability_pct",
        "bullied_pct",
        "in_care_number",
        "went_missing_number",
        "found_number",
    ]
    assert [one.indicator_id for one in catalogue.of_topic("private_fostering")] == [
        "notifications_number"
    ]
    assert catalogue.topics["safeguarding"].not_known_about("Kent") == [
        "One page of the report lost its table."
    ]
    assert catalogue.topics["safeguarding"].not_known_about("Essex") == []


def test_a_section_without_indicators_is_empty_and_not_a_fault(small_project):
    text = '[sections.empty]\ntopic = "safeguarding"\ntitle = "E"\nlead = "e"\n\n'
    damage(small_project, FILE, "[sections.missing]", text + "[sections.missing]")
    catalogue = load_catalogue(small_project.metadata)
    assert "empty" in catalogue.sections
    assert not [one for one in catalogue.indicators.values() if one.section == "empty"]


def test_an_indicator_shows_itself_in_a_notebook_without_markup_from_its_words(small_project):
    damage(small_project, FILE, 'title = "Assessments completed in time"', 'title = "A <b> & c"')
    shown = load_catalogue(small_project.metadata)["assessments_in_time_pct"]._repr_html_()
    assert "A &lt;b&gt; &amp; c" in shown
    assert "Higher is better" in shown


def test_scales_run_from_the_best_grade_to_the_lowest():
    assert set(REAL.scales) == {"annual_performance_assessment", "inspection_2010"}
    for scale in REAL.scales.values():
        assert [grade.ordinal for grade in scale.grades] == [4, 3, 2, 1]
    # One paper's 4 is the best grade, the other's Grade 4 the lowest.
    assert REAL.scales["annual_performance_assessment"].grade("Grade 4").ordinal == 4
    assert REAL.scales["inspection_2010"].grade("Grade 4 (inadequate)").ordinal == 1


def test_a_grade_means_something_else_for_the_capacity_to_improve():
    grade = REAL.scales["annual_performance_assessment"].grade("3")
    assert grade.meaning("The council's overall capacity to improve its services") == "Good"
    assert grade.meaning("Being healthy").startswith("A service that consistently delivers above")
    good = REAL.scales["inspection_2010"].grade("Good")
    assert good.meaning("Capacity for improvement") == good.words


def test_a_grade_that_is_not_on_the_scale_is_refused():
    with pytest.raises(ValueError, match="'Grade 5' is no grade of the scale 'inspection_2010'"):
        REAL.scales["inspection_2010"].grade("Grade 5")


SCALES = (REPOSITORY / "data" / "metadata" / "scales.toml").read_text(encoding="utf-8")
BEST = '{ printed = "4", also_printed'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            BEST,
            '{ printed = "3", also_printed',
            ["annual_performance", "'3' stands for two grades"],
        ),
        ("ordinal = 4,", "ordinal = 5,", ["ordinals 4, 3, 2 and 1"]),
        ("ordinal = 4,", 'ordinal = "4",', ["ordinal is '4'", "a whole number"]),
        ("direction =", "directions =", ["unknown key 'directions'", "Did you mean 'direction'?"]),
        (BEST, '{ print = "4", also_printed', ["grades has an unknown key 'print'"]),
        ("[scales.", "[scale.", ["unknown key 'scale'"]),
    ],
)
def test_a_fault_in_a_scale_is_named(small_project, old, new, said):
    assert old in SCALES
    path = small_project.metadata / "scales.toml"
    path.write_text(SCALES.replace(old, new), encoding="utf-8")
    message = refusal(small_project)
    assert message.startswith("scales.toml")
    assert all(part in message for part in said), message


def test_an_unknown_indicator_gets_the_nearest_id():
    with pytest.raises(UnknownName) as caught:
        REAL["adopted_pc"]
    message = str(caught.value)
    assert "No indicator 'adopted_pc' in data/metadata/indicators.toml." in message
    assert "Did you mean 'adopted_pct'?" in message
    assert "kscb list indicators" in message


def test_an_unknown_topic_gets_the_nearest_one():
    with pytest.raises(UnknownName, match="Did you mean 'safeguarding'"):
        REAL.of_topic("safegarding")


# ------------------------------------------------------------------------ faults in the file


DECIMALS = 'decimals = 1\npolarity = "high"\npolarity_reason = "A late'
A_BREAK = "[indicators.plan_rate], breaks"
FEED = 'feeds = [ { table = "missing_2012/in_care" } ]'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        # an unknown key, with the nearest one
        ("[topics.safeguarding]", "[topic.safeguarding]", ["unknown key 'topic'", "'topics'"]),
        ('lead = "What happens', 'leed = "What happens', ["[sections.front_door]", "'lead'"]),
        (
            'numerator = "Assessments completed in time"',
            'numerater = "x"',
            [FIRST, "unknown key 'numerater'", "Did you mean 'numerator'?"],
        ),
        ("not_known = [", "unknown = [", ["[topics.safeguarding]", "'unknown'"]),
        ('series = "NI 1" }', 'serie = "NI 1" }', [FIRST, "feeds", "'serie'", "'series'"]),
        (
            'series = "NI 1" }',
            'series = "NI 1", breakdown = 1 }',
            [FIRST, "breakdown is 1", "text"],
        ),
        ('reason = "The register', 'reson = "The register', ["[indicators.plan_rate]", "reson"]),
        # a key that is missing
        ('subject = "The share of assessments completed in time"', "", [FIRST, "no 'subject'"]),
        ('title = "Safeguarding activity"', "", ["[topics.safeguarding]", "no 'title'"]),
        ('table = "comparison_2011/assessments" ', 'series = "x" ', [FIRST, "no 'table'"]),
        # a value of the wrong type
        (DECIMALS, DECIMALS.replace("1", '"1"'), [FIRST, "decimals is '1'", "whole number"]),
        (DECIMALS, DECIMALS.replace("1", "true"), [FIRST, "decimals is True", "whole number"]),
        (DECIMALS, DECIMALS.replace("1", "-1"), [FIRST, "decimals is -1", "0 to 6"]),
        (
            'title = "Safeguarding activity"',
            "title = 3",
            ["[topics.safeguarding]", "title is 3", "text"],
        ),
        (
            '[topics.private_fostering]\ntitle = "Private fostering"',
            "[topics]\nprivate_fostering = 3",
            ["[topics.private_fostering]", "is 3"],
        ),
        ("not_known = [ {", "not_known = [ 3, {", ["[topics.safeguarding]", "is 3"]),
        ("breaks = [ {", "breaks = [ 3, {", ["[indicators.plan_rate]", "is 3"]),
        ("breaks = [ {", 'breaks = [ "from", {', ["[indicators.plan_rate]", "is 'from'"]),
        (
            "from = 2008-04-01",
            'from = "2008-04-01"',
            ["[indicators.plan_rate]", "from is '2008-04-01'", "a day such as 2011-03-31"],
        ),
        (
            "from = 2008-04-01",
            "from = 2008-04-01T00:00:00",
            ["[indicators.plan_rate]", "from is", "a day such as 2011-03-31"],
        ),
        ('notes = ["More than 100 is possible."]', "notes = [3]", [FIRST, "notes", "3", "text"]),
        ('notes = ["More than 100 is possible."]', 'notes = "More"', [FIRST, "notes is 'More'"]),
        (
            FEED,
            'feeds = [ "missing_2012/in_care" ]',
            ["[indicators.in_care_number]", "a feed is 'missing_2012/in_care'", "{ table = … }"],
        ),
        (
            FEED,
            'feeds = { table = "missing_2012/in_care" }',
            ["[indicators.in_care_number]", "feeds is", "list"],
        ),
        (
            "missing_2012/in_care",
            "in_care",
            ["[indicators.in_care_number]", "'in_care'", "'source/table'"],
        ),
        (
            "missing_2012/in_care",
            "missing_2012/",
            ["[indicators.in_care_number]", "'source/table'"],
        ),
        # a range that is none
        (
            "plausible = [20, 105]",
            "plausible = [20]",
            [FIRST, "plausible is [20]", "[lowest, highest]"],
        ),
        ("plausible = [20, 105]", "plausible = [true, 105]", [FIRST, "plausible is [True, 105]"]),
        ("plausible = [20, 105]", "plausible = [105, 20]", [FIRST, "the lowest stands first"]),
        ("plausible = [20, 105]", "plausible = [nan, 20]", [FIRST, "plausible is [nan, 20]"]),
        (
            "plausible = [20, 105]",
            "plausible = [20, 105]\nplausible_england = 3",
            [FIRST, "plausible_england is 3"],
        ),
        # a word that is not one of those there are
        (
            'polarity = "high"\npolarity_reason = "A late',
            'polarity = "higher"\npolarity_reason = "A late',
            [FIRST, "polarity is 'higher'", "Did you mean 'high'?"],
        ),
        (
            'period_basis = "survey year"',
            'period_basis = "survey yaer"',
            ["[indicators.bullied_pct]", "Did you mean 'survey year'?"],
        ),
        (
            'section = "notifications"',
            'section = "notification"',
            ["[indicators.notifications_number]", "Did you mean 'notifications'?"],
        ),
        (
            '[sections.notifications]\ntopic = "private_fostering"',
            '[sections.notifications]\ntopic = "private"',
            ["[sections.notifications]", "Did you mean 'private_fostering'?"],
        ),
        (
            'numerator_indicator = "long_plans_ended_number"',
            'numerator_indicator = "long_plans_ended"',
            ["[indicators.long_plans_pct]", "Did you mean 'long_plans_ended_number'?"],
        ),
        # what is no TOML at all
        (
            "[topics.private_fostering]",
            "[topics.safeguarding]",
            ["metadata/indicators.toml is not readable TOML", "line"],
        ),
        (
            "[topics.private_fostering]",
            "[topics.private_fostering",
            ["metadata/indicators.toml", "line"],
        ),
    ],
)
def test_a_fault_names_entry_and_key_and_what_it_should_be(small_project, old, new, said):
    damage(small_project, FILE, old, new)
    message = refusal(small_project)
    assert all(part in message for part in said), message
    assert "indicators.toml" in message


@pytest.mark.parametrize("what", ["topics", "sections", "indicators"])
@pytest.mark.parametrize("entry", ["one = 3", "one = 'x'", "one = [1]"])
def test_an_entry_that_is_no_table_is_named(small_project, what, entry):
    others = [one for one in ("topics", "sections", "indicators") if one != what]
    text = "\n".join([f"[{what}]\n{entry}", *(f"[{one}]" for one in others)])
    replace_file(small_project, FILE, text.encode())
    assert f"[{what}.one] is " in refusal(small_project)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "has no 'topics'"), (b"\xff\xfe", "not readable TOML"), (b"topics = 3", "topics is 3")],
)
def test_a_file_that_says_nothing_is_named(small_project, content, said):
    replace_file(small_project, FILE, content)
    message = refusal(small_project)
    assert "indicators.toml" in message
    assert said in message


def test_a_file_that_is_not_there_is_named(small_project):
    (small_project.root / FILE).unlink()
    with pytest.raises(SourceFault, match=r"metadata/indicators\.toml is missing"):
        load_catalogue(small_project.metadata)


def test_a_folder_in_place_of_the_file_is_named(small_project):
    (small_project.root / FILE).unlink()
    (small_project.root / FILE).mkdir()
    with pytest.raises(SourceFault, match=r"metadata/indicators\.toml cannot be read"):
        read_toml(small_project.root / FILE)


@pytest.mark.parametrize(
    ("entry", "kind", "should"),
    [
        ({"key": "3"}, int, "a whole number"),
        ({"key": True}, int, "a whole number"),
        ({"key": 3}, str, "text"),
        ({"key": 3}, list, "a list"),
        ({"key": []}, dict, "a table"),
        ({"key": 3}, date, "a day"),
    ],
)
def test_a_wrong_type_is_named_in_words(entry, kind, should):
    with pytest.raises(MetadataFault, match=re.escape(f"here: key is {entry['key']!r}")) as caught:
        take(entry, "key", kind, "here")
    assert should in str(caught.value)


def test_a_missing_key_is_the_default_where_there_is_one():
    assert take({}, "key", str, "here", "") == ""
    assert take({}, "key", str, "here", None) is None
    with pytest.raises(MetadataFault, match=r"here has no 'key'\. Did you mean 'kay'"):
        take({"kay": 3}, "key", str, "here")


# --------------------------------------------------------------------------- the smallest change

SMALLEST = "[smallest_change]\npercent = 1.5\nother = 0.02\n\n"


def with_smallest(project, text, own=""):
    damage(project, FILE, "[topics.safeguarding]", f"{text}[topics.safeguarding]")
    if own:
        damage(project, FILE, "plausible = [20, 105]", f"plausible = [20, 105]\n{own}")
    return load_catalogue(project.metadata)


def test_the_smallest_change_is_points_for_a_percentage_and_a_share_for_the_rest(small_project):
    catalogue = with_smallest(small_project, SMALLEST)
    assert catalogue.smallest_change == (1.5, 0.02)
    share, number = catalogue["assessments_in_time_pct"], catalogue["plan_number"]
    assert (share.least_movement(50.0), share.least_movement(0.0)) == (1.5, 1.5)
    assert number.smallest_change is None
    assert number.least_movement(-200.0) == pytest.approx(4.0)


def test_an_indicators_own_smallest_change_and_tolerance_go_first(small_project):
    own = "smallest_change = 0\ntolerance = 2.5"
    catalogue = with_smallest(small_project, SMALLEST, own)
    share = catalogue["assessments_in_time_pct"]
    assert (share.smallest_change, share.tolerance) == (0.0, 2.5)
    assert share.least_movement(50.0) == 0.0
    assert catalogue["stability_pct"].tolerance is None


def test_without_a_smallest_change_any_change_counts(small_project):
    catalogue = load_catalogue(small_project.metadata)
    assert catalogue.smallest_change == (None, 0.0)
    assert {one.least_movement(100.0) for one in catalogue.indicators.values()} == {0.0}


@pytest.mark.parametrize("value", ["-1", "true", '"1"', "nan", "inf", "[1]"])
@pytest.mark.parametrize("place", ["percent", "other", "smallest_change", "tolerance"])
def test_a_smallest_change_that_is_no_size_is_named(small_project, place, value):
    section, own = f"[smallest_change]\n{place} = {value}\n\n", ""
    if place in ("smallest_change", "tolerance"):
        section, own = "", f"{place} = {value}"
    with pytest.raises(MetadataFault, match=f"{place} is .*should be a number, 0 or more"):
        with_smallest(small_project, section, own)


def test_a_misspelt_smallest_change_is_named(small_project):
    with pytest.raises(MetadataFault, match=r"\[smallest_change\].*'percnt'.*'percent'"):
        with_smallest(small_project, "[smallest_change]\npercnt = 1\n\n")


@pytest.mark.parametrize(
    ("unit", "per"),
    [
        ("percent", 100),
        ("rate per 10,000", 10_000),
        ("rate per 1,000 births", 1000),
        ("children", None),
        ("thousand pounds", None),
    ],
)
def test_what_a_share_or_rate_is_counted_out_of(unit, per):
    assert replace(REAL["adopted_pct"], unit=unit).per == per


# ------------------------------------------------------------------------ the repository's own


@pytest.mark.parametrize("indicator", REAL.indicators.values(), ids=lambda one: one.indicator_id)
def test_every_indicator_is_said_in_full(indicator):
    assert len(indicator.short_title) <= 45
    assert indicator.definition.endswith(".")
    assert indicator.polarity_reason.endswith(".")
    assert indicator.feeds or indicator.national
    assert bool(indicator.numerator) == bool(indicator.denominator)
    # Sums of money, lengths of time and calls in thousands are named for what they are.
    if not indicator.unit.endswith(("pounds", "weeks", "calls")):
        assert indicator.indicator_id.endswith(("_pct", "_rate", "_number", "_score"))
    assert (indicator.unit == "percent") == indicator.indicator_id.endswith("_pct")
    assert indicator.unit.startswith("rate") == indicator.indicator_id.endswith("_rate")
    assert indicator.title[0].isupper()
    assert not indicator.title.endswith(".")


def test_every_section_has_an_indicator_and_every_topic_a_section():
    assert {one.section for one in REAL.indicators.values()} == set(REAL.sections)
    for topic in REAL.topics:
        assert REAL.sections_of(topic), topic


def test_no_two_indicators_are_shown_under_one_name():
    for names in (
        [one.title for one in REAL.indicators.values()],
        [one.short_title for one in REAL.indicators.values()],
    ):
        assert len(names) == len(set(names))


def test_counts_beside_a_percentage_are_counts():
    for indicator in REAL.indicators.values():
        for other in (indicator.numerator_indicator, indicator.denominator_indicator):
            assert other is None or REAL[other].is_count
        assert (indicator.numerator_indicator is None) == (indicator.denominator_indicator is None)
