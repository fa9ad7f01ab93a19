"""Brings the predecessor's orders over: each is judged and planned when its turn comes, and goes its road or none."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final
from uuid import UUID

from orderway.database import lost
from orderway.legacy.crew import LANES, Came, Crew, Outcome, told
from orderway.legacy.ends import Ends
from orderway.legacy.predecessor.addresses import SAME, follow_address
from orderway.legacy.predecessor.births import births, keep_births, known_parts
from orderway.legacy.predecessor.circumstances import Circumstances
from orderway.legacy.predecessor.credit import free_credit
from orderway.legacy.predecessor.departed import why_departed
from orderway.legacy.predecessor.doubts import with_doubts_of
from orderway.legacy.predecessor.drive import REFUSED_CREDIT, LegacyRoad, lesser
from orderway.legacy.predecessor.evidence import evidence
from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.ground import Ground
from orderway.legacy.predecessor.here import as_it_stands
from orderway.legacy.predecessor.judge import Verdict, judge
from orderway.legacy.predecessor.keys import in_words, rest
from orderway.legacy.predecessor.ledger import (
    Kept,
    Result,
    Run,
    ask,
    ask_anew,
    fingerprint,
    keep,
    read_kept,
    write,
    written,
)
from orderway.legacy.predecessor.moves import IMPORTER, ExpireSale, Plan
from orderway.legacy.predecessor.parts import Part, counted, parts
from orderway.legacy.predecessor.payouts import riders_paid
from orderway.legacy.predecessor.plan import buyer_of, plan
from orderway.outbound.bygone import pass_over
from orderway.outbound.bygone import told as told_before
from orderway.sale.credit import Tier
from orderway.workflow.actor import Actor
from orderway.workflow.errors import NotFound
from orderway.workflow.gate import has_gone_on
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

WHO: Final = Actor(IMPORTER, permissions=None)
GONE_ON: Final = (
    "People have gone on with it here, and it went on in the former system as well: it stays as it is here."
)
NOBODY: Final[Kept] = Kept(None, None, ())


class Undone(Exception):
    """What a rehearsal raises to have an order's transaction undone: it had come so far."""

    def __init__(self, came: Came) -> None:
        self.came = came


