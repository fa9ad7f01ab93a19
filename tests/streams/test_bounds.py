"""How many follow at once."""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.graphql.office import Api
from tests.graphql.orders import draft
from tests.streams.served import ORDER, line

from orderway.settings import Settings
from orderway.streams.seats import NoSeat, Seats
from orderway.streams.streams import Streams

SOMEBODY, ANOTHER = UUID("0198a000-0000-7000-8000-000000000001"), UUID("0198a000-0000-7000-8000-000000000002")


def test_one_person_has_so_many_and_a_process_so_many():
    seats = Seats(Settings({"STREAMS_PER_PERSON": "2", "STREAMS_PER_PROCESS": "3"}))
    with seats.take(SOMEBODY), seats.take(SOMEBODY), seats.take(ANOTHER):
        with pytest.raises(NoSeat, match="You follow 2 streams already"), seats.take(SOMEBODY):
            pass
        with pytest.raises(NoSeat, match="This server has as many streams as it may"), seats.take(ANOTHER):
            pass
        assert seats.taken == 3
        assert not seats.empty.is_set()
    assert seats.taken == 0
    assert seats.empty.is_set()


async def test_who_follows_enough_is_refused_one_more_until_one_ends(api: Api, here: str, streams: Streams):
    made, token = await draft(api), await api.token("biller")
    async with line(here, token) as socket:
        for number in range(21):
            await socket.subscribe(ORDER, id=str(number), order=made.order, after=1)
        heard = [await socket.hear() for _ in range(21)]
        [refused] = [each for each in heard if each["type"] == "error"]
        assert refused["payload"][0]["message"] == "You follow 20 streams already. End one before you begin another."
        assert refused["payload"][0]["extensions"]["code"] == "TOO_OFTEN"
        await socket.say(type="complete", id=next(each["id"] for each in heard if each["type"] == "next"))
        await socket.subscribe(ORDER, id="more", order=made.order, after=1)
        assert (await socket.event("more"))["number"] == 2
    await streams.seats.empty.wait()
