"""What the address of the audit asks for: by whom, about whom or what, which change, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from orderway.people.directory import list_roles, load_user
from orderway.people.history import ChangeFilters
from orderway.people.record import PHRASES
from orderway.people.stores import list_stores
from orderway.people.viewer import Viewer
from orderway.ui.language import mark, t, tr
from orderway.ui.people.listing import called
from orderway.ui.words import day
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection

KNOWN: Mapping[str, str] = {
    "by": mark("By {value}"), "person": mark("About {value}"), "role": mark("About the role {value}"),
    "store": mark("About {value}"), "what": mark("Who {value}"), "since": mark("From {value}"),
    "until": mark("Until {value}"),
}  # fmt: skip
"""The filters, by how the address says them, and how each stands above the list."""
SUBJECTS = ("person", "role", "store")
"""What a change is about: one of them."""
DAYS = ("since", "until")
UNKNOWN = mark("There is no filter “{name}”, so it is ignored.")
WRONG = mark("Nothing is found by “{value}”, so it is ignored.")


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters that are understood, with what each is called; `notices` tell what of the address is ignored."""

    values: Mapping[str, str]
    names: Mapping[str, str]
    notices: tuple[str, ...] = ()

    def one(self, name: str) -> str:
        return self.values.get(name, "")

    def url(self, *, without: str = "", **more: str) -> str:
        """The address of the list with these filters, but for one, and with more."""
        told = {name: value for name, value in {**self.values, **more}.items() if value and name != without}
        return f"/audit?{urlencode(told)}" if told else "/audit"

    def told(self, name: str) -> str:
        """A filter in words: "By Admin, head office"."""
        return t(KNOWN[name], value=self.names[name])

    def filters(self) -> ChangeFilters:
        """The same for the read of the changes."""
        ids = {name: UUID(self.values[name]) for name in ("by", *SUBJECTS) if name in self.values}
        return ChangeFilters(
            actor=ids.get("by"), person=ids.get("person"), role=ids.get("role"), store=ids.get("store"),
            what=self.values["what"].upper() if "what" in self.values else None,
            since=_midnight(self.values["since"]) if "since" in self.values else None,
            until=_midnight(self.values["until"], days=1) if "until" in self.values else None,
        )  # fmt: skip


async def heard(connection: Connection, viewer: Viewer, given: Mapping[str, str], *, now: datetime) -> Asked:
    """Understand what an address asks for; what is unknown in it is ignored with a notice."""
    values, names, notices = dict[str, str](), dict[str, str](), list[str]()
    for name, text in given.items():
        value = text.strip()[:100]
        if name not in KNOWN:
            notices.append(t(UNKNOWN, name=name[:40]))
        elif value and (said := _day(value, now) if name in DAYS else await _name(connection, viewer, name, value)):
            values[name], names[name] = value, said
        elif value:
            notices.append(t(WRONG, value=value[:40]))
    return Asked(values, names, tuple(notices))


async def _name(connection: Connection, viewer: Viewer, what: str, value: str) -> str:
    """What the value of a filter is called; empty where there is nothing of the kind."""
    try:
        match what:
            case "by" | "person":
                return (await load_user(connection, viewer, UUID(value))).name
            case "role":
                roles = await list_roles(connection, viewer)
                return next((called(each) for each in roles if each.id == UUID(value)), "")
            case "store":
                stores = await list_stores(connection, viewer)
                return next((each.name for each in stores if each.id == UUID(value)), "")
            case "what":
                return tr(PHRASES[value.upper()])
            case _:
                return ""
    except (ValueError, KeyError, NotFound):
        return ""


def _day(value: str, now: datetime) -> str:
    """A day in words; empty where it is none, or where none comes after it."""
    try:
        _midnight(value, days=1)
        return day(_midnight(value), now).text
    except (ValueError, OverflowError):
        return ""


def _midnight(text: str, *, days: int = 0) -> datetime:
    """The beginning of a day in UTC, so many days later. Raises ValueError and OverflowError."""
    at = date.fromisoformat(text) + timedelta(days=days)
    return datetime(at.year, at.month, at.day, tzinfo=UTC)
