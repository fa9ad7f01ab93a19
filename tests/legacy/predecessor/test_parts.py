"""Every row of an order that has an id there is found again here, or its order says that it did not come along."""

from typing import get_args

from tests.legacy.olist.imported import ask
from tests.legacy.predecessor.orders import AROUND, GOOD, OFFER, PAID, PAYOUT, brought, but

from orderway.changeover.reviews import KINDS
from orderway.legacy.predecessor.doubts import Doubt, Kind, with_doubts_of
from orderway.legacy.predecessor.judge import judge
from orderway.legacy.predecessor.parts import Part, left_out, parts
from orderway.legacy.predecessor.plan import plan

LATER = "it has not arrived; once it has, pay so much less for it"
Brought = tuple[str, int, str]

ROWS = """
Rows of the orders                    there       here    told of
  Quotation                              35         35          0
  ConsumerSale                           25         25          0
  ResellerSale                           16         16          0
  ConsumerPayment                        47         47          0
  ResellerPayment                        22         22          0
  Fulfillment                            35         28          7
  FulfillmentRiderInterest               40         24         16
  FulfillmentPayment                      9          3          6
  SalesReturn                             1          1          0

Paid to riders there, minor units: 4,788
         2,194  in the books here
         1,546  not here: it has not arrived; once it has, pay so much less for it
         1,048  not here: it was cancelled
"""
SAME = """
SELECT i.kind, count(*) FROM legacy_id i
JOIN legacy_order l ON CASE WHEN i.kind IN ('Quotation', 'Fulfillment') THEN l.facts -> lower(i.kind) ->> 'id'
    ELSE l.facts -> 'sale' ->> 'id' END = i.theirs
JOIN (SELECT id, store_id, order_id FROM quotation UNION ALL SELECT id, store_id, order_id FROM sale
    UNION ALL SELECT id, store_id, order_id FROM fulfillment) o
    ON o.id = i.ours AND (o.store_id, o.order_id) = (l.store_id, l.order_id)
GROUP BY 1 ORDER BY 1
"""
PAYMENTS = """
SELECT count(*), count(p.id) FROM legacy_order l, jsonb_array_elements(l.facts -> 'payments') e
LEFT JOIN legacy_id i ON i.kind IN ('ConsumerPayment', 'ResellerPayment') AND i.theirs = e ->> 'id'
LEFT JOIN payment p ON p.id = i.ours AND (p.context ->> 'amount')::bigint = (e ->> 'amount')::bigint
"""
OFFERS = """
SELECT count(*) FROM legacy_id i JOIN rider_interest r ON r.id = i.ours
JOIN legacy_order l ON l.order_id = r.order_id, jsonb_array_elements(l.facts -> 'fulfillment' -> 'interests') e
JOIN legacy_id u ON u.kind = 'User' AND u.theirs = e ->> 'rider'
WHERE i.kind = 'FulfillmentRiderInterest' AND e ->> 'id' = i.theirs AND u.ours = r.rider_id
"""
PAID_OUT = """
SELECT count(*), sum((e ->> 'amount')::bigint)::bigint, -sum(r.amount)::bigint,
    bool_and(r.at = (e ->> 'received_at')::timestamptz)
FROM legacy_id i JOIN rider_ledger r ON r.id = i.ours AND r.kind = 'PAID' AND r.actor = 'import:legacy'
JOIN legacy_order l ON l.order_id = r.order_id, jsonb_array_elements(l.facts -> 'fulfillment' -> 'payouts') e
WHERE i.kind = 'FulfillmentPayment' AND e ->> 'id' = i.theirs
"""
FINDINGS = "SELECT count(*) FROM import_finding WHERE kind = 'not_here:FulfillmentRiderInterest'"


def test_the_rows_of_an_order_are_named_by_their_tables():
    refund = but(PAID, id="p2", amount=-400)
    order = but(brought(payouts=(PAYOUT,)), payments=(PAID, refund))
    assert list(parts(order)) == [
        Part("Quotation", "q1"), Part("ConsumerSale", "cs1"), Part("ConsumerPayment", "p1"), Part("Refund", "p2"),
        Part("Fulfillment", "f1"), Part("FulfillmentRiderInterest", OFFER.id), Part("FulfillmentPayment", "fp1"),
    ]  # fmt: skip
    assert list(left_out({"FulfillmentPayment": 2, "SalesReturn": 1})) == [
        (
            "not_here:FulfillmentPayment",
            "Some of what its rider was paid did not come along (2): here it is not earned.",
        ),
        ("not_here:SalesReturn", "Some of its returns did not come along (1)."),
    ]


def test_a_payment_of_nothing_and_what_a_rider_was_paid_too_early_are_asked_about():
    order = but(brought(status="IN_TRANSIT", payouts=(PAYOUT,)), payments=(PAID, but(PAID, id="p2", amount=0)))
    verdict = judge(order, AROUND)
    asked = with_doubts_of(order, (Doubt(kind="PAYMENTS", sentence="It is odd."),), plan(order, verdict, AROUND))
    assert [(each.kind, each.sentence) for each in asked] == [
        (
            "PAYMENTS",
            "It is odd. A payment of nothing or less did not come along: PSK-1 (NGN\u00a00.00, CONFIRMED).",
        ),
        (
            "RIDER_PAID",
            f"NGN\u00a07.00 was paid for its delivery there and is not in the books here: {LATER}.",
        ),
    ]
    assert with_doubts_of(GOOD, (), plan(GOOD, judge(GOOD, AROUND), AROUND)) == ()


def test_each_reason_for_a_review_has_words():
    assert {*get_args(Kind), "CREDIT", "GOODS", "STUCK", "REWRITTEN", "ADDRESS_CHANGED"} == set(KINDS)


def test_each_row_that_came_along_is_found_by_the_id_it_had(brought: Brought):
    assert ROWS in brought[2]
    assert "DIFFERS" not in brought[2]
    assert ask(brought[0], SAME) == [
        ("ConsumerSale", 25), ("Fulfillment", 28), ("Quotation", 35), ("ResellerSale", 16),
    ]  # fmt: skip
    assert ask(brought[0], PAYMENTS) == [(69, 69)]
    assert ask(brought[0], OFFERS) == [(24,)]
    assert ask(brought[0], PAID_OUT) == [(3, 2194, 2194, True)]
    assert ask(brought[0], FINDINGS) == [(6,)]
