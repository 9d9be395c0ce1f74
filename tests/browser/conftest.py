"""Chromium in, one page at a time out, cut off from every address and watched for failures."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

ROOT = Path(__file__).parents[2]
SAMPLE = "sample"
INDEX = "index of many areas"

# The made-up paper is built by a module of the tests themselves.
sys.path.insert(0, str(ROOT / "tests"))

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass
class Opened:
    """A page in the browser, and what went wrong while it was open."""

    page: Page
    asked_for: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def reports() -> list[Path]:
    """Give the papers to look at: those in KSCB_REPORTS, else those in reports/."""
    folder = os.environ.get("KSCB_REPORTS")
    found = sorted(Path(folder or ROOT / "reports").rglob("*.html"))
    if folder and not found:
        pytest.exit(f"KSCB_REPORTS is {folder!r}, and there is no paper in it.", returncode=2)
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test for the made-up paper and index, and for every page that has been built."""
    if "paper" in metafunc.fixturenames:
        papers: list[object] = [pytest.param(SAMPLE, id=SAMPLE), pytest.param(INDEX, id="index")]
        papers += [pytest.param(path, id=path.stem) for path in reports()]
        if len(papers) == 2:
            why = pytest.mark.skip(reason="reports/ is empty: run make reports first")
            papers.append(pytest.param(None, id="reports", marks=why))
        metafunc.parametrize("paper", papers, indirect=True, scope="session")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a headless Chromium, or skip with the reason."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(path).exists():
        pytest.skip("there is no Chromium: install it, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture(scope="session")
def paper(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file of one paper."""
    if request.param == INDEX:
        from made_index import made_index

        return made_index(tmp_path_factory.mktemp("index"))
    if request.param != SAMPLE:
        path: Path = request.param
        return path
    from sample_notebook import sample_notebook

    from kscb_analysis.exporter import KscbExporter

    made = tmp_path_factory.mktemp("sample") / "sample.html"
    made.write_text(KscbExporter().from_notebook_node(sample_notebook())[0], encoding="utf-8")
    return made


@pytest.fixture
def open_paper(open_file: Callable[..., Opened], paper: Path) -> Callable[..., Opened]:
    """Give a function that opens the paper at a width."""
    return partial(open_file, paper)


@pytest.fixture
def open_file(browser: Browser) -> Iterator[Callable[..., Opened]]:
    """Give a function that opens a file at a width, with script or without."""
    contexts = []

    def opened(path: Path, width: int = 1280, height: int = 900, script: bool = True) -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=script
        )
        contexts.append(context)
        seen = Opened(context.new_page())

        def guard(route: Route) -> None:
            if route.request.url.startswith(("file:", "data:", "blob:", "about:")):
                route.continue_()
            else:
                seen.asked_for.append(route.request.url)
                route.abort()

        seen.page.route("**/*", guard)
        seen.page.on("pageerror", lambda error: seen.failures.append(str(error)))
        seen.page.on(
            "console",
            lambda said: seen.failures.append(said.text) if said.type == "error" else None,
        )
        seen.page.goto(path.as_uri(), wait_until="load")
        return seen

    yield opened
    for context in contexts:
        context.close()
