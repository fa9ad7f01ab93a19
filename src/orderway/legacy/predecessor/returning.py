"""Goods of an order of the predecessor that come back: which lines they are of, and what is paid back for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from orderway.fulfillment.events import (
    RefundIssued,
    ReturnAccepted,
    Returned,
    ReturnReceived,
    ReturnRejected,
    ReturnRequested,
    ReturnWanted,
)
from orderway.legacy.predecessor.ground import Ground
from orderway.legacy.predecessor.moves_on_the_way import (
    AcceptReturn,
    Piece,
    ReceiveReturn,
    RefundReturn,
    RejectReturn,
    RequestReturn,
)
from orderway.legacy.road import Astray
from orderway.workflow.kinds import Instance
from orderway.workflow.transaction import Transaction

Return = RequestReturn | AcceptReturn | RejectReturn | ReceiveReturn | RefundReturn
RETURNS: Final = (RequestReturn, AcceptReturn, RejectReturn, ReceiveReturn, RefundReturn)

LINES: Final = "SELECT id, variant_id, quantity FROM order_line WHERE store_id = $1 AND order_id = $2 ORDER BY position"


async def returning(tx: Transaction, fulfillment: Instance, move: Return, *, ground: Ground) -> None:
    """Raises Astray where pieces come back that are of no line."""
    match move:
        case RequestReturn():
            wanted = tuple(ReturnWanted(line, count) for line, count, _ in await lines_of(tx, move.pieces, ground))
            await tx.send(fulfillment.ref, ReturnRequested(wanted, move.reason))
        case AcceptReturn():
            await tx.send(fulfillment.ref, ReturnAccepted())
        case RejectReturn():
            await tx.send(fulfillment.ref, ReturnRejected(move.reason))
        case ReceiveReturn():
            came = await lines_of(tx, move.pieces, ground)
            back = tuple(Returned(line, count, piece.condition) for line, count, piece in came)
            await tx.send(fulfillment.ref, ReturnReceived(back))
        case RefundReturn():
            await tx.send(fulfillment.ref, RefundIssued(move.amount))


async def lines_of(tx: Transaction, pieces: Iterable[Piece], ground: Ground) -> list[tuple[UUID, int, Piece]]:
    """The lines that the pieces are of, each as far as it goes."""
    rows = await tx.connection.fetch(LINES, tx.store_id, tx.order_id)
    left = {row["id"]: row["quantity"] for row in rows}
    of = {row["id"]: row["variant_id"] for row in rows}
    return [found for piece in pieces for found in taken(piece, ground.variants.get(piece.variant), of=of, left=left)]


def taken(
    piece: Piece, variant: UUID | None, *, of: dict[UUID, UUID], left: dict[UUID, int]
) -> Iterator[tuple[UUID, int, Piece]]:
    """Take the pieces from the lines of their variant, of which so much is left."""
    rest = piece.quantity
    for line, line_variant in of.items():
        if line_variant == variant and (count := min(rest, left[line])):
            left[line] -= count
            rest -= count
            yield line, count, piece
    if rest:
        raise Astray(f"More of the variant {piece.variant} came back than was sold.")
