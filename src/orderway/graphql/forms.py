"""Dataclasses of the domain as types of the API: payloads become inputs, contexts become outputs, literals enums."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache, reduce
from inspect import getdoc
from operator import or_
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

import strawberry

from orderway.changeover.divergences import CLASSES
from orderway.changeover.reviews import DECISIONS
from orderway.delivery.way import FULFILLMENT_TYPES
from orderway.fulfillment.context import CONDITIONS
from orderway.fulfillment.payouts.ledger import PAYOUT_METHODS
from orderway.fulfillment.riding.profiles import VEHICLES
from orderway.graphql.names import camel, pascal, spoken, words
from orderway.graphql.scalars import Int64
from orderway.order.payouts import ENTRY_KINDS
from orderway.order.returns import RETURN_STATUSES
from orderway.order.shape import RESERVATION_STATUSES
from orderway.order.texts import check_texts
from orderway.people.customers.applications import STATES as APPLICATION_STATES
from orderway.sale.account_credit.reads import KINDS as ACCOUNT_KINDS
from orderway.sale.accounts import POLICIES
from orderway.sale.context import PAYMENT_METHODS
from orderway.sale.overrides.machine import KINDS
from orderway.sale.payments.context import METHODS, PAID_BY, REFUND_TO
from orderway.sale.reconciliation.parking import KINDS as KINDS_OF_ITEMS
from orderway.sale.reconciliation.parking import RESOLUTIONS
from orderway.sale.reconciliation.rules import ACTIONS
from orderway.stock.reads import KINDS as MOVEMENTS
from orderway.stock.transfer_reads import STATUSES

PLAIN: Mapping[object, object] = {str: str, bool: bool, float: float, int: Int64, datetime: datetime, UUID: UUID}

LABELLED: Mapping[str, Mapping[Any, str]] = {
    "SalePaymentMethod": PAYMENT_METHODS,
    "PaymentMethod": METHODS,
    "PaidBy": PAID_BY,
    "RefundTo": REFUND_TO,
    "AccountCreditKind": ACCOUNT_KINDS,
    "FulfillmentType": FULFILLMENT_TYPES,
    "PayoutMethod": PAYOUT_METHODS,
    "RiderLedgerKind": ENTRY_KINDS,
    "Condition": CONDITIONS,
    "SalesReturnStatus": RETURN_STATUSES,
    "OverrideKind": KINDS,
    "CreditPolicy": POLICIES,
    "BuyerKind": {"CONSUMER": "Consumer", "RESELLER": "Reseller"},
    "ResellerApplicationState": APPLICATION_STATES,
    "Vehicle": VEHICLES,
    "ReconciliationKind": KINDS_OF_ITEMS,
    "ReviewDecision": DECISIONS,
    "ShadowClass": CLASSES,
    "ReconciliationResolution": RESOLUTIONS,
    "ReconciliationAction": ACTIONS,
    "ReservationStatus": RESERVATION_STATUSES,
    "StockMovementKind": MOVEMENTS,
    "StockTransferStatus": STATUSES,
    "Phase": {"QUOTATION": "Quotation", "SALE": "Sale", "FULFILLMENT": "Fulfillment"},
}
"""Literals that have words of their own."""


class NoForm(TypeError):
    """A field has a type that the API has no form for; said when the schema is built."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One field of an input. With MISSING as its default it is required; UNSET may be left out."""

    name: str
    annotation: Any
    default: object
    description: str | None = None


def enum_type(name: str, labels: Mapping[str, str], *, description: str | None = None) -> type[Enum]:
    """An enum of the API, each value described by its label."""
    values = {value.upper(): strawberry.enum_value(value, description=label) for value, label in labels.items()}
    made = cast("type[Enum]", Enum(name, values))
    return strawberry.enum(made, name=name, description=description)


ENUMS: dict[frozenset[str], type[Enum]] = {
    frozenset(labels): enum_type(name, labels) for name, labels in LABELLED.items()
}


def enum_of(values: tuple[str, ...], name: str) -> type[Enum]:
    """The enum of a literal: the same one wherever the same values stand."""
    return ENUMS.setdefault(frozenset(values), enum_type(name, {value: spoken(value) for value in values}))


