"""Roles are composed of permissions: made, changed and deleted by who holds all of it themselves."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from orderway.ids import new_id
from orderway.people.giving import unknown
from orderway.people.permissions import LABELS, SCOPES, SUPERADMIN_APPOINT
from orderway.people.record import Change, Subject
from orderway.people.turn import Turn
from orderway.statechart import Reason, Refusal
from orderway.workflow.errors import Invalid, NotFound, Refused, not_allowed

NAME = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
LONGEST_LABEL = 60
COMPOSING = "compose roles for the people of all stores"


@dataclass(frozen=True, slots=True)
class Composed:
    """A role as it stands, for its turn."""

    subject: Subject
    label: str
    permissions: frozenset[str]
    is_seeded: bool


async def create_role(turn: Turn, name: str, *, label: str, permissions: Collection[str]) -> UUID:
    """Make a role. `name` is one of a program, as NIGHT_LEAD, and stays; `label` stands in a sentence, as "night lead".

    Raises Refused where it would hold what whoever makes it does not, and Invalid.
    """
    turn.require_everywhere(to=COMPOSING)
    wanted = checked_permissions(permissions)
    turn.require_giving(wanted)
    if not NAME.fullmatch(name):
        raise Invalid(f"“{name[:60]}” can not be the name of a role.", "Write it in capitals, like NIGHT_LEAD.", "name")
    written = await _free_label(turn, label, besides=None)
    id: UUID | None = await turn.connection.fetchval(
        "INSERT INTO role (id, name, label, permissions) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (name) DO NOTHING RETURNING id",
        new_id(), name, written, sorted(wanted),
    )  # fmt: skip
    if id is None:
        raise Invalid(f"There is a role {name} already.", "Use another name, or change that one.", "name")
    await turn.enter(
        Subject("role", id, written), Change("CREATED", became=written), Change("PERMISSIONS", became=told(wanted))
    )
    return id


async def change_role(turn: Turn, name: str, *, label: str | None, permissions: Collection[str] | None) -> UUID:
    """Change how a role is called in a sentence, what it holds, or both; from the next request on, for whoever has it.

    What it is to hold besides takes who holds that themselves, so that nobody lifts themselves by their own role.
    Raises Refused, NotFound, Conflict and Invalid.
    """
    role = await _load(turn, name)
    wanted = role.permissions if permissions is None else checked_permissions(permissions)
    turn.require_giving(_given(role.permissions, wanted))
    written = role.label if label is None else await _free_label(turn, label, besides=role.subject.id)
    changes = []
    if written != role.label:
        changes.append(Change("LABEL", role.label, written))
    if wanted != role.permissions:
        changes.append(Change("PERMISSIONS", told(role.permissions), told(wanted)))
    await turn.connection.execute(
        "UPDATE role SET label = $2, permissions = $3 WHERE id = $1", role.subject.id, written, sorted(wanted)
    )
    await turn.enter(Subject("role", role.subject.id, written), *changes)
    return role.subject.id


async def delete_role(turn: Turn, name: str) -> None:
    """Delete a role that nobody holds; those that an installation begins with stay.

    Raises Refused, NotFound and Conflict.
    """
    role = await _load(turn, name)
    if role.is_seeded:
        raise _stays(f"The role “{role.label}” is one that an installation begins with.", "Take its permissions away.")
    held = await turn.connection.fetchval("SELECT count(*) FROM person_role WHERE role_id = $1", role.subject.id)
    if held:
        people = "One person has" if held == 1 else f"{held:,} people have"
        raise _stays(f"{people} the role “{role.label}”.", "Give them others first.")
    await turn.enter(role.subject, Change("DELETED", was=told(role.permissions)))
    await turn.connection.execute("DELETE FROM role WHERE id = $1", role.subject.id)


def checked_permissions(permissions: Collection[str]) -> frozenset[str]:
    """Return what a role is to hold. Raises Invalid for what is no permission."""
    wanted = frozenset(permissions)
    strange = unknown(wanted)
    if strange:
        raise Invalid(
            f"There is no permission {', '.join(each[:60] for each in strange[:5])}.",
            "Choose from the list of permissions.",
            "permissions",
        )
    return wanted


def _given(held: frozenset[str], wanted: frozenset[str]) -> frozenset[str]:
    """Return what a role is to hold that it did not, or not as widely: all of it where it reaches elsewhere now."""
    before, after = held & SCOPES, wanted & SCOPES
    if after == before or (after and after < before):
        return (wanted - held) | after if wanted - held else frozenset()
    return wanted


def told(permissions: Collection[str]) -> str:
    """The permissions in words, for those who read the history."""
    return "; ".join(sorted(LABELS.get(each, each) for each in permissions))


async def _load(turn: Turn, name: str) -> Composed:
    turn.require_everywhere(to=COMPOSING)
    row = await turn.connection.fetchrow(
        "SELECT id, label, permissions, is_seeded FROM role WHERE name = $1 FOR UPDATE", name
    )
    if row is None:
        raise NotFound(f"There is no role {name[:60]}.", "Choose one from the list of roles.")
    held = frozenset(row["permissions"])
    if SUPERADMIN_APPOINT in held and turn.viewer and SUPERADMIN_APPOINT not in turn.viewer.permissions:
        raise not_allowed(SUPERADMIN_APPOINT, to="change the role of a superadmin")
    role = Composed(Subject("role", row["id"], row["label"]), row["label"], held, is_seeded=row["is_seeded"])
    await turn.require_unmoved(role.subject)
    return role


async def _free_label(turn: Turn, label: str, *, besides: UUID | None) -> str:
    """Return the label as it is kept. Raises Invalid: two roles of one label could not be told apart."""
    written = label.strip()
    if not (written and written.isprintable() and len(written) <= LONGEST_LABEL):
        raise Invalid(
            f"A role is called something of 1 to {LONGEST_LABEL} characters on one line.",
            "Write it as it stands in a sentence, like: night lead.",
            "label",
        )
    taken = await turn.connection.fetchval(
        "SELECT EXISTS (SELECT FROM role WHERE lower(label) = lower($1) AND id IS DISTINCT FROM $2)", written, besides
    )
    if taken:
        raise Invalid(f"Another role is called “{written}”.", "Give it a name of its own.", "label")
    return written


def _stays(sentence: str, remedy: str) -> Refused:
    reason = Reason(guard="role stays", sentence=sentence, remedy=remedy)
    return Refused(Refusal("", "", "", (reason,), ()), f"{sentence} {remedy}")
