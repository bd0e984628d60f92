"""What all rows of a large table add up to on a map of a sample of them, once they are counted."""

from som_core.analyses.node_aggregates import NodeAggregates
from ui import session
from workspace.jobs.kinds.counting_of_all_rows import count_id, count_of
from workspace.maps import SavedMap


def id_of(saved: SavedMap) -> str:
    """Return what names the latest count on a map; "" where there is none."""
    return count_id(session.current().workspace, saved)


def of(saved: SavedMap) -> NodeAggregates | None:
    """Return what was counted on a map; None before that, and where its table is no sample."""
    workspace, known = session.current().workspace, id_of(saved)
    if not known:
        return None
    return session.cached(
        ("count of all rows", saved.id, known),
        lambda: count_of(workspace, saved),
        lambda found: 0 if found is None else found.n_bytes,
        "Opening the count of all rows …",
    )
