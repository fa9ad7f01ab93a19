"""The rehearsal of docs/operations/rollout.md: its phases one after the other, each with its checks.

The orders are some of the sample's: what happens to them in the former system and here is the same whether all of it is
brought over or a few. Whatever is not as the page says fails where it stands.
"""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from tests.legacy.predecessor.bringing import change, named
from tests.legacy.predecessor.house import ROWS, Operator, ask, blocks, house, statements, told, without
from tests.legacy.predecessor.native import FIRST, NAME, SALES_THERE, nothing_begins, order, something
from tests.legacy.predecessor.shadowed import look, sweep
from tests.legacy.predecessor.test_follow import touched

from orderway.changeover.deciding import Verdict, decide
from orderway.changeover.reviews import Place, Review
from orderway.fulfillment.backorders import serve_all
from orderway.fulfillment.events import (
    CarrierSelected,
    FulfillmentStarted,
    Hold,
    PackageDelivered,
    PackageShipped,
    Resume,
)
from orderway.outbound.delivery import deliver
from orderway.outbound.feed import begin
from orderway.outbound.notifying import Notifications
from orderway.sale.events import SetPaymentMethod
from orderway.stock.movements import Goods, receive
from orderway.worker.jobs import expire_sales
from orderway.workflow.runner import utc_now
from orderway.workflow.transaction import Transaction

SQL = statements()
CLOSED, FIRST_SALES = (json.loads(block)["flags"] for block in blocks("json"))
OFF, ON = CLOSED["orderway-sales"], CLOSED["orderway-sales"] | {"defaultVariant": "on"}
FIRST_GOODS = without(FIRST_SALES, "fulfillments") | {"orderway-rider-selection": OFF}
FIRST_WHOLE = without(FIRST_GOODS, "credit-checks", "rider-selection")
ALL_BUT_EXPIRY = {"orderway-sales": ON, "orderway-events-out": ON, "orderway-expiry": OFF}
"""What the file of flags says in each phase, by the words of the page."""

# Of the store that is switched on first:
UNPAID = "05edcadc-0f8d-5ce3-9ca2-17145efc52cc"
PACKED = "03440bb0-cc11-5bef-9002-349155a30ec8"
# Of others:
FAILED = "1e26e16f-1276-5753-bf85-fe32919d370a"
PAID = "0213958c-0c4f-551c-ad08-c50863e8d300"
LEFT = "08880eb5-9a71-5666-b98e-988fed4ffbbc"
CANCELLED = "05b03650-f8fc-539f-9f7a-ab6720ec21ee"

PAY = touched(PAID, *(f"UPDATE \"{each}Payment\" SET status = 'CONFIRMED'" for each in ("Consumer", "Reseller")))
SHIP = touched(LEFT, "UPDATE \"Fulfillment\" SET status = 'IN_TRANSIT', \"updatedAt\" = '2026-03-01 12:00'")
CANCEL = [f"UPDATE \"SaleOrder\" SET status = 'CANCELLED' WHERE id = '{CANCELLED}'", *touched(CANCELLED)]
"""What the former system does while it is followed: a payment is confirmed, goods leave, an order is cancelled."""

FOLLOWED = {
    PAID: ("CLEARED_FOR_FULFILLMENT", "PICK_PACK"),
    LEFT: ("CLEARED_FOR_FULFILLMENT", "SHIPPED"),
    CANCELLED: ("CANCELLED", None),
}
TOO_LATE = [f"UPDATE \"SaleOrder\" SET status = 'CANCELLED' WHERE id = '{UNPAID}'", *touched(UNPAID)]
"""What somebody does there with an order that people here have gone on with."""

STOOD = """
SELECT s.state, f.state, s.step, f.step FROM sale_order o JOIN sale s ON s.order_id = o.id
LEFT JOIN fulfillment f ON f.order_id = o.id WHERE o.source_ref = $1
"""
OURS_WRONG = "SELECT count(*) FROM shadow_divergence WHERE class = 'OURS_WRONG' AND closed_at IS NULL"
LEFT_OUT = "SELECT source_ref FROM shadow_left_out l JOIN sale_order o ON o.id = l.order_id ORDER BY 1"
EXPIRED = "SELECT count(*) FROM sale WHERE state = 'EXPIRED'"
GOODS_THERE = "Fulfillments of {} are still handled in the former system."
ELSEWHERE = "Store 03 Ajaganabe"


def bring_in(operator: Operator, folder: Path, *, places: Path) -> None:
    """Bring all orders over. The folder gets the report; what is expected of it may lie there."""
    with operator.timed("0 closed"):
        closed(operator)
    with operator.timed("1 the dry run"):
        code, said = operator.bring("--dry-run", "--places", str(places))
        assert code == 0, said
        assert said.startswith("Would bring over "), said
    with operator.timed("1 the import"):
        code, said = operator.bring("--places", str(places), "--report", str(folder / "report.jsonl"))
        assert code == 0, said
        assert said.startswith("Brought over "), said


