"""Whatever the predecessor's rows say: nothing is cleared without a reason, and the machines take every move."""

from datetime import datetime

from hypothesis import Phase, given, settings
from tests.legacy.predecessor.orders import any_circumstances, any_order
from tests.legacy.predecessor.road import Road

from orderway.legacy.predecessor.circumstances import Circumstances
from orderway.legacy.predecessor.comebacks import comebacks
from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.judge import Verdict, judge
from orderway.legacy.predecessor.moments import WRITTEN
from orderway.legacy.predecessor.moves_on_the_way import PayRider, RaiseEarning
from orderway.legacy.predecessor.plan import plan

CLEARED = {"CLEARED_FOR_FULFILLMENT", "AWAITING_SETTLEMENT", "COMPLETED", "REFUNDED"}


def is_supported(order: Order, verdict: Verdict, around: Circumstances) -> bool:
    """Whether the order's rows give the reason for which it is cleared."""
    there = order.fulfillment
    match verdict.clearance:
        case "PAID":
            return max(0, verdict.captured) + comebacks(order, around).refunded >= verdict.total
        case "CREDIT":
            return order.type == "RESELLER" and verdict.outstanding <= around.free_credit
        case "OVERRIDE":
            return "APPROVED" in (order.workflow_context or "")
        case "GONE":
            return there is not None and there.status in {"IN_TRANSIT", "DELIVERED"} and bool(verdict.review)
    return False


@settings(max_examples=150, phases=(Phase.explicit, Phase.reuse, Phase.generate))  # shrinking takes minutes
@given(order=any_order, around=any_circumstances)
def test_what_is_cleared_has_its_reason_and_all_moves_are_taken(order: Order, around: Circumstances):
    verdict = judge(order, around)
    assert verdict.total - verdict.captured == verdict.outstanding - verdict.overpaid
    assert min(verdict.outstanding, verdict.overpaid) == 0
    assert (verdict.state in CLEARED) == is_supported(order, verdict, around) == (verdict.clearance is not None)
    assert 0.1 <= verdict.confidence <= 1.0
    planned = plan(order, verdict, around)
    assert Road(around).play(planned) == verdict.ends
    latest = datetime.min.replace(tzinfo=around.at.tzinfo)
    for move in planned.moves:
        if isinstance(move, PayRider | RaiseEarning):
            continue  # entries of a ledger, with the times of their payments
        assert move.at >= latest or (move.confidence or 0) >= WRITTEN, move
        latest = max(latest, move.at)
