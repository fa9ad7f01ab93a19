"""The page of the schedules: when each ran last and comes next, what went wrong, and who works."""

import re
from datetime import timedelta

import pytest
from tests.company import NOW
from tests.schedules.runs import ends, takes, unseen_for
from tests.ui.conftest import Shop, SignIn, words

from orderway.schedules.taking import Tally, Worker, leave

ALICE, BOB = Worker(host="alpha", process=7), Worker(host="beta", process=8)
NOON = NOW.replace(minute=0)
HOUR = timedelta(hours=1)


def rows(page: str) -> list[str]:
    """The rows of all tables of a page, in words."""
    return [words(row) for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)]


@pytest.mark.parametrize("who", ["biller.lagos", "rider1.lagos", "reseller.lagos.ikeja", "customer.lagos"])
async def test_who_does_not_see_operations_finds_none(who: str, sign_in: SignIn):
    client = await sign_in(who)
    assert (await client.get("/schedules")).status_code == 404
    assert 'href="/schedules"' not in (await client.get("/profile")).text


async def test_without_a_worker_the_page_says_so_and_when_all_comes_next(sign_in: SignIn):
    page = (await (await sign_in("manager.lagos")).get("/schedules")).text
    assert "No worker is there, so nothing is done at set times" in words(page)
    assert "Nothing was run yet" in words(page)
    assert rows(page)[1].startswith("Let unpaid sales expire 0 * * * * next 11 March 2026, 13:00:00 UTC")
    assert rows(page)[1].endswith("never yet –")
    assert 'href="/settings#SALE_EXPIRY_CRON"' not in page
    assert 'href="/settings#SALE_EXPIRY_CRON"' in (await (await sign_in("admin")).get("/schedules")).text


async def test_it_shows_what_was_done_what_went_wrong_and_who_works(sign_in: SignIn, shop: Shop):
    (run,) = await takes(shop.pool, ALICE, at=NOON - HOUR, sales=NOON - HOUR)
    await ends(shop.pool, run, ALICE, at=NOON - HOUR + timedelta(minutes=3), tally=Tally(1200))
    await takes(shop.pool, ALICE, at=NOON, sales=NOON)
    async with shop.pool.acquire() as connection:
        await leave(connection, ALICE)
    (run,) = await takes(shop.pool, BOB, at=NOON, sales=NOON)
    why = "Timers failed and wait: orderway doctor names them."
    await ends(shop.pool, run, BOB, at=NOON, tally=Tally(5, 2, why))
    client = await sign_in("accountant")
    page = (await client.get("/schedules")).text
    assert "No worker is there" not in words(page)
    assert '<td class="num" data-label="Rows">1,200</td>' in page, "a telephone shows no head of the table"
    found = rows(page)
    assert any(row.startswith("Let unpaid sales expire 0 * * * * next") and row.endswith("2 errors 5") for row in found)
    assert any(row.startswith("beta, process 8 version") and " At work " in row for row in found)
    assert any(row.startswith("alpha, process 7 version") and " Stopped " in row for row in found)
    (failed,) = [row for row in found if why in row]
    assert failed.endswith("under a minute 5 beta, process 8 begun by 2 workers")
    assert "With errors 2 errors" in failed
    (done,) = [row for row in found if row.startswith("Let unpaid sales expire Done")]
    assert done.endswith("3 min 1,200 alpha, process 7")
    only = rows((await client.get("/schedules", params={"failed": "yes", "schedule": "sales"})).text)
    assert [row for row in only if row.startswith("Let unpaid sales expire Done")] == []
    assert [row for row in only if why in row] == [failed]
    none = await client.get("/schedules", params={"failed": "yes", "schedule": "tidying"})
    assert "No run fits" in words(none.text)


async def test_a_worker_that_is_seen_no_more_is_gone_and_what_it_did_left_behind(sign_in: SignIn, shop: Shop):
    await takes(shop.pool, ALICE, at=NOON, sales=NOON)
    await unseen_for(shop.pool, ALICE, 61)
    page = (await (await sign_in("admin")).get("/schedules", params={"after": "nowhere"})).text
    assert "“nowhere” is no place in the list" in words(page)
    assert any(row.startswith("alpha, process 7") and " Gone " in row for row in rows(page))
    assert any(row.startswith("Let unpaid sales expire Left behind") for row in rows(page))
    assert "No worker is there" in words(page)
