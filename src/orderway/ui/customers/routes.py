"""The addresses of customers and of applications."""

from __future__ import annotations

from orderway.ui.customers.applications import applications, approve_application, decline_application
from orderway.ui.customers.changing import add, change, edit_customer, new_customer
from orderway.ui.customers.listing import customers
from orderway.ui.customers.one import customer
from orderway.ui.site import Page

PAGES: tuple[Page, ...] = (
    Page("/customers", customers, shows=("customers", "stores")),
    Page("/customers/new", new_customer, shows=("stores",)),
    Page("/customers/new", add, "POST", does=("createCustomer",)),
    Page("/customers/{customer}", customer, shows=("customer", "orders", "customerCreditProfile")),
    Page("/customers/{customer}/edit", edit_customer, shows=("customer", "stores", "billers")),
    Page("/customers/{customer}/edit", change, "POST", does=("changeCustomer",)),
    Page("/applications", applications, shows=("resellerApplications",)),
    Page("/applications/{application}/approve", approve_application, "POST", does=("approveResellerApplication",)),
    Page("/applications/{application}/decline", decline_application, "POST", does=("declineResellerApplication",)),
)