def backfill(operator: Operator, *, places: Path) -> None:
    """The other way in, beside people who work: what is read first is brought over then."""
    with operator.timed("0 closed"):
        closed(operator)
    with operator.timed("1 reading the orders"):
        code, said = operator.bring("--rows", "--places", str(places))
        assert code == 0, said
    with operator.timed("1 the backfill, all of the time"):
        code, said = operator.orderway("backfill", "--pace", "100%")
        assert code == 0, said


def go_over(operator: Operator) -> None:
    """Go on where the orders are in."""
    with operator.timed("1 the checks"):
        agreed(operator)
        asyncio.run(nobody_works_here(operator))
    with operator.timed("3 following"):
        follow(operator)
    with operator.timed("4 sales of the first store"):
        native = asyncio.run(first_sales(operator))
        assert {row[::2] for row in operator.standing() if row[1] == "on"} == {("Sales", FIRST), ("Events out", FIRST)}
        operator.verified()
    with operator.timed("5 its fulfillments"):
        asyncio.run(first_fulfillments(operator, native))
        follow_others(operator)
        operator.verified()
    with operator.timed("6 its other slices, back, and on again"):
        asyncio.run(back_and_on_again(operator))
        operator.verified()
    with operator.timed("7 and 8 all stores, and expiry"):
        asyncio.run(all_stores(operator))
        operator.verified(later=timedelta(hours=26))
    with operator.timed("9 the last day"):
        last_day(operator)


def closed(operator: Operator) -> None:
    """Nothing is Orderway's yet, and the flags say so before there is anything."""
    operator.switch(CLOSED)
    assert {is_on for _, is_on, _ in operator.standing()} == {"off"}


def agreed(operator: Operator) -> None:
    """A second run finds nothing, the views say the same as the tables there, and the log holds."""
    code, said = operator.bring()
    assert code == 0
    assert "orders were in already; none of them moved on." in said
    code, said = operator.orderway("legacy", "views", "create")
    assert (code, said.partition(" in ")[0]) == (0, "30 views are"), said
    same(operator)
    operator.verified()


def same(operator: Operator) -> None:
    """Both sides say the same of the former system's orders."""
    for query in SQL["sums"]:
        assert ask(operator.url, query, schema="legacy") == ask(operator.source, query)


async def nobody_works_here(operator: Operator) -> None:
    """People are refused, and orders as they begin."""
    async with house(operator) as here:
        assert await here.refused(await here.placed(UNPAID), "sale", SetPaymentMethod("CASH")) == SALES_THERE.format(
            NAME
        )
        await nothing_begins(here)


def follow(operator: Operator) -> None:
    """What happens there comes after: by another run of the import, and by the shadow as it happens."""
    asyncio.run(change(operator.source, *PAY))
    code, said = operator.bring("--since", "2026-03-01T00:00:00Z")
    assert (code, said.partition(", in ")[0]) == (0, "Brought over 0 orders, and 1 that were in moved on"), said
    assert look(operator.url, operator.source) == 0
    asyncio.run(change(operator.source, *SHIP, *CANCEL))
    assert look(operator.url, operator.source) == 2
    code, said = operator.orderway("shadow", "summary", "--day", f"{utc_now():%Y-%m-%d}")
    assert (code, said[:14]) == (0, "The shadow on "), said
    for theirs, stood in FOLLOWED.items():
        assert [row[:2] for row in ask(operator.url, STOOD, theirs)] == [stood]
    assert ask(operator.url, OURS_WRONG) == [(0,)]
    same(operator)
    operator.verified()


async def first_sales(operator: Operator) -> tuple[UUID, UUID]:
    """One store sells here, and still fulfills there: what is cleared waits. Gives an order that began here."""
    assert await told(operator.source, *SQL["still moving"]) == []
    async with house(operator) as here:
        async with here.pool.acquire() as connection:
            await begin(connection, "notifications", now=here.runner.clock())
        await here.switch(FIRST_SALES)
        native, brought, packed = await order(here), await here.placed(UNPAID), await here.placed(PACKED)
        for ours in (native, brought):
            await here.pay(ours)
            assert await here.stands(ours) == ("CLEARED_FOR_FULFILLMENT", None)
        assert await here.refused(packed, "fulfillment", FulfillmentStarted()) == GOODS_THERE.format(NAME)
        assert await here.refused(await here.placed(FAILED), "sale", SetPaymentMethod("CASH")) == SALES_THERE.format(
            ELSEWHERE
        )
        assert (await expire_sales(here.runner)).rows == 0
        assert (await deliver(here.runner, Notifications(here.runner.workflow.settings))).delivered > 0
        return native


