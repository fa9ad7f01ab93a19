"""Documents are parsed, measured and validated once and kept: the same text asked again costs none of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from strawberry.extensions import SchemaExtension

from orderway.graphql.asking import Asking
from orderway.graphql.limits import TOKENS, too_large

KEPT = 256
"""How many documents are kept, none of them longer than LONGEST characters."""

LONGEST = 4_000

OPEN_RULES = tuple(specified_rules)
CLOSED_RULES = (*OPEN_RULES, NoSchemaIntrospectionCustomRule)
"""What the schema is made of is told to those who are signed in."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that can be executed, or what is wrong with it."""

    document: DocumentNode
    errors: Sequence[GraphQLError]


def prepared(schema: GraphQLSchema, text: str, rules: tuple[type[ASTValidationRule], ...]) -> Prepared:
    """Parse, measure and validate; raises GraphQLError where the text is no document."""
    document = parse(text, max_tokens=TOKENS)
    return Prepared(document, too_large(document) or validate(schema, document, rules))


def operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]


kept = lru_cache(KEPT)(prepared)


class Documents(SchemaExtension):
    """Hands a prepared document to each execution."""

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        asking: Asking = context.context
        text = context.query or ""
        rules = CLOSED_RULES if asking.viewer is None else OPEN_RULES
        make = kept if len(text) <= LONGEST else prepared
        found = make(context.schema._schema, text, rules)  # noqa: SLF001  (Strawberry's own caches do the same)
        context.graphql_document, self.errors = found.document, list(found.errors)
        if context._provided_operation_name is None and len(operations(found.document)) > 1:  # noqa: SLF001  (as above)
            self.errors.append(GraphQLError("The document has several operations. Send operationName to say which."))
        yield

    def on_validate(self) -> Iterator[None]:
        self.execution_context.pre_execution_errors = self.errors
        yield
