"""Random walks through the whole system: whatever is sent, in whatever order, money, goods and the log add up.

`ORDERWAY_WALKS` and `ORDERWAY_STEPS` make the walks more and longer, `ORDERWAY_SEED` names the first one.
"""

import os

import asyncpg
import pytest
from tests.properties.market import Market
from tests.properties.walk import Walk

WALKS, STEPS, SEED = (
    int(os.environ.get(f"ORDERWAY_{name}", default))
    for name, default in (("WALKS", "8"), ("STEPS", "200"), ("SEED", "1"))
)  # fmt: skip


@pytest.mark.parametrize("seed", range(SEED, SEED + WALKS))
async def test_whatever_is_sent_everything_adds_up(pool: asyncpg.Pool, seed: int) -> None:
    market = Market(pool)
    await market.furnish()
    await Walk(market, seed).go(STEPS)
