from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.statechart.parcel import (
    NOON,
    PARCEL,
    Arrived,
    Desk,
    GivenUp,
    ItemAdded,
    Paid,
    Parcel,
    PutAside,
    Ring,
    Sent,
    TakenUp,
    Tell,
    Weighed,
)

from orderway.statechart import (
    ChartError,
    NeverRests,
    Refusal,
    Snapshot,
    Step,
    always,
    chart,
    decide,
    event,
    guard,
    on,
    start,
    state,
    step,
)

EMPTY = Parcel()
PACKED = Parcel(paid=1_250_000, items=1)
TOMORROW = datetime(2026, 3, 3, 12, tzinfo=UTC)


def took(state: str, event: object, context: Parcel = EMPTY, **history: str) -> Step:
    answer = decide(PARCEL, Snapshot(state, context, history), event, Desk())
    assert isinstance(answer, Step), answer
    return answer


def test_a_birth_enters_the_initial_states_from_the_outside_in():
    assert start(PARCEL, Parcel(), Desk()) == Step(Snapshot("EMPTY", Parcel(notes=("packing",)), {}))


def test_an_always_is_judged_after_the_reducers_of_what_came_before():
    assert took("EMPTY", ItemAdded()) == Step(Snapshot("FILLING", Parcel(items=1), {}))


def test_an_emitter_sees_the_new_context_and_may_tell_nothing():
    thanks = Tell("Thank you for 500: 700 now.")
    assert took("EMPTY", Paid(500), Parcel(paid=200)) == Step(Snapshot("EMPTY", Parcel(paid=700), {}), (thanks,))
    assert took("EMPTY", Paid(5)).effects == ()


def test_effects_come_in_the_order_of_the_table():
    assert took("FILLING", Sent(), PACKED).effects == (Tell("Sent."), Ring(2))


def test_what_is_left_comes_before_what_is_entered():
    entered = took("FILLING", Sent(), PACKED).snapshot
    assert entered.state == "ON_ITS_WAY"
    assert (entered.context.notes, entered.context.due) == (("left packing",), TOMORROW)


def test_a_final_state_within_tells_the_state_around_it():
    step = took("FILLING", Weighed(), Parcel(items=1))
    assert step.snapshot.state == "READY"
    assert step.snapshot.context.notes == ("left packing", "done")
    assert step.effects == (Tell("Weighed."),)


def test_an_inner_row_goes_before_an_outer_one_and_its_guard_lets_the_outer_one_in():
    assert took("FILLING", PutAside(), Parcel(is_vip=True)).effects == (Ring(1),)
    assert took("FILLING", PutAside(), Parcel()).effects == ()


def test_a_history_returns_to_the_child_that_was_left():
    aside = took("FILLING", PutAside(), Parcel(items=1)).snapshot
    assert (aside.state, aside.history) == ("ASIDE", {"WHERE_IT_WAS": "FILLING"})
    assert decide(PARCEL, aside, TakenUp(), Desk()).snapshot.state == "FILLING"  # type: ignore[union-attr]


def test_a_history_that_remembers_nothing_begins_at_the_beginning():
    assert took("ASIDE", TakenUp()).snapshot.state == "EMPTY"


def test_a_step_without_a_row_changes_nothing():
    there = Snapshot("READY", Parcel(), {"WHERE_IT_WAS": "FILLING"})
    assert step(PARCEL, there, Arrived(), Desk()) == Step(there)


def test_a_step_takes_a_row_as_a_decision_does():
    assert step(PARCEL, Snapshot("EMPTY", Parcel()), ItemAdded(), Desk()) == took("EMPTY", ItemAdded())


@pytest.mark.parametrize("event", [Sent(), GivenUp(), TakenUp()])
def test_where_all_ends_nothing_is_taken(event: object):
    over = Snapshot("ARRIVED", Parcel())
    assert decide(PARCEL, over, event, Desk()) == Refusal("parcel", "ARRIVED", event.name, (), ())  # type: ignore[attr-defined]
    assert step(PARCEL, over, event, Desk()) == Step(over)


def test_a_refusal_names_every_guard_once_and_what_the_state_takes():
    no = decide(PARCEL, Snapshot("EMPTY", Parcel()), Sent(), Desk(is_open=False))
    assert isinstance(no, Refusal)
    assert [reason.guard for reason in no.reasons] == ["desk_is_open", "has_items", "may_leave"]
    assert no.takes == ("ITEM_ADDED", "PUT_ASIDE", "PAID", "SENT", "GIVEN_UP")


def test_a_state_that_the_chart_does_not_have_is_said():
    with pytest.raises(
        ChartError, match=r"^parcel, version 3, has no state 'ATTIC' to rest in; it has EMPTY, FILLING,"
    ):
        decide(PARCEL, Snapshot("ATTIC", Parcel()), Sent(), Desk())
    with pytest.raises(ChartError, match="has no state 'PACKING' to rest in"):
        step(PARCEL, Snapshot("PACKING", Parcel()), Sent(), Desk())


@guard()
def ever(_context: object) -> bool:
    """It must be."""
    return True


@event(label="Spin", log="span")
class Spin:
    pass


def test_a_chart_that_goes_round_for_ever_is_stopped_and_named():
    spinning = chart(
        "top",
        version=1,
        context=Parcel,
        facts=Desk,
        states=[
            state("STILL", on(Spin, "LEFT")),
            state("LEFT", always("RIGHT", when=ever)),
            state("RIGHT", always("LEFT", when=ever)),
        ],
    )
    with pytest.raises(NeverRests, match=r"^top went through 1000 rounds without coming to rest, last in "):
        decide(spinning, Snapshot("STILL", Parcel()), Spin())


def test_an_always_that_changes_nothing_is_asked_once():
    resting = chart(
        "rock", version=1, context=Parcel, facts=Desk, states=[state("STILL", always(when=ever, emit=Ring(1)))]
    )
    assert start(resting, Parcel()) == Step(Snapshot("STILL", Parcel(), {}), (Ring(1),))


EVENTS = st.one_of(
    st.builds(Paid, amount=st.integers(-5, 2_000_000)),
    *(st.just(made()) for made in (ItemAdded, Weighed, PutAside, TakenUp, Sent, Arrived, GivenUp)),
)


@given(st.lists(EVENTS, max_size=30), st.builds(Desk, now=st.just(NOON), is_open=st.booleans()))
def test_a_step_is_pure_and_a_refusal_leaves_everything(events: list[object], desk: Desk):
    at = start(PARCEL, Parcel(), desk).snapshot
    for sent in events:
        before = Snapshot(at.state, at.context, dict(at.history))
        answer = decide(PARCEL, at, sent, desk)
        assert at == before
        assert decide(PARCEL, at, sent, desk) == answer
        assert step(PARCEL, at, sent, desk) == (Step(at) if isinstance(answer, Refusal) else answer)
        at = at if isinstance(answer, Refusal) else answer.snapshot
        assert at.state in PARCEL.leaves
