"""POST /graphql: one operation at a time, as JSON, for whoever the bearer token says."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import msgspec
import structlog
from graphql import ExecutionResult
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from orderway.arrival import CLOSE, TooSlow, chunks
from orderway.database import lost
from orderway.errors import OrderwayError
from orderway.graphql.asking import Asking, Desk
from orderway.graphql.events import MEDIA_TYPE, stream
from orderway.graphql.execution import NoOperation, Question, executed
from orderway.graphql.manifest import find
from orderway.graphql.schema import the_schema
from orderway.graphql.streaming import follows, streamed
from orderway.graphql.told import Extensions, Told, fault, told
from orderway.graphql.tryout import page, wants_page
from orderway.people.signing.caller import caller_of
from orderway.people.viewer import Viewer
from orderway.rates import TooOften
from orderway.settings import API_OPERATION_SECONDS, API_REQUESTS_PER_MACHINE, API_REQUESTS_PER_PERSON

log = structlog.get_logger(__name__)

LARGEST = 2 * 1024 * 1024
"""Bytes of a request; a larger one is refused while it is still arriving. An order of the most lines fits in."""

NOTHING = re.compile(rb"\\u(?:0000|\{0+\})")
"""NUL as JSON writes it, or GraphQL in a text of a document: PostgreSQL keeps no text with it."""

ENCODER = msgspec.json.Encoder()
QUESTION = msgspec.json.Decoder(Question)
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
TRY_IT = 'Send one operation as {"query": …, "variables": {…}}.'


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back, after the specification of GraphQL (section 7.1)."""

    data: Any
    errors: Sequence[Told] = ()


class Unfit(OrderwayError):
    """The request is none that the endpoint takes; `status` is how HTTP calls it, and `headers` go with it."""

    def __init__(self, status: int, message: str, remedy: str, *, headers: Mapping[str, str] = NO_HEADERS) -> None:
        super().__init__(message, remedy)
        self.status = status
        self.headers = {"WWW-Authenticate": "Bearer"} if status == 401 else headers


