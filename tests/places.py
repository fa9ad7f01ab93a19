"""What stands in the addresses of pages: things of the demo's company, so that each page can be opened."""

import re
from collections.abc import Mapping

import asyncpg

RIDER = "FROM person WHERE email = 'rider1.lagos@demo.example'"

PLACES = {
    "/quotations/{order}/edit": "SELECT order_id FROM quotation WHERE state = 'DRAFT' LIMIT 1",
    "{order}": "SELECT order_id FROM fulfillment WHERE state = 'AWAITING_RIDER_SELECTION' LIMIT 1",
    "{machine}": "SELECT 'fulfillment'",
    "{customer}": "SELECT id FROM customer WHERE kind = 'RESELLER' ORDER BY name LIMIT 1",
    "{product}": "SELECT id FROM product LIMIT 1",
    "{list}": "SELECT id FROM price_list LIMIT 1",
    "{application}": "SELECT id FROM reseller_application LIMIT 1",
    "{payment}": "SELECT id FROM payment WHERE state = 'CONFIRMED' LIMIT 1",
    "{rider}": f"SELECT id {RIDER}",
    "{person}": f"SELECT id {RIDER}",
    "{store}": "SELECT id FROM store ORDER BY code LIMIT 1",
    "{variant}": "SELECT id FROM variant ORDER BY sku LIMIT 1",
    "{fulfillment}": f"SELECT f.id FROM fulfillment f WHERE f.rider_id = (SELECT id {RIDER}) LIMIT 1",
    "{receipt}": "SELECT id FROM payment_receipt LIMIT 1",
    "{webhook}": "SELECT id FROM webhook LIMIT 1",
    "{figure}": "SELECT 'dwell'",
    "{sink}": "SELECT 'notifications'",
    "{paper}": "SELECT 'packing-slip'",
}
"""What stands in an address, as SQL; the first that fits."""


async def address(
    path: str, company: asyncpg.Connection | asyncpg.Pool, places: Mapping[str, str] = PLACES
) -> str | None:
    """An address of the company; None where it has nothing of the kind."""
    while gap := re.search(r"\{\w+\}", path):
        asked = next((sql for key, sql in places.items() if key in (path, gap[0])), None)
        assert asked, f"Say in PLACES what {gap[0]} is to be."
        found = await company.fetchval(asked)
        if found is None:
            return None
        path = path.replace(gap[0], str(found))
    return path
