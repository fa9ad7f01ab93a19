"""The same with a real provider, which runs as a process of its own and keeps to no expectation of ours."""

import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from tests.oidc.conftest import open_browser
from tests.oidc.test_single_sign_on import NOT_BELIEVED, problem
from tests.people.company import LAGOS, Company

from orderway.oidc.configuration import Client
from orderway.oidc.provider import Provider
from orderway.workflow.runner import utc_now

PEOPLE = (
    {"sub": "keeper of the directory", "email": "keeper@example.com", "email_verified": True},
    {"sub": "stranger", "email": "stranger@example.com", "email_verified": True},
)
PATIENCE = 30


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the provider, once it answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    said = tmp_path_factory.mktemp("provider") / "said"
    people = [word for person in PEOPLE for word in ("--user-claims", json.dumps(person))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true", *people]
    with said.open("w") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            yield answering(f"http://127.0.0.1:{port}", process, said)
        finally:
            process.terminate()


def answering(address: str, process: subprocess.Popen[bytes], said: Path) -> str:
    """Wait until the provider answers at its address."""
    with httpx.Client(transport=httpx.HTTPTransport(retries=12)) as client:
        try:
            client.get(f"{address}/.well-known/openid-configuration", timeout=PATIENCE).raise_for_status()
        except httpx.HTTPError as error:
            process.kill()
            pytest.fail(f"The provider did not start: {error}\n{said.read_text()}")
    return address


@pytest.fixture
async def browser(company: Company, issuer: str) -> AsyncIterator[httpx.AsyncClient]:
    await company.add("keeper", "MANAGER", stores=[LAGOS])
    client = Client(issuer=issuer, id="orderway", secret="a secret", name="The directory")
    async with open_browser(company, Provider(client, clock=utc_now), utc_now) as opened:
        yield opened


async def signed_in_there(browser: httpx.AsyncClient, subject: str) -> dict[str, str]:
    """Press the button, and sign in at the provider; gives what comes back from there."""
    there = (await browser.get("/sign-in/provider")).headers["location"]
    async with httpx.AsyncClient() as person:
        assert (await person.get(there)).status_code == 200
        back = (await person.post(there, data={"sub": subject})).headers["location"]
    assert back.startswith("https://orders.example/sign-in/back?")
    return dict(parse_qsl(urlsplit(back).query))


async def test_who_is_known_comes_in(browser: httpx.AsyncClient, company: Company):
    back = await signed_in_there(browser, "keeper of the directory")
    answer = await browser.get("/sign-in/back", params=back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    [known] = await company.pool.fetch("SELECT * FROM person_identity")
    assert (known["subject"], known["person_id"]) == ("keeper of the directory", company.ids["keeper"])


async def test_who_is_not_known_does_not(browser: httpx.AsyncClient):
    answer = await browser.get("/sign-in/back", params=await signed_in_there(browser, "stranger"))
    assert problem(answer).startswith("Nobody here is known by the account of stranger@example.com.")


async def test_a_code_of_its_is_spent_once(browser: httpx.AsyncClient, company: Company):
    """Spent by another sign-in of the same browser, whose state is right."""
    back = await signed_in_there(browser, "keeper of the directory")
    assert (await browser.get("/sign-in/back", params=back)).status_code == 303
    browser.cookies.clear()
    again = await signed_in_there(browser, "keeper of the directory")
    answer = await browser.get("/sign-in/back", params={**again, "code": back["code"]})
    assert problem(answer) == NOT_BELIEVED
    assert await company.pool.fetchval("SELECT count(*) FROM session") == 1


async def test_who_says_no_there_is_not_let_in(browser: httpx.AsyncClient):
    there = (await browser.get("/sign-in/provider")).headers["location"]
    async with httpx.AsyncClient() as person:
        back = (await person.post(there, data={"action": "deny"})).headers["location"]
    answer = await browser.get("/sign-in/back", params=dict(parse_qsl(urlsplit(back).query)))
    assert (answer.status_code, problem(answer)) == (401, NOT_BELIEVED)
