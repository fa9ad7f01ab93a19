"""Receipts in a browser: chosen, dropped or photographed; what is refused or cut off leaves everything whole."""

from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import FilePayload, Page, expect
from tests.browser.conftest import Visitors
from tests.browser.life.house import House
from tests.browser.life.line import line_to
from tests.receipts.samples import HTML, PDF, PNG, padded

LIMIT = 10 * 1024 * 1024
PENDING = """
    SELECT p.id FROM payment p JOIN store s ON s.id = p.store_id
    WHERE p.state = 'PENDING' AND s.code = 'LOS' ORDER BY p.id LIMIT 1
"""
ROWS = "SELECT (SELECT count(*) FROM payment_receipt) + (SELECT count(*) FROM receipt_begun)"


def file(name: str, content: bytes, kind: str = "image/png") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


@dataclass(frozen=True)
class Shelf:
    """Where receipts are kept: rows and files, which go together."""

    kept: asyncpg.Connection
    home: Path

    async def holds(self) -> tuple[int, int]:
        return await self.kept.fetchval(ROWS), sum(each.is_file() for each in (self.home / "receipts").rglob("*"))

    async def holds_one_more_than(self, before: tuple[int, int]) -> None:
        assert await self.holds() == (before[0] + 1, before[1] + 1)


@pytest.fixture
def shelf(kept: asyncpg.Connection, home: Path) -> Shelf:
    return Shelf(kept, home)


@pytest_asyncio.fixture(loop_scope="session")
async def path(kept: asyncpg.Connection) -> str:
    return f"/payments/{await kept.fetchval(PENDING)}"


async def choose(page: Page, *files: FilePayload) -> None:
    await page.locator("[type=file]").first.set_input_files(files)


async def add(page: Page) -> None:
    await page.get_by_role("button", name="Add the receipt").click()


@pytest.mark.parametrize("scripts", [True, False])
async def test_what_is_no_receipt_is_refused_with_a_sentence(
    guests: Visitors, shelf: Shelf, path: str, *, scripts: bool
):
    page, before = await guests.page("biller.lagos", path, scripts=scripts), await shelf.holds()
    for content, sentence in (
        (file("slip.png", HTML), "This file is no picture and no PDF, whatever it is called."),
        (file("slip.png", PNG[:-9]), "This PNG is cut off: its end is missing."),
        (file("slip.png", b""), "There is no file in the form, or it is empty."),
        (file("slip.png", padded(LIMIT + 1)), "The file is larger than a receipt may be: 10.5 MB."),
    ):
        await choose(page, content)
        await add(page)
        await expect(page.get_by_role("main")).to_contain_text(sentence)
        if scripts:
            await expect(page.get_by_role("main").get_by_role("alert")).to_contain_text("This receipt was not added.")
            await expect(page.get_by_role("heading", name="Receipts")).to_be_visible()
        else:
            await page.get_by_role("link", name="Back to the payment").click()
            await expect(page.get_by_role("heading", name="Receipts")).to_be_visible()
    assert await shelf.holds() == before


async def test_a_receipt_is_dropped_added_once_and_shown_where_it_can_do_nothing(
    guests: Visitors, shelf: Shelf, path: str
):
    page, before = await guests.page("biller.lagos", path), await shelf.holds()
    for _ in range(2):
        dropped = await page.evaluate_handle(DROPPED, list(PNG))
        await (
            page.locator("label")
            .filter(has_text="Drop a picture or PDF here")
            .dispatch_event("drop", {"dataTransfer": dropped})
        )
        await add(page)
        await expect(page.get_by_role("link", name="PNG picture")).to_have_count(1)
        await expect(page.locator("[type=file]").first).to_have_value("")
    await shelf.holds_one_more_than(before)
    shown = await page.context.new_page()
    address = await page.get_by_role("link", name="PNG picture").get_attribute("href")
    assert address
    answer = await shown.goto(address)
    assert answer
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert await answer.body() == PNG


DROPPED = """bytes => {
    const held = new DataTransfer();
    held.items.add(new File([new Uint8Array(bytes)], "slip.png", {type: "image/png"}));
    return held;
}"""


async def test_on_a_phone_the_camera_takes_it(guests: Visitors, shelf: Shelf, path: str):
    page, before = await guests.page("biller.lagos", path, width=390), await shelf.holds()
    camera = page.get_by_label("or take a photo")
    await expect(camera).to_be_visible()
    await expect(camera).to_have_attribute("capture", "environment")
    await camera.set_input_files(file("photo.pdf", PDF))
    await add(page)
    await expect(page.get_by_role("link", name="PDF, 1 kB")).to_be_visible()
    await shelf.holds_one_more_than(before)


async def test_an_upload_that_is_cut_in_the_middle_keeps_the_file_chosen_and_is_sent_again(
    house: House, guests: Visitors, shelf: Shelf, path: str
):
    page, before = await guests.page("biller.lagos"), await shelf.holds()
    async with line_to(house.address) as line:
        await page.goto(line.address + path)
        await choose(page, file("slip.png", padded(2_000_000)))
        line.room = 1_000_000
        await add(page)
        await expect(page.get_by_role("main").get_by_role("alert")).to_contain_text("No answer came")
        assert await shelf.holds() == before
        line.room = 10_000_000
        await add(page)
        await expect(page.get_by_role("link", name="PNG picture, 2 MB")).to_be_visible()
        await shelf.holds_one_more_than(before)
        await page.close()
