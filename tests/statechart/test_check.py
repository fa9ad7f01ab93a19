from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from tests.statechart.parcel import PARCEL

from orderway.statechart import Guard, all_of, always, chart, entry, event, final, guard, history, not_, on, state
from orderway.statechart.check import check
from orderway.statechart.conformance import RECORDED
from orderway.statechart.xstate import load


@dataclass(frozen=True)
class Box:
    due: datetime | None = None
    opened: datetime | str = ""


@event(label="Open the box", log="opened the box", permission="box.open")
class Opened:
    pass


@event(label="Shut the box", log="shut the box", permission="box.open", reason_for="seller")
class Shut:
    reason: str


@event(label="OPEN_BOX", log="Opened", permission="", reason="REASON", reason_for="buyer")
class Wordless:
    reason: str


@guard()
def is_light(_box: Box) -> bool:
    """The box must be light."""
    return True


mumbles = Guard("mumbles", "it mumbles", lambda *_: True)


@guard(detail="{weight:,} of it.", numbers=lambda _box: {"weight": 5})
def formats(_box: Box) -> bool:
    """It must not format."""
    return True


def other_light(_box: Box) -> bool:
    """Another must be light."""
    return True


other_light.__name__ = "is_light"

build = partial(chart, "box", version=1, context=Box, facts=object)
END = final("END", row=9)


def found(*states: Any) -> list[tuple[str, str, str]]:
    return [(each.rule, each.where, each.sentence) for each in check(build(states=states))]


def test_a_chart_that_holds_has_no_findings():
    assert check(PARCEL) == ()


def test_a_state_that_no_way_leads_to():
    assert found(state("A", on(Opened, "END")), state("B", on(Opened, "END"), row=1), END) == [
        ("reachable", "B", "No way leads here from the beginning.")
    ]


def test_a_state_is_reached_through_a_history():
    inner = [state("C", row=1), state("D", row=2), state("E", on(Opened, "END"), row=3)]
    around = state("A", history("H", default="D"), *inner, on(Opened, "END"), initial="E")
    assert found(state("B", on(Opened, "H")), around, END) == []


def test_a_state_that_never_ends():
    assert found(state("A", on(Opened, "END"), on(Shut, "B")), state("B", row=1), END) == [
        ("ends", "B", "No way leads from here to a final state.")
    ]


def test_a_chart_without_an_end_leads_back_to_its_beginning():
    assert found(state("A", on(Opened, "B")), state("B", on(Opened, "A"), row=1)) == []
    assert found(state("A", on(Opened, "B")), state("B", row=1)) == [
        ("ends", "B", "No way leads from here back to the beginning.")
    ]


def test_a_row_behind_one_without_a_guard():
    assert found(state("A", on(Opened, "END"), on(Opened, "END", when=is_light)), END) == [
        ("taken", "A on OPENED", "A row before it has no guard, so that this one is never asked.")
    ]


def test_a_row_behind_one_with_the_same_guard():
    assert found(state("A", on(Opened, when=is_light), on(Opened, "END", when=is_light), on(Shut, "END")), END) == [
        ("taken", "A on OPENED", "A row before it asks the same guard, so that this one is never taken.")
    ]


def test_a_row_of_a_final_state():
    assert found(state("A", on(Opened, "END")), final("END", on(Shut, "A"), row=9)) == [
        ("taken", "END on SHUT", "The state is final: nothing is taken from it.")
    ]


def test_an_outer_row_that_every_inner_state_hides():
    inner = [state("B", on(Opened, "C")), state("C", on(Opened, "END"), row=1)]
    assert found(state("A", on(Opened, "END"), *inner), END) == [
        ("taken", "A on OPENED", "Every state within takes the event first, or the event never comes there.")
    ]


def test_an_outer_row_that_some_inner_state_hides_is_fine():
    inner = [state("B", on(Opened, "C")), state("C", row=1)]
    assert found(state("A", on(Opened, "END"), *inner), END) == []


