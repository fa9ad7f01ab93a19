"""Finished orders leave whole, and whatever was summed of them stays as it was."""

from dataclasses import replace

import pytest
from tests.archive.finished import archive, brought, counted, go_by, told
from tests.stories.shop import CONSUMER, LAGOS, RESELLER, SHIRT, Shop, actor, person, shirts

from orderway.archive.proof import list_kept, prove_archive
from orderway.archive.tables import LEAVES
from orderway.insight.gathering import gather_all
from orderway.order.archived import Archived
from orderway.order.payouts import RiderTotal, load_totals
from orderway.order.reach import reach
from orderway.order.reads import load_order, load_order_numbered
from orderway.people.customers.reads import load_customer
from orderway.people.permissions import BUILT_IN
from orderway.people.roles import Role
from orderway.people.viewer import Viewer
from orderway.quotation.opening import NewOrder, place
from orderway.sale.account_credit.reads import list_accounts
from orderway.sale.accounts import load_profile
from orderway.sale.payments.opening import AlreadyRegistered, NewPayment, register
from orderway.storage.storage import Storage
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.transaction import Transaction

FIGURES = (
    "SELECT * FROM insight_state ORDER BY store_id, machine, state, day",
    "SELECT * FROM insight_dwell ORDER BY store_id, machine, state, day, bucket",
)


async def rows(shop: Shop, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await shop.pool.fetch(query)]


async def test_a_finished_order_leaves_and_what_was_summed_of_it_stays(shop: Shop, shelf: Storage):
    order = await brought(shop)
    await counted(shop)
    await told(shop)
    go_by(shop)
    shelves, figures = await shop.shelf(SHIRT), [await rows(shop, query) for query in FIGURES]
    assert await shop.findings() == []

    assert await archive(shop, shelf) == (1, {})
    there = await shop.rows()
    assert {name: there[name] for name in LEAVES if there[name]} == {"movement": 1}, "the goods that came in"
    assert await shop.findings() == []
    assert (await shop.shelf(SHIRT), [await rows(shop, query) for query in FIGURES]) == (shelves, figures)
    async with shop.pool.acquire() as connection:
        (kept,) = [each async for each in list_kept(connection)]
        assert (kept.order_id, kept.number, kept.archived_at) == (order.id, "LAG-000001", shop.now)
        proof = await prove_archive(connection, shelf, shop.workflow, now=shop.now)
        assert (proof.orders, proof.rows, proof.findings) == (1, 16, [])

    # Figures of a database that was restored elsewhere are counted anew, with what had left.
    await shop.pool.execute("UPDATE insight_place SET cluster = 1")
    await gather_all(shop.pool, now=shop.now)
    assert [await rows(shop, query) for query in FIGURES] == figures

    # What comes later goes on where it was.
    await brought(shop)
    await told(shop)
    assert await shop.pool.fetchval("SELECT number FROM sale_order") == "LAG-000002"
    assert await shop.findings() == []


async def test_what_was_archived_is_told_to_who_could_see_it(shop: Shop, shelf: Storage):
    order = await brought(shop)
    await counted(shop)
    await told(shop)
    go_by(shop)
    rider = viewer("rider", "RIDER")
    total = [RiderTotal(currency="NGN", earned=700, corrected=0, paid=700, due=0)]
    async with shop.pool.acquire() as connection:
        assert await load_totals(connection, rider, person("rider")) == total
    await archive(shop, shelf)
    async with shop.pool.acquire() as connection:
        for who in (viewer("biller", "BILLER"), BUYER, rider):
            with pytest.raises(Archived, match=r"^Order LAG-000001 was archived on 2026-05-11\."):
                await load_order(connection, who, order.id)
            with pytest.raises(Archived):
                await load_order_numbered(connection, who, "LAG-000001")
        for who in (viewer("reseller", "RESELLER"), viewer("second rider", "RIDER"), replace(rider, only=frozenset())):
            with pytest.raises(NotFound, match="There is no such order"):
                await load_order(connection, who, order.id)
        # Who served the buyer by this order alone goes on doing so.
        biller = viewer("biller", "BILLER")
        assert (await load_customer(connection, biller, CONSUMER)).name == "Consumer"
        assert (await load_profile(connection, biller, CONSUMER)).sales == 1
        assert await list_accounts(connection, biller, CONSUMER) == []
        with pytest.raises(NotFound):
            await load_profile(connection, biller, RESELLER)
        assert await load_totals(connection, rider, person("rider")) == total
        assert await load_totals(connection, viewer("second rider", "RIDER"), person("rider")) == []
        # Another who earned by the same order sees their own.
        second = person("second rider")
        await connection.execute("ALTER TABLE archived_order DISABLE TRIGGER USER")
        await connection.execute(
            "UPDATE archived_order SET carried = jsonb_insert(carried, '{riders, 0}',"
            " jsonb_build_object('rider', $1::uuid, 'kind', 'EARNED', 'amount', 5))",
            second,
        )
        for who in (rider, viewer("manager", "MANAGER")):
            assert await load_totals(connection, who, person("rider")) == total
        assert [each.due for each in await load_totals(connection, viewer("second rider", "RIDER"), second)] == [5]


