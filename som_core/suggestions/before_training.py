"""What to expect of a map before it is trained, for the analyst."""

from som_core.remarks import Remark, Remedy
from som_core.settings import MapSettings

FEW_ROWS = 50
FEW_ROWS_PER_NODE = 1.0
LARGE_SIGMA_SHARE = 0.6  # of the longer side
SMALL_SIGMA = 0.5  # below half a lattice step even the nearest neighbour is hardly pulled along


def expectations(
    n_rows: int, n_features: int, settings: MapSettings, suggested: MapSettings | None = None
) -> tuple[Remark, ...]:
    """Return a remark for each thing about these settings that may surprise; often none.

    Parameters
    ----------
    n_rows, n_features : int
        Shape of the prepared matrix.
    settings : MapSettings
        What is about to be trained.
    suggested : MapSettings or None
        What suits the table, whose grid is offered where the other one has too many nodes.
    """
    remarks = []
    if n_rows < FEW_ROWS:
        remarks.append(
            Remark(
                kind="few rows",
                sentence=(
                    f"With only {n_rows} rows a map shows single rows more than patterns. Read it "
                    "as a sorted picture of your rows, and don't trust borders between few of them."
                ),
                severity="warning",
            )
        )
    if n_rows / settings.n_nodes < FEW_ROWS_PER_NODE:
        remarks.append(
            Remark(
                kind="many nodes",
                sentence=(
                    f"The map has {settings.n_nodes:,} cells for {n_rows:,} rows, so many cells "
                    "will stay empty. A smaller grid gives cells with several rows each, which are "
                    "easier to compare."
                ),
                remedy=_remedy_of_many_nodes(settings, suggested),
            )
        )
    if n_features == 1:
        remarks.append(
            Remark(
                kind="one feature",
                sentence=(
                    "Only one feature is trained, so the map just sorts the rows by it. A "
                    "histogram says the same more plainly."
                ),
            )
        )
    remarks += _remarks_on_sigma(settings)
    if settings.neighbourhood == "mexican_hat":
        remarks.append(_remark_on_mexican_hat())
    if settings.height == 1 or settings.width == 1:
        remarks.append(
            Remark(
                kind="one line",
                sentence=(
                    "A map of one row or one column puts everything on a line. That is fine for "
                    "an order, but it can't show groups side by side."
                ),
            )
        )
    return tuple(remarks)


def _remedy_of_many_nodes(settings: MapSettings, suggested: MapSettings | None) -> Remedy | None:
    if suggested is None or suggested.n_nodes >= settings.n_nodes:
        return None
    return Remedy(
        words=f"Set the grid to {suggested.height} × {suggested.width}",
        target="settings",
        changes={name: getattr(suggested, name) for name in ("height", "width", "sigma")},
    )


def _remark_on_mexican_hat() -> Remark:
    return Remark(
        kind="mexican hat",
        sentence=(
            "A Mexican hat pushes cells beyond sigma away from each row, so the map may run away "
            "from the rows; then training stops. The Gaussian only pulls."
        ),
        severity="warning",
        remedy=Remedy(
            words="Train with the Gaussian",
            target="settings",
            changes={"neighbourhood": "gaussian"},
        ),
    )


def _remarks_on_sigma(settings: MapSettings) -> list[Remark]:
    longer_side = max(settings.height, settings.width)
    usual = round(longer_side / 3, 1)
    if settings.sigma > LARGE_SIGMA_SHARE * longer_side:
        kind = "large sigma"
        sentence = (
            f"Sigma {settings.sigma:g} reaches over most of the map ({longer_side} steps), so all "
            "cells are pulled to the middle at first and the map may stay too smooth. About "
            f"{usual} is usual."
        )
    elif settings.sigma < SMALL_SIGMA and settings.n_nodes > 1:
        kind = "small sigma"
        sentence = (
            f"Sigma {settings.sigma:g} leaves each cell to itself from the start, so neighbouring "
            f"cells need not be alike and the U-matrix means little. About {usual} is usual."
        )
    else:
        return []
    remedy = Remedy(words=f"Train with sigma {usual}", target="settings", changes={"sigma": usual})
    return [Remark(kind=kind, sentence=sentence, severity="warning", remedy=remedy)]
