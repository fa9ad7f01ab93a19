"""Two people decide at the same moment what only one of them can: on quotations, overrides, riders and deliveries."""

from functools import partial

import pytest
from tests.races.crowd import CROWD, ROUNDS, at_once, kinds, late
from tests.stories.shop import CONSUMER, LAGOS, PERMISSIONS, RESELLER, SHIRT, Order, Shop, actor, person, shirts

from orderway.fulfillment.events import Cancel, FulfillmentStarted, PackageShipped, RiderNamed, RiderSelected
from orderway.fulfillment.interests.machine import Register, Withdraw
from orderway.fulfillment.riders import volunteer
from orderway.ids import new_id
from orderway.people.caps import CapChange, change_cap
from orderway.quotation.events import BuyerApproves, Edit, LineWanted, SellerApproves, Share
from orderway.quotation.opening import NewOrder, place
from orderway.sale.events import CancelRequested, SetPaymentMethod
from orderway.sale.overrides.machine import Approve, Deny, Revoke
from orderway.workflow.actor import Actor
from orderway.workflow.errors import Refused
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction


async def director(shop: Shop) -> Actor:
    """Another who may decide on overrides."""
    id = new_id()
    await shop.pool.execute("INSERT INTO person (id, email, name) VALUES ($1, 'director@example.com', 'Director')", id)
    await shop.pool.execute("INSERT INTO person_role SELECT $1, id FROM role WHERE name = 'ADMIN'", id)
    return Actor(f"person:{id}", PERMISSIONS["ADMIN"])


WAITING, CLEARED = "PAYMENT_PENDING_CONFIRMATION", "CLEARED_FOR_FULFILLMENT"


async def test_one_reference_of_a_source_becomes_one_order(shop: Shop) -> None:
    new = NewOrder(
        store_id=LAGOS, customer_id=CONSUMER, currency="NGN", fulfillment_type="PICKUP", source="shop", source_ref="7"
    )

    async def work(tx: Transaction) -> Moved:
        return await place(tx, new)

    answers = await at_once(*(partial(shop.runner.run, work, actor=actor("biller")) for _ in range(CROWD)))
    assert kinds(answers) == ["Invalid"] * (CROWD - 1) + ["Moved"]
    assert await shop.row("SELECT count(*) FROM sale_order") == (1,)
    assert await shop.findings() == []


async def in_review(shop: Shop) -> Order:
    order = await shop.order(shirts(1))
    await order.send("quotation", Share())
    return order


