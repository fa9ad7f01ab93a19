"""The settings of coming in: who may by themselves, how long tokens live, and how failures are slowed down."""

from __future__ import annotations

from orderway.setting import number, yes_no

ACCESS_TOKEN_MINUTES = number(
    "ACCESS_TOKEN_MINUTES",
    "A token that asks the API lives for",
    default=15,
    low=1,
    high=1440,
    unit="minutes",
    help="Then the program gets the next one for its refresh token.",
)
REFRESH_TOKEN_DAYS = number(
    "REFRESH_TOKEN_DAYS",
    "A program may be silent for",
    default=30,
    low=1,
    high=366,
    unit="days",
    help="So long its refresh token lives. It is exchanged once, for a new one.",
)
API_SESSION_DAYS = number(
    "API_SESSION_DAYS",
    "A program signs in again after",
    default=90,
    low=1,
    high=366,
    unit="days",
    help="However often it renewed its tokens in between.",
)
SIGN_IN_FREE_TRIES = number(
    "SIGN_IN_FREE_TRIES",
    "Wrong passwords for one person before a pause",
    default=5,
    low=1,
    high=1000,
    unit="attempts",
    help="Each further one doubles the pause. Places where the person signed in before count by themselves.",
)
SIGN_IN_FREE_TRIES_OF_A_PLACE = number(
    "SIGN_IN_FREE_TRIES_OF_A_PLACE",
    "Wrong passwords from one place before a pause",
    default=30,
    low=1,
    high=100_000,
    unit="attempts",
    help="Whomever they name. A place is an address, or a network of IPv6.",
)
SIGN_IN_LONGEST_PAUSE_MINUTES = number(
    "SIGN_IN_LONGEST_PAUSE_MINUTES",
    "Pauses between wrong passwords grow to",
    default=15,
    low=1,
    high=1440,
    unit="minutes",
    help="The first is five seconds.",
)
SIGN_IN_MEMORY_MINUTES = number(
    "SIGN_IN_MEMORY_MINUTES",
    "Wrong passwords are forgotten after",
    default=60,
    low=1,
    high=10_080,
    unit="minutes",
    help="Signing in forgets those of that person at once.",
)
PASSWORDS_OF_A_PLACE = number(
    "PASSWORDS_OF_A_PLACE",
    "Passwords tried from one place within a minute",
    default=120,
    low=0,
    high=100_000,
    unit="passwords",
    help="Right ones too: each takes its time. Counted in each process by itself. 0 turns it off.",
)
SIGN_UPS_OF_A_PLACE = number(
    "SIGN_UPS_OF_A_PLACE",
    "People who sign up or apply from one place before a pause",
    default=20,
    low=1,
    high=100_000,
    unit="people",
    help="So many as long as wrong passwords are remembered.",
)
CUSTOMER_SIGN_UP = yes_no(
    "CUSTOMER_SIGN_UP",
    "Customers may sign up by themselves",
    default="yes",
    help="With no, staff add every customer.",
)
RESELLER_APPLICATIONS = yes_no(
    "RESELLER_APPLICATIONS",
    "Resellers may apply by themselves",
    default="yes",
    help="Nobody becomes one before somebody approves it.",
)