def test_an_always_that_goes_round_without_a_guard():
    round_and_round = load(
        {"initial": "a", "states": {"a": {"always": "b"}, "b": {"always": "c"}, "c": {"always": "b"}}}, RECORDED
    )
    assert [(each.where, each.sentence) for each in check(round_and_round) if each.rule == "rests"] == [
        ("machine.b", "Goes round for ever without a guard: machine.b → machine.c → machine.b."),
        ("machine.c", "Goes round for ever without a guard: machine.c → machine.b → machine.c."),
    ]


def test_an_always_that_leads_somewhere_rests():
    once = load({"initial": "a", "states": {"a": {"always": "b"}, "b": {"type": "final"}}}, RECORDED)
    assert [each for each in check(once) if each.rule == "rests"] == []


def on_opening(*guards: Any) -> list[tuple[str, str, str]]:
    return found(state("A", *(on(Opened, "END", when=each) for each in guards)), END)


def test_a_guard_without_a_name():
    assert on_opening(lambda _box: True) == [
        ("guards_speak", "guard", "The guard has no name: write it as a function."),
        (
            "guards_speak",
            "<lambda>",
            "The guard has no sentence: say in its docstring what must hold, from capital to stop.",
        ),
    ]


def test_a_guard_without_a_sentence():
    assert on_opening(all_of(is_light, mumbles)) == [
        (
            "guards_speak",
            "mumbles",
            "The guard has no sentence: say in its docstring what must hold, from capital to stop.",
        )
    ]
    assert on_opening(all_of(is_light, not_(is_light, says="It must be heavy."))) == []


def test_a_guard_that_formats_its_numbers():
    assert on_opening(formats) == [
        ("guards_speak", "formats", "Its detail formats a number: whoever shows it does that; write only the name.")
    ]


def test_two_guards_of_one_name():
    assert ("guards_speak", "is_light", "Two guards with this name say different things.") in on_opening(
        all_of(is_light, other_light)
    )


def test_a_timer_that_can_not_fire():
    assert found(state("A", on(Opened, "END", at="opened"), on(Shut, "END", at="due")), END) == [
        (
            "timers_fire",
            "A on OPENED",
            "Its timer reads opened, which must be `datetime | None` in the context.",
        ),
        ("timers_fire", "A on SHUT", "It is sent by a timer, which can not fill in reason."),
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"label": "HALF_OPEN"}, "Its label 'HALF_OPEN' is not in words."),
        ({"label": "OPEN"}, "Its label 'OPEN' is not in words."),
        ({"tone": "loud"}, "Its tone 'loud' is none of neutral, active, waiting, good, bad, ended."),
        ({"lane": ""}, "It has no lane."),
        ({"row": 9}, "It is drawn where A is: lane 'main', row 9."),
    ],
)
def test_a_state_without_its_words(words: dict[str, Any], sentence: str):
    where = "END" if "row" in words else "A"
    assert found(state("A", on(Opened, "END"), **words), END) == [("states_speak", where, sentence)]


def test_an_event_without_its_words():
    assert found(state("A", on(Wordless, "END")), END) == [
        ("events_speak", "WORDLESS", "Its label 'OPEN_BOX' is not in words."),
        (
            "events_speak",
            "WORDLESS",
            "Its words for the log, 'Opened', do not go on after who did it: “cancelled the sale”.",
        ),
        ("events_speak", "WORDLESS", "It has no permission."),
        ("events_speak", "WORDLESS", "The label 'REASON' of its field reason is not in words."),
    ]


def test_an_action_without_a_name():
    nameless = entry(do=lambda box: box)
    assert found(state("A", nameless, on(Opened, "END", do=lambda box: box)), END) == [
        ("actions_named", "A", "An action of entering or leaving it has no name: write it as a function."),
        ("actions_named", "A on OPENED", "An action of it has no name: write it as a function."),
    ]


def test_an_always_is_named_where_it_is_hidden():
    twice = state("A", always("END", when=is_light), always("END", when=is_light))
    assert found(twice, END) == [
        ("taken", "A on always", "A row before it asks the same guard, so that this one is never taken.")
    ]
