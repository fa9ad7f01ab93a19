"""The page of an order that is brought in parts: each is shown by itself, with its goods and what can happen to it."""

import re

from tests.ui.conftest import Shop, SignIn, words

WAITING = """
SELECT f.order_id FROM fulfillment f WHERE f.part = 2 AND f.state = 'BACKORDERED' ORDER BY f.order_id LIMIT 1
"""
DROPPED = """
SELECT f.order_id FROM fulfillment f JOIN sale s ON s.order_id = f.order_id
WHERE f.part = 2 AND f.state = 'CANCELLED' AND s.state = 'COMPLETED' ORDER BY f.order_id LIMIT 1
"""


async def page_of(shop: Shop, sign_in: SignIn, query: str, chart: str = "") -> str:
    order = await shop.pool.fetchval(query)
    assert order, "the demo has no such order"
    answer = await (await sign_in("admin")).get(f"/orders/{order}", params={"chart": chart})
    assert answer.status_code == 200
    return answer.text


async def test_each_part_has_its_step_and_its_goods(shop: Shop, sign_in: SignIn):
    said = words(await page_of(shop, sign_in, DROPPED))
    assert re.search(r"Sale Cleared in .+? Part 1 Completed in .+? Part 2 Cancelled in .+? Completed After", said)
    assert "Has left the store" in said
    assert "No longer held" in said
    assert re.search(r"Customer \d+ in .+? Completed", said), "the order is told by the part that was brought"


async def test_each_part_has_its_own_picture(shop: Shop, sign_in: SignIn):
    for chart, tab, now in (("fulfillment", "Part 1", "Completed"), ("fulfillment-2", "Part 2", "Cancelled")):
        page = await page_of(shop, sign_in, DROPPED, chart)
        assert f'aria-current="page">{tab}</a>' in page
        assert re.search(rf"{now}</span><span class=\"small\">now, for ", re.sub(r"<svg.*?</svg>", "", page)), tab


async def test_the_timeline_says_which_part_it_was(shop: Shop, sign_in: SignIn):
    said = words(await page_of(shop, sign_in, DROPPED))
    assert re.search(r"cancelled the fulfillment Cancelled .+? · Part 2 · from Waiting for stock", said)


async def test_what_can_happen_says_to_which_part(shop: Shop, sign_in: SignIn):
    page = await page_of(shop, sign_in, WAITING)
    offered = re.search(r'<section class="card do".*?</section>', page, flags=re.DOTALL)
    assert offered
    said = words(offered[0])
    assert "Send what is there, the rest later Part 2" in said
    assert "Some of the goods must be held or free, and some be missing." in said
    assert "Cancel the fulfillment… Part 2" in said
