"""Whatever happens to a machine, in whatever order, its context stays true and its effects add up."""

from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws.walks import BEGIN, IDS, Walk

from orderway.fulfillment.context import FulfillmentContext, FulfillmentFacts, Interest
from orderway.fulfillment.effects import CommitStock, ReleaseStock, TakeBackStock, TellSale
from orderway.fulfillment.interests.machine import RIDER_INTEREST, RiderInterestContext, RiderInterestFacts
from orderway.fulfillment.machine import FULFILLMENT
from orderway.quotation.context import OpenSale, QuotationContext, QuotationFacts
from orderway.quotation.machine import QUOTATION
from orderway.sale.context import CreditFacts, SaleContext, SaleFacts
from orderway.sale.effects import HoldFulfillment, OweBuyer, OweOnCredit, RecordEarned, StartFulfillment
from orderway.sale.guards import clear_to_fulfill
from orderway.sale.machine import SALE
from orderway.sale.overrides.machine import (
    OVERRIDE_REQUEST,
    Denied,
    Granted,
    OverrideRequestContext,
    OverrideRequestFacts,
    Revoked,
)
from orderway.sale.payments.context import PaymentContext, PaymentFacts
from orderway.sale.payments.events import Captured, PaidOut, Restored, Reversed
from orderway.sale.payments.machine import PAYMENT

LATER = BEGIN + timedelta(days=20)
PERSON = "person:two"
SALE_FACTS = SaleFacts(BEGIN, PERSON, expiry_minutes=1440, credit=CreditFacts("GOLD", 600, 0, 9000))
FULFILLMENT_FACTS = FulfillmentFacts(
    BEGIN,
    PERSON,
    all_held=True,
    interest=Interest(IDS[0], IDS[0], 800, is_active=True),
    covering=IDS[0],
    sale_cleared=True,
    new_pin_hash="hash",
    pin_matches=True,
    returnable=True,
    refundable=1000,
)

walking = settings(max_examples=300)
dice = st.integers(0, 2**32).map(Random)


def level(entries: list[Any]) -> int:
    """What a ledger holds after the levels that were told."""
    return entries[-1].amount if entries else 0


def judge_sale(walk: Walk, facts: SaleFacts) -> None:
    state, sale = walk.steps[-1].snapshot.state, walk.steps[-1].snapshot.context
    is_cleared, is_uncleared = (SALE.is_in(state, each) for each in ("CLEARED", "UNCLEARED"))
    assert sale.captured_total >= sale.refunded_total + sale.reversed_total
    assert sale.refunded_total >= 0 <= sale.reversed_total
    assert sale.allowance >= 0
    assert sale.grand_total >= sale.returned_total >= 0
    assert sale.exposed == (sale.outstanding if is_cleared else 0)
    assert level(walk.told(OweOnCredit)) == sale.exposed
    kept = sale.captured_total - sale.reversed_total
    owed = kept if state in ("CANCELLED", "EXPIRED") else sale.refunded_total + sale.surplus
    levels = [effect.amount for effect in walk.told(OweBuyer)]
    assert (levels[-1] if levels else 0) == owed
    assert levels == sorted(levels) or any(effect.why == "reversed" for effect in walk.told(OweBuyer))
    assert len(walk.told(RecordEarned)) == (state == "COMPLETED")
    going = len(walk.told(StartFulfillment)) - len(walk.told(HoldFulfillment))
    assert going == (sale.cleared_at is not None)
    assert (sale.cleared_at is None) == (sale.cleared_by is None)
    assert (sale.review is not None) == sale.is_asking == (state == "OVERRIDE_REVIEW")
    assert sale.expires_at is None or (is_uncleared and sale.paid == 0)
    assert not is_uncleared or not clear_to_fulfill(sale, None, facts)
    assert state != "COMPLETED" or sale.paid + sale.written_off >= sale.worth


@walking
@given(dice, st.sampled_from([0, 1000]))
def test_the_money_of_a_sale_adds_up(dice: Random, total: int):
    Walk(SALE, SALE_FACTS, dice).go(SaleContext(grand_total=total, currency="NGN"), judge_sale)


def judge_goods(walk: Walk, _facts: FulfillmentFacts) -> None:
    state, fulfillment = walk.steps[-1].snapshot.state, walk.steps[-1].snapshot.context
    gone, freed, back = (len(walk.told(kind)) for kind in (CommitStock, ReleaseStock, TakeBackStock))
    assert gone <= 1
    assert gone or state not in (
        "SHIPPED",
        "DELIVERED",
        "RETURN_REQUESTED",
        "RETURN_ACCEPTED",
        "RETURN_RECEIVED",
        "REFUNDED",
    )
    assert freed + back == (state in ("CANCELLED", "FAILED"))
    assert not (gone and freed), "What has left can not be released."
    assert back <= gone
    rests = [effect.event for effect in walk.told(TellSale) if effect.event != "FULFILLMENT_REFUNDED"]
    assert len(rests) == (state in ("COMPLETED", "CANCELLED", "FAILED"))
    assert 0 <= fulfillment.pin_tries <= 5
    assert not fulfillment.return_lines or state in ("RETURN_REQUESTED", "RETURN_ACCEPTED", "RETURN_RECEIVED")
    assert fulfillment.rider is None or state != "AWAITING_RIDER_SELECTION"
    assert not fulfillment.missing or state in ("BACKORDERED", "ON_HOLD", "CANCELLED", "FAILED")
    assert fulfillment.rider is None or fulfillment.type == "DELIVERY"
    assert fulfillment.type == "DELIVERY" or state not in ("SHIPPED", "AWAITING_RIDER_SELECTION", "RIDER_ASSIGNED")
    if state == "DELIVERED":
        assert fulfillment.pin_hash is None
        assert fulfillment.return_until is not None


