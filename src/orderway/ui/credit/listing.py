"""The list of credit accounts; a buyer is led to their own."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from orderway.people.permissions import CREDIT_MANAGE, STAFF_SCOPES
from orderway.sale.accounts import POLICIES, Profile, list_profiles, read_cursor
from orderway.ui.language import t, tr
from orderway.ui.shell import MONEY
from orderway.ui.site import Visit
from orderway.ui.words import Shown, money
from orderway.workflow.errors import Invalid, NotFound

SIZE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An account in words."""

    url: str
    name: str
    policy: str
    used: str
    limit: str
    available: str
    standing: Shown


async def credit(visit: Visit) -> Response:
    """The page, for who works for the seller and sees money."""
    viewer, asked = visit.viewer, visit.request.query_params
    if not MONEY(viewer):
        raise NotFound(t("There is nothing at this address."))
    if viewer.permissions.isdisjoint(STAFF_SCOPES):
        if viewer.customer_id is None:
            raise NotFound(t("There is nothing at this address."))
        return RedirectResponse(f"/credit/{viewer.customer_id}", status_code=303)
    search, after = asked.get("search", "").strip()[:100], asked.get("after", "")
    after = after if _is_place(after) else ""
    async with visit.site.pool.acquire() as connection:
        found, more = await list_profiles(connection, viewer, search=search, after=after, limit=SIZE)
    return visit.page(
        "credit/list.html",
        search=search,
        rows=[_row(each) for each in found],
        may_manage=CREDIT_MANAGE in viewer.permissions,
        first_url=_url(search) if after else "",
        more_url=_url(search, found[-1].cursor) if more else "",
    )


def _row(profile: Profile) -> Row:
    policy = tr(POLICIES[profile.policy])
    return Row(
        url=url_of(profile),
        name=profile.name,
        policy=f"{policy} · {profile.tier.capitalize()}" if profile.tier != "NONE" else policy,
        used=money(profile.exposure, profile.currency),
        limit=money(profile.limit, profile.currency),
        available=money(profile.available, profile.currency),
        standing=standing(profile),
    )


def standing(profile: Profile) -> Shown:
    """How much of the limit is used, in a word and a tone."""
    if profile.overage:
        return Shown(t("Over the limit by {amount}", amount=money(profile.overage, profile.currency)), "bad")
    if not profile.limit:
        return Shown(t("No credit"), "neutral")
    percent = profile.exposure * 100 // profile.limit
    return Shown(t("{percent} % used", percent=percent), "waiting" if percent >= 80 else "good")


def url_of(profile: Profile) -> str:
    return f"/credit/{profile.customer_id}?{urlencode({'currency': profile.currency})}"


def _url(search: str, after: str = "") -> str:
    asked = urlencode({name: value for name, value in (("search", search), ("after", after)) if value})
    return f"/credit?{asked}" if asked else "/credit"


def _is_place(after: str) -> bool:
    try:
        read_cursor(after)
    except Invalid:
        return False
    return True
