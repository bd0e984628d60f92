"""Files to save, made only once they are asked for."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from som_core.reading import Table

TYPES = {
    "csv": "text/csv",
    "html": "text/html",
    "ipynb": "application/x-ipynb+json",
    "parquet": "application/vnd.apache.parquet",
    "py": "text/x-python",
    "svg": "image/svg+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def file_of(table: Table, name: str) -> str:
    """Return what a file of rows of a table is called: its name says if the table is a sample."""
    if table.sample_of is None:
        return name
    stem, _, suffix = name.rpartition(".")
    return f"{stem} (sample, {table.sample_of.in_short}).{suffix}"


def download(
    label: str,
    make: Callable[[], bytes | str],
    file_name: str,
    *,
    explained: str | None = None,
    key: str = "",
    width: Literal["content", "stretch"] = "content",
) -> None:
    """Offer a file, which is made when somebody saves it.

    Parameters
    ----------
    label : of the button
    make : returns what is in the file; it lives as long as the page is open, so it must not hold on
        to a table, but read it anew
    file_name : whose suffix says of which type it is, if it is a usual one
    explained : what is said where somebody points at the button
    key : of the button; the name of the file if not given
    width : as `st.download_button` takes it
    """
    st.download_button(
        label,
        make,
        file_name=file_name,
        mime=TYPES.get(file_name.rpartition(".")[2], "application/octet-stream"),
        icon=":material/download:",
        on_click="ignore",
        help=explained,
        key=key or file_name,
        width=width,
    )
