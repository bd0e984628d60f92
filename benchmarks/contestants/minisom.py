"""MiniSom, with its defaults."""

from importlib.metadata import version

from minisom import MiniSom

from benchmarks.contestants import Training
from benchmarks.workloads import Workload

VERSION = version("minisom")


def new_som(work: Workload, kind: type[MiniSom] = MiniSom) -> MiniSom:
    return kind(
        work.side,
        work.side,
        work.n_features,
        sigma=work.sigma,
        topology=work.lattice,
        random_seed=0,
    )


def epochs(work: Workload) -> Training:
    rows, som = work.rows(), new_som(work)
    return Training(lambda: som.train(rows, work.epochs, use_epochs=True))


def steps(work: Workload) -> Training:
    rows, som = work.rows(), new_som(work)
    return Training(lambda: som.train(rows, work.epochs * work.n_rows))


def batch(work: Workload) -> Training:
    rows, som = work.rows(), new_som(work)
    return Training(lambda: som.train_batch_offline(rows, work.epochs))
