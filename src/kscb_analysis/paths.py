"""Where things are: every folder the library reads or writes, from one root."""

import os
from dataclasses import dataclass
from pathlib import Path

# Folders below data/raw for files that whoever has them puts there; neither has a sidecar.
NATIONAL = "dfe"
LOCAL = "local"


@dataclass(frozen=True)
class Project:
    """The folders of one project, all below `root`."""

    root: Path

    @property
    def raw(self) -> Path:
        """Tables as printed, one folder a source."""
        return self.root / "data" / "raw"

    @property
    def national(self) -> Path:
        """National open-data files as downloaded; often there are none."""
        return self.raw / NATIONAL

    @property
    def local(self) -> Path:
        """A council's own returns; often there are none."""
        return self.raw / LOCAL

    @property
    def metadata(self) -> Path:
        """What the figures mean."""
        return self.root / "data" / "metadata"

    @property
    def processed(self) -> Path:
        """Tidy tables, rebuilt by `kscb data`."""
        return self.root / "data" / "processed"

    @property
    def notebooks(self) -> Path:
        """The parameterised papers."""
        return self.root / "notebooks"

    @property
    def reports(self) -> Path:
        """What the committee gets, rebuilt by `kscb reports`."""
        return self.root / "reports"

    def relative(self, path: Path) -> str:
        """Name a file as seen from the root, the same on every machine."""
        return path.relative_to(self.root).as_posix()


def find_project(start: Path | None = None) -> Project:
    """Find the project around `start`, or around the folder this runs in.

    `KSCB_ROOT` names it outright. Otherwise the nearest folder upwards with `data/metadata`
    is it; failing that, the checkout that this library was installed from.
    """
    if named := os.environ.get("KSCB_ROOT"):
        return Project(Path(named).resolve())
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "data" / "metadata").is_dir():
            return Project(folder)
    return Project(Path(__file__).resolve().parents[2])
