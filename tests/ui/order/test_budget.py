"""The page of an order with as much on it as there can be: small all the same, and nothing left out."""

import gzip
import re
from datetime import timedelta

from tests.company import NOW
from tests.ui.conftest import Shop, SignIn

from orderway.app import make_workflow
from orderway.fulfillment.events import Hold, Resume
from orderway.settings import Settings
from orderway.workflow.actor import Actor
from orderway.workflow.kinds import Ref
from orderway.workflow.runner import Runner

BUSIEST = """
SELECT f.store_id, f.order_id, f.id, (SELECT p.id FROM person p WHERE p.email = 'admin@demo.example') AS admin
FROM fulfillment f WHERE f.state = 'AWAITING_RIDER_SELECTION'
ORDER BY (SELECT count(*) FROM outbox b WHERE b.store_id = f.store_id AND b.order_id = f.order_id) DESC, f.id LIMIT 1
"""
MAY = frozenset({"fulfillment.work"})
REASONS = ("The customer asked to wait.", "The address is not clear.", "The van broke down.")


async def filled(shop: Shop) -> str:
    """The address of an order that more happened to than one page of its timeline holds."""
    row = await shop.pool.fetchrow(BUSIEST)
    assert row
    runner = Runner(shop.pool, make_workflow(Settings({})), clock=lambda: NOW)
    ref, admin = Ref("fulfillment", row["store_id"], row["id"]), Actor(f"person:{row['admin']}", MAY)
    for turn in range(20):
        at = NOW + timedelta(seconds=turn * 437)
        await runner.send(ref, Hold(REASONS[turn % 3]), actor=admin, at=at, reason=REASONS[turn % 3])
        await runner.send(ref, Resume(), actor=admin, at=at + timedelta(seconds=211))
    return f"/orders/{row['order_id']}"


async def test_a_full_page_travels_small(sign_in: SignIn, shop: Shop):
    path = await filled(shop)
    client = await sign_in("admin")
    page = (await client.get(path)).text
    assert page.count("<li", page.index('<ol class="timeline">')) == 50
    assert f"{path}?before=" in page, "there is more of it"
    assert len(re.findall(r'<g class="edge other">(?:<path [^>]*>)+<title>[^<]+: [^<]+ → [^<]+</title>', page)) > 20
    assert len(gzip.compress(page.encode(), 6)) <= 8 * 1024
