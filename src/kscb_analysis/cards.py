"""What an object knows about itself in; HTML that reads well in a live notebook out."""

import re
from collections.abc import Iterable

from markupsafe import Markup

Fact = tuple[str, object]
"""A heading, and what is to be said under it."""

# A notebook has a style of its own, made for grids of numbers: centred captions, lines that never
# wrap, every cell pushed to the right. Colours are the notebook's, so that dark themes keep theirs;
# only ratings, whose contrast is tested, bring ground and ink of their own.
_STYLE = """\
.kscb-shown {
& :is(caption, tbody th, .t):nth-child(n) { text-align: left; white-space: normal }
&.card td:nth-child(n) { text-align: left; white-space: normal }
& :is(th, td):nth-child(n) { vertical-align: top }
& caption { padding: .3em 0; font-weight: 600 }
& thead th:first-child { text-align: left }
& td small { display: block }
& :is(p, li) { max-width: 48em }
& figure { margin: .5em 0 }
& .findings { padding: .2em 1em; border-left: .5em solid #12436d }
& :is(.note, .source, .definition, .subtitle) { font-size: .92em }
& :is(figcaption, summary) { margin: .5em 0 }
& .headline { display: block; font-weight: 600 }
& .subtitle { display: block }
& .chart svg { background: #fff; max-width: 46em; height: auto }
& .scroll { overflow-x: auto }
& .spine-key { display: flex; flex-wrap: wrap; gap: 0 1.5em; padding: 0; list-style: none }
& .spine-key li { display: flex; gap: .4em; align-items: center; margin: 0 }
& .rating { padding: 0 .4em; border: 1px solid; font-weight: 600; white-space: nowrap }
& .rating.red { background: #ca3535; color: #fff }
& .rating.amber { background: #ffbf47; color: #0b0c0c }
& .rating.green { background: #0f7a52; color: #fff }
&.card th { width: 11em; font-weight: 600 }
&.card table { table-layout: auto; max-width: 56em }
}"""
_BEFORE = f'<div class="kscb-shown{{}}"><style>{_STYLE}</style>'
_SHOWN = re.compile(r'\A<div class="kscb-shown[^"]*"><style>[^<]*</style>(.*)</div>\Z', re.DOTALL)


def live(html: str, kind: str = "") -> str:
    """Give HTML with the style that it needs in a live notebook; nothing stays nothing."""
    if not html:
        return html
    return f"{_BEFORE.replace('{}', f' {kind}' if kind else '')}{html}</div>"


def published(html: str) -> str:
    """Give HTML without the style of the live notebook: a page has its own.

    >>> published(live("<p>Kent</p>"))
    '<p>Kent</p>'
    """
    found = _SHOWN.fullmatch(html)
    return found[1] if found else html


def card(title: str, facts: Iterable[Fact]) -> str:
    """Give a small table of facts, each with its heading; those with nothing to say are left out.

    Everything is escaped, other than what is markup already.
    """
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th><td class="t">{}</td></tr>').format(heading, said)
        for heading, said in facts
        if said
    )
    return str(Markup("<table><caption>{}</caption><tbody>{}</tbody></table>").format(title, rows))
