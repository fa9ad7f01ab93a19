"""The one door: every move of every machine goes through `Runner.send`, in one transaction."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from orderway.replica import Replica
from orderway.tracing import span
from orderway.workflow.actor import Actor
from orderway.workflow.errors import Invalid, KeyReused, Refused
from orderway.workflow.gathering import gathered
from orderway.workflow.kinds import Connection, Moved, Ref, Workflow, encode
from orderway.workflow.measuring import count_moves, count_refusal, count_retry
from orderway.workflow.transaction import Transaction

Result = TypeVar("Result")
Work = Callable[[Transaction], Awaitable[Result]]

TRIES = 6
LONGEST_REHEARSAL = 1.0
"""Seconds for which others may have to wait for a rehearsal."""

REHEARSAL = """
SET LOCAL lock_timeout = '250ms'; SET LOCAL statement_timeout = '1s';
SET LOCAL idle_in_transaction_session_timeout = '2s'
"""
COLLISIONS = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
UNSTORABLE = (
    OverflowError,
    UnicodeEncodeError,
    asyncpg.NumericValueOutOfRangeError,
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.UntranslatableCharacterError,
    asyncpg.ProgramLimitExceededError,
)
"""A number over 64 bits, a moment outside the calendar, a NUL or half a character in a text, a text over an index."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def to_nobody() -> None:
    """Where nobody waits for news, nobody is told."""


