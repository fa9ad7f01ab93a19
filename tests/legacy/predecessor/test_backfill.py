"""Orders that were only read are brought over from what was kept, and go out again as if they had never come."""

import asyncio
import io
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from tests.legacy.olist.imported import Rows, ask
from tests.legacy.predecessor.bringing import bring, cancel_here, copied, listen, named, whole, wrong
from tests.legacy.predecessor.orders import GOOD, SOLD, but, hours
from tests.legacy.predecessor.test_import_stopped import told

from orderway.app import make_workflow
from orderway.database import connect, connect_pool
from orderway.embedded import EmbeddedServer
from orderway.errors import OrderwayError
from orderway.insight.gathering import gather_all
from orderway.legacy.backfill.filling import Wish, fill
from orderway.legacy.backfill.line import in_turn, line_up
from orderway.legacy.backfill.pace import Pace, pace_of
from orderway.legacy.backfill.undoing import undo
from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.ledger import Run
from orderway.legacy.predecessor.taking import take
from orderway.settings import Settings

ROOT = Path(__file__).parents[3]
FEW = 42
BY = "operator:somebody"
PREPARED = "08880eb5-9a71-5666-b98e-988fed4ffbbc"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
DECIDE = """
UPDATE import_review r SET decided_at = now(), decision = 'AGREED', reason = 'Looked at.' FROM sale_order o
WHERE o.id = r.order_id AND (r.order_id, r.kind) = (
    SELECT order_id, kind FROM import_review WHERE kind = 'LEFT_UNPAID' ORDER BY order_id LIMIT 1)
RETURNING o.source_ref, o.number
"""
SUMS = (
    "SELECT store_id, variant_id, quantity, reserved FROM stock WHERE quantity <> 0 ORDER BY 1, 2",
    "SELECT customer_id, currency, exposure FROM credit_profile WHERE exposure <> 0 ORDER BY 1, 2",
    "SELECT * FROM customer_sales_agg ORDER BY 1, 2",
    "SELECT * FROM account_credit WHERE balance <> 0 ORDER BY 1, 2, 3",
    "SELECT * FROM insight_state ORDER BY 1, 2, 3, 4",
    "SELECT * FROM insight_dwell ORDER BY 1, 2, 3, 4, 5",
    "SELECT * FROM payment_reference ORDER BY 1, 2",
    "SELECT theirs, came, store_id, verdict::text, moves, facts::text FROM legacy_order ORDER BY 1",
    "SELECT (SELECT count(*) FROM sale_order), (SELECT count(*) FROM transition_log), (SELECT count(*) FROM movement)",
)


@pytest.fixture(scope="session")
def read_in(server: EmbeddedServer, few_url: str) -> Iterator[tuple[str, str]]:
    """A database for which the few were only read, with three sinks: its address, and what was said."""
    for url in copied(server):
        asyncio.run(listen(url))
        code, said = bring(url, few_url, is_reading=True)
        assert code == 0
        asyncio.run(counted(url))
        yield url, said


@pytest.fixture
def read_url(server: EmbeddedServer, read_in: tuple[str, str]) -> Iterator[str]:
    """A copy of it."""
    yield from copied(server, template=named(read_in[0]))


def filled(url: str, since: datetime | None = None) -> tuple[int, str]:
    settings, said = Settings({}), io.StringIO()
    with redirect_stdout(said):
        wish = Wish(actor=BY, since=since, batch=5, lanes=2)
        code = asyncio.run(fill(url, wish, workflow=make_workflow(settings), settings=settings))
    return code, said.getvalue()


def taken_out(url: str, run: UUID, *, dry: str = "") -> tuple[int, str]:
    said = io.StringIO()
    with redirect_stdout(said):
        code = asyncio.run(undo(url, run, actor=BY, pace=Pace(), dry=dry))
    return code, said.getvalue()


