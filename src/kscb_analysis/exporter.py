"""An executed notebook in, one self-contained HTML paper out (`jupyter nbconvert --to kscb`)."""

import re
from base64 import b64decode
from html import escape
from pathlib import Path
from struct import unpack_from
from typing import Any
from urllib.parse import quote

from jinja2 import pass_context
from jinja2.runtime import Context
from nbclient.exceptions import CellExecutionError
from nbconvert.exporters.html import HTMLExporter
from nbconvert.filters.ansi import strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbformat.v4 import new_output
from traitlets import Bool, default
from traitlets.config import Application, Config

from kscb_analysis.cards import published
from kscb_analysis.downloads import folder_of
from kscb_analysis.errors import KscbError
from kscb_analysis.glossary import load_glossary
from kscb_analysis.page import finish, finish_with_data
from kscb_analysis.paths import find_project

TEMPLATES = Path(__file__).parent / "templates"

LEFT_OUT = frozenset({"parameters", "injected-parameters", "working"})
"""Tags of cells that belong to the record of the run and not to the paper."""

WARNINGS_READ = "warnings-read"
"""The tag by which somebody says: I have read what this cell writes to stderr; leave it out."""

# What a page can hold, best first. A picture is better drawn than printed, words better set.
_SHOWN = (
    "text/html",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/markdown",
    "text/latex",
    "text/plain",
)
_NEEDS_SCRIPT = ("application/javascript", "application/vnd.jupyter.widget-view+json")
_OPTION = re.compile(r"#\|\s*([a-z-]+):\s*(.*)")
_MORE = re.compile(r"#\|\s+(\S.*)")
_OBJECT = re.compile(r"^\s*<[^>]*>\s*$|<[^<>]* at 0x[0-9a-f]+>", re.IGNORECASE)
_DATAFRAME = re.compile(r'<table [^>]*class="dataframe.*</table>', re.DOTALL)
_PART_OF_ROWS = re.compile(r"<p>\d+ rows × \d+ columns</p>")


class UnpublishableNotebook(KscbError):
    """A notebook that holds something no paper can show; the message names each cell."""


class _CellFault(Exception):
    """What is wrong with one cell, before its name is put in front."""


