"""Whom an event concerns: the people of each audience who may see what they would be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from orderway.notifications.mails.groups import Side, sides_of
from orderway.order.sight import Sight
from orderway.outbound.happenings import Happening
from orderway.outbound.notices import NOTICES, Audience, Notice
from orderway.people.permissions import SCOPE_DELIVERY, SCOPE_STORE
from orderway.people.riders import IS_RIDER
from orderway.people.scope import SOUGHT_THERE, UNBOUND
from orderway.people.viewer import VIEWER, Viewer, viewer_from
from orderway.settings import RIDERS_WITHOUT_COVERAGE_SEE_ALL, Settings
from orderway.workflow.kinds import Connection

STAFF: frozenset[Audience] = frozenset({"biller", "manager", "asker"})
RIDING: frozenset[Audience] = frozenset({"rider", "riders"})

MANAGERS = f"""
SELECT w.person_id FROM person_store w
WHERE w.store_id = $1 AND EXISTS (
    SELECT FROM person_role h JOIN role r ON r.id = h.role_id
    WHERE h.person_id = w.person_id AND '{SCOPE_STORE}' = ANY (r.permissions))
"""  # noqa: S608  (a permission's name)

# Whoever is told of a delivery may still offer to bring it when they are.
RIDERS = f"""
SELECT p.id FROM fulfillment f, person p
WHERE f.store_id = $1 AND f.id = $2 AND f.state = 'AWAITING_RIDER_SELECTION' AND {IS_RIDER}
    AND EXISTS (SELECT FROM person_role h JOIN role r ON r.id = h.role_id
        WHERE h.person_id = p.id AND '{SCOPE_DELIVERY}' = ANY (r.permissions))
    AND ({SOUGHT_THERE.replace("?", "p.id")} OR $3 AND {UNBOUND.replace("?", "p.id")})
ORDER BY p.id
"""  # noqa: S608  (texts of the code alone)

VIEWERS = f"{VIEWER} p.id = ANY ($1::uuid[])"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told which notice; `sees_money` is whether they may read an amount in it.

    `sides` is as whom they may be told of orders at all.
    """

    person: UUID
    notice: Notice
    sees_money: bool
    sides: frozenset[Side]


@dataclass(frozen=True, slots=True)
class Eyes:
    """What a person sees of an order: it at all, its money, and whether they look at it for the seller."""

    order: bool
    money: bool
    staff: bool


PARTY = Eyes(order=True, money=True, staff=False)
"""A rider is told of their own offers and pay, and of deliveries that they may bring: nobody's door, nobody else's
money."""


async def recipients(
    connection: Connection, settings: Settings, happenings: Iterable[Happening]
) -> Mapping[UUID, tuple[Recipient, ...]]:
    """Return by the id of each event whom it concerns: nobody twice, and not who did it themselves.

    One statement and one for each store, for each call of riders, and for each of the people who are to see an order.
    """
    told = [each for each in happenings if each.type in NOTICES and not each.is_of_elsewhere]
    if not told:
        return {}
    managers = {
        store: [row[0] for row in await connection.fetch(MANAGERS, store)] for store in {each.store_id for each in told}
    }
    wanted = [[*_wanted(each, managers[each.store_id], await _riders(connection, settings, each))] for each in told]
    viewers = await _viewers(connection, {person for people in wanted for person, _, _ in people})
    eyes: dict[UUID, dict[UUID, Eyes]] = {each.order_id: {} for each in told}
    for each, people in zip(told, wanted, strict=True):
        for person in {person for person, audience, _ in people if audience not in RIDING} & viewers.keys():
            if person not in eyes[each.order_id]:
                eyes[each.order_id][person] = await _look(connection, viewers[person], each)
    return {each.id: _chosen(people, viewers, eyes[each.order_id]) for each, people in zip(told, wanted, strict=True)}


def _chosen(
    people: Iterable[tuple[UUID, Audience, Notice]], viewers: Mapping[UUID, Viewer], eyes: Mapping[UUID, Eyes]
) -> tuple[Recipient, ...]:
    """Those who may be told, each the first notice that is for them."""
    chosen: dict[UUID, Recipient] = {}
    for person, audience, notice in people:
        if person not in viewers or person in chosen:
            continue
        sees = PARTY if audience in RIDING else eyes[person]
        if sees.order and (sees.staff or audience not in STAFF):
            chosen[person] = Recipient(person, notice, sees.money, sides_of(viewers[person]))
    return tuple(chosen.values())


async def _riders(connection: Connection, settings: Settings, happening: Happening) -> list[UUID]:
    """Those who may deliver it, where it is told to all of them."""
    if not any("riders" in notice.to for notice in NOTICES[happening.type]):
        return []
    roams = settings[RIDERS_WITHOUT_COVERAGE_SEE_ALL]
    return [row[0] for row in await connection.fetch(RIDERS, happening.store_id, happening.instance_id, roams)]


def _wanted(
    happening: Happening, managers: list[UUID], riders: Iterable[UUID]
) -> Iterable[tuple[UUID, Audience, Notice]]:
    """Who would be told, in the order of the table, whatever they may see."""
    audiences: Mapping[Audience, Iterable[UUID | None]] = {
        "biller": [happening.biller] if happening.biller else managers,
        "manager": managers,
        "buyer": [happening.buyer],
        "asker": [happening.asker],
        "rider": [happening.rider],
        "riders": riders,
    }
    for notice in NOTICES[happening.type]:
        if notice.into not in ("", happening.state) or not _is_due(notice, happening):
            continue
        for audience in notice.to:
            for person in audiences[audience]:
                if person is not None and (notice.when == "of their own" or person != happening.doer):
                    yield person, audience, notice


def _is_due(notice: Notice, happening: Happening) -> bool:
    """Whether it is told of what was done by these people."""
    match notice.when:
        case "by a person":
            return happening.is_by_hand
        case "by the buyer":
            return happening.is_buyers
    return True


async def _viewers(connection: Connection, people: set[UUID]) -> dict[UUID, Viewer]:
    """Those of the people who may sign in."""
    viewers = map(viewer_from, await connection.fetch(VIEWERS, sorted(people)) if people else [])
    return {viewer.person_id: viewer for viewer in viewers}


async def _look(connection: Connection, viewer: Viewer, happening: Happening) -> Eyes:
    sight = Sight(viewer, happening.store_id, happening.order_id)
    columns = f"{sight.order()}, {sight.money()}, {sight.staff()}"
    row = await connection.fetchrow(
        f"SELECT {columns} FROM sale_order o WHERE o.store_id = $1 AND o.id = $2",  # noqa: S608  (conditions without values)
        *sight.values,
    )
    return Eyes(*row) if row else Eyes(order=False, money=False, staff=False)
