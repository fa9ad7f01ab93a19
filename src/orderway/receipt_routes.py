"""The addresses of receipts: handed in by a page or a program, and read by a link that ends."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import Protocol

import msgspec
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from orderway.arrival import CLOSE, TooSlow
from orderway.database import DatabaseUnavailable, lost
from orderway.errors import OrderwayError
from orderway.graphql.endpoint import Unfit, bearer, origin_of
from orderway.people.viewer import Viewer
from orderway.receipts.arriving import read_upload
from orderway.receipts.content import NotAReceipt
from orderway.receipts.desk import Receipts
from orderway.receipts.keeping import Kept, Payment, admit, keep
from orderway.receipts.links import PATH, Signed, make_links, open_link
from orderway.receipts.parts import UploadRefused
from orderway.storage.place import StorageUnavailable
from orderway.ui.guard import SESSION, is_ours, remember
from orderway.ui.language import tr
from orderway.ui.order.receipts import ADDED, KNOWN, NOT_ADDED
from orderway.ui.problems import BACK, broke, forged, not_found, problem
from orderway.ui.said import COOKIE, SECONDS, Said, seal
from orderway.ui.site import Site, sign_in_url, visit_of
from orderway.workflow.errors import NotFound

log = structlog.get_logger(__name__)

STATUSES: Mapping[type[OrderwayError], int] = {
    NotFound: 404,
    TooSlow: 408,
    NotAReceipt: 422,
    StorageUnavailable: 503,
    DatabaseUnavailable: 503,
}
BACK_TO_ORDER, BACK_TO_PAYMENT = "Back to the order", "Back to the payment"
OUR_PAGE = re.compile(r"https?://[^/]+(/(orders|payments)/[0-9a-f-]{36})(?:[?#]|$)")
CODES = {401: "SIGNED_OUT", 403: "REFUSED", 404: "NOT_FOUND", 413: "TOO_LARGE", 500: "FAULT", 503: "UNAVAILABLE"}

NOT_OURS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}
"""What keeps a file that somebody uploaded from doing anything in our name."""


def receipt_routes(site: Site) -> list[BaseRoute]:
    """Where receipts are handed in, and where links of ours lead to: beside the pages, in whose shell they answer."""
    return [Route(PATH, Uploads(site)), Route(f"{PATH}/{{id}}", Links(site.receipts))]


class Forged(OrderwayError):
    """The form came from no page of ours."""


class SessionOver(OrderwayError):
    """The cookie is one of a session that has ended."""


class Answers(Protocol):
    """How somebody is told what went wrong."""

    def refused(self, error: OrderwayError) -> Response: ...
    def broke(self, error: Exception) -> Response: ...


class Caller(Answers, Protocol):
    """Who hands in a receipt, and how they are answered."""

    async def judge(self, fields: Mapping[str, str]) -> Payment: ...
    async def done(self, kept: Kept) -> Response: ...


class Uploads:
    """POST /payments/receipts: signed in by a bearer token, or by the session of a page that holds the form."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.receipts = site.receipts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self.respond(request)
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """Answer, whatever comes: what is raised becomes an answer here."""
        if request.method != "POST":
            return told(request, "Receipts are handed in by POST.", status=405, headers={"Allow": "POST"})
        answers: Answers = InJson(request)
        try:
            answers = caller = await self.caller(request)
            with TemporaryFile() as file:
                arrived = await read_upload(request, into=file, largest=self.receipts.largest, admit=caller.judge)
                return await caller.done(await keep(self.receipts, arrived, file))
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except OrderwayError as error:
            return refused(error, answers)
        except Exception as error:
            known = lost(error)
            if known:
                return answers.refused(known)
            log.exception("A receipt could not be taken in.")
            return answers.broke(error)

    async def caller(self, request: Request) -> Caller:
        """Who hands it in. A token that is sent along counts before a cookie. Raises Unfit, or SessionOver."""
        if "authorization" not in request.headers and (cookie := request.cookies.get(SESSION)):
            visit = await visit_of(self.site, request)
            if visit is None:
                raise SessionOver("The session is over.", "Sign in again.")
            return FromPage(self.receipts, request, visit.viewer, cookie, came_from(request))
        token = bearer(request)
        viewer = await self.site.sessions.viewer_of(token) if token else None
        if viewer is None:
            raise Unfit(401, "Nobody is signed in.", "Sign in by signIn, and send the token as Authorization: Bearer.")
        return FromProgram(self.receipts, request, viewer)


def refused(error: OrderwayError, answers: Answers) -> Response:
    """Say why not. What the storage said of it may name hosts and keys, so that is for the log alone."""
    if isinstance(error, StorageUnavailable):
        answer, _, _ = str(error.__cause__).partition("\n\n")  # behind it stands how its driver was built
        log.warning("A receipt could not be stored.", reason=error.message, answer=answer)
    response = answers.refused(error)
    if isinstance(error, TooSlow):
        response.headers.update(CLOSE)
    return response


