"""What if: a path of events tried on an order, in a transaction that is undone, each step with what it came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import asyncpg

from orderway.errors import OrderwayError
from orderway.order.differences import Change, changes
from orderway.order.reach import reach
from orderway.order.reads import load_order
from orderway.order.shape import Order
from orderway.order.texts import check_texts
from orderway.order.timeline import Entry, load_timeline
from orderway.people.scope import actor_on
from orderway.people.viewer import Viewer
from orderway.sale.payments.context import Method
from orderway.sale.payments.opening import NewPayment, register
from orderway.statechart import Refusal
from orderway.statechart.explain import sentence
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.errors import Invalid, NotFound, Refused
from orderway.workflow.kinds import Connection, Kind, Ref
from orderway.workflow.runner import Runner, storable
from orderway.workflow.timers import LATER, put_off
from orderway.workflow.transaction import Transaction

LONGEST_PATH = 20
"""How many steps a path has at most."""

MOST_TIMERS = 50
"""How many timers go off at most in one step: what more of them would come to is not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Send an event of a machine, its payload as the machine reads it; without an `id` to the newest that takes it.

    Without a machine it is sent to that of the order which takes it, where only one does.
    """

    name: str
    machine: str = ""
    payload: str = "{}"
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Let time pass: the timers that are due until then go off."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Pay:
    """Register a payment, which waits for its confirmation; `amount` in minor units of the order's currency."""

    amount: int
    method: Method


Wish = Event | Wait | Pay
"""One step of a path."""


