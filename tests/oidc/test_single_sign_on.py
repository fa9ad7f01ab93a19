"""Signing in by a provider of identities: the way there and back, and whatever may come back instead."""

import asyncio
import base64
import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import jwt
import pytest
from structlog.testing import capture_logs
from tests.oidc.conftest import HERE, open_browser
from tests.oidc.stand_in import CLIENT, EC_KEY, OTHER_KEY, RSA_KEY, StandIn, published
from tests.people.company import NOON, QUICK, Company
from tests.people.signing.desk import Clock

from orderway.oidc.flow import new_flow
from orderway.oidc.provider import Provider
from orderway.people.passwords import Passwords
from orderway.people.sessions import Sessions
from orderway.people.signing.identities import forget_identities
from orderway.people.signing.keys import NewKey, make_key
from orderway.workflow.errors import Refused

NOT_BELIEVED = "The answer of the provider can not be believed. Begin to sign in once more."


async def leave(browser: httpx.AsyncClient, wanted: str = "/orders?phase=SALE") -> str:
    """Press the button; gives where the browser is sent."""
    answer = await browser.get("/sign-in/provider", params={"next": wanted})
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def come_back(browser: httpx.AsyncClient, **given: str) -> httpx.Response:
    return await browser.get("/sign-in/back", params=given)


async def sign_in(browser: httpx.AsyncClient, stand_in: StandIn) -> httpx.Response:
    return await come_back(browser, **stand_in.sign_in(await leave(browser)))


def problem(page: httpx.Response) -> str:
    found = re.search(r'id="problem">([^<]*)<', page.text)
    return found[1] if found else ""


async def sessions_of(company: Company) -> int:
    count: int = await company.pool.fetchval("SELECT count(*) FROM session")
    return count


async def test_the_way_there_and_back(browser: httpx.AsyncClient, stand_in: StandIn, company: Company):
    page = await browser.get("/sign-in")
    assert "Sign in with Example" in page.text
    answer = await sign_in(browser, stand_in)
    assert (answer.status_code, answer.headers["location"]) == (303, "/orders?phase=SALE")
    cookies = answer.headers.get_list("set-cookie")
    [ours] = [each for each in cookies if each.startswith("orderway_session=")]
    assert {"HttpOnly", "Secure", "SameSite=lax"} <= {part.strip() for part in ours.split(";")}
    assert (await browser.get("/orders")).status_code == 200
    [session] = await company.pool.fetch("SELECT * FROM session")
    assert (session["person_id"], session["kind"]) == (company.ids["keeper"], "BROWSER")
    [told] = await company.pool.fetch("SELECT * FROM people_change WHERE what = 'LINKED'")
    assert (told["person_id"], told["became"]) == (company.ids["keeper"], "https://id.example")


async def test_without_a_provider_there_is_no_button_and_no_way(company: Company, clock: Clock):
    async with open_browser(company, None, clock) as client:
        assert "Sign in with" not in (await client.get("/sign-in")).text
        for path in ("/sign-in/provider", "/sign-in/back?code=a&state=b"):
            assert (await client.get(path)).status_code == 404


async def test_who_is_known_by_the_providers_name_stays_so_whatever_their_address(
    browser: httpx.AsyncClient, stand_in: StandIn, company: Company
):
    await sign_in(browser, stand_in)
    stand_in.claims = {"email": "married@example.com", "email_verified": False}
    browser.cookies.clear()
    assert (await sign_in(browser, stand_in)).status_code == 303
    people = await company.pool.fetch("SELECT DISTINCT person_id FROM session")
    assert [row["person_id"] for row in people] == [company.ids["keeper"]]


async def test_an_address_that_passes_to_another_brings_them_nothing(
    browser: httpx.AsyncClient, stand_in: StandIn, company: Company
):
    await sign_in(browser, stand_in)
    stand_in.claims = {"sub": "somebody-else"}
    browser.cookies.clear()
    answer = await sign_in(browser, stand_in)
    assert (answer.status_code, problem(answer)) == (
        401,
        "Nobody here is known by the account of keeper@example.com. Ask an admin of your company to add you.",
    )
    assert await sessions_of(company) == 1


