"""What is out of somebody's scope is not found by its id: it answers as one that never was, and nothing is written."""

from __future__ import annotations

import pytest
from tests.graphql.orders import written
from tests.graphql.walk.asking import send
from tests.graphql.walk.capabilities import CAPABILITIES, OPEN, OWN
from tests.graphql.walk.company import OUTSIDE, Walk
from tests.graphql.walk.inputs import mutations

from orderway.ids import new_id

OF_ALL = {"product", "variant", "priceList"}
"""Things that are no store's and no person's: whoever may change them may wherever they work."""

FREE = [
    *OPEN.split(),
    *OWN.split(),
    *next(each.mutations.split() for each in CAPABILITIES if each.what == "change the catalogue"),
]
WALKED = [name for name in mutations() if name not in FREE]
THEIRS = {"second biller": {"createQuotation", "upsertRiderCoverage", "removeRiderCoverage"}}
"""What somebody does in the store all the same that they share with whoever the order is of."""


@pytest.mark.parametrize("who", OUTSIDE)
async def test_the_things_of_others_are_changed_by_nobody_and_are_as_if_they_were_not(who: str, walk: Walk):
    before, wrong = await written(walk.api), {}
    for name in [each for each in WALKED if each not in THEIRS.get(who, ())]:
        ids = walk.ids(who, name)
        never = {thing: id if thing in OF_ALL else str(new_id()) for thing, id in ids.items()}
        came, as_if = [(await send(walk.api, who, name, each)).text for each in (ids, never)]
        if came != as_if:
            wrong[name] = came, as_if
    assert wrong == {}
    assert await written(walk.api) == before
