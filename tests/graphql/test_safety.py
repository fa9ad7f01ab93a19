"""What comes from the open internet: too large, too deep, of the wrong form, in somebody else's name."""

import asyncio
import json
from typing import Any

import asyncpg
import httpx
import pytest
from structlog.testing import capture_logs
from tests.graphql.office import BUYER, LAGOS, PASSWORD, SIGN_IN, Api
from tests.graphql.orders import draft, written

VIEWER = "{ viewer { name } }"


async def raw(api: Api, body: bytes | str, **headers: str) -> httpx.Response:
    given = {"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await api.client.post("/graphql", content=body, headers=given)


def said(response: httpx.Response) -> str:
    [error] = response.json()["errors"]
    return str(error["message"])


async def test_nobody_is_told_to_sign_in(api: Api):
    assert (await api.ask("", VIEWER))["viewer"] is None
    [error] = await api.errors("", "{ orders { nodes { id } } }")
    assert error["message"] == "Nobody is signed in. Sign in by signIn, and send the token as Authorization: Bearer."
    assert error["extensions"]["code"] == "SIGNED_OUT"
    [error] = await api.errors(
        "", 'mutation { quotationShare(input: {id: "0198a000-0000-7000-8000-0000000000a1"}) { __typename } }'
    )
    assert error["extensions"]["code"] == "SIGNED_OUT"


async def test_signing_in_gives_a_token_and_signing_out_ends_it(api: Api):
    assert (await api.ask("biller", "{ viewer { name roles } }"))["viewer"] == {"name": "Biller", "roles": ["biller"]}
    assert (await api.ask("biller", "mutation { signOut }"))["signOut"] is True
    response = await api.post("biller", VIEWER)
    assert response.status_code == 401
    assert said(response) == "This token is not known, or has ended. Sign in again by signIn."


async def test_a_wrong_password_and_an_unknown_address_are_told_the_same(api: Api):
    wrong = await api.ask("", SIGN_IN, email="biller@example.com", password="incorrect horse")
    unknown = await api.ask("", SIGN_IN, email="nobody@example.com", password=PASSWORD)
    assert (
        wrong
        == unknown
        == {
            "signIn": {
                "__typename": "SignInRefused",
                "sentence": "This e-mail address and password do not belong together."
                " Check both, or ask an admin for a new password.",
                "retryAfter": None,
            }
        }
    )


async def test_one_request_signs_in_once(api: Api):
    one = 'signIn(input: {email: "biller@example.com", password: "x"}) { __typename }'
    [error] = await api.errors("", f"mutation {{ a: {one} b: {one} }}")
    assert error["message"] == "One request signs in once. Send each signIn by itself."


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer ", "token"])
async def test_only_a_bearer_token_says_who_one_is(header: str, api: Api):
    response = await raw(api, json.dumps({"query": VIEWER}), authorization=header)
    assert response.status_code == 401
    assert said(response) == "The API knows its callers by bearer tokens. Send Authorization: Bearer and a token."


async def test_a_cookie_says_nothing(api: Api):
    token = await api.token("biller")
    response = await raw(api, json.dumps({"query": VIEWER}), cookie=f"orderway_session={token}")
    assert response.json() == {"data": {"viewer": None}}


async def test_the_schema_is_told_to_those_who_are_signed_in(api: Api):
    query = "{ __schema { queryType { name } } }"
    errors = await api.errors("", query)
    assert "introspection has been disabled" in errors[0]["message"]
    assert (await api.ask("biller", query)) == {"__schema": {"queryType": {"name": "Query"}}}


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ("{", 400, "The body is not JSON"),
        (b"\xff\xfe", 400, "The body is not JSON"),
        ("[]", 400, "A request holds one operation, not a list of them."),
        (f' [{{"query": "{VIEWER}"}}]', 400, "A request holds one operation, not a list of them."),
        (r'{"query": "{ viewer { name } }", "variables": {"a": "\u0000"}}', 400, "A text holds the character NUL"),
        (r'{"query": "{ order(number: \"\\u{00}\") { id } }"}', 400, "A text holds the character NUL"),
        ("{}", 400, "There is no such operation in the document."),
        ('{"query": 3}', 400, "The request can not be read: Expected `str`, got `int` - at `$.query`."),
        ('{"query": "{ viewer { name } }", "variables": []}', 400, "The request can not be read"),
        (
            '{"query": "", "variables": {"a": ' + "[" * 90_000 + "]" * 90_000 + "}}",
            400,
            "The body is nested too deeply.",
        ),
        ('{"query": ""}', 400, "There is no such operation in the document."),
        ('{"query": "query A { viewer { name } }", "operationName": "B"}', 400, "There is no such operation"),
    ],
)
async def test_a_body_of_the_wrong_form_is_told_what_is_wrong(body: str, status: int, sentence: str, api: Api):
    response = await raw(api, body)
    assert response.status_code == status
    assert said(response).startswith(sentence)


