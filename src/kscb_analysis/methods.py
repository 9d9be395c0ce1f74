"""data/metadata/methods.toml in; each rule by which a report compares, in words, out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kscb_analysis import files
from kscb_analysis.catalogue import (
    Catalogue,
    load_catalogue,
    read_toml,
    refuse_unknown_keys,
    take,
    take_texts,
)
from kscb_analysis.control import LEAST_POINTS as CONTROL_POINTS
from kscb_analysis.errors import MetadataFault, UnknownName, did_you_mean
from kscb_analysis.paths import Project
from kscb_analysis.ranks import LEAST_RANKED
from kscb_analysis.trends import CRITICAL as TREND_LIMIT
from kscb_analysis.trends import POINTS as TREND_POINTS

FILE = "methods.toml"
_KEYS = {"id", "title", "words", "short", "reading", "rule", "formula", "source"}


@dataclass(frozen=True)
class Method:
    """One rule: the words it permits, what a reader is told, and where the formula is from."""

    method_id: str
    title: str
    words: tuple[str, ...]
    short: str
    reading: str
    rule: str
    formula: str
    source: str


@dataclass(frozen=True)
class Methods:
    """Every rule, in the order in which pages explain them."""

    by_id: dict[str, Method]

    def __getitem__(self, method_id: str) -> Method:
        """Give a method, or raise `UnknownName` with the nearest id."""
        try:
            return self.by_id[method_id]
        except KeyError:
            raise UnknownName(
                f"No method {method_id!r} in data/metadata/{FILE}."
                f"{did_you_mean(method_id, self.by_id)}"
            ) from None

    def reading(self, used: set[str]) -> list[str]:
        """Give what a reader is told of the methods that a page uses, in order."""
        for method_id in used:
            self[method_id]
        return [one.reading for one in self.by_id.values() if one.method_id in used]


def load_methods(metadata: Path, catalogue: Catalogue) -> Methods:
    """Read methods.toml, with the numbers that the rules name filled in."""
    document = read_toml(metadata / FILE)
    refuse_unknown_keys(document, {"methods"}, FILE)
    numbers = _numbers(catalogue)
    found: dict[str, Method] = {}
    for place, entry in enumerate(take(document, "methods", list, FILE), start=1):
        method = _read(entry, f"{FILE}, method {place}", numbers)
        if method.method_id in found:
            raise MetadataFault(f"{FILE}: two methods have the id {method.method_id!r}.")
        found[method.method_id] = method
    return Methods(found)


def _numbers(catalogue: Catalogue) -> dict[str, str]:
    points, share = catalogue.smallest_change
    return {
        "least_ranked": str(LEAST_RANKED),
        "trend_points": str(TREND_POINTS),
        "trend_limit": str(TREND_LIMIT),
        "control_points": str(CONTROL_POINTS),
        "smallest_percent": _points(points or 0.0),
        "smallest_other": f"{100 * share:g}%",
    }


def _points(size: float) -> str:
    return f"{size:g} point" + ("" if size == 1 else "s")


def _read(entry: Any, where: str, numbers: dict[str, str]) -> Method:
    refuse_unknown_keys(entry, _KEYS, where)

    def filled(key: str, text: str) -> str:
        try:
            return text.format(**numbers)
        except (AttributeError, IndexError, KeyError, ValueError):
            raise MetadataFault(
                f"{where}: {key} holds a number in braces that is none of {sorted(numbers)}."
            ) from None

    def told(key: str) -> str:
        return filled(key, take(entry, key, str, where))

    return Method(
        method_id=take(entry, "id", str, where),
        title=told("title"),
        words=tuple(filled("words", word) for word in take_texts(entry, "words", where)),
        short=told("short"),
        reading=told("reading"),
        rule=told("rule"),
        formula=take(entry, "formula", str, where),
        source=take(entry, "source", str, where),
    )


def bring_up_to_date(project: Project, *, check: bool = False) -> bool:
    """Write docs/methods.md where it differs; give True when it was written.

    With `check` nothing is written, and a page out of date raises `MetadataFault`.
    """
    page = as_markdown(load_methods(project.metadata, load_catalogue(project.metadata)))
    path = project.root / "docs" / "methods.md"
    return files.bring_up_to_date(path, page, "kscb methods", check=check)


def as_markdown(methods: Methods) -> str:
    """Write docs/methods.md: each word that a report may use, and the rule that permits it."""
    parts = [
        "# The words that reports may use\n",
        "Made from data/metadata/methods.toml by `kscb methods`; edit that file, not this one.\n",
        "| words | permitted by |",
        "| --- | --- |",
        *(
            f"| {', '.join(one.words)} | [{one.title}](#{_anchor(one.title)}) |"
            for one in methods.by_id.values()
            if one.words
        ),
    ]
    for one in methods.by_id.values():
        parts += [f"\n## {one.title}\n", one.rule]
        if one.formula:
            parts.append(f"\nFormula: {one.formula}")
        if one.source:
            parts.append(f"\nSource: {one.source}")
    return "\n".join(parts) + "\n"


def _anchor(title: str) -> str:
    """Give the link that a heading gets where Markdown is shown."""
    kept = "".join(c for c in title.casefold() if c.isalnum() or c in " -")
    return kept.replace(" ", "-")