async def test_who_got_another_name_there_is_recognised_anew_once_the_old_one_is_forgotten(
    browser: httpx.AsyncClient, stand_in: StandIn, company: Company
):
    await sign_in(browser, stand_in)
    stand_in.claims = {"sub": "keeper-of-lagos in the new directory"}
    async with company.pool.acquire() as connection:
        forget = partial(forget_identities, connection, person_id=company.ids["keeper"], reason="Moved", at=NOON)
        with pytest.raises(Refused):
            await forget(viewer=await company.viewer("biller"))
        assert (await browser.get("/orders")).status_code == 200
        await forget(viewer=await company.viewer("admin"))
    assert (await browser.get("/orders")).status_code == 303
    browser.cookies.clear()
    assert (await sign_in(browser, stand_in)).status_code == 303
    told = await company.pool.fetch("SELECT what, was, actor FROM people_change WHERE what LIKE '%LINKED' ORDER BY id")
    assert [row["what"] for row in told] == ["LINKED", "UNLINKED", "LINKED"]
    assert (told[1]["was"], told[1]["actor"]) == ("https://id.example", f"person:{company.ids['admin']}")


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"email": "nobody@example.com"}, "Nobody here is known by the account of nobody@example.com."),
        ({"email_verified": False}, "The provider does not vouch for your e-mail address."),
        ({"email_verified": None}, "The provider does not vouch for your e-mail address."),
        ({"email_verified": "false"}, "The provider does not vouch for your e-mail address."),
        ({"email": "no address"}, "The provider does not vouch for your e-mail address."),
    ],
)
async def test_who_is_not_known_is_told_so(
    browser: httpx.AsyncClient, stand_in: StandIn, company: Company, claims: dict[str, object], sentence: str
):
    stand_in.claims = claims
    answer = await sign_in(browser, stand_in)
    assert answer.status_code == 401
    assert problem(answer).startswith(sentence)
    assert await sessions_of(company) == 0
    assert await company.pool.fetchval("SELECT count(*) FROM person_identity") == 0


async def test_who_is_disabled_is_told_so_at_first_and_later(
    browser: httpx.AsyncClient, stand_in: StandIn, company: Company
):
    disabled = "Your account here is disabled. Ask an admin of your company."
    await company.pool.execute("UPDATE person SET disabled_at = now() WHERE email = 'keeper@example.com'")
    assert problem(await sign_in(browser, stand_in)) == disabled
    await company.pool.execute("UPDATE person SET disabled_at = NULL")
    assert (await sign_in(browser, stand_in)).status_code == 303
    await company.pool.execute("UPDATE person SET disabled_at = now() WHERE email = 'keeper@example.com'")
    browser.cookies.clear()
    assert problem(await sign_in(browser, stand_in)) == disabled
    assert await sessions_of(company) == 1


async def test_an_account_that_somebody_made_with_the_address_becomes_that_of_its_owner(
    browser: httpx.AsyncClient, stand_in: StandIn, company: Company, clock: Clock
):
    """Whoever signed up with it, and a password of theirs, is let in no more."""
    kept = await Passwords(QUICK).hash("the password of another")
    await company.pool.execute("UPDATE person SET password_hash = $1, signed_up_at = $2 WHERE id = $3", kept, NOON,
                               company.ids["keeper"])  # fmt: skip
    sessions = Sessions(company.pool, passwords=Passwords(QUICK), clock=clock)
    squatter = await sessions.sign_in("keeper@example.com", "the password of another")
    assert (await sign_in(browser, stand_in)).status_code == 303
    assert await sessions.viewer_of(squatter.token) is None
    with pytest.raises(Exception, match="do not belong together"):
        await sessions.sign_in("keeper@example.com", "the password of another")


async def test_a_key_that_somebody_made_before_the_person_came_ends_with_their_coming(
    browser: httpx.AsyncClient, stand_in: StandIn, company: Company, clock: Clock
):
    """It was made as for a service account: whoever holds it would go on to decide in the name of a colleague."""
    sessions = Sessions(company.pool, passwords=Passwords(QUICK), clock=clock)
    await company.add("boss", "ADMIN")
    keys = {}
    for who in ("boss", "keeper"):
        new = NewKey(name=f"Of {who}", permissions=("stock.manage",), expires_at=NOON + timedelta(days=9),
                     person=company.ids["keeper"])  # fmt: skip
        async with company.pool.acquire() as connection:
            keys[who] = await make_key(connection, await company.viewer(who), new, at=NOON)
    assert (await sign_in(browser, stand_in)).status_code == 303
    assert await sessions.viewer_of(keys["boss"].text) is None
    assert await sessions.viewer_of(keys["keeper"].text) is not None, "their own stays"


