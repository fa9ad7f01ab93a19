"""Counting the log: each move once, whoever counts, and again from the beginning in another cluster."""

from typing import Any

from tests.graphql.office import Api
from tests.graphql.orders import Made, agreed, draft, released

from orderway.insight.gathering import gather, gather_all
from orderway.insight.laws import LAWS

Connection = Any


async def chosen(api: Api, made: Made) -> None:
    """Choose the offer of the rider."""
    delivery, offer = made.ids["fulfillment"], made.ids["rider_interest"]
    await api.move("biller", "fulfillmentRiderSelected", id=delivery, interest=offer)


async def counted(connection: Connection, machine: str) -> dict[str, tuple[int, int]]:
    """How often each state was entered, and by how many orders."""
    rows = await connection.fetch(
        "SELECT state, sum(entered)::int, sum(reached)::int FROM insight_state WHERE machine = $1 GROUP BY state",
        machine,
    )
    return {row[0]: (row[1], row[2]) for row in rows}


async def dwelt(connection: Connection, machine: str) -> dict[str, tuple[int, int]]:
    """How many left each state, and the largest bucket of how long they stood there."""
    rows = await connection.fetch(
        "SELECT state, sum(spells)::int, max(bucket) FROM insight_dwell WHERE machine = $1 GROUP BY state", machine
    )
    return {row[0]: (row[1], row[2]) for row in rows}


async def broken(connection: Connection) -> list[Any]:
    return [row for law in LAWS for row in await connection.fetch(law.query)]


async def test_every_move_is_counted_once(api: Api, connection: Connection):
    await draft(api)
    await agreed(api)
    assert await gather(connection, now=api.office.now) == 6
    assert await gather(connection, now=api.office.now) == 0
    assert await counted(connection, "quotation") == {
        "DRAFT": (2, 2), "IN_REVIEW": (1, 1), "APPROVED_BY_BUYER": (1, 1), "MUTUALLY_APPROVED": (1, 1),
    }  # fmt: skip
    assert await counted(connection, "sale") == {"AWAITING_PAYMENT_METHOD": (1, 1)}
    assert await broken(connection) == []


async def test_a_state_that_is_entered_again_was_reached_once(api: Api, connection: Connection):
    made = await released(api)
    await chosen(api, made)
    await gather_all(api.office.pool, now=api.office.now)
    assert (await counted(connection, "fulfillment"))["AWAITING_RIDER_SELECTION"] == (1, 1)
    await api.move("biller", "fulfillmentRiderUnassigned", id=made.ids["fulfillment"], reason="Their wheel broke.")
    await gather_all(api.office.pool, now=api.office.now)
    assert (await counted(connection, "fulfillment"))["AWAITING_RIDER_SELECTION"] == (2, 1)
    assert (await counted(connection, "fulfillment"))["RIDER_ASSIGNED"] == (1, 1)
    assert await broken(connection) == []


async def test_a_state_is_stood_in_from_its_entering_to_its_leaving(api: Api, connection: Connection):
    made = await draft(api)
    api.office.later(minutes=10)
    edited = [{"variant": str(api_variant), "quantity": 2} for api_variant in [await _variant(connection)]]
    await api.move("biller", "quotationEdit", id=made.ids["quotation"], lines=edited)  # it stays a draft
    api.office.later(minutes=6, seconds=40)
    await api.move("biller", "quotationShare", id=made.ids["quotation"])
    await gather_all(api.office.pool, now=api.office.now)
    assert await dwelt(connection, "quotation") == {"DRAFT": (1, 39)}  # 1,000 s: 2 to the power of 9.96


async def _variant(connection: Connection) -> Any:
    return await connection.fetchval("SELECT id FROM variant ORDER BY id LIMIT 1")


async def test_what_was_placed_on_a_day_is_counted_for_that_day_whenever_it_came_further(
    api: Api, connection: Connection
):
    made = await draft(api)
    api.office.later(days=2)
    await api.move("biller", "quotationShare", id=made.ids["quotation"])
    await gather_all(api.office.pool, now=api.office.now)
    rows = await connection.fetch("SELECT day::text, entered, reached FROM insight_state WHERE state = 'IN_REVIEW'")
    assert sorted(tuple(row) for row in rows) == [("2026-03-02", 0, 1), ("2026-03-04", 1, 0)]


async def test_two_do_not_count_at_the_same_time(api: Api, connection: Connection):
    await draft(api)
    await gather(connection, now=api.office.now)
    await draft(api)
    async with api.office.pool.acquire() as other, connection.transaction():
        assert await gather(connection, now=api.office.now) == 1
        assert await gather(other, now=api.office.now) == 0, "the first has not ended yet"
    assert await counted(connection, "quotation") == {"DRAFT": (2, 2)}


async def test_what_has_not_ended_is_counted_when_it_has(api: Api, connection: Connection):
    await draft(api)
    async with api.office.pool.acquire() as other:
        slow = other.transaction()
        await slow.start()
        await other.fetchval("SELECT pg_current_xact_id()")
        await draft(api)
        assert await gather(connection, now=api.office.now) == 1, "a transaction that began before it still runs"
        await slow.rollback()
    assert await gather(connection, now=api.office.now) == 1
    assert await counted(connection, "quotation") == {"DRAFT": (2, 2)}


async def test_in_another_cluster_the_log_is_counted_anew(api: Api, connection: Connection):
    await agreed(api)
    await gather_all(api.office.pool, now=api.office.now)
    before = await counted(connection, "quotation")
    await connection.execute("UPDATE insight_place SET cluster = 1, xid = '99999999999'")
    assert await gather(connection, now=api.office.now) == 5
    assert await counted(connection, "quotation") == before
    await draft(api)
    assert await gather_all(api.office.pool, now=api.office.now) == 1
    assert (await counted(connection, "quotation"))["DRAFT"] == (2, 2)


async def test_a_figure_that_is_not_the_logs_is_found(api: Api, connection: Connection):
    await draft(api)
    await gather_all(api.office.pool, now=api.office.now)
    await connection.execute("UPDATE insight_state SET entered = entered + 1 WHERE state = 'DRAFT'")
    assert [tuple(row) for row in await broken(connection)] == [
        ("machine quotation", "DRAFT was entered 1 times; insight has counted 2.")
    ]
