"""A folder in, the published lists of statistical neighbours that are in it out.

What such a list looks like, and for which years it holds, is said in neighbour_models.toml: a
new list is a new entry there. Files of another kind in the same folder are left alone.
"""

import csv
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from kscb_analysis.catalogue import read_toml, refuse_unknown_keys, take, take_texts
from kscb_analysis.errors import LayoutFault, MetadataFault, SourceFault, did_you_mean

MODELS = "neighbour_models.toml"
_KEYS = {
    "name", "pattern", "authority", "authority_name", "neighbour", "closeness", "members",
    "valid_from", "valid_to", "publication",
}  # fmt: skip


@dataclass(frozen=True)
class Model:
    """One published model: how its file is recognised, and the reporting years it holds for.

    `neighbour` and `closeness` are column names in which `{}` stands for the place in the order.
    A closeness column that every neighbour shares by name stands to the right of its neighbour.
    """

    set_id: str
    name: str
    pattern: str
    authority: str
    authority_name: str
    neighbour: str
    closeness: str
    members: int
    valid_from: int
    valid_to: int | None
    publication: str

    def columns(self) -> list[str]:
        """List the columns that the file must have."""
        places = range(1, self.members + 1)
        wanted = [self.authority, self.authority_name]
        for place in places:
            wanted += [self.neighbour.format(place), self.closeness.format(place)]
        return wanted

    def claims(self, path: Path) -> bool:
        """True when a file's name is that of this model's file; capitals do not matter."""
        return fnmatchcase(path.name.casefold(), self.pattern.casefold())


@dataclass(frozen=True)
class NeighbourFile:
    """A file that was recognised, and the model that it is the list of."""

    path: Path
    model: Model


def load_models(metadata: Path) -> tuple[tuple[Model, ...], tuple[str, ...]]:
    """Read neighbour_models.toml: the models, and the words that say how close a neighbour is.

    No file means no models.
    """
    path = metadata / MODELS
    if not path.exists():
        return (), ()
    document = read_toml(path)
    refuse_unknown_keys(document, {"closeness", "models"}, MODELS)
    words = take_texts(document, "closeness", MODELS)
    entries = take(document, "models", dict, MODELS, {})
    return tuple(_read_model(set_id, entry) for set_id, entry in entries.items()), words


def find_neighbour_files(metadata: Path, national: Path) -> tuple[NeighbourFile, ...]:
    """List the files in a folder that are lists of neighbours, in the order of the models.

    A list is recognised by its columns, and told from others of the same shape by its name. A
    byte-for-byte copy counts once. Raises `LayoutFault` for a file with the name of a list and
    not its columns, `MetadataFault` for one with the columns of a list and no entry for its
    name, and `SourceFault` for two different files of one model.
    """
    models, _ = load_models(metadata)
    if not models or not national.is_dir():
        return ()
    found: dict[str, NeighbourFile] = {}
    for path in sorted(national.iterdir()):
        if path.suffix.casefold() != ".csv" or not path.is_file():
            continue
        model = _recognise(path, models)
        if model is None:
            continue
        first = found.setdefault(model.set_id, NeighbourFile(path, model))
        if first.path != path and first.path.read_bytes() != path.read_bytes():
            raise SourceFault(
                f"{first.path.name} and {path.name} are both the list {model.set_id!r} of "
                f"data/metadata/{MODELS} and they differ. Keep the one that is right; a new "
                "list needs an entry of its own."
            )
    return tuple(found[model.set_id] for model in models if model.set_id in found)


def _read_model(set_id: str, entry: Any) -> Model:
    where = f"{MODELS}, models.{set_id}"
    refuse_unknown_keys(entry, _KEYS, where)
    texts = {
        key: take(entry, key, str, where)
        for key in sorted(_KEYS - {"members", "valid_from", "valid_to"})
    }
    if "{}" not in texts["neighbour"]:
        raise MetadataFault(
            f"{where}: neighbour is {texts['neighbour']!r}. Write {{}} where the number stands, "
            "as in 'SN{}'."
        )
    model = Model(
        set_id=set_id,
        members=take(entry, "members", int, where, 10),
        valid_from=take(entry, "valid_from", int, where),
        valid_to=take(entry, "valid_to", int, where, None),
        **texts,
    )
    if model.valid_to is not None and model.valid_to < model.valid_from:
        raise MetadataFault(
            f"{where}: valid_from {model.valid_from} is after valid_to {model.valid_to}."
        )
    return model


def _recognise(path: Path, models: tuple[Model, ...]) -> Model | None:
    header = _header_of(path)
    claiming = [model for model in models if model.claims(path)]
    for model in claiming:
        if set(model.columns()) <= set(header):
            return model
    if claiming:
        lacking = [name for name in claiming[0].columns() if name not in header]
        others = [name for name in header if name not in claiming[0].columns()]
        raise LayoutFault(
            f"{path.name} has the name of the list {claiming[0].set_id!r} of "
            f"data/metadata/{MODELS}, but no column {lacking[0]!r}."
            f"{did_you_mean(lacking[0], others)} Download the file anew, or correct the entry."
        )
    alike = [model.set_id for model in models if set(model.columns()) <= set(header)]
    if alike:
        raise MetadataFault(
            f"{path.name} has the columns of a list of neighbours, as {alike[0]!r} has, and its "
            f"name fits no pattern in data/metadata/{MODELS}. Add an entry that says for which "
            "years it holds, or take the file away."
        )
    return None


def _header_of(path: Path) -> list[str]:
    # Files of other kinds are only looked at, so bytes that are not text do no harm here.
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            return [name.strip() for name in next(csv.reader(file), [])]
        except csv.Error:
            return []
