"""The figures of the panel are those of the tables, whatever happened."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.outbound.panel.house import ABUJA, ADMIN, LEADS_ABUJA, STORES, House, Place, viewer
from tests.stories.shop import LAGOS, Order

from orderway.outbound.panel.deeds import RetryDeliveries, SetEventAside, retry, set_aside
from orderway.outbound.panel.deliveries import STATUSES, DeliveryFilters, Status, count_deliveries, list_deliveries
from orderway.outbound.panel.sinks import list_sinks
from orderway.people.viewer import Viewer
from orderway.quotation.events import ExtendValidity

WHO = {"admin": (ADMIN, set(STORES)), "manager of Abuja": (LEADS_ABUJA, {ABUJA})}
FAILED: tuple[Status, ...] = ("FAILING", "DEAD")
SINKS = "SELECT sink FROM outbound_sink"
PROGRESS = """
SELECT o.id AS order_id, coalesce(p.done, b.before, 0) AS done, coalesce(p.known, b.before, 0) AS known,
    coalesce(p.tries, 0) AS tries, p.dead_at
FROM sale_order o JOIN outbound_sink s ON s.sink = $1
LEFT JOIN outbound_progress p ON p.order_id = o.id AND p.sink = s.sink
LEFT JOIN LATERAL (SELECT max(number) AS before FROM outbox WHERE order_id = o.id AND xid <= s.begun) b ON true
"""
ZERO: dict[str, Any] = {
    "lag": 0,
    "unread": 0,
    "oldest_at": None,
    "waiting": 0,
    "failing": 0,
    "dead": 0,
    "attempts": 0,
    "gaps": 0,
}


async def truth(house: House, stores: set[UUID]) -> dict[str, dict[str, Any]]:
    """The same figures, reckoned row by row from all that there is."""
    pool = house.shop.pool
    told: dict[UUID, dict[int, datetime]] = defaultdict(dict)
    for row in await pool.fetch("SELECT * FROM outbox"):
        if row["store_id"] in stores:
            told[row["order_id"]][row["number"]] = row["at"]
    found = {row["sink"]: reckoned(told, await progress(house, row["sink"])) for row in await pool.fetch(SINKS)}
    for row in await pool.fetch("SELECT store_id, sink FROM outbound_change WHERE what = 'SET_ASIDE'"):
        found[row["sink"]]["gaps"] += row["store_id"] in stores
    return found


async def progress(house: House, sink: str) -> dict[UUID, asyncpg.Record]:
    """How far a sink is with each order; of those that it has not read of it is to get what was told since it began."""
    return {row["order_id"]: row for row in await house.shop.pool.fetch(PROGRESS, sink)}


def reckoned(told: dict[UUID, dict[int, datetime]], come_to: dict[UUID, asyncpg.Record]) -> dict[str, Any]:
    figures, missing_since = dict(ZERO), list[datetime]()
    for order, events in told.items():
        row = come_to[order]
        missing = {number: at for number, at in events.items() if number > row["done"]}
        missing_since += missing.values()
        figures["lag"] += len(missing)
        figures["unread"] += sum(number > row["known"] for number in missing)
        if row["done"] < row["known"]:
            figures["dead" if row["dead_at"] else "failing" if row["tries"] else "waiting"] += 1
            figures["attempts"] += row["tries"]
    return figures | {"oldest_at": min(missing_since, default=None)}


async def shown(house: House, who: Viewer) -> dict[str, dict[str, Any]]:
    async with house.shop.pool.acquire() as connection:
        return {each.sink: {name: getattr(each, name) for name in ZERO} for each in await list_sinks(connection, who)}


async def hold(house: House) -> None:
    """The figures are the truth for everyone, and the lists are as long as they say."""
    for who, stores in WHO.values():
        figures = await shown(house, who)
        assert figures == await truth(house, stores)
        async with house.shop.pool.acquire() as connection:
            for sink, each in figures.items():
                for status in STATUSES:
                    filters = DeliveryFilters(sink=sink, status=status)
                    count = await count_deliveries(connection, who, filters=filters)
                    rows, more = await list_deliveries(connection, who, filters=filters, limit=100)
                    assert (count, len(rows), more) == (each[status.lower()], count, False)
                    assert {row.status for row in rows} <= {status}
                rows, _ = await list_deliveries(connection, who, filters=DeliveryFilters(sink=sink), limit=100)
                assert len(rows) == each["waiting"] + each["failing"] + each["dead"]


@dataclass
class Storm:
    """Whatever may happen, by chance."""

    house: House
    chance: random.Random
    places: list[Place]
    orders: list[tuple[Order, UUID]] = field(default_factory=list)

    async def happen(self) -> None:
        """Something is told of an order, which may be a new one."""
        if not self.orders or (len(self.orders) < 9 and self.chance.random() < 0.5):
            store = self.chance.choice(STORES)
            self.orders.append((await self.house.order(store), store))
        order, store = self.chance.choice(self.orders)
        if store == LAGOS:
            await order.send("quotation", ExtendValidity(1))

    async def refuse(self) -> None:
        """A place refuses an event, or does not any more."""
        order, _ = self.chance.choice(self.orders)
        self.chance.choice(self.places).refused ^= {(order.id, self.chance.randint(1, 3))}

    async def another(self) -> None:
        """A place is new."""
        if len(self.places) < 3:
            self.places.append(await self.house.begin(f"place {len(self.places)}"))

    async def bring(self) -> None:
        await self.house.carry(self.chance.choice(self.places))

    async def note(self) -> None:
        await self.house.feed(self.chance.choice(self.places).name)

    async def give_up(self) -> None:
        await self.house.give_up(self.chance.choice(self.places))

    async def by_hand(self) -> None:
        """Somebody does something about the first that failed."""
        sink, status = self.chance.choice(self.places).name, self.chance.choice(FAILED)
        async with self.house.shop.pool.acquire() as connection:
            filters, at = DeliveryFilters(sink=sink, status=status), self.house.shop.now
            rows, _ = await list_deliveries(connection, ADMIN, filters=filters, limit=1)
            for row in rows:
                if self.chance.random() < 0.5:
                    aside = SetEventAside(sink=sink, order=row.order_id, number=row.number, reason="It is broken.")
                    await set_aside(connection, aside, by=ADMIN, at=at)
                else:
                    again = RetryDeliveries(sink=sink, orders=(row.order_id,), reason="It was mended.")
                    await retry(connection, again, by=ADMIN, at=at)

    async def rage(self) -> None:
        """Thirty things happen, and after each five of them the figures hold."""
        ways = (self.happen, self.happen, self.happen, self.refuse, self.refuse, self.by_hand, self.by_hand,
                self.another, self.bring, self.note, self.give_up, self.give_up)  # fmt: skip
        await self.happen()
        for count in range(1, 31):
            self.house.shop.now += timedelta(minutes=self.chance.randint(0, 90))
            await self.chance.choice(ways)()
            if count % 5 == 0:
                await hold(self.house)


@pytest.mark.parametrize("seed", range(4))
async def test_the_figures_equal_the_tables_whatever_happened(house: House, seed: int):
    storm = Storm(house, random.Random(seed), [await house.begin("first")])  # noqa: S311  (chance, not a secret)
    await storm.rage()
    for place in storm.places:
        place.refused.clear()
        async with house.shop.pool.acquire() as connection:
            await retry(connection, RetryDeliveries(sink=place.name, reason="Go."), by=ADMIN, at=house.shop.now)
        await house.carry(place)
    await hold(house)


async def test_a_sink_of_another_cluster_has_yet_to_read_what_it_does_not_know_of(house: House):
    place = await house.begin("first")
    await house.order()
    await house.carry(place)
    late = await house.order(ABUJA)
    assert (await shown(house, ADMIN))["first"]["unread"] == 1
    await house.shop.pool.execute("UPDATE outbound_sink SET cluster = 1, xid = '4000000000000'")
    assert (await shown(house, ADMIN))["first"] == ZERO | {"lag": 1, "unread": 1, "oldest_at": house.shop.now}
    await house.carry(place)
    assert late.id in {order for order, _ in place.arrived}
    assert (await shown(house, ADMIN))["first"] == ZERO


@pytest.mark.parametrize("role", ["BILLER", "RIDER", "RESELLER", "CUSTOMER"])
async def test_who_looks_after_no_outbox_sees_no_sink_and_no_delivery(house: House, role: str):
    place = await house.begin("first")
    order = await house.order()
    place.refused = {(order.id, 1)}
    await house.carry(place)
    who = viewer(role, LAGOS)
    assert await shown(house, who) == {}
    async with house.shop.pool.acquire() as connection:
        filters = DeliveryFilters(sink="first", status="FAILING")
        assert await list_deliveries(connection, who, filters=filters) == ([], False)
