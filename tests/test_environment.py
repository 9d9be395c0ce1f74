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
FORMATS_LOCK = (ROOT / "requirements-formats.txt").read_text(encoding="utf-8")
UV_LOCK = (ROOT / "requirements-uv.txt").read_text(encoding="utf-8")
ENVIRONMENT = (ROOT / "environment.yml").read_text(encoding="utf-8")

RUNTIME = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
DEV = [Requirement(line) for line in PROJECT["dependency-groups"]["dev"]]
FORMATS = [Requirement(line) for line in PROJECT["project"]["optional-dependencies"]["formats"]]
FORMATS_TESTS = [Requirement(line) for line in PROJECT["dependency-groups"]["formats-tests"]]
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
FORMATS_PINS = pins(FORMATS_LOCK)


def pinned_version(pin: Requirement) -> str:
    (only,) = pin.specifier
    assert only.operator == "=="
    return only.version


@pytest.mark.parametrize("wanted", [*RUNTIME, *DEV, *BUILD], ids=str)
def test_every_direct_dependency_has_a_pin_that_suits_it(wanted: Requirement) -> None:
    pin = PINS[canonicalize_name(wanted.name)]
    assert wanted.specifier.contains(pinned_version(pin))
    assert pin.marker is None, "a direct dependency is wanted on every system"


@pytest.mark.parametrize("wanted", [*FORMATS, *FORMATS_TESTS], ids=str)
def test_every_package_of_the_formats_has_a_pin_that_suits_it(wanted: Requirement) -> None:
    pin = FORMATS_PINS[canonicalize_name(wanted.name)]
    assert wanted.specifier.contains(pinned_version(pin))
    assert pin.marker is None, "a format is wanted on every system"


def test_the_formats_change_no_pin_of_the_papers() -> None:
    both = PINS.keys() & FORMATS_PINS.keys()
    assert {"lxml", "pandas"} <= both
    assert {name: pinned_version(FORMATS_PINS[name]) for name in both} == {
        name: pinned_version(PINS[name]) for name in both
    }


def test_the_papers_alone_bring_no_package_of_the_formats() -> None:
    for wanted in FORMATS:
        if canonicalize_name(wanted.name) != "pillow":  # matplotlib's
            assert canonicalize_name(wanted.name) not in PINS


def test_nothing_is_asked_for_without_a_lower_bound() -> None:
    asked = [*RUNTIME, *DEV, *BUILD, *FORMATS, *FORMATS_TESTS]
    unbounded = [str(r) for r in asked if ">=" not in str(r.specifier)]
    assert unbounded == []


def test_the_build_needs_nothing_that_is_not_locked() -> None:
    # The project is installed with no network and no isolation.
    dev = {canonicalize_name(wanted.name) for wanted in DEV}
    assert {canonicalize_name(wanted.name) for wanted in BUILD} | {"editables"} <= dev


@pytest.mark.parametrize(
    "lock",
    [LOCK, UV_LOCK, FORMATS_LOCK],
    ids=["requirements.txt", "requirements-uv.txt", "requirements-formats.txt"],
)
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
    assert not_as_locked(PINS) == []


def test_the_formats_are_as_locked_where_they_are() -> None:
    there = {name for name in FORMATS_PINS if installed(name)}
    if not {canonicalize_name(wanted.name) for wanted in FORMATS} <= there:
        pytest.skip("the packages of the formats are not installed. Run: make formats")
    assert not_as_locked(FORMATS_PINS) == []


def installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def not_as_locked(locked: dict[str, Requirement]) -> list[str]:
    return [
        f"{pin}: {installed(name) or 'nothing'}"
        for name, pin in locked.items()
        if not pin.marker or pin.marker.evaluate(dict(default_environment()))
        if installed(name) != pinned_version(pin)
    ]


def test_supported_pythons_are_the_same_everywhere() -> None:
    supported = SpecifierSet(PROJECT["project"]["requires-python"])
    assert [f"3.{n}" for n in range(9, 17) if f"3.{n}" in supported] == ["3.11", "3.12", "3.13"]
    installer = (ROOT / "tools" / "install.sh").read_text(encoding="utf-8")
    assert "(3, 11) <= sys.version_info < (3, 14)" in installer
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--python-version 3.11 " in makefile


def test_every_package_that_the_library_imports_is_asked_for() -> None:
    asked = {canonicalize_name(wanted.name) for wanted in [*RUNTIME, *FORMATS]}
    homes = {**packages_distributions(), **OF_FORMATS}
    missing = {}
    for path in sorted((ROOT / "src").rglob("*.py")):
        for name in imported(path) - sys.stdlib_module_names - {"kscb_analysis"}:
            if not asked & {canonicalize_name(home) for home in homes.get(name, [])}:
                missing[name] = path.name
    assert missing == {}


# Which package a module is from can be looked up only where it is installed. pydyf is WeasyPrint's
# way to hand its PDF over.
OF_FORMATS = {
    "PIL": ["pillow"],
    "gptables": ["gptables"],
    "pydyf": ["weasyprint"],
    "pypandoc": ["pypandoc-binary"],
    "resvg_py": ["resvg-py"],
    "weasyprint": ["weasyprint"],
}


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
    assert set(commands) >= {
        "reports",
        "pdf",
        "docx",
        "data",
        "test",
        "lab",
        "check",
        "format",
        "clean",
        "lock",
    }
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
    for target, command in COMMANDS.items():
        old = "--assume-old=environment" if target == "reports" else "--assume-old=formats"
        printed = make(old, target, f"ENV={tmp_path}", said)
        assert printed.splitlines() == [*command, *handed_on]


COMMANDS = {"reports": ["reports"], "pdf": ["export", "pdf"], "docx": ["export", "docx"]}


@pytest.mark.parametrize("asked", [(), ("formats",)])
def test_what_formats_need_stays_until_the_locks_change(
    asked: tuple[str, ...], tmp_path: Path
) -> None:
    """A plain command after `make pdf` neither removes what that installed nor installs again."""
    for name in ("requirements.txt", "requirements-uv.txt", "requirements-formats.txt"):
        (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    script = tmp_path / "tools" / "install.sh"
    script.parent.mkdir()
    script.write_bytes((ROOT / "tools" / "install.sh").read_bytes())
    log = tmp_path / "log"
    for tool in ("python", "uv"):
        path = tmp_path / "other" / "bin" / tool
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\necho {tool} "$@" >>"{log}"\n', encoding="utf-8")
        path.chmod(0o755)

    def install(*more: str) -> str:
        log.write_text("", encoding="utf-8")
        command = ["sh", str(script), str(tmp_path / "other"), *more]
        subprocess.run(command, check=True, capture_output=True)
        lines = log.read_text(encoding="utf-8").splitlines()
        return next((line for line in lines if "--compile-bytecode" in line), "")

    first = install(*asked)
    assert "--requirement requirements.txt" in first
    assert ("--requirement requirements-formats.txt" in first) == bool(asked)
    assert install(*asked) == ""
    assert install() == ""
    assert ("requirements-formats.txt" in install("formats")) != bool(asked)
    assert install() == ""
    (tmp_path / "requirements.txt").write_text("pandas==9\n", encoding="utf-8")
    assert "requirements-formats.txt" in install()
