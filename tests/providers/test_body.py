"""Broken bodies of every provider are refused with a sentence, whatever is broken about them."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from tests.providers.bodies import (
    FLUTTERWAVE_3,
    FLUTTERWAVE_3_REFUND,
    FLUTTERWAVE_4,
    FLUTTERWAVE_4_REFUND,
    GENERIC,
    MONNIFY_PAID,
    MONNIFY_REFUND,
    MONNIFY_REJECTED,
    OF,
    PAYSTACK_CHARGE,
    PAYSTACK_DISPUTE,
    PAYSTACK_REFUND,
    PAYSTACK_WHOLE_DISPUTE,
    PLAIN,
    STRIPE_CHARGE,
    STRIPE_DISPUTE,
    STRIPE_INTENT,
    STRIPE_REFUND,
    STRIPE_REFUNDED,
    Json,
    sent,
    sent_without,
)

from orderway.providers import plain
from orderway.providers.amounts import in_currency
from orderway.providers.body import moment, read_json, unix_moment
from orderway.providers.provider import BodyBroken, News
from orderway.providers.registry import PROVIDERS

HEADERS = {"webhook-id": "msg_1"}

SPOILT: tuple[object, ...] = (
    None,
    "",
    "x" * 201,
    "a\x00b",
    "\ud800",
    -1,
    0,
    1.5,
    10**30,
    True,
    [],
    [1],
    {},
    {"id": {}},
)


def read(name: str, body: bytes) -> News:
    if name == "plain":
        return plain.read(body, HEADERS, provider=PROVIDERS["generic"])
    return PROVIDERS[name].read(body, HEADERS)


def paths(body: Json, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in body.items():
        yield (*before, name)
        if isinstance(value, dict):
            yield from paths(value, (*before, name))


BODIES = [
    pytest.param(name, body, id=f"{name} {number}") for name, bodies in OF.items() for number, body in enumerate(bodies)
]
every_provider = pytest.mark.parametrize("name", OF)
every_body = pytest.mark.parametrize(("name", "body"), BODIES)
every_body_with_a_currency = pytest.mark.parametrize(
    ("name", "body"), [one for one in BODIES if '"currency"' in json.dumps(one.values[1])]
)


@every_provider
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"null",
        b"[]",
        b"17",
        b'"text"',
        b"{'a': 1}",
        b'{"a": 1} {"b": 2}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1, "a": 2}',
        b'{"data": {"amount": 1, "amount": 2}}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\xff"}',
        '{"a": "ü"}'.encode("latin-1"),
        '{"a": 1}'.encode("utf-16"),
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"a": ' + b"9" * 10_000 + b"}",
        b'{"a": 1e99999999999999999999}',
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_is_no_exact_json_object_is_refused(name: str, body: bytes):
    with pytest.raises(BodyBroken, match=r"^The body is .+\. .+\.$"):
        read(name, body)


@pytest.mark.parametrize(
    ("name", "body", "needed"),
    [
        ("paystack", PAYSTACK_CHARGE, "data data.id data.reference data.amount data.currency"),
        ("paystack", PAYSTACK_REFUND, "data.transaction_reference data.refund_reference data.amount data.currency"),
        ("paystack", PAYSTACK_DISPUTE, "data.id data.resolution data.transaction data.transaction.reference"),
        (
            "stripe",
            STRIPE_INTENT,
            "id data data.object data.object.id data.object.amount_received data.object.currency",
        ),
        ("stripe", STRIPE_CHARGE, "data.object.id data.object.amount data.object.currency"),
        ("stripe", STRIPE_REFUNDED, "data.object.id data.object.amount_refunded data.object.currency"),
        ("stripe", STRIPE_REFUND, "data.object.id data.object.amount data.object.status"),
        ("stripe", STRIPE_DISPUTE, "data.object.id data.object.amount data.object.status data.object.charge"),
        ("flutterwave", FLUTTERWAVE_3, "data data.id data.tx_ref data.amount data.currency data.status"),
        ("flutterwave", FLUTTERWAVE_3_REFUND, "data.id data.TransactionId data.AmountRefunded data.status"),
        ("flutterwave", FLUTTERWAVE_4, "data.id data.reference data.amount data.currency data.status"),
        ("flutterwave", FLUTTERWAVE_4_REFUND, "data.id data.charge_id data.amount_refunded data.status"),
        ("monnify", MONNIFY_PAID, "eventData.transactionReference eventData.paymentReference eventData.amountPaid"),
        ("monnify", MONNIFY_REJECTED, "eventData.transactionReference eventData.paymentReference"),
        ("monnify", MONNIFY_REFUND, "eventData.transactionReference eventData.refundReference eventData.refundAmount"),
        ("generic", GENERIC, "data data.reference data.amount data.currency"),
    ],
)
def test_a_body_without_what_is_needed_is_refused(name: str, body: Json, needed: str):
    for path in needed.split():
        with pytest.raises(BodyBroken):
            read(name, sent_without(body, *path.split(".")))


@every_body
def test_a_body_without_one_of_its_fields_is_read_or_refused_with_a_sentence(name: str, body: Json):
    for path in paths(body):
        refused_or_whole(name, sent_without(body, *path))


@every_body
def test_a_field_of_another_type_is_read_or_refused_with_a_sentence(name: str, body: Json):
    for path in paths(body):
        for value in SPOILT:
            refused_or_whole(name, sent(body, *path[:-1], **{path[-1]: value}))


def refused_or_whole(name: str, body: bytes) -> None:
    with suppress(BodyBroken):
        whole(read(name, body))


def whole(news: News) -> None:
    """What everybody who applies news counts on."""
    texts = (news.event_id, news.transaction, news.reference, news.order_ref, news.subject, news.reason)
    assert all(text is None or (text and text.isprintable() and len(text) <= 500) for text in texts)
    assert all(text is None or text.encode() for text in texts)
    for amount in (news.amount, news.total):
        assert amount is None or (type(amount) is int and 0 < amount <= 10**18)
    assert news.major is None or (0 < news.major < 10**19 and int(news.major.as_tuple().exponent) >= -30)
    assert (news.amount is None) == (news.currency is None)
    if news.kind not in {"failed", "refund_failed", "other"}:
        assert (news.amount and news.reference) or (news.major and news.transaction)
    assert news.occurred_at is None or news.occurred_at.tzinfo is UTC


# Each provider's amounts that count, and where they stand.
AMOUNTS: list[tuple[str, Json, tuple[str, ...]]] = [
    ("paystack", PAYSTACK_CHARGE, ("data", "amount")),
    ("paystack", PAYSTACK_REFUND, ("data", "amount")),
    ("paystack", PAYSTACK_WHOLE_DISPUTE, ("data", "transaction", "amount")),
    ("stripe", STRIPE_INTENT, ("data", "object", "amount_received")),
    ("stripe", STRIPE_CHARGE, ("data", "object", "amount")),
    ("stripe", STRIPE_REFUNDED, ("data", "object", "amount_refunded")),
    ("stripe", STRIPE_REFUND, ("data", "object", "amount")),
    ("stripe", STRIPE_DISPUTE, ("data", "object", "amount")),
    ("flutterwave", FLUTTERWAVE_3, ("data", "amount")),
    ("flutterwave", FLUTTERWAVE_3_REFUND, ("data", "AmountRefunded")),
    ("flutterwave", FLUTTERWAVE_4, ("data", "amount")),
    ("flutterwave", FLUTTERWAVE_4_REFUND, ("data", "amount_refunded")),
    ("monnify", MONNIFY_PAID, ("eventData", "amountPaid")),
    ("monnify", MONNIFY_REFUND, ("eventData", "refundAmount")),
    ("generic", GENERIC, ("data", "amount")),
    ("plain", PLAIN, ("amount",)),
]


@pytest.mark.parametrize(("name", "body", "path"), AMOUNTS)
@pytest.mark.parametrize(
    "amount",
    [
        *("0", "-0", "-1", "-0.01", "0.001", "1e-400", "1e400", "1e999999999", "1000000000000000001", "9" * 4000),
        *("null", "true", "[1]", '{"value": 1}', '""', '"1,000"', '"1 000"', '"१०००"', '"1e3"', '"-5"', '"NaN"'),
    ],
    ids=lambda amount: amount[:12],
)
def test_an_amount_that_no_payment_has_is_refused(name: str, body: Json, path: tuple[str, ...], amount: str):
    spoiled = sent(body, *path[:-1], **{path[-1]: "@"}).replace(b'"@"', amount.encode())
    with pytest.raises(BodyBroken, match=r"^The amount in the body is .+\. .+\.$"):
        in_currency(read(name, spoiled), "NGN")


@every_body_with_a_currency
@pytest.mark.parametrize(
    "currency", ["naira", "XXX", "XAU", "N", "", "₦₦₦", "NGN ", None, 566, True, ["NGN"], {"code": "NGN"}]
)
def test_an_unknown_currency_is_refused(name: str, body: Json, currency: object):
    copy = json.loads(json.dumps(body))
    for path in paths(body):
        if path[-1] == "currency":
            copy = json.loads(sent(copy, *path[:-1], currency=currency))
    with pytest.raises(BodyBroken, match="none of ISO 4217"):
        read(name, json.dumps(copy).encode())


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-01-31T13:00:00+01:00", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31T12:00:00", None),
        ("2026-01-31", None),
        ("31/01/2026 12:00:00 PM", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("", None),
        (17, None),
        (None, None),
    ],
)
def test_a_time_is_one_with_its_zone(text: object, utc: datetime | None):
    assert moment(text) == utc


@pytest.mark.parametrize(
    ("value", "utc"),
    [
        (1_735_689_600, datetime(2025, 1, 1, tzinfo=UTC)),
        (10**30, None),
        (-(10**30), None),
        (1.5, None),
        ("1735689600", None),
        (None, None),
    ],
)
def test_a_unix_time_is_a_whole_number(value: object, utc: datetime | None):
    assert unix_moment(value) == utc


def test_numbers_keep_every_digit():
    assert (
        str(read_json(b'{"a": 0.1000000000000000055511151231257827}').value("a"))
        == "0.1000000000000000055511151231257827"
    )
