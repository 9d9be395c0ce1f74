"""The data in; its indicators and areas by name out, offered when somebody presses the Tab key."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from kscb_analysis.areas import Area, Areas
from kscb_analysis.catalogue import Indicator
from kscb_analysis.dataset import Dataset
from kscb_analysis.errors import UnknownName, did_you_mean
from kscb_analysis.facts import every_indicator, with_facts

COLUMNS = ["indicator_id", "title", "topic", "section", "unit", "polarity"]
FOUND = ["indicator_id", "short_title", "unit", "polarity"]


class NotOffered(UnknownName, AttributeError):
    """A name after a dot that is no indicator or area."""


class Indicators:
    """Every indicator: `data.indicators.<Tab>` offers them, `data.indicators()` lists them.

    Each attribute, and each item, is the indicator's entry in the catalogue. Those that have
    figures are offered; the others are there as well.
    """

    def __init__(self, data: Dataset) -> None:
        self._data = data

    def __call__(self, topic: str | None = None) -> pd.DataFrame:
        """List indicators: indicator_id, title, topic, section, unit, polarity, first, last.

        With a `topic` only its own. `first` and `last` are the ends of the first and last period
        with a figure, empty where there is none.
        """
        catalogue = self._data.catalogue
        known = catalogue.indicators.values() if topic is None else catalogue.of_topic(topic)
        return _listed(self._data, known, COLUMNS)

    def __getitem__(self, indicator: str | Indicator) -> Indicator:
        return self._data.indicator(indicator)

    def __iter__(self) -> Iterator[Indicator]:
        return (self[one] for one in self._data.catalogue.indicators)

    def __len__(self) -> int:
        return len(self._data.catalogue.indicators)

    def __dir__(self) -> list[str]:
        return self._held

    def _ipython_key_completions_(self) -> list[str]:
        return self._held

    def __repr__(self) -> str:
        return f"<{len(self)} indicators, {len(self._held)} of them with figures>"

    def _repr_html_(self) -> str:
        return every_indicator(self._data)

    @cached_property
    def _held(self) -> list[str]:
        return self._data.indicator_ids()

    if not TYPE_CHECKING:  # where types are checked, a misspelt attribute is to stand out

        def __getattr__(self, name: str) -> Indicator:
            if name.startswith("_"):
                raise AttributeError(name)
            known = self._data.catalogue.indicators
            if name not in known:
                raise NotOffered(
                    f"No indicator {name!r}.{did_you_mean(name, known)} "
                    "data.find(…) looks for words in their titles."
                )
            return self[name]


class OfferedAreas(Areas):
    """Every area: `data.areas.<Tab>` and `data.areas["<Tab>` offer those that have figures.

    An attribute is the area's name in lower case, with underscores: `data.areas.east_sussex`.
    """

    def __init__(self, areas: Areas, data: Dataset) -> None:
        self.__dict__.update(vars(areas), _data=data)

    def __getitem__(self, area: str | Area) -> Area:
        return self._told(self.find(area))

    def __iter__(self) -> Iterator[Area]:
        return map(self._told, self.by_code.values())

    def __dir__(self) -> list[str]:
        return [_attribute(self.find(name)) for name in self._held]

    def _ipython_key_completions_(self) -> list[str]:
        return self._held

    def __repr__(self) -> str:
        return f"<{len(self.by_code)} areas, {len(self._held)} of them with figures>"

    @property
    def _held(self) -> list[str]:
        data: Dataset = self.__dict__["_data"]
        return data.area_names()

    @cached_property
    def _by_attribute(self) -> dict[str, Area]:
        return {_attribute(area): area for area in self.by_code.values()}

    def _told(self, area: Area) -> Area:
        data: Dataset = self.__dict__["_data"]
        return with_facts(data, area)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Area:
            if name.startswith("_"):
                raise AttributeError(name)
            if name not in self._by_attribute:
                raise NotOffered(
                    f"No area {name!r}.{did_you_mean(name, self._by_attribute)} "
                    "data.area_names() lists those that have figures."
                )
            return self._told(self._by_attribute[name])


def keys(data: Dataset) -> list[Any]:
    """List what may stand in `data[…]`: an indicator, or an indicator and an area."""
    held, names = data.indicator_ids(), data.area_names()
    return [*held, *((one, name) for one in held for name in names)]


def find(data: Dataset, words: str) -> pd.DataFrame:
    """Look for indicators with words in their id, titles or definition, in any case or order.

    Part of a word will do. Those with all of them in a title come first. Raises `UnknownName`
    with the nearest word when there is none.
    """
    wanted = words.casefold().split()
    titles, texts = {}, {}
    for one in data.catalogue.indicators.values():
        title = f"{one.indicator_id} {one.title} {one.short_title}".casefold()
        titles[one.indicator_id], texts[one.indicator_id] = title, f"{title} {one.definition}"
    found = [
        indicator_id
        for said in (titles, texts)
        for indicator_id, text in said.items()
        if wanted and all(word in text.casefold() for word in wanted)
    ]
    if not found:
        known = {word.strip(".,;:()'\"") for text in titles.values() for word in text.split()}
        near = [did_you_mean(word, known) for word in wanted if word not in " ".join(known)]
        raise UnknownName(
            f"No indicator has {words!r} in its title or definition."
            f"{near[0] if near else ''} data.indicators() lists all."
        )
    return _listed(data, (data.catalogue[one] for one in dict.fromkeys(found)), FOUND)


def _listed(data: Dataset, known: Iterable[Indicator], columns: list[str]) -> pd.DataFrame:
    values = data.observations[data.observations["value"].notna()]
    spans = values.groupby("indicator_id")["period_end"].agg(["min", "max"])
    rows = pd.DataFrame(
        [[str(getattr(one, column)) for column in columns] for one in known], columns=columns
    )
    spans = spans.reindex(rows["indicator_id"])
    return rows.assign(first=spans["min"].to_numpy(), last=spans["max"].to_numpy())


def _attribute(area: Area) -> str:
    return area.slug.replace("-", "_")
