"""Starting PostgreSQL for the superuser, as in a container: it refuses to run as root, so another user does.

The user is `nobody`, whom every system has, or the one who owns the data already. No user is made and no
mode of a folder is changed. Where a folder on the way is closed to that user (/root, say), the program
keeps the one right to pass through it, and no other.
"""

import os
import pwd
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from orderway.errors import OrderwayError

# Bits of the kernel's capability masks (capabilities(7)), the smaller right first. Containers often
# withhold the first and grant the second.
PASSING_RIGHTS = {2: "dac_read_search", 1: "dac_override"}


class CanNotPass(OrderwayError):
    """The superuser's database would have to pass a closed folder and can not be given the right to."""


class ChildUser(TypedDict, total=False):
    """The arguments of subprocess that name the user of a child; none of them when it is our own."""

    user: int
    group: int
    extra_groups: Sequence[int]


@dataclass(frozen=True, slots=True)
class DatabaseUser:
    """The user as whom the programs of PostgreSQL run."""

    uid: int
    gid: int

    def command(self, program: Path, *arguments: str, through: Path) -> tuple[list[str], ChildUser]:
        """Return the command line that runs a program as this user, and the arguments for subprocess.

        `through` is the folder of the data; it and the program may lie behind closed folders.
        Raises CanNotPass.
        """
        line = [str(program), *arguments]
        if self.uid == os.geteuid():
            return line, {}
        closed = self._closed(program) or self._closed(through)
        if closed is None:
            return line, {"user": self.uid, "group": self.gid, "extra_groups": ()}
        return [*self._passing(closed), *line], {}

    def known(self) -> bool:
        """Say whether the system has a name for this user; a container may run as a mere number."""
        try:
            pwd.getpwuid(self.uid)
        except KeyError:
            return False
        return True

    def own(self, path: Path) -> None:
        """Hand a file or folder over to this user."""
        if self.uid != os.geteuid():
            os.chown(path, self.uid, self.gid)

    def _closed(self, path: Path) -> Path | None:
        for folder in path.parents:
            found = folder.stat()
            if found.st_uid != self.uid and not found.st_mode & 0o001:
                return folder
        return None

    def _passing(self, closed: Path) -> list[str]:
        setpriv = shutil.which("setpriv")
        right = _granted_right()
        if setpriv is None or right is None:
            raise CanNotPass(
                f"PostgreSQL can not run as root, and the user it runs as can not enter {closed}.",
                "Set ORDERWAY_HOME (and install Orderway) where every user may enter, or set DATABASE_URL.",
            )
        kept = f"-all,+{right}"
        return [
            setpriv,
            # Without this access(2), by which PostgreSQL looks for its own programs, ignores the right.
            "--securebits=+no_setuid_fixup",
            f"--reuid={self.uid}",
            f"--regid={self.gid}",
            "--clear-groups",
            f"--inh-caps={kept}",
            f"--ambient-caps={kept}",
            f"--bounding-set={kept}",
            "--",
        ]


def database_user(data: Path) -> DatabaseUser:
    """Return who runs the server whose data lies, or will lie, in the folder `data`."""
    if os.geteuid() != 0:
        return DatabaseUser(os.geteuid(), os.getegid())
    if data.exists() and data.stat().st_uid != 0:
        return DatabaseUser(data.stat().st_uid, data.stat().st_gid)
    nobody = pwd.getpwnam("nobody")
    return DatabaseUser(nobody.pw_uid, nobody.pw_gid)


def _granted_right() -> str | None:
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return None
    mask = next((int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapBnd:")), 0)
    return next((name for bit, name in PASSING_RIGHTS.items() if mask >> bit & 1), None)
