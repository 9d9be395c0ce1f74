"""The repository itself: rooms in order, notebooks clean, ids and links that lead somewhere."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kscb_analysis.paths import Project
from kscb_analysis.selection import find_papers

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "src" / "kscb_analysis"

# A module imports only from modules before it.
ROOMS = (
    "paths", "errors", "vocabulary", "files", "cards",
    "periods", "catalogue", "reference", "neighbours", "neighbour_models", "neighbour_files",
    "areas",
    "sources", "markers", "corrections", "layouts", "clean", "coverage",
    "file_kinds", "open_data", "placing", "national", "local_returns",
    "schema", "findings", "reconciliations", "rating_checks", "checks", "screen", "own_files",
    "store", "build", "intervals", "ranks", "trends", "control", "rate", "methods", "dataset",
    "facts", "offers", "measures", "standing", "compare", "markup", "sentences",
    "svg_path", "svg", "scales", "lettering", "sheet",
    "time_axes", "trend_chart", "ranked_chart", "control_chart", "charts",
    "sparkline", "spine", "tables", "comparisons", "views", "figures",
    "cells", "parts", "judgements", "council_ratings", "contradictions", "readings",
    "front_matter", "paper",
    "every_topic", "scorecard", "quality",
    "html5", "downloads", "glossary", "page_checks", "page_tables", "page_contents", "page_words",
    "page", "exporter",
    "typeface", "offprint", "printing", "pictures", "ooxml", "word_style", "word_page", "word",
    "page_front", "page_reading", "sheet_cells", "worksheets", "workbook_layout", "workbook",
    "csv_metadata",
    "meeting", "selection", "record", "index", "report", "formats", "bundle",
    "releases", "cli",
)  # fmt: skip

# `dataset` offers an analyst what later rooms do in one line each, and reaches for them only when
# asked; `markup` it names for the type of what comes back.
LAZY = {("dataset", room) for room in ("facts", "offers", "compare", "paper", "markup")}

READS_OR_WRITES = {
    "paths", "files", "catalogue", "reference", "neighbour_models",
    "neighbour_files", "sources", "corrections", "coverage", "open_data",
    "local_returns", "store", "build", "downloads", "exporter", "methods",
    "printing", "word_style", "word",
    "selection", "record", "index", "report", "formats", "bundle", "releases",
}  # fmt: skip
TOUCHES = {
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "touch",
    "rmdir", "rmtree", "copytree", "read_csv", "read_table", "read_parquet", "to_parquet",
    "to_excel", "savefig", "urlopen",
}  # fmt: skip
# `dataset` asks `store` for a table, which reads it; `pictures` opens a picture that it holds.
ASKED_FOR = {("dataset", "read_table"), ("pictures", "open")}


def modules() -> list[Path]:
    return sorted(LIBRARY.glob("*.py"))


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "kscb_analysis":
            found |= {alias.name for alias in node.names if (LIBRARY / f"{alias.name}.py").exists()}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kscb_analysis."):
            found.add(str(node.module).split(".")[1])
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}, line {node.lineno}: write the import in full"
        elif isinstance(node, ast.Import):
            own = [
                one.name.split(".") for one in node.names if one.name.startswith("kscb_analysis.")
            ]
            found |= {parts[1] for parts in own}
    return found


def test_every_module_has_its_place_in_the_order():
    named = {path.stem for path in modules()} - {"__init__", "__main__"}
    assert named == set(ROOMS)


def test_contributors_are_told_the_same_order():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    told = text.split("this list to it.")[1].split("Only the rooms")[0]
    assert tuple(re.findall(r"`(\w+)`", told)) == ROOMS


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_upstream(room):
    place = ROOMS.index(room)
    downstream = {
        other
        for other in imports_of(LIBRARY / f"{room}.py")
        if ROOMS.index(other) >= place and (room, other) not in LAZY
    }
    assert downstream == set()


def test_every_exception_is_still_needed():
    assert {pair for pair in LAZY if pair[1] not in imports_of(LIBRARY / f"{pair[0]}.py")} == set()


@pytest.mark.parametrize("room", sorted(set(ROOMS) - READS_OR_WRITES))
def test_only_the_rooms_for_it_touch_files(room):
    tree = ast.parse((LIBRARY / f"{room}.py").read_text(encoding="utf-8"))
    calls = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert {call for call in calls & TOUCHES if (room, call) not in ASKED_FOR} == set()


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.stem)
def test_everything_public_has_a_docstring(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = [] if ast.get_docstring(tree) else [path.stem]
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
            for one in (node, *(one for one in methods if not one.name.startswith("_"))):
                silent += [] if ast.get_docstring(one) else [one.name]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            silent += [] if ast.get_docstring(node) else [node.name]
    assert silent == []


HELP = "from kscb_analysis import cli; cli.app(['--help'], standalone_mode=False)"


@pytest.mark.parametrize("code", ["import kscb_analysis", "from kscb_analysis import cli", HELP])
def test_starting_is_cheap(code):
    heavy = "{'pandas', 'matplotlib', 'papermill', 'nbconvert', 'pandera', 'scipy', 'seaborn'}"
    script = f"import sys; {code}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


PAPERS = find_papers(Project(ROOT))


def notebooks() -> list[Path]:
    return sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_notebooks_are_committed_without_outputs(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    tagged = [cell["metadata"].get("tags", []) for cell in code].count(["parameters"])
    assert tagged == (path.stem in PAPERS), "papers have parameters, and only they"
    assert document["metadata"]["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize("path", [one.path for one in PAPERS.values()], ids=lambda path: path.stem)
def test_every_parameter_has_a_type_and_a_help(path):
    import papermill

    declared = papermill.inspect_notebook(str(path))
    assert {"area", "period", "first_year"} <= set(declared)
    for parameter in declared.values():
        assert parameter["inferred_type_name"] in {"str", "int", "bool", "float"}
        assert len(parameter["help"]) > 10


def test_every_table_has_a_layout_and_feeds_an_indicator_or_needs_none():
    from kscb_analysis.catalogue import load_catalogue
    from kscb_analysis.layouts import LAYOUTS
    from kscb_analysis.sources import load_sources

    fed = {
        feed.table
        for indicator in load_catalogue(ROOT / "data" / "metadata").indicators.values()
        for feed in indicator.feeds
    }
    for source in load_sources(ROOT / "data" / "raw").values():
        for table in source.tables:
            assert table.layout in LAYOUTS
            needs_none = {"rating_counts", "rating_key", "judgements", "grade_key"}
            assert table.name in fed or table.layout in needs_none, table.name


def test_all_metadata_and_sources_name_only_what_there_is():
    from kscb_analysis.areas import load_areas
    from kscb_analysis.catalogue import load_catalogue
    from kscb_analysis.corrections import load_corrections
    from kscb_analysis.sources import load_sources

    metadata = ROOT / "data" / "metadata"
    catalogue, areas = load_catalogue(metadata), load_areas(metadata)
    sources = load_sources(ROOT / "data" / "raw")
    tables = {table.name: table for source in sources.values() for table in source.tables}
    for indicator in catalogue.indicators.values():
        assert {feed.table for feed in indicator.feeds} <= set(tables), indicator.indicator_id
    for one in load_corrections(metadata):
        assert f"{one.source_id}/{one.table_id}" in tables
    for table in tables.values():
        assert table.path.is_file()
        assert not table.area or areas.find(table.area)
    for topic in catalogue.topics.values():
        assert all(areas.find(area) for area, _ in topic.not_known)


def test_links_in_the_documents_lead_somewhere():
    dead = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists():
                dead.append(f"{page.name}: {target}")
    assert dead == []


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_file_is_large():
    assert [path.name for path in tracked() if path.stat().st_size > 1_000_000] == []


def test_nothing_names_a_machine_or_a_registry():
    # Put together here, so that this file does not hold them.
    unwanted = re.compile(
        "|".join(["/" + "root/", "/" + "tmp/py", "pypi" + r"\.org", "/" + "work/m"])
    )
    named = []
    for path in tracked():
        if path.suffix in {".png", ".parquet"}:
            continue
        if found := unwanted.search(path.read_text(encoding="utf-8")):
            named.append(f"{path.relative_to(ROOT)}: {found[0]}")
    assert named == []


def test_the_readme_names_commands_that_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make ([a-z]+)", readme, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_jupyterlab_asks_nobody_for_news_updates_or_extensions():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "-m jupyterlab --config=tools/lab/config.json $(ARGS)" in makefile
    settings = json.loads((ROOT / "tools" / "lab" / "config.json").read_text(encoding="utf-8"))
    lab = settings["LabApp"]
    assert lab["news_url"] is None
    assert lab["check_for_updates_class"].endswith(".NeverCheckForUpdate")
    assert lab["extension_manager"] == "readonly"
    assert (ROOT / lab["default_url"].removeprefix("/lab/tree/")).is_file()
    assert "token" not in json.dumps(settings), "everybody on the machine could run code"
    overrides = json.loads((ROOT / lab["app_settings_dir"] / "overrides.json").read_text("utf-8"))
    told = overrides["@jupyterlab/apputils-extension:notification"]
    assert told == {"fetchNews": "false", "checkForUpdates": False}


def test_the_entry_points_lead_to_something():
    from importlib import import_module

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for group in (project["scripts"], *project["entry-points"].values()):
        for target in group.values():
            module, _, name = target.partition(":")
            assert callable(getattr(import_module(module), name))
