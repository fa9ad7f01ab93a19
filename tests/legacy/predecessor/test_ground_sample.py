"""What the sample's orders stand on is laid once, as the house lays it: its laws hold, and a repeat lays nothing."""

from collections import Counter
from datetime import UTC, datetime

import asyncpg
import pytest
from tests.legacy.predecessor.sample import FOLDER, counts, told

from orderway.app import make_workflow, the_laws
from orderway.configuration.changes import Wish, change
from orderway.legacy.predecessor.ground import lay
from orderway.legacy.predecessor.ground_stores import places_of
from orderway.legacy.predecessor.source import Source, opened
from orderway.settings import Settings
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.verify import verify

MARKED = "CONSUMER_PRICE_MARKUP_PERCENT"
NOW = datetime(2025, 11, 21, 9, tzinfo=UTC)

WORK = """
SELECT r.name, count(DISTINCT p.id), count(s.store_id) FROM person p
JOIN person_role h ON h.person_id = p.id JOIN role r ON r.id = h.role_id
LEFT JOIN person_store s ON s.person_id = p.id WHERE p.password_hash IS NULL GROUP BY 1 ORDER BY 1
"""
CREDIT = "SELECT tier, count(*), sum(custom_limit)::bigint FROM credit_profile GROUP BY 1 ORDER BY 1"
BUYERS = """
SELECT kind, count(*), count(person_id), count(biller_id), count(default_store_id), count(phone), count(email)
FROM customer GROUP BY 1 ORDER BY 1
"""
SINCE = """
SELECT min(p.created_at)::date::text, count(*), count(*) FILTER (WHERE p.created_at = c.at) FROM person p
JOIN people_change c ON c.person_id = p.id AND c.what = 'CREATED'
"""
APPROVED = """
SELECT count(*), count(*) FILTER (WHERE a.applied_at <= d.at AND d.outcome = 'APPROVED' AND c.kind = 'RESELLER')
FROM reseller_application a JOIN reseller_decision d ON d.application_id = a.id JOIN customer c ON c.id = d.customer_id
"""
ROLES = "SELECT count(*), count(r.id) FROM legacy_id i LEFT JOIN role r ON r.id = i.ours WHERE i.kind = 'Role'"
MARKUP = "SELECT to_value, changed_by, reason FROM setting_change WHERE name = 'CONSUMER_PRICE_MARKUP_PERCENT'"
LISTED = "Consumers pay the listed prices, as they did there: the markup on them is 0 %."
PLACED = "SELECT count(*) FROM store WHERE latitude BETWEEN 6 AND 8 AND currency = 'NGN' AND timezone = 'Africa/Lagos'"


async def test_the_ground_is_laid_once(legacy: Source, pool: asyncpg.Pool):
    places = places_of(FOLDER / "stores_latlon.csv")
    async with pool.acquire() as connection:
        ground = await lay(legacy, connection, at=NOW, workflow=make_workflow(), places=places)
        kinds = [each.sentence.partition(" NGN")[0] for each in ground.findings]
        assert Counter(kinds) == {"By their orders they owe": 6, "They owe": 10, LISTED: 1}
        laid = len(ground.stores), len(ground.people), len(ground.customers), len(ground.variants), len(ground.riders)
        assert laid == (10, 125, 1416, 1764, 40)
        assert await told(connection, WORK) == [
            ("ADMIN", 2, 0), ("BILLER", 12, 120), ("MANAGER", 10, 10), ("RESELLER", 60, 0), ("RIDER", 40, 0),
            ("SUPERADMIN", 1, 0),
        ]  # fmt: skip
        assert await told(connection, CREDIT) == [("BRONZE", 60, 20_800_000)]
        assert await told(connection, BUYERS) == [
            ("CONSUMER", 1356, 0, 0, 1356, 1308, 1312), ("RESELLER", 60, 60, 60, 60, 60, 60),
        ]  # fmt: skip
        assert await connection.fetchval(PLACED) == 10
        assert await connection.fetchval("SELECT count(*) FROM rider_coverage") == 85
        assert await told(connection, SINCE) == [("2023-09-01", 125, 0)]
        assert await told(connection, APPROVED) == [(60, 60)]
        assert await told(connection, ROLES) == [(7, 7)]
        assert await told(connection, MARKUP) == [
            ("0", "import:legacy", "The former system's consumers paid the listed prices.")
        ]
        found = await verify(connection, make_workflow(), the_laws(), now=NOW)
        assert found.findings == ()
        before = await counts(connection)
        assert await lay(legacy, connection, at=NOW, workflow=make_workflow(), places=places) == ground
        assert await counts(connection) == before


@pytest.mark.parametrize(("environment", "text", "percent"), [({}, "7", 7), ({}, None, 5), ({MARKED: "3"}, "", 3)])
async def test_a_markup_that_somebody_has_set_stays_and_is_told_of(
    bare_url: str, pool: asyncpg.Pool, environment: dict[str, str], text: str | None, percent: int
):
    async with opened(bare_url) as source, pool.acquire() as connection:
        for value in ("1", text) if text != "" else ():
            wish = Wish(name=MARKED, value=value, reason="We earn by it.")
            await change(connection, wish, by=THE_SYSTEM, at=NOW)
        before = await counts(connection)
        ground = await lay(source, connection, at=NOW, workflow=make_workflow(Settings(environment)))
        said = f"Consumers pay {percent} % more than the listed prices, which they paid there"
        assert [f"{said}: somebody has set it so here."] == [
            each.sentence for each in ground.findings if each.where == MARKED
        ]
        assert (await counts(connection))["setting_change"] == before["setting_change"]
