"""From an executed notebook to a page: what is shown, what is left out, and what stops it."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from lxml import etree
from matplotlib.figure import Figure
from nbconvert.exporters import get_exporter
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output, new_raw_cell
from sample_notebook import code, notebook, result, sample_notebook, shows

from kscb_analysis.errors import KscbError
from kscb_analysis.exporter import (
    TEMPLATES,
    KscbExporter,
    UnpublishableNotebook,
    compact_css,
    name_cell,
)
from kscb_analysis.html5 import parse, words
from kscb_analysis.page import PageFault

MOST_BYTES_OF_STYLE = 8_000

TITLE = "# What we found"
ALT = "#| fig-alt: A line that rises from 3 to 9.\n"


def export(*cells: NotebookNode) -> str:
    page, _ = KscbExporter().from_notebook_node(notebook(new_markdown_cell(TITLE), *cells))
    return page


def refusal(*cells: NotebookNode) -> str:
    with pytest.raises(UnpublishableNotebook) as caught:
        export(*cells)
    return str(caught.value)


def png() -> str:
    from base64 import b64encode

    figure = Figure(figsize=(3, 2), dpi=100)
    figure.subplots().plot([1, 2])
    held = io.BytesIO()
    figure.savefig(held, format="png", metadata={"Software": None})
    return b64encode(held.getvalue()).decode()


def html_of(frame: pd.DataFrame) -> str:
    made: str = frame._repr_html_()
    return made


@pytest.fixture(scope="module")
def sample() -> str:
    page, _ = KscbExporter().from_notebook_node(sample_notebook())
    return page


# The whole paper.


def test_the_sample_paper_is_one_self_contained_page(sample: str) -> None:
    assert sample.startswith('<!doctype html><html lang="en-GB">'.replace('"', ""))
    (policy,) = parse(sample).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.split(";") == [
        "default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", "base-uri 'none'",
        "form-action 'none'",
    ]  # fmt: skip
    assert "<script" not in sample
    assert "name=color-scheme content=light" in sample
    root = parse(sample)
    assert words(root.find("head/title")) == words(root.find(".//h1"))
    first = root.find("body")[0]
    assert (first.tag, first.get("href"), words(first)) == (
        "a",
        "#content",
        "Skip to main content",
    )
    assert [child.tag for child in root.find("body")] == ["a", "header", "main", "footer"]


def test_code_prompts_and_parameters_are_not_in_the_paper(sample: str) -> None:
    for hidden in ("area =", "import kscb_analysis", "paper.title()", "In [", "¶"):
        assert hidden not in sample


def test_the_same_notebook_gives_the_same_bytes(sample: str) -> None:
    again, _ = KscbExporter().from_notebook_node(sample_notebook())
    assert again == sample


def test_the_title_is_never_the_file_name(tmp_path: Path) -> None:
    path = tmp_path / "draft_3_final.ipynb"
    path.write_text(json.dumps(sample_notebook()), encoding="utf-8")
    page, _ = get_exporter("kscb_analysis.exporter.KscbExporter")().from_filename(str(path))
    assert "draft_3_final" not in page


def test_a_folder_of_the_same_name_nearby_is_not_taken_for_the_template(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kscb").mkdir()
    (tmp_path / "kscb" / "index.html.j2").write_text("not this one", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "not this one" not in export()


def test_the_style_sheet_is_small_and_keeps_its_meaning() -> None:
    css = (TEMPLATES / "kscb" / "page.css").read_text(encoding="utf-8")
    small = compact_css(css)
    assert len(small.encode()) < MOST_BYTES_OF_STYLE
    assert "/*" not in small
    assert small.count("{") == css.count("{")
    assert compact_css("a { b: c; }\n/* d */\n@media (e: f) { g > h { i: j k; } }") == (
        "a{b:c}@media (e: f){g>h{i:j k}}"
    )


# What is left out, and what is not.


@pytest.mark.parametrize("tag", ["parameters", "injected-parameters", "working"])
def test_tagged_cells_are_left_out(tag: str) -> None:
    cell = code("x", shows("text/html", "<p>Seen</p>"), tags=[tag])
    assert "Seen" not in export(cell)
    assert "Seen" in export(code("x", shows("text/html", "<p>Seen</p>")))


def test_a_last_expression_is_shown_as_what_is_displayed() -> None:
    assert "<p>Seen</p>" in export(code("x", result("text/html", "<p>Seen</p>")))


def test_what_is_printed_is_shown_as_plain_text() -> None:
    page = export(code("x", new_output("stream", name="stdout", text="\x1b[31m1 < 2\x1b[0m\n")))
    assert "<pre class=printed>1 &lt; 2</pre>" in page


def test_a_plain_value_is_shown_as_plain_text() -> None:
    assert "<pre class=printed>57.0</pre>" in export(code("x", result("text/plain", "57.0")))


def test_markdown_is_shown_from_cells_and_outputs() -> None:
    page = export(new_markdown_cell("Some *words*."), code("x", shows("text/markdown", "**Bold**")))
    assert "<p>Some <em>words</em>.</p>" in page
    assert "<strong>Bold</strong>" in page


def test_raw_cells_are_notes_unless_they_are_html() -> None:
    html = new_raw_cell("<p>Shown</p>", metadata={"raw_mimetype": "text/html"})
    page = export(new_raw_cell("title: a note"), html)
    assert "a note" not in page
    assert "<p>Shown</p>" in page


def test_markdown_headings_that_repeat_have_their_own_links() -> None:
    cells = [new_markdown_cell(f"## {name}") for name in ("Notes", "Notes", "Front door")]
    page = parse(export(*cells, new_markdown_cell("[As before](#Front-door), [](#Notes)")))
    links = [link.get("href") for link in page.findall(".//nav//a")]
    assert links == ["#notes", "#notes-2", "#front-door"]
    assert [(words(a), a.get("href")) for a in page.findall(".//p/a")] == [
        ("As before", "#front-door"),
        ("Notes", "#notes"),
    ]


def test_a_markdown_table_can_be_read_aloud() -> None:
    page = export(new_markdown_cell("## Rates\n\n|Area|Rate|\n|---|--:|\n|Dover|3.1|"))
    assert (
        "<caption id=caption-rates><span class=number>Table 1: </span>Rates</caption>"
        "<thead><tr><th scope=col>Area<th scope=col class=n>Rate"
        "<tbody><tr><th scope=row>Dover<td class=n>3.1</table>"
    ) in page


# Analysts' own tables and pictures.


def test_a_dataframe_gets_its_caption_from_the_cell() -> None:
    frame = pd.DataFrame({"Area": ["Dover", "Deal"], "Rate": [3.1, 4.2]})
    source = "#| label: tbl-rates\n#| tbl-cap: Rates by area\nframe"
    page = export(
        new_markdown_cell("See [](#tbl-rates)."), code(source, result("text/html", html_of(frame)))
    )
    root = parse(page)
    assert words(root.find(".//caption")) == "Table 1: Rates by area"
    assert words(root.find(".//main//p/a")) == "Table 1"
    assert "border" not in root.find(".//table").attrib
    assert "<style scoped" not in page


def test_a_picture_becomes_a_figure_with_its_description() -> None:
    source = f"#| label: fig-rise\n{ALT}#| fig-cap: The rate rises\nplot()"
    page = export(
        code(source, shows("image/png", png(), **{"text/plain": "<Figure size 300x200>"}))
    )
    picture = parse(page).find(".//figure[@id='fig-rise']/img")
    assert picture.get("alt") == "A line that rises from 3 to 9."
    assert (picture.get("width"), picture.get("height")) == ("300", "200")
    assert "Figure 1: The rate rises" in words(parse(page))


def test_a_drawing_keeps_its_ids_to_itself() -> None:
    drawing = "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><g id='axes_1'/></svg>"
    page = export(*(code(f"{ALT}{n}", shows("image/svg+xml", drawing)) for n in range(2)))
    pictures = parse(page).findall(".//figure/img")
    assert len(pictures) == 2
    assert all(p.get("src").startswith("data:image/svg+xml,%3Csvg xmlns=") for p in pictures)


def test_a_description_may_take_several_lines() -> None:
    source = "#| fig-alt: >\n#|   A line that rises\n#|   from 3 to 9.\nplot()"
    page = export(code(source, shows("image/png", png())))
    assert 'alt="A line that rises from 3 to 9."' in page


# What stops a paper.


WIDGET = "application/vnd.jupyter.widget-view+json"
TALL = pd.DataFrame({"Area": range(100)})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: code("1 / 0", new_output("error", ename="ZeroDivisionError", evalue="by zero")),
            "Cell 2, which begins '1 / 0': it stopped with ZeroDivisionError: by zero",
        ),
        (lambda: code("x = 1", count=None), "it has not been run"),
        (
            lambda: code("x", new_output("stream", name="stderr", text="FutureWarning: soon")),
            "it warns: 'FutureWarning: soon'",
        ),
        (
            lambda: code(
                "x", new_output("stream", name="stderr", text="soon"), tags=["parameters"]
            ),
            "it warns",
        ),
        (lambda: code("x", shows(WIDGET, "{}", **{"text/html": "<p>a</p>"})), "needs a script"),
        (lambda: code("x", shows("application/javascript", "alert()")), "needs a script"),
        (lambda: code("x", shows("text/latex", "$x$", **{"text/plain": "x"})), "a formula"),
        (lambda: code("x", shows("application/pdf", "JVBERi0=")), "a page cannot hold"),
        (lambda: code("ax", result("text/plain", "<Axes: xlabel='year'>")), "a semicolon"),
        (
            lambda: code("ax", result("text/plain", "[<Line2D object at 0x7f3a>]")),
            "'<Line2D object at 0x7f3a>'",
        ),
        (lambda: code("plot()", shows("image/png", png())), "#| fig-alt:"),
        (
            lambda: code(ALT, shows("image/png", png()), shows("image/png", png())),
            "several pictures",
        ),
        (lambda: code("x", shows("text/html", html_of(TALL))), "rows or columns left out"),
        (
            lambda: code("x", shows("text/html", '<table id="T_4f2a"></table>')),
            "a pandas Styler",
        ),
    ],
)
def test_what_no_paper_can_show_is_refused(make: Callable[[], NotebookNode], message: str) -> None:
    assert message in refusal(make())


def test_all_cells_at_fault_are_named_at_once() -> None:
    message = refusal(code("plot()", shows("image/png", png())), code("x", count=None))
    assert message.startswith("2 cell(s) cannot be published:\n  Cell 2, which begins 'plot()'")
    assert "\n  Cell 3, which begins 'x'" in message


def test_a_warning_that_has_been_read_is_left_out() -> None:
    warning = new_output("stream", name="stderr", text="FutureWarning: soon")
    page = export(code("x", warning, shows("text/html", "<p>Kept</p>"), tags=["warnings-read"]))
    assert "soon" not in page
    assert "<p>Kept</p>" in page


def test_faults_are_messages_for_an_analyst() -> None:
    assert issubclass(UnpublishableNotebook, KscbError)
    assert issubclass(PageFault, KscbError)
    with pytest.raises(PageFault, match="exactly one title"):
        KscbExporter().from_notebook_node(notebook(new_markdown_cell("No title")))


def test_a_cell_is_named_by_its_label_before_its_code() -> None:
    assert name_cell(3, code("#| label: fig-rise\nplot()")) == "Cell 3 (fig-rise)"
    assert name_cell(3, code("#| fig-cap: Up\n\nplot()")) == "Cell 3, which begins 'plot()'"
    assert name_cell(3, code("")) == "Cell 3"


def test_the_notebook_itself_is_left_as_it_was() -> None:
    before: Any = sample_notebook()
    KscbExporter().from_notebook_node(before)
    assert before == sample_notebook()


def test_the_pages_markup_is_well_formed(sample: str) -> None:
    parser = etree.HTMLParser(encoding="utf-8", recover=False)
    assert etree.fromstring(sample.encode(), parser) is not None
