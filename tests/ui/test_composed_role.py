"""A role that was composed opens the pages as a built-in one does: what it reaches, with what it may do there."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
from tests.company import NOW, PASSWORD, QUICK
from tests.ui.conftest import Shop, SignIn, words

from orderway.people.accounts import NewPerson, add
from orderway.people.compositions import create_role
from orderway.people.turn import turn_of
from orderway.people.viewer import Viewer, find_viewer

CLERK = ["sale.cancel", "money.see", "scope.store"]


async def superadmin(shop: Shop) -> Viewer:
    async with shop.pool.acquire() as connection:
        id = await connection.fetchval("SELECT id FROM person WHERE email = 'superadmin@demo.example'")
        found = await find_viewer(connection, id)
    assert found
    return found


@pytest.fixture
async def clerk(shop: Shop, sign_in: SignIn) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody of the Lagos store who sees its orders with their money, and may cancel a sale; gone afterwards."""
    async with (
        shop.pool.acquire() as connection,
        turn_of(connection, await superadmin(shop), at=NOW, reason="Help at the counter.") as turn,
    ):
        lagos: UUID = await connection.fetchval("SELECT id FROM store WHERE code = 'LOS'")
        role = await create_role(turn, "CANCEL_CLERK", label="cancel clerk", permissions=CLERK)
        new = NewPerson(
            email="clerk@demo.example", name="Clerk, Lagos store", password_hash=QUICK.hash(PASSWORD),
            roles=["CANCEL_CLERK"], stores=[lagos],
        )  # fmt: skip
        person = await add(turn, new)
    yield await sign_in("clerk")
    async with shop.pool.acquire() as connection:
        await connection.execute("UPDATE person SET disabled_at = now() WHERE id = $1", person)
        await connection.execute("DELETE FROM person_role WHERE role_id = $1", role)
        await connection.execute("DELETE FROM role WHERE id = $1", role)


async def test_a_composed_role_sees_the_orders_of_its_store_and_is_offered_what_it_may_do(
    shop: Shop, clerk: httpx.AsyncClient, sign_in: SignIn
):
    listed = (await clerk.get("/orders")).text
    numbers = set(re.findall(r"\b(?:LOS|ABV|PHC)-\d+", listed))
    assert numbers
    assert {number[:3] for number in numbers} == {"LOS"}
    order = await shop.pool.fetchval(
        "SELECT a.order_id FROM sale a JOIN store s ON s.id = a.store_id"
        " WHERE s.code = 'LOS' AND a.state = 'AWAITING_PAYMENT_METHOD' ORDER BY a.id LIMIT 1"
    )
    page = await clerk.get(f"/orders/{order}")
    assert page.status_code == 200
    assert "Cancel the sale" in words(page.text)
    assert "NGN" in words(page.text)
    assert "Cancel the sale" not in words((await (await sign_in("customer.lagos")).get(f"/orders/{order}")).text)
    elsewhere = await shop.pool.fetchval(
        "SELECT a.order_id FROM sale a JOIN store s ON s.id = a.store_id WHERE s.code = 'ABV' ORDER BY a.id LIMIT 1"
    )
    assert (await clerk.get(f"/orders/{elsewhere}")).status_code == 404
    assert (await clerk.get("/settings")).status_code == 404
