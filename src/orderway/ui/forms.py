"""Forms that come out of events: each field of a payload becomes inputs, and what is posted becomes the event."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from orderway.delivery.way import FULFILLMENT_TYPES
from orderway.fulfillment.context import CONDITIONS
from orderway.money import NotAnAmount, exponent
from orderway.order.texts import check_texts
from orderway.sale.context import PAYMENT_METHODS
from orderway.sale.payments.context import METHODS, REFUND_TO
from orderway.statechart.words import sentence_case
from orderway.ui.language import mark, t, tr
from orderway.ui.typed import amount
from orderway.workflow.errors import Invalid

MONEY = frozenset({"amount", "approved_amount", "cost", "proposed_cost"})
"""Names of whole-number fields that are minor units of the order's currency: people write major ones."""

SHORT = frozenset({
    "carrier", "tracking", "pin", "reference", "provider", "receiver", "phone", "city", "region", "postcode", "country",
})  # fmt: skip
"""Names of text fields that hold a word rather than sentences."""

READ = frozenset({"version"})
"""Names of fields that say what the viewer read: the page knows it."""

WORDS: Mapping[str, str] = {
    str(way): label for ways in (PAYMENT_METHODS, METHODS, REFUND_TO, FULFILLMENT_TYPES) for way, label in ways.items()
}
"""What people read for the values of a choice; the others read well as they are written."""

NOT_SAID = mark("Not said")


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a field: what is sent, and what is read. Of goods there are `most` pieces."""

    value: str
    label: str
    most: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """An input of a form; `kind` is the type of the HTML input: text for a larger box, short for a word.

    One of the kind rows has no input of its own: `rows` have. `unit` stands behind the label; `problem` is what was
    wrong with what was sent.
    """

    name: str
    label: str
    kind: str
    required: bool
    value: str = ""
    unit: str = ""
    step: str = ""
    most: str = ""
    choices: Sequence[Choice] = ()
    rows: Sequence[Row] = ()
    problem: str = ""

    def again(self, posted: Mapping[str, str], *, wrong: str = "", problem: str = "") -> Field:
        """The same field with what was posted in it, and with the problem where it is the wrong one."""
        if self.kind == "hidden":
            return self
        rows = tuple(replace(row, inputs=tuple(each.again(posted) for each in row.inputs)) for row in self.rows)
        said = problem if wrong and wrong.partition(".")[0] == self.name else ""
        return replace(self, value=posted.get(self.name, self.value), rows=rows, problem=said)


@dataclass(frozen=True, slots=True)
class Row:
    """Some goods in a form, and how many pieces of them, perhaps of each condition."""

    label: str
    note: str
    inputs: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Payload:
    """One field of an event's class: its type without `None`, and whether it may be left empty."""

    name: str
    label: str
    type: Any
    required: bool

    @property
    def goods(self) -> type | None:
        """What each of its rows becomes, where it is a list of goods."""
        inner = get_args(self.type)[0] if get_origin(self.type) is tuple else None
        return inner if dataclasses.is_dataclass(inner) and isinstance(inner, type) else None


Offered = Mapping[str, Sequence[Choice]]
"""What may be chosen for fields that hold ids, by the field's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a form is made with: a field whose name stands in the context, or in `start`, begins with the value there.

    `offered` holds the ids and the goods to choose from; amounts are of `currency`.
    """

    currency: str
    context: object = None
    offered: Offered = dataclasses.field(default_factory=dict)
    start: Mapping[str, str] = dataclasses.field(default_factory=dict)


def fields_of(event: type, known: Known) -> tuple[Field, ...] | None:
    """The inputs of an event; None where its payload needs more than is known to choose from."""
    fields = []
    for part in payload_of(event):
        made = _field(part, known)
        if made is None:
            return None
        fields.append(made)
    return tuple(fields)


def read_event(event: type, posted: Mapping[str, str], *, currency: str) -> Any:
    """Make the event of what was posted; raises Invalid, naming the field by its label."""
    values: dict[str, object] = {}
    for part in payload_of(event):
        text = posted.get(part.name, "").strip()
        if part.goods:
            values[part.name] = tuple(_read_rows(part, posted))
        elif text:
            values[part.name] = _read(part, text, currency)
        if part.required and values.get(part.name, ()) == ():
            raise Invalid(t("{label} is missing.", label=tr(part.label)), t("Fill it in and try again."), part.name)
    made = event(**values)
    check_texts(made)
    return made


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


