"""What tells one move of an order from another: an order that is in makes those that it has not made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Any, Final

import msgspec

from orderway.legacy.moves import Move
from orderway.legacy.predecessor.moves import AnyMove, Plan, RefundPayment, ReversePayment

BESIDE: Final = frozenset(
    {"at", "actor", "on_behalf_of", "inferred", "confidence", "reason", "message", "eta_minutes", "status", "biller"}
    | {"receiver", "phone", "place", "notes", "valid_until", "fulfillment_type"}
)
"""What a move may say differently from one time to the next: when it was, by whose hand, and in which words."""

PASSING: Final = frozenset({"WithdrawOffer", "RejectOffer", "ExpireOffer", "DenyOverride"})
"""What was decided on the way is told no longer once somebody else brings it, or it is paid."""
PREPARING: Final = frozenset(
    {"StartFulfillment", "OfferToDeliver", "ChooseOffer", "NameRider", "SelectCarrier", "HoldFulfillment"}
)
"""Of what ended early, or is on hold, it is told no longer how far it had been prepared: its rows are cleared there."""
STOPPED: Final = frozenset({"ON_HOLD", "CANCELLED"})
QUOTING: Final = frozenset({"ShareQuotation", "ApproveForBuyer"})
"""The same of a quotation that was withdrawn, or has expired here."""

encode: Final = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, slots=True)
class Rest:
    """The moves of a plan that an order has not made yet, and what it made that is planned no longer."""

    moves: tuple[AnyMove, ...]
    undone: tuple[str, ...]

    @property
    def is_news(self) -> bool:
        """Whether a fact tells of any of it."""
        return bool(self.undone) or any(not each.is_help for each in self.moves)


def key(move: Move) -> str:
    """The name of the move and a hash of what it does: the same whenever and however surely it is inferred."""
    does = {each.name: getattr(move, each.name) for each in fields(move) if each.name not in BESIDE}
    return f"{type(move).__name__} {blake2b(encode(does), digest_size=8).hexdigest()}"


def keys(moves: Iterable[Move]) -> list[str]:
    return [key(move) for move in moves]


def rest(plan: Plan, made: Sequence[str]) -> Rest:
    """What of a plan is still to be done by an order that `made` these moves."""
    left = Counter(made)
    moves = list[AnyMove]()
    for move in plan.moves:
        found = next((each for each in names(move) if left[each]), None)
        if found is None:
            moves.append(move)
        else:
            left[found] -= 1
    passed = helping() | PASSING
    passed |= PREPARING if plan.ends.fulfillment in STOPPED else frozenset()
    passed |= QUOTING if plan.ends.quotation in {"CANCELLED", "EXPIRED"} else frozenset()
    undone = tuple(name for each in left.elements() if (name := each.partition(" ")[0]) not in passed)
    return Rest(tuple(moves), undone)


def names(move: AnyMove) -> Iterator[str]:
    """The keys under which it may have been made: what is given back for its cancellation may have gone before that."""
    yield key(move)
    if isinstance(move, RefundPayment):
        told = {each.name: getattr(move, each.name) for each in fields(move)}
        yield key(ReversePayment(**told, reason=""))


SAID: Final[Mapping[str, str]] = {
    "DraftQuotation": "what was sold, to whom and where",
    "RegisterPayment": "which payments there were, and of how much",
    "ConfirmPayment": "which payments came",
    "FailPayment": "which payments failed",
    "RefundPayment": "what was paid back",
    "ReversePayment": "what was paid back",
    "ShipPackage": "whether its goods left",
    "DeliverPackage": "whether its goods arrived",
    "PayRider": "what its rider was paid",
    "RaiseEarning": "what its rider was paid",
    "CancelSale": "whether it was cancelled",
    "CancelFulfillment": "whether it was cancelled",
}
"""What is told otherwise where such a move is told no longer."""


def in_words(undone: Iterable[str]) -> str:
    """What a story that is told otherwise says differently."""
    said = dict.fromkeys(SAID.get(name, "how it was brought") for name in undone)
    return ", and ".join(said)


def helping() -> frozenset[str]:
    """The names of the moves that no fact tells of."""
    return frozenset(each.__name__ for each in kinds() if each.is_help)


def kinds() -> tuple[type[Any], ...]:
    found: tuple[type[Any], ...] = AnyMove.__args__
    return found
