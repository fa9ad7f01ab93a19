from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from tests.statechart.parcel import PARCEL, ItemAdded, has_items

from orderway.statechart import ChartError, chart, event, final, history, on, state


@dataclass(frozen=True)
class Empty:
    due: datetime | None = None


build = partial(chart, "box", version=1, context=Empty, facts=object)


@event(label="Open", log="opened", permission="box.open")
class Opened:
    pass


def twin() -> Any:
    @event(label="Open again", log="opened again")
    class Opened:
        pass

    return Opened


WRONG = [
    ([state("A"), state("A")], "Two states are named A; a name is one state's."),
    ([], "box has no states."),
    ([state("A", history("H"))], "A has no states."),
    ([state("A", state("B"), initial="C")], "A begins in C, which is not one of its states."),
    ([state("A", state("B"), history("H"), initial="H")], "A begins in H, which is not one of its states."),
    ([state("A", state("B"), history("H", default="Z"))], "H falls back on Z, which is no state within A."),
    ([state("A", state("B"), history("H", default="C")), state("C")], "H falls back on C, which is no state within A."),
    ([final("A", state("B"))], "A is final, and has states."),
    ([state("A", on(Opened, "B"))], "A goes to B, which is no state."),
    ([state("A", "B")], "A: 'B' is no part of a state."),
    ([state("A", on(Opened), on(twin()))], "box knows two events named OPENED."),
    ([state("A", on(Opened, at="never"))], "box: the timer of OPENED reads never, which the context does not have."),
]


@pytest.mark.parametrize(("states", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_a_chart_that_can_not_be_is_said_when_it_is_built(states: list[Any], sentence: str):
    with pytest.raises(ChartError) as no:
        build(states=states)
    assert str(no.value) == sentence


def test_a_state_is_called_after_its_name_where_it_has_no_label():
    assert build(states=[state("HALF_OPEN")]).states["HALF_OPEN"].label == "Half open"


def test_a_chart_begins_where_it_is_told_to():
    assert build(states=[state("A"), state("B")], initial="B").root.landing().name == "B"


def test_events_are_gathered_by_their_names():
    assert list(PARCEL.events) == [
        "PUT_ASIDE", "PAID", "SENT", "GIVEN_UP", "ITEM_ADDED", "WEIGHED", "TAKEN_UP", "ARRIVED",
    ]  # fmt: skip
    assert PARCEL.events["ITEM_ADDED"] is ItemAdded


def test_an_action_keeps_its_name_and_what_it_was_made_with():
    packing = PARCEL.nodes["PACKING"]
    assert [(action.name, action.params) for action in packing.entry] == [("noted", {"word": "packing"})]
    (aside,) = PARCEL.nodes["FILLING"].on["PUT_ASIDE"]
    assert [(action.name, action.params) for action in aside.actions] == [("Ring", {"times": 1})]


def test_a_guard_may_be_a_guard_or_a_function():
    empty = PARCEL.nodes["EMPTY"]
    assert empty.always[0].guard is has_items
    (aside,) = PARCEL.nodes["FILLING"].on["PUT_ASIDE"]
    assert aside.guard is not None
    assert (aside.guard.name, aside.guard.sentence) == ("is_vip", "The sender must be known well.")


def test_a_plain_effect_may_be_anything():
    assert build(states=[state("A", on(Opened, emit="ring"))]).nodes["A"].on["OPENED"][0].actions[0].name == "str"
