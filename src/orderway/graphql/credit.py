"""Credit in the API: a customer's account with its ledger, what they bought in all, and the ladder of tiers."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import get_args
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.asking import Info
from orderway.graphql.forms import enum_of
from orderway.graphql.paging import After, First, Page, connection_of, id_of, place_of, read_id
from orderway.graphql.scalars import Int64
from orderway.sale.accounts import (
    Entry,
    Policy,
    Profile,
    Terms,
    TermsChanged,
    count_entries,
    count_profiles,
    list_changes,
    list_entries,
    list_profiles,
    load_profile,
)
from orderway.sale.credit import Tier
from orderway.sale.payments.context import BuyerKind
from orderway.sale.terms import check_currency, ladder_of, require

CreditPolicy = enum_of(get_args(Policy), "CreditPolicy")
KindOfBuyer = enum_of(get_args(BuyerKind), "BuyerKind")


@strawberry.type(name="CustomerSalesAgg", description="A customer's completed sales, each counted once.")
class CustomerSalesAgg:
    currency: str
    sales: int = strawberry.field(description="How many.")
    cumulative: Int64 = strawberry.field(description="What they came to, in minor units.")
    earned: Int64 = strawberry.field(description="The credit that they earned: a hundredth.")


@strawberry.type(name="CreditEntry", description="What the customer owes rose or fell.")
class CreditEntry:
    id: UUID
    amount: Int64
    why: str = strawberry.field(description="In words.")
    at: datetime
    who: str
    order_id: UUID | None = strawberry.field(description="Null where the viewer does not see the order.")
    number: str | None


@strawberry.type(name="CreditTerms")
class CreditTerms:
    policy: Policy = strawberry.field(graphql_type=CreditPolicy)
    tier: str | None
    custom_limit: Int64 | None


@strawberry.type(name="CreditTermsChange", description="Who changed the terms, when and why.")
class CreditTermsChange:
    before: Terms | None = strawberry.field(
        graphql_type=CreditTerms | None, description="Null where the account was opened by it."
    )
    after: Terms = strawberry.field(graphql_type=CreditTerms)
    reason: str
    at: datetime
    who: str


def sales_of(root: strawberry.Parent[Profile]) -> CustomerSalesAgg:
    return CustomerSalesAgg(
        currency=root.currency, sales=root.sales, cumulative=Int64(root.cumulative), earned=Int64(root.earned)
    )


async def ledger_of(
    root: strawberry.Parent[Profile], info: Info, *, first: First = 20, after: After = None
) -> Page[Entry]:
    info.context.look()
    behind = read_id(after, "entries")
    async with info.context.connection() as connection:
        found, more = await list_entries(connection, info.context.signed_in, root, after=behind, limit=first)
    return Page(nodes=found, has_more=more, cursor=id_of, count=partial(count_entries, profile=root), after=after)


async def changes_of(root: strawberry.Parent[Profile], info: Info) -> list[TermsChanged]:
    info.context.look()
    async with info.context.connection() as connection:
        return list(await list_changes(connection, info.context.signed_in, root))


@strawberry.type(
    name="CustomerCreditProfile", description="What a customer may owe and does, in minor units of one currency."
)
class CustomerCreditProfile:
    customer_id: UUID
    name: str
    kind: BuyerKind = strawberry.field(graphql_type=KindOfBuyer)
    currency: str
    policy: Policy = strawberry.field(graphql_type=CreditPolicy)
    tier: str = strawberry.field(description="The one they earned or, with a fixed limit, were given.")
    limit: Int64
    custom_limit: Int64 | None = strawberry.field(description="Set by hand: the limit, or the cap of what is earned.")
    exposure: Int64 = strawberry.field(description="What cleared sales still owe: the sum of the entries.")
    earned: Int64
    available: Int64 = strawberry.field(description="What they may still owe.")
    overage: Int64 = strawberry.field(description="How far what they owe is over the limit.")
    sales: CustomerSalesAgg = strawberry.field(resolver=sales_of)
    entries: Page[Entry] = strawberry.field(
        resolver=ledger_of, graphql_type=connection_of(CreditEntry), description="Its ledger, newest first."
    )
    changes: list[TermsChanged] = strawberry.field(
        resolver=changes_of,
        graphql_type=list[CreditTermsChange],
        description="The latest changes of the terms; none for those who may not change them.",
    )


@strawberry.type(name="CreditTier", description="From `minimum` of earned credit on, at most `maximum` may be owed.")
class CreditTier:
    name: str
    minimum: Int64
    maximum: Int64


async def customer_credit_profile(info: Info, customer: UUID, *, currency: str | None = None) -> Profile:
    if currency is not None:
        check_currency(currency)
    async with info.context.connection() as connection:
        return await load_profile(connection, info.context.signed_in, customer, currency=currency)


async def customer_credit_profiles(
    info: Info, *, first: First = 20, after: After = None, search: str = ""
) -> Page[Profile]:
    viewer = info.context.signed_in
    async with info.context.connection() as connection:
        found, more = await list_profiles(connection, viewer, search=search, after=after or "", limit=first)
    count = partial(count_profiles, viewer=viewer, search=search)
    return Page(nodes=found, has_more=more, cursor=place_of, count=count, after=after)


async def credit_tiers(info: Info, currency: str) -> list[Tier]:
    require(info.context.signed_in)
    check_currency(currency)
    async with info.context.connection() as connection:
        return await ladder_of(connection, currency)


def credited() -> list[StrawberryField]:
    """The queries of credit."""
    return [
        strawberry.field(
            resolver=customer_credit_profile,
            graphql_type=CustomerCreditProfile,
            description="A customer's account, in their own currency where none is named; one who may not be seen is"
            " not found.",
        ),  # type: ignore[list-item]  # a field, though typed as what it resolves to
        strawberry.field(
            resolver=customer_credit_profiles,
            graphql_type=connection_of(CustomerCreditProfile),
            description="The accounts of those customers whose money the viewer sees; `search` is a part of the name.",
        ),  # type: ignore[list-item]  # a field, though typed as what it resolves to
        strawberry.field(
            resolver=credit_tiers,
            graphql_type=list[CreditTier],
            description="The ladder of a currency, the lowest rung first, for who may change it.",
        ),  # type: ignore[list-item]  # a field, though typed as what it resolves to
    ]
