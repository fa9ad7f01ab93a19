"""Orders that came over and were archived here since: what has changed there, and what has not."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.legacy.olist.imported import ask
from tests.legacy.predecessor.bringing import bring, change, whole, wrong
from tests.legacy.predecessor.shadowed import CLOSED, look, sweep
from tests.legacy.predecessor.test_follow import sold, touched

from orderway.archive.leaving import archive_old
from orderway.archive.shelf import VARIABLE
from orderway.database import connect_pool
from orderway.insight.gathering import gather_all
from orderway.storage.storage import Storage

LATER = datetime(2027, 3, 3, tzinfo=UTC)
PAID = "0a37e4cf-7492-564d-a736-672907e9e614"
"""Its rider was paid there, and its statuses contradict each other."""
TOUCHED = "002107f4-12fd-5c14-b7db-7dc123efcfc6"
LEFT = [TOUCHED, "01e16926-f5e8-564a-84f8-005a73ef355c", PAID]
DECIDED = """
UPDATE import_review r SET decided_at = now(), decision = 'STANDS' FROM sale_order o
WHERE o.id = r.order_id AND o.source_ref = $1
"""
WHY = "It was archived on 2027-03-03; what changed there since is not followed."
OPEN = """
SELECT count(*) FROM shadow_divergence JOIN legacy_order USING (order_id) WHERE closed_at IS NULL AND theirs = $1
"""
CHANGES = [*sold(PAID), *touched(PAID), *touched(TOUCHED)]


async def leave(url: str, folder: Path) -> None:
    """Somebody decides about what is in doubt of one order, and what may leave for the archive does."""
    shelf = Storage({}, folder=folder, variable=VARIABLE)
    async with await connect_pool(url) as pool, pool.acquire() as connection:
        await gather_all(pool, now=LATER)
        await connection.execute(DECIDED, PAID)
        await archive_old(connection, shelf, before=LATER - timedelta(days=30), now=LATER)
        refs = await connection.fetch("SELECT source_ref FROM archived_order ORDER BY 1")
    assert [row["source_ref"] for row in refs] == LEFT


@pytest.fixture
def archived_url(brought_url: str, tmp_path: Path) -> str:
    """The few as they were brought over, of which three have left."""
    asyncio.run(leave(brought_url, tmp_path))
    return brought_url


def part(said: str, heading: str) -> list[str]:
    """What the report says under a heading."""
    _, _, rest = said.partition(f"\n{heading}\n")
    return rest.partition("\n\n")[0].splitlines()


def test_what_has_not_changed_there_stays_in_the_archive(archived_url: str, few_url: str):
    before = whole(archived_url)
    code, said = bring(archived_url, few_url)
    assert whole(archived_url) == before
    assert code == 0
    assert said.startswith("All 42 orders were in already; none of them moved on.\n")
    assert "         3  archived here since" in part(said, "Where they stand")
    assert "         2,194  in the books here" in said.splitlines()
    assert "since it was archived" not in said


def test_what_changed_there_is_not_brought_over_again_and_is_named(archived_url: str, changing_url: str):
    asyncio.run(change(changing_url, *CHANGES))
    before = whole(archived_url)
    code, said = bring(archived_url, changing_url, is_rehearsal=True)
    assert (code, whole(archived_url)) == (0, before)
    assert "!" not in said

    code, said = bring(archived_url, changing_url)
    after = whole(archived_url)
    assert code == 0
    assert {table for table in after if after[table] != before[table]} <= {"legacy_order"}
    assert ask(archived_url, "SELECT theirs, came, why FROM legacy_order WHERE came <> 'IN' ORDER BY 1") == [
        (TOUCHED, "REWRITTEN", WHY), (PAID, "REWRITTEN", WHY),
    ]  # fmt: skip
    numbers = [number for (number,) in ask(
        archived_url, "SELECT number FROM archived_order WHERE source_ref = ANY ($1) ORDER BY 1", [TOUCHED, PAID]
    )]  # fmt: skip
    named = [f"  {number}: {WHY}" for number in numbers]
    assert part(said, "Changed there since they were archived: 2") == named
    assert asyncio.run(wrong(archived_url)) == ()

    code, said = bring(archived_url, changing_url)
    assert (code, whole(archived_url)) == (0, after)
    assert part(said, "Changed there since they were archived: 2") == named


def test_the_shadow_leaves_it_alone_and_says_nothing_of_it_any_more(
    brought_url: str, changing_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    look(brought_url, changing_url)
    assert ask(brought_url, OPEN, PAID) == [(1,)]
    asyncio.run(leave(brought_url, tmp_path))
    asyncio.run(change(changing_url, *CHANGES))
    assert [look(brought_url, changing_url) for _ in range(2)] == [2, 0]
    sweep(brought_url, changing_url)
    assert ask(brought_url, OPEN, PAID) == [(0,)]
    assert ask(brought_url, CLOSED) == [(1,)]
    said = capsys.readouterr().err
    assert said.count(WHY) == 2
    assert "did not go on" not in said
