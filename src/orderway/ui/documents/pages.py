"""The documents of an order: each as a page to print, and as a file."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from orderway.order.reads import load_order
from orderway.order.shape import Fulfillment, Order
from orderway.ui.documents.paper import Paper, invoice_of, quotation_of, slip_of
from orderway.ui.documents.pdf import printed
from orderway.ui.language import t
from orderway.ui.site import Page, Visit
from orderway.workflow.errors import Invalid, NotFound

LONGEST = 2_000
"""Lines of a document that is set as PDF, which takes three seconds then; a longer one is printed from its page."""


async def document(visit: Visit) -> Response:
    """A document as a page that prints well."""
    order, paper = await _paper(visit)
    url = visit.request.url.path + ".pdf" + (f"?{visit.request.url.query}" if visit.request.url.query else "")
    return visit.page(
        "documents/paper.html", paper=paper, order=order, pdf_url=url if len(paper.goods) <= LONGEST else ""
    )


async def file(visit: Visit) -> Response:
    """A document as PDF."""
    _, paper = await _paper(visit)
    if len(paper.goods) > LONGEST:
        raise Invalid(t("This has more than {most} lines.", most=LONGEST), t("Print its page instead."))
    made = await printed(paper, visit.site.now())
    name = "".join(sign if sign.isascii() and (sign.isalnum() or sign == "-") else "-" for sign in paper.file)
    return Response(
        made, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'}
    )


async def _paper(visit: Visit) -> tuple[Order, Paper]:
    given = visit.request.path_params
    try:
        id = UUID(given["order"])
    except ValueError:
        raise NotFound(t("There is no such order.")) from None
    async with visit.site.pool.acquire() as connection:
        order = await load_order(connection, visit.viewer, id)
    paper = _of(order, given["paper"], part=visit.request.query_params.get("part", ""))
    if paper is None:
        raise NotFound(t("There is no such document of this order."))
    return order, paper


def _of(order: Order, name: str, *, part: str) -> Paper | None:
    match name:
        case "quotation":
            return quotation_of(order)
        case "invoice":
            return invoice_of(order)
        case "packing-slip":
            return slip_of(order, _part(order, part))
    return None


def _part(order: Order, number: str) -> Fulfillment | None:
    """The part that the address names; without one the first that is under way."""
    if not number:
        return order.fulfillment
    return next((each for each in order.fulfillments if str(each.context.part) == number), None)


PAGES: tuple[Page, ...] = (
    Page("/orders/{order}/documents/{paper}.pdf", file, shows=("order",)),
    Page("/orders/{order}/documents/{paper}", document, shows=("order",)),
)
