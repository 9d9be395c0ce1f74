"""Made-up figures in, an executed notebook out with every kind of block that papers are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

YEARS = ("2007", "2008", "2009", "2010", "2011")
PEERS = ("Fenmoor", "Marsham", "Oxwold", "Penhurst", "Ridley", "Stourby", "Thornley", "Wendale")


@dataclass(frozen=True)
class Measure:
    """One made-up indicator of Northshire, with the neighbours' average beside it."""

    name: str
    title: str
    headline: str
    section: str
    ours: tuple[float, ...]
    peers: tuple[float, ...]
    target: float | None
    rating: str
    movement: tuple[str, str, str]


MEASURES = (
    Measure(
        "initial-assessments",
        "Initial assessments completed within seven working days",
        "Northshire stays below its neighbours",
        "Front door",
        (71.2, 68.4, 66.0, 61.5, 57.0),
        (72.0, 73.1, 74.9, 73.0, 75.3),
        75.0,
        "red",
        ("worse", "▼", "Falling, and getting worse"),
    ),
    Measure(
        "referrals",
        "Referrals going on to initial assessment",
        "More referrals now lead to an assessment",
        "Front door",
        (48.1, 50.9, 55.3, 63.8, 68.2),
        (60.2, 61.0, 64.4, 66.7, 71.1),
        None,
        "none",
        ("same", "▲", "Rising; neither good nor bad in itself"),
    ),
    Measure(
        "second-plans",
        "Children starting a second or subsequent child protection plan",
        "Second plans are near the target",
        "Child protection",
        (15.0, 14.2, 14.6, 13.9, 13.3),
        (13.8, 13.5, 13.6, 13.2, 13.4),
        13.0,
        "amber",
        ("better", "▼", "Falling, and getting better"),
    ),
    Measure(
        "reviews",
        "Child protection cases reviewed within required timescales",
        "Nearly every review is held on time",
        "Child protection",
        (96.4, 97.9, 98.8, 99.1, 99.4),
        (98.0, 98.6, 98.8, 98.9, 97.9),
        99.0,
        "green",
        ("better", "▲", "Rising, and getting better"),
    ),
)

_SHAPES = {"red": "■ Red", "amber": "◆ Amber", "green": "● Green", "none": "○ Not rated"}


def sample_notebook() -> NotebookNode:
    """Give a whole paper as an executed notebook, its outputs as the library writes them."""
    cells = [
        _code("area = 'Northshire'  # the authority", tags=["parameters"]),
        _code("area = 'Northshire'", tags=["injected-parameters"]),
        _code("import kscb_analysis as kscb", tags=["working"]),
        _code("paper.title()", TITLE),
        _code("paper.findings()", _findings()),
        new_markdown_cell(
            "This paper compares Northshire with its eight statistical neighbours. "
            "[](#scorecard) lists every indicator; "
            '<a class="ref" href="#trend-initial-assessments"></a> shows the one furthest from its '
            "target."
        ),
        _code("paper.scorecard()", _scorecard()),
    ]
    for section in dict.fromkeys(measure.section for measure in MEASURES):
        mine = [measure for measure in MEASURES if measure.section == section]
        name = section.lower().replace(" ", "-")
        cells.append(_code(f"paper.section({name!r})", f'<h2 id="{name}">{section}</h2>'))
        cells += [_code(f"paper.indicator({m.name!r})", _indicator(m)) for m in mine]
    cells.append(_code("paper.sources()", SOURCES))
    cells.append(_code("paper.provenance()", PROVENANCE))
    return notebook(*cells)


def notebook(*cells: NotebookNode) -> NotebookNode:
    """Give a notebook of these cells, with ids that do not change between runs."""
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    made = new_notebook(cells=list(cells))
    nbformat.validate(made)
    return made


