"""What a payment knows of itself, and what it may look at besides. Amounts are minor units of its currency."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Method = Literal["CASH", "CARD", "TRANSFER", "BANK", "WALLET", "MIXED"]
METHODS: dict[Method, str] = {
    "CASH": "Cash",
    "CARD": "Card",
    "TRANSFER": "Bank transfer",
    "BANK": "Bank deposit",
    "WALLET": "Wallet",
    "MIXED": "Several ways",
}
"""How money moves, in words."""

BuyerKind = Literal["CONSUMER", "RESELLER"]

LARGEST_PAYMENT = 10**18
"""In minor units: what the largest order comes to. Several of them still add up inside 64 bits."""


@dataclass(frozen=True, slots=True)
class PaymentContext:
    """All amounts are minor units of `currency`; (provider, reference) is unique.

    `amount` is what was announced and, once confirmed, what came. `reversed` is what the provider took back of it or
    holds while a dispute lasts; `disputed` is what the last dispute is, or was, about.
    """

    amount: int
    currency: str
    method: Method
    provider: str
    reference: str
    buyer_kind: BuyerKind
    refunded: int = 0
    reversed: int = 0
    disputed: int = 0
    confirmed_at: datetime | None = None

    @property
    def left(self) -> int:
        """What of it has neither been paid nor taken back."""
        return self.amount - self.refunded - self.reversed


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """`owed` is what the company owes the buyer of the order, in minor units."""

    now: datetime
    actor: str
    owed: int = 0
