"""What can be done with an item of each kind, and what can not: each once, and a refusal writes nothing."""

from typing import Any, get_args
from uuid import UUID

import pytest
from tests.reconciliation.inbox import Inbox
from tests.stories.shop import LAGOS, RESELLER, shirts, shoes

from orderway.ids import new_id
from orderway.sale.payments.events import Confirm
from orderway.sale.reconciliation.parking import KINDS, Kind
from orderway.sale.reconciliation.rules import ACTIONS, Action, Tolerance, choices
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.errors import Conflict, Invalid, NotFound, Refused

TABLE: dict[Kind, dict[Action, str]] = {
    "orphan": {"attach": "attached", "return": "returned"},
    "late": {"attach": "attached", "refund": "refunded"},
    "short": {"attach": "attached", "return": "returned", "accept_short": "accepted"},
    "over": {"attach": "attached", "return": "returned", "accept_over": "accepted"},
    "surplus": {"attach": "attached", "refund": "refunded"},
    "duplicate": {"attach": "attached", "return": "returned"},
    "wrong_currency": {"return": "returned"},
    "disputed": {},
    "early": {"dismiss": "dismissed"},
    "unverified": {"attach": "attached", "return": "returned"},
}
"""How each action ends an item of each kind; what is not here is refused."""

CASES = [(kind, action, ends.get(action)) for kind, ends in TABLE.items() for action in ACTIONS]


def test_the_table_has_every_kind():
    assert set(TABLE) == set(KINDS) == set(get_args(Kind))


@pytest.mark.parametrize(("kind", "action", "ending"), CASES, ids=[f"{kind}-{action}" for kind, action, _ in CASES])
async def test_what_becomes_of_an_item(inbox: Inbox, kind: Kind, action: Action, ending: str | None):
    item, _ = await inbox.make(kind)
    more: dict[str, Any] = {"order": (await inbox.shop.agreed(shirts(4))).id} if action == "attach" else {}
    before, rows = await inbox.row(item), await inbox.shop.rows()
    if ending is None:
        with pytest.raises(Refused):
            await inbox.act(item, action, **more)
        assert await inbox.row(item) == before
        assert await inbox.shop.rows() == rows
    else:
        await inbox.act(item, action, **more)
        after = await inbox.row(item)
        assert (after["resolution"], after["reason"]) == (ending, "Checked with the bank.")
        assert after["resolved_by"] == (await inbox.viewer("accountant")).actor().id
    assert await inbox.shop.findings() == []


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_offered_is_what_can_be_done(inbox: Inbox, kind: Kind):
    item, _ = await inbox.make(kind)
    offered = choices(await inbox.item(item), Tolerance(1))
    assert {choice.action for choice in offered if not choice.reasons} == {
        *TABLE[kind],
        *(["attach"] if kind == "wrong_currency" else []),  # it hangs on the order that is chosen
    }


@pytest.mark.parametrize("kind", KINDS)
async def test_an_item_that_ended_offers_nothing(inbox: Inbox, kind: Kind):
    item, _ = await inbox.make(kind)
    for action in TABLE[kind]:
        if action != "attach":
            await inbox.act(item, action)
            assert choices(await inbox.item(item), Tolerance(1)) == ()
            return
    assert kind == "disputed"


async def test_an_orphan_pays_the_order_that_it_is_attached_to(inbox: Inbox):
    item, order = await inbox.orphan()
    await inbox.act(item, "attach", order=order.id)
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "BACKORDERED")
    payment = await inbox.shop.row("SELECT provider, reference, amount, state FROM payment")
    assert payment == ("till", "R-1", 4000, "CONFIRMED")
    row = await inbox.row(item)
    assert (row["to_store_id"], row["to_order_id"]) == (LAGOS, order.id)
    assert row["to_payment_id"] == (await order.ref("payment")).id
    log = await inbox.shop.row(
        "SELECT actor, on_behalf_of, reason FROM transition_log WHERE machine = 'payment' AND event = 'CONFIRM'"
    )
    assert log == ("system", (await inbox.viewer("accountant")).actor().id, "Checked with the bank.")


