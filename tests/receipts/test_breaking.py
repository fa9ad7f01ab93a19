"""What breaks while a receipt is kept: neither its file nor its row stays, or both do."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs
from tests.receipts.counter import Counter
from tests.receipts.samples import JPEG, PDF, PNG
from tests.work import work_once

from orderway.receipts import keeping
from orderway.receipts.desk import open_storage
from orderway.receipts.keeping import Abandoned, sweep_abandoned
from orderway.storage.place import Label
from orderway.storage.storage import Storage

BEGUN = "SELECT count(*) FROM receipt_begun"
KEPT = "SELECT count(*) FROM payment_receipt"
ANY = Label("image/png", "inline")

REFUSE = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'The disk is full.'; END $$;
    CREATE TRIGGER full_disk AFTER INSERT ON payment_receipt EXECUTE FUNCTION refuse();
"""


@pytest.fixture
def pool_of(counter: Counter) -> asyncpg.Pool:
    return counter.receipts.pool


def far_away(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """The storage is not there: no port answers, and the folder's name is that of a file."""
    storage = counter.receipts.storage
    storage.folder.root.parent.mkdir(exist_ok=True)
    storage.folder.root.write_text("a file")
    away = Storage({"ORDERWAY_S3_ENDPOINT": "http://127.0.0.1:1"}, folder=storage.folder.root)
    monkeypatch.setattr(storage, "_buckets", {storage.bucket: away.s3("receipts-of-the-tests")})


async def swept(counter: Counter) -> int:
    """How many receipts that nobody finished are deleted now."""
    return (await sweep_abandoned(counter.receipts.runner, counter.receipts.storage)).deleted


async def test_a_storage_that_is_away_keeps_no_row(counter: Counter, pool_of: asyncpg.Pool):
    with pytest.MonkeyPatch.context() as patch, capture_logs() as logs:
        far_away(counter, patch)
        answer = await counter.hand_in("biller", PNG)
    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
    (told,) = [line for line in logs if line["event"] == "A receipt could not be stored."]
    assert "127.0.0.1:1" in told["answer"] or "File exists" in told["answer"], "the log says what the storage answered"
    assert "made up for the tests" not in str(logs), "and no secret"
    assert "127.0.0.1" not in answer.json()["message"], "where the storage is, is nobody's business"
    assert await pool_of.fetchval(KEPT) == 0
    assert await pool_of.fetchval(BEGUN) == 1, "the worker looks whether something of it came through"
    counter.receipts.storage.folder.root.unlink()
    counter.api.office.later(days=1, seconds=1)
    assert await swept(counter) == 1
    assert await pool_of.fetchval(BEGUN) == 0
    counter.api.office.tokens.clear()  # a day is longer than a session
    assert (await counter.hand_in("biller", PNG)).status_code == 201


async def test_a_database_that_refuses_the_row_keeps_no_file(
    counter: Counter, pool_of: asyncpg.Pool, superuser_url: str
):
    superuser = await asyncpg.connect(superuser_url)
    await superuser.execute(REFUSE)
    answer = await counter.hand_in("biller", PNG)
    await superuser.close()
    assert (answer.status_code, answer.json()["code"]) == (500, "FAULT")
    assert "disk" not in answer.text
    assert (await pool_of.fetchval(KEPT), await pool_of.fetchval(BEGUN), await counter.objects()) == (0, 0, [])


async def test_who_loses_the_right_while_the_file_is_written_keeps_nothing(
    counter: Counter, pool_of: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
):
    storage = counter.receipts.storage
    place = storage.at(storage.bucket)
    put = place.put

    async def meanwhile(key: str, file: BytesIO, label: Label) -> None:
        await put(key, file, label)
        await pool_of.execute("UPDATE sale_order SET biller_id = NULL")

    await counter.api.token("biller")
    monkeypatch.setattr(place, "put", meanwhile)
    answer = await counter.hand_in("biller", PNG)
    assert answer.status_code == 404
    assert (await pool_of.fetchval(KEPT), await pool_of.fetchval(BEGUN), await counter.objects()) == (0, 0, [])


async def test_an_answer_to_the_commit_that_got_lost_deletes_nothing(
    counter: Counter, pool_of: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
):
    """The row is there, though its writer thinks that it is not."""
    add = keeping._add

    async def committed_and_lost(*given: Any) -> None:
        await add(*given)
        raise ConnectionResetError("The connection broke.")

    monkeypatch.setattr(keeping, "_add", committed_and_lost)
    answer = await counter.hand_in("biller", PNG)
    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
    key = await pool_of.fetchval("SELECT key FROM payment_receipt")
    assert await counter.objects() == [key]
    monkeypatch.undo()
    again = await counter.hand_in("biller", PNG)
    assert (again.status_code, again.json()["receiptKey"]) == (200, key)


async def test_what_a_crash_left_is_swept_after_a_day_and_nothing_else(counter: Counter, pool_of: asyncpg.Pool):
    storage, office = counter.receipts.storage, counter.api.office
    kept = (await counter.hand_in("biller", PDF)).json()["receiptKey"]
    keys = [storage.new_key() for _ in range(3)]
    for hours, (key, content) in zip((0, 0, 2), zip(keys, (PNG, b"", JPEG), strict=True), strict=True):
        office.later(hours=hours)
        await pool_of.execute("INSERT INTO receipt_begun VALUES ($1, $2, $3)", storage.bucket, key, office.now)
        if content:  # one crashed before it had written anything
            await storage.at(storage.bucket).put(key, BytesIO(content), ANY)
    office.later(hours=21)
    assert await swept(counter) == 0
    office.later(hours=2)
    assert await swept(counter) == 2
    assert await counter.objects() == sorted([kept, keys[2]])
    office.later(hours=2)
    assert await swept(counter) == 1
    assert await counter.objects() == [kept]
    assert await counter.content(kept) == PDF


async def test_the_worker_is_who_sweeps_them(counter: Counter, pool_of: asyncpg.Pool):
    storage, office = counter.receipts.storage, counter.api.office
    await pool_of.execute("INSERT INTO receipt_begun VALUES ($1, $2, $3)", storage.bucket, "a-key", office.now)
    await storage.at(storage.bucket).put("a-key", BytesIO(PNG), ANY)
    office.later(days=1, seconds=1)
    runner = counter.receipts.runner
    await work_once(runner)
    assert (await pool_of.fetchval(BEGUN), await counter.objects()) == (0, [])


async def test_one_that_can_not_be_deleted_stops_no_other(counter: Counter, pool_of: asyncpg.Pool):
    storage, office = counter.receipts.storage, counter.api.office
    key = storage.new_key()
    await storage.at(storage.bucket).put(key, BytesIO(PNG), ANY)
    rows = [*(("a-bucket-that-nobody-has", f"k-{n}", office.now) for n in range(3)), (storage.bucket, key, office.now)]
    await pool_of.executemany("INSERT INTO receipt_begun VALUES ($1, $2, $3)", rows)
    office.later(days=2)
    with pytest.MonkeyPatch.context() as patch, capture_logs() as logs:
        away = Storage({"ORDERWAY_S3_ENDPOINT": "http://127.0.0.1:1"}, folder=storage.folder.root)
        patch.setitem(storage._buckets, rows[0][0], away.s3(rows[0][0]))
        assert await swept(counter) == 1
    assert await counter.objects() == []
    assert await pool_of.fetchval("SELECT array_agg(key ORDER BY key) FROM receipt_begun") == ["k-0", "k-1", "k-2"]
    asked = [line["key"] for line in logs if line["event"] == "An abandoned receipt can not be deleted."]
    assert len(asked) == 1, "one that is away holds up no worker for longer than it takes to see that it is"


async def test_what_is_given_up_can_not_be_kept_any_more(
    counter: Counter, pool_of: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
):
    """An upload that takes longer than a day meets the worker: it does not add a row without a file."""
    storage = counter.receipts.storage
    place = storage.at(storage.bucket)
    put = place.put

    async def slowly(key: str, file: BytesIO, label: Label) -> None:
        await put(key, file, label)
        counter.api.office.later(days=1, seconds=1)
        assert await sweep_abandoned(counter.receipts.runner, open_storage()) == Abandoned(deleted=1)

    await counter.api.token("biller")
    monkeypatch.setattr(place, "put", slowly)
    answer = await counter.hand_in("biller", PNG)
    assert answer.status_code == 503
    assert (await pool_of.fetchval(KEPT), await counter.objects()) == (0, [])
