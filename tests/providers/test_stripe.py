"""What Stripe's events say in our words, and how its units become those of ISO 4217."""

from datetime import UTC, datetime

import pytest
from tests.providers.bodies import (
    STRIPE_CHARGE,
    STRIPE_DISPUTE,
    STRIPE_INTENT,
    STRIPE_REFUND,
    STRIPE_REFUNDED,
    sent,
)

from orderway.providers.provider import BodyBroken, News, SignatureRefused
from orderway.providers.stripe import Stripe, stripe_units

CREATED = datetime(2024, 12, 31, 23, 59, 55, tzinfo=UTC)


def read(body: bytes) -> News:
    return Stripe().read(body, {})


def test_an_intent_that_succeeded():
    assert read(sent(STRIPE_INTENT)) == News(
        event_id="evt_1",
        kind="captured",
        transaction="ch_1",
        reference="pi_1",
        order_ref="OW-2026-00017",
        amount=4000,
        currency="NGN",
        method="TRANSFER",
        occurred_at=CREATED,
    )


@pytest.mark.parametrize(
    ("type_", "kind", "amount"),
    [
        ("payment_intent.succeeded", "captured", 4000),
        ("payment_intent.amount_capturable_updated", "authorized", 4500),
        ("payment_intent.processing", "pending", 5000),
        ("payment_intent.partially_funded", "pending", 5000),
        ("payment_intent.payment_failed", "failed", 5000),
        ("payment_intent.canceled", "failed", 5000),
    ],
)
def test_the_states_of_an_intent(type_: str, kind: str, amount: int):
    news = read(
        sent(STRIPE_INTENT, "data", "object", amount_capturable=4500).replace(
            b"payment_intent.succeeded", type_.encode()
        )
    )
    assert (news.kind, news.amount, news.reference) == (kind, amount, "pi_1")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ({"code": "card_declined", "decline_code": "insufficient_funds"}, "insufficient_funds"),
        ({"code": "card_declined"}, "card_declined"),
        (None, "abandoned"),
    ],
)
def test_why_an_intent_failed(error: object, reason: str):
    body = sent(STRIPE_INTENT, "data", "object", last_payment_error=error, cancellation_reason="abandoned")
    assert read(body.replace(b"intent.succeeded", b"intent.payment_failed")).reason == reason


def test_an_intent_without_an_order_names_none():
    assert read(sent(STRIPE_INTENT, "data", "object", metadata={})).order_ref is None


def test_a_refund_of_nothing_that_is_named_is_refused():
    with pytest.raises(BodyBroken, match="neither a payment intent nor a charge"):
        read(sent(STRIPE_REFUND, "data", "object", charge=None, payment_intent=None))


def test_an_intent_is_known_by_its_event_and_not_by_what_it_calls_itself():
    assert read(sent(STRIPE_INTENT, "data", "object", object=None, latest_charge=None)).reference == "pi_1"


def test_an_intent_without_a_charge_is_its_own_transaction():
    assert read(sent(STRIPE_INTENT, "data", "object", latest_charge=None)).transaction == "pi_1"


@pytest.mark.parametrize(
    ("types", "method"),
    [(["card"], "CARD"), (["us_bank_account"], "BANK"), (["paypal"], "WALLET"), (["card", "link"], "CARD")],
)
def test_the_method(types: list[str], method: str):
    assert read(sent(STRIPE_INTENT, "data", "object", payment_method_types=types)).method == method


@pytest.mark.parametrize(
    ("type_", "captured", "kind"),
    [
        ("charge.succeeded", True, "captured"),
        ("charge.succeeded", False, "authorized"),
        ("charge.captured", True, "captured"),
        ("charge.pending", False, "pending"),
        ("charge.failed", False, "failed"),
        ("charge.expired", False, "failed"),
    ],
)
def test_a_charge_without_an_intent(type_: str, captured: object, kind: str):
    body = sent(STRIPE_CHARGE, "data", "object", captured=captured).replace(b"charge.succeeded", type_.encode())
    news = read(body)
    assert (news.kind, news.transaction, news.reference, news.amount) == (kind, "ch_2", "ch_2", 5000)


def test_a_charge_with_an_intent_is_told_by_the_intent():
    news = read(sent(STRIPE_CHARGE, "data", "object", payment_intent="pi_1"))
    assert (news.kind, news.amount) == ("other", None)


