"""What opens a mutation is one permission, whoever holds it: by a role of one's own making, or left to a key."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.graphql.office import Api
from tests.graphql.staff_office import hire
from tests.graphql.walk.asking import send
from tests.graphql.walk.capabilities import CAPABILITIES
from tests.graphql.walk.company import Walk

from orderway.ids import new_id
from orderway.people.signing.keys import NewKey, make_key
from orderway.people.viewer import find_viewer

SEES = ["money.see", "reconciliation.see", "scope.all"]
"""What makes somebody see every order and what is parked, and do nothing."""

MORE = {"createUser", "setUserRoles", "setUserStores", "setUserPassword", "createRole", "changeRole", "enableUser",
        "changeUser", "disableUser", "deleteRole", "forgetUserIdentities", "approveResellerApplication"}  # fmt: skip
"""Mutations that ask for more than the one: for all that is given out by them, or that another may who is changed."""

BOTH = {"updateFulfillmentPreferences"}
"""Mutations that a buyer and the seller's people do by two permissions."""

UNNAMED = {"createQuotation": "quotation.edit", "attachParkedMoney": "payment.reconcile",
           "decideImportReview": "override.decide"}  # fmt: skip
"""Mutations that do not say what they take: to who may not, there is no such store, or no such order."""

OPEN = {"addComment"}
"""Mutations that whoever sees money does on what they see: here it opens nothing more."""

MUTATIONS = [name for each in CAPABILITIES for name in each.mutations.split() if name not in OPEN]


async def opened_by(walk: Walk) -> dict[str, str]:
    """The permission that is named to who sees everything and may do nothing, for each mutation."""
    await employ(walk.api, "looker", SEES)
    found = {}
    for name in MUTATIONS:
        came = await send(walk.api, "looker", name, walk.ids("looker", name))
        found[name] = came.permission or UNNAMED.get(name, "")
    assert [name for name, permission in found.items() if not permission] == []
    return found


async def employ(api: Api, who: str, permissions: list[str]) -> None:
    """Somebody with a role of their own that holds just this."""
    await api.office.pool.execute(
        "INSERT INTO role (id, name, label, permissions) VALUES ($1, upper($2), $2, $3)",
        new_id(), who.replace(".", " "), permissions,
    )  # fmt: skip
    await hire(api, who, who.replace(".", " ").upper())


@pytest.fixture
async def permissions(walk: Walk) -> dict[str, str]:
    return await opened_by(walk)


async def test_a_role_of_ones_own_making_does_what_its_permission_opens(walk: Walk, permissions: dict[str, str]):
    wrong = {}
    for permission in sorted(set(permissions.values())):
        who = f"holder of {permission}"
        await employ(walk.api, who, [*SEES, permission])
        theirs = [each for each in MUTATIONS if permissions[each] == permission and each not in MORE]
        # What is gone is nothing to try the others on.
        for name in sorted(theirs, key=lambda each: each.startswith("delete")):
            came = await send(walk.api, who, name, walk.ids(who, name))
            if came.is_forbidden or came.is_hidden:
                wrong[name] = came.text
    assert wrong == {}


async def test_a_key_does_nothing_that_was_not_left_to_it(walk: Walk, permissions: dict[str, str]):
    held = set(permissions.values())
    wrong = {}
    async with walk.api.office.pool.acquire() as connection:
        admin = await find_viewer(connection, walk.api.office.ids["admin"])
        assert admin
        for permission in sorted(held & admin.permissions):
            left = NewKey(
                name=permission, permissions=tuple(sorted(admin.permissions - {permission, "scope.all"})),
                expires_at=walk.api.office.now + timedelta(days=1),
            )  # fmt: skip
            key = await make_key(connection, admin, left, at=walk.api.office.now)
            walk.api.office.tokens[permission] = key.text, walk.api.office.now + timedelta(days=1)
    for name, permission in permissions.items():
        if permission in walk.api.office.tokens and name not in BOTH:
            came = await send(walk.api, permission, name, walk.ids("admin", name))
            if not (came.is_forbidden or came.is_hidden or "in_person" in came.guards):
                wrong[name] = came.text
    assert wrong == {}
