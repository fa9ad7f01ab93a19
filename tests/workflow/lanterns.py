"""A house of the tests: beside its lamp an order has as many lanterns as it wants, each carried by somebody."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg
from tests.workflow.lamp import ANYONE, LAMP, NOON, Lamp, LampFacts, Room, make_order, name_of

from orderway.quotation.rows import quotation
from orderway.sale.rows import override_request
from orderway.statechart import chart, event, final, on, state
from orderway.workflow.kinds import Kind, Ref, Workflow, rider_of
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Lantern:
    rider: UUID | None = None
    kind: str = "ADMIN"  # the table asks for one


@event(label="Light the lantern", log="lit the lantern", permission="lamp.use")
class Light:
    pass


LANTERN = chart(
    "lantern",
    version=1,
    label="Lantern",
    context=Lantern,
    facts=LampFacts,
    states=[state("DARK", on(Light, "LIT")), final("LIT")],
)


def house(pool: asyncpg.Pool) -> Runner:
    facts = Room().facts
    kinds = {
        "lamp": Kind({1: LAMP}, quotation, facts),
        "lantern": Kind({1: LANTERN}, override_request, facts, rider=rider_of),
    }
    return Runner(pool, Workflow(kinds, {}, name_of), lambda: NOON)


@dataclass(frozen=True, slots=True)
class Hung:
    """An order with a lamp and two lanterns."""

    store: UUID
    order: UUID
    lamp: Ref
    first: Ref
    second: Ref


async def hang(door: Runner, *, riders: tuple[UUID | None, UUID | None] = (None, None)) -> Hung:
    async with door.pool.acquire() as connection:
        store, order = await make_order(connection)

    async def work(tx: Transaction) -> Hung:
        await tx.lock(store, order)
        lamp = await tx.open("lamp", Lamp())
        first, second = [await tx.open("lantern", Lantern(rider)) for rider in riders]
        return Hung(store, order, lamp.ref, first.ref, second.ref)

    return await door.run(work, actor=ANYONE)
