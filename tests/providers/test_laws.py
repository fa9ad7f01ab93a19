"""Each law of reports finds a row that was altered by hand, with the triggers off, and names it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.providers.till import Till
from tests.stories.shop import shirts

from orderway.database import connect
from orderway.providers.laws import LAWS

OLDER = """
UPDATE webhook_event SET bucket = NULL, settled_at = NULL, due_at = received_at, why = 'It could not be.'
WHERE kind = 'refunded'
"""

# The law, what is done by hand, and what the law then says of which place.
ALTERED = [
    (
        "reports of one movement",
        "UPDATE webhook_event SET movement = NULL WHERE transaction = 'T-1'",
        ("transaction T-1 of paystack", "0 of its reports stand for it."),
    ),
    (
        "reports of one movement",
        "DELETE FROM parked_money WHERE kind = 'orphan'",
        ("transaction T-2 of paystack", "Its report is parked, and no item of the inbox has its money."),
    ),
    (
        "reports of one movement",
        "UPDATE payment SET context = (context::jsonb - 'confirmed_at')::json",
        ("transaction T-1 of paystack", "Its report is applied, and no payment has it."),
    ),
    (
        "applied reports",
        "UPDATE webhook_event SET amount = 4001 WHERE transaction = 'T-1'",
        ("event plain:e1", "It told of 4001 NGN of paystack; its payment R-1 is 4000 NGN of paystack."),
    ),
    (
        "applied refunds",
        "UPDATE webhook_event SET amount = 1001 WHERE kind = 'refunded'",
        ("payment R-1", "1001 was booked as refunded; it gave back 1000."),
    ),
    ("settled reports", OLDER, ("event plain:e2", "and is not applied yet: It could not be.")),
    (
        "settled reports",
        "DELETE FROM parked_money WHERE kind = 'early'",
        ("event plain:e4", "It was parked, and no item of the inbox tells of it."),
    ),
]


@pytest.fixture
async def cheat(till: Till, superuser_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection past every trigger, to reports of which one of each kind is there."""
    order = await till.shop.agreed(shirts(4))
    await till.report("captured", order=await till.number(order), transaction="T-1")
    await till.report("refunded", amount=1000, subject="B-1")
    await till.report("captured", reference="R-2", transaction="T-2")
    await till.report("refunded", reference="R-3", amount=500, subject="B-3")
    connection = await connect(superuser_url)
    await connection.execute("SET session_replication_role = 'replica'")
    yield connection
    await connection.close()


async def test_every_law_names_the_row_that_was_altered(cheat: asyncpg.Connection):
    laws = {law.name: law for law in LAWS}
    assert {name for name, _, _ in ALTERED} == set(laws)
    assert [row for law in LAWS for row in await cheat.fetch(law.query)] == []
    for name, statement, (where, sentence) in ALTERED:
        by_hand = cheat.transaction()
        await by_hand.start()
        await cheat.execute(statement)
        found = [tuple(row) for row in await cheat.fetch(laws[name].query)]
        await by_hand.rollback()
        assert any(place == where and said.endswith(sentence) for place, said in found), (name, found)
