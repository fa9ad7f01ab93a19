"""Opening a store: what stays of it for good, and what can be changed later."""

from __future__ import annotations

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.people.commands import CreateStore
from orderway.ui.language import t
from orderway.ui.people.sending import send
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.stores.place import FIELDS, degrees_in, require
from orderway.ui.typed import Typed, mended, needed, new_key


async def new_store(visit: Visit) -> Response:
    """The form."""
    return _form(visit, Typed({"key": new_key(), "timezone": "UTC"}))


async def open_store(visit: Visit) -> Response:
    """Open the store, once for the form, and on to its page."""
    require(visit)
    posted = await visit.posted()
    if posted is None:
        return forged(("/stores/new", t("Back to the new store")))
    try:
        wanted = CreateStore(
            name=needed(posted, "name"), code=needed(posted, "code"), currency=needed(posted, "currency").upper(),
            timezone=needed(posted, "timezone"), latitude=degrees_in(posted, "latitude"),
            longitude=degrees_in(posted, "longitude"), reason=posted.get("reason") or None,
        )  # fmt: skip
        made = await send(visit, wanted, posted)
    except OrderwayError as no:
        return _form(visit, mended(posted, no, fields=FIELDS))
    return visit.back(f"/stores/{made.store}", t("Opened {name}.", name=wanted.name.strip()))


def _form(visit: Visit, typed: Typed) -> Response:
    require(visit)
    return visit.page("stores/new.html", status=typed.status, typed=typed)