class Busy(OrderwayError):
    """Others decide on the order, or the path takes too long: so that they need not wait, the question is given up."""

    def __init__(self) -> None:
        super().__init__("Others are deciding on this order just now, or the path takes too long.", "Ask again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a step came to: what it moved as the viewer would read it, or the problem for which it moves nothing.

    `machine` and `event` are empty where nothing was sent: time passed. `step` is the place of the wish in the path.
    """

    step: int
    machine: str = ""
    event: str = ""
    at: datetime
    by_itself: bool = False
    problem: Refused | Invalid | NotFound | None = None
    happened: tuple[Entry, ...] = ()
    changes: tuple[Change, ...] = ()
    order: Order | None = None
    """As it would stand then; None where the viewer would see it no longer."""


async def simulate(runner: Runner, viewer: Viewer, *, order_id: UUID, path: Sequence[Wish]) -> list[Outcome]:
    """Try a path on an order as the viewer, one step after the other: each is judged where those before it led.

    A step that is refused moves nothing, and the path goes on. Nothing is kept: neither rows, nor numbers of orders,
    nor what tells the world, nor a spent key. Raises NotFound for the order, Invalid for a path that is too long or
    goes back in time, and Busy.
    """
    if not 1 <= len(path) <= LONGEST_PATH:
        raise Invalid(f"A path has 1 to {LONGEST_PATH} steps.", "Ask for a part of it.", "events")
    try:
        async with runner.rehearse() as connection:
            order = await load_order(connection, viewer, order_id)
            rehearsal = Rehearsal(connection, runner, viewer, order, runner.clock())
            for number, wish in enumerate(path):
                await rehearsal.take(number, wish)
            return rehearsal.outcomes
    except (TimeoutError, asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError, asyncpg.DeadlockDetectedError):
        raise Busy from None


@dataclass(slots=True)
class Rehearsal:
    """A path as far as it went; `order` is how the viewer saw it last, `told` what they have read of its log."""

    connection: Connection
    runner: Runner
    viewer: Viewer
    order: Order
    now: datetime
    outcomes: list[Outcome] = field(default_factory=list)
    told: int = 0
    refused: Refused | None = None
    """What the last timer was refused for."""

    async def take(self, number: int, wish: Wish) -> None:
        """Take one step."""
        if not self.told:
            self.told = await self.last_number()
        match wish:
            case Event():
                wish = replace(wish, machine=wish.machine or self.machine(wish.name))
                outcome = Outcome(step=number, machine=wish.machine, event=wish.name, at=self.now)
                await self.tell(outcome, await self.attempt(self.send, wish))
            case Pay():
                outcome = Outcome(step=number, machine="payment", event="REGISTER", at=self.now)
                await self.tell(outcome, await self.attempt(self.pay, wish))
            case Wait():
                await self.wait(number, wish.until)

    async def attempt(self, do: Any, *given: Any) -> Refused | Invalid | NotFound | None:
        """Do something as a transaction of its own would: all of it, or for this problem nothing."""
        try:
            with storable():
                async with self.connection.transaction():
                    await do(self.begin(), *given)
                    # What only a commit would find out is found out now.
                    await self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        except (Refused, Invalid, NotFound) as problem:
            return problem
        return None

    def begin(self) -> Transaction:
        actor, workflow = self.viewer.actor(), self.runner.workflow
        return Transaction(self.connection, workflow, actor=actor, now=self.now, request_id=None, intent="rehearse")

    async def send(self, tx: Transaction, wish: Event) -> None:
        if not wish.machine:
            raise Invalid(f"No one machine of the order knows the event {wish.name}.", "Name the machine.", "machine")
        kind = self.runner.workflow.kind(wish.machine)
        knows = next((chart for chart in kind.newest.versions() if wish.name in chart.events), kind.newest)
        event = kind.codecs[knows.version].event(wish.name, wish.payload)
        check_texts(event)
        reached = await reach(self.connection, self.viewer, kind=kind, id=wish.id or self.newest(kind, wish.name))
        if reached.order_id != self.order.id:
            raise NotFound(f"The order has no such {kind.newest.label.lower()}.", "Name one that belongs to it.")
        await reached.enter(tx)
        await reached.sending(event)(tx)
        await tx.settle()

    def machine(self, event: str) -> str:
        """The only machine of the order that takes the event, or knows it where none does; else none."""
        machines = set[str]()
        for life in self.order.lives:
            chart = self.runner.workflow.kind(life.machine).charts[life.version]
            if event in chart.takes(life.state):
                machines.add(life.machine)
        if not machines:
            machines = {life.machine for life in self.order.lives if self.knows(life.machine, event)}
        return machines.pop() if len(machines) == 1 else ""

    def knows(self, machine: str, event: str) -> bool:
        return event in self.runner.workflow.kind(machine).newest.every_event

    def newest(self, kind: Kind, event: str) -> UUID:
        """The newest of its instances that takes the event, or the newest of all. Raises NotFound."""
        lives = [life for life in self.order.lives if life.machine == kind.name]
        taking = [life for life in lives if event in kind.charts[life.version].takes(life.state)]
        if not lives:
            raise NotFound(f"The order has no {kind.newest.label.lower()} there.", "Begin with what brings one about.")
        return (taking or lives)[-1].id

    async def pay(self, tx: Transaction, wish: Pay) -> None:
        order = self.order
        await tx.lock(order.store_id, order.id)
        tx.actor = await actor_on(self.connection, self.viewer, store_id=order.store_id, order_id=order.id)
        payment = NewPayment(amount=wish.amount, currency=order.currency, method=wish.method, provider="what-if")
        await register(tx, payment)
        await tx.settle()

    async def wait(self, number: int, until: datetime) -> None:
        """Let time pass, and the timers of the order go off, each when it is due."""
        if until < self.now:
            raise Invalid("Time does not go back.", "Send a moment after those before it.", "events")
        fired = 0
        while row := await self.connection.fetchrow(due(self.tables()), self.order.store_id, self.order.id, until):
            fired += 1
            if fired > MOST_TIMERS:
                raise Invalid(
                    f"More than {MOST_TIMERS} timers would go off until then.", "Ask for an earlier moment.", "events"
                )
            self.now = max(self.now, row["due_at"])
            ref = Ref(row["machine"], self.order.store_id, row["id"])
            outcome = Outcome(step=number, machine=ref.machine, event=row["due_event"], at=self.now, by_itself=True)
            self.refused = None
            problem = await self.attempt(self.fire, ref, row["due_event"])
            await self.tell(outcome, problem or self.refused, timer=ref)
        self.now = until
        await self.tell(Outcome(step=number, at=until), None)

    async def fire(self, tx: Transaction, ref: Ref, event_name: str) -> None:
        """Send what is due as the workers do: one that is refused is put off."""
        tx.actor = THE_SYSTEM
        instance = await tx.load(ref)
        kind = self.runner.workflow.kind(ref.machine)
        codec = kind.codecs[instance.version]
        answer = await tx.offer(ref, codec.event(event_name, "{}"))
        await tx.settle()
        if isinstance(answer, Refusal):
            later = self.now + LATER
            await self.connection.execute(put_off(kind.table.name), ref.store_id, ref.id, self.now, later)
            self.refused = Refused(answer, sentence(answer, codec.chart))

    async def tell(
        self, outcome: Outcome, problem: Refused | Invalid | NotFound | None, *, timer: Ref | None = None
    ) -> None:
        """Keep what a step came to, as far as the viewer sees it."""
        try:
            after = await load_order(self.connection, self.viewer, self.order.id)
        except NotFound:
            self.outcomes.append(replace(outcome, problem=problem))
            return
        timeline = await load_timeline(self.connection, self.runner.workflow, after, limit=LONGEST_TOLD)
        happened = tuple(entry for entry in reversed(timeline.entries) if entry.what.number > self.told)
        changed = changes(self.order, after)
        if timer is None or any(life.id == timer.id for life in after.lives):
            self.outcomes.append(replace(outcome, problem=problem, happened=happened, changes=changed, order=after))
            self.order = after
            self.told = max([self.told, *(entry.what.number for entry in happened)])

    async def last_number(self) -> int:
        page = await load_timeline(self.connection, self.runner.workflow, self.order, limit=1)
        return page.entries[0].what.number if page.entries else 0

    def tables(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, kind.table.name) for name, kind in self.runner.workflow.kinds.items())


LONGEST_TOLD = 100
"""How many rows of the log one step is told with at most."""


@cache
def due(tables: tuple[tuple[str, str], ...]) -> str:
    """The first timer of an order that is due. Parameters: store, order, the moment."""
    each = " UNION ALL ".join(
        f"""SELECT '{machine}' AS machine, id, due_at, due_event FROM {table}
        WHERE store_id = $1 AND order_id = $2 AND due_at <= $3"""  # noqa: S608  (the tables are the workflow's own)
        for machine, table in tables
    )
    return f"{each} ORDER BY due_at, machine, id LIMIT 1"
