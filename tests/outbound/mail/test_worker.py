"""A worker with a server of SMTP writes e-mails and sends them when something happens; one without writes none."""

import asyncio
from collections.abc import Mapping

import pytest
from tests.outbound.listening import deliver_all
from tests.outbound.mail.servers import HANGS, Server, serving
from tests.secret import SECRET
from tests.stories.shop import RESELLER, Shop, shirts

from orderway.outbound.mail.office import MailInvalid, read_office
from orderway.outbound.mail.posting import Postman
from orderway.outbound.notifying import Notifications
from orderway.outbound.sinks import delivering, kinds
from orderway.quotation.events import Share
from orderway.streams.announcer import Announcer
from orderway.workflow.runner import Runner

STAGES = "SELECT count(*), count(sent_at), count(due_at) FROM mail"
WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
FROM = {"ORDERWAY_MAIL_FROM": "orders@shop.example", "ORDERWAY_SITE": "https://orders.shop.example"}


def environ_of(mails: Server) -> Mapping[str, str]:
    return {**FROM, "ORDERWAY_SMTP_URL": f"smtp+plain://127.0.0.1:{mails.port}"}


async def shared(shop: Shop) -> None:
    order = await shop.order(shirts(1), customer=RESELLER)
    await order.send("quotation", Share())


async def test_what_happens_is_sent_at_once(shop: Shop, database_url: str):
    shop.runner = Runner(shop.pool, shop.workflow, lambda: shop.now, announce=Announcer(shop.pool))
    async with serving(Server()) as mails:
        environ = environ_of(mails)
        async with asyncio.timeout(30), delivering(shop.runner, database_url, environ=environ, secret=SECRET):
            await shared(shop)
            await mails.asked.wait()
    assert [each["Subject"] for each in mails.took] == ["Your quotation LAG-000001 is ready"]
    assert await shop.row(STAGES) == (1, 1, 0)


async def test_who_stops_while_noting_what_was_sent_has_noted_it(shop: Shop):
    async with serving(Server(to_content={"reseller@example.com": HANGS})) as mails, shop.pool.acquire() as other:
        office = read_office(environ_of(mails))
        assert office
        await shared(shop)
        await deliver_all(shop.runner, Notifications(shop.settings, lambda: shop.now))
        sending = asyncio.create_task(Postman(office).deliver(shop.runner))
        await mails.asked.wait()
        async with asyncio.timeout(30), other.transaction():
            await other.execute("SELECT FROM mail FOR UPDATE")
            mails.goes_on.set()
            while not await shop.pool.fetchval(WAITING):
                pass
            sending.cancel()
            for _ in range(50):
                assert await shop.pool.fetchval(WAITING), "it goes on noting"
        with pytest.raises(asyncio.CancelledError):
            await sending
    assert await shop.row(STAGES) == (1, 1, 0)


async def test_without_a_server_no_e_mail_is_written(shop: Shop):
    assert "mail" not in kinds(shop.runner)
    await shared(shop)
    await deliver_all(shop.runner)
    assert await shop.pool.fetchval("SELECT count(*) FROM notification") == 1
    assert await shop.pool.fetchval("SELECT count(*) FROM mail") == 0


@pytest.mark.parametrize("changed", [{"ORDERWAY_SITE": "nowhere"}, {"ORDERWAY_SMTP_URL": "mail.example"}])
async def test_what_can_not_be_is_refused_at_the_start(shop: Shop, database_url: str, changed: Mapping[str, str]):
    environ = {**FROM, "ORDERWAY_SMTP_URL": "smtp+plain://127.0.0.1", **changed}
    with pytest.raises(MailInvalid):
        async with delivering(shop.runner, database_url, environ=environ, secret=SECRET):
            pass
