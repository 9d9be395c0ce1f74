"""The small project in, the same with a made-up national file of 105 authorities to 2025 out.

One file holds several groups of children, and each indicator reads one:

* `settled_pct`: 2019 to 2025 in whole percentages, high ones good;
* `waiting_pct`: 2019 to 2024 with a decimal, low ones good: published later than the others;
* `helped_pct`: 2019 to 2025 for everybody but Kent, which has a figure for 2025 alone;
* `stopped_pct`: a series that ended in 2020;
* `homes_number`: a count, of Kent, every borough and England, 2019 to 2025.

Kent had other neighbours to 2022 than it has since.
"""

import io
from pathlib import Path

import pandas as pd
from national_files import CARE, ENGLAND, KENT, KINDS, PLACES, add_metadata, entry, put, text_of
from small_project import build_small_project

from kscb_analysis.paths import Project

FILE = "care_numbers.csv"
BOROUGHS = {f"E0900{1000 + at}": f"Borough {at}" for at in range(104)}
EARLY, LATE = list(BOROUGHS)[:5], list(BOROUGHS)[5:12]
# Group of the file, first and last year, the decimals it prints.
GROUPS = {
    "settled": (2019, 2025, 0),
    "waiting": (2019, 2024, 1),
    "helped": (2019, 2025, 1),
    "stopped": (2016, 2020, 1),
    "homes": (2019, 2025, 0),
}
_HELD = {
    **{code: PLACES[code] for code in (ENGLAND, KENT)},
    **{
        code: ("Local authority", str(1000 + at), name, "E13000002")
        for at, (code, name) in enumerate(BOROUGHS.items())
    },
}


def share_of(group: str, code: str, year: int) -> tuple[int, int]:
    """Give how many children of how many there are; no two authorities are quite alike."""
    at, on = list(_HELD).index(code), year - 2019
    if code == ENGLAND:
        return 27_000 + 150 * on, 50_000
    whole = 407 + 3 * at
    if group == "waiting":
        return 90 + (53 * at) % 61 - 6 * on, whole
    return 200 + (37 * at) % 101 + 8 * on, whole


def build_crowded_project(root: Path) -> Project:
    """Write the small project into `root`, with the national file, its areas and metadata."""
    project = build_small_project(root)
    lines = [
        f"{code},{1000 + at},{name},Local authority,E13000002,Outer London"
        for at, (code, name) in enumerate(BOROUGHS.items())
    ]
    _append(project.metadata / "areas.csv", lines)
    sets = [("kent_early", EARLY, "2013,2022"), ("kent_late", LATE, "2023,")]
    lines = [
        f"{name},Made-up set {name},{KENT},{member},{at},{years},made up,"
        for name, members, years in sets
        for at, member in enumerate(members, start=1)
    ]
    _append(project.metadata / "neighbour_sets.csv", lines)
    add_metadata(
        project,
        _share("settled", "high"),
        _share("waiting", "low"),
        _share("helped", "high"),
        _share("stopped", "high"),
        entry(
            "homes_number",
            "children",
            '{ file = "care", filters = { group = "homes" }, value = "count" }',
            decimals=0,
            polarity="high",
        ),
        kinds=KINDS,
    )
    put(project, FILE, text_of(CARE, tuple(_rows()), places=_HELD))
    return project


def raw_figures(project: Project, group: str, year: int) -> "pd.Series[float]":
    """Read the rates of a group and year from the file itself, by code, by pandas alone."""
    text = (project.national / FILE).read_text(encoding="utf-8")
    rows = pd.read_csv(io.StringIO(text), dtype=str)
    mine = rows[(rows["group"] == group) & (rows["time_period"] == str(year))]
    codes = mine["new_la_code"].fillna(ENGLAND)
    return pd.Series(mine["rate"].astype(float).to_numpy(), index=codes)


def _rows() -> list[tuple[int, str, tuple[object, ...]]]:
    made: list[tuple[int, str, tuple[object, ...]]] = []
    for group, (first, last, decimals) in GROUPS.items():
        for year in range(first, last + 1):
            for code in _HELD:
                if (group, code) == ("helped", KENT) and year < last:
                    continue
                count, whole = share_of(group, code, year)
                rate = f"{100 * count / whole:.{decimals}f}"
                made.append((year, code, (group, whole, count, rate)))
    return made


def _share(group: str, polarity: str) -> str:
    feed = (
        f'{{ file = "care", filters = {{ group = "{group}" }}, value = "rate", '
        'numerator = "count", denominator = "population" }'
    )
    return entry(f"{group}_pct", "percent", feed, polarity=polarity)


def _append(path: Path, lines: list[str]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
