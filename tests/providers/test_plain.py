"""The plain form: one flat object, proven by whichever provider's signature the sender uses."""

from datetime import UTC, datetime

import pytest
from tests.providers.bodies import PLAIN, sent, sent_without

from orderway.providers import plain
from orderway.providers.provider import BodyBroken, News
from orderway.providers.registry import PROVIDERS

SIGNED = {"x-paystack-signature": "signature"}


def read(body: bytes) -> News:
    return plain.read(body, SIGNED, provider=PROVIDERS["paystack"])


def test_a_payment():
    assert read(sent(PLAIN)) == News(
        event_id="plain:e-1",
        kind="captured",
        reference="PAY-17",
        order_ref="OW-2026-00017",
        amount=1250,
        currency="NGN",
        method="CASH",
        occurred_at=datetime(2026, 1, 31, 12, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "status",
    [
        "captured",
        "failed",
        "authorized",
        "pending",
        "refunded",
        "refund_failed",
        "disputed",
        "dispute_won",
        "dispute_lost",
    ],
)
def test_every_status(status: str):
    assert read(sent(PLAIN, status=status)).kind == status


@pytest.mark.parametrize("status", ["other", "paid", "CAPTURED", "1"])
def test_a_status_of_another_name_is_refused(status: str):
    with pytest.raises(BodyBroken, match="The status in the body is none of: captured, failed, authorized, pending, "):
        read(sent(PLAIN, status=status))


@pytest.mark.parametrize("method", ["CASH", "CARD", "TRANSFER", "BANK", "WALLET", "MIXED"])
def test_every_method(method: str):
    assert read(sent(PLAIN, method=method)).method == method


@pytest.mark.parametrize("method", ["cash", "CHEQUE", "INVOICE"])
def test_a_method_of_another_name_is_refused(method: str):
    with pytest.raises(BodyBroken, match="The method in the body is none of: CASH, CARD, "):
        read(sent(PLAIN, method=method))


@pytest.mark.parametrize(("field", "default"), [("method", "CARD"), ("order", "PAY-17")])
def test_what_may_be_left_out(field: str, default: str):
    news = read(sent_without(PLAIN, field))
    assert default in (news.method, news.order_ref)


@pytest.mark.parametrize("field", ["eventId", "status", "reference", "amount", "currency"])
def test_what_may_not_be_left_out(field: str):
    with pytest.raises(BodyBroken, match=r"The body has no|in the body is"):
        read(sent_without(PLAIN, field))


def test_a_body_that_a_shared_word_came_with_is_not_proven():
    news = plain.read(sent(PLAIN), {"verif-hash": "word"}, provider=PROVIDERS["flutterwave"])
    assert news.needs_verification