class Runner:
    """Loads, decides, saves, logs and tells: all of it, or nothing.

    `clock` gives the time of what is sent without one. A move that collides with another is tried again.
    `announce` is called after each commit: whoever waits for news is to look.
    """

    def __init__(
        self,
        pool: asyncpg.Pool,
        workflow: Workflow,
        clock: Callable[[], datetime] = utc_now,
        *,
        announce: Callable[[], None] = to_nobody,
        replica: Replica | None = None,
    ) -> None:
        self.pool = pool
        self.workflow = workflow
        self.clock = clock
        self.announce = announce
        self.replica = replica

    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """Give a connection for lists and figures: to a copy of the database that has all of it, where there is one."""
        return self.replica.reading(self.pool) if self.replica else self.pool.acquire()

    async def send(
        self,
        ref: Ref,
        event: Any,
        *,
        actor: Actor,
        at: datetime | None = None,
        seen: int | None = None,
        key: str | None = None,
        reason: str | None = None,
        request_id: str | None = None,
    ) -> Moved:
        """Move one instance.

        `seen` is the step that the client looked at; `key` makes a repeat give the same answer and no second effect.
        Raises NotFound, Conflict, Refused or KeyReused; whatever is raised, nothing was written.
        """

        async def work(tx: Transaction) -> Moved:
            return await tx.send(ref, event, seen=seen, reason=reason)

        request = (ref, event.name, event, seen)
        return await self.once(work, Moved, key=key, request=request, actor=actor, at=at, request_id=request_id)

    async def open(
        self,
        machine: str,
        context: Any,
        *,
        store_id: UUID,
        order_id: UUID,
        actor: Actor,
        at: datetime | None = None,
        key: str | None = None,
        reason: str | None = None,
        request_id: str | None = None,
    ) -> Moved:
        """Give birth to an instance of an order, as `send` moves one; who may is for the caller to ask.

        Raises NotFound for the order, or KeyReused.
        """

        async def work(tx: Transaction) -> Moved:
            await tx.lock(store_id, order_id)
            return await tx.open(machine, context, reason=reason)

        request = (store_id, order_id, machine, context)
        return await self.once(work, Moved, key=key, request=request, actor=actor, at=at, request_id=request_id)

    async def once(
        self,
        work: Work[Result],
        answer: type[Result],
        *,
        key: str | None,
        request: object,
        actor: Actor,
        at: datetime | None = None,
        request_id: str | None = None,
    ) -> Result:
        """Do some work: the same key of the same actor gives the same answer, and nothing is done twice.

        `request` is what a repeat has to equal; raises KeyReused where it does not. Without a key it is just done.
        `answer` is the type that is kept as JSON; a law has to say what its answers must agree with.
        """
        if key is None:
            return await self.run(work, actor=actor, at=at, request_id=request_id)
        with storable():
            asked = sha256(encode(request).encode()).digest()

        async def only_once(tx: Transaction) -> Result:
            kept = await spend(tx, key, asked)
            if kept is not None:
                return msgspec.json.decode(kept, type=answer)
            result = await work(tx)
            await remember(tx, key, result)
            return result

        return await self.run(only_once, actor=actor, at=at, request_id=request_id)

    async def run(
        self, work: Work[Result], *, actor: Actor, at: datetime | None = None, request_id: str | None = None
    ) -> Result:
        """Do some work on one order in one transaction; it is done again from the start when it collides."""
        with span("send", request_id=request_id):
            for attempt in range(TRIES):
                try:
                    return await self._run_once(work, actor=actor, at=at, request_id=request_id)
                except Refused as refused:
                    count_refusal(refused.refusal)
                    raise
                except COLLISIONS as error:
                    if attempt == TRIES - 1:
                        raise
                    count_retry(error)
                    await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311  (a pause, not a secret)
        raise AssertionError

    async def _run_once(
        self, work: Work[Result], *, actor: Actor, at: datetime | None, request_id: str | None
    ) -> Result:
        with storable():
            async with self.pool.acquire() as connection, connection.transaction():
                tx = Transaction(connection, self.workflow, actor=actor, now=at or self.clock(), request_id=request_id)
                try:
                    result = await work(tx)
                    await tx.settle()
                except Exception:
                    tx.name_order()
                    raise
        count_moves(tx.passed)
        self.announce()
        return result

    async def look(self, work: Work[Result], *, actor: Actor) -> Result:
        """Let some work read an order as it stood at one moment: it waits for nobody, and nobody waits for it.

        What it asks for at the same time is one statement.
        """
        async with (
            self.pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            tx = Transaction(
                gathered(connection), self.workflow, actor=actor, now=self.clock(), request_id=None, intent="look"
            )
            return await work(tx)

    @asynccontextmanager
    async def rehearse(self) -> AsyncIterator[Connection]:
        """Give a connection on which whatever is done is undone: nothing is kept, and nobody hears of it.

        It waits little for the locks of others, and soon gives back its own. Raises TimeoutError, or what PostgreSQL
        raises where it waits too long.
        """
        async with self.pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                await connection.execute(REHEARSAL)
                async with asyncio.timeout(LONGEST_REHEARSAL):
                    yield connection
            finally:
                await transaction.rollback()


@contextmanager
def storable() -> Iterator[None]:
    """Raise Invalid for a value of the right type that can not be stored all the same."""
    try:
        yield
    except (*UNSTORABLE, asyncpg.DataError) as error:
        if not isinstance(error, UNSTORABLE) and not isinstance(error.__cause__, UNSTORABLE):
            raise
        raise Invalid(
            "Something is too large, too long or has a character that can not be stored.", "Correct it."
        ) from error


async def spend(tx: Transaction, key: str, request: bytes) -> str | None:
    """Spend an idempotency key; gives the answer kept where it was spent before, and raises KeyReused if on another.

    A second request with a key that is being spent waits for the first to end.
    """
    new = await tx.connection.fetchval(
        "INSERT INTO spent_key (actor, key, request) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1",
        tx.actor.id, key, request,
    )  # fmt: skip
    if new:
        return None
    spent, answer = await tx.connection.fetchrow(
        "SELECT request, answer FROM spent_key WHERE actor = $1 AND key = $2", tx.actor.id, key
    ) or (None, "")
    if spent != request:
        raise KeyReused(
            "This idempotency key was already used for another request.", "Use a new key for each new request."
        )
    kept: str = answer
    return kept


async def is_spent(connection: Connection, *, actor: Actor, key: str) -> bool:
    """Whether the actor has spent the key: what it was for is done."""
    query = "SELECT EXISTS (SELECT FROM spent_key WHERE actor = $1 AND key = $2)"
    return bool(await connection.fetchval(query, actor.id, key))


async def remember(tx: Transaction, key: str, answer: object) -> None:
    """Keep the answer to a spent key."""
    await tx.connection.execute(
        "UPDATE spent_key SET answer = $3 WHERE actor = $1 AND key = $2", tx.actor.id, key, encode(answer)
    )
