"""The pages of the machines: what stands in each state, and the rules in words."""

import re

import pytest
from tests.ui.conftest import Shop, SignIn, words

from orderway.machines import CHARTS
from orderway.people.permissions import BUILT_IN
from orderway.statechart import Chart
from orderway.ui.workflows.rules import rules

SEE, OTHERS = ("superadmin", "admin", "accountant", "manager.lagos"), ("biller.lagos", "rider1.lagos", "customer.lagos")
ROW = re.compile(r'<tr><td><span class="chip \w+">.*?</svg>([^<]+)</span></td><td class="num">(.*?)</td>', re.DOTALL)


def counts(page: str) -> dict[str, str]:
    """The number beside each state of the table."""
    return {label: re.sub("<[^>]+>", "", cell) for label, cell in ROW.findall(page)}


@pytest.mark.parametrize("who", SEE)
async def test_who_sees_operations_sees_every_machine(sign_in: SignIn, who: str):
    client = await sign_in(who)
    page = await client.get("/workflows")
    for chart in CHARTS.values():
        assert chart.label in words(page.text)
        url = f"/workflows/{chart.name.replace('_', '-')}"
        assert f'href="{url}"' in page.text
        assert (await client.get(url)).status_code == 200
        assert (await client.get(f"{url}/rules")).status_code == 200


@pytest.mark.parametrize("who", OTHERS)
async def test_for_others_there_are_no_workflows(sign_in: SignIn, who: str):
    client = await sign_in(who)
    for url in ("/workflows", "/workflows/sale", "/workflows/sale/rules"):
        assert (await client.get(url)).status_code == 404


async def test_a_machine_that_is_not_there_is_not_found(sign_in: SignIn):
    client = await sign_in("admin")
    for url in ("/workflows/nothing", "/workflows/nothing/rules", "/workflows/sale?store=nothing"):
        assert (await client.get(url)).status_code == 404


@pytest.mark.parametrize("machine", ["quotation", "sale", "payment", "fulfillment"])
async def test_the_numbers_are_those_of_the_database(shop: Shop, sign_in: SignIn, machine: str):
    client = await sign_in("accountant")
    page = (await client.get(f"/workflows/{machine}")).text
    rows = await shop.pool.fetch(f"SELECT state, count(*) FROM {machine} GROUP BY state")
    chart = CHARTS[machine]
    stand = {row["state"]: row["count"] for row in rows}
    assert counts(page) == {chart.node(name).label: str(stand.get(name, 0)) for name in chart.leaves}
    for state, count in stand.items():
        url = f"/payments?state={state.lower()}" if machine == "payment" else f"/orders?state={machine}%3A{state}"
        assert (f'href="{url}"' in page) is bool(count), "a number leads to its list"
        listed = await client.get(url.replace("&amp;", "&"))
        assert listed.status_code == 200
        assert "so it is ignored" not in listed.text


async def test_a_manager_sees_the_numbers_of_their_store(shop: Shop, sign_in: SignIn):
    client = await sign_in("manager.lagos")
    page = (await client.get("/workflows/fulfillment")).text
    mine = await shop.pool.fetchval(
        "SELECT count(*) FROM fulfillment f JOIN store s ON s.id = f.store_id"
        " WHERE s.code = 'LOS' AND f.state = 'SHIPPED'"
    )
    assert counts(page)["Out for delivery"] == str(mine)
    assert 'name="store"' not in page, "of one store there is nothing to choose"


async def test_the_chart_carries_the_numbers(shop: Shop, sign_in: SignIn):
    client = await sign_in("admin")
    page = (await client.get("/workflows/fulfillment")).text
    there = await shop.pool.fetchval("SELECT count(*) FROM fulfillment WHERE state = 'BACKORDERED'")
    drawn = re.search(r'BACKORDERED[^>]*"><g class="state[^>]*>.*?</g>', page, re.DOTALL)
    assert drawn
    assert f">{there}</text>" in drawn[0]


async def test_the_rules_say_what_must_hold_and_who_may(sign_in: SignIn):
    client = await sign_in("manager.lagos")
    page = words((await client.get("/workflows/quotation/rules")).text)
    assert "Approve the quotation for the seller" in page
    assert "Biller, Manager, Admin, Superadmin" in page
    assert "By itself, when its time has come" in page
    assert "In the log: somebody shared the quotation" in page


@pytest.mark.parametrize("chart", CHARTS.values(), ids=list(CHARTS))
def test_every_event_has_a_rule_that_says_who_may(chart: Chart):
    holders: dict[str, list[str]] = {}
    for role in BUILT_IN:
        for permission in role.permissions:
            holders.setdefault(permission, []).append(role.label)
    told = list(rules(chart, holders))
    assert {rule.name for rule in told if rule.name} == set(chart.events)
    assert all(rule.who and rule.who != "Nobody yet" and rule.ways for rule in told)
