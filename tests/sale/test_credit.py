"""The credit account: tiers and limits as the domain's page has them, and its lock."""

import asyncio
from uuid import UUID

import asyncpg
import pytest
from tests.stories.shop import CONSUMER, LAGOS, NOON, RESELLER, Shop, actor, shirts

from orderway.sale.context import CreditFacts
from orderway.sale.credit import Account, Tier, lock_credit, standing
from orderway.workflow.kinds import Connection
from orderway.workflow.transaction import Transaction

KOBO = 100
LADDER = (
    Tier("BRONZE", 0, 1_000_000 * KOBO),
    Tier("SILVER", 1_000_001 * KOBO, 5_000_000 * KOBO),
    Tier("GOLD", 5_000_001 * KOBO, 10_000_000 * KOBO),
    Tier("PLATINUM", 10_000_001 * KOBO, 15_000_000 * KOBO),
)


@pytest.mark.parametrize(
    ("earned", "tier", "limit"),
    [
        (0, "BRONZE", 0),
        (999_999, "BRONZE", 999_999),
        (1_000_000, "BRONZE", 1_000_000),
        (1_000_001, "SILVER", 1_000_001),
        (5_000_000, "SILVER", 5_000_000),
        (5_000_001, "GOLD", 5_000_001),
        (10_000_001, "PLATINUM", 10_000_001),
        (15_000_000, "PLATINUM", 15_000_000),
        (90_000_000, "PLATINUM", 15_000_000),
    ],
)
def test_who_earns_credit_has_what_they_earned_up_to_their_tier(earned: int, tier: str, limit: int):
    account = Account("EARNED", None, None)
    assert standing(account, earned * KOBO, LADDER) == (tier, limit * KOBO)


@pytest.mark.parametrize(
    ("account", "earned", "expected"),
    [
        (Account("EARNED", None, 500), 1000, ("BRONZE", 500)),
        (Account("EARNED", None, 5000), 1000, ("BRONZE", 1000)),
        (Account("EARNED", None, 300_000_000), 700_000_000, ("GOLD", 300_000_000)),
        (Account("FIXED", "GOLD", 7000), 1000, ("GOLD", 7000)),
        (Account("FIXED", "BRONZE", None), 700_000_000, ("BRONZE", 0)),
    ],
)
def test_a_limit_set_by_hand_caps_what_is_earned_and_is_all_that_a_reseller_has(
    account: Account, earned: int, expected: tuple[str, int]
):
    assert standing(account, earned, LADDER) == expected


def test_without_a_ladder_nothing_is_earned():
    assert standing(Account("EARNED", None, None), 1000, ()) == ("NONE", 0)


async def locked(shop: Shop, connection: Connection, customer: object) -> Transaction:
    tx = Transaction(connection, shop.workflow, actor=actor("biller"), now=NOON, request_id=None)
    order = await shop.order(shirts(1), customer=RESELLER if customer == RESELLER else CONSUMER)
    await tx.lock(LAGOS, order.id)
    return tx


async def owing(connection: Connection, customer: UUID, amount: int) -> None:
    """Let the customer owe an amount on the first of their orders."""
    await connection.execute(
        "INSERT INTO credit_entry (store_id, order_id, customer_id, currency, amount, why, at, actor)"
        " SELECT store_id, id, customer_id, currency, $2, 'cleared', $3, 'import:test' FROM sale_order"
        " WHERE customer_id = $1 ORDER BY id LIMIT 1",
        customer, amount, NOON,
    )  # fmt: skip


async def test_the_account_is_opened_when_it_is_first_needed(shop: Shop):
    async with shop.pool.acquire() as connection, connection.transaction():
        tx = await locked(shop, connection, CONSUMER)
        assert await lock_credit(tx, 0) == CreditFacts("BRONZE", 0, 0, 0)
        tx = await locked(shop, connection, RESELLER)
        assert await lock_credit(tx, 0) == CreditFacts("BRONZE", 0, 0, 0)
    rows = await shop.pool.fetch(
        "SELECT customer_id, currency, policy, tier, custom_limit, exposure FROM credit_profile"
    )
    assert {tuple(row) for row in rows} == {
        (CONSUMER, "NGN", "EARNED", None, None, 0),
        (RESELLER, "NGN", "FIXED", "BRONZE", None, 0),
    }


async def test_two_who_open_the_same_account_at_once_wait_for_each_other(shop: Shop):
    async with shop.pool.acquire() as one, shop.pool.acquire() as other:
        await one.execute("BEGIN")
        await other.execute("BEGIN")
        await lock_credit(await locked(shop, one, CONSUMER), 0)
        waiting = asyncio.create_task(lock_credit(await locked(shop, other, CONSUMER), 0))
        while not await shop.pool.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):
            assert not waiting.done()
        await one.execute("UPDATE credit_profile SET custom_limit = 50")
        await owing(one, CONSUMER, 70)
        await one.execute("COMMIT")
        assert await waiting == CreditFacts("BRONZE", 0, 70, 0)
        await other.execute("COMMIT")


async def test_who_looks_at_an_account_waits_for_who_decides_on_it(shop: Shop):
    await shop.limit(10_000)
    async with shop.pool.acquire() as one, shop.pool.acquire() as other:
        await one.execute("BEGIN")
        await other.execute("BEGIN")
        assert await lock_credit(await locked(shop, one, RESELLER), 0) == CreditFacts("GOLD", 10_000, 0, 0)
        waiting = asyncio.create_task(lock_credit(await locked(shop, other, RESELLER), 0))
        while not await shop.pool.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):
            assert not waiting.done()
        await owing(one, RESELLER, 9000)
        await one.execute("COMMIT")
        assert await waiting == CreditFacts("GOLD", 10_000, 9000, 0)
        await other.execute("COMMIT")


async def test_the_exposure_of_the_facts_is_that_of_the_other_orders(shop: Shop):
    await shop.limit(10_000)
    async with shop.pool.acquire() as connection, connection.transaction():
        tx = await locked(shop, connection, RESELLER)
        await owing(connection, RESELLER, 3000)
        assert await lock_credit(tx, 1200) == CreditFacts("GOLD", 10_000, 1800, 0)


async def test_the_exposure_moves_with_the_entries_and_by_no_other_road(shop: Shop):
    await shop.limit(10_000)
    await shop.order(shirts(1), customer=RESELLER)
    async with shop.pool.acquire() as connection:
        for amount, total in ((700, 700), (-200, 500)):
            await owing(connection, RESELLER, amount)
            assert await shop.exposure() == total
        for cheat in (
            "UPDATE credit_profile SET exposure = 0",
            "INSERT INTO credit_profile (customer_id, currency, policy, exposure) VALUES ($1, 'NGN', 'EARNED', 1)",
        ):
            with pytest.raises(asyncpg.RestrictViolationError, match="it is never set"):
                await connection.execute(cheat, *([CONSUMER] if "$1" in cheat else []))
        with pytest.raises(asyncpg.CheckViolationError, match="exposure"):
            await owing(connection, RESELLER, -501)
    assert await shop.exposure() == 500
