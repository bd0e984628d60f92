"""The ratios that SOM Atlas is to reach, and which of them one comparison found."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.peers_timing import Timing, three_digits

# How many times as fast as the other's training ours has to be, by workload.
AGAINST_MINISOM = {
    ("som_atlas.epochs", "minisom.epochs"): {"W1": 150, "W2": 50, "W5": 10, "W6": 10},
    ("som_atlas.steps", "minisom.steps"): {"W2": 40},
    ("som_atlas.batch", "minisom.batch"): {"W2": 100, "W3": 100},
}
AGAINST_THE_FASTEST = {"W2": 3, "W4": 3, "W5": 1, "W6": 1}
DROP_IN_AGAINST_THE_FASTEST = {"W1": 1}
AGAINST_THE_FASTEST_IN_F32 = {"W5": 1.5, "W6": 1.5}


@dataclass(frozen=True)
class Goal:
    """A number to be reached; `found` is None if a part of it could not be measured."""

    what: str
    found: float | None
    limit: float
    unit: str = "×"
    at_most: bool = False

    def __str__(self) -> str:
        limit = f"{'at most' if self.at_most else 'at least'} {self.limit:g} {self.unit}"
        if self.found is None:
            return f"- **not measured**: {self.what} ({limit})"
        is_reached = self.found <= self.limit if self.at_most else self.found >= self.limit
        verdict = "reached" if is_reached else "**not reached**"
        return f"- {verdict}: {self.what}: {three_digits(self.found)} {self.unit} ({limit})"


def goals(timings: list[Timing]) -> Iterator[Goal]:
    """Yield every goal, with what this comparison found."""
    measured = [timing for timing in timings if not timing.failure]
    of = {(timing.contestant.training, timing.work.name): timing for timing in measured}
    for (ours, theirs), ratios in AGAINST_MINISOM.items():
        for workload, ratio in ratios.items():
            yield _faster(workload, of.get((ours, workload)), of.get((theirs, workload)), ratio)
    for ours, ratios in (
        ("som_atlas.batch", AGAINST_THE_FASTEST),
        ("som_atlas.drop_in", DROP_IN_AGAINST_THE_FASTEST),
    ):
        for workload, ratio in ratios.items():
            fastest = _fastest([timing for timing in measured if timing.work.name == workload])
            yield _faster(workload, of.get((ours, workload)), fastest, ratio)
    for workload, ratio in AGAINST_THE_FASTEST_IN_F32.items():
        # SOM Atlas offers no single precision: its double precision has to stand for it.
        single = [timing for timing in measured if timing.contestant.precision == "f32"]
        fastest = _fastest([timing for timing in single if timing.work.name == workload])
        yield _faster(workload, of.get(("som_atlas.batch", workload)), fastest, ratio)
    yield from _by_product(
        of.get(("som_atlas.matrix_product", "W4")),
        of.get(("som_atlas.batch", "W4")),
        of.get(("som_atlas.map_quality", "W4")),
    )


def _fastest(timings: list[Timing]) -> Timing | None:
    peers = [timing for timing in timings if timing.contestant.is_peer]
    return min(peers, key=lambda timing: timing.in_all, default=None)


def _faster(workload: str, ours: Timing | None, theirs: Timing | None, ratio: float) -> Goal:
    if ours is None or theirs is None:
        return Goal(f"{workload}: a training or its peer", None, ratio)
    what = f"{workload}: {ours.contestant} against {theirs.contestant}"
    return Goal(what, theirs.in_all / ours.in_all, ratio)


def _by_product(
    product: Timing | None, batch: Timing | None, quality: Timing | None
) -> Iterator[Goal]:
    """Yield what is held against the bare matrix product of all rows and all nodes."""
    share = product and batch and 100 * product.in_all / batch.in_all
    yield Goal("W4: pace of batch training by that of the matrix product", share, 80, "%")
    once = product and product.in_all / product.work.epochs
    times = once and quality and quality.in_all / once
    what = "W4: quantization error, topographic error and hits"
    yield Goal(f"{what}, by the time of the matrix product", times, 1.5, at_most=True)
    peak = quality and quality.peak_mb
    yield Goal(f"{what}, memory above the data", peak, 100, "MB", at_most=True)
