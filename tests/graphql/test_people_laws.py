"""Each law of people finds a row that was altered by hand, with the triggers off, and names it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.graphql.office import Api
from tests.graphql.test_own_account import key

from orderway.database import connect
from orderway.people.laws import LAWS

# What is done by hand, and what the law of that name then says of which place.
ALTERED = [
    ("changes of people", "UPDATE person SET step = 5 WHERE email = 'biller@example.com'", "person Biller",
     "It stands at step 5, and 2 are written down, the last as 2."),
    ("changes of people", "DELETE FROM people_change WHERE what = 'KEY_MADE'", "person Biller",
     "It stands at step 2, and 1 are written down, the last as 1."),
    ("changes of people", "UPDATE role SET step = 1 WHERE name = 'RIDER'", "role RIDER",
     "It stands at step 1, and 0 are written down, the last as 0."),
    ("changes of people", "UPDATE store SET step = 1 WHERE name = 'Kano'", "store Kano",
     "It stands at step 1, and 0 are written down, the last as 0."),
    ("access of the disabled", "UPDATE person SET disabled_at = '2026-03-02 12:00+00' WHERE email LIKE 'biller@%'",
     "person biller@example.com", "They are disabled, and have 1 sessions and 1 keys."),
    ("tokens", "UPDATE session_token SET purpose = 'REFRESH'", "session",
     "2 are for the next pair, 0 are of another kind, and 0 end later."),
    ("tokens", "UPDATE session_token SET purpose = 'PAGES'", "session",
     "0 are for the next pair, 2 are of another kind, and 0 end later."),
    ("tokens", "UPDATE session_token SET expires_at = '2027-03-02 12:00+00'", "session",
     "1 are for the next pair, 0 are of another kind, and 2 end later."),
    ("keys", "UPDATE api_key SET name = 'Mine'", "person biller@example.com",
     "They have the key Mine, which nobody wrote down."),
]  # fmt: skip


@pytest.fixture
async def cheat(api: Api, superuser_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection without triggers to a company in which the biller is signed in, and has a key."""
    await key(api, "biller")
    connection = await connect(superuser_url)
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


async def test_every_law_of_people_names_the_row_that_was_altered(cheat: asyncpg.Connection):
    laws = {law.name: law for law in LAWS}
    assert {name for name, *_ in ALTERED} == set(laws)
    assert [row for law in laws.values() for row in await cheat.fetch(law.query)] == []
    for name, statement, where, sentence in ALTERED:
        by_hand = cheat.transaction()
        await by_hand.start()
        await cheat.execute(statement)
        found = [tuple(row) for row in await cheat.fetch(laws[name].query)]
        await by_hand.rollback()
        assert any(place.startswith(where) and said.endswith(sentence) for place, said in found), (name, found)