class InJson:
    """Answers for a program, and for somebody of whom it is not known yet who they are."""

    def __init__(self, request: Request) -> None:
        self.request = request

    def refused(self, error: OrderwayError) -> Response:
        if isinstance(error, SessionOver):
            return RedirectResponse(sign_in_url("/"), status_code=303)
        status = status_of(error)
        headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
        return told(self.request, str(error), status=status, headers=headers)

    def broke(self, error: Exception) -> Response:
        del error  # it is in the log
        return told(self.request, "Something went wrong on our side, and nothing was kept.", status=500)


@dataclass(slots=True)
class FromPage:
    """A form in a browser, answered by pages."""

    receipts: Receipts
    request: Request
    viewer: Viewer
    token: str
    back: tuple[str, str]

    async def judge(self, fields: Mapping[str, str]) -> Payment:
        if not is_ours(self.request, secret=self.token, token=fields.get("csrf", "")):
            raise Forged("The form did not come from a page of Orderway.")
        payment = await admit(self.receipts, self.viewer, fields.get("payment", ""))
        if self.back != (f"/payments/{payment.id}", BACK_TO_PAYMENT):
            self.back = (f"/orders/{payment.order_id}", BACK_TO_ORDER)
        return payment

    async def done(self, kept: Kept) -> Response:
        url, label = self.back
        to = url if label == BACK_TO_PAYMENT else f"/orders/{kept.order_id}#payments"
        answer = RedirectResponse(to, status_code=303)
        sealed = seal(Said(tr(ADDED if kept.added else KNOWN)), secret=self.token)
        remember(answer, name=COOKIE, value=sealed, request=self.request, seconds=SECONDS)
        return answer

    def refused(self, error: OrderwayError) -> Response:
        if isinstance(error, Forged):
            return forged(self.back)
        return problem(status_of(error), NOT_ADDED, sentence=error.message, remedy=error.remedy, back=self.back)

    def broke(self, error: Exception) -> Response:
        return broke(self.request, error)


def came_from(request: Request) -> tuple[str, str]:
    """The way back of a form by the page that the browser names, also where it is refused before that is judged."""
    page = OUR_PAGE.match(request.headers.get("referer", ""))
    return (page[1], BACK_TO_ORDER if page[2] == "orders" else BACK_TO_PAYMENT) if page else BACK


class FromProgram(InJson):
    """A program with its token."""

    def __init__(self, receipts: Receipts, request: Request, viewer: Viewer) -> None:
        super().__init__(request)
        self.receipts = receipts
        self.viewer = viewer

    async def judge(self, fields: Mapping[str, str]) -> Payment:
        return await admit(self.receipts, self.viewer, fields.get("payment", ""))

    async def done(self, kept: Kept) -> Response:
        """201 with the receipt, 200 where it was there before."""
        (link,) = await make_links(self.receipts, [kept.receipt], origin_of(self.request))
        receipt = kept.receipt
        body = {
            "id": receipt.id,
            "payment": kept.payment_id,
            "order": kept.order_id,
            "contentType": receipt.content_type,
            "size": receipt.size,
            "sha256": receipt.sha256,
            "receiptBucket": receipt.bucket,
            "receiptKey": receipt.key,
            "receiptUrl": link,
        }
        return as_json(body, status=201 if kept.added else 200)


class Links:
    """GET /payments/receipts/{id}: the file of a link of ours, and nothing that tells why another shows none."""

    def __init__(self, receipts: Receipts) -> None:
        self.receipts = receipts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self.respond(request)
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        asked = request.query_params
        link = Signed(request.path_params["id"], asked.get("expires", ""), asked.get("signature", ""))
        try:
            if request.method not in {"GET", "HEAD"}:
                return not_found()
            opened = await open_link(self.receipts, link)
            if not await asyncio.to_thread(opened.path.is_file):
                log.error("A receipt is not where its row says.", path=str(opened.path))
                return not_found()
        except NotFound as error:
            return not_found(error)
        except Exception as error:
            if lost(error) is None:
                log.exception("A receipt could not be shown.")
            return broke(request, error)
        return FileResponse(
            opened.path,
            media_type=opened.label.content_type,
            headers={**NOT_OURS, "Content-Disposition": opened.label.disposition},
        )


def status_of(error: OrderwayError) -> int:
    if isinstance(error, UploadRefused | Unfit):
        return error.status
    return STATUSES.get(type(error), 409)


def told(request: Request, message: str, *, status: int, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
    """What is wrong, for a program."""
    body = {"code": CODES.get(status, "INVALID"), "message": message, "requestId": request.state.request_id}
    response = as_json(body, status=status)
    response.headers.update(headers)
    return response


def as_json(body: Mapping[str, object], *, status: int) -> Response:
    return Response(
        msgspec.json.encode(body), status_code=status, media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )  # fmt: skip
