import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from tests.legacy.olist.orders import any_order
from tests.legacy.olist.road import play

from orderway.legacy.ends import Ends
from orderway.legacy.olist.facts import Order
from orderway.legacy.olist.plan import plan
from orderway.legacy.olist.report import Check, Dwells, Expected, compare, find_expected
from orderway.legacy.olist.tables import OlistError
from orderway.legacy.olist.totals import (
    Dwell,
    LoggedOrder,
    LoggedPayment,
    Money,
    Sums,
    Totals,
    dwell,
    percentile,
)

COMPLETED = Ends(quotation="MUTUALLY_APPROVED", sale="COMPLETED", fulfillment="COMPLETED")
CANCELLED = Ends(quotation="MUTUALLY_APPROVED", sale="CANCELLED", fulfillment="CANCELLED")
OWING = Ends(quotation="MUTUALLY_APPROVED", sale="AWAITING_SETTLEMENT", fulfillment="COMPLETED")
NOTHING = Dwell(n=0, negative=0, min=0, p50=0, p90=0, p95=0, p99=0, max=0, sum=0)


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2018, 3, day, hour, tzinfo=UTC)


LATE = LoggedOrder(
    order_id="late, paid by two of three payments",
    status="delivered",
    placed_at=at(1),
    promised_at=at(8),
    approved_at=at(1, 1),
    carrier_at=at(2),
    customer_at=at(9),
    lines=2,
    total=1000,
    payments=(
        LoggedPayment(sequence=1, amount=400, captured=400),
        LoggedPayment(sequence=2, amount=600, captured=600),
        LoggedPayment(sequence=3, amount=0),
    ),
    cleared_by=2,
    ends=COMPLETED,
)
SHORT = LoggedOrder(
    order_id="short by a cent, handed over before its approval",
    status="delivered",
    placed_at=at(1),
    promised_at=at(9),
    approved_at=at(3),
    carrier_at=at(2),
    customer_at=at(9),
    lines=1,
    total=500,
    payments=(
        LoggedPayment(sequence=1, amount=200, captured=200),
        LoggedPayment(sequence=2, amount=299, captured=299),
    ),
    cleared_by=None,
    ends=OWING,
)
OVER = LoggedOrder(
    order_id="paid over, canceled",
    status="canceled",
    placed_at=datetime(2017, 12, 31, 23, 59, 59, tzinfo=UTC),
    promised_at=None,
    approved_at=None,
    carrier_at=None,
    customer_at=None,
    lines=1,
    total=500,
    payments=(LoggedPayment(sequence=1, amount=506, captured=506),),
    cleared_by=1,
    ends=CANCELLED,
)
EMPTY = LoggedOrder(
    order_id="no items",
    status="canceled",
    placed_at=at(1),
    promised_at=None,
    approved_at=None,
    carrier_at=None,
    customer_at=None,
    lines=0,
    total=0,
    payments=(LoggedPayment(sequence=1, amount=70, returnable=70), LoggedPayment(sequence=2, amount=30)),
    cleared_by=None,
    ends=Ends(quotation="CANCELLED"),
)


@pytest.fixture
def totals() -> Totals:
    sums = Totals()
    for order in (LATE, SHORT, OVER, EMPTY):
        sums.add(order)
    return sums


def test_orders_are_counted(totals: Totals):
    assert (totals.orders, totals.items, totals.payments, totals.late) == (4, 4, 8, 1)
    assert totals.status == {"delivered": 2, "canceled": 2}
    assert totals.per_month == {"2018-03": 3, "2017-12": 1}
    assert totals.ends["canceled", CANCELLED] == 1


def test_sums_are_those_of_the_expected_file(totals: Totals):
    assert totals.sums == Sums(
        items_minor=2000,
        payments_minor=2105,
        no_items=1,
        no_payment=0,
        multi_payment=3,
        equal=1,
        overpaid=1,
        underpaid=1,
        within_5_cents=1,
        multi_cleared_before_last=1,
        multi_never_cleared=1,
    )


def test_several_payments_of_which_the_last_clears_are_the_rule():
    totals = Totals()
    totals.add(msgspec.structs.replace(LATE, payments=LATE.payments[:2]))
    assert totals.sums == Sums(items_minor=1000, payments_minor=1000, multi_payment=1, equal=1)


