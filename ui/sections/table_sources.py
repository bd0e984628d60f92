"""The ways to a table: files of one's own, pasted cells, a sample; and to a saved workspace."""

from collections.abc import Callable

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import DeletedFile

from som_core.errors import AtlasError
from som_core.exports.bundle import is_bundle
from som_core.wording import counted, listed, size_in_words
from ui import session
from ui.downloads import download
from ui.labels import safe_label, safe_sentence
from ui.reading_bar import reading_bar
from ui.samples import SAMPLES, Sample
from workspace.bundle import open_workspace_bundle
from workspace.config import Configuration
from workspace.server_tables import ServerTable, server_tables
from workspace.store import Workspace
from workspace.table_source import TableSource

_MOST_PASTED = 10_000_000  # letters; more is a matter for a file
_PASTED = "pasted cells.tsv"


def show() -> None:
    """Show the uploader beside the samples."""
    files, samples = st.columns([1, 1.8], gap="large")
    with files:
        st.subheader("Your file")
        _uploader()
        with st.expander("Or paste cells from a spreadsheet", icon=":material/content_paste:"):
            _pasting()
        if session.current().workspace.config.url_hosts:
            with st.expander("Or fetch a file from the web", icon=":material/link:"):
                _fetching()
        if session.current().workspace.config.tables:
            with st.expander("Or open a table of this server", icon=":material/database:"):
                _server_tables()
    with samples:
        st.subheader("Or a sample")
        for first in range(0, len(SAMPLES), 3):
            for place, sample in zip(st.columns(3), SAMPLES[first : first + 3], strict=True):
                with place.container(border=True, height="stretch"):
                    _sample(sample)


def offer_file(name: str) -> None:
    """Offer the file that the table is from, as a script of the analysis needs it beside itself."""
    workspace, source = session.current().workspace, session.source()
    download(
        "Save the file",
        lambda: workspace.upload_of(source),
        name,
        explained="As it is kept here: cells that were pasted, and several files as the one that "
        "they became. A script of the analysis reads it.",
        key="the file",
    )


