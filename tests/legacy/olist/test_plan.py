from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from tests.legacy.olist.orders import (
    APPROVED,
    CARRIER,
    COMPLETED,
    DELIVERED,
    ESTIMATED,
    FORTNIGHT,
    GOOD,
    ITEM,
    PURCHASED,
    agreed,
    any_order,
    but,
    found,
    of,
    planned,
    words,
)
from tests.legacy.olist.road import OPEN, PREPARING, UNCLEARED, play

from orderway.legacy.ends import Ends
from orderway.legacy.moves import (
    ApproveForBuyer,
    ApproveForSeller,
    CancelFulfillment,
    CancelSale,
    CompleteFulfillment,
    ConfirmPayment,
    DeliverPackage,
    FailFulfillment,
    Goods,
    ReceiveGoods,
    SelectCarrier,
    SetPaymentMethod,
    ShareQuotation,
    ShipPackage,
    StartFulfillment,
    WithdrawQuotation,
)
from orderway.legacy.olist.facts import Order
from orderway.legacy.olist.moves import DraftQuotation, Line, RegisterPayment
from orderway.legacy.olist.plan import Plan, plan

PACKED = "the data names no time of packing; the carrier took the goods now."


def test_a_good_order_goes_the_whole_road_at_its_own_times():
    assert planned(GOOD) == Plan(
        order_id="0a1b",
        moves=(
            DraftQuotation(
                at=PURCHASED,
                order_id="0a1b",
                status="delivered",
                customer=GOOD.customer,
                lines=(
                    Line(
                        position=1,
                        product_id="1e9e8ef04dbcff4541ed26657ea517e5",
                        description="Health beauty, 1e9e8ef0",
                        seller="3442f895, Campinas, SP",
                        quantity=1,
                        unit_price=9000,
                        freight=1000,
                        total=10000,
                    ),
                ),
                total=10000,
                valid_until=ESTIMATED,
                promised_at=ESTIMATED,
                currency="BRL",
            ),
            ShareQuotation(at=PURCHASED),
            ApproveForBuyer(at=PURCHASED, on_behalf_of="c1"),
            ReceiveGoods(at=PURCHASED, goods=(Goods(product_id="1e9e8ef04dbcff4541ed26657ea517e5", quantity=1),)),
            ApproveForSeller(at=PURCHASED),
            SetPaymentMethod(at=PURCHASED, method="CARD"),
            RegisterPayment(at=PURCHASED, reference="0a1b-1", sequence=1, method="CARD", amount=10000),
            ConfirmPayment(at=APPROVED, reference="0a1b-1"),
            StartFulfillment(at=CARRIER, inferred=PACKED),
            SelectCarrier(at=CARRIER, carrier="Olist logistics", inferred=PACKED),
            ShipPackage(at=CARRIER),
            DeliverPackage(at=DELIVERED),
            CompleteFulfillment(at=COMPLETED, actor="system"),
        ),
        findings=(),
        ends=agreed("COMPLETED", "COMPLETED"),
    )


def test_a_move_says_its_machine_its_event_and_why_its_time_is_inferred():
    stated, inferred = ShipPackage(at=CARRIER), ShipPackage(at=CARRIER, inferred="the data names none.")
    assert (stated.machine, stated.event, stated.actor, stated.note) == ("fulfillment", "PACKAGE_SHIPPED", None, None)
    assert inferred.note == "Inferred: the data names none."
    guessed = ShipPackage(at=CARRIER, inferred="its status.", confidence=0.8)
    assert guessed.note == "Inferred (0.8) from its status."


def test_a_delivery_completes_only_when_the_return_window_has_passed():
    early = plan(GOOD, return_window=FORTNIGHT, now=COMPLETED - timedelta(seconds=1))
    assert early.moves == planned(GOOD).moves[:-1]
    assert early.ends == agreed("CLEARED_FOR_FULFILLMENT", "DELIVERED")
    assert plan(GOOD, return_window=FORTNIGHT, now=COMPLETED).ends == agreed("COMPLETED", "COMPLETED")


def test_the_same_product_twice_is_two_lines_and_one_reception():
    order = but(GOOD, items=(ITEM, but(ITEM, position=2)))
    assert of(ReceiveGoods, order) == [
        ReceiveGoods(at=PURCHASED, goods=(Goods(product_id=ITEM.product_id, quantity=2),))
    ]