def test_every_recorded_payment_stands_somewhere(totals: Totals):
    assert totals.money == Money(captured=2005, returnable=70, waiting=30, refund_due=506, credit_due=0, balance_due=1)


def test_a_dwell_takes_the_orders_that_have_both_times(totals: Totals):
    hour, day = 3600, 86400
    assert totals.dwell("approved_to_carrier") == Dwell(
        n=2, negative=1, min=-day, p50=-day, p90=23 * hour, p95=23 * hour, p99=23 * hour, max=23 * hour, sum=-hour
    )
    assert totals.dwell("purchase_to_customer").sum == 16 * day


def test_a_percentile_is_the_value_of_nearest_rank():
    ten = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    assert [percentile(ten, percent) for percent in (1, 50, 51, 90, 91, 99, 100)] == [10, 50, 60, 90, 100, 100, 100]
    assert percentile([7], 50) == 7


def test_a_dwell_of_nothing_is_all_zero():
    assert dwell([]) == NOTHING


def test_the_report_lays_ours_beside_theirs(totals: Totals):
    dwells = Dwells(
        purchase_to_approved=totals.dwell("purchase_to_approved"),
        approved_to_carrier=NOTHING,
        carrier_to_customer=totals.dwell("carrier_to_customer"),
        purchase_to_customer=totals.dwell("purchase_to_customer"),
    )
    expected = Expected(
        orders=5,
        status={"delivered": 2, "canceled": 2, "shipped": 1},
        per_month={"2018-03": 3},
        sums=totals.sums,
        dwell_seconds=dwells,
        late=1,
    )
    checks = compare(totals, expected)
    assert len(checks) == 1 + 3 + 2 + 11 + 1 + 4 * 9
    differ = [check for check in checks if not check.agrees]
    assert [*differ[:4], differ[-1]] == [
        Check(what="Orders", ours=4, expected=5),
        Check(what="Orders of 2017-12", ours=1, expected=0),
        Check(what="Approval to carrier: orders", ours=2, expected=0),
        Check(what="Approval to carrier: orders below zero", ours=1, expected=0),
        Check(what="Orders shipped", ours=0, expected=1),
    ]
    assert Check(what="Payments, minor units", ours=2105, expected=2105) in checks


def test_a_folder_without_expectations_has_none(tmp_path: Path):
    assert find_expected(tmp_path) is None


@pytest.mark.parametrize("text", ["{", '{"orders": 1}', '{"orders": "many"}', "[]"])
def test_expectations_of_another_form_are_refused(tmp_path: Path, text: str):
    (tmp_path / "expected.json").write_text(text)
    with pytest.raises(OlistError, match=r"^expected\.json can not be read as expected totals: .*Correct it, or take"):
        find_expected(tmp_path)


def test_expectations_are_read(tmp_path: Path):
    figures = {"n": 1, "negative": 0, "min": 2, "p50": 2, "p90": 2, "p95": 2, "p99": 2, "max": 2, "sum": 2}
    spans = ("purchase_to_approved", "approved_to_carrier", "carrier_to_customer", "purchase_to_customer")
    text = {
        "orders": 1,
        "status": {"delivered": 1},
        "per_month": {"2018-03": 1},
        "sums": {"items_minor": 9, "payments_minor": 9},
        "dwell_seconds": dict.fromkeys(spans, figures),
        "late": 0,
        "largest_differences": {"low": [], "high": []},
    }
    (tmp_path / "expected.json").write_text(json.dumps(text))
    expected = find_expected(tmp_path)
    assert expected is not None
    assert expected.sums == Sums(items_minor=9, payments_minor=9)
    assert expected.dwell_seconds.approved_to_carrier == Dwell(
        n=1, negative=0, min=2, p50=2, p90=2, p95=2, p99=2, max=2, sum=2
    )


@given(any_order)
def test_recorded_money_is_captured_returnable_or_waiting(order: Order):
    totals = Totals()
    now = datetime(2025, 1, 1, tzinfo=UTC)
    totals.add(play(plan(order, return_window=timedelta(days=14), now=now).moves))
    money = totals.money
    recorded = sum(payment.amount for payment in order.payments if payment.kind != "not_defined")
    assert totals.sums.payments_minor == recorded == money.captured + money.returnable + money.waiting
    assert min(money.captured, money.returnable, money.waiting) >= 0
