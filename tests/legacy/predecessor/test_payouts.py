"""What riders were paid there is paid here once it is earned; all else is told of, with its sum."""

import asyncio

import pytest
from tests.legacy.olist.imported import ask
from tests.legacy.predecessor.bringing import bring, change, wrong
from tests.legacy.predecessor.orders import AROUND, GOOD, PAYOUT, brought, but, hours
from tests.legacy.predecessor.road import Road

from orderway.legacy.predecessor.facts import Order, PaidOut
from orderway.legacy.predecessor.judge import judge
from orderway.legacy.predecessor.moves import Plan
from orderway.legacy.predecessor.moves_on_the_way import PayRider, RaiseEarning
from orderway.legacy.predecessor.payouts import in_doubt
from orderway.legacy.predecessor.plan import plan

LATER = "2026-03-01 12:00"
EARLY = """
SELECT theirs, (facts #>> '{fulfillment,payouts,0,amount}')::bigint FROM legacy_order
WHERE facts #>> '{fulfillment,status}' = 'IN_TRANSIT' AND facts #>> '{fulfillment,payouts,0,id}' IS NOT NULL
ORDER BY theirs LIMIT 1
"""
ENTRIES = """
SELECT r.kind, r.amount FROM rider_ledger r JOIN legacy_order l USING (store_id, order_id) WHERE l.theirs = $1
"""
BOOKED = f"SELECT kind, sign(amount) = CASE kind WHEN 'PAID' THEN -1 ELSE 1 END FROM ({ENTRIES}) e ORDER BY kind"
ASKED = """
SELECT kind FROM import_review JOIN legacy_order l USING (store_id, order_id)
WHERE l.theirs = $1 AND kind = 'RIDER_PAID'
"""
ADVANCE = but(PAYOUT, id="fp2", amount=300, method="Barter", reference=" ", received_at=hours(1), notes="Half of it.")


def planned(order: Order) -> Plan:
    found = plan(order, judge(order, AROUND), AROUND)
    assert Road(AROUND).play(found) == found.ends
    return found


def entries(found: Plan) -> list[tuple[object, ...]]:
    return [
        (type(move).__name__, move.payout, move.amount, move.at, getattr(move, "reference", None))
        for move in found.moves
        if isinstance(move, PayRider | RaiseEarning)
    ]


def test_what_a_rider_was_paid_for_what_arrived_is_paid_at_its_own_time():
    found = planned(brought(payouts=(PAYOUT,)))
    assert entries(found) == [("PayRider", "fp1", 700, hours(60), "RID-1")]
    assert list(in_doubt(brought(payouts=(PAYOUT,)), found)) == []


def test_what_was_paid_beyond_what_was_agreed_raises_it_for_a_reason():
    found = planned(brought(payouts=(PAYOUT, ADVANCE)))
    assert entries(found) == [
        ("PayRider", "fp2", 300, hours(1), "Barter, Half of it."),
        ("RaiseEarning", "fp1", 300, hours(60), None),
        ("PayRider", "fp1", 700, hours(60), "RID-1"),
    ]


@pytest.mark.parametrize(
    ("order", "payout", "why"),
    [
        (brought(status="IN_TRANSIT"), PAYOUT, "it has not arrived; once it has, pay so much less for it"),
        (brought(status="CANCELLED"), PAYOUT, "it was cancelled"),
        (brought(rider=None, interests=()), PAYOUT, "it names no rider"),
        (
            brought(but(GOOD, sale=None, quotation=None)),
            but(PAYOUT, amount=0),
            "a payment is of nothing or less, or its goods have not arrived here",
        ),
    ],
)
def test_what_is_not_earned_here_is_told_of_with_its_sum(order: Order, payout: PaidOut, why: str):
    assert order.fulfillment is not None
    order = but(order, fulfillment=but(order.fulfillment, payouts=(payout,)))
    found = planned(order)
    assert entries(found) == []
    paid = "NGN\u00a07.00" if payout.amount else "NGN\u00a00.00"
    assert list(in_doubt(order, found)) == [
        f"{paid} was paid for its delivery there and is not in the books here: {why}."
    ]


def test_who_is_called_paid_without_a_payment_is_still_due():
    order = brought(payment_status="PAID", payouts=(ADVANCE,))
    assert list(in_doubt(order, planned(order))) == [
        "Its rider is called paid there, and no payment tells of NGN\u00a04.00 of it: here it is still due."
    ]


def test_what_was_paid_too_early_is_paid_once_it_arrives_and_asked_about_no_longer(brought_url: str, changing_url: str):
    ((theirs, paid),) = ask(brought_url, EARLY)
    arrived = f"UPDATE \"Fulfillment\" SET status = 'DELIVERED', \"updatedAt\" = '{LATER}'"
    asyncio.run(change(changing_url, f"{arrived} WHERE \"saleOrderId\" = '{theirs}'"))
    code, said = bring(brought_url, changing_url)
    assert (code, said.partition(", in ")[0]) == (0, "Brought over 0 orders, and 1 that were in moved on")
    assert "DIFFERS" not in said
    assert ask(brought_url, BOOKED, theirs) == [("EARNED", True), ("PAID", True)]
    assert ask(brought_url, ASKED, theirs) == []
    assert ask(brought_url, f"SELECT -sum(amount)::bigint FROM ({ENTRIES}) e WHERE kind = 'PAID'", theirs) == [(paid,)]
    assert asyncio.run(wrong(brought_url)) == ()
