"""A buyer as the import writes one, and what is followed of them: how they are reached, and their credit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final
from uuid import UUID

from orderway.legacy.predecessor.following import Value, Values
from orderway.legacy.predecessor.laying import CHANGED, CURRENCY, IMPORT, Laying, Row
from orderway.people.customers.changes import Contact, put_contact
from orderway.sale.accounts import Terms
from orderway.sale.terms import TermsChange, put_terms

CONTACT: Final = frozenset({"name", "phone", "email", "store", "biller"})
CREDIT: Final = frozenset({"tier", "limit"})

CODES: Final = "SELECT id, code FROM store"
EMAILS: Final = "SELECT id, email FROM person"
STANDING: Final = """
SELECT c.id, c.name, c.phone, c.email, c.default_store_id, c.biller_id, s.code AS store, b.email AS biller,
    k.policy, k.tier, k.custom_limit AS limit
FROM legacy_id i JOIN customer c ON c.id = i.ours LEFT JOIN store s ON s.id = c.default_store_id
LEFT JOIN person b ON b.id = c.biller_id LEFT JOIN credit_profile k ON k.customer_id = c.id AND k.currency = $2
WHERE i.kind = $1 AND i.laid IS NOT NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """A customer as they are there: `person` is who signs in for them, `terms` are those of a reseller."""

    id: UUID
    theirs: str
    kind: str
    name: str
    phone: str | None
    email: str | None
    store: UUID | None
    biller: UUID | None = None
    person: UUID | None = None
    terms: Terms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """What stores and billers are called where buyers name them: both by what does not change with their names."""

    laying: Laying
    codes: Mapping[UUID | None, str]
    emails: Mapping[UUID | None, str]

    @classmethod
    async def of(cls, laying: Laying) -> Contacts:
        codes = {row["id"]: row["code"] for row in await laying.connection.fetch(CODES)}
        emails = {row["id"]: row["email"] for row in await laying.connection.fetch(EMAILS)}
        return cls(laying=laying, codes=codes, emails=emails)

    def said(self, buyer: Buyer) -> Values:
        """What can change of them. The store of a reseller is where they bought last, which is no change of theirs."""
        found: dict[str, Value] = {"name": buyer.name, "phone": buyer.phone, "email": buyer.email}
        if buyer.kind == "CONSUMER":
            return {**found, "store": self.codes.get(buyer.store)}
        tier, limit = (buyer.terms.tier, buyer.terms.custom_limit) if buyer.terms else (None, None)
        return {**found, "biller": self.emails.get(buyer.biller), "tier": tier, "limit": limit}

    async def follow(self, table: str, buyers: Mapping[str, Buyer]) -> None:
        """Let those who came before be what their rows say by now."""
        here = {row["id"]: row for row in await self.laying.connection.fetch(STANDING, table, CURRENCY)}
        for laid in await self.laying.still(table, buyers):
            buyer, stands = buyers[laid.theirs], here[laid.ours]
            await self.laying.follow(
                laid,
                partial(self.change, buyer, stands),
                here={name: stands[name] for name in CONTACT | CREDIT},
                there=self.said(buyer),
            )

    async def change(self, buyer: Buyer, stands: Row, new: Values) -> None:
        connection, at = self.laying.connection, self.laying.at
        was = Contact(
            name=stands["name"], phone=stands["phone"], email=stands["email"], store=stands["default_store_id"],
            biller=stands["biller_id"],
        )  # fmt: skip
        now = replace(was, **{name: getattr(buyer, name) for name in CONTACT & new.keys()})
        await put_contact(connection, stands["id"], was=was, now=now, by=IMPORT.id, at=at, reason=CHANGED)
        if buyer.terms and CREDIT & new.keys():
            tier = buyer.terms.tier if "tier" in new else stands["tier"]
            limit = buyer.terms.custom_limit if "limit" in new else stands["limit"]
            terms = Terms(stands["policy"] or buyer.terms.policy, tier, limit)
            wanted = TermsChange(customer_id=stands["id"], currency=CURRENCY, terms=terms, reason=CHANGED)
            await put_terms(connection, wanted, by=IMPORT.id, at=at)
