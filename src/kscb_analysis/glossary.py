"""data/metadata/glossary.toml in; what abbreviations and words of the trade mean out."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kscb_analysis.catalogue import read_toml, refuse_unknown_keys, take
from kscb_analysis.errors import MetadataFault

FILE = "glossary.toml"
ABBREVIATION = re.compile(r"(?<![\w&])(?=(?:[a-z0-9&]*[A-Z]){2})[A-Za-z0-9&]+(?![\w&])")
"""A word with two capitals or more, such as KSCB, DfE or GCSEs."""


@dataclass(frozen=True)
class Term:
    """An abbreviation or a word, what it stands for, and one plain sentence about it.

    The sentence is empty where the expansion says it all; a word that is no abbreviation has no
    expansion.
    """

    name: str
    expansion: str
    plural: str
    meaning: str

    @property
    def is_abbreviation(self) -> bool:
        """True for a word with two capitals or more."""
        return ABBREVIATION.fullmatch(self.name) is not None

    def expanded(self, written: str) -> str:
        """Give what a use of the abbreviation stands for: one, or with an s more than one."""
        return self.plural if written == f"{self.name}s" else self.expansion


@dataclass(frozen=True)
class Glossary:
    """Every term by name, and names that look like abbreviations, each with the reason."""

    terms: dict[str, Term]
    names: dict[str, str]

    def term(self, written: str) -> Term | None:
        """Give the term of an abbreviation as it is written, with a plural s or without."""
        return self.terms.get(written) or self.terms.get(written.removesuffix("s"))

    def knows(self, written: str) -> bool:
        """Say whether an abbreviation is explained or is a name that needs no words."""
        return self.term(written) is not None or written in self.names


def load_glossary(metadata: Path) -> Glossary | None:
    """Read glossary.toml; a project without one has no glossary."""
    path = metadata / FILE
    if not path.is_file():
        return None
    document = read_toml(path)
    refuse_unknown_keys(document, {"terms", "names"}, FILE)
    entries = take(document, "terms", dict, FILE, {})
    names = take(document, "names", dict, FILE, {})
    for name, reason in names.items():
        if not isinstance(reason, str) or not reason:
            raise MetadataFault(f"{FILE}, names, {name}: say in words why it needs no expansion.")
    return Glossary({name: _term(name, entry) for name, entry in entries.items()}, names)


def _term(name: str, entry: Any) -> Term:
    where = f"{FILE}, {name}"
    refuse_unknown_keys(entry, {"expansion", "plural", "meaning"}, where)
    expansion = take(entry, "expansion", str, where, "")
    term = Term(
        name,
        expansion,
        take(entry, "plural", str, where, f"{expansion}s"),
        take(entry, "meaning", str, where, ""),
    )
    if term.is_abbreviation and not expansion:
        raise MetadataFault(f"{where}: say what it stands for, as expansion.")
    if not term.is_abbreviation and not term.meaning:
        raise MetadataFault(f"{where}: say what it means, as meaning.")
    return term
