"""Every answer carries what keeps a browser safe: pages, what programs ask, and who is turned away."""

from __future__ import annotations

import asyncpg
import httpx
import pytest
from tests.fronts import TOKEN, VIEWER, Opened, opener

from orderway.deployment import read_deployment

NAMES = {
    "content-security-policy", "x-content-type-options", "referrer-policy", "cache-control", "x-frame-options",
    "cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy",
}  # fmt: skip
OPEN = read_deployment({
    "ORDERWAY_METRICS_TOKEN": TOKEN, "ORDERWAY_CORS_ORIGINS": "https://shop.example",
    "ORDERWAY_ENV": "development", "ORDERWAY_TRUSTED_PROXIES": "192.0.2.1",
})  # fmt: skip
ASKS = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
RECEIPT = "/payments/receipts/0198a000-0000-7000-8000-0000000000a1"

ANSWERS = [
    ("GET", "/sign-in", {}, 200),
    ("GET", "/orders", {}, 303),
    ("GET", "/nowhere", {}, 404),
    ("DELETE", "/sign-in", {}, 405),
    ("POST", "/sign-in", FORM, 403),
    ("GET", "/live", {}, 200),
    ("GET", "/offline", {}, 200),
    ("GET", "/away.js", {}, 200),
    ("GET", "/static/x/y.css", {}, 404),
    ("GET", "/healthz", {}, 200),
    ("POST", "/healthz", {}, 405),
    ("GET", "/readyz", {}, 200),
    ("GET", "/metrics", {}, 404),
    ("GET", "/metrics", {"Authorization": f"Bearer {TOKEN}"}, 200),
    ("GET", "/openapi", {}, 200),
    ("GET", "/openapi.json", {}, 200),
    ("GET", "/graphql", {"Accept": "text/html"}, 200),
    ("GET", "/graphql", {}, 405),
    ("POST", "/graphql", {}, 415),
    ("OPTIONS", "/graphql", ASKS, 200),
    ("OPTIONS", "/graphql", ASKS | {"Origin": "https://evil.example"}, 400),
    ("GET", "/payments/receipts", {}, 405),
    ("POST", "/payments/receipts", {}, 401),
    ("GET", RECEIPT, {}, 404),
    ("POST", "/payments/webhooks/paystack", {}, 503),
    ("POST", "/payments/webhooks/nobody", {}, 404),
]


@pytest.fixture
def opened(pool: asyncpg.Pool) -> Opened:
    return opener(pool)


def safe(answer: httpx.Response) -> bool:
    assert NAMES - {*answer.headers} == set(), (answer.request.url, answer.status_code)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return True


@pytest.mark.parametrize(("method", "path", "headers", "status"), ANSWERS)
async def test_every_kind_of_answer_is_safe(
    opened: Opened, method: str, path: str, headers: dict[str, str], status: int
):
    async with opened({}, deployment=OPEN) as client:
        answer = await client.request(method, path, headers=headers)
    assert answer.status_code == status
    assert safe(answer)


async def test_so_is_that_of_who_asks_too_often(opened: Opened):
    async with opened({"REQUESTS_PER_ADDRESS": "1"}) as client:
        await client.get("/sign-in")
        for answer in (await client.get("/orders"), await client.post("/graphql", json=VIEWER)):
            assert answer.status_code == 429
            assert safe(answer)


async def test_so_is_that_of_who_can_not_answer(opened: Opened, pool: asyncpg.Pool):
    async with opened({}) as client:
        await pool.execute("UPDATE alembic_version SET version_num = '0001'")
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert safe(answer)


async def test_so_is_that_of_a_fault(opened: Opened, pool: asyncpg.Pool):
    async with opened({}) as client:
        await pool.execute("ALTER TABLE alembic_version RENAME COLUMN version_num TO number")
        answer = await client.get("/readyz")
        assert answer.status_code == 500
        assert safe(answer)


async def test_behind_a_proxy_that_speaks_tls_so_is_what_a_browser_keeps_of_it(opened: Opened):
    async with opened({}, deployment=OPEN) as client:
        answer = await client.get("/healthz", headers={"X-Forwarded-For": "198.51.100.1", "X-Forwarded-Proto": "https"})
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