def test_a_refunded_charge_tells_what_came_to_it_and_all_so_far():
    news = read(sent(STRIPE_REFUNDED))
    assert (news.kind, news.amount, news.total) == ("refunded", 2000, 3000)
    assert (news.transaction, news.reference, news.subject) == ("ch_1", "pi_1", None)


def test_a_refunded_charge_that_does_not_tell_from_before_tells_all():
    news = read(sent(STRIPE_REFUNDED, "data", previous_attributes={}))
    assert (news.amount, news.total) == (3000, 3000)


def test_a_refunded_charge_of_which_less_is_paid_back_changes_nothing():
    news = read(sent(STRIPE_REFUNDED, "data", previous_attributes={"amount_refunded": 3000}))
    assert news.kind == "other"


@pytest.mark.parametrize(
    ("type_", "status", "kind"),
    [
        ("refund.created", "succeeded", "refunded"),
        ("refund.updated", "succeeded", "refunded"),
        ("charge.refund.updated", "succeeded", "refunded"),
        ("refund.created", "pending", "other"),
        ("refund.updated", "requires_action", "other"),
        ("refund.failed", "failed", "refund_failed"),
        ("refund.updated", "canceled", "refund_failed"),
    ],
)
def test_a_refund(type_: str, status: str, kind: str):
    body = sent(STRIPE_REFUND, "data", "object", status=status).replace(b'"refund.updated"', f'"{type_}"'.encode())
    assert read(body).kind == kind


def test_a_refund_names_itself_and_its_charge():
    news = read(sent(STRIPE_REFUND))
    assert (news.subject, news.transaction, news.reference, news.amount) == ("re_1", "ch_1", "pi_1", 2000)
    assert (news.total, news.reason) == (None, "requested_by_customer")


@pytest.mark.parametrize(
    ("type_", "status", "kind"),
    [
        ("created", "needs_response", "disputed"),
        ("created", "warning_needs_response", "other"),
        ("funds_withdrawn", "needs_response", "disputed"),
        ("updated", "under_review", "other"),
        ("funds_reinstated", "won", "dispute_won"),
        ("closed", "won", "dispute_won"),
        ("closed", "lost", "dispute_lost"),
        ("closed", "warning_closed", "other"),
    ],
)
def test_a_dispute(type_: str, status: str, kind: str):
    body = sent(STRIPE_DISPUTE, "data", "object", status=status)
    news = read(body.replace(b"dispute.created", f"dispute.{type_}".encode()))
    assert news.kind == kind
    assert news.subject == (None if kind == "other" else "du_1")
    assert news.amount == (None if kind == "other" else 5000)


@pytest.mark.parametrize(
    ("units", "currency", "minor"),
    [
        (1000, "USD", 1000),
        (10, "JPY", 10),
        (500, "XOF", 500),
        (500, "ISK", 5),
        (500, "UGX", 5),
        (7, "MGA", 700),
        (1045, "HUF", 1045),
        (80045, "TWD", 80045),
        (5120, "KWD", 5120),
        (10, "BHD", 10),
    ],
)
def test_units_of_stripe(units: int, currency: str, minor: int):
    assert stripe_units(units, currency) == minor


@pytest.mark.parametrize(("units", "currency"), [(550, "ISK"), (501, "UGX")])
def test_half_a_whole_unit_is_refused(units: int, currency: str):
    with pytest.raises(BodyBroken, match=f"finer than {currency}"):
        stripe_units(units, currency)


@pytest.mark.parametrize("currency", ["CLF", "IQD", "LYD", "UYI"])
def test_a_currency_that_stripe_counts_in_a_way_it_does_not_tell_is_refused(currency: str):
    with pytest.raises(BodyBroken, match=f"does not say how it counts {currency}"):
        stripe_units(100, currency)


@pytest.mark.parametrize("amount", ["5000", 50.5, 5000.0, True, None, [5000]])
def test_an_amount_that_is_no_whole_number_is_refused(amount: object):
    with pytest.raises(BodyBroken, match="amount in the body"):
        read(sent(STRIPE_INTENT, "data", "object", amount_received=amount))


@pytest.mark.parametrize(
    "header", ["v1=00", "t=1,t=2,v1=00", "t=1735689600", "t=1735689600;v1=00", ",,,", "t", "t=,v1=", "t=x,v1=00"]
)
def test_a_header_of_another_form_is_refused(header: str):
    with pytest.raises(SignatureRefused):
        Stripe().verify(b"{}", {"stripe-signature": header}, secrets=["s"], now=CREATED)
