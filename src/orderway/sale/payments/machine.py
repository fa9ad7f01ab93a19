"""The payment as a table: confirmed with what came, then paid back by us, or taken back by its provider.

A confirmed payment never changes its amount and never fails: what its provider takes back is counted beside it, for
good by a reversal, for the time being by a dispute. One that failed may still come: then the failure was too early.
What is paid out of the buyer's account leaves it when it is confirmed, and goes back there when it is refunded.
"""

from dataclasses import replace

from orderway.sale.payments.context import LARGEST_PAYMENT, PaymentContext, PaymentFacts
from orderway.sale.payments.events import (
    Captured,
    Confirm,
    Credited,
    Dispute,
    DisputeLost,
    Fail,
    Failed,
    LoseDispute,
    PaidOut,
    Refund,
    Restored,
    Reverse,
    Reversed,
    Spent,
    WinDispute,
)
from orderway.statechart import Amount, all_of, always, chart, final, guard, on, state


def amounts(payment: PaymentContext, _event: object, facts: PaymentFacts) -> dict[str, object]:
    return {
        "left": Amount(payment.left, payment.currency),
        "owed": Amount(facts.owed, payment.currency),
        "held": Amount(facts.on_account, payment.currency),
    }


def coming(payment: PaymentContext, event: Confirm) -> int:
    """What came, or just what was announced."""
    return payment.amount if event.amount is None else event.amount


@guard(remedy="Enter what came; where nothing did, report the payment as failed.")
def brings_something(_payment: PaymentContext, event: Confirm) -> bool:
    """The amount that came must be more than nothing."""
    return event.amount is None or event.amount > 0


@guard(remedy="Check the amount.")
def is_believable(_payment: PaymentContext, event: Confirm) -> bool:
    """The amount that came must not be more than any payment."""
    return event.amount is None or event.amount <= LARGEST_PAYMENT


@guard(detail="{held} is on it.", numbers=amounts, remedy="Pay less from it.")
def account_holds_it(payment: PaymentContext, event: Confirm, facts: PaymentFacts) -> bool:
    """The buyer's account must hold what is paid from it."""
    return not payment.is_by_account or coming(payment, event) <= facts.on_account


@guard(remedy="Refund it.")
def has_a_provider(payment: PaymentContext) -> bool:
    """The money must have come from outside: what the buyer's account paid is taken back by nobody."""
    return not payment.is_by_account


@guard(remedy="Enter an amount above nothing.")
def takes_something(_payment: PaymentContext, event: Dispute | Reverse) -> bool:
    """The amount must be more than nothing."""
    return event.amount > 0


@guard(detail="{left} of this payment is left.", numbers=amounts, remedy="Enter no more than is left.")
def within_rest(payment: PaymentContext, event: Dispute | Reverse) -> bool:
    """The amount must not be more than is left of the payment."""
    return event.amount <= payment.left


@guard(detail="{left} of this payment is left.", numbers=amounts)
def takes_the_rest(payment: PaymentContext, event: Reverse) -> bool:
    """All that is left of the payment must be taken back."""
    return event.amount == payment.left


@guard(remedy="Enter an amount above nothing.")
def refunds_something(_payment: PaymentContext, event: Refund) -> bool:
    """The refund must be more than nothing."""
    return event.amount > 0


@guard(
    detail="{left} of this payment is left.",
    numbers=amounts,
    remedy="Refund less, and the rest from another payment.",
)
def within_payment(payment: PaymentContext, event: Refund) -> bool:
    """The refund must not be more than is left of the payment."""
    return event.amount <= payment.left


@guard(remedy="First take the goods back or cancel the sale.")
def something_is_owed(_payment: PaymentContext, _event: object, facts: PaymentFacts) -> bool:
    """Something must be owed to the buyer."""
    return facts.owed > 0


@guard(detail="{owed} is owed.", numbers=amounts, remedy="Refund less.")
def is_owed(_payment: PaymentContext, event: Refund, facts: PaymentFacts) -> bool:
    """The refund must not be more than is owed to the buyer."""
    return facts.owed <= 0 or event.amount <= facts.owed  # where nothing is, the rule before says so


@guard(detail="{left} of it is left.", numbers=amounts)
def nothing_left(payment: PaymentContext) -> bool:
    """All of the payment must have been paid or taken back."""
    return payment.left == 0


@guard()
def is_partly_refunded(payment: PaymentContext) -> bool:
    """Something of the payment must have been refunded."""
    return payment.refunded > 0


can_be_confirmed = all_of(brings_something, is_believable, account_holds_it)
can_be_refunded = all_of(refunds_something, within_payment, something_is_owed, is_owed)
can_be_taken = all_of(has_a_provider, takes_something, within_rest)
can_be_taken_whole = all_of(has_a_provider, takes_something, takes_the_rest)


