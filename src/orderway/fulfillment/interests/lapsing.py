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
from orderway.workflow.timers import Swept

# Few offers have no end of their own. The ids rise with the time, so a page begins where the one before it ended.
STALE = """
SELECT store_id, id FROM rider_interest
WHERE state = ANY ($2::text[]) AND due_at IS NULL AND (context ->> 'offered_at')::timestamptz <= $1 AND id > $3
ORDER BY id LIMIT $4
"""
FIRST = UUID(int=0)

log = structlog.get_logger(__name__)


async def expire_stale(runner: Runner) -> Swept:
    """Let every such offer lapse, a batch of the settings' size at a look.

    Each is judged again under the lock of its order; one that fails stops no other.
    """
    settings = runner.workflow.settings
    minutes, batch = settings[RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES], settings[RIDER_INTEREST_EXPIRY_BATCH_SIZE]
    if not minutes:
        return Swept()
    states = [state for state in RIDER_INTEREST.every_leaf if "EXPIRE" in RIDER_INTEREST.takes(state)]
    before, after, swept = runner.clock() - timedelta(minutes=minutes), FIRST, Swept()
    while rows := await runner.pool.fetch(STALE, before, states, after, batch):
        for row in rows:
            await expire(runner, Ref("rider_interest", row["store_id"], row["id"]), swept)
        after = rows[-1]["id"]
    return swept


async def expire(runner: Runner, offer: Ref, swept: Swept) -> None:
    """Let one offer lapse, where it stands as it did."""
    try:
        await runner.send(offer, Expire(), actor=THE_SYSTEM)
    except Refused:
        swept.refused += 1  # it moved meanwhile
    except Exception as error:
        if lost(error):
            raise
        log.exception("A stale offer could not lapse; it is tried again.", instance=str(offer.id))
        swept.failed += 1
    else:
        swept.sent += 1
