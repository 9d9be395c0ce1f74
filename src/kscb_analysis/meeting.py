"""A file about one meeting in; what each of its papers is to say above its figures out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kscb_analysis.catalogue import read_toml
from kscb_analysis.errors import UnknownName, WrongRequest, did_you_mean
from kscb_analysis.front_matter import PARAMETERS

_PAPERS = "papers"


@dataclass(frozen=True)
class Meeting:
    """Front matter for all papers of a meeting, and what single papers say otherwise."""

    for_all: dict[str, str] = field(default_factory=dict)
    by_paper: dict[str, dict[str, str]] = field(default_factory=dict)

    def settings(self, paper: str) -> dict[str, str]:
        """Give the settings of one paper: its own, and for the rest those of the meeting."""
        return {**self.for_all, **self.by_paper.get(paper, {})}


def read_meeting(path: Path, papers: Iterable[str]) -> Meeting:
    """Read a meeting's file: front matter by name, and `[papers.<name>]` for one paper alone.

    Recommendations are text or a list of texts, a date is a date or text. Raises `WrongRequest`
    for a name or value that cannot be meant, and `UnknownName` for a paper that there is not.
    """
    document = read_toml(path.resolve())
    known = list(papers)
    sections = document.pop(_PAPERS, {})
    if not isinstance(sections, dict):
        raise WrongRequest(
            f"{path.name}: what one paper says stands under its name, as [{_PAPERS}.its_name]."
        )
    for name in sections:
        if name not in known:
            raise UnknownName(
                f"{path.name} has a section for {name!r}, and no paper has that name."
                f"{did_you_mean(name, known)} `kscb list reports` shows all."
            )
    return Meeting(
        _settings(document, path.name),
        {name: _settings(own, f"{path.name}, {name}") for name, own in sections.items()},
    )


def _settings(entry: Any, where: str) -> dict[str, str]:
    if not isinstance(entry, dict):
        raise WrongRequest(f"{where} is {entry!r}, which is not a section of names and texts.")
    for name in entry:
        if name not in PARAMETERS:
            raise WrongRequest(
                f"{where} gives {name!r}, which no paper says. It may give "
                f"{', '.join(PARAMETERS)}.{did_you_mean(name, PARAMETERS)}"
            )
    return {name: _text(value, f"{where}, {name}") for name, value in entry.items()}


def _text(value: Any, where: str) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        # A line each; the last one ends in a line break too, so that a ";" in it is a part of it.
        return "".join(f"{' '.join(one.split())}\n" for one in value)
    if isinstance(value, date):
        return value.isoformat()[:10]
    if not isinstance(value, str):
        raise WrongRequest(f"{where} is {value!r}. Write it as text, in quotation marks.")
    return value
