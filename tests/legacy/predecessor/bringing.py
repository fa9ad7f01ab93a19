"""A few of the sample's orders, of each kind and with each defect, and how they are brought over in a test."""

import asyncio
import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from tests.conftest import TEMPLATE, numbers
from tests.legacy.predecessor.sample import expected

from orderway.app import make_workflow, the_laws
from orderway.database import all_tables, connect, connect_pool, create_database, drop_database
from orderway.delivery.address import Delivery
from orderway.embedded import EmbeddedServer
from orderway.fulfillment.events import Cancel
from orderway.legacy.predecessor.command import Wanted, bring_over
from orderway.outbound.feed import begin
from orderway.preferences import Preferences, change_preferences
from orderway.sale.events import Expire
from orderway.settings import Settings
from orderway.workflow.actor import THE_SYSTEM, Actor
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.replay import Finding
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction
from orderway.workflow.verify import verify

SHARED = "shared_reference"
# What is not of the orders that stay, and what hangs on nothing then. Parameter: the ids of those.
OF_OTHERS = (
    'DELETE FROM "SaleOrder" WHERE id <> ALL ($1)',
    *(f'DELETE FROM "{table}" WHERE "{owner}" <> ALL ($1)' for table, owner in {
        "Quotation": "saleOrderId", "ConsumerSale": "saleOrderId", "ResellerSale": "SaleOrderid",
        "ConsumerPayment": "saleOrderId", "ResellerPayment": "saleOrderId", "SaleOrderTransitionLog": "saleOrderId",
        "Fulfillment": "saleOrderId",
    }.items()),
)  # fmt: skip
LOOSE = tuple(
    f'DELETE FROM "{table}" WHERE "{owner}" NOT IN (SELECT id FROM "{of}")'
    for table, owner, of in (
        ("QuotationItem", "quotationId", "Quotation"),
        ("ConsumerSaleItem", "consumerSaleId", "ConsumerSale"),
        ("ResellerSaleItem", "resellerSaleId", "ResellerSale"),
        ("FulfillmentPayment", "fulfillmentId", "Fulfillment"),
        ("FulfillmentRiderInterest", "fulfillmentId", "Fulfillment"),
        ("FulfillmentTransitionLog", "fulfillmentId", "Fulfillment"),
    )
)
UNUSED = (
    """DELETE FROM "ProductVariant" WHERE id NOT IN (
        SELECT "productVariantId" FROM "QuotationItem" UNION SELECT "productVariantId" FROM "ConsumerSaleItem"
        UNION SELECT "productVariantId" FROM "ResellerSaleItem")""",
    """DELETE FROM "Customer" WHERE id NOT IN (
        SELECT "customerId" FROM "ConsumerSale"
        UNION SELECT "consumerId" FROM "Quotation" WHERE "consumerId" IS NOT NULL)""",
    """DELETE FROM "SalesReturn" WHERE coalesce("consumerSaleId", "resellerSaleId") NOT IN (
        SELECT id FROM "ConsumerSale" UNION SELECT id FROM "ResellerSale")""",
)


def chosen() -> list[str]:
    """The first order of each kind, and the first with each flag."""
    first: dict[object, str] = {}
    for id_, row in sorted(expected().items()):
        for each in ((row["status"], row["fulfillment_status"]), row["fulfillment_type"], row["type"], *row["flags"]):
            first.setdefault(each, id_)
    return sorted(set(first.values()))


def few_expected() -> list[str]:
    """What is expected of the few, a line of JSON each; those they share a reference with are none of them."""
    rows, ids = expected(), chosen()
    return [json.dumps({**rows[id_], "flags": [each for each in rows[id_]["flags"] if each != SHARED]}) for id_ in ids]


async def cut(url: str, ids: list[str]) -> None:
    """Leave these orders alone in a copy of the sample, and what they stand on."""
    connection = await connect(url)
    try:
        for statement in OF_OTHERS:
            await connection.execute(statement, ids)
        for statement in (*LOOSE, *UNUSED):
            await connection.execute(statement)
    finally:
        await connection.close()


def copied(server: EmbeddedServer, *, template: str = TEMPLATE) -> Iterator[str]:
    """The address of a copy of a database, for as long as it is needed."""
    name = f"brought_{next(numbers)}"
    asyncio.run(create_database(server.url(), name=name, template=template))
    yield server.url(name)
    asyncio.run(drop_database(server.url(role="postgres"), name=name))


