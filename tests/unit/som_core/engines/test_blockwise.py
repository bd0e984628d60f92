from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from som_core.engines import blockwise
from som_core.engines.batch import batch_steps
from som_core.engines.blockwise import EpochSums, add_block, blockwise_steps, n_gathers
from som_core.engines.schedule import full_schedule, suggested_schedule
from som_core.geometry.parallel import one_blas_thread_each
from som_core.settings import MapSettings

MAP = MapSettings(height=4, width=6, sigma=2, epochs=6)


@dataclass
class Pieces:
    """Rows of a matrix in blocks that end where told."""

    matrix: np.ndarray
    ends: tuple[int, ...]
    weights: np.ndarray | None = None

    @property
    def shape(self):
        return self.matrix.shape

    @property
    def gaps(self):
        return bool(np.isnan(self.matrix).any())

    def gather(self, places, rows):
        rows[:] = self.matrix[places]
        yield len(self.matrix)

    def add_epoch(self, codebook, distance, places, sums):
        everyone = np.arange(len(self.matrix)) if places is None else places
        weights = np.ones(len(self.matrix)) if self.weights is None else self.weights
        done = 0
        with one_blas_thread_each() as pool:
            for here in np.split(everyone, np.searchsorted(everyone, self.ends)):
                one = EpochSums.zeros(codebook, gaps=self.gaps)
                rows = self.matrix[here]
                for in_block in add_block(
                    rows, weights[here], codebook, distance, one, pool, gaps=self.gaps
                ):
                    yield done + in_block
                sums.add(one)
                done += len(rows)


def a_matrix(n_rows=12_000, n_features=5, *, gaps=False):
    random = np.random.default_rng(0)
    matrix = random.normal(size=(n_rows, n_features))
    if gaps:
        matrix[random.random(matrix.shape) < 0.1] = np.nan
    return matrix


def a_codebook(n_features=5):
    return np.random.default_rng(1).normal(size=(MAP.height, MAP.width, n_features))


def errors_of(states):
    """The error that each epoch ends with."""
    found = {state.measured_at: state.quantization_error for state in states}
    return [error for epoch, error in sorted(found.items()) if epoch >= 0]


@pytest.mark.parametrize("ends", [(), (1, 1, 5_000), tuple(range(1_000, 12_000, 1_000))])
@pytest.mark.parametrize(
    "chosen", [MAP, replace(MAP, toroid=True), replace(MAP, lattice="rectangular")]
)
@pytest.mark.parametrize("gaps", [False, True])
def test_any_blocks_give_the_codebook_and_errors_of_all_rows_at_once(ends, chosen, gaps):
    matrix, codebook = a_matrix(gaps=gaps), a_codebook()
    schedule = suggested_schedule(chosen, len(matrix))
    assert 0 < (schedule.rows < len(matrix)).sum() < chosen.epochs
    at_once = list(batch_steps(matrix, codebook, chosen, schedule))

    states = list(blockwise_steps(Pieces(matrix, ends), codebook, chosen, schedule))

    assert_allclose(states[-1].codebook(), at_once[-1].codebook(), rtol=0, atol=1e-9)
    n_gathered = n_gathers(matrix.shape, schedule, 0)
    assert n_gathered == 1
    assert states[-1].rows_done == at_once[-1].rows_done + n_gathered * len(matrix)
    assert_allclose(errors_of(states), errors_of(at_once), rtol=1e-12)
    done = [state.rows_done for state in states]
    assert done == sorted(done)


def test_a_sample_too_large_to_be_held_is_added_up_block_by_block(monkeypatch):
    matrix, codebook = a_matrix(), a_codebook()
    schedule = suggested_schedule(MAP, len(matrix))
    *_, at_once = batch_steps(matrix, codebook, MAP, schedule)
    monkeypatch.setattr(blockwise, "_MOST_GATHERED", 1_000)

    *_, last = blockwise_steps(Pieces(matrix, (4_000, 9_000)), codebook, MAP, schedule)

    assert_allclose(last.codebook(), at_once.codebook(), rtol=0, atol=1e-9)
    # Of epochs of 96, 146, 222, 337 and 513 rows of five features, the first two can, one by one.
    assert n_gathers(matrix.shape, schedule, 0) == 2


def test_a_weight_counts_like_so_many_equal_rows():
    matrix, codebook = a_matrix(300), a_codebook()
    weights = np.random.default_rng(2).integers(0, 4, 300).astype(float)
    schedule = full_schedule(np.array([2.0, 1.0]), np.ones(2), 300)
    *_, expected = batch_steps(matrix, codebook, MAP, schedule, row_weights=weights)

    *_, last = blockwise_steps(Pieces(matrix, (100,), weights), codebook, MAP, schedule)

    assert_allclose(last.codebook(), expected.codebook(), rtol=0, atol=1e-9)
    assert last.quantization_error == pytest.approx(expected.quantization_error)


def test_it_goes_on_where_an_earlier_training_stood():
    blocks, codebook = Pieces(a_matrix(), (5_000,)), a_codebook()
    schedule = suggested_schedule(MAP, 12_000)
    whole = list(blockwise_steps(blocks, codebook, MAP, schedule))
    after_two = next(state for state in whole if state.epoch == 2).codebook()

    *_, last = blockwise_steps(blocks, after_two, MAP, schedule, first_epoch=2)

    assert_array_equal(last.codebook(), whole[-1].codebook())
    assert last.rows_done == whole[-1].rows_done  # each has gathered once
