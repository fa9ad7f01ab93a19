"""Buyers of the predecessor: consumers as they were written down, resellers with what they may owe, and who applied.

A reseller's tier and limit are those they had; what they owe is not taken from there, where it only ever grew: it
follows from their orders. A price, a limit and a debt are in the one currency of the predecessor.

How they are reached, who bills them, their tier and their limit are followed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from orderway.ids import new_id
from orderway.legacy.predecessor.ground_applicants import lay_accepted, lay_applications
from orderway.legacy.predecessor.ground_contacts import Buyer, Contacts
from orderway.legacy.predecessor.laying import CURRENCY, IMPORT, REASON, SOURCE, Laying, Row, one_line
from orderway.people.accounts import LONGEST_NAME, checked_email, normal_email
from orderway.people.customers.words import checked_phone
from orderway.people.permissions import BUYER_ROLE
from orderway.sale.accounts import Terms
from orderway.workflow.kinds import encode

CONSUMER: Final = "Customer"
RESELLER: Final = "ResellerProfile"
PROFILE: Final = (
    "billerId", "tier", "creditLimit", "profileStatus", "companyName", "contactPersonName",
    "contactPhone", "requestedAt", "activatedAt", "rejectedAt", "rejectionReason",
)  # fmt: skip

INSERT: Final = """
WITH came AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::uuid[],
        $9::uuid[]) AS g (id, theirs, kind, name, phone, email, store, biller, person)
), made AS (
    INSERT INTO customer (id, kind, name, phone, email, currency, default_store_id, biller_id, person_id, step, source,
        source_ref)
    SELECT id, kind, name, phone, email, $10, store, biller, person, 1, $11, theirs FROM came
)
INSERT INTO customer_change (id, customer_id, step, what, became, reason, at, actor)
SELECT orderway_id(), id, 1, 'CREATED', name, $12, $13, $14 FROM came
"""
SERVED: Final = """
SELECT DISTINCT ON (1) "resellerId"::text AS id, "storeId"::text AS store FROM (
    SELECT "resellerId", "storeId", "createdAt" FROM "ResellerSale" WHERE "resellerId" IS NOT NULL
    UNION ALL SELECT "resellerId", "storeId", "createdAt" FROM "Quotation" WHERE "resellerId" IS NOT NULL
) bought ORDER BY 1, "createdAt" DESC
"""
MAIN: Final = 'SELECT "id"::text AS id FROM "Store" ORDER BY "isMain" DESC, 1 LIMIT 1'
# Whoever was here before signs in for nobody new: what they may here stays as it is.
COME: Final = """
SELECT p.id, p.email, ARRAY(
    SELECT r.name FROM person_role h JOIN role r ON r.id = h.role_id WHERE h.person_id = p.id
) AS roles
FROM people_change c JOIN person p ON p.id = c.person_id
WHERE c.actor = $1 AND c.what = 'CREATED' AND NOT EXISTS (SELECT FROM customer b WHERE b.person_id = p.id)
"""
LADDER: Final = "SELECT name FROM credit_tier WHERE currency = $1 ORDER BY minimum"
CREDIT: Final = """
WITH came AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::json[]) AS g (id, tier, credit, terms)
), opened AS (
    INSERT INTO credit_profile (customer_id, currency, policy, tier, custom_limit)
    SELECT id, $5, 'FIXED', tier, credit FROM came
)
INSERT INTO credit_terms_change (customer_id, currency, after, reason, at, actor)
SELECT id, $5, terms, $6, $7, $8 FROM came
"""


async def lay_buyers(laying: Laying, stores: Mapping[str, UUID], people: Mapping[str, UUID]) -> dict[str, UUID]:
    """Write those who are new; gives consumers by the id of their "Customer", resellers by that of their "User"."""
    contacts = await Contacts.of(laying)
    consumers = await _consumers(laying, contacts, stores)
    return consumers | await _resellers(laying, contacts, stores=stores, people=people)


async def _consumers(laying: Laying, contacts: Contacts, stores: Mapping[str, UUID]) -> dict[str, UUID]:
    known = await laying.known(CONSUMER)
    rows = await laying.rows(CONSUMER, "fullName", "phone", "email", "preferredStoreId")
    accounts = await _accounts(laying, [row["email"] for row in rows if row["id"] not in known])
    buyers = [
        Buyer(
            id=known.get(row["id"]) or new_id(),
            theirs=row["id"],
            kind="CONSUMER",
            name=one_line(row["fullName"], LONGEST_NAME) or f"Customer {row['id'][:8]}",
            phone=laying.fitting(checked_phone, row["phone"], of=(CONSUMER, row["id"])),
            email=laying.fitting(checked_email, row["email"], of=(CONSUMER, row["id"])),
            store=stores.get(row["preferredStoreId"]),
            person=accounts.get(normal_email(row["email"] or "") or ""),
        )
        for row in rows
    ]
    await contacts.follow(CONSUMER, {each.theirs: each for each in buyers})
    made = [each for each in buyers if each.theirs not in known]
    await _write(contacts, CONSUMER, made)
    return known | {each.theirs: each.id for each in made}


async def _accounts(laying: Laying, emails: Sequence[str | None]) -> dict[str, UUID]:
    """Who came as a customer, by an address that one customer alone has."""
    times = Counter(normal_email(email) for email in emails if email)
    rows = await laying.connection.fetch(COME, IMPORT.id)
    return {row["email"]: row["id"] for row in rows if times[row["email"]] == 1 and BUYER_ROLE in row["roles"]}


async def _resellers(
    laying: Laying, contacts: Contacts, *, stores: Mapping[str, UUID], people: Mapping[str, UUID]
) -> dict[str, UUID]:
    """Those who were taken on, and those who bought all the same."""
    known = await laying.known(RESELLER)
    served = {row["id"]: row["store"] for row in await laying.source.fetch(SERVED)}
    home = next((stores.get(row["id"]) for row in await laying.source.fetch(MAIN)), None)
    profiles = {row["userId"]: row for row in await laying.rows(RESELLER, *PROFILE, key="userId")}
    wanted = {id_ for id_, row in profiles.items() if row["profileStatus"] == "ACTIVE"} | served.keys()
    emails = {row["id"]: row["email"] for row in await laying.rows("User", "email")}
    ladder = [row["name"] for row in await laying.connection.fetch(LADDER, CURRENCY)]
    come, buyers = {row["id"] for row in await laying.connection.fetch(COME, IMPORT.id)}, {}
    for id_ in sorted(wanted | known.keys() & (profiles.keys() | emails.keys())):
        profile, person = profiles.get(id_), people.get(id_)
        if profile is None:
            laying.note("User", id_, "They bought as a reseller and have no profile as one: they may owe nothing.")
        buyers[id_] = Buyer(
            id=known.get(id_) or new_id(),
            theirs=id_,
            kind="RESELLER",
            name=_company(profile) or emails.get(id_, "").partition("@")[0] or id_,
            phone=laying.fitting(checked_phone, profile["contactPhone"], of=(RESELLER, id_)) if profile else None,
            email=normal_email(emails.get(id_, "")),
            store=stores.get(served.get(id_, "")) or home,
            biller=people.get(profile["billerId"]) if profile else None,
            person=person if person in come else None,
            terms=_terms(laying, profile, ladder) if profile else None,
        )
        come.discard(person)
    await contacts.follow(RESELLER, buyers)
    made = [each for each in buyers.values() if each.theirs not in known]
    await _write(contacts, RESELLER, made)
    await _credit(laying, made)
    await lay_accepted(laying, [(each.id, row) for each in made if (row := profiles.get(each.theirs))], emails=emails)
    await lay_applications(
        laying, [row for row in profiles.values() if row["profileStatus"] != "ACTIVE"], emails=emails, store=home
    )
    return known | {each.theirs: each.id for each in made}


def _company(profile: Row | None) -> str:
    return one_line(profile["companyName"], LONGEST_NAME) if profile else ""


async def _write(contacts: Contacts, table: str, made: Sequence[Buyer]) -> None:
    columns = [
        [getattr(each, name) for each in made]
        for name in ("id", "theirs", "kind", "name", "phone", "email", "store", "biller", "person")
    ]
    laying = contacts.laying
    await laying.connection.execute(INSERT, *columns, CURRENCY, SOURCE, REASON, laying.at, IMPORT.id)
    said = {each.theirs: contacts.said(each) for each in made}
    await laying.keep(table, {each.theirs: each.id for each in made}, said)


async def _credit(laying: Laying, made: Sequence[Buyer]) -> None:
    """Open the credit account of each reseller: by the tier and the limit that they had."""
    accounts = [(each.id, each.terms) for each in made if each.terms]
    ids, tiers = [id_ for id_, _ in accounts], [terms.tier for _, terms in accounts]
    limits, terms = [terms.custom_limit for _, terms in accounts], [encode(terms) for _, terms in accounts]
    await laying.connection.execute(CREDIT, ids, tiers, limits, terms, CURRENCY, REASON, laying.at, IMPORT.id)


def _terms(laying: Laying, row: Row, ladder: Sequence[str]) -> Terms:
    return Terms("FIXED", _tier(laying, row, ladder), _limit(laying, row))


def _tier(laying: Laying, row: Row, ladder: Sequence[str]) -> str:
    if row["tier"] in ladder or not ladder:
        return str(row["tier"])
    laying.note(RESELLER, row["userId"], f"The tier {row['tier']} is none of here: they are in {ladder[0]}.")
    return ladder[0]


def _limit(laying: Laying, row: Row) -> int:
    """What they may owe; whoever was not taken on may owe nothing."""
    limit: int = row["creditLimit"]
    if limit < 0:
        laying.note(RESELLER, row["userId"], "Their credit limit is less than nothing: they may owe nothing.")
    return max(0, limit) if row["profileStatus"] == "ACTIVE" else 0
