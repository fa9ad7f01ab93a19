"""The broker: what it is given, in which order, and how deliveries stand while it is away, frozen or full."""

import asyncio
import re
from pathlib import Path

import nats
import pytest
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from tests.nats_server import NatsServer, nats_server
from tests.outbound.broker.conftest import Desk, hearing
from tests.stories.shop import SHIRT, Shop, shirts

from orderway.outbound.broker import pipeline
from orderway.outbound.broker.courier import NAME, Broker
from orderway.outbound.broker.place import Place
from orderway.outbound.broker.stream import WINDOW
from orderway.outbound.delivery import Delivered
from orderway.outbound.sinks import delivering
from orderway.quotation.events import Share, Withdraw
from orderway.streams.announcer import Announcer
from orderway.workflow.runner import Runner

PAGE = (Path(__file__).parents[3] / "docs" / "operations" / "broker.md").read_text()
AGAIN = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)[0]


async def test_every_event_stands_in_the_stream_by_its_type_in_the_order_of_its_order(desk: Desk):
    await desk.shop.stock((SHIRT, 3))
    orders = [await desk.shop.paid(shirts(1)) for _ in range(3)]
    assert await desk.deliver() == Delivered(delivered=3)
    stored = await desk.stored()
    first = stored[0]
    assert first["at"] == "orderway.order.quotation.born"
    assert first["headers"] == {
        "Nats-Msg-Id": first["id"],
        "Nats-Expected-Stream": "ORDERWAY",
        "Content-Type": "application/cloudevents+json",
    }
    stood = [
        {"order_id": each["subject"], "number": str(int(each["sequence"])), "id": each["id"], "type": each["type"]}
        for order in sorted(str(each.id) for each in orders)
        for each in stored
        if each["partitionkey"] == order
    ]
    assert stood == await desk.told()
    assert await desk.deliver() == Delivered()


async def test_the_stream_keeps_everything_on_disk_for_its_time(desk: Desk):
    await desk.broker.open()
    config = (await desk.info()).config
    assert config.subjects == ["orderway.>"]
    assert (config.storage, config.retention, config.discard) == (
        StorageType.FILE, RetentionPolicy.LIMITS, DiscardPolicy.NEW,
    )  # fmt: skip
    assert (config.max_age, config.duplicate_window, config.num_replicas) == (7 * 86400, WINDOW, 1)
    assert config.deny_delete


async def test_what_the_environment_says_of_a_stream_holds_and_the_rest_is_its_operator_s(desk: Desk):
    client = await nats.connect(desk.bus.url)
    await client.jetstream().add_stream(
        StreamConfig(name="ORDERWAY", subjects=["other.>"], max_bytes=1_000_000, storage=StorageType.FILE)
    )
    await client.close()
    desk.broker.place = Place((desk.bus.url,), days=30)
    await desk.broker.open()
    config = (await desk.info()).config
    assert (config.subjects, config.max_age, config.max_bytes) == (["other.>", "orderway.>"], 30 * 86400, 1_000_000)


async def test_a_stream_in_memory_is_not_taken(desk: Desk):
    client = await nats.connect(desk.bus.url)
    await client.jetstream().add_stream(
        StreamConfig(name="ORDERWAY", subjects=["orderway.>"], storage=StorageType.MEMORY)
    )
    await client.close()
    await desk.shop.order(shirts(1))
    assert await desk.broker.deliver(desk.shop.runner) == Delivered(is_away=True)
    since, why = await desk.sink()
    assert since == desk.shop.now
    assert why.startswith("The stream ORDERWAY does not keep on disk what nobody has asked for yet")


async def test_an_event_that_is_brought_again_is_stored_once(desk: Desk):
    order = await desk.shop.order(shirts(1))
    await order.send("quotation", Share())
    await desk.deliver()
    await desk.shop.pool.execute("UPDATE outbound_progress SET done = 0, due_at = $1", desk.shop.now)
    assert await desk.deliver() == Delivered(delivered=1)
    assert [each["type"] for each in await desk.stored()] == ["order.quotation.born", "order.quotation.share"]


async def test_a_stream_that_was_lost_is_made_anew_and_gets_what_its_operator_asks_for(desk: Desk):
    order = await desk.shop.order(shirts(1))
    await desk.deliver()
    client = await nats.connect(desk.bus.url)
    await client.jetstream().delete_stream("ORDERWAY")
    await client.close()
    await order.send("quotation", Share())
    assert await desk.deliver() == Delivered()
    assert (await desk.sink())[1] == (
        "The broker stores nothing: no stream takes what is published, or its leader is being chosen."
    )
    await desk.shop.pool.execute(AGAIN.replace("now()", f"'{desk.shop.now}'::timestamptz"))
    assert await desk.deliver() == Delivered(delivered=1)
    assert [each["sequence"] for each in await desk.stored()] == ["0000000001", "0000000002"]


async def test_a_broker_that_is_away_is_waited_for_with_one_line_and_loses_nothing(
    desk: Desk, capfd: pytest.CaptureFixture[str]
):
    desk.bus.kill()
    orders = [await desk.shop.order(shirts(1)) for _ in range(2)]
    for _ in range(3):
        assert await desk.broker.deliver(desk.shop.runner) == Delivered(is_away=True)
    assert await desk.sink() == (
        desk.shop.now,
        f"The broker at {desk.bus.url} can not be reached: nobody listens there.",
    )
    desk.bus.start()
    assert await desk.deliver() == Delivered(delivered=2)
    assert await desk.sink() == (None, None)
    said = [line for line in "".join(capfd.readouterr()).splitlines() if NAME in line]
    assert len(said) == 2
    assert "Nothing can be delivered there; everything waits." in said[0]
    assert "What waited is delivered there again." in said[1]
    assert {each["partitionkey"] for each in await desk.stored()} == {str(each.id) for each in orders}


