import re
from uuid import UUID

import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.order.test_page import action


async def said(client: httpx.AsyncClient, path: str, text: str, **more: str) -> httpx.Response:
    """What the form of the timeline answers."""
    url, fields = action((await client.get(path)).text, "Comment")
    return await client.post(url, data=fields | {"text": text} | more)


def timeline(page: str) -> str:
    return words(page.partition("Timeline</h2>")[2])


async def seen_by_both(shop: Shop) -> str:
    """An order of the reseller who signs in, in Lagos."""
    found = await shop.pool.fetchval(
        "SELECT o.id FROM sale_order o JOIN customer c ON c.id = o.customer_id JOIN person p ON p.id = c.person_id"
        " JOIN sale s ON s.order_id = o.id WHERE p.email = 'reseller.lagos.ikeja@demo.example' ORDER BY o.id LIMIT 1"
    )
    assert found
    return f"/orders/{found}"


async def test_a_note_is_for_the_sellers_people_and_what_is_for_the_buyer_is_read_by_both(sign_in: SignIn, shop: Shop):
    manager, buyer = await sign_in("manager.lagos"), await sign_in("reseller.lagos.ikeja")
    path = await seen_by_both(shop)
    assert (await said(manager, path, "Between <us>.")).headers["location"] == f"{path}#line"
    await said(manager, path, "It leaves tomorrow.", **{"for": "buyer"})
    await said(buyer, path, "Thank you.")
    staff, theirs = (await manager.get(path)).text, (await buyer.get(path)).text
    assert "Between &lt;us&gt;." in staff
    whole = re.sub(r"\d+ March 2026, [\d:]+ UTC ", "", timeline(staff))
    assert re.search(
        r"Thank you\. just now · the buyer reads it too Manager, Lagos store It leaves tomorrow\. just now"
        r" · the buyer reads it too Manager, Lagos store Between <us>\. just now · for the seller's people alone",
        whole,
    )
    assert "It leaves tomorrow." in timeline(theirs)
    assert "Between" not in timeline(theirs)
    assert "The buyer reads it too" not in words(theirs), "a buyer is not asked who reads it"
    kinds = await shop.pool.fetch(
        "SELECT type, data::text FROM outbox WHERE order_id = $1 AND type LIKE 'order.comment.%' ORDER BY number",
        UUID(path[-36:]),
    )
    assert [row["type"] for row in kinds] == ["order.comment.noted", "order.comment.told", "order.comment.asked"]
    assert "Between" not in kinds[0]["data"], "the world is told that there is one, and not what it says"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("  ", "Comment is missing. Write something."),
        ("x" * 2001, "Comment has more than 2,000 characters. Shorten it."),
        ("a\x07b", "Comment holds a character that can not be shown. Leave it out."),
    ],
)
async def test_a_comment_that_can_not_be_comes_again_as_it_was_typed(
    sign_in: SignIn, shop: Shop, text: str, sentence: str
):
    client, path = await sign_in("admin"), await seen_by_both(shop)
    count = "SELECT count(*) FROM order_comment"
    before = await shop.pool.fetchval(count)
    refused = await said(client, path, text, **{"for": "buyer"})
    assert refused.status_code == 422
    assert sentence in words(refused.text)
    assert f">{text}</textarea>" in refused.text
    assert 'name="for" value="buyer" checked' in refused.text
    assert 'aria-invalid="true" aria-describedby="comment-wrong" autofocus' in refused.text
    assert await shop.pool.fetchval(count) == before


async def test_a_comment_is_added_once_and_by_nobody_else(sign_in: SignIn, shop: Shop):
    client, path = await sign_in("admin"), await seen_by_both(shop)
    url, fields = action((await client.get(path)).text, "Comment")
    count = "SELECT count(*) FROM order_comment WHERE text = 'Once.'"
    for _ in range(2):
        assert (await client.post(url, data=fields | {"text": "Once."})).status_code == 303
    assert (await client.post(url, data=fields | {"text": "Once.", "csrf": "0" * 64})).status_code == 403
    other = await sign_in("manager.abuja")
    (csrf, *_) = re.findall(r'name="csrf" value="([0-9a-f]{64})"', (await other.get("/orders")).text)
    assert (await other.post(url, data={"text": "Once.", "csrf": csrf})).status_code == 404
    assert await shop.pool.fetchval(count) == 1


async def test_a_rider_neither_reads_comments_nor_writes_any(sign_in: SignIn, shop: Shop):
    admin, rider = await sign_in("admin"), await sign_in("rider1.lagos")
    ours = await shop.pool.fetchval(
        "SELECT f.order_id FROM fulfillment f JOIN person p ON p.id = f.rider_id"
        " WHERE p.email = 'rider1.lagos@demo.example' LIMIT 1"
    ) or pytest.fail("the rider brings nothing")
    await said(admin, f"/orders/{ours}", "Not for riders.", **{"for": "buyer"})
    page = (await rider.get(f"/orders/{ours}")).text
    assert "Not for riders." not in page
    assert 'id="comment"' not in page
    (csrf, *_) = re.findall(r'name="csrf" value="([0-9a-f]{64})"', page)
    answer = await rider.post(f"/orders/{ours}/comments", data={"text": "Me too.", "csrf": csrf})
    assert answer.status_code == 422
    assert "You may not comment on the order." in words(answer.text)


async def test_comments_are_continued_with_the_older_part_of_the_timeline(sign_in: SignIn, shop: Shop):
    client, path = await sign_in("admin"), await seen_by_both(shop)
    for number in range(52):
        await said(client, path, f"Note {number}.")
    page = (await client.get(path)).text
    assert "Note 51." in page
    assert "Note 1." not in timeline(page)
    (more,) = re.findall(r'href="([^"]+)">Show older entries', page)
    rest = timeline((await client.get(more)).text)
    assert "Note 1." in rest
    assert "Note 2." not in rest
