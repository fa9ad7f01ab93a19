"""People through the API: added, changed, disabled at once, by who may, each time written down."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from tests.graphql.office import BUYER, KANO, LAGOS, Api, Office
from tests.graphql.staff_office import USER, change, changed, hire, history, refused

from orderway.ids import new_id

VIEWER = "{ viewer { name roles } }"
NEW = {"email": "night@example.com", "name": "Night biller"}


@pytest.fixture
async def api(office: Office) -> Any:
    """The office with a superadmin."""
    async with office.open() as client:
        opened = Api(office, client)
        await hire(opened, "superadmin", "SUPERADMIN")
        yield opened


async def listed(api: Api, who: str = "superadmin", **filters: Any) -> list[str]:
    query = "query($filter: UserFilter) { users(first: 100, filter: $filter) { nodes { name } totalCount } }"
    found = (await api.ask(who, query, filter=filters))["users"]
    assert found["totalCount"] == len(found["nodes"])
    return [each["name"] for each in found["nodes"]]


async def person(api: Api, id: str) -> Any:
    return (await api.ask("superadmin", f"query($id: UUID!) {{ user(id: $id) {{ {USER} }} }}", id=id))["user"]


async def test_a_person_is_added_and_works_at_once(api: Api):
    made = await changed(
        api, "admin", "createUser", **NEW, roles=["BILLER"], stores=[LAGOS], password="an own long word",
        reason="A night shift begins.",
    )  # fmt: skip
    assert made == {
        "id": made["id"],
        "name": "Night biller",
        "email": "night@example.com",
        "roles": [{"name": "BILLER", "label": "biller"}],
        "stores": [{"id": str(LAGOS), "name": "Lagos", "code": "LAG"}],
        "customer": None,
        "disabledAt": None,
        "createdAt": "2026-03-02T12:00:00Z",
        "step": 1,
    }
    await sign_in(api, "night", "an own long word")
    assert (await api.ask("night", VIEWER))["viewer"] == {"name": "Night biller", "roles": ["biller"]}
    assert await history(api, person=made["id"]) == [
        ("Night biller", "STORES", None, "Lagos", "Admin", "A night shift begins."),
        ("Night biller", "ROLES", None, "biller", "Admin", "A night shift begins."),
        ("Night biller", "CREATED", None, "night@example.com", "Admin", "A night shift begins."),
    ]


async def is_out(api: Api, who: str) -> bool:
    (error,) = await api.errors(who, VIEWER)
    return bool(error["extensions"]["code"] == "SIGNED_OUT")


async def sign_in(api: Api, who: str, password: str) -> bool:
    """Sign in by the API's own way; gives whether it was let in."""
    query = """mutation($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken } } }"""
    answer = (await api.ask("", query, input={"email": f"{who}@example.com", "password": password}))["signIn"]
    if answer:
        api.office.tokens[who] = answer["accessToken"], api.office.now + timedelta(minutes=15)
    return bool(answer)


async def test_name_and_address_change_and_are_told_from_what_to_what(api: Api):
    id = api.office.ids["biller"]
    now = await changed(
        api, "admin", "changeUser", user=id, name="Lead biller", email=" Lead@Example.com ", reason="Promoted."
    )
    assert (now["name"], now["email"], now["step"]) == ("Lead biller", "lead@example.com", 2)
    assert await changed(api, "admin", "changeUser", user=id, name="Lead biller") == now, "it is so already"
    assert (await history(api, person=str(id)))[:2] == [
        ("Lead biller", "EMAIL", "biller@example.com", "lead@example.com", "Admin", "Promoted."),
        ("Lead biller", "NAME", "Biller", "Lead biller", "Admin", "Promoted."),
    ]


