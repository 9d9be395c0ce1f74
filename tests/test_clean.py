"""From raw tables to tidy rows: golden pairs, one for each oddity, and every way it can stop."""

import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_project import add_table, damage, keep_only, replace_file

from kscb_analysis.areas import load_areas
from kscb_analysis.catalogue import load_catalogue
from kscb_analysis.clean import add_counts, comparators, tidy_sources
from kscb_analysis.corrections import load_corrections
from kscb_analysis.errors import (
    KscbError,
    LayoutFault,
    MetadataFault,
    SourceFault,
    StaleCorrection,
    UnknownName,
    UnreadableCells,
)
from kscb_analysis.paths import LOCAL, NATIONAL, Project
from kscb_analysis.sources import load_sources

GOLDEN = Path(__file__).parent / "golden"
RAW = "data/raw/comparison_2011/assessments.csv"
INDICATORS = "data/metadata/indicators.toml"


def tidy(project: Project) -> dict[str, pd.DataFrame]:
    return tidy_sources(
        load_sources(project.raw),
        load_catalogue(project.metadata),
        load_areas(project.metadata),
        load_corrections(project.metadata),
    )


def refusal(project: Project, kind: type[KscbError]) -> str:
    with pytest.raises(kind) as caught:
        tidy(project)
    return str(caught.value)


# ------------------------------------------------------------------------------- golden pairs


def golden_tables() -> list[str]:
    return sorted(path.name.removesuffix(".raw.csv") for path in GOLDEN.glob("*.raw.csv"))


def tidy_golden(real_data, name: str) -> dict[str, pd.DataFrame]:
    """Read one golden table as the repository reads the table that it was cut from."""
    source_id, table_id = name.split(".")
    source = real_data.sources[source_id]
    (table,) = (one for one in source.tables if one.table_id == table_id)
    table = replace(table, path=GOLDEN / f"{name}.raw.csv")
    with table.path.open(encoding="utf-8", newline="") as file:
        printed = {None, *(cell for row in csv.reader(file) for cell in row)}
    mine = {
        known.indicator_id: replace(
            known,
            feeds=tuple(
                feed for feed in known.feeds if feed.table == table.name and feed.series in printed
            ),
        )
        for known in real_data.catalogue.indicators.values()
    }
    catalogue = replace(real_data.catalogue, indicators=mine)
    corrections = tuple(
        one
        for one in load_corrections(real_data.project.metadata)
        if (one.source_id, one.table_id) == (source_id, table_id)
    )
    return tidy_sources(
        {source_id: replace(source, tables=(table,))},
        catalogue,
        real_data.areas,
        corrections,
        check_fingerprints=False,
    )


@pytest.mark.parametrize("name", golden_tables())
def test_a_printed_table_becomes_its_golden_tidy_table(real_data, name):
    made = tidy_golden(real_data, name)
    held = {path.name.split(".")[2] for path in GOLDEN.glob(f"{name}.*")} - {"raw"}
    assert held, "a golden pair has a tidy half"
    for kind in ("observations", "targets", "ratings", "judgements"):
        rows = made[kind]
        if kind not in held:
            assert rows.empty, f"{name}.{kind}.csv is missing"
            continue
        written = (GOLDEN / f"{name}.{kind}.csv").read_text(encoding="utf-8")
        columns = next(csv.reader(io.StringIO(written)))
        assert rows[columns].to_csv(index=False, lineterminator="\n") == written


@pytest.mark.parametrize("name", golden_tables())
def test_a_golden_table_is_cut_from_a_real_one(real_data, name):
    source_id, table_id = name.split(".")
    (table,) = (one for one in real_data.sources[source_id].tables if one.table_id == table_id)
    with (GOLDEN / f"{name}.raw.csv").open(encoding="utf-8", newline="") as file:
        cut = list(csv.reader(file))
    with table.path.open(encoding="utf-8", newline="") as file:
        printed = list(csv.reader(file))
    if table_id == "uasc_in_care":  # cut by columns
        pairs = {tuple(pair) for pair in zip(*printed, strict=True)}
        assert {tuple(pair) for pair in zip(*cut, strict=True)} <= pairs
    else:
        own_rows = {("Lower performing authorities", *[""] * (len(cut[0]) - 1))}
        assert {tuple(row) for row in cut} - own_rows <= {tuple(row) for row in printed}


