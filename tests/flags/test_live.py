"""Flags that change while a process runs: a file is read anew, a broken one changes nothing, flagd tells by itself."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any
from uuid import UUID

import asyncpg
import grpc
import httpx
import msgspec
import pytest
from openfeature.schemas.protobuf.flagd.sync.v1 import sync_pb2, sync_pb2_grpc
from starlette.applications import Starlette
from tests.flags.judged import KANO, LAGOS, ROLES, STORES
from tests.stories.shop import Shop

from orderway.flags.definitions import FlagsInvalid
from orderway.flags.flags import ALL_ON, Place
from orderway.flags.followers import Fixed, Pushed, Watched
from orderway.flags.live import live_flags, opened
from orderway.flags.slices import EXPIRY, FULFILLMENTS, SALES
from orderway.health import health_routes

ORDER = UUID("0198a000-0000-7000-8000-000000000001")


def definitions(**stores: list[str] | bool) -> str:
    """As flagd reads them: on for the orders of these stores."""
    flags = {}
    for name, on in stores.items():
        flag: dict[str, Any] = {"state": "ENABLED", "variants": {"on": True, "off": False}, "defaultVariant": "off"}
        if isinstance(on, list):
            flag["targeting"] = {"if": [{"in": [{"var": "store"}, on]}, "on", "off"]}
        flags[f"orderway-{name}"] = flag | ({"defaultVariant": "on"} if on is True else {})
    return msgspec.json.encode({"flags": flags}).decode()


def on(follower: Watched | Pushed, slice_: Any, store: UUID) -> bool:
    return follower.flags.is_on(slice_, Place(store, ORDER))


@contextmanager
def watched(path: Path) -> Iterator[Watched]:
    follower = Watched.of(path)
    follower.flags.learn(STORES, ROLES)
    yield follower
    follower.stop()


async def test_a_file_that_changes_holds_at_once_and_is_told_in_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "flags.json"
    path.write_text(definitions(sales=["LAG"]))
    with watched(path) as follower:
        assert (on(follower, SALES, LAGOS), on(follower, SALES, KANO)) == (True, False)
        path.write_text(definitions(sales=["LAG", "KAN"], expiry=False))
        await follower.look()
        assert (on(follower, SALES, KANO), on(follower, EXPIRY, LAGOS)) == (True, False)
        assert follower.flags.problem == ""
    told = capsys.readouterr()
    assert "Flags changed." in told.out + told.err


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "holds no flags: Input data was truncated."),
        (None, "can not be read: No such file or directory."),
        (
            definitions(sales=False, fulfillments=True),
            "“Fulfillments” is switched on, and “Sales”, which it needs, is not.",
        ),
        ('{"flags": {"orderway-sales": {"state": "ON", "variants": {"on": true}}}}', "flagd would not take it"),
        (
            '{"flags": {"orderway-sales": {"state": "ENABLED", "variants": {"on": true}, "targeting": {"?": []}}}}',
            "The flag orderway-sales can not be judged",
        ),
    ],
)
async def test_a_file_that_is_broken_keeps_what_it_said_before_and_says_so(
    tmp_path: Path, text: str | None, problem: str
):
    path = tmp_path / "flags.json"
    path.write_text(definitions(sales=["LAG"]))
    with watched(path) as follower:
        if text is None:
            path.unlink()
        else:
            path.write_text(text)
        await follower.look()
        assert problem in follower.flags.problem
        assert (on(follower, SALES, LAGOS), on(follower, SALES, KANO)) == (True, False)
        path.write_text(definitions(sales=["KAN"]))
        await follower.look()
        assert (on(follower, SALES, LAGOS), on(follower, SALES, KANO)) == (False, True)
        assert follower.flags.problem == ""


def test_a_process_does_not_begin_with_a_file_that_is_broken(tmp_path: Path):
    with pytest.raises(FlagsInvalid, match="can not be read: No such file"):
        Watched.of(tmp_path / "flags.json")


async def test_a_process_knows_its_stores_and_roles_and_refuses_what_is_none(pool: asyncpg.Pool, database_url: str):
    await Shop(pool).furnish()
    async with live_flags(database_url, {}) as flags:
        assert flags is ALL_ON
    async with live_flags(database_url, {"ORDERWAY_FLAG_SALES": "store:LAG, role:MANAGER"}) as flags:
        told = {each.slice.name: (each.share, each.store.code) for each in flags.tell()}
        assert told["sales"] == told["fulfillments"] == (1, "LAG")
    for words, sentence in (
        ("store:LGA", "ORDERWAY_FLAG_SALES names the store LGA, which there is not."),
        ("role:BOSS", "ORDERWAY_FLAG_SALES names the role BOSS, which there is not."),
    ):
        with pytest.raises(FlagsInvalid) as no:
            async with opened(database_url, {"ORDERWAY_FLAG_SALES": words}):
                pass
        assert no.value.message == sentence


async def test_who_asks_whether_a_process_is_well_hears_that_flags_of_before_hold(pool: asyncpg.Pool):
    follower = Fixed.of({"ORDERWAY_FLAG_SALES": "on"})
    follower.flags.problem = "The file is broken."
    transport = httpx.ASGITransport(Starlette(routes=health_routes(pool, follower.flags)))
    async with httpx.AsyncClient(transport=transport, base_url="http://orderway.test") as client:
        answer = await client.get("/readyz")
    follower.stop()
    assert (answer.status_code, answer.json()["flags"]) == (
        200,
        "Flags of before hold: those of now can not be used. The log says why.",
    )


class Flagd(sync_pb2_grpc.FlagSyncServiceServicer):
    """What of flagd its followers ask: the definitions, and each other ones that come."""

    def __init__(self) -> None:
        self.said: Queue[str | None] = Queue()

    def SyncFlags(self, _request: object, _context: object) -> Iterator[Any]:  # noqa: N802  (gRPC's own)
        while (text := self.said.get()) is not None:
            yield sync_pb2.SyncFlagsResponse(flag_configuration=text)


@contextmanager
def flagd() -> Iterator[tuple[Flagd, int]]:
    service = Flagd()  # type: ignore[abstract]  # what it has no answer to, the base answers so
    server = grpc.server(ThreadPoolExecutor(4))
    sync_pb2_grpc.add_FlagSyncServiceServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield service, port
    service.said.put(None)
    server.stop(None)


async def until(follower: Pushed, slice_: Any, store: UUID) -> None:
    """Wait until what flagd told has come here."""
    async with asyncio.timeout(20):
        while not on(follower, slice_, store):
            await follower.look()
            await asyncio.to_thread(follower.flags.forget)


async def test_what_flagd_says_holds_and_follows_what_it_says_next():
    with flagd() as (service, port):
        service.said.put(definitions(sales=["LAG"]))
        follower = Pushed.of(f"grpc://127.0.0.1:{port}")
        follower.flags.learn(STORES, ROLES)
        await until(follower, SALES, LAGOS)
        assert not on(follower, SALES, KANO)
        service.said.put(definitions(sales=["LAG", "KAN"]))
        await until(follower, SALES, KANO)
        assert on(follower, FULFILLMENTS, KANO)
        follower.stop()


def test_a_process_does_not_begin_where_flagd_says_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("orderway.flags.judging.PATIENCE", 100)
    with pytest.raises(FlagsInvalid, match=r"flagd at 127\.0\.0\.1:1 does not say which flags there are"):
        Pushed.of("grpc://127.0.0.1:1")
    with pytest.raises(FlagsInvalid, match="ORDERWAY_FLAGD is 'flagd:8015'"):
        Pushed.of("flagd:8015")


def test_where_no_flag_is_set_nothing_of_it_is_loaded():
    """A plain Orderway starts without OpenFeature."""
    program = (
        "import sys, orderway.serve, orderway.worker.command, orderway.doctor; sys.exit('openfeature' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
