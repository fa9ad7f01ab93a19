"""The proof of versions in flight: orders under way are brought to another version while the shop works on them.

python -m tests.beyond.versions [orders] [batch]: so many live sales stand in every kind of place; a server of the
release before and one of the new release work on them while all are brought to the second version, and half of them
back. Before, meanwhile and after `verify` finds nothing, and none is stranded. It prints what it did and how long a
plain move took, and ends with 1 where anything is amiss.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from statistics import quantiles
from typing import TypeVar
from uuid import UUID

import asyncpg
from tests.stories.shop import DOOR, LAGOS, RESELLER, SHIRT, Shop, person, shirts
from tests.versions.two import BuyerCalled, as_the_newest, with_two

from orderway.app import make_workflow, the_laws
from orderway.database import connect_pool, create_database
from orderway.embedded import EmbeddedServer
from orderway.migrations import migrate
from orderway.quotation.events import BuyerApproves, SellerApproves, Share
from orderway.quotation.opening import NewOrder, place
from orderway.sale.events import InitiatePayment, PaymentAuthorized, PaymentFailed, SetPaymentMethod
from orderway.settings import Settings
from orderway.workflow.actor import THE_SYSTEM, Actor
from orderway.workflow.batches import Outcome, Pace, go_through
from orderway.workflow.errors import Refused, UnknownVersion
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.migrating import Aim, Migrating
from orderway.workflow.migration_runs import Run, Wish, begin, end
from orderway.workflow.runner import Runner, utc_now
from orderway.workflow.transaction import Transaction
from orderway.workflow.unmigrating import Unmigrating
from orderway.workflow.verify import verify

Result = TypeVar("Result")

AT_ONCE = 6
OPERATOR = Actor("operator:proof", permissions=frozenset())
EVERYTHING = Actor("person:" + str(person("manager")), permissions=None)
STAND = "SELECT version, state, count(*) FROM sale GROUP BY 1, 2 ORDER BY 1, 2"
QUIET = 3.0
"""Seconds in which the shop works and nothing else happens: what a move takes then is what it is compared with."""


@dataclass
class Traffic:
    """What a server does all the time, how long each move took, and what it was answered."""

    runner: Runner
    sales: list[UUID]
    chance: random.Random
    took: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)

    async def go_on(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            event = self.chance.choice((SetPaymentMethod("CARD"), PaymentAuthorized(), PaymentFailed("Declined"),
                                        InitiatePayment(), BuyerCalled()))  # fmt: skip
            began = time.perf_counter()
            try:
                await self.runner.send(Ref("sale", LAGOS, self.chance.choice(self.sales)), event, actor=EVERYTHING)
                self.answers["moved"] += 1
                self.took.append(time.perf_counter() - began)
            except Refused:
                self.answers["refused"] += 1
            except UnknownVersion:
                self.answers["left alone"] += 1
            await asyncio.sleep(0.01)


def p95(took: list[float]) -> float:
    """In milliseconds."""
    return quantiles(took, n=20)[-1] * 1000 if len(took) > 1 else 0.0


async def lay(shop: Shop, count: int) -> list[UUID]:
    """Make live sales: a third as they were opened, a third paid by card, a third whose payment failed."""
    runner = shop.runner

    async def work(tx: Transaction, quantity: int, kind: int) -> Moved:
        new = NewOrder(store_id=LAGOS, customer_id=RESELLER, currency="NGN", fulfillment_type="DELIVERY",
                       lines=(shirts(quantity),), biller_id=person("biller"), delivery=DOOR,
                       valid_until=tx.now + timedelta(days=7))  # fmt: skip
        quotation = (await place(tx, new)).ref
        for event in (Share(), BuyerApproves(1), SellerApproves(1)):
            await tx.send(quotation, event)
        sale = await tx.find("sale")
        if sale is None:
            raise AssertionError
        events = ((), (SetPaymentMethod("CARD"),), (SetPaymentMethod("CARD"), PaymentFailed("Declined")))[kind]
        for news in events:
            with tx.acting(THE_SYSTEM, at=tx.now):
                await tx.send(sale.ref, news)
        return Moved(sale.ref, tx.order_id, 0, "", None, "", tx.now)

    async def some(numbers: range) -> list[UUID]:
        made = []
        for number in numbers:
            quantity = 600 if number % 10 == 0 else 1  # 6,000 naira are much
            moved = await runner.run(lambda tx, q=quantity, k=number % 3: work(tx, q, k), actor=EVERYTHING)  # type: ignore[misc]
            made.append(moved.ref.id)
        return made

    found = await asyncio.gather(*(some(range(at, count, AT_ONCE)) for at in range(AT_ONCE)))
    return [id for each in found for id in each]


async def begun(pool: asyncpg.Pool, *, to: int, undoes: UUID | None = None) -> Run:
    wish = Wish(machine="sale", to_version=to, undoes=undoes, actor=OPERATOR.id, reason="The proof")
    async with pool.acquire() as connection:
        return await begin(connection, wish, at=utc_now())


def verified(url: str) -> tuple[int, float, list[str]]:
    """Verify: the rows, the seconds, and what was found."""

    async def prove() -> tuple[int, list[str]]:
        async with await connect_pool(url, size=1) as pool, pool.acquire() as connection:
            verdict = await verify(connection, with_two(make_workflow(Settings({}))), the_laws())
        return verdict.rows, [f"{each.rule}: {each.where}. {each.sentence}" for each in verdict.findings]

    began = time.perf_counter()
    rows, findings = asyncio.run(prove())
    return rows, time.perf_counter() - began, findings


def brought(url: str, size: int) -> tuple[UUID, int, int, int, float]:
    """Bring all over: the run, how many were moved, held and refused, and the seconds."""

    async def bring() -> tuple[Run, Outcome]:
        async with await connect_pool(url, size=1) as pool:
            run = await begun(pool, to=2)
            work = Migrating(Aim(with_two(make_workflow(Settings({}))).kind("sale"), 2), run.id, OPERATOR, run.reason)
            outcome = await go_through(pool, work, Pace(size=size, clock=utc_now, stop=asyncio.Event()))
            async with pool.acquire() as connection:
                await end(connection, run, at=utc_now(), remained=len(outcome.remained))
        return run, outcome

    began = time.perf_counter()
    run, outcome = asyncio.run(bring())
    return run.id, outcome.moved, outcome.held, len(outcome.remained), time.perf_counter() - began


@dataclass
class Proof:
    """What was found amiss."""

    shop: Shop
    url: str
    processes: Executor
    faults: list[str] = field(default_factory=list)

    async def verify(self, when: str) -> None:
        """Verify in a process of its own, as `orderway verify` is one."""
        rows, seconds, findings = await self.apart(verified, self.url)
        self.faults += [f"{when}: {each}" for each in findings]
        print(f"verify {when}: {rows:,} rows in {seconds:.1f} s, {len(findings)} findings", flush=True)

    async def apart(self, work: Callable[..., Result], *given: object) -> Result:
        """Do some work in another process."""
        return await asyncio.get_running_loop().run_in_executor(self.processes, work, *given)

    async def stand(self) -> None:
        for version, state, count in await self.shop.pool.fetch(STAND):
            print(f"    version {version}, {state}: {count:,}")

    async def bring(self, size: int) -> UUID:
        """Bring all over, in a process of its own; gives the run."""
        run, moved, held, refused, seconds = await self.apart(brought, self.url, size)
        print(f"brought over {moved:,} in {seconds:.1f} s, {held} held, {refused} refused", flush=True)
        if held or refused:
            self.faults.append(f"{held} were held, {refused} refused.")
        return run

    async def take_back(self, run: UUID, half: int) -> int:
        """Take about half of it back."""
        back = await begun(self.shop.pool, to=1, undoes=run)
        work = Unmigrating(self.shop.workflow.kind("sale"), back.id, run, OPERATOR, back.reason)
        stop, moved = asyncio.Event(), 0

        def count(some: int) -> None:
            nonlocal moved
            moved += some
            if moved >= half:
                stop.set()

        await go_through(self.shop.pool, work, Pace(size=500, clock=utc_now, stop=stop, on_moved=count))
        async with self.shop.pool.acquire() as connection:
            since, _ = await work.moved_since(connection)
            await end(connection, back, at=utc_now(), remained=since)
        print(f"took back {moved:,}; {since:,} had moved since and stay", flush=True)
        return moved


@asynccontextmanager
async def working(*servers: Traffic) -> AsyncIterator[None]:
    """Let the servers work meanwhile."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(each.go_on(stop)) for each in servers]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def prove(url: str, count: int, size: int, processes: Executor) -> list[str]:
    """Do it all; gives what was amiss."""
    async with await connect_pool(url, size=AT_ONCE + 6) as pool:
        shop = Shop(pool)
        shop.runner = old = Runner(pool, shop.workflow, utc_now)
        await shop.furnish()
        await shop.stock((SHIRT, 10**9))
        began = time.perf_counter()
        sales = await lay(shop, count)
        print(f"{count:,} live sales in {time.perf_counter() - began:.0f} s", flush=True)
        shop.workflow = with_two(shop.workflow)
        chance = random.Random(count)  # noqa: S311  (a shuffle, not a secret)
        before, after = Traffic(old, sales, chance), Traffic(Runner(pool, shop.workflow, utc_now), sales, chance)
        proof = Proof(shop, url, processes)
        with as_the_newest():
            await proof.verify("before")
            async with working(before, after):
                await asyncio.sleep(QUIET)
                plain, after.took = after.took, []
                run = await proof.bring(size)
                beside, after.took = after.took, []
                await proof.verify("during")
            await proof.stand()
            if left := await pool.fetchval("SELECT count(*) FROM sale WHERE version = 1"):
                proof.faults.append(f"{left} are stranded.")
            async with working(before, after):
                verifying = asyncio.create_task(proof.verify("while half is taken back"))
                if not await proof.take_back(run, count // 2):
                    proof.faults.append("Nothing was taken back.")
                await verifying
            await proof.verify("after")
            await proof.stand()
        print(f"a plain move, p95: {p95(plain):.1f} ms before, {p95(beside):.1f} ms beside the migration")
        print(f"the release before: {dict(before.answers)}; the new one: {dict(after.answers)}")
        if not before.answers["left alone"]:
            proof.faults.append("The release before never met the second version.")
    return proof.faults


def main() -> None:
    """Run it in a database of its own."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o711)
        server = stack.enter_context(EmbeddedServer(folder))
        asyncio.run(create_database(server.url(), name="versions"))
        asyncio.run(migrate(server.url("versions")))
        processes = stack.enter_context(ProcessPoolExecutor(2, mp_context=get_context("spawn")))
        faults = asyncio.run(prove(server.url("versions"), count, size, processes))
    for fault in faults[:50]:
        print(f"! {fault}")
    print(f"{len(faults)} faults." if faults else "All of it held.")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