@walking
@given(dice, st.sampled_from(["DELIVERY", "PICKUP", "SERVICE"]))
def test_the_goods_of_a_fulfillment_are_somewhere(dice: Random, kind: Any):
    Walk(FULFILLMENT, FULFILLMENT_FACTS, dice).go(FulfillmentContext(type=kind, currency="NGN"), judge_goods)


def judge_agreement(walk: Walk, _facts: QuotationFacts) -> None:
    state, quotation = walk.steps[-1].snapshot.state, walk.steps[-1].snapshot.context
    approved = quotation.buyer_approved_by, quotation.seller_approved_by
    assert len(walk.told(OpenSale)) == (state == "MUTUALLY_APPROVED")
    assert state != "MUTUALLY_APPROVED" or None not in approved
    assert state not in ("DRAFT", "IN_REVIEW", "REVISED") or approved == (None, None)
    versions = [step.snapshot.context.version for step in walk.steps]
    assert versions == sorted(versions)


@walking
@given(dice)
def test_a_quotation_is_agreed_by_both_or_by_nobody(dice: Random):
    born = QuotationContext(currency="NGN", line_count=1, valid_until=LATER)
    Walk(QUOTATION, QuotationFacts(BEGIN, PERSON), dice).go(born, judge_agreement)


def judge_payment(walk: Walk, _facts: PaymentFacts) -> None:
    state, payment = walk.steps[-1].snapshot.state, walk.steps[-1].snapshot.context
    confirmed = [step.snapshot.context.amount for step in walk.steps if step.snapshot.context.confirmed_at]
    assert set(confirmed) <= {payment.amount}
    assert min(payment.refunded, payment.reversed, payment.left) >= 0
    assert sum(effect.amount for effect in walk.told(PaidOut)) == payment.refunded
    taken, restored = (sum(effect.amount for effect in walk.told(kind)) for kind in (Reversed, Restored))
    assert taken - restored == payment.reversed
    captured = 0 if state in ("PENDING", "FAILED") else payment.amount
    assert sum(effect.amount for effect in walk.told(Captured)) == captured
    assert state not in ("REFUNDED", "REVERSED") or payment.left == 0
    assert state not in ("CONFIRMED", "PARTIALLY_REFUNDED") or (state == "CONFIRMED") == (payment.refunded == 0)


@walking
@given(dice, st.sampled_from([0, 1000]))
def test_a_payment_is_captured_once_and_never_paid_back_twice(dice: Random, amount: int):
    born = PaymentContext(amount, "NGN", method="CARD", provider="bank", reference="A-1", buyer_kind="CONSUMER")
    Walk(PAYMENT, PaymentFacts(BEGIN, PERSON, owed=1000), dice).go(born, judge_payment)


def judge_decision(walk: Walk, _facts: OverrideRequestFacts) -> None:
    state, request = walk.steps[-1].snapshot.state, walk.steps[-1].snapshot.context
    assert request.decided_by != request.requested_by
    assert len(walk.told(Granted)) + len(walk.told(Denied)) == (state != "PENDING")
    assert len(walk.told(Revoked)) == (state == "REVOKED")


@walking
@given(dice)
def test_nobody_decides_what_they_asked_for(dice: Random):
    born = OverrideRequestContext("ADMIN", "A good customer", 1000, "NGN", requested_by="person:one")
    Walk(OVERRIDE_REQUEST, OverrideRequestFacts(BEGIN, PERSON), dice).go(born, judge_decision)


def judge_offer(walk: Walk, _facts: RiderInterestFacts) -> None:
    interest = walk.steps[-1].snapshot.context
    assert interest.proposed_cost > 0
    assert interest.eta_minutes >= 0
    assert interest.offered_at is not None
    assert interest.expires_at is None or interest.expires_at > interest.offered_at


@walking
@given(dice)
def test_an_offer_always_asks_for_something(dice: Random):
    born = RiderInterestContext(IDS[0], IDS[1], proposed_cost=800, currency="NGN", eta_minutes=15)
    Walk(RIDER_INTEREST, RiderInterestFacts(BEGIN, PERSON, is_sought=True, is_covered=True), dice).go(born, judge_offer)
