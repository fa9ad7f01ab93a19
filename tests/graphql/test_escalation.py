"""Some of the power is not all of it: by no mutation does a key, or a manager of some stores, reach farther."""

from datetime import timedelta
from typing import Any

import pytest
from tests.graphql.office import KANO, LAGOS, Api, Office
from tests.graphql.staff_office import change, changed, hire
from tests.graphql.test_own_account import key

from orderway.people.passwords import Passwords
from orderway.people.permissions import BUILT_IN, SCOPES

NEW = {"email": "night@example.com", "name": "Night shift", "stores": [LAGOS]}
[ADMIN] = [role.permissions - SCOPES for role in BUILT_IN if role.name == "ADMIN"]
SETTINGS = """mutation($input: ChangeSettingInput!) { changeSetting(input: $input) {
    __typename ... on Problem { sentence } } }"""
CAPS = """mutation($input: SetOverrideCapInput!) { setOverrideCap(input: $input) {
    __typename ... on Problem { sentence } } }"""


async def with_key(api: Api, who: str, **given: Any) -> str:
    """Let somebody be known by a key of theirs, and give the name to ask by."""
    made = await key(api, who, **given)
    assert made["__typename"] == "ApiKeyCreated", made
    api.office.tokens["key"] = made["secret"], api.office.now + timedelta(days=9)
    return "key"


@pytest.fixture
async def store_key(api: Api) -> str:
    """A key with all that an admin may, for one store."""
    return await with_key(api, "admin", permissions=sorted(ADMIN), stores=[str(LAGOS)])


@pytest.fixture
async def lead(api: Api, office: Office) -> str:
    """Somebody who manages the people of one store, and decides overrides there."""
    await office.pool.execute(
        "INSERT INTO role (id, name, label, permissions) VALUES (gen_random_uuid(), 'LEAD', 'lead', $1)",
        ["settings.manage", "override.decide", "scope.store"],
    )
    await hire(api, "lead", "LEAD", stores=(LAGOS,))
    return "lead"


async def test_a_key_for_some_stores_gives_no_role_that_reaches_all(api: Api, store_key: str):
    answer = await change(api, store_key, "createUser", **NEW, roles=["ADMIN"])
    assert answer["__typename"] == "Refused"
    assert answer["sentence"].startswith("You may not give out what you do not hold as widely yourself")
    assert (await changed(api, store_key, "createUser", **NEW, roles=["MANAGER"]))["stores"][0]["code"] == "LAG"
    biller = api.office.ids["biller"]
    assert (await change(api, store_key, "setUserRoles", user=biller, roles=["ADMIN"]))["__typename"] == "Refused"


async def test_a_key_for_some_stores_changes_nobody_who_reaches_all(api: Api, store_key: str):
    await hire(api, "second admin", "ADMIN", stores=(LAGOS,))
    second = api.office.ids["second admin"]
    for mutation, given in (("disableUser", {}), ("setUserRoles", {"roles": []}), ("changeUser", {"name": "Mine"})):
        answer = await change(api, store_key, mutation, user=second, **given)
        assert answer["__typename"] == "Refused", mutation
    assert (await change(api, store_key, "setUserStores", user=api.office.ids["manager"], stores=[KANO]))[
        "__typename"
    ] == "NotFound"


async def test_what_holds_for_all_stores_is_changed_by_who_may_in_all_of_them(api: Api, lead: str, store_key: str):
    setting = {"name": "RETURN_WINDOW_DAYS", "value": "21", "reason": "The law changed."}
    cap = {"role": "LEAD", "currency": "NGN", "amount": 10_000_000, "reason": "More."}
    for who in (lead, store_key):
        answer = (await api.ask(who, SETTINGS, input=setting))["changeSetting"]
        assert answer == {"__typename": "Refused", "sentence": "You may not see or change settings."}, who
        assert [e["message"] for e in await api.errors(who, "{ systemSettings { name } }")] == [answer["sentence"]]
        answer = (await api.ask(who, CAPS, input=cap))["setOverrideCap"]
        assert answer == {"__typename": "Refused", "sentence": "You may not set what a role may approve."}, who
        assert await api.errors(who, "{ overrideCaps { role } }")
    every = await with_key(api, "admin", name="All stores", permissions=["settings.manage"])
    assert (await api.ask(every, SETTINGS, input=setting))["changeSetting"]["__typename"] == "SettingChanged"


async def test_a_key_lets_in_nobody_by_a_password_or_an_address(api: Api):
    """What it could set would let somebody in long after it has ended."""
    all_stores = await with_key(api, "admin", permissions=sorted(ADMIN))
    biller = api.office.ids["biller"]
    for mutation, given in (
        ("createUser", {**NEW, "password": "a long enough word"}),
        ("setUserPassword", {"user": biller, "password": "a long enough word"}),
        ("changeUser", {"user": biller, "email": "mine@example.com"}),
    ):
        answer = await change(api, all_stores, mutation, **given)
        assert answer["__typename"] == "Refused", mutation
        assert answer["sentence"] == "A key may not change how somebody signs in. Sign in for that."
    assert (await changed(api, all_stores, "changeUser", user=biller, name="Renamed"))["name"] == "Renamed"
    assert (await changed(api, all_stores, "createUser", **NEW, roles=["BILLER"]))["email"] == "night@example.com"


@pytest.mark.parametrize("mutation", ["createUser", "setUserPassword"])
async def test_no_password_is_hashed_for_who_may_set_none(api: Api, monkeypatch: pytest.MonkeyPatch, mutation: str):
    """A hash takes as long as many requests, and anybody can become a customer."""
    hashed: list[str] = []
    hashing = Passwords.hash

    async def counted(self: Passwords, password: str) -> str:
        hashed.append(password)
        return await hashing(self, password)

    monkeypatch.setattr(Passwords, "hash", counted)
    given = NEW if mutation == "createUser" else {"user": api.office.ids["biller"]}
    assert (await change(api, "customer", mutation, **given, password="a long enough word"))["__typename"] == "Refused"
    assert hashed == []
    await changed(api, "admin", mutation, **given, password="a long enough word")
    assert hashed == ["a long enough word"]
