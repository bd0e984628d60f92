import numpy as np
import pytest

from som_core import AtlasError, Group
from som_core.notes import RowNote
from testing.payloads import HOSTILE_TEXTS

ABOUT = Group("young, app", np.array([3, 1, 5]), "region")


@pytest.mark.parametrize("text", ["two\nlines", *HOSTILE_TEXTS.values()])
def test_a_note_reads_back_as_it_was_written(text):
    if not text.strip():
        pytest.skip("nothing is written")
    note = RowNote(text, ABOUT, "Ana Sánchez", 1_700_000_000.5)
    assert RowNote.from_json(note.to_json()) == note


def test_an_empty_note_is_refused():
    with pytest.raises(AtlasError, match="The note is empty"):
        RowNote(" \n", ABOUT)


@pytest.mark.parametrize("text", ["", "[]", '{"text": "a"}', '{"text": "a", "about": {}}'])
def test_what_is_no_note_is_refused(text):
    with pytest.raises(AtlasError, match="isn't a note"):
        RowNote.from_json(text)
