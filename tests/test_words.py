"""The words of the papers: each that compares is permitted by a rule, which the page explains."""

import re
from collections.abc import Iterable

import pytest
from counted_project import REVIEWS, with_floor
from made_up import parse
from shown_papers import NOTEBOOKS, ShownPaper, our_prose, shown_paper

from kscb_analysis.dataset import Dataset
from kscb_analysis.methods import Method

# Words that claim more than any rule of methods.toml could show.
NEVER = (
    "significant", "significantly", "insignificant", "dramatic", "dramatically", "sharp",
    "sharply", "alarming", "alarmingly", "worrying", "worryingly", "concerning", "encouraging",
    "impressive", "soared", "soaring", "plummeted", "surged", "slumped", "rocketed", "spike",
    "markedly", "substantially", "considerably", "noticeably", "notably", "steadily",
    "consistently", "slightly", "strongly", "poorly", "failing", "excellent", "huge", "massive",
    "deteriorated", "outperformed", "underperformed", "because of", "due to", "caused by",
    "driven by", "as a result of", "leading to", "will continue", "expected to",
)  # fmt: skip
# Words that set one thing against another: none may stand outside a phrase that a rule permits.
COMPARES = (
    "above", "below", "average", "averaged", "averages", "better", "best", "changed", "change",
    "clearly", "decreased", "increased", "down", "fallen", "falling", "fell", "fewer", "greater",
    "grew", "grown", "higher", "highest", "improved", "improving", "less", "level",
    "lower", "lowest", "mean", "median", "met", "missed", "more", "most", "outside", "ranked",
    "rank", "rising", "risen", "rose", "same", "similar", "smaller", "stable", "stayed",
    "trend", "unchanged", "up", "worse", "worsened", "worst", "far", "furthest", "ahead", "behind",
)  # fmt: skip


@pytest.fixture(scope="module", params=NOTEBOOKS)
def shown(request: pytest.FixtureRequest, real_data: Dataset) -> ShownPaper:
    """Give each published paper as its notebook shows it."""
    return shown_paper(request.param, real_data)


@pytest.fixture(scope="module")
def counted(counted_data: Dataset) -> ShownPaper:
    """Give a paper with intervals, verdicts, a trend and a computed rating."""
    return shown_paper("safeguarding_activity", with_floor(counted_data, REVIEWS, 80.0))


def says(text: str, phrase: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text, re.IGNORECASE))


def phrases_of(methods: Iterable[Method]) -> re.Pattern[str]:
    """Find the phrases that rules permit, the longest where one holds another."""
    ordered = sorted({word for one in methods for word in one.words}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)", re.IGNORECASE)


def unexplained(shown: ShownPaper) -> set[str]:
    """Give the phrases of methods.toml that a page uses and does not explain."""
    methods, told = shown.paper.data.methods.by_id.values(), set(shown.how_to_read)
    explained = {word for one in methods if one.reading in told for word in one.words}
    used = {found.casefold() for found in phrases_of(methods).findall(our_prose(shown))}
    return used - {word.casefold() for word in explained}


def unruled(shown: ShownPaper) -> list[str]:
    """List the lines that compare in words which no rule permits."""
    permitted = phrases_of(shown.paper.data.methods.by_id.values())
    found = []
    for line in our_prose(shown).splitlines():
        rest = permitted.sub("…", line)
        left = [word for word in COMPARES if says(rest, word)]
        if left:
            found.append(f"{left}: {line[:120]}")
    return sorted(set(found))


def test_the_words_looked_at_are_the_pages_own(counted: ShownPaper) -> None:
    text = our_prose(counted)
    for phrase in (
        (
            "It rose from 78.0% to 84.0% in the year to March 2011, which is better. "
            "It is clearly worse than the statistical neighbours’ average of 91.0%."
        ),
        "clearly worse than the neighbours similar to England",
        "rising, and getting better",
        "Beyond chance",
        "Amber computed",
        "Kent below all neighbours: the worse side; higher is to the right",
    ):
        assert phrase in text
    assert counted.paper.data.catalogue[REVIEWS].definition not in text
    assert "The share of reviews in time" not in text


def test_every_comparing_phrase_is_explained_under_how_to_read(shown: ShownPaper) -> None:
    assert len(our_prose(shown)) > 100
    assert unexplained(shown) == set()


# The other sets prints of one figure side by side, and no area beside another.
@pytest.mark.parametrize("shown", sorted(set(NOTEBOOKS) - {"data_quality"}), indirect=True)
def test_no_line_compares_in_words_without_a_rule(shown: ShownPaper) -> None:
    assert unruled(shown) == []


def test_no_word_claims_more_than_the_rules_show(shown: ShownPaper) -> None:
    text = our_prose(shown)
    assert [word for word in NEVER if says(text, word)] == []


def test_with_counts_too_every_word_has_its_rule(counted: ShownPaper) -> None:
    assert unexplained(counted) == set()
    assert unruled(counted) == []
    assert [word for word in NEVER if says(our_prose(counted), word)] == []


def test_findings_are_told_in_short_sentences(shown: ShownPaper) -> None:
    told = parse(shown.blocks["findings"].html).xpath("//li | //p")
    text = " ".join(" ".join(one.text_content().split()) for one in told)
    lengths = {one: len(one.split()) for one in re.split(r"(?<=[.]) (?=[A-Z0-9])", text)}
    assert len(lengths) >= 3
    # Twenty or so; the longest names of indicators cost eight words.
    assert max(lengths.values()) <= 28, max(lengths, key=lambda one: lengths[one])


def test_an_explanation_that_is_left_out_is_noticed(
    counted: ShownPaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = set(counted.how_to_read) - {counted.paper.data.methods["against"].reading}
    monkeypatch.setattr(ShownPaper, "how_to_read", list(told))
    assert unexplained(counted) == {"clearly worse", "similar to"}
