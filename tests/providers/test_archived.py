"""What a provider reports of a payment whose order was archived waits for a person, and proves the archive right."""

from pathlib import Path

from tests.archive.finished import archive, bring, counted, go_by, told
from tests.providers.till import Till
from tests.stories.shop import SHIRT, shirts

from orderway.storage.storage import Storage


async def test_what_is_reported_of_an_archived_payment_is_parked(till: Till, tmp_path: Path):
    shop, shelf = till.shop, Storage({}, folder=tmp_path)
    await shop.stock((SHIRT, 5))
    order = await shop.agreed(shirts(4))
    number = await shop.pool.fetchval("SELECT number FROM sale_order")
    assert await till.report("captured", order_ref=number, transaction="T-1") == "applied"
    await bring(order)
    await counted(shop)
    await told(shop)
    go_by(shop)
    assert await archive(shop, shelf) == (1, {})
    assert await shop.findings() == []

    assert await till.report("captured", order_ref=number, transaction="T-1") == "already applied"
    assert await till.report("captured", order_ref=number, transaction="T-2") == "parked"
    assert await till.report("disputed", transaction="T-1", subject="D-1") == "parked"
    assert await till.parked() == [("orphan", 4000, None), ("early", -4000, None)]
    assert await shop.findings() == []

    await shop.pool.execute("ALTER TABLE webhook_event DISABLE TRIGGER USER")
    await shop.pool.execute("UPDATE webhook_event SET amount = 3999 WHERE movement = 'T-1'")
    assert [each.partition(":")[0] for each in await shop.findings()] == ["applied reports"]
