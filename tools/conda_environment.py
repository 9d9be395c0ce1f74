"""From requirements.txt, the one lock, to environment.yml: conda gives Python, pip the same pins.

Usage: python tools/conda_environment.py [--check]
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.txt"
ENVIRONMENT = ROOT / "environment.yml"

HEAD = """\
# Made by "make lock" from requirements.txt; edits here are lost.
# The project itself is not in the list: the first make in this environment installs it.
name: kscb-analysis
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.11
  - pip
  - pip:
"""


def pins(lock: str) -> list[str]:
    """Give the lock's pins with their markers, such as `colorama==0.4.6 ; sys_platform == 'win32'`.

    Hashes stay behind, since a conda environment file has no place for them.
    """
    return [
        line.removesuffix("\\").strip()
        for line in lock.splitlines()
        if line and not line.startswith((" ", "#"))
    ]


def environment_file(lock: str) -> str:
    """Give the text of environment.yml for the text of a lock."""
    return HEAD + "".join(f"      - {pin}\n" for pin in pins(lock))


def main(arguments: list[str]) -> int:
    """Write environment.yml, or with --check say whether it is as it would be written."""
    wanted = environment_file(LOCK.read_text(encoding="utf-8"))
    if arguments == ["--check"]:
        found = ENVIRONMENT.read_text(encoding="utf-8") if ENVIRONMENT.exists() else ""
        if found == wanted:
            return 0
        print("environment.yml differs from requirements.txt. Run: make lock", file=sys.stderr)
        return 1
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    ENVIRONMENT.write_text(wanted, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