def test_a_product_is_named_by_what_its_category_says():
    order = but(GOOD, items=(but(ITEM, category_english=""), but(ITEM, position=2, category="", category_english="")))
    (draft,) = [move for move in planned(order).moves if isinstance(move, DraftQuotation)]
    assert [line.description for line in draft.lines] == ["Beleza saude, 1e9e8ef0", "Uncategorized, 1e9e8ef0"]
    assert ("NO_TRANSLATION", 0) in found(order)
    assert ("NO_CATEGORY", 0) in found(order)


def test_a_delivery_without_its_time_stays_shipped():
    order = but(GOOD, delivered_at=None)
    assert planned(order).ends == agreed("CLEARED_FOR_FULFILLMENT", "SHIPPED")
    assert found(order) == [("NO_DELIVERY_TIME", 0)]


def test_times_out_of_order_keep_the_order_of_the_story_and_their_own_times():
    before = PURCHASED - timedelta(hours=1)
    order = but(GOOD, carrier_at=before)
    assert words(order) == words(GOOD)
    assert of(ShipPackage, order) == [ShipPackage(at=before)]
    assert of(ConfirmPayment, order) == [ConfirmPayment(at=APPROVED, reference="0a1b-1")]
    assert [(finding.kind.name, finding.text) for finding in planned(order).findings] == [
        (
            "HANDOVER_BEFORE_PURCHASE",
            (
                "It was handed to the carrier on 2018-03-01 09:00:00 UTC, "
                "before it was purchased on 2018-03-01 10:00:00 UTC."
            ),
        ),
        (
            "HANDOVER_BEFORE_APPROVAL",
            (
                "It was handed to the carrier on 2018-03-01 09:00:00 UTC, "
                "before it was approved on 2018-03-01 10:30:00 UTC."
            ),
        ),
    ]


def test_two_things_at_one_time_are_in_order():
    order = but(GOOD, approved_at=PURCHASED, carrier_at=PURCHASED, delivered_at=PURCHASED)
    assert found(order) == []


@pytest.mark.parametrize("status", ["approved", "invoiced", "processing"])
def test_a_paid_order_that_has_not_left_waits_to_be_packed(status: str):
    order = but(GOOD, status=status, carrier_at=None, delivered_at=None)
    assert words(order)[-1] == "ConfirmPayment"
    assert planned(order).ends == agreed("CLEARED_FOR_FULFILLMENT", "PICK_PACK")
    assert found(order) == []


def test_a_created_order_waits_for_its_money():
    order = but(GOOD, status="created", approved_at=None, carrier_at=None, delivered_at=None)
    assert words(order)[-2:] == ["SetPaymentMethod", "RegisterPayment"]
    assert planned(order).ends == agreed("PAYMENT_INITIATED")
    assert found(order) == [("NEVER_APPROVED", 10000)]


def test_unavailable_goods_are_never_received():
    order = but(GOOD, status="unavailable", carrier_at=None, delivered_at=None)
    assert "ReceiveGoods" not in words(order)
    assert planned(order).ends == agreed("CLEARED_FOR_FULFILLMENT", "BACKORDERED")


def test_an_order_canceled_before_it_left_cancels_its_fulfillment():
    order = but(GOOD, status="canceled", carrier_at=None, delivered_at=None)
    why = "the data names no time at which the order became canceled; this is its latest known."
    assert planned(order).moves[-1] == CancelFulfillment(
        at=APPROVED, reason="Olist order 0a1b was canceled.", inferred=why
    )
    assert planned(order).ends == agreed("CANCELLED", "CANCELLED")
    assert found(order) == [("NO_END_TIME", 0)]


def test_an_order_canceled_after_the_carrier_took_it_has_failed():
    order = but(GOOD, status="canceled", delivered_at=None)
    (failed,) = of(FailFulfillment, order)
    assert (failed.at, words(order)[-2]) == (CARRIER, "ShipPackage")
    assert planned(order).ends == agreed("CANCELLED", "FAILED")
    assert found(order) == [("NO_END_TIME", 0), ("CANCELED_AFTER_HANDOVER", 0)]


