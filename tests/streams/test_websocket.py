"""Following over WebSocket: a real socket, and the protocol as its specification has it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from tests.graphql.office import SHIRT, Api
from tests.graphql.orders import draft
from tests.streams.served import ORDER, ORDERS, PROTOCOL, Line, following, line
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin


async def test_an_order_is_followed_from_the_number_that_one_has(api: Api, here: str):
    made = await draft(api)
    async with following(here, await api.token("biller"), ORDER, order=made.order, after=1) as socket:
        opened = await socket.event()
        await api.move("biller", "quotationShare", id=made.ids["quotation"])
        shared = await socket.event()
    assert (opened["number"], opened["transition"]["event"]) == (2, "EDIT")
    assert shared == {
        "number": 3,
        "type": "order.quotation.share",
        "transition": {
            "machine": "quotation",
            "event": "SHARE",
            "phrase": "shared the quotation with the buyer",
            "toLabel": "In review",
            "who": "Biller",
            "reason": None,
        },
        "order": {"number": "LAG-000001", "phase": "QUOTATION"},
    }


async def test_without_a_number_what_happened_before_is_not_told(api: Api, here: str):
    made = await draft(api)
    async with line(here, await api.token("biller")) as socket:
        await socket.subscribe(ORDER, order=made.order)
        await socket.subscribe(ORDERS, id="2")
        heard = await first_heard(socket, api, made.ids["quotation"], {"1", "2"})
    assert min(heard.values()) > 2  # the draft itself was two events


async def first_heard(socket: Line, api: Api, quotation: str, ids: set[str]) -> dict[str, int]:
    """Change a draft until each subscription has heard of it: nothing says when one has begun. Gives their numbers."""
    first: dict[str, int] = {}
    for _ in range(20):
        await api.move("biller", "quotationEdit", id=quotation, lines=[{"variant": str(SHIRT), "quantity": 2}])
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                while first.keys() != ids:
                    heard = await socket.hear()
                    [told] = heard["payload"]["data"].values()
                    first.setdefault(heard["id"], told["number"])
                return first
    raise AssertionError(first)


async def test_what_is_completed_is_told_no_more_and_its_id_may_be_used_again(api: Api, here: str):
    made = await draft(api)
    async with following(here, await api.token("biller"), ORDER, order=made.order, after=1) as socket:
        assert (await socket.event())["number"] == 2
        await socket.say(type="complete", id="1")
        await socket.subscribe(ORDER, order=made.order, after=0)
        assert [each["number"] for each in await socket.events(2)] == [1, 2]


@pytest.mark.parametrize(
    ("query", "code", "sentence"),
    [
        ("{ viewer { name } }", "REFUSED", "There is no such operation in the document. Name one that is in it."),
        ("mutation { signOut }", "REFUSED", "There is no such operation in the document. Name one that is in it."),
        ("subscription {", "INVALID", "Syntax Error: Expected Name, found <EOF>."),
        ("subscription { nothing }", "INVALID", "Cannot query field 'nothing' on type 'Subscription'."),
        (
            'subscription { orderChanged(order: "0198a000-0000-7000-8000-0000000000a1") { number } }',
            "NOT_FOUND",
            "There is no such order. Check its number, or look for it in the list of orders.",
        ),
        (
            'subscription { ordersChanged(after: "x") { number } }',
            "INVALID",
            "This is no place in what happens to the orders. Send the cursor of an event as it was given.",
        ),
    ],
)
async def test_what_can_not_be_followed_is_told_as_an_error(query: str, code: str, sentence: str, api: Api, here: str):
    async with following(here, await api.token("biller"), query) as socket:
        error = await socket.error()
    assert error["message"] == sentence
    assert error["extensions"]["code"] == code


INIT = '{"type": "connection_init", "payload": {"Authorization": "Bearer nothing"}}'


@pytest.mark.parametrize(
    ("said", "code", "reason"),
    [
        ("hello", 4400, "This is no message of graphql-transport-ws"),
        ('{"type": "goodbye"}', 4400, "This is no message of graphql-transport-ws"),
        (b"{}", 4400, "Send texts, not bytes."),
        ('{"type": "ping", "payload": {"a": "\\u0000"}}', 4400, "A text holds the character NUL"),
        ('{"type": "ping"}', 4401, "Send connection_init first."),
        ('{"type": "connection_init"}', 4403, "Send connection_init with"),
        (INIT, 4403, "This token is not known, or has ended. Sign in again by signIn."),
        ("x" * 200_000, 1009, ""),
    ],
)
async def test_who_does_not_keep_to_the_protocol_is_told_and_left(said: Any, code: int, reason: str, here: str):
    async with connect(address(here), subprotocols=[PROTOCOL]) as socket:
        await socket.send(said)
        found, why = await end(socket)
    assert found == code
    assert why.startswith(reason)


async def test_nobody_greets_twice_or_follows_two_things_under_one_name(api: Api, here: str):
    made, token = await draft(api), await api.token("biller")
    async with line(here, token) as socket:
        await socket.say(type="connection_init")
        assert await end(socket.socket) == (4429, "Send connection_init once.")
    async with line(here, token) as socket:
        await socket.subscribe(ORDER, order=made.order)
        await socket.subscribe(ORDER, order=made.order)
        assert await end(socket.socket) == (4409, "There is a subscription 1 already.")


async def test_another_subprotocol_is_not_spoken(here: str):
    async with connect(address(here)) as socket:
        assert await end(socket) == (4406, "Ask for the subprotocol graphql-transport-ws.")


async def test_a_page_of_another_site_is_not_let_in_and_one_of_ours_is(here: str):
    for other in ("https://other.example", "null", "http://[", "http://[::1"):
        with pytest.raises(InvalidStatus, match="HTTP 403"):
            await connect(address(here), subprotocols=[PROTOCOL], origin=Origin(other))
    async with connect(address(here), subprotocols=[PROTOCOL], origin=Origin(here)):
        pass


def address(url: str) -> str:
    return f"{url.replace('http', 'ws')}/graphql"


async def end(socket: ClientConnection) -> tuple[int, str]:
    """How the server said goodbye: the code, and the reason as far as the test asks for it."""
    with pytest.raises(ConnectionClosed) as closed:
        await socket.recv()
    assert closed.value.rcvd
    return closed.value.rcvd.code, closed.value.rcvd.reason
