import pytest
from tests.statechart.parcel import PARCEL, Desk, Paid, Parcel, PutAside, Sent, Weighed

from orderway.statechart import (
    Amount,
    Awaited,
    Refusal,
    Snapshot,
    awaited,
    chart,
    decide,
    event,
    explain,
    on,
    sentence,
    state,
)
from orderway.statechart.explain import Blank, Choice, choice, closed, text
from orderway.statechart.guards import Reason, Unfilled


def refusal(at: str, sent: object, parcel: Parcel) -> Refusal:
    no = decide(PARCEL, Snapshot(at, parcel), sent, Desk(is_open=False))
    assert isinstance(no, Refusal)
    return no


def test_every_event_that_the_state_takes_is_explained():
    choices = explain(PARCEL, Snapshot("FILLING", Parcel(items=1)), Desk())
    assert [(each.event, each.label, each.permission, each.is_enabled, each.to) for each in choices] == [
        ("ITEM_ADDED", "Add an item", "parcel.pack", True, ("FILLING",)),
        ("WEIGHED", "Weigh the parcel", "parcel.pack", True, ("WEIGHED",)),
        ("PUT_ASIDE", "Put the parcel aside", "parcel.pack", True, ("ASIDE",)),
        ("PAID", "Pay for the parcel", "parcel.pay", True, ("FILLING",)),
        ("SENT", "Send the parcel", "parcel.send", False, ()),
        ("GIVEN_UP", "Give the parcel up", "system", False, ()),
    ]


def test_what_is_not_possible_has_all_its_reasons():
    no = choice(PARCEL, Snapshot("EMPTY", Parcel()), "SENT", Desk(is_open=False))
    assert [(reason.guard, reason.detail) for reason in no.reasons] == [
        ("desk_is_open", "It is 2026-03-02 12:00 UTC now."),
        ("has_items", "0 of them."),
        ("may_leave", ""),
    ]


def test_an_event_with_a_payload_is_possible_until_it_is_filled_in():
    assert choice(PARCEL, Snapshot("EMPTY", Parcel()), "PAID", Desk()).is_enabled
    assert isinstance(decide(PARCEL, Snapshot("EMPTY", Parcel()), Paid(0), Desk()), Refusal)


def test_a_blank_event_has_its_name_and_nothing_else():
    assert Blank("PAID").name == "PAID"
    with pytest.raises(Unfilled):
        _ = Blank("PAID").amount


def test_what_happens_by_itself_is_awaited_for_its_reasons():
    (waits,) = awaited(PARCEL, Snapshot("EMPTY", Parcel()), Desk())
    assert (waits.to, [reason.sentence for reason in waits.reasons]) == ("FILLING", ["The parcel must hold items."])
    assert awaited(PARCEL, Snapshot("READY", Parcel()), Desk()) == ()
    assert awaited(PARCEL, Snapshot("EMPTY", Parcel(items=1)), Desk()) == (Awaited("FILLING", ()),)


def test_a_refusal_says_where_why_and_the_way_out():
    assert sentence(refusal("EMPTY", Sent(), Parcel(price=100)), PARCEL) == (
        "“Send the parcel” is refused while the parcel is “Empty”. "
        "The desk must be open. It is 2026-03-02 12:00 UTC now. "
        "The parcel must hold items. 0 of them. "
        "One of these must hold. Either: The parcel must be paid. NGN 1.00 is missing. Take a payment. "
        "Or: All of these must hold. The sender must be known well. The parcel must be insured."
    )


def test_a_refusal_writes_numbers_as_its_reader_does():
    said = sentence(refusal("READY", Sent(), Parcel(price=500_000)), PARCEL, show=naira)
    assert "₦5000 is missing." in said


def naira(amount: Amount) -> str:
    return f"₦{amount.minor // 100}"


def test_an_event_that_the_state_does_not_take_is_told_with_those_that_it_takes():
    assert sentence(refusal("READY", Weighed(), Parcel()), PARCEL) == (
        "“Weigh the parcel” can not be done while the parcel is “Ready”. "
        "What can happen now: “Send the parcel”, “Take the parcel up again”."
    )


def test_what_the_system_does_is_no_way_out_for_people():
    assert sentence(refusal("ON_ITS_WAY", Weighed(), Parcel()), PARCEL) == (
        "“Weigh the parcel” can not be done while the parcel is “On its way”. Nothing can be done to it now."
    )


def test_where_all_ends_a_refusal_says_so():
    assert sentence(refusal("LOST", PutAside(), Parcel()), PARCEL) == (
        "“Put the parcel aside” can not be done: the parcel is “Lost”, and that is its end."
    )


@event(label="Knock", log="knocked")
class Knocked:
    pass


def test_an_event_that_no_chart_knows_is_said():
    assert sentence(refusal("READY", Knocked(), Parcel()), PARCEL) == (
        "The parcel knows no event KNOCKED. What can happen now: “Send the parcel”, “Take the parcel up again”."
    )


def test_a_state_that_takes_nothing_says_so():
    stuck = chart("box", version=1, context=Parcel, facts=Desk, states=[state("A", on(Knocked, "B")), state("B")])
    no = decide(stuck, Snapshot("B", Parcel()), Knocked())
    assert isinstance(no, Refusal)
    assert sentence(no, stuck) == "“Knock” can not be done while the box is “B”. Nothing can be done to it now."


def test_a_reason_without_more_is_its_sentence():
    assert text(Reason("permission", "You may not send the parcel.")) == "You may not send the parcel."


def test_what_is_closed_says_the_reasons_it_is_given_and_where_it_would_lead():
    reason = Reason(guard="permission", sentence="You may not do this: weigh the parcel.")
    shut = closed(PARCEL, Snapshot("FILLING", Parcel(items=1)), "WEIGHED", (reason,))
    assert shut == Choice(
        event="WEIGHED", label="Weigh the parcel", permission="parcel.pack", is_enabled=False, reasons=(reason,),
        to=("WEIGHED",),
    )  # fmt: skip
    assert choice(PARCEL, Snapshot("FILLING", Parcel(items=1)), "WEIGHED", Desk()).is_enabled
