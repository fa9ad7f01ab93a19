"""Where the evidence puts an order of the predecessor: never cleared without a reason that its money or goods give."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from orderway.legacy.ends import Ends
from orderway.legacy.predecessor.circumstances import Circumstances
from orderway.legacy.predecessor.comebacks import comebacks
from orderway.legacy.predecessor.context import OverrideKept, read_context
from orderway.legacy.predecessor.destination import destination
from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.flags import EXPIRED, brought_on_credit
from orderway.legacy.predecessor.lines import items_of
from orderway.legacy.predecessor.moments import agreed, arrived, ended
from orderway.legacy.predecessor.money import Money, coming, count
from orderway.legacy.predecessor.offers import has_taken_offer

Clearance = Literal["PAID", "CREDIT", "OVERRIDE", "GONE"]
Decider = Literal["status", "workflow", "evidence"]

QUOTATIONS = {
    "DRAFT": "DRAFT",
    "SENT": "IN_REVIEW",
    "CONFIRMED": "APPROVED_BY_BUYER",
    "APPROVED": "MUTUALLY_APPROVED",
    "REJECTED": "REJECTED",
}
AGREED = "MUTUALLY_APPROVED"
CLEARED = "CLEARED_FOR_FULFILLMENT"
UNDECIDED = frozenset({"PENDING", "REQUESTED"})
REASONS: Mapping[Clearance, str] = {
    "PAID": "it is paid",
    "CREDIT": "what is unpaid fits into the reseller's credit",
    "OVERRIDE": "an override in its context covers what is unpaid",
    "GONE": "no payment, credit or override had cleared it",
}
COVERED: Final = "an override covered what is unpaid, and it was cleared by that"
"""What an override cleared stays cleared, though it has ended since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where its machines are to rest, by whose word, why, and what clears its sale (None: it is not cleared)."""

    ends: Ends
    by: Decider
    why: str
    clearance: Clearance | None = None


def standing(order: Order, around: Circumstances) -> Standing:
    if not has_sale(order, around):
        return quoted(order, around)
    if is_gone(order):
        return gone(order, around)
    if order.status == "CANCELLED":
        return over(order, around)
    clearance = clearance_of(order, around)
    return waiting(order, around) if clearance is None else cleared(order, clearance, around)


def has_sale(order: Order, around: Circumstances) -> bool:
    """A sale opens only on lines, and where both sides agreed to them. One that is open here is one."""
    if not items_of(order):
        return False
    is_agreed = order.quotation is not None and order.quotation.status == "APPROVED" and order.status != "CANCELLED"
    is_open = around.here is not None and around.here.sale is not None
    return order.phase != "QUOTATION" or order.sale is not None or is_agreed or is_open


def is_gone(order: Order) -> bool:
    """Its goods have left. What is to be collected has not until it was: it goes nowhere on its own."""
    there = order.fulfillment
    return there is not None and (
        there.status == "DELIVERED" or (there.status == "IN_TRANSIT" and there.type == "DELIVERY")
    )


def clearance_of(order: Order, around: Circumstances) -> Clearance | None:
    """The first of the reasons for which goods may leave; that they have left already is asked elsewhere."""
    money = count(order)
    if money.is_paid:
        return "PAID"
    if money.came >= money.total and not is_gone(order):
        return None
    if is_on_account(order) and money.outstanding <= around.free_credit:
        return "CREDIT"
    return "OVERRIDE" if override_of(order, money, around) or money.outstanding <= around.granted else None


def is_on_account(order: Order) -> bool:
    """A reseller's sale that somebody had approved, and that was then let go on unpaid."""
    is_approved = order.sale is not None and order.sale.approved_by is not None and order.status != "PENDING"
    return is_approved and brought_on_credit(order)


def override_of(order: Order, money: Money, around: Circumstances) -> OverrideKept | None:
    """An override that covers what is to pay and has not ended, if its context keeps one."""
    kept = read_context(order.workflow_context).overrides
    return next((each for each in kept if each.covers(money.outstanding, at=around.at)), None)


def quoted(order: Order, around: Circumstances) -> Standing:
    """What had been declined, or had expired here, before it was cancelled had ended by that."""
    if not items_of(order) and order.phase != "QUOTATION":
        state = "CANCELLED" if order.status == "CANCELLED" else "DRAFT"
        return Standing(ends=Ends(quotation=state), by="evidence", why="It has no lines that could be sold.")
    kept = order.quotation.status if order.quotation and items_of(order) else "DRAFT"
    here = around.here.quotation if around.here is not None else ""
    state = QUOTATIONS.get(kept, "DRAFT")
    if order.status == "CANCELLED":
        state = here if here in {"REJECTED", "EXPIRED"} else "CANCELLED"
    return Standing(ends=Ends(quotation=state), by="status", why="It has no sale; its quotation says how far it came.")


