"""The page's own policy: with references to other places planted in it, a page asks for none."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from made_index import made_index
from playwright.sync_api import Browser
from sample_notebook import sample_notebook

from kscb_analysis.exporter import KscbExporter

pytestmark = pytest.mark.browser

# All are planted at the end of the body; {at} is a server that writes down what it is asked for.
PLANTED = {
    "picture": '<img alt="" src="{at}/picture">',
    "srcset": '<img alt="" srcset="{at}/srcset 1x">',
    "source": '<picture><source srcset="{at}/source"><img alt=""></picture>',
    "attribute": '<div style="background:url({at}/attribute)">a</div>',
    "background": '<style>main{{background:url("{at}/background")}}</style>',
    "import": '<style>@import "{at}/import";</style>',
    "image-set": '<style>body{{background:image-set("{at}/image-set" 1x)}}</style>',
    "font": "<style>@font-face{{font-family:F;src:url({at}/font)}}h1{{font-family:F}}</style>",
    "stylesheet": '<link rel="stylesheet" href="{at}/stylesheet">',
    "preload": '<link rel="preload" as="image" href="{at}/preload">',
    "prefetch": '<link rel="prefetch" href="{at}/prefetch">',
    "drawing": '<svg width="9" height="9"><image href="{at}/drawing" width="9" height="9"/></svg>',
    "filter": '<svg width="9" height="9"><filter id="f"><feImage href="{at}/filter"/></filter>'
    '<rect width="9" height="9" filter="url(#f)"/></svg>',
    "script": '<script src="{at}/script"></script>',
    "fetch": '<script>fetch("{at}/fetch", {{mode: "no-cors"}})</script>',
    "beacon": '<script>navigator.sendBeacon("{at}/beacon", "a")</script>',
    "handler": "<img alt='' src='data:,' onerror='new Image().src = \"{at}/handler\"'>",
    "frame": '<iframe src="{at}/frame"></iframe>',
    "object": '<object data="{at}/object"></object>',
    "embed": '<embed src="{at}/embed">',
    "video": '<video src="{at}/video" preload="auto"></video>',
    "poster": '<video poster="{at}/poster"></video>',
    "audio": '<audio src="{at}/audio" preload="auto"></audio>',
    "base": '<base href="{at}/"><img alt="" src="base">',
    "form": '<iframe name="sent"></iframe>'
    '<form target="sent" action="{at}/form"><button>Send</button></form>',
    "ping": '<a class="ping" href="#content" ping="{at}/ping">Further</a>',
}


@dataclass
class Server:
    """A server on this machine, and the paths that it was asked for."""

    address: str
    asked_for: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            listening.asked_for.add(self.path.strip("/").rstrip("?"))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = answer  # noqa: N815  (the names that the server looks for)

        def log_message(self, *_: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening = Server(f"http://127.0.0.1:{running.server_port}")
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield listening
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture(scope="module", params=["paper", "index"])
def page_text(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the text of a finished page: a paper, or the index of many areas with its script."""
    if request.param == "index":
        return made_index(tmp_path_factory.mktemp("index")).read_text(encoding="utf-8")
    page, _ = KscbExporter().from_notebook_node(sample_notebook())
    return str(page)


def asked_for(browser: Browser, server: Server, text: str, folder: Path) -> set[str]:
    """Open a page with all of that in it, send its form, follow its link; give what it asked."""
    path = folder / "planted.html"
    planted = "".join(PLANTED.values()).format(at=server.address)
    changed = text.replace("</body>", f"{planted}</body>")
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    server.asked_for.clear()
    context = browser.new_context()
    page = context.new_page()
    page.goto(path.as_uri(), wait_until="load")
    for seen in ("form button", "a.ping"):
        page.wait_for_timeout(300)
        page.locator(seen).dispatch_event("click")
    page.wait_for_timeout(300)
    context.close()
    return {one for one in server.asked_for if one not in {"", "favicon.ico"}}


def test_a_page_asks_no_other_place_for_anything(
    browser: Browser, server: Server, page_text: str, tmp_path: Path
) -> None:
    assert asked_for(browser, server, page_text, tmp_path) == set()


def test_each_of_these_would_be_asked_for_without_the_policy(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    text = "<!doctype html><title>a</title><body><main id=content><h1>a</h1></main></body>"
    assert asked_for(browser, server, text, tmp_path) == set(PLANTED)
