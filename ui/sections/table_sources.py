"""The ways to a table: a file of one's own, or a sample; and to a workspace that was saved."""

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from som_core.errors import AtlasError
from som_core.exports.bundle import is_bundle
from ui import session
from ui.labels import safe_label, safe_sentence
from ui.samples import SAMPLES, Sample
from workspace.bundle import open_workspace_bundle


def show() -> None:
    """Show the uploader beside the samples."""
    files, samples = st.columns([1, 1.8], gap="large")
    with files:
        st.subheader("Your file")
        _uploader()
    with samples:
        st.subheader("Or a sample")
        for first in range(0, len(SAMPLES), 3):
            for place, sample in zip(st.columns(3), SAMPLES[first : first + 3], strict=True):
                with place.container(border=True, height="stretch"):
                    _sample(sample)


def _uploader() -> None:
    state = session.current()
    limits = state.workspace.config.limits
    key = _uploader_key()
    st.file_uploader(
        "CSV or any text with columns, Excel, OpenDocument (ods), Parquet, Feather, JSON, SPSS, "
        "SAS, Stata or SQLite; also gzipped. A bundle (atlas.zip) opens as a new workspace",
        key=key,
        on_change=_take_upload,
        args=(key,),
        max_upload_size=_most_megabytes(limits.file_bytes),
    )
    st.caption(
        f"Up to {limits.rows:,} rows, {limits.columns:,} columns and {limits.cells:,} cells; "
        f"{limits.unpacked_bytes / 1e6:,.0f} MB once unpacked. The file stays on this server, in a "
        "workspace that only your address opens, and is deleted after "
        f"{state.workspace.config.expiry_days} days without use."
    )


def _most_megabytes(file_bytes: int) -> int:
    """Return what an upload may weigh: by our limit, or by the web server's own if that is less."""
    allowed: int = st.get_option("server.maxUploadSize")
    return max(1, min(file_bytes // 1_000_000, allowed))


def _sample(sample: Sample) -> None:
    st.button(sample.title, key=sample.file, on_click=_take_sample, args=(sample,), width="stretch")
    st.caption(f"{sample.about}  \n*{sample.source}*")


def _take_upload(key: str) -> None:
    upload = st.session_state[key]
    # A click that interrupts the run makes Streamlit call this again for a file already taken.
    if upload is not None and key == _uploader_key():
        _take(upload.getvalue(), upload.name)
        # The workspace has it; Streamlit would keep it in memory for as long as the tab is open.
        run = get_script_run_ctx()
        if run is not None and isinstance(run.uploaded_file_mgr, MemoryUploadedFileManager):
            run.uploaded_file_mgr.remove_file(run.session_id, upload.file_id)


def _uploader_key() -> str:
    return f"upload {session.current().uploads}"


def _take_sample(sample: Sample) -> None:
    _take(sample.content(), sample.file)


def _take(content: bytes, name: str) -> None:
    """Make a file the workspace's table, or say why it can't be one; the old table then stays.

    A bundle becomes a workspace of its own, and nothing changes in this one.
    """
    state = session.current()
    state.uploads += 1
    try:
        if is_bundle(content):
            session.turn_to(open_workspace_bundle(content, state.person))
        else:
            state.workspace.put_upload(content, name)
    except AtlasError as problem:
        state.problem = f"**{safe_label(name)}**: {safe_sentence(str(problem))}"