def named(url: str) -> str:
    """The name of the database."""
    return url.partition("?")[0].rpartition("/")[2]


@pytest.fixture(scope="session")
def few_url(server: EmbeddedServer, legacy_url: str) -> Iterator[str]:
    """The few orders as the predecessor has them: for reading only."""
    for url in copied(server, template=named(legacy_url)):
        asyncio.run(cut(url, chosen()))
        yield url


@pytest.fixture
def changing_url(server: EmbeddedServer, few_url: str) -> Iterator[str]:
    """The same, of which a test may change something."""
    yield from copied(server, template=named(few_url))


@pytest.fixture(scope="session")
def brought(server: EmbeddedServer, few_url: str) -> Iterator[tuple[str, int, str]]:
    """A database into which the few were brought, with three sinks: its address, the exit code and what was said."""
    for url in copied(server):
        asyncio.run(listen(url))
        yield url, *bring(url, few_url)


@pytest.fixture
def brought_url(server: EmbeddedServer, brought: tuple[str, int, str]) -> Iterator[str]:
    """A copy of it."""
    yield from copied(server, template=named(brought[0]))


async def listen(url: str) -> None:
    """Let there be somebody to whom everything is told from now on."""
    connection = await connect(url)
    try:
        for sink in ("notifications", "broker", "webhook:1"):
            await begin(connection, sink, now=datetime.now(UTC))
    finally:
        await connection.close()


def bring(url: str, source: str, **more: object) -> tuple[int, str]:
    """Bring orders over as the command does: the exit code, and what was said."""
    settings, said = Settings({}), io.StringIO()
    wanted = Wanted(source=source, **more)  # type: ignore[arg-type]
    with redirect_stdout(said):
        code = asyncio.run(bring_over(url, wanted, workflow=make_workflow(settings), settings=settings))
    return code, said.getvalue()


async def change(url: str, *statements: str) -> None:
    """Change something, as the predecessor would."""
    connection: asyncpg.Connection = await connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def wrong(url: str) -> tuple[Finding, ...]:
    """What `orderway verify` finds."""
    async with await connect_pool(url) as pool, pool.acquire() as connection:
        return (await verify(connection, make_workflow(Settings({})), the_laws())).findings


async def cancel_here(url: str, theirs: str) -> None:
    """Somebody of the house cancels the fulfillment of an order that came from there."""
    async with await connect_pool(url) as pool:
        (row,) = await pool.fetch(
            "SELECT f.store_id, f.id FROM fulfillment f JOIN sale_order o ON o.id = f.order_id WHERE source_ref = $1",
            theirs,
        )
        runner, clerk = Runner(pool, make_workflow(Settings({}))), Actor("person:clerk", permissions=None)
        ref = Ref("fulfillment", row["store_id"], row["id"])
        await runner.send(ref, Cancel("The buyer called."), actor=clerk)


async def expire_here(url: str, theirs: str) -> None:
    """The timer of an order's sale that came from there strikes, two days from now."""
    async with await connect_pool(url) as pool:
        (row,) = await pool.fetch(
            "SELECT s.store_id, s.id FROM sale s JOIN sale_order o ON o.id = s.order_id WHERE source_ref = $1", theirs
        )
        runner = Runner(pool, make_workflow(Settings({})), clock=lambda: datetime.now(UTC) + timedelta(days=2))
        await runner.send(Ref("sale", row["store_id"], row["id"]), Expire(), actor=THE_SYSTEM)


async def move_here(url: str, theirs: str, address: Delivery) -> None:
    """Somebody of the house lets an order that came from there go elsewhere."""
    clerk = Actor("person:clerk", permissions=None)

    async def work(tx: Transaction) -> Moved:
        (row,) = await tx.connection.fetch("SELECT store_id, id FROM sale_order WHERE source_ref = $1", theirs)
        await tx.lock(row["store_id"], row["id"])
        return await change_preferences(tx, Preferences(delivery=address, reason="The buyer called."))

    async with await connect_pool(url) as pool:
        await Runner(pool, make_workflow(Settings({}))).run(work, actor=clerk)


SUM = "SELECT md5(string_agg(t::text, '|' ORDER BY t::text))"


def whole(url: str) -> dict[str, str]:
    """A sum over all that each table holds."""

    async def read() -> dict[str, str]:
        connection = await connect(url)
        try:
            return {
                table: await connection.fetchval(
                    f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
                )
                for table in all_tables().tables
            }
        finally:
            await connection.close()

    return asyncio.run(read())
