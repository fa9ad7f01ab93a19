"""The description of what is no GraphQL: every address is in it, and answers as it says."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from tests.graphql.office import Api, Office
from tests.graphql.orders import agreed
from tests.receipts.samples import PDF

from orderway import __version__
from orderway.openapi import written

OWN = {"/graphql", "/openapi", "/openapi.json"}
"""GraphQL describes itself, and these two are the description."""


def described() -> Any:
    return msgspec.json.decode(written())


def routes_of(app: Any) -> list[Any]:
    """The addresses of an application, whatever stands around it."""
    while not isinstance(app, Starlette):
        app = app.app
    return list(app.routes)


async def test_every_address_is_in_it(office: Office):
    client = office.open()
    whole = routes_of(client._transport.app)  # type: ignore[attr-defined]  # the application that it asks
    [pages] = [route for route in whole if isinstance(route, Mount)]
    beside = [route for route in routes_of(pages.app) if getattr(route, "path", "").startswith("/payments/receipts")]
    routes = {route.path for route in (*whole, *beside) if not isinstance(route, Mount)}
    assert routes - OWN == set(described()["paths"])
    await client.aclose()


async def test_it_is_read_by_programs_and_people(api: Api):
    found = await api.client.get("/openapi.json")
    assert (found.status_code, found.headers["content-type"]) == (200, "application/json")
    assert found.json()["info"]["version"] == __version__
    page = await api.client.get("/openapi")
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["content-security-policy"]
    for path in found.json()["paths"]:
        assert path in page.text
    assert (await api.client.post("/openapi.json")).status_code == 405


@pytest.mark.parametrize(
    ("method", "path", "asked", "status"),
    [
        ("post", "/payments/webhooks/paystack", "/payments/webhooks/{provider}", 503),
        ("post", "/payments/webhooks/nobody", "/payments/webhooks/{provider}", 404),
        ("post", "/payments/webhooks/generic/consumer", "/payments/webhooks/{provider}/{buyer}", 503),
        ("post", "/payments/receipts", "/payments/receipts", 401),
        ("get", "/payments/receipts/0198a000-0000-7000-8000-0000000000a1", "/payments/receipts/{id}", 404),
        ("get", "/healthz", "/healthz", 200),
        ("get", "/readyz", "/readyz", 200),
        ("get", "/metrics", "/metrics", 404),
    ],
)
async def test_what_is_answered_is_described(method: str, path: str, asked: str, status: int, api: Api):
    response = await api.client.request(method, path)
    assert response.status_code == status
    fits(response, described()["paths"][asked][method]["responses"][str(status)])


async def test_a_receipt_is_answered_as_described(api: Api):
    made = await agreed(api)
    payment = await api.move(
        "biller", "registerPayment", order=made.order, amount=10, method="CASH", provider="till", reference="1"
    )
    headers = {"Authorization": f"Bearer {await api.token('biller')}"}
    answers = described()["paths"]["/payments/receipts"]["post"]["responses"]
    for content, status in ((PDF, 201), (PDF, 200), (b"MZ", 422)):
        response = await api.client.post(
            "/payments/receipts", headers=headers, data={"payment": payment["id"]}, files={"file": ("r", content)}
        )
        assert response.status_code == status
        fits(response, answers[str(status)])


def fits(response: httpx.Response, answer: Any) -> None:
    """Whether an answer is of the described type, and has what must be in it and nothing else."""
    [(media, content)] = answer["content"].items()
    assert response.headers["content-type"].startswith(media)
    if media == "application/json":
        schema = described()["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
        assert set(schema["required"]) <= set(response.json()) <= set(schema["properties"])