def code(
    source: str,
    *outputs: NotebookNode,
    tags: Sequence[str] = (),
    count: int | None = 1,
) -> NotebookNode:
    """Give an executed code cell."""
    metadata = {"tags": list(tags)} if tags else {}
    return new_code_cell(source, outputs=list(outputs), metadata=metadata, execution_count=count)


def shows(kind: str, content: str, **more: str) -> NotebookNode:
    """Give an output that a cell displays."""
    return new_output("display_data", {kind: content, **more})


def result(kind: str, content: str, **more: str) -> NotebookNode:
    """Give a cell's last expression as its output."""
    return new_output("execute_result", {kind: content, **more}, execution_count=1)


def _code(source: str, html: str = "", tags: Sequence[str] = ()) -> NotebookNode:
    return code(source, *([result("text/html", html)] if html else []), tags=tags)


TITLE = """
<header class="paper-title">
  <h1>Safeguarding activity and performance: Northshire, 2011</h1>
  <p class="status">For the Children and Young People Scrutiny Committee. Figures are for the year
  ending 31 March 2011, the latest published, and are provisional.</p>
</header>"""


def _said(measure: Measure) -> str:
    value = measure.ours[-1]
    return f'<data value="{value:.1f}" data-row="{measure.name}/2011">{value:.1f}%</data>'


def _findings() -> str:
    first, _, third, fourth = MEASURES
    return f"""
<section class="findings" aria-labelledby="where-things-stand">
  <h2 id="where-things-stand">Where things stand</h2>
  <ul>
    <li>{_said(first)} of initial assessments were completed in time, 18.3 points below the
        neighbours’ average and falling for four years.</li>
    <li>{_said(fourth)} of child protection reviews were on time, which meets the target.</li>
    <li>Second plans, at {_said(third)} of new plans, just miss the target and are improving.</li>
    <li>One of four indicators is rated red, one amber and one green; one has no target.</li>
  </ul>
</section>"""


def _rating(colour: str) -> str:
    shape, word = _SHAPES[colour].split(" ", 1)
    return (
        f'<span class="rating {colour}"><span aria-hidden="true" class="shape">{shape}</span> '
        f"{word}</span>"
    )


def _movement(measure: Measure) -> str:
    verdict, arrow, said = measure.movement
    return f'<span class="dot {verdict}"><span aria-hidden="true">{arrow}</span> {said}</span>'


def _scorecard() -> str:
    rows = "".join(
        f"""<tr><th scope="row">{m.title}</th>
        <td class="n" data-row="{m.name}/2011">{m.ours[-1]:.1f}</td>
        <td class="n">{m.peers[-1]:.1f}</td>
        <td class="n">{f"{m.target:.1f}" if m.target else "[z]"}</td>
        <td>{_rating(m.rating)}</td><td>{_movement(m)}</td></tr>"""
        for m in MEASURES
    )
    return f"""
<div class="scroll" role="region" aria-labelledby="scorecard" tabindex="0"><table>
  <caption id="scorecard">Every indicator against its target, Northshire, 2011</caption>
  <thead><tr><th scope="col">Indicator, %</th><th scope="col">Northshire</th>
    <th scope="col">Neighbours’ average</th><th scope="col">Target</th><th scope="col">Rating</th>
    <th scope="col">Direction over five years</th></tr></thead>
  <tbody>{rows}</tbody></table></div>
<p class="note">[z] not applicable: no target is set. Ratings are as printed in the source.</p>
<p class="source">Source: made-up figures for trying out the page.</p>"""


