"""The company of a rider day: its stores with full shelves, its riders where they work, and orders paid and ready."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from uuid import NAMESPACE_URL, UUID, uuid5

import asyncpg
from benchmarks.rider_day import DAY, STORES, VARIANTS, Day, Delivery

from orderway.delivery.address import Delivery as Address
from orderway.ids import new_id
from orderway.people.permissions import BUILT_IN
from orderway.quotation.context import PricedLine
from orderway.quotation.events import BuyerApproves, SellerApproves, Share
from orderway.quotation.opening import NewOrder, place
from orderway.sale.payments.events import Confirm
from orderway.sale.payments.opening import NewPayment, register
from orderway.stock.movements import Goods, receive
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Connection
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

CUSTOMERS = 5000
PRICE = 250_000
EVENING_BEFORE = DAY - timedelta(hours=4)


@cache
def known(kind: str, number: int) -> UUID:
    """The id of a store, a variant or a customer by its number: the same in every process."""
    return uuid5(NAMESPACE_URL, f"{kind} {number}")


def person(kind: str, number: int) -> UUID:
    return known(kind, number)


async def furnish_company(pool: asyncpg.Pool, day: Day) -> None:
    """Write stores, people, coverage, buyers, the catalogue, and on each shelf what the day will need."""
    riders = sorted({shift.rider for shift in day.shifts})
    async with pool.acquire() as connection, connection.transaction():
        await connection.executemany(
            "INSERT INTO store (id, name, code, currency, latitude, longitude) VALUES ($1, $2, $3, 'NGN', $4, $5)",
            [(known("store", n), f"Store {n}", f"S{n:02}", *place_of(n)) for n in range(STORES)],
        )
        people = [("biller", 0), *(("rider", rider) for rider in riders)]
        await connection.executemany(
            "INSERT INTO person (id, email, name) VALUES ($1, $2, $3)",
            [(person(kind, n), f"{kind}{n}@example.com", f"{kind.capitalize()} {n}") for kind, n in people],
        )
        for role in BUILT_IN:
            await connection.execute(
                "INSERT INTO role (id, name, label, permissions) VALUES ($1, $2, $3, $4)",
                new_id(), role.name, role.label, sorted(role.permissions),
            )  # fmt: skip
        await connection.executemany(
            "INSERT INTO person_role (person_id, role_id) SELECT $1, id FROM role WHERE name = $2",
            [(person(kind, n), kind.upper()) for kind, n in people],
        )
        await connection.executemany(
            "INSERT INTO rider_coverage (rider_id, store_id, radius_km) VALUES ($1, $2, $3)",
            [(person("rider", n), known("store", n % STORES), 15.0 if n % 2 else None) for n in riders],
        )
        await furnish_shelves(connection, day.deliveries)


async def furnish_shelves(connection: Connection, deliveries: Iterable[Delivery]) -> None:
    await connection.executemany(
        "INSERT INTO customer (id, kind, name, currency) VALUES ($1, 'CONSUMER', $2, 'NGN')",
        [(known("customer", n), f"Customer {n}") for n in range(CUSTOMERS)],
    )
    await connection.execute("INSERT INTO product (id, name) VALUES ($1, 'Goods')", known("product", 0))
    await connection.executemany(
        "INSERT INTO variant (id, product_id, sku, name, price, currency) VALUES ($1, $2, $3, $4, $5, 'NGN')",
        [(known("variant", n), known("product", 0), f"V{n}", f"Goods {n}", PRICE) for n in range(VARIANTS)],
    )
    needed: dict[int, list[Goods]] = {}
    for each in deliveries:
        needed.setdefault(each.store, []).extend(Goods(known("variant", kind), pieces) for kind, pieces in each.goods)
    for store, goods in needed.items():
        await receive(connection, known("store", store), goods=goods, at=EVENING_BEFORE, actor=THE_SYSTEM.id)


def place_of(store: int) -> tuple[float, float]:
    """Stores on a grid of some 110 km; an address lies a few kilometres from its store."""
    return 5.0 + store // 8, 4.0 + store % 8


def address(number: int, store: int) -> Address:
    latitude, longitude = place_of(store)
    return Address(
        receiver=f"Customer {number % CUSTOMERS}", phone="+2348030000000", address=f"{number % 90 + 1} Market Road",
        city=f"Town {store}", country="NG",
        latitude=latitude + number % 100 / 2000, longitude=longitude + number % 77 / 2000,
    )  # fmt: skip


async def place_paid(runner: Runner, number: int, delivery: Delivery) -> None:
    """Place an order, let both sides agree and the buyer pay: its goods wait to be picked."""
    lines = tuple(
        PricedLine(known("variant", kind), f"Goods {kind}", pieces, PRICE, 0, 0, 0, pieces * PRICE)
        for kind, pieces in delivery.goods
    )
    new = NewOrder(
        store_id=known("store", delivery.store), customer_id=known("customer", number % CUSTOMERS), currency="NGN",
        fulfillment_type="DELIVERY", lines=lines, delivery=address(number, delivery.store),
        valid_until=EVENING_BEFORE + timedelta(days=7), source="rider day", source_ref=str(number),
    )  # fmt: skip

    async def work(tx: Transaction) -> None:
        quotation = await place(tx, new)
        for event in (Share(), BuyerApproves(1), SellerApproves(1)):
            await tx.send(quotation.ref, event)
        total = sum(line.total for line in lines)
        payment = NewPayment(amount=total, currency="NGN", method="CARD", provider="bank", reference=str(number))
        await tx.send((await register(tx, payment)).ref, Confirm())

    await runner.run(work, actor=THE_SYSTEM, at=EVENING_BEFORE)
