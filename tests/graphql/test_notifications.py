"""Notifications through the API: each person reads and marks their own, a page at a time."""

from dataclasses import replace
from typing import Any

import pytest
from tests.graphql.office import KANO, LAGOS, Api
from tests.graphql.orders import Made, agreed, released, written
from tests.outbound.listening import deliver_all
from tests.pins import NEWEST

from orderway.app import make_workflow
from orderway.notifications.reads import EVERYTHING, count_notifications, list_notifications, notifications_since
from orderway.people.roles import Role
from orderway.people.viewer import find_viewer
from orderway.workflow.runner import Runner

LIST = """
    query($filter: NotificationFilter, $first: Int! = 20, $after: String) {
        notifications(filter: $filter, first: $first, after: $after) {
            nodes { id number title text readAt type machine instanceId orderNumber order { id } }
            pageInfo { hasNextPage endCursor } totalCount
        }
        unreadNotifications
    }
"""
MARKED = """
    __typename ... on NotificationsRead { marked unread } ... on NotFound { sentence }
    ... on Invalid { field sentence }
"""
MARK = (
    f"mutation($input: MarkNotificationsReadInput!) {{ answer: markNotificationsRead(input: $input) {{ {MARKED} }} }}"
)
MARK_ALL = f"""
    mutation($input: MarkAllNotificationsReadInput!) {{
        answer: markAllNotificationsRead(input: $input) {{ {MARKED} }}
    }}
"""


@pytest.fixture
async def order(api: Api) -> Made:
    """An agreed order of which everybody was told what concerns them."""
    made = await agreed(api)
    await tell(api)
    return made


async def tell(api: Api) -> None:
    await deliver_all(Runner(api.office.pool, make_workflow(api.office.settings), lambda: api.office.now))


async def titles(api: Api, who: str, **variables: Any) -> list[str]:
    return [each["title"] for each in (await api.ask(who, LIST, **variables))["notifications"]["nodes"]]


async def test_each_person_reads_what_they_were_told_newest_first(api: Api, order: Made):
    number = (await api.order("biller", order.order, "number"))["number"]
    asked = await api.ask("customer", LIST)
    assert [(each["number"], each["title"], each["text"]) for each in asked["notifications"]["nodes"]] == [
        (3, f"Your order {number} is agreed", "NGN\N{NO-BREAK SPACE}63.00 is to be paid."),
        (2, f"Lagos approved your quotation {number}", ""),
        (1, f"Your quotation {number} is ready", "Accept it or decline it."),
    ]
    assert (asked["notifications"]["totalCount"], asked["unreadNotifications"]) == (3, 3)
    first = asked["notifications"]["nodes"][2]
    assert (first["type"], first["machine"], first["instanceId"], first["readAt"]) == (
        "order.quotation.share", "quotation", order.ids["quotation"], None,
    )  # fmt: skip
    assert (first["orderNumber"], first["order"]) == (number, {"id": order.order})
    assert await titles(api, "manager") == [f"The sale of order {number} is open"]
    for other in ("manager of kano", "reseller", "rider", "admin", "accountant"):
        assert await titles(api, other) == []


@pytest.mark.usefixtures("order")
async def test_pages_follow_one_another(api: Api):
    page = (await api.ask("customer", LIST, first=2))["notifications"]
    assert [each["number"] for each in page["nodes"]] == [3, 2]
    assert page["pageInfo"] == {"hasNextPage": True, "endCursor": "2"}
    rest = (await api.ask("customer", LIST, first=2, after="2"))["notifications"]
    assert [each["number"] for each in rest["nodes"]] == [1]
    assert rest["pageInfo"]["hasNextPage"] is False
    for wrong in ({"first": 0}, {"first": 101}, {"after": "x"}, {"after": "9" * 30}, {"after": "²"}):
        (error,) = await api.errors("customer", LIST, **wrong)
        assert "page" in error["message"]


@pytest.mark.usefixtures("order")
async def test_what_is_unread_and_what_is_about_one_order_is_listed_by_itself(api: Api):
    await api.ask("customer", MARK_ALL, input={"upTo": 2})
    assert [each["number"] for each in (await api.ask("customer", LIST))["notifications"]["nodes"]] == [3, 2, 1]
    unread = (await api.ask("customer", LIST, filter={"unread": True}))["notifications"]
    assert ([each["number"] for each in unread["nodes"]], unread["totalCount"]) == ([3], 1)
    other = await agreed(api)
    await tell(api)
    about = (await api.ask("customer", LIST, filter={"order": other.order}))["notifications"]["nodes"]
    assert [each["number"] for each in about] == [6, 5, 4]