def _indicator(measure: Measure) -> str:
    name = measure.name
    rows = "".join(
        f'<tr><th scope="row">{year}</th><td class="n" data-row="{name}/{year}">{ours:.1f}</td>'
        f'<td class="n">{peers:.1f}</td></tr>'
        for year, ours, peers in zip(YEARS, measure.ours, measure.peers, strict=True)
    )
    ranked = sorted(_standing(measure), key=lambda pair: -pair[1])
    rank_rows = "".join(
        f'<tr{" class=strong" if area == "Northshire" else ""}><th scope="row">{area}</th>'
        f'<td class="n">{value:.1f}</td></tr>'
        for area, value in ranked
    )
    csv = "year,northshire,neighbours\r\n" + "".join(
        f"{year},{ours},{peers}\r\n"
        for year, ours, peers in zip(YEARS, measure.ours, measure.peers, strict=True)
    )
    return f"""
<section class="indicator" id="{name}">
  <h3 data-short="{measure.title.split(" completed")[0].split(" going")[0]}">{measure.title}</h3>
  <p>{_rating(measure.rating)} {_movement(measure)}.
     Northshire’s figure was {_said(measure)}, against {measure.peers[-1]:.1f}% on average among
     its neighbours (<a class="ref" href="#trend-{name}"></a>).</p>
  <p class="definition">What is counted: a made-up share of a made-up total, shown because the
     board asked for it. The target is local.</p>
  <div class="pair">
    <figure class="chart" id="trend-{name}">
      <figcaption><span class="headline">{measure.headline}</span>
        <span class="subtitle">Per cent, Northshire and the average of its neighbours, years ending
        31 March 2007 to 2011</span></figcaption>
      {_trend(measure)}
      <details class="data"><summary>Data for this figure: by year</summary>
        <div class="scroll" role="region" aria-labelledby="data-{name}" tabindex="0"><table>
          <caption id="data-{name}">Data for this figure: {measure.title}</caption>
          <thead><tr><th scope="col">Year</th><th scope="col">Northshire, %</th>
            <th scope="col">Neighbours, %</th></tr></thead><tbody>{rows}</tbody></table></div>
        <p><a class="csv" download="{name}.csv"
          href="data:text/csv;charset=utf-8,{quote(csv)}">Download the data for this figure (CSV,
          1 kB)</a></p></details>
    </figure>
    <figure class="chart" id="rank-{name}">
      <figcaption><span class="headline">Where Northshire stands</span>
        <span class="subtitle">Per cent, Northshire and each neighbour, 2011</span></figcaption>
      {_ranked(measure, ranked)}
      <details class="data"><summary>Data for this figure: by authority</summary>
        <div class="scroll" role="region" aria-labelledby="ranks-{name}" tabindex="0"><table>
          <caption id="ranks-{name}">Authorities in order: {measure.title}</caption>
          <thead><tr><th scope="col">Authority</th><th scope="col">2011, %</th></tr></thead>
          <tbody>{rank_rows}</tbody></table></div></details>
    </figure>
  </div>
  <p class="source">Source: made-up figures for trying out the page.</p>
</section>"""


def _standing(measure: Measure) -> list[tuple[str, float]]:
    """Give each area's made-up figure, spread evenly around the neighbours' average."""
    middle = measure.peers[-1]
    step = min(4.0, middle / 5, (100 - middle) / 5)
    spread = [(area, round(middle + step * (i - 3.5), 1)) for i, area in enumerate(PEERS)]
    return [*spread, ("Northshire", measure.ours[-1])]


