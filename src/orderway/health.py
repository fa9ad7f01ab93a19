"""Whether a process is there, and whether it can answer: for whoever starts, stops and asks it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Container

import asyncpg
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from orderway.database import lost
from orderway.flags.flags import ALL_ON, Flags
from orderway.standing import PATIENCE, count_workers, is_of_this_version

STALE = "Flags of before hold: those of now can not be used. The log says why."
"""Said to anybody: where the flags are is not."""

NEVER_KEPT = {"Cache-Control": "no-store"}


def health_routes(pool: asyncpg.Pool, flags: Flags = ALL_ON) -> list[Route]:
    """GET /healthz: 200 while the process answers at all. GET /readyz: whether it can answer what is asked of it.

    GET /readyz?worker is 503 also while no worker is there, which keeps nobody from being answered.
    """

    async def alive(_request: Request) -> Response:
        return JSONResponse({"status": "ok"}, headers=NEVER_KEPT)

    async def ready(request: Request) -> Response:
        return await readiness(pool, flags, asked=request.query_params)

    return [Route("/healthz", Read(alive)), Route("/readyz", Read(ready))]


class Read:
    """What is read and nothing else: any other method is told so, where a mount beside it would take the request."""

    def __init__(self, answer: Callable[[Request], Awaitable[Response]]) -> None:
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.method in ("GET", "HEAD"):
            response = await self.answer(request)
        else:
            headers = {"Allow": "GET, HEAD", **NEVER_KEPT}
            response = JSONResponse({"error": "This is read by GET alone."}, status_code=405, headers=headers)
        await response(scope, receive, send)


async def readiness(pool: asyncpg.Pool, flags: Flags = ALL_ON, *, asked: Container[str] = ()) -> Response:
    """200 while the database answers and has the tables of this version, 503 with a sentence while not.

    It tells how many workers there are, and why flags of before still hold. Who has `asked` for a worker gets 503 while
    there is none.
    """
    try:
        async with asyncio.timeout(PATIENCE), pool.acquire() as connection:
            is_current = await is_of_this_version(connection)
            workers = await count_workers(connection) if is_current else 0
    except Exception as error:
        unavailable = lost(error)
        if unavailable is None and not isinstance(error, TimeoutError):
            raise
        return unready(str(unavailable) if unavailable else "The database does not answer within 5 seconds.")
    if not is_current:
        return unready("The tables are not those of this version. Run: orderway migrate")
    if not workers and "worker" in asked:
        return unready("No worker has said for a minute that it is there: no timer fires and nothing is delivered.")
    told = {"flags": STALE} if flags.problem else {}
    return JSONResponse({"status": "ok", "workers": workers, **told}, headers=NEVER_KEPT)


def unready(reason: str) -> Response:
    return JSONResponse({"status": "unavailable", "reason": reason}, status_code=503, headers=NEVER_KEPT)