def test_an_order_canceled_before_its_approval_cancels_the_sale():
    order = but(GOOD, status="canceled", approved_at=None, carrier_at=None, delivered_at=None)
    (canceled,) = of(CancelSale, order)
    assert canceled.at == PURCHASED
    assert planned(order).ends == agreed("CANCELLED")
    assert found(order) == [("NEVER_APPROVED", 10000), ("NO_END_TIME", 0)]


def test_what_the_customer_has_received_is_not_cancelled():
    order = but(GOOD, status="canceled")
    assert planned(order).ends == agreed("COMPLETED", "COMPLETED")
    assert found(order) == [("CANCELED_AFTER_DELIVERY", 0)]


def test_a_status_behind_its_own_times_is_reported_and_the_times_are_followed():
    order = but(GOOD, status="unavailable")
    assert planned(order).ends == agreed("COMPLETED", "COMPLETED")
    (finding,) = planned(order).findings
    assert finding.text == "It is called unavailable, yet it has a time at which it was delivered."


@pytest.mark.parametrize("status", ["canceled", "unavailable"])
def test_an_order_without_items_is_withdrawn_with_its_money_to_be_returned(status: str):
    order = but(GOOD, status=status, items=(), carrier_at=None, delivered_at=None)
    assert words(order) == ["DraftQuotation", "RegisterPayment", "ConfirmPayment", "WithdrawQuotation"]
    (withdrawn,) = [move for move in planned(order).moves if isinstance(move, WithdrawQuotation)]
    assert withdrawn.at == APPROVED
    assert withdrawn.reason == f"Olist order 0a1b has no items and its status is {status}."
    assert planned(order).ends == Ends(quotation="CANCELLED")
    assert found(order) == [("NO_ITEMS", 0), ("PAID_WITHOUT_SALE", 10000), ("NO_END_TIME", 0)]


def test_an_order_without_items_that_was_never_approved_keeps_its_payment_waiting():
    order = but(GOOD, status="canceled", items=(), approved_at=None, carrier_at=None, delivered_at=None)
    assert words(order) == ["DraftQuotation", "RegisterPayment", "WithdrawQuotation"]
    assert found(order) == [("NO_ITEMS", 0), ("NEVER_APPROVED", 10000), ("NO_END_TIME", 0)]


def test_an_invoiced_order_without_items_stays_a_draft_that_no_timer_ends():
    order = but(GOOD, status="invoiced", items=(), carrier_at=None, delivered_at=None)
    (draft,) = [move for move in planned(order).moves if isinstance(move, DraftQuotation)]
    assert draft.valid_until is None
    assert planned(order).ends == Ends(quotation="DRAFT")


@pytest.mark.parametrize("estimated_at", [None, PURCHASED])
def test_an_estimate_not_after_the_purchase_gives_an_offer_of_thirty_days(estimated_at: datetime | None):
    order = but(GOOD, estimated_at=estimated_at)
    (draft,) = [move for move in planned(order).moves if isinstance(move, DraftQuotation)]
    assert draft.valid_until == datetime(2018, 3, 31, 10, 0, tzinfo=UTC)
    assert draft.promised_at == estimated_at
    assert found(order) == [("ESTIMATE_UNUSABLE", 0)]


@given(any_order)
def test_any_mix_of_facts_goes_a_road_that_the_machines_take_to_where_the_plan_says(order: Order):
    whole = planned(order)
    row = play(whole.moves)
    assert row.ends == whole.ends
    assert whole.ends.quotation in OPEN | {"MUTUALLY_APPROVED", "CANCELLED"}
    assert whole.ends.sale in UNCLEARED | {
        None,
        "CLEARED_FOR_FULFILLMENT",
        "AWAITING_SETTLEMENT",
        "COMPLETED",
        "CANCELLED",
    }
    assert whole.ends.fulfillment in PREPARING | {None, "SHIPPED", "COMPLETED", "CANCELLED", "FAILED"}
    known = {order.purchased_at, order.approved_at, order.carrier_at, order.delivered_at}
    assert all(move.at in known for move in whole.moves if not isinstance(move, CompleteFulfillment))


@given(any_order)
def test_no_finding_is_made_twice_and_each_is_a_sentence(order: Order):
    findings = planned(order).findings
    assert len({finding.kind for finding in findings}) == len(findings)
    assert all(finding.text.endswith(".") and finding.order_id == "0a1b" for finding in findings)
    assert all(finding.amount >= 0 for finding in findings)
