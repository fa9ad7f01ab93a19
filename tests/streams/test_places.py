"""Nothing is lost and nothing comes twice, whoever commits late, and wherever somebody goes on."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest
from tests.graphql.office import KANO, Api
from tests.graphql.orders import draft
from tests.streams.reading import begun, reader

from orderway.streams import changes
from orderway.streams.follow import of_here
from orderway.streams.place import Place, read_place
from orderway.streams.snapshot import Snapshot, read_snapshot
from orderway.workflow.errors import Invalid


async def extend(api: Api, quotation: str, times: int = 1) -> None:
    for _ in range(times):
        await api.move("biller", "quotationExtendValidity", id=quotation, days=1)


async def test_who_began_early_and_commits_late_is_not_passed_over(api: Api, pool: asyncpg.Pool):
    one, other = await draft(api), await draft(api)
    follower = await reader(api, "admin")
    async with begun(pool) as slow:
        await extend(api, other.ids["quotation"])
        await slow.extend(one.ids["quotation"])
        assert await follower.read() == [(UUID(other.order), 3)]
        await slow.commit()
    assert await follower.read() == [(UUID(one.order), 3)]
    assert await follower.read() == []


async def test_the_events_of_an_order_stay_in_their_order_though_who_began_first_came_last(
    api: Api, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(changes, "PAGE", 1)
    made = await draft(api)
    follower = await reader(api, "admin")
    async with begun(pool) as slow:
        await extend(api, made.ids["quotation"])
        await slow.extend(made.ids["quotation"])
        await slow.commit()
    assert await follower.read() == [(UUID(made.order), 3), (UUID(made.order), 4)]


@pytest.mark.parametrize("page", [1, 2, 3, 50])
async def test_from_each_event_on_exactly_what_came_after_it_is_read(
    page: int, api: Api, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(changes, "PAGE", page)
    made = [await draft(api) for _ in range(3)]
    follower = await reader(api, "admin")
    for each in (0, 1, 2, 0, 1, 0):
        await extend(api, made[each].ids["quotation"])
    begin = follower.place
    events = await follower.events()
    whole = [(each.order_id, each.entry.what.number) for each in events]
    first, second, third = (UUID(each.order) for each in made)
    assert sorted(whole) == sorted([(first, 3), (first, 4), (first, 5), (second, 3), (second, 4), (third, 3)])
    for count, place in enumerate([begin, *(each.place for each in events)]):
        follower.place = read_place(str(place))
        assert await follower.read() == whole[count:]


async def test_whoever_sees_less_reads_less_from_the_same_place(api: Api):
    follower, stranger = await reader(api, "biller"), await reader(api, "manager of kano")
    made = await draft(api)
    theirs = await draft(api, "manager of kano", store=KANO)
    assert await follower.read() == [(UUID(made.order), 1), (UUID(made.order), 2)]
    assert await stranger.read() == [(UUID(theirs.order), 1), (UUID(theirs.order), 2)]


async def test_what_a_dump_of_another_cluster_brought_along_is_no_news(api: Api, pool: asyncpg.Pool):
    made = await draft(api)
    follower = await reader(api, "admin")
    await pool.execute("ALTER TABLE outbox DISABLE TRIGGER USER")
    await pool.execute("UPDATE outbox SET xid = '4000000000000' WHERE order_id = $1", UUID(made.order))
    assert await follower.read() == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "AAAA",
        "W10",
        "WzEsIjE6MjozIl0",
        "WzEsIjA6MDoiXQ",
        "WzEsIjU6NDoiXQ",
        "WzEsIjk5OTk5OTk5OTk5OTk5OTk5OTk6MToiXQ",
        "é",
    ],
)
def test_what_is_no_place_is_told_in_a_sentence(text: str):
    with pytest.raises(Invalid, match="This is no place in what happens to the orders"):
        read_place(text)


def test_a_place_is_read_as_it_was_written():
    place = Place(7, Snapshot(10, 20, (10, 15)), Snapshot(12, 30), (KANO, 4))
    assert read_place(str(place)) == place


def test_a_place_of_elsewhere_or_of_a_time_that_was_taken_back_is_refused():
    here = Place(7, Snapshot(10, 20, (12,)))
    assert of_here(Place(7, Snapshot(20, 20)), here) == Place(7, Snapshot(20, 20))
    with pytest.raises(Invalid, match="of another database"):
        of_here(Place(8, Snapshot(5, 9)), here)
    for beyond in (Place(7, Snapshot(5, 21)), Place(7, Snapshot(5, 9), Snapshot(8, 21), (KANO, 4))):
        with pytest.raises(Invalid, match="set back to an earlier one"):
            of_here(beyond, here)


def test_going_on_to_a_transaction_keeps_what_was_seen_behind_it_already():
    now = Snapshot(10, 30, (10, 15, 22))
    assert str(Snapshot(5, 8, (5,)).on_to(16, now)) == "10:17:10,15"
    assert str(Snapshot(9, 20, (9, 15, 18)).on_to(16, now)) == "10:20:10,15,18"
    assert str(Snapshot(9, 20, (9,)).on_to(9, now)) == "20:20:"
    assert Snapshot(5, 8).on_to(40, now) == now
    assert read_snapshot("10:17:10,15") == Snapshot(10, 17, (10, 15))
