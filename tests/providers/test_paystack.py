"""What Paystack's events say in our words."""

from datetime import UTC, datetime

import pytest
from tests.providers.bodies import PAYSTACK_CHARGE, PAYSTACK_DISPUTE, PAYSTACK_REFUND, sent

from orderway.providers.paystack import Paystack
from orderway.providers.provider import BodyBroken, News


def read(body: bytes) -> News:
    return Paystack().read(body, {})


def test_a_charge():
    assert read(sent(PAYSTACK_CHARGE)) == News(
        event_id="charge.success:302961",
        kind="captured",
        transaction="302961",
        reference="qTPrJoy9Bx",
        order_ref="OW-2026-00017",
        amount=10000,
        currency="NGN",
        method="TRANSFER",
        occurred_at=datetime(2016, 9, 30, 21, 10, 19, tzinfo=UTC),
    )


def test_a_charge_that_failed():
    news = read(
        sent(PAYSTACK_CHARGE, event="charge.failed", data=PAYSTACK_CHARGE["data"] | {"gateway_response": "Declined"})
    )
    assert (news.event_id, news.kind, news.reason) == ("charge.failed:302961", "failed", "Declined")


@pytest.mark.parametrize(
    ("metadata", "order"),
    [
        ({"orderId": "A-1"}, "A-1"),
        ({"order_id": 17}, "17"),
        ('{"saleOrderId": "A-2"}', "A-2"),
        ({"orderId": {}, "order": "A-3"}, "A-3"),
        ({"orderId": True}, "qTPrJoy9Bx"),
        ({"orderId": "a\u0000b"}, "qTPrJoy9Bx"),
        ({"note": "A-4"}, "qTPrJoy9Bx"),
        ("{broken", "qTPrJoy9Bx"),
        ("[1]", "qTPrJoy9Bx"),
        ([], "qTPrJoy9Bx"),
        (0, "qTPrJoy9Bx"),
        ("", "qTPrJoy9Bx"),
        (None, "qTPrJoy9Bx"),
    ],
)
def test_the_order_is_what_the_merchant_attached_or_else_the_reference(metadata: object, order: str):
    assert read(sent(PAYSTACK_CHARGE, "data", metadata=metadata)).order_ref == order


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [(10000, "NGN", 10000), ("10000", "NGN", 10000), (10000, "XOF", 100), ("2500", "RWF", 25), (1, "KES", 1)],
)
def test_amounts_are_hundredths_of_every_currency(amount: object, currency: str, minor: int):
    assert read(sent(PAYSTACK_CHARGE, "data", amount=amount, currency=currency)).amount == minor


def test_a_fraction_of_a_franc_is_refused():
    with pytest.raises(BodyBroken, match="finer than XOF, which has no decimals"):
        read(sent(PAYSTACK_CHARGE, "data", amount=10050, currency="XOF"))


def test_a_refund():
    assert read(sent(PAYSTACK_REFUND)) == News(
        event_id="refund.processed:132013318360",
        kind="refunded",
        reference="qTPrJoy9Bx",
        order_ref="qTPrJoy9Bx",
        subject="132013318360",
        amount=4000,
        currency="NGN",
    )


def test_a_refund_that_failed():
    news = read(sent(PAYSTACK_REFUND, event="refund.failed"))
    assert (news.event_id, news.kind, news.subject) == ("refund.failed:132013318360", "refund_failed", "132013318360")


@pytest.mark.parametrize("event", ["refund.pending", "refund.processing", "refund.needs-attention"])
def test_a_refund_on_its_way_has_moved_nothing(event: str):
    news = read(sent(PAYSTACK_REFUND, event=event, data=PAYSTACK_REFUND["data"] | {"refund_reference": None}))
    assert news.kind == "other"
    assert news.amount is None
    assert news.reason is not None
    assert news.event_id.startswith(f"{event}:sha256:")


def test_a_lost_dispute_is_about_the_part_that_was_disputed():
    assert read(sent(PAYSTACK_DISPUTE)) == News(
        event_id="charge.dispute.resolve:358949",
        kind="dispute_lost",
        transaction="896467592",
        reference="5qm4pv2mxs9rltp",
        order_ref="5qm4pv2mxs9rltp",
        subject="358949",
        amount=5700,
        currency="NGN",
        reason="auto-accepted",
        occurred_at=datetime(2020, 11, 24, 14, 0, 2, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("event", "resolution", "kind"),
    [
        ("charge.dispute.create", None, "disputed"),
        ("charge.dispute.remind", None, "disputed"),
        ("charge.dispute.resolve", "declined", "dispute_won"),
        ("charge.dispute.resolve", "merchant-accepted", "dispute_lost"),
        ("charge.dispute.resolve", "auto-accepted", "dispute_lost"),
    ],
)
def test_how_a_dispute_stands(event: str, resolution: str | None, kind: str):
    news = read(sent(PAYSTACK_DISPUTE, event=event, data=PAYSTACK_DISPUTE["data"] | {"resolution": resolution}))
    assert (news.kind, news.subject) == (kind, "358949")


def test_a_dispute_of_no_named_part_is_of_the_whole():
    assert read(sent(PAYSTACK_DISPUTE, "data", refund_amount=None)).amount == 9900


@pytest.mark.parametrize("event", ["transfer.success", "invoice.update", "paymentrequest.success", "charge.unheard-of"])
def test_other_events_change_nothing(event: str):
    assert read(sent(PAYSTACK_CHARGE, event=event)) == News(event_id=f"{event}:302961", kind="other")
