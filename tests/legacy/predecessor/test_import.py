"""A few orders of the predecessor, end to end: read, judged, driven through the door, and read back."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from operator import add
from pathlib import Path

import asyncpg
from tests.legacy.olist.imported import ask
from tests.legacy.predecessor.bringing import bring, few_expected, whole, wrong

from orderway.app import make_workflow
from orderway.database import connect_pool
from orderway.outbound.delivery import deliver
from orderway.outbound.notifying import Notifications
from orderway.sale.events import CancelRequested
from orderway.settings import Settings
from orderway.workflow.actor import Actor
from orderway.workflow.kinds import Ref
from orderway.workflow.runner import Runner
from orderway.workflow.timers import sweep

Brought = tuple[str, int, str]
FEW = 42
PAID = "002107f4-12fd-5c14-b7db-7dc123efcfc6"
WAITING = "SELECT store_id, id FROM sale WHERE state = 'AWAITING_PAYMENT_METHOD' ORDER BY id LIMIT 1"


@asynccontextmanager
async def pool_of(url: str) -> AsyncIterator[asyncpg.Pool]:
    async with await connect_pool(url) as pool:
        yield pool


def read_back(said: str) -> list[str]:
    return sorted(said.partition("\nWhere they stand\n")[2].splitlines())


def test_a_rehearsal_says_what_the_import_would_and_leaves_nothing(database_url: str, few_url: str, brought: Brought):
    numbers = "SELECT last_value, is_called FROM sale_order_number"
    before, number = whole(database_url), ask(database_url, numbers)
    code, said = bring(database_url, few_url, is_rehearsal=True)
    assert (code, brought[1]) == (0, 0)
    assert whole(database_url) == before
    assert ask(database_url, numbers) == number
    assert said.startswith(f"Would bring over {FEW} orders, and 0 that were in moved on, in ")
    assert read_back(said) == read_back(brought[2])


def test_the_report_has_a_line_for_each_order_and_is_laid_beside_what_is_expected(
    brought_url: str, few_url: str, tmp_path: Path
):
    kept = {row["order_id"]: row for row in map(json.loads, few_expected())}
    with gzip.open(tmp_path / "expected.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in kept.values())
    code, said = bring(brought_url, few_url, report=tmp_path / "report.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
    assert {line["order_id"] for line in lines} == kept.keys()
    assert [line for line in lines if line["order_id"] == PAID] == [
        {
            "order_id": PAID,
            "status": "FULFILLED",
            "total_minor": 11584,
            "captured_minor": 11584,
            "outstanding_minor": 0,
            "overpaid_minor": 0,
            "state": "COMPLETED",
            "fulfillment_state": "COMPLETED",
            "decided_by": "evidence",
            "why": "Its goods have left; it is paid.",
            "confidence": 0.9,
            "clearance": "PAID",
            "flags": ["wf_null"],
            "review": [],
        }
    ]
    assert (code, said.splitlines()[-1]) == (0, "35 of 35 lines agree.")


def test_nothing_is_cleared_that_neither_money_nor_credit_nor_an_override_clears(brought: Brought):
    cleared = ask(
        brought[0],
        "SELECT s.context ->> 'cleared_by', l.verdict ->> 'clearance', count(*) FROM sale s JOIN legacy_order l"
        " USING (store_id, order_id) WHERE s.context ->> 'cleared_by' IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2",
    )
    # Two were paid for before they were cancelled; five had left unpaid, and wait for whoever looks at that.
    assert cleared == [
        ("credit", "CREDIT", 1), ("override", "GONE", 5), ("override", "OVERRIDE", 1), ("payment", "PAID", 23),
        ("payment", None, 2),
    ]  # fmt: skip
    left = "SELECT count(*) FROM import_review WHERE kind = 'LEFT_UNPAID' AND decided_at IS NULL"
    assert ask(brought[0], left) == [(5,)]


def test_the_log_says_of_each_move_from_what_it_is_known_and_how_surely(brought: Brought):
    silent = "SELECT DISTINCT machine, event, reason FROM transition_log WHERE coalesce(reason, '') !~ $1"
    assert ask(brought[0], silent, "^Inferred .0[.][0-9]. from ") == []
    by = "SELECT DISTINCT actor, coalesce(split_part(on_behalf_of, ':', 1), '') FROM transition_log ORDER BY 1, 2"
    assert ask(brought[0], by) == [
        ("import:legacy", ""), ("import:legacy", "customer"), ("source:legacy", ""), ("system", "import"),
    ]  # fmt: skip


async def test_what_was_brought_over_is_told_to_nobody_and_what_happens_then_is(brought_url: str):
    async with pool_of(brought_url) as pool:
        noted = "SELECT sink, count(*), sum(known - done) FROM outbound_progress GROUP BY sink ORDER BY sink"
        assert [tuple(row) for row in await pool.fetch(noted)] == [
            ("broker", FEW, 0), ("notifications", FEW, 0), ("webhook:1", FEW, 0),
        ]  # fmt: skip
        runner = Runner(pool, make_workflow(Settings({})))
        sink = Notifications(runner.workflow.settings, runner.clock)
        assert (await deliver(runner, sink)).delivered == 0
        assert await pool.fetchval("SELECT count(*) FROM notification") == 0
        assert await pool.fetchval("SELECT count(*) FROM mail") == 0
        ((store_id, sale),) = await pool.fetch(WAITING)
        clerk = Actor("person:0198a000-0000-7000-8000-000000000001", permissions=None)
        await runner.send(Ref("sale", store_id, sale), CancelRequested("The buyer does not answer."), actor=clerk)
        assert (await deliver(runner, sink)).delivered == 1


async def test_whoever_has_yet_to_pay_has_their_time_from_the_import_on(brought_url: str):
    async with pool_of(brought_url) as pool:
        came = await pool.fetchval("SELECT max(at) FROM legacy_order")
        counted = "SELECT count(*) FROM sale WHERE state = 'EXPIRED'"
        before = await pool.fetchval(counted)
        for after, expired in ((timedelta(minutes=5), 0), (timedelta(hours=23), 0), (timedelta(hours=25), 5)):
            runner = Runner(pool, make_workflow(Settings({})), clock=partial(add, came, after))
            await sweep(runner, machines=["sale"])
            assert await pool.fetchval(counted) - before == expired


def test_verify_finds_nothing_after_it(brought: Brought):
    assert asyncio.run(wrong(brought[0])) == ()


def test_a_second_run_changes_nothing(brought_url: str, few_url: str, brought: Brought):
    before = whole(brought_url)
    code, said = bring(brought_url, few_url)
    assert whole(brought_url) == before
    assert code == 0
    assert said.startswith(f"All {FEW} orders were in already; none of them moved on.\n")
    assert read_back(said) == read_back(brought[2])