async def test_a_broker_that_dies_in_between_costs_no_event_and_no_order_a_try(desk: Desk):
    orders = [await desk.shop.order(shirts(1)) for _ in range(40)]
    desk.broker.at_once = 4
    await desk.broker.open()
    async with hearing(desk.bus, "orderway.>") as told:
        under_way = asyncio.create_task(desk.deliver())
        await told.wait()
        desk.bus.kill()
        await under_way
    assert await desk.shop.pool.fetchval("SELECT count(*) FROM outbound_progress WHERE done = 0") > 0
    for order in orders:
        await order.send("quotation", Withdraw("No longer made."))
    assert await desk.shop.pool.fetchval("SELECT count(*) FROM outbound_progress WHERE tries > 0") == 0
    desk.bus.start()
    await desk.deliver()
    stored = await desk.stored()
    assert len(stored) == 80
    for order in orders:
        kept = [each["sequence"] for each in stored if each["partitionkey"] == str(order.id)]
        assert kept == ["0000000001", "0000000002"]


async def test_a_frozen_broker_is_noticed_and_left(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pipeline, "WAIT", 0.5)
    order = await desk.shop.order(shirts(1))
    await desk.deliver()
    await order.send("quotation", Share())
    desk.bus.freeze()
    assert await desk.deliver() == Delivered()
    assert (await desk.sink())[1].startswith("The broker acknowledged nothing for")
    desk.bus.thaw()
    assert await desk.deliver() == Delivered(delivered=1)
    assert [each["sequence"] for each in await desk.stored()] == ["0000000001", "0000000002"]


async def test_who_was_held_up_themselves_does_not_blame_the_broker(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    await desk.broker.open()
    assert desk.broker._line
    desk.bus.freeze()
    line, loop = desk.broker._line.pipeline, asyncio.get_running_loop()
    publishing = asyncio.create_task(line.publish("orderway.order.sale.born", b"{}", headers={}))
    await asyncio.sleep(0)
    time = loop.time
    monkeypatch.setattr(loop, "time", lambda: time() + 60)
    for _ in range(3):
        await asyncio.sleep(0)
    assert not publishing.done()
    monkeypatch.undo()
    desk.bus.thaw()
    await publishing


async def test_where_the_stream_is_full_everything_waits_and_nothing_is_thrown_away(desk: Desk):
    await desk.broker.open()
    client = await nats.connect(desk.bus.url)
    config = (await desk.info()).config
    await client.jetstream().update_stream(config.evolve(max_msgs=1))
    orders = [await desk.shop.order(shirts(1)) for _ in range(2)]
    desk.broker.at_once = 1
    assert await desk.deliver() == Delivered(delivered=1)
    assert (await desk.sink())[1] == "The broker stores nothing: maximum messages exceeded."
    await client.jetstream().update_stream(config)
    await client.close()
    assert await desk.deliver() == Delivered(delivered=1)
    assert {each["partitionkey"] for each in await desk.stored()} == {str(each.id) for each in orders}


async def test_an_event_that_the_broker_can_not_take_holds_up_its_order_alone(desk: Desk):
    big, good = await desk.shop.order(shirts(1)), await desk.shop.order(shirts(1))
    await big.send("quotation", Withdraw("No longer made." * 40))
    await good.send("quotation", Withdraw("No longer made."))
    await desk.broker.open()
    client = await nats.connect(desk.bus.url)
    await client.jetstream().update_stream((await desk.info()).config.evolve(max_msg_size=1200))
    await client.close()
    assert await desk.deliver() == Delivered(delivered=1, failed=1)
    row = await desk.shop.row("SELECT done, tries, why FROM outbound_progress WHERE order_id = $1", big.id)
    assert tuple(row) == (1, 1, "The broker refused it: message size exceeds maximum allowed.")


@pytest.mark.parametrize(("user", "said"), [("house", ""), ("somebody", "it does not know the user")])
async def test_a_user_and_a_password_stand_in_the_address(tmp_path: Path, user: str, said: str):
    more = "authorization { user: house, password: secret }"
    with nats_server(tmp_path, more=more) as server:
        broker = Broker(Place((f"nats://{user}:secret@127.0.0.1:{server.port}",)))
        if said:
            with pytest.raises(Exception, match=said) as refused:
                await broker.open()
            assert "secret" not in str(refused.value) + repr(broker)
        else:
            await broker.open()
        await broker.close()


async def test_a_worker_tells_the_broker_that_its_environment_names(shop: Shop, bus: NatsServer, database_url: str):
    runner = Runner(shop.pool, shop.workflow, lambda: shop.now, announce=Announcer(shop.pool))
    environ = {"ORDERWAY_NATS_URL": bus.url}
    async with (
        asyncio.timeout(30),
        hearing(bus, "orderway.order.quotation.>") as told,
        delivering(runner, database_url, environ=environ),
    ):
        await shop.order(shirts(1))
        runner.announce()
        await told.wait()