class KscbExporter(HTMLExporter):
    """Turns an executed notebook into a paper: no code, no script, no address but its own.

    Registered as `kscb`, so that `jupyter nbconvert --to kscb paper.ipynb` works for any notebook.
    Raises `UnpublishableNotebook` for a cell that failed, was not run, warns, or shows a picture
    without a description, and `kscb_analysis.page.PageFault` for a page that breaks a promise.
    """

    export_from_notebook = "Committee paper"

    exclude_input = Bool(True).tag(config=True)
    exclude_input_prompt = Bool(True).tag(config=True)
    exclude_output_prompt = Bool(True).tag(config=True)
    exclude_anchor_links = Bool(True).tag(config=True)

    @default("template_name")
    def _own_template(self) -> str:
        return "kscb"

    @default("extra_template_basedirs")
    def _own_templates(self) -> list[str]:
        # The working folder, nbconvert's own answer, could hold a folder of the template's name.
        return [str(TEMPLATES)]

    @default("raw_mimetypes")
    def _only_html(self) -> list[str]:
        # A raw cell of no kind is a note to some other tool, such as a block of YAML.
        return [self.output_mimetype]

    @default("default_preprocessors")
    def _own_preprocessors(self) -> list[Any]:
        # Cells are left out only after --execute has run them: later cells need what they define.
        return ["nbconvert.preprocessors.ExecutePreprocessor", make_publishable]

    @property
    def default_config(self) -> Config:
        """Add to nbconvert's own settings that --execute talks to its kernel in private."""
        # A kernel that cannot be told so says on stderr that others might listen.
        ours = Config({"AsyncKernelManager": {"transport_encryption": "auto"}})
        ours.merge(super().default_config)
        return ours

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Give the finished page for an executed notebook, and nbconvert's resources.

        Where the resources name the page (`unique_key`, as the nbconvert command does), its CSVs
        are among them as `outputs`, to be written beside it; else the page carries them itself.
        A notebook that says it is a paper (`kscb.paper` in its metadata) has its abbreviations
        explained by the project's glossary, which must have them all.
        """
        try:
            # Not HTMLExporter's own step: it gives pictures a placeholder for a description.
            html, resources = super(HTMLExporter, self).from_notebook_node(nb, resources, **kw)
            return _finished(html, resources, is_paper="paper" in nb.metadata.get("kscb", {}))
        except (KscbError, CellExecutionError) as fault:
            if _is_command():
                raise SystemExit(strip_ansi(str(fault))) from None
            raise

    def _init_resources(self, resources: dict[str, Any] | None) -> dict[str, Any]:
        ready: dict[str, Any] = super()._init_resources(resources)  # type: ignore[no-untyped-call]
        style_sheet = TEMPLATES / "kscb" / "page.css"
        ready["page_css"] = compact_css(style_sheet.read_text(encoding="utf-8"))
        return ready

    @pass_context
    def markdown2html(self, context: Context, source: str) -> str:
        """Give a Markdown cell as HTML, with the pictures attached to it."""
        return markdown_html(source, context.get("cell", {}).get("attachments", {}))


def _is_command() -> bool:
    """Say whether this runs for `jupyter nbconvert`, which would put a traceback before a fault."""
    return Application.initialized() and Application.instance().name == "jupyter-nbconvert"


def _finished(
    html: str, resources: dict[str, Any], *, is_paper: bool
) -> tuple[str, dict[str, Any]]:
    # Whoever writes for colleagues need not bring the words of a glossary; a paper has to.
    glossary = load_glossary(find_project().metadata) if is_paper else None
    if not (name := resources.get("unique_key")):
        return finish(html, glossary), resources
    page, files = finish_with_data(html, folder_of(name), glossary)
    resources["outputs"] = (resources.get("outputs") or {}) | {
        path: text.encode() for path, text in files.items()
    }
    return page, resources


def make_publishable(
    notebook: NotebookNode, resources: dict[str, Any]
) -> tuple[NotebookNode, dict[str, Any]]:
    """Leave out cells that no paper shows, and turn every output into HTML.

    Every cell is looked at first, those left out as well: a failure or a warning in any of them
    is a failure of the paper. Raises `UnpublishableNotebook` naming all cells at fault.
    """
    faults: list[str] = []
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            try:
                cell.outputs = published_outputs(cell)
            except _CellFault as fault:
                faults.append(f"{name_cell(number, cell)}: {fault}")
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults)
        raise UnpublishableNotebook(f"{len(faults)} cell(s) cannot be published:\n{listed}")
    notebook.cells = [cell for cell in notebook.cells if not LEFT_OUT & tags(cell)]
    return notebook, resources


def published_outputs(cell: NotebookNode) -> list[NotebookNode]:
    """Give a code cell's outputs as HTML, in their order, without what goes to stderr."""
    if cell.source.strip() and cell.execution_count is None:
        raise _CellFault("it has not been run. Run the whole notebook, or add --execute.")
    for output in cell.outputs:
        if output.output_type == "error":
            raise _CellFault(f"it stopped with {output.ename}: {strip_ansi(output.evalue)}")
        if output.get("name") == "stderr" and WARNINGS_READ not in tags(cell):
            raise _CellFault(
                f"it warns: {strip_ansi(output.text).strip()[:300]!r}. Mend the cause, or tag "
                f"the cell {WARNINGS_READ!r} to say that the warning has been read."
            )
    if LEFT_OUT & tags(cell):
        return []
    shown = [output for output in cell.outputs if output.get("name") != "stderr"]
    kinds = [_kind_shown(output) for output in shown]
    if sum(kind.startswith("image/") for kind in kinds) > 1:
        raise _CellFault("it shows several pictures: give each its own cell and description.")
    options = cell_options(cell.source)
    blocks = [_block(kind, output, options) for kind, output in zip(kinds, shown, strict=True)]
    return [new_output("display_data", {"text/html": block}) for block in blocks]