def test_there_is_a_golden_pair_for_every_layout(real_data):
    layouts = {
        table.name: table.layout
        for source in real_data.sources.values()
        for table in source.tables
        if source.source_id not in (NATIONAL, LOCAL)
    }
    # A key of grades makes no rows: it is held against the scale.
    wanted = set(layouts.values()) - {"grade_key"}
    assert {layouts[name.replace(".", "/")] for name in golden_tables()} == wanted


# ------------------------------------------------------------------------------ the small project


def test_a_row_says_where_it_comes_from_and_when_it_was_published(small_project):
    rows = tidy(small_project)["observations"]
    (row,) = rows[
        (rows["area_name"] == "Kent")
        & (rows["indicator_id"] == "assessments_in_time_pct")
        & (rows["source_id"] == "comparison_2011")
        & (rows["statistic"] == "value")
        & (rows["time_period"] == "2011")
        & (rows["time_identifier"] == "Reporting year")
    ].to_dict("records")
    assert row == {
        "indicator_id": "assessments_in_time_pct",
        "geographic_level": "Local authority",
        "area_code": "E10000016",
        "area_name": "Kent",
        "time_period": "2011",
        "time_identifier": "Reporting year",
        "period_end": date(2011, 3, 31),
        "breakdown": "Total",
        "statistic": "value",
        "value": 54.0,
        "value_status": "published",
        "printed": "54.0",
        "numerator": pytest.approx(np.nan, nan_ok=True),
        "denominator": pytest.approx(np.nan, nan_ok=True),
        "source_id": "comparison_2011",
        "source_table": "assessments",
        "source_row": 5,
        "source_column": 5,
        "published_on": date(2012, 1, 11),
        "corrected_from": "",
    }


def test_a_spelling_becomes_the_one_name(small_project):
    rows = tidy(small_project)["observations"]
    assert "Kingston upon Hull" in set(rows["area_name"])
    assert "Kingston Upon Hull, City of" not in set(rows["area_name"])


def test_a_correction_is_told_beside_the_figure(small_project):
    rows = tidy(small_project)["observations"]
    told = rows[rows["corrected_from"] != ""]
    assert told[["source_table", "printed", "corrected_from", "value"]].values.tolist() == [
        ["assessments_summary", "61.2%", "61.2%*", 61.2]
    ]
    years = rows[(rows["source_table"] == "stability") & (rows["area_name"] == "Kent")]
    assert set(years["time_period"]) == {"2009", "2010", "2011"}


def test_printed_counts_stand_beside_the_percentage_they_make(small_project):
    rows = tidy(small_project)["observations"].set_index("indicator_id")
    share = rows.loc["long_plans_pct"]
    assert (share["value"], share["numerator"], share["denominator"]) == (11.3, 126.0, 1115.0)
    others = rows.drop("long_plans_pct")
    assert others["numerator"].isna().all()
    assert others["denominator"].isna().all()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("11.3%", "11.4%"),  # the two do not make the percentage
        ('Plans ended,Kent,2010/11,"1,115"', "Plans ended,Kent,2010/11,0"),
        ('Plans ended,Kent,2010/11,"1,115"', "Plans ended,Kent,2010/11,x"),
        ('Plans ended,Kent,2010/11,"1,115"', 'Plans ended,Kent,2009/10,"1,115"'),
        ('Plans ended,Kent,2010/11,"1,115"', 'Plans ended,Essex,2010/11,"1,115"'),
        ("Share of long plans,Kent,2010/11,11.3%", "Share of long plans,Kent,2010/11,x"),
        ("Long plans ended,Kent,2010/11,126", "Long plans ended,Kent,2010/11,x"),
    ],
)
def test_counts_that_do_not_make_the_percentage_stay_away(small_project, old, new):
    damage(small_project, "data/raw/annual_2011/text.csv", old, new)
    rows = tidy(small_project)["observations"]
    assert rows["numerator"].isna().all()
    assert rows["denominator"].isna().all()


