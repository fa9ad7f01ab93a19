"""Messages on the timeline of an order: folded at what they tell of, for who may know of them."""

import re

from tests.outbound.listening import deliver_all
from tests.ui.conftest import Shop, SignIn, words

from orderway.app import make_workflow
from orderway.settings import Settings
from orderway.workflow.runner import Runner

FOLDED = re.compile(r'<details><summary class="small">(\d+ messages? sent)</summary>(.*?)</details>', re.DOTALL)


async def tell(shop: Shop) -> None:
    """Tell everybody what happened."""
    await deliver_all(Runner(shop.pool, make_workflow(Settings({}))))


async def an_order(shop: Shop) -> str:
    """An order of the reseller who signs in, that was agreed."""
    return str(await shop.pool.fetchval(
        "SELECT o.id FROM sale_order o JOIN customer c ON c.id = o.customer_id JOIN person p ON p.id = c.person_id"
        " JOIN sale s ON s.order_id = o.id WHERE p.email = 'reseller.lagos.ikeja@demo.example' ORDER BY o.id LIMIT 1"
    ))  # fmt: skip


def folded(page: str) -> list[tuple[str, str]]:
    return [(count, words(told)) for count, told in FOLDED.findall(page)]


async def test_messages_are_folded_at_what_they_tell_of(sign_in: SignIn, shop: Shop):
    order = await an_order(shop)
    number = await shop.pool.fetchval("SELECT number FROM sale_order WHERE id = $1::text::uuid", order)
    manager, url = await sign_in("manager.lagos"), f"/orders/{order}"
    assert folded((await manager.get(url)).text) == []
    await tell(shop)
    page = (await manager.get(url)).text
    opened = page.partition("opened the sale")[2].partition("</li>")[0]
    ((count, told),) = folded(opened)
    assert count == "2 messages sent"
    assert f"Biller, Lagos store : The sale of order {number} is open" in told
    assert f"Reseller in Ikeja : Your order {number} is agreed" in told
    assert "NGN" not in told, "amounts are for who was told"


async def test_a_buyer_sees_their_own_alone(sign_in: SignIn, shop: Shop):
    order = await an_order(shop)
    await tell(shop)
    buyer = await sign_in("reseller.lagos.ikeja")
    found = folded((await buyer.get(f"/orders/{order}")).text)
    assert found
    assert all(re.fullmatch(r"you (\(read\) )?: .*", told) for _, told in found), found
    own = await shop.pool.fetchval(
        "SELECT count(*) FROM notification n JOIN person p ON p.id = n.person_id"
        " WHERE n.order_id = $1::text::uuid AND p.email = 'reseller.lagos.ikeja@demo.example'",
        order,
    )
    assert sum(int(count.split()[0]) for count, _ in found) == own


async def test_what_was_read_says_so(sign_in: SignIn, shop: Shop):
    order = await an_order(shop)
    await tell(shop)
    await shop.pool.execute("UPDATE notification SET read_at = now() WHERE title LIKE 'Your order % is agreed'")
    manager = await sign_in("manager.lagos")
    assert "Reseller in Ikeja (read)" in words((await manager.get(f"/orders/{order}")).text)


async def test_of_many_whom_one_event_concerned_some_are_named(sign_in: SignIn, shop: Shop):
    order = await an_order(shop)
    await tell(shop)
    await shop.pool.execute(
        "INSERT INTO notification (person_id, number, id, store_id, order_id, event_number, type, machine, instance_id,"
        " title, text, tells_money, at) SELECT p.id, 9999, gen_random_uuid(), n.store_id, n.order_id, n.event_number,"
        " n.type, n.machine, n.instance_id, 'Come and see', '', false, n.at FROM person p CROSS JOIN LATERAL"
        " (SELECT * FROM notification WHERE order_id = $1::text::uuid ORDER BY event_number LIMIT 1) n"
        " WHERE NOT EXISTS (SELECT FROM notification t WHERE t.person_id = p.id AND t.event_number = n.event_number"
        " AND t.order_id = n.order_id)",
        order,
    )
    everybody = await shop.pool.fetchval(
        "SELECT count(*) AS n FROM notification WHERE order_id = $1::text::uuid"
        " GROUP BY event_number ORDER BY n DESC LIMIT 1",
        order,
    )
    manager = await sign_in("manager.lagos")
    told = dict(folded((await manager.get(f"/orders/{order}")).text))[f"{everybody} messages sent"]
    assert told.endswith(f"{everybody - 5} more")
