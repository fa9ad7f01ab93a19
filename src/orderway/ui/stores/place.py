"""Where a store lies, as people write it and as they read it: in degrees north and east, which maps show."""

from __future__ import annotations

import re
from collections.abc import Mapping

from babel.numbers import get_decimal_symbol

from orderway.people.permissions import SETTINGS_MANAGE
from orderway.people.scope import actor_everywhere
from orderway.people.stores import Store
from orderway.ui.language import language, mark, t
from orderway.ui.site import Visit
from orderway.workflow.errors import Invalid, NotFound

DEGREES = re.compile(r"[+-]?[0-9]{1,3}([.,][0-9]{1,20})?")
"""Degrees as maps show them. An exponent is not among it, nor what is no number."""

FIELDS = ("name", "code", "currency", "timezone", "latitude", "longitude", "reason")
"""What the forms of a store hold."""


def require(visit: Visit) -> None:
    """Raises NotFound for who manages no stores: for them there is no such page."""
    if not actor_everywhere(visit.viewer).may(SETTINGS_MANAGE):
        raise NotFound(t("There is nothing at this address."))


def degrees_in(posted: Mapping[str, str], name: str) -> float | None:
    """The degrees that were written, with a point or a comma; None for nothing. Raises Invalid."""
    text = posted.get(name, "").strip().replace("−", "-")
    if not text:
        return None
    if not DEGREES.fullmatch(text):
        raise Invalid(
            t("“{text}” is no number of degrees.", text=text[:40]), t("Write it as a map shows it, like 6.455."), name
        )
    return float(text.replace(",", "."))


def lies(store: Store) -> str:
    """Where a store lies, in words: "6.455° north, 3.3841° east"; empty where nobody said."""
    if store.latitude is None or store.longitude is None:
        return ""
    north = mark("{north}° north") if store.latitude >= 0 else mark("{north}° south")
    east = mark("{east}° east") if store.longitude >= 0 else mark("{east}° west")
    parts = (t(north, north=_written(store.latitude)), t(east, east=_written(store.longitude)))
    return ", ".join(parts)


def _written(degrees: float) -> str:
    """Degrees to the metre, with the sign of the language before their decimals."""
    return f"{abs(degrees):.7g}".replace(".", get_decimal_symbol(language()))
