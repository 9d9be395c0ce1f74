"""Files written whole, and fingerprints that tell any two inputs apart."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kscb_analysis.files import fingerprint, fingerprint_files, library_files, write_whole
from kscb_analysis.paths import Project

CONTENTS = st.binary(max_size=8)
FOLDERS = st.dictionaries(st.sampled_from(["a.csv", "b.csv", "c/a.csv"]), CONTENTS, max_size=3)


def test_a_fingerprint_is_the_sha256_that_every_tool_gives():
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert fingerprint(b"") == empty
    assert fingerprint("£".encode()) != fingerprint(b"\xa3")


@given(CONTENTS, CONTENTS)
def test_fingerprints_differ_when_any_byte_differs(one, other):
    assert (fingerprint(one) == fingerprint(other)) == (one == other)


def write(root: Path, files: dict[str, bytes]) -> list[Path]:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return [root / name for name in files]


@given(FOLDERS, FOLDERS)
def test_a_set_of_files_has_one_fingerprint_for_its_names_and_bytes(tmp_path_factory, one, other):
    here, there = (tmp_path_factory.mktemp("files") for _ in range(2))
    first = fingerprint_files(Project(here), write(here, one))
    second = fingerprint_files(Project(there), write(there, other))
    assert (first == second) == (one == other)


def test_the_order_of_files_and_the_place_of_the_project_do_not_matter(tmp_path):
    files = {"a.csv": b"1", "b/c.csv": b"2"}
    there = write(tmp_path / "one", files)
    first = fingerprint_files(Project(tmp_path / "one"), there)
    assert fingerprint_files(Project(tmp_path / "one"), reversed([*there, *there])) == first
    again = write(tmp_path / "two", files)
    assert fingerprint_files(Project(tmp_path / "two"), again) == first


def test_a_file_that_goes_changes_the_fingerprint(tmp_path):
    project = Project(tmp_path)
    (path,) = write(tmp_path, {"a.csv": b"1"})
    before = fingerprint_files(project, [path])
    path.unlink()
    assert fingerprint_files(project, [path]) != before


def test_a_file_outside_the_project_counts_by_its_name(tmp_path):
    (inside,) = write(tmp_path / "outside", {"a.py": b"1"})
    project = Project(tmp_path / "project")
    before = fingerprint_files(project, [inside])
    inside.write_bytes(b"2")
    assert fingerprint_files(project, [inside]) != before


def test_the_librarys_own_files_are_its_code_and_templates():
    names = {path.name for path in library_files()}
    assert {"files.py", "build.py", "page.css"} <= names
    assert not [name for name in names if name.endswith(".pyc")]
    assert library_files() == sorted(library_files())


@pytest.mark.parametrize("content", [b"\xffbytes\r\n", "text with £ and\nlines\n", "", b""])
def test_a_file_is_written_as_given_and_folders_with_it(tmp_path, content):
    path = tmp_path / "new" / "folder" / "file.txt"
    write_whole(path, content)
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    write_whole(path, b"again")
    assert path.read_bytes() == b"again"
    assert [one.name for one in path.parent.iterdir()] == ["file.txt"]


def test_a_file_that_cannot_be_finished_leaves_the_last_one_in_place(tmp_path, monkeypatch):
    path = tmp_path / "file.txt"
    write_whole(path, "last good")

    def full(*_args: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("os.replace", full)
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        write_whole(path, "half")
    assert path.read_text(encoding="utf-8") == "last good"
    assert [one.name for one in tmp_path.iterdir()] == ["file.txt"]
