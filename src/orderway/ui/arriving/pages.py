"""Signing up and applying, by people whom nobody knows yet: what they read is the same whether somebody does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.people.customers.arriving import ApplyAsReseller, SignUp, apply_as_reseller, sign_up
from orderway.people.customers.door import APPLY, ASK_THE_STORE, SIGN_UP, Door
from orderway.people.passwords import LONGEST, SHORTEST
from orderway.people.signing.caller import caller_of
from orderway.people.stores import Shop, list_shops
from orderway.ui.forms import Choice
from orderway.ui.language import number, t, tr
from orderway.ui.outside import OpenPage, Stranger
from orderway.ui.problems import forged, problem
from orderway.ui.typed import Typed, id_in, mended
from orderway.workflow.errors import Invalid, Refused

FIELDS = ("company", "name", "email", "phone", "store", "password")
SIGN_IN = ("/sign-in", "Sign in")


async def ask(stranger: Stranger, *, door: Door) -> Response:
    """The form, where the door is open."""
    return await _shown(stranger, Typed(), door=door)


async def come(stranger: Stranger, *, door: Door) -> Response:
    """Take them in, or their application; then to signing in, where the same is said to all."""
    posted = await stranger.posted()
    if posted is None:
        return forged(SIGN_IN)
    again = {name: text for name, text in posted.items() if name != "password"}
    site = stranger.site
    shops = await _shops(stranger)
    if missing := _missing(posted, door):
        return await _shown(stranger, Typed(again, missing, status=422), door=door)
    try:
        wanted = _wanted(posted, shops, door)
        await door.admit(site.sessions.throttle, site.workflow.settings, place=caller_of(stranger.request).place)
        if isinstance(wanted, ApplyAsReseller):
            await apply_as_reseller(site.pool, site.sessions.passwords, wanted, at=site.now())
        else:
            await sign_up(site.pool, site.sessions.passwords, wanted, at=site.now())
    except Refused as many:
        return await _shown(stranger, Typed(again, problem=str(many), status=429), door=door)
    except OrderwayError as no:
        return await _shown(stranger, mended(again, no, fields=FIELDS), door=door)
    return stranger.back("/sign-in", tr(door.thanks))


def _missing(posted: Mapping[str, str], door: Door) -> dict[str, str]:
    """What is left open of what has to be said, all of it at once."""
    needed = [name for name in FIELDS if name != "phone" and (name != "company" or door is APPLY)]
    sentence = f"{t('This is missing.')} {t('Fill it in and try again.')}"
    return {name: sentence for name in needed if not posted.get(name, "").strip()}


def _wanted(posted: Mapping[str, str], shops: Sequence[Shop], door: Door) -> SignUp:
    """Who they say they are. They pay in the currency of their store. Raises Invalid."""
    chosen = id_in(posted, "store")
    shop = next((each for each in shops if each.id == chosen), None)
    if shop is None:
        raise Invalid(t("This can not be read."), t("Choose one of those offered."), "store")
    company = posted.get("company", "")
    kind = partial(ApplyAsReseller, company=company) if door is APPLY else SignUp
    return kind(
        email=posted["email"], name=posted["name"], password=posted["password"], currency=shop.currency,
        store=shop.id, phone=posted.get("phone") or None,
    )  # fmt: skip


async def _shown(stranger: Stranger, typed: Typed, *, door: Door) -> Response:
    if not door.is_open(stranger.site.workflow.settings):
        return problem(404, t("This page is not here"), sentence=door.closed, remedy=ASK_THE_STORE, back=SIGN_IN)
    shops = await _shops(stranger)
    return stranger.page(
        "arriving/form.html",
        status=typed.status,
        typed=typed,
        applying=door is APPLY,
        stores=[_choice(each) for each in shops],
        password=t(
            "{least} to {most} characters, of any kind. A few words that only you would put together are good.",
            least=SHORTEST, most=number(LONGEST),
        ),
    )  # fmt: skip


def _choice(shop: Shop) -> Choice:
    return Choice(str(shop.id), f"{shop.name} · {shop.currency}")


async def _shops(stranger: Stranger) -> Sequence[Shop]:
    async with stranger.site.pool.acquire() as connection:
        return await list_shops(connection)


PAGES: tuple[OpenPage, ...] = (
    OpenPage("/sign-up", partial(ask, door=SIGN_UP), shows=("shops",)),
    OpenPage("/sign-up", partial(come, door=SIGN_UP), "POST", does=("signUp",)),
    OpenPage("/apply", partial(ask, door=APPLY), shows=("shops",)),
    OpenPage("/apply", partial(come, door=APPLY), "POST", does=("applyAsReseller",)),
)
