"""Orders to plan with: one that went well, and every mix of facts that a file could hold."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import msgspec
from hypothesis import strategies as st

from orderway.legacy.ends import Ends
from orderway.legacy.olist.facts import Customer, Item, Order, Payment, PaymentKind, Status
from orderway.legacy.olist.moves import AnyMove
from orderway.legacy.olist.plan import Plan, plan

PURCHASED = datetime(2018, 3, 1, 10, 0, tzinfo=UTC)
APPROVED = datetime(2018, 3, 1, 10, 30, tzinfo=UTC)
CARRIER = datetime(2018, 3, 3, 8, 0, tzinfo=UTC)
DELIVERED = datetime(2018, 3, 9, 16, 0, tzinfo=UTC)
ESTIMATED = datetime(2018, 3, 20, tzinfo=UTC)
COMPLETED = datetime(2018, 3, 23, 16, 0, tzinfo=UTC)

ITEM = Item(
    position=1,
    product_id="1e9e8ef04dbcff4541ed26657ea517e5",
    category="beleza_saude",
    category_english="health_beauty",
    seller="3442f895, Campinas, SP",
    price=9000,
    freight=1000,
)
PAYMENT = Payment(sequence=1, kind="credit_card", amount=10000)
GOOD = Order(
    id="0a1b",
    customer=Customer(id="c1", postcode="13023", city="Campinas", state="SP"),
    status="delivered",
    purchased_at=PURCHASED,
    approved_at=APPROVED,
    carrier_at=CARRIER,
    delivered_at=DELIVERED,
    estimated_at=ESTIMATED,
    items=(ITEM,),
    payments=(PAYMENT,),
)

but = msgspec.structs.replace  # but(GOOD, status="canceled"): GOOD, but canceled

_times = st.datetimes(datetime(2016, 1, 1), datetime(2019, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_amounts = st.integers(0, 3) | st.integers(0, 10**7)
_items = st.builds(
    Item,
    position=st.just(0),
    product_id=st.sampled_from(["aaaa", "bbbb"]),
    category=st.sampled_from(["", "artes"]),
    category_english=st.sampled_from(["", "art"]),
    seller=st.just("s"),
    price=_amounts,
    freight=_amounts,
)
_payments = st.builds(
    Payment, sequence=st.integers(1, 30), kind=st.sampled_from(get_args(PaymentKind)), amount=_amounts
)

any_order: st.SearchStrategy[Order] = st.builds(
    Order,
    id=st.just("0a1b"),
    customer=st.just(GOOD.customer),
    status=st.sampled_from(get_args(Status)),
    purchased_at=_times,
    approved_at=st.none() | _times,
    carrier_at=st.none() | _times,
    delivered_at=st.none() | _times,
    estimated_at=st.none() | _times,
    items=st.lists(_items, max_size=3).map(
        lambda items: tuple(but(item, position=at) for at, item in enumerate(items, 1))
    ),
    payments=st.lists(_payments, max_size=3, unique_by=lambda payment: payment.sequence).map(
        lambda payments: tuple(sorted(payments, key=lambda payment: payment.sequence))
    ),
)

FORTNIGHT = timedelta(days=14)
LONG_AFTER = datetime(2025, 1, 1, tzinfo=UTC)


def planned(order: Order) -> Plan:
    return plan(order, return_window=FORTNIGHT, now=LONG_AFTER)


def of(kind: type[AnyMove], order: Order) -> list[AnyMove]:
    return [move for move in planned(order).moves if isinstance(move, kind)]


def words(order: Order) -> list[str]:
    return [type(move).__name__ for move in planned(order).moves]


def found(order: Order) -> list[tuple[str, int]]:
    return [(finding.kind.name, finding.amount) for finding in planned(order).findings]


def agreed(sale: str, fulfillment: str | None = None) -> Ends:
    return Ends(quotation="MUTUALLY_APPROVED", sale=sale, fulfillment=fulfillment)
