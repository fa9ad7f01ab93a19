"""The sums of an import, added up order by order from rows that the log gives back."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from orderway.legacy.ends import Ends
from orderway.legacy.olist.facts import Status

SPANS: Final = ("purchase_to_approved", "approved_to_carrier", "carrier_to_customer", "purchase_to_customer")
_NEAR = 5  # minor units: a difference of cents is a rounding, not a debt


class LoggedPayment(Struct, frozen=True, kw_only=True, gc=False):
    """`captured` is what the sale took of it, `returnable` what was confirmed with no sale to take it."""

    sequence: int
    amount: int
    captured: int = 0
    returnable: int = 0


class LoggedOrder(Struct, frozen=True, kw_only=True, gc=False):
    """What the database and its log say of one imported order; money in minor units.

    `approved_at` is when its first payment was confirmed or, where none was, when the admin override
    was requested; `carrier_at` and `customer_at` are the times of shipping and delivery. Each is None
    where it did not happen or where the log marks its time as inferred. `cleared_by` is the sequence
    of the payment whose capture cleared the sale; None where an override did, or nothing.
    """

    order_id: str
    status: Status
    placed_at: datetime
    promised_at: datetime | None
    approved_at: datetime | None
    carrier_at: datetime | None
    customer_at: datetime | None
    lines: int
    total: int
    payments: tuple[LoggedPayment, ...]
    cleared_by: int | None
    ends: Ends

    @property
    def recorded(self) -> int:
        return sum(payment.amount for payment in self.payments)


class Dwell(Struct, frozen=True, kw_only=True):
    """How long orders stayed between two times, in whole seconds; percentiles by nearest rank."""

    n: int
    negative: int
    min: int
    p50: int
    p90: int
    p95: int
    p99: int
    max: int
    sum: int


class Sums(Struct, kw_only=True):
    """Counts of orders, and two sums in minor units; the words are those of expected.json.

    All but `no_items`, `no_payment`, `multi_payment` and the sums count orders that have items only.
    `multi_cleared_before_last`: of several payments, one before the last completed the total;
    `multi_never_cleared`: of several payments, none did.
    """

    items_minor: int = 0
    payments_minor: int = 0
    no_items: int = 0
    no_payment: int = 0
    multi_payment: int = 0
    equal: int = 0
    overpaid: int = 0
    underpaid: int = 0
    within_5_cents: int = 0
    multi_cleared_before_last: int = 0
    multi_never_cleared: int = 0


class Money(Struct, kw_only=True):
    """Where the recorded payments stand, in minor units.

    recorded = `captured` + `returnable` + `waiting`. Of the captured, `refund_due` lies on cancelled
    sales and `credit_due` is over the total of others; `balance_due` is what those are short of.
    """

    captured: int = 0
    returnable: int = 0
    waiting: int = 0
    refund_due: int = 0
    credit_due: int = 0
    balance_due: int = 0


def percentile(ordered: Sequence[int], percent: int) -> int:
    """Return the value of nearest rank: the smallest with at least `percent` % of all at or below it."""
    rank = -(-percent * len(ordered) // 100)
    return ordered[max(rank, 1) - 1]


def dwell(seconds: Iterable[int]) -> Dwell:
    """Sum up spans of seconds; every figure is 0 where there are none."""
    ordered = sorted(seconds)
    figures = ordered or [0]
    return Dwell(
        n=len(ordered),
        negative=sum(1 for value in ordered if value < 0),
        min=figures[0],
        p50=percentile(figures, 50),
        p90=percentile(figures, 90),
        p95=percentile(figures, 95),
        p99=percentile(figures, 99),
        max=figures[-1],
        sum=sum(figures),
    )


@dataclass(slots=True)
class Totals:
    """Grows by `add` for each order that the log gives back."""

    orders: int = 0
    items: int = 0
    payments: int = 0
    late: int = 0
    status: Counter[str] = field(default_factory=Counter)
    per_month: Counter[str] = field(default_factory=Counter)
    ends: Counter[tuple[Status, Ends]] = field(default_factory=Counter)
    sums: Sums = field(default_factory=Sums)
    money: Money = field(default_factory=Money)
    _seconds: dict[str, list[int]] = field(default_factory=lambda: {span: [] for span in SPANS})

    def add(self, order: LoggedOrder) -> None:
        self.orders += 1
        self.items += order.lines
        self.payments += len(order.payments)
        self.status[order.status] += 1
        self.per_month[f"{order.placed_at:%Y-%m}"] += 1
        self.ends[order.status, order.ends] += 1
        if order.promised_at and order.customer_at and order.customer_at > order.promised_at:
            self.late += 1
        self._add_spans(order)
        self._add_money(order)
        self._add_sums(order)
        if order.lines:
            self._add_difference(order)

    def dwell(self, span: str) -> Dwell:
        """Sum up one of SPANS."""
        return dwell(self._seconds[span])

    def _add_spans(self, order: LoggedOrder) -> None:
        placed, approved, carrier, customer = (
            order.placed_at,
            order.approved_at,
            order.carrier_at,
            order.customer_at,
        )
        pairs = ((placed, approved), (approved, carrier), (carrier, customer), (placed, customer))
        for span, (start, end) in zip(SPANS, pairs, strict=True):
            if start and end:
                self._seconds[span].append(_seconds(start, end))

    def _add_money(self, order: LoggedOrder) -> None:
        captured = sum(payment.captured for payment in order.payments)
        returnable = sum(payment.returnable for payment in order.payments)
        self.money.captured += captured
        self.money.returnable += returnable
        self.money.waiting += order.recorded - captured - returnable
        if order.ends.sale == "CANCELLED":
            self.money.refund_due += captured
        elif order.ends.sale:
            self.money.credit_due += max(0, captured - order.total)
            self.money.balance_due += max(0, order.total - captured)

    def _add_sums(self, order: LoggedOrder) -> None:
        self.sums.items_minor += order.total
        self.sums.payments_minor += order.recorded
        self.sums.no_items += order.lines == 0
        self.sums.no_payment += not order.payments
        self.sums.multi_payment += len(order.payments) > 1

    def _add_difference(self, order: LoggedOrder) -> None:
        difference = order.recorded - order.total
        self.sums.equal += difference == 0
        self.sums.overpaid += difference > 0
        self.sums.underpaid += difference < 0
        self.sums.within_5_cents += 0 < abs(difference) <= _NEAR
        if len(order.payments) > 1:
            last = order.payments[-1].sequence
            self.sums.multi_never_cleared += order.cleared_by is None
            self.sums.multi_cleared_before_last += order.cleared_by is not None and order.cleared_by < last


def _seconds(start: datetime, end: datetime) -> int:
    return (end - start) // timedelta(seconds=1)
