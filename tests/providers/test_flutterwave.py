"""What Flutterwave's events of both versions say in our words, and which of them nothing proves."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from tests.providers.bodies import FLUTTERWAVE_3, FLUTTERWAVE_3_REFUND, FLUTTERWAVE_4, FLUTTERWAVE_4_REFUND, sent

from orderway.providers.flutterwave import Flutterwave
from orderway.providers.provider import BodyBroken, News, SignatureRefused

WORD = {"verif-hash": "word"}
SIGNED = {"flutterwave-signature": "signature"}
NOW = datetime(2026, 1, 31, tzinfo=UTC)


def read(body: bytes, headers: dict[str, str]) -> News:
    return Flutterwave().read(body, headers)


def test_a_charge_of_version_3_waits_for_verification():
    assert read(sent(FLUTTERWAVE_3), WORD) == News(
        event_id="charge.completed:285959875:successful",
        kind="captured",
        transaction="285959875",
        reference="Links-616626414629",
        order_ref="OW-2026-00017",
        amount=10050,
        currency="NGN",
        method="TRANSFER",
        occurred_at=datetime(2020, 7, 6, 19, 17, 4, tzinfo=UTC),
        needs_verification=True,
    )


def test_a_charge_of_version_4():
    assert read(sent(FLUTTERWAVE_4), SIGNED) == News(
        event_id="wbk_1",
        kind="captured",
        transaction="chg_1",
        reference="ex61m23j6a3y0k34o9ilrri",
        order_ref="17",
        amount=20000,
        currency="KES",
        method="WALLET",
        occurred_at=datetime(2025, 1, 31, 10, 2, 19, 798000, tzinfo=UTC),
    )


@pytest.mark.parametrize("body", [FLUTTERWAVE_3, FLUTTERWAVE_4, FLUTTERWAVE_3_REFUND, FLUTTERWAVE_4_REFUND])
def test_what_proves_an_event_is_its_header_and_not_the_version_of_its_body(body: dict[str, object]):
    assert read(sent(body), WORD).needs_verification
    assert read(sent(body), WORD | {"flutterwave-signature": ""}).needs_verification
    assert not read(sent(body), SIGNED).needs_verification


def test_the_word_does_not_save_a_wrong_signature():
    with pytest.raises(SignatureRefused):
        Flutterwave().verify(b"{}", WORD | {"flutterwave-signature": "AAAA"}, secrets=["word"], now=NOW)


def test_the_event_id_of_version_4_has_two_names():
    body = {**FLUTTERWAVE_4, "id": "wbk_9"}
    del body["webhook_id"]
    assert read(sent(body), SIGNED).event_id == "wbk_9"


@pytest.mark.parametrize(
    ("status", "kind"),
    [("successful", "captured"), ("failed", "failed"), ("pending", "pending"), ("unheard of", "other")],
)
def test_the_states_of_a_charge_of_version_3(status: str, kind: str):
    assert read(sent(FLUTTERWAVE_3, "data", status=status), WORD).kind == kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [("succeeded", "captured"), ("failed", "failed"), ("voided", "failed"), ("pending", "pending"), ("new", "other")],
)
def test_the_states_of_a_charge_of_version_4(status: str, kind: str):
    assert read(sent(FLUTTERWAVE_4, "data", status=status), SIGNED).kind == kind


def test_an_authorized_order():
    body = sent({**FLUTTERWAVE_4, "type": "order.authorization"}, "data", status="authorized")
    assert read(body, SIGNED).kind == "authorized"


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [(FLUTTERWAVE_3, WORD, "Approved by Financial Institution"), (FLUTTERWAVE_4, SIGNED, "approved")],
)
def test_why_a_charge_failed(body: dict[str, object], headers: dict[str, str], reason: str):
    assert read(sent(body, "data", status="failed"), headers).reason == reason


def test_a_refund_of_version_3_names_its_charge_and_no_currency():
    assert read(sent(FLUTTERWAVE_3_REFUND), WORD) == News(
        event_id="refund.completed:75923:completed-bank-transfer",
        kind="refunded",
        transaction="285959875",
        subject="75923",
        major=Decimal("60.25"),
        reason="Product out of stock.",
        occurred_at=datetime(2021, 1, 24, 9, 18, 37, tzinfo=UTC),
        needs_verification=True,
    )


def test_a_refund_of_version_4_names_its_charge_and_no_currency():
    news = read(sent(FLUTTERWAVE_4_REFUND), SIGNED)
    assert (news.event_id, news.kind, news.transaction, news.subject) == ("wbk_2", "refunded", "chg_1", "rfd_1")
    assert (news.major, news.amount, news.currency, news.reference) == (Decimal("0.5"), None, None, None)


@pytest.mark.parametrize(
    ("status", "kind"),
    [("completed", "refunded"), ("completed-mpgs", "refunded"), ("failed", "refund_failed"), ("pending-momo", "other")],
)
def test_the_states_of_a_refund(status: str, kind: str):
    assert read(sent(FLUTTERWAVE_3_REFUND, "data", status=status), WORD).kind == kind


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("100.50", "NGN", 10050), (500, "UGX", 500), (500.0, "XAF", 500), (1.234, "KWD", 1234)],
)
def test_amounts_are_major_units(amount: object, currency: str, minor: int):
    assert read(sent(FLUTTERWAVE_3, "data", amount=amount, currency=currency), WORD).amount == minor


def test_no_digit_of_an_amount_is_lost_on_the_way():
    body = sent(FLUTTERWAVE_3, "data", amount=1).replace(b'"amount": 1,', b'"amount": 9007199254740993.07,')
    assert read(body, WORD).amount == 900719925474099307


@pytest.mark.parametrize(("amount", "currency"), [(100.001, "NGN"), (0.5, "UGX"), (1.2345, "KWD")])
def test_more_decimals_than_the_currency_has_are_refused(amount: float, currency: str):
    with pytest.raises(BodyBroken, match=f"finer than {currency}"):
        read(sent(FLUTTERWAVE_3, "data", amount=amount, currency=currency), WORD)


def test_transfers_change_nothing():
    body = sent({**FLUTTERWAVE_4, "type": "transfer.disburse"})
    assert read(body, SIGNED) == News(event_id="wbk_1", kind="other")
