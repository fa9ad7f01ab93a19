"""How many SQL statements an operation costs, exactly: one more is a change that somebody has to want."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import asyncpg
import pytest
from asyncpg.connection import LoggedQuery
from tests.graphql.office import LAGOS, Api, Office
from tests.graphql.orders import agreed, draft, released
from tests.graphql.test_notifications import tell
from tests.graphql.test_reconciliation import parked
from tests.receipts.samples import PDF, PNG

from orderway.database import SESSION, plain

FRAMES = ("BEGIN", "COMMIT", "ROLLBACK")
DRIVER = ("typeinfo_tree", "current_setting('jit')")
"""What asyncpg asks once of each new connection: which types of arrays there are."""

WHOLE = """
    number phase customer { name } store { name } totals { total outstanding }
    lines { sku quantity price { unit total } }
    quotation { stateLabel } sale { stateLabel context { credit { limit } } } fulfillment { stateLabel }
    payments { stateLabel } overrides { askedBy stateLabel } interests { rider { name } }
"""


@dataclass
class Counter:
    """The statements since it was last asked, without those that begin and end a transaction."""

    statements: list[str] = field(default_factory=list)

    def note(self, record: LoggedQuery) -> None:
        if not record.query.startswith(FRAMES) and not any(part in record.query for part in DRIVER):
            self.statements.append(record.query)

    def taken(self) -> int:
        count = len(self.statements)
        self.statements.clear()
        return count


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
async def pool(database_url: str, counter: Counter) -> AsyncIterator[asyncpg.Pool]:
    """A pool whose connections tell the counter of each statement."""

    async def listen(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(counter.note)

    async def keep(_connection: asyncpg.Connection) -> None:
        """Nothing is reset between two uses, so that no statement of the pool's own is counted."""

    settings = dict(SESSION)
    async with asyncpg.create_pool(
        plain(database_url), min_size=1, max_size=4, init=listen, reset=keep, server_settings=settings
    ) as connections:
        yield connections


async def test_an_order_with_all_that_belongs_to_it_costs_two(api: Api, counter: Counter):
    made = await released(api)
    counter.taken()
    await api.order("manager", made.order, WHOLE)
    assert counter.taken() == 2, "one for the session, one for the order"


async def test_its_log_costs_one_more(api: Api, counter: Counter):
    made = await released(api)
    counter.taken()
    await api.order("manager", made.order, f"{WHOLE} transitionLog(first: 20) {{ nodes {{ who phrase }} }}")
    assert counter.taken() == 3, "the log has the names in it"


async def test_a_page_of_orders_costs_three_however_many_there_are(api: Api, counter: Counter):
    await api.token("manager")
    for count in (1, 4):
        for _ in range(count):
            await draft(api)
        counter.taken()
        found = await api.ask("manager", f"{{ orders(first: 50) {{ nodes {{ {WHOLE} }} }} }}")
        assert len(found["orders"]["nodes"]) == {1: 1, 4: 5}[count]
        assert counter.taken() == 3, "one for the session, one for the list, one for the orders"


async def test_links_to_receipts_cost_one_more_however_many_there_are(api: Api, counter: Counter):
    made = await agreed(api)
    headers = {"Authorization": f"Bearer {await api.token('biller')}"}
    for number in range(3):
        payment = await api.move(
            "biller",
            "registerPayment",
            order=made.order,
            amount=10,
            method="CASH",
            provider="till",
            reference=f"{number}",
        )
        for content in (PNG, PDF):
            answer = await api.client.post(
                "/payments/receipts",
                headers=headers,
                data={"payment": payment["id"]},
                files={"file": ("receipt", content)},
            )
            assert answer.status_code == 201
        counter.taken()
        fields = "receiptUrl receipts { url uploadedBy } ... on ConsumerPayment { receiptKey }"
        order = await api.order(
            "biller", made.order, f"payments {{ {fields} ... on ConsumerPayment {{ receiptKey }} }}"
        )
        assert len(order["payments"]) == number + 1
        assert counter.taken() == 2, "the session, the order"
        page = await api.ask("biller", f"{{ orders {{ nodes {{ payments {{ {fields} }} }} }} }}")
        assert len(page["orders"]["nodes"][0]["payments"]) == number + 1
        assert counter.taken() == 3, "the session, the list, the orders"


async def test_a_count_costs_one_more_and_only_where_it_is_asked_for(api: Api, counter: Counter):
    await draft(api)
    await api.token("manager")
    counter.taken()
    await api.ask("manager", "{ orders { totalCount nodes { id } } }")
    assert counter.taken() == 4


async def test_a_page_of_notifications_costs_two_and_one_more_for_all_their_orders(api: Api, counter: Counter):
    for count in (1, 2):
        await agreed(api)
        await tell(api)
        counter.taken()
        await api.ask("customer", "{ notifications { nodes { title } } }")
        assert counter.taken() == 2, "the session, the list"
        found = await api.ask("customer", "{ notifications { nodes { title order { number } } } }")
        assert len(found["notifications"]["nodes"]) == 3 * count
        assert counter.taken() == 3, "the session, the list, the orders"
        await api.ask("customer", "{ unreadNotifications }")
        assert counter.taken() == 2, "the session, the count"


