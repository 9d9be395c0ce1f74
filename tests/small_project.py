"""A folder in, a small project of its own in it out: every layout, made-up figures, real names.

Tests that need a whole project use the fixtures `small_project` (not built yet) and
`built_project` (built once a session, then copied) from `conftest.py`, and then damage one thing:

    def test_a_letter_among_digits_is_named(small_project):
        damage(small_project, "data/raw/comparison_2011/assessments.csv", "61.0", "6l.0")
        with pytest.raises(UnreadableCells, match="row 4, column 5"):
            make_data(small_project)

What is in it:

* `comparison_2011`: `assessments` with `assessments_summary`, and `stability`, whose years are
  printed one column to the left (mended in corrections.toml);
* `kpi_2011`: `plan_rate` with target, rating and a count, `summary`, `rating_counts`, `rating_key`;
* `annual_2011`: `indicators`, and `text` with a percentage and both counts it is made of;
* `fostering_2011`: `figures`, with no date of publication;
* `missing_2012`: `in_care` (periods across) and `went_missing` (periods down).

Kent has a figure nearly everywhere, Essex and East Sussex some, Rutland one, Barnet none. Essex,
East Sussex and Lancashire are Kent's neighbours. It has the three real notebooks when asked for.
"""

import csv
import hashlib
import io
import shutil
from pathlib import Path

from kscb_analysis.paths import Project

REPOSITORY = Path(__file__).resolve().parents[1]

AREAS = """\
area_code,la_code,area_name,geographic_level,region_code,region_name
E92000001,,England,National,,
E12000008,,South East,Regional,E12000008,South East
E09000003,302,Barnet,Local authority,E13000002,Outer London
E10000011,845,East Sussex,Local authority,E12000008,South East
E10000012,881,Essex,Local authority,E12000006,East of England
E06000010,810,Kingston upon Hull,Local authority,E12000003,Yorkshire and The Humber
E10000016,886,Kent,Local authority,E12000008,South East
E10000017,888,Lancashire,Local authority,E12000002,North West
E06000017,857,Rutland,Local authority,E12000004,East Midlands
"""

SPELLINGS = """\
spelling,area_code,seen_in
"Kingston Upon Hull, City of",E06000010,comparison_2011
"""

NEIGHBOUR_SETS = """\
set_id,set_name,area_code,member_code,position,valid_from,valid_to,source,place
kent_print,Neighbours of Kent as printed,E10000016,E10000012,1,,2012,comparison_2011,table 1
kent_print,Neighbours of Kent as printed,E10000016,E10000011,2,,2012,comparison_2011,table 1
kent_print,Neighbours of Kent as printed,E10000016,E10000017,3,,2012,comparison_2011,table 1
kent_old,Neighbours of Kent before 2005,E10000016,E10000012,1,2000,2004,made up,
"""

CORRECTIONS = """\
[[correction]]
source = "comparison_2011"
table = "stability"
row = 1
printed = ["", "", "2009", "2010", "2011", ""]
read_as = ["", "", "", "2009", "2010", "2011"]
reason = "The years are printed one column to the left of their figures."
evidence = "The last column of figures would have no year."
status = "open"

[[correction]]
source = "comparison_2011"
table = "assessments_summary"
row = 2
column = 7
printed = "61.2%*"
read_as = "61.2%"
reason = "The asterisk points to a remark."
evidence = "The remark stands below the table."
status = "open"
"""

