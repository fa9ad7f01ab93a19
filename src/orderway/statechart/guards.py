"""Guards: the questions a transition asks, each with the sentence that a person reads when the answer is no."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from orderway.statechart.numbers import filled, plain

type_of_function = Callable[..., Any]
"""A function of `(context)`, `(context, event)` or `(context, event, facts)`."""
Test = Callable[[Any, Any, Any], bool]


class Unfilled(Exception):
    """Raised by the payload of an event that nobody has filled in yet, when a guard looks at it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a guard said no: what must hold, the numbers behind it, the way out, and the permission that opens it.

    `detail` is the plain text; `told` writes its numbers as the reader expects them. `parts` are what an `any_of`
    (`mode` "any": one of them would be enough) or an `all_of` inside it ("all") is made of.
    """

    guard: str
    sentence: str
    detail: str = ""
    numbers: Mapping[str, Any] = field(default_factory=dict)
    remedy: str = ""
    help: str = ""
    mode: str = "leaf"
    parts: tuple[Reason, ...] = ()
    template: str = ""

    def told(self, show: Callable[[Any], str]) -> str:
        """The detail, each of its numbers written by `show`: an Amount, a time (UTC), a count or a word."""
        return filled(self.template, self.numbers, show) if self.template else self.detail


@dataclass(frozen=True, slots=True)
class Guard:
    """A named test over `(context, event, facts)`; `parts` and `mode` are set on the combined ones.

    One that `sorts` looks at the context alone: where it says no, the transition is for things of another sort.
    """

    name: str
    sentence: str
    test: Test
    detail: str = ""
    numbers: Callable[[Any, Any, Any], Mapping[str, Any]] | None = None
    remedy: str = ""
    help: str = ""
    mode: str = "leaf"
    parts: tuple[Guard, ...] = ()
    sorts: bool = False

    def __call__(self, context: Any, event: Any = None, facts: Any = None) -> bool:
        return self.test(context, event, facts)

    @property
    def says(self) -> str:
        """What must hold, in words; of a combined guard that has none of its own, the words of its parts."""
        if self.sentence:
            return self.sentence
        words = [part.says for part in self.parts]
        return " ".join(either(words) if self.mode == "any" else words)


def either(words: Sequence[str]) -> list[str]:
    """Alternatives as sentences in a row."""
    return [f"{word}: {each}" for word, each in zip(("Either", *["Or"] * len(words)), words, strict=False)]


def three(function: type_of_function) -> Callable[[Any, Any, Any], Any]:
    """The function, callable with `(context, event, facts)` however many of them it takes."""
    takes = len(inspect.signature(function).parameters)
    match takes:
        case 1:
            return lambda context, _event, _facts: function(context)
        case 2:
            return lambda context, event, _facts: function(context, event)
        case 3:
            return function
    raise TypeError(f"{function!r} takes {takes} parameters; a guard, reducer or emitter takes one to three: "
                    "(context, event, facts).")  # fmt: skip


def guard(
    *,
    detail: str = "",
    numbers: type_of_function | None = None,
    remedy: str = "",
    help: str = "",
) -> Callable[[type_of_function], Guard]:
    """Make a guard of a function whose docstring says what must hold.

    `detail` is a template over the `numbers` ("{missing} is missing."); `remedy` says the way out; `help` is the
    permission of who can open it.
    """

    def make(function: type_of_function) -> Guard:
        return Guard(
            name=function.__name__,
            sentence=inspect.getdoc(function) or "",
            test=three(function),
            detail=detail,
            numbers=three(numbers) if numbers else None,
            remedy=remedy,
            help=help,
        )

    return make


def sorting(*, remedy: str = "") -> Callable[[type_of_function], Guard]:
    """Make a guard that tells of what sort a thing is: the event is offered to no other, and is not its alternative.

    The function takes the context alone, and nobody can change its answer where it is asked.
    """

    def make(function: type_of_function) -> Guard:
        return replace(guard(remedy=remedy)(function), sorts=True)

    return make


def as_guard(given: Guard | type_of_function) -> Guard:
    """A guard as it is, or one made of a plain function by its docstring."""
    return given if isinstance(given, Guard) else guard()(given)


def all_of(*parts: Guard | type_of_function, name: str = "", says: str = "") -> Guard:
    """Every part must hold. Each must be able to answer by itself: a refusal tells of all that do not hold."""
    guards = tuple(as_guard(part) for part in parts)
    return Guard(
        name=name or " and ".join(part.name for part in guards),
        sentence=says,
        test=settled(tuple(part.test for part in guards), by=False),
        mode="all",
        parts=guards,
    )


def any_of(*parts: Guard | type_of_function, name: str = "", says: str = "") -> Guard:
    """At least one part must hold."""
    guards = tuple(as_guard(part) for part in parts)
    return Guard(
        name=name or " or ".join(part.name for part in guards),
        sentence=says,
        test=settled(tuple(part.test for part in guards), by=True),
        mode="any",
        parts=guards,
    )


def settled(tests: tuple[Test, ...], *, by: Literal[True, False]) -> Test:
    """A test that is settled by the first answer of its kind: a no for `all_of`, a yes for `any_of`."""

    def test(context: Any, event: Any, facts: Any) -> bool:
        for each in tests:
            if bool(each(context, event, facts)) is by:
                return by
        return not by

    return test


def not_(
    part: Guard | type_of_function, *, says: str, name: str = "", detail: str = "", remedy: str = "", help: str = ""
) -> Guard:
    """The part must not hold; `says` is the sentence of the opposite, `detail` a template over the part's numbers."""
    inner = as_guard(part)
    return Guard(
        name=name or f"not {inner.name}",
        sentence=says,
        test=lambda context, event, facts: not inner.test(context, event, facts),
        detail=detail,
        numbers=inner.numbers,
        remedy=remedy,
        help=help,
        mode="not",
        parts=(inner,),
        sorts=inner.sorts,
    )