async def test_a_short_payment_is_accepted_and_its_sale_clears(inbox: Inbox):
    item, order = await inbox.make("short")
    await inbox.act(item, "accept_short", reason="A fee of the bank.")
    assert (await order.states())[1] == "CLEARED_FOR_FULFILLMENT"
    sale = await order.context("sale")
    assert (sale.captured_total, sale.allowance, sale.outstanding) == (3970, 30, 0)
    assert (await order.context("payment")).amount == 3970


async def test_a_short_payment_that_is_attached_to_its_order_pays_a_part(inbox: Inbox):
    item, order = await inbox.about("short", 1000)
    await inbox.act(item, "attach", order=order.id)
    assert (await order.states())[1] == "PAYMENT_PENDING_CONFIRMATION"
    assert (await order.context("sale")).outstanding == 3000
    assert await inbox.shop.row("SELECT count(*), min(state) FROM payment") == (1, "CONFIRMED")


async def test_what_came_too_much_is_accepted_and_waits_to_go_back(inbox: Inbox):
    item, order = await inbox.make("over")
    await inbox.act(item, "accept_over")
    assert (await order.states())[1] == "CLEARED_FOR_FULFILLMENT"
    surplus = await inbox.only("surplus")
    assert (await inbox.row(surplus))["amount"] == 500
    await inbox.act(surplus, "refund", reason="The buyer asked for it.")
    assert await order.payable() == [("OWED", 500), ("PAID_OUT", -500)]
    assert await inbox.shop.findings() == []


async def test_a_second_payment_is_known_by_its_own_transaction(inbox: Inbox):
    item, _ = await inbox.make("duplicate")
    other = await inbox.shop.agreed(shirts(4))
    await inbox.act(item, "attach", order=other.id)
    assert await inbox.shop.row("SELECT provider, reference FROM payment WHERE order_id = $1", other.id) == (
        "till",
        "T-2",
    )


async def test_money_without_any_name_is_known_by_its_item(inbox: Inbox):
    item, order = await inbox.park("orphan", 4000), await inbox.shop.agreed(shirts(4))
    await inbox.act(item, "attach", order=order.id)
    assert await inbox.reference((await order.ref("payment")).id) == str(item)


async def test_what_was_sent_back_says_by_which_transfer(inbox: Inbox):
    item, _ = await inbox.orphan()
    await inbox.act(item, "return", sent="OUT-77")
    row = await inbox.row(item)
    assert (row["sent_reference"], row["to_payment_id"]) == ("OUT-77", None)


async def test_late_money_pays_another_order_of_its_buyer(inbox: Inbox):
    item, late = await inbox.late()
    other = await inbox.shop.agreed(shirts(3))
    await inbox.act(item, "attach", order=other.id)
    assert await late.payable() == [("UNALLOCATED", 4000), ("PAID_OUT", -4000)]
    assert await late.state("payment") == "REFUNDED"
    moved = await inbox.shop.row("SELECT provider, reference, amount FROM payment WHERE order_id = $1", other.id)
    assert moved == ("orderway", str(item), 4000)
    assert (await other.states())[1] == "CLEARED_FOR_FULFILLMENT"
    assert (await inbox.row(await inbox.only("surplus")))["amount"] == 1000
    assert await inbox.shop.findings() == []


async def test_only_what_is_owed_is_moved(inbox: Inbox):
    item, _ = await inbox.surplus()
    other = await inbox.shop.agreed(shirts(4))
    await inbox.act(item, "attach", order=other.id)
    assert (await other.context("sale")).captured_total == 1000
    assert await inbox.shop.findings() == []


async def refused(inbox: Inbox, item: UUID, action: Action, **more: Any) -> list[tuple[str, str | None]]:
    """The rules that stand against it, with who can help; nothing was written."""
    rows = await inbox.shop.rows()
    with pytest.raises(Refused) as no:
        await inbox.act(item, action, **more)
    assert await inbox.shop.rows() == rows
    assert await inbox.shop.pool.fetchval("SELECT count(*) FROM parked_money WHERE resolution IS NOT NULL") == 0
    return [(reason.guard, reason.help or None) for reason in no.value.refusal.reasons]


async def test_an_order_in_another_currency_does_not_take_it(inbox: Inbox):
    item, order = await inbox.make("wrong_currency")
    assert await refused(inbox, item, "attach", order=order.id) == [("is_in_its_currency", None)]


