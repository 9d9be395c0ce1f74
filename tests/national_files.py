"""A small project in, the same with made-up national files and the metadata that reads them out.

The files have the shape of the published open data, and every oddity met in the real ones can be
asked for: a byte-order mark, either order of the code columns, quoted empty cells, markers,
authorities that were abolished, whole percentages, counts rounded to the nearest 10.
"""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from small_project import build_small_project

from kscb_analysis.areas import Areas, load_areas
from kscb_analysis.catalogue import Catalogue, load_catalogue
from kscb_analysis.file_kinds import load_kinds
from kscb_analysis.national import Tidied, tidy_national
from kscb_analysis.open_data import OpenData, find_files
from kscb_analysis.paths import Project

# Code → level, number, name, region. A few of those in the small project's areas.csv.
Place = tuple[str, str, str, str]
ENGLAND, SOUTH_EAST = "E92000001", "E12000008"
KENT, ESSEX, RUTLAND = "E10000016", "E10000012", "E06000017"
PLACES: dict[str, Place] = {
    ENGLAND: ("National", "", "England", ""),
    SOUTH_EAST: ("Regional", "", "South East", SOUTH_EAST),
    KENT: ("Local authority", "886", "Kent", SOUTH_EAST),
    ESSEX: ("Local authority", "881", "Essex", "E12000006"),
    RUTLAND: ("Local authority", "857", "Rutland", "E12000004"),
}
CODE_COLUMNS = (
    "time_period", "time_identifier", "geographic_level", "country_code", "country_name",
    "region_code", "region_name", "old_la_code", "new_la_code", "la_name",
)  # fmt: skip

KINDS = """\
[files.care]
title = "Children in care"
publication = "Made-up statistics"
publisher = "Made-up department"
licence = "Open Government Licence v3.0"
pattern = "care_numbers*.csv"

[files.stability]
title = "Stability of placements"
publication = "Made-up statistics"
publisher = "Made-up department"
licence = "Open Government Licence v3.0"
pattern = "stability*.csv"

[files.speed]
title = "Speed of assessments"
publication = "Other made-up statistics"
publisher = "Made-up department"
licence = "Open Government Licence v3.0"
pattern = "speed_*.csv"

[files.people]
title = "Population"
publication = "Other made-up statistics"
publisher = "Made-up office"
licence = "Open Government Licence v3.0"
pattern = "people_*.csv"
month = "June"

[files.staff]
title = "Social workers"
publication = "Other made-up statistics"
publisher = "Made-up department"
licence = "Open Government Licence v3.0"
pattern = "staff_*.csv"
month = "September"
"""

PEOPLE = '{ file = "people", filters = { age = "0 to 17" }, column = "people", year_before = true }'


def entry(
    indicator_id: str, unit: str, *feeds: str, decimals: int = 1, polarity: str = "none"
) -> str:
    """Write the catalogue entry of an indicator that national files alone feed."""
    name = indicator_id.replace("_", " ").capitalize()
    divided = 'numerator = "Some"\ndenominator = "All"\n' if unit != "children" else ""
    listed = ",\n    ".join(feeds)
    return (
        f'\n[indicators.{indicator_id}]\ntitle = "{name}"\nshort_title = "{name}"\n'
        f'subject = "The {name}"\ndefinition = "Made up."\n{divided}unit = "{unit}"\n'
        f'decimals = {decimals}\npolarity = "{polarity}"\npolarity_reason = "Made up."\n'
        'period_basis = "year ending 31 March"\nplausible = [0, 100000]\n'
        f'plausible_england = [0, 1000000]\nsection = "placements"\n'
        f"national = [\n    {listed},\n]\n"
    )


ALL = 'denominator = { filters = { stability = "All" }, column = "count" }'
ENTRIES = (
    entry(
        "cared_for_rate",
        "rate per 10,000",
        '{ file = "care", filters = { group = "At 31 March" }, value = "rate", '
        'numerator = "count", denominator = "population" }',
        decimals=0,
    ),
    entry(
        "cared_for_number",
        "children",
        '{ file = "care", filters = { group = "At 31 March" }, value = "count" }',
        decimals=0,
    ),
    entry(
        "stable_pct",
        "percent",
        '{ file = "stability", filters = { stability = "Two years" }, value = "percent", '
        f'numerator = "count", {ALL} }}',
        '{ file = "stability", filters = { stability = "One year" }, value = "percent", '
        f'numerator = "count", {ALL}, breakdown = "One year" }}',
        decimals=0,
    ),
    entry(
        "quick_assessments_pct",
        "percent",
        '{ file = "speed", numerator = ["1-10_days", "11-20_days"], denominator = "all" }',
    ),
    entry(
        "published_assessments_rate",
        "rate per 10,000",
        f'{{ file = "speed", value = "all_rate", numerator = "all", denominator = {PEOPLE} }}',
    ),
    entry(
        "own_assessments_rate",
        "rate per 10,000",
        f'{{ file = "speed", numerator = "all", denominator = {PEOPLE} }}',
    ),
    entry("people_number", "children", '{ file = "people", value = "people" }', decimals=0),
    entry("agency_pct", "percent", '{ file = "staff", value = "agency_rate" }'),
)