async def test_post_of_json_is_all_there_is(api: Api):
    for method in ("GET", "PUT", "DELETE"):
        response = await api.client.request(method, "/graphql", params={"query": VIEWER})
        assert (response.status_code, response.headers["allow"]) == (405, "POST")
        assert said(response) == "The API takes POST alone. Send the operation as JSON in the body of a POST."
    form = await api.client.post("/graphql", data={"query": VIEWER})
    assert form.status_code == 415
    assert said(form) == "The API takes JSON alone. Send Content-Type: application/json."


async def test_a_body_that_is_too_large_is_refused(api: Api):
    response = await raw(api, json.dumps({"query": VIEWER, "variables": {"a": "x" * 3_000_000}}))
    assert response.status_code == 413
    assert said(response) == "A request holds at most 2,097,152 bytes. Ask for less at once."


FRAGMENTS = "".join(f"fragment F{number} on Query {{ ...F{number + 1} ...F{number + 1} }} " for number in range(60))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("{ a " * 13 + "}" * 13, "This operation has 13 levels; 12 are allowed."),
        ("{ a " * 900 + "}" * 900, "Syntax Error: Document is nested too deeply."),
        ("{ " + " ".join(f"a{number}: viewer {{ name }}" for number in range(31)) + " }", "has 31 aliases"),
        ("{ " + "viewer { name } " * 600 + " }", "Syntax Error: Document contains more than 2000 tokens."),
        ("{ ...F0 } " + FRAGMENTS + "fragment F60 on Query { viewer { name } }", "fields; 1000 are allowed."),
        ("{ viewer { nam } }", "Cannot query field 'nam' on type 'Viewer'."),
        ("{ viewer { name }", "Syntax Error: Expected Name, found <EOF>."),
    ],
    ids=["deep", "very deep", "aliases", "tokens", "fragments", "unknown field", "syntax"],
)
async def test_a_document_over_a_limit_is_not_executed(query: str, sentence: str, api: Api):
    errors = await api.errors("biller", query)
    assert sentence in errors[0]["message"]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ('version: "two"', "It must be a whole number; money is counted in minor units, without a point."),
        ("version: 1.5", "It must be a whole number; money is counted in minor units, without a point."),
        ("version: 9223372036854775808", "It must fit into 64 bits."),
        ("version: 1, versio: 2", "unknown field 'versio'"),
        ("", "required field 'version'"),
        ("version: null", "Expected value of non-null type 'Int64!' not to be None."),
    ],
)
async def test_a_value_of_the_wrong_type_is_told_what_it_must_be(value: str, sentence: str, api: Api):
    made = await draft(api)
    before = await written(api)
    given = f'{{ id: "{made.ids["quotation"]}", {value} }}'
    errors = await api.errors("biller", f"mutation {{ quotationBuyerApproves(input: {given}) {{ __typename }} }}")
    assert sentence in errors[0]["message"]
    assert errors[0]["extensions"]["code"] == "INVALID"
    assert await written(api) == before


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"id": "7"}, "It must be an id, like 01890a5d-ac96-774b-bcce-b302099a8057."),
        ({"validUntil": "tomorrow"}, "It must be a date and time with its zone, like 2026-03-01T09:30:00Z."),
        ({"validUntil": "2026-03-01T09:30:00"}, "It must be a date and time with its zone"),
        ({"lines": [{"variant": "x", "quantity": 1}]}, "at .lines[0].variant: It must be an id"),
        ({"lines": [{"quantity": 1}]}, "required field 'variant'"),
    ],
)
async def test_a_variable_of_the_wrong_type_is_told_where_it_stands(given: Any, sentence: str, api: Api):
    query = "mutation($input: QuotationEditInput!) { quotationEdit(input: $input) { __typename } }"
    whole = {"id": "0198a000-0000-7000-8000-0000000000a1", "lines": [], **given}
    errors = await api.errors("biller", query, input=whole)
    assert sentence in errors[0]["message"]


