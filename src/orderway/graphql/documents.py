"""Documents are parsed, measured, validated and priced once and kept: the same text asked again costs none of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    parse,
    specified_rules,
    validate,
)

from orderway.graphql.cost import Cost, priced
from orderway.graphql.limits import TOKENS, Overlapping, in_words, too_large

KEPT = 256
"""How many documents are kept, none of them longer than LONGEST characters."""

LONGEST = 4_000

Rules = tuple[type[ASTValidationRule], ...]
OPEN_RULES: Rules = tuple(Overlapping if rule is OverlappingFieldsCanBeMergedRule else rule for rule in specified_rules)
CLOSED_RULES: Rules = (*OPEN_RULES, NoSchemaIntrospectionCustomRule)
"""What the schema is made of is asked in vain."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that can be executed, or what is wrong with it."""

    document: DocumentNode
    errors: Sequence[GraphQLError]
    operations: Mapping[str, OperationDefinitionNode] = field(default_factory=dict)
    costs: Mapping[str, Cost] = field(default_factory=dict)


def prepared(schema: GraphQLSchema, text: str, rules: Rules) -> Prepared:
    """Parse, measure, validate and price; raises GraphQLError where the text is no document."""
    document = parse(text, max_tokens=TOKENS)
    errors = too_large(document) or in_words(validate(schema, document, rules, hide_suggestions=True))
    found = {each.name.value if each.name else "": each for each in operations(document)}
    return Prepared(document, errors, found, {} if errors else priced(schema, document))


def operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]


kept = lru_cache(KEPT)(prepared)


def prepare(schema: GraphQLSchema, text: str, rules: Rules) -> Prepared:
    """As `prepared`, out of what is kept where it is there."""
    return (kept if len(text) <= LONGEST else prepared)(schema, text, rules)
