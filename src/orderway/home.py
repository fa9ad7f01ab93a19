"""The one folder in which an installation keeps what is its own: ORDERWAY_HOME."""

import os
from pathlib import Path

import platformdirs

from orderway.errors import OrderwayError


class HomeUnusable(OrderwayError):
    """The folder ORDERWAY_HOME can not be made, entered or written."""


def home_path() -> Path:
    """Return the folder named by ORDERWAY_HOME, or the one for this user's data; it need not exist yet."""
    named = os.environ.get("ORDERWAY_HOME")
    return Path(named).expanduser().absolute() if named else platformdirs.user_data_path("orderway")


def ensure_home() -> Path:
    """Return that folder and make it when it is missing. Raises HomeUnusable."""
    home = home_path()
    try:
        # The superuser's database runs as another user, who has to pass through. What is secret in
        # here has its own, closed mode.
        home.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise HomeUnusable(
            f"The folder {home} can not be made: {error.strerror}.", "Set ORDERWAY_HOME to one that can."
        ) from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise HomeUnusable(f"The folder {home} is not writable for this user.", "Set ORDERWAY_HOME to one that is.")
    return home
