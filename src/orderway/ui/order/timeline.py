"""The timeline of an order's page: what happened and what was said, the newest first, one page at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from orderway.notifications.messages import Sent, messages_along
from orderway.order.comments import Comment as Said
from orderway.order.comments import list_comments, may_comment
from orderway.order.timeline import Entry as Happened
from orderway.order.timeline import load_timeline
from orderway.people.names import CUSTOMER, PERSON
from orderway.people.viewer import Viewer
from orderway.ui.language import t, tr
from orderway.ui.order.telling import Telling
from orderway.ui.typed import Typed
from orderway.ui.words import Shown, Told, ago
from orderway.workflow.history import PAGE
from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that an entry brought about: to whom it went, and what it said."""

    to: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the timeline: what somebody did, and where it led; or what they said, and who reads it.

    `sent` says how many messages it brought about, and `told` names some of them.
    """

    who: str
    at: Told
    did: str = ""
    state: Shown | None = None
    notes: tuple[str, ...] = ()
    reason: str = ""
    comment: str = ""
    sent: str = ""
    told: tuple[Letter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A page of it; `typed` is the comment that could not be added, `key` makes one that is sent twice one."""

    entries: Sequence[Entry]
    says: str
    older_url: str
    may_comment: bool
    asks_whom: bool
    typed: Typed
    whole: Sequence[Happened] | None
    """All that happened, where one page holds it."""


async def load(
    connection: Connection, telling: Telling, *, viewer: Viewer, before: int | None, typed: Typed
) -> Timeline:
    """Read a page of what happened and of what was said, and who was told of it. Three statements."""
    order = telling.order
    happened = await load_timeline(connection, telling.workflow, order, before=before)
    said, more = await list_comments(connection, order, before=before)
    parts = {part.id: telling.part(part) for part in order.fulfillments}
    steps = {(each.what.instance_id, each.what.step): each.what.number for each in happened.entries}
    lines = [(each.what.number, happened_line(each, telling, parts)) for each in happened.entries]
    lines += [(each.number, _said(each, telling)) for each in said]
    lines.sort(key=lambda line: -line[0])
    is_part = len(lines) > PAGE or more or happened.older is not None
    lines = lines[:PAGE]
    if lines:
        found = await messages_along(connection, viewer, order, since=lines[-1][0], before=before)
        sent = _by_entry(found, {number for number, _ in lines}, steps)
        lines = [(number, _with(entry, sent.get(number, ()))) for number, entry in lines]
    return Timeline(
        entries=[entry for _, entry in lines],
        says=t("newest first") if is_part else t("{n} entry", "{n} entries", n=len(lines)),
        older_url=f"/orders/{order.id}?before={lines[-1][0]}#line" if is_part else "",
        may_comment=may_comment(order),
        asks_whom=order.sees_notes,
        typed=typed,
        whole=happened.entries if before is None and happened.older is None else None,
    )


def happened_line(entry: Happened, telling: Telling, parts: dict[UUID, str]) -> Entry:
    """What somebody did, in words."""
    what = entry.what
    behind = called(what.on_behalf_of, entry.on_behalf_of)
    notes = (
        t("for {who}", who=behind) if behind else "",
        parts.get(what.instance_id, ""),
        t("from {state}", state=tr(what.from_label)) if what.from_label else "",
    )
    return Entry(
        who=called(what.actor, entry.who),
        did=tr(what.phrase),
        state=Shown(what.to_label, what.tone),
        at=ago(what.at, telling.now),
        notes=tuple(filter(None, notes)),
        reason=tr(entry.reason or ""),
    )


def called(actor: str | None, name: str | None) -> str:
    """Their name; what acts by itself has one in the reader's language."""
    return tr(name or "") if actor and not actor.startswith((PERSON, CUSTOMER)) else name or ""


def _said(comment: Said, telling: Telling) -> Entry:
    told = t("the buyer reads it too") if comment.for_buyer else t("for the seller's people alone")
    notes = (told,) if telling.order.sees_notes else ()
    return Entry(who=comment.who, at=ago(comment.at, telling.now), notes=notes, comment=comment.text)


def _by_entry(
    sent: Sequence[Sent], shown: Collection[int], steps: Mapping[tuple[UUID, int], int]
) -> dict[int, list[Sent]]:
    """The messages by the numbers of the entries they belong to: what is told later of a step belongs to that step."""
    found = dict[int, list[Sent]]()
    for each in sent:
        number = each.event_number
        if number not in shown:
            number = steps.get((each.instance_id, each.step), number)
        found.setdefault(number, []).append(each)
    return found


def _with(entry: Entry, sent: Sequence[Sent]) -> Entry:
    """The entry with the messages that it brought about: of one text those to several people together."""
    if not sent:
        return entry
    count = sum({each.event_number: each.of for each in sent}.values())
    to = dict[str, list[str]]()
    for each in sent:
        name = t("you") if each.is_own else each.to
        to.setdefault(tr(each.title), []).append(t("{who} (read)", who=name) if each.is_read else name)
    told = [Letter(", ".join(names), title) for title, names in to.items()]
    if count > len(sent):
        told.append(Letter(t("{n} more", "{n} more", n=count - len(sent)), ""))
    return replace(entry, sent=t("{n} message sent", "{n} messages sent", n=count), told=tuple(told))
