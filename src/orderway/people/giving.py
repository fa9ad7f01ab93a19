"""What one may give out: by a role only what one holds oneself, as far as one's own reach goes."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType

from orderway.people.permissions import (
    DELIVERY_CHOOSE,
    LABELS,
    RIDER_VOLUNTEER,
    SCOPE_ALL,
    SCOPE_BILLED,
    SCOPE_DELIVERY,
    SCOPE_OWN,
    SCOPE_STORE,
    SCOPES,
    STAFF_SCOPES,
)
from orderway.people.scope import scopes_of
from orderway.people.viewer import Viewer

WIDER: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        SCOPE_ALL: frozenset({SCOPE_ALL}),
        SCOPE_STORE: frozenset({SCOPE_ALL, SCOPE_STORE}),
        SCOPE_BILLED: STAFF_SCOPES,
        SCOPE_OWN: STAFF_SCOPES | {SCOPE_OWN},
        SCOPE_DELIVERY: STAFF_SCOPES | {SCOPE_DELIVERY},
    }
)
"""For each scope those that reach at least as far."""

PRIVATE_SCOPES = frozenset({SCOPE_OWN, SCOPE_DELIVERY})
"""Scopes of those who are no staff: what they buy, and what they bring."""

PRIVATE = frozenset({RIDER_VOLUNTEER, DELIVERY_CHOOSE})
"""Permissions for what is one's own: in a private scope they are given to buyers and riders by who holds neither."""


def beyond(giver: Viewer, permissions: AbstractSet[str]) -> str | None:
    """Return one of a role's permissions that the giver does not hold as widely as the role; None where there is none.

    A role without a scope adds its permissions wherever its holder's other roles reach, which may be anywhere. Who is
    left some stores by a key reaches no farther than who works in them.
    """
    reach = _held(giver, giver.permissions & SCOPES)
    for scope in sorted(permissions & (SCOPES - PRIVATE_SCOPES)):
        if reach.isdisjoint(WIDER[scope]):
            return scope
    wanted = permissions & SCOPES or {SCOPE_ALL}
    for permission in sorted(permissions - SCOPES):
        if permission in PRIVATE and wanted <= PRIVATE_SCOPES:
            continue
        held = _held(giver, scopes_of(giver, permission))
        if any(held.isdisjoint(WIDER[scope]) for scope in wanted):
            return permission
    return None


def _held(giver: Viewer, scopes: AbstractSet[str]) -> AbstractSet[str]:
    """Return how far these scopes reach: all stores are none but those that a key leaves."""
    if giver.only is None or SCOPE_ALL not in scopes:
        return scopes
    return (scopes - {SCOPE_ALL}) | {SCOPE_STORE}


def unknown(permissions: AbstractSet[str]) -> list[str]:
    """Return those that are no permission."""
    return sorted(permissions - LABELS.keys())
