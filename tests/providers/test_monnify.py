"""Monnify's signature, and what its events say in our words."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from tests.providers.bodies import MONNIFY_PAID, MONNIFY_REFUND, MONNIFY_REJECTED, sent

from orderway.providers.monnify import Monnify
from orderway.providers.provider import News, NoSecret, SignatureRefused

NOW = datetime(2026, 1, 31, tzinfo=UTC)
BODY = b'{"eventType":"SUCCESSFUL_TRANSACTION","eventData":{"amountPaid":100}}'
# openssl dgst -sha512 -hmac client-secret
SIGNATURE = (
    "b9589fd2be2e2f40b164bbe65e558302993cda2cf0de5d766e1f5f3a43fb5146"
    "40c8fcba3b7bf2d37662d3beafd50c34d6d0d79163fb02c3ca09b8448305bc00"
)


def verify(body: bytes = BODY, signature: str = SIGNATURE, secrets: tuple[str, ...] = ("client-secret",)) -> None:
    Monnify().verify(body, {"monnify-signature": signature}, secrets=secrets, now=NOW)


def read(body: bytes) -> News:
    return Monnify().read(body, {})


@pytest.mark.parametrize("secrets", [("client-secret",), ("old", "client-secret"), ("client-secret", "new")])
def test_a_request_signed_with_a_secret_is_taken(secrets: tuple[str, ...]):
    verify(secrets=secrets)


def test_any_other_byte_of_the_body_is_refused():
    for place in range(len(BODY)):
        with pytest.raises(SignatureRefused):
            verify(BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :])


@pytest.mark.parametrize("signature", ["", SIGNATURE[:-1], SIGNATURE[:-1] + "1", SIGNATURE.upper(), "é" * 128])
def test_another_signature_is_refused(signature: str):
    with pytest.raises(SignatureRefused):
        verify(signature=signature)


def test_another_secret_is_refused():
    with pytest.raises(SignatureRefused, match="Compare ORDERWAY_WEBHOOK_SECRET_MONNIFY with the secret"):
        verify(secrets=("client-secres",))


def test_no_secret_is_refused():
    with pytest.raises(NoSecret, match="Set ORDERWAY_WEBHOOK_SECRET_MONNIFY"):
        verify(secrets=())


def test_what_was_paid():
    assert read(sent(MONNIFY_PAID)) == News(
        event_id="SUCCESSFUL_TRANSACTION:MNFY|04|20211117112842|000170",
        kind="captured",
        transaction="MNFY|04|20211117112842|000170",
        reference="OW-PAY-17",
        order_ref="OW-2026-00017",
        amount=300010,
        currency="NGN",
        method="TRANSFER",
        occurred_at=None,  # paidOn has no zone
    )


@pytest.mark.parametrize(
    ("name", "method"),
    [("CARD", "CARD"), ("CASH", "CASH"), ("PHONE_NUMBER", "WALLET"), ("DIRECT_DEBIT", "BANK"), (None, "TRANSFER")],
)
def test_the_method(name: str | None, method: str):
    assert read(sent(MONNIFY_PAID, "eventData", paymentMethod=name)).method == method


def test_the_reference_stands_for_an_order_that_is_not_named():
    assert read(sent(MONNIFY_PAID, "eventData", metaData={})).order_ref == "OW-PAY-17"


def test_a_payment_that_was_sent_back_by_the_bank_failed():
    assert read(sent(MONNIFY_REJECTED)) == News(
        event_id="REJECTED_PAYMENT:MNFY|85|20230626175354|041855",
        kind="failed",
        transaction="MNFY|85|20230626175354|041855",
        reference="MNFY|PAYREF|1687798434397393735",
        order_ref="MNFY|PAYREF|1687798434397393735",
        method="TRANSFER",
        reason="UNDER_PAYMENT",
    )


def test_a_transaction_that_failed():
    assert read(sent({**MONNIFY_PAID, "eventType": "FAILED_TRANSACTION"})).kind == "failed"


def test_a_refund_names_its_transaction_and_no_currency():
    assert read(sent(MONNIFY_REFUND)) == News(
        event_id="SUCCESSFUL_REFUND:ref001",
        kind="refunded",
        transaction="MNFY|04|20211117112842|000170",
        subject="ref001",
        major=Decimal("10.25"),
        reason="defective goods",
    )


def test_a_refund_that_failed():
    news = read(sent({**MONNIFY_REFUND, "eventType": "FAILED_REFUND"}))
    assert (news.event_id, news.kind, news.subject) == ("FAILED_REFUND:ref001", "refund_failed", "ref001")


@pytest.mark.parametrize("event", ["SUCCESSFUL_DISBURSEMENT", "SETTLEMENT", "MANDATE_UPDATE", "LOW_BALANCE_ALERT"])
def test_other_events_change_nothing_and_are_told_apart_by_their_bodies(event: str):
    one, same, another = (
        read(sent({"eventType": event, "eventData": data})) for data in ({"a": 1}, {"a": 1}, {"a": 2})
    )
    assert one.kind == "other"
    assert one.event_id == same.event_id != another.event_id
