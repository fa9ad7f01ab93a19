"""A furnished shop with its reconciliation inbox."""

import pytest
from tests.reconciliation.inbox import Inbox
from tests.stories.conftest import shop
from tests.stories.shop import Shop

__all__ = ["inbox", "shop"]


@pytest.fixture
async def inbox(shop: Shop) -> Inbox:
    return Inbox(shop)
