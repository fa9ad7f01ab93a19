"""Where a receiver's PIN is kept, for tests that hand goods over: the newest, one of an order, one of a delivery."""

NEWEST = "SELECT pin FROM fulfillment_pin ORDER BY fulfillment_id DESC LIMIT 1"

OF_ORDER = """
SELECT k.pin FROM fulfillment_pin k JOIN fulfillment f ON f.store_id = k.store_id AND f.id = k.fulfillment_id
WHERE f.order_id = $1 ORDER BY k.event_number DESC LIMIT 1
"""

OF_DELIVERY = "SELECT pin FROM fulfillment_pin WHERE fulfillment_id = $1"
