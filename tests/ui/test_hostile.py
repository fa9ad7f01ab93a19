"""What nobody sends by one of our pages: each is answered in words, and none of it is a fault of ours."""

import httpx
import pytest
from tests.ui.conftest import Shop, SignIn, token, words


@pytest.mark.parametrize("wanted", ["//[", "//[evil", "http://[", "\0", "/\t/evil.example"])
async def test_an_address_that_can_not_be_read_leads_to_where_work_begins(shop: Shop, wanted: str):
    page = await shop.visitor.get("/sign-in", params={"next": wanted})
    assert page.status_code == 200
    assert 'name="next" value="/"' in page.text


async def test_an_origin_that_can_not_be_read_is_another_site(shop: Shop):
    page = await shop.visitor.get("/sign-in")
    answer = await shop.visitor.post("/sign-in", data={"csrf": token(page.text)}, headers={"Origin": "http://["})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("kind", "body", "status", "said"),
    [
        ("multipart/form-data; boundary=x; charset=utf-7", b"--x--", 415, "Send the form as the page does."),
        ("application/json", b"{}", 415, "Send the form as the page does."),
        ("application/x-www-form-urlencoded", b"a=" + b"x" * 70_000, 413, "A form holds at most 65,536 bytes."),
        ("application/x-www-form-urlencoded", b"a=1&" * 60, 400, "The form has more fields than any page of ours."),
        ("application/x-www-form-urlencoded", b"csrf=%ff%00%ed%a0%80&email=\xff", 403, "This form was not sent"),
    ],
)
async def test_a_form_of_another_kind_or_size_is_refused(shop: Shop, kind: str, body: bytes, status: int, said: str):
    answer = await shop.visitor.post("/sign-in", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert said in words(answer.text)


async def test_a_form_from_a_page_whose_address_can_not_be_read_leads_on_all_the_same(sign_in: SignIn):
    client = await sign_in("admin")
    page = await client.get("/notifications")
    form = {"csrf": token(page.text), "up_to": "0"}
    answer = await client.post("/notifications", data=form, headers={"HX-Current-URL": "http://["})
    assert answer.status_code == 200
    assert answer.headers["hx-redirect"] == "/notifications"


async def test_a_search_for_what_no_text_holds_finds_nothing_wrong(sign_in: SignIn):
    client = await sign_in("admin")
    answer = await client.get("/orders", params={"search": "\0"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("url", "top"),
    [
        ("/people?after=AAAAAAAAAAAAAAAAAAAAAAA%3D", "Accountant, head office"),
        ("/credit?after=00000000-0000-0000-0000-000000000007%3A%00", "Older accounts"),
    ],
)
async def test_a_place_in_a_list_that_no_text_can_hold_is_its_top(url: str, top: str, sign_in: SignIn):
    answer = await (await sign_in("admin")).get(url)
    assert answer.status_code == 200
    assert top in words(answer.text)


async def test_a_sku_that_no_text_holds_is_none(sign_in: SignIn, shop: Shop):
    client = await sign_in("admin")
    for url, found in (
        ("/quotations/new?customer={}", "SELECT id FROM customer WHERE name = 'Customer 1 in Yaba'"),
        ("/catalogue/lists/{}", "SELECT id FROM price_list LIMIT 1"),
    ):
        path = url.format(await shop.pool.fetchval(found))
        form = {"csrf": token((await client.get(path)).text), "act": "look", "find": "\0", "sku": "\0"}
        answer = await client.post(path, data=form)
        assert answer.status_code in {200, 422}
        assert "went wrong" not in words(answer.text)


async def test_a_method_that_an_address_does_not_take_is_told_those_it_takes(shop: Shop):
    answer = await shop.visitor.put("/sign-out")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def posts(client: httpx.AsyncClient, path: str, event: str, **fields: str) -> httpx.Response:
    """Send an event's form as the page has it, with other values."""
    page = (await client.get(path)).text
    form = page.split(f'/{event}"', maxsplit=1)
    action = form[0].rpartition('action="')[2] + f"/{event}"
    seen = form[1].partition('name="seen" value="')[2].partition('"')[0]
    return await client.post(action, data={"csrf": token(page), "seen": seen, **fields})


async def test_what_is_said_to_have_been_done_was_done(sign_in: SignIn, shop: Shop):
    client = await sign_in("admin")
    path = await shop.order("sale", "AWAITING_SETTLEMENT")
    assert "You wrote off" not in words((await client.get(f"{path}?done=sale.write_off")).text)


async def test_a_pin_that_does_not_match_is_not_told_as_a_delivery(sign_in: SignIn, shop: Shop):
    found = await shop.pool.fetchval(
        "SELECT order_id FROM fulfillment WHERE state = 'SHIPPED' AND context ->> 'pin_hash' IS NOT NULL LIMIT 1"
    )
    client = await sign_in("admin")
    answer = await posts(client, f"/orders/{found}", "package_delivered", pin="no PIN")
    page = await client.get(answer.headers["location"])
    assert "You tried a PIN that does not match." in words(page.text)
    assert "confirmed the delivery" not in words(page.text)
