#!/usr/bin/env python3
"""Backups of the PostgreSQL of an Orderway, and going back to a moment: docs/operations/backup.md.

Needs Python 3.11 and PostgreSQL's own programs, nothing else; archive.sh and fetch.sh beside it do what PostgreSQL asks
for. In the folder of the backups, `base` holds whole copies,
each named by the moment at which it was complete, and `wal` all that was written since, a file for each segment.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

NAMED = "%Y%m%dT%H%M%SZ"
NOT_LISTED = {"backup_manifest", "postgresql.auto.conf", "recovery.signal", "standby.signal"}
SEGMENT = 24  # characters of the name of a segment: timeline, log and place, eight each


class Failed(Exception):
    """Something can not be done; the sentence says what and why."""


def take(folder: Path, programs: Path | None, database: str) -> Path:
    """Make a whole copy beside those who work, check it, and return where it lies."""
    new = folder / "base" / ".new"
    shutil.rmtree(new, ignore_errors=True)
    new.parent.mkdir(parents=True, exist_ok=True)
    program = str(programs / "pg_basebackup") if programs else "pg_basebackup"
    line = [program, "--pgdata", str(new), "--checkpoint=fast", "--wal-method=stream"]
    try:
        done = subprocess.run(
            [*line, "--manifest-checksums=SHA256", "--no-password", "--dbname", database],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
    except OSError as error:
        raise Failed(f"{line[0]} can not be run: {error.strerror}. Name its folder by --programs.") from None
    if done.returncode:
        raise Failed(f"pg_basebackup failed: {done.stderr.strip() or 'it said nothing'}")
    whole(new)
    named = new.with_name(datetime.now(UTC).strftime(NAMED))
    new.rename(named)
    _sync(named.parent)
    return named


def whole(copy: Path) -> int:
    """Compare a copy with its manifest, file by file, and return how many there are."""
    try:
        raw = (copy / "backup_manifest").read_bytes()
    except OSError:
        raise Failed(f"{copy} has no manifest: it is no whole copy.") from None
    manifest = json.loads(raw)
    if hashlib.sha256(raw[: raw.rindex(b'"Manifest-Checksum"')]).hexdigest() != manifest["Manifest-Checksum"]:
        raise Failed(f"The manifest of {copy} was changed.")
    listed = {f.get("Path") or bytes.fromhex(f["Encoded-Path"]).decode(): f for f in manifest["Files"]}
    there = {str(p.relative_to(copy)) for p in copy.rglob("*") if p.is_file()}
    wrong = sorted(set(listed) - there)
    wrong += sorted(n for n in there - set(listed) - NOT_LISTED if not n.startswith("pg_wal/"))
    for name in sorted(set(listed) & there - NOT_LISTED):
        with (copy / name).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != listed[name]["Checksum"]:
                wrong.append(name)
    if wrong:
        raise Failed(f"{len(wrong)} files of {copy} are not as they were copied: {', '.join(wrong[:5])}")
    return len(listed)


def copies(folder: Path) -> list[Path]:
    """Return the whole copies, the oldest first."""
    return sorted(p for p in (folder / "base").glob("*Z") if p.is_dir())


def moment(copy: Path) -> datetime:
    return datetime.strptime(copy.name, NAMED).replace(tzinfo=UTC)


def begins(copy: Path) -> str:
    """Return the segment at which the copy begins: from there on the log is needed."""
    for line in (copy / "backup_label").read_text().splitlines():
        if line.startswith("START WAL LOCATION"):
            return line.partition("(file ")[2].rstrip(")")
    raise Failed(f"{copy} does not say where it begins.")


def segments(folder: Path) -> list[str]:
    return sorted(p.name[:-3] for p in (folder / "wal").glob("*.gz") if len(p.name) == SEGMENT + 3)


def gaps(folder: Path, since: str) -> Iterator[str]:
    """Name each segment after which the next one is missing."""
    kept = [name for name in segments(folder) if name >= since]
    if not kept:
        return
    with gzip.open(folder / "wal" / f"{kept[0]}.gz") as first:
        per_log = (1 << 32) // max(len(first.read()), 1 << 20)
    places = [int(name[8:16], 16) * per_log + int(name[16:], 16) for name in kept]
    for before, name, place, following in zip(kept, kept[1:], places, places[1:], strict=False):
        if before[:8] == name[:8] and following != place + 1:
            yield before


def check(folder: Path) -> str:
    """Look whether one could go back, and say from when to when."""
    found = copies(folder)
    if not found:
        raise Failed(f"There is no whole copy in {folder}.")
    files = whole(found[-1])
    if broken := list(gaps(folder, begins(found[0]))):
        raise Failed(f"The log in {folder} has a gap after {broken[0]}: make a whole copy now. One can not go past it.")
    kept = [p.stat().st_mtime for p in (folder / "wal").glob("*.gz")]
    until = datetime.fromtimestamp(max(kept), UTC) if kept else moment(found[-1])
    return (
        f"One can go back to any moment from {moment(found[0]):%Y-%m-%d %H:%M:%S} to {until:%Y-%m-%d %H:%M:%S} UTC; "
        f"the newest of {len(found)} whole copies has {files} files, each as it was copied."
    )


def keep(folder: Path, count: int) -> str:
    """Delete all but the newest whole copies, and the log that none of them needs."""
    found = copies(folder)
    gone, kept = found[:-count], found[-count:]
    for copy in gone:
        shutil.rmtree(copy)
    old = [name for name in segments(folder) if kept and name[8:] < begins(kept[0])[8:]]
    for name in old:
        (folder / "wal" / f"{name}.gz").unlink()
    return f"{len(gone)} whole copies and {len(old)} files of the log were deleted; {len(kept)} copies are left."


def restore(folder: Path, into: Path, until: datetime | None) -> str:
    """Lay a database down that, when it is started, goes on to a moment, or as far as the log reaches."""
    if into.exists() and any(into.iterdir()):
        raise Failed(f"{into} is not empty. Move it away: nothing is overwritten.")
    fitting = [copy for copy in copies(folder) if until is None or moment(copy) <= until]
    if not fitting:
        raise Failed(f"There is no whole copy in {folder} from before that moment.")
    copy = fitting[-1]
    whole(copy)
    shutil.copytree(copy, into, symlinks=True, dirs_exist_ok=True)
    into.chmod(0o700)
    command = shlex.join([str(Path(__file__).resolve().with_name("fetch.sh")), str(folder)])
    settings = {"restore_command": f"{command} %f %p", "recovery_target_action": "promote", "archive_mode": "off"}
    settings |= {"recovery_target_time": until.isoformat()} if until else {}
    with (into / "postgresql.auto.conf").open("a") as file:
        file.writelines(f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items())
    (into / "recovery.signal").touch()
    if os.geteuid() == 0:
        owner = (folder / "wal").stat()
        for path in (into, *into.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
    return f"{into} goes on from {moment(copy):%Y-%m-%d %H:%M:%S} UTC when PostgreSQL is started on it."


def aware(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError("say which clock, as in 2026-11-26T14:00:00+01:00, or …Z")
    return found


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--folder", type=Path, required=True, help="where the backups lie: another disk, another machine"
    )
    does = parser.add_subparsers(dest="does", required=True)
    taking = does.add_parser("take", help="make a whole copy")
    taking.add_argument("--programs", type=Path, help="the folder of pg_basebackup, where PATH does not name it")
    taking.add_argument("--database", default="", help="postgresql://…, of one who may replicate; or PGHOST, PGUSER, …")
    does.add_parser("check", help="say to which moments one can go back")
    does.add_parser("keep", help="delete what is older").add_argument("count", type=int, choices=range(1, 1000))
    back = does.add_parser("restore", help="lay a database down that goes on to a moment")
    back.add_argument("--into", type=Path, required=True, help="the folder of the data; it is empty")
    back.add_argument("--until", type=aware, help="without it, as far as the log reaches")
    return parser.parse_args()


def main() -> None:
    """Exit with 1 and one sentence when it can not be done."""
    given = arguments()
    folder: Path = given.folder.resolve()
    said: object
    try:
        match given.does:
            case "take":
                said = take(folder, given.programs, given.database)
            case "check":
                said = check(folder)
            case "keep":
                said = keep(folder, given.count)
            case _:
                said = restore(folder, given.into.resolve(), given.until)
    except (Failed, OSError) as failed:
        sys.exit(f"backup: {failed}")
    with suppress(BrokenPipeError):
        sys.stdout.write(f"{said}\n")


if __name__ == "__main__":
    main()
