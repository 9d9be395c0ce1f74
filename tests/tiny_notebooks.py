"""A few lines of code in, a notebook that is a paper out: quick to run, with typed parameters."""

import json
from pathlib import Path

from kscb_analysis.paths import Project

PARAMETERS = """\
area: str = "Kent"  # authority the paper is about
period: int = 2011  # year in which the twelve months to 31 March end
share: float = 0.5  # a number with a fraction
whole: bool = True  # yes or no
"""
SHOW = """\
class Shown:
    def _repr_html_(self):
        return (
            f"<h1>Paper for {area}, {period}</h1>"
            '<section class="findings" aria-labelledby="where"><h2 id="where">Findings</h2>'
            f"<ul><li>In {area} nothing stands out.</li></ul></section>"
        )
Shown()
"""
FAIL = 'raise ValueError("the third table is upside down")'
# The kernel is a child of the process that runs the notebook, so this takes that one down.
KILL = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"


def write_notebook(
    project: Project, name: str, *code: str, title: str = "", order: int = 1, paper: bool = True
) -> Path:
    """Write a notebook of the given cells into a project, with a cell of parameters in front."""
    cells = [_cell("parameters", PARAMETERS, "parameters")]
    cells += [_cell(f"cell-{at}", source) for at, source in enumerate(code or (SHOW,), start=1)]
    about = {"paper": title or f"Paper {name}", "order": order} if paper else {}
    document = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            **({"kscb": about} if paper else {}),
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    project.notebooks.mkdir(exist_ok=True)
    path = project.notebooks / f"{name}.ipynb"
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return path


def _cell(name: str, source: str, *tags: str) -> dict[str, object]:
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {"tags": list(tags)} if tags else {},
        "source": source,
        "execution_count": None,
        "outputs": [],
    }
