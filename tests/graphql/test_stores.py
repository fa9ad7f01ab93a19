"""Stores through the API: who knows which, and how they are opened and changed."""

from typing import Any

import asyncpg
import pytest
from tests.graphql.office import BUYER, KANO, LAGOS, Api
from tests.graphql.orders import draft
from tests.graphql.staff_office import change, changed, history, refused

OPENED = {"name": "Abuja", "code": "abj", "currency": "NGN"}


async def known(api: Api, who: str) -> list[str]:
    return [each["code"] for each in (await api.ask(who, "{ stores { code } }"))["stores"]]


async def test_each_knows_the_stores_that_they_reach(api: Api, pool: asyncpg.Pool):
    assert await known(api, "admin") == ["KAN", "LAG"]
    assert await known(api, "accountant") == ["KAN", "LAG"]
    assert await known(api, "manager") == ["LAG"]
    assert await known(api, "biller") == ["LAG"]
    assert await known(api, "manager of kano") == ["KAN"]
    assert await known(api, "rider") == ["KAN", "LAG"], "who is bound to none delivers for all"
    await pool.execute("INSERT INTO rider_coverage (rider_id, store_id) VALUES ($1, $2)", api.office.ids["rider"], KANO)
    assert await known(api, "rider") == ["KAN"]
    assert await known(api, "reseller") == ["KAN", "LAG"], "they may begin a quotation in any"
    assert await known(api, "customer") == []
    await draft(api)
    assert await known(api, "customer") == ["LAG"]
    await pool.execute("UPDATE customer SET default_store_id = $2 WHERE id = $1", BUYER, KANO)
    assert await known(api, "customer") == ["KAN", "LAG"]


async def test_a_store_is_opened_and_changed(api: Api):
    made = await changed(
        api, "admin", "createStore", **OPENED, timezone="Africa/Lagos", latitude=9.0579, longitude=7.4951
    )
    assert made == {
        "id": made["id"], "name": "Abuja", "code": "ABJ", "currency": "NGN", "timezone": "Africa/Lagos",
        "latitude": 9.0579, "longitude": 7.4951, "step": 1,
    }  # fmt: skip
    assert await known(api, "admin") == ["ABJ", "KAN", "LAG"]
    now = await changed(
        api, "admin", "changeStore", store=made["id"], name="Abuja Garki", timezone="UTC", latitude=9.1, longitude=7.5,
        seen=1, reason="It moved.",
    )  # fmt: skip
    assert (now["name"], now["timezone"], now["latitude"], now["step"]) == ("Abuja Garki", "UTC", 9.1, 2)
    assert sorted(await history(api, "admin", store=made["id"])) == [
        ("Abuja", "CREATED", None, "ABJ, NGN", "Admin", ""),
        ("Abuja Garki", "COORDINATES", "9.0579, 7.4951", "9.1, 7.5", "Admin", "It moved."),
        ("Abuja Garki", "NAME", "Abuja", "Abuja Garki", "Admin", "It moved."),
        ("Abuja Garki", "TIMEZONE", "Africa/Lagos", "UTC", "Admin", "It moved."),
    ]
    assert (await change(api, "admin", "changeStore", store=made["id"], name="Old", seen=1))["__typename"] == "Conflict"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": "LAG"}, "code"),
        ({"code": "A B"}, "code"),
        ({"name": "Two\nlines"}, "name"),
        ({"currency": "XXY"}, "currency"),
        ({"timezone": "Africa/Nowhere"}, "timezone"),
        ({"latitude": 9.0}, "latitude"),
        ({"latitude": 91.0, "longitude": 7.0}, "latitude"),
        ({"latitude": 9.0, "longitude": -181.0}, "longitude"),
    ],
)
async def test_a_store_of_no_use_is_not_opened(api: Api, pool: asyncpg.Pool, given: Any, field: str):
    answer = await change(api, "admin", "createStore", **{**OPENED, **given})
    assert (answer["__typename"], answer["field"]) == ("Invalid", field)
    assert await pool.fetchval("SELECT count(*) FROM store") == 2


async def test_who_manages_settings_of_one_store_opens_none(api: Api, pool: asyncpg.Pool):
    await pool.execute(
        "UPDATE role SET permissions = permissions || '{settings.manage}'::text[] WHERE name = 'MANAGER'"
    )
    assert await refused(api, "manager", "createStore", **OPENED) == "You may not open and change stores."
    assert await refused(api, "manager", "changeStore", store=LAGOS, name="Mine") == (
        "You may not open and change stores."
    )
