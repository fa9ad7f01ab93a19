"""One operation, from its document to its result: nothing of it runs that is too large, too dear or not told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from inspect import isawaitable
from typing import Any

import msgspec
from graphql import ExecutionResult, GraphQLError, GraphQLSchema, OperationDefinitionNode, OperationType, execute

from orderway.errors import OrderwayError
from orderway.graphql.asking import Asking
from orderway.graphql.documents import CLOSED_RULES, OPEN_RULES, Prepared, Rules, prepare
from orderway.graphql.lean import Lean
from orderway.settings import API_COST_LIMIT, API_INTROSPECTION


class Question(msgspec.Struct, rename="camel"):
    """What is posted; fields that are none of these are left alone, as GraphQL over HTTP asks for."""

    query: str = ""
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    document_id: str | None = None


class NoOperation(OrderwayError):
    """The document has not what it is asked for."""


ANSWERED = (OperationType.QUERY, OperationType.MUTATION)
"""What is answered at once; a subscription is followed."""

STRANGERS = 10
"""Whoever is not signed in may ask for so many times less."""


async def executed(schema: GraphQLSchema, question: Question, asking: Asking) -> ExecutionResult:
    """Execute a query or a mutation. Raises NoOperation; what is wrong with the document is an error of the result."""
    found = admitted(schema, question, asking, kinds=ANSWERED)
    if isinstance(found, ExecutionResult):
        return found
    result = execute(
        schema,
        found.document,
        context_value=asking,
        variable_values=question.variables,
        operation_name=question.operation_name,
        executor_class=Lean,
        hide_suggestions=True,
    )
    return await result if isawaitable(result) else result


def admitted(
    schema: GraphQLSchema, question: Question, asking: Asking, *, kinds: Collection[OperationType]
) -> Prepared | ExecutionResult:
    """The document of an operation of one of these kinds, or what is wrong with it. Raises NoOperation."""
    try:
        found = prepare(schema, question.query, rules_for(asking))
    except GraphQLError as error:
        if not question.query.strip():
            raise no_operation() from None
        return ExecutionResult(None, [error])
    errors = list(found.errors) or list(objections(found, question, asking, kinds=kinds))
    return ExecutionResult(None, errors) if errors else found


def rules_for(asking: Asking) -> Rules:
    """What the schema is made of is told to those who are signed in, where the settings allow it; developing to all."""
    if asking.desk.deployment.developing:
        return OPEN_RULES
    told = asking.viewer is not None and asking.desk.runner.workflow.settings[API_INTROSPECTION]
    return OPEN_RULES if told else CLOSED_RULES


def objections(
    found: Prepared, question: Question, asking: Asking, *, kinds: Collection[OperationType]
) -> Iterator[GraphQLError]:
    """What is wrong with executing this operation of a valid document. Raises NoOperation."""
    if question.operation_name is None and len(found.operations) > 1:
        yield GraphQLError("The document has several operations. Send operationName to say which.")
        return
    name = question.operation_name or next(iter(found.operations), "")
    operation = found.operations.get(name)
    if operation is None or operation.operation not in kinds:
        raise no_operation()
    cost, limit = cost_of(found, operation, question.variables or {}), limit_of(asking)
    if cost > limit:
        said = f"This operation comes to {cost:,} fields; {limit:,} are allowed."
        said = f"{said} Ask for smaller pages, or for less of each thing."
        yield GraphQLError(said, operation)


def limit_of(asking: Asking) -> int:
    """What an operation may come to, in fields."""
    limit = asking.desk.runner.workflow.settings[API_COST_LIMIT]
    return limit if asking.viewer else limit // STRANGERS


def cost_of(found: Prepared, operation: OperationDefinitionNode, variables: Mapping[str, object]) -> int:
    """What an operation comes to, in fields."""
    return found.costs[operation.name.value if operation.name else ""].come_to(variables)


def no_operation() -> NoOperation:
    return NoOperation("There is no such operation in the document.", "Name one that is in it.")
