"""The field's fixed words, spelt once: polarity, value status, ratings, directions."""

from enum import StrEnum


class Polarity(StrEnum):
    """Which way is better."""

    HIGH_IS_GOOD = "high"
    LOW_IS_GOOD = "low"
    NEAR_TARGET_IS_GOOD = "target"
    NO_JUDGEMENT = "none"

    @property
    def sign(self) -> int:
        """+1 when higher is better, -1 when lower is better, 0 when neither can be said."""
        return {"high": 1, "low": -1}.get(self.value, 0)

    @property
    def words(self) -> str:
        """The polarity as a reader is told it."""
        return {
            "high": "higher is better",
            "low": "lower is better",
            "target": "close to the target is better",
            "none": "neither higher nor lower is better in itself",
        }[self.value]


class ValueStatus(StrEnum):
    """Why a value is there, or why it is empty."""

    PUBLISHED = "published"
    SUPPRESSED = "suppressed"
    NOT_AVAILABLE = "not_available"
    NOT_APPLICABLE = "not_applicable"
    ROUNDS_TO_ZERO = "rounds_to_zero"
    LOW_RELIABILITY = "low_reliability"
    AWAITED = "awaited"

    @property
    def symbol(self) -> str:
        """The marker a reader sees in place of a number."""
        return {
            "published": "",
            "suppressed": "[c]",
            "not_available": "[x]",
            "not_applicable": "[z]",
            "rounds_to_zero": "[low]",
            "low_reliability": "[u]",
            "awaited": "[w]",
        }[self.value]

    @property
    def words(self) -> str:
        """What the marker means, for the note under a table."""
        return {
            "published": "published",
            "suppressed": "withheld, because a small number could identify a child",
            "not_available": "not available",
            "not_applicable": "not applicable",
            "rounds_to_zero": "more than zero but rounds to zero",
            "low_reliability": "not shown, because it is not reliable enough",
            "awaited": "not yet confirmed when the paper was printed",
        }[self.value]


class Statistic(StrEnum):
    """What a figure says about its area: its own value, or a statistic printed beside it."""

    VALUE = "value"
    NEIGHBOUR_MEAN = "statistical_neighbour_mean"
    CHANGE_SINCE_FIRST = "change_since_first"
    NATIONAL_RANK = "national_rank"


class Role(StrEnum):
    """What a printed cell is, as its place in the layout tells."""

    VALUE = "value"
    NEIGHBOUR_MEAN = "statistical_neighbour_mean"
    CHANGE_SINCE_FIRST = "change_since_first"
    NATIONAL_RANK = "national_rank"
    TARGET = "target"
    RAG = "rag"
    PREVIOUS_RAG = "previous_rag"
    DIRECTION = "direction_of_travel"
    TREND = "trend"
    QUARTILE_BAND = "quartile_band"
    COUNT_OF_RATINGS = "count_of_ratings"
    KEY = "key"
    JUDGEMENT = "judgement"

    @property
    def is_number(self) -> bool:
        """True when the cell belongs among the observations."""
        return self.value in set(Statistic)

    @property
    def is_rating(self) -> bool:
        """True when the cell belongs among the ratings."""
        return not self.is_number and self not in (Role.TARGET, Role.JUDGEMENT)


class Rag(StrEnum):
    """A rating against target and floor."""

    RED = "Red"
    AMBER = "Amber"
    GREEN = "Green"
    NOT_RATED = "Not rated"

    @property
    def shape(self) -> str:
        """A shape that keeps ratings apart without colour."""
        return {"Red": "■", "Amber": "◆", "Green": "●", "Not rated": "○"}[self.value]


class Direction(StrEnum):
    """Which way a figure moved."""

    RISING = "rising"
    FALLING = "falling"
    UNCHANGED = "unchanged"
    UNKNOWN = "unknown"

    @property
    def arrow(self) -> str:
        """An arrow for the movement itself; whether that is good is said in words."""
        return {"rising": "▲", "falling": "▼", "unchanged": "▬", "unknown": ""}[self.value]


class Verdict(StrEnum):
    """What a movement or a difference means once polarity is applied."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "the same"
    NOT_JUDGED = "not judged"


class GeographicLevel(StrEnum):
    """Levels of area, in the words of the open-data standard."""

    NATIONAL = "National"
    REGIONAL = "Regional"
    LOCAL_AUTHORITY = "Local authority"
