"""Who applied as a reseller and was not taken on: who waits is decided here or there, who was declined stays so."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from orderway.ids import new_id
from orderway.legacy.predecessor.laying import CHANGED, CURRENCY, IMPORT, NEVER, REASON, Laying, Row, one_line
from orderway.people.accounts import LONGEST_NAME, checked_email, checked_name, normal_email
from orderway.people.customers.applications import CLOSE, DECIDE
from orderway.people.customers.words import checked_phone
from orderway.people.passwords import Passwords

TABLE: Final = "ResellerProfile"
KEPT: Final = "ResellerApplication"
DECLINED: Final = "Declined in the former system."
"""Why, where no reason was kept."""
STILL_WAITS: Final = "SELECT EXISTS (SELECT FROM reseller_application WHERE id = $1 AND decided_at IS NULL)"
WAITS: Final = "SELECT EXISTS (SELECT FROM reseller_application WHERE email = $1 AND decided_at IS NULL)"
APPLY: Final = """
INSERT INTO reseller_application (id, email, name, company, phone, currency, store_id, password_hash, applied_at,
    decided_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
DECLINE: Final = """
INSERT INTO reseller_decision (application_id, outcome, reason, at, actor) VALUES ($1, 'DECLINED', $2, $3, $4)
"""
ACCEPTED: Final = """
WITH came AS (
    SELECT g.*, c.name AS company, c.phone, c.currency, c.default_store_id AS store
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
        AS g (id, customer, email, name, applied, decided)
    JOIN customer c ON c.id = g.customer
), applied AS (
    INSERT INTO reseller_application (id, email, name, company, phone, currency, store_id, applied_at, decided_at)
    SELECT id, email, coalesce(name, company), company, phone, currency, store, applied, decided FROM came
    WHERE store IS NOT NULL
)
INSERT INTO reseller_decision (application_id, outcome, customer_id, reason, at, actor)
SELECT id, 'APPROVED', customer, $7, decided, $8 FROM came WHERE store IS NOT NULL
"""


async def lay_applications(
    laying: Laying, rows: Sequence[Row], *, emails: Mapping[str, str], store: UUID | None
) -> None:
    """Write down those that are new, for the main store: the predecessor did not ask for one. Who waits here and was
    declined there since is declined.

    Who waits can not sign in by what nobody knows: a password that was drawn and forgotten stands in their place until
    they set one.
    """
    known = await laying.known(KEPT)
    for row in rows:
        if row["userId"] in known and row["profileStatus"] == "REJECTED":
            await _decide(laying, known[row["userId"]], row, customer=None)
    new = [row for row in rows if row["userId"] not in known]
    if not new:
        return
    nobody_knows = await Passwords().hash(secrets.token_urlsafe(32))
    made: dict[str, UUID] = {}
    for row in new:
        if id_ := await _one(laying, row, address=emails.get(row["userId"]), store=store, hashed=nobody_knows):
            made[row["userId"]] = id_
    await laying.keep(KEPT, made)


async def _one(laying: Laying, row: Row, *, address: str | None, store: UUID | None, hashed: str) -> UUID | None:
    theirs, waits = row["userId"], row["profileStatus"] == "PENDING"
    email = laying.fitting(checked_email, address, of=(TABLE, theirs))
    company = laying.fitting(checked_name, row["companyName"], of=(TABLE, theirs))
    if email is None or company is None or store is None:
        laying.note(TABLE, theirs, "Their application was left out: it needs an address, a company and a store.")
        return None
    if waits and await laying.connection.fetchval(WAITS, email):
        laying.note(TABLE, theirs, f"An application of {email} waits here already.")
        return None
    id_, decided = new_id(), None if waits else row["rejectedAt"] or row["requestedAt"]
    await laying.connection.execute(
        APPLY,
        id_,
        email,
        laying.fitting(checked_name, row["contactPersonName"], of=(TABLE, theirs)) or company,
        company,
        laying.fitting(checked_phone, row["contactPhone"], of=(TABLE, theirs)),
        CURRENCY,
        store,
        hashed if waits else None,
        row["requestedAt"],
        decided,
    )
    if decided:
        await laying.connection.execute(DECLINE, id_, _why_declined(row), decided, IMPORT.id)
    return id_


def _why_declined(row: Row) -> str:
    return (row["rejectionReason"] or "").strip() or DECLINED


async def _decide(laying: Laying, application: UUID, row: Row, *, customer: UUID | None) -> None:
    """Let an application that still waits here be what it is there: accepted, as this customer, or declined."""
    if not await laying.connection.fetchval(STILL_WAITS, application):
        return
    outcome, why = ("APPROVED", CHANGED) if customer else ("DECLINED", _why_declined(row))
    at = row["activatedAt" if customer else "rejectedAt"] or laying.at
    await laying.connection.execute(DECIDE, application, outcome, customer, why, at, IMPORT.id)
    await laying.connection.execute(CLOSE, application, at)
    laying.followed["an application: the decision"] += 1


async def lay_accepted(laying: Laying, rows: Sequence[tuple[UUID, Row]], *, emails: Mapping[str, str]) -> None:
    """Write down when who is a reseller by now, as a customer of ours, had applied and was taken on."""
    known = await laying.known(KEPT)
    for customer, row in rows:
        if row["userId"] in known and row["profileStatus"] == "ACTIVE":
            await _decide(laying, known[row["userId"]], row, customer=customer)
    new = [(customer, row) for customer, row in rows if row["userId"] not in known and _is_told(row, emails)]
    told = [(new_id(), customer, row) for customer, row in new]
    columns = [
        [id_ for id_, _, _ in told],
        [customer for _, customer, _ in told],
        [normal_email(emails[row["userId"]]) for _, _, row in told],
        [one_line(row["contactPersonName"], LONGEST_NAME) or None for _, _, row in told],
        [row["requestedAt"] for _, _, row in told],
        [row["activatedAt"] for _, _, row in told],
    ]
    await laying.connection.execute(ACCEPTED, *columns, REASON, IMPORT.id)
    await laying.keep(KEPT, {row["userId"]: id_ for id_, _, row in told})


def _is_told(row: Row, emails: Mapping[str, str]) -> bool:
    """Whether it says all that an application here has to."""
    is_whole = bool(normal_email(emails.get(row["userId"], "")) and row["activatedAt"])
    return is_whole and row["profileStatus"] == "ACTIVE" and NEVER < row["requestedAt"] <= row["activatedAt"]
