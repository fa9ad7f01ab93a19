"""The buyer's account in the API: what it holds with its ledger, paying an order from it, and paying it out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Annotated, Any, get_args
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import NOES, Conflict, Invalid, NotFound, Refused, denied
from orderway.graphql.asking import Asking, Info
from orderway.graphql.births import asker
from orderway.graphql.expose import INPUTS, KEY, doing, key_of
from orderway.graphql.forms import enum_of, payload_of
from orderway.graphql.paging import After, First, Page, connection_of, id_of, read_id
from orderway.graphql.scalars import Int64
from orderway.order import begun
from orderway.order.begun import PayFromAccount
from orderway.sale.account_credit.paying_out import PayOut, pay_out_as
from orderway.sale.account_credit.reads import AccountCredit, Entry, Kind, count_entries, list_accounts, list_entries
from orderway.workflow import errors
from orderway.workflow.kinds import Moved

EntryKind: Any = enum_of(get_args(Kind), "AccountCreditKind")


@strawberry.type(name="AccountCreditEntry", description="What the account holds rose or fell.")
class EntryType:
    id: UUID
    kind: str = strawberry.field(graphql_type=EntryKind)
    amount: Int64
    note: str | None = strawberry.field(description="How and why something was paid out.")
    at: datetime
    who: str
    order_id: UUID | None = strawberry.field(description="Null where the viewer does not see the order.")
    number: str | None


async def ledger_of(
    root: strawberry.Parent[AccountCredit], info: Info, *, first: First = 20, after: After = None
) -> Page[Entry]:
    info.context.look()
    behind = read_id(after, "entries")
    async with info.context.connection() as connection:
        found, more = await list_entries(connection, info.context.signed_in, root, after=behind, limit=first)
    return Page(nodes=found, has_more=more, cursor=id_of, count=partial(count_entries, account=root), after=after)


@strawberry.type(
    name="AccountCredit",
    description="Money of refunds that a store keeps for a customer, in minor units of one currency.",
)
class AccountCreditType:
    store_id: UUID
    store: str
    customer_id: UUID
    customer: str
    currency: str
    balance: Int64 = strawberry.field(description="What can be spent or paid out.")
    entries: Page[Entry] = strawberry.field(
        resolver=ledger_of, graphql_type=connection_of(EntryType), description="Its ledger, newest first."
    )


@strawberry.type(name="AccountCreditPaidOut", description="It is done, and committed.")
class PaidOut:
    account: AccountCredit | None = strawberry.field(
        graphql_type=AccountCreditType | None, description="Null where whoever paid it does not see the account."
    )


PayoutAnswer = Annotated[
    PaidOut | Refused | Conflict | NotFound | Invalid,
    strawberry.union("PayOutAccountCreditAnswer", description="What a payout comes to."),
]


async def account_credit(info: Info, customer: UUID, *, store: UUID | None = None) -> list[AccountCredit]:
    async with info.context.connection() as connection:
        return await list_accounts(connection, info.context.signed_in, customer, store_id=store)


def accounted() -> list[StrawberryField]:
    """The query of buyers' accounts."""
    return [
        strawberry.field(
            resolver=account_credit,
            graphql_type=list[AccountCreditType],
            description="What stores keep for a customer, by store and currency; a customer whose money may not be seen"
            " is not found.",
        )  # type: ignore[list-item]  # a field, though typed as what it resolves to
    ]


def spending() -> Iterator[StrawberryField]:
    """The mutations of buyers' accounts."""
    form = INPUTS.of(PayFromAccount, machine="payment", name="PayFromAccountCreditInput", extras=(KEY,))
    description = "Pay an order out of its buyer's account: no more than it holds, nor than is still to pay."
    yield doing("payFromAccountCredit", form, pay_from, description=description)
    yield paying_out()


async def pay_from(asking: Asking, given: Any) -> Moved:
    """Pay an order that the viewer sees. Raises what `pay_from_account` raises."""
    return await begun.pay_out_of_account(asking.desk.runner, asker(asking, given), payload_of(PayFromAccount, given))


def paying_out() -> StrawberryField:
    form = INPUTS.of(PayOut, machine="payment", name="PayOutAccountCreditInput", extras=(KEY,))

    async def resolve(info: Info, input: Any) -> PayoutAnswer:  # noqa: A002  (the API's word for it)
        try:
            asked = payload_of(PayOut, input)
            asking = info.context
            await pay_out_as(
                asking.desk.runner, asking.signed_in, asked, key=key_of(input), request_id=asking.request_id
            )
        except NOES as no:
            return denied(info.context.desk.runner.workflow, no)
        return PaidOut(account=await standing(info.context, asked))

    resolve.__annotations__ = {"info": Info, "input": form, "return": PayoutAnswer}
    field: StrawberryField = strawberry.mutation(
        resolver=resolve, name="payOutAccountCredit", description="Give a buyer money out of their account."
    )
    return field


async def standing(asking: Asking, asked: PayOut) -> AccountCredit | None:
    """The account as it stands."""
    try:
        async with asking.connection() as connection:
            found = await list_accounts(connection, asking.signed_in, asked.customer, store_id=asked.store)
    except errors.NotFound:
        return None
    return next((each for each in found if each.currency == asked.currency), None)
