"""Papers, areas and settings asked for in; the units of work to build out, each one checked."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kscb_analysis import __version__
from kscb_analysis.areas import Area, Areas, load_areas
from kscb_analysis.build import make_data
from kscb_analysis.errors import MetadataFault, UnknownName, WrongRequest, did_you_mean
from kscb_analysis.files import fingerprint
from kscb_analysis.paths import Project
from kscb_analysis.periods import parse_year

if TYPE_CHECKING:
    from kscb_analysis.dataset import Dataset
    from kscb_analysis.meeting import Meeting

DEFAULT_AREA = "Kent"
EVERY = "all"
BETWEEN = ";"  # a comma is part of some names
_MOST_FAULTS = 10
_CHECKED = ("period", "first_year", "comparators")


@dataclass(frozen=True)
class PaperNotebook:
    """A notebook that is published: its metadata names it as a paper."""

    name: str
    title: str
    order: int
    path: Path


@dataclass(frozen=True)
class Unit:
    """One paper for one area, with the parameters it is run with."""

    paper: PaperNotebook
    area: Area
    parameters: dict[str, Any]
    inputs: str

    @property
    def output(self) -> str:
        """The published file, below the reports folder."""
        return self.in_format("html")

    def in_format(self, name: str) -> str:
        """The same paper in another format, such as "pdf"."""
        return f"{self.area.slug}/{self.paper.name}.{name}"


def find_papers(project: Project) -> dict[str, PaperNotebook]:
    """List the notebooks that are papers, in the order in which the index shows them."""
    found = []
    for path in sorted(project.notebooks.glob("*.ipynb")):
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            about = document["metadata"].get("kscb", {})
            if "paper" in about:
                order = int(about.get("order", 99))
                found.append(PaperNotebook(path.stem, str(about["paper"]), order, path))
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise MetadataFault(f"notebooks/{path.name} is not a notebook: {fault!r}.") from None
    return {paper.name: paper for paper in sorted(found, key=lambda one: (one.order, one.name))}


def choose_papers(project: Project, names: Iterable[str]) -> list[PaperNotebook]:
    """Give the papers of these names, or all when none is named."""
    known = find_papers(project)
    for name in names:
        if name not in known:
            raise UnknownName(
                f"No paper {name!r} in notebooks/.{did_you_mean(name, known)} "
                "`kscb list reports` shows all."
            )
    return [known[name] for name in names] or list(known.values())


# ---------------------------------------------------------------------------------------- areas


def choose_areas(project: Project, texts: Iterable[str], period: object = None) -> list[Area]:
    """Give the areas of these names, each once; Kent when none is named.

    A text may hold several names with ";" between them. `all` is every authority that existed at
    the end of the period, the newest when none is given, and has a figure: see `authorities`. A
    name that has passed to another authority is that of the one there was then.
    """
    given = list(texts)
    names = [name.strip() for text in given for name in text.split(BETWEEN) if name.strip()]
    every = [name for name in names if name.casefold() == EVERY]
    if every:
        if others := [name for name in names if name not in every]:
            raise WrongRequest(
                f"--area {every[0]} is every authority already. Leave it out, or leave out "
                f"{', '.join(others)}."
            )
        return _every_authority(project, period)
    if given and not names:
        raise WrongRequest(
            f"--area {given[0]!r} names no area. Give a name such as {DEFAULT_AREA!r}, or {EVERY}."
        )
    areas = load_areas(project.metadata)
    day = _last_day(project, areas, names, period)
    return list(dict.fromkeys(areas.find(name, on=day) for name in names or [DEFAULT_AREA]))


def _every_authority(project: Project, period: object) -> list[Area]:
    from kscb_analysis.dataset import load

    data = load(project.root)
    year = data.year(period) if _is_given(period) else newest_year(data)
    found = authorities(data, year)
    if not found:
        raise UnknownName(f"No authority has a figure for {year} or the two years before.")
    return found


def authorities(data: "Dataset", year: int) -> list[Area]:
    """List the authorities that existed at the end of a year and have a recent figure, by name.

    Recent is a figure of that year or of the two before. Joint returns are no authorities.
    """
    known = _with_recent_figures(data, year)
    return sorted((a for a in data.areas.existing(year) if a.code in known), key=lambda a: a.name)


def _with_recent_figures(data: "Dataset", year: int) -> set[str]:
    from kscb_analysis.dataset import MOST_YEARS_LATE

    rows = data.observations
    first = date(year - MOST_YEARS_LATE - 1, 3, 31).isoformat()
    recent = (rows["period_end"] > first) & (rows["period_end"] <= date(year, 3, 31).isoformat())
    return set(rows.loc[recent & rows["value"].notna(), "area_code"])


def newest_year(data: "Dataset") -> int:
    """Give the last year with a figure of any indicator."""
    return data.newest_year(data.catalogue.indicators.values())


def _is_given(period: object) -> bool:
    return period not in (None, "", 0, "0")


def _last_day(project: Project, areas: Areas, names: list[str], period: object) -> date | None:
    """Give the day on which a name has to be somebody's, where it was another's before."""
    if _is_given(period):
        return date(parse_year(period), 3, 31)
    former = {name.casefold() for name in areas.former}
    if not former & {name.casefold() for name in names}:
        return None
    from kscb_analysis.dataset import load

    return date(newest_year(load(project.root)), 3, 31)


# ---------------------------------------------------------------------------------------- units


def plan(
    project: Project,
    papers: list[PaperNotebook],
    areas: list[Area],
    settings: dict[str, str],
    meeting: "Meeting | None" = None,
) -> list[Unit]:
    """List the units of work, each with the fingerprint of everything it depends on.

    What a meeting says of a paper is set as well, unless the settings say otherwise.
    """
    if "area" in settings:
        raise WrongRequest("Give the area with --area, not with --set.")
    data = make_data(project).fingerprint
    lock = project.root / "requirements.txt"
    lock_content = lock.read_bytes() if lock.is_file() else b""
    units = []
    for paper in papers:
        given = {**meeting.settings(paper.name), **settings} if meeting else settings
        typed = _typed_settings(paper, given) if given else {}
        content = paper.path.read_bytes()
        for area in areas:
            parameters = {"area": area.name, **typed}
            depends = json.dumps([data, __version__, parameters], sort_keys=True).encode()
            inputs = fingerprint(b"\0".join([depends, content, lock_content]))
            units.append(Unit(paper, area, parameters, inputs))
    return units


def _typed_settings(paper: PaperNotebook, settings: dict[str, str]) -> dict[str, Any]:
    """Check settings against the parameters that a notebook declares, and give them their types."""
    import papermill

    declared = papermill.inspect_notebook(str(paper.path))
    typed: dict[str, Any] = {}
    for name, text in settings.items():
        if name not in declared:
            raise WrongRequest(
                f"{paper.path.name} has no parameter {name!r}. It declares "
                f"{', '.join(declared)}.{did_you_mean(name, declared)}"
            )
        kind = declared[name]["inferred_type_name"]
        try:
            typed[name] = _READERS.get(kind, str)(text)
        except ValueError:
            raise WrongRequest(
                f"{paper.path.name}: the parameter {name!r} is {text!r}, "
                f"which is not of type {kind}."
            ) from None
    return typed


def _read_bool(text: str) -> bool:
    known = {"true": True, "false": False, "yes": True, "no": False}
    if text.casefold() not in known:
        raise ValueError(text)
    return known[text.casefold()]


_READERS: dict[str, Callable[[str], Any]] = {"int": int, "float": float, "bool": _read_bool}


# --------------------------------------------------------------------------------------- checks


def require_known_values(project: Project, units: list[Unit]) -> None:
    """Refuse areas without figures and years that the data does not have, before anything runs.

    `UnknownName` tells of every area that the period is not for; `WrongRequest` says that the
    first year is after it, or what no paper can say above its figures.
    """
    from kscb_analysis import front_matter
    from kscb_analysis.dataset import Dataset

    for unit in units:
        told = {name: unit.parameters.get(name, "") for name in front_matter.PARAMETERS}
        front_matter.FrontMatter(**told)
    data = Dataset(project)
    asked: set[tuple[Area, Any, Any, Any]] = set()
    for unit in units:
        period, first_year, comparators = (unit.parameters.get(name) for name in _CHECKED)
        asked.add((unit.area, period, first_year, comparators))
    newest, faults = newest_year(data), []
    for area, period, first_year, comparators in sorted(asked, key=_by_name):
        data.area(area.name)
        given = _is_given(period)
        year = data.year(period) if given else newest
        if first_year and data.year(first_year, "first_year") > year:
            raise WrongRequest(
                f"first_year is {first_year}, which is after {'period' if given else 'the newest'} "
                f"{year}. Give a first year that is not later."
            )
        if fault := _no_paper_for(data, area, year, given):
            faults.append(fault)
        data.neighbours(area, year, str(comparators or ""))
    if faults:
        more = len(faults) - _MOST_FAULTS
        raise UnknownName(
            "\n".join(faults[:_MOST_FAULTS]) + (f"\n… and {more} more areas." if more > 0 else "")
        )


def _by_name(asked: tuple[Area, Any, Any, Any]) -> tuple[str, str]:
    return asked[0].name, str(asked[1:])


def _no_paper_for(data: "Dataset", area: Area, year: int, given: bool) -> str:
    """Say why there can be no paper on an area for a year; nothing when there can."""
    day = date(year, 3, 31)
    period = f"31 March {year}" if given else f"31 March {year}, the newest period"
    if area.exists_from and day < area.exists_from:
        before = " and ".join(data.areas.name_of(code) for code in area.predecessors)
        instead = f" Before it there was {before}." if before else ""
        return f"{area.name} began on {_written(area.exists_from)}, after {period}.{instead}"
    if area.exists_to and day > area.exists_to:
        after = " and ".join(one.name for one in data.areas.successors(area.code))
        instead = f" After it came {after}." if after else ""
        last = area.exists_to.year - (area.exists_to < date(area.exists_to.year, 3, 31))
        return (
            f"{area.name} ended on {_written(area.exists_to)}, before {period}. "
            f"Give a period up to {last}.{instead}"
        )
    if given and area.code not in _with_recent_figures(data, year):
        return f"{area.name} has no figure for {year} or the two years before.{_held(data, area)}"
    return ""


def _held(data: "Dataset", area: Area) -> str:
    """Say which years an area's figures are from."""
    rows = data.observations
    ends = rows.loc[(rows["area_code"] == area.code) & rows["value"].notna(), "period_end"]
    if ends.empty:
        return ""
    last = data.last_year()  # figures of the months since then have no period of their own
    years = [
        min(end.year + ((end.month, end.day) > (3, 31)), last) for end in (ends.min(), ends.max())
    ]
    told = f"for {years[0]}" if years[0] == years[1] else f"from {years[0]} to {years[1]}"
    return f" Its figures are {told}."


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