def test_where_nothing_was_read_it_says_how_it_is(database_url: str):
    assert filled(database_url) == (0, "No order was read yet: `orderway import legacy --rows` reads them.\n")


async def counted(url: str) -> None:
    """Let the figures be counted."""
    async with await connect_pool(url) as pool:
        await gather_all(pool, now=NOW)


def sums(url: str) -> list[Rows]:
    return [ask(url, each) for each in SUMS]


def the_run(url: str) -> UUID:
    ((run,),) = ask(url, "SELECT id FROM backfill_run ORDER BY began_at DESC LIMIT 1")
    return UUID(str(run))


def test_what_was_only_read_moves_nothing(read_in: tuple[str, str]):
    url, said = read_in
    assert said.startswith(f"Read {FEW} orders in ")
    assert said.endswith(f": {FEW} that are new or changed wait for `orderway backfill`.\n")
    assert ask(url, "SELECT came, count(*) FROM legacy_order GROUP BY came") == [("READ", FEW)]
    assert ask(url, "SELECT count(*) FROM sale_order") == [(0,)]
    assert asyncio.run(wrong(url)) == ()


def test_they_go_the_road_of_the_import_and_out_again(read_url: str, brought: tuple[str, int, str]):
    before = sums(read_url)
    code, said = filled(read_url)
    assert (code, said.splitlines()[0].partition(": ")[2]) == (0, f"{FEW} orders wait.")
    assert told(read_url) == told(brought[0])
    came = "SELECT theirs, came, verdict::text, moves FROM legacy_order ORDER BY 1"
    assert ask(read_url, came) == ask(brought[0], came)
    asyncio.run(counted(read_url))
    assert asyncio.run(wrong(read_url)) == ()

    there = whole(read_url)
    assert filled(read_url) == (0, "No order waits: all that were read are in.\n")
    assert filled(read_url, NOW) == (0, "No order waits of a buyer who was active since 2026-11-01 00:00 UTC.\n")
    assert whole(read_url) == there
    first = the_run(read_url)
    assert taken_out(read_url, first, dry="dry") == (0, f"{FEW} orders would go out again.\n")
    assert whole(read_url) == there

    assert taken_out(read_url, first) == (0, f"{FEW} orders went out again, and wait to be brought over.\n")
    assert sums(read_url) == before
    assert asyncio.run(wrong(read_url)) == ()
    assert taken_out(read_url, first) == (0, "No order is left that this run brought over: nothing goes out.\n")
    filled(read_url)
    assert told(read_url) == told(brought[0])
    assert the_run(read_url) != first


def test_what_somebody_moved_since_stays_and_the_rest_goes(read_url: str):
    filled(read_url)
    asyncio.run(cancel_here(read_url, PREPARED))
    ((doubt, looked_at),) = ask(read_url, DECIDE)
    ((number,),) = ask(read_url, "SELECT number FROM sale_order WHERE source_ref = $1", PREPARED)
    mine = "SELECT to_state, hash FROM transition_log l JOIN sale_order o ON o.id = l.order_id WHERE source_ref = $1"
    before = ask(read_url, mine, PREPARED)
    for _ in range(2):
        code, said = taken_out(read_url, the_run(read_url))
        assert (code, sorted(said.splitlines()[1:])) == (1, sorted([
            "1 stay: they moved since.", f"! Order {number} stays: they moved since.",
            "1 stay: people added something to them since.",
            f"! Order {looked_at} stays: people added something to them since.",
        ]))  # fmt: skip
        assert {row[0] for row in ask(read_url, "SELECT source_ref FROM sale_order")} == {PREPARED, doubt}
    assert ask(read_url, mine, PREPARED) == before
    assert asyncio.run(wrong(read_url)) == ()


