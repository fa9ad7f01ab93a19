"""An address that changes there after its order came changes here where it still can, and else is asked about."""

import asyncio
from datetime import UTC, datetime

from tests.legacy.olist.imported import ask
from tests.legacy.predecessor.bringing import bring, change, move_here, wrong

from orderway.delivery.address import Delivery

CHOOSING = "180d185c-d6fb-55ce-9886-913451f20ace"
LEAVING = "08880eb5-9a71-5666-b98e-988fed4ffbbc"
UNPAID = "05edcadc-0f8d-5ce3-9ca2-17145efc52cc"
ON_ITS_WAY = "077d9b78-f5ec-5aeb-8fd5-48b15b441922"
MOVED_HERE = "0517c676-655b-53d1-bac0-a8b5c65050a7"
LACKING = "05b03650-f8fc-539f-9f7a-ab6720ec21ee"
OVER = "0c5425f5-b675-5a1d-b76e-50215efa7ab9"
LATER = "2026-03-01 12:00"

CHANGES = [
    # A row of an address has a time of its own, and the order that goes there has none of that.
    f"""UPDATE "Address" SET "streetLine1" = '1 Marina', "updatedAt" = '{LATER}'
    WHERE id = (SELECT "deliveryAddressId" FROM "SaleOrder" WHERE id = '{CHOOSING}')""",
    *(
        f"""UPDATE "{table}" SET {said}, "updatedAt" = '{LATER}' WHERE "{key}" = '{order}'"""
        for order, said in (
            (LEAVING, "\"receiverPhone\" = '+2348000000001'"),
            (UNPAID, "\"deliveryNotes\" = 'Knock twice.'"),
            (ON_ITS_WAY, "\"receiverPhone\" = '+2348000000002'"),
            (MOVED_HERE, "\"receiverPhone\" = '+2348000000003'"),
            (LACKING, '"receiverName" = NULL'),
            (OVER, "\"receiverPhone\" = '+2348000000004'"),
        )
        for table, key in (("SaleOrder", "id"), ("Fulfillment", "saleOrderId"))
    ),
    f"UPDATE \"Fulfillment\" SET status = 'IN_TRANSIT' WHERE \"saleOrderId\" = '{LEAVING}'",
]
CHANGED_HERE = "It goes to another address there by now, and to a third one here by somebody's word: that stays."
TOO_LATE = "It goes to another address there by now: where it stands here, it takes another one no more."
NO_RECEIVER = (
    "It goes to another address there by now, which does not say all that whoever brings it has to know: it was not "
    "taken."
)
INFERRED = "Inferred (0.4) from the address that its rows name now"
GOES_TO = """
SELECT o.source_ref, d.address, d.phone, d.notes, d.actor
FROM sale_order o JOIN delivery_address d ON d.store_id = o.store_id AND d.id = o.address_id
WHERE o.source_ref = ANY ($1) ORDER BY o.source_ref
"""
THERE = [
    (MOVED_HERE, "2 Marina", "+2348000000009", "", "person:clerk"),
    (LACKING, "46 Oshodi/Bolade Street", "+2347000000045", "", "import:legacy"),
    (UNPAID, "9 Amuwo Street", "+2347000000458", "Knock twice.", "import:legacy"),
    (ON_ITS_WAY, "11 Ikotun/Ijegun Street", "+2347000000910", "Gate code 4#; call first", "import:legacy"),
    (LEAVING, "42 Layeni Street", "+2348000000001", "", "import:legacy"),
    (OVER, "30 Isele III Street", "+2347000000569", "", "import:legacy"),
    (CHOOSING, "1 Marina", "+2347000000881", "", "import:legacy"),
]
STANDS = """
SELECT f.state, array_agg(r.state) FROM sale_order o JOIN fulfillment f ON f.order_id = o.id
JOIN rider_interest r ON r.order_id = o.id WHERE o.source_ref = $1 GROUP BY 1
"""
TOLD = """
SELECT o.source_ref, l.machine, l.to_state, l.actor, to_char(l.at, 'MM-DD HH24:MI'), l.reason
FROM transition_log l JOIN sale_order o ON o.id = l.order_id WHERE l.event = 'PREFERENCES_CHANGED' ORDER BY 1
"""
ASKED = """
SELECT o.source_ref, r.sentence FROM import_review r JOIN sale_order o ON o.id = r.order_id
WHERE kind = 'ADDRESS_CHANGED' ORDER BY 1
"""


def test_it_goes_along_where_nobody_changed_it_here_and_it_still_can(brought_url: str, changing_url: str):
    elsewhere = Delivery(receiver="Bola", phone="+2348000000009", address="2 Marina", city="Lagos Island")
    asyncio.run(move_here(brought_url, MOVED_HERE, elsewhere))
    before = ask(brought_url, TOLD)
    asyncio.run(change(changing_url, *CHANGES))
    code, said = bring(brought_url, changing_url, since=datetime(2026, 3, 1, tzinfo=UTC))
    assert (code, said.partition(", in ")[0]) == (0, "Brought over 0 orders, and 3 that were in moved on")
    assert ask(brought_url, GOES_TO, [CHOOSING, LEAVING, UNPAID, ON_ITS_WAY, MOVED_HERE, LACKING, OVER]) == THERE
    assert [row for row in ask(brought_url, TOLD) if row not in before] == [
        (UNPAID, "sale", "AWAITING_PAYMENT_METHOD", "import:legacy", "03-01 12:00", INFERRED),
        (LEAVING, "fulfillment", "RIDER_ASSIGNED", "import:legacy", "03-01 12:00", INFERRED),
        (CHOOSING, "fulfillment", "AWAITING_RIDER_SELECTION", "import:legacy", "05-24 12:34", INFERRED),
    ]
    assert ask(brought_url, ASKED) == [(MOVED_HERE, CHANGED_HERE), (LACKING, NO_RECEIVER), (ON_ITS_WAY, TOO_LATE)]
    assert ask(brought_url, STANDS, LEAVING) == [("SHIPPED", ["ASSIGNED", "REJECTED", "REJECTED"])]
    assert ask(brought_url, STANDS, CHOOSING) == [("AWAITING_RIDER_SELECTION", ["ACTIVE", "ACTIVE", "ACTIVE"])]
    assert ask(brought_url, "SELECT theirs, came FROM legacy_order WHERE came <> 'IN'") == []
    stands_for = "SELECT count(*) FROM legacy_id i JOIN sale_order o ON o.address_id = i.ours WHERE o.source_ref = $1"
    assert ask(brought_url, stands_for, CHOOSING) == [(1,)]
    assert bring(brought_url, changing_url)[1].startswith("All 42 orders were in already; none of them moved on.\n")
    assert asyncio.run(wrong(brought_url)) == ()