@dataclass(frozen=True, slots=True)
class Seen:
    """An order in a rehearsal: what was concluded, and where it came to rest."""

    verdict: Verdict
    ended: Ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """An import under way. `titles` name the variants and `ladder` the tiers of credit; `known` are the fingerprints of
    orders that need no other look. In a rehearsal each order is undone as soon as it is `seen`, and what the buyers
    `owe` by then is counted beside.
    """

    runner: Runner
    ground: Ground
    titles: Mapping[UUID, str]
    ladder: tuple[Tier, ...]
    around: Circumstances
    run: Run
    known: Mapping[str, bytes]
    stop: asyncio.Event
    on_order: Callable[[], None]
    seen: list[Seen] | None = None
    owe: Counter[str] = field(default_factory=Counter)

    @property
    def is_rehearsal(self) -> bool:
        return self.seen is not None

    async def bring(self, batches: AsyncIterator[Sequence[Order]]) -> Outcome:
        """Bring the orders over as they are read, oldest first."""
        crew: Crew[Order] = Crew(
            pool=None if self.is_rehearsal else self.runner.pool,
            bring=self.bring_one,
            lane=lambda order: buyer_of(order) or order.id,
            name=lambda order: order.id,
            stop=self.stop,
            on_order=self.on_order,
            lanes=1 if self.is_rehearsal else LANES,
        )
        return await crew.bring_all(batches)

    async def bring_one(self, order: Order) -> Came:
        if self.known.get(order.id) == fingerprint(written(order)):
            return "met"
        try:
            return await self.runner.run(partial(self.drive, order), actor=WHO)
        except Undone as undone:
            return undone.came
        except Exception as error:
            if isinstance(error, NotFound) and await self.has_left(order):
                return "met"
            if lost(error) is None and not self.is_rehearsal:
                await self.note(order, error)
            raise

    async def drive(self, order: Order, tx: Transaction) -> Came:
        """Let the order make the moves that it has not made, and keep what came of it."""
        kept = await read_kept(tx.connection, order.id) or NOBODY
        before = 0
        if kept.store_id is not None and kept.order_id is not None:
            await tx.lock(kept.store_id, kept.order_id)
            before = await told_before(tx)
        around = await as_it_stands(tx.connection, order.id, self.around)
        around = replace(around, free_credit=await self.free(tx, order, kept))
        verdict, planned = self.look_at(order, around)
        address = await follow_address(tx, order, planned) if kept.order_id else SAME
        result, born = await self.go(tx, kept, order=order, verdict=verdict, planned=planned)
        if address.why:
            result = replace(result, doubts={**result.doubts, "ADDRESS_CHANGED": address.why})
        here = born.keys() | (await known_parts(tx.connection, order) if kept.order_id else set())
        verdict = replace(verdict, left=counted([each for each in parts(order) if each not in here]))
        came: Came = "brought" if kept.order_id is None else "grown" if result.made or address.is_new else "met"
        if self.seen is not None:
            self.seen.append(Seen(verdict, result.ended or verdict.ends))
            self.owe[buyer_of(order) or ""] += verdict.owes
            raise Undone(came)
        await pass_over(tx, since=before)
        await keep(tx, order, verdict=verdict, result=result, run=self.run)
        await keep_births(tx, order, born)
        return came

    def look_at(self, order: Order, around: Circumstances) -> tuple[Verdict, Plan]:
        """What is concluded from its rows, with what only the plan shows, and the plan."""
        verdict = judge(order, around)
        planned = plan(order, verdict, around)
        review = with_doubts_of(order, verdict.review, planned)
        paid, rows = riders_paid(order, planned), counted(list(parts(order)))
        return replace(verdict, review=review, riders_paid=paid, rows=rows), planned

    async def go(
        self, tx: Transaction, kept: Kept, *, order: Order, verdict: Verdict, planned: Plan
    ) -> tuple[Result, Mapping[Part, UUID]]:
        """What becomes of it, and which of ours stand for its rows. What tells another story than it did stays."""
        road = LegacyRoad(tx, self.ground, titles=self.titles, is_growing=kept.order_id is not None)
        road.number = planned.order_id if self.is_rehearsal else None  # the next number stays the next
        doubts, left = doubted(verdict), rest(planned, kept.moves)
        if kept.order_id is not None and await has_gone_on(tx):
            ended = await road.ends()
            if left.is_news and ended != verdict.ends:
                return Result(came="REWRITTEN", ended=ended, why=GONE_ON, doubts=doubts | {"REWRITTEN": GONE_ON}), {}
            return at_rest(ended, lesser(ended, verdict.ends), doubts), {}
        if left.undone:
            why = f"The former system tells another story than when it was brought over: {in_words(left.undone)}."
            return Result(came="REWRITTEN", ended=await road.ends(), why=why, doubts=doubts | {"REWRITTEN": why}), {}
        # A sale that expired had its time then; to all others it is given from now on.
        tx.came_at = None if any(isinstance(each, ExpireSale) for each in planned.moves) else self.run.at
        why_here = await road.go(planned, left)
        result = replace(at_rest(await road.ends(), why_here, doubts), made=road.made)
        return result, await births(road, order, planned)

    async def free(self, tx: Transaction, order: Order, kept: Kept) -> int:
        """What the buyer may still owe, in minor units."""
        buyer = buyer_of(order) or ""
        ours = (kept.store_id, kept.order_id)
        free = await free_credit(tx.connection, self.ground.customers.get(buyer), self.ladder, order=ours)
        return max(0, free - self.owe[buyer])

    async def has_left(self, order: Order) -> bool:
        """Whether it was archived here since it came: then that is kept with what it is told to be by now."""
        async with self.runner.pool.acquire() as connection, connection.transaction():
            kept = await read_kept(connection, order.id) or NOBODY
            why = await why_departed(connection, kept)
            if why is None:
                return False
            (verdict, _), here = self.look_at(order, self.around), await known_parts(connection, order)
            verdict = replace(verdict, left=counted([each for each in parts(order) if each not in here]))
            if self.seen is None:
                result, ours = Result(came="REWRITTEN", why=why), (kept.store_id, kept.order_id)
                await write(connection, order, verdict=verdict, result=result, run=self.run, ours=ours)
            else:
                self.seen.append(Seen(verdict, verdict.ends))
            return True

    async def note(self, order: Order, error: Exception) -> None:
        """Keep why an order is not in, or did not go on: nothing of what it tried was written."""
        why = told(error)
        async with self.runner.pool.acquire() as connection, connection.transaction():
            verdict, _ = self.look_at(order, await as_it_stands(connection, order.id, self.around))
            result = Result(came="FAILED", why=why, doubts=doubted(verdict) | {"STUCK": why})
            here = await known_parts(connection, order)
            verdict = replace(verdict, left=counted([each for each in parts(order) if each not in here]))
            await ask_anew(connection, order)
            await write(connection, order, verdict=verdict, result=result, run=self.run)
            kept = await read_kept(connection, order.id) or NOBODY
            if kept.store_id is not None and kept.order_id is not None:
                spoken = evidence(order, verdict, None)
                await ask(connection, (kept.store_id, kept.order_id), spoken=spoken, result=result, at=self.run.at)


def at_rest(ended: Ends, why: str | None, doubts: Mapping[str, str]) -> Result:
    """What became of an order that is where it was judged to be, or rests before that."""
    if why is None:
        return Result(came="IN", ended=ended, doubts=doubts)
    kind = "CREDIT" if why == REFUSED_CREDIT else "GOODS"
    return Result(came="RESTS", ended=ended, why=why, doubts={**doubts, kind: why})


def doubted(verdict: Verdict) -> dict[str, str]:
    """What is in doubt, in sentences by their kinds."""
    return {each.kind: each.sentence for each in verdict.review}
