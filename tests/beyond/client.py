"""Clients that drive orders their whole way through the door, and keep what they were answered.

python -m tests.beyond.client URL SECONDS ORDERS-AT-ONCE: says "furnished" when it begins, and at its end one line of
JSON: each answer (its key, its step, its state, when) and each loss of the database on the way.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from tests.stories.shop import LAGOS, SHIRT, Order, Shop, actor, shirts

from orderway.database import connect_pool, lost
from orderway.fulfillment.events import (
    CarrierSelected,
    Complete,
    FulfillmentStarted,
    PackageDelivered,
    PackageShipped,
)
from orderway.process import log_to_stderr
from orderway.quotation.events import BuyerApproves, SellerApproves, Share
from orderway.sale.payments.events import Confirm
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.runner import Runner, utc_now

Answer = TypeVar("Answer")

ROAD: list[tuple[str, Any, str]] = [
    ("quotation", Share(), "biller"),
    ("quotation", BuyerApproves(1), "biller"),
    ("quotation", SellerApproves(1), "biller"),
    ("payment", Confirm(), "accountant"),
    ("fulfillment", FulfillmentStarted(), "biller"),
    ("fulfillment", CarrierSelected("Swift"), "biller"),
    ("fulfillment", PackageShipped(), "biller"),
    ("fulfillment", PackageDelivered(), "biller"),
    ("fulfillment", Complete(), "biller"),
]
"""The whole way of an order: each event with the machine that takes it, and who sends it."""

PAUSE = 0.05
"""Seconds before something is tried again that the database did not answer."""


@dataclass(slots=True)
class Answers:
    """What was answered, and what was lost on the way."""

    moves: list[tuple[str, int, str, float]] = field(default_factory=list)
    """Key, step, state and the moment in seconds since 1970."""

    losses: Counter[str] = field(default_factory=Counter)
    unsure: set[str] = field(default_factory=set)
    """Keys of moves that got no answer at first: they were sent again with the same key."""

    async def through(self, work: Callable[[], Awaitable[Answer]], *, key: str = "") -> Answer:
        """Do it, and again for as long as the database is away."""
        while True:
            try:
                return await work()
            except Exception as error:
                if lost(error) is None:
                    raise
                self.losses[type(error).__name__] += 1
                if key:
                    self.unsure.add(key)
                await asyncio.sleep(PAUSE)

    async def drive(self, order: Order, payment: UUID) -> None:
        for machine, event, word in ROAD:
            newest = await self.through(partial(order.ref, machine))
            ref = Ref(machine, LAGOS, payment) if machine == "payment" else newest
            key = f"{order.id} {event.name}"
            send = partial(order.shop.runner.send, ref, event, actor=actor(word), key=key, request_id=key)
            moved: Moved = await self.through(send, key=key)
            self.moves.append((key, moved.step, moved.to_state, time.time()))


async def clients(url: str, *, seconds: float, at_once: int) -> Answers:
    """Drive orders for some seconds, so many beside each other; those under way are driven to their end."""
    answers = Answers()
    async with await connect_pool(url, size=at_once) as pool:
        shop = Shop(pool, now=utc_now())
        await shop.furnish()
        await shop.stock((SHIRT, 1_000_000))
        shop.runner = Runner(pool, shop.workflow)
        print("furnished", flush=True)
        until = time.monotonic() + seconds

        async def client() -> None:
            while time.monotonic() < until:
                # Neither has a key: one that was lost on the way may be there, and nobody goes on with it.
                order = await answers.through(partial(shop.order, shirts(1)))
                payment = await answers.through(partial(order.register, order.total))
                await answers.drive(order, payment)

        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(client())
    return answers


def main() -> None:
    url, seconds, at_once = sys.argv[1:]
    log_to_stderr()  # whoever reads what this says reads it at the end
    found = asyncio.run(clients(url, seconds=float(seconds), at_once=int(at_once)))
    print(json.dumps({"moves": found.moves, "losses": dict(found.losses), "unsure": sorted(found.unsure)}))


if __name__ == "__main__":
    main()
