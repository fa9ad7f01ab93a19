import dataclasses
from typing import Any

import pytest

from orderway.machines import CHARTS

UNDONE: list[Any] = [
    pytest.param(chart, event, id=f"{chart.name}-{name}")
    for chart in CHARTS.values()
    for name, event in chart.events.items()
    if event.words.undo  # type: ignore[attr-defined]  # set by the event decorator
]


def test_some_events_can_be_taken_back():
    assert len(UNDONE) >= 6


@pytest.mark.parametrize(("chart", "event"), UNDONE)
def test_what_takes_an_event_back_asks_for_nothing_but_a_reason_and_is_taken_wherever_it_led(chart: Any, event: Any):
    back = chart.events[event.words.undo]
    assert {field.name for field in dataclasses.fields(back)} <= {"reason"}
    ends = {
        row.plan({}, chart.nodes).leaf
        for state in chart.leaves
        for row in chart.leaf(state).on.get(event.name, ())
    }  # fmt: skip
    assert ends
    assert [state for state in ends if back.name not in chart.takes(state)] == []
