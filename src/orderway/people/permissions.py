"""What people may do, by name and in words, and the roles that an installation begins with.

Code asks for a permission and for scope, never for a role: a custom role works wherever a built-in one does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SCOPE_ALL = "scope.all"
SCOPE_STORE = "scope.store"
SCOPE_BILLED = "scope.billed"
SCOPE_OWN = "scope.own"
SCOPE_DELIVERY = "scope.delivery"
ACCOUNT_SPEND = "account.spend"
CREDIT_MANAGE = "credit.manage"
CUSTOMER_MANAGE = "customer.manage"
MONEY_SEE = "money.see"
OVERRIDE_DECIDE = "override.decide"
PAYMENT_RECONCILE = "payment.reconcile"
RECONCILIATION_SEE = "reconciliation.see"
RESELLER_APPROVE = "reseller.approve"
SETTINGS_MANAGE = "settings.manage"
SUPERADMIN_APPOINT = "superadmin.appoint"
RIDER_ASSIGN = "rider.assign"
RIDER_COVERAGE = "rider.coverage"
RIDER_VOLUNTEER = "rider.volunteer"
DELIVERY_CHOOSE = "delivery.choose"

SCOPES = frozenset({SCOPE_ALL, SCOPE_STORE, SCOPE_BILLED, SCOPE_OWN, SCOPE_DELIVERY})
"""Permissions that say which orders the others of the same role are for."""

STAFF_SCOPES = frozenset({SCOPE_ALL, SCOPE_STORE, SCOPE_BILLED})
"""Scopes that reach the orders of others: who holds one can help somebody else."""

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "quotation.edit": "Draft and edit a quotation",
        "quotation.approve_as_seller": "Approve a quotation for the seller",
        "quotation.approve_as_buyer": "Approve or decline a quotation for the buyer",
        "price.change": "Change the price of a line, give a discount",
        "catalogue.manage": "Change products, prices, taxes and price lists",
        "sale.work": "Choose how a sale is paid and start its payment",
        "sale.cancel": "Cancel a sale",
        "sale.write_off": "Write off what a buyer still owes",
        "payment.register": "Register a payment",
        "payment.confirm": "Confirm or fail a payment, issue a refund",
        PAYMENT_RECONCILE: "Decide what becomes of money in the reconciliation inbox",
        RECONCILIATION_SEE: "See the reconciliation inbox",
        ACCOUNT_SPEND: "Pay an order from the buyer's account",
        CREDIT_MANAGE: "Change what a customer may owe, and the ladder of credit",
        CUSTOMER_MANAGE: "Add customers, change their contact and store, say who bills",
        RESELLER_APPROVE: "Approve or decline who applies as a reseller",
        "override.ask": "Ask for an override",
        OVERRIDE_DECIDE: "Decide or revoke an override",
        "fulfillment.work": "Pack, ship, hold or cancel a fulfillment",
        "fulfillment.deliver": "Ship and deliver a package",
        DELIVERY_CHOOSE: "Choose how an own order is brought, until it is picked",
        "delivery.skip_pin": "Deliver without the receiver's PIN",
        RIDER_ASSIGN: "Assign or unassign a rider",
        RIDER_COVERAGE: "Edit where riders deliver",
        RIDER_VOLUNTEER: "Volunteer for a delivery, and withdraw",
        "stock.manage": "Receive, adjust and transfer stock, set reorder points",
        "return.request": "Request a return",
        "return.decide": "Accept or reject a return, receive the goods",
        "outbox.see": "See and retry the outbox, see operations",
        SETTINGS_MANAGE: "Change settings, roles and users",
        SUPERADMIN_APPOINT: "Appoint a superadmin",
        MONEY_SEE: "See prices, payments and credit",
        SCOPE_ALL: "Reach the orders of all stores",
        SCOPE_STORE: "Reach the orders of the stores they work in",
        SCOPE_BILLED: "Reach the orders they bill",
        SCOPE_OWN: "Reach their own orders",
        SCOPE_DELIVERY: "Reach deliveries they may volunteer for or are assigned to",
    }
)
"""Every permission that a role can hold, as a sentence for the people who compose roles."""


@dataclass(frozen=True, slots=True)
class BuiltInRole:
    """A role that is there from the beginning; `label` is how it stands in a sentence ("a manager")."""

    name: str
    label: str
    permissions: frozenset[str]


_BUYER = frozenset({
    "quotation.approve_as_buyer", "return.request", DELIVERY_CHOOSE, ACCOUNT_SPEND, SCOPE_OWN, MONEY_SEE,
})  # fmt: skip
# What everyone does who works on the orders of customers.
_ORDER_WORK = frozenset({
    "quotation.edit", "quotation.approve_as_seller", "quotation.approve_as_buyer", "sale.work", "sale.cancel",
    "payment.register", "override.ask", "fulfillment.work", "fulfillment.deliver", RIDER_ASSIGN, RIDER_COVERAGE,
    "return.request", ACCOUNT_SPEND, MONEY_SEE, CUSTOMER_MANAGE,
})  # fmt: skip
_LEADING = frozenset({
    OVERRIDE_DECIDE, "price.change", "stock.manage", "return.decide", "delivery.skip_pin", "outbox.see",
    RECONCILIATION_SEE, "catalogue.manage",
})  # fmt: skip
_ACCOUNTS = frozenset({
    "payment.register", "payment.confirm", PAYMENT_RECONCILE, RECONCILIATION_SEE, "sale.write_off", "outbox.see",
    ACCOUNT_SPEND, SCOPE_ALL, MONEY_SEE, CREDIT_MANAGE,
})  # fmt: skip
_ADMIN = _ORDER_WORK | _LEADING | _ACCOUNTS | {SETTINGS_MANAGE, RESELLER_APPROVE}

BUILT_IN = (
    BuiltInRole("SUPERADMIN", "superadmin", _ADMIN | {SUPERADMIN_APPOINT}),
    BuiltInRole("ADMIN", "admin", _ADMIN),
    BuiltInRole("MANAGER", "manager", _ORDER_WORK | _LEADING | {SCOPE_STORE}),
    BuiltInRole("ACCOUNTANT", "accountant", _ACCOUNTS),
    BuiltInRole("BILLER", "biller", _ORDER_WORK | {SCOPE_BILLED}),
    BuiltInRole("RIDER", "rider", frozenset({"fulfillment.deliver", RIDER_VOLUNTEER, SCOPE_DELIVERY})),
    BuiltInRole("RESELLER", "reseller", _BUYER | {"quotation.edit", "payment.register"}),
    BuiltInRole("CUSTOMER", "customer", _BUYER),
)

BUYER_ROLE, RESELLER_ROLE = "CUSTOMER", "RESELLER"
"""The roles that are given to who signs up, and to a reseller who is approved."""
