"""Events: frozen dataclasses with their words, so that forms, mutations and logs come out of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal, Protocol, dataclass_transform

SYSTEM = "system"
"""The permission of events that only the system sends: no role holds it."""

Readers = Literal["buyer", "seller"]


class Event(Protocol):
    """What the engine needs of an event: its name."""

    name: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Words:
    """What an event is called: as a button ("Cancel the sale") and in the log ("cancelled the sale").

    `missed` is what the log says instead where the event left its thing in the state that it was in. `own` is the
    button of the one for whom others may do it too: "Accept the quotation", which staff do "for the buyer".
    `undo` is the event that takes it back: it asks for nothing but perhaps a reason. `reason_for` is whom the reason
    is for that it is done with: the buyer too, or the seller's people alone.
    """

    label: str
    log: str
    permission: str
    fields: dict[str, str]
    secret: tuple[str, ...] = ()
    missed: str = ""
    own: str = ""
    undo: str = ""
    reason_for: Readers = "buyer"

    def phrase(self, before: str | None, after: str) -> str:
        """What was done by a move from one state to another, as it continues the name of who did it."""
        return self.missed if self.missed and before == after else self.log


def screaming(name: str) -> str:
    """CancelRequested becomes CANCEL_REQUESTED."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


@dataclass_transform(frozen_default=True)
def event(
    *,
    label: str,
    log: str,
    permission: str = SYSTEM,
    secret: tuple[str, ...] = (),
    missed: str = "",
    own: str = "",
    undo: str = "",
    reason_for: Readers | None = None,
    **field_labels: str,
) -> Callable[[type[Any]], type[Any]]:
    """Make a frozen event of a class; `field_labels` name its fields to people where the field's own name does not.

    `secret` fields are blanked before the event is decided and logged: only the facts may tell what they said.
    """

    def make(cls: type[Any]) -> type[Any]:
        made = dataclass(frozen=True)(cls)
        labels = {
            each.name: field_labels.get(each.name, each.name.replace("_", " ").capitalize()) for each in fields(made)
        }
        if "reason" in labels and reason_for is None:
            raise TypeError(f"{cls.__name__} has a reason. Say whom it is for: reason_for='buyer', or 'seller'.")
        unknown = field_labels.keys() - labels.keys()
        if unknown:
            raise TypeError(f"{cls.__name__} has no field {', '.join(sorted(unknown))} to label.")
        made.name = screaming(cls.__name__)
        made.words = Words(label, log, permission, labels, secret, missed, own, undo, reason_for or "buyer")
        return made

    return make
