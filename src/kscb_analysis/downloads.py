"""The CSVs that a page's links carry in; files beside the page, and links to them, out.

In a notebook a download is carried in its link. A published page would grow by a quarter that way,
and phones do not save such links; so there the CSVs stand in a folder beside the page.
"""

from pathlib import Path
from urllib.parse import quote, unquote

from kscb_analysis.files import file_name
from kscb_analysis.html5 import Element, parse

_CARRIED = "data:text/csv"


def folder_of(page_name: str) -> str:
    """Name the folder beside a page that holds its CSVs.

    >>> folder_of("private_fostering.html")
    'private_fostering-data'
    """
    return f"{page_name.removesuffix('.html')}-data"


def take_out(root: Element, folder: str) -> dict[str, str]:
    """Make the links of a page that carry a CSV lead to a file of `folder` instead.

    Gives the files' text by their path from the page's own folder. Of two CSVs with one name and
    different text, the second gets a number behind its name.
    """
    files: dict[str, str] = {}
    for link in root.iter("a"):
        href = str(link.get("href") or "")
        if not href.startswith(_CARRIED):
            continue
        text = unquote(href.partition(",")[2])
        path = _free_path(folder, str(link.get("download") or "data"), text, files)
        files[path] = text
        link.set("href", quote(path))
        link.set("download", path.rpartition("/")[2])
    return files


def _free_path(folder: str, told: str, text: str, taken: dict[str, str]) -> str:
    stem = f"{folder}/{file_name(told.removesuffix('.csv'))}"
    path, again = f"{stem}.csv", 1
    while taken.get(path, text) != text:
        again += 1
        path = f"{stem}-{again}.csv"
    return path


def data_of(html: str, beside: Path) -> dict[str, str]:
    """Give the text of every CSV of a page by the name of its download, in the page's order.

    `beside` is the folder in which the page lies; CSVs that the page carries itself are read from
    it. Raises `FileNotFoundError` for a file that is gone.
    """
    found = {}
    for link in parse(html).iter("a"):
        name, href = str(link.get("download") or ""), str(link.get("href") or "")
        if href.startswith(_CARRIED):
            found[name] = unquote(href.partition(",")[2])
        elif name.endswith(".csv"):
            found[name] = (beside / unquote(href)).read_text(encoding="utf-8")
    return found
