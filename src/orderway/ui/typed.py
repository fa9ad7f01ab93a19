"""What somebody typed into a form, and what is wrong with it: the page comes again with all of it, and says where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from uuid import UUID

from orderway.errors import OrderwayError
from orderway.ids import new_id
from orderway.money import Money, NotAnAmount
from orderway.ui.language import t
from orderway.workflow.errors import Conflict, Invalid

NOTHING: Mapping[str, str] = {}

PLAIN = re.compile(r"[0-9.]{1,9}")
"""A number as people write a percentage. One with an exponent, such as 1e9999999, takes half a minute to be read."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The texts of a form by the names of its fields; `problems` by the same names, `problem` of all of it."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    status: int = 200

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def wrong(self, name: str) -> str:
        """The sentence about one field; empty where nothing is wrong with it."""
        return self.problems.get(name, "")

    @property
    def first(self) -> str:
        """The field that the eye is led to: the first that is wrong."""
        return next(iter(self.problems), "")


def mended(posted: Mapping[str, str], error: OrderwayError, *, fields: Iterable[str]) -> Typed:
    """The form as it was sent, with the error beside the field that it names, or above all of them.

    `fields` are those that the form shows: what an error says of another one is said above.
    """
    status = 409 if isinstance(error, Conflict) else 422
    named = error.field if isinstance(error, Invalid) else ""
    if named in set(fields):
        return Typed(posted, {named: str(error)}, status=status)
    return Typed(posted, problem=str(error), status=status)


def needed(posted: Mapping[str, str], name: str) -> str:
    """A text that may not be empty. Raises Invalid."""
    text = posted.get(name, "").strip()
    if not text:
        raise Invalid(t("This is missing."), t("Fill it in and try again."), name)
    return text


def id_in(posted: Mapping[str, str], name: str) -> UUID | None:
    """The id that was chosen; None for none. Raises Invalid."""
    text = posted.get(name, "").strip()
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(t("This can not be read."), t("Choose one of those offered."), name) from None


def money_in(posted: Mapping[str, str], name: str, *, currency: str) -> int:
    """An amount of major units, in minor ones. Raises Invalid."""
    try:
        return Money.parse(needed(posted, name), currency).minor
    except NotAnAmount as wrong:
        raise Invalid(wrong.message, wrong.remedy, name) from None


def basis_points(text: str) -> int | None:
    """A percentage up to 100, like "7.5", in basis points; None for what is none, or is finer than those."""
    try:
        rate = Fraction(text) * 100 if PLAIN.fullmatch(text) else Fraction(-1)
    except ValueError:
        return None
    return int(rate) if 0 <= rate <= 10_000 and rate.denominator == 1 else None


def step_in(posted: Mapping[str, str]) -> int:
    """The step that the form was made at. Raises Invalid where it does not say."""
    seen = posted.get("seen", "")
    if not (seen.isascii() and seen.isdigit() and len(seen) < 10):
        raise Invalid(
            t("The form does not say which step it saw."), t("Open the page again and send it from there."), "seen"
        )
    return int(seen)


def key_in(posted: Mapping[str, str]) -> str | None:
    """The key of a form that begins something: sent twice, it begins once."""
    return posted.get("key", "")[:200] or None


def new_key() -> str:
    """A key for a form that begins something."""
    return str(new_id())