class Endpoint:
    """Answers the API's requests. Cookies count for nothing here, so no other site can ask in anyone's name."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.schema = the_schema()._schema  # noqa: SLF001  (what executes is graphql-core: Strawberry describes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.respond(Request(scope, receive))
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """Answer, whatever comes: what is raised becomes an answer here."""
        request_id: str = request.state.request_id
        try:
            return await self.answer(request, request_id)
        except (Unfit, NoOperation, TooOften, TooSlow) as no:
            status, headers = put(no)
            return failed(no, request_id, status=status, headers=headers)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except Exception as error:
            unavailable = lost(error)
            if unavailable is not None:
                return failed(unavailable, request_id, status=503)
            log.exception("A request to the API failed.", request_id=request_id)
            shown = self.desk.deployment.developing
            return failed(fault(request_id, error if shown else None), request_id, status=500)

    async def answer(self, request: Request, request_id: str) -> Response:
        """Execute what is asked; whatever it changed is committed before this returns.

        Raises Unfit, NoOperation, TooOften and TooSlow.
        """
        if self.desk.deployment.developing and wants_page(request):
            return page()
        question = self.trusted(await read_question(request))
        token = bearer(request)
        viewer = await self.viewer_of(token) if token else None
        asking = Asking(self.desk, viewer, token, request_id, origin_of(request), caller=caller_of(request))
        if follows(self.schema, question, asking):
            if MEDIA_TYPE not in request.headers.get("accept", ""):
                raise Unfit(
                    406, "A subscription is told event by event.", f"Send Accept: {MEDIA_TYPE}, or by WebSocket."
                )
            return stream(streamed(self.schema, question, asking))
        result = await self.in_time(question, asking)
        return answer(Reply(result.data, told(result.errors or (), request_id, deployment=self.desk.deployment)))

    def trusted(self, question: Question) -> Question:
        """What is to be executed: out of the manifest where there is one. Raises Unfit."""
        manifest = self.desk.manifest
        if manifest is None:
            if question.document_id:
                raise Unfit(400, "This server keeps no documents.", "Send the text of the operation as `query`.")
            return question
        text = find(manifest, document_id=question.document_id, text=question.query)
        if text is None:
            raise Unfit(
                400, "This server takes the operations of its list, and this is none of them.",
                'Name one by its id, as {"documentId": "sha256:…"}.',
            )  # fmt: skip
        return msgspec.structs.replace(question, query=text)

    async def viewer_of(self, token: str) -> Viewer:
        """Who asks. Raises Unfit for a token that is none, and TooOften."""
        viewer = await self.desk.sessions.viewer_of(token)
        if viewer is None:
            raise Unfit(401, "This token is not known, or has ended.", "Sign in again by signIn.")
        settings, rates = self.desk.runner.workflow.settings, self.desk.rates
        if viewer.key:
            rates.take(f"key {viewer.key}", a_minute=settings[API_REQUESTS_PER_MACHINE])
        else:
            rates.take(f"person {viewer.person_id}", a_minute=settings[API_REQUESTS_PER_PERSON])
        return viewer

    async def in_time(self, question: Question, asking: Asking) -> ExecutionResult:
        """Execute it within the time that there is; PostgreSQL is told to stop too. Raises Unfit, NoOperation."""
        seconds = self.desk.runner.workflow.settings[API_OPERATION_SECONDS]
        try:
            async with asyncio.timeout(seconds) as clock:
                asking.deadline = clock.when()
                return await executed(self.schema, question, asking)
        except TimeoutError:
            if not clock.expired():
                raise
            raise Unfit(
                504, f"The operation took longer than {API_OPERATION_SECONDS.told(seconds)} and was stopped.",
                "Ask for less; send what changes something again with the same idempotencyKey.",
            ) from None  # fmt: skip


def put(no: Unfit | NoOperation | TooOften | TooSlow) -> tuple[int, Mapping[str, str]]:
    """How HTTP calls a request that nothing was executed of, and what goes with it."""
    match no:
        case Unfit():
            return no.status, no.headers
        case TooOften():
            return 429, {"Retry-After": str(no.seconds)}
        case TooSlow():
            return 408, CLOSE
    return 400, NO_HEADERS


async def read_question(request: Request) -> Question:
    """Read the posted JSON. Raises Unfit, TooSlow, and ClientDisconnect where the sender went away."""
    if request.method != "POST":
        headers = {"Allow": "POST"}
        raise Unfit(
            405, "The API takes POST alone.", "Send the operation as JSON in the body of a POST.", headers=headers
        )
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Unfit(415, "The API takes JSON alone.", "Send Content-Type: application/json.")
    body = bytearray()
    async for chunk in chunks(request):
        body += chunk
        if len(body) > LARGEST:
            raise Unfit(413, f"A request holds at most {LARGEST:,} bytes.", "Ask for less at once.")
    if NOTHING.search(body):
        raise Unfit(400, "A text holds the character NUL, which no text can hold.", "Leave it out.")
    if body.lstrip().startswith(b"["):
        raise Unfit(400, "A request holds one operation, not a list of them.", TRY_IT)
    try:
        return QUESTION.decode(body)
    except msgspec.ValidationError as wrong:
        raise Unfit(400, f"The request can not be read: {wrong}.", TRY_IT) from None
    except RecursionError:
        raise Unfit(400, "The body is nested too deeply.", "Send flatter variables.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Unfit(400, f"The body is not JSON: {wrong}.", "Correct it.") from None


def bearer(request: Request) -> str:
    """The token of the request, "" where there is none. Raises Unfit for another way of saying who one is."""
    header = request.headers.get("authorization")
    if header is None:
        return ""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unfit(401, "The API knows its callers by bearer tokens.", "Send Authorization: Bearer and a token.")
    return token.strip()


def origin_of(connection: HTTPConnection) -> str:
    """Where this server was asked, as the one who asked calls it."""
    scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
    return f"{scheme}://{connection.url.netloc}"


def answer(reply: Reply, *, status: int = 200) -> Response:
    """The reply as JSON; `errors` stand in it only where there are some."""
    parts = {"data": reply.data, "errors": reply.errors} if reply.errors else {"data": reply.data}
    return Response(
        ENCODER.encode(parts),
        status_code=status,
        media_type="application/json",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


def failed(error: OrderwayError, request_id: str, *, status: int, headers: Mapping[str, str] = NO_HEADERS) -> Response:
    """What is answered where nothing was executed."""
    codes = {401: "SIGNED_OUT", 429: "TOO_OFTEN", 500: "FAULT", 503: "UNAVAILABLE", 504: "TOO_LONG"}
    extensions = Extensions(codes.get(status, "INVALID"), request_id)
    response = answer(Reply(None, [Told(message=str(error), extensions=extensions)]), status=status)
    response.headers.update(headers)
    return response
