"""Scope: which orders a viewer may see, and what they may do on each. What may not be seen is not found.

A role's permissions count on the orders that the same role reaches: who manages one store and buys in another does not
manage there. A role without a scope adds its permissions wherever the person's other roles reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from orderway.people.ever import EVER
from orderway.people.permissions import (
    MONEY_SEE,
    RIDER_VOLUNTEER,
    SCOPE_ALL,
    SCOPE_BILLED,
    SCOPE_DELIVERY,
    SCOPE_OWN,
    SCOPE_STORE,
    SCOPES,
    STAFF_SCOPES,
)
from orderway.people.viewer import Viewer
from orderway.workflow.actor import Actor
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True)
class Condition:
    """An SQL condition over `sale_order o`, and the values of its parameters."""

    sql: str
    values: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """The orders that a scope reaches: `sql` with `?` for its one parameter, and the viewer's value of it."""

    sql: str
    value: Callable[[Viewer], object]


DISTANCE_KM = "orderway_distance_km(s.latitude, s.longitude, o.latitude, o.longitude)"
"""How far the order `o` goes from the store `s`, in kilometres: the haversine on a sphere of 6371 km, within about half
a percent of the true distance. Null where one of them has no coordinates."""

NEEDED_KM = f"coalesce({DISTANCE_KM}, 0)"
"""The smallest radius that takes in the order `o`: every one does where the distance is not known."""


def within(needed: str) -> str:
    """Whether the coverage `c` takes in what needs this radius; one without a radius takes in all of its store."""
    return f"{needed} <= coalesce(c.radius_km, 'Infinity'::double precision)"


WITHIN = within(NEEDED_KM)
"""Whether the coverage `c` of the store `s` takes in the order `o`."""

SOUGHT_WITHIN = within("f.sought_km")
"""The same of the fulfillment `f` while it seeks a rider: PostgreSQL keeps what it needs beside it, to be searched."""

COVERED = f"""
    EXISTS (
        SELECT FROM rider_coverage c JOIN store s ON s.id = c.store_id
        WHERE c.rider_id = ?::uuid AND c.store_id = o.store_id AND {WITHIN})
"""
"""Whether a coverage of the rider `?` takes in the order `o`."""

SOUGHT_THERE = f"""
    EXISTS (
        SELECT FROM rider_coverage c WHERE c.rider_id = ?::uuid AND c.store_id = f.store_id AND {SOUGHT_WITHIN})
"""
"""Whether a coverage of the rider `?` takes in the fulfillment `f`, which seeks a rider."""

UNBOUND = "NOT EXISTS (SELECT FROM rider_coverage c WHERE c.rider_id = ?::uuid)"
"""Whether the rider `?` has no coverage at all; the settings say what that means."""


def theirs(covered: str) -> str:
    """The fulfillment `f` is theirs to deliver, or looks for a rider at a place that they cover."""
    return f"(f.rider_id = ?::uuid OR f.state = 'AWAITING_RIDER_SELECTION' AND ({covered}))"


def delivery(covered: str) -> str:
    """Some of the order is theirs to deliver, or looks for a rider, or they have an open offer for it to take back."""
    return f"""
    (EXISTS (SELECT FROM fulfillment f WHERE f.store_id = o.store_id AND f.order_id = o.id AND {theirs(covered)})
    OR EXISTS (
        SELECT FROM rider_interest i WHERE i.store_id = o.store_id AND i.order_id = o.id AND i.rider_id = ?::uuid
        AND i.state = 'ACTIVE'))
    """  # noqa: S608  (texts of the code alone)


BEGIN_WITH = f"""
    (o.store_id, o.id) IN (
        SELECT f.store_id, f.order_id FROM fulfillment f WHERE f.rider_id = ?::uuid
        UNION SELECT i.store_id, i.order_id FROM rider_interest i WHERE i.rider_id = ?::uuid AND i.state = 'ACTIVE'
        UNION SELECT f.store_id, f.order_id FROM rider_coverage c JOIN fulfillment f ON f.store_id = c.store_id
        WHERE c.rider_id = ?::uuid AND f.state = 'AWAITING_RIDER_SELECTION' AND {SOUGHT_WITHIN}
        UNION SELECT f.store_id, f.order_id FROM fulfillment f
        WHERE f.state = 'AWAITING_RIDER_SELECTION' AND {UNBOUND})
"""  # noqa: S608  (texts of the code alone)
"""Holds for every order that the rider `?` reaches, and for some more: with these a list of theirs begins."""

# A draft is for its buyer's eyes when it was shared, or when they began it themselves.
OWN = """
    o.customer_id = ?::uuid AND NOT EXISTS (
        SELECT FROM quotation q WHERE q.store_id = o.store_id AND q.order_id = o.id AND NOT EXISTS (
            SELECT FROM transition_log l WHERE l.store_id = q.store_id AND l.instance_id = q.id AND (
                l.event = 'SHARE'
                OR l.step = 0 AND l.actor = (SELECT 'person:' || person_id FROM customer WHERE id = ?::uuid))))
"""