def _kind_shown(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return "stdout"
    data = output.data
    if needed := [kind for kind in _NEEDS_SCRIPT if kind in data]:
        raise _CellFault(f"it shows {needed[0]}, which needs a script. A paper has none.")
    for kind in _SHOWN:
        if kind in data:
            return kind
    raise _CellFault(f"it shows {', '.join(data) or 'nothing'}, which a page cannot hold.")


def _block(kind: str, output: NotebookNode, options: dict[str, str]) -> str:
    if kind == "stdout":
        return _printed(output.text)
    content = output.data[kind]
    if kind == "text/html":
        return _html_block(published(content), options)
    if kind.startswith("image/"):
        return _figure(kind, output, options)
    if kind == "text/markdown":
        return markdown_html(content)
    if kind == "text/latex":
        raise _CellFault("it shows a formula, which needs a script. Say it in words or as text.")
    if found := _OBJECT.search(content):
        raise _CellFault(
            f"it shows {found.group().strip()!r}, which says nothing to a reader. "
            "End the cell's last line with a semicolon, or give the value a name."
        )
    return _printed(content)


def _printed(text: str) -> str:
    return f'<pre class="printed">{escape(strip_ansi(text).rstrip(), quote=False)}</pre>'


def _html_block(html: str, options: dict[str, str]) -> str:
    if 'id="T_' in html:
        raise _CellFault(
            "it shows a pandas Styler, whose cells a screen reader cannot place. "
            "Show the DataFrame itself."
        )
    table = _DATAFRAME.search(html)
    if table is None:
        return html
    if _PART_OF_ROWS.search(html):
        raise _CellFault(
            "it shows a DataFrame with rows or columns left out. Show what the reader needs, "
            "or set pd.options.display.max_rows = None (max_columns for columns)."
        )
    caption = options.get("tbl-cap")
    start, rest = table.group().split(">", 1)
    named = f' id="{escape(options["label"])}"' if "label" in options else ""
    return f"{start}{named}>{f'<caption>{escape(caption)}</caption>' if caption else ''}{rest}"


def _figure(kind: str, output: NotebookNode, options: dict[str, str]) -> str:
    alt, caption = options.get("fig-alt", ""), options.get("fig-cap", "")
    if not alt:
        raise _CellFault(
            "it shows a picture without a description. Begin the cell with a line that says what "
            "the picture shows, for those who cannot see it:  #| fig-alt: …"
            "  (and its caption:  #| fig-cap: …)"
        )
    content = output.data[kind]
    if kind == "image/svg+xml":
        # As a picture of its own, its ids cannot meet those of another chart.
        drawing = re.sub(r"^.*?(?=<svg)", "", content.strip(), flags=re.DOTALL)
        source, size = f"data:{kind},{quote(drawing, safe=' =:/,;()')}", ""
    else:
        source = f"data:{kind};base64,{''.join(content.split())}"
        size = _size(kind, content, output.metadata.get(kind, {}))
    named = f' id="{escape(options["label"])}"' if "label" in options else ""
    said = f'<figcaption><span class="headline">{escape(caption)}</span></figcaption>'
    return (
        f'<figure class="chart"{named}>{said if caption else ""}'
        f'<img alt="{escape(alt)}"{size} src="{source}"></figure>'
    )


def _size(kind: str, content: str, told: dict[str, Any]) -> str:
    """Give a picture's width and height, so that the page does not jump when it is drawn."""
    width, height = told.get("width"), told.get("height")
    if kind == "image/png" and not (width and height):
        width, height = unpack_from(">II", b64decode("".join(content.split())[:64]), 16)
    return f' width="{width}" height="{height}"' if width and height else ""


def cell_options(source: str) -> dict[str, str]:
    r"""Give the options in a cell's first lines, written as Quarto users know them.

    >>> cell_options("#| label: fig-trend\n#| fig-alt: A line that\n#|   rises.\nplot()")
    {'label': 'fig-trend', 'fig-alt': 'A line that rises.'}
    """
    options: dict[str, str] = {}
    name = ""
    for line in source.lstrip().splitlines():
        if found := _OPTION.fullmatch(line.rstrip()):
            name = found[1]
            options[name] = "" if found[2] in {"|", ">", "|-", ">-"} else found[2].strip("\"' ")
        elif name and (found := _MORE.fullmatch(line.rstrip())):
            options[name] = f"{options[name]} {found[1]}".strip("\"' ")
        else:
            break
    return options


def name_cell(number: int, cell: NotebookNode) -> str:
    """Name a cell by its place, its label or its first line of code."""
    if label := cell_options(cell.source).get("label"):
        return f"Cell {number} ({label})"
    lines = [line.strip() for line in cell.source.splitlines() if not line.startswith("#|")]
    first = next((line for line in lines if line), "")
    return f"Cell {number}, which begins {first[:60]!r}" if first else f"Cell {number}"


def tags(cell: NotebookNode) -> set[str]:
    """Give a cell's tags."""
    return set(cell.metadata.get("tags", []))


def markdown_html(source: str, attachments: dict[str, dict[str, str]] | None = None) -> str:
    """Give Markdown as HTML, with its tables marked for `page.finish` to make readable aloud."""
    renderer = IPythonRenderer(
        escape=False, attachments=attachments or {}, exclude_anchor_links=True
    )
    html: str = MarkdownWithMath(renderer=renderer).render(source)
    return html.replace("<table>", '<table class="markdown">')


def compact_css(css: str) -> str:
    """Give a style sheet without comments and the white space that only its writers need."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,>]) ?", r"\1", css)
    return re.sub(r": (?=[^{}]*[;}])", ":", css).replace(";}", "}").strip()
