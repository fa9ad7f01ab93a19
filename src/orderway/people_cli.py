"""The commands of people: the first superadmin is made here, and whoever was locked out is let in again."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from orderway.database_cli import in_database, operator, printable
from orderway.errors import OrderwayError

if TYPE_CHECKING:
    from uuid import UUID

    import asyncpg

    from orderway.people.directory import User
    from orderway.people.turn import Turn

people = typer.Typer(
    help="See the people who may sign in, make the first superadmin, and let somebody in or out.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
EMAIL = typer.Argument(metavar="EMAIL", help="The address by which they sign in.")
REASON = typer.Option(..., "--reason", help="Why, for those who read the history.")
PASSWORD_FILE = typer.Option(
    None, "--password-file", help="A file whose first line is the password; without it you are asked."
)
FULL = """
SELECT name FROM role WHERE permissions @> '{superadmin.appoint,settings.manage,scope.all}'
ORDER BY is_seeded DESC, name LIMIT 1
"""
"""A role of those who may do everything, and so let in whoever else is needed."""


class NoPassword(OrderwayError):
    """The password could not be read."""


class NoFullRole(OrderwayError):
    """No role may do everything."""


@people.command("list")
def list_all() -> None:
    """Show everyone who can sign in, or could, by name."""
    from orderway.people.directory import list_users
    from orderway.workflow.actor import Actor

    async def work(connection: asyncpg.Connection) -> None:
        after, more = "", True
        while more:
            by = Actor(operator(), permissions=None)
            found, more = await list_users(connection, by, after=after, limit=100)
            for each in found:
                typer.echo(printable(_told(each)))
            after = found[-1].cursor if found else ""

    in_database(work)


@people.command("add-superadmin")
def add_superadmin(
    email: str = EMAIL,
    name: str = typer.Option(..., "--name", help="How others know them."),
    password_file: Path | None = PASSWORD_FILE,
) -> None:
    """Add a person who may do everything. The password is asked for, or read from a file or standard input."""
    from orderway.people.accounts import NewPerson, add

    hashed = _hashed(password_file)

    async def work(turn: Turn) -> None:
        role = await turn.connection.fetchval(FULL)
        if role is None:
            raise NoFullRole("No role may do everything.", "Run: orderway migrate, which makes those that are missing.")
        await add(turn, NewPerson(email=email, name=name, password_hash=hashed, roles=[role]))

    _change(work, reason="Added at the command line.")
    typer.echo(printable(f"{name} may do everything, and signs in as {email.strip().lower()}."))


@people.command("set-password")
def set_password(email: str = EMAIL, password_file: Path | None = PASSWORD_FILE, reason: str = REASON) -> None:
    """Give somebody a new password; whatever let them in by the old one ends."""
    from orderway.people.accounts import renew_password

    hashed = _hashed(password_file)

    async def work(turn: Turn) -> None:
        await renew_password(turn, await _found(turn, email), hashed)

    _change(work, reason=reason)
    typer.echo(printable(f"{email} has a new password, and signs in anew."))


@people.command()
def disable(email: str = EMAIL, reason: str = REASON) -> None:
    """Let somebody in no more, from this moment on."""
    from orderway.people.accounts import disable as disable_person

    async def work(turn: Turn) -> None:
        await disable_person(turn, await _found(turn, email))

    _change(work, reason=reason)
    typer.echo(printable(f"{email} is let in no more."))


@people.command()
def enable(email: str = EMAIL, reason: str = REASON) -> None:
    """Let somebody in again; they sign in anew."""
    from orderway.people.accounts import enable as enable_person

    async def work(turn: Turn) -> None:
        await enable_person(turn, await _found(turn, email))

    _change(work, reason=reason)
    typer.echo(printable(f"{email} may sign in again."))


def _change(work: Callable[[Turn], Awaitable[None]], *, reason: str) -> None:
    """Do it in a turn, as whoever runs the command; who reaches the database may change what is in it."""
    from orderway.people.turn import turn_of
    from orderway.workflow.actor import Actor
    from orderway.workflow.errors import Invalid

    if not reason.strip():
        raise Invalid("A change of a person needs a reason.", "Say why, for those who read the history.", "reason")

    async def connected(connection: asyncpg.Connection) -> None:
        by = Actor(operator(), permissions=None)
        async with turn_of(connection, by, at=datetime.now(UTC), reason=reason) as turn:
            await work(turn)

    in_database(connected)


async def _found(turn: Turn, email: str) -> UUID:
    """Return whose address it is. Raises NotFound."""
    from orderway.people.accounts import normal_email
    from orderway.workflow.errors import NotFound

    found: UUID | None = await turn.connection.fetchval("SELECT id FROM person WHERE email = $1", normal_email(email))
    if found is None:
        raise NotFound(f"Nobody has the address {email[:254]}.", "Look it up: orderway people list")
    return found


def _hashed(file: Path | None) -> str:
    """Return the hash of the password, which is no argument: others see those. Raises NoPassword and WeakPassword."""
    from orderway.people.passwords import Passwords

    return asyncio.run(Passwords().hash(_password(file)))


def _password(file: Path | None) -> str:
    if file is not None:
        try:
            lines = file.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise NoPassword(f"The password can not be read from {file}.", "Name a file that you may read.") from error
    elif sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    else:
        lines = sys.stdin.readline().splitlines()
    if not lines:
        raise NoPassword("No password was given.", "Write it on the first line.")
    return lines[0]


def _told(user: User) -> str:
    roles = ", ".join(role.label for role in user.roles) or "no role"
    stores = f" in {', '.join(store.name for store in user.stores)}" if user.stores else ""
    disabled = f"; disabled since {user.disabled_at:%Y-%m-%d %H:%M} UTC" if user.disabled_at else ""
    return f"{user.email}: {user.name}, {roles}{stores}{disabled}"
