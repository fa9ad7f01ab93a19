"""Changing a setting: by permission, with a reason, over nobody else's change, and kept for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderway.people.names import name_of
from orderway.people.permissions import SETTINGS_MANAGE
from orderway.setting import SettingInvalid
from orderway.settings import SETTINGS
from orderway.statechart import Reason, Refusal
from orderway.workflow.actor import Actor
from orderway.workflow.errors import Conflict, Invalid, NotFound, Refused
from orderway.workflow.kinds import Connection
from orderway.workflow.runner import storable

TURN = 7_202_511_250_010
"""Changes of settings take turns on this number, which has no other meaning."""

LONGEST = 500
"""Characters of a value, and of a reason."""

NOW = "SELECT value FROM system_setting WHERE name = $1"
LAST = """
    SELECT step, to_value, changed_by, changed_at FROM setting_change WHERE name = $1 ORDER BY step DESC LIMIT 1
"""
SIGN = """
    SELECT set_config('orderway.by', $1, true), set_config('orderway.at', $2, true),
        set_config('orderway.reason', $3, true)
"""
SET = """
    INSERT INTO system_setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to stand in the database for a setting: a text, or None for nothing, so that the next source holds.

    `seen` is how often it had changed when whoever wishes this looked.
    """

    name: str
    value: str | None
    reason: str
    seen: int | None = None


async def change(connection: Connection, wish: Wish, *, by: Actor, at: datetime) -> None:
    """Fulfill a wish; what stands in the database already is left as it is, with nothing written.

    Raises Refused for who may not, NotFound for the name, Invalid for the value or the reason, and Conflict where
    somebody changed the setting since it was seen.
    """
    require_manager(by)
    value, reason = checked(wish)
    with storable():
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", TURN)
            now = await connection.fetchval(NOW, wish.name)
            if now is None and wish.name not in SETTINGS:
                raise missing(wish.name)
            if now == value:
                return
            await _require_unchanged(connection, wish)
            await connection.execute(SIGN, by.id, at.isoformat(), reason)
            if value is None:
                await connection.execute("DELETE FROM system_setting WHERE name = $1", wish.name)
            else:
                await connection.execute(SET, wish.name, value)


def require_manager(by: Actor) -> None:
    """Raises Refused for who may neither see nor change settings."""
    if not by.may(SETTINGS_MANAGE):
        reason = Reason(guard="permission", sentence="You may not see or change settings.", help=SETTINGS_MANAGE)
        raise Refused(Refusal("", "", "", (reason,), ()), reason.sentence)


def checked(wish: Wish) -> tuple[str | None, str]:
    """The value and the reason as they are kept. Raises Invalid, and NotFound where no setting can have the value."""
    reason = wish.reason.strip()
    if not reason:
        raise Invalid("A change of a setting needs a reason.", "Say why, for those who read the history.", "reason")
    for field, text in (("reason", reason), ("value", wish.value or "")):
        if len(text) > LONGEST:
            raise Invalid(f"The {field} has {len(text):,} characters.", f"It may have {LONGEST}.", field)
    if wish.value is None:
        return None, reason
    if wish.name not in SETTINGS:
        raise missing(wish.name)
    try:
        SETTINGS[wish.name].parse(wish.value)
    except SettingInvalid as wrong:
        raise Invalid(wrong.message, wrong.remedy, "value") from None
    return wish.value.strip(), reason


def missing(name: str) -> NotFound:
    return NotFound(f"There is no setting {name[:100]}.", "Look it up in the list of settings.")


async def _require_unchanged(connection: Connection, wish: Wish) -> None:
    last = await connection.fetchrow(LAST, wish.name)
    step = last["step"] if last else 0
    if last is not None and wish.seen is not None and wish.seen != step:
        what = "reset it" if last["to_value"] is None else f"set it to {last['to_value']}"
        who = await name_of(connection, last["changed_by"])
        raise Conflict(who=who, when=last["changed_at"], what=what, step=step)
