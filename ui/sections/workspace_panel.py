"""The workspace as a thing that an analyst owns: its file, its links, its size, its end."""

from urllib.parse import urlencode

import streamlit as st

from som_core.errors import AtlasError
from som_core.exports.bundle import file_name
from ui import chrome, selecting, session, sign_in
from ui.downloads import download
from ui.labels import safe_label, safe_sentence
from ui.map_view import MapView
from ui.steps import STEPS, shows_map
from ui.view import WORKSPACE, View
from ui.whole_analysis import whole_analysis
from workspace.bundle import workspace_bundle
from workspace.store import Workspace

WHOEVER = "Whoever has it can see and change everything here: keep it to yourself."
LONGEST_LABEL = 24


@st.fragment
def show() -> None:
    """Show the workspace's links, how long it lasts, and the way to delete it."""
    workspace = session.current().workspace
    source = workspace.source
    label = "New workspace" if source is None else safe_label(source.name, LONGEST_LABEL)
    opened = st.popover(label, icon=":material/folder:", on_change="rerun", key="workspace")
    if not opened.open:  # most runs: nobody looks
        return
    with opened:
        sign_in.show()
        if not workspace.exists:
            st.write("Nothing is kept yet. Your first file gives it an address to come back to.")
            return
        _link_to_view(workspace)
        if not workspace.read_only:
            _own_link(workspace)
            _bundle(workspace)
        used, most = workspace.bytes_used(), workspace.config.workspace_bytes
        st.caption(
            f"{used / 1e6:.1f} of {most / 1e6:,.0f} MB used. Kept until "
            f"{workspace.expires_at:%d %B %Y} unless it is used again before."
        )
        if not workspace.read_only:
            _delete(workspace)


def _link_to_view(workspace: Workspace) -> None:
    """Offer the read-only address of what is on the page just now."""
    st.write("**Copy link.** It shows what you see now, and changes nothing.")
    st.caption(
        "Whoever has it sees the whole workspace: every row, all maps, groups, sets and notes."
    )
    if workspace.read_only:
        st.code(_address(workspace.id, _view()), language=None, wrap_lines=True)
    elif workspace.is_shared:
        st.code(_address(workspace.share_id(), _view()), language=None, wrap_lines=True)
        st.button("Stop sharing", icon=":material/link_off:", on_click=workspace.stop_sharing)
    else:
        st.button("Make a read-only link", icon=":material/link:", on_click=_share)


def _share() -> None:
    session.current().workspace.share_id()


def _own_link(workspace: Workspace) -> None:
    who = "Only you can open it, signed in." if workspace.has_owner else WHOEVER
    st.write(f"**Your own link.** {who} Bookmark it.")
    st.code(f"{_base()}/?{urlencode({WORKSPACE: workspace.id})}", language=None, wrap_lines=True)


def _bundle(workspace: Workspace) -> None:
    """Offer everything as one file, with the shown map's groups as they are shown."""
    source, saved = workspace.source, workspace.current_map
    if source is None:
        return
    opened = st.expander(
        "Everything as one file", icon=":material/inventory_2:", on_change="rerun", key="bundle"
    )
    if not opened.open:  # the map need not be opened for those who look for a link
        return
    with opened:
        st.caption(
            "A bundle: the table, what you chose, maps, groups and sets. Choose it as a file on "
            "the Data page, here or on another server, and all is as it was, in a new workspace. "
            "Whoever has the file can see every row."
        )
        try:
            made = None if saved is None else whole_analysis(MapView.of(saved))
        except AtlasError as problem:
            st.error(safe_sentence(str(problem)), icon=":material/error:")
            return
        download(
            "Save the bundle",
            lambda: workspace_bundle(workspace, None if made is None else made()),
            file_name(source.name),
        )


def _delete(workspace: Workspace) -> None:
    if not st.checkbox("I want to delete this workspace with all its files and maps"):
        return
    if st.button("Delete it for good", icon=":material/delete:"):
        workspace.delete()
        session.leave("The workspace was deleted. This is a new, empty one.")
        chrome.go("data")


def _view() -> View:
    """Return what is on the page; on the maps with the rows that are selected."""
    state, saved = session.current(), session.shown_map()
    if not shows_map(state.page) or saved is None:
        return View()
    return state.view if state.workspace.read_only else selecting.view_for_link(saved.source)


def _address(workspace_id: str, view: View) -> str:
    """Return the address of this page with a view, in this or another workspace's name."""
    page = session.current().page
    name = next(name for name, step in STEPS.items() if step.title == page)
    path = "" if name == "data" else name
    return f"{_base()}/{path}?{urlencode({WORKSPACE: workspace_id, **view.query()}, doseq=True)}"


def _base() -> str:
    """Return the address of the server, below which the pages lie."""
    address = (st.context.url or "").split("?")[0].rstrip("/")
    path = address.rpartition("/")[2]
    return address.removesuffix(f"/{path}") if path in STEPS else address
