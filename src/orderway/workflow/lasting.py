"""How long something lasts that people are given time for: of what is brought over, from when it came."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from orderway.workflow.transaction import Transaction


def lasts(tx: Transaction, minutes: int) -> int:
    """How many minutes from `now` a time of so many lasts that begins now; 0 is no end.

    Of what is brought over nobody could know here before it came: their time begins then, however long ago it happened.
    """
    if not minutes or tx.came_at is None:
        return minutes
    return minutes + max(0, ceil((tx.came_at - tx.now) / timedelta(minutes=1)))
