"""Executing what needs no executing: objects whose fields are read off records are completed by a plan made once.

GraphQL's algorithm asks, for each field of each thing anew, what its type is, whether it waits, and where it stands.
For a page of records all the answers are known beforehand. Whatever a plan can not do, or fails at, goes the long way,
which also knows how to tell what went wrong, and where.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    is_abstract_type,
    is_leaf_type,
    is_object_type,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetailsList
from strawberry.schema.schema_converter import GraphQLCoreConverter

Plan = Callable[[Any], Any]
"""Makes of a record what is answered of it. Raises where the long way has to be gone."""

Step = tuple[str, Plan, Plan]
"""How a field is called in the answer, how its value is read off the record, and what is made of that."""

TYPENAME = "__typename"


class NotPlain(Exception):
    """Something is there that no plan is made for."""


class Lean(Executor[None]):
    """An execution with a plan for each selection of plain records."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.plans: dict[tuple[GraphQLObjectType, int], Plan | None] = {}

    def complete_object_value(self, return_type: GraphQLObjectType, *given: Any) -> Any:
        """By its plan, where there is one. `given` is what is asked of it, where it stands, and in the end itself."""
        details, _info, _path, record, _position = given
        plan = self.plan_of(return_type, details)
        if plan is not None:
            try:
                return plan(record)
            except Exception:  # noqa: BLE001  (whatever it is: the long way comes to it again, and tells it)
                self.plans[return_type, id(details)] = None
        return super().complete_object_value(return_type, *given)

    def plan_of(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Plan | None:
        """The plan for what is asked of a type; None where a field of it takes more than reading."""
        key = kind, id(details)  # the list lives as long as the execution: `collect_subfields` keeps it
        if key not in self.plans:
            try:
                self.plans[key] = self.make_plan(kind, details)
            except NotPlain:
                self.plans[key] = None
        return self.plans[key]

    def make_plan(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Plan:
        """Raises NotPlain."""
        asked = self.collect_subfields(kind, details).grouped_field_set
        steps = [self.step(kind, name, each) for name, each in asked.items()]
        is_one: Any = kind.is_type_of

        def run(record: Any) -> Any:
            if is_one is not None and is_one(record, None) is not True:
                raise NotPlain
            return {name: complete(read(record)) for name, read, complete in steps}

        return run

    def step(self, kind: GraphQLObjectType, name: str, details: FieldDetailsList) -> Step:
        """How a field is answered. Raises NotPlain."""
        asked = details[0].node.name.value
        if asked == TYPENAME:
            return name, lambda _: kind.name, same
        field = kind.fields.get(asked)
        if field is None:
            raise NotPlain
        return name, reader(field), self.completer(field.type, details)

    def completer(self, kind: GraphQLOutputType, details: FieldDetailsList) -> Plan:
        """What is made of a value of this type. Raises NotPlain."""
        if isinstance(kind, GraphQLNonNull):
            return needed(self.present(kind.of_type, details))
        return optional(self.present(kind, details))

    def present(self, kind: GraphQLOutputType, details: FieldDetailsList) -> Plan:
        """What is made of a value that is there. Raises NotPlain."""
        if isinstance(kind, GraphQLList):
            return listed(self.completer(kind.of_type, details))
        if is_leaf_type(kind):
            return leaf(kind)
        if is_object_type(kind):
            return self.whole(kind, details)
        if is_abstract_type(kind):
            return self.one_of(kind, details)
        raise NotPlain

    def whole(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Plan:
        plan = self.plan_of(kind, details)
        if plan is None:
            raise NotPlain
        return plan

    def one_of(self, kind: GraphQLAbstractType, details: FieldDetailsList) -> Plan:
        """By the type that a record says it is of."""
        plans: Mapping[str, Plan] = {
            each.name: self.whole(each, details) for each in self.schema.get_possible_types(kind)
        }
        name_of: Any = kind.resolve_type

        def run(record: Any) -> Any:
            return plans[name_of(record, None, kind)](record)

        return run


def reader(field: GraphQLField) -> Plan:
    """Reads a field that is an attribute of its record. Raises NotPlain for one that somebody works out."""
    made = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if made is None or not made.is_basic_field or not getattr(field.resolve, "_is_default", False):
        raise NotPlain
    return attrgetter(made.python_name)


def leaf(kind: Any) -> Plan:
    """A scalar or an enum, as its type writes it."""
    write = kind.coerce_output_value
    if isinstance(kind, GraphQLScalarType) and kind.name == "String":
        return lambda value: value if type(value) is str else write(value)
    return write  # type: ignore[no-any-return]  # the type's own function


def needed(inner: Plan) -> Plan:
    def run(value: Any) -> Any:
        if value is None:
            raise NotPlain
        found = inner(value)
        if found is None:
            raise NotPlain
        return found

    return run


def optional(inner: Plan) -> Plan:
    return lambda value: None if value is None else inner(value)


def listed(inner: Plan) -> Plan:
    def run(values: Any) -> list[Any]:
        if not isinstance(values, (list, tuple)):
            raise NotPlain
        return [inner(each) for each in values]

    return run


def same(value: Any) -> Any:
    return value
