"""What happens there after an order came: only what is new is brought; what is told otherwise now is asked about."""

import asyncio
from datetime import UTC, datetime

import pytest
from tests.legacy.olist.imported import ask
from tests.legacy.predecessor.bringing import bring, cancel_here, change, expire_here, wrong

PAID = "0213958c-0c4f-551c-ad08-c50863e8d300"
LEFT = "08880eb5-9a71-5666-b98e-988fed4ffbbc"
ARRIVED = "007b6c76-ae36-54cf-aee3-0d65d1613b39"
CANCELLED = "05b03650-f8fc-539f-9f7a-ab6720ec21ee"
REWRITTEN = "21510b85-3372-5c98-b509-e4abfb10ac20"
ENDED = "0517c676-655b-53d1-bac0-a8b5c65050a7"
ENDED_ON_CREDIT = "01238699-17cd-5a6e-beef-6a07d4bd3259"
LET_THROUGH = "027f6817-2754-5def-8ccd-2080dbf37cb8"
LATER = "2026-03-01 12:00"

MOVES = """
SELECT o.source_ref, l.event, to_char(l.at, 'MM-DD HH24:MI'), l.to_state
FROM outbox b JOIN transition_log l USING (store_id, instance_id, step) JOIN sale_order o ON o.id = l.order_id
WHERE split_part(b.type, '.', 3) = lower(l.event) ORDER BY o.source_ref, b.number
"""


def touched(order: str, *statements: str) -> list[str]:
    return [
        *(f"{each} WHERE \"saleOrderId\" = '{order}'" for each in statements),
        f"UPDATE \"SaleOrder\" SET \"updatedAt\" = '{LATER}' WHERE id = '{order}'",
    ]


def sold(order: str) -> list[str]:
    """One piece more in each line of the order."""
    return [
        f'UPDATE "{kind}SaleItem" SET quantity = quantity + 1 WHERE "{of}SaleId" IN'
        f' (SELECT id FROM "{kind}Sale" WHERE "{owner}" = \'{order}\')'
        for kind, of, owner in (("Consumer", "consumer", "saleOrderId"), ("Reseller", "reseller", "SaleOrderid"))
    ]


def cancelled(order: str) -> list[str]:
    """The order as it is left there: without its rider, and with none of the offers that there were."""
    return [
        f"UPDATE \"SaleOrder\" SET status = 'CANCELLED' WHERE id = '{order}'",
        *touched(order, 'UPDATE "Fulfillment" SET status = \'CANCELLED\', "deliveryPersonnelId" = NULL'),
        f"""UPDATE "FulfillmentRiderInterest" SET status = 'EXPIRED', "updatedAt" = '{LATER}'
        WHERE "fulfillmentId" = (SELECT id FROM "Fulfillment" WHERE "saleOrderId" = '{order}')""",
    ]


SHIPPED = touched(LEFT, f"UPDATE \"Fulfillment\" SET status = 'IN_TRANSIT', \"updatedAt\" = '{LATER}'")
OVER = [f"UPDATE \"SaleOrder\" SET status = 'CANCELLED' WHERE id = '{CANCELLED}'", *touched(CANCELLED)]
CHANGES = [
    *(
        f"UPDATE \"{each}Payment\" SET status = 'CONFIRMED' WHERE \"saleOrderId\" = '{PAID}'"
        for each in ("Consumer", "Reseller")
    ),
    *SHIPPED,
    *touched(ARRIVED, f"UPDATE \"Fulfillment\" SET status = 'DELIVERED', \"updatedAt\" = '{LATER}'"),
    *OVER,
    *sold(REWRITTEN),
    *touched(REWRITTEN),
    *cancelled(ENDED),
    *cancelled(ENDED_ON_CREDIT),
]

FOLLOWED = [
    (ENDED_ON_CREDIT, "CANCEL", "03-01 12:00", "CANCELLED"),
    (ENDED_ON_CREDIT, "FULFILLMENT_CANCELLED", "03-01 12:00", "CANCELLED"),
    (ENDED, "CANCEL", "03-01 12:00", "CANCELLED"),
    (ENDED, "UNASSIGN", "03-01 12:00", "WITHDRAWN"),
    (ENDED, "FULFILLMENT_CANCELLED", "03-01 12:00", "CANCELLED"),
    (ARRIVED, "PACKAGE_DELIVERED", "03-01 12:00", "DELIVERED"),
    (PAID, "CONFIRM", "09-07 14:25", "CONFIRMED"),
    (PAID, "PAYMENT_CAPTURED", "09-07 14:25", "PAYMENT_PENDING_CONFIRMATION"),
    (PAID, "CONFIRM", "09-07 14:32", "CONFIRMED"),
    (PAID, "PAYMENT_CAPTURED", "09-07 14:32", "CLEARED_FOR_FULFILLMENT"),
    (PAID, "BORN", "09-07 14:32", "ALLOCATING_STOCK"),
    (PAID, "RESERVE_OK", "09-07 14:32", "PICK_PACK"),
    (CANCELLED, "CANCEL_REQUESTED", "03-01 12:00", "CANCELLED"),
    (LEFT, "PACKAGE_SHIPPED", "03-01 12:00", "SHIPPED"),
]