async def test_the_address_may_be_told_beside_the_token(browser: httpx.AsyncClient, stand_in: StandIn):
    stand_in.claims = {"email": None, "email_verified": None}
    stand_in.userinfo = {"sub": "keeper-of-lagos", "email": "keeper@example.com", "email_verified": True}
    assert (await sign_in(browser, stand_in)).status_code == 303
    browser.cookies.clear()
    stand_in.claims |= {"sub": "another"}
    assert problem(await sign_in(browser, stand_in)) == NOT_BELIEVED


def by_nobody(claims: dict[str, object]) -> str:
    return jwt.encode(claims, "", algorithm="none")


def by_another_key(claims: dict[str, object]) -> str:
    return jwt.encode(claims, OTHER_KEY, algorithm="RS256", headers={"kid": "first"})


def by_the_clients_secret(claims: dict[str, object]) -> str:
    return jwt.encode(claims, "the secret of the client, long enough", algorithm="HS256", headers={"kid": "first"})


def by_the_public_key_as_a_secret(claims: dict[str, object]) -> str:
    """The key that everybody can read, taken for a secret (algorithm confusion)."""
    body = json.dumps(published(RSA_KEY, "first")).encode()
    head, payload = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in ({"alg": "HS256", "kid": "first"}, claims)
    )
    mac = base64.urlsafe_b64encode(jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(
        head + b"." + payload, body)).rstrip(b"=")  # fmt: skip
    return b".".join([head, payload, mac]).decode()


def with_another_kind_of_signature(claims: dict[str, object]) -> str:
    return jwt.encode(claims, RSA_KEY, algorithm="PS256", headers={"kid": "first"})


def by_an_unknown_key(claims: dict[str, object]) -> str:
    return jwt.encode(claims, OTHER_KEY, algorithm="RS256", headers={"kid": "never published"})


def changed_after(claims: dict[str, object]) -> str:
    head, _, mac = jwt.encode(claims, RSA_KEY, algorithm="RS256", headers={"kid": "first"}).split(".")
    other = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "admin"}).encode()).rstrip(b"=").decode()
    return f"{head}.{other}.{mac}"


@pytest.mark.parametrize(
    "signed",
    [
        by_nobody, by_another_key, by_the_clients_secret, by_the_public_key_as_a_secret,
        with_another_kind_of_signature, by_an_unknown_key, changed_after, lambda _: "", lambda _: "a.b.c",
        lambda _: "e30.e30.e30",
    ],
)  # fmt: skip
async def test_a_token_that_the_provider_did_not_sign_is_not_believed(
    browser: httpx.AsyncClient, stand_in: StandIn, company: Company, signed: Callable[[Any], str]
):
    stand_in.signed = signed
    answer = await sign_in(browser, stand_in)
    assert (answer.status_code, problem(answer)) == (401, NOT_BELIEVED)
    assert await sessions_of(company) == 0


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"nonce": "of another"}, "it answers another sign-in"),
        ({"nonce": None}, "it answers another sign-in"),
        ({"aud": "another client"}, "it was issued for somebody else"),
        ({"aud": [CLIENT, "another client"]}, "it was issued for somebody else"),
        ({"aud": [CLIENT, "another client"], "azp": "another client"}, "it was issued for somebody else"),
        ({"azp": "another client"}, "it was issued for somebody else"),
        ({"iss": "https://id.example.evil"}, "it was issued by 'https://id.example.evil'"),
        ({"iss": "https://id.example/"}, "it was issued by 'https://id.example/'"),
        ({"exp": int(NOON.timestamp()) - 60}, "it has expired"),
        ({"iat": int(NOON.timestamp()) + 61}, "it is of the future"),
        ({"nbf": int(NOON.timestamp()) + 61}, "it is of the future"),
        ({"sub": ""}, "it names nobody"),
    ],
)
async def test_a_token_that_answers_another_question_is_not_believed(
    browser: httpx.AsyncClient, stand_in: StandIn, company: Company, claims: dict[str, object], reason: str
):
    stand_in.claims = claims
    with capture_logs() as said:
        answer = await sign_in(browser, stand_in)
    assert (answer.status_code, problem(answer)) == (401, NOT_BELIEVED)
    assert [line["reason"] for line in said if "reason" in line] == [reason]
    assert await sessions_of(company) == 0


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "exp", "iat"])
async def test_a_token_that_leaves_out_what_it_must_say_is_not_believed(
    browser: httpx.AsyncClient, stand_in: StandIn, claim: str
):
    stand_in.claims = {claim: None}
    assert problem(await sign_in(browser, stand_in)) == NOT_BELIEVED