CARE = ("group", "population", "count", "rate")
STABILITY = ("stability", "count", "percent")
SPEED = ("all", "all_rate", "1-10_days", "11-20_days", "21+_days")
PEOPLE_COLUMNS = ("age", "people")
Row = tuple[int | str, str, tuple[object, ...]]

CARE_ROWS: tuple[Row, ...] = tuple(
    (year, code, ("At 31 March", population, count, rate))
    for year, figures in {
        2024: ((12000000, 80000, 67), (2000000, 11000, 55), (350000, 1950, 56), (310000, "c", "c"),
               (8000, 30, 38)),
        2025: ((12100000, 81770, 68), (2010000, 11170, 56), (355390, 1896, 53), (312000, 1100, 35),
               ("x", "z", "z")),
    }.items()
    for code, (population, count, rate) in zip(PLACES, figures, strict=True)
)  # fmt: skip
CARE_ROWS += tuple(
    (year, code, ("Started", population, count, rate))
    for year, code, (_, population, count, rate) in CARE_ROWS
)
STABILITY_ROWS: tuple[Row, ...] = (
    (2025, KENT, ("All", 468, 100)),
    (2025, KENT, ("Two years", 321, 69)),
    (2025, KENT, ("One year", 100, 21)),
    (2025, ESSEX, ("All", 200, 100)),
    (2025, ESSEX, ("Two years", "low", "k")),
    (2025, ESSEX, ("One year", "u", "u")),
)
SPEED_ROWS: tuple[Row, ...] = (
    (2024, ENGLAND, (643170, 536.0, 83300, 110950, 448920)),
    (2024, KENT, (21680, 622.4, 2919, 1949, 16812)),
    (2024, ESSEX, (9000, 300, "c", 1000, 7000)),
    (2024, RUTLAND, (0, 0, 0, 0, 0)),
)
PEOPLE_ROWS: tuple[Row, ...] = (
    (2023, ENGLAND, ("0 to 17", 12000000)),
    (2023, KENT, ("0 to 17", 348330)),
    (2023, ESSEX, ("0 to 17", 330000)),
    (2023, RUTLAND, ("0 to 17", "x")),
    (2024, KENT, ("0 to 17", 999999)),
)


def text_of(
    columns: tuple[str, ...],
    rows: tuple[Row, ...],
    *,
    identifier: str = "Reporting year",
    order: tuple[str, ...] = CODE_COLUMNS,
    leave_out: tuple[str, ...] = (),
    quoted: bool = False,
    end: str = "\n",
    places: Mapping[str, Place] = PLACES,
) -> str:
    """Write rows in the shape of the open data, the code columns first, in this order."""
    order = tuple(name for name in order if name not in leave_out)
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(out, lineterminator=end, quoting=quoting)
    writer.writerow([*order, *columns])
    for year, code, cells in rows:
        level, number, name, region = places[code]
        authority = level == "Local authority"
        held = {
            "time_period": year,
            "time_identifier": identifier,
            "geographic_level": level,
            "country_code": ENGLAND,
            "country_name": "England",
            "region_code": region,
            "region_name": name if level == "Regional" else "",
            "old_la_code": number,
            "new_la_code": code if authority else "",
            "la_name": name if authority else "",
        }
        writer.writerow([*(held[column] for column in order), *cells])
    return out.getvalue()


def put(project: Project, name: str, text: str, encoding: str = "utf-8") -> Path:
    """Write a national file into the project."""
    project.national.mkdir(parents=True, exist_ok=True)
    path = project.national / name
    path.write_bytes(text.encode(encoding))
    return path


def add_metadata(project: Project, *entries: str, kinds: str = KINDS) -> None:
    """Add catalogue entries fed by national files, and the kinds of file."""
    (project.metadata / "national.toml").write_text(kinds, encoding="utf-8")
    with (project.metadata / "indicators.toml").open("a", encoding="utf-8") as file:
        file.write("".join(entries))


def national_project(folder: Path) -> Project:
    """Build the small project with metadata for every kind of file, and four files."""
    project = build_small_project(folder)
    add_metadata(project, *ENTRIES)
    put(project, "care_numbers.csv", text_of(CARE, CARE_ROWS), "utf-8-sig")
    put(project, "stability_2025.csv", text_of(STABILITY, STABILITY_ROWS, quoted=True))
    put(project, "speed_2014_to_2024.csv", text_of(SPEED, SPEED_ROWS, end="\r\n"))
    put(project, "people_2012_to_2024.csv", text_of(PEOPLE_COLUMNS, PEOPLE_ROWS))
    return project


def reference(project: Project) -> tuple[Catalogue, Areas]:
    """Read the catalogue and the areas of a project."""
    return load_catalogue(project.metadata), load_areas(project.metadata)


def found(project: Project) -> OpenData:
    """Recognise the national files of a project."""
    catalogue, _ = reference(project)
    return find_files(project.national, load_kinds(project.metadata, catalogue))


def tidied(project: Project) -> Tidied:
    """Recognise and read the national files of a project."""
    return tidy_national(found(project), *reference(project))
