"""What is out of somebody's scope is read by no query: not by its id, not by a filter, in no list, count or error."""

from __future__ import annotations

import re

import pytest
from tests.graphql.walk.company import OUTSIDE, Walk
from tests.graphql.walk.markers import all_of, found
from tests.graphql.walk.reading import queries, ways
from tests.graphql.walk.selecting import documents

from orderway.ids import new_id

REQUEST = re.compile(r'"requestId":"[0-9a-f]+"')
OPEN = {"product", "variant", "priceList"}
"""Things of everybody: their ids are no secrets."""

CATALOGUE = {"products", "product", "variant"}
"""Queries that tell everybody whether a store has goods, and the seller's people what they cost a customer."""

OF_THE_STORE = {"rider", "riders", "riderCoverageAreas", "riderCoverageChanges", "billers"}
"""What of a store a biller reads who works there, whoever the orders are billed by."""


@pytest.mark.parametrize("who", OUTSIDE)
async def test_no_query_tells_an_id_of_others_from_one_that_never_was(who: str, walk: Walk):
    told, leaked = {}, {}
    for query in [each for each in queries() if who != "second biller" or each not in OF_THE_STORE]:
        ids, never = asked_for(who, query, walk)
        for real, as_if in zip(ways(query, ids), ways(query, never), strict=True):
            for document, other in zip(documents(query, real, 1), documents(query, as_if, 1), strict=True):
                texts = [REQUEST.sub("", (await walk.api.post(who, each)).text) for each in (document, other)]
                if unnamed(texts[0], ids, never) != unnamed(texts[1], ids, never):
                    told[query + real] = texts
                if seen := found(texts[1], all_of(walk)):
                    leaked[query + as_if] = seen, texts[1]
    assert (told, leaked) == ({}, {})


def asked_for(who: str, query: str, walk: Walk) -> tuple[dict[str, str], dict[str, str]]:
    """The ids that are there, and in their places some that are not."""
    ids, free = walk.ids(who), set(OPEN)
    if query in CATALOGUE:
        free |= {"store"} if who.startswith(("rider", "second customer", "second reseller")) else {"store", "customer"}
    never = {name: id if name in free else str(new_id()) for name, id in ids.items()}
    return ids, never | {"number": "LAG-999999"}


def unnamed(text: str, *asked: dict[str, str]) -> str:
    """An answer without the ids that were asked for, where it repeats them."""
    for name, id in ((name, each[name]) for each in asked for name in each):
        text = text.replace(id, f"<{name}>")
    return text
