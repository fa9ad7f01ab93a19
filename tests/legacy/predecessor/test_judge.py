"""Where an order of the predecessor is put, by its money and its goods, and what of it a person has to look at."""

from datetime import timedelta
from typing import Any

import pytest
from tests.legacy.predecessor.orders import APPROVED_ADMIN, AROUND, GOOD, QUOTED, SOLD, brought, but, hours, paid

from orderway.legacy.predecessor.facts import Order, Returned
from orderway.legacy.predecessor.flags import is_noisy
from orderway.legacy.predecessor.judge import judge

PART = paid((4000, "CONFIRMED"))
"""4,000 of 10,000 came, and the goods were delivered."""
HERE = brought(PART, status="ASSIGNED")
ENDLESS = APPROVED_ADMIN.replace("null", 'null, "approvedAmount": "1e9999999"')
UNSOLD: dict[str, Any] = {"sale": None, "fulfillment": None, "payments": (), "phase": "QUOTATION", "status": "PENDING"}
RESELLER = but(
    HERE, type="RESELLER", status="APPROVED", sale=but(SOLD, status="APPROVED", approved_by="m1", approved_at=hours(2))
)


def agreeing(order: Order) -> Order:
    """The order, with a sale of the same status."""
    return but(order, sale=order.sale and but(order.sale, status=order.status))


@pytest.mark.parametrize(
    ("order", "state", "fulfillment", "clearance", "review"),
    [
        (GOOD, "COMPLETED", "COMPLETED", "PAID", []),
        (brought(status="IN_TRANSIT"), "CLEARED_FOR_FULFILLMENT", "SHIPPED", "PAID", ["CONTRADICTION"]),
        (but(brought(status="ASSIGNED"), status="PAID"), "CLEARED_FOR_FULFILLMENT", "RIDER_ASSIGNED", "PAID", []),
        (
            but(brought(status="IN_TRANSIT", type="PICKUP"), status="PAID"),
            "CLEARED_FOR_FULFILLMENT", "READY_FOR_SHIPMENT", "PAID", [],
        ),
        (but(GOOD, status="PAID", fulfillment=None), "CLEARED_FOR_FULFILLMENT", "PICK_PACK", "PAID", []),
        (
            but(brought(status="CANCELLED"), status="PAID"),
            "CLEARED_FOR_FULFILLMENT", "ON_HOLD", "PAID", ["ON_HOLD"],
        ),
        (PART, "AWAITING_SETTLEMENT", "COMPLETED", "GONE", ["LEFT_UNPAID"]),
        (
            but(PART, status="CANCELLED"),
            "AWAITING_SETTLEMENT", "COMPLETED", "GONE", ["LEFT_UNPAID", "CONTRADICTION"],
        ),
        (but(HERE, status="APPROVED"), "PAYMENT_PENDING_CONFIRMATION", None, None, ["NOT_RELEASED"]),
        (
            but(brought(HERE, status="IN_TRANSIT", type="PICKUP"), status="APPROVED"),
            "PAYMENT_PENDING_CONFIRMATION", None, None, ["NOT_RELEASED"],
        ),
        (
            but(HERE, status="APPROVED", workflow_state="CLEARED_FOR_FULFILMENT"),
            "PAYMENT_PENDING_CONFIRMATION", None, None, ["NOT_CLEARED", "NOT_RELEASED", "ROWS"],
        ),
        (
            but(HERE, status="APPROVED", workflow_context=APPROVED_ADMIN),
            "CLEARED_FOR_FULFILLMENT", "RIDER_ASSIGNED", "OVERRIDE", [],
        ),
        (
            but(HERE, status="APPROVED", workflow_context=APPROVED_ADMIN.replace("null", '"2025-09-30T00:00:00Z"')),
            "PAYMENT_PENDING_CONFIRMATION", None, None, ["NOT_RELEASED"],
        ),
        (
            but(HERE, status="APPROVED", workflow_context=ENDLESS),
            "PAYMENT_PENDING_CONFIRMATION", None, None, ["NOT_RELEASED"],
        ),
        (
            but(HERE, status="APPROVED", workflow_context="[" * 100_000),
            "PAYMENT_PENDING_CONFIRMATION", None, None, ["NOT_RELEASED"],
        ),
        (RESELLER, "PAYMENT_PENDING_CONFIRMATION", None, None, ["NOT_RELEASED"]),
        (but(HERE, status="CANCELLED"), "CANCELLED", None, None, ["MONEY_OF_CANCELLED", "CONTRADICTION"]),
        (but(brought(status="PENDING"), status="CANCELLED"), "CANCELLED", "CANCELLED", None,
         ["MONEY_OF_CANCELLED", "CONTRADICTION"]),
        (paid(order=HERE, status="APPROVED"), "AWAITING_PAYMENT_METHOD", None, None, ["NOT_RELEASED"]),
        (paid((1, "FAILED"), order=HERE, status="APPROVED"), "PAYMENT_FAILED", None, None, ["NOT_RELEASED"]),
        (paid((1, "PENDING"), (1, "FAILED"), order=HERE, status="APPROVED"), "PAYMENT_PENDING_CONFIRMATION", None, None,
         ["NOT_RELEASED"]),
        (but(GOOD, **UNSOLD | {"quotation": but(QUOTED, status="SENT")}), "IN_REVIEW", None, None, []),
        (but(GOOD, **UNSOLD), "AWAITING_PAYMENT_METHOD", None, None, []),
        (but(GOOD, **UNSOLD | {"status": "CANCELLED"}), "CANCELLED", None, None, []),
        (
            but(GOOD, **UNSOLD | {"status": "CANCELLED", "phase": "SALE", "workflow_state": "SALE_EXPIRED"}),
            "EXPIRED", None, None, ["ROWS"],
        ),
        (but(GOOD, sale=but(SOLD, items=())), "DRAFT", None, None, ["PAYMENTS"]),
        (paid((10000, "CONFIRMED"), (-3000, "CONFIRMED"), order=brought(status="PENDING")),
         "PAYMENT_PENDING_CONFIRMATION", "ON_HOLD", None, ["ON_HOLD", "CONTRADICTION"]),
    ],
)  # fmt: skip
def test_money_and_goods_decide(
    order: Order, state: str, fulfillment: str | None, clearance: str | None, review: list[str]
):
    verdict = judge(agreeing(order), AROUND)
    assert (verdict.state, verdict.fulfillment_state, verdict.clearance) == (state, fulfillment, clearance)
    assert [doubt.kind for doubt in verdict.review] == review
    assert verdict.total - verdict.captured == verdict.outstanding - verdict.overpaid