def _trend(measure: Measure) -> str:
    low = min(*measure.ours, *measure.peers)
    high = max(*measure.ours, *measure.peers, measure.target or low)
    floor = 10 * (low // 10)
    top = 10 * (high // 10 + 1)

    def at(i: int, value: float) -> str:
        return f"{45 + i * 75:.0f},{215 - 185 * (value - floor) / (top - floor):.1f}"

    grid = "".join(
        f'<path d="M45 {215 - 185 * i / 4:.1f}h305" stroke="#e3e7ea"/>'
        f'<text x="38" y="{219 - 185 * i / 4:.1f}" text-anchor="end">'
        f"{floor + (top - floor) * i / 4:g}</text>"
        for i in range(5)
    )
    labels = "".join(
        f'<text x="{45 + i * 75}" y="240" text-anchor="middle">{year}</text>'
        for i, year in enumerate(YEARS)
    )
    ours = " ".join(at(i, value) for i, value in enumerate(measure.ours))
    peers = " ".join(at(i, value) for i, value in enumerate(measure.peers))
    end_ours, end_peers = (
        215 - 185 * (series[-1] - floor) / (top - floor) for series in (measure.ours, measure.peers)
    )
    if abs(end_ours - end_peers) < 16:
        middle, way = (end_ours + end_peers) / 2, 1 if end_ours > end_peers else -1
        end_ours, end_peers = middle + 8 * way, middle - 8 * way
    return f"""<svg viewBox="0 0 460 250" width="460" height="250" role="img"
      aria-label="Line chart of two lines from 2007 to 2011. Northshire goes from
      {measure.ours[0]} to {measure.ours[-1]} per cent and its neighbours from {measure.peers[0]} to
      {measure.peers[-1]}. The figures are in the table below." font-size="13" fill="#0b0c0c">
      {grid}{labels}<text x="8" y="14">Per cent (axis starts at {floor:g})</text>
      <polyline points="{peers}" fill="none" stroke="#28a197" stroke-width="2.5"
        stroke-dasharray="6 4"/>
      <polyline points="{ours}" fill="none" stroke="#12436d" stroke-width="3"/>
      <text x="353" y="{end_ours + 4:.1f}" fill="#12436d" font-weight="700">Northshire
        {measure.ours[-1]}</text>
      <text x="353" y="{end_peers + 4:.1f}">Neighbours {measure.peers[-1]}</text></svg>"""


def _ranked(measure: Measure, ranked: list[tuple[str, float]]) -> str:
    top = max(value for _, value in ranked)
    bars = "".join(
        f'<text x="88" y="{i * 26 + 28}" text-anchor="end"'
        f"{' font-weight=700' if area == 'Northshire' else ''}>{area}</text>"
        f'<rect x="96" y="{i * 26 + 14}" width="{310 * value / top:.1f}" height="19" '
        f'fill="{"#12436d" if area == "Northshire" else "#bfbfbf"}"/>'
        f'<text x="{100 + 310 * value / top:.1f}" y="{i * 26 + 28}">{value:.1f}</text>'
        for i, (area, value) in enumerate(ranked)
    )
    return f"""<svg viewBox="0 0 460 250" width="460" height="250" role="img" font-size="13"
      fill="#0b0c0c" aria-label="Bar chart of nine authorities, highest first, for
      {measure.title.lower()}. {ranked[0][0]} is highest, {ranked[-1][0]} lowest.">{bars}</svg>"""


SOURCES = """
<section class="sources">
  <h2 id="sources">Sources and definitions</h2>
  <h3 id="abbreviations">Abbreviations</h3>
  <dl><dt>Neighbours</dt><dd>The eight authorities that a model finds most like Northshire.</dd>
    <dt>Rating</dt><dd>Green: the target is met. Amber: it is missed and the floor is met.
      Red: the floor is missed.</dd></dl>
  <h3 id="where-from">Where the figures come from</h3>
  <ul><li>Made-up performance tables, Northshire Council, 19 January 2012, table 1. Definitions are
    set out in <a href="https://www.gov.uk/">national guidance</a>.</li></ul>
</section>"""

PROVENANCE = """
<footer class="provenance">
  <h2 id="provenance">About this document</h2>
  <dl><dt>Parameters</dt><dd>area: Northshire; period: 2011</dd>
    <dt>Data</dt><dd>made_up_tables_2012, sha256
    0b8f2d5f6c1e9a7734d1e8a2f7b0c9d3e6a5b4c3d2e1f00918273645546372819</dd>
    <dt>Library</dt><dd>kscb-analysis 0.1.0</dd>
    <dt>Date of the data</dt><dd>19 January 2012</dd></dl>
</footer>"""
