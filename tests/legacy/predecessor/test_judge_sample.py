"""The sample is judged as it was counted: money, flags and opinions of each order; and the machines take its plans."""

from collections import Counter

import pytest
from tests.legacy.predecessor.road import Road
from tests.legacy.predecessor.sample import FOLDER, expected
from tests.legacy.predecessor.test_plan_any import CLEARED, is_supported

from orderway.legacy.predecessor.circumstances import Circumstances
from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.judge import Verdict, judge
from orderway.legacy.predecessor.opinions import opinions
from orderway.legacy.predecessor.plan import plan
from orderway.legacy.predecessor.read import orders
from orderway.legacy.predecessor.report import Check, compare, find_expected
from orderway.legacy.predecessor.source import Source

OLD = {"CLEARED_FOR_FULFILMENT": CLEARED, "QUOTATION_DRAFT": {"DRAFT"}}
"""What words of the evidence come to here; the others are the same."""


@pytest.fixture
async def found(legacy: Source) -> list[Order]:
    return [order async for batch in orders(legacy) for order in batch]


async def test_each_order_of_the_sample_is_judged_as_it_was_counted(found: list[Order]):
    around = Circumstances(at=max(order.stood for order in found))
    verdicts = [judge(order, around) for order in found]
    checks = compare(verdicts, find_expected(FOLDER) or ())
    assert [check for check in checks if not check.agrees] == []
    assert Check(what="captured", ours=26_498_759, expected=26_498_759) in checks
    counted = expected()
    for order, verdict in zip(found, verdicts, strict=True):
        said, row = opinions(order), counted[order.id]
        assert (said.stored, said.status, said.evidence, said.stored_fulfillment, said.status_fulfillment) == (
            row["stored_state"], row["status_state"], row["evidence_state"],
            row["stored_fulfilment_state"], row["status_fulfilment_state"],
        ), order.id  # fmt: skip
        assert (verdict.state in CLEARED) == is_supported(order, verdict, around), order.id
    assert Counter(verdict.clearance for verdict in verdicts) == {"PAID": 1454, "GONE": 97, "OVERRIDE": 10, None: 439}
    assert differing(verdicts) == {
        ("CLEARED_FOR_FULFILMENT", "not released, for nothing clears it"): 142,
        ("CANCELLED", "its goods have left"): 36,
        ("CANCELLED", "expired"): 8,
        ("PAYMENT_PENDING_CONFIRMATION", "an override covers it"): 10,
    }


def differing(verdicts: list[Verdict]) -> Counter[tuple[str, str]]:
    """Where an order is put elsewhere than its evidence alone says, and why."""
    counted, found = expected(), Counter[tuple[str, str]]()
    for verdict in verdicts:
        evidence = counted[verdict.order_id]["evidence_state"]
        if verdict.state in OLD.get(evidence, {evidence}):
            continue
        why = "not released, for nothing clears it"
        if verdict.state in CLEARED:
            why = "an override covers it" if verdict.clearance == "OVERRIDE" else "its goods have left"
        found[evidence, "expired" if verdict.state == "EXPIRED" else why] += 1
    return found


async def test_the_machines_take_every_move_of_the_sample(found: list[Order]):
    around = Circumstances(at=max(order.stood for order in found), free_credit=10_000)
    for order in found:
        verdict = judge(order, around)
        assert Road(around).play(plan(order, verdict, around)) == verdict.ends, order.id
