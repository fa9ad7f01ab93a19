"""The whole of the real data: what the plans come to is what was counted independently."""

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.legacy.olist.road import play

from orderway.legacy.ends import Ends
from orderway.legacy.olist.findings import Kind
from orderway.legacy.olist.plan import plan
from orderway.legacy.olist.read import load
from orderway.legacy.olist.report import compare, find_expected
from orderway.legacy.olist.totals import Money, Totals

ROOT = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("ORDERWAY_DATA", ROOT.parent / "shared" / "data")) / "olist"


@dataclass
class Whole:
    """All of the data: what the orders come to, and what was found."""

    totals: Totals = field(default_factory=Totals)
    found: Counter[Kind] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def whole() -> Whole:
    if not FOLDER.is_dir():
        pytest.skip(f"The real orders are not there: {FOLDER}. Set ORDERWAY_DATA to the folder that holds olist/.")
    whole = Whole()
    for order in load(FOLDER):
        planned = plan(order, return_window=timedelta(days=14), now=datetime(2025, 1, 1, tzinfo=UTC))
        row = play(planned.moves)
        assert row.ends == planned.ends
        whole.totals.add(row)
        whole.found.update(finding.kind for finding in planned.findings)
    return whole


@pytest.fixture(scope="module")
def totals(whole: Whole) -> Totals:
    return whole.totals


def test_every_total_agrees_with_the_independent_count(totals: Totals):
    expected = find_expected(FOLDER)
    assert expected is not None
    checks = compare(totals, expected)
    assert len(checks) == 79
    assert [check for check in checks if not check.agrees] == []


def test_items_and_payments_are_all_there(totals: Totals):
    assert (totals.orders, totals.items, totals.payments) == (17176, 19689, 17892)


def test_the_recorded_money_stands_where_the_facts_put_it(totals: Totals):
    assert totals.money == Money(
        captured=276_138_188,
        returnable=1_109_953,
        waiting=339_338,
        refund_due=683_034,
        credit_due=34_014,
        balance_due=23_476,
    )


def test_every_defect_is_counted(whole: Whole):
    assert whole.found == Counter(
        {
            Kind.NO_ITEMS: 68,
            Kind.NO_PAYMENT: 1,
            Kind.UNDERPAID: 41,
            Kind.OVERPAID: 63,
            Kind.RELEASED_UNPAID: 41,
            Kind.PAID_WITHOUT_SALE: 50,
            Kind.NEVER_APPROVED: 18,
            Kind.ZERO_PAYMENT: 2,
            Kind.PAYMENT_GAP: 13,
            Kind.NO_APPROVAL_TIME: 3,
            Kind.NO_DELIVERY_TIME: 1,
            Kind.NO_END_TIME: 106,
            Kind.HANDOVER_BEFORE_PURCHASE: 34,
            Kind.HANDOVER_BEFORE_APPROVAL: 218,
            Kind.DELIVERY_BEFORE_APPROVAL: 15,
            Kind.DELIVERY_BEFORE_HANDOVER: 2,
            Kind.CANCELED_AFTER_HANDOVER: 4,
            Kind.NO_CATEGORY: 258,
            Kind.NO_TRANSLATION: 3,
        }
    )


def test_every_order_ends_where_its_facts_put_it(totals: Totals):
    agreed = "MUTUALLY_APPROVED"
    cleared = "CLEARED_FOR_FULFILLMENT"
    assert totals.ends == {
        ("canceled", Ends(quotation="CANCELLED")): 21,
        ("canceled", Ends(quotation=agreed, sale="CANCELLED", fulfillment="CANCELLED")): 35,
        ("canceled", Ends(quotation=agreed, sale="CANCELLED", fulfillment="FAILED")): 4,
        ("delivered", Ends(quotation=agreed, sale="AWAITING_SETTLEMENT", fulfillment="COMPLETED")): 41,
        ("delivered", Ends(quotation=agreed, sale=cleared, fulfillment="SHIPPED")): 1,
        ("delivered", Ends(quotation=agreed, sale="COMPLETED", fulfillment="COMPLETED")): 16907,
        ("invoiced", Ends(quotation="DRAFT")): 1,
        ("invoiced", Ends(quotation=agreed, sale=cleared, fulfillment="PICK_PACK")): 24,
        ("processing", Ends(quotation=agreed, sale=cleared, fulfillment="PICK_PACK")): 15,
        ("shipped", Ends(quotation=agreed, sale=cleared, fulfillment="SHIPPED")): 80,
        ("unavailable", Ends(quotation="CANCELLED")): 46,
        ("unavailable", Ends(quotation=agreed, sale=cleared, fulfillment="BACKORDERED")): 1,
    }