INDICATORS = """\
[topics.safeguarding]
title = "Safeguarding activity"
not_known = [ { area = "Kent", text = "One page of the report lost its table." } ]

[topics.looked_after_children]
title = "Children looked after by the council"

[topics.private_fostering]
title = "Private fostering"

[sections.front_door]
topic = "safeguarding"
title = "Referrals and assessments"
lead = "What happens when somebody is worried about a child."

[sections.child_protection]
topic = "safeguarding"
title = "Child protection plans"
lead = "Children who have a plan to keep them safe."

[sections.placements]
topic = "looked_after_children"
title = "Placements"
lead = "Whether children in care stay in one home."

[sections.missing]
topic = "looked_after_children"
title = "Unaccompanied asylum-seeking children"
lead = "Children who arrived alone, and those of them who go missing."

[sections.notifications]
topic = "private_fostering"
title = "Notifications"
lead = "How often the council is told of an arrangement."

[indicators.assessments_in_time_pct]
title = "Assessments completed in time"
short_title = "Assessments in time"
subject = "The share of assessments completed in time"
definition = "Of every hundred assessments, how many were completed in time."
numerator = "Assessments completed in time"
denominator = "All assessments completed"
unit = "percent"
decimals = 1
polarity = "high"
polarity_reason = "A late assessment leaves a child waiting."
period_basis = "year ending 31 March"
plausible = [20, 105]
section = "front_door"
feeds = [
    { table = "comparison_2011/assessments" },
    { table = "comparison_2011/assessments_summary" },
    { table = "annual_2011/indicators", series = "NI 1" },
]
notes = ["More than 100 is possible."]

[indicators.plan_rate]
title = "Children with a child protection plan, for every 10,000 children"
short_title = "Children with a plan (rate)"
subject = "The rate of children with a plan"
definition = "Children with a plan at the end of the quarter, for every 10,000 children."
unit = "rate per 10,000"
decimals = 1
polarity = "low"
polarity_reason = "The report rates low figures as good."
period_basis = "position at quarter end"
plausible = [5, 100]
section = "child_protection"
feeds = [
    { table = "kpi_2011/plan_rate", series = "KCC Result" },
    { table = "kpi_2011/summary", series = "Children with a plan" },
]
breaks = [ { from = 2008-04-01, reason = "The register ended." } ]

[indicators.plan_number]
title = "Children with a child protection plan"
short_title = "Children with a plan"
subject = "The number of children with a plan"
definition = "Children with a plan on the day."
unit = "children"
decimals = 0
polarity = "none"
polarity_reason = "It depends on how many children need one."
period_basis = "position at quarter end"
plausible = [0, 9000]
section = "child_protection"
feeds = [
    { table = "kpi_2011/plan_rate", series = "Number of children" },
    { table = "annual_2011/text", series = "Children with a plan" },
]

[indicators.plans_ended_number]
title = "Child protection plans that ended"
short_title = "Plans that ended"
subject = "The number of plans that ended"
definition = "Plans that ended in the year."
unit = "plans"
decimals = 0
polarity = "none"
polarity_reason = "Neither is better."
period_basis = "year ending 31 March"
plausible = [0, 9000]
section = "child_protection"
feeds = [ { table = "annual_2011/text", series = "Plans ended" } ]

[indicators.long_plans_ended_number]
title = "Child protection plans of two years or more that ended"
short_title = "Long plans that ended"
subject = "The number of long plans that ended"
definition = "Plans of two years or more that ended in the year."
unit = "plans"
decimals = 0
polarity = "none"
polarity_reason = "Neither is better."
period_basis = "year ending 31 March"
plausible = [0, 9000]
section = "child_protection"
feeds = [ { table = "annual_2011/text", series = "Long plans ended" } ]

[indicators.long_plans_pct]
title = "Plans of two years or more among those that ended"
short_title = "Long plans, share of plans ended"
subject = "The share of long plans among those that ended"
definition = "Of every hundred plans that ended, how many had lasted two years or more."
unit = "percent"
decimals = 1
polarity = "low"
polarity_reason = "A long plan means that a child stayed at risk for long."
period_basis = "year ending 31 March"
plausible = [0, 60]
section = "child_protection"
feeds = [ { table = "annual_2011/text", series = "Share of long plans" } ]
numerator_indicator = "long_plans_ended_number"
denominator_indicator = "plans_ended_number"

[indicators.stability_pct]
title = "Adopted children placed within a year"
short_title = "Placed within a year"
subject = "The share of adopted children placed within a year"
definition = "Of every hundred adopted children, how many were placed within a year."
unit = "percent"
decimals = 1
polarity = "high"
polarity_reason = "Waiting harms a child."
period_basis = "year ending 31 March"
plausible = [0, 100]
section = "placements"
feeds = [
    { table = "comparison_2011/stability" },
    { table = "annual_2011/indicators", series = "NI 2" },
]

[indicators.bullied_pct]
title = "Children who have experienced bullying"
short_title = "Children bullied"
subject = "The share of children bullied"
definition = "Of every hundred children asked, how many had been bullied."
unit = "percent"
decimals = 0
polarity = "low"
polarity_reason = "Bullying harms."
period_basis = "survey year"
plausible = [0, 100]
section = "placements"
feeds = [ { table = "annual_2011/indicators", series = "Bullying" } ]

[indicators.in_care_number]
title = "Unaccompanied children in care"
short_title = "Unaccompanied children in care"
subject = "The number of unaccompanied children in care"
definition = "Unaccompanied children in care on the day."
unit = "children"
decimals = 0
polarity = "none"
polarity_reason = "Neither is better."
period_basis = "position at 31 March"
plausible = [0, 2000]
section = "missing"
feeds = [ { table = "missing_2012/in_care" } ]

[indicators.went_missing_number]
title = "Unaccompanied children who went missing"
short_title = "Went missing"
subject = "The number of unaccompanied children who went missing"
definition = "Unaccompanied children who went missing in the year."
unit = "children"
decimals = 0
polarity = "low"
polarity_reason = "A missing child may be in danger."
period_basis = "year ending 31 March"
plausible = [0, 500]
section = "missing"
feeds = [ { table = "missing_2012/went_missing", series = "Went missing" } ]

[indicators.found_number]
title = "Unaccompanied children who were found"
short_title = "Were found"
subject = "The number of unaccompanied children who were found"
definition = "Those who went missing in the year and were found."
unit = "children"
decimals = 0
polarity = "none"
polarity_reason = "It depends on how many went missing."
period_basis = "year ending 31 March"
plausible = [0, 500]
section = "missing"
feeds = [ { table = "missing_2012/went_missing", series = "Were found" } ]

[indicators.notifications_number]
title = "New private fostering notifications"
short_title = "New notifications"
subject = "The number of new notifications"
definition = "Notifications received in the year."
unit = "notifications"
decimals = 0
polarity = "none"
polarity_reason = "More may mean better awareness."
period_basis = "year ending 31 March"
plausible = [0, 3000]
section = "notifications"
feeds = [ { table = "fostering_2011/figures", series = "New notifications" } ]
"""

