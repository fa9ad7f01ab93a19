"""What an operation comes to: its fields, each as often as the pages that it is asked of may hold it.

It is worked out once for a document; only the sizes of pages that come as variables are put in for each request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

LOOKED_UP = 10
"""What a field counts that is looked up for each thing by itself."""

MANY = 10
"""How many things a list without pages is taken to hold: the lines of an order, its payments."""

PAGE = "first"
"""The argument that says how large a page is."""

LARGEST_PAGE = 1_000
"""A page beyond it is refused for its size, whatever it would cost."""


@dataclass(frozen=True, slots=True)
class Cost:
    """`fixed` fields, and for each page the fields of one thing in it."""

    fixed: int = 0
    pages: tuple[Page, ...] = ()

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.fixed + other.fixed, self.pages + other.pages)

    def times(self, count: int) -> Cost:
        return Cost(self.fixed * count, tuple(Page(each.size, each.of.times(count)) for each in self.pages))

    def come_to(self, variables: Mapping[str, object]) -> int:
        """The fields that it comes to with these values."""
        return self.fixed + sum(each.size.read(variables) * each.of.come_to(variables) for each in self.pages)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a page is that a variable tells; `default` where it is not sent."""

    variable: str
    default: int

    def read(self, variables: Mapping[str, object]) -> int:
        found = variables.get(self.variable, self.default)
        return bounded(found if isinstance(found, int) else self.default)


@dataclass(frozen=True, slots=True)
class Page:
    size: Size
    of: Cost


def bounded(size: int) -> int:
    return max(0, min(size, LARGEST_PAGE))


@dataclass(frozen=True, slots=True)
class Pricing:
    """Works out what the operations of one document come to."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode] = field(default_factory=dict)
    defaults: Mapping[str, int] = field(default_factory=dict)

    def selection(self, selections: SelectionSetNode | None, kind: GraphQLNamedType, page: Size | int = MANY) -> Cost:
        """What is asked of one thing; `page` is how many there are in the lists of a page."""
        total = Cost()
        for each in selections.selections if selections else ():
            match each:
                case FieldNode():
                    total += self.field(each, kind, page)
                case InlineFragmentNode():
                    total += self.selection(each.selection_set, self.narrowed(each, kind), page)
                case FragmentSpreadNode():
                    spread = self.fragments[each.name.value]
                    total += self.selection(spread.selection_set, self.narrowed(spread, kind), page)
        return total

    def narrowed(self, node: InlineFragmentNode | FragmentDefinitionNode, kind: GraphQLNamedType) -> GraphQLNamedType:
        """The type that a fragment is about."""
        condition = node.type_condition
        return self.schema.type_map[condition.name.value] if condition else kind

    def field(self, node: FieldNode, kind: GraphQLNamedType, page: Size | int) -> Cost:
        definition: GraphQLField | None = getattr(kind, "fields", {}).get(node.name.value)
        if definition is None:  # __typename and its like
            return Cost(1)
        own = LOOKED_UP if is_looked_up(definition) else 1
        inner = self.selection(node.selection_set, get_named_type(definition.type), self.page(node, definition))
        if is_list(definition):
            inner = inner.times(page) if isinstance(page, int) else Cost(pages=(Page(page, inner),))
        return Cost(own) + inner

    def page(self, node: FieldNode, definition: GraphQLField) -> Size | int:
        """How many things a page of this field holds."""
        if PAGE not in definition.args:
            return MANY
        given = next((each.value for each in node.arguments or () if each.name.value == PAGE), None)
        default = definition.args[PAGE].default_value
        default = default if isinstance(default, int) else MANY
        if isinstance(given, VariableNode):
            name = given.name.value
            return Size(name, self.defaults.get(name, default))
        return bounded(int(given.value)) if isinstance(given, IntValueNode) else default


def priced(schema: GraphQLSchema, document: DocumentNode) -> Mapping[str, Cost]:
    """What each operation of a valid document comes to, by its name, "" for one without."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    found = {}
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            root = schema.get_root_type(operation.operation)
            if root is not None:
                pricing = Pricing(schema, fragments, defaults_of(operation))
                found[operation.name.value if operation.name else ""] = pricing.selection(operation.selection_set, root)
    return found


def defaults_of(operation: OperationDefinitionNode) -> dict[str, int]:
    """The numbers that variables have where they are not sent."""
    return {
        each.variable.name.value: int(each.default_value.value)
        for each in operation.variable_definitions or ()
        if isinstance(each.default_value, IntValueNode)
    }


def is_list(definition: GraphQLField) -> bool:
    kind = definition.type.of_type if isinstance(definition.type, GraphQLNonNull) else definition.type
    return isinstance(kind, GraphQLList)


def is_looked_up(definition: GraphQLField) -> bool:
    """Whether it is more than read off the thing: a statement, or the work of one for many."""
    made = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return bool(made and made.base_resolver and made.base_resolver.is_async)
