"""The groups of a map are looked for after its training, and names outlast the next map."""

from dataclasses import replace
from multiprocessing import Pipe

import numpy as np
import pytest

from som_core.preparation import prepare
from som_core.settings import MapSettings
from som_core.suggestions.recipe import suggest_recipe
from workspace.jobs import queue
from workspace.jobs.child import run_job
from workspace.jobs.kinds.grouping import PROPOSAL, proposal, submit_grouping
from workspace.jobs.kinds.training import submit_training
from workspace.jobs.status import job_status
from workspace.map_groups import MAP_GROUPS, MapGroups, names_beside
from workspace.store import create

CENTRES = ((0, 0, 0), (9, 0, 3), (0, 9, 6))
SETTINGS = MapSettings(width=8, height=8, epochs=20, sigma=3.0)


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """A workspace with three clouds of rows; no worker takes its jobs."""
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    monkeypatch.setenv("SOM_ATLAS_WORKER", "external")
    made = create()
    clouds = np.random.default_rng(7).normal(np.repeat(CENTRES, 80, axis=0), 1.0)
    lines = ["a,b,c", *(f"{a:.3f},{b:.3f},{c:.3f}" for a, b, c in clouds)]
    made.put_upload("\n".join(lines).encode(), "clouds.csv")
    made.keep_recipe(suggest_recipe(made.table()))
    return made


def trained(workspace, settings=SETTINGS):
    """Train a map, and do what follows; return the map."""
    shape = prepare(workspace.table(), workspace.recipe).matrix.shape
    submit_training(workspace, settings, shape)
    assert done(workspace) == "training"
    assert done(workspace) == "grouping"
    return workspace.maps()[0]


def done(workspace) -> str:
    """Do the next job in line as a child of the worker would; return its kind."""
    job = queue.start_next(workspace.config.data)
    assert job is not None
    reading, _writing = Pipe(duplex=False)
    run_job(job, workspace.config, reading)
    queue.end(workspace.config.data, job, "finished", "")
    return job.kind


def truth_of(rows) -> set[int]:
    return set((np.asarray(rows) // 80).tolist())


def test_groups_are_found_after_a_training_by_themselves(workspace):
    saved = trained(workspace)
    found = proposal(workspace, saved).regions
    m = workspace.trained_map(saved)
    assert found.k == 3
    assert sorted(map(truth_of, (found.rows(m, label) for label in range(3)))) == [{0}, {1}, {2}]
    assert job_status(workspace, "grouping", saved).is_over


def test_of_a_map_with_no_groups_yet_nothing_is_told_of_another_ones_search(workspace):
    first = trained(workspace)
    other = replace(first, id="0123456789abcdef")
    assert job_status(workspace, "grouping", other) is None
    assert proposal(workspace, other) is None


@pytest.mark.slow
def test_a_name_and_a_colour_are_carried_to_the_same_rows_of_the_next_map(workspace):
    first = trained(workspace)
    found, m = proposal(workspace, first).regions, workspace.trained_map(first)
    marks, rows = found.marks, [found.rows(m, label) for label in range(3)]
    workspace.keep_map_groups(
        first, MapGroups(names={marks[1]: "Gold"}, colours={marks[1]: 5}, k=3)
    )
    second = trained(workspace, replace(SETTINGS, width=10, seed=3))
    carried = proposal(workspace, second)
    regions, m = carried.regions, workspace.trained_map(second)
    [label] = [i for i, mark in enumerate(regions.marks) if carried.names.get(mark) == "Gold"]
    assert truth_of(regions.rows(m, label)) == truth_of(rows[1])
    assert carried.colours[regions.marks[label]] == 5
    assert carried.lost == ()


@pytest.mark.slow
def test_a_name_whose_group_is_not_found_again_is_told(workspace):
    """Of three clouds no tree unites the two that are farthest apart."""
    first = trained(workspace)
    found, m = proposal(workspace, first).regions, workspace.trained_map(first)
    far = [label for label in range(3) if truth_of(found.rows(m, label)) != {0}]
    both = found.united(far)
    workspace.keep_map_groups(first, MapGroups(by_hand=both, names={both.marks[0]: "Far"}))
    second = trained(workspace, replace(SETTINGS, width=10, seed=3))
    assert proposal(workspace, second).lost == ("Far",)


def test_choices_on_groups_are_kept_with_the_map(workspace):
    saved = trained(workspace)
    by_hand = proposal(workspace, saved).regions.united([0, 1])
    workspace.keep_map_groups(saved, MapGroups(k=2, by_hand=by_hand, names={"x": "Grün"}))
    again = workspace.map_groups(saved)
    assert (again.k, again.names) == (2, {"x": "Grün"})
    assert (again.by_hand.node_labels == by_hand.node_labels).all()


def test_where_choices_are_damaged_groups_are_as_proposed(workspace):
    saved = trained(workspace)
    workspace.keep_map_groups(saved, MapGroups(k=5))
    folder = workspace.folder / "maps" / saved.id
    MAP_GROUPS.path(folder).write_text("{")
    assert workspace.map_groups(saved) == MapGroups()
    assert MAP_GROUPS.remark in [str(remark) for remark in workspace.remarks()]


def test_where_the_groups_are_damaged_they_can_be_looked_for_again(workspace):
    saved = trained(workspace)
    [result] = workspace.results(saved, "grouping")
    PROPOSAL.path(result).write_text("{")
    assert proposal(workspace, saved) is None
    submit_grouping(workspace, saved)
    assert done(workspace) == "grouping"
    assert proposal(workspace, saved).regions.k == 3


def test_automatic_names_make_way_for_given_ones():
    assert names_beside({0: "old"}, ["low age", "old", "rich"]) == ("old", "old (2)", "rich")


def test_one_name_given_to_two_groups_that_were_not_side_by_side_is_numbered():
    given = {0: "mine", 2: "mine"}
    names = names_beside(given, ["low age", "mine (2)", "rich"])
    assert names == ("mine", "mine (2) (2)", "mine (2)")
