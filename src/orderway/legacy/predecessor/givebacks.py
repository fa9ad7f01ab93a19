"""The moves of money that went back, but for what was refunded for goods that came back: that is a move of theirs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from orderway.legacy.predecessor.clock import Clock
from orderway.legacy.predecessor.facts import Order, Paid
from orderway.legacy.predecessor.moments import WRITTEN, Moment
from orderway.legacy.predecessor.money import coming, refunds
from orderway.legacy.predecessor.moves import AnyMove, RefundPayment, ReversePayment

UNOWED = "The former system gave money back for which its rows name no reason."


@dataclass(slots=True)
class Giveback:
    """`owed` is what may go back for a reason (None: all), `taken` what was refunded for returns; minor units.

    `left` is what each confirmed payment still holds: the newest gives first.
    """

    order: Order
    clock: Clock
    references: dict[str, str]
    owed: int | None
    taken: int
    left: list[tuple[Paid, int]] = field(default_factory=list)

    def go(self) -> Iterator[AnyMove]:
        confirmed = [payment for payment in coming(self.order) if payment.status == "CONFIRMED"]
        self.left = [(payment, payment.amount) for payment in reversed(confirmed)]
        for _ in self.give(self.taken):
            pass  # the refund of the return takes it out of the same payments
        for refund, amount in untold(refunds(self.order), self.taken):
            for payment, part in list(self.give(amount)):
                yield from self.move(refund, payment, part)

    def give(self, amount: int) -> Iterator[tuple[Paid, int]]:
        """Take so much out of the payments, as far as they hold it."""
        for index, (payment, left) in enumerate(self.left):
            part = min(amount, left)
            if part > 0:
                self.left[index], amount = (payment, left - part), amount - part
                yield payment, part

    def move(self, refund: Paid, payment: Paid, amount: int) -> Iterator[AnyMove]:
        """What is owed goes back as a refund, the rest as money that was taken."""
        when = self.clock.when(Moment(refund.received_at, "the time of its refund", WRITTEN))
        reference = self.references[payment.id]
        due = amount if self.owed is None else min(amount, self.owed)
        if due:
            yield RefundPayment(**when, reference=reference, refund=refund.id, amount=due)
        if self.owed is not None:
            self.owed -= due
        if amount > due:
            yield ReversePayment(**when, reference=reference, refund=refund.id, amount=amount - due, reason=UNOWED)


def untold(given: Sequence[Paid], taken: int) -> Iterator[tuple[Paid, int]]:
    """The refunds with what is left of each once the latest have paid for what came back."""
    rest: list[tuple[Paid, int]] = []
    for refund in reversed(given):
        part = min(taken, -refund.amount)
        taken -= part
        rest.append((refund, -refund.amount - part))
    yield from ((refund, amount) for refund, amount in reversed(rest) if amount)
