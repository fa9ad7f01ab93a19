"""The commands of the archive: let finished orders leave the database, read one that left, and prove all of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from orderway.database_cli import in_database, printable
from orderway.errors import OrderwayError

if TYPE_CHECKING:
    import asyncpg

    from orderway.archive.leaving import Left
    from orderway.archive.proof import Proof

archive = typer.Typer(
    help="Let finished orders leave the database for the archive, read one there, and prove that all are whole.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
SHOWN = 200
"""How many findings are printed; the rest is counted."""


class MissingFromArchive(OrderwayError):
    """There is no such order in the archive."""


@archive.command("orders")
def orders(
    older_than: int = typer.Option(
        ..., "--older-than", min=1, max=36_500, metavar="DAYS", help="Those that have not moved for so many days."
    ),
    *,
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say how many would leave, and why others stay."),
) -> None:
    """Let every order that is finished leave, the oldest first. It may be stopped: the next run goes on."""
    from orderway.archive.leaving import WHYS, archive_old
    from orderway.archive.shelf import open_shelf

    shelf = open_shelf()

    async def work(connection: asyncpg.Connection) -> Left:
        now = datetime.now(UTC)
        before = now - timedelta(days=older_than)
        return await archive_old(connection, shelf, before=before, now=now, dry="dry" if dry_run else "")

    left = in_database(work)
    typer.echo(f"{left.archived:,} {'would leave' if dry_run else 'left'} for the archive.")
    for why, count in left.stayed.most_common():
        typer.echo(f"{count:,} stay: {WHYS[why]}.")


@archive.command("show")
def show(
    which: str = typer.Argument(metavar="NUMBER|FILE", help="The number of an archived order, or its file."),
    *,
    raw: bool = typer.Option(False, "--json", help="Print the whole document."),
) -> None:
    """Tell what an archived order was and what happened to it."""
    import msgspec

    from orderway.archive.document import unpack
    from orderway.archive.told import told

    content = Path(which).read_bytes() if Path(which).is_file() else _fetched(which)
    document, _ = unpack(content)
    for line in [msgspec.json.encode(document).decode()] if raw else told(document):
        typer.echo(printable(line))


def _fetched(number: str) -> bytes:
    from orderway.archive.proof import list_kept
    from orderway.archive.shelf import open_shelf

    shelf = open_shelf()

    async def work(connection: asyncpg.Connection) -> bytes:
        kept = [each async for each in list_kept(connection, number)]
        if not kept:
            raise MissingFromArchive(f"No order {number} was archived.", "Check its number, or name its file.")
        if len(kept) > 1:
            files = ", ".join(each.key for each in kept)
            raise MissingFromArchive(
                f"Several stores archived an order {number}.", f"Name the file of one of them: {files}."
            )
        content = await shelf.at(kept[0].bucket).read(kept[0].key)
        if content is None:
            raise MissingFromArchive(f"The file {kept[0].key} of order {number} is gone.", "Take it from a backup.")
        return content

    return in_database(work)


@archive.command("verify")
def verify(
    number: str | None = typer.Argument(None, metavar="NUMBER", help="One order; without it all that were archived."),
) -> None:
    """Fetch each file, compare its hash, and replay its log; exit 1 on any finding."""
    from orderway.app import make_workflow
    from orderway.archive.proof import prove_archive
    from orderway.archive.shelf import open_shelf

    shelf = open_shelf()

    async def work(connection: asyncpg.Connection) -> Proof:
        return await prove_archive(connection, shelf, make_workflow(), now=datetime.now(UTC), number=number)

    proof = in_database(work)
    if number and not proof.orders:
        raise MissingFromArchive(f"No order {number} was archived.", "Check its number.")
    for finding in proof.findings[:SHOWN]:
        typer.echo(printable(f"! {finding.rule}: {finding.where}. {finding.sentence}"))
    if len(proof.findings) > SHOWN:
        typer.echo(f"… and {len(proof.findings) - SHOWN:,} more.")
    count = len(proof.findings)
    outcome = f"{count:,} finding{'s' if count > 1 else ''}." if count else "all of it holds."
    typer.echo(f"Replayed {proof.rows:,} log rows of {proof.orders:,} archived orders: {outcome}")
    if proof.findings:
        raise typer.Exit(1)
