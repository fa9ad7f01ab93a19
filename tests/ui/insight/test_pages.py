"""The page of figures: for who sees operations, of their stores, each as a plot, a table and a file."""

import csv
import io
import re

import pytest
from tests.company import NOW
from tests.ui.conftest import Shop, SignIn, words

from orderway.insight.gathering import gather_all
from orderway.ui.insight.plots import Point, bar, ceiling, lines, rooted


@pytest.mark.parametrize("who", ["superadmin", "admin", "accountant", "manager.lagos"])
async def test_who_sees_operations_sees_the_figures(shop: Shop, sign_in: SignIn, who: str):
    await gather_all(shop.pool, now=NOW)
    client = await sign_in(who)
    page = words((await client.get("/analytics")).text)
    for text in ("Time spent in each state", "From quotation to completion", "Orders per day", "How often",
                 "Standing for longer than usual", "Show as table", "Download as CSV"):  # fmt: skip
        assert text in page
    assert "Counted out of the log" in page


@pytest.mark.parametrize("who", ["biller.lagos", "rider1.lagos", "reseller.lagos.ikeja", "customer.lagos"])
async def test_for_others_there_are_none(sign_in: SignIn, who: str):
    client = await sign_in(who)
    for url in ("/analytics", "/analytics/days.csv"):
        assert (await client.get(url)).status_code == 404


async def rows(client: object, url: str) -> list[dict[str, str]]:
    answer = await client.get(url)  # type: ignore[attr-defined]  # a browser
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.text)))


async def test_the_files_hold_what_the_log_says(shop: Shop, sign_in: SignIn):
    await gather_all(shop.pool, now=NOW)
    client = await sign_in("admin")
    placed = await shop.pool.fetchval(
        "SELECT count(*) FROM sale_order WHERE placed_at >= '2025-12-12T00:00Z' AND placed_at < '2026-03-12T00:00Z'"
    )
    assert sum(int(row["placed"]) for row in await rows(client, "/analytics/days.csv?days=90")) == placed
    (drafted, *_, completed) = await rows(client, "/analytics/funnel.csv?days=90")
    assert (drafted["stage"], int(drafted["orders"])) == ("Quotation drafted", placed)
    done = await shop.pool.fetchval(
        "SELECT count(*) FROM sale a JOIN sale_order o ON o.store_id = a.store_id AND o.id = a.order_id"
        " WHERE state = 'COMPLETED' AND placed_at >= '2025-12-12T00:00Z' AND placed_at < '2026-03-12T00:00Z'"
    )
    assert int(completed["orders"]) == done
    dwell = await rows(client, "/analytics/dwell.csv?days=90&machine=quotation")
    assert {row["machine"] for row in dwell} == {"quotation"}
    assert all(int(row["half_within_seconds"]) <= int(row["nine_of_ten_within_seconds"]) for row in dwell)


async def test_a_manager_counts_their_own_store(shop: Shop, sign_in: SignIn):
    await gather_all(shop.pool, now=NOW)
    manager, admin = await sign_in("manager.lagos"), await sign_in("admin")
    store = await shop.pool.fetchval("SELECT id FROM store WHERE code = 'LOS'")
    mine = await rows(manager, "/analytics/funnel.csv")
    assert mine == await rows(admin, f"/analytics/funnel.csv?store={store}")
    assert mine != await rows(admin, "/analytics/funnel.csv")
    other = await shop.pool.fetchval("SELECT id FROM store WHERE code = 'ABV'")
    assert (await manager.get(f"/analytics/funnel.csv?store={other}")).status_code == 404


async def test_what_is_no_period_machine_or_figure(sign_in: SignIn):
    client = await sign_in("admin")
    page = await client.get("/analytics?days=1000&machine=nothing")
    assert page.status_code == 200
    assert re.search(r'<option value="30" selected>', page.text)
    assert (await client.get("/analytics/nothing.csv")).status_code == 404
    assert (await client.get("/analytics?store=nothing")).status_code == 404


async def test_every_bar_leads_to_its_list(shop: Shop, sign_in: SignIn):
    await gather_all(shop.pool, now=NOW)
    client = await sign_in("admin")
    page = (await client.get("/analytics")).text
    bars = re.findall(r'<ol class="bars">.*?</ol>', page, re.DOTALL)
    assert len(bars) == 2
    for each in bars:
        links = re.findall(r'href="([^"]+)"', each)
        assert len(links) == each.count("<li>")
        for url in links:
            answer = await client.get(url.replace("&amp;", "&"))
            assert answer.status_code == 200
            assert "so it is ignored" not in answer.text, url


def test_a_bar_is_as_long_as_its_share():
    assert 'width="50.0"' in bar(0.5)
    assert 'd="M25.0 6H100.0M100.0 2v8"' in bar(0.25, 1)
    assert "path" not in bar(0.25)


def test_short_spans_can_be_told_from_none_beside_long_ones():
    assert (rooted(0, 100), rooted(1, 100), rooted(100, 100), rooted(5, 0)) == (0, 0.1, 1, 0)


@pytest.mark.parametrize(("largest", "end"), [(0, 4), (4, 4), (5, 8), (21, 40), (66, 80), (101, 200), (1_000, 2_000)])
def test_an_axis_ends_at_a_round_number(largest: int, end: int):
    assert ceiling(largest) == end


def test_lines_run_over_their_days_and_say_what_each_was():
    plot = lines([[0, 4], [2, 2]], [Point("1 < 2", "/orders?a=1&b=2"), Point("two", "/orders")])
    assert plot.numbers == (4, 3, 2, 1, 0)
    assert 'd="M0.0 160.0L600.0 0.0"' in plot.drawing
    assert 'd="M0.0 80.0L600.0 80.0"' in plot.drawing
    assert "<title>1 &lt; 2</title>" in plot.drawing
    assert 'href="/orders?a=1&amp;b=2"' in plot.drawing
    assert ceiling(4) == 4
    assert lines([[]], []).numbers[0] == 4
