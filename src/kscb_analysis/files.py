"""Files written whole or not at all, what they are called, and fingerprints of what was read."""

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

from kscb_analysis.errors import MetadataFault
from kscb_analysis.paths import Project

_LONGEST_NAME = 100


def slug(text: str) -> str:
    """Give words as an id.

    >>> slug("Children’s plans: 2 years or more")
    'childrens-plans-2-years-or-more'
    """
    bare = re.sub(r"['’]", "", text.casefold())
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-") or "part"


def file_name(*words: str) -> str:
    """Name a CSV so that a person knows what it is, in letters that every computer takes.

    >>> file_name("Kent", "Children’s plans, 2008 to 2011")
    'kent-childrens-plans-2008-to-2011'
    """
    return slug(" ".join(words))[:_LONGEST_NAME].rstrip("-")


def fingerprint(content: bytes) -> str:
    """Give the SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def fingerprint_files(project: Project, paths: Iterable[Path]) -> str:
    """Give one fingerprint for a set of files: their names as seen from the root, and contents.

    A path that does not exist counts as absent, so that deleting a file changes the result.
    """
    digest = hashlib.sha256()
    for path in sorted(set(paths)):
        content = path.read_bytes() if path.is_file() else b"\0absent"
        name = path.relative_to(project.root) if path.is_relative_to(project.root) else path.name
        digest.update(f"{name}\0{fingerprint(content)}\n".encode())
    return digest.hexdigest()


def library_files() -> list[Path]:
    """List the library's own source files and templates."""
    here = Path(__file__).parent
    return sorted(
        path
        for path in here.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    )


def bring_up_to_date(path: Path, page: str, command: str, *, check: bool = False) -> bool:
    """Write a page that is made from other files where it differs; give True when it was written.

    With `check` nothing is written, and a page out of date raises `MetadataFault`.
    """
    if path.exists() and path.read_text(encoding="utf-8") == page:
        return False
    if check:
        raise MetadataFault(f"docs/{path.name} is not up to date. Run: {command}")
    write_whole(path, page)
    return True


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file beside its place and move it there, so that no reader ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