# Table id → (layout, further lines of its sidecar, the CSV).
TABLES: dict[str, dict[str, tuple[str, str, str]]] = {
    "comparison_2011": {
        "assessments": (
            "national_comparison",
            'area = "Kent"\nmarkers = { "-" = "not_available" }\n',
            """\
,,2009,2010,2011
Higher performing authorities*,Rutland,95.0,x,101.0
Statistical Neighbours,,,,
881,Essex,60.0,62.0,61.0
886,Kent,70.0,68.5,54.0
845,East Sussex,-,80.0,75.0
,888 Lancashire,66.0,70.0,77.0
,Statistical Neighbours,63.0,70.7,71.0
970,England,65.0,66.0,67.0
Lower performing authorities*,"Kingston Upon Hull, City of",30.0,..,25.0
""",
        ),
        "assessments_summary": (
            "national_comparison_summary",
            'area = "Kent"\nperiod = "2011"\nmarkers = { "-" = "not_available" }\n',
            """\
,,Trend over time,Change over time,National Rank,Quartile Banding,Kent Oct 2011 performance
886,Kent,↓,-16.0,117,D,61.2%*
970,England,↑,2.0,-,-,
""",
        ),
        "stability": (
            "national_comparison",
            'area = "Kent"\nmarkers = { "-" = "not_available" }\n',
            """\
,,2009,2010,2011,
Statistical Neighbours,,,,,
881,Essex,-,70.0,66.0,60.0
886,Kent,-,80.0,78.0,73.0
845,East Sussex,-,62.5,78.1,82.4
888,Lancashire,-,72.6,74.6,63.3
,Statistical Neighbours,-,68.4,72.9,68.6
970,England,-,75.6,75.0,72.4
""",
        ),
    },
    "kpi_2011": {
        "plan_rate": (
            "kpi_trend",
            'area = "Kent"\n',
            """\
Trend Data – quarter end,,Previous Years,,Current Year,,
,Mar 09,Mar 10,Mar 11,Jun 11,Sep 11,Dec 11
KCC Result,32.1,39.9,52.1,53.8,51.6,
Target,,,39.9,39.9,39.9,39.9
Statistical neighbour,27.6,30.7,40.0,,,
Rag Rating,Amber,Red,Red,Red,Red,
Number of children,"1,022","1,243","1,621","1,676","1,616",
""",
        ),
        "summary": (
            "kpi_summary",
            'area = "Kent"\nperiod = "Sep 11"\n',
            """\
Indicator Description,Page,Current Status,Previous Status,Direction of Travel
Children with a plan,34,Red,Red,↑
""",
        ),
        "rating_counts": (
            "rating_counts",
            'area = "Kent"\nperiod = "Sep 11"\n',
            """\
,RED,AMBER,GREEN,TOTAL
Current ratings,1,0,0,1
Previous ratings,0,1,0,1
""",
        ),
        "rating_key": (
            "rating_key",
            'area = "Kent"\nperiod = "Sep 11"\n',
            """\
GREEN,Target has been achieved
↑,Performance has improved
""",
        ),
    },
    "annual_2011": {
        "indicators": (
            "indicator_table",
            'area = "Kent"\n',
            """\
Ref,Title,2009/10,2010/11,Target
NI 1,Assessments completed in time,68.5%,54.0%,70.0%
NI 2,Adopted children placed within a year,77%,To be confirmed,N/A
N/A,Bullying,2007/08 28%,2008/09 26%,N/A
""",
        ),
        "text": (
            "figures_list",
            "",
            """\
series,area,period,figure,place
Children with a plan,Kent,31 March 2011,"1,614","Section 6, paragraph 4"
Plans ended,Kent,2010/11,"1,115","Section 6, paragraph 4"
Long plans ended,Kent,2010/11,126,"Section 6, paragraph 4"
Share of long plans,Kent,2010/11,11.3%,"Section 6, paragraph 4"
""",
        ),
    },
    "fostering_2011": {
        "figures": (
            "figures_list",
            "",
            """\
series,area,period,figure,place
New notifications,Kent,2010/11,56,Section 2
New notifications,Kent,2009/10,69,Section 2
New notifications,England,2008/09,"1,980",Key points
""",
        ),
    },
    "missing_2012": {
        "in_care": (
            "periods_across",
            'area = "Kent"\n',
            """\
31 Mar 09,31 Mar 10,31 Mar 11,31 Dec 11
843,914,855,711
""",
        ),
        "went_missing": (
            "periods_down",
            'area = "Kent"\nmarkers = { "ii)" = "not_available" }\n',
            """\
,Went missing,Were found
2008 - 09,65,ii)
2009 - 10,103,63
2010 - 11,80,59
1 Apr 11 - 31 Dec 11,99,65
""",
        ),
    },
}

