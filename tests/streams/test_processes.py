"""Several servers over one database, one of them killed: who follows goes on at another, and misses nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from tests.graphql.office import Api, jsonable
from tests.graphql.orders import draft
from tests.streams.served import ORDER, ORDERS, following, serving
from websockets.exceptions import ConnectionClosed

EXTEND = """mutation($input: QuotationExtendValidityInput!) { quotationExtendValidity(input: $input) { __typename } }"""


async def extend(url: str, token: str, quotation: str) -> None:
    """Move a quotation through the API of a server."""
    body = {"query": EXTEND, "variables": {"input": {"id": quotation, "days": 1}}}
    async with httpx.AsyncClient(timeout=30) as client:
        response = await client.post(f"{url}/graphql", json=body, headers={"Authorization": f"Bearer {token}"})
    assert response.json() == {"data": {"quotationExtendValidity": {"__typename": "Moved"}}}


async def test_what_one_server_does_the_followers_of_another_are_told(api: Api, database_url: str):
    made, token = await draft(api), await api.token("biller")
    with serving(database_url) as (one, _), serving(database_url) as (other, _):
        async with following(other, token, ORDER, order=made.order, after=2) as socket:
            await extend(one, token, made.ids["quotation"])
            event = await socket.event()
    assert (event["number"], event["transition"]["event"]) == (3, "EXTEND_VALIDITY")


async def test_who_follows_a_server_that_is_killed_goes_on_at_another_and_misses_nothing(api: Api, database_url: str):
    made, token = [await draft(api) for _ in range(2)], await api.token("biller")
    with serving(database_url) as (one, victim), serving(database_url) as (other, _):
        writing = asyncio.create_task(write(api, [each.ids["quotation"] for each in made], moves=60))
        heard: list[Any] = []
        async with following(one, token, ORDERS) as socket:
            while len(heard) < 10:
                heard.append(await socket.event())
            victim.process.kill()
            try:
                while True:
                    heard.append(await socket.event())
            except ConnectionClosed:
                victim.process.communicate()
        async with following(other, token, ORDERS, after=heard[-1]["cursor"]) as socket:
            await writing
            last = {each.order: 32 for each in made}
            while last_numbers(heard) != last:
                heard.append(await socket.event())
    for each in made:
        numbers = [event["number"] for event in heard if event["orderId"] == each.order]
        assert numbers == list(range(numbers[0], 33))


async def write(api: Api, quotations: list[str], *, moves: int) -> None:
    """Move quotations in turns, told to nobody."""
    for number in range(moves):
        await api.move("biller", "quotationExtendValidity", **jsonable({"id": quotations[number % 2], "days": 1}))


def last_numbers(events: list[Any]) -> dict[str, int]:
    return {event["orderId"]: event["number"] for event in events}


async def test_a_server_that_is_asked_to_stop_says_so_to_who_follows(api: Api, database_url: str):
    made, token = await draft(api), await api.token("biller")
    with serving(database_url) as (url, command):
        async with following(url, token, ORDER, order=made.order, after=1) as socket:
            await socket.event()
            command.process.terminate()
            error = await socket.error()
        code, said = command.stop()
    assert error["message"] == "This server stops. Connect again, and go on after number 2."
    assert error["extensions"]["code"] == "ENDED"
    assert code == 0, said
    assert said.endswith("Stopped.\n")
