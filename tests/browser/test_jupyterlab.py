"""JupyterLab as `make lab` starts it: every notebook runs, Tab completes, faults stay short."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from playwright.sync_api import Browser, Locator, Page, expect

from kscb_analysis.dataset import Dataset

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
LESSON = "explore"
# Cells that end in a call which gives nothing, such as one that makes a folder.
SILENT = {"copy", "own"}

SOON = 30_000  # milliseconds: what waits for the server or for a kernel to start
LATER = 90_000  # and for a notebook to run
# An error and what goes to stderr look alike.
ERRORS = '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]'
# One notebook is in front; the others wait behind it.
OPEN = ".jp-NotebookPanel:not(.lm-mod-hidden)"
READY = """async path => {
  const sessions = await (await fetch('/api/sessions')).json();
  return sessions.some(one => one.path === path && one.kernel.connections > 0
    && one.kernel.execution_state === 'idle');
}"""
ALL_RUN = r"""panel => {
  const cells = [...document.querySelectorAll(panel + ' .jp-CodeCell .jp-InputArea-prompt')];
  return cells.length && cells.every(one => /\[\d+\]:/.test(one.textContent));
}"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        not entry_points(group="nbconvert.exporters", name="kscb"),
        reason="the project is not installed in this environment: make environment",
    ),
]


