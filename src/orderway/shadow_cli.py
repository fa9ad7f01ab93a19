"""The commands of the shadow: following the former system's database, and the summary of a day."""

from __future__ import annotations

import os

import typer

shadow = typer.Typer(
    help="Follow the former system's database while it is the master, and tell where the two differ.",
    rich_markup_mode=None,
)


@shadow.callback(invoke_without_command=True)
def follow(
    context: typer.Context,
    source: str = typer.Option("", help="The former system's database; it is only read."),
) -> None:
    """Follow the former system's database until Ctrl-C or SIGTERM: what changes there goes its road here, and where the
    two come to something else, that is kept with its reason. Nothing is written there, and nothing is sent to anybody.
    """
    if context.invoked_subcommand:
        return
    if not source:
        raise typer.BadParameter("Name the database that is followed: --source postgresql://…")
    import uvloop

    from orderway.app import make_workflow
    from orderway.configuration.live import settings_of
    from orderway.embedded import open_database
    from orderway.flags.live import live_flags
    from orderway.legacy.shadow.command import follow
    from orderway.migrations import require_current

    async def work(url: str) -> None:
        await require_current(url)
        settings = await settings_of(url)
        async with live_flags(url, os.environ) as flags:
            await follow(url, source, workflow=make_workflow(settings, flags), settings=settings)

    with open_database() as url:
        uvloop.run(work(url))


@shadow.command()
def summary(day: str = typer.Option("", metavar="YYYY-MM-DD", help="The day, in UTC; yesterday without one.")) -> None:
    """Print what a day of the shadow came to: how much was followed, who was wrong how often, and the worst ten."""
    import uvloop

    from orderway.embedded import open_database
    from orderway.legacy.shadow.command import day_of, tell

    wanted = day_of(day)
    with open_database() as url:
        uvloop.run(tell(url, wanted))
