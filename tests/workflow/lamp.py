"""A small machine of the tests, and an order for it to live in: what the door promises, it promises to any."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from orderway.ids import new_id
from orderway.quotation.rows import quotation
from orderway.statechart import chart, entry, event, final, guard, on, state
from orderway.workflow.actor import Actor
from orderway.workflow.kinds import Connection, Instance, Kind, Ref, Workflow
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANYONE = Actor("person:0198a000-0000-7000-8000-000000000001", frozenset({"lamp.use"}))
NOBODY = Actor("person:0198a000-0000-7000-8000-000000000002")


@dataclass(frozen=True, slots=True)
class Lamp:
    presses: int = 0
    burns_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LampFacts:
    now: datetime
    actor: str
    has_power: bool = True
    code_is_right: bool = False


@dataclass(frozen=True, slots=True)
class Clicked:
    times: int


@event(label="Press the switch", log="pressed the switch", permission="lamp.use", reason_for="buyer")
class Press:
    reason: str | None = None


@event(label="Break the seal", log="broke the seal", permission="lamp.use", secret=("code",))
class BreakSeal:
    code: str | None


@event(label="Burn out", log="burned out")
class BurnOut:
    pass


@guard(remedy="Plug it in.", help="lamp.use")
def has_power(_lamp: Lamp, _event: object, facts: LampFacts) -> bool:
    """The lamp must have power."""
    return facts.has_power


@guard()
def code_is_right(_lamp: Lamp, _event: object, facts: LampFacts) -> bool:
    """The code must be right."""
    return facts.code_is_right


@guard()
def has_burned(lamp: Lamp, _event: object, facts: LampFacts) -> bool:
    """The hour must be over."""
    return lamp.burns_until is not None and facts.now >= lamp.burns_until


def count(lamp: Lamp) -> Lamp:
    return replace(lamp, presses=lamp.presses + 1)


def burn_an_hour(lamp: Lamp, _event: object, facts: LampFacts) -> Lamp:
    return replace(lamp, burns_until=facts.now + timedelta(hours=1))


def cool(lamp: Lamp) -> Lamp:
    return replace(lamp, burns_until=None)


def clicked(lamp: Lamp) -> Clicked:
    return Clicked(lamp.presses)


LAMP = chart(
    "lamp",
    version=1,
    label="Lamp",
    context=Lamp,
    facts=LampFacts,
    states=[
        state("OFF", on(Press, "ON", when=has_power, do=count, emit=clicked), on(BreakSeal, "OUT", when=code_is_right)),
        state(
            "ON",
            entry(do=burn_an_hour),
            on(Press, "OFF", do=(count, cool), emit=clicked),
            on(BurnOut, "OUT", when=has_burned, do=cool, at="burns_until"),
        ),
        final("OUT"),
    ],
)


@dataclass
class Room:
    """What the lamp looks at and acts on: chosen by each test."""

    has_power: bool = True
    code: str = "1234"
    fails: bool = False
    clicks: list[int] = field(default_factory=list)

    async def facts(self, tx: Transaction, _lamp: Instance, event: Any) -> LampFacts:
        is_right = isinstance(event, BreakSeal) and event.code == self.code
        return LampFacts(tx.now, tx.actor.author, self.has_power, is_right)

    async def click(self, tx: Transaction, _lamp: Instance, effect: Clicked) -> None:
        self.clicks.append(effect.times)
        if self.fails:
            raise RuntimeError("the switch came off")
        await tx.put("order.lamp.clicked", effect)


async def name_of(_connection: Connection, actor: str) -> str:
    return {"person:0198a000-0000-7000-8000-000000000001": "Whoever was there first"}.get(actor, actor)


def lamp_workflow(room: Room) -> Workflow:
    return Workflow({"lamp": Kind({1: LAMP}, quotation, room.facts)}, {Clicked: room.click}, name_of)


def runner(pool: asyncpg.Pool, room: Room | None = None, now: datetime = NOON) -> Runner:
    return Runner(pool, lamp_workflow(room or Room()), lambda: now)


async def make_order(connection: Connection) -> tuple[UUID, UUID]:
    """A store with a customer and one order: its store's id and its own."""
    store, customer, order = new_id(), new_id(), new_id()
    await connection.execute("INSERT INTO store VALUES ($1, 'Store', $2, 'NGN')", store, str(store))
    await connection.execute(
        "INSERT INTO customer (id, kind, name, currency) VALUES ($1, 'CONSUMER', 'A customer', 'NGN')", customer
    )
    await connection.execute(
        "INSERT INTO sale_order (store_id, id, number, customer_id, currency, fulfillment_type, placed_at)"
        " VALUES ($1, $2, '1', $3, 'NGN', 'PICKUP', $4)",
        store, order, customer, NOON,
    )  # fmt: skip
    return store, order


async def a_lamp(door: Runner) -> Ref:
    """A lamp that is off, in an order of its own."""
    async with door.pool.acquire() as connection:
        store, order = await make_order(connection)
    return (await door.open("lamp", Lamp(), store_id=store, order_id=order, actor=ANYONE)).ref
