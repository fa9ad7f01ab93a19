"""A database that is not the predecessor's is refused by all that is missing; one that breaks is gone on with."""

from datetime import UTC, datetime

import pytest
from tests.legacy.predecessor.sample import run

from orderway.database import connect
from orderway.embedded import EmbeddedServer
from orderway.legacy.predecessor.catalog import LegacyInvalid
from orderway.legacy.predecessor.read import changed, count, orders
from orderway.legacy.predecessor.source import LegacyUnavailable, Source, opened
from orderway.legacy.predecessor.strays import strays

WRONG = """
DROP TABLE "Store";
DROP TABLE "Notification";
ALTER TABLE "SaleOrder" DROP COLUMN "totalAmount", DROP COLUMN "phase";
ALTER TABLE "ConsumerPayment" DROP COLUMN "receiptUrl";
ALTER TABLE "Quotation" ALTER COLUMN "createdAt" TYPE text;
"""

OPENED = """
GRANT SELECT ON ALL TABLES IN SCHEMA public TO former_reader;
REVOKE SELECT ON "Stock", "Role" FROM former_reader;
GRANT SELECT ("id") ON "Role" TO former_reader;
"""


async def test_all_that_is_missing_is_said_at_once(bare_url: str):
    await run(bare_url, WRONG)
    with pytest.raises(LegacyInvalid) as refused:
        async with opened(bare_url):
            pytest.fail("It was opened.")
    assert refused.value.message == (
        "This is no database of the former system that can be read: "
        'the table "Store" is missing; the column "SaleOrder"."phase" is missing; '
        'the column "SaleOrder"."totalAmount" is missing; "Quotation"."createdAt" holds text, and not a time.'
    )


async def test_one_without_any_of_its_tables_is_none_of_its(empty_url: str):
    with pytest.raises(LegacyInvalid, match="This is no database of the former system: it has none"):
        async with opened(empty_url):
            pytest.fail("It was opened.")


async def test_what_is_closed_is_named_as_a_whole(bare_url: str, server: EmbeddedServer):
    superuser = await connect(server.url("postgres", role="postgres"))
    await superuser.execute("CREATE ROLE former_reader LOGIN")
    try:
        await run(bare_url, OPENED)
        with pytest.raises(LegacyInvalid) as refused:
            async with opened(bare_url.replace("orderway@", "former_reader@")):
                pytest.fail("It was opened.")
    finally:
        await run(bare_url, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM former_reader")
        await superuser.execute("DROP ROLE former_reader")
        await superuser.close()
    assert refused.value.message == (
        "This is no database of the former system that can be read: "
        '"Role"."name" is closed to this user; the table "Stock" is closed to this user.'
    )


async def test_ids_of_another_type_than_what_points_to_them_are_read(bare_url: str):
    for table in ("SaleOrder", "User", "Store", "Product", "ProductVariant", "Customer"):
        await run(bare_url, f'ALTER TABLE "{table}" ALTER COLUMN "id" TYPE uuid USING NULL')
    async with opened(bare_url) as source:
        assert [each async for each in orders(source)] == []
        assert await strays(source) == []


async def test_tables_that_do_not_answer_are_a_sentence(bare_url: str):
    await run(bare_url, 'ALTER TABLE "Address" ALTER COLUMN "id" TYPE uuid USING NULL')
    with pytest.raises(LegacyUnavailable) as refused:
        async with opened(bare_url) as source:
            pytest.fail(f"{[each async for each in orders(source)]}")
    assert refused.value.message == (
        "The former system's database can not be read as it is: operator does not exist: uuid = text."
    )


async def test_what_is_not_needed_may_be_missing_and_is_said_to_be(bare_url: str):
    await run(bare_url, 'DROP TABLE "Notification"; ALTER TABLE "ConsumerPayment" DROP COLUMN "receiptUrl"')
    async with opened(bare_url) as source:
        assert source.catalog.absent == ('"ConsumerPayment"."receiptUrl"', '"Notification"')
        assert [each async for each in orders(source)] == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://root@localhost/shop", "--source does not name a PostgreSQL database."),
        (
            "postgresql://nobody@127.0.0.1:1/shop",
            "The database shop at 127.0.0.1:1 can not be reached: connection refused.",
        ),
    ],
)
async def test_a_source_that_does_not_answer_is_named(url: str, said: str):
    with pytest.raises(LegacyUnavailable) as refused:
        async with opened(url):
            pytest.fail("It was opened.")
    assert refused.value.message == said


async def test_nothing_can_be_written_there(legacy: Source):
    ((is_read_only,),) = await legacy.fetch("SHOW transaction_read_only")
    ((isolation,),) = await legacy.fetch("SHOW transaction_isolation")
    assert (is_read_only, isolation) == ("on", "repeatable read")


async def test_a_connection_that_breaks_in_the_middle_is_gone_on_with(legacy: Source, legacy_url: str):
    killer = await connect(legacy_url)
    found: list[str] = []
    async for batch in orders(legacy, batch=400):
        found.extend(order.id for order in batch)
        if len(found) == 800:
            ((pid,),) = await legacy.fetch("SELECT pg_backend_pid()")
            assert await killer.fetchval("SELECT pg_terminate_backend($1, 5000)", pid)
    await killer.close()
    assert len(found) == len(set(found)) == await count(legacy) == 2000


async def test_what_changed_since_and_what_is_asked_for_is_read_alone(legacy: Source):
    since = datetime(2025, 10, 10, tzinfo=UTC)
    everyone = [order async for batch in orders(legacy) for order in batch]
    late = {order.id for order in everyone if order.stood >= since}
    assert 0 < len(late) < 200
    assert set(await changed(legacy, since)) == late
    assert set(await changed(legacy, since, also=[everyone[3].id, "gone"])) == late | {everyone[3].id}
    sharing = next(order for order in everyone if order.shared_references)
    found = [order async for batch in orders(legacy, ids=[sharing.id, everyone[3].id]) for order in batch]
    assert found == [each for each in everyone if each in {everyone[3], sharing}]


async def test_an_address_in_the_words_of_prisma_is_understood(bare_url: str):
    await run(bare_url, 'CREATE SCHEMA shop; ALTER TABLE "SaleOrder" SET SCHEMA shop')
    with pytest.raises(LegacyInvalid, match='the table "Store" is missing') as refused:
        async with opened(f"{bare_url}&schema=shop&connection_limit=5"):
            pytest.fail("It was opened.")
    assert '"SaleOrder"' not in refused.value.message
