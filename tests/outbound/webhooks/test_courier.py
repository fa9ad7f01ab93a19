"""Events on their way to a webhook: signed, in the order of each order, written down, and given up by nobody else."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from tests.figures import Growth
from tests.outbound.webhooks.hooked import WHY, Hooked
from tests.outbound.webhooks.receiver import answers, hangs, receiving
from tests.stories.shop import LAGOS, SHIRT, shirts

from orderway.ids import new_id
from orderway.outbound.carrying import LONGEST
from orderway.outbound.cloudevents import cloud_event
from orderway.outbound.delivery import Delivered
from orderway.outbound.dispatch import dispatching
from orderway.outbound.event import EVENT, Event
from orderway.outbound.progress import LEASE
from orderway.outbound.sinks import webhooks
from orderway.outbound.webhooks.commands import CreateWebhook, EnableWebhook, RotateWebhookSecret
from orderway.outbound.webhooks.posting import SECONDS
from orderway.outbound.webhooks.signing import Seal
from orderway.quotation.events import Share, Withdraw
from orderway.secret import Secret


async def test_an_event_arrives_as_a_cloud_event_that_its_receiver_can_verify(hooked: Hooked):
    hooked.shop.now = datetime.now(UTC)  # receivers take nothing that is older than five minutes
    made = await hooked.subscribe()
    await hooked.shop.order(shirts(1))
    assert await hooked.deliver() == Delivered(delivered=1)
    (request,) = hooked.receiver.requests
    event = Event(*await hooked.shop.row(f"SELECT {EVENT} FROM outbox b"))
    assert request.body == cloud_event(event)
    assert request.headers["content-type"] == "application/cloudevents+json"
    assert request.headers["webhook-id"] == str(event.id)
    told = Webhook(made.secret).verify(request.body, request.headers)
    assert (told["type"], told["subject"]) == ("order.quotation.born", str(event.order_id))
    with pytest.raises(WebhookVerificationError):
        Webhook(made.secret).verify(request.body + b" ", request.headers)
    assert await hooked.attempts() == [("event", "order.quotation.born", 204, None)]


async def test_it_is_sent_what_it_asked_for_and_nothing_from_before_it_was_there(hooked: Hooked):
    before = await hooked.shop.agreed(shirts(1))
    await hooked.shop.stock((SHIRT, 1))
    await hooked.subscribe(types=("order.payment.*", "order.sale.cleared"), stores=(LAGOS,))
    await before.pay(before.total)
    await hooked.shop.order(shirts(1))
    await hooked.deliver()
    types = [json.loads(each.body)["type"] for each in hooked.receiver.requests]
    assert types == ["order.payment.born", "order.payment.confirm", "order.sale.cleared"]
    done, known, *_ = await hooked.progress(before)
    assert done == known  # what it did not ask for is behind it too


async def test_of_another_store_it_hears_nothing(hooked: Hooked):
    elsewhere = new_id()
    await hooked.shop.pool.execute(
        "INSERT INTO store (id, name, code, currency) VALUES ($1, 'Accra store', 'ACC', 'GHS')", elsewhere
    )
    await hooked.subscribe(stores=(elsewhere,))
    await hooked.shop.order(shirts(1))
    assert await hooked.deliver() == Delivered(delivered=1)
    assert hooked.receiver.requests == []


async def test_what_does_not_arrive_is_written_down_and_comes_again_before_what_happened_later(hooked: Hooked):
    await hooked.subscribe()
    grown, order = Growth(), await hooked.shop.order(shirts(1))
    await order.send("quotation", Share())
    hooked.receiver.script = [answers(500, body=b"Our database is away."), answers(302, "Location: /elsewhere")]
    assert await hooked.deliver() == Delivered(failed=1)
    await hooked.later(hours=1)
    assert await hooked.later(hours=1) == Delivered(delivered=1)
    born, share = "order.quotation.born", "order.quotation.share"
    assert await hooked.attempts() == [
        ("event", born, 500, "It answered 500."),
        ("event", born, 302, "It answered 302, which leads elsewhere; that is not followed."),
        ("event", born, 204, None),
        ("event", share, 204, None),
    ]
    counted = [grown.of("webhook_answers_total", status=status) for status in ("2xx", "3xx", "5xx", "none")]
    assert counted == [2, 1, 1, 0]
    first = await hooked.shop.row("SELECT answer, number, order_id FROM webhook_attempt ORDER BY at LIMIT 1")
    assert first == ("Our database is away.", 1, order.id)
    ids = [each.headers["webhook-id"] for each in hooked.receiver.requests]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert await hooked.shop.row("SELECT failing_since FROM webhook") == (None,)


async def test_nothing_for_too_long_switches_it_off_and_those_who_look_after_it_are_told_once(hooked: Hooked):
    await hooked.subscribe()
    orders = [await hooked.shop.order(shirts(1)) for _ in range(3)]
    hooked.receiver.answer = answers(503)
    await hooked.deliver()
    began = hooked.shop.now
    assert await hooked.shop.row("SELECT failing_since, disabled_at FROM webhook") == (began, None)
    await hooked.later(hours=71)
    assert not await hooked.is_paused()
    await hooked.later(hours=2)
    assert await hooked.is_paused()
    assert await hooked.told() == [
        (
            "The webhook “Warehouse” was switched off",
            "Nothing arrived there for too long: It answered 503. What happens meanwhile is kept for it.",
        )
    ]
    sent = len(hooked.receiver.requests)
    hooked.receiver.answer = answers(204)
    await orders[0].send("quotation", Share())
    assert await hooked.later(hours=50) == Delivered()
    assert len(hooked.receiver.requests) == sent
    await hooked.change(EnableWebhook(webhook=hooked.id, reason="It is there again."))
    assert (await hooked.deliver()).failed == 0
    assert [(await hooked.progress(each))[:3] for each in orders] == [(2, 2, 0), (1, 1, 0), (1, 1, 0)]
    changes = await hooked.shop.pool.fetch("SELECT what, reason, actor FROM webhook_change ORDER BY step")
    assert [each["what"] for each in changes] == ["CREATED", "FAILED", "ENABLED"]
    assert (changes[1]["reason"], changes[1]["actor"]) == ("It answered 503.", "system")
    assert await hooked.shop.findings() == []


async def test_one_success_in_between_begins_the_time_anew_and_0_hours_never_end(hooked: Hooked):
    await hooked.subscribe()
    await hooked.shop.order(shirts(1))
    other = await hooked.shop.order(shirts(1))
    hooked.receiver.script = [answers(500), answers(500)]
    await hooked.deliver()
    await hooked.later(hours=71)
    hooked.receiver.answer = answers(500)
    await other.send("quotation", Share())
    await hooked.deliver()
    await hooked.later(hours=71)
    assert not await hooked.is_paused()
    hooked.shop.settings.take({"WEBHOOK_DISABLE_HOURS": "0"})
    await hooked.later(hours=500)
    assert not await hooked.is_paused()


async def test_a_receiver_that_is_gone_is_left_alone_at_once(hooked: Hooked):
    await hooked.subscribe()
    await hooked.shop.order(shirts(1))
    hooked.receiver.answer = answers(410)
    await hooked.deliver()
    assert await hooked.is_paused()
    assert (await hooked.told())[0][1] == (
        "It answered that it is gone for good. What happens meanwhile is kept for it."
    )


async def test_a_new_secret_signs_beside_the_former_one_for_a_time(hooked: Hooked):
    hooked.shop.now = datetime.now(UTC)
    first = await hooked.subscribe()
    second = await hooked.make(RotateWebhookSecret(webhook=hooked.id, hours=1, reason="It leaked."))
    assert first.secret != second.secret
    assert first.secret.startswith("whsec_")
    order = await hooked.shop.order(shirts(1))
    await hooked.deliver()
    both = hooked.receiver.requests[0]
    assert len(both.headers["webhook-signature"].split(" ")) == 2
    for made in (first, second):
        Webhook(made.secret).verify(both.body, both.headers)
    hooked.shop.now += timedelta(hours=1)
    await order.send("quotation", Share())
    await hooked.deliver()
    signature = hooked.receiver.requests[1].headers["webhook-signature"]
    assert len(signature.split(" ")) == 1
    third = await hooked.make(RotateWebhookSecret(webhook=hooked.id, hours=0, reason="At once."))
    await order.send("quotation", Withdraw("No longer made."))
    await hooked.deliver()
    assert len(hooked.receiver.requests[2].headers["webhook-signature"].split(" ")) == 1
    row = str(await hooked.shop.row("SELECT * FROM webhook"))
    assert all(made.secret.removeprefix("whsec_") not in row for made in (first, second, third))


async def test_a_secret_that_another_secret_of_the_installation_sealed_says_so(hooked: Hooked):
    await hooked.subscribe()
    await hooked.shop.order(shirts(1))
    hooked.seal = Seal(Secret("quite another secret of the installation"))
    assert await hooked.deliver() == Delivered(failed=1)
    assert hooked.receiver.requests == []
    why = "Its secret was sealed by another ORDERWAY_SECRET than is set: give it a new one."
    assert await hooked.attempts() == [("event", "order.quotation.born", None, why)]


async def test_a_new_secret_is_enough_where_the_former_one_was_sealed_by_another(hooked: Hooked):
    await hooked.subscribe()
    sealed = Seal(Secret("quite another secret of the installation")).close("whsec_b2xk", webhook=hooked.id)
    await hooked.shop.pool.execute("UPDATE webhook SET secret = $1", sealed)
    await hooked.shop.order(shirts(1))
    assert await hooked.deliver() == Delivered(failed=1)
    await hooked.make(RotateWebhookSecret(webhook=hooked.id, hours=24, reason="Its seal is broken."))
    assert await hooked.later(seconds=10) == Delivered(delivered=1)
    (request,) = hooked.receiver.requests
    assert len(request.headers["webhook-signature"].split(" ")) == 1


async def test_attempts_are_forgotten_after_the_days_of_the_setting(hooked: Hooked):
    await hooked.subscribe()
    order = await hooked.shop.order(shirts(1))
    await hooked.deliver()
    await order.send("quotation", Share())
    await hooked.later(days=29)
    await order.send("quotation", Withdraw("No longer made."))
    await hooked.later(days=2)
    assert [each[1] for each in await hooked.attempts()] == ["order.quotation.share", "order.quotation.withdraw"]


def test_whoever_never_answers_is_left_by_the_post_itself_with_time_to_write_it_down_and_to_settle():
    assert timedelta(seconds=SECONDS + 5) <= LONGEST
    assert LONGEST + timedelta(seconds=10) <= LEASE / 2


async def test_one_that_hangs_delays_no_other(hooked: Hooked, database_url: str):
    hooked.receiver.answer = hangs
    await hooked.subscribe()
    async with receiving() as other:
        url = other.url("127.0.0.1", scheme="http")
        await hooked.make(CreateWebhook(name="Accounts", url=url, reason=WHY))
        for _ in range(3):
            await hooked.shop.order(shirts(1))
        async with asyncio.timeout(30), dispatching(hooked.shop.runner, database_url, webhooks(hooked.post)):
            while len(other.requests) < 3:
                await other.came.wait()
                other.came.clear()
            assert await hooked.attempts() == []
    assert len(hooked.receiver.requests) == 3
