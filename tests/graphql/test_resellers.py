"""Resellers: they apply, nobody lets them in before somebody approves, and what was decided stays."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from tests.graphql.customers import APPLICATIONS, applied, change, let_in, signed_in
from tests.graphql.office import KANO, LAGOS, SHIRT, Api, jsonable
from tests.graphql.orders import draft

from orderway.app import the_laws
from orderway.database import connect
from orderway.ids import new_id

APPLIED = (
    "Thank you. If this address is new here, your application is looked at, and you can sign in once it is approved."
    " If you had an account already, or applied before, nothing has changed."
)
TERMS = {"tier": "GOLD", "limit": 50_000, "reason": "Known for years."}
WRONG = {
    "__typename": "SignInRefused",
    "sentence": (
        "This e-mail address and password do not belong together. Check both, or ask an admin for a new password."
    ),
}
ROWS = (
    "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM customer), (SELECT count(*) FROM credit_profile),"
    " (SELECT count(*) FROM reseller_decision), (SELECT count(*) FROM people_change),"
    " (SELECT count(*) FROM credit_terms_change), (SELECT count(*) FROM spent_key),"
    " (SELECT count(*) FROM reseller_application WHERE decided_at IS NOT NULL)"
)


async def rows(api: Api) -> tuple[int, ...]:
    return tuple(await api.office.pool.fetchrow(ROWS) or ())


async def approve(api: Api, who: str, application: str, **given: Any) -> Any:
    return await change(api, who, "approveResellerApplication", **{"application": application, **TERMS, **given})


async def decline(api: Api, who: str, application: str) -> Any:
    return await change(api, who, "declineResellerApplication", application=application, reason="We do not know them.")


async def applications(api: Api, who: str = "admin", **asked: Any) -> Any:
    return (await api.ask(who, APPLICATIONS, **jsonable(asked)))["resellerApplications"]


async def test_nobody_is_let_in_before_the_approval(api: Api):
    before = await rows(api)
    id = await applied(api, email="Trader@example.com", phone="+234 1")
    assert await rows(api) == before, "no person, no customer, no account"
    assert await signed_in(api, "trader@example.com") == WRONG
    assert (await applications(api))["nodes"] == [
        {"id": id, "email": "trader@example.com", "name": "Newcomer", "company": "Newcomer Trading", "phone": "+2341",
         "currency": "NGN", "store": {"name": "Lagos"}, "state": "PENDING", "decision": None}
    ]  # fmt: skip


async def test_an_approved_reseller_buys_on_the_terms_that_were_set(api: Api):
    id = await applied(api)
    pool = api.office.pool
    answer = await approve(api, "admin", id, biller=api.office.ids["biller"])
    reseller = answer["customer"]
    assert (reseller["kind"], reseller["name"], reseller["biller"], reseller["store"], reseller["hasAccount"]) == (
        "RESELLER", "Newcomer Trading", {"name": "Biller"}, {"name": "Lagos"}, True,
    )  # fmt: skip
    assert answer["application"]["state"] == "APPROVED"
    assert answer["application"]["decision"] == {
        "outcome": "APPROVED", "reason": "Known for years.", "who": "Admin", "customer": reseller["id"],
    }  # fmt: skip
    await let_in(api, "newcomer", "new@example.com")
    terms = "query($c: UUID!) { customerCreditProfile(customer: $c) { policy tier limit changes { reason who } } }"
    assert (await api.ask("admin", terms, c=reseller["id"]))["customerCreditProfile"] == {
        "policy": "FIXED", "tier": "GOLD", "limit": 50_000, "changes": [{"reason": "Known for years.", "who": "Admin"}],
    }  # fmt: skip
    made = await draft(api, "newcomer", customer=reseller["id"])
    order = await api.order("newcomer", made.order, "biller { name } lines { price { unit } }")
    assert order["biller"] == {"name": "Biller"}
    assert sorted(line["price"]["unit"] for line in order["lines"]) == [1000, 5000], "without the consumers' markup"
    assert await pool.fetchval("SELECT count(*) FROM reseller_application WHERE password_hash IS NOT NULL") == 0
    person = await pool.fetchrow(
        "SELECT actor, reason FROM people_change WHERE what = 'CREATED' AND subject = 'Newcomer'"
    )
    assert tuple(person or ()) == (f"person:{api.office.ids['admin']}", "The application was approved.")


async def test_the_price_list_of_the_tier_is_theirs(api: Api):
    pool, prices = api.office.pool, new_id()
    await pool.execute("INSERT INTO price_list (id, tier, currency) VALUES ($1, 'GOLD', 'NGN')", prices)
    await pool.execute("INSERT INTO list_price (list_id, variant_id, price) VALUES ($1, $2, 900)", prices, SHIRT)
    for email, tier, price in (("gold@example.com", "GOLD", 900), ("silver@example.com", "SILVER", 1000)):
        reseller = (await approve(api, "admin", await applied(api, email=email), tier=tier))["customer"]
        await let_in(api, tier, email)
        made = await draft(api, tier, customer=reseller["id"])
        order = await api.order(tier, made.order, "lines { sku price { unit } }")
        assert {"sku": "SHIRT", "price": {"unit": price}} in order["lines"]


async def test_a_declined_one_stays_outside_and_may_apply_again(api: Api):
    id = await applied(api)
    answer = await decline(api, "admin", id)
    assert (answer["__typename"], answer["customer"]) == ("ResellerApplicationDecided", None)
    assert answer["application"]["decision"] == {
        "outcome": "DECLINED", "reason": "We do not know them.", "who": "Admin", "customer": None,
    }  # fmt: skip
    assert await signed_in(api, "new@example.com") == WRONG
    assert await api.office.pool.fetchval("SELECT password_hash FROM reseller_application") is None
    again = await applied(api)
    assert again != id
    assert (await applications(api, state="PENDING"))["totalCount"] == 1
    assert (await applications(api, state="DECLINED"))["totalCount"] == 1
    assert (await applications(api))["totalCount"] == 2


@pytest.mark.parametrize("email", ["customer@example.com", "new@example.com"])
async def test_an_address_that_is_known_or_waits_is_answered_the_same(api: Api, email: str):
    await applied(api)
    query = "SELECT count(*) FROM reseller_application"
    given = {"email": email, "name": "X", "company": "X", "currency": "NGN", "store": LAGOS, "password": "a" * 10}
    answer = await change(api, "", "applyAsReseller", **given)
    assert answer == {"__typename": "Arrived", "sentence": APPLIED}
    assert await api.office.pool.fetchval(query) == 1


async def test_an_application_stays_as_it_was_handed_in(api: Api):
    await applied(api)
    pool = api.office.pool
    changes = [
        "UPDATE reseller_application SET email = 'other@example.com'",
        "UPDATE reseller_application SET company = 'X', decided_at = now(), password_hash = NULL",
        "DELETE FROM reseller_application",
    ]
    for change_by_hand in changes:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="stays as it was handed in"):
            await pool.execute(change_by_hand)
    await decline(api, "admin", str(await pool.fetchval("SELECT id FROM reseller_application")))
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="is decided once"):
        await pool.execute("UPDATE reseller_application SET decided_at = now()")
    with pytest.raises(asyncpg.PostgresError):
        await pool.execute("UPDATE reseller_decision SET outcome = 'APPROVED'")


@pytest.mark.parametrize("first", ["approve", "decline"])
async def test_what_is_decided_is_decided_once(api: Api, first: str):
    id = await applied(api)
    does = {"approve": approve, "decline": decline}
    await does[first](api, "admin", id)
    before = await rows(api)
    for second in ("approve", "decline"):
        answer = await does[second](api, "admin", id)
        assert (answer["__typename"], answer["who"], answer["what"]) == (
            "Conflict", "Admin", f"{'approved' if first == 'approve' else 'declined'} the application",
        )  # fmt: skip
    assert await rows(api) == before


async def test_the_same_key_gives_the_same_decision(api: Api):
    id = await applied(api)
    one = await approve(api, "admin", id, idempotencyKey="k")
    before = await rows(api)
    assert await approve(api, "admin", id, idempotencyKey="k") == one
    assert await rows(api) == before


@pytest.mark.parametrize("who", ["manager", "biller", "accountant", "rider", "customer", "reseller"])
async def test_who_may_not_decide_learns_nothing(api: Api, who: str):
    id = await applied(api)
    before = await rows(api)
    for answer in (await approve(api, who, id), await decline(api, who, id)):
        assert answer["reasons"] == [
            {"sentence": "You may not decide who becomes a reseller.", "permission": "reseller.approve",
             "whoCanHelp": "an admin"}
        ]  # fmt: skip
    (error,) = await api.errors(who, APPLICATIONS)
    assert error["message"] == "You may not decide who becomes a reseller."
    assert await rows(api) == before


@pytest.mark.parametrize(
    ("given", "kind", "sentence"),
    [
        ({"tier": "PLASTIC"}, "Invalid", "There is no tier PLASTIC."),
        ({"limit": -1}, "Invalid", "A limit is an amount from 0"),
        ({"currency": "XXQ"}, "Invalid", "“XXQ” is not a currency"),
        ({"store": KANO, "biller": "biller"}, "NotFound", "The store has no such biller."),
        ({"biller": "manager"}, "NotFound", "The store has no such biller."),
        ({"store": "0198a000-0000-7000-8000-0000000000ff"}, "NotFound", "There is no such store."),
        ({"reason": " "}, "Invalid", "Reason is missing."),
    ],
)
async def test_terms_that_can_not_be_leave_the_application_open(
    api: Api, given: dict[str, Any], kind: str, sentence: str
):
    id = await applied(api)
    before = await rows(api)
    if "biller" in given:
        given = {**given, "biller": api.office.ids[given["biller"]]}
    answer = await approve(api, "admin", id, **given)
    assert (answer["__typename"], sentence in answer["sentence"]) == (kind, True), answer
    assert await rows(api) == before
    assert (await approve(api, "admin", id))["__typename"] == "ResellerApplicationDecided"


async def test_a_limit_that_can_not_be_is_called_what_the_input_calls_it(api: Api):
    answer = await approve(api, "admin", await applied(api), limit=-1)
    assert (answer["__typename"], answer["field"]) == ("Invalid", "limit")
    assert answer["sentence"] == "A limit is an amount from 0 to 9,223,372,036,854,775,807. Correct it."


async def test_an_address_that_was_taken_meanwhile_is_told_to_who_decides(api: Api):
    id = await applied(api)
    signed = {"email": "new@example.com", "name": "N", "currency": "NGN", "store": LAGOS, "password": "a password of N"}
    assert (await change(api, "", "signUp", **signed))["__typename"] == "Arrived"
    before = await rows(api)
    answer = await approve(api, "admin", id)
    assert answer["sentence"] == "Somebody has the address new@example.com already. Use another one."
    assert await rows(api) == before


async def test_nobody_decides_on_their_own_application(api: Api):
    id = await applied(api)
    await api.office.pool.execute("UPDATE person SET email = 'new@example.com' WHERE id = $1", api.office.ids["admin"])
    await let_in(api, "admin", "new@example.com")
    before = await rows(api)
    for answer in (await approve(api, "admin", id), await decline(api, "admin", id)):
        assert (answer["__typename"], answer["sentence"]) == ("Refused", "Nobody decides on their own application.")
    assert await rows(api) == before


async def test_what_changes_afterwards_is_written_down(api: Api):
    reseller = (await approve(api, "admin", await applied(api)))["customer"]
    wanted = {"customer": reseller["id"], "name": "Newcomer Trading", "email": "new@example.com", "store": LAGOS}
    changed = await change(
        api, "admin", "changeCustomer", **wanted, biller=api.office.ids["biller"], reason="A new region."
    )
    newest = changed["customer"]["changes"][0]
    assert (newest["what"], newest["was"], newest["became"], newest["reason"], newest["who"]) == (
        "changed the biller", None, "Biller", "A new region.", "Admin",
    )  # fmt: skip


async def test_an_application_that_was_closed_by_hand_is_found(api: Api, superuser_url: str):
    (law,) = [each for each in the_laws() if each.name == "applications of resellers"]
    await decline(api, "admin", await applied(api))
    assert await api.office.pool.fetch(law.query) == []
    forced = await connect(superuser_url)
    await forced.execute("SET session_replication_role = replica")
    await forced.execute("UPDATE reseller_application SET decided_at = decided_at + interval '1 second'")
    await forced.close()
    ((where, sentence),) = await api.office.pool.fetch(law.query)
    assert (where.split()[0], sentence.startswith("It is closed at ")) == ("application", True)
