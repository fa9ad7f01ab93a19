"""What a path of events would come to: told as the real calls then answer, with nothing written by asking."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.graphql.office import Api
from tests.graphql.orders import agreed, draft, released, written

from orderway.app import make_workflow
from orderway.workflow.runner import Runner

ASK = """
    query($order: UUID!, $events: [PathStep!]!) { simulate(orderId: $order, events: $events) {
        step machine event label at byItself decision sentence field reasons { guard sentence whoCanHelp }
        happened { machine event fromLabel toLabel who onBehalfOf reason } changes { what before after }
        phase totals { captured outstanding }
    } }
"""


async def simulate(api: Api, who: str, order: str, *events: dict[str, Any]) -> list[Any]:
    """The steps of a path, after which everything is as it was."""
    await api.token(who)
    before, numbers = await written(api), await sequences(api)
    found: list[Any] = (await api.ask(who, ASK, order=order, events=list(events)))["simulate"]
    assert await written(api) == before
    assert await sequences(api) == numbers
    return found


async def sequences(api: Api) -> list[tuple[str, int | None]]:
    rows = await api.office.pool.fetch("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")
    return [tuple(row) for row in rows]


def step(machine: str, event: str, **payload: Any) -> dict[str, Any]:
    return {"machine": machine, "event": event, "payload": payload}


def decisions(found: list[Any]) -> list[tuple[str, str]]:
    return [(each["event"], each["decision"]) for each in found]


async def test_a_path_from_the_draft_to_a_cleared_sale_is_told_step_by_step(api: Api):
    made = await draft(api)
    found = await simulate(
        api, "admin", made.order,
        step("quotation", "SHARE"), step("quotation", "BUYER_APPROVES", version=2),
        step("quotation", "SELLER_APPROVES", version=2), {"payment": {"amount": 6300, "method": "CASH"}},
        step("payment", "CONFIRM"), step("fulfillment", "FULFILLMENT_STARTED"),
    )  # fmt: skip
    assert decisions(found) == [
        ("SHARE", "MOVED"), ("BUYER_APPROVES", "MOVED"), ("SELLER_APPROVES", "MOVED"), ("REGISTER", "MOVED"),
        ("CONFIRM", "MOVED"), ("FULFILLMENT_STARTED", "MOVED"),
    ]  # fmt: skip
    assert found[1]["happened"][0]["onBehalfOf"] == "Buyer of shirts"
    assert [(each["machine"], each["toLabel"], each["who"]) for each in found[2]["happened"]] == [
        ("quotation", "Agreed", "Admin"), ("sale", "Choosing how to pay", "Orderway"),
    ]  # fmt: skip
    assert found[4]["changes"] == [
        {"what": "Paid", "before": "NGN\xa00.00", "after": "NGN\xa063.00"},
        {"what": "Still to pay", "before": "NGN\xa063.00", "after": "NGN\xa00.00"},
        {"what": "Shirt", "before": "No fulfillment yet", "after": "Held: 1"},
        {"what": "Shoes", "before": "No fulfillment yet", "after": "Held: 1"},
    ]
    assert [each["phase"] for each in found] == ["QUOTATION", "QUOTATION", "SALE", "SALE", "FULFILLMENT", "FULFILLMENT"]


async def test_what_is_refused_moves_nothing_and_the_path_goes_on(api: Api):
    made = await agreed(api)
    found = await simulate(
        api, "biller", made.order,
        step("sale", "WRITE_OFF", reason="Why not."), {"payment": {"amount": 6300, "method": "CASH"}},
        step("payment", "CONFIRM"), step("sale", "CANCEL_REQUESTED", reason="Too late."), step("fulfillment", "RESUME"),
        step("sale", "CANCEL_REQUESTED", reason=""), step("sale", "NO_SUCH"),
    )  # fmt: skip
    assert [each for _, each in decisions(found)] == [
        "REFUSED", "MOVED", "REFUSED", "MOVED", "NOT_FOUND", "INVALID", "INVALID",
    ]  # fmt: skip
    real = await api.do("biller", "saleWriteOff", id=made.ids["sale"], reason="Why not.")
    assert found[0]["sentence"] == real["sentence"]
    assert [each["sentence"] for each in found[2]["reasons"]] == ["You may not do this: confirm the payment."]
    assert found[2]["reasons"][0]["whoCanHelp"]
    assert found[5]["field"] == "reason"


async def test_time_that_passes_lets_timers_go_off(api: Api):
    made = await agreed(api)
    later = api.office.now + timedelta(days=2)
    found = await simulate(
        api, "biller", made.order, {"until": later.isoformat()}, step("sale", "CANCEL_REQUESTED", reason="Over.")
    )
    assert [(each["event"], each["byItself"], each["decision"]) for each in found] == [
        ("EXPIRE", True, "MOVED"), (None, False, "WAITED"), ("CANCEL_REQUESTED", False, "REFUSED"),
    ]  # fmt: skip
    assert found[0]["at"] == "2026-03-03T12:00:00Z"
    [error] = await api.errors(
        "biller", ASK, order=made.order, events=[{"until": later.isoformat()}, {"until": api.office.now.isoformat()}]
    )
    assert error["message"] == "Time does not go back. Send a moment after those before it."


async def test_the_same_events_sent_for_real_come_to_the_same(api: Api):
    made = await agreed(api)
    sale = made.ids["sale"]
    path = [
        ("biller", "saleSetPaymentMethod", "SET_PAYMENT_METHOD", {"method": "INVOICE"}),
        ("biller", "saleAdminOverrideRequested", "ADMIN_OVERRIDE_REQUESTED", {"reason": "They always pay late."}),
        ("biller", "saleCancelRequested", "CANCEL_REQUESTED", {"reason": "No."}),
        ("biller", "saleInitiatePayment", "INITIATE_PAYMENT", {}),
    ]
    events = [step("sale", name, **payload) for _, _, name, payload in path]
    simulated = await simulate(api, "biller", made.order, *events)
    for (who, mutation, _, payload), found in zip(path, simulated, strict=True):
        real = await api.do(who, mutation, id=sale, **payload)
        assert real["__typename"].upper() == found["decision"]
        if real["__typename"] == "Refused":
            assert (real["sentence"], [each["guard"] for each in real["reasons"]]) == (
                found["sentence"], [each["guard"] for each in found["reasons"]],
            )  # fmt: skip
        else:
            moved = [each for each in found["happened"] if each["machine"] == "sale"]
            assert moved[0]["toLabel"] == real["stateLabel"]
    log = (await api.order("biller", made.order, "transitionLog { nodes { machine event toLabel who } }"))[
        "transitionLog"
    ]
    told = [{name: each[name] for name in ("machine", "event", "toLabel", "who")}
            for found in simulated for each in found["happened"]]  # fmt: skip
    assert log["nodes"][: len(told)] == told[::-1]


async def test_approvals_credit_and_stock_are_tried_as_they_then_go_for_real(api: Api):
    made = await agreed(api)
    await api.move("biller", "saleAdminOverrideRequested", id=made.ids["sale"], reason="They always pay late.")
    approve = step("override_request", "APPROVE")
    simulated = await simulate(
        api, "manager", made.order, approve, approve, step("fulfillment", "FULFILLMENT_STARTED"),
        step("fulfillment", "CANCEL", reason="No."),
    )  # fmt: skip
    assert [each for _, each in decisions(simulated)] == ["MOVED"] * 4
    assert simulated[1]["changes"][0] == {
        "what": "Owed on the credit account", "before": "NGN\xa00.00", "after": "NGN\xa063.00",
    }  # fmt: skip
    assert {"what": "Shirt", "before": "Held: 1", "after": "No longer held: 1"} in simulated[3]["changes"]
    for _ in range(2):
        asked = (await api.order("manager", made.order, "overrides { id state }"))["overrides"]
        waiting = next(each["id"] for each in asked if each["state"] == "PENDING")
        await api.move("manager", "overrideRequestApprove", id=waiting)
    part = (await api.order("manager", made.order, "fulfillment { id }"))["fulfillment"]["id"]
    await api.move("manager", "fulfillmentStarted", id=part)
    await api.move("manager", "fulfillmentCancel", id=part, reason="No.")
    log = await api.order("manager", made.order, "transitionLog { nodes { machine event toLabel who } }")
    told = [(each["machine"], each["event"], each["toLabel"], each["who"])
            for found in simulated for each in found["happened"]]  # fmt: skip
    real = [(each["machine"], each["event"], each["toLabel"], each["who"]) for each in log["transitionLog"]["nodes"]]
    assert real[: len(told)] == told[::-1]
    assert len(told) > 8


async def test_others_wait_for_a_rehearsal_until_its_time_is_over(api: Api):
    made = await agreed(api)
    await api.token("biller")
    runner = Runner(api.office.pool, make_workflow(api.office.settings), clock=lambda: api.office.now)
    is_held = asyncio.Event()

    async def hold() -> None:
        async with runner.rehearse() as connection:
            await connection.execute("SELECT FROM sale_order WHERE id = $1 FOR UPDATE", UUID(made.order))
            is_held.set()
            await asyncio.Event().wait()  # it never comes

    holding = asyncio.create_task(hold())
    await is_held.wait()
    assert (await api.move("biller", "saleSetPaymentMethod", id=made.ids["sale"], method="CASH"))["state"]
    with pytest.raises(TimeoutError):
        await holding


async def test_nobody_learns_of_what_they_do_not_see(api: Api):
    made = await released(api)
    [error] = await api.errors("manager of kano", ASK, order=made.order, events=[step("sale", "SHARE")])
    assert error["extensions"]["code"] == "NOT_FOUND"
    other = await draft(api)
    [found] = await simulate(api, "biller", made.order, {**step("quotation", "SHARE"), "id": other.ids["quotation"]})
    assert (found["decision"], found["sentence"]) == (
        "NOT_FOUND", "The order has no such quotation. Name one that belongs to it.",
    )  # fmt: skip
    [found] = await simulate(api, "customer", made.order, step("override_request", "APPROVE"))
    assert found["decision"] == "NOT_FOUND"
    [found] = await simulate(api, "rider", made.order, step("rider_interest", "WITHDRAW"))
    assert (found["decision"], found["totals"]) == ("MOVED", None)


async def test_who_holds_the_order_is_not_waited_for_long(api: Api):
    made = await agreed(api)
    async with api.office.pool.acquire() as deciding, deciding.transaction():
        await deciding.execute("SELECT FROM sale_order WHERE id = $1 FOR UPDATE", UUID(made.order))
        [error] = await api.errors(
            "biller", ASK, order=made.order, events=[step("sale", "SET_PAYMENT_METHOD", method="CASH")]
        )
    assert error["message"].startswith("Others are deciding on this order just now")


async def test_nobody_hears_of_what_was_only_tried(api: Api):
    made = await draft(api)
    heard: list[str] = []
    async with api.office.pool.acquire() as listening:
        for name in ("orderway_goods", "orderway_settings", "orderway_outbox"):
            await listening.add_listener(name, lambda _c, _p, channel, payload: heard.append(f"{channel} {payload}"))
        await simulate(api, "biller", made.order, step("quotation", "SHARE"))
        await listening.execute("SELECT 1")
        await listening.reset()
    assert heard == []
    with_outbox = await api.office.pool.fetchval("SELECT count(*) FROM outbox WHERE type LIKE '%share'")
    assert with_outbox == 0


async def test_a_path_has_an_end(api: Api):
    made = await draft(api)
    for events, said in (
        ([], "A path has 1 to 20 steps."),
        ([step("quotation", "SHARE")] * 21, "A path has 1 to 20 steps."),
        ([{}], "A step is an event, a payment, or a time until which to wait."),
    ):
        [error] = await api.errors("biller", ASK, order=made.order, events=events)
        assert error["message"].startswith(said)
