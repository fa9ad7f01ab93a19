"""What stands around every page: the places of the application, for whom each is, and how one gets there."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType
from typing import Literal

from orderway.outbound.webhooks.subscriptions import may_look_after
from orderway.people.permissions import (
    CUSTOMER_MANAGE,
    MONEY_SEE,
    OVERRIDE_DECIDE,
    RECONCILIATION_SEE,
    RESELLER_APPROVE,
    RIDER_ASSIGN,
    RIDER_COVERAGE,
    RIDER_VOLUNTEER,
    SCOPE_ALL,
    SCOPE_BILLED,
    SCOPE_OWN,
    SCOPE_STORE,
    SETTINGS_MANAGE,
    STAFF_SCOPES,
)
from orderway.people.scope import everywhere
from orderway.people.viewer import Viewer
from orderway.ui.language import t

Group = Literal["Work", "Delivery", "Insight", "Administration"]
Sees = Callable[[Viewer], bool]


def anyone_with(*permissions: str) -> Sees:
    """Whoever holds one of the permissions, wherever it reaches."""
    return lambda viewer: not viewer.permissions.isdisjoint(permissions)


def everywhere_with(permission: str) -> Sees:
    """Whoever holds the permission in every store, as for what is of no store."""
    return lambda viewer: everywhere(viewer, permission)


def staff_with(*permissions: str) -> Sees:
    """Whoever works for the seller, and holds one of the permissions."""
    staff, holds = anyone_with(*STAFF_SCOPES), anyone_with(*permissions)
    return lambda viewer: staff(viewer) and holds(viewer)


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the rail leads to; `key` is the letter after `g`, `count` the name of the figure beside it.

    One that `may_be_idle` is not led to while the figure is 0: what it is for comes once, and is done with.
    """

    label: str
    url: str
    _: KW_ONLY
    group: Group
    sees: Sees
    key: str = ""
    count: str = ""
    may_be_idle: bool = False

    def holds(self, path: str) -> bool:
        """Whether an address is in here."""
        return path == self.url or path.startswith(f"{self.url}/")


ORDERS = anyone_with(SCOPE_ALL, SCOPE_STORE, SCOPE_BILLED, SCOPE_OWN)
MONEY = anyone_with(MONEY_SEE)
OPERATIONS = staff_with("outbox.see")
FULFILLING = staff_with("fulfillment.work")
OVERRIDES = staff_with(MONEY_SEE)
RETURNS = anyone_with("return.request", "return.decide", "payment.confirm")
STOCK = staff_with("stock.manage")
RECONCILING = staff_with(RECONCILIATION_SEE)
REVIEWING = staff_with("outbox.see", OVERRIDE_DECIDE)

