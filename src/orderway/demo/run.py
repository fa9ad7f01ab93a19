"""`orderway demo`: a small company to look at, from nothing to a page that says whom to sign in as."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import datetime
from functools import partial

import asyncpg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from orderway.app import make_workflow
from orderway.configuration.live import live_settings
from orderway.database import connect_pool, shown
from orderway.demo.company import PLACES, Account, accounts
from orderway.demo.hooking import hook_up
from orderway.demo.load import load
from orderway.demo.secret import own_secret, password
from orderway.deployment import read_deployment
from orderway.embedded import open_database
from orderway.home import ensure_home
from orderway.migrations import migrate
from orderway.outbound.sinks import delivering
from orderway.people.accounts import set_password
from orderway.people.passwords import Passwords
from orderway.people.permissions import BUILT_IN
from orderway.process import run
from orderway.serve import Address, answer, listen, url_of
from orderway.settings import Settings
from orderway.streams.announcer import Announcer
from orderway.worker.working import working
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.runner import Runner

KEPT = "The company of the last time is still here, as it was left."


def command(address: Address) -> None:
    """Load the company where it is missing, and serve it until SIGINT or SIGTERM."""
    console = Console(stderr=True)
    with listen(address) as taken:
        console.print("Starting the database …" if "DATABASE_URL" not in os.environ else "Opening the database …")
        with open_database() as url:
            run(_demo(url, taken, console=console))
            console.print("Stopped. Everything is kept for the next time.")


async def _demo(url: str, taken: socket.socket, *, console: Console) -> None:
    await migrate(url)
    home = ensure_home()
    word, secret = password(home), own_secret(home, os.environ)
    async with live_settings(url) as settings, await connect_pool(url) as pool:
        runner = Runner(pool, make_workflow(settings), announce=Announcer(pool))
        made = await _load(runner, settings, word=word, console=console)
        if made:
            await hook_up(runner, secret)
        console.print(f"{made} orders are made in {shown(url)}." if made else KEPT)
        async with working(url, runner.workflow, deliver=partial(delivering, secret=secret)):
            await answer(
                runner,
                taken,
                url=url,
                secret=secret,
                deployment=read_deployment({"ORDERWAY_ENV": "development", **os.environ}),
                on_ready=lambda: _welcome(url_of(taken), word=word, console=console),
            )


async def _load(runner: Runner, settings: Settings, *, word: str, console: Console) -> int:
    passwords = Passwords()
    columns = (TextColumn("Making the company’s orders"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None)
        made = await load(
            runner, settings, password_hash=await passwords.hash(word),
            on_order=lambda done, of: progress.update(task, completed=done, total=of),
        )  # fmt: skip
    await _open_accounts(runner.pool, passwords, word=word, now=runner.clock)
    return made


async def _open_accounts(pool: asyncpg.Pool, passwords: Passwords, *, word: str, now: Callable[[], datetime]) -> None:
    """See that the password of this home opens the accounts: it may be newer than they are."""
    kept = {row["email"]: row for row in await pool.fetch("SELECT id, email, password_hash FROM person")}
    people = [kept[account.email] for account in accounts()]
    if await passwords.matches(word, people[0]["password_hash"]):
        return
    hashed = await passwords.hash(word)
    async with pool.acquire() as connection, connection.transaction():
        for person in people:
            await set_password(connection, person["id"], hashed, by=THE_SYSTEM, at=now())


def _welcome(url: str, *, word: str, console: Console) -> None:
    """Where to go, and whom to sign in as."""
    labels = {role.name: role.label[:1].upper() + role.label[1:] for role in BUILT_IN}
    table = Table("Role", "E-mail address", "Sees", title_justify="left", box=None, pad_edge=False)
    for account in _named():
        table.add_row(labels[account.role], account.email, account.sees)
    towns = " and ".join(place.name for place in PLACES[1:])
    console.print(f"\nGo to [bold]{url}[/bold]\nEveryone’s password is [bold]{word}[/bold]\n", highlight=False)
    console.print(table)
    console.print(f"\n{towns} have the same people.\nCtrl-C stops; started again, everything is still there.")


def _named() -> list[Account]:
    """One account of each role, of the first town where it has one."""
    return list({account.role: account for account in reversed(list(accounts()))}.values())[::-1]