@settings(max_examples=20)
@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 2))
def test_counts_are_found_for_every_percentage_that_they_make(small_data, part, whole, places):
    part = min(part, whole)
    indicators = small_data.catalogue.indicators
    printed = f"{100 * part / whole:.{places}f}"
    figures = {
        "long_plans_ended_number": (float(part), str(part)),
        "plans_ended_number": (float(whole), str(whole)),
        "long_plans_pct": (float(printed), printed + "%"),
    }
    rows = pd.DataFrame(
        [(name, *figure) for name, figure in figures.items()],
        columns=["indicator_id", "value", "printed"],
    ).assign(
        source_id="s",
        area_code="a",
        time_period="2011",
        time_identifier="Reporting year",
        breakdown="Total",
        statistic="value",
    )
    assert indicators["long_plans_pct"].numerator_indicator == "long_plans_ended_number"
    made = add_counts(rows, small_data.catalogue).iloc[2]
    assert (made["numerator"], made["denominator"]) == (part, whole)


def test_printed_groups_and_recorded_sets_are_comparators_without_the_authority_itself(
    small_project,
):
    rows = tidy(small_project)["comparators"]
    printed = rows[
        (rows["set_id"] == "printed: statistical neighbours")
        & (rows["indicator_id"] == "assessments_in_time_pct")
    ]
    assert printed["member_name"].tolist() == ["Essex", "East Sussex", "Lancashire"]
    assert set(printed["source_table"]) == {"comparison_2011/assessments"}
    recorded = rows[rows["set_id"] == "kent_print"]
    assert recorded["member_name"].tolist() == ["Essex", "East Sussex", "Lancashire"]
    assert set(recorded["valid_to"]) == {"2012"}
    assert "Kent" not in set(rows["member_name"])
    assert "England" not in set(rows["member_name"])
    high = rows[rows["set_id"] == "printed: higher performing authorities"]
    assert high["member_name"].tolist() == ["Rutland"]
    assert not rows.duplicated().any()


def test_groups_printed_in_two_papers_are_kept_apart(small_project):
    # The year after, Lancashire is no neighbour any more.
    text = (small_project.root / RAW).read_text(encoding="utf-8")
    later = text.replace("2009,2010,2011", "2010,2011,2012").replace(
        ",888 Lancashire", ",302 Barnet"
    )
    add_table(
        small_project, "kpi_2011", "later", later, layout="national_comparison",
        more='area = "Kent"\nmarkers = { "-" = "not_available" }\n',
    )  # fmt: skip
    damage(
        small_project,
        INDICATORS,
        '{ table = "comparison_2011/assessments" }',
        '{ table = "comparison_2011/assessments" }, { table = "kpi_2011/later" }',
    )
    rows = tidy(small_project)["comparators"]
    printed = rows[
        (rows["set_id"] == "printed: statistical neighbours")
        & (rows["indicator_id"] == "assessments_in_time_pct")
    ]
    members = printed.groupby("source_table")["member_name"].agg(list).to_dict()
    assert members == {
        "comparison_2011/assessments": ["Essex", "East Sussex", "Lancashire"],
        "kpi_2011/later": ["Essex", "East Sussex", "Barnet"],
    }


# ----------------------------------------------------------------------- what stops the run


def test_unknown_markers_are_listed_all_at_once_with_their_places(small_project):
    damage(small_project, RAW, "61.0", "6l.0")
    damage(small_project, RAW, "95.0", "95.0?")
    damage(small_project, "data/raw/kpi_2011/plan_rate.csv", "Target,,,39.9", "Target,,,(39.9)")
    message = refusal(small_project, UnreadableCells)
    assert message.startswith("3 printed cell(s) cannot be read:")
    assert f"{RAW}, row 4, column 5: '6l.0' is neither a number nor a known marker" in message
    assert f"{RAW}, row 2, column 3: '95.0?'" in message
    assert "data/raw/kpi_2011/plan_rate.csv, row 4, column 4: '(39.9)'" in message
    assert "`markers` in source.toml" in message
    assert "data/metadata/corrections.toml" in message


def test_a_hyphen_that_no_sidecar_explains_is_an_unknown_marker(small_project):
    damage(
        small_project,
        "data/raw/comparison_2011/source.toml",
        'markers = { "-" = "not_available" }\n',
        "",
        count=3,
    )
    message = refusal(small_project, UnreadableCells)
    assert f"{RAW}, row 6, column 3: '-'" in message