def judged(asked: Guard, context: Any, event: Any, facts: Any) -> bool | None:
    """What the guard says; None where that hangs on what the event has not been filled with yet."""
    if not asked.parts:
        try:
            return bool(asked.test(context, event, facts))
        except Unfilled:
            return None
    answers = (judged(part, context, event, facts) for part in asked.parts)
    if asked.mode == "not":
        inner = next(answers)
        return None if inner is None else not inner
    settling = asked.mode == "any"
    is_open = False
    for answer in answers:
        if answer is settling:
            return settling
        is_open |= answer is None
    return None if is_open else not settling


def excludes(asked: Guard, context: Any) -> bool:
    """Whether the guard is for things of another sort, whatever event and facts say."""
    if asked.mode == "all":
        return any(excludes(part, context) for part in asked.parts)
    return asked.sorts and not asked.test(context, None, None)


def why_not(asked: Guard, context: Any, event: Any, facts: Any) -> tuple[Reason, ...]:
    """Every reason for which the guard says no; none where it does not."""
    if judged(asked, context, event, facts) is not False:
        return ()
    if asked.mode == "all":
        return tuple(reason for part in asked.parts for reason in why_not(part, context, event, facts))
    alternatives = asked.parts if asked.mode == "any" else ()
    return (
        because(asked, context, event, facts, tuple(together(each, context, event, facts) for each in alternatives)),
    )


def because(asked: Guard, context: Any, event: Any, facts: Any, parts: tuple[Reason, ...]) -> Reason:
    try:
        numbers = asked.numbers(context, event, facts) if asked.numbers else {}
        detail = filled(asked.detail, numbers, plain)
    except Unfilled:
        numbers, detail = {}, ""
    return Reason(
        guard=asked.name,
        sentence=asked.sentence or "One of these must hold.",
        detail=detail,
        numbers=numbers,
        remedy=asked.remedy,
        help=asked.help,
        mode=asked.mode,
        parts=parts,
        template=asked.detail if detail else "",
    )


def together(alternative: Guard, context: Any, event: Any, facts: Any) -> Reason:
    """One alternative as one reason, though it may fail for several."""
    reasons = why_not(alternative, context, event, facts)
    if len(reasons) == 1:
        return reasons[0]
    return Reason(alternative.name, alternative.sentence or "All of these must hold.", mode="all", parts=reasons)
