"""Choosing how one is told of what concerns one: of each group in Orderway, by e-mail, by both or not at all."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from orderway.notifications.mails.choices import Choice, NewChoices, OwnChoices, choose, own_choices
from orderway.notifications.mails.groups import GROUPS, sides_of
from orderway.people.signing import own
from orderway.ui.language import t, tr
from orderway.ui.people.telling import ticked, ticks
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.workflow.transaction import Transaction

HERE, MAIL = "in_app", "by_mail"


async def notices(visit: Visit) -> Response:
    """The page, for whoever is signed in: the groups that may concern them."""
    async with visit.site.pool.acquire() as connection:
        known = await own_choices(connection, visit.viewer)
        address = await own.load_address(connection, visit.viewer)
    labels: dict[str, str] = {each.topic: tr(GROUPS[each.topic].label) for each in known.choices}
    return visit.page(
        "profile/notifications.html",
        here=ticks(HERE, labels, [each.topic for each in known.choices if each.in_app]),
        mails=ticks(MAIL, labels, [each.topic for each in known.choices if each.by_mail]),
        wants_mails=known.mails,
        address=address,
        buys="buyer" in sides_of(visit.viewer),
    )


async def choose_notices(visit: Visit) -> Response:
    """Keep what was ticked; what was not is not wanted."""
    posted = await visit.posted()
    if posted is None:
        return forged(("/profile/notifications", t("Back to what you are told")))

    async def work(tx: Transaction) -> OwnChoices:
        known = await own_choices(tx.connection, visit.viewer)
        return await choose(tx.connection, visit.viewer, _wanted(known, posted), at=tx.now)

    await visit.site.runner.run(work, actor=visit.viewer.actor())
    return visit.back("/profile/notifications", t("It is kept how you want to be told."))


def _wanted(known: OwnChoices, posted: Mapping[str, str]) -> NewChoices:
    """What the form says of the groups on it. What stays as it was is no choice: it follows its group."""
    here, mails = ticked(posted, HERE), ticked(posted, MAIL)
    said = (Choice(topic=each.topic, in_app=each.topic in here, by_mail=each.topic in mails) for each in known.choices)
    return NewChoices(
        choices=tuple(new for new, old in zip(said, known.choices, strict=True) if new != old),
        mails="mails" in posted,
    )
