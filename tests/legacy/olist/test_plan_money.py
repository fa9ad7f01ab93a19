import pytest
from tests.legacy.olist.orders import (
    APPROVED,
    CARRIER,
    GOOD,
    PAYMENT,
    PURCHASED,
    agreed,
    but,
    found,
    of,
    planned,
    words,
)
from tests.legacy.olist.road import play

from orderway.legacy.moves import (
    ApproveOverride,
    ConfirmPayment,
    RequestOverride,
    SetPaymentMethod,
)
from orderway.legacy.olist.facts import Payment, PaymentKind
from orderway.legacy.olist.moves import RegisterPayment, SaleMethod


@pytest.mark.parametrize(
    ("kinds", "methods", "of_sale"),
    [
        (("debit_card",), ["CARD"], "CARD"),
        (("boleto",), ["BANK"], "BANK"),
        (("voucher", "voucher"), ["WALLET", "WALLET"], "WALLET"),
        (("credit_card", "debit_card"), ["CARD", "CARD"], "CARD"),
        (("credit_card", "voucher"), ["CARD", "WALLET"], "MIXED"),
    ],
)
def test_kinds_of_payment_become_methods(kinds: tuple[PaymentKind, ...], methods: list[str], of_sale: SaleMethod):
    payments = [Payment(sequence=at, kind=kind, amount=5000) for at, kind in enumerate(kinds, 1)]
    order = but(GOOD, payments=tuple(payments))
    assert [move.method for move in planned(order).moves if isinstance(move, RegisterPayment)] == methods
    assert of(SetPaymentMethod, order) == [SetPaymentMethod(at=PURCHASED, method=of_sale)]


def test_an_order_shipped_short_is_cleared_by_an_override_that_names_the_source():
    order = but(GOOD, payments=(but(PAYMENT, amount=8505),))
    assert words(order)[7:13] == [
        "ConfirmPayment",
        "RequestOverride",
        "ApproveOverride",
        "ApproveOverride",
        "StartFulfillment",
        "SelectCarrier",
    ]
    assert planned(order).moves[8:11] == (
        RequestOverride(
            at=CARRIER,
            reason="Olist order 0a1b was handed to the carrier on 2018-03-03 with BRL\xa014.95 unpaid.",
        ),
        ApproveOverride(at=CARRIER, actor="source:olist", kind="ADMIN"),
        ApproveOverride(at=CARRIER, actor="source:olist", kind="CREDIT_LIMIT"),
    )
    assert found(order) == [("UNDERPAID", 1495), ("RELEASED_UNPAID", 1495)]
    assert planned(order).ends == agreed("AWAITING_SETTLEMENT", "COMPLETED")


def test_an_order_without_payment_asks_for_its_override_when_the_source_approved_it():
    order = but(GOOD, payments=())
    assert of(RequestOverride, order) == [
        RequestOverride(at=APPROVED, reason="Olist order 0a1b was approved on 2018-03-01 with BRL\xa0100.00 unpaid.")
    ]
    assert [move.at for move in of(ApproveOverride, order)] == [CARRIER, CARRIER]
    assert "SetPaymentMethod" not in words(order)
    assert found(order) == [("NO_PAYMENT", 10000), ("UNDERPAID", 10000), ("RELEASED_UNPAID", 10000)]
    assert planned(order).ends == agreed("AWAITING_SETTLEMENT", "COMPLETED")


def test_a_credit_that_suffices_needs_no_second_override():
    order = but(GOOD, payments=(but(PAYMENT, amount=8505),))
    for credit in (1494, 1495):
        assert play(planned(order).moves, credit).ends == agreed("AWAITING_SETTLEMENT", "COMPLETED")


def test_what_was_paid_over_is_captured_and_a_credit_due():
    order = but(GOOD, payments=(but(PAYMENT, amount=10001),))
    assert found(order) == [("OVERPAID", 1)]
    assert [payment.captured for payment in play(planned(order).moves).payments] == [10001]


def test_a_payment_of_zero_is_recorded_and_never_captured():
    order = but(GOOD, payments=(PAYMENT, Payment(sequence=2, kind="voucher", amount=0)))
    assert len(of(RegisterPayment, order)) == 2
    assert of(ConfirmPayment, order) == [ConfirmPayment(at=APPROVED, reference="0a1b-1")]
    assert found(order) == [("ZERO_PAYMENT", 0)]


def test_a_payment_of_no_defined_kind_is_reported_and_not_recorded():
    order = but(GOOD, payments=(PAYMENT, Payment(sequence=2, kind="not_defined", amount=0)))
    assert len(of(RegisterPayment, order)) == 1
    assert found(order) == [("UNDEFINED_PAYMENT", 0)]


def test_a_gap_in_the_numbers_of_payments_is_reported():
    order = but(GOOD, payments=(but(PAYMENT, sequence=2),))
    assert of(ConfirmPayment, order) == [ConfirmPayment(at=APPROVED, reference="0a1b-2")]
    assert found(order) == [("PAYMENT_GAP", 0)]


def test_a_missing_approval_of_a_delivered_order_is_inferred_from_the_handover():
    order = but(GOOD, approved_at=None)
    why = "the data names no time of approval; by this time the goods had left."
    assert of(ConfirmPayment, order) == [ConfirmPayment(at=CARRIER, reference="0a1b-1", inferred=why)]
    (finding,) = planned(order).findings
    assert finding.kind.name == "NO_APPROVAL_TIME"
    assert finding.text == f"Taken as approved on 2018-03-03 08:00:00 UTC: {why}"
    assert play(planned(order).moves).approved_at is None
