"""The addresses of the list of orders: they come before those of one order, which take any name for one."""

from __future__ import annotations

from orderway.ui.order.routes import EVENTS
from orderway.ui.orders.export import export, export_picked
from orderway.ui.orders.filtering import filter_by, search
from orderway.ui.orders.naming import remove, save
from orderway.ui.orders.page import orders
from orderway.ui.orders.together import act, preview
from orderway.ui.site import Page

PAGES: tuple[Page, ...] = (
    Page("/orders", orders, shows=("orders", "savedViews", "stores")),
    Page("/orders.csv", export, shows=("orders",)),
    Page("/orders/filter", filter_by, shows=("orders", "customers", "riders")),
    Page("/search", search, shows=("orders",)),
    Page("/orders/views", save, "POST", does=("saveView",)),
    Page("/orders/views/{view}/remove", remove, "POST", does=("removeView",)),
    Page("/orders/together", preview, "POST", shows=("order",)),
    Page("/orders/together/csv", export_picked, "POST", shows=("order",)),
    Page("/orders/together/{deed}", act, "POST", does=EVENTS),
)
