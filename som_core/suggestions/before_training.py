"""What to expect of a map before it is trained, in sentences for the analyst."""

from som_core.settings import MapSettings

FEW_ROWS = 50
FEW_ROWS_PER_NODE = 1.0
LARGE_SIGMA_SHARE = 0.6  # of the longer side
SMALL_SIGMA = 0.5  # below half a lattice step even the nearest neighbour is hardly pulled along


def expectations(n_rows: int, n_features: int, settings: MapSettings) -> tuple[str, ...]:
    """Return one sentence for each thing about these settings that may surprise; often none.

    Parameters
    ----------
    n_rows, n_features : int
        Shape of the prepared matrix.
    settings : MapSettings
        What is about to be trained.
    """
    sentences = []
    if n_rows < FEW_ROWS:
        sentences.append(
            f"With only {n_rows} rows a map shows single rows more than patterns. Read it as a "
            "sorted picture of your rows, and don't trust borders between few of them."
        )
    if n_rows / settings.n_nodes < FEW_ROWS_PER_NODE:
        sentences.append(
            f"The map has {settings.n_nodes:,} nodes for {n_rows:,} rows, so many cells will stay "
            "empty. A smaller grid gives cells with several rows each, which are easier to compare."
        )
    if n_features == 1:
        sentences.append(
            "Only one feature is trained, so the map just sorts the rows by it. A histogram says "
            "the same more plainly."
        )
    longer_side = max(settings.height, settings.width)
    if settings.sigma > LARGE_SIGMA_SHARE * longer_side:
        sentences.append(
            f"Sigma {settings.sigma:g} reaches over most of the map ({longer_side} steps), so all "
            "nodes are pulled to the middle at first and the map may stay too smooth. About "
            f"{longer_side / 3:.1f} is usual."
        )
    if settings.sigma < SMALL_SIGMA and settings.n_nodes > 1:
        sentences.append(
            f"Sigma {settings.sigma:g} leaves each node to itself from the start, so neighbouring "
            f"cells need not be alike and the U-matrix means little. About {longer_side / 3:.1f} "
            "is usual."
        )
    if settings.height == 1 or settings.width == 1:
        sentences.append(
            "A map of one row or one column puts everything on a line. That is fine for an order, "
            "but it can't show groups side by side."
        )
    return tuple(sentences)
