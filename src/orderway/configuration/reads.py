"""How each setting stands: its value and where that comes from, what was before it, and who changed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from orderway.configuration.live import saved
from orderway.people.names import names_of
from orderway.setting import Source, written
from orderway.settings import SETTINGS, Settings
from orderway.workflow.kinds import Connection

SHOWN = 20
"""How many changes of one setting are shown."""

CHANGES = """
    SELECT name, step, from_value, to_value, changed_by, changed_at, reason FROM (
        SELECT *, row_number() OVER (PARTITION BY name ORDER BY step DESC) AS nth FROM setting_change
    ) AS latest WHERE nth <= $1 ORDER BY name, step DESC
"""


@dataclass(frozen=True, slots=True)
class Changed:
    """One change of a setting; None stands for nothing in the database."""

    step: int
    from_value: str | None
    to_value: str | None
    who: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A setting as it stands.

    `value` and `default` are texts that it can be set to, `told` is the value with its unit. `problem` is said where
    the database holds what can not be used: then it is `stored`, though the value comes from another source. `history`
    has the latest changes, newest first; `step` counts them all.
    """

    name: str
    label: str
    help: str
    unit: str
    value: str
    told: str
    default: str
    source: Source
    expects: str = ""
    low: int | None = None
    high: int | None = None
    stored: str | None = None
    problem: str | None = None
    history: Sequence[Changed] = ()

    @property
    def step(self) -> int:
        return self.history[0].step if self.history else 0

    @property
    def changed_by(self) -> str | None:
        """Who changed it last, where anyone ever did."""
        return self.history[0].who if self.history else None

    @property
    def changed_at(self) -> datetime | None:
        return self.history[0].at if self.history else None


async def list_settings(connection: Connection, settings: Settings) -> list[Standing]:
    """Return every setting as the database has it now, over the environment of `settings`; unknown names at the end."""
    texts = await saved(connection)
    now = settings.over(texts)
    history = await _history(connection)
    found = [replace(_standing(name, now, history.get(name, ())), stored=texts.get(name)) for name in SETTINGS]
    return found + [
        Standing(
            name=name, label=name, help="There is no such setting.", unit="", value=texts[name], told=texts[name],
            default="", source="database", stored=texts[name], problem=now.problems[name],
            history=history.get(name, ()),
        )
        for name in now.problems if name not in SETTINGS
    ]  # fmt: skip


async def find_setting(connection: Connection, settings: Settings, name: str) -> Standing | None:
    """Return one setting, or None for a name that neither a setting nor the database has."""
    found = (standing for standing in await list_settings(connection, settings) if standing.name == name)
    return next(found, None)


def _standing(name: str, settings: Settings, history: Sequence[Changed]) -> Standing:
    setting = SETTINGS[name]
    value = settings[setting]
    return Standing(
        name=name,
        label=setting.label,
        help=setting.help,
        unit=setting.unit,
        value=written(value),
        told=setting.told(value),
        default=written(setting.default),
        source=settings.source(setting),
        expects=setting.expects,
        low=setting.low,
        high=setting.high,
        problem=settings.problems.get(name),
        history=history,
    )


async def _history(connection: Connection) -> Mapping[str, Sequence[Changed]]:
    """Return the latest changes of each setting, newest first."""
    rows = await connection.fetch(CHANGES, SHOWN)
    names = await names_of(connection, {row["changed_by"] for row in rows})
    history: dict[str, list[Changed]] = {}
    for name, step, from_value, to_value, changed_by, changed_at, reason in rows:
        change = Changed(step, from_value, to_value, names[changed_by], changed_at, reason)
        history.setdefault(name, []).append(change)
    return history
