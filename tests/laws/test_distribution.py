"""Tables can be spread over many databases by their store: each belongs to one, or is small enough to be everywhere.

What spreads them (Citus) is not here, so PostgreSQL's own partitions stand for its shards: tables of the same columns,
parted by the hash of their store. A statement that one shard can answer is one whose plan opens partitions of one
number.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from typing import Any

import asyncpg
import pytest
from asyncpg.connection import LoggedQuery
from sqlalchemy import Table, UniqueConstraint
from tests.properties.market import Market
from tests.properties.walk import Walk
from tests.stories.shop import NOON

from orderway.database import SESSION, all_tables, plain
from orderway.stock.shelves import MOVE
from orderway.workflow.runner import Runner
from orderway.workflow.timers import due

SHARDS = 2
ALL = all_tables().tables
BY_STORE = {name: table for name, table in ALL.items() if next(iter(table.primary_key.columns)).name == "store_id"}
EVERYWHERE = {name: table for name, table in ALL.items() if name not in BY_STORE}
OF_AN_ORDER = {
    "sale_order", "order_line", "quotation", "sale", "fulfillment", "payment", "override_request", "rider_interest",
    "sales_return", "return_line", "transition_log", "outbox", "reservation", "payable", "credit_entry",
    "payment_receipt", "delivery_address", "order_comment", "outbound_progress",
}  # fmt: skip
"""What grows with each order: none of it can be everywhere."""

GIVES = {
    ("notification", "outbox"),
    ("parked_money", "payment"),
    ("parked_money", "sale_order"),
}
"""Keys from a table that is everywhere to one that is not: they are dropped on the day that tables are spread."""

KEY_OF_NO_STORE = {("payment_receipt", ("bucket", "key"))}
"""Keys that no one shard can hold: a receipt's is random."""


def keys(table: Table) -> Iterator[tuple[str, ...]]:
    """The columns of each unique key."""
    for one in table.constraints:
        if isinstance(one, UniqueConstraint):
            yield tuple(column.name for column in one.columns)
    for index in table.indexes:
        if index.unique:
            yield tuple(str(getattr(each, "name", each)) for each in index.expressions)


def test_what_grows_with_orders_belongs_to_a_store():
    assert OF_AN_ORDER - BY_STORE.keys() == set()


def test_each_key_of_a_table_of_stores_has_the_store_in_it():
    without = {(name, key) for name, table in BY_STORE.items() for key in keys(table) if "store_id" not in key}
    assert without == KEY_OF_NO_STORE


def test_no_row_of_a_store_names_one_of_another():
    wrong = [
        (name, key.referred_table.name)
        for name, table in BY_STORE.items()
        for key in table.foreign_key_constraints
        if key.referred_table.name in BY_STORE
        and ("store_id", "store_id") not in {(each.parent.name, each.column.name) for each in key.elements}
    ]
    assert wrong == []


def test_what_is_everywhere_names_nothing_of_a_store():
    named = {
        (name, key.referred_table.name)
        for name, table in EVERYWHERE.items()
        for key in table.foreign_key_constraints
        if key.referred_table.name in BY_STORE
    }
    assert named == GIVES


Statements = dict[str, tuple[Any, ...]]

STEPS = 150
"""Of a walk that comes by each machine."""

ASKS = {"SELECT", "WITH", "INSERT", "UPDATE", "DELETE"}
OF_THE_WALK = "ORDER BY created_at DESC, id DESC LIMIT 1"
"""How those statements end by which the walk itself looks for something."""

in_the_door: ContextVar[bool] = ContextVar("in_the_door", default=False)


class Door(Runner):
    """The door, which says when somebody is in it."""

    async def run(self, *given: Any, **named: Any) -> Any:
        token = in_the_door.set(True)
        try:
            return await super().run(*given, **named)
        finally:
            in_the_door.reset(token)


@pytest.fixture
async def statements(database_url: str) -> Statements:
    """What the door asks while people do all sorts of things: each statement, with the values of its first time."""
    found: Statements = {}

    def note(asked: LoggedQuery) -> None:
        query = asked.query
        if in_the_door.get() and query.split()[0] in ASKS and not query.endswith(OF_THE_WALK):
            found.setdefault(query, tuple(asked.args))

    async def listen(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(note)

    async def keep(_connection: asyncpg.Connection) -> None:
        """Nothing is reset between two uses, so that no statement of the pool's own is noted."""

    settings = dict(SESSION)
    async with asyncpg.create_pool(
        plain(database_url), min_size=1, init=listen, reset=keep, server_settings=settings
    ) as pool:
        market = Market(pool)
        market.runner = Door(pool, market.workflow, lambda: market.now)
        await market.furnish()
        await Walk(market, seed=1).go(STEPS)
    return found


@pytest.fixture
async def shards(database_url: str, statements: Statements) -> AsyncIterator[asyncpg.Connection]:
    """A connection that sees the tables of stores as if they were spread."""
    del statements  # were recorded with the tables as they are
    connection = await asyncpg.connect(plain(database_url))
    await connection.execute("CREATE SCHEMA shards")
    unspread = {name for name, _ in KEY_OF_NO_STORE}
    for name in BY_STORE:
        more = "" if name in unspread else "INCLUDING INDEXES"
        await connection.execute(
            f"CREATE TABLE shards.{name} (LIKE public.{name} INCLUDING GENERATED {more}) PARTITION BY HASH (store_id)"
        )
        for number in range(SHARDS):
            await connection.execute(
                f"CREATE TABLE shards.{name}_shard{number} PARTITION OF shards.{name}"
                f" FOR VALUES WITH (MODULUS {SHARDS}, REMAINDER {number})"
            )
    await connection.execute("SET search_path = shards, public; SET plan_cache_mode = force_custom_plan")
    yield connection
    await connection.close()


async def opened(shards: asyncpg.Connection, query: str, *values: Any) -> set[str]:
    """The numbers of the shards that a statement would have to ask."""
    plan = await shards.fetchval(f"EXPLAIN (FORMAT JSON) {query}", *values)
    return set(re.findall(r'"Relation Name": "\w+_shard(\d)"', plan))


async def test_no_statement_of_the_door_crosses_stores(statements: Statements, shards: asyncpg.Connection):
    found = {query: await opened(shards, query, *values) for query, values in statements.items()}
    assert {query for query, numbers in found.items() if len(numbers) > 1} - {MOVE} == set(), "one moves goods for two"
    assert sum(len(numbers) == 1 for numbers in found.values()) > 40
    # A worker that looks what is due anywhere does cross them: it would look at one shard after the other.
    assert await opened(shards, due("sale"), NOON, 10, [1]) == {"0", "1"}
