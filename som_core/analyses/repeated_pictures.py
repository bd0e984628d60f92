"""Which layers show the same picture, so that a reader counts it once."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from som_core.layers.layer import Layer

ALIKE = 0.95  # |r| from which two layers look the same
FEWEST_NODES = 10  # that both show: fewer are alike by chance


class RepeatedPicture(NamedTuple):
    """Two layers that show the same, or mirror images of each other."""

    name: str
    other: str
    r: float

    @property
    def in_words(self) -> str:
        """Such as “a” and “b” (r = 0.97)."""
        mirrored = ", as in a mirror" if self.r < 0 else ""
        return f"“{self.name}” and “{self.other}” (r = {self.r:.2f}{mirrored})".replace("-", "−")


def repeated_pictures(layers: Sequence[Layer]) -> tuple[RepeatedPicture, ...]:
    """Return which layers repeat another one's picture, each once, the most alike first.

    Pictures are alike where the values of nodes correlate, |r| ≥ 0.95 over at least 10 nodes that
    have a value in both. Layers of labels, or on a circle, are not compared.

    Parameters
    ----------
    layers : of one map
    """
    compared = [layer for layer in layers if layer.kind != "category" and layer.circle is None]
    shown = pd.DataFrame({k: layer.values.ravel() for k, layer in enumerate(compared)}, dtype=float)
    correlations = np.triu(shown.corr(min_periods=FEWEST_NODES).to_numpy(), k=1)
    found: dict[int, RepeatedPicture] = {}
    for first, second in np.argwhere(np.abs(correlations) >= ALIKE).tolist():
        r = float(correlations[first, second])
        if second not in found or abs(r) > abs(found[second].r):
            found[second] = RepeatedPicture(compared[first].name, compared[second].name, r)
    return tuple(sorted(found.values(), key=lambda one: -abs(one.r)))
