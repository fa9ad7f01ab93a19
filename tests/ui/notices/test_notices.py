import re
from uuid import UUID

import pytest
from tests.company import NOW
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import form

from orderway.ids import new_id
from orderway.notifications.telling import Letter, tell


async def told(shop: Shop, who: str, n: int = 3) -> list[UUID]:
    """Somebody who was told of the first events of orders, each "Order … has left"; their newest first."""
    person = await shop.pool.fetchval("SELECT id FROM person WHERE email = $1", f"{who}@demo.example")
    rows = await shop.pool.fetch(
        "SELECT b.store_id, b.order_id, b.number, b.type, o.number AS named FROM outbox b"
        " JOIN sale_order o ON o.store_id = b.store_id AND o.id = b.order_id ORDER BY b.order_id, b.number LIMIT $1", n,
    )  # fmt: skip
    letters = [
        Letter(
            person=person, store_id=row["store_id"], order_id=row["order_id"], event_number=row["number"],
            type=row["type"], machine="sale", instance_id=new_id(), title=f"Order {row['named']} has left",
            text="NGN 10.00, to be confirmed.", tells_money=True, at=NOW,
        ) for row in rows
    ]  # fmt: skip
    async with shop.pool.acquire() as connection:
        await tell(connection, letters)
    found = await shop.pool.fetch("SELECT id FROM notification WHERE person_id = $1 ORDER BY number DESC", person)
    return [row["id"] for row in found]


async def unread(shop: Shop) -> int:
    return int(await shop.pool.fetchval("SELECT count(*) FROM notification WHERE read_at IS NULL"))


async def test_who_was_told_nothing_is_told_what_would_be_here(sign_in: SignIn):
    client = await sign_in("biller.lagos")
    said = words((await client.get("/notifications")).text)
    assert "No notifications yet" in said
    assert "Mark all as read" not in said
    assert "Nothing unread" in words((await client.get("/notifications?show=unread")).text)


async def test_each_sees_their_own_and_the_bell_counts_the_unread(sign_in: SignIn, shop: Shop):
    await told(shop, "admin")
    admin, other = await sign_in("admin"), await sign_in("superadmin")
    page = await admin.get("/notifications")
    assert len(re.findall(r"Order [A-Z]+-\d+-\d+ has left|Order \S+ has left</b>", page.text)) == 3
    assert "All 3 Unread 3" in words(page.text)
    assert 'aria-label="Notifications, 3 unread"' in page.text
    assert "NGN 10.00, to be confirmed." in words(page.text)
    assert "No notifications yet" in words((await other.get("/notifications")).text)


async def test_who_may_see_no_money_is_told_no_amount(sign_in: SignIn, shop: Shop):
    await told(shop, "rider1.lagos", 1)
    said = words((await (await sign_in("rider1.lagos")).get("/notifications")).text)
    assert "has left" in said
    assert "NGN" not in said


async def test_one_is_marked_as_read_and_a_second_time_changes_nothing(sign_in: SignIn, shop: Shop):
    first, *_ = await told(shop, "admin")
    admin = await sign_in("admin")
    sent = {**form(await admin.get("/notifications"), "/notifications"), "id": str(first)}
    assert (await admin.post("/notifications", data=sent)).headers["location"] == "/notifications"
    assert "Marked 1 notification as read." in words((await admin.get("/notifications")).text)
    assert await unread(shop) == 2
    await admin.post("/notifications", data={**sent, "show": "unread"})
    said = words((await admin.get("/notifications?show=unread")).text)
    assert "They were read already." in said
    assert "All 3 Unread 2" in said


async def test_all_are_marked_but_what_came_since_the_page_was_made(sign_in: SignIn, shop: Shop):
    await told(shop, "admin", 2)
    admin = await sign_in("admin")
    page = await admin.get("/notifications")
    number = re.search(r'name="up_to" value="(\d+)"', page.text)
    assert number
    await told(shop, "admin", 3)
    sent = {**form(page, "/notifications"), "up_to": number[1]}
    assert (await admin.post("/notifications", data=sent)).status_code == 303
    page = await admin.get("/notifications")
    assert "Marked 2 notifications as read." in words(page.text)
    assert "All 3 Unread 1" in words(page.text)


async def test_long_lists_are_turned_page_by_page(sign_in: SignIn, shop: Shop):
    ids = await told(shop, "admin", 25)
    admin = await sign_in("admin")
    first = await admin.get("/notifications")
    older = re.search(r'href="(/notifications\?after=\d+)"', first.text)
    assert older
    second = await admin.get(older[1])
    shown = [re.findall(r'<li id="n([0-9a-f-]{36})"', page.text) for page in (first, second)]
    assert shown[0] + shown[1] == [str(id) for id in ids]
    assert [len(page) for page in shown] == [20, 5]
    assert "Mark all as read" not in words(second.text)
    assert "This is no place in the list of notifications." in words((await admin.get("/notifications?after=x")).text)


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"id": "x"}, 422), ({"up_to": "x"}, 422), ({"up_to": ""}, 422), ({"id": "", "up_to": "9" * 12}, 422)],
)
async def test_what_no_page_sends_marks_nothing(fields: dict[str, str], status: int, sign_in: SignIn, shop: Shop):
    await told(shop, "admin")
    admin = await sign_in("admin")
    csrf = form(await admin.get("/notifications"), "/sign-out")
    assert (await admin.post("/notifications", data={**csrf, **fields})).status_code == status
    assert await unread(shop) == 3


async def test_nobody_marks_what_is_anothers_nor_by_a_form_of_another_site(sign_in: SignIn, shop: Shop):
    first, *_ = await told(shop, "admin")
    other, admin = await sign_in("superadmin"), await sign_in("admin")
    csrf = form(await other.get("/notifications"), "/sign-out")
    assert (await other.post("/notifications", data={**csrf, "id": str(first)})).status_code == 404
    assert (await admin.post("/notifications", data={"csrf": "x", "id": str(first)})).status_code == 403
    assert await unread(shop) == 3
