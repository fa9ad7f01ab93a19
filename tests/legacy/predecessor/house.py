"""A house on its way over, for a rehearsal: the commands of its operator, and what people do under the flags."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

import asyncpg
from tests.legacy.predecessor.sample import ROOT
from typer.testing import CliRunner

from orderway.app import make_workflow, the_laws
from orderway.cli import app
from orderway.database import connect, connect_pool
from orderway.flags.followers import Follower
from orderway.flags.live import opened
from orderway.ids import new_id
from orderway.measures import REGISTRY
from orderway.people.scope import actor_on
from orderway.people.viewer import BY_ID, Viewer, viewer_from
from orderway.sale.payments.events import Confirm
from orderway.sale.payments.opening import NewPayment, register
from orderway.settings import Settings
from orderway.workflow.actor import Actor
from orderway.workflow.errors import Refused
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.replay import Finding
from orderway.workflow.runner import Runner, utc_now
from orderway.workflow.transaction import Transaction
from orderway.workflow.verify import verify

Said = tuple[int, str]
Flags = dict[str, Any]
"""The definitions of a file of flags, by their names."""

PAGE = ROOT / "docs" / "operations" / "rollout.md"
ROWS = "SELECT (SELECT count(*) FROM transition_log), (SELECT count(*) FROM sale_order), (SELECT count(*) FROM outbox)"
WHO = """
SELECT p.id FROM person p JOIN person_role pr ON pr.person_id = p.id JOIN role r ON r.id = pr.role_id
LEFT JOIN person_store s ON s.person_id = p.id AND s.store_id = $2
WHERE r.name = $1 AND (s.store_id IS NOT NULL OR r.name = 'ADMIN') ORDER BY p.email LIMIT 1
"""
PLACED = "SELECT store_id, id FROM sale_order WHERE source = 'legacy' AND source_ref = $1"
NEWEST = "SELECT store_id, id FROM {machine} WHERE order_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1"
TOTAL = "SELECT (context ->> 'grand_total')::bigint FROM sale WHERE order_id = $1"
STANDS = """
SELECT (SELECT state FROM sale WHERE order_id = $1), (SELECT state FROM fulfillment WHERE order_id = $1)
"""


def blocks(kind: str) -> list[str]:
    """What the page has of files and statements."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def statements() -> dict[str, list[str]]:
    """The statements of the page, by what it calls them."""
    named = [block.partition("\n") for block in blocks("sql")]
    return {name.removeprefix("-- "): [each for each in text.split(";") if each.strip()] for name, _, text in named}


def without(flags: Flags, *slices: str) -> Flags:
    """The same file with the entries of some slices taken out."""
    return {name: flag for name, flag in flags.items() if name.removeprefix("orderway-") not in slices}


@dataclass
class Operator:
    """Whoever gives the commands: to the database of Orderway, beside that of the former system (`source`).

    `flags` is the file of flags; how long each step took is said by `say`.
    """

    url: str
    source: str
    flags: Path
    say: Callable[[str], None] = lambda _: None

    def orderway(self, *arguments: str) -> Said:
        """What a command says, and its exit code."""
        given = {"DATABASE_URL": self.url, "COLUMNS": "200"}
        if self.flags.exists():
            given["ORDERWAY_FLAGS_FILE"] = str(self.flags)
        result = CliRunner().invoke(app, arguments, env=given)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout

    def bring(self, *options: str) -> Said:
        return self.orderway("import", "legacy", "--source", self.source, *options)

    def switch(self, flags: Flags) -> None:
        self.flags.write_text(json.dumps({"flags": flags}))

    def standing(self) -> list[tuple[str, ...]]:
        """How each slice stands, as `orderway flags` says it: the slice, on or off, and the stores."""
        code, said = self.orderway("flags")
        assert code == 0, said
        rows = [[cell.strip() for cell in line.strip("│ ").split("│")] for line in said.splitlines() if "│" in line]
        return [tuple(row[:3]) for row in rows]

    def verified(self, *, later: timedelta | None = None) -> None:
        """The log holds, as the command finds it; or as it would so much later."""
        if later:
            assert asyncio.run(found(self.url, utc_now() + later)) == ()
            return
        code, said = self.orderway("verify")
        assert code == 0, said
        assert said.endswith(": all of it holds.\n"), said

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        began = perf_counter()
        yield
        self.say(f"{perf_counter() - began:8.1f} s  {step}")


