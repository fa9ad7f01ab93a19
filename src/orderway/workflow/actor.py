"""Who acts: a person, the system, or a source that is imported, and on whose behalf."""

from __future__ import annotations

from dataclasses import dataclass, replace

from orderway.statechart import SYSTEM


def author_of(actor: str, on_behalf_of: str | None) -> str:
    """Whoever it goes back to, as the log names them."""
    return on_behalf_of or actor if actor == "system" else actor


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever sends an event.

    `id` is what the log keeps: "person:<uuid>", "system", "import:<source>" or "webhook:<provider>". `permissions` is
    None for code that may send anything: the system, the imports and the reports of providers. `roles` are the names of
    a person's roles; what they may is in their permissions, whatever those are called.
    """

    id: str
    permissions: frozenset[str] | None = frozenset()
    on_behalf_of: str | None = None
    roles: frozenset[str] = frozenset()

    @property
    def author(self) -> str:
        """Whoever it goes back to: where the system acts, on whose behalf it does."""
        return author_of(self.id, self.on_behalf_of)

    @property
    def is_import(self) -> bool:
        """Whether it is an import, which tells of what happened in another system, by its rules."""
        return self.id.startswith("import:")

    def may(self, permission: str) -> bool:
        """Whether the actor holds the permission; what only the system sends, no person may."""
        return self.permissions is None or (permission != SYSTEM and permission in self.permissions)

    def behind(self) -> Actor:
        """The system, acting on behalf of this actor: what follows by itself from what they did."""
        return self if self.permissions is None else replace(THE_SYSTEM, on_behalf_of=self.on_behalf_of or self.id)


THE_SYSTEM = Actor("system", permissions=None)
