"""Offers without a time of their own lapse once they have stood for as long as the settings let them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog

from orderway.database import lost
from orderway.fulfillment.interests.machine import RIDER_INTEREST, Expire
from orderway.schedule_settings import RIDER_INTEREST_EXPIRY_BATCH_SIZE
from orderway.settings import RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.errors import Refused
from orderway.workflow.kinds import Ref
from orderway.workflow.runner import Runner

# Few offers have no end of their own. The ids rise with the time, so a page begins where the one before it ended.
STALE = """
SELECT store_id, id FROM rider_interest
WHERE state = ANY ($2::text[]) AND due_at IS NULL AND (context ->> 'offered_at')::timestamptz <= $1 AND id > $3
ORDER BY id LIMIT $4
"""
FIRST = UUID(int=0)

log = structlog.get_logger(__name__)


async def expire_stale(runner: Runner) -> int:
    """Let every such offer lapse, a batch of the settings' size at a look. Gives how many did.

    Each is judged again under the lock of its order; one that fails stops no other.
    """
    settings = runner.workflow.settings
    minutes, batch = settings[RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES], settings[RIDER_INTEREST_EXPIRY_BATCH_SIZE]
    if not minutes:
        return 0
    states = [state for state in RIDER_INTEREST.leaves if "EXPIRE" in RIDER_INTEREST.takes(state)]
    before, after, expired = runner.clock() - timedelta(minutes=minutes), FIRST, 0
    while rows := await runner.pool.fetch(STALE, before, states, after, batch):
        expired += sum([await expire(runner, Ref("rider_interest", row["store_id"], row["id"])) for row in rows])
        after = rows[-1]["id"]
    return expired


async def expire(runner: Runner, offer: Ref) -> int:
    """Let one offer lapse; gives 1 where it did."""
    try:
        await runner.send(offer, Expire(), actor=THE_SYSTEM)
    except Refused:
        return 0  # it moved meanwhile
    except Exception as error:
        if lost(error):
            raise
        log.exception("A stale offer could not lapse; it is tried again.", instance=str(offer.id))
        return 0
    return 1