REACHES = {
    SCOPE_STORE: Reach("o.store_id = ANY (?::uuid[])", lambda viewer: list(viewer.stores)),
    SCOPE_BILLED: Reach("o.biller_id = ?::uuid", lambda viewer: viewer.person_id),
    SCOPE_OWN: Reach(OWN, lambda viewer: viewer.customer_id),
    SCOPE_DELIVERY: Reach(delivery(SOUGHT_THERE), lambda viewer: viewer.person_id),
}
ROAMING = Reach(delivery(f"{UNBOUND} OR {SOUGHT_THERE}"), lambda viewer: viewer.person_id)
"""What a rider reaches where one without a coverage delivers for every store."""


ASSIGNED = "EXISTS (SELECT FROM fulfillment f WHERE f.store_id = o.store_id AND f.order_id = o.id AND f.rider_id = ?)"
"""Whether some of the order `o` is the rider's to deliver, or was."""


ONLY = "o.store_id = ANY (${}::uuid[])"
"""Whether the order `o` is of one of the stores that a key leaves its person."""


def visible(viewer: Viewer, *, first: int = 1) -> Condition:
    """Return the condition under which the viewer sees an order; `first` is the number of its first parameter."""
    return reached_by(viewer, viewer.permissions & SCOPES, first=first)


def listed(viewer: Viewer, *, first: int = 1) -> Condition:
    """Return `visible` as a list asks for it: one of a rider begins with their deliveries, not with every order."""
    seen = visible(viewer, first=first)
    if viewer.permissions & SCOPES != {SCOPE_DELIVERY}:
        return seen
    return Condition(f"({seen.sql} AND {BEGIN_WITH.replace('?', f'${first}')})", seen.values)


def allowed(viewer: Viewer, permission: str, *, first: int = 1) -> Condition:
    """Return the condition under which the viewer holds the permission on an order."""
    return reached_by(viewer, scopes_of(viewer, permission), first=first)


def money_visible(viewer: Viewer, *, first: int = 1) -> Condition:
    """Return the condition under which the viewer sees an order's prices, payments and credit: riders do not."""
    return allowed(viewer, MONEY_SEE, first=first)


def staffed(viewer: Viewer, *, first: int = 1) -> Condition:
    """Return the condition under which the viewer looks at an order for the seller, not as its buyer or rider."""
    return reached_by(viewer, viewer.permissions & STAFF_SCOPES, first=first)


def told_where(viewer: Viewer, *, first: int = 1) -> Condition:
    """Return the condition under which the viewer of an order sees whom it goes to, and where.

    A rider does once it is theirs to deliver.
    """
    scopes = viewer.permissions & SCOPES
    if SCOPE_DELIVERY not in scopes:
        return Condition("true")
    others = reached_by(viewer, scopes - {SCOPE_DELIVERY}, first=first)
    assigned = ASSIGNED.replace("?", f"${first + len(others.values)}::uuid")
    return Condition(f"({others.sql} OR {assigned})", (*others.values, viewer.person_id))


async def actor_on(
    connection: Connection, viewer: Viewer, *, store_id: UUID, order_id: UUID, fulfillment: UUID | None = None
) -> Actor:
    """Return the viewer as an actor with what they may do on this order. Raises NotFound where they do not see it.

    Where a `fulfillment` of it is named, with what they may do on that: a rider may nothing on what another brings.
    """
    scopes = sorted(viewer.permissions & SCOPES)
    columns: list[str] = []
    values: list[object] = [store_id, order_id]
    for scope in scopes:
        condition = reached_by(viewer, [scope], first=len(values) + 1)
        columns.append(condition.sql)
        values.extend(condition.values)
    brings = _brings(viewer, fulfillment, first=len(values) + 1)
    row = await connection.fetchrow(
        f"SELECT {', '.join((brings.sql, *columns))} FROM sale_order o WHERE o.store_id = $1 AND o.id = $2",  # noqa: S608  (as above)
        *values, *brings.values,
    )  # fmt: skip
    reached = {scope for scope, reaches in zip(scopes, row[1:], strict=True) if reaches} if row else set()
    if row is None or not reached:
        raise NotFound("There is no such order.", "Check its number, or look for it in the list of orders.")
    return replace(viewer.actor(), permissions=granted(viewer, reached if row[0] else reached - {SCOPE_DELIVERY}))


def _brings(viewer: Viewer, fulfillment: UUID | None, *, first: int) -> Condition:
    """Return the condition under which a rider brings this fulfillment of an order, or may offer to."""
    if fulfillment is None or SCOPE_DELIVERY not in viewer.permissions:
        return Condition("true")
    sql = theirs(f"{UNBOUND} OR {SOUGHT_THERE}" if viewer.roams else SOUGHT_THERE).replace("?", f"${first}")
    one = f"EXISTS (SELECT FROM fulfillment f WHERE f.store_id = o.store_id AND f.id = ${first + 1}::uuid AND {sql})"
    return Condition(one, (viewer.person_id, fulfillment))


