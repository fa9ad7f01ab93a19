import asyncio

import pytest
from structlog.testing import capture_logs

from orderway import listening
from orderway.listening import patience


async def test_why_the_database_is_waited_for_is_logged_once_and_now_and_then(monkeypatch: pytest.MonkeyPatch):
    now, logged = [1000.0], dict[str, float]()
    monkeypatch.setattr(listening, "monotonic", lambda: now[0])
    with capture_logs() as lines:
        for second in range(61):
            now[0] = 1000.0 + second
            with patience("news", logged):
                raise ConnectionRefusedError
            with patience("news", logged):
                raise TimeoutError
    broke = "The connection to the database broke, and what was not committed is undone."
    assert [line["reason"] for line in lines] == [broke, "No answer in time."] * 2


async def test_a_fault_that_is_not_the_databases_is_logged_each_time():
    logged = dict[str, float]()
    with capture_logs() as lines:
        for _ in range(3):
            with patience("news", logged):
                raise KeyError("ours")
    assert [line["event"] for line in lines] == ["A look at the database failed, and the next one tries again."] * 3


async def test_a_task_ends_though_the_database_goes_away_while_it_is_being_ended():
    begun, went_on = asyncio.Event(), asyncio.Event()

    async def look() -> None:
        with patience("news"):
            try:
                begun.set()
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                raise ConnectionResetError from None  # as where a transaction is to be undone
        went_on.set()

    looking = asyncio.create_task(look())
    await begun.wait()
    looking.cancel()
    with capture_logs() as lines, pytest.raises(asyncio.CancelledError):
        await looking
    assert [line["event"] for line in lines] == ["The database is waited for."]
    assert not went_on.is_set()