async def test_other_roles_and_stores_hold_from_the_next_request_on(api: Api):
    id = api.office.ids["biller"]
    await api.token("biller")
    await changed(api, "admin", "setUserRoles", user=id, roles=["MANAGER", "RIDER"])
    assert (await api.ask("biller", VIEWER))["viewer"]["roles"] == ["manager", "rider"]
    now = await changed(api, "admin", "setUserStores", user=id, stores=[KANO])
    assert [each["code"] for each in now["stores"]] == ["KAN"]
    assert (await api.ask("biller", "{ stores { code } }"))["stores"] == [{"code": "KAN"}, {"code": "LAG"}], (
        "a rider without a coverage delivers for all"
    )
    assert (await history(api, person=str(id)))[:2] == [
        ("Biller", "STORES", "Lagos", "Kano", "Admin", "It was agreed."),
        ("Biller", "ROLES", "biller", "manager, rider", "Admin", "It was agreed."),
    ]


async def test_who_is_disabled_is_out_at_once_and_stays_out_when_enabled_until_they_sign_in(api: Api):
    id = api.office.ids["biller"]
    assert (await api.ask("biller", VIEWER))["viewer"]["name"] == "Biller"
    gone = await changed(api, "admin", "disableUser", user=id, reason="Left us.")
    assert gone["disabledAt"] == "2026-03-02T12:00:00Z"
    assert await is_out(api, "biller")
    assert not await sign_in(api, "biller", "correct horse battery")
    assert await listed(api, disabled=True) == ["Biller"]
    assert "Biller" not in await listed(api, disabled=False)
    back = await changed(api, "admin", "enableUser", user=id)
    assert back["disabledAt"] is None
    assert await is_out(api, "biller")
    assert await sign_in(api, "biller", "correct horse battery")
    assert [row[1] for row in await history(api, person=str(id))][:2] == ["ENABLED", "DISABLED"]


async def test_a_new_password_ends_what_the_old_one_let_in_and_is_told_nowhere(api: Api, pool: asyncpg.Pool):
    id = api.office.ids["biller"]
    await api.token("biller")
    await changed(api, "admin", "setUserPassword", user=id, password="quite another word")
    assert await is_out(api, "biller")
    assert not await sign_in(api, "biller", "correct horse battery")
    assert await sign_in(api, "biller", "quite another word")
    assert (await history(api, person=str(id)))[0] == ("Biller", "PASSWORD", None, None, "Admin", "It was agreed.")
    kept = await pool.fetch(
        "SELECT row_to_json(h)::text FROM people_change h"
        " UNION ALL SELECT answer::text FROM spent_key WHERE answer IS NOT NULL"
    )
    assert not [row for row in kept if "argon2" in row[0] or "another word" in row[0]]


@pytest.mark.parametrize("who", ["manager", "accountant", "biller", "rider", "reseller", "customer"])
async def test_who_manages_nobody_neither_sees_nor_changes_anyone(api: Api, pool: asyncpg.Pool, who: str):
    before = await pool.fetchval("SELECT count(*) FROM people_change")
    for query in (
        "{ users { nodes { id } } }", "{ users { totalCount } }", "{ roles { name } }", "{ permissions { name } }",
        "{ peopleChanges { nodes { id } } }", f'{{ user(id: "{api.office.ids["admin"]}") {{ id }} }}',
    ):  # fmt: skip
        (error,) = await api.errors(who, query)
        assert error["message"] == "You may not see users, roles and their history.", query
    mine = api.office.ids[who]
    for mutation, given in (
        ("createUser", NEW),
        ("changeUser", {"user": mine, "name": "I"}),
        ("setUserRoles", {"user": mine, "roles": ["ADMIN"]}),
        ("setUserStores", {"user": mine, "stores": [KANO]}),
        ("setUserPassword", {"user": mine, "password": "correct horse battery"}),
        ("disableUser", {"user": api.office.ids["admin"]}),
        ("enableUser", {"user": mine}),
        ("createRole", {"name": "MINE", "label": "mine", "permissions": ["scope.all"]}),
        ("changeRole", {"role": "BILLER", "permissions": ["scope.all"]}),
        ("deleteRole", {"role": "BILLER"}),
        ("createStore", {"name": "Mine", "code": "MINE", "currency": "NGN"}),
        ("changeStore", {"store": LAGOS, "name": "Mine"}),
    ):
        answer = await change(api, who, mutation, **given)
        assert answer == {
            "__typename": "Refused",
            "sentence": "You may not change users, roles and stores.",
            "reasons": [
                {"guard": "permission", "remedy": None, "permission": "settings.manage", "whoCanHelp": "an admin"}
            ],
        }, mutation
    assert await pool.fetchval("SELECT count(*) FROM people_change") == before


