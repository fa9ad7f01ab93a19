"""Each person is told by the ways that they chose, and who chose nothing by those of their group."""

from typing import Any, cast

import pytest
from tests.outbound.listening import deliver_all
from tests.stories.shop import CONSUMER, RESELLER, SHIRT, Order, Shop, person, shirts

from orderway.fulfillment.events import FulfillmentStarted, NewPin, PackageDelivered, PackageShipped, RiderNamed
from orderway.notifications.mails.choices import Choice, NewChoices, choose, own_choices, stop_mails
from orderway.notifications.mails.groups import GROUPS, Topic, group_of
from orderway.outbound.mail.rounds import claim
from orderway.outbound.notices import NOTICES
from orderway.outbound.notifying import Notifications
from orderway.outbound.progress import LEASE
from orderway.people.viewer import Viewer, find_viewer
from orderway.quotation.events import BuyerApproves, Share
from orderway.workflow.errors import Invalid

SIDE = {"biller": "staff", "manager": "staff", "asker": "staff", "buyer": "buyer", "rider": "rider", "riders": "rider"}


async def viewer(shop: Shop, word: str) -> Viewer:
    async with shop.pool.acquire() as connection:
        found = await find_viewer(connection, person(word))
    assert found
    return found


async def chosen(shop: Shop, word: str, wanted: NewChoices) -> None:
    async with shop.pool.acquire() as connection:
        await choose(connection, await viewer(shop, word), wanted, at=shop.now)


