"""One value per node, with what an analyst needs to read it."""

from dataclasses import dataclass
from typing import Literal

from numpy.typing import NDArray

# Units of dates and times: whoever draws the layer writes them as dates and times.
DAYS, HOURS = "days since 1970", "hours since midnight"


@dataclass(frozen=True, kw_only=True, eq=False)  # arrays have no single answer to “equal”
class Layer:
    """One number or label per node; it knows nothing of figures or pages."""

    name: str
    values: NDArray  # (height, width): floats or labels; NaN or None where there is nothing to show
    row_means: NDArray | None = None  # of each node's own rows, where the values are something else
    unit: str = ""
    description: str = ""  # one sentence: how to read it
    kind: Literal["sequential", "count", "category"] = "sequential"
    circle: tuple[float, float] | None = None  # where values run round: the two ends that meet
    levels: tuple[str, ...] = ()  # of a category: all of the table in the order of their colours
    colours: tuple[str, ...] = ()  # of the levels; those of the palette in its order if not given
