"""What is known of each published paper in; the index of all of them out."""

import base64
import hashlib
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup

from kscb_analysis.exporter import KscbExporter, compact_css

# With more areas than this each has one line, and a field finds it by part of its name.
MOST_AREAS_IN_FULL = 4
FIND = Path(__file__).parent / "templates" / "kscb"
IN_FULL = "One line on each paper says what stands out first."
IN_LINES = "Open an area to see its papers."
NOTHING = "No paper has been built yet."

_Papers = dict[str, list[tuple[str, dict[str, Any]]]]


def index_page(listed: dict[str, dict[str, Any]], first_area: str) -> str:
    """Make the index: papers by area, one of them first, each with one line of what it says.

    Many areas stand in one list by name instead, each to be opened, with a field that finds one
    by part of its name. Without script there is no field and the list is whole.
    """
    by_area: _Papers = {}
    for name, entry in listed.items():
        by_area.setdefault(entry["area"], []).append((name, entry))
    for papers in by_area.values():
        papers.sort(key=lambda one: (one[1]["order"], one[0]))
    if len(by_area) > MOST_AREAS_IN_FULL:
        return _with_field(_page(IN_LINES, [_in_lines(by_area)]))
    areas = sorted(by_area, key=lambda one: (one != first_area, one))
    return _page(IN_FULL if areas else NOTHING, [_in_full(one, by_area[one]) for one in areas])


def _in_full(area: str, papers: list[tuple[str, dict[str, Any]]]) -> Markup:
    """Make an area's section, with a line on what each paper says."""
    items = Markup("").join(
        Markup('<li><a href="{}">{}</a>{}</li>').format(
            name,
            entry["title"],
            Markup("<p>{}</p>").format(entry["summary"]) if entry["summary"] else "",
        )
        for name, entry in papers
    )
    return Markup('<section class="papers"><h2>{}</h2><ul class="papers">{}</ul></section>').format(
        area, items
    )


def _in_lines(by_area: _Papers) -> Markup:
    """Make one list of areas by name, each of which opens to links to its papers."""
    items = Markup("").join(
        Markup(
            '<li data-name="{}"><details><summary>{}</summary><ul>{}</ul></details></li>'
        ).format(
            area,
            area,
            Markup("").join(
                Markup('<li><a href="{}">{}</a></li>').format(name, entry["title"])
                for name, entry in by_area[area]
            ),
        )
        for area in sorted(by_area)
    )
    return Markup(
        '<section class="papers"><h2>Areas</h2><ul class="areas">{}</ul></section>'
    ).format(items)


def _page(status: str, parts: list[Markup]) -> str:
    opening = Markup(
        '<header class="paper-title"><h1>Children’s services performance papers</h1>'
        '<p class="status">{}</p></header>'
    ).format(status)
    output = nbformat.v4.new_output(
        "execute_result", {"text/html": str(opening + Markup("").join(parts))}, execution_count=1
    )
    cell = nbformat.v4.new_code_cell("index", outputs=[output], execution_count=1, id="index")
    # What the index repeats of the papers is in full already.
    exporter = KscbExporter()  # type: ignore[no-untyped-call]
    html, _ = exporter.from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    return str(html)


def _with_field(html: str) -> str:
    """Add style and script to a finished page, and let its policy run that script and no other."""
    style = compact_css((FIND / "find.css").read_text(encoding="utf-8"))
    script = (FIND / "find.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    for mark, instead in (
        ("default-src 'none';", f"default-src 'none';script-src 'sha256-{digest}';"),
        ("</style>", f"{style}</style>"),
        ("</body>", f"<script>{script}</script></body>"),
    ):
        if mark not in html:
            raise ValueError(f"the page has no {mark} to write the field's part before or after")
        html = html.replace(mark, instead, 1)
    return html