async def told(shop: Shop) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Who was told of what, here and by e-mail."""
    await deliver_all(shop.runner, Notifications(shop.settings, lambda: shop.now))
    here = "SELECT p.name, n.title FROM notification n JOIN person p ON p.id = n.person_id"
    out = "SELECT p.name, m.title FROM mail m JOIN person p ON p.id = m.person_id"
    found = [{(row["name"], row["title"]) for row in await shop.pool.fetch(query)} for query in (here, out)]
    return found[0], found[1]


async def shared_and_accepted(shop: Shop) -> None:
    order = await shop.order(shirts(1), customer=RESELLER)
    await order.send("quotation", Share())
    await order.send("quotation", BuyerApproves(1), by="reseller")


READY = ("Reseller", "Your quotation LAG-000001 is ready")
ACCEPTED = ("Biller", "Reseller accepted the quotation LAG-000001")


def test_every_notice_is_of_a_group_and_each_group_knows_whom_it_concerns():
    sides: dict[str, set[str]] = {}
    for type, notices in NOTICES.items():
        sides.setdefault(group_of(type), set()).update(SIDE[each] for notice in notices for each in notice.to)
    assert sides == {name: set(group.sides) for name, group in GROUPS.items()}


async def test_who_chose_nothing_is_told_here_and_buyers_by_e_mail_too(shop: Shop):
    await shared_and_accepted(shop)
    assert await told(shop) == ({READY, ACCEPTED}, {READY})


async def test_each_way_is_chosen_by_itself_for_each_group(shop: Shop):
    await chosen(shop, "reseller", NewChoices(choices=(Choice(topic="QUOTATION", in_app=False, by_mail=True),)))
    await chosen(shop, "biller", NewChoices(choices=(Choice(topic="QUOTATION", in_app=True, by_mail=True),)))
    await shared_and_accepted(shop)
    assert await told(shop) == ({ACCEPTED}, {READY, ACCEPTED})
    stopped, choices = await own(shop, "reseller")
    assert (stopped, choices["QUOTATION"], choices["PAYMENT"]) == (False, (False, True), (True, True))
    assert set(choices) == {"QUOTATION", "COMMENT", "SALE", "PAYMENT", "FULFILLMENT", "RETURN"}


async def own(shop: Shop, word: str) -> tuple[bool, dict[Topic, tuple[bool, bool]]]:
    async with shop.pool.acquire() as connection:
        known = await own_choices(connection, await viewer(shop, word))
    return not known.mails, {each.topic: (each.in_app, each.by_mail) for each in known.choices}


async def test_who_ends_all_e_mails_gets_none_also_of_those_that_wait_until_they_want_them_again(shop: Shop):
    order = await shop.order(shirts(1), customer=RESELLER)
    await order.send("quotation", Share())
    await told(shop)
    async with shop.pool.acquire() as connection:
        await stop_mails(connection, person("reseller"), at=shop.now)
        await stop_mails(connection, person("reseller"), at=shop.now)
        (mail,), _ = await claim(connection, now=shop.now, limit=5)
    assert mail.why_not == "Who it was for wants no e-mails any more."
    await order.send("quotation", BuyerApproves(1), by="reseller")
    assert (await own(shop, "reseller"))[0] is True
    await chosen(shop, "reseller", NewChoices(mails=True))
    assert (await own(shop, "reseller"))[0] is False
    await chosen(shop, "reseller", NewChoices(mails=False))
    await shared_again(shop)
    assert len((await told(shop))[1]) == 1
    token = await shop.pool.fetch("SELECT token FROM mail_reader")
    assert len(token) == 1


async def shared_again(shop: Shop) -> None:
    order = await shop.order(shirts(1), customer=RESELLER)
    await order.send("quotation", Share())


async def test_what_there_is_not_can_not_be_chosen(shop: Shop):
    one = Choice(topic="QUOTATION", in_app=False, by_mail=False)
    for wanted in ((one, one), (one, Choice(topic=cast("Topic", "WEATHER"), in_app=True, by_mail=True))):
        with pytest.raises(Invalid):
            await chosen(shop, "reseller", NewChoices(choices=wanted))
    assert await shop.pool.fetchval("SELECT count(*) FROM notice_choice") == 0


async def on_its_way(shop: Shop, customer: Any = RESELLER) -> Order:
    """A delivery that has left, with a PIN for its buyer."""
    await shop.stock((SHIRT, 1))
    order = await shop.paid(shirts(1), customer=customer)
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", RiderNamed(person("rider")))
    await order.send("fulfillment", PackageShipped(), by="rider")
    return order


async def pins(shop: Shop) -> list[tuple[str | None, str | None, str | None]]:
    """To whom which PIN is to be sent, or why not."""
    await told(shop)
    async with shop.pool.acquire() as connection:
        mails, _ = await claim(connection, now=shop.now, limit=50)
    return [(each.to, each.pin, each.why_not) for each in mails if each.topic == "PIN"]


async def test_the_buyer_gets_the_pin_whatever_they_chose_and_it_stands_in_no_row_of_e_mails(shop: Shop):
    await chosen(shop, "reseller", NewChoices(mails=False))
    order = await on_its_way(shop)
    pin = await order.pin()
    assert await pins(shop) == [("reseller@example.com", pin, None)]
    rows = await shop.pool.fetch("SELECT mail::text FROM mail UNION ALL SELECT notification::text FROM notification")
    assert not any(pin in row[0] for row in rows)


async def test_a_pin_that_counts_no_more_is_not_sent(shop: Shop):
    order = await on_its_way(shop)
    await order.send("fulfillment", NewPin())
    pin = await order.pin()
    assert await pins(shop) == [
        ("reseller@example.com", None, "Another PIN took its place."), ("reseller@example.com", pin, None),
    ]  # fmt: skip
    shop.now += LEASE
    await order.send("fulfillment", PackageDelivered(pin), by="rider")
    assert {why for _, _, why in await pins(shop)} == {"The PIN is needed no more."}


async def test_who_buys_without_signing_in_gets_the_pin_where_an_address_is_kept(shop: Shop):
    await on_its_way(shop, CONSUMER)
    assert await pins(shop) == []
    await shop.pool.execute("UPDATE customer SET email = 'buyer@example.com' WHERE id = $1", CONSUMER)
    order = await on_its_way(shop, CONSUMER)
    assert await pins(shop) == [("buyer@example.com", await order.pin(), None)]


async def test_who_may_not_sign_in_any_more_is_written_to_no_more(shop: Shop):
    await shared_again(shop)
    await told(shop)
    await shop.pool.execute("UPDATE person SET disabled_at = now() WHERE id = $1", person("reseller"))
    async with shop.pool.acquire() as connection:
        (mail,), _ = await claim(connection, now=shop.now, limit=5)
    assert mail.why_not == "Who it was for may not sign in any more."
