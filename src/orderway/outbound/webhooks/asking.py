"""Asking for something to be sent to a webhook: a test, or what was sent before, once more."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from orderway.ids import new_id
from orderway.outbound.webhooks.attempts import LARGEST
from orderway.outbound.webhooks.commands import RedeliverWebhook, Sending, SendWebhookTest
from orderway.outbound.webhooks.courier import Receiver, find_receiver
from orderway.outbound.webhooks.subscriptions import SINK, missing, require
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid
from orderway.workflow.transaction import Transaction

WAITING = 1000
"""Errands of a webhook at most: whoever asks for more has the outbox try its orders again."""

ASK = """
INSERT INTO webhook_errand (webhook_id, id, store_id, order_id, number, asked_at, asked_by)
SELECT $1, unnest($2::uuid[]), unnest($3::uuid[]), unnest($4::uuid[]), unnest($5::integer[]), $6, $7
"""
EVENTS = """
SELECT DISTINCT a.type, a.store_id, a.order_id, a.number, p.done < a.number AS waits
FROM webhook_attempt a LEFT JOIN outbound_progress p
    ON p.store_id = a.store_id AND p.order_id = a.order_id AND p.sink = $3
WHERE a.webhook_id = $1 AND a.id = ANY ($2::uuid[]) AND a.kind <> 'test'
ORDER BY a.order_id, a.number
"""
# What has not arrived yet goes before whatever happened to its order later: it is tried at once, and not besides.
NOW = """
UPDATE outbound_progress SET due_at = $2, dead_at = NULL, tries = 0, why = NULL
WHERE sink = $1 AND (store_id, order_id) IN (SELECT * FROM unnest($3::uuid[], $4::uuid[])) AND done < known
    AND claim IS NULL
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """How many messages will be sent."""

    messages: int


async def ask(tx: Transaction, command: Sending, *, by: Viewer) -> Asked:
    """Ask for it. Raises Refused, NotFound and Invalid."""
    require(by)
    await tx.connection.execute("SELECT FROM webhook WHERE id = $1 FOR UPDATE", command.webhook)
    receiver = await find_receiver(tx.connection, command.webhook)
    if receiver is None:
        raise missing()
    waiting = await tx.connection.fetchval("SELECT count(*) FROM webhook_errand WHERE webhook_id = $1", command.webhook)
    if waiting >= WAITING:
        raise Invalid(f"{waiting:,} messages wait to be sent there.", "Let them be sent first.")
    if isinstance(command, SendWebhookTest):
        await tx.connection.execute(ASK, command.webhook, [new_id()], [None], [None], [None], tx.now, by.actor().id)
        return Asked(1)
    if receiver.disabled_at is not None:
        raise Invalid("The webhook is switched off.", "Switch it on: what waited is sent then.")
    return Asked(await _once_more(tx, command, receiver=receiver, by=by))


async def _once_more(tx: Transaction, command: RedeliverWebhook, *, receiver: Receiver, by: Viewer) -> int:
    wanted = set(command.deliveries)
    if not 1 <= len(wanted) <= LARGEST:
        raise Invalid(f"1 to {LARGEST} deliveries are sent once more at a time.", "Send so many.", "deliveries")
    sink = f"{SINK}{command.webhook}"
    rows = await tx.connection.fetch(EVENTS, command.webhook, sorted(wanted), sink)
    if not rows:
        raise Invalid("None of these is a delivery of an event.", "Look at the list again.", "deliveries")
    if not all(receiver.wants(row["type"], row["store_id"]) for row in rows):
        raise Invalid(
            "The webhook is not told of all of these any more.",
            "Leave out what is of other types or stores than it is told of now.",
            "deliveries",
        )
    behind: list[tuple[UUID, UUID]] = sorted({(row["store_id"], row["order_id"]) for row in rows if row["waits"]})
    if behind:
        await tx.connection.execute(NOW, sink, tx.now, [store for store, _ in behind], [order for _, order in behind])
    again = [row for row in rows if not row["waits"]]
    columns = [[row[name] for row in again] for name in ("store_id", "order_id", "number")]
    if again:
        await tx.connection.execute(ASK, command.webhook, [new_id() for _ in again], *columns, tx.now, by.actor().id)
    return len(rows)
