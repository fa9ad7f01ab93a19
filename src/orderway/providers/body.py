"""The JSON body of a webhook, read strictly: numbers keep every digit, and what is ambiguous is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, DecimalException
from hashlib import sha256

from orderway.providers.provider import BodyBroken

LONGEST = 200
"""The most characters of a reference, an id or a code; a longer one is no such thing."""
LONGEST_REASON = 500

ORDER_NAMES = (
    "saleOrderId",
    "sale_order_id",
    "orderId",
    "order_id",
    "orderNumber",
    "order_number",
    "orderRef",
    "order_ref",
    "order",
)
"""What merchants call the order in what they attach to a payment; the first one found counts."""

WRONG = "Compare it with the provider's documentation of its webhooks."


class Part:
    """A JSON object inside a body. `where` says which, for the sentences of errors.

    What is read is checked as it is read; every wrong thing raises BodyBroken, and nothing else is ever raised.
    """

    def __init__(self, values: Mapping[str, object], where: str = "") -> None:
        self._values = values
        self._where = where

    def value(self, name: str) -> object:
        """Return the value as JSON has it; None where there is none."""
        return self._values.get(name)

    def text(self, name: str) -> str:
        """Return a text, or a whole number as text. Raises BodyBroken where there is none, or an empty one."""
        found = self.maybe_text(name)
        if found is None:
            raise BodyBroken(f"The body has no {self._name(name)}.", WRONG)
        return found

    def maybe_text(self, name: str) -> str | None:
        """Return a text or a whole number as text; None where it is missing, null or empty."""
        found = self._values.get(name)
        if found is None or found == "":
            return None
        if isinstance(found, int) and not isinstance(found, bool):
            found = str(found) if abs(found) < 10**40 else ""
        if not isinstance(found, str) or not is_plain(found):
            raise BodyBroken(f"{self._name(name)} in the body is no text of 1 to {LONGEST} characters.", WRONG)
        return found

    def whole(self, name: str) -> int | None:
        """Return a whole number; None for anything else."""
        found = self._values.get(name)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def reason(self, name: str) -> str | None:
        """Return a text for people, shortened; None where there is none that can be shown."""
        found = self._values.get(name)
        if not isinstance(found, str):
            return None
        return "".join(sign for sign in found if sign.isprintable())[:LONGEST_REASON] or None

    def part(self, name: str) -> Part:
        """Return the object inside. Raises BodyBroken where there is none."""
        found = self._values.get(name)
        if not isinstance(found, dict):
            raise BodyBroken(f"{self._name(name)} in the body is no JSON object.", WRONG)
        return Part(found, self._name(name))

    def maybe_part(self, name: str) -> Part:
        """Return the object inside, or an empty one where there is none."""
        found = self._values.get(name)
        return Part(found if isinstance(found, dict) else {}, self._name(name))

    def _name(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name


def read_json(body: bytes) -> Part:
    """Read a body that is one JSON object.

    Raises BodyBroken for anything else, and for a name given twice in one object, NaN and Infinity, which are no JSON.
    """
    try:
        found = json.loads(
            body.decode("utf-8"), parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_each_name_once
        )
    except (ValueError, DecimalException, RecursionError) as error:
        raise BodyBroken(f"The body is not JSON that can be read exactly ({_why(error)}).", WRONG) from error
    if not isinstance(found, dict):
        raise BodyBroken("The body is JSON, but not an object.", WRONG)
    return Part(found)


def is_plain(text: str) -> bool:
    """Whether a text can be kept and shown: neither empty nor too long, no control characters, no half characters."""
    return 0 < len(text) <= LONGEST and text.isprintable()


def order_ref(*attached: Part | object) -> str | None:
    """Return the order's number or id out of what a merchant attached; None where there is none.

    Each is a Part or what a provider passes on as it was given: an object, a JSON text of one, 0, "" or null.
    """
    for part in map(_as_part, attached):
        for name in ORDER_NAMES:
            found = part.value(name)
            text = str(found) if isinstance(found, int) and not isinstance(found, bool) else found
            if isinstance(text, str) and is_plain(text):
                return text
    return None


def moment(value: object) -> datetime | None:
    """Return the UTC time that an ISO 8601 text with its zone means; None for anything else.

    A time without a zone is no moment: nobody tells whose clock it was.
    """
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def unix_moment(value: object, *, per_second: int = 1) -> datetime | None:
    """Return the UTC time that a Unix time in whole seconds (or parts of one) means; None for anything else."""
    try:
        return datetime.fromtimestamp(value / per_second, UTC) if isinstance(value, int) else None
    except (ValueError, OverflowError, OSError):
        return None


def own_id(name: str | None, body: bytes) -> str:
    """Return an event id for an event without one: its name and the SHA-256 of its body, the same in each copy."""
    return f"{name or 'event'}:sha256:{sha256(body).hexdigest()}"


def _as_part(attached: Part | object) -> Part:
    if isinstance(attached, Part):
        return attached
    if isinstance(attached, str) and attached.startswith("{"):
        try:
            return read_json(attached.encode("utf-8", "replace"))
        except BodyBroken:
            return Part({})
    return Part(attached if isinstance(attached, dict) else {})


def _each_name_once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice in one object")
    return found


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no number")


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    return str(error)[:120] if isinstance(error, ValueError) else "a number is out of all bounds"
