"""Projects that tests share: the real one, and a small one of their own to damage."""

import shutil
from pathlib import Path

import pytest
from counted_project import build_counted_project
from hypothesis import settings
from small_project import REPOSITORY, build_small_project

import kscb_analysis
from kscb_analysis.build import make_data
from kscb_analysis.dataset import Dataset
from kscb_analysis.paths import LOCAL, NATIONAL, Project

# How long one example takes says more about the machine than about the code.
settings.register_profile("kscb", deadline=None)
settings.load_profile("kscb")


@pytest.fixture
def small_project(tmp_path: Path) -> Project:
    """Give a fresh small project that has not been built; see `small_project.py`."""
    return build_small_project(tmp_path / "small")


@pytest.fixture(scope="session")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = build_small_project(tmp_path_factory.mktemp("built") / "small", notebooks=True)
    make_data(project)
    return project


@pytest.fixture
def built_project(_built: Project, tmp_path: Path) -> Project:
    """Give a fresh copy of the small project with data/processed made and the notebooks."""
    shutil.copytree(_built.root, tmp_path / "small")
    return Project(tmp_path / "small")


@pytest.fixture(scope="session")
def small_data(_built: Project) -> Dataset:
    """Give the small project's data, to read only."""
    return Dataset(_built)


@pytest.fixture(scope="session")
def real_data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Give the data that the repository comes with, to read only.

    A copy, so that files which somebody put into data/raw/dfe or data/raw/local are not in it.
    """
    root = tmp_path_factory.mktemp("real")
    theirs = shutil.ignore_patterns("processed", NATIONAL, LOCAL)
    shutil.copytree(REPOSITORY / "data", root / "data", ignore=theirs)
    return kscb_analysis.load(root)


@pytest.fixture
def counted_project(tmp_path: Path) -> Project:
    """Give a fresh project with counts that has not been built; see `counted_project.py`."""
    return build_counted_project(tmp_path / "counted")


@pytest.fixture(scope="session")
def counted_data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Give the data of the project with counts, to read only."""
    project = build_counted_project(tmp_path_factory.mktemp("built") / "counted")
    make_data(project)
    return Dataset(project)
