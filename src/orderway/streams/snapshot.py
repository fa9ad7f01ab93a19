"""Which transactions had ended at a moment: how far all orders together were read, with nothing left out."""

from __future__ import annotations

import re
from dataclasses import dataclass

TEXT = re.compile(r"(\d{1,19}):(\d{1,19}):((?:\d{1,19})(?:,\d{1,19})*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What PostgreSQL calls a snapshot (its manual, 9.28.7): all before `xmin` have ended, and all before `xmax` but
    those `running`.

    A number that rises does not do: who draws a lower one may commit later, and would be passed over.
    """

    xmin: int
    xmax: int
    running: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.xmin}:{self.xmax}:{','.join(map(str, self.running))}"

    def on_to(self, last: int, now: Snapshot) -> Snapshot:
        """What had ended here, and of what has ended `now` the transactions up to `last`."""
        running = (*(each for each in now.running if each <= last), *(each for each in self.running if each > last))
        xmax = max(self.xmax, min(last + 1, now.xmax))
        return Snapshot(min(running, default=xmax), xmax, running)


def read_snapshot(text: str) -> Snapshot:
    """Read what PostgreSQL writes, as a client may send it back. Raises ValueError where it is none."""
    found = TEXT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    xmin, xmax = int(found[1]), int(found[2])
    running = tuple(int(each) for each in found[3].split(",")) if found[3] else ()
    rising = sorted(set(running)) == list(running) and all(xmin <= each < xmax for each in running)
    if not (0 < xmin <= xmax < 2**63 and rising):
        raise ValueError(text)
    return Snapshot(xmin, xmax, running)
