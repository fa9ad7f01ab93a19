from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

import asyncpg
import pytest

from orderway.app import make_workflow, the_laws
from orderway.demo import load as loading
from orderway.demo.company import accounts
from orderway.demo.load import NotForDemo, Plan, load, plans
from orderway.demo.seed import Company, read_company
from orderway.demo.stories import stories
from orderway.machines import CHARTS
from orderway.settings import Settings
from orderway.workflow.runner import Runner
from orderway.workflow.verify import verify

NOW = datetime(2026, 3, 11, 12, 30, tzinfo=UTC)
HASH = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"
SETTINGS = Settings({})

# Stock is reserved in the very step that a fulfillment is born in, so none rests there.
PASSED_THROUGH = {"ALLOCATING_STOCK"}


@pytest.fixture
def runner(pool: asyncpg.Pool) -> Runner:
    return Runner(pool, make_workflow(SETTINGS), clock=lambda: NOW)


async def states(pool: asyncpg.Pool, machine: str) -> set[str]:
    return {row["state"] for row in await pool.fetch(f"SELECT DISTINCT state FROM {machine}")}


async def test_the_demo_holds_every_state_and_every_proof_of_it_holds(runner: Runner, pool: asyncpg.Pool):
    assert await load(runner, SETTINGS, password_hash=HASH) == 200
    for machine in ("quotation", "sale", "fulfillment"):
        expected, found = set(CHARTS[machine].leaves) - PASSED_THROUGH, await states(pool, machine)
        assert found == expected
    async with pool.acquire() as connection:
        verdict = await verify(connection, runner.workflow, the_laws())
    assert verdict.findings == ()
    assert verdict.rows > 2000
    assert await pool.fetchval("SELECT count(*) FROM sale_order") == 200
    assert await pool.fetchval("SELECT max(at) <= $1 FROM transition_log", NOW)

    # A second time changes nothing; an order that is missing is told again, and no other.
    before = await pool.fetchval("SELECT count(*) FROM transition_log")
    assert await load(runner, SETTINGS, password_hash=HASH) == 0
    assert await pool.fetchval("SELECT count(*) FROM transition_log") == before

    # What is listed as it was entered is listed in the order of time.
    for table in ("movement", "payable"):
        assert await pool.fetchval(f"SELECT array_agg(at ORDER BY id) = array_agg(at ORDER BY at) FROM {table}")

    # What nobody could say the order of waits to be reconciled, with the payment that it is.
    waiting = await pool.fetch(
        "SELECT i.kind, count(p.id) FROM parked_money i LEFT JOIN payment p"
        " ON p.amount = i.amount AND p.state = 'PENDING' WHERE i.resolution IS NULL GROUP BY i.id"
    )
    assert [tuple(row) for row in waiting] == [("orphan", 1)]

    # In each town a rider was chosen for the dearer offer once, and one for the cheaper.
    chosen = await pool.fetchval("SELECT count(DISTINCT rider_id) FROM rider_interest WHERE state = 'ASSIGNED'")
    assert chosen > 3

    # Nothing that is alive is past its time: the sweeper leaves the company as it is.
    assert await pool.fetchval("SELECT count(*) FROM quotation WHERE due_at <= $1", NOW) == 0
    assert await pool.fetchval("SELECT count(*) FROM sale WHERE due_at <= $1", NOW) == 0
    assert await pool.fetchval("SELECT count(*) FROM fulfillment WHERE due_at <= $1", NOW) == 0


async def test_of_a_load_that_was_interrupted_no_order_is_there_and_the_next_tells_them_all(
    runner: Runner, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
):
    class Interrupted(Exception):
        pass

    def stop(done: int, _of: int) -> None:
        if done == 7:
            raise Interrupted

    monkeypatch.setattr(loading, "plans", lambda company, now: plans(company, now)[:12])
    with pytest.raises(Interrupted):
        await load(runner, SETTINGS, password_hash=HASH, on_order=stop)
    assert await pool.fetchval("SELECT count(*) FROM sale_order") == 0
    assert await load(runner, SETTINGS, password_hash=HASH) == 12
    assert await pool.fetchval("SELECT count(*) FROM sale_order") == 12


async def test_the_same_moment_tells_the_same_orders(
    runner: Runner, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
):
    def three(company: Company, now: datetime) -> Iterable[Plan]:
        return plans(company, now)[:3]

    monkeypatch.setattr(loading, "plans", three)
    await load(runner, SETTINGS, password_hash=HASH)
    async with pool.acquire() as connection:
        company = await read_company(connection)
    one, other = (
        [(plan.story.name, plan.order, plan.store, plan.buyer, plan.moments) for plan in plans(company, NOW)]
        for _ in range(2)
    )
    assert one == other
    assert [row["number"] for row in await pool.fetch("SELECT number FROM sale_order ORDER BY placed_at")] == [
        f"{store.place.code}-{place:06}" for place, (_, _, store, *_) in enumerate(one[:3], start=1)
    ]


async def test_a_database_with_another_company_is_left_alone(runner: Runner, pool: asyncpg.Pool):
    await pool.execute(
        "INSERT INTO store (id, name, code, currency) VALUES (gen_random_uuid(), 'Corner shop', 'CORNER', 'NGN')"
    )
    with pytest.raises(NotForDemo, match="a company of its own"):
        await load(runner, SETTINGS, password_hash=HASH)
    assert await pool.fetchval("SELECT count(*) FROM person") == 0


def test_two_hundred_orders_are_told():
    assert sum(story.count for story in stories()) == 200


def test_everyone_who_signs_in_has_an_address_and_a_role():
    counted = Counter(account.role for account in accounts())
    assert counted == {
        "SUPERADMIN": 1,
        "ADMIN": 1,
        "ACCOUNTANT": 1,
        "MANAGER": 3,
        "BILLER": 3,
        "RIDER": 6,
        "RESELLER": 6,
        "CUSTOMER": 3,
    }
    assert len({account.email for account in accounts()}) == 24
