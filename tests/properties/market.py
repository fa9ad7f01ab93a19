"""A market in one database: the shop of the stories, seen by clients who read what is there and send JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.pins import OF_ORDER
from tests.stories.shop import LAGOS, PEOPLE, SHIRT, SHOES, Shop, actor, person

from orderway.statechart import SYSTEM, Chart
from orderway.workflow.actor import Actor
from orderway.workflow.kinds import Moved, Ref

NOBODY = Actor("person:0198a000-0000-7000-8000-0000000000df")
EVERYONE = [*(actor(word) for word in PEOPLE), NOBODY]
RIDERS = ("rider", "second rider")
LIMIT = 6000
"""What the reseller may owe, in kobo."""

# In the order in which they were born, so that the same choices find the same things again.
INSTANCES = """
SELECT i.machine, i.id, i.order_id, i.state, i.step, i.context FROM (
    SELECT 'quotation' AS machine, store_id, id, order_id, state, step, context FROM quotation
    UNION ALL SELECT 'sale', store_id, id, order_id, state, step, context FROM sale
    UNION ALL SELECT 'payment', store_id, id, order_id, state, step, context FROM payment
    UNION ALL SELECT 'override_request', store_id, id, order_id, state, step, context FROM override_request
    UNION ALL SELECT 'fulfillment', store_id, id, order_id, state, step, context FROM fulfillment
    UNION ALL SELECT 'rider_interest', store_id, id, order_id, state, step, context FROM rider_interest
) i JOIN LATERAL (
    SELECT min(number) AS number FROM outbox
    WHERE store_id = i.store_id AND order_id = i.order_id AND instance_id = i.id AND step = 0
) born ON true
WHERE i.order_id = $1 ORDER BY born.number
"""

TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"


@dataclass(frozen=True, slots=True)
class Sight:
    """One instance as a client sees it."""

    ref: Ref
    order_id: UUID
    state: str
    step: int
    context: dict[str, Any] = field(hash=False)


class Market(Shop):
    """The shop with eyes."""

    boiling = ""

    async def furnish(self) -> None:
        """Furnish the shop, and let the reseller buy on credit."""
        await super().furnish()
        await self.limit(LIMIT)

    def chart(self, sight: Sight) -> Chart:
        return self.workflow.kind(sight.ref.machine).newest

    def takes(self, sight: Sight) -> set[str]:
        """The events that a person can send there."""
        events: Mapping[str, Any] = self.chart(sight).events
        return {name for name in self.chart(sight).takes(sight.state) if events[name].words.permission != SYSTEM}

    async def sought(self) -> set[UUID]:
        """The orders that look for a rider."""
        rows = await self.pool.fetch("SELECT order_id FROM fulfillment WHERE state = 'AWAITING_RIDER_SELECTION'")
        return {id for (id,) in rows}

    async def sights(self, order: UUID) -> list[Sight]:
        """Everything of an order that lives by a machine."""
        rows = await self.pool.fetch(INSTANCES, order)
        return [
            Sight(Ref(machine, LAGOS, id), order_id, state, step, json.loads(context))
            for machine, id, order_id, state, step, context in rows
        ]

    async def digest(self) -> tuple[tuple[Any, ...], ...]:
        """Every row of every table, boiled down: two are equal when nothing was written between them."""
        if not self.boiling:
            self.boiling = " UNION ALL ".join(
                f"SELECT '{name}', count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM {name} t"
                for (name,) in await self.pool.fetch(TABLES)
            )
        return tuple(sorted(tuple(row) for row in await self.pool.fetch(self.boiling)))  # in parallel, in any order

    async def ask(
        self, sight: Sight, name: str, payload: str, *, by: Actor, key: str | None = None, seen: int | None = None
    ) -> Moved:
        """Send an event as a client does: by its name, with JSON for a payload. Raises what the door raises."""
        event = self.workflow.kind(sight.ref.machine).codecs[1].event(name, payload)
        return await self.runner.send(sight.ref, event, actor=by, key=key, seen=seen)

    async def awaited(self, order: UUID) -> list[Sight]:
        """The payments of an order of which its provider may have news."""
        payments = [each for each in await self.sights(order) if each.ref.machine == "payment"]
        return [each for each in payments if not self.chart(each).is_final(each.state)]

    async def pools(self, sight: Sight, sights: list[Sight]) -> dict[str, list[Any]]:
        """What fits this instance: the ids, versions, amounts and the PIN of its own order."""
        sale = next((each.context for each in sights if each.ref.machine == "sale"), {})
        lines = await self.pool.fetch("SELECT id FROM order_line WHERE order_id = $1 ORDER BY position", sight.order_id)
        owed = await self.pool.fetchval(
            "SELECT greatest(0, coalesce(sum(amount), 0))::bigint FROM payable WHERE order_id = $1", sight.order_id
        )
        pin = await self.pool.fetchval(OF_ORDER, sight.order_id)
        asked_back = [each["line"] for each in sight.context.get("return_lines", ())]
        offers = [each for each in sights if each.ref.machine == "rider_interest"]
        offers += [each for each in offers if each.state == "ACTIVE"] * 3
        return {
            "version": [sight.context.get("version", 1), 1, 2],
            "variant": [str(SHIRT), str(SHOES)],
            "quantity": [1] if asked_back else [1, 2, 3],
            "unit_price": [900, 1000, 0],
            "line": asked_back or [str(row["id"]) for row in lines],
            "interest": [str(each.ref.id) for each in offers],
            "rider": [str(person(word)) for word in RIDERS],
            "amount": [owed, sight.context.get("amount", 0), sale.get("grand_total", 0), 0, 500, 1000, 2000],
            "approved_amount": [sight.context.get("amount", 0), 100_000, 500],
            "days": [1, 30],
            "pin": [pin, pin, pin, "000000"],
        }
