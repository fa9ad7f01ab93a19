"""The shadow: what changes there goes its road here, and where the two differ is kept for as long as they do."""

import asyncio

import pytest
from tests.commands import running
from tests.legacy.olist.imported import ask
from tests.legacy.predecessor.bringing import cancel_here, change
from tests.legacy.predecessor.shadowed import CLOSED, a_shadow, differing, look, sweep
from tests.pair import until

from orderway.database import connect
from orderway.legacy.predecessor import source
from orderway.legacy.predecessor.bring import GONE_ON
from orderway.legacy.predecessor.catalog import LegacyInvalid
from orderway.legacy.shadow import following

PAID = "0213958c-0c4f-551c-ad08-c50863e8d300"
LEFT = "0e24536a-6753-5aed-981d-c09f8f254189"
FIRST = "03440bb0-cc11-5bef-9002-349155a30ec8"
"""Of the store S00AD, of which LEFT is none."""
SOLD = "21510b85-3372-5c98-b509-e4abfb10ac20"
UNPAID = "05b03650-f8fc-539f-9f7a-ab6720ec21ee"

SALE = "SELECT s.state FROM sale s JOIN sale_order o ON o.id = s.order_id WHERE o.source_ref = $1"
CONFIRM = [
    f"UPDATE \"{each}Payment\" SET status = 'CONFIRMED' WHERE \"saleOrderId\" = '{PAID}'"
    for each in ("Consumer", "Reseller")
]
SHIP, CANCELLED = (
    f'UPDATE "Fulfillment" SET status = \'{status}\', "workflowState" = NULL WHERE "saleOrderId" = \'{LEFT}\''
    for status in ("IN_TRANSIT", "CANCELLED")
)
CANCEL = [f"UPDATE \"SaleOrder\" SET status = 'CANCELLED' WHERE id = '{LEFT}'", CANCELLED]
CLEAR, UNCLEAR = (
    [f'UPDATE "SaleOrder" SET "workflowState" = {state} WHERE id = \'{UNPAID}\'']
    for state in ("'CLEARED_FOR_FULFILMENT'", "NULL")
)
LEFT_OUT = "SELECT source_ref FROM shadow_left_out l JOIN sale_order o ON o.id = l.order_id ORDER BY 1"
BREAK = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND state = 'idle in transaction'
"""
RETOLD = "The former system tells another story than when it was brought over: what was sold, to whom and where."
STANDING = [
    (UNPAID, "CONTRADICTION", "UNCLEAR", "It had a fulfillment before it was approved."),
    (UNPAID, "RELEASED", "OLD_WRONG",
     "It was to be brought unpaid, and its goods are still here: its fulfillment is not begun."),
]  # fmt: skip
"""In what they differ from the beginning."""
AWAY = "postgresql://nobody@127.0.0.1:1/away"
READ_ONLY = "SELECT current_setting('transaction_read_only'), current_setting('default_transaction_read_only')"
SUMS = 'SELECT sum(hashtext(t::text)::bigint) FROM "{}" t'
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"


def changes(url: str, *statements: str) -> None:
    asyncio.run(change(url, *statements))


def sold(order: str, sign: str = "+") -> list[str]:
    """One piece more, or less, in each line of the order."""
    return [
        f'UPDATE "{kind}SaleItem" SET quantity = quantity {sign} 1 WHERE "{of}SaleId" IN'
        f' (SELECT id FROM "{kind}Sale" WHERE "{owner}" = \'{order}\')'
        for kind, of, owner in (("Consumer", "consumer", "saleOrderId"), ("Reseller", "reseller", "SaleOrderid"))
    ]


def all_of(url: str) -> list[tuple[str, object]]:
    """A sum over all that the predecessor has."""
    return [(name, ask(url, SUMS.format(name))) for (name,) in ask(url, TABLES)]


def test_a_change_without_a_time_is_followed_once_and_goes_its_road(brought_url: str, changing_url: str):
    assert look(brought_url, changing_url) == 0
    changes(changing_url, *CONFIRM)
    before = all_of(changing_url)
    assert [look(brought_url, changing_url) for _ in range(2)] == [1, 0]
    assert ask(brought_url, SALE, PAID) == [("CLEARED_FOR_FULFILLMENT",)]
    assert ask(brought_url, "SELECT followed FROM shadow_day") == [(1,)]
    assert ask(brought_url, "SELECT sum(known - done) FROM outbound_progress") == [(0,)]
    assert all_of(changing_url) == before


def test_what_differs_is_found_with_its_reason_and_closed_when_they_agree_again(brought_url: str, changing_url: str):
    look(brought_url, changing_url)
    asyncio.run(cancel_here(brought_url, LEFT))
    changes(changing_url, *CLEAR, SHIP, *sold(SOLD))
    assert look(brought_url, changing_url) == 3
    assert differing(brought_url, LEFT, SOLD, UNPAID) == [
        (UNPAID, "CLEARED", "OLD_WRONG", "Its workflow called it cleared, with NGN\xa0171.29 unpaid."),
        *STANDING,
        (LEFT, "REWRITTEN", "UNCLEAR", GONE_ON),
        (SOLD, "REWRITTEN", "UNCLEAR", RETOLD),
    ]
    closed = ask(brought_url, CLOSED)
    changes(changing_url, *UNCLEAR, *sold(SOLD, "-"), *CANCEL)
    assert look(brought_url, changing_url) == 3
    assert differing(brought_url, LEFT, SOLD, UNPAID) == STANDING
    assert ask(brought_url, CLOSED) == [(closed[0][0] + 3,)]


def test_what_people_went_on_with_is_left_out_where_their_store_is_switched_on(brought_url: str, changing_url: str):
    look(brought_url, changing_url)
    for each in (FIRST, LEFT):
        asyncio.run(cancel_here(brought_url, each))
    found = [(FIRST, "ELSEWHERE", "OURS_WRONG"), (LEFT, "ELSEWHERE", "OURS_WRONG")]
    for flags, differ, left_out in (
        ({}, found, []),
        ({"sales": "store:S00AD"}, found[1:], [(FIRST,)]),
        ({"sales": "off"}, found, []),
    ):
        sweep(brought_url, changing_url, **flags)
        assert [row[:3] for row in differing(brought_url, FIRST, LEFT)] == differ
        assert ask(brought_url, LEFT_OUT) == left_out


def test_what_nobody_moved_is_compared_where_its_store_is_switched_on(brought_url: str, changing_url: str):
    look(brought_url, changing_url)
    sweep(brought_url, changing_url, sales="on")
    assert differing(brought_url, UNPAID) == STANDING
    assert ask(brought_url, LEFT_OUT) == []


def test_a_sweep_that_is_stopped_calls_nothing_gone(brought_url: str, changing_url: str):
    async def stopped() -> str:
        async with a_shadow(brought_url, changing_url) as shadow:
            shadow.swept_at -= following.SWEEP
            shadow.stop.set()
            return await shadow.sweep()

    assert asyncio.run(stopped()) == ""
    assert ask(brought_url, "SELECT count(*) FROM shadow_divergence WHERE kind = 'VANISHED'") == [(0,)]


def test_what_is_gone_there_is_found_by_the_sweep(brought_url: str, changing_url: str):
    look(brought_url, changing_url)
    changes(changing_url, f"DELETE FROM \"SaleOrder\" WHERE id = '{PAID}'")
    sweep(brought_url, changing_url)
    gone = "The former system has this order no longer; here it stands as it was."
    assert (PAID, "VANISHED", "UNCLEAR", gone) in differing(brought_url, PAID)


async def test_one_follows_at_a_time_and_only_reads(brought_url: str, changing_url: str):
    async with a_shadow(brought_url, changing_url) as shadow:
        with pytest.raises(LegacyInvalid, match="is under way in this database, or a backfill or shadow"):
            async with a_shadow(brought_url, changing_url):
                pass
        assert [tuple(row) for row in await shadow.source.fetch(READ_ONLY)] == [("on", "on")]


async def test_a_commit_that_comes_late_is_found(brought_url: str, changing_url: str):
    there = await connect(changing_url)
    try:
        async with a_shadow(brought_url, changing_url) as shadow:
            await shadow.look()
            async with there.transaction():
                for statement in CONFIRM:
                    await there.execute(statement)
                await change(changing_url, "CREATE TABLE later (id text)")
                assert await shadow.look() == 0
            assert [await shadow.look() for _ in range(2)] == [1, 0]
    finally:
        await there.close()


async def test_a_connection_that_breaks_is_opened_anew_and_nothing_is_missed(brought_url: str, changing_url: str):
    async with a_shadow(brought_url, changing_url) as shadow:
        await shadow.look()
        await change(changing_url, *CONFIRM, BREAK)
        assert await shadow.look() == 1


async def test_a_database_that_is_away_is_told_and_asked_again(
    brought_url: str, changing_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(source, "PAUSES", (0.0,))
    monkeypatch.setattr(following, "AWAY", 0.01)
    async with a_shadow(brought_url, changing_url) as shadow:
        await shadow.look()
        there, shadow.source.url = shadow.source.url, AWAY
        await change(changing_url, *CONFIRM, BREAK)
        under_way = asyncio.create_task(shadow.follow())
        pool = shadow.bringing.runner.pool
        await until(lambda: pool.fetchval("SELECT trouble LIKE '%can not be read on%' FROM shadow_place"))
        shadow.source.url = there
        await until(lambda: pool.fetchval("SELECT trouble IS NULL FROM shadow_place"))
        shadow.stop.set()
        await under_way
        assert await pool.fetchval("SELECT followed FROM shadow_day") == 1


def test_it_is_stopped_in_order(brought_url: str, changing_url: str):
    with running("shadow", "--source", changing_url, DATABASE_URL=brought_url) as shadow:
        shadow.wait_for("Following .*, and the next start goes on from there")
        code, said = shadow.stop()
    assert (code, said.splitlines()[-1]) == (0, "Stopped. The next start goes on from there.")
