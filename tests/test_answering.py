"""A process without pages says how it goes to whoever asks it, and a server says whether anybody works."""

from __future__ import annotations

import asyncio
import socket

import asyncpg
import httpx
from tests.commands import ADDRESS, running
from tests.fronts import TOKEN, opener


async def test_a_worker_says_how_it_goes(database_url: str):
    given = {"DATABASE_URL": database_url, "ORDERWAY_METRICS_TOKEN": TOKEN}
    with running("worker", "--port", "0", **given) as command:
        url = await asyncio.to_thread(command.wait_for, ADDRESS)
        async with httpx.AsyncClient(base_url=url, timeout=30) as client, asyncio.timeout(60):
            while (ready := await client.get("/readyz?worker")).status_code != 200:
                assert ready.json()["reason"].startswith("No worker has said for a minute")
            assert ready.json() == {"status": "ok", "workers": 1}
            assert (await client.get("/healthz")).json() == {"status": "ok"}
            assert [(await client.get(path)).status_code for path in ("/metrics", "/", "/graphql")] == [404, 404, 404]
            found = (await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})).text
        code, said = await asyncio.to_thread(command.stop)
    assert "orderway_workers 1.0\n" in found
    assert "orderway_database_up 1.0\n" in found
    assert "process_resident_memory_bytes " in found
    assert code == 0
    assert said.endswith("Stopped.\n")


def test_a_port_that_is_taken_is_one_sentence(database_url: str):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running("worker", "--port", str(port), DATABASE_URL=database_url) as command:
            _, said = command.process.communicate(timeout=60)
    assert command.process.returncode == 1
    assert said.startswith(f"orderway: Port {port} of 127.0.0.1 is in use by another program.")


async def test_without_a_worker_a_server_answers_all_the_same_and_says_so_to_who_asks_for_one(pool: asyncpg.Pool):
    async with opener(pool)({}) as client:
        plain, asked = await client.get("/readyz"), await client.get("/readyz?worker")
    assert (plain.status_code, plain.json()) == (200, {"status": "ok", "workers": 0})
    assert (asked.status_code, asked.json()) == (503, {
        "status": "unavailable",
        "reason": "No worker has said for a minute that it is there: no timer fires and nothing is delivered.",
    })  # fmt: skip
