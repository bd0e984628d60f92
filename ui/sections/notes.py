"""Notes on rows: written on what is selected, and read wherever those rows are looked at."""

import time

import numpy as np
import streamlit as st

from som_core.errors import AtlasError
from som_core.notes import RowNote
from som_core.wording import counted
from ui import selecting, session, sign_in
from ui.labels import safe_label, safe_sentence
from ui.map_view import MapView
from ui.selected_group import selected_group
from ui.selection import selection_of_group
from ui.times import moment_in_words

LONGEST = 2_000  # letters
MOST_LETTERS = 300  # of a note in sight; the rest can be unfolded, so that what follows stays near
KEPT = "note kept"  # just now
MOST_SHOWN = 3  # of the notes on some rows; the others stand on the Groups page


def write(view: MapView) -> None:
    """Offer to write a note on the selected rows."""
    state = session.current()
    rows = state.selection.rows
    if state.workspace.read_only or len(rows) == 0:
        return
    with st.popover("Note", icon=":material/edit_note:", key="write note"):
        key = f"note {state.notes_kept}"
        st.text_area(
            f"A note on these {counted(len(rows), 'row')}",
            key=key,
            max_chars=LONGEST,
            height=120,
            placeholder="What is to be remembered of them?",
        )
        # Said here: a toast that a part of the page sends takes the place of the page's styles.
        if st.session_state.pop(KEPT, False):
            st.success("The note is kept.", icon=":material/check:")
        st.caption("It stays with the rows, on every map. A read-only link and a bundle show it.")
        st.button("Keep the note", icon=":material/check:", on_click=_keep, args=(view, key))


def show(view: MapView) -> None:
    """Show the notes on the selected rows, or on some of them; those that fit best first."""
    rows = session.current().selection.rows
    kept = session.current().workspace.notes(view.saved.source)
    shared = {name: len(np.intersect1d(note.about.rows, rows)) for name, note in kept.items()}
    fitting = sorted(
        (name for name in kept if shared[name]),
        key=lambda name: -shared[name] / (len(kept[name].about) + len(rows) - shared[name]),
    )
    for name in fitting[:MOST_SHOWN]:
        note = kept[name]
        are_the_same = shared[name] == len(rows) == len(note.about)
        share = "" if are_the_same else f"on {shared[name]:,} of these rows"
        _one(name, note, share, "here")
    if len(fitting) > MOST_SHOWN:
        more = counted(len(fitting) - MOST_SHOWN, "more note")
        st.caption(f"{more} on some of these rows: the Groups page lists all.")
    deleted = _deleted(view)
    if deleted is not None and np.isin(deleted[1].about.rows, rows).any():
        _offer_undo(*deleted, "here")


def show_all(view: MapView) -> None:
    """List every note on rows of the table, each with a way to its rows."""
    kept, deleted = session.current().workspace.notes(view.saved.source), _deleted(view)
    if deleted is not None:
        _offer_undo(*deleted, "in all")
    if not kept:
        return
    with st.expander(counted(len(kept), "note"), icon=":material/edit_note:", key="all notes"):
        for name, note in kept.items():
            _one(name, note, "", "in all")
            st.button(
                "Select its rows",
                key=f"rows of note {name}",
                type="tertiary",
                on_click=_select,
                args=(note,),
            )


def _one(name: str, note: RowNote, share: str, place: str) -> None:
    """Show a note as the text that it is, who wrote it when, and the rows that it is about."""
    said, change, delete = st.columns([8, 1, 1])
    start, rest = beginning(note.text)
    facts = [
        f"{safe_label(note.about.name)}, {counted(len(note.about), 'row')}",
        share,
        safe_label(note.author),
        moment_in_words(note.written),
        f"changed {moment_in_words(note.changed)}" if note.changed else "",
    ]
    said.markdown(f"{_as_text(start)}  \n:small[{' · '.join(fact for fact in facts if fact)}]")
    if rest:
        with said.expander("The rest of the note", key=f"rest of note {place} {name}"):
            st.markdown(_as_text(rest))
    if session.current().workspace.read_only:
        return
    if note.author == sign_in.name():  # nobody's words are changed under their name
        with change:
            _offer_change(name, note, place)
    delete.button(
        "",
        key=f"delete note {place} {name}",
        icon=":material/delete:",
        type="tertiary",
        help="Delete this note. It can be brought back for a day.",
        on_click=session.current().workspace.delete_note,
        args=(name,),
    )


def _offer_change(name: str, note: RowNote, place: str) -> None:
    """Let the author write a note anew, in a field that is another one after each change."""
    which = f"{place} {name} {note.changed}"
    with st.popover(
        "",
        key=f"change note {which}",
        icon=":material/edit:",
        type="tertiary",
        help="Change this note.",
    ):
        key = f"changed note {which}"
        st.text_area("The note", note.text, key=key, max_chars=LONGEST, height=160)
        st.button(
            "Keep the change",
            key=f"keep {key}",
            icon=":material/check:",
            on_click=_change,
            args=(name, key),
        )


def _change(name: str, key: str) -> None:
    state = session.current()
    try:
        state.workspace.change_note(name, st.session_state[key].strip())
    except AtlasError as problem:  # nothing is written, or it was deleted in another tab
        state.problem = safe_sentence(str(problem))
        st.rerun("app")  # which says it


def _deleted(view: MapView) -> tuple[str, RowNote] | None:
    """Return the note that was deleted last, where it can be brought back."""
    workspace = session.current().workspace
    return None if workspace.read_only else workspace.deleted_note(view.saved.source)


def _offer_undo(name: str, note: RowNote, place: str) -> None:
    said, undo = st.columns([3, 2], vertical_alignment="center")
    said.caption(f"A note on {safe_label(note.about.name)} was deleted.")
    undo.button(
        "Undo",
        key=f"bring the note back {place}",
        icon=":material/undo:",
        width="stretch",
        on_click=session.current().workspace.restore_note,
        args=(name,),
    )


def beginning(text: str) -> tuple[str, str]:
    """Return what of a note is shown at once, cut between words where it is long, and the rest."""
    if len(text) <= MOST_LETTERS:
        return text, ""
    end = max(text.rfind(gap, MOST_LETTERS // 2, MOST_LETTERS) for gap in " \n")
    cut = MOST_LETTERS if end < 0 else end
    return f"{text[:cut].rstrip()} …", text[cut:].lstrip()


def _as_text(text: str) -> str:
    """Return a text line by line, as markdown that shows it as it is."""
    return "  \n".join(safe_label(line, LONGEST) for line in text.splitlines())


def _keep(view: MapView, key: str) -> None:
    state, text = session.current(), st.session_state[key].strip()
    if text:
        note = RowNote(text, selected_group(view), sign_in.name(), time.time())
        state.workspace.keep_note(note, view.saved.source)
        state.notes_kept += 1
        st.session_state[KEPT] = True


def _select(note: RowNote) -> None:
    selecting.select(selection_of_group("", note.about))
