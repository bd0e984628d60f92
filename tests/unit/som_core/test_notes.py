import json

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
    note = RowNote(text, ABOUT, "Ana Sánchez", 1_700_000_000.5, 1_800_000_000.5)
    assert RowNote.from_json(note.to_json()) == note


def test_a_note_of_before_they_could_be_changed_is_read():
    note = RowNote("late", ABOUT, "Ana", 1_700_000_000)
    values = json.loads(note.to_json())
    del values["changed"]
    assert RowNote.from_json(json.dumps(values)) == note


def test_a_changed_note_stays_with_its_rows_and_its_author():
    note = RowNote("late", ABOUT, "Ana", 1_700_000_000).with_text("early", 1_800_000_000)
    assert note == RowNote("early", ABOUT, "Ana", 1_700_000_000, 1_800_000_000)
    with pytest.raises(AtlasError, match="The note is empty"):
        note.with_text(" ", 1_900_000_000)


def test_an_empty_note_is_refused():
    with pytest.raises(AtlasError, match="The note is empty"):
        RowNote(" \n", ABOUT)


@pytest.mark.parametrize("text", ["", "[]", '{"text": "a"}', '{"text": "a", "about": {}}'])
def test_what_is_no_note_is_refused(text):
    with pytest.raises(AtlasError, match="isn't a note"):
        RowNote.from_json(text)
