"""What of a page can stand outside a browser: tables that fit a sheet."""

import pytest
from made_up import parse

from kscb_analysis.html5 import Element, words
from kscb_analysis.offprint import offprint

MOST = 12


def page(columns: int) -> str:
    heads = "".join(f"<th scope=col>{2000 + at}" for at in range(columns))
    body = "".join(
        f"<tr><th scope=row>{area}" + "".join(f"<td>{area[0]}{at}" for at in range(columns))
        for area in ("Kent", "Essex")
    )
    return (
        "<!doctype html><html><head><title>A paper</title></head><body><main>"
        "<div class=scroll role=region aria-labelledby=c tabindex=0>"
        f"<table id=t><caption id=c>Table 1: Plans</caption><thead><tr><th scope=col>Area{heads}"
        f"<tbody>{body}</table></div><p class=note>A note.</p></main></body></html>"
    )


def tables(columns: int) -> list[Element]:
    return list(offprint(page(columns)).iter("table"))


@pytest.mark.parametrize(
    ("columns", "parts"), [(1, 1), (11, 1), (12, 1), (13, 2), (24, 2), (25, 3), (60, 5)]
)
def test_a_table_too_wide_for_a_sheet_is_several(columns: int, parts: int) -> None:
    made = tables(columns)
    assert len(made) == parts
    for row, area in ((0, "Area"), (1, "Kent"), (2, "Essex")):
        lines = [[words(cell) for cell in list(one.iter("tr"))[row]] for one in made]
        assert [line[0] for line in lines] == [area] * parts, "each part names its rows"
        assert all(len(line) - 1 <= MOST for line in lines)
        assert all(len(line) > 2 for line in lines) or columns == 1, "none is left with one column"
        (whole,) = offprint(page(columns).replace(" id=t", "")).xpath("//p[@class='note']")
        assert words(whole) == "A note."
        figures = [cell for line in lines for cell in line[1:]]
        before = list(parse(page(columns)).iter("tr"))[row]
        assert figures == [words(cell) for cell in before][1:], "all figures, in their order"


def test_each_part_says_which_columns_it_holds_and_no_id_is_there_twice() -> None:
    made = tables(24)
    assert [words(one.find("caption")) for one in made] == [
        "Table 1: Plans (2000 to 2011)",
        "Table 1: Plans (2012 to 2023)",
    ]
    assert [one.get("id") for one in made] == ["t", None]
    assert len(offprint(page(24)).xpath("//*[@id='c']")) == 1
    assert [words(one.find("caption")) for one in tables(12)] == ["Table 1: Plans"]


def test_a_table_of_uneven_rows_is_left_whole() -> None:
    uneven = page(24).replace("<td>K3", "")
    (table,) = offprint(uneven).iter("table")
    assert len(next(iter(table.iter("tr")))) == 25
