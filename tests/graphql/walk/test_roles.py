"""Each mutation as each role, on what that role sees: what the table says it may do, and nothing else."""

from __future__ import annotations

import pytest
from tests.graphql.orders import written
from tests.graphql.walk.asking import send
from tests.graphql.walk.capabilities import OPEN, OWN, ROLES, SYSTEM, doers
from tests.graphql.walk.company import INSIDE, Walk
from tests.graphql.walk.inputs import mutations

WALKED = [name for name in mutations() if name not in OPEN.split() and name not in OWN.split()]


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_does_what_the_table_says_and_nothing_else(role: str, walk: Walk):
    who = INSIDE[role]
    before = await written(walk.api)
    theirs = [name for name in WALKED if role in doers(name)]
    wrong = {}
    for name in WALKED:
        if name not in theirs:
            came = await send(walk.api, who, name, walk.ids(who, name))
            if not (came.is_forbidden or came.is_hidden or (name in SYSTEM.split() and "system" in came.guards)):
                wrong[name] = came.text
    assert wrong == {}
    assert await written(walk.api) == before, "Something was written by what a role may not do."
    for name in theirs:
        came = await send(walk.api, who, name, walk.ids(who, name))
        if came.is_forbidden or came.is_hidden:
            wrong[name] = came.text
    assert wrong == {}
