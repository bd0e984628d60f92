"""What was remarked, as sentences."""

from collections.abc import Iterable

from som_core.remarks import Remark


def sentences(remarks: Iterable[Remark]) -> tuple[str, ...]:
    """Return the sentence of each remark."""
    return tuple(map(str, remarks))
