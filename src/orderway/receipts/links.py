"""Links to receipts that end: presigned ones of the storage, and our own for the folder of this installation."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from orderway.order.shape import ContentType, Receipt
from orderway.order.sight import EVERY_STORE
from orderway.receipts.desk import Receipts
from orderway.storage.place import Label
from orderway.storage.storage import THE_FOLDER
from orderway.workflow.errors import NotFound

PATH = "/payments/receipts"

ENDINGS: Mapping[ContentType, str] = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "application/pdf": "pdf",
}

LOOK = f"""
    SELECT r.key, r.content_type, r.sha256 FROM payment_receipt r
    WHERE r.id = $1 AND r.bucket = $2 AND r.store_id = {EVERY_STORE}
"""  # noqa: S608  (text of this program alone)


class Signed(NamedTuple):
    """What a link of ours carries, as it came."""

    id: str
    expires: str
    signature: str


class Opened(NamedTuple):
    """A file of the folder that a link opened."""

    path: Path
    label: Label


def label(content_type: ContentType, sha256: bytes) -> Label:
    """How a receipt is served: under a name of ours. A PDF is for saving, since none is shown inside a sandbox."""
    way = "attachment" if content_type == "application/pdf" else "inline"
    name = f"receipt-{sha256.hex()[:12]}.{ENDINGS[content_type]}"
    return Label(content_type, f'{way}; filename="{name}"')


async def make_links(receipts: Receipts, wanted: Sequence[Receipt], origin: str) -> list[str]:
    """An address for each receipt, at which anyone can read it until the setting's time is over.

    The caller has made sure that the viewer sees them. `origin` is where this server was asked: "https://host".
    No statement, however many they are. Raises StorageUnavailable.
    """
    found: dict[UUID, str] = {}
    for bucket in {receipt.bucket for receipt in wanted}:
        there = [receipt for receipt in wanted if receipt.bucket == bucket]
        if bucket == THE_FOLDER:
            links = _our_links(receipts, there, origin)
        else:
            links = list(await receipts.storage.s3(bucket).links([each.key for each in there], receipts.span))
        found |= {receipt.id: link for receipt, link in zip(there, links, strict=True)}
    return [found[receipt.id] for receipt in wanted]


def _our_links(receipts: Receipts, wanted: Sequence[Receipt], origin: str) -> list[str]:
    expires = f"{int((receipts.now() + receipts.span).timestamp())}"
    queries = [
        (receipt.id, urlencode({"expires": expires, "signature": sign(receipts.key, receipt.id, expires)}))
        for receipt in wanted
    ]
    return [f"{origin}{PATH}/{id}?{query}" for id, query in queries]


async def open_link(receipts: Receipts, link: Signed) -> Opened:
    """The file that a link of ours leads to. Raises NotFound for whatever is wrong with it, and says not what."""
    wrong = NotFound("There is no such receipt, or the link to it has ended.", "Open it again from the order's page.")
    try:
        id = UUID(link.id)
    except ValueError:
        raise wrong from None
    right = sign(receipts.key, id, link.expires)
    if not hmac.compare_digest(right.encode(), link.signature.encode(errors="replace")):
        raise wrong
    # What is signed was made here, so it is a number.
    if int(link.expires) < receipts.now().timestamp():
        raise wrong
    row = await receipts.pool.fetchrow(LOOK, id, THE_FOLDER)
    if row is None:
        raise wrong
    return Opened(receipts.storage.folder.path(row["key"]), label(row["content_type"], row["sha256"]))


def sign(key: bytes, id: UUID, expires: str) -> str:
    """The signature of a link: of the receipt, and of the second (since 1970) at which it ends."""
    return hmac.new(key, f"{PATH}/{id}?{expires}".encode(errors="replace"), hashlib.sha256).hexdigest()
