"""The addresses of the pages, and what stands around each: safe headers, and a page for what goes wrong."""

from __future__ import annotations

from typing import cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from orderway.errors import OrderwayError
from orderway.ui.account import Account
from orderway.ui.guard import SafeHeaders
from orderway.ui.order.copying import copy
from orderway.ui.order.page import act, order_page
from orderway.ui.order.receipts import receipt
from orderway.ui.order_list import orders
from orderway.ui.pages import static
from orderway.ui.problems import broke, refused_by_http, told
from orderway.ui.single_sign_on import BACK, SingleSignOn
from orderway.ui.site import Site, signed_in
from orderway.ui.tuning import settings, tune


def pages(site: Site) -> Starlette:
    """The pages as an application of their own."""
    account = Account(site)
    return Starlette(
        routes=[
            Route("/", home),
            Route("/sign-in", account.ask, methods=["GET"]),
            Route("/sign-in", account.sign_in, methods=["POST"]),
            *single_sign_on(site),
            Route("/sign-out", signed_in(site, account.sign_out), methods=["POST"]),
            Route("/orders", signed_in(site, orders)),
            Route("/orders/{order}", signed_in(site, order_page)),
            Route("/orders/{order}/copy", signed_in(site, copy), methods=["POST"]),
            Route("/orders/{order}/{machine}/{instance}/{event}", signed_in(site, act), methods=["POST"]),
            Route("/receipts/{receipt}", signed_in(site, receipt)),
            Route("/settings", signed_in(site, settings), methods=["GET"]),
            Route("/settings/{name}", signed_in(site, tune), methods=["POST"]),
            Route("/static/{hash}/{name}", static),
        ],
        middleware=[Middleware(SafeHeaders)],
        exception_handlers={HTTPException: _http, OrderwayError: _told, Exception: _broke},
    )


def single_sign_on(site: Site) -> list[Route]:
    """The way to a provider of identities and back, where there is one."""
    if site.gate is None:
        return []
    gate = SingleSignOn(site, site.gate)
    return [
        Route("/sign-in/provider", gate.leave, methods=["GET"]),
        Route(BACK, gate.come_back, methods=["GET"]),
    ]


async def home(_request: Request) -> Response:
    return RedirectResponse("/orders", status_code=303)


async def _http(_request: Request, error: Exception) -> Response:
    return refused_by_http(cast("HTTPException", error))


async def _told(_request: Request, error: Exception) -> Response:
    return told(cast("OrderwayError", error))


async def _broke(request: Request, error: Exception) -> Response:
    return broke(request, error)
