"""One customer's credit: how the account stands, its ledger, its terms, and what stores keep for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from orderway.money import Money
from orderway.people.permissions import CREDIT_MANAGE
from orderway.sale.account_credit.paying_out import may_pay_out
from orderway.sale.account_credit.reads import KINDS, AccountCredit, list_accounts
from orderway.sale.account_credit.reads import list_entries as list_kept
from orderway.sale.accounts import (
    POLICIES,
    Profile,
    Terms,
    TermsChanged,
    is_shortened,
    list_changes,
    list_entries,
    load_profile,
)
from orderway.sale.terms import check_currency, ladder_of, require_customer
from orderway.ui.credit.listing import standing, url_of
from orderway.ui.forms import Choice
from orderway.ui.language import t, tr
from orderway.ui.site import Visit
from orderway.ui.typed import Typed, new_key
from orderway.ui.words import Told, ago, money
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

SIZE = 20


@dataclass(frozen=True, slots=True)
class Pair:
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry of a ledger in words; its order where the viewer sees it."""

    why: str
    amount: str
    at: Told
    who: str
    note: str
    url: str
    number: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What a store keeps for them; `typed` is the form to pay it out, where the viewer may."""

    store: str
    store_id: UUID
    currency: str
    balance: str
    lines: tuple[Line, ...]
    typed: Typed | None


@dataclass(frozen=True, slots=True)
class Change:
    who: str
    did: str
    at: Told
    reason: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was not taken: of the terms, or of a payout at a store in a currency."""

    typed: Typed
    at: tuple[UUID, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the page is told from."""

    profile: Profile
    lines: list[Line]
    more: str
    shortened: bool
    changes: list[Change]
    kept: list[Kept]
    tiers: list[str]
    may_manage: bool


async def account(visit: Visit) -> Response:
    """The page, for who sees the customer's money."""
    return await shown(visit)


async def shown(visit: Visit, tried: Tried | None = None) -> Response:
    """The page; with a form that was tried and not taken where it was."""
    async with visit.site.pool.acquire() as connection:
        profile = await load_profile(connection, visit.viewer, customer_of(visit), currency=currency_of(visit))
        read = await _read(connection, visit, profile, tried)
    own = profile.customer_id == visit.viewer.customer_id
    return visit.page(
        "credit/one.html",
        status=tried.typed.status if tried else 200,
        profile=profile,
        own=own,
        url=url_of(profile),
        standing=standing(profile),
        pairs=facts(profile),
        read=read,
        terms=tried.typed if tried and tried.at is None else Typed(standing_terms(profile)),
        policies=[Choice(policy, tr(label)) for policy, label in POLICIES.items()],
        tiers=[Choice("", t("None")), *(Choice(name, name.capitalize()) for name in read.tiers)],
    )


async def _read(connection: Connection, visit: Visit, profile: Profile, tried: Tried | None) -> Read:
    viewer, now = visit.viewer, visit.site.now()
    after = visit.request.query_params.get("after", "")
    entries, more = await list_entries(connection, viewer, profile, after=_id(after), limit=SIZE)
    try:
        accounts = await list_accounts(connection, viewer, profile.customer_id)
    except NotFound:
        accounts = []
    changes = await list_changes(connection, viewer, profile)
    may_manage = await _may_manage(connection, visit, profile.customer_id)
    more_url = f"{url_of(profile)}&{urlencode({'after': str(entries[-1].id)})}#ledger" if more else ""
    return Read(
        profile=profile,
        lines=[
            Line(why=tr(each.why), amount=_signed(each.amount, profile.currency), at=ago(each.at, now), who=each.who,
                 note="", url=f"/orders/{each.order_id}" if each.order_id else "", number=each.number or "")
            for each in entries
        ],
        more=more_url,
        shortened=not more and await is_shortened(connection, profile),
        changes=[_change(each, profile.currency, now) for each in changes],
        kept=[await _kept(connection, visit, each, tried) for each in accounts],
        tiers=[rung.name for rung in await ladder_of(connection, profile.currency)] if may_manage else [],
        may_manage=may_manage,
    )  # fmt: skip


async def _kept(connection: Connection, visit: Visit, held: AccountCredit, tried: Tried | None) -> Kept:
    entries, _ = await list_kept(connection, visit.viewer, held, limit=SIZE)
    typed = None
    if may_pay_out(visit.viewer, held.store_id) and held.balance:
        is_tried = tried is not None and tried.at == (held.store_id, held.currency)
        start = {"key": new_key(), "amount": Money(held.balance, held.currency).digits()}
        typed = tried.typed if tried and is_tried else Typed(start)
    now = visit.site.now()
    return Kept(
        held.store, held.store_id, held.currency, money(held.balance, held.currency),
        tuple(
            Line(why=tr(KINDS[each.kind]), amount=_signed(each.amount, held.currency), at=ago(each.at, now),
                 who=each.who, note=each.note or "", url=f"/orders/{each.order_id}" if each.order_id else "",
                 number=each.number or "")
            for each in entries
        ),
        typed,
    )  # fmt: skip


def facts(profile: Profile) -> list[Pair]:
    """How the account stands, in words."""
    policy = tr(POLICIES[profile.policy])
    tier = profile.tier.capitalize() if profile.tier != "NONE" else t("None")
    sums = (
        (t("Limit"), profile.limit), (t("Used"), profile.exposure), (t("Available"), profile.available),
        (t("Completed sales came to"), profile.cumulative), (t("Credit earned"), profile.earned),
    )  # fmt: skip
    return [
        *(Pair(label, money(amount, profile.currency)) for label, amount in sums),
        Pair(t("What sets the limit"), policy),
        Pair(t("Tier"), tier),
    ]


def standing_terms(profile: Profile) -> dict[str, str]:
    """The terms as the form begins with them."""
    limit = Money(profile.custom_limit, profile.currency).digits() if profile.custom_limit is not None else ""
    tier = profile.tier if profile.policy == "FIXED" and profile.tier != "NONE" else ""
    return {"policy": profile.policy, "tier": tier, "limit": limit}


def customer_of(visit: Visit) -> UUID:
    """The customer that the address names. Raises NotFound."""
    id = _id(visit.request.path_params["customer"])
    if id is None:
        raise NotFound(t("There is no such customer."))
    return id


def currency_of(visit: Visit) -> str | None:
    """The currency that the address names; None is the customer's own. Raises NotFound for one that is none."""
    currency = visit.request.query_params.get("currency", "").upper()
    if not currency:
        return None
    try:
        check_currency(currency)
    except Invalid as unknown:
        raise NotFound(unknown.message, unknown.remedy) from None
    return currency


def _change(each: TermsChanged, currency: str, now: datetime) -> Change:
    was, became = (_terms(terms, currency) if terms else "" for terms in (each.before, each.after))
    did = (
        t("changed the terms from “{before}” to “{after}”", before=was, after=became)
        if was
        else t("set the terms to “{after}”", after=became)
    )
    return Change(tr(each.who), did, ago(each.at, now), tr(each.reason))


def _terms(terms: Terms, currency: str) -> str:
    limit = money(terms.custom_limit, currency) if terms.custom_limit is not None else ""
    said: Sequence[str | None] = (tr(POLICIES[terms.policy]), terms.tier.capitalize() if terms.tier else None, limit)
    return ", ".join(filter(None, said))


async def _may_manage(connection: Connection, visit: Visit, id: UUID) -> bool:
    if CREDIT_MANAGE not in visit.viewer.permissions:
        return False
    try:
        await require_customer(connection, id, by=visit.viewer)
    except NotFound:
        return False
    return True


def _signed(amount: int, currency: str) -> str:
    return f"+{money(amount, currency)}" if amount > 0 else money(amount, currency)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
