"""A whole analysis as a Python script or a notebook: to be read, run again, and gone on with."""

import io
import json
import textwrap
import zipfile
from collections.abc import Sequence
from pathlib import Path

from som_core.analysis import Analysis
from som_core.exports.script_steps import file_name, file_of_other, script_steps

_WIDTH = 96  # signs of a line


def write_script(analysis: Analysis, path: Path) -> None:
    """Write an analysis as a script that does it once more; as a notebook if `path` ends in .ipynb.

    The script reads the file of the table beside it, and that of what is joined to it, whose
    hashes it checks; of a random sample whose file isn't there it draws the same rows again. It
    leaves `table`, `recipe`, `prepared`, `settings`, `m` and `regions` (None where no groups were
    looked for). On
    the same machine and versions, codebook and groups are the same, bit for bit; elsewhere it says
    how much they differ. It writes linked maps beside it, as one HTML file.

    Parameters
    ----------
    analysis : of a table that was read from a file
    path : where to write

    Raises
    ------
    AtlasError
        If the table, or what is joined to it, is from no file, so that a script could not read it.
    """
    is_notebook = Path(path).suffix == ".ipynb"
    content = notebook(analysis) if is_notebook else script(analysis).encode()
    Path(path).write_bytes(content)


def script(analysis: Analysis) -> str:
    """Return an analysis as a Python script; see `write_script`.

    Raises
    ------
    AtlasError
        If the table is from no file.
    """
    steps = script_steps(analysis, "Path(__file__).parent")
    return "\n\n".join(f"{_comment(step.says)}\n{step.code}" for step in steps) + "\n"


def notebook(analysis: Analysis) -> bytes:
    """Return an analysis as a Jupyter notebook, which runs in the folder of the table's file.

    Raises
    ------
    AtlasError
        If the table is from no file.
    """
    cells: list[dict[str, object]] = []
    for number, step in enumerate(script_steps(analysis, "Path.cwd()")):
        says: dict[str, object] = {"cell_type": "markdown", "id": f"says-{number}"}
        does: dict[str, object] = {"cell_type": "code", "id": f"does-{number}"}
        cells.append({**says, "metadata": {}, "source": step.says})
        not_run: dict[str, object] = {"outputs": [], "execution_count": None}
        cells.append({**does, "metadata": {}, "source": step.code, **not_run})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    written = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(written, indent=1).encode()


def script_with_files(analysis: Analysis, files: Sequence[bytes]) -> bytes:
    """Return a ZIP file with the script, the notebook and the files that they read.

    Unpacked into one folder, they run as they are.

    Parameters
    ----------
    analysis : as `script` takes it
    files : what the table was read from and, where another is joined to it, that of the other

    Raises
    ------
    AtlasError
        If the table is from no file.
    """
    table = analysis.table
    names = [file_name(table.name), *filter(None, [file_of_other(table)])]
    beside = dict(zip(names, files, strict=True))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("analysis.py", script(analysis))
        archive.writestr("analysis.ipynb", notebook(analysis))
        for name, content in beside.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _comment(text: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent="# ", subsequent_indent="# ")
