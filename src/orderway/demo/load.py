"""Loading the demo: the company once, then every order that is not there yet, act by act as time went."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from orderway.demo import extract
from orderway.demo.company import PLACES
from orderway.demo.seed import SOURCE, Buyer, Company, Store, read_company, write_company
from orderway.demo.stories import Story, stories
from orderway.demo.tale import Tale
from orderway.errors import OrderwayError
from orderway.settings import Settings
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Connection
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

SEED = 20_180_829
"""Shuffles the stories over the stores and buyers, always in the same way."""


class NotForDemo(OrderwayError):
    """The database belongs to a company of its own."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One order to be told: its story, who buys where, and when each act comes."""

    story: Story
    order: extract.Order
    store: Store
    buyer: Buyer
    moments: tuple[datetime, ...]


def plans(company: Company, now: datetime) -> list[Plan]:
    """All orders of the demo, the oldest first, ending at `now`."""
    chance = Random(SEED)  # noqa: S311 - the same content every time is what is wanted
    told = [story for story in stories() for _ in range(story.count)]
    chance.shuffle(told)
    orders = zip(told, extract.load().orders, strict=True)
    made = [
        _plan(story, order, store=company.stores[place % len(company.stores)], now=now)
        for place, (story, order) in enumerate(orders)
    ]
    return sorted(made, key=lambda plan: plan.moments[0])


def _plan(story: Story, order: extract.Order, *, store: Store, now: datetime) -> Plan:
    chance = Random(order.reference)  # noqa: S311 - as above
    spans = [beat.after(order, chance) for beat in story.beats]
    moment = now - timedelta(hours=chance.uniform(*story.age)) - sum(spans, timedelta())
    moments = []
    for span in spans:
        moment += span
        moments.append(moment)
    buyers = [buyer for buyer in store.buyers if buyer.customer.kind == story.buyer]
    return Plan(story, order, store, chance.choice(buyers), tuple(moments))


async def load(
    runner: Runner, settings: Settings, *, password_hash: str, on_order: Callable[[int, int], None] = lambda *_: None
) -> int:
    """Write what is missing of the demo and return how many orders were; a second time there is nothing to do.

    All of it is one transaction, so that what the company has is entered in the order of time: of an interrupted load
    nothing is kept but the company. Raises NotForDemo where the database holds another company.
    """
    now = runner.clock()
    async with runner.pool.acquire() as connection:
        there = await _codes(connection)
        if not there:
            await write_company(connection, password_hash=password_hash, at=now - timedelta(days=400))
        elif there != {place.code for place in PLACES}:
            raise NotForDemo(
                "This database holds a company of its own, and the demo would mix with it.",
                "Name an empty one in DATABASE_URL, or unset it to use the embedded database.",
            )
        company = await read_company(connection)
        told = {row[0] for row in await connection.fetch(TOLD, SOURCE)}
    missing = [plan for plan in plans(company, now) if plan.order.reference not in told]
    if missing:
        await _tell(runner, settings, company=company, plans=missing, on_order=on_order)
    return len(missing)


TOLD = "SELECT source_ref FROM sale_order WHERE source = $1"


async def _codes(connection: Connection) -> Collection[str]:
    return {row["code"] for row in await connection.fetch("SELECT code FROM store")}


async def _tell(
    runner: Runner, settings: Settings, *, company: Company, plans: Sequence[Plan], on_order: Callable[[int, int], None]
) -> None:
    """Do what everybody does, one after the other, whichever order it is about."""
    acts = sorted(
        (moment, place, number) for place, plan in enumerate(plans) for number, moment in enumerate(plan.moments)
    )

    async def work(tx: Transaction) -> None:
        tales = [_tale(tx.beside(), settings, company=company, plan=plan) for plan in plans]
        done = 0
        for moment, place, number in acts:
            tale, beats = tales[place], plans[place].story.beats
            tale.now = moment
            await beats[number].act(tale)
            if number + 1 == len(beats):
                await tale.tx.settle()
                done += 1
                on_order(done, len(plans))

    await runner.run(work, actor=THE_SYSTEM)


def _tale(tx: Transaction, settings: Settings, *, company: Company, plan: Plan) -> Tale:
    story = plan.story
    return Tale(
        tx, plan.moments[0], company, plan.store, plan.buyer, plan.order, settings,
        Random(plan.order.reference),  # noqa: S311 - as above
        of_type=story.of_type, is_scarce=story.is_scarce, times=story.times,
    )  # fmt: skip
