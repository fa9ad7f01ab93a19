"""Parts: the fulfillments of one order, each of which brings some of its goods and ends by itself."""

from __future__ import annotations

from orderway.workflow.kinds import Instance

DROPPED = frozenset({"CANCELLED", "FAILED"})
"""How a part ends that brings nothing, or nothing that stays with the buyer."""


def is_dropped(part: Instance) -> bool:
    """Whether it ended without anything for the buyer."""
    return part.state in DROPPED
