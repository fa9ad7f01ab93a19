"""The addresses of overrides."""

from __future__ import annotations

from orderway.ui.overrides.caps import cap, caps
from orderway.ui.overrides.deciding import decide
from orderway.ui.overrides.inbox import overrides
from orderway.ui.site import Page

DECISIONS = ("overrideRequestApprove", "overrideRequestDeny", "overrideRequestRevoke")

PAGES: tuple[Page, ...] = (
    Page("/overrides", overrides, shows=("overrideRequests",)),
    Page("/overrides/caps", caps, shows=("overrideCaps",)),
    Page("/overrides/caps", cap, "POST", does=("setOverrideCap", "removeOverrideCap")),
    Page("/overrides/{request}/{event}", decide, "POST", does=DECISIONS),
)
