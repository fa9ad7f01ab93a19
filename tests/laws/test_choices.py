"""What a machine says can be done is what it then does: for every state that a walk comes to, with any facts."""

from dataclasses import fields
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws.test_walks import FULFILLMENT_FACTS, PERSON, SALE_FACTS
from tests.laws.walks import BEGIN, IDS, Walk, a_value, an_event

from orderway.fulfillment.context import FulfillmentContext
from orderway.fulfillment.interests.machine import RiderInterestContext, RiderInterestFacts
from orderway.machines import CHARTS
from orderway.quotation.context import QuotationContext, QuotationFacts
from orderway.sale.context import SaleContext
from orderway.sale.overrides.machine import OverrideRequestContext, OverrideRequestFacts
from orderway.sale.payments.context import PaymentContext, PaymentFacts
from orderway.statechart import Chart, Refusal, Snapshot, decide
from orderway.statechart.explain import Choice, blank, choice
from orderway.statechart.guards import Reason, judged
from orderway.statechart.step import is_meant, takes

OPEN: dict[str, Any] = {
    "sale": SALE_FACTS,
    "fulfillment": FULFILLMENT_FACTS,
    "quotation": QuotationFacts(BEGIN, PERSON),
    "payment": PaymentFacts(BEGIN, PERSON, owed=1000, on_account=1000),
    "rider_interest": RiderInterestFacts(BEGIN, PERSON, is_sought=True, is_covered=True),
    "override_request": OverrideRequestFacts(BEGIN, PERSON),
}
"""Facts under which most doors are open."""


def born(name: str, dice: Random) -> Any:
    """A context that a thing of the machine may be born with."""
    match name:
        case "sale":
            return SaleContext(grand_total=dice.choice([0, 1000]), currency="NGN")
        case "fulfillment":
            return FulfillmentContext(dice.choice(["PICKUP", "DELIVERY", "SERVICE"]), "NGN")
        case "quotation":
            return QuotationContext(currency="NGN", total=1000, line_count=dice.choice([0, 1]), valid_until=BEGIN)
        case "payment":
            return PaymentContext(
                amount=1000, currency="NGN", method="CASH", provider="till", reference="1", buyer_kind="CONSUMER"
            )
        case "rider_interest":
            return RiderInterestContext(IDS[0], IDS[1], 700, "NGN", 20, "")
    return OverrideRequestContext(
        kind=dice.choice(["ADMIN", "CREDIT_LIMIT"]), reason="Why.", amount=500, currency="NGN", requested_by=PERSON
    )


def leaves(reasons: tuple[Reason, ...]) -> set[str]:
    return {reason.guard for reason in reasons}


def depends(chart: Chart, snapshot: Snapshot, name: str, facts: Any) -> bool:
    """Whether the answer hangs on what is filled in."""
    rows = [row for row in chart.leaf(snapshot.state).on[name] if is_meant(row, snapshot)]
    guards = [row.transition.guard for row in rows if row.transition.guard]
    event = blank(chart.events[name])
    return any(judged(guard, snapshot.context, event, facts) is None for guard in guards)


def compare(chart: Chart, snapshot: Snapshot, told: Choice, facts: Any, dice: Random) -> str:
    """Hold what was told of an event against what comes of it with some payload; gives what it was."""
    kind: Any = chart.events[told.event]
    answer = decide(chart, snapshot, an_event(kind, dice), facts)
    if not told.is_enabled:
        assert isinstance(answer, Refusal), f"{told.event} was said to be closed, and it was done."
        assert leaves(told.reasons) <= leaves(answer.reasons)
        assert fields(kind) or told.reasons == answer.reasons
        return "closed"
    if depends(chart, snapshot, told.event, facts):
        return "hangs on the payload"
    assert not isinstance(answer, Refusal), f"{told.event} was said to be open: {answer}"
    assert not told.reasons
    return "open"


@pytest.mark.parametrize("name", sorted(CHARTS))
def test_what_is_said_of_an_event_is_what_comes_of_it(name: str):
    chart = CHARTS[name]
    seen: set[str] = set()

    @settings(max_examples=150)
    @given(st.integers(0, 2**32).map(Random))
    def walk(dice: Random) -> None:
        def judge(walked: Walk, _facts: Any) -> None:
            snapshot = walked.steps[-1].snapshot
            for facts in (walked.facts(), a_value(chart.facts, dice)):
                for event in takes(chart, snapshot):
                    seen.add(compare(chart, snapshot, choice(chart, snapshot, event, facts), facts, dice))

        Walk(chart, OPEN[name], dice).go(born(name, dice), judge)

    walk()
    assert "open" in seen
    assert "closed" in seen or name == "payment"