async def test_clocks_may_be_a_minute_apart(browser: httpx.AsyncClient, stand_in: StandIn):
    stand_in.claims = {"iat": int(NOON.timestamp()) + 60, "exp": int(NOON.timestamp()) - 59}
    assert (await sign_in(browser, stand_in)).status_code == 303


async def test_several_audiences_are_taken_where_it_was_issued_to_us(browser: httpx.AsyncClient, stand_in: StandIn):
    stand_in.claims = {"aud": [CLIENT, "another client"], "azp": CLIENT}
    assert (await sign_in(browser, stand_in)).status_code == 303


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"code": "a code", "state": "of another"}, "the state is that of another sign-in"),
        ({"code": "a code"}, "the state is that of another sign-in"),
        ({"code": "guessed", "state": "{state}"}, "the code was refused with the status 400"),
        ({"state": "{state}"}, "the provider let nobody in: 'no code'"),
        ({"error": "access_denied", "state": "{state}"}, "the provider let nobody in: 'access_denied'"),
        ({"code": "a code", "state": "{state}", "iss": "https://evil.example"},
         "another provider answered: 'https://evil.example'"),
    ],
)  # fmt: skip
async def test_what_comes_back_must_be_what_was_asked_for(
    browser: httpx.AsyncClient, stand_in: StandIn, company: Company, given: dict[str, str], reason: str
):
    state = stand_in.sign_in(await leave(browser))["state"]
    with capture_logs() as said:
        answer = await come_back(browser, **{name: text.format(state=state) for name, text in given.items()})
    assert (answer.status_code, problem(answer)) == (401, NOT_BELIEVED)
    assert [line["reason"] for line in said if "reason" in line] == [reason]
    assert await sessions_of(company) == 0


async def test_a_provider_that_says_who_answers_must_do_so(browser: httpx.AsyncClient, stand_in: StandIn):
    stand_in.discovery = {"authorization_response_iss_parameter_supported": True}
    assert problem(await sign_in(browser, stand_in)) == NOT_BELIEVED
    back = stand_in.sign_in(await leave(browser))
    assert (await come_back(browser, **back, iss="https://id.example")).status_code == 303


async def test_an_answer_comes_back_once_even_where_the_provider_would_take_its_code_again(
    browser: httpx.AsyncClient, stand_in: StandIn, company: Company
):
    stand_in.forgets_codes = False
    back = stand_in.sign_in(await leave(browser))
    cookie = browser.cookies["orderway_flow"]
    assert (await come_back(browser, **back)).status_code == 303
    again = await browser.get("/sign-in/back", params=back, headers={"cookie": f"orderway_flow={cookie}"})
    assert problem(again) == NOT_BELIEVED
    assert await sessions_of(company) == 1


async def test_of_many_answers_at_once_one_comes_in(browser: httpx.AsyncClient, stand_in: StandIn, company: Company):
    stand_in.forgets_codes = False
    back = stand_in.sign_in(await leave(browser))
    answers = await asyncio.gather(*(come_back(browser, **back) for _ in range(16)))
    assert sorted(answer.status_code for answer in answers) == [303] + [401] * 15
    assert await sessions_of(company) == 1


async def test_an_answer_in_another_browser_is_not_believed(
    browser: httpx.AsyncClient, stand_in: StandIn, company: Company
):
    """Nobody is signed in as somebody else by a link that they were sent."""
    back = stand_in.sign_in(await leave(browser))
    browser.cookies.clear()
    assert problem(await come_back(browser, **back)) == NOT_BELIEVED
    await leave(browser)
    assert problem(await come_back(browser, **back)) == NOT_BELIEVED
    assert await sessions_of(company) == 0


@pytest.mark.parametrize("cookie", ["", "x", "AAAA", "é", "A" * 400])
async def test_a_cookie_that_we_did_not_seal_is_none(browser: httpx.AsyncClient, stand_in: StandIn, cookie: str):
    back = stand_in.sign_in(await leave(browser))
    browser.cookies.clear()
    sent = {"cookie": f"orderway_flow={cookie}".encode()}
    answer = await browser.get("/sign-in/back", params=back, headers=sent)  # type: ignore[arg-type]  # bytes are sent
    assert problem(answer) == NOT_BELIEVED


