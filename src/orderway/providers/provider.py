"""What every payment provider gives: proof that a request is its own, and its news of money in our words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol

from orderway.errors import OrderwayError
from orderway.sale.payments.context import Method

Kind = Literal[
    "captured",
    "failed",
    "authorized",
    "pending",
    "refunded",
    "refund_failed",
    "disputed",
    "dispute_won",
    "dispute_lost",
    "other",
]
"""What happened to money. "refund_failed": a refund, perhaps reported as refunded before, did not reach the buyer, so
its money is with us still. "other": nothing has moved, and nothing is to be done.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One event of a provider. Amounts are in minor units of `currency`, never negative: the kind says which way.

    `event_id` is the same for each copy of an event and for no other event of the provider. All kinds but "failed",
    "refund_failed" and "other" have amount, currency and reference; only refunds of providers that tell neither have
    `major` and `transaction` instead (see amounts.in_currency). Several events may tell of one refund or dispute: its
    `subject` says that it is the same.
    """

    event_id: str
    kind: Kind
    transaction: str | None = None
    """The provider's own id of the movement of money; the same in all events about it that carry it."""
    reference: str | None = None
    """What the merchant gave the provider: what `payment.reference` holds."""
    order_ref: str | None = None
    """The number or id of the order: from what the merchant attached, else the reference itself."""
    subject: str | None = None
    """The provider's id of the refund or the dispute that the news are about."""
    amount: int | None = None
    major: Decimal | None = None
    """An amount in major units whose currency the provider does not tell: it is that of the transaction."""
    total: int | None = None
    """Where the provider tells no single refund: all that it has paid back of the transaction so far. Then `amount`
    is what came to it by this event where the event says so, and the total where it does not.
    """
    currency: str | None = None
    method: Method = "CARD"
    reason: str | None = None
    """In a sentence or the provider's words: why it failed, was refunded, disputed, or needs nothing."""
    occurred_at: datetime | None = None
    needs_verification: bool = False
    """The signature does not prove the body: ask the provider (flutterwave_asked.confirm) before anything is booked."""


class WebhookRefused(OrderwayError):
    """The request is not taken: nothing of it is stored."""


class NoSecret(WebhookRefused):
    """No secret is set for the provider, so that nothing can prove a request."""


class SignatureRefused(WebhookRefused):
    """The signature is missing, not of its form, or made with no secret that is set here."""


class TimestampRefused(WebhookRefused):
    """The request was signed too long before or after now."""


class BodyBroken(WebhookRefused):
    """The body is no event of the provider, or tells of money in a way that can not be read exactly."""


class Unverified(OrderwayError):
    """The provider was asked and does not stand by the news, or can not be asked: nothing may be booked."""


class Unreachable(OrderwayError):
    """The provider did not answer; ask again later."""


class Provider(Protocol):
    """One provider. Both take the raw body and the headers by lower-case names; neither reads a clock or a secret."""

    @property
    def name(self) -> str:
        """The name in the path of its webhook, in `payment.provider` and in the name of its secret."""

    @property
    def evidence(self) -> tuple[str, ...]:
        """The headers of its signature over the body, worth keeping beside it; none of them holds a secret."""

    def verify(self, body: bytes, headers: Mapping[str, str], *, secrets: Sequence[str], now: datetime) -> None:
        """Return when one of the secrets made the signature; raises NoSecret, SignatureRefused, TimestampRefused."""

    def read(self, body: bytes, headers: Mapping[str, str]) -> News:
        """Say in our words what the body tells. Raises BodyBroken."""


def proven(provider: Provider, headers: Mapping[str, str]) -> bool:
    """Whether a request that `verify` took has a signature over its body, and not just a word that both sides know."""
    return any(headers.get(name) for name in provider.evidence)
