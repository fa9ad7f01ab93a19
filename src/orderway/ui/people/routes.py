"""The addresses of people, and what the API has of each."""

from __future__ import annotations

from orderway.ui.people.adding import add, new_person
from orderway.ui.people.audit import audit
from orderway.ui.people.listing import people
from orderway.ui.people.one import do, person
from orderway.ui.people.roles import change, compose, roles
from orderway.ui.people.versions import versions
from orderway.ui.site import Page

DEEDS = ("changeUser", "setUserRoles", "setUserStores", "setUserPassword", "disableUser", "enableUser")

PAGES: tuple[Page, ...] = (
    Page("/people", people, shows=("users", "roles", "stores")),
    Page("/people/new", new_person, shows=("roles", "stores")),
    Page("/people/new", add, "POST", does=("createUser",)),
    Page("/people/{person}", person, shows=("user", "roles", "stores", "peopleChanges")),
    Page("/people/{person}/{deed}", do, "POST", does=DEEDS),
    Page("/audit", audit, shows=("peopleChanges", "users", "user", "roles", "stores")),
    Page("/audit/versions", versions, shows=("machineRuns",)),
    Page("/roles", roles, shows=("roles", "permissions")),
    Page("/roles", compose, "POST", does=("createRole",)),
    Page("/roles/{role}", change, "POST", does=("changeRole", "deleteRole")),
)
