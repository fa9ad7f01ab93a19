"""An archived order as a person reads it: what it was, what it was for, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterator

from orderway.archive.document import Document


def told(document: Document) -> Iterator[str]:
    """The lines: the order, what was ordered, and its log from the beginning."""
    (order,) = document.tables["sale_order"]
    yield f"Order {order['number']}, placed at {order['placed_at']}, {order['fulfillment_type']}, {order['currency']}"
    yield f"Store {order['store_id']}, customer {order['customer_id']}"
    for line in sorted(document.tables["order_line"], key=lambda row: int(row["position"] or 0)):
        yield f"    {line['quantity']} × {line['description']}: {line['total']}"
    for payment in document.tables["payment"]:
        yield f"    {payment['state']} {payment['amount']} by {payment['provider']}, {payment['reference']}"
    # The outbox numbers what happened to an order, whichever of its machines moved.
    numbers = {(row["instance_id"], row["step"]): int(row["number"] or 0) for row in document.tables["outbox"]}
    log = sorted(document.tables["transition_log"], key=lambda row: numbers.get((row["instance_id"], row["step"]), 0))
    for row in log:
        moved = f"{row['from_state']} → {row['to_state']}" if row["from_state"] else row["to_state"]
        reason = f" “{row['reason']}”" if row["reason"] else ""
        yield f"{row['at']}  {row['machine']}  {row['event']}: {moved}  by {row['actor']}{reason}"
    yield "Amounts are in the currency's minor units."
