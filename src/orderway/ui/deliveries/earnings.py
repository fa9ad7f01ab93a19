"""What a rider earned and was paid, and what of it is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from orderway.fulfillment.payouts.ledger import PAYOUT_METHODS
from orderway.order.payouts import (
    ENTRY_KINDS,
    RiderLedgerEntry,
    RiderTotal,
    is_shortened,
    list_earnings,
    load_totals,
)
from orderway.people import names
from orderway.ui.deliveries.tabs import EARNINGS, require, tabs
from orderway.ui.language import t, tr
from orderway.ui.site import Visit
from orderway.ui.words import Shown, Told, ago, money
from orderway.workflow.kinds import Connection

SIZE = 20
TONES = {"EARNED": "good", "PAID": "ended", "CORRECTED": "waiting"}


@dataclass(frozen=True, slots=True)
class Sum:
    """All of one currency: what is due stands out, `pairs` say how it came to that."""

    due: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger."""

    fulfillment: UUID
    number: str
    kind: Shown
    amount: str
    at: Told
    note: str
    who: str


@dataclass(frozen=True, slots=True)
class Earned:
    """What a page says of a rider's money; `shortened` is whether the sums have more than is listed."""

    sums: list[Sum]
    entries: list[Entry]
    older: str
    shortened: bool


async def earnings(visit: Visit) -> Response:
    """The viewer's own."""
    require(visit)
    after = visit.request.query_params.get("after", "")
    async with visit.site.pool.acquire() as connection:
        earned = await load_earned(connection, visit, visit.viewer.person_id, url=EARNINGS)
        heads = await tabs(connection, visit, EARNINGS)
    return visit.page("deliveries/earnings.html", tabs=heads, earned=earned, first_url=EARNINGS if after else "")


async def load_earned(connection: Connection, visit: Visit, rider: UUID, *, url: str) -> Earned:
    """What a rider earned of what the viewer sees; `url` is where older entries are shown."""
    after, now = visit.request.query_params.get("after", ""), visit.site.now()
    totals = await load_totals(connection, visit.viewer, rider)
    found, more = await list_earnings(connection, visit.viewer, rider, after=after, limit=SIZE)
    older = f"{url}?{urlencode({'after': found[-1].cursor})}" if more else ""
    shortened = not more and await is_shortened(connection, visit.viewer, rider)
    return Earned(_sums(totals), [entry_told(each, now) for each in found], older, shortened)


def _sums(totals: Sequence[RiderTotal]) -> list[Sum]:
    return [_sum(each) for each in totals]


def _sum(total: RiderTotal) -> Sum:
    amounts = ((t("Earned"), total.earned), (t("Corrected"), total.corrected), (t("Paid"), total.paid))
    pairs = [(label, money(amount, total.currency)) for label, amount in amounts if amount]
    return Sum(money(total.due, total.currency), tuple(pairs))


def entry_told(entry: RiderLedgerEntry, now: datetime) -> Entry:
    """An entry of the ledger in words."""
    method = tr(PAYOUT_METHODS[entry.method]) if entry.method else ""
    note = " · ".join(filter(None, (method, entry.reference, tr(entry.reason or ""))))
    kind = Shown(tr(ENTRY_KINDS[entry.kind]), TONES[entry.kind])
    return Entry(
        entry.fulfillment,
        entry.number,
        kind,
        money(entry.amount, entry.currency),
        ago(entry.at, now),
        note,
        tr(names.read(entry.who)),
    )