SOURCES = {
    "comparison_2011": ("National comparison", "published_on = 2012-01-11"),
    "kpi_2011": ("Quarterly performance report", "published_on = 2011-11-15"),
    "annual_2011": ("Annual report of the board", "published_on = 2011-10-01"),
    "fostering_2011": ("Private fostering", 'published_on_note = "The date is not recorded."'),
    "missing_2012": ("Missing children", "published_on = 2012-02-01"),
}


def build_small_project(root: Path, *, notebooks: bool = False) -> Project:
    """Write the small project into `root`; with `notebooks` the real ones come along."""
    project = Project(root)
    project.metadata.mkdir(parents=True)
    for name, content in (
        ("areas.csv", AREAS),
        ("area_spellings.csv", SPELLINGS),
        ("neighbour_sets.csv", NEIGHBOUR_SETS),
        ("methods.toml", (REPOSITORY / "data/metadata/methods.toml").read_text(encoding="utf-8")),
        ("corrections.toml", CORRECTIONS),
        ("indicators.toml", INDICATORS),
    ):
        (project.metadata / name).write_text(content, encoding="utf-8")
    for source_id, tables in TABLES.items():
        folder = project.raw / source_id
        folder.mkdir(parents=True)
        title, published = SOURCES[source_id]
        about = (
            f'title = "{title}"\npublisher = "Kent County Council"\n{published}\n'
            'item = "Appendix 1"\nlicence = "None is printed."\n'
            'transcribed = "Made up for the tests."\nstatus = "published"\n'
            'figures = "Made up."\n'
        )
        parts = [about]
        for table_id, (layout, more, content) in tables.items():
            (folder / f"{table_id}.csv").write_text(content, encoding="utf-8", newline="")
            parts.append(
                f'[[table]]\nid = "{table_id}"\nfile = "{table_id}.csv"\n'
                f'title = "Title of {table_id}"\nplace = "Table of {table_id}"\n'
                f'layout = "{layout}"\n{more}sha256 = "{_sha256(content.encode())}"\n'
            )
        (folder / "source.toml").write_text("\n".join(parts), encoding="utf-8")
    if notebooks:
        project.notebooks.mkdir()
        for path in sorted((REPOSITORY / "notebooks").glob("*.ipynb")):
            shutil.copy(path, project.notebooks)
    return project


