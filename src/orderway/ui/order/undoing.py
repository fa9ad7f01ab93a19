"""The way back from what was just done, where its machine has an event for that: it is logged as its own."""

from __future__ import annotations

from typing import Any

from orderway.ui.language import t
from orderway.ui.said import Undo
from orderway.workflow.kinds import Kind, Moved


def undo_of(kind: Kind, moved: Moved) -> Undo | None:
    """The form that takes a move back; None where its machine declares no event that does."""
    done: Any = kind.newest.events.get(moved.event)
    name = done.words.undo if done else ""
    if not name or name not in kind.newest.takes(moved.to_state) or moved.from_state == moved.to_state:
        return None
    url = f"/orders/{moved.order_id}/{moved.ref.machine}/{moved.ref.id}/{name.lower()}"
    return Undo(url, t("Undo"), {"seen": str(moved.step), "reason": t("Taken back at once.")})
