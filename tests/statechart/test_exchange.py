"""XState's JSON, read and written here: what can not be read is said, and what is written reads back the same."""

import json
from typing import Any

import pytest
from tests.statechart.parcel import PARCEL

from orderway.machines import CHARTS
from orderway.statechart import Chart, ChartError, Snapshot
from orderway.statechart.conformance import RECORDED
from orderway.statechart.nodes import Action
from orderway.statechart.plan import Plan, Row
from orderway.statechart.xstate import Json, Vocabulary, export, guards, load, value

EVERY = [PARCEL, *CHARTS.values()]


def read_back(chart: Chart) -> Chart:
    """The chart, written and read with its own guards and actions."""
    known = {guard.name: guard for guard in guards(chart)}
    actions = {named(action): action for action in every_action(chart)}

    def action(name: str, params: Json) -> Action:
        return actions[name, json.dumps(params, default=str)]

    vocabulary = Vocabulary(known.__getitem__, action, chart.events.__getitem__, chart.context, chart.facts)
    return load(json.loads(export(chart)), vocabulary)


def every_action(chart: Chart) -> list[Action]:
    around = [action for node in chart.nodes.values() for action in (*node.entry, *node.exit)]
    return [*around, *(action for row in chart.transitions() for action in row.actions)]


def named(action: Action) -> tuple[str, str]:
    return action.name, json.dumps(dict(action.params), default=str)


def meaning(chart: Chart) -> dict[str, Any]:
    """All that decides where a chart goes: for each leaf its rows with their guards and plans."""
    return {
        name: {
            "always": [told(row, chart) for row in leaf.always],
            "other": [told(row, chart) for row in leaf.other],
            **{event: [told(row, chart) for row in rows] for event, rows in leaf.on.items()},
        }
        for name, leaf in chart.leaves.items()
    }


def told(row: Row, chart: Chart) -> tuple[Any, ...]:
    guard = row.transition.guard
    return guard.name if guard else "", row.transition.at, [flat(plan) for plan in plans(row, chart)]


def plans(row: Row, chart: Chart) -> list[Plan]:
    """The row's plans for every child that a history may recall."""
    target = row.transition.target
    names = [child.name for child in target.parent.children] if target and target.parent else []
    return [row.plan({target.name if target else "": name}, chart.nodes) for name in ["", *names]]


def flat(plan: Plan) -> tuple[list[tuple[str, str]], str, dict[str, str]]:
    return [named(action) for action in plan.actions], plan.leaf, dict(plan.remembers)


@pytest.mark.parametrize("chart", EVERY, ids=lambda chart: chart.name)
def test_what_is_exported_reads_back_the_same(chart: Chart):
    again = read_back(chart)
    assert meaning(again) == meaning(chart)
    assert list(again.events) == list(chart.events)
    assert (again.name, again.version) == (chart.name, chart.version)
    assert flat_states(again) == flat_states(chart)


def flat_states(chart: Chart) -> list[tuple[str, str, str]]:
    return [(name, node.label, node.kind) for name, node in chart.states.items()]


@pytest.mark.parametrize("chart", EVERY, ids=lambda chart: chart.name)
def test_the_same_chart_gives_the_same_text(chart: Chart):
    assert export(chart) == export(chart)


def test_a_state_stands_with_its_words():
    packing = json.loads(export(PARCEL))["states"]["PACKING"]
    assert packing["states"]["FILLING"] == {
        "id": "FILLING",
        "description": "Being filled",
        "meta": {"tone": "active", "lane": "main", "row": 1},
        "on": {
            "ITEM_ADDED": [{"actions": ["add"]}],
            "WEIGHED": [{"target": "#WEIGHED"}],
            "PUT_ASIDE": [
                {
                    "target": "#ASIDE",
                    "guard": "is_vip",
                    "description": "The sender must be known well.",
                    "actions": [{"type": "Ring", "params": {"times": 1}}],
                }
            ],
        },
    }
    assert packing["states"]["WHERE_IT_WAS"] == {
        "id": "WHERE_IT_WAS", "type": "history", "history": "shallow", "target": "#EMPTY",
    }  # fmt: skip
    assert packing["onDone"] == [{"target": "#READY", "actions": [{"type": "noted", "params": {"word": "done"}}]}]
    assert packing["on"]["GIVEN_UP"][0]["meta"] == {"at": "due"}


def test_what_xstate_has_no_word_for_stands_in_meta():
    meta = json.loads(export(PARCEL))["meta"]
    assert meta["lanes"] == ["aside", "main"]
    assert meta["events"]["SENT"] == {
        "label": "Send the parcel", "log": "sent the parcel", "permission": "parcel.send",
    }  # fmt: skip
    assert meta["guards"]["may_leave"] == {
        "description": (
            "Either: The parcel must be paid. Or: The sender must be known well. The parcel must be insured."
        ),
        "mode": "any",
        "parts": ["is_paid", "is_vip and is_insured"],
    }


def test_a_state_is_written_as_xstate_does():
    assert value(PARCEL, Snapshot("FILLING", None)) == {"PACKING": "FILLING"}
    assert value(PARCEL, Snapshot("READY", None)) == "READY"


A: Json = {"a": {}}
WRONG: list[tuple[Json, str]] = [
    ({"states": A}, "machine begins in None, which is not one of its states."),
    ({"states": A, "initial": "b"}, "machine begins in 'b', which is not one of its states."),
    (
        {"states": {"a": {"on": {"GO": {"cond": "x1"}}}}, "initial": "a"},
        "machine.a: `cond` is no word of XState v5 and would be ignored; write `guard`.",
    ),
    (
        {"states": {"a": {"on": {"GO": "b"}}}, "initial": "a"},
        "machine.a goes to 'b', which is no state that it can enter.",
    ),
    (
        {"states": {"a": {"on": {"GO": ".b"}}}, "initial": "a"},
        "machine.a goes to '.b', which is no state that it can enter.",
    ),
    (
        {"states": {"a": {"on": {"GO": "#machine"}}}, "initial": "a"},
        "machine.a goes to '#machine', which is no state that it can enter.",
    ),
    (
        {"states": A, "initial": "a", "on": {"GO": "a"}},
        "machine goes to 'a', which is no state that it can enter.",
    ),
    (
        {"states": {"a": {"type": "parallel"}}, "initial": "a"},
        "machine.a is a parallel state, which this engine does not have.",
    ),
    (
        {"states": {"a": {"type": "history", "history": "deep"}, "b": {}}, "initial": "b"},
        "machine.a is a deep history state, which this engine does not have.",
    ),
]


@pytest.mark.parametrize(("config", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_a_configuration_that_can_not_be_read_is_said(config: Json, sentence: str):
    with pytest.raises(ChartError) as no:
        load(config, RECORDED)
    assert str(no.value) == sentence


def test_targets_are_found_by_id_by_path_and_beside():
    chart = load(
        {
            "id": "m",
            "initial": "a",
            "states": {
                "a": {"on": {"ID": "#deep", "FULL": "#m.b.d", "BESIDE": "b", "BELOW": "b.c"}},
                "b": {"initial": "c", "states": {"c": {"id": "deep"}, "d": {}}, "on": {"IN": {"target": ".d"}}},
            },
        },
        RECORDED,
    )
    targets = {row.event: row.target.name for row in chart.transitions() if row.target}
    assert targets == {"ID": "deep", "FULL": "m.b.d", "BESIDE": "m.b", "BELOW": "deep", "IN": "m.b.d"}
