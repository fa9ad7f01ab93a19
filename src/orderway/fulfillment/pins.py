"""The receiver's PIN: made for a move, kept as a hash, and told to the receiver alone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID
from weakref import WeakKeyDictionary

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from orderway.fulfillment.effects import SendPin
from orderway.workflow.kinds import Instance
from orderway.workflow.transaction import Transaction

DIGITS = 6

# One pass over 512 KiB: about a millisecond. A million PINs are soon tried against whatever hash; what protects one is
# that it can be tried five times, and serves once.
HASHER = PasswordHasher(time_cost=1, memory_cost=512, parallelism=1)

# A new one takes the place of the one before. The table forgets it by itself when it has served.
KEEP = """
INSERT INTO fulfillment_pin (store_id, fulfillment_id, event_number, pin) VALUES ($1, $2, $3, $4)
ON CONFLICT (store_id, fulfillment_id) DO UPDATE SET event_number = excluded.event_number, pin = excluded.pin
"""

# The PIN lives from the facts, which tell its hash alone, to the effect that sends it: in no log, in no context.
MADE: WeakKeyDictionary[Transaction, str] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class PinMade:
    """A PIN was made for the receiver, who alone is told which: it is in no event."""

    fulfillment: UUID


def make_pin(tx: Transaction) -> str:
    """Make a PIN for this transaction and return its hash."""
    pin = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    MADE[tx] = pin
    return HASHER.hash(pin)


def pin_matches(pin: str | None, kept: str | None) -> bool:
    """Whether the PIN is the one of the hash; what is missing matches nothing."""
    if not pin or not kept:
        return False
    try:
        return HASHER.verify(kept, pin)
    except VerifyMismatchError:
        return False


def is_right(tx: Transaction, pin: str | None, kept: str | None) -> bool:
    """Whether the PIN is the receiver's. In a rehearsal any one is: there no try counts, and each could be tried."""
    return bool(pin and kept) if tx.intent == "rehearse" else pin_matches(pin, kept)


async def send_pin(tx: Transaction, fulfillment: Instance, _effect: SendPin) -> None:
    """Tell that there is one, and keep it for whatever brings it to the receiver: nowhere else does it stand."""
    number = await tx.put("order.fulfillment.pin_made", PinMade(fulfillment.id))
    await tx.connection.execute(KEEP, tx.store_id, fulfillment.id, number, MADE.pop(tx))
