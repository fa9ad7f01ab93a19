"""Users of the predecessor: let in here under their address, with the role they had and the stores they worked in.

Their roles are those of the same name here. It kept no names: whoever is no reseller is called by the beginning of
their address. Whoever has an account here already is the same person where somebody of the house made that account:
what they did there becomes theirs, and what they may here stays as it is. An account that somebody made themselves, and
whose address nobody has seen, proves nothing: it is given nothing.

What they may, and by which address they are let in, is followed for those whom the import let in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from uuid import UUID

from orderway.legacy.predecessor.following import Value, Values
from orderway.legacy.predecessor.laying import NEVER, Laying, Row
from orderway.people.accounts import (
    NewPerson,
    add,
    change_particulars,
    checked_email,
    checked_name,
    disable,
    enable,
    give_roles,
    give_stores,
    normal_email,
)
from orderway.people.turn import SUPERADMINS
from orderway.workflow.errors import Invalid

TABLE: Final = "User"
ROLE: Final = "Role"
RIDER: Final = "RIDER"

ROLES: Final = "SELECT name, id FROM role"
CODES: Final = "SELECT code, id FROM store"
HERE: Final = "SELECT email, id, signed_up_at IS NOT NULL AS unseen FROM person WHERE email = ANY ($1)"
STANDING: Final = """
SELECT p.id, p.name, p.email, CASE WHEN p.disabled_at IS NULL THEN 'open' ELSE 'ended' END AS access,
    ARRAY(SELECT r.name FROM person_role h JOIN role r ON r.id = h.role_id WHERE h.person_id = p.id) AS roles,
    ARRAY(SELECT s.code FROM person_store w JOIN store s ON s.id = w.store_id WHERE w.person_id = p.id) AS stores
FROM person p WHERE p.id = ANY ($1)
"""
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
    applied = {id_ for id_, row in profiles.items() if not row["taken_on"]} - known.keys()
    rows = [row for row in await laying.rows(TABLE, "email", "roleId", "createdAt") if row["id"] not in applied]
    users = Users(
        laying=laying, roles=roles, profiles=profiles, work=await _work(laying, stores),
        codes={row["code"]: row["id"] for row in await laying.connection.fetch(CODES)},
    )  # fmt: skip
    await users.follow({row["id"]: row for row in rows})
    added = await users.let_in([row for row in rows if row["id"] not in known])
    await laying.keep(TABLE, added, users.laid)
    people = known | added
    riders = {row["id"]: people[row["id"]] for row in rows if roles.get(row["roleId"]) == RIDER and row["id"] in people}
    return people, riders


@dataclass(frozen=True, slots=True, kw_only=True)
class Users:
    """Those who were users there: their roles here by the ids of theirs, what resellers are called, and where everybody
    worked. `codes` are those of the stores, `laid` what those say who were let in.
    """

    laying: Laying
    roles: Mapping[str, str | None]
    profiles: Mapping[str, Row]
    work: Mapping[str, Collection[UUID]]
    codes: Mapping[str, UUID]
    laid: dict[str, Values] = field(default_factory=dict)

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
        id_, there = row["id"], self.there(row, email)
        new = NewPerson(
            email=email,
            name=f"{there.get('name') or email.partition('@')[0]}",
            roles=_list(there["roles"]),
            stores=[self.codes[code] for code in _list(there["stores"])],
            since=row["createdAt"] if row["createdAt"] > NEVER else None,
        )
        person = await add(self.laying.turn, new)
        if there["access"] == "ended":
            await disable(self.laying.turn, person)
        self.laid[id_] = there
        return person

    def there(self, row: Row, email: str | None) -> Values:
        """What their row says by now; who is no reseller has no name there, whose address is none keeps theirs."""
        id_, role, profile = row["id"], self.roles.get(row["roleId"]), self.profiles.get(row["id"])
        if role is None:
            self.laying.note(TABLE, id_, "Their role is none of here: they were given none.")
        names = {store: code for code, store in self.codes.items()}
        found: dict[str, Value] = {
            "roles": [role] if role else [],
            "stores": sorted(names[store] for store in self.work.get(id_, ())),
            "access": "open" if profile is None or (profile["active"] and profile["taken_on"]) else "ended",
        }
        if email:
            found["email"] = email
            if profile:
                found["name"] = _named(profile["name"], email)
        return found

    async def follow(self, rows: Mapping[str, Row]) -> None:
        """Let those who came before be what their row says by now."""
        every = await self.laying.still(TABLE, rows)
        here = {row["id"]: row for row in await self.laying.connection.fetch(STANDING, [each.ours for each in every])}
        for laid in every:
            row, stands = rows[laid.theirs], here[laid.ours]
            email = self.laying.fitting(checked_email, row["email"], of=(TABLE, laid.theirs))
            sorted_ = {name: sorted(stands[name]) for name in ("roles", "stores")}
            await self.laying.follow(
                laid,
                partial(self.change, laid.ours),
                here={**{name: stands[name] for name in ("name", "email", "access")}, **sorted_},
                there=self.there(row, email),
            )

    async def change(self, person: UUID, new: Values) -> None:
        """Raises Invalid where nobody would be left who may do everything."""
        turn = self.laying.changing
        is_loss = bool(new.keys() & {"roles", "access"})
        before = is_loss and await turn.connection.fetchval(SUPERADMINS)
        if new.keys() & {"name", "email"}:
            await change_particulars(turn, person, name=_text(new.get("name")), email=_text(new.get("email")))
        if "roles" in new:
            await give_roles(turn, person, _list(new["roles"]))
        if "stores" in new:
            await give_stores(turn, person, [self.codes[code] for code in _list(new["stores"])])
        if "access" in new:
            await (enable if new["access"] == "open" else disable)(turn, person)
        if before and not await turn.connection.fetchval(SUPERADMINS):
            raise Invalid("Somebody has to be left who may do everything.", "Appoint another one first.")


def _list(value: Value) -> list[str]:
    return list(value) if isinstance(value, list) else []


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


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
