"""Pages on a slow phone: how long from a tap until a form can be used, with nothing of ours in the browser yet.

The line brings 1.6 Mbit/s, and each request waits 150 ms; the processor is four times slower. `orderway serve` answers
as a process of its own, over the demo's company. A page can be used at the end of the browser's DOMContentLoaded event:
all of it is there, its scripts, which are deferred, have run, and htmx has looked through it.
"""

from __future__ import annotations

import asyncio
import re
import statistics
from dataclasses import dataclass
from typing import TypedDict

from argon2 import PasswordHasher
from benchmarks.bench_streams import serving
from benchmarks.measure import ROUNDS, fresh_server, keep, other_load
from playwright.async_api import Browser, BrowserContext, StorageState, ViewportSize, async_playwright
from tests.browser import chromium

from orderway.app import make_workflow
from orderway.database import connect, connect_pool, create_database
from orderway.demo.load import load
from orderway.migrations import migrate
from orderway.settings import Settings
from orderway.workflow.runner import Runner, utc_now


class Context(TypedDict):
    """What a browser takes itself for."""

    viewport: ViewportSize
    has_touch: bool
    is_mobile: bool


QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "a password of the benchmarks"  # noqa: S105  (of a company that lasts a minute)

MOST = 1500
"""Milliseconds until a page is to be usable at most."""
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWER = 4
PHONE = Context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)

ORDER = "SELECT order_id FROM fulfillment WHERE state = 'AWAITING_RIDER_SELECTION' ORDER BY id LIMIT 1"

TIMES = """async () => {
    await new Promise(requestAnimationFrame);
    if (!window.htmx) throw new Error("No script of the page has run.");
    const [page] = performance.getEntriesByType("navigation"), all = performance.getEntriesByType("resource");
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    return {usable: page.domContentLoadedEventEnd, seen: paint?.startTime ?? 0,
        bytes: [page, ...all].reduce((sum, each) => sum + each.transferSize, 0)};
}"""


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds from the tap, and the bytes that came."""

    usable: float
    seen: float
    bytes: float


async def sign_in(browser: Browser, address: str, who: str) -> StorageState:
    """What signing in leaves in a browser."""
    context = await browser.new_context(base_url=address)
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.get_by_label("E-mail address").fill(f"{who}@demo.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)
    state = await context.storage_state()
    await context.close()
    return state


async def opened(context: BrowserContext, path: str) -> Times:
    """Open a page in a browser that has nothing of it, on the slow line."""
    page = await context.new_page()
    hand = await context.new_cdp_session(page)
    await hand.send("Network.enable")
    await hand.send("Network.emulateNetworkConditions", LINE)
    await hand.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    await page.goto(path, wait_until="load")
    return Times(**await page.evaluate(TIMES))


async def measured(browser: Browser, address: str, path: str, state: StorageState) -> str:
    """Open a page several times, each in a browser of its own."""
    took = list[Times]()
    for _ in range(ROUNDS + 1):
        context = await browser.new_context(base_url=address, storage_state=state, **PHONE)
        took.append(await opened(context, path))
        await context.close()
    rest = took[1:]  # the first finds a server that has not made this page before
    half = {name: statistics.median(getattr(each, name) for each in rest) for name in ("usable", "seen")}
    slowest = max(each.usable for each in rest)
    kilobytes = rest[0].bytes / 1024
    name = re.sub(r"[0-9a-f-]{36}", "…", path)
    return (
        f"{name}: can be used after {half['usable']:,.0f} ms (at most {MOST:,}), slowest {slowest:,.0f};"
        f" something to see after {half['seen']:,.0f}; {kilobytes:.1f} KB"
    )


async def ask(address: str, order: str) -> list[str]:
    """Every page that is measured, by whoever opens it with a phone."""
    program = chromium.find()
    if program is None:
        raise RuntimeError(chromium.MISSING)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        admin, rider = await sign_in(browser, address, "admin"), await sign_in(browser, address, "rider1.lagos")
        lines = [await measured(browser, address, path, admin) for path in (order, "/orders", "/fulfillment")]
        lines.append(await measured(browser, address, "/deliveries", rider))
        await browser.close()
        return lines


async def prepare(server: str, url: str) -> str:
    """The demo's company; gives the address of an order."""
    await create_database(server, name="phone")
    await migrate(url)
    settings = Settings({})
    async with await connect_pool(url, size=4) as pool:
        runner = Runner(pool, make_workflow(settings), clock=utc_now)
        await load(runner, settings, password_hash=QUICK.hash(PASSWORD))
    connection = await connect(url)
    order = await connection.fetchval(ORDER)
    await connection.close()
    return f"/orders/{order}"


if __name__ == "__main__":
    with fresh_server() as server:
        url = server.url("phone")
        order = asyncio.run(prepare(server.url(), url))
        load_before = other_load()
        with serving(url) as (address, _):
            lines = asyncio.run(ask(address, order))
    head = f"1.6 Mbit/s, 150 ms, a processor {SLOWER} times slower, cold, medians of {ROUNDS}; {load_before}"
    keep("Pages on a slow phone", [head, *lines])
