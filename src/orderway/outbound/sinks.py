"""The sinks of the house: who is told of what happens, and a worker that keeps telling all of them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from orderway.outbound.broker.courier import Broker
from orderway.outbound.broker.place import read_place
from orderway.outbound.delivery import deliver
from orderway.outbound.dispatch import Round, dispatching
from orderway.outbound.feed import begin
from orderway.outbound.mail.office import Office, read_office
from orderway.outbound.mail.posting import NAME as MAIL
from orderway.outbound.mail.posting import Postman
from orderway.outbound.notifying import Notifications
from orderway.workflow.runner import Runner


@asynccontextmanager
async def delivering(runner: Runner, url: str, *, environ: Mapping[str, str] = os.environ) -> AsyncIterator[None]:
    """As long as it lasts, whatever happens is told to whom it concerns, here and elsewhere.

    Raises BrokerInvalid and MailInvalid.
    """
    rounds = dict(kinds(runner))
    async with AsyncExitStack() as stack:
        if office := read_office(environ):
            rounds |= mails(runner, office)
        if place := read_place(environ):
            broker = Broker(place)
            stack.push_async_callback(broker.close)
            async with runner.pool.acquire() as connection:
                await begin(connection, broker.name, now=runner.clock())
            rounds[broker.name] = lambda _: lambda: broker.deliver(runner)
        await stack.enter_async_context(dispatching(runner, url, rounds))
        yield


def kinds(runner: Runner) -> Mapping[str, Callable[[str], Round]]:
    """The rounds of a sink, by what its name begins with."""
    notifications = Notifications(runner.workflow.settings)
    return {notifications.name: lambda _: lambda: deliver(runner, notifications)}


def mails(runner: Runner, office: Office) -> Mapping[str, Callable[[str], Round]]:
    """The rounds where e-mails are sent too: they are written with the notifications."""
    postman, notifications = Postman(office), Notifications(runner.workflow.settings, runner.clock)
    return {
        notifications.name: lambda _: lambda: deliver(runner, notifications),
        MAIL: lambda _: lambda: postman.deliver(runner),
    }
