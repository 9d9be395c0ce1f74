"""A how-to page in, what it tells a reader to do out, step by step; and a project to do it in.

A fenced block of a page is one of four things:

* after a line that is `` `path/to/file`: ``, the content of that file, which is written; with
  "at the end of the file", it is added to it;
* after such a line, a `diff`: the lines without a sign and with `-` stand in the file once, and
  become those without a sign and with `+`;
* `sh`: commands, a line each;
* `text`: what the commands before it print, line by line, with … for what may differ and other
  lines between.
"""

import re
import shlex
import subprocess
import textwrap
from dataclasses import dataclass
from pathlib import Path
from string import Template

_FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"`([^`]+)`(, at the end of the file)?:")


@dataclass(frozen=True)
class Step:
    """One fenced block: its kind (write, add, diff, sh or text), the file it is about, its text."""

    kind: str
    file: str
    text: str


def steps(page: str) -> list[Step]:
    """Read a page's blocks, in their order; one that is none of these is an error."""
    found = []
    for block in _FENCE.finditer(page):
        indent, language, text = block.groups()
        text = textwrap.dedent(text) if not indent else _without(indent, text)
        before = page[: block.start()].rstrip().rpartition("\n")[2].strip()
        named = _PATH.fullmatch(before)
        if language in {"sh", "text"}:
            assert named is None, f"{before} names a file, and {language} is none"
            found.append(Step(language, "", text))
            continue
        assert named, f"the line before a {language} block names no file: {before!r}"
        kind = "diff" if language == "diff" else "add" if named[2] else "write"
        found.append(Step(kind, named[1], text))
    assert page.count("```") == 2 * len(found), "a block is not closed, or has no language"
    return found


def _without(indent: str, text: str) -> str:
    lines = text.splitlines(keepends=True)
    assert all(line.startswith(indent) or not line.strip() for line in lines)
    return "".join(line[len(indent) :] or "\n" for line in lines)


def change_file(root: Path, step: Step) -> None:
    """Write, add to or change the file that a step is about."""
    path = root / step.file
    if step.kind == "write":
        assert not path.exists(), f"{step.file} is there already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step.text, encoding="utf-8", newline="")
        return
    content = path.read_text(encoding="utf-8")
    if step.kind == "add":
        path.write_text(f"{content}\n{step.text}", encoding="utf-8")
        return
    lines = step.text.splitlines()
    assert all(line[:1] in {" ", "-", "+"} for line in lines)
    old = "\n".join(line[1:] for line in lines if line[0] != "+")
    new = "\n".join(line[1:] for line in lines if line[0] != "-")
    assert content.count(old) == 1, f"{step.file} has {content.count(old)} times:\n{old}"
    path.write_text(content.replace(old, new), encoding="utf-8")


def commands(step: Step, makefile: Path) -> list[list[str]]:
    """Give a step's commands as words; `make` gives the command of `kscb` that it would run."""
    given = [shlex.split(line) for line in step.text.splitlines()]
    return [_what_make_runs(words, makefile) if words[0] == "make" else words for words in given]


def _what_make_runs(words: list[str], makefile: Path) -> list[str]:
    planned = subprocess.run(
        ["make", "--dry-run", "--file", str(makefile), *words[1:]],
        capture_output=True, text=True, check=True, cwd=makefile.parent,
    ).stdout  # fmt: skip
    lines = planned.replace("\\\n", " ").splitlines()
    (run,) = [shlex.split(line) for line in lines if "/kscb" in line.split(" ")[0]]
    values = dict(word.split("=", 1) for word in words if "=" in word)
    return ["kscb", *(Template(word).substitute(values) for word in run[1:])]


def missing_lines(expected: str, printed: str) -> list[str]:
    """Give the expected lines that were not printed, or not in this order."""
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    missing, at = [], 0
    for wanted in (" ".join(line.split()) for line in expected.splitlines()):
        pattern = re.compile(".*".join(map(re.escape, wanted.split("…"))))
        place = next((i for i in range(at, len(lines)) if pattern.fullmatch(lines[i])), None)
        if place is None:
            missing.append(wanted)
        else:
            at = place + 1
    return missing
