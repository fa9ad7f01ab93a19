"""An order that is in and then ends there: whatever its rows were, that is told on top of what it made, and taken."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.legacy.predecessor.orders import AROUND, GOOD, PAID, any_circumstances, any_order, brought, but, hours, paid
from tests.legacy.predecessor.road import CHARTS, SENT, Road

from orderway.legacy.ends import Ends
from orderway.legacy.moves import SYSTEM, ApproveOverride
from orderway.legacy.predecessor.circumstances import Circumstances
from orderway.legacy.predecessor.facts import Fulfilled, Order
from orderway.legacy.predecessor.judge import judge
from orderway.legacy.predecessor.keys import keys, rest
from orderway.legacy.predecessor.moves import AnyMove, ReversePayment
from orderway.legacy.predecessor.plan import plan
from orderway.legacy.predecessor.standing import is_gone

ENDED = {"ACTIVE": "EXPIRED", "ASSIGNED": "REJECTED"}
COVERED = but(
    paid((4000, "CONFIRMED"), order=brought(status="ASSIGNED")),
    status="APPROVED",
    workflow_context='{"overrides": {"admin": {"status": "USED"}}}',
)


def left_there(there: Fulfilled | None) -> Fulfilled | None:
    """What is left there of a fulfillment that was cancelled: no rider, and no offer that stands."""
    offers = there.interests if there else ()
    ended = tuple(but(each, status=ENDED.get(each.status, each.status)) for each in offers)
    return there and but(there, status="CANCELLED", rider=None, interests=ended)


def grow(road: Road, moves: Iterable[AnyMove]) -> None:
    """Make the moves that an order which is in has not made: what its machines are past is left out, as on its road."""
    for move in moves:
        road.now = move.at
        if move.is_help or move.actor == SYSTEM:
            if isinstance(move, ApproveOverride) and move.kind not in road.asked:
                continue
            sent = SENT.get(type(move))
            if sent and sent(move).name not in CHARTS[move.machine].takes(road.charts[move.machine].state):
                continue
        road.take(move)


@settings(max_examples=150, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(order=any_order, around=any_circumstances, status=st.sampled_from(["PENDING", "CONFIRMED", "FAILED"]))
def test_what_was_made_stands_and_the_end_comes_on_top(order: Order, around: Circumstances, status: str):
    road, first = Road(around), plan(order, judge(order, around), around)
    here = road.play(first)
    if is_gone(order) or order.status == "CANCELLED" or any(isinstance(each, ReversePayment) for each in first.moves):
        return
    ended = but(
        order,
        status="CANCELLED",
        stood=hours(3100),
        fulfillment=left_there(order.fulfillment),
        payments=tuple(
            but(each, status=status if each.status == "PENDING" else each.status) for each in order.payments
        ),
    )
    now = replace(around, here=here)
    verdict = judge(ended, now)
    left = rest(plan(ended, verdict, now), keys(first.moves))
    assert left.undone == ()
    grow(road, left.moves)
    assert {name: each.state for name, each in road.charts.items()} == {
        name: state
        for name in ("quotation", "sale", "fulfillment")
        if (state := getattr(verdict.ends, name)) is not None
    }


@pytest.mark.parametrize(
    ("order", "here"),
    [
        (but(GOOD, fulfillment=None, payments=()), Ends(quotation="MUTUALLY_APPROVED", sale="EXPIRED")),
        (but(GOOD, fulfillment=None, payments=(), sale=None, phase="QUOTATION"), Ends(quotation="EXPIRED")),
        (but(GOOD, fulfillment=None, payments=(), sale=None, phase="QUOTATION"), Ends(quotation="REJECTED")),
    ],
)
def test_what_had_ended_here_is_not_ended_again(order: Order, here: Ends):
    assert judge(but(order, status="CANCELLED"), replace(AROUND, here=here)).ends == here


@pytest.mark.parametrize(
    ("granted", "sale"), [(6000, "CLEARED_FOR_FULFILLMENT"), (5999, "PAYMENT_PENDING_CONFIRMATION")]
)
def test_an_override_that_has_ended_there_lets_stay_unpaid_what_it_did(granted: int, sale: str):
    assert judge(COVERED, replace(AROUND, granted=granted)).state == sale


def test_money_that_went_back_for_no_reason_and_finds_one_by_the_end_is_another_story():
    back = but(PAID, id="p2", amount=-10000, received_at=hours(1))
    order = but(GOOD, phase="QUOTATION", status="PAID", payments=(but(PAID, amount=19999), back), fulfillment=None)
    first = plan(order, judge(order, AROUND), AROUND)
    assert [type(each).__name__ for each in first.moves][-2:] == ["RefundPayment", "ReversePayment"]
    now = replace(AROUND, here=Road(AROUND).play(first))
    ended = but(order, status="CANCELLED")
    assert rest(plan(ended, judge(ended, now), now), keys(first.moves)).undone == ("RefundPayment", "ReversePayment")
