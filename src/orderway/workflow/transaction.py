"""One transaction of one order: load under lock, decide, write state, log and outbox at once, do the effects."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from datetime import datetime
from time import perf_counter
from typing import Any
from uuid import UUID

import asyncpg
from structlog.contextvars import bind_contextvars

from orderway.ids import new_id
from orderway.statechart import Chart, Refusal, Snapshot, decide, start
from orderway.statechart.explain import sentence
from orderway.tracing import traceparent
from orderway.workflow.actor import Actor
from orderway.workflow.entries import entry_of, told_of
from orderway.workflow.errors import NotFound, Refused, not_allowed
from orderway.workflow.gate import Gate, refused_before, require_birth
from orderway.workflow.gathering import at_once
from orderway.workflow.history import moved_since
from orderway.workflow.kinds import Born, Connection, Decided, Instance, Moved, Ref, Workflow, encode, redacted
from orderway.workflow.measuring import Passed, count_lock
from orderway.workflow.statements import COUNT, LOCK_ORDER, PUT, Counting, Intent, birth, everything, find, load, move
from orderway.workflow.told import Order


class Transaction:
    """What `Runner` opens: every lock begins with the order's row, so that one order is one queue.

    One whose intent is to look locks nothing and writes nothing.
    """

    def __init__(
        self,
        connection: Connection,
        workflow: Workflow,
        *,
        actor: Actor,
        now: datetime,
        request_id: str | None,
        intent: Intent = "move",
    ) -> None:
        self.connection = connection
        self.workflow = workflow
        self.actor = actor
        self.now = now
        self.request_id = request_id
        self.intent: Intent = intent
        self.note: str | None = None
        self.came_at: datetime | None = None
        self._order: Order | None = None
        self._number = 0  # the last outbox number told
        self._counted = 0  # what the order's row says it is
        self._instances: dict[UUID, Instance] = {}
        self._whole: dict[str, list[Instance]] = {}  # of these machines every instance is held
        self._last: Instance | None = None
        self.passed: list[Passed] = []
        self.gate = Gate()

    @property
    def order(self) -> Order:
        """The order that is locked."""
        if self._order is None:
            raise RuntimeError("No order is locked yet: lock one, or load an instance.")
        return self._order

    @property
    def store_id(self) -> UUID:
        return self.order.store_id

    @property
    def order_id(self) -> UUID:
        return self.order.id

    def name_order(self) -> None:
        """Let whatever the task logs from here on name the order that is locked: a fault is told of further out."""
        if self._order is not None:
            bind_contextvars(order_id=str(self._order.id))

    def by(self, actor: Actor) -> Transaction:
        """The same look at the same order, by somebody else."""
        other = copy(self)
        other.actor = actor
        return other

    def beside(self) -> Transaction:
        """The part of another order in the same transaction: whoever opens it settles it."""
        other = Transaction(
            self.connection, self.workflow, actor=self.actor, now=self.now, request_id=self.request_id,
            intent=self.intent,
        )  # fmt: skip
        other.passed = self.passed
        return other

    async def lock(self, store_id: UUID, order_id: UUID) -> None:
        """Lock an order; raises NotFound."""
        began = perf_counter()
        row = await self.connection.fetchrow(LOCK_ORDER, store_id, order_id)
        count_lock(self.intent, began=began)
        if row is None or self._order not in (None, Order(store_id, order_id)):
            raise NotFound("There is no such order.")
        self._hold_order(store_id, order_id, row)

    async def look_at(self, store_id: UUID, order_id: UUID) -> None:
        """Look at an order that is there, without its lock: all its instances are read in one statement."""
        if self.intent != "look":
            raise RuntimeError("Who is to move an order locks it.")
        self._order = self._order or Order(store_id, order_id)
        tables = tuple((name, kind.table.name) for name, kind in self.workflow.kinds.items())
        rows = await self.connection.fetch(everything(tables), store_id, order_id)
        self._whole = {name: [] for name in self.workflow.kinds}
        for row in rows:
            self._whole[row["machine"]].append(self._hold(Ref(row["machine"], store_id, row["id"]), row))

    async def each(self, *reading: Awaitable[Any]) -> list[Any]:
        """Wait for several that read: who only looks asks for all of them at once."""
        return await at_once(reading) if self.intent == "look" else [await one for one in reading]

    def _hold_order(self, store_id: UUID, order_id: UUID, row: asyncpg.Record) -> None:
        """Its people are those of the row now; what this transaction has told already is more than the row says."""
        if self._order is None:
            self._number = self._counted = row["outbox_number"]
        self._order = Order(store_id, order_id, row["customer_id"], row["biller_id"])

    @contextmanager
    def acting(self, actor: Actor, *, at: datetime, note: str | None = None) -> Iterator[None]:
        """Let somebody act at a time of their own, for a source that tells of it; `note` is the reason of it all."""
        before = self.actor, self.now, self.note
        self.actor, self.now, self.note = actor, at, note or self.note
        try:
            yield
        finally:
            self.actor, self.now, self.note = before

    def as_system(self) -> AbstractContextManager[None]:
        """Act as the system on behalf of whoever acts: for what follows by itself."""
        return self.acting(self.actor.behind(), at=self.now)

    async def load(self, ref: Ref) -> Instance:
        """The instance, its order locked first; raises NotFound."""
        held = self._instances.get(ref.id)
        if held is not None and held.ref == ref:
            return held
        kind = self.workflow.kind(ref.machine)
        began = perf_counter()
        row = await self.connection.fetchrow(load(kind.table.name, self.intent), ref.store_id, ref.id)
        count_lock(self.intent, began=began)
        if row is None or self._order not in (None, Order(ref.store_id, row["order_id"])):
            raise NotFound(f"There is no such {kind.newest.label.lower()}.")
        self._hold_order(ref.store_id, row["order_id"], row)
        return self._hold(ref, row)

    async def find(self, machine: str) -> Instance | None:
        """The instance that the locked order has of a machine of which an order has one; None before its birth."""
        for held in self._instances.values():
            if held.ref.machine == machine:
                return held
        if machine in self._whole:
            return None
        statement = find(self.workflow.kind(machine).table.name, self.intent)
        row = await self.connection.fetchrow(statement, self.store_id, self.order_id)
        return self._hold(Ref(machine, self.store_id, row["id"]), row) if row is not None else None

    async def every(self, machine: str, *, taking: type[Any] | None = None) -> list[Instance]:
        """The locked order's instances of a machine, oldest first: all, or those where some row takes this event."""
        if machine not in self._whole:
            statement = find(self.workflow.kind(machine).table.name, self.intent)
            rows = await self.connection.fetch(statement, self.store_id, self.order_id)
            self._whole[machine] = [self._hold(Ref(machine, self.store_id, row["id"]), row) for row in rows]
        return [each for each in self._whole[machine] if taking is None or self.takes(each, taking)]

    def takes(self, instance: Instance, event: type[Any]) -> bool:
        """Whether some row takes the event where the instance stands, whatever its guards say."""
        return event.name in self._chart(instance).takes(instance.state)

    def _hold(self, ref: Ref, row: asyncpg.Record) -> Instance:
        held = self._instances.get(ref.id)
        if held is not None:
            return held
        codec = self.workflow.kind(ref.machine).codecs[row["version"]]
        snapshot = codec.snapshot(row["state"], row["context"], row["history"])
        instance = Instance(ref, self.order_id, row["version"], snapshot, row["step"], row["hash"], row["moved_at"])
        self._instances[ref.id] = instance
        return instance

    async def send(self, ref: Ref, event: Any, *, seen: int | None = None, reason: str | None = None) -> Moved:
        """Move an instance by an event; raises NotFound, Conflict or Refused."""
        instance = await self.load(ref)
        await self.require_seen(instance, seen)
        answer = await self._decide(instance, event)
        if isinstance(answer, Refusal):
            raise Refused(answer, sentence(answer, self._chart(instance)))
        return await self._write(instance, answer, reason=reason)

    async def require_seen(self, instance: Instance, seen: int | None) -> None:
        """Raise Conflict where the instance moved since somebody looked at this step of it."""
        if seen is not None and seen != instance.step:
            raise await moved_since(self.connection, self.workflow, instance)

    async def offer(self, ref: Ref, event: Any, *, reason: str | None = None) -> Moved | Refusal:
        """The same, where a refusal is an answer: for what follows only if it can."""
        instance = await self.load(ref)
        answer = await self._decide(instance, event)
        return answer if isinstance(answer, Refusal) else await self._write(instance, answer, reason=reason)

    async def open(self, machine: str, context: Any, *, id: UUID | None = None, reason: str | None = None) -> Moved:
        """Give birth to an instance of the locked order."""
        kind = self.workflow.kind(machine)
        await require_birth(self, machine)
        chart = kind.charts[kind.opens]
        if type(context) is not chart.context:
            raise RuntimeError(f"Version {chart.version} of {machine} is born with a {chart.context.__name__}.")
        ref = Ref(machine, self.store_id, id or new_id())
        unborn = Instance(ref, self.order_id, chart.version, Snapshot("", context), -1, b"")
        facts = await kind.facts(self, unborn, None)
        decided = Decided(start(chart, context, facts), Born(context), facts)
        return await self._write(unborn, decided, reason=reason)

    def require(self, permission: str, *, to: str) -> None:
        """Refuse who may not do what is no event of a machine, such as opening one; raises Refused."""
        if not self.actor.may(permission):
            raise not_allowed(permission, to=to)

    async def put(self, type: str, data: Any, *, about: Instance | None = None) -> int:
        """Tell the world of something, beside what every move tells: of what moved last, where nothing is named.

        Gives its number among all that was told of the order.
        """
        of = about or self._last
        if of is None:
            raise RuntimeError("Nothing has moved in this transaction that could be told of.")
        self._number += 1
        await self.connection.execute(
            PUT, self.store_id, self.order_id, self._number, new_id(), type, encode(data),
            of.id, of.step, self.now, traceparent(),
        )  # fmt: skip
        self._counted = self._number
        return self._number

    async def settle(self) -> None:
        """Count the moves that did not count themselves. `Runner` calls it before it commits."""
        if self._number > self._counted:
            await self.connection.execute(COUNT, self.store_id, self.order_id, self._number)
            self._counted = self._number

    async def _decide(self, instance: Instance, event: Any) -> Decided | Refusal:
        chart = self._chart(instance)
        if refusal := await refused_before(self, instance, event):
            return refusal
        facts = await self.workflow.kind(instance.ref.machine).facts(self, instance, event)
        event = redacted(event)
        answer = decide(chart, instance.snapshot, event, facts)
        return answer if isinstance(answer, Refusal) else Decided(answer, event, facts)

    def _chart(self, instance: Instance) -> Chart:
        return self.workflow.kind(instance.ref.machine).charts[instance.version]

    async def _write(self, was: Instance, decided: Decided, *, reason: str | None) -> Moved:
        """State, log row and outbox row in one statement; then the effects, in their order."""
        entry = entry_of(self, was, decided, reason=reason)
        previous = was.hash or None
        new_hash = entry.hash(previous)
        snapshot = decided.step.snapshot
        kind = self.workflow.kind(was.ref.machine)
        due_at, due_event = self._chart(was).due(snapshot) or (None, None)
        told = told_of(self, entry, rider=kind.rider(snapshot.context))
        event_id = new_id()
        self._number += 1
        statement = move if was.hash else birth
        # Most transactions are one move: it counts in its own statement. Those that follow are counted at the end.
        counting: Counting = "later" if self._last else "now"
        done = await self.connection.execute(
            statement(kind.table.name, counting),
            entry.store_id, entry.instance_id, entry.step, entry.order_id, entry.machine, entry.version,
            entry.from_state, entry.to_state, entry.event, entry.payload, entry.facts, entry.actor,
            entry.on_behalf_of, entry.reason, entry.request_id, entry.at, previous, new_hash,
            encode(snapshot.context), encode(snapshot.history), due_at, due_event,
            self._number, event_id, f"order.{kind.topic}.{entry.event.lower()}", encode(told), traceparent(),
        )  # fmt: skip
        if done != "INSERT 0 1":
            raise RuntimeError(f"{entry.machine} {was.id} was not where its lock had found it.")
        if counting == "now":
            self._counted = self._number
        stood = self.now - was.since if was.since else None
        was.snapshot, was.step, was.hash, was.since = snapshot, entry.step, new_hash, entry.at
        if was.id not in self._instances and was.ref.machine in self._whole:
            self._whole[was.ref.machine].append(was)
        self._instances[was.id] = self._last = was
        moved = Moved(was.ref, self.order_id, entry.step, entry.event, entry.from_state, entry.to_state, self.now)
        self.passed.append(Passed(moved, event_id, stood))
        with self.gate.following():
            for effect in decided.step.effects:
                await self.workflow.performers[type(effect)](self, was, effect)
        return moved
