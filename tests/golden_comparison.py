"""The printed comparison tables in; a CSV of Kent's place among its printed neighbours out.

A second way to the same numbers: it reads the raw tables itself, counts in exact fractions, and
needs the standard library alone. `test_ranks.py` holds the library's results against the CSV.
Write the CSV again after a raw table has changed:

    python tests/golden_comparison.py

and check a few of the rows that `git diff` shows by hand.
"""

import csv
import re
import statistics
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLES = HERE.parent / "data" / "raw" / "national_comparison_2011"
GOLDEN = HERE / "golden" / "comparison_of_neighbours.csv"
OWN = "Kent"
NEIGHBOURS = (
    "East Sussex", "Essex", "Lancashire", "Northamptonshire", "Nottinghamshire",
    "Staffordshire", "Swindon", "Warwickshire", "West Sussex", "Worcestershire",
)  # fmt: skip
NUMBER = re.compile(r"\d[\d,]*(\.\d+)?")
COLUMNS = (
    "table", "year", "kent", "mean", "median", "lowest", "highest", "lower_quartile",
    "upper_quartile", "known", "missing", "of", "rank_high", "rank_low", "band_high", "band_low",
)  # fmt: skip


def printed(path):
    """Give {year: {name: figure}} of one table; both are counted from the right-hand edge."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *body = list(csv.reader(file))
    while not header[-1].strip():
        header.pop()  # one heading is printed a column too far to the left
    figures = {}
    for row in body:
        name = re.sub(r"^\d{3} ", "", row[1].strip())
        if name != OWN and name not in NEIGHBOURS:
            continue
        for year, cell in zip(reversed(header), reversed(row), strict=False):
            if re.fullmatch(r"20\d\d", year.strip()) and NUMBER.fullmatch(cell.strip()):
                assert name not in figures.setdefault(year, {}), f"{path.name}: {name} twice"
                figures[year][name] = Fraction(cell.replace(",", ""))
    return dict(sorted(figures.items()))


def cut(known):
    """Give lower quartile, median and upper quartile by linear interpolation."""
    return statistics.quantiles(known, n=4, method="inclusive") if len(known) > 1 else known * 3


def band(value, known, letters):
    """Give the letter of the quarter, a quartile itself belonging to the quarter below it."""
    return letters[sum(value > quartile for quartile in cut(known))]


def line(table, year, figures):
    """Put one table and year together as a row of the CSV."""
    known = [figures[name] for name in NEIGHBOURS if name in figures]
    lower, middle, upper = cut(known)
    made = {
        "table": table,
        "year": year,
        "mean": statistics.mean(known),
        "median": middle,
        "lowest": min(known),
        "highest": max(known),
        "lower_quartile": lower,
        "upper_quartile": upper,
    }
    made = {key: f"{float(x):.6f}" if isinstance(x, Fraction) else x for key, x in made.items()}
    missing = "; ".join(name for name in NEIGHBOURS if name not in figures)
    made |= {"known": len(known), "missing": missing, "of": len(figures)}
    if OWN in figures:
        own, everyone = figures[OWN], list(figures.values())
        made |= {
            "kent": f"{float(own):g}",
            "rank_high": 1 + sum(other > own for other in everyone),
            "rank_low": 1 + sum(other < own for other in everyone),
            "band_high": band(own, everyone, "DCBA"),
            "band_low": band(own, everyone, "ABCD"),
        }
    return made


def lines():
    """Give every row of the CSV, table by table and year by year."""
    paths = [path for path in sorted(TABLES.glob("*.csv")) if not path.stem.endswith("_summary")]
    return [
        line(path.stem, year, figures) for path in paths for year, figures in printed(path).items()
    ]


def main():
    """Write the CSV."""
    with GOLDEN.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines())


if __name__ == "__main__":
    main()