def viewer(word: str, role: str) -> Viewer:
    """Somebody with the permissions of their role, in the one store."""
    roles = tuple(Role(each.label, each.permissions, each.name) for each in BUILT_IN if each.name == role)
    return Viewer(person_id=person(word), name=word, roles=roles, stores=frozenset({LAGOS}), customer_id=None)


BUYER = replace(viewer("reseller", "RESELLER"), customer_id=CONSUMER)
STAFF = "Whoever looks after this installation can read it in the archive: ask them for it."
STORE = "Ask Lagos store for it."


async def test_an_address_of_a_part_leads_to_what_is_said_of_its_order(shop: Shop, shelf: Storage):
    order = await brought(shop)
    sale, payment, fulfillment = [await order.ref(each) for each in ("sale", "payment", "fulfillment")]
    await counted(shop)
    await told(shop)
    go_by(shop)
    await archive(shop, shelf)
    biller, rider = viewer("biller", "BILLER"), viewer("rider", "RIDER")

    async def said(who: Viewer, part: Ref) -> str:
        async with shop.pool.acquire() as connection:
            with pytest.raises(NotFound) as missing:
                await reach(connection, who, kind=shop.workflow.kind(part.machine), id=part.id)
        return missing.value.remedy if isinstance(missing.value, Archived) else "nothing"

    assert [await said(biller, part) for part in (sale, payment, fulfillment)] == [STAFF] * 3
    assert [await said(BUYER, part) for part in (sale, payment, fulfillment)] == [STORE] * 3
    assert [await said(rider, part) for part in (sale, payment, fulfillment)] == ["nothing", "nothing", STORE]
    others = (viewer("second rider", "RIDER"), viewer("reseller", "RESELLER"))
    assert {await said(who, part) for who in others for part in (sale, payment, fulfillment)} == {"nothing"}
    # Each is what it is, and of its own kind alone.
    assert {await said(biller, Ref("payment", each.store_id, each.id)) for each in (sale, fulfillment)} == {"nothing"}


async def test_what_an_archived_order_had_is_given_to_no_other(shop: Shop, shelf: Storage):
    await brought(shop)
    await counted(shop)
    await told(shop)
    go_by(shop)
    provider, reference = await shop.row("SELECT provider, reference FROM payment")
    await archive(shop, shelf)
    before = await shop.rows()

    async def again(tx: Transaction) -> Moved:
        new = NewOrder(
            store_id=LAGOS, customer_id=CONSUMER, currency="NGN", fulfillment_type="SERVICE", lines=(shirts(1),),
            number="LAG-000001",
        )  # fmt: skip
        return await place(tx, new)

    with pytest.raises(Invalid, match="The store has this order already"):
        await shop.runner.run(again, actor=actor("biller"))
    assert await shop.rows() == before

    other = await shop.agreed(shirts(1))
    before = await shop.rows()

    async def once_more(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, other.id)
        new = NewPayment(amount=5, currency="NGN", method="CASH", provider=provider, reference=reference)
        return await register(tx, new)

    with pytest.raises(AlreadyRegistered):
        await shop.runner.run(once_more, actor=actor("biller"))
    assert await shop.rows() == before
