"""Faults an analyst can act on: each is shown as a message, never as a traceback."""

from collections.abc import Iterable
from difflib import get_close_matches


class KscbError(Exception):
    """Something is wrong with the data, the metadata or the request, not with the program.

    The message says what was found, where, and what to do about it.
    """

    exit_status = 1

    def _render_traceback_(self) -> list[str]:
        """Give a notebook the message alone (IPython asks an exception for this)."""
        return [f"{type(self).__name__}: {self}"]


class WrongRequest(KscbError):
    """A name, parameter or option that the project does not have."""

    exit_status = 2


class SourceFault(KscbError):
    """A raw file or its sidecar is missing, changed, or cannot be read."""


class LayoutFault(KscbError):
    """A raw table does not have the shape that its layout promises."""


class UnreadableCells(KscbError):
    """Printed cells that are neither a number nor a known marker."""


class StaleCorrection(KscbError):
    """A recorded correction no longer finds the text that it corrects."""


class MetadataFault(KscbError):
    """A metadata file is missing something, or says something twice."""


class UnknownName(WrongRequest):
    """An area, indicator, source or paper that is not in the metadata or the data."""


class ChecksFailed(KscbError):
    """The tidy tables break a promise that every later room relies on."""


class ReportFailed(KscbError):
    """At least one report could not be built; the last good ones are untouched."""


def did_you_mean(wanted: str, known: Iterable[str]) -> str:
    """Give " Did you mean 'x'?" for the nearest known name, or nothing.

    >>> did_you_mean("Kant", ["Kent", "Essex"])
    " Did you mean 'Kent'?"
    >>> did_you_mean("zzz", ["Kent"])
    ''
    """
    names = list(known)
    folded = {name.casefold(): name for name in names}
    close = get_close_matches(wanted.casefold(), folded, n=1, cutoff=0.6)
    if not close:
        close = [name for name in folded if wanted.casefold() and wanted.casefold() in name][:1]
    return f" Did you mean {folded[close[0]]!r}?" if close else ""
