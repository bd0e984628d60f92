"""The map as a whole: which one it is, how good, how it was made."""

from collections.abc import Callable
from math import isnan

import streamlit as st

from som_core.analysis import Analysis
from som_core.drawing.overlays import CellPath, Overlay
from som_core.exports.html_maps import standalone_html
from som_core.exports.picture import picture
from som_core.exports.script import notebook, script, script_with_files
from som_core.layers.layer import Layer
from som_core.wording import counted
from ui import chrome, session, shown_groups
from ui.downloads import download
from ui.labels import safe_label
from ui.map_names import map_names
from ui.map_tree import map_number
from ui.map_view import MapView
from ui.png import NARROWEST, USUAL, WIDEST, save_as_png
from ui.sections import map_overlays, report_choices
from ui.view import show_in_widget
from ui.whole_analysis import whole_analysis
from workspace.maps import SavedMap

MAP = "map to show"
SVG, PNG = "SVG", "PNG"


@st.fragment
def show() -> None:
    """Offer the other maps of the workspace, and what is known of the one on the page."""
    saved, maps = session.shown_map(), session.current().workspace.maps()
    if saved is None:
        return
    label = f"Map {map_number(saved, maps)} of {len(maps)}" if len(maps) > 1 else "This map"
    opened = st.popover(label, icon=":material/hexagon:", on_change="rerun", key="map")
    if not opened.open:  # most runs: nobody looks
        return
    with opened:
        if len(maps) > 1:
            _choose_map(saved, maps)
        _quality(saved)
        _settings(saved)
        view, layers = MapView.of(saved), _layers(saved)
        overlays, large = map_overlays.overlays_of_a_file(view), session.current().view.large
        download(
            "All maps as one HTML file",
            lambda: _standalone(view, layers, overlays, large),
            "maps.html",
            explained="Opens in any browser, without this server: linked maps to send along.",
        )
        made = whole_analysis(view)
        with st.expander("Report", icon=":material/summarize:"):
            report_choices.show(saved.source.name, made)
        _pictures(view, layers, overlays, large)
        _script(saved, made)
        if not session.current().workspace.read_only:
            chrome.link("train", "Rename or delete maps")


def _choose_map(saved: SavedMap, maps: tuple[SavedMap, ...]) -> None:
    names = map_names(maps)
    show_in_widget(MAP, saved.id)
    st.selectbox(
        "Map",
        list(names),
        index=list(names).index(saved.id),
        format_func=names.__getitem__,
        key=MAP,
        on_change=_take_map,
        args=(maps,),
    )


def _take_map(maps: tuple[SavedMap, ...]) -> None:
    chosen = st.session_state[MAP]
    session.look_at(next(saved for saved in maps if saved.id == chosen))
    st.rerun("app")


def _quality(saved: SavedMap) -> None:
    quality, words = saved.quality, saved.quality.in_words
    topographic_error = quality.topographic_error
    share = "–" if isnan(topographic_error) else f"{topographic_error:.1%}"  # one cell has none
    st.markdown(
        f"**Quantization error {quality.quantization_error:.3g}**  \n"
        f":small[{words['quantization_error']}]"
    )
    st.markdown(f"**Topographic error {share}**  \n:small[{words['topographic_error']}]")
    st.write(words["trustworthiness"])
    st.write(words["explained_variance"])


def _settings(saved: SavedMap) -> None:
    settings = saved.settings
    st.caption(
        f"{settings.height} × {settings.width} {settings.lattice}"
        f"{', toroid' if settings.toroid else ''}, sigma {settings.sigma:g}, "
        f"{settings.epochs} epochs, {settings.algorithm}, {settings.neighbourhood}, "
        f"{settings.distance}, started by {settings.initialisation}, seed {settings.seed}."
        f"{'' if saved.complete else ' Training was stopped early.'} "
        f"Trained on {safe_label(saved.source.name)}{_which_rows(saved)}."
    )


def _which_rows(saved: SavedMap) -> str:
    if saved.parent is None:
        return ""
    rows = counted(saved.parent.n_rows, "row")
    return f", {rows} of it: {safe_label(saved.parent.chosen_by)}"


def _pictures(view: MapView, layers: list[Layer], overlays: list[Overlay], large: str) -> None:
    over = [overlay for overlay in overlays if not isinstance(overlay, CellPath)]
    kind, width = _kind_of_picture()
    with_words = st.toggle("Pictures with titles and legends", value=True, key="words in pictures")

    def drawn(shown: list[Layer], title: str = "") -> str:
        return picture(
            shown,
            lattice=view.lattice,
            toroid=view.saved.settings.toroid,
            hits=view.hits,
            overlays=over,
            title=title,
            with_words=with_words,
        )

    def offer(label: str, draw: Callable[[], str], name: str) -> None:
        if kind == PNG:
            save_as_png(label, draw, f"{name}.png", width)
        else:
            download(label, draw, f"{name}.svg")

    one = [layer for layer in layers if layer.name == large] or layers[:1]
    with st.container(horizontal=True):
        offer("Large map as a picture", lambda: drawn(one), "map")
        offer("All maps as a picture", lambda: drawn(layers, view.saved.source.name), "maps")


def _kind_of_picture() -> tuple[str, int]:
    """Let the analyst choose of which kind pictures are; return it, and their width in pixels."""
    kind_place, width_place = st.columns([1, 1], vertical_alignment="bottom")
    kind = kind_place.segmented_control(
        "Pictures",
        [SVG, PNG],
        default=SVG,
        required=True,
        help="SVG is lines and areas, crisp at any size, for a paper or a slide. PNG is pixels, "
        "for programs that take nothing else.",
        key="kind of picture",
    )
    if kind != PNG:
        return SVG, USUAL
    width = width_place.number_input(
        "Width in pixels", NARROWEST, WIDEST, USUAL, 100, key="width of pictures"
    )
    return PNG, int(width)


def _script(saved: SavedMap, made: Callable[[], Analysis]) -> None:
    explained = (
        "The whole analysis once more, in Python: it reads your file from the folder that you put "
        "it in, and gives the same map and groups."
    )
    workspace, sources = session.current().workspace, session.source_of(saved).files
    with st.container(horizontal=True):
        download("Python script", lambda: script(made()), "analysis.py", explained=explained)
        download("Notebook", lambda: notebook(made()), "analysis.ipynb", explained=explained)
        download(
            "Both with the file",
            lambda: script_with_files(made(), [workspace.upload_of(each) for each in sources]),
            "analysis.zip",
            explained="Script, notebook, and what they read: your file as it is kept here, stacked "
            "or pasted as well, and the one that was joined to it.",
        )


def _layers(saved: SavedMap) -> list[Layer]:
    """Return the layers that are shown of a map, all planes among them."""
    view = MapView.of(saved)
    asked = session.current().view
    over = dict.fromkeys(name for name in (*asked.over, asked.large) if name in view.others)
    added = [shown_groups.layer(view, name) for name in over]
    return [*view.classic.values(), *(layer for layer in added if layer is not None)]


def _standalone(view: MapView, layers: list[Layer], overlays: list[Overlay], large: str) -> str:
    return standalone_html(
        layers,
        title=view.saved.source.name,
        lattice=view.lattice,
        hits=view.hits,
        toroid=view.saved.settings.toroid,
        overlays=overlays,
        notes=view.notes,
        valleys=view.valleys,
        large=large,
    )
