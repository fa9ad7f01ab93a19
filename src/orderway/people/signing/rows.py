"""The tables of signing in: sessions with their tokens, keys of machines, and the attempts that failed."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from orderway.database import metadata

MOMENT = DateTime(timezone=True)

# One sign-in: of a browser, or of a program with all the tokens that it is given one after the other.
session = Table(
    "session",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    # From where, as an address or a network, and with what; empty where it was not told.
    Column("place", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("revoked_at", MOMENT),
    CheckConstraint("kind IN ('BROWSER', 'PROGRAM')", name="kind"),
    CheckConstraint("expires_at > created_at", name="expires_at"),
    Index(None, "person_id", "place"),
    Index(None, "expires_at"),
)

session_token = Table(
    "session_token",
    metadata,
    # The sha256 of the token: who reads the table can not sign in with it.
    Column("token_hash", LargeBinary, primary_key=True),
    Column("session_id", UUID, ForeignKey("session.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("expires_at", MOMENT, nullable=False, index=True),
    # When it was exchanged for the next pair. It is kept to its end, so that a second use is known for what it is.
    Column("spent_at", MOMENT),
    CheckConstraint("octet_length(token_hash) = 32", name="token_hash"),
    CheckConstraint("purpose IN ('PAGES', 'ACCESS', 'REFRESH')", name="purpose"),
    CheckConstraint("purpose = 'REFRESH' OR spent_at IS NULL", name="spent_at"),
)

# A machine's way in, as the person whose it is: with some of what they may do, in some of their stores.
api_key = Table(
    "api_key",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("person_id", UUID, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("permissions", ARRAY(Text), nullable=False),
    # NULL is every store that the person reaches.
    Column("stores", ARRAY(UUID)),
    Column("created_at", MOMENT, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("last_used_at", MOMENT),
    Column("revoked_at", MOMENT),
    Column("revoked_by", Text),
    CheckConstraint("octet_length(token_hash) = 32", name="token_hash"),
    CheckConstraint("name <> ''", name="name"),
    CheckConstraint("array_position(permissions, NULL) IS NULL", name="permissions"),
    CheckConstraint("array_position(stores, NULL) IS NULL", name="stores"),
    CheckConstraint("expires_at > created_at", name="expires_at"),
    CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked"),
    Index("api_key_name_idx", "person_id", "name", unique=True, postgresql_where=text("revoked_at IS NULL")),
)

# Attempts to sign in that failed or are under way: by the place that they came from, and by the address they name.
sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", UUID, primary_key=True),
    # The sha256 of what the attempt counts against: what people type into the wrong field is nobody's to read.
    Column("subject", LargeBinary, primary_key=True),
    Column("at", MOMENT, nullable=False, index=True),
    CheckConstraint("octet_length(subject) = 32", name="subject"),
    Index(None, "subject", "at"),
)

# Whom a provider of identities knows as whom: its name for somebody stays, where an address may pass to another.
person_identity = Table(
    "person_identity",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    # By which address they were recognised.
    Column("email", Text, nullable=False),
    Column("linked_at", MOMENT, nullable=False),
    CheckConstraint("issuer <> ''", name="issuer"),
    CheckConstraint("subject <> ''", name="subject"),
    UniqueConstraint("person_id", "issuer"),
)

# Sign-ins that came back from a provider: each comes back once.
spent_flow = Table(
    "spent_flow",
    metadata,
    Column("state_hash", LargeBinary, primary_key=True),
    Column("expires_at", MOMENT, nullable=False, index=True),
    CheckConstraint("octet_length(state_hash) = 32", name="state_hash"),
)
