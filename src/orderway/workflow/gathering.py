"""Reading together: what several readers ask of PostgreSQL at the same time becomes one statement."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, cast
from uuid import UUID

import asyncpg
import msgspec

from orderway.workflow.kinds import Connection

PARAMETER = re.compile(r"\$(\d+)")

Convert = Callable[[Any], Any]


def as_it_is(value: Any) -> Any:
    return value


def from_hex(value: str) -> bytes:
    return bytes.fromhex(value.removeprefix("\\x"))


CONVERT: Mapping[str, Convert] = {
    "bool": as_it_is, "int2": as_it_is, "int4": as_it_is, "int8": as_it_is, "float8": float, "text": as_it_is,
    "varchar": as_it_is, "name": as_it_is, "void": as_it_is, "uuid": UUID, "timestamptz": datetime.fromisoformat,
    "bytea": from_hex,
}  # fmt: skip
"""What JSON makes of the types of PostgreSQL, and back."""


class Row:
    """One row of an answer: its columns by name or by place, as asyncpg's records have them."""

    __slots__ = ("names", "values")

    def __init__(self, names: Sequence[str], values: Sequence[Any]) -> None:
        self.names = names
        self.values = values

    def __getitem__(self, key: str | int | slice) -> Any:
        return self.values[self.names.index(key)] if isinstance(key, str) else self.values[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)

    def keys(self) -> Sequence[str]:
        return self.names


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns that a statement answers with."""

    names: tuple[str, ...]
    converts: tuple[Convert, ...]

    def row(self, values: Sequence[Any]) -> Row:
        converted = zip(self.converts, values, strict=True)
        return Row(self.names, [None if value is None else convert(value) for convert, value in converted])


class Question(NamedTuple):
    """A statement with the values of its parameters."""

    statement: str
    values: tuple[Any, ...]


TURNS = 2
"""Whoever asks after others began to read together asks within so many turns of the loop."""

SHAPES: dict[str, Shape] = {}
"""What each statement answers with, asked of PostgreSQL once."""


MOST = 1000
"""Questions of one statement; PostgreSQL has 1664 columns for them."""


@dataclass(eq=False, slots=True)
class Batch:
    """Questions that are asked together, and how many `wait` for an answer: with the last of them it ends."""

    asked: dict[Question, asyncio.Future[list[Row]]]
    answering: asyncio.Task[None]
    wait: int = 0

    async def answer(self, question: Question) -> list[Row]:
        """Wait for the answer to one of them; who gives up takes nobody along."""
        future = self.asked.setdefault(question, asyncio.get_running_loop().create_future())
        self.wait += 1
        try:
            return await asyncio.shield(future)
        finally:
            self.wait -= 1
            if not self.wait:
                self.answering.cancel()
                await asyncio.wait([self.answering])


@dataclass(slots=True)
class Gathering:
    """A connection for those who only look.

    What is asked before anybody waits for an answer is sent together, the same question once. Every statement is a
    SELECT whose columns have types of CONVERT, or arrays of them; a text of JSON is cast to text.
    """

    connection: Connection
    batch: Batch | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def fetch(self, statement: str, *values: Any) -> list[Row]:
        """All rows of the statement's answer."""
        question = Question(statement, tuple(tuple(each) if isinstance(each, list) else each for each in values))
        if self.batch is None or self.batch.answering.cancelling():
            asked: dict[Question, asyncio.Future[list[Row]]] = {}
            self.batch = Batch(asked, asyncio.get_running_loop().create_task(self._gather(asked)))
        return await self.batch.answer(question)

    async def fetchrow(self, statement: str, *values: Any) -> Row | None:
        """The first row, or None."""
        return next(iter(await self.fetch(statement, *values)), None)

    async def fetchval(self, statement: str, *values: Any) -> Any:
        """The first column of the first row, or None."""
        row = await self.fetchrow(statement, *values)
        return row[0] if row is not None else None

    async def _gather(self, asked: Mapping[Question, asyncio.Future[list[Row]]]) -> None:
        """Let everybody ask who can without an answer, until nobody has for some turns of the loop; then answer."""
        try:
            heard, quiet = len(asked), 0
            while quiet < TURNS:
                await asyncio.sleep(0)
                quiet = quiet + 1 if len(asked) == heard else 0
                heard = len(asked)
        finally:
            self._close(asked)
        questions = list(asked)
        try:
            async with self.turn:
                for begin in range(0, len(questions), MOST):
                    some = questions[begin : begin + MOST]
                    for question, rows in zip(some, await answers(self.connection, some), strict=True):
                        asked[question].set_result(rows)
        except Exception as error:  # noqa: BLE001  (whoever asked is told)
            for future in asked.values():
                fail(future, error)

    def _close(self, asked: Mapping[Question, asyncio.Future[list[Row]]]) -> None:
        """Whoever asks from now on begins another batch, unless somebody has."""
        if self.batch is not None and self.batch.asked is asked:
            self.batch = None


def gathered(connection: Connection) -> Connection:
    """The connection as a Gathering, for functions that only read: it reads as a connection does."""
    return cast("Connection", Gathering(connection))


async def answers(connection: Connection, asked: Sequence[Question]) -> list[list[Row]]:
    """The rows of each answer. One statement."""
    shapes = [await shape_of(connection, question.statement) for question in asked]
    text, values = together(asked)
    found = await connection.fetchrow(text, *values) or ()
    return [
        [shape.row(row) for row in msgspec.json.decode(answer)] for shape, answer in zip(shapes, found, strict=True)
    ]


async def shape_of(connection: Connection, statement: str) -> Shape:
    if statement not in SHAPES:
        attributes = (await connection.prepare(statement)).get_attributes()
        SHAPES[statement] = Shape(
            tuple(each.name for each in attributes), tuple(converter(each.type) for each in attributes)
        )
    return SHAPES[statement]


def converter(kind: asyncpg.Type) -> Convert:
    """How a value of this type comes back out of JSON; raises KeyError for a type that does not."""
    if kind.kind != "array":
        return CONVERT[kind.name]
    convert = CONVERT[kind.name.removesuffix("[]").removeprefix("_")]
    return lambda values: [None if value is None else convert(value) for value in values]


def together(asked: Sequence[Question]) -> tuple[str, list[Any]]:
    """One statement that answers several, a column of JSON each: a list of rows, each a list of its columns."""
    columns, values = list[str](), list[Any]()
    for statement, given in asked:
        numbered = PARAMETER.sub(partial(further, by=len(values)), statement)
        names = ", ".join(f"c{number}" for number in range(len(SHAPES[statement].names)))
        columns.append(
            f"(SELECT coalesce(json_agg(json_build_array({names})), '[]') FROM ({numbered}) t ({names}))::text"  # noqa: S608
        )
        values += given
    return f"SELECT {', '.join(columns)}", values


def further(parameter: re.Match[str], *, by: int) -> str:
    """The same parameter behind those of the statements before."""
    return f"${int(parameter[1]) + by}"


def fail(future: asyncio.Future[list[Row]], error: Exception) -> None:
    """Let whoever waits hear of the error; that nobody may is no fault."""
    if not future.done():
        future.set_exception(error)
        future.exception()


async def at_once(reading: Iterable[Awaitable[Any]]) -> list[Any]:
    """Wait for all of them, also where one fails: none of them asks on after this."""
    read = await asyncio.gather(*reading, return_exceptions=True)
    for answer in read:
        if isinstance(answer, BaseException):
            raise answer
    return read