def damage(
    project: Project, file: str, old: str, new: str, *, accept: bool = True, count: int = 1
) -> Path:
    """Replace one text in one file of the project, named from the root.

    The text must stand there exactly `count` times, so that a test never damages nothing. With
    `accept` the sidecar of a raw table is given the new fingerprint, so that a test reaches what
    comes after the fingerprint is checked.
    """
    path = project.root / file
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == count, f"{old!r} stands {content.count(old)} times in {file}"
    return replace_file(project, file, content.replace(old, new).encode(), accept=accept)


def replace_file(project: Project, file: str, content: bytes, *, accept: bool = True) -> Path:
    """Write a file of the project anew; with `accept` its sidecar is told (see `damage`)."""
    path = project.root / file
    before = _sha256(path.read_bytes())
    path.write_bytes(content)
    sidecar = path.parent / "source.toml"
    if accept and path.suffix == ".csv" and sidecar.is_file():
        text = sidecar.read_text(encoding="utf-8")
        assert before in text, f"{sidecar} does not have the fingerprint of {path.name}"
        sidecar.write_text(text.replace(before, _sha256(content)), encoding="utf-8")
    return path


def add_table(
    project: Project, source_id: str, table_id: str, content: str, *, layout: str, more: str = ""
) -> Path:
    """Add a table to a source of the project: the CSV, and its entry in source.toml."""
    folder = project.raw / source_id
    path = folder / f"{table_id}.csv"
    path.write_text(content, encoding="utf-8", newline="")
    entry = (
        f'\n[[table]]\nid = "{table_id}"\nfile = "{table_id}.csv"\ntitle = "{table_id}"\n'
        f'place = "{table_id}"\nlayout = "{layout}"\n{more}'
        f'sha256 = "{_sha256(content.encode())}"\n'
    )
    with (folder / "source.toml").open("a", encoding="utf-8") as sidecar:
        sidecar.write(entry)
    return path


def keep_only(project: Project, *source_ids: str) -> None:
    """Take every other source away, with the feeds and corrections that name it."""
    import re

    for folder in project.raw.iterdir():
        if folder.name not in source_ids:
            shutil.rmtree(folder)
    path = project.metadata / "indicators.toml"
    text = path.read_text(encoding="utf-8")
    for feed in re.findall(r'\{ table = "([^"/]+)/[^}]*\},?', text):
        if feed not in source_ids:
            text = re.sub(rf'\{{ table = "{feed}/[^}}]*\}},?', "", text)
    path.write_text(text, encoding="utf-8")
    if "comparison_2011" not in source_ids:
        (project.metadata / "corrections.toml").unlink()


def files_below(folder: Path) -> dict[str, bytes]:
    """Give every file below a folder by its name from there: to say that nothing changed."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows_of(text: str) -> list[list[str]]:
    """Read rows of printed cells from the text of a CSV."""
    return list(csv.reader(io.StringIO(text)))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