@pytest.mark.usefixtures("order")
async def test_some_are_marked_as_read_once(api: Api):
    nodes = (await api.ask("customer", LIST))["notifications"]["nodes"]
    given = {"ids": [nodes[0]["id"], nodes[1]["id"], nodes[0]["id"]], "idempotencyKey": "k1"}
    for _ in range(2):
        assert (await api.ask("customer", MARK, input=given))["answer"] == {
            "__typename": "NotificationsRead", "marked": 2, "unread": 1,
        }  # fmt: skip
    api.office.later(hours=1)
    again = (await api.ask("customer", MARK, input={"ids": [nodes[0]["id"]]}))["answer"]
    assert (again["marked"], again["unread"]) == (0, 1)
    read = [each["readAt"] for each in (await api.ask("customer", LIST))["notifications"]["nodes"]]
    assert read == ["2026-03-02T12:00:00Z", "2026-03-02T12:00:00Z", None]
    other = {"ids": [nodes[2]["id"]], "idempotencyKey": "k1"}
    assert (await api.ask("customer", MARK, input=other))["answer"]["field"] == "idempotencyKey"


@pytest.mark.usefixtures("order")
async def test_nobody_marks_what_is_not_theirs_and_nothing_is_written(api: Api):
    mine = (await api.ask("manager", LIST))["notifications"]["nodes"][0]["id"]
    theirs = (await api.ask("customer", LIST))["notifications"]["nodes"][0]["id"]
    before = await written(api)
    for ids in ([theirs], [mine, theirs]):
        answer = (await api.ask("manager", MARK, input={"ids": ids}))["answer"]
        assert answer == {
            "__typename": "NotFound",
            "sentence": "There is no such notification. Look at the list again.",
        }
    for ids in ([], [mine] * 101):
        assert (await api.ask("manager", MARK, input={"ids": ids}))["answer"]["field"] == "ids"
    assert await written(api) == before


@pytest.mark.usefixtures("order")
async def test_who_marks_all_marks_nothing_of_others(api: Api):
    assert (await api.ask("customer", MARK_ALL, input={}))["answer"] == {
        "__typename": "NotificationsRead", "marked": 3, "unread": 0,
    }  # fmt: skip
    assert (await api.ask("manager", LIST))["unreadNotifications"] == 1


async def test_what_was_told_stays_told_but_its_order_and_its_amounts_are_for_who_sees_them_now(api: Api, order: Made):
    number = (await api.order("biller", order.order, "number"))["number"]
    told = (await api.ask("manager", LIST))["notifications"]["nodes"][0]
    assert (told["text"], told["order"]) == (
        "Buyer of shirts is to pay NGN\N{NO-BREAK SPACE}63.00.", {"id": order.order},
    )  # fmt: skip
    await api.office.pool.execute("DELETE FROM person_store WHERE person_id = $1", api.office.ids["manager"])
    await api.office.pool.execute(
        "UPDATE role SET permissions = array_remove(permissions, 'money.see') WHERE name = 'MANAGER'"
    )
    told = (await api.ask("manager", LIST))["notifications"]["nodes"][0]
    assert (told["title"], told["text"], told["order"]) == (f"The sale of order {number} is open", "", None)


async def test_no_notification_holds_a_pin_or_an_amount_for_a_rider(api: Api):
    made = await released(api)
    await tell(api)
    await api.move(
        "biller", "fulfillmentRiderSelected", id=made.ids["fulfillment"], interest=made.ids["rider_interest"]
    )
    await api.move("rider", "fulfillmentPackageShipped", id=made.ids["fulfillment"])
    await tell(api)
    pin = await api.office.pool.fetchval(NEWEST)
    assert len(pin) > 3
    rows = await api.office.pool.fetch("SELECT person_id, title, text FROM notification")
    assert rows
    assert not [row for row in rows if pin in row["title"] or pin in row["text"]]
    assert not [row for row in rows if row["person_id"] == api.office.ids["rider"] and "NGN" in row["text"]]


@pytest.mark.usefixtures("order")
async def test_a_key_for_some_stores_and_without_money_reads_no_more_than_it_leaves(api: Api):
    async with api.office.pool.acquire() as connection:
        viewer = await find_viewer(connection, api.office.ids["customer"])
        assert viewer
        for only, told in ((LAGOS, 3), (KANO, 0)):
            key = replace(viewer, only=frozenset({only}), roles=(Role("key", frozenset({"scope.own"})),))
            found, _ = await list_notifications(connection, key, filters=EVERYTHING)
            assert len(found) == await count_notifications(connection, key, EVERYTHING) == told
            assert len(await notifications_since(connection, key, 0)) == told
            assert not [each for each in found if "NGN" in each.text]


@pytest.mark.usefixtures("order")
async def test_nobody_who_is_signed_out_reads_any(api: Api):
    (error,) = await api.errors("", LIST)
    assert error["message"].startswith("Nobody is signed in.")
