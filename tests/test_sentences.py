"""The findings: which are chosen, in what order, and that each says no more than is known."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import HOSTILE, broken, count, figure, indicator, moved, parse, standing, words

from kscb_analysis.intervals import Against, Comparison
from kscb_analysis.measures import verdict
from kscb_analysis.periods import PeriodBasis, month, period_of, reporting_year
from kscb_analysis.sentences import (
    FAR_FROM_NEIGHBOURS,
    MOST,
    change_words,
    comparable,
    distance_on_worse_side,
    findings,
    headline,
    sentence,
    since_words,
)
from kscb_analysis.standing import Standing
from kscb_analysis.vocabulary import Polarity, Rag, Verdict

PART_YEAR = period_of("201112", "Financial year Q1-Q3")
NO_JUDGEMENT = [Polarity.NO_JUDGEMENT, Polarity.NEAR_TARGET_IS_GOOD]


def beside(now: float, mean: float, spread: float, before: float | None = None) -> Standing:
    """Stand at a distance from the neighbours, with or without a movement."""
    previous = None if before is None else figure(before, 2010)
    return standing(
        latest=figure(now),
        previous=previous,
        neighbours_mean=figure(mean, what="neighbours_mean"),
        neighbours_spread=spread,
    )


# One standing for each place in the stated order, and beside each edge one on either side of it.
IN_ORDER = [
    ("rated red and getting worse", moved(50, 60, rating=Rag.RED)),
    ("rated red", moved(60, 60, rating=Rag.RED)),
    ("furthest from the neighbours", beside(50, 60, 5.0)),
    ("furthest from the neighbours", beside(50, 60, 10 / FAR_FROM_NEIGHBOURS)),
    ("got worse", moved(50, 60)),
    ("got worse", moved(50, 50.1)),
    ("improved", moved(60, 50)),
    ("changed", moved(60, 50, indicator(polarity=Polarity.NO_JUDGEMENT))),
    ("level", moved(60, 60)),
]


def named(cases: list[tuple[str, Standing]]) -> list[Standing]:
    """Give each standing an indicator of its own."""
    return [
        standing(
            indicator(f"n{at}", polarity=one.indicator.polarity),
            **{
                part: getattr(one, part)
                for part in ("latest", "previous", "rating", "neighbours_mean", "neighbours_spread")
            },
        )
        for at, (_, one) in enumerate(cases)
    ]


def test_the_stated_order_holds_whatever_the_order_of_the_catalogue() -> None:
    cases = named(IN_ORDER)
    for given_order in (cases, cases[::-1], cases[3:] + cases[:3]):
        found = findings(given_order, most=len(cases))
        assert [one.reason for one in found] == [reason for reason, _ in IN_ORDER]


def test_within_a_place_the_further_and_the_larger_relative_change_come_first() -> None:
    near, far = beside(50, 60, 9.0), beside(50, 60, 2.0)
    small, large = moved(50, 51), moved(50, 100)
    chosen = findings(named([("", near), ("", far), ("", small), ("", large)]))
    assert [one.indicator.indicator_id for one in chosen] == ["n1", "n0", "n3", "n2"]


@pytest.mark.parametrize(
    ("now", "mean", "reason"),
    [
        (50.0, 60.0, "furthest from the neighbours"),
        (50.1, 60.0, "level"),  # just less than one standard deviation
        (70.0, 60.0, "level"),  # as far off, on the better side
    ],
)
def test_far_from_the_neighbours_begins_at_one_standard_deviation(
    now: float, mean: float, reason: str
) -> None:
    (only,) = findings([beside(now, mean, 10.0, before=now)])
    assert only.reason == reason


def test_a_spread_of_nothing_or_of_one_neighbour_puts_nobody_far_off() -> None:
    for spread in (0.0, float("nan"), None):
        (only,) = findings([beside(50, 60, spread, before=50)])  # type: ignore[arg-type]
        assert only.reason == "level"


def test_england_stands_in_only_where_no_neighbour_has_a_figure() -> None:
    england = figure(60, what="england")
    alone = standing(latest=figure(50), england=england)
    level = standing(latest=figure(60), england=england)
    with_mean = standing(latest=figure(50), england=england, neighbours_mean=figure(50))
    assert [findings([one])[0].reason for one in (alone, level, with_mean)] == [
        "worse than England",
        "level",
        "level",
    ]


def test_at_most_six_and_one_for_each_indicator() -> None:
    many = [moved(50, 60 + at, indicator(f"n{at}")) for at in range(9)]
    found = findings(many)
    assert len(found) == MOST == 6
    assert len({one.indicator.indicator_id for one in found}) == 6


def test_changes_without_a_verdict_come_from_more_than_one_section() -> None:
    def change(name: str, section: str, now: float) -> Standing:
        about = count(name, section=section, polarity=Polarity.NO_JUDGEMENT)
        return moved(now, 100, about)

    crowd = [change(f"crowd_{at}", "uasc", 10 + at) for at in range(6)]
    others = [change(f"other_{at}", f"section_{at}", 90) for at in range(4)]
    told = [one.indicator.indicator_id for one in findings([*crowd, *others])]
    assert told[:2] == ["crowd_0", "crowd_1"], "the largest changes still come first"
    assert set(told[2:]) == {f"other_{at}" for at in range(4)}
    alone = findings(crowd)
    assert len(alone) == MOST, "where there is nothing else, one section may have all places"
    worse = [moved(40 + at, 80, indicator(f"worse_{at}", section="uasc")) for at in range(4)]
    told = [one.indicator.indicator_id for one in findings([*worse, *others])]
    assert set(told[:4]) == {f"worse_{at}" for at in range(4)}, "what got worse is never held back"


def test_an_improvement_is_kept_when_there_is_one() -> None:
    worse = [moved(50, 60 + at, indicator(f"n{at}")) for at in range(8)]
    better = [moved(60, 50, indicator("b0")), moved(60, 30, indicator("b1"))]
    with_one = findings([*worse, *better])
    assert [one.reason for one in with_one] == ["got worse"] * 5 + ["improved"]
    assert with_one[-1].indicator.indicator_id == "b1", "the larger one"
    assert [one.reason for one in findings(worse)] == ["got worse"] * 6


def test_an_improvement_among_the_six_displaces_nothing() -> None:
    red_but_better = moved(60, 50, indicator("red"), rating=Rag.RED)
    worse = [moved(50, 60 + at, indicator(f"n{at}")) for at in range(8)]
    found = findings([*worse, red_but_better, moved(60, 30, indicator("b"))])
    assert [one.reason for one in found] == ["rated red"] + ["got worse"] * 5


def test_nothing_known_is_nothing_said() -> None:
    blank = standing()
    marker_only = standing(latest=figure(None))
    rated_only = standing(rating=Rag.RED, rating_period=month(2011, 9))
    assert findings([blank, marker_only, rated_only]) == []
    for one in (blank, marker_only):
        with pytest.raises(ValueError, match="nothing to say"):
            sentence(one)


@pytest.mark.parametrize("polarity", NO_JUDGEMENT)
@pytest.mark.parametrize("now", [40.0, 50.0, 60.0])
def test_where_no_side_is_better_none_is_named(polarity: Polarity, now: float) -> None:
    one = moved(now, 50, indicator(polarity=polarity), neighbours_mean=figure(45))
    since = standing(one.indicator, latest=figure(50), since=figure(now, month(2011, 9)))
    said = words(sentence(one), headline(one), change_words(one), since_words(since))
    assert "better" not in said
    assert "worse" not in said


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (60.0, "rose from 50.0% to 60.0% in the year to March 2011, which is better."),
        (40.0, "fell from 50.0% to 40.0% in the year to March 2011, which is worse."),
        (50.0, "stayed at 50.0% in the year to March 2011."),
    ],
)
def test_a_movement_in_words(now: float, said: str) -> None:
    assert words(sentence(moved(now, 50))) == f"The share of assessments_pct {said}"


@given(now=st.integers(0, 1000), before=st.integers(0, 1000))
def test_turning_polarity_round_turns_the_verdict_round(now: int, before: int) -> None:
    high, low = (
        moved(now / 10, before / 10, indicator(polarity=polarity))
        for polarity in (Polarity.HIGH_IS_GOOD, Polarity.LOW_IS_GOOD)
    )
    opposite = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER}
    assert opposite.get(high.verdict, high.verdict) is low.verdict
    assert (high.verdict is Verdict.SAME) == (now == before)
    swapped = (
        change_words(high).replace("better", "~").replace("worse", "better").replace("~", "worse")
    )
    assert swapped == change_words(low)


@given(change=st.floats(-1e6, 1e6, allow_nan=False), polarity=st.sampled_from(NO_JUDGEMENT))
def test_without_a_better_side_nothing_is_judged(change: float, polarity: Polarity) -> None:
    assert verdict(change, indicator(polarity=polarity)) is Verdict.NOT_JUDGED


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=12))
def test_findings_never_repeat_an_indicator_and_never_pass_six(
    pairs: list[tuple[int, int]],
) -> None:
    stood = [moved(now, before, indicator(f"n{at}")) for at, (now, before) in enumerate(pairs)]
    found = findings(stood)
    names = [one.indicator.indicator_id for one in found]
    assert len(names) == len(set(names)) == min(len(pairs), MOST)
    improved = any(now > before for now, before in pairs)
    kept = any(
        one.verdict is Verdict.BETTER for one in stood if one.indicator.indicator_id in names
    )
    assert kept == improved


def test_every_number_names_its_figure_and_shows_its_value() -> None:
    one = standing(
        latest=figure(54.0),
        previous=figure(68.5, 2010),
        neighbours_mean=figure(71.04, what="neighbours_mean"),
    )
    page = parse(sentence(one))
    shown = {tag.get("data-row"): tag for tag in page.xpath("//data")}
    assert set(shown) == {
        "assessments_pct|E10000016|2011 Reporting year|value",
        "assessments_pct|E10000016|2010 Reporting year|value",
        "assessments_pct|E10000016|2011 Reporting year|neighbours_mean",
    }
    mean = shown["assessments_pct|E10000016|2011 Reporting year|neighbours_mean"]
    assert (mean.text_content(), mean.get("value")) == ("71.0%", "71.04")
    for tag in page.xpath("//data"):
        tag.drop_tree()
    left = page.text_content().replace("March 2011", "")
    assert not any(character.isdigit() for character in left), "a number tied to no figure"


def test_a_break_in_the_series_is_never_crossed() -> None:
    told = indicator(breaks=broken(date(2011, 4, 1)))
    one = standing(told, latest=figure(50.0), since=figure(80.0, month(2011, 9)), rating=Rag.RED)
    assert since_words(one) == "not comparable"
    assert not comparable(one)
    said = words(sentence(one))
    assert "80.0% in September 2011" in said
    assert "50.0%" not in said
    assert "from" not in said


@pytest.mark.parametrize(
    ("starts", "allowed"),
    [
        (date(2011, 3, 31), True),  # before the later figure's stretch begins to differ
        (date(2011, 4, 1), False),
        (date(2011, 9, 30), False),  # on the later figure's own last day
        (date(2011, 10, 1), True),
    ],
)
def test_a_break_counts_from_the_day_after_one_figure_to_the_day_of_the_other(
    starts: date, allowed: bool
) -> None:
    told = indicator(breaks=broken(starts))
    one = standing(told, latest=figure(50.0), since=figure(80.0, month(2011, 9)))
    assert comparable(one) is allowed


def test_a_part_of_a_year_is_not_set_against_a_whole_one_when_things_are_counted() -> None:
    one = standing(count(), latest=figure(80), since=figure(99, PART_YEAR), rating=Rag.RED)
    assert since_words(one) == "not comparable"
    said = words(sentence(one))
    assert "99 in April to December 2011" in said
    assert "80" not in said
    # A rate may be set beside the year's, and so may a number on a day.
    assert since_words(standing(latest=figure(80), since=figure(99, PART_YEAR))) == "up, better"
    on_a_day = count(period_basis=PeriodBasis.POSITION_YEAR_END)
    assert (
        since_words(standing(on_a_day, latest=figure(80), since=figure(99, month(2011, 12))))
        == "up, worse"
    )


def test_only_getting_worse_since_is_told_as_getting_worse() -> None:
    fallen = standing(latest=figure(50), since=figure(40, month(2011, 9)), rating=Rag.RED)
    risen = standing(latest=figure(50), since=figure(60, month(2011, 9)), rating=Rag.RED)
    reasons = [findings([one])[0].reason for one in (fallen, risen)]
    assert reasons == ["rated red and getting worse", "rated red"]


def test_a_rating_of_another_day_says_its_day() -> None:
    at = {"latest": figure(50), "rating": Rag.RED}
    later = words(sentence(standing(rating_period=month(2011, 9), **at)))
    same = words(sentence(standing(rating_period=reporting_year(2011), **at)))
    assert later.endswith(". It was rated red in September 2011.")
    assert same.endswith(". It was rated red.")


def test_a_target_of_another_year_is_not_held_against_a_figure() -> None:
    of_2010 = standing(count(), latest=figure(50), target=figure(60, 2010, "target"))
    of_2011 = standing(count(), latest=figure(50), target=figure(60, 2011, "target"))
    assert "target" not in words(sentence(of_2010))
    assert "The target is 60." in words(sentence(of_2011))


def test_a_count_is_set_beside_no_other_area() -> None:
    one = standing(
        count(), latest=figure(50), neighbours_mean=figure(70), england=figure(9000, what="england")
    )
    assert words(sentence(one)) == "The share of children_number was 50 in the year to March 2011."
    assert "neighbours" not in words(headline(one))


def test_the_neighbours_average_is_never_dated_to_another_day_than_its_own() -> None:
    one = standing(
        latest=figure(None),
        since=figure(40.0, month(2011, 9)),
        neighbours_mean=figure(60.0, what="neighbours_mean"),
        rating=Rag.RED,
    )
    assert "60.0%" not in words(sentence(one)), "the average is of March, the figure of September"


def test_hostile_names_stay_words() -> None:
    told = indicator(subject=HOSTILE, short_title=HOSTILE)
    one = moved(50, 60, told, neighbours_mean=figure(55))
    for made in (sentence(one), sentence(one, link=True), headline(one)):
        page = parse(made)
        assert not page.xpath("//script | //table")
        assert " ".join(HOSTILE.split()) in words(made)
        assert "<script" not in str(made)


def test_a_link_goes_round_the_subject_alone_and_leads_to_the_indicator() -> None:
    page = parse(sentence(moved(50, 60, indicator("first_visits_pct")), link=True))
    (link,) = page.xpath("//a")
    assert (link.get("href"), link.text) == ("#first-visits-pct", "The share of first_visits_pct")
    assert words(sentence(moved(50, 60))) == words(sentence(moved(50, 60), link=True))


@pytest.mark.parametrize(
    ("mean", "side"),
    [(60.0, "below neighbours"), (40.0, "above neighbours"), (50.0, ""), (50.04, ""), (49.96, "")],
)
def test_a_headline_names_a_side_only_where_the_shown_figures_differ(
    mean: float, side: str
) -> None:
    said = words(headline(moved(50, 60, neighbours_mean=figure(mean))))
    assert said == "Short assessments_pct: down to 50.0%" + (f", {side}" if side else "")


def test_a_headline_without_figures_is_the_title() -> None:
    assert words(headline(standing())) == "Short assessments_pct"
    assert words(headline(standing(latest=figure(None)))) == "Short assessments_pct"


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (moved(50, 60), "down 10.0 points, worse"),
        (moved(60, 50), "up 10.0 points, better"),
        (moved(50, 50), "no change"),
        (moved(1200, 50, count()), "up 1,150, worse"),
        (standing(latest=figure(50)), "no earlier figure"),
        (standing(latest=figure(50), previous=figure(None, 2010)), "no earlier figure"),
        (standing(latest=figure(None), previous=figure(50, 2010)), "not known"),
        (standing(), "not known"),
    ],
)
def test_the_change_in_a_scorecard(one: Standing, said: str) -> None:
    assert change_words(one) == said


# ------------------------------------------------------- what chance and the smallest change allow

SMALL = indicator(smallest_change=1.0)


@pytest.mark.parametrize(
    ("now", "says", "heads", "cell"),
    [
        (50.9, "changed little, from 50.0% to 50.9%", "little change, at", "little change, up 0.9"),
        (
            49.1,
            "changed little, from 50.0% to 49.1%",
            "little change, at",
            "little change, down 0.9",
        ),
        (51.0, "rose from 50.0% to 51.0%", "up to", "up 1.0"),
        (49.0, "fell from 50.0% to 49.0%", "down to", "down 1.0"),
        (50.0, "stayed at 50.0%", "unchanged at", "no change"),
    ],
)
def test_a_change_smaller_than_the_smallest_is_little(
    now: float, says: str, heads: str, cell: str
) -> None:
    one = moved(now, 50.0, SMALL)
    assert says in words(sentence(one))
    assert words(headline(one)) == f"Short assessments_pct: {heads} {now:.1f}%"
    assert change_words(one).startswith(cell)
    judged = any(word in words(sentence(one)) for word in ("better", "worse"))
    assert judged is (abs(now - 50.0) >= 1.0)


@given(now=st.integers(0, 1000), before=st.integers(0, 1000), smallest=st.integers(0, 50))
def test_no_words_make_more_of_a_change_than_its_size_allows(
    now: int, before: int, smallest: int
) -> None:
    about = indicator(smallest_change=smallest / 10)
    one = moved(now / 10, before / 10, about)
    said = words(sentence(one), change_words(one), headline(one))
    small = abs(now - before) < smallest or now == before
    assert small == (not any(word in said for word in ("rose", "fell", "better", "worse")))
    assert small == (one.verdict is Verdict.SAME)


def test_a_small_worsening_is_no_finding_of_something_worse() -> None:
    small, large = moved(49.5, 50.0, SMALL), moved(48.0, 50.0, SMALL)
    assert [findings([one])[0].reason for one in (small, large)] == ["changed", "got worse"]
    red = moved(49.5, 50.0, SMALL, rating=Rag.RED)
    assert findings([red])[0].reason == "rated red"
    assert "little changed from 50.0%" in words(sentence(red))


def test_a_small_move_since_the_year_is_little_too() -> None:
    for now, said in ((50.5, "little change"), (50.0, "no change"), (52.0, "up, better")):
        one = standing(SMALL, latest=figure(50.0), since=figure(now, month(2011, 9)))
        assert since_words(one) == said


def against(verdict: Comparison) -> Against:
    return Against(verdict, 60.0, "made up")


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        (Comparison.NOT_COMPARED, "Statistical neighbours average 60.0%"),
        (Comparison.SIMILAR, "It is similar to the statistical neighbours’ average of 60.0%"),
        (
            Comparison.BETTER,
            "It is clearly better than the statistical neighbours’ average of 60.0%",
        ),
        (Comparison.WORSE, "It is clearly worse than the statistical neighbours’ average of 60.0%"),
        (
            Comparison.HIGHER,
            "It is clearly higher than the statistical neighbours’ average of 60.0%",
        ),
        (Comparison.LOWER, "It is clearly lower than the statistical neighbours’ average of 60.0%"),
    ],
)
def test_only_an_interval_lets_a_sentence_judge_a_gap(verdict: Comparison, says: str) -> None:
    mean = figure(60.0, what="neighbours_mean")
    one = standing(latest=figure(50.0), neighbours_mean=mean, against_neighbours=against(verdict))
    assert words(sentence(one)).endswith(f". {says}.")
    of_england = standing(
        latest=figure(50.0), england=figure(60.0, what="england"), against_england=against(verdict)
    )
    said = words(sentence(of_england))
    if verdict is Comparison.NOT_COMPARED:
        assert said.endswith(". England is at 60.0%.")
    else:
        start = says.partition(" the statistical")[0]
        assert said.endswith(f". {start} England’s 60.0%.")


def test_a_gap_that_chance_could_make_has_no_side() -> None:
    mean = figure(60.0, what="neighbours_mean")
    about = {"neighbours_mean": mean, "neighbours_spread": 5.0}
    similar = moved(50, 50, **about, against_neighbours=against(Comparison.SIMILAR))
    clear = moved(50, 50, **about, against_neighbours=against(Comparison.WORSE))
    assert words(headline(similar)).endswith(", similar to neighbours")
    assert words(headline(clear)).endswith(", below neighbours")
    assert distance_on_worse_side(similar) == 0.0
    assert distance_on_worse_side(clear) == 2.0
    reasons = [findings([one])[0].reason for one in (similar, clear)]
    assert reasons == ["level", "furthest from the neighbours"]


def test_england_is_no_reason_where_chance_could_explain_it() -> None:
    england = figure(60.0, what="england")
    reasons = [
        findings(
            [standing(latest=figure(50.0), england=england, against_england=against(verdict))]
        )[0].reason
        for verdict in (Comparison.SIMILAR, Comparison.WORSE, Comparison.NOT_COMPARED)
    ]
    assert reasons == ["level", "worse than England", "worse than England"]
