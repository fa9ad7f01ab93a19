"""Laws of all pages: who sees which, what the API has of each, and that none shows the code's own names."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from graphql import build_schema
from tests.ui.conftest import Shop, SignIn, words

from orderway.machines import CHARTS
from orderway.people.permissions import BUILT_IN, LABELS
from orderway.people.viewer import find_viewer
from orderway.settings import SETTINGS
from orderway.ui.outside import OpenPage
from orderway.ui.routes import OUTSIDE, PAGES
from orderway.ui.shell import PLACES
from orderway.ui.site import Page

ROLES = {
    "superadmin": "SUPERADMIN", "admin": "ADMIN", "accountant": "ACCOUNTANT", "manager.lagos": "MANAGER",
    "biller.lagos": "BILLER", "rider1.lagos": "RIDER", "reseller.lagos.ikeja": "RESELLER", "customer.lagos": "CUSTOMER",
}  # fmt: skip
"""Somebody of each role that is there from the beginning."""

PAPERS = re.compile(r"\.(csv|pdf|svg)$|/export|^/live")
"""Addresses that answer with something else than a page."""

PLAIN = sorted(
    {page.path for page in PAGES if page.method == "GET" and "{" not in page.path and not PAPERS.search(page.path)}
)
ROUTED = {page.path for page in PAGES}

NAMES = {name for chart in CHARTS.values() for name in (*chart.nodes, *chart.events) if name.isupper()}
NAMES |= {role.name for role in BUILT_IN} | set(SETTINGS) | set(LABELS)
SCHEMA = build_schema((Path(__file__).resolve().parents[2] / "schema.graphql").read_text())
QUERIES, MUTATIONS = (
    set(kind.fields) for kind in (SCHEMA.query_type, SCHEMA.mutation_type) if kind is not None
)  # fmt: skip

SPOKEN = {"API"}
"""What is written so for reasons of its own."""


class WithoutCode(HTMLParser):
    """Keeps what a page says, without what it quotes as code."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.kept: list[str] = []
        self.quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.quoted += tag == "code"
        self.kept.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self.quoted -= tag == "code"
        self.kept.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.kept += [] if self.quoted else [data]


def names_in(page: str) -> set[str]:
    """The code's own names that a page shows to people."""
    reader = WithoutCode()
    reader.feed(page)
    said = words("".join(reader.kept))
    return (set(re.findall(r"[\w.]+", said)) & NAMES | set(re.findall(r"\b[A-Z]{2,}_[A-Z_]+\b", said))) - SPOKEN


def test_somebody_of_each_role_looks():
    assert sorted(ROLES.values()) == sorted(role.name for role in BUILT_IN)


@pytest.mark.parametrize("who", ROLES)
async def test_a_place_is_there_for_whom_it_is_and_for_nobody_else(who: str, sign_in: SignIn, shop: Shop):
    client = await sign_in(who)
    person = await shop.pool.fetchval("SELECT id FROM person WHERE email = $1", f"{who}@demo.example")
    async with shop.pool.acquire() as connection:
        viewer = await find_viewer(connection, person)
    assert viewer
    theirs = {place.url: place.sees(viewer) for place in PLACES if place.url in ROUTED}
    answers = {url: await client.get(url) for url in theirs}
    # Somebody whose list would hold them alone is led to themselves.
    assert {url: answer.status_code for url, answer in answers.items() if answer.status_code != 303} == {
        url: 200 if sees else 404 for url, sees in theirs.items() if answers[url].status_code != 303
    }
    linked = re.findall(r'<a href="(/[\w/-]+)"[^>]*>', answers["/orders"].text.partition("</nav>")[0])
    idle = {place.url for place in PLACES if place.may_be_idle}  # nothing waits there
    assert set(linked) & theirs.keys() == {url for url, sees in theirs.items() if sees} - idle


@pytest.mark.parametrize("who", ROLES)
async def test_no_page_shows_the_names_of_the_code(who: str, sign_in: SignIn):
    client = await sign_in(who)
    pages = {path: await client.get(path) for path in PLAIN}
    assert {path for path, page in pages.items() if page.status_code not in {200, 303, 404}} == set()
    assert {path: found for path, page in pages.items() if (found := names_in(page.text))} == {}


async def test_no_page_outside_shows_the_names_of_the_code(shop: Shop):
    for path in ["/sign-in", *(page.path for page in OUTSIDE if page.method == "GET")]:
        page = await shop.visitor.get(path)
        assert page.status_code == 200
        assert names_in(page.text) == set()


@pytest.mark.parametrize("page", [*PAGES, *OUTSIDE], ids=lambda page: f"{page.method} {page.path}")
def test_what_a_page_shows_or_does_the_api_has_too(page: Page | OpenPage):
    assert page.shows or (page.does and page.method == "POST")
    assert set(page.shows) - QUERIES == set()
    assert set(page.does) - MUTATIONS == set()
