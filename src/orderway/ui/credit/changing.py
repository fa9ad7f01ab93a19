"""Changing what a customer may owe, and paying out of what a store keeps for them."""

from __future__ import annotations

from typing import cast

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.order.texts import check_text
from orderway.people.permissions import CREDIT_MANAGE
from orderway.sale.account_credit.paying_out import PAYS_OUT, PayOut, pay_out_as
from orderway.sale.accounts import POLICIES, Policy, Terms, load_profile
from orderway.sale.terms import TermsChange, change_terms
from orderway.ui.credit.account import Tried, currency_of, customer_of, shown
from orderway.ui.credit.listing import url_of
from orderway.ui.language import t
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.typed import id_in, key_in, mended, money_in, needed
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.transaction import Transaction

FIELDS = ("policy", "tier", "limit", "reason")
PAYING = ("amount", "note")


async def change(visit: Visit) -> Response:
    """Let the terms stand as the form says; what they owe by now stays as it is."""
    posted = await visit.posted()
    if posted is None:
        return forged(("/credit", t("Back to credit")))
    if CREDIT_MANAGE not in visit.viewer.permissions:
        raise NotFound(t("There is nothing at this address."))
    async with visit.site.pool.acquire() as connection:
        profile = await load_profile(connection, visit.viewer, customer_of(visit), currency=currency_of(visit))
    try:
        policy, limit = posted.get("policy", ""), posted.get("limit", "").strip()
        if policy not in POLICIES:
            raise Invalid(t("This can not be read."), t("Choose one of those offered."), "policy")
        most = money_in(posted, "limit", currency=profile.currency) if limit else None
        terms = Terms(cast("Policy", policy), posted.get("tier", "").strip() or None, most)
        reason = needed(posted, "reason")
        check_text(reason, label=t("Reason"), field="reason")
        wanted = TermsChange(customer_id=profile.customer_id, currency=profile.currency, terms=terms, reason=reason)

        async def work(tx: Transaction) -> None:
            await change_terms(tx.connection, wanted, by=visit.viewer, at=tx.now)

        await visit.site.runner.run(work, actor=visit.viewer.actor())
    except NotFound:
        raise
    except OrderwayError as no:
        named = Invalid(no.message, no.remedy, "limit") if isinstance(no, Invalid) and no.field == "customLimit" else no
        return await shown(visit, Tried(mended(posted, named, fields=FIELDS)))
    return visit.back(url_of(profile), t("Changed what {name} may owe.", name=profile.name))


async def pay(visit: Visit) -> Response:
    """Give them money out of their account, once for a form."""
    posted = await visit.posted()
    if posted is None:
        return forged(("/credit", t("Back to credit")))
    if PAYS_OUT not in visit.viewer.permissions:
        raise NotFound(t("There is nothing at this address."))
    async with visit.site.pool.acquire() as connection:
        profile = await load_profile(connection, visit.viewer, customer_of(visit), currency=currency_of(visit))
    store, currency = id_in(posted, "store"), posted.get("currency", "")
    if store is None:
        raise NotFound(t("There is no such store."))
    try:
        note = needed(posted, "note")
        check_text(note, label=t("Note"), field="note")
        asked = PayOut(
            customer=profile.customer_id, store=store, currency=currency, note=note,
            amount=money_in(posted, "amount", currency=currency),
        )  # fmt: skip
        request_id = getattr(visit.request.state, "request_id", None)
        await pay_out_as(visit.site.runner, visit.viewer, asked, key=key_in(posted), request_id=request_id)
    except NotFound:
        raise
    except OrderwayError as no:
        return await shown(visit, Tried(mended(posted, no, fields=PAYING), (store, currency)))
    return visit.back(url_of(profile), t("Paid out of the account of {name}.", name=profile.name))