def test_many_unknown_markers_are_counted(small_project):
    rows = "".join(f"{1900 + n},oops\n" for n in range(30))
    add_table(
        small_project, "missing_2012", "odd", rows, layout="periods_down", more='area = "Kent"\n'
    )
    damage(
        small_project,
        INDICATORS,
        "missing_2012/in_care",
        'missing_2012/odd" }, { table = "missing_2012/in_care',
    )
    message = refusal(small_project, UnreadableCells)
    assert message.startswith("30 printed cell(s)")
    assert "… and 10 more" in message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "881,Essex",
            "881,Essx",
            [f"{RAW}, row 4, column 3", "'Essx'", "Did you mean 'Essex'?", "area_spellings.csv"],
        ),
        ("Rutland", "Ruritania", [f"{RAW}, row 2, column 3", "'Ruritania'", "area_spellings.csv"]),
    ],
)
def test_an_unknown_area_is_named_with_its_place(small_project, old, new, said):
    damage(small_project, RAW, old, new)
    message = refusal(small_project, UnknownName)
    assert all(part in message for part in said), message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "881,Essex",
            "882,Essex",
            ["row 4, column 3", "Essex is printed with code 882", "areas.csv has 881"],
        ),
        ("888 Lancashire", "889 Lancashire", ["row 7", "Lancashire is printed with code 889"]),
        ("970,England", "971,England", ["row 9", "England is printed with code 971", "has 970"]),
    ],
)
def test_a_wrong_printed_code_is_named_with_its_place(small_project, old, new, said):
    damage(small_project, RAW, old, new)
    message = refusal(small_project, MetadataFault)
    assert RAW in message
    assert all(part in message for part in said), message


@pytest.mark.parametrize(
    ("file", "table"),
    [("comparison_2011", "assessments"), ("kpi_2011", "plan_rate"), ("missing_2012", "in_care")],
)
def test_a_table_without_an_area_says_where_to_give_one(small_project, file, table):
    sidecar = f"data/raw/{file}/source.toml"
    old = f'id = "{table}"'
    path = small_project.root / sidecar
    head, _, tail = path.read_text(encoding="utf-8").partition(old)
    path.write_text(head + old + tail.replace('area = "Kent"\n', "", 1), encoding="utf-8")
    message = refusal(small_project, MetadataFault)
    assert f"data/raw/{file}/{table}.csv, row" in message
    assert "prints no area. Add `area = …` in source.toml" in message


@pytest.mark.parametrize("table", ["stability", "assessments"])
def test_a_mistyped_area_of_a_table_is_named_with_the_table(small_project, table):
    sidecar = "data/raw/comparison_2011/source.toml"
    path = small_project.root / sidecar
    head, found, tail = path.read_text(encoding="utf-8").partition(f'id = "{table}"')
    path.write_text(head + found + tail.replace('"Kent"', '"Kant"', 1), encoding="utf-8")
    message = refusal(small_project, UnknownName)
    assert f"comparison_2011/{table}" in message
    assert "source.toml" in message
    assert "Did you mean 'Kent'?" in message


def test_a_header_that_does_not_match_stops_the_run(small_project):
    damage(small_project, RAW, ",,2009,2010,2011", ",,2009,2010,")
    message = refusal(small_project, LayoutFault)
    assert f"{RAW}, row 1" in message


def test_a_stale_correction_stops_the_run(small_project):
    damage(
        small_project,
        "data/raw/comparison_2011/stability.csv",
        ",,2009,2010,2011,",
        ",,,2009,2010,2011",
    )
    message = refusal(small_project, StaleCorrection)
    assert "comparison_2011/stability, row 1" in message
    assert "data/metadata/corrections.toml" in message


def test_a_correction_of_a_table_that_is_gone_stops_the_run(small_project):
    damage(
        small_project, "data/metadata/corrections.toml", 'table = "stability"', 'table = "stabilty"'
    )
    message = refusal(small_project, StaleCorrection)
    assert "comparison_2011/stabilty, row 1" in message
    assert "no such table" in message


@pytest.mark.parametrize("change", ["missing", "changed", "no sidecar"])
def test_raw_files_that_are_not_as_recorded_stop_the_run(small_project, change):
    path = small_project.root / RAW
    if change == "missing":
        path.unlink()
    elif change == "changed":
        replace_file(small_project, RAW, path.read_bytes() + b"\n", accept=False)
    else:
        (path.parent / "source.toml").unlink()
    assert "comparison_2011" in refusal(small_project, SourceFault)


# ---------------------------------------------------------------------------------- feeds


