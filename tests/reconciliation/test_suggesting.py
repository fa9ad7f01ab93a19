"""What is safe to do with an item of each kind, and where nobody can say so by rule."""

import pytest
from tests.reconciliation.inbox import Inbox
from tests.stories.shop import shirts

from orderway.sale.reconciliation.parking import Kind
from orderway.sale.reconciliation.rules import Action, Tolerance
from orderway.sale.reconciliation.suggesting import suggestion

STRICT, LENIENT = Tolerance(0), Tolerance(100)


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        ("late", "refund"),
        ("surplus", "refund"),
        ("over", "accept_over"),
        ("duplicate", "return"),
        ("wrong_currency", "return"),
        ("orphan", None),
        ("disputed", None),
        ("early", None),
        ("unverified", None),
    ],
)
async def test_what_is_safe_with_each_kind(inbox: Inbox, kind: Kind, action: Action | None):
    item, _ = await inbox.make(kind)
    found = suggestion(await inbox.item(item), STRICT)
    assert (found.action if found else None) == action


async def test_what_lacks_little_is_let_go_and_what_lacks_more_is_a_part(inbox: Inbox):
    id, order = await inbox.about("short", 3000)
    item = await inbox.item(id)
    little, much = suggestion(item, LENIENT), suggestion(item, STRICT)
    assert little
    assert (little.action, little.order) == ("accept_short", None)
    assert much
    assert much.order
    assert (much.action, much.order.id) == ("attach", order.id)


async def test_money_of_no_known_order_is_for_the_only_one_that_waits_for_it(inbox: Inbox):
    id, order = await inbox.orphan()
    await order.register(4000)
    found = suggestion(await inbox.item(id), STRICT)
    assert found
    assert found.order
    assert (found.action, found.order.id) == ("attach", order.id)
    other = await inbox.shop.agreed(shirts(4))
    await other.register(4000)
    assert suggestion(await inbox.item(id), STRICT) is None, "of two it may be for either"


async def test_who_may_not_settle_is_told_nothing_to_do(inbox: Inbox):
    id, _ = await inbox.make("duplicate")
    assert suggestion(await inbox.item(id, by="manager"), STRICT) is None
