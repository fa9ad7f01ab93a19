"""Receipts on the order's page: those that a payment has, and the way from the page to the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import RedirectResponse, Response

from orderway.order.shape import ContentType, Payment
from orderway.receipts.links import make_links
from orderway.receipts.reads import load_receipt
from orderway.ui.language import mark, tr
from orderway.ui.site import Visit
from orderway.ui.words import Told, ago, weight

WHAT: dict[ContentType, str] = {
    "image/png": mark("PNG picture"),
    "image/jpeg": mark("JPEG picture"),
    "image/webp": mark("WebP picture"),
    "application/pdf": "PDF",
}

ADDED, KNOWN = mark("You added the receipt."), mark("This receipt was there already.")
NOT_ADDED = mark("This receipt was not added")
"""What is said of a file that was handed in, and over the page of one that was refused."""


@dataclass(frozen=True, slots=True)
class Link:
    """A receipt that is there."""

    url: str
    label: str
    by: str
    at: Told


def links(payment: Payment, now: datetime) -> tuple[Link, ...]:
    """The receipts of a payment, the newest first."""
    return tuple(
        Link(
            f"/receipts/{each.id}",
            f"{tr(WHAT[each.content_type])}, {weight(each.size)}",
            each.uploaded_by,
            ago(each.uploaded_at, now),
        )
        for each in payment.receipts
    )


async def receipt(visit: Visit) -> Response:
    """Leads whoever may see the payment to a link made just now: those that pages show never end."""
    receipts = visit.site.receipts
    async with receipts.pool.acquire() as connection:
        found = await load_receipt(connection, visit.viewer, visit.request.path_params["receipt"])
    (link,) = await make_links(receipts, [found], "")
    return RedirectResponse(link, status_code=303, headers={"Cache-Control": "no-store"})
