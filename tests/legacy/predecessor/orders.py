"""Orders of the predecessor to judge: one that went well, and every mix of rows that its database could hold."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from orderway.legacy.predecessor.circumstances import Circumstances
from orderway.legacy.predecessor.facts import (
    Fulfilled,
    Item,
    Logged,
    Order,
    Paid,
    PaidOut,
    Quoted,
    Returned,
    Sold,
    Volunteered,
)

BEGAN = datetime(2025, 3, 1, 9, 0, tzinfo=UTC)
AROUND = Circumstances(at=datetime(2025, 10, 1, tzinfo=UTC))

but = replace  # but(GOOD, status="CANCELLED"): GOOD, but cancelled


def hours(count: float) -> datetime:
    """So long after the order began."""
    return BEGAN + timedelta(hours=count)


ITEM = Item(id="i1", variant="v1", quantity=2, unit_price=5000)
QUOTED = Quoted(
    id="q1", status="APPROVED", total=10000, created_at=hours(0), updated_at=hours(1), channel="WEB", store="s1",
    biller="b1", reseller=None, consumer="c1", items=(ITEM,),
)  # fmt: skip
SOLD = Sold(
    id="cs1", status="FULFILLED", total=10000, created_at=hours(1), updated_at=hours(50), store="s1", biller="b1",
    buyer="c1", approved_by=None, approved_at=None, items=(ITEM,),
)  # fmt: skip
PAID = Paid(
    id="p1", order="o1", sale="cs1", amount=10000, exact="100", method="CARD", status="CONFIRMED", reference="PSK-1",
    received_at=hours(2), received_by=None, receipt_bucket=None, receipt_key=None, receipt_url=None,
)  # fmt: skip
OFFER = Volunteered(
    id="ri1", rider="r1", status="ASSIGNED", message=None, eta_minutes=30, cost=700, expires_at=None,
    created_at=hours(3), updated_at=hours(3.5),
)  # fmt: skip
PAYOUT = PaidOut(
    id="fp1", amount=700, method="CASH", reference="RID-1", received_at=hours(60), received_by="b1", notes=None
)
BROUGHT = Fulfilled(
    id="f1", type="DELIVERY", status="DELIVERED", rider="r1", cost=700, cost_status="ACCEPTED", payment_status="UNPAID",
    pin=None, address="1 Broad Street, Apapa, Lagos", place=None, receiver="Ada", receiver_phone="+2348000000000",
    notes=None, created_at=hours(2.5), updated_at=hours(48), workflow_state=None, workflow_context=None,
    interests=(OFFER,), payouts=(), log=(),
)  # fmt: skip
GOOD = Order(
    id="o1", store="s1", knows_store=True, biller="b1", type="CONSUMER", status="FULFILLED", phase="FULFILLMENT",
    total=10000, exact_total="100", currency="NGN", created_at=hours(0), updated_at=hours(50), stood=hours(50),
    workflow_state=None, workflow_context=None, fulfillment_type="DELIVERY", address=None, place=None, receiver=None,
    receiver_phone=None, notes=None, quotation=QUOTED, sale=SOLD, payments=(PAID,), payments_of_sale=(),
    shared_references=(), log=(), fulfillment=BROUGHT, returns=(), oddities=(),
)  # fmt: skip


def brought(order: Order = GOOD, **changes: Any) -> Order:
    """The order, with another fulfillment."""
    assert order.fulfillment is not None
    return but(order, fulfillment=but(order.fulfillment, **changes))


def paid(*payments: tuple[int, str], order: Order = GOOD, **changes: Any) -> Order:
    """The order with payments of these amounts and statuses, an hour apart."""
    made = tuple(
        but(
            PAID,
            id=f"p{number}",
            reference=f"PSK-{number}",
            amount=amount,
            status=status,
            received_at=hours(1 + number),
        )
        for number, (amount, status) in enumerate(payments, 1)
    )
    return but(order, payments=made, **changes)


APPROVED_ADMIN = '{"overrides": {"admin": {"status": "APPROVED", "expiresAt": null}}}'
CONTEXTS = (
    None,
    "null",
    "[]",
    '"text"',
    APPROVED_ADMIN,
    '{"overrides": {"credit": {"status": "APPROVED", "approvedAmount": 60.5, "expiresAt": "2026-01-01T00:00:00Z"}}}',
    '{"overrides": {"admin": {"status": "DENIED"}}}',
    '{"overrides": {"admin": {"status": "PENDING"}}}',
)
_times = st.integers(0, 3000).map(hours)
_amounts = st.sampled_from([0, 1, 4000, 6000, 10000, 12000, -2500, -10000]) | st.integers(1, 20000)
_items = st.lists(
    st.builds(but, st.just(ITEM), quantity=st.integers(0, 3), variant=st.sampled_from(["v1", "v2"])), max_size=2
)
_payments = st.lists(
    st.builds(
        but,
        st.just(PAID),
        amount=_amounts,
        status=st.sampled_from(["CONFIRMED", "CONFIRMED", "PENDING", "FAILED"]),
        method=st.sampled_from(["CARD", "CASH", "SEASHELLS"]),
        reference=st.sampled_from([None, "PSK-1", "TRF"]),
        received_at=_times,
    ),
    max_size=4,
).map(lambda made: tuple(but(each, id=f"p{number}") for number, each in enumerate(made)))
_offers = st.lists(
    st.builds(
        but,
        st.just(OFFER),
        status=st.sampled_from(["ACTIVE", "WITHDRAWN", "ASSIGNED", "REJECTED", "EXPIRED"]),
        cost=st.sampled_from([None, 0, 700, -700, 10**13]),
        eta_minutes=st.sampled_from([None, 20, -20, 10**9]),
        created_at=_times,
        updated_at=_times,
    ),
    max_size=4,
).map(lambda made: tuple(but(each, id=f"ri{number}", rider=f"r{number}") for number, each in enumerate(made)))
_log = st.lists(
    st.builds(
        Logged,
        id=st.just("l"),
        from_state=st.none(),
        to_state=st.sampled_from(["AWAITING_RIDER_SELECTION", "RIDER_ASSIGNED", "SHIPPED", "DELIVERED", "CANCELLED"]),
        event=st.none(),
        metadata=st.none(),
        at=_times,
    ),
    max_size=3,
).map(tuple)
_payouts = st.lists(
    st.builds(
        but,
        st.just(PAYOUT),
        amount=st.sampled_from([-1, 0, 300, 700, 900]),
        method=st.sampled_from([None, "CASH", "SHELLS"]),
        received_at=st.none() | _times,
    ),
    max_size=2,
).map(lambda made: tuple(but(each, id=f"fp{number}") for number, each in enumerate(made)))
_fulfillments = st.builds(
    but,
    st.just(BROUGHT),
    type=st.sampled_from(["DELIVERY", "PICKUP"]),
    status=st.sampled_from(["PENDING", "ASSIGNED", "IN_TRANSIT", "DELIVERED", "CANCELLED"]),
    rider=st.sampled_from([None, "r0", "r1", "r9"]),
    cost=st.sampled_from([None, 700, 700, -700, 10**13]),
    address=st.sampled_from([None, "  ", "1 Broad Street, Apapa, Lagos"]),
    created_at=_times,
    updated_at=_times,
    interests=_offers,
    payouts=_payouts,
    log=_log,
)
_returns = st.lists(
    st.builds(
        Returned,
        id=st.just("sr1"),
        status=st.sampled_from(["PENDING", "ACCEPTED", "REJECTED", "FULFILLED"]),
        location=st.none(),
        is_approved_late=st.just(False),
        returned_by=st.none(),
        received_by=st.none(),
        approved_by=st.none(),
        created_at=_times,
        updated_at=_times,
        items=_items.map(tuple),
        conditions=st.sampled_from([(), ("SELLABLE",), ("broken", "NEW")]),
    ),
    max_size=2,
).map(tuple)
_sales = st.builds(
    lambda items, at, approved: but(
        SOLD, items=tuple(items), created_at=at, approved_by="m1" if approved else None, approved_at=approved
    ),
    _items,
    _times,
    st.none() | _times,
)
any_order = st.builds(
    but,
    st.just(GOOD),
    type=st.sampled_from(["CONSUMER", "RESELLER"]),
    status=st.sampled_from(["PENDING", "APPROVED", "PAID", "FULFILLED", "CANCELLED"]),
    phase=st.sampled_from(["QUOTATION", "SALE", "FULFILLMENT", "FULFILLMENT"]),
    total=st.sampled_from([10000, 10000, 0, 9999, 15000]),
    workflow_state=st.sampled_from([None, "CLEARED_FOR_FULFILMENT", "SALE_EXPIRED", "OVERRIDE_REVIEW"]),
    workflow_context=st.sampled_from(CONTEXTS),
    stood=st.just(hours(3000)),
    quotation=st.none()
    | st.builds(but, st.just(QUOTED), status=st.sampled_from(["DRAFT", "SENT", "CONFIRMED", "APPROVED", "REJECTED"])),
    sale=st.none() | _sales,
    payments=_payments,
    fulfillment=st.none() | _fulfillments,
    returns=_returns,
    log=_log,
)
any_circumstances = st.builds(but, st.just(AROUND), free_credit=st.sampled_from([0, 4000, 10**6]))
