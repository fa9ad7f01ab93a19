"""What the former system said of an order, side by side: what a person decides by. Its words are its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerPayment:
    """A payment as it stood there; `amount` in minor units, negative where it was a refund."""

    amount: int
    method: str
    status: str
    reference: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerMove:
    """A line of its log, of the sale or the fulfillment (`of`)."""

    of: str
    from_state: str | None
    to_state: str
    event: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What spoke for what. Money is in minor units of `currency`: total − captured = outstanding − overpaid.

    `status`, `sale_status` and `workflow_state` are the three places in which it kept where an order stands. `came_to`
    says where the import put it and `why` by what; `confidence` is from 0 (a guess) to 1 (beyond doubt).
    """

    status: str
    sale_status: str | None
    workflow_state: str | None
    fulfillment_status: str | None
    fulfillment_workflow_state: str | None
    currency: str
    total: int
    captured: int
    outstanding: int
    overpaid: int
    came_to: str | None
    fulfillment_came_to: str | None
    why: str
    confidence: float
    payments: tuple[FormerPayment, ...] = ()
    log: tuple[FormerMove, ...] = ()
