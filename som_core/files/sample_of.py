"""A table that was drawn by chance from a larger one: from which, how many rows, and how.

The file of such a table says so itself, in its metadata, so that it is known wherever it is read.
"""

import json
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Self

from som_core.remarks import Remark
from som_core.wording import excerpt

METADATA = b"som_atlas.sample"  # its key in the metadata of a Parquet file
_LONGEST_NAME = 120
_MOST = 1 << 62  # rows, and the largest seed, that are believed


@dataclass(frozen=True, kw_only=True)
class SampleOf:
    """Of which larger table a table is a random sample, and how it was drawn.

    Each row was as likely to be drawn as any other, and none was drawn twice.

    Parameters
    ----------
    name : of the larger table
    n_rows : that it has
    n_drawn : rows that were drawn
    seed : by which; the same draws the same rows
    """

    name: str
    n_rows: int
    n_drawn: int
    seed: int

    @property
    def in_words(self) -> str:
        """What the table is, to go on with after “is”."""
        name = excerpt(self.name, _LONGEST_NAME)
        return f"a random sample of {self.in_short} of “{name}” (seed {self.seed})"

    @property
    def in_short(self) -> str:
        """How many rows of how many: “200 of 1,000 rows”."""
        return f"{self.n_drawn:,} of {self.n_rows:,} rows"

    def trained_in_words(self, n_trained: int) -> str:
        """Return on what a map of the sample was trained, to go on with after “trained on”.

        Parameters
        ----------
        n_trained : rows that the recipe keeps, of all: see `TrainedMap.n_trained`
        """
        if n_trained == self.n_rows:
            return f"all {self.n_rows:,} rows"
        return f"all {n_trained:,} of {self.n_rows:,} rows that the recipe keeps"

    @property
    def margin(self) -> float:
        """How far off a share of all rows may be, from 0 to 1, in 95 of 100 samples at most.

        References
        ----------
        Cochran (1977), Sampling techniques, chapter 3: the share that is off most is one half.
        """
        not_drawn = (self.n_rows - self.n_drawn) / (self.n_rows - 1)
        return 1.96 * sqrt(0.25 / self.n_drawn * not_drawn)

    @property
    def remark(self) -> Remark:
        sentence = (
            f"The table is {self.in_words}: all that is shown and counted is of these rows. A "
            f"share of them is off by at most {100 * self.margin:.2g} percentage points, 95 times "
            "of 100, from that of all rows; one within a group of few rows by more."
        )
        return Remark(kind="sample", sentence=sentence)

    def to_metadata(self) -> dict[bytes, bytes]:
        """Return what the file of the table keeps of this."""
        return {METADATA: json.dumps(asdict(self)).encode()}

    @classmethod
    def from_value(cls, written: object) -> Self | None:
        """Return what `asdict` made of one; None where it says nothing that could be true."""
        match written:
            case {
                "name": str(name),
                "n_rows": int(n_rows),
                "n_drawn": int(n_drawn),
                "seed": int(seed),
            } if 0 < n_drawn < n_rows < _MOST and 0 <= seed < _MOST:
                return cls(name=name, n_rows=n_rows, n_drawn=n_drawn, seed=seed)
        return None
