"""Delivering to every sink beside each other: woken by the word that something happened, and looking now and then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from orderway.listening import Listener, listen, meanwhile, patience
from orderway.outbound.delivery import Delivered
from orderway.streams.announcer import CHANNEL
from orderway.workflow.kinds import Connection
from orderway.workflow.runner import Runner

POLL = 3.0
"""Seconds between two looks where nobody tells of news: how long what failed may wait beyond its time."""

PAUSE = 1.0
"""Seconds before a sink is tried again whose round broke, or whose place is away."""

Round = Callable[[], Awaitable[Delivered]]
"""Delivers to a sink until nothing is left."""

# What the sinks have yet to note, and what is due; e-mails, and what people ask webhooks to be sent, have rows of their
# own. One statement, however many sinks there are. The ends of the indexes are asked for: whether there is any such row
# might be looked for in the whole of a table.
WORK = """
SELECT s.sink FROM outbound_sink s WHERE s.paused_at IS NULL AND (s.xid < (
    SELECT max(b.xid) FROM outbox b WHERE b.xid < pg_snapshot_xmin(pg_current_snapshot())
) OR (
    SELECT min(p.due_at) FROM outbound_progress p WHERE p.sink = s.sink
) <= $1 OR s.cluster <> (SELECT system_identifier FROM pg_control_system()))
UNION ALL
SELECT 'errands' WHERE EXISTS (SELECT FROM webhook_errand e WHERE e.taken_until IS NULL OR e.taken_until <= $1)
UNION ALL
SELECT 'mail' WHERE (SELECT min(m.due_at) FROM mail m) <= $1
"""


@dataclass(slots=True)
class Dispatcher:
    """The sinks of this worker. `kinds` makes the rounds of a sink by what its name begins with, before a colon."""

    runner: Runner
    kinds: Mapping[str, Callable[[str], Round]]
    _woken: dict[str, asyncio.Event] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def look(self, connection: Connection) -> None:
        """Wake the sinks that have work. Each has a task of its own: a slow one delays no other."""
        for row in await connection.fetch(WORK, self.runner.clock()):
            name = row["sink"]
            if make := self.kinds.get(name.partition(":")[0]):
                woken = self._woken.setdefault(name, asyncio.Event())
                woken.set()
                if name not in self._tasks:
                    self._tasks[name] = asyncio.create_task(self._deliver(make(name), woken, name))

    async def _deliver(self, deliver: Round, woken: asyncio.Event, name: str) -> None:
        while True:
            await woken.wait()
            woken.clear()
            with patience(name):
                done = await deliver()
                if not done.is_away:
                    continue
            await asyncio.sleep(PAUSE)

    async def stop(self) -> None:
        """End every task."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


@asynccontextmanager
async def dispatching(runner: Runner, url: str, kinds: Mapping[str, Callable[[str], Round]]) -> AsyncIterator[None]:
    """As long as it lasts, what happens is delivered to all sinks."""
    dispatcher = Dispatcher(runner, kinds)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(dispatcher.stop)
        await stack.enter_async_context(meanwhile(listen(Listener("delivery", CHANNEL, dispatcher.look, POLL), url)))
        yield
