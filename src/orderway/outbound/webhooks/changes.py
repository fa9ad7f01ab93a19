"""Changing webhooks: by permission, over nobody else's change, and with who, when and why written down."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar, assert_never
from uuid import UUID

import asyncpg

from orderway.callers import Networks
from orderway.ids import new_id
from orderway.outbound.feed import begin
from orderway.outbound.payloads import types_of
from orderway.outbound.webhooks.addresses import read_url
from orderway.outbound.webhooks.commands import (
    ChangeWebhook,
    Changing,
    CreateWebhook,
    DeleteWebhook,
    DisableWebhook,
    EnableWebhook,
    RotateWebhookSecret,
    Secretive,
)
from orderway.outbound.webhooks.signing import Seal, new_webhook_secret
from orderway.outbound.webhooks.subscriptions import GROUP, PHRASES, SINK, missing, require
from orderway.people.names import name_of
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Conflict, Invalid
from orderway.workflow.transaction import Transaction

Wish = TypeVar("Wish", CreateWebhook, ChangeWebhook)

LONGEST_NAME, LONGEST_REASON = 100, 500
"""Characters."""

MOST = 50
"""Webhooks of an installation: each is brought everything that happens, and most of it is not for it."""

HOURS = 168
"""For which a former secret may sign along: a week."""

ENTER = """
INSERT INTO webhook_change (webhook_id, step, name, what, reason, at, actor)
SELECT id, step, name, $2, $3, $4, $5 FROM webhook WHERE id = $1
"""
CREATE = """
INSERT INTO webhook (id, name, url, types, stores, secret, created_at, created_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (name) DO NOTHING RETURNING id
"""
# Another address has not failed yet.
CHANGE = """
UPDATE webhook SET name = $2, url = $3, types = $4, stores = $5, step = step + 1,
    failing_since = CASE WHEN url = $3 THEN failing_since END
WHERE id = $1
"""
ENABLE = "UPDATE webhook SET disabled_at = NULL, failing_since = NULL, step = step + 1 WHERE id = $1"
DISABLE = "UPDATE webhook SET disabled_at = $2, step = step + 1 WHERE id = $1"
PAUSE = "UPDATE outbound_sink SET paused_at = $2 WHERE sink = $1"
# What waited for another try is tried at once; what somebody has on its way is theirs.
REVIVE = """
UPDATE outbound_progress SET due_at = $2, dead_at = NULL, tries = 0, why = NULL
WHERE sink = $1 AND tries > 0 AND claim IS NULL
"""
ROTATE = """
UPDATE webhook SET former_secret = CASE WHEN $3::timestamptz IS NOT NULL THEN secret END, former_until = $3,
    secret = $2, step = step + 1
WHERE id = $1
"""
# Whoever feeds the sink has its row; then nobody can.
FORGET = (
    "SELECT FROM outbound_sink WHERE sink = $1 FOR UPDATE",
    "DELETE FROM outbound_progress WHERE sink = $1",
    "DELETE FROM outbound_sink WHERE sink = $1",
)
FORGET_LOG = (
    "DELETE FROM webhook_errand WHERE webhook_id = $1",
    "DELETE FROM webhook_attempt WHERE webhook_id = $1",
    "DELETE FROM webhook WHERE id = $1",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A webhook, and its secret, which is never shown again."""

    webhook: UUID
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Doors:
    """What making a webhook needs of the installation: its seal, and the networks that it opens to webhooks."""

    seal: Seal
    networks: Networks = ()


async def make(tx: Transaction, command: Secretive, *, by: Viewer, doors: Doors) -> Made:
    """Make a webhook or a new secret of one. Raises Refused, NotFound, Invalid and Conflict."""
    require(by)
    secret = new_webhook_secret()
    match command:
        case CreateWebhook():
            return Made(webhook=await _create(tx, command, doors=doors, secret=secret), secret=secret)
        case RotateWebhookSecret(webhook=id, hours=hours, reason=reason):
            await _hold(tx, id, command.seen)
            if not 0 <= hours <= HOURS:
                raise Invalid(f"A former secret signs along for 0 to {HOURS} hours.", "Say how many.", "hours")
            until = tx.now + timedelta(hours=hours) if hours else None
            await tx.connection.execute(ROTATE, id, doors.seal.close(secret, webhook=id), until)
            await _enter(tx, id, "ROTATED", reason=_reason(reason))
            return Made(webhook=id, secret=secret)
    assert_never(command)


async def change(tx: Transaction, command: Changing, *, by: Viewer, doors: Doors) -> None:
    """Do it; what is so already is left as it is. Raises Refused, NotFound, Invalid and Conflict."""
    require(by)
    held, sink = await _hold(tx, command.webhook, command.seen), f"{SINK}{command.webhook}"
    reason, off = _reason(command.reason), held["disabled_at"] is not None
    match command:
        case ChangeWebhook():
            wanted = await _checked(tx, command, doors.networks)
            if await tx.connection.fetchval(
                "SELECT id FROM webhook WHERE name = $1 AND id <> $2", wanted.name, held["id"]
            ):
                raise _taken(wanted.name)
            await tx.connection.execute(CHANGE, held["id"], wanted.name, wanted.url, wanted.types, wanted.stores)
            await _enter(tx, held["id"], "CHANGED", reason=reason)
        case EnableWebhook() if off:
            await tx.connection.execute(ENABLE, held["id"])
            await tx.connection.execute(PAUSE, sink, None)
            await tx.connection.execute(REVIVE, sink, tx.now)
            await _enter(tx, held["id"], "ENABLED", reason=reason)
        case DisableWebhook() if not off:
            await tx.connection.execute(DISABLE, held["id"], tx.now)
            await tx.connection.execute(PAUSE, sink, tx.now)
            await _enter(tx, held["id"], "DISABLED", reason=reason)
        case DeleteWebhook():
            await tx.connection.execute("UPDATE webhook SET step = step + 1 WHERE id = $1", held["id"])
            await _enter(tx, held["id"], "DELETED", reason=reason)
            for statement in FORGET:
                await tx.connection.execute(statement, sink)
            for statement in FORGET_LOG:
                await tx.connection.execute(statement, held["id"])


async def _create(tx: Transaction, command: CreateWebhook, *, doors: Doors, secret: str) -> UUID:
    wanted, id = await _checked(tx, command, doors.networks), new_id()
    await tx.connection.execute("LOCK TABLE webhook IN SHARE ROW EXCLUSIVE MODE")
    if await tx.connection.fetchval("SELECT count(*) FROM webhook") >= MOST:
        raise Invalid(f"There are {MOST} webhooks, which is the most.", "Delete one that nobody needs.")
    made = await tx.connection.fetchval(
        CREATE, id, wanted.name, wanted.url, wanted.types, wanted.stores, doors.seal.close(secret, webhook=id),
        tx.now, tx.actor.id,
    )  # fmt: skip
    if made is None:
        raise _taken(wanted.name)
    await begin(tx.connection, f"{SINK}{id}", now=tx.now)
    await _enter(tx, id, "CREATED", reason=_reason(command.reason) if command.reason else "")
    return id


async def _hold(tx: Transaction, id: UUID, seen: int | None) -> asyncpg.Record:
    """Lock a webhook. Raises NotFound, and Conflict where it changed since it was seen."""
    row = await tx.connection.fetchrow("SELECT id, step, disabled_at FROM webhook WHERE id = $1 FOR UPDATE", id)
    if row is None:
        raise missing()
    if seen is not None and seen != row["step"]:
        (last,) = await tx.connection.fetch(
            "SELECT what, at, actor FROM webhook_change WHERE webhook_id = $1 ORDER BY step DESC LIMIT 1", id
        )
        who = await name_of(tx.connection, last["actor"])
        raise Conflict(who=who, when=last["at"], what=PHRASES[last["what"]], step=row["step"])
    return row


async def _enter(tx: Transaction, id: UUID, what: str, *, reason: str) -> None:
    await tx.connection.execute(ENTER, id, what, reason, tx.now, tx.actor.id)


async def _checked(tx: Transaction, wish: Wish, networks: Networks) -> Wish:
    """What is wished as it is kept. Raises Invalid."""
    name = wish.name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid(f"The name of a webhook has 1 to {LONGEST_NAME} characters.", "Say what it is for.", "name")
    types = read_types(wish.types, known=types_of(tx.workflow.kinds)) if wish.types is not None else None
    if wish.stores is not None:
        known = await tx.connection.fetchval("SELECT count(*) FROM store WHERE id = ANY ($1)", wish.stores)
        if not wish.stores or known != len(set(wish.stores)):
            raise Invalid("One of these is no store, or none is named.", "Choose from the list of stores.", "stores")
    return replace(wish, name=name, url=read_url(wish.url, networks), types=types)


def read_types(wanted: Sequence[str], *, known: Collection[str]) -> tuple[str, ...]:
    """The types of a list, each once; a group ends with ".*". Raises Invalid for what nobody is ever told of."""
    for each in wanted:
        is_known = each in known or (
            each.endswith(GROUP) and any(type.startswith(each.removesuffix("*")) for type in known)
        )
        if not is_known:
            raise Invalid(
                f"No event has the type {each[:100]}.",
                "Choose from asyncapi.json, or a group such as order.sale.*.",
                "types",
            )
    if not wanted:
        raise Invalid("No type is named.", "Name some, or leave them out for all.", "types")
    return tuple(dict.fromkeys(wanted))


def _reason(text: str) -> str:
    reason = text.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid(
            f"A reason has 1 to {LONGEST_REASON} characters.", "Say why, for those who read the history.", "reason"
        )
    return reason


def _taken(name: str) -> Invalid:
    return Invalid(f"There is a webhook with the name {name} already.", "Choose another name.", "name")