def goes_to_account(payment: PaymentContext, event: Refund) -> bool:
    """Whether a refund comes onto the buyer's account: for money from there it is the payment's own way."""
    return payment.is_by_account or event.to == "ACCOUNT"


def confirm(payment: PaymentContext, event: Confirm, facts: PaymentFacts) -> PaymentContext:
    return replace(payment, amount=coming(payment, event), confirmed_at=facts.now)


def refund(payment: PaymentContext, event: Refund) -> PaymentContext:
    credited = event.amount if goes_to_account(payment, event) else 0
    return replace(payment, refunded=payment.refunded + event.amount, credited=payment.credited + credited)


def reverse(payment: PaymentContext, event: Reverse) -> PaymentContext:
    return replace(payment, reversed=payment.reversed + event.amount)


def dispute(payment: PaymentContext, event: Dispute) -> PaymentContext:
    return replace(payment, reversed=payment.reversed + event.amount, disputed=event.amount)


def win(payment: PaymentContext) -> PaymentContext:
    return replace(payment, reversed=payment.reversed - payment.disputed)


def spend(payment: PaymentContext) -> Spent | None:
    return Spent(payment.amount) if payment.is_by_account else None


def credit(payment: PaymentContext, event: Refund) -> Credited | None:
    return Credited(event.amount) if goes_to_account(payment, event) else None


def tell_captured(payment: PaymentContext) -> Captured | None:
    """A payment of nothing, as some records hold it, captures nothing."""
    return Captured(payment.amount) if payment.amount > 0 else None


def tell_failed(_payment: PaymentContext, event: Fail) -> Failed:
    return Failed(event.reason)


def pay_out(_payment: PaymentContext, event: Refund) -> PaidOut:
    return PaidOut(event.amount)


def tell_reversed(_payment: PaymentContext, event: Dispute | Reverse) -> Reversed:
    return Reversed(event.amount, event.reason)


def tell_restored(payment: PaymentContext) -> Restored:
    return Restored(payment.disputed)


PAYMENT = chart(
    "payment",
    version=1,
    label="Payment",
    born="registered the payment",
    context=PaymentContext,
    facts=PaymentFacts,
    lanes=("main", "exceptions"),
    states=[
        state(
            "PENDING",
            on(Confirm, "CONFIRMED", when=can_be_confirmed, do=confirm, emit=[spend, tell_captured]),
            on(Fail, "FAILED", emit=tell_failed),
            label="Waiting for confirmation", tone="waiting", lane="main", row=0,
        ),
        state(
            "CONFIRMED",
            on(Refund, "PARTIALLY_REFUNDED", when=can_be_refunded, do=refund, emit=[pay_out, credit]),
            on(Dispute, "DISPUTED", when=can_be_taken, do=dispute, emit=tell_reversed),
            on(Reverse, "REVERSED", when=can_be_taken_whole, do=reverse, emit=tell_reversed),
            on(Reverse, when=can_be_taken, do=reverse, emit=tell_reversed),
            label="Confirmed", tone="good", lane="main", row=1,
        ),
        state(
            "PARTIALLY_REFUNDED",
            always("REFUNDED", when=nothing_left),
            on(Refund, when=can_be_refunded, do=refund, emit=[pay_out, credit]),
            on(Dispute, "DISPUTED", when=can_be_taken, do=dispute, emit=tell_reversed),
            on(Reverse, "REVERSED", when=can_be_taken_whole, do=reverse, emit=tell_reversed),
            on(Reverse, when=can_be_taken, do=reverse, emit=tell_reversed),
            label="Partly refunded", tone="active", lane="main", row=2,
        ),
        state(
            "DISPUTED",
            on(Reverse, when=can_be_taken, do=reverse, emit=tell_reversed),
            on(WinDispute, "PARTIALLY_REFUNDED", when=is_partly_refunded, do=win, emit=tell_restored),
            on(WinDispute, "CONFIRMED", do=win, emit=tell_restored),
            on(LoseDispute, "REVERSED", when=nothing_left, emit=DisputeLost()),
            on(LoseDispute, "PARTIALLY_REFUNDED", when=is_partly_refunded, emit=DisputeLost()),
            on(LoseDispute, "CONFIRMED", emit=DisputeLost()),
            label="Disputed", tone="waiting", lane="exceptions", row=1,
        ),
        state(
            "FAILED",
            on(Confirm, "CONFIRMED", when=can_be_confirmed, do=confirm, emit=[spend, tell_captured]),
            label="Failed", tone="bad", lane="exceptions", row=0,
        ),
        final("REFUNDED", label="Refunded", tone="ended", lane="main", row=3),
        final("REVERSED", label="Taken back", tone="bad", lane="exceptions", row=3),
    ],
)  # fmt: skip
