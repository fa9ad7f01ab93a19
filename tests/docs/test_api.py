"""What docs/api tells a client is what the API does."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.docs.pages import PAGES, examples, filled, learn
from tests.graphql.office import BUYER, LAGOS, PASSWORD, SHIRT, SHOES, Api, Office
from tests.pins import NEWEST

GIVEN = {
    "<store>": str(LAGOS),
    "<customer>": str(BUYER),
    "<shirt>": str(SHIRT),
    "<shoes>": str(SHOES),
    "<password>": PASSWORD,
}


@pytest.fixture
async def api(pool: asyncpg.Pool) -> AsyncIterator[Api]:
    office = Office(pool)
    await office.furnish()
    async with office.open() as client:
        yield Api(office, client)


@pytest.mark.parametrize("page", sorted(path.name for path in PAGES.glob("*.md")))
async def test_each_operation_of_the_page_answers_as_it_says(api: Api, page: str):
    known = dict(GIVEN)
    for example in examples(page):
        known["<pin>"] = await api.office.pool.fetchval(NEWEST) or ""
        response = await api.post(example.who, example.operation, **filled(example.variables, known))
        assert learn(example.answer, response.json(), known) == example.answer, example.operation


def test_a_page_shows_the_whole_life_of_an_order_in_ten_operations():
    assert [re.search(r"(\w+)\(", example.operation.partition("{")[2])[1] for example in examples("order-life.md")] == [  # type: ignore[index]
        "createQuotation", "quotationShare", "quotationBuyerApproves", "quotationSellerApproves",
        "saleSetPaymentMethod", "registerPayment", "paymentConfirm", "fulfillmentStarted",
        "fulfillmentPackageDelivered", "order",
    ]  # fmt: skip


def test_every_page_stands_in_the_index():
    index = (PAGES / "README.md").read_text()
    assert sorted(set(re.findall(r"\]\(([a-z-]+\.md)\)", index))) == sorted(
        path.name for path in PAGES.glob("*.md") if path.name != "README.md"
    )
