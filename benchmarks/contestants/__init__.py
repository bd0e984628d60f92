"""The libraries that are compared, and the trainings that each of them offers.

A module a library, so that its process imports no other. Each has `VERSION`, and functions that
take a workload and return a Training that is ready to start.
"""

import os
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field
from typing import Literal

from benchmarks.workloads import Workload

Way = Literal["epochs", "steps", "batch", "product", "quality"]
WAYS: dict[Way, str] = {
    "epochs": "online by epochs",
    "steps": "online by steps",
    "batch": "batch",
    "product": "matrix product",
    "quality": "quantization error, topographic error, hits",
}


@dataclass(frozen=True)
class Training:
    """One training, ready to start, and the process that does the work."""

    run: Callable[[], object]
    process: int = field(default_factory=os.getpid)


@dataclass(frozen=True)
class Contestant:
    """One way of training that a library offers."""

    library: str
    way: Way
    training: str  # "module.function" in this package
    precision: Literal["f64", "f32"]
    _: KW_ONLY
    note: str = ""
    only: str = ""  # the name of a workload; all if empty
    hexagonal: bool = True  # has such a lattice
    in_full: bool = False  # always on all rows, however long it takes
    grows: bool = False  # has a line in the figure of growth

    @property
    def is_peer(self) -> bool:
        return self.library != "SOM Atlas" and self.trains

    @property
    def trains(self) -> bool:
        return self.way in ("epochs", "steps", "batch")

    def takes(self, work: Workload) -> bool:
        return self.only in ("", work.name) and (self.hexagonal or work.lattice == "rectangular")

    def __str__(self) -> str:
        return f"{self.library} {WAYS[self.way]}{self.note and f' ({self.note})'}"


CONTESTANTS = (
    Contestant("SOM Atlas", "epochs", "som_atlas.epochs", "f64", grows=True),
    Contestant("SOM Atlas", "steps", "som_atlas.steps", "f64", only="W2"),
    Contestant("SOM Atlas", "batch", "som_atlas.batch", "f64", in_full=True, grows=True),
    Contestant(
        "SOM Atlas",
        "batch",
        "som_atlas.batch_as_suggested",
        "f64",
        note="early epochs sampled",
        in_full=True,
    ),
    Contestant(
        "SOM Atlas",
        "batch",
        "som_atlas.drop_in",
        "f64",
        note="Som, a drop-in for MiniSom",
        only="W1",
        in_full=True,
    ),
    Contestant("numpy", "product", "som_atlas.matrix_product", "f64", only="W4", in_full=True),
    Contestant("SOM Atlas", "quality", "som_atlas.map_quality", "f64", only="W4", in_full=True),
    Contestant("MiniSom", "epochs", "minisom.epochs", "f64", grows=True),
    Contestant("MiniSom", "steps", "minisom.steps", "f64", only="W2"),
    Contestant("MiniSom", "batch", "minisom.batch", "f64", grows=True),
    Contestant("XPySom", "batch", "xpysom.batch", "f32", grows=True),
    Contestant("Somoclu", "batch", "somoclu.batch", "f32", grows=True),
    Contestant("TorchSOM", "batch", "torchsom.batch", "f32", note="1,000 rows a batch", grows=True),
    Contestant(
        "QuickSOM",
        "batch",
        "quicksom.batch",
        "f32",
        note="1,000 rows a batch or less",
        hexagonal=False,
    ),
    Contestant("kohonen (R)", "epochs", "kohonen.epochs", "f64"),
    Contestant("kohonen (R)", "batch", "kohonen.batch", "f64", grows=True),
    Contestant("SuSi", "steps", "susi.steps", "f64", hexagonal=False),
    Contestant("SuSi", "batch", "susi.batch", "f64", hexagonal=False),
    Contestant("sklearn-som", "steps", "sklearn_som.steps", "f64", hexagonal=False),
)