@pytest.mark.parametrize(("credit", "clearance", "owes"), [(5999, None, 0), (6000, "CREDIT", 6000)])
def test_a_reseller_gets_goods_on_credit_as_far_as_that_reaches(credit: int, clearance: str | None, owes: int):
    verdict = judge(RESELLER, but(AROUND, free_credit=credit))
    assert (verdict.clearance, verdict.owes) == (clearance, owes)
    assert judge(but(RESELLER, status="PENDING"), but(AROUND, free_credit=credit)).clearance is None


def back(status: str, *, days: float, **changes: Any) -> Order:
    """The good order, with a return that was asked for so long after its delivery."""
    asked = hours(48) + timedelta(days=days)
    record = Returned(
        id="sr1", status=status, location=None, is_approved_late=False, returned_by=None, received_by=None,
        approved_by=None, created_at=asked, updated_at=asked, items=SOLD.items, conditions=("SELLABLE",),
    )  # fmt: skip
    return but(GOOD, returns=(but(record, **changes),))


@pytest.mark.parametrize(
    ("order", "state", "fulfillment", "doubt"),
    [
        (back("ACCEPTED", days=2), "CLEARED_FOR_FULFILLMENT", "RETURN_ACCEPTED", ""),
        (back("REJECTED", days=2), "COMPLETED", "COMPLETED", ""),
        (
            back("FULFILLED", days=2),
            "CLEARED_FOR_FULFILLMENT",
            "RETURN_RECEIVED",
            "Its goods came back, and no refund is recorded.",
        ),
        (
            back("FULFILLED", days=2, items=()),
            "CLEARED_FOR_FULFILLMENT",
            "RETURN_ACCEPTED",
            "Its return names no goods: it is brought as one of all that was sold, and nothing as received.",
        ),
        (
            back("PENDING", days=15),
            "COMPLETED",
            "COMPLETED",
            "A return of it is not brought: it was asked for when the time for returns was over.",
        ),
    ],
)
def test_a_return_is_followed_as_far_as_it_is_told(order: Order, state: str, fulfillment: str, doubt: str):
    verdict = judge(order, AROUND)
    assert (verdict.state, verdict.fulfillment_state) == (state, fulfillment)
    assert [each.sentence for each in verdict.review if each.kind == "RETURN"] == [doubt] * bool(doubt)


def test_a_refund_of_all_that_came_back_ends_the_sale():
    order = back("FULFILLED", days=2)
    refund = but(order.payments[0], id="p2", amount=-10000, reference="REFUND-p1", received_at=hours(200))
    verdict = judge(but(order, payments=(*order.payments, refund)), AROUND)
    assert (verdict.state, verdict.fulfillment_state, verdict.clearance) == ("REFUNDED", "REFUNDED", "PAID")
    assert (verdict.captured, verdict.outstanding, verdict.owes) == (0, 10000, 0)


@pytest.mark.parametrize(
    ("order", "confidence"),
    [
        (but(GOOD, workflow_state="CLEARED_FOR_FULFILMENT", workflow_context='{"orderId": "o1"}'), 0.9),
        (GOOD, 0.9),
        (but(GOOD, workflow_state="PAYMENT_FAILED", workflow_context=None), 0.7),
        (agreeing(but(HERE, status="APPROVED")), 0.5),
        (but(GOOD, knows_store=False, sale=but(SOLD, status="PAID")), 0.7),
    ],
)
def test_confidence_falls_with_each_word_against(order: Order, confidence: float):
    assert judge(order, AROUND).confidence == confidence


@pytest.mark.parametrize(
    ("exact", "noisy"), [("12.5", False), ("1e+06", False), ("12.500000000000002", True), ("?", True)]
)
def test_float_noise_is_what_no_minor_unit_holds(exact: str, noisy: bool):  # noqa: FBT001
    assert is_noisy(exact) is noisy
