"""The tables of settings: what stands in the database, and every change that was ever made to it.

Triggers write who and when, and the change, whoever makes it: also one who reaches into the database by hand.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, DateTime, Integer, Table, Text

from orderway.database import metadata

MOMENT = DateTime(timezone=True)

system_setting = Table(
    "system_setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", MOMENT, nullable=False),
    CheckConstraint("name <> ''", name="name"),
)

setting_change = Table(
    "setting_change",
    metadata,
    Column("name", Text, primary_key=True),
    # Counts the changes of this setting, from 1.
    Column("step", Integer, primary_key=True, autoincrement=False),
    # None where nothing stood in the database.
    Column("from_value", Text),
    Column("to_value", Text),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", MOMENT, nullable=False),
    Column("reason", Text, nullable=False),
    CheckConstraint("step > 0", name="step"),
)
