"""The tables of people: stores, persons with their roles and stores, customers."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from orderway.database import metadata

MOMENT = DateTime(timezone=True)

store = Table(
    "store",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("code", Text, nullable=False, unique=True),
    Column("currency", Text, nullable=False),
    Column("timezone", Text, nullable=False, server_default="UTC"),
    Column("latitude", Double),
    Column("longitude", Double),
    # How often it was changed.
    Column("step", Integer, nullable=False, server_default="0"),
    CheckConstraint("name <> ''", name="name"),
    CheckConstraint("code <> ''", name="code"),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="coordinates"),
    CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
    CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
    CheckConstraint("step >= 0", name="step"),
)

person = Table(
    "person",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    # In which they are spoken to (ISO 639); else in the one that their browser asks for.
    Column("language", Text),
    Column("password_hash", Text),
    Column("disabled_at", MOMENT),
    # Where they made their account themselves: nobody has seen yet that the address is theirs.
    Column("signed_up_at", MOMENT),
    Column("created_at", MOMENT, nullable=False, server_default=func.now()),
    Column("step", Integer, nullable=False, server_default="0"),
    CheckConstraint("email = lower(email) AND position('@' IN email) > 1", name="email"),
    CheckConstraint("name <> ''", name="name"),
    CheckConstraint("language ~ '^[a-z]{2,3}$'", name="language"),
    # What is no hash of argon2id is a password by mistake, and is not kept.
    CheckConstraint("password_hash LIKE '$argon2id$%'", name="password_hash"),
    CheckConstraint("step >= 0", name="step"),
    # A list of people goes by their names, and finds them by the beginnings of these words, or of the address.
    Index(None, "name", "id"),
    Index("person_words_idx", text("to_tsvector('simple'::regconfig, name)"), postgresql_using="gin"),
    Index("person_email_beginning_idx", "email", postgresql_ops={"email": "text_pattern_ops"}),
)

role = Table(
    "role",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    # As it stands in a sentence: "a manager".
    Column("label", Text, nullable=False),
    Column("permissions", ARRAY(Text), nullable=False),
    Column("is_seeded", Boolean, nullable=False, server_default="false"),
    Column("step", Integer, nullable=False, server_default="0"),
    CheckConstraint("step >= 0", name="step"),
    CheckConstraint("name <> ''", name="name"),
    CheckConstraint("label <> ''", name="label"),
    CheckConstraint("array_position(permissions, NULL) IS NULL", name="permissions"),
    # An actor of the system is no person: no role can make one.
    CheckConstraint("NOT 'system' = ANY (permissions)", name="no_system"),
)

person_role = Table(
    "person_role",
    metadata,
    Column("person_id", UUID, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", UUID, ForeignKey("role.id"), primary_key=True, index=True),
)

# Rows are only ever added: who changed what of a person, a role or a store, from what to what, in the words of then.
people_change = Table(
    "people_change",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id")),
    # It outlives the role.
    Column("role_id", UUID),
    Column("store_id", UUID, ForeignKey("store.id")),
    Column("subject", Text, nullable=False),
    # The step of the person, the role or the store after it.
    Column("step", Integer, nullable=False),
    Column("what", Text, nullable=False),
    Column("was", Text),
    Column("became", Text),
    Column("reason", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
    # "person:<uuid>", "operator:<user>" at the command line, or "system".
    Column("actor", Text, nullable=False),
    UniqueConstraint("person_id", "step", "what"),
    UniqueConstraint("role_id", "step", "what"),
    UniqueConstraint("store_id", "step", "what"),
    CheckConstraint("num_nonnulls(person_id, role_id, store_id) = 1", name="of"),
    CheckConstraint("step > 0", name="step"),
    CheckConstraint("subject <> ''", name="subject"),
    Index(None, "at", "id"),
    Index(None, "actor", "at", "id"),
)

# The most that a role may approve of an override, in minor units. A role without a row may approve any amount; one with
# rows approves nothing in a currency that has none.
override_cap = Table(
    "override_cap",
    metadata,
    Column("role_id", UUID, ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    CheckConstraint("amount >= 0", name="amount"),
)

# Who set which cap, and what it was before; it outlives the role.
override_cap_change = Table(
    "override_cap_change",
    metadata,
    Column("id", UUID, primary_key=True, server_default=text("orderway_id()")),
    Column("role_id", UUID, nullable=False),
    Column("role", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount_before", BigInteger),
    Column("amount_after", BigInteger),
    Column("reason", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("actor", Text, nullable=False),
    CheckConstraint("amount_before IS DISTINCT FROM amount_after", name="amount"),
    Index(None, "role_id", "currency", "at"),
)

# The stores in which a person works: those a manager manages, those a biller bills for.
person_store = Table(
    "person_store",
    metadata,
    Column("person_id", UUID, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("store_id", UUID, ForeignKey("store.id"), primary_key=True, index=True),
)

customer = Table(
    "customer",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("phone", Text),
    Column("email", Text),
    Column("currency", Text, nullable=False),
    Column("default_store_id", UUID, ForeignKey("store.id"), index=True),
    # The person who signs in for this customer, if anyone does.
    Column("person_id", UUID, ForeignKey("person.id"), unique=True),
    # Who bills what the customer begins themselves.
    Column("biller_id", UUID, ForeignKey("person.id"), index=True),
    # How often it was changed, counted by whoever changes it.
    Column("step", Integer, nullable=False, server_default="0"),
    Column("source", Text),
    Column("source_ref", Text),
    UniqueConstraint("source", "source_ref"),
    CheckConstraint("kind IN ('CONSUMER', 'RESELLER')", name="kind"),
    CheckConstraint("name <> ''", name="name"),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    CheckConstraint("step >= 0", name="step"),
    # Found by the beginnings of the words of their names, of their address or of their number.
    Index("customer_words_idx", text("to_tsvector('simple'::regconfig, name)"), postgresql_using="gin"),
    Index("customer_email_beginning_idx", "email", postgresql_ops={"email": "text_pattern_ops"}),
    Index("customer_phone_beginning_idx", "phone", postgresql_ops={"phone": "text_pattern_ops"}),
    # And by the end of it, as people say it who are in the same country.
    Index("customer_phone_end_idx", text("reverse(phone) text_pattern_ops"), postgresql_where="phone IS NOT NULL"),
    CheckConstraint("(source IS NULL) = (source_ref IS NULL)", name="source"),
)

# A name that somebody gave to a list of orders: what stands behind the question mark of its address.
saved_view = Table(
    "saved_view",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    UniqueConstraint("person_id", "name"),
    CheckConstraint("name <> ''", name="name"),
    Index("saved_view_shared_idx", "name", "id", postgresql_where="shared"),
)
