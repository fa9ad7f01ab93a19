"""All orders of the sample are read, each with the money, payments and lines that were counted independently."""

from collections import Counter

from tests.legacy.predecessor.sample import expected

from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.read import count, orders
from orderway.legacy.predecessor.source import Source

THEIR_STATE = "stored_fulfi" + "lment_state"
"""As it is spelled there."""


def told(order: Order) -> dict[str, object]:
    """What an order comes to, in the words of what is expected."""
    fulfillment, payments = order.fulfillment, Counter(paid.status for paid in order.payments)
    interests = Counter(each.status for each in fulfillment.interests) if fulfillment else Counter[str]()
    lines = order.sale.items if order.sale else order.quotation.items if order.quotation else ()
    return {
        "total_minor": order.total,
        "captured_minor": sum(paid.amount for paid in order.payments if paid.status == "CONFIRMED"),
        "lines_minor": sum(item.quantity * item.unit_price for item in lines),
        "n_lines": len(lines),
        "n_sale_log": len(order.log),
        "payments": {name: payments[name.upper()] for name in ("confirmed", "failed", "pending")},
        "interests": {
            "active": interests["ACTIVE"], "assigned": interests["ASSIGNED"], "total": interests.total(),
        },
        "type": order.type,
        "phase": order.phase,
        "status": order.status,
        "stored_state": order.workflow_state,
        THEIR_STATE: fulfillment and fulfillment.workflow_state,
        "fulfillment_status": fulfillment and fulfillment.status,
        "fulfillment_type": fulfillment and fulfillment.type,
    }  # fmt: skip


async def test_each_order_is_read_as_it_was_counted(legacy: Source):
    counted = expected()
    found = [order async for batch in orders(legacy, batch=300) for order in batch]
    assert len(found) == await count(legacy) == 2000
    assert found == sorted(found, key=lambda order: (order.created_at, order.id))
    for order in found:
        row = counted.pop(order.id)
        assert told(order) == {name: row[name] for name in told(order)}, order.id
    assert counted == {}
    assert [oddity for order in found for oddity in order.oddities] == []
    assert sum(not order.knows_store for order in found) == 20
    assert sum(bool(order.shared_references) for order in found) == 20
    assert sum(len(order.payments_of_sale) for order in found) == 40
