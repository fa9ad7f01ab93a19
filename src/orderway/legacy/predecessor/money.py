"""The money of an order of the predecessor, counted from its payments: its other columns are no evidence."""

from dataclasses import dataclass

from orderway.legacy.predecessor.facts import Order, Paid


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Minor units; total − captured = outstanding − overpaid, and one of the last two is 0.

    `captured` is what was confirmed less what was given back, `came` the first alone, `given_back` the second.
    """

    total: int
    came: int
    given_back: int

    @property
    def captured(self) -> int:
        return self.came - self.given_back

    @property
    def outstanding(self) -> int:
        return max(0, self.total - self.captured)

    @property
    def overpaid(self) -> int:
        return max(0, self.captured - self.total)

    @property
    def is_paid(self) -> bool:
        """Whether what is held covers the total: no less than nothing is held, whatever the rows say went back."""
        return max(0, self.captured) >= self.total


def count(order: Order) -> Money:
    """Count the payments whose own order this is: one that names the sale of another order counts here all the same."""
    confirmed = [payment.amount for payment in order.payments if payment.status == "CONFIRMED"]
    return Money(
        total=order.total,
        came=sum(amount for amount in confirmed if amount > 0),
        given_back=-sum(amount for amount in confirmed if amount < 0),
    )


def coming(order: Order) -> tuple[Paid, ...]:
    """The payments of more than nothing, by when they were received: what refunds are is told apart."""
    return tuple(sorted((each for each in order.payments if each.amount > 0), key=lambda each: each.received_at))


def refunds(order: Order) -> tuple[Paid, ...]:
    """The negative payments that were confirmed, by their time."""
    gone = (each for each in order.payments if each.amount < 0 and each.status == "CONFIRMED")
    return tuple(sorted(gone, key=lambda each: each.received_at))