def gone(order: Order, around: Circumstances) -> Standing:
    """Goods that are away can not be called back by a status: the sale stands, paid or not."""
    clearance = clearance_of(order, around) or "GONE"
    there, is_settled = brought(order, around), settles(order, around)
    sale = {
        "COMPLETED": "COMPLETED" if is_settled else "AWAITING_SETTLEMENT",
        "REFUNDED": "REFUNDED",
    }
    return Standing(
        ends=Ends(quotation=AGREED, sale=sale.get(there, CLEARED), fulfillment=there),
        by="evidence",
        why=f"Its goods have left; {reason(order, 'PAID' if is_settled else clearance, around)}.",
        clearance="PAID" if is_settled else clearance,
    )


def settles(order: Order, around: Circumstances) -> bool:
    """Whether all is paid, but for what was given back for goods that came back."""
    money = count(order)
    return max(0, money.captured) + comebacks(order, around).refunded >= money.total


def brought(order: Order, around: Circumstances) -> str:
    """Where the fulfillment is whose goods have left."""
    there = order.fulfillment
    if there is None or there.status != "DELIVERED":
        return "SHIPPED"
    state = comebacks(order, around).state
    is_over = arrived(order, there).at + around.return_window <= around.at
    return "COMPLETED" if state == "DELIVERED" and is_over else state


def over(order: Order, around: Circumstances) -> Standing:
    """It ended early. What was cleared before takes its fulfillment with it, and what had expired here stays so."""
    is_lapsed, is_begun = order.workflow_state == EXPIRED, around.is_begun or was_cleared(order)
    has_expired = around.here is not None and around.here.sale == "EXPIRED"
    return Standing(
        ends=Ends(
            quotation=AGREED,
            sale="EXPIRED" if has_expired or (is_lapsed and not is_begun and lapses(order, around)) else "CANCELLED",
            fulfillment="CANCELLED" if is_begun else None,
        ),
        by="workflow" if is_lapsed else "status",
        why="Its workflow let it expire." if is_lapsed else "It was cancelled, and nothing of it has left.",
    )


def lapses(order: Order, around: Circumstances) -> bool:
    """Whether ours would have let it expire: no money came or is announced, and its time was over."""
    is_awaited = any(payment.status in {"CONFIRMED", "PENDING"} for payment in coming(order))
    life = around.sale_life
    is_overdue = life is not None and ended(order).at >= agreed(order).at + life
    return is_overdue and not is_awaited and order.total > 0


def was_cleared(order: Order) -> bool:
    """Whether it was paid for when it ended."""
    end = max(ended(order).at, agreed(order).at)
    came = sum(each.amount for each in coming(order) if each.status == "CONFIRMED" and each.received_at <= end)
    return came >= order.total


def waiting(order: Order, around: Circumstances) -> Standing:
    """Nothing clears it: it stands where its money puts it, and no fulfillment is begun; one that was is held."""
    is_held = around.is_begun or count(order).came >= order.total
    return Standing(
        ends=Ends(quotation=AGREED, sale=by_money(order), fulfillment="ON_HOLD" if is_held else None),
        by="evidence",
        why="What came is less than its total, and nothing else clears it.",
    )


def by_money(order: Order) -> str:
    statuses = {payment.status for payment in coming(order)}
    if is_asking(order):
        return "OVERRIDE_REVIEW"
    if statuses & {"CONFIRMED", "PENDING"}:
        return "PAYMENT_PENDING_CONFIRMATION"
    return "PAYMENT_FAILED" if "FAILED" in statuses else "AWAITING_PAYMENT_METHOD"


def is_asking(order: Order) -> bool:
    """Whether an override of it waits for its decision."""
    kept = read_context(order.workflow_context).overrides
    return any(each.status in UNDECIDED for each in kept) and count(order).came < order.total


def cleared(order: Order, clearance: Clearance, around: Circumstances) -> Standing:
    return Standing(
        ends=Ends(quotation=AGREED, sale=CLEARED, fulfillment=prepared(order)),
        by="workflow" if clearance == "OVERRIDE" else "evidence",
        why=f"Nothing of it has left; {reason(order, clearance, around)}.",
        clearance=clearance,
    )


def reason(order: Order, clearance: Clearance, around: Circumstances) -> str:
    if clearance == "OVERRIDE" and override_of(order, count(order), around) is None:
        return COVERED
    return REASONS[clearance]


def prepared(order: Order) -> str:
    """Where the fulfillment is of what may leave, and has not: on hold where the rows say that it was to be, or is."""
    there = order.fulfillment
    if there is None or there.status == "CANCELLED":
        return "ON_HOLD" if there or order.status == "FULFILLED" else "PICK_PACK"
    if there.type == "PICKUP":
        return "PICK_PACK" if there.status == "PENDING" else "READY_FOR_SHIPMENT"
    if there.status == "PENDING":
        return "AWAITING_RIDER_SELECTION" if there.interests and destination(order).is_whole else "PICK_PACK"
    return "RIDER_ASSIGNED" if there.rider or has_taken_offer(there) else "READY_FOR_SHIPMENT"


def denied_of(order: Order) -> tuple[OverrideKept, ...]:
    """The overrides that were declined."""
    return tuple(each for each in read_context(order.workflow_context).overrides if each.status == "DENIED")


def is_over(sale: str | None) -> bool:
    """Whether a sale ended early."""
    return sale in {"CANCELLED", "EXPIRED"}
