"""A subscription, from its document to its results: each is told as soon as it is there, and the last says why."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from inspect import isawaitable
from typing import Any, cast

from graphql import ExecutionResult, GraphQLError, GraphQLSchema, OperationType, subscribe

from orderway.graphql.asking import Asking
from orderway.graphql.documents import prepare
from orderway.graphql.execution import Question, admitted, rules_for
from orderway.graphql.told import Told, told

FOLLOWED = (OperationType.SUBSCRIPTION,)

Events = AsyncGenerator[tuple[Any, list[Told]]]
"""The data and the errors of each event. One without data is the last: by its error the stream has ended."""


def follows(schema: GraphQLSchema, question: Question, asking: Asking) -> bool:
    """Whether a subscription is asked for; a document in which something is wrong asks for nothing."""
    try:
        operations = prepare(schema, question.query, rules_for(asking)).operations
    except GraphQLError:
        return False
    asked = operations.get(question.operation_name or next(iter(operations), ""))
    return asked is not None and asked.operation in FOLLOWED


async def streamed(schema: GraphQLSchema, question: Question, asking: Asking) -> Events:
    """Follow what is asked for. Whatever is raised is told, and ends it."""
    async with aclosing(_results(schema, question, asking)) as results:
        try:
            async for result in results:
                yield result.data, _told(asking, *result.errors or ())
                if result.data is None:
                    return
        except Exception as error:  # noqa: BLE001  (it is told as any other error, and what nobody expected is logged)
            yield None, refusal(asking, error)


def refusal(asking: Asking, error: Exception) -> list[Told]:
    """How an error is told that something was not followed for, or no longer."""
    return _told(asking, GraphQLError(str(error), original_error=error))


def _told(asking: Asking, *errors: GraphQLError) -> list[Told]:
    return told(errors, asking.request_id, deployment=asking.desk.deployment)


async def _results(schema: GraphQLSchema, question: Question, asking: Asking) -> AsyncGenerator[ExecutionResult]:
    found = admitted(schema, question, asking, kinds=FOLLOWED)
    if isinstance(found, ExecutionResult):
        yield found
        return
    begun = subscribe(
        schema,
        found.document,
        context_value=asking,
        variable_values=question.variables,
        operation_name=question.operation_name,
        hide_suggestions=True,
    )
    events = await begun if isawaitable(begun) else begun
    if isinstance(events, ExecutionResult):
        yield events
        return
    async with aclosing(cast("AsyncGenerator[ExecutionResult]", events)) as source:
        async for each in source:
            yield each