async def test_the_cookie_shows_nothing_and_can_not_be_changed(browser: httpx.AsyncClient, stand_in: StandIn):
    back = stand_in.sign_in(await leave(browser))
    cookie = browser.cookies["orderway_flow"].strip('"')
    assert back["state"].encode() not in base64.urlsafe_b64decode(cookie)
    turned = cookie[:40] + ("A" if cookie[40] != "A" else "B") + cookie[41:]
    browser.cookies.clear()
    answer = await browser.get("/sign-in/back", params=back, headers={"cookie": f"orderway_flow={turned}"})
    assert problem(answer) == NOT_BELIEVED


async def test_ten_minutes_at_the_provider_are_too_long(browser: httpx.AsyncClient, stand_in: StandIn, clock: Clock):
    back = stand_in.sign_in(await leave(browser))
    clock.later(minutes=10)
    assert problem(await come_back(browser, **back)) == NOT_BELIEVED


async def test_so_many_from_one_place_have_the_provider_asked(
    company: Company, provider: Provider, stand_in: StandIn, clock: Clock
):
    """Anybody may come back as often as they like with codes that are none, and each has it asked."""
    await company.add("keeper", "MANAGER")
    async with open_browser(company, provider, clock, PASSWORDS_OF_A_PLACE="3") as browser:
        assert (await sign_in(browser, stand_in)).status_code == 303
        given = stand_in.sign_in(await leave(browser))
        asked = len(stand_in.asked)
        for page in (await come_back(browser, **given), await browser.get("/sign-in/provider")):
            assert (page.status_code, "retry-after" in page.headers) == (429, True)
            assert problem(page).startswith("Too many have tried to sign in from here within a minute.")
        assert len(stand_in.asked) == asked


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
async def test_nobody_is_led_elsewhere(browser: httpx.AsyncClient, stand_in: StandIn, wanted: str):
    back = stand_in.sign_in(await leave(browser, wanted))
    assert (await come_back(browser, **back)).headers["location"] == "/"


async def test_new_keys_of_the_provider_are_looked_for_and_no_oftener_than_each_minute(
    browser: httpx.AsyncClient, stand_in: StandIn, clock: Clock
):
    assert (await sign_in(browser, stand_in)).status_code == 303
    stand_in.keys = [published(EC_KEY, "second", use="sig")]
    stand_in.signed = lambda claims: jwt.encode(claims, EC_KEY, algorithm="ES256", headers={"kid": "second"})
    assert (await sign_in(browser, stand_in)).status_code == 401
    clock.later(minutes=1)
    assert (await sign_in(browser, stand_in)).status_code == 303
    looked = stand_in.asked.count("/keys")
    stand_in.signed = by_an_unknown_key
    for _ in range(5):
        assert (await sign_in(browser, stand_in)).status_code == 401
    assert (looked, stand_in.asked.count("/keys")) == (2, 2)


async def test_a_provider_that_is_away_is_said_to_be(browser: httpx.AsyncClient, stand_in: StandIn):
    stand_in.is_away = True
    answer = await browser.get("/sign-in/provider")
    assert (answer.status_code, problem(answer)) == (
        503,
        "Example can not be reached just now. Try again later, or sign in with a password.",
    )
    stand_in.is_away = False
    back = stand_in.sign_in(await leave(browser))
    stand_in.is_away = True
    assert (await come_back(browser, **back)).status_code == 503


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://id.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": 5},
    ],
)
async def test_a_provider_that_publishes_what_can_not_be_is_not_asked(
    browser: httpx.AsyncClient, stand_in: StandIn, discovery: dict[str, object]
):
    stand_in.discovery = discovery
    assert (await browser.get("/sign-in/provider")).status_code == 503


async def test_what_it_publishes_is_kept_for_an_hour(browser: httpx.AsyncClient, stand_in: StandIn, clock: Clock):
    await leave(browser)
    await leave(browser)
    assert stand_in.asked.count("/.well-known/openid-configuration") == 1
    clock.now = NOON + timedelta(hours=1)
    await leave(browser)
    assert stand_in.asked.count("/.well-known/openid-configuration") == 2


def test_nothing_secret_is_shown(provider: Provider):
    assert "secret" not in repr(provider.client)
    assert repr(new_flow(came_back=HERE, wanted="/", now=NOON)) == "Flow()"
