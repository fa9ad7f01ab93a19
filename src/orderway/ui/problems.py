"""Pages for what went wrong, in plain words: what happened, what did not, and what to do."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from orderway.arrival import CLOSE, TooSlow
from orderway.database import DatabaseUnavailable, lost
from orderway.errors import OrderwayError
from orderway.order.archived import Archived
from orderway.storage.place import StorageUnavailable
from orderway.ui.archived import sentence
from orderway.ui.language import mark, t, tr
from orderway.ui.pages import rendered
from orderway.workflow.errors import Conflict, Invalid, NotFound, Refused

BACK = ("/", mark("Back to your work"))


def problem(
    status: int, heading: str, *, sentence: str, remedy: str = "", back: tuple[str, str] = BACK, request_id: str = ""
) -> Response:
    """A page that says one thing, and offers one way on."""
    return rendered(
        "error.html", status=status, heading=tr(heading), sentence=tr(sentence), remedy=tr(remedy), back=back[0],
        back_label=tr(back[1]), request_id=request_id,
    )  # fmt: skip


def not_found(error: NotFound | None = None) -> Response:
    """What is not there, and what may not be seen: the two look the same. Who could see what was archived is told."""
    if isinstance(error, Archived):
        return problem(404, mark("This order was archived"), sentence=sentence(error), remedy=error.remedy)
    return problem(
        404,
        mark("This page is not here"),
        sentence=error.message if error else mark("There is nothing at this address."),
        remedy=mark("It may never have been there, or your account may not reach it."),
    )


def offline() -> Response:
    """The page that a browser keeps for when there is no way to the server: of nobody, and at whatever address."""
    return problem(
        200,
        mark("There is no way to the server"),
        sentence=mark("This page could not be fetched, and nothing was changed."),
        remedy=mark("See that this device is online, then try again."),
        back=("", mark("Try again")),
    )


def forged(back: tuple[str, str] = BACK) -> Response:
    return problem(
        403,
        mark("This form was not sent"),
        sentence=mark("It did not come from a page of Orderway that is open in this browser, so nothing was changed."),
        remedy=mark("Open the page again and send the form from there."),
        back=back,
    )


def told(error: OrderwayError, back: tuple[str, str] = BACK) -> Response:
    """The page of an expected error."""
    match error:
        case NotFound():
            return not_found(error)
        case Conflict():
            heading, status = mark("This has changed since you looked"), 409
            at = f"{error.when:%Y-%m-%d %H:%M:%S}"
            sentence = t("{who} {did} at {when} UTC.", who=error.who, did=tr(error.what), when=at)
            return problem(status, heading, sentence=sentence, remedy=error.remedy, back=back)
        case Refused() | Invalid():
            return problem(422, mark("This can not be done"), sentence=error.message, remedy=error.remedy, back=back)
        case TooSlow():
            page = problem(408, mark("This did not arrive"), sentence=error.message, remedy=error.remedy, back=back)
            page.headers.update(CLOSE)
            return page
        case DatabaseUnavailable() | StorageUnavailable():
            return problem(
                503, mark("Orderway is not ready"), sentence=error.message, remedy=mark("Try again in a moment.")
            )
    return problem(409, mark("This can not be done"), sentence=error.message, remedy=error.remedy, back=back)


def broke(request: Request, error: Exception) -> Response:
    """The page of a fault of ours: the details are in the log, under the number that the page names."""
    known = lost(error)
    if known is not None:
        return told(known)
    return problem(
        500,
        mark("Something went wrong on our side"),
        sentence=mark("What you asked for was not done; nothing was changed."),
        remedy=mark("Try again in a moment."),
        request_id=str(getattr(request.state, "request_id", "")),
    )


def refused_by_http(error: HTTPException) -> Response:
    """The page of an address that is not there, or not for this."""
    if error.status_code == 404:
        return not_found()
    if error.status_code == 405:
        page = problem(405, mark("This address is not for that"), sentence=mark("Nothing was changed."))
        page.headers.update(error.headers or {})
        return page
    return problem(error.status_code, mark("This can not be done"), sentence=f"{error.detail}.")
