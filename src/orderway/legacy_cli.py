"""The commands for what still reads the former system: its tables as views, made and taken away."""

from __future__ import annotations

import os

import typer

legacy = typer.Typer(help="Keep alive what still reads the former system.", no_args_is_help=True, rich_markup_mode=None)
views = typer.Typer(
    help="The tables of the former system as views of what is here now, in the schema `legacy`.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
legacy.add_typer(views, name="views")


@views.command()
def create(
    readers: list[str] = typer.Option(
        [], "--for", help="A role of the database that may read them; may be given several times."
    ),
) -> None:
    """Make the views, or make them anew. Who could read them still can."""
    from orderway.configuration.live import saved
    from orderway.database_cli import in_database
    from orderway.legacy.views import serving
    from orderway.settings import Settings
    from orderway.workflow.kinds import Connection

    async def work(connection: Connection) -> tuple[list[str], list[str]]:
        settings = Settings(os.environ, await saved(connection))
        made = await serving.create(connection, settings, readers=readers)
        return made, await serving.find_readers(connection) or []

    made, may_read = in_database(work)
    typer.echo(f"{len(made)} views are in the schema “{serving.SCHEMA}”: {', '.join(made)}.")
    if may_read:
        typer.echo(f"They are read by {', '.join(may_read)}. Let each look there first:")
        for reader in may_read:
            typer.echo(f'  ALTER ROLE "{reader}" SET search_path = {serving.SCHEMA};')
    else:
        typer.echo("Nobody may read them yet: --for ROLE lets a role of the database.")


@views.command()
def drop() -> None:
    """Take the views away; nothing else changes."""
    from orderway.database_cli import in_database
    from orderway.legacy.views import serving

    in_database(serving.drop)
    typer.echo("The views are gone.")
