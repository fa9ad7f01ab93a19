"""A small folder of Olist files with an order of every kind, and what must come of each."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from tests.legacy.olist.orders import APPROVED, GOOD, ITEM, PAYMENT, PURCHASED, but

from orderway.legacy.olist.facts import Customer, Order
from orderway.legacy.olist.tables import CATEGORIES, CUSTOMERS, ITEMS, ORDERS, PAYMENTS, PRODUCTS, SELLERS, Table

SHIRT, LAMP = "aaaa8ef04dbcff4541ed26657ea517e5", "bbbb8ef04dbcff4541ed26657ea517e5"
SECOND = Customer(id="c2", postcode="", city="", state="")
WAITING = but(GOOD, status="invoiced", carrier_at=None, delivered_at=None)
EMPTY = but(WAITING, status="canceled", approved_at=None, items=())


def paid(*amounts: int, kind: str = "credit_card") -> tuple[object, ...]:
    return tuple(but(PAYMENT, sequence=at, kind=kind, amount=amount) for at, amount in enumerate(amounts, 1))


KINDS: Sequence[Order] = (
    but(GOOD, id="good"),
    but(GOOD, id="two-payments", payments=paid(4000, 6000)),
    but(GOOD, id="two-ways", payments=(*paid(4000), but(PAYMENT, sequence=2, kind="voucher", amount=6000))),
    but(GOOD, id="three-lines", items=(ITEM, but(ITEM, position=2), but(ITEM, position=3, product_id=SHIRT)),
        payments=paid(30000)),
    but(GOOD, id="short", payments=paid(9900)),
    but(GOOD, id="unpaid", payments=()),
    but(GOOD, id="over", payments=paid(10100)),
    but(GOOD, id="zero-payment", payments=paid(10000, 0)),
    but(GOOD, id="shipped", status="shipped", delivered_at=None),
    but(GOOD, id="shipped-before-approval", carrier_at=PURCHASED + timedelta(minutes=1)),
    but(GOOD, id="no-approval", approved_at=None),
    but(WAITING, id="invoiced"),
    but(WAITING, id="created", status="created", approved_at=None),
    but(WAITING, id="canceled-paid", status="canceled"),
    but(WAITING, id="canceled-unpaid", status="canceled", approved_at=None),
    but(GOOD, id="canceled-on-its-way", status="canceled", delivered_at=None),
    but(WAITING, id="unavailable", status="unavailable", items=(but(ITEM, product_id=LAMP),)),
    but(EMPTY, id="empty"),
    but(EMPTY, id="empty-paid", approved_at=APPROVED),
    but(EMPTY, id="empty-open", status="invoiced", payments=()),
    but(GOOD, id="of-another", customer=SECOND),
)  # fmt: skip
"""Two products, two customers: the second has one order."""


def many(count: int) -> list[Order]:
    """So many orders of all kinds, a minute apart, of a customer for each."""
    made = []
    for number in range(count):
        kind, later = KINDS[number % len(KINDS)], timedelta(minutes=number)
        times = {
            name: time + later
            for name in ("purchased_at", "approved_at", "carrier_at", "delivered_at", "estimated_at")
            if (time := getattr(kind, name))
        }
        customer = but(kind.customer, id=f"c{number}")
        made.append(but(kind, id=f"{kind.id}-{number:04}", customer=customer, **times))
    return made


def write(folder: Path, orders: Iterable[Order]) -> Path:
    """Write the orders as the files of a folder."""
    items = [(order.id, item) for order in orders for item in order.items]
    _table(folder, ORDERS, [
        (one.id, f"{one.customer.id} {one.id}", one.status, *map(_time, (
            one.purchased_at, one.approved_at, one.carrier_at, one.delivered_at, one.estimated_at,
        )))
        for one in orders
    ])  # fmt: skip
    _table(folder, CUSTOMERS, [
        (f"{one.customer.id} {one.id}", one.customer.id, one.customer.postcode, one.customer.city, one.customer.state)
        for one in orders
    ])  # fmt: skip
    _table(folder, ITEMS, [
        (order_id, item.position, item.product_id, item.seller.partition(",")[0], _major(item.price),
         _major(item.freight))
        for order_id, item in items
    ])  # fmt: skip
    _table(folder, PAYMENTS, [
        (order.id, payment.sequence, payment.kind, _major(payment.amount))
        for order in orders
        for payment in order.payments
    ])  # fmt: skip
    _table(folder, PRODUCTS, {(item.product_id, item.category) for _, item in items})
    _table(folder, CATEGORIES, {(item.category, item.category_english) for _, item in items if item.category_english})
    _table(folder, SELLERS, {_seller(item.seller) for _, item in items})
    return folder


def _table(folder: Path, table: Table, rows: Iterable[tuple[object, ...]]) -> None:
    with (folder / table.names[0]).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([table.columns, *rows])


def _time(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}" if time else ""


def _major(minor: int) -> Decimal:
    return Decimal(minor).scaleb(-2)


def _seller(seller: str) -> tuple[str, ...]:
    """The id, the city and the state of "3442f895, Campinas, SP"."""
    return tuple(part.strip() for part in seller.split(","))