async def test_nobody_who_is_not_signed_in_sees_anyone(api: Api):
    for query in ("{ users { nodes { id } } }", "{ stores { id } }", "{ permissions { name } }"):
        (error,) = await api.errors("", query)
        assert error["extensions"]["code"] == "SIGNED_OUT"


async def test_only_a_superadmin_makes_changes_or_disables_one(api: Api):
    chief, biller = api.office.ids["superadmin"], api.office.ids["biller"]
    assert await refused(api, "admin", "setUserRoles", user=biller, roles=["SUPERADMIN"]) == (
        "You may not make somebody a superadmin."
    )
    assert await refused(api, "admin", "createUser", **NEW, roles=["SUPERADMIN"]) == (
        "You may not make somebody a superadmin."
    )
    for mutation, given in (
        ("changeUser", {"email": "taken@example.com"}),
        ("setUserRoles", {"roles": []}),
        ("setUserStores", {"stores": []}),
        ("setUserPassword", {"password": "correct horse battery"}),
        ("disableUser", {}),
        ("enableUser", {}),
    ):
        assert await refused(api, "admin", mutation, user=chief, **given) == "You may not change a superadmin."
    await changed(api, "superadmin", "setUserRoles", user=biller, roles=["SUPERADMIN"])
    await changed(api, "superadmin", "disableUser", user=biller)


async def test_nobody_disables_themselves_or_replaces_their_own_password_without_the_old_one(api: Api):
    mine = api.office.ids["admin"]
    assert await refused(api, "admin", "disableUser", user=mine) == (
        "Nobody disables themselves. Ask somebody else to."
    )
    assert await refused(api, "admin", "setUserPassword", user=mine, password="correct horse battery") == (
        "Your own password is changed with the old one. Change it in your account."
    )


async def test_the_last_superadmin_is_neither_demoted_nor_disabled(api: Api):
    chief = api.office.ids["superadmin"]
    sentence = "Somebody has to be left who may do everything: this is the last superadmin. Appoint another one first."
    assert await refused(api, "superadmin", "setUserRoles", user=chief, roles=["ADMIN"]) == sentence
    assert (
        await refused(
            api, "superadmin", "changeRole", role="SUPERADMIN", permissions=["superadmin.appoint", "scope.all"]
        )
        == sentence
    )
    assert (await person(api, str(chief)))["roles"] == [{"name": "SUPERADMIN", "label": "superadmin"}]
    await hire(api, "second", "SUPERADMIN")
    await changed(api, "superadmin", "setUserRoles", user=chief, roles=["ADMIN"])
    assert await refused(api, "superadmin", "disableUser", user=api.office.ids["second"]) == (
        "You may not change a superadmin."
    )


async def test_nobody_takes_hold_of_an_account_that_may_do_more_than_theirs(api: Api):
    """Who manages people, and nothing besides, sets no password by which they would come to more."""
    await changed(
        api, "superadmin", "createRole", name="PERSONNEL", label="personnel clerk",
        permissions=["settings.manage", "scope.all"],
    )  # fmt: skip
    await hire(api, "clerk", "PERSONNEL")
    accountant = api.office.ids["accountant"]
    assert await refused(api, "clerk", "setUserPassword", user=accountant, password="correct horse battery") == (
        "You may not set the password of somebody who may do more than you."
    )
    assert await refused(api, "clerk", "changeUser", user=accountant, email="clerks@example.com") == (
        "You may not change the address of somebody who may do more than you."
    )
    assert await refused(api, "clerk", "setUserRoles", user=api.office.ids["clerk"], roles=["ACCOUNTANT"]) == (
        "You may not give out what you do not hold as widely yourself: “Pay an order from the buyer's account”."
    )
    await changed(api, "clerk", "changeUser", user=accountant, name="Chief accountant")
    await changed(api, "clerk", "disableUser", user=accountant)


