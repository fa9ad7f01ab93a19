"""Signing up: a stranger becomes a customer, and learns of nobody else whether they are one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.graphql.customers import LIST, NEWCOMER, added, change, let_in, listed, signed_in
from tests.graphql.office import LAGOS, PASSWORD, Api
from tests.graphql.orders import draft

from orderway.people.passwords import Passwords
from orderway.settings import Settings

ROWS = (
    "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM customer), (SELECT count(*) FROM person_role),"
    " (SELECT count(*) FROM people_change), (SELECT count(*) FROM customer_change),"
    " (SELECT count(*) FROM reseller_application)"
)
ANSWER = {
    "__typename": "Arrived",
    "sentence": (
        "Thank you. If this address is new here, sign in with it and your password. If you had an account already, it"
        " is as it was: sign in as before."
    ),
}


async def sign_up(api: Api, **given: Any) -> Any:
    return await change(api, "", "signUp", **{**NEWCOMER, "store": LAGOS, **given})


async def rows(api: Api) -> tuple[int, ...]:
    return tuple(await api.office.pool.fetchrow(ROWS) or ())


async def test_a_stranger_signs_up_and_buys(api: Api):
    assert await sign_up(api, email=" New@Example.com", phone="0801 555") == ANSWER
    await let_in(api, "newcomer", "new@example.com")
    page = await api.ask("newcomer", LIST)
    (mine,) = page["customers"]["nodes"]
    assert (mine["name"], mine["kind"], mine["phone"], mine["email"], mine["store"], mine["hasAccount"]) == (
        "Newcomer", "CONSUMER", "0801555", "new@example.com", {"name": "Lagos"}, True,
    )  # fmt: skip
    made = await draft(api, customer=mine["id"])
    await api.move("biller", "quotationShare", id=made.ids["quotation"])
    moved = await api.move("newcomer", "quotationBuyerApproves", id=made.ids["quotation"], version=2)
    assert moved["state"] == "APPROVED_BY_BUYER"
    answer = await change(api, "newcomer", "createCustomer", name="Mine", currency="NGN", store=LAGOS)
    assert answer["__typename"] == "Refused", "they are a customer and nothing more"
    told = await api.office.pool.fetchrow(
        "SELECT actor, reason FROM people_change c JOIN person p ON p.id = c.person_id"
        " WHERE p.email = 'new@example.com' AND what = 'CREATED'"
    )
    assert tuple(told or ()) == ("system", "Signed up.")
    assert await api.office.pool.fetchval("SELECT signed_up_at FROM person WHERE name = 'Newcomer'") == api.office.now


async def test_a_known_address_is_answered_the_same_and_nothing_is_written(api: Api):
    before = await rows(api)
    for email in ("customer@example.com", "ADMIN@example.com "):
        assert await sign_up(api, email=email, password="another password") == ANSWER
    assert await rows(api) == before
    assert (await signed_in(api, "customer@example.com", "another password"))["__typename"] == "SignInRefused"
    assert (await signed_in(api, "customer@example.com"))["__typename"] == "SignedIn"
    assert await api.office.pool.fetchval("SELECT name FROM person WHERE email = 'admin@example.com'") == "Admin"


async def test_a_disabled_person_does_not_come_back_by_signing_up(api: Api):
    await api.office.pool.execute("UPDATE person SET disabled_at = now() WHERE email = 'customer@example.com'")
    before = await rows(api)
    assert await sign_up(api, email="customer@example.com") == ANSWER
    assert await rows(api) == before
    assert (await signed_in(api, "customer@example.com"))["__typename"] == "SignInRefused"


async def test_a_repeat_changes_nothing(api: Api):
    assert await sign_up(api) == ANSWER
    before = await rows(api)
    assert await sign_up(api, name="Somebody else") == ANSWER
    assert await rows(api) == before


async def test_the_same_is_done_for_an_address_that_is_known(api: Api, monkeypatch: pytest.MonkeyPatch):
    """Every statement and every hash: what an onlooker can measure."""
    hashed: list[str] = []
    hashing = Passwords.hash

    async def counted(self: Passwords, password: str) -> str:
        hashed.append(password)
        return await hashing(self, password)

    monkeypatch.setattr(Passwords, "hash", counted)
    for mutation, given in (("signUp", {}), ("applyAsReseller", {"company": "Trading"})):
        counts = []
        for email in ("first@example.com", f"{mutation.lower()}@example.com", "customer@example.com"):
            hashed.clear()
            said: list[str] = []
            async with api.office.pool.acquire() as connection:
                connection.add_query_logger(lambda record, said=said: said.append(record.query))
            answer = await change(api, "", mutation, **{**NEWCOMER, "store": LAGOS, "email": email, **given})
            assert answer["__typename"] == "Arrived"
            ends = ("SAVEPOINT", "RELEASE", "ROLLBACK")  # one is kept, the other is taken back
            counts.append((len(hashed), [each.split()[0] for each in said if not each.startswith(ends)]))
        assert counts[1] == counts[2], "the first one prepares its statements"
        assert counts[2][1][-2:] == ["INSERT", "COMMIT;"], "and both wait for the disk"


async def test_what_somebody_noted_of_the_address_stays_apart(api: Api):
    noted = await added(api, name="The real one", email="new@example.com", phone="0800")
    await sign_up(api)
    await let_in(api, "newcomer", "new@example.com")
    found = await api.ask("newcomer", LIST)
    assert listed(found) == ["Newcomer"]
    assert found["customers"]["nodes"][0]["id"] != noted["id"]


@pytest.mark.parametrize(
    ("given", "kind", "sentence"),
    [
        ({"email": "customer"}, ("Invalid", "email"), "This is not an e-mail address."),
        ({"name": "\n"}, ("Invalid", "name"), "Name is missing."),
        ({"password": "short"}, ("Invalid", "password"), "A password has 10 to 1000 characters, and this one has 5."),
        ({"currency": "naira"}, ("Invalid", "currency"), "“naira” is not a currency"),
        ({"phone": "none"}, ("Invalid", "phone"), "This is no telephone number."),
        ({"store": "0198a000-0000-7000-8000-0000000000ff"}, ("NotFound", None), "There is no such store."),
    ],
)
@pytest.mark.parametrize("email", ["new@example.com", "customer@example.com"])
async def test_what_is_wrong_is_said_whoever_has_the_address(
    api: Api, email: str, given: dict[str, Any], kind: tuple[str, str | None], sentence: str
):
    before = await rows(api)
    answer = await sign_up(api, **{"email": email, **given})
    assert (answer["__typename"], answer.get("field")) == kind
    assert sentence in answer["sentence"]
    assert await rows(api) == before


async def test_an_installation_may_turn_it_off(api: Api):
    api.office.settings = Settings({"CUSTOMER_SIGN_UP": "no", "RESELLER_APPLICATIONS": "no"})
    async with api.office.open() as client:
        closed = Api(api.office, client)
        before = await rows(closed)
        answer = await sign_up(closed)
        assert answer["sentence"] == (
            "Customers do not sign up here by themselves. Ask the store that you want to buy from."
        )
        answer = await change(closed, "", "applyAsReseller", **NEWCOMER, store=LAGOS, company="Trading")
        assert (answer["__typename"], answer["sentence"]) == (
            "Refused", "Resellers do not apply here by themselves. Ask the store that you want to buy from.",
        )  # fmt: skip
        assert await rows(closed) == before


async def test_one_request_signs_up_once(api: Api):
    given = {**NEWCOMER, "store": str(LAGOS)}
    query = (
        "mutation($a: SignUpInput!, $b: SignUpInput!) { a: signUp(input: $a) { __typename }"
        " b: signUp(input: $b) { __typename ... on Invalid { sentence } } }"
    )
    answer = await api.ask("", query, a=given, b={**given, "email": "second@example.com"})
    assert answer == {
        "a": {"__typename": "Arrived"},
        "b": {"__typename": "Invalid", "sentence": "One request signs up once. Send each by itself."},
    }
    assert (await signed_in(api, "second@example.com", PASSWORD))["__typename"] == "SignInRefused"


async def test_so_many_sign_up_or_apply_from_one_place_and_no_more_within_the_hour(api: Api):
    """Each costs a hash and leaves rows for good, and nobody has to be known for it."""
    for number in range(19):
        assert await sign_up(api, email=f"person{number}@example.com") == ANSWER
    given = {**NEWCOMER, "store": LAGOS, "company": "Newcomer Trading"}
    assert (await change(api, "", "applyAsReseller", **given))["__typename"] == "Arrived"
    before = await rows(api)
    refused = {
        "__typename": "Refused",
        "sentence": "Too many have signed up from where you are. Try again in 60 minutes.",
        "reasons": [
            {
                "sentence": "Too many have signed up from where you are.",
                "permission": None,
                "whoCanHelp": None,
            }
        ],
    }
    assert await sign_up(api, email="one.more@example.com") == refused
    assert await sign_up(api, email="customer@example.com") == refused, "whether an address is known or not"
    assert (await change(api, "", "applyAsReseller", **given))["__typename"] == "Refused"
    assert await rows(api) == before
    api.office.later(minutes=60)
    assert await sign_up(api, email="one.more@example.com") == ANSWER


async def test_of_many_who_sign_up_at_once_no_more_are_let_in(api: Api):
    many = await asyncio.gather(*(sign_up(api, email=f"person{number}@example.com") for number in range(32)))
    assert [each["__typename"] for each in many].count("Arrived") == 20
