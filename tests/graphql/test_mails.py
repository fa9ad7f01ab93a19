"""E-mails that did not arrive are listed with why, and tried again by hand, which is written down."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from tests.graphql.office import KANO, RESELLER, Api
from tests.graphql.orders import draft

from orderway.ids import new_id

MAILS = """query($status: OutboxDeliveryStatus, $first: Int, $after: String) {
    openMails(status: $status, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        nodes { id status orderNumber to title tries why dueAt deadAt } } }"""
RETRY = """mutation($input: RetryMailsInput!) {
    retryMails(input: $input) { __typename ... on MailsRetried { retried left } } }"""
CHANGES = '{ outboxChanges(filter: {sink: "mail"}) { nodes { orderId number tries why reason } } }'
WRITE = """
INSERT INTO mail (store_id, order_id, event_number, recipient, id, person_id, topic, instance_id, title, text, at,
    tries, why, due_at, dead_at, sent_at)
SELECT store_id, id, $2, p.person_id, $3, p.person_id, 'SALE', id, $4, '', $5, $6, $7,
    CASE WHEN $8 = 'due' THEN $5::timestamptz + interval '1 hour' END, CASE WHEN $8 = 'dead' THEN $5 END,
    CASE WHEN $8 = 'sent' THEN $5 END
FROM sale_order, (SELECT id AS person_id FROM person WHERE email = 'biller@example.com') p WHERE id = $1
"""


@pytest.fixture
async def mails(api: Api) -> tuple[str, str]:
    """The orders of Lagos and Kano of whose e-mails one was given up, one failed, one waits and one was sent."""
    lagos = await draft(api)
    kano = await draft(api, "manager of kano", store=KANO, customer=RESELLER)
    full, now = "The mailbox is full.", api.office.now
    for order, number, title, tries, why, stage in (
        (lagos.order, 1, "Given up", 20, full, "dead"), (lagos.order, 2, "Waits", 0, None, "due"),
        (kano.order, 1, "Failed", 3, full, "due"), (kano.order, 2, "Sent", 0, None, "sent"),
    ):  # fmt: skip
        await api.office.pool.execute(WRITE, UUID(order), number, new_id(), title, now, tries, why, stage)
    return lagos.order, kano.order


async def listed(api: Api, who: str, **given: Any) -> list[tuple[str, str]]:
    found = (await api.ask(who, MAILS, **given))["openMails"]
    assert found["totalCount"] == len(found["nodes"])
    return [(each["title"], each["status"]) for each in found["nodes"]]


async def test_what_did_not_arrive_is_listed_for_each_of_their_stores(api: Api, mails: tuple[str, str]):
    assert mails
    given_up, failed, waits = ("Given up", "DEAD"), ("Failed", "FAILING"), ("Waits", "WAITING")
    assert sorted(await listed(api, "admin")) == [failed, given_up, waits]
    assert sorted(await listed(api, "manager")) == [given_up, waits]
    assert await listed(api, "manager of kano") == [failed]
    assert await listed(api, "admin", status="DEAD") == [given_up]
    assert await listed(api, "biller") == []
    (row,) = (await api.ask("admin", MAILS, status="DEAD"))["openMails"]["nodes"]
    assert (row["to"], row["tries"], row["why"], row["dueAt"]) == ("Biller", 20, "The mailbox is full.", None)
    first = (await api.ask("admin", MAILS, first=2))["openMails"]
    rest = (await api.ask("admin", MAILS, first=2, after=first["pageInfo"]["endCursor"]))["openMails"]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    assert len({each["id"] for each in first["nodes"] + rest["nodes"]}) == 3


async def retried(api: Api, who: str, **given: Any) -> Any:
    wanted = {"reason": "The mailbox was emptied.", **given}
    return (await api.ask(who, RETRY, input=wanted))["retryMails"]


async def test_what_failed_is_tried_again_at_once_and_that_is_written_down(api: Api, mails: tuple[str, str]):
    lagos, kano = mails
    assert (await retried(api, "biller"))["__typename"] == "Refused"
    for _ in range(2):
        answer = await retried(api, "manager", idempotencyKey="again")
        assert (answer["retried"], answer["left"]) == (1, 0)
    assert sorted(await listed(api, "manager")) == [("Given up", "WAITING"), ("Waits", "WAITING")]
    ids = await api.office.pool.fetch("SELECT id FROM mail WHERE title IN ('Failed', 'Sent')")
    answer = await retried(api, "admin", mails=[str(row["id"]) for row in ids])
    assert (answer["retried"], answer["left"]) == (1, 0)
    due = await api.office.pool.fetchval("SELECT count(*) FROM mail WHERE due_at <= $1", api.office.now)
    assert due == 2
    told = (await api.ask("admin", CHANGES))["outboxChanges"]["nodes"]
    assert sorted((each["orderId"], each["tries"], each["reason"]) for each in told) == sorted([
        (lagos, 20, "The mailbox was emptied."), (kano, 3, "The mailbox was emptied."),
    ])  # fmt: skip


async def test_no_reason_and_no_e_mail_are_said(api: Api, mails: tuple[str, str]):
    assert mails
    given: dict[str, Any]
    for given in ({"reason": " "}, {"mails": []}):
        assert (await retried(api, "admin", **given))["__typename"] == "Invalid"
    assert await listed(api, "admin", status="DEAD") == [("Given up", "DEAD")]
