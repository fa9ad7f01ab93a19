"""nameBiller: who is answerable for an order that a reseller began, and who may say so."""

from typing import Any

import pytest
from tests.graphql.office import LAGOS, QUICK, RESELLER, Api
from tests.graphql.orders import Made, agreed, draft, released, written

from orderway.app import make_workflow, the_laws
from orderway.people.accounts import NewPerson, add_person
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.verify import verify

NAME = "nameBiller"
WHY = "They know the buyer."


async def second(api: Api) -> str:
    """Another biller of the same store."""
    new = NewPerson(
        email="second.biller@example.com", name="Second biller", password_hash=QUICK.hash("correct horse battery"),
        roles=["BILLER"], stores=[LAGOS],
    )  # fmt: skip
    async with api.office.pool.acquire() as connection:
        id = api.office.ids["second biller"] = await add_person(connection, new, by=THE_SYSTEM, at=api.office.now)
    return str(id)


async def begun(api: Api) -> Made:
    """A quotation that a reseller drafted and shared: nobody bills it."""
    made = await draft(api, "reseller", customer=RESELLER)
    await api.move("reseller", "quotationShare", id=made.ids["quotation"])
    return made


async def listed(api: Api, made: Made) -> set[tuple[str, str]]:
    """Whom the lists of each machine have the order under."""
    found = await api.office.pool.fetch(
        " UNION ALL ".join(
            f"SELECT '{table}' AS of, p.name FROM {table} i JOIN person p ON p.id = i.biller_id WHERE i.order_id = $1"
            for table in ("quotation", "sale", "fulfillment", "payment")
        ),
        made.order,
    )
    return {tuple(row) for row in found}


async def biller_of(api: Api, who: str, made: Made) -> Any:
    return (await api.order(who, made.order, "biller { name }"))["biller"]


async def found(api: Api) -> list[str]:
    """The laws that are broken."""
    async with api.office.pool.acquire() as connection:
        verdict = await verify(connection, make_workflow(api.office.settings), the_laws(), now=api.office.now)
    return [each.rule for each in verdict.findings]


async def seen(api: Api, who: str) -> list[str]:
    """The orders that somebody finds in their list, and those of their open quotations and sales that stand there."""
    asked = "{ orders { nodes { id } } quotations { nodes { order { id } } } sales { nodes { order { id } } } }"
    answer = await api.ask(who, asked)
    orders = [each["id"] for each in answer["orders"]["nodes"]]
    lives = [each["order"]["id"] for kind in ("quotations", "sales") for each in answer[kind]["nodes"]]
    assert sorted({*lives}) == sorted(orders)
    return orders


async def test_a_manager_names_who_bills_what_a_reseller_began(api: Api):
    made = await begun(api)
    assert await biller_of(api, "manager", made) is None
    assert await seen(api, "biller") == []
    waiting = "{ orders(filter: {needsMe: true}) { nodes { id } } }"
    assert (await api.ask("manager", waiting))["orders"]["nodes"] == [{"id": made.order}]
    biller = str(api.office.ids["biller"])
    moved = await api.move("manager", NAME, order=made.order, biller=biller, reason=WHY)
    assert (moved["id"], moved["state"]) == (made.ids["quotation"], "IN_REVIEW")
    assert await biller_of(api, "manager", made) == {"name": "Biller"}
    assert await seen(api, "biller") == [made.order]
    assert (await api.ask("biller", waiting))["orders"]["nodes"] == [{"id": made.order}]
    log = "transitionLog { nodes { event who onBehalfOf reason } }"
    entry = (await api.order("biller", made.order, log))["transitionLog"]["nodes"][0]
    assert entry == {"event": "BILLER_NAMED", "who": "Orderway", "onBehalfOf": "Manager", "reason": WHY}
    await api.move("biller", "quotationSellerApproves", id=made.ids["quotation"], version=2)


