"""Stock that programs inside the house move by hand: what the API asks of people is asked of them as well."""

import pytest
from tests.stock.warehouses import KANO, LAGOS_MANAGER, asked, do, fill, open_kano, shelf
from tests.stories.shop import LAGOS, SHIRT, SHOES, Shop

from orderway.stock.commands import AdjustStock, ConfirmStockTransfer, DeclineStockTransfer
from orderway.workflow.errors import Invalid


@pytest.fixture(autouse=True)
async def kano(shop: Shop) -> None:
    await open_kano(shop)
    await fill(shop, LAGOS, (SHIRT, 10), (SHOES, 10))


async def test_nothing_is_adjusted_or_declined_without_a_reason(shop: Shop):
    id = await asked(shop)
    before = await shop.rows()
    for command, sentence in (
        (AdjustStock(store=LAGOS, variant=SHIRT, by=1, reason=" "), "Stock is adjusted for a reason. Say why."),
        (DeclineStockTransfer(transfer=id, reason=""), "A transfer is declined for a reason. Say why."),
    ):
        with pytest.raises(Invalid) as refused:
            await do(shop, command, by=LAGOS_MANAGER)
        assert (str(refused.value), refused.value.field) == (sentence, "reason")
    assert await shop.rows() == before
    assert await shelf(shop, LAGOS, SHIRT) == (10, 0)


async def test_every_movement_of_a_transfer_is_proved(shop: Shop):
    await do(shop, ConfirmStockTransfer(transfer=await asked(shop)), by=LAGOS_MANAGER)
    await do(shop, AdjustStock(store=LAGOS, variant=SHIRT, counted=4, reason="Counted."), by=LAGOS_MANAGER)
    assert (await shelf(shop, LAGOS, SHIRT), await shelf(shop, KANO, SHIRT)) == ((4, 0), (3, 0))
    assert await shop.findings() == []
