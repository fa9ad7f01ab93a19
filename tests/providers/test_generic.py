"""Standard Webhooks by its published vectors, and the form that any sender may use for its body."""

from datetime import UTC, datetime

import pytest
from tests.providers.bodies import GENERIC, sent

from orderway.providers.generic import Generic
from orderway.providers.provider import BodyBroken, News, NoSecret, SignatureRefused, TimestampRefused

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": SIGNATURE,
}
NOW = datetime.fromtimestamp(1_614_265_330, UTC)


def verify(headers: dict[str, str] | None = None, secret: str = SECRET, now: datetime = NOW) -> None:
    Generic().verify(BODY, HEADERS | (headers or {}), secrets=(secret,), now=now)


def read(body: bytes) -> News:
    return Generic().read(body, HEADERS)


@pytest.mark.parametrize(
    ("secret", "id", "timestamp", "body", "signature"),
    [
        (SECRET, HEADERS["webhook-id"], "1614265330", BODY, SIGNATURE),
        (
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
            "1649367553",
            b'{"email":"test@example.com","username":"test_user"}',
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
        ),
    ],
)
def test_the_published_vectors_are_taken(secret: str, id: str, timestamp: str, body: bytes, signature: str):
    headers = {"webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature}
    Generic().verify(body, headers, secrets=(secret,), now=datetime.fromtimestamp(int(timestamp), UTC))


@pytest.mark.parametrize(
    "signatures",
    [
        f"v1,AAAA {SIGNATURE}",
        f"{SIGNATURE} v1,AAAA",
        f"v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== {SIGNATURE}",
        f"v2,x {SIGNATURE} v1,",
    ],
)
def test_one_right_signature_of_several_is_enough(signatures: str):
    verify({"webhook-signature": signatures})


@pytest.mark.parametrize(
    "signatures", [SIGNATURE.removeprefix("v1,"), SIGNATURE.replace("v1", "v2"), f"{SIGNATURE},{SIGNATURE}", "v1,"]
)
def test_no_right_signature_is_refused(signatures: str):
    with pytest.raises(SignatureRefused):
        verify({"webhook-signature": signatures})


@pytest.mark.parametrize("name", list(HEADERS))
def test_each_header_is_needed(name: str):
    with pytest.raises(SignatureRefused, match=f"has no header {name}"):
        verify({name: ""})


def test_the_id_is_signed():
    with pytest.raises(SignatureRefused):
        verify({"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJeK"})


def test_an_old_request_is_refused_though_its_signature_is_right():
    with pytest.raises(TimestampRefused, match="301 seconds away"):
        verify(now=datetime.fromtimestamp(1_614_265_631, UTC))


def test_the_prefix_of_a_secret_may_be_left_out():
    verify(secret=SECRET.removeprefix("whsec_"))


@pytest.mark.parametrize("secret", ["whsec_", "whsec_not base64!", "whsec_ä", "abc"])
def test_a_secret_that_is_not_base64_is_said_to_be_wrong_without_being_told(secret: str):
    with pytest.raises(NoSecret) as refused:
        verify(secret=secret)
    assert str(refused.value) == (
        "A secret of Standard Webhooks is Base64 after whsec_, and one that is set is not. "
        "Correct ORDERWAY_WEBHOOK_SECRET_GENERIC and start again."
    )


def test_a_payment():
    assert read(sent(GENERIC)) == News(
        event_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        kind="captured",
        transaction="T-1",
        reference="PAY-17",
        order_ref="OW-2026-00017",
        amount=1250,
        currency="NGN",
        method="TRANSFER",
        occurred_at=datetime(2026, 1, 31, 12, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "status",
    ["failed", "authorized", "pending", "refunded", "refund_failed", "disputed", "dispute_won", "dispute_lost"],
)
def test_every_other_type_of_payment(status: str):
    body = sent({**GENERIC, "type": f"payment.{status}"}, "data", subject="S-1", reason="As agreed.")
    news = read(body)
    assert (news.kind, news.subject, news.reason) == (status, "S-1", "As agreed.")


@pytest.mark.parametrize("type_", ["payment.other", "payment.", "order.sale.cleared", "captured", None])
def test_events_of_other_types_change_nothing(type_: str | None):
    news = read(sent({**GENERIC, "type": type_}))
    assert (news.kind, news.order_ref, news.amount) == ("other", "OW-2026-00017", None)


@pytest.mark.parametrize(
    ("amount", "currency", "kept"),
    [(500000, "NGN", 500000), (-1, "NGN", None), (10**19, "NGN", None), (500000, "naira", None), ("5", "NGN", None)],
)
def test_what_an_event_of_another_type_says_of_money_is_kept_where_it_can_be(
    amount: object, currency: str, kept: object
):
    news = read(sent({"type": "order.sale.cleared", "data": {"capturedTotalMinor": amount, "currency": currency}}))
    assert (news.kind, news.amount, news.currency) == ("other", kept, "NGN" if kept else None)


@pytest.mark.parametrize("id", ["", "a" * 201, "a\tb", "\x00"])
def test_an_id_that_can_not_be_kept_is_refused(id: str):
    with pytest.raises(BodyBroken, match="webhook-id is no text"):
        Generic().read(sent(GENERIC), {"webhook-id": id})


@pytest.mark.parametrize("amount", ["1250", 12.5, 1250.0, None, True, [1250]])
def test_an_amount_is_a_whole_number_of_minor_units(amount: object):
    with pytest.raises(BodyBroken, match=r"no whole number of minor units\. Write 12\.50 as 1250\."):
        read(sent(GENERIC, "data", amount=amount))
