"""A company in which `keeper` manages Lagos and has a password."""

import pytest
from tests.people.company import LAGOS, QUICK, Company
from tests.people.signing.desk import SECRET, Clock

from orderway.people.passwords import Passwords
from orderway.people.sessions import Sessions


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sessions(company: Company, clock: Clock) -> Sessions:
    passwords = Passwords(QUICK)
    await company.add("keeper", "MANAGER", stores=[LAGOS], password_hash=await passwords.hash(SECRET))
    return Sessions(company.pool, passwords=passwords, clock=clock)
