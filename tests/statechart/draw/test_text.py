from tests.statechart.parcel import PARCEL, Desk, Parcel, PutAside, Sent, TakenUp

from orderway.statechart import chart, history, on, state
from orderway.statechart.conformance import RECORDED
from orderway.statechart.draw import markdown, mermaid
from orderway.statechart.draw.layout import arrange
from orderway.statechart.draw.wires import wires
from orderway.statechart.xstate import load

MERMAID = """\
stateDiagram-v2
    state "Packing" as PACKING
    state PACKING {
        state "Empty" as EMPTY
        state "Being filled" as FILLING
        state "Weighed" as WEIGHED
        [*] --> EMPTY
    }
    state "Ready" as READY
    state "Put aside" as ASIDE
    state "On its way" as ON_ITS_WAY
    state "Arrived" as ARRIVED
    state "Lost" as LOST
    [*] --> PACKING
    PACKING --> ASIDE: Put the parcel aside
    PACKING --> ON_ITS_WAY: Send the parcel
    PACKING --> LOST: Give the parcel up
    PACKING --> READY
    EMPTY --> FILLING
    FILLING --> WEIGHED: Weigh the parcel
    FILLING --> ASIDE: Put the parcel aside
    READY --> ON_ITS_WAY: Send the parcel
    READY --> EMPTY: Take the parcel up again
    ASIDE --> PACKING: Take the parcel up again
    ON_ITS_WAY --> ARRIVED: Note that it arrived
    ON_ITS_WAY --> LOST: Give the parcel up
    ARRIVED --> [*]
    LOST --> [*]
"""


def test_mermaid_frames_what_lies_within_and_says_what_leads_where():
    assert mermaid(PARCEL) == MERMAID


def test_a_chart_without_states_has_nothing_to_draw():
    assert mermaid(load({}, RECORDED)) == "stateDiagram-v2\n"


def test_the_page_opens_with_where_it_begins_and_ends():
    assert markdown(PARCEL).startswith(
        "# Parcel\n\nMachine `parcel`, version 3. It begins in “Empty” and ends in “Arrived” or “Lost”.\n\n```mermaid\n"
    )
    endless = chart("loop", version=1, context=Parcel, facts=Desk, states=[state("A", on(Sent, "B")), state("B")])
    assert "It begins in “A” and never ends." in markdown(endless)


def lines(begin: str) -> list[str]:
    return [line for line in markdown(PARCEL).splitlines() if line.startswith(begin)]


def test_a_row_says_what_happens_when_it_may_and_what_comes_of_it():
    may = (
        "The desk must be open. The parcel must hold items. "
        "Either: The parcel must be paid. Or: The sender must be known well. The parcel must be insured."
    )
    assert lines("| Packing | Send") == [f"| Packing | Send the parcel | {may} | On its way | tell<br>ring |"]
    assert lines("| Packing | Give the parcel up") == [
        "| Packing | Give the parcel up<br>by timer at `due` | The parcel must be empty. | Lost |  |"
    ]
    assert lines("| Packing | *when it is done*") == ["| Packing | *when it is done* |  | Ready |  |"]
    assert lines("| Empty | *by itself*") == ["| Empty | *by itself* | The parcel must hold items. | Being filled |  |"]
    assert lines("| Empty | Add") == ["| Empty | Add an item |  | stays |  |"]
    assert lines("| Put aside | Take") == ["| Put aside | Take the parcel up again |  | where it was in Packing |  |"]


def test_a_row_behind_guarded_ones_is_for_what_they_leave():
    def well(parcel: Parcel) -> bool:
        """It must be well."""
        return parcel.is_vip

    two = chart(
        "two", version=1, context=Parcel, facts=Desk,
        states=[state("A", on(Sent, "B", when=well), on(Sent, "A")), state("B", row=1)],
    )  # fmt: skip
    assert "| A | Send the parcel | otherwise | A |  |" in markdown(two)


def test_a_state_says_where_it_lies_and_what_entering_does():
    assert lines("| Weighed |") == ["| Weighed | `WEIGHED` | Packing | final, ended | on entering: tell |"]


def test_a_guard_says_its_parts_and_who_can_help():
    assert lines("| `is_paid`") == ["| `is_paid` | The parcel must be paid. | Take a payment. | `parcel.pay` |"]
    assert lines("| `not has_items`") == [
        "| `not has_items` | The parcel must be empty. (not `has_items`) | Take them out. |  |"
    ]


def test_an_event_says_who_sends_it_and_what_it_asks_for():
    assert lines("| Pay for") == [
        "| Pay for the parcel | `PAID` | “paid for the parcel” | `parcel.pay` | Amount paid |"
    ]


def test_a_history_without_a_frame_leads_to_where_it_falls_back():
    framed = chart(
        "box", version=1, context=Parcel, facts=Desk,
        states=[
            state("OUTER", history("H"), state("A", lane="a", row=0), state("B", lane="a", row=2), on(PutAside, "C")),
            state("C", on(TakenUp, "H"), lane="a", row=1),
        ],
    )  # fmt: skip
    frames = arrange(framed).frames
    assert frames == {}
    assert [(wire.source, wire.target) for wire in wires(framed, frames)] == [("A", "C"), ("B", "C"), ("C", "A")]
