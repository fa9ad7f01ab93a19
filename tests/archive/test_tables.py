"""Every table that holds something of an order is one that leaves with it, or one of which is said why it stays."""

import re

import asyncpg
from tests.stories.shop import Shop

from orderway.archive.tables import KEEPS, LEAVES, OTHERS, WRITTEN_ALONG
from orderway.database import all_tables
from orderway.machines import VERSIONS

NAMES = {"order_id", "fulfillment_id", "payment_id", "return_id", "line_id", "instance_id"}
"""By what a row names an order or a part of it."""

RESTING = {
    "payment": {"CONFIRMED", "PARTIALLY_REFUNDED", "FAILED"},
    "override_request": {"APPROVED"},
    "rider_interest": {"ASSIGNED", "WITHDRAWN", "REJECTED", "EXPIRED"},
}
"""Where an instance rests in an order that is over, though it could still move."""


def test_no_table_of_an_order_is_forgotten():
    tables = all_tables().tables
    holding = {"sale_order"} | {name for name, table in tables.items() if NAMES & {*table.columns.keys()}}
    while (
        more := {
            name
            for name, table in tables.items()
            if any(key.referred_table.name in holding for key in table.foreign_key_constraints)
        }
        - holding
    ):
        holding |= more
    assert holding == {*LEAVES, *WRITTEN_ALONG} | KEEPS | OTHERS
    assert not LEAVES.keys() & WRITTEN_ALONG.keys()


async def test_what_is_written_is_what_is_removed(pool: asyncpg.Pool):
    body = await pool.fetchval("SELECT prosrc FROM pg_proc WHERE proname = 'orderway_archive'")
    removed = dict(re.findall(r"DELETE FROM (\w+) WHERE store_id = of_store AND (.+?) RETURNING 1\)", body))
    conditions = {name: each.replace("$1", "of_store").replace("$2", "of_order") for name, each in LEAVES.items()}
    assert removed == conditions


async def test_an_order_rests_where_its_machines_end(pool: asyncpg.Pool):
    body = await pool.fetchval("SELECT prosrc FROM pg_proc WHERE proname = 'orderway_order_stays'")
    found = dict(re.findall(r"state IN \(([A-Z_', ]+)\)(?: AS rests)?\s+FROM (\w+) WHERE", body))
    rests = {machine: set(re.findall(r"\w+", states)) for states, machine in found.items()}
    ends: dict[str, set[str]] = {}
    for (machine, _), chart in VERSIONS.items():
        ends.setdefault(machine, set()).update(name for name in chart.leaves if chart.is_final(name))
    assert rests == {machine: states | RESTING.get(machine, set()) for machine, states in ends.items()}


async def test_nothing_is_removed_but_by_the_order_s_own_row(shop: Shop):
    """See `test_refusals`: this one looks at the triggers alone."""
    passing = await shop.pool.fetch(
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgnargs = 1 AND NOT tgisinternal"
    )
    looking = await shop.pool.fetch("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_left'")
    assert {row[0] for row in passing} == {row[0] for row in looking}
