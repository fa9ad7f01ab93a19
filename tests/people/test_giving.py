"""What one may give out by a role: what one holds oneself, as far as one's own reach goes."""

import pytest

from orderway.ids import new_id
from orderway.people.giving import beyond
from orderway.people.permissions import BUILT_IN
from orderway.people.roles import Role
from orderway.people.viewer import Viewer

PERMISSIONS = {role.name: role.permissions for role in BUILT_IN}


def holding(*roles: str | set[str]) -> Viewer:
    """Somebody with built-in roles, by name, or with roles of these permissions."""
    held = [PERMISSIONS[role] if isinstance(role, str) else frozenset(role) for role in roles]
    return Viewer(new_id(), "Giver", tuple(Role("role", each) for each in held), frozenset(), None)


def test_an_admin_gives_every_role_that_there_is_at_first_but_the_superadmins():
    over = {name: beyond(holding("ADMIN"), permissions) for name, permissions in PERMISSIONS.items()}
    assert {name: permission for name, permission in over.items() if permission} == {"SUPERADMIN": "superadmin.appoint"}


def test_a_superadmin_gives_every_role_that_there_is_at_first():
    assert {beyond(holding("SUPERADMIN"), permissions) for permissions in PERMISSIONS.values()} == {None}


@pytest.mark.parametrize(
    ("held", "role", "over"),
    [
        # What is not held is not given, however small.
        ([{"settings.manage", "scope.all"}], {"stock.manage", "scope.store"}, "stock.manage"),
        ([{"settings.manage", "scope.all"}], {"settings.manage", "scope.all"}, None),
        # What is held in some stores is not given for all of them.
        ([{"stock.manage", "scope.store"}], {"stock.manage", "scope.store"}, None),
        ([{"stock.manage", "scope.store"}], {"stock.manage", "scope.billed"}, None),
        ([{"stock.manage", "scope.store"}], {"stock.manage", "scope.all"}, "scope.all"),
        ([{"stock.manage", "scope.billed"}], {"stock.manage", "scope.store"}, "scope.store"),
        # One role's permission is not given with another role's reach.
        (
            [{"settings.manage", "scope.all"}, {"stock.manage", "scope.store"}],
            {"stock.manage", "scope.all"},
            "stock.manage",
        ),
        ([{"settings.manage", "scope.all"}, {"stock.manage", "scope.store"}], {"stock.manage", "scope.store"}, None),
        # Without a scope of its own a role counts wherever its holder reaches, so it takes all.
        ([{"stock.manage", "scope.store"}], {"stock.manage"}, "stock.manage"),
        ([{"stock.manage", "scope.all"}], {"stock.manage"}, None),
        # A buyer gives what is theirs to no staff.
        ([{"money.see", "scope.own"}], {"money.see", "scope.own"}, None),
        ([{"money.see", "scope.own"}], {"money.see", "scope.billed"}, "scope.billed"),
        # To deliver, and to choose how an own order is brought, are given to riders and buyers by who does neither.
        ([{"settings.manage", "scope.all"}], {"rider.volunteer", "scope.delivery"}, None),
        ([{"settings.manage", "scope.all"}], {"delivery.choose", "scope.own"}, None),
        ([{"settings.manage", "scope.all"}], {"rider.volunteer", "scope.all"}, "rider.volunteer"),
        ([{"settings.manage", "scope.all"}], {"rider.volunteer"}, "rider.volunteer"),
        # A role that holds nothing is anybody's to give.
        ([{"settings.manage", "scope.store"}], set(), None),
    ],
)
def test_what_is_beyond_the_giver(held: list[set[str]], role: set[str], over: str | None):
    assert beyond(holding(*held), role) == over
