"""What asking for people costs in SQL statements, however many there are."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.graphql.office import Api
from tests.graphql.staff_office import changed, hire
from tests.graphql.test_budgets import Counter

from orderway.database import SESSION, plain


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
async def pool(database_url: str, counter: Counter) -> AsyncIterator[asyncpg.Pool]:
    """A pool whose connections tell the counter of each statement, and reset nothing between two uses."""

    async def listen(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(counter.note)

    async def keep(_connection: asyncpg.Connection) -> None:
        pass

    async with asyncpg.create_pool(
        plain(database_url), min_size=1, max_size=4, init=listen, reset=keep, server_settings=dict(SESSION)
    ) as connections:
        yield connections


@pytest.mark.parametrize(
    ("query", "statements", "what"),
    [
        ("{ users { nodes { name roles { label } stores { name } } } }", 2, "one for the session, one for the list"),
        ('{ users(filter: { role: "BILLER" }) { nodes { name } } }', 3, "one more to know the role"),
        ("{ users { nodes { name } totalCount } }", 3, "one more to count"),
        ("{ roles { name holders } }", 2, "one for the session, one for the roles"),
        ("{ stores { name } }", 2, "one for the session, one for the stores"),
        ("{ permissions { label } }", 1, "they stand in the code"),
        ("{ peopleChanges { nodes { who phrase was became } } }", 3, "one for the changes, one for the names in them"),
    ],
)
async def test_asking_for_people_costs(api: Api, counter: Counter, query: str, statements: int, what: str):
    await api.token("admin")
    for name in ("ada", "ben"):
        await hire(api, name, "BILLER")
        await changed(api, "admin", "changeUser", user=api.office.ids[name], name=f"{name.capitalize()} of Lagos")
        counter.taken()
        await api.ask("admin", query)
        assert counter.taken() == statements, what
