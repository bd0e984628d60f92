"""A bar that says how much of a file is read, once it takes a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread
from time import monotonic

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx

from som_core.files.reading_progress import reading_told_to
from som_core.wording import share
from ui.labels import safe_label

_SECONDS_WITHOUT = 0.5  # a bar that flashes says nothing


@contextmanager
def reading_bar(name: str) -> Iterator[None]:
    """Show that a file is being read inside, and how much of it is.

    A thread of its own moves the bar: if the run's own thread did, a click meanwhile would end the
    run there, and the file were not read.
    """
    told: SimpleQueue[float | None] = SimpleQueue()
    began = monotonic()
    with st.spinner(f"Reading {safe_label(name)}", show_time=True):
        place = st.empty()

        def move() -> None:
            for fraction in iter(told.get, None):
                if monotonic() - began > _SECONDS_WITHOUT:
                    place.progress(fraction, f"{share(fraction)} of the file is read")

        mover = Thread(target=move, name="reading bar", daemon=True)
        add_script_run_ctx(mover)
        mover.start()
        try:
            with reading_told_to(told.put):
                yield
        finally:
            told.put(None)
            mover.join()
            place.empty()