@pytest.mark.parametrize("since", [None, datetime(2026, 3, 1, tzinfo=UTC)], ids=["all", "since"])
def test_only_the_new_moves_are_made_and_a_story_told_otherwise_is_asked_about(
    brought_url: str, changing_url: str, since: datetime | None
):
    before = ask(brought_url, MOVES)
    asyncio.run(change(changing_url, *CHANGES))
    code, said = bring(brought_url, changing_url, since=since)
    after = ask(brought_url, MOVES)
    assert (code, said.partition(", in ")[0]) == (0, "Brought over 0 orders, and 6 that were in moved on")
    assert sorted(row for row in after if row not in before) == sorted(FOLLOWED)
    assert [row for row in after if row not in FOLLOWED] == before
    why = "The former system tells another story than when it was brought over: what was sold, to whom and where."
    asked = "SELECT o.source_ref, sentence FROM import_review r JOIN sale_order o ON o.id = r.order_id WHERE kind = $1"
    assert ask(brought_url, asked, "REWRITTEN") == [(REWRITTEN, why)]
    assert ask(brought_url, "SELECT theirs, came, why FROM legacy_order WHERE came <> 'IN'") == [
        (REWRITTEN, "REWRITTEN", why)
    ]
    assert ask(brought_url, "SELECT sum(known - done) FROM outbound_progress") == [(0,)]
    assert bring(brought_url, changing_url)[1].startswith("All 42 orders were in already; none of them moved on.\n")
    assert ask(brought_url, MOVES) == after
    assert asyncio.run(wrong(brought_url)) == ()


def test_what_people_went_on_with_here_stays_as_it_is_and_is_asked_about(brought_url: str, changing_url: str):
    """Somebody cancelled here what went on there; and what was cancelled there had expired here."""
    before = ask(brought_url, MOVES)
    asyncio.run(cancel_here(brought_url, LEFT))
    asyncio.run(expire_here(brought_url, CANCELLED))
    here = ask(brought_url, MOVES)
    assert here != before
    asyncio.run(change(changing_url, *SHIPPED, *OVER))
    code, _ = bring(brought_url, changing_url)
    assert code == 0
    assert ask(brought_url, MOVES) == here
    why = "People have gone on with it here, and it went on in the former system as well: it stays as it is here."
    assert ask(brought_url, "SELECT theirs, came, why FROM legacy_order WHERE came <> 'IN'") == [
        (LEFT, "REWRITTEN", why)
    ]
    asked = "SELECT sentence FROM import_review r JOIN sale_order o ON o.id = r.order_id WHERE source_ref = $1"
    assert ask(brought_url, f"{asked} AND kind = 'REWRITTEN'", LEFT) == [(why,)]


def overriding(status: str, fulfillment: str, at: str) -> list[str]:
    context = f'{{"overrides": {{"admin": {{"status": "{status}", "expiresAt": "2025-12-01T00:00:00Z"}}}}}}'
    return [
        *touched(LET_THROUGH, f"UPDATE \"Fulfillment\" SET status = '{fulfillment}', \"updatedAt\" = '{at}'"),
        f"""UPDATE "SaleOrder" SET "workflowContext" = '{context}', "updatedAt" = '{at}' WHERE id = '{LET_THROUGH}'""",
    ]


def test_what_an_override_cleared_stays_cleared_when_that_has_ended_there(brought_url: str, changing_url: str):
    for status, fulfillment, at in (
        ("APPROVED", "PENDING", "2025-11-01"),
        ("EXPIRED", "ASSIGNED", LATER),
        ("DENIED", "DELIVERED", LATER),
    ):
        asyncio.run(change(changing_url, *overriding(status, fulfillment, at)))
        assert bring(brought_url, changing_url)[1].startswith("Brought over 0 orders, and 1 that were in moved on")
    stands = "SELECT came, verdict ->> 'clearance', verdict ->> 'why' FROM legacy_order WHERE theirs = $1"
    why = "Its goods have left; an override covered what is unpaid, and it was cleared by that."
    assert ask(brought_url, stands, LET_THROUGH) == [("IN", "OVERRIDE", why)]
    assert [row[1:] for row in ask(brought_url, MOVES) if row[0] == LET_THROUGH][-2:] == [
        ("FULFILLMENT_STARTED", "07-27 02:42", "READY_FOR_SHIPMENT"),
        ("PACKAGE_DELIVERED", "03-01 12:00", "DELIVERED"),
    ]
    assert asyncio.run(wrong(brought_url)) == ()
