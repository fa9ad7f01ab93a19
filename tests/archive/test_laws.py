"""`orderway verify` finds whatever of an archived order is altered, taken away, or here once more."""

import json

from tests.archive.finished import archive, brought, counted, go_by, told
from tests.archive.test_refusals import ENTER
from tests.stories.shop import CONSUMER, LAGOS, SHIRT, Shop, actor, shirts

from orderway.fulfillment.events import Cancel
from orderway.ids import new_id
from orderway.sale.account_credit.ledger import Account, Payout, pay_out
from orderway.sale.payments.events import Refund
from orderway.storage.storage import Storage
from orderway.workflow.kinds import Ref
from orderway.workflow.transaction import Transaction

LOSSES: dict[str, tuple[str, object]] = {
    "stock": ("stock quantity", []),
    "worth": ("earned credit", None),
    "came": ("money by currency", 0),
    "found": ("money by currency", 0),
    "account": ("buyers' accounts", 0),
    "payments": ("payment references", []),
    "moves": ("idempotency keys", []),
    "payouts": ("idempotency keys of riders", []),
    "notified": ("notification numbers", []),
    "entered": ("insight", []),
}
"""What is carried of an order, the law that misses it, and what it would be without."""

CARRY = "UPDATE archived_order SET carried = $2 WHERE order_id = $1"
REPORT = """
INSERT INTO webhook_event (id, provider, event_id, received_at, body, headers, kind, method, needs_verification, bucket,
    why, settled_at, store_id, order_id, payment_id)
VALUES ($2, 'till', 'x', now(), '', '{}', 'other', 'CASH', false, 'ignored', 'Nothing moved.', now(), $1, $2, $2)
"""
OPEN = "ALTER TABLE archived_order DISABLE TRIGGER USER"


async def refunded(shop: Shop) -> None:
    """An order that was cancelled, and whose money went onto its buyer's account."""
    await shop.stock((SHIRT, 2))
    order = await shop.agreed(shirts(2))
    payment = await order.pay(2000)
    await order.send("fulfillment", Cancel("Changed their mind."))
    refund = Refund(2000, "ACCOUNT")
    await shop.runner.send(Ref("payment", LAGOS, payment), refund, actor=actor("accountant"), key="the refund")


async def pay_it_out(shop: Shop) -> None:
    """Give the buyer what the account holds."""

    async def work(tx: Transaction) -> None:
        await pay_out(tx, Payout(Account(LAGOS, CONSUMER, "NGN"), 2000, "In cash."))

    await shop.runner.run(work, actor=actor("accountant"))


async def test_what_is_carried_is_missed_where_it_is_lost(shop: Shop, shelf: Storage):
    await brought(shop)
    await refunded(shop)
    await counted(shop)
    await told(shop)
    go_by(shop)
    assert await archive(shop, shelf) == (1, {"account": 1})
    await pay_it_out(shop)
    assert await archive(shop, shelf) == (1, {})
    assert await shop.findings() == []
    await shop.pool.execute(OPEN)
    rows = await shop.pool.fetch("SELECT order_id, carried FROM archived_order")
    for name, (law, nothing) in LOSSES.items():
        for row in rows:
            without = json.dumps(json.loads(row["carried"]) | {name: nothing})
            await shop.pool.execute(CARRY, row["order_id"], without)
        assert (name, {each.partition(":")[0] for each in await shop.findings()}) == (name, {law})
        for row in rows:
            await shop.pool.execute(CARRY, row["order_id"], row["carried"])
    assert await shop.findings() == []


async def test_an_order_is_here_or_in_the_archive(shop: Shop):
    order = await brought(shop)
    await counted(shop)
    await told(shop)
    go_by(shop)
    await shop.pool.execute(ENTER, order.id)
    assert [each for each in await shop.findings() if each.startswith("archived")] == [
        "archived orders: order LAG-000001. It was archived, and is here as well."
    ]


async def test_what_stays_names_an_order_that_is_here_or_was_archived(shop: Shop, shelf: Storage):
    order = await brought(shop)
    await counted(shop)
    await told(shop)
    go_by(shop)
    await archive(shop, shelf)
    later = await shop.order(shirts(1))
    copied = "UPDATE sale_order SET copied_from = $2 WHERE id = $1"
    await shop.pool.execute(copied, later.id, order.id)
    assert await shop.findings() == []
    await shop.pool.execute(copied, later.id, nobody := new_id())
    await shop.pool.execute(REPORT, LAGOS, nobody)
    law = "what stays of archived orders"
    assert [each for each in await shop.findings() if each.startswith(law)] == [
        f"{law}: order LAG-000002. It was copied from an order that is neither here nor archived.",
        f"{law}: event x. It is about an order that is neither here nor archived.",
        f"{law}: event x. It is about a payment that is neither here nor archived.",
    ]
