"""No form is taken from anybody but whose it is: not from another site, another session, another role or store."""

import re
from dataclasses import dataclass, field

import httpx
import pytest
from tests.graphql.walk.capabilities import CAPABILITIES
from tests.graphql.walk.capabilities import ROLES as LETTERS
from tests.ui.conftest import Shop, SignIn, token, words
from tests.ui.every_form import FORMS, Filled, Form, fill_in, furnish
from tests.ui.test_laws import ROLES
from tests.written import digest

from orderway.ui.routes import PAGES

BESIDES = {"/sign-out", "/appearance"}
"""Addresses that are no page of an area."""

NO = re.compile("You may not|There is no such order")
"""What is said to who may not, on a page that they see all the same."""

OF_LAGOS = re.compile(r"\{(draft|packed|part|unpaid|pending|confirmed|request|offered|open|shipped|earned)\}")
OF_ABUJA = {"manager.abuja", "biller.abuja", "rider1.abuja", "rider2.abuja", "reseller.abuja.wuse", "customer.abuja"}

MAY = {mutation: {LETTERS[who] for who in each.who} for each in CAPABILITIES for mutation in each.mutations.split()}
"""The roles that may do something, as it was agreed; whatever stands nowhere everybody does for themselves."""


@dataclass
class Desk:
    """Forms that are filled in, and those who try to send them."""

    shop: Shop
    sign_in: SignIn
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    async def client(self, who: str) -> httpx.AsyncClient:
        if who not in self.clients:
            self.clients[who] = await self.sign_in(who)
        return self.clients[who]

    async def filled(self, form: Form) -> Filled:
        return await fill_in(form, self.shop, await self.client(form.who))


@pytest.fixture
async def desk(shop: Shop, sign_in: SignIn) -> Desk:
    made = Desk(shop, sign_in)
    await sign_in("admin")  # a session of theirs elsewhere
    await furnish(shop, await made.client("admin"))
    return made


def strangers(form: Form) -> set[str]:
    """Who may not send it: by their role, or because it is about a thing of another store or of another person."""
    may = MAY.get(form.does, set(ROLES.values()))
    theirs = {who for who, role in ROLES.items() if role not in may}
    theirs |= OF_ABUJA if OF_LAGOS.search(form.url) else set()
    return theirs | (ROLES.keys() - {form.who} if "{view}" in form.url else set())


def test_each_address_that_takes_a_form_is_tried():
    taken = {page.path for page in PAGES if page.method == "POST"} | BESIDES
    urls = [re.sub(r"\{(\w+)\}", r"\1", form.url.partition("?")[0]) for form in FORMS]
    untried = {path for path in taken if not any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), url) for url in urls)}
    assert untried == set(), "Say in every_form.py what stands in its form."


async def test_a_form_of_no_page_of_this_session_is_refused(desk: Desk):
    filled = [(form, await desk.filled(form)) for form in FORMS]
    another = token((await (await desk.sign_in("admin")).get("/profile")).text)
    before, taken = await digest(desk.shop.pool), {}
    for form, sent in filled:
        client = await desk.client(form.who)
        for way, csrf, headers in (
            ("no token", "", {}),
            ("the token of another session", another, {}),
            ("from another site", sent.values["csrf"], {"Sec-Fetch-Site": "cross-site"}),
            ("from a sister of this site", sent.values["csrf"], {"Sec-Fetch-Site": "same-site"}),
            ("from another origin", sent.values["csrf"], {"Origin": "https://evil.example"}),
        ):
            answer = await client.post(sent.url, data={**sent.values, "csrf": csrf}, headers=headers)
            if (answer.status_code, "This form was not sent" in answer.text) != (403, True):
                taken[sent.url, way] = answer.status_code
        answer = await desk.shop.visitor.post(sent.url, data={**sent.values})
        if (answer.status_code, answer.headers.get("location")) != (303, "/sign-in"):
            taken[sent.url, "signed out"] = answer.status_code
    assert taken == {}
    assert await digest(desk.shop.pool) == before


async def test_a_form_of_another_role_or_store_is_refused(desk: Desk):
    filled = [(form, await desk.filled(form)) for form in FORMS]
    tokens = {who: token((await (await desk.client(who)).get("/profile")).text) for who in {*ROLES, *OF_ABUJA}}
    before, taken, tried = await digest(desk.shop.pool), {}, 0
    for form, sent in filled:
        for who in strangers(form):
            client = await desk.client(who)
            answer = await client.post(sent.url, data={**sent.values, "csrf": tokens[who]})
            tried += 1
            if answer.status_code not in {404, 422} or (
                answer.status_code == 422 and not NO.search(words(answer.text))
            ):
                taken[form.does, who] = answer.status_code
    assert taken == {}
    assert tried > 150
    assert await digest(desk.shop.pool) == before


async def test_the_same_forms_are_taken_from_whose_they_are(desk: Desk):
    """What is refused to others is refused for that they are others."""
    refused = {}
    for form in FORMS:
        sent = await desk.filled(form)
        answer = await (await desk.client(form.who)).post(sent.url, data={**sent.values})
        if answer.status_code not in {200, 303}:
            refused[form.does, sent.url] = answer.status_code
    assert refused == {}
