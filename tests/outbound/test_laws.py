"""Each law of delivery finds a row that was altered by hand, with the triggers off, and names it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.outbound.listening import deliver_all
from tests.stories.shop import RESELLER, SHIRT, Shop, shirts

from orderway.database import connect
from orderway.outbound.laws import LAWS
from orderway.outbound.notifying import Notifications

# What is done by hand, and what the law of that name then says of which place.
ALTERED = [
    ("notification numbers", "DELETE FROM notification WHERE number = 2", "person reseller@example.com",
     "They have 2 notifications, numbered 1 to 3; 3 are counted."),
    ("notification numbers", "DELETE FROM notification WHERE number = 1", "person reseller@example.com",
     "They have 2 notifications, numbered 2 to 3; 3 are counted."),
    ("notification numbers", "UPDATE notification_count SET last = 4", "person reseller@example.com",
     "They have 3 notifications, numbered 1 to 3; 4 are counted."),
    ("notification numbers", "DELETE FROM notification_count", "person manager@example.com",
     "They have 1 notifications, numbered 1 to 1; 0 are counted."),
    ("notification numbers", "UPDATE notification SET number = 0 WHERE number = 1", "person reseller@example.com",
     "They have 3 notifications, numbered 0 to 3; 3 are counted."),
    ("deliveries", "UPDATE outbound_progress SET known = 7, done = 7", "order LAG-000001",
     "The sink notifications knows of 7 events; there are 6."),
    ("passed over", "UPDATE outbound_progress SET known = 5, done = 5", "order LAG-000001",
     "The sink notifications has read past event 6 and knows of 5."),
    ("passed over", "DELETE FROM outbound_progress", "order LAG-000001",
     "The sink notifications has read past event 6 and knows of 0."),
    ("notifications", "UPDATE notification SET event_number = 1 WHERE number <= 2", "person reseller@example.com",
     "They were told 2 times of event 1."),
    ("notifications", "UPDATE notification SET type = 'order.sale.expire', at = '2026-03-02 12:00+00' WHERE number = 1",
     "person reseller@example.com", ("Their notification 1 tells of order.sale.expire at 2026-03-02 12:00:00+00, where "
     "event 2 of its order was order.quotation.share at 2026-03-02 12:00:00+00.")),
    ("e-mails", "UPDATE mail SET event_number = 99 WHERE event_number = 2",
     'e-mail "Your quotation LAG-000001 is ready"', "It tells of event 99, which there is not."),
    ("e-mails", "DELETE FROM mail_reader", 'e-mail "Your quotation LAG-000001 is ready"',
     "Its reader has no link to end e-mails by."),
]  # fmt: skip


@pytest.fixture
async def cheat(shop: Shop, superuser_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection without triggers and keys to a shop whose people were told of an order."""
    await shop.stock((SHIRT, 1))
    await shop.agreed(shirts(1), customer=RESELLER)
    await deliver_all(shop.runner, Notifications(shop.settings, lambda: shop.now))
    connection = await connect(superuser_url)
    await connection.execute("SET session_replication_role = replica")
    await connection.execute("ALTER TABLE notification DROP CONSTRAINT notification_number_check")
    await connection.execute(
        "ALTER TABLE notification DROP CONSTRAINT notification_person_id_store_id_order_id_event_number_key"
    )
    yield connection
    await connection.close()


async def test_every_law_of_delivery_names_the_row_that_was_altered(cheat: asyncpg.Connection):
    laws = {law.name: law for law in LAWS}
    assert {name for name, *_ in ALTERED} == set(laws)
    assert [row for law in laws.values() for row in await cheat.fetch(law.query)] == []
    for name, statement, where, sentence in ALTERED:
        by_hand = cheat.transaction()
        await by_hand.start()
        await cheat.execute(statement)
        found = [tuple(row) for row in await cheat.fetch(laws[name].query)]
        await by_hand.rollback()
        assert (where, sentence) in found, (name, found)
