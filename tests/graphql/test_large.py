"""Orders of the most lines through the API, and the sentences beyond."""

from tests.graphql.office import BUYER, LAGOS, SHIRT, Api
from tests.graphql.orders import written

from orderway.catalogue.prices import MOST_LINES

LINE = {"variant": str(SHIRT), "quantity": 1, "unitPrice": 900, "discountRate": 250}


async def test_an_order_of_five_thousand_lines_is_taken_and_read(api: Api):
    lines = [LINE] * 5000
    moved = await api.move(
        "manager", "createQuotation", store=LAGOS, customer=BUYER, fulfillmentType="PICKUP", lines=lines
    )
    order = await api.order("manager", moved["order"]["id"], "lines { position } totals { total }")
    assert [each["position"] for each in order["lines"]] == list(range(1, 5001))
    # 22.5 off each line is 22, the even neighbour.
    assert order["totals"] == {"total": 5000 * (900 - 22)}
    await api.move("manager", "copyQuotation", order=moved["order"]["id"])


async def test_an_order_of_more_lines_than_the_most_is_refused(api: Api):
    before = await written(api)
    answer = await api.do(
        "manager", "createQuotation", store=LAGOS, customer=BUYER, fulfillmentType="PICKUP",
        lines=[LINE] * (MOST_LINES + 1),
    )  # fmt: skip
    assert answer == {
        "__typename": "Invalid", "field": "lines",
        "sentence": "An order has at most 10,000 lines, and this one has 10,001. Part it.",
    }  # fmt: skip
    assert await written(api) == before
