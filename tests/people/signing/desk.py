"""The time, the place and the password of the tests of signing in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.people.company import NOON

from orderway.people.signing.caller import Caller

SECRET = "correct horse"
KEEPER = "keeper@example.com"
OFFICE = Caller(place="192.0.2.7", agent="A browser")
ELSEWHERE = Caller(place="198.51.100.9", agent="A program")


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)