PLACES = (
    Place("Orders", "/orders", group="Work", sees=ORDERS, key="o", count="orders"),
    Place("Quotations", "/quotations", group="Work", sees=ORDERS, key="q"),
    Place("Fulfillment", "/fulfillment", group="Work", sees=FULFILLING, key="f"),
    Place("Overrides", "/overrides", group="Work", sees=OVERRIDES, key="v", count="overrides"),
    Place("Payments", "/payments", group="Work", sees=MONEY, key="p"),
    Place("Reconciliation", "/reconciliation", group="Work", sees=RECONCILING, key="m", count="reconciliation"),
    Place("Review list", "/reviews", group="Work", sees=REVIEWING, count="reviews", may_be_idle=True),
    Place("Shadow", "/shadow", group="Work", sees=OPERATIONS, count="shadow", may_be_idle=True),
    Place("Credit", "/credit", group="Work", sees=MONEY, key="c"),
    Place("Returns", "/returns", group="Work", sees=RETURNS, key="t", count="returns"),
    Place("Customers", "/customers", group="Work", sees=staff_with(CUSTOMER_MANAGE, MONEY_SEE), key="u"),
    Place("Catalogue", "/catalogue", group="Work", sees=MONEY, key="k"),
    Place("Stock", "/stock", group="Work", sees=STOCK, key="y", count="stock"),
    Place("Deliveries", "/deliveries", group="Delivery", sees=anyone_with(RIDER_VOLUNTEER), key="d"),
    Place("Riders", "/riders", group="Delivery", sees=staff_with(RIDER_ASSIGN, RIDER_COVERAGE), key="r"),
    Place("Analytics", "/analytics", group="Insight", sees=OPERATIONS, key="a"),
    Place("Workflows", "/workflows", group="Insight", sees=OPERATIONS, key="w"),
    Place("Outbox", "/outbox", group="Insight", sees=OPERATIONS, key="b", count="outbox"),
    Place("Schedules", "/schedules", group="Insight", sees=OPERATIONS, key="h"),
    Place("Applications", "/applications", group="Administration", sees=everywhere_with(RESELLER_APPROVE),
          count="applications"),
    Place("People", "/people", group="Administration", sees=anyone_with(SETTINGS_MANAGE), key="e"),
    Place("Roles", "/roles", group="Administration", sees=everywhere_with(SETTINGS_MANAGE)),
    Place("Stores", "/stores", group="Administration", sees=everywhere_with(SETTINGS_MANAGE)),
    Place("Webhooks", "/webhooks", group="Administration", sees=may_look_after),
    Place("Settings", "/settings", group="Administration", sees=everywhere_with(SETTINGS_MANAGE), key="s"),
    Place("Audit", "/audit", group="Administration", sees=anyone_with(SETTINGS_MANAGE)),
)  # fmt: skip
"""Every page of the rail, in its order. One whose `sees` says no is not there for that viewer: no link and no page."""

FIRST: tuple[tuple[Sees, str], ...] = (
    (everywhere_with(SETTINGS_MANAGE), "/orders"),
    (staff_with(OVERRIDE_DECIDE), "/fulfillment"),
    (staff_with("payment.confirm"), "/payments"),
    (ORDERS, "/orders"),
    (anyone_with(RIDER_VOLUNTEER), "/deliveries"),
)
"""Where each kind of work begins after signing in; the first that fits."""


@dataclass(frozen=True, slots=True)
class Link:
    """A place as the rail shows it to one viewer; `here` is what `aria-current` says, where it says anything."""

    label: str
    url: str
    here: str
    count: int = 0
    key: str = ""


def rail(
    viewer: Viewer, path: str, *, routed: Container[str], counts: Mapping[str, int] = MappingProxyType({})
) -> dict[str, list[Link]]:
    """The places of a viewer by their group, in order; groups without a place are left out."""
    found: dict[str, list[Link]] = {}
    for place in PLACES:
        is_idle = place.may_be_idle and not counts.get(place.count) and not place.holds(path)
        if place.url in routed and place.sees(viewer) and not is_idle:
            here = "" if not place.holds(path) else "page" if path == place.url else "true"
            found.setdefault(place.group, []).append(
                Link(place.label, place.url, here, counts.get(place.count, 0), place.key)
            )
    return found


def buys(viewer: Viewer) -> bool:
    """Whether the viewer is a customer too, who has a page of their own."""
    return viewer.customer_id is not None and SCOPE_OWN in viewer.permissions


def landing(viewer: Viewer, *, routed: Container[str]) -> str:
    """The page that a viewer's work begins at; their own profile where they have none."""
    return next((url for sees, url in FIRST if url in routed and sees(viewer)), "/profile")


def spoken() -> dict[str, str]:
    """What the script of the pages says, in the reader's language; `{}` is where something typed comes in."""
    return {
        "live": t("live"),
        "reconnecting": t("reconnecting"),
        "offline": t("offline"),
        "ended": t("signed out"),
        "unsent": t("No answer came, so this may not have been done. What you typed is still here: send it again."),
        "over": t("You are signed out, so nothing more is sent. What you typed is still here: sign in, then send it."),
        "enter": t("Sign in"),
        "close": t("Close"),
        "go": t("Go to"),
        "find": t("Search for “{}”"),
    }
