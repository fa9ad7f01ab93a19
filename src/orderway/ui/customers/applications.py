"""Who applies as a reseller: those that wait, and what was decided of the others; approved with terms, or declined."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from orderway.catalogue.changes import TIERS
from orderway.errors import OrderwayError
from orderway.people.customers.applications import (
    STATES,
    Application,
    Decided,
    DeclineResellerApplication,
    State,
    count_applications,
    decline,
    list_applications,
    load_application,
)
from orderway.people.permissions import RESELLER_APPROVE
from orderway.people.scope import stores_of
from orderway.resellers import ApproveResellerApplication, approve
from orderway.ui.forms import Choice
from orderway.ui.language import number, t, tr
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.tabs import Tab
from orderway.ui.typed import Typed, key_in, mended, money_in, needed, new_key
from orderway.ui.words import Shown, Told, ago
from orderway.workflow.errors import NotFound
from orderway.workflow.transaction import Transaction

SIZE = 20
TONES: Mapping[State, str] = {"PENDING": "waiting", "APPROVED": "good", "DECLINED": "bad"}
FIELDS = ("tier", "limit", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """An application in words; `typed` is what was typed into the form `form` of it."""

    id: UUID
    company: str
    about: str
    reached: str
    at: Told
    currency: str
    waits: bool
    state: Shown
    decided: str
    when: Told | None
    reason: str
    customer: str
    approving: Typed
    declining: Typed


async def applications(visit: Visit) -> Response:
    """The page, for who may decide them."""
    _require(visit)
    state = visit.request.query_params.get("state", "PENDING")
    return await _shown(visit, state if state in STATES else "PENDING", of=None, typed=Typed())


async def approve_application(visit: Visit) -> Response:
    """Take the applicant on: from now on they sign in, buy at the prices of their tier, and may owe up to the limit."""
    id, posted = _start(visit), await visit.posted()
    if posted is None:
        return _forged()
    async with visit.site.pool.acquire() as connection:
        application = await load_application(connection, visit.viewer, id)

    def wanted() -> ApproveResellerApplication:
        return ApproveResellerApplication(
            application=id, tier=needed(posted, "tier"), reason=needed(posted, "reason"),
            limit=money_in(posted, "limit", currency=application.currency),
        )  # fmt: skip

    said = t("{company} is a reseller now.", company=application.company)
    return await _decided(visit, posted, make=wanted, do=approve, of=("approve", id), said=said)


async def decline_application(visit: Visit) -> Response:
    """Decline it; the address may apply again."""
    id, posted = _start(visit), await visit.posted()
    if posted is None:
        return _forged()

    def wanted() -> DeclineResellerApplication:
        return DeclineResellerApplication(application=id, reason=needed(posted, "reason"))

    return await _decided(
        visit, posted, make=wanted, do=decline, of=("decline", id), said=t("Declined the application.")
    )


async def _decided(
    visit: Visit, posted: Mapping[str, str], *, make: Callable[[], Any], do: Callable[..., Awaitable[object]],
    of: tuple[str, UUID], said: str,
) -> Response:  # fmt: skip
    """Decide once for a key; the second of two who decide at once is told of the first."""
    try:
        wanted = make()

        async def work(tx: Transaction) -> Decided:
            await do(tx.connection, wanted, by=visit.viewer, at=tx.now)
            return Decided(wanted.application)

        await visit.site.runner.once(
            work, Decided, key=key_in(posted), request=(type(wanted).__name__, wanted), actor=visit.viewer.actor(),
            request_id=getattr(visit.request.state, "request_id", None),
        )  # fmt: skip
    except NotFound:
        raise
    except OrderwayError as no:
        async with visit.site.pool.acquire() as connection:
            state = (await load_application(connection, visit.viewer, of[1])).state
        return await _shown(visit, state, of=of, typed=mended(posted, no, fields=FIELDS))
    return visit.back("/applications", said)


async def _shown(visit: Visit, state: str, *, of: tuple[str, UUID] | None, typed: Typed) -> Response:
    site, viewer, chosen = visit.site, visit.viewer, cast("State", state)
    after = _id(visit.request.query_params.get("after", ""))
    async with site.pool.acquire() as connection:
        found, more = await list_applications(connection, viewer, state=chosen, after=after, limit=SIZE)
        counts = {each: await count_applications(connection, viewer=viewer, state=each) for each in STATES}
        tiers = [Choice(row[0], str(row[0]).capitalize()) for row in await connection.fetch(TIERS)]
    older = urlencode({"state": state, "after": str(found[-1].id)}) if more else ""
    return visit.page(
        "customers/applications.html",
        status=typed.status,
        typed=typed,
        tabs=[
            Tab(tr(label), f"/applications?state={each}", each == state, number(counts[each]))
            for each, label in STATES.items()
        ],
        waiting=state == "PENDING",
        applied=[_applied(each, site.now(), of=of, typed=typed) for each in found],
        tiers=tiers,
        more_url=f"/applications?{older}" if older else "",
        first_url=f"/applications?state={state}" if after else "",
    )


def _applied(each: Application, now: datetime, *, of: tuple[str, UUID] | None, typed: Typed) -> Applied:
    decision = each.decision
    fresh = Typed({"key": new_key()})
    return Applied(
        id=each.id, company=each.company, about=f"{each.name} · {each.store.name} · {each.currency}",
        reached=" · ".join(filter(None, (each.email, each.phone))), at=ago(each.applied_at, now),
        currency=each.currency, waits=decision is None, state=Shown(tr(STATES[each.state]), TONES[each.state]),
        decided=tr(decision.who) if decision else "", when=ago(decision.at, now) if decision else None,
        reason=tr(decision.reason) if decision else "",
        customer=f"/customers/{decision.customer}" if decision and decision.customer else "",
        approving=typed if of == ("approve", each.id) else fresh,
        declining=typed if of == ("decline", each.id) else fresh,
    )  # fmt: skip


def _require(visit: Visit) -> None:
    if stores_of(visit.viewer, RESELLER_APPROVE) == frozenset():
        raise NotFound(t("There is nothing at this address."))


def _start(visit: Visit) -> UUID:
    _require(visit)
    id = _id(visit.request.path_params["application"])
    if id is None:
        raise NotFound(t("There is no such application."))
    return id


def _forged() -> Response:
    return forged(("/applications", t("Back to the applications")))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
