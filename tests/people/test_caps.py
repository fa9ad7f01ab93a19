"""What a person may approve of an override: the highest cap of the roles that reach the order, set in the open."""

import asyncio
from collections import Counter
from uuid import UUID

import asyncpg
import pytest
from tests.people.company import KANO, LAGOS, NOON, Company

from orderway.errors import OrderwayError
from orderway.ids import new_id
from orderway.people.caps import CapChange, cap_of, change_cap, deciders_on, lock_caps, who_may_approve
from orderway.people.permissions import BUILT_IN, BuiltInRole
from orderway.people.scope import actor_on
from orderway.people.viewer import find_viewer
from orderway.workflow.actor import Actor
from orderway.workflow.errors import Invalid, NotFound, Refused

ADMIN = Actor("person:0198a000-0000-7000-8000-0000000000ad", frozenset({"settings.manage"}))


async def order_of(company: Company, store: UUID, *, biller: UUID | None = None) -> UUID:
    order = new_id()
    await company.pool.execute(
        "INSERT INTO sale_order (store_id, id, number, customer_id, biller_id, currency, fulfillment_type, placed_at)"
        " SELECT $1, $2, $3, id, $4, 'NGN', 'PICKUP', $5 FROM customer LIMIT 1",
        store, order, str(order), biller, NOON,
    )  # fmt: skip
    return order


async def cap(company: Company, word: str, store: UUID = LAGOS) -> int | None:
    """What the person may approve of an order of the store."""
    order = await order_of(company, store)
    async with company.pool.acquire() as connection:
        return cap_of(await deciders_on(connection, company.ids[word], store_id=store, order_id=order))


async def change(company: Company, role: str, amount: int | None, *, currency: str = "NGN", by: Actor = ADMIN) -> None:
    wanted = CapChange(role=role, currency=currency, amount=amount, reason="New rules.")
    async with company.pool.acquire() as connection:
        await change_cap(connection, wanted, by=by, at=NOON)


async def written(company: Company) -> list[tuple[object, ...]]:
    rows = await company.pool.fetch(
        "SELECT role, currency, amount_before, amount_after, reason, at, actor FROM override_cap_change ORDER BY id"
    )
    return [tuple(row) for row in rows]


async def test_without_a_cap_whoever_decides_may_approve_any_amount(company: Company):
    assert await cap(company, "manager") is None
    assert await cap(company, "superadmin") is None


async def test_who_decides_nothing_may_approve_nothing(company: Company):
    assert await cap(company, "biller") == 0
    assert await cap(company, "manager", KANO) == 0, "there they manage nothing"


async def test_a_cap_holds_in_its_currency_and_shuts_the_others(company: Company):
    await change(company, "MANAGER", 500)
    assert await cap(company, "manager") == 500
    await change(company, "MANAGER", 900, currency="KES")
    await change(company, "MANAGER", None)
    assert await cap(company, "manager") == 0, "forgotten is not unlimited"
    await change(company, "MANAGER", None, currency="KES")
    assert await cap(company, "manager") is None


async def test_the_highest_of_several_roles_counts_where_it_reaches(company: Company):
    await company.role("DEPUTY", "override.decide", "scope.all")
    await company.role("HELPER", "override.decide")
    await company.add("both", "MANAGER", "DEPUTY", "HELPER", stores=[LAGOS])
    for role, amount in (("MANAGER", 500), ("DEPUTY", 200), ("HELPER", 300)):
        await change(company, role, amount)
    assert await cap(company, "both") == 500
    assert await cap(company, "both", KANO) == 300
    await change(company, "DEPUTY", None)
    assert await cap(company, "both", KANO) is None


