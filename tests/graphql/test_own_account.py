"""Signing in, one's own account and keys, as a program does it over HTTP."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.graphql.office import KANO, LAGOS, NOON, PASSWORD, SIGN_IN, Api
from tests.graphql.orders import draft

REFRESH = """
    mutation($token: String!) {
        refreshToken(input: {refreshToken: $token}) {
            __typename ... on Problem { sentence } ... on SignedIn { accessToken refreshToken accessExpiresAt }
        }
    }
"""
CREATE = """
    mutation($input: CreateApiKeyInput!) {
        createApiKey(input: $input) {
            __typename ... on Problem { sentence }
            ... on ApiKeyCreated { secret key { id name permissions stores owner lastUsedAt } }
        }
    }
"""
REVOKE = """
    mutation($id: UUID!) {
        revokeApiKey(input: {id: $id}) {
            __typename ... on Problem { sentence } ... on ApiKeyRevoked { key { revokedBy } }
        }
    }
"""
ACCOUNT = "__typename ... on Problem { sentence } ... on AccountChanged { name step endedSessions }"
SESSIONS = "{ mySessions { totalCount nodes { id kind place agent isCurrent } } }"


async def as_token(api: Api, token: str, query: str, **variables: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return await api.client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)


async def asked(api: Api, token: str, query: str, **variables: Any) -> Any:
    body = (await as_token(api, token, query, **variables)).json()
    assert "errors" not in body, body["errors"]
    return body["data"]


async def key(api: Api, who: str, **given: Any) -> Any:
    wanted = {"name": "Till", "permissions": ["quotation.edit"], "expiresAt": (NOON + timedelta(days=9)).isoformat()}
    return (await api.ask(who, CREATE, input={**wanted, **given}))["createApiKey"]


async def test_a_program_signs_in_renews_and_is_told_when_a_token_comes_twice(api: Api):
    signed = (await api.ask("", SIGN_IN, email="biller@example.com", password=PASSWORD))["signIn"]
    assert signed["accessExpiresAt"] == "2026-03-02T12:15:00Z"
    assert signed["refreshExpiresAt"] == "2026-04-01T12:00:00Z"
    api.office.later(minutes=15)
    assert (await as_token(api, signed["accessToken"], "{ viewer { name } }")).status_code == 401
    renewed = (await api.ask("", REFRESH, token=signed["refreshToken"]))["refreshToken"]
    assert (await asked(api, renewed["accessToken"], "{ viewer { name } }"))["viewer"] == {"name": "Biller"}
    again = (await api.ask("", REFRESH, token=signed["refreshToken"]))["refreshToken"]
    assert again == {
        "__typename": "SignInRefused",
        "sentence": "This refresh token is not known, or can not be used any more. Sign in again by signIn.",
    }
    assert (await as_token(api, renewed["accessToken"], "{ viewer { name } }")).status_code == 401


async def test_a_refresh_token_asks_nothing(api: Api):
    signed = (await api.ask("", SIGN_IN, email="biller@example.com", password=PASSWORD))["signIn"]
    assert (await as_token(api, signed["refreshToken"], "{ viewer { name } }")).status_code == 401


async def test_who_guesses_is_told_how_long_to_wait(api: Api):
    for _ in range(5):
        await api.ask("", SIGN_IN, email="biller@example.com", password="wrong")
    told = (await api.ask("", SIGN_IN, email="biller@example.com", password=PASSWORD))["signIn"]
    assert told == {
        "__typename": "SignInRefused",
        "sentence": "Too many attempts to sign in have failed. Wait 5 seconds, then try again.",
        "retryAfter": 5,
    }
    api.office.later(seconds=5)
    told = (await api.ask("", SIGN_IN, email="biller@example.com", password=PASSWORD))["signIn"]
    assert told["__typename"] == "SignedIn"


async def test_one_sees_and_ends_ones_sessions(api: Api):
    await api.ask("", SIGN_IN, email="biller@example.com", password=PASSWORD)
    found = (await api.ask("biller", SESSIONS))["mySessions"]
    assert found["totalCount"] == 2
    assert [(each["kind"], each["place"], each["isCurrent"]) for each in found["nodes"]] == [
        ("PROGRAM", "127.0.0.1", True),
        ("PROGRAM", "127.0.0.1", False),
    ]
    assert found["nodes"][0]["agent"].startswith("python-httpx")
    end = f"mutation($id: UUID!) {{ endMySession(input: {{id: $id}}) {{ {ACCOUNT} }} }}"
    ended = (await api.ask("biller", end, id=found["nodes"][1]["id"]))["endMySession"]
    assert ended["endedSessions"] == 1
    assert (await api.ask("biller", end, id=found["nodes"][1]["id"]))["endMySession"]["__typename"] == "NotFound"
    others = f"mutation {{ endMyOtherSessions {{ {ACCOUNT} }} }}"
    assert (await api.ask("biller", others))["endMyOtherSessions"]["endedSessions"] == 0
    once = others.replace("Sessions {", 'Sessions(input: {idempotencyKey: "once"}) {', 1)
    for left in (1, 2):
        await api.ask("", SIGN_IN, email="biller@example.com", password=PASSWORD)
        assert (await api.ask("biller", once))["endMyOtherSessions"]["endedSessions"] == 1
        assert (await api.ask("biller", SESSIONS))["mySessions"]["totalCount"] == left
    [error] = await api.errors("", SESSIONS)
    assert error["extensions"]["code"] == "SIGNED_OUT"


async def test_one_changes_ones_name_and_password(api: Api):
    rename = f"mutation($input: ChangeMyNameInput!) {{ changeMyName(input: $input) {{ {ACCOUNT} }} }}"
    step = (await api.ask("biller", "{ viewer { step } }"))["viewer"]["step"]
    told = (await api.ask("biller", rename, input={"name": "Biller of Lagos", "seen": step}))["changeMyName"]
    assert told == {"__typename": "AccountChanged", "name": "Biller of Lagos", "step": step + 1, "endedSessions": 0}
    assert (await api.ask("biller", rename, input={"name": "x", "seen": step}))["changeMyName"]["__typename"] == (
        "Conflict"
    )
    speak = f"mutation($input: ChangeMyLanguageInput!) {{ changeMyLanguage(input: $input) {{ {ACCOUNT} }} }}"
    told = (await api.ask("biller", speak, input={"language": "fr"}))["changeMyLanguage"]
    assert told["__typename"] == "AccountChanged"
    assert (await api.ask("biller", "{ viewer { language } }"))["viewer"] == {"language": "fr"}
    told = (await api.ask("biller", speak, input={"language": "xx"}))["changeMyLanguage"]
    assert told["sentence"] == ("Orderway does not speak “xx”. Choose one of these: en (English), fr (Français).")
    assert (await api.ask("biller", speak, input={}))["changeMyLanguage"]["__typename"] == "AccountChanged"
    assert (await api.ask("biller", "{ viewer { language } }"))["viewer"] == {"language": None}
    change = f"mutation($input: ChangeMyPasswordInput!) {{ changeMyPassword(input: $input) {{ {ACCOUNT} }} }}"
    wrong = {"oldPassword": "incorrect", "newPassword": "battery staple"}
    told = (await api.ask("biller", change, input=wrong))["changeMyPassword"]
    assert told["sentence"] == "This is not your password. Write the one that you sign in with."
    told = (await api.ask("biller", change, input={**wrong, "oldPassword": PASSWORD}))["changeMyPassword"]
    assert told["__typename"] == "AccountChanged"
    again = {"oldPassword": "battery staple", "newPassword": "hay in stacks", "seen": told["step"] - 1}
    assert (await api.ask("biller", change, input=again))["changeMyPassword"]["__typename"] == "Conflict"
    signed = (await api.ask("", SIGN_IN, email="biller@example.com", password="battery staple"))["signIn"]
    assert signed["__typename"] == "SignedIn"


async def test_a_machine_asks_by_a_key_until_it_is_revoked(api: Api):
    made = await key(api, "biller")
    assert made["key"] == {
        "id": made["key"]["id"], "name": "Till", "permissions": ["quotation.edit"], "stores": None, "owner": "Biller",
        "lastUsedAt": None,
    }  # fmt: skip
    secret = made["secret"]
    told = await asked(api, secret, "{ viewer { name permissions } }")
    assert told["viewer"] == {"name": "Biller", "permissions": ["quotation.edit", "scope.billed"]}
    keys = (await api.ask("biller", "{ apiKeys { totalCount nodes { name lastUsedAt } } }"))["apiKeys"]
    assert keys == {"totalCount": 1, "nodes": [{"name": "Till", "lastUsedAt": "2026-03-02T12:00:00Z"}]}
    assert (await api.ask("biller", REVOKE, id=made["key"]["id"]))["revokeApiKey"]["key"] == {"revokedBy": "Biller"}
    assert (await as_token(api, secret, "{ viewer { name } }")).status_code == 401


async def test_a_key_for_one_store_finds_no_order_of_another(api: Api):
    numbers = {}
    for store in (LAGOS, KANO):
        numbers[store] = (await draft(api, "admin", store=store)).order
    secret = (await key(api, "admin", permissions=["money.see"], stores=[str(KANO)]))["secret"]
    listed = (await asked(api, secret, "{ orders { totalCount nodes { id } } }"))["orders"]
    assert listed == {"totalCount": 1, "nodes": [{"id": numbers[KANO]}]}
    response = await as_token(api, secret, "query($id: UUID!) { order(id: $id) { id } }", id=numbers[LAGOS])
    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_what_was_not_left_to_a_key_is_refused_to_it(api: Api):
    quotation = (await draft(api)).ids["quotation"]
    secret = (await key(api, "biller", permissions=["quotation.edit", "money.see"]))["secret"]
    share = "mutation($id: UUID!) { quotationShare(input: {id: $id}) { __typename ... on Problem { sentence } } }"
    assert (await asked(api, secret, share, id=quotation))["quotationShare"]["__typename"] == "Moved"
    approve = share.replace("quotationShare", "quotationSellerApproves").replace("id: $id", "id: $id, version: 1")
    told = (await asked(api, secret, approve, id=quotation))["quotationSellerApproves"]
    assert told["__typename"] == "Refused"


async def test_a_key_is_nobody_in_person(api: Api):
    secret = (await key(api, "biller"))["secret"]
    made = await asked(api, secret, CREATE, input={"name": "x", "permissions": [], "expiresAt": NOON.isoformat()})
    assert made["createApiKey"]["sentence"] == "A key may not make a key. Sign in for that."
    assert (await asked(api, secret, "mutation { signOut }"))["signOut"] is True
    assert (await asked(api, secret, "{ viewer { name } }"))["viewer"] == {"name": "Biller"}


@pytest.mark.parametrize("who", ["customer", "rider"])
async def test_nobody_makes_a_key_of_more_than_they_may(api: Api, who: str):
    made = await key(api, who, permissions=["stock.manage"])
    assert made["__typename"] == "Refused"
    assert (await key(api, who, permissions=[]))["__typename"] == "ApiKeyCreated"


async def test_whom_a_provider_knows_is_forgotten_by_who_manages_them(api: Api):
    biller = str(api.office.ids["biller"])
    await api.office.pool.execute(
        "INSERT INTO person_identity (issuer, subject, person_id, email, linked_at) VALUES ('i', 's', $1, 'e', now())",
        biller,
    )
    forget = """
        mutation($input: ForgetUserIdentitiesInput!) {
            forgetUserIdentities(input: $input) {
                __typename ... on Problem { sentence } ... on UserChanged { user { name } }
            }
        }
    """
    given = {"user": biller, "reason": "The directory was moved"}
    assert (await api.ask("manager", forget, input=given))["forgetUserIdentities"]["__typename"] == "Refused"
    stale = await api.ask("admin", forget, input={**given, "seen": 99})
    assert stale["forgetUserIdentities"]["sentence"].startswith("It is not at the step 99,")
    told = (await api.ask("admin", forget, input=given))["forgetUserIdentities"]
    assert told == {"__typename": "UserChanged", "user": {"name": "Biller"}}
    assert await api.office.pool.fetchval("SELECT count(*) FROM person_identity") == 0
    changes = (
        "query($id: UUID!) { peopleChanges(filter: {person: $id}, first: 1) { nodes { what phrase was reason } } }"
    )
    assert (await api.ask("admin", changes, id=biller))["peopleChanges"]["nodes"] == [
        {
            "what": "UNLINKED", "phrase": "had a provider of identities forgotten", "was": "i",
            "reason": "The directory was moved",
        }
    ]  # fmt: skip
