import asyncio
from types import SimpleNamespace

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests
from streamlit.runtime.state.session_state import WStates, _missing_key_error_message

from serving import fragment_runs
from testing.event_loop import result_of


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


def test_an_answer_that_waits_to_be_sent_stays_whole_when_a_part_looks_by_itself():
    fragment_runs.mend_fragment_runs()
    session = SimpleNamespace(_browser_queue=ForwardMsgQueue())
    line = ForwardMsg()
    line.metadata.delta_path.extend([0, 1])
    line.delta.new_element.markdown.body = "27 of 901 rows"
    line.delta.fragment_id = "answer"
    whole = ForwardMsg(script_finished=ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
    for message in (line, whole):
        session._browser_queue.enqueue(message)
    fragment_runs._clear(session, ["look"])
    session._browser_queue.enqueue(line)
    assert session._browser_queue.flush() == [line, whole, line]
    assert whole.script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY


@pytest.mark.parametrize("has_ended", [True, False])
def test_the_last_of_an_answer_is_sent_before_a_part_looks_by_itself(monkeypatch, has_ended):
    done = []
    monkeypatch.setattr(fragment_runs, "_request_rerun", lambda *_: done.append("asked"))
    requests = ScriptRequests()
    if has_ended:
        requests.request_stop()

    async def look():
        loop = asyncio.get_running_loop()
        session = SimpleNamespace(
            _scriptrunner=SimpleNamespace(_requests=requests),
            _call_soon_on_event_loop=loop.call_soon_threadsafe,
            has_fragment=lambda _: True,
        )
        loop.call_soon(done.append, "sent the answer")
        fragment_runs._request(session, ClientState(fragment_id="1", is_auto_rerun=True))
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    result_of(look())
    assert done == (["sent the answer", "asked"] if has_ended else ["asked", "sent the answer"])


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
