"""How large a document may be: counted before it is validated, each fragment once, so that counting is never dear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    SelectionSetNode,
    ValidationContext,
)

TOKENS = 2000
DEPTH = 12
ALIASES = 30
FIELDS = 1000
"""How many fields an operation may ask for, fragments spread out."""

OF_THE_SCHEMA = frozenset({"__schema", "__type"})
"""Below these a rule of validation says how deep, by what multiplies: tools ask for fifteen harmless levels there."""

COMPARISONS = 20_000
"""How much of comparing fields of one name at one place a validation may take, as graphql-core counts it.

Thirty fragments of a client that each name the same ten fields take 15,000; a tenth of a second are 20,000.
"""


class Overlapping(OverlappingFieldsCanBeMergedRule):
    """The rule of the specification, which compares each with each: a small document would take it seconds."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = COMPARISONS


@dataclass(frozen=True, slots=True)
class Size:
    """How deep a selection goes, how many fields it has and how many of them under another name, all spread out."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0

    def __or__(self, other: Size) -> Size:
        return Size(max(self.depth, other.depth), self.fields + other.fields, self.aliases + other.aliases)


class Measure:
    """Measures the operations of one document."""

    def __init__(self, document: DocumentNode) -> None:
        definitions = document.definitions
        self.operations = [each for each in definitions if isinstance(each, OperationDefinitionNode)]
        self.fragments = {each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)}
        self.known: dict[str, Size] = {}

    def size(self, selections: SelectionSetNode | None, around: frozenset[str] = frozenset()) -> Size:
        """The size of a selection; a fragment within itself counts nothing, for validation refuses it."""
        total = Size()
        for each in selections.selections if selections else ():
            match each:
                case FieldNode():
                    inner = self.size(each.selection_set, around)
                    depth = 0 if each.name.value in OF_THE_SCHEMA else inner.depth
                    total |= Size(depth + 1, inner.fields + 1, inner.aliases + bool(each.alias))
                case InlineFragmentNode():
                    total |= self.size(each.selection_set, around)
                case FragmentSpreadNode():
                    total |= self.fragment(each.name.value, around)
        return total

    def fragment(self, name: str, around: frozenset[str]) -> Size:
        found = self.fragments.get(name)
        if found is None or name in around:
            return Size()
        if name not in self.known:
            self.known[name] = self.size(found.selection_set, around | {name})
        return self.known[name]


def too_large(document: DocumentNode) -> list[GraphQLError]:
    """What of the document is over a limit, in sentences; nothing where it is not."""
    measure = Measure(document)
    errors = []
    for operation in measure.operations:
        size = measure.size(operation.selection_set)
        for what, found, limit in (
            ("levels", size.depth, DEPTH),
            ("fields", size.fields, FIELDS),
            ("aliases", size.aliases, ALIASES),
        ):
            if found > limit:
                said = f"This operation has {found} {what}; {limit} are allowed. Ask for less at once."
                errors.append(GraphQLError(said, operation))
    return errors


SAID = {
    "Validation aborted.": "This operation repeats its fields or fragments too often. Ask for each once.",
    "Maximum introspection depth exceeded": "This asks too deeply what the schema is made of. Ask for a type by name.",
}


def in_words(errors: Sequence[GraphQLError]) -> list[GraphQLError]:
    """What validation found wrong; where it was given up, in a sentence."""
    return [GraphQLError(SAID[each.message]) if each.message in SAID else each for each in errors]
