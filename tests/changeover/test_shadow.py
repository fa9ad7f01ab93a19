"""What a day of the shadow came to, and who is told of it."""

from datetime import UTC, date, datetime, timedelta

from tests.changeover.listed import differ, leave_out
from tests.stories.shop import Shop, person, shirts

from orderway.changeover.divergences import DIVERGENCES, count_divergences
from orderway.changeover.listing import Filters, place_in
from orderway.changeover.shadow import lines, summarize
from orderway.changeover.summaries import tell_yesterday
from orderway.people.viewer import find_viewer

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
NEXT = AT + timedelta(days=1)
SAID = [
    "12 changes of orders were followed; none waited longer than 0.8 s.",
    "Orderway is wrong: 1 open, 1 new, 0 gone.",
    "Unclear: 0 open, 1 new, 1 gone.",
    "The former system is wrong: 1 open, 0 new, 0 gone.",
    "Left out, since their store is switched on and people have gone on here: 1.",
]
MAY = """
UPDATE role SET permissions = permissions || ARRAY['settings.manage'] WHERE name IN ('MANAGER', 'ACCOUNTANT')
"""
"""Only the accountant of the two works for all stores."""
TOLD = "SELECT title, text FROM notification WHERE type = 'shadow.summary'"


async def found(shop: Shop) -> str:
    order = await shop.agreed(shirts(2))
    await leave_out(shop.pool, order.id, since=AT)
    await differ(shop.pool, order.id, "CLEARED", at=AT - timedelta(days=3))
    await shop.pool.execute("DELETE FROM shadow_day")
    await differ(shop.pool, order.id, "ELSEWHERE", class_="OURS_WRONG", at=AT)
    await differ(shop.pool, order.id, "CREDIT", class_="UNCLEAR", at=AT)
    await shop.pool.execute("UPDATE shadow_divergence SET closed_at = $1 WHERE kind = 'CREDIT'", AT)
    number: str = await shop.pool.fetchval("SELECT number FROM sale_order WHERE id = $1", order.id)
    return number


async def test_a_day_is_summed_up_by_what_was_open_at_its_end_the_worst_first(shop: Shop):
    number = await found(shop)
    async with shop.pool.acquire() as connection:
        said = lines(await summarize(connection, AT.date()))
        nothing = await summarize(connection, date(2026, 2, 1))
    on = f"On order {number}, with NGN\xa015.00 at stake:"
    assert said == [
        *SAID,
        f"{on} Orderway is wrong. It rests somewhere else here. It is ELSEWHERE.",
        f"{on} The former system is wrong. Cleared there, and not here. It is CLEARED.",
    ]
    assert nothing.is_empty


async def test_who_looks_after_the_settings_is_told_once_and_of_an_empty_day_nobody(shop: Shop):
    async with shop.pool.acquire() as connection:
        await connection.execute(MAY)
        assert await tell_yesterday(connection, now=NEXT) == 0
        await found(shop)
        told = [await tell_yesterday(connection, now=NEXT + timedelta(hours=each)) for each in range(2)]
        ((title, text),) = await connection.fetch(TOLD)
    assert told == [1, 0]
    assert title == "The shadow of the former system"
    assert text.splitlines()[:6] == ["2026-03-01:", *SAID]


async def test_they_are_listed_newest_first_page_by_page_to_who_sees_the_store(shop: Shop):
    await found(shop)
    async with shop.pool.acquire() as connection:
        manager, rider = [await find_viewer(connection, person(word)) for word in ("manager", "rider")]
        assert manager
        assert rider
        kinds, place = [], None
        for has_more in (True, False):
            page = await DIVERGENCES.page(connection, manager, after=place, limit=1)
            (last,) = page.rows
            assert page.has_more == has_more
            kinds.append(last.kind)
            place = place_in(DIVERGENCES.cursor(last))
        closed = await DIVERGENCES.page(connection, manager, filters=Filters(status="closed"))
        unseen = await DIVERGENCES.page(connection, rider)
        counts = await count_divergences(connection, manager)
    assert kinds == ["ELSEWHERE", "CLEARED"]
    assert [each.kind for each in closed.rows] == ["CREDIT"]
    assert unseen.rows == ()
    assert counts == {"OURS_WRONG": 1, "UNCLEAR": 0, "OLD_WRONG": 1}