async def test_both_sides_approve_at_once_and_one_sale_opens(shop: Shop) -> None:
    await shop.stock((SHIRT, ROUNDS))
    for number in range(1, ROUNDS + 1):
        order = await in_review(shop)
        approvals = [BuyerApproves(1), SellerApproves(1)] * (CROWD // 2)
        answers = await at_once(*(partial(order.send, "quotation", each) for each in approvals))
        assert kinds(answers) == ["Moved"] * 2 + ["Refused"] * (CROWD - 2)
        assert await order.states() == ("MUTUALLY_APPROVED", "AWAITING_PAYMENT_METHOD", None)
        assert await shop.row("SELECT count(*) FROM sale WHERE order_id = $1", order.id) == (1,)
        assert await shop.shelf(SHIRT) == (ROUNDS, number)
    assert await shop.findings() == []


async def test_nobody_approves_an_edit_that_they_have_not_read(shop: Shop) -> None:
    """The lines change and are shared again while both sides approve the version they read: version 1."""

    async def revise(order: Order) -> Moved:
        await order.send("quotation", Edit((LineWanted(SHIRT, 3),)))
        return await order.send("quotation", Share())

    for number in range(ROUNDS * 2):
        order = await in_review(shop)
        approvals = [BuyerApproves(1), SellerApproves(1)] * 4
        approving = [partial(order.send, "quotation", each) for each in approvals]
        await at_once(
            partial(revise, order), *(late(shop, number + place, each) for place, each in enumerate(approving))
        )
        rows = await shop.pool.fetch(
            "SELECT event, payload ->> 'version' AS read FROM transition_log WHERE order_id = $1 AND machine ="
            " 'quotation' ORDER BY step",
            order.id,
        )
        version = 1
        for row in rows:
            version += row["event"] == "EDIT"
            assert row["read"] in (None, str(version))
        agreed = await shop.row("SELECT sum(quantity)::int FROM order_line WHERE order_id = $1", order.id)
        assert agreed == ((1,) if version == 1 else (3,))
    assert await shop.findings() == []


async def asked(shop: Shop) -> Order:
    """A sale on account that waits for somebody to let it go over the limit."""
    order = await shop.agreed(shirts(4), customer=RESELLER, by="PICKUP")
    await order.send("sale", SetPaymentMethod("INVOICE"))
    return order


async def test_an_override_is_decided_once(shop: Shop) -> None:
    other = await director(shop)
    for _ in range(ROUNDS):
        order = await asked(shop)
        request = (await order.ref("override_request")).id
        decide = partial(order.send, "override_request", to=request)
        decisions = [
            partial(decide, Approve(), by="manager"),
            partial(decide, Deny("Not this one."), by=other),
            partial(decide, Approve(3000), by=other),
        ]
        answers = await at_once(*decisions * (CROWD // 3))
        assert kinds(answers) == ["Moved"] + ["Refused"] * (CROWD - 1)
    assert await shop.findings() == []


async def test_a_sale_is_let_through_or_cancelled_and_never_both(shop: Shop) -> None:
    await shop.stock((SHIRT, 100))
    for number in range(ROUNDS):
        order = await asked(shop)
        request = (await order.ref("override_request")).id
        approve = partial(order.send, "override_request", Approve(), by="manager", to=request)
        cancel = partial(order.send, "sale", CancelRequested("Changed their mind."))
        answers = await at_once(
            *(late(shop, number - 1, approve) for _ in range(3)), *(late(shop, 1, cancel) for _ in range(3))
        )
        assert kinds(answers) == ["Moved"] + ["Refused"] * 5
        assert (await order.state("override_request"), await order.states()) in {
            ("APPROVED", ("MUTUALLY_APPROVED", CLEARED, "PICK_PACK")),
            ("EXPIRED", ("MUTUALLY_APPROVED", "CANCELLED", None)),
        }
    assert await shop.findings() == []


async def test_an_override_is_approved_and_revoked_in_one_order_and_never_half(shop: Shop) -> None:
    """Who revokes what is not yet approved is refused; what is revoked after it leaves the goods on hold."""
    await shop.stock((SHIRT, 100))
    other = await director(shop)
    for number in range(ROUNDS):
        order = await asked(shop)
        decide = partial(order.send, "override_request", to=(await order.ref("override_request")).id)
        answers = await at_once(
            partial(decide, Approve(), by="manager"),
            *(late(shop, number * each, partial(decide, Revoke("In default."), by=other)) for each in range(1, 5)),
        )
        revoked = await order.state("override_request") == "REVOKED"
        assert kinds(answers) == ["Moved"] * (1 + revoked) + ["Refused"] * (4 - revoked)
        assert await order.states() == (
            ("MUTUALLY_APPROVED", WAITING, "ON_HOLD") if revoked else ("MUTUALLY_APPROVED", CLEARED, "PICK_PACK")
        )
        assert (await order.context("sale")).credit_override.status == ("revoked" if revoked else "used")
    assert await shop.findings() == []


async def test_a_cap_that_changes_meanwhile_holds_for_every_decision_after_it(shop: Shop) -> None:
    """Each approval was made under the cap that the log has of it, and no decision after the change under the old."""
    orders = [await asked(shop) for _ in range(CROWD - 1)]
    admin = Actor("person:0198a000-0000-7000-8000-0000000000ad", frozenset({"settings.manage"}))

    async def cap() -> None:
        wanted = CapChange(role="MANAGER", currency="NGN", amount=3999, reason="New rules.")
        async with shop.pool.acquire() as connection:
            await change_cap(connection, wanted, by=admin, at=shop.now)
        with pytest.raises(Refused, match="within what the person may approve"):
            await late_order.send("override_request", Approve(), by="manager")

    late_order = await asked(shop)
    answers = await at_once(
        *(late(shop, place % 4, partial(order.send, "override_request", Approve(), by="manager"))
          for place, order in enumerate(orders)),
        cap,
    )  # fmt: skip
    assert {"Moved", "NoneType", "Refused"} >= set(kinds(answers))
    assert answers[-1] is None
    for answer, order in zip(answers, orders, strict=False):
        assert (await order.state("override_request") == "APPROVED") == isinstance(answer, Moved)
    caps = await shop.pool.fetch("SELECT facts ->> 'cap' AS cap FROM transition_log WHERE event = 'APPROVE'")
    assert {row["cap"] for row in caps} <= {None}
    assert await shop.findings() == []


async def test_an_override_is_revoked_or_the_goods_leave_and_never_both(shop: Shop) -> None:
    await shop.stock((SHIRT, 100))
    for number in range(ROUNDS):
        order = await shop.agreed(shirts(4), customer=RESELLER)
        await order.send("sale", SetPaymentMethod("INVOICE"))
        await order.send("override_request", Approve(), by="manager")
        await order.send("fulfillment", FulfillmentStarted())
        await order.send("fulfillment", RiderNamed(person("rider")))
        ship = partial(order.send, "fulfillment", PackageShipped(), by="rider")
        answers = await at_once(
            *(partial(order.send, "override_request", Revoke("In default."), by="manager") for _ in range(3)),
            *(late(shop, number - 1, ship) for _ in range(3)),
        )
        assert kinds(answers) == ["Moved"] + ["Refused"] * 5
        assert await order.states() in {
            ("MUTUALLY_APPROVED", WAITING, "ON_HOLD"),
            ("MUTUALLY_APPROVED", CLEARED, "SHIPPED"),
        }
    assert await shop.findings() == []


async def test_an_override_is_revoked_while_the_buyer_pays(shop: Shop) -> None:
    """A sale that is paid needs none: in either order the goods go on."""
    await shop.stock((SHIRT, 100))
    for _ in range(ROUNDS):
        order = await asked(shop)
        await order.send("override_request", Approve(), by="manager")
        revoke = partial(order.send, "override_request", Revoke("In default."), by="manager")
        await at_once(*(partial(order.pay, 2000) for _ in range(2)), revoke)
        assert await order.states() == ("MUTUALLY_APPROVED", CLEARED, "PICK_PACK")
        assert sum(amount for _, amount in await order.credit()) == 0
    assert await shop.findings() == []


async def looking_for_a_rider(shop: Shop) -> Order:
    order = await shop.paid(shirts(2))
    await order.send("fulfillment", FulfillmentStarted())
    return order


async def offer(order: Order, word: str) -> Moved:
    async def work(tx: Transaction) -> Moved:
        return await volunteer(tx, await order.ref("fulfillment"), Register(700, 20), rider=person(word))

    return await order.shop.runner.run(work, actor=actor(word))


async def test_one_of_two_riders_is_chosen(shop: Shop) -> None:
    await shop.stock((SHIRT, 100))
    for _ in range(ROUNDS):
        order = await looking_for_a_rider(shop)
        offers = [(await offer(order, word)).ref.id for word in ("rider", "second rider")]
        answers = await at_once(
            *(partial(order.send, "fulfillment", RiderSelected(offers[number % 2])) for number in range(CROWD))
        )
        assert kinds(answers) == ["Moved"] + ["Refused"] * (CROWD - 1)
        rows = await shop.pool.fetch("SELECT id, state FROM rider_interest WHERE order_id = $1", order.id)
        assert sorted(row["state"] for row in rows) == ["ASSIGNED", "REJECTED"]
        chosen = (await order.context("fulfillment")).interest
        assert [row["id"] for row in rows if row["state"] == "ASSIGNED"] == [chosen]
    assert await shop.findings() == []


async def test_a_rider_offers_and_withdraws_while_one_is_chosen(shop: Shop) -> None:
    await shop.stock((SHIRT, 100))
    for number in range(ROUNDS):
        order = await looking_for_a_rider(shop)
        chosen = (await offer(order, "rider")).ref.id
        answers = await at_once(
            late(shop, number - 1, partial(order.send, "fulfillment", RiderSelected(chosen))),
            partial(order.send, "rider_interest", Withdraw(), by="rider", to=chosen),
            *(partial(offer, order, "second rider") for _ in range(4)),
        )
        assert {"Moved", "Refused"} >= set(kinds(answers))
        assert sorted(type(each).__name__ for each in answers[:2]) == ["Moved", "Refused"]
        assert await shop.findings() == []


async def test_a_delivery_is_cancelled_or_dispatched_and_never_both(shop: Shop) -> None:
    for number in range(ROUNDS):
        await shop.stock((SHIRT, 2))
        (before, _) = await shop.shelf(SHIRT)
        order = await looking_for_a_rider(shop)
        await order.send("fulfillment", RiderNamed(person("rider")))
        answers = await at_once(
            *(late(shop, number, partial(order.send, "fulfillment", Cancel("Changed their mind."))) for _ in range(3)),
            *(partial(order.send, "fulfillment", PackageShipped(), by="rider") for _ in range(3)),
        )
        assert kinds(answers) == ["Moved"] + ["Refused"] * 5
        assert (await order.states(), await shop.shelf(SHIRT), await order.payable()) in [
            (("MUTUALLY_APPROVED", "CANCELLED", "CANCELLED"), (before, 0), [("OWED", 2000)]),
            (("MUTUALLY_APPROVED", CLEARED, "SHIPPED"), (before - 2, 0), []),
        ]
    assert await shop.findings() == []