@dataclass
class Lab:
    """A running JupyterLab, the folder it serves, one page in a browser and what that asked for."""

    url: str
    token: str
    folder: Path
    page: Page
    asked_for: list[str] = field(default_factory=list)

    def open(self, notebook: str) -> Locator:
        """Open a notebook from the list of files, and wait for its kernel."""
        file = self.page.locator(".jp-DirListing-item", has_text=f"{notebook}.ipynb")
        file.dblclick(timeout=SOON)
        self.page.get_by_role("tab", name=f"{notebook}.ipynb").wait_for(timeout=SOON)
        panel = self.page.locator(OPEN)
        panel.locator(".jp-Cell").first.wait_for(timeout=SOON)
        self.page.wait_for_function(READY, arg=f"notebooks/{notebook}.ipynb", timeout=SOON)
        self.page.get_by_text("| Idle").wait_for(timeout=SOON)
        return panel

    def saved(self, notebook: str) -> list[dict[str, Any]]:
        """Save the open notebook, and give its code cells as they are on disk then."""
        self.page.keyboard.press("Control+s")
        unsaved = self.page.locator(".lm-TabBar-tab.lm-mod-current.jp-mod-dirty")
        expect(unsaved).to_have_count(0, timeout=SOON)
        text = (self.folder / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8")
        return [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]


@pytest.fixture(scope="module")
def lab(
    browser: Browser, real_data: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lab]:
    """Start one server on a copy of the project, and open it as its first page is opened."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(real_data.project.root / "data", folder / "data")
    for name in ("notebooks", "tools/lab"):
        skipped = shutil.ignore_patterns(".ipynb_checkpoints")
        shutil.copytree(ROOT / name, folder / name, ignore=skipped)
    own = tmp_path_factory.mktemp("settings")  # nobody's own settings, nor their history
    homes = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    environment = {
        **os.environ,
        **{name: str(own / name.lower()) for name in homes},
        "KSCB_ROOT": str(folder),
    }
    command = [sys.executable, "-m", "jupyterlab", "--config=tools/lab/config.json"]
    given = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]
    with (own / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, *given], cwd=folder, env=environment, stdout=log, stderr=log
        )
    try:
        about = _running(server, own)
        context = browser.new_context(viewport={"width": 1300, "height": 1600})
        made = Lab(about["url"], about["token"], folder, context.new_page())
        context.on("request", lambda request: made.asked_for.append(request.url))
        made.page.on("websocket", lambda socket: made.asked_for.append(socket.url))
        yield made
        context.close()
    finally:
        server.terminate()
        server.wait(timeout=30)


def _running(server: "subprocess.Popen[bytes]", own: Path) -> dict[str, str]:
    """Wait until the server has written where it is, and give that."""
    until = time.monotonic() + SOON / 1000
    while time.monotonic() < until:
        for path in (own / "jupyter_runtime_dir").glob("jpserver-*.json"):
            try:
                about: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
            except ValueError:  # half written
                continue
            return about
        try:
            server.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail("JupyterLab did not start:\n" + (own / "log").read_text(encoding="utf-8"))


def run_all(page: Page) -> None:
    """Choose Run, Run All Cells, and wait until the last one has run."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(ALL_RUN, arg=OPEN, timeout=LATER)
    page.get_by_text("| Idle").wait_for(timeout=SOON)


def ends_in_a_value(cell: dict[str, Any]) -> bool:
    """Say whether a cell's last line is there to be looked at."""
    lines = ast.parse(TransformerManager().transform_cell("".join(cell["source"]))).body
    return bool(lines) and isinstance(lines[-1], ast.Expr) and cell["id"] not in SILENT


def new_cell(page: Page, typed: str) -> Locator:
    """Add a cell at the end of the notebook, and type into it."""
    page.locator(f"{OPEN} .jp-Cell").last.locator(".jp-InputPrompt").click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.type(typed)
    cell = page.locator(f"{OPEN} .jp-CodeCell.jp-mod-active")
    expect(cell.locator(".cm-content")).to_have_text(typed)
    return cell


# These tests share a server, and run in the order in which they stand.


def test_it_asks_for_the_token_and_opens_on_the_lesson(lab: Lab) -> None:
    page = lab.page
    page.goto(lab.url, wait_until="domcontentloaded")
    assert urlsplit(page.url).path == "/login"
    page.goto(f"{lab.url}?token={lab.token}", wait_until="domcontentloaded")
    page.get_by_role("tab", name=f"{LESSON}.ipynb").wait_for(timeout=SOON)
    assert urlsplit(page.url).path == f"/lab/tree/notebooks/{LESSON}.ipynb"


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_notebook_runs_and_shows_no_error(lab: Lab, notebook: str) -> None:
    panel = lab.open(notebook)
    run_all(lab.page)
    expect(panel.locator(ERRORS)).to_have_count(0)
    cells = lab.saved(notebook)
    kinds = [output["output_type"] for cell in cells for output in cell["outputs"]]
    assert "error" not in kinds
    assert [cell["id"] for cell in cells if cell["execution_count"] is None] == []
    shown = [cell["id"] for cell in cells if cell["outputs"]]
    assert [cell["id"] for cell in cells if ends_in_a_value(cell)] == shown
    assert len(shown) >= 5


def test_tab_lists_areas_and_a_wrong_name_is_one_line(lab: Lab) -> None:
    page = lab.page
    first = lab.open(LESSON).locator(".jp-CodeCell").first
    first.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")  # so that the kernel has the data, whatever it has run
    first.locator(".jp-OutputArea caption").wait_for(timeout=SOON)

    cell = new_cell(page, "data.areas.ea")
    page.keyboard.press("Tab")
    offered = page.locator(".jp-Completer:visible .jp-Completer-match")
    offered.first.wait_for(timeout=SOON)
    assert offered.all_inner_texts() == ["ealing", "east_sussex"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(cell.locator(".cm-content")).to_have_text("data.areas.east_sussex")
    page.keyboard.press("Control+Enter")
    expect(cell.locator(".jp-OutputArea caption")).to_have_text("East Sussex", timeout=SOON)

    cell = new_cell(page, "data.areas.kant")
    page.keyboard.press("Control+Enter")
    said = cell.locator(ERRORS)
    said.wait_for(timeout=SOON)
    assert re.fullmatch(
        r"NotOffered: No area 'kant'\. Did you mean 'kent'\? .*", said.inner_text().strip()
    )


def test_nothing_was_asked_of_any_other_site(lab: Lab) -> None:
    own = urlsplit(lab.url).netloc
    asked = [urlsplit(one) for one in lab.asked_for]
    others = {one.geturl()[:80] for one in asked if one.scheme not in ("data", "blob", "about")
              and one.netloc != own}  # fmt: skip
    assert len(asked) > 100
    assert others == set()
    # Nor is the server asked to ask for news or updates.
    assert {one.path for one in asked if re.search(r"/api/(news|update)", one.path)} == set()
    assert lab.page.locator(".jp-toast-button, .Toastify__toast").count() == 0
