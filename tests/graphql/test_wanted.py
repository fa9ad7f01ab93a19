"""Reading less of an order changes nothing of what is answered: each field alone is told as beside all others."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import pytest
from tests.graphql.office import Api
from tests.graphql.orders import released

from orderway.graphql.wanted import NEEDS
from orderway.order import reads
from orderway.order.sight import Sight

INNER = {
    "delivery": "{ city }",
    "store": "{ id name }",
    "customer": "{ id name }",
    "biller": "{ name }",
    "rider": "{ name }",
    "addresses": "{ id }",
    "lines": "{ sku quantity price { total } }",
    "quotation": "{ id state }",
    "sale": "{ id state context { grandTotal } }",
    "fulfillment": "{ id state lines { quantity } }",
    "fulfillments": "{ id state }",
    "payments": "{ id state receipts { id } }",
    "overrides": "{ id state askedBy }",
    "interests": "{ id state rider { name } }",
    "returns": "{ id }",
}
WHOLE = "workflowState"
"""A field that nothing is known of: the whole order is read for it."""

THERE = {"lines", "quotation", "sale", "fulfillment", "fulfillments", "overrides", "interests", "payments"}


PAGES = (
    "{{ orders {{ nodes {{ {} }} }} }}",
    "{{ orders {{ edges {{ node {{ {} }} }} }} }}",
    "{{ orders {{ nodes {{ ...F }} }} }} fragment F on SaleOrder {{ {} }}",
)


async def test_a_field_alone_is_what_it_is_beside_the_others(api: Api):
    assert WHOLE not in NEEDS
    made = await released(api)
    for field in NEEDS:
        wanted = f"{field} {INNER.get(field, '')}"
        alone = await api.order("manager", made.order, wanted)
        beside = await api.order("manager", made.order, f"{wanted} {WHOLE}")
        assert alone == {field: beside[field]}
        assert bool(alone[field]) or field not in THERE
        for page in PAGES:
            found = (await api.ask("manager", page.format(wanted)))["orders"]
            assert [each.get("node", each) for each in found.get("nodes", found.get("edges"))] == [alone]


async def test_what_is_not_asked_for_is_not_read(api: Api, monkeypatch: pytest.MonkeyPatch):
    made = await released(api)
    seen: list[AbstractSet[str]] = []
    write = reads.statement

    def noted(sight: Sight, which: str, parts: AbstractSet[reads.Part] = reads.WHOLE) -> str:
        seen.append(parts)
        return write(sight, which, parts)

    monkeypatch.setattr(reads, "statement", noted)
    for wanted, parts in (
        ("number store { name }", set()),
        ("lines { sku } ... on SaleOrder { payments { id } }", {"lines", "payments"}),
        ("sale { state }", {"terms"}),
        ("number workflowState", {"lines", "terms", "fulfillments", "payments", "more"}),
    ):
        await api.order("manager", made.order, wanted)
        await api.ask("manager", f"{{ orders {{ nodes {{ {wanted} }} }} }}")
        assert seen == [parts, parts]
        seen.clear()