async def first_fulfillments(operator: Operator, native: tuple[UUID, UUID]) -> None:
    """The store fulfills here as well: what waited begins by itself, and goes to the door."""
    async with house(operator) as here:
        await here.switch(FIRST_GOODS)
        assert (await expire_sales(here.runner)).rows == 2
        assert await here.stands(native) == ("CLEARED_FOR_FULFILLMENT", "BACKORDERED")
        variant, _ = await something(here)
        manager = (await here.viewer("MANAGER", native[0])).actor()
        async with here.pool.acquire() as connection, connection.transaction():
            await receive(connection, native[0], goods=[Goods(variant, 5)], at=here.runner.clock(), actor=manager.id)
        assert await serve_all(here.runner) >= 1
        for event in (FulfillmentStarted(), CarrierSelected("Swift"), PackageShipped(), PackageDelivered()):
            await here.send(native, "fulfillment", event)
        assert await here.stands(native) == ("CLEARED_FOR_FULFILLMENT", "DELIVERED")
        packed = await here.placed(PACKED)
        await here.send(packed, "fulfillment", FulfillmentStarted())
        assert (await here.stands(packed))[1] == "READY_FOR_SHIPMENT"


def follow_others(operator: Operator) -> None:
    """The shadow goes on: what people have gone on with in the first store is no fault of ours, and is left out."""
    sweep(operator.url, operator.source, sales=f"store:{FIRST}")
    assert ask(operator.url, OURS_WRONG) == [(0,)]
    assert ask(operator.url, LEFT_OUT) == [(PACKED,), (UNPAID,)]


async def back_and_on_again(operator: Operator) -> None:
    """The store goes back: what began here goes on here, the rest is refused, and nothing is lost."""
    async with house(operator) as here:
        await here.switch(FIRST_WHOLE)
        before = await here.pool.fetchrow(ROWS)
        await here.switch(CLOSED)
        assert await here.pool.fetchrow(ROWS) == before
        ours = [row["source_ref"] for row in await here.pool.fetch(*SQL["ours"])]
        assert sorted(ours, key=str) == [PACKED, UNPAID, None]
        await nothing_begins(here)
        packed = await here.placed(PACKED)
        await here.send(packed, "fulfillment", Hold("The customer asks for it next week."))
        await here.switch(FIRST_WHOLE)
        await here.send(packed, "fulfillment", Resume())
        assert (await here.stands(packed))[1] == "READY_FOR_SHIPMENT"


async def all_stores(operator: Operator) -> None:
    """All of it is on in all stores; at the end, when it was seen what would expire, expiry as well."""
    async with house(operator) as here:
        await here.switch(ALL_BUT_EXPIRY)
        failed = await here.placed(FAILED)
        await here.send(failed, "sale", SetPaymentMethod("CASH"))
        assert await here.stands(failed) == ("PAYMENT_INITIATED", None)
    async with house(operator, later=timedelta(hours=25)) as here:
        expired = await here.pool.fetchval(EXPIRED)
        assert (await expire_sales(here.runner)).rows == 0
        (would_expire,) = SQL["would expire"]
        at_once = len(await here.pool.fetch(would_expire.replace("now()", "$1::timestamptz"), here.runner.clock()))
    async with house(operator, later=timedelta(hours=26)) as here:
        await here.switch({"orderway-sales": ON, "orderway-events-out": ON})
        gone = (await expire_sales(here.runner)).rows
        assert 0 < gone <= at_once
        assert await here.pool.fetchval(EXPIRED) == expired + gone


def last_day(operator: Operator) -> None:
    """The former system takes nothing any more. What was done there of late is asked about; then it may go."""
    asyncio.run(change(operator.source, *TOO_LATE))
    read_only = f"ALTER DATABASE {named(operator.source)} SET default_transaction_read_only = on"
    asyncio.run(change(operator.source, read_only))
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        asyncio.run(change(operator.source, *TOO_LATE))
    before = ask(operator.url, STOOD, UNPAID)
    code, said = operator.bring()
    assert code == 0, said
    assert not any(line.startswith("! ") for line in said.splitlines())
    assert ask(operator.url, STOOD, UNPAID) == before
    asyncio.run(settle(operator))
    assert ask(operator.url, *SQL["the last sums"], schema="legacy") == ask(operator.source, SQL["sums"][0])
    operator.flags.unlink()
    assert operator.orderway("flags") == (0, "No flag is set, so everything is on: there is no former system.\n")


async def settle(operator: Operator) -> None:
    """A manager looks at what went on in both, and says that it stands as it is here."""
    async with house(operator) as here:
        store, order_id = await here.placed(UNPAID)
        manager = await here.viewer("MANAGER", store)
        verdict = Verdict(
            place=Place(order_id, "REWRITTEN"), decision="STANDS", reason="It was cancelled there by mistake."
        )

        async def work(tx: Transaction) -> Review:
            return await decide(tx, manager, verdict)

        review = await here.runner.run(work, actor=manager.actor())
        assert (review.decision, review.decided_by) == ("STANDS", manager.person_id)