async def test_the_sentence_tells_the_currencies(inbox: Inbox):
    item, order = await inbox.make("wrong_currency")
    with pytest.raises(Refused) as no:
        await inbox.act(item, "attach", order=order.id)
    assert str(no.value) == (
        "The order must be in the currency of the money. The money is in USD, the order in NGN."
        " Choose an order in the currency of the money, or return it to the sender."
    )


async def test_the_money_of_one_buyer_does_not_pay_for_another(inbox: Inbox):
    item, _ = await inbox.late()
    other = await inbox.shop.agreed(shoes(1), customer=RESELLER)
    assert await refused(inbox, item, "attach", order=other.id) == [("is_the_same_buyer", None)]


async def test_late_money_does_not_go_back_to_the_order_that_it_was_too_late_for(inbox: Inbox):
    item, order = await inbox.late()
    assert await refused(inbox, item, "attach", order=order.id) == [
        ("order_takes_it", None),
        ("is_another_order", None),
    ]


async def test_what_is_missing_is_more_than_may_be_let_go(inbox: Inbox):
    item, order = await inbox.about("short", 3959)
    with pytest.raises(Refused) as no:
        await inbox.act(item, "accept_short")
    assert str(no.value) == (
        "What is missing must be little enough to let go. NGN 0.41 would be missing; up to NGN 0.40 may be let go."
        " Attach it as a part of the payment, or return it to the sender."
    )
    assert (await order.context("sale")).captured_total == 0


async def test_a_payment_that_came_by_another_way_is_not_accepted_twice(inbox: Inbox):
    item, order = await inbox.make("short")
    await order.send("payment", Confirm(), by=THE_SYSTEM)
    assert await refused(inbox, item, "accept_short") == [("is_awaited", None)]


@pytest.mark.parametrize("by", ["manager"])
async def test_who_may_only_look_is_told_who_can_help(inbox: Inbox, by: str):
    item, _ = await inbox.make("short")
    assert await refused(inbox, item, "return", by=by) == [("permission", "payment.reconcile")]
    assert [choice.reasons[0].help for choice in choices(await inbox.item(item, by), Tolerance(1))] == [
        "payment.reconcile"
    ] * 3


@pytest.mark.parametrize("by", ["biller", "rider", "reseller"])
async def test_who_does_not_see_the_inbox_finds_nothing(inbox: Inbox, by: str):
    item, _ = await inbox.make("short")
    with pytest.raises(NotFound):
        await inbox.act(item, "return", by=by)


async def test_a_manager_does_not_find_what_belongs_to_no_store_of_theirs(inbox: Inbox):
    item, _ = await inbox.orphan()
    with pytest.raises(NotFound):
        await inbox.act(item, "return", by="manager")


async def test_wrong_ids_are_not_found(inbox: Inbox):
    item, order = await inbox.orphan()
    sale = (await order.ref("sale")).id
    rows = await inbox.shop.rows()
    for wrong in (new_id(), sale, order.id, LAGOS):
        with pytest.raises(NotFound):
            await inbox.act(wrong, "return")
    for wrong in (new_id(), sale, item, LAGOS):
        with pytest.raises(NotFound):
            await inbox.act(item, "attach", order=wrong)
    assert await inbox.shop.rows() == rows


@pytest.mark.parametrize("reason", ["", "  "])
async def test_a_reason_is_asked_for(inbox: Inbox, reason: str):
    item, _ = await inbox.orphan()
    with pytest.raises(Invalid, match="Reason is missing"):
        await inbox.act(item, "return", reason=reason)
    assert (await inbox.row(item))["resolution"] is None


async def test_attaching_asks_for_the_order(inbox: Inbox):
    item, _ = await inbox.orphan()
    with pytest.raises(Invalid, match="Order is missing"):
        await inbox.act(item, "attach")


async def test_who_comes_second_hears_who_came_first(inbox: Inbox):
    item, order = await inbox.orphan()
    await inbox.act(item, "return")
    with pytest.raises(Conflict) as late:
        await inbox.act(item, "attach", order=order.id)
    assert str(late.value) == (
        "This has changed since you looked: Accountant returned it to the sender at 2026-03-02 12:00:00 UTC."
        " Check the new state and try again."
    )
    assert await inbox.shop.row("SELECT count(*) FROM payment") == (0,)
