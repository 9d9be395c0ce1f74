"""Tables and CSVs of a few words in; a finished page for other formats to be made from out."""

from urllib.parse import quote

from shown_papers import shown_paper

from kscb_analysis.dataset import Dataset
from kscb_analysis.page import finish

TITLE = "Safeguarding: Northshire, year ending 31 March 2011"
SCORES = """indicator_id,what,period,value,status,source
visits_pct,latest,2011,71.5,,"pack_2011/visits, row 2, column 3"
visits_pct,before,2010,,suppressed,"pack_2011/visits, row 2, column 2"
visits_pct,printed rank,2011,12.0,,"pack_2011/visits, row 9, column 2"
plans_number,latest,2011,1621.0,,"board_2011/plans, row 4, column 2"
"""
SERIES = """area,role,2009,2010,2011,source
Northshire,area,70.0,suppressed,71.5,"pack_2011/visits, row 2"
Neighbours’ mean,neighbour_mean,68.25,69.333,70.0,
=1+1,neighbour,,65.0,not_available,row 3
@risk [here](https://example.org) $$0$$,neighbour,61.0,-2.5,60.0,row 4
"""
SCORECARD = """<h2 id=scorecard>Scorecard</h2>
<table><caption>Where Northshire stands, 2011</caption>
<thead><tr><th scope=col class=t>Indicator<th scope=col>Latest<th scope=col>Before</thead><tbody>
<tr><th scope=row><a href="#visits-pct">Visits on time</a> <small>%</small><td>71.5%<td>[c]
<tr><th scope=row><a href="#plans-number">Plans</a> <small>children</small><td>1,621<td>–
</table><p class=note>[c] withheld, because a small number could identify a child.</p>
<p class=note>– nothing is known from the sources. All is made up.</p>"""
INDICATORS = """<section class=indicator id=visits-pct>
<h3 data-short=Visits>Visits made on time</h3>
<figure class=chart id=f><figcaption><span class=headline>Visits</span> <span class=subtitle>
Percentage, 2009 to 2011</span></figcaption>
<svg role=img aria-label="A line from 70 to 71.5 that rises."><path d="M0 0h9"/></svg></figure>
<details class=data><summary>Data: Visits by year</summary>
<table><caption>Visits, 2009 to 2011</caption><thead><tr><th scope=col class=t>Area
<th scope=col>2009<th scope=col>2010<th scope=col>2011<th scope=col class=t>Source</thead><tbody>
<tr><th scope=row>Northshire<td>70<td>[c]<td>71.5<td class=t>row 2
<tr><th scope=row>Neighbours’ mean<td>68.3<td>69.3<td>70.0<td class=t>computed</table>
<p class=source>Row numbers are those of data/raw/pack_2011/visits.csv.</p>{series}</details>
<p class=definition><strong>Definition.</strong> Of every hundred visits, how many were on time.</p>
<p class=note>From April 2010 on visits are counted anew.</p>
<p class=source>Source: <a href="#source-pack_2011">A pack of tables</a>, Table 1.</p></section>
<section class=indicator id=plans-number><h3 data-short=Plans>Children with a plan</h3>
<table><caption>Plans by part, 2011</caption><thead><tr><th scope=col class=t>Part
<th scope=col>2011<th scope=col class=t>Remark</thead><tbody>
<tr><th scope=row>Under 5<td>1,204<td class=t>7
<tr><th scope=row>Of them twins<td>−3.5%<td class=t>–
<tr><th scope=row>?<td>£1.2m<td class=t><span aria-hidden=true>■</span> Red</table>
<p class=note>From April 2010 on visits are counted anew.</p></section>"""
SOURCES = """<section class=sources><h2 id=how-to-read>How to read</h2><ul><li>2011 is a year.</ul>
<h2 id=sources>Sources</h2><ol><li id=source-pack_2011><strong>A pack of tables</strong>.
Northshire. <span class=licence>Open Government Licence</span>
<details class=data><summary>Tables</summary>
<ul><li>visits.csv, Table 1 <code>0b8f2d5f6c1e</code></ul></details>
<li id=source-board_2011><strong>A board’s report</strong>. The board.
<span class=licence>© The board</span></ol></section>
<footer class=provenance><dl><div><dt>Parameters</dt><dd>area Northshire</dd></div>
<div><dt>Date of the data</dt><dd>newest source published 5 March 2012</dd></div></dl></footer>"""
FINDINGS = """<section class=findings aria-labelledby=stands><h2 id=stands>Where things stand</h2>
<ul><li>Visits rose to <data value=71.5>71.5%</data>.</ul></section>"""


def link(name: str, text: str, about: str = "the figures") -> str:
    """Write a link that carries a CSV."""
    address = f"data:text/csv;charset=utf-8,{quote(text)}"
    return (
        f'<p><a class=csv download="{name}" href="{address}">Download {about} (CSV, 1 kB)</a></p>'
    )


def document(body: str, title: str = TITLE) -> str:
    """Give a whole document, not finished yet."""
    return (
        "<!doctype html><html lang=en-GB><head><title></title></head><body><main>"
        f"<h1>{title}</h1><p class=status>Figures of 2011.</p>{body}</main></body></html>"
    )


def draft() -> str:
    """Give a document with a scorecard, a series, a table without a CSV, and all its words."""
    series = link("northshire-visits.csv", SERIES)
    body = SCORECARD + link("northshire-scorecard.csv", SCORES) + INDICATORS.format(series=series)
    return document(FINDINGS + body + SOURCES)


def made_page() -> str:
    """Give that document as a finished page, with its CSVs in it."""
    return finish(draft())


def real_page(notebook: str, data: Dataset) -> str:
    """Give one of the repository's own papers, finished, with its CSVs in it."""
    shown = shown_paper(notebook, data)
    return finish(
        "<!doctype html><html lang=en-GB><head><title></title></head><body>"
        f"<main>{shown.html}</main></body></html>"
    )