class Forms(ABC):
    """Types of one direction, into the API or out of it; a dataclass that comes twice is made once."""

    def __init__(self) -> None:
        self.made: dict[type, type] = {}

    @abstractmethod
    def form(self, kind: type, machine: str) -> type:
        """The type of the API for a dataclass of the domain."""

    def annotation(self, hint: Any, machine: str, field: str) -> Any:
        """The type of the API for a type of the domain; raises NoForm where there is none."""
        arguments = get_args(hint)
        if hint in PLAIN:
            return PLAIN[hint]
        if is_optional(hint):
            return self.annotation(without_none(hint), machine, field) | None
        if get_origin(hint) is tuple and arguments[1:] == (...,):
            return list[self.annotation(arguments[0], machine, field)]  # type: ignore[misc]  # a type made just now
        if get_origin(hint) is Literal:
            return enum_of(arguments, pascal([*words(machine), *words(field)]))
        if isinstance(hint, type) and is_dataclass(hint):
            if hint not in self.made:
                self.made[hint] = self.form(hint, machine)
            return self.made[hint]
        raise NoForm(f"{machine}: {field} is a {hint}, which has no form in the API.")


class Inputs(Forms):
    """What is sent in."""

    def form(self, kind: type, machine: str) -> type:
        return self.of(kind, machine=machine, name=f"{kind.__name__}Input")

    def of(self, payload: type, *, machine: str, name: str, extras: Sequence[Slot] = ()) -> type:
        """The input type of a payload. An extra slot whose name the payload has itself is left to the payload."""
        hints = get_type_hints(payload)
        labels: Mapping[str, str] = payload.words.fields if hasattr(payload, "words") else {}
        slots = [
            Slot(
                each.name,
                self.annotation(hints[each.name], machine, each.name),
                strawberry.UNSET if is_optional(hints[each.name]) else each.default,
                telling(each.name, labels.get(each.name)),
            )
            for each in fields(payload)
        ]
        taken = {each.name for each in slots}
        slots += [each for each in extras if each.name not in taken]
        return input_type(name, slots, description=description_of(payload))


class Outputs(Forms):
    """What is sent out. `hidden` are names of fields that no type of the API has."""

    def __init__(self, hidden: Collection[str] = ()) -> None:
        super().__init__()
        self.hidden = hidden

    def form(self, kind: type, machine: str) -> type:
        return self.of(kind, machine=machine, name=kind.__name__)

    def of(self, kind: type, *, machine: str, name: str) -> type:
        """The type of a dataclass, whose own instances it is resolved from."""
        hints = get_type_hints(kind)
        shown = [each.name for each in fields(kind) if each.name not in self.hidden]
        annotations = {field: self.annotation(hints[field], machine, field) for field in shown}
        made = type(name, (), {"__annotations__": annotations})
        hides = len(shown) < len(fields(kind))
        self.made[kind] = strawberry.type(made, name=name, description=None if hides else description_of(kind))
        return self.made[kind]


def input_type(name: str, slots: Sequence[Slot], *, description: str | None = None) -> type:
    """An input of the API with these slots."""
    body = {each.name: strawberry.field(default=each.default, description=each.description) for each in slots}
    annotations = {each.name: each.annotation for each in slots}
    made = type(name, (), {"__annotations__": annotations, **body})
    return strawberry.input(made, name=name, description=description)


def telling(name: str, label: str | None) -> str | None:
    """The label of a field where it says more than the field's name."""
    return label if label and label != spoken(name) else None


def description_of(kind: type) -> str | None:
    """Its docstring, with the names of fields as the API spells them; a dataclass without one shows its signature."""
    doc = getdoc(kind)
    if not doc or doc.startswith(f"{kind.__name__}("):
        return None
    return re.sub(r"`([a-z]+(?:_[a-z]+)*)`", lambda found: f"`{camel(words(found[1]))}`", doc)


def is_optional(hint: Any) -> bool:
    return get_origin(hint) in (UnionType, Union) and NoneType in get_args(hint)


def without_none(hint: Any) -> Any:
    return reduce(or_, (each for each in get_args(hint) if each is not NoneType))


@cache
def hints_of(kind: type) -> dict[str, object]:
    return get_type_hints(kind)


def payload_of(kind: type, given: object) -> Any:
    """The payload that an input holds: the values of the API turned into those of the machine.

    Raises Invalid for a text that is blank where one is asked for, or has no end.
    """
    hints = hints_of(kind)
    made = kind(**{each.name: value_of(hints[each.name], getattr(given, each.name)) for each in fields(kind)})
    check_texts(made)
    return made


def value_of(hint: Any, given: object) -> object:
    if given is None or given is strawberry.UNSET:
        return None
    if isinstance(given, Enum):
        return given.value
    if is_optional(hint):
        return value_of(without_none(hint), given)
    if isinstance(given, list):
        return tuple(value_of(get_args(hint)[0], each) for each in given)
    return payload_of(hint, given) if isinstance(hint, type) and is_dataclass(hint) else given
