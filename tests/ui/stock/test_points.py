"""Who set the reorder point of a shelf: the history on its page."""

import re

import httpx
from tests.ui.conftest import Shop, SignIn, words
from tests.ui.posting import form
from tests.ui.stock.test_shelves import shelf, url_of


def told(page: httpx.Response) -> str:
    """What the page says of the reorder point's history."""
    return words(page.text).partition("Who set the reorder point")[2]


async def set_to(client: httpx.AsyncClient, url: str, point: str) -> httpx.Response:
    return await client.post(f"{url}/reorder", data={**form(await client.get(url), f"{url}/reorder"), "point": point})


async def test_it_says_who_set_it_to_how_many_and_what_it_was(sign_in: SignIn, shop: Shop):
    manager, admin, url = await sign_in("manager.lagos"), await sign_in("admin"), url_of(await shelf(shop))
    assert told(await manager.get(url)).startswith(" Nobody yet. Whoever sets from how many pieces on")
    for client, point in ((manager, "1200"), (admin, "8"), (manager, "")):
        assert (await set_to(client, url, point)).status_code == 303
    moment = r"11 March 2026, 12:30:00 UTC just now"
    assert re.match(
        rf" Manager, Lagos store took the reorder point away \(it was 8\) {moment}"
        rf" Admin, head office set the reorder point to 8 \(it was 1,200\) {moment}"
        rf" Manager, Lagos store set the reorder point to 1,200 {moment}",
        told(await manager.get(url)),
    )


async def test_what_is_not_taken_and_what_is_the_same_leave_no_line(sign_in: SignIn, shop: Shop):
    manager, url = await sign_in("manager.lagos"), url_of(await shelf(shop))
    assert [(await set_to(manager, url, point)).status_code for point in ("many", "3", "3")] == [422, 303, 303]
    assert told(await manager.get(url)).count("set the reorder point to") == 1


async def test_older_ones_are_turned_to_and_who_has_no_stock_finds_none(sign_in: SignIn, shop: Shop):
    manager, row = await sign_in("manager.lagos"), await shelf(shop)
    url = url_of(row)
    await shop.pool.execute(
        "INSERT INTO reorder_point_change (store_id, variant_id, was, became, at, actor)"
        " SELECT $1, $2, n - 1, n, now(), 'system' FROM generate_series(100, 112) n",
        row["store_id"], row["variant_id"],
    )  # fmt: skip
    first = await manager.get(url)
    older = re.search(rf'href="({url}\?points=[^"]+)" rel="next"', first.text)
    assert older
    second = await manager.get(older[1])
    seen = [set(re.findall(r"point to (\d+)", told(page))) for page in (first, second)]
    assert [len(each) for each in seen] == [10, 3]
    assert seen[0] | seen[1] == {str(n) for n in range(100, 113)}
    assert "First page" in told(second)
    assert told(await manager.get(f"{url}?points=x")) == told(first)
    assert (await (await sign_in("biller.lagos")).get(url)).status_code == 404
