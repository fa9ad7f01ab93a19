"""The order as it was at any time: what its queries said then is what its history says now."""

from datetime import datetime, timedelta
from typing import Any

from tests.graphql.office import SHIRT, Api
from tests.graphql.orders import agreed, draft, released, written

ASK = """
    query($order: UUID!, $at: DateTime!) { history(orderId: $order, at: $at) {
        number phase currency lines { description quantity unitPrice total } delivery { city }
        instances {
            machine id step state stateLabel since context
            answers { event says unknown reasons { guard sentence } } facts { name value }
        }
    } }
"""
NOW = """
    phase lines { description quantity price { unit total } }
    quotation { ...all context { total version } } sale { ...all } fulfillments { ...all }
    payments { ...all } overrides { ...all } interests { ...all }
"""
ALL = "id step state stateLabel availableEvents { event enabled yours }"


async def history(api: Api, who: str, order: str, at: datetime) -> Any:
    return (await api.ask(who, ASK, order=order, at=at.isoformat()))["history"]


async def now(api: Api, who: str, order: str) -> Any:
    """Everything of the order that stands now, by its id."""
    found = await api.order(who, order, NOW.replace("...all", ALL))
    one = [found["quotation"], found["sale"]]
    many = [*found["fulfillments"], *found["payments"], *found["overrides"], *found["interests"]]
    return found, {each["id"]: each for each in [*one, *many] if each}


async def stories(api: Api) -> list[tuple[datetime, str, Any, Any]]:
    """An order at noon of each day, as a manager saw it: drafted, agreed, under review, released, cancelled."""
    kept = []
    made = await draft(api)
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("biller", "quotationEdit", {"id": made.ids["quotation"], "lines": [{"variant": str(SHIRT), "quantity": 3}]}),
        ("biller", "quotationShare", {"id": made.ids["quotation"]}),
        ("customer", "quotationBuyerApproves", {"id": made.ids["quotation"], "version": 3}),
        ("biller", "quotationSellerApproves", {"id": made.ids["quotation"], "version": 3}),
    ]
    for who, mutation, given in steps:
        kept.append((api.office.now, made.order, *await now(api, "manager", made.order)))
        api.office.later(hours=1)
        await api.move(who, mutation, **given)
    sale = (await api.order("biller", made.order, "sale { id }"))["sale"]["id"]
    for who, mutation, given in (
        ("biller", "saleAdminOverrideRequested", {"id": sale, "reason": "They always pay late."}),
        ("biller", "registerPayment", {"order": made.order, "amount": 50, "method": "CASH", "provider": "till"}),
        ("biller", "saleCancelRequested", {"id": sale, "reason": "No more."}),
    ):
        kept.append((api.office.now, made.order, *await now(api, "manager", made.order)))
        api.office.later(hours=1)
        await api.move(who, mutation, **given)
    kept.append((api.office.now, made.order, *await now(api, "manager", made.order)))
    return kept


async def test_history_tells_what_was_told_then(api: Api):
    kept = await stories(api)
    before = await written(api)
    for at, order, found, lives in kept:
        past = await history(api, "manager", order, at)
        assert past["phase"] == found["phase"]
        assert {each["id"]: (each["step"], each["state"]) for each in past["instances"]} == {
            id: (each["step"], each["state"]) for id, each in lives.items()
        }
        assert [(each["quantity"], each["unitPrice"], each["total"]) for each in past["lines"]] == [
            (each["quantity"], each["price"]["unit"], each["price"]["total"]) for each in found["lines"]
        ]
        for each in past["instances"]:
            then = {one["event"]: one["enabled"] for one in lives[each["id"]]["availableEvents"] if one["yours"]}
            for answer in each["answers"]:
                if answer["event"] in then and answer["says"] != "UNKNOWN":
                    assert (answer["says"] == "YES") == then[answer["event"]], (at, each["machine"], answer)
            assert set(then) <= {answer["event"] for answer in each["answers"]}
    assert await written(api) == before
    assert [found["phase"] for _, _, found, _ in kept] == ["QUOTATION"] * 4 + ["SALE"] * 4


async def test_history_tells_what_stood_against_an_event(api: Api):
    made = await draft(api)
    await api.move("biller", "quotationEdit", id=made.ids["quotation"], lines=[])
    empty = api.office.now
    api.office.later(hours=1)
    await api.move("biller", "quotationEdit", id=made.ids["quotation"], lines=[{"variant": str(SHIRT), "quantity": 1}])
    await api.move("biller", "quotationShare", id=made.ids["quotation"])
    [quotation] = (await history(api, "biller", made.order, empty))["instances"]
    share = next(each for each in quotation["answers"] if each["event"] == "SHARE")
    assert (share["says"], [each["sentence"] for each in share["reasons"]]) == (
        "NO", ["The quotation must have lines."],
    )  # fmt: skip
    assert quotation["context"]["line_count"] == 0


