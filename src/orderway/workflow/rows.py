"""The tables of the door: the order that is locked, the log, the outbox, spent keys, and what every lifecycle has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSON, UUID
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import UserDefinedType

from orderway.database import metadata

MOMENT = DateTime(timezone=True)


class XID8(UserDefinedType[int]):
    """PostgreSQL's number of a transaction, of 64 bits: they rise, and none comes twice in one cluster."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """The type's name in PostgreSQL."""
        return "xid8"


sale_order = Table(
    "sale_order",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("id", UUID, primary_key=True),
    Column("number", Text, nullable=False),
    Column("customer_id", UUID, nullable=False),
    Column("biller_id", UUID),
    Column("currency", Text, nullable=False),
    Column("fulfillment_type", Text, nullable=False),
    # Where it goes, and the coordinates of that (degrees, WGS 84): how far it goes is reckoned from them.
    Column("address_id", UUID),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("placed_at", MOMENT, nullable=False),
    Column("outbox_number", Integer, nullable=False, server_default="0"),
    Column("source", Text),
    Column("source_ref", Text),
    # The order of the same store whose terms it began with. No foreign key names it: that one may have been archived.
    Column("copied_from", UUID),
    UniqueConstraint("store_id", "number"),
    UniqueConstraint("store_id", "source", "source_ref"),
    CheckConstraint("fulfillment_type IN ('PICKUP', 'DELIVERY', 'SERVICE')", name="fulfillment_type"),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    ForeignKeyConstraint(["store_id"], ["store.id"]),
    ForeignKeyConstraint(["customer_id"], ["customer.id"]),
    ForeignKeyConstraint(["biller_id"], ["person.id"]),
    ForeignKeyConstraint(
        ["store_id", "id", "address_id"],
        ["delivery_address.store_id", "delivery_address.order_id", "delivery_address.id"],
        use_alter=True,
    ),
    # It is found by the beginning of its number, in any case of letters.
    Index(
        "sale_order_number_beginning_idx",
        "store_id",
        text("lower(number) text_pattern_ops"),
        "placed_at",
        "id",
        postgresql_include=["number", "customer_id", "biller_id"],
    ),
    # Lists are read newest first: of all stores, of one, of a biller or of a customer.
    # What else they are cut by stands in the index too, for most rows of it may be passed over.
    Index(None, "placed_at", "id", postgresql_include=["store_id", "customer_id", "biller_id"]),
    Index(None, "store_id", "placed_at", "id", postgresql_include=["customer_id", "biller_id"]),
    Index(None, "biller_id", "placed_at", "id", postgresql_include=["store_id", "customer_id"]),
    Index(None, "customer_id", "placed_at", "id", postgresql_include=["store_id", "biller_id"]),
    Index(None, "store_id", "copied_from", postgresql_where="copied_from IS NOT NULL"),
    postgresql_with={"fillfactor": 70},
)

transition_log = Table(
    "transition_log",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("instance_id", UUID, primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("order_id", UUID, nullable=False),
    Column("machine", Text, nullable=False),
    Column("version", SmallInteger, nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("actor", Text, nullable=False),
    Column("on_behalf_of", Text),
    Column("reason", Text),
    Column("request_id", Text),
    Column("at", MOMENT, nullable=False),
    Column("recorded_at", MOMENT, nullable=False, server_default=func.now()),
    Column("prev_step", Integer, Computed("CASE WHEN step > 0 THEN step - 1 END", persisted=True)),
    Column("prev_hash", LargeBinary),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("store_id", "instance_id", "step", "to_state", "hash", name="uq_transition_log_link"),
    ForeignKeyConstraint(
        ["store_id", "instance_id", "prev_step", "from_state", "prev_hash"],
        [f"transition_log.{name}" for name in ("store_id", "instance_id", "step", "to_state", "hash")],
        name="fk_transition_log_chain",
    ),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
    CheckConstraint("step >= 0", name="step"),
    CheckConstraint("(step = 0) = (prev_hash IS NULL) AND (step = 0) = (from_state IS NULL)", name="birth"),
    CheckConstraint(
        "hash = orderway_log_hash(prev_hash, store_id, instance_id, step, order_id, machine, version, from_state,"
        " to_state, event, payload, facts, actor, on_behalf_of, reason, request_id, at)",
        name="hash",
    ),
    Index(None, "store_id", "order_id", "at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("order_id", UUID, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", UUID, nullable=False),
    Column("type", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Column("instance_id", UUID, nullable=False),
    Column("step", Integer, nullable=False),
    Column("at", MOMENT, nullable=False),
    # Who follows all orders reads by it: what a transaction told comes to light when it ends, not when it began.
    Column("xid", XID8, nullable=False, server_default=text("pg_current_xact_id()")),
    # Of the trace in which it happened, where one was kept: W3C Trace Context.
    Column("traceparent", Text),
    CheckConstraint("number > 0", name="number"),
    ForeignKeyConstraint(
        ["store_id", "instance_id", "step"],
        ["transition_log.store_id", "transition_log.instance_id", "transition_log.step"],
    ),
    Index(None, "store_id", "instance_id", "step"),
    # The list of what was told, newest first.
    Index(None, "store_id", "at", "order_id", "number"),
    Index(None, "xid"),
)

spent_key = Table(
    "spent_key",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request", LargeBinary, nullable=False),
    Column("answer", JSON),
    Column("created_at", MOMENT, nullable=False, server_default=func.now()),
)

# A timer that broke the last time it was due: it waits longer each time. A row tells of it for as long as its
# instance stands at the same step.
failed_timer = Table(
    "failed_timer",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("instance_id", UUID, primary_key=True),
    Column("order_id", UUID, nullable=False),
    Column("machine", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("step", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("failed_at", MOMENT, nullable=False),
    Column("why", Text, nullable=False),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
    CheckConstraint("tries > 0", name="tries"),
    Index(None, "store_id", "order_id"),
)

# A run that brings what is under way of a machine to another version, or takes back what a run before it did. Of each
# machine one is under way at most; who begins it anew goes on with it.
machine_migration = Table(
    "machine_migration",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("machine", Text, nullable=False),
    # None where whatever is older was to be moved.
    Column("from_version", SmallInteger),
    Column("to_version", SmallInteger, nullable=False),
    Column("undoes", UUID),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("started_at", MOMENT, nullable=False),
    Column("ended_at", MOMENT),
    Column("moved", Integer, nullable=False, server_default="0"),
    # What was left where it stood when the run ended: refused, or, of one that undoes, moved since.
    Column("remained", Integer, nullable=False, server_default="0"),
    # How many there were to be moved when it was begun last, with those that it had moved.
    Column("total", Integer),
    # Why something was left: a list of state, reason and how many, the most first.
    Column("stayed", JSON, nullable=False, server_default="[]"),
    ForeignKeyConstraint(["undoes"], ["machine_migration.id"]),
    CheckConstraint("moved >= 0 AND remained >= 0", name="counts"),
    CheckConstraint("reason <> ''", name="reason"),
    Index("machine_migration_under_way_idx", "machine", unique=True, postgresql_where="ended_at IS NULL"),
    Index(None, "machine", "started_at"),
)


def lifecycle(name: str, *more: SchemaItem) -> Table:
    """A table whose rows live by a machine: their state is a foreign key into the log, checked at commit.

    `more` has a key or an index that begins with (store_id, order_id): unique where an order has one of them.
    """
    return Table(
        name,
        metadata,
        Column("store_id", UUID, primary_key=True),
        Column("id", UUID, primary_key=True),
        Column("order_id", UUID, nullable=False),
        Column("version", SmallInteger, nullable=False),
        Column("state", Text, nullable=False),
        Column("context", JSON, nullable=False),
        Column("history", JSON, nullable=False),
        Column("step", Integer, nullable=False),
        Column("hash", LargeBinary, nullable=False),
        Column("due_at", MOMENT),
        Column("due_event", Text),
        Column("created_at", MOMENT, nullable=False),
        Column("moved_at", MOMENT, nullable=False),
        *more,
        ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
        ForeignKeyConstraint(
            ["store_id", "id", "step", "state", "hash"],
            [f"transition_log.{column}" for column in ("store_id", "instance_id", "step", "to_state", "hash")],
            name=f"fk_{name}_state",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("(due_at IS NULL) = (due_event IS NULL)", name="due"),
        Index(f"ix_{name}_due", "due_at", postgresql_where="due_at IS NOT NULL"),
        info={"lifecycle": True},
        postgresql_with={"fillfactor": 70},
    )


def listed() -> tuple[SchemaItem, ...]:
    """What a lifecycle has that is listed by its states: each list is the end of an index, whoever reads it.

    A trigger keeps the columns as the order has them: when it was placed (of a payment: when that was registered), who
    buys, and who bills, which alone may change.
    """
    return (
        Column("listed_at", MOMENT, nullable=False),
        Column("customer_id", UUID, nullable=False),
        Column("biller_id", UUID),
        Index(None, "state", "listed_at", "order_id"),
        *(Index(None, key, "state", "listed_at", "order_id") for key in ("store_id", "biller_id", "customer_id")),
    )


def standing(table: str, *ends: str, also: Sequence[str] = ()) -> tuple[Index, Index]:
    """The indexes of what of a listed lifecycle has not come to one of its ends: as it was placed, and as it stands.

    What lists of open orders are cut by stands in them too, to be told apart before a row is looked at, and `also`.
    """
    cut_by = ("order_id", "state", "store_id", "customer_id", "biller_id", *also)
    is_open = f"state NOT IN ({', '.join(map(repr, ends))})"
    return (
        Index(f"{table}_open_idx", "listed_at", *cut_by, postgresql_where=is_open),
        Index(f"{table}_standing_idx", "moved_at", *cut_by, postgresql_where=is_open),
    )


def promised() -> Column[datetime]:
    """The day that is promised in the address of the order: triggers keep it, and an index tells what is late by it."""
    return Column("promised_at", MOMENT)