async def test_a_fault_of_ours_is_masked_and_logged_under_its_request(api: Api):
    made = await draft(api)
    await api.office.pool.execute("ALTER TABLE order_line RENAME TO order_lines")
    with capture_logs() as logs:
        response = await api.client.post(
            "/graphql",
            json={"query": f'{{ order(id: "{made.order}") {{ number lines {{ sku }} }} }}'},
            headers={"Authorization": f"Bearer {await api.token('biller')}", "X-Request-ID": "trace-7"},
        )
    [error] = response.json()["errors"]
    assert error["message"] == "Something went wrong on our side. Tell us the request trace-7."
    assert error["extensions"] == {"code": "FAULT", "requestId": "trace-7"}
    assert error["path"] == ["order"]
    assert "order_line" not in response.text
    [logged] = [each for each in logs if each["log_level"] == "error"]
    assert logged["request_id"] == "trace-7"
    assert isinstance(logged["exc_info"], asyncpg.UndefinedTableError)


async def test_a_request_keeps_its_id_from_the_header_to_the_log(api: Api):
    headers = {"Authorization": f"Bearer {await api.token('biller')}", "X-Request-ID": "trace-8"}
    given = f'store: "{LAGOS}", customer: "{BUYER}", fulfillmentType: PICKUP'
    query = f"mutation {{ createQuotation(input: {{ {given} }}) {{ __typename }} }}"
    response = await api.client.post("/graphql", json={"query": query}, headers=headers)
    assert response.headers["x-request-id"] == "trace-8"
    assert await api.office.pool.fetchval("SELECT array_agg(DISTINCT request_id) FROM transition_log") == ["trace-8"]
    made = await api.client.post("/graphql", json={"query": VIEWER}, headers={"X-Request-ID": "no\ttabs"})
    assert len(made.headers["x-request-id"]) == 32


async def test_one_request_looks_at_a_few_things_closely(api: Api):
    for _ in range(26):
        await draft(api)
    query = (
        "query($first: Int!) { orders(first: $first) { nodes { transitionLog(first: 1) { nodes { id: number } } } } }"
    )
    assert len((await api.ask("biller", query, first=25))["orders"]["nodes"]) == 25
    errors = await api.errors("biller", query, first=26)
    assert {each["message"] for each in errors} == {
        "One request looks at the log or the events of at most 25 things. Ask for fewer at once."
    }


async def test_a_database_that_is_away_is_told_in_a_sentence(api: Api):
    token = await api.token("biller")
    await api.office.pool.close()
    response = await raw(api, json.dumps({"query": VIEWER}), authorization=f"Bearer {token}")
    assert response.status_code == 503
    assert said(response).startswith("The connection to the database broke")
    ready = await api.client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
    assert (await api.client.get("/healthz")).status_code == 200


async def test_a_healthy_server_says_so(api: Api):
    for path in ("/healthz", "/readyz"):
        response = await api.client.get(path)
        assert (response.status_code, response.json()) == (
            200,
            {"status": "ok", "workers": 0} if path == "/readyz" else {"status": "ok"},
        )
        refused = await api.client.post(path)
        assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


async def test_of_two_who_share_at_once_one_moves_it_and_the_other_hears_who(api: Api):
    made = await draft(api)
    await asyncio.gather(api.token("biller"), api.token("manager"))
    answers = await asyncio.gather(
        *(api.do(who, "quotationShare", id=made.ids["quotation"], seen=1) for who in ("biller", "manager"))
    )
    assert sorted(each["__typename"] for each in answers) == ["Conflict", "Moved"]
