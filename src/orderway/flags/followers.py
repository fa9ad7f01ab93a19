"""Keeping flags as they are said to be: what the environment says stays, a file is watched, and flagd tells."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import structlog
from openfeature.event import EventHandler, ProviderEvent

from orderway.errors import why_unread
from orderway.flags.definitions import FlagsInvalid, Wanted, read_environment, read_file, written
from orderway.flags.flags import Flags, Switched
from orderway.flags.judging import Asking, Defined, defined, dismiss, followed, heeded, take
from orderway.measures import FLAGS_STALE

log = structlog.get_logger(__name__)


class Follower(Protocol):
    """Keeps flags as they are said to be."""

    flags: Switched

    def require_known(self) -> None:
        """Raises FlagsInvalid where a store or a role is named that there is not, as far as that can be told."""

    async def look(self) -> None:
        """Take what is new."""

    def stop(self) -> None:
        """Follow no longer."""


@dataclass(slots=True)
class Fixed:
    """What the environment says, which stays as long as the process lasts."""

    flags: Switched
    judge: Asking
    wanted: list[Wanted]

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Fixed:
        wanted = list(read_environment(environ))
        _, judge = defined(written(wanted), "the environment")
        return cls(Switched(judge, "environment", "the environment", since=datetime.now(UTC)), judge, wanted)

    def require_known(self) -> None:
        """Raises FlagsInvalid where a variable names a store or a role that there is not."""
        codes, roles = {each.code for each in self.flags.stores.values()}, set(self.flags.roles)
        for wanted in self.wanted:
            for kind, names, known in (("store", wanted.stores, codes), ("role", wanted.roles, roles)):
                if known and (strange := [each for each in names if each not in known]):
                    raise FlagsInvalid(
                        f"{wanted.slice.variable} names the {kind} {strange[0]}, which there is not.",
                        f"There are {', '.join(sorted(known))}.",
                    )

    async def look(self) -> None:
        """Nothing is ever new."""

    def stop(self) -> None:
        dismiss(self.judge)


@dataclass(slots=True)
class Watched:
    """A file that is read anew when it is another; one that is broken leaves what was read before."""

    path: Path
    flags: Switched
    provider: Defined
    judge: Asking
    seen: tuple[int, ...] = ()

    @classmethod
    def of(cls, path: Path) -> Watched:
        text, seen = read(path)
        provider, judge = defined(text, str(path))
        return cls(path, Switched(judge, "file", str(path), since=changed_at(seen)), provider, judge, seen)

    def require_known(self) -> None:
        """A rule may name what is still to come."""

    async def look(self) -> None:
        seen = await asyncio.to_thread(stamp, self.path)
        if seen != self.seen:
            self.seen = seen
            try:
                await asyncio.to_thread(self._read)
            except FlagsInvalid as no:
                complain(self.flags, str(no))

    def _read(self) -> None:
        """Take what the file holds now, once it was seen to make sense. Raises FlagsInvalid."""
        text, self.seen = read(self.path)
        _, trial = defined(text, str(self.path))
        try:
            Switched(trial, "file", str(self.path), stores=self.flags.stores, roles=self.flags.roles).check()
        finally:
            dismiss(trial)
        before = standing(self.flags)
        take(self.provider, text, str(self.path))
        self.judge.heeds = heeded(text)
        renew(self.flags, before, since=changed_at(self.seen))

    def stop(self) -> None:
        dismiss(self.judge)


@dataclass(slots=True)
class Pushed:
    """What a server of flagd says, which tells by itself when it changes; where it is away, what it said last holds."""

    flags: Switched
    judge: Asking
    before: Mapping[str, float] | None = None
    news: list[str] = field(default_factory=list)
    """What flagd told since the last look: it does so in threads of its own."""

    @classmethod
    def of(cls, address: str) -> Pushed:
        judge = followed(address)
        self = cls(Switched(judge, "flagd", judge.where, since=datetime.now(UTC)), judge)
        for event in ProviderEvent:
            judge.client.add_handler(event, self.hear(event.name))
        return self

    def require_known(self) -> None:
        """A rule may name what is still to come."""

    def hear(self, event: str) -> EventHandler:
        return lambda details: self.news.append(f"{event}: {details.message or ''}")

    async def look(self) -> None:
        heard, self.news = self.news, []
        if any(each.startswith(("PROVIDER_ERROR", "PROVIDER_STALE")) for each in heard[-1:]):
            complain(self.flags, f"{self.flags.where} is away, and what it said last holds.")
        elif heard:
            await asyncio.to_thread(renew, self.flags, self.before or {}, since=datetime.now(UTC))
            try:
                await asyncio.to_thread(self.flags.check)
            except FlagsInvalid as no:
                complain(self.flags, str(no))
        if heard or self.before is None:
            self.before = await asyncio.to_thread(standing, self.flags)

    def stop(self) -> None:
        dismiss(self.judge)


def complain(flags: Flags, why: str) -> None:
    """Keep and log why what is said now is not used."""
    FLAGS_STALE.set(1)
    if flags.problem != why:
        flags.problem = why
        log.error("The flags of before hold: those of now can not be used.", where=flags.where, why=why)


def renew(flags: Switched, before: Mapping[str, float], *, since: datetime) -> None:
    """Judge anew, and log what is another now."""
    flags.forget()
    flags.problem, flags.since = "", since
    FLAGS_STALE.set(0)
    after = standing(flags)
    changed = {name: after.get(name, 1.0) for name in {*before, *after} if before.get(name) != after.get(name)}
    if changed:
        log.info("Flags changed.", origin=flags.origin, share=dict(sorted(changed.items())))


def read(path: Path) -> tuple[str, tuple[int, ...]]:
    """The definitions of a file, and which file it was. Raises FlagsInvalid."""
    try:
        seen = stamp(path)
        return read_file(path.read_bytes(), str(path)), seen
    except (OSError, UnicodeDecodeError) as error:
        raise FlagsInvalid(
            f"The flags in {path} can not be read: {why_unread(error)}.", "Correct ORDERWAY_FLAGS_FILE, or the file."
        ) from None


def stamp(path: Path) -> tuple[int, ...]:
    """What tells one file from the next; nothing where there is none."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


def changed_at(seen: tuple[int, ...]) -> datetime:
    return datetime.fromtimestamp(seen[0] / 1e9, UTC) if seen else datetime.now(UTC)


def standing(flags: Flags) -> Mapping[str, float]:
    """The slices that are not on everywhere, with the share of orders for which they are, by slice and store."""
    return {
        f"{each.slice.name} {each.store.code}".rstrip(): round(each.share, 2) for each in flags.tell() if each.share < 1
    }
