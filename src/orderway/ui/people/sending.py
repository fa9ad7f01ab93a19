"""Sending a command about people as the viewer, once for a form; passwords are hashed before any lock is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from orderway.people.changes import Changed, change
from orderway.people.commands import Command, CreateRole, CreateStore, CreateUser, SetUserPassword
from orderway.people.passwords import WeakPassword
from orderway.people.permissions import SETTINGS_MANAGE
from orderway.people.scope import stores_of
from orderway.ui.language import t
from orderway.ui.site import Visit
from orderway.ui.typed import key_in, step_in
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.transaction import Transaction

BEGINS = (CreateUser, CreateRole, CreateStore)
"""What nobody can have seen before."""


def require(visit: Visit) -> None:
    """Raises NotFound for who manages nobody: for them there is no such page."""
    if stores_of(visit.viewer, SETTINGS_MANAGE) == frozenset():
        raise NotFound(t("There is nothing at this address."))


async def send(visit: Visit, command: Command, posted: Mapping[str, str]) -> Changed:
    """Do it: what stands already at the step that the form saw, and once for its key. Raises what `change` raises."""
    seen = None if isinstance(command, BEGINS) else step_in(posted)
    hashed = await _hash_of(visit, getattr(command, "password", None))

    async def work(tx: Transaction) -> Changed:
        return await change(tx, command, by=visit.viewer, seen=seen, password_hash=hashed)

    key = key_in(posted)
    request: Any = (type(command).__name__, seen, await _without_secret(visit, command, key))
    done = await visit.site.runner.once(
        work, Changed, key=key, request=request, actor=visit.viewer.actor(),
        request_id=getattr(visit.request.state, "request_id", None),
    )  # fmt: skip
    visit.site.nudges.check()
    return done


async def _hash_of(visit: Visit, password: str | None) -> str | None:
    if password is None:
        return None
    try:
        return await visit.site.sessions.passwords.hash(password)
    except WeakPassword as weak:
        raise Invalid(weak.message, weak.remedy, "password") from None


async def _without_secret(visit: Visit, command: Command, key: str | None) -> Command:
    """What a repeat has to equal: of a password only what is as dear to guess from."""
    if key is None or not isinstance(command, CreateUser | SetUserPassword) or command.password is None:
        return command
    salt = f"{visit.viewer.person_id} {key}"
    fingerprint = await visit.site.sessions.passwords.fingerprint(command.password, salt=salt)
    return replace(command, password=fingerprint.hex())
