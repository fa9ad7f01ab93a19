"""A server of SMTP that is slow at every step is left in time: what is not settled within its lease is sent again."""

import asyncio
from datetime import timedelta

import pytest
from tests.outbound.mail.servers import HANGS, Server, serving
from tests.outbound.mail.test_sending import BUYER, office, rows, says_nothing, shared
from tests.stories.shop import Shop

from orderway.outbound.delivery import Delivered
from orderway.outbound.mail import posting, server
from orderway.outbound.mail.posting import Postman
from orderway.outbound.progress import LEASE


def test_the_slowest_connection_and_the_slowest_e_mail_end_before_the_lease_does():
    assert posting.BEGINS + timedelta(seconds=2 * server.WHOLE) <= LEASE - timedelta(seconds=5)


async def test_an_e_mail_that_is_taken_step_by_step_for_too_long_waits(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(server, "WHOLE", 0.2)
    await shared(shop)
    async with serving(Server()) as mails:
        mails.to_address[BUYER] = HANGS
        assert await Postman(office(mails.port)).deliver(shop.runner) == Delivered(failed=1)
    assert await rows(shop) == [(1, "The mail server did not take the e-mail within 0 seconds.", "waits")]


async def test_a_connection_that_is_opened_step_by_step_for_too_long_is_none(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(server, "WHOLE", 0.2)
    await shared(shop)
    mails = Server()
    mute = await asyncio.start_server(lambda _, there: says_nothing(mails, there), "127.0.0.1", 0)
    sends = Postman(office(port := mute.sockets[0].getsockname()[1]))
    assert await sends.deliver(shop.runner) == Delivered(is_away=True)
    assert sends.away == f"The mail server 127.0.0.1:{port} can not be used: it was not ready within 0 seconds."
    mails.goes_on.set()
    mute.close()
    await mute.wait_closed()
