"""What was noticed about a table or its preparation, each with buttons for what would help."""

from collections.abc import Sequence

import streamlit as st

from som_core.errors import AtlasError
from som_core.reading import Table
from som_core.remarks import Remark, Remedy
from ui import session
from ui.labels import safe_label, safe_sentence
from ui.sections import settings_form
from workspace.table_source import TableRole

ICONS = {"note": ":material/info:", "warning": ":material/warning:"}


def show(table: Table, remarks: Sequence[Remark], role: TableRole = "main") -> None:
    """Show each remark on a table; offer its remedies to those who may change the workspace."""
    for place, remark in enumerate(remarks):
        words = f"{ICONS[remark.severity]} {safe_sentence(str(remark))}"
        remedies = _remedies(remark, role)
        if not remedies or session.current().workspace.read_only:
            st.markdown(words)
            continue
        said, offered = st.columns([4, 1], vertical_alignment="center")
        said.markdown(words)
        of = "" if role == "main" else f" of {role}"
        for number, remedy in enumerate(remedies):
            key = f"remedy {place} {remark.kind}{of}" + (f" {number}" if number else "")
            if offered.button(safe_label(remedy.words), key=key, type="tertiary"):
                _apply(remedy, table, role)


def _remedies(remark: Remark, role: TableRole) -> tuple[Remedy, ...]:
    """Return what helps a table of a role: recipe and settings are those of the main one."""
    return tuple(one for one in remark.remedies if role == "main" or one.target == "reading")


def _apply(remedy: Remedy, table: Table, role: TableRole) -> None:
    workspace = session.current().workspace
    try:
        match remedy.target:
            case "reading":
                workspace.read_with(table.dialect.changed(remedy.changes), role)
            case "recipe":
                workspace.keep_recipe(session.recipe().changed(remedy.changes))
                session.current().fresh_starts += 1
            case "settings":
                workspace.keep_settings(session.settings().changed(remedy.changes))
                settings_form.forget()
    except AtlasError as problem:
        st.error(safe_sentence(str(problem)), icon=":material/error:")
        return
    st.rerun()
