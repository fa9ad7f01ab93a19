"""Each viewer sees the orders of their scope, and holds on each only what the roles that reach it grant."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from tests.people.company import CUSTOMER, KANO, LAGOS, NOON, RESELLER, Company

from orderway.database import connect
from orderway.ids import new_id
from orderway.people.scope import actor_on, allowed, listed, may_open, money_visible, staffed, visible
from orderway.workflow.errors import NotFound

STRANGER = UUID("00000000-0000-7000-8000-0000000000c3")
IKEJA = (6.6018, 3.3515)  # 9.1 km from the store in Lagos
SELECTING = "AWAITING_RIDER_SELECTION"


@dataclass(frozen=True)
class Placed:
    """An order by its number: whose it is, who bills it, and how far its delivery is."""

    number: str
    store: UUID
    customer: UUID
    biller: str | None = None
    state: str | None = None
    rider: str | None = None
    place: tuple[float, float] | tuple[None, None] = (None, None)


ORDERS = (
    Placed("L1", LAGOS, CUSTOMER, biller="biller"),
    Placed("L2", LAGOS, RESELLER, biller="colleague"),
    Placed("L3", LAGOS, STRANGER, state=SELECTING, place=IKEJA),
    Placed("L4", LAGOS, STRANGER, state="SHIPPED", rider="rider"),
    Placed("K1", KANO, CUSTOMER, biller="biller", state=SELECTING),
    Placed("K2", KANO, STRANGER, state="RIDER_ASSIGNED", rider="other"),
)
ALL = ["K1", "K2", "L1", "L2", "L3", "L4"]
IDS = {order.number: new_id() for order in ORDERS}


@pytest.fixture
async def town(company: Company, superuser_url: str) -> Company:
    """The company with six orders."""
    await company.add("colleague", "BILLER", stores=[LAGOS])
    await company.add("other", "RIDER")
    await company.pool.execute(
        "INSERT INTO customer (id, kind, name, currency) VALUES ($1, 'CONSUMER', 'Stranger', 'NGN')", STRANGER
    )
    await company.pool.executemany(
        "INSERT INTO sale_order (store_id, id, number, customer_id, biller_id, currency, fulfillment_type, latitude,"
        " longitude, placed_at) VALUES ($1, $2, $3, $4, $5, 'NGN', 'DELIVERY', $6, $7, $8)",
        [
            (each.store, IDS[each.number], each.number, each.customer, company.ids.get(each.biller or ""),
             *each.place, NOON)
            for each in ORDERS
        ],
    )  # fmt: skip
    await place_fulfillments(company, superuser_url)
    return company


async def place_fulfillments(company: Company, superuser_url: str) -> None:
    """Put fulfillments into their states by hand, without a log: what is asked here is who sees them."""
    connection = await connect(superuser_url)
    await connection.execute("SET session_replication_role = replica")
    await connection.execute("ALTER TABLE fulfillment ENABLE ALWAYS TRIGGER fulfillment_sought_km")
    await connection.execute("ALTER TABLE fulfillment ENABLE ALWAYS TRIGGER fulfillment_listed")
    for each in ORDERS:
        if each.state:
            rider = f'"{company.ids[each.rider]}"' if each.rider else "null"
            await connection.execute(
                "INSERT INTO fulfillment (store_id, id, order_id, version, state, context, history, step, hash,"
                " created_at, moved_at) VALUES ($1, $2, $3, 1, $4, $5, '{}', 0, ''::bytea, $6, $6)",
                each.store, new_id(), IDS[each.number], each.state, f'{{"rider": {rider}}}', NOON,
            )  # fmt: skip
    await connection.close()


async def seen(company: Company, word: str) -> list[str]:
    condition = visible(await company.viewer(word))
    rows = await company.pool.fetch(
        f"SELECT number FROM sale_order o WHERE {condition.sql} ORDER BY number", *condition.values
    )
    return [row["number"] for row in rows]


async def with_money(company: Company, word: str) -> list[str]:
    condition = money_visible(await company.viewer(word), first=2)
    rows = await company.pool.fetch(
        f"SELECT number FROM sale_order o WHERE o.currency = $1 AND {condition.sql} ORDER BY number",
        "NGN",
        *condition.values,
    )
    return [row["number"] for row in rows]


async def held(company: Company, word: str, number: str) -> frozenset[str]:
    """What the person may do on the order."""
    order = next(each for each in ORDERS if each.number == number)
    viewer = await company.viewer(word)
    async with company.pool.acquire() as connection:
        actor = await actor_on(connection, viewer, store_id=order.store, order_id=IDS[number])
    assert actor.id == f"person:{company.ids[word]}"
    assert actor.permissions is not None
    return actor.permissions


async def cover(company: Company, word: str, *places: tuple[UUID, float | None]) -> None:
    await company.pool.executemany(
        "INSERT INTO rider_coverage (rider_id, store_id, radius_km) VALUES ($1, $2, $3)",
        [(company.ids[word], store, radius) for store, radius in places],
    )


@pytest.mark.parametrize(
    ("word", "orders", "money"),
    [
        ("superadmin", ALL, ALL),
        ("admin", ALL, ALL),
        ("accountant", ALL, ALL),
        ("manager", ["L1", "L2", "L3", "L4"], ["L1", "L2", "L3", "L4"]),
        ("biller", ["K1", "L1"], ["K1", "L1"]),
        ("colleague", ["L2"], ["L2"]),
        ("reseller", ["L2"], ["L2"]),
        ("customer", ["K1", "L1"], ["K1", "L1"]),
        ("rider", ["K1", "L3", "L4"], []),
        ("other", ["K1", "K2", "L3"], []),
    ],
)
async def test_each_role_sees_its_scope(town: Company, word: str, orders: list[str], money: list[str]):
    assert await seen(town, word) == orders
    assert await with_money(town, word) == money


@pytest.mark.parametrize(
    ("word", "orders"),
    [("admin", ALL), ("manager", ["L1", "L2", "L3", "L4"]), ("biller", ["K1", "L1"]), ("customer", []), ("rider", [])],
)
async def test_who_looks_for_the_seller(town: Company, word: str, orders: list[str]):
    condition = staffed(await town.viewer(word))
    rows = await town.pool.fetch(f"SELECT number FROM sale_order o WHERE {condition.sql}", *condition.values)
    assert sorted(row["number"] for row in rows) == orders


@pytest.mark.parametrize("word", ["manager", "biller", "reseller", "customer", "rider"])
async def test_what_is_not_seen_is_not_found(town: Company, word: str):
    shown = await seen(town, word)
    for number in ALL:
        if number in shown:
            assert await held(town, word, number) == (await town.viewer(word)).permissions
        else:
            with pytest.raises(NotFound, match="There is no such order"):
                await held(town, word, number)


async def test_an_order_that_is_not_there_and_one_not_seen_sound_alike(town: Company):
    viewer = await town.viewer("biller")
    answers = set()
    async with town.pool.acquire() as connection:
        for order_id in (IDS["L2"], new_id()):
            with pytest.raises(NotFound) as no:
                await actor_on(connection, viewer, store_id=LAGOS, order_id=order_id)
            answers.add(str(no.value))
    assert answers == {"There is no such order. Check its number, or look for it in the list of orders."}


async def test_who_has_no_role_or_no_scope_sees_nothing(town: Company):
    await town.role("PRICER", "price.change", "money.see")
    await town.add("nobody")
    await town.add("pricer", "PRICER")
    for word in ("nobody", "pricer"):
        assert await seen(town, word) == []
        assert await with_money(town, word) == []
        with pytest.raises(NotFound):
            await held(town, word, "L1")


async def test_who_buys_for_no_customer_owns_no_order(town: Company):
    await town.add("browsing", "CUSTOMER")
    assert await seen(town, "browsing") == []


async def test_a_custom_role_works_like_a_built_in_one(town: Company):
    await town.role("AREA LEAD", "scope.store", "override.decide")
    await town.add("lead", "AREA LEAD", stores=[KANO])
    assert await seen(town, "lead") == ["K1", "K2"]
    assert await with_money(town, "lead") == []
    assert await held(town, "lead", "K1") == {"scope.store", "override.decide"}


async def test_a_role_counts_only_where_it_reaches(town: Company):
    """Whoever manages Lagos and buys in Kano does not decide the overrides of their own order there."""
    await town.add("both", "MANAGER", "CUSTOMER", stores=[LAGOS])
    await town.pool.execute("UPDATE customer SET person_id = NULL WHERE id = $1", CUSTOMER)
    await town.pool.execute("UPDATE customer SET person_id = $2 WHERE id = $1", CUSTOMER, town.ids["both"])
    assert await seen(town, "both") == ["K1", "L1", "L2", "L3", "L4"]
    assert "override.decide" in await held(town, "both", "L1")
    assert await held(town, "both", "K1") == {
        "quotation.approve_as_buyer", "return.request", "delivery.choose", "account.spend", "scope.own", "money.see",
    }  # fmt: skip
    condition = allowed(await town.viewer("both"), "override.decide")
    rows = await town.pool.fetch(f"SELECT number FROM sale_order o WHERE {condition.sql}", *condition.values)
    assert {row["number"] for row in rows} == {"L1", "L2", "L3", "L4"}


async def test_a_rider_who_also_buys_sees_the_money_of_their_own_orders_alone(town: Company):
    await town.pool.execute(
        "INSERT INTO person_role SELECT $1, id FROM role WHERE name = 'CUSTOMER'", town.ids["rider"]
    )
    await town.pool.execute("UPDATE customer SET person_id = NULL WHERE id = $1", CUSTOMER)
    await town.pool.execute("UPDATE customer SET person_id = $2 WHERE id = $1", CUSTOMER, town.ids["rider"])
    assert await seen(town, "rider") == ["K1", "L1", "L3", "L4"]
    assert await with_money(town, "rider") == ["K1", "L1"]


async def test_a_role_without_a_scope_adds_to_the_others(town: Company):
    await town.role("PRICER", "price.change")
    await town.add("pricer", "BILLER", "PRICER", stores=[LAGOS])
    await town.pool.execute("UPDATE sale_order SET biller_id = $1 WHERE number = 'L2'", town.ids["pricer"])
    assert await seen(town, "pricer") == ["L2"]
    assert "price.change" in await held(town, "pricer", "L2")
    condition = allowed(await town.viewer("pricer"), "price.change")
    rows = await town.pool.fetch(f"SELECT number FROM sale_order o WHERE {condition.sql}", *condition.values)
    assert [row["number"] for row in rows] == ["L2"]


@pytest.mark.parametrize(
    ("places", "orders"),
    [
        ([], ["K1", "L3", "L4"]),
        ([(KANO, None)], ["K1", "L4"]),
        ([(LAGOS, None)], ["L3", "L4"]),
        ([(LAGOS, 9.2)], ["L3", "L4"]),
        ([(LAGOS, 9.0)], ["L4"]),
        ([(LAGOS, 40_030)], ["L3", "L4"]),  # once around the Earth
        ([(KANO, 0.1)], ["K1", "L4"]),  # the order of Kano names no place
        ([(LAGOS, 9.0), (KANO, None)], ["K1", "L4"]),
    ],
)
async def test_a_rider_sees_the_deliveries_they_cover_and_their_own(
    town: Company, places: Sequence[tuple[UUID, float | None]], orders: list[str]
):
    await cover(town, "rider", *places)
    await cover(town, "other", (KANO, None))  # another's coverage is no concern of this rider
    assert await seen(town, "rider") == orders


@pytest.mark.parametrize(("places", "orders"), [([], ["L4"]), ([(KANO, None)], ["K1", "L4"]), ([(LAGOS, 9.0)], ["L4"])])
async def test_where_riders_do_not_roam_one_without_a_coverage_sees_their_own_deliveries_alone(
    town: Company, places: Sequence[tuple[UUID, float | None]], orders: list[str]
):
    await cover(town, "rider", *places)
    condition = visible(replace(await town.viewer("rider"), roams=False))
    rows = await town.pool.fetch(
        f"SELECT number FROM sale_order o WHERE {condition.sql} ORDER BY number", *condition.values
    )
    assert [row["number"] for row in rows] == orders


async def test_a_radius_counts_only_where_the_store_has_a_place(town: Company):
    await town.pool.execute("UPDATE store SET latitude = NULL, longitude = NULL WHERE id = $1", LAGOS)
    await cover(town, "rider", (LAGOS, 0.1))
    assert await seen(town, "rider") == ["L3", "L4"]


@pytest.mark.parametrize(("radius", "orders"), [(55.0, ["L4"]), (56.0, ["L3", "L4"])])
async def test_a_degree_of_longitude_is_shorter_in_the_north(town: Company, radius: float, orders: list[str]):
    """At 60 degrees it is 55.6 km, half of what it is at the equator."""
    await town.pool.execute("UPDATE store SET latitude = 60, longitude = 0 WHERE id = $1", LAGOS)
    await town.pool.execute("UPDATE sale_order SET latitude = 60, longitude = 1 WHERE number = 'L3'")
    await cover(town, "rider", (LAGOS, radius))
    assert await seen(town, "rider") == orders


@pytest.mark.parametrize("places", [(), ((LAGOS, 9.2),), ((LAGOS, 9.0),), ((LAGOS, 9.0), (KANO, None))])
async def test_a_list_begins_with_what_the_viewer_may_see_and_leaves_nothing_out(
    town: Company, places: Sequence[tuple[UUID, float | None]]
):
    await cover(town, "rider", *places)
    for word in town.ids:
        viewer = await town.viewer(word)
        for roams in (True, False):
            conditions = [each(replace(viewer, roams=roams), first=1) for each in (listed, visible)]
            found, due = [
                {
                    row[0]
                    for row in await town.pool.fetch(f"SELECT number FROM sale_order o WHERE {each.sql}", *each.values)
                }
                for each in conditions
            ]
            assert found == due, (word, roams)


async def test_a_list_of_a_rider_looks_up_their_deliveries_by_the_key(town: Company):
    condition = listed(await town.viewer("rider"))
    async with town.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        plan = await connection.fetch(f"EXPLAIN SELECT FROM sale_order o WHERE {condition.sql}", *condition.values)
    told = "\n".join(row[0] for row in plan)
    assert "Index Cond: ((store_id = f" in told
    assert "rider_interest_open_idx" in told


async def test_who_works_in_a_store_but_reaches_only_their_own_orders_opens_no_others(company: Company):
    await company.add("helper", "RESELLER", stores=[LAGOS])
    assert not may_open(await company.viewer("helper"), store_id=LAGOS, customer_id=STRANGER)


@pytest.mark.parametrize(
    ("word", "store", "customer", "may"),
    [
        ("admin", KANO, STRANGER, True),
        ("manager", LAGOS, STRANGER, True),
        ("manager", KANO, STRANGER, False),
        ("biller", LAGOS, STRANGER, True),
        ("biller", KANO, STRANGER, False),
        ("reseller", KANO, RESELLER, True),
        ("reseller", KANO, STRANGER, False),
        ("accountant", LAGOS, STRANGER, False),
        ("customer", LAGOS, CUSTOMER, False),
        ("rider", LAGOS, CUSTOMER, False),
    ],
)
async def test_who_may_open_an_order(company: Company, word: str, store: UUID, customer: UUID, may: bool):  # noqa: FBT001
    assert may_open(await company.viewer(word), store_id=store, customer_id=customer) is may


async def test_the_scope_of_a_store_is_answered_by_the_key(town: Company):
    """The condition is written so that PostgreSQL can use the keys of the tables: it never computes over every row."""
    condition = visible(await town.viewer("manager"))
    async with town.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        plan = await connection.fetch(f"EXPLAIN SELECT FROM sale_order o WHERE {condition.sql}", *condition.values)
    assert "Index Cond: (store_id = ANY" in "\n".join(row[0] for row in plan)
