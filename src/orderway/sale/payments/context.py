"""What a payment knows of itself, and what it may look at besides. Amounts are minor units of its currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Method = Literal["CASH", "CARD", "TRANSFER", "BANK", "WALLET", "MIXED"]
METHODS: Mapping[Method, str] = {
    "CASH": "Cash",
    "CARD": "Card",
    "TRANSFER": "Bank transfer",
    "BANK": "Bank deposit",
    "WALLET": "Wallet",
    "MIXED": "Several ways",
}
"""How money moves that is registered by hand or reported, in words."""

PaidBy = Literal["CASH", "CARD", "TRANSFER", "BANK", "WALLET", "MIXED", "ACCOUNT_CREDIT"]
PAID_BY: Mapping[PaidBy, str] = {
    "CASH": METHODS["CASH"],
    "CARD": METHODS["CARD"],
    "TRANSFER": METHODS["TRANSFER"],
    "BANK": METHODS["BANK"],
    "WALLET": METHODS["WALLET"],
    "MIXED": METHODS["MIXED"],
    "ACCOUNT_CREDIT": "Credit on the account",
}
"""How an order is paid, in words: by money that moves, or out of the buyer's account with the store."""

RefundTo = Literal["PAYMENT", "ACCOUNT"]
REFUND_TO: dict[RefundTo, str] = {"PAYMENT": "The way it was paid", "ACCOUNT": "The buyer's account"}
"""Where a refund goes, in words; what was paid out of the account goes back there either way."""

BuyerKind = Literal["CONSUMER", "RESELLER"]

LARGEST_PAYMENT = 10**18
"""In minor units: what the largest order comes to. Several of them still add up inside 64 bits."""


@dataclass(frozen=True, slots=True)
class PaymentContext:
    """All amounts are minor units of `currency`; (provider, reference) is unique.

    `amount` is what was announced and, once confirmed, what came. `reversed` is what the provider took back of it or
    holds while a dispute lasts; `disputed` is what the last dispute is, or was, about. `credited` is what of `refunded`
    went onto the buyer's account.
    """

    amount: int
    currency: str
    method: PaidBy
    provider: str
    reference: str
    buyer_kind: BuyerKind
    refunded: int = 0
    reversed: int = 0
    disputed: int = 0
    confirmed_at: datetime | None = None
    credited: int = 0

    @property
    def left(self) -> int:
        """What of it has neither been paid nor taken back."""
        return self.amount - self.refunded - self.reversed

    @property
    def is_by_account(self) -> bool:
        """Whether it was paid out of the buyer's account."""
        return self.method == "ACCOUNT_CREDIT"


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """`owed` is what the company owes the buyer of the order, `on_account` what their account holds; in minor units."""

    now: datetime
    actor: str
    owed: int = 0
    on_account: int = 0