def test_killed_in_the_middle_it_goes_on_there_and_back(read_url: str, brought: tuple[str, int, str]):
    def victim(statements: int, *more: str) -> None:
        killed = subprocess.run(
            [sys.executable, "-m", "tests.crashes.import_victim", str(statements), "backfill", "--pace", "100%", *more],
            check=False, cwd=ROOT, env={**os.environ, "DATABASE_URL": read_url}, capture_output=True, text=True,
        )  # fmt: skip
        assert (killed.returncode, killed.stderr) == (-signal.SIGKILL, "")

    before = sums(read_url)
    victim(700)
    some = told(read_url)
    names = {row[0] for row in some}
    assert 0 < len(names) < FEW
    assert some == [row for row in told(brought[0]) if row[0] in names]
    first = the_run(read_url)
    assert filled(read_url)[0] == 0
    assert told(read_url) == told(brought[0])
    asyncio.run(counted(read_url))
    victim(43, "--undo", str(first))  # its figures are taken off, and the order is there yet
    assert asyncio.run(wrong(read_url)) == ()
    ((left,),) = ask(read_url, "SELECT count(*) FROM legacy_order WHERE run = $1 AND came <> 'READ'", first)
    assert 0 < left < len(names)
    for run in (first, the_run(read_url)):
        assert taken_out(read_url, run)[0] == 0
    assert sums(read_url) == before


def of_buyer(name: str, buyer: str, *, began: int, stood: int) -> Order:
    return but(GOOD, id=name, sale=but(SOLD, buyer=buyer), created_at=hours(began), stood=hours(stood))


async def test_who_was_active_last_comes_first_with_all_that_they_ordered(database_url: str):
    """A buyer's own orders come in the order of their time, whatever moved last, and none is left out by `since`."""
    waiting = [
        of_buyer("idle", "ada", began=1, stood=2),
        of_buyer("newer", "bola", began=9, stood=10),
        of_buyer("older", "bola", began=3, stood=40),
        of_buyer("busy", "chi", began=5, stood=30),
    ]

    async def one_by_one() -> AsyncIterator[list[Order]]:
        for each in waiting:
            yield [each]

    run = Run(id=UUID(int=1), at=NOW)
    connection = await connect(database_url)
    for new in (4, 0):
        read = await take(connection, one_by_one(), run=run, stop=asyncio.Event(), on_order=lambda: None)
        assert read == (4, new)
    for since, names in ((None, ["older", "newer", "busy", "idle"]), (hours(30), ["older", "newer", "busy"])):
        await connection.execute("DROP TABLE IF EXISTS backfill_line")
        total = await line_up(connection, since)
        batches = [each async for each in in_turn(connection, total=total, batch=2)]
        assert [order.id for each in batches for order in each] == names
    await connection.close()
    assert {each.id: each for batch in batches for each in batch}["busy"] == waiting[3]


def test_an_order_goes_out_by_its_own_run_alone(read_url: str):
    filled(read_url)
    there = whole(read_url)
    other = UUID(int=7)

    async def try_to(statement: str, *more: object) -> None:
        connection = await connect(read_url)
        try:
            await connection.execute(statement, *more)
        finally:
            await connection.close()

    out = "INSERT INTO withdrawn_order (store_id, order_id, run, at) SELECT store_id, id, $1, now() FROM sale_order"
    for statement, more, why in (
        (out, (other,), "does not go out again: other"),
        ("DELETE FROM payment_reference", (), "are only ever added"),
        ("DELETE FROM transition_log", (), "are only ever added"),
    ):
        with pytest.raises(Exception, match=why):
            asyncio.run(try_to(statement, *more))
    with pytest.raises(OrderwayError, match="There is no run"):
        taken_out(read_url, other)
    assert whole(read_url) == there


def test_a_pace_is_a_share_or_a_rate():
    assert pace_of("25%").pause(2.0) == 6.0
    assert pace_of("100%").pause(2.0) == 0.0
    assert pace_of("4", lanes=2).pause(0.125) == 0.375
    for text in ("fast", "0%", "101%", "-3", "nan", "inf"):
        with pytest.raises(OrderwayError, match=f"“{text}” is no pace"):
            pace_of(text)
