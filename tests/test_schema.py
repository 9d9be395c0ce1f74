"""The tidy tables' schema: right types, one order, no word that nobody knows."""

from datetime import date

import pandas as pd
import pytest
from test_checks import figure, rating

from kscb_analysis.errors import ChecksFailed
from kscb_analysis.schema import (
    DAY,
    NUMBER,
    OBSERVATIONS,
    RATINGS,
    TABLES,
    TARGETS,
    TEXT,
    WHOLE,
    each,
    typed,
)

GOOD = figure("54.0", numerator=None, denominator=None, published_on=date(2012, 1, 11))


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda one: one.name)
def test_a_table_is_described_in_full(table):
    assert TABLES[table.name] is table
    assert set(table.key) <= set(table.columns)
    assert set(table.allowed) <= set(table.columns)
    assert set(table.may_be_empty) <= set(table.columns)
    for kind, meaning in table.columns.values():
        assert kind in (TEXT, NUMBER, WHOLE, DAY)
        assert meaning
        assert not meaning.endswith(".")


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda one: one.name)
@pytest.mark.parametrize("rows", [pd.DataFrame(), None], ids=["no columns", "columns"])
def test_a_table_without_rows_is_a_table(table, rows):
    made = typed(pd.DataFrame(columns=list(table.columns)) if rows is None else rows, table)
    assert made.empty
    assert {name: str(kind) for name, kind in made.dtypes.items()} == {
        name: kind for name, (kind, _) in table.columns.items()
    }


def test_rows_get_the_columns_order_and_types_of_their_table():
    row = dict(reversed(GOOD.items()))
    made = typed(pd.DataFrame([{**row, "extra": 1}]), OBSERVATIONS)
    assert list(made.columns) == list(OBSERVATIONS.columns)
    assert {name: str(kind) for name, kind in made.dtypes.items()} == {
        name: kind for name, (kind, _) in OBSERVATIONS.columns.items()
    }
    assert made.loc[0, "value"] == 54.0
    assert made.loc[0, "published_on"] == pd.Timestamp(2012, 1, 11)


def test_what_may_be_empty_is_empty_text_or_no_number_or_no_day():
    made = typed(
        pd.DataFrame(
            [{**GOOD, "value": None, "published_on": None, "corrected_from": None}], dtype=object
        ),
        OBSERVATIONS,
    )
    assert pd.isna(made.loc[0, "value"])
    assert pd.isna(made.loc[0, "published_on"])
    assert made.loc[0, "corrected_from"] == ""


@pytest.mark.parametrize("year", [1900, 2099, 9999])
def test_any_year_is_kept(year):
    made = typed(pd.DataFrame([{**GOOD, "period_end": date(year, 3, 31)}]), OBSERVATIONS)
    assert made.loc[0, "period_end"].date() == date(year, 3, 31)


@pytest.mark.parametrize(
    ("column", "content", "said"),
    [
        ("value_status", "guessed", ["value_status", "'guessed'"]),
        ("statistic", "median", ["statistic", "'median'"]),
        ("geographic_level", "Ward", ["geographic_level", "'Ward'"]),
        ("indicator_id", "", ["indicator_id", "''"]),
        ("area_code", "", ["area_code"]),
        ("indicator_id", None, ["indicator_id"]),
        ("period_end", None, ["period_end"]),
    ],
)
def test_what_does_not_fit_is_named(column, content, said):
    rows = pd.DataFrame([GOOD, {**GOOD, column: content}], dtype=object)
    with pytest.raises(ChecksFailed) as caught:
        typed(rows, OBSERVATIONS)
    message = str(caught.value)
    assert message.startswith("observations")
    assert all(part in message for part in said), message


def test_a_missing_column_is_named():
    row = {name: held for name, held in GOOD.items() if name != "area_code"}
    with pytest.raises(ChecksFailed, match=r"observations: no column \['area_code'\]"):
        typed(pd.DataFrame([row]), OBSERVATIONS)


def test_everything_that_is_wrong_is_said_at_once():
    rows = pd.DataFrame([{**GOOD, "statistic": "mode", "value_status": "guessed"}])
    with pytest.raises(ChecksFailed) as caught:
        typed(rows, OBSERVATIONS)
    assert "'mode'" in str(caught.value)
    assert "'guessed'" in str(caught.value)


def test_targets_and_ratings_have_types_of_their_own():
    target = {**GOOD, "target": None, "floor": None, "value_status": "not_applicable"}
    made = typed(pd.DataFrame([target]), TARGETS)
    assert made[["target", "floor"]].isna().all(axis=None)
    assert set(made[["target", "floor"]].dtypes) == {made["target"].dtype}
    made = typed(pd.DataFrame([rating("Red", indicator_id=None, published_on=None)]), RATINGS)
    assert made.loc[0, "indicator_id"] == ""
    with pytest.raises(ChecksFailed, match="'opinion'"):
        typed(pd.DataFrame([rating("Red", kind="opinion", published_on=None)]), RATINGS)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda one: one.name)
def test_the_repositorys_tables_fit_and_have_one_row_for_each_key(real_data, table):
    rows = getattr(real_data, table.name)
    assert typed(rows, table).equals(rows)
    assert not rows.duplicated(list(table.key)).any()


def test_rows_are_given_one_by_one_by_the_names_of_their_columns():
    rows = pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [0.5, None]}, index=[7, 9])
    assert [(one.a, one.b) for one in each(rows)] == [(1, "x"), (2, "y")]
    assert {one._fields for one in each(rows)} == {("a", "b", "c")}, "and no index"
    assert list(each(rows, "b", "a")) == [("x", 1), ("y", 2)]
    assert [one.b for one in each(rows, "b")] == ["x", "y"]
    assert list(each(rows.iloc[:0])) == []
    with pytest.raises(KeyError, match="nothing"):
        list(each(rows, "nothing"))
