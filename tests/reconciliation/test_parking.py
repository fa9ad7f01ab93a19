"""The table of parked money: parked once, ended once, and never rewritten; PostgreSQL itself says so."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.reconciliation.inbox import Inbox
from tests.stories.shop import LAGOS, shirts

from orderway.sale.reconciliation.parking import End, Kind, Resolution, Target, find_early, resolve


async def end(inbox: Inbox, item: UUID, resolution: Resolution, **more: Any) -> None:
    done = End(resolution=resolution, by="system", at=inbox.shop.now, reason="So it is.", **more)
    async with inbox.shop.pool.acquire() as connection:
        await resolve(connection, item, done)


async def test_a_movement_of_money_is_parked_once(inbox: Inbox):
    first = await inbox.park("orphan", 4000, transaction="T-1")
    assert await inbox.park("unverified", 4000, transaction="T-1") == first
    await inbox.act(first, "return")
    assert await inbox.park("orphan", 4000, transaction="T-1") == first, "it does not come again when it has ended"
    assert await inbox.park("orphan", 4000, transaction="T-2") != first
    assert await inbox.park("orphan", 4000) != await inbox.park("orphan", 4000)


@pytest.mark.parametrize(
    ("kind", "amount", "holds"),
    [
        ("orphan", 1, True),
        ("short", 1, True),
        ("over", 1, True),
        ("duplicate", 1, True),
        ("wrong_currency", 1, True),
        ("unverified", 1, True),
        ("orphan", -1, False),
        ("orphan", 0, False),
        ("early", 1, False),
    ],
)
async def test_what_holds_money(inbox: Inbox, kind: Kind, amount: int, holds: bool):  # noqa: FBT001  (a case)
    assert (await inbox.row(await inbox.park(kind, amount)))["holds"] is holds


@pytest.mark.parametrize("kind", ["late", "surplus", "disputed"])
async def test_what_is_about_a_payment_names_it(inbox: Inbox, kind: Kind):
    with pytest.raises(asyncpg.CheckViolationError, match="parked_money_payment_check"):
        await inbox.park(kind, 1)


ENDS: dict[Kind, set[Resolution]] = {
    "orphan": {"attached", "returned", "accepted"},
    "short": {"attached", "returned", "accepted"},
    "late": {"attached", "refunded", "lost"},
    "surplus": {"attached", "refunded", "lost"},
    "disputed": {"won", "lost"},
    "early": {"attached", "dismissed"},
}
RESOLUTIONS: tuple[Resolution, ...] = ("attached", "refunded", "returned", "accepted", "won", "lost", "dismissed")


@pytest.mark.parametrize("kind", ENDS)
async def test_how_an_item_of_a_kind_may_end(inbox: Inbox, kind: Kind):
    item, _ = await inbox.make(kind)
    order = await inbox.shop.agreed(shirts(1))
    to = Target(LAGOS, order.id, await order.register(1))
    taken, refused = set[Resolution](), set[str | None]()
    for resolution in RESOLUTIONS:
        async with inbox.shop.pool.acquire() as connection:
            attempt = connection.transaction()
            await attempt.start()
            done = End(
                resolution=resolution,
                by="system",
                at=inbox.shop.now,
                reason="So it is.",
                to=to if resolution in ("attached", "accepted") else None,
            )
            try:
                await resolve(connection, item, done)
                taken.add(resolution)
            except asyncpg.CheckViolationError as no:
                refused.add(no.constraint_name)
            finally:
                await attempt.rollback()
    assert (taken, refused) == (ENDS[kind], {"parked_money_resolution_check"})


async def test_what_was_attached_names_its_payment_and_what_went_back_names_none(inbox: Inbox):
    item, order = await inbox.orphan()
    to = Target(LAGOS, order.id, await order.register(1))
    for wrong, why in (
        ({"resolution": "attached"}, "parked_money_to_check"),
        ({"resolution": "returned", "to": to}, "parked_money_to_check"),
        ({"resolution": "attached", "to": to, "sent": "OUT-1"}, "parked_money_resolved_check"),
    ):
        with pytest.raises(asyncpg.CheckViolationError, match=why):
            await end(inbox, item, **wrong)


async def test_no_two_items_become_the_same_payment(inbox: Inbox):
    order = await inbox.shop.agreed(shirts(1))
    to = Target(LAGOS, order.id, await order.register(1))
    await end(inbox, await inbox.park("orphan", 1), "attached", to=to)
    with pytest.raises(asyncpg.UniqueViolationError, match="parked_money_to_payment_key"):
        await end(inbox, await inbox.park("orphan", 1), "attached", to=to)


async def test_an_item_ends_once(inbox: Inbox):
    item = await inbox.park("orphan", 4000)
    await end(inbox, item, "returned")
    with pytest.raises(asyncpg.RestrictViolationError, match="is resolved once, and nothing else of it changes"):
        await end(inbox, item, "returned")


@pytest.mark.parametrize(
    "change",
    [
        "amount = 1",
        "currency = 'USD'",
        "kind = 'early'",
        "provider = 'other'",
        "transaction = 'T-9'",
        "reference = 'R-9'",
        "why = 'Nothing.'",
        "parked_at = parked_at + interval '1 day'",
        "resolution = NULL",
        "amount = 1, resolution = 'returned', resolved_at = now(), resolved_by = 'system', reason = 'So.'",
    ],
)
async def test_what_was_known_when_it_came_is_not_rewritten(inbox: Inbox, change: str):
    await inbox.park("orphan", 4000)
    with pytest.raises(asyncpg.RestrictViolationError):
        await inbox.shop.pool.execute(f"UPDATE parked_money SET {change}")


@pytest.mark.parametrize("statement", ["DELETE FROM parked_money", "TRUNCATE parked_money"])
async def test_no_item_is_deleted(inbox: Inbox, statement: str):
    await inbox.park("orphan", 4000)
    with pytest.raises(asyncpg.RestrictViolationError, match="never deleted"):
        await inbox.shop.pool.execute(statement)


async def test_what_came_early_is_found_by_its_reference_or_its_transaction(inbox: Inbox):
    by_reference = await inbox.park("early", -4000, reference="R-1")
    by_transaction = await inbox.park("early", -1, transaction="T-1")
    await inbox.park("early", -1, reference="R-2", transaction="T-2")
    ended = await inbox.park("early", -2, reference="R-1")
    await end(inbox, ended, "dismissed")
    await inbox.park("orphan", 4000, reference="R-1")
    async with inbox.shop.pool.acquire() as connection:
        found = await find_early(connection, provider="till", reference="R-1", transaction="T-1")
        none = await find_early(connection, provider="bank", reference="R-1", transaction="T-1")
    assert ([each.id for each in found], none) == ([by_reference, by_transaction], [])
