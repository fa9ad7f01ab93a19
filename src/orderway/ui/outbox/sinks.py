"""Where events go, in the words of the page, with how far each has come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from orderway.outbound.panel.sinks import SinkStanding
from orderway.outbound.webhooks.subscriptions import SINK, list_webhooks
from orderway.people.viewer import Viewer
from orderway.ui.language import mark, number, t, tr
from orderway.ui.words import Shown, Told, age
from orderway.workflow.errors import Refused
from orderway.workflow.kinds import Connection

SINKS: Mapping[str, str] = {
    "notifications": mark("Notifications"),
    "broker": mark("Broker"),
    "mail": mark("E-mail"),
    "errands": mark("Webhooks, by hand"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A sink in the table: `lag` events are to be given to it, the `oldest` happened then; `more` says what failed."""

    name: str
    url: str
    state: Shown
    lag: str
    oldest: Told | None
    more: str


async def names_of_webhooks(connection: Connection, viewer: Viewer) -> Mapping[str, str]:
    """What webhooks are called, by the names of their sinks, for who may see webhooks."""
    try:
        return {f"{SINK}{each.id}": each.name for each in await list_webhooks(connection, viewer)}
    except Refused:
        return {}


def called(sink: str, webhooks: Mapping[str, str]) -> str:
    """What a sink is called."""
    if sink in SINKS:
        return tr(SINKS[sink])
    return webhooks.get(sink) or (t("A webhook") if sink.startswith(SINK) else sink)


def url_of(sink: str) -> str:
    return f"/outbox/{quote(sink, safe='')}"


def state_of(sink: SinkStanding) -> Shown:
    """How it stands, at a glance: where nothing goes needs nobody, and then comes what needs a person."""
    if sink.paused_at:
        return Shown(mark("Off"), "ended")
    if sink.dead:
        return Shown(mark("Needs you"), "bad")
    if sink.away_since:
        return Shown(mark("Away"), "bad")
    if sink.failing:
        return Shown(mark("Failing"), "waiting")
    return Shown(mark("Under way"), "active") if sink.lag else Shown(mark("All delivered"), "good")


def row(sink: SinkStanding, webhooks: Mapping[str, str], now: datetime) -> Row:
    return Row(
        called(sink.sink, webhooks),
        url_of(sink.sink),
        state_of(sink),
        number(sink.lag),
        age(sink.oldest_at, now) if sink.oldest_at else None,
        " · ".join(more(sink)),
    )


def more(sink: SinkStanding) -> Iterator[str]:
    """How many orders wait there since something failed, and what was set aside, where there is any."""
    if sink.dead:
        yield t("{n} order given up", "{n} orders given up", n=sink.dead)
    if sink.failing:
        yield t("{n} tried again", "{n} tried again", n=sink.failing)
    if sink.gaps:
        yield t("{n} event set aside", "{n} events set aside", n=sink.gaps)
