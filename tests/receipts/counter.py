"""Where receipts are handed in, as the people of a company do it: over HTTP, by a token or by a page."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import obstore
from obstore.store import S3Store
from starlette.types import ASGIApp
from tests.graphql.office import PASSWORD, Api
from tests.graphql.orders import written

from orderway.receipts.desk import Receipts
from orderway.storage.storage import THE_FOLDER

UPLOAD = "/payments/receipts"


@dataclass
class Counter:
    api: Api
    app: ASGIApp
    receipts: Receipts
    order: str = ""
    payment: str = ""
    payments: int = 0

    async def another_payment(self) -> str:
        """Register a payment of the order; gives its id."""
        self.payments += 1
        moved = await self.api.move(
            "biller", "registerPayment", order=self.order, amount=1000, method="TRANSFER", provider="bank",
            reference=f"B-{self.payments}",
        )  # fmt: skip
        return str(moved["id"])

    async def hand_in(self, who: str, content: bytes, **given: str) -> httpx.Response:
        """Hand in a file for the payment as a program does; `name` is what the file is called."""
        name = given.pop("name", "receipt.png")
        return await self.api.client.post(
            UPLOAD,
            data={"payment": self.payment, **given},
            files={"file": (name, content, "image/png")},
            headers={"Authorization": f"Bearer {await self.api.token(who)}"},
        )

    async def post(self, who: str, body: bytes | AsyncIterator[bytes], content_type: str) -> httpx.Response:
        """Send any body."""
        headers = {"Authorization": f"Bearer {await self.api.token(who)}", "Content-Type": content_type}
        return await self.api.client.post(UPLOAD, content=body, headers=headers)

    def form(self, *parts: tuple[str, bytes], boundary: str = "edge") -> bytes:
        """A multipart body by hand: the names of its fields with what they hold."""
        head = 'Content-Disposition: form-data; name="{}"\r\n\r\n'
        pieces = [f"--{boundary}\r\n{head.format(name)}".encode() + content + b"\r\n" for name, content in parts]
        return b"".join(pieces) + f"--{boundary}--\r\n".encode()

    async def browser(self, who: str) -> httpx.AsyncClient:
        """A browser in which somebody has signed in."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="https://orderway.test")
        page = await client.get("/sign-in")
        form = {"email": f"{who.replace(' ', '.')}@example.com", "password": PASSWORD, "csrf": token_of(page.text)}
        assert (await client.post("/sign-in", data=form)).status_code == 303
        return client

    async def fields(self, who: str, fields: str) -> Any:
        """What the API says of the order's payments."""
        return (await self.api.order(who, self.order, f"payments {{ {fields} }}"))["payments"]

    async def objects(self) -> list[str]:
        """The keys of all files that are kept."""
        storage = self.receipts.storage
        if storage.bucket == THE_FOLDER:
            return sorted(each.name for each in storage.folder.root.glob("*"))
        prefix = storage.new_key().rpartition("/")[0]
        listed = await obstore.list(self.store, prefix=prefix).collect_async()
        return sorted(each["path"] for each in listed)

    @property
    def store(self) -> S3Store:
        return self.receipts.storage.s3(self.receipts.storage.bucket).store

    async def content(self, key: str) -> bytes:
        """What lies under a key."""
        if self.receipts.storage.bucket == THE_FOLDER:
            return self.receipts.storage.folder.path(key).read_bytes()
        return bytes(await (await obstore.get_async(self.store, key)).bytes_async())

    async def all_there_is(self) -> tuple[object, ...]:
        """Every table and every file: where two are equal, nothing was kept between them."""
        return await written(self.api), await self.objects()


def token_of(page: str) -> str:
    """The token that the page's forms carry."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]
