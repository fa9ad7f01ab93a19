"""The sinks of the house: who is told of what happens, and a worker that keeps telling all of them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from orderway.deployment import read_webhook_networks
from orderway.outbound.broker.courier import Broker
from orderway.outbound.broker.place import read_place
from orderway.outbound.delivery import deliver
from orderway.outbound.dispatch import Round, dispatching
from orderway.outbound.feed import begin
from orderway.outbound.mail.office import Office, read_office
from orderway.outbound.mail.posting import NAME as MAIL
from orderway.outbound.mail.posting import Postman
from orderway.outbound.notifying import Notifications
from orderway.outbound.webhooks import errands
from orderway.outbound.webhooks.courier import Post, deliver_to
from orderway.outbound.webhooks.posting import Poster
from orderway.outbound.webhooks.signing import Seal
from orderway.outbound.webhooks.subscriptions import SINK
from orderway.secret import Secret, SecretUnusable, read_secret
from orderway.workflow.runner import Runner

log = structlog.get_logger(__name__)


@asynccontextmanager
async def delivering(
    runner: Runner, url: str, *, environ: Mapping[str, str] = os.environ, secret: Secret | None = None
) -> AsyncIterator[None]:
    """As long as it lasts, whatever happens is told to whom it concerns, here and elsewhere.

    The `secret` is read from the environment where it is not given; without one nothing is sent to webhooks. Raises
    BrokerInvalid, MailInvalid and DeploymentInvalid.
    """
    rounds = dict(kinds(runner))
    async with AsyncExitStack() as stack:
        poster = await stack.enter_async_context(Poster(read_webhook_networks(environ)))
        if opened := secret or found_secret(environ):
            rounds |= webhooks(Post(runner, poster, Seal(opened)))
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


def webhooks(post: Post) -> Mapping[str, Callable[[str], Round]]:
    """The rounds of webhooks, and of what people ask to be sent to them."""
    return {
        SINK.removesuffix(":"): lambda sink: lambda: deliver_to(post.runner, post, sink),
        errands.NAME: lambda _: lambda: errands.run_errands(post.runner, post),
    }


def found_secret(environ: Mapping[str, str]) -> Secret | None:
    """The secret of the installation; where there is none, an operator reads what has to wait for it."""
    try:
        return read_secret(environ)
    except SecretUnusable as unusable:
        log.warning("Webhooks wait for a worker with the secret.", why=unusable.message)
        return None
