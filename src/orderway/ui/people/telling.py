"""Changes of people, roles and stores in words, and what can be ticked of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from orderway.people.history import PeopleChange
from orderway.people.permissions import SETTINGS_MANAGE
from orderway.people.scope import actor_everywhere
from orderway.ui.language import tr
from orderway.ui.site import Visit
from orderway.ui.words import Told, ago

PARTS: Mapping[str, str] = {"ROLES": ", ", "PERMISSIONS": "; "}
"""What stands between the parts of what is kept of a change."""


@dataclass(frozen=True, slots=True)
class Line:
    """One change as a sentence with its reason; `subject` is who or what it was about, `url` their page."""

    who: str
    did: str
    subject: str
    url: str
    values: str
    at: Told
    reason: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to be ticked: the name of its field, what it says, and whether it is ticked."""

    name: str
    label: str
    ticked: bool


def line(change: PeopleChange, visit: Visit) -> Line:
    values = " → ".join(_said(change.what, text) for text in (change.was, change.became) if text)
    at = ago(change.at, visit.site.now())
    return Line(tr(change.who), tr(change.phrase), change.subject, _url(change, visit), values, at, tr(change.reason))


def _url(change: PeopleChange, visit: Visit) -> str:
    """The page of whom or what it was about; none of a store or a role for who may not open it."""
    if change.person:
        return f"/people/{change.person}"
    if not actor_everywhere(visit.viewer).may(SETTINGS_MANAGE):
        return ""
    return f"/stores/{change.store}" if change.store else "/roles"


def _said(what: str, text: str) -> str:
    """What something was or became, where the words are ours and not somebody's: of roles and permissions."""
    part = PARTS.get(what)
    return part.join(tr(each) for each in text.split(part)) if part else text


def ticks(kind: str, known: Mapping[str, str], held: Collection[str]) -> list[Tick]:
    """All of a kind, by their names for programs with their words; `held` are ticked."""
    return [Tick(f"{kind}.{name}", label, name in held) for name, label in known.items()]


def ticked(posted: Mapping[str, str], kind: str) -> tuple[str, ...]:
    """What was ticked of a kind."""
    return tuple(sorted(name.removeprefix(f"{kind}.") for name in posted if name.startswith(f"{kind}.")))