@pytest.mark.parametrize("role", BUILT_IN, ids=lambda role: role.name)
@pytest.mark.parametrize("store", [LAGOS, KANO], ids=["Lagos", "Kano"])
async def test_a_role_reaches_for_its_cap_where_it_reaches_for_its_permissions(
    company: Company, role: BuiltInRole, store: UUID
):
    """The same question as `actor_on` answers, asked in SQL: of somebody who works in Lagos and bills there."""
    scopes = sorted(permission for permission in role.permissions if permission.startswith("scope."))
    await company.role("DECIDER", "override.decide", *scopes)
    id = await company.add("somebody", "DECIDER", stores=[LAGOS])
    order = await order_of(company, store, biller=id if store == LAGOS else None)
    async with company.pool.acquire() as connection:
        viewer = await find_viewer(connection, id)
        assert viewer
        try:
            able = (await actor_on(connection, viewer, store_id=store, order_id=order)).may("override.decide")
        except NotFound:
            able = False
        deciders = await deciders_on(connection, id, store_id=store, order_id=order)
    assert cap_of(deciders) == (None if able else 0)


async def test_who_may_approve_more_is_named(company: Company):
    await change(company, "MANAGER", 500)
    order = await order_of(company, LAGOS)
    async with company.pool.acquire() as connection:
        deciders = await deciders_on(connection, company.ids["manager"], store_id=LAGOS, order_id=order)
    assert who_may_approve(deciders, 500) == "a manager or an admin"
    assert who_may_approve(deciders, 501) == "an admin"
    await change(company, "ADMIN", 600)
    await change(company, "SUPERADMIN", 700)
    async with company.pool.acquire() as connection:
        deciders = await deciders_on(connection, company.ids["manager"], store_id=LAGOS, order_id=order)
    assert who_may_approve(deciders, 601) == "a superadmin"
    assert who_may_approve(deciders, 701) == ""


async def test_each_change_is_written_down_and_the_same_again_is_none(company: Company):
    for amount in (500, 500, 700, None, None):
        await change(company, "MANAGER", amount)
    # All at one moment: what was before tells their order.
    assert Counter(await written(company)) == {
        ("MANAGER", "NGN", None, 500, "New rules.", NOON, ADMIN.id): 1,
        ("MANAGER", "NGN", 500, 700, "New rules.", NOON, ADMIN.id): 1,
        ("MANAGER", "NGN", 700, None, "New rules.", NOON, ADMIN.id): 1,
    }


@pytest.mark.parametrize(
    ("wanted", "error", "says"),
    [
        (CapChange(role="MANAGER", currency="NGN", amount=-1, reason="x"), Invalid, "A cap is an amount from 0"),
        (CapChange(role="MANAGER", currency="NGN", amount=2**63, reason="x"), Invalid, "A cap is an amount from 0"),
        (CapChange(role="MANAGER", currency="XXX", amount=1, reason="x"), Invalid, "not a currency of ISO 4217"),
        (CapChange(role="MANAGER", currency="NGN", amount=1, reason=" "), Invalid, "for a reason"),
        (CapChange(role="BILLER", currency="NGN", amount=1, reason="x"), Invalid, "The role BILLER may not decide"),
        (CapChange(role="KING", currency="NGN", amount=1, reason="x"), NotFound, "There is no role KING"),
    ],
)
async def test_what_no_cap_can_be_is_refused(
    company: Company, wanted: CapChange, error: type[OrderwayError], says: str
):
    async with company.pool.acquire() as connection:
        with pytest.raises(error, match=says):
            await change_cap(connection, wanted, by=ADMIN, at=NOON)
    assert await written(company) == []


async def test_who_may_not_change_settings_sets_no_cap(company: Company):
    with pytest.raises(Refused, match="You may not set what a role may approve"):
        await change(company, "MANAGER", 5, by=Actor("person:x", frozenset({"override.decide"})))
    assert await written(company) == []


async def test_a_change_that_was_written_down_stays(company: Company):
    await change(company, "MANAGER", 5)
    for cheat in ("UPDATE override_cap_change SET reason = ''", "DELETE FROM override_cap_change"):
        with pytest.raises(asyncpg.RestrictViolationError, match="only ever added"):
            await company.pool.execute(cheat)


async def test_a_change_waits_for_a_decision_that_has_looked_at_the_cap(company: Company):
    async with company.pool.acquire() as deciding:
        await deciding.execute("BEGIN")
        await lock_caps(deciding, company.ids["manager"])
        waiting = asyncio.create_task(change(company, "MANAGER", 5))
        while not await company.pool.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):
            assert not waiting.done()
        await deciding.execute("COMMIT")
    await waiting
    assert await cap(company, "manager") == 5
