"""The workspace as a thing that an analyst owns: its links, its size, its end."""

import streamlit as st

from ui import chrome, session, sign_in
from workspace.store import Workspace

WHOEVER = "Whoever has it can see and change everything here."


def show() -> None:
    """Show the workspace's links, how long it lasts, and the way to delete it."""
    workspace = session.current().workspace
    with st.popover("Workspace", icon=":material/folder:", width="stretch"):
        sign_in.show()
        if workspace.read_only:
            st.write("You opened this workspace by its read-only link.")
        else:
            _links(workspace)
        used, most = workspace.bytes_used(), workspace.config.workspace_bytes
        st.caption(
            f"{used / 1e6:.1f} of {most / 1e6:,.0f} MB used. Kept until "
            f"{workspace.expires_at:%d %B %Y} unless it is used again before."
        )
        if not workspace.read_only:
            _delete(workspace)


def _links(workspace: Workspace) -> None:
    who = "Only you can open it, signed in." if workspace.has_owner else WHOEVER
    st.write(f"**Your link.** {who} Bookmark it.")
    st.code(_address(workspace.id), language=None, wrap_lines=True)
    if st.toggle("Share read-only", value=workspace.is_shared):
        st.write("This link shows everything and changes nothing.")
        st.code(_address(workspace.share_id()), language=None, wrap_lines=True)
    elif workspace.is_shared:
        workspace.stop_sharing()


def _delete(workspace: Workspace) -> None:
    if not st.checkbox("I want to delete this workspace with all its files and maps"):
        return
    if st.button("Delete it for good", icon=":material/delete:"):
        workspace.delete()
        session.leave("The workspace was deleted. This is a new, empty one.")
        chrome.go("data")


def _address(workspace_id: str) -> str:
    base = (st.context.url or "").split("?")[0].rstrip("/")
    return f"{base}/?w={workspace_id}"
