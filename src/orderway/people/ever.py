"""All orders that there ever were: who serves a customer does so by what they bought, though it was archived since."""

WHOSE = "SELECT store_id, id, customer_id, biller_id FROM"
EVER = f"({WHOSE} sale_order UNION ALL {WHOSE} archived_as_order)"
"""In place of a table of orders `o`, by whose they are."""
