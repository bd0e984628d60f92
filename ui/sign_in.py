"""Optional sign-in by OpenID Connect: who is at the page, and which workspaces are theirs.

It is off unless Streamlit's secrets have a section [auth]; docs/admin.md says how to set it up.
"""

import streamlit as st

from ui import session
from ui.labels import safe_label
from ui.steps import STEPS
from workspace.people import person_of, workspaces_of


def person() -> str | None:
    """Return who is signed in, or None where sign-in is off.

    Where it is on and nobody is signed in, the page asks them to, and ends here.
    """
    if not (st.secrets.load_if_toml_exists() and "auth" in st.secrets):
        return None
    if not st.user.is_logged_in:
        st.title("SOM Atlas")
        st.write(
            "Sign in to see your workspaces. If you came by a link, open it once more afterwards."
        )
        if st.button("Sign in", type="primary", icon=":material/login:"):
            st.login()
        st.stop()
    return person_of(str(st.user["iss"]), str(st.user["sub"]))


def name() -> str:
    """Return what the person who is signed in is called; "" where sign-in is off."""
    if session.current().person is None:
        return ""
    return str(st.user.get("name") or st.user.get("email") or "a person without a name")


def show() -> None:
    """Say who is signed in, offer their other workspaces and the way out; nothing if it is off."""
    current = session.current()
    if current.person is None:
        return
    st.write(f"Signed in as **{safe_label(name())}**.")
    others = [
        owned
        for owned in workspaces_of(current.workspace.config, current.person)
        if owned.id != current.workspace.id
    ]
    if others:
        st.caption("Your other workspaces, the one used last first")
    for owned in others:
        st.page_link(
            STEPS["data"].file,
            label=f"{safe_label(owned.table)}, {owned.used:%d %B %Y}",
            icon=":material/folder:",
            query_params={"w": owned.id},
        )
    if st.button("Sign out", icon=":material/logout:"):
        st.logout()