async def test_nobody_learns_from_history_what_they_would_not_have_seen(api: Api):
    made = await draft(api)
    drafted = api.office.now
    api.office.later(hours=1)
    await api.move("biller", "quotationShare", id=made.ids["quotation"])
    [error] = await api.errors("customer", ASK, order=made.order, at=drafted.isoformat())
    assert error["message"] == "There was no such order for you yet. Ask for a later time."
    assert (await history(api, "customer", made.order, api.office.now))["instances"][0]["state"] == "IN_REVIEW"
    for who, at in (("manager of kano", api.office.now), ("biller", drafted - timedelta(days=1))):
        [error] = await api.errors(who, ASK, order=made.order, at=at.isoformat())
        assert error["extensions"]["code"] == "NOT_FOUND"
    [error] = await api.errors("biller", ASK, order=made.order, at=(api.office.now + timedelta(days=1)).isoformat())
    assert error["message"] == "That moment is not past yet. The query `simulate` tells what would be."


async def test_a_rider_reads_no_money_of_the_past_and_a_buyer_no_notes(api: Api):
    made = await released(api)
    past = await history(api, "rider", made.order, api.office.now)
    assert {each["machine"] for each in past["instances"]} == {"fulfillment", "rider_interest"}
    assert (past["lines"], past["delivery"]) == (None, None)
    assert [each["facts"] for each in past["instances"]] == [[], []]
    past = await history(api, "customer", made.order, api.office.now)
    contexts = {each["machine"]: each["context"] for each in past["instances"]}
    assert set(contexts) == {"quotation", "sale", "payment", "fulfillment"}
    assert (contexts["sale"]["review"], contexts["fulfillment"]["cost"]) == (None, None)
    assert "pin_hash" not in contexts["fulfillment"]


async def test_the_log_is_filtered_by_machine_event_person_and_time(api: Api):
    made = await agreed(api)
    noon = api.office.now
    api.office.later(hours=1)
    await api.move("biller", "saleSetPaymentMethod", id=made.ids["sale"], method="CASH")

    async def log(who: str, wanted: str) -> list[str]:
        found = await api.order(who, made.order, f"transitionLog(filter: {wanted}) {{ totalCount nodes {{ event }} }}")
        events = [each["event"] for each in found["transitionLog"]["nodes"]]
        assert found["transitionLog"]["totalCount"] == len(events)
        return events

    biller, customer = api.office.ids["biller"], api.office.ids["customer"]
    assert await log("biller", '{machines: ["sale"]}') == ["SET_PAYMENT_METHOD", "BORN"]
    assert await log("biller", '{events: ["SHARE", "BORN"]}') == ["BORN", "SHARE", "BORN"]
    assert await log("biller", f'{{person: "{customer}"}}') == ["BUYER_APPROVES"]
    assert "BORN" in await log("biller", f'{{person: "{biller}", machines: ["sale"]}}'), "the system did it for them"
    assert await log("biller", f'{{since: "{(noon + timedelta(minutes=1)).isoformat()}"}}') == ["SET_PAYMENT_METHOD"]
    assert "SET_PAYMENT_METHOD" not in await log("biller", f'{{until: "{(noon + timedelta(minutes=1)).isoformat()}"}}')
    query = 'query($order: UUID!) { order(id: $order) { transitionLog(filter: {machines: ["car"]}) { totalCount } } }'
    [error] = await api.errors("biller", query, order=made.order)
    assert error["message"] == "There is no machine 'car'. The query `machines` tells which there are."


async def test_the_log_of_many_pages_is_read_to_its_end(api: Api):
    made = await released(api)
    whole = (await api.order("manager", made.order, "transitionLog { totalCount nodes { number } }"))["transitionLog"]
    seen: list[int] = []
    after = "null"
    page_of = "nodes { number } pageInfo { hasNextPage endCursor }"
    while after:
        asked = f"transitionLog(first: 4, after: {after}) {{ {page_of} }}"
        page = (await api.order("manager", made.order, asked))["transitionLog"]
        seen += [each["number"] for each in page["nodes"]]
        after = f'"{page["pageInfo"]["endCursor"]}"' if page["pageInfo"]["hasNextPage"] else ""
    assert seen == [each["number"] for each in whole["nodes"]]
    assert len(seen) == whole["totalCount"] > 8