async def test_who_manages_the_people_of_one_store_finds_nobody_else(api: Api):
    await changed(
        api, "superadmin", "createRole", name="STORE_LEAD", label="store lead",
        permissions=["settings.manage", "fulfillment.work", "scope.store"],
    )  # fmt: skip
    await changed(
        api, "superadmin", "createRole", name="PACKER", label="packer", permissions=["fulfillment.work", "scope.store"]
    )
    await hire(api, "lead", "STORE_LEAD", stores=(LAGOS,))
    packer = await hire(api, "packer", "PACKER", stores=(LAGOS,))
    both = await hire(api, "both", "PACKER", stores=(LAGOS, KANO))
    other = api.office.ids["manager of kano"]
    assert await listed(api, "lead") == ["Biller", "Lead", "Manager", "Packer"]
    for id in (both, other, new_id(), api.office.ids["admin"]):
        (error,) = await api.errors("lead", f'{{ user(id: "{id}") {{ id }} }}')
        assert error["message"] == "There is no such person. Choose one from the list of users."
        answer = await change(api, "lead", "disableUser", user=id)
        assert answer == {
            "__typename": "NotFound",
            "sentence": "There is no such person. Choose one from the list of users.",
        }
    assert (await change(api, "lead", "setUserStores", user=packer, stores=[KANO]))["__typename"] == "NotFound"
    assert (await change(api, "lead", "createUser", **NEW))["field"] == "stores"
    assert (await change(api, "lead", "setUserStores", user=packer, stores=[]))["field"] == "stores"
    assert await refused(api, "lead", "disableUser", user=api.office.ids["manager"]) == (
        "You may not change somebody who may do more than you."
    )
    assert await refused(api, "lead", "createRole", name="X", label="x", permissions=[]) == (
        "You may not compose roles for the people of all stores."
    )
    await changed(api, "lead", "createUser", **NEW, stores=[LAGOS], roles=["PACKER"])
    assert await listed(api, "lead") == ["Biller", "Lead", "Manager", "Night biller", "Packer"]
    subjects = {row[0] for row in await history(api, "lead")}
    assert subjects == {"Biller", "Lead", "Manager", "Night biller", "Packer"}


async def test_who_did_not_see_a_colleagues_change_is_told_of_it(api: Api):
    id = api.office.ids["biller"]
    await changed(api, "superadmin", "setUserRoles", user=id, roles=["MANAGER"], seen=1)
    assert await change(api, "admin", "setUserRoles", user=id, roles=["RIDER"], seen=1) == {
        "__typename": "Conflict",
        "sentence": (
            "This has changed since you looked: Superadmin changed the roles at 2026-03-02 12:00:00 UTC. "
            "Check the new state and try again."
        ),
        "who": "Superadmin",
        "what": "changed the roles",
        "step": 2,
    }
    assert (await change(api, "admin", "enableUser", user=id, seen=7))["field"] == "seen"


async def test_a_key_does_it_once_and_knows_the_password_it_was_spent_on(api: Api, pool: asyncpg.Pool):
    given = {**NEW, "password": "an own long word", "idempotencyKey": "one"}
    first = await changed(api, "admin", "createUser", **given)
    assert await changed(api, "admin", "createUser", **given) == first
    other = await change(api, "admin", "createUser", **{**given, "password": "another own word"})
    assert (other["__typename"], other["field"]) == ("Invalid", "idempotencyKey")
    assert await pool.fetchval("SELECT count(*) FROM person WHERE email = 'night@example.com'") == 1
    asked = await pool.fetchval("SELECT request FROM spent_key WHERE key = 'one'")
    assert len(asked) == 32


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"email": "night"}, "email", None),
        ({"email": "admin@example.com"}, "email", None),
        ({"name": "Two\nlines"}, "name", None),
        ({"name": "x" * 201}, "name", "The name has 201 characters. It may have 200."),
        ({"password": "short"}, "password",
         "A password has 10 to 1000 characters, and this one has 5. Choose a longer one."),
    ],
)  # fmt: skip
async def test_what_can_not_be_is_answered_with_a_sentence_and_nobody_is_added(
    api: Api, pool: asyncpg.Pool, given: Any, field: str, sentence: str | None
):
    before = await pool.fetchval("SELECT count(*) FROM person")
    answer = await change(api, "admin", "createUser", **{**NEW, **given})
    assert (answer["__typename"], answer["field"]) == ("Invalid", field)
    assert sentence in (None, answer["sentence"])
    assert await pool.fetchval("SELECT count(*) FROM person") == before


