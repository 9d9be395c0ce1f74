"""A published notebook in; the paper it makes and what its cells show, without a kernel, out."""

import ast
import json
import re
from dataclasses import dataclass
from typing import Any

from lxml import html
from made_up import parse
from markupsafe import Markup
from small_project import REPOSITORY

from kscb_analysis import Paper
from kscb_analysis.dataset import Dataset
from kscb_analysis.markup import Block
from kscb_analysis.paths import Project
from kscb_analysis.selection import find_papers

NOTEBOOKS = tuple(sorted(find_papers(Project(REPOSITORY))))
# Blocks whose table cells are made of our words; others repeat what is printed.
OF_OUR_CELLS = {"scorecard", "comparison", "targets_and_ratings", "all_figures"}


@dataclass(frozen=True)
class ShownPaper:
    """A paper, and its blocks by the name of the method that gave each."""

    paper: Paper
    blocks: dict[str, Block]

    @property
    def html(self) -> str:
        """The whole page as the notebook holds it, before it is finished."""
        return str(Markup().join(block.html for block in self.blocks.values()))

    @property
    def how_to_read(self) -> list[str]:
        """What the page says under that heading, an entry each."""
        page = parse(self.html)
        listed = page.xpath("//*[@id='how-to-read']/following-sibling::ul[1]/li")
        return [" ".join(one.text_content().split()) for one in listed]


def shown_paper(notebook: str, data: Dataset, **changes: Any) -> ShownPaper:
    """Run a notebook's cells against this data, with some of its parameters changed."""
    document = json.loads((REPOSITORY / "notebooks" / f"{notebook}.ipynb").read_text("utf-8"))
    held: dict[str, Any] = {"data": data}
    blocks: dict[str, Block] = {}
    for cell in document["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body[-1]
        if isinstance(last, ast.Expr):
            (name,) = re.findall(r"paper\.(\w+)\(\)", ast.unparse(last))
            blocks[name] = eval(ast.unparse(last), held)
            continue
        if isinstance(last, ast.Assign) and isinstance(last.value, ast.Call):
            last.value.keywords.append(ast.keyword("data", ast.Name("data", ast.Load())))
        exec(compile(ast.fix_missing_locations(tree), notebook, "exec"), held)
        if "parameters" in cell["metadata"].get("tags", []):
            held |= changes
    return ShownPaper(held["paper"], blocks)


def our_prose(shown: ShownPaper) -> str:
    """Give the page's own prose, a line each.

    That is findings, messages, headlines, and the cells, small pictures and column heads of
    scorecards and comparisons; without the names that indicators have in the catalogue.
    """
    lines: list[str] = []
    for name, block in shown.blocks.items():
        if not block.html:
            continue
        page = parse(block.html)
        for found in page.xpath("//section[contains(@class,'findings')]//li"):
            lines.append(_without_links(found))
        for kind in ("p[@class='message']", "span[@class='headline']", "p[@class='since']"):
            lines += [one.text_content() for one in page.xpath(f"//{kind}")]
        if name in OF_OUR_CELLS:
            lines += [one.text_content() for one in page.xpath("//td | //thead//th")]
            lines += page.xpath("//td//svg/@aria-label")
    return "\n".join(_without_names(" ".join(line.split()), shown.paper) for line in lines)


def _without_links(element: Any) -> str:
    copied = html.fromstring(html.tostring(element, encoding="unicode"))
    for link in copied.xpath(".//a"):
        link.text = "It"
    return str(copied.text_content())


def _without_names(line: str, paper: Paper) -> str:
    names = {
        name
        for one in paper.data.catalogue.indicators.values()
        for name in (one.subject, one.short_title, one.short_title.lower(), one.unit)
    }
    for name in sorted(names, key=len, reverse=True):
        line = line.replace(name, "It")
    return line
