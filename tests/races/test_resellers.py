"""Who becomes a reseller, or a customer, where several decide or arrive at the same moment."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import asyncpg
import pytest
from argon2 import PasswordHasher
from tests.races.crowd import CROWD, at_once
from tests.stories.shop import LAGOS, Shop

from orderway.people.accounts import NewPerson, add_person
from orderway.people.customers.applications import DeclineResellerApplication, decline
from orderway.people.customers.arriving import ApplyAsReseller, SignUp, apply_as_reseller, sign_up
from orderway.people.passwords import Passwords
from orderway.people.viewer import Viewer, find_viewer
from orderway.resellers import ApproveResellerApplication, approve
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.transaction import Transaction

GIVEN: Any = {"name": "Trader", "password": "a password of the tests", "currency": "NGN", "store": LAGOS}
ROUNDS = 4


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


async def admins(pool: asyncpg.Pool) -> list[Viewer]:
    found = []
    async with pool.acquire() as connection:
        for number in range(2):
            new = NewPerson(email=f"decider{number}@example.com", name=f"Decider {number}", roles=["ADMIN"])
            person = await add_person(connection, new, by=THE_SYSTEM)
            viewer = await find_viewer(connection, person)
            assert viewer
            found.append(viewer)
    return found


async def test_of_those_who_decide_at_once_one_does(shop: Shop, passwords: Passwords) -> None:
    deciders = await admins(shop.pool)
    now = shop.runner.clock
    for number in range(ROUNDS):
        wanted = ApplyAsReseller(email=f"trader{number}@example.com", company="Trading", **GIVEN)
        await apply_as_reseller(shop.pool, passwords, wanted, at=now())
        id = await shop.pool.fetchval("SELECT id FROM reseller_application WHERE decided_at IS NULL")

        async def yes(by: Viewer) -> str:
            async def work(tx: Transaction) -> str:
                asked = ApproveResellerApplication(application=id, tier="GOLD", limit=1000, reason="Yes.")  # noqa: B023
                await approve(tx.connection, asked, by=by, at=tx.now)
                return "approved"

            return await shop.runner.run(work, actor=by.actor())

        async def no(by: Viewer) -> str:
            async def work(tx: Transaction) -> str:
                asked = DeclineResellerApplication(application=id, reason="No.")  # noqa: B023
                await decline(tx.connection, asked, by=by, at=tx.now)
                return "declined"

            return await shop.runner.run(work, actor=by.actor())

        crowd = [partial(do, by) for _ in range(CROWD // 4) for do, by in ((yes, deciders[0]), (no, deciders[1]))]
        answers = Counter(each if isinstance(each, str) else type(each).__name__ for each in await at_once(*crowd))
        assert answers.pop("Conflict") == len(crowd) - 1
        ((outcome, times),) = answers.items()
        assert (outcome in {"approved", "declined"}, times) == (True, 1)
        row = await shop.row(
            "SELECT count(*), min(outcome), (SELECT count(*) FROM customer c WHERE c.email = $2),"
            " (SELECT count(*) FROM person p WHERE p.email = $2), (SELECT count(*) FROM credit_terms_change t"
            " JOIN customer c ON c.id = t.customer_id WHERE c.email = $2)"
            " FROM reseller_decision WHERE application_id = $1",
            id,
            wanted.email,
        )
        made = int(outcome == "approved")
        assert row == (1, outcome.upper(), made, made, made)
    assert await shop.findings() == []


async def test_of_those_who_sign_up_with_one_address_at_once_one_is_let_in(shop: Shop, passwords: Passwords) -> None:
    for number in range(ROUNDS):
        email = f"buyer{number}@example.com"

        async def arrive(name: str) -> None:
            wanted = SignUp(email=email, **{**GIVEN, "name": name})  # noqa: B023
            await sign_up(shop.pool, passwords, wanted, at=shop.runner.clock())

        answers = await at_once(*(partial(arrive, f"Buyer {each}") for each in range(CROWD)))
        assert answers == [None] * CROWD, "all are answered the same"
        row = await shop.row(
            "SELECT count(*), count(DISTINCT p.id) FROM person p JOIN customer c ON c.person_id = p.id"
            " WHERE p.email = $1 AND c.name = p.name AND p.signed_up_at IS NOT NULL",
            email,
        )
        assert row == (1, 1)
    assert await shop.row("SELECT count(*) FROM person WHERE email LIKE '%invalid'") == (0,)
    assert await shop.findings() == []


async def test_of_those_who_apply_with_one_address_at_once_one_waits(shop: Shop, passwords: Passwords) -> None:
    wanted = ApplyAsReseller(email="trader@example.com", company="Trading", **GIVEN)
    arrive = partial(apply_as_reseller, shop.pool, passwords, wanted, at=shop.runner.clock())
    assert await at_once(*[arrive] * CROWD) == [None] * CROWD
    assert await shop.row("SELECT count(*) FROM reseller_application") == (1,)