def test_a_series_that_feeds_no_indicator_is_named(small_project):
    damage(
        small_project, "data/raw/kpi_2011/plan_rate.csv", "Number of children", "Number of plans"
    )
    message = refusal(small_project, MetadataFault)
    assert "data/raw/kpi_2011/plan_rate.csv, row 7" in message
    assert "series 'Number of plans'" in message
    assert "Add a feed to an entry of data/metadata/indicators.toml" in message


def test_a_table_that_feeds_no_indicator_is_named(small_project):
    damage(small_project, INDICATORS, '{ table = "missing_2012/in_care" }', "")
    message = refusal(small_project, MetadataFault)
    assert "data/raw/missing_2012/in_care.csv, row 2" in message
    assert "no indicator is fed by missing_2012/in_care" in message


def test_a_feed_from_a_table_that_is_not_there_is_named(small_project):
    damage(small_project, INDICATORS, "missing_2012/in_care", "missing_2012/in_car")
    message = refusal(small_project, MetadataFault)
    assert "[indicators.in_care_number]" in message
    assert "no table 'missing_2012/in_car'" in message
    assert "Did you mean 'missing_2012/in_care'?" in message


def test_two_indicators_fed_by_one_series_are_named(small_project):
    damage(small_project, INDICATORS, 'series = "Were found"', 'series = "Went missing"')
    message = refusal(small_project, MetadataFault)
    assert "missing_2012/went_missing, series 'Went missing'" in message
    assert "went_missing_number" in message
    assert "found_number" in message


def test_a_feed_of_a_series_that_is_not_printed_is_named(small_project):
    damage(
        small_project,
        INDICATORS,
        'series = "Were found" } ]',
        'series = "Were found" }, { table = "missing_2012/went_missing", series = "Came home" } ]',
    )
    message = refusal(small_project, MetadataFault)
    assert "[indicators.found_number]" in message
    assert "missing_2012/went_missing prints nothing for the series 'Came home'" in message


def test_a_feed_may_say_which_part_its_figures_are_about(small_project):
    feed = '{ table = "missing_2012/in_care" }'
    damage(small_project, INDICATORS, feed, feed[:-1] + ', breakdown = "Aged 16 or 17" }')
    rows = tidy(small_project)["observations"]
    mine = rows[rows["indicator_id"] == "in_care_number"]
    assert set(mine["breakdown"]) == {"Aged 16 or 17"}
    assert set(rows.loc[rows["indicator_id"] != "in_care_number", "breakdown"]) == {"Total"}


@pytest.mark.parametrize(
    ("feeds", "breakdowns"),
    [
        ('{ table = "missing_2012/places" }', ["With carers", "In homes", "Total"]),
        (
            (
                '{ table = "missing_2012/places", series = "With carers" }, '
                '{ table = "missing_2012/places", series = "In homes:", breakdown = "Homes" }, '
                '{ table = "missing_2012/places", series = "Total" }'
            ),
            ["Total", "Homes", "Total"],
        ),
    ],
)
def test_a_label_is_a_part_unless_a_feed_gives_it_an_indicator(small_project, feeds, breakdowns):
    add_table(
        small_project,
        "missing_2012",
        "places",
        "With carers,600\nIn homes:,80\nTotal,680\n",
        layout="labelled_figures",
        more='area = "Kent"\nperiod = "31 March 2009"\n',
    )
    already = '{ table = "missing_2012/in_care" }'
    damage(small_project, INDICATORS, already, f"{already}, {feeds}")
    rows = tidy(small_project)["observations"]
    assert rows.loc[rows["source_table"] == "places", "breakdown"].tolist() == breakdowns


def test_a_period_that_does_not_fit_the_basis_is_named(small_project):
    text = (small_project.root / INDICATORS).read_text(encoding="utf-8")
    at = text.index("[indicators.assessments_in_time_pct]")
    old = 'period_basis = "year ending 31 March"'
    changed = text[:at] + text[at:].replace(old, 'period_basis = "calendar year"', 1)
    replace_file(small_project, INDICATORS, changed.encode())
    message = refusal(small_project, MetadataFault)
    assert "is not a period for an indicator with the basis calendar year" in message
    assert "row" in message


# ------------------------------------------------------------------------------ judgements

