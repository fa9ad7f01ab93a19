"""Which moves are left of a plan for an order that made some, and where it may rest before the end of it."""

from datetime import UTC, datetime, timedelta

import pytest

from orderway.legacy.ends import Ends
from orderway.legacy.moves import ApproveForSeller, CancelSale, ConfirmPayment, RequestOverride, ShipPackage
from orderway.legacy.predecessor.drive import NO_GOODS, REFUSED_CREDIT, lesser, waits
from orderway.legacy.predecessor.keys import Rest, in_words, keys, rest
from orderway.legacy.predecessor.moves import AnyMove, Plan, RegisterPayment

AT = datetime(2025, 9, 1, 12, tzinfo=UTC)
AGREED = "MUTUALLY_APPROVED"
SELLER = ApproveForSeller(at=AT)
PAYMENT = RegisterPayment(at=AT, payment="p1", reference="A-1", method="CARD", amount=5000)
CONFIRMED = ConfirmPayment(at=AT, reference="A-1")
OVERRIDE = RequestOverride(at=AT, reason="It left unpaid.")
SHIPPED = ShipPackage(at=AT)


def plan(*moves: AnyMove) -> Plan:
    return Plan(order_id="o1", moves=moves, ends=Ends(quotation=AGREED))


def test_what_was_made_is_not_made_again_whenever_and_however_surely_it_is_told():
    later = ApproveForSeller(at=AT + timedelta(days=1), inferred="its log.", confidence=0.4)
    assert rest(plan(later, PAYMENT, CONFIRMED), keys([SELLER, PAYMENT])) == Rest((CONFIRMED,), ())


def test_the_same_twice_is_made_twice():
    assert rest(plan(SHIPPED, SHIPPED), keys([SHIPPED])) == Rest((SHIPPED,), ())


def test_what_is_told_no_longer_is_named_but_not_a_help():
    other = RegisterPayment(at=AT, payment="p1", reference="A-1", method="CARD", amount=4000)
    left = rest(plan(SELLER, other), keys([SELLER, PAYMENT, OVERRIDE, CONFIRMED]))
    assert left.undone == ("RegisterPayment", "ConfirmPayment")
    assert in_words(left.undone) == "which payments there were, and of how much, and which payments came"


@pytest.mark.parametrize(
    ("sale", "fulfillment", "why"),
    [
        ("OVERRIDE_REVIEW", None, REFUSED_CREDIT),
        ("CLEARED_FOR_FULFILLMENT", "BACKORDERED", NO_GOODS),
        ("PAYMENT_PENDING_CONFIRMATION", None, None),
        ("CLEARED_FOR_FULFILLMENT", "SHIPPED", None),
    ],
)
def test_an_order_may_rest_in_review_or_without_its_goods_and_nowhere_else(
    sale: str, fulfillment: str | None, why: str | None
):
    judged = Ends(quotation=AGREED, sale="CLEARED_FOR_FULFILLMENT", fulfillment="PICK_PACK")
    assert lesser(Ends(quotation=AGREED, sale=sale, fulfillment=fulfillment), judged) == why


def test_goods_that_had_left_are_not_waited_for():
    judged = Ends(quotation=AGREED, sale="CLEARED_FOR_FULFILLMENT", fulfillment="SHIPPED")
    assert lesser(Ends(quotation=AGREED, sale="CLEARED_FOR_FULFILLMENT", fulfillment="BACKORDERED"), judged) is None


def test_the_end_of_an_order_waits_for_nothing():
    assert (waits(SHIPPED), waits(CancelSale(at=AT, reason="Cancelled.")), waits(PAYMENT)) == (True, False, False)
