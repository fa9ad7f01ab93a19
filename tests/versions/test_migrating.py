"""What is under way is brought to another version of its machine beside the traffic, and back again."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.stories.shop import LAGOS, SHIRT, SHOES, Order, Shop, actor, shirts, shoes
from tests.versions.two import LARGE, ONE_TO_TWO, STAYS, BuyerCalled, as_the_newest, with_two

from orderway.app import make_workflow
from orderway.doctor.versions import versions
from orderway.sale.context import SaleContext
from orderway.sale.events import PaymentFailed, SetPaymentMethod
from orderway.statechart import stays
from orderway.workflow.actor import THE_SYSTEM, Actor
from orderway.workflow.batches import Batch, Outcome, Pace, go_through
from orderway.workflow.crossing import Deed, write
from orderway.workflow.errors import Conflict, Invalid, NotFound, UnknownVersion
from orderway.workflow.kinds import Moved
from orderway.workflow.migrating import Aim, Migrating, brought, survey
from orderway.workflow.migration_runs import Run, Stayed, Wish, begin, counted, end, find_run, foresee
from orderway.workflow.past import where_stood
from orderway.workflow.runner import TRIES, Runner
from orderway.workflow.timers import sweep
from orderway.workflow.transaction import Transaction
from orderway.workflow.unmigrating import Unmigrating
from orderway.workflow.versions import MIGRATED, OF_THE_DOOR, phrase, unmoved

OPERATOR = Actor("operator:ada", permissions=frozenset())
WHY = "The second version is here"
BYTES = """
SELECT version, state, context::text, history::text, due_at, due_event, created_at, moved_at FROM sale
WHERE order_id = $1
"""


@dataclass
class Change:
    """A shop whose release knows the second version; `old` is a server of the release before."""

    shop: Shop
    old: Runner
    orders: dict[str, Order] = field(default_factory=dict)

    @property
    def kind(self) -> Any:
        return self.shop.workflow.kind("sale")

    async def run(self, to: int = 2, *, size: int = 2) -> tuple[Run, Outcome]:
        """Bring all that is under way to a version."""
        aim = Aim(self.kind, to)
        aim.require()
        wish = Wish(machine="sale", to_version=to, actor=OPERATOR.id, reason=WHY)
        async with self.shop.pool.acquire() as connection:
            run = await begin(connection, wish, at=self.shop.now)
            work = Migrating(aim, run.id, OPERATOR, run.reason)
            await foresee(connection, run, left=await work.left(connection))
        outcome = await go_through(self.shop.pool, work, self.pace(size))
        remained, at = outcome.remained, None if outcome.held else self.shop.now
        async with self.shop.pool.acquire() as connection:
            await end(connection, run, at=at, remained=len(remained), stayed=counted(remained))
            return await find_run(connection, run.id, machine="sale"), outcome

    async def undo(self, run: Run) -> tuple[Outcome, int, list[str]]:
        """Take back what a run did."""
        wish = Wish(machine="sale", to_version=1, undoes=run.id, actor=OPERATOR.id, reason="It was too early")
        async with self.shop.pool.acquire() as connection:
            back = await begin(connection, wish, at=self.shop.now)
            work = Unmigrating(self.kind, back.id, run.id, OPERATOR, back.reason)
            outcome = await go_through(self.shop.pool, work, self.pace(3))
            count, since = await work.moved_since(connection)
            await end(connection, back, at=self.shop.now, remained=count)
        return outcome, count, [each.number for each in since]

    def pace(self, size: int) -> Pace:
        return Pace(size=size, clock=lambda: self.shop.now, stop=asyncio.Event(), resting=0, pause=0)

    async def stand(self) -> dict[str, tuple[int, str]]:
        """Version and state of every sale, by the names of the orders."""
        rows = await self.shop.pool.fetch("SELECT order_id, version, state FROM sale")
        found = {row["order_id"]: (row["version"], row["state"]) for row in rows}
        return {name: found[order.id] for name, order in self.orders.items()}

    async def bytes(self, order: Order) -> tuple[Any, ...]:
        return await self.shop.row(BYTES, order.id)


@pytest.fixture
async def change(pool: asyncpg.Pool) -> AsyncIterator[Change]:
    """Orders whose sales stand in every kind of place, by the first version; the release of the second is here."""
    shop = Shop(pool)
    await shop.furnish()
    await shop.stock((SHIRT, 1000), (SHOES, 1000))
    made = Change(shop, shop.runner)
    made.orders = {
        "small": await shop.agreed(shirts(1)),
        "large": await shop.agreed(shoes(LARGE // 5000)),
        "failed": await shop.agreed(shirts(2)),
        "part": await shop.agreed(shirts(3)),
        "cleared": await shop.paid(shirts(4)),
    }
    await made.orders["failed"].send("sale", SetPaymentMethod("CARD"))
    await made.orders["failed"].send("sale", PaymentFailed("Declined"), by=THE_SYSTEM)
    await made.orders["part"].pay(1000)
    shop.workflow = with_two(shop.workflow)
    shop.runner = Runner(pool, shop.workflow, lambda: shop.now)
    with as_the_newest():
        yield made


BEFORE = {
    "small": (1, "AWAITING_PAYMENT_METHOD"),
    "large": (1, "AWAITING_PAYMENT_METHOD"),
    "failed": (1, "PAYMENT_FAILED"),
    "part": (1, "PAYMENT_PENDING_CONFIRMATION"),
    "cleared": (1, "CLEARED_FOR_FULFILLMENT"),
}
AFTER = {
    "small": (2, "CHOOSING"),
    "large": (2, "CHOOSING_WITH_HELP"),
    "failed": (2, "PAYMENT_BROKEN"),
    "part": (2, "PAYMENT_PENDING_CONFIRMATION"),
    "cleared": (2, "CLEARED_FOR_FULFILLMENT"),
}


async def test_everything_under_way_is_brought_over_and_goes_on(change: Change):
    shop, orders = change.shop, change.orders
    assert await change.stand() == BEFORE
    moved_at = (await change.bytes(orders["small"]))[7]
    shop.now = shop.now.replace(hour=15)
    run, outcome = await change.run()
    assert (outcome.moved, outcome.held, outcome.remained) == (5, 0, ())
    assert await change.stand() == AFTER
    assert (await orders["small"].told())[-1] == "sale.migrated"
    assert (await change.bytes(orders["small"]))[7] == moved_at  # it stands there since it came there
    assert await shop.findings() == []
    assert (await change.run())[1].moved == 0
    await orders["large"].send("sale", BuyerCalled())
    await orders["small"].pay(1000)
    new = await shop.agreed(shirts(1))
    assert (await change.stand())["small"] == (2, "CLEARED_FOR_FULFILLMENT")
    assert (await change.bytes(new))[:2] == (2, "CHOOSING")
    assert await shop.findings() == []
    ended = "SELECT moved, remained, ended_at IS NOT NULL FROM machine_migration WHERE id = $1"
    assert await shop.row(ended, run.id) == (5, 0, True)


async def test_where_it_stood_before_and_after_is_replayed_by_the_version_of_then(change: Change):
    shop, order = change.shop, change.orders["small"]
    before = shop.now
    shop.now = shop.now.replace(hour=15)
    await change.run()
    sale = await shop.pool.fetchval("SELECT id FROM sale WHERE order_id = $1", order.id)
    stood = []
    async with shop.pool.acquire() as connection:
        for at in (before, shop.now):
            (found,) = await where_stood(connection, shop.workflow, store_id=LAGOS, instances=[sale], at=at)
            stood.append((found.version, found.snapshot.state, found.since))
    assert stood == [(1, "AWAITING_PAYMENT_METHOD", before), (2, "CHOOSING", before)]


async def test_what_is_undone_stands_where_it_stood_byte_for_byte(change: Change):
    shop, orders = change.shop, change.orders
    was = {name: await change.bytes(order) for name, order in orders.items()}
    shop.now = shop.now.replace(hour=15)
    run, _ = await change.run()
    await orders["large"].send("sale", BuyerCalled())
    outcome, count, since = await change.undo(run)
    (number,) = await shop.row("SELECT number FROM sale_order WHERE id = $1", orders["large"].id)
    assert (outcome.moved, count, since) == (4, 1, [number])
    for name, order in orders.items():
        if name != "large":
            assert await change.bytes(order) == was[name]
    assert (await change.stand())["large"] == (2, "CHOOSING_WITH_HELP")
    assert await shop.findings() == []
    assert (await change.run())[1].moved == 4
    assert await change.stand() == AFTER
    assert await shop.findings() == []


async def test_what_has_no_place_stays_and_is_named(change: Change):
    shop, kind = change.shop, change.kind
    kind.migrations = {1: replace(ONE_TO_TWO, states={**ONE_TO_TWO.states, "PAYMENT_FAILED": stays(STAYS)})}
    async with shop.pool.acquire() as connection:
        told = await survey(connection, Aim(kind, 2), batch=2)
    assert [(each.state, each.live, dict(each.leads), dict(each.refused)) for each in told] == [
        ("AWAITING_PAYMENT_METHOD", 2, {"CHOOSING": 1, "CHOOSING_WITH_HELP": 1}, {}),
        ("PAYMENT_PENDING_CONFIRMATION", 1, {"PAYMENT_PENDING_CONFIRMATION": 1}, {}),
        ("PAYMENT_FAILED", 1, {}, {STAYS: 1}),
        ("CLEARED_FOR_FULFILLMENT", 1, {"CLEARED_FOR_FULFILLMENT": 1}, {}),
    ]
    assert await change.stand() == BEFORE
    rows = await shop.rows()
    run, outcome = await change.run()
    assert (run.total, run.moved, run.remained, run.stayed) == (5, 4, 1, (Stayed("PAYMENT_FAILED", STAYS, 1),))
    assert (outcome.moved, [(each.state, each.why) for each in outcome.remained]) == (4, [("PAYMENT_FAILED", STAYS)])
    assert (await change.stand())["failed"] == (1, "PAYMENT_FAILED")
    assert (await shop.rows())["transition_log"] == rows["transition_log"] + 4


async def test_what_somebody_is_about_is_not_waited_for_and_comes_later(change: Change):
    shop, order = change.shop, change.orders["part"]
    async with shop.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("SELECT FROM sale_order WHERE id = $1 FOR UPDATE", order.id)
        run, outcome = await change.run()
        assert (outcome.moved, outcome.held) == (4, 1)
        assert (run.ended_at, run.total, run.moved) == (None, 5, 4)
        await transaction.rollback()
    run, outcome = await change.run()
    assert (outcome.moved, run.ended_at, run.total, run.moved) == (1, shop.now, 5, 5)
    assert await change.stand() == AFTER


async def test_who_looked_before_is_told_what_was_done(change: Change):
    shop, order = change.shop, change.orders["small"]
    ref = await order.ref("sale")
    await change.run()
    with pytest.raises(Conflict) as no:
        await shop.runner.send(ref, SetPaymentMethod("CASH"), actor=actor("biller"), seen=0)
    assert str(no.value).startswith(
        "This has changed since you looked: ada (command line) brought the sale to version 2 at 2026-03-02 12:00:00"
    )


async def test_a_release_that_does_not_know_the_version_leaves_it_alone(change: Change):
    shop, order = change.shop, change.orders["small"]
    ref = await order.ref("sale")
    await change.run()
    rows = await shop.rows()
    with pytest.raises(UnknownVersion, match=r"^This sale runs under version 2 of its workflow, which this release"):
        await change.old.send(ref, SetPaymentMethod("CASH"), actor=actor("biller"))
    await shop.pool.execute("UPDATE sale SET due_at = $1, due_event = 'EXPIRE'", shop.now)
    swept = await sweep(change.old, machines=["sale"])
    assert (swept.sent, swept.refused, swept.failed, swept.held) == (0, 0, 0, 0)
    assert await shop.rows() == rows


class Colliding(Migrating):
    """One that collides with others as often as it is told."""

    async def batch(self, *given: Any) -> Batch:
        collisions.append(self.run)
        if len(collisions) <= most[0]:
            raise asyncpg.DeadlockDetectedError
        return await super().batch(*given)


collisions: list[UUID] = []
most = [0]


@pytest.mark.parametrize(("often", "moved"), [(2, 5), (99, None)])
async def test_a_batch_that_collides_is_begun_anew(change: Change, often: int, moved: int | None):
    collisions.clear()
    most[0] = often
    wish = Wish(machine="sale", to_version=2, actor=OPERATOR.id, reason=WHY)
    async with change.shop.pool.acquire() as connection:
        run = await begin(connection, wish, at=change.shop.now)
    work = Colliding(Aim(change.kind, 2), run.id, OPERATOR, WHY)
    if moved:
        assert (await go_through(change.shop.pool, work, change.pace(9))).moved == moved
        return
    with pytest.raises(asyncpg.DeadlockDetectedError):
        await go_through(change.shop.pool, work, change.pace(9))
    assert len(collisions) == TRIES
    assert await change.stand() == BEFORE


async def test_a_run_that_there_is_not(change: Change):
    async with change.shop.pool.acquire() as connection:
        with pytest.raises(NotFound, match=r"^There is no run 00000000-0000-0000-0000-000000000001 of sale\. "):
            await find_run(connection, UUID(int=1), machine="sale")


async def test_what_is_not_where_it_was_found_stops_the_batch(change: Change):
    """It can not be while it is locked: the run would rather end than write a row that nothing stands by."""
    shop, rows = change.shop, await change.shop.rows()
    aim = Aim(change.kind, 2)
    async with shop.pool.acquire() as connection:
        (row, *_) = await connection.fetch(aim.standing)
        crossed = brought(aim, row, run=UUID(int=1))
        deed = Deed(event=MIGRATED, by=OPERATOR, at=shop.now, reason=WHY)
        with pytest.raises(RuntimeError, match=r"^1 of payment were not where their lock had found them\.$"):
            async with connection.transaction():
                await write(connection, shop.workflow.kind("payment"), [crossed], deed=deed)
    assert await shop.rows() == rows


async def test_a_migration_that_does_not_hold_moves_nothing(change: Change):
    change.kind.migrations = {1: replace(ONE_TO_TWO, states={})}
    with pytest.raises(Invalid, match=r"^The migration to version 2 does not hold: Nobody has said where it leads"):
        await change.run()
    change.kind.migrations = {}
    with pytest.raises(Invalid, match=r"^Nobody has written how to bring sale from version 1 to 2\. Write it beside"):
        await change.run()
    change.kind.migrations = {1: replace(ONE_TO_TWO, context=lambda old: old.nothing)}
    _, outcome = await change.run()
    why = "The migration to version 2 fails on it: AttributeError: 'SaleContext' object has no attribute 'nothing'"
    assert (outcome.moved, {each.why for each in outcome.remained}) == (0, {why})
    assert await change.stand() == BEFORE


def test_what_is_no_move_has_words():
    sale = with_two(make_workflow()).kind("sale").newest
    assert [unmoved(sale, name) for name in (*OF_THE_DOOR, "PAYMENT_CAPTURED")] == [
        "opened the sale",
        "brought the sale to another version of its workflow",
        "took the sale back to the version of its workflow that it had",
        "",
    ]
    assert [phrase(sale, name, before="CHOOSING", after="CHOOSING") for name in (*OF_THE_DOOR, "BUYER_CALLED")] == [
        "opened the sale", "brought the sale to version 2", "took the sale back to version 2", "called the buyer"
    ]  # fmt: skip


async def test_a_version_is_born_with_its_own_context(change: Change):
    tx_order = change.orders["small"]

    async def work(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, tx_order.id)
        return await tx.open("sale", SaleContext(1000, "NGN"))

    with pytest.raises(RuntimeError, match=r"^Version 2 of sale is born with a SaleTwo\.$"):
        await change.shop.runner.run(work, actor=actor("biller"))


async def test_one_run_of_a_machine_at_a_time_and_the_same_goes_on(change: Change):
    wish = Wish(machine="sale", to_version=2, actor=OPERATOR.id, reason=WHY)
    async with change.shop.pool.acquire() as connection:
        run = await begin(connection, wish, at=change.shop.now)
        assert await begin(connection, wish, at=change.shop.now) == run
        other = Wish(machine="sale", to_version=1, undoes=run.id, actor=OPERATOR.id, reason=WHY)
        with pytest.raises(Invalid, match=r"^The migration of sale to version 2 is under way since 2026-03-02 12:00"):
            await begin(connection, other, at=change.shop.now)
        with pytest.raises(Invalid, match=r"^A migration needs a reason\. "):
            await begin(connection, Wish(machine="sale", to_version=2, actor="a", reason=" "), at=change.shop.now)


def test_a_version_that_others_may_not_know_yet_takes_nothing():
    arriving = with_two(make_workflow(), opens=1).kind("sale")
    with pytest.raises(Invalid, match=r"^This release opens nothing under version 2 of sale yet"):
        Aim(arriving, 2).require()
    with pytest.raises(Invalid, match=r"^There is no version 3 of sale\. Its versions are: 1, 2\.$"):
        Aim(arriving, 3).require()
    with pytest.raises(Invalid, match=r"^Nothing can come from an older version of sale to version 1\."):
        Aim(arriving, 1).require()


UNKNOWN = (
    "Of sale 5 run under version 2, which this release does not know: here they are neither shown nor moved, and no"
    " timer of theirs goes off."
)


async def test_the_doctor_names_what_is_not_known_and_what_did_not_end(change: Change):
    wish = Wish(machine="sale", to_version=2, actor=OPERATOR.id, reason=WHY)
    async with change.shop.pool.acquire() as connection:
        assert [each.sentence for each in await versions(connection, change.shop.workflow)] == [
            "Everything runs under a version of its workflow that this release knows."
        ]
        await change.run()
        await begin(connection, wish, at=change.shop.now)
        assert [each.sentence for each in await versions(connection, make_workflow())] == [
            UNKNOWN,
            "The migration of sale to version 2 began on 2026-03-02 at 12:00 UTC and did not end; it moved 0.",
        ]  # fmt: skip
