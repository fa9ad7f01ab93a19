"""The demo's webhook: what a warehouse was sent, and then no more, until somebody gives it a real address."""

from __future__ import annotations

from datetime import timedelta

from orderway.outbound.event import EVENT, Event
from orderway.outbound.webhooks.attempts import Outcome, record
from orderway.outbound.webhooks.changes import Doors, change, make
from orderway.outbound.webhooks.commands import CreateWebhook, DisableWebhook
from orderway.outbound.webhooks.signing import Seal
from orderway.people.viewer import find_viewer
from orderway.secret import Secret
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

ADMIN = "admin@demo.example"
LAST = f"SELECT {EVENT} FROM outbox b WHERE b.type = 'order.sale.cleared' ORDER BY b.at DESC, b.id DESC LIMIT 3"  # noqa: S608
ANSWERS = ((204, None, ""), (503, "It answered 503.", "The warehouse is being tidied."), (204, None, ""))
KEPT = timedelta(days=30)


async def hook_up(runner: Runner, secret: Secret) -> None:
    """Make the webhook as the demo's admin, with what it was sent, and switch it off: nothing leaves the demo."""
    doors = Doors(Seal(secret))
    async with runner.pool.acquire() as connection:
        admin = await find_viewer(
            connection, await connection.fetchval("SELECT id FROM person WHERE email = $1", ADMIN)
        )
    if admin is None:
        return
    viewer = admin

    async def work(tx: Transaction) -> None:
        made = await make(
            tx,
            CreateWebhook(
                name="Warehouse", url="https://warehouse.example/orderway", reason="It packs what is paid.",
                types=("order.sale.cleared", "order.fulfillment.*"),
            ),
            by=viewer, doors=doors,
        )  # fmt: skip
        for row, (status, why, answer) in zip(await tx.connection.fetch(LAST), ANSWERS, strict=False):
            event = Event(*row)
            outcome = Outcome(
                kind="event", message_id=event.id, type=event.type, at=event.at + timedelta(seconds=1),
                milliseconds=84, status=status, why=why, answer=answer,
            )  # fmt: skip
            await record(tx.connection, made.webhook, outcome, event=event, kept=KEPT)
        off = DisableWebhook(webhook=made.webhook, reason="This address is nobody's: give it a real one first.")
        await change(tx, off, by=viewer, doors=doors)

    await runner.run(work, actor=viewer.actor())