async def test_an_address_that_somebody_has_is_not_taken_from_them(api: Api):
    answer = await change(api, "admin", "changeUser", user=api.office.ids["biller"], email="rider@example.com")
    assert answer["sentence"] == "Somebody has the address rider@example.com already. Use another one."


async def test_people_are_found_by_the_beginnings_of_words_by_role_and_by_store(api: Api):
    assert await listed(api, search="rid") == ["Rider", "Second rider"]
    assert await listed(api, search="KANO man") == ["Manager of kano"]
    assert await listed(api, search="second.r") == ["Second rider"]
    assert await listed(api, search="cond") == []
    assert await listed(api, search="@!& |") == []
    assert await listed(api, role="MANAGER") == ["Manager", "Manager of kano"]
    assert await listed(api, store=str(KANO)) == ["Manager of kano"]
    assert await listed(api, store=str(KANO), role="BILLER") == []


async def test_a_page_follows_the_other_and_each_person_comes_once(api: Api):
    query = """query($after: String) { users(first: 4, after: $after) {
        nodes { id name } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
    names, after, pages = [], None, 0
    while True:
        page = (await api.ask("admin", query, after=after))["users"]
        names += [each["name"] for each in page["nodes"]]
        pages += 1
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert pages == 3
    assert names == sorted(names)
    assert len(names) == 10
    (error,) = await api.errors("admin", '{ users(after: "nonsense") { nodes { id } } }')
    assert error["extensions"]["code"] == "INVALID"
    (error,) = await api.errors("admin", "{ users(first: 1000) { nodes { id } } }")
    assert error["extensions"]["code"] in {"INVALID", "TOO_COSTLY"}


async def test_the_history_is_found_by_who_did_it_and_when_and_paged(api: Api):
    biller = api.office.ids["biller"]
    api.office.later(minutes=1)
    await changed(api, "superadmin", "setUserRoles", user=biller, roles=["MANAGER"])
    api.office.later(hours=1)
    await changed(api, "admin", "setUserRoles", user=biller, roles=["BILLER"])
    assert [row[4] for row in await history(api, actor=str(api.office.ids["superadmin"]))] == ["Superadmin"]
    late = await history(api, person=str(biller), since="2026-03-02T12:30:00Z")
    assert [row[1:5] for row in late] == [("ROLES", "manager", "biller", "Admin")]
    early = await history(api, person=str(biller), since="2026-03-02T12:01:00Z", until="2026-03-02T12:30:00Z")
    assert [row[1:5] for row in early] == [("ROLES", "biller", "manager", "Superadmin")]
    kinds = {row[1] for row in await history(api, what="ROLES")}
    assert (kinds, await history(api, what="DELETED")) == ({"ROLES"}, [])
    query = """query($after: String) { peopleChanges(first: 1, after: $after) {
        nodes { at phrase } totalCount pageInfo { endCursor } } }"""
    page = (await api.ask("admin", query))["peopleChanges"]
    assert page["nodes"] == [{"at": "2026-03-02T13:01:00Z", "phrase": "changed the roles"}]
    page = (await api.ask("admin", query, after=page["pageInfo"]["endCursor"]))["peopleChanges"]
    assert page["nodes"][0]["at"] == "2026-03-02T12:01:00Z"


async def test_a_buyer_is_told_with_the_customer_they_buy_as(api: Api):
    assert (await person(api, str(api.office.ids["customer"])))["customer"] == str(BUYER)


@pytest.mark.usefixtures("api")
async def test_the_history_can_not_be_rewritten(pool: asyncpg.Pool):
    for statement in ("UPDATE people_change SET reason = ''", "DELETE FROM people_change", "TRUNCATE people_change"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await pool.execute(statement)
