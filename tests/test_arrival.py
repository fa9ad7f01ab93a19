"""A body that does not arrive: its sender is told so in a sentence, and nobody waits for the rest of it."""

from __future__ import annotations

import json
from typing import Any

import asyncpg
import pytest
from starlette.requests import Request
from tests.secret import SECRET
from tests.stalling import answered, stalling

from orderway import arrival
from orderway.app import make_workflow
from orderway.http import make_http
from orderway.people.passwords import Passwords
from orderway.people.sessions import Sessions
from orderway.settings import Settings
from orderway.workflow.runner import Runner, utc_now

FORM = "application/x-www-form-urlencoded"
SENTENCE = "The request did not arrive within 0 seconds. Send it again, all at once."


@pytest.fixture
def app(pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The whole application, which waits for no byte that is not there."""
    monkeypatch.setattr(arrival, "PATIENCE", 0.0)
    settings = Settings({})
    runner = Runner(pool, make_workflow(settings))
    sessions = Sessions(pool, passwords=Passwords(), clock=utc_now, settings=settings)
    return make_http(runner, sessions, secret=SECRET)


async def test_a_report_that_does_not_arrive(app: Any):
    status, headers, body = await answered(app, "/payments/webhooks/paystack", "application/json", [b'{"event"'])
    assert (status, headers["connection"], json.loads(body)) == (408, "close", {"error": SENTENCE})


async def test_a_question_that_does_not_arrive(app: Any):
    status, headers, body = await answered(app, "/graphql", "application/json", [b'{"query"'])
    assert (status, headers["connection"]) == (408, "close")
    assert json.loads(body)["errors"][0]["message"] == SENTENCE


async def test_a_form_that_does_not_arrive(app: Any):
    status, headers, body = await answered(app, "/sign-in", FORM, [b"email=a"])
    assert (status, headers["connection"]) == (408, "close")
    assert b"The request did not arrive within 0 seconds." in body


async def test_what_has_arrived_is_given_in_its_pieces_and_then_it_ends():
    pieces = iter([{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.request", "body": b"b"}])

    async def receive() -> Any:
        return next(pieces)

    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    assert b"".join([chunk async for chunk in arrival.chunks(request)]) == b"ab"


async def test_no_byte_of_a_slow_sender_gives_the_next_one_more_time(monkeypatch: pytest.MonkeyPatch):
    """The time is one for the whole body: who sends a byte now and then has no more of it."""
    monkeypatch.setattr(arrival, "PATIENCE", 0.0)
    request = Request({"type": "http", "method": "POST", "headers": []}, stalling([b"a", b"b"]))
    coming = arrival.chunks(request)
    assert [await anext(coming), await anext(coming)] == [b"a", b"b"]
    with pytest.raises(arrival.TooSlow, match="did not arrive within 0 seconds"):
        await anext(coming)
