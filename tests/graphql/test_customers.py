"""Customers through the API: who adds, changes and finds whom, and what is remembered of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.graphql.customers import DETAILS, LIST, added, change, listed
from tests.graphql.office import BUYER, KANO, LAGOS, RESELLER, Api
from tests.graphql.orders import draft
from tests.graphql.staff_office import hire

from orderway.app import the_laws
from orderway.people.customers.reads import Wanted, list_customers
from orderway.people.viewer import find_viewer
from orderway.workflow.verify import Law

ONE = f"query($id: UUID!) {{ customer(id: $id) {{ {DETAILS} }} }}"


def law(name: str) -> Law:
    return next(each for each in the_laws() if each.name == name)


async def customers(api: Api, who: str, **asked: Any) -> list[str]:
    return listed(await api.ask(who, LIST, **asked))


async def test_a_biller_adds_a_customer_and_bills_them(api: Api):
    made = await added(api, phone="+234 (801) 555-0000", email=" Musa@Example.com ", reason="Walked in.")
    assert made == {
        "id": made["id"], "kind": "CONSUMER", "name": "Musa Bello", "phone": "+2348015550000",
        "email": "musa@example.com", "currency": "NGN", "step": 1, "hasAccount": False, "store": {"name": "Lagos"},
        "biller": {"name": "Biller"},
        "changes": [{"step": 1, "what": "added the customer", "was": None, "became": "Musa Bello",
                     "reason": "Walked in.", "who": "Biller"}],
    }  # fmt: skip


async def test_a_change_is_remembered_in_words(api: Api):
    made = await added(api, "manager", phone="0801 555", store=LAGOS)
    assert made["biller"] is None
    wanted = {"customer": made["id"], "name": "Musa Bello-Adamu", "store": LAGOS, "biller": api.office.ids["biller"]}
    answer = await change(api, "manager", "changeCustomer", **wanted, reason="They asked for it.", seen=1)
    assert answer["customer"]["step"] == 2
    assert (answer["customer"]["phone"], answer["customer"]["biller"]) == (None, {"name": "Biller"})
    told = {each["what"]: (each["was"], each["became"]) for each in answer["customer"]["changes"] if each["step"] == 2}
    assert told == {
        "changed the name": ("Musa Bello", "Musa Bello-Adamu"),
        "changed the telephone number": ("0801555", None),
        "changed the biller": (None, "Biller"),
    }
    again = await change(api, "manager", "changeCustomer", **wanted, reason="Again.")
    assert again["customer"]["step"] == 2, "what is so already changes nothing"


async def test_who_looked_before_a_change_is_told_of_it(api: Api):
    made = await added(api)
    wanted = {"customer": made["id"], "store": LAGOS, "reason": "A slip.", "seen": 1}
    assert (await change(api, "biller", "changeCustomer", name="Musa", **wanted))["customer"]["step"] == 2
    answer = await change(api, "manager", "changeCustomer", name="Bello", **wanted)
    assert (answer["__typename"], answer["who"], answer["what"], answer["step"]) == (
        "Conflict", "Biller", "changed the name", 2,
    )  # fmt: skip
    assert await api.office.pool.fetchval("SELECT name FROM customer WHERE id = $1", made["id"]) == "Musa"


async def test_the_same_key_adds_one_customer(api: Api):
    one = await added(api, idempotencyKey="k-1")
    two = await added(api, idempotencyKey="k-1")
    assert one == two
    assert await api.office.pool.fetchval("SELECT count(*) FROM customer WHERE name = 'Musa Bello'") == 1
    other = await change(
        api, "biller", "createCustomer", name="Other", currency="NGN", store=LAGOS, idempotencyKey="k-1"
    )
    assert other["__typename"] == "Invalid"


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"name": "  "}, "name", "Name is missing. Fill it in."),
        ({"phone": "call me"}, "phone", "This is no telephone number."),
        ({"phone": "12"}, "phone", "This is no telephone number."),
        ({"email": "musa"}, "email", "This is not an e-mail address."),
        ({"currency": "XXQ"}, "currency", "“XXQ” is not a currency"),
        ({"store": None}, "store", "Say which of your stores serves the customer."),
    ],
)
async def test_what_can_not_be_kept_is_refused_by_field(api: Api, given: dict[str, Any], field: str, sentence: str):
    wanted = {"name": "Musa", "currency": "NGN", "store": LAGOS, **given}
    answer = await change(api, "biller", "createCustomer", **wanted)
    assert (answer["__typename"], answer["field"]) == ("Invalid", field)
    assert sentence in answer["sentence"]
    assert await api.office.pool.fetchval("SELECT count(*) FROM customer") == 2


@pytest.mark.parametrize("who", ["accountant", "rider", "customer", "reseller"])
async def test_who_may_not_manage_customers_is_refused(api: Api, who: str):
    answer = await change(api, who, "createCustomer", name="Musa", currency="NGN", store=LAGOS)
    assert answer["reasons"] == [
        {"sentence": "You may not add or change customers.", "permission": "customer.manage",
         "whoCanHelp": "a biller, a manager or an admin"}
    ]  # fmt: skip
    changed = await change(api, who, "changeCustomer", customer=BUYER, name="Musa", reason="Mine.")
    assert changed["__typename"] == "Refused"
    assert await api.office.pool.fetchval("SELECT count(*) FROM customer_change") == 0


async def test_nobody_makes_a_reseller_past_the_approval(api: Api):
    answer = await change(api, "manager", "createCustomer", name="R", currency="NGN", store=LAGOS, kind="RESELLER")
    assert answer["sentence"] == "You may not add a reseller."
    assert (await added(api, "admin", kind="RESELLER"))["kind"] == "RESELLER"
    await api.office.pool.execute(
        "INSERT INTO role (id, name, label, permissions)"
        " VALUES (gen_random_uuid(), 'APPROVER', 'approver', '{reseller.approve,scope.own}')"
    )
    await hire(api, "mixed", "MANAGER", "APPROVER", stores=(LAGOS,))
    answer = await change(api, "mixed", "createCustomer", name="R", currency="NGN", store=LAGOS, kind="RESELLER")
    assert answer["sentence"] == "You may not add a reseller.", "that role reaches no store"


async def test_what_is_out_of_reach_is_not_found(api: Api):
    made = await added(api)
    wanted = {"customer": made["id"], "name": "Musa", "reason": "Mine."}
    absent = {**wanted, "customer": LAGOS}
    answers = [await change(api, "manager of kano", "changeCustomer", **each) for each in (wanted, absent)]
    assert answers[0] == answers[1]
    assert (answers[0]["__typename"], answers[0]["sentence"]) == (
        "NotFound",
        "There is no such customer. Check the id.",
    )
    store = await change(api, "biller", "createCustomer", name="Musa", currency="NGN", store=KANO)
    assert store["sentence"] == "There is no such store. Choose one from the list of stores."
    for person in ("manager", "rider"):
        biller = await change(
            api, "biller", "createCustomer", name="M", currency="NGN", store=LAGOS, biller=api.office.ids[person]
        )
        assert biller["sentence"] == "The store has no such biller. Leave it out, or name one of the store."


async def test_each_finds_whom_they_serve(api: Api):
    musa = await added(api)
    kano = await added(api, "manager of kano", name="Aisha Kano", store=KANO)
    everyone = ["Aisha Kano", "Musa Bello", "Reseller of shoes", "Buyer of shirts"]
    for who, names in (
        ("admin", everyone), ("accountant", everyone), ("manager", ["Musa Bello"]), ("biller", ["Musa Bello"]),
        ("manager of kano", ["Aisha Kano"]), ("rider", []), ("customer", ["Buyer of shirts"]),
        ("reseller", ["Reseller of shoes"]),
    ):  # fmt: skip
        found = await api.ask(who, LIST)
        assert (listed(found), found["customers"]["totalCount"]) == (names, len(names)), who
        for each in (musa, kano):
            if each["name"] not in names:
                (error,) = await api.errors(who, ONE, id=each["id"])
                assert error["message"] == "There is no such customer. Check the id."
    await draft(api)
    assert await customers(api, "manager") == ["Musa Bello", "Buyer of shirts"], "who buys in a store is served by it"
    assert await customers(api, "manager of kano") == ["Aisha Kano"]
    own = (await api.ask("customer", ONE, id=str(BUYER)))["customer"]
    assert own["changes"] == []


async def test_a_key_serves_whom_its_stores_serve(api: Api):
    await added(api)
    await added(api, "manager of kano", name="Aisha Kano", store=KANO)
    abroad = await added(api, name="Billed from Lagos")
    await api.office.pool.execute("UPDATE customer SET default_store_id = $2 WHERE id = $1", abroad["id"], KANO)
    async with api.office.pool.acquire() as connection:
        for who, only, names in (
            ("admin", {LAGOS}, ["Musa Bello"]),
            ("admin", {KANO}, ["Billed from Lagos", "Aisha Kano"]),
            ("admin", set(), []),
            ("biller", None, ["Billed from Lagos", "Musa Bello"]),
            ("biller", {LAGOS}, ["Musa Bello"]),
        ):
            viewer = await find_viewer(connection, api.office.ids[who])
            assert viewer
            if only is not None:
                viewer = replace(viewer, only=frozenset(only), stores=viewer.stores & only)
            found, _ = await list_customers(connection, viewer, Wanted())
            assert [each.name for each in found] == names, (who, only)


async def test_a_search_takes_beginnings(api: Api):
    await added(api, name="Ólá Ñamdi-Bello", phone="+234 801 555 0001", email="ola.n@example.com")
    await added(api, name="Bellow Traders", phone="0701", email="sales@bellow.example", kind="CONSUMER")
    for search, names in {
        "bel": ["Bellow Traders", "Ólá Ñamdi-Bello"],
        "BEL ñam": ["Ólá Ñamdi-Bello"],
        "ello": [],
        "ola.n@": ["Ólá Ñamdi-Bello"],
        "OLA.N@EXAMPLE.COM": ["Ólá Ñamdi-Bello"],
        "sales": ["Bellow Traders"],
        "+234 801": ["Ólá Ñamdi-Bello"],
        "(0701)": ["Bellow Traders"],
        "801": [],
        "%": [],
        "_": [],
        "&|!:*()'": [],
        "": ["Bellow Traders", "Ólá Ñamdi-Bello", "Reseller of shoes", "Buyer of shirts"],
    }.items():
        assert await customers(api, "admin", search=search) == names, search
    assert await customers(api, "admin", kind="RESELLER") == ["Reseller of shoes"]
    assert await customers(api, "admin", store=str(LAGOS)) == ["Bellow Traders", "Ólá Ñamdi-Bello"]


async def test_a_page_follows_the_other(api: Api):
    for number in range(4):
        await added(api, name=f"Buyer {number}")
    seen: list[str] = []
    after = None
    for more in (True, True, False):
        page = (await api.ask("biller", LIST, first=2, after=after))["customers"] if more or seen else None
        if not page or not page["nodes"]:
            break
        seen += [each["name"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert seen == ["Buyer 3", "Buyer 2", "Buyer 1", "Buyer 0"]
    for first in (0, 101):
        (error,) = await api.errors("biller", LIST, first=first)
        assert error["message"].startswith("A page holds 1 to 100 of them."), error


async def test_the_biller_of_a_customer_bills_what_they_begin(api: Api):
    wanted = {"customer": RESELLER, "name": "Reseller of shoes", "store": LAGOS, "biller": api.office.ids["biller"]}
    assert (await change(api, "admin", "changeCustomer", **wanted, reason="Agreed."))["customer"]["step"] == 1
    mine = await draft(api, "reseller", customer=RESELLER)
    assert (await api.order("reseller", mine.order, "biller { name }"))["biller"] == {"name": "Biller"}
    elsewhere = await draft(api, "reseller", store=KANO, customer=RESELLER)
    assert (await api.order("reseller", elsewhere.order, "biller { name }"))["biller"] is None
    await api.office.pool.execute("UPDATE person SET disabled_at = now() WHERE name = 'Biller'")
    later = await draft(api, "reseller", customer=RESELLER)
    assert (await api.order("reseller", later.order, "biller { name }"))["biller"] is None


async def test_a_change_that_nobody_wrote_down_is_found(api: Api):
    made = await added(api, idempotencyKey="k-1")
    pool = api.office.pool
    laws = [law(name) for name in ("changes of customers", "idempotency keys of customers")]
    assert [await pool.fetch(each.query) for each in laws] == [[], []]
    await pool.execute("UPDATE customer SET step = 5 WHERE id = $1", made["id"])
    assert len(await pool.fetch(laws[0].query)) == 1
    await pool.execute("UPDATE spent_key SET answer = json_build_object('customer', gen_random_uuid())")
    assert len(await pool.fetch(laws[1].query)) == 1


BILLERS = "query($store: UUID!) { billers(store: $store) { name } }"
ADDRESSES = "query($id: UUID!) { customer(id: $id) { addresses { receiver city } } }"


async def test_who_adds_customers_in_a_store_is_told_who_may_bill_them(api: Api):
    told = await api.ask("manager", BILLERS, store=str(LAGOS))
    assert told["billers"] == [{"name": "Biller"}]
    await api.office.pool.execute("UPDATE person SET disabled_at = now() WHERE id = $1", api.office.ids["biller"])
    assert (await api.ask("admin", BILLERS, store=str(LAGOS)))["billers"] == []
    for who, store in (("manager", KANO), ("customer", LAGOS)):
        [refused] = await api.errors(who, BILLERS, store=str(store))
        assert refused["message"].startswith("There is no such store.")


async def test_a_customer_has_the_addresses_that_their_orders_went_to(api: Api):
    yaba = {"receiver": "Shop", "phone": "0803 123 4567", "address": "1 Herbert Macaulay Way", "city": "Yaba"}
    for delivery in (yaba, {**yaba, "city": "Lekki"}, yaba):
        await api.move(
            "biller", "createQuotation", store=LAGOS, customer=BUYER, fulfillmentType="DELIVERY", delivery=delivery
        )
    places = (await api.ask("biller", ADDRESSES, id=str(BUYER)))["customer"]["addresses"]
    assert places == [{"receiver": "Shop", "city": "Yaba"}, {"receiver": "Shop", "city": "Lekki"}]
    assert (await api.ask("customer", ADDRESSES, id=str(BUYER)))["customer"]["addresses"] == [], (
        "a draft is not theirs yet"
    )
