"""Users of the predecessor: let in here under their address, with the role they had and the stores they worked in.

Their roles are those of the same name here. It kept no names: whoever is no reseller is called by the beginning of
their address. Whoever has an account here already is the same person where somebody of the house made that account:
what they did there becomes theirs, and what they may here stays as it is. An account that somebody made themselves, and
whose address nobody has seen, proves nothing: it is given nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from orderway.legacy.predecessor.laying import NEVER, Laying, Row
from orderway.people.accounts import NewPerson, add, checked_email, checked_name, disable, normal_email
from orderway.workflow.errors import Invalid

TABLE: Final = "User"
ROLE: Final = "Role"
RIDER: Final = "RIDER"

ROLES: Final = "SELECT name, id FROM role"
HERE: Final = "SELECT email, id, signed_up_at IS NOT NULL AS unseen FROM person WHERE email = ANY ($1)"
PROFILES: Final = """
SELECT "userId"::text AS id, "profileStatus"::text = 'ACTIVE' AS taken_on, "isActive" AS active,
    coalesce(nullif("contactPersonName", ''), "companyName") AS name FROM "ResellerProfile"
"""
WORK: Final = """
SELECT "managerId"::text AS id, "id"::text AS store FROM "Store"
UNION SELECT "billerId"::text, "storeId"::text FROM "SaleOrder"
UNION SELECT "billerId"::text, "storeId"::text FROM "Quotation"
"""


async def lay_people(laying: Laying, stores: Mapping[str, UUID]) -> tuple[dict[str, UUID], dict[str, UUID]]:
    """Let in those who are new; gives all by their ids, and those who deliver.

    Whoever applied as a reseller and was not taken on is nobody here yet: their application is laid with the buyers.
    """
    known, roles = await laying.known(TABLE), await _roles(laying)
    profiles = {row["id"]: row for row in await laying.source.fetch(PROFILES)}
    applied = {id_ for id_, row in profiles.items() if not row["taken_on"]}
    rows = [row for row in await laying.rows(TABLE, "email", "roleId", "createdAt") if row["id"] not in applied]
    new = [row for row in rows if row["id"] not in known]
    arrivals = Arrivals(laying=laying, roles=roles, profiles=profiles, work=await _work(laying, stores))
    added = await arrivals.let_in(new)
    await laying.keep(TABLE, added)
    people = known | added
    riders = {row["id"]: people[row["id"]] for row in rows if roles.get(row["roleId"]) == RIDER and row["id"] in people}
    return people, riders


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Those who come: their roles here by the ids of theirs, what resellers are called, and where everybody worked."""

    laying: Laying
    roles: Mapping[str, str | None]
    profiles: Mapping[str, Row]
    work: Mapping[str, Collection[UUID]]

    async def let_in(self, rows: Sequence[Row]) -> dict[str, UUID]:
        emails = [email for row in rows if (email := normal_email(row["email"]))]
        here = {row["email"]: row for row in await self.laying.connection.fetch(HERE, emails)}
        added: dict[str, UUID] = {}
        by_email: dict[str, UUID] = {}
        for row in rows:
            id_, email = row["id"], self.laying.fitting(checked_email, row["email"], of=(TABLE, row["id"]))
            if email is None:
                self.laying.note(TABLE, id_, "They were not let in: they have no address to be let in by.")
            elif email in by_email:
                self.laying.note(TABLE, id_, f"Another user has the address {email} too: both are one person here.")
                added[id_] = by_email[email]
            elif email not in here:
                by_email[email] = added[id_] = await self.one(row, email)
            elif person := self.same(id_, here[email]):
                added[id_] = person
        return added

    def same(self, id_: str, there: Row) -> UUID | None:
        """Whoever has that address here, where it is theirs."""
        if there["unseen"]:
            said = "is theirs who made an account by it: it was given nothing."
            self.laying.note(TABLE, id_, f"Nobody has seen that {there['email']} {said}")
            return None
        said = "is of the house already: what they may here stays."
        self.laying.note(TABLE, id_, f"Whoever has the address {there['email']} {said}")
        person: UUID = there["id"]
        return person

    async def one(self, row: Row, email: str) -> UUID:
        id_, role, profile = row["id"], self.roles.get(row["roleId"]), self.profiles.get(row["id"])
        if role is None:
            self.laying.note(TABLE, id_, "Their role is none of here: they were given none.")
        new = NewPerson(
            email=email,
            name=_named(profile["name"] if profile else None, email),
            roles=[role] if role else [],
            stores=list(self.work.get(id_, ())),
            since=row["createdAt"] if row["createdAt"] > NEVER else None,
        )
        person = await add(self.laying.turn, new)
        if profile and not profile["active"]:
            await disable(self.laying.turn, person)
        return person


async def _roles(laying: Laying) -> dict[str, str | None]:
    """The name of the role here, by the id of theirs."""
    here = {row["name"]: row["id"] for row in await laying.connection.fetch(ROLES)}
    rows, known = await laying.rows(ROLE, "name"), await laying.known(ROLE)
    new = [row for row in rows if row["id"] not in known and row["name"].upper() in here]
    await laying.keep(ROLE, {row["id"]: here[row["name"].upper()] for row in new})
    return {row["id"]: row["name"].upper() if row["name"].upper() in here else None for row in rows}


async def _work(laying: Laying, stores: Mapping[str, UUID]) -> Mapping[str, set[UUID]]:
    """The stores that everybody managed, or billed for."""
    found: defaultdict[str, set[UUID]] = defaultdict(set)
    for row in await laying.source.fetch(WORK):
        if row["store"] in stores:
            found[row["id"]].add(stores[row["store"]])
    return found


def _named(name: str | None, email: str) -> str:
    try:
        return checked_name(name or "")
    except Invalid:
        return email.partition("@")[0]
