"""Traces: where they are sent, what is noted in them, and what the environment may say of them."""

from __future__ import annotations

import pytest
from tests.collector import collector

from orderway.process import LogInvalid, in_trace, level_of
from orderway.tracing import ENDPOINT, TracingInvalid, is_on, note, span, traced, traceparent


@pytest.mark.parametrize("endpoint", ["collector:4318", "grpc://collector:4317", "http://", "http://x:0", "http://[x"])
def test_a_collector_that_is_none_is_told_in_a_sentence(endpoint: str):
    with pytest.raises(TracingInvalid, match="names no collector that can be reached by HTTP"):
        is_on({ENDPOINT: endpoint})


def test_traces_are_off_unless_a_collector_is_named_and_where_the_sdk_is_off():
    assert not is_on({})
    assert not is_on({ENDPOINT: ""})
    assert not is_on({ENDPOINT: "http://collector:4318", "OTEL_SDK_DISABLED": "true"})
    assert is_on({ENDPOINT: "http://collector:4318"})
    with traced({}, service="any"), span("nothing") as found:
        note("nothing")
        assert (found, traceparent(), in_trace(None, "", {"event": "Done."})) == (None, None, {"event": "Done."})


def test_what_is_noted_stands_in_the_span_and_what_breaks_marks_it():
    with collector() as (address, collected), traced({ENDPOINT: f"{address}/"}, service="any"):
        with pytest.raises(ValueError, match="It broke"), span("whole", order_id="7", absent=None):  # noqa: PT012
            note("moved", step=3)
            parent = traceparent() or ""
            assert in_trace(None, "", {}) == {"trace_id": parent.split("-")[1]}
            raise ValueError("It broke.")
        for wrong in ("", "00-0-0-00", f"ff-{parent[3:]}", parent.upper()):
            with span(f"alone {wrong}", parent=wrong):
                pass
        with span("child", parent=parent):
            pass
    whole, child = collected.one("whole"), collected.one("child")
    assert [(each.key, each.value.string_value) for each in whole.attributes] == [("orderway.order_id", "7")]
    assert [(each.name, each.attributes[0].value.int_value) for each in whole.events if each.name == "moved"] == [
        ("moved", 3)
    ]
    assert whole.status.code == 2, "an error"
    assert (child.trace_id, child.parent_span_id) == (whole.trace_id, whole.span_id)
    others = [each for each in collected.spans if each.name.startswith("alone")]
    assert len(others) == 4
    assert not any(each.parent_span_id or each.trace_id == whole.trace_id for each in others)


def test_a_collector_that_is_away_holds_nothing_up():
    with traced({ENDPOINT: "http://127.0.0.1:1", "OTEL_BSP_EXPORT_TIMEOUT": "100"}, service="any"), span("lost"):
        pass


def test_the_log_is_as_detailed_as_the_environment_says():
    assert [level_of({"ORDERWAY_LOG": word}) for word in ("", "debug", "info", "warning", "error")] == [
        20, 10, 20, 30, 40,
    ]  # fmt: skip
    with pytest.raises(LogInvalid, match=r"ORDERWAY_LOG is 'all'\. Write debug, info, warning, error, or leave"):
        level_of({"ORDERWAY_LOG": "all"})
