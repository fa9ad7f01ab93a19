"""The moves of an order's money: what its sale makes of each payment is followed, so that each move finds it ready."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from orderway.legacy.moves import ApproveOverride, ConfirmPayment, RequestOverride, SetPaymentMethod
from orderway.legacy.predecessor.clock import Clock
from orderway.legacy.predecessor.facts import Order, Paid
from orderway.legacy.predecessor.moments import LATEST, WRITTEN, Moment
from orderway.legacy.predecessor.money import coming
from orderway.legacy.predecessor.moves import (
    DECIDER,
    AnyMove,
    AuthorizePayment,
    DenyOverride,
    FailPayment,
    RegisterPayment,
)
from orderway.sale.context import PaymentMethod
from orderway.sale.payments.context import METHODS, Method

State = Literal["CHOOSING", "INITIATED", "PENDING", "FAILED", "REVIEW", "CLEARED", "OVER"]
UNPAID: frozenset[State] = frozenset({"CHOOSING", "INITIATED", "FAILED"})


@dataclass(slots=True)
class Till:
    """`state` is that of the sale, `came` what it captured, `credit` what it may owe on account (minor units)."""

    order: Order
    clock: Clock
    credit: int | None
    state: State = "CHOOSING"
    came: int = 0
    is_awaited: bool = False
    method: Method = "MIXED"
    references: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        payments = coming(self.order)
        methods = {method_of(payment) for payment in payments}
        self.method = methods.pop() if len(methods) == 1 else "MIXED"
        self.references = references(self.order)
        self.settle()

    def settle(self) -> None:
        """A sale that is paid for, or whose rest fits into the credit that it is on, clears by itself."""
        rest = self.order.total - self.came
        fits = self.credit is not None and self.state != "CHOOSING" and rest <= self.credit
        if self.state != "OVER" and (rest <= 0 or fits):
            self.state = "CLEARED"

    def put_on_account(self, moment: Moment) -> Iterator[AnyMove]:
        yield from self.choose("INVOICE", moment)
        if self.state == "INITIATED":
            self.state = "REVIEW"

    def choose(self, method: PaymentMethod, moment: Moment) -> Iterator[AnyMove]:
        """Choose how to pay, where it is to be chosen, or anew where a payment failed."""
        if self.state in {"CHOOSING", "FAILED"}:
            yield SetPaymentMethod(**self.clock.when(moment), method=method)
            self.state = "INITIATED"
            self.settle()

    def take(self, payment: Paid) -> Iterator[AnyMove]:
        moment = Moment(payment.received_at, "the time of its payment", WRITTEN)
        if self.state == "CHOOSING":
            yield from self.choose(self.method, moment._replace(source="the method of its payments"))
        reference = self.references[payment.id]
        yield RegisterPayment(
            **self.clock.when(moment),
            payment=payment.id,
            reference=reference,
            method=method_of(payment),
            amount=payment.amount,
            currency=self.order.currency,
        )
        moment = moment._replace(source=f"the status {payment.status} of its payment")
        if payment.status == "CONFIRMED":
            yield ConfirmPayment(**self.clock.when(moment), reference=reference)
            self.capture(payment.amount)
        elif payment.status == "FAILED":
            yield FailPayment(**self.clock.when(moment), reference=reference, reason="It failed at the former system.")
            self.fail()
        else:
            yield from self.wait(moment)

    def capture(self, amount: int) -> None:
        self.came += amount
        if self.state in UNPAID:
            self.state = "PENDING"
        self.settle()

    def fail(self) -> None:
        """The sale hears of it where nothing came, and nothing is awaited."""
        if not self.came and not self.is_awaited and self.state not in {"CLEARED", "OVER"}:
            self.state = "FAILED"

    def wait(self, moment: Moment) -> Iterator[AnyMove]:
        """A payment was announced, and nothing has come: the sale waits for it."""
        self.is_awaited = True
        if self.state in UNPAID:
            yield from self.choose(self.method, moment)
        if self.state == "INITIATED":
            yield AuthorizePayment(**self.clock.when(moment))
            self.state = "PENDING"

    def ask(self, reason: str, moment: Moment) -> Iterator[AnyMove]:
        if self.state == "FAILED":
            yield from self.choose(self.method, moment)
        yield RequestOverride(**self.clock.when(moment), reason=reason)

    def let_through(self, reason: str, moment: Moment) -> Iterator[AnyMove]:
        """What nobody had paid, and could go on: the predecessor decides it, as it did."""
        if self.state == "CLEARED":
            return
        yield from self.ask(reason, moment)
        yield ApproveOverride(**self.clock.when(moment), kind="ADMIN", actor=DECIDER)
        yield ApproveOverride(**self.clock.when(moment), kind="CREDIT_LIMIT", actor=DECIDER)
        self.state = "CLEARED"

    def deny(self, reason: str) -> Iterator[AnyMove]:
        if self.state != "FAILED":
            moment = Moment(self.order.updated_at, "the override in its context", LATEST)
            yield RequestOverride(**self.clock.when(moment), reason=reason)
            yield DenyOverride(
                **self.clock.when(moment), kind="ADMIN", actor=DECIDER, reason="The former system declined it."
            )


def method_of(payment: Paid) -> Method:
    return next((method for method in METHODS if method == payment.method), "MIXED")


def references(order: Order) -> dict[str, str]:
    """A reference for each payment, by its id: unique among all orders, as the predecessor's were not."""
    times = Counter(payment.reference for payment in order.payments)
    shared = set(order.shared_references)
    named = {}
    for payment in order.payments:
        said = (payment.reference or "").strip()
        is_its_own = said and times[payment.reference] == 1 and payment.reference not in shared
        named[payment.id] = said if is_its_own else f"{said} {payment.id}".strip()
    return named
