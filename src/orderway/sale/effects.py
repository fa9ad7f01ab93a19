"""What a sale asks to be done. Money is told as a level: whoever performs it books the difference.

So the ledger of each sale sums to what its context says: `credit_entry` to `OweOnCredit.amount`, what was
entered as owed to the buyer to `OweBuyer.amount`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from orderway.sale.context import OverrideKind, SaleContext, SaleFacts
from orderway.sale.events import AdminOverrideDenied, CreditOverrideDenied

Why = Literal[
    "cleared",
    "captured",
    "refunded",
    "written_off",
    "cancelled",
    "revoked",
    "reversed",
    "restored",
    "accepted",
    "recovered",
]


@dataclass(frozen=True, slots=True)
class ReleaseStock:
    """The stock held for the order's lines is free again."""


@dataclass(frozen=True, slots=True)
class StartFulfillment:
    """The fulfillment is created, or resumed where it had been put on hold.

    One that a former system does `elsewhere` is not created here.
    """

    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class HoldFulfillment:
    """The fulfillment is put on hold."""

    reason: str


@dataclass(frozen=True, slots=True)
class CancelFulfillment:
    """The fulfillment that was on hold is cancelled with the sale."""

    reason: str


@dataclass(frozen=True, slots=True)
class OweOnCredit:
    """What this sale now owes on the customer's credit account, in minor units."""

    amount: int
    why: Why


@dataclass(frozen=True, slots=True)
class OweBuyer:
    """All that the company ever came to owe the buyer for this sale, refunds and surplus, in minor units."""

    amount: int
    why: Why


@dataclass(frozen=True, slots=True)
class OpenOverride:
    """A request for a decision: of kind CREDIT_LIMIT `amount` is the overage, else what is still to pay."""

    kind: OverrideKind
    amount: int
    reason: str
    asked_by: str


@dataclass(frozen=True, slots=True)
class CancelOverrides:
    """The requests of this order that nobody has decided expire: the sale no longer waits for them."""


@dataclass(frozen=True, slots=True)
class RecordEarned:
    """The sale counts towards earned credit with what it came to, in minor units."""

    amount: int


def owe_on_credit(why: Why) -> Callable[[SaleContext], OweOnCredit]:
    """Tell what is owed on the credit account: a sale that was paid for stands on it too, once money was taken back."""

    def owe_on_credit(sale: SaleContext) -> OweOnCredit:
        return OweOnCredit(sale.exposed, why)

    return owe_on_credit


def start_fulfillment(_sale: SaleContext, _event: object, facts: SaleFacts) -> StartFulfillment:
    return StartFulfillment(facts.fulfilled_elsewhere)


def owe_rest_on_credit(sale: SaleContext) -> OweOnCredit | None:
    """What clearing puts onto the credit account, where it is anything."""
    return OweOnCredit(sale.exposed, "cleared") if sale.exposed else None


def owe_buyer(why: Why) -> Callable[[SaleContext], OweBuyer | None]:
    """Tell what came to be owed to the buyer, where it is anything."""

    def owe_buyer(sale: SaleContext) -> OweBuyer | None:
        owed = sale.refunded_total + sale.surplus
        return OweBuyer(owed, why) if owed else None

    return owe_buyer


def owe_buyer_anew(why: Why) -> Callable[[SaleContext], OweBuyer]:
    """Tell what came to be owed to the buyer where it may have become less: even nothing."""

    def owe_buyer_anew(sale: SaleContext) -> OweBuyer:
        return OweBuyer(sale.refunded_total + sale.surplus, why)

    return owe_buyer_anew


def owe_buyer_everything(sale: SaleContext) -> OweBuyer | None:
    """All that was captured and not taken back is owed to the buyer: a sale that ended early is worth nothing."""
    owed = sale.captured_total - sale.reversed_total
    return OweBuyer(owed, "cancelled") if owed else None


def open_admin_request(sale: SaleContext) -> OpenOverride | None:
    """Ask for the release, unless one is valid already."""
    review = sale.review
    if review is None or sale.admin.status != "requested":
        return None
    return OpenOverride("ADMIN", sale.outstanding, review.reason, review.asked_by)


def open_credit_request(sale: SaleContext) -> OpenOverride | None:
    review = sale.review
    return OpenOverride("CREDIT_LIMIT", sale.overage, review.reason, review.asked_by) if review else None


def cancel_open_requests(sale: SaleContext, event: object) -> CancelOverrides | None:
    """Leaving a review by any other way than its decision leaves nothing to decide."""
    if isinstance(event, AdminOverrideDenied | CreditOverrideDenied):
        return None
    return CancelOverrides() if sale.is_asking else None


# What happened to the money is told to the fulfillment without its reasons: buyers and riders read there.


def hold_fulfillment(_sale: SaleContext) -> HoldFulfillment:
    return HoldFulfillment("The sale is no longer cleared.")


def cancel_held_fulfillment(sale: SaleContext) -> CancelFulfillment | None:
    return CancelFulfillment("The sale was cancelled.") if sale.is_held else None


def cancel_unpaid_fulfillment(sale: SaleContext) -> CancelFulfillment | None:
    return CancelFulfillment("The sale expired.") if sale.is_held else None


def record_earned(sale: SaleContext) -> RecordEarned:
    return RecordEarned(sale.worth - sale.written_off)
