"""A company behind the API, and the people who ask it: over HTTP, each with their own token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from argon2 import PasswordHasher
from tests.secret import SECRET

from orderway.app import make_workflow
from orderway.deployment import Deployment
from orderway.flags.flags import ALL_ON, Flags
from orderway.http import make_http
from orderway.people.accounts import NewPerson, add_person
from orderway.people.passwords import Passwords
from orderway.people.roles import seed_roles
from orderway.people.sessions import Sessions
from orderway.replica import Replica
from orderway.settings import Settings
from orderway.stock.movements import Goods, receive
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.runner import Runner

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LAGOS = UUID("0198a000-0000-7000-8000-0000000000a1")
KANO = UUID("0198a000-0000-7000-8000-0000000000a2")
SHIRT = UUID("0198a000-0000-7000-8000-0000000000b1")
SHOES = UUID("0198a000-0000-7000-8000-0000000000b2")
BUYER = UUID("0198a000-0000-7000-8000-0000000000c1")
RESELLER = UUID("0198a000-0000-7000-8000-0000000000c2")
PASSWORD = "correct horse battery"
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)

PEOPLE = {
    "admin": ("ADMIN", ()),
    "manager": ("MANAGER", (LAGOS,)),
    "biller": ("BILLER", (LAGOS,)),
    "accountant": ("ACCOUNTANT", ()),
    "rider": ("RIDER", ()),
    "second rider": ("RIDER", ()),
    "customer": ("CUSTOMER", ()),
    "reseller": ("RESELLER", ()),
    "manager of kano": ("MANAGER", (KANO,)),
}

ANSWER = """
    __typename
    ... on Moved { id step state stateLabel order { id number phase } }
    ... on Refused { sentence state stateLabel takes { event label mutation } reasons {
        guard sentence detail remedy permission whoCanHelp mode parts { sentence detail parts { sentence } } } }
    ... on Conflict { sentence who when what step }
    ... on NotFound { sentence }
    ... on Invalid { field sentence }
"""

SIGN_IN = """
    mutation($email: String!, $password: String!) {
        signIn(input: {email: $email, password: $password}) {
            __typename ... on SignInRefused { sentence retryAfter }
            ... on SignedIn { accessToken accessExpiresAt refreshToken refreshExpiresAt }
        }
    }
"""


@dataclass
class Office:
    """The application, its database, and its time; `tokens` are those of who has signed in."""

    pool: asyncpg.Pool
    now: datetime = NOON
    settings: Settings = field(default_factory=lambda: Settings({}))
    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)
    replica: Replica | None = None
    flags: Flags = ALL_ON

    async def furnish(self) -> None:
        """Two stores, people of each role, two buyers, goods, and shelves with ten of each."""
        async with self.pool.acquire() as connection:
            await seed_roles(connection)
            await connection.executemany(
                "INSERT INTO store (id, name, code, currency) VALUES ($1, $2, $3, 'NGN')",
                [(LAGOS, "Lagos", "LAG"), (KANO, "Kano", "KAN")],
            )
            for name, (role, stores) in PEOPLE.items():
                address = f"{name.replace(' ', '.')}@example.com"
                new = NewPerson(
                    email=address, name=name.capitalize(), password_hash=QUICK.hash(PASSWORD), roles=[role],
                    stores=stores,
                )  # fmt: skip
                self.ids[name] = await add_person(connection, new, by=THE_SYSTEM, at=NOON)
            await connection.executemany(
                "INSERT INTO customer (id, kind, name, currency, person_id) VALUES ($1, $2, $3, 'NGN', $4)",
                [
                    (BUYER, "CONSUMER", "Buyer of shirts", self.ids["customer"]),
                    (RESELLER, "RESELLER", "Reseller of shoes", self.ids["reseller"]),
                ],
            )
            await connection.execute("INSERT INTO product (id, name) VALUES ($1, 'Shirt'), ($2, 'Shoes')", SHIRT, SHOES)
            await connection.execute(
                "INSERT INTO variant (id, product_id, sku, price, currency)"
                " VALUES ($1, $1, 'SHIRT', 1000, 'NGN'), ($2, $2, 'SHOES', 5000, 'NGN')",
                SHIRT,
                SHOES,
            )
            for store in (LAGOS, KANO):
                goods = [Goods(SHIRT, 10), Goods(SHOES, 10)]
                await receive(connection, store, goods=goods, at=NOON, actor="import:test")

    def open(self, deployment: Deployment | None = None) -> httpx.AsyncClient:
        """A client of the application, which runs in this process."""
        runner = Runner(
            self.pool, make_workflow(self.settings, self.flags), clock=lambda: self.now, replica=self.replica
        )
        sessions = Sessions(self.pool, passwords=Passwords(QUICK), clock=lambda: self.now, settings=self.settings)
        app = make_http(runner, sessions, secret=SECRET, deployment=deployment)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://orderway.test")

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Api:
    """The API as a program uses it."""

    office: Office
    client: httpx.AsyncClient

    async def post(self, who: str, query: str, **variables: Any) -> httpx.Response:
        """Ask as somebody; as nobody for an empty name."""
        headers = {"Authorization": f"Bearer {await self.token(who)}"} if who else {}
        return await self.client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)

    async def ask(self, who: str, query: str, **variables: Any) -> Any:
        """What was asked for; fails on any error."""
        body = (await self.post(who, query, **variables)).json()
        assert "errors" not in body, body["errors"]
        return body["data"]

    async def errors(self, who: str, query: str, **variables: Any) -> list[Any]:
        """The errors of a request that must have some."""
        return list((await self.post(who, query, **variables)).json()["errors"])

    async def do(self, who: str, mutation: str, **given: Any) -> Any:
        """Send one mutation and give its answer, whatever it is."""
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        query = f"mutation($input: {kind}!) {{ answer: {mutation}(input: $input) {{ {ANSWER} }} }}"
        return (await self.ask(who, query, input=jsonable(given)))["answer"]

    async def move(self, who: str, mutation: str, **given: Any) -> Any:
        """Send one mutation that must move something."""
        answer = await self.do(who, mutation, **given)
        assert answer["__typename"] == "Moved", answer
        return answer

    async def token(self, who: str) -> str:
        """The token of somebody, who signs in again where theirs has ended."""
        token, ends = self.office.tokens.get(who, ("", self.office.now))
        if ends <= self.office.now:
            email = f"{who.replace(' ', '.')}@example.com"
            given = {"query": SIGN_IN, "variables": {"email": email, "password": PASSWORD}}
            signed = (await self.client.post("/graphql", json=given)).json()["data"]["signIn"]
            token, ends = signed["accessToken"], datetime.fromisoformat(signed["accessExpiresAt"])
            self.office.tokens[who] = token, ends
        return token

    async def order(self, who: str, id: str, fields: str) -> Any:
        return (await self.ask(who, f"query($id: UUID!) {{ order(id: $id) {{ {fields} }} }}", id=id))["order"]


def jsonable(given: Mapping[str, Any]) -> dict[str, Any]:
    """Ids and times as JSON has them."""
    return {
        name: str(value) if isinstance(value, UUID) else value.isoformat() if isinstance(value, datetime) else value
        for name, value in given.items()
    }
