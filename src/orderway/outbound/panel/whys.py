"""Why something did not arrive, for who looks after deliveries: where our servers are is for who has settings in hand.

What is kept is what the program was told, with hosts and answers: some of it is of our own network. Everybody else
reads the sentence that it is of, without them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from orderway.outbound.broker import sentences as of_broker
from orderway.outbound.mail import sentences as of_mail
from orderway.outbound.webhooks import sentences as of_webhooks
from orderway.people.permissions import SETTINGS_MANAGE
from orderway.people.scope import everywhere
from orderway.people.viewer import Viewer

PUBLIC: Mapping[str, str] = {**of_mail.PUBLIC, **of_broker.PUBLIC, **of_webhooks.PUBLIC}
FAULT = "It could not be brought there: who may change settings sees more of it, and the log says all."


def why_for(viewer: Viewer, why: str | None) -> str | None:
    """What a viewer may read of why something failed; None where nothing did. It is English, as it was kept."""
    return why if why is None or everywhere(viewer, SETTINGS_MANAGE) else public(why)


def public(why: str) -> str:
    """The sentence without what was filled in, where that may be of our own network."""
    for sentence, said in PUBLIC.items():
        if filled := _filled(sentence).fullmatch(why):
            return said.format_map(filled.groupdict())
    return FAULT


@cache
def _filled(sentence: str) -> re.Pattern[str]:
    """What finds it, whatever its gaps are filled with: what a server answers may be several sentences."""
    first, *rest = re.split(r"\{(\w+)\}", sentence)
    gaps = (f"(?P<{name}>.+?){re.escape(behind)}" for name, behind in zip(rest[::2], rest[1::2], strict=True))
    return re.compile(re.escape(first) + "".join(gaps))
