"""Who applied as a reseller and was not taken on: who waits is decided here, who was declined stays so."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from orderway.ids import new_id
from orderway.legacy.predecessor.laying import CURRENCY, IMPORT, Laying, Row
from orderway.people.accounts import checked_email, checked_name
from orderway.people.customers.words import checked_phone
from orderway.people.passwords import Passwords

TABLE: Final = "ResellerProfile"
KEPT: Final = "ResellerApplication"
WAITS: Final = "SELECT EXISTS (SELECT FROM reseller_application WHERE email = $1 AND decided_at IS NULL)"
APPLY: Final = """
INSERT INTO reseller_application (id, email, name, company, phone, currency, store_id, password_hash, applied_at,
    decided_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
DECLINE: Final = """
INSERT INTO reseller_decision (application_id, outcome, reason, at, actor) VALUES ($1, 'DECLINED', $2, $3, $4)
"""


async def lay_applications(
    laying: Laying, rows: Sequence[Row], *, emails: Mapping[str, str], store: UUID | None
) -> None:
    """Write down those that are new, for the main store: the predecessor did not ask for one.

    Who waits can not sign in by what nobody knows: a password that was drawn and forgotten stands in their place until
    they set one.
    """
    known = await laying.known(KEPT)
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
        why = (row["rejectionReason"] or "").strip() or "Declined in the predecessor."
        await laying.connection.execute(DECLINE, id_, why, decided, IMPORT.id)
    return id_
