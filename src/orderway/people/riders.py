"""Who is a rider, and which riders a viewer knows: their own people, and those who may deliver for their stores."""

from __future__ import annotations

from orderway.people.permissions import RIDER_COVERAGE, RIDER_VOLUNTEER
from orderway.people.scope import Condition, stores
from orderway.people.viewer import Viewer

RIDES = f"h.role_id = ANY (ARRAY(SELECT r.id FROM role r WHERE '{RIDER_VOLUNTEER}' = ANY (r.permissions)))"  # noqa: S608
"""Whether a role that is held, `h`, is one of those who may deliver; these are looked up once."""

IS_RIDER = f"""
    (p.disabled_at IS NULL AND EXISTS (SELECT FROM person_role h WHERE h.person_id = p.id AND {RIDES}))
"""
"""Whether the person `p` may deliver."""

BOUND = "EXISTS (SELECT FROM rider_coverage c WHERE c.rider_id = p.id)"
"""Whether the person `p` has a coverage at all; the settings say what it means to have none."""


def known(viewer: Viewer, *, first: int) -> Condition:
    """Return the condition over `person p` under which the viewer knows them as a rider.

    Whoever edits where riders deliver knows those who deliver for a store of theirs, and those who are bound to none;
    a rider knows themselves. `first` is the number of the first parameter.
    """
    mine = stores(viewer, RIDER_COVERAGE, first=first + 1)
    covering = (
        "EXISTS (SELECT FROM rider_coverage c JOIN store s ON s.id = c.store_id"
        f" WHERE c.rider_id = p.id AND {mine.sql})"
    )
    reached = {"true": "true", "false": "false"}.get(mine.sql, f"({covering} OR NOT {BOUND})")
    return Condition(f"({IS_RIDER} AND (p.id = ${first}::uuid OR {reached}))", (viewer.person_id, *mine.values))
