"""A figure, its target and floor in; red, amber or green out."""

from kscb_analysis.vocabulary import Polarity, Rag


def computed_rating(
    value: float | None,
    target: float | None,
    floor: float | None,
    polarity: Polarity,
    tolerance: float | None = None,
) -> Rag | None:
    """Rate a figure: green meets the target, red misses the floor too, amber lies between.

    All are in the indicator's unit. Where close to the target is good, a figure within
    `tolerance` of it is green, and one as far from it as the floor or further is red. None when a
    number is missing, neither direction is good, or no tolerance is set where one is needed: a
    rating is never guessed. None, too, for a floor on the good side of its target.

    >>> computed_rating(82.0, 90.0, 80.0, Polarity.HIGH_IS_GOOD)
    <Rag.AMBER: 'Amber'>
    """
    if value is None or target is None or floor is None:
        return None
    if polarity is Polarity.NEAR_TARGET_IS_GOOD:
        if tolerance is None:
            return None
        short, most = abs(value - target), abs(floor - target)
        if most < tolerance:
            return None
        return Rag.GREEN if short <= tolerance else Rag.RED if short >= most else Rag.AMBER
    if polarity.sign == 0 or (target - floor) * polarity.sign < 0:
        return None
    if (value - target) * polarity.sign >= 0:
        return Rag.GREEN
    # The floor is the figure at which a rating turns red.
    return Rag.RED if (value - floor) * polarity.sign <= 0 else Rag.AMBER