def _field(part: Payload, known: Known) -> Field | None:
    kind, step, unit, choices = "", "", "", known.offered.get(part.name, ())
    value = getattr(known.context, part.name, None)
    if part.goods:
        rows = tuple(_rows(part, choices))
        return Field(name=part.name, label=part.label, kind="rows", required=part.required, rows=rows) if rows else None
    if get_origin(part.type) is Literal:
        choices = tuple(Choice(word, WORDS.get(word, sentence_case(word))) for word in get_args(part.type))
    elif part.type is int and part.name in MONEY:
        unit, kind, step, value = known.currency, "number", _smallest(known.currency), None
    elif part.type is int:
        kind, step = ("hidden", "") if part.name in READ and value is not None else ("number", "1")
    elif part.type is datetime:
        unit, kind, value = "UTC", "datetime-local", None
    elif part.type is str:
        kind = "short" if part.name in SHORT else "text"
    if not kind and not choices:
        return None
    if choices and not part.required:
        choices = (Choice("", NOT_SAID), *choices)
    shown = known.start.get(part.name, "" if value is None else str(value))
    return Field(name=part.name, label=part.label, kind=kind, required=part.required, value=shown, unit=unit, step=step,
                 choices=choices)  # fmt: skip


def _rows(part: Payload, goods: Sequence[Choice]) -> Iterator[Row]:
    """A row for each of the goods, with an input for the pieces, or one for each condition they may be in.

    What is not named in a condition did not come: nobody fills that in.
    """
    by_condition = "condition" in get_type_hints(part.goods)
    for each in goods:
        named = f"{part.name}.{each.value}"
        inputs = (
            [Field(name=f"{named}.{state}", label=label, kind="number", required=False, step="1", most=str(each.most),
                   value=str(each.most) if state == "SELLABLE" else "")
             for state, label in CONDITIONS.items() if state != "MISSING"]
            if by_condition
            else [Field(name=named, label=PIECES, kind="number", required=False, step="1", most=str(each.most))]
        )  # fmt: skip
        yield Row(each.label, t("of {n} piece", "of {n} pieces", n=each.most), tuple(inputs))


PIECES = mark("Pieces")


def _read_rows(part: Payload, posted: Mapping[str, str]) -> Iterator[object]:
    for key, text in posted.items():
        name, _, rest = key.partition(".")
        line, _, condition = rest.partition(".")
        if name != part.name or not text.strip() or text.strip() == "0" or not part.goods:
            continue
        try:
            more = {"condition": condition} if condition in CONDITIONS else {}
            yield part.goods(line=UUID(line), quantity=int(text), **more)
        except (ValueError, TypeError):
            raise Invalid(
                t("{label}: “{text}” is no number of pieces.", label=tr(part.label), text=text[:40]),
                t("Write digits alone."), key,
            ) from None  # fmt: skip


def _smallest(currency: str) -> str:
    """The step of an amount's input in major units: 0.01 for NGN, 1 for UGX."""
    decimals = exponent(currency)
    return f"0.{'1'.rjust(decimals, '0')}" if decimals else "1"


def _read(part: Payload, text: str, currency: str) -> object:
    label = tr(part.label)
    if part.type is int and part.name in MONEY:
        try:
            return amount(text, currency)
        except NotAnAmount as wrong:
            raise Invalid(wrong.message, wrong.remedy, part.name) from None
    if get_origin(part.type) is Literal and text not in get_args(part.type):
        raise Invalid(t("{label} can not be read.", label=label), t("Choose one of those offered."), part.name)
    reader, form = _READERS.get(part.type, (str, ""))
    try:
        return reader(text)
    except (ValueError, OverflowError):
        raise Invalid(t("{label} can not be read.", label=label), tr(form), part.name) from None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


_READERS: dict[Any, tuple[Callable[[str], object], str]] = {
    int: (int, mark("It must be a whole number.")),
    datetime: (_moment, mark("It must be a date and time, like 2026-03-01T09:30.")),
    UUID: (UUID, mark("It must be one of the choices.")),
}
