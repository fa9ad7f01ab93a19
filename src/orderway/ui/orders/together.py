"""Doing one thing with many orders: first how many can take it and why others can not, then what became of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from starlette.responses import Response

from orderway.ids import new_id
from orderway.ui.language import t
from orderway.ui.order.undoing import why
from orderway.ui.orders.acting import Deed, Sending, Sent, deeds_of, picked, send_each
from orderway.ui.orders.page import SIZE, require_list
from orderway.ui.orders.query import read_query
from orderway.ui.problems import forged
from orderway.ui.site import Visit

MOST = 3 * SIZE + 20
"""Fields of a form: an order may be in parts, and each is sent to by itself."""


async def preview(visit: Visit) -> Response:
    """What can be done with the orders that were ticked; the list again where none was."""
    posted = await _posted(visit)
    if posted is None:
        return forged()
    orders = list(picked(posted))[:SIZE]
    if not orders:
        return visit.back(_list(visit, posted), t("Select some orders first."))
    return _page(visit, posted, count=len(orders), deeds=await deeds_of(visit, orders))


async def act(visit: Visit) -> Response:
    """Send the event of the address to each order of the form, and say what became of each."""
    posted = await _posted(visit)
    if posted is None:
        return forged()
    machine, _, event = visit.request.path_params["deed"].partition(".")
    values = [name[2:] for name in posted if name.startswith("v.")][:MOST]
    if not values:
        return visit.back(_list(visit, posted), t("Select some orders first."))
    said = {name: text for name, text in posted.items() if not name.startswith("v.")}
    sent = await send_each(visit, Sending(machine, event, said, posted.get("key", "")), values)
    return visit.page(
        "orders/result.html",
        status=200 if any(each.done for each in sent) else 422,
        says=_says(sent),
        done=[each for each in sent if each.done],
        refused=[each for each in sent if not each.done],
        undoing=_undoing(machine, sent),
        why=why(),
        key=str(new_id()),
        back=posted.get("back", ""),
        back_url=_list(visit, posted),
    )


def _undoing(machine: str, sent: Sequence[Sent]) -> list[tuple[str, list[str]]]:
    """The events that take back what was done, each with what it is sent to: most often one."""
    found = defaultdict[str, list[str]](list)
    for each in sent:
        if each.undo:
            found[f"{machine}.{each.undo.lower()}"].append(each.value)
    return list(found.items())


def _page(visit: Visit, posted: Mapping[str, str], *, count: int, deeds: list[Deed]) -> Response:
    return visit.page(
        "orders/together.html",
        says=t("{n} order selected", "{n} orders selected", n=count),
        count=count,
        deeds=[deed for deed in deeds if deed.can],
        blocked=[deed for deed in deeds if not deed.can],
        key=str(new_id()),
        back=posted.get("back", ""),
        back_url=_list(visit, posted),
    )


async def _posted(visit: Visit) -> dict[str, str] | None:
    require_list(visit.viewer)
    return await visit.posted(most=MOST)


def _list(visit: Visit, posted: Mapping[str, str]) -> str:
    """The list that was come from."""
    return read_query(posted.get("back", ""), visit.site.workflow).url()


def _says(sent: list[Sent]) -> str:
    done = sum(each.done for each in sent)
    if done == len(sent):
        return t("Done with {n} order", "Done with {n} orders", n=done)
    return t("Done with {done} of {all} orders", done=done, all=len(sent))
