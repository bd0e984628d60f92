"""A note on rows: what an analyst wrote of them, kept with the rows whatever maps come and go."""

import json
from dataclasses import dataclass, replace
from typing import Self

from som_core.errors import AtlasError
from som_core.groups import Group


@dataclass(frozen=True)
class RowNote:
    """What somebody wrote of some rows.

    Parameters
    ----------
    text : as it was written
    about : the rows, under the name that they had then
    author : who wrote it; "" where nobody signs in
    written : when, in seconds since 1970
    changed : when its text was changed last; 0.0 where it never was

    Raises
    ------
    AtlasError
        If nothing is written.
    """

    text: str
    about: Group
    author: str = ""
    written: float = 0.0
    changed: float = 0.0

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise AtlasError("The note is empty. Write what is to be remembered of these rows.")

    def with_text(self, text: str, changed: float) -> Self:
        """Return the note as its author changed it at a moment; AtlasError if nothing is left."""
        return replace(self, text=text, changed=changed)

    def to_json(self) -> str:
        values = {
            "text": self.text,
            "about": json.loads(self.about.to_json()),
            "author": self.author,
            "written": self.written,
            "changed": self.changed,
        }
        return json.dumps(values, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a note that `to_json` wrote; AtlasError if it is anything else."""
        try:
            values = json.loads(text)
            about = Group.from_json(json.dumps(values["about"]))
            return cls(
                str(values["text"]),
                about,
                str(values["author"]),
                float(values["written"]),
                float(values.get("changed", 0.0)),  # notes of before could not be changed
            )
        except (ValueError, KeyError, TypeError, AttributeError, AtlasError) as problem:
            raise AtlasError("This isn't a note. Choose a file that holds one.") from problem
