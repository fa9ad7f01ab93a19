"""The way back from what was just done, where its machine has an event for that: it is logged as its own."""

from __future__ import annotations

from typing import Any

from orderway.ui.language import t
from orderway.ui.said import Undo
from orderway.workflow.kinds import Kind, Moved


def undo_of(kind: Kind, moved: Moved) -> Undo | None:
    """The form that takes a move back; None where its machine declares no event that does."""
    name = takes_back(kind, moved)
    if not name:
        return None
    url = f"/orders/{moved.order_id}/{moved.ref.machine}/{moved.ref.id}/{name.lower()}"
    return Undo(url, t("Undo"), {"seen": str(moved.step), "reason": why()})


def takes_back(kind: Kind, moved: Moved) -> str:
    """The event that takes a move back; empty where its machine declares none."""
    done: Any = kind.newest.every_event.get(moved.event)
    name: str = done.words.undo if done else ""
    is_open = name in kind.newest.takes(moved.to_state) and moved.from_state != moved.to_state
    return name if name and is_open else ""


def why() -> str:
    """The reason that the log keeps of it."""
    return t("Taken back at once.")
