"""POST /payments/webhooks/{provider}: a provider's report, proven, stored, and applied before it is answered.

The answer names the bucket that the report came to, and nothing else of any order.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from orderway.arrival import CLOSE, TooSlow, chunks
from orderway.database import lost
from orderway.errors import OrderwayError
from orderway.providers import plain
from orderway.providers.inbox import Report, again, recall, store
from orderway.providers.provider import BodyBroken, NoSecret, WebhookRefused
from orderway.providers.registry import PROVIDERS
from orderway.providers.secrets import secrets_of
from orderway.providers.settle import Pending, take_up
from orderway.sale.payments.context import BuyerKind
from orderway.workflow.errors import Invalid
from orderway.workflow.runner import Runner, storable

log = structlog.get_logger(__name__)

LARGEST = 1024 * 1024
"""Bytes of a report; a larger one is refused while it is still arriving."""

BUYERS: Mapping[str, BuyerKind] = {"consumer": "CONSUMER", "reseller": "RESELLER"}
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
MORE_HEADERS: Mapping[int, Mapping[str, str]] = {405: {"Allow": "POST"}, 408: CLOSE}


class Unfit(OrderwayError):
    """The request is none that is taken; `status` is how HTTP calls it."""

    def __init__(self, status: int, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.status = status


def status_of(refused: OrderwayError) -> int:
    """How HTTP calls a refusal. Without a secret the provider is to send again: somebody will set one."""
    match refused:
        case Unfit():
            return refused.status
        case NoSecret():
            return 503
        case TooSlow():
            return 408
        case BodyBroken() | Invalid():
            return 400
        case _:
            return 401


class Webhooks:
    """Answers providers. Secrets are read from the environment with each request, so that they can be changed."""

    def __init__(self, runner: Runner, environ: Mapping[str, str]) -> None:
        self.runner = runner
        self.environ = environ

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.respond(Request(scope, receive))
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """Answer, whatever comes: what is raised becomes an answer here."""
        try:
            return said(200, bucket=await self.accept(request))
        except (Unfit, WebhookRefused, Invalid, TooSlow) as refused:
            return said(status_of(refused), error=str(refused))
        except ClientDisconnect:
            return said(400, error="The request broke off.")
        except Exception as error:
            unavailable = lost(error)
            if unavailable is not None:
                return said(503, error=str(unavailable))
            log.exception("A webhook could not be taken.")
            return said(500, error="This is a fault of ours. Send it again.")

    async def accept(self, request: Request) -> str:
        """Prove, store and apply a report; gives its bucket, "stored" where it has to wait.

        Raises Unfit, WebhookRefused, Invalid and TooSlow; nothing is stored then.
        """
        provider = PROVIDERS.get(request.path_params["provider"])
        if provider is None:
            raise Unfit(404, "There is no such provider.", f"There are {', '.join(PROVIDERS)}.")
        buyer = request.path_params.get("buyer")
        if buyer is not None and buyer not in BUYERS:
            raise Unfit(404, "There are no such buyers.", "Reports in the plain form go to …/consumer or …/reseller.")
        if request.method != "POST":
            raise Unfit(405, "Reports are posted.", "Send it by POST.")
        body, headers = await read_body(request), dict(request.headers)
        provider.verify(body, headers, secrets=secrets_of(provider.name, self.environ), now=self.runner.clock())
        report = Report(
            provider=provider.name,
            body=body,
            headers={name: headers[name] for name in provider.evidence if name in headers},
            news=plain.read(body, headers, provider=provider) if buyer else provider.read(body, headers),
            buyer_kind=BUYERS[buyer] if buyer else None,
        )
        return await self.take(report)

    async def take(self, report: Report) -> str:
        """What became of the report; a repeat changes nothing.

        Raises Unfit for a report that is no repeat and comes as one: taken for it, its money would be lost in silence.
        """
        with storable():
            known = await recall(self.runner.pool, report)
            known = known or await store(self.runner.pool, report, at=self.runner.clock())
        if known.is_another:
            log.warning(
                "A report has the event id of another.", provider=report.provider, event_id=report.news.event_id
            )
            raise Unfit(
                409,
                "Another report came under this event id, and told something else.",
                "Give each event an id of its own.",
            )
        if known.bucket is not None:
            return again(known.bucket)
        pending = Pending(known.id, report.provider, report.news.needs_verification)
        came = await take_up(self.runner, pending, self.environ)
        return "stored" if came in (None, "held") else came


async def read_body(request: Request) -> bytes:
    """The raw body, whatever type it says it has. Raises Unfit for one that is too large, and TooSlow."""
    body = bytearray()
    async for chunk in chunks(request):
        body += chunk
        if len(body) > LARGEST:
            raise Unfit(413, f"A report holds at most {LARGEST:,} bytes.", "Send one event at a time.")
    return bytes(body)


def said(status: int, **told: str) -> Response:
    return JSONResponse(told, status_code=status, headers={**HEADERS, **MORE_HEADERS.get(status, {})})


def webhook_routes(runner: Runner, environ: Mapping[str, str]) -> list[Route]:
    """Where providers report: in their own form, or in the plain one for a kind of buyer."""
    webhooks, path = Webhooks(runner, environ), "/payments/webhooks/{provider}"
    return [Route(path, webhooks), Route(f"{path}/{{buyer}}", webhooks)]
