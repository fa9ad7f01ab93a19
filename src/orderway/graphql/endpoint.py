"""POST /graphql: one operation at a time, as JSON, for whoever the bearer token says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from orderway.arrival import CLOSE, TooSlow, chunks
from orderway.database import lost
from orderway.errors import OrderwayError
from orderway.graphql.asking import Asking, Desk
from orderway.graphql.schema import the_schema
from orderway.graphql.told import Extensions, Told, fault, told
from orderway.people.signing.caller import caller_of

log = structlog.get_logger(__name__)

LARGEST = 2 * 1024 * 1024
"""Bytes of a request; a larger one is refused while it is still arriving. An order of the most lines fits in."""

NOTHING = re.compile(rb"\\u(?:0000|\{0+\})")
"""NUL as JSON writes it, or GraphQL in a text of a document: PostgreSQL keeps no text with it."""

ENCODER = msgspec.json.Encoder()


class Question(msgspec.Struct, rename="camel"):
    """What is posted; fields that are none of these are left alone, as GraphQL over HTTP asks for."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


QUESTION = msgspec.json.Decoder(Question)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back, after the specification of GraphQL (section 7.1)."""

    data: Any
    errors: Sequence[Told] = ()


class Unfit(OrderwayError):
    """The request is none that the endpoint takes; `status` is how HTTP calls it."""

    def __init__(self, status: int, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.status = status


class Endpoint:
    """Answers the API's requests. Cookies count for nothing here, so no other site can ask in anyone's name."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.schema = the_schema()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.respond(Request(scope, receive))
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """Answer, whatever comes: what is raised becomes an answer here."""
        request_id: str = request.state.request_id
        try:
            return await self.answer(request, request_id)
        except Unfit as unfit:
            headers = {"Allow": "POST"} if unfit.status == 405 else {"WWW-Authenticate": "Bearer"}
            return failed(unfit, request_id, status=unfit.status, headers=headers if unfit.status in (401, 405) else {})
        except TooSlow as slow:
            return failed(slow, request_id, status=408, headers=CLOSE)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except Exception as error:
            unavailable = lost(error)
            if unavailable is not None:
                return failed(unavailable, request_id, status=503)
            log.exception("A request to the API failed.", request_id=request_id)
            return failed(fault(request_id), request_id, status=500)

    async def answer(self, request: Request, request_id: str) -> Response:
        """Execute what is asked; whatever it changed is committed before this returns. Raises Unfit and TooSlow."""
        question = await read_question(request)
        token = bearer(request)
        viewer = await self.desk.sessions.viewer_of(token) if token else None
        if token and viewer is None:
            raise Unfit(401, "This token is not known, or has ended.", "Sign in again by signIn.")
        asking = Asking(self.desk, viewer, token, request_id, origin_of(request), caller_of(request))
        try:
            result = await self.schema.execute(
                question.query,
                variable_values=question.variables,
                context_value=asking,
                operation_name=question.operation_name,
            )
        except (MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError) as error:
            raise Unfit(400, "There is no such operation in the document.", "Name one that is in it.") from error
        return answer(Reply(result.data, told(result.errors or (), request_id)))


async def read_question(request: Request) -> Question:
    """Read the posted JSON. Raises Unfit, TooSlow, and ClientDisconnect where the sender went away."""
    if request.method != "POST":
        raise Unfit(405, "The API takes POST alone.", "Send the operation as JSON in the body of a POST.")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Unfit(415, "The API takes JSON alone.", "Send Content-Type: application/json.")
    body = bytearray()
    async for chunk in chunks(request):
        body += chunk
        if len(body) > LARGEST:
            raise Unfit(413, f"A request holds at most {LARGEST:,} bytes.", "Ask for less at once.")
    if NOTHING.search(body):
        raise Unfit(400, "A text holds the character NUL, which no text can hold.", "Leave it out.")
    try:
        return QUESTION.decode(body)
    except msgspec.ValidationError as wrong:
        raise Unfit(
            400, f"The request can not be read: {wrong}.", 'Send one operation as {"query": …, "variables": {…}}.'
        ) from None
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


def origin_of(request: Request) -> str:
    """Where this server was asked, as the one who asked calls it."""
    return f"{request.url.scheme}://{request.url.netloc}"


def answer(reply: Reply, *, status: int = 200) -> Response:
    """The reply as JSON; `errors` stand in it only where there are some."""
    parts = {"data": reply.data, "errors": reply.errors} if reply.errors else {"data": reply.data}
    return Response(
        ENCODER.encode(parts),
        status_code=status,
        media_type="application/json",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


def failed(error: OrderwayError, request_id: str, *, status: int, headers: dict[str, str] | None = None) -> Response:
    """What is answered where nothing was executed."""
    code = {401: "SIGNED_OUT", 500: "FAULT", 503: "UNAVAILABLE"}.get(status, "INVALID")
    response = answer(Reply(None, [Told(message=str(error), extensions=Extensions(code, request_id))]), status=status)
    response.headers.update(headers or {})
    return response
