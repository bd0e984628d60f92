"""Logs are for whoever runs the server; nothing in them is an analyst's."""

import json
import logging

import pytest

from workspace.log import JsonLines, configure_logging, ends_with_a_log_line


@pytest.fixture
def logger():
    logger = logging.getLogger("som_atlas")
    yield logger
    logger.handlers.clear()
    logger.propagate = True


def test_a_line_is_json_and_has_only_fields_that_are_known(logger, capsys):
    configure_logging("web")
    logger.info("training ended", extra={"job": "1a2b3c", "column": "salary"})
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "training ended"
    assert (line["process"], line["level"], line["job"]) == ("web", "info", "1a2b3c")
    assert "salary" not in json.dumps(line)


def test_an_unforeseen_error_is_logged_without_its_message(logger, capsys):
    configure_logging("worker")
    with pytest.raises(SystemExit) as end, ends_with_a_log_line(logger):
        float("my salary")
    told = capsys.readouterr().err
    line = json.loads(told)
    assert end.value.code == 1
    assert line["error"] == "ValueError"
    assert "test_log.py" in line["at"][-1]
    assert "salary" not in told


def test_values_never_go_into_the_event():
    record = logging.LogRecord("som_atlas", logging.INFO, "x", 1, "read %s", ("salary",), None)
    assert "salary" not in JsonLines("web").format(record)