SCALES = """\
[scales.inspection]
title = "Inspection"
direction = "4 is the best"
key = "missing_2012/key"
grades = [
    { printed = "4", ordinal = 4, words = "High", words_for_capacity = "Great", ALSO },
    { printed = "3", ordinal = 3, words = "Good", words_for_capacity = "Fine" },
    { printed = "2", ordinal = 2, words = "Fair", words_for_capacity = "So so" },
    { printed = "1", ordinal = 1, words = "Low", words_for_capacity = "Poor" },
]
""".replace("ALSO", 'also_printed = ["Grade 4"]')
KEY = "Grade,Service,Capacity\n4,High,Great\n3,Good,Fine\n2,Fair,So so\n1,Low,Poor\n"


def with_judgements(
    project: Project,
    *,
    key: str = KEY,
    grade: str = "Grade 4",
    scale: str = "inspection",
    period: str = "2 May 2011",
) -> Project:
    (project.metadata / "scales.toml").write_text(SCALES, encoding="utf-8")
    named = f'scale = "{scale}"\n'
    add_table(project, "missing_2012", "key", key, layout="grade_key", more=named)
    add_table(
        project,
        "missing_2012",
        "grades",
        f"judgement,grade\nServices,\nBeing healthy,{grade}\nCapacity to improve,1\n",
        layout="judgements",
        more=f'area = "Kent"\nperiod = "{period}"\n{named}',
    )
    return project


def test_grades_are_put_on_one_scale_with_its_words(small_project):
    rows = tidy(with_judgements(small_project))["judgements"]
    assert rows["area_name"].tolist() == ["Kent", "Kent"]
    assert rows["judged_on"].tolist() == [date(2011, 5, 2)] * 2
    assert rows["group"].tolist() == ["Services", "Services"]
    names = ["judgement", "printed", "ordinal", "words", "source_row", "source_column"]
    assert rows[names].to_numpy().tolist() == [
        ["Being healthy", "Grade 4", 4, "High", 3, 2],
        ["Capacity to improve", "1", 1, "Poor", 4, 2],
    ]


def test_no_tables_of_grades_make_no_judgements(small_project):
    assert tidy(small_project)["judgements"].empty


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        ({"grade": "Grade 5"}, UnreadableCells, "row 3, column 2: 'Grade 5' is no grade of the"),
        ({"scale": "inspections"}, MetadataFault, "Did you mean 'inspection'?"),
        ({"period": "2011"}, MetadataFault, "`period` in source.toml is '2011'"),
        ({"key": KEY.replace("Fair", "Far")}, MetadataFault, "not those that missing_2012/key"),
        ({"key": KEY.replace("1,Low,Poor\n", "")}, MetadataFault, "[scales.inspection]"),
    ],
)
def test_grades_that_do_not_fit_their_scale_stop_the_run(small_project, change, kind, said):
    assert said in refusal(with_judgements(small_project, **change), kind)


def test_an_indicator_without_feeds_is_no_fault(small_project):
    text = (small_project.root / INDICATORS).read_text(encoding="utf-8")
    entry = text.partition("[indicators.notifications_number]")[2]
    entry = entry.replace(
        'feeds = [ { table = "fostering_2011/figures", series = "New notifications" } ]',
        "feeds = []",
    )
    replace_file(
        small_project, INDICATORS, f"{text}\n[indicators.hoped_for_number]{entry}".encode()
    )
    rows = tidy(small_project)["observations"]
    assert "hoped_for_number" not in set(rows["indicator_id"])


# ------------------------------------------------------------------------------ little data


def test_a_project_may_have_ratings_and_no_figures(small_project):
    keep_only(small_project, "kpi_2011")
    folder = small_project.raw / "kpi_2011"
    path = folder / "source.toml"
    about, *tables = path.read_text(encoding="utf-8").split("[[table]]")
    kept = [one for one in tables if "plan_rate" not in one]
    path.write_text("[[table]]".join([about, *kept]), encoding="utf-8")
    (folder / "plan_rate.csv").unlink()
    file = small_project.root / INDICATORS
    lines = file.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if '"kpi_2011/plan_rate"' not in line]
    file.write_text("\n".join(kept), encoding="utf-8")
    made = tidy(small_project)
    assert made["observations"].empty
    assert made["targets"].empty
    assert len(made["ratings"]) == 13


def test_no_sets_and_no_groups_make_no_comparators(small_project):
    areas = replace(load_areas(small_project.metadata), neighbour_sets=())
    assert comparators(areas, []).empty
