"""The commands of settings: list them, set one, take it back, and read who changed it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from orderway.database_cli import in_database, operator, printable

if TYPE_CHECKING:
    import asyncpg

    from orderway.configuration.reads import Standing

settings = typer.Typer(
    help="Read and change the settings of the database; what is changed holds at once, without a restart.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
NAME = typer.Argument(metavar="NAME", help="The setting, like RETURN_WINDOW_DAYS.")
REASON = typer.Option(..., "--reason", help="Why, for those who read the history.")
SOURCES = {"database": "set here", "environment": "from the environment", "default": "default"}


@settings.command("list")
def list_all() -> None:
    """Show each setting with its value, where that comes from, and who changed it last."""
    standings = in_database(_standings)
    for each in standings:
        by = " by" if each.source == "database" else ", last changed by"
        changed = f"{by} {each.changed_by}, {each.changed_at:%Y-%m-%d %H:%M} UTC" if each.changed_at else ""
        typer.echo(printable(f"{each.name}: {each.told}, {SOURCES[each.source]}{changed}"))
        typer.secho(f"    {each.label}", dim=True)
    for each in standings:
        if each.problem:
            typer.echo(printable(f"! {each.problem}"))


@settings.command("set")
def set_one(name: str = NAME, value: str = typer.Argument(metavar="VALUE"), reason: str = REASON) -> None:
    """Set a setting in the database, over the environment and the default."""
    _change(name, value, reason=reason)


@settings.command()
def reset(name: str = NAME, reason: str = REASON) -> None:
    """Take a setting out of the database, so that the environment or the default holds again."""
    _change(name, None, reason=reason)


@settings.command()
def history(name: str = NAME) -> None:
    """Show the latest changes of a setting, newest first."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from orderway.configuration.changes import missing

    found = next((each for each in in_database(_standings) if each.name == name), None)
    if found is None:
        raise missing(name)
    if not found.history:
        typer.echo(f"Nobody has changed {name}: it is {found.told}, {SOURCES[found.source]}.")
        return
    table = Table("When (UTC)", "Who", "From", "To", "Why", title_justify="left", pad_edge=False)
    for each in found.history:
        before, after = ("–" if value is None else value for value in (each.from_value, each.to_value))
        written = (escape(printable(text)) for text in (each.who, before, after, each.reason))
        table.add_row(f"{each.at:%Y-%m-%d %H:%M:%S}", *written)
    Console().print(table)


def _change(name: str, value: str | None, *, reason: str) -> None:
    from orderway.configuration.changes import Wish, change
    from orderway.configuration.reads import find_setting
    from orderway.people.permissions import SETTINGS_MANAGE
    from orderway.settings import Settings
    from orderway.workflow.actor import Actor

    # Whoever reaches the database may change what is in it; the system knows them by no other name than this.
    by = Actor(operator(), frozenset({SETTINGS_MANAGE}))
    wish = Wish(name=name, value=value, reason=reason)

    async def work(connection: asyncpg.Connection) -> Standing | None:
        await change(connection, wish, by=by, at=datetime.now(UTC))
        return await find_setting(connection, Settings(os.environ), name)

    now = in_database(work)
    typer.echo(f"{name} is {now.told}, {SOURCES[now.source]}." if now else f"{name} is taken out.")


async def _standings(connection: asyncpg.Connection) -> Sequence[Standing]:
    from orderway.configuration.reads import list_settings
    from orderway.settings import Settings

    return await list_settings(connection, Settings(os.environ))
