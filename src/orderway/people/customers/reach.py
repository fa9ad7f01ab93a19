"""Which customers somebody serves: those of their stores, those they bill, those who bought there; or themselves."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from orderway.people.ever import EVER
from orderway.people.permissions import (
    CUSTOMER_MANAGE,
    SCOPE_ALL,
    SCOPE_BILLED,
    SCOPE_OWN,
    STAFF_SCOPES,
)
from orderway.people.scope import Condition, allowed, scopes_of, staffed
from orderway.people.viewer import Viewer

# Asked for each customer by itself, and after what is cheaper: a page of fifty does not gather all orders of a store.
BOUGHT = f"(SELECT true FROM {EVER} o WHERE o.customer_id = c.id AND {{}} LIMIT 1)"  # noqa: S608  (texts of ours)


def known(viewer: Viewer, *, first: int) -> Condition:
    """Return the condition over `customer c` under which the viewer sees the customer and how they are reached."""
    seen = _served(viewer, viewer.permissions & STAFF_SCOPES, staffed(viewer, first=first), first=first)
    if SCOPE_OWN not in viewer.permissions:
        return seen
    own = f"(c.id = ${first + len(seen.values)}::uuid OR {seen.sql})"
    return Condition(own, (*seen.values, viewer.customer_id))


def managed(viewer: Viewer, *, first: int) -> Condition:
    """Return the condition over `customer c` under which the viewer may change the customer."""
    scopes = scopes_of(viewer, CUSTOMER_MANAGE) & STAFF_SCOPES
    return _served(viewer, scopes, allowed(viewer, CUSTOMER_MANAGE, first=first), first=first)


def _served(viewer: Viewer, scopes: AbstractSet[str], bought: Condition, *, first: int) -> Condition:
    """Return the condition for these scopes of staff; `bought` is the one over the orders that they reach."""
    if not scopes:
        return Condition("false")
    if SCOPE_ALL in scopes and viewer.only is None:
        return Condition("true")
    stores = viewer.only if SCOPE_ALL in scopes else viewer.stores
    parts, values = list[str](), list(bought.values)
    for column, value in (("default_store_id = ANY (${}::uuid[])", list(stores or ())), *_billed(viewer, scopes)):
        parts.append(f"c.{column.format(first + len(values))}")
        values.append(value)
    return Condition(f"({' OR '.join((*parts, BOUGHT.format(bought.sql)))})", tuple(values))


def _billed(viewer: Viewer, scopes: AbstractSet[str]) -> list[tuple[str, object]]:
    """Those they bill, wherever that is: so a key that leaves some stores alone leaves none of them by this."""
    return [("biller_id = ${}::uuid", viewer.person_id)] if SCOPE_BILLED in scopes and viewer.only is None else []