def sees_prices(viewer: Viewer) -> bool:
    """Whether the viewer sees what the catalogue asks, of everyone: the seller's people do, a buyer their own price."""
    return not scopes_of(viewer, MONEY_SEE).isdisjoint(STAFF_SCOPES)


def delivers(viewer: Viewer) -> bool:
    """Whether the viewer may offer to deliver what they cover."""
    return not scopes_of(viewer, RIDER_VOLUNTEER).isdisjoint({SCOPE_ALL, SCOPE_DELIVERY})


def may_open(viewer: Viewer, *, store_id: UUID, customer_id: UUID) -> bool:
    """Whether the viewer may draft a quotation of this store for this customer."""
    scopes = scopes_of(viewer, "quotation.edit")
    return (viewer.only is None or store_id in viewer.only) and (
        SCOPE_ALL in scopes
        or (not scopes.isdisjoint(STAFF_SCOPES) and store_id in viewer.stores)
        or (SCOPE_OWN in scopes and customer_id == viewer.customer_id)
    )


def stores(viewer: Viewer, permission: str, *, first: int = 1) -> Condition:
    """Return the condition over `store s` under which the viewer holds the permission in the store, for the seller."""
    scopes = scopes_of(viewer, permission) & STAFF_SCOPES
    held = viewer.only if SCOPE_ALL in scopes else viewer.stores if scopes else frozenset()
    if held is None:
        return Condition("true")
    return Condition(f"s.id = ANY (${first}::uuid[])", (list(held),)) if held else Condition("false")


def stores_of(viewer: Viewer, permission: str) -> frozenset[UUID] | None:
    """Return the stores in which the viewer holds the permission for the seller; None is all of them."""
    scopes = scopes_of(viewer, permission)
    if SCOPE_ALL in scopes:
        return viewer.only
    return frozenset() if scopes.isdisjoint(STAFF_SCOPES) else viewer.stores


def actor_everywhere(viewer: Viewer) -> Actor:
    """Return the viewer as an actor on what is of no store, such as settings: with what they hold in all of them."""
    return replace(viewer.actor(), permissions=frozenset(p for p in viewer.permissions if everywhere(viewer, p)))


def everywhere(viewer: Viewer, permission: str) -> bool:
    """Whether the viewer holds the permission in all stores."""
    return permission in viewer.permissions and stores_of(viewer, permission) is None


def reached_by(viewer: Viewer, scopes: Iterable[str], *, first: int) -> Condition:
    """Return the condition under which at least one of the scopes reaches the order, in a store that a key leaves."""
    reached = Condition("true") if SCOPE_ALL in scopes else _reached(viewer, scopes, first=first)
    if viewer.only is None:
        return reached
    left = ONLY.format(first + len(reached.values))
    return Condition(f"({reached.sql} AND {left})", (*reached.values, list(viewer.only)))


def _reached(viewer: Viewer, scopes: Iterable[str], *, first: int) -> Condition:
    reaches = [ROAMING if viewer.roams and scope == SCOPE_DELIVERY else REACHES[scope] for scope in sorted(scopes)]
    parts = [reach.sql.replace("?", f"${number}") for number, reach in enumerate(reaches, start=first)]
    return Condition(f"({' OR '.join(parts or ['false'])})", tuple(reach.value(viewer) for reach in reaches))


def scopes_of(viewer: Viewer, permission: str) -> frozenset[str]:
    """Return the scopes in which the viewer holds the permission."""
    mine = viewer.permissions & SCOPES
    held = [role.permissions & SCOPES or mine for role in viewer.roles if permission in role.permissions]
    return frozenset().union(*held)


def granted(viewer: Viewer, reached: Iterable[str]) -> frozenset[str]:
    """Return what the roles grant where only these scopes reach."""
    counting = [
        role.permissions for role in viewer.roles if not role.permissions & SCOPES or role.permissions & set(reached)
    ]
    return frozenset().union(*counting)


def customers(viewer: Viewer, permission: str, *, first: int) -> Condition:
    """Return the condition over `customer c` under which the viewer holds the permission on the customer.

    They hold it on whoever bought where they hold it on orders: of their stores, billed by them, or their own.
    """
    orders = allowed(viewer, permission, first=first)
    if orders.sql == "true":
        return orders
    bought = f"EXISTS (SELECT FROM {EVER} o WHERE o.customer_id = c.id AND {orders.sql})"
    if SCOPE_OWN not in scopes_of(viewer, permission):
        return Condition(bought, orders.values)
    return Condition(f"({bought} OR c.id = ${first + len(orders.values)}::uuid)", (*orders.values, viewer.customer_id))
