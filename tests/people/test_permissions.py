"""Who may do what by default: the table of capabilities, one line for each permission."""

import pytest

from orderway.people.permissions import BUILT_IN, LABELS, SCOPES, STAFF_SCOPES, BuiltInRole
from orderway.statechart import SYSTEM

LETTERS = {
    "S": "SUPERADMIN",
    "A": "ADMIN",
    "M": "MANAGER",
    "$": "ACCOUNTANT",
    "B": "BILLER",
    "R": "RIDER",
    "D": "RESELLER",
    "C": "CUSTOMER",
}

TABLE = {
    "quotation.edit": "SAMBD",
    "quotation.approve_as_seller": "SAMB",
    "quotation.approve_as_buyer": "SAMBDC",
    "price.change": "SAM",
    "catalogue.manage": "SAM",
    "sale.work": "SAMB",
    "sale.cancel": "SAMB",
    "sale.write_off": "SA$",
    "payment.register": "SAM$BD",
    "payment.confirm": "SA$",
    "payment.reconcile": "SA$",
    "reconciliation.see": "SAM$",
    "account.spend": "SAM$BDC",
    "credit.manage": "SA$",
    "customer.manage": "SAMB",
    "reseller.approve": "SA",
    "override.ask": "SAMB",
    "override.decide": "SAM",
    "fulfillment.work": "SAMB",
    "fulfillment.deliver": "SAMBR",
    "delivery.choose": "DC",
    "delivery.skip_pin": "SAM",
    "rider.assign": "SAMB",
    "rider.coverage": "SAMB",
    "rider.volunteer": "R",
    "stock.manage": "SAM",
    "return.request": "SAMBDC",
    "return.decide": "SAM",
    "outbox.see": "SAM$",
    "settings.manage": "SA",
    "superadmin.appoint": "S",
    "money.see": "SAM$BDC",
    "scope.all": "SA$",
    "scope.store": "M",
    "scope.billed": "B",
    "scope.own": "DC",
    "scope.delivery": "R",
}


def test_the_table_names_every_permission():
    assert set(TABLE) == set(LABELS)


@pytest.mark.parametrize("permission", TABLE)
def test_who_holds_it(permission: str):
    holders = {role.name for role in BUILT_IN if permission in role.permissions}
    assert holders == {LETTERS[letter] for letter in TABLE[permission]}


def test_no_role_holds_an_unnamed_permission():
    assert {permission for role in BUILT_IN for permission in role.permissions} <= set(LABELS)


def test_no_role_does_what_only_the_system_does():
    assert SYSTEM not in LABELS


@pytest.mark.parametrize("role", BUILT_IN, ids=lambda role: role.name)
def test_every_role_has_one_scope(role: BuiltInRole):
    assert len(role.permissions & SCOPES) == 1


def test_scopes_of_staff_are_scopes():
    assert STAFF_SCOPES < SCOPES


@pytest.mark.parametrize("label", LABELS.values())
def test_labels_are_words(label: str):
    assert label[0].isupper()
    assert "_" not in label
    assert not label.endswith(".")
