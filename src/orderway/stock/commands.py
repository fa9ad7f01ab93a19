"""What can be asked of the shelves: take in goods, count them, move them to another store, say when to order more."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from orderway.stock.movements import Goods


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveStock:
    """Goods that came from a supplier; `note` tells where they came from, as the number of a delivery note does."""

    store: UUID
    goods: tuple[Goods, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustStock:
    """What was found on a shelf, and why: how many pieces were `counted`, or `by` how many there are more or fewer."""

    store: UUID
    variant: UUID
    reason: str
    by: int | None = None
    counted: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestStockTransfer:
    """Goods that one store is to give to another. One end asks; somebody at the other confirms or declines."""

    from_store: UUID
    to_store: UUID
    goods: tuple[Goods, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmStockTransfer:
    """The goods move now, all of them; what is held for orders stays."""

    transfer: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineStockTransfer:
    """Nothing moves. Whoever asked may decline as well: they no longer want it."""

    transfer: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReorderPoint:
    """The shelf is low when no more than so many `pieces` of the variant are free; without them it never is."""

    store: UUID
    variant: UUID
    pieces: int | None = None


Command = (
    ReceiveStock | AdjustStock | RequestStockTransfer | ConfirmStockTransfer | DeclineStockTransfer | SetReorderPoint
)
