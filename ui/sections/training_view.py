"""A training as it runs: progress, error curve, and the U-matrix drawing itself."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from som_core.figures.training import training_figure
from som_core.layers.layer import Layer
from som_core.layers.u_matrix import neighbour_distance
from som_core.settings import MapSettings
from som_core.trained_map import HistoryPoint
from som_core.wording import duration_in_words, share
from ui import chrome, session
from ui.charts import chart
from ui.labels import safe_label
from ui.linked_maps import linked_maps
from workspace.jobs.queue import State
from workspace.jobs.status import JobStatus, job_status, latest_codebook
from workspace.jobs.submission import cancel
from workspace.maps import SavedMap

SECONDS_BETWEEN_LOOKS = {"running": 0.4, "queued": 1.5}  # one that waits changes rarely


def show(status: JobStatus) -> None:
    """Show the training, live while it runs, and the way on once it is over."""
    if status.is_over:
        _over(status)
    else:
        st.fragment(_watch, run_every=SECONDS_BETWEEN_LOOKS[status.state])(status.state)


def _watch(state: State) -> None:
    status = job_status(session.current().workspace)
    if status is None or status.state != state:
        st.rerun()  # the whole page: it looks more often, or shows the end and the way on
    _progress(status)
    _picture(status)


def _progress(status: JobStatus) -> None:
    bar, stop = st.columns([6, 1], vertical_alignment="bottom")
    if status.state == "queued":
        bar.progress(0.0, text=f"Waiting: place {status.place_in_line} in line")
    else:
        left = (
            ""
            if status.seconds_left is None
            else f" · {duration_in_words(status.seconds_left)} left"
        )
        bar.progress(status.fraction, text=f"{share(status.fraction)} of the work is done{left}")
    if status.message:
        st.info(safe_label(status.message))
    if stop.button("Cancel", icon=":material/stop:", help="Keeps what has been learned so far."):
        cancel(session.current().workspace, status.job)


def _over(status: JobStatus) -> None:
    """Say how it ended, and show what came of it; go on to the maps where that was asked for."""
    state = session.current()
    if state.to_maps and status.state == "finished":
        state.to_maps = False
        chrome.go("explore")
    said, onward = st.columns([3, 1], vertical_alignment="center")
    with said:
        _say_how_it_ended(status)
    if status.message:
        st.info(safe_label(status.message))
    saved = _map_of(status)
    if saved is not None:
        if saved.source.key != session.source().key:
            is_same_file = saved.source.upload == session.source().upload
            what = "this file, read in another way" if is_same_file else "another table"
            st.caption(f"That was on {what}: {safe_label(saved.source.name)}.")
        with onward:
            chrome.way_on("explore", "Explore the map")
        trained = session.trained_map(saved)
        _draw(trained.codebook, trained.settings, trained.history)


def _say_how_it_ended(status: JobStatus) -> None:
    if status.state == "finished":
        st.success("The map is trained.", icon=":material/check:")
    elif status.map_id is not None:
        st.info(
            f"Stopped in epoch {status.epoch} of {status.epochs}. The map learned so far is kept.",
            icon=":material/stop:",
        )
    elif status.state == "cancelled":
        st.info("Stopped before there was a map.", icon=":material/stop:")
    else:
        st.error("The training did not finish.", icon=":material/error:")


def _picture(status: JobStatus) -> None:
    """Draw the U-matrix and the error curve as they are now, or leave their place empty."""
    workspace = session.current().workspace
    codebook = latest_codebook(workspace, status.job)
    if codebook is not None and status.settings is not None:
        _draw(codebook, status.settings, status.history)


def _map_of(status: JobStatus) -> SavedMap | None:
    maps = session.current().workspace.maps()
    return next((saved for saved in maps if saved.id == status.map_id), None)


def _draw(
    codebook: NDArray[np.float64], settings: MapSettings, history: tuple[HistoryPoint, ...]
) -> None:
    picture, curve = st.columns([3, 2])
    with picture:
        if settings.n_nodes > 1:
            _u_matrix_so_far(codebook, settings)
    with curve:
        chart(training_figure(history), alt="Quantization error after each epoch", key="curve")
        st.caption(
            "Quantization error: how far a row lies from its cell on average, in scaled units. "
            "While sigma is wide, cells stay close together, and it may rise; as sigma shrinks, it "
            "falls. In batch training it falls to the last epoch, so more epochs change little."
        )


def _u_matrix_so_far(codebook: NDArray[np.float64], settings: MapSettings) -> None:
    values = neighbour_distance(codebook, settings.lattice, toroid=settings.toroid)
    layer = Layer(
        name="U-matrix",
        values=values,
        unit="scaled units",
        description="How different each cell is from its neighbours.",
    )
    linked_maps([layer], lattice=settings.lattice, height_per_map=300, key="training")
