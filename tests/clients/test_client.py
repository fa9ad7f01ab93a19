"""The typed client as a program uses it: an order's whole life, answers by their types, tokens that renew."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from orderway_client import (
    Conflict,
    CreateQuotationInput,
    FulfillmentPackageDeliveredInput,
    FulfillmentStartedInput,
    Invalid,
    LineWantedInput,
    Moved,
    NotFound,
    Orderway,
    PaymentConfirmInput,
    QuotationBuyerApprovesInput,
    QuotationSellerApprovesInput,
    QuotationShareInput,
    Refused,
    RegisterPaymentInput,
    SaleSetPaymentMethodInput,
)
from orderway_client.documents import write
from orderway_client.enums import FulfillmentType, PaymentMethod, SalePaymentMethod
from orderway_client.tokens import SignInRefused, sign_in
from tests.graphql.office import BUYER, LAGOS, NOON, PASSWORD, SHIRT, Office
from tests.pins import NEWEST

from orderway.deployment import Deployment
from orderway.graphql.gathering import gather
from orderway.graphql.manifest import write_manifest

CLIENTS = Path(__file__).parents[2] / "clients" / "python"


@pytest.fixture
async def office(pool: asyncpg.Pool) -> Office:
    made = Office(pool)
    await made.furnish()
    return made


class Desks:
    """A client for each person who works with the order."""

    def __init__(self, office: Office, stack: AsyncExitStack) -> None:
        self.office = office
        self.stack = stack

    async def of(self, who: str, password: str = PASSWORD) -> Orderway:
        email = f"{who.replace(' ', '.')}@example.com"
        desk = sign_in("http://orderway.test/graphql", email, password, http=self.office.open())
        return await self.stack.enter_async_context(desk)


@pytest.fixture
async def desks(office: Office) -> AsyncIterator[Desks]:
    async with AsyncExitStack() as stack:
        yield Desks(office, stack)


def moved(answer: object) -> Moved:
    assert isinstance(answer, Moved), answer
    return answer


async def draft(desk: Orderway, *, lines: int = 1) -> Moved:
    return moved(
        await desk.create_quotation(
            CreateQuotationInput(
                store=LAGOS, customer=BUYER, fulfillmentType=FulfillmentType.PICKUP, idempotencyKey="order 1",
                lines=[LineWantedInput(variant=SHIRT, quantity=2)] * lines, validUntil=NOON + timedelta(days=7),
            )
        )
    )  # fmt: skip


async def test_an_order_goes_its_whole_way(desks: Desks):
    biller, buyer, accountant = await desks.of("biller"), await desks.of("customer"), await desks.of("accountant")
    drafted = await draft(biller)
    assert (await draft(biller)).id == drafted.id, "the same key gives the same answer"
    assert drafted.order
    order, quotation = drafted.order.id, drafted.id
    moved(await biller.share_quotation(QuotationShareInput(id=quotation, seen=drafted.step)))
    moved(await buyer.accept_as_buyer(QuotationBuyerApprovesInput(id=quotation, version=2)))
    moved(await biller.approve_as_seller(QuotationSellerApprovesInput(id=quotation, version=2)))
    sale = (await biller.get_order(order)).sale
    assert sale
    moved(await biller.set_payment_method(SaleSetPaymentMethodInput(id=sale.id, method=SalePaymentMethod.TRANSFER)))
    payment = moved(
        await biller.register_payment(
            RegisterPaymentInput(
                order=order, amount=2100, method=PaymentMethod.TRANSFER, provider="bank", reference="T-1"
            )
        )
    )
    moved(await accountant.confirm_payment(PaymentConfirmInput(id=payment.id)))
    fulfillment = (await biller.get_order(order)).fulfillment
    assert fulfillment
    moved(await biller.start_fulfillment(FulfillmentStartedInput(id=fulfillment.id)))
    pin = await desks.office.pool.fetchval(NEWEST)
    handed = moved(await biller.deliver_package(FulfillmentPackageDeliveredInput(id=fulfillment.id, pin=pin)))
    assert handed.stateLabel == "Delivered"
    [shown] = (await buyer.list_orders()).nodes
    assert (shown.id, shown.workflowState) == (order, "DELIVERED")


async def test_a_no_is_told_by_its_type(desks: Desks):
    biller, stranger = await desks.of("biller"), await desks.of("manager of kano")
    drafted = await draft(biller)
    share = QuotationShareInput(id=drafted.id)
    refused = await biller.approve_as_seller(QuotationSellerApprovesInput(id=drafted.id, version=2))
    assert isinstance(refused, Refused)
    assert "quotationShare" in {each.mutation for each in refused.takes}
    assert isinstance(await stranger.share_quotation(share), NotFound)
    conflict = await biller.share_quotation(QuotationShareInput(id=drafted.id, seen=0))
    assert isinstance(conflict, Conflict)
    assert (conflict.who, conflict.step) == ("Biller", 1)
    wrong = await biller.create_quotation(
        CreateQuotationInput(
            store=LAGOS, customer=BUYER, fulfillmentType=FulfillmentType.PICKUP,
            lines=[LineWantedInput(variant=SHIRT, quantity=0)],
        )
    )  # fmt: skip
    assert isinstance(wrong, Invalid)
    assert wrong.field == "lines[0].quantity"


async def test_tokens_are_renewed_once_however_many_requests_find_them_ended(desks: Desks):
    biller = await desks.of("biller")
    await biller.list_orders(1, "")
    for _ in range(3):
        desks.office.later(minutes=20)
        await asyncio.gather(*(biller.list_orders(1, "") for _ in range(5)))
    spent = await desks.office.pool.fetchval("SELECT count(*) FROM session_token WHERE spent_at IS NOT NULL")
    assert spent == 3, "one for each time that they had ended"


async def test_who_is_not_let_in_is_told_why(desks: Desks):
    stranger = await desks.of("biller", password="not the password")
    with pytest.raises(SignInRefused, match="do not belong together"):
        await stranger.get_order(UUID(int=1))


async def test_a_server_that_takes_nothing_but_its_documents_takes_all_that_the_client_sends(
    office: Office, tmp_path: Path
):
    write(tmp_path / "sent")
    write_manifest(gather(tmp_path / "sent"), tmp_path / "operations.json")
    http = office.open(deployment=Deployment(documents=tmp_path / "operations.json"))
    async with sign_in("http://orderway.test/graphql", "biller@example.com", PASSWORD, http=http) as biller:
        drafted = await draft(biller)
        assert drafted.order
        office.later(minutes=20)
        assert (await biller.get_order(drafted.order.id)).number == "LAG-000001", "and renews its tokens there"
        assert [each.number for each in (await biller.list_orders()).nodes] == ["LAG-000001"]


async def test_the_client_is_the_one_of_this_schema(tmp_path: Path):
    made = tmp_path / "clients" / "python"
    made.mkdir(parents=True)
    for name in ("operations", "pyproject.toml", "signing"):
        (made / name).symlink_to(CLIENTS / name)
    (tmp_path / "schema.graphql").symlink_to(CLIENTS.parents[1] / "schema.graphql")
    generator = CLIENTS.parents[1] / ".venv" / "client" / "bin" / "ariadne-codegen"
    process = await asyncio.create_subprocess_exec(generator, "client", cwd=made, stdout=subprocess.DEVNULL)
    assert await process.wait() == 0
    written, kept = (
        {path.name: path.read_text() for path in sorted((folder / "orderway_client").glob("*.py"))}
        for folder in (made, CLIENTS)
    )
    assert written == kept, "Run `make docs`: the client was not generated from this schema."
