"""E-mails that did not arrive are listed with why for who looks after deliveries, and tried again."""

import pytest
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import form

from orderway.ids import new_id

WRITE = """
INSERT INTO mail (store_id, order_id, event_number, recipient, id, person_id, topic, instance_id, title, text, at,
    tries, why, due_at, dead_at)
SELECT o.store_id, o.id, $2, p.id, $1, p.id, 'SALE', o.id, $3, '', now(), $4, $5,
    CASE WHEN $6 THEN now() + interval '1 hour' END, CASE WHEN NOT $6 THEN now() END
FROM (SELECT * FROM sale_order ORDER BY id LIMIT 1) o, person p WHERE p.email = 'customer.lagos@demo.example'
"""
WHY = "The mail server refuses the address: 550 No such mailbox"


@pytest.fixture
async def mails(shop: Shop) -> None:
    """One that was given up, one that failed and one that waits."""
    for number, title, tries, why, is_due in (
        (1, "Given up", 20, WHY, False), (2, "Failed", 3, "Later.", True), (3, "Waits", 0, None, True),
    ):  # fmt: skip
        await shop.pool.execute(WRITE, new_id(), number, title, tries, why, is_due)


@pytest.mark.usefixtures("mails")
async def test_they_are_listed_with_why_and_tried_again_for_a_reason(shop: Shop, sign_in: SignIn):
    admin = await sign_in("admin")
    page = await admin.get("/mails")
    said = words(page.text)
    assert WHY in said
    assert "20 tries" in said
    assert page.text.count('form="again" name="mail.') == 2
    assert "Waits" not in words((await admin.get("/mails?status=DEAD")).text)
    sent = {**form(page, "/mails"), "do": "all"}
    assert (await admin.post("/mails", data=sent)).status_code == 422
    page = await admin.post("/mails", data={**sent, "do": "ticked", "reason": "It was mended."})
    assert "No e-mail is ticked." in words(page.text)
    id = await shop.pool.fetchval("SELECT id FROM mail WHERE title = 'Given up'")
    ticked = {**sent, "do": "ticked", "reason": "It was mended.", f"mail.{id}": "on"}
    assert (await admin.post("/mails", data=ticked)).headers["location"] == "/mails"
    assert "1 e-mail is tried again." in words((await admin.get("/mails")).text)
    rows = await shop.pool.fetch("SELECT title FROM mail WHERE due_at <= now() AND dead_at IS NULL")
    reasons = await shop.pool.fetch("SELECT reason FROM outbound_change WHERE sink = 'mail'")
    assert ([row["title"] for row in rows], [row["reason"] for row in reasons]) == (["Given up"], ["It was mended."])


@pytest.mark.usefixtures("mails")
async def test_who_does_not_look_after_deliveries_sees_no_such_page(sign_in: SignIn):
    biller = await sign_in("biller.lagos")
    assert (await biller.get("/mails")).status_code == 404


async def test_where_all_arrived_the_page_says_so(sign_in: SignIn):
    assert "No e-mail waits" in words((await (await sign_in("admin")).get("/mails")).text)
