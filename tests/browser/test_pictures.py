"""What the pages look like is what the pictures kept of them show; `make pictures` takes them anew, to be looked at."""

import pytest
from PIL import Image
from tests.browser.conftest import Visitors
from tests.browser.looking import apart, differs

from orderway.database import connect
from orderway.embedded import EmbeddedServer

NEAR = 0.02
"""The part of the area in which letters may fall another way, on another machine."""

STANDING = """
SELECT f.order_id FROM fulfillment f JOIN sale_order o ON o.id = f.order_id
WHERE f.state = 'AWAITING_RIDER_SELECTION' ORDER BY o.number LIMIT 1
"""
WAYS = {"light": {"width": 1280}, "dark": {"width": 1280, "dark": True}, "phone": {"width": 390}}


@pytest.mark.parametrize("way", WAYS)
async def test_the_style_guide_looks_as_before(way: str, onlookers: Visitors):
    page = await onlookers.page("superadmin", "/style", **WAYS[way])
    assert await differs(page, f"style-{way}") < NEAR


@pytest.mark.parametrize("way", ["light", "phone"])
async def test_an_order_looks_as_before(way: str, onlookers: Visitors, server: EmbeddedServer):
    connection = await connect(server.url("gallery"))
    path = f"/orders/{await connection.fetchval(STANDING)}"
    await connection.close()
    assert await differs(await onlookers.page("superadmin", path, **WAYS[way]), f"order-{way}") < NEAR


async def test_the_board_looks_as_before(onlookers: Visitors):
    assert await differs(await onlookers.page("manager.lagos", "/fulfillment"), "board-light") < NEAR


def test_pictures_that_are_not_alike_are_told_apart():
    one = Image.new("RGB", (400, 400), "white")
    other = one.copy()
    other.paste("black", (0, 0, 100, 400))
    assert apart(one, one) == 0
    assert apart(one, other) == 0.25
    assert apart(one, Image.new("RGB", (400, 800), "white")) == 0.5
