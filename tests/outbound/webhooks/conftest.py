"""A shop with a receiver of webhooks."""

from collections.abc import AsyncIterator

import pytest
from tests.outbound.webhooks.hooked import LOOPBACK, Hooked, hire_admin
from tests.outbound.webhooks.receiver import receiving
from tests.secret import SECRET
from tests.stories.shop import Shop

from orderway.outbound.webhooks.posting import Poster
from orderway.outbound.webhooks.signing import Seal


@pytest.fixture
async def hooked(shop: Shop) -> AsyncIterator[Hooked]:
    """The shop, with an admin and a receiver that takes everything."""
    await hire_admin(shop)
    async with receiving() as receiver, Poster(LOOPBACK, seconds=3) as poster:
        yield Hooked(shop, receiver, poster, Seal(SECRET))