async def found(url: str, at: datetime) -> tuple[Finding, ...]:
    async with await connect_pool(url, size=1) as pool, pool.acquire() as connection:
        return (await verify(connection, make_workflow(Settings({})), the_laws(), now=at)).findings


async def told(url: str, query: str, *values: object, schema: str = "public") -> list[tuple[Any, ...]]:
    connection = await connect(url)
    try:
        await connection.execute(f"SET search_path = {schema}")
        return [tuple(row) for row in await connection.fetch(query, *values)]
    finally:
        await connection.close()


def ask(url: str, query: str, *values: object, schema: str = "public") -> list[tuple[Any, ...]]:
    """The rows of a query, with tables looked for in this schema alone."""
    return asyncio.run(told(url, query, *values, schema=schema))


def refusals(machine: str) -> float:
    """How often this process has said that something is still done in the former system."""
    labels = {"machine": machine, "guard": "former_system"}
    return REGISTRY.get_sample_value("orderway_refusals_total", labels) or 0


@dataclass
class House:
    """A server under the flags of a file, and the people who work at it."""

    pool: asyncpg.Pool
    runner: Runner
    follower: Follower
    operator: Operator

    async def switch(self, flags: Flags) -> None:
        """Let the file say something else, and the server see it."""
        self.operator.switch(flags)
        await self.follower.look()
        assert self.follower.flags.problem == ""

    async def row(self, query: str, *values: object) -> asyncpg.Record:
        """The one row of a query."""
        (found,) = await self.pool.fetch(query, *values)
        return found

    async def viewer(self, role: str, store: UUID) -> Viewer:
        """Somebody with a role who works in a store, as they were brought over."""
        return viewer_from(await self.row(BY_ID, await self.pool.fetchval(WHO, role, store)))

    async def actor(self, role: str, ours: tuple[UUID, UUID]) -> Actor:
        viewer = await self.viewer(role, ours[0])
        async with self.pool.acquire() as connection:
            return await actor_on(connection, viewer, store_id=ours[0], order_id=ours[1])

    async def placed(self, theirs: str) -> tuple[UUID, UUID]:
        """The store and the order that one of the former system became."""
        row = await self.row(PLACED, theirs)
        return row["store_id"], row["id"]

    async def send(self, ours: tuple[UUID, UUID], machine: str, event: Any, *, by: str = "MANAGER") -> Moved:
        row = await self.row(NEWEST.format(machine=machine), ours[1])
        return await self.runner.send(Ref(machine, *row), event, actor=await self.actor(by, ours))

    async def pay(self, ours: tuple[UUID, UUID]) -> None:
        """A manager takes the whole price in cash, and an admin confirms it."""
        total = await self.pool.fetchval(
            "SELECT (context ->> 'grand_total')::bigint FROM sale WHERE order_id = $1", ours[1]
        )
        new = NewPayment(amount=total, currency="NGN", method="CASH", provider="till", reference=str(new_id()))

        async def work(tx: Transaction) -> Moved:
            await tx.lock(*ours)
            return await register(tx, new)

        await self.runner.run(work, actor=await self.actor("MANAGER", ours))
        await self.send(ours, "payment", Confirm(), by="ADMIN")

    async def refused(self, ours: tuple[UUID, UUID], machine: str, event: Any) -> str:
        """Why a manager is refused; nothing was written."""
        before, counted = await self.pool.fetchrow(ROWS), refusals(machine)
        try:
            await self.send(ours, machine, event)
        except Refused as no:
            assert await self.pool.fetchrow(ROWS) == before
            assert refusals(machine) == counted + 1
            (reason,) = no.refusal.reasons
            return reason.sentence
        raise AssertionError(f"{event} was not refused.")

    async def stands(self, ours: tuple[UUID, UUID]) -> tuple[str | None, str | None]:
        """Where the sale and the fulfillment of an order are."""
        row = await self.row(STANDS, ours[1])
        return row[0], row[1]


@asynccontextmanager
async def house(operator: Operator, *, later: timedelta = timedelta()) -> AsyncIterator[House]:
    """A server that starts by the file of flags, so much later than now."""
    environ = {"ORDERWAY_FLAGS_FILE": str(operator.flags)}
    async with opened(operator.url, environ) as follower, await connect_pool(operator.url, size=4) as pool:
        runner = Runner(pool, make_workflow(Settings({}), follower.flags), clock=lambda: utc_now() + later)
        yield House(pool, runner, follower, operator)
