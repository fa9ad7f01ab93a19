"""What the door answers when it does not open: each error is a sentence, and nothing was written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from orderway.errors import OrderwayError
from orderway.statechart import Chart, Reason, Refusal


class Refused(OrderwayError):
    """The machine or a permission said no; `refusal` holds every reason."""

    def __init__(self, refusal: Refusal, message: str) -> None:
        super().__init__(message)
        self.refusal = refusal


class NotFound(OrderwayError):
    """There is no such thing, or it may not be seen: the two are told apart to nobody."""


class Invalid(OrderwayError):
    """What was sent is not of the form that the event asks for; `field` names the place where it is known."""

    def __init__(self, message: str, remedy: str = "", field: str = "") -> None:
        super().__init__(message, remedy)
        self.field = field


class Conflict(OrderwayError):
    """The instance moved since the step that the client saw: who moved it, when, and how."""

    def __init__(self, *, who: str, when: datetime, what: str, step: int) -> None:
        super().__init__(
            f"This has changed since you looked: {who} {what} at {when:%Y-%m-%d %H:%M:%S} UTC.",
            "Check the new state and try again.",
        )
        self.who = who
        self.when = when
        self.what = what
        self.step = step


class UnknownVersion(OrderwayError):
    """Something runs under a version of its machine that this release does not know: another one brought it."""

    def __init__(self, label: str, version: int) -> None:
        super().__init__(
            f"This {label.lower()} runs under version {version} of its workflow, which this release does not know.",
            "Bring this server to the release that the others run.",
        )
        self.version = version


class KeyReused(OrderwayError):
    """An idempotency key came again with another request."""


def forbidden(chart: Chart, state: str, event: Any) -> Refusal:
    """The refusal of an event that the actor's permissions do not give."""
    label: str = event.words.label
    reason = Reason(
        guard="permission",
        sentence=f"You may not do this: {label[0].lower()}{label[1:]}.",
        help=event.words.permission,
    )
    return Refusal(chart.name, state, event.name, (reason,), chart.takes(state))


def not_allowed(permission: str, *, to: str) -> Refused:
    """The refusal of what is no event of a machine: "You may not register a payment."."""
    reason = Reason(guard="permission", sentence=f"You may not {to}.", help=permission)
    return Refused(Refusal("", "", "", (reason,), ()), reason.sentence)
