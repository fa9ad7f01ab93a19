"""Each law of money that came in finds a row that was altered by hand, with the triggers off, and names it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.reconciliation.inbox import Inbox
from tests.stories.shop import shirts

from orderway.database import connect
from orderway.sale.payments.events import Dispute, LoseDispute
from orderway.sale.reconciliation.laws import LAWS

EVENT = """
INSERT INTO webhook_event (id, provider, event_id, received_at, body, headers, kind, transaction, amount, currency,
    method, needs_verification, bucket, why, settled_at, store_id, order_id, payment_id)
SELECT gen_random_uuid(), 'till', 'E-1', now(), '', '{{}}', 'captured', {transaction}, 4000, 'NGN', 'CARD', false,
    '{bucket}', 'So it is.', now(), p.store_id, p.order_id, p.id
FROM payment p WHERE p.reference = 'R-2'
"""

BY_ANOTHER = """
UPDATE parked_money SET parked_at = parked_at - interval '1 day',
    reference = (SELECT reference FROM parked_money WHERE kind = 'late' AND resolution = 'refunded')
WHERE reference = 'R-1'
"""
UNCONFIRMED = """
UPDATE payment SET state = 'PENDING', context = (context::jsonb - 'confirmed_at')::json WHERE reference = 'R-2'
"""
LESS_TAKEN_OUT = """
UPDATE payable SET amount = -3999 WHERE kind = 'PAID_OUT' AND order_id IN (
    SELECT order_id FROM parked_money WHERE kind = 'late' AND resolution = 'attached'
)
"""
NOT_MOVED = """
UPDATE parked_money SET resolution = 'refunded', to_store_id = NULL, to_order_id = NULL, to_payment_id = NULL
WHERE kind = 'late' AND resolution = 'attached'
"""

# The law, what is done by hand, and what the law then says of something.
ALTERED = [
    (
        "money in one place",
        EVENT.format(transaction="'T-1'", bucket="applied"),
        "It holds the transaction T-1 of till, and the payment R-2 has it too.",
    ),
    (
        "money in one place",
        BY_ANOTHER,
        " of till, and that payment was confirmed since.",
    ),
    (
        "reported money",
        EVENT.format(transaction="'T-77'", bucket="parked"),
        "It reported 4000 NGN, which were parked; no item of the inbox has them.",
    ),
    (
        "attached money",
        "UPDATE parked_money SET amount = 3999 WHERE reference = 'R-2'",
        "It became the payment R-2, which is 4000 NGN and confirmed; it holds 3999 NGN.",
    ),
    (
        "attached money",
        "UPDATE parked_money SET currency = 'USD' WHERE reference = 'R-2'",
        "It became the payment R-2, which is 4000 NGN and confirmed; it holds 4000 USD.",
    ),
    (
        "attached money",
        UNCONFIRMED,
        "It became the payment R-2, which is 4000 NGN and pending; it holds 4000 NGN.",
    ),
    (
        "moved money",
        LESS_TAKEN_OUT,
        "4000 NGN were moved; what was taken out of its payment is another sum.",
    ),
    (
        "moved money",
        NOT_MOVED,
        "Orderway paid it by itself, but no item of the inbox was moved to it.",
    ),
    (
        "moved money",
        "DELETE FROM payment WHERE provider = 'orderway'",
        "It was moved to another order, but no payment has it there.",
    ),
    (
        "owed in the inbox",
        "DELETE FROM payable WHERE order_id IN (SELECT order_id FROM parked_money WHERE kind = 'surplus')",
        "It waits, but nothing of it is owed to the buyer any more.",
    ),
    (
        "owed in the inbox",
        "UPDATE parked_money SET resolved_at = resolved_at + interval '1 hour' WHERE resolution = 'refunded'",
        "It was refunded, but nothing was paid out then.",
    ),
    (
        "owed in the inbox",
        "UPDATE parked_money SET resolution = 'lost' WHERE resolution = 'refunded'",
        "It was taken back, but its order lost nothing.",
    ),
    ("late money", "DELETE FROM parked_money WHERE kind = 'late'", "4000 of it found no sale; the inbox says 0."),
    (
        "late money",
        "UPDATE parked_money SET amount = 3999 WHERE kind = 'late' AND resolution = 'refunded'",
        "4000 of it found no sale; the inbox says 3999.",
    ),
    (
        "late money",
        "DELETE FROM payable WHERE kind = 'UNALLOCATED'",
        "0 of it found no sale; the inbox says 4000.",
    ),
    (
        "disputes",
        "DELETE FROM parked_money WHERE kind = 'disputed'",
        "It is disputed; items of the inbox that say it is disputed: 0.",
    ),
    (
        "disputes",
        "UPDATE payment SET state = 'CONFIRMED' WHERE state = 'DISPUTED'",
        "It is confirmed; items of the inbox that say it is disputed: 1.",
    ),
    (
        "disputes",
        "UPDATE parked_money SET amount = 4001 WHERE kind = 'disputed' AND resolution = 'lost'",
        "Its dispute was lost, but less than it held was taken back.",
    ),
    (
        "money by currency",
        "UPDATE payable SET amount = amount - 1 WHERE kind = 'PAID_OUT'",
        "29001 came in; 29003 can be told where it is.",
    ),
    (
        "money by currency",
        NOT_MOVED,
        "29001 came in; 33001 can be told where it is.",
    ),
]


@pytest.fixture
async def cheat(inbox: Inbox, superuser_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection without triggers to an inbox with items of every kind, open and ended."""
    await inbox.orphan()
    moved, _ = await inbox.late()
    await inbox.act(moved, "attach", order=(await inbox.shop.agreed(shirts(4))).id)
    refunded, _ = await inbox.late()
    await inbox.act(refunded, "refund")
    attached = await inbox.park("orphan", 4000, reference="R-2", transaction="T-2")
    await inbox.act(attached, "attach", order=(await inbox.shop.agreed(shirts(4))).id)
    returned = await inbox.park("orphan", 1, reference="R-3")
    await inbox.act(returned, "return")
    await inbox.surplus()
    lost = await inbox.shop.paid(shirts(4))
    await lost.send("payment", Dispute(4000, "Not received"), by="accountant")
    await lost.send("payment", LoseDispute(), by="accountant")
    await inbox.disputed()
    connection = await connect(superuser_url)
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


async def test_every_law_names_what_was_altered(inbox: Inbox, cheat: asyncpg.Connection):
    laws = {law.name: law for law in LAWS}
    assert {name for name, _, _ in ALTERED} == set(laws)
    assert await inbox.shop.findings() == []
    for name, statement, sentence in ALTERED:
        by_hand = cheat.transaction()
        await by_hand.start()
        done = await cheat.execute(statement)
        found = [said for _, said in await cheat.fetch(laws[name].query)]
        await by_hand.rollback()
        assert any(said.endswith(sentence) for said in found), (name, done, found)
