"""One set of pins: pyproject.toml, the lock, environment.yml and the Makefile say the same."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")
UV_LOCK = (ROOT / "requirements-uv.txt").read_text(encoding="utf-8")
ENVIRONMENT = (ROOT / "environment.yml").read_text(encoding="utf-8")

RUNTIME = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
DEV = [Requirement(line) for line in PROJECT["dependency-groups"]["dev"]]
BUILD = [Requirement(line) for line in PROJECT["build-system"]["requires"]]


def pins(lock: str) -> dict[str, Requirement]:
    """Read a lock by pip's own grammar, and not as the project's tools read it."""
    lines = re.sub(r"\\\n", " ", lock).splitlines()
    read = [
        Requirement(re.sub(r"--hash=\S+", "", line))
        for line in lines
        if line.strip() and not line.startswith("#")
    ]
    by_name = {canonicalize_name(pin.name): pin for pin in read}
    assert len(by_name) == len(read), "a package is pinned twice"
    return by_name


PINS = pins(LOCK)


def pinned_version(pin: Requirement) -> str:
    (only,) = pin.specifier
    assert only.operator == "=="
    return only.version


@pytest.mark.parametrize("wanted", [*RUNTIME, *DEV, *BUILD], ids=str)
def test_every_direct_dependency_has_a_pin_that_suits_it(wanted: Requirement) -> None:
    pin = PINS[canonicalize_name(wanted.name)]
    assert wanted.specifier.contains(pinned_version(pin))
    assert pin.marker is None, "a direct dependency is wanted on every system"


def test_nothing_is_asked_for_without_a_lower_bound() -> None:
    unbounded = [str(r) for r in [*RUNTIME, *DEV, *BUILD] if ">=" not in str(r.specifier)]
    assert unbounded == []


def test_the_build_needs_nothing_that_is_not_locked() -> None:
    # The project is installed with no network and no isolation.
    dev = {canonicalize_name(wanted.name) for wanted in DEV}
    assert {canonicalize_name(wanted.name) for wanted in BUILD} | {"editables"} <= dev


@pytest.mark.parametrize("lock", [LOCK, UV_LOCK], ids=["requirements.txt", "requirements-uv.txt"])
def test_every_pin_has_hashes_and_no_address(lock: str) -> None:
    blocks = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"(?m)^#.*\n", "", lock))
    assert len(blocks) == len(pins(lock))
    without = [block for block in blocks if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", block)]
    assert without == []
    assert not re.search(r"://|--(?:extra-)?index-url|--find-links|(?m:^-)|@ ", lock)


def test_the_uv_that_installs_is_the_uv_that_is_locked() -> None:
    assert pins(UV_LOCK) == {"uv": PINS["uv"]}


def test_every_pin_stands_in_environment_yml_with_its_marker_and_nothing_else() -> None:
    head, _, listed = ENVIRONMENT.partition("  - pip:\n")
    assert "name: kscb-analysis\n" in head
    given_by_conda = head.partition("dependencies:\n")[2].splitlines()
    assert given_by_conda == ["  - python=3.11", "  - pip"]
    lines = listed.splitlines()
    assert all(line.startswith("      - ") for line in lines)
    found = [Requirement(line.removeprefix("      - ")) for line in lines]
    assert {str(pin) for pin in found} == {str(pin) for pin in PINS.values()}
    assert len(found) == len(PINS)


def test_the_check_of_environment_yml_notices_a_difference(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    script = tmp_path / "tools" / "conda_environment.py"
    script.write_bytes((ROOT / "tools" / "conda_environment.py").read_bytes())
    (tmp_path / "requirements.txt").write_text(LOCK, encoding="utf-8")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(script), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    missing = run("--check")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "Run: make lock" in missing.stderr
    assert run().returncode == 0
    assert (tmp_path / "environment.yml").read_text(encoding="utf-8") == ENVIRONMENT
    assert run("--check").returncode == 0
    (tmp_path / "environment.yml").write_text(ENVIRONMENT + "      - spam==1\n", encoding="utf-8")
    assert run("--check").returncode == 1
    assert run("--chekc").returncode == 2


def test_this_environment_holds_what_the_lock_says() -> None:
    """A test that passes with other packages than the locked ones would prove little."""
    wrong = []
    for name, pin in PINS.items():
        if pin.marker and not pin.marker.evaluate(dict(default_environment())):
            continue
        try:
            installed = version(name)
        except PackageNotFoundError:
            installed = "nothing"
        if installed != pinned_version(pin):
            wrong.append(f"{pin}: {installed}")
    assert wrong == []


def test_supported_pythons_are_the_same_everywhere() -> None:
    supported = SpecifierSet(PROJECT["project"]["requires-python"])
    assert [f"3.{n}" for n in range(9, 17) if f"3.{n}" in supported] == ["3.11", "3.12", "3.13"]
    installer = (ROOT / "tools" / "install.sh").read_text(encoding="utf-8")
    assert "(3, 11) <= sys.version_info < (3, 14)" in installer
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--python-version 3.11 " in makefile


def test_every_package_that_the_library_imports_is_asked_for() -> None:
    asked = {canonicalize_name(wanted.name) for wanted in RUNTIME}
    homes = packages_distributions()
    missing = {}
    for path in sorted((ROOT / "src").rglob("*.py")):
        for name in imported(path) - sys.stdlib_module_names - {"kscb_analysis"}:
            if not asked & {canonicalize_name(home) for home in homes.get(name, [])}:
                missing[name] = path.name
    assert missing == {}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def make(*arguments: str) -> str:
    # These tests may run below a make of their own, whose settings are not to reach this one.
    inherited = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "AREA", "PERIOD", "JOBS"}
    rest = {name: value for name, value in os.environ.items() if name not in inherited}
    command = ["make", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=rest, capture_output=True, text=True, check=True
    ).stdout


def test_make_alone_lists_every_command() -> None:
    listed = make()
    commands = re.findall(r"^  make (\w+) +\S", listed, flags=re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    declared = re.findall(r"^\.PHONY: (\w+)$", makefile, flags=re.MULTILINE)
    assert commands == declared
    assert set(commands) >= {"reports", "data", "test", "lab", "check", "format", "clean", "lock"}
    assert 'make reports AREA="East Sussex; Kent"' in listed


@pytest.mark.parametrize(
    ("said", "handed_on"),
    [
        ("AREA=East Sussex", ["--area", "East Sussex"]),
        ("""AREA=O'Neill's "x" `id` ; #""", ["--area", """O'Neill's "x" `id` ; #"""]),
        ("PERIOD=2010/11", ["--set", "period=2010/11"]),
        ("JOBS=2", ["--jobs", "2"]),
        ("AREA=", []),
    ],
)
def test_make_hands_a_value_on_as_it_was_typed(
    said: str, handed_on: list[str], tmp_path: Path
) -> None:
    """With spaces, quotes and what else a shell might take for its own."""
    tool = tmp_path / "bin" / "kscb"
    tool.parent.mkdir()
    tool.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    tool.chmod(0o755)
    # The folder stands in for an environment; --assume-old leaves out making it.
    printed = make("--assume-old=environment", "reports", f"ENV={tmp_path}", said)
    assert printed.splitlines() == ["reports", *handed_on]
