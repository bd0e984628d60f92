"""Files of one data set have the same columns."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from som_core.errors import AtlasError
from som_core.wording import listed


def refuse_other_columns(
    first: Sequence[str], first_path: str, other: Sequence[str], path: str
) -> None:
    """Refuse a file whose columns are not those of the first one, or that has one twice."""
    repeated = [name for name in other if list(other).count(name) > 1]
    if repeated:
        raise AtlasError(
            f"“{PurePosixPath(path).name}” has two columns called “{repeated[0]}”. Rename one."
        )
    for names, others, here, there in (
        (first, other, path, first_path),
        (other, first, first_path, path),
    ):
        lacking = [name for name in names if name not in others]
        if lacking:
            raise AtlasError(
                f"The files have different columns: “{PurePosixPath(here).name}” has no "
                f"{listed(lacking)}, which “{PurePosixPath(there).name}” has. Open files with the "
                "same columns."
            )
