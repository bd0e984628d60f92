"""The libraries that are compared, and the trainings that each of them offers.

A module a library, so that its process imports no other. Each has `VERSION`, and functions that
take a workload and return a Training that is ready to start.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
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


@dataclass(frozen=True, kw_only=True)
class Contestant:
    library: str
    way: Way
    training: str  # "module.function" in this package
    precision: Literal["f64", "f32"]
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
    Contestant(
        library="SOM Atlas",
        way="epochs",
        training="som_atlas.epochs",
        precision="f64",
        grows=True,
    ),
    Contestant(
        library="SOM Atlas",
        way="steps",
        training="som_atlas.steps",
        precision="f64",
        only="W2",
    ),
    Contestant(
        library="SOM Atlas",
        way="batch",
        training="som_atlas.batch",
        precision="f64",
        in_full=True,
        grows=True,
    ),
    Contestant(
        library="SOM Atlas",
        way="batch",
        note="early epochs sampled",
        training="som_atlas.batch_as_suggested",
        precision="f64",
        in_full=True,
    ),
    Contestant(
        library="numpy",
        way="product",
        training="som_atlas.matrix_product",
        precision="f64",
        only="W4",
        in_full=True,
    ),
    Contestant(
        library="SOM Atlas",
        way="quality",
        training="som_atlas.map_quality",
        precision="f64",
        only="W4",
        in_full=True,
    ),
    Contestant(
        library="MiniSom",
        way="epochs",
        training="minisom.epochs",
        precision="f64",
        grows=True,
    ),
    Contestant(
        library="MiniSom",
        way="steps",
        training="minisom.steps",
        precision="f64",
        only="W2",
    ),
    Contestant(
        library="MiniSom",
        way="batch",
        training="minisom.batch",
        precision="f64",
        grows=True,
    ),
    Contestant(
        library="XPySom",
        way="batch",
        training="xpysom.batch",
        precision="f32",
        grows=True,
    ),
    Contestant(
        library="Somoclu",
        way="batch",
        training="somoclu.batch",
        precision="f32",
        grows=True,
    ),
    Contestant(
        library="TorchSOM",
        way="batch",
        note="1,000 rows a batch",
        training="torchsom.batch",
        precision="f32",
        grows=True,
    ),
    Contestant(
        library="QuickSOM",
        way="batch",
        note="1,000 rows a batch or less",
        training="quicksom.batch",
        precision="f32",
        hexagonal=False,
    ),
    Contestant(
        library="kohonen (R)",
        way="epochs",
        training="kohonen.epochs",
        precision="f64",
    ),
    Contestant(
        library="kohonen (R)",
        way="batch",
        training="kohonen.batch",
        precision="f64",
        grows=True,
    ),
    Contestant(
        library="SuSi",
        way="steps",
        training="susi.steps",
        precision="f64",
        hexagonal=False,
    ),
    Contestant(
        library="SuSi",
        way="batch",
        training="susi.batch",
        precision="f64",
        hexagonal=False,
    ),
    Contestant(
        library="sklearn-som",
        way="steps",
        training="sklearn_som.steps",
        precision="f64",
        hexagonal=False,
    ),
)
