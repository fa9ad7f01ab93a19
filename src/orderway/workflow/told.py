"""What a move tells the world: the data of its outbox row."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Order:
    """The order that a transaction holds the lock of, and its people: `buyer` is a customer, `biller` a person."""

    store_id: UUID
    id: UUID
    buyer: UUID | None = field(default=None, compare=False)
    biller: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Told:
    """What moved how and why, and whom it may concern.

    The store has its managers, `buyer` is a customer, `biller` a person; so is `rider`, who is chosen or offers.
    """

    machine: str
    instance: UUID
    step: int
    event: str
    from_state: str | None
    to_state: str
    store: UUID
    order: UUID
    buyer: UUID | None
    biller: UUID | None
    rider: UUID | None
    reason: str | None
