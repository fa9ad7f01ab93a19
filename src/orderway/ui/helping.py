"""Who can help with what the viewer may not do, in the words of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orderway.languages import ENGLISH
from orderway.people.roles import listed, worth_asking
from orderway.ui.language import language, t, tr
from orderway.workflow.kinds import Connection


async def who_can_help(connection: Connection) -> Mapping[str, str]:
    """For each permission who holds it: "a manager or an admin". A permission that no role holds is missing."""
    return {permission: one_of(labels) for permission, labels in (await worth_asking(connection)).items()}


def one_of(labels: Sequence[str]) -> str:
    """Roles with their articles, any of whom will do."""
    if language() == ENGLISH:
        return listed(labels)
    *others, last = (t("a {role}", role=tr(label)) for label in labels)
    return t("{others} or {last}", others=", ".join(others), last=last) if others else last
