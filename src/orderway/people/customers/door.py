"""The door of those who come by themselves: open where the settings say so, and for so many from one place."""

from __future__ import annotations

from dataclasses import dataclass

from orderway.people.signing.presence import refusal
from orderway.people.signing.throttle import Throttle
from orderway.setting import Setting
from orderway.settings import Settings
from orderway.signing_settings import CUSTOMER_SIGN_UP, RESELLER_APPLICATIONS

ASK_THE_STORE = "Ask the store that you want to buy from."


@dataclass(frozen=True, slots=True)
class Door:
    """One way to come: the setting that opens it, what is said where it is closed, and to all who came through it.

    Whether an address was known before is in none of it.
    """

    setting: Setting[bool]
    closed: str
    thanks: str

    def is_open(self, settings: Settings) -> bool:
        return settings[self.setting]

    async def admit(self, throttle: Throttle, settings: Settings, *, place: str) -> None:
        """Count somebody who comes from a place. Raises Refused where it is closed, or too many came from there.

        A hash costs much, and what is written stays.
        """
        if not self.is_open(settings):
            raise refusal(self.setting.name, self.closed, ASK_THE_STORE)
        await throttle.welcome(place)


SIGN_UP = Door(
    CUSTOMER_SIGN_UP,
    "Customers do not sign up here by themselves.",
    "Thank you. If this address is new here, sign in with it and your password. If you had an account already, it is"
    " as it was: sign in as before.",
)
APPLY = Door(
    RESELLER_APPLICATIONS,
    "Resellers do not apply here by themselves.",
    "Thank you. If this address is new here, your application is looked at, and you can sign in once it is approved."
    " If you had an account already, or applied before, nothing has changed.",
)
