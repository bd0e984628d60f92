import pytest
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


def test_a_widget_that_is_forgotten_changes_nothing(raising):
    raising(KeyError(_missing_key_error_message("order of planes")))
    fragment_runs._call(WStates(), "widget")


def test_any_other_fault_of_a_callback_is_a_fault(raising):
    raising(KeyError("name"))
    with pytest.raises(KeyError, match="name"):
        fragment_runs._call(WStates(), "widget")