def _uploader() -> None:
    state = session.current()
    limits = state.workspace.config.limits
    key = _uploader_key()
    st.file_uploader(
        "CSV or any text with columns, Excel, OpenDocument (ods), Parquet, Feather, JSON, SPSS, "
        "SAS, Stata or SQLite; also gzipped. Several files with the same columns become one "
        "table; a bundle (atlas.zip) opens as a new workspace",
        accept_multiple_files=True,
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


def _pasting() -> None:
    """Let cells be pasted, as spreadsheets copy them."""
    key = f"pasted {session.current().uploads}"
    with st.form(key, border=False):
        st.text_area(
            "Cells, with their header",
            key=f"{key} cells",
            height=160,
            max_chars=_MOST_PASTED,
            placeholder="Copy cells in Excel, LibreOffice or Google Sheets, and paste them here.",
        )
        st.form_submit_button("Read these cells", on_click=_take_pasted, args=(f"{key} cells",))


def _take_pasted(key: str) -> None:
    cells: str = st.session_state[key]
    if cells.strip():
        _take(lambda workspace: workspace.put_upload(cells.encode(), _PASTED), _PASTED)
    else:
        session.current().problem = "No cells were pasted. Copy some in a spreadsheet first."


def _fetching() -> None:
    """Let an address be given, where whoever runs the server allows its host."""
    state = session.current()
    hosts = state.workspace.config.url_hosts
    key = f"address {state.uploads}"
    with st.form(key, border=False):
        st.text_input(
            "Address",
            key=f"{key} text",
            placeholder="https://…",
            help=f"From {safe_label(listed(hosts))} only. The server fetches the file, not your "
            "browser.",
        )
        st.form_submit_button("Fetch the file", on_click=_take_address, args=(f"{key} text",))


def _take_address(key: str) -> None:
    address: str = st.session_state[key]
    _take(lambda workspace: workspace.put_address(address), address or "No address")


def _server_tables() -> None:
    """List the tables that whoever runs the server offers, and how each would be opened."""
    config = session.current().workspace.config
    tables = _offered(config.tables, config)
    if not tables:
        st.caption("There is none yet.")
    for table in tables:
        st.button(
            safe_label(table.name),
            key=f"server table {table.address}",
            disabled=bool(table.problem),
            on_click=_take_server_table,
            args=(table,),
            width="stretch",
        )
        facts = [size_in_words(table.n_bytes)]
        if table.n_rows is not None and table.n_columns is not None:
            facts = [counted(table.n_rows, "row"), counted(table.n_columns, "column"), *facts]
        said = [" · ".join(facts)]
        if table.problem:
            said.append(safe_sentence(table.problem))
        elif table.too_large:
            said.append(
                f"Opens as a random sample of at most {config.sample_rows:,} of its rows: "
                f"{safe_sentence(table.too_large)} Train can let all of them shape the map, "
                "where they lie."
            )
        st.caption("  \n".join(said))


@st.cache_data(ttl=60, max_entries=4, show_spinner="Looking what tables there are")
def _offered(folders: tuple[str, ...], _config: Configuration) -> tuple[ServerTable, ...]:
    return server_tables(_config)


def _take_server_table(table: ServerTable) -> None:
    _take(lambda workspace: workspace.put_server_table(table.address), table.name)


def _take_upload(key: str) -> None:
    uploads = st.session_state[key]
    # A click that interrupts the run makes Streamlit call this again for a file already taken.
    if not uploads or key != _uploader_key():
        return
    if any(isinstance(upload, DeletedFile) for upload in uploads):  # see serving/upload_limit.py
        state = session.current()
        state.uploads += 1
        state.problem = (
            "The files together are larger than the largest file that can be taken. Upload fewer "
            "of them, or put them into one gzipped file."
        )
        return
    files = [(upload.name, upload.getvalue()) for upload in uploads]
    if len(files) == 1:
        name, content = files[0]
        if is_bundle(content):
            _open_bundle(content, name)
        else:
            _take(lambda workspace: workspace.put_upload(content, name), name)
    elif any(is_bundle(content) for _, content in files):
        state = session.current()
        state.uploads += 1
        state.problem = (
            "A bundle opens as a workspace of its own, so it can't be one of several files. Choose "
            "it alone."
        )
    else:
        _take(lambda workspace: workspace.put_stack(files), f"{len(files)} files")
    # The workspace has them; Streamlit would keep them in memory for as long as the tab is open.
    run = get_script_run_ctx()
    if run is not None and isinstance(run.uploaded_file_mgr, MemoryUploadedFileManager):
        for upload in uploads:
            run.uploaded_file_mgr.remove_file(run.session_id, upload.file_id)


def _open_bundle(content: bytes, name: str) -> None:
    """Make a bundle a workspace of its own; nothing changes in this one."""
    state = session.current()
    state.uploads += 1
    try:
        with st.spinner(f"Opening {safe_label(name)}", show_time=True):
            opened = open_workspace_bundle(content, state.person)
        session.turn_to(opened)
    except AtlasError as problem:
        state.problem = f"**{safe_label(name)}**: {safe_sentence(str(problem))}"


def _uploader_key() -> str:
    return f"upload {session.current().uploads}"


def _take_sample(sample: Sample) -> None:
    _take(lambda workspace: workspace.put_upload(sample.content(), sample.file), sample.file)


def _take(put: Callable[[Workspace], TableSource], name: str) -> None:
    """Make the workspace's table of something, or say why not; the old table then stays."""
    state = session.current()
    state.uploads += 1
    try:
        with reading_bar(name):
            put(state.workspace)
    except AtlasError as problem:
        state.problem = f"**{safe_label(name)}**: {safe_sentence(str(problem))}"
