"""Whom each event concerns: for every event that there is, by name, and never who did it or who may not see it."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
from tests.stories.shop import LAGOS, NOON, PEOPLE, RESELLER, SHIRT, Shop, person, shirts

from orderway.app import make_workflow
from orderway.fulfillment.events import FulfillmentStarted
from orderway.ids import new_id
from orderway.outbound.happenings import Happening
from orderway.outbound.letters import letter
from orderway.outbound.notices import NOTICES, SILENT
from orderway.outbound.recipients import Recipient, recipients

SOURCES = Path(__file__).parents[2] / "src" / "orderway"

# The domain's list of notifications, and beside it what else the people of an order wait for.
CONCERNED = {
    "quotation.share": {"buyer"},
    "quotation.biller_named": {"biller"},
    "quotation.buyer_approves": {"biller"},
    "quotation.seller_approves": {"buyer"},
    "quotation.decline": {"biller"},
    "quotation.withdraw": {"buyer"},
    "quotation.expire": {"biller", "buyer"},
    "quotation.approved": {"biller", "manager", "buyer"},
    "comment.noted": {"biller"},
    "comment.told": {"buyer"},
    "comment.asked": {"biller", "manager"},
    "sale.biller_named": {"biller"},
    "sale.cleared": {"biller", "buyer"},
    "sale.expire": {"biller", "manager", "buyer"},
    "sale.cancel_requested": {"biller", "manager", "buyer"},
    "sale.payment_failed": {"biller", "buyer"},
    "sale.payment_expired": {"biller", "buyer"},
    "payment.born": {"biller", "buyer"},
    "payment.confirm": {"biller", "buyer"},
    "payment.fail": {"biller", "buyer"},
    "payment.refund": {"biller", "buyer"},
    "payment.dispute": {"biller", "manager"},
    "payment.reverse": {"biller", "manager"},
    "override.born": {"manager"},
    "override.approve": {"asker", "biller"},
    "override.deny": {"asker", "biller"},
    "override.revoke": {"asker", "biller"},
    "override.expire": {"asker", "biller", "manager"},
    "fulfillment.born": {"biller", "manager"},
    "fulfillment.reserve_miss": {"biller", "manager", "buyer"},
    "fulfillment.available": {"rider", "covering rider"},
    "fulfillment.unclaimed": {"biller"},
    "fulfillment.rider_selected": {"biller", "buyer"},
    "fulfillment.rider_named": {"biller", "buyer", "rider"},
    "fulfillment.rider_unassigned": {"biller"},
    "fulfillment.rider_released": {"rider"},
    "fulfillment.rider_paid": {"rider"},
    "fulfillment.preferences_changed": {"rider"},
    "fulfillment.package_shipped": {"biller", "buyer"},
    "fulfillment.package_delivered": {"biller", "buyer"},
    "fulfillment.delivery_failed": {"biller", "buyer"},
    "fulfillment.fail": {"biller", "manager", "buyer"},
    "fulfillment.cancel": {"biller", "manager", "buyer"},
    "fulfillment.service_scheduled": {"buyer"},
    "fulfillment.service_rescheduled": {"buyer"},
    "return.requested": {"biller", "manager"},
    "return.accepted": {"buyer"},
    "return.received": {"biller", "buyer"},
    "return.rejected": {"buyer"},
    "rider_interest.born": {"rider", "biller"},
    "rider_interest.register": {"rider", "biller"},
    "rider_interest.withdraw": {"biller"},
    "rider_interest.assign": {"rider"},
    "rider_interest.reject": {"rider"},
    "rider_interest.revive": {"rider"},
    "rider_interest.expire": {"rider"},
}
OF_THEIR_OWN = {"rider_interest.born", "rider_interest.register", "fulfillment.rider_paid"}
BY_THE_BUYER = {"quotation.share": {"biller"}}
BY_A_PERSON = {"sale.payment_failed", "fulfillment.cancel"}


def every_type() -> set[str]:
    """Every event that the outbox may tell of: those of the machines, and what is put beside them."""
    kinds = make_workflow().kinds.values()
    moves = {
        f"{kind.topic}.{name.lower()}" for kind in kinds for chart in kind.charts.values() for name in chart.events
    }
    births = {f"{kind.topic}.{name}" for kind in kinds for name in ("born", "migrated", "migration_undone")}
    put = re.compile(r'tx\.put\(\s*"order\.([a-z_.]+)"')
    puts = {name for path in SOURCES.rglob("*.py") for name in put.findall(path.read_text())}
    return moves | births | puts


@dataclass
class Crowd:
    """Everyone of a company with one order that looks for a rider; those of `who` it concerns."""

    shop: Shop
    order: UUID
    fulfillment: UUID
    who: dict[UUID, str]

    def happening(
        self, type: str, *, actor: str = "person:00000000-0000-7000-8000-000000000000", behalf: str | None = None
    ) -> Happening:
        """An event of this type, with everybody that an event may name; by somebody whom it does not concern."""
        return Happening(
            id=new_id(), number=1, type=f"order.{type}", store_id=LAGOS, order_id=self.order, machine="fulfillment",
            instance_id=self.fulfillment, state="DELIVERED", at=NOON, actor=actor, on_behalf_of=behalf,
            order="LAG-000001", store="Lagos store", customer="Reseller", currency="NGN", biller=self.id("biller"),
            buyer=self.id("buyer"), rider=self.id("rider"), rider_name="Rider", asker=self.id("asker"),
            asker_name="Asker", amount=1000, reason="Because.", wanted="ADMIN", planned_for=NOON,
        )  # fmt: skip

    def id(self, word: str) -> UUID:
        return next(id for id, who in self.who.items() if who == word)

    async def told(self, happening: Happening) -> set[str]:
        """Who is told of it."""
        return {self.who[each.person] for each in await self.letters(happening)}

    async def letters(self, happening: Happening) -> tuple[Recipient, ...]:
        async with self.shop.pool.acquire() as connection:
            found = (await recipients(connection, self.shop.settings, [happening])).get(happening.id, ())
        assert len({each.person for each in found}) == len(found), "somebody was told twice"
        return found


OTHERS = {
    "asker": ("ADMIN", ()),
    "other manager": ("MANAGER", ("kano",)),
    "other biller": ("BILLER", ("lagos",)),
    "other customer": ("CUSTOMER", ()),
    "far rider": ("RIDER", ()),
}


@pytest.fixture
async def crowd(shop: Shop) -> Crowd:
    kano = new_id()
    await shop.pool.execute("INSERT INTO store (id, name, code, currency) VALUES ($1, 'Kano', 'KAN', 'NGN')", kano)
    who = {id: word for word, (id, _) in PEOPLE.items()}
    who[person("reseller")], who[person("second rider")] = "buyer", "covering rider"
    for word, (role, stores) in OTHERS.items():
        id = new_id()
        who[id] = word
        await shop.pool.execute("INSERT INTO person (id, email, name) VALUES ($1, $2, $2)", id, f"{word}@example.com")
        await shop.pool.execute("INSERT INTO person_role SELECT $1, id FROM role WHERE name = $2", id, role)
        for store in stores:
            at = LAGOS if store == "lagos" else kano
            await shop.pool.execute("INSERT INTO person_store (person_id, store_id) VALUES ($1, $2)", id, at)
        if word == "far rider":
            await shop.pool.execute("INSERT INTO rider_coverage (rider_id, store_id) VALUES ($1, $2)", id, kano)
    await shop.stock((SHIRT, 1))
    order = await shop.paid(shirts(1), customer=RESELLER)
    await order.send("fulfillment", FulfillmentStarted())
    return Crowd(shop, order.id, (await order.ref("fulfillment")).id, who)


def test_every_event_has_its_notices_or_a_reason_for_having_none():
    told = {type.removeprefix("order.") for type in NOTICES}
    silent = {type.removeprefix("order.") for type in SILENT}
    assert told | silent == every_type()
    assert told & silent == set()
    assert told == set(CONCERNED)


async def test_every_event_reaches_those_whom_it_concerns_and_nobody_else(crowd: Crowd):
    told = {type: await crowd.told(crowd.happening(type)) for type in sorted(every_type())}
    assert told == {type: CONCERNED.get(type, set()) for type in sorted(every_type())}


async def test_nobody_is_told_of_what_they_did_themselves_but_of_an_offer_that_arrived(crowd: Crowd):
    for type, concerned in CONCERNED.items():
        for who in concerned:
            others = concerned if who == "rider" and type in OF_THEIR_OWN else concerned - {who}
            others |= BY_THE_BUYER.get(type, set()) if who == "buyer" else set()
            did = f"person:{crowd.id(who)}"
            assert await crowd.told(crowd.happening(type, actor=did)) == others, (type, who)
            if type not in BY_A_PERSON:  # what follows from what they did
                assert await crowd.told(crowd.happening(type, actor="system", behalf=did)) == others, (type, who)


async def test_what_was_done_on_somebodys_behalf_is_told_to_them(crowd: Crowd):
    by_biller = {"actor": f"person:{crowd.id('biller')}", "behalf": f"customer:{RESELLER}"}
    assert await crowd.told(crowd.happening("quotation.expire", **by_biller)) == {"buyer"}


async def test_what_only_follows_is_told_as_what_it_follows_from(crowd: Crowd):
    for type in BY_A_PERSON:
        for actor in ("system", "webhook:paystack"):
            assert await crowd.told(crowd.happening(type, actor=actor)) == set()


async def test_an_event_that_led_elsewhere_is_not_told(crowd: Crowd):
    missed = replace(crowd.happening("fulfillment.package_delivered"), state="SHIPPED")
    assert await crowd.told(missed) == set()


async def test_what_an_import_brings_is_told_to_nobody(crowd: Crowd):
    for type in CONCERNED:
        for actor, behalf in (("import:olist", None), ("system", "import:olist"), ("source:olist", None)):
            assert await crowd.told(crowd.happening(type, actor=actor, behalf=behalf)) == set()


async def test_who_may_not_sign_in_or_see_the_order_any_more_is_not_told(crowd: Crowd):
    await crowd.shop.pool.execute(
        "UPDATE person SET disabled_at = now() WHERE id = ANY ($1)", [crowd.id("rider"), crowd.id("buyer")]
    )
    await crowd.shop.pool.execute("DELETE FROM person_role WHERE person_id = $1", crowd.id("biller"))
    await crowd.shop.pool.execute("DELETE FROM person_store WHERE person_id = $1", crowd.id("manager"))
    gone = {"rider", "buyer", "biller", "manager"}
    for type, concerned in CONCERNED.items():
        assert await crowd.told(crowd.happening(type)) == concerned - gone, type


async def test_a_draft_that_the_buyer_never_saw_is_withdrawn_without_telling_them(crowd: Crowd):
    draft = await crowd.shop.order(shirts(1), customer=RESELLER)
    hidden = replace(crowd.happening("quotation.withdraw"), order_id=draft.id)
    assert await crowd.told(hidden) == set()


async def test_where_an_order_has_no_biller_the_managers_of_its_store_hear_it(crowd: Crowd):
    orphan = replace(crowd.happening("payment.confirm"), biller=None)
    assert await crowd.told(orphan) == {"manager", "buyer"}


async def test_riders_without_a_coverage_are_told_only_where_the_settings_say_so(crowd: Crowd):
    crowd.shop.settings._found["RIDERS_WITHOUT_COVERAGE_SEE_ALL"] = (False, "default")
    assert await crowd.told(crowd.happening("fulfillment.available")) == set()
    await crowd.shop.pool.execute(
        "INSERT INTO rider_coverage (rider_id, store_id) VALUES ($1, $2)", crowd.id("covering rider"), LAGOS
    )
    assert await crowd.told(crowd.happening("fulfillment.available")) == {"covering rider"}


async def test_custom_roles_are_told_as_built_in_ones_are(crowd: Crowd):
    await crowd.shop.pool.execute("UPDATE role SET name = 'HEAD_OF_STORE', label = 'head' WHERE name = 'MANAGER'")
    assert await crowd.told(crowd.happening("override.born")) == {"manager"}


async def test_who_sees_no_money_is_told_without_the_amount(crowd: Crowd):
    happening = crowd.happening("payment.confirm")
    await crowd.shop.pool.execute(
        "UPDATE role SET permissions = array_remove(permissions, 'money.see') WHERE name = 'BILLER'"
    )
    letters = {crowd.who[each.person]: letter(happening, each) for each in await crowd.letters(happening)}
    assert (letters["biller"].title, letters["biller"].text) == ("A payment for order LAG-000001 came", "")
    assert letters["buyer"].text == "NGN\N{NO-BREAK SPACE}10.00. Thank you."


def test_no_title_names_an_amount_and_every_notice_is_in_words_alone():
    for type, notices in NOTICES.items():
        for notice in notices:
            assert "{amount}" not in notice.title, type
            words = f"{notice.title} {notice.text}"
            assert not re.search(r"[A-Z]{2,}_[A-Z]|order\.", words), type
            assert set(re.findall(r"\{(\w+)\}", words)) <= {
                "number", "customer", "store", "amount", "reason", "who", "rider", "wish", "at",
            }, type  # fmt: skip


def test_no_note_between_the_sellers_people_reaches_a_buyer():
    for type, notices in NOTICES.items():
        noted = any(part in type for part in ("override", "dispute", "reverse"))
        assert not (noted and any({"buyer", "rider", "riders"} & set(notice.to) for notice in notices)), type
