"""Reads a folder of Olist files into orders, all of them checked before the first one is imported."""

from collections import defaultdict
from collections.abc import Container
from pathlib import Path
from typing import TypeVar, get_args

import msgspec

from orderway.legacy.olist.facts import Customer, Item, Order, Payment, PaymentKind, Status
from orderway.legacy.olist.tables import (
    CATEGORIES,
    CUSTOMERS,
    ITEMS,
    ORDERS,
    PAYMENTS,
    PRODUCTS,
    SELLERS,
    Row,
    rows,
)

Found = TypeVar("Found")
_STATUSES: dict[str, Status] = {status: status for status in get_args(Status)}
_KINDS: dict[str, PaymentKind] = {kind: kind for kind in get_args(PaymentKind)}


def load(folder: Path) -> tuple[Order, ...]:
    """Return every order of the folder, oldest purchase first (ids decide between equal times).

    Raises:
        OlistError: a file, a column or a value is missing or wrong; the sentence names file and line.
    """
    orders = _orders(folder)
    items = _items(folder, orders)
    payments = _payments(folder, orders)
    whole = [
        msgspec.structs.replace(
            order,
            items=tuple(item for _, item in sorted(items.pop(order.id, {}).items())),
            payments=tuple(payment for _, payment in sorted(payments.pop(order.id, {}).items())),
        )
        for order in orders.values()
    ]
    return tuple(sorted(whole, key=lambda order: (order.purchased_at, order.id)))


def _orders(folder: Path) -> dict[str, Order]:
    customers = _customers(folder)
    orders: dict[str, Order] = {}
    for row in rows(folder, ORDERS):
        order_id = row.text("order_id")
        if order_id in orders:
            row.fail(f"order {order_id} stands here a second time.", "Keep one of its lines.")
        orders[order_id] = Order(
            id=order_id,
            customer=_known(customers, row, "customer_id"),
            status=_word(_STATUSES, row, "order_status"),
            purchased_at=row.moment("order_purchase_timestamp"),
            approved_at=row.moment_or_none("order_approved_at"),
            carrier_at=row.moment_or_none("order_delivered_carrier_date"),
            delivered_at=row.moment_or_none("order_delivered_customer_date"),
            estimated_at=row.moment_or_none("order_estimated_delivery_date"),
        )
    return orders


def _items(folder: Path, orders: Container[str]) -> dict[str, dict[int, Item]]:
    english = {
        row.text("product_category_name"): row.text("product_category_name_english") for row in rows(folder, CATEGORIES)
    }
    categories = {row.text("product_id"): row.text_or_empty("product_category_name") for row in rows(folder, PRODUCTS)}
    sellers = {
        row.text("seller_id"): f"{row.text('seller_city').title()}, {row.text('seller_state')}"
        for row in rows(folder, SELLERS)
    }
    items: defaultdict[str, dict[int, Item]] = defaultdict(dict)
    for row in rows(folder, ITEMS):
        of_order = items[_order_of(row, orders)]
        position = row.number("order_item_id")
        if position in of_order:
            row.fail(f"item {position} of its order stands here a second time.", "Keep one of its lines.")
        category = _known(categories, row, "product_id")
        of_order[position] = Item(
            position=position,
            product_id=row.text("product_id"),
            category=category,
            category_english=english.get(category, ""),
            seller=f"{row.text('seller_id')[:8]}, {_known(sellers, row, 'seller_id')}",
            price=row.amount("price"),
            freight=row.amount("freight_value"),
        )
    return items


def _payments(folder: Path, orders: Container[str]) -> dict[str, dict[int, Payment]]:
    payments: defaultdict[str, dict[int, Payment]] = defaultdict(dict)
    for row in rows(folder, PAYMENTS):
        of_order = payments[_order_of(row, orders)]
        sequence = row.number("payment_sequential")
        if sequence in of_order:
            row.fail(f"payment {sequence} of its order stands here a second time.", "Keep one of its lines.")
        of_order[sequence] = Payment(
            sequence=sequence,
            kind=_word(_KINDS, row, "payment_type"),
            amount=row.amount("payment_value"),
        )
    return payments


def _customers(folder: Path) -> dict[str, Customer]:
    return {
        row.text("customer_id"): Customer(
            id=row.text("customer_unique_id"),
            postcode=row.text_or_empty("customer_zip_code_prefix"),
            city=row.text_or_empty("customer_city").title(),
            state=row.text_or_empty("customer_state"),
        )
        for row in rows(folder, CUSTOMERS)
    }


def _order_of(row: Row, orders: Container[str]) -> str:
    order_id = row.text("order_id")
    if order_id not in orders:
        row.fail(f"order {order_id} is not among the orders.", "Add the order, or take out this line.")
    return order_id


def _known(things: dict[str, Found], row: Row, column: str) -> Found:
    key = row.text(column)
    if key not in things:
        row.fail(f"{column} {key} is in no other file.", f"Add the line of that {column}, or fetch the set again.")
    return things[key]


def _word(words: dict[str, Found], row: Row, column: str) -> Found:
    text = row.text(column)
    if text not in words:
        row.fail(f"{column} is “{text}”, which is none of {', '.join(words)}.")
    return words[text]
