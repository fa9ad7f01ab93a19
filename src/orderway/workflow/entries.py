"""What a move writes down: its row of the log, and what it tells the world."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from orderway.workflow.chain import Entry
from orderway.workflow.kinds import Decided, Instance, encode
from orderway.workflow.told import Told

if TYPE_CHECKING:
    from orderway.workflow.transaction import Transaction

BIRTH = "BORN"


def entry_of(tx: Transaction, was: Instance, decided: Decided, *, reason: str | None) -> Entry:
    """The row of the log; without a `reason` of its own it has the note of who acts, or that of its event."""
    is_birth = not was.hash
    return Entry(
        store_id=tx.store_id,
        instance_id=was.id,
        step=was.step + 1,
        order_id=tx.order_id,
        machine=was.ref.machine,
        version=was.version,
        from_state=None if is_birth else was.state,
        to_state=decided.step.snapshot.state,
        event=BIRTH if is_birth else decided.event.name,
        payload=encode(decided.event),
        facts=encode(decided.facts),
        actor=tx.actor.id,
        on_behalf_of=tx.actor.on_behalf_of,
        reason=reason or tx.note or getattr(decided.event, "reason", None),
        request_id=tx.request_id,
        at=tx.now,
    )


def told_of(tx: Transaction, entry: Entry, *, rider: UUID | None) -> Told:
    """The data of its row of the outbox."""
    return Told(
        entry.machine, entry.instance_id, entry.step, entry.event, entry.from_state, entry.to_state,
        entry.store_id, entry.order_id, tx.order.buyer, tx.order.biller, rider, entry.reason,
    )  # fmt: skip
