"""What an address may be, and what PostgreSQL keeps of it by itself."""

from dataclasses import replace
from math import inf, nan
from typing import Any

import asyncpg
import pytest
from tests.stories.shop import DOOR, Shop, shirts

from orderway.delivery.address import Delivery, checked
from orderway.workflow.errors import Invalid


def test_an_address_is_kept_without_the_blanks_around_its_texts():
    assert checked(Delivery(receiver=" Ada ", phone=" 0803 123 4567\n", city="\tLagos")) == Delivery(
        receiver="Ada", phone="0803 123 4567", city="Lagos"
    )


@pytest.mark.parametrize("phone", ["", "12345", "+234 803 123 4567", "(0803) 123-45.67", "0/803/1234567", "1" * 17])
def test_a_telephone_number_is_written_in_many_ways(phone: str):
    assert checked(replace(DOOR, phone=phone)).phone == phone


@pytest.mark.parametrize("phone", ["1234", "1" * 18, "none", "0803 CALL ME", "+", "++2348031234567", "0803\n1234567x"])
def test_what_no_one_can_be_called_by_is_no_telephone_number(phone: str):
    with pytest.raises(Invalid, match="is no telephone number") as told:
        checked(replace(DOOR, phone=phone))
    assert told.value.field == "delivery.phone"


@pytest.mark.parametrize("place", [(-90.0, -180.0), (90.0, 180.0), (0.0, 0.0)])
def test_the_ends_of_the_world_are_places(place: tuple[float, float]):
    latitude, longitude = place
    kept = checked(replace(DOOR, latitude=latitude, longitude=longitude))
    assert (kept.latitude, kept.longitude) == place


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ((90.001, 0.0), "latitude"), ((-91.0, 0.0), "latitude"), ((nan, 0.0), "latitude"), ((inf, 0.0), "latitude"),
        ((0.0, 180.001), "longitude"), ((0.0, -181.0), "longitude"), ((0.0, nan), "longitude"),
        ((0.0, None), "longitude"), ((None, 0.0), "latitude"),
    ],
)  # fmt: skip
def test_half_a_place_and_one_beyond_the_world_are_none(place: tuple[float | None, float | None], field: str):
    latitude, longitude = place
    with pytest.raises(Invalid) as told:
        checked(replace(DOOR, latitude=latitude, longitude=longitude))
    assert told.value.field == f"delivery.{field}"


@pytest.mark.parametrize(
    ("text", "most"),
    [("receiver", 200), ("address", 500), ("city", 100), ("region", 100), ("postcode", 20), ("country", 100),
     ("notes", 1000)],
)  # fmt: skip
def test_each_text_has_an_end(text: str, most: int):
    longest: dict[str, Any] = {text: "x" * most}
    assert getattr(checked(replace(DOOR, **longest)), text) == "x" * most
    too_long: dict[str, Any] = {text: "x" * (most + 1)}
    with pytest.raises(Invalid) as told:
        checked(replace(DOOR, **too_long))
    assert told.value.field == f"delivery.{text}"


async def test_postgresql_changes_no_address_and_takes_none_of_another_order(shop: Shop):
    first, second = await shop.order(shirts(1)), await shop.order(shirts(1))
    other = await shop.pool.fetchval("SELECT address_id FROM sale_order WHERE id = $1", second.id)
    for statement in ("UPDATE delivery_address SET city = 'Kano'", "DELETE FROM delivery_address"):
        with pytest.raises(asyncpg.RestrictViolationError, match="only ever added"):
            await shop.pool.execute(statement)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await shop.pool.execute("UPDATE sale_order SET address_id = $2 WHERE id = $1", first.id, other)


@pytest.mark.parametrize("place", [(6.5, None), (None, 3.4), (91.0, 3.4), (6.5, 181.0)])
async def test_postgresql_takes_no_half_place_and_none_beyond_the_world(
    shop: Shop, place: tuple[float | None, float | None]
):
    order = await shop.order(shirts(1))
    with pytest.raises(asyncpg.CheckViolationError):
        await shop.pool.execute(
            "INSERT INTO delivery_address SELECT store_id, orderway_id(), order_id, '', '', '', '', '', '', '', $2, $3,"
            " '', NULL, at, actor FROM delivery_address WHERE order_id = $1",
            order.id, *place,
        )  # fmt: skip
