"""What is known of each published paper in; the index of all of them out."""

import base64
import hashlib
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup

from kscb_analysis.exporter import KscbExporter

# With more areas than this each has one line, and a field finds it by part of its name.
MOST_AREAS_IN_FULL = 4
SCRIPT = Path(__file__).parent / "templates" / "kscb" / "find.js"

_Papers = dict[str, list[tuple[str, dict[str, Any]]]]


def index_page(listed: dict[str, dict[str, Any]], first_area: str) -> str:
    """Make the index: papers by area, one of them first, each with one line of what it says.

    Many areas stand in one list instead, a line each, with a field that finds one by part of its
    name; the list is whole without script.
    """
    by_area: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for name, entry in listed.items():
        by_area.setdefault(entry["area"], []).append((name, entry))
    for papers in by_area.values():
        papers.sort(key=lambda one: (one[1]["order"], one[0]))
    areas = sorted(by_area, key=lambda one: (one != first_area, one))
    if len(areas) <= MOST_AREAS_IN_FULL:
        return _index(_in_full(by_area, areas))
    first = [first_area] if first_area in by_area else []
    html = _index([*_in_full(by_area, first), _in_lines(by_area, sorted(by_area))])
    return _with_script(html, SCRIPT.read_text(encoding="utf-8"))


def _in_full(by_area: _Papers, areas: list[str]) -> list[Markup]:
    """Make a section for each area, with a line on what each paper says."""
    parts = []
    for area in areas:
        items = Markup("").join(
            Markup('<li><a href="{}">{}</a><p>{}</p></li>').format(
                name, entry["title"], entry["summary"]
            )
            for name, entry in by_area[area]
        )
        parts.append(
            Markup(
                '<section class="papers"><h2>{}</h2><ul class="papers">{}</ul></section>'
            ).format(area, items)
        )
    return parts


def _in_lines(by_area: _Papers, areas: list[str]) -> Markup:
    """Make one list of areas, each with links to its papers."""
    items = Markup("").join(
        Markup('<li data-name="{}"><strong>{}</strong> {}</li>').format(
            area,
            area,
            Markup(", ").join(
                Markup('<a href="{}">{}</a>').format(name, entry["title"].partition(":")[0])
                for name, entry in by_area[area]
            ),
        )
        for area in areas
    )
    return Markup(
        '<section class="papers"><h2>All areas</h2><ul class="areas">{}</ul></section>'
    ).format(items)


def _index(parts: list[Markup]) -> str:
    opening = Markup(
        '<header class="paper-title"><h1>Children’s services performance papers</h1>'
        '<p class="status">One line on each paper says what stands out first.</p></header>'
    )
    output = nbformat.v4.new_output(
        "execute_result", {"text/html": str(opening + Markup("").join(parts))}, execution_count=1
    )
    cell = nbformat.v4.new_code_cell("index", outputs=[output], execution_count=1, id="index")
    html, _ = KscbExporter().from_notebook_node(  # type: ignore[no-untyped-call]
        nbformat.v4.new_notebook(cells=[cell])
    )
    return str(html)


def _with_script(html: str, script: str) -> str:
    """Add a script to a finished page, and let the page's policy run that one and no other."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    allowed = html.replace(
        "default-src 'none';", f"default-src 'none';script-src 'sha256-{digest}';", 1
    )
    if allowed == html:
        raise ValueError("the page has no policy to write the script into")
    return f"{allowed.rstrip()}\n<script>{script}</script>\n"
