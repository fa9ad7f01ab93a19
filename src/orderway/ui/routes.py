"""The addresses of the pages, and what stands around each: a page for what goes wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from orderway.errors import OrderwayError
from orderway.ui.account import Account
from orderway.ui.appearance import choose, keyboard
from orderway.ui.arriving.pages import PAGES as ARRIVING
from orderway.ui.board.page import PAGES as BOARD
from orderway.ui.catalogue.routes import PAGES as CATALOGUE
from orderway.ui.credit.routes import PAGES as CREDIT
from orderway.ui.customers.routes import PAGES as CUSTOMERS
from orderway.ui.deliveries.routes import PAGES as DELIVERIES
from orderway.ui.documents.pages import PAGES as DOCUMENTS
from orderway.ui.insight.pages import PAGES as INSIGHT
from orderway.ui.language import Speaking
from orderway.ui.live import Live
from orderway.ui.mails.page import PAGES as MAILS
from orderway.ui.notices.page import PAGES as NOTICES
from orderway.ui.order.routes import PAGES as ORDER
from orderway.ui.orders.routes import PAGES as ORDERS
from orderway.ui.outbox.page import PAGES as OUTBOX
from orderway.ui.outside import OpenPage, routed_outside
from orderway.ui.overrides.routes import PAGES as OVERRIDES
from orderway.ui.packing import Packed
from orderway.ui.pages import static
from orderway.ui.payments.routes import PAGES as PAYMENTS
from orderway.ui.people.routes import PAGES as PEOPLE
from orderway.ui.problems import broke, offline, refused_by_http, told
from orderway.ui.profile.page import PAGES as PROFILE
from orderway.ui.profile.unsubscribing import Unsubscribing
from orderway.ui.quotations.routes import PAGES as QUOTATIONS
from orderway.ui.reconciliation.routes import PAGES as RECONCILIATION
from orderway.ui.returns.routes import PAGES as RETURNS
from orderway.ui.reviews.routes import PAGES as REVIEWS
from orderway.ui.riders.routes import PAGES as RIDERS
from orderway.ui.schedules.page import PAGES as SCHEDULES
from orderway.ui.settings.page import PAGES as SETTINGS
from orderway.ui.shadow.page import PAGES as SHADOW
from orderway.ui.single_sign_on import BACK, SingleSignOn
from orderway.ui.site import Page, Site, Visit, routed, signed_in, visit_of
from orderway.ui.speech import PAGES as SPEECH
from orderway.ui.stock.routes import PAGES as STOCK
from orderway.ui.stores.routes import PAGES as STORES
from orderway.ui.style.page import PAGES as STYLE
from orderway.ui.webhooks.routes import PAGES as WEBHOOKS
from orderway.ui.workflows.pages import PAGES as WORKFLOWS

PAGES: tuple[Page, ...] = (
    *ORDERS,
    *ORDER,
    *SETTINGS,
    *SCHEDULES,
    *SPEECH,
    *QUOTATIONS,
    *CATALOGUE,
    *CUSTOMERS,
    *DOCUMENTS,
    *BOARD,
    *STYLE,
    *WORKFLOWS,
    *INSIGHT,
    *OVERRIDES,
    *PAYMENTS,
    *RECONCILIATION,
    *REVIEWS,
    *SHADOW,
    *CREDIT,
    *RETURNS,
    *STOCK,
    *OUTBOX,
    *MAILS,
    *DELIVERIES,
    *RIDERS,
    *NOTICES,
    *PROFILE,
    *PEOPLE,
    *STORES,
    *WEBHOOKS,
)
"""Every page of who is signed in. Each area brings its own."""

OUTSIDE: tuple[OpenPage, ...] = ARRIVING
"""Every page of who is not, besides signing in."""


def pages(site: Site, *, beside: Iterable[BaseRoute] = ()) -> ASGIApp:
    """The pages as an application of their own; what stands `beside` them answers by pages too."""
    account = Account(site)
    problems, unsubscribing = Problems(site), Unsubscribing(site)
    whole = Starlette(
        routes=[
            *beside,
            Route("/", signed_in(site, home)),
            Route("/sign-in", account.ask, methods=["GET"]),
            Route("/sign-in", account.sign_in, methods=["POST"]),
            *single_sign_on(site),
            *routed_outside(site, OUTSIDE),
            Route("/unsubscribe/{token}", unsubscribing.ask, methods=["GET"]),
            Route("/unsubscribe/{token}", unsubscribing.stop, methods=["POST"]),
            Route("/sign-out", signed_in(site, account.sign_out), methods=["POST"]),
            Route("/appearance", signed_in(site, choose), methods=["POST"]),
            Route("/keyboard", signed_in(site, keyboard)),
            Route("/live", Live(site).listen),
            *routed(site, PAGES),
            Route("/static/{hash}/{name}", static),
            Route("/away.js", static),
            Route("/offline", _offline),
        ],
        middleware=[Middleware(Speaking)],
        exception_handlers={HTTPException: problems.of_http, OrderwayError: _told, Exception: _broke},
    )
    return Packed(whole)


def single_sign_on(site: Site) -> list[Route]:
    """The way to a provider of identities and back, where there is one."""
    if site.gate is None:
        return []
    gate = SingleSignOn(site, site.gate)
    return [
        Route("/sign-in/provider", gate.leave, methods=["GET"]),
        Route(BACK, gate.come_back, methods=["GET"]),
    ]


async def home(visit: Visit) -> Response:
    """To the page at which their work begins."""
    return RedirectResponse(visit.home, status_code=303)


class Problems:
    """The pages of addresses that are not there: inside the shell of who is signed in."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def of_http(self, request: Request, error: Exception) -> Response:
        await visit_of(self._site, request)
        return refused_by_http(cast("HTTPException", error))


async def _offline(_request: Request) -> Response:
    return offline()


async def _told(_request: Request, error: Exception) -> Response:
    return told(cast("OrderwayError", error))


async def _broke(request: Request, error: Exception) -> Response:
    return broke(request, error)
