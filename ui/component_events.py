"""What a component in the browser sends: each event is answered once, and says what it holds."""

from collections.abc import Iterable, Mapping, Set
from pathlib import Path

import streamlit as st

MAILBOX = Path(__file__).parent / "assets" / "mailbox.js"  # the browser's side


def new_event(key: str, kind: str) -> object:
    """Return what the newest event of a kind of a component says, once; None if there is none."""
    event = st.session_state.get(key, {}).get(kind)
    if not isinstance(event, Mapping) or event.get("id") == answered(key, kind):
        return None
    st.session_state[_place(key, kind)] = event.get("id")
    return event.get("says")


def answered(key: str, kind: str) -> object:
    """Return the id of the last event of a kind that was answered; None before the first."""
    return st.session_state.get(_place(key, kind))


def held(key: str, kinds: Iterable[str], missed: str) -> Set[str]:
    """Return the versions of what the browser has already, so that it is sent to it no more.

    With each event the browser says what it draws. Should it have lost a part, as when the
    component moves to another place on the page, it says that it missed it, and gets it.

    Parameters
    ----------
    key : of the component
    kinds : of events that say what the browser has
    missed : the kind that says what it lacks
    """
    lacking = versions(new_event(key, missed))
    events = [st.session_state.get(key, {}).get(kind) for kind in kinds]
    said = [versions(event.get("holds")) for event in events if isinstance(event, Mapping)]
    return frozenset().union(*said) - lacking


def versions(sent: object) -> Set[str]:
    """Return the versions that a browser has sent."""
    return frozenset(map(str, sent)) if isinstance(sent, list) else frozenset()


def _place(key: str, kind: str) -> str:
    return f"{key} {kind} answered"
