"""The sinks of the house: who is told of what happens, and a worker that keeps telling all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager

from orderway.outbound.delivery import deliver
from orderway.outbound.dispatch import Round, dispatching
from orderway.outbound.notifying import Notifications
from orderway.workflow.runner import Runner


def delivering(runner: Runner, url: str) -> AbstractAsyncContextManager[None]:
    """As long as it lasts, whatever happens is told to whom it concerns, here and elsewhere."""
    return dispatching(runner, url, kinds(runner))


def kinds(runner: Runner) -> Mapping[str, Callable[[str], Round]]:
    """The rounds of a sink, by what its name begins with."""
    notifications = Notifications(runner.workflow.settings)
    return {notifications.name: lambda _: lambda: deliver(runner, notifications)}
