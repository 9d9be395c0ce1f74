"""Tidy tables with provenance, and committee papers, from printed children's services tables."""

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kscb_analysis.dataset import Dataset, load
    from kscb_analysis.front_matter import FrontMatter
    from kscb_analysis.paper import Paper

try:
    __version__ = version("kscb-analysis")
except PackageNotFoundError:  # a checkout that nobody installed
    __version__ = "0+unknown"

__all__ = ["Dataset", "FrontMatter", "Paper", "load"]

_HOMES = {
    "Dataset": "dataset",
    "load": "dataset",
    "FrontMatter": "front_matter",
    "Paper": "paper",
}


def __getattr__(name: str) -> Any:
    # pandas and matplotlib are imported only by what uses them, so `kscb --help` is quick.
    from importlib import import_module

    if name in _HOMES:
        return getattr(import_module(f"kscb_analysis.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'kscb_analysis' has no attribute {name!r}")
