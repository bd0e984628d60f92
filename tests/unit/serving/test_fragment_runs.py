import pytest
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests
from streamlit.runtime.state.session_state import WStates, _missing_key_error_message

from serving import fragment_runs


@pytest.fixture
def raising(monkeypatch):
    """Let the callback of a widget raise an error."""

    def let(problem):
        def call(*_):
            raise problem

        monkeypatch.setattr(fragment_runs, "_call_callback", call)

    return let


def test_where_a_part_to_run_is_gone_the_whole_page_runs():
    """The run that would have drawn it was interrupted: a click on the maps was a fault then."""
    fragment_runs.mend_fragment_runs()
    known = MemoryFragmentStorage()
    known.register("1", lambda: None, target_key="maps")
    assert known.resolve_target(["maps"]) == ["1"]
    assert known.resolve_target(["maps", "panel"]) == []


def test_a_widget_that_is_forgotten_changes_nothing(raising):
    raising(KeyError(_missing_key_error_message("order of planes")))
    fragment_runs._call(WStates(), "widget")


def test_any_other_fault_of_a_callback_is_a_fault(raising):
    raising(KeyError("name"))
    with pytest.raises(KeyError, match="name"):
        fragment_runs._call(WStates(), "widget")


@pytest.fixture
def requests():
    fragment_runs.mend_fragment_runs()
    return ScriptRequests()


def test_back_is_followed_though_a_widget_speaks_while_it_waits(requests):
    requests.request_rerun(RerunData(query_string="map=1", is_history_navigation=True))
    requests.request_rerun(RerunData(query_string="map=1", fragment_id="list of rows"))
    waiting = requests.on_scriptrunner_ready().rerun_data
    assert waiting.is_history_navigation
    assert waiting.query_string == "map=1"


def test_a_widget_that_speaks_after_the_way_on_is_no_way_back(requests):
    requests.request_rerun(RerunData(query_string="map=1", is_history_navigation=True))
    requests.request_rerun(RerunData(query_string="map=2"))
    assert not requests.on_scriptrunner_ready().rerun_data.is_history_navigation


def test_a_click_is_none_the_less_one_when_a_part_looks_by_itself_after_it(requests):
    requests.request_rerun(RerunData(fragment_id="maps"))
    requests.request_rerun(RerunData(fragment_id="progress", is_auto_rerun=True))
    waiting = requests.on_scriptrunner_ready().rerun_data
    assert waiting.fragment_id_queue == ["maps", "progress"]
    assert not waiting.is_auto_rerun


def test_looks_alone_are_no_click(requests):
    for part in ("progress", "groups"):
        requests.request_rerun(RerunData(fragment_id=part, is_auto_rerun=True))
    assert requests.on_scriptrunner_ready().rerun_data.is_auto_rerun
