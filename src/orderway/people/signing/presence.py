"""What a person does about their own account takes the person: a machine's key is not enough."""

from __future__ import annotations

from orderway.people.viewer import Viewer
from orderway.statechart import Reason, Refusal
from orderway.workflow.errors import Refused


def require_presence(viewer: Viewer, *, to: str) -> None:
    """Raises Refused for a machine that asks by a key: it could outlive itself, or lock its person out."""
    if viewer.key is not None:
        raise refusal("in_person", f"A key may not {to}.", "Sign in for that.")


def refusal(guard: str, sentence: str, remedy: str) -> Refused:
    """Say no to what is no event of a machine."""
    reason = Reason(guard=guard, sentence=sentence, remedy=remedy)
    return Refused(Refusal("", "", "", (reason,), ()), f"{sentence} {remedy}")
