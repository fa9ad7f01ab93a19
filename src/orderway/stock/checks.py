"""What a command on stock may name: each check gives what it checked, or raises Invalid or NotFound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from uuid import UUID

from orderway.stock.movements import Goods
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

MOST_PIECES = 10**9
"""Of one variant at once: a shelf that takes in as much every minute is full after 17,000 years."""

MOST_GOODS = 1000
"""How many goods one command names."""

Stores = frozenset[UUID] | None
"""The stores that somebody may manage stock of; None is all of them."""


class WrongQuantity(Invalid):
    """So many pieces can not be."""


def checked_goods(goods: Sequence[Goods]) -> tuple[Goods, ...]:
    """Goods of at least one piece each; what is named twice is added up."""
    if not 1 <= len(goods) <= MOST_GOODS:
        raise WrongQuantity(
            f"There are {len(goods):,} goods.", f"Name 1 to {MOST_GOODS:,} of them, and the rest after that.", "goods"
        )
    sums: Counter[UUID] = Counter()
    for number, each in enumerate(goods):
        sums[each.variant] += checked_pieces(each.quantity, at_least=1, field=f"goods[{number}].quantity")
    return tuple(Goods(variant, quantity) for variant, quantity in sums.items())


def checked_pieces(pieces: int, *, at_least: int, field: str) -> int:
    """So many pieces, as a whole number that can be counted."""
    if not at_least <= pieces <= MOST_PIECES:
        raise WrongQuantity(
            f"{pieces:,} pieces can not be.", f"It is a number from {at_least:,} to {MOST_PIECES:,}.", field
        )
    return pieces


def checked_reason(reason: str, *, what: str) -> str:
    """A reason that says something."""
    if not reason.strip():
        raise Invalid(f"{what} for a reason.", "Say why.", "reason")
    return reason.strip()


async def require_store(connection: Connection, store: UUID, *, within: Stores) -> str:
    """The store's name; a store out of reach is not found."""
    name: str | None = await connection.fetchval("SELECT name FROM store WHERE id = $1", store)
    if name is None or not reaches(within, store):
        raise NotFound("There is no such store.", "Check its id.")
    return name


def reaches(within: Stores, store: UUID) -> bool:
    return within is None or store in within


async def require_variants(connection: Connection, variants: Collection[UUID]) -> None:
    """Raises NotFound where one of them is none."""
    known = await connection.fetchval("SELECT count(*) FROM variant WHERE id = ANY ($1::uuid[])", list(variants))
    if known < len(variants):
        raise NotFound("There is no such variant.", "Check its id.")
