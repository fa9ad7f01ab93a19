"""Making and changing webhooks, and what people ask to be sent to them."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook
from tests.outbound.webhooks.hooked import MANAGER, WHY, Hooked
from tests.outbound.webhooks.receiver import answers, hangs, receiving
from tests.stories.shop import LAGOS, shirts

from orderway.ids import new_id
from orderway.outbound.delivery import Delivered
from orderway.outbound.progress import LEASE
from orderway.outbound.webhooks.attempts import AttemptFilters, count_attempts, list_attempts
from orderway.outbound.webhooks.commands import (
    ChangeWebhook,
    CreateWebhook,
    DeleteWebhook,
    DisableWebhook,
    EnableWebhook,
    RedeliverWebhook,
    RotateWebhookSecret,
    SendWebhookTest,
)
from orderway.outbound.webhooks.subscriptions import list_changes, list_webhooks, load_webhook
from orderway.quotation.events import Share
from orderway.workflow.errors import Conflict, Invalid, NotFound, Refused


async def test_a_test_arrives_although_it_is_switched_off_and_says_nothing_of_how_it_stands(hooked: Hooked):
    hooked.shop.now = datetime.now(UTC)
    made = await hooked.subscribe()
    await hooked.change(DisableWebhook(webhook=hooked.id, reason=WHY))
    assert await hooked.ask(SendWebhookTest(webhook=hooked.id)) == 1
    assert await hooked.run_errands() == Delivered(delivered=1)
    (request,) = hooked.receiver.requests
    told = Webhook(made.secret).verify(request.body, request.headers)
    assert (told["type"], told["data"], told["id"]) == ("webhook.test", {}, request.headers["webhook-id"])
    hooked.receiver.answer = answers(500)
    await hooked.ask(SendWebhookTest(webhook=hooked.id))
    assert await hooked.run_errands() == Delivered(failed=1)
    assert await hooked.run_errands() == Delivered()
    assert await hooked.attempts() == [
        ("test", "webhook.test", 204, None),
        ("test", "webhook.test", 500, "It answered 500."),
    ]
    assert await hooked.shop.row("SELECT failing_since FROM webhook") == (None,)


async def test_what_arrived_is_sent_once_more_under_its_id(hooked: Hooked):
    await hooked.subscribe()
    await hooked.shop.order(shirts(1))
    await hooked.shop.order(shirts(1))
    await hooked.deliver()
    ids = await hooked.ids()
    assert await hooked.ask(RedeliverWebhook(webhook=hooked.id, deliveries=(*ids, ids[0]))) == 2
    assert await hooked.run_errands() == Delivered(delivered=2)
    sent = hooked.receiver.requests
    assert len(sent) == 4
    assert sorted(each.body for each in sent[:2]) == sorted(each.body for each in sent[2:])
    assert {each.headers["webhook-id"] for each in sent[:2]} == {each.headers["webhook-id"] for each in sent[2:]}
    assert [each[0] for each in await hooked.attempts()] == ["event", "event", "again", "again"]


async def test_what_was_given_up_is_tried_again_in_its_order_and_not_besides(hooked: Hooked):
    await hooked.subscribe()
    order = await hooked.shop.order(shirts(1))
    await order.send("quotation", Share())
    hooked.shop.settings.take({"OUTBOX_TRIES": "1"})
    hooked.receiver.answer = answers(500)
    await hooked.deliver()
    assert await hooked.progress(order) == (0, 2, 1, True)
    (failed,) = await hooked.ids()
    hooked.receiver.answer = answers(204)
    assert await hooked.ask(RedeliverWebhook(webhook=hooked.id, deliveries=(failed,))) == 1
    assert await hooked.run_errands() == Delivered()
    assert await hooked.deliver() == Delivered(delivered=1)
    numbers = [json.loads(each.body)["sequence"] for each in hooked.receiver.requests]
    assert numbers == ["0000000001", "0000000001", "0000000002"]


async def test_what_is_asked_for_elsewhere_does_not_wait_behind_all_that_one_that_hangs_is_sent(hooked: Hooked):
    await hooked.subscribe()
    hooked.receiver.answer = hangs
    for _ in range(30):
        await hooked.ask(SendWebhookTest(webhook=hooked.id))
    async with receiving() as other:
        url = other.url("127.0.0.1", scheme="http")
        made = await hooked.make(CreateWebhook(name="Accounts", url=url, reason=WHY))
        hooked.shop.now += timedelta(seconds=1)
        await hooked.ask(SendWebhookTest(webhook=made.webhook))
        running = asyncio.create_task(hooked.run_errands())
        async with asyncio.timeout(30):
            await other.came.wait()
        assert await hooked.attempts() == []
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


async def test_what_a_worker_that_died_was_to_send_is_another_s_when_its_lease_is_over(hooked: Hooked):
    await hooked.subscribe()
    await hooked.ask(SendWebhookTest(webhook=hooked.id))
    await hooked.shop.pool.execute("UPDATE webhook_errand SET taken_until = $1", hooked.shop.now + LEASE)
    assert await hooked.run_errands() == Delivered()
    hooked.shop.now += LEASE
    assert await hooked.run_errands() == Delivered(delivered=1)


async def test_switched_off_it_is_sent_nothing_again_and_unknown_deliveries_are_not_found(hooked: Hooked):
    await hooked.subscribe()
    await hooked.shop.order(shirts(1))
    await hooked.deliver()
    ids = tuple(await hooked.ids())
    for deliveries, problem in (((), Invalid), ((new_id(),), Invalid), (tuple(new_id() for _ in range(101)), Invalid)):
        with pytest.raises(problem):
            await hooked.ask(RedeliverWebhook(webhook=hooked.id, deliveries=deliveries))
    await hooked.change(DisableWebhook(webhook=hooked.id, reason=WHY))
    with pytest.raises(Invalid, match="switched off"):
        await hooked.ask(RedeliverWebhook(webhook=hooked.id, deliveries=ids))
    assert await hooked.run_errands() == Delivered()


async def test_what_it_is_told_of_no_more_is_not_sent_once_more_either(hooked: Hooked):
    await hooked.subscribe()
    await hooked.shop.order(shirts(1))
    await hooked.deliver()
    again = RedeliverWebhook(webhook=hooked.id, deliveries=tuple(await hooked.ids()))
    elsewhere = new_id()
    await hooked.shop.pool.execute(
        "INSERT INTO store (id, name, code, currency) VALUES ($1, 'Accra store', 'ACC', 'GHS')", elsewhere
    )
    changed = ChangeWebhook(webhook=hooked.id, name="Warehouse", url=hooked.url, reason=WHY)
    for narrowed in (replace(changed, stores=(elsewhere,)), replace(changed, types=("order.sale.*",))):
        assert await hooked.ask(again) == 1
        await hooked.change(narrowed)
        assert await hooked.run_errands() == Delivered(failed=1)
        with pytest.raises(Invalid, match="not told of all of these any more"):
            await hooked.ask(again)
        await hooked.change(changed)
    assert await hooked.ask(again) == 1
    await hooked.change(DisableWebhook(webhook=hooked.id, reason=WHY))
    assert await hooked.run_errands() == Delivered(failed=1)
    assert len(hooked.receiver.requests) == 1


async def test_it_is_listed_with_how_it_stands_and_who_changed_what(hooked: Hooked):
    await hooked.subscribe(types=("order.sale.*",), stores=(LAGOS,))
    wanted = ChangeWebhook(webhook=hooked.id, name="Stock room", url=hooked.url, reason="It moved.", seen=1)
    await hooked.change(wanted)
    with pytest.raises(Conflict) as moved:
        await hooked.change(DisableWebhook(webhook=hooked.id, reason=WHY, seen=1))
    assert (moved.value.who, moved.value.what, moved.value.step) == ("Admin", "changed it", 2)
    await hooked.shop.order(shirts(1))
    await hooked.deliver()
    viewer = await hooked.viewer()
    async with hooked.shop.pool.acquire() as connection:
        (found,) = await list_webhooks(connection, viewer)
        assert found == await load_webhook(connection, viewer, hooked.id)
        history = await list_changes(connection, viewer, hooked.id)
        with pytest.raises(NotFound):
            await load_webhook(connection, viewer, new_id())
    assert (found.name, found.types, found.stores, found.step, found.created_by) == (
        "Stock room", None, None, 2, "Admin",
    )  # fmt: skip
    assert (found.arrived_at, found.given_up, found.disabled_at) == (hooked.shop.now, 0, None)
    assert [(each.phrase, each.reason, each.who) for each in history] == [
        ("changed it", "It moved.", "Admin"),
        ("made it", WHY, "Admin"),
    ]


async def test_its_log_is_read_a_page_at_a_time(hooked: Hooked):
    await hooked.subscribe()
    hooked.receiver.script = [answers(500)]
    await hooked.shop.order(shirts(1))
    await hooked.deliver()
    await hooked.later(hours=1)
    order = await hooked.shop.order(shirts(1))
    await hooked.later(hours=1)
    viewer = await hooked.viewer()
    async with hooked.shop.pool.acquire() as connection:
        first, more = await list_attempts(connection, viewer, hooked.id, limit=2)
        assert more
        rest, more = await list_attempts(connection, viewer, hooked.id, after=first[-1].cursor, limit=2)
        assert not more
        assert [each.status for each in (*first, *rest)] == [204, 204, 500]
        for filters, statuses in (
            (AttemptFilters(failed=True), [500]),
            (AttemptFilters(failed=False), [204, 204]),
            (AttemptFilters(order_id=order.id), [204]),
        ):
            found, _ = await list_attempts(connection, viewer, hooked.id, filters=filters)
            assert [each.status for each in found] == statuses
            assert await count_attempts(connection, viewer, hooked.id, filters=filters) == len(statuses)
        for after in ("?", "x" * 40):
            with pytest.raises(Invalid):
                await list_attempts(connection, viewer, hooked.id, after=after)


async def test_deleted_it_is_forgotten_and_what_it_was_called_is_not(hooked: Hooked):
    before = await hooked.shop.rows()
    await hooked.subscribe()
    await hooked.shop.order(shirts(1))
    await hooked.deliver()
    await hooked.ask(SendWebhookTest(webhook=hooked.id))
    await hooked.change(DeleteWebhook(webhook=hooked.id, reason="Nobody needs it."))
    after = await hooked.shop.rows()
    for table in ("webhook", "webhook_attempt", "webhook_errand", "outbound_sink", "outbound_progress"):
        assert after[table] == before[table], table
    assert await hooked.shop.row("SELECT name, what FROM webhook_change ORDER BY step DESC LIMIT 1") == (
        "Warehouse", "DELETED",
    )  # fmt: skip
    assert await hooked.run_errands() == Delivered()


def wished(**of: Any) -> CreateWebhook:
    return CreateWebhook(**{"name": "Accounts", "url": "https://shop.example/", **of})


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (wished(name=" "), "name"),
        (wished(name="x" * 101), "name"),
        (wished(name="Warehouse"), "name"),
        (wished(url="https://10.0.0.1/"), "url"),
        (wished(types=("order.sale.vanished",)), "types"),
        (wished(types=("order.*", "order.nothing.*")), "types"),
        (wished(types=(".*",)), "types"),
        (wished(types=()), "types"),
        (wished(stores=(new_id(),)), "stores"),
        (wished(stores=()), "stores"),
        (wished(reason="x" * 501), "reason"),
    ],
)
async def test_what_can_not_be_is_refused_and_nothing_is_written(hooked: Hooked, command: CreateWebhook, field: str):
    await hooked.subscribe()
    before = await hooked.shop.rows()
    with pytest.raises(Invalid) as no:
        await hooked.make(command)
    assert no.value.field == field
    assert await hooked.shop.rows() == before


async def test_of_a_secret_the_hours_and_of_any_change_a_reason_are_checked(hooked: Hooked):
    await hooked.subscribe()
    for hours in (-1, 169):
        with pytest.raises(Invalid, match="0 to 168 hours"):
            await hooked.make(RotateWebhookSecret(webhook=hooked.id, hours=hours, reason=WHY))
    with pytest.raises(Invalid, match="A reason"):
        await hooked.change(EnableWebhook(webhook=hooked.id, reason=" "))
    with pytest.raises(NotFound):
        await hooked.change(EnableWebhook(webhook=new_id(), reason=WHY))
    await hooked.change(EnableWebhook(webhook=hooked.id, reason=WHY))
    assert await hooked.shop.row("SELECT count(*) FROM webhook_change") == (1,)


@pytest.mark.parametrize(
    "does",
    [
        lambda hooked: hooked.make(wished(), who=MANAGER),
        lambda hooked: hooked.make(RotateWebhookSecret(webhook=hooked.id, reason=WHY), who=MANAGER),
        lambda hooked: hooked.change(DeleteWebhook(webhook=hooked.id, reason=WHY), who=MANAGER),
        lambda hooked: hooked.ask(SendWebhookTest(webhook=hooked.id), who=MANAGER),
    ],
)
async def test_who_looks_after_one_store_alone_may_nothing(hooked: Hooked, does: Callable[[Hooked], Any]):
    await hooked.subscribe()
    before = await hooked.shop.rows()
    with pytest.raises(Refused, match="You may not see or change webhooks"):
        await does(hooked)
    assert await hooked.shop.rows() == before


async def test_who_may_not_read_amounts_sends_them_to_nobody(hooked: Hooked):
    await hooked.shop.pool.execute(
        "UPDATE role SET permissions = array_remove(permissions, 'money.see') WHERE name = 'ADMIN'"
    )
    with pytest.raises(Refused):
        await hooked.subscribe()
