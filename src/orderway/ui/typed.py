"""What somebody typed into a form, and what is wrong with it: the page comes again with all of it, and says where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from uuid import UUID

from babel.numbers import get_decimal_symbol, get_group_symbol

from orderway.errors import OrderwayError
from orderway.ids import new_id
from orderway.money import Money, NotAnAmount
from orderway.ui.language import language, t
from orderway.workflow.errors import Conflict, Invalid

NOTHING: Mapping[str, str] = {}

LONGEST = 40
"""Characters of a number. One with an exponent, such as 1e9999999, is none here: it takes half a minute to be read."""
POINTED = re.compile(r"-?[0-9]*\.[0-9]+")
EITHER = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
"""A thousand and more, or a few and three decimals: where the point is no sign of the language, nobody can tell."""


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


def plain(text: str) -> str:
    """A number as the reader's language writes it, in digits with a point: 1,000.5, and in French 1 000,5, is 1000.5.

    A point before the decimals is read in every language, as keypads and programs write it. Raises ValueError for what
    is no number, or may be two, like 1,5 in English and 1.000 in French.
    """
    written = re.sub(r"[\s\u00a0\u202f]", " ", text.strip())
    point, group = get_decimal_symbol(language()), get_group_symbol(language()).replace("\u202f", " ")
    whole = rf"[0-9]{{1,3}}(?:(?P<by>[ {re.escape(group)}])[0-9]{{3}}(?:(?P=by)[0-9]{{3}})*)|[0-9]*"
    found = re.fullmatch(rf"(-?)({whole})(?:{re.escape(point)}([0-9]+))?", written) if len(text) <= LONGEST else None
    if found:
        return found[1] + found[2].replace(found["by"] or " ", "") + (f".{found[4]}" if found[4] else "")
    if len(text) <= LONGEST and POINTED.fullmatch(written) and not EITHER.fullmatch(written):
        return written
    raise ValueError(text)


def amount(text: str, currency: str) -> int:
    """An amount of major units, as the reader's language writes it, in minor ones. Raises NotAnAmount."""
    try:
        return Money.parse(plain(text), currency).minor
    except ValueError:
        return Money.parse(text, currency).minor


def money_in(posted: Mapping[str, str], name: str, *, currency: str) -> int:
    """An amount of major units, in minor ones. Raises Invalid."""
    try:
        return amount(needed(posted, name), currency)
    except NotAnAmount as wrong:
        raise Invalid(wrong.message, wrong.remedy, name) from None


def basis_points(text: str) -> int | None:
    """A percentage up to 100, like "7.5", in basis points; None for what is none, or is finer than those."""
    try:
        rate = Fraction(plain(text)) * 100
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