async def test_a_page_of_the_inbox_costs_two_however_much_waits_there(api: Api, counter: Counter, office: Office):
    await api.token("accountant")
    asked = "{ reconciliationItems { nodes { why candidates { hasSame } availableActions { enabled } } } }"
    for count in (1, 4):
        for _ in range(count):
            await parked(office)
        counter.taken()
        found = await api.ask("accountant", asked)
        assert len(found["reconciliationItems"]["nodes"]) == {1: 1, 4: 5}[count]
        assert counter.taken() == 2, "one for the session, one for the items"


async def test_a_page_of_stock_costs_two_and_one_more_where_a_store_is_named(api: Api, counter: Counter):
    await api.token("manager")
    for asked, costs in (
        ("stock", 2), ("lowStock", 2), ("stockTransfers", 2), (f'stockMovements(store: "{LAGOS}")', 3),
    ):  # fmt: skip
        counter.taken()
        await api.ask("manager", f"{{ {asked} {{ nodes {{ __typename }} pageInfo {{ hasNextPage }} }} }}")
        assert counter.taken() == costs, f"{asked}: the session, the page, whether the store is there"


async def test_lists_of_riders_cost_what_they_cost_however_much_is_in_them(api: Api, counter: Counter):
    made = await released(api)
    page = "{ nodes { __typename } pageInfo { hasNextPage endCursor } }"
    delivery = f'fulfillment: "{made.ids["fulfillment"]}"'
    for count in (1, 3):
        for _ in range(count - 1):
            await released(api)
        for who, asked, costs in (
            ("rider", "deliverableFulfillments", 2), ("rider", "myFulfillmentInterests", 2), ("manager", "riders", 2),
            ("manager", "riderCoverageAreas", 2), ("manager", f"fulfillmentRiders({delivery})", 3),
            ("manager", f"fulfillmentRiderInterests({delivery})", 3),
        ):  # fmt: skip
            await api.token(who)
            counter.taken()
            await api.ask(who, f"{{ {asked} {page} }}")
            assert counter.taken() == costs, f"{asked}: the session, the page, where it belongs to one the delivery"


async def test_a_mutation_costs_three_to_reach_and_the_doors_own(api: Api, counter: Counter):
    made = await draft(api)
    counter.taken()
    await api.ask("biller", f'mutation {{ quotationShare(input: {{id: "{made.ids["quotation"]}"}}) {{ __typename }} }}')
    assert counter.taken() == 5, "the session, the thing, the viewer's part in it; then lock and read, and write"


EVERYTHING = f"""
    {WHOLE} transitionLog(first: 20) {{ nodes {{ who phrase onBehalfOf }} }}
    availableEvents {{ mutation enabled reasons {{ sentence numbers {{ name value }} whoCanHelp remedy }} }}
    sale {{ availableEvents {{ mutation }} }} fulfillment {{ availableEvents {{ mutation }} }}
"""


async def test_an_order_with_its_log_and_all_that_can_happen_next_costs_six_whatever_it_holds(
    api: Api, counter: Counter, office: Office
):
    for make in (draft, agreed, released):
        made = await make(api)
        for who in ("admin", "manager", "biller", "accountant", *(() if make is draft else ("customer",))):
            await api.token(who)
            before = await office.pool.fetchval("SELECT count(*) FROM transition_log")
            counter.taken()
            await api.order(who, made.order, EVERYTHING)
            assert counter.taken() <= 6, f"{who}: session, order, log, instances with the viewer's part, facts, roles"
            assert await office.pool.fetchval("SELECT count(*) FROM transition_log") == before


async def test_what_can_happen_next_costs_no_more_for_more_payments_and_parts(api: Api, counter: Counter):
    made = await agreed(api)
    for number in range(12):
        await api.move(
            "biller",
            "registerPayment",
            order=made.order,
            amount=100,
            method="CASH",
            provider="till",
            reference=f"{number}",
        )
    for half in (0, 1):
        for each in (await api.order("accountant", made.order, "payments { id }"))["payments"][half::2]:
            await api.move(
                "accountant",
                "paymentConfirm" if half else "paymentFail",
                id=each["id"],
                **({} if half else {"reason": "No."}),
            )
        counter.taken()
        order = await api.order("accountant", made.order, EVERYTHING)
        assert counter.taken() <= 6
    assert len([each for each in order["availableEvents"] if each["mutation"] == "paymentRefund"]) == 6


async def test_an_order_as_it_was_costs_six_however_long_its_log_is(api: Api, counter: Counter, office: Office):
    made = await released(api)
    asked = "query($order: UUID!, $at: DateTime!) { history(orderId: $order, at: $at) { instances { state } } }"
    for who, costs in (("manager", 5), ("customer", 6)):
        await api.token(who)
        counter.taken()
        await api.ask(who, asked, order=made.order, at=office.now.isoformat())
        assert counter.taken() == costs, (
            f"{who}: session, order, log, lines, address; of a buyer: since when they see it"
        )