async def test_a_biller_hands_a_sale_over_and_sees_it_no_more(api: Api):
    made, other = await agreed(api), await second(api)
    moved = await api.do("biller", NAME, order=made.order, biller=other, reason="Their shift begins.")
    assert moved["__typename"] == "Moved"
    assert (moved["id"], moved["state"]) == (made.ids["sale"], "AWAITING_PAYMENT_METHOD")
    assert await seen(api, "biller") == []
    assert await seen(api, "second biller") == [made.order]
    again = await api.do("biller", NAME, order=made.order, biller=other, reason=WHY)
    assert again["__typename"] == "NotFound"


async def test_every_list_that_is_cut_by_the_biller_has_it_under_the_new_one(api: Api):
    made, other = await released(api), await second(api)
    await api.move("manager", NAME, order=made.order, biller=other, reason=WHY)
    machines = ("quotation", "sale", "fulfillment", "payment")
    assert await listed(api, made) == {(machine, "Second biller") for machine in machines}


async def test_the_buyer_does_not_read_why(api: Api):
    made, other = await agreed(api), await second(api)
    await api.move("manager", NAME, order=made.order, biller=other, reason="The other one drinks.")
    log = "transitionLog { nodes { event reason } }"
    entries = (await api.order("customer", made.order, log))["transitionLog"]["nodes"]
    assert {"event": "BILLER_NAMED", "reason": None} in entries


async def test_what_was_told_before_still_agrees_with_the_log(api: Api):
    made, other = await agreed(api), await second(api)
    await api.move("manager", NAME, order=made.order, biller=other, reason=WHY)
    await api.move("manager", "saleCancelRequested", id=made.ids["sale"], reason="They will not pay.")
    told = await api.office.pool.fetch(
        "SELECT type, data ->> 'biller' AS biller FROM outbox WHERE order_id = $1 AND data ->> 'machine' = 'sale'"
        " ORDER BY number", made.order,
    )  # fmt: skip
    first = str(api.office.ids["biller"])
    assert [tuple(each) for each in told] == [
        ("order.sale.born", first), ("order.sale.biller_named", other), ("order.sale.cancel_requested", other)
    ]  # fmt: skip
    assert await found(api) == []
    await api.office.pool.execute("UPDATE sale_order SET biller_id = $1 WHERE id = $2", first, made.order)
    assert await found(api) == ["outbox words"]


async def test_the_same_key_names_them_once(api: Api):
    made, other = await agreed(api), await second(api)
    given = {"order": made.order, "biller": other, "reason": WHY, "idempotencyKey": "k"}
    assert await api.move("manager", NAME, **given) == await api.move("manager", NAME, **given)


async def test_nobody_else_says_who_bills_it(api: Api):
    made, other = await agreed(api), await second(api)
    before = await written(api)
    for who, kind in (
        ("customer", "Refused"), ("accountant", "Refused"), ("rider", "NotFound"), ("reseller", "NotFound"),
        ("second biller", "NotFound"), ("manager of kano", "NotFound"),
    ):  # fmt: skip
        answer = await api.do(who, NAME, order=made.order, biller=other, reason=WHY)
        assert answer["__typename"] == kind, who
    assert await written(api) == before


@pytest.mark.parametrize(
    ("who", "reason", "field", "sentence"),
    [
        ("biller", WHY, "biller", "They bill the order already."),
        ("manager", WHY, "biller", "The store has no such biller."),
        ("customer", WHY, "biller", "The store has no such biller."),
        ("second biller", " ", "reason", "Reason is missing."),
    ],
)
async def test_who_can_not_be_is_told_by_the_field(api: Api, who: str, reason: str, field: str, sentence: str):
    made = await agreed(api)
    await second(api)
    before = await written(api)
    answer = await api.do("manager", NAME, order=made.order, biller=str(api.office.ids[who]), reason=reason)
    assert (answer["__typename"], answer["field"]) == ("Invalid", field)
    assert answer["sentence"].startswith(sentence)
    assert await written(api) == before


async def test_of_an_order_that_is_over_nobody_is_named(api: Api):
    made, other = await agreed(api), await second(api)
    await api.move("manager", "saleCancelRequested", id=made.ids["sale"], reason="They will not pay.")
    answer = await api.do("manager", NAME, order=made.order, biller=other, reason=WHY)
    assert answer["__typename"] == "Refused"
    assert answer["sentence"].startswith("The order must be under way")
