"""The mutations of credit: the terms of a customer, and the rungs of the ladder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import Conflict, Invalid, NotFound, Refused
from orderway.graphql.asking import Asking
from orderway.graphql.changing import changing, done_once
from orderway.graphql.credit import CreditTier, CustomerCreditProfile
from orderway.sale.accounts import Policy, Profile, Terms, load_profile
from orderway.sale.credit import Tier
from orderway.sale.terms import TermsChange, TierChange, change_terms, change_tier, ladder_of, require
from orderway.workflow import errors
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCreditTerms:
    """New terms of a customer. `custom_limit` in minor units: with the policy FIXED it is the limit, with EARNED the
    cap of what was earned; `tier` is for FIXED alone.
    """

    customer: UUID
    currency: str
    policy: Policy
    reason: str
    tier: str | None = None
    custom_limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveCreditTier:
    """A rung of the ladder that is to be no more."""

    currency: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCreditTier(RemoveCreditTier):
    """A rung of the ladder: from `minimum` of earned credit on, at most `maximum` may be owed, in minor units."""

    minimum: int
    maximum: int


@strawberry.type(name="CreditTermsChanged", description="It is done.")
class CreditTermsChanged:
    profile: Profile | None = strawberry.field(
        graphql_type=CustomerCreditProfile | None, description="Null where whoever changed it does not see its money."
    )


@strawberry.type(name="CreditLadderChanged", description="It is done, for every customer.")
class CreditLadderChanged:
    tiers: list[Tier] = strawberry.field(graphql_type=list[CreditTier])


CreditTermsAnswer = Annotated[
    CreditTermsChanged | Refused | Conflict | NotFound | Invalid, strawberry.union("CreditTermsAnswer")
]
CreditLadderAnswer = Annotated[
    CreditLadderChanged | Refused | Conflict | NotFound | Invalid, strawberry.union("CreditLadderAnswer")
]


async def change_credit_terms(asking: Asking, asked: ChangeCreditTerms, key: str | None) -> CreditTermsChanged:
    viewer = asking.signed_in
    terms = Terms(asked.policy, asked.tier, asked.custom_limit)
    change = TermsChange(customer_id=asked.customer, currency=asked.currency, terms=terms, reason=asked.reason)

    async def work(tx: Transaction) -> None:
        await change_terms(tx.connection, change, by=viewer, at=tx.now)

    await done_once(asking, work, wanted=asked, key=key)
    try:
        async with asking.connection() as connection:
            profile = await load_profile(connection, viewer, asked.customer, currency=asked.currency)
    except errors.NotFound:
        profile = None
    return CreditTermsChanged(profile=profile)


async def set_credit_tier(asking: Asking, asked: SetCreditTier, key: str | None) -> CreditLadderChanged:
    rung = Tier(asked.name, asked.minimum, asked.maximum)
    change = TierChange(currency=asked.currency, name=asked.name, rung=rung, reason=asked.reason)
    return await change_ladder(asking, change, key=key)


async def remove_credit_tier(asking: Asking, asked: RemoveCreditTier, key: str | None) -> CreditLadderChanged:
    change = TierChange(currency=asked.currency, name=asked.name, rung=None, reason=asked.reason)
    return await change_ladder(asking, change, key=key)


async def change_ladder(asking: Asking, change: TierChange, *, key: str | None) -> CreditLadderChanged:
    """Change the ladder, and show it: also where it was changed before, to nobody else than who may change it."""
    viewer = asking.signed_in
    require(viewer)

    async def work(tx: Transaction) -> None:
        await change_tier(tx.connection, change, by=viewer, at=tx.now)

    await done_once(asking, work, wanted=change, key=key)
    async with asking.connection() as connection:
        return CreditLadderChanged(tiers=await ladder_of(connection, change.currency))


def crediting() -> Iterator[StrawberryField]:
    """The mutations of credit."""
    yield changing(
        "changeCreditTerms",
        ChangeCreditTerms,
        change_credit_terms,
        answer=CreditTermsAnswer,
        description="Change what a customer may owe. What they owe by now stays as it is.",
    )
    yield changing(
        "setCreditTier",
        SetCreditTier,
        set_credit_tier,
        answer=CreditLadderAnswer,
        description="Add or change a rung of a currency's ladder.",
    )
    yield changing(
        "removeCreditTier",
        RemoveCreditTier,
        remove_credit_tier,
        answer=CreditLadderAnswer,
        description="Take a rung out of a currency's ladder.",
    )
