"""Forms that come out of events: each field of a payload becomes an input, and what is posted becomes the event."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from orderway.money import Money, NotAnAmount, exponent
from orderway.order.texts import check_texts
from orderway.sale.context import PAYMENT_METHODS
from orderway.sale.payments.context import REFUND_TO
from orderway.statechart.words import sentence_case
from orderway.workflow.errors import Invalid

MONEY = frozenset({"amount", "approved_amount", "cost", "proposed_cost"})
"""Names of whole-number fields that are minor units of the order's currency: people write major ones."""

SHORT = frozenset({"carrier", "tracking", "pin", "reference"})
"""Names of text fields that hold a word rather than sentences."""


READ = frozenset({"version"})
"""Names of fields that say what the viewer read: the page knows it."""

WORDS: Mapping[str, str] = {str(way): label for way, label in (*PAYMENT_METHODS.items(), *REFUND_TO.items())}
"""What people read for the values of a choice; the others read well as they are written."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a field: what is sent, and what is read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """An input of a form; `kind` is the type of the HTML input: text for a larger box, short for a word."""

    name: str
    label: str
    kind: str
    required: bool
    value: str = ""
    step: str = ""
    choices: Sequence[Choice] = ()


@dataclass(frozen=True, slots=True)
class Payload:
    """One field of an event's class: its type without `None`, and whether it may be left empty."""

    name: str
    label: str
    type: Any
    required: bool


Offered = Mapping[str, Sequence[Choice]]
"""What may be chosen for fields that hold an id, by the field's name."""


def fields_of(event: type, *, context: object, currency: str, offered: Offered) -> tuple[Field, ...] | None:
    """The inputs of an event; None where its payload needs more than a plain form.

    A field whose name stands in the context begins with the value there. `offered` holds the ids to choose from.
    """
    fields = []
    for part in payload_of(event):
        made = _field(part, context=context, currency=currency, offered=offered)
        if made is None:
            return None
        fields.append(made)
    return tuple(fields)


def read_event(event: type, posted: Mapping[str, str], *, currency: str) -> Any:
    """Make the event of what was posted; raises Invalid, naming the field by its label."""
    values = {}
    for part in payload_of(event):
        text = posted.get(part.name, "").strip()
        if text:
            values[part.name] = _read(part, text, currency)
        elif part.required:
            raise Invalid(f"{part.label} is missing.", "Fill it in and try again.", part.name)
    made = event(**values)
    check_texts(made)
    return made


def step_of(posted: Mapping[str, str]) -> int:
    """The step that the form was made at; raises Invalid where it does not say."""
    seen = posted.get("seen", "")
    if not (seen.isascii() and seen.isdigit() and len(seen) < 10):
        raise Invalid("The form does not say which step it saw.", "Open the page again and send it from there.", "seen")
    return int(seen)


@cache
def payload_of(event: type) -> tuple[Payload, ...]:
    hints = get_type_hints(event)
    return tuple(_payload(event, field, hints[field.name]) for field in dataclasses.fields(event))


def _payload(event: type, field: dataclasses.Field[Any], hint: Any) -> Payload:
    has_default = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
    inner = [kind for kind in get_args(hint) if kind is not type(None)]
    is_optional = get_origin(hint) in (Union, types.UnionType) and len(inner) < len(get_args(hint))
    label: str = event.words.fields[field.name]  # type: ignore[attr-defined]  # set by the decorator
    return Payload(field.name, label, inner[0] if is_optional else hint, not (has_default or is_optional))


def _field(part: Payload, *, context: object, currency: str, offered: Offered) -> Field | None:
    label, kind, step, choices = part.label, "", "", offered.get(part.name, ())
    value = getattr(context, part.name, None)
    if get_origin(part.type) is Literal:
        choices = tuple(Choice(word, WORDS.get(word, sentence_case(word))) for word in get_args(part.type))
    elif part.type is int and part.name in MONEY:
        label, kind, step = f"{label} ({currency})", "number", _smallest(currency)
        value = None
    elif part.type is int:
        kind, step = ("hidden", "") if part.name in READ and value is not None else ("number", "1")
    elif part.type is datetime:
        label, kind, value = f"{label} (UTC)", "datetime-local", None
    elif part.type is str:
        kind = "short" if part.name in SHORT else "text"
    if not kind and not choices:
        return None
    if choices and not part.required:
        choices = (Choice("", "Not said"), *choices)
    shown = "" if value is None else str(value)
    return Field(name=part.name, label=label, kind=kind, required=part.required, value=shown, step=step,
                 choices=choices)  # fmt: skip


def _smallest(currency: str) -> str:
    """The step of an amount's input in major units: 0.01 for NGN, 1 for UGX."""
    decimals = exponent(currency)
    return f"0.{'1'.rjust(decimals, '0')}" if decimals else "1"


def _read(part: Payload, text: str, currency: str) -> object:
    if part.type is int and part.name in MONEY:
        try:
            return Money.parse(text, currency).minor
        except NotAnAmount as wrong:
            raise Invalid(f"{part.label}: {wrong.message}", wrong.remedy, part.name) from None
    if get_origin(part.type) is Literal and text not in get_args(part.type):
        raise Invalid(f"{part.label} can not be read.", "Choose one of those offered.", part.name)
    reader, form = _READERS.get(part.type, (str, "text"))
    try:
        return reader(text)
    except (ValueError, OverflowError):
        raise Invalid(f"{part.label} can not be read.", f"It must be {form}.", part.name) from None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


_READERS: dict[Any, tuple[Callable[[str], object], str]] = {
    int: (int, "a whole number"),
    datetime: (_moment, "a date and time, like 2026-03-01T09:30"),
    UUID: (UUID, "one of the choices"),
}
